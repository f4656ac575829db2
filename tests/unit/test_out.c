/* Tables align by display width, csv is RFC 4180, jsonl is JSON, and a cut list says so. */
#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemons/out.c" /* daemons/ is no library: its parts are tested in place */
#include "suite.h"

static const struct out_column columns[] = {
	{"id", false, true}, {"name", false, false}, {"note", true, false}, {"last", false, false}};

static char *captured(FILE *f)
{
	static char text[65536];
	rewind(f);
	size_t n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	return text;
}

/* out_new() writes to stdout, which is pointed to `f` for the call. */
static void list(FILE *f, enum out_format format, int64_t limit, unsigned rows)
{
	int saved = dup(1);
	fflush(stdout);
	dup2(fileno(f), 1);
	struct out *o = out_new(format, false, limit, columns, 4);
	for (unsigned i = 0; i < rows && out_row(o); i++) {
		out_int(o, (int64_t)(i * 99));
		out_str(o, i ? "榆次区, \"x\"" : "a");
		out_str(o, NULL);
		out_num(o, 1.5);
	}
	ck_assert_int_eq(out_end(o), ERR_OK);
	dup2(saved, 1);
	close(saved);
}

START_TEST(test_table)
{
	FILE *f = tmpfile();
	list(f, OUT_TABLE, 0, 2);
	ck_assert_str_eq(captured(f), "id  name         last\n"
				      " 0  a            1.5\n"
				      "99  榆次区, \"x\"  1.5\n");
	fclose(f);
}
END_TEST

START_TEST(test_csv)
{
	FILE *f = tmpfile();
	list(f, OUT_CSV, 0, 2);
	ck_assert_str_eq(captured(f), "id,name,last\r\n0,a,1.5\r\n99,\"榆次区, \"\"x\"\"\",1.5\r\n");
	fclose(f);
}
END_TEST

START_TEST(test_jsonl_has_all_columns)
{
	FILE *f = tmpfile();
	list(f, OUT_JSONL, 0, 2);
	ck_assert_str_eq(captured(f), "{\"id\":0,\"name\":\"a\",\"note\":null,\"last\":1.5}\n"
				      "{\"id\":99,\"name\":\"榆次区, \\\"x\\\"\",\"note\":null,\"last\":1.5}\n");
	fclose(f);
}
END_TEST

START_TEST(test_limit_cuts_and_says_so)
{
	FILE *f = tmpfile(), *told = tmpfile();
	int saved = dup(2);
	dup2(fileno(told), 2);
	list(f, OUT_CSV, 2, 3);
	dup2(saved, 2);
	close(saved);
	ck_assert_ptr_nonnull(strstr(captured(told), "--limit 0"));
	ck_assert_str_eq(captured(f), "id,name,last\r\n0,a,1.5\r\n99,\"榆次区, \"\"x\"\"\",1.5\r\n");
	fclose(f);
	fclose(told);
}
END_TEST

START_TEST(test_exact_limit_is_not_cut)
{
	FILE *f = tmpfile(), *told = tmpfile();
	int saved = dup(2);
	dup2(fileno(told), 2);
	list(f, OUT_CSV, 2, 2);
	dup2(saved, 2);
	close(saved);
	ck_assert_str_eq(captured(told), "");
	fclose(f);
	fclose(told);
}
END_TEST

START_TEST(test_file_with_bom_and_hostile_text)
{
	static const struct out_column two[] = {{"a", true, false}, {"b", false, false}};
	FILE *f = tmpfile();
	struct out *o = out_new_file(f, OUT_CSV, true, two, 2);
	ck_assert(out_row(o));
	out_text(o, (struct str){"x\r\ny", 4});
	out_str(o, "\x1b[31m");
	ck_assert_int_eq(out_end(o), ERR_OK);
	ck_assert_str_eq(captured(f), "\xEF\xBB\xBF"
				      "a,b\r\n\"x\r\ny\",\x1b[31m\r\n");
	fclose(f);
}
END_TEST

START_TEST(test_table_without_control_characters)
{
	static const struct out_column one[] = {{"a", false, false}};
	FILE *f = tmpfile();
	struct out *o = make(f, OUT_TABLE, one, 1);
	ck_assert(out_row(o));
	out_str(o, "a\x1b[31m\nb\xff");
	ck_assert_int_eq(out_end(o), ERR_OK);
	ck_assert_str_eq(captured(f), "a\na [31m b\xEF\xBF\xBD\n");
	fclose(f);
}
END_TEST

START_TEST(test_long_tables_and_long_cells)
{
	static const struct out_column one[] = {{"a", false, false}};
	char cell[301];
	memset(cell, 'x', 300);
	cell[300] = '\0';
	FILE *f = tmpfile();
	struct out *o = make(f, OUT_TABLE, one, 1);
	for (int i = 0; i < 3 * OUT_TABLE_ROWS; i++) {
		ck_assert(out_row(o));
		out_str(o, i == 5 ? cell : "y");
	}
	ck_assert_int_eq(out_end(o), ERR_OK);
	char *text = captured(f);
	unsigned lines = 0, widest = 0;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), lines++)
		if (out_width(str_of(line)) > widest)
			widest = out_width(str_of(line));
	ck_assert_uint_eq(lines, 3 * OUT_TABLE_ROWS + 1);
	ck_assert_uint_eq(widest, OUT_CELL_WIDTH_MAX);
	fclose(f);
}
END_TEST

START_TEST(test_write_error_is_told)
{
	FILE *f = fopen("/dev/full", "w");
	ck_assert_ptr_nonnull(f);
	struct out *o = out_new_file(f, OUT_CSV, false, columns, 4);
	ck_assert_int_eq(out_end(o), ERR_FULL);
	fclose(f);
}
END_TEST

START_TEST(test_time)
{
	static const struct out_column one[] = {{"a", false, false}, {"b", false, false}};
	FILE *f = tmpfile();
	struct out *o = make(f, OUT_JSONL, one, 2);
	ck_assert(out_row(o));
	out_time(o, 1767225600000);
	out_time(o, 0);
	ck_assert_int_eq(out_end(o), ERR_OK);
	ck_assert_str_eq(captured(f), "{\"a\":\"2026-01-01T00:00:00Z\",\"b\":null}\n");
	fclose(f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("out");
	TCase *t = tcase_create("out");
	tcase_add_test(t, test_table);
	tcase_add_test(t, test_csv);
	tcase_add_test(t, test_jsonl_has_all_columns);
	tcase_add_test(t, test_limit_cuts_and_says_so);
	tcase_add_test(t, test_exact_limit_is_not_cut);
	tcase_add_test(t, test_file_with_bom_and_hostile_text);
	tcase_add_test(t, test_table_without_control_characters);
	tcase_add_test(t, test_long_tables_and_long_cells);
	tcase_add_test(t, test_write_error_is_told);
	tcase_add_test(t, test_time);
	suite_add_tcase(s, t);
	return suite_run(s);
}
