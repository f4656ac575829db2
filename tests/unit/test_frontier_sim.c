/*
 * A seeded simulation drives the real frontier_step() through faults in virtual time: requests that fail, parsers
 * that crash or fall silent, messages that are late, repeated or out of order, restarts, adoption, clock jumps of a
 * day, requeue, reparse, a restored store, hold and release. After every step the promises are checked by books that
 * the driver keeps itself; at the end all must be quiet.
 *
 * GONGKAI_SIM_SEED=N replays one seed with a trace, GONGKAI_SIM_RUNS=N runs more. Mutants are rules broken on purpose
 * in the driver; each must be caught, so that the test can fail.
 */
#include <check.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "fetcher/frontier.h"
#include "suite.h"

#define PAGES 6
#define STEPS 500
#define HEAL_STEPS 4000
#define BAG_MAX 256
#define RUNS 300
#define DAY_MS 86400000LL

enum kind { GOOD, POISON, FLAKY, NOT_PARSABLE, KINDS };
enum mutant {
	NO_MUTANT,
	FAIL_AT_ANY_EPOCH,
	CRASH_COUNTED_TWICE,
	BLAME_ALL,
	WAIT_NOT_CUT,
	ACK_BEFORE_COMMIT,
	ACK_OF_ANY_FETCH,
	ENDS_AGAIN,
	VALIDATORS_KEPT,
	MUTANTS
};
static const char *const mutant_names[] = {"none",           "FAIL at any epoch", "crash counted twice", "blame all",
					   "wait not cut",   "ACK before commit", "ACK of any fetch",    "ends again",
					   "validators kept"};

struct message {
	bool ack;
	int page, signal;
	uint64_t fetch;
	uint32_t epoch;
	int lexicon;
	enum cause cause;
	bool permanent;
};
struct dispatch {
	int page;
	uint64_t fetch, parse_seq;
	uint32_t epoch;
	int lexicon;
};
struct books {
	enum kind kind;
	int crashes, losses;  /* that really happened since the counters began */
	uint32_t since_epoch; /* dispatches after this one count */
	uint64_t ended;       /* the fetch that ended last; 0: reopened */
	uint64_t archived;    /* whole record that the frontier does not know yet */
	uint64_t store_fetch, store_seq;
	int store_lexicon;
};
struct world {
	uint64_t seed, rng;
	enum mutant mutant;
	bool trace, faults;
	int64_t now;
	int lexicon;
	uint64_t next_fetch, next_seq;
	struct page pages[PAGES];
	struct books books[PAGES];
	struct message bag[BAG_MAX];
	int messages;
	struct dispatch out[PAGES * 8];
	int dispatches;
	char violation[256];
	long steps;
};

static uint64_t below(struct world *w, uint64_t n)
{
	return rng_next(&w->rng) % n;
}

static bool chance(struct world *w, double p)
{
	return rng_unit(&w->rng) < p;
}

__attribute__((format(printf, 2, 3))) static void violate(struct world *w, const char *fmt, ...)
{
	va_list ap;
	if (w->violation[0])
		return;
	va_start(ap, fmt);
	vsnprintf(w->violation, sizeof(w->violation), fmt, ap);
	va_end(ap);
}

static enum page_state effective(const struct page *p)
{
	return p->state == PAGE_HELD ? p->held_from : p->state;
}

/* ---- the promises */

static void check_counters(struct world *w, int i)
{
	const struct page *p = &w->pages[i];
	const struct books *b = &w->books[i];
	enum page_state s = effective(p);
	if (p->crash > FRONTIER_CRASH_MAX || p->lost > FRONTIER_LOST_MAX || p->transient > FRONTIER_TRANSIENT_MAX)
		violate(w, "page %d: a counter passed its maximum", i);
	if (p->crash > b->crashes)
		violate(w, "page %d: %d crashes counted, %d happened", i, p->crash, b->crashes);
	if (p->lost > b->losses)
		violate(w, "page %d: %d losses counted, %d happened", i, p->lost, b->losses);
	if ((s == PAGE_FETCHED || s == PAGE_SENT) && (p->crash >= FRONTIER_CRASH_MAX || p->lost >= FRONTIER_LOST_MAX))
		violate(w, "page %d goes on though its counters are spent", i);
	bool crash_cause =
		p->cause == CAUSE_PARSER_CRASH || p->cause == CAUSE_PARSER_TIMEOUT || p->cause == CAUSE_PARSER_MEMORY;
	if (s == PAGE_DEAD && crash_cause && b->kind != POISON)
		violate(w, "page %d is innocent and dead", i);
}

