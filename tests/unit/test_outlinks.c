/* What a page links to, at the door of the frontier: addresses made of parameters, and where a source moved. */
#include "fetcher_fixture.h"

static void link_to(const char *url, const struct link_from *from)
{
	const struct msg_link link = {.url = url, .context = "{\"anchor\":\"x\"}"};
	OK(outlinks_add(f, from, &link, NOW));
}

/* Beyond so many addresses of one path no more are taken in, but what is known is still found again, and nearer. */
START_TEST(test_parameters)
{
	char url[80];
	make_fetcher();
	int64_t far = add_at("http://a.gov.cn/far.html", 5, 0, 0, NULL, NULL),
		near = add_at("http://a.gov.cn/near.html", 1, 0, 0, NULL, NULL);
	const struct link_from deep = {.page_id = far, .depth = 5, .url = "http://a.gov.cn/far.html"},
			       shallow = {.page_id = near, .depth = 1, .url = "http://a.gov.cn/near.html"};
	for (int i = 0; i < OUTLINKS_QUERIES_MAX + 50; i++) {
		snprintf(url, sizeof(url), "http://a.gov.cn/list?day=%d", i);
		link_to(url, &deep);
	}
	OK(fdb_commit(d));
	ck_assert_int_eq(query("SELECT count(*) FROM pages WHERE url LIKE '%?day=%'"), OUTLINKS_QUERIES_MAX);
	ck_assert_int_eq(f->links_dropped, 50);
	link_to("http://a.gov.cn/list?day=7", &shallow);
	link_to("http://a.gov.cn/list?day=999999", &shallow);
	OK(fdb_commit(d));
	ck_assert_int_eq(query("SELECT depth FROM pages WHERE url='http://a.gov.cn/list?day=7'"), 2);
	ck_assert_int_eq(query("SELECT count(*) FROM pages WHERE url LIKE '%?day=%'"), OUTLINKS_QUERIES_MAX);
	ck_assert_int_eq(f->links_dropped, 51);
	free_fetcher();
}
END_TEST

/* Where a source's own page redirects to is its site, too, at once and after a restart; the others stay known. */
START_TEST(test_moved)
{
	bool vouched;
	OK(fdb_add_source(d, "http://a.gov.cn/", NULL, NULL, NULL, NOW, NULL));
	OK(fdb_add_source(d, "http://other.gov.cn/", NULL, NULL, NULL, NOW, NULL));
	make_fetcher();
	OK(outlinks_vouched(f, 2, "http://www.other.gov.cn/x", &vouched));
	ck_assert(vouched);
	OK(outlinks_vouched(f, 1, "http://www.b.gov.cn/x", &vouched));
	ck_assert(!vouched);
	OK(outlinks_moved(f, 1, "https://www.b.gov.cn/"));
	ck_assert_int_eq(f->sources[2].id, 2);
	OK(outlinks_vouched(f, 1, "http://www.b.gov.cn/x", &vouched));
	ck_assert(vouched);
	OK(fdb_commit(d));
	ck_assert_int_eq(fdb_pending(d), 0);
	OK(outlinks_moved(f, 1, "https://b.gov.cn/again")); /* each visit says so again: nothing to write */
	ck_assert_int_eq(fdb_pending(d), 0);
	free_fetcher();
	reopen();
	make_fetcher();
	OK(outlinks_vouched(f, 1, "http://www.b.gov.cn/x", &vouched));
	ck_assert(vouched);
	OK(outlinks_vouched(f, 2, "http://www.b.gov.cn/x", &vouched));
	ck_assert(!vouched);
	OK(outlinks_moved(f, 1, "https://c.gov.cn/"));
	OK(outlinks_vouched(f, 1, "http://www.b.gov.cn/x", &vouched));
	ck_assert(!vouched);
	free_fetcher();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_parameters, test_moved};
	return run_suite("outlinks", tests, sizeof(tests) / sizeof(*tests));
}
