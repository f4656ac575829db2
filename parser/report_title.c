#include "parser/report_title.h"

#include "parser/report_organ.h"
#include "parser/report_region.h"

#define HEAD_LINE_MAX 40 /* characters of a line that goes on with the page's heading */
#define WEAK_MAX 150     /* bytes of a page's title that is a report's by its text */
#define NAME_MIN 3       /* characters of an organ in it */

enum { C_NIAN = 0x5E74, C_DU = 0x5EA6, C_QUOTE = 0x300A };

struct titled {
	const struct lexicon *l;
	struct document *d;
	const struct fold *f;
	const struct segment *s;
	struct report *r;
	struct fold *of; /* what of the title says whose report it is */
};

/* "甘谷县人民政府网 信息公开年报 甘谷县水务局2015年...报告": begin of the title behind the names of site and column. */
static size_t behind_names(const struct lexicon *l, const struct fold *t, size_t from, size_t to)
{
	size_t begin = from;
	for (size_t k = from + 1; k < to; k++)
		if (t->cp[k] > t->cp[k - 1] + 1 && segment_is_title(l, t->ch, k, to) &&
		    !segment_names_nobody(l, t->ch, k, to) && lexicon_group_in(l, "website_word", t->ch, from, k))
			begin = k;
	return begin;
}

static struct str page_title_part(struct titled *c, struct str whole)
{
	struct fold t;
	if (whole.n == 0 || whole.n > 600)
		return STR_NULL;
	fold_text(c->l, c->d->arena, whole, &t);
	size_t from = 0;
	for (size_t k = 0; k <= t.n; k++)
		if (fold_title_mark(&t, k)) {
			struct span inner;
			from = behind_names(c->l, &t, from, k);
			if (segment_is_title(c->l, t.ch, from, k) || segment_cover(c->l, t.ch, from, k, &inner))
				return fold_source(&t, from, k);
			from = k + 1;
		}
	return STR_NULL;
}

/* 现发布《X2021年政府信息公开工作年度报告》: a report that names itself in quotes says its title. */
static struct str announced_title(const struct titled *c)
{
	struct span name;
	if (c->s->parts_count == 0 ||
	    !segment_announced(c->l, c->f->ch, c->s->parts[0].from, c->s->parts[0].to, &name) || name.from == 0 ||
	    c->f->ch[name.from - 1] != C_QUOTE)
		return STR_NULL;
	return fold_source(c->f, name.from, name.to);
}

static struct str first_line(const struct titled *c)
{
	size_t from = c->s->parts[0].from, to = from;
	while (to < c->s->parts[0].to && c->f->ch[to] != '\n')
		to++;
	return to - from > HEAD_LINE_MAX ? STR_NULL : fold_source(c->f, from, to);
}

/* A title over several lines as one. */
static struct str one_line(struct titled *c, struct str title)
{
	char *p = arena_alloc(c->d->arena, title.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < title.n; i++)
		if (title.p[i] != '\n')
			p[n++] = title.p[i];
	return (struct str){p, n};
}

/* The organ that the page's heading names alone, above a title that names nobody: 甘谷县水务局 | 2015年政府信息公开年度报告. */
static struct str with_heading(struct titled *c)
{
	struct fold head, whole;
	if (c->d->title.n == 0 || c->d->title.n > 120 || str_find(c->r->title, c->d->title, 0) >= 0)
		return STR_NULL;
	fold_text(c->l, c->d->arena, c->d->title, &head);
	struct str line = c->r->title;
	if (line.n == 0 && c->s->parts_count > 0)
		line = first_line(c);
	struct str text = str_of(arena_printf(c->d->arena, "%.*s%.*s", STR_FMT(c->d->title), STR_FMT(line)));
	fold_text(c->l, c->d->arena, text, &whole);
	if (segment_is_title_head(c->l, head.ch, 0, head.n) && segment_is_title(c->l, whole.ch, 0, whole.n) &&
	    (c->r->title.n == 0 || segment_names_nobody(c->l, whole.ch, head.n, whole.n)))
		return text;
	return STR_NULL;
}

/* 政府信息公开工作年度报告(全文) */
static struct str without_trailer(const struct titled *c, struct str title)
{
	struct fold t;
	fold_text(c->l, c->d->arena, title, &t);
	size_t n = lexicon_word_before(c->l, lexicon_need_group(c->l, "title_trailer"), t.ch, t.n, 0);
	return n > 0 ? fold_source(&t, 0, t.n - n) : title;
}

/*
 * The title of a page whose text is a report by itself: an organ and its year's report, where a title that is to prove
 * that it is one would need more. Only the organ, with the year before it, says then whose report it is.
 */
static bool weak_title(struct titled *c)
{
	struct fold t;
	if (c->d->title.n == 0 || c->d->title.n > WEAK_MAX)
		return false;
	fold_text(c->l, c->d->arena, c->d->title, &t);
	for (size_t i = 0; i < t.n; i++)
		if (!fchar_han(t.ch[i]) && !fchar_digit(t.ch[i]))
			return false;
	if (segment_is_foreign_title(c->l, t.ch, 0, t.n) || !organ_ends(c->l, "title_strong", t.ch, 0, t.n))
		return false;
	size_t from = 0, organ = 0, n;
	while (report_region_title_year(t.ch, from, from, t.n, &n) > 0)
		for (from += n; from < t.n && (t.ch[from] == C_NIAN || t.ch[from] == C_DU);)
			from++;
	uint16_t topic = lexicon_need_group(c->l, "weak_topic");
	for (size_t e = from + NAME_MIN; e < t.n && organ == 0; e++)
		if (organ_is_titled(c->l, t.ch, from, e) && lexicon_word_at(c->l, topic, t.ch, e, t.n) > 0)
			organ = e;
	if (organ == 0)
		return false;
	c->r->title = c->d->title;
	fold_text(c->l, c->d->arena, fold_source(&t, 0, organ), c->of);
	return true;
}

void report_title(const struct lexicon *l, struct document *d, const struct fold *f, const struct segment *s,
		  bool alone, struct report *r, struct fold *of)
{
	struct titled ctx = {l, d, f, s, r, of}, *c = &ctx;
	if (alone) {
		c->r->title = page_title_part(c, c->d->title);
		if (c->r->title.n == 0)
			c->r->title = page_title_part(c, c->d->html_title);
	}
	if (c->r->title.n == 0)
		c->r->title = one_line(c, fold_source(c->f, c->s->title.from, c->s->title.to));
	struct str whole = alone ? with_heading(c) : STR_NULL;
	/* a title of the page that says its site as well is no printed heading */
	if (whole.n > 0 && c->d->html_title.n <= c->d->title.n)
		c->r->title = whole;
	if (c->r->title.n == 0)
		c->r->title = announced_title(c);
	if (c->r->title.n == 0 && alone && weak_title(c))
		return;
	c->r->title = without_trailer(c, c->r->title);
	fold_text(c->l, c->d->arena, whole.n > 0 ? whole : c->r->title, c->of);
	if (segment_is_nameless(c->l, c->of->ch, 0, c->of->n)) /* the text says whose it is, as without a title */
		fold_text(c->l, c->d->arena, STR_NULL, c->of);
	struct span inner; /* who reports stands in the title that a letter quotes */
	if (segment_cover(c->l, c->of->ch, 0, c->of->n, &inner))
		fold_text(c->l, c->d->arena, fold_source(c->of, inner.from, inner.to), c->of);
}
