#include "parser/metric_prose.h"
#include "parser/metric_table.h"

#include <stdio.h>

#include "parser/metric_explain.h"

#define SENTENCE_MAX 1500 /* characters, and the figures in them */
#define SENTENCE_FIGURES_MAX 100
#define EVIDENCE_MAX 200 /* characters to either side of a figure */
#define HEADING_MAX 30
#define LIST_FAR 400   /* characters that a 其中 may stand behind its total */
#define BRACKET_FAR 12 /* characters from '(' to the figure of a bracketed part */
#define FIELD_FAR 300  /* characters over which a paragraph on fields of work reaches */
#define NAMED_FAR 200  /* characters between an account and its figure */
#define REVIEW_FAR 200 /* characters between 复议 or 诉讼 and an outcome of it */

enum { C_YEAR = 0x5E74, C_DUN = 0x3001, C_QI = 0x5176, C_ZHONG = 0x4E2D, C_QUOTE_END = 0x201D };
enum { LISTED = 1, NAMED = 2 };

struct prose {
	struct reading *g;
	struct groups_seen major, minor, paragraph; /* headings above, paragraph so far */
	struct span above;                          /* the nearest heading */
	uint32_t last;                              /* metric before in the same line, or NO_METRIC */
	uint32_t total;                             /* metric that a list of parts belongs to */
	size_t total_at;                            /* where it ends */
	size_t chain;                               /* the quantity that would go on with the list of its parts */
	size_t split_from, split_to;                /* quantities of a list that splits it to the last item */
	size_t line, total_line;                    /* begin of the line that is read, of that of the total */
	bool total_counties;                        /* it said (含县区N件) */
	bool total_own;                             /* the total is the report's own disclosure */
	bool heading;                               /* the line that is read is one */
	struct str led;                             /* scope of the lines below one that ends in 如下: */
	bool total_channel;                         /* so far only a channel states how much was disclosed */
	uint8_t *listed; /* for each metric of a channel: LISTED in the total's list, NAMED as one account */
};

/* ---- metrics ---- */

static bool same_metric(const struct metric *a, const struct metric *b)
{
	return a->value == b->value && str_eq(a->id, b->id) && str_eq(a->scope, b->scope) &&
	       str_eq(a->applicant, b->applicant) && str_eq(a->qualifier, b->qualifier);
}

/* Of a state that changes in the course of the year only the latest figure counts (rule 4). */
static bool is_state(struct str id)
{
	return str_eq_z(id, "powers.approval_items") || str_eq_z(id, "powers.list_items");
}

uint32_t metrics_add(struct reading *g, const struct metric *m)
{
	for (size_t i = 0; i < g->m.count; i++) {
		if (same_metric(&g->m.items[i], m))
			return (uint32_t)i;
		if (!m->table && is_state(m->id) && str_eq(g->m.items[i].id, m->id) &&
		    str_eq(g->m.items[i].scope, m->scope)) {
			g->m.items[i] = *m;
			return (uint32_t)i;
		}
	}
	if (g->m.count == METRICS_MAX)
		return NO_METRIC;
	g->m.items = arena_grow(g->d->arena, g->m.items, &g->m.cap, g->m.count + 1, sizeof *g->m.items);
	g->m.items[g->m.count] = *m;
	return (uint32_t)g->m.count++;
}

void metric_evidence(const struct reading *g, size_t from, size_t to, struct metric *m)
{
	const fchar *t = g->f->ch;
	size_t a = from, b = to;
	while (a > 0 && from - a < EVIDENCE_MAX && !fchar_clause_end(t[a - 1]) && t[a - 1] != ':')
		a--;
	while (b < g->f->n && b - to < EVIDENCE_MAX && !fchar_clause_end(t[b]))
		b++;
	/* a bracket that opens outside the clause closes it: 含县区20281条)  */
	int depth = 0;
	for (size_t i = a; i < b; i++) {
		depth += t[i] == '(' ? 1 : t[i] == ')' ? -1 : 0;
		if (depth < 0 && i >= to) {
			b = i;
			break;
		}
		if (depth < 0)
			depth = 0;
	}
	m->evidence = fold_source(g->f, a, b);
	m->offset_cp = g->f->cp[a];
}

/* ---- one quantity ---- */

