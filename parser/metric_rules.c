#include "parser/metric_rules.h"

#include "parser/metric_clause.h"
#include "parser/metric_duty.h"
#include "parser/metric_list.h"
#include "parser/metric_office.h"
#include "parser/metric_request.h"
#include "parser/metric_request_part.h"
#include "parser/metric_way.h"
#include "parser/metric_words.h"

const char rule_bracket[] = "the part that a bracket behind its total names";
const char rule_clause[] = "the parts of its clause";

/* When a rule is asked: all that it names must hold. */
enum when {
	LONE = 1,   /* the name is the figure's own, not one of 分别's */
	UNREAD = 2, /* no wording speaks of the figure, not even as another matter */
	FREE = 4,   /* it stands in no list behind a total */
	NAMED = 8,  /* a wording names its metric: its answer is the last */
	EACH = 16,  /* the name is one of 分别's */
	OPEN = 32,  /* no wording speaks of it, or it stands in a list behind a total */
};

static bool in_list_of_sum(const struct asked *a, struct metric *m)
{
	return total_sum(a->total, a->g, a->f->i, m);
}

/* 公布教育信息216条, of a bureau of education: its own information, though a wording takes it for another matter. */
static bool of_own_subject(const struct asked *a)
{
	const struct reading *g = a->g;
	size_t from = a->f->at.clause_from, to = g->q[a->f->i].start;
	return a->c->best->metric == LEXICON_NONE && g->department && word_before(g, "class_info", to, from) > 0 &&
	       !word_in(g, "field_lead", from, to) &&
	       (!word_in(g, "bureau", from, to) || word_in(g, "own_bureau", from, to));
}

static bool whole_of_run(const struct asked *a, struct metric *m)
{
	return (!a->c->best || of_own_subject(a)) && !total_run_goes_on(a->total, a->f->i) &&
	       total_of_run(a->g, a->f, m);
}

static bool whole_of_ways(const struct asked *a, struct metric *m)
{
	return total_of_ways(a->g, a->f, m);
}

static bool in_run_of_ways(const struct asked *a, struct metric *m)
{
	const struct reading *g = a->g;
	const struct figure *f = a->f;
	const struct pattern *best = a->c->best;
	bool named = best && best->metric != LEXICON_NONE &&
		     !str_starts(g->l->metrics[best->metric].id, STR("proactive.channel."));
	bool whole = f->who.scope.n == 0 || f->who.from < f->at.clause_from;
	uint16_t way = whole && !named ? way_of_run(g, f) : LEXICON_NONE;
	if (way != LEXICON_NONE)
		metric_set(g, way, f->i, m);
	return way != LEXICON_NONE;
}

static bool duty(const struct asked *a, struct metric *m)
{
	return metric_duty(a->g, a->f, m);
}

static bool office(const struct asked *a, struct metric *m)
{
	return metric_office(a->g, a->f, a->above, m);
}

/* 发布政策解读信息78条: says what was done, though it stands among classes. */
static bool interprets(const struct asked *a)
{
	const struct pattern *best = a->c->best;
	return best && best->metric != LEXICON_NONE &&
	       str_eq_z(a->g->l->metrics[best->metric].id, "response.interpretations") &&
	       word_in(a->g, "interpret_act", a->f->at.clause_from, a->g->q[a->f->i].start);
}

static bool level(const struct asked *a, struct metric *m)
{
	return total_level(a->total, a->g, a->f, m);
}

static bool class_of_total(const struct asked *a, struct metric *m)
{
	return !interprets(a) && total_class(a->total, a->g, a->f, a->chained, true, m);
}

/* How much was disclosed by one way, where that is not said in the figure's own clause. */
static bool by_its_way(const struct asked *a, bool unread, struct metric *m)
{
	uint16_t way = unread ? way_bare(a->g, a->f) : LEXICON_NONE;
	if (way == LEXICON_NONE && (!unread || way_counts(a->g, a->f)))
		way = way_of_figure(a->g, a->f, a->way, unread);
	if (way != LEXICON_NONE)
		metric_set(a->g, way, a->f->i, m);
	return way != LEXICON_NONE;
}

static const char rule_way[] = "the way of disclosure that its item or a clause before it names";

