#include "parser/report_region.h"

#include <limits.h>

#include "parser/report_organ.h"
#include "parser/report_site.h"

#define HEAD_MAX 1200 /* characters of a page in which its labels are looked for */
#define NONE UINT32_MAX
#define YEARS_LATE 2 /* a name is used so long before or after the years that the table has for it */
#define NAMED_MIN 2  /* characters before the tail: 市场 and 城市 begin no region's name */
#define NAMED_MAX 10
#define NAME_BELOW_MAX 5 /* of a county that the table lacks, behind its prefecture's name */
#define BODY_VOTES_MIN 2
#define SPOKEN_MIN                                                                                                     \
	3 /* times that a text speaks of 全省 before a province outweighs a county that it names more often */
#define SITE_DIGITS 6

/* what an upper region's name counts, by where it stands: a place nearer to the report outweighs all farther ones */
enum { WEIGHT_TEXT = 1, WEIGHT_TEXT_MAX = 1000, WEIGHT_PAGE = 2000, WEIGHT_SITE = 10000, WEIGHT_TITLE = 100000 };

struct finder {
	const struct lexicon *l;
	const struct document *d;
	const struct fold *title;
	struct report *r;
	uint32_t *text, *page,
		*head; /* times that each name stands in the text, in the page's own words, in the title */
	uint32_t last; /* number of the last name in the title, or NONE */
	size_t last_end;
	struct spoken spoken;
};

int report_region_year(const fchar *t, size_t pos, size_t to)
{
	int y = 0;
	if (pos + 4 > to)
		return 0;
	for (size_t i = pos; i < pos + 4; i++) {
		int d = fchar_digit(t[i]) ? t[i] - '0' : fchar_han_digit(t[i]);
		if (d < 0)
			return 0;
		y = y * 10 + d;
	}
	return y >= 2000 && y < 2100 ? y : 0;
}

int report_region_title_year(const fchar *t, size_t pos, size_t from, size_t to, size_t *n)
{
	int y = report_region_year(t, pos, to);
	*n = 4;
	if (y > 0)
		return y;
	*n = 2;
	if (pos + 3 > to || !fchar_digit(t[pos]) || !fchar_digit(t[pos + 1]) || t[pos + 2] != 0x5E74 || t[pos] > '2' ||
	    (pos > from && fchar_digit(t[pos - 1])))
		return 0;
	return 2000 + (t[pos] - '0') * 10 + (t[pos + 1] - '0');
}

/* ---- names that a text holds ---- */

struct votes {
	uint32_t *count;
	size_t start, end; /* of the last name */
	uint32_t last;
	const struct lexicon *l;
	const fchar *t;
	size_t from; /* where a title's names begin; SIZE_MAX in running text */
	size_t to;
};

/* In a title a name of two characters must stand by itself: at its head or behind another region's name. */
static bool stands(const struct votes *v, size_t start)
{
	return v->from != SIZE_MAX &&
	       (start <= v->from || start == v->end || !fchar_han(v->t[start - 1]) || v->t[start - 1] == 0x5E02);
}

/* 《忠县人民政府办公室关于...》: behind no other word, and with its government; of 市委和县政府 no 和县. */
static bool governs(const struct votes *v, size_t start, size_t end)
{
	return (start == 0 || !fchar_han(v->t[start - 1])) && v->t[end - 1] == 0x53BF &&
	       lexicon_word_at(v->l, lexicon_need_group(v->l, "list_join"), v->t, start, end) == 0 &&
	       lexicon_word_at(v->l, lexicon_need_group(v->l, "behind_county"), v->t, end, v->to) > 0;
}

/*
 * A name of two characters (城区, 郊区) says nothing in running text but with its government; neither does one at the
 * end of a longer one (马鞍山市).
 */
static void vote(void *ctx, size_t start, size_t end, uint32_t word)
{
	struct votes *v = ctx;
	if ((end - start < 3 && !stands(v, start) && !governs(v, start, end)) || (end == v->end && start >= v->start))
		return;
	v->count[word]++;
	v->last = word;
	v->start = start;
	v->end = end;
}

