/* politeness: gaps, breaker, Retry-After and clock jumps of one host. */
#include <check.h>

#include "fetcher/politeness.h"
#include "suite.h"

#define NOW 1700000000000LL
#define MINUTE 60000LL
#define HOUR (60 * MINUTE)

/* 2023-11-15 of the portals: it began at 16:00 of the day before */
#define MIDNIGHT 1699977600000LL

static const struct polite_rules two_seconds = {.delay_ms = 2000}, short_gap = {.delay_ms = 200}, no_gap;

START_TEST(gap_is_from_start_to_start)
{
	struct fdb_host h = {0};
	polite_started(&h, &two_seconds, NOW, 0);
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
	polite_started(&h, &no_gap, NOW, 50);
	ck_assert_int_eq(polite_due(&h), 0);
}
END_TEST

START_TEST(crawl_delay_holds_at_once_and_the_larger_wins)
{
	struct fdb_host h = {0};
	polite_started(&h, &short_gap, NOW, 0);
	polite_crawl_delay(&h, 1.0, &short_gap, NOW);
	ck_assert_int_eq(polite_gap(&h, &short_gap), 1000);
	ck_assert_int_ge(polite_due(&h), NOW + 1000);
	polite_crawl_delay(&h, 0.1, &short_gap, NOW);
	ck_assert_int_eq(polite_gap(&h, &short_gap), 200);
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
	polite_started(&h, &two_seconds, NOW, 0);
	strike(&h, 5, 0, CAUSE_CONNECT, NOW);
	int64_t back = NOW - 86400000;
	ck_assert(polite_cut(&h, &two_seconds, back));
	ck_assert_int_le(h.next_at, back + 2000 + POLITE_MARGIN_MS);
	ck_assert_int_eq(h.cooling_until, back + 30000);
	ck_assert(!polite_cut(&h, &two_seconds, back));
	/* in the right direction nothing is cut */
	struct fdb_host sound = {0};
	polite_started(&sound, &two_seconds, NOW, 0);
	ck_assert(!polite_cut(&sound, &two_seconds, NOW));
	/* a row that nobody could have written: an hour at most */
	struct fdb_host broken = {.cooling_until = INT64_MAX / 2, .cooling_len = INT64_MAX / 4};
	ck_assert(polite_cut(&broken, &two_seconds, NOW));
	ck_assert_int_eq(broken.cooling_until, NOW + 3600000);
}
END_TEST

/* ---- slow hosts */

START_TEST(a_slow_host_is_left_alone_longer)
{
	struct fdb_host h = {0};
	polite_started(&h, &two_seconds, NOW, 0);
	polite_responded(&h, &two_seconds, 200, CAUSE_NONE, NOW, 1000);
	ck_assert_int_eq(polite_gap(&h, &two_seconds), 5000);
	ck_assert_int_ge(polite_due(&h), NOW + 5000); /* the gap that runs already, too */
	for (int i = 0; i < 40; i++)
		polite_responded(&h, &two_seconds, 200, CAUSE_NONE, NOW, 50);
	ck_assert_int_eq(polite_gap(&h, &two_seconds), 2000);
	/* one slow answer of many does not stop the crawl */
	polite_responded(&h, &two_seconds, 200, CAUSE_NONE, NOW, 100000);
	ck_assert_int_le(polite_gap(&h, &two_seconds), 20000);
	for (int i = 0; i < 40; i++)
		polite_responded(&h, &two_seconds, 0, CAUSE_TIMEOUT, NOW, 120000);
	ck_assert_int_eq(polite_gap(&h, &two_seconds), 2000 * POLITE_SLOW_TIMES);
	/* a quick refusal or a connection that failed at once is no sign of health */
	polite_responded(&h, &two_seconds, 503, CAUSE_NONE, NOW, 1);
	polite_responded(&h, &two_seconds, 0, CAUSE_CONNECT, NOW, 1);
	ck_assert_int_eq(polite_gap(&h, &two_seconds), 2000 * POLITE_SLOW_TIMES);
}
END_TEST

START_TEST(the_rule_is_the_least_in_any_case)
{
	for (int64_t delay = 0; delay <= 100000; delay += 500)
		for (int64_t crawl = 0; crawl <= 100000; crawl += 10000)
			for (int64_t took = 0; took <= 130000; took += 13000) {
				struct fdb_host h = {.gap_ms = crawl, .response_ms = took};
				struct polite_rules r = {.delay_ms = delay};
				int64_t rule = delay > crawl ? delay : crawl, gap = polite_gap(&h, &r);
				ck_assert_int_ge(gap, rule);
				ck_assert_int_le(gap, rule > POLITE_SLOW_MAX_MS ? rule : POLITE_SLOW_MAX_MS);
				ck_assert(rule > 0 || gap == 0);
			}
}
END_TEST