/* By the best wording, unless what carries the figure, or its clause, knows better: *rule tells which. */
static bool best_wording(const struct asked *a, struct metric *m, const char **rule)
{
	const struct reading *g = a->g;
	const struct figure *f = a->f;
	if (metric_of_both(g, f, a->c->best)) /* 行政复议、行政诉讼案件743件 */
		return false;
	bool own_level = metric_listed(g, f->s->from, g->q[f->i].start) && total_own_level(a->total, g, f);
	metric_by_pattern(g, f, a->c->best, a->last, own_level, m);
	bool carried = str_eq_z(m->id, "proactive.total") && m->scope.n == 0 && by_its_way(a, false, m);
	*rule = carried ? rule_way : NULL;
	if (a->each)
		return true;
	if (str_starts(m->id, STR("proactive.")) && str_eq_z(m->unit, "item") &&
	    !str_eq_z(m->id, "proactive.cumulative") && metric_clause_runs(g, f, m))
		*rule = rule_clause;
	metric_request_organ(g, f, m);
	metric_request_applicant(g, f, m);
	return !str_eq_z(m->id, "requests.received") || m->scope.n > 0 || request_sum(g, f->s, f->i) == f->i;
}

static bool request(const struct asked *a, struct metric *m)
{
	return metric_request(a->g, a->f, m);
}

static bool class_each(const struct asked *a, struct metric *m)
{
	return total_class_each(a->total, a->g, a->f, a->each, m);
}

/* Was the report's own total read? */
static bool total_told(const struct reading *g)
{
	for (size_t i = 0; i < g->m.count; i++)
		if (str_eq_z(g->m.items[i].id, "proactive.total") && g->m.items[i].scope.n == 0)
			return true;
	return false;
}

static bool clause(const struct asked *a, struct metric *m)
{
	bool rest = word_in(a->g, "class_rest", a->above.from, a->above.to); /* below (三)其他 nothing is the whole */
	return !rest && metric_clause(a->g, a->f, a->way, total_told(a->g), m);
}

static bool way_elsewhere(const struct asked *a, struct metric *m)
{
	return a->f->who.scope.n == 0 && by_its_way(a, true, m);
}

static bool bracket(const struct asked *a, struct metric *m)
{
	return metric_of_bracket(a->g, a->f, m);
}

static bool class_of_list(const struct asked *a, struct metric *m)
{
	return total_class(a->total, a->g, a->f, a->chained, false, m);
}

static bool item_of_list(const struct asked *a, struct metric *m)
{
	return total_item(a->total, a->g, a->f, m);
}

static const struct {
	const char *name;
	unsigned when;                                       /* enum when */
	bool (*read)(const struct asked *, struct metric *); /* NULL: best_wording */
} rules[] = {
	{"the sum of the list beside it", LONE | UNREAD, in_list_of_sum},
	{"the sum of the list beside it", LONE | FREE, whole_of_run},
	{"the sum of the ways before it", LONE | UNREAD, whole_of_ways},
	{"its place in a list of ways", LONE, in_run_of_ways},
	{"the figure of its duty before it", LONE | UNREAD, duty},
	{"what its clause counts of the office of disclosure", LONE | UNREAD, office},
	{"item of a list, with the id of the list's total", LONE, level},
	{"class of the report's own total", LONE, class_of_total},
	{NULL, NAMED, NULL},
	{"what the parts of its clause say of requests", LONE | UNREAD, request},
	{"class of the report's own total", EACH | UNREAD, class_each},
	{rule_clause, LONE | FREE, clause},
	{rule_way, LONE | UNREAD, way_elsewhere},
	{rule_bracket, LONE | UNREAD, bracket},
	{"class of the report's own total", LONE | OPEN, class_of_list},
	{"item of a list, with the id of the list's total", LONE | UNREAD, item_of_list},
};

static unsigned holds(const struct asked *a)
{
	const struct pattern *best = a->c->best;
	return (a->each ? EACH : LONE) | (best ? 0U : UNREAD) | (a->chained ? 0U : FREE) |
	       (!best || a->chained ? OPEN : 0U) | (best && best->metric != LEXICON_NONE ? NAMED : 0U);
}

bool metric_by_rules(const struct asked *a, struct metric *m, const char **rule)
{
	unsigned now = holds(a);
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if ((rules[i].when & ~now) != 0)
			continue;
		if (!rules[i].read)
			return best_wording(a, m, rule);
		*rule = rules[i].name;
		if (rules[i].read(a, m))
			return true;
	}
	return false;
}
