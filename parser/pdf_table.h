/*
 * pdf_table - tables of PDF pages, put together over page breaks and written as rows of cells.
 *
 * A table that goes on on the next page is one table: heads that are drawn again are left out, a cell that the
 * break cut (a label over many rows, a long label) is one cell again. A table whose words stand across its
 * lines is none: its cells cannot be told apart, and its words stay lines of text.
 */
#ifndef PARSER_PDF_TABLE_H
#define PARSER_PDF_TABLE_H

#include "parser/emit.h"
#include "parser/pdf_grid.h"
#include "parser/pdf_text.h"

#define PDF_TABLE_PARTS_MAX 64 /* pages of one table */

struct pdf_cell {
	uint32_t row, rows, col, cols;
	struct box b;
	struct str text;
	bool gone;
	struct pdf_cell *whole; /* of the page before: this one is the rest of it */
};

/* one page's part of a table */
struct pdf_part {
	struct box b;
	struct pdf_cell *cells; /* in the order of the grid */
	size_t cells_count;
	uint32_t rows;
	/* of a table without drawn lines: where its columns part, and where their words begin and end; else NULL */
	float *edges, *left, *right;
	size_t cols;
};

/** Words (indices, `n`) to the cells of `g`. False when they stand across its lines. */
bool pdf_part_of(const struct pdf_scan *s, const struct pdf_grid *g, uint32_t *words, size_t n, struct pdf_part *out);
/** May `next`, first on its page, be the rest of `before`, last on the page before? */
bool pdf_part_goes_on(const struct pdf_part *before, const struct pdf_part *next);
/** Write parts that go on as one table. */
void pdf_table_emit(struct emit *e, struct arena *a, struct pdf_part *parts, size_t n);

#endif
