#include "read_fixture.h"

/* A report whose third part has this heading and sentence. */
static void report_lines(const char *heading, const char *sentence)
{
	fx_head("甘谷县2014年政府信息公开年度报告");
	fx_line("二、主动公开政府信息情况");
	fx_line("全县主动公开政府信息4000条，其中机构类信息1500条，文件类信息2500条。登记材料60份，装订20册，存档3年，"
		"移交12箱。");
	fx_line(heading);
	fx_line(sentence);
	fx_line("四、存在的主要问题");
	fx_line("登记不够及时。下一步将改进登记办法。");
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 1);
	fx_evidence();
}

static void report(const char *sentence)
{
	report_lines("三、依申请公开政府信息情况", sentence);
}

START_TEST(totals_and_classes)
{
	report("全年收到政府信息公开申请18件。");
	ck_assert_double_eq(fx_value("proactive.total", "", ""), 4000);
	ck_assert_double_eq(fx_value("requests.received", "", ""), 18);
	const struct metric *m = fx_metric("proactive.by_class", "", "");
	ck_assert_ptr_nonnull(m);
	ck_assert(str_eq_z(m->qualifier, "机构类"));
	ck_assert(m->explain.n > 0);
}
END_TEST

START_TEST(channels_of_requests)
{
	report("全年受理政府信息公开申请18件，其中当面申请4件、网上申请9件、信函申请5件，均在规定期限内答复。");
	ck_assert_double_eq(fx_value("requests.received.in_person", "", ""), 4);
	ck_assert_double_eq(fx_value("requests.received.online", "", ""), 9);
	ck_assert_double_eq(fx_value("requests.received.letter", "", ""), 5);
	ck_assert_double_eq(fx_value("requests.replied", "", ""), 18);
	ck_assert_double_eq(fx_value("requests.closed.on_time", "", ""), 18);
}
END_TEST

START_TEST(scopes)
{
	report("全县收到政府信息公开申请18件，其中，县级机关收到申请11件，同意公开7件；各乡镇收到申请7件。");
	ck_assert_double_eq(fx_value("requests.received", "", ""), 18);
	ck_assert_double_eq(fx_value("requests.received", "headquarters", ""), 11);
	ck_assert_double_eq(fx_value("requests.outcome.granted", "headquarters", ""), 7);
	ck_assert_double_eq(fx_value("requests.received", "township", ""), 7);
}
END_TEST

/* 县级 is a county's own level and one below a city's; 市级 is none of a province's scopes. */
START_TEST(levels_of_whose_report)
{
	static const struct {
		const char *title, *text, *upper, *lower;
	} cases[] = {{"天水市2014年政府信息公开年度报告", "全市收到政府信息公开申请18件，其中市级11件、县级7件。",
		      "headquarters", "county"},
		     {"甘谷县2014年政府信息公开年度报告", "全县收到政府信息公开申请18件，其中县级11件、乡镇7件。",
		      "headquarters", "township"},
		     {"甘肃省2014年政府信息公开年度报告",
		      "全省收到政府信息公开申请18件，其中省本级11件、市级5件、县级2件。", "headquarters", NULL}};
	fx_head(cases[_i].title);
	fx_line("二、依申请公开政府信息情况");
	fx_line(cases[_i].text);
	fx_line("三、存在的主要问题");
	fx_line("登记不够及时。下一步将改进登记办法。主动公开政府信息400条。");
	fx_read();
	ck_assert_double_eq(fx_value("requests.received", "", ""), 18);
	ck_assert_double_eq(fx_value("requests.received", cases[_i].upper, ""), 11);
	if (cases[_i].lower)
		ck_assert_double_eq(fx_value("requests.received", cases[_i].lower, ""), 7);
	ck_assert_ptr_null(fx_metric("requests.by_topic", "", ""));
}
END_TEST

START_TEST(bracketed_county_part)
{
	report("收到政府信息公开申请18件（含县区6件），其中信函申请5件（含县区2件）。");
	ck_assert_double_eq(fx_value("requests.received", "county", ""), 6);
	ck_assert_double_eq(fx_value("requests.received.letter", "county", ""), 2);
	ck_assert_double_eq(fx_value("requests.received.letter", "", ""), 5);
}
END_TEST

