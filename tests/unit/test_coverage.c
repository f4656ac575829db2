/* The ledger of body and year: its rules, and the tying of reports, sources and failed pages in real files. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/read.h"
#include "parser/report_name.h"
#include "sink/coverage.h"
#include "suite.h"

#define OK(x) ck_assert_msg((x) == ERR_OK, "%s", err_text())
#define NONE COVERAGE_STATUSES

START_TEST(test_judge)
{
	static const struct {
		struct coverage_facts f;
		enum coverage_status want;
	} t[] = {
		{{true, false, "2020-03-31", "2020-03-31", NONE, NONE, true, 0}, COVERAGE_FOUND},
		{{true, false, "2020-04-01", "2020-03-31", NONE, NONE, true, 0}, COVERAGE_LATE},
		{{true, false, "", "2020-03-31", NONE, NONE, true, 0}, COVERAGE_FOUND},
		{{true, false, "2020-04-01", "", NONE, NONE, true, 0}, COVERAGE_FOUND},
		{{true, true, "2020-04-01", "2020-03-31", NONE, NONE, true, 0}, COVERAGE_SUPERSEDED},
		{{false, false, "", "", COVERAGE_ROBOTS, COVERAGE_CHALLENGE, true, 9}, COVERAGE_ROBOTS},
		{{false, false, "", "", COVERAGE_PENDING, COVERAGE_CHALLENGE, true, 9}, COVERAGE_PENDING},
		{{false, false, "", "", COVERAGE_NOT_FOUND, COVERAGE_CHALLENGE, true, 0}, COVERAGE_CHALLENGE},
		{{false, false, "", "", COVERAGE_NOT_FOUND, NONE, true, 0}, COVERAGE_NOT_FOUND},
		{{false, false, "", "", COVERAGE_NOT_FOUND, NONE, true, 1}, COVERAGE_PENDING},
		{{false, false, "", "", NONE, COVERAGE_UNREACHABLE, true, 0}, COVERAGE_UNREACHABLE},
		{{false, false, "", "", NONE, NONE, true, 1}, COVERAGE_PENDING},
		{{false, false, "", "", NONE, NONE, true, 0}, COVERAGE_NOT_FOUND},
		{{false, false, "", "", NONE, NONE, false, 0}, COVERAGE_PENDING},
	};
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
		ck_assert_msg(coverage_judge(&t[i].f) == t[i].want, "case %zu: %s", i,
			      coverage_name(coverage_judge(&t[i].f)));
}
END_TEST

START_TEST(test_causes)
{
	ck_assert_int_eq(coverage_of_cause(CAUSE_DNS), COVERAGE_UNREACHABLE);
	ck_assert_int_eq(coverage_of_cause(CAUSE_TLS), COVERAGE_UNREACHABLE);
	ck_assert_int_eq(coverage_of_cause(CAUSE_HTTP_5XX), COVERAGE_UNREACHABLE);
	ck_assert_int_eq(coverage_of_cause(CAUSE_NEEDS_OCR), COVERAGE_PARSE_FAILED);
	ck_assert_int_eq(coverage_of_cause(CAUSE_PARSER_CRASH), COVERAGE_PARSE_FAILED);
	ck_assert_int_eq(coverage_of_cause(CAUSE_ROBOTS), COVERAGE_ROBOTS);
	ck_assert_int_eq(coverage_of_cause(CAUSE_CHALLENGE), COVERAGE_CHALLENGE);
	ck_assert_int_eq(coverage_of_cause(CAUSE_HTTP_404), COVERAGE_NOT_FOUND);
	for (unsigned i = 0; i < COVERAGE_STATUSES; i++)
		ck_assert_int_eq(coverage_of_name(coverage_name((enum coverage_status)i)), i);
	ck_assert_int_eq(coverage_of_name("lost"), COVERAGE_STATUSES);
	ck_assert_int_eq(coverage_days_late("2024-03-01", "2024-01-31"), 30); /* over a 29 February */
	ck_assert_int_eq(coverage_days_late("2024-01-31", "2024-01-31"), 0);
	ck_assert_int_eq(coverage_days_late("none", "2024-01-31"), 0);
}
END_TEST

START_TEST(test_deadlines)
{
	char d[11];
	ck_assert(report_deadline("department", 2018, d));
	ck_assert_str_eq(d, "2019-03-31");
	ck_assert(report_deadline("department", 2019, d));
	ck_assert_str_eq(d, "2020-01-31");
	ck_assert(report_deadline("central", 2022, d));
	ck_assert_str_eq(d, "2023-01-31");
	ck_assert(report_deadline("county", 2019, d));
	ck_assert_str_eq(d, "2020-03-31");
	ck_assert(report_deadline("", 2021, d));
	ck_assert_str_eq(d, "2022-03-31");
	ck_assert(!report_deadline("county", 2007, d));
}
END_TEST

