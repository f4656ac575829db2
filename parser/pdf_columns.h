/*
 * pdf_columns - columns of a table without drawn lines, by what stands below one another.
 *
 * Pieces of the rows that overlap across the page are one column; heads over no figures are columns too. A head or a
 * label that a space parts is one again where what stands below says so: the figures in its middle, the head behind
 * it, the other rows. Units are points.
 */
#ifndef PARSER_PDF_COLUMNS_H
#define PARSER_PDF_COLUMNS_H

#include "parser/pdf_piece.h"

#define PDF_HEAD_LINES 12u

struct columns {
	float x0[PDF_PIECES_MAX + 1], x1[PDF_PIECES_MAX + 1];
	size_t n;
	bool aside; /* the first one is of labels, which have no words in the lines of their figures */
};

/**
 * Columns of the rows in [from, to), and of the heads above them from `floor` on; with `seed` those of the page before
 * and no others. Puts the rows' pieces in their places. False when two figures of a row share a column.
 */
bool pdf_columns_find(struct finder *f, size_t from, size_t to, size_t floor, const struct columns *seed,
		      struct columns *c);
/** The columns that the line's pieces stand over. */
void pdf_columns_place(const struct columns *c, struct row_line *l);

#endif
