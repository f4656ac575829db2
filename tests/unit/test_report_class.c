/*
 * Papers beside the report: each line of classes.tsv is "report" or "other" and a text, whose lines '|' parts. The texts
 * are composed: the figures and words of reports, told by newspapers, letters, guides, returns.
 */
#include "parse_fixture.h"

#define LINE_SIZE 16384

START_TEST(classes)
{
	static char line[LINE_SIZE];
	unsigned wrong = 0, read = 0;
	FILE *f = fopen(TEST_SOURCE_DIR "/unit/classes.tsv", "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = 0;
		if (!line[0] || line[0] == '#')
			continue;
		char *text = strchr(line, '\t');
		ck_assert_ptr_nonnull(text);
		*text++ = 0;
		for (char *p = text; *p; p++)
			*p = *p == '|' ? '\n' : *p;
		json_t *d = fixture_bytes(text, strlen(text), "text/plain; charset=utf-8");
		bool report = json_array_size(json_object_get(d, "reports")) > 0;
		if (report != (strcmp(line, "report") == 0)) {
			fprintf(stderr, "%s: %.*s\n", line, (int)strcspn(text, "\n"), text);
			wrong++;
		}
		read++;
		json_decref(d);
	}
	fclose(f);
	ck_assert_uint_gt(read, 15);
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

static void page_is(const char *title, const char *source, bool report)
{
	static char html[8192];
	snprintf(html, sizeof html,
		 "<html><head><meta charset=\"utf-8\"><title>%s</title><meta name=\"ArticleTitle\" content=\"%s\">"
		 "<meta name=\"ContentSource\" content=\"%s\"></head><body><div id=\"zoom\">"
		 "<p>2016年，全市主动公开政府信息7830条，其中通过政府网站公开6120条，政府公报公开312条。</p>"
		 "<p>报告称，全年受理政府信息公开申请1056件，其中网络申请621件，当面申请213件，信函申请222件。</p>"
		 "<p>因信息公开引发行政复议81件、行政诉讼40件。据介绍，今后将继续减免费用，解决公开不足等主要问题。</p>"
		 "</div></body></html>",
		 title, title, source);
	json_t *d = fixture_page(html);
	ck_assert_msg((json_array_size(json_object_get(d, "reports")) > 0) == report, "%s", title);
	json_decref(d);
}

START_TEST(news_of_a_newspaper)
{
	page_is("某市政府信息公开年报出炉 依申请公开办结率100%_新闻中心", "某某日报", false);
	page_is("某市发布2016年政府信息公开工作年度报告", "某某日报", false);
	page_is("图解：某市2016年政府信息公开工作年度报告", "市政府办公室", false);
	page_is("甘谷县2016年政府信息公开工作年度报告", "县政府办公室", true);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("report_class");
	TCase *c = tcase_create("report_class");
	tcase_add_checked_fixture(c, fixture_setup, fixture_teardown);
	tcase_add_test(c, classes);
	tcase_add_test(c, news_of_a_newspaper);
	suite_add_tcase(s, c);
	return suite_run(s);
}