/* Upheld, corrected, pending: of reviews or of lawsuits, by the word that stands nearer before the figure. */
static uint16_t review_or_lawsuit(const struct reading *g, uint16_t metric, size_t pos)
{
	struct str id = g->l->metrics[metric].id;
	bool review = str_starts(id, STR("review.")), lawsuit = str_starts(id, STR("litigation."));
	if ((!review && !lawsuit) || str_ends(id, STR(".total")) || str_starts(id, STR("litigation.direct")) ||
	    str_starts(id, STR("litigation.after")))
		return metric;
	uint16_t r = lexicon_need_group(g->l, "review"), c = lexicon_need_group(g->l, "litigation");
	uint16_t request = lexicon_need_group(g->l, "lawsuit_object"); /* 诉讼请求 names no lawsuits */
	for (size_t i = pos; i > 0 && pos - i < REVIEW_FAR; i--) {
		bool is_review = lexicon_word_before(g->l, r, g->f->ch, i, 0) > 0;
		bool is_lawsuit = lexicon_word_before(g->l, c, g->f->ch, i, 0) > 0 &&
				  lexicon_word_at(g->l, request, g->f->ch, i, g->f->n) == 0;
		if (!is_review && !is_lawsuit)
			continue;
		if (is_review == review)
			return metric;
		const char *tail = strchr(id.p, '.');
		char other[64];
		snprintf(other, sizeof other, "%s%.*s", is_review ? "review" : "litigation",
			 (int)(id.n - (size_t)(tail - id.p)), tail);
		uint16_t k = lexicon_metric(g->l, str_of(other));
		return k == LEXICON_NONE ? metric : k;
	}
	return metric;
}

/* 新闻发布会4次(其中主要负责同志参加2次): which of both he took part in, the figure before says. */
static uint16_t leader_of(const struct reading *g, const struct sentence *s, size_t i, uint16_t metric)
{
	char id[64];
	if (!str_ends(g->l->metrics[metric].id, STR(".leader")) || i == s->q_from || g->q_metric[i - 1] == NO_METRIC)
		return metric;
	size_t from = g->q[i - 1].end, to = g->q[i].start;
	if (lexicon_word_in(g->l, lexicon_need_group(g->l, "press"), g->f->ch, from, to, NULL) > 0 ||
	    lexicon_word_in(g->l, lexicon_need_group(g->l, "interview"), g->f->ch, from, to, NULL) > 0)
		return metric;
	snprintf(id, sizeof id, "%.*s.leader", STR_FMT(g->m.items[g->q_metric[i - 1]].id));
	uint16_t k = lexicon_metric(g->l, str_of(id));
	return k == LEXICON_NONE ? metric : k;
}

/* Families whose subject goes on over the clauses of a sentence ("市级机关收到申请113件,公开102条信息"). */
static bool subject_goes_on(struct str id)
{
	static const char *const families[] = {"requests.",           "powers.",   "proactive.cumulative",
					       "proactive.normative", "review.",   "litigation.",
					       "training.",           "org.staff", "response."};
	for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
		if (str_starts(id, str_of(families[i])))
			return true;
	return false;
}

static void choose(const struct reading *g, const struct place *at, struct choice *c)
{
	*c = (struct choice){.best = NULL};
	for (size_t i = 0; i < g->l->patterns_count; i++) {
		const struct pattern *p = &g->l->patterns[i];
		struct fit fit;
		if (p->also || !pattern_fits(g->l, p, at, &fit))
			continue;
		if (c->best && fit.score <= c->fit.score) {
			choice_beaten(c, p, fit.score);
			continue;
		}
		if (c->best)
			choice_beaten(c, c->best, c->fit.score);
		c->best = p;
		c->fit = fit;
	}
}

/* The figure of a list with 分别 as if its sentence named it alone. */
static void choose_each(const struct reading *g, const struct place *at, const struct each *e, struct choice *c)
{
	struct place one = *at;
	struct groups_seen clause = {{0}};
	lexicon_groups_in(g->l, e->text, e->clause, e->n, &clause);
	one.text = e->text;
	one.left_from = 0;
	one.clause_from = e->clause;
	one.start = e->start;
	one.end = e->end;
	one.clause_to = one.right_to = e->n;
	one.clause = &clause;
	choose(g, &one, c);
	c->fit.from = at->start;
	c->fit.to = at->end;
}

