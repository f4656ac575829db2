#include <check.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/url.h"
#include "suite.h"

static const struct {
	const char *in, *out; /* NULL: refused */
} canon[] = {
	{"HTTP://WWW.Gov.CN", "http://www.gov.cn/"},
	{" \x01\thttp://a.cn/x \n", "http://a.cn/x"},
	{"http://a.cn/x\n\ty", "http://a.cn/xy"},
	{"http://a.cn:80/", "http://a.cn/"},
	{"https://a.cn:443/", "https://a.cn/"},
	{"https://a.cn:80/", "https://a.cn:80/"},
	{"http://a.cn:08080/", "http://a.cn:8080/"},
	{"http://a.cn:/", "http://a.cn/"},
	{"http://a.cn./x", "http://a.cn/x"},
	{"http://user:pw@a.cn/", "http://a.cn/"},
	{"http://a.cn/a/../b/./c/%2e%2E/d", "http://a.cn/b/d"},
	{"http://a.cn/..", "http://a.cn/"},
	{"http://a.cn/a/b/..", "http://a.cn/a/"},
	{"http://a.cn/../../x", "http://a.cn/x"},
	{"http://a.cn/a//b", "http://a.cn/a//b"},
	{"http://a.cn\\b\\c?d\\e", "http://a.cn/b/c?d%5Ce"},
	{"http://a.cn/%7euser/%3a/%41%2d?x=%2f", "http://a.cn/~user/%3A/A-?x=%2F"},
	{"http://a.cn/100%", "http://a.cn/100%25"},
	{"http://a.cn/%%341", "http://a.cn/%2541"},
	{"http://a.cn/年报 2023.html?题=报 告",
	 "http://a.cn/%E5%B9%B4%E6%8A%A5%202023.html?%E9%A2%98=%E6%8A%A5%20%E5%91%8A"},
	{"http://a.cn/x?", "http://a.cn/x"},
	{"http://a.cn?x=1#y", "http://a.cn/?x=1"},
	{"http://a.cn/#/x?y", "http://a.cn/"},
	{"http://a.cn/x;JSESSIONID=9A.n1?b=2", "http://a.cn/x?b=2"},
	{"http://a.cn/x;v=1;jsessionid=9A/y", "http://a.cn/x;v=1/y"},
	{"http://a.cn/x?PHPSESSID=1&b=2&c", "http://a.cn/x?b=2&c"},
	{"http://a.cn/x?b=2&jsessionid=3", "http://a.cn/x?b=2"},
	{"http://a.cn/wap/?sid=8f3c", "http://a.cn/wap/"},
	{"http://a.cn/api/all/5?page=2&sid=755001", "http://a.cn/api/all/5?page=2&sid=755001"},
	{"http://a.cn/x?ASPSESSIONIDQQCRTBCS=KJH&id=3", "http://a.cn/x?id=3"},
	{"http://a.cn/x?CFTOKEN=1&CFX=2", "http://a.cn/x?CFX=2"},
	{"http://a.cn/x?utm_source=wx&id=3&UTM_medium=app&utm_=", "http://a.cn/x?id=3"},
	{"http://a.cn/x?utmost=1&spm=C73544894212.P59.0.0&spmx=1", "http://a.cn/x?utmost=1&spmx=1"},
	{"http://a.cn/x?from=timeline&isappinstalled=0", "http://a.cn/x"},
	{"http://a.cn/x?from=singlemessage&id=3", "http://a.cn/x?id=3"},
	{"http://a.cn/x?from=2023-01-01&to=2023-12-31", "http://a.cn/x?from=2023-01-01&to=2023-12-31"},
	{"http://a.cn/x?from=&id=3", "http://a.cn/x?from=&id=3"},
	{"http://a.cn/x?from=time&id=3", "http://a.cn/x?from=time&id=3"},
	{"http://a.cn/x?id=3&_=1612345678901", "http://a.cn/x?id=3"},
	{"http://a.cn/x?id=3&_=7&_=1612345678", "http://a.cn/x?id=3&_=7&_=1612345678"},
	{"http://a.cn/x?t=1612345678901", "http://a.cn/x?t=1612345678901"},
	{"http://a.cn/x?b=2&a=1#utm_source=3", "http://a.cn/x?b=2&a=1"},
	{"HTTPS://A.CN:443//x/%e5%b9%B4?#", "https://a.cn//x/%E5%B9%B4"},
	{"http://a.cn/x?b=2&&a=1", "http://a.cn/x?b=2&&a=1"},
	{"http://中文.cn/", "http://xn--fiq228c.cn/"},
	{"http://%E4%B8%AD%E6%96%87.cn/", "http://xn--fiq228c.cn/"},
	{"http://中文。公司.cn/", "http://xn--fiq228c.xn--55qx5d.cn/"},
	{"http://a_b.cn/", "http://a_b.cn/"},
	{"http://2130706433/", "http://127.0.0.1/"},
	{"http://0x7f.1/", "http://127.0.0.1/"},
	{"http://0X7F.1/", "http://127.0.0.1/"},
	{"http://0177.0.0.01./", "http://127.0.0.1/"},
	{"http://１２７.0.0.1/", "http://127.0.0.1/"},
	{"http://1.2.3/", "http://1.2.0.3/"},
	{"http://[::FFFF:127.0.0.1]:80/", "http://[::ffff:127.0.0.1]/"},
	{"http://[2001:DB8:0:0::1]:81/", "http://[2001:db8::1]:81/"},
	{"http://1.2.3.4.5/", NULL},
	{"http://256.1.1.1/", NULL},
	{"http://08.1.1.1/", NULL},
	{"http://[::1/", NULL},
	{"http://[fe80::1%25eth0]/", NULL},
	{"http://a..cn/", NULL},
	{"http://a b.cn/", NULL},
	{"http://a%00b.cn/", NULL},
	{"http://a.cn:0/", NULL},
	{"http://a.cn:70000/", NULL},
	{"http:///", NULL},
	{"", NULL},
	{"#x", NULL},
	{"/x", NULL},
	{"a.cn/x", NULL},
	{"ftp://a.cn/", NULL},
	{"file:///etc/passwd", NULL},
	{"javascript:void(0)", NULL},
	{"mailto:a@b.cn", NULL},
};

