#include "parser/metric_way.h"

#include "parser/metric_item.h"
#include "parser/metric_list.h"
#include "parser/metric_words.h"

#define HEAD_MAX 24 /* characters of an item's head or of a heading that names a way */
#define VERB_NEAR 2 /* characters between the verb and what was disclosed: 发布各类信息 */
#define WAY_FAR 160 /* characters from a way to the figure in a clause behind */

#define RUN_NEAR 40 /* characters from an item of a run of ways to the next */
#define RUN_FAR 240 /* ... parts of that item between them */
#define RUN_ITEMS_MAX 12
#define RUN_SAID 30 /* characters before a run that announce it */
#define NAME_MAX 40 /* characters of the name of a way */

enum {
	C_PAPER = 0x62A5,
	C_TITLE = 0x300A,
	C_DUN = 0x3001,
	C_QUOTE = 0x201C,
	C_QUOTE_END = 0x201D,
	C_TITLE_END = 0x300B
};

static const struct {
	const char *group, *metric;
} ways[] = {{"website", "proactive.channel.website"}, {"weibo", "proactive.channel.weibo"},
	    {"wechat", "proactive.channel.wechat"},   {"gazette", "proactive.channel.gazette"},
	    {"media", "proactive.channel.media"},     {"other_place", "proactive.channel.other"}};

/*
 * A bit for each of `ways` that [from, to) names. A word that another has begun is none: in 公报刊登 no 报刊.
 */
static unsigned ways_in(const struct reading *g, size_t from, size_t to)
{
	unsigned seen = 0;
	for (size_t k = from, longest; k<to; k += longest> 0 ? longest : 1) {
		unsigned way = 0;
		longest = 0;
		for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
			size_t n = word_at(g, ways[i].group, k, to);
			if (n > longest) {
				longest = n;
				way = 1u << i;
			}
		}
		seen |= way;
	}
	return seen;
}

static bool is_one(unsigned bits)
{
	return bits != 0 && (bits & (bits - 1)) == 0;
}

uint16_t way_only(const struct reading *g, size_t from, size_t to)
{
	unsigned seen = ways_in(g, from, to);
	if (!is_one(seen) || word_in(g, "many_ways", from, to))
		return LEXICON_NONE;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		if (seen == 1u << i)
			return lexicon_metric(g->l, str_of(ways[i].metric));
	return LEXICON_NONE;
}

uint16_t way_of_heading(const struct reading *g, size_t from, size_t to)
{
	return to - from > HEAD_MAX ? LEXICON_NONE : way_only(g, from, to);
}

uint16_t way_of_item(const struct reading *g, size_t from, size_t to)
{
	size_t head = from + metric_list_number(g, from, to), end = head;
	while (end < to && end - head <= HEAD_MAX && !fchar_clause_end(g->f->ch[end]) && g->f->ch[end] != ':')
		end++;
	bool ends = end < to && (fchar_sentence_end(g->f->ch[end]) || g->f->ch[end] == ':');
	return head > from && ends ? way_of_heading(g, head, end) : LEXICON_NONE;
}

/* Where the clauses before that of the figure begin that may say how it was disclosed. */
static size_t clauses_from(const struct figure *f)
{
	size_t from = f->at.left_from, to = f->at.clause_from;
	if (to - from > WAY_FAR)
		from = to - WAY_FAR;
	for (size_t k = to; k > from; k--)
		if (f->at.text[k - 1] == ';')
			return k;
	return from;
}

uint16_t way_of_figure(const struct reading *g, const struct figure *f, uint16_t led, bool unread)
{
	size_t from = clauses_from(f), to = f->at.clause_from, at;
	if (f->at.spread || (unread && g->q[f->i].kind == UNIT_COUNT && g->q[f->i].has_unit &&
			     word_at(g, "issue_unit", g->q[f->i].unit_from, g->q[f->i].end) > 0))
		return LEXICON_NONE;
	if (word_in(g, "channel_word", to, g->q[f->i].start))
		return unread && word_in(g, "carried_by", to, f->at.start) ? way_only(g, to, f->at.start)
									   : LEXICON_NONE;
	bool carried =
		from < to && word_find(g, "carried_by", from, to, &at) > 0 && !word_in(g, "main_channel", at, to);
	uint16_t before = carried ? way_only(g, at, to) : LEXICON_NONE;
	return before != LEXICON_NONE ? before : led;
}

