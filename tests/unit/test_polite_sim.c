/*
 * Virtual time over the real scheduler and the real rules of politeness: hosts on few addresses that answer quickly, slowly,
 * with 429 and 503, with Retry-After, with Crawl-delays, that break, move to another address or set challenges; a fetcher
 * that is killed, restarted and stopped; a night window and a daily cap; clocks that jump. The books are those of the
 * servers: they know when each request came and judge it by the rules alone. Invariants are checked at every request and
 * after every step.
 *
 * GONGKAI_SIM_SEED=N replays one seed with a trace, GONGKAI_SIM_RUNS=N runs more. Mutants break one rule in the driver; each
 * must be caught, so that the test can fail.
 */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "fetcher/sched.h"
#include "suite.h"

#define HOSTS 200
#define ADDRESSES 20
#define RUNS 40
#define HOUR_MS (3600LL * 1000)
#define START_MS 1700000000000LL
#define OUT_MAX HOSTS
#define SPARE_MS 50

enum mutant {
	NO_MUTANT,
	ADDRESSES_IGNORED,
	GAP_FORGOTTEN,     /* at a restart */
	COOLING_FORGOTTEN, /* at a restart */
	RETRY_AFTER_DEAF,
	CRAWL_DELAY_DEAF,
	CHALLENGE_IGNORED,
	WINDOW_IGNORED,
	CAP_IGNORED,
	SLOWNESS_IGNORED,
	CUT_MISSING, /* after a clock jump */
	MUTANTS
};
static const char *const mutant_names[] = {"none",
					   "addresses ignored",
					   "gap forgotten at a restart",
					   "rests forgotten at a restart",
					   "Retry-After ignored",
					   "Crawl-delay ignored",
					   "challenge ignored",
					   "window ignored",
					   "cap ignored",
					   "slowness ignored",
					   "jumped clock not cut"};

enum nature { QUICK, SLOW, REFUSES, BREAKS, CHALLENGES, NATURES };

struct server { /* what the world knows of a host */
	enum nature nature;
	int address;
	int64_t crawl_delay; /* ms, 0 none */
	bool robots_read;    /* the fetcher has had its robots.txt */
	double last, until;  /* real time of the last request; none before this */
	int64_t took;        /* of the last whole answer */
	int64_t rule;        /* that holds after the last request */
	bool busy;
	int64_t day, day_count;
	long asked;
};
struct place { /* what the world knows of an address */
	double last;
	int64_t rule;
	int busy;
};
struct flight { /* a request on its way */
	int host;
	int64_t ends; /* real */
	int64_t began;
	bool robots;
};
struct world {
	uint64_t seed, rng;
	enum mutant mutant;
	bool trace;
	struct polite_rules rules;
	struct sched *sched;
	struct fdb_host disk[HOSTS]; /* rows as saved */
	struct {
		int64_t next_at, gap;
	} disk_address[ADDRESSES];
	struct server servers[HOSTS];
	struct place places[ADDRESSES];
	struct flight out[OUT_MAX];
	int flights;
	int64_t real, skew; /* the fetcher's clock is real + skew */
	bool jumped;        /* the clock was turned: hours and days are not judged */
	long steps, requests, refused, restarts, challenged;
	char violation[256];
};

static double unit(struct world *w)
{
	return rng_unit(&w->rng);
}

static int64_t below(struct world *w, int64_t n)
{
	return (int64_t)(rng_next(&w->rng) % (uint64_t)n);
}

