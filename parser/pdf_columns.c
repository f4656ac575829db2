#include "parser/pdf_columns.h"

#include <math.h>

#define SAME_SIDE 3.0f     /* how far the left sides of words in one column lie apart, points */
#define MIDDLE_OFF 0.3f    /* of the height: how far the middles of words in one column lie apart */
#define TOGETHER_MAX 4u    /* words of one line of a head's cell */
#define ATOMS_MAX 80u      /* words of a line of heads that are looked at */
#define LEFT_MIN 2u        /* rows that show how those of a page are set */
#define TOUCH 0.5f         /* points that words of neighbours may overlap */
#define NEARLY_MIDDLE 0.6f /* of the height: so near and four times nearer than any word alone is in the middle too */
#define RUN_ON 0.3f        /* of the height: nearer words would be read as one */
#define NOT_MIDDLE 0.5f    /* of the height: farther off no word is in the middle */

static void add_reach(struct columns *c, float x0, float x1)
{
	size_t kept = 0;
	for (size_t i = 0; i < c->n; i++) {
		if (c->x0[i] + TOUCH < x1 && x0 + TOUCH < c->x1[i]) {
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

/* Column i and the one behind it become one, however narrow they are: add_reach() takes in only what TOUCH says overlaps. */
static void join_next(struct columns *c, size_t i)
{
	c->x1[i] = fmaxf(c->x1[i], c->x1[i + 1]);
	c->n--;
	for (size_t k = i + 1; k < c->n; k++) {
		c->x0[k] = c->x0[k + 1];
		c->x1[k] = c->x1[k + 1];
	}
}

static bool over(const struct columns *c, size_t i, const struct piece *p)
{
	return c->x0[i] + TOUCH < p->b.x1 && p->b.x0 + TOUCH < c->x1[i];
}

/* The columns that a piece stands over. */
static void place(const struct columns *c, struct piece *p)
{
	p->col = p->cols = 0;
	for (size_t i = 0; i < c->n; i++)
		if (over(c, i, p)) {
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

/* Columns that [x0, x1) stands over. */
static size_t columns_over(const struct columns *c, float x0, float x1)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++)
		n += c->x0[i] + TOUCH < x1 && x0 + TOUCH < c->x1[i];
	return n;
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

/* Columns nearer to each other than words of two can be are one, unless both have figures. */
static void join_near(struct columns *c, const struct columns *figures, float gap)
{
	for (size_t i = 0; i + 1 < c->n;) {
		bool both = columns_over(figures, c->x0[i], c->x1[i]) > 0 &&
			    columns_over(figures, c->x0[i + 1], c->x1[i + 1]) > 0;
		if (!both && c->x0[i + 1] - c->x1[i] < gap)
			join_next(c, i);
		else
			i++;
	}
}

/* Has a line near above it heads in pieces? Heads of fewer lines stand level with the middle of the others. */
static bool among_heads(const struct finder *f, size_t i, size_t floor)
{
	for (size_t u = i; u > floor && i - u < 2 && pdf_near_below(f, u - 1); u--)
		if (f->l[u - 1].n > 1)
			return true;
	return false;
}

/*
 * The lowest heads above the row at `from`, up to a line that reaches over several columns: into `heads`, and as the
 * places of columns without any figure into `c`.
 */
static void add_heads(const struct finder *f, size_t from, size_t floor, struct columns *c, struct columns *heads)
{
	const struct columns own = *c;
	bool begun = false; /* before, the first row's label may have lines above its figures */
	for (size_t i = from; i-- > floor && from - i <= PDF_HEAD_LINES;) {
		const struct row_line *l = &f->l[i];
		if (l->figures > 0 || pdf_apart(f, i + 1) || (begun && !pdf_near_below(f, i)))
			return;
		if (!begun && l->n > 1 && own.n > 1 && l->b.x1 <= own.x0[1] && l->b.x0 < own.x1[0])
			continue; /* a label's line with a space */
		for (size_t k = 0; k < l->n; k++) {
			const struct piece *p = &l->p[k];
			bool several =
				columns_over(&own, p->b.x0, p->b.x1) > 1 || columns_over(heads, p->b.x0, p->b.x1) > 1;
			bool aside = l->n == 1 && columns_over(c, p->b.x0, p->b.x1) == 0 &&
				     ((begun && !among_heads(f, i, floor)) || p->b.x0 < c->x1[0]);
			if (several || aside)
				return;
		}
		begun = begun || l->n > 1;
		const struct columns before = *c;
		struct piece word;
		for (size_t k = 0; k < l->n;) {
			k = head_word(l, k, &before, &word);
			add_reach(c, word.b.x0, word.b.x1);
			add_reach(heads, word.b.x0, word.b.x1);
		}
		join_near(c, &own, RUN_ON * l->height);
		join_near(heads, &own, RUN_ON * l->height);
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

/* Do heads begin where those below them do, rather than stand in the middle over them? */
static bool heads_left(const struct finder *f, size_t top, size_t bottom)
{
	unsigned left = 0, centred = 0;
	for (size_t i = top; i < bottom; i++)
		for (size_t k = i + 1; k < bottom; k++)
			for (size_t m = 0; m < f->l[i].n; m++)
				for (size_t n = 0; n < f->l[k].n; n++) {
					const struct box *a = &f->l[i].p[m].b, *b = &f->l[k].p[n].b;
					float begin = fabsf(a->x0 - b->x0), end = fabsf(a->x1 - b->x1);
					if (a->x0 >= b->x1 || b->x0 >= a->x1)
						continue;
					left += begin <= SAME_SIDE && end > 2 * SAME_SIDE;
					centred += begin > SAME_SIDE && fabsf(begin - end) <= SAME_SIDE;
				}
	return left > centred;
}

/*
 * Do the labels and their head begin at one side, so that all words of a column begin with its head or behind? Labels
 * as long as their head do not tell; the other rows of the page do then. Without a head of the labels the other heads
 * tell, which begin where those below them do.
 */
static bool left_aligned(const struct finder *f, size_t from, size_t to)
{
	size_t above = from, top = from;
	const struct piece *label = NULL;
	while (top > 0 && from - top < PDF_HEAD_LINES && f->l[top - 1].figures == 0 && !pdf_apart(f, top))
		top--;
	while (above > 0 && from - above < PDF_HEAD_LINES && f->l[--above].n == 1)
		;
	const struct row_line *head = &f->l[above];
	bool told = false;
	for (size_t i = from; from > 0 && i < to; i++) {
		const struct piece *p = &f->l[i].p[0];
		bool beside = head->n > 1 && p->b.x0 > head->p[1].b.x0 - SAME_SIDE; /* of a label in lines */
		if (!pdf_is_row(&f->l[i]) || p->figure || beside)
			continue;
		if (!label && head->n > 1 && p->b.x1 < head->p[0].b.x0)
			return heads_left(f, top, from);
		label = p;
		if (fabsf(p->b.x0 - head->p[0].b.x0) > SAME_SIDE)
			return false;
		told = told || fabsf(p->b.x1 - head->p[0].b.x1) > 2 * SAME_SIDE;
	}
	return head->n > 1 && (told || (label && page_left_aligned(f, &head->p[0])));
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
			join_next(c, i);
		}
	}
	return true;
}

/* ---- spaces inside of words ---- */

static bool space_behind(const struct row_line *l, size_t k)
{
	return k + 1 < l->n && !l->p[k].figure && !l->p[k + 1].figure &&
	       l->p[k + 1].b.x0 - l->p[k].b.x1 <= PDF_WORD_GAP * l->height;
}

/*
 * Words of a row a space apart are one label, unless the other rows have them in columns of their own; what begins
 * with a number begins a cell.
 */
static void join_labels(struct finder *f, size_t from, size_t to, const struct columns *seed)
{
	struct columns c = seed ? *seed : (struct columns){.n = 0};
	for (size_t i = from; i < to; i++) {
		const struct row_line *l = &f->l[i];
		for (size_t k = 0; k < l->n && pdf_is_row(l); k++)
			if (!space_behind(l, k) && (k == 0 || !space_behind(l, k - 1)))
				add_reach(&c, l->p[k].b.x0, l->p[k].b.x1);
	}
	for (size_t i = from; i < to; i++) {
		struct row_line *l = &f->l[i];
		for (size_t k = 0; pdf_is_row(l) && k + 1 < l->n;)
			if (space_behind(l, k) && !l->p[k + 1].numbered &&
			    columns_over(&c, l->p[k].b.x0, l->p[k + 1].b.x1) <= 1)
				pdf_piece_join(l, k, 1);
			else
				k++;
	}
}

static float column_middle(const struct columns *c, size_t i)
{
	return (c->x0[i] + c->x1[i]) / 2;
}

/* What stands without a space on a line: words [first, end), counted from the line's first. */
struct atom {
	float x0, x1;
	uint32_t first, end;
};

static size_t atoms_of(const struct finder *f, const struct row_line *l, struct atom *out)
{
	uint32_t first = l->p[0].first, count = l->p[l->n - 1].first + l->p[l->n - 1].count - first;
	size_t n = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct box *b = &f->s->words[f->order[first + i]].b;
		if (n > 0 && b->x0 - out[n - 1].x1 <= RUN_ON * l->height) {
			out[n - 1].x1 = fmaxf(out[n - 1].x1, b->x1);
			out[n - 1].end = i + 1;
		} else if (n < ATOMS_MAX) {
			out[n++] = (struct atom){b->x0, b->x1, i, i + 1};
		}
	}
	return n;
}

/* How far the n atoms are from being in the middle, when a space each parts them and they are over one column only. */
static float off_middle(const struct columns *c, size_t col, const struct atom *a, size_t n, float most)
{
	for (size_t k = 1; k < n; k++)
		if (a[k].x0 - a[k - 1].x1 > most)
			return INFINITY;
	return columns_over(c, a[0].x0, a[n - 1].x1) <= 1 ? fabsf((a[0].x0 + a[n - 1].x1) / 2 - column_middle(c, col))
							  : INFINITY;
}

/*
 * The fewest words of the line that stand in the middle over column `col` together, when none of them does alone: into
 * [*from, *to). False when they are a piece already.
 */
static bool centred_words(const struct finder *f, const struct row_line *l, const struct columns *c, size_t col,
			  size_t *from, size_t *to)
{
	struct atom a[ATOMS_MAX];
	size_t count = atoms_of(f, l, a), found = 0;
	float alone = INFINITY, fewer = INFINITY;
	for (size_t n = 1; n <= TOGETHER_MAX && n <= count && found == 0; n++) {
		float best = INFINITY;
		size_t at = 0;
		for (size_t i = 0; i + n <= count; i++) {
			float off = off_middle(c, col, a + i, n, PDF_WORD_GAP * l->height);
			at = off < best ? i : at;
			best = fminf(best, off);
		}
		alone = n == 1 ? best : alone;
		if (alone <= NOT_MIDDLE * l->height)
			return false;
		if (n > 1 &&
		    (best <= MIDDLE_OFF * l->height || (best <= NEARLY_MIDDLE * l->height && fewer >= 4 * best))) {
			*from = a[at].first;
			*to = a[at + n - 1].end;
			found = n;
		}
		fewer = fminf(fewer, best);
	}
	for (size_t k = 0; k < l->n; k++)
		if (l->p[k].first == l->p[0].first + *from && l->p[k].count == *to - *from)
			return false;
	return found > 0;
}

/* Do words of another line of the page begin there, as where cells begin? */
static bool begins_elsewhere(const struct finder *f, const struct row_line *but, float x)
{
	for (size_t i = 0; i < f->count; i++)
		for (size_t k = 0; k < f->l[i].n; k++)
			if (&f->l[i] != but && !f->l[i].p[k].figure && fabsf(f->l[i].p[k].b.x0 - x) <= SAME_SIDE)
				return true;
	return false;
}

/* Where the next head begins behind `x`, in any of the head's lines; INFINITY behind the last one. */
static float next_head(const struct finder *f, size_t top, size_t bottom, float x)
{
	float next = INFINITY;
	for (size_t i = top; i < bottom; i++)
		for (size_t k = 0; k < f->l[i].n; k++)
			if (f->l[i].p[k].b.x0 >= x)
				next = fminf(next, f->l[i].p[k].b.x0);
	return next;
}

/* Is the last head of the line with the word behind a cell of its own far narrower than the line's others? */
static bool too_narrow(const struct row_line *l, size_t k, size_t more)
{
	float least = INFINITY;
	for (size_t i = 1; i < k; i++)
		least = fminf(least, l->p[i + 1].b.x0 - l->p[i].b.x0);
	return k > 1 && l->p[k + more].b.x0 - l->p[k].b.x0 < least / 2;
}

/* Lines [top, bottom) are a head. */
struct head {
	size_t top, bottom;
};

/*
 * Heads that begin at the left sides of their cells: the figures in the middle of a cell say how far it reaches, and
 * the head behind it where it ends. Is that the cell of all these words, and not one of the last of them?
 */
static bool cell_together(const struct finder *f, const struct head *h, const struct columns *c,
			  const struct row_line *l, size_t k, size_t more)
{
	const struct piece *first = &l->p[k], *last = &l->p[k + more];
	size_t m = 0;
	while (m < c->n && column_middle(c, m) <= first->b.x0)
		m++;
	if (m == c->n)
		return false;
	float middle = column_middle(c, m), next = next_head(f, h->top, h->bottom, last->b.x1);
	if (next == INFINITY) /* the last cell ends where the table does: has it room, or has the last word's? */
		return 2 * middle - first->b.x0 >= last->b.x1 &&
		       (2 * middle - last->b.x0 < last->b.x1 || too_narrow(l, k, more) ||
			(begins_elsewhere(f, l, first->b.x0) && !begins_elsewhere(f, l, last->b.x0)));
	return middle < next && fabsf(middle - (first->b.x0 + next) / 2) <= SAME_SIDE &&
	       fabsf(middle - (last->b.x0 + next) / 2) > SAME_SIDE;
}

/* The head of the labels, when nothing but words stands below: its words are nearer than the next head. */
static bool label_together(const struct columns *c, const struct row_line *l)
{
	const struct piece *p = l->p;
	if (l->n < 3 || !space_behind(l, 0) || p[0].b.x0 >= c->x1[0] || (c->n > 1 && p[1].b.x1 > c->x0[1]))
		return false;
	return p[2].b.x0 - p[1].b.x1 > 2 * (p[1].b.x0 - p[0].b.x1);
}

/* Words of the head's line i that a space parts and that stand over one column as one piece. */
static void join_head(struct finder *f, const struct head *h, size_t i, const struct columns *c, bool left)
{
	struct row_line *l = &f->l[i];
	size_t from = 0, to = 0;
	for (size_t m = 0; l->n > 0 && m < c->n; m++)
		if (centred_words(f, l, c, m, &from, &to))
			pdf_piece_take(f, l, from, to);
	if (left && label_together(c, l))
		pdf_piece_join(l, 0, 1);
	for (size_t k = 0; left && k + 1 < l->n; k++)
		for (size_t more = 1; more < TOGETHER_MAX && k + more < l->n && space_behind(l, k + more - 1); more++)
			if (columns_over(c, l->p[k].b.x0, l->p[k + more].b.x1) <= 1 &&
			    cell_together(f, h, c, l, k, more)) {
				pdf_piece_join(l, k, more);
				break;
			}
}

static void join_heads(struct finder *f, size_t from, size_t to, size_t floor, const struct columns *c)
{
	struct head h = {from, from};
	bool left = left_aligned(f, from, to);
	while (h.top > floor && from - h.top < PDF_HEAD_LINES && f->l[h.top - 1].figures == 0 &&
	       !(h.top < f->count && pdf_apart(f, h.top)))
		h.top--;
	for (size_t i = h.bottom; i-- > h.top;)
		join_head(f, &h, i, c, left);
}

/*
 * Rows whose labels all have two lines, with the figures level with their middle, have no words in the figures' lines:
 * the lines just above and below are the column of labels then.
 */
static void add_labels(const struct finder *f, size_t from, size_t to, size_t floor, struct columns *c)
{
	float left = INFINITY;
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < f->l[i].n && pdf_is_row(&f->l[i]); k++) {
			if (!f->l[i].p[k].figure)
				return;
			left = fminf(left, f->l[i].p[k].b.x0);
		}
	for (size_t i = from > floor ? from - 1 : floor; i < to + 1 && i < f->count; i++) {
		const struct row_line *l = &f->l[i];
		if (l->n == 1 && l->figures == 0 && l->b.x1 <= left &&
		    ((i > floor && pdf_is_row(l - 1)) || (i + 1 < f->count && pdf_is_row(l + 1)))) {
			add_reach(c, l->b.x0, l->b.x1);
			c->aside = true;
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
	if (!seed)
		add_labels(f, from, to, floor, c);
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
