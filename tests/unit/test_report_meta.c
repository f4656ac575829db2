#include "read_fixture.h"

#include "parser/report_date.h"
#include "parser/report_meta.h"

static const struct report *one(const char *title, const char *line)
{
	fx_head(title);
	fx_line("全县主动公开政府信息4000条，收到申请3件，均已答复。行政复议0件，收费0元。存在的主要问题是登记慢。");
	fx_line(line);
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 1);
	return &fx_doc.reports[0];
}

START_TEST(county)
{
	const struct report *r =
		one("甘谷县人民政府2014年政府信息公开工作年度报告", "所列数据的统计期限自2014年1月1日起至12月31日止。");
	ck_assert(str_eq_z(r->title, "甘谷县人民政府2014年政府信息公开工作年度报告"));
	ck_assert(str_eq_z(r->region, "甘谷县") && str_eq_z(r->region_code, "620523"));
	ck_assert(str_eq_z(r->body, "甘谷县人民政府") && str_eq_z(r->level, "county"));
	ck_assert_int_eq(r->year, 2014);
	ck_assert_str_eq(r->period[0], "2014-01-01");
	ck_assert_str_eq(r->period[1], "2014-12-31");
	ck_assert_str_eq(r->published, "");
}
END_TEST

/* The head's table of a page, whose labels have no colon. */
START_TEST(labels_without_a_colon)
{
	fx_line("发布机构\t县政府办\t发文日期\t2015-02-28");
	const struct report *r = one("甘谷县2014年政府信息公开工作年度报告", "特此报告。");
	ck_assert_str_eq(r->published, "2015-02-28");
}
END_TEST

/* 政府 of 政府信息公开 is no part of a name, neither a county's nor a town's. */
START_TEST(government_of_the_topic)
{
	static const struct {
		const char *title, *body;
	} cases[] = {{"2013年度甘谷县政府信息公开年度报告", ""},
		     {"2013年度甘谷县大庄镇政府信息公开年度报告", "甘谷县大庄镇"},
		     {"甘谷县政府2013年政府信息公开年度报告", "甘谷县政府"}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct report *r = one(cases[i].title, "特此报告。");
		ck_assert_msg(str_eq_z(r->body, cases[i].body), "%s: %.*s", cases[i].title, STR_FMT(r->body));
		fx_teardown();
		memset(&fx_doc, 0, sizeof fx_doc);
		fx_setup();
	}
}
END_TEST

START_TEST(dates_of_other_things)
{
	fx_line("统计时间：2015年1月31日");
	const struct report *r = one("甘谷县2014年政府信息公开工作年度报告", "特此报告。");
	ck_assert_str_eq(r->published, "");
}
END_TEST

START_TEST(period_of_the_text)
{
	const struct report *r = one("甘谷县2014年政府信息公开工作年度报告",
				     "本报告涵盖2014年1月1日至2014年12月31日期间的政府信息公开工作。");
	ck_assert_str_eq(r->period[0], "2014-01-01");
	ck_assert_str_eq(r->period[1], "2014-12-31");
}
END_TEST

/* No title names the body: what the text says of itself. */
START_TEST(levels_that_the_text_says)
{
	static const struct {
		const char *line, *level;
	} cases[] = {{"局机关成立了领导小组，各科室负责人为成员。", "department"},
		     {"2014年，市城市管理局按照工作部署健全了机构。", "department"},
		     {"全省各级行政机关在提供信息时均未收费。", "province"}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fx_teardown();
		fx_setup();
		fx_line("一、总体情况");
		fx_line("2014年主动公开政府信息4000条，收到政府信息公开申请3件，均已答复。行政复议0件，收费0元，培训2次"
			"。存在的主要"
			"问题是登"
			"记慢。"
			"材料来自登记。登记每月核对一次。");
		fx_line(cases[i].line);
		fx_read();
		ck_assert_uint_eq(fx_doc.reports_count, 1);
		ck_assert_msg(str_eq_z(fx_doc.reports[0].level, cases[i].level), "%s", cases[i].line);
	}
}
END_TEST

