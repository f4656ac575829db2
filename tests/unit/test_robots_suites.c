/*
 * robots, by the cases of others: what RFC 9309 says line by line, and the facts that the test suites of the parsers in
 * wide use agree on (google/robotstxt, scrapy/protego, crawler-commons), told again with our own files and paths. Where
 * they differ from the RFC, the RFC holds, and the case says so.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "fetcher/robots.h"
#include "suite.h"

#define PATHS_MAX 16

struct suite {
	const char *what, *body, *product;
	const char *allowed[PATHS_MAX], *denied[PATHS_MAX];
};

#define SPRING                                                                                                         \
	"allow: /outside/any/group/\n\nuser-agent: SpringBot\ndisallow: /\nallow: /art/\nuser-agent: RainBot\n"        \
	"disallow: /\nallow: /col/\n\n\nallow: /pic/\nuser-agent: SnowBot\n\nuser-agent: SpringBot\nallow: /zfgb/\n"   \
	"disallow: /\n"

static const struct suite suites[] = {
	/* RFC 9309, 2.1: the protocol's lines and groups */
	{"a group", "user-agent: SpringBot\ndisallow: /\n", "springbot", {NULL}, {"/", "/x/y"}},
	{"unknown names are no rules", "foo: SpringBot\nbar: /\n", "springbot", {"/x/y"}, {NULL}},
	{"a colon left out is meant", "user-agent SpringBot\ndisallow /\n", "springbot", {NULL}, {"/x/y"}},
	{"equals is not a colon", "user-agent: SpringBot\ndisallow= /\n", "springbot", {"/x/y"}, {NULL}},
	{"white space around names and values",
	 " \tuser-agent \t:  SpringBot \t\n  disallow :\t/x \n",
	 "springbot",
	 {"/y"},
	 {"/x"}},
	{"rules of one agent are one group, wherever they stand",
	 SPRING,
	 "springbot",
	 {"/art/b", "/zfgb/d"},
	 {"/col/c", "/outside/any/group/"}},
	{"an empty line ends no group", SPRING, "rainbot", {"/col/c", "/pic/a"}, {"/zfgb/d", "/outside/any/group/"}},
	{"agents that follow each other share rules", SPRING, "snowbot", {"/zfgb/d"}, {"/outside/any/group/", "/a"}},
	{"names without case, upper",
	 "USER-AGENT: SpringBot\nALLOW: /x/\nDISALLOW: /\n",
	 "springbot",
	 {"/x/y"},
	 {"/a/b"}},
	{"names without case, mixed",
	 "uSeR-aGeNt: SpringBot\nAlLoW: /x/\ndIsAlLoW: /\n",
	 "springbot",
	 {"/x/y"},
	 {"/a/b"}},
	/* 2.2.1: the user-agent line */
	{"a product without case", "User-Agent: SPRINGBOT\nDisallow: /\nAllow: /x/", "springbot", {"/x/"}, {"/a"}},
	{"a product ends at its version", "User-Agent: SpringBot/2.1\nDisallow: /", "springbot", {NULL}, {"/a"}},
	{"a product ends at a space",
	 "User-Agent: *\nDisallow: /\nUser-Agent: Spring Bot\nAllow: /x/\nDisallow: /",
	 "spring",
	 {"/x/y"},
	 {"/y"}},
	{"a longer product is another", "User-agent: SpringBot-Images\nDisallow: /", "springbot", {"/a"}, {NULL}},
	{"a shorter product is another", "User-agent: Spring\nDisallow: /", "springbot", {"/a"}, {NULL}},
	{"the star group is for who is not named",
	 "user-agent: *\nallow: /\nuser-agent: SpringBot\ndisallow: /\n",
	 "rainbot",
	 {"/x/y"},
	 {NULL}},
	{"who is named is not of the star group",
	 "User-agent: *\nDisallow: /x/\nUser-agent: SpringBot\nDisallow: /y/",
	 "springbot",
	 {"/x/page"},
	 {"/y/page"}},
	{"no group for us, none for all",
	 "user-agent: SpringBot\nallow: /\nuser-agent: RainBot\ndisallow: /\n",
	 "snowbot",
	 {"/x/y"},
	 {NULL}},
	{"the star group may be scattered",
	 "user-agent: *\ndisallow: /a\nuser-agent: x\ndisallow: /\nuser-agent: *\ndisallow: /b",
	 "springbot",
	 {"/c"},
	 {"/a", "/b"}},
	{"the star with a name beside it", "user-agent: *\nuser-agent: x\ndisallow: /a", "springbot", {"/c"}, {"/a"}},
	/* 2.2.2: allow and disallow */
	{"paths have case", "user-agent: *\ndisallow: /Zwgk/\n", "springbot", {"/zwgk/y"}, {"/Zwgk/y"}},
	{"the longest match, a deny", "user-agent: *\ndisallow: /x/p.html\nallow: /x/", "b", {"/x/q"}, {"/x/p.html"}},
	{"the longest match, an allow", "user-agent: *\nallow: /x/p.html\ndisallow: /x/", "b", {"/x/p.html"}, {"/x/"}},
	{"empty rules say nothing", "user-agent: *\ndisallow: \nallow: \n", "b", {"/x"}, {NULL}},
	{"a tie allows", "user-agent: *\ndisallow: /x\nallow: /x\n", "b", {"/x", "/xy"}, {NULL}},
	{"a tie allows, the other order", "user-agent: *\nallow: /x\ndisallow: /x\n", "b", {"/x", "/x/y"}, {NULL}},
	{"a slash more", "user-agent: *\ndisallow: /x\nallow: /x/\n", "b", {"/x/"}, {"/x", "/xy"}},
	{"length counts the pattern's octets, stars too",
	 "user-agent: *\nallow: /page\ndisallow: /*.html\n",
	 "b",
	 {"/page"},
	 {"/page.html"}},
	{"a longer allow beats a star",
	 "user-agent: *\nallow: /x/page.\ndisallow: /*.html\n",
	 "b",
	 {"/x/page.html"},
	 {"/x/y.html"}},
	{"a query belongs to the path",
	 "user-agent: *\ndisallow: /\nallow: /list?col=1&to=http://a.b?c&d\n",
	 "b",
	 {"/list?col=1&to=http://a.b?c&d"},
	 {"/list", "/list?col=2"}},
	{"a letter beyond ASCII and its escape are one",
	 "user-agent: *\ndisallow: /\nallow: /年报/x\nallow: /%E5%85%AC",
	 "b",
	 {"/%E5%B9%B4%E6%8A%A5/x", "/%E5%85%AC%E5%BC%80"},
	 {"/%E5%B9%B4%E6%8A%A5/y"}},
	{"escapes of plain letters are undone (RFC 9309, 2.2.2; one parser does not)",
	 "user-agent: *\ndisallow: /\nallow: /col/%62%61%7A",
	 "b",
	 {"/col/baz"},
	 {"/col/bay"}},
	{"escapes of reserved letters stay", "user-agent: *\ndisallow: /a%2Fb\n", "b", {"/a/b"}, {"/a%2Fb"}},
	{"escapes without case", "user-agent: *\ndisallow: /a%3cd\ndisallow: /e%3Cf", "b", {"/"}, {"/a%3Cd", "/e%3Cf"}},
	{"robots.txt itself may always be asked (2.2.2)", "user-agent: *\ndisallow: /", "b", {"/robots.txt"}, {"/a"}},
	/* 2.2.3: # $ * */
	{"a star in the middle",
	 "user-agent: *\ndisallow: /col/art/quz\nallow: /col/*/qux\n",
	 "b",
	 {"/col/quz", "/col//quz", "/col/bax/quz", "/col/x/qux"},
	 {"/col/art/quz"}},
	{"the end",
	 "user-agent: *\ndisallow: /col/art$\nallow: /col/art/qux\n",
	 "b",
	 {"/col/art/qux", "/col/art/", "/col/art/baz"},
	 {"/col/art"}},
	{"the end is only at the end", "user-agent: *\ndisallow: /a$b\n", "b", {"/a"}, {"/a$b"}},
	{"comments",
	 "# of all\nuser-agent: * # all\n# Disallow: /\ndisallow: /col/quz#qux\nallow: /\n",
	 "b",
	 {"/col/art"},
	 {"/col/quz"}},
	{"a prefix, and what is none",
	 "user-agent: *\ndisallow: /\nallow: /fish\n",
	 "b",
	 {"/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fishheads/yummy.html", "/fish.html?id=1"},
	 {"/bar", "/Fish.asp", "/catfish", "/?id=fish"}},
	{"a star at the end says nothing more",
	 "user-agent: *\ndisallow: /\nallow: /fish*\n",
	 "b",
	 {"/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fish.html?id=1"},
	 {"/bar", "/Fish.bar", "/catfish", "/?id=fish"}},
	{"a folder",
	 "user-agent: *\ndisallow: /\nallow: /fish/\n",
	 "b",
	 {"/fish/", "/fish/salmon", "/fish/?salmon", "/fish/salmon.html", "/fish/?id=1"},
	 {"/bar", "/fish", "/fish.html", "/Fish/Salmon.html"}},
	{"an extension anywhere",
	 "user-agent: *\ndisallow: /\nallow: /*.php\n",
	 "b",
	 {"/f.php", "/d/f.php", "/d/f.php?p", "//d/any.php.file.html", "/f.php/", "/index?f=f.php/"},
	 {"/bar", "/php/", "/index?php", "/windows.PHP"}},
	{"an extension at the end",
	 "user-agent: *\ndisallow: /\nallow: /*.php$\n",
	 "b",
	 {"/f.php", "/d/f.php"},
	 {"/bar", "/f.php?p", "/f.php/", "/f.php5", "/php/", "/f?php", "/aaaphpaaa", "//windows.PHP"}},
	{"a star within",
	 "user-agent: *\ndisallow: /\nallow: /fish*.php\n",
	 "b",
	 {"/fish.php", "/fishheads/catfish.php?p"},
	 {"/bar", "/Fish.PHP"}},
	{"a leading star", "user-agent: *\ndisallow: *.pdf$\n", "b", {"/a.pdf?x"}, {"/a.pdf", "/b/c.pdf"}},
	{"parameters anywhere",
	 "user-agent: *\ndisallow: /*?*sort=\n",
	 "b",
	 {"/list", "/list?page=1", "/sort=1"},
	 {"/list?sort=1", "/list?page=1&sort=2"}},
	{"an allowed root alone", "user-agent: *\nallow: /$\ndisallow: /\n", "b", {"/"}, {"/page.html"}},
	{"many stars cost nothing",
	 "user-agent: *\ndisallow: /*a*a*a*a*a*a*a*a*a*b\n",
	 "b",
	 {"/aaaaaaaaaaaaaaaaaaaaaaaaaac"},
	 {"/aaaaaaaaaab"}},
	/* what stands in real files */
	{"carriage returns alone", "user-agent: *\rdisallow: /a\r\rdisallow: /b\r", "b", {"/c"}, {"/a", "/b"}},
	{"carriage return and line feed",
	 "user-agent: *\r\ndisallow: /a\r\n\r\ndisallow: /b",
	 "b",
	 {"/c"},
	 {"/a", "/b"}},
	{"a byte-order mark", "\xEF\xBB\xBFuser-agent: *\ndisallow: /a\n", "b", {"/c"}, {"/a"}},
	{"half a byte-order mark spoils only its line",
	 "\xEF\xBBuser-agent: *\ndisallow: /a\nuser-agent: *\ndisallow: /b",
	 "b",
	 {"/a"},
	 {"/b"}},
	{"other lines end no group",
	 "user-agent: a\nsitemap: http://a.gov.cn/s.xml\ncrawl-delay: 1\nuser-agent: b\ndisallow: /x",
	 "b",
	 {"/y"},
	 {"/x"}},
	{"a site map within a group",
	 "user-agent: b\nsitemap: http://a.gov.cn/s.xml\ndisallow: /x\n",
	 "b",
	 {"/y"},
	 {"/x"}},
	{"a page in place of the file", "<!DOCTYPE html>\n<html><body>404</body></html>\n", "b", {"/", "/x"}, {NULL}},
	{"a rule that names a site is no path of ours",
	 "user-agent: *\ndisallow: http://a.gov.cn/x\n",
	 "b",
	 {"/x"},
	 {NULL}},
	{"misspelt names that parsers in use forgive",
	 "useragent: *\ndissallow: /a\ndisalow: /b\ndisallaw: /c\n",
	 "b",
	 {"/d"},
	 {"/a", "/b", "/c"}},
};

