#include "parser/pdf_loose.h"

#include <math.h>
#include <stdlib.h>

#define PIECE_GAP 0.6f   /* of the height: a wider gap parts two pieces */
#define LINES_FAR 3.5f   /* of the height: lines farther apart are no rows of one table */
#define WRAP_NEAR 1.65f  /* of the height: how far the tops of two lines of one cell lie apart at most */
#define LETTER_WIDE 1.3f /* of the height: the width of a letter of Han at most */
#define LETTER_GAP 2.5f  /* of the height: how far the letters of one word of a head are set apart at most */
#define SPACE_GAP 1.2f   /* of the height: a space of a letter's width at most */
#define PIECES_MAX 40u   /* of one line */
#define ROWS_MIN 3u      /* lines with figures; fewer only with many columns */
#define WIDE_ROW 8u      /* figures of a table that has one row of them */
#define HEAD_LINES 12u
#define OTHER_TYPE 1.25f /* of the height: letters so much larger are a title's */
#define SAME_SIDE 3.0f   /* how far the left sides of words in one column lie apart, points */
#define OFF_MIDDLE 0.4f  /* of a column's width: how far a head stands beside the middle of its columns */
#define TAIL_MAX 4u      /* Han behind a figure in its cell: 件, 万元 */
#define TEXT_MAX (16u << 10)

struct piece {
	struct box b;
	uint32_t first, count; /* in the order array */
	bool figure;
	uint32_t col, cols;
	uint32_t row; /* of the head's cell that it is in */
};

struct row_line {
	struct piece *p;
	size_t n, figures;
	struct box b;
	float height;
	bool numbered; /* its first piece begins with a number of a list */
};

struct finder {
	const struct pdf_scan *s;
	const uint32_t *order;
	struct row_line *l;
	size_t count;
};

/* ---- pieces ---- */

static uint32_t next_char(struct str t, size_t *at)
{
	return *at < t.n ? utf8_next(t.p, t.n, at) : 0;
}

static uint32_t next_black(struct str t, size_t *at)
{
	uint32_t c = next_char(t, at);
	while (c == ' ' || c == 0x3000 || c == 0xA0)
		c = next_char(t, at);
	return c;
}

static bool is_digit(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
}

static bool is_sign(uint32_t c)
{
	return c == '+' || c == '-' || c == '/' || c == 0xFF0B || c == 0xFF0D || c == 0x2014 || c == 0x2212 ||
	       c == 0xFF0F;
}

/* A count, a dash, a slash, 无; with 增 or 减 before it or its unit behind it. */
static bool is_figure(struct str t)
{
	size_t at = 0, back = 0, digits = 0, tail = 0;
	uint32_t c = next_char(t, &at);
	if (c == 0x65E0 && at == t.n) /* 无 */
		return true;
	if (c == 0x589E || c == 0x51CF) /* 增 减 */
		c = next_char(t, &at);
	for (; c != 0 && is_sign(c); c = next_char(t, &at))
		back++;
	for (; c != 0 && (is_digit(c) || c == '.' || c == ',' || c == 0xFF0E || c == '%'); c = next_char(t, &at))
		digits += is_digit(c);
	if (c == 0)
		return digits + back > 0;
	if (digits == 0 || c == 0x5E74) /* 年 */
		return false;
	for (; c >= 0x4E00 && c < 0xA000; c = next_char(t, &at))
		tail++;
	return tail <= TAIL_MAX && tail > 0 && (c == 0 || c == 0xFF08 || c == '(');
}

static bool is_han_number(uint32_t c)
{
	static const uint32_t han[] = {0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D, 0x5341};
	for (size_t i = 0; i < sizeof han / sizeof *han; i++)
		if (c == han[i])
			return true;
	return is_digit(c);
}

