#include "parser/match.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MATCH_WORD_MAX 64
#define FEW_CHILDREN 8
#define NONE UINT32_MAX

/*
 * The trie with its nodes by depth, and the children of a node side by side in the order of their characters: those of
 * node i are the nodes [first of i, first of i + 1). A page in a hundred is read by it, so that its memory is not warm
 * when it is: it is as small as it can be, and what most characters of a text need of it is 10 KB.
 */
struct node {
	uint32_t first;   /* child */
	uint32_t fail;    /* of the longest end of this node's characters that is a node */
	uint32_t word;    /* ends here, or NONE */
	uint32_t shorter; /* next node on the fail chain where a word ends, or NONE */
};

/* While words are added: a node's children are a list. */
struct draft {
	uint32_t child, next; /* the first child, the next of the same parent; 0: none */
	uint32_t word;
	fchar ch;
};

struct matcher {
	struct draft *draft;
	uint32_t *draft_root; /* the draft of each character that begins a word, or 0; the root's own list is empty */
	size_t draft_count, draft_cap;
	struct node *nodes;          /* draft_count of them and one that ends the last's children; NULL until built */
	fchar *label;                /* the character that leads to each */
	uint64_t begins[65536 / 64]; /* a bit for each character that begins a word ... */
	uint32_t before[65536 / 64]; /* ... and how many such characters lie before these */
	uint32_t words;
	uint16_t *word_len;
	size_t word_cap;
};

static void *must(void *p)
{
	/* the lexicon is built at start-up; without memory there is nothing to go on with */
	if (!p)
		abort();
	return p;
}

static uint32_t draft_new(struct matcher *m, fchar ch)
{
	if (m->draft_count == m->draft_cap) {
		m->draft_cap = m->draft_cap ? m->draft_cap * 2 : 256;
		m->draft = must(realloc(m->draft, m->draft_cap * sizeof *m->draft));
	}
	m->draft[m->draft_count] = (struct draft){0, 0, NONE, ch};
	return (uint32_t)m->draft_count++;
}

struct matcher *matcher_new(void)
{
	struct matcher *m = must(calloc(1, sizeof *m));
	m->draft_root = must(calloc(65536, sizeof *m->draft_root));
	draft_new(m, 0);
	return m;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	free(m->draft);
	free(m->draft_root);
	free(m->nodes);
	free(m->label);
	free(m->word_len);
	free(m);
}

/* The child of `at` by `ch`, made where it is none; the children stay in order. */
static uint32_t draft_child(struct matcher *m, uint32_t at, fchar ch)
{
	if (at == 0) {
		if (m->draft_root[ch] == 0)
			m->draft_root[ch] = draft_new(m, ch);
		return m->draft_root[ch];
	}
	uint32_t before = 0, k = m->draft[at].child;
	for (; k != 0 && m->draft[k].ch < ch; k = m->draft[k].next)
		before = k;
	if (k != 0 && m->draft[k].ch == ch)
		return k;
	uint32_t made = draft_new(m, ch);
	m->draft[made].next = k;
	*(before ? &m->draft[before].next : &m->draft[at].child) = made;
	return made;
}

uint32_t matcher_add(struct matcher *m, const fchar *w, size_t n)
{
	assert(!m->nodes);
	if (n == 0 || n > MATCH_WORD_MAX)
		return NONE;
	uint32_t at = 0;
	for (size_t i = 0; i < n; i++)
		at = draft_child(m, at, w[i]);
	if (m->draft[at].word != NONE)
		return m->draft[at].word;
	if (m->words == m->word_cap) {
		m->word_cap = m->word_cap ? m->word_cap * 2 : 256;
		m->word_len = must(realloc(m->word_len, m->word_cap * sizeof *m->word_len));
	}
	m->word_len[m->words] = (uint16_t)n;
	m->draft[at].word = m->words;
	return m->words++;
}

size_t matcher_words(const struct matcher *m)
{
	return m->words;
}

