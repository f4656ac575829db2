#include "read_fixture.h"

#include "parser/table_label.h"

static void begin(void)
{
	fx_head("甘谷县2021年政府信息公开工作年度报告");
	fx_line("收到申请的情况见下表，其中材料5件，副本6份，附图7张，光盘8张，回执9份。");
}

START_TEST(requests_by_applicant)
{
	static const char *const rows[] = {"本列数据的勾稽关系|<|申请人情况|<|<|<|<|<|<",
					   "^|<|自然人|法人或其他组织|<|<|<|<|总计",
					   "^|<|^|商业企业|科研机构|社会公益组织|法律服务机构|其他|^",
					   "一、本年新收政府信息公开申请数量|<|12|3|0|0|1|0|16",
					   "二、上年结转政府信息公开申请数量|<|1|0|0|/|-|0|1",
					   "三、本年度办理结果|（一）予以公开|7|2|||1|0|10",
					   "^|2.其他法律行政止公开|2|1|0|0|0|0|3",
					   "^|3.其他|1||0|0|0|0|1",
					   "^|（七）总计|10|3|0|0|1|0|14",
					   "四、结转下年度继续办理|<|3|0|0|0|0|0|3"};
	begin();
	fx_table(rows, 10);
	fx_read();
	ck_assert_double_eq(fx_value("requests.received", "", "natural_person"), 12);
	ck_assert_double_eq(fx_value("requests.received", "", "business"), 3);
	ck_assert_double_eq(fx_value("requests.received", "", "total"), 16);
	ck_assert_double_eq(fx_value("requests.outcome.granted", "", "legal_service"), 1);
	ck_assert_double_eq(fx_value("requests.outcome.denied.law_prohibits", "", "total"), 3);
	ck_assert_double_eq(fx_value("requests.outcome.other", "", "natural_person"), 1);
	ck_assert_double_eq(fx_value("requests.replied", "", "total"), 14);
	/* blank, "/" and "-" are no figures */
	ck_assert_ptr_null(fx_metric("requests.outcome.granted", "", "research"));
	ck_assert_ptr_null(fx_metric("requests.carried_in", "", "charity"));
	ck_assert_ptr_null(fx_metric("requests.carried_in", "", "legal_service"));
	const struct metric *m = fx_metric("requests.outcome.granted", "", "business");
	ck_assert(str_eq_z(m->row, "三、本年度办理结果 > （一）予以公开"));
	ck_assert(str_eq_z(m->column, "申请人情况 > 法人或其他组织 > 商业企业"));
	ck_assert_uint_eq(m->cell_row, 5);
	ck_assert_uint_eq(m->cell_col, 3);
	fx_evidence();
}
END_TEST

/*
 * What a page break cut off has a column of labels more than what stands before it, with the head again or without one; a
 * table like it that counts something else is none of it.
 */
START_TEST(a_rest_with_more_columns_of_labels)
{
	static const char *const first[] = {"本列数据的勾稽关系|<|申请人情况|<|<|<|<|<|<",
					    "^|<|自然人|法人或其他组织|<|<|<|<|总计",
					    "^|<|^|商业企业|科研机构|社会公益组织|法律服务机构|其他|^",
					    "一、本年新收政府信息公开申请数量|<|12|3|0|0|1|0|16",
					    "三、本年度办理结果|（一）予以公开|7|2|0|0|1|0|10"};
	static const char *const rest[] = {"本列数据的勾稽关系|<|<|申请人情况|<|<|<|<|<|<",
					   "^|<|<|自然人|法人或其他组织|<|<|<|<|总计",
					   "^|<|<|^|商业企业|科研机构|社会公益组织|法律服务机构|其他|^",
					   "三、本年度办理结果|（三）不予公开|1.属于国家秘密|4|0|5|0|0|0|9",
					   "^|^|2.其他法律行政法规禁止公开|0|6|0|0|0|0|6"};
	static const char *const other[] = {"三、本年度办理结果|（三）不予公开|1.属于国家秘密|4|0|5|0|0|0|9",
					    "^|^|公开的场所|0|6|0|0|0|0|6"};
	for (unsigned kind = 0; kind < 3; kind++) {
		if (kind > 0) {
			fx_teardown();
			fx_setup();
		}
		begin();
		fx_table(first, 5);
		fx_line("");
		fx_table(kind == 0 ? rest : kind == 1 ? rest + 3 : other, kind == 0 ? 5 : 2);
		fx_read();
		bool read = kind < 2;
		ck_assert_double_eq(fx_value("requests.outcome.granted", "", "business"), 2);
		ck_assert_double_eq(fx_value("requests.outcome.denied.state_secret", "", "research"),
				    read ? 5 : -12345);
		ck_assert_double_eq(fx_value("requests.outcome.denied.law_prohibits", "", "business"),
				    read ? 6 : -12345);
		fx_evidence();
	}
}
END_TEST

