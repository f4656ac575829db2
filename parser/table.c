#include "parser/table.h"

/* ------------------------------------------------------------- data or layout */

struct shape {
	uint32_t cells, cols, cps, largest, largest_lines, filled;
};

static struct shape shape_of(const struct page *p, const struct ptable *t)
{
	struct shape s = {0};
	uint32_t row_cols = 0;
	int row = -1;
	for (int32_t i = t->cell_first; i >= 0; i = p->cells[i].next) {
		const struct pcell *c = &p->cells[i];
		if (c->row != row) {
			row = c->row;
			row_cols = 0;
		}
		row_cols += c->colspan;
		if (row_cols > s.cols)
			s.cols = row_cols;
		uint32_t cps = 0;
		for (uint32_t k = c->line_first; k < c->line_end; k++)
			cps += p->lines[k].cps;
		s.cps += cps;
		s.filled += cps > 0;
		s.cells++;
		if (cps > s.largest) {
			s.largest = cps;
			s.largest_lines = c->line_end - c->line_first;
		}
	}
	return s;
}

static bool is_data(const struct page *p, const struct ptable *t)
{
	if (t->nested || t->headings || t->lists || t->cells < 2)
		return false;
	struct shape s = shape_of(p, t);
	if (s.cols < 2 || s.filled < 2)
		return false;
	if (t->rows == 1 && s.cps > 200)
		return false;
	/* one cell that holds an article beside others that hold its frame */
	if (s.largest > 600 && s.largest_lines > 4 && s.largest * 2 > s.cps)
		return false;
	return true;
}

const uint8_t *table_kinds(const struct page *p)
{
	uint8_t *kind = arena_calloc(p->arena, p->tables_count + 1, 1);
	for (size_t i = 0; i < p->tables_count; i++)
		kind[i] = is_data(p, &p->tables[i]);
	return kind;
}

/* ----------------------------------------------------------------------- grid */

/* Places the cells: each in the first free column of its row; what a span covers twice stays with the first. */
static void place(const struct page *p, const struct ptable *pt, struct table *t)
{
	size_t n = 0;
	unsigned col = 0;
	int row = -1;
	for (int32_t i = pt->cell_first; i >= 0; i = p->cells[i].next) {
		const struct pcell *c = &p->cells[i];
		if (c->row != row) {
			row = c->row;
			col = 0;
		}
		int32_t *line = t->grid + (size_t)c->row * t->cols;
		while (col < t->cols && line[col] >= 0)
			col++;
		if (col >= t->cols)
			continue;
		unsigned wide = c->colspan, high = c->rowspan;
		if (wide > t->cols - col)
			wide = t->cols - col;
		if (high > (unsigned)(t->rows - c->row))
			high = (unsigned)(t->rows - c->row);
		t->cells[n] = (struct cell){.row = c->row,
					    .col = (uint16_t)col,
					    .rowspan = (uint16_t)high,
					    .colspan = (uint16_t)wide,
					    .header = c->header};
		t->cells[n].start = (uint32_t)i; /* until its text is written */
		for (unsigned r = 0; r < high; r++)
			for (unsigned k = 0; k < wide; k++) {
				int32_t *g = &t->grid[(size_t)(c->row + r) * t->cols + col + k];
				if (*g < 0)
					*g = (int32_t)n;
			}
		n++;
		col += wide;
	}
	t->cells_count = n;
}

/* The columns that the cells take, spans from rows above counted. */
static unsigned columns_of(const struct page *p, const struct ptable *pt)
{
	uint16_t until[TABLE_COLS_MAX] = {0}; /* the row up to which a column is covered */
	unsigned most = 0, col = 0;
	int row = -1;
	for (int32_t i = pt->cell_first; i >= 0; i = p->cells[i].next) {
		const struct pcell *c = &p->cells[i];
		if (c->row != row) {
			row = c->row;
			col = 0;
		}
		while (col < TABLE_COLS_MAX && until[col] > c->row)
			col++;
		for (unsigned k = 0; k < c->colspan && col < TABLE_COLS_MAX; k++, col++)
			until[col] = (uint16_t)(c->row + c->rowspan);
		if (col > most)
			most = col;
	}
	return most;
}

static enum err write_cell(const struct page *p, const struct pcell *c, struct buf *text)
{
	for (uint32_t k = c->line_first; k < c->line_end; k++) {
		if (k > c->line_first)
			(void)buf_add_char(text, ' ');
		(void)buf_add_str(text, page_line(p, &p->lines[k]));
	}
	return text->sticky;
}

static bool write_row(const struct page *p, struct table *t, unsigned r, size_t *next, struct buf *text)
{
	for (unsigned c = 0; c < t->cols; c++) {
		if (c > 0)
			(void)buf_add_char(text, '\t');
		if (*next >= t->cells_count || t->cells[*next].row != r || t->cells[*next].col != c)
			continue;
		struct cell *cell = &t->cells[(*next)++];
		const struct pcell *pc = &p->cells[cell->start];
		cell->start = (uint32_t)text->n;
		if (write_cell(p, pc, text) != ERR_OK)
			return false;
		cell->end = (uint32_t)text->n;
	}
	return text->sticky == ERR_OK;
}

bool table_write(const struct page *p, int32_t ti, struct arena *arena, struct buf *text, struct table *out,
		 int32_t index, void (*row)(void *ud, uint32_t start, uint32_t end, int32_t index), void *ud,
		 size_t *grid_left)
{
	const struct ptable *pt = &p->tables[ti];
	struct table *t = out;
	memset(t, 0, sizeof *t);
	t->rows = pt->rows;
	t->cols = (uint16_t)columns_of(p, pt);
	size_t places = (size_t)t->rows * t->cols;
	if (places > *grid_left)
		return false;
	*grid_left -= places;
	t->caption = pt->caption;
	t->cells = arena_calloc(arena, pt->cells, sizeof *t->cells);
	t->grid = arena_alloc(arena, places * sizeof *t->grid);
	memset(t->grid, 0xff, places * sizeof *t->grid);
	place(p, pt, t);
	size_t next = 0, before = text->n;
	t->start = (uint32_t)before;
	for (unsigned r = 0; r < t->rows; r++) {
		if (next >= t->cells_count || t->cells[next].row != r)
			continue; /* no cell begins here */
		if (text->n > before)
			(void)buf_add_char(text, '\n');
		size_t start = text->n;
		if (!write_row(p, t, r, &next, text)) {
			text->n = before;
			text->sticky = ERR_OK;
			return false;
		}
		row(ud, (uint32_t)start, (uint32_t)text->n, index);
	}
	t->end = (uint32_t)text->n;
	return true;
}
