/* Hosts that do not answer, as the frontier keeps them (politeness.h, polite_away), and who may end their waiting. */
#include "tests/unit/frontier_fixture.h"

#include "fetcher/politeness.h"
#include "fetcher/sched.h"

/* Whoever asks for a page, or lets a host go, does not wait until a host that seemed away has its turn. */
START_TEST(test_the_operator_is_not_kept_waiting)
{
	int64_t id = add("http://a.gov.cn/1"), host, changed;
	struct fdb_host h;
	uint64_t f = lease(id);
	EVENT(id, .kind = EV_FAILED, .fetch_id = f, .cause = CAUSE_TLS, .next_visit = NOW + 1000);
	OK(fdb_host_id(d, STR("a.gov.cn"), &host));
	OK(fdb_host(d, host, &h));
	const struct fdb_host away = {.id = host, .down_since = NOW - 30 * 86400000LL, .down_at = NOW};
	for (int i = 0; i < 2; i++) {
		char text[100];
		OK(fdb_host_save(d, &away));
		OK(fdb_host(d, host, &h));
		ck_assert_int_gt(polite_away(&h), NOW + 6 * 86400000LL);
		OK(fdb_commit(d));
		snprintf(text, sizeof(text), "{\"verb\":\"requeue\",\"ids\":[%lld]}", (long long)id);
		if (i == 1)
			strcpy(text, "{\"verb\":\"release\",\"host\":\"a.gov.cn\"}");
		OK(fdb_inbox_post(d, text));
		OK(fdb_inbox_apply(d, NOW, &changed));
		ck_assert_int_eq(changed, 1);
		OK(fdb_host(d, host, &h));
		ck_assert_int_eq(polite_away(&h), 0);
		int64_t woken = 0;
		ck_assert_uint_eq(fdb_woken_hosts(d, &woken, 1), 1);
		ck_assert_int_eq(woken, host);
	}
	ck_assert_int_eq(state_of(id), PAGE_READY);
}
END_TEST

START_TEST(test_absence_survives_a_restart_and_a_jumped_clock)
{
	const struct polite_rules rules = {.delay_ms = 2000};
	struct fdb_host h;
	int64_t host;
	add("http://a.gov.cn/1");
	OK(fdb_host_id(d, STR("a.gov.cn"), &host));
	OK(fdb_host_save(d, &(struct fdb_host){.id = host, .down_since = NOW - 40 * 86400000LL, .down_at = NOW}));
	OK(fdb_commit(d));
	reopen();
	OK(fdb_host(d, host, &h));
	ck_assert_int_eq(polite_away(&h), NOW + 10 * 86400000LL);
	OK(fdb_hosts_cut(d, &rules, NOW - 30 * 86400000LL)); /* a month back: the waiting is no longer than it was */
	OK(fdb_host(d, host, &h));
	ck_assert_int_le(polite_away(&h), NOW - 20 * 86400000LL);
	ck_assert_int_ge(polite_away(&h), NOW - 30 * 86400000LL);
}
END_TEST

/* The scheduler has the host by heart: what the operator did to its row must reach it. */
START_TEST(test_the_scheduler_hears_of_it)
{
	const struct polite_rules rules = {.delay_ms = 2000};
	struct fdb_host row = {
		.id = 1, .key = "a.gov.cn", .ready = 1, .down_since = NOW - 40 * 86400000LL, .down_at = NOW};
	struct sched *s = sched_new(&rules, true);
	sched_put(s, &row);
	ck_assert_ptr_null(sched_pop(s, NOW + 9 * 86400000LL));
	ck_assert_int_eq(sched_next_due(s), NOW + 10 * 86400000LL);
	row.down_since = row.down_at = 0;
	sched_put(s, &row);
	ck_assert_ptr_nonnull(sched_pop(s, NOW));
	sched_free(s);
}
END_TEST

/* A site that refused for months leads from its first page to its new home: that is asked for now, not when its turn comes. */
START_TEST(test_where_home_leads_is_there_again)
{
	static const struct {
		enum cause cause;
		int depth;
		bool redirect;
		enum page_state after;
	} rows[] = {{CAUSE_HTTP_4XX, 0, true, PAGE_READY},     {CAUSE_HTTP_404, 0, true, PAGE_READY},
		    {CAUSE_CONNECT, 1, true, PAGE_DEAD},       {CAUSE_HTTP_4XX, 0, false, PAGE_DEAD},
		    {CAUSE_ROBOTS, 0, true, PAGE_DISCARDED},   {CAUSE_TWIN, 0, true, PAGE_DISCARDED},
		    {CAUSE_REDIRECT_LOOP, 0, true, PAGE_DEAD}, {CAUSE_BAD_URL, 0, true, PAGE_DEAD}};
	int64_t home = add_at("http://a.gov.cn/", 0, 0, 0, NULL, NULL);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char url[64];
		snprintf(url, sizeof(url), "http://a.gov.cn/v%u/", i);
		int64_t id = add_at(url, 2, home, 0, NULL, NULL), again;
		if (cause_is_discarded(rows[i].cause) && rows[i].cause != CAUSE_HTTP_404)
			EVENT(id, .kind = EV_DISCARD, .cause = rows[i].cause, .next_visit = NOW + 1000);
		for (int k = 0; k < cause_attempts(rows[i].cause) && state_of(id) != PAGE_DISCARDED; k++) {
			uint64_t f = lease(id);
			EVENT(id, .kind = EV_FAILED, .fetch_id = f, .cause = rows[i].cause, .next_visit = NOW + 1000);
			OK(fdb_tick(d, NOW + 999, false, NULL, NULL));
			OK(fdb_event(d, id, &(struct frontier_event){.kind = EV_TICK}, NOW + POLITE_COOL_MAX_MS, NULL,
				     NULL));
		}
		ck_assert(state_of(id) == PAGE_DEAD || state_of(id) == PAGE_DISCARDED);
		const struct fdb_new_page n = {
			.url = url, .depth = rows[i].depth, .from_page = home, .hops = 1, .redirect = rows[i].redirect};
		enum fdb_added added;
		OK(fdb_add_page(d, &n, NOW, &added, &again));
		ck_assert(again == id && added == FDB_KNOWN);
		ck_assert_msg(state_of(id) == rows[i].after, "row %u: %s", i, page_state_name(state_of(id)));
	}
	check_counts();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_the_operator_is_not_kept_waiting,
				      test_absence_survives_a_restart_and_a_jumped_clock,
				      test_the_scheduler_hears_of_it, test_where_home_leads_is_there_again};
	return run_suite("frontier_away", tests, sizeof(tests) / sizeof(*tests));
}
