/* scope: which links belong to a source; answer: what a response means; sched: who is next. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "fetcher/answer.h"
#include "fetcher/sched.h"
#include "fetcher/scope.h"
#include "suite.h"

#define NOW 1700000000000LL

static enum cause judge(const char *scope, const char *source, const char *url, int depth, bool allow_private)
{
	struct scope_rule rule = {.scope = scope, .depth = 12, .allow_private = allow_private};
	struct url_parts s, u;
	ck_assert_int_eq(url_split(str_of(source), &s), ERR_OK);
	ck_assert_int_eq(url_split(str_of(url), &u), ERR_OK);
	return scope_check(&rule, &s, &u, depth);
}

START_TEST(scopes)
{
	static const struct {
		const char *scope, *source, *url;
		enum cause want;
	} cases[] = {
		{"host", "http://www.a.gov.cn/", "http://www.a.gov.cn/x", CAUSE_NONE},
		{"host", "http://www.a.gov.cn/", "https://www.a.gov.cn/x", CAUSE_NONE},
		{"host", "http://www.a.gov.cn/", "http://a.gov.cn/x", CAUSE_OUT_OF_SCOPE},
		{"host", "http://www.a.gov.cn/", "http://www.a.gov.cn:8080/x", CAUSE_OUT_OF_SCOPE},
		{"site", "http://www.a.gov.cn/", "http://zw.a.gov.cn/x", CAUSE_NONE},
		{"site", "http://www.a.gov.cn/", "http://www.b.gov.cn/x", CAUSE_OUT_OF_SCOPE},
		{"site", "http://8.8.8.8/", "http://8.8.8.8:8080/x", CAUSE_NONE},
		{"site", "http://8.8.8.8/", "http://8.8.8.9/x", CAUSE_OUT_OF_SCOPE},
		{"gov.cn", "http://www.a.gov.cn/", "http://www.b.gov.cn/x", CAUSE_NONE},
		{".gov.cn", "http://www.a.gov.cn/", "http://www.b.gov.cn/x", CAUSE_NONE},
		{"*.gov.cn", "http://www.a.gov.cn/", "http://notgov.cn/x", CAUSE_OUT_OF_SCOPE},
		{"gov.cn", "http://www.a.gov.cn/", "http://gov.cn/x", CAUSE_NONE},
		{"any", "http://www.a.gov.cn/", "http://example.org/x", CAUSE_NONE},
		{"any", "http://www.a.gov.cn/", "http://10.0.0.1/", CAUSE_PRIVATE_ADDRESS},
		{"any", "http://www.a.gov.cn/", "http://169.254.169.254/latest/", CAUSE_PRIVATE_ADDRESS},
		{"any", "http://www.a.gov.cn/", "http://[::1]/", CAUSE_PRIVATE_ADDRESS},
		{"site", "http://www.a.gov.cn/", "http://10.0.0.1/", CAUSE_OUT_OF_SCOPE},
		{"any", "http://www.a.gov.cn/", "http://b.cn/a/b/a/b/a/", CAUSE_TRAP},
		{"any", "http://www.a.gov.cn/", "http://b.cn/a/b/a/b/c/", CAUSE_NONE},
	};
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(judge(cases[i].scope, cases[i].source, cases[i].url, 1, false) == cases[i].want,
			      "%s %s %s", cases[i].scope, cases[i].source, cases[i].url);
	ck_assert_int_eq(judge("any", "http://127.0.1.1:80/", "http://127.0.1.2:80/", 1, true), CAUSE_NONE);
	ck_assert_int_eq(judge("any", "http://a.cn/", "http://a.cn/x", 12, false), CAUSE_NONE);
	ck_assert_int_eq(judge("any", "http://a.cn/", "http://a.cn/x", 13, false), CAUSE_TRAP);
}
END_TEST

START_TEST(scope_words)
{
	ck_assert(scope_valid("host"));
	ck_assert(scope_valid("gov.cn"));
	ck_assert(scope_valid("*.gov.cn"));
	ck_assert(!scope_valid(""));
	ck_assert(!scope_valid("."));
	ck_assert(!scope_valid("gov.cn."));
	ck_assert(!scope_valid("a b"));
}
END_TEST

START_TEST(long_paths_are_traps)
{
	char path[400];
	for (int i = 0; i < 140; i++)
		snprintf(path + 2 * i, 3, "/%c", 'a' + i % 26);
	ck_assert(scope_path_is_trap(str_of(path)));
	ck_assert(!scope_path_is_trap(STR("/2016/1/1/")));
	ck_assert(!scope_path_is_trap(STR("////")));
}
END_TEST

static struct answer answered(int status, enum cause cause, const char *head)
{
	struct answer a;
	answer_of(status, cause, "detail", str_of(head), "http://a.cn/x/y", false, NOW, &a);
	return a;
}

START_TEST(answers)
{
	ck_assert_int_eq(answered(200, CAUSE_NONE, "HTTP/1.1 200 OK\r\n\r\n").kind, ANSWER_BODY);
	ck_assert_int_eq(answered(304, CAUSE_NONE, "HTTP/1.1 304 x\r\n\r\n").kind, ANSWER_NOT_MODIFIED);
	ck_assert_int_eq(answered(404, CAUSE_NONE, "").cause, CAUSE_HTTP_404);
	ck_assert_int_eq(answered(410, CAUSE_NONE, "").cause, CAUSE_HTTP_410);
	ck_assert_int_eq(answered(418, CAUSE_NONE, "").cause, CAUSE_HTTP_4XX);
	ck_assert_int_eq(answered(200, CAUSE_TRUNCATED, "").cause, CAUSE_TRUNCATED);
	ck_assert_int_eq(answered(412, CAUSE_NONE, "HTTP/1.1 412 x\r\n\r\n").cause, CAUSE_CHALLENGE);
	ck_assert_int_eq(answered(521, CAUSE_NONE, "HTTP/1.1 521 x\r\nSet-Cookie: __jsluid_s=1\r\n\r\n").cause,
			 CAUSE_CHALLENGE);
	ck_assert_int_eq(answered(521, CAUSE_NONE, "HTTP/1.1 521 x\r\n\r\n").cause, CAUSE_HTTP_5XX);
	ck_assert_int_eq(answered(404, CAUSE_NONE, "HTTP/1.1 404 x\r\nSet-Cookie: __jsluid_s=1\r\n\r\n").cause,
			 CAUSE_HTTP_404);
	struct answer a = answered(503, CAUSE_NONE, "HTTP/1.1 503 x\r\nRetry-After: 2\r\n\r\n");
	ck_assert_int_eq(a.cause, CAUSE_HTTP_5XX);
	ck_assert_int_eq(a.retry_after_ms, 2000);
	a = answered(429, CAUSE_NONE, "HTTP/1.1 429 x\r\nRetry-After: 99999999999999999999999\r\n\r\n");
	ck_assert_int_eq(a.cause, CAUSE_HTTP_429);
	ck_assert_int_eq(a.retry_after_ms, 3600000);
	ck_assert_int_eq(answered(429, CAUSE_NONE, "HTTP/1.1 429 x\r\nRetry-After: soon\r\n\r\n").retry_after_ms, -1);
	a = answered(503, CAUSE_NONE, "HTTP/1.1 503 x\r\nRetry-After: Tue, 14 Nov 2023 22:14:20 GMT\r\n\r\n");
	ck_assert_int_eq(a.retry_after_ms, 60000);
	a = answered(302, CAUSE_NONE, "HTTP/1.1 302 x\r\nLocation: ../z\r\n\r\n");
	ck_assert_int_eq(a.kind, ANSWER_REDIRECT);
	ck_assert_str_eq(a.target, "http://a.cn/z");
	ck_assert_int_eq(answered(302, CAUSE_NONE, "HTTP/1.1 302 x\r\n\r\n").cause, CAUSE_BAD_URL);
	ck_assert_int_eq(answered(302, CAUSE_NONE, "HTTP/1.1 302 x\r\nLocation: \r\n\r\n").cause, CAUSE_BAD_URL);
	ck_assert_int_eq(answered(302, CAUSE_NONE, "HTTP/1.1 302 x\r\nLocation: http://\r\n\r\n").cause, CAUSE_BAD_URL);
	ck_assert_int_eq(answered(302, CAUSE_NONE, "HTTP/1.1 302 x\r\nLocation: javascript:x\r\n\r\n").cause,
			 CAUSE_BAD_URL);
}
END_TEST

static struct answer posted(int status, const char *location)
{
	struct answer a;
	char head[256];
	snprintf(head, sizeof(head), "HTTP/1.1 %d x\r\nLocation: %s\r\n\r\n", status, location);
	answer_of(status, CAUSE_NONE, NULL, str_of(head), "http://www.a.gov.cn/list?id=7&page=1", true, NOW, &a);
	return a;
}

/* A form goes where the same list is, and nowhere else. */
START_TEST(redirects_of_a_post)
{
	static const int same[] = {301, 302, 307, 308};
	struct answer a;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		a = posted(same[i], "https://www.a.gov.cn/list");
		ck_assert(a.kind == ANSWER_REDIRECT && a.post);
		ck_assert_str_eq(a.target, "https://www.a.gov.cn/list?id=7&page=1");
		a = posted(same[i], "https://a.gov.cn/list");
		ck_assert(a.post);
		bool kept = same[i] > 303;
		const char *const others[] = {"/login", "/list?x=1", "http://www.b.gov.cn/list",
					      "https://www.a.gov.cn/list/"};
		for (size_t k = 0; k < 4; k++) {
			a = posted(same[i], others[k]);
			ck_assert(!a.post);
			ck_assert_int_eq(a.kind, kept ? ANSWER_FAILED : ANSWER_REDIRECT);
			ck_assert(!kept || a.cause == CAUSE_BAD_URL);
		}
	}
	a = posted(303, "/list");
	ck_assert(a.kind == ANSWER_REDIRECT && !a.post);
	ck_assert_str_eq(a.target, "http://www.a.gov.cn/list");
	answer_of(307, CAUSE_NONE, NULL, STR("HTTP/1.1 307 x\r\nLocation: /z\r\n\r\n"), "http://a.gov.cn/list?id=7",
		  false, NOW, &a);
	ck_assert(a.kind == ANSWER_REDIRECT && !a.post);
}
END_TEST