/* ---- hours and days of the portals */

static int64_t open_at(const char *window, int64_t t)
{
	struct polite_rules r = {.delay_ms = 2000};
	struct fdb_host h = {0};
	ck_assert_msg(polite_window_parse(window, &r), "%s", window);
	return polite_open(&h, &r, t) - MIDNIGHT;
}

START_TEST(the_window_goes_by_the_portals_clock)
{
	ck_assert_int_eq(open_at("01:00-05:30", MIDNIGHT), HOUR);
	ck_assert_int_eq(open_at("01:00-05:30", MIDNIGHT + HOUR), HOUR);
	ck_assert_int_eq(open_at("01:00-05:30", MIDNIGHT + 5 * HOUR + 29 * MINUTE), 5 * HOUR + 29 * MINUTE);
	ck_assert_int_eq(open_at("01:00-05:30", MIDNIGHT + 5 * HOUR + 30 * MINUTE), 25 * HOUR);
	/* over midnight */
	ck_assert_int_eq(open_at("22:00-06:00", MIDNIGHT), 0);
	ck_assert_int_eq(open_at("22:00-06:00", MIDNIGHT + 6 * HOUR), 22 * HOUR);
	ck_assert_int_eq(open_at("22:00-06:00", MIDNIGHT + 23 * HOUR), 23 * HOUR);
	ck_assert_int_eq(open_at("18:00-24:00", MIDNIGHT - 1001), -1001);
	ck_assert_int_eq(open_at("18:00-24:00", MIDNIGHT - 1000), 18 * HOUR);
	ck_assert_int_eq(open_at("18:00-24:00", MIDNIGHT), 18 * HOUR);
	ck_assert_int_eq(open_at("00:00-24:00", MIDNIGHT + 7 * HOUR), 7 * HOUR);
	static const char *const bad[] = {"",
					  "22-6",
					  "22:00",
					  "25:00-06:00",
					  "22:60-06:00",
					  "06:00-06:00",
					  "22:00-06:00x",
					  "24:00-06:00",
					  "-1:00-06:00",
					  "22:00-24:01"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!polite_window_parse(bad[i], &(struct polite_rules){0}), "%s", bad[i]);
}
END_TEST

START_TEST(the_cap_is_for_a_day_of_the_portals)
{
	struct polite_rules r = {.delay_ms = 1000, .daily_cap = 3};
	struct fdb_host h = {0};
	int64_t now = MIDNIGHT + 20 * HOUR, until;
	for (int i = 0; i < 3; i++) {
		ck_assert_int_le(polite_next(&h, &r, now), now);
		polite_started(&h, &r, now, 0);
		now += 5000;
	}
	ck_assert_int_eq(polite_next(&h, &r, now), MIDNIGHT + 24 * HOUR);
	ck_assert_int_eq(polite_rests(&h, &r, now, &until), POLITE_CAP);
	ck_assert_int_eq(until, MIDNIGHT + 24 * HOUR);
	ck_assert_int_eq(polite_today(&h, now), 3);
	polite_not_sent(&h);
	ck_assert_int_eq(polite_next(&h, &r, now), now);
	polite_started(&h, &r, now, 0);
	/* the next day, and in its window */
	ck_assert_int_eq(polite_today(&h, MIDNIGHT + 24 * HOUR), 0);
	ck_assert(polite_window_parse("09:00-10:00", &r));
	ck_assert_int_eq(polite_next(&h, &r, now), MIDNIGHT + 33 * HOUR);
	polite_started(&h, &r, MIDNIGHT + 33 * HOUR, 0);
	ck_assert_int_eq(h.day_requests, 1);
}
END_TEST

START_TEST(why_a_host_rests)
{
	struct polite_rules r = {.delay_ms = 1000};
	struct fdb_host h = {0};
	int64_t until;
	ck_assert_int_eq(polite_rests(&h, &r, NOW, &until), POLITE_FREE);
	strike(&h, 5, 503, CAUSE_NONE, NOW);
	ck_assert_int_eq(polite_rests(&h, &r, NOW, &until), POLITE_FAILURES);
	ck_assert_int_eq(until, NOW + POLITE_COOL_MIN_MS);
	polite_answered(&h, 503, CAUSE_NONE, 120000, NOW);
	ck_assert_int_eq(polite_rests(&h, &r, NOW, &until), POLITE_RETRY_AFTER);
	polite_challenged(&h, NOW);
	ck_assert_int_eq(polite_rests(&h, &r, NOW, &until), POLITE_CHALLENGE);
	ck_assert_int_eq(until, NOW + POLITE_COOL_MAX_MS);
	ck_assert_int_eq(polite_rests(&h, &r, until, &until), POLITE_FREE);
	ck_assert_str_eq(polite_why_name(POLITE_CHALLENGE), "challenge");
}
END_TEST