/* 一、 （一） 1. 1、 or 其中 begin a label. */
static bool is_numbered(struct str t)
{
	size_t at = 0, digits = 0;
	uint32_t c = next_black(t, &at);
	if (c == 0x5176) /* 其中 */
		return next_black(t, &at) == 0x4E2D;
	bool bracket = c == 0xFF08 || c == '(';
	if (bracket)
		c = next_black(t, &at);
	for (; is_han_number(c); c = next_black(t, &at))
		digits++;
	if (digits == 0 || digits > 4)
		return false;
	return bracket ? c == 0xFF09 || c == ')' : c == 0x3001 || c == '.' || c == 0xFF0E || c == 0xFF09 || c == ')';
}

static struct str text_of(const struct finder *f, const uint32_t *words, const struct pdf_line *lines, size_t n,
			  float right)
{
	struct buf text;
	buf_init(&text, TEXT_MAX);
	pdf_join(f->s, words, lines, n, right, &text);
	struct str out = arena_dup(f->s->arena, str_trim_wide(buf_str(&text)));
	buf_fini(&text);
	return out;
}

static struct str piece_text(const struct finder *f, const struct piece *p)
{
	const struct pdf_line l = {.first = p->first, .count = p->count};
	return text_of(f, f->order, &l, 1, p->b.x1);
}

static void cut_line(struct finder *f, const struct pdf_line *line, struct row_line *out)
{
	struct piece p[PIECES_MAX];
	size_t n = 0;
	*out = (struct row_line){.b = line->b, .height = line->height > 0 ? line->height : line->b.y1 - line->b.y0};
	for (uint32_t i = line->first; i < line->first + line->count; i++) {
		const struct box *b = &f->s->words[f->order[i]].b;
		if (n > 0 && b->x0 - p[n - 1].b.x1 <= PIECE_GAP * out->height) {
			p[n - 1].b.x1 = fmaxf(p[n - 1].b.x1, b->x1);
			p[n - 1].count++;
		} else if (n < PIECES_MAX) {
			p[n++] = (struct piece){.b = *b, .first = i, .count = 1};
		}
	}
	out->p = arena_alloc(f->s->arena, (n + 1) * sizeof *p);
	memcpy(out->p, p, n * sizeof *p);
	out->n = n;
	for (size_t i = 0; i < n; i++) {
		struct str t = piece_text(f, &out->p[i]);
		out->p[i].figure = is_figure(t);
		out->figures += out->p[i].figure;
		if (i > 0 && !out->p[i - 1].figure)
			continue;
		struct pdf_line two = {.first = p[i].first, .count = p[i].count + (i + 1 < n ? p[i + 1].count : 0)};
		out->numbered = out->numbered || is_numbered(text_of(f, f->order, &two, 1, out->b.x1));
	}
}

static bool is_row(const struct row_line *l)
{
	return l->figures > 0 && l->n > 1;
}

static bool near_below(const struct finder *f, size_t i)
{
	const struct row_line *a = &f->l[i], *b = &f->l[i + 1];
	return b->b.y0 - a->b.y0 <= WRAP_NEAR * fmaxf(a->height, b->height);
}

static bool apart(const struct finder *f, size_t i)
{
	return f->l[i].b.y0 - f->l[i - 1].b.y1 > LINES_FAR * f->l[i].height;
}

/* ---- columns ---- */

struct columns {
	float x0[PIECES_MAX + 1], x1[PIECES_MAX + 1];
	size_t n;
};

static void add_reach(struct columns *c, float x0, float x1)
{
	size_t kept = 0;
	for (size_t i = 0; i < c->n; i++) {
		if (c->x0[i] < x1 && x0 < c->x1[i]) {
			x0 = fminf(x0, c->x0[i]);
			x1 = fmaxf(x1, c->x1[i]);
			continue;
		}
		c->x0[kept] = c->x0[i];
		c->x1[kept++] = c->x1[i];
	}
	size_t at = kept < PIECES_MAX ? kept : PIECES_MAX;
	for (; at > 0 && c->x0[at - 1] > x0; at--) {
		c->x0[at] = c->x0[at - 1];
		c->x1[at] = c->x1[at - 1];
	}
	c->x0[at] = x0;
	c->x1[at] = x1;
	c->n = (kept < PIECES_MAX ? kept : PIECES_MAX) + 1;
}

