#include "fetcher/ring.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#define BUCKETS 4096 /* of the lease table; leases are at most parsers x credit */

struct named {
	uint64_t fetch_id;
	uint32_t epoch;
};

struct parser {
	bool used, usable, writable, drained, major_ok;
	bool refusal_told; /* since it was usable last */
	char endpoint[256], boot_id[64], host[128], lexicon[32];
	int64_t heard_at;
	struct credit credit;
	struct named parsing[4]; /* the child reads one page at a time; more are not believed */
	unsigned parsing_count;
};

struct lease {
	bool used, solo;
	int slot; /* -1: an orphan of before the restart */
	int next; /* in its bucket, or in the free list */
	int64_t page_id, bytes, deadline, handed_at;
	uint64_t fetch_id;
	uint32_t epoch;
};

struct retired {
	char boot_id[64], endpoint[256];
	bool silent; /* may come back until another boot_id is heard at its endpoint */
};

struct ring {
	int64_t lease_ms, bytes;
	char lexicon[32], first_lexicon[32];
	struct parser parsers[RING_PARSERS_MAX];
	struct lease *leases;
	int leases_cap, leases_high, free_list;
	unsigned leases_count;
	int buckets[BUCKETS];
	unsigned turn; /* round robin */
	struct retired retired[RING_RETIRED_MAX];
	unsigned retired_next;
	bool full_told;
};

/* ---- small things */

static void copy_z(char *out, size_t out_bytes, const char *z)
{
	size_t n = z ? strlen(z) : 0;
	if (n >= out_bytes)
		n = out_bytes - 1;
	memcpy(out, z ? z : "", n);
	out[n] = 0;
}

static void *grown(void *old, size_t bytes)
{
	void *p = realloc(old, bytes);
	if (!p)
		abort(); /* a few hundred bytes: nothing useful can follow */
	return p;
}

static struct ring_effect *effect(struct ring_effects *out, enum ring_effect_kind kind, int slot, const char *why)
{
	if (out->n == out->cap) {
		out->cap = out->cap ? out->cap * 2 : 64;
		out->v = grown(out->v, out->cap * sizeof(*out->v));
	}
	struct ring_effect *e = &out->v[out->n++];
	*e = (struct ring_effect){.kind = kind, .slot = slot, .why = why};
	return e;
}

void ring_effects_fini(struct ring_effects *e)
{
	free(e->v);
	*e = (struct ring_effects){0};
}

struct ring *ring_new(int64_t lease_ms)
{
	struct ring *r = calloc(1, sizeof(*r));
	if (!r)
		abort();
	r->lease_ms = lease_ms;
	r->free_list = -1;
	for (unsigned i = 0; i < BUCKETS; i++)
		r->buckets[i] = -1;
	return r;
}

void ring_free(struct ring *r)
{
	if (!r)
		return;
	free(r->leases);
	free(r);
}

/* ---- leases: the only places where credit is taken and given back */

static int *bucket_of(struct ring *r, uint64_t fetch_id)
{
	return &r->buckets[(fetch_id * 0x9E3779B97F4A7C15ull) >> 52];
}

static struct lease *lease_find(struct ring *r, uint64_t fetch_id)
{
	for (int i = *bucket_of(r, fetch_id); i >= 0; i = r->leases[i].next)
		if (r->leases[i].fetch_id == fetch_id)
			return &r->leases[i];
	return NULL;
}

static struct lease *lease_add(struct ring *r, uint64_t fetch_id)
{
	int i = r->free_list;
	if (i >= 0) {
		r->free_list = r->leases[i].next;
	} else {
		if (r->leases_high == r->leases_cap) {
			r->leases_cap = r->leases_cap ? r->leases_cap * 2 : 64;
			r->leases = grown(r->leases, (size_t)r->leases_cap * sizeof(*r->leases));
		}
		i = r->leases_high++;
	}
	int *b = bucket_of(r, fetch_id);
	r->leases[i] = (struct lease){.used = true, .fetch_id = fetch_id, .next = *b, .slot = -1};
	*b = i;
	r->leases_count++;
	return &r->leases[i];
}

