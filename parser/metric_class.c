#include "parser/metric_prose.h"

#define CLASS_GAP 24 /* characters between two figures of a list of classes */
#define CLASS_MIN 2  /* characters of a class */
#define CLASS_MAX 40
#define SPLIT_NEAR 48  /* characters from a total to the word that begins the list of its parts */
#define SPLIT_FAR 1200 /* characters of such a list */
#define SPLIT_ITEMS 40
#define SPLIT_MOST 0.8 /* of a total: a list that reaches it splits it, though a part may be left out */
#define YEAR_DIGITS 4
#define RUN_FAR 400 /* characters before a figure that say which years it counts */

enum { C_YEAR = 0x5E74, C_COMMA = 0x3001 };

static size_t word_at(const struct reading *g, const char *group, size_t pos, size_t to)
{
	return lexicon_word_at(g->l, lexicon_need_group(g->l, group), g->f->ch, pos, to);
}

static size_t word_before(const struct reading *g, const char *group, size_t pos, size_t from)
{
	return lexicon_word_before(g->l, lexicon_need_group(g->l, group), g->f->ch, pos, from);
}

static bool word_in(const struct reading *g, const char *group, size_t from, size_t to)
{
	return lexicon_word_in(g->l, lexicon_need_group(g->l, group), g->f->ch, from, to, NULL) > 0;
}

/* "其中包括:", "、", "以及" before the item itself. */
static size_t item_begin(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	for (size_t k = from; k < to; k++)
		if (t[k] == ':')
			from = k + 1;
	for (size_t k = from, n; k < to; k++)
		if ((n = word_at(g, "list_word_parts", k, to)) > 0)
			from = k + n;
	while (from < to) {
		bool mark = t[from] == C_COMMA || t[from] == '(' || t[from] == ')';
		size_t n = mark ? 1 : word_at(g, "list_join", from, to);
		if (n == 0)
			break;
		from += n;
	}
	return from;
}

/* The class before the figure as rule 6 wants it: without a trailing 信息, "X类的信息" without 的. */
static struct str qualifier_of(const struct reading *g, size_t from, size_t to)
{
	size_t end = to - word_before(g, "class_info_word", to, from);
	size_t bare = end - word_before(g, "of_word", end, from);
	bool of_class = end < to && bare < end && word_before(g, "class_tail", bare, from) > 0;
	return fold_source(g->f, from, of_class ? bare : end);
}

static bool is_publisher(const struct reading *g, size_t from, size_t to)
{
	return to > from + 1 &&
	       (word_before(g, "organ_bureau", to, from) > 0 || word_before(g, "organ_government", to, from) > 0 ||
		word_before(g, "organ_office", to, from) > 0);
}

/* Is nothing said of the figure at `pos` but its share? */
static bool ends_item(const struct reading *g, size_t pos)
{
	fchar c = pos < g->f->n ? g->f->ch[pos] : '\n';
	return fchar_clause_end(c) || c == C_COMMA || c == '(' || c == ')' ||
	       word_at(g, "share_word", pos, g->f->n) > 0;
}

/* Does a word of not_class stand in [from, to) that is no topic of a class either? */
static bool foreign_word(const struct reading *g, size_t from, size_t to)
{
	for (size_t k = from; k < to; k++) {
		size_t n = word_at(g, "not_class", k, to);
		if (n > word_at(g, "class_topic", k, to))
			return true;
	}
	return false;
}

static size_t begin_of(const struct reading *g, const char *group, size_t from, size_t to)
{
	size_t at = from;
	return lexicon_word_in(g->l, lexicon_need_group(g->l, group), g->f->ch, from, to, &at) > 0 ? at : to;
}