START_TEST(test_names)
{
	static const struct {
		const char *anchor, *title;
		enum report_name_kind kind;
		int year;
	} t[] = {
		{"石桥县2014年政府信息公开工作年度报告", "", REPORT_NAME_REPORT, 2014},
		{"石桥县二〇一四年政府信息公开工作年度报告", "", REPORT_NAME_REPORT, 2014},
		{"石橋縣2014年政府資訊公開工作年度報告", "", REPORT_NAME_REPORT, 2014},
		{"２０１４年政府信息公开年报", "", REPORT_NAME_REPORT, 2014},
		{"2015年年度报告", "政府信息公开年报 - 石桥县人民政府", REPORT_NAME_REPORT, 2015},
		{"2015年", "政府信息公开年报", REPORT_NAME_REPORT, 2015},
		{"2015年年度报告", "石桥县国有企业", REPORT_NAME_NONE, 0},
		{"2015年", "", REPORT_NAME_NONE, 0},
		{"政府信息公开年报", "石桥县人民政府", REPORT_NAME_COLUMN, 0},
		{"2015年政府网站工作年度报表", "政府信息公开年报", REPORT_NAME_NONE, 0},
		{"2015年政务公开工作要点", "政府信息公开年报", REPORT_NAME_NONE, 0},
		{"关于做好2015年政府信息公开年度报告编制工作的通知", "政府信息公开年报", REPORT_NAME_NONE, 0},
		{"首页", "政府信息公开年报", REPORT_NAME_NONE, 0},
		{"", "石桥县2014年政府信息公开工作年度报告", REPORT_NAME_NONE, 0},
	};
	struct lexicon *l;
	struct arena *a = arena_new(1024 * 1024);
	OK(lexicon_load(&l));
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		arena_reset(a);
		struct report_name n = report_name(l, a, str_of(t[i].anchor), str_of(t[i].title));
		ck_assert_msg(n.kind == t[i].kind && n.year == t[i].year, "'%s' under '%s': kind %d year %d",
			      t[i].anchor, t[i].title, (int)n.kind, n.year);
	}
	lexicon_free(l);
	arena_free(a);
}
END_TEST

static char told[65536];

static bool note(void *ctx, const struct coverage_row *r)
{
	(void)ctx;
	size_t n = strlen(told);
	snprintf(told + n, sizeof told - n, "%s|%s|%d|%s|%lld|%lld\n", r->region, r->body, r->year,
		 coverage_name(r->status), (long long)r->report, (long long)r->reports);
	return true;
}

static const char *tell(struct coverage *c, struct coverage_filter f)
{
	told[0] = '\0';
	OK(coverage_rows(c, &f, note, NULL));
	return told;
}
#define ANY .status = COVERAGE_STATUSES

static struct coverage *begin(const char *today)
{
	struct coverage *c;
	OK(coverage_new(today, report_deadline, &c));
	return c;
}

static void report(struct coverage *c, int64_t id, int year, const char *region, const char *code, const char *body,
		   const char *level, const char *published)
{
	const struct coverage_report r = {.id = id,
					  .year = year,
					  .region = region,
					  .code = code,
					  .body = body,
					  .level = level,
					  .published = published,
					  .place = {.url = "http://a/1", .host = "a", .source = 1}};
	OK(coverage_add_report(c, &r));
}

START_TEST(test_one_government)
{
	struct coverage *c = begin("2018-05-01");
	/* a government under three names is one body; its office and the namesake elsewhere are others */
	report(c, 1, 2014, "石桥县", "410101", NULL, "county", "2015-03-01");
	report(c, 2, 2015, "石桥县", "410101", "石桥县人民政府", "county", "2016-04-03");
	report(c, 3, 2015, "石桥县", NULL, NULL, NULL, "2016-03-03");
	report(c, 4, 2017, "石桥县", "410101", "石桥县人民政府办公室", "department", "2018-03-01");
	report(c, 5, 2017, "石桥县", "620101", NULL, "county", "2018-03-01");
	OK(coverage_add_source(c, &(struct coverage_source){.id = 1, .url = "http://a/", .host = "a", .pages = 7}));
	ck_assert_str_eq(tell(c, (struct coverage_filter){ANY}), "石桥县|石桥县人民政府|2014|found|1|1\n"
								 "石桥县|石桥县人民政府|2015|found|3|2\n"
								 "石桥县|石桥县人民政府|2016|not-found|0|0\n"
								 "石桥县|石桥县人民政府|2017|not-found|0|0\n"
								 "石桥县|石桥县人民政府办公室|2017|found|4|1\n"
								 "石桥县||2017|found|5|1\n");
	ck_assert_str_eq(tell(c, (struct coverage_filter){.region = "62", ANY}), "石桥县||2017|found|5|1\n");
	ck_assert_str_eq(tell(c, (struct coverage_filter){.status = COVERAGE_NOT_FOUND, .year = 2016}),
			 "石桥县|石桥县人民政府|2016|not-found|0|0\n");
	/* asked for, the years before the first report are told too; the future never is */
	ck_assert_str_eq(tell(c, (struct coverage_filter){.region = "62", .first = 2016, .last = 2030, ANY}),
			 "石桥县||2016|not-found|0|0\n石桥县||2017|found|5|1\n");
	coverage_free(c);
}
END_TEST

