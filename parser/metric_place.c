#include "parser/metric_pattern.h"
#include "parser/metric_words.h"

#define YEAR_DIGITS 4
#define FORMER_YEARS 3 /* before the report's, of which it may tell figures beside */
#define NAME_FAR 30    /* characters of a quoted name */
#define YEAR_SAYS 8    /* characters behind a year that say what of it is meant */
#define RUN_FAR 400    /* characters before a figure that say which years it counts */

enum { C_YEAR = 0x5E74, C_DUN = 0x3001, C_QUOTE = 0x201C, C_QUOTE_END = 0x201D };

/* Characters of the quoted name of an account that begins at `pos`; 0 for none. */
static size_t quoted(const struct reading *g, size_t pos, size_t to)
{
	size_t end = pos + 1;
	if (g->f->ch[pos] != C_QUOTE)
		return 0;
	while (end < to && end - pos < NAME_FAR && g->f->ch[end] != C_QUOTE_END)
		end++;
	return end < to && g->f->ch[end] == C_QUOTE_END && word_at(g, "account", end + 1, to) > 0 ? end + 1 - pos : 0;
}

/* Do the channels that [from, to), the text before a figure, names carry it together (通过网站、微信等公开)? */
static bool is_spread(const struct reading *g, size_t from, size_t to)
{
	static const char *const carriers[] = {"website", "weibo", "wechat", "gazette", "media", "other_carrier"};
	size_t by = to;
	if (word_in(g, "each_word", from, to)) /* 通过网站、微信分别公开3条、5条: each has its own */
		return false;
	for (size_t at, after = from; word_find(g, "carried_by", after, to, &at) > 0; after = at + 1)
		by = at;
	if (by == to) /* 门户网站、微博和微信发布信息12条: they are the subject */
		while (by > from && !fchar_clause_end(g->f->ch[by - 1]))
			by--;
	size_t verb = by;
	while (verb < to) {
		size_t n = quoted(g, verb, to); /* “辽宁发布”公众号: the verb of a name is none */
		n = n > 0 ? n : word_at(g, "other_carrier", verb, to);
		n = n > 0 ? n : word_at(g, "website", verb, to);
		if (n == 0 && word_at(g, "carry_verb", verb, to) > 0)
			break;
		verb += n > 0 ? n : 1;
	}
	unsigned kinds = 0;
	if (!word_in(g, "two_ways", by, verb)) /* 门户网站信息公开平台: one carrier */
		return false;
	for (size_t i = 0; i < sizeof carriers / sizeof carriers[0]; i++)
		kinds += word_in(g, carriers[i], by, verb);
	/* 报刊、电视等公开载体: what they are together, no further one */
	bool together = kinds == 2 && word_in(g, "media", by, verb) && word_in(g, "carriers_together", by, verb);
	return kinds > 1 && !together;
}

/*
 * "依托门户网站主动公开政府信息,全年公布政府信息12条": the clause at `clause` counts anew, by a sentence of its own, what the
 * one before it said that the channel carries.
 */
static bool counts_anew(const struct reading *g, size_t from, size_t clause, size_t to)
{
	size_t before = clause > from ? clause - 1 : clause, at;
	if (before == clause || g->f->ch[before] != ',' || word_at(g, "year_lead", clause, to) == 0 ||
	    word_in(g, "channel_word", clause, to) || word_find(g, "carry_verb", clause, to, &at) == 0)
		return false;
	while (before > from && !fchar_clause_end(g->f->ch[before - 1]))
		before--;
	return word_find(g, "carried_by", before, clause, &at) > 0 && word_in(g, "carry_verb", at, clause) &&
	       word_before(g, "class_info", clause - 1, at) > 0;
}

/* 2014年, 2014年度 at `pos`, not 2014年底 or 2014年12月31日. */
static bool plain_year(const struct reading *g, size_t pos, size_t to)
{
	const fchar *t = g->f->ch;
	for (size_t i = 0; i < YEAR_DIGITS; i++)
		if (pos + i >= to || !fchar_digit(t[pos + i]))
			return false;
	pos += YEAR_DIGITS;
	return pos < to && t[pos] == C_YEAR && word_at(g, "year_end", pos + 1, to) == 0 &&
	       !(pos + 1 < to && fchar_digit(t[pos + 1]));
}

/* The year of "2014年" at `pos`, 0 when there is none. */
static int year_at(const struct reading *g, size_t pos, size_t to)
{
	const fchar *t = g->f->ch;
	int year = 0;
	if (pos > 0 && fchar_digit(t[pos - 1]))
		return 0;
	if (!plain_year(g, pos, to))
		return 0;
	for (size_t i = 0; i < YEAR_DIGITS; i++)
		year = year * 10 + (int)(t[pos + i] - '0');
	return year;
}

