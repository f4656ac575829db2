/* Twins at the door: what is spared, what stands in for it, and what happens when that fails. */
#include "fetcher_fixture.h"

#include "fetcher/spool.h"

/* A pair that is settled, and whose next page is spared, not fetched to try the guess. */
static void settle(const char *lesser, const char *better)
{
	const struct twins_pair p = {.lesser = (char *)(uintptr_t)lesser,
				     .better = (char *)(uintptr_t)better,
				     .same = 5,
				     .state = TWINS_SETTLED,
				     .met = 32};
	ck_assert(!twins_probe(p.met) && !twins_probe(p.met + 4));
	OK(fdb_twin_save(d, &p));
}

static bool admit(int64_t id)
{
	struct fdb_page p;
	bool spared;
	OK(fdb_page(d, id, arena, &p));
	OK(pairing_admit(f, &p, NOW, &spared));
	ck_assert_int_eq(spared, state_of(id) == PAGE_DISCARDED);
	return spared;
}

static int64_t page_of(const char *url)
{
	struct fdb_page p;
	OK(fdb_page_by_url(d, url, arena, &p));
	return p.p.id;
}

/* The source has no room left, and the page that is spared is the worst of all that are queued. */
START_TEST(test_without_room)
{
	const struct fdb_limits l = {.pages = 2};
	enum fdb_added added;
	int64_t id;
	OK(fdb_add_source(d, "http://a.gov.cn/", NULL, NULL, &l, NOW, NULL));
	struct fdb_new_page n = {
		.url = "http://a.gov.cn/x.html", .depth = 1, .from_page = 1, .source_id = 1, .rank = -80};
	OK(fdb_add_page(d, &n, NOW, &added, &id));
	ck_assert_int_eq(added, FDB_NEW);
	settle("http://a.gov.cn", "https://a.gov.cn");
	make_fetcher();
	ck_assert(admit(id));
	ck_assert_int_eq(state_of(page_of("https://a.gov.cn/x.html")), PAGE_READY);
	check_counts();
	ck_assert_int_eq(query("SELECT pages FROM sources"), 2);
	free_fetcher();
}
END_TEST

/* Each of three forms is the better one of another: a page is fetched under one of them all the same. */
START_TEST(test_circle)
{
	static const char *const forms[] = {"http://a.gov.cn", "https://a.gov.cn", "http://www.a.gov.cn"};
	int64_t ids[3];
	char url[80];
	for (int i = 0; i < 3; i++) {
		snprintf(url, sizeof(url), "%s/x.html", forms[i]);
		ids[i] = add(url);
		settle(forms[i], forms[(i + 1) % 3]);
	}
	make_fetcher();
	int spared = 0;
	for (int i = 0; i < 3; i++)
		spared += admit(ids[i]);
	ck_assert_int_eq(spared, 2);
	/* and when that page fails, the others are asked for, one after the other, until none is left */
	const struct frontier_event gone = {.kind = EV_DISCARD, .cause = CAUSE_TRAP};
	for (int failed = 0; failed < 3; failed++) {
		int at = -1;
		for (int i = 0; i < 3; i++)
			at = state_of(ids[i]) == PAGE_READY && !admit(ids[i]) ? i : at;
		ck_assert_int_ge(at, 0);
		OK(fdb_event(d, ids[at], &gone, NOW, NULL, NULL));
		OK(pairing_failed(f, ids[at], NOW));
	}
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(state_of(ids[i]), PAGE_DISCARDED);
	free_fetcher();
}
END_TEST

/* robots.txt of a host could not be had, and this is the page that waited for it. */
static enum err robots_fail(int64_t page_id, int64_t host)
{
	struct http_done done = {.cause = CAUSE_DNS, .detail = "no such name", .started_at = NOW};
	struct fdb_host row;
	OK(fdb_host(d, host, &row));
	struct request r = {.used = true, .robots = true, .host = sched_put(f->sched, &row), .page_id = page_id};
	char url[] = "https://a.gov.cn/robots.txt";
	r.url = url;
	return robots_end(f, &r, &done, NOW);
}

START_TEST(test_robots_fail)
{
	settle("http://a.gov.cn", "https://a.gov.cn");
	make_fetcher();
	int64_t lesser = add("http://a.gov.cn/x.html");
	ck_assert(admit(lesser));
	int64_t better = page_of("https://a.gov.cn/x.html"), changed;
	struct fdb_page p;
	OK(fdb_page(d, better, arena, &p));
	int tries = 0;
	for (; state_of(better) != PAGE_DEAD && tries < 50; tries++) {
		ck_assert_int_eq(state_of(lesser), PAGE_DISCARDED);
		OK(robots_fail(better, p.host_id));
		OK(fdb_tick(d, NOW + 3600000LL * 24, false, &changed, NULL));
	}
	ck_assert_int_gt(tries, 1);
	ck_assert_int_eq(state_of(lesser), PAGE_READY);
	free_fetcher();
}
END_TEST

/* The page that waited was given up for a better one meanwhile: nobody else is concerned. */
START_TEST(test_robots_fail_of_nobody)
{
	const struct fdb_limits l = {.pages = 2};
	enum fdb_added added;
	int64_t id;
	struct fdb_page gone;
	OK(fdb_add_source(d, "http://a.gov.cn/", NULL, NULL, &l, NOW, NULL));
	make_fetcher();
	struct fdb_new_page n = {.url = "http://a.gov.cn/x.html", .depth = 1, .source_id = 1, .rank = -80};
	OK(fdb_add_page(d, &n, NOW, &added, &id));
	n = (struct fdb_new_page){.url = "http://a.gov.cn/better.html", .depth = 1, .source_id = 1, .rank = 80};
	OK(fdb_add_page(d, &n, NOW, &added, NULL));
	ck_assert_int_eq(added, FDB_NEW);
	ck_assert_int_eq(fdb_page(d, id, arena, &gone), ERR_NOTFOUND);
	OK(robots_fail(id, 1));
	OK(fdb_commit(d));
	ck_assert_int_eq(query("SELECT robots_state FROM hosts"), 0);
	check_counts();
	free_fetcher();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_without_room, test_circle, test_robots_fail, test_robots_fail_of_nobody};
	return run_suite("pairing", tests, sizeof(tests) / sizeof(*tests));
}
