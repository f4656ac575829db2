/* rank - the pure order of arms; and through a real frontier: what paid rises, what did not sinks, nothing is left. */
#include "tests/unit/frontier_fixture.h"

#include "fetcher/rank.h"

START_TEST(test_priors_fall_with_the_rank)
{
	for (int r = RANK_MIN; r < RANK_MAX; r++) {
		ck_assert(rank_prior(r) <= rank_prior(r + 1));
		ck_assert_int_ge(rank_step(r), rank_step(r + 1));
	}
	ck_assert(rank_of_link(-50, 90, false) == -50);
	ck_assert(rank_of_link(10, 90, false) == 40);
	ck_assert(rank_of_link(0, 60, true) == 58);
	ck_assert(rank_of_link(90, 90, false) == RANK_MAX);
}
END_TEST

START_TEST(test_worth_follows_pay)
{
	struct rank_pay own = {0}, mark = {0};
	const struct rank_pay *marks[] = {&mark};
	double fresh = rank_worth(0.1, &own, false, marks, 1);
	rank_ended(&own, 1);
	rank_ended(&mark, 1);
	double paid = rank_worth(0.1, &own, false, marks, 1);
	ck_assert(paid > 3 * fresh && paid < 1);
	for (int i = 0; i < 60; i++)
		rank_ended(&own, 0);
	ck_assert(rank_worth(0.1, &own, false, marks, 1) < paid / 2);
	struct rank_pay led = {.tried = 1};
	for (int i = 0; i < 100; i++)
		rank_led(&led, 0.5);
	ck_assert(led.paid <= 2);
	for (int i = 0; i < 5000; i++)
		rank_ended(&own, 0);
	ck_assert(own.tried <= RANK_TRIED_MAX);
}
END_TEST

START_TEST(test_folders)
{
	ck_assert(rank_folder(STR("/a/201503/1.htm")) == rank_folder(STR("/a/201612/9.htm")));
	ck_assert(rank_folder(STR("/a/1.htm")) != rank_folder(STR("/b/1.htm")));
	ck_assert(rank_folder(STR("/1.htm")) == 0);
	ck_assert(rank_folder_name(STR("/a/nb/2016/1.htm")) == rank_folder_name(STR("/b/nb/3.htm")));
	ck_assert(rank_folder_name(STR("/2016/1.htm")) == 0);
	ck_assert(rank_folder_name(STR("")) == 0);
	ck_assert(rank_folder_of_query(STR("/x/list.jsp"), STR("dept=1&cat=2")) ==
		  rank_folder_of_query(STR("/x/list.jsp"), STR("dept=9&cat=7")));
	ck_assert(rank_folder_of_query(STR("/x/list.jsp"), STR("dept=1&cat=2")) !=
		  rank_folder_of_query(STR("/x/list.jsp"), STR("dept=1&cat=2&page=2")));
	ck_assert(rank_folder_of_query(STR("/x/list.jsp"), STR("id=1")) !=
		  rank_folder_of_query(STR("/x/show.jsp"), STR("id=1")));
	ck_assert_uint_eq(rank_explore_every(0), RANK_EXPLORE);
	ck_assert_uint_eq(rank_explore_every(RANK_DROUGHT), RANK_EXPLORE - 1);
	ck_assert_uint_eq(rank_explore_every(1000000), 2);
}
END_TEST

START_TEST(test_a_host_waits_less_the_more_is_known)
{
	ck_assert(rank_may_go_on(0, 0));
	ck_assert(!rank_may_go_on(20, 0));
	ck_assert(rank_may_go_on(20, 1000));
}
END_TEST

static int64_t add_link(const char *url, int64_t from, int rank, bool pager)
{
	struct fdb_new_page n = {.url = url, .depth = 2, .from_page = from, .rank = rank, .pager = pager};
	enum fdb_added added;
	int64_t id;
	OK(fdb_add_page(d, &n, NOW, &added, &id));
	return id;
}

static int64_t next_of(int64_t host)
{
	int64_t id;
	OK(fdb_next_ready(d, host, &id));
	return id;
}

static void end_with(int64_t id, bool reports)
{
	uint64_t f = fetch(id);
	dispatch(id);
	ck_assert_int_eq(EVENT(id, .kind = EV_ACK, .fetch_id = f, .lexicon_matches = true, .reports = reports),
			 FRONTIER_ENDED);
}