START_TEST(canonical_forms)
{
	struct buf b;
	buf_init(&b, URL_MAX);
	enum err e = url_canon(str_of(canon[_i].in), &b);
	if (!canon[_i].out) {
		ck_assert_msg(e == ERR_FORMAT, "%s gave %s", canon[_i].in, b.p);
	} else {
		ck_assert_msg(e == ERR_OK, "%s: %s", canon[_i].in, err_text());
		ck_assert_str_eq(b.p, canon[_i].out);
		struct buf again;
		buf_init(&again, URL_MAX);
		ck_assert_int_eq(url_canon(buf_str(&b), &again), ERR_OK);
		ck_assert_str_eq(again.p, b.p);
		buf_fini(&again);
	}
	buf_fini(&b);
}
END_TEST

static const struct {
	const char *ref, *out;
} refs[] = {
	{"#top", "http://h.cn/b/c.html?x=1"},
	{"", "http://h.cn/b/c.html?x=1"},
	{" ", "http://h.cn/b/c.html?x=1"},
	{"?y=2", "http://h.cn/b/c.html?y=2"},
	{"d.html#e", "http://h.cn/b/d.html"},
	{"./d", "http://h.cn/b/d"},
	{"..", "http://h.cn/"},
	{"../../../z", "http://h.cn/z"},
	{"/q?a=/../b", "http://h.cn/q?a=/../b"},
	{"\\q\\r.htm", "http://h.cn/q/r.htm"},
	{"//O.cn/p", "http://o.cn/p"},
	{"http:r.htm", "http://h.cn/b/r.htm"},
	{"http:/r.htm", "http://h.cn/r.htm"},
	{"https://s.cn", "https://s.cn/"},
	{"附件 1.doc", "http://h.cn/b/%E9%99%84%E4%BB%B6%201.doc"},
	{"x?u=http://o/", "http://h.cn/b/x?u=http://o/"},
	{"x;jsessionid=1", "http://h.cn/b/x"},
	{"javascript:;", NULL},
	{"tel:12345", NULL},
};

START_TEST(references)
{
	struct buf b;
	buf_init(&b, URL_MAX);
	enum err e = url_resolve(STR("http://h.cn/b/c.html?x=1"), str_of(refs[_i].ref), &b);
	if (refs[_i].out) {
		ck_assert_msg(e == ERR_OK, "%s: %s", refs[_i].ref, err_text());
		ck_assert_str_eq(b.p, refs[_i].out);
	} else {
		ck_assert_int_eq(e, ERR_FORMAT);
	}
	buf_fini(&b);
}
END_TEST

