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
#define CELLS_ARENA_MAX (40u << 20)              /* bytes of the arena with which no further sheet is begun */
#define CELLS_WORK_MAX (100u * CELLS_PLACES_MAX) /* of one table: steps of looking at cells and covering places */

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
	uint32_t *index; /* open addressing over places: which cell was the first there, plus 1 */
	size_t slots, indexed;
	size_t work; /* done by cells_emit() so far */
};

void cells_init(struct cells *c, struct arena *a);
/** False, with `cut` set, when a maximum would be passed. */
bool cells_add(struct cells *c, uint32_t row, uint32_t col, uint32_t rows, uint32_t cols, struct str text);
/** Make the first cell of this place as large; one without text when there is none. */
void cells_merge(struct cells *c, uint32_t row, uint32_t col, uint32_t rows, uint32_t cols);
/** Write rows [from, to) as one table and their blank edges not at all. Cells are cut to these rows. */
void cells_emit(struct cells *c, struct emit *e, uint32_t from, uint32_t to);

#endif
