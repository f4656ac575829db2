#include "parser/lexicon.h"

#include <stdio.h>
#include <stdlib.h>

uint16_t lexicon_metric(const struct lexicon *l, struct str id)
{
	for (size_t i = 0; i < l->metrics_count; i++)
		if (str_eq(l->metrics[i].id, id))
			return (uint16_t)i;
	return LEXICON_NONE;
}

uint16_t lexicon_group_at(const struct lexicon *l, struct str name, uint32_t slot)
{
	for (size_t i = slot;; i++) {
		uint16_t g = l->group_slots[i % (2 * LEXICON_GROUPS_MAX)];
		if (g == 0)
			return LEXICON_NONE;
		if (str_eq(l->groups[g - 1].name, name))
			return (uint16_t)(g - 1);
	}
}

/* A name that the code uses is not in the data: a broken build. */
uint16_t lexicon_group_missing(struct str name)
{
	fprintf(stderr, "lexicon: no group: %.*s\n", STR_FMT(name));
	abort();
}

size_t lexicon_word_here(const struct group *g, const fchar *text, size_t pos, size_t to)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->heads[i] == text[pos] && pos + g->words[i].n <= to &&
		    memcmp(text + pos, g->words[i].p, g->words[i].n * sizeof(fchar)) == 0)
			return g->words[i].n;
	return 0;
}

size_t lexicon_word_until(const struct group *g, const fchar *text, size_t pos, size_t from)
{
	for (size_t i = 0; i < g->count; i++) {
		size_t n = g->words[i].n;
		if (from + n <= pos && g->heads[i] == text[pos - n] &&
		    memcmp(text + pos - n, g->words[i].p, n * sizeof(fchar)) == 0)
			return n;
	}
	return 0;
}

size_t lexicon_word_in(const struct lexicon *l, uint16_t group, const fchar *text, size_t from, size_t to, size_t *at)
{
	const struct group *g = &l->groups[group];
	const struct letters firsts = g->firsts;
	for (size_t i = from; i < to; i++) {
		size_t n = letters_may(&firsts, text[i]) ? lexicon_word_here(g, text, i, to) : 0;
		if (n > 0) {
			if (at)
				*at = i;
			return n;
		}
	}
	return 0;
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
