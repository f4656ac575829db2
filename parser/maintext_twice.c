#include "parser/maintext_trim.h"

#include "base/hash.h"

#define FACTOR 0x9e3779b97f4a7c15u
#define TWICE_CPS_MIN 60

/* Hashes of runs of lines in constant time: `sum` of the lines before each, `power` of FACTOR by count. */
struct runs {
	uint64_t *sum, *power;
	uint32_t *cps;
};

static struct runs runs_of(const struct page *p)
{
	struct runs r;
	size_t n = p->lines_count + 1;
	r.sum = arena_alloc(p->arena, n * sizeof *r.sum);
	r.power = arena_alloc(p->arena, n * sizeof *r.power);
	r.cps = arena_alloc(p->arena, n * sizeof *r.cps);
	r.sum[0] = 0;
	r.power[0] = 1;
	r.cps[0] = 0;
	for (size_t i = 0; i + 1 < n; i++) {
		struct str s = page_line(p, &p->lines[i]);
		r.sum[i + 1] = r.sum[i] * FACTOR + hash64(s.p, s.n);
		r.power[i + 1] = r.power[i] * FACTOR;
		r.cps[i + 1] = r.cps[i] + p->lines[i].cps;
	}
	return r;
}

void trim_twice(const struct page *p, struct maintext *m)
{
	struct runs r = runs_of(p);
	size_t slots = 64;
	while (slots < p->nodes_count * 2)
		slots *= 2;
	uint64_t *key = arena_calloc(p->arena, slots, sizeof *key);
	uint32_t *end = arena_calloc(p->arena, slots, sizeof *end);
	for (size_t i = 0; i < p->nodes_count; i++) {
		const struct node *n = &p->nodes[i];
		if (n->line_first < m->first || n->line_end > m->end ||
		    r.cps[n->line_end] - r.cps[n->line_first] < TWICE_CPS_MIN)
			continue;
		uint64_t h = r.sum[n->line_end] - r.sum[n->line_first] * r.power[n->line_end - n->line_first];
		size_t at = h % slots;
		while (key[at] && key[at] != h)
			at = (at + 1) % slots;
		if (!key[at]) {
			key[at] = h;
			end[at] = n->line_end;
		} else if (n->line_first >= end[at]) {
			/* the same text behind its first place, not an element around or inside of it */
			memset(m->keep + n->line_first, 0, n->line_end - n->line_first);
		}
	}
}