static void check_state(struct world *w, int i)
{
	const struct page *p = &w->pages[i];
	const struct books *b = &w->books[i];
	enum page_state s = effective(p);
	if ((unsigned)p->state > PAGE_HELD || s == PAGE_HELD)
		violate(w, "page %d is in no legal state", i);
	if ((s == PAGE_FETCHED || s == PAGE_SENT) && (!p->body_fetch_id || !p->body.file[0]))
		violate(w, "page %d waits for a parse without a body", i);
	if (p->state == PAGE_HELD && (s == PAGE_FETCHING || s == PAGE_SENT))
		violate(w, "page %d is held in flight", i);
	if (s != PAGE_DONE || p->redirected)
		return;
	if (b->store_fetch < p->body_fetch_id)
		violate(w, "page %d is done but not in the store", i);
	if (p->cause == CAUSE_NONE && b->store_lexicon != w->lexicon)
		violate(w, "page %d is done by an old lexicon", i);
}

static const char *describe(const struct page *p, char out[128])
{
	snprintf(out, 128, "%s fetch %llu body %llu epoch %u crash %d lost %d %s", page_state_name(p->state),
		 (unsigned long long)p->fetch_id, (unsigned long long)p->body_fetch_id, p->epoch, p->crash, p->lost,
		 cause_code(p->cause));
	return out;
}

/* Every fetch ends once, unless the page was taken up again. */
static void keep_books(struct world *w, int i, const struct page *was, const struct frontier_event *e,
		       enum frontier_result r)
{
	struct books *b = &w->books[i];
	const struct page *p = &w->pages[i];
	bool fresh_body = p->body_fetch_id != was->body_fetch_id;
	bool again = e->kind == EV_REQUEUE || e->kind == EV_REPARSE || e->kind == EV_MISSING_IN_STORE ||
		     e->kind == EV_DISCARD || e->kind == EV_LOOP || e->kind == EV_NOT_MODIFIED ||
		     e->kind == EV_BODY_MISSING;
	if (again && r != FRONTIER_IGNORED && (r == FRONTIER_ENDED || effective(p) != effective(was)))
		b->ended = 0;
	bool to_parse = effective(p) == PAGE_FETCHED && effective(was) != PAGE_SENT && effective(was) != PAGE_FETCHED;
	if (r != FRONTIER_IGNORED && (fresh_body || to_parse)) {
		b->crashes = b->losses = 0;
		b->since_epoch = p->epoch;
	}
	if (r != FRONTIER_ENDED)
		return;
	bool of_parse = e->kind == EV_ACK || e->kind == EV_FAIL || e->kind == EV_RELEASED;
	uint64_t fetch = of_parse ? p->body_fetch_id : e->fetch_id;
	if (fetch && fetch == b->ended && !(e->kind == EV_ACK && effective(was) == PAGE_DEAD))
		violate(w, "page %d: fetch %llu ended twice", i, (unsigned long long)fetch);
	if (fetch)
		b->ended = fetch;
}