/* Only a 405 that says so itself: what stands before a host answers 405 to programs, too. */
START_TEST(methods_that_are_allowed)
{
	static const struct {
		const char *head;
		int status;
		bool post;
	} cases[] = {{"HTTP/1.1 405 x\r\nAllow: POST\r\n\r\n", 405, true},
		     {"HTTP/1.1 405 x\r\nallow: OPTIONS,HEAD , POST\r\n\r\n", 405, true},
		     {"HTTP/1.1 405 x\r\nAllow: GET, HEAD\r\n\r\n", 405, false},
		     {"HTTP/1.1 405 x\r\nAllow: post, XPOST, POSTX\r\n\r\n", 405, false},
		     {"HTTP/1.1 405 x\r\nAllow:\r\n\r\n", 405, false},
		     {"HTTP/1.1 405 x\r\n\r\n", 405, false},
		     {"HTTP/1.1 403 x\r\nAllow: POST\r\n\r\n", 403, false}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct answer a = answered(cases[i].status, CAUSE_NONE, cases[i].head);
		ck_assert_int_eq(a.cause, CAUSE_HTTP_4XX);
		ck_assert_msg(a.takes_post == cases[i].post, "%s", cases[i].head);
	}
}
END_TEST

static struct fdb_host host(int64_t id, const char *key, const char *ip)
{
	struct fdb_host h = {.id = id, .ready = 1};
	snprintf(h.key, sizeof(h.key), "%s", key);
	snprintf(h.ip, sizeof(h.ip), "%s", ip);
	return h;
}

