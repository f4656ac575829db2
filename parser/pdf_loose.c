#include "parser/pdf_loose.h"

#include <math.h>
#include <stdlib.h>

#include "parser/pdf_columns.h"

#define ROWS_MIN 3u      /* lines with figures; fewer only with many columns */
#define WIDE_ROW 8u      /* figures of a table that has one row of them */
#define OTHER_TYPE 1.25f /* of the height: letters so much larger are a title's */
#define SAME_SIDE 3.0f   /* how far the left sides of words in one column lie apart, points */
#define OFF_MIDDLE 0.4f  /* of a column's width: how far a head stands beside the middle of its columns */

/* ---- rows ---- */

struct loose {
	struct finder *f;
	size_t head, first, end; /* lines: the head's first, the first row's first, behind the last */
	struct columns c;
	uint32_t label; /* column of the labels */
	int32_t *row;   /* of each line of [first, end) */
	uint32_t rows;
	struct pdf_cell *cells;
	size_t *room; /* of each cell's text, bytes; 0 while the text is its first piece's */
	size_t cells_count, cells_cap, room_cap;
};

static bool is_label_only(const struct loose *t, size_t i)
{
	const struct row_line *l = &t->f->l[i];
	for (size_t k = 0; k < l->n; k++)
		if (l->p[k].col != t->label)
			return false;
	return l->n > 0;
}

static bool has_label(const struct loose *t, size_t i)
{
	const struct row_line *l = &t->f->l[i];
	for (size_t k = 0; k < l->n; k++)
		if (l->p[k].col == t->label)
			return true;
	return false;
}

static void find_label(struct loose *t)
{
	size_t most = 0, letters[PDF_PIECES_MAX + 1] = {0};
	for (size_t i = t->first; i < t->end; i++)
		for (size_t k = 0; k < t->f->l[i].n; k++) {
			const struct piece *p = &t->f->l[i].p[k];
			if (!p->figure)
				letters[p->col] += (size_t)(p->b.x1 - p->b.x0);
		}
	t->label = t->c.aside ? 0 : UINT32_MAX;
	for (uint32_t c = 0; c < t->c.n; c++)
		if (letters[c] > most) {
			most = letters[c];
			t->label = c;
		}
}

/*
 * Lines of the label above line i, up to the one with its number; 0 when line i begins it. Where a label stands beside
 * the figures too, the lines above are its own only when they are as near as lines of one cell.
 */
static size_t lines_above(const struct loose *t, size_t i, size_t floor)
{
	size_t k = 0;
	bool beside = has_label(t, i);
	if (beside && t->f->l[i].numbered)
		return 0;
	while (i - k > floor && is_label_only(t, i - k - 1) && (!beside || pdf_near_below(t->f, i - k - 1))) {
		k++;
		if (t->f->l[i - k].numbered)
			return k;
	}
	return 0;
}

/* Rows of a table that goes on may have labels alone above its first figures: the first line of these. */
static size_t rows_above(const struct loose *t, size_t first, size_t floor)
{
	const struct finder *f = t->f;
	for (size_t i = first; i > floor && !pdf_apart(f, i); i--) {
		if (!is_label_only(t, i - 1) || f->l[i - 1].p[0].cols > 1)
			break;
		if (f->l[i - 1].numbered)
			first = i - 1;
	}
	return first;
}

