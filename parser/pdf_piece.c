#include "parser/pdf_piece.h"

#include <math.h>

#define PIECE_GAP 0.6f /* of the height: a wider gap parts two pieces */
#define TAIL_MAX 4u    /* Han behind a figure in its cell: 件, 万元 */
#define PIECES_MORE 8u /* that a line has room for besides those it was cut into */
#define TEXT_MAX (16u << 10)

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

/* behind the number of a label */
static bool is_point(uint32_t c)
{
	return c == 0x3001 || c == '.' || c == 0xFF0E || c == 0xFF09 || c == ')';
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
	return bracket ? c == 0xFF09 || c == ')' : is_point(c);
}

struct str pdf_pieces_text(const struct finder *f, const struct pdf_line *lines, size_t n, float right)
{
	struct buf text;
	buf_init(&text, TEXT_MAX);
	pdf_join(f->s, f->order, lines, n, right, &text);
	struct str out = arena_dup(f->s->arena, str_trim_wide(buf_str(&text)));
	buf_fini(&text);
	return out;
}

struct str pdf_piece_text(const struct finder *f, const struct piece *p)
{
	const struct pdf_line l = {.first = p->first, .count = p->count};
	return pdf_pieces_text(f, &l, 1, p->b.x1);
}

/* A label's number that a space parts from its point, its bracket or its words: "3 .其他", "（ 1）国家秘密", "2. 重复" */
static bool number_alone(const struct finder *f, const struct piece *a, const struct piece *b)
{
	const struct pdf_line two = {.first = a->first, .count = a->count + b->count};
	struct str first = pdf_piece_text(f, a), label = pdf_piece_text(f, b);
	size_t at = 0, end = 0;
	uint32_t c = next_black(label, &at), open = next_black(first, &end), last = open;
	for (uint32_t k = open; k != 0; k = next_black(first, &end))
		last = k;
	bool opens = open == last && (open == 0xFF08 || open == '('), point = is_point(last) && is_numbered(first);
	return (opens || point || (is_point(c) && !is_numbered(label))) &&
	       is_numbered(pdf_pieces_text(f, &two, 1, b->b.x1));
}

static void cut(struct finder *f, const struct pdf_line *line, struct row_line *out)
{
	struct piece p[PDF_PIECES_MAX];
	size_t n = 0;
	*out = (struct row_line){.b = line->b, .height = line->height > 0 ? line->height : line->b.y1 - line->b.y0};
	for (uint32_t i = line->first; i < line->first + line->count; i++) {
		const struct box *b = &f->s->words[f->order[i]].b;
		if (n > 0 && b->x0 - p[n - 1].b.x1 <= PIECE_GAP * out->height) {
			p[n - 1].b.x1 = fmaxf(p[n - 1].b.x1, b->x1);
			p[n - 1].count++;
		} else if (n < PDF_PIECES_MAX) {
			p[n++] = (struct piece){.b = *b, .first = i, .count = 1};
		}
	}
	if (n > 1 && number_alone(f, &p[0], &p[1]) && p[1].b.x0 - p[0].b.x1 <= PDF_WORD_GAP * out->height) {
		p[0].b.x1 = p[1].b.x1;
		p[0].count += p[1].count;
		memmove(p + 1, p + 2, (--n - 1) * sizeof *p);
	}
	for (size_t i = 0; i < n; i++) {
		struct str t = pdf_piece_text(f, &p[i]);
		p[i].figure = is_figure(t);
		p[i].numbered = is_numbered(t);
		out->figures += p[i].figure;
		if (i > 0 && !p[i - 1].figure)
			continue;
		struct pdf_line two = {.first = p[i].first, .count = p[i].count + (i + 1 < n ? p[i + 1].count : 0)};
		out->numbered = out->numbered || is_numbered(pdf_pieces_text(f, &two, 1, out->b.x1));
	}
	out->cut = arena_alloc(f->s->arena, (n + 1) * sizeof *p);
	out->p = arena_alloc(f->s->arena, (n + PIECES_MORE) * sizeof *p);
	memcpy(out->cut, p, n * sizeof *p);
	out->cuts = n;
	pdf_piece_reset(out);
}