static void nothing(void *ctx, struct sched_host *h)
{
	(void)h;
	++*(int *)ctx;
}

/* Two hosts of one address: one request at a time and the gap between them; a third elsewhere is not held up. */
START_TEST(one_request_an_address)
{
	struct sched *s = sched_new(&(struct polite_rules){.delay_ms = 1000}, true);
	struct fdb_host a = host(1, "a.cn", "1.1.1.1"), b = host(2, "b.cn", "1.1.1.1"), c = host(3, "c.cn", "2.2.2.2");
	sched_put(s, &a);
	sched_put(s, &b);
	sched_put(s, &c);
	struct sched_host *first = sched_pop(s, NOW);
	sched_started(s, first, NOW, 0);
	struct sched_host *second = sched_pop(s, NOW);
	ck_assert_ptr_nonnull(second);
	if (first->row.id != 3 && second->row.id != 3)
		ck_abort_msg("two requests to one address");
	sched_started(s, second, NOW, 0);
	ck_assert_ptr_null(sched_pop(s, NOW + 5000));
	struct sched_host *shared = first->row.id == 3 ? second : first;
	sched_ended(s, shared, "1.1.1.1");
	ck_assert_ptr_null(sched_pop(s, NOW + 900));
	struct sched_host *third = sched_pop(s, NOW + 5000);
	ck_assert_ptr_nonnull(third);
	ck_assert(third != shared && third->row.id != 3);
	sched_free(s);
}
END_TEST

