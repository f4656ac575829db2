#include "parser/metric_explain.h"

#include <stdarg.h>
#include <stdio.h>

#define EXPLAIN_BYTES_MAX 2048

void choice_beaten(struct choice *c, const struct pattern *p, int score)
{
	unsigned i = c->beaten_count < EXPLAIN_BEATEN ? c->beaten_count++ : EXPLAIN_BEATEN;
	if (i == EXPLAIN_BEATEN && c->beaten[--i].score >= score)
		return;
	for (; i > 0 && c->beaten[i - 1].score < score; i--)
		c->beaten[i] = c->beaten[i - 1];
	c->beaten[i] = (struct beaten){p, score};
}

struct line {
	char text[EXPLAIN_BYTES_MAX];
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void say(struct line *o, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	int n = vsnprintf(o->text + o->n, sizeof o->text - o->n, format, ap);
	va_end(ap);
	size_t room = sizeof o->text - 1 - o->n;
	o->n += (size_t)n < room ? (size_t)n : room;
	o->n = o->n == sizeof o->text - 1 ? utf8_cut(o->text, o->n) : o->n;
}

static struct str said(const struct reading *g, const struct line *o)
{
	return arena_dup(g->d->arena, (struct str){o->text, o->n});
}

static struct str name_of(const struct reading *g, const struct pattern *p)
{
	return p->metric == LEXICON_NONE ? STR("none of ours") : g->l->metrics[p->metric].id;
}

/* The words of the page that the pattern matched, the quantity as #. */
static void say_label(struct line *o, const struct reading *g, const struct place *at, const struct fit *fit)
{
	struct str before = fold_source(g->f, fit->from, at->start), behind = fold_source(g->f, at->end, fit->to);
	say(o, "label: %.*s#%.*s", STR_FMT(before), STR_FMT(behind));
}

static void say_beaten(struct line *o, const struct reading *g, const struct choice *c)
{
	for (unsigned i = 0; i < c->beaten_count; i++) {
		const struct beaten *b = &c->beaten[i];
		say(o, "%s%.*s by pattern %.*s (score %d, %s)", i == 0 ? "; beat: " : ", ",
		    STR_FMT(name_of(g, b->pattern)), STR_FMT(b->pattern->source), b->score,
		    b->score < c->fit.score ? "fewer or farther words" : "listed later");
	}
}

struct str metric_explain_figure(const struct reading *g, const struct place *at, const struct choice *c,
				 const char *rule)
{
	struct line o = {.n = 0};
	if (!g->d->explain)
		return STR_NULL;
	if (rule) {
		say(&o, "rule: %s; label: %.*s", rule, STR_FMT(fold_source(g->f, at->clause_from, at->clause_to)));
		if (c->best) {
			say(&o, "; before pattern %.*s of %.*s (score %d)", STR_FMT(c->best->source),
			    STR_FMT(name_of(g, c->best)), c->fit.score);
			say_beaten(&o, g, c);
		}
		return said(g, &o);
	}
	say(&o, "rule: pattern %.*s (score %d); ", STR_FMT(c->best->source), c->fit.score);
	say_label(&o, g, at, &c->fit);
	say_beaten(&o, g, c);
	return said(g, &o);
}

/* Of the patterns of ours whose words stand around the quantity the one that came nearest, and what it lacked. */
static bool say_nearest(struct line *o, const struct reading *g, const struct place *at)
{
	const struct pattern *best = NULL;
	struct fit best_fit = {0, 0, 0}, fit;
	enum pattern_miss why = PATTERN_FITS;
	uint16_t word = LEXICON_NONE;
	for (size_t i = 0; i < g->l->patterns_count; i++) {
		const struct pattern *p = &g->l->patterns[i];
		uint16_t group;
		if (p->also || p->metric == LEXICON_NONE)
			continue;
		enum pattern_miss miss = pattern_why_not(g->l, p, at, &fit, &group);
		if (miss == PATTERN_MISS_WORDS || miss == PATTERN_FITS || (best && fit.score <= best_fit.score))
			continue;
		best = p;
		best_fit = fit;
		why = miss;
		word = group;
	}
	if (!best)
		return false;
	say(o, "nearest: %.*s by pattern %.*s, ", STR_FMT(name_of(g, best)), STR_FMT(best->source));
	if (why == PATTERN_MISS_UNIT)
		say(o, "which wants another counting word than '%.*s'",
		    STR_FMT(fold_source(g->f, at->end - at->unit.n, at->end)));
	else if (why == PATTERN_MISS_SHUT)
		say(o, "which a word of %.*s shuts out", STR_FMT(g->l->groups[word].name));
	else
		say(o, "which wants a word of %.*s nearby", STR_FMT(g->l->groups[word].name));
	return true;
}

struct str metric_explain_unused(const struct reading *g, const struct place *at, const struct choice *c)
{
	struct line o = {.n = 0};
	if (!g->d->explain)
		return STR_NULL;
	if (c->best) {
		say(&o, "unused: a figure of another matter by pattern %.*s (score %d); ", STR_FMT(c->best->source),
		    c->fit.score);
		say_label(&o, g, at, &c->fit);
		say_beaten(&o, g, c);
		return said(g, &o);
	}
	say(&o, "unused: ");
	if (!say_nearest(&o, g, at))
		say(&o, "%s in '%.*s'",
		    at->unit.n == 1 && at->unit.p[0] == '%' ? "a share, rate or growth of nothing that a metric names"
							    : "no wording that names a metric stands near it",
		    STR_FMT(fold_source(g->f, at->clause_from, at->clause_to)));
	return said(g, &o);
}

void metric_explain_set(struct reading *g, size_t i, const char *why)
{
	if (g->d->explain)
		g->q_explain[i] = str_of(why);
}