static void place_of(const struct prose *p, const struct sentence *s, size_t i, struct place *at,
		     struct groups_seen *clause)
{
	const struct reading *g = p->g;
	const struct quantity_at *q = &g->q[i];
	const fchar *t = g->f->ch;
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
	at->runs_on = metric_runs_on(g, s->from, q->start);
	at->spread = metric_spread(g, at->left_from, q->start);
	at->department = str_eq_z(g->r->level, "department");
	at->right_to = i + 1 < s->q_to ? g->q[i + 1].start : s->to;
	at->clause_from = q->start;
	while (at->clause_from > at->left_from && !fchar_clause_end(t[at->clause_from - 1]))
		at->clause_from--;
	at->clause_to = q->end;
	while (at->clause_to < at->right_to && !fchar_clause_end(t[at->clause_to]) && t[at->clause_to] != C_DUN)
		at->clause_to++;
	at->unit = (struct word){t + q->unit_from, (uint16_t)(q->end - q->unit_from)};
	if (q->kind == UNIT_PERCENT) {
		static const fchar percent = '%';
		at->unit = (struct word){&percent, 1};
	}
	memset(clause, 0, sizeof *clause);
	lexicon_groups_in(g->l, t, at->clause_from, at->clause_to, clause);
}

static bool is_list_item(const fchar *t, size_t from, size_t pos)
{
	if (pos - from > LIST_FAR)
		from = pos - LIST_FAR;
	for (size_t i = from; i + 1 < pos; i++)
		if (t[i] == C_QI && t[i + 1] == C_ZHONG)
			return true;
	return false;
}

/* (含县区35840条): the part of the figure before the bracket that another scope contributes. */
static bool bracketed_part(const struct prose *p, const struct sentence *s, size_t i, struct metric *m)
{
	const struct reading *g = p->g;
	const fchar *t = g->f->ch;
	if (i == s->q_from || g->q_metric[i - 1] == NO_METRIC)
		return false;
	size_t open = g->q[i - 1].end, start = g->q[i].start;
	if (open >= start || t[open] != '(' || start - open > BRACKET_FAR)
		return false;
	size_t at = open;
	size_t n = lexicon_word_in(g->l, lexicon_need_group(g->l, "part_word"), t, open, start, &at);
	if (n == 0)
		return false;
	uint32_t w;
	size_t len = matcher_longest(g->l->scopes, t, at + n, start, &w);
	if (len == 0 || g->l->scope[w].scope.n == 0)
		return false;
	*m = g->m.items[g->q_metric[i - 1]];
	m->scope = g->l->scope[w].scope;
	m->value = g->q[i].value;
	m->approx = g->q[i].approx;
	return true;
}

/* The publisher that a figure of disclosure names: its clause up to the verb or the channel. */
static struct str publisher(const struct prose *p, const struct subject *who, size_t stop)
{
	const struct reading *g = p->g;
	const fchar *t = g->f->ch;
	size_t end = who->to;
	uint16_t verb = lexicon_need_group(g->l, "publish_verb");
	while (end < stop && !fchar_clause_end(t[end]) && lexicon_word_at(g->l, verb, t, end, stop) == 0)
		end++;
	return fold_source(g->f, who->from, end);
}

/* What one publisher disclosed is a part of the report's total, with the publisher as its qualifier. */
static void own_of_publisher(const struct prose *p, const struct subject *who, size_t stop, struct metric *m)
{
	const struct lexicon *l = p->g->l;
	uint16_t k = lexicon_metric(l, STR("proactive.by_publisher"));
	m->id = l->metrics[k].id;
	m->unit = l->metrics[k].unit;
	m->qualifier = publisher(p, who, stop);
	m->scope = STR("");
}

/* Does the list that q[i] is an item of begin right behind the total, with no other count before its 其中? */
static bool heads_list(const struct prose *p, size_t i)
{
	const struct reading *g = p->g;
	const fchar *t = g->f->ch;
	size_t at = g->q[i].start, k = i;
	while (at > p->total_at + 1 && !(t[at - 2] == C_QI && t[at - 1] == C_ZHONG))
		at--;
	while (k > 0 && g->q[k - 1].start >= at)
		k--;
	for (int depth = 0; k > 0 && g->q[k - 1].end > p->total_at; k--) { /* what stands in brackets is of the total */
		for (size_t c = g->q[k - 1].end; c < at; c++)
			depth += t[c] == ')' ? 1 : t[c] == '(' ? -1 : 0;
		at = g->q[k - 1].start;
		if (g->q[k - 1].kind == UNIT_COUNT && depth <= 0)
			return false;
	}
	return true;
}