/* Two hosts that were never asked lead to one address: the second to connect waits, as if it had not begun. */
START_TEST(an_address_is_learned_before_it_is_asked)
{
	struct sched *s = sched_new(&(struct polite_rules){.delay_ms = 1000}, true);
	struct fdb_host a = host(1, "a.cn", ""), b = host(2, "b.cn", "");
	struct sched_host *x = sched_put(s, &a), *y = sched_put(s, &b);
	ck_assert(sched_pop(s, NOW) && sched_pop(s, NOW));
	sched_started(s, x, NOW, 0);
	sched_started(s, y, NOW, 0);
	ck_assert(sched_connects(s, x, "1.1.1.1", NOW));
	ck_assert_str_eq(x->row.ip, "1.1.1.1");
	ck_assert(!sched_connects(s, y, "1.1.1.1", NOW));
	ck_assert(sched_connects(s, x, "1.1.1.1", NOW)); /* its own */
	y->row.next_at = 0;
	sched_ended(s, y, "1.1.1.1");
	sched_again(s, y);
	ck_assert_ptr_null(sched_pop(s, NOW + 5000)); /* the other one is still there */
	sched_ended(s, x, "1.1.1.1");
	ck_assert_ptr_null(sched_pop(s, NOW + 900));
	ck_assert_ptr_eq(sched_pop(s, NOW + 1100), y);
	sched_started(s, y, NOW + 1100, 0);
	ck_assert(sched_connects(s, y, "2.2.2.2",
				 NOW + 1100)); /* the name leads elsewhere now: the first address is free */
	sched_again(s, x);
	ck_assert_ptr_eq(sched_pop(s, NOW + 2300), x);
	sched_free(s);
}
END_TEST

START_TEST(gap_hold_and_clock)
{
	struct sched *s = sched_new(&(struct polite_rules){.delay_ms = 1000}, true);
	struct fdb_host a = host(1, "a.cn", "");
	struct sched_host *h = sched_put(s, &a);
	ck_assert_ptr_eq(sched_pop(s, NOW), h);
	sched_started(s, h, NOW, 0);
	ck_assert_uint_eq(sched_busy(s), 1);
	sched_ended(s, h, "9.9.9.9");
	ck_assert_str_eq(h->row.ip, "9.9.9.9");
	sched_again(s, h);
	ck_assert_ptr_null(sched_pop(s, NOW + 999));
	int cut = 0;
	sched_cut(s, NOW - 86400000, nothing, &cut);
	ck_assert_int_eq(cut, 1);
	ck_assert_int_le(sched_next_due(s), NOW - 86400000 + 1100);
	ck_assert_ptr_eq(sched_pop(s, NOW - 86400000 + 1100), h);
	sched_rest(s, h);
	ck_assert_int_eq(sched_next_due(s), INT64_MAX);
	a.held = true;
	sched_put(s, &a);
	ck_assert_int_eq(sched_next_due(s), INT64_MAX);
	a.held = false;
	sched_put(s, &a);
	ck_assert_int_lt(sched_next_due(s), INT64_MAX);
	ck_assert_ptr_eq(sched_find_key(s, "a.cn"), h);
	sched_free(s);
}
END_TEST

