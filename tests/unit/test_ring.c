/*
 * ring: tables of parsers and leases, alone and in a seeded simulation over frontier_step() with kills, freezes,
 * late messages, lost acknowledgements and new sinks.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "fetcher/frontier.h"
#include "fetcher/ring.h"
#include "suite.h"

#define LEX "0123456789abcdef"

/* ---- the functions one by one */

static struct msg_heartbeat beat(const char *endpoint, const char *boot, int64_t msgs, int64_t bytes)
{
	return (struct msg_heartbeat){.endpoint = endpoint,
				      .boot_id = boot,
				      .host = "h",
				      .parser_version = "1",
				      .lexicon = LEX,
				      .majors = {FRAME_MAJOR},
				      .majors_count = 1,
				      .credit_msgs = msgs,
				      .credit_bytes = bytes};
}

struct fixture {
	struct ring *r;
	struct ring_effects e;
};

static struct fixture begin(int parsers, int64_t msgs, int64_t bytes)
{
	struct fixture f = {.r = ring_new(120000)};
	ring_set_lexicon(f.r, LEX);
	for (int i = 0; i < parsers; i++) {
		char endpoint[32], boot[32];
		snprintf(endpoint, sizeof(endpoint), "ipc://p%d", i);
		snprintf(boot, sizeof(boot), "boot-%d-0", i);
		struct msg_heartbeat m = beat(endpoint, boot, msgs, bytes);
		ring_heartbeat(f.r, &m, 0, &f.e);
		ring_set_writable(f.r, i, true);
	}
	ck_assert_uint_eq(f.e.n, (unsigned)parsers);
	f.e.n = 0;
	return f;
}

static void end(struct fixture *f)
{
	ring_check(f->r);
	ring_free(f->r);
	ring_effects_fini(&f->e);
}

START_TEST(credit_in_messages_and_bytes)
{
	struct fixture f = begin(1, 3, 1000);
	for (uint64_t i = 1; i <= 3; i++) {
		int slot = ring_choose(f.r, 300, false);
		ck_assert_int_eq(slot, 0);
		ring_take(f.r, slot, (int64_t)i, i, 1, 300, false, 0);
	}
	ck_assert(!ring_has_room(f.r));
	ck_assert_int_eq(ring_choose(f.r, 1, false), RING_NONE);
	ck_assert(ring_settle(f.r, 2));
	ck_assert(!ring_settle(f.r, 2));
	ring_round(f.r);
	ck_assert_int_eq(ring_choose(f.r, 401, false), RING_NONE);
	ck_assert_int_eq(ring_choose(f.r, 400, false), 0);
	ck_assert(!ring_settle_epoch(f.r, 1, 2));
	ck_assert(ring_settle_epoch(f.r, 1, 1));
	end(&f);
}
END_TEST

START_TEST(oversize_and_solo_drain_one_parser)
{
	struct fixture f = begin(2, 4, 1000);
	ring_take(f.r, 0, 1, 1, 1, 10, false, 0);
	ring_take(f.r, 0, 2, 2, 1, 10, false, 0);
	ring_take(f.r, 1, 3, 3, 1, 10, false, 0);
	ck_assert_int_eq(ring_choose(f.r, 5000, false), RING_NONE); /* drains slot 1: it has the least */
	ck_assert_int_eq(ring_choose(f.r, 10, false), 0);
	ring_settle(f.r, 3);
	ring_round(f.r);
	int slot = ring_choose(f.r, 5000, false);
	ck_assert_int_eq(slot, 1);
	ring_take(f.r, slot, 4, 4, 1, 5000, false, 0);
	ck_assert_int_eq(ring_choose(f.r, 10, false), 0); /* nothing beside an oversize page */
	ck_assert_int_eq(ring_choose(f.r, 10, true), RING_NONE);
	ring_settle(f.r, 1);
	ring_settle(f.r, 2);
	ring_round(f.r);
	ck_assert_int_eq(ring_choose(f.r, 10, true), 0);
	ring_take(f.r, 0, 5, 5, 1, 10, true, 0);
	ck_assert_int_eq(ring_choose(f.r, 10, false), RING_NONE);
	end(&f);
}
END_TEST

