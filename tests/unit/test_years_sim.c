/*
 * The whole fetcher through years of virtual time (years_edges.h) over portals that change, die, slow down, refuse, set
 * challenges, park and move (years_world.h), with kills and restarts at random steps. The books here are those of the sites
 * and of a patient observer: each request is judged when it comes, the frontier's rows after every step.
 *
 * GONGKAI_SIM_SEED=N replays one seed with a trace (GONGKAI_SIM_YEARS as it was printed), GONGKAI_SIM_RUNS=N runs more seeds;
 * `make rehearse-years SEEDS=N` is the long form. Mutants spoil the frontier behind the fetcher's back, so that one promise
 * cannot be kept; each must be caught.
 */
#include "tests/unit/years_edges.h"
#include "suite.h"

#include <malloc.h>
#include <unistd.h>

#define FIRST 2 /* a seed with a window and a cap */
#define RUNS 1
#define YEARS 1
#define CHECK_EACH 32 /* the whole frontier is looked through each so many steps, and at each start */
#define CRASH_EACH 4000
#define BACK_HOME_MS (60 * DAY_MS)     /* from the end of a trouble to the next good look at the home page */
#define BACK_ALL_MS (280 * DAY_MS)     /* ... at every page; also how long any page goes unseen at most */
#define OVERDUE_MS (45 * DAY_MS)       /* a page that is due and not asked for, on a site that answers */
#define DUE_MOST_MS (220 * DAY_MS)     /* how far ahead a page is planned */
#define AWAY_MONTH 14                  /* requests in thirty days to a host that does not answer, after two months */
#define BAD_MONTH 5                    /* ... for a page of a site that answers nothing good, robots.txt in between */
#define OLD_MONTH 2                    /* ... after eight months */
#define MOVED_YEAR 12                  /* requests in a year for an address that leads elsewhere */
#define MOVED_HOME_YEAR 20             /* ... for that of a source */
#define LINE_BACK_MS (36 * HOUR_MS)    /* from the end of an outage until what died of it has been asked for again */
#define OUTAGE_TRIES 4                 /* requests for a page that an outage adds: three in it, one behind it */
#define PAGE_YEAR 400                  /* requests in a year for any address */
#define LOST_MS 400                    /* before a kill: what was heard may not have been committed */
#define MEMORY_GROWS (6 * 1024 * 1024) /* from the first quarter on */

enum mutant {
	NO_MUTANT,
	RESTS_FORGOTTEN, /* hosts at a start */
	ABSENCE_FORGOTTEN,
	NEVER_AGAIN, /* dead pages */
	MISCOUNTED,
	DUE_TOO_LATE,
	TWO_ROWS,
	OUTAGE_BLAMED, /* on the hosts */
	MUTANTS
};
static const char *const mutant_names[] = {"none",
					   "rests forgotten at a restart",
					   "absence of hosts forgotten",
					   "dead pages never come round",
					   "a count is off",
					   "planned for never",
					   "one address in two rows",
					   "an outage is blamed on the hosts"};

struct host_book {
	int64_t last, until, rule, heard;
	bool busy, robots_read;
	int64_t day, day_count;
	bool answered;
	const struct outage *missed; /* the last one in which it did not answer */
};
struct place_book {
	int64_t last, rule;
	int busy;
};
struct page_book {
	bool told; /* the fetcher was told of it */
	int64_t told_at, asked_at, good_at;
	int year, in_year;
};
static struct books {
	struct host_book hosts[SITES][FORMS];
	struct place_book places[ADDRESSES];
	struct page_book pages[SITES][FORMS][PAGES];
	int months[SITES][FORMS][TROUBLES][64];
	int64_t looked_at, year;
	long year_began;
	size_t memory;
	unsigned silent;              /* addresses that stopped answering since the last answer, bit by bit */
	const struct outage *noticed; /* hosts at three addresses that were well stopped answering in it */
	long refused, gone, outages;
	enum mutant mutant;
} B;