/* Each line its row; false when a label cannot be told from its neighbours. */
static bool find_rows(struct loose *t)
{
	const struct finder *f = t->f;
	size_t floor = t->first;
	t->row = arena_alloc(f->s->arena, (t->end - t->first + 1) * sizeof *t->row);
	for (size_t i = t->first; i < t->end; i++)
		t->row[i - t->first] = -1;
	int32_t next = 0;
	for (size_t i = t->first; i < t->end; i++) {
		if (is_label_only(t, i))
			continue;
		size_t above = lines_above(t, i, floor);
		if (above == 0 && !has_label(t, i) && t->label != UINT32_MAX)
			return false; /* figures between labels of nobody */
		/* lines before the label are rows of their own, or the rest of the label before */
		for (size_t k = floor; k < i - above; k++) {
			bool rest = !f->l[k].numbered && next > 0 && pdf_near_below(f, k - 1);
			t->row[k - t->first] = rest ? next - 1 : next++;
		}
		for (size_t k = i - above; k <= i; k++)
			t->row[k - t->first] = next;
		/* as many lines below the figures as above them: the label's middle is theirs */
		for (size_t k = 1; k <= above; k++) {
			if (i + k >= t->end || !is_label_only(t, i + k) || f->l[i + k].numbered)
				return false;
			t->row[i + k - t->first] = next;
		}
		next++;
		floor = i + above + 1;
		i = floor - 1;
	}
	for (size_t k = floor; k < t->end; k++)
		t->row[k - t->first] = !f->l[k].numbered && next > 0 && pdf_near_below(f, k - 1) ? next - 1 : next++;
	t->rows = (uint32_t)next;
	return true;
}

/* ---- cells ---- */

/* Room is doubled, so that a cell of many lines costs the arena a few times its text, not the square of it. */
static void grow_text(struct loose *t, size_t i, struct str more)
{
	struct str *text = &t->cells[i].text;
	if (text->n + more.n > t->room[i]) {
		t->room[i] = 2 * (text->n + more.n);
		char *grown = arena_alloc(t->f->s->arena, t->room[i]);
		memcpy(grown, text->p, text->n);
		text->p = grown;
	}
	memcpy((char *)text->p + text->n, more.p, more.n);
	text->n += more.n;
}

static void add_text(struct loose *t, uint32_t row, const struct piece *p)
{
	struct arena *a = t->f->s->arena;
	struct str text = pdf_piece_text(t->f, p);
	/* rows come in order, and a head's cell is at most its lines back */
	for (size_t i = t->cells_count; i > 0 && t->cells[i - 1].row + PDF_HEAD_LINES + 1 >= row; i--) {
		const struct pdf_cell *c = &t->cells[i - 1];
		if (c->row == row && c->col == p->col && c->cols == p->cols) {
			grow_text(t, i - 1, text);
			return;
		}
	}
	t->cells = arena_grow(a, t->cells, &t->cells_cap, t->cells_count + 1, sizeof *t->cells);
	t->room = arena_grow(a, t->room, &t->room_cap, t->cells_count + 1, sizeof *t->room);
	t->room[t->cells_count] = 0;
	t->cells[t->cells_count++] =
		(struct pdf_cell){.row = row, .rows = 1, .col = p->col, .cols = p->cols, .text = text};
}

/* ---- heads over several columns ---- */

static float edge(const struct columns *c, size_t i)
{
	return i == 0 ? c->x0[0] : i == c->n ? c->x1[c->n - 1] : (c->x1[i - 1] + c->x0[i]) / 2;
}

/* A piece of a lower line of the head that begins in column `col`. */
static const struct piece *below(const struct loose *t, size_t line, size_t col)
{
	for (size_t i = line + 1; i < t->first; i++)
		for (size_t k = 0; k < t->f->l[i].n; k++)
			if (t->f->l[i].p[k].col == col)
				return &t->f->l[i].p[k];
	return NULL;
}

/* As many columns to both sides as lie free and have heads of their own below (`under`). */
static void widen_centred(const struct loose *t, size_t line, size_t k, const bool *under)
{
	struct row_line *l = &t->f->l[line];
	struct piece *p = &l->p[k];
	size_t low = k > 0 ? l->p[k - 1].col + l->p[k - 1].cols : 0;
	size_t high = k + 1 < l->n ? l->p[k + 1].col : t->c.n;
	float middle = (p->b.x0 + p->b.x1) / 2;
	size_t from = p->col, to = p->col + p->cols;
	for (size_t i = from; i < to; i++)
		if (!under[i])
			return;
	for (size_t a = from + 1; a-- > low && under[a];)
		for (size_t b = to; b <= high && under[b - 1]; b++) {
			float width = (edge(&t->c, b) - edge(&t->c, a)) / (float)(b - a);
			if (fabsf((edge(&t->c, a) + edge(&t->c, b)) / 2 - middle) < OFF_MIDDLE * width) {
				p->col = (uint32_t)a;
				p->cols = (uint32_t)(b - a);
			}
		}
}