static void lease_give(struct ring *r, struct lease *l, int slot)
{
	assert(l->slot < 0);
	l->slot = slot;
	credit_take(&r->parsers[slot].credit, l->bytes, l->solo);
	r->bytes += l->bytes;
}

static void lease_end(struct ring *r, struct lease *l)
{
	if (l->slot >= 0) {
		credit_return(&r->parsers[l->slot].credit, l->bytes);
		r->bytes -= l->bytes;
		assert(r->bytes >= 0);
	}
	int index = (int)(l - r->leases);
	int *link = bucket_of(r, l->fetch_id);
	while (*link != index)
		link = &r->leases[*link].next;
	*link = l->next;
	l->used = false;
	l->next = r->free_list;
	r->free_list = index;
	r->leases_count--;
}

static void lease_release(struct ring *r, struct lease *l, bool blame, const char *why, struct ring_effects *out)
{
	struct ring_effect *e = effect(out, RING_RELEASE, l->slot, why);
	e->page_id = l->page_id;
	e->fetch_id = l->fetch_id;
	e->epoch = l->epoch;
	e->blame = blame;
	lease_end(r, l);
}

void ring_orphan(struct ring *r, int64_t page_id, uint64_t fetch_id, uint32_t epoch, int64_t bytes, bool solo,
		 int64_t now)
{
	if (lease_find(r, fetch_id))
		return;
	struct lease *l = lease_add(r, fetch_id);
	l->page_id = page_id;
	l->epoch = epoch;
	l->bytes = bytes;
	l->solo = solo;
	l->deadline = now + RING_ORPHAN_MS;
}

void ring_take(struct ring *r, int slot, int64_t page_id, uint64_t fetch_id, uint32_t epoch, int64_t bytes, bool solo,
	       int64_t now)
{
	assert(!lease_find(r, fetch_id) && r->parsers[slot].used);
	struct lease *l = lease_add(r, fetch_id);
	l->page_id = page_id;
	l->epoch = epoch;
	l->bytes = bytes;
	l->solo = solo || bytes > r->parsers[slot].credit.bytes_max;
	l->deadline = now + r->lease_ms;
	lease_give(r, l, slot);
}

bool ring_holds(const struct ring *r, int slot, uint64_t fetch_id, uint32_t epoch)
{
	const struct lease *l = lease_find((struct ring *)(uintptr_t)r, fetch_id);
	return l && l->slot == slot && l->epoch == epoch;
}

bool ring_settle(struct ring *r, uint64_t fetch_id)
{
	struct lease *l = lease_find(r, fetch_id);
	if (l)
		lease_end(r, l);
	return l != NULL;
}

bool ring_settle_epoch(struct ring *r, uint64_t fetch_id, uint32_t epoch)
{
	struct lease *l = lease_find(r, fetch_id);
	if (!l || l->epoch != epoch)
		return false;
	lease_end(r, l);
	return true;
}

void ring_release(struct ring *r, uint64_t fetch_id, const char *why, struct ring_effects *out)
{
	struct lease *l = lease_find(r, fetch_id);
	if (l)
		lease_release(r, l, false, why, out);
}

void ring_new_sink(struct ring *r, struct ring_effects *out)
{
	for (int i = 0; i < r->leases_high; i++)
		if (r->leases[i].used)
			lease_release(r, &r->leases[i], false, "new sink", out);
}

/* ---- parsers */

static void retire(struct ring *r, const struct parser *p, bool silent)
{
	struct retired *t = &r->retired[r->retired_next++ % RING_RETIRED_MAX];
	copy_z(t->boot_id, sizeof(t->boot_id), p->boot_id);
	copy_z(t->endpoint, sizeof(t->endpoint), p->endpoint);
	t->silent = silent;
}

