/*
 * cells - cells of one table, added in any order with their places and spans, and written as rows.
 *
 * A place that is taken stays with its first cell; places without a cell are blank ones. Texts are borrowed
 * until cells_emit(). Everything lives in the arena.
 */
#ifndef PARSER_CELLS_H
#define PARSER_CELLS_H

#include "parser/emit.h"

#define CELLS_COLS_MAX 256u
#define CELLS_ROWS_MAX 5000u
#define CELLS_PLACES_MAX 200000u /* rows by columns */
#define CELLS_MAX 100000u

struct cells_cell {
	uint32_t row, col, rows, cols;
	struct str text;
};

struct cells {
	struct arena *arena;
	struct cells_cell *p;
	size_t count, cap;
	uint32_t rows, cols;
	bool cut;
};

void cells_init(struct cells *c, struct arena *a);
/** False, with `cut` set, when a maximum would be passed. */
bool cells_add(struct cells *c, uint32_t row, uint32_t col, uint32_t rows, uint32_t cols, struct str text);
/** The cell that was added at this place, or NULL. */
struct cells_cell *cells_at(const struct cells *c, uint32_t row, uint32_t col);
/** Write rows [from, to) as one table and their blank edges not at all. Cells are cut to these rows. */
void cells_emit(const struct cells *c, struct emit *e, uint32_t from, uint32_t to);

#endif
