#include "parser/report_site.h"

#include "parser/report_organ.h"

#define NONE UINT32_MAX
#define TITLE_MAX 400  /* bytes of a page's title */
#define CRUMBS_MAX 120 /* characters of a page's crumbs */
#define OWNER_MAX 40   /* characters of the owner's name in a page's foot */

struct site {
	const struct lexicon *l;
	const struct document *d;
	const struct spoken *spoken;
};

/* "全县" is said of no city: does the text speak of a region as this name ends, or of none? */
static bool agrees(const struct site *c, uint32_t word)
{
	return c->spoken->count == 0 || report_region_times(c->l, c->spoken, word) > 0;
}

/* The lowest of the regions that begin [from, to), *end behind it; NONE when none does. */
static uint32_t region_at(const struct site *c, const struct fold *t, size_t from, size_t to, size_t *end)
{
	uint32_t best = NONE, word;
	for (size_t n; (n = matcher_longest(c->l->region_names, t->ch, from, to, &word)) > 0; from += n)
		best = word;
	*end = from;
	return best;
}

/* The region of an organ or a site of that name; `bare`: of a name that is the region's and nothing more, too. */
static uint32_t named_by(const struct site *c, const struct fold *t, size_t from, size_t to, bool bare)
{
	size_t end;
	uint32_t region = region_at(c, t, from, to, &end);
	if (region == NONE || !agrees(c, region))
		return NONE;
	return (end == to && bare) || (end < to && (organ_is(c->l, t->ch, from, to) ||
						    organ_ends(c->l, "site_tail", t->ch, from, to)))
		       ? region
		       : NONE;
}

/* Of the names that marks part in [from, to) the last that names a region. */
static uint32_t last_named(const struct site *c, const struct fold *t, size_t from, size_t to, bool bare)
{
	uint32_t best = NONE;
	for (size_t i = from; i < to;) {
		size_t end = i;
		while (end < to && fchar_han(t->ch[end]))
			end++;
		uint32_t region = end > i ? named_by(c, t, i, end, bare) : NONE;
		best = region != NONE ? region : best;
		i = end + (end == i);
	}
	return best;
}

/* 当前位置：首页 > 甘谷县 > 年度报告 */
static uint32_t by_crumbs(const struct site *c, const struct fold *furniture)
{
	size_t at,
		n = lexicon_word_in(c->l, lexicon_need_group(c->l, "crumb_label"), furniture->ch, 0, furniture->n, &at);
	if (n == 0)
		return NONE;
	size_t end = at + n;
	while (end < furniture->n && furniture->ch[end] != '\n' && end - at < CRUMBS_MAX)
		end++;
	return last_named(c, furniture, at + n, end, true);
}

static uint32_t by_string(const struct site *c, struct str s)
{
	struct fold t;
	if (s.n == 0 || s.n > TITLE_MAX)
		return NONE;
	fold_text(c->l, c->d->arena, s, &t);
	return last_named(c, &t, 0, t.n, false);
}

static uint32_t by_site_name(const struct site *c)
{
	static const char *const names[] = {"sitename", "site_name", "og:site_name"};
	uint32_t region = NONE;
	for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
		for (size_t i = 0; i < c->d->metas_count && region == NONE; i++)
			if (str_eq_z(c->d->metas[i].name, names[k]))
				region = by_string(c, c->d->metas[i].content);
	return region;
}

/* 主办：甘谷县人民政府办公室, 版权所有 甘谷县水务局 */
static uint32_t by_owner(const struct site *c, const struct fold *furniture)
{
	uint16_t label = lexicon_need_group(c->l, "owner_label");
	const fchar *t = furniture->ch;
	size_t at = 0;
	for (size_t n, i = 0; (n = lexicon_word_in(c->l, label, t, i, furniture->n, &at)) > 0; i = at + n) {
		size_t from = at + n + (at + n < furniture->n && t[at + n] == ':'), to = from;
		while (to < furniture->n && to - from < OWNER_MAX && fchar_han(t[to]))
			to++;
		to = organ_end(c->l, t, from, to); /* 甘谷县人民政府 备案号: spaces do not part */
		uint32_t region = to > from ? named_by(c, furniture, from, to, false) : NONE;
		if (region != NONE)
			return region;
	}
	return NONE;
}

/* The first six digits of 网站标识码 are a region's code (国办函〔2014〕115号), but for ministries' (bm...). */
static uint32_t by_code(const struct site *c)
{
	struct str s = c->d->site_id_code;
	for (size_t i = 0; s.n >= 6 && i < c->l->regions_count; i++) {
		const struct region *r = &c->l->regions[i];
		if (memcmp(r->code, s.p, 6) == 0)
			return agrees(c, r->word) ? r->word : NONE;
	}
	return NONE;
}

uint32_t report_site_region(const struct lexicon *l, const struct document *d, const struct spoken *spoken)
{
	const struct site c = {l, d, spoken};
	struct fold furniture;
	fold_text(l, d->arena, d->furniture, &furniture);
	uint32_t region = by_crumbs(&c, &furniture);
	if (region == NONE)
		region = by_site_name(&c);
	if (region == NONE)
		region = by_string(&c, d->html_title);
	if (region == NONE)
		region = by_owner(&c, &furniture);
	return region != NONE ? region : by_code(&c);
}
