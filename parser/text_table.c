#include "parser/text_table.h"

#include <stdio.h>
#include <string.h>

#define NONE (-1)

struct piece {
	uint32_t start, end; /* bytes of the text, blanks trimmed */
};

/* One table while it is made: pieces of its rows, at most TEXT_TABLE_COLS_MAX a row. */
struct making {
	struct document *d;
	size_t first, rows, cols; /* blocks [first, first + rows) */
	struct piece *at;         /* rows * TEXT_TABLE_COLS_MAX */
	size_t *count;            /* pieces of each row */
	size_t head, labels;      /* rows of the head, columns of labels */
};

static bool is_blank(const struct piece *p)
{
	return p->end <= p->start;
}

/* A figure or a mark for none. */
static bool is_figure(const struct document *d, const struct piece *p)
{
	bool any = false;
	for (uint32_t i = p->start; i < p->end; i++) {
		unsigned char c = (unsigned char)d->text.p[i];
		if ((c >= '0' && c <= '9') || c == '/' || c == '-')
			any = true;
		else if (c != '.' && c != '+' && c != ',' && c != '%' && c != ' ')
			return false;
	}
	return any;
}

static bool blank_char(char c)
{
	return c == ' ' || c == '\r';
}

/* The cells of a line; 0 when it is no row of a table. */
static size_t pieces_of(const struct document *d, const struct block *b, bool first, struct piece *out)
{
	size_t n = 0;
	unsigned filled = 0;
	for (uint32_t from = b->start; from <= b->end && n < TEXT_TABLE_COLS_MAX;) {
		const char *tab = memchr(d->text.p + from, '\t', b->end - from);
		uint32_t to = tab ? (uint32_t)(tab - d->text.p) : b->end, next = to + 1;
		while (from < to && blank_char(d->text.p[from]))
			from++;
		while (to > from && blank_char(d->text.p[to - 1]))
			to--;
		if (to - from > TEXT_TABLE_CELL_MAX || memmem(d->text.p + from, to - from, "。", 3))
			return 0; /* prose with a tab in it */
		out[n++] = (struct piece){from, to};
		filled += to > from;
		if (!tab)
			break;
		from = next;
	}
	/* an indented line begins none; below others it may be a row without figures whose group stands above */
	return n >= 2 && (filled >= 2 || (filled == 1 && (!first || !is_blank(&out[0])))) ? n : 0;
}

static bool has_figure(const struct making *m, size_t r)
{
	for (size_t c = 0; c < m->count[r]; c++)
		if (is_figure(m->d, &m->at[r * TEXT_TABLE_COLS_MAX + c]))
			return true;
	return false;
}

/* Cells of a row behind its last label. */
static size_t figures_behind(const struct making *m, size_t r)
{
	size_t n = 0;
	for (size_t c = m->count[r]; c > 0; c--, n++) {
		const struct piece *p = &m->at[r * TEXT_TABLE_COLS_MAX + c - 1];
		if (!is_blank(p) && !is_figure(m->d, p))
			break;
	}
	return n;
}

/* Rows of the head, columns of labels: the fewest that stand before a figure. */
static void measure(struct making *m)
{
	m->head = m->rows;
	m->labels = m->cols;
	for (size_t r = 0; r < m->rows; r++) {
		if (!has_figure(m, r))
			continue;
		m->head = r < m->head ? r : m->head;
		if (m->count[r] != m->cols)
			continue;
		for (size_t c = 0; c < m->cols && c < m->labels; c++)
			if (is_figure(m->d, &m->at[r * TEXT_TABLE_COLS_MAX + c]))
				m->labels = c;
	}
}

/*
 * A row that lost the places of its spans: its figures stand at the right as those of the whole rows do, its last label
 * reaches up to them.
 */
static void align_right(struct making *m, size_t r)
{
	struct piece *p = m->at + r * TEXT_TABLE_COLS_MAX;
	size_t n = m->count[r], figures = figures_behind(m, r), lost = m->cols - n;
	if (r < m->head || n >= m->cols || figures == 0 || figures != m->cols - m->labels)
		return;
	size_t labels = n - figures;
	memmove(p + labels + lost, p + labels, figures * sizeof *p);
	for (size_t c = labels; c < labels + lost; c++)
		p[c] = (struct piece){0, 0};
	m->count[r] = m->cols;
}

/* 第二十条第(五)项 over the rest of the table, with a head of its own below it */
static bool is_caption(const struct making *m, size_t r)
{
	const struct piece *p = m->at + r * TEXT_TABLE_COLS_MAX;
	if (r + 1 >= m->rows || is_blank(p) || has_figure(m, r) || has_figure(m, r + 1))
		return false;
	for (size_t c = 1; c < m->count[r]; c++)
		if (!is_blank(&p[c]))
			return false;
	return true;
}

