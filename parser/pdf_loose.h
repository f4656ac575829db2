/*
 * pdf_loose - tables without drawn lines: columns by the words that stand below one another.
 *
 * A line whose words lie in pieces with wide gaps, one of them a figure, is a row. Pieces of the rows that overlap
 * across the page are one column; a label over several lines goes with the figures in its middle or beside its first
 * line. Where two figures of a row fall into one column, or a label cannot be told from its neighbours, nothing is
 * taken for a cell: the rows stay whole, as a table of one column, and no figure is read from them.
 */
#ifndef PARSER_PDF_LOOSE_H
#define PARSER_PDF_LOOSE_H

#include "parser/pdf_table.h"

#define PDF_LOOSE_LINES_MAX 400u /* of one page; a page with more has no such table */
#define PDF_LOOSE_TABLES_MAX 16u /* of one page */

struct pdf_loose {
	size_t first, end; /* lines of the page that are the table's */
	struct pdf_part part;
	bool goes_on; /* in the columns of the table of the page before */
	/*
	 * Lines from `end` on, the page's last, that are rows of labels alone if the table goes on on the next page:
	 * so many, and these rows.
	 */
	size_t tail_lines;
	struct pdf_part tail;
};

/**
 * Tables among the lines of a page, in the arena; returns how many. `before`: the last table of the page before, or
 * NULL; the columns of a table that goes on are kept.
 */
size_t pdf_loose_find(const struct pdf_scan *s, const uint32_t *order, const struct pdf_line *lines, size_t count,
		      const struct pdf_part *before, struct pdf_loose *out);

#endif