static enum frontier_result apply(struct world *w, int i, struct frontier_event e)
{
	struct page *p = &w->pages[i], was = *p;
	char a[128], b[128];
	e.seed = rng_next(&w->rng);
	if (w->mutant == FAIL_AT_ANY_EPOCH && e.kind == EV_FAIL)
		e.epoch = p->epoch;
	if (w->mutant == CRASH_COUNTED_TWICE && e.kind == EV_FAIL)
		p->counted_epoch = 0;
	if (w->mutant == ACK_OF_ANY_FETCH && e.kind == EV_ACK)
		e.fetch_id = p->body_fetch_id;
	if (w->mutant == ENDS_AGAIN && e.kind == EV_FAIL && p->state == PAGE_DEAD) {
		p->state = PAGE_SENT;
		p->counted_epoch = 0;
		p->crash = FRONTIER_CRASH_MAX - 1;
	}
	struct page before = *p;
	enum frontier_result r = frontier_step(p, &e, w->now);
	w->steps++;
	if (w->mutant == WAIT_NOT_CUT && e.kind == EV_TICK && p->state == before.state)
		p->not_before = before.not_before;
	if (w->mutant == VALIDATORS_KEPT)
		p->no_validators = false;
	if (r == FRONTIER_IGNORED && w->mutant == NO_MUTANT && memcmp(&before, p, sizeof(*p)) != 0)
		violate(w, "page %d: a refused %s changed it", i, frontier_event_name(e.kind));
	if (w->trace && r != FRONTIER_IGNORED)
		printf("%12lld page %d %-16s %s -> %s\n", (long long)w->now, i, frontier_event_name(e.kind),
		       describe(&was, a), describe(p, b));
	keep_books(w, i, &was, &e, r);
	check_counters(w, i);
	return r;
}

#define APPLY(page, ...) apply(w, page, (struct frontier_event){__VA_ARGS__})

/* ---- the world around the frontier */

static void post(struct world *w, struct message m)
{
	if (w->messages < BAG_MAX)
		w->bag[w->messages++] = m;
}

static void store_commit(struct world *w, const struct dispatch *x)
{
	struct books *b = &w->books[x->page];
	if (x->fetch < b->store_fetch || (x->fetch == b->store_fetch && x->parse_seq <= b->store_seq))
		return; /* duplicate or stale */
	b->store_fetch = x->fetch;
	b->store_seq = x->parse_seq;
	b->store_lexicon = x->lexicon;
}

static void parser_crashed(struct world *w, const struct dispatch *x)
{
	struct books *b = &w->books[x->page];
	static const struct {
		enum cause cause;
		int signal;
	} how[] = {{CAUSE_PARSER_CRASH, SIGSEGV}, {CAUSE_PARSER_TIMEOUT, SIGXCPU}, {CAUSE_PARSER_MEMORY, 0}};
	uint64_t k = below(w, 3);
	if (x->fetch == w->pages[x->page].body_fetch_id && x->epoch > b->since_epoch)
		b->crashes++;
	post(w, (struct message){.page = x->page,
				 .fetch = x->fetch,
				 .epoch = x->epoch,
				 .cause = how[k].cause,
				 .signal = how[k].signal});
}

/* One dispatch comes to its end at a parser and, when it gives a document, at the sink. */
static void parse_one(struct world *w, int k)
{
	struct dispatch x = w->out[k];
	enum kind kind = w->books[x.page].kind;
	w->out[k] = w->out[--w->dispatches];
	struct message m = {.page = x.page, .fetch = x.fetch, .epoch = x.epoch, .lexicon = x.lexicon};
	if (w->faults && chance(w, 0.03)) { /* killed from elsewhere */
		if (x.fetch == w->pages[x.page].body_fetch_id && x.epoch > w->books[x.page].since_epoch)
			w->books[x.page].losses++;
		m.cause = CAUSE_LEASE_LOST;
		m.signal = SIGKILL;
	} else if (kind == POISON) {
		parser_crashed(w, &x);
		return;
	} else if (kind == NOT_PARSABLE) {
		m.cause = CAUSE_NOT_PARSABLE;
		m.permanent = true;
	} else if (kind == FLAKY && w->faults && chance(w, 0.5)) {
		m.cause = CAUSE_BAD_HEADER;
	} else {
		m.ack = true;
		if (w->mutant != ACK_BEFORE_COMMIT || !chance(w, 0.2))
			store_commit(w, &x);
	}
	post(w, m);
}