/* Which cell a blank place belongs to; NONE: a blank cell of its own. */
static int32_t spanned(const struct making *m, const struct table *t, size_t r, size_t c)
{
	const int32_t *row = t->grid + r * m->cols, *above = r > 0 ? row - m->cols : NULL;
	int32_t left = c > 0 ? row[c - 1] : NONE, up = above ? above[c] : NONE;
	bool own_left = left >= 0 && t->cells[left].row == r;
	if (r < m->head) {
		bool together = !above || (c > 0 && above[c - 1] >= 0 && above[c - 1] == above[c]);
		if (own_left && together)
			return left;
		return up >= 0 ? up : left;
	}
	if (own_left && (c < m->labels || is_caption(m, r)))
		return left;
	if (c >= m->labels)
		return NONE;
	return up >= 0 && t->cells[up].row >= m->head ? up : NONE;
}

static void cover(struct cell *k, size_t r, size_t c)
{
	if (r >= (size_t)k->row + k->rowspan)
		k->rowspan = (uint16_t)(r - k->row + 1);
	if (c >= (size_t)k->col + k->colspan)
		k->colspan = (uint16_t)(c - k->col + 1);
}

static void fill(struct making *m, struct table *t)
{
	for (size_t r = 0; r < m->rows; r++)
		for (size_t c = 0; c < m->cols; c++) {
			const struct piece *p = &m->at[r * TEXT_TABLE_COLS_MAX + c];
			bool there = c < m->count[r];
			int32_t *at = &t->grid[r * m->cols + c], of = NONE;
			if (!there || is_blank(p))
				of = spanned(m, t, r, c);
			if (of < 0 && !there && r >= m->head)
				continue; /* the line ends before */
			if (of >= 0) {
				*at = of;
				cover(&t->cells[of], r, c);
				continue;
			}
			*at = (int32_t)t->cells_count;
			t->cells[t->cells_count++] = (struct cell){.start = there ? p->start : 0,
								   .end = there ? p->end : 0,
								   .row = (uint16_t)r,
								   .col = (uint16_t)c,
								   .rowspan = 1,
								   .colspan = 1};
		}
}

static void make(struct making *m, size_t *places)
{
	struct document *d = m->d;
	measure(m);
	if (m->head == m->rows)
		return;
	for (size_t r = 0; r < m->rows; r++)
		align_right(m, r);
	size_t n = m->rows * m->cols;
	if (d->tables_count >= DOC_TABLES_MAX || *places + n > TEXT_TABLE_PLACES_MAX)
		return;
	*places += n;
	struct table *t = &d->tables[d->tables_count];
	*t = (struct table){.rows = (uint16_t)m->rows, .cols = (uint16_t)m->cols};
	snprintf(t->id, sizeof t->id, "t%zu", d->tables_count + 1);
	t->start = d->blocks[m->first].start;
	t->end = d->blocks[m->first + m->rows - 1].end;
	t->cells = arena_alloc(d->arena, n * sizeof *t->cells);
	t->grid = arena_alloc(d->arena, n * sizeof *t->grid);
	memset(t->grid, 0xff, n * sizeof *t->grid);
	fill(m, t);
	for (size_t r = 0; r < m->rows; r++) {
		d->blocks[m->first + r].kind = BLOCK_ROW;
		d->blocks[m->first + r].table = (int32_t)d->tables_count;
	}
	d->tables_count++;
}

/* Do two blocks stand in lines that follow one another? */
static bool beside(const struct document *d, const struct block *a, const struct block *b)
{
	for (uint32_t i = a->end + 1; i < b->start; i++)
		if (d->text.p[i] != '\n' && d->text.p[i] != ' ')
			return false;
	return b->start - a->end <= 2; /* at most one empty line */
}

void text_tables(struct document *d)
{
	struct making m = {.d = d};
	size_t places = 0;
	if (d->blocks_count < 2 || !memchr(d->text.p, '\t', d->text.n))
		return;
	d->tables = arena_calloc(d->arena, DOC_TABLES_MAX, sizeof *d->tables);
	m.at = arena_alloc(d->arena, TEXT_TABLE_ROWS_MAX * TEXT_TABLE_COLS_MAX * sizeof *m.at);
	m.count = arena_alloc(d->arena, TEXT_TABLE_ROWS_MAX * sizeof *m.count);
	for (size_t i = 0; i < d->blocks_count; i = m.first + (m.rows > 0 ? m.rows : 1)) {
		m.first = i;
		m.rows = m.cols = 0;
		while (i < d->blocks_count && m.rows < TEXT_TABLE_ROWS_MAX &&
		       (m.rows == 0 || beside(d, &d->blocks[i - 1], &d->blocks[i]))) {
			size_t n = pieces_of(d, &d->blocks[i], m.rows == 0, m.at + m.rows * TEXT_TABLE_COLS_MAX);
			if (n == 0)
				break;
			m.count[m.rows++] = n;
			m.cols = n > m.cols ? n : m.cols;
			i++;
		}
		if (m.rows >= 2)
			make(&m, &places);
	}
}