START_TEST(article_twenty)
{
	static const char *const rows[] = {"第二十条第（一）项|<|<|<",
					   "信息内容|本年制发件数|本年废止件数|现行有效件数",
					   "规章|0|0|2",
					   "行政规范性文件|3|1|22（其中修订16件）",
					   "第二十条第（五）项|<|<|<",
					   "信息内容|本年处理决定数量|<|<",
					   "行政许可|550|<|<",
					   "第二十条第（八）项|<|<|<",
					   "信息内容|本年收费金额（单位：万元）|<|<",
					   "行政事业性收费|73.5|<|<"};
	begin();
	fx_table(rows, 10);
	fx_read();
	ck_assert_double_eq(fx_value("statutory.rules.in_force", "", ""), 2);
	ck_assert_double_eq(fx_value("statutory.normative.made", "", ""), 3);
	ck_assert_double_eq(fx_value("statutory.normative.in_force", "", ""), 22);
	ck_assert_double_eq(fx_value("statutory.licensing.decisions", "", ""), 550);
	ck_assert_double_eq(fx_value("statutory.charges.amount", "", ""), 735000);
	ck_assert(str_eq_z(fx_doc.reports[0].format, "2021"));
	fx_evidence();
}
END_TEST

START_TEST(disputes)
{
	static const char *const rows[] = {
		"行政复议|<|<|<|<|行政诉讼|<|<|<|<|<|<|<|<|<",
		"结果维持|结果纠正|其他结果|尚未审结|总计|未经复议直接起诉|<|<|<|<|复议后起诉|<|<|<|<",
		"^|^|^|^|^|结果维持|结果纠正|其他结果|尚未审结|总计|结果维持|结果纠正|其他结果|尚未审结|总计",
		"4|1|0|0|5|2|0|0|0|2|0|0|1|0|1"};
	begin();
	fx_table(rows, 4);
	fx_read();
	ck_assert_double_eq(fx_value("review.upheld", "", ""), 4);
	ck_assert_double_eq(fx_value("review.total", "", ""), 5);
	ck_assert_double_eq(fx_value("litigation.direct.upheld", "", ""), 2);
	ck_assert_double_eq(fx_value("litigation.after_review.other", "", ""), 1);
}
END_TEST

START_TEST(list_of_indicators)
{
	static const char *const rows[] = {
		"统计指标|单位|统计数",  "（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）|条|810",
		"四、行政复议数量|件|3", "（一）维持具体行政行为数|件|2",
		"（三）其他情形数|件|1", "五、行政诉讼数量|件|5",
		"（三）其他情形数|件|4", "七、依申请公开信息收取的费用|万元|1.2",
		"本县自设的一行|条|99"};
	begin();
	fx_table(rows, 9);
	fx_read();
	ck_assert_double_eq(fx_value("proactive.total", "", ""), 810);
	ck_assert_double_eq(fx_value("review.other", "", ""), 1);
	ck_assert_double_eq(fx_value("litigation.other", "", ""), 4);
	ck_assert_double_eq(fx_value("fees.collected", "", ""), 12000);
}
END_TEST

START_TEST(cells_that_ran_together)
{
	begin();
	fx_line("附：统计表 指标名称 计量单位 2013年度 历年累计 主动公开信息数 条 410 2950 受理申请总数 条 2 7 "
		"行政复议数 件00 行政诉讼数 件123 政府公报公开政府信息数 条27 行政申诉数 件33");
	fx_read();
	ck_assert_double_eq(fx_value("proactive.total", "", ""), 410);
	ck_assert_double_eq(fx_value("proactive.cumulative", "", ""), 2950);
	ck_assert_double_eq(fx_value("requests.received", "", ""), 2);
	ck_assert_double_eq(fx_value("review.total", "", ""), 0);
	ck_assert_ptr_null(fx_metric("litigation.total", "", ""));
	/* 27 beside a blank, or 2 and 7 */
	ck_assert_ptr_null(fx_metric("proactive.channel.gazette", "", ""));
	ck_assert_ptr_null(fx_metric("appeals.total", "", ""));
	fx_evidence();
}
END_TEST

