#include "read_fixture.h"

#include "parser/segment.h"

START_TEST(a_report)
{
	fx_head("甘谷县2014年政府信息公开年度报告");
	fx_line("全县主动公开政府信息4000条，收到申请3件，均已答复。行政复议0件，收费0元。存在的主要问题是登记慢。");
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 1);
	ck_assert_uint_eq(fx_doc.reports[0].fragments_count, 1);
}
END_TEST

START_TEST(other_documents)
{
	static const char *const titles[] = {"甘谷县2014年政府信息公开工作要点",
					     "关于做好2014年政府信息公开年度报告编制工作的通知",
					     "2018年政府网站工作年度报表",
					     "甘谷县2018年法治政府建设年度报告",
					     "一图读懂甘谷县2018年政府信息公开年度报告",
					     "甘谷县2018年上半年政府信息公开统计"};
	for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
		fx_doc.title = str_of(titles[i]);
		fx_doc.reports_count = fx_doc.blocks_count = 0;
		buf_clear(&fx_text);
		fx_line(titles[i]);
		fx_line("要依法主动公开政府信息，办好依申请公开，全年召开会议4次，培训2次，印发材料80份。做好行政复议、"
			"收费等工作，查找不足。");
		fx_line("各单位要重视。各单位要落实。各单位要检查。各单位要总结。各单位要报送。");
		fx_read();
		ck_assert_msg(fx_doc.reports_count == 0, "%s", titles[i]);
	}
}
END_TEST

START_TEST(a_list_of_links)
{
	for (int y = 2008; y < 2020; y++) {
		char line[128];
		snprintf(line, sizeof line, "甘谷县%d年政府信息公开年度报告", y);
		fx_line(line);
	}
	for (int i = 0; i < 20; i++)
		fx_line("政府信息公开指南");
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 0);
}
END_TEST

static void whole_report(const char *head, const char *received)
{
	fx_line(head);
	for (int i = 0; i < 30; i++)
		fx_line("各单位按照条例的要求登记、核对并归档应当公开的政府信息，工作人员逐条填写登记表，每月由专人汇总"
			"后报送。");
	fx_line("主动公开政府信息310条，其中网站公开210条，公报公开100条。");
	fx_line(received);
	fx_line("没有发生行政复议，没有收费。存在的主要问题是登记不够及时，下一步将改进。");
}

/* A page whose line ends were lost: a section's number ends a line, nothing was cut off there. */
START_TEST(sections_on_one_line)
{
	fx_line("甘谷县2014年政府信息公开年度报告 二、主动公开政府信息情况 "
		"全县主动公开政府信息4000条。登记材料每月核对一次，核对后的材料存入"
		"档案，各科室对登记的材料负责，登记不全的退回补充，补充后再送办公室汇总，汇总的材料由办公室逐条核对，核"
		"对无误后"
		"送领导审定，审定后由信息中心在网站公开，公开后的材料每季度清理一次，清理出的材料交档案馆存放，其他公开"
		"量较大的"
		"部门是教育局、公安局、民政局等 （二）申请情况 收到政府信息公开申请3件。没有发生行政复议。没有收费。"
		"存在的主要问题是登记不够及时。登记的材料每月由专人汇总后报送。工作人员逐条填写登记表。"
		"各单位按照条例的要求登记、核对并归档应当公开的政府信息。每年清理一次登记表，清理后存入档案。"
		"各科室对填写的内容负责。填写不全的登记表退回补充。补充后的登记表再次核对。核对无误的登记表存入档案。"
		"登记表的格式由办公室统一规定，格式的变更要事先说明。");
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 1);
	ck_assert_double_eq(fx_value("proactive.total", "", ""), 4000);
	ck_assert_double_eq(fx_value("requests.received", "", ""), 3);
}
END_TEST

/* A long paragraph without a full stop was cut off elsewhere, unless it begins a section of the report. */
START_TEST(section_without_a_full_stop)
{
	static const char long_one[] =
		"各单位按照条例的要求登记、核对并归档应当公开的政府信息，工作人员逐条填写登记表，每月由专人汇总后报送，"
		"填写不全的登记表退回补充，补充后的登记表再次核对，核对无误的登记表存入档案，登记表的格式由办公室统一规"
		"定，"
		"格式的变更要事先说明，各科室对填写的内容负责，每年清理一次登记表，全年收到政府信息公开申请3件";
	for (int numbered = 0; numbered < 2; numbered++) {
		char line[1024];
		fx_teardown();
		memset(&fx_doc, 0, sizeof fx_doc);
		fx_setup();
		snprintf(line, sizeof line, "%s%s", numbered ? "（二）" : "", long_one);
		fx_line("甘谷县2014年政府信息公开年度报告");
		fx_line("全县主动公开政府信息4000条。没有发生行政复议。没有收费。存在的主要问题是登记不够及时。");
		fx_line(line);
		for (int i = 0; i < 20; i++)
			fx_line("登记的材料每月由专人汇总后报送。工作人员逐条填写登记表。登记表的格式由办公室统一规定"
				"。");
		fx_read();
		ck_assert_uint_eq(fx_doc.reports_count, 1);
		double got = fx_value("requests.received", "", "");
		ck_assert_msg(numbered ? got == 3 : !(got == 3), "numbered %d: %g", numbered, got);
	}
}
END_TEST

START_TEST(titles_that_a_letter_quotes)
{
	static const struct {
		const char *line;
		bool cover;
	} lines[] = {{"关于报送《甘谷县水务局2013年政府信息公开工作总结》的函", true},
		     {"水务部关于发布《2010年水务部政府信息公开工作年度报告》的公告", true},
		     {"关于印发《甘谷县2014年政府信息公开工作要点》的通告", false},
		     {"关于做好《甘谷县2014年政府信息公开年度报告》编制工作的通知", false},
		     {"甘谷县2014年政府信息公开年度报告", false}};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct fold f;
		struct span inner;
		fold_text(fx_lex, fx_arena, str_of(lines[i].line), &f);
		ck_assert_msg(segment_cover(fx_lex, f.ch, 0, f.n, &inner) == lines[i].cover, "%s", lines[i].line);
	}
}
END_TEST

START_TEST(two_reports_on_one_page)
{
	whole_report("甘谷县2014年政府信息公开年度报告", "受理依申请公开政府信息申请6件。");
	whole_report("秦安县2014年政府信息公开年度报告", "受理依申请公开政府信息申请9件。");
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 2);
	ck_assert(str_eq_z(fx_doc.reports[0].region, "甘谷县"));
	ck_assert(str_eq_z(fx_doc.reports[1].region, "秦安县"));
	ck_assert_double_eq(fx_value("requests.received", "", ""), 6);
	fx_evidence();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("segment");
	TCase *c = tcase_create("segment");
	tcase_add_checked_fixture(c, fx_setup, fx_teardown);
	tcase_add_test(c, a_report);
	tcase_add_test(c, other_documents);
	tcase_add_test(c, a_list_of_links);
	tcase_add_test(c, sections_on_one_line);
	tcase_add_test(c, section_without_a_full_stop);
	tcase_add_test(c, titles_that_a_letter_quotes);
	tcase_add_test(c, two_reports_on_one_page);
	suite_add_tcase(s, c);
	return suite_run(s);
}