START_TEST(bytes_of_all_are_bounded)
{
	struct fixture f = begin(4, 16, RING_BYTES_MAX);
	int slot = ring_choose(f.r, RING_BYTES_MAX + 5, false);
	ck_assert_int_ge(slot, 0); /* nothing is outstanding */
	ring_take(f.r, slot, 1, 1, 1, RING_BYTES_MAX + 5, false, 0);
	ck_assert_int_eq(ring_choose(f.r, 1, false), RING_FULL);
	ck_assert(!ring_has_room(f.r));
	ring_settle(f.r, 1);
	ck_assert_int_eq(ring_bytes(f.r), 0);
	end(&f);
}
END_TEST

START_TEST(silence_blames_the_page_named_parsing)
{
	struct fixture f = begin(1, 4, 1000);
	for (uint64_t i = 1; i <= 3; i++)
		ring_take(f.r, 0, (int64_t)i * 10, i, 7, 10, false, 0);
	struct msg_heartbeat_page pages[] = {{1, 7, STAGE_HANDED}, {2, 7, STAGE_PARSING}, {3, 6, STAGE_PARSING}};
	struct msg_heartbeat m = beat("ipc://p0", "boot-0-0", 4, 1000);
	m.pages = pages;
	m.pages_count = 3;
	ring_heartbeat(f.r, &m, 1000, &f.e);
	ring_tick(f.r, 1000 + RING_SILENCE_MS, &f.e);
	ck_assert_uint_eq(f.e.n, 0);
	ring_tick(f.r, 1001 + RING_SILENCE_MS, &f.e);
	ck_assert_uint_eq(f.e.n, 4);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_int_eq(f.e.v[i].kind, RING_RELEASE);
		ck_assert_int_eq(f.e.v[i].blame, f.e.v[i].page_id == 20);
	}
	ck_assert_int_eq(f.e.v[3].kind, RING_CLOSE);
	/* it was only stopped: it may come back */
	f.e.n = 0;
	ring_heartbeat(f.r, &m, 20000, &f.e);
	ck_assert_uint_eq(f.e.n, 1);
	ck_assert_int_eq(f.e.v[0].kind, RING_OPEN);
	end(&f);
}
END_TEST

START_TEST(a_replaced_boot_never_comes_back)
{
	struct fixture f = begin(1, 4, 1000);
	ring_take(f.r, 0, 10, 1, 1, 10, false, 0);
	struct msg_heartbeat second = beat("ipc://p0", "boot-0-1", 4, 1000),
			     first = beat("ipc://p0", "boot-0-0", 4, 1000);
	ring_heartbeat(f.r, &second, 500, &f.e);
	ck_assert_uint_eq(f.e.n, 3);
	ck_assert_int_eq(f.e.v[0].kind, RING_RELEASE);
	ck_assert(!f.e.v[0].blame);
	ck_assert_int_eq(f.e.v[1].kind, RING_CLOSE);
	ck_assert_int_eq(f.e.v[2].kind, RING_OPEN);
	f.e.n = 0;
	ring_heartbeat(f.r, &first, 600, &f.e);
	ck_assert_uint_eq(f.e.n, 0);
	/* silent first, replaced then: the old one is retired by the new one */
	ring_tick(f.r, 20000, &f.e);
	struct msg_heartbeat third = beat("ipc://p0", "boot-0-2", 4, 1000);
	ring_heartbeat(f.r, &third, 20001, &f.e);
	f.e.n = 0;
	ring_heartbeat(f.r, &second, 20002, &f.e);
	ck_assert_uint_eq(f.e.n, 0);
	ring_bye(f.r, "boot-0-2", &f.e);
	ck_assert_uint_eq(f.e.n, 1);
	ring_heartbeat(f.r, &third, 20003, &f.e);
	ck_assert_uint_eq(f.e.n, 1);
	end(&f);
}
END_TEST