bool way_of_clause(const struct reading *g, const struct figure *f, size_t verb, uint16_t led, bool official,
		   uint16_t *way)
{
	size_t from = f->at.clause_from;
	*way = LEXICON_NONE;
	if (word_in(g, "clause_way_else", from, verb))
		return false;
	if (word_in(g, "these_media", from, verb) && !word_in(g, "account", from, verb)) {
		*way = lexicon_metric(g->l, STR("proactive.channel.media"));
		return true;
	}
	/* 等公开: the verb belongs to what gathers them */
	if (word_in(g, "many_ways", from, verb) ||
	    word_in(g, "many_ways", verb > from ? verb - 1 : from, g->q[f->i].start)) {
		if (word_in(g, "other_place", from, verb) && is_one(ways_in(g, from, verb))) /* 宣传车、公开栏等方式 */
			*way = lexicon_metric(g->l, STR("proactive.channel.other"));
		return true;
	}
	if (f->at.spread && ways_in(g, from, verb) != 0 && !is_one(ways_in(g, from, verb)))
		return false;
	if (official && word_in(g, "whole_place", from, verb))
		return true;
	if (official && word_in(g, "site_column", from, verb)) {
		*way = lexicon_metric(g->l, STR("proactive.channel.website"));
		return true;
	}
	if (!official && word_in(g, "whole_site", from, verb)) {
		*way = lexicon_metric(g->l, STR("proactive.channel.website"));
		return (ways_in(g, from, verb) & ~1u) == 0; /* the first of `ways` is the web site */
	}
	bool named = word_in(g, "channel_word", from, verb);
	*way = named ? way_only(g, from, verb) : way_of_figure(g, f, led, false);
	return *way != LEXICON_NONE || !(named || word_in(g, "carried_by", from, verb));
}

uint16_t way_bare(const struct reading *g, const struct figure *f)
{
	size_t last = metric_figure_before(g, f->i), pos = g->q[f->i].start, from = f->at.clause_from;
	if (last == 0 || g->q_metric[last - 1] == NO_METRIC ||
	    !str_starts(g->m.items[g->q_metric[last - 1]].id, STR("proactive.channel.")) ||
	    word_at(g, "unit:item", g->q[f->i].unit_from, g->q[f->i].end) == 0)
		return LEXICON_NONE;
	from = g->q[last - 1].end > from ? g->q[last - 1].end : from;
	from += from < pos && g->f->ch[from] == C_DUN;
	for (size_t i = 0; i + 1 < sizeof ways / sizeof ways[0] && from < pos; i++) /* other places may be classes */
		if (word_at(g, ways[i].group, from, pos) == pos - from)
			return lexicon_metric(g->l, str_of(ways[i].metric));
	return LEXICON_NONE;
}

/* Characters of the name in quotes that ends at `to`: 电台"价格直通车"; of 》 alone, 《中国水运报》, the name counts. */
static size_t quoted_before(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	if (to > from && t[to - 1] == C_TITLE_END)
		return 1;
	if (to <= from || (t[to - 1] != '"' && t[to - 1] != C_QUOTE_END))
		return 0;
	for (size_t k = to - 1; k > from; k--)
		if (t[k - 1] == '"' || t[k - 1] == C_QUOTE)
			return to - k + 1;
	return 0;
}

/* 电视台《政府在线》: where the title opens that ends at `to`; `to` when none does. */
static size_t title_open(const struct reading *g, size_t from, size_t to)
{
	for (size_t k = to; k > from && to > from && g->f->ch[to - 1] == C_TITLE_END; k--)
		if (g->f->ch[k - 1] == C_TITLE)
			return k - 1;
	return to;
}

/* Does a way's own word end at `to`, or 泰和报 behind another of the press? */
static bool ends_in_way(const struct reading *g, uint16_t way, size_t from, size_t to)
{
	if (word_before(g, "whole_site", to, from) > 0)
		return true;
	for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++)
		if (word_before(g, ways[k].group, to, from) > 0)
			return true;
	return to > from && g->f->ch[to - 1] == C_PAPER && str_eq_z(g->l->metrics[way].id, "proactive.channel.media");
}

/* 《株洲晚报》等媒体: where what gathers the names before it begins, with nothing but fillers behind; else `to`. */
static size_t gathered(const struct reading *g, size_t from, size_t to)
{
	size_t at, n = word_find(g, "way_etc", from, to, &at);
	return n > 0 && words_only(g, "way_act", "", at + n, to) ? at : to;
}

