/*
 * table - which tables of a page are data, and their grids.
 *
 * A table is layout when it holds another table, headings or lists, has one column or one cell, or when its
 * text is long prose; its cells are then ordinary lines. Data tables become `struct table` with spans resolved
 * as HTML does (HTML standard, 4.9.12), and each of their rows a line of cells separated by TAB.
 */
#ifndef PARSER_TABLE_H
#define PARSER_TABLE_H

#include "parser/page.h"

#define TABLE_COLS_MAX 256u
#define TABLE_GRID_MAX 400000u /* places of all grids of a page */

/** One byte a table of the page: 1 for data. In the arena. */
const uint8_t *table_kinds(const struct page *p);

/**
 * Write the rows of table `t` behind `text` and describe them in `out` and as BLOCK_ROW in `blocks`.
 * Returns false, with nothing written, when a maximum would be passed (text is cut there by the caller).
 */
bool table_write(const struct page *p, int32_t t, struct arena *arena, struct buf *text, struct table *out,
		 int32_t index, void (*row)(void *ud, uint32_t start, uint32_t end, int32_t index), void *ud,
		 size_t *grid_left);

#endif