bool metric_class_part(const struct reading *g, const struct class_ask *ask, struct metric *m)
{
	const struct quantity_at *q = &g->q[ask->i];
	size_t to = q->start, from = item_begin(g, ask->clause_from, to), filler;
	if (to > from && (filler = word_before(g, "class_filler", to, from)) > 0 &&
	    word_before(g, "class_info", to - filler, from) > 0)
		to -= filler;
	size_t end = to - word_before(g, "class_info", to, from);
	if (end <= from || to - from < CLASS_MIN || end - from > CLASS_MAX ||
	    word_at(g, "unit:item", q->unit_from, q->end) == 0)
		return false;
	if (ask->i > 0 && g->q[ask->i - 1].end == q->start) /* 汇编资料3类42册 */
		return false;
	size_t last = ask->i; /* the figure before, shares left out */
	while (last > 0 && g->q[last - 1].kind == UNIT_PERCENT)
		last--;
	bool classed = word_before(g, "class_kind", end, from) > 0;
	size_t lead = classed ? word_at(g, "disclose", from, end) : 0; /* 发布政策法规类信息 */
	if (lead > 0 && from + lead + CLASS_MIN <= end)
		from += lead;
	bool verb = word_in(g, "disclose", from, end);
	bool rest = word_at(g, "class_rest", from, end) > 0;
	bool bracket = ask->i > 0 && g->f->ch[g->q[ask->i - 1].end] == '(' && last > 0;
	/* an item of a list of classes may leave 类 out: 行政许可类信息15条, 重大建设项目131条 */
	bool near = last > 0 && g->q_metric[last - 1] != NO_METRIC && q->start - g->q[ask->i - 1].end <= CLASS_GAP &&
		    str_eq_z(g->m.items[g->q_metric[last - 1]].id, "proactive.by_class");
	bool listed = near && !verb;
	rest = rest && (near || ask->chained);
	bool named = classed || rest || listed || ask->split;
	if (ask->field && !ask->chained && !near)
		return false;
	if (ask->split && !classed && !rest && verb &&
	    (word_in(g, "carried_by", from, end) || is_publisher(g, from, begin_of(g, "disclose", from, end))))
		return false;
	if (bracket && near && !ask->split) /* 工作报告2条(中英文各1条) */
		return false;
	if ((ask->sure && !named) || (!named && !ask->chained && end == to) ||
	    (!classed && !rest && verb && !ask->split))
		return false;
	bool member = near || ask->chained;
	if (word_at(g, "other_way", from, end) > 0 || (!rest && word_in(g, "never_class", from, end)) ||
	    (!rest && !ask->split && !(classed && member) &&
	     !(ask->chained && end < to && !foreign_word(g, from, end)) && word_in(g, "not_class", from, end)))
		return false;
	if (!classed && !rest && !ask->split && !ends_item(g, q->end))
		return false;
	uint16_t k = lexicon_metric(g->l, STR("proactive.by_class"));
	if (rest && last > 0 && g->q_metric[last - 1] != NO_METRIC && end == to &&
	    str_starts(g->m.items[g->q_metric[last - 1]].id, STR("proactive.channel."))) {
		k = lexicon_metric(g->l, STR("proactive.channel.other")); /* 网站300条、微信150条、其他50条 */
		*m = (struct metric){.id = g->l->metrics[k].id,
				     .unit = g->l->metrics[k].unit,
				     .value = q->value,
				     .approx = q->approx};
		return true;
	}
	if (!classed && !rest && end == to && !(ask->split && ask->channel) && is_publisher(g, from, end)) {
		if (!ask->chained || ask->channel)
			return false;
		k = lexicon_metric(g->l, STR("proactive.by_publisher"));
	}
	*m = (struct metric){.id = g->l->metrics[k].id,
			     .unit = g->l->metrics[k].unit,
			     .qualifier = qualifier_of(g, from, to),
			     .value = q->value,
			     .approx = q->approx};
	return true;
}

static bool is_class_figure(const struct reading *g, size_t i)
{
	size_t back = g->q[i].start > CLASS_GAP ? g->q[i].start - CLASS_GAP : 0;
	size_t n = word_before(g, "class_listed", g->q[i].start, back);
	return g->q[i].kind == UNIT_COUNT && n > 0 && /* 各类信息 are all of them */
	       word_before(g, "not_one_class", g->q[i].start - n, back) == 0;
}

bool metric_class_alone(const struct reading *g, size_t i)
{
	const fchar *t = g->f->ch;
	if (!is_class_figure(g, i))
		return false;
	size_t end = g->q[i].end, next = i + 1;
	end += end < g->f->n && t[end] == ',';
	if (word_at(g, "share_of_total", end, g->f->n) > 0)
		return true;
	while (next < g->q_count && g->q[next].kind == UNIT_PERCENT)
		next++;
	if (next < g->q_count && g->q[next].start - g->q[next - 1].end <= CLASS_GAP && is_class_figure(g, next))
		return true;
	size_t last = i; /* index + 1 of the figure before, shares left out */
	while (last > 0 && g->q[last - 1].kind == UNIT_PERCENT)
		last--;
	return last > 0 && g->q[i].start - g->q[i - 1].end <= CLASS_GAP && is_class_figure(g, last - 1);
}

