#include "base/seqdiff.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define DEPTH_MAX 16

struct diff {
	const uint32_t *a, *b;
	bool *gone, *came;
	int32_t *trace; /* the furthest points of each number of edits: d * d is where those of d begin */
	int32_t *v;     /* of the last one, 2 * SEQDIFF_EDITS_MAX + 3 */
	int64_t work;
	enum err err;
};

struct range {
	size_t a0, a1, b0, b1;
};

static void trim(const struct diff *d, struct range *r)
{
	while (r->a0 < r->a1 && r->b0 < r->b1 && d->a[r->a0] == d->b[r->b0])
		r->a0++, r->b0++;
	while (r->a0 < r->a1 && r->b0 < r->b1 && d->a[r->a1 - 1] == d->b[r->b1 - 1])
		r->a1--, r->b1--;
}

static void replace(struct diff *d, const struct range *r)
{
	memset(d->gone + r->a0, true, r->a1 - r->a0);
	memset(d->came + r->b0, true, r->b1 - r->b0);
}

/* Back from the end along what was kept of each number of edits. */
static void mark(struct diff *d, const struct range *r, int edits)
{
	int x = (int)(r->a1 - r->a0), y = (int)(r->b1 - r->b0);
	for (int e = edits; e > 0; e--) {
		const int32_t *v = d->trace + (size_t)(e - 1) * (size_t)(e - 1) + (size_t)(e - 1);
		int k = x - y;
		bool down = k == -e || (k != e && k - 1 >= -(e - 1) && k + 1 <= e - 1 && v[k - 1] < v[k + 1]) ||
			    k - 1 < -(e - 1);
		int from = down ? k + 1 : k - 1;
		x = v[from];
		y = x - from;
		if (down)
			d->came[r->b0 + (size_t)y] = true;
		else
			d->gone[r->a0 + (size_t)x] = true;
	}
}

/* False when more edits are needed than are looked for. */
static bool myers(struct diff *d, const struct range *r)
{
	const uint32_t *a = d->a + r->a0, *b = d->b + r->b0;
	int n = (int)(r->a1 - r->a0), m = (int)(r->b1 - r->b0);
	int32_t *v = d->v + SEQDIFF_EDITS_MAX + 1;
	v[1] = 0;
	for (int e = 0; e < SEQDIFF_EDITS_MAX && d->work > 0; e++) {
		for (int k = -e; k <= e; k += 2) {
			int x = k == -e || (k != e && v[k - 1] < v[k + 1]) ? v[k + 1] : v[k - 1] + 1, from = x;
			int y = x - k;
			while (x < n && y < m && a[x] == b[y])
				x++, y++;
			d->work -= 1 + x - from;
			v[k] = x;
			if (x >= n && y >= m) {
				mark(d, r, e);
				return true;
			}
		}
		int32_t *keep = d->trace + (size_t)e * (size_t)e + (size_t)e;
		memcpy(keep - e, v - e, (size_t)(2 * e + 1) * sizeof *v);
	}
	return false;
}

/* one element that stands once on each side */
struct anchor {
	size_t a, b;
	size_t before; /* the anchor before it in the longest order, SIZE_MAX none */
};

static int by_id(const void *x, const void *y)
{
	const uint64_t p = *(const uint64_t *)x, q = *(const uint64_t *)y;
	return p < q ? -1 : p > q;
}

/* Elements of [from, to) as (element << 32 | place), sorted; those that stand once are told by their neighbours. */
static uint64_t *sorted(const uint32_t *s, size_t from, size_t to)
{
	uint64_t *v = malloc((to - from + 1) * sizeof *v);
	for (size_t i = from; v && i < to; i++)
		v[i - from] = (uint64_t)s[i] << 32 | (uint32_t)i;
	if (v)
		qsort(v, to - from, sizeof *v, by_id);
	return v;
}

static bool once(const uint64_t *v, size_t n, size_t i)
{
	return (i == 0 || v[i - 1] >> 32 != v[i] >> 32) && (i + 1 == n || v[i + 1] >> 32 != v[i] >> 32);
}

static int by_place(const void *x, const void *y)
{
	const struct anchor *p = x, *q = y;
	return p->a < q->a ? -1 : p->a > q->a;
}

/* Anchors in the order of a; their count. */
static size_t find_anchors(struct diff *d, const struct range *r, struct anchor *out)
{
	size_t n = r->a1 - r->a0, m = r->b1 - r->b0, count = 0;
	uint64_t *a = sorted(d->a, r->a0, r->a1), *b = sorted(d->b, r->b0, r->b1);
	if (!a || !b)
		d->err = err_set(ERR_NOMEM, "out of memory");
	for (size_t i = 0, j = 0; a && b && i < n && j < m;) {
		uint64_t p = a[i] >> 32, q = b[j] >> 32;
		if (p == q && once(a, n, i) && once(b, m, j))
			out[count++] = (struct anchor){(uint32_t)a[i], (uint32_t)b[j], SIZE_MAX};
		i += p <= q;
		j += q <= p;
	}
	free(a);
	free(b);
	qsort(out, count, sizeof *out, by_place);
	return count;
}