/* "去年受理申请11件,今年受理19件": does the clause of the figure at `pos` begin with the year before? */
static bool tells_last_year(const struct reading *g, const struct sentence *s, size_t pos)
{
	size_t clause = pos, end = pos, n;
	while (clause > s->from && pos - clause < RUN_FAR && !fchar_clause_end(g->f->ch[clause - 1]))
		clause--;
	n = word_at(g, "last_year", clause, pos);
	while (end < s->to && !fchar_clause_end(g->f->ch[end]))
		end++;
	return n > 0 && !word_in(g, "carried_over", clause, end) && word_in(g, "in_year", pos, s->to);
}

bool metric_of_former_year(const struct reading *g, const struct sentence *s, size_t i)
{
	const size_t pos = g->q[i].start, from = pos - s->from > RUN_FAR ? pos - RUN_FAR : s->from;
	const fchar *t = g->f->ch;
	int said = 0, year = 0;
	size_t at = pos;
	if (g->r->year == 0)
		return false;
	if (tells_last_year(g, s, pos))
		return true;
	while (at > from && said == 0) /* the year that stands nearest before the figure */
		said = year_at(g, --at, pos);
	if (said == 0 || said >= g->r->year || said + FORMER_YEARS < g->r->year)
		return false;
	if (word_before(g, "former_lead", at, from) > 0) /* 较2013年增长20% */
		return false;
	for (size_t k = at; k < pos; k++)
		if (t[k] == ';')
			return false;
	size_t behind = at + YEAR_DIGITS + 1, near = behind + YEAR_SAYS < pos ? behind + YEAR_SAYS : pos;
	if (word_in(g, "carried_word", behind, near) || word_in(g, "year_of_else", behind, near) ||
	    word_in(g, "in_year", behind, pos))
		return false;
	for (size_t k = s->from; k < s->to && k < s->from + 2 * RUN_FAR && year != g->r->year; k++)
		year = year_at(g, k, s->to);
	return year == g->r->year;
}

/* Does [from, to), a sentence up to its figure, count over several years (截至2014年底累计), not within one? */
static bool runs_on(const struct reading *g, size_t from, size_t to)
{
	if (to - from > RUN_FAR) /* else a sentence without end would be read once for each of its figures */
		from = to - RUN_FAR;
	if (word_in(g, "in_year", from, to))
		return false;
	if (word_in(g, "since_word", from, to))
		return true;
	for (size_t i = from; i < to; i++)
		if (plain_year(g, i, to))
			return false;
	return g->r->year < METRIC_FORM_YEAR; /* since then a report gives the figures of its year */
}

void metric_place(const struct reading *g, const struct sentence *s, size_t i, struct figure *out)
{
	const struct quantity_at *q = &g->q[i];
	const fchar *t = g->f->ch;
	struct place *at = &out->at;
	struct groups_seen *clause = &out->clause;
	out->i = i;
	out->s = s;
	*at = (struct place){.text = t,
			     .start = q->start,
			     .end = q->end,
			     .sentence = &s->seen,
			     .clause = clause,
			     .context = &s->context};
	size_t first = i; /* 55类93项 is one figure to what stands before it */
	while (first > s->q_from && g->q[first - 1].end == g->q[first].start)
		first--;
	at->left_from = first > s->q_from ? g->q[first - 1].end : s->from;
	at->runs_on = runs_on(g, s->from, q->start);
	at->department = g->department;
	at->right_to = i + 1 < s->q_to ? g->q[i + 1].start : s->to;
	at->clause_from = q->start;
	while (at->clause_from > at->left_from && !fchar_clause_end(t[at->clause_from - 1]))
		at->clause_from--;
	at->spread = is_spread(g, at->left_from, q->start) || counts_anew(g, at->left_from, at->clause_from, q->start);
	at->clause_to = q->end;
	bool bracket = q->end < at->right_to &&
		       (t[q->end] == '(' || t[q->end] == ':'); /* 行政复议2件(维持1件): what it holds is of its own */
	while (!bracket && at->clause_to < at->right_to && !fchar_clause_end(t[at->clause_to]) &&
	       t[at->clause_to] != C_DUN)
		at->clause_to++;
	size_t unit_to = q->unit_from;
	while (unit_to < q->end && ((t[unit_to] != '(' && !fchar_digit(t[unit_to])) ||
				    unit_to == q->unit_from)) /* 96条(次) counts 条, 12元5角 元 */
		unit_to++;
	at->unit = (struct word){t + q->unit_from, (uint16_t)(unit_to - q->unit_from)};
	if (q->kind == UNIT_PERCENT) {
		static const fchar percent = '%';
		at->unit = (struct word){&percent, 1};
	}
	memset(clause, 0, sizeof *clause);
	size_t from = at->clause_from + (at->clause_from < q->start && t[at->clause_from] == C_DUN);
	lexicon_groups_in(g->l, t, from, at->clause_to, clause);
}
