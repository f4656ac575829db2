#include "parser/pdf_columns.h"

#include <math.h>

#define SAME_SIDE 3.0f  /* how far the left sides of words in one column lie apart, points */
#define MIDDLE_OFF 0.3f /* of the height: how far the middles of words in one column lie apart */
#define LEFT_MIN 2u     /* rows that show how those of a page are set */
#define NOT_MIDDLE 0.5f /* of the height: farther off no word is in the middle */

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
	size_t at = kept < PDF_PIECES_MAX ? kept : PDF_PIECES_MAX;
	for (; at > 0 && c->x0[at - 1] > x0; at--) {
		c->x0[at] = c->x0[at - 1];
		c->x1[at] = c->x1[at - 1];
	}
	c->x0[at] = x0;
	c->x1[at] = x1;
	c->n = (kept < PDF_PIECES_MAX ? kept : PDF_PIECES_MAX) + 1;
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
	return !l->p[k].figure && l->p[k].b.x1 - l->p[k].b.x0 <= PDF_LETTER_WIDE * l->height;
}

static bool over(const struct columns *c, size_t i, const struct piece *p)
{
	return c->x0[i] < p->b.x1 && p->b.x0 < c->x1[i];
}

/* Words over no column and a space behind others are theirs: the end of a label's line that is longer than its rows'. */
void pdf_columns_place(const struct columns *c, struct row_line *l)
{
	for (size_t k = 0; k < l->n; k++) {
		struct piece *p = &l->p[k];
		place(c, p);
		bool alone = k > 0 && !p->figure && p->b.x0 - p[-1].b.x1 <= PDF_SPACE_GAP * l->height;
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
	       l->p[next].b.x0 - l->p[next - 1].b.x1 <= PDF_LETTER_GAP * l->height)
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
	for (size_t i = from; i-- > floor && from - i <= PDF_HEAD_LINES;) {
		const struct row_line *l = &f->l[i];
		if (l->figures > 0 || pdf_apart(f, i + 1) || (begun && !pdf_near_below(f, i)))
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

/* Do most rows of the page begin where `head` does, and end elsewhere? */
static bool page_left_aligned(const struct finder *f, const struct piece *head)
{
	size_t same = 0, others = 0;
	for (size_t i = 0; i < f->count; i++) {
		const struct piece *p = &f->l[i].p[0];
		if (!pdf_is_row(&f->l[i]) || p->figure)
			continue;
		bool begins = fabsf(p->b.x0 - head->b.x0) <= SAME_SIDE;
		same += begins && fabsf(p->b.x1 - head->b.x1) > 2 * SAME_SIDE;
		others += !begins;
	}
	return same >= LEFT_MIN && same > others;
}

/*
 * Do the labels and their head begin at one side, so that all words of a column begin with its head or behind? Labels
 * as long as their head do not tell; the other rows of the page do then.
 */
static bool left_aligned(const struct finder *f, size_t from, size_t to)
{
	size_t above = from;
	while (above > 0 && from - above < PDF_HEAD_LINES && f->l[--above].n == 1)
		;
	const struct row_line *head = &f->l[above];
	bool told = false;
	for (size_t i = from; from > 0 && i < to; i++) {
		const struct piece *p = &f->l[i].p[0];
		bool beside = head->n > 1 && p->b.x0 > head->p[1].b.x0 - SAME_SIDE; /* of a label in lines */
		if (!pdf_is_row(&f->l[i]) || p->figure || beside)
			continue;
		if (fabsf(p->b.x0 - head->p[0].b.x0) > SAME_SIDE)
			return false;
		told = told || fabsf(p->b.x1 - head->p[0].b.x1) > 2 * SAME_SIDE;
	}
	return head->n > 1 && (told || (from > 0 && page_left_aligned(f, &head->p[0])));
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

/* ---- spaces inside of words ---- */

static bool space_behind(const struct row_line *l, size_t k)
{
	return k + 1 < l->n && !l->p[k].figure && !l->p[k + 1].figure &&
	       l->p[k + 1].b.x0 - l->p[k].b.x1 <= PDF_SPACE_GAP * l->height;
}

/* How many columns words from piece k to the `more`th behind it stand over; the last of them in *col. */
static size_t columns_under(const struct columns *c, const struct row_line *l, size_t k, size_t more, size_t *col)
{
	struct piece whole = l->p[k];
	size_t n = 0;
	whole.b.x1 = l->p[k + more].b.x1;
	for (size_t i = 0; i < c->n; i++)
		if (over(c, i, &whole)) {
			*col = i;
			n++;
		}
	return n;
}

/*
 * Words of a row a space apart are one label, unless the other rows have them in columns of their own; what begins
 * with a number begins a cell.
 */
static void join_labels(struct finder *f, size_t from, size_t to, const struct columns *seed)
{
	struct columns c = seed ? *seed : (struct columns){.n = 0};
	size_t col;
	for (size_t i = from; i < to; i++) {
		const struct row_line *l = &f->l[i];
		for (size_t k = 0; k < l->n && pdf_is_row(l); k++)
			if (!space_behind(l, k) && (k == 0 || !space_behind(l, k - 1)))
				add_reach(&c, l->p[k].b.x0, l->p[k].b.x1);
	}
	for (size_t i = from; i < to; i++) {
		struct row_line *l = &f->l[i];
		for (size_t k = 0; pdf_is_row(l) && k + 1 < l->n;)
			if (space_behind(l, k) && !l->p[k + 1].numbered && columns_under(&c, l, k, 1, &col) <= 1)
				pdf_piece_join(l, k, 1);
			else
				k++;
	}
}

static float column_middle(const struct columns *c, size_t i)
{
	return (c->x0[i] + c->x1[i]) / 2;
}

/* Words in the middle over column `col` together, and none of them alone. */
static bool centred_together(const struct columns *c, size_t col, const struct row_line *l, size_t k, size_t more)
{
	float middle = column_middle(c, col), off = MIDDLE_OFF * l->height;
	for (size_t i = k; i <= k + more; i++)
		if (fabsf(pdf_middle(&l->p[i]) - middle) <= NOT_MIDDLE * l->height)
			return false;
	return fabsf((l->p[k].b.x0 + l->p[k + more].b.x1) / 2 - middle) <= off;
}

/*
 * Heads that begin at the left sides of their cells: the figures in the middle of a cell say how far it reaches, and
 * the head behind it where it ends. Is that the cell of all these words, and not one of the last of them?
 */
static bool cell_together(const struct columns *c, const struct row_line *l, size_t k, size_t more)
{
	const struct piece *first = &l->p[k], *last = &l->p[k + more];
	size_t m = 0;
	while (m < c->n && column_middle(c, m) <= first->b.x0)
		m++;
	if (m == c->n)
		return false;
	float middle = column_middle(c, m);
	if (k + more + 1 == l->n) /* the last cell ends where the table does: has it room for the last word? */
		return 2 * middle - first->b.x0 >= last->b.x1 && 2 * middle - last->b.x0 < last->b.x1;
	float next = l->p[k + more + 1].b.x0;
	return middle < next && fabsf(middle - (first->b.x0 + next) / 2) <= SAME_SIDE &&
	       fabsf(middle - (last->b.x0 + next) / 2) > SAME_SIDE;
}

/* Words of the heads above the row at `from` that a space parts and that stand over one column as one. */
static void join_heads(struct finder *f, size_t from, size_t to, size_t floor, const struct columns *c)
{
	bool left = left_aligned(f, from, to);
	for (size_t i = from; i-- > floor && from - i <= PDF_HEAD_LINES;) {
		struct row_line *l = &f->l[i];
		if (l->figures > 0 || pdf_apart(f, i + 1))
			return;
		for (size_t k = 0; k + 1 < l->n; k++)
			for (size_t more = 1; k + more < l->n && space_behind(l, k + more - 1); more++) {
				size_t col = 0, n = columns_under(c, l, k, more, &col);
				if (n > 1)
					break;
				if ((n == 1 && centred_together(c, col, l, k, more)) ||
				    (left && cell_together(c, l, k, more))) {
					pdf_piece_join(l, k, more);
					break;
				}
			}
	}
}

/* Columns of the rows in [from, to), and of the heads above them; false when two figures of a row share one. */
bool pdf_columns_find(struct finder *f, size_t from, size_t to, size_t floor, const struct columns *seed,
		      struct columns *c)
{
	size_t first = from > floor + PDF_HEAD_LINES ? from - PDF_HEAD_LINES : floor;
	for (size_t i = first; i < f->count && i < to + PDF_HEAD_LINES; i++)
		pdf_piece_reset(&f->l[i]);
	join_labels(f, from, to, seed);
	*c = seed ? *seed : (struct columns){.n = 0};
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < f->l[i].n && pdf_is_row(&f->l[i]); k++)
			add_reach(c, f->l[i].p[k].b.x0, f->l[i].p[k].b.x1);
	if (c->n < 2 || (seed && c->n != seed->n))
		return false;
	struct columns own = *c;
	join_heads(f, from, to, floor, c);
	if (!seed && !with_heads(f, from, to, floor, c))
		*c = own;
	for (size_t i = from; i < to; i++) {
		pdf_columns_place(c, &f->l[i]);
		for (size_t k = 0; k < f->l[i].n; k++) {
			struct piece *p = &f->l[i].p[k];
			bool clash = k > 0 && p[-1].col + p[-1].cols > p->col;
			if ((clash && p->figure && p[-1].figure) || (p->cols > 1 && f->l[i].figures > 0))
				return false;
		}
	}
	return true;
}