/* Reports whose page has no title: what their first sentences say of themselves. */
START_TEST(told_by_its_own_sentences)
{
	static const struct {
		const char *line, *title, *region, *body, *level;
	} cases[] = {
		{"按照条例要求，现向社会公开《甘谷县水务局2014年政府信息公开工作年度报告》。",
		 "甘谷县水务局2014年政府信息公开工作年度报告", "甘谷县", "甘谷县水务局", "department"},
		{"我局组织编制了《甘谷县水务局2014年政府信息公开工作年度报告》，现予公布。",
		 "甘谷县水务局2014年政府信息公开工作年度报告", "甘谷县", "甘谷县水务局", "department"},
		{"现发布《甘谷县民族事务局（宗教事务局）2014年政府信息公开年度报告》。",
		 "甘谷县民族事务局（宗教事务局）2014年政府信息公开年度报告", "甘谷县", "甘谷县民族事务局（宗教事务局）",
		 "department"},
		{"按照《关于印发政府信息公开工作年度报告格式的通知》编制本报告。我局高度重视。", "", "", "",
		 "department"},
		{"现将2014年我镇政府信息公开年度报告公布如下。", "", "", "", "township"},
		{"2014年，大庄街道办事处按照部署开展工作。大庄街道配备了人员。", "", "", "大庄街道办事处", "township"},
		{"如有疑问，请与甘谷县水务局政府信息公开办公室联系（地址：甘谷县大庄镇中街1号）。我局成立了领导小组。甘"
		 "谷县已部署。",
		 "", "甘谷县", "甘谷县水务局", "department"},
		{"本年度报告由首页 大庄街道办事处编制，政府信息公开工作运行正常。", "", "", "大庄街道办事处",
		 "township"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fx_teardown();
		fx_setup();
		fx_line("本文根据政府信息公开条例编写，统计期限自2014年1月1日起至12月31日止。");
		fx_line(cases[i].line);
		fx_line("一、总体情况");
		fx_line("2014年主动公开政府信息4000条，收到政府信息公开申请3件，均已答复。行政复议0件，收费0元，培训2次"
			"。"
			"存在的主要问题是登记慢。登记每月核对一次。");
		fx_read();
		const char *line = cases[i].line;
		ck_assert_msg(fx_doc.reports_count == 1, "%s", line);
		const struct report *r = &fx_doc.reports[0];
		ck_assert_msg(str_eq_z(r->title, cases[i].title), "%s: title %.*s", line, STR_FMT(r->title));
		ck_assert_msg(str_eq_z(r->region, cases[i].region), "%s: region %.*s", line, STR_FMT(r->region));
		ck_assert_msg(str_eq_z(r->body, cases[i].body), "%s: body %.*s", line, STR_FMT(r->body));
		ck_assert_msg(str_eq_z(r->level, cases[i].level), "%s: level %.*s", line, STR_FMT(r->level));
	}
}
END_TEST

START_TEST(region_unknown_to_the_table)
{
	const struct report *r = one("青岚市2014年政府信息公开工作年度报告", "特此报告。");
	ck_assert(str_eq_z(r->region, "青岚市"));
	ck_assert_uint_eq(r->region_code.n, 0);
}
END_TEST

START_TEST(no_region_in_a_bureau_of_markets)
{
	const struct report *r = one("市场监督管理局2014年政府信息公开工作年度报告", "特此报告。");
	ck_assert_uint_eq(r->region.n, 0);
}
END_TEST

START_TEST(bureau_and_signature)
{
	const struct report *r = one("甘谷县教育局2016年政府信息公开年度报告", "2017年2月9日");
	ck_assert(str_eq_z(r->body, "甘谷县教育局") && str_eq_z(r->level, "department"));
	ck_assert_str_eq(r->published, "2017-02-09");
}
END_TEST

START_TEST(office_with_year_first)
{
	const struct report *r = one("2019年陕西省人民政府办公厅政府信息公开工作年度报告", "特此报告。");
	ck_assert(str_eq_z(r->body, "陕西省人民政府办公厅") && str_eq_z(r->level, "department"));
	ck_assert(str_eq_z(r->region, "陕西省") && str_eq_z(r->region_code, "610000"));
}
END_TEST

START_TEST(region_of_the_publisher)
{
	fx_line("发布机构: 甘谷县水务局");
	const struct report *r = one("水务局2014年政府信息公开工作年度报告", "特此报告。");
	ck_assert(str_eq_z(r->region, "甘谷县") && str_eq_z(r->region_code, "620523"));
	ck_assert(str_eq_z(r->level, "department"));
}
END_TEST

START_TEST(title_that_a_letter_quotes)
{
	const struct report *r = one("关于报送《甘谷县水务局2013年政府信息公开工作总结》的函", "特此报告。");
	ck_assert(str_eq_z(r->title, "关于报送《甘谷县水务局2013年政府信息公开工作总结》的函"));
	ck_assert(str_eq_z(r->body, "甘谷县水务局") && str_eq_z(r->level, "department"));
	ck_assert_int_eq(r->year, 2013);
}
END_TEST

START_TEST(name_with_a_year_sign_in_it)
{
	const struct report *r = one("甘谷县青年街街道办事处2014年政府信息公开年度报告", "特此报告。");
	ck_assert(str_eq_z(r->body, "甘谷县青年街街道办事处") && str_eq_z(r->level, "township"));
	ck_assert_int_eq(r->year, 2014);
}
END_TEST

START_TEST(year_in_words_first)
{
	static const char *const titles[] = {
		"二〇一四年甘谷县教育局政府信息公开年度报告", "二○一四年度甘谷县教育局政府信息公开年度报告",
		"甘谷县教育局二零一四年政府信息公开年度报告", "甘谷县教育局二O一四年度政府信息公开年度报告"};
	for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
		const struct report *r = one(titles[i], "特此报告。");
		ck_assert_msg(str_eq_z(r->body, "甘谷县教育局"), "%s: %.*s", titles[i], STR_FMT(r->body));
		ck_assert_int_eq(r->year, 2014);
		fx_teardown();
		memset(&fx_doc, 0, sizeof fx_doc);
		fx_setup();
	}
}
END_TEST

