#include "parser/metric_pattern.h"

#include <stdio.h>

#include "parser/metric_item.h"
#include "parser/metric_words.h"

#define REVIEW_FAR 200 /* characters between 复议 or 诉讼 and an outcome of it */

/* ---- which pattern ---- */

void metric_choose(const struct reading *g, const struct place *at, struct choice *c)
{
	uint16_t may[PATTERNS_MAX];
	size_t count = pattern_candidates(g->l, at->sentence, may);
	*c = (struct choice){.best = NULL};
	for (size_t i = 0; i < count; i++) {
		const struct pattern *p = &g->l->patterns[may[i]];
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

void metric_choose_each(const struct reading *g, const struct place *at, const struct each *e, struct choice *c)
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
	metric_choose(g, &one, c);
	c->fit.from = at->start;
	c->fit.to = at->end;
}

/* ---- which metric it states there ---- */

uint16_t metric_review_or_lawsuit(const struct reading *g, uint16_t metric, size_t pos)
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

bool metric_of_both(const struct reading *g, const struct figure *f, const struct pattern *pattern)
{
	struct str id = g->l->metrics[pattern->metric].id;
	size_t from = f->at.clause_from, pos = g->q[f->i].start, at;
	uint16_t named = metric_review_or_lawsuit(g, pattern->metric, pos);
	size_t behind = f->at.left_from > from ? f->at.left_from : from;
	if (named != pattern->metric && str_eq_z(g->l->metrics[named].id, "review.upheld") &&
	    !word_in(g, "upheld_word", behind, f->at.clause_to)) /* 驳回 alone is how a review ends in either way */
		return true;
	if (g->q[f->i].value == 0 || !(str_starts(id, STR("review.")) || str_starts(id, STR("litigation."))))
		return false;
	if (str_ends(id, STR(".total")))
		return word_before(g, "both_disputes", pos, from) > 0;
	size_t n = word_find(g, "both_disputes", f->s->from, pos, &at); /* ... and how they ended */
	return n > 0 && at + n < g->f->n && fchar_digit(g->f->ch[at + n]) && g->f->ch[at + n] != '0' &&
	       !word_in(g, "topic_review", at + n, pos);
}

/* The same, of those that the head of the body took part in; the metric itself where there is none. */
static uint16_t of_head(const struct reading *g, uint16_t metric)
{
	char id[64];
	snprintf(id, sizeof id, "%.*s.leader", STR_FMT(g->l->metrics[metric].id));
	uint16_t k = lexicon_metric(g->l, str_of(id));
	return k == LEXICON_NONE ? metric : k;
}

/* 新闻发布会4次(其中主要负责同志参加2次): which of both he took part in, the figure before says. */
static uint16_t leader_of(const struct reading *g, const struct sentence *s, size_t i, uint16_t metric)
{
	if (i == s->q_from || g->q_metric[i - 1] == NO_METRIC)
		return metric;
	struct str before = g->m.items[g->q_metric[i - 1]].id;
	size_t from = g->q[i - 1].end, to = g->q[i].start;
	if (!str_ends(g->l->metrics[metric].id, STR(".leader"))) { /* 局长出席发布会1次、参加访谈2次 */
		if (str_ends(before, STR(".leader")) && word_at(g, "not_there", from + 1, to) > 0)
			metric = of_head(g, metric);
		return metric;
	}
	if (word_in(g, "press", from, to) || word_in(g, "interview", from, to))
		return metric;
	uint16_t k = lexicon_metric(g->l, before);
	return k == LEXICON_NONE || of_head(g, k) == k ? metric : of_head(g, k);
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

/* The publisher that a figure of disclosure names: its clause up to the verb or the channel. */
static struct str publisher(const struct reading *g, const struct figure *f)
{
	const fchar *t = g->f->ch;
	size_t from = f->who.from, end = f->who.to, stop = g->q[f->i].start;
	if (f->i > 0 && g->q[f->i - 1].start >= end) /* 乡镇190条、部门222条: the marker is that of an item before */
		end = from = metric_item_begin(g, g->q[f->i - 1].end, stop);
	uint16_t verb = lexicon_need_group(g->l, "publish_verb");
	while (end < stop && !fchar_clause_end(t[end]) && lexicon_word_at(g->l, verb, t, end, stop) == 0)
		end++;
	return fold_source(g->f, from, end);
}

/* Of the whole body, by this id instead of the pattern's. */
static void rename_whole(const struct reading *g, struct str id, struct metric *m)
{
	uint16_t k = lexicon_metric(g->l, id);
	m->id = g->l->metrics[k].id;
	m->unit = g->l->metrics[k].unit;
	m->scope = STR("");
}

void metric_of_publisher(const struct reading *g, const struct figure *f, struct metric *m)
{
	rename_whole(g, STR("proactive.by_publisher"), m);
	m->qualifier = publisher(g, f);
}

/*
 * 县政府办公室举办培训班1期: who held what is for all is no part of the body. Nor does the level of an interpretation go on
 * to what a clause behind a semicolon tells.
 */
static bool held_for_all(const struct reading *g, const struct figure *f, struct str id)
{
	bool said = str_starts(id, STR("response.")), held = said || str_starts(id, STR("training."));
	for (size_t k = f->who.to; k < f->at.clause_from && said; k++)
		if (g->f->ch[k] == ';')
			return true;
	return held && str_eq_z(f->who.scope, "headquarters") &&
	       word_before(g, "office_end", f->who.to, f->who.from) > 0;
}

void metric_by_pattern(const struct reading *g, const struct figure *f, const struct pattern *pattern, uint32_t before,
		       bool own_level, struct metric *m)
{
	const struct quantity_at *q = &g->q[f->i];
	const struct subject *who = &f->who;
	const struct metric_id *id =
		&g->l->metrics[leader_of(g, f->s, f->i, metric_review_or_lawsuit(g, pattern->metric, q->start))];
	*m = (struct metric){
		.id = id->id, .unit = id->unit, .scope = who->scope, .value = q->value, .approx = q->approx};
	bool total = str_eq_z(id->id, "proactive.total");
	if (who->from < f->at.clause_from && !subject_goes_on(id->id) && !total)
		m->scope = STR("");
	if (str_eq_z(id->unit, "percent") && who->to == who->from && before != NO_METRIC)
		m->scope = g->m.items[before].scope;
	if (total && who->scope.n > 0)
		metric_of_publisher(g, f, m);
	bool came = str_eq_z(id->id, "training.trainees") && /* 各乡镇96人参加, 受训的有乡镇干部118人: who came */
		    (pattern->right_count > 0 ||
		     (who->from > f->at.clause_from && word_in(g, "train_word", f->at.clause_from, who->from)));
	if (!id->scoped || came || held_for_all(g, f, id->id))
		m->scope = STR("");
	if (g->r->year >= METRIC_FORM_YEAR && str_eq_z(id->id, "proactive.normative.issued"))
		rename_whole(g, STR("statutory.normative.made"), m); /* what the form asks for since */
	if (g->r->year > 0 && g->r->year < METRIC_FORM_YEAR &&
	    str_eq_z(id->id, "requests.outcome.unavailable.unclear") &&
	    !word_in(g, "still_unclear", f->at.clause_from, f->at.clause_to)) /* to be made clear, before that form */
		rename_whole(g, STR("requests.outcome.amend"), m);
	if (str_eq_z(id->id, "website.visits")) {
		size_t where, n = word_find(g, "visit_period", f->at.clause_from, q->start, &where);
		m->qualifier = n > 0 ? fold_source(g->f, where, where + n) : STR_NULL;
	}
	if (str_eq_z(id->id, "requests.by_topic"))
		m->qualifier = fold_source(g->f, f->at.clause_from, f->at.clause_to);
	if (who->scope.n == 0 && id->scoped && own_level)
		m->scope = STR("headquarters");
}

void metric_beside(struct reading *g, const struct figure *f, const struct metric *first)
{
	for (size_t k = 0; k < g->l->patterns_count; k++) {
		const struct pattern *pattern = &g->l->patterns[k];
		struct fit fit;
		if (!pattern->also || !pattern_fits(g->l, pattern, &f->at, &fit))
			continue;
		const struct metric_id *id = &g->l->metrics[pattern->metric];
		struct metric m = {.id = id->id,
				   .unit = id->unit,
				   .scope = id->scoped ? first->scope : STR(""),
				   .value = first->value,
				   .approx = first->approx};
		metric_evidence(g, fit.from, g->q[f->i].end, &m);
		if (g->d->explain)
			m.explain = str_of(arena_printf(g->d->arena, "rule: pattern %.*s, beside %.*s",
							STR_FMT(pattern->source), STR_FMT(first->id)));
		metrics_add(g, &m);
	}
}
