/* The sink believes nothing of a DOC: hostile JSON is refused, sound JSON gives the rows it states. */
#include <check.h>
#include <malloc.h>

#include "tests/unit/store_fixture.h"
#include "suite.h"

static struct arena *arena;

static void begin(void)
{
	arena = arena_new(64 * 1024 * 1024);
}

static void end(void)
{
	arena_free(arena);
}

static enum err decode(const char *json)
{
	struct sdoc d;
	arena_reset(arena);
	enum err e = sdoc_decode(str_of(json), arena, &d);
	if (e == ERR_OK)
		sdoc_fini(&d);
	return e;
}

static void hash_of(const char *json, char out[65], bool *barren)
{
	struct sdoc d;
	arena_reset(arena);
	ck_assert_msg(sdoc_decode(str_of(json), arena, &d) == ERR_OK, "%s", err_text());
	memcpy(out, d.content_sha256, 65);
	if (barren)
		*barren = d.barren;
	sdoc_fini(&d);
}

static enum err see_report(void *ctx, const struct sdoc_report *r)
{
	unsigned *n = ctx;
	++*n;
	ck_assert(str_eq_z(r->region_code, "140702"));
	ck_assert(str_eq_z(r->period_end, "2014-12-31"));
	ck_assert_int_eq(r->year, 2014);
	ck_assert_uint_eq(r->counts.metrics, 2);
	ck_assert_uint_eq(r->counts.quantities, 1);
	ck_assert_uint_eq(r->counts.tables, 1);
	ck_assert_uint_eq(r->counts.checks, 2);
	ck_assert_uint_eq(r->counts.failed_checks, 1);
	return ERR_OK;
}

START_TEST(test_rows_of_a_report)
{
	struct sdoc d;
	unsigned n = 0;
	char *z = fixture_report("公开3303条", "http://a.gov.cn/", 2014);
	ck_assert_msg(sdoc_decode(str_of(z), arena, &d) == ERR_OK, "%s", err_text());
	ck_assert_uint_eq(d.reports_count, 1);
	ck_assert(!d.barren);
	ck_assert(str_eq_z(d.text, "公开3303条"));
	ck_assert(d.source.p == NULL);
	ck_assert(str_eq_z(d.page_url, "http://a.gov.cn/"));
	ck_assert_int_eq(sdoc_each_report(&d, arena, see_report, &n), ERR_OK);
	ck_assert_uint_eq(n, 1);
	sdoc_fini(&d);
	free(z);
}
END_TEST

START_TEST(test_hash_leaves_out_what_differs_between_crawls)
{
	char a[65], b[65], c[65], d[65];
	char *one = fixture_report("text", "http://a.gov.cn/", 2014), *two = fixture_report("text", NULL, 2014);
	char *three = fixture_report("texts", NULL, 2014);
	hash_of(one, a, NULL);
	hash_of(two, b, NULL);
	hash_of(three, c, NULL);
	ck_assert_str_eq(a, b);
	ck_assert_str_ne(a, c);
	char *four = fixture_plain("x", "[{\"url\":\"http://a/\",\"text\":\"t\",\"rel\":\"a\",\"context\":{\"k\":1}}]");
	char *five = fixture_plain("x", "[{\"url\":\"http://a/\",\"text\":\"t\",\"rel\":\"a\",\"context\":{\"k\":2}}]");
	char *six = fixture_plain("x", "[{\"url\":\"http://b/\",\"text\":\"t\",\"rel\":\"a\",\"context\":{\"k\":2}}]");
	hash_of(four, a, NULL);
	hash_of(five, b, NULL);
	hash_of(six, d, NULL);
	ck_assert_str_eq(a, b);
	ck_assert_str_ne(a, d);
	char *all[] = {one, two, three, four, five, six};
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		free(all[i]);
}
END_TEST

#define WORDED "{\"url\":\"http://a/\",\"text\":\"政府信息公开\",\"rel\":\"a\"}"
#define SHORT "{\"url\":\"http://a/\",\"text\":\"更多信息吧\",\"rel\":\"a\"}"

