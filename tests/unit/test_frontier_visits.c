/* Visits of known pages with a real frontier.db, in virtual time: years of it, budgets, hosts, announcements, restarts. */
#include "fetcher/frontier_visits.h"

#include <math.h>

#include "base/hash.h"
#include "frontier_fixture.h"

#define HOUR (3600LL * 1000)
#define DAY REVISIT_DAY_MS

static void go(int64_t id, int64_t now, struct frontier_event e)
{
	enum frontier_result r;
	OK(fdb_event(d, id, &e, now, &r, NULL));
	ck_assert_int_ne(r, FRONTIER_IGNORED);
}

/* A page from ready to done as the loop does it: by its document, or by a 304. Returns the fetch_id. */
static uint64_t look(int64_t id, int64_t now, bool changed, bool report)
{
	struct fdb_page page;
	uint64_t f, seq;
	int64_t next = 0;
	OK(fdb_fetch_id(d, &f));
	go(id, now, (struct frontier_event){.kind = EV_LEASED, .fetch_id = f});
	arena_reset(arena);
	OK(fdb_page(d, id, arena, &page));
	struct fdb_visit v = {.fetch_id = f, .changed = changed, .report = report};
	if (page.p.body_fetch_id && !changed) {
		OK(fdb_visited(d, &page, &v, now, &next));
		go(id, now, (struct frontier_event){.kind = EV_NOT_MODIFIED, .fetch_id = f, .next_visit = next});
		return f;
	}
	go(id, now,
	   (struct frontier_event){.kind = EV_FETCHED,
				   .fetch_id = f,
				   .place = {.file = "gongkai-1.warc.gz", .offset = 7, .length = 9},
				   .body_bytes = 5,
				   .status = 200});
	OK(fdb_parse_seq(d, &seq));
	go(id, now, (struct frontier_event){.kind = EV_SENT, .epoch = 1, .parse_seq = seq});
	OK(fdb_visited(d, &page, &v, now, &next));
	ck_assert(next > now);
	go(id, now,
	   (struct frontier_event){.kind = EV_ACK, .fetch_id = f, .lexicon_matches = true, .next_visit = next});
	return f;
}

static int64_t due_of(int64_t id)
{
	char sql[80];
	OK(fdb_commit(d));
	snprintf(sql, sizeof(sql), "SELECT ifnull(due,0) FROM pages WHERE id=%lld", (long long)id);
	return query(sql);
}

struct site {
	int64_t id, last, longest, visits;
	double next, rate; /* of changes: days since NOW; a day */
	bool ended;
};

/* Visits all pages of a host that are ready; those of `most` at most. */
static int serve(struct site *sites, unsigned n, int64_t host, int64_t now, uint64_t *rng, int most)
{
	int made = 0;
	int64_t id;
	double t = (double)(now - NOW) / (double)DAY;
	while (made < most && fdb_next_again(d, host, &id) == ERR_OK) {
		unsigned i;
		for (i = 0; i < n; i++) {
			if (sites[i].id != id)
				continue;
			bool changed = sites[i].next <= t;
			if (changed)
				sites[i].next = t - log1p(-rng_unit(rng)) / sites[i].rate;
			look(id, now, changed, false);
			if (now - sites[i].last > sites[i].longest)
				sites[i].longest = now - sites[i].last;
			sites[i].last = now;
			sites[i].visits++;
			break;
		}
		if (i == n) /* a page of the host that is not followed */
			look(id, now, false, false);
		made++;
	}
	return made;
}

