#include <check.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "fetcher/robots.h"
#include "suite.h"

static struct robots *parse(const char *body)
{
	struct robots *r = NULL;
	ck_assert_int_eq(robots_parse(str_of(body), "gongkai", &r), ERR_OK);
	return r;
}

static bool asks(const char *body, const char *path)
{
	struct robots *r = parse(body);
	bool allowed = robots_allowed(r, str_of(path));
	robots_free(r);
	return allowed;
}

#define STAR "User-agent: *\n"

static const struct {
	const char *body, *path;
	bool allowed;
} cases[] = {
	{"", "/x", true},
	{STAR "Disallow: /", "/x", false},
	{STAR "Disallow: /", "/robots.txt", true},
	{STAR "Disallow:", "/x", true},
	{STAR "Disallow: /admin/", "/admin/login.htm", false},
	{STAR "Disallow: /admin/", "/admin", true},
	{STAR "Disallow: /fish", "/fishheads?id=1", false},
	{STAR "Disallow: /fish", "/Fish", true},
	{"Disallow: /", "/x", true}, /* of no group */
	/* longest match, Allow on a tie, in any order (RFC 9309 5.2) */
	{STAR "Allow: /example/page/\nDisallow: /example/page/disallowed.gif", "/example/page/disallowed.gif", false},
	{STAR "Disallow: /example/page/disallowed.gif\nAllow: /example/page/", "/example/page/x", true},
	{STAR "Disallow: /p\nAllow: /p", "/p", true},
	{STAR "Disallow: /folder\nAllow: /folder/page", "/folder/page2", true},
	{STAR "Allow: /$\nDisallow: /", "/", true},
	{STAR "Allow: /$\nDisallow: /", "/a", false},
	{STAR "Disallow: /*.php$", "/a/b.php", false},
	{STAR "Disallow: /*.php$", "/a.php?x", true},
	{STAR "Disallow: /*.php", "/a.php?x", false},
	{STAR "Disallow: *.gif$", "/x.gif.gif", false},
	{STAR "Disallow: /fish*.php", "/fishheads/catfish.php?p", false},
	{STAR "Disallow: /fish*.php", "/Fish.PHP", true},
	{STAR "Disallow: /a*b*c$", "/aXbYcZc", false},
	{STAR "Disallow: /a*b*c$", "/acb", true},
	{STAR "Disallow: /ab*ba$", "/aba", true}, /* pieces do not overlap */
	{STAR "Disallow: /***x", "/aax", false},
	{STAR "Disallow: *", "/x", false},
	{STAR "Disallow: /*?", "/x?y", false},
	{STAR "Disallow: /*?", "/x", true},
	/* escapes */
	{STAR "Disallow: /a%3cd.html", "/a%3Cd.html", false},
	{STAR "Disallow: /%7Ejoe/", "/~joe/x", false},
	{STAR "Disallow: /a%2fb", "/a/b", true},
	{STAR "Disallow: /公开/", "/%E5%85%AC%E5%BC%80/x", false},
	{STAR "Disallow: /%e5%85%ac", "/%E5%85%AC%E5%BC%80/x", false},
	{STAR "Disallow: /path/file-with-a-%2A.html", "/path/file-with-a-*.html", false},
	{STAR "Disallow: /path/file-with-a-%2A.html", "/path/file-with-a-b.html", true},
	{STAR "Disallow: /foo-%24", "/foo-$", false},
	{STAR "Disallow: /a$b", "/a$b", false},
	{STAR "Disallow: /a b", "/a%20b", false},
	/* groups */
	{STAR "Disallow: /\nUser-agent: gongkai\nDisallow: /x", "/y", true},
	{STAR "Disallow: /\nUser-agent: gongkai\nDisallow: /x", "/x", false},
	{"User-agent: GongKai/2.0 (x)\nDisallow: /x\n" STAR "Allow: /", "/x", false},
	{"User-agent: gongkai-images\nDisallow: /", "/x", true},
	{"User-agent: gong\nDisallow: /", "/x", true},
	{"User-agent: gongkai\nDisallow:\n" STAR "Disallow: /", "/x", true},
	{"User-agent: gongkai\nDisallow: /a\n" STAR "Disallow: /\nUser-agent: gongkai\nDisallow: /b", "/b", false},
	{"User-agent: gongkai\nDisallow: /a\n" STAR "Disallow: /\nUser-agent: gongkai\nDisallow: /b", "/a", false},
	{"User-agent: gongkai\nDisallow: /a\n" STAR "Disallow: /\nUser-agent: gongkai\nDisallow: /b", "/c", true},
	{"User-agent: other\n\nUser-agent: gongkai\n\nDisallow: /a", "/a", false},
	{"User-agent: gongkai\nSitemap: http://a.cn/s\nUser-agent: other\nDisallow: /a", "/a", false},
	{"User-agent: other\nCrawl-delay: 5\nUser-agent: *\nDisallow: /a", "/a", false},
	{"User-agent: *\nCrawl-delay: 5\nUser-agent: bad\nDisallow: /", "/a", true},
	{STAR "Disallow: /a\nUser-agent: other\nDisallow: /\n" STAR "Disallow: /b", "/b", false},
	/* form */
	{"\xEF\xBB\xBFUser-agent: *\nDisallow: /a", "/a", false},
	{"User-agent: *\rDisallow: /a\r", "/a", false},
	{"User-agent: *\r\nDisallow: /a\r\n", "/a", false},
	{"USER-AGENT : *\n dIsallow\t:\t/a  # why", "/a", false},
	{"User-agent *\nDisallow /a", "/a", false},
	{STAR "Disallow: admin", "/admin/", false},
	{"# \xb9\xab\xbf\xaa\n" STAR "Disallow: /a # \xd7\xa2\n", "/a", false},
	{"User-agent: *\nDisallow: /\xb9\xab", "/%B9%AB/1", false},
};