/* The column where the words to the right of piece k begin; two pieces in one column are one head. */
static size_t next_col(const struct loose *t, const struct row_line *l, size_t k)
{
	for (size_t i = k + 1; i < l->n; i++)
		if (l->p[i].col > l->p[k].col)
			return l->p[i].col;
	return t->c.n;
}

/* Heads that begin where those below them begin reach up to the next one. */
static bool widen_left(const struct loose *t, size_t line)
{
	struct row_line *l = &t->f->l[line];
	for (size_t k = 0; k < l->n; k++) {
		const struct piece *under = below(t, line, l->p[k].col);
		if (!under || fabsf(under->b.x0 - l->p[k].b.x0) > SAME_SIDE)
			return false;
	}
	for (size_t k = 0; k < l->n; k++)
		l->p[k].cols = (uint32_t)(next_col(t, l, k) - l->p[k].col);
	return true;
}

/* Does the line's heads' reach fit together: without gaps up to the last column, and inside of the heads above? */
static bool fits(const struct loose *t, size_t line, size_t above)
{
	const struct row_line *l = &t->f->l[line];
	for (size_t k = 0; k < l->n; k++) {
		size_t end = l->p[k].col + l->p[k].cols;
		if (end != (k + 1 < l->n ? l->p[k + 1].col : t->c.n))
			return false;
		bool inside = above == line;
		for (size_t m = 0; above != line && m < t->f->l[above].n; m++) {
			const struct piece *q = &t->f->l[above].p[m];
			inside = inside || (q->col <= l->p[k].col && end <= q->col + q->cols);
		}
		if (!inside)
			return false;
	}
	return above != line || l->p[0].col == 0;
}

/*
 * A table without labels: its upper heads stand in the middle over their columns, or begin with the first of them.
 * Lines whose reach does not fit together keep what their words stand over.
 */
static void widen_heads(struct loose *t)
{
	size_t above = SIZE_MAX;
	for (size_t i = t->head; i + 1 < t->first; i++) {
		struct row_line *l = &t->f->l[i];
		bool parents = l->n > 0;
		for (size_t k = 0; k < l->n; k++)
			parents = parents && below(t, i, l->p[k].col) != NULL;
		if (!parents)
			break;
		struct piece kept[PDF_PIECES_MAX];
		memcpy(kept, l->p, l->n * sizeof *kept);
		if (!widen_left(t, i) || !fits(t, i, above == SIZE_MAX ? i : above)) {
			memcpy(l->p, kept, l->n * sizeof *kept);
			bool under[PDF_PIECES_MAX + 1];
			for (size_t c = 0; c < t->c.n; c++)
				under[c] = below(t, i, c) != NULL;
			for (unsigned turn = 0; turn < 2; turn++) /* the last one first: the table's side bounds it */
				for (size_t k = l->n; k-- > 0;)
					widen_centred(t, i, k, under);
		}
		if (!fits(t, i, above == SIZE_MAX ? i : above)) {
			memcpy(l->p, kept, l->n * sizeof *kept);
			break;
		}
		above = i;
	}
}

/* Words in a line without figures reach over the columns up to the next ones. */
static void widen_right(struct loose *t, size_t i)
{
	struct row_line *l = &t->f->l[i];
	if (l->figures > 0 || l->n < 2)
		return;
	for (size_t k = 0; k < l->n; k++)
		if (l->p[k].col != t->label)
			l->p[k].cols = (uint32_t)(next_col(t, l, k) - l->p[k].col);
}