START_TEST(length_is_bounded)
{
	struct buf in, out;
	buf_init(&in, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_add_z(&in, "http://a.cn/");
	while (in.n < URL_MAX)
		buf_add_char(&in, 'x');
	ck_assert_int_eq(url_canon(buf_str(&in), &out), ERR_OK);
	ck_assert_uint_eq(out.n, URL_MAX);
	buf_add_char(&in, 'x');
	ck_assert_int_eq(url_canon(buf_str(&in), &out), ERR_FORMAT);
	ck_assert_uint_eq(out.n, 0);
	in.n = 12;
	for (int i = 0; i < 800; i++)
		buf_add_z(&in, "报");
	ck_assert_int_eq(url_canon(buf_str(&in), &out), ERR_FORMAT);
	while (in.n < 1000000)
		buf_add_char(&in, 'x');
	ck_assert_int_eq(url_canon(buf_str(&in), &out), ERR_FORMAT);
	buf_fini(&in);
	buf_fini(&out);
}
END_TEST

#define ck_str(s, z) ck_assert_msg(str_eq_z((s), (z)), "'%.*s' is not '%s'", STR_FMT(s), (z))

START_TEST(parts)
{
	struct url_parts p;
	ck_assert_int_eq(url_split(STR("https://[2001:db8::1]:8443/a/b?c=d?e"), &p), ERR_OK);
	ck_str(p.scheme, "https");
	ck_str(p.host, "2001:db8::1");
	ck_str(p.hostport, "[2001:db8::1]:8443");
	ck_assert_uint_eq(p.port, 8443);
	ck_str(p.path, "/a/b");
	ck_str(p.query, "c=d?e");
	ck_assert_int_eq(url_split(STR("http://a.cn/"), &p), ERR_OK);
	ck_str(p.host, "a.cn");
	ck_assert_uint_eq(p.port, 80);
	ck_assert_uint_eq(p.query.n, 0);
	ck_assert_int_eq(url_split(STR("http://a.cn"), &p), ERR_FORMAT);
	ck_assert_int_eq(url_split(STR("http:///"), &p), ERR_FORMAT);
	ck_assert_int_eq(url_split(STR("x"), &p), ERR_FORMAT);
	ck_str(url_first_segment(STR("/rili/2016/1.htm")), "/rili/");
	ck_str(url_first_segment(STR("/index.htm")), "/");
	ck_str(url_first_segment(STR("/")), "/");
}
END_TEST

START_TEST(sites)
{
	ck_str(url_site(STR("www.shanghai.gov.cn")), "shanghai.gov.cn");
	ck_str(url_site(STR("shanghai.gov.cn")), "shanghai.gov.cn");
	ck_str(url_site(STR("gov.cn")), "gov.cn");
	ck_str(url_site(STR("a.b.example.com")), "example.com");
	ck_str(url_site(STR("10.0.0.1")), "10.0.0.1");
	ck_str(url_site(STR("::1")), "::1");
	ck_str(url_site(STR("localhost")), "localhost");
}
END_TEST

static const char *const private_addresses[] = {
	"0.0.0.0",
	"10.1.2.3",
	"100.64.0.1",
	"100.127.255.255",
	"100.100.100.200",
	"127.0.0.1",
	"127.255.0.1",
	"169.254.169.254",
	"172.16.0.1",
	"172.31.255.255",
	"192.0.0.192",
	"192.0.2.1",
	"192.168.1.1",
	"198.18.0.1",
	"198.19.255.255",
	"198.51.100.1",
	"203.0.113.9",
	"168.63.129.16",
	"224.0.0.1",
	"239.1.1.1",
	"240.0.0.1",
	"255.255.255.255",
	"::",
	"::1",
	"::7f00:1",
	"::ffff:127.0.0.1",
	"::ffff:10.0.0.1",
	"2002:7f00:1::",
	"2002:a00:1::1",
	"64:ff9b::10.0.0.1",
	"64:ff9b:1::1",
	"100::1",
	"2001::1",
	"2001:db8::1",
	"3fff::1",
	"fc00::1",
	"fd00:ec2::254",
	"fe80::1",
	"fe80::1%eth0",
	"fec0::1",
	"ff02::1",
};
static const char *const public_addresses[] = {
	"1.1.1.1",         "9.255.255.255",    "11.0.0.0",
	"100.63.255.255",  "100.128.0.0",      "126.255.255.255",
	"128.0.0.1",       "169.253.255.255",  "172.15.255.255",
	"172.32.0.0",      "192.0.1.1",        "192.167.255.255",
	"192.169.0.0",     "198.17.0.1",       "198.20.0.0",
	"223.255.255.255", "168.63.129.17",    "::ffff:1.1.1.1",
	"2002:101:101::1", "64:ff9b::1.1.1.1", "2001:4860:4860::8888",
	"2400:3200::1",    "240e::1",          "a.cn",
};

START_TEST(private_ranges)
{
	for (size_t i = 0; i < sizeof(private_addresses) / sizeof(char *); i++)
		ck_assert_msg(url_address_is_private(str_of(private_addresses[i])), "%s", private_addresses[i]);
	for (size_t i = 0; i < sizeof(public_addresses) / sizeof(char *); i++)
		ck_assert_msg(!url_address_is_private(str_of(public_addresses[i])), "%s", public_addresses[i]);
	ck_assert(url_host_is_address(STR("1.2.3.4")));
	ck_assert(url_host_is_address(STR("::1")));
	ck_assert(!url_host_is_address(STR("1.2.3")));
	ck_assert(!url_host_is_address(STR("a.cn")));
}
END_TEST

/* A fragment is dropped and keeps a reference from the short way: both ways must agree on any mix of pieces. */
START_TEST(both_ways_agree)
{
	static const char *const bases[] = {
		"http://a.cn/",
		"http://a.cn/b",
		"https://a.gov.cn:8443/b/c/d.html",
		"http://127.0.1.5:18080/c01/202306/t1.html",
		"http://a.cn/b/?x=/y/z",
		"http://a.cn/b/c?d=../e",
		"http://a.cn/a//b/c",
		"http://a.cn/a;b/c;d",
		"http://xn--fiq228c.cn/%E5%B9%B4/a.html",
	};
	static const char *const pieces[] = {"/",   ".",  "..",    "a",      "b.html", "c-1_2~",   "?",
					     "=",   "&",  "//",    "./",     "../",    "sid=8f3c", "x=1",
					     "%41", ";v", "index", "year 1", ":",      "/a/b",     "?jsessionid=1"};
	struct buf one, other, ref;
	uint64_t seed = 7;
	unsigned agreed = 0;
	buf_init(&one, 100000);
	buf_init(&other, 100000);
	buf_init(&ref, 100000);
	for (unsigned round = 0; round < 60000; round++) {
		struct str base = str_of(bases[rng_next(&seed) % (sizeof bases / sizeof *bases)]);
		buf_clear(&ref);
		for (unsigned k = 1 + (unsigned)(rng_next(&seed) % 6); k > 0; k--)
			ck_assert(!buf_add_z(&ref, pieces[rng_next(&seed) % (sizeof pieces / sizeof *pieces)]));
		enum err a = url_resolve(base, buf_str(&ref), &one);
		ck_assert(!buf_add_z(&ref, "#x"));
		enum err b = url_resolve(base, buf_str(&ref), &other);
		ck_assert_msg(a == b, "%s + %s: %d, %d", base.p, ref.p, a, b);
		if (a == ERR_OK)
			ck_assert_msg(str_eq(buf_str(&one), buf_str(&other)), "%s + %s: %s, %s", base.p, ref.p, one.p,
				      other.p);
		agreed += a == ERR_OK;
	}
	ck_assert_uint_gt(agreed, 40000);
	buf_fini(&one);
	buf_fini(&other);
	buf_fini(&ref);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("url");
	TCase *t = tcase_create("url");
	tcase_add_loop_test(t, canonical_forms, 0, sizeof(canon) / sizeof(canon[0]));
	tcase_add_loop_test(t, references, 0, sizeof(refs) / sizeof(refs[0]));
	tcase_add_test(t, both_ways_agree);
	tcase_add_test(t, length_is_bounded);
	tcase_add_test(t, parts);
	tcase_add_test(t, sites);
	tcase_add_test(t, private_ranges);
	suite_add_tcase(s, t);
	return suite_run(s);
}
