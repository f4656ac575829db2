/*
 * maintext - which lines of a page are its main text.
 *
 * With a known template container (lexicon/containers.tsv) that holds text, that one; else every line is worth
 * something (text and punctuation for it; links, furniture phrases and classes against it) and the element
 * whose lines are worth most is taken, so that a short body wins over a long menu. Furniture inside it is cut
 * out: share and print lines, source and time line, lists of links, foot. Table rows count as text.
 */
#ifndef PARSER_MAINTEXT_H
#define PARSER_MAINTEXT_H

#include "parser/page.h"

struct maintext {
	uint8_t *keep;       /* one byte a line of the page: 1 main text; in the arena */
	uint32_t first, end; /* lines of the element(s) chosen */
	bool templated;
};

/** `drop`: one byte a line, 1 for lines of an index block, which never are main text. `data`: of table_kinds(). */
void maintext_find(const struct page *p, const uint8_t *data, const uint8_t *drop, struct maintext *out);

/** Write the kept lines into d: text (in `text`, which the caller keeps), blocks, tables, furniture. */
void maintext_write(const struct page *p, const struct maintext *m, const uint8_t *data, struct document *d,
		    struct buf *text);

#endif
