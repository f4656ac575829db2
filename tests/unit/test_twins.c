/* Forms of addresses, and what the counts of a pair mean. */
#include <check.h>
#include <stdlib.h>

#include "fetcher/twins.h"
#include "suite.h"

static const struct {
	const char *a, *b;
	bool family, rest; /* equal */
	int order;         /* of a's rank to b's */
} pairs[] = {
	{"http://www.a.gov.cn/x.htm?b=1", "https://www.a.gov.cn/x.htm?b=1", true, true, -1},
	{"http://a.gov.cn/x.htm", "http://www.a.gov.cn/x.htm", true, true, -1},
	{"http://m.a.gov.cn/x.htm", "http://a.gov.cn/x.htm", true, true, -1},
	{"http://wap.a.gov.cn/x.htm", "http://www.a.gov.cn/y.htm", true, false, -1},
	{"http://www.a.gov.cn/mobile/x.htm", "http://www.a.gov.cn/x.htm", true, true, -1},
	{"https://m.a.gov.cn/x.htm", "http://www.a.gov.cn/x.htm", true, true, -1},
	{"http://a.gov.cn:81/x", "http://www.a.gov.cn/x", false, true, -1},
	{"http://b.gov.cn/x", "http://a.gov.cn/x", false, true, 0},
	/* not across registrable domains: here the label is the name itself */
	{"http://m.cn/x", "http://www.m.cn/x", true, true, -1},
	{"http://www.gov.cn/x", "http://gov.cn/x", false, true, 0},
	{"http://wap.com.cn/x", "http://com.cn/x", false, true, 0},
	{"http://map.a.gov.cn/x", "http://a.gov.cn/x", false, true, 0},
};

START_TEST(forms)
{
	struct twins_parts a, b;
	ck_assert(twins_split(str_of(pairs[_i].a), &a) && twins_split(str_of(pairs[_i].b), &b));
	ck_assert_msg((a.family == b.family) == pairs[_i].family, "%s %s", pairs[_i].a, pairs[_i].b);
	ck_assert_msg(str_eq(a.rest, b.rest) == pairs[_i].rest, "%s %s", pairs[_i].a, pairs[_i].b);
	ck_assert_msg((a.better > b.better) - (a.better < b.better) == pairs[_i].order, "%s %d %s %d", pairs[_i].a,
		      a.better, pairs[_i].b, b.better);
	ck_assert_int_eq((int)a.rest.p[0], '/');
}
END_TEST

START_TEST(parts)
{
	struct twins_parts p;
	ck_assert(twins_split(STR("https://m.a.gov.cn:81/wap/x/y.htm?z"), &p));
	ck_assert_str_eq(p.form, "https://m.a.gov.cn:81/wap");
	ck_assert(str_eq_z(p.rest, "/x/y.htm?z"));
	ck_assert(!twins_split(STR("http://10.1.2.3/x"), &p));
	ck_assert(!twins_split(STR("nonsense"), &p));
}
END_TEST

static const struct {
	int64_t same, forth, back, differ, failed;
	enum twins_state was, is;
	bool turn;
} counts[] = {
	{0, 0, 0, 0, 0, TWINS_OPEN, TWINS_OPEN, false},
	{1, 0, 0, 0, 0, TWINS_OPEN, TWINS_OPEN, false},
	{2, 0, 0, 0, 0, TWINS_OPEN, TWINS_SETTLED, false},
	{1, 1, 0, 0, 0, TWINS_OPEN, TWINS_SETTLED, false},
	{2, 0, 0, 1, 0, TWINS_OPEN, TWINS_OPEN, false},
	{4, 0, 0, 1, 0, TWINS_OPEN, TWINS_SETTLED, false},
	{0, 0, 2, 0, 0, TWINS_OPEN, TWINS_SETTLED, true},
	{5, 1, 2, 0, 0, TWINS_OPEN, TWINS_OPEN, false},
	{9, 0, 0, 1, 0, TWINS_SETTLED, TWINS_SETTLED, false},
	{9, 0, 0, 1, 1, TWINS_SETTLED, TWINS_FOUND_WRONG, false},
	{9, 0, 2, 0, 0, TWINS_SETTLED, TWINS_FOUND_WRONG, false},
	{99, 99, 0, 0, 0, TWINS_FOUND_WRONG, TWINS_FOUND_WRONG, false},
};

START_TEST(judged)
{
	bool turn;
	const struct twins_pair p = {.same = counts[_i].same,
				     .forth = counts[_i].forth,
				     .back = counts[_i].back,
				     .differ = counts[_i].differ,
				     .failed = counts[_i].failed,
				     .state = counts[_i].was};
	ck_assert_int_eq(twins_judge(&p, &turn), counts[_i].is);
	ck_assert(turn == counts[_i].turn);
}
END_TEST

START_TEST(tried)
{
	unsigned n = 0;
	for (int64_t met = 0; met < 1024; met++)
		n += twins_probe(met);
	ck_assert(twins_probe(0) && twins_probe(1) && !twins_probe(2) && twins_probe(3));
	ck_assert_uint_eq(n, 5 + 1024 / TWINS_PROBE);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("twins");
	TCase *t = tcase_create("twins");
	tcase_add_loop_test(t, forms, 0, sizeof(pairs) / sizeof(pairs[0]));
	tcase_add_test(t, parts);
	tcase_add_loop_test(t, judged, 0, sizeof(counts) / sizeof(counts[0]));
	tcase_add_test(t, tried);
	suite_add_tcase(s, t);
	return suite_run(s);
}
