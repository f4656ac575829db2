#include "parser/cells.h"

void cells_init(struct cells *c, struct arena *a)
{
	*c = (struct cells){.arena = a};
}

bool cells_add(struct cells *c, uint32_t row, uint32_t col, uint32_t rows, uint32_t cols, struct str text)
{
	if (rows == 0 || cols == 0)
		return true;
	if (row >= CELLS_ROWS_MAX || col >= CELLS_COLS_MAX || c->count >= CELLS_MAX) {
		c->cut = true;
		return false;
	}
	rows = rows > CELLS_ROWS_MAX - row ? CELLS_ROWS_MAX - row : rows;
	cols = cols > CELLS_COLS_MAX - col ? CELLS_COLS_MAX - col : cols;
	uint32_t bottom = row + rows > c->rows ? row + rows : c->rows,
		 right = col + cols > c->cols ? col + cols : c->cols;
	if ((size_t)bottom * right > CELLS_PLACES_MAX) {
		c->cut = true;
		return false;
	}
	c->p = arena_grow(c->arena, c->p, &c->cap, c->count + 1, sizeof *c->p);
	c->p[c->count++] = (struct cells_cell){row, col, rows, cols, text};
	c->rows = bottom;
	c->cols = right;
	return true;
}

static uint32_t *slot_of(struct cells *c, uint32_t row, uint32_t col)
{
	uint64_t key = ((uint64_t)row << 32 | col) * 0x9E3779B97F4A7C15u;
	for (size_t at = (size_t)(key >> 32) & (c->slots - 1);; at = (at + 1) & (c->slots - 1)) {
		uint32_t *s = &c->index[at];
		if (*s == 0 || (c->p[*s - 1].row == row && c->p[*s - 1].col == col))
			return s;
	}
}

/* Puts what was added since into the index. A file may name as many merged areas as cells: none may search them all. */
static void index_cells(struct cells *c)
{
	if (c->slots < 2 * (c->count + 1)) {
		c->slots = c->slots ? c->slots : 1024;
		while (c->slots < 2 * (c->count + 1))
			c->slots *= 2;
		c->index = arena_calloc(c->arena, c->slots, sizeof *c->index);
		c->indexed = 0;
	}
	for (; c->indexed < c->count; c->indexed++) {
		uint32_t *s = slot_of(c, c->p[c->indexed].row, c->p[c->indexed].col);
		if (*s == 0)
			*s = (uint32_t)c->indexed + 1;
	}
}

void cells_merge(struct cells *c, uint32_t row, uint32_t col, uint32_t rows, uint32_t cols)
{
	index_cells(c);
	uint32_t first = *slot_of(c, row, col);
	if (!cells_add(c, row, col, rows, cols, STR("")) || first == 0)
		return;
	struct cells_cell *old = &c->p[first - 1];
	struct str text = old->text; /* the first of a place wins: make it the large one */
	*old = c->p[--c->count];
	old->text = text;
}

#define FREE UINT32_MAX

/* False, with `cut` set, when so many cells lie over one another, or so many parts are written, that it would not end. */
static bool may_work(struct cells *c, size_t steps)
{
	if (steps > CELLS_WORK_MAX - c->work) {
		c->cut = true;
		return false;
	}
	c->work += steps;
	return true;
}

static uint32_t *grid_of(struct cells *c, uint32_t from, uint32_t to)
{
	size_t places = (size_t)(to - from) * c->cols;
	uint32_t *grid = arena_alloc(c->arena, (places + 1) * sizeof *grid);
	memset(grid, 0xff, places * sizeof *grid);
	for (size_t i = 0; i < c->count; i++) {
		const struct cells_cell *k = &c->p[i];
		uint32_t top = k->row > from ? k->row : from, bottom = k->row + k->rows < to ? k->row + k->rows : to;
		if (top >= bottom || k->row >= to || grid[(size_t)(top - from) * c->cols + k->col] != FREE)
			continue;
		if (!may_work(c, (size_t)(bottom - top) * k->cols))
			continue;
		for (uint32_t r = top; r < bottom; r++)
			for (uint32_t x = k->col; x < k->col + k->cols; x++)
				if (grid[(size_t)(r - from) * c->cols + x] == FREE)
					grid[(size_t)(r - from) * c->cols + x] = (uint32_t)i;
	}
	return grid;
}

/* How far the cell at a place reaches: other cells may have cut it. */
static uint32_t reach(const uint32_t *grid, size_t at, size_t step, uint32_t most)
{
	uint32_t n = 1;
	while (n < most && grid[at + n * step] == grid[at])
		n++;
	return n;
}

/* Columns behind the last text are not of the table. */
static uint32_t width_of(const struct cells *c, uint32_t from, uint32_t to)
{
	uint32_t right = 0;
	for (size_t i = 0; i < c->count; i++)
		if (c->p[i].text.n > 0 && c->p[i].row < to && c->p[i].row + c->p[i].rows > from &&
		    c->p[i].col + c->p[i].cols > right)
			right = c->p[i].col + c->p[i].cols;
	return right;
}

void cells_emit(struct cells *c, struct emit *e, uint32_t from, uint32_t to)
{
	if (!may_work(c, c->count))
		return;
	uint32_t cols = width_of(c, from, to);
	if (from >= to || cols == 0)
		return;
	const uint32_t *grid = grid_of(c, from, to);
	emit_start(e, "table");
	for (uint32_t r = 0; r < to - from; r++) {
		emit_start(e, "tr");
		for (uint32_t x = 0; x < cols; x++) {
			size_t at = (size_t)r * c->cols + x;
			uint32_t k = grid[at];
			bool first =
				k == FREE || ((x == 0 || grid[at - 1] != k) && (r == 0 || grid[at - c->cols] != k));
			if (!first)
				continue;
			if (k == FREE)
				emit_cell_start(e, 1, 1);
			else
				emit_cell_start(e, reach(grid, at, c->cols, to - from - r),
						reach(grid, at, 1, cols - x));
			emit_text(e, k == FREE ? STR("") : c->p[k].text);
			emit_end(e, "td");
		}
		emit_end(e, "tr");
	}
	emit_end(e, "table");
}