static struct votes count_names(const struct lexicon *l, const fchar *t, size_t from, size_t to, size_t head,
				uint32_t *count)
{
	struct votes v = {.l = l, .count = count, .last = NONE, .t = t, .from = head, .to = to};
	matcher_scan(l->region_names, t, from, to, vote, &v);
	return v;
}

static uint32_t *new_counts(const struct finder *f)
{
	return arena_calloc(f->d->arena, matcher_words(f->l->region_names) + 1, sizeof(uint32_t));
}

static uint32_t count_str(const struct finder *f, struct str s, uint32_t *count)
{
	struct fold t;
	if (s.n == 0 || s.n > 2000)
		return NONE;
	fold_text(f->l, f->d->arena, s, &t);
	return count_names(f->l, t.ch, 0, t.n, 0, count).last;
}

bool report_region_only(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	while (from < to) {
		uint32_t word;
		size_t n = matcher_longest(l->region_names, t, from, to, &word);
		if (n == 0)
			return false;
		from += n;
	}
	return true;
}

/* ---- of regions with one name the right one ---- */

/* Years between the report's and those in force; 0 when in force or when the year is unknown. */
static int years_off(const struct region *r, int year)
{
	return year == 0 ? 0 : year < r->first ? r->first - year : year > r->last ? year - r->last : 0;
}

/* Two entries of one place: one ends where the other begins. */
static bool follows(const struct region *a, const struct region *b)
{
	return (a->last != INT_MAX && a->last + 1 == b->first) || (b->last != INT_MAX && b->last + 1 == a->first);
}

static unsigned site_agrees(const struct finder *f, const struct region *r)
{
	struct str s = f->d->site_id_code;
	if (s.n < SITE_DIGITS || s.p[0] < '1' || s.p[0] > '6')
		return 0;
	if (memcmp(s.p, r->code, 6) == 0)
		return 3;
	if (memcmp(s.p, r->code, 4) == 0)
		return 2;
	return memcmp(s.p, r->code, 2) == 0 && memcmp(s.p + 2, "0000", 4) == 0 ? 1 : 0;
}

/* What title, page, site and text say for this region: how often and where they name what is above it. */
static uint32_t evidence(const struct finder *f, uint32_t i)
{
	const struct lexicon *l = f->l;
	uint32_t sum = WEIGHT_SITE * site_agrees(f, &l->regions[i]), text = 0;
	for (uint32_t u = l->regions[i].above; u != NONE; u = l->regions[u].above)
		for (uint32_t k = u; k < l->regions_count && memcmp(l->regions[k].code, l->regions[u].code, 6) == 0;
		     k++) {
			uint32_t w = l->regions[k].word;
			sum += f->head[w] > 0 ? WEIGHT_TITLE : 0;
			sum += f->page[w] > 0 ? WEIGHT_PAGE : 0;
			text += WEIGHT_TEXT * f->text[w];
		}
	return sum + (text < WEIGHT_TEXT_MAX ? text : WEIGHT_TEXT_MAX);
}

/* May this entry be the report's? Another entry of the same place that was in force in the year excludes it. */
static bool possible(const struct finder *f, uint32_t first, uint32_t i)
{
	const struct lexicon *l = f->l;
	int off = years_off(&l->regions[i], f->r->year);
	if (off > YEARS_LATE)
		return false;
	for (uint32_t k = first; off > 0 && k != NONE; k = l->region_next[k])
		if (k != i && follows(&l->regions[i], &l->regions[k]) && years_off(&l->regions[k], f->r->year) < off)
			return false;
	return true;
}

static uint32_t settle(const struct finder *f, uint32_t word)
{
	const struct lexicon *l = f->l;
	uint32_t first = l->region_first[word], best = NONE, best_sum = 0, count = 0;
	bool tie = false;
	for (uint32_t i = first; i != NONE; i = l->region_next[i]) {
		if (!possible(f, first, i))
			continue;
		uint32_t sum = evidence(f, i);
		tie = count > 0 && (sum == best_sum || (tie && sum < best_sum));
		if (count++ == 0 || sum > best_sum) {
			tie = tie && sum <= best_sum;
			best = i;
			best_sum = sum;
		}
	}
	return tie ? NONE : best;
}