/* Forms of one host have one book. */
static struct host_book *host_of(int site, int form)
{
	const struct portal *s = &W.world.v[site];
	int k = 0;
	while (strcmp(s->host[k], s->host[form]) != 0)
		k++;
	return &B.hosts[site][k];
}

/* ---- each request */

static bool in_window(const struct polite_rules *r, int64_t t)
{
	int64_t minute = (t + POLITE_ZONE_MS) % POLITE_DAY_MS / 60000;
	if (r->window_from == r->window_to)
		return true;
	return r->window_from < r->window_to ? minute >= r->window_from && minute < r->window_to
					     : minute >= r->window_from || minute < r->window_to;
}

static void judge_host(struct host_book *h, const char *host)
{
	const struct polite_rules *r = &W.set.polite;
	int64_t day = (W.now + POLITE_ZONE_MS) / POLITE_DAY_MS;
	if (h->busy)
		violate("%s: a second request at one time", host);
	if (h->last && W.now < h->last + h->rule)
		violate("%s: asked %lld ms after its last request, the rule is %lld", host,
			(long long)(W.now - h->last), (long long)h->rule);
	if (W.now < h->until)
		violate("%s: asked %lld ms before its rest is over", host, (long long)(h->until - W.now));
	if (!in_window(r, W.now))
		violate("%s: asked outside of the window", host);
	h->day_count = h->day == day ? h->day_count + 1 : 1;
	h->day = day;
	if (r->daily_cap && h->day_count > r->daily_cap)
		violate("%s: request %lld of the day", host, (long long)h->day_count);
}

static bool does_not_answer(enum trouble_kind k)
{
	return k == DNS_GONE || k == NO_CONNECTION || k == BAD_TLS || k == REFUSES_429 || k == REFUSES_503 ||
	       k == CHALLENGE_412 || k == CHALLENGE_200;
}

/* What a site in trouble for months is asked. */
static void judge_floor(const struct portal *s, int form)
{
	const struct trouble *t = trouble_at(s, W.now);
	int64_t since = t->from > s->moved_at[form] ? t->from : s->moved_at[form];
	int64_t month = (W.now - since) / (30 * DAY_MS);
	if (t->kind == NO_TROUBLE || t->kind == SLOW || t->kind == PARKED || month > 63)
		return;
	int k = 0, known = 0;
	while (strcmp(s->host[k], s->host[form]) != 0)
		k++;
	int n = ++B.months[s->number][k][t - s->troubles][month];
	for (int f = 0; f < FORMS; f++)
		for (int i = 0; i < PAGES; i++)
			known += B.pages[s->number][f][i].told;
	int most = does_not_answer(t->kind) ? AWAY_MONTH : (month < 8 ? BAD_MONTH : OLD_MONTH) * known;
	const struct outage *o = outage_at(&W.world, W.now);
	if (o && W.now < o->to + 30 * DAY_MS && !does_not_answer(t->kind))
		most *= 2; /* what was asked for in the outage is asked for again */
	if (month >= 2 && n > most)
		violate("%s, in trouble (%s) for %lld months: request %d of thirty days, %d are the most", s->host[k],
			trouble_names[t->kind], (long long)month, n, most);
}

/* Was there anything that made an address that leads elsewhere answer otherwise for a while? */
static bool was_troubled(const struct portal *s, int64_t from, int64_t to)
{
	for (int i = 0; i < s->troubles_n; i++)
		if (s->troubles[i].kind != SLOW && s->troubles[i].from < to && s->troubles[i].to > from)
			return true;
	return false;
}

/* Outages of our own in that time: what is asked for in one is asked for again behind it. */
static int outages_between(int64_t from, int64_t to)
{
	int n = 0;
	for (int i = 0; i < OUTAGES; i++)
		n += W.world.outages[i].from < to && W.world.outages[i].to > from;
	return n;
}

