#include "parser/pdf_text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#define SAME_LINE 0.5f /* of the smaller height: how far middles on one line lie apart */
#define TWICE 0.3f     /* of the height: a word this near to the same word is its shadow */
#define DIGIT_GAP 0.2f /* of the height: a narrower gap between digits is none */
#define HAN_GAP 1.3f   /* of the height: a wider gap parts Han */

static float height(const struct box *b)
{
	return b->y1 - b->y0;
}

static float middle(const struct box *b)
{
	return (b->y0 + b->y1) / 2;
}

static int by_middle(const void *a, const void *b, void *ud)
{
	const struct pdf_scan *s = ud;
	const uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	float x = middle(&s->words[i].b), y = middle(&s->words[k].b);
	if (x != y)
		return x < y ? -1 : 1;
	return i < k ? -1 : i > k;
}

static int by_left(const void *a, const void *b, void *ud)
{
	const struct pdf_scan *s = ud;
	const uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	float x = s->words[i].b.x0, y = s->words[k].b.x0;
	if (x != y)
		return x < y ? -1 : 1;
	return i < k ? -1 : i > k;
}

static bool is_han(uint32_t cp)
{
	return cp >= 0x2E80;
}

static uint32_t first_char(struct str s)
{
	size_t at = 0;
	return s.n ? utf8_next(s.p, s.n, &at) : 0;
}

static uint32_t last_char(struct str s)
{
	size_t at = s.n;
	while (at > 0 && ((unsigned char)s.p[at - 1] & 0xC0) == 0x80)
		at--;
	at -= at > 0;
	return first_char(str_sub(s, at, s.n));
}

static bool same_word(const struct pdf_scan *s, uint32_t a, uint32_t b)
{
	const struct pdf_word *x = &s->words[a], *y = &s->words[b];
	float near = TWICE * height(&x->b);
	return fabsf(x->b.x0 - y->b.x0) <= near && fabsf(x->b.y0 - y->b.y0) <= near &&
	       str_eq(pdf_word_text(s, x), pdf_word_text(s, y));
}

/* One line: its words in order, those drawn twice once. Returns how many are left. */
static size_t finish(const struct pdf_scan *s, uint32_t *order, size_t n, struct pdf_line *l)
{
	size_t kept = 0;
	float han = 0, any = 0;
	qsort_r(order, n, sizeof *order, by_left, (void *)(uintptr_t)s);
	*l = (struct pdf_line){.b = s->words[order[0]].b};
	for (size_t i = 0; i < n; i++) {
		const struct box *b = &s->words[order[i]].b;
		bool twice = false;
		for (size_t k = kept; k > 0 && kept - k < 4 && !twice; k--)
			twice = same_word(s, order[k - 1], order[i]);
		if (twice)
			continue;
		if (kept > 0)
			l->gap = fmaxf(l->gap, b->x0 - l->b.x1);
		order[kept++] = order[i];
		l->b = (struct box){fminf(l->b.x0, b->x0), fminf(l->b.y0, b->y0), fmaxf(l->b.x1, b->x1),
				    fmaxf(l->b.y1, b->y1)};
		any = fmaxf(any, height(b));
		if (is_han(first_char(pdf_word_text(s, &s->words[order[i]])))) {
			han = fmaxf(han, height(b));
			l->height_last = height(b);
			if (l->height_first == 0)
				l->height_first = height(b);
		}
	}
	l->height = han > 0 ? han : any;
	l->count = (uint32_t)kept;
	return kept;
}

size_t pdf_lines(const struct pdf_scan *s, uint32_t *order, size_t n, struct pdf_line **out)
{
	size_t count = 0;
	*out = arena_alloc(s->arena, (n + 1) * sizeof **out);
	qsort_r(order, n, sizeof *order, by_middle, (void *)(uintptr_t)s);
	for (size_t i = 0; i < n;) {
		size_t k = i + 1;
		const struct box *last = &s->words[order[i]].b;
		for (; k < n; k++) {
			const struct box *b = &s->words[order[k]].b;
			if (middle(b) - middle(&s->words[order[i]].b) > SAME_LINE * fminf(height(b), height(last)))
				break;
			last = b;
		}
		(void)finish(s, order + i, k - i, &(*out)[count]);
		(*out)[count++].first = (uint32_t)i;
		i = k;
	}
	return count;
}

static bool gap_counts(const struct pdf_scan *s, const struct pdf_word *a, const struct pdf_word *b)
{
	uint32_t left = last_char(pdf_word_text(s, a)), right = first_char(pdf_word_text(s, b));
	float gap = b->b.x0 - a->b.x1, h = fminf(height(&a->b), height(&b->b));
	if (is_han(left) || is_han(right))
		return gap > HAN_GAP * h;
	bool number = left < 0x80 && right < 0x80 && (isdigit((int)left) || left == '.' || left == ',') &&
		      (isdigit((int)right) || right == '.' || right == ',' || right == '%');
	return !number || gap > DIGIT_GAP * h;
}

/* Between lines a number goes on only where the upper line had no room for one more digit. */
static bool break_counts(const struct pdf_scan *s, const struct pdf_word *a, const struct pdf_word *b, float right_edge)
{
	uint32_t left = last_char(pdf_word_text(s, a)), right = first_char(pdf_word_text(s, b));
	if (is_han(left) || is_han(right))
		return false;
	if (left < 0x80 && right < 0x80 && isdigit((int)left) && isdigit((int)right))
		return right_edge - a->b.x1 > height(&a->b);
	return true;
}

void pdf_join(const struct pdf_scan *s, const uint32_t *order, const struct pdf_line *lines, size_t n, float right,
	      struct buf *out)
{
	const struct pdf_word *last = NULL;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < lines[i].count; k++) {
			const struct pdf_word *w = &s->words[order[lines[i].first + k]];
			if (last && (k == 0 ? break_counts(s, last, w, right) : gap_counts(s, last, w)))
				(void)buf_add_char(out, ' ');
			(void)buf_add_str(out, pdf_word_text(s, w));
			last = w;
		}
}
