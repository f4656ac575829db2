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

void channel_mark_single(const struct reading *g, const uint8_t *seen, const char **drop)
{
	for (size_t i = 0; i < g->m.count; i++) {
		const struct metric *m = &g->m.items[i];
		bool one = false;
		if (m->table || (seen[i] & LISTED) || m->scope.n > 0 || !str_starts(m->id, STR("proactive.channel.")))
			continue;
		for (size_t k = 0; k < g->m.count && !one; k++)
			one = ((seen[k] & LISTED) || ((seen[i] & NAMED) && !(seen[k] & NAMED))) &&
			      str_eq(g->m.items[k].id, m->id) && g->m.items[k].scope.n == 0 &&
			      g->m.items[k].value > m->value;
		if (one)
			drop[i] = "unused: of one channel alone, whose figure the total's list has for all";
	}
}
