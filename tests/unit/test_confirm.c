/* A change of a report page is believed when a second fetch brings it: the rule, its rows, and the text of what was. */
#include <sqlite3.h>

#include "proto/ledger.h"
#include "sink/changes.h"
#include "sink/confirm.h"
#include "sink/past.h"
#include "tests/unit/store_fixture.h"
#include "suite.h"

#define URL "http://a.gov.cn/1.htm"

static struct store *s;

static void setup(void)
{
	fixture_begin();
	ck_assert_msg(store_open(fixture_dir, false, &s) == ERR_OK, "%s", err_text());
}

static void teardown(void)
{
	store_close(s);
	fixture_end();
}

static const char *ask(const char *sql)
{
	static char answer[512];
	char path[128];
	sqlite3 *db;
	sqlite3_stmt *st;
	snprintf(path, sizeof path, "%s/store.db", fixture_dir);
	ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	answer[0] = '\0';
	if (sqlite3_step(st) == SQLITE_ROW && sqlite3_column_text(st, 0))
		snprintf(answer, sizeof answer, "%s", (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(db);
	return answer;
}

/* A fetch with a body of its own; parse_seq says which reading of it. Returns the result, 10 more when unconfirmed. */
static int fetch_at(const char *url, uint64_t fetch_id, uint64_t parse_seq, const char *json)
{
	struct msg_doc head = fixture_head(url, parse_seq);
	char body[65];
	enum ack_result result = ACK_STALE;
	int64_t commit;
	sha256_hex(json, strlen(json), body);
	head.body_sha256 = body;
	ck_assert_int_eq(store_begin(s), ERR_OK);
	ck_assert_msg(fixture_put(s, &head, fetch_id, json, &result) == ERR_OK, "%s", err_text());
	ck_assert_int_eq(store_commit(s, &commit), ERR_OK);
	return (int)result + (fixture_unconfirmed ? 10 : 0);
}

static int fetch(uint64_t fetch_id, uint64_t parse_seq, const char *json)
{
	return fetch_at(URL, fetch_id, parse_seq, json);
}

#define WAITS (10 + ACK_UNCHANGED)
#define VERSIONS "SELECT group_concat(version || ':' || (first_seen % 100000), ' ') FROM versions"

START_TEST(test_confirmed)
{
	char *one = fixture_report("first", NULL, 2014), *two = fixture_report("second", NULL, 2014);
	ck_assert_int_eq(fetch(1, 1, one), ACK_STORED); /* the first document needs no second fetch */
	ck_assert_int_eq(fetch(2, 2, two), WAITS);
	ck_assert_str_eq(ask("SELECT text FROM texts"), "first");
	ck_assert_str_eq(ask("SELECT version || ',' || fetch_id || ',' || (last_seen % 100000) FROM documents"),
			 "1,2,1000");
	ck_assert_str_eq(ask("SELECT fetch_id || ',' || rounds || ',' || reports FROM candidates"), "2,1,1");
	/* the same DOC again, whose ACK was lost, says the same; so does another reading of that fetch */
	ck_assert_int_eq(fetch(2, 2, two), 10 + ACK_DUPLICATE);
	ck_assert_int_eq(fetch(2, 3, two), WAITS);
	ck_assert_int_eq(fetch(3, 4, two), ACK_STORED);
	ck_assert_str_eq(ask("SELECT text FROM texts"), "second");
	/* seen first by the candidate's fetch */
	ck_assert_str_eq(ask(VERSIONS), "1:1000 2:2000");
	ck_assert_str_eq(ask("SELECT count(*) || flickers FROM documents"), "10");
	ck_assert_str_eq(ask("SELECT count(*) FROM candidates"), "0");
	/* what a fetcher that heard no ACK reads of it */
	ck_assert_str_eq(ask("SELECT group_concat(result || ':' || unconfirmed) FROM acks"), "0:0,1:1,2:1,1:1,0:0");
	free(one);
	free(two);
}
END_TEST

START_TEST(test_flicker)
{
	char *one = fixture_report("first", NULL, 2014), *none = fixture_plain("maintenance", "[]");
	fetch(1, 1, one);
	ck_assert_int_eq(fetch(2, 2, none), WAITS); /* a report that is no more in the page */
	ck_assert_str_eq(ask("SELECT reports FROM acks WHERE fetch_id=2"), "1");
	ck_assert_int_eq(fetch(3, 3, one), ACK_UNCHANGED);
	ck_assert_str_eq(ask("SELECT flickers || ',' || (flickered_at % 100000) FROM documents"), "1,3000");
	ck_assert_str_eq(ask("SELECT count(*) FROM candidates"), "0");
	ck_assert_str_eq(ask(VERSIONS), "1:1000");
	/* and again */
	fetch(4, 4, none);
	fetch(5, 5, one);
	ck_assert_str_eq(ask("SELECT flickers FROM documents"), "2");
	free(one);
	free(none);
}
END_TEST

START_TEST(test_third_content)
{
	char *one = fixture_report("first", NULL, 2014), *two = fixture_report("second", NULL, 2014);
	char *three = fixture_report("third", NULL, 2014);
	fetch(1, 1, one);
	ck_assert_int_eq(fetch(2, 2, two), WAITS);
	ck_assert_int_eq(fetch(3, 3, three), WAITS);
	ck_assert_str_eq(ask("SELECT fetch_id || ',' || rounds || ',' || (first_seen % 100000) FROM candidates"),
			 "3,2,3000");
	/* the one before is not confirmed by coming later */
	ck_assert_int_eq(fetch(4, 4, two), WAITS);
	ck_assert_int_eq(fetch(5, 5, two), ACK_STORED);
	ck_assert_str_eq(ask(VERSIONS), "1:1000 2:4000");
	char *all[] = {one, two, three};
	for (size_t i = 0; i < 3; i++)
		free(all[i]);
}
END_TEST

/* Is this DOC, of a page that the store holds, only what is left of it? */
static bool hollow(uint64_t fetch_id, const char *json)
{
	struct msg_doc head = fixture_head(URL, fetch_id);
	struct arena *a = arena_new(1u << 20);
	struct sdoc doc;
	char body[65];
	bool is;
	sha256_hex(json, strlen(json), body);
	head.body_sha256 = body;
	ck_assert_msg(sdoc_decode(str_of(json), a, &doc) == ERR_OK, "%s", err_text());
	const struct store_doc d = {.fetch_id = fetch_id, .head = &head, .doc = &doc};
	ck_assert_int_eq(store_is_hollow(s, &d, &is), ERR_OK);
	sdoc_fini(&doc);
	arena_free(a);
	return is;
}

#define LINK(url, text, rel) "{\"url\":\"" url "\",\"text\":\"" text "\",\"rel\":\"" rel "\",\"context\":{}}"

START_TEST(test_what_is_left_of_a_page_is_no_version)
{
	char *report = fixture_report("榆次区年度报告 first", NULL, 2014), *empty = fixture_plain("", "[]");
	char *words = fixture_plain("暂无内容", "[" LINK("http://a.gov.cn/", "首页", "a") "]");
	char *file = fixture_plain("", "[" LINK("http://a.gov.cn/1.pdf", "附件", "attachment") "]");
	char *notice = fixture_plain("该报告已经归并到信息公开专栏，请到该专栏查阅各类文件。", "[]");
	char *list = fixture_plain("today: this and that, and much more of the same, so that there is a text of some "
				   "length to be read here by anybody",
				   "[]");
	ck_assert(!hollow(1, empty)); /* the first document is what it is */
	fetch(1, 1, report);
	ck_assert(hollow(2, empty));
	ck_assert(hollow(2, words));
	ck_assert(!hollow(2, file)); /* the report is in a file now */
	ck_assert(!hollow(2, notice));
	ck_assert(!hollow(2, report));
	ck_assert(!hollow(1, empty)); /* the same fetch by another reader: no news of the site */
	ck_assert_str_eq(ask(VERSIONS), "1:1000");
	/* without a report only an answer with nothing at all */
	fetch(3, 3, list);
	ck_assert_int_eq(fetch(4, 4, list), ACK_STORED);
	ck_assert(hollow(5, empty));
	ck_assert(!hollow(5, words));
	fetch(6, 6, words);
	ck_assert(!hollow(7, empty)); /* nor was there much before */
	char *all[] = {report, empty, words, file, notice, list};
	for (size_t i = 0; i < 6; i++)
		free(all[i]);
}
END_TEST

/* What a parser says of a page: a text and the hash by which it is compared. */
static char *saying(const char *text, const char *links)
{
	char *plain = fixture_plain(text, links), *z = NULL, hash[65];
	sha256_hex(text, strlen(text), hash);
	ck_assert_int_gt(asprintf(&z, "%.*s,\"compare_sha256\":\"%s\"}", (int)strlen(plain) - 1, plain, hash), 0);
	free(plain);
	return z;
}

#define NOT_FOUND "很抱歉，您要找的内容已经搬家或者暂时无法提供，请从首页重新查找您需要的信息。"

START_TEST(test_what_every_address_says_is_no_version)
{
	char *report = fixture_report("first", NULL, 2014), *other;
	other = _i ? fixture_plain(NOT_FOUND, "[]")
		   : saying(NOT_FOUND, "[]"); /* too short for a hash of its own: by its bytes */
	char *viewer = saying(NOT_FOUND, "[" LINK("http://a.gov.cn/1.pdf", "附件", "attachment") "]");
	fetch_at(URL, 1, 1, report);
	fetch_at("http://a.gov.cn/2.htm", 2, 2, report);
	ck_assert(!hollow(3, other));                    /* alone it is a change like any other */
	fetch_at("https://a.gov.cn/1.htm", 4, 4, other); /* the same page under its other name proves nothing */
	fetch_at("http://b.gov.cn/9.htm", 5, 5, other);  /* nor does another site */
	ck_assert(!hollow(6, other));
	/* two reports replaced at once: neither is believed when it comes for the second time */
	ck_assert_int_eq(fetch_at("http://a.gov.cn/2.htm", 7, 7, other), WAITS);
	ck_assert(!hollow(8, other));
	ck_assert_int_eq(fetch_at(URL, 8, 8, other), WAITS);
	ck_assert(hollow(9, other));
	/* a page of the site that says so, and is no report */
	fetch_at("http://a.gov.cn/", 10, 10, other);
	ck_assert(hollow(11, other));
	ck_assert(!hollow(11, viewer)); /* the report is in a file now */
	ck_assert(!hollow(11, report));
	ck_assert_str_eq(ask("SELECT group_concat(version) FROM documents WHERE url LIKE 'http://a.gov.cn/_.htm'"),
			 "1,1");
	char *all[] = {report, other, viewer};
	for (size_t i = 0; i < 3; i++)
		free(all[i]);
}
END_TEST

START_TEST(test_no_report_needs_none)
{
	char *one = fixture_plain("list of today", "[]"), *two = fixture_plain("list of tomorrow", "[]");
	char *report = fixture_report("a report", NULL, 2014);
	fetch(1, 1, one);
	ck_assert_int_eq(fetch(2, 2, two), ACK_STORED);
	ck_assert_str_eq(ask("SELECT count(*) FROM past"), "0");
	ck_assert_int_eq(fetch(3, 3, report), WAITS); /* holds one in its new form */
	ck_assert_int_eq(fetch(4, 4, report), ACK_STORED);
	store_set_confirm(s, false);
	ck_assert_int_eq(fetch(5, 5, one), ACK_STORED);
	char *all[] = {one, two, report};
	for (size_t i = 0; i < 3; i++)
		free(all[i]);
}
END_TEST

/* A DOC with a compare hash of its own, by a reader of this version. */
static struct confirm_doc doc_of(uint64_t fetch_id, char content, char body, char compare)
{
	struct confirm_doc d = {.fetch_id = fetch_id, .parse_seq = fetch_id, .reports = 1};
	memset(d.is.content, content, 64);
	memset(d.is.body, body, 64);
	if (compare)
		memset(d.is.compare, compare, 64);
	return d;
}

START_TEST(test_rule)
{
	struct confirm_doc first = doc_of(1, 'a', 'a', 'a'), d;
	struct confirm_held h = {
		.known = true, .fetch_id = 1, .parse_seq = 1, .reports = 1, .is = first.is, .same_reader = true};
	struct confirm_verdict v;
	/* a counter moved: no version, no second fetch */
	d = doc_of(2, 'b', 'b', 'a');
	v = confirm_judge(&h, &d);
	ck_assert(v.result == ACK_UNCHANGED && !v.unconfirmed && v.candidate == CONFIRM_DROP);
	/* the same by a newer parser: another reading, a version at once */
	h.same_reader = false;
	v = confirm_judge(&h, &d);
	ck_assert(v.result == ACK_STORED && !v.unconfirmed);
	/* the same body read by another parser, or the same fetch */
	d = doc_of(2, 'b', 'a', 'b');
	ck_assert_int_eq(confirm_judge(&h, &d).result, ACK_STORED);
	d = doc_of(1, 'b', 'b', 'b');
	d.parse_seq = 2;
	ck_assert_int_eq(confirm_judge(&h, &d).result, ACK_STORED);
	/* a change; without compare hashes too */
	d = doc_of(2, 'b', 'b', 'b');
	ck_assert(confirm_judge(&h, &d).unconfirmed);
	d = doc_of(2, 'b', 'b', 0);
	ck_assert(confirm_judge(&h, &d).unconfirmed);
	/* confirmed by a fetch whose counter moved meanwhile */
	h.waiting = true;
	h.fetch_id = h.waiting_fetch_id = 2;
	h.parse_seq = 2;
	h.other = doc_of(2, 'b', 'b', 'b').is;
	d = doc_of(3, 'c', 'c', 'b');
	v = confirm_judge(&h, &d);
	ck_assert(v.result == ACK_STORED && v.candidate == CONFIRM_BECOME && !v.unconfirmed);
	/* the candidate's fetch by a parser that sees no change in it: no flicker */
	d = doc_of(2, 'a', 'b', 'a');
	d.parse_seq = 3;
	v = confirm_judge(&h, &d);
	ck_assert(v.result == ACK_UNCHANGED && v.candidate == CONFIRM_DROP && !v.flicker);
	/* what comes late changes nothing */
	d = doc_of(1, 'd', 'd', 'd');
	v = confirm_judge(&h, &d);
	ck_assert(v.result == ACK_STALE && v.candidate == CONFIRM_LEAVE && !v.unconfirmed);
}
END_TEST

START_TEST(test_past)
{
	char *one = fixture_report("公开3303条", NULL, 2014), *two = fixture_plain("moved away", "[]");
	struct changes *c;
	struct buf json;
	fetch(1, 1, one);
	fetch(2, 2, two);
	fetch(3, 3, two);
	ck_assert_str_eq(ask("SELECT group_concat(version || ':' || report_id || ':' || year) FROM superseded"),
			 "1:1:2014");
	ck_assert_msg(changes_open(fixture_dir, &c) == ERR_OK, "%s", err_text());
	struct changes_page p;
	ck_assert_int_eq(changes_page_by_report(c, 1, &p), ERR_OK); /* a report that the page has no more */
	ck_assert_int_eq(p.version, 2);
	buf_init(&json, PAST_BYTES_MAX);
	ck_assert_int_eq(changes_content(c, p.id, 1, &json), ERR_OK);
	ck_assert_ptr_nonnull(strstr(json.p, "\"text\":\"公开3303条\""));
	ck_assert_ptr_nonnull(strstr(json.p, "\"id\":\"proactive.total\",\"value\":3303.0"));
	ck_assert_ptr_nonnull(strstr(json.p, "\"statement\":\"1 + 1 = 3\",\"holds\":0"));
	buf_clear(&json);
	ck_assert_int_eq(changes_content(c, p.id, 2, &json), ERR_OK);
	ck_assert_ptr_nonnull(strstr(json.p, "\"text\":\"moved away\",\"reports\":[]"));
	buf_clear(&json);
	ck_assert_int_eq(changes_content(c, p.id, 3, &json), ERR_NOTFOUND);
	ck_assert_int_eq(changes_page_by_url(c, "http://a.gov.cn/none", &p), ERR_NOTFOUND);
	changes_close(c);
	buf_fini(&json);
	/* the newest are kept, and no more */
	store_set_confirm(s, false);
	for (uint64_t i = 10; i < 10 + 2 * PAST_VERSIONS_MAX; i++)
		fetch(i, i, i % 2 ? one : two);
	char want[32];
	snprintf(want, sizeof want, "%d", PAST_VERSIONS_MAX);
	ck_assert_str_eq(ask("SELECT count(*) FROM past"), want);
	snprintf(want, sizeof want, "%d", PAST_VERSIONS_MAX / 2);
	ck_assert_str_eq(ask("SELECT count(*) FROM superseded"), want);
	free(one);
	free(two);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("confirm");
	TCase *t = tcase_create("store");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, test_confirmed);
	tcase_add_test(t, test_flicker);
	tcase_add_test(t, test_third_content);
	tcase_add_test(t, test_what_is_left_of_a_page_is_no_version);
	tcase_add_loop_test(t, test_what_every_address_says_is_no_version, 0, 2);
	tcase_add_test(t, test_no_report_needs_none);
	tcase_add_test(t, test_past);
	suite_add_tcase(suite, t);
	t = tcase_create("rule");
	tcase_add_test(t, test_rule);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