/* The longest increasing order by patience; returns its last anchor, SIZE_MAX for none. tops: room for count. */
static size_t longest(struct anchor *v, size_t count, size_t *tops)
{
	size_t piles = 0;
	for (size_t i = 0; i < count; i++) {
		size_t lo = 0, hi = piles;
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;
			if (v[tops[mid]].b < v[i].b)
				lo = mid + 1;
			else
				hi = mid;
		}
		v[i].before = lo ? tops[lo - 1] : SIZE_MAX;
		tops[lo] = i;
		piles += lo == piles;
	}
	return piles ? tops[piles - 1] : SIZE_MAX;
}

static void walk(struct diff *d, struct range r, int depth);

/* Between the anchors, from the last to the first. False: there are none. */
static bool split(struct diff *d, const struct range *r, int depth)
{
	size_t room = r->a1 - r->a0 < r->b1 - r->b0 ? r->a1 - r->a0 : r->b1 - r->b0;
	struct anchor *v = malloc((room + 1) * sizeof *v);
	size_t *tops = malloc((room + 1) * sizeof *tops), at = SIZE_MAX;
	if (!v || !tops)
		d->err = err_set(ERR_NOMEM, "out of memory");
	else
		at = longest(v, find_anchors(d, r, v), tops);
	bool found = at != SIZE_MAX;
	struct range gap = *r;
	for (; at != SIZE_MAX && d->err == ERR_OK; at = v[at].before) {
		gap.a0 = v[at].a + 1;
		gap.b0 = v[at].b + 1;
		walk(d, gap, depth);
		gap.a1 = v[at].a;
		gap.b1 = v[at].b;
	}
	gap.a0 = r->a0;
	gap.b0 = r->b0;
	if (found && d->err == ERR_OK)
		walk(d, gap, depth);
	free(v);
	free(tops);
	return found;
}

static void walk(struct diff *d, struct range r, int depth)
{
	trim(d, &r);
	if (r.a0 == r.a1 || r.b0 == r.b1 || depth == 0 || d->work <= 0) {
		replace(d, &r);
		return;
	}
	if (!myers(d, &r) && !split(d, &r, depth - 1))
		replace(d, &r);
}

enum err seqdiff(const uint32_t *a, size_t n, const uint32_t *b, size_t m, bool *gone, bool *came)
{
	struct diff d = {.a = a, .b = b, .gone = gone, .came = came, .work = SEQDIFF_WORK_MAX};
	memset(gone, false, n);
	memset(came, false, m);
	d.trace = malloc((size_t)SEQDIFF_EDITS_MAX * SEQDIFF_EDITS_MAX * sizeof *d.trace);
	d.v = calloc(2 * SEQDIFF_EDITS_MAX + 3, sizeof *d.v);
	if (!d.trace || !d.v || n > INT32_MAX || m > INT32_MAX)
		d.err = err_set(ERR_NOMEM, "out of memory");
	else
		walk(&d, (struct range){0, n, 0, m}, DEPTH_MAX);
	free(d.trace);
	free(d.v);
	return d.err;
}

static size_t count_lines(struct str s)
{
	size_t n = s.n > 0 && s.p[s.n - 1] != '\n';
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

/* Equal lines get the number of the first of them; texts are compared, so that a hash by chance joins nothing. */
static void number_lines(struct seqdiff_lines *l, uint32_t *slots, size_t mask)
{
	size_t before = 0;
	for (int k = 0; k < 2; before += l->n[k], k++)
		for (size_t i = 0; i < l->n[k]; i++) {
			struct str s = l->line[k][i];
			size_t at = hash64(s.p ? s.p : "", s.n) & mask;
			for (; slots[at]; at = (at + 1) & mask) {
				size_t first = slots[at] - 1;
				struct str t = first < l->n[0] ? l->line[0][first] : l->line[1][first - l->n[0]];
				if (str_eq(s, t))
					break;
			}
			if (!slots[at])
				slots[at] = (uint32_t)(before + i + 1);
			l->id[k][i] = slots[at];
		}
}

enum err seqdiff_lines_init(struct seqdiff_lines *l, struct str a, struct str b)
{
	struct str text[2] = {a, b};
	size_t mask = 1;
	*l = (struct seqdiff_lines){0};
	for (int k = 0; k < 2; k++) {
		l->n[k] = count_lines(text[k]);
		l->line[k] = calloc(l->n[k] + 1, sizeof *l->line[k]);
		l->id[k] = calloc(l->n[k] + 1, sizeof *l->id[k]);
	}
	while (mask < 2 * (l->n[0] + l->n[1]) + 2)
		mask *= 2;
	uint32_t *slots = calloc(mask, sizeof *slots);
	if (!l->line[0] || !l->line[1] || !l->id[0] || !l->id[1] || !slots) {
		free(slots);
		seqdiff_lines_fini(l);
		return err_set(ERR_NOMEM, "out of memory");
	}
	for (int k = 0; k < 2; k++)
		for (size_t i = 0, at = 0; i < l->n[k]; i++) {
			const char *nl = memchr(text[k].p + at, '\n', text[k].n - at);
			size_t end = nl ? (size_t)(nl - text[k].p) : text[k].n;
			l->line[k][i] = str_sub(text[k], at, end);
			at = end + 1;
		}
	number_lines(l, slots, mask - 1);
	free(slots);
	return ERR_OK;
}

void seqdiff_lines_fini(struct seqdiff_lines *l)
{
	for (int k = 0; k < 2; k++) {
		free(l->line[k]);
		free(l->id[k]);
	}
	*l = (struct seqdiff_lines){0};
}