/* The item of a list that is the reporting body's own part: 总数(含县区N件)。其中:市X件; 其中市政府设置1个. */
static bool own_level(const struct prose *p, const struct place *at, size_t pos)
{
	const struct reading *g = p->g;
	size_t from = at->clause_from;
	bool listed = false;
	for (size_t k = from; k < pos; k++)
		if (g->f->ch[k] == ':' || g->f->ch[k] == C_ZHONG) {
			from = k + 1;
			listed = true;
		}
	if (p->total_counties && lexicon_word_at(g->l, lexicon_need_group(g->l, "own_level"), g->f->ch, from, pos) > 0)
		return true;
	size_t n = lexicon_word_at(g->l, lexicon_need_group(g->l, "own_government"), g->f->ch, from, pos);
	return listed && n > 0 &&
	       lexicon_word_at(g->l, lexicon_need_group(g->l, "own_act"), g->f->ch, from + n, pos) > 0;
}

/* 其中市政府设置1个, 各委办局设置72个: an item without a label of its own takes over the id of the total. */
static bool list_part(const struct prose *p, const struct sentence *s, size_t i, const struct place *at,
		      const struct subject *who, struct metric *m)
{
	const struct reading *g = p->g;
	bool own = who->scope.n == 0 && own_level(p, at, g->q[i].start); /* 其中区政府收到89件 */
	if (p->total == NO_METRIC || (who->scope.n == 0 && !own) || !is_list_item(g->f->ch, s->from, g->q[i].start))
		return false;
	const struct metric *total = &g->m.items[p->total];
	if (g->q[i].start - p->total_at > LIST_FAR || g->q[i].kind != UNIT_COUNT || !heads_list(p, i))
		return false;
	*m = *total;
	m->scope = own ? STR("headquarters") : who->scope;
	m->qualifier = STR_NULL;
	m->value = g->q[i].value;
	m->approx = g->q[i].approx;
	if (str_eq_z(total->id, "proactive.total"))
		own_of_publisher(p, who, g->q[i].start, m);
	return true;
}

/* 机构职能类信息171条 after the report's own total. `sure`: see struct class_ask. */
static bool class_part(const struct prose *p, size_t i, const struct place *at, const struct subject *who, bool chained,
		       bool sure, struct metric *m)
{
	const struct reading *g = p->g;
	bool split = i >= p->split_from && i < p->split_to && who->scope.n == 0;
	split = split && !(i > p->split_from && g->f->ch[g->q[i - 1].end] == '('); /* 工作报告2条(中英文各1条) */
	if (p->split_to > 0 && i >= p->split_to)                                   /* the list was whole before */
		return false;
	bool alone = sure && !p->total_own && metric_class_alone(g, i); /* a list whose total stands elsewhere */
	if (!alone && ((!p->total_own && !(p->total_channel && (chained || split))) ||
		       g->q[i].start - p->total_at > 4 * LIST_FAR))
		return false;
	size_t back = g->q[i].start > FIELD_FAR ? g->q[i].start - FIELD_FAR : 0;
	bool field = lexicon_word_in(g->l, lexicon_need_group(g->l, "field_lead"), g->f->ch,
				     back > p->total_at ? back : p->total_at, g->q[i].start, NULL) > 0;
	struct class_ask ask = {i,    at->clause_from, chained || split || alone, sure, !p->total_own && !alone, field,
				split};
	return metric_class_part(g, &ask, m);
}