uint16_t way_named(const struct reading *g, size_t from, size_t to)
{
	to = gathered(g, from, to);
	uint16_t way = way_only(g, from, to);
	bool whole = false;
	if (way == LEXICON_NONE && ways_in(g, from, to) == 0 && word_in(g, "whole_site", from, to))
		way = lexicon_metric(g->l, STR("proactive.channel.website"));
	if (to <= from || word_in(g, "run_else", from, to) || word_before(g, "class_kind", to, from) > 0)
		return LEXICON_NONE;
	if (way == LEXICON_NONE && !word_in(g, "channel_word", from, to) && word_at(g, "rest_way", from, to) > 0)
		return lexicon_metric(g->l, STR("proactive.channel.other"));
	for (size_t n = 1; way != LEXICON_NONE && !whole && n > 0; to -= n) {
		whole = ends_in_way(g, way, from, to) || ends_in_way(g, way, from, title_open(g, from, to));
		if ((n = word_before(g, "way_filler", to, from)) == 0 &&
		    (n = word_before(g, "disclose", to, from)) == 0 &&
		    (n = word_before(g, "class_info", to, from)) == 0)
			n = quoted_before(g, from, to);
	}
	return whole ? way : LEXICON_NONE;
}

/*
 * 其余49条张贴于公示栏, 剩下的15条靠公开栏和明白纸: does the clause say behind the figure what the rest is that [from, to)
 * names? Then *way is the way that it names there, or none: 其余49条为工作动态.
 */
static bool rest_told(const struct reading *g, size_t i, size_t from, size_t to, uint16_t *way)
{
	size_t behind = g->q[i].end, n = word_at(g, "way_behind", behind, g->f->n);
	if (n == 0 || from == to || word_at(g, "way_rest", from, to) != to - from)
		return false;
	*way = way_only(g, behind + n, clause_end(g->f->ch, behind, g->f->n));
	return true;
}

/* 一是医院官网,挂出87条: where the clause before begins that names the way of one that only says that it was done. */
static size_t clause_before(const struct reading *g, size_t left, size_t from, size_t to)
{
	if (from == left || g->f->ch[from - 1] != ',' || from == to || !words_only(g, "way_act", "", from, to))
		return from;
	for (from--; from > left && to - from < NAME_MAX && !fchar_clause_end(g->f->ch[from - 1]);)
		from--;
	return from;
}

/* 微信公众号推送104期、文章212篇: the index behind the count of issues whose papers q[i] counts; 0 for none. */
static size_t behind_issues(const struct reading *g, size_t i)
{
	if (i == 0 || g->q[i - 1].kind != UNIT_COUNT ||
	    word_at(g, "issue_unit", g->q[i - 1].unit_from, g->q[i - 1].end) == 0)
		return 0;
	size_t from = g->q[i - 1].end, to = g->q[i].start;
	from += from < to && (g->f->ch[from] == ',' || g->f->ch[from] == C_DUN);
	return from < to && words_only(g, "way_act", "", from, to) ? i : 0;
}

/* The way that q[i] is the figure of by the name before it, as an item of a run. */
static uint16_t way_item(const struct reading *g, size_t i)
{
	size_t behind = behind_issues(g, i), left = behind > 1             ? g->q[behind - 2].end
						    : behind > 0 || i == 0 ? 0
									   : g->q[i - 1].end;
	size_t to = metric_item_end(g, left, g->q[behind > 0 ? behind - 1 : i].start), from = to;
	if (g->q[i].kind != UNIT_COUNT || word_at(g, "item_unit", g->q[i].unit_from, g->q[i].end) == 0)
		return LEXICON_NONE;
	for (; from > left && to - from < NAME_MAX && !fchar_clause_end(g->f->ch[from - 1]); from--) {
		if (g->f->ch[from - 1] != ':')
			continue;
		size_t verb = word_at(g, "disclose", from, to),
		       n = verb > 0 ? verb : word_at(g, "way_filler", from, to);
		if (from + n != to) /* 官方微博:发布81条 */
			break;
		to = from - 1;
	}
	uint16_t rest;
	if (rest_told(g, i, metric_item_begin(g, from, to), to, &rest))
		return rest;
	size_t before = clause_before(g, left, from, to);
	if (before < from) { /* without its verb and the comma */
		to = from - 1;
		from = before;
	}
	return way_named(g, metric_item_begin(g, from, to), to);
}

/* Do q[a] and q[b] stand near, with nothing but shares between, in one sentence or in lines of their own? */
static bool run_near(const struct reading *g, size_t a, size_t b)
{
	size_t from = g->q[a].end, to = g->q[b].start;
	for (size_t k = a + 1; k < b; k++) /* 政报出了四期,登载61件 */
		if (g->q[k].kind != UNIT_PERCENT && word_at(g, "item_unit", g->q[k].unit_from, g->q[k].end) > 0)
			return false;
	if (to - from > RUN_NEAR)
		return false;
	for (size_t k = from; k < to; k++)
		if (fchar_sentence_end(g->f->ch[k]) && g->f->ch[k] != '\n' && !(k + 1 < to && g->f->ch[k + 1] == '\n'))
			return false;
	return true;
}

