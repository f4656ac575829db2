#include "fetcher/sched.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct slot { /* of an open-addressing table */
	uint64_t hash;
	void *p;
};

struct table {
	struct slot *v;
	size_t cap, used; /* used counts tombstones too */
};

struct sched {
	struct polite_rules rules;
	bool address_limit;
	struct table by_id, by_key, by_ip;
	struct sched_host **heap;
	int heap_n, heap_cap;
	unsigned hosts, busy;
	size_t robots_bytes;
	struct sched_host *newest, *oldest;
};

static void *must(void *p)
{
	if (!p)
		abort(); /* small tables: nothing useful can follow */
	return p;
}

/* ---- hash table of pointers; a removed entry leaves a tombstone (hash kept, p NULL) until the table grows */

static void table_put(struct table *t, uint64_t hash, void *p);

static void table_grow(struct table *t)
{
	struct table old = *t;
	size_t live = 0;
	for (size_t i = 0; i < old.cap; i++)
		live += old.v[i].p != NULL;
	t->cap = 64;
	while (t->cap < live * 4)
		t->cap *= 2;
	t->v = must(calloc(t->cap, sizeof(*t->v)));
	t->used = 0;
	for (size_t i = 0; i < old.cap; i++)
		if (old.v[i].p)
			table_put(t, old.v[i].hash, old.v[i].p);
	free(old.v);
}

static void table_put(struct table *t, uint64_t hash, void *p)
{
	if (t->used * 2 >= t->cap)
		table_grow(t);
	hash |= 1; /* 0 marks a slot that was never used */
	size_t i = hash & (t->cap - 1);
	while (t->v[i].hash != 0)
		i = (i + 1) & (t->cap - 1);
	t->v[i] = (struct slot){hash, p};
	t->used++;
}

static struct slot *table_next(const struct table *t, uint64_t hash, size_t *at, bool first)
{
	if (t->cap == 0)
		return NULL;
	hash |= 1;
	*at = first ? (hash & (t->cap - 1)) : ((*at + 1) & (t->cap - 1));
	for (; t->v[*at].hash != 0; *at = (*at + 1) & (t->cap - 1))
		if (t->v[*at].hash == hash && t->v[*at].p)
			return &t->v[*at];
	return NULL;
}

static void table_remove(struct table *t, uint64_t hash, const void *p)
{
	size_t at = 0;
	for (struct slot *s = table_next(t, hash, &at, true); s; s = table_next(t, hash, &at, false))
		if (s->p == p) {
			s->p = NULL;
			return;
		}
}

static uint64_t hash_z(const char *z)
{
	return hash64(z, strlen(z));
}

static uint64_t hash_id(int64_t id)
{
	return (uint64_t)id * 0x9E3779B97F4A7C15ull;
}

/* ---- heap */

static void heap_set(struct sched *s, int at, struct sched_host *h)
{
	s->heap[at] = h;
	h->heap_at = at;
}