/* The columns that a piece stands over. */
static void place(const struct columns *c, struct piece *p)
{
	p->col = p->cols = 0;
	for (size_t i = 0; i < c->n; i++)
		if (c->x0[i] < p->b.x1 && p->b.x0 < c->x1[i]) {
			p->col = p->cols == 0 ? (uint32_t)i : p->col;
			p->cols++;
		}
	for (size_t i = 0; i < c->n && p->cols == 0; i++) /* between two: the one whose side is nearer */
		if (i + 1 == c->n || p->b.x0 + p->b.x1 < c->x1[i] + c->x0[i + 1]) {
			p->col = (uint32_t)i;
			p->cols = 1;
		}
}

/* One letter of Han, whose width is about its height. */
static bool is_letter(const struct row_line *l, size_t k)
{
	return !l->p[k].figure && l->p[k].b.x1 - l->p[k].b.x0 <= LETTER_WIDE * l->height;
}

static bool over(const struct columns *c, size_t i, const struct piece *p)
{
	return c->x0[i] < p->b.x1 && p->b.x0 < c->x1[i];
}

/* Words over no column and a space behind others are theirs: the end of a label's line that is longer than its rows'. */
static void place_line(const struct columns *c, struct row_line *l)
{
	for (size_t k = 0; k < l->n; k++) {
		struct piece *p = &l->p[k];
		place(c, p);
		bool alone = k > 0 && !p->figure && p->b.x0 - p[-1].b.x1 <= SPACE_GAP * l->height;
		for (size_t i = 0; i < c->n; i++)
			alone = alone && !over(c, i, p);
		if (alone && p[-1].cols == 1 && !p[-1].figure)
			p->col = p[-1].col;
	}
}

/*
 * Words of a head, its letters set apart (统　计　数) joined unless they stand over several columns: where the next one
 * begins, and the reach of this one in `whole`.
 */
static size_t head_word(const struct row_line *l, size_t k, const struct columns *c, struct piece *whole)
{
	*whole = l->p[k];
	size_t next = k + 1, n = 0;
	while (next < l->n && is_letter(l, next - 1) && is_letter(l, next) &&
	       l->p[next].b.x0 - l->p[next - 1].b.x1 <= LETTER_GAP * l->height)
		next++;
	whole->b.x1 = l->p[next - 1].b.x1;
	for (size_t m = 0; m < c->n; m++)
		n += over(c, m, whole);
	if (n > 1) {
		*whole = l->p[k];
		return k + 1;
	}
	return next;
}

/*
 * The lowest heads above the row at `from`, up to a line that reaches over several columns: into `heads`, and as the
 * places of columns without any figure into `c`.
 */
static void add_heads(const struct finder *f, size_t from, size_t floor, struct columns *c, struct columns *heads)
{
	bool begun = false; /* before, the first row's label may have lines above its figures */
	for (size_t i = from; i-- > floor && from - i <= HEAD_LINES;) {
		const struct row_line *l = &f->l[i];
		if (l->figures > 0 || apart(f, i + 1) || (begun && !near_below(f, i)))
			return;
		begun = begun || l->n > 1;
		for (size_t k = 0; k < l->n; k++) {
			size_t n = 0;
			for (size_t m = 0; m < c->n; m++)
				n += over(c, m, &l->p[k]);
			if (n > 1 || (n == 0 && l->n == 1))
				return;
		}
		const struct columns before = *c;
		struct piece word;
		for (size_t k = 0; k < l->n;) {
			k = head_word(l, k, &before, &word);
			add_reach(c, word.b.x0, word.b.x1);
			add_reach(heads, word.b.x0, word.b.x1);
		}
	}
}