START_TEST(zone_without_code)
{
	const struct report *r = one("青山湖高新技术产业开发区管委会2013年度政府信息公开工作年度报告", "特此报告。");
	ck_assert(str_eq_z(r->body, "青山湖高新技术产业开发区管委会"));
	ck_assert_uint_eq(r->region_code.n, 0);
	ck_assert_int_eq(r->year, 2013);
}
END_TEST

START_TEST(page_data_first)
{
	fx_doc.title = STR("甘谷县2015年政府信息公开年度报告");
	strcpy(fx_doc.published, "2016-03-01");
	const struct report *r = one("甘谷县二〇一五年政府信息公开年度报告", "2016年2月9日");
	ck_assert(str_eq_z(r->title, "甘谷县2015年政府信息公开年度报告"));
	ck_assert_str_eq(r->published, "2016-03-01");
}
END_TEST

/* 发布日期 is the page's day, 成文日期 that of the document: it counts where the other is not told. */
START_TEST(labelled_days)
{
	static const char *const cases[][2] = {{"成文日期：2015-03-01 发布日期：2015-03-20", "2015-03-20"},
					       {"生成日期：2015年3月20日 索引号：A-1", "2015-03-20"},
					       {"印发日期：2015-03-01 日期：2015-03-20", "2015-03-20"},
					       {"有效日期：2015-03-20", ""}};
	fx_line(cases[_i][0]);
	const struct report *r = one("甘谷县2014年政府信息公开年度报告", "特此报告。");
	ck_assert_str_eq(r->published, cases[_i][1]);
}
END_TEST

START_TEST(dates)
{
	static const struct {
		const char *text, *date;
	} cases[] = {{"2014年1月9日", "2014-01-09"},
		     {"2015-01-02", "2015-01-02"},
		     {"二〇一五年十二月三十一日", "2015-12-31"},
		     {"2015年13月1日", NULL},
		     {"2015年", NULL}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct word w = lexicon_word(fx_lex, str_of(cases[i].text));
		char out[11] = "";
		size_t n = report_date_at(w.p, 0, w.n, 0, out);
		ck_assert_msg((n > 0) == (cases[i].date != NULL), "%s", cases[i].text);
		if (cases[i].date)
			ck_assert_str_eq(out, cases[i].date);
	}
}
END_TEST

/* The dates of the period in the wordings in use; a period that is not the statistics' is none. */
START_TEST(periods)
{
	static const struct {
		const char *line, *from, *to;
	} cases[] = {
		{"本报告中所列数据的统计期限自2014年1月1日起至2014年12月31日止。", "2014-01-01", "2014-12-31"},
		{"本年报数据统计时限为2009年1月1日至12月31日。", "2009-01-01", "2009-12-31"},
		{"数据统计期从2019年1月1日到2019年12月31日。", "2019-01-01", "2019-12-31"},
		{"统计期限：2016年1月1日—2016年12月31日。", "2016-01-01", "2016-12-31"},
		{"报告所列数据的期限自二〇一三年一月一日至二〇一三年十二月三十一日。", "2013-01-01", "2013-12-31"},
		{"本报告中所列数据的统计期限自2015-1-1起至2015-12-31止。", "2015-01-01", "2015-12-31"},
		{"所列数据的统计期限自2008年5月1日《条例》施行之日起，至2008年12月31日止。", "2008-05-01",
		 "2008-12-31"},
		{"（一）2015年1月1日至2015年12月31日，共公开各类信息70条。", "2015-01-01", "2015-12-31"},
		{"2015年3月1日至2015年5月31日，开展了检查。", "", ""},
		{"2008年5月1日至2008年12月31日为本次统计的时间。", "", ""},
		{"办事大厅2014年3月1日至2014年3月9日停电。", "", ""},
	};
	const struct report *r = one("甘谷县2014年政府信息公开工作年度报告", cases[_i].line);
	ck_assert_str_eq(r->period[0], cases[_i].from);
	ck_assert_str_eq(r->period[1], cases[_i].to);
}
END_TEST

