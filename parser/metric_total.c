#include "parser/metric_total.h"

#include <math.h>

#include "parser/metric_item.h"
#include "parser/metric_list.h"
#include "parser/metric_run.h"
#include "parser/metric_way.h"
#include "parser/metric_words.h"

#define TOTAL_FAR 400  /* characters that an item may stand behind its total; classes four times that */
#define APART_FAR 600  /* characters from a total to a list apart from it */
#define FIELD_FAR 300  /* characters over which a paragraph on fields of work reaches */
#define UNTIL_FAR 200  /* characters from a running total to that of the year, and back to its 截至 */
#define SUM_OFF 0.1    /* of a sum that its parts may be off by an error */
#define BRACKET_FAR 12 /* characters from '(' to the figure of a bracketed part */

enum { C_TEN = 0x5341, C_GE = 0x4E2A, C_YEAR = 0x5E74, C_QI = 0x5176, C_ZHONG = 0x4E2D };

/* ---- the total ---- */

void total_remember(struct total *total, const struct reading *g, uint32_t k, size_t i, size_t line)
{
	const struct metric *m = &g->m.items[k];
	if (m->scope.n > 0 || str_eq_z(m->unit, "percent") || str_eq_z(m->id, "proactive.by_class"))
		return;
	bool own = str_eq_z(m->id, "proactive.total"), stated = own;
	bool channel = str_starts(m->id, STR("proactive.channel."));
	for (size_t k2 = 0; k2 < g->m.count; k2++) {
		bool whole = str_eq_z(g->m.items[k2].id, "proactive.total");
		stated = stated || whole;
		/* a channel that is said to carry the report's own total */
		own = own || (whole && channel && g->m.items[k2].value == m->value);
	}
	if (!stated && str_eq_z(m->id, "proactive.cumulative")) /* the only total there is: 累计公开635条,包括... */
		own = metric_split(g, i) > 0;
	if (str_eq_z(m->id, "proactive.by_publisher"))
		return;
	if (total->own && !own && total->line == line && channel)
		return; /* "共公开3303条,网络公开2450。其中:...": the list splits the total */
	size_t split = own || channel ? metric_split(g, i) : 0;
	size_t run_from = total->run_from, run_to = total->run_to;
	*total = (struct total){.metric = k,
				.run_from = run_from,
				.run_to = run_to,
				.at = g->q[i].end,
				.figure = i,
				.line = line,
				.chain = i + 1,
				.split_from = i + 1,
				.split_to = split,
				.own = own,
				.channel = channel && (!stated || split > 0)};
}

/* Did the total run on till then, since `m`, figure q[i] of its list, is that of the year? */
static bool ran_on(const struct total *total, const struct reading *g, size_t i, const struct metric *m)
{
	const fchar *t = g->f->ch;
	if (total->metric == NO_METRIC || !str_eq_z(m->id, "proactive.total") || g->q[i].start - total->at > UNTIL_FAR)
		return false;
	const struct metric *of = &g->m.items[total->metric];
	size_t from = total->at > UNTIL_FAR ? total->at - UNTIL_FAR : 0, year = total->at;
	for (size_t k = from; k < total->at; k++)
		if (fchar_sentence_end(t[k]))
			from = k + 1;
	if (!str_eq_z(of->id, "proactive.total") || m->value >= of->value ||
	    !metric_listed(g, total->at, g->q[i].start) || !word_in(g, "until_word", from, total->at))
		return false;
	while (year < g->q[i].start && t[year] != C_YEAR)
		year++;
	return year < g->q[i].start;
}

void total_ran_on(const struct total *total, struct reading *g, size_t i, const struct metric *m)
{
	uint16_t k = lexicon_metric(g->l, STR("proactive.cumulative"));
	if (ran_on(total, g, i, m))
		g->m.items[total->metric].id = g->l->metrics[k].id;
}

bool total_repeated(const struct total *total, const struct reading *g, const struct figure *f, const struct metric *m)
{
	if (total->metric == NO_METRIC || !metric_listed(g, f->s->from, g->q[f->i].start) || ran_on(total, g, f->i, m))
		return false;
	const struct metric *of = &g->m.items[total->metric];
	return str_eq(of->id, m->id) && str_eq(of->scope, m->scope) && m->value < of->value && m->qualifier.n == 0 &&
	       m->applicant.n == 0;
}

/* ---- its parts ---- */

/* Do the items of the list that splits the total come to just its figure? */
static bool splits_whole(const struct total *total, const struct reading *g)
{
	double sum = 0;
	for (size_t k = total->split_from; k < total->split_to; k++)
		sum += g->q[k].kind == UNIT_COUNT ? g->q[k].value : 0;
	return sum == g->q[total->figure].value;
}

