#include "parser/match.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MATCH_WORD_MAX 64
#define NONE UINT32_MAX

struct node {
	uint32_t fail;
	uint32_t word;    /* ends here, or NONE */
	uint32_t shorter; /* next node on the fail chain where a word ends, or NONE */
	uint16_t depth;
	uint64_t next; /* characters of its edges, by next_bit(): most steps that fail are not looked up */
};

/* One edge of the trie, in an open hash table keyed by (node, character). */
struct edge {
	uint32_t node;
	uint32_t child; /* NONE: empty slot */
	fchar ch;
};

struct matcher {
	struct node *nodes;
	size_t nodes_count, nodes_cap;
	struct edge *edges;
	size_t edges_count, edges_cap; /* capacity is a power of two */
	uint32_t words;
	uint16_t *word_len;
	size_t word_cap;
	uint32_t root
		[65536]; /* the node of each character that begins a word, or 0: most of a text is passed in one look */
};

static void *must(void *p)
{
	/* the lexicon is built at start-up; without memory there is nothing to go on with */
	if (!p)
		abort();
	return p;
}

static size_t edge_slot(const struct matcher *m, uint32_t node, fchar ch)
{
	uint64_t h = ((uint64_t)node << 16 | ch) * 0x9E3779B97F4A7C15u;
	size_t mask = m->edges_cap - 1, i = (size_t)(h >> 32) & mask;
	while (m->edges[i].child != NONE && (m->edges[i].node != node || m->edges[i].ch != ch))
		i = (i + 1) & mask;
	return i;
}

static uint64_t next_bit(fchar ch)
{
	return (uint64_t)1 << ((ch * 0x9E3779B1u) >> 26);
}

static uint32_t child_of(const struct matcher *m, uint32_t node, fchar ch)
{
	if (!(m->nodes[node].next & next_bit(ch)))
		return NONE;
	return m->edges[edge_slot(m, node, ch)].child;
}

static void edges_resize(struct matcher *m, size_t cap)
{
	struct edge *old = m->edges;
	size_t old_cap = m->edges_cap;
	m->edges = must(malloc(cap * sizeof *m->edges));
	m->edges_cap = cap;
	for (size_t i = 0; i < cap; i++)
		m->edges[i].child = NONE;
	for (size_t i = 0; i < old_cap; i++)
		if (old[i].child != NONE)
			m->edges[edge_slot(m, old[i].node, old[i].ch)] = old[i];
	free(old);
}

static uint32_t node_new(struct matcher *m, uint16_t depth)
{
	if (m->nodes_count == m->nodes_cap) {
		m->nodes_cap = m->nodes_cap ? m->nodes_cap * 2 : 256;
		m->nodes = must(realloc(m->nodes, m->nodes_cap * sizeof *m->nodes));
	}
	m->nodes[m->nodes_count] = (struct node){0, NONE, NONE, depth, 0};
	return (uint32_t)m->nodes_count++;
}

struct matcher *matcher_new(void)
{
	struct matcher *m = must(calloc(1, sizeof *m));
	edges_resize(m, 1024);
	node_new(m, 0);
	return m;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	free(m->nodes);
	free(m->edges);
	free(m->word_len);
	free(m);
}

uint32_t matcher_add(struct matcher *m, const fchar *w, size_t n)
{
	if (n == 0 || n > MATCH_WORD_MAX)
		return NONE;
	uint32_t at = 0;
	for (size_t i = 0; i < n; i++) {
		if (m->edges_count * 2 >= m->edges_cap)
			edges_resize(m, m->edges_cap * 2);
		size_t slot = edge_slot(m, at, w[i]);
		if (m->edges[slot].child == NONE) {
			m->edges[slot] = (struct edge){at, node_new(m, (uint16_t)(i + 1)), w[i]};
			m->edges_count++;
			m->nodes[at].next |= next_bit(w[i]);
		}
		at = m->edges[slot].child;
		if (i == 0)
			m->root[w[0]] = at;
	}
	if (m->nodes[at].word != NONE)
		return m->nodes[at].word;
	if (m->words == m->word_cap) {
		m->word_cap = m->word_cap ? m->word_cap * 2 : 256;
		m->word_len = must(realloc(m->word_len, m->word_cap * sizeof *m->word_len));
	}
	m->word_len[m->words] = (uint16_t)n;
	m->nodes[at].word = m->words;
	return m->words++;
}

size_t matcher_words(const struct matcher *m)
{
	return m->words;
}

static uint32_t step(const struct matcher *m, uint32_t at, fchar ch)
{
	while (at != 0) {
		uint32_t next = child_of(m, at, ch);
		if (next != NONE)
			return next;
		at = m->nodes[at].fail;
	}
	return m->root[ch];
}

void matcher_build(struct matcher *m)
{
	/* edges by the depth of their parent: a node's fail link needs all shallower ones */
	size_t count = 0;
	struct edge *all = must(malloc((m->edges_count + 1) * sizeof *all));
	for (unsigned depth = 0; depth < MATCH_WORD_MAX && count < m->edges_count; depth++)
		for (size_t i = 0; i < m->edges_cap; i++)
			if (m->edges[i].child != NONE && m->nodes[m->edges[i].node].depth == depth)
				all[count++] = m->edges[i];
	for (size_t i = 0; i < count; i++) {
		struct node *c = &m->nodes[all[i].child];
		c->fail = all[i].node == 0 ? 0 : step(m, m->nodes[all[i].node].fail, all[i].ch);
		const struct node *f = &m->nodes[c->fail];
		c->shorter = f->word != NONE ? c->fail : f->shorter;
	}
	free(all);
}

void matcher_scan(const struct matcher *m, const fchar *text, size_t from, size_t to, matcher_hit *hit, void *ctx)
{
	uint32_t at = 0;
	for (size_t i = from; i < to; i++) {
		at = step(m, at, text[i]);
		for (uint32_t o = m->nodes[at].word != NONE ? at : m->nodes[at].shorter; o != NONE;
		     o = m->nodes[o].shorter) {
			uint32_t w = m->nodes[o].word;
			assert(w < m->words);
			hit(ctx, i + 1 - m->word_len[w], i + 1, w);
		}
	}
}

size_t matcher_longest(const struct matcher *m, const fchar *text, size_t pos, size_t to, uint32_t *word_out)
{
	size_t best = 0;
	uint32_t at = pos < to ? m->root[text[pos]] : 0;
	if (at == 0)
		return 0;
	for (size_t i = pos; i < to; i++) {
		if (i > pos)
			at = child_of(m, at, text[i]);
		if (at == NONE)
			break;
		if (m->nodes[at].word != NONE) {
			best = i + 1 - pos;
			if (word_out)
				*word_out = m->nodes[at].word;
		}
	}
	return best;
}