static void judge_page(const struct portal *s, int form, int page)
{
	struct page_book *p = &B.pages[s->number][form][page];
	int year = (int)((W.now - START_MS) / YEAR_MS), most = PAGE_YEAR;
	int64_t begins = START_MS + year * YEAR_MS;
	char path[64];
	if (p->year != year)
		p->in_year = 0;
	p->year = year;
	p->in_year++;
	p->asked_at = W.now;
	if (form < form_at(s, W.now) && s->moved_at[form + 1] < begins && !was_troubled(s, begins, W.now))
		most = (page ? MOVED_YEAR : MOVED_HOME_YEAR) + OUTAGE_TRIES * outages_between(begins, W.now);
	page_path(&s->pages[page], path);
	if (p->in_year > most)
		violate("%s%s: request %d of the year, %d are the most", s->form[form], path, p->in_year, most);
}

static void saw_request(const char *url, const char *host, const char *ip, const struct portal_answer *a)
{
	(void)url;
	const struct portal *s = &W.world.v[a->site];
	struct host_book *h = host_of(a->site, a->form);
	struct place_book *p = &B.places[s->address[a->form]];
	judge_host(h, host);
	if (ip[0] && (p->busy || (p->last && W.now < p->last + p->rule)))
		violate("%s: its address was asked %lld ms ago, the rule is %lld, %d at one time", host,
			(long long)(W.now - p->last), (long long)p->rule, p->busy + 1);
	judge_floor(s, a->form);
	if (a->page >= 0)
		judge_page(s, a->form, a->page);
	h->last = W.now;
	h->rule = W.set.polite.delay_ms;
	if (h->robots_read && s->crawl_delay > h->rule)
		h->rule = s->crawl_delay;
	h->busy = true;
	if (ip[0]) {
		p->last = W.now;
		p->rule = h->rule;
		p->busy++;
	}
	W.requests++;
}

/* What must be known of an outage: three addresses that were well are silent, none has answered in between. */
static void watch_line(const struct portal_answer *a, const struct portal *s, struct host_book *h)
{
	const struct outage *o = outage_at(&W.world, W.now);
	if (a->status > 0) {
		h->answered = true;
		B.silent = 0;
		return;
	}
	if (!o || W.now >= o->to || h->missed == o || !h->answered || W.now - well_since(s, o->from) < BACK_HOME_MS ||
	    a->form != form_at(s, W.now))
		return;
	h->missed = o;
	B.silent |= 1u << s->address[a->form];
	if (__builtin_popcount(B.silent) == 3) {
		B.noticed = o;
		B.outages++;
	}
}

static void saw_answer(const struct flight *x)
{
	const struct portal_answer *a = &x->a;
	const struct portal *s = &W.world.v[a->site];
	struct host_book *h = host_of(a->site, a->form);
	struct place_book *p = &B.places[s->address[a->form]];
	h->busy = false;
	p->busy -= x->ip[0] != 0;
	watch_line(a, s, h);
	int64_t rest = a->retry_after_s * 1000;
	if (rest > POLITE_COOL_MAX_MS || a->status == 412)
		rest = POLITE_COOL_MAX_MS;
	if (rest > 0) {
		h->until = W.now + rest;
		h->heard = W.now;
		B.refused++;
	}
	if (a->robots && a->status == 200 && a->verdict != A_DOCUMENT) { /* what is no robots.txt asks for nothing */
		h->robots_read = false;
		h->rule = W.set.polite.delay_ms;
	}
	if (a->robots && a->status == 200 && a->verdict == A_DOCUMENT && s->crawl_delay) {
		h->robots_read = true;
		if (s->crawl_delay > h->rule)
			h->rule = p->rule = s->crawl_delay;
	}
	bool good =
		a->page >= 0 && a->verdict == A_DOCUMENT && (a->status == 200 || a->status == 304 || a->status == 301);
	if (good)
		B.pages[a->site][a->form][a->page].good_at = W.now;
	B.gone += a->status == 404;
}

static void saw_challenge_text(int site, int form)
{
	struct host_book *h = host_of(site, form);
	h->until = W.now + POLITE_COOL_MAX_MS;
	h->heard = W.now;
	B.refused++;
}

/* ---- the frontier's rows */