static void look_for_run(struct total *total, const struct reading *g, size_t i)
{
	bool split = i < total->split_to;
	if (i < total->run_to || i < total->apart_to || (split && splits_whole(total, g)))
		return;
	size_t to = metric_run(g, i, total->own || total->channel ? total->figure : SIZE_MAX);
	if (to > 0) {
		total->run_from = i;
		total->run_to = to;
	}
}

/* Is the list that splits the total one of ways? Another, of classes, may follow. */
static bool split_by_ways(const struct total *total, const struct reading *g)
{
	for (size_t k = total->split_from; k < total->split_to; k++)
		if (g->q[k].kind == UNIT_COUNT)
			return g->q_metric[k] != NO_METRIC &&
			       str_starts(g->m.items[g->q_metric[k]].id, STR("proactive.channel."));
	return false;
}

bool total_run_goes_on(const struct total *total, size_t i)
{
	return i > total->run_from && i < total->run_to;
}

bool total_of_run(const struct reading *g, const struct figure *f, struct metric *m)
{
	if (f->who.scope.n > 0 || !metric_run_splits(g, f->i))
		return false;
	uint16_t way = way_only(g, f->at.clause_from, g->q[f->i].start);
	way = way != LEXICON_NONE ? way : way_of_figure(g, f, LEXICON_NONE, true);
	metric_set(g, way != LEXICON_NONE ? way : lexicon_metric(g->l, STR("proactive.total")), f->i, m);
	return true;
}

void total_look_ahead(struct total *total, const struct reading *g, size_t i)
{
	look_for_run(total, g, i);
	if (i < total->apart_to || i < total->split_to)
		return;
	size_t to = metric_split_ahead(g, i);
	bool ahead = to > 0;
	bool split = total->split_to == 0 || split_by_ways(total, g);
	if (to == 0 && (total->own || total->channel) && split && total->apart_to == 0 &&
	    g->q[i].start - total->at <= APART_FAR)
		to = metric_split_apart(g, i, total->figure);
	if (to > 0) {
		total->apart_from = i;
		total->apart_to = to;
		total->ahead = ahead;
	}
}

/* Where the clause of q[i] begins. */
static size_t clause_of(const struct reading *g, size_t i)
{
	size_t from = g->q[i].start, left = i > 0 ? g->q[i - 1].end : 0;
	while (from > left && !fchar_clause_end(g->f->ch[from - 1]))
		from--;
	return from;
}

bool total_sum(const struct total *total, const struct reading *g, size_t i, struct metric *m)
{
	if (!total->ahead || i != total->apart_to)
		return false;
	bool partly = word_before(g, "sum_partly", g->q[i].start, g->q[i - 1].end) > 0;
	uint16_t way =
		!partly ? LEXICON_NONE : way_only(g, clause_of(g, total->apart_from), g->q[total->apart_from].start);
	metric_set(g, way != LEXICON_NONE ? way : lexicon_metric(g->l, STR("proactive.total")), i, m);
	return true;
}

/* ",合计103条": does nothing but marks and the word of the sum stand between q[i] and the figure before it? */
static bool sum_right_behind(const struct reading *g, size_t i)
{
	size_t from = i > 0 ? g->q[i - 1].end : 0, pos = g->q[i].start;
	pos -= word_before(g, "sum_reach", pos, from);
	pos -= word_before(g, "sum_word", pos, from);
	while (pos > from && (fchar_clause_end(g->f->ch[pos - 1]) || g->f->ch[pos - 1] == ')'))
		pos--;
	return i > 0 && pos == from;
}