static bool pattern_metric(const struct prose *p, const struct sentence *s, size_t i, const struct place *at,
			   const struct choice *c, const struct subject *who, struct metric *m)
{
	const struct reading *g = p->g;
	const struct quantity_at *q = &g->q[i];
	const struct metric_id *id =
		&g->l->metrics[leader_of(g, s, i, review_or_lawsuit(g, c->best->metric, q->start))];
	*m = (struct metric){
		.id = id->id, .unit = id->unit, .scope = who->scope, .value = q->value, .approx = q->approx};
	if (who->from < at->clause_from && !subject_goes_on(id->id) && !str_eq_z(id->id, "proactive.total"))
		m->scope = STR("");
	if (str_eq_z(id->unit, "percent") && who->to == who->from && p->last != NO_METRIC)
		m->scope = g->m.items[p->last].scope;
	bool own = str_eq_z(id->id, "proactive.total");
	if (own && who->scope.n > 0) {
		own_of_publisher(p, who, q->start, m);
	}
	if (!id->scoped)
		m->scope = STR("");
	if (g->r->year >= METRIC_FORM_YEAR && str_eq_z(id->id, "proactive.normative.issued")) {
		uint16_t k = lexicon_metric(g->l, STR("statutory.normative.made")); /* what the form asks for since */
		m->id = g->l->metrics[k].id;
		m->unit = g->l->metrics[k].unit;
		m->scope = STR("");
	}
	if (str_eq_z(id->id, "website.visits")) {
		uint16_t k = lexicon_need_group(g->l, "visit_period");
		size_t where;
		size_t n = lexicon_word_in(g->l, k, g->f->ch, at->clause_from, q->start, &where);
		m->qualifier = n > 0 ? fold_source(g->f, where, where + n) : STR_NULL;
	}
	if (str_eq_z(id->id, "requests.by_topic"))
		m->qualifier = fold_source(g->f, at->clause_from, at->clause_to);
	if (who->scope.n == 0 && id->scoped && is_list_item(g->f->ch, s->from, q->start) && own_level(p, at, q->start))
		m->scope = STR("headquarters");
	return true;
}

/* "By the end of 2010 560 items; of these, in 2010, 180": the first was the running total (rule 2). */
static void total_ran_on(struct prose *p, size_t i, const struct metric *m)
{
	struct reading *g = p->g;
	const fchar *t = g->f->ch;
	if (p->total == NO_METRIC || !str_eq_z(m->id, "proactive.total") || m->scope.n > 0 ||
	    g->q[i].start - p->total_at > NAMED_FAR)
		return;
	struct metric *total = &g->m.items[p->total];
	size_t from = p->total_at > NAMED_FAR ? p->total_at - NAMED_FAR : 0, year = p->total_at;
	for (size_t k = from; k < p->total_at; k++)
		if (fchar_sentence_end(t[k]))
			from = k + 1;
	if (!str_eq_z(total->id, "proactive.total") || total->scope.n > 0 || m->value >= total->value ||
	    !is_list_item(t, p->total_at, g->q[i].start) ||
	    lexicon_word_in(g->l, lexicon_need_group(g->l, "until_word"), t, from, p->total_at, NULL) == 0)
		return;
	while (year < g->q[i].start && t[year] != C_YEAR)
		year++;
	uint16_t k = lexicon_metric(g->l, STR("proactive.cumulative"));
	if (year < g->q[i].start)
		total->id = g->l->metrics[k].id;
}

static void remember_total(struct prose *p, uint32_t k, size_t i)
{
	const struct reading *g = p->g;
	const struct metric *m = &g->m.items[k];
	if (m->scope.n > 0 || str_eq_z(m->unit, "percent") || str_eq_z(m->id, "proactive.by_class"))
		return;
	bool own = str_eq_z(m->id, "proactive.total"), stated = own;
	bool channel = str_starts(m->id, STR("proactive.channel."));
	for (size_t k2 = 0; k2 < g->m.count; k2++) {
		bool total = str_eq_z(g->m.items[k2].id, "proactive.total");
		stated = stated || total;
		/* a channel that is said to carry the report's own total */
		own = own || (total && channel && g->m.items[k2].value == m->value);
	}
	if (str_eq_z(m->id, "proactive.by_publisher"))
		return;
	if (p->total_own && !own && p->total_line == p->line && channel)
		return; /* "共公开3303条,网络公开2450。其中:...": the list splits the total */
	p->total_line = p->line;
	p->total = k;
	p->total_at = g->q[i].end;
	p->total_own = own;
	p->total_channel = channel && !stated;
	p->chain = i + 1;
	p->split_to = own || channel ? metric_split(g, i) : 0;
	p->split_from = i + 1;
	p->total_counties = false;
}

/* 发布解读205篇,其中文字解读144篇: a kind of the total, not a second statement of it. */
static bool repeats_total(const struct prose *p, const struct sentence *s, size_t i, const struct metric *m)
{
	const struct reading *g = p->g;
	if (p->total == NO_METRIC || !is_list_item(g->f->ch, s->from, g->q[i].start))
		return false;
	const struct metric *total = &g->m.items[p->total];
	return str_eq(total->id, m->id) && str_eq(total->scope, m->scope) && m->value < total->value &&
	       m->qualifier.n == 0;
}