static int64_t ask(struct fetcher *f, const char *text)
{
	int64_t n = 0;
	if (sql_int(&f->db->sql, text, SQL_ARGS(SQL_I(W.now)), 0, &n) != ERR_OK)
		violate("the frontier cannot be asked (%s): %s", text, err_text());
	return n;
}

static void check_counts(struct fetcher *f)
{
	struct fdb_counts c;
	int64_t n[PAGE_HELD + 1] = {0};
	sqlite3_stmt *st;
	bool more = true;
	fdb_counts(f->db, &c);
	if (ask(f, "SELECT count(*)-count(DISTINCT url)+0*?1 FROM pages"))
		violate("an address has two rows");
	enum err e = sql_get(&f->db->sql, "SELECT state, count(*) FROM pages GROUP BY state", SQL_NONE, &st);
	while (e == ERR_OK && (e = sql_next(&f->db->sql, st, &more)) == ERR_OK && more) {
		int64_t state = sqlite3_column_int64(st, 0);
		if (state < 0 || state > PAGE_HELD)
			violate("a page is in the state %lld", (long long)state);
		else
			n[state] = sqlite3_column_int64(st, 1);
	}
	for (int i = 0; i <= PAGE_HELD; i++)
		if (n[i] != c.by_state[i])
			violate("%lld pages are %s, the count says %lld", (long long)n[i],
				page_state_name((enum page_state)i), (long long)c.by_state[i]);
	if (!fdb_dirty(f->db) &&
	    ask(f,
		"SELECT count(*)+0*?1 FROM hosts h WHERE ready<>"
		"(SELECT count(*) FROM pages p WHERE p.host_id=h.id AND p.state=" Q_READY ") OR again<>(SELECT count(*)"
		" FROM pages p WHERE p.host_id=h.id AND p.due IS NOT NULL AND p.state=" Q_READY ")"))
		violate("the count of a host's ready pages is off");
}

/* One row: is it where it will be asked for again, and when? */
static void check_row(const char *url, enum page_state state, enum cause cause, int64_t due)
{
	struct portal *s;
	const char *rest;
	int form, page;
	if (!form_of(&W.world, url, &s, &form, &rest) || (page = page_at(s, rest, W.now)) < 0)
		return;
	struct page_book *p = &B.pages[s->number][form][page];
	if (!p->told) {
		p->told = true;
		p->told_at = W.now;
	}
	bool rests = state == PAGE_DONE || state == PAGE_DEAD || state == PAGE_DISCARDED;
	if (cause == CAUSE_TWIN || cause == CAUSE_OUT_OF_SCOPE || !rests)
		return;
	if (!due)
		violate("%s is %s (%s) and never comes round", url, page_state_name(state), cause_code(cause));
	else if (due > W.now + DUE_MOST_MS)
		violate("%s is %s (%s) and comes round in %lld days only", url, page_state_name(state),
			cause_code(cause), (long long)((due - W.now) / DAY_MS));
	else if (due < W.now - OVERDUE_MS)
		violate("%s is %s (%s), due for %lld days and not begun", url, page_state_name(state),
			cause_code(cause), (long long)((W.now - due) / DAY_MS));
}

static void check_rows(struct fetcher *f)
{
	sqlite3_stmt *st;
	bool more = true;
	enum err e = sql_get(&f->db->sql, "SELECT url, state, cause, ifnull(due,0) FROM pages", SQL_NONE, &st);
	while (e == ERR_OK && (e = sql_next(&f->db->sql, st, &more)) == ERR_OK && more)
		check_row(sql_text(st, 0), (enum page_state)sqlite3_column_int(st, 1),
			  fdb_cause(f->db, sqlite3_column_int64(st, 2)), sqlite3_column_int64(st, 3));
	if (e != ERR_OK)
		violate("the frontier cannot be walked: %s", err_text());
}

/* A page that a redirect left: its detail names where it went, and that is a page, too. */
static void check_moves(struct fetcher *f)
{
	if (ask(f, "SELECT count(*)+0*?1 FROM pages p JOIN work w ON w.page_id=p.id WHERE p.state=" Q_DONE
		   " AND w.flags&1 AND NOT EXISTS(SELECT 1 FROM pages q WHERE q.url=w.detail)"))
		violate("a page was moved to an address that is no page");
}