static void page(struct coverage *c, int year, enum coverage_status status, const char *text, const char *host,
		 int64_t source)
{
	const struct coverage_place p = {.url = "http://x/", .host = host, .source = source, .cause = "x"};
	OK(coverage_add_page(c, year, status, text, &p));
}

START_TEST(test_whose_page)
{
	struct coverage *c = begin("2017-06-01");
	OK(coverage_add_source(c, &(struct coverage_source){.id = 1, .url = "http://a/", .host = "a", .pages = 3}));
	OK(coverage_add_source(
		c, &(struct coverage_source){
			   .id = 2, .url = "http://b/", .host = "b", .region = "白沙区", .body = "白沙区人民政府"}));
	report(c, 1, 2014, "石桥县", "", "石桥县教育局", "department", "2015-01-01");
	report(c, 2, 2014, "石桥县", "", "石桥县民政局", "department", "2015-01-01");
	page(c, 2015, COVERAGE_ROBOTS, "石桥县民政局2015年政府信息公开年报", "a", 1);
	page(c, 2015, COVERAGE_PARSE_FAILED, "石桥县民政局2015年政府信息公开年报", "a", 1);
	page(c, 2016, COVERAGE_PARSE_FAILED, "2016年政府信息公开年报", "a", 1); /* of which of the two? */
	page(c, 2016, COVERAGE_PARSE_FAILED, "2016年政府信息公开年报", "b", 2);
	OK(coverage_add_obstacle(c, COVERAGE_UNREACHABLE,
				 &(struct coverage_place){.url = "http://b/", .host = "b", .source = 2}));
	ck_assert_str_eq(tell(c, (struct coverage_filter){.body = "石桥县教育局", ANY}),
			 "石桥县|石桥县教育局|2014|found|1|1\n石桥县|石桥县教育局|2015|not-found|0|0\n"
			 "石桥县|石桥县教育局|2016|not-found|0|0\n");
	ck_assert_str_eq(tell(c, (struct coverage_filter){.body = "石桥县民政局", ANY}),
			 "石桥县|石桥县民政局|2014|found|2|1\n石桥县|石桥县民政局|2015|robots-denied|0|0\n"
			 "石桥县|石桥县民政局|2016|not-found|0|0\n");
	ck_assert_str_eq(tell(c, (struct coverage_filter){.region = "白沙", .first = 2015, .last = 2016, ANY}),
			 "白沙区|白沙区人民政府|2015|unreachable|0|0\n白沙区|白沙区人民政府|2016|parse-failed|0|0\n");
	ck_assert_int_eq(coverage_unassigned(c), 1);
	coverage_free(c);
}
END_TEST

START_TEST(test_due)
{
	/* the report on 2019 of a department is due in January, of a government in March; no day before */
	struct coverage *c = begin("2020-02-15");
	report(c, 1, 2018, "石桥县", "", "石桥县教育局", "department", "2019-01-01");
	report(c, 2, 2018, "石桥县", "", "", "county", "2019-01-01");
	ck_assert_str_eq(tell(c, (struct coverage_filter){ANY}), "石桥县||2018|found|2|1\n"
								 "石桥县|石桥县教育局|2018|found|1|1\n"
								 "石桥县|石桥县教育局|2019|pending|0|0\n");
	coverage_free(c);
	/* a report that tells neither region nor body goes by its source, else by its host */
	c = begin("2017-01-01");
	OK(coverage_add_source(
		c, &(struct coverage_source){.id = 1, .url = "http://a/", .host = "a", .region = "白沙区"}));
	report(c, 1, 2015, NULL, NULL, NULL, NULL, NULL);
	ck_assert_str_eq(tell(c, (struct coverage_filter){ANY}), "白沙区||2015|found|1|1\n");
	coverage_free(c);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("coverage");
	TCase *t = tcase_create("all");
	tcase_set_timeout(t, 60);
	tcase_add_test(t, test_judge);
	tcase_add_test(t, test_causes);
	tcase_add_test(t, test_deadlines);
	tcase_add_test(t, test_names);
	tcase_add_test(t, test_one_government);
	tcase_add_test(t, test_whose_page);
	tcase_add_test(t, test_due);
	suite_add_tcase(s, t);
	return suite_run(s);
}
