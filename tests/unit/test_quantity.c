#include "read_fixture.h"

#include "parser/quantity.h"

static struct quantity_at q[64];
static struct fold f;

static size_t scan(const char *s)
{
	fold_text(fx_lex, fx_arena, str_of(s), &f);
	return quantity_scan(fx_lex, &f, 0, f.n, q, 64);
}

static void is(size_t i, const char *text, const char *unit, double value)
{
	struct str t = fold_source(&f, q[i].start, q[i].end), u = fold_source(&f, q[i].unit_from, q[i].end);
	ck_assert_msg(str_eq_z(t, text), "%.*s", STR_FMT(t));
	ck_assert_msg(str_eq_z(u, unit), "%.*s", STR_FMT(u));
	ck_assert_double_eq_tol(q[i].value, value, 1e-6);
}

/* Many things in words are counted; the articles behind their chapters are numbers of a paper. */
START_TEST(hundreds_in_words)
{
	ck_assert_uint_eq(scan("信息合计为二百一十六条，其中政务动态类一百五十三条。"), 2);
	is(0, "二百一十六条", "条", 216);
	is(1, "一百五十三条", "条", 153);
	ck_assert_uint_eq(scan("该办法五章一百一十二条。《规定》三十六条。第五十六条。"), 0);
	ck_assert_uint_eq(scan("推送报道五十六篇，公开信息二百二十一条："), 2);
	is(0, "五十六篇", "篇", 56);
}
END_TEST

/* Two to ten places behind their names or before what they are: no places of anything else. */
START_TEST(places_in_words)
{
	ck_assert_uint_eq(scan("档案馆、图书馆两处。市里三处查阅点。施工现场三处塌方。"), 2);
	is(0, "两处", "处", 2);
	is(1, "三处", "处", 3);
}
END_TEST

START_TEST(counting_words)
{
	ck_assert_uint_eq(scan("全年答复来函31件，接待来访120余人次，投入1.5万元，占12.5%，限期15个工作日。"), 5);
	is(0, "31件", "件", 31);
	is(1, "120余人次", "人次", 120);
	ck_assert(q[1].approx);
	is(2, "1.5万元", "元", 15000);
	is(3, "12.5%", "%", 12.5);
	is(4, "15个工作日", "个工作日", 15);
}
END_TEST

START_TEST(traditional_and_gaps)
{
	ck_assert_uint_eq(scan("發布信息 87 條，培訓３２人"), 2);
	is(0, "87 條", "條", 87);
	is(1, "３２人", "人", 32);
}
END_TEST

/* Numbers of a bracket without a counting word, only where they come to the count before it. */
START_TEST(bare_lists)
{
	ck_assert_uint_eq(scan("公开信息15条（机构人事7、规划计划5、招生考试3）。"), 4);
	is(1, "7", "", 7);
	is(3, "3", "", 3);
	ck_assert_uint_eq(scan("公开信息16条（机构人事7、规划计划5、招生考试3等）。"), 1);
	ck_assert_uint_eq(scan("公开信息12条（机构人事7、规划计划5等）。"), 1);
	ck_assert_uint_eq(scan("印发文件15件（文号7、5、3）。"), 1);
}
END_TEST

/* Blanks that a converter left inside a number, but none between a year and a number. */
START_TEST(parted_digits)
{
	ck_assert_uint_eq(scan("微信“甘谷发布”1 877条"), 1);
	is(0, "1 877条", "条", 1877);
	ck_assert_uint_eq(scan("收到申请2 3件，公开12 345条，2014 23件"), 3);
	is(0, "2 3件", "件", 23);
	is(1, "12 345条", "条", 12345);
	is(2, "23件", "件", 23);
	ck_assert_uint_eq(scan("接待群众3 100多人次，收取费用1 260元，公开2 846余条"), 3);
	is(0, "3 100多人次", "人次", 3100);
	is(1, "1 260元", "元", 1260);
	is(2, "2 846余条", "条", 2846);
	ck_assert_uint_eq(scan("收取复印费2 60元"), 1);
	is(0, "60元", "元", 60);
}
END_TEST

START_TEST(no_quantities)
{
	static const char *const none[] = {"2016年3月5日印发",
					   "甘府办〔2016〕12号文件",
					   "电话：0931-8812345",
					   "邮编：730000",
					   "1.政府网站",
					   "（2）其他渠道",
					   "第3批",
					   "宣传“创业富民30条”",
					   "五届四次全会",
					   "（见图1）",
					   "排在前5位的是",
					   "www.a12.cn",
					   "采取三项措施",
					   "五个方面",
					   "三级网络",
					   "“4.26”活动日",
					   "12345便民热线"};
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		ck_assert_msg(scan(none[i]) == 0, "%s", none[i]);
}
END_TEST

START_TEST(chinese_numerals_that_count)
{
	ck_assert_uint_eq(scan("先后举办两次讲座，印发四份文件。"), 2);
	is(0, "两次", "次", 2);
	is(1, "四份", "份", 4);
}
END_TEST

START_TEST(huge_digits_are_linear)
{
	size_t n = 900000;
	char *p = malloc(n + 1);
	memset(p, '7', n);
	p[n] = 0;
	scan(p);
	free(p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("quantity");
	TCase *c = tcase_create("quantity");
	tcase_add_unchecked_fixture(c, fx_setup, fx_teardown);
	tcase_add_test(c, hundreds_in_words);
	tcase_add_test(c, places_in_words);
	tcase_add_test(c, counting_words);
	tcase_add_test(c, traditional_and_gaps);
	tcase_add_test(c, bare_lists);
	tcase_add_test(c, parted_digits);
	tcase_add_test(c, no_quantities);
	tcase_add_test(c, chinese_numerals_that_count);
	tcase_add_test(c, huge_digits_are_linear);
	suite_add_tcase(s, c);
	return suite_run(s);
}