/* A page that died of an outage which was noticed is no dead page any more. */
static void check_outage(struct fetcher *f)
{
	const struct outage *o = B.noticed;
	sqlite3_stmt *st;
	bool more = true;
	if (!o || W.now < o->to + LINE_BACK_MS)
		return;
	enum err e = sql_get(&f->db->sql,
			     "SELECT p.url FROM pages p JOIN work w ON w.page_id=p.id WHERE p.state=" Q_DEAD
			     " AND w.last_at BETWEEN ?1 AND ?2 AND p.cause IN (SELECT id FROM causes WHERE code IN"
			     " ('dns','connect','timeout'))",
			     SQL_ARGS(SQL_I(o->from), SQL_I(o->to)), &st);
	while (e == ERR_OK && (e = sql_next(&f->db->sql, st, &more)) == ERR_OK && more)
		violate("%s died of the outage of day %.1f and was not asked for again", sql_text(st, 0),
			(double)(o->from - START_MS) / (double)DAY_MS);
	B.noticed = NULL;
}

/* ---- what a patient observer sees */

static void check_returned(void)
{
	for (int i = 0; i < SITES; i++) {
		const struct portal *s = &W.world.v[i];
		enum trouble_kind now = trouble_at(s, W.now)->kind;
		int64_t well = well_since(s, W.now);
		int form = form_at(s, W.now);
		bool known = B.pages[i][0][0].told;
		if (!known || (now != NO_TROUBLE && now != SLOW) || W.now - well < BACK_HOME_MS)
			continue;
		if (B.pages[i][form][0].good_at < W.now - BACK_HOME_MS)
			violate("%s/ answers since day %.1f, its last good look was on day %.1f", s->form[form],
				(double)(well - START_MS) / (double)DAY_MS,
				(double)(B.pages[i][form][0].good_at - START_MS) / (double)DAY_MS);
		for (int k = 0; k < PAGES && W.now - well > BACK_ALL_MS; k++) {
			const struct page_book *p = &B.pages[i][form][k];
			char path[64];
			page_path(&s->pages[k], path);
			if (p->told && W.now - p->told_at > BACK_ALL_MS && p->good_at < W.now - BACK_ALL_MS)
				violate("%s%s is there and was not seen for %lld days", s->form[form], path,
					(long long)((W.now - p->good_at) / DAY_MS));
		}
	}
}

/* The budget of visits: each page once in REVISIT_MEAN_DAYS, what was saved up at the start, and robots.txt once a day of asking. */
static void check_budget(struct fetcher *f)
{
	int64_t year = (W.now - START_MS) / YEAR_MS, pages = ask(f, "SELECT count(*)+0*?1 FROM pages");
	if (year != B.year)
		B.year_began = W.requests;
	B.year = year;
	double visits = (double)pages * (1 + 366.0 / REVISIT_MEAN_DAYS) + (year == 0 ? REVISIT_BURST : 0);
	if ((double)(W.requests - B.year_began) > 2 * visits + 100)
		violate("%ld requests in a year for %lld pages", W.requests - B.year_began, (long long)pages);
}

static void check_memory(void)
{
	size_t now = mallinfo2().uordblks;
	if (B.memory && now > B.memory + MEMORY_GROWS)
		violate("%zu bytes of memory are in use, %zu were", now, B.memory);
}