static void deliver(struct world *w, int k)
{
	struct message m = w->bag[k];
	if (!w->faults || !chance(w, 0.5)) /* else it comes once more */
		w->bag[k] = w->bag[--w->messages];
	if (m.ack) {
		APPLY(m.page, .kind = EV_ACK, .fetch_id = m.fetch, .lexicon_matches = m.lexicon == w->lexicon,
		      .next_visit = w->now + (int64_t)below(w, 500000));
		return;
	}
	APPLY(m.page, .kind = EV_FAIL, .fetch_id = m.fetch, .epoch = m.epoch, .cause = m.cause, .signal = m.signal,
	      .permanent = m.permanent, .detail = "simulated");
	for (int i = 0; w->mutant == BLAME_ALL && m.signal == SIGSEGV && i < PAGES; i++)
		if (w->pages[i].state == PAGE_SENT)
			APPLY(i, .kind = EV_FAIL, .fetch_id = w->pages[i].body_fetch_id, .epoch = w->pages[i].epoch,
			      .cause = m.cause, .signal = m.signal);
}

static void answer(struct world *w, int i)
{
	struct page *p = &w->pages[i];
	struct warc_place place = {.file = "sim.warc.gz", .offset = (int64_t)p->fetch_id, .length = 1};
	double x = w->faults ? rng_unit(&w->rng) : 1;
	if (x < 0.05)
		APPLY(i, .kind = EV_FAILED, .fetch_id = p->fetch_id, .cause = CAUSE_HTTP_404, .place = place,
		      .next_visit = w->now + 1000000);
	else if (x < 0.2)
		APPLY(i, .kind = EV_FAILED, .fetch_id = p->fetch_id, .cause = CAUSE_TIMEOUT, .detail = "slow");
	else if (x < 0.23)
		APPLY(i, .kind = EV_FAILED, .fetch_id = p->fetch_id, .cause = CAUSE_BODY_TOO_LARGE, .place = place);
	else if (x < 0.26)
		APPLY(i, .kind = EV_REDIRECTED, .fetch_id = p->fetch_id, .next_visit = w->now + 1000000);
	else if (x < 0.6 && p->body_fetch_id && !p->no_validators)
		APPLY(i, .kind = EV_NOT_MODIFIED, .fetch_id = p->fetch_id, .next_visit = w->now + 1000000);
	else if (x < 0.7)
		w->books[i].archived = p->fetch_id; /* the record is whole, the commit is still to come */
	else
		APPLY(i, .kind = EV_FETCHED, .fetch_id = p->fetch_id, .place = place, .status = 200, .body_bytes = 1);
}

static void send_page(struct world *w, int i)
{
	struct page *p = &w->pages[i];
	if (w->dispatches >= PAGES * 8)
		return;
	if (APPLY(i, .kind = EV_SENT, .epoch = p->epoch + 1, .parse_seq = w->next_seq + 1) == FRONTIER_CHANGED)
		w->out[w->dispatches++] = (struct dispatch){i, p->body_fetch_id, ++w->next_seq, p->epoch, w->lexicon};
}

/* The fetcher is killed and starts again: what the archive has and the frontier does not know is adopted. */
static void restart(struct world *w)
{
	for (int i = 0; i < PAGES; i++) {
		APPLY(i, .kind = EV_RESTARTED);
		if (w->books[i].archived) {
			struct warc_place place = {.file = "sim.warc.gz", .offset = 1, .length = 1};
			APPLY(i, .kind = EV_ADOPTED, .fetch_id = w->books[i].archived, .place = place, .status = 200);
			w->books[i].archived = 0;
		}
		APPLY(i, .kind = EV_RELEASED);
	}
}

static void new_lexicon(struct world *w)
{
	w->lexicon++;
	for (int i = 0; i < PAGES; i++)
		APPLY(i, .kind = EV_REPARSE);
}

/* A copy without the newest documents is put back, and the operator checks. */
static void restore_store(struct world *w)
{
	for (int i = 0; i < PAGES; i++) {
		struct books *b = &w->books[i];
		if (chance(w, 0.5))
			b->store_fetch = b->store_seq = 0;
		const struct page *p = &w->pages[i];
		if (p->body_fetch_id && b->store_fetch < p->body_fetch_id)
			APPLY(i, .kind = EV_MISSING_IN_STORE);
	}
	/* acks of commits which that store never had are not believed (rule 4) */
	for (int k = 0; k < w->messages;)
		if (w->bag[k].ack)
			w->bag[k] = w->bag[--w->messages];
		else
			k++;
}

