#include "parser/pdf_grid.h"

#include <math.h>
#include <stdlib.h>

#define PAGE_RULES_MAX 3000u /* after merging; a page with more is a drawing */
#define RULE_MIN 9.0f        /* shorter lines are parts of letters, points */
#define GAP_MAX 3.0f         /* between two lines that are one */
#define OPEN_MIN 8.0f        /* what lines reach beyond the last one across them */
#define TABLE_WIDTH_MIN 60.0f
#define GRIDS_MAX 64u

static int by_float(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return x < y ? -1 : x > y;
}

size_t pdf_cluster(float *v, size_t n, float near)
{
	size_t out = 0;
	qsort(v, n, sizeof *v, by_float);
	for (size_t i = 0; i < n;) {
		float sum = 0;
		size_t k = i;
		for (; k < n && v[k] - v[i] <= near; k++)
			sum += v[k];
		v[out++] = sum / (float)(k - i);
		i = k;
	}
	return out;
}

/* ---- lines of one direction, as position and reach ---- */

struct line {
	float at, from, to;
	int32_t table; /* parent of the union of lines that touch */
};

struct lines {
	struct line *p;
	size_t n;
};

static int by_place(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->from < y->from ? -1 : x->from > y->from;
}

/* Pieces of one line: borders are drawn cell by cell. */
static void merge(struct lines *l)
{
	qsort(l->p, l->n, sizeof *l->p, by_place);
	for (size_t i = 0; i < l->n;) { /* one place for what lies within a point and a half */
		size_t k = i;
		while (k < l->n && l->p[k].at - l->p[i].at <= PDF_EDGE / 2)
			k++;
		float at = l->p[i].at;
		for (; i < k; i++)
			l->p[i].at = at;
	}
	qsort(l->p, l->n, sizeof *l->p, by_place);
	size_t out = 0;
	for (size_t i = 0; i < l->n; i++) {
		struct line *last = out > 0 ? &l->p[out - 1] : NULL;
		if (last && last->at == l->p[i].at && l->p[i].from <= last->to + GAP_MAX)
			last->to = fmaxf(last->to, l->p[i].to);
		else
			l->p[out++] = l->p[i];
	}
	size_t kept = 0;
	for (size_t i = 0; i < out; i++)
		if (l->p[i].to - l->p[i].from >= RULE_MIN)
			l->p[kept++] = l->p[i];
	l->n = kept < PAGE_RULES_MAX ? kept : 0;
}

static void split(const struct pdf_scan *s, const struct pdf_page *page, struct lines *level, struct lines *upright)
{
	size_t n = page->rule_end - page->rule_first;
	level->p = arena_alloc(s->arena, (n + 1) * sizeof *level->p);
	upright->p = arena_alloc(s->arena, (n + 1) * sizeof *upright->p);
	level->n = upright->n = 0;
	for (size_t i = page->rule_first; i < page->rule_end; i++) {
		struct box b = s->rules[i].b;
		if (b.y0 == b.y1)
			level->p[level->n++] = (struct line){b.y0, b.x0, b.x1, 0};
		else
			upright->p[upright->n++] = (struct line){b.x0, b.y0, b.y1, 0};
	}
	merge(level);
	merge(upright);
}

/* ---- which lines belong together: level lines first, then upright ones ---- */

static struct line *line_at(struct lines *level, struct lines *upright, int32_t i)
{
	return (size_t)i < level->n ? &level->p[i] : &upright->p[(size_t)i - level->n];
}

static int32_t root(struct lines *level, struct lines *upright, int32_t i)
{
	struct line *l = line_at(level, upright, i);
	while (l->table != i) {
		l->table = line_at(level, upright, l->table)->table; /* halves the way of the next search */
		i = l->table;
		l = line_at(level, upright, i);
	}
	return i;
}

static bool touch(const struct line *h, const struct line *v)
{
	return v->at >= h->from - PDF_EDGE && v->at <= h->to + PDF_EDGE && h->at >= v->from - PDF_EDGE &&
	       h->at <= v->to + PDF_EDGE;
}

static void unite(struct lines *level, struct lines *upright)
{
	for (size_t i = 0; i < level->n + upright->n; i++)
		line_at(level, upright, (int32_t)i)->table = (int32_t)i;
	for (size_t i = 0; i < level->n; i++)
		for (size_t k = 0; k < upright->n; k++)
			if (touch(&level->p[i], &upright->p[k])) {
				int32_t a = root(level, upright, (int32_t)i);
				int32_t b = root(level, upright, (int32_t)(level->n + k));
				line_at(level, upright, b)->table = a;
			}
}

/* ---- the cells of one table ---- */

struct raster {
	struct lines level, upright; /* of this table */
	float x[PDF_GRID_COLS_MAX + 1], y[PDF_GRID_ROWS_MAX + 1];
	size_t cols, rows;
};

static bool drawn(const struct lines *l, float at, float middle)
{
	for (size_t i = 0; i < l->n; i++)
		if (fabsf(l->p[i].at - at) <= PDF_EDGE && l->p[i].from <= middle && l->p[i].to >= middle)
			return true;
	return false;
}

