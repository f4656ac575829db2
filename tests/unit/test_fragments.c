/* The stretches of a report: in the order of the text, each character once, whatever list names them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "sink/fragments.h"
#include "suite.h"

static char got[4096];
static unsigned most; /* stretches until the callback has enough */

static bool collect(void *ctx, struct str stretch)
{
	unsigned *count = ctx;
	ck_assert_uint_gt(stretch.n, 0);
	size_t n = strlen(got);
	snprintf(got + n, sizeof got - n, "%s%.*s", n ? "|" : "", STR_FMT(stretch));
	return ++*count < most;
}

static const char *each(const char *text, const char *json)
{
	unsigned count = 0;
	got[0] = '\0';
	most = most ? most : 10000;
	ck_assert_int_eq(fragments_each(str_of(text), str_of(json), collect, &count), ERR_OK);
	return got;
}

START_TEST(what_a_list_names)
{
	static const struct {
		const char *json, *is;
	} cases[] = {
		{"[[0,2],[4,6]]", "公开|Bc"},
		{"[[0,100]]", "公开年aBc报"},
		{"[[4,6],[0,2]]", "公开|Bc"},    /* out of order */
		{"[[0,4],[2,6]]", "公开年a|Bc"}, /* what two share counts once */
		{"[[0,6],[1,3],[5,7]]", "公开年aBc|报"},
		{"[[2,2],[3,1],[6,7]]", "报"},    /* empty and turned round */
		{"[[-5,1],[7,9],[90,91]]", "公"}, /* outside of the text */
		{"[[0,1],7,\"x\",[3],[null,2],[\"0\",\"1\"],{}]", "公"},
		{"[]", ""},
		{"{\"a\":[0,2]}", ""},
		{"[[0,2]", ""},
		{"", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_str_eq(each("公开年aBc报", cases[i].json), cases[i].is);
	ck_assert_str_eq(each("", "[[0,2]]"), "");
	ck_assert_int_eq(fragments_each(STR_NULL, STR_NULL, collect, NULL), ERR_OK);
}
END_TEST

START_TEST(enough_is_enough)
{
	most = 2;
	ck_assert_str_eq(each("abcdef", "[[0,1],[2,3],[4,5]]"), "a|c");
	most = 0;
}
END_TEST

/* A list without end costs a bounded piece of memory, and of it only the first are regarded. */
START_TEST(a_long_list)
{
	enum { LISTED = 4 * FRAGMENTS_MAX };
	char *json = malloc(LISTED * 16), *text = malloc(2 * LISTED + 1);
	size_t n = 1;
	unsigned count = 0;
	json[0] = '[';
	for (unsigned i = 0; i < LISTED; i++)
		n += (size_t)snprintf(json + n, 16, "%s[%u,%u]", i ? "," : "", 2 * i, 2 * i + 1);
	json[n++] = ']';
	memset(text, 'x', 2 * LISTED);
	most = LISTED;
	got[0] = '\0';
	ck_assert_int_eq(fragments_each((struct str){text, 2 * LISTED}, (struct str){json, n}, collect, &count),
			 ERR_OK);
	ck_assert_uint_eq(count, FRAGMENTS_MAX);
	free(json);
	free(text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fragments");
	TCase *t = tcase_create("fragments");
	tcase_add_test(t, what_a_list_names);
	tcase_add_test(t, enough_is_enough);
	tcase_add_test(t, a_long_list);
	suite_add_tcase(s, t);
	return suite_run(s);
}