bool total_of_ways(const struct reading *g, const struct figure *f, struct metric *m)
{
	/* ways of a kind, their sum, and what may stand among them: the classes of one, the organs that had requests */
	static const struct {
		const char *ways, *sum, *among;
		bool among_counts;
	} sums[] = {{"requests.received.", "requests.received", "requests.received", true},
		    {"proactive.channel.", "proactive.total", "proactive.by_class", false}};
	const struct quantity_at *q = &g->q[f->i];
	size_t said = q->start - word_before(g, "sum_reach", q->start, f->at.left_from); /* 总共达300条 */
	if (word_before(g, "sum_word", said, f->at.left_from) == 0)
		return false;
	for (size_t way = 0; way < sizeof sums / sizeof sums[0]; way++) {
		double sum = 0;
		unsigned n = 0;
		for (size_t k = f->i; k > 0 && q->start - g->q[k - 1].end < TOTAL_FAR && sum < q->value; k--) {
			const struct metric *part =
				g->q_metric[k - 1] != NO_METRIC ? &g->m.items[g->q_metric[k - 1]] : NULL;
			bool among = part && str_eq_z(part->id, sums[way].among);
			if (!part && !sums[way].among_counts &&
			    !same_unit(g, &g->q[k - 1], &g->q[f->i])) /* 校报12期, 家长会2次 */
				continue;
			if (!part || (!among && !str_starts(part->id, str_of(sums[way].ways))))
				break;
			if (among && !sums[way].among_counts)
				continue;
			sum += g->q[k - 1].value;
			n++;
		}
		bool nearly = sum_right_behind(g, f->i) && fabs(sum - q->value) <= SUM_OFF * q->value;
		if (n < 2 || (sum != q->value && !nearly))
			continue;
		const struct metric_id *id = &g->l->metrics[lexicon_metric(g->l, str_of(sums[way].sum))];
		*m = (struct metric){.id = id->id, .unit = id->unit, .scope = f->who.scope, .value = q->value};
		return true;
	}
	return false;
}

bool total_chained(struct total *total, const struct reading *g, size_t i)
{
	bool on = metric_chained(g, total->at, total->chain, i) && (total->split_to == 0 || i < total->split_to);
	if (on)
		total->chain = i + 1;
	return on;
}

/* Does q[i] stand in the bracket right behind the figure q[*total], as its first item or behind others that were read? */
static bool in_total_bracket(const struct reading *g, const struct figure *f, size_t *total)
{
	const size_t i = f->i;
	for (size_t j = i; j > f->s->q_from && g->q_metric[j - 1] != NO_METRIC; j--) {
		size_t open = g->q[j - 1].end;
		for (size_t k = open; k < g->q[j].start; k++)
			if (g->f->ch[k] == ')' || (j < i && g->f->ch[k] == '(' && k > open))
				return false;
		*total = j - 1;
		if (g->f->ch[open] == '(')
			return str_eq(g->m.items[g->q_metric[i - 1]].id, g->m.items[g->q_metric[*total]].id);
	}
	return false;
}

bool metric_of_bracket(const struct reading *g, const struct figure *f, struct metric *m)
{
	const size_t i = f->i, start = g->q[i].start;
	size_t total, at = 0;
	uint32_t w;
	if (!in_total_bracket(g, f, &total) || start - g->q[i - 1].end > BRACKET_FAR)
		return false;
	const struct metric *of = &g->m.items[g->q_metric[total]];
	size_t from = g->q[i - 1].end + 1, n = word_find(g, "part_word", from - 1, start, &at);
	size_t len = matcher_longest(g->l->scopes, g->f->ch, n > 0 ? at + n : from, start, &w);
	bool whole = n > 0 || (from + len == start && same_unit(g, &g->q[total], &g->q[i])); /* (县区28条、市直12条) */
	if (len == 0 || !whole || g->l->scope[w].scope.n == 0 || of->scope.n > 0 || str_eq_z(of->unit, "percent") ||
	    str_starts(of->id, STR("proactive.by_"))) /* contract rule 15: who published, and what, has no scope */
		return false;
	*m = *of;
	m->scope = g->l->scope[w].scope;
	m->value = g->q[i].value;
	m->approx = g->q[i].approx;
	return true;
}

/*
 * Does the list that q[i] is an item of begin right behind the total, with no other count before its 其中? With `unread`
 * only a count that nothing names is another.
 */
static bool heads_list(const struct total *total, const struct reading *g, size_t i, bool unread)
{
	const fchar *t = g->f->ch;
	size_t at = g->q[i].start, k = i;
	while (at > total->at + 1 && !(t[at - 2] == C_QI && t[at - 1] == C_ZHONG))
		at--;
	while (k > 0 && g->q[k - 1].start >= at)
		k--;
	for (int depth = 0; k > 0 && g->q[k - 1].end > total->at; k--) { /* what stands in brackets is of the total */
		for (size_t c = g->q[k - 1].end; c < at; c++)
			depth += t[c] == ')' ? 1 : t[c] == '(' ? -1 : 0;
		at = g->q[k - 1].start;
		bool other = !unread || g->q_metric[k - 1] == NO_METRIC;
		if (g->q[k - 1].kind == UNIT_COUNT && depth <= 0 && other)
			return false;
	}
	return true;
}

/* 本级及下属单位预决算信息5条, 本级财政预算2条: does the marker of a scope only begin the name of a class? */
static bool within_name(const struct reading *g, const struct figure *f)
{
	size_t from = f->who.to, to = g->q[f->i].start;
	size_t info = to - word_before(g, "class_info", to, from);
	return f->who.from >= f->at.clause_from && info >= from + 2 && !word_in(g, "disclose", from, info) &&
	       word_before(g, "publisher_tail", info, from) == 0;
}