static void heap_up(struct sched *s, int at)
{
	struct sched_host *h = s->heap[at];
	while (at > 0 && s->heap[(at - 1) / 2]->due > h->due) {
		heap_set(s, at, s->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_set(s, at, h);
}

static void heap_down(struct sched *s, int at)
{
	struct sched_host *h = s->heap[at];
	for (;;) {
		int child = 2 * at + 1;
		if (child >= s->heap_n)
			break;
		if (child + 1 < s->heap_n && s->heap[child + 1]->due < s->heap[child]->due)
			child++;
		if (s->heap[child]->due >= h->due)
			break;
		heap_set(s, at, s->heap[child]);
		at = child;
	}
	heap_set(s, at, h);
}

static void heap_add(struct sched *s, struct sched_host *h, int64_t due)
{
	assert(h->heap_at < 0 && !h->busy && !h->parked);
	if (s->heap_n == s->heap_cap) {
		s->heap_cap = s->heap_cap ? s->heap_cap * 2 : 64;
		s->heap = must(realloc(s->heap, (size_t)s->heap_cap * sizeof(*s->heap)));
	}
	h->due = due;
	s->heap[s->heap_n] = h;
	heap_up(s, s->heap_n++);
}

static void heap_remove(struct sched *s, struct sched_host *h)
{
	int at = h->heap_at;
	if (at < 0)
		return;
	h->heap_at = -1;
	struct sched_host *last = s->heap[--s->heap_n];
	if (last == h)
		return;
	heap_set(s, at, last);
	heap_up(s, at);
	heap_down(s, last->heap_at);
}

/* ---- addresses */

static struct sched_address *address_find(const struct sched *s, const char *ip)
{
	size_t at = 0;
	for (struct slot *x = table_next(&s->by_ip, hash_z(ip), &at, true); x;
	     x = table_next(&s->by_ip, hash_z(ip), &at, false))
		if (strcmp(((struct sched_address *)x->p)->ip, ip) == 0)
			return x->p;
	return NULL;
}

static struct sched_address *address_get(struct sched *s, const char *ip)
{
	if (!s->address_limit || !ip[0])
		return NULL;
	struct sched_address *a = address_find(s, ip);
	if (a)
		return a;
	a = must(calloc(1, sizeof(*a)));
	strncpy(a->ip, ip, sizeof(a->ip) - 1);
	table_put(&s->by_ip, hash_z(a->ip), a);
	return a;
}

void sched_address_put(struct sched *s, const char *ip, int64_t next_at, int64_t gap_ms)
{
	struct sched_address *a = address_get(s, ip);
	if (!a || next_at <= a->next_at)
		return;
	a->next_at = next_at;
	a->gap_ms = gap_ms;
}

static void address_wait(const struct sched *s, struct sched_address *a, const struct sched_host *h)
{
	a->next_at = h->row.next_at;
	a->gap_ms = polite_gap(&h->row, &s->rules);
}

static void park(struct sched_host *h)
{
	struct sched_address *a = h->address;
	h->parked = true;
	h->parked_next = NULL;
	if (a->parked_last)
		a->parked_last->parked_next = h;
	else
		a->parked = h;
	a->parked_last = h;
}

/* All of them: the first that is due takes the address, the others park again. One alone might rest and leave the others for ever. */
static void unpark_all(struct sched *s, struct sched_address *a)
{
	struct sched_host *h = a->parked;
	a->parked = a->parked_last = NULL;
	while (h) {
		struct sched_host *next = h->parked_next;
		int64_t due = polite_due(&h->row);
		h->parked = false;
		if (!h->row.held)
			heap_add(s, h, a->next_at > due ? a->next_at : due);
		h = next;
	}
}

const struct sched_address *sched_address_of(const struct sched_host *h)
{
	return h->address;
}

/* ---- robots rules kept ready */

static void robots_unlink(struct sched *s, struct sched_host *h)
{
	if (h->newer)
		h->newer->older = h->older;
	else if (s->newest == h)
		s->newest = h->older;
	if (h->older)
		h->older->newer = h->newer;
	else if (s->oldest == h)
		s->oldest = h->newer;
	h->newer = h->older = NULL;
}

static void robots_drop(struct sched *s, struct sched_host *h)
{
	if (!h->robots)
		return;
	robots_unlink(s, h);
	robots_free(h->robots);
	h->robots = NULL;
	s->robots_bytes -= h->robots_bytes;
	h->robots_bytes = 0;
}

static void robots_link(struct sched *s, struct sched_host *h)
{
	h->older = s->newest;
	h->newer = NULL;
	if (s->newest)
		s->newest->newer = h;
	s->newest = h;
	if (!s->oldest)
		s->oldest = h;
}

void sched_set_robots(struct sched *s, struct sched_host *h, struct robots *rules, size_t body_bytes)
{
	robots_drop(s, h);
	h->robots = rules;
	if (!rules)
		return;
	h->robots_bytes = body_bytes + 256; /* a small file costs a little, too */
	s->robots_bytes += h->robots_bytes;
	robots_link(s, h);
	while (s->robots_bytes > SCHED_ROBOTS_BYTES && s->oldest != h)
		robots_drop(s, s->oldest);
}

void sched_used_robots(struct sched *s, struct sched_host *h)
{
	if (!h->robots || s->newest == h)
		return;
	robots_unlink(s, h);
	robots_link(s, h);
}

/* ---- hosts */

struct sched *sched_new(const struct polite_rules *rules, bool address_limit)
{
	struct sched *s = must(calloc(1, sizeof(*s)));
	s->rules = *rules;
	s->address_limit = address_limit;
	return s;
}

static void host_free(struct sched *s, struct sched_host *h)
{
	robots_drop(s, h);
	free(h->robots_next);
	free(h);
}

void sched_free(struct sched *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->by_id.cap; i++)
		if (s->by_id.v[i].p)
			host_free(s, s->by_id.v[i].p);
	for (size_t i = 0; i < s->by_ip.cap; i++)
		free(s->by_ip.v[i].p);
	free(s->by_id.v);
	free(s->by_key.v);
	free(s->by_ip.v);
	free(s->heap);
	free(s);
}

struct sched_host *sched_find(struct sched *s, int64_t host_id)
{
	size_t at = 0;
	for (struct slot *x = table_next(&s->by_id, hash_id(host_id), &at, true); x;
	     x = table_next(&s->by_id, hash_id(host_id), &at, false))
		if (((struct sched_host *)x->p)->row.id == host_id)
			return x->p;
	return NULL;
}

struct sched_host *sched_find_key(struct sched *s, const char *key)
{
	size_t at = 0;
	for (struct slot *x = table_next(&s->by_key, hash_z(key), &at, true); x;
	     x = table_next(&s->by_key, hash_z(key), &at, false))
		if (strcmp(((struct sched_host *)x->p)->row.key, key) == 0)
			return x->p;
	return NULL;
}

struct sched_host *sched_put(struct sched *s, const struct fdb_host *row)
{
	struct sched_host *h = sched_find(s, row->id);
	if (!h) {
		h = must(calloc(1, sizeof(*h)));
		h->row = *row;
		h->heap_at = -1;
		h->address = address_get(s, row->ip);
		table_put(&s->by_id, hash_id(row->id), h);
		table_put(&s->by_key, hash_z(row->key), h);
		s->hosts++;
	} else {
		h->row.held = row->held;
		h->row.ready = row->ready;
		if (row->down_since == 0 && h->row.down_since != 0 && !h->busy) { /* it is to be tried at once */
			h->row.down_since = h->row.down_at = 0;
			h->row.failures = row->failures;
			h->row.trips = row->trips;
			h->row.cooling_until = row->cooling_until;
			heap_remove(s, h);
		}
	}
	if (h->row.held)
		heap_remove(s, h);
	else if (row->ready > 0 && !h->busy && !h->parked && h->heap_at < 0)
		heap_add(s, h, polite_due(&h->row));
	return h;
}

struct sched_host *sched_pop(struct sched *s, int64_t now)
{
	while (s->heap_n > 0 && s->heap[0]->due <= now) {
		struct sched_host *h = s->heap[0];
		heap_remove(s, h);
		int64_t due = polite_next(&h->row, &s->rules, now);
		if (due > now) {
			heap_add(s, h, due);
			continue;
		}
		struct sched_address *a = h->address;
		if (a && a->busy) {
			park(h);
			continue;
		}
		if (a && a->next_at > now) {
			heap_add(s, h, a->next_at);
			continue;
		}
		return h;
	}
	return NULL;
}

int64_t sched_next_due(const struct sched *s)
{
	return s->heap_n > 0 ? s->heap[0]->due : INT64_MAX;
}

void sched_rest(struct sched *s, struct sched_host *h)
{
	heap_remove(s, h);
	if (s->hosts <= SCHED_HOSTS_KEPT || h->busy || h->parked || h->robots_next)
		return;
	table_remove(&s->by_id, hash_id(h->row.id), h);
	table_remove(&s->by_key, hash_z(h->row.key), h);
	s->hosts--;
	host_free(s, h);
}

void sched_again(struct sched *s, struct sched_host *h)
{
	if (h->row.held || h->busy || h->parked || h->heap_at >= 0)
		return;
	heap_add(s, h, polite_due(&h->row));
}

void sched_later(struct sched *s, struct sched_host *h, int64_t due)
{
	if (h->row.held || h->busy || h->parked || h->heap_at >= 0)
		return;
	heap_add(s, h, due > polite_due(&h->row) ? due : polite_due(&h->row));
}

void sched_started(struct sched *s, struct sched_host *h, int64_t now, int64_t spare_ms)
{
	assert(!h->busy && h->heap_at < 0 && !h->parked);
	h->busy = true;
	s->busy++;
	polite_started(&h->row, &s->rules, now, spare_ms);
	if (h->address) {
		h->address->busy = true;
		address_wait(s, h->address, h);
	}
}

void sched_went_out(struct sched *s, struct sched_host *h, int64_t now)
{
	polite_went_out(&h->row, &s->rules, now);
	if (h->address)
		address_wait(s, h->address, h);
}

void sched_responded(struct sched *s, struct sched_host *h, int status, enum cause cause, int64_t started_at,
		     int64_t took_ms)
{
	polite_responded(&h->row, &s->rules, status, cause, started_at, took_ms);
	sched_delayed(s, h);
}

void sched_delayed(const struct sched *s, struct sched_host *h)
{
	if (h->address && h->address->next_at < h->row.next_at)
		address_wait(s, h->address, h);
}

bool sched_connects(struct sched *s, struct sched_host *h, const char *ip, int64_t now)
{
	struct sched_address *a = address_get(s, ip), *old = h->address;
	assert(h->busy);
	if (!a || a == old)
		return true;
	if (a->busy || a->next_at > now)
		return false;
	h->address = a;
	a->busy = true;
	address_wait(s, a, h);
	memcpy(h->row.ip, a->ip, sizeof(h->row.ip));
	if (old) {
		old->busy = false;
		unpark_all(s, old);
	}
	return true;
}

void sched_ended(struct sched *s, struct sched_host *h, const char *ip)
{
	assert(h->busy);
	h->busy = false;
	s->busy--;
	struct sched_address *old = h->address;
	if (old) {
		old->busy = false;
		unpark_all(s, old);
	}
	struct sched_address *a = address_get(s, ip);
	if (!a || a == old)
		return;
	h->address = a;
	if (h->row.next_at > a->next_at)
		address_wait(s, a, h);
	memcpy(h->row.ip, a->ip, sizeof(h->row.ip));
}

static void cut_addresses(struct sched *s, int64_t now)
{
	for (size_t i = 0; i < s->by_ip.cap; i++) {
		struct sched_address *a = s->by_ip.v[i].p;
		if (!a)
			continue;
		int64_t latest = now + (a->gap_ms > 0 ? polite_span(a->gap_ms) : POLITE_COOL_MAX_MS);
		a->cut = a->next_at > latest;
		if (a->cut)
			a->next_at = latest;
	}
}

void sched_cut(struct sched *s, int64_t now, void (*changed)(void *ctx, struct sched_host *h), void *ctx)
{
	cut_addresses(s, now);
	for (size_t i = 0; i < s->by_id.cap; i++) {
		struct sched_host *h = s->by_id.v[i].p;
		if (!h)
			continue;
		bool cut = polite_cut(&h->row, &s->rules, now);
		/* one that waits for its address stands in the heap with the time that was cut there; sched_pop() looks at it again */
		if (h->heap_at >= 0 && (cut || (h->address && h->address->cut))) {
			heap_remove(s, h);
			heap_add(s, h, polite_due(&h->row));
		}
		if (cut)
			changed(ctx, h);
	}
}

unsigned sched_busy(const struct sched *s)
{
	return s->busy;
}