static void tick_all(struct world *w, bool revisit)
{
	for (int i = 0; i < PAGES; i++) {
		APPLY(i, .kind = EV_TICK, .revisit = revisit);
		const struct page *p = &w->pages[i];
		if ((p->state == PAGE_RETRY || p->state == PAGE_FETCHED) &&
		    p->not_before > w->now + FRONTIER_BACKOFF_MAX_MS)
			violate(w, "page %d is frozen by a jumped clock", i);
	}
}

/* What the daemon does by itself. */
static void work(struct world *w, int i)
{
	switch (w->pages[i].state) {
	case PAGE_READY:
		APPLY(i, .kind = EV_LEASED, .fetch_id = ++w->next_fetch);
		break;
	case PAGE_FETCHING:
		if (!w->books[i].archived)
			answer(w, i);
		else if (chance(w, 0.5)) {
			struct warc_place place = {.file = "sim.warc.gz", .offset = 2, .length = 1};
			APPLY(i, .kind = EV_FETCHED, .fetch_id = w->books[i].archived, .place = place, .status = 200);
			w->books[i].archived = 0;
		}
		break;
	case PAGE_FETCHED:
		send_page(w, i);
		break;
	default:
		break;
	}
}

static void operate(struct world *w, int i)
{
	switch (below(w, 5)) {
	case 0:
		APPLY(i, .kind = EV_REQUEUE, .refetch = chance(w, 0.3));
		break;
	case 1:
		APPLY(i, .kind = EV_HOLD);
		break;
	case 2:
		APPLY(i, .kind = EV_RELEASE_HOLD);
		break;
	case 3:
		if (w->pages[i].state == PAGE_DEAD && chance(w, 0.2))
			APPLY(i, .kind = EV_DISCARD, .cause = CAUSE_DISCARDED_BY_OPERATOR);
		break;
	default:
		APPLY(i, .kind = EV_LOOP);
		break;
	}
}

static void release_one(struct world *w, int i)
{
	bool blame = chance(w, 0.2);
	if (w->pages[i].state == PAGE_SENT && blame)
		w->books[i].losses++;
	APPLY(i, .kind = EV_RELEASED, .blame = blame);
}

/* With its parser. */
static void lose_dispatch(struct world *w)
{
	uint64_t k = below(w, (uint64_t)w->dispatches);
	w->out[k] = w->out[--w->dispatches];
}

static void fault(struct world *w, int i)
{
	double x = rng_unit(&w->rng);
	if (x < 0.35)
		release_one(w, i);
	else if (x < 0.45)
		restart(w);
	else if (x < 0.53)
		w->now += chance(w, 0.5) ? DAY_MS : -DAY_MS;
	else if (x < 0.58)
		new_lexicon(w);
	else if (x < 0.62)
		restore_store(w);
	else if (x < 0.66)
		APPLY(i, .kind = EV_BODY_MISSING);
	else if (x < 0.7 && w->dispatches)
		lose_dispatch(w);
	else
		operate(w, i);
}

static void turn(struct world *w)
{
	int i = (int)below(w, PAGES);
	double x = rng_unit(&w->rng);
	w->now += (int64_t)below(w, 5000);
	if (w->faults && x < 0.15)
		fault(w, i);
	else if (x < 0.45)
		work(w, i);
	else if (x < 0.65 && w->dispatches)
		parse_one(w, (int)below(w, (uint64_t)w->dispatches));
	else if (x < (w->faults ? 0.75 : 0.9) && w->messages) /* slow, so that messages overtake each other */
		deliver(w, (int)below(w, (uint64_t)w->messages));
	else
		tick_all(w, w->faults && chance(w, 0.3));
	for (int k = 0; k < PAGES; k++)
		check_state(w, k);
}

