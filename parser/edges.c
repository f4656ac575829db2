#include "parser/edges.h"

#include <stdlib.h>

void edges_init(struct edges *t, struct arena *a)
{
	*t = (struct edges){.arena = a};
}

void edges_row(struct edges *t, const struct edges_cell *cells, size_t count)
{
	if (t->rows >= CELLS_ROWS_MAX || t->count + count > CELLS_MAX) {
		t->cut = true;
		return;
	}
	size_t first = t->count;
	t->p = arena_grow(t->arena, t->p, &t->cap, t->count + count + 1, sizeof *t->p);
	for (size_t i = 0; i < count; i++) {
		if (cells[i].joins && t->count > first)
			t->p[t->count - 1].cell.right = cells[i].right;
		else
			t->p[t->count++] = (struct edges_waiting){cells[i], t->rows};
	}
	t->rows++;
}

static int by_int(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	return x < y ? -1 : x > y;
}

/* The nearest edge, the left one of two. `edges` is sorted. */
static uint32_t column_of(const int *edges, size_t count, int x)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (edges[mid] < x)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == count)
		return (uint32_t)count - 1;
	return (uint32_t)(low > 0 && (int64_t)x - edges[low - 1] <= (int64_t)edges[low] - x ? low - 1 : low);
}

/* Edges that no cell's text needs apart become columns; a cell covers those between its own edges. */
static size_t find_edges(const struct edges *t, int *edges)
{
	int *all = arena_alloc(t->arena, 2 * (t->count + 1) * sizeof *all);
	size_t n = 0, count = 0;
	for (size_t i = 0; i < t->count; i++) {
		all[n++] = t->p[i].cell.left;
		all[n++] = t->p[i].cell.right;
	}
	qsort(all, n, sizeof *all, by_int);
	for (size_t i = 0; i < n && count < EDGES_MAX; i++)
		if (count == 0 || (int64_t)all[i] - edges[count - 1] > EDGES_NEAR)
			edges[count++] = all[i];
	return count;
}

static void place_cells(const struct edges *t, struct cells *c)
{
	int edges[EDGES_MAX];
	uint32_t owner[EDGES_MAX] = {0}; /* index + 1 of the cell that may go on downwards, by its first column */
	size_t count = find_edges(t, edges);
	for (size_t i = 0; i < t->count && count > 1; i++) {
		const struct edges_cell *w = &t->p[i].cell;
		uint32_t row = t->p[i].row, col = column_of(edges, count, w->left);
		uint32_t right = column_of(edges, count, w->right), cols = right > col ? right - col : 1;
		if (right <= col && w->text.n == 0)
			continue; /* narrower than edges are told apart: it would take its neighbour's place */
		struct cells_cell *up = owner[col] ? &c->p[owner[col] - 1] : NULL;
		if (w->goes_on && up && up->cols == cols && up->row + up->rows == row &&
		    (size_t)(row + 1) * c->cols <= CELLS_PLACES_MAX) {
			up->rows++;
			c->rows = c->rows > row + 1 ? c->rows : row + 1;
		} else if (cells_add(c, row, col, 1, cols, w->text)) {
			owner[col] = (uint32_t)c->count;
		}
	}
}

bool edges_emit(struct edges *t, struct emit *e)
{
	struct cells c;
	bool many = arena_used_bytes(t->arena) > CELLS_ARENA_MAX;
	cells_init(&c, t->arena);
	if (t->count > 0 && !many) {
		place_cells(t, &c);
		cells_emit(&c, e, 0, c.rows);
	}
	t->cut = t->cut || c.cut || (many && t->count > 0);
	t->count = 0;
	t->rows = 0;
	return c.rows > 0;
}