START_TEST(handed_without_ack_and_deadline)
{
	struct fixture f = begin(1, 4, 1000);
	ring_take(f.r, 0, 10, 1, 1, 10, false, 0);
	ring_take(f.r, 0, 20, 2, 1, 10, false, 0);
	struct msg_heartbeat_page handed = {1, 1, STAGE_HANDED};
	struct msg_heartbeat m = beat("ipc://p0", "boot-0-0", 4, 1000);
	m.pages = &handed;
	m.pages_count = 1;
	for (int64_t t = 1000; t <= 11000; t += 1000) {
		ring_heartbeat(f.r, &m, t, &f.e);
		ring_tick(f.r, t, &f.e);
	}
	ck_assert_uint_eq(f.e.n, 0);
	ring_tick(f.r, 11001, &f.e);
	ck_assert_uint_eq(f.e.n, 1);
	ck_assert_int_eq(f.e.v[0].page_id, 10);
	f.e.n = 0;
	m.pages_count = 0;
	for (int64_t t = 12000; t <= 121000; t += 1000) {
		ring_heartbeat(f.r, &m, t, &f.e);
		ring_tick(f.r, t, &f.e);
	}
	ck_assert_uint_eq(f.e.n, 1);
	ck_assert_int_eq(f.e.v[0].page_id, 20);
	ck_assert_uint_eq(ring_leases(f.r), 0);
	end(&f);
}
END_TEST

START_TEST(orphans_wait_for_their_parser)
{
	struct fixture f = begin(0, 0, 0);
	ring_orphan(f.r, 10, 1, 3, 10, false, 0);
	ring_orphan(f.r, 20, 2, 3, 10, false, 0);
	ring_orphan(f.r, 30, 3, 3, 10, false, 0);
	struct msg_heartbeat_page pages[] = {{1, 3, STAGE_PARSING}, {2, 2, STAGE_PARSING}};
	struct msg_heartbeat m = beat("ipc://p0", "boot-0-0", 4, 1000);
	m.pages = pages;
	m.pages_count = 2;
	ring_heartbeat(f.r, &m, 100, &f.e);
	ck_assert(ring_holds(f.r, 0, 1, 3));
	ck_assert(ring_settle(f.r, 3)); /* an ACK for an orphan */
	f.e.n = 0;
	ring_tick(f.r, RING_ORPHAN_MS + 1, &f.e);
	ck_assert_uint_eq(f.e.n, 1);
	ck_assert_int_eq(f.e.v[0].page_id, 20);
	ck_assert(!f.e.v[0].blame);
	end(&f);
}
END_TEST

START_TEST(another_lexicon_gets_no_pages)
{
	struct fixture f = begin(0, 0, 0);
	struct msg_heartbeat m = beat("ipc://p0", "b0", 4, 1000);
	m.lexicon = "fedcba9876543210";
	ring_heartbeat(f.r, &m, 0, &f.e);
	ring_set_writable(f.r, 0, true);
	ck_assert_uint_eq(f.e.n, 2);
	ck_assert_int_eq(f.e.v[1].kind, RING_REFUSED);
	ring_heartbeat(f.r, &m, 1000, &f.e);
	ck_assert_uint_eq(f.e.n, 2); /* told once */
	ck_assert(!ring_has_room(f.r));
	ring_set_lexicon(f.r, "fedcba9876543210");
	ck_assert(ring_has_room(f.r));
	struct msg_heartbeat old = beat("ipc://p1", "b1", 4, 1000);
	old.lexicon = "fedcba9876543210";
	old.majors[0] = FRAME_MAJOR + 1;
	ring_heartbeat(f.r, &old, 0, &f.e);
	ck_assert_uint_eq(f.e.n, 4);
	ck_assert_int_eq(f.e.v[3].kind, RING_REFUSED);
	ck_assert_str_eq(f.e.v[3].why, "protocol version");
	ring_heartbeat(f.r, &m, 2000, &f.e); /* it has the run's lexicon now, and then no longer */
	ck_assert_uint_eq(f.e.n, 4);
	ring_set_lexicon(f.r, "0123456789abcdef");
	ring_heartbeat(f.r, &m, 3000, &f.e);
	ck_assert_uint_eq(f.e.n, 5);
	ck_assert_int_eq(f.e.v[4].kind, RING_REFUSED);
	ck_assert_str_eq(f.e.v[4].why, "lexicon");
	ring_set_lexicon(f.r, "fedcba9876543210");
	unsigned usable;
	ck_assert_uint_eq(ring_parsers(f.r, &usable), 2);
	ck_assert_uint_eq(usable, 1);
	end(&f);
}
END_TEST

