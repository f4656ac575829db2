#include "parser/pdf_table.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#include "parser/cells.h"

#define SIDE_NEAR 6.0f   /* how far the sides of a table's parts may lie apart, points */
#define ACROSS 0.3f      /* of a word's width on both sides of a line: it stands across */
#define HEAD_ROWS_MAX 6u /* rows of a head that is drawn again */
#define CELL_TEXT_MAX (64u << 10)
#define WORDS_MAX 20000u /* of one page's table */

static bool inside(const struct box *b, float x, float y)
{
	return x >= b->x0 && x < b->x1 && y >= b->y0 && y < b->y1;
}

static bool across(const struct box *cell, const struct box *w)
{
	float share = (w->x1 - w->x0) * ACROSS;
	return w->x0 < cell->x0 - share || w->x1 > cell->x1 + share;
}

/* The edges of the cells as rows and columns. */
static uint32_t place(const float *edges, size_t n, float at)
{
	size_t best = 0;
	for (size_t i = 1; i < n; i++)
		if (fabsf(edges[i] - at) < fabsf(edges[best] - at))
			best = i;
	return (uint32_t)best;
}

static size_t edges_of(struct arena *a, const struct pdf_part *parts, size_t n, bool level, float **out)
{
	size_t count = 0, at = 0;
	for (size_t i = 0; i < n; i++)
		count += 2 * parts[i].cells_count;
	*out = arena_alloc(a, (count + 1) * sizeof **out);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < parts[i].cells_count; k++) {
			const struct box *b = &parts[i].cells[k].b;
			(*out)[at++] = level ? b->y0 : b->x0;
			(*out)[at++] = level ? b->y1 : b->x1;
		}
	return pdf_cluster(*out, at, PDF_EDGE);
}

static struct str cell_text(const struct pdf_scan *s, const struct pdf_cell *c, uint32_t *words, size_t n)
{
	struct buf text;
	struct pdf_line *lines;
	buf_init(&text, CELL_TEXT_MAX);
	size_t count = pdf_lines(s, words, n, &lines);
	pdf_join(s, words, lines, count, c->b.x1, &text);
	struct str out = arena_dup(s->arena, buf_str(&text));
	buf_fini(&text);
	return out;
}

bool pdf_part_of(const struct pdf_scan *s, const struct pdf_grid *g, uint32_t *words, size_t n, struct pdf_part *out)
{
	struct arena *a = s->arena;
	float *edges;
	uint32_t *cell_of = arena_alloc(a, (n + 1) * sizeof *cell_of), *mine = arena_alloc(a, (n + 1) * sizeof *mine);
	if (n > WORDS_MAX)
		return false;
	*out = (struct pdf_part){.b = g->b, .cells_count = g->cells_count};
	out->cells = arena_calloc(a, g->cells_count, sizeof *out->cells);
	for (size_t i = 0; i < g->cells_count; i++)
		out->cells[i].b = g->cells[i];
	for (size_t i = 0; i < n; i++) {
		const struct box *b = &s->words[words[i]].b;
		size_t k = 0;
		while (k < g->cells_count && !inside(&g->cells[k], (b->x0 + b->x1) / 2, (b->y0 + b->y1) / 2))
			k++;
		if (k < g->cells_count && across(&g->cells[k], b))
			return false;
		cell_of[i] = (uint32_t)k;
	}
	size_t ys = edges_of(a, out, 1, true, &edges);
	out->rows = (uint32_t)ys - 1;
	for (size_t k = 0; k < g->cells_count; k++) {
		struct pdf_cell *c = &out->cells[k];
		size_t count = 0;
		for (size_t i = 0; i < n; i++)
			if (cell_of[i] == k)
				mine[count++] = words[i];
		c->row = place(edges, ys, c->b.y0);
		c->rows = place(edges, ys, c->b.y1) - c->row;
		c->text = count ? cell_text(s, c, mine, count) : STR("");
	}
	return true;
}

bool pdf_part_goes_on(const struct pdf_part *before, const struct pdf_part *next)
{
	if (before->edges || next->edges) {
		if (!before->edges || !next->edges || before->cols != next->cols)
			return false;
		for (size_t i = 0; i < next->cols; i++)
			if (next->left[i] >= before->right[i] || before->left[i] >= next->right[i])
				return false;
		return true;
	}
	return fabsf(before->b.x0 - next->b.x0) <= SIDE_NEAR && fabsf(before->b.x1 - next->b.x1) <= SIDE_NEAR;
}

/* ---- over a page break ---- */

static bool is_figure(struct str t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!isdigit((unsigned char)t.p[i]) && !strchr(".,%-/ ", t.p[i]))
			return false;
	return true; /* a blank cell too */
}

/* The cells of rows [0, rows) are the same in both parts. */
static bool same_head(const struct pdf_part *a, const struct pdf_part *b, uint32_t rows)
{
	size_t k = 0, letters = 0;
	for (size_t i = 0; i < a->cells_count; i++) {
		const struct pdf_cell *c = &a->cells[i];
		if (c->row >= rows || c->gone)
			continue;
		while (k < b->cells_count && b->cells[k].row >= rows)
			k++;
		if (k >= b->cells_count || c->row + c->rows > rows)
			return false;
		const struct pdf_cell *d = &b->cells[k++];
		if (c->row != d->row || c->col != d->col || c->cols != d->cols || c->rows != d->rows ||
		    !str_eq(c->text, d->text))
			return false;
		letters += !is_figure(c->text);
	}
	while (k < b->cells_count && b->cells[k].row >= rows)
		k++;
	return letters > 0 && k == b->cells_count;
}