/* Head: pieces over the same columns and close below one another are one cell. */
static uint32_t head_cells(struct loose *t)
{
	const struct finder *f = t->f;
	uint32_t rows = (uint32_t)(t->first - t->head);
	for (size_t i = t->head; i < t->first; i++)
		pdf_columns_place(&t->c, &f->l[i]);
	if (t->label == UINT32_MAX)
		widen_heads(t);
	else if (t->first > t->head && t->first - t->head <= 2 && has_label(t, t->first - 1))
		widen_right(t, t->first - 1);
	for (size_t i = t->head; i < t->first; i++)
		for (size_t k = 0; k < f->l[i].n; k++) {
			struct piece *p = &f->l[i].p[k];
			uint32_t row = (uint32_t)(i - t->head);
			for (size_t u = i; u-- > t->head;) {
				bool near = false;
				for (size_t m = 0; m < f->l[u].n && !near; m++) {
					const struct piece *q = &f->l[u].p[m];
					near = q->col == p->col && q->cols == p->cols &&
					       p->b.y0 - q->b.y0 <= PDF_WRAP_NEAR * (p->b.y1 - p->b.y0);
					if (near)
						row = q->row;
				}
				if (near)
					break;
			}
			add_text(t, row, p);
			p->row = row;
		}
	return rows;
}

static int by_row(const void *a, const void *b)
{
	const struct pdf_cell *x = a, *y = b;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return x->col < y->col ? -1 : x->col > y->col;
}

/* Blank cells where the row has none: with those of one row no column is lost that has no figure. */
static void fill_row(struct loose *t, uint32_t row)
{
	bool used[PDF_PIECES_MAX + 1] = {false};
	for (size_t i = 0; i < t->cells_count; i++) {
		const struct pdf_cell *c = &t->cells[i];
		for (uint32_t k = c->col; c->row == row && k < c->col + c->cols && k < t->c.n; k++)
			used[k] = true;
	}
	for (uint32_t col = 0; col < t->c.n; col++) {
		if (used[col])
			continue;
		t->cells = arena_grow(t->f->s->arena, t->cells, &t->cells_cap, t->cells_count + 1, sizeof *t->cells);
		t->cells[t->cells_count++] =
			(struct pdf_cell){.row = row, .rows = 1, .col = col, .cols = 1, .text = STR("")};
	}
}

/* The first and the last row of [from, to) have all cells, which a page break may have cut; then all in order. */
static void fill_rows(struct loose *t, uint32_t from, uint32_t to)
{
	if (to > from)
		fill_row(t, from);
	if (to > from + 1)
		fill_row(t, to - 1);
	qsort(t->cells, t->cells_count, sizeof *t->cells, by_row);
}

static void part_of(const struct loose *t, uint32_t rows, float top, float bottom, struct pdf_part *out)
{
	struct arena *a = t->f->s->arena;
	size_t n = t->c.n;
	float *x = arena_alloc(a, (n + 1) * sizeof *x);
	for (size_t i = 0; i <= n; i++)
		x[i] = edge(&t->c, i);
	*out = (struct pdf_part){.b = {x[0], top, x[n], bottom},
				 .cells = t->cells,
				 .cells_count = t->cells_count,
				 .rows = rows,
				 .edges = x,
				 .left = arena_alloc(a, n * sizeof *x),
				 .right = arena_alloc(a, n * sizeof *x),
				 .cols = n};
	memcpy(out->left, t->c.x0, n * sizeof *x);
	memcpy(out->right, t->c.x1, n * sizeof *x);
	for (size_t i = 0; i < t->cells_count; i++) {
		struct pdf_cell *c = &t->cells[i];
		c->b = (struct box){x[c->col], (float)c->row, x[c->col + c->cols], (float)(c->row + 1)};
	}
}

/* The label's lines behind the table up to the end of the page, as rows. */
static void find_tail(struct loose *t, struct pdf_loose *out)
{
	const struct finder *f = t->f;
	uint32_t rows = 0;
	size_t end = t->end;
	while (end < f->count && !pdf_apart(f, end)) {
		pdf_columns_place(&t->c, &f->l[end]);
		if (!is_label_only(t, end) || f->l[end].p[0].cols > 1)
			break;
		end++;
	}
	if (end < f->count || end == t->end || t->label == UINT32_MAX)
		return;
	t->cells = NULL;
	t->room = NULL;
	t->cells_count = t->cells_cap = t->room_cap = 0;
	for (size_t i = t->end; i < end; i++) {
		rows += rows == 0 || f->l[i].numbered || !pdf_near_below(f, i - 1);
		for (size_t k = 0; k < f->l[i].n; k++)
			add_text(t, rows - 1, &f->l[i].p[k]);
	}
	fill_rows(t, 0, rows);
	part_of(t, rows, f->l[t->end].b.y0, f->l[end - 1].b.y1, &out->tail);
	out->tail_lines = end - t->end;
}

