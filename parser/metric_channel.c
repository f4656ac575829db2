#include "parser/metric_channel.h"

#include "parser/metric_list.h"
#include "parser/metric_words.h"

#define NAMED_FAR 200 /* characters between an account and its figure */

enum { C_QUOTE_END = 0x201D };
enum { LISTED = 1, NAMED = 2 };

/* “甘谷发布”公众号: one account of several */
static bool is_named(const struct reading *g, size_t from, size_t to)
{
	if (to - from > NAMED_FAR)
		from = to - NAMED_FAR;
	for (size_t i = from; i + 1 < to; i++)
		if (g->f->ch[i] == C_QUOTE_END && word_at(g, "account", i + 1, to) > 0)
			return true;
	return false;
}

void channel_see(const struct reading *g, const struct figure *f, uint32_t k, bool own, uint8_t *seen)
{
	size_t from = f->s->from, pos = g->q[f->i].start;
	if (!str_starts(g->m.items[k].id, STR("proactive.channel.")))
		return;
	if (own && metric_listed(g, from, pos))
		seen[k] |= LISTED;
	if (is_named(g, from, pos))
		seen[k] |= NAMED;
}

void channel_drop_single(struct reading *g, const uint8_t *seen)
{
	uint32_t *to = arena_alloc(g->d->arena, (g->m.count + 1) * sizeof *to);
	uint32_t kept = 0;
	for (size_t i = 0; i < g->m.count; i++) {
		const struct metric *m = &g->m.items[i];
		bool drop = false;
		if (!m->table && !(seen[i] & LISTED) && m->scope.n == 0 && str_starts(m->id, STR("proactive.channel.")))
			for (size_t k = 0; k < g->m.count && !drop; k++)
				drop = ((seen[k] & LISTED) || ((seen[i] & NAMED) && !(seen[k] & NAMED))) &&
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