/* Three years: the budget is kept, what changes in a way that one can follow is visited more, nothing is forgotten. */
START_TEST(test_years)
{
	enum { PAGES = 90, YEARS = 3 };
	static struct site s[PAGES];
	static const double rates[] = {0.002, 0.1, 300};
	const double budget = 2;
	uint64_t rng = 5;
	char url[64];
	OK(fdb_visits_begin(d, budget, 2000));
	for (unsigned i = 0; i < PAGES; i++) {
		snprintf(url, sizeof(url), "http://a.gov.cn/%u.html", i);
		s[i] = (struct site){.id = add(url), .last = NOW, .rate = rates[i % 3]};
		s[i].next = -log1p(-rng_unit(&rng)) / s[i].rate;
		look(s[i].id, NOW, true, false);
	}
	OK(fdb_commit(d));
	int64_t made = 0, late = 0, host = query("SELECT host_id FROM pages WHERE id=1");
	for (int64_t now = NOW; now < NOW + YEARS * 365 * DAY; now += 12 * HOUR) {
		OK(fdb_tick(d, now, true, NULL, NULL));
		int n = serve(s, PAGES, host, now, &rng, 1000);
		made += n;
		late += now > NOW + (YEARS - 1) * 365 * DAY ? n : 0;
		if ((now - NOW) / DAY % 20 == 0)
			OK(fdb_commit(d));
		if ((now - NOW) / DAY == 500 && (now - NOW) % DAY == 0) { /* a restart in between changes nothing */
			reopen();
			OK(fdb_visits_begin(d, budget, 2000));
		}
	}
	int64_t by[3] = {0};
	for (unsigned i = 0; i < PAGES; i++) {
		by[i % 3] += s[i].visits;
		ck_assert_msg(s[i].longest <= (int64_t)(REVISIT_LOOK_DAYS + 10) * DAY, "page %u: unseen for %lld days",
			      i, (long long)(s[i].longest / DAY));
	}
	ck_assert_msg((double)made <= budget * 365 * YEARS + REVISIT_BURST, "%lld visits", (long long)made);
	ck_assert_msg(fabs((double)late / (budget * 365) - 1) < 0.1, "%lld visits in the last year", (long long)late);
	ck_assert_msg(2 * by[1] > 3 * by[0] && 2 * by[1] > 3 * by[2], "visits: slow %lld, middling %lld, restless %lld",
		      (long long)by[0], (long long)by[1], (long long)by[2]);
	check_counts();
}
END_TEST

/* A host with a long gap gets no more than its share, has an m of its own, and does not hold the others up. */
START_TEST(test_host_is_the_limit)
{
	enum { PAGES = 150, DAYS = 160 };
	static struct site s[2 * PAGES];
	uint64_t rng = 6;
	char url[64];
	OK(fdb_visits_begin(d, 60, 1000));
	for (unsigned i = 0; i < 2 * PAGES; i++) {
		snprintf(url, sizeof(url), "http://%s.gov.cn/%u.html", i < PAGES ? "slow" : "fast", i);
		s[i] = (struct site){.id = add(url), .last = NOW, .rate = 0.3};
		s[i].next = -log1p(-rng_unit(&rng)) / s[i].rate;
		look(s[i].id, NOW, true, false);
	}
	OK(fdb_commit(d));
	int64_t slow = query("SELECT id FROM hosts WHERE key='slow.gov.cn'"),
		fast = query("SELECT id FROM hosts WHERE key='fast.gov.cn'");
	struct fdb_host h;
	OK(fdb_host(d, slow, &h));
	h.gap_ms = 3 * HOUR;
	OK(fdb_host_save(d, &h));
	int64_t made[2] = {0};
	for (int64_t now = NOW; now < NOW + DAYS * DAY; now += 4 * HOUR) {
		OK(fdb_tick(d, now, true, NULL, NULL));
		int a = serve(s, 2 * PAGES, slow, now, &rng, 4), b = serve(s, 2 * PAGES, fast, now, &rng, 1000);
		if (now > NOW + DAYS / 2 * DAY) {
			made[0] += a;
			made[1] += b;
		}
	}
	OK(fdb_commit(d));
	double room = 8 * REVISIT_HOST_SHARE * DAYS / 2;
	ck_assert_msg((double)made[0] < room * 1.2 && (double)made[0] > room * 0.8, "%lld visits of %g",
		      (long long)made[0], room);
	ck_assert_msg(made[1] > 5 * made[0], "the other host: %lld visits", (long long)made[1]);
	struct revisit_pace all, own;
	struct view *v;
	struct view_visit w;
	OK(view_open(dir, &v));
	OK(view_visit(v, s[0].id, &w));
	all.m = w.m;
	own.m = w.host_m;
	ck_assert_msg(own.m > 1.5 * all.m, "m %g, of the host %g", all.m, own.m);
	ck_assert(w.rate > 0.01 && w.interval > 5);
	ck_assert_str_eq(w.kind, "article");
	struct view_pace p;
	OK(view_pace(v, &p));
	ck_assert(p.budget == 60 && p.m == all.m);
	view_close(v);
}
END_TEST