static void finish(struct loose *t, struct pdf_loose *out)
{
	const struct finder *f = t->f;
	uint32_t head = head_cells(t);
	for (size_t i = t->first; i < t->end; i++) {
		for (size_t k = 0; k < f->l[i].n; k++) /* a label that is longer than others */
			f->l[i].p[k].cols = f->l[i].p[k].col == t->label ? 1 : f->l[i].p[k].cols;
		widen_right(t, i);
	}
	for (size_t i = t->first; i < t->end; i++)
		for (size_t k = 0; k < f->l[i].n; k++)
			add_text(t, head + (uint32_t)t->row[i - t->first], &f->l[i].p[k]);
	fill_rows(t, head, head + t->rows);
	*out = (struct pdf_loose){.first = t->head, .end = t->end};
	part_of(t, head + t->rows, f->l[t->head].b.y0, f->l[t->end - 1].b.y1, &out->part);
	find_tail(t, out);
}

/* Rows that cannot be told apart: each line its first words, and all others in one cell. */
static void refuse(struct finder *f, size_t first, size_t end, struct pdf_loose *out)
{
	struct arena *a = f->s->arena;
	*out = (struct pdf_loose){.first = first, .end = end};
	out->part = (struct pdf_part){.b = f->l[first].b, .rows = (uint32_t)(end - first)};
	out->part.b.y1 = f->l[end - 1].b.y1;
	out->part.cells = arena_calloc(a, 2 * (end - first), sizeof *out->part.cells);
	for (size_t i = first; i < end; i++) {
		const struct row_line *l = &f->l[i];
		for (uint32_t k = 0; k < 2 && k < l->n; k++) {
			size_t last = k == 0 ? 0 : l->n - 1;
			const struct pdf_line line = {.first = l->p[k].first,
						      .count = l->p[last].first + l->p[last].count - l->p[k].first};
			struct pdf_cell *c = &out->part.cells[out->part.cells_count++];
			*c = (struct pdf_cell){.row = (uint32_t)(i - first), .rows = 1, .col = k, .cols = 1};
			c->b = (struct box){100.0f * (float)k, (float)c->row, 100.0f * (float)(k + 1),
					    (float)(c->row + 1)};
			c->text = pdf_pieces_text(f, &line, 1, l->p[last].b.x1);
		}
	}
}

/* ---- where a table begins and ends ---- */

/* No part of a head: a heading, a line of another type, a line of prose over the labels and the figures. */
static bool stops_head(const struct finder *f, size_t i, size_t first)
{
	const struct row_line *l = &f->l[i];
	return l->n == 1 &&
	       (l->numbered || l->height > OTHER_TYPE * f->l[first].height || (l->p[0].cols > 1 && l->p[0].col == 0));
}

/* The first line of the head above the row at `first`: lines in pieces, or over the columns of figures alone. */
static size_t find_head(const struct finder *f, const struct columns *c, size_t first, size_t floor)
{
	size_t head = first;
	for (size_t i = first; i-- > floor && first - i <= PDF_HEAD_LINES;) {
		if ((i + 1 < f->count && pdf_apart(f, i + 1)) || stops_head(f, i, first))
			break;
		if (f->l[i].n > 1 || (c->n > 1 && f->l[i].b.x0 >= c->x1[0]))
			head = i;
	}
	return head;
}

static bool is_head_line(const struct row_line *l)
{
	return l->figures == 0 && l->n >= 4;
}