static void spoil(struct fetcher *f)
{
	static const char *const how[MUTANTS] = {
		[ABSENCE_FORGOTTEN] = "UPDATE hosts SET down_since=0 WHERE ?1",
		[NEVER_AGAIN] = "UPDATE pages SET due=NULL WHERE ?1 AND state=" Q_DEAD,
		[MISCOUNTED] = "UPDATE pages SET state=" Q_HELD
			       " WHERE ?1 AND id=(SELECT max(id) FROM pages WHERE state=" Q_DONE ")",
		[DUE_TOO_LATE] = "UPDATE pages SET due=?1+221*86400000"
				 " WHERE id=(SELECT max(id) FROM pages WHERE state=" Q_DONE ")",
		[TWO_ROWS] = "INSERT INTO pages(hash,url,host_id,state,depth,first_at,solo,arm,ord) SELECT "
			     "hash,url,host_id,state,depth,first_at,solo,arm,ord FROM pages WHERE ?1 AND id=1"};
	if (!how[B.mutant] || W.now < START_MS + 30 * DAY_MS)
		return;
	ck_assert_int_eq(fdb_run(f->db, how[B.mutant], SQL_ARGS(SQL_I(W.now))), ERR_OK);
}

static void saw_step(struct fetcher *f)
{
	if (B.mutant == OUTAGE_BLAMED)
		f->uplink = (struct uplink){0};
	W.crash = below(&W.rng, B.mutant == RESTS_FORGOTTEN ? CRASH_EACH / 40 : CRASH_EACH) == 0;
	if (W.steps % CHECK_EACH != 0 && !W.crash)
		return;
	if (B.mutant)
		spoil(f);
	check_counts(f);
	check_rows(f);
	check_moves(f);
	check_outage(f);
	if (W.now - B.looked_at < DAY_MS)
		return;
	B.looked_at = W.now;
	check_returned();
	check_budget(f);
	check_memory();
	if (!B.memory && W.now - START_MS > YEAR_MS / 4)
		B.memory = mallinfo2().uordblks;
}

/* ---- running */

static void forget_uncommitted(void)
{
	for (int i = 0; i < SITES; i++)
		for (int k = 0; k < FORMS; k++) {
			struct host_book *h = &B.hosts[i][k];
			h->busy = false;
			if (h->heard > W.now - LOST_MS)
				h->until = 0;
		}
	for (int i = 0; i < ADDRESSES; i++)
		B.places[i].busy = 0;
	B.silent = 0; /* a fetcher that was killed begins to count anew */
}

static void open_sources(void)
{
	struct fdb *d;
	struct fdb_limits l = {.scope = "site", .depth = 12, .pages = 10000};
	const int sites = B.mutant > RESTS_FORGOTTEN && B.mutant != OUTAGE_BLAMED ? SITES / 2 : SITES;
	ck_assert_int_eq(fdb_open(W.dir, &l, &d, NULL), ERR_OK);
	for (int i = 0; i < sites; i++) {
		char url[160];
		snprintf(url, sizeof(url), "%s/", W.world.v[i].form[0]);
		ck_assert_int_eq(fdb_add_source(d, url, NULL, NULL, NULL, W.now, NULL), ERR_OK);
	}
	ck_assert_int_eq(fdb_commit(d), ERR_OK);
	fdb_close(d);
}

static void rests_forgotten(void)
{
	struct fdb *d;
	if (B.mutant != RESTS_FORGOTTEN)
		return;
	ck_assert_int_eq(fdb_open(W.dir, NULL, &d, NULL), ERR_OK);
	ck_assert_int_eq(fdb_run(d, "UPDATE hosts SET cooling_until=0, cooling_len=0, next_at=0", SQL_NONE), ERR_OK);
	ck_assert_int_eq(fdb_commit(d), ERR_OK);
	fdb_close(d);
}

