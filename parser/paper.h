/*
 * paper - files that are documents of their own: PDF, office files, archives of them. All of such a file is main
 * text; there is no frame around it.
 *
 * A kind that cannot be read leaves the document empty and says why in d->unsupported; `needs_ocr` is set for a
 * PDF of pictures. Only memory and limits of the whole line fail.
 */
#ifndef PARSER_PAPER_H
#define PARSER_PAPER_H

#include "parser/convert.h"
#include "parser/page.h"

/** Is `k` one of these kinds? */
bool paper_is(enum doc_kind k);
/** Fill text, blocks, tables and title of d from `body` (content-encoding off). `text` is kept by the caller. */
enum err paper_read(struct page *p, struct str body, const struct converter *c, struct document *d, struct buf *text,
		    bool *needs_ocr) WARN_UNUSED;

#endif
