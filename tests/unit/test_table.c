#include "parse_fixture.h"

/* text of the page's main text */
static const char *text_of(json_t *d)
{
	return get(d, "text");
}

START_TEST(spans_are_printed_once)
{
	char page[8192];
	snprintf(page, sizeof page,
		 "<div><p>%s</p><table border=1><tr><th rowspan=2>项目</th><th "
		 "colspan=2>数量</th></tr><tr><td>本年</td><td>累计</td></tr>"
		 "<tr><td>规章</td><td>3</td><td>&nbsp;</td></tr></table><p>%s</p></div>",
		 prose(3), prose(2));
	json_t *d = fixture_page(page);
	ck_assert_ptr_nonnull(strstr(text_of(d), "\n项目\t数量\t\n\t本年\t累计\n规章\t3\t\n"));
	json_decref(d);
}
END_TEST

START_TEST(unclosed_and_word_cells)
{
	char page[8192];
	snprintf(page, sizeof page,
		 "<div><p>%s</p><table><tbody><tr "
		 "class=firstRow><td><p><span>指标</span></p><td><p>计量</p><p>单位</p><o:p></o:p>"
		 "<tr><td>申请数<td>12</table></div>",
		 prose(3));
	json_t *d = fixture_page(page);
	ck_assert_ptr_nonnull(strstr(text_of(d), "\n指标\t计量 单位\n申请数\t12"));
	json_decref(d);
}
END_TEST

START_TEST(layout_tables_are_lines)
{
	char page[16384];
	snprintf(page, sizeof page,
		 "<table width=1000><tr><td><ul><li><a href=/>首页</a><li><a "
		 "href=/a>公开</a></ul></td><td><table><tr><td><p>%s</p><p>%s</p>"
		 "<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table></td></tr></table></td></"
		 "tr></table>",
		 prose(3), prose(2));
	json_t *d = fixture_page(page);
	ck_assert_ptr_null(strstr(text_of(d), "首页"));
	ck_assert_ptr_nonnull(strstr(text_of(d), "\n甲\t1\n乙\t2"));
	ck_assert_ptr_null(strstr(text_of(d), "汇总。\t"));
	json_decref(d);
}
END_TEST

START_TEST(a_body_that_is_one_table_is_kept)
{
	json_t *d = fixture_page(
		"<div class=nav><a href=/>首页</a><a href=/b>公开目录</a></div><div class=con><table>"
		"<tr><td>处罚文号</td><td>示罚〔2024〕3号</td></tr><tr><td>当事人</td><td>某某公司</td></tr>"
		"<tr><td>决定</td><td>罚款1万元，并责令改正。</td></tr></table></div><div class=footer>版权所有</div>");
	ck_assert_str_eq(text_of(d), "处罚文号\t示罚〔2024〕3号\n当事人\t某某公司\n决定\t罚款1万元，并责令改正。");
	json_decref(d);
}
END_TEST

START_TEST(spans_out_of_bounds_are_cut)
{
	char page[8192];
	snprintf(page, sizeof page,
		 "<div><p>%s</p><table><tr><td rowspan=9999 colspan=-3>a1</td><td colspan=0>b1</td></tr><tr><td "
		 "colspan=99999>c1</td></tr></table></div>",
		 prose(3));
	json_t *d = fixture_page(page);
	const char *t = strstr(text_of(d), "\na1\tb1");
	ck_assert_ptr_nonnull(t);
	ck_assert_ptr_nonnull(strstr(t, "\n\tc1"));
	json_decref(d);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("table");
	TCase *t = tcase_create("table");
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_add_test(t, spans_are_printed_once);
	tcase_add_test(t, unclosed_and_word_cells);
	tcase_add_test(t, layout_tables_are_lines);
	tcase_add_test(t, a_body_that_is_one_table_is_kept);
	tcase_add_test(t, spans_out_of_bounds_are_cut);
	suite_add_tcase(s, t);
	return suite_run(s);
}
