/* reports, show, metrics and export of the real command over a store that was filled here. */
#include <limits.h>
#include <sys/wait.h>

#include "tests/unit/program.h"
#include "tests/unit/store_fixture.h"
#include "suite.h"

static char output[1 << 20];

/* Runs `gongkai ARGS --data DIR`; standard output goes to `output`, standard error is added with `errors`. */
static int command(const char *data, const char *args, bool errors)
{
	char line[PATH_MAX + 1024];
	snprintf(line, sizeof line, "exec '%s' %s --data '%s' %s", program_path("gongkai"), args, data,
		 errors ? "2>&1" : "2>/dev/null");
	FILE *p = popen(line, "r");
	ck_assert_ptr_nonnull(p);
	size_t n = fread(output, 1, sizeof output - 1, p);
	output[n] = '\0';
	int status = pclose(p);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const char *file_of(const char *dir, const char *name)
{
	static char text[1 << 20];
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "r");
	ck_assert_msg(f != NULL, "there is no %s", path);
	size_t n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static unsigned lines_of(const char *text)
{
	unsigned n = 0;
	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Two crawls of the same pages: in another order, with other numbers and times, and with a repeated fetch. */
static void fill(const char *data, bool second)
{
	struct store *s;
	char *a = fixture_report("公开3303条", NULL, 2014);
	char *b = fixture_report("第二份", NULL, 2015), *c = fixture_plain("列表，\\n第二行 \\\"x\\\"", "[]");
	ck_assert_msg(store_open(data, false, &s) == ERR_OK, "%s", err_text());
	if (second) {
		fixture_store(s, "http://a.gov.cn/c.htm", 900, 50, c);
		fixture_store(s, "http://a.gov.cn/b.htm", 901, 51, b);
		fixture_store(s, "http://a.gov.cn/a.htm", 902, 52, a);
		fixture_store(s, "http://a.gov.cn/b.htm", 950, 53, b);
	} else {
		fixture_store(s, "http://a.gov.cn/a.htm", 1, 1, a);
		fixture_store(s, "http://a.gov.cn/b.htm", 2, 2, b);
		fixture_store(s, "http://a.gov.cn/c.htm", 3, 3, c);
	}
	store_close(s);
	char *all[] = {a, b, c};
	for (size_t i = 0; i < 3; i++)
		free(all[i]);
}

START_TEST(test_canonical_export_is_equal)
{
	static const char *const names[] = {"documents", "reports", "metrics", "quantities", "checks", "dead_letters"};
	static const char *const formats[] = {"csv", "jsonl"};
	char other[96], args[256], name[64];
	snprintf(other, sizeof other, "%s/other", fixture_dir);
	ck_assert_int_eq(mkdir(other, 0750), 0);
	fill(fixture_dir, false);
	fill(other, true);
	for (int i = 0; i < 2; i++) {
		snprintf(args, sizeof args, "export '%s/x' --canonical --format %s", fixture_dir, formats[i]);
		ck_assert_msg(command(fixture_dir, args, true) == 0, "%s", output);
		snprintf(args, sizeof args, "export '%s/y' --canonical --format %s", fixture_dir, formats[i]);
		ck_assert_msg(command(other, args, true) == 0, "%s", output);
		for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
			char dir[96];
			snprintf(name, sizeof name, "%s.%s", names[k], formats[i]);
			snprintf(dir, sizeof dir, "%s/x", fixture_dir);
			char *x = strdup(file_of(dir, name));
			snprintf(dir, sizeof dir, "%s/y", fixture_dir);
			ck_assert_str_eq(x, file_of(dir, name));
			free(x);
		}
	}
	snprintf(args, sizeof args, "%s/x", fixture_dir);
	ck_assert_uint_eq(lines_of(file_of(args, "documents.jsonl")), 3);
	ck_assert_uint_eq(lines_of(file_of(args, "reports.jsonl")), 2);
	ck_assert_uint_eq(lines_of(file_of(args, "metrics.jsonl")), 4);
	ck_assert_uint_eq(lines_of(file_of(args, "checks.csv")), 5);
	/* the whole text is there, and no number that another crawl would not give */
	ck_assert_ptr_nonnull(strstr(file_of(args, "documents.jsonl"), "\"text\":\"列表，\\n第二行 \\\"x\\\"\""));
	ck_assert_ptr_null(strstr(file_of(args, "documents.jsonl"), "fetch_id"));
	ck_assert_ptr_null(strstr(file_of(args, "reports.jsonl"), "warc"));
}
END_TEST

START_TEST(test_full_export)
{
	char args[256], dir[96];
	fill(fixture_dir, false);
	snprintf(dir, sizeof dir, "%s/x", fixture_dir);
	snprintf(args, sizeof args, "export '%s' --bom --format csv", dir);
	ck_assert_msg(command(fixture_dir, args, true) == 0, "%s", output);
	ck_assert_ptr_nonnull(strstr(output, "reports.csv: 2 rows"));
	const char *text = file_of(dir, "metrics.csv");
	ck_assert_int_eq(strncmp(text, "\xEF\xBB\xBFreport_id,url,", 17), 0);
	ck_assert_ptr_nonnull(strstr(text, "\"一、\"\"收到\"\"\",总计,1,2,"));
	ck_assert_ptr_nonnull(strstr(file_of(dir, "reports.csv"), "a-00001.warc.gz"));
	ck_assert_ptr_nonnull(strstr(file_of(dir, "documents.csv"), "2023-11-14T22:13:21Z"));
	/* no temporary file is left */
	snprintf(args, sizeof args, "%s/metrics.csv.part", dir);
	ck_assert_int_ne(access(args, F_OK), 0);
	ck_assert_int_eq(command(fixture_dir, "export /proc/nowhere", true), 5);
	ck_assert_int_eq(command(fixture_dir, "export", true), 2);
}
END_TEST

START_TEST(test_reports)
{
	fill(fixture_dir, false);
	ck_assert_int_eq(command(fixture_dir, "reports --format jsonl", false), 0);
	ck_assert_uint_eq(lines_of(output), 2);
	static const char *const keys[] = {
		"id",   "url",    "page_url",  "title",   "region",  "region_code",   "body",      "level",
		"year", "period", "published", "version", "metrics", "failed_checks", "warc_file", "warc_offset"};
	const char *at = output;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		char key[32];
		snprintf(key, sizeof key, "\"%s\":", keys[i]);
		at = strstr(at, key);
		ck_assert_msg(at != NULL, "no %s, or not in its place", keys[i]);
	}
	ck_assert_ptr_nonnull(strstr(output, "\"period\":[\"2014-01-01\",\"2014-12-31\"]"));
	const struct {
		const char *flags;
		unsigned rows;
	} cases[] = {{"--year 2015", 1}, {"--year 1999", 0},    {"--region 榆次", 2},    {"--region 1407", 2},
		     {"--region 11", 0}, {"--level county", 2}, {"--level province", 0}, {"--body 人民政府", 2},
		     {"--id 2", 1},      {"--id 7", 0},         {"--limit 1", 1}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char args[128];
		snprintf(args, sizeof args, "reports --format jsonl %s", cases[i].flags);
		ck_assert_msg(command(fixture_dir, args, false) == 0, "%s", cases[i].flags);
		ck_assert_msg(lines_of(output) == cases[i].rows, "%s: %s", cases[i].flags, output);
	}
	ck_assert_int_eq(command(fixture_dir, "reports", false), 0);
	ck_assert_int_eq(strncmp(output, "id,url,title,region,", 20), 0);
	ck_assert_int_eq(command(fixture_dir, "reports --wide", false), 0);
	ck_assert_int_eq(strncmp(output, "id,url,page_url,title,", 22), 0);
	ck_assert_int_eq(command(fixture_dir, "reports --year x", false), 2);
}
END_TEST