START_TEST(rules)
{
	ck_assert_msg(asks(cases[_i].body, cases[_i].path) == cases[_i].allowed, "%s | %s", cases[_i].body,
		      cases[_i].path);
}
END_TEST

START_TEST(delay_and_sitemaps)
{
	struct robots *r = parse(
		"Sitemap: http://a.cn/1.xml\nUser-agent: *\nCrawl-delay: 2.5\nUser-agent: gongkai\nCrawl-delay: 1\n"
		"Crawl-delay: x\nsitemap:http://a.cn/2.xml # c\nUser-agent: *\nCrawl-delay: 9");
	ck_assert_double_eq(robots_crawl_delay_s(r), 1);
	const struct str *maps;
	ck_assert_uint_eq(robots_sitemaps(r, &maps), 2);
	ck_assert(str_eq_z(maps[0], "http://a.cn/1.xml") && str_eq_z(maps[1], "http://a.cn/2.xml"));
	robots_free(r);
	r = parse("User-agent: *\nCrawl-delay: 2.5");
	ck_assert_double_eq(robots_crawl_delay_s(r), 2.5);
	robots_free(r);
	r = parse("User-agent: *\nCrawl-delay: 99999999999999999999999999");
	ck_assert_double_eq(robots_crawl_delay_s(r), ROBOTS_CRAWL_DELAY_MAX_S);
	robots_free(r);
	r = parse("User-agent: *\nCrawl-delay: -1\nCrawl-delay: nan\nCrawl-delay:\nCrawl-delay: .");
	ck_assert_double_eq(robots_crawl_delay_s(r), 0);
	robots_free(r);
	ck_assert_int_eq(robots_parse(STR_NULL, "gongkai", &r), ERR_OK);
	ck_assert(robots_allowed(r, STR("/x")));
	robots_free(r);
}
END_TEST

START_TEST(limits)
{
	struct buf b;
	buf_init(&b, 4 << 20);
	buf_add_z(&b, "User-agent: *\nDisallow: /a\n");
	while (b.n < ROBOTS_MAX_BYTES)
		buf_add_char(&b, '#');
	buf_add_z(&b, "\nDisallow: /b\nSitemap: http://a.cn/\n");
	struct robots *r;
	ck_assert_int_eq(robots_parse(buf_str(&b), "gongkai", &r), ERR_OK);
	ck_assert(!robots_allowed(r, STR("/a")));
	ck_assert(robots_allowed(r, STR("/b")));
	robots_free(r);
	/* stars that make a backtracking matcher hang */
	buf_clear(&b);
	buf_add_z(&b, "User-agent: *\n");
	for (int i = 0; i < 100; i++) {
		buf_add_z(&b, "Disallow: /");
		for (int k = 0; k < 1000; k++)
			buf_add_z(&b, "*a");
		buf_add_z(&b, "b\n");
	}
	for (int i = 0; i < 1000; i++)
		buf_add_z(&b, "Sitemap: http://a.cn/\n");
	ck_assert_int_eq(robots_parse(buf_str(&b), "gongkai", &r), ERR_OK);
	const struct str *maps;
	ck_assert_uint_eq(robots_sitemaps(r, &maps), ROBOTS_SITEMAPS_MAX);
	struct buf path;
	buf_init(&path, 4096);
	buf_add_char(&path, '/');
	while (path.n < 2040)
		buf_add_char(&path, 'a');
	int64_t t = mono_ms();
	ck_assert(robots_allowed(r, buf_str(&path)));
	ck_assert_int_lt(mono_ms() - t, 500);
	robots_free(r);
	buf_fini(&path);
	buf_fini(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("robots");
	TCase *t = tcase_create("robots");
	tcase_add_loop_test(t, rules, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(t, delay_and_sitemaps);
	tcase_add_test(t, limits);
	suite_add_tcase(s, t);
	return suite_run(s);
}