static const char *level_of(const struct region *r)
{
	return memcmp(r->code + 2, "0000", 4) == 0 ? "province"
	       : memcmp(r->code + 4, "00", 2) == 0 ? "prefecture"
						   : "county";
}

/* Level that all regions of a name share. */
static const char *level_of_name(const struct finder *f, uint32_t word)
{
	const struct lexicon *l = f->l;
	const char *level = level_of(&l->regions[l->region_first[word]]);
	for (uint32_t i = l->region_next[l->region_first[word]]; i != NONE; i = l->region_next[i])
		if (strcmp(level_of(&l->regions[i]), level) != 0)
			return NULL;
	return level;
}

static const char *take(struct finder *f, uint32_t word)
{
	uint32_t i = settle(f, word);
	f->r->region = f->l->regions[f->l->region_first[word]].name;
	f->r->region_code = i == NONE ? STR_NULL : (struct str){f->l->regions[i].code, 6};
	return i == NONE ? level_of_name(f, word) : level_of(&f->l->regions[i]);
}

/* ---- regions that the table lacks ---- */

static const char *level_of_tail(const struct lexicon *l, const fchar *t, size_t i, size_t n)
{
	static const char *const groups[][2] = {
		{"tail_province", "province"}, {"tail_prefecture", "prefecture"}, {"tail_county", "county"}};
	for (size_t k = 0; k < 3; k++)
		if (lexicon_word_at(l, lexicon_need_group(l, groups[k][0]), t, i, i + n) == n)
			return groups[k][1];
	return NULL;
}

static size_t title_head(const struct fold *title)
{
	if (report_region_year(title->ch, 0, title->n) == 0)
		return 0;
	return 5 < title->n && title->ch[5] == 0x5EA6 ? 6 : 5; /* 2014年, 2014年度 */
}

/*
 * 凉山州, 恭城县: a self-governing prefecture or county by the head of its name. The one region in force that begins so
 * gives its code; the name stays as written.
 */
static void short_name(struct finder *f, size_t from, size_t n)
{
	const struct lexicon *l = f->l;
	uint16_t tail = lexicon_need_group(l, "short_tail");
	uint32_t found = NONE;
	for (uint32_t i = 0; i < l->regions_count && n >= 3; i++) {
		const struct word *w = &l->regions[i].folded;
		if (w->n <= n || w->p[w->n - 1] != f->title->ch[from + n - 1] ||
		    !fold_is(f->title, from, w->p, n - 1) || years_off(&l->regions[i], f->r->year) != 0 ||
		    lexicon_word_before(l, tail, w->p, w->n, 0) == 0)
			continue;
		if (found != NONE)
			return;
		found = i;
	}
	if (found != NONE)
		f->r->region_code = (struct str){l->regions[found].code, 6};
}

/* A name with a region's tail in [from, from + max): renamed, merged, new. NULL level with a region set is a 市. */
static bool find_named(struct finder *f, size_t from, size_t max, bool strict, const char **level)
{
	const struct lexicon *l = f->l;
	const fchar *t = f->title->ch;
	size_t n = f->title->n;
	uint16_t tail = lexicon_need_group(l, "region_tail"), no = lexicon_need_group(l, "no_region");
	uint16_t next = lexicon_need_group(l, "behind_region"), central = lexicon_need_group(l, "central_organ");
	if (from >= n || lexicon_word_at(l, central, t, from, n) > 0)
		return false;
	for (size_t i = from; i < n && i < from + max; i++) {
		if (!fchar_han(t[i]))
			return false;
		if (lexicon_word_at(l, no, t, i, n) > 0)
			i++;
		else if (i >= from + NAMED_MIN) {
			size_t len = lexicon_word_at(l, tail, t, i, n);
			bool ends = i + len >= n || !fchar_han(t[i + len]) || report_region_year(t, i + len, n) > 0 ||
				    lexicon_word_at(l, next, t, i + len, n) > 0;
			if (len == 0 || (strict && !ends))
				continue;
			f->r->region = fold_source(f->title, from, i + len);
			f->r->region_code = STR_NULL;
			*level = level_of_tail(l, t, i, len);
			short_name(f, from, i + len - from);
			return true;
		}
	}
	return false;
}

