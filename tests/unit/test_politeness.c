/* politeness: gaps, breaker, Retry-After and clock jumps of one host. */
#include <check.h>

#include "fetcher/politeness.h"

#define NOW 1700000000000LL

START_TEST(gap_is_from_start_to_start)
{
	struct fdb_host h = {0};
	polite_started(&h, 2000, NOW, 0);
	ck_assert_int_ge(polite_due(&h), NOW + 2000);
	ck_assert_int_le(polite_due(&h), NOW + 2000 + POLITE_MARGIN_MS);
	ck_assert(!polite_answered(&h, 200, CAUSE_NONE, -1, NOW + 900));
	ck_assert_int_ge(polite_due(&h), NOW + 2000);
	ck_assert_int_le(polite_due(&h), NOW + 2000 + POLITE_MARGIN_MS);
}
END_TEST

START_TEST(no_delay_no_gap)
{
	struct fdb_host h = {0};
	polite_started(&h, 0, NOW, 50);
	ck_assert_int_eq(polite_due(&h), 0);
}
END_TEST

START_TEST(crawl_delay_holds_at_once_and_the_larger_wins)
{
	struct fdb_host h = {0};
	polite_started(&h, 200, NOW, 0);
	polite_crawl_delay(&h, 1.0, 200, NOW);
	ck_assert_int_eq(polite_gap(&h, 200), 1000);
	ck_assert_int_ge(polite_due(&h), NOW + 1000);
	polite_crawl_delay(&h, 0.1, 200, NOW);
	ck_assert_int_eq(polite_gap(&h, 200), 200);
	ck_assert_int_lt(polite_due(&h), NOW + 1000);
}
END_TEST

static int64_t strike(struct fdb_host *h, int times, int status, enum cause cause, int64_t now)
{
	for (int i = 0; i < times; i++)
		polite_answered(h, status, cause, -1, now);
	return h->cooling_until ? h->cooling_until - now : 0;
}

START_TEST(breaker_opens_at_the_fifth_and_doubles)
{
	struct fdb_host h = {0};
	ck_assert_int_eq(strike(&h, 4, 0, CAUSE_CONNECT, NOW), 0);
	ck_assert_int_eq(strike(&h, 1, 503, CAUSE_NONE, NOW), 30000);
	int64_t want = 30000, now = NOW;
	for (int i = 0; i < 12; i++) {
		now = h.cooling_until;
		want = want * 2 < 3600000 ? want * 2 : 3600000;
		ck_assert_int_eq(strike(&h, 1, 429, CAUSE_NONE, now), want);
	}
	ck_assert_int_eq(want, 3600000);
	polite_answered(&h, 404, CAUSE_NONE, -1, h.cooling_until);
	ck_assert_int_eq(h.failures, 0);
	now = h.cooling_until + 1;
	strike(&h, 4, 500, CAUSE_NONE, now);
	ck_assert_int_lt(h.cooling_until, now);
	ck_assert_int_eq(strike(&h, 1, 500, CAUSE_NONE, now), 30000);
}
END_TEST

START_TEST(what_does_not_count)
{
	static const enum cause causes[] = {CAUSE_TOO_SLOW, CAUSE_TRUNCATED, CAUSE_BODY_TOO_LARGE, CAUSE_TLS,
					    CAUSE_DNS,      CAUSE_INFLATE,   CAUSE_PRIVATE_ADDRESS};
	struct fdb_host h = {.failures = 3};
	for (unsigned i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		ck_assert(!polite_answered(&h, causes[i] == CAUSE_TRUNCATED ? 200 : 0, causes[i], -1, NOW));
		ck_assert_int_eq(h.failures, 3);
	}
	ck_assert_int_eq(h.cooling_until, 0);
	polite_answered(&h, 404, CAUSE_NONE, -1, NOW);
	ck_assert_int_eq(h.failures, 0);
	/* a timeout before any response is a connection failure, one in the middle of a body is not */
	polite_answered(&h, 0, CAUSE_TIMEOUT, -1, NOW);
	ck_assert_int_eq(h.failures, 1);
	polite_answered(&h, 200, CAUSE_TIMEOUT, -1, NOW);
	ck_assert_int_eq(h.failures, 1);
}
END_TEST

START_TEST(retry_after_is_believed_up_to_an_hour)
{
	struct fdb_host h = {0};
	polite_answered(&h, 503, CAUSE_NONE, 5000, NOW);
	ck_assert_int_eq(polite_due(&h), NOW + 5000);
	polite_answered(&h, 429, CAUSE_NONE, 90LL * 24 * 3600 * 1000, NOW);
	ck_assert_int_eq(polite_due(&h), NOW + 3600000);
	/* a shorter one does not shorten it */
	polite_answered(&h, 429, CAUSE_NONE, 1000, NOW);
	ck_assert_int_eq(polite_due(&h), NOW + 3600000);
	struct fdb_host ok = {0};
	polite_answered(&ok, 200, CAUSE_NONE, 5000, NOW);
	ck_assert_int_eq(polite_due(&ok), 0);
}
END_TEST

START_TEST(a_jumped_clock_freezes_nothing)
{
	struct fdb_host h = {0};
	polite_started(&h, 2000, NOW, 0);
	strike(&h, 5, 0, CAUSE_CONNECT, NOW);
	int64_t back = NOW - 86400000;
	ck_assert(polite_cut(&h, 2000, back));
	ck_assert_int_le(h.next_at, back + 2000 + POLITE_MARGIN_MS);
	ck_assert_int_eq(h.cooling_until, back + 30000);
	ck_assert(!polite_cut(&h, 2000, back));
	/* in the right direction nothing is cut */
	struct fdb_host sound = {0};
	polite_started(&sound, 2000, NOW, 0);
	ck_assert(!polite_cut(&sound, 2000, NOW));
	/* a row that nobody could have written: an hour at most */
	struct fdb_host broken = {.cooling_until = INT64_MAX / 2, .cooling_len = INT64_MAX / 4};
	ck_assert(polite_cut(&broken, 2000, NOW));
	ck_assert_int_eq(broken.cooling_until, NOW + 3600000);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("politeness");
	TCase *t = tcase_create("host");
	tcase_add_test(t, gap_is_from_start_to_start);
	tcase_add_test(t, no_delay_no_gap);
	tcase_add_test(t, crawl_delay_holds_at_once_and_the_larger_wins);
	tcase_add_test(t, breaker_opens_at_the_fifth_and_doubles);
	tcase_add_test(t, what_does_not_count);
	tcase_add_test(t, retry_after_is_believed_up_to_an_hour);
	tcase_add_test(t, a_jumped_clock_freezes_nothing);
	suite_add_tcase(s, t);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
