#include "parse_fixture.h"

#define NAV                                                                                                                \
	"<div class=nav><ul><li><a href=/>首页</a><li><a href=/a>政务公开</a><li><a href=/b>办事服务</a><li><a " \
	"href=/c>互动交流</a>"                                                                                         \
	"<li><a href=/d>走进我县</a><li><a href=/e>数据开放</a></ul></div>"
#define FOOT                                                                                                                 \
	"<div class=footer><p>主办单位：某县人民政府办公室　网站标识码：1407020001</p><p>版权所有 " \
	"未经授权不得转载</p></div>"

static const char *text_with(const char *body, bool no_templates)
{
	static char text[32768];
	char page[40960];
	snprintf(page, sizeof page,
		 "<html><head><title>某县年度报告_某县政府</title></head><body>" NAV "%s" FOOT "</body></html>", body);
	struct parse_input in = {.body = str_of(page),
				 .url = STR(FIXTURE_URL),
				 .final_url = STR(FIXTURE_URL),
				 .no_templates = no_templates};
	json_t *d = fixture_input(&in);
	snprintf(text, sizeof text, "%s", get(d, "text"));
	json_decref(d);
	return text;
}

START_TEST(a_short_body_wins_over_menus)
{
	const char *t = text_with(
		"<div class=x><h1>关于放假的通知</h1><div>发布时间：2019-03-10　来源：县政府办　【打印】</div>"
		"<div><p>各单位：经研究，定于4月5日至7日放假，请做好值班工作。</p><p>特此通知。</p></div></div>",
		true);
	ck_assert_str_eq(t, "各单位：经研究，定于4月5日至7日放假，请做好值班工作。\n特此通知。");
}
END_TEST

START_TEST(a_title_inside_the_body_is_part_of_it)
{
	char body[8192];
	snprintf(body, sizeof body,
		 "<p align=center>某县年度报告</p><p>发布日期：2020-01-31</p><p>%s</p><p>一、概述</p><p>%s</p>",
		 prose(3), prose(2));
	const char *t = text_with(body, true);
	ck_assert_ptr_eq(strstr(t, "某县年度报告\n第1季度"), t);
	ck_assert_ptr_nonnull(strstr(t, "\n一、概述\n"));
	ck_assert_ptr_null(strstr(t, "发布日期"));
}
END_TEST

START_TEST(furniture_is_left_out)
{
	char body[8192];
	snprintf(body, sizeof body,
		 "<div class=crumb>当前位置：<a href=/>首页</a> &gt; 正文</div><div class=article><div "
		 "class=c><p>%s</p><p>%s</p><p>附件：<a href=/f.doc>样表.doc</a></p></div>"
		 "<div>责任编辑：张某</div><div class=share>分享到：微信 微博</div><p>上一篇：<a "
		 "href=/1>某通知</a></p></div>"
		 "<div class=rel><h3>相关链接</h3><ul><li><a href=/2>另一篇文章的标题</a><li><a "
		 "href=/3>再一篇文章的标题</a></ul></div>",
		 prose(3), prose(2));
	const char *t = text_with(body, true);
	ck_assert_ptr_eq(strstr(t, "第1季度"), t);
	ck_assert_ptr_nonnull(strstr(t, "附件：样表.doc"));
	static const char *const no[] = {"当前位置", "责任编辑", "分享到", "上一篇", "另一篇", "主办单位", "首页"};
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		ck_assert_msg(!strstr(t, no[i]), "%s", no[i]);
}
END_TEST

/* A phrase of furniture in a sentence with a figure is none. */
START_TEST(a_sentence_with_a_figure_is_text)
{
	char body[8192];
	snprintf(
		body, sizeof body,
		"<div "
		"class=article><p>%s</p><p>通过微信公众号公开信息120条。</p><p>%s</p><p>关注甘谷县微信公众号</p></div>",
		prose(3), prose(2));
	const char *t = text_with(body, true);
	ck_assert_ptr_nonnull(strstr(t, "通过微信公众号公开信息120条。"));
	ck_assert_ptr_null(strstr(t, "关注甘谷县"));
}
END_TEST

START_TEST(a_container_is_given_once)
{
	char body[20480];
	char text[8192];
	snprintf(text, sizeof text, "%s", prose(4));
	snprintf(body, sizeof body,
		 "<div id=zoom><p>%s</p></div><div style='display:none'><div id=zoom><p>%s</p></div></div>", text,
		 text);
	ck_assert_str_eq(text_with(body, false), text);
	snprintf(body, sizeof body, "<div class=a><div class=b><p>%s</p></div><div class=b><p>%s</p></div></div>", text,
		 text);
	ck_assert_str_eq(text_with(body, true), text);
}
END_TEST

START_TEST(sections_of_one_article_stay_together)
{
	char body[16384] = "<div class=main>";
	for (int i = 1; i <= 5; i++) {
		size_t n = strlen(body);
		snprintf(body + n, sizeof body - n, "<div class=sec><p>第%d节的标题文字</p><p>%s</p></div>", i,
			 prose(i));
	}
	const char *t = text_with(body, true);
	for (int i = 1; i <= 5; i++) {
		char want[64];
		snprintf(want, sizeof want, "第%d节的标题文字", i);
		ck_assert_ptr_nonnull(strstr(t, want));
	}
}
END_TEST

START_TEST(text_behind_the_end_of_the_page_counts)
{
	char body[8192];
	snprintf(body, sizeof body, "<div><p>%s</p></body></html><p>决议如下：批准发行。</p></div>", prose(3));
	ck_assert_ptr_nonnull(strstr(text_with(body, true), "决议如下：批准发行。"));
}
END_TEST

START_TEST(an_unclosed_select_hides_nothing)
{
	char body[8192];
	snprintf(body, sizeof body, "<select><option>选择<div class=main><p>%s</p></div>", prose(3));
	const char *t = text_with(body, true);
	ck_assert_ptr_eq(strstr(t, "第1季度"), t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("maintext");
	TCase *t = tcase_create("maintext");
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_add_test(t, a_short_body_wins_over_menus);
	tcase_add_test(t, a_title_inside_the_body_is_part_of_it);
	tcase_add_test(t, furniture_is_left_out);
	tcase_add_test(t, a_sentence_with_a_figure_is_text);
	tcase_add_test(t, a_container_is_given_once);
	tcase_add_test(t, sections_of_one_article_stay_together);
	tcase_add_test(t, text_behind_the_end_of_the_page_counts);
	tcase_add_test(t, an_unclosed_select_hides_nothing);
	suite_add_tcase(s, t);
	return suite_run(s);
}