/* 市直部门发布12条, 乡镇街道1245条: is the marker of a scope all that the item is named by? */
static bool is_whole_name(const struct reading *g, const struct figure *f)
{
	size_t pos = g->q[f->i].start;
	return f->who.from < f->who.to && f->who.to + word_at(g, "disclose", f->who.to, pos) == pos;
}

/* Is the figure of a list of the report's own total, whatever marker an item before it has: 局机关50条,县局40条,其他8条? */
static bool in_scope(const struct total *total, const struct reading *g, const struct figure *f)
{
	bool before = f->who.from >= total->at && f->who.from < f->at.clause_from;
	uint32_t last =
		f->i > 0 ? g->q_metric[metric_figure_before(g, f->i) - (metric_figure_before(g, f->i) > 0)] : NO_METRIC;
	before = before && !(last != NO_METRIC && str_eq_z(g->m.items[last].id, "proactive.by_publisher"));
	return f->who.scope.n == 0 || before || within_name(g, f) || is_whole_name(g, f);
}

/* Do words of organs stand in [from, to), outside brackets? Then they are told apart, and not levels. */
static bool names_organs(const struct reading *g, size_t from, size_t to)
{
	size_t open = from;
	for (size_t k = from, depth = 0; k <= to; k++) {
		fchar c = k < to ? g->f->ch[k] : '(';
		if (c == '(' && depth++ == 0 && word_in(g, "list_organs", open, k))
			return true;
		if (c == ')' && depth > 0 && --depth == 0)
			open = k + 1;
	}
	return false;
}

bool total_level(const struct total *total, const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t pos = g->q[f->i].start, to = total->at, from = f->at.clause_from;
	if (!total->own || pos - total->at > TOTAL_FAR || !str_eq_z(g->m.items[total->metric].id, "proactive.total") ||
	    !same_unit(g, &g->q[total->figure], &g->q[f->i]) ||
	    !(metric_listed(g, total->at, pos) || g->f->ch[total->at] == '(' ||
	      word_in(g, "among_word", total->at, pos)))
		return false;
	while (to < f->s->to && g->f->ch[to] != ';' && !(g->f->ch[to] == ')' && g->f->ch[total->at] == '('))
		to++;
	size_t open = total->at + (g->f->ch[total->at] == '(');
	if (to <= pos || !word_in(g, "item_own", open, to) || names_organs(g, open, to))
		return false;
	size_t end = metric_item_end(g, from, pos);
	from = metric_item_begin(g, from, end);
	from += word_at(g, "among_word", from, end);
	end = metric_item_bracket(g, from, end);
	end -= word_before(g, "item_level_tail", end, from);
	end -= word_before(g, "disclose", end, from);
	while (from < end && (fchar_digit(g->f->ch[from]) || fchar_han_digit(g->f->ch[from]) > 0 ||
			      g->f->ch[from] == C_TEN || g->f->ch[from] == C_GE))
		from++;
	struct str scope = metric_item_level(g, from, end);
	if (scope.n == 0)
		return false;
	metric_set_named(g, "proactive.total", f->i, m);
	m->scope = scope;
	return true;
}

static enum list_place place_in_list(const struct total *total, const struct reading *g, const struct figure *f,
				     bool chained)
{
	const struct quantity_at *q = &g->q[f->i];
	bool split = f->i >= total->split_from && f->i < total->split_to && in_scope(total, g, f);
	/* 33个单位, among the items of a list of 条, is none of it */
	split = split && (!q->has_unit || same_unit(g, &g->q[total->figure], q) || unit_in(g, q, "list_unit"));
	if (split && (f->i == total->split_from || !metric_bracketed(g, f->i))) /* 工作报告2条(中英文各1条) */
		return LIST_SPLIT;
	return chained ? LIST_CHAIN : LIST_NONE;
}

/* The figure of a class as an item of a run, where no list by its sum holds it. */
static bool class_of_run(const struct total *total, const struct reading *g, const struct figure *f, struct metric *m)
{
	bool split = f->i >= total->split_from && f->i < total->split_to;
	if (f->i < total->run_from || f->i >= total->run_to || split || metric_bracketed(g, f->i))
		return false;
	if (f->who.scope.n > 0 && f->who.from >= f->at.clause_from && !is_whole_name(g, f) && !within_name(g, f))
		return false;
	struct class_ask ask = {.i = f->i,
				.clause_from = f->at.clause_from,
				.place = LIST_RUN,
				.first = f->i == total->run_from,
				.carried = f->i == total->run_from,
				.from = total->run_from,
				.to = total->run_to};
	return metric_class_part(g, &ask, m);
}