/* Is a name that of counties alone? */
static bool is_county(const struct finder *f, uint32_t word)
{
	const char *level = level_of_name(f, word);
	return level && strcmp(level, "county") == 0;
}

/* A zone has no code: "平潭综合实验区管委会2014年度..." gives its name up to the tail, without the regions above it. */
static bool find_zone(struct finder *f)
{
	const struct lexicon *l = f->l;
	const fchar *t = f->title->ch;
	uint16_t tail = lexicon_need_group(l, "zone_tail");
	size_t from = title_head(f->title);
	for (size_t i = f->title->n; i > from + 3; i--) {
		size_t n = lexicon_word_before(l, tail, t, i, from);
		uint32_t word, above = NONE;
		if (n == 0 || i - n == from || (f->last != NONE && f->last_end >= i))
			continue;
		for (size_t k;
		     (k = matcher_longest(l->region_names, t, from, i - n, &word)) > 0 && from + k + NAMED_MIN <= i - n;
		     from += k)
			above = word;
		/* 大足区海棠新城: a zone of a county is no region beside it */
		if (above != NONE && is_county(f, above))
			return false;
		f->r->region = fold_source(f->title, from, i);
		f->r->region_code = STR_NULL;
		return true;
	}
	return false;
}

/* ---- a title without a region ---- */

static bool above(const struct lexicon *l, uint32_t r, uint32_t high)
{
	for (; r != NONE; r = l->regions[r].above)
		if (memcmp(l->regions[r].code, l->regions[high].code, 6) == 0)
			return true;
	return false;
}

void report_region_spoken(const struct lexicon *l, const struct fold *f, const struct segment *s, struct spoken *out)
{
	uint16_t own = lexicon_need_group(l, "own_whole");
	out->count = 0;
	for (unsigned p = 0; p < s->parts_count; p++) {
		size_t at, to = s->parts[p].to;
		for (size_t n, i = s->parts[p].from; (n = lexicon_word_in(l, own, f->ch, i, to, &at)) > 0; i = at + n) {
			unsigned k = 0;
			while (k < out->count && out->kind[k] != f->ch[at + n - 1])
				k++;
			if (k == sizeof out->kind / sizeof out->kind[0])
				continue;
			if (k == out->count) {
				out->kind[k] = f->ch[at + n - 1];
				out->times[out->count++] = 0;
			}
			out->times[k]++;
		}
	}
}

unsigned report_region_times(const struct lexicon *l, const struct spoken *spoken, uint32_t word)
{
	const struct word *name = &l->regions[l->region_first[word]].folded;
	for (unsigned k = 0; k < spoken->count; k++)
		if (spoken->kind[k] == name->p[name->n - 1])
			return spoken->times[k];
	return 0;
}

/* The name that the text holds most, of the kind that it speaks of as its own if `own`; of equal ones the lower region. */
static uint32_t most_named(const struct finder *f, bool own)
{
	const struct lexicon *l = f->l;
	uint32_t best = NONE;
	for (uint32_t w = 0; w < matcher_words(l->region_names); w++) {
		uint32_t n = f->text[w];
		if (n >= BODY_VOTES_MIN && (!own || report_region_times(l, &f->spoken, w) > 0) &&
		    (best == NONE || n > f->text[best] ||
		     (n == f->text[best] && above(l, l->region_first[w], l->region_first[best]))))
			best = w;
	}
	return best;
}

/*
 * The one region that the text names, of the kind that it speaks of as its own if `own`; those above it do not count.
 * NONE when there are several or none.
 */
static uint32_t only_named(const struct finder *f, bool own)
{
	const struct lexicon *l = f->l;
	uint32_t best = NONE;
	for (uint32_t w = 0; w < matcher_words(l->region_names); w++) {
		if (f->text[w] == 0 || (best != NONE && above(l, l->region_first[best], l->region_first[w])) ||
		    (own && report_region_times(l, &f->spoken, w) < SPOKEN_MIN))
			continue;
		if (best != NONE && !above(l, l->region_first[w], l->region_first[best]))
			return NONE;
		best = w;
	}
	return best;
}