START_TEST(test_words_then_depth_then_age)
{
	struct fdb_page p;
	add_link("http://a.gov.cn/x/1.htm", 0, -40, false);
	int64_t plain = add_link("http://a.gov.cn/y/1.htm", 0, 5, false);
	int64_t best = add_link("http://a.gov.cn/z/1.htm", 0, 90, false);
	OK(fdb_page(d, best, arena, &p));
	ck_assert_int_eq(next_of(p.host_id), best);
	end_with(best, true);
	ck_assert_int_eq(next_of(p.host_id), plain);
	/* a better link to a queued page moves it up */
	ck_assert_int_eq(add_link("http://a.gov.cn/x/1.htm", 0, 95, false),
			 add_link("http://a.gov.cn/x/1.htm", 0, 0, false));
	OK(fdb_page_by_url(d, "http://a.gov.cn/x/1.htm", arena, &p));
	ck_assert_int_eq(next_of(p.host_id), p.p.id);
}
END_TEST

/* Two lists whose links say the same: after some pages of each, the one that pays is walked first, also after a restart. */
START_TEST(test_a_list_that_pays_rises)
{
	char url[96];
	struct fdb_page p;
	int64_t good = add_link("http://a.gov.cn/u/", 0, 4, false), bad = add_link("http://a.gov.cn/v/", 0, 4, false);
	int64_t ids[2][20];
	OK(fdb_page(d, good, arena, &p));
	end_with(good, false);
	end_with(bad, false);
	for (int i = 0; i < 20; i++) {
		snprintf(url, sizeof url, "http://a.gov.cn/v/b_%d.htm", i);
		ids[1][i] = add_link(url, bad, 4, false);
		snprintf(url, sizeof url, "http://a.gov.cn/u/a_%d.htm", i);
		ids[0][i] = add_link(url, good, 4, false);
	}
	int64_t pager = add_link("http://a.gov.cn/u/index_1.htm", good, 0, true);
	for (int i = 0; i < 4; i++) {
		end_with(ids[0][i], true);
		end_with(ids[1][i], false);
	}
	OK(fdb_commit(d));
	reopen();
	int of_good = 0;
	bool paged = false;
	for (int i = 0; i < 17; i++) {
		int64_t id = next_of(p.host_id);
		for (int k = 0; k < 20; k++)
			of_good += id == ids[0][k];
		paged |= id == pager;
		end_with(id, id != pager);
	}
	ck_assert(paged);
	ck_assert_int_ge(of_good, 14);
	for (int i = 0; i < 16; i++) /* and the other list is not forgotten */
		end_with(next_of(p.host_id), false);
	int64_t id;
	ck_assert_int_eq(fdb_next_ready(d, p.host_id, &id), ERR_NOTFOUND);
}
END_TEST

START_TEST(test_a_budget_is_spent_on_the_best)
{
	struct fdb_limits l = {.pages = 4};
	OK(fdb_add_source(d, "http://a.gov.cn/", NULL, NULL, &l, NOW, NULL));
	char url[96];
	enum fdb_added added;
	int64_t id;
	for (int i = 0; i < 6; i++) {
		snprintf(url, sizeof url, "http://a.gov.cn/n/%d.htm", i);
		struct fdb_new_page n = {.url = url, .depth = 1, .source_id = 1, .rank = -8};
		OK(fdb_add_page(d, &n, NOW, &added, &id));
		ck_assert_int_eq(added, i < 3 ? FDB_NEW : FDB_OUT_OF_BUDGET);
	}
	struct fdb_new_page n = {.url = "http://a.gov.cn/nb/1.htm", .depth = 1, .source_id = 1, .rank = 80};
	OK(fdb_add_page(d, &n, NOW, &added, &id));
	ck_assert_int_eq(added, FDB_NEW);
	OK(fdb_commit(d));
	ck_assert_int_eq(query("SELECT count(*) FROM pages"), 4);
	ck_assert_int_eq(query("SELECT pages FROM sources"), 4);
	ck_assert_int_eq(query("SELECT ready FROM hosts"), 4);
	check_counts();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		test_priors_fall_with_the_rank,           test_worth_follows_pay,         test_folders,
		test_a_host_waits_less_the_more_is_known, test_words_then_depth_then_age, test_a_list_that_pays_rises,
		test_a_budget_is_spent_on_the_best};
	return run_suite("rank", tests, sizeof(tests) / sizeof(*tests));
}