static void begin(uint64_t seed, int years, enum mutant mutant, bool traced)
{
	memset(&W, 0, sizeof(W));
	memset(&B, 0, sizeof(B));
	B.mutant = mutant;
	W.seed = seed;
	W.rng = seed * 31 + 7;
	W.random = seed * 1009 + 3;
	W.trace = traced;
	W.now = START_MS;
	W.end = START_MS + years * YEAR_MS;
	portals_make(&W.world, seed);
	strcpy(W.dir, access("/dev/shm", W_OK) == 0 ? "/dev/shm/gk-years-XXXXXX" : "/tmp/gk-years-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(W.dir));
	W.set = (struct fetcher_settings){.data_dir = W.dir,
					  .revisit = true,
					  .polite = {.delay_ms = 500 + below(&W.rng, 3000)},
					  .confirm_ms = 60000,
					  .scope = "site",
					  .depth = 12,
					  .pages = 10000,
					  .lease_ms = 120000,
					  .user_agent = "sim",
					  .drain_fd = -1};
	if (seed % 3 == 2) {
		polite_window_parse("20:30-06:00", &W.set.polite);
		W.set.polite.daily_cap = 30 + below(&W.rng, 100);
	}
	open_sources();
}

/* One world for so many years; false with the reason in W.violation. */
static bool run_seed(uint64_t seed, int years, enum mutant mutant, bool traced)
{
	char cmd[160];
	bool interrupted;
	begin(seed, years, mutant, traced);
	while (W.now < W.end && !W.violation[0]) {
		W.killed = false;
		W.crash = false;
		W.heartbeat_at = 0;
		enum err e = fetcher_run(&W.set, &interrupted);
		if (!W.killed)
			violate("the fetcher ended by itself: %s (%s)", err_name(e), err_text());
		forget_messages();
		forget_uncommitted();
		rests_forgotten();
		W.now += 20 + below(&W.rng, below(&W.rng, 10) ? 3000 : 3 * HOUR_MS);
		W.crashes++;
	}
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", W.dir);
	ck_assert_int_eq(system(cmd), 0);
	return !W.violation[0];
}

static int number(const char *name, int otherwise)
{
	const char *z = getenv(name);
	return z && *z ? atoi(z) : otherwise;
}

START_TEST(test_years)
{
	int one = number("GONGKAI_SIM_SEED", 0), years = number("GONGKAI_SIM_YEARS", YEARS);
	int first = one ? one : number("GONGKAI_SIM_FIRST", FIRST), count = one ? 1 : number("GONGKAI_SIM_RUNS", RUNS);
	long requests = 0, refused = 0, gone = 0, crashes = 0, steps = 0, versions = 0, outages = 0;
	for (int s = first; s < first + count; s++) {
		bool kept = run_seed((uint64_t)s, years, NO_MUTANT, one != 0);
		ck_assert_msg(kept, "GONGKAI_SIM_SEED=%d GONGKAI_SIM_YEARS=%d: day %.2f, step %ld: %s", s, years,
			      (double)(W.now - START_MS) / (double)DAY_MS, W.steps, W.violation);
		requests += W.requests;
		refused += B.refused;
		gone += B.gone;
		crashes += W.crashes;
		steps += W.steps;
		versions += W.versions;
		outages += B.outages;
	}
	printf("note: %d worlds of %d years: %ld steps, %ld requests (%.1f a page and year), %ld refused, %ld not "
	       "there, %ld starts, %ld versions, %ld outages noticed\n",
	       count, years, steps, requests, (double)requests / count / years / SITES / (PAGES / 2), refused, gone,
	       crashes, versions, outages);
	ck_assert(refused > 0 && gone > 0 && crashes > count && versions > 100);
}
END_TEST

START_TEST(test_mutants_are_caught)
{
	for (uint64_t s = 1; s <= (_i == OUTAGE_BLAMED ? 12 : 3); s++)
		if (!run_seed(s, _i == OUTAGE_BLAMED ? 2 : YEARS, (enum mutant)_i, false)) {
			printf("note: %s: %s (step %ld)\n", mutant_names[_i], W.violation, W.steps);
			return;
		}
	ck_abort_msg("the mutant '%s' was not caught", mutant_names[_i]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("years_sim");
	TCase *t = tcase_create("sim");
	log_init("sim", getenv("GONGKAI_SIM_LOG") ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR);
	tcase_set_timeout(t, 36000);
	tcase_add_test(t, test_years);
	if (!getenv("GONGKAI_SIM_SEED") && !getenv("GONGKAI_SIM_RUNS"))
		tcase_add_loop_test(t, test_mutants_are_caught, NO_MUTANT + 1, MUTANTS);
	suite_add_tcase(s, t);
	return suite_run(s);
}
