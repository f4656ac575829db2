/*
 * pdf_grid - the cells that the drawn lines of one page enclose.
 *
 * Lines that touch one another are one table. Their places give columns and rows; two neighbouring places that
 * no line parts are one cell, when together they are a box. Sides that are left open (a table without outer
 * lines, a table that goes on over the page's end) are closed where the lines end.
 */
#ifndef PARSER_PDF_GRID_H
#define PARSER_PDF_GRID_H

#include "parser/pdf_scan.h"

#define PDF_EDGE 3.0f         /* lines nearer than this are one, points */
#define PDF_GRID_COLS_MAX 64u /* of one table on one page */
#define PDF_GRID_ROWS_MAX 400u

struct pdf_grid {
	struct box b;
	struct box *cells; /* row by row, in the arena */
	size_t cells_count;
};

/** Tables of the page from top to bottom, in the arena. */
size_t pdf_grids(const struct pdf_scan *s, const struct pdf_page *page, struct pdf_grid **out);
/** Values nearer than `near` become one (their mean); sorts `v`, returns how many are left. */
size_t pdf_cluster(float *v, size_t n, float near);

#endif