/* 网站50条,其中动态30条、公告20条;微信12条: does the run go on behind what one of its items is made of? */
static bool run_behind_parts(const struct reading *g, size_t a, size_t b)
{
	size_t from = g->q[a].end, to = g->q[b].start, next = g->q[a + 1].start;
	if (to - from > RUN_FAR || !word_in(g, "part_word", from, next))
		return false;
	for (size_t k = g->q[b - 1].end; k < to; k++)
		if (g->f->ch[k] == ';' || g->f->ch[k] == '\n')
			return true;
	return false;
}

/* The item of the run next to q[i] in steps of `step`; `i` when it ends there. */
static size_t run_next(const struct reading *g, size_t i, int step)
{
	for (size_t n = 1; n <= RUN_ITEMS_MAX && (step > 0 ? i + n < g->q_count : n <= i); n++) {
		size_t k = step > 0 ? i + n : i - n, a = step > 0 ? i : k, b = step > 0 ? k : i;
		if (g->q[b].start - g->q[a].end > RUN_FAR)
			break;
		if (way_item(g, k) != LEXICON_NONE && (run_near(g, a, b) || (b > a + 1 && run_behind_parts(g, a, b))))
			return k;
	}
	return i;
}

/* Does the run go on behind the figure of a way that another rule read? */
static bool run_goes_on(const struct reading *g, size_t first)
{
	size_t last = first;
	while (last > 0 && g->q[first].start - g->q[last - 1].end <= RUN_NEAR &&
	       (g->q[last - 1].kind != UNIT_COUNT ||
		word_at(g, "item_unit", g->q[last - 1].unit_from, g->q[last - 1].end) == 0))
		last--;
	uint32_t m = last > 0 ? g->q_metric[last - 1] : NO_METRIC,
		 before = last > 1 ? g->q_metric[last - 2] : NO_METRIC;
	if (before != NO_METRIC &&
	    str_eq_z(g->m.items[before].id, "proactive.by_class")) /* 动态8条,微博转发信息4条,其他方式1条 */
		return false;
	return m != NO_METRIC && run_near(g, last - 1, first) &&
	       str_starts(g->m.items[m].id, STR("proactive.channel."));
}

/* Do words that announce ways stand before the name of the run's first item, or the report's own total? */
static bool run_announced(const struct reading *g, size_t first)
{
	size_t to = g->q[first].start, from = to > NAME_MAX + RUN_SAID ? to - NAME_MAX - RUN_SAID : 0;
	size_t last = metric_figure_before(g, first);
	if (last > 0 && g->q[last - 1].end > from)
		from = g->q[last - 1].end;
	bool total = last > 0 && g->q_metric[last - 1] != NO_METRIC &&
		     str_eq_z(g->m.items[g->q_metric[last - 1]].id, "proactive.total");
	return total || word_in(g, "way_lead", from, to);
}

uint16_t way_of_run(const struct reading *g, const struct figure *f)
{
	uint16_t way = way_item(g, f->i), seen[RUN_ITEMS_MAX];
	size_t first = f->i, count = 0, next;
	if (way == LEXICON_NONE || word_in(g, "apply", f->s->from, g->q[f->i].start))
		return LEXICON_NONE;
	for (unsigned n = 0; n < RUN_ITEMS_MAX && (next = run_next(g, first, -1)) != first; n++)
		first = next;
	for (size_t k = first, n = 0; n < 2 * RUN_ITEMS_MAX && count < RUN_ITEMS_MAX; k = next, n++) {
		uint16_t at = way_item(g, k);
		bool again = false;
		for (size_t j = 0; j < count; j++)
			again = again || seen[j] == at;
		if (!again)
			seen[count++] = at;
		if ((next = run_next(g, k, 1)) == k)
			break;
	}
	bool rest = ways_in(g, f->at.clause_from, f->at.start) == 0 && /* 其他信息12条 may be a class */
		    word_at(g, "way_behind", g->q[f->i].end, g->f->n) == 0;
	bool run = count >= 3 || (count == 2 && run_announced(g, first)) || (!rest && run_goes_on(g, f->i));
	return run ? way : LEXICON_NONE;
}

bool way_counts(const struct reading *g, const struct figure *f)
{
	size_t from = f->at.clause_from, pos = g->q[f->i].start;
	pos -= word_before(g, "class_filler", pos, from);
	size_t info = pos - word_before(g, "info_any", pos, from);
	bool verb = false;
	for (size_t gap = 0; info < pos && gap <= VERB_NEAR && info - gap > from && !verb; gap++)
		verb = word_before(g, "disclose", info - gap, from) > 0;
	return verb && !word_in(g, "key_area", from, info) &&
	       word_at(g, "unit:item", g->q[f->i].unit_from, g->q[f->i].end) > 0;
}