/* A silent parser may come back (it was stopped, or the network was); one that was replaced or said BYE may not. */
static bool comes_too_late(struct ring *r, const struct msg_heartbeat *m)
{
	for (unsigned i = 0; i < RING_RETIRED_MAX; i++) {
		struct retired *t = &r->retired[i];
		if (t->boot_id[0] == 0)
			continue;
		if (strcmp(t->boot_id, m->boot_id) == 0) {
			if (!t->silent)
				return true;
			t->boot_id[0] = 0;
		} else if (strcmp(t->endpoint, m->endpoint) == 0) {
			t->silent = false;
		}
	}
	return false;
}

static bool was_parsing(const struct parser *p, const struct lease *l)
{
	for (unsigned i = 0; i < p->parsing_count; i++)
		if (p->parsing[i].fetch_id == l->fetch_id && p->parsing[i].epoch == l->epoch)
			return true;
	return false;
}

static void parser_gone(struct ring *r, int slot, bool blame, bool silent, const char *why, struct ring_effects *out)
{
	struct parser *p = &r->parsers[slot];
	for (int i = 0; i < r->leases_high; i++) {
		struct lease *l = &r->leases[i];
		if (l->used && l->slot == slot)
			lease_release(r, l, blame && was_parsing(p, l), why, out);
	}
	retire(r, p, silent);
	p->used = false;
	effect(out, RING_CLOSE, slot, why);
}

static bool usable(const struct ring *r, const struct parser *p)
{
	return p->major_ok && r->lexicon[0] && strcmp(r->lexicon, p->lexicon) == 0;
}

void ring_set_lexicon(struct ring *r, const char *lexicon)
{
	if (strcmp(r->lexicon, lexicon) == 0)
		return;
	copy_z(r->lexicon, sizeof(r->lexicon), lexicon);
	for (int i = 0; i < RING_PARSERS_MAX; i++) {
		struct parser *p = &r->parsers[i];
		if (p->used)
			p->usable = usable(r, p);
	}
}

static int slot_of_endpoint(const struct ring *r, const char *endpoint)
{
	for (int i = 0; i < RING_PARSERS_MAX; i++)
		if (r->parsers[i].used && strcmp(r->parsers[i].endpoint, endpoint) == 0)
			return i;
	return -1;
}

static int slot_free(const struct ring *r)
{
	for (int i = 0; i < RING_PARSERS_MAX; i++)
		if (!r->parsers[i].used)
			return i;
	return -1;
}

static int64_t clamp(int64_t v, int64_t most)
{
	return v < 0 ? 0 : v > most ? most : v;
}

/* Credit is taken over as announced; what is outstanding stays. */
static void take_over(struct ring *r, struct parser *p, const struct msg_heartbeat *m, int64_t now)
{
	p->major_ok = false;
	for (unsigned i = 0; i < m->majors_count; i++)
		p->major_ok |= m->majors[i] == FRAME_MAJOR;
	p->heard_at = now;
	p->credit.msgs_max = clamp(m->credit_msgs, RING_CREDIT_MSGS_MAX);
	p->credit.bytes_max = clamp(m->credit_bytes, RING_CREDIT_BYTES_MAX);
	copy_z(p->lexicon, sizeof(p->lexicon), m->lexicon);
	copy_z(p->host, sizeof(p->host), m->host);
	if (!r->first_lexicon[0] && p->major_ok)
		copy_z(r->first_lexicon, sizeof(r->first_lexicon), m->lexicon);
	p->usable = usable(r, p);
}

