#include "parser/metric_dispute.h"

#include <stdio.h>

#include "parser/metric_words.h"

#define ENDED_FAR 60 /* characters from the figure of one case to how it ended */

static const struct {
	const char *verb, *id, *family;
} kinds[DISPUTES] = {{"asks_review", "review.total", "review."}, {"sues", "litigation.total", "litigation."}};

/* Does a figure stand in [from, to)? */
static bool counted(const struct reading *g, const struct sentence *s, size_t from, size_t to)
{
	for (size_t i = s->q_from; i < s->q_to; i++)
		if (g->q[i].start >= from && g->q[i].start < to)
			return true;
	return false;
}

void dispute_see(struct disputes *d, const struct reading *g, const struct sentence *s)
{
	if (!word_in(g, "one_party", s->from, s->to) || word_in(g, "dispute_else", s->from, s->to) ||
	    !word_in(g, "dispute_of", s->from, s->to))
		return;
	for (int k = 0; k < DISPUTES; k++) {
		size_t at, n = word_find(g, kinds[k].verb, s->from, s->to, &at);
		if (n == 0)
			continue;
		struct span said = {at, at + n};
		while (said.from > s->from && !fchar_clause_end(g->f->ch[said.from - 1]))
			said.from--;
		while (said.to < s->to && !fchar_clause_end(g->f->ch[said.to]))
			said.to++;
		if (word_in(g, "dispute_not", said.from, said.to) || counted(g, s, said.from, said.to))
			continue;
		d->told[k]++;
		d->said[k] = said;
	}
}

/* The single case that the figure nearest before `pos` counts; NULL when it counts anything else. */
static const struct metric *single_before(const struct reading *g, size_t pos)
{
	for (size_t i = g->q_count; i > 0; i--) {
		if (g->q[i - 1].start >= pos || g->q_metric[i - 1] == NO_METRIC)
			continue;
		const struct metric *m = &g->m.items[g->q_metric[i - 1]];
		bool ours = str_starts(m->id, STR("review.")) || str_starts(m->id, STR("litigation."));
		return ours && str_ends(m->id, STR(".total")) && m->value == 1 && pos - g->q[i - 1].end <= ENDED_FAR
			       ? m
			       : NULL;
	}
	return NULL;
}

void dispute_ended(struct reading *g, const struct sentence *s)
{
	static const struct {
		const char *group, *tail;
	} endings[] = {{"so_upheld", "upheld"}, {"so_corrected", "corrected"}};
	for (size_t k = 0; k < sizeof endings / sizeof endings[0]; k++) {
		size_t at, n = word_find(g, endings[k].group, s->from, s->to, &at), end = at + n;
		const struct metric *of = n > 0 ? single_before(g, at) : NULL;
		if (!of)
			continue;
		while (end < s->to && !fchar_clause_end(g->f->ch[end]))
			end++;
		char id[64];
		snprintf(id, sizeof id, "%.*s.%s", (int)(of->id.n - 6), of->id.p, endings[k].tail); /* less ".total" */
		uint16_t w = lexicon_metric(g->l, str_of(id));
		if (w == LEXICON_NONE || counted(g, s, at, end))
			continue;
		struct metric m = {
			.id = g->l->metrics[w].id, .unit = g->l->metrics[w].unit, .scope = of->scope, .value = 1};
		metric_evidence(g, at, end, &m);
		if (g->d->explain)
			m.explain = str_of(arena_printf(g->d->arena, "rule: how the one case ended; label: %.*s",
							STR_FMT(fold_source(g->f, at, end))));
		metrics_add(g, &m);
	}
}

void dispute_add(const struct disputes *d, struct reading *g)
{
	for (int k = 0; k < DISPUTES; k++) {
		bool known = d->told[k] != 1;
		for (size_t i = 0; i < g->m.count; i++)
			known = known || str_starts(g->m.items[i].id, str_of(kinds[k].family));
		if (known)
			continue;
		const struct metric_id *id = &g->l->metrics[lexicon_metric(g->l, str_of(kinds[k].id))];
		struct metric m = {.id = id->id, .unit = id->unit, .value = 1};
		metric_evidence(g, d->said[k].from, d->said[k].to, &m);
		if (g->d->explain)
			m.explain = str_of(arena_printf(g->d->arena, "rule: one dispute that is told of; label: %.*s",
							STR_FMT(fold_source(g->f, d->said[k].from, d->said[k].to))));
		metrics_add(g, &m);
	}
}