START_TEST(absence)
{
	report("全年没有收到政府信息公开申请，未发生因政府信息公开引起的行政复议和行政诉讼，也未收取任何费用。");
	ck_assert_double_eq(fx_value("requests.received", "", ""), 0);
	ck_assert_double_eq(fx_value("review.total", "", ""), 0);
	ck_assert_double_eq(fx_value("litigation.total", "", ""), 0);
	ck_assert_double_eq(fx_value("fees.collected", "", ""), 0);
	ck_assert_ptr_null(fx_metric("complaints.total", "", ""));
}
END_TEST

START_TEST(a_heading_denies_nothing)
{
	report_lines("三、复议、诉讼和收费情况", "本年度未发生因政府信息公开引起的行政复议和行政诉讼。");
	ck_assert_double_eq(fx_value("review.total", "", ""), 0);
	ck_assert_ptr_null(fx_metric("fees.collected", "", ""));
}
END_TEST

START_TEST(no_processing_fee)
{
	report_lines("三、其他需要报告的事项", "本年度未收取信息处理费。");
	ck_assert_double_eq(fx_value("fees.collected", "", ""), 0);
}
END_TEST

START_TEST(other_peoples_figures)
{
	report("县政务大厅窗口全年受理办事申请9120件，县农业局公开惠农信息77条。收到政府信息公开申请3件。");
	ck_assert_double_eq(fx_value("requests.received", "", ""), 3);
	ck_assert_double_eq(fx_value("proactive.total", "", ""), 4000);
}
END_TEST

START_TEST(each_figure_its_name)
{
	report("当面、网络和信函申请分别为4件、9件和5件。");
	ck_assert_double_eq(fx_value("requests.received.in_person", "", ""), 4);
	ck_assert_double_eq(fx_value("requests.received.online", "", ""), 9);
	ck_assert_double_eq(fx_value("requests.received.letter", "", ""), 5);
}
END_TEST

START_TEST(more_names_than_figures)
{
	report("当面、网络和信函申请分别为4件和9件。");
	ck_assert_ptr_null(fx_metric("requests.received.in_person", "", ""));
	ck_assert_ptr_null(fx_metric("requests.received.online", "", ""));
	ck_assert_ptr_null(fx_metric("requests.received.letter", "", ""));
}
END_TEST

START_TEST(rows_that_ran_together)
{
	report("1.当面申请数件12");
	ck_assert_ptr_null(fx_metric("requests.received.in_person", "", ""));
}
END_TEST

START_TEST(a_line_with_its_unit_behind)
{
	report("1.当面申请数：12件");
	ck_assert_double_eq(fx_value("requests.received.in_person", "", ""), 12);
}
END_TEST

START_TEST(traditional_text)
{
	report("全年受理政府信息公開申請21件，已辦結21件，當面申請2件。");
	ck_assert_double_eq(fx_value("requests.received", "", ""), 21);
	ck_assert_double_eq(fx_value("requests.closed", "", ""), 21);
	ck_assert_double_eq(fx_value("requests.received.in_person", "", ""), 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("metric_prose");
	TCase *c = tcase_create("metric_prose");
	tcase_add_checked_fixture(c, fx_setup, fx_teardown);
	tcase_add_test(c, totals_and_classes);
	tcase_add_test(c, channels_of_requests);
	tcase_add_test(c, scopes);
	tcase_add_loop_test(c, levels_of_whose_report, 0, 3);
	tcase_add_test(c, bracketed_county_part);
	tcase_add_test(c, absence);
	tcase_add_test(c, a_heading_denies_nothing);
	tcase_add_test(c, no_processing_fee);
	tcase_add_test(c, other_peoples_figures);
	tcase_add_test(c, each_figure_its_name);
	tcase_add_test(c, more_names_than_figures);
	tcase_add_test(c, rows_that_ran_together);
	tcase_add_test(c, a_line_with_its_unit_behind);
	tcase_add_test(c, traditional_text);
	suite_add_tcase(s, c);
	return suite_run(s);
}
