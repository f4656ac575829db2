/*
 * paper - files that are documents of their own: PDF, office files in all their spellings, archives of them. All of such a file is main
 * text; there is no frame around it.
 *
 * A kind that cannot be read leaves the document empty and says why in d->unsupported; `needs_ocr` is set for a
 * PDF of pictures. An archive gives all members that can be read, documents and pages and plain text (".txt"), one after
 * the other; they share the limits of zip.h and the time of one conversion. Only memory and limits of the whole line fail.
 */
#ifndef PARSER_PAPER_H
#define PARSER_PAPER_H

#include "parser/charset.h"
#include "parser/convert.h"
#include "parser/page.h"

#define PAPER_DEPTH_MAX 2u          /* archives in archives that are opened */
#define PAPER_ARCHIVES_MAX 64u      /* of one file */
#define PAPER_ARENA_MAX (56u << 20) /* bytes of the page's arena with which no further member is begun */

/** What a paper asks of its caller for members that are text: their bytes as pieces of UTF-8. */
struct paper_text {
	enum err (*decode)(void *ctx, struct str bytes, bool (*sink)(void *ud, const char *p, size_t n), void *ud);
	void *ctx;
	struct charsets *charsets; /* of what is text inside of papers */
};

/** Is `k` one of these kinds? */
bool paper_is(enum doc_kind k);
/** Fill text, blocks, tables and title of d from `body` (content-encoding off). `text` is kept by the caller. */
enum err paper_read(struct page *p, struct str body, const struct converter *c, const struct paper_text *t,
		    struct document *d, struct buf *text, bool *needs_ocr) WARN_UNUSED;

#endif
