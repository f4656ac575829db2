#include "parse_fixture.h"

static const char *date_from(json_t *d, const char *from)
{
	size_t i;
	json_t *e;
	json_array_foreach(json_object_get(d, "dates"), i,
			   e) if (strcmp(get(e, "from"), from) == 0) return get(e, "value");
	return "(none)";
}

START_TEST(dates_are_ranked_and_all_kept)
{
	char page[8192];
	snprintf(page, sizeof page,
		 "<meta content='2023-05-12 10:00' "
		 "name=pubdate><h1>关于某事的通知</h1><div>发布时间：2009年09月30日　来源：通信局</div><div><p>%s</"
		 "p><p>某县人民政府</p><p>2009年9月28日</p></div>",
		 prose(3));
	json_t *d = fixture_page(page);
	ck_assert_str_eq(get(d, "published"), "2009-09-30");
	ck_assert_str_eq(date_from(d, "visible"), "2009-09-30");
	ck_assert_str_eq(date_from(d, "meta"), "2023-05-12");
	ck_assert_str_eq(date_from(d, "signature"), "2009-09-28");
	ck_assert_str_eq(date_from(d, "url"), "2015-03-10");
	ck_assert_str_eq(get(d, "source"), "通信局");
	ck_assert_str_eq(get(d, "title"), "关于某事的通知");
	json_decref(d);
}
END_TEST

/* Who published ends where the line goes on: with a time, with a label known or not, with an icon's word. */
START_TEST(source_ends_where_the_line_goes_on)
{
	static const char *const lines[] = {"来源：\n 临江日报 \n 2021-03-04 08:03",
					    "来源：临江日报2021年3月4日",
					    "来源：临江日报 文章类型：原创",
					    "<span>来源：临江日报</span> <span>审核单位：总编室</span>",
					    "发布时间：2021-03-04 来源：临江日报 浏览次数：7",
					    "来源：临江日报 【字体：大 中 小】"};
	char page[8192];
	snprintf(page, sizeof page, "<h1>关于某事的通知</h1><div>%s</div><div><p>%s</p></div>", lines[_i], prose(3));
	json_t *d = fixture_page(page);
	ck_assert_str_eq(get(d, "source"), "临江日报");
	json_decref(d);
}
END_TEST

/* Lines over the text that tell its day: with a label, without one, and those whose day is another matter's. */
START_TEST(a_line_over_the_text_tells_its_day)
{
	static const struct {
		const char *line, *day;
	} cases[] = {{"来源：县政府办公室 2015-03-20 11:05 字号：大 中 小", "2015-03-20"},
		     {"【浏览字号：大 中 小】 来源：临溪市政务服务和数字化建设管理局 2015-03-20 15:02:11 【打印】",
		      "2015-03-20"},
		     {"临溪县粮食局门户网站主办单位：临溪县粮食局办公室 2015-03-20 11:05", "2015-03-20"},
		     {"来源:市政府 发布者:admin 2015/03/20 9:01:11", "2015-03-20"},
		     {"日期：[2015-03-20] 阅读[143]次", "2015-03-20"},
		     {"索引号:LY-2014-00031 主题分类:政务公开 发布机构:省林业厅 生成日期:2015年3月20日", "2015-03-20"},
		     {"成文日期：2015-03-01 发布日期：2015-03-20", "2015-03-20"},
		     {"来源：县政府办 有效期：2015-03-20至2016-03-20", "(none)"},
		     {"我县政府网站的改版工作定于2015年3月20日11:05开始，改版期间暂停留言", "(none)"},
		     {"县政府网站改版的有关情况和2015年3月20日以后各栏目的维护分工一并予以公布", "(none)"}};
	char page[8192];
	snprintf(page, sizeof page, "<h1>关于某事的通知</h1><div>%s</div><div id=zoom><p>%s</p></div>", cases[_i].line,
		 prose(3));
	json_t *d = fixture_page(page);
	ck_assert_msg(strcmp(date_from(d, "visible"), cases[_i].day) == 0, "%s: %s", cases[_i].line,
		      date_from(d, "visible"));
	json_decref(d);
}
END_TEST

/* The day on which a document was drawn up gives way to the page's own. */
START_TEST(a_day_of_drawing_up_is_the_last_to_be_asked)
{
	static const char *const blocks[] = {"<div>索引号：A-1 生成日期：2015-03-20</div>",
					     "<table><tr><td>索引号</td><td>A-1</td><td>分类</td><td>综合政务</td></"
					     "tr><tr><td>发布机构</td><td>县政府办</td>"
					     "<td>发文日期</td><td>2015-03-20</td></tr></table>"};
	char page[8192];
	snprintf(page, sizeof page,
		 "<meta content='2015-03-22 10:00' name=pubdate><h1>关于某事的通知</h1>%s<div id=zoom><p>%s</p></div>",
		 blocks[_i], prose(3));
	json_t *d = fixture_page(page);
	ck_assert_str_eq(get(d, "published"), "2015-03-22");
	json_decref(d);
}
END_TEST