static void named_pages(struct ring *r, int slot, const struct msg_heartbeat *m, int64_t now)
{
	struct parser *p = &r->parsers[slot];
	p->parsing_count = 0;
	for (unsigned i = 0; i < m->pages_count; i++) {
		const struct msg_heartbeat_page *n = &m->pages[i];
		struct lease *l = lease_find(r, n->fetch_id);
		if (!l || l->epoch != n->epoch)
			continue; /* of an old dispatch */
		if (l->slot < 0 && credit_allows(&p->credit, l->bytes, l->solo))
			lease_give(r, l, slot);
		if (l->slot != slot)
			continue;
		if (n->stage == STAGE_HANDED) {
			if (!l->handed_at)
				l->handed_at = now;
			continue;
		}
		l->handed_at = 0;
		l->deadline = now + r->lease_ms;
		if (n->stage == STAGE_PARSING && p->parsing_count < sizeof(p->parsing) / sizeof(p->parsing[0]))
			p->parsing[p->parsing_count++] = (struct named){n->fetch_id, n->epoch};
	}
}

/* Rule 7, once: of another major at once, of another lexicon as soon as the run has one. */
static void tell_refusal(struct ring *r, int slot, struct ring_effects *out)
{
	struct parser *p = &r->parsers[slot];
	bool refused = !p->major_ok || (r->lexicon[0] && !p->usable);
	if (refused && !p->refusal_told)
		effect(out, RING_REFUSED, slot, p->major_ok ? "lexicon" : "protocol version");
	p->refusal_told = refused;
}

void ring_heartbeat(struct ring *r, const struct msg_heartbeat *m, int64_t now, struct ring_effects *out)
{
	if (comes_too_late(r, m))
		return;
	int slot = slot_of_endpoint(r, m->endpoint);
	if (slot >= 0 && strcmp(r->parsers[slot].boot_id, m->boot_id) != 0) {
		parser_gone(r, slot, true, false, "new boot_id", out);
		slot = -1;
	}
	if (slot < 0) {
		slot = slot_free(r);
		if (slot < 0) {
			if (!r->full_told)
				log_warn("parser at %s gets no pages: there are %d already", m->endpoint,
					 RING_PARSERS_MAX);
			r->full_told = true;
			return;
		}
		struct parser *p = &r->parsers[slot];
		*p = (struct parser){.used = true};
		copy_z(p->endpoint, sizeof(p->endpoint), m->endpoint);
		copy_z(p->boot_id, sizeof(p->boot_id), m->boot_id);
		credit_init(&p->credit, 0, 0);
		effect(out, RING_OPEN, slot, "heartbeat");
	}
	struct parser *p = &r->parsers[slot];
	take_over(r, p, m, now);
	named_pages(r, slot, m, now);
	tell_refusal(r, slot, out);
}

void ring_bye(struct ring *r, const char *boot_id, struct ring_effects *out)
{
	for (int i = 0; i < RING_PARSERS_MAX; i++)
		if (r->parsers[i].used && strcmp(r->parsers[i].boot_id, boot_id) == 0)
			parser_gone(r, i, false, false, "parser ended", out);
}

void ring_tick(struct ring *r, int64_t now, struct ring_effects *out)
{
	for (int i = 0; i < RING_PARSERS_MAX; i++)
		if (r->parsers[i].used && now - r->parsers[i].heard_at > RING_SILENCE_MS)
			parser_gone(r, i, true, true, "silent", out);
	for (int i = 0; i < r->leases_high; i++) {
		struct lease *l = &r->leases[i];
		if (!l->used)
			continue;
		if (l->handed_at && now - l->handed_at > RING_HANDED_MS)
			lease_release(r, l, false, "no ACK after DOC", out);
		else if (now > l->deadline)
			lease_release(r, l, false, l->slot < 0 ? "not named after the restart" : "deadline", out);
	}
}

/* ---- choosing */

void ring_round(struct ring *r)
{
	for (int i = 0; i < RING_PARSERS_MAX; i++)
		r->parsers[i].drained = false;
}

void ring_set_writable(struct ring *r, int slot, bool writable)
{
	r->parsers[slot].writable = writable;
}

