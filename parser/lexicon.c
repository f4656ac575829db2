#include "parser/lexicon.h"

#include <stdlib.h>

#include "base/hash.h"

uint16_t lexicon_metric(const struct lexicon *l, struct str id)
{
	for (size_t i = 0; i < l->metrics_count; i++)
		if (str_eq(l->metrics[i].id, id))
			return (uint16_t)i;
	return LEXICON_NONE;
}

uint16_t lexicon_group(const struct lexicon *l, const char *name)
{
	struct str s = str_of(name);
	for (size_t i = hash64(s.p, s.n);; i++) {
		uint16_t slot = l->group_slots[i % (2 * LEXICON_GROUPS_MAX)];
		if (slot == 0)
			return LEXICON_NONE;
		if (str_eq(l->groups[slot - 1].name, s))
			return (uint16_t)(slot - 1);
	}
}

uint16_t lexicon_need_group(const struct lexicon *l, const char *name)
{
	uint16_t g = lexicon_group(l, name);
	if (g == LEXICON_NONE)
		abort();
	return g;
}

static bool same(const fchar *text, const struct word *w)
{
	return text[0] == w->p[0] && memcmp(text, w->p, w->n * sizeof(fchar)) == 0;
}

size_t lexicon_word_at(const struct lexicon *l, uint16_t group, const fchar *text, size_t pos, size_t to)
{
	const struct group *g = &l->groups[group];
	if (pos > to || !(g->firsts & lexicon_first(text[pos])))
		return 0;
	for (size_t i = 0; i < g->count; i++)
		if (pos + g->words[i].n <= to && same(text + pos, &g->words[i]))
			return g->words[i].n;
	return 0;
}

size_t lexicon_word_before(const struct lexicon *l, uint16_t group, const fchar *text, size_t pos, size_t from)
{
	const struct group *g = &l->groups[group];
	for (size_t i = 0; i < g->count; i++)
		if (from + g->words[i].n <= pos && same(text + pos - g->words[i].n, &g->words[i]))
			return g->words[i].n;
	return 0;
}

size_t lexicon_word_in(const struct lexicon *l, uint16_t group, const fchar *text, size_t from, size_t to, size_t *at)
{
	for (size_t i = from; i < to; i++) {
		size_t n = lexicon_word_at(l, group, text, i, to);
		if (n > 0) {
			if (at)
				*at = i;
			return n;
		}
	}
	return 0;
}

bool lexicon_group_in(const struct lexicon *l, const char *group, const fchar *text, size_t from, size_t to)
{
	return lexicon_word_in(l, lexicon_need_group(l, group), text, from, to, NULL) > 0;
}

struct seen_ctx {
	const struct lexicon *l;
	struct groups_seen *seen;
};

static void see(void *ctx, size_t start, size_t end, uint32_t word)
{
	(void)start;
	(void)end;
	struct seen_ctx *c = ctx;
	for (uint32_t i = c->l->word_groups_from[word]; i < c->l->word_groups_from[word + 1]; i++) {
		uint16_t g = c->l->word_groups[i];
		c->seen->bits[g / 64] |= (uint64_t)1 << (g % 64);
	}
}

void lexicon_groups_in(const struct lexicon *l, const fchar *text, size_t from, size_t to, struct groups_seen *seen)
{
	struct seen_ctx c = {l, seen};
	matcher_scan(l->words, text, from, to, see, &c);
}

uint32_t lexicon_region(const struct lexicon *l, const char *code)
{
	size_t lo = 0, hi = l->regions_count;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (memcmp(l->regions[mid].code, code, 6) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < l->regions_count && memcmp(l->regions[lo].code, code, 6) == 0 ? (uint32_t)lo : UINT32_MAX;
}
