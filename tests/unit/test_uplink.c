/* uplink - when it is our own connection and not the hosts. */
#include "fetcher/uplink.h"
#include "suite.h"

#include <stdio.h>

#define NOW 1700000000000LL

static struct fdb_host host(const char *key, const char *ip)
{
	struct fdb_host h = {.robots_state = ROBOTS_RULES};
	snprintf(h.key, sizeof(h.key), "%s", key);
	snprintf(h.ip, sizeof(h.ip), "%s", ip);
	return h;
}

static bool missed(struct uplink *u, const char *key, const char *ip, int64_t now)
{
	const struct fdb_host h = host(key, ip);
	return uplink_missed(u, &h, now);
}

START_TEST(test_three_places)
{
	struct uplink u = {0};
	ck_assert_int_eq(uplink_heard(&u), 0);
	ck_assert(!missed(&u, "a.gov.cn", "10.0.0.1", NOW));
	ck_assert(!missed(&u, "b.gov.cn", "10.0.0.2", NOW + 5));
	ck_assert(missed(&u, "c.gov.cn", "10.0.0.3", NOW + 9));
	ck_assert(!missed(&u, "d.gov.cn", "10.0.0.4", NOW + 12)); /* told once */
	ck_assert_int_eq(uplink_heard(&u), NOW);
	ck_assert_int_eq(uplink_heard(&u), 0);
}
END_TEST

/* A platform of many hosts is one place; without an address each host is. */
START_TEST(test_one_server_is_one_place)
{
	struct uplink u = {0};
	for (int i = 0; i < 100; i++) {
		char key[32];
		snprintf(key, sizeof(key), "h%d.gov.cn", i);
		ck_assert(!missed(&u, key, "10.0.0.1", NOW + i));
	}
	ck_assert_int_eq(uplink_heard(&u), 0);
	ck_assert(!missed(&u, "a.gov.cn", "", NOW));
	ck_assert(!missed(&u, "b.gov.cn", "", NOW));
	ck_assert(!missed(&u, "b.gov.cn", "", NOW));
	ck_assert(missed(&u, "c.gov.cn", "", NOW));
}
END_TEST

START_TEST(test_an_answer_begins_anew)
{
	struct uplink u = {0};
	for (int i = 0; i < 10; i++) {
		ck_assert(!missed(&u, "a.gov.cn", "10.0.0.1", NOW));
		ck_assert(!missed(&u, "b.gov.cn", "10.0.0.2", NOW));
		ck_assert_int_eq(uplink_heard(&u), 0);
	}
}
END_TEST

/* Hosts that were not well before say nothing: a list of dead sites is no outage. */
START_TEST(test_only_hosts_that_were_well)
{
	struct uplink u = {0};
	for (int i = 0; i < 100; i++) {
		struct fdb_host h = host("a.gov.cn", "");
		snprintf(h.ip, sizeof(h.ip), "10.0.0.%d", i);
		h.robots_state = i % 2 ? ROBOTS_UNKNOWN : ROBOTS_NONE;
		h.failures = i % 4 == 0;
		h.down_since = i % 4 == 2 ? NOW - 5 : 0;
		ck_assert(!uplink_missed(&u, &h, NOW));
	}
	ck_assert_int_eq(uplink_heard(&u), 0);
}
END_TEST

START_TEST(test_what_is_a_miss)
{
	ck_assert(uplink_is_miss(0, CAUSE_DNS) && uplink_is_miss(0, CAUSE_CONNECT) && uplink_is_miss(0, CAUSE_TIMEOUT));
	ck_assert(!uplink_is_miss(0, CAUSE_TLS) && !uplink_is_miss(0, CAUSE_TRUNCATED)); /* somebody spoke */
	ck_assert(!uplink_is_miss(200, CAUSE_TIMEOUT) && !uplink_is_miss(503, CAUSE_HTTP_5XX));
	ck_assert(!uplink_is_miss(0, CAUSE_PRIVATE_ADDRESS));
}
END_TEST

/* While it is down, pages that died of it are asked for by turns; none before it is known to be down, none behind it. */
START_TEST(test_probes)
{
	struct uplink u = {0};
	uplink_lost(&u, 1);
	ck_assert_int_eq(uplink_probe(&u, 5), 0);
	missed(&u, "a.gov.cn", "10.0.0.1", NOW);
	missed(&u, "b.gov.cn", "10.0.0.2", NOW);
	missed(&u, "c.gov.cn", "10.0.0.3", NOW);
	ck_assert_int_eq(uplink_probe(&u, 10 * UPLINK_PROBE_MS), 0);
	for (int64_t id = 1; id <= 2 * UPLINK_LOST; id++) {
		uplink_lost(&u, id);
		uplink_lost(&u, id);
	}
	int64_t at = 20 * UPLINK_PROBE_MS;
	ck_assert_int_eq(uplink_probe(&u, at), 0); /* they died just now */
	for (int64_t i = 0; i < 2 * UPLINK_LOST; i++) {
		ck_assert_int_eq(uplink_probe(&u, at + UPLINK_PROBE_MS - 1), 0);
		at += UPLINK_PROBE_MS;
		ck_assert_int_eq(uplink_probe(&u, at), i % UPLINK_LOST + 1);
	}
	ck_assert_int_eq(uplink_heard(&u), NOW);
	ck_assert_int_eq(uplink_probe(&u, at + UPLINK_PROBE_MS), 0);
}
END_TEST

/* A host that was absent or refused before is not asked more often because we are cut off. */
START_TEST(test_who_may_be_probed)
{
	struct uplink u = {0};
	struct fdb_host h = host("a.gov.cn", "10.0.0.1");
	h.down_since = NOW;
	ck_assert(!uplink_may_probe(&u, &h));
	missed(&u, "a.gov.cn", "10.0.0.1", NOW);
	missed(&u, "b.gov.cn", "10.0.0.2", NOW + 1);
	missed(&u, "c.gov.cn", "10.0.0.3", NOW + 2);
	ck_assert(uplink_may_probe(&u, &h));
	h.down_since = NOW - 1;
	ck_assert(!uplink_may_probe(&u, &h));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("uplink");
	TCase *t = tcase_create("uplink");
	tcase_add_test(t, test_three_places);
	tcase_add_test(t, test_one_server_is_one_place);
	tcase_add_test(t, test_an_answer_begins_anew);
	tcase_add_test(t, test_only_hosts_that_were_well);
	tcase_add_test(t, test_what_is_a_miss);
	tcase_add_test(t, test_probes);
	tcase_add_test(t, test_who_may_be_probed);
	suite_add_tcase(s, t);
	return suite_run(s);
}
