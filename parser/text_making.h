/*
 * text_making - a table of plain text while it is made: which pieces of the text stand in which row (private to
 * text_table.c and text_cells.c). Arrays live in the document's arena.
 */
#ifndef PARSER_TEXT_MAKING_H
#define PARSER_TEXT_MAKING_H

#include "parser/document.h"
#include "parser/lexicon.h"
#include "parser/text_table.h"

#define TEXT_CELLS_MAX 2000u /* lines of one table */
#define LABEL_LEVELS 3       /* of labels in the statutory forms: 一、, (一), 1. */

struct piece {
	uint32_t start, end; /* bytes of the text, blanks trimmed */
};

/* Lines that may be the cells of a table, from its first on. */
struct text_lines {
	struct piece at[TEXT_CELLS_MAX];
	bool figure[TEXT_CELLS_MAX];
	size_t count;
};

/* One table: pieces of its rows, at most TEXT_TABLE_COLS_MAX a row. */
struct making {
	struct document *d;
	size_t first, blocks; /* lines of the text that it takes */
	size_t rows, cols;
	struct piece *at;         /* rows * TEXT_TABLE_COLS_MAX */
	size_t *count;            /* pieces of each row */
	struct text_lines *lines; /* scratch of text_cells() */
	unsigned heads_tried;     /* by text_cells() in this text */
	size_t head, labels;      /* rows of the head, columns of labels */
};

/** Is the piece a figure or a mark for none? */
bool making_is_figure(const struct document *d, const struct piece *p);
/** 0 for 一、, 1 for (一), 2 for 1.: how deep a label stands among its groups; LABEL_LEVELS when its number does not say. */
size_t making_level(const struct document *d, const struct piece *p);
/** Do two lines follow one another, at most one empty line between? */
bool making_beside(const struct document *d, const struct block *a, const struct block *b);

/**
 * text_cells.c: a statutory table whose cells stand one in a line, as text taken cell by cell has them, that begins with
 * block m->first: sets rows, cols and blocks. False when none begins there, or its rows are not of one length.
 */
bool text_cells(const struct lexicon *l, struct making *m);

#endif
