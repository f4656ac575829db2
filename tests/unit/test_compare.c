/* What a page counts or tells by the clock is no change of it; a figure of the report is. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/compare.h"
#include "suite.h"

static struct words *words;

static void setup(void)
{
	ck_assert_int_eq(words_load(&words), ERR_OK);
}

static void teardown(void)
{
	words_free(words);
}

#define BODY                                                                                                                                                                 \
	"一、概述\n本机关按照要求公开各类政府信息，并接受社会监督，有关情况如下。本机关按照要求公开各类政府信息，并接"  \
	"受社会监督，有关情况如下。"                                                                                                                            \
	"本机关按照要求公开各类政府信息，并接受社会监督，有关情况如下。本机关按照要求公开各类政府信息，并接受社会监督" \
	"。\n"                                                                                                                                                              \
	"二、主动公开\n甲。\n三、申请\n乙。\n四、收费\n丙。\n五、问题\n丁。\n六、其他\n"

static void hash_of(const char *first, const char *last, char out[65])
{
	static char text[8192];
	snprintf(text, sizeof text, "%s\n%s%s", first, BODY, last);
	const struct document d = {.text = str_of(text),
				   .text_cps = utf8_count(text, strlen(text)),
				   .title = STR("年度报告"),
				   .kind = KIND_HTML};
	compare_hash(words, &d, out);
	ck_assert_uint_eq(strlen(out), 64);
}

/* Do two pages say the same whose first (or last) lines are these? */
static bool same(const char *a, const char *b)
{
	char x[65], y[65], u[65], v[65];
	hash_of(a, "", x);
	hash_of(b, "", y);
	hash_of("", a, u);
	hash_of("", b, v);
	ck_assert_int_eq(strcmp(x, y) == 0, strcmp(u, v) == 0);
	return strcmp(x, y) == 0;
}

START_TEST(test_counters)
{
	ck_assert(same("发布日期：2016-02-10　来源：办公室　浏览次数：9　字号：大",
		       "发布日期：2016-02-10　来源：办公室　浏览次数：1,024　字号：大"));
	ck_assert(same("来源: 县政府 点击数: 128 次", "来源: 县政府 点击数: 131 次"));
	ck_assert(same("【浏览：12】【打印】", "【浏览：1300】【打印】"));
	ck_assert(same("阅读(5)", "阅读(66)"));
	ck_assert(same("您是第1234567位访客", "您是第1234569位访客"));
	ck_assert(same("今天是2024年3月1日 星期五", "今天是2024年3月4日 星期一"));
	ck_assert(same("当前时间：10:02:11", "当前时间：23:59:59"));
}
END_TEST

START_TEST(test_figures)
{
	ck_assert(!same("网站访问量：128万次", "网站访问量：129万次"));
	ck_assert(!same("政府网站总访问量达128万次，收到申请12件。", "政府网站总访问量达128万次，收到申请13件。"));
	ck_assert(!same("访问量：128万次", "访问量：129万次"));
	ck_assert(!same("主动公开政府信息：128条", "主动公开政府信息：129条"));
	ck_assert(!same("浏览次数\t128", "浏览次数\t129")); /* a row of a table */
	ck_assert(!same("发布日期：2016-02-10　浏览次数：9", "发布日期：2016-02-11　浏览次数：9"));
	ck_assert(!same("公众号推文阅读量：300条", "公众号推文阅读量：400条"));
}
END_TEST

START_TEST(test_says_too_little)
{
	char out[65] = "x";
	const struct document frame = {.text = STR("正在跳转"), .text_cps = 4, .kind = KIND_HTML};
	compare_hash(words, &frame, out);
	ck_assert_str_eq(out, "");
	const struct document scan = {.text_cps = 1000, .unsupported = "needs-ocr", .kind = KIND_PDF};
	compare_hash(words, &scan, out);
	ck_assert_str_eq(out, "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("compare");
	TCase *t = tcase_create("all");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, test_counters);
	tcase_add_test(t, test_figures);
	tcase_add_test(t, test_says_too_little);
	suite_add_tcase(s, t);
	return suite_run(s);
}