/* The first parser that is heard may be of another major: then the run has no lexicon yet. */
START_TEST(another_major_is_told_at_once)
{
	struct ring *r = ring_new(60000);
	struct ring_effects e = {0};
	struct msg_heartbeat m = beat("ipc://p0", "b0", 4, 1000);
	m.majors[0] = FRAME_MAJOR + 1;
	ring_heartbeat(r, &m, 0, &e);
	ck_assert_uint_eq(e.n, 2);
	ck_assert_int_eq(e.v[1].kind, RING_REFUSED);
	ck_assert_str_eq(e.v[1].why, "protocol version");
	ring_heartbeat(r, &m, 1000, &e);
	ck_assert_uint_eq(e.n, 2);
	ck_assert_str_eq(ring_first_lexicon(r), "");
	ring_effects_fini(&e);
	ring_free(r);
}
END_TEST

START_TEST(parsers_have_a_maximum)
{
	struct fixture f = begin(RING_PARSERS_MAX, 1, 1000);
	struct msg_heartbeat m = beat("ipc://more", "more", 4, 1000);
	ring_heartbeat(f.r, &m, 0, &f.e);
	ck_assert_uint_eq(f.e.n, 0);
	ck_assert_uint_eq(ring_parsers(f.r, NULL), RING_PARSERS_MAX);
	end(&f);
}
END_TEST

/* ---- simulation */

#define PARSERS 4
#define PAGES 120
#define STEP_MS 50
#define FAULTS_MS 60000
#define END_MS 600000
#define QUEUE 64
#define MESSAGES 4096

struct held {
	int page;
	uint32_t epoch;
	int64_t since; /* handed: when */
};

struct worker {
	bool alive;
	int boot;
	int64_t frozen_until, restart_at, next_beat, done_at;
	struct held queue[QUEUE], handed[QUEUE];
	int queued, handed_n;
	bool parsing;
	/* what the fetcher heard last: the truth for blame */
	struct held named;
	bool named_any;
};

struct message {
	int64_t at;
	int kind; /* 0 heartbeat, 1 ack, 2 fail */
	int worker, boot, sink_boot, page;
	uint32_t epoch;
	struct msg_heartbeat_page pages[QUEUE];
	unsigned pages_n;
	bool parsing;
	struct held named;
};

struct world {
	uint64_t rng;
	int64_t now;
	struct ring *r;
	struct ring_effects e;
	struct page pages[PAGES];
	int64_t size[PAGES], cost[PAGES];
	bool leased[PAGES]; /* by our own count: taken and not yet given back */
	bool killer[PAGES]; /* kills its child three times of four */
	struct worker w[PARSERS];
	int slot_worker[RING_PARSERS_MAX], slot_boot[RING_PARSERS_MAX];
	struct message *m;
	int messages, sink_boot;
	uint64_t parse_seq;
	int released, blamed;
};

static double unit(struct world *x)
{
	return rng_unit(&x->rng);
}

static int below(struct world *x, int n)
{
	return (int)(rng_next(&x->rng) % (uint64_t)n);
}

static struct message *post(struct world *x, int kind, int64_t delay)
{
	if (x->messages == MESSAGES)
		ck_abort_msg("too many messages");
	struct message *m = &x->m[x->messages++];
	memset(m, 0, sizeof(*m));
	m->kind = kind;
	m->at = x->now + delay;
	return m;
}

static int64_t some_delay(struct world *x)
{
	return unit(x) < 0.97 || x->now > FAULTS_MS ? below(x, 100) : below(x, 12000);
}

