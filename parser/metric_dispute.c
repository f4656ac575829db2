#include "parser/metric_dispute.h"

#include <stdio.h>

#include "parser/metric_request_part.h"
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

/* How a dispute ended. */
static const struct {
	const char *group, *tail;
} endings[] = {{"so_upheld", "upheld"}, {"so_corrected", "corrected"}, {"so_pending", "pending"}};

/* Where a word that the other kind of dispute is told by first stands in [from, to); `to` when none does. */
static size_t other_kind(const struct reading *g, int kind, size_t from, size_t to)
{
	size_t at = to;
	for (size_t pos = from, n; pos < to; pos = at + n) {
		n = word_find(g, kind == DISPUTE_REVIEW ? "so_lawsuit" : "so_review", pos, to, &at);
		if (n == 0)
			return to;
		if (word_at(g, "so_neither", at, to) == 0 && word_before(g, "so_no_more", at, from) == 0)
			return at;
	}
	return to;
}

/* The first word of an ending in [from, to): which it is, its place in *at; -1 when there is none. */
static int ending_in(const struct reading *g, int kind, size_t from, size_t to, struct span *word)
{
	int which = -1;
	size_t at, n;
	to = other_kind(g, kind, from, to);
	for (size_t k = 0; k < sizeof endings / sizeof endings[0]; k++)
		if ((n = word_find(g, endings[k].group, from, to, &at)) > 0 && (which < 0 || at < word->from)) {
			which = (int)k;
			*word = (struct span){at, at + n};
		}
	return which;
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
		struct span said = {at, at + n}, end;
		while (said.from > s->from && !fchar_clause_end(g->f->ch[said.from - 1]))
			said.from--;
		while (said.to < s->to && !fchar_clause_end(g->f->ch[said.to]))
			said.to++;
		if (word_in(g, "dispute_not", said.from, said.to) || counted(g, s, said.from, said.to))
			continue;
		d->told[k]++;
		d->said[k] = said;
		d->ending[k] = ending_in(g, k, said.to, s->to, &end);
		if (d->ending[k] >= 0)
			d->ended[k] = (struct span){end.from, clause_end(g->f->ch, end.to, s->to)};
	}
}

/* The kind of dispute of which q[i] counts a single case; -1 when it counts anything else. */
static int single_case(const struct reading *g, size_t i)
{
	if (g->q_metric[i] == NO_METRIC || g->m.items[g->q_metric[i]].value != 1)
		return -1;
	for (int k = 0; k < DISPUTES; k++)
		if (str_eq_z(g->m.items[g->q_metric[i]].id, kinds[k].id))
			return k;
	return -1;
}

static void add(struct reading *g, const char *id, struct str scope, struct span said, const char *rule)
{
	uint16_t w = lexicon_metric(g->l, str_of(id));
	if (w == LEXICON_NONE)
		return;
	struct metric m = {.id = g->l->metrics[w].id, .unit = g->l->metrics[w].unit, .scope = scope, .value = 1};
	metric_evidence(g, said.from, said.to, &m);
	if (g->d->explain)
		m.explain = str_of(arena_printf(g->d->arena, "rule: %s; label: %.*s", rule,
						STR_FMT(fold_source(g->f, said.from, said.to))));
	metrics_add(g, &m);
}

/* Adds how a case ended; [from, to) tells of it: 未经复议直接起诉 has figures of its own. */
static void add_ending(struct reading *g, int kind, int ending, struct str scope, size_t from, struct span said)
{
	char id[64];
	const char *of = kind == DISPUTE_REVIEW                     ? ""
			 : word_in(g, "sued_direct", from, said.to) ? "direct."
			 : word_in(g, "sued_after", from, said.to)  ? "after_review."
								    : "";
	snprintf(id, sizeof id, "%s%s%s", kinds[kind].family, of, endings[ending].tail);
	add(g, id, scope, said, "how the one case ended");
}

void dispute_ended(struct reading *g, const struct sentence *s)
{
	size_t first = s->q_from;
	while (first > 0 && g->q[first - 1].end + ENDED_FAR >= s->from)
		first--;
	for (size_t i = first; i < s->q_to; i++) {
		int kind = single_case(g, i);
		size_t from = g->q[i].end, to = from + ENDED_FAR < s->to ? from + ENDED_FAR : s->to;
		struct span word, said;
		if (kind < 0)
			continue;
		for (size_t k = i + 1; k < g->q_count && g->q[k].start < to; k++)
			if (request_counted(g, k))
				to = g->q[k].start;
		int ending = ending_in(g, kind, from, to, &word);
		if (ending < 0)
			continue;
		said = (struct span){word.from, clause_end(g->f->ch, word.to, s->to)};
		if (!counted(g, s, said.from, said.to))
			add_ending(g, kind, ending, g->m.items[g->q_metric[i]].scope, i == 0 ? 0 : g->q[i - 1].end,
				   said);
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
		add(g, kinds[k].id, STR_NULL, d->said[k], "one dispute that is told of");
		if (d->ending[k] >= 0)
			add_ending(g, k, d->ending[k], STR_NULL, d->said[k].from, d->ended[k]);
	}
}