START_TEST(cells)
{
	static const struct {
		const char *text;
		double value;
	} good[] = {{"0", 0},
		    {"+12", 12},
		    {"-3", -3},
		    {"增3", 3},
		    {"减2", -2},
		    {"1,036", 1036},
		    {"251000元", 251000},
		    {"3件", 3},
		    {"22（其中修订16件）", 22}};
	static const char *const bad[] = {"", "/", "-", "——", "无", "件", "见附件", "3至5"};
	struct cell_figure v;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct word w = lexicon_word(fx_lex, str_of(good[i].text));
		ck_assert_msg(cell_figure(w.p, 0, w.n, &v), "%s", good[i].text);
		ck_assert_double_eq(v.value, good[i].value);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct word w = lexicon_word(fx_lex, str_of(bad[i]));
		ck_assert_msg(!cell_figure(w.p, 0, w.n, &v), "%s", bad[i]);
	}
}
END_TEST

/* A row whose figure cannot be told from its mark: no sum of the others is judged, and the section that it begins counts. */
START_TEST(rows_run_together_and_unread)
{
	begin();
	fx_line("指标名称 计量单位 统计数");
	fx_line("（一）收到申请数 件 105");
	fx_line("1.当面申请数 件 -");
	fx_line("2.传真申请数 件 4");
	fx_line("3.网络申请数 件 1");
	fx_line("4.信函申请数 件 7");
	fx_line("四、行政复议数量 件 9");
	fx_line("（一）维持具体行政行为数 件 3");
	fx_line("五、行政诉讼数量 件 /");
	fx_line("（一）维持具体行政行为或者驳回原告诉讼请求数 件 /");
	fx_line("（三）其他情形数 件 2");
	fx_read();
	ck_assert_double_eq(fx_value("requests.received", "", ""), 105);
	ck_assert_double_eq(fx_value("requests.received.letter", "", ""), 7);
	ck_assert_ptr_null(fx_metric("review.other", "", ""));
	for (size_t i = 0; i < fx_doc.reports[0].checks_count; i++)
		ck_assert(!str_eq_z(fx_doc.reports[0].checks[i].kind, "F14.sum"));
}
END_TEST

/* Of seven figures in a row one is left, and nothing says whose it is. */
START_TEST(one_figure_left_of_seven)
{
	begin();
	fx_line("三、收到和处理政府信息公开申请情况");
	fx_line("（三）不予公开");
	fx_line("1、属于国家秘密18件");
	fx_line("2.其他法律行政法规禁止公开");
	fx_line("3.危及“三安全一稳定”");
	fx_line("（七）总计24件 50件 74件");
	fx_read();
	ck_assert_ptr_null(fx_metric("requests.outcome.denied.state_secret", "", ""));
}
END_TEST

START_TEST(refusals_listed_in_prose)
{
	begin();
	fx_line("三、收到和处理政府信息公开申请情况");
	fx_line("（三）不予公开");
	fx_line("1、属于国家秘密18件");
	fx_line("2、其他法律行政法规禁止公开3件");
	fx_read();
	ck_assert_double_eq(fx_value("requests.outcome.denied.state_secret", "", ""), 18);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("metric_table");
	TCase *c = tcase_create("metric_table");
	tcase_add_checked_fixture(c, fx_setup, fx_teardown);
	tcase_add_test(c, requests_by_applicant);
	tcase_add_test(c, a_rest_with_more_columns_of_labels);
	tcase_add_test(c, article_twenty);
	tcase_add_test(c, disputes);
	tcase_add_test(c, list_of_indicators);
	tcase_add_test(c, cells_that_ran_together);
	tcase_add_test(c, cells);
	tcase_add_test(c, refusals_listed_in_prose);
	tcase_add_test(c, one_figure_left_of_seven);
	tcase_add_test(c, rows_run_together_and_unread);
	suite_add_tcase(s, c);
	return suite_run(s);
}