/* “甘谷发布”公众号: one account of several */
static bool is_named(const struct reading *g, size_t from, size_t to)
{
	uint16_t account = lexicon_need_group(g->l, "account");
	if (to - from > NAMED_FAR)
		from = to - NAMED_FAR;
	for (size_t i = from; i + 1 < to; i++)
		if (g->f->ch[i] == C_QUOTE_END && lexicon_word_at(g->l, account, g->f->ch, i + 1, to) > 0)
			return true;
	return false;
}

/* What a wording says beside: "received and answered 3" is two figures of one number. */
static void add_beside(const struct prose *p, size_t i, const struct place *at, const struct metric *first)
{
	struct reading *g = p->g;
	for (size_t k = 0; k < g->l->patterns_count; k++) {
		const struct pattern *pattern = &g->l->patterns[k];
		struct fit fit;
		if (!pattern->also || !pattern_fits(g->l, pattern, at, &fit))
			continue;
		const struct metric_id *id = &g->l->metrics[pattern->metric];
		struct metric m = {.id = id->id,
				   .unit = id->unit,
				   .scope = id->scoped ? first->scope : STR(""),
				   .value = first->value,
				   .approx = first->approx};
		metric_evidence(g, fit.from, g->q[i].end, &m);
		if (g->d->explain)
			m.explain = str_of(arena_printf(g->d->arena, "rule: pattern %.*s, beside %.*s",
							STR_FMT(pattern->source), STR_FMT(first->id)));
		metrics_add(g, &m);
	}
}

static void read_quantity(struct prose *p, const struct sentence *s, size_t i)
{
	struct reading *g = p->g;
	struct place at;
	struct groups_seen clause;
	struct choice c;
	struct metric m;
	struct each each;
	place_of(p, s, i, &at, &clause);
	enum each_kind kind = metric_each(g, s, i, &each);
	if (kind == EACH_UNCLEAR) {
		metric_explain_set(g, i, "unused: 分别 has another number of names than of figures");
		return;
	}
	if (kind == EACH_CLEAR)
		choose_each(g, &at, &each, &c);
	else
		choose(g, &at, &c);
	struct subject who = subject_before(g, s->from, kind == EACH_CLEAR ? each.name.to : g->q[i].start);
	if (who.to == who.from && p->led.n > 0)
		who.scope = p->led;
	size_t from = g->q[i].start, to = g->q[i].end;
	bool found = false, bracket = false;
	const char *rule = NULL;
	bool chained = metric_chained(g, p->total_at, p->chain, i) && (p->split_to == 0 || i < p->split_to);
	if (chained)
		p->chain = i + 1;
	if (kind == EACH_NONE && class_part(p, i, &at, &who, chained, true, &m)) {
		found = true;
		rule = "class of the report's own total";
	} else if (c.best && c.best->metric != LEXICON_NONE) {
		from = c.fit.from < from ? c.fit.from : from;
		to = c.fit.to > to ? c.fit.to : to;
		found = pattern_metric(p, s, i, &at, &c, &who, &m);
	} else if (c.best && chained && kind == EACH_NONE) { /* figures of one subject, but here it is a class */
		found = class_part(p, i, &at, &who, chained, false, &m);
		rule = "class of the report's own total";
	} else if (!c.best && kind == EACH_NONE) {
		if ((found = bracket = bracketed_part(p, s, i, &m)))
			rule = "the part that a bracket behind its total names";
		else if ((found = class_part(p, i, &at, &who, chained, false, &m)))
			rule = "class of the report's own total";
		else if ((found = list_part(p, s, i, &at, &who, &m)))
			rule = "item of a list, with the id of the list's total";
	}
	if (found && chained && repeats_total(p, s, i, &m))
		found = false;
	if (!found) {
		if (g->d->explain)
			g->q_explain[i] = metric_explain_unused(g, &at, &c);
		return;
	}
	total_ran_on(p, i, &m);
	metric_evidence(g, from, to, &m);
	m.explain = metric_explain_figure(g, &at, &c, rule);
	uint32_t k = metrics_add(g, &m);
	if (k == NO_METRIC) {
		metric_explain_set(g, i, "unused: the report holds more figures than are read of one");
		return;
	}
	g->q_metric[i] = k;
	if (g->d->explain)
		g->q_explain[i] = str_of(arena_printf(g->d->arena, "%.*s; %.*s", STR_FMT(m.id), STR_FMT(m.explain)));
	p->last = k;
	if (kind == EACH_NONE && c.best && !rule)
		add_beside(p, i, &at, &m);
	if (p->total_own && k < METRICS_MAX && str_starts(m.id, STR("proactive.channel.")) &&
	    is_list_item(g->f->ch, s->from, g->q[i].start))
		p->listed[k] |= LISTED;
	if (k < METRICS_MAX && str_starts(m.id, STR("proactive.channel.")) && is_named(g, s->from, g->q[i].start))
		p->listed[k] |= NAMED;
	if (bracket) {
		g->q_metric[i] = g->q_metric[i - 1];
		p->total_counties = p->total_counties || str_eq_z(m.scope, "county");
	} else if (!chained || !(p->total_own || p->total_channel) || str_eq_z(m.id, "proactive.total")) {
		remember_total(p, k, i);
	}
}