static bool takes_pages(const struct parser *p)
{
	return p->used && p->usable && p->writable && !p->drained;
}

/* A parser that is drained for this page: the one with the least outstanding, so that it is soon empty. */
static void drain_one(struct ring *r)
{
	struct parser *best = NULL;
	for (int i = 0; i < RING_PARSERS_MAX; i++) {
		struct parser *p = &r->parsers[i];
		if (takes_pages(p) && !p->credit.exclusive && (!best || p->credit.msgs < best->credit.msgs))
			best = p;
	}
	if (best)
		best->drained = true;
}

int ring_choose(struct ring *r, int64_t bytes, bool solo)
{
	if (r->bytes > 0 && r->bytes + bytes > RING_BYTES_MAX)
		return RING_FULL;
	bool oversize = true; /* for every parser there is */
	for (unsigned i = 1; i <= RING_PARSERS_MAX; i++) {
		int slot = (int)((r->turn + i) % RING_PARSERS_MAX);
		struct parser *p = &r->parsers[slot];
		if (!takes_pages(p))
			continue;
		if (credit_allows(&p->credit, bytes, solo)) {
			r->turn = (unsigned)slot;
			return slot;
		}
		oversize &= bytes > p->credit.bytes_max;
	}
	if (solo || oversize)
		drain_one(r);
	return RING_NONE;
}

bool ring_has_room(const struct ring *r)
{
	if (r->bytes >= RING_BYTES_MAX)
		return false;
	for (int i = 0; i < RING_PARSERS_MAX; i++)
		if (takes_pages(&r->parsers[i]) && credit_allows(&r->parsers[i].credit, 0, false))
			return true;
	return false;
}

/* ---- looking in */

bool ring_parser(const struct ring *r, int slot, struct ring_parser_view *out)
{
	const struct parser *p = &r->parsers[slot];
	*out = (struct ring_parser_view){0};
	if (!p->used)
		return false;
	*out = (struct ring_parser_view){.endpoint = p->endpoint,
					 .boot_id = p->boot_id,
					 .host = p->host,
					 .usable = p->usable,
					 .credit_msgs = p->credit.msgs_max,
					 .outstanding = p->credit.msgs,
					 .bytes = p->credit.bytes};
	return true;
}

unsigned ring_parsers(const struct ring *r, unsigned *usable_out)
{
	unsigned n = 0, u = 0;
	for (int i = 0; i < RING_PARSERS_MAX; i++) {
		n += r->parsers[i].used;
		u += r->parsers[i].used && r->parsers[i].usable;
	}
	if (usable_out)
		*usable_out = u;
	return n;
}

unsigned ring_leases(const struct ring *r)
{
	return r->leases_count;
}

int64_t ring_bytes(const struct ring *r)
{
	return r->bytes;
}

bool ring_has_lexicon(const struct ring *r)
{
	return r->lexicon[0] != 0;
}

const char *ring_first_lexicon(const struct ring *r)
{
	return r->lexicon[0] ? "" : r->first_lexicon;
}

void ring_check(const struct ring *r)
{
	int64_t msgs[RING_PARSERS_MAX] = {0}, bytes[RING_PARSERS_MAX] = {0}, all = 0;
	unsigned count = 0;
	for (int i = 0; i < r->leases_high; i++) {
		const struct lease *l = &r->leases[i];
		count += l->used;
		if (!l->used || l->slot < 0)
			continue;
		msgs[l->slot]++;
		bytes[l->slot] += l->bytes;
		all += l->bytes;
	}
	assert(count == r->leases_count && all == r->bytes);
	for (int i = 0; i < RING_PARSERS_MAX; i++) {
		if (!r->parsers[i].used)
			assert(msgs[i] == 0);
		else
			assert(msgs[i] == r->parsers[i].credit.msgs && bytes[i] == r->parsers[i].credit.bytes);
	}
}