/* Do the labels and their head begin at one side, so that all words of a column begin with its head or behind? */
static bool left_aligned(const struct finder *f, size_t from, size_t to)
{
	size_t above = from;
	while (above > 0 && from - above < HEAD_LINES && f->l[--above].n == 1)
		;
	const struct row_line *head = &f->l[above];
	bool told = false;
	for (size_t i = from; from > 0 && i < to; i++) {
		const struct piece *p = &f->l[i].p[0];
		bool beside = head->n > 1 && p->b.x0 > head->p[1].b.x0 - SAME_SIDE; /* of a label in lines */
		if (!is_row(&f->l[i]) || p->figure || beside)
			continue;
		if (fabsf(p->b.x0 - head->p[0].b.x0) > SAME_SIDE)
			return false;
		told = told || fabsf(p->b.x1 - head->p[0].b.x1) > 2 * SAME_SIDE;
	}
	return told && head->n > 1;
}

/*
 * Columns of the heads besides those of the rows; false when figures are left without a head of their own. Behind a
 * head that stands to the left they are its.
 */
static bool with_heads(const struct finder *f, size_t from, size_t to, size_t floor, struct columns *c)
{
	struct columns own = *c, heads = {.n = 0};
	add_heads(f, from, floor, c, &heads);
	if (c->n == own.n)
		return true;
	bool left = left_aligned(f, from, to);
	for (size_t i = 1; i < c->n; i++) {
		bool headed = false, filled = false;
		for (size_t m = 0; m < heads.n; m++)
			headed = headed || (heads.x0[m] < c->x1[i] && c->x0[i] < heads.x1[m]);
		for (size_t m = 0; m < own.n; m++)
			filled = filled || (own.x0[m] < c->x1[i - 1] && c->x0[i - 1] < own.x1[m]);
		if (!headed && (!left || filled || i == 1))
			return false;
		if (!headed) {
			i--;
			add_reach(c, c->x0[i], c->x1[i + 1]);
		}
	}
	return true;
}

/* Columns of the rows in [from, to), and of the heads above them; false when two figures of a row share one. */
static bool find_columns(struct finder *f, size_t from, size_t to, size_t floor, const struct columns *seed,
			 struct columns *c)
{
	*c = seed ? *seed : (struct columns){.n = 0};
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < f->l[i].n && is_row(&f->l[i]); k++)
			add_reach(c, f->l[i].p[k].b.x0, f->l[i].p[k].b.x1);
	if (c->n < 2 || (seed && c->n != seed->n))
		return false;
	struct columns own = *c;
	if (!seed && !with_heads(f, from, to, floor, c))
		*c = own;
	for (size_t i = from; i < to; i++) {
		place_line(c, &f->l[i]);
		for (size_t k = 0; k < f->l[i].n; k++) {
			struct piece *p = &f->l[i].p[k];
			bool clash = k > 0 && p[-1].col + p[-1].cols > p->col;
			if ((clash && p->figure && p[-1].figure) || (p->cols > 1 && f->l[i].figures > 0))
				return false;
		}
	}
	return true;
}

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
	size_t most = 0, letters[PIECES_MAX + 1] = {0};
	for (size_t i = t->first; i < t->end; i++)
		for (size_t k = 0; k < t->f->l[i].n; k++) {
			const struct piece *p = &t->f->l[i].p[k];
			if (!p->figure)
				letters[p->col] += (size_t)(p->b.x1 - p->b.x0);
		}
	t->label = UINT32_MAX;
	for (uint32_t c = 0; c < t->c.n; c++)
		if (letters[c] > most) {
			most = letters[c];
			t->label = c;
		}
}

