/* A difference for people: the characters that changed are marked on both sides, each pair of lines compared once. */
#include <check.h>
#include <stdio.h>
#include <unistd.h>

#include "base/seqdiff.h"

static unsigned compared; /* calls of seqdiff(): one for the lines, one for each pair of them */
#define seqdiff(...) (compared++, (seqdiff)(__VA_ARGS__))
#include "daemons/diff_text.c" /* daemons/ is no library: its parts are tested in place */
#include "suite.h"

/* diff_text() writes to stdout, which is pointed to a file for the call. Marks are [ and ], the other colours are left out. */
static const char *diff(const char *before, const char *after, bool color)
{
	static char text[65536], plain[65536];
	FILE *f = tmpfile();
	int saved = dup(1);
	fflush(stdout);
	dup2(fileno(f), 1);
	ck_assert_int_eq(diff_text(str_of(before), str_of(after), "1", "2", color), ERR_OK);
	fflush(stdout);
	dup2(saved, 1);
	close(saved);
	rewind(f);
	size_t n = fread(text, 1, sizeof text - 1, f), k = 0;
	text[n] = '\0';
	fclose(f);
	for (const char *p = text; *p;) {
		if (*p != '\x1b') {
			plain[k++] = *p++;
			continue;
		}
		if (strncmp(p, "\x1b[7m", 4) == 0 || strncmp(p, "\x1b[27m", 5) == 0)
			plain[k++] = p[2] == '7' ? '[' : ']';
		p = strchr(p, 'm') + 1;
	}
	plain[k] = '\0';
	const char *body = strstr(plain, "@@\n");
	return body ? body + 3 : "";
}

START_TEST(marks_on_both_sides)
{
	compared = 0;
	ck_assert_str_eq(
		diff("同\n主动公开12条信息\n受理申请7件\n完", "同\n主动公开15条信息\n受理申请7件次\n另有\n完", true),
		" 同\n-主动公开1[2]条信息\n-受理申请7件\n+主动公开1[5]条信息\n+受理申请7件[次\n+另有\n 完\n");
	ck_assert_uint_eq(compared, 3); /* the lines, and two pairs */
	/* a line of which nothing stayed is another line; the marks of the pair behind it are its own */
	ck_assert_str_eq(diff("甲乙丙\n公开3条", "一二三四\n公开4条\n", true),
			 "-甲乙丙\n-公开[3]条\n+一二三四\n+公开[4]条\n");
	ck_assert_str_eq(diff("a\n公开3条\nz", "z", true), "-a\n-公开3条\n z\n");
	ck_assert_str_eq(diff("z", "a\n公开3条\nz", true), "+a\n+公开3条\n z\n");
	compared = 0;
	ck_assert_str_eq(diff("公开3条", "公开4条", false), "-公开3条\n+公开4条\n");
	ck_assert_uint_eq(compared, 1); /* nobody sees marks without colours */
}
END_TEST

/* The longest lines that are marked, and one that is longer: what is kept of a change has room for all of them. */
START_TEST(long_lines)
{
	enum { LINES = 3, LONG = DIFF_MARKED_MAX + 1 };
	static char before[LINES * (LONG + 2)], after[LINES * (LONG + 2)];
	size_t n = 0;
	for (unsigned i = 0; i < LINES; i++) {
		size_t chars = i == 1 ? LONG : DIFF_MARKED_MAX;
		memset(before + n, 'a', chars);
		memset(after + n, 'a', chars);
		after[n + chars - 1] = 'b';
		n += chars;
		before[n] = after[n] = '\n';
		n++;
	}
	const char *out = diff(before, after, true);
	unsigned marks = 0;
	for (const char *p = out; (p = strstr(p, "[b")); p++)
		marks++;
	ck_assert_uint_eq(marks, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("diff_text");
	TCase *t = tcase_create("diff_text");
	tcase_add_test(t, marks_on_both_sides);
	tcase_add_test(t, long_lines);
	suite_add_tcase(s, t);
	return suite_run(s);
}