static void apply_effects(struct world *x)
{
	for (unsigned i = 0; i < x->e.n; i++) {
		struct ring_effect *e = &x->e.v[i];
		if (e->kind == RING_OPEN) {
			struct ring_parser_view v;
			ck_assert(ring_parser(x->r, e->slot, &v));
			sscanf(v.boot_id, "b%d-%d", &x->slot_worker[e->slot], &x->slot_boot[e->slot]);
		}
		if (e->kind != RING_RELEASE)
			continue;
		int n = (int)e->page_id;
		ck_assert_msg(x->leased[n], "page %d released without a lease", n);
		x->leased[n] = false;
		x->released++;
		if (e->blame) {
			struct worker *w = &x->w[x->slot_worker[e->slot]];
			ck_assert_msg(w->named_any && w->named.page == n && w->named.epoch == e->epoch,
				      "an innocent page was blamed");
			x->blamed++;
		}
		struct frontier_event ev = {
			.kind = EV_RELEASED, .fetch_id = e->fetch_id, .epoch = e->epoch, .blame = e->blame};
		ck_assert_int_ne(frontier_step(&x->pages[n], &ev, x->now), FRONTIER_IGNORED);
	}
	x->e.n = 0;
}

static bool settle(struct world *x, int page, bool had)
{
	if (had) {
		ck_assert(x->leased[page]);
		x->leased[page] = false;
	}
	return had;
}

static void worker_die(struct world *x, int i)
{
	struct worker *w = &x->w[i];
	w->alive = false;
	w->queued = w->handed_n = 0;
	w->parsing = false;
	w->restart_at = x->now + 100 + below(x, 3000);
	w->frozen_until = 0;
}

static void worker_beat(struct world *x, int i)
{
	struct worker *w = &x->w[i];
	struct message *m = post(x, 0, some_delay(x));
	m->worker = i;
	m->boot = w->boot;
	for (int k = 0; k < w->queued; k++)
		m->pages[m->pages_n++] =
			(struct msg_heartbeat_page){(uint64_t)w->queue[k].page + 1, w->queue[k].epoch,
						    k == 0 && w->parsing ? STAGE_PARSING : STAGE_QUEUED};
	if (w->parsing) {
		m->parsing = true;
		m->named = w->queue[0];
	}
	int kept = 0;
	for (int k = 0; k < w->handed_n; k++)
		if (x->now - w->handed[k].since < 15000)
			w->handed[kept++] = w->handed[k];
	w->handed_n = kept;
	for (int k = 0; k < kept && m->pages_n < QUEUE; k++)
		m->pages[m->pages_n++] =
			(struct msg_heartbeat_page){(uint64_t)w->handed[k].page + 1, w->handed[k].epoch, STAGE_HANDED};
	w->next_beat = x->now + 1000;
}

static void worker_finish(struct world *x, int i)
{
	struct worker *w = &x->w[i];
	struct held h = w->queue[0];
	memmove(&w->queue[0], &w->queue[1], (size_t)--w->queued * sizeof(h));
	w->parsing = false;
	if (x->killer[h.page] && unit(x) < 0.75) {
		struct message *m = post(x, 2, some_delay(x));
		m->page = h.page;
		m->epoch = h.epoch;
		return;
	}
	h.since = x->now;
	if (w->handed_n < QUEUE)
		w->handed[w->handed_n++] = h;
	if (x->now < FAULTS_MS && unit(x) < 0.02)
		return; /* lost on the way to the sink, or its ACK on the way back */
	struct message *m = post(x, 1, some_delay(x));
	m->page = h.page;
	m->epoch = h.epoch;
	m->sink_boot = x->sink_boot;
}

static void worker_step(struct world *x, int i)
{
	struct worker *w = &x->w[i];
	if (!w->alive) {
		if (x->now >= w->restart_at) {
			w->alive = true;
			w->boot++;
			w->next_beat = x->now;
		}
		return;
	}
	if (w->frozen_until > x->now)
		return;
	if (w->parsing && x->now >= w->done_at)
		worker_finish(x, i);
	if (!w->parsing && w->queued > 0) {
		w->parsing = true;
		w->done_at = x->now + x->cost[w->queue[0].page];
	}
	if (x->now >= w->next_beat)
		worker_beat(x, i);
}

