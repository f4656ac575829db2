#include "read_fixture.h"

#include "parser/number.h"

static struct number read(const char *s, bool *ok)
{
	struct word w = lexicon_word(fx_lex, str_of(s));
	struct number n;
	*ok = number_read(w.p, 0, w.n, &n);
	return n;
}

START_TEST(numerals)
{
	static const struct {
		const char *text;
		double value;
		bool approx, percent;
	} cases[] = {{"0", 0, false, false},
		     {"1,234", 1234, false, false},
		     {"12,345,678", 12345678, false, false},
		     {"2450余", 2450, true, false},
		     {"1.36万", 13600, false, false},
		     {"9.8万", 98000, false, false},
		     {"3亿", 3e8, false, false},
		     {"2千余", 2000, true, false},
		     {"10万多", 1e5, true, false},
		     {"十二", 12, false, false},
		     {"一百零三", 103, false, false},
		     {"壹佰零叁", 103, false, false},
		     {"壹千玖百捌拾余", 1980, true, false},
		     {"两", 2, false, false},
		     {"三千二百", 3200, false, false},
		     {"二〇一四", 2014, false, false},
		     {"95.3%", 95.3, false, true},
		     {"百分之六十", 60, false, true},
		     {"百分之九十五点三", 95.3, false, true},
		     {"１２．５％", 12.5, false, true},
		     {"35 %", 35, false, true},
		     {"一万二千", 12000, false, false}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		bool ok;
		struct number n = read(cases[i].text, &ok);
		ck_assert_msg(ok, "%s", cases[i].text);
		ck_assert_msg(fabs(n.value - cases[i].value) < 1e-6, "%s gave %g", cases[i].text, n.value);
		ck_assert_msg(n.approx == cases[i].approx && n.percent == cases[i].percent, "%s", cases[i].text);
	}
}
END_TEST

START_TEST(no_numerals)
{
	static const char *const none[] = {"件", "万元", "亿", "", "，5", "陆川", "伍家"};
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		bool ok;
		read(none[i], &ok);
		ck_assert_msg(!ok, "%s", none[i]);
	}
}
END_TEST

START_TEST(commas_that_part_numbers)
{
	bool ok;
	struct number n = read("2450,118", &ok);
	ck_assert(ok);
	ck_assert_double_eq(n.value, 2450);
	n = read("12,34", &ok);
	ck_assert_double_eq(n.value, 12);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("number");
	TCase *c = tcase_create("number");
	tcase_add_unchecked_fixture(c, fx_setup, fx_teardown);
	tcase_add_test(c, numerals);
	tcase_add_test(c, no_numerals);
	tcase_add_test(c, commas_that_part_numbers);
	suite_add_tcase(s, c);
	return suite_run(s);
}
