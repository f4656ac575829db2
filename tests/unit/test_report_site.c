/* The region of a report whose title and text name no place: whose web site it stands on. */
#include "read_fixture.h"

static const struct {
	const char *name, *us; /* "" us: the text says 我局 alone */
	const char *title, *site_name, *furniture, *code;
	const char *region, *region_code;
} cases[] = {
	{"crumbs", "全县", "", "", "首页 政务公开\n当前位置：首页 > 甘谷县 > 年度报告\n", "", "甘谷县", "620523"},
	{"crumbs of a site", "全县", "", "", "您现在的位置：甘谷县人民政府网 > 政务公开\n", "", "甘谷县", "620523"},
	{"crumbs below the site", "全县", "天水市人民政府网", "", "当前位置：县区公开 > 甘谷县\n", "", "甘谷县",
	 "620523"},
	{"site name", "全县", "", "甘谷县人民政府", "", "", "甘谷县", "620523"},
	{"title behind a dash", "我县", "年度报告-甘谷县人民政府网", "", "", "", "甘谷县", "620523"},
	{"title before a line", "", "甘谷县政府门户网站_年度报告", "", "", "", "甘谷县", "620523"},
	{"foot", "全县", "", "", "版权所有：甘谷县人民政府 备案号：陇ICP备000号\n", "", "甘谷县", "620523"},
	{"foot with two owners", "全市", "", "", "主办单位：天水市人民政府办公室 承办：甘谷县电子政务中心\n", "",
	 "天水市", "620500"},
	{"code", "", "", "", "", "6205230001", "甘谷县", "620523"},
	{"code of former years", "全县", "", "", "", "3414210001", "庐江县", "340124"},
	{"a city's report on a county's site", "全市", "年度报告-甘谷县人民政府网", "", "主办：甘谷县人民政府\n",
	 "6205230001", "", ""},
	{"a county's on a city's", "全县", "年度报告-天水市人民政府网", "", "主办：天水市人民政府\n", "6205000001", "",
	 ""},
	{"a county's on a city's, owner told", "全县", "年度报告-天水市人民政府网", "", "主办：甘谷县人民政府\n", "",
	 "甘谷县", "620523"},
	{"no site", "", "甘谷县的风景", "", "当前位置：首页 > 甘谷县新闻\n", "", "", ""},
	{"no owner", "", "", "", "主办单位在甘谷县设点\n", "", "", ""},
	{"a ministry's code", "", "", "", "", "bm50000001", "", ""},
};

START_TEST(region_by_the_site)
{
	static struct meta meta = {.name = {"sitename", 8}};
	meta.content = str_of(cases[_i].site_name);
	fx_doc.metas = &meta;
	fx_doc.metas_count = 1;
	fx_doc.html_title = str_of(cases[_i].title);
	fx_doc.furniture = str_of(cases[_i].furniture);
	fx_doc.site_id_code = str_of(cases[_i].code);
	char line[200];
	snprintf(line, sizeof line, "%s主动公开政府信息2011条。", cases[_i].us[0] ? cases[_i].us : "我局");
	fx_head("2014年政府信息公开年度报告");
	fx_line(line);
	fx_line("收到政府信息公开申请3件，均已答复。行政复议0件，收费0元。存在的主要问题是登记慢。");
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 1);
	const struct report *r = &fx_doc.reports[0];
	ck_assert_msg(str_eq_z(r->region, cases[_i].region) && str_eq_z(r->region_code, cases[_i].region_code),
		      "%s: %.*s %.*s", cases[_i].name, STR_FMT(r->region), STR_FMT(r->region_code));
}
END_TEST

/* What the report itself says comes first. */
START_TEST(named_by_its_title)
{
	fx_doc.html_title = STR("年度报告-甘谷县人民政府网");
	fx_head("会宁县2014年政府信息公开年度报告");
	fx_line("全县主动公开政府信息2011条。");
	fx_line("收到政府信息公开申请3件，均已答复。行政复议0件，收费0元。存在的主要问题是登记慢。");
	fx_read();
	ck_assert(str_eq_z(fx_doc.reports[0].region, "会宁县"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("report_site");
	TCase *c = tcase_create("report_site");
	tcase_add_checked_fixture(c, fx_setup, fx_teardown);
	tcase_add_loop_test(c, region_by_the_site, 0, (int)(sizeof cases / sizeof cases[0]));
	tcase_add_test(c, named_by_its_title);
	suite_add_tcase(s, c);
	return suite_run(s);
}