void pdf_piece_reset(struct row_line *l)
{
	l->n = l->cuts;
	memcpy(l->p, l->cut, l->n * sizeof *l->p);
}

/* A figure between two lines of words that are as near as those of one cell: it is level with the cell's middle. */
static bool is_lone(const struct finder *f, size_t i)
{
	const struct row_line *l = &f->l[i];
	if (i == 0 || i + 1 >= f->count || l->n != 1 || !l->p[0].figure)
		return false;
	const struct row_line *a = l - 1, *b = l + 1;
	return a->n == 1 && b->n == 1 && a->figures == 0 && b->figures == 0 &&
	       b->b.y0 - a->b.y0 <= PDF_WRAP_NEAR * fmaxf(a->height, b->height);
}

void pdf_pieces_cut(struct finder *f, const struct pdf_line *lines)
{
	f->l = arena_alloc(f->s->arena, f->count * sizeof *f->l);
	for (size_t i = 0; i < f->count; i++)
		cut(f, &lines[i], &f->l[i]);
	for (size_t i = 0; i < f->count; i++)
		f->l[i].lone = is_lone(f, i);
}

void pdf_piece_join(struct row_line *l, size_t k, size_t more)
{
	struct piece *p = &l->p[k];
	for (size_t i = k + 1; i <= k + more; i++) {
		p->b.x1 = fmaxf(p->b.x1, l->p[i].b.x1);
		p->b.y0 = fminf(p->b.y0, l->p[i].b.y0);
		p->b.y1 = fmaxf(p->b.y1, l->p[i].b.y1);
		p->count += l->p[i].count;
	}
	memmove(p + 1, p + 1 + more, (l->n - k - 1 - more) * sizeof *p);
	l->n -= more;
}

static struct piece words_of(const struct finder *f, const struct piece *p, uint32_t first, uint32_t end)
{
	struct piece out = *p;
	out.first = first;
	out.count = end - first;
	out.b = f->s->words[f->order[first]].b;
	for (uint32_t i = first + 1; i < end; i++) {
		const struct box *b = &f->s->words[f->order[i]].b;
		out.b = (struct box){fminf(out.b.x0, b->x0), fminf(out.b.y0, b->y0), fmaxf(out.b.x1, b->x1),
				     fmaxf(out.b.y1, b->y1)};
	}
	return out;
}

void pdf_piece_take(const struct finder *f, struct row_line *l, size_t from, size_t to)
{
	struct piece p[PDF_PIECES_MAX + PIECES_MORE];
	if (l->n + 2 > l->cuts + PIECES_MORE)
		return;
	uint32_t begin = l->p[0].first + (uint32_t)from, end = l->p[0].first + (uint32_t)to;
	size_t n = 0;
	bool taken = false;
	for (size_t i = 0; i < l->n; i++) {
		const struct piece *q = &l->p[i];
		uint32_t last = q->first + q->count;
		if (q->first < begin)
			p[n++] = words_of(f, q, q->first, last < begin ? last : begin);
		if (!taken && last > begin) {
			p[n++] = words_of(f, q, begin, end);
			taken = true;
		}
		if (last > end)
			p[n++] = words_of(f, q, q->first > end ? q->first : end, last);
	}
	memcpy(l->p, p, n * sizeof *p);
	l->n = n;
}

bool pdf_near_below(const struct finder *f, size_t i)
{
	const struct row_line *a = &f->l[i], *b = &f->l[i + 1];
	return b->b.y0 - a->b.y0 <= PDF_WRAP_NEAR * fmaxf(a->height, b->height);
}

bool pdf_apart(const struct finder *f, size_t i)
{
	return f->l[i].b.y0 - f->l[i - 1].b.y1 > PDF_LINES_FAR * f->l[i].height;
}
