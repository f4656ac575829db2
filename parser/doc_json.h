/*
 * doc_json - a document as the JSON of INTERFACE.md.
 *
 * The whole stays under `max_bytes` by cuts that are named in "cut": quantities and table rows of reports,
 * then links. The text was cut before (DOC_TEXT_MAX_BYTES), so that every offset stays true; a text that
 * escaping makes too long is ERR_LIMIT.
 */
#ifndef PARSER_DOC_JSON_H
#define PARSER_DOC_JSON_H

#include "base/buf.h"
#include "base/err.h"
#include "parser/document.h"

/** Appends to `out`, whose maximum has to be above max_bytes. Fills in cuts of d. */
enum err doc_json_write(struct document *d, size_t max_bytes, struct buf *out) WARN_UNUSED;

#endif