START_TEST(test_metrics)
{
	fill(fixture_dir, false);
	ck_assert_int_eq(command(fixture_dir, "metrics --format jsonl --year 2014", false), 0);
	ck_assert_uint_eq(lines_of(output), 2);
	ck_assert_ptr_nonnull(strstr(output, "\"id\":\"proactive.total\",\"value\":3303,"));
	ck_assert_ptr_nonnull(strstr(output, "\"cell\":[1,2]"));
	ck_assert_int_eq(command(fixture_dir, "metrics --format jsonl --id requests.received", false), 0);
	ck_assert_uint_eq(lines_of(output), 2);
	ck_assert_ptr_null(strstr(output, "proactive"));
	ck_assert_int_eq(command(fixture_dir, "metrics --format jsonl --limit 3", true), 0);
	ck_assert_ptr_nonnull(strstr(output, "--limit 0"));
}
END_TEST

START_TEST(test_show)
{
	fill(fixture_dir, false);
	ck_assert_int_eq(command(fixture_dir, "show 1", false), 0);
	static const char *const wanted[] = {"榆次区人民政府",
					     "http://a.gov.cn/a.htm",
					     "公开3303条",
					     "1 + 1 = 3",
					     "archive/a-00001.warc.gz at 100",
					     "(this one)",
					     "3303"};
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		ck_assert_msg(strstr(output, wanted[i]) != NULL, "no %s in: %s", wanted[i], output);
	ck_assert_ptr_null(strstr(output, "1 + 2 = 3"));
	ck_assert_int_eq(command(fixture_dir, "show 1 --format jsonl", false), 0);
	ck_assert_uint_eq(lines_of(output), 1);
	ck_assert_ptr_nonnull(strstr(output, "\"rows\":[[\"a\",\"b,c\"],[\"1\",null]]"));
	ck_assert_ptr_nonnull(strstr(output, "\"superseded_by\":null}],\"flickers\":0,"));
	ck_assert_int_eq(command(fixture_dir, "show 99", true), 3);
	ck_assert_int_eq(command(fixture_dir, "show x", true), 2);
	ck_assert_int_eq(command(fixture_dir, "show", true), 2);
}
END_TEST

START_TEST(test_nothing_stored_yet)
{
	ck_assert_int_eq(command(fixture_dir, "reports", true), 3);
	ck_assert_ptr_nonnull(strstr(output, "gongkai run"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("export");
	TCase *t = tcase_create("export");
	tcase_add_checked_fixture(t, fixture_begin, fixture_end);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, test_canonical_export_is_equal);
	tcase_add_test(t, test_full_export);
	tcase_add_test(t, test_reports);
	tcase_add_test(t, test_metrics);
	tcase_add_test(t, test_show);
	tcase_add_test(t, test_nothing_stored_yet);
	suite_add_tcase(s, t);
	return suite_run(s);
}