/* Is there a head above the row at i, but for lines of its label? */
static bool has_head(const struct finder *f, size_t i, size_t floor)
{
	for (size_t k = i; k-- > floor && i - k <= PDF_HEAD_LINES && !pdf_apart(f, k + 1) && f->l[k].figures == 0;)
		if (is_head_line(&f->l[k]))
			return true;
	return false;
}

/* One table of the rows in [from, to); `floor`: where the lines before are somebody else's. */
static bool make(struct finder *f, size_t from, size_t to, size_t floor, const struct columns *seed,
		 struct pdf_loose *out)
{
	struct loose t = {.f = f, .first = from, .end = to};
	if (!pdf_columns_find(f, from, to, floor, seed, &t.c))
		return false;
	find_label(&t);
	for (size_t i = floor; i < from; i++)
		pdf_columns_place(&t.c, &f->l[i]);
	/* a label of the first row that begins above its figures, one of the last that ends below */
	size_t above = lines_above(&t, from, floor);
	t.first = seed ? rows_above(&t, from - above, floor) : from - above;
	for (size_t k = to; k < f->count && k < to + 4; k++) {
		pdf_columns_place(&t.c, &f->l[k]);
		bool wide = f->l[k].n == 1 && f->l[k].p[0].cols > 1;
		if (wide || !is_label_only(&t, k) || f->l[k].numbered || !pdf_near_below(f, k - 1))
			break;
		t.end = k + 1;
	}
	t.head = find_head(f, &t.c, t.first, floor);
	if (!find_rows(&t))
		return false;
	finish(&t, out);
	out->goes_on = seed != NULL;
	return true;
}

/* Words in pieces that more than a space parts, and no figure. */
static bool is_heads(const struct row_line *l)
{
	bool wide = false;
	for (size_t k = 1; k < l->n; k++)
		wide = wide || l->p[k].b.x0 - l->p[k - 1].b.x1 > PDF_SPACE_GAP * l->height;
	return l->figures == 0 && wide;
}

/* The heads above the row at i, with nothing but labels alone between: their line, or `floor` when there are none. */
static size_t heads_above(const struct finder *f, size_t i, size_t floor)
{
	while (i-- > floor && f->l[i].figures == 0)
		if (is_heads(&f->l[i]))
			return i;
	return floor;
}

/* Where the head of the block with heads in line `heads` may start: behind a row above them that has a label alone. */
static size_t block_floor(const struct finder *f, size_t floor, size_t heads)
{
	const struct row_line *head = &f->l[heads];
	for (size_t i = heads; i-- > floor && head->n > 1;)
		if (f->l[i].n == 1 && f->l[i].b.x1 < head->p[1].b.x0)
			return i + 1;
	return floor;
}

/* Do figures stand in the column more often than words, in lines that have figures? */
static bool of_figures(const struct finder *f, size_t from, size_t to, uint32_t col)
{
	size_t figures = 0, words = 0;
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < f->l[i].n && pdf_is_row(&f->l[i]); k++)
			if (f->l[i].p[k].col == col) {
				figures += f->l[i].p[k].figure;
				words += !f->l[i].p[k].figure;
			}
	return figures > words;
}

/*
 * Has a block of the region a head of fewer or more words than the table has columns? Its words stand over figures;
 * a label with its unit alone is a row whose figure was left out.
 */
static bool uneven(const struct finder *f, size_t from, size_t to, const struct pdf_part *part)
{
	for (size_t i = from; i + 1 < to; i++) {
		const struct row_line *l = &f->l[i];
		if (l->figures == 0 && l->n > 1 && l->n != part->cols && l->p[1].b.x0 >= part->right[0] &&
		    pdf_is_row(&f->l[i + 1]) && of_figures(f, from, to, l->p[l->n - 1].col))
			return true;
	}
	return false;
}

/* A region whose blocks have columns of their own: each block begins with a line of words in pieces. */
static size_t make_blocks(struct finder *f, size_t from, size_t to, size_t floor, struct pdf_loose *out, size_t max)
{
	size_t n = 0, begin = from;
	for (size_t i = from + 1; i <= to; i++) {
		bool cut = i == to || (pdf_is_row(&f->l[i]) && heads_above(f, i, begin) > begin);
		if (!cut)
			continue;
		size_t end = i;
		while (end > begin && !pdf_is_row(&f->l[end - 1]))
			end--;
		if (n > 0)
			floor = block_floor(f, floor, heads_above(f, begin, floor));
		if (n == max || end == begin || !make(f, begin, end, floor, NULL, &out[n]))
			return 0;
		floor = out[n].end;
		n++;
		begin = i;
	}
	return n;
}