START_TEST(an_index_block_is_fields_and_no_text)
{
	static const char *const blocks[] = {
		"<table><tr><td><b>索 引 "
		"号：</b>11370000/2019-00001</td><td>发文字号：示政发〔2019〕5号</td></"
		"tr><tr><td>发布机构：某县政府办</td><td>发布日期：2019-03-10</td></tr></table>",
		"<table><tr><td>索引号</td><td>11370000/2019-00001</td><td>文号</td><td>示政发〔2019〕5号</td></"
		"tr><tr><td>发文机关</td><td>某县政府办</td><td>发布日期</td><td>2019年3月10日</td></tr></table>",
		"<ul><li><b>索引号：</b><span>11370000/2019-00001</"
		"span><li>文　　号：示政发〔2019〕5号<li>发布机构：某县政府办<li>发布日期：2019-03-10</ul>",
		"<div>索引号: 11370000/2019-00001 发文字号: 示政发〔2019〕5号 发布机构: 某县政府办 发布日期: "
		"2019-03-10</div>"};
	char page[8192];
	snprintf(page, sizeof page, "<div class=con>%s<div id=zoom><p>%s</p></div></div>", blocks[_i], prose(4));
	for (int templates = 0; templates < 2; templates++) {
		struct parse_input in = {.body = str_of(page),
					 .url = STR("http://a.gov.cn/1.htm"),
					 .final_url = STR("http://a.gov.cn/1.htm"),
					 .no_templates = !templates};
		json_t *d = fixture_input(&in);
		ck_assert_str_eq(get(d, "index_number"), "11370000/2019-00001");
		ck_assert_str_eq(get(d, "doc_number"), "示政发〔2019〕5号");
		ck_assert_str_eq(get(d, "source"), "某县政府办");
		ck_assert_str_eq(get(d, "published"), "2019-03-10");
		ck_assert_ptr_null(strstr(get(d, "text"), "引"));
		json_decref(d);
	}
}
END_TEST

static const struct {
	const char *head, *title;
} titles[] = {
	{"<meta name='articletitle' content='甲标题文字'><title>乙标题文字_站</title><h1>丙标题文字</h1>",
	 "甲标题文字"},
	{"<meta name=ArticleTitle content=null><title>某网站</title><h2>丙标题文字</h2>", "丙标题文字"},
	{"<title>2019-2020年度报告文本-某县政府</title>", "2019-2020年度报告文本"},
	{"<title>年度报告_政府信息公开年报_某县</title>", "年度报告"},
	{"<title>年度报告 | 某县</title><h1>&nbsp;</h1>", "年度报告"},
};

START_TEST(title_order)
{
	char page[8192];
	snprintf(page, sizeof page, "%s<div><p>%s</p></div>", titles[_i].head, prose(3));
	json_t *d = fixture_page(page);
	ck_assert_str_eq(get(d, "title"), titles[_i].title);
	json_decref(d);
}
END_TEST

START_TEST(templates_that_were_not_filled_say_nothing)
{
	char page[8192];
	snprintf(page, sizeof page,
		 "<div>来源：{{data.docSource}}　发布时间：{{data.date}}</div><div><p>%s</p></div><div>网站标识码 "
		 "2206000001</div>",
		 prose(3));
	json_t *d = fixture_page(page);
	ck_assert_str_eq(get(d, "source"), "(null)");
	ck_assert_str_eq(date_from(d, "visible"), "(none)");
	ck_assert_str_eq(get(d, "site_id_code"), "2206000001");
	json_decref(d);
}
END_TEST

START_TEST(a_number_in_the_head_of_the_body)
{
	char page[8192];
	snprintf(page, sizeof page, "<div><p>示府办发﹝2017﹞47号</p><p>%s</p><p>根据示发〔2016〕1号文件，%s</p></div>",
		 prose(3), prose(1));
	json_t *d = fixture_page(page);
	ck_assert_str_eq(get(d, "doc_number"), "示府办发﹝2017﹞47号");
	json_decref(d);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("page_meta");
	TCase *t = tcase_create("page_meta");
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_add_test(t, dates_are_ranked_and_all_kept);
	tcase_add_loop_test(t, source_ends_where_the_line_goes_on, 0, 6);
	tcase_add_loop_test(t, a_line_over_the_text_tells_its_day, 0, 10);
	tcase_add_loop_test(t, a_day_of_drawing_up_is_the_last_to_be_asked, 0, 2);
	tcase_add_loop_test(t, an_index_block_is_fields_and_no_text, 0, 4);
	tcase_add_loop_test(t, title_order, 0, (int)(sizeof titles / sizeof *titles));
	tcase_add_test(t, templates_that_were_not_filled_say_nothing);
	tcase_add_test(t, a_number_in_the_head_of_the_body);
	suite_add_tcase(s, t);
	return suite_run(s);
}