/* The places of `lines`, and the ends of those across them where they reach on. Returns how many, 0 for too many. */
static size_t edges(struct arena *a, const struct lines *l, const struct lines *across, float *out, size_t max)
{
	float *v = arena_alloc(a, (l->n + 3) * sizeof *v);
	for (size_t i = 0; i < l->n; i++)
		v[i] = l->p[i].at;
	size_t n = pdf_cluster(v, l->n, PDF_EDGE);
	float from = v[0], to = v[n - 1];
	for (size_t i = 0; i < across->n; i++) {
		from = fminf(from, across->p[i].from);
		to = fmaxf(to, across->p[i].to);
	}
	if (from < v[0] - OPEN_MIN)
		v[n++] = from;
	if (to > v[n - 1] + OPEN_MIN)
		v[n++] = to;
	qsort(v, n, sizeof *v, by_float);
	if (n > max)
		return 0;
	memcpy(out, v, n * sizeof *v);
	return n;
}

/* Places that no line parts are joined: first along rows, then equal stretches of rows along columns. */
static void join(const struct raster *r, uint16_t *right, uint16_t *down)
{
	for (size_t y = 0; y < r->rows; y++) {
		float middle = (r->y[y] + r->y[y + 1]) / 2;
		for (size_t x = r->cols; x-- > 0;) {
			size_t at = y * r->cols + x;
			right[at] = 1;
			if (x + 1 < r->cols && !drawn(&r->upright, r->x[x + 1], middle))
				right[at] = (uint16_t)(right[at + 1] + 1);
			down[at] = 1;
		}
	}
	for (size_t y = r->rows - 1; y-- > 0;)
		for (size_t x = 0; x < r->cols;) {
			size_t at = y * r->cols + x;
			bool open = right[at] == right[at + r->cols];
			for (size_t k = x; k < x + right[at] && open; k++)
				open = !drawn(&r->level, r->y[y + 1], (r->x[k] + r->x[k + 1]) / 2);
			/* the row below must part its cells at the same places */
			if (open && x > 0)
				open = drawn(&r->upright, r->x[x], (r->y[y + 1] + r->y[y + 2]) / 2);
			if (open)
				down[at] = (uint16_t)(down[at + r->cols] + 1);
			x += right[at];
		}
}

static size_t cells_of(const struct raster *r, struct arena *a, struct box **out)
{
	size_t places = r->rows * r->cols, n = 0;
	uint16_t *right = arena_alloc(a, places * sizeof *right), *down = arena_alloc(a, places * sizeof *down);
	uint8_t *taken = arena_calloc(a, places, 1);
	join(r, right, down);
	*out = arena_alloc(a, places * sizeof **out);
	for (size_t y = 0; y < r->rows; y++)
		for (size_t x = 0; x < r->cols; x++) {
			size_t at = y * r->cols + x;
			if (taken[at])
				continue;
			for (size_t i = 0; i < down[at]; i++)
				memset(taken + at + i * r->cols, 1, right[at]);
			(*out)[n++] = (struct box){r->x[x], r->y[y], r->x[x + right[at]], r->y[y + down[at]]};
		}
	return n;
}

/* The lines of `all` that belong to table `t`; `base` is the number of the first. */
static void pick(struct lines *level, struct lines *upright, int32_t t, bool want_level, struct arena *a,
		 struct lines *out)
{
	size_t base = want_level ? 0 : level->n, n = want_level ? level->n : upright->n;
	out->p = arena_alloc(a, (n + 1) * sizeof *out->p);
	out->n = 0;
	for (size_t i = 0; i < n; i++)
		if (root(level, upright, (int32_t)(base + i)) == t)
			out->p[out->n++] = *line_at(level, upright, (int32_t)(base + i));
}

static bool grid_of(struct lines *level, struct lines *upright, int32_t t, struct arena *a, struct pdf_grid *g)
{
	struct raster *r = arena_alloc(a, sizeof *r);
	pick(level, upright, t, true, a, &r->level);
	pick(level, upright, t, false, a, &r->upright);
	if (r->level.n < 1 || r->upright.n < 1)
		return false;
	size_t xs = edges(a, &r->upright, &r->level, r->x, PDF_GRID_COLS_MAX + 1);
	size_t ys = edges(a, &r->level, &r->upright, r->y, PDF_GRID_ROWS_MAX + 1);
	if (xs < 2 || ys < 2 || xs + ys < 5 || r->x[xs - 1] - r->x[0] < TABLE_WIDTH_MIN)
		return false;
	r->cols = xs - 1;
	r->rows = ys - 1;
	g->b = (struct box){r->x[0], r->y[0], r->x[xs - 1], r->y[ys - 1]};
	g->cells_count = cells_of(r, a, &g->cells);
	return g->cells_count > 1;
}

static int by_top(const void *a, const void *b)
{
	const struct pdf_grid *x = a, *y = b;
	return x->b.y0 < y->b.y0 ? -1 : x->b.y0 > y->b.y0;
}

size_t pdf_grids(const struct pdf_scan *s, const struct pdf_page *page, struct pdf_grid **out)
{
	struct lines level, upright;
	size_t n = 0;
	split(s, page, &level, &upright);
	unite(&level, &upright);
	*out = arena_alloc(s->arena, GRIDS_MAX * sizeof **out);
	for (size_t i = 0; i < level.n + upright.n && n < GRIDS_MAX; i++)
		if (root(&level, &upright, (int32_t)i) == (int32_t)i &&
		    grid_of(&level, &upright, (int32_t)i, s->arena, &(*out)[n]))
			n++;
	qsort(*out, n, sizeof **out, by_top);
	return n;
}