START_TEST(test_barren_rule)
{
	char hash[65], text[101];
	bool barren;
	memset(text, 'x', 100);
	text[100] = '\0';
	const struct {
		const char *text, *links;
		bool barren;
	} cases[] = {
		{"日历", "[]", true},
		{text, "[]", false},
		{text + 1, "[]", true},
		{"", "[" WORDED "," WORDED "," WORDED "," WORDED "]", true},
		{"", "[" WORDED "," WORDED "," WORDED "," WORDED "," WORDED "]", false},
		{"", "[" SHORT "," SHORT "," SHORT "," SHORT "," SHORT "," SHORT "]", true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *z = fixture_plain(cases[i].text, cases[i].links);
		hash_of(z, hash, &barren);
		ck_assert_msg(barren == cases[i].barren, "case %zu", i);
		free(z);
	}
	hash_of("{\"text\":\"\",\"unsupported\":\"a scan\"}", hash, &barren);
	ck_assert(!barren);
}
END_TEST

START_TEST(test_hostile_documents)
{
	static const char *const bad[] = {
		"",
		" ",
		"null",
		"[]",
		"{",
		"{}",
		"{\"text\"}",
		"{\"text\":}",
		"{\"text\":1}",
		"{\"text\":null}",
		"{\"text\":\"a\"}x",
		"{\"text\":\"a\",}",
		"{\"text\":\"a\",\"text\":\"b\"}",
		"{\"text\":\"\xff\"}",
		"{\"text\":\"\\ud800\"}",
		"{\"text\":\"a\",\"kind\":7}",
		"{\"text\":\"a\",\"charset_errors\":-1}",
		"{\"text\":\"a\",\"charset_errors\":1.5}",
		"{\"text\":\"a\",\"charset_errors\":99999999999999999999}",
		"{\"text\":\"a\",\"dates\":{}}",
		"{\"text\":\"a\",\"cut\":\"text\"}",
		"{\"text\":\"a\",\"links\":{}}",
		"{\"text\":\"a\",\"links\":[1]}",
		"{\"text\":\"a\",\"links\":[{}]}",
		"{\"text\":\"a\",\"links\":[{\"url\":1}]}",
		"{\"text\":\"a\",\"links\":[{\"url\":\"a\",\"url\":\"b\"}]}",
		"{\"text\":\"a\",\"reports\":null}",
		"{\"text\":\"a\",\"reports\":[null]}",
		"{\"text\":\"a\",\"reports\":[{\"year\":\"2014\"}]}",
		"{\"text\":\"a\",\"reports\":[{\"year\":20140}]}",
		"{\"text\":\"a\",\"reports\":[{\"period\":[\"a\"]}]}",
		"{\"text\":\"a\",\"reports\":[{\"period\":[1,2]}]}",
		"{\"text\":\"a\",\"reports\":[{\"metrics\":[{\"id\":\"a\"}]}]}",
		"{\"text\":\"a\",\"reports\":[{\"metrics\":[{\"id\":\"a\",\"value\":\"1\",\"evidence\":\"\"}]}]}",
		"{\"text\":\"a\",\"reports\":[{\"metrics\":[{\"id\":\"a\",\"value\":1e999,\"evidence\":\"\"}]}]}",
		"{\"text\":\"a\",\"reports\":[{\"metrics\":[{\"id\":\"a\",\"value\":1,\"evidence\":\"\",\"cell\":[1]}]}"
		"]}",
		"{\"text\":\"a\",\"reports\":[{\"metrics\":[{\"id\":\"a\",\"value\":1,\"evidence\":\"\",\"offset\":-1}]"
		"}]}",
		"{\"text\":\"a\",\"reports\":[{\"tables\":[{\"rows\":[]}]}]}",
		"{\"text\":\"a\",\"reports\":[{\"tables\":[{\"id\":\"t\",\"rows\":[1]}]}]}",
		"{\"text\":\"a\",\"reports\":[{\"tables\":[{\"id\":\"t\",\"rows\":[[1]]}]}]}",
		"{\"text\":\"a\",\"reports\":[{\"checks\":[{\"kind\":\"sum\"}]}]}",
		"{\"text\":\"a\",\"reports\":[{\"checks\":[{\"kind\":\"sum\",\"holds\":true,\"operands\":{}}]}]}",
		"{\"text\":\"a\" \"b\":1}",
		"{\"text\":\"a\",\"b\":[}]}",
		"{\"text\":\"a\",\"b\":[1}",
		"{'text':'a'}",
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		enum err e = decode(bad[i]);
		ck_assert_msg(e == ERR_FORMAT || e == ERR_LIMIT, "case %zu was accepted: %s", i, bad[i]);
	}
	ck_assert_int_eq(decode("{\"text\":\"a\\u0000b\",\"new\":{\"key\":[1,{}]}}"), ERR_OK);
}
END_TEST

START_TEST(test_every_cut_is_refused)
{
	char *z = fixture_report("公开3303条", NULL, 2014);
	for (size_t n = strlen(z) - 1; n > 0; n--) {
		struct sdoc d;
		arena_reset(arena);
		ck_assert_int_ne(sdoc_decode((struct str){z, n}, arena, &d), ERR_OK);
	}
	free(z);
}
END_TEST

/* What would be hundreds of MiB as a tree of values takes next to nothing. */
START_TEST(test_nesting_takes_no_memory)
{
	const size_t n = 8 * 1024 * 1024;
	char *z = malloc(n + 1);
	const char *head = "{\"text\":\"a\",\"x\":[";
	size_t at = strlen(head);
	memcpy(z, head, at);
	while (at + 8 < n) {
		memcpy(z + at, "[],", 3);
		at += 3;
	}
	memcpy(z + at, "[]]}", 5);
	struct mallinfo2 before = mallinfo2();
	ck_assert_int_eq(decode(z), ERR_OK);
	ck_assert_uint_lt(mallinfo2().arena, before.arena + 1024 * 1024);
	memset(z, '[', n);
	z[n] = '\0';
	ck_assert_int_eq(decode(z), ERR_FORMAT);
	memcpy(z, head, strlen(head));
	ck_assert_int_eq(decode(z), ERR_FORMAT);
	free(z);
}
END_TEST

START_TEST(test_too_much_is_a_limit)
{
	char *z = malloc(9 * 1024 * 1024), *p = z;
	p += sprintf(p, "{\"text\":\"a\",\"links\":[");
	for (unsigned i = 0; i <= SDOC_LINKS_MAX; i++)
		p += sprintf(p, "%s{\"url\":\"http://a/%u\"}", i ? "," : "", i);
	sprintf(p, "]}");
	ck_assert_int_eq(decode(z), ERR_LIMIT);
	p = z + sprintf(z, "{\"text\":\"a\",\"reports\":[");
	for (unsigned i = 0; i <= SDOC_REPORTS_MAX; i++)
		p += sprintf(p, "%s{}", i ? "," : "");
	sprintf(p, "]}");
	ck_assert_int_eq(decode(z), ERR_LIMIT);
	p = z + sprintf(z, "{\"text\":\"a\",\"title\":\"");
	memset(p, 'x', SDOC_STRING_MAX);
	sprintf(p + SDOC_STRING_MAX, "\"}");
	ck_assert_int_eq(decode(z), ERR_LIMIT);
	free(z);
}
END_TEST

START_TEST(test_links_are_cut_and_counted)
{
	struct sdoc d;
	struct links links;
	struct buf lines;
	char *z = malloc(9 * 1024 * 1024), *p = z;
	p += sprintf(p, "{\"text\":\"a\",\"links\":[{\"url\":\"javascript:x\"},{\"url\":\"\"}");
	for (unsigned i = 0; i < LINKS_MAX + 5; i++)
		p += sprintf(p, ",{\"url\":\"http://a/%u\",\"text\":\"x\",\"rel\":\"a\",\"ask\":\"%s\"}", i,
			     i == 0 ? "post" : "no word of ours");
	sprintf(p, "]}");
	slinks_init(&links);
	buf_init(&lines, 2 * FRAME_LINKS_MAX);
	ck_assert_int_eq(sdoc_decode(str_of(z), arena, &d), ERR_OK);
	ck_assert_int_eq(slinks_build(&links, &d, 7, &lines), ERR_OK);
	ck_assert_uint_eq(links.count, LINKS_MAX);
	ck_assert_int_eq(links.cut, 7);
	ck_assert_uint_le(lines.n, FRAME_LINKS_MAX);
	ck_assert_uint_lt(links.blob.n, lines.n / 4);
	struct msg_link first;
	const char *nl = memchr(lines.p, '\n', lines.n);
	ck_assert_int_eq(msg_link_decode((struct str){lines.p, (size_t)(nl - lines.p)}, arena, &first), ERR_OK);
	ck_assert_uint_eq(first.fetch_id, 7);
	ck_assert_str_eq(first.url, "http://a/0");
	ck_assert_str_eq(first.ask, "post");
	const char *next = memchr(nl + 1, '\n', lines.n - (size_t)(nl + 1 - lines.p));
	ck_assert_int_eq(msg_link_decode((struct str){nl + 1, (size_t)(next - nl - 1)}, arena, &first), ERR_OK);
	ck_assert_ptr_null(first.ask);
	sdoc_fini(&d);
	slinks_fini(&links);
	buf_fini(&lines);
	free(z);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sink_document");
	TCase *t = tcase_create("document");
	tcase_add_checked_fixture(t, begin, end);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, test_rows_of_a_report);
	tcase_add_test(t, test_hash_leaves_out_what_differs_between_crawls);
	tcase_add_test(t, test_barren_rule);
	tcase_add_test(t, test_hostile_documents);
	tcase_add_test(t, test_every_cut_is_refused);
	tcase_add_test(t, test_nesting_takes_no_memory);
	tcase_add_test(t, test_too_much_is_a_limit);
	tcase_add_test(t, test_links_are_cut_and_counted);
	suite_add_tcase(s, t);
	return suite_run(s);
}