START_TEST(suite_holds)
{
	const struct suite *s = &suites[_i];
	struct robots *r = NULL;
	ck_assert_int_eq(robots_parse(str_of(s->body), s->product, &r), ERR_OK);
	for (const char *const *p = s->allowed; *p; p++)
		ck_assert_msg(robots_allowed(r, str_of(*p)), "%s: '%s' must be allowed", s->what, *p);
	for (const char *const *p = s->denied; *p; p++)
		ck_assert_msg(!robots_allowed(r, str_of(*p)), "%s: '%s' must be denied", s->what, *p);
	robots_free(r);
}
END_TEST

/* RFC 9309, 2.5: at least 500 KiB are read, and a line of any length in them */
START_TEST(long_files)
{
	struct buf b;
	struct robots *r = NULL;
	buf_init(&b, 4 * ROBOTS_MAX_BYTES);
	ck_assert_int_eq(buf_add_z(&b, "user-agent: *\ndisallow: /x/"), ERR_OK);
	while (b.n < 40000)
		ck_assert_int_eq(buf_add_z(&b, "a"), ERR_OK);
	struct str path = {b.p + strlen("user-agent: *\ndisallow: "), b.n - strlen("user-agent: *\ndisallow: ")};
	char *long_path = strndup(path.p, path.n);
	ck_assert_ptr_nonnull(long_path);
	ck_assert_int_eq(buf_add_z(&b, "\n"), ERR_OK);
	while (b.n < ROBOTS_MAX_BYTES - 100)
		ck_assert_int_eq(buf_add_z(&b, "# a comment that fills the file\n"), ERR_OK);
	ck_assert_int_eq(buf_add_z(&b, "disallow: /near-the-end\n"), ERR_OK);
	ck_assert_int_eq(robots_parse(buf_str(&b), "b", &r), ERR_OK);
	ck_assert(!robots_allowed(r, str_of(long_path)));
	ck_assert(robots_allowed(r, STR("/x/")));
	ck_assert(!robots_allowed(r, STR("/near-the-end")));
	robots_free(r);
	free(long_path);
	buf_fini(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("robots_suites");
	TCase *t = tcase_create("cases");
	tcase_add_loop_test(t, suite_holds, 0, (int)(sizeof(suites) / sizeof(*suites)));
	tcase_add_test(t, long_files);
	suite_add_tcase(s, t);
	return suite_run(s);
}