/* A host that is gone for good is asked less and less, one that is back is found within a quarter of its absence. */
START_TEST(absence_is_waited_for)
{
	struct polite_rules r = {.delay_ms = 1000};
	struct fdb_host h = {0};
	int64_t now = NOW, until;
	for (int i = 0; i < 24; i++, now += 3600000) {
		polite_answered(&h, 0, CAUSE_DNS, -1, now);
		ck_assert_int_eq(polite_away(&h), 0);
	}
	polite_answered(&h, 503, CAUSE_NONE, -1, now);
	ck_assert_int_eq(polite_away(&h), now + POLITE_AWAY_MIN_MS);
	ck_assert_int_eq(polite_rests(&h, &r, now, &until), POLITE_AWAY);
	ck_assert_int_eq(until, polite_due(&h));
	ck_assert_str_eq(polite_why_name(POLITE_AWAY), "away");
	int asked = 0;
	for (; now < NOW + 365 * POLITE_DAY_MS; asked++) {
		now = polite_next(&h, &r, now);
		polite_answered(&h, 0, CAUSE_CONNECT, -1, now);
		ck_assert_int_le(polite_away(&h), now + POLITE_AWAY_MAX_MS);
	}
	ck_assert_int_le(asked, 60);
	ck_assert_int_ge(asked, 365 / 14);
	struct fdb_host jumped = h;
	polite_cut(&jumped, &r, NOW);
	ck_assert_int_le(polite_due(&jumped), NOW + POLITE_AWAY_MAX_MS);
	polite_answered(&h, 404, CAUSE_NONE, -1, now); /* whatever it answers, it is there */
	ck_assert_int_eq(polite_away(&h), 0);
	ck_assert_int_eq(h.down_since, 0);
}
END_TEST

START_TEST(a_challenge_that_stays_is_absence)
{
	struct fdb_host h = {0};
	int64_t now = NOW;
	for (int i = 0; i < 40; i++, now += 3600000) { /* 200, in which a parser finds a challenge */
		polite_answered(&h, 200, CAUSE_NONE, -1, now);
		polite_challenged(&h, now + 1000);
	}
	ck_assert_int_gt(polite_away(&h), now);
	polite_answered(&h, 200, CAUSE_NONE, -1, now);
	ck_assert_int_eq(polite_away(&h), 0);
	ck_assert_int_eq(h.down_since, NOW + 1000);
	polite_answered(&h, 200, CAUSE_NONE, -1, now + 2000); /* robots.txt first, then a page */
	ck_assert_int_eq(h.down_since, NOW + 1000);
	polite_answered(&h, 200, CAUSE_NONE, -1, now + POLITE_VERDICT_MS); /* no challenge came of the others */
	ck_assert_int_eq(h.down_since, 0);
	polite_challenged(&h, now);
	polite_answered(&h, 200, CAUSE_NONE, -1, now + POLITE_DAY_MS);
	now += 30 * POLITE_DAY_MS; /* it was there for a month: one failure is no absence */
	polite_answered(&h, 0, CAUSE_CONNECT, -1, now);
	ck_assert_int_eq(h.down_since, now);
	ck_assert_int_eq(polite_away(&h), 0);
	h = (struct fdb_host){0};
	for (now = NOW; now < NOW + 3 * POLITE_DAY_MS; now += 3600000) {
		polite_answered(&h, 412, CAUSE_NONE, -1, now);
		polite_challenged(&h, now);
	}
	ck_assert_int_gt(polite_away(&h), now);
}
END_TEST

START_TEST(rules_survive_as_text)
{
	char text[POLITE_RULES_BYTES];
	struct polite_rules r = {2000, 1320, 360, 5000}, back = {0};
	polite_rules_write(&r, text);
	ck_assert(polite_rules_read(text, &back));
	ck_assert(back.delay_ms == 2000 && back.window_from == 1320 && back.window_to == 360 && back.daily_cap == 5000);
	ck_assert(!polite_rules_read("", &back));
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
	tcase_add_test(t, a_slow_host_is_left_alone_longer);
	tcase_add_test(t, the_rule_is_the_least_in_any_case);
	tcase_add_test(t, the_window_goes_by_the_portals_clock);
	tcase_add_test(t, the_cap_is_for_a_day_of_the_portals);
	tcase_add_test(t, why_a_host_rests);
	tcase_add_test(t, absence_is_waited_for);
	tcase_add_test(t, a_challenge_that_stays_is_absence);
	tcase_add_test(t, rules_survive_as_text);
	suite_add_tcase(s, t);
	return suite_run(s);
}
