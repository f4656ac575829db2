#include "parser/pdf_scan.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#define PAGES_MAX 1000u /* more than a converter is asked for */
#define THICK_MAX 3.0f  /* a filled box thinner than this is a drawn line, points */
#define LEVEL_MAX 0.8f  /* how far a line may lean */
#define POINTS_MAX 64   /* of one path; what has more is a picture */

void pdf_scan_init(struct pdf_scan *s, struct arena *a)
{
	*s = (struct pdf_scan){.arena = a};
	buf_init(&s->text, PDF_TEXT_MAX);
	buf_init(&s->line, PDF_LINE_MAX);
}

void pdf_scan_fini(struct pdf_scan *s)
{
	buf_fini(&s->text);
	buf_fini(&s->line);
}

/* The whole lines of `p`; a piece of a line waits in s->line. */
static void split_lines(struct pdf_scan *s, const char *p, size_t n, void (*one)(struct pdf_scan *, struct str))
{
	while (n > 0) {
		const char *nl = memchr(p, '\n', n);
		size_t k = nl ? (size_t)(nl - p) : n;
		if (!s->skip_line && buf_add(&s->line, p, k) != ERR_OK)
			s->skip_line = true;
		if (!nl)
			return;
		if (!s->skip_line)
			one(s, buf_str(&s->line));
		s->skip_line = false;
		buf_clear(&s->line);
		p += k + 1;
		n -= k + 1;
	}
}

/* Value of name="..." */
static struct str value_of(struct str line, const char *name)
{
	long at = str_find(line, str_of(name), 0);
	if (at < 0)
		return STR_NULL;
	size_t from = (size_t)at + strlen(name);
	const char *end = memchr(line.p + from, '"', line.n - from);
	return end ? str_sub(line, from, (size_t)(end - line.p)) : STR_NULL;
}

/* strtof() on slices: a number is ended by what is no part of it, and slices come from NUL-ended buffers. */
static float number_of(struct str v)
{
	float f = v.n > 0 ? strtof(v.p, NULL) : 0;
	return isfinite(f) && fabsf(f) < 1e5f ? f : 0;
}

static struct pdf_page *page_add(struct pdf_scan *s)
{
	if (s->pages_count >= PAGES_MAX) {
		s->cut = true;
		return NULL;
	}
	s->pages = arena_grow(s->arena, s->pages, &s->pages_cap, s->pages_count + 1, sizeof *s->pages);
	struct pdf_page *p = &s->pages[s->pages_count++];
	*p = (struct pdf_page){.word_first = (uint32_t)s->words_count, .word_end = (uint32_t)s->words_count};
	return p;
}

static void add_text(struct buf *text, struct str v)
{
	static const struct {
		const char *name;
		char c;
	} named[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];
		for (size_t k = 0; c == '&' && k < sizeof named / sizeof *named; k++)
			if (str_starts(str_sub(v, i, v.n), str_of(named[k].name))) {
				c = named[k].c;
				i += strlen(named[k].name) - 1;
				break;
			}
		(void)buf_add_char(text, c);
	}
}

bool pdf_scan_page(struct pdf_scan *s, float width, float height)
{
	struct pdf_page *p = page_add(s);
	if (p) {
		p->width = width;
		p->height = height;
		p->rule_first = p->rule_end = (uint32_t)s->rules_count;
	}
	return p != NULL;
}

bool pdf_scan_word(struct pdf_scan *s, struct box b, struct str text)
{
	if (s->pages_count == 0 || !(b.x1 > b.x0) || !(b.y1 > b.y0) || text.n == 0 || !utf8_valid(text.p, text.n))
		return false;
	if (s->words_count >= PDF_WORDS_MAX || s->text.n + text.n >= PDF_TEXT_MAX) {
		s->cut = true;
		return false;
	}
	s->words = arena_grow(s->arena, s->words, &s->words_cap, s->words_count + 1, sizeof *s->words);
	s->words[s->words_count++] = (struct pdf_word){b, (uint32_t)s->text.n, (uint32_t)text.n};
	(void)buf_add_str(&s->text, text);
	s->pages[s->pages_count - 1].word_end = (uint32_t)s->words_count;
	return true;
}