/* The child of the root, or 0. */
static uint32_t root_child(const struct matcher *m, fchar ch)
{
	uint64_t bits = m->begins[ch >> 6], bit = (uint64_t)1 << (ch & 63);
	return bits & bit ? m->before[ch >> 6] + 1 + (uint32_t)__builtin_popcountll(bits & (bit - 1)) : 0;
}

/* The child of another node, or 0. */
static uint32_t child_of(const struct matcher *m, uint32_t node, fchar ch)
{
	uint32_t lo = m->nodes[node].first, hi = m->nodes[node + 1].first;
	while (hi - lo > FEW_CHILDREN) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (m->label[mid] <= ch)
			lo = mid;
		else
			hi = mid;
	}
	for (; lo < hi; lo++)
		if (m->label[lo] == ch)
			return lo;
	return 0;
}

static uint32_t step(const struct matcher *m, uint32_t at, fchar ch)
{
	for (; at != 0; at = m->nodes[at].fail) {
		uint32_t next = child_of(m, at, ch);
		if (next != 0)
			return next;
	}
	return root_child(m, ch);
}

void matcher_build(struct matcher *m)
{
	size_t count = m->draft_count;
	uint32_t *drafts = must(malloc(count * sizeof *drafts)); /* by the new number */
	uint32_t *parent = must(malloc(count * sizeof *parent));
	m->nodes = must(calloc(count + 1, sizeof *m->nodes));
	m->label = must(calloc(count, sizeof *m->label));
	uint32_t end = 1;
	drafts[0] = parent[0] = 0;
	for (uint32_t ch = 0; ch < 65536; ch++)
		if (m->draft_root[ch] != 0) {
			parent[end] = 0;
			drafts[end++] = m->draft_root[ch];
		}
	for (uint32_t i = 0; i < count; i++) {
		m->nodes[i].first = i == 0 ? 1 : end;
		m->nodes[i].word = m->draft[drafts[i]].word;
		m->nodes[i].shorter = NONE;
		m->label[i] = m->draft[drafts[i]].ch;
		for (uint32_t k = m->draft[drafts[i]].child; k != 0; k = m->draft[k].next) {
			parent[end] = i;
			drafts[end++] = k;
		}
	}
	m->nodes[count].first = end;
	for (uint32_t i = m->nodes[0].first; i < m->nodes[1].first; i++)
		m->begins[m->label[i] >> 6] |= (uint64_t)1 << (m->label[i] & 63);
	for (size_t i = 1; i < sizeof m->before / sizeof m->before[0]; i++)
		m->before[i] = m->before[i - 1] + (uint32_t)__builtin_popcountll(m->begins[i - 1]);
	for (uint32_t i = 1; i < count; i++) { /* a fail link leads to a node of less depth, which has its own */
		struct node *c = &m->nodes[i];
		c->fail = parent[i] == 0 ? 0 : step(m, m->nodes[parent[i]].fail, m->label[i]);
		const struct node *f = &m->nodes[c->fail];
		c->shorter = f->word != NONE ? c->fail : f->shorter;
	}
	free(drafts);
	free(parent);
	free(m->draft);
	free(m->draft_root);
	m->draft = NULL;
	m->draft_root = NULL;
}

void matcher_scan(const struct matcher *m, const fchar *text, size_t from, size_t to, matcher_hit *hit, void *ctx)
{
	uint32_t at = 0;
	for (size_t i = from; i < to; i++) {
		at = step(m, at, text[i]);
		if (at == 0)
			continue;
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
	uint32_t at = pos < to ? root_child(m, text[pos]) : 0;
	for (size_t i = pos; at != 0;) {
		i++;
		if (m->nodes[at].word != NONE) {
			best = i - pos;
			if (word_out)
				*word_out = m->nodes[at].word;
		}
		at = i < to ? child_of(m, at, text[i]) : 0;
	}
	return best;
}
