#include "parser/metric_way.h"

#include "parser/metric_list.h"
#include "parser/metric_words.h"

#define HEAD_MAX 24 /* characters of an item's head or of a heading that names a way */
#define VERB_NEAR 2 /* characters between the verb and what was disclosed: 发布各类信息 */
#define WAY_FAR 160 /* characters from a way to the figure in a clause behind */

enum { C_DUN = 0x3001 };

static const struct {
	const char *group, *metric;
} ways[] = {{"website", "proactive.channel.website"}, {"weibo", "proactive.channel.weibo"},
	    {"wechat", "proactive.channel.wechat"},   {"gazette", "proactive.channel.gazette"},
	    {"media", "proactive.channel.media"},     {"other_place", "proactive.channel.other"}};

/* The only way that [from, to) names. */
static uint16_t only_way(const struct reading *g, size_t from, size_t to)
{
	const char *metric = NULL;
	if (word_in(g, "many_ways", from, to))
		return LEXICON_NONE;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		if (word_in(g, ways[i].group, from, to)) {
			if (metric)
				return LEXICON_NONE;
			metric = ways[i].metric;
		}
	return metric ? lexicon_metric(g->l, str_of(metric)) : LEXICON_NONE;
}

static unsigned ways_in(const struct reading *g, size_t from, size_t to)
{
	unsigned count = 0;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		count += word_in(g, ways[i].group, from, to);
	return count;
}

uint16_t way_of_heading(const struct reading *g, size_t from, size_t to)
{
	return to - from > HEAD_MAX ? LEXICON_NONE : only_way(g, from, to);
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
	if (f->at.spread)
		return LEXICON_NONE;
	if (word_in(g, "channel_word", to, g->q[f->i].start))
		return unread && word_in(g, "carried_by", to, f->at.start) ? only_way(g, to, f->at.start)
									   : LEXICON_NONE;
	bool carried =
		from < to && word_find(g, "carried_by", from, to, &at) > 0 && !word_in(g, "main_channel", at, to);
	uint16_t before = carried ? only_way(g, at, to) : LEXICON_NONE;
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
		if (word_in(g, "other_place", from, verb) && ways_in(g, from, verb) == 1) /* 宣传车、公开栏等方式 */
			*way = lexicon_metric(g->l, STR("proactive.channel.other"));
		return true;
	}
	if (f->at.spread && ways_in(g, from, verb) > 1)
		return false;
	if (official && word_in(g, "whole_place", from, verb))
		return true;
	if (official && word_in(g, "site_column", from, verb)) {
		*way = lexicon_metric(g->l, STR("proactive.channel.website"));
		return true;
	}
	bool named = word_in(g, "channel_word", from, verb);
	*way = named ? only_way(g, from, verb) : way_of_figure(g, f, led, false);
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