/* ---- sentences ---- */

static void merge(struct groups_seen *a, const struct groups_seen *b)
{
	for (size_t i = 0; i < sizeof a->bits / sizeof a->bits[0]; i++)
		a->bits[i] |= b->bits[i];
}

static void read_sentence(struct prose *p, struct sentence *s)
{
	struct reading *g = p->g;
	memset(&s->seen, 0, sizeof s->seen);
	lexicon_groups_in(g->l, g->f->ch, s->from, s->to, &s->seen);
	s->context = p->paragraph;
	merge(&s->context, &p->major);
	merge(&s->context, &p->minor);
	bool goals = groups_have(&s->seen, lexicon_need_group(g->l, "goals"));
	for (size_t i = s->q_from; i < s->q_to; i++)
		if (goals)
			metric_explain_set(g, i, "unused: its sentence speaks of what is to be done or reached");
		else
			read_quantity(p, s, i);
	if (!p->heading) { /* 收费及减免情况 names a subject and denies nothing */
		metric_absence(g, s);
		metric_bare_absence(g, s, p->above);
	}
	metric_carried(g, s);
	merge(&p->paragraph, &s->seen);
}

static bool is_heading(const fchar *t, size_t from, size_t to)
{
	if (to - from > HEADING_MAX || to == from)
		return false;
	for (size_t i = from; i < to; i++)
		if (fchar_sentence_end(t[i]) || t[i] == ';' || t[i] == ',')
			return false;
	return true;
}

static bool is_major(const fchar *t, size_t from, size_t to)
{
	size_t i = from;
	while (i < to && i < from + 3 && fchar_han(t[i]) &&
	       (t[i] == 0x5341 || (t[i] >= 0x4E00 && t[i] <= 0x4E5D) || t[i] == 0x56DB || t[i] == 0x516D ||
		t[i] == 0x516B))
		i++;
	return i > from && i < to && t[i] == C_DUN;
}

/*
 * Where the sentence at `a` ends, `q` the first quantity that does not end before it. A longer one is cut behind
 * a clause, else before a quantity: each figure is held against its whole sentence, which without bound would take
 * the square of the page.
 */
static size_t sentence_end(const struct reading *g, size_t a, size_t to, size_t q)
{
	const fchar *t = g->f->ch;
	size_t b = a, clause = a, far = a + SENTENCE_MAX;
	if (q + SENTENCE_FIGURES_MAX < g->q_count && g->q[q + SENTENCE_FIGURES_MAX].start < far)
		far = g->q[q + SENTENCE_FIGURES_MAX].start;
	for (; b < to && b < far && !fchar_sentence_end(t[b]); b++)
		if (fchar_clause_end(t[b]))
			clause = b + 1;
	if (b == to || fchar_sentence_end(t[b]))
		return b;
	if (clause > a)
		return clause;
	while (q < g->q_count && g->q[q].end <= b)
		q++;
	if (q == g->q_count || g->q[q].start >= b)
		return b;
	return g->q[q].start > a ? g->q[q].start : g->q[q].end;
}

/* "省政府办公厅办理的申请具体情况如下:": whose figures the lines below tell. */
static struct str leads(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	size_t a = to;
	if (to == from || t[to - 1] != ':' ||
	    lexicon_word_before(g->l, lexicon_need_group(g->l, "as_below"), t, to - 1, from) == 0)
		return STR_NULL;
	while (a > from && to - a < NAMED_FAR && !fchar_sentence_end(t[a - 1]))
		a--;
	return subject_before(g, a, to - 1).scope;
}