/* A title that names nobody: who reports stands in the text. */
START_TEST(named_in_the_text)
{
	static const struct {
		const char *first, *second, *region, *body, *level;
	} cases[] = {
		{"根据要求，青岚镇政府编制2020年政府信息公开年度报告。", "我镇主动公开信息81条。", "", "青岚镇政府",
		 "township"},
		{"现公布大岭镇2020年政府信息公开工作年度报告。", "主动公开信息81条。", "", "大岭镇", "township"},
		{"现发布《甘谷县水务局2020年政府信息公开工作年度报告》。", "主动公开信息81条。", "甘谷县",
		 "甘谷县水务局", "department"},
		{"向社会公布2020年度甘谷县教育局政府信息公开年度报告。", "主动公开信息81条。", "甘谷县", "甘谷县教育局",
		 "department"},
		{"本年报根据《条例》要求，由甘谷县教育局编制。", "主动公开信息81条。", "甘谷县", "甘谷县教育局",
		 "department"},
		{"本报告由甘谷县政务公开办公室编制。", "全县主动公开信息81条。", "甘谷县", "甘谷县政务公开办公室",
		 "county"},
		{"本报告由甘谷县新兴街道办事处编制。", "本街道主动公开信息81条。", "甘谷县", "甘谷县新兴街道办事处",
		 "township"},
		{"现将我局情况报告如下。", "我局主动公开信息81条。", "", "", "department"},
		{"按照县政府《关于公布2020年政府信息公开工作年度报告的通知》要求编制。", "我乡公开信息81条。", "", "",
		 "township"},
	};
	fx_head("2020年政府信息公开工作年度报告");
	fx_line(cases[_i].first);
	fx_line(cases[_i].second);
	fx_line("收到政府信息公开申请3件，均已答复。行政复议0件，收费0元。存在的主要问题是登记慢。");
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 1);
	const struct report *r = &fx_doc.reports[0];
	ck_assert_msg(str_eq_z(r->region, cases[_i].region), "region %.*s", STR_FMT(r->region));
	ck_assert_msg(str_eq_z(r->body, cases[_i].body), "body %.*s", STR_FMT(r->body));
	ck_assert_msg(str_eq_z(r->level, cases[_i].level), "level %.*s", STR_FMT(r->level));
	ck_assert_int_eq(r->year, 2020);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("report_meta");
	TCase *c = tcase_create("report_meta");
	tcase_add_checked_fixture(c, fx_setup, fx_teardown);
	tcase_add_test(c, county);
	tcase_add_test(c, labels_without_a_colon);
	tcase_add_test(c, dates_of_other_things);
	tcase_add_test(c, period_of_the_text);
	tcase_add_test(c, levels_that_the_text_says);
	tcase_add_test(c, region_unknown_to_the_table);
	tcase_add_test(c, no_region_in_a_bureau_of_markets);
	tcase_add_test(c, bureau_and_signature);
	tcase_add_test(c, office_with_year_first);
	tcase_add_test(c, region_of_the_publisher);
	tcase_add_test(c, title_that_a_letter_quotes);
	tcase_add_test(c, name_with_a_year_sign_in_it);
	tcase_add_test(c, year_in_words_first);
	tcase_add_test(c, told_by_its_own_sentences);
	tcase_add_test(c, government_of_the_topic);
	tcase_add_test(c, zone_without_code);
	tcase_add_test(c, page_data_first);
	tcase_add_loop_test(c, labelled_days, 0, 4);
	tcase_add_test(c, dates);
	tcase_add_loop_test(c, periods, 0, 11);
	tcase_add_loop_test(c, named_in_the_text, 0, 9);
	suite_add_tcase(s, c);
	return suite_run(s);
}