static int64_t clock_of(const struct world *w)
{
	return w->real + w->skew;
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

static void ip_of(int address, char out[64])
{
	snprintf(out, 64, "10.0.0.%d", address);
}

/* ---- the promises, by the servers' books */

static int64_t local_day(int64_t t)
{
	return (t + POLITE_ZONE_MS) / POLITE_DAY_MS;
}

static bool in_window(const struct polite_rules *r, int64_t t)
{
	int64_t minute = (t + POLITE_ZONE_MS) % POLITE_DAY_MS / 60000;
	if (r->window_from == r->window_to)
		return true;
	if (r->window_from < r->window_to)
		return minute >= r->window_from && minute < r->window_to;
	return minute >= r->window_from || minute < r->window_to;
}

static void request_came(struct world *w, int i)
{
	struct server *s = &w->servers[i];
	struct place *p = &w->places[s->address];
	double now = (double)w->real;
	if (now < s->last + (double)s->rule)
		violate(w, "host %d: %.0f ms after its last request, the rule is %lld", i, now - s->last,
			(long long)s->rule);
	if (now < p->last + (double)p->rule)
		violate(w, "address %d: %.0f ms after its last request, the rule is %lld", s->address, now - p->last,
			(long long)p->rule);
	if (s->busy || p->busy)
		violate(w, "host %d: a second request at one time", i);
	if (now < s->until)
		violate(w, "host %d: asked %.0f ms before its rest is over", i, s->until - now);
	if (!w->jumped && !in_window(&w->rules, w->real))
		violate(w, "host %d: asked outside of the window", i);
	if (s->day != local_day(w->real))
		s->day_count = 0;
	s->day = local_day(w->real);
	s->day_count++;
	if (!w->jumped && w->rules.daily_cap && s->day_count > w->rules.daily_cap)
		violate(w, "host %d: request %lld of the day", i, (long long)s->day_count);
	s->last = p->last = now;
	s->rule = p->rule = s->robots_read && s->crawl_delay > w->rules.delay_ms ? s->crawl_delay : w->rules.delay_ms;
	s->busy = true;
	p->busy++;
	s->asked++;
	w->requests++;
}

static void check_rows(struct world *w)
{
	int64_t now = clock_of(w);
	for (int i = 0; i < HOSTS; i++) {
		const struct sched_host *h = sched_find(w->sched, i + 1);
		if (!h)
			continue;
		if (h->row.cooling_until > now + POLITE_COOL_MAX_MS)
			violate(w, "host %d is frozen: it rests for %lld ms", i,
				(long long)(h->row.cooling_until - now));
		int64_t rule = h->row.gap_ms > w->rules.delay_ms ? h->row.gap_ms : w->rules.delay_ms;
		int64_t slow =
			rule * POLITE_SLOW_TIMES < POLITE_SLOW_MAX_MS ? rule * POLITE_SLOW_TIMES : POLITE_SLOW_MAX_MS;
		if (h->row.next_at > now + polite_span(rule > slow ? rule : slow) + SPARE_MS)
			violate(w, "host %d is frozen: its gap is %lld ms", i, (long long)(h->row.next_at - now));
		if (h->busy + h->parked + (h->heap_at >= 0) != 1)
			violate(w, "host %d is in no place or in two", i);
	}
}

/* ---- the fetcher around the scheduler, as crawl.c has it */

static void save(struct world *w, struct sched_host *h)
{
	const struct sched_address *a = sched_address_of(h);
	w->disk[h->row.id - 1] = h->row;
	if (!a)
		return;
	int n = atoi(strrchr(a->ip, '.') + 1);
	w->disk_address[n].next_at = a->next_at;
	w->disk_address[n].gap = a->gap_ms;
}

static void ask(struct world *w, struct sched_host *h)
{
	int i = (int)h->row.id - 1;
	char ip[64];
	struct server *s = &w->servers[i];
	ip_of(s->address, ip);
	sched_started(w->sched, h, clock_of(w), SPARE_MS);
	save(w, h);
	w->real += below(w, 15); /* the commit */
	sched_went_out(w->sched, h, clock_of(w));
	if (w->mutant != ADDRESSES_IGNORED && !sched_connects(w->sched, h, ip, clock_of(w))) {
		polite_not_sent(&h->row);
		sched_ended(w->sched, h, ip);
		save(w, h);
		sched_again(w->sched, h);
		return;
	}
	request_came(w, i);
	int64_t took = s->nature == SLOW ? 200 + below(w, 3000) : 5 + below(w, 60);
	w->out[w->flights++] = (struct flight){i, w->real + took, w->real, !s->robots_read};
}

static void answered(struct world *w, int k)
{
	struct flight f = w->out[k];
	struct server *s = &w->servers[f.host];
	struct sched_host *h = sched_find(w->sched, f.host + 1);
	int64_t now = clock_of(w), retry_ms = -1, took = w->real - f.began;
	int status = 200;
	enum cause cause = CAUSE_NONE;
	char ip[64];
	w->out[k] = w->out[--w->flights];
	ip_of(s->address, ip);
	s->busy = false;
	w->places[s->address].busy--;
	double x = unit(w);
	if (s->nature == REFUSES && x < 0.3)
		status = x < 0.15 ? 429 : 503;
	if (s->nature == BREAKS && x < 0.7)
		status = x < 0.35 ? 500 : 0;
	if (s->nature == CHALLENGES && x < 0.2 && !f.robots)
		status = 412;
	if (status == 0)
		cause = CAUSE_CONNECT;
	if ((status == 429 || status == 503) && unit(w) < 0.8)
		retry_ms = 1000 * (1 + below(w, 90));
	w->refused += status != 200;
	if (retry_ms > 0 && w->mutant != RETRY_AFTER_DEAF)
		s->until = (double)(w->real + retry_ms);
	if (retry_ms > 0 && w->mutant == RETRY_AFTER_DEAF) {
		s->until = (double)(w->real + retry_ms);
		retry_ms = -1;
	}
	sched_responded(w->sched, h, status, cause, now - took, w->mutant == SLOWNESS_IGNORED ? 1 : took);
	sched_ended(w->sched, h, ip);
	polite_answered(&h->row, status, cause, retry_ms, now);
	if (status == 412) {
		w->challenged++;
		s->until = (double)(w->real + POLITE_COOL_MAX_MS);
		if (w->mutant != CHALLENGE_IGNORED)
			polite_challenged(&h->row, now);
	}
	if (f.robots && status == 200) {
		s->robots_read = true;
		if (s->crawl_delay > s->rule)
			s->rule = w->places[s->address].rule = s->crawl_delay;
		if (w->mutant != CRAWL_DELAY_DEAF)
			polite_crawl_delay(&h->row, (double)s->crawl_delay / 1000, &w->rules, now - took);
		sched_delayed(w->sched, h);
	}
	/* a slow answer asks for a longer gap from this request on: its bound is a pure function, its floor is judged here */
	s->took = status == 200 ? took : 0;
	if (s->took * POLITE_SLOW_FACTOR / POLITE_SMOOTH > s->rule && s->nature == SLOW && s->asked == 1) {
		int64_t most = s->rule * POLITE_SLOW_TIMES;
		int64_t want = s->took * POLITE_SLOW_FACTOR < most ? s->took * POLITE_SLOW_FACTOR : most;
		s->rule = want;
	}
	save(w, h);
	sched_again(w->sched, h);
}

static void load(struct world *w)
{
	int64_t now = clock_of(w);
	struct polite_rules rules = w->rules;
	if (w->mutant == WINDOW_IGNORED)
		rules.window_from = rules.window_to = 0;
	if (w->mutant == CAP_IGNORED)
		rules.daily_cap = 0;
	w->sched = sched_new(&rules, true);
	for (int a = 0; a < ADDRESSES; a++) {
		char ip[64];
		ip_of(a, ip);
		int64_t gap = w->disk_address[a].gap, at = w->disk_address[a].next_at;
		if (at > now - POLITE_RESTART_MS && gap > 0 && at < now + gap + POLITE_MARGIN_MS)
			at = now + gap + POLITE_MARGIN_MS;
		if (at && w->mutant != GAP_FORGOTTEN)
			sched_address_put(w->sched, ip, at, gap);
	}
	for (int i = 0; i < HOSTS; i++) {
		struct fdb_host row = w->disk[i];
		int64_t wait = now + polite_span(polite_gap(&row, &w->rules));
		polite_cut(&row, &w->rules, now);
		if (row.next_at > now - POLITE_RESTART_MS && row.next_at < wait)
			row.next_at = wait;
		if (w->mutant == GAP_FORGOTTEN)
			row.next_at = 0;
		if (w->mutant == COOLING_FORGOTTEN)
			row.cooling_until = row.cooling_len = 0;
		sched_put(w->sched, &row);
	}
}

/* Killed at any moment: what is saved stays, what is on its way is cut off. */
static void restart(struct world *w)
{
	int64_t quiet = 0;
	for (int k = 0; k < w->flights; k++) {
		struct server *s = &w->servers[w->out[k].host];
		s->busy = false;
		w->places[s->address].busy--;
		if (!w->disk[w->out[k].host].ip[0]) /* frontier_hosts.c: its address is not known */
			quiet = polite_span(w->rules.delay_ms) + POLITE_MARGIN_MS;
	}
	w->flights = 0;
	sched_free(w->sched);
	w->real += 20 + below(w, 3000);
	if (w->mutant != GAP_FORGOTTEN)
		w->real += quiet;
	load(w);
	w->restarts++;
	if (w->trace)
		printf("%lld restart\n", (long long)(w->real - START_MS));
}

static void nothing(void *ctx, struct sched_host *h)
{
	struct world *w = ctx;
	save(w, h);
}

/* The clock of the machine is turned; a gap that the fetcher believes to be over may then not be (rule 9 cuts, never extends). */
static void jump(struct world *w)
{
	w->skew -= below(w, 2 * POLITE_DAY_MS);
	w->jumped = true;
	if (w->mutant != CUT_MISSING)
		sched_cut(w->sched, clock_of(w), nothing, w);
	check_rows(w);
}

static void move(struct world *w)
{
	struct server *s = &w->servers[below(w, HOSTS)];
	if (!s->busy)
		s->address = (int)below(w, ADDRESSES);
}

static int first_to_end(const struct world *w)
{
	int first = -1;
	for (int k = 0; k < w->flights; k++)
		if (first < 0 || w->out[k].ends < w->out[first].ends)
			first = k;
	return first;
}

static void turn(struct world *w, bool jumps)
{
	w->steps++;
	double x = unit(w);
	if (x < 0.0003)
		restart(w);
	else if (x < 0.001)
		move(w);
	else if (x < 0.0012 && jumps)
		jump(w);
	struct sched_host *h = sched_pop(w->sched, clock_of(w));
	if (h) {
		ask(w, h);
		return;
	}
	int k = first_to_end(w);
	int64_t due = sched_next_due(w->sched) == INT64_MAX ? INT64_MAX : sched_next_due(w->sched) - w->skew;
	if (k >= 0 && w->out[k].ends <= due) {
		if (w->out[k].ends > w->real)
			w->real = w->out[k].ends;
		answered(w, k);
	} else if (due == INT64_MAX) {
		violate(w, "nothing is due and nothing is on its way");
	} else if (due > w->real) {
		w->real = due;
	}
}

static void begin(struct world *w, uint64_t seed, enum mutant mutant, bool trace)
{
	memset(w, 0, sizeof(*w));
	w->seed = w->rng = seed;
	w->mutant = mutant;
	w->trace = trace;
	w->real = START_MS + below(w, POLITE_DAY_MS);
	w->rules.delay_ms = 500 + below(w, 3000);
	for (int i = 0; i < HOSTS; i++) {
		struct server *s = &w->servers[i];
		s->nature = (enum nature)below(w, NATURES);
		s->address = (int)below(w, ADDRESSES);
		s->crawl_delay = unit(w) < 0.2 ? 1000 + below(w, 20000) : 0;
		s->last = -1e15;
		w->disk[i] = (struct fdb_host){.id = i + 1, .ready = 1};
		snprintf(w->disk[i].key, sizeof(w->disk[i].key), "h%d.gov.cn", i);
	}
	for (int a = 0; a < ADDRESSES; a++)
		w->places[a].last = -1e15;
}

/* One world for `hours`. A third of the seeds has a window and a cap, a third has clocks that jump. */
static bool run_seed(uint64_t seed, enum mutant mutant, bool trace, int64_t hours, struct world *w, char *why)
{
	begin(w, seed, mutant, trace);
	bool jumps = seed % 3 == 1, hourly = seed % 3 == 2;
	if (hourly) {
		int64_t minute = (w->real + POLITE_ZONE_MS) % POLITE_DAY_MS / 60000;
		w->rules.window_from = (int)((minute + 1430) % 1440);
		w->rules.window_to = (int)((minute + 30) % 1440); /* closes in the middle of the hour */
		w->rules.daily_cap = 20 + below(w, 400);
	}
	load(w);
	int64_t end = w->real + hours * HOUR_MS;
	while (w->real < end && !w->violation[0]) {
		turn(w, jumps);
		if (w->steps % 64 == 0 || trace)
			check_rows(w);
	}
	sched_free(w->sched);
	memcpy(why, w->violation, sizeof(w->violation));
	return !w->violation[0];
}

START_TEST(test_an_hour_of_two_hundred_hosts)
{
	const char *one = getenv("GONGKAI_SIM_SEED"), *runs = getenv("GONGKAI_SIM_RUNS");
	uint64_t first = one ? strtoull(one, NULL, 10) : 1, count = one ? 1 : runs ? strtoull(runs, NULL, 10) : RUNS;
	static struct world w;
	long requests = 0, refused = 0, restarts = 0, challenged = 0;
	char why[256];
	for (uint64_t s = first; s < first + count; s++) {
		ck_assert_msg(run_seed(s, NO_MUTANT, one != NULL, 1, &w, why), "GONGKAI_SIM_SEED=%llu: %s",
			      (unsigned long long)s, why);
		requests += w.requests;
		refused += w.refused;
		restarts += w.restarts;
		challenged += w.challenged;
	}
	printf("note: %llu virtual hours, %ld requests, %ld refused, %ld restarts, %ld challenges\n",
	       (unsigned long long)count, requests, refused, restarts, challenged);
	ck_assert_int_gt(requests, (long)count * HOSTS);
	ck_assert(one || (refused > 0 && restarts > 0 && challenged > 0));
}
END_TEST

START_TEST(test_mutants_are_caught)
{
	static struct world w;
	char why[256];
	enum mutant m = (enum mutant)_i;
	for (uint64_t s = 1; s <= RUNS; s++)
		if (!run_seed(s, m, false, 1, &w, why))
			return;
	ck_abort_msg("the mutant '%s' was not caught in %d runs", mutant_names[m], RUNS);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("polite_sim");
	TCase *t = tcase_create("sim");
	tcase_set_timeout(t, 600);
	tcase_add_test(t, test_an_hour_of_two_hundred_hosts);
	tcase_add_loop_test(t, test_mutants_are_caught, NO_MUTANT + 1, MUTANTS);
	suite_add_tcase(s, t);
	return suite_run(s);
}