static void deliver(struct world *x, struct message *m)
{
	if (m->kind == 0) {
		char endpoint[32], boot[32];
		snprintf(endpoint, sizeof(endpoint), "ipc://w%d", m->worker);
		snprintf(boot, sizeof(boot), "b%d-%d", m->worker, m->boot);
		struct msg_heartbeat h = beat(endpoint, boot, 8, 1000);
		h.pages = m->pages;
		h.pages_count = m->pages_n;
		ring_heartbeat(x->r, &h, x->now, &x->e);
		apply_effects(x); /* blame of the boot before is judged by what was named before */
		for (int i = 0; i < RING_PARSERS_MAX; i++) {
			struct ring_parser_view v;
			if (!ring_parser(x->r, i, &v) || strcmp(v.boot_id, boot) != 0)
				continue; /* a retired boot is not heard */
			x->w[m->worker].named_any = m->parsing;
			x->w[m->worker].named = m->named;
		}
		return;
	}
	struct page *p = &x->pages[m->page];
	struct frontier_event ev = {.kind = EV_ACK, .fetch_id = (uint64_t)m->page + 1, .lexicon_matches = true};
	if (m->kind == 2)
		ev = (struct frontier_event){.kind = EV_FAIL,
					     .fetch_id = (uint64_t)m->page + 1,
					     .epoch = m->epoch,
					     .cause = CAUSE_PARSER_CRASH,
					     .signal = 11};
	else if (m->sink_boot != x->sink_boot)
		return;
	frontier_step(p, &ev, x->now);
	if (m->kind == 1)
		settle(x, m->page, ring_settle(x->r, (uint64_t)m->page + 1));
	else
		settle(x, m->page, ring_settle_epoch(x->r, (uint64_t)m->page + 1, m->epoch));
}

static void deliver_due(struct world *x)
{
	for (int i = 0; i < x->messages;) {
		if (x->m[i].at > x->now) {
			i++;
			continue;
		}
		struct message m = x->m[i];
		x->m[i] = x->m[--x->messages];
		deliver(x, &m);
	}
}

static void dispatch(struct world *x)
{
	for (int i = 0; i < RING_PARSERS_MAX; i++) {
		struct ring_parser_view v;
		if (ring_parser(x->r, i, &v))
			ring_set_writable(x->r, i, true);
	}
	ring_round(x->r);
	for (int solo = 1; solo >= 0; solo--) {
		for (int n = 0; n < PAGES; n++) {
			struct page *p = &x->pages[n];
			if (p->state != PAGE_FETCHED || p->not_before > x->now || p->solo != (solo != 0))
				continue;
			int slot = ring_choose(x->r, x->size[n], p->solo);
			if (slot < 0)
				continue;
			struct frontier_event ev = {
				.kind = EV_SENT, .epoch = p->epoch + 1, .parse_seq = ++x->parse_seq};
			if (frontier_step(p, &ev, x->now) != FRONTIER_CHANGED || x->leased[n])
				ck_abort_msg("page %d cannot be sent", n);
			x->leased[n] = true;
			ring_take(x->r, slot, n, (uint64_t)n + 1, p->epoch, x->size[n], p->solo, x->now);
			struct worker *w = &x->w[x->slot_worker[slot]];
			if (w->alive && w->boot == x->slot_boot[slot] && w->queued < QUEUE)
				w->queue[w->queued++] = (struct held){n, p->epoch, 0};
		}
	}
}

static void faults(struct world *x)
{
	if (x->now > FAULTS_MS || unit(x) > 0.02)
		return;
	int i = below(x, PARSERS);
	double u = unit(x);
	if (u < 0.4) {
		if (x->w[i].alive)
			worker_die(x, i);
	} else if (u < 0.8) {
		if (x->w[i].alive)
			x->w[i].frozen_until = x->now + 500 + below(x, 20000);
	} else {
		x->sink_boot++;
		ring_new_sink(x->r, &x->e);
		apply_effects(x);
	}
}

static void invariants(const struct world *x)
{
	unsigned leases = 0;
	int differs = -1;
	ring_check(x->r);
	for (int n = 0; n < PAGES; n++) {
		leases += x->leased[n];
		if (x->leased[n] != (x->pages[n].state == PAGE_SENT))
			differs = n;
	}
	if (differs >= 0 || leases != ring_leases(x->r))
		ck_abort_msg("page %d: lease and row differ at %lld ms, %u leases", differs, (long long)x->now, leases);
}