static void word_line(struct pdf_scan *s, struct str line)
{
	line = str_trim(line);
	if (str_starts(line, STR("<page "))) {
		(void)pdf_scan_page(s, number_of(value_of(line, "width=\"")), number_of(value_of(line, "height=\"")));
		return;
	}
	if (!str_starts(line, STR("<word ")) || s->pages_count == 0 || !str_ends(line, STR("</word>")))
		return;
	const char *gt = memchr(line.p, '>', line.n);
	struct str text = str_sub(line, (size_t)(gt - line.p) + 1, line.n - 7);
	const struct box b = {number_of(value_of(line, "xMin=\"")), number_of(value_of(line, "yMin=\"")),
			      number_of(value_of(line, "xMax=\"")), number_of(value_of(line, "yMax=\""))};
	struct buf plain;
	buf_init(&plain, PDF_LINE_MAX);
	add_text(&plain, text);
	(void)pdf_scan_word(s, b, buf_str(&plain));
	buf_fini(&plain);
}

bool pdf_scan_words(void *ud, const char *p, size_t n)
{
	split_lines(ud, p, n, word_line);
	return true;
}

/* ------------------------------------------------------------------ lines */

struct matrix {
	float a, b, c, d, e, f;
};

static size_t numbers(struct str v, float *out, size_t max)
{
	size_t count = 0;
	const char *p = v.p, *end = v.p + v.n;
	while (p && p < end && count < max) {
		char *next;
		float f = strtof(p, &next);
		if (next == p) {
			if (isalpha((unsigned char)*p))
				break; /* the next command of a path: its numbers are its own */
			p++;
			continue;
		}
		out[count++] = isfinite(f) ? f : 0;
		p = next;
	}
	return count;
}

static struct matrix matrix_of(struct str line)
{
	float v[6];
	struct str m = value_of(line, "transform=\"matrix(");
	if (m.n > 0 && numbers(m, v, 6) == 6)
		return (struct matrix){v[0], v[1], v[2], v[3], v[4], v[5]};
	return (struct matrix){1, 0, 0, 1, 0, 0};
}

static void rule_add(struct pdf_scan *s, float x0, float y0, float x1, float y1)
{
	struct box b = {fminf(x0, x1), fminf(y0, y1), fmaxf(x0, x1), fmaxf(y0, y1)};
	if (!(b.x0 > -1e5f && b.x1 < 1e5f && b.y0 > -1e5f && b.y1 < 1e5f))
		return;
	if (b.y1 - b.y0 <= LEVEL_MAX && b.x1 - b.x0 > LEVEL_MAX)
		b.y0 = b.y1 = (b.y0 + b.y1) / 2;
	else if (b.x1 - b.x0 <= LEVEL_MAX && b.y1 - b.y0 > LEVEL_MAX)
		b.x0 = b.x1 = (b.x0 + b.x1) / 2;
	else
		return;
	if (s->rules_count >= PDF_RULES_MAX) {
		s->cut = true;
		return;
	}
	s->rules = arena_grow(s->arena, s->rules, &s->rules_cap, s->rules_count + 1, sizeof *s->rules);
	s->rules[s->rules_count++].b = b;
}

void pdf_scan_rule(struct pdf_scan *s, float x0, float y0, float x1, float y1)
{
	rule_add(s, x0, y0, x1, y1);
	if (s->pages_count > 0)
		s->pages[s->pages_count - 1].rule_end = (uint32_t)s->rules_count;
}

struct point {
	float x, y;
	bool moved; /* begins a part of the path */
};