/* The rest of the table of the page before, in its columns. */
static bool make_rest(struct finder *f, size_t from, size_t to, size_t floor, const struct pdf_part *before,
		      struct pdf_loose *out)
{
	struct columns seed = {.n = before->cols};
	if (!before->edges || before->cols > PDF_PIECES_MAX)
		return false;
	memcpy(seed.x0, before->left, seed.n * sizeof *seed.x0);
	memcpy(seed.x1, before->right, seed.n * sizeof *seed.x1);
	return make(f, from, to, floor, &seed, out);
}

/* Is the row at i, begun by a number, among the page's first, with nothing but labels of that table above it? */
static bool first_rows(const struct finder *f, size_t i, const struct pdf_part *before)
{
	if (!before->edges || !f->l[i].numbered)
		return false;
	for (size_t k = 0; k < i; k++)
		if (f->l[k].b.x0 >= before->right[0] || f->l[k].b.x1 > before->edges[1])
			return false;
	return true;
}

static size_t region(struct finder *f, size_t from, size_t to, size_t floor, const struct pdf_part *before,
		     struct pdf_loose *out, size_t max)
{
	if (before && make_rest(f, from, to, floor, before, out))
		return 1;
	bool whole = make(f, from, to, floor, NULL, out);
	if (whole && !uneven(f, from, to, &out->part))
		return 1;
	size_t n = make_blocks(f, from, to, floor, out, max);
	if (n > 0)
		return n;
	if (whole && make(f, from, to, floor, NULL, out))
		return 1;
	refuse(f, from, to, out);
	return 1;
}

/* Where the line's first figure begins. */
static float first_figure(const struct row_line *l)
{
	size_t k = 0;
	while (k + 1 < l->n && !l->p[k].figure)
		k++;
	return l->p[k].b.x0;
}

size_t pdf_loose_find(const struct pdf_scan *s, const uint32_t *order, const struct pdf_line *lines, size_t count,
		      const struct pdf_part *before, struct pdf_loose *out)
{
	struct finder f = {s, order, NULL, count};
	size_t n = 0, floor = 0;
	if (count == 0 || count > PDF_LOOSE_LINES_MAX)
		return 0;
	pdf_pieces_cut(&f, lines);
	for (size_t i = 0; i < count && n < PDF_LOOSE_TABLES_MAX; i++) {
		if (!pdf_is_row(&f.l[i]))
			continue;
		size_t end = i + 1, rows = 1, widest = f.l[i].figures, others = 0;
		float left = first_figure(&f.l[i]);
		for (size_t k = i + 1;
		     k < count && !pdf_apart(&f, k) && !is_head_line(&f.l[k]) && others < PDF_HEAD_LINES; k++)
			if (pdf_is_row(&f.l[k])) {
				end = k + 1;
				rows++;
				others = 0;
				widest = f.l[k].figures > widest ? f.l[k].figures : widest;
				left = fminf(left, first_figure(&f.l[k]));
			} else {
				others += f.l[k].b.x1 > left; /* labels alone may be any number */
			}
		bool goes_on = before && n == 0, headed = has_head(&f, i, floor);
		if (rows >= ROWS_MIN || headed || widest >= WIDE_ROW || (goes_on && rows > 0 && f.l[i].n > 2)) {
			n += region(&f, i, end, floor, n == 0 ? before : NULL, &out[n], PDF_LOOSE_TABLES_MAX - n);
			floor = out[n - 1].end;
		} else if (goes_on && first_rows(&f, i, before) && make_rest(&f, i, end, floor, before, &out[n])) {
			floor = out[n++].end;
		}
		i = (floor > end ? floor : end) - 1;
	}
	return n;
}
