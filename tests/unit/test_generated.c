/* Sentences and statutory tables filled with random figures: what goes in must come out. Seeded, so that it repeats. */
#include "read_fixture.h"

#include "base/hash.h"

static uint64_t seed;

static unsigned any(unsigned n)
{
	return (unsigned)(rng_next(&seed) % n);
}

static const struct {
	const char *before, *behind, *id;
} wordings[] = {
	{"全年主动公开政府信息", "条。", "proactive.total"},
	{"共受理政府信息公开申请", "件。", "requests.received"},
	{"收到有关政府信息公开的行政复议申请", "件。", "review.total"},
	{"因政府信息公开引起的行政诉讼案件", "件。", "litigation.total"},
	{"举办政府信息公开业务培训班", "期。", "training.sessions"},
	{"接受培训人员", "人次。", "training.trainees"},
	{"召开政府信息公开工作会议", "次。", "training.meetings"},
	{"设置政府信息公开查阅点", "个。", "org.access_points"},
	{"召开新闻发布会", "次。", "response.press_conferences"},
	{"发布政策解读稿件", "篇。", "response.interpretations"},
	{"政务微博公开政府信息", "条。", "proactive.channel.weibo"},
	{"政务微信公开政府信息", "条。", "proactive.channel.wechat"},
	{"政府网站公开政府信息", "条。", "proactive.channel.website"},
	{"政府公报公开政府信息", "条。", "proactive.channel.gazette"},
	{"收到人大代表建议", "件。", "proposals.congress"},
	{"办理政协提案", "件。", "proposals.cppcc"},
};
#define WORDINGS (sizeof wordings / sizeof wordings[0])

static void round_of_prose(void)
{
	unsigned value[WORDINGS];
	fx_head("甘谷县2016年政府信息公开年度报告");
	for (size_t i = 0; i < WORDINGS; i++) {
		char line[256];
		value[i] = any(3) == 0 ? any(10) : 10 + any(90000);
		snprintf(line, sizeof line, "%s%u%s", wordings[i].before, value[i], wordings[i].behind);
		fx_line(line);
	}
	fx_line("存在的主要问题是登记慢。");
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 1);
	for (size_t i = 0; i < WORDINGS; i++)
		ck_assert_msg(fx_value(wordings[i].id, "", "") == value[i], "%s: wanted %u, got %g", wordings[i].id,
			      value[i], fx_value(wordings[i].id, "", ""));
	fx_evidence();
}

START_TEST(prose)
{
	for (int i = 0; i < 20; i++) {
		seed = 7000u + (unsigned)i;
		fx_doc.reports_count = fx_doc.blocks_count = 0;
		buf_clear(&fx_text);
		round_of_prose();
	}
}
END_TEST

static const struct {
	const char *label, *id;
} rows[] = {{"一、本年新收政府信息公开申请数量", "requests.received"},
	    {"二、上年结转政府信息公开申请数量", "requests.carried_in"},
	    {"（一）予以公开", "requests.outcome.granted"},
	    {"（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "requests.outcome.partial"},
	    {"1.属于国家秘密", "requests.outcome.denied.state_secret"},
	    {"5.属于三类内部事务信息", "requests.outcome.denied.internal"},
	    {"6.属于四类过程性信息", "requests.outcome.denied.process"},
	    {"1.本机关不掌握相关政府信息", "requests.outcome.unavailable.not_held"},
	    {"2.重复申请", "requests.outcome.not_processed.duplicate"},
	    {"（六）其他处理", "requests.outcome.other"},
	    {"（七）总计", "requests.replied"},
	    {"四、结转下年度继续办理", "requests.carried_out"}};
#define ROWS (sizeof rows / sizeof rows[0])
static const char *const who[] = {"natural_person", "business",  "research", "charity",
				  "legal_service",  "other_org", "total"};

START_TEST(requests_table)
{
	for (int k = 0; k < 10; k++) {
		int value[ROWS][7];
		char text[ROWS + 1][512];
		const char *lines[ROWS + 1];
		seed = 900u + (unsigned)k;
		fx_doc.reports_count = fx_doc.blocks_count = fx_doc.tables_count = 0;
		buf_clear(&fx_text);
		fx_head("甘谷县2020年政府信息公开工作年度报告");
		fx_line("收到申请见下表，材料5件，副本6份，附图7张，光盘8张，回执9份。");
		snprintf(text[0], sizeof text[0],
			 "申请人情况|自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计");
		lines[0] = text[0];
		for (size_t r = 0; r < ROWS; r++) {
			size_t n = (size_t)snprintf(text[r + 1], sizeof text[0], "%s", rows[r].label);
			for (int c = 0; c < 7; c++) {
				value[r][c] = any(6) == 0 ? -1 : (int)any(400); /* -1: blank */
				n += value[r][c] < 0 ? (size_t)snprintf(text[r + 1] + n, sizeof text[0] - n, "|%s",
									any(2) ? "" : "/")
						     : (size_t)snprintf(text[r + 1] + n, sizeof text[0] - n, "|%d",
									value[r][c]);
			}
			lines[r + 1] = text[r + 1];
		}
		fx_table(lines, ROWS + 1);
		fx_read();
		for (size_t r = 0; r < ROWS; r++)
			for (int c = 0; c < 7; c++) {
				const struct metric *m = fx_metric(rows[r].id, "", who[c]);
				ck_assert_msg((m ? (int)m->value : -1) == value[r][c], "%s %s", rows[r].id, who[c]);
			}
		fx_evidence();
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("generated");
	TCase *c = tcase_create("generated");
	tcase_add_checked_fixture(c, fx_setup, fx_teardown);
	tcase_add_test(c, prose);
	tcase_add_test(c, requests_table);
	suite_add_tcase(s, c);
	return suite_run(s);
}