/* Where the list of the parts of q[i] begins: behind 其中, or in the bracket behind the total; 0 for none. */
static size_t split_begin(const struct reading *g, size_t i, size_t *close)
{
	const fchar *t = g->f->ch;
	size_t from = g->q[i].end, to = from + SPLIT_NEAR < g->f->n ? from + SPLIT_NEAR : g->f->n, at;
	for (size_t k = from; k < to; k++)
		if (t[k] == '\n')
			to = k;
	size_t n = lexicon_word_in(g->l, lexicon_need_group(g->l, "list_word_parts"), t, from, to, &at);
	*close = from + SPLIT_FAR < g->f->n ? from + SPLIT_FAR : g->f->n;
	if (n == 0)
		return 0;
	if (t[from] == '(') {
		int depth = 1;
		for (size_t k = from + 1; k < *close; k++)
			if ((depth += t[k] == '(' ? 1 : t[k] == ')' ? -1 : 0) == 0)
				*close = k;
		return *close > at ? at + n : 0;
	}
	return at + n;
}

/* Behind the comma or the stop at `from`; 0 when something else stands there. */
static size_t behind_mark(const struct reading *g, size_t from)
{
	fchar c = from < g->f->n ? g->f->ch[from] : '\n';
	return c == ',' || c == ';' || c == ':' || c == 0x3002 ? from + 1 : 0;
}

static bool unit_of_total(const struct reading *g, const struct quantity_at *total, const struct quantity_at *q)
{
	size_t n = total->end - total->unit_from;
	return !q->has_unit || (q->end - q->unit_from == n &&
				memcmp(g->f->ch + q->unit_from, g->f->ch + total->unit_from, n * sizeof(fchar)) == 0);
}

size_t metric_split(const struct reading *g, size_t i)
{
	const fchar *t = g->f->ch;
	const struct quantity_at *total = &g->q[i];
	size_t close, pos = split_begin(g, i, &close), k = i + 1, end = 0;
	bool bare = pos == 0;
	if (bare) /* nothing announces a list: only one that adds up to the total is one */
		pos = behind_mark(g, total->end);
	if (pos == 0 || total->kind != UNIT_COUNT || !total->has_unit || total->approx)
		return 0;
	bool lead = word_in(g, "class_lead", total->end, pos);
	while (k < g->q_count && g->q[k].start < pos)
		k++;
	double sum = 0;
	unsigned items = 0;
	bool pure = true; /* no item is of a channel or of what was done with it */
	bool ended = false;
	int depth = 0;
	for (; k < g->q_count && g->q[k].start < close && items < SPLIT_ITEMS; k++) {
		const struct quantity_at *q = &g->q[k];
		for (; pos < q->start; pos++) {
			depth += t[pos] == '(' ? 1 : t[pos] == ')' && depth > 0 ? -1 : 0;
			ended = ended || fchar_sentence_end(t[pos]);
		}
		if (ended)
			break;
		if (depth > 0 || q->kind != UNIT_COUNT || !unit_of_total(g, total, q))
			continue;
		if (sum + q->value > total->value && !lead)
			break;
		pure = pure && !word_in(g, bare ? "publishers_word" : "never_class", g->q[k - 1].end, q->start);
		if (bare && !pure)
			return 0;
		sum += q->value;
		items++;
		end = k + 1;
		if (items >= (bare ? 3 : 2) && sum == total->value)
			return end;
	}
	bool split = lead || (pure && sum >= SPLIT_MOST * total->value);
	return !bare && items >= 2 && split ? end : 0;
}

bool metric_chained(const struct reading *g, size_t total_end, size_t chain, size_t i)
{
	if (chain == 0 || chain != i)
		return false;
	size_t last = i - 1; /* a share of the total, or a rate, may stand between it and its list */
	while (last > 0 && g->q[last].kind == UNIT_PERCENT && g->q[last].start >= total_end)
		last--;
	size_t before = g->q[last].end > total_end ? g->q[i - 1].end : total_end;
	if (before > total_end) {
		for (size_t k = before; k < g->q[i].start; k++)
			if (fchar_sentence_end(g->f->ch[k]))
				return false;
		return g->q[i].start - before <= CLASS_GAP;
	}
	return g->q[i].start - total_end <= 2 * CLASS_GAP && word_in(g, "list_word_parts", total_end, g->q[i].start);
}

bool metric_spread(const struct reading *g, size_t from, size_t to)
{
	static const char *const carriers[] = {"website", "weibo", "wechat", "gazette", "media", "other_carrier"};
	size_t by = to;
	if (word_in(g, "each_word", from, to)) /* 通过网站、微信分别公开3条、5条: each has its own */
		return false;
	for (size_t i = from; i < to; i++)
		if (word_at(g, "carried_by", i, to) > 0)
			by = i;
	size_t verb = by;
	while (verb < to) {
		size_t n = word_at(g, "other_carrier", verb, to);
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

bool metric_runs_on(const struct reading *g, size_t from, size_t to)
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