bool total_class(const struct total *total, const struct reading *g, const struct figure *f, bool chained, bool sure,
		 struct metric *m)
{
	size_t pos = g->q[f->i].start, back = pos > FIELD_FAR ? pos - FIELD_FAR : 0;
	if (f->i >= total->apart_from && f->i < total->apart_to) {
		struct class_ask ask = {.i = f->i,
					.clause_from = f->at.clause_from,
					.place = LIST_SPLIT,
					.first = total->ahead || f->i == total->apart_from,
					.carried = total->ahead && f->i == total->apart_from};
		return metric_class_part(g, &ask, m);
	}
	if (class_of_run(total, g, f, m))
		return true;
	if (total->split_to > 0 && f->i >= total->split_to && !(sure && metric_class_alone(g, f->i)))
		return false; /* the list was whole before */
	struct class_ask ask = {.i = f->i,
				.clause_from = f->at.clause_from,
				.place = place_in_list(total, g, f, chained),
				.sure = sure};
	if (ask.place == LIST_SPLIT) {
		ask.from = total->split_from;
		ask.to = total->split_to;
	}
	if (sure && !total->own && metric_class_alone(g, f->i)) { /* a list whose total stands elsewhere */
		if (ask.place == LIST_NONE)
			ask.place = LIST_CHAIN;
	} else {
		ask.channel = !total->own;
		if (pos - total->at > 4 * TOTAL_FAR || (!total->own && !(total->channel && ask.place != LIST_NONE)))
			return false;
	}
	if (ask.place == LIST_NONE && metric_listed(g, f->s->from, pos) && !heads_list(total, g, f->i, true))
		return false;       /* 查阅点收藏信息18条,其中电子信息10条 */
	if (ask.place == LIST_NONE) /* elsewhere it says nothing */
		ask.field = word_in(g, "field_lead", back > total->at ? back : total->at, pos);
	return metric_class_part(g, &ask, m);
}

bool total_class_each(const struct total *total, const struct reading *g, const struct figure *f, const struct each *e,
		      struct metric *m)
{
	const uint16_t own = lexicon_need_group(g->l, "own");
	bool behind = total->own && g->q[f->i].start - total->at <= TOTAL_FAR &&
		      metric_listed(g, f->s->from, g->q[f->i].start);
	if (!behind && !groups_have(&f->s->seen, own))
		return false;
	return metric_class_each(g, f->i, e, behind, m);
}

bool total_own_level(const struct total *total, const struct reading *g, const struct figure *f)
{
	size_t from = f->at.clause_from, pos = g->q[f->i].start;
	bool listed = false;
	for (size_t k = from; k < pos; k++)
		if (g->f->ch[k] == ':' || g->f->ch[k] == C_ZHONG) {
			from = k + 1;
			listed = true;
		}
	if (total->counties && word_at(g, "own_level", from, pos) > 0)
		return true;
	size_t n = word_at(g, "own_government", from, pos);
	return listed && n > 0 && word_at(g, "own_act", from + n, pos) > 0;
}

/* 县直部门公开信息100条(乡镇28条): in the bracket of a class or publisher, of which no part has an id? */
static bool in_item_bracket(const struct reading *g, size_t i)
{
	uint32_t before = i > 0 ? g->q_metric[i - 1] : NO_METRIC;
	return before != NO_METRIC && str_starts(g->m.items[before].id, STR("proactive.by_")) && metric_bracketed(g, i);
}

bool total_item(const struct total *total, const struct reading *g, const struct figure *f, struct metric *m)
{
	const struct quantity_at *q = &g->q[f->i];
	bool own = f->who.scope.n == 0 && total_own_level(total, g, f); /* 其中区政府收到89件 */
	if (total->metric == NO_METRIC || (f->who.scope.n == 0 && !own) || !metric_listed(g, f->s->from, q->start))
		return false;
	const struct metric *of = &g->m.items[total->metric];
	if (q->start - total->at > TOTAL_FAR || q->kind != UNIT_COUNT || metric_item_counts_names(g, f->i) ||
	    in_item_bracket(g, f->i) || !heads_list(total, g, f->i, false))
		return false;
	*m = *of;
	m->scope = own ? STR("headquarters") : f->who.scope;
	m->qualifier = STR_NULL;
	m->value = q->value;
	m->approx = q->approx;
	if (str_eq_z(of->id, "proactive.total"))
		metric_of_publisher(g, f, m);
	return true;
}
