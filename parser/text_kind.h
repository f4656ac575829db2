/*
 * text_kind - text/plain: the text is the file after charset and byte-order mark, CRLF (and CR) as LF,
 * nothing removed; its blocks are its lines. Rows of tables are lines too (text_table.h).
 */
#ifndef PARSER_TEXT_KIND_H
#define PARSER_TEXT_KIND_H

#include "base/buf.h"
#include "parser/document.h"

struct text_kind {
	struct buf *text; /* borrowed */
	bool cr, cut;
};

/** A charset_sink: appends to `text` up to DOC_TEXT_MAX_BYTES. */
bool text_kind_feed(void *ud, const char *p, size_t n);
/** Text and blocks of d; a file over the limit is cut behind its last whole line. */
void text_kind_finish(struct text_kind *t, struct document *d);

#endif