/* The corners of a path of straight lines only; 0 for any other. A closed part ends where it began. */
static size_t corners(struct str d, const struct matrix *m, struct point *out)
{
	size_t n = 0, first = 0;
	for (size_t i = 0; i < d.n; i++) {
		char c = d.p[i];
		if (c == 'M' || c == 'L') {
			float v[2];
			if (n >= POINTS_MAX || numbers(str_sub(d, i + 1, d.n), v, 2) != 2)
				return 0;
			if (c == 'M')
				first = n;
			out[n++] = (struct point){m->a * v[0] + m->c * v[1] + m->e, m->b * v[0] + m->d * v[1] + m->f,
						  c == 'M'};
		} else if (c == 'Z') {
			if (n == 0 || n >= POINTS_MAX)
				return 0;
			out[n++] = (struct point){out[first].x, out[first].y, false};
		} else if (c >= 'A' && c <= 'z') {
			return 0; /* a curve */
		}
	}
	return n;
}

static void stroked(struct pdf_scan *s, const struct point *p, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!p[i].moved)
			rule_add(s, p[i - 1].x, p[i - 1].y, p[i].x, p[i].y);
}

/* A thin filled box is a line; programs for writing draw borders so. */
static void filled(struct pdf_scan *s, const struct point *p, size_t n)
{
	for (size_t from = 0; from < n;) {
		size_t to = from + 1;
		struct box b = {p[from].x, p[from].y, p[from].x, p[from].y};
		for (; to < n && !p[to].moved; to++)
			b = (struct box){fminf(b.x0, p[to].x), fminf(b.y0, p[to].y), fmaxf(b.x1, p[to].x),
					 fmaxf(b.y1, p[to].y)};
		float w = b.x1 - b.x0, h = b.y1 - b.y0, x = (b.x0 + b.x1) / 2, y = (b.y0 + b.y1) / 2;
		if (h <= THICK_MAX && w > h)
			rule_add(s, b.x0, y, b.x1, y);
		else if (w <= THICK_MAX)
			rule_add(s, x, b.y0, x, b.y1);
		from = to;
	}
}

static bool is_white(struct str line, const char *what)
{
	struct str v = value_of(line, "style=\"");
	long at = str_find(v, str_of(what), 0);
	return at >= 0 && str_starts(str_sub(v, (size_t)at + strlen(what), v.n), STR("rgb(100%,100%,100%)"));
}

static void next_page(struct pdf_scan *s)
{
	if (s->page_seen && s->rule_page < s->pages_count)
		s->pages[s->rule_page].rule_end = (uint32_t)s->rules_count;
	s->rule_page += s->page_seen;
	s->page_seen = true;
	if (s->rule_page < s->pages_count)
		s->pages[s->rule_page].rule_first = s->pages[s->rule_page].rule_end = (uint32_t)s->rules_count;
}

static void rule_line(struct pdf_scan *s, struct str line)
{
	struct point p[POINTS_MAX];
	line = str_trim(line);
	if (str_starts(line, STR("<defs")))
		s->in_defs = true;
	else if (str_starts(line, STR("</defs")))
		s->in_defs = false;
	else if (str_starts(line, STR("<page>")))
		next_page(s);
	if (s->in_defs || !str_starts(line, STR("<path ")) || s->rule_page >= s->pages_count)
		return;
	if (!s->page_seen) /* one page alone has no <page> */
		next_page(s);
	struct matrix m = matrix_of(line);
	size_t n = corners(value_of(line, " d=\""), &m, p);
	if (n < 2)
		return;
	if (str_find(line, STR("fill:none"), 0) >= 0) {
		if (!is_white(line, ";stroke:"))
			stroked(s, p, n);
	} else if (!is_white(line, ";fill:")) {
		filled(s, p, n);
	}
}

bool pdf_scan_rules(void *ud, const char *p, size_t n)
{
	split_lines(ud, p, n, rule_line);
	return true;
}

void pdf_scan_rules_begin(struct pdf_scan *s, size_t first)
{
	s->rule_page = first;
	s->page_seen = s->in_defs = s->skip_line = false;
	buf_clear(&s->line);
}

void pdf_scan_rules_end(struct pdf_scan *s)
{
	if (s->page_seen && s->rule_page < s->pages_count)
		s->pages[s->rule_page].rule_end = (uint32_t)s->rules_count;
}