/* While pages wait that were never fetched, visits get the smaller share of a host, and both kinds are found to choose from. */
START_TEST(test_new_pages_first)
{
	static struct site s[200];
	uint64_t rng = 4;
	char url[64];
	int64_t id;
	OK(fdb_visits_begin(d, 100000, 600000));
	for (unsigned i = 0; i < 200; i++) {
		snprintf(url, sizeof(url), "http://a.gov.cn/%u.html", i);
		s[i] = (struct site){.id = add(url), .last = NOW, .rate = 3, .next = 0};
		look(s[i].id, NOW, true, false);
	}
	int64_t fresh = add("http://a.gov.cn/never.html");
	OK(fdb_commit(d));
	int64_t host = query("SELECT host_id FROM pages LIMIT 1");
	ck_assert_int_eq(fdb_next_again(d, host, &id), ERR_NOTFOUND);
	OK(fdb_next_ready(d, host, &id));
	ck_assert_int_eq(id, fresh);
	int64_t made[2] = {0};
	for (int part = 0; part < 2; part++) {
		for (int64_t i = 0; i < 40 * 24; i++) {
			int64_t now = NOW + part * 40 * DAY + i * HOUR;
			OK(fdb_tick(d, now, true, NULL, NULL));
			int n = serve(s, 200, host, now, &rng, 1000);
			made[part] += i >= 20 * 24 ? n : 0;
		}
		if (part == 0)
			look(fresh, NOW + 40 * DAY, true, false);
	}
	double room = 86400 / 600.0 * 20;
	ck_assert_msg(fabs((double)made[0] / (room * REVISIT_HOST_SHARE_NEW) - 1) < 0.2, "%lld of %g with new pages",
		      (long long)made[0], room);
	ck_assert_msg((double)made[1] > (double)made[0] * 1.5 && (double)made[1] < room * REVISIT_HOST_SHARE * 1.2,
		      "%lld of %g without", (long long)made[1], room);
}
END_TEST

/* The same result told twice is one visit; a page that was never parsed costs nothing; a page at done with a reparse is no visit. */
START_TEST(test_counted_once)
{
	int64_t id = add("http://a.gov.cn/x.html"), next;
	struct fdb_page page;
	add("http://a.gov.cn/never.html");
	look(id, NOW, true, false);
	OK(fdb_commit(d));
	ck_assert_int_eq(query("SELECT count(*) FROM visits"), 1);
	ck_assert_int_eq(query("SELECT ifnull(visits,0) FROM visits"), 0);
	run_sql("UPDATE pages SET due=1; UPDATE work SET next_visit=1");
	OK(fdb_tick(d, NOW + DAY, true, NULL, NULL));
	uint64_t f = look(id, NOW + DAY, true, false);
	for (int i = 0; i < 3; i++) {
		OK(fdb_page(d, id, arena, &page));
		struct fdb_visit v = {.fetch_id = f, .changed = i != 1};
		OK(fdb_visited(d, &page, &v, NOW + 3 * DAY, &next));
	}
	OK(fdb_commit(d));
	ck_assert_int_eq(query("SELECT visits FROM visits"), 1000);
	ck_assert_int_eq(query("SELECT changes FROM visits"), 1000);
	ck_assert_int_eq(query("SELECT busy FROM visits"), 1440);
	ck_assert(query("SELECT last_at FROM visits") == NOW + DAY);
	ck_assert_int_eq(query("SELECT count(*) FROM visit_groups"), 2); /* of the host and of all */
}
END_TEST

static int64_t entry(const char *url, int64_t from, const char *context, int64_t now)
{
	struct fdb_new_page n = {.url = url, .depth = 2, .from_page = from, .context = context};
	enum fdb_added added;
	int64_t id;
	OK(fdb_add_page(d, &n, now, &added, &id));
	return id;
}