static bool quiet(const struct world *w)
{
	if (w->messages || w->dispatches)
		return false;
	for (int i = 0; i < PAGES; i++) {
		enum page_state s = w->pages[i].state;
		if (s != PAGE_DONE && s != PAGE_DEAD && s != PAGE_DISCARDED)
			return false;
	}
	return true;
}

/* Faults are over: holds are lifted, lost leases run out, then everything ends by itself. */
static void heal(struct world *w)
{
	w->faults = false;
	for (int i = 0; i < PAGES; i++)
		APPLY(i, .kind = EV_RELEASE_HOLD);
	restart(w);
	for (int n = 0; n < HEAL_STEPS && !w->violation[0] && !quiet(w); n++) {
		turn(w);
		if (n % 50 == 0) /* the lease's deadline */
			for (int i = 0; i < PAGES; i++)
				if (!w->dispatches && !w->messages)
					APPLY(i, .kind = EV_RELEASED);
	}
}

static void check_end(struct world *w)
{
	char a[128];
	if (!quiet(w))
		violate(w, "not quiet at the end");
	for (int i = 0; i < PAGES; i++) {
		const struct page *p = &w->pages[i];
		const struct books *b = &w->books[i];
		check_state(w, i);
		bool parsed = p->state == PAGE_DONE && !p->redirected;
		if (b->kind == POISON && parsed)
			violate(w, "poison page %d: %s", i, describe(p, a));
		if (b->kind == POISON && p->state == PAGE_DEAD && cause_is_parsing(p->cause) &&
		    p->cause != CAUSE_LEASE_LOST && p->crash != FRONTIER_CRASH_MAX)
			violate(w, "poison page %d is dead before its third crash: %s", i, describe(p, a));
	}
}

static bool run_seed(uint64_t seed, enum mutant mutant, bool trace, long *steps, char *why)
{
	static struct world world;
	struct world *w = &world;
	memset(w, 0, sizeof(*w));
	w->seed = w->rng = seed;
	w->mutant = mutant;
	w->trace = trace;
	w->faults = true;
	w->now = 1700000000000LL;
	w->lexicon = 1;
	for (int i = 0; i < PAGES; i++) {
		w->pages[i].id = i + 1;
		w->books[i].kind = i < KINDS ? (enum kind)i : GOOD;
	}
	for (int n = 0; n < STEPS && !w->violation[0]; n++)
		turn(w);
	if (!w->violation[0])
		heal(w);
	if (!w->violation[0])
		check_end(w);
	*steps += w->steps;
	memcpy(why, w->violation, sizeof(w->violation));
	return !w->violation[0];
}

START_TEST(test_promises)
{
	const char *one = getenv("GONGKAI_SIM_SEED"), *runs = getenv("GONGKAI_SIM_RUNS");
	uint64_t first = one ? strtoull(one, NULL, 10) : 1, count = one ? 1 : runs ? strtoull(runs, NULL, 10) : RUNS;
	long steps = 0;
	char why[256];
	for (uint64_t s = first; s < first + count; s++)
		ck_assert_msg(run_seed(s, NO_MUTANT, one != NULL, &steps, why), "GONGKAI_SIM_SEED=%llu: %s",
			      (unsigned long long)s, why);
	ck_assert_int_gt(steps, (long)count * 100); /* it did drive the function */
}
END_TEST

START_TEST(test_mutants_are_caught)
{
	long steps = 0;
	char why[256];
	enum mutant m = (enum mutant)_i;
	for (uint64_t s = 1; s <= RUNS; s++)
		if (!run_seed(s, m, false, &steps, why))
			return;
	ck_abort_msg("the mutant '%s' was not caught in %d runs", mutant_names[m], RUNS);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("frontier_sim");
	TCase *t = tcase_create("sim");
	tcase_set_timeout(t, 600); /* GONGKAI_SIM_RUNS may ask for many */
	tcase_add_test(t, test_promises);
	tcase_add_loop_test(t, test_mutants_are_caught, NO_MUTANT + 1, MUTANTS);
	suite_add_tcase(s, t);
	return suite_run(s);
}