/* Lines of the label above line i, up to the one with its number; 0 when line i begins it. */
static size_t lines_above(const struct loose *t, size_t i, size_t floor)
{
	size_t k = 0;
	if (has_label(t, i) && t->f->l[i].numbered)
		return 0;
	while (i - k > floor && is_label_only(t, i - k - 1)) {
		k++;
		if (t->f->l[i - k].numbered)
			return k;
	}
	return 0;
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
			bool rest = !f->l[k].numbered && next > 0 && near_below(f, k - 1);
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
		t->row[k - t->first] = !f->l[k].numbered && next > 0 && near_below(f, k - 1) ? next - 1 : next++;
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
	struct str text = piece_text(t->f, p);
	/* rows come in order, and a head's cell is at most its lines back */
	for (size_t i = t->cells_count; i > 0 && t->cells[i - 1].row + HEAD_LINES + 1 >= row; i--) {
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
		struct piece kept[PIECES_MAX];
		memcpy(kept, l->p, l->n * sizeof *kept);
		if (!widen_left(t, i) || !fits(t, i, above == SIZE_MAX ? i : above)) {
			memcpy(l->p, kept, l->n * sizeof *kept);
			bool under[PIECES_MAX + 1];
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
		place_line(&t->c, &f->l[i]);
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
					       p->b.y0 - q->b.y0 <= WRAP_NEAR * (p->b.y1 - p->b.y0);
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

static void finish(struct loose *t, struct pdf_loose *out)
{
	struct arena *a = t->f->s->arena;
	uint32_t head = head_cells(t);
	for (size_t i = t->first; i < t->end; i++)
		widen_right(t, i);
	for (size_t i = t->first; i < t->end; i++)
		for (size_t k = 0; k < t->f->l[i].n; k++)
			add_text(t, head + (uint32_t)t->row[i - t->first], &t->f->l[i].p[k]);
	qsort(t->cells, t->cells_count, sizeof *t->cells, by_row);
	float *x = arena_alloc(a, (t->c.n + 1) * sizeof *x);
	x[0] = t->c.x0[0];
	for (size_t i = 1; i < t->c.n; i++)
		x[i] = (t->c.x1[i - 1] + t->c.x0[i]) / 2;
	x[t->c.n] = t->c.x1[t->c.n - 1];
	*out = (struct pdf_loose){.first = t->head, .end = t->end};
	out->part = (struct pdf_part){.b = {x[0], t->f->l[t->head].b.y0, x[t->c.n], t->f->l[t->end - 1].b.y1},
				      .cells = t->cells,
				      .cells_count = t->cells_count,
				      .rows = head + t->rows,
				      .edges = x,
				      .left = arena_alloc(a, t->c.n * sizeof *x),
				      .right = arena_alloc(a, t->c.n * sizeof *x),
				      .cols = t->c.n};
	memcpy(out->part.left, t->c.x0, t->c.n * sizeof *x);
	memcpy(out->part.right, t->c.x1, t->c.n * sizeof *x);
	for (size_t i = 0; i < t->cells_count; i++) {
		struct pdf_cell *c = &t->cells[i];
		c->b = (struct box){x[c->col], (float)c->row, x[c->col + c->cols], (float)(c->row + 1)};
	}
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
			c->text = text_of(f, f->order, &line, 1, l->p[last].b.x1);
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
	for (size_t i = first; i-- > floor && first - i <= HEAD_LINES;) {
		if ((i + 1 < f->count && apart(f, i + 1)) || stops_head(f, i, first))
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

/* One table of the rows in [from, to); `floor`: where the lines before are somebody else's. */
static bool make(struct finder *f, size_t from, size_t to, size_t floor, const struct columns *seed,
		 struct pdf_loose *out)
{
	struct loose t = {.f = f, .first = from, .end = to};
	if (!find_columns(f, from, to, floor, seed, &t.c))
		return false;
	find_label(&t);
	for (size_t i = floor; i < from; i++)
		place_line(&t.c, &f->l[i]);
	/* a label of the first row that begins above its figures, one of the last that ends below */
	size_t above = lines_above(&t, from, floor);
	t.first = from - above;
	for (size_t k = to; k < f->count && k < to + 4; k++) {
		place_line(&t.c, &f->l[k]);
		bool wide = f->l[k].n == 1 && f->l[k].p[0].cols > 1;
		if (wide || !is_label_only(&t, k) || f->l[k].numbered || !near_below(f, k - 1))
			break;
		t.end = k + 1;
	}
	t.head = find_head(f, &t.c, t.first, floor);
	if (!find_rows(&t))
		return false;
	finish(&t, out);
	return true;
}

/* Where the head of the block at `begin` may start: behind a row above it that has a label alone. */
static size_t block_floor(const struct finder *f, size_t floor, size_t begin)
{
	const struct row_line *head = &f->l[begin - 1];
	for (size_t i = begin - 1; i-- > floor;)
		if (f->l[i].n == 1 && f->l[i].b.x1 < head->p[1].b.x0)
			return i + 1;
	return floor;
}

/* Do figures stand in the column more often than words, in lines that have figures? */
static bool of_figures(const struct finder *f, size_t from, size_t to, uint32_t col)
{
	size_t figures = 0, words = 0;
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < f->l[i].n && is_row(&f->l[i]); k++)
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
		    is_row(&f->l[i + 1]) && of_figures(f, from, to, l->p[l->n - 1].col))
			return true;
	}
	return false;
}

/* A region whose blocks have columns of their own: each block begins with a line of words in pieces. */
static size_t make_blocks(struct finder *f, size_t from, size_t to, size_t floor, struct pdf_loose *out, size_t max)
{
	size_t n = 0, begin = from;
	for (size_t i = from + 1; i <= to; i++) {
		bool cut = i == to ||
			   (is_row(&f->l[i]) && !is_row(&f->l[i - 1]) && f->l[i - 1].figures == 0 && f->l[i - 1].n > 1);
		if (!cut)
			continue;
		size_t end = i;
		while (end > begin && !is_row(&f->l[end - 1]))
			end--;
		if (n > 0)
			floor = block_floor(f, floor, begin);
		if (n == max || end == begin || !make(f, begin, end, floor, NULL, &out[n]))
			return 0;
		floor = out[n].end;
		n++;
		begin = i;
	}
	return n;
}

static size_t region(struct finder *f, size_t from, size_t to, size_t floor, const struct pdf_part *before,
		     struct pdf_loose *out, size_t max)
{
	struct columns seed = {.n = 0};
	if (before && before->edges && before->cols <= PIECES_MAX) {
		seed.n = before->cols;
		memcpy(seed.x0, before->left, seed.n * sizeof *seed.x0);
		memcpy(seed.x1, before->right, seed.n * sizeof *seed.x1);
		if (make(f, from, to, floor, &seed, out))
			return 1;
	}
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

size_t pdf_loose_find(const struct pdf_scan *s, const uint32_t *order, const struct pdf_line *lines, size_t count,
		      const struct pdf_part *before, struct pdf_loose *out)
{
	struct finder f = {s, order, NULL, count};
	size_t n = 0, floor = 0;
	if (count == 0 || count > PDF_LOOSE_LINES_MAX)
		return 0;
	f.l = arena_alloc(s->arena, count * sizeof *f.l);
	for (size_t i = 0; i < count; i++)
		cut_line(&f, &lines[i], &f.l[i]);
	for (size_t i = 0; i < count && n < PDF_LOOSE_TABLES_MAX; i++) {
		if (!is_row(&f.l[i]))
			continue;
		size_t end = i + 1, rows = 1, widest = f.l[i].figures;
		for (size_t k = i + 1; k < count && !apart(&f, k) && !is_head_line(&f.l[k]) && k - end < HEAD_LINES;
		     k++)
			if (is_row(&f.l[k])) {
				end = k + 1;
				rows++;
				widest = f.l[k].figures > widest ? f.l[k].figures : widest;
			}
		bool goes_on = before && n == 0, headed = i > floor && is_head_line(&f.l[i - 1]);
		if (rows >= ROWS_MIN || headed || widest >= WIDE_ROW || (goes_on && rows > 0 && f.l[i].n > 2)) {
			n += region(&f, i, end, floor, n == 0 ? before : NULL, &out[n], PDF_LOOSE_TABLES_MAX - n);
			floor = out[n - 1].end;
		}
		i = (floor > end ? floor : end) - 1;
	}
	return n;
}