/* An entry that moved on the page that keeps the context makes the page due at once; others do not. */
START_TEST(test_announced)
{
	static const char was[] = "{\"page\":\"http://a.gov.cn/list/\",\"anchor\":\"2023年年报\"}",
			  is[] = "{\"page\":\"http://a.gov.cn/list/\",\"anchor\":\"2023年年报（更正）\"}";
	int64_t list = add("http://a.gov.cn/list/"), other = add("http://a.gov.cn/other/");
	look(list, NOW, true, false);
	int64_t a = entry("http://a.gov.cn/a.html", list, was, NOW),
		b = entry("http://a.gov.cn/b.html", list, was, NOW);
	look(a, NOW, true, true);
	look(b, NOW, true, true);
	int64_t due = due_of(a);
	ck_assert(due > NOW + 3 * DAY && due_of(b) == due);
	ck_assert_int_gt(query("SELECT leads FROM visits WHERE page_id=1"), 0); /* two reports were found through it */
	entry("http://a.gov.cn/a.html", list, was, NOW + DAY);
	entry("http://a.gov.cn/a.html", other, is, NOW + DAY);
	ck_assert_int_eq(due_of(a), due);
	entry("http://a.gov.cn/a.html", list, is, NOW + DAY);
	ck_assert_int_eq(due_of(a), NOW + DAY);
	ck_assert_int_eq(due_of(b), due);
	OK(fdb_tick(d, NOW + DAY, true, NULL, NULL));
	ck_assert(state_of(a) == PAGE_READY && state_of(b) == PAGE_DONE);
	look(a, NOW + DAY, true, true);
	OK(fdb_commit(d));
	ck_assert_int_eq(query("SELECT told FROM visits WHERE page_id=3"), 1000);
	ck_assert_int_eq(query("SELECT ifnull(announced,0)+ifnull(changes,0) FROM visits WHERE page_id=3"), 0);
	/* announced without end, as a hostile list may: no more often than the page is worth */
	int64_t visits = 0;
	char context[96];
	for (int i = 0; i < 4000; i++) {
		int64_t now = NOW + 2 * DAY + i * HOUR / 12;
		snprintf(context, sizeof(context), "{\"anchor\":\"%d\"}", i);
		entry("http://a.gov.cn/a.html", list, context, now);
		OK(fdb_tick(d, now, true, NULL, NULL));
		if (state_of(a) == PAGE_READY) {
			look(a, now, true, true);
			visits++;
		}
	}
	ck_assert_msg(visits < 400, "%lld visits in two weeks", (long long)visits);
}
END_TEST

/* Without visits wanted nothing moves, whatever is due; with them, what was saved up is spent and no more. */
START_TEST(test_budget_is_spent)
{
	char url[64];
	int64_t changed;
	OK(fdb_visits_begin(d, 10, 0));
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(url, sizeof(url), "http://h%u.gov.cn/%u.html", i % 40, i);
		look(add(url), NOW, true, false);
	}
	OK(fdb_commit(d));
	run_sql("UPDATE pages SET due=1; UPDATE work SET next_visit=1");
	OK(fdb_tick(d, NOW + DAY, false, &changed, NULL));
	ck_assert_int_eq(changed, 0);
	OK(fdb_tick(d, NOW + DAY, true, &changed, NULL));
	ck_assert_int_eq(changed, (int64_t)REVISIT_BURST);
	OK(fdb_tick(d, NOW + DAY, true, &changed, NULL));
	ck_assert_int_eq(changed, 0);
	OK(fdb_tick(d, NOW + 3 * DAY, true, &changed, NULL));
	ck_assert_int_ge(changed, 19);
	ck_assert_int_le(changed, 20);
	check_counts();
	ck_assert_int_gt(query("SELECT sum(again) FROM hosts"), 0);
	/* a frontier of before the count has it from then on */
	fdb_close(d);
	d = NULL;
	run_sql(ARMS_AS_ROWS NO_ABSENCE "ALTER TABLE hosts DROP COLUMN again; PRAGMA user_version=9");
	open_db();
	check_counts();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_years,        test_host_is_the_limit, test_new_pages_first,
				      test_counted_once, test_announced,         test_budget_is_spent};
	return run_suite("frontier_visits", tests, sizeof(tests) / sizeof(*tests));
}