/* Rule 9 for addresses: each is cut to its own gap, whether or not its last host is here, and who waits for it comes then. */
START_TEST(address_and_clock)
{
	struct sched *s = sched_new(&(struct polite_rules){.delay_ms = 1000}, true);
	struct fdb_host a = host(1, "a.cn", "9.9.9.9"), b = host(2, "b.cn", "8.8.8.8"), c = host(3, "c.cn", "7.7.7.7");
	const int64_t day = 86400000;
	int cut = 0;
	sched_address_put(s, "9.9.9.9", NOW + day, 5000); /* of a Crawl-delay */
	sched_address_put(s, "8.8.8.8", NOW + day, 0);    /* of an older schema */
	sched_address_put(s, "7.7.7.7", NOW + 700, 1000); /* within its gap: not touched */
	struct sched_host *x = sched_put(s, &a), *y = sched_put(s, &b), *z = sched_put(s, &c);
	ck_assert_ptr_null(sched_pop(s, NOW)); /* all three wait for their addresses now */
	sched_cut(s, NOW, nothing, &cut);
	ck_assert_int_eq(cut, 0); /* no host's own time was wrong */
	ck_assert_ptr_null(sched_pop(s, NOW + 699));
	ck_assert_ptr_eq(sched_pop(s, NOW + 700), z);
	ck_assert_ptr_null(sched_pop(s, NOW + 4999));
	ck_assert_ptr_eq(sched_pop(s, NOW + 5000 + POLITE_MARGIN_MS), x);
	ck_assert_ptr_null(sched_pop(s, NOW + 3599999));
	ck_assert_ptr_eq(sched_pop(s, NOW + 3600000), y);
	/* a request keeps its host's gap beside the address */
	x->row.gap_ms = 9000;
	sched_started(s, x, NOW + day, 0);
	ck_assert_int_eq(sched_address_of(x)->gap_ms, 9000);
	sched_free(s);
}
END_TEST

START_TEST(many_hosts_come_in_order_of_time)
{
	struct sched *s = sched_new(&(struct polite_rules){.delay_ms = 0}, false);
	for (int i = 1; i <= 10000; i++) {
		struct fdb_host a = host(i, "", "");
		snprintf(a.key, sizeof(a.key), "h%d.cn", i);
		a.next_at = NOW + (i * 7919) % 10007;
		sched_put(s, &a);
	}
	int64_t last = 0;
	int n = 0;
	struct sched_host *h;
	while ((h = sched_pop(s, NOW + 20000))) {
		ck_assert_int_ge(h->row.next_at, last);
		last = h->row.next_at;
		n++;
		sched_rest(s, h); /* beyond SCHED_HOSTS_KEPT they are forgotten */
	}
	ck_assert_int_eq(n, 10000);
	ck_assert_ptr_null(sched_pop(s, INT64_MAX));
	sched_free(s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("scope");
	TCase *t = tcase_create("all");
	tcase_add_test(t, scopes);
	tcase_add_test(t, scope_words);
	tcase_add_test(t, long_paths_are_traps);
	tcase_add_test(t, answers);
	tcase_add_test(t, redirects_of_a_post);
	tcase_add_test(t, methods_that_are_allowed);
	tcase_add_test(t, one_request_an_address);
	tcase_add_test(t, an_address_is_learned_before_it_is_asked);
	tcase_add_test(t, gap_hold_and_clock);
	tcase_add_test(t, address_and_clock);
	tcase_add_test(t, many_hosts_come_in_order_of_time);
	suite_add_tcase(s, t);
	return suite_run(s);
}