static bool quiet(const struct world *x)
{
	for (int n = 0; n < PAGES; n++)
		if (x->pages[n].state != PAGE_DONE && x->pages[n].state != PAGE_DEAD)
			return false;
	return true;
}

static void setup(struct world *x, uint64_t seed)
{
	memset(x, 0, sizeof(*x));
	x->rng = seed;
	x->r = ring_new(120000);
	x->m = calloc(MESSAGES, sizeof(*x->m));
	x->sink_boot = 1;
	ring_set_lexicon(x->r, LEX);
	for (int n = 0; n < PAGES; n++) {
		struct page *p = &x->pages[n];
		p->id = n;
		struct frontier_event lease = {.kind = EV_LEASED, .fetch_id = (uint64_t)n + 1};
		struct frontier_event got = {
			.kind = EV_FETCHED, .fetch_id = (uint64_t)n + 1, .status = 200, .place = {"f", n, 1}};
		frontier_step(p, &lease, 0);
		frontier_step(p, &got, 0);
		x->size[n] = unit(x) < 0.05 ? 1500 : 20 + below(x, 200);
		x->cost[n] = unit(x) < 0.05 ? 6000 : 50 + below(x, 1500);
		x->killer[n] = unit(x) < 0.05;
	}
	for (int i = 0; i < PARSERS; i++)
		x->w[i].restart_at = below(x, 1000);
}

static void simulate(uint64_t seed)
{
	struct world x;
	setup(&x, seed);
	int64_t settled_at = -1;
	for (x.now = 0; x.now < END_MS; x.now += STEP_MS) {
		faults(&x);
		deliver_due(&x);
		for (int i = 0; i < PARSERS; i++)
			worker_step(&x, i);
		if (x.now % 500 == 0) {
			ring_tick(x.r, x.now, &x.e);
			apply_effects(&x);
		}
		apply_effects(&x);
		dispatch(&x);
		invariants(&x);
		if (quiet(&x) && settled_at < 0)
			settled_at = x.now;
		if (settled_at >= 0 && x.now > settled_at + 13000 && x.now > FAULTS_MS)
			break; /* late messages have come in */
	}
	ck_assert_msg(settled_at >= 0, "seed %llu: not quiet", (unsigned long long)seed);
	ck_assert_uint_eq(ring_leases(x.r), 0);
	ck_assert_int_eq(ring_bytes(x.r), 0);
	for (int n = 0; n < PAGES; n++) {
		if (!x.killer[n] && (x.pages[n].state != PAGE_DONE || x.pages[n].crash))
			ck_abort_msg("seed %llu: innocent page %d is dead or blamed for a crash",
				     (unsigned long long)seed, n);
	}
	ring_free(x.r);
	ring_effects_fini(&x.e);
	free(x.m);
}

START_TEST(seeded_simulation)
{
	simulate((uint64_t)_i); /* the failing seed is the number behind the test's name */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ring");
	TCase *t = tcase_create("tables"), *sim = tcase_create("simulation");
	tcase_add_test(t, credit_in_messages_and_bytes);
	tcase_add_test(t, oversize_and_solo_drain_one_parser);
	tcase_add_test(t, bytes_of_all_are_bounded);
	tcase_add_test(t, silence_blames_the_page_named_parsing);
	tcase_add_test(t, a_replaced_boot_never_comes_back);
	tcase_add_test(t, handed_without_ack_and_deadline);
	tcase_add_test(t, orphans_wait_for_their_parser);
	tcase_add_test(t, another_lexicon_gets_no_pages);
	tcase_add_test(t, another_major_is_told_at_once);
	tcase_add_test(t, parsers_have_a_maximum);
	tcase_add_loop_test(sim, seeded_simulation, 1, 61);
	tcase_set_timeout(sim, 60);
	suite_add_tcase(s, t);
	suite_add_tcase(s, sim);
	return suite_run(s);
}