static void drop_head(const struct pdf_part *first, struct pdf_part *p)
{
	uint32_t most = first->rows < p->rows ? first->rows : p->rows, rows = 0;
	for (uint32_t m = 1; m < most && m <= HEAD_ROWS_MAX; m++)
		if (same_head(first, p, m))
			rows = m;
	if (rows == 0)
		return;
	for (size_t i = 0; i < p->cells_count; i++) {
		p->cells[i].gone |= p->cells[i].row < rows;
		p->cells[i].row -= p->cells[i].row < rows ? p->cells[i].row : rows;
	}
	p->rows -= rows;
}

/* The cell of the part's last row that stands in the columns of c. */
static struct pdf_cell *above(struct pdf_part *p, const struct pdf_cell *c)
{
	for (size_t i = 0; i < p->cells_count; i++) {
		struct pdf_cell *u = &p->cells[i];
		if ((!u->gone || u->whole) && u->row + u->rows == p->rows && u->col == c->col && u->cols == c->cols)
			return u->whole ? u->whole : u;
	}
	return NULL;
}

static bool is_numbered(struct str t)
{
	static const char *const han[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
	for (size_t i = 0; i < sizeof han / sizeof *han; i++)
		if (str_starts(t, str_of(han[i])) && str_starts(str_sub(t, 3, t.n), STR("、")))
			return true;
	return t.n > 0 && (isdigit((unsigned char)t.p[0]) || str_starts(t, STR("（")) || t.p[0] == '(');
}

/*
 * Is the first row of `p` the rest of the last one before it? Then each column has its figure on one side only,
 * and the label began with a number above and does not here.
 */
static bool row_was_cut(struct pdf_part *before, struct pdf_part *p)
{
	unsigned labels = 0, up = 0, down = 0;
	for (size_t i = 0; i < p->cells_count; i++) {
		const struct pdf_cell *c = &p->cells[i];
		if (c->gone || c->row != 0 || c->rows > 1)
			continue;
		const struct pdf_cell *u = above(before, c);
		if (!u)
			return false;
		if (c->text.n && u->text.n) {
			if (is_figure(c->text) || is_figure(u->text) || !is_numbered(u->text) || is_numbered(c->text))
				return false;
			labels++;
		} else {
			up += u->text.n && is_figure(u->text);
			down += c->text.n && is_figure(c->text);
		}
	}
	return labels == 1 && (up == 0) != (down == 0);
}

/* A numbered label over several rows, and letters without a number below it: its rest. */
static bool label_was_cut(const struct pdf_cell *u, const struct pdf_cell *c)
{
	return (u->rows > 1 || c->rows > 1) && is_numbered(u->text) && !is_figure(u->text) && !is_numbered(c->text) &&
	       !is_figure(c->text);
}

static void heal(struct arena *a, struct pdf_part *before, struct pdf_part *p)
{
	bool cut = row_was_cut(before, p);
	for (size_t i = 0; i < p->cells_count; i++) {
		struct pdf_cell *c = &p->cells[i];
		if (c->gone || c->row != 0)
			continue;
		struct pdf_cell *u = above(before, c);
		if (!u || (c->text.n && !cut && !label_was_cut(u, c)) || (!cut && is_figure(u->text)))
			continue;
		if (c->text.n)
			u->text = str_of(arena_printf(a, "%.*s%.*s", STR_FMT(u->text), STR_FMT(c->text)));
		u->rows += c->rows;
		c->gone = true;
		c->whole = u;
	}
}

/* ---- out ---- */

void pdf_table_emit(struct emit *e, struct arena *a, struct pdf_part *parts, size_t n)
{
	float *edges;
	for (size_t i = 1; i < n && parts[0].edges; i++) /* of one table: the columns of its first page */
		for (size_t k = 0; k < parts[i].cells_count; k++) {
			struct pdf_cell *c = &parts[i].cells[k];
			c->b.x0 = parts[0].edges[c->col];
			c->b.x1 = parts[0].edges[c->col + c->cols];
		}
	size_t xs = edges_of(a, parts, n, false, &edges);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < parts[i].cells_count; k++) {
			struct pdf_cell *c = &parts[i].cells[k];
			c->col = place(edges, xs, c->b.x0);
			c->cols = place(edges, xs, c->b.x1) - c->col;
		}
	for (size_t i = 1; i < n; i++) {
		drop_head(&parts[0], &parts[i]);
		heal(a, &parts[i - 1], &parts[i]);
	}
	struct cells cells;
	cells_init(&cells, a);
	for (size_t i = 0, row = 0; i < n; row += parts[i++].rows)
		for (size_t k = 0; k < parts[i].cells_count; k++) {
			const struct pdf_cell *c = &parts[i].cells[k];
			if (!c->gone)
				(void)cells_add(&cells, (uint32_t)row + c->row, c->col, c->rows, c->cols, c->text);
		}
	cells_emit(&cells, e, 0, cells.rows);
}
