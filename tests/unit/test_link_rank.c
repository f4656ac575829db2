#include "parse_fixture.h"

/* All hosts, places and years here are invented. */

static int rank_of(json_t *d, const char *url)
{
	json_t *l = link_of(d, url);
	ck_assert_msg(l != NULL, "no link %s", url);
	return (int)json_integer_value(json_object_get(l, "rank"));
}

static int rank_of_text(const char *text)
{
	char page[512];
	snprintf(page, sizeof page, "<p>一</p><a href='/qwe/t20160301_12345.htm'>%s</a>", text);
	json_t *d = fixture_page(page);
	int r = rank_of(d, "http://www.example.gov.cn/qwe/t20160301_12345.htm");
	json_decref(d);
	return r;
}

static int rank_of_path(const char *path)
{
	char page[512], url[256];
	snprintf(page, sizeof page, "<p>一</p><a href='%s'>列表</a>", path);
	snprintf(url, sizeof url, "http://www.example.gov.cn%s", path);
	json_t *d = fixture_page(page);
	int r = rank_of(d, url);
	json_decref(d);
	return r;
}

START_TEST(reports_before_what_only_looks_like_them)
{
	static const char *const good[] = {"临溪县2015年政府信息公开工作年度报告", "2016年政府信息公开年报",
					   "信息公开年度报告", "臨溪縣2014年政府資訊公開工作年度報告",
					   "２０１２年信息公开年度报告"};
	static const char *const bad[] = {"2016年政务公开工作要点",
					  "临溪县2019年政府网站工作年度报表",
					  "《信息公开办法（草案）》征求意见",
					  "图解：2018年政府信息公开年度报告",
					  "关于做好2016年政府信息公开年度报告编制工作的通知",
					  "2017年第一季度政府信息公开统计",
					  "2016年部门预算公开",
					  "2018年临溪县政府工作报告",
					  "临溪县2020年法治政府建设年度报告",
					  "企业年报公示入口"};
	int least = 1000;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		int r = rank_of_text(good[i]);
		least = r < least ? r : least;
		ck_assert_msg(r >= 40, "%s has %d", good[i], r);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(rank_of_text(bad[i]) < 10 && rank_of_text(bad[i]) < least, "%s has %d", bad[i],
			      rank_of_text(bad[i]));
	ck_assert_int_gt(rank_of_text("2016年"), rank_of_text("我县召开春耕备耕工作推进会"));
	ck_assert_int_gt(rank_of_text("县教育局"), rank_of_text("我县召开春耕备耕工作推进会"));
}
END_TEST

START_TEST(paths)
{
	ck_assert_int_gt(rank_of_path("/zwgk/zfxxgk/zfxxgknb/"), 30);
	ck_assert_int_gt(rank_of_path("/jyj/abgknb/index.html"), 30);
	ck_assert_int_gt(rank_of_path("/xxgk/nianbao/"), 30);
	ck_assert_int_lt(rank_of_path("/wzndbb/"), 0);
	ck_assert_int_lt(rank_of_path("/czyjs/"), rank_of_path("/abc/"));
}
END_TEST

START_TEST(a_page_speaks_for_its_links)
{
	const char *link = "<a href='/qwe/t20160301_12345.htm'>2016年</a><a href='/b/p_99123.htm'>政务公开工作要点</a>";
	char page[1024];
	snprintf(page, sizeof page,
		 "<html><head><meta name='ColumnName' content='政府信息公开年报'></head><p>列表</p>%s", link);
	json_t *of_column = fixture_page(page), *alone = fixture_page(link);
	const char *year = "http://www.example.gov.cn/qwe/t20160301_12345.htm",
		   *lure = "http://www.example.gov.cn/b/p_99123.htm";
	ck_assert_int_gt(rank_of(of_column, year), rank_of(alone, year) + 20);
	ck_assert_int_lt(rank_of(of_column, lure), 0);
	json_decref(of_column);
	json_decref(alone);
}
END_TEST

START_TEST(numbers_are_pagers_and_years_are_not)
{
	json_t *d = fixture_page(
		"<a href='i_2.htm'>2</a><a href='i_3.htm'>[3]</a><a href='y.htm'>2016</a><a href='z.htm'>0</a>");
	ck_assert_str_eq(get(link_of(d, "http://www.example.gov.cn/zwgk/201503/i_2.htm"), "rel"), "list");
	ck_assert_str_eq(get(link_of(d, "http://www.example.gov.cn/zwgk/201503/i_3.htm"), "rel"), "list");
	ck_assert_str_eq(get(link_of(d, "http://www.example.gov.cn/zwgk/201503/y.htm"), "rel"), "a");
	ck_assert_str_eq(get(link_of(d, "http://www.example.gov.cn/zwgk/201503/z.htm"), "rel"), "a");
	json_decref(d);
}
END_TEST

START_TEST(what_stands_before_names_a_vague_anchor)
{
	json_t *d =
		fixture_page("<div><h3>信息公开年报</h3><a href='/xxgk/list.jsp?dept=7&cat=3'>更多&gt;&gt;</a></div>"
			     "<div><h3>财政预决算</h3><ul><li><a href='/xxgk/show.jsp?id=5'>某局决算</a></li></ul>"
			     "<a href='/xxgk/list.jsp?dept=7&cat=4'>[更多]</a></div>"
			     "<table><tr><td>2016年政府信息公开年报</td><td>2017-03-01</td>"
			     "<td><a href='/xxgk/show.jsp?id=6'>查看</a></td></tr></table>");
	ck_assert_int_gt(rank_of(d, "http://www.example.gov.cn/xxgk/list.jsp?dept=7&cat=3"), 40);
	ck_assert_int_lt(rank_of(d, "http://www.example.gov.cn/xxgk/list.jsp?dept=7&cat=4"), 0);
	ck_assert_int_gt(rank_of(d, "http://www.example.gov.cn/xxgk/show.jsp?id=6"), 40);
	json_decref(d);
}
END_TEST

START_TEST(the_topic_does_not_make_a_guide_a_report)
{
	json_t *d = fixture_page("<a href='/a/t20160301_12345.htm'>临溪县信息公开目录（2016年）</a>"
				 "<a href='/a/'>信息公开目录</a><a href='/b/c12/content.html'>开展集中整治</a>"
				 "<a href='/b/c12/'>集中整治</a>");
	ck_assert_int_lt(rank_of(d, "http://www.example.gov.cn/a/t20160301_12345.htm"), -10);
	ck_assert_int_ge(rank_of(d, "http://www.example.gov.cn/a/"), 0);
	ck_assert_int_lt(rank_of(d, "http://www.example.gov.cn/b/c12/content.html"), 0);
	ck_assert_int_gt(rank_of(d, "http://www.example.gov.cn/b/c12/"), 0);
	json_decref(d);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("link_rank");
	TCase *t = tcase_create("link_rank");
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_add_test(t, reports_before_what_only_looks_like_them);
	tcase_add_test(t, paths);
	tcase_add_test(t, a_page_speaks_for_its_links);
	tcase_add_test(t, numbers_are_pagers_and_years_are_not);
	tcase_add_test(t, what_stands_before_names_a_vague_anchor);
	tcase_add_test(t, the_topic_does_not_make_a_guide_a_report);
	suite_add_tcase(s, t);
	return suite_run(s);
}