static void read_line(struct prose *p, size_t from, size_t to, size_t *q)
{
	struct reading *g = p->g;
	const fchar *t = g->f->ch;
	bool numbered = is_major(t, from, to);
	p->last = NO_METRIC;
	p->line = from;
	p->heading = numbered && is_heading(t, from, to);
	if (is_heading(t, from, to)) {
		struct groups_seen seen = {{0}};
		lexicon_groups_in(g->l, t, from, to, &seen);
		if (numbered)
			p->major = seen;
		p->minor = seen;
		if (!metric_is_bare(g, from, to))
			p->above = (struct span){from, to};
	} else if (numbered) {
		p->above = (struct span){from, from};
		memset(&p->major, 0, sizeof p->major);
		memset(&p->minor, 0, sizeof p->minor);
	}
	memset(&p->paragraph, 0, sizeof p->paragraph);
	if (is_heading(t, from, to) && t[from] != '(') /* (图1) ends nothing */
		p->led = STR_NULL;
	if (table_text_row(g, from, to) || table_text_among(g, from, to))
		return;
	for (size_t a = from; a < to;) {
		while (*q < g->q_count && g->q[*q].start < a)
			(*q)++;
		size_t b = sentence_end(g, a, to, *q);
		struct sentence s = {.from = a, .to = b};
		s.q_from = *q;
		while (*q < g->q_count && g->q[*q].start < b)
			(*q)++;
		s.q_to = *q;
		if (b > a)
			read_sentence(p, &s);
		a = b < to && fchar_sentence_end(t[b]) ? b + 1 : b;
	}
	struct str led = leads(g, from, to);
	p->led = led.n > 0 ? led : p->led;
}

static bool in_table(const struct reading *g, size_t pos, size_t *end)
{
	for (size_t i = 0; i < g->tables_count; i++)
		if (pos >= g->tables[i].from && pos < g->tables[i].to) {
			*end = g->tables[i].to;
			return true;
		}
	return false;
}

/*
 * The list that splits the total says what all web sites, accounts ... carried; a smaller figure of the same
 * channel elsewhere is that of one of them (the municipal portal alone), not a second statement.
 */
static void drop_single_channels(struct prose *p)
{
	struct reading *g = p->g;
	uint32_t *to = arena_alloc(g->d->arena, (g->m.count + 1) * sizeof *to);
	uint32_t kept = 0;
	for (size_t i = 0; i < g->m.count; i++) {
		const struct metric *m = &g->m.items[i];
		bool drop = false;
		if (!m->table && !(p->listed[i] & LISTED) && m->scope.n == 0 &&
		    str_starts(m->id, STR("proactive.channel.")))
			for (size_t k = 0; k < g->m.count && !drop; k++)
				drop = ((p->listed[k] & LISTED) ||
					((p->listed[i] & NAMED) && !(p->listed[k] & NAMED))) &&
				       str_eq(g->m.items[k].id, m->id) && g->m.items[k].scope.n == 0 &&
				       g->m.items[k].value > m->value;
		to[i] = drop ? NO_METRIC : kept;
		if (!drop)
			kept++;
	}
	for (size_t i = 0; i < g->m.count; i++)
		if (to[i] != NO_METRIC)
			g->m.items[to[i]] = g->m.items[i];
	for (size_t i = 0; i < g->q_count; i++)
		if (g->q_metric[i] != NO_METRIC && (g->q_metric[i] = to[g->q_metric[i]]) == NO_METRIC)
			metric_explain_set(g, i,
					   "unused: of one channel alone, whose figure the total's list has for all");
	g->m.count = kept;
}

void metric_prose(struct reading *g)
{
	struct prose p = {.g = g, .total = NO_METRIC, .last = NO_METRIC};
	p.listed = arena_calloc(g->d->arena, METRICS_MAX, 1);
	size_t q = 0;
	for (unsigned i = 0; i < g->s->parts_count; i++) {
		size_t pos = g->s->parts[i].from, to = g->s->parts[i].to, end;
		while (pos < to) {
			if (in_table(g, pos, &end)) {
				pos = end;
				continue;
			}
			size_t line = pos;
			while (line < to && g->f->ch[line] != '\n' && !in_table(g, line, &end))
				line++;
			if (line > pos)
				read_line(&p, pos, line, &q);
			pos = line < to && g->f->ch[line] == '\n' ? line + 1 : line;
		}
	}
	drop_single_channels(&p);
}