/* Whose text it is by the names in it: 长岛县, named twice, is not the region of a report that speaks of 全省. */
static uint32_t named_in_text(const struct finder *f)
{
	uint32_t best = most_named(f, true);
	if (best == NONE)
		best = only_named(f, true);
	return best != NONE ? best : most_named(f, false);
}

/* Is the name without its tail (泉港 of 泉港区) in the title, whose organ belongs to the place? */
static bool stem_in(const struct finder *f, uint32_t word)
{
	const struct word *name = &f->l->regions[f->l->region_first[word]].folded;
	const struct fold *t = f->title;
	if (name->n < 3 || lexicon_word_in(f->l, lexicon_need_group(f->l, "vertical_organ"), t->ch, 0, t->n, NULL) > 0)
		return false;
	for (size_t i = 0; i + name->n <= t->n + 1; i++)
		if (fold_is(t, i, name->p, name->n - 1u))
			return true;
	return false;
}

/* 上海市公安局静安分局: the region below `word` whose name without its tail stands before 分局 in the title. */
static uint32_t branch_of(const struct finder *f, uint32_t word, size_t from)
{
	const struct lexicon *l = f->l;
	const struct fold *t = f->title;
	uint16_t tail = lexicon_need_group(l, "branch_tail");
	size_t at = from;
	if (lexicon_word_in(l, tail, t->ch, from, t->n, &at) == 0)
		return NONE;
	for (uint32_t w = 0; w < matcher_words(l->region_names); w++) {
		const struct word *name = &l->regions[l->region_first[w]].folded;
		size_t n = name->n - 1u;
		if (n < NAMED_MIN || at < from + n || w == word || !fold_is(t, at - n, name->p, n))
			continue;
		for (uint32_t i = l->region_first[w]; i != NONE; i = l->region_next[i])
			if (above(l, i, l->region_first[word]))
				return w;
	}
	return NONE;
}

/* Does the title begin with a level instead of a name: 县林业局2011年度...? */
static bool is_bare_level(const struct lexicon *l, const struct fold *title)
{
	size_t from = title_head(title);
	size_t n = lexicon_word_at(l, lexicon_need_group(l, "own_region"), title->ch, from, title->n);
	return n == 1 && from + n < title->n && fchar_han(title->ch[from + n]);
}

/* Does a title begin with a bureau's kind, which leaves its place to the text: 教育局2016年...? */
static bool is_bare_bureau(const struct lexicon *l, const struct fold *title)
{
	size_t from = title_head(title), i = from;
	while (i < title->n && fchar_han(title->ch[i]) && report_region_year(title->ch, i, title->n) == 0 &&
	       lexicon_word_at(l, lexicon_need_group(l, "title_topic"), title->ch, i, title->n) == 0)
		i++;
	i -= lexicon_word_before(l, lexicon_need_group(l, "government_word"), title->ch, i, from);
	return organ_is_bureau(l, title->ch, from, i) && !lexicon_group_in(l, "vertical_organ", title->ch, from, i);
}

/* End of the town's name that reports, 0 for none: its county is said by the text alone. */
static size_t town_end(const struct lexicon *l, const struct fold *title)
{
	size_t i = title_head(title);
	while (i < title->n && report_region_year(title->ch, i, title->n) == 0 &&
	       lexicon_word_at(l, lexicon_need_group(l, "title_topic"), title->ch, i, title->n) == 0)
		i++;
	size_t from = title_head(title);
	for (size_t k = i; k > from; k--)
		if (lexicon_word_before(l, lexicon_need_group(l, "town_bare"), title->ch, k, from) > 0)
			return k;
	return 0;
}

/* The region whose name stands in the text right before the town that the title names: 武江区|龙归镇; NONE for none. */
static uint32_t town_place(const struct lexicon *l, const struct fold *f, const struct segment *s, const fchar *town,
			   size_t n)
{
	uint32_t word, best = NONE;
	for (unsigned p = 0; p < s->parts_count && best == NONE; p++)
		for (size_t i = s->parts[p].from + NAMED_MIN; i + n <= s->parts[p].to && best == NONE; i++) {
			if (f->ch[i] != town[0] || !fold_is(f, i, town, n))
				continue;
			size_t back = i - s->parts[p].from < NAMED_MAX ? i - s->parts[p].from : NAMED_MAX;
			for (size_t k = back; k > NAMED_MIN && best == NONE; k--)
				if (matcher_longest(l->region_names, f->ch, i - k, i, &word) == k)
					best = word;
		}
	return best;
}

/* The region at the head of what a label of the page's head says: "发布机构: 平潭县公安局". */
static uint32_t publisher_region(const struct lexicon *l, const struct fold *f, size_t to)
{
	uint16_t label = lexicon_need_group(l, "publisher_label");
	uint32_t best = NONE;
	for (size_t i = 0; i < to && best == NONE; i++) {
		size_t n = lexicon_word_at(l, label, f->ch, i, to);
		if (n == 0 || i + n >= to || f->ch[i + n] != ':')
			continue;
		uint32_t word;
		for (size_t k, at = i + n + 1; (k = matcher_longest(l->region_names, f->ch, at, to, &word)) > 0;
		     at += k)
			best = word;
	}
	return best;
}

/* The region at the head of whom the page names as its source, if that is an organ: 来源: 甘谷县水务局. */
static uint32_t source_region(const struct finder *f)
{
	const struct lexicon *l = f->l;
	struct fold t;
	uint32_t best = NONE, word;
	if (f->d->source.n == 0 || f->d->source.n > 120)
		return NONE;
	fold_text(l, f->d->arena, f->d->source, &t);
	if (!organ_is(l, t.ch, 0, t.n))
		return NONE;
	for (size_t k, at = 0; (k = matcher_longest(l->region_names, t.ch, at, t.n, &word)) > 0; at += k)
		best = word;
	return best;
}

const char *report_region(const struct lexicon *l, const struct document *d, const struct fold *f,
			  const struct segment *s, const struct fold *title, struct report *r)
{
	struct finder c = {.l = l, .d = d, .title = title, .r = r, .last = NONE};
	const char *level = NULL;
	c.text = new_counts(&c);
	c.page = new_counts(&c);
	c.head = new_counts(&c);
	for (unsigned i = 0; i < s->parts_count; i++)
		count_names(l, f->ch, s->parts[i].from, s->parts[i].to, SIZE_MAX, c.text);
	report_region_spoken(l, f, s, &c.spoken);
	struct votes v = count_names(l, title->ch, 0, title->n, title_head(title), c.head);
	c.last = v.last;
	c.last_end = v.end;
	uint32_t given = count_str(&c, d->source_region, c.page);
	count_str(&c, d->source, c.page);
	count_str(&c, d->html_title, c.page);
	count_str(&c, d->page_title, c.page);
	if (title->n > 0 && find_zone(&c))
		return NULL;
	if (v.last != NONE) {
		if (find_named(&c, v.end, NAME_BELOW_MAX, true, &level))
			return level;
		uint32_t branch = branch_of(&c, v.last, v.end);
		return take(&c, branch != NONE ? branch : v.last);
	}
	if (title->n > 0 && find_named(&c, title_head(title), NAMED_MAX, false, &level))
		return level;
	if (title->n > 0 &&
	    lexicon_word_in(l, lexicon_need_group(l, "central_organ"), title->ch, 0, title->n, NULL) > 0)
		return NULL;
	bool open = title->n == 0 || title_head(title) > 0 || is_bare_level(l, title) || is_bare_bureau(l, title);
	size_t head = title_head(title), town = open ? 0 : town_end(l, title);
	uint32_t best = open ? named_in_text(&c) : NONE;
	if (town > head + NAMED_MIN)
		best = town_place(l, f, s, title->ch + head, town - head);
	if (best == NONE && (open || town > 0))
		best = only_named(&c, false);
	else if (best == NONE && (best = most_named(&c, false)) != NONE && !stem_in(&c, best))
		best = NONE;
	if (best == NONE)
		best = given;
	if (best == NONE)
		best = publisher_region(l, f, f->n < HEAD_MAX ? f->n : HEAD_MAX);
	if (best == NONE)
		best = source_region(&c);
	if (best == NONE)
		best = report_site_region(l, d, &c.spoken);
	return best == NONE ? NULL : take(&c, best);
}
