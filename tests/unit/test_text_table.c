#include "parse_fixture.h"

static json_t *text_of(const char *body)
{
	static char text[16384];
	snprintf(text, sizeof text,
		 "甘谷县水务局2021年政府信息公开工作年度报告\n"
		 "本年度报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、行政复议情况和存在的主要"
		 "问题组成。数据截至年底。材料来自登记。\n"
		 "%s\n存在的主要问题是登记不够及时。下一步将改进登记办法。\n",
		 body);
	return fixture_bytes(text, strlen(text), "text/plain; charset=utf-8");
}

/* The metric of the first report, or NULL. Borrowed. */
static json_t *metric_of(json_t *d, const char *id, const char *applicant)
{
	json_t *reports = json_object_get(d, "reports"), *m;
	size_t i;
	ck_assert_uint_eq(json_array_size(reports), 1);
	json_array_foreach(json_object_get(json_array_get(reports, 0), "metrics"), i,
			   m) if (strcmp(get(m, "id"), id) == 0 &&
				  strcmp(get(m, "applicant"), applicant) == 0) return m;
	return NULL;
}

static void is(json_t *d, const char *id, const char *applicant, double value, const char *row, const char *column)
{
	json_t *m = metric_of(d, id, applicant);
	ck_assert_msg(m != NULL, "no %s of %s", id, applicant);
	ck_assert_double_eq(json_number_value(json_object_get(m, "value")), value);
	ck_assert_str_eq(get(m, "row"), row);
	ck_assert_str_eq(get(m, "column"), column);
}

START_TEST(article_twenty)
{
	json_t *d = text_of("第二十条第（一）项\t\t\t\n"
			    "信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n"
			    "规章\t0\t0\t\n"
			    "行政规范性文件\t5\t12\t8\n"
			    "第二十条第（五）项\t\t\t\n"
			    "信息内容\t本年处理决定数量\t\t\n"
			    "行政许可\t31\t\t");
	is(d, "statutory.normative.repealed", "", 12, "行政规范性文件", "第二十条第（一）项 > 本年废止件数");
	is(d, "statutory.licensing.decisions", "", 31, "行政许可", "第二十条第（五）项 > 本年处理决定数量");
	ck_assert_ptr_null(metric_of(d, "statutory.rules.in_force", ""));
	json_decref(d);
}
END_TEST

/* Rows that end with their last cell, as text copied from elsewhere has them. */
START_TEST(short_rows)
{
	json_t *d = text_of("信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n"
			    "规章\t0\t0\t0\n"
			    "行政规范性文件\t5\t12\t8\n"
			    "信息内容\t本年处理决定数量\n"
			    "行政处罚\t7\n"
			    "行政强制\t0");
	is(d, "statutory.normative.made", "", 5, "行政规范性文件", "本年制发件数");
	is(d, "statutory.penalty.decisions", "", 7, "行政处罚", "本年处理决定数量");
	is(d, "statutory.coercion.decisions", "", 0, "行政强制", "本年处理决定数量");
	json_decref(d);
}
END_TEST

START_TEST(spans_of_heads_and_groups)
{
	json_t *d = text_of("申请办理\t\t\t申请人情况\t\t\t\t\t\t\n"
			    "\t\t\t自然人\t法人或其他组织\t\t\t\t\t总计\n"
			    "\t\t\t\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t\n"
			    "一、本年新收政府信息公开申请数量\t\t\t21\t3\t0\t0\t0\t0\t24\n"
			    "二、上年结转政府信息公开申请数量\t\t\t1\t\t\t\t\t\t1\n"
			    "三、本年度办理结果\t（一）予以公开\t\t9\t3\t0\t0\t0\t0\t12\n"
			    "\t（三）不予公开\t1.属于国家秘密\t2\t0\t0\t0\t0\t0\t2\n"
			    "\t\t2.其他法律行政法规禁止公开\t\t\t\t\t\t\t\n"
			    "\t（七）总计\t\t11\t3\t0\t0\t0\t0\t14\n"
			    "四、结转下年度继续办理\t\t\t11\t0\t0\t0\t0\t0\t11");
	is(d, "requests.received", "business", 3, "一、本年新收政府信息公开申请数量",
	   "申请人情况 > 法人或其他组织 > 商业企业");
	is(d, "requests.outcome.denied.state_secret", "natural_person", 2,
	   "三、本年度办理结果 > （三）不予公开 > 1.属于国家秘密", "申请人情况 > 自然人");
	is(d, "requests.replied", "total", 14, "三、本年度办理结果 > （七）总计", "申请人情况 > 总计");
	ck_assert_ptr_null(metric_of(d, "requests.outcome.denied.law_prohibits", "total"));
	json_decref(d);
}
END_TEST

START_TEST(lost_places_of_labels)
{
	json_t *d = text_of("\t\t自然人\t商业企业\t科研机构\t总计\n"
			    "一、本年新收政府信息公开申请数量\t\t2\t0\t0\t2\n"
			    "四、结转下年度继续办理\t1\t0\t0\t1");
	is(d, "requests.carried_out", "natural_person", 1, "四、结转下年度继续办理", "自然人");
	is(d, "requests.carried_out", "total", 1, "四、结转下年度继续办理", "总计");
	json_decref(d);
}
END_TEST

/* As a browser copies it: each row has only the cells that begin in it. */
START_TEST(heads_without_places)
{
	json_t *d = text_of("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）\t申请人情况\n"
			    "自然人\t法人或其他组织\t总计\n"
			    "商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\n"
			    "一、本年新收政府信息公开申请数量\t21\t3\t0\t0\t5\t0\t29\n"
			    "三、本年度办理结果\t（一）予以公开\t9\t3\t0\t0\t0\t0\t12\n"
			    "（三）不予公开\t1.属于国家秘密\t2\t0\t0\t0\t0\t0\t2\n"
			    "2.其他法律行政法规禁止公开\t0\t1\t0\t0\t0\t0\t1\n"
			    "（七）总计\t11\t4\t0\t0\t0\t0\t15\n"
			    "四、结转下年度继续办理\t10\t0\t0\t0\t5\t0\t15");
	is(d, "requests.received", "business", 3, "一、本年新收政府信息公开申请数量",
	   "申请人情况 > 法人或其他组织 > 商业企业");
	is(d, "requests.received", "legal_service", 5, "一、本年新收政府信息公开申请数量",
	   "申请人情况 > 法人或其他组织 > 法律服务机构");
	is(d, "requests.outcome.denied.law_prohibits", "business", 1,
	   "三、本年度办理结果 > （三）不予公开 > 2.其他法律行政法规禁止公开",
	   "申请人情况 > 法人或其他组织 > 商业企业");
	is(d, "requests.carried_out", "total", 15, "四、结转下年度继续办理", "申请人情况 > 总计");
	json_decref(d);
	/* with the places that spans over rows leave */
	d = text_of("申请办理\t申请人情况\n"
		    "\t自然人\t法人或其他组织\t总计\n"
		    "\t\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t\n"
		    "一、本年新收政府信息公开申请数量\t21\t3\t0\t0\t5\t0\t29\n"
		    "三、本年度办理结果\t（一）予以公开\t9\t3\t0\t0\t0\t0\t12");
	is(d, "requests.outcome.granted", "business", 3, "三、本年度办理结果 > （一）予以公开",
	   "申请人情况 > 法人或其他组织 > 商业企业");
	json_decref(d);
}
END_TEST

START_TEST(two_groups_of_one_kind)
{
	json_t *d =
		text_of("行政复议\t行政诉讼\n"
			"结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t未经复议直接起诉\t复议后起诉\n"
			"结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t结果维持\t结果纠正\t其他结果\t尚未审结\t总计\n"
			"1\t2\t3\t4\t10\t5\t6\t7\t8\t26\t9\t10\t11\t12\t42");
	is(d, "review.total", "", 10, "", "行政复议 > 总计");
	is(d, "litigation.direct.upheld", "", 5, "", "行政诉讼 > 未经复议直接起诉 > 结果维持");
	is(d, "litigation.after_review.total", "", 42, "", "行政诉讼 > 复议后起诉 > 总计");
	json_decref(d);
}
END_TEST

/* A head that does not come to the columns, or whose groups cannot be told, places nothing by guess. */
START_TEST(heads_not_to_be_told)
{
	json_t *d = text_of("申请办理\t申请人情况\n"
			    "自然人\t法人或其他组织\t总计\n"
			    "商业企业\t科研机构\n"
			    "一、本年新收政府信息公开申请数量\t21\t3\t0\t0\t5\t0\t29\n"
			    "四、结转下年度继续办理\t1\t0\t0\t0\t0\t0\t1");
	ck_assert_ptr_null(metric_of(d, "requests.received", "legal_service"));
	ck_assert_ptr_null(metric_of(d, "requests.received", "other_org"));
	json_decref(d);
}
END_TEST

START_TEST(cells_parted_by_bars)
{
	json_t *d = text_of("| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n"
			    "|---|---|:---:|---|\n"
			    "| 规章 | 0 | / | 1 |\n"
			    "| 行政规范性文件 | 5 | 12 | 8 |\n");
	is(d, "statutory.normative.repealed", "", 12, "行政规范性文件", "本年废止件数");
	is(d, "statutory.rules.in_force", "", 1, "规章", "现行有效件数");
	ck_assert_ptr_null(metric_of(d, "statutory.rules.repealed", ""));
	json_decref(d);
	d = text_of("来源：办公室 | 2022年1月30日 | 浏览：12 次\n全年主动公开政府信息310条。");
	ck_assert_ptr_nonnull(metric_of(d, "proactive.total", ""));
	json_decref(d);
}
END_TEST

/* The text of each cell in a line of its own. */
START_TEST(one_cell_a_line)
{
	json_t *d = text_of("第二十条第（一）项\n信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n"
			    "规章\n0\n/\n1\n行政规范性文件\n7\n2\n43\n"
			    "第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n21864\n"
			    "第二十条第（六）项\n信息内容\n本年处理决定数量\n行政处罚\n3390\n行政强制\n127\n"
			    "申请人情况\n自然人\n法人或其他组织\n总计\n商业企业\n科研机构\n社会公益组织\n法律服务机构\n"
			    "其他\n一、本年新收政府信息公开申请数量\n21\n3\n0\n0\n5\n0\n29\n"
			    "三、本年度办理结果\n（一）予以公开\n9\n3\n0\n0\n0\n0\n12\n"
			    "（三）不予公开\n1.属于国家秘密\n2\n0\n0\n0\n0\n0\n2\n"
			    "行政复议\n行政诉讼\n结果维持\n结果纠正\n其他结果\n尚未审结\n总计\n未经复议直接起诉\n"
			    "复议后起诉\n结果维持\n结果纠正\n其他结果\n尚未审结\n总计\n结果维持\n结果纠正\n其他结果\n"
			    "尚未审结\n总计\n1\n2\n3\n4\n10\n5\n6\n7\n8\n26\n9\n10\n11\n12\n42");
	is(d, "statutory.normative.repealed", "", 2, "行政规范性文件", "本年废止件数");
	is(d, "statutory.rules.in_force", "", 1, "规章", "现行有效件数");
	ck_assert_ptr_null(metric_of(d, "statutory.rules.repealed", ""));
	is(d, "statutory.coercion.decisions", "", 127, "行政强制", "本年处理决定数量");
	is(d, "requests.received", "legal_service", 5, "一、本年新收政府信息公开申请数量",
	   "申请人情况 > 法人或其他组织 > 法律服务机构");
	is(d, "requests.outcome.denied.state_secret", "natural_person", 2,
	   "三、本年度办理结果 > （三）不予公开 > 1.属于国家秘密", "申请人情况 > 自然人");
	is(d, "litigation.after_review.total", "", 42, "", "行政诉讼 > 复议后起诉 > 总计");
	json_decref(d);
}
END_TEST

/* A cell that is not there makes its row and those behind it no rows; prose is no cell. */
START_TEST(cells_that_lack_one)
{
	json_t *d = text_of("信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n0\n0\n1\n行政规范性文件\n7\n43\n"
			    "全年主动公开政府信息310条。\n信息内容\n请登录网站查看。");
	is(d, "statutory.rules.in_force", "", 1, "规章", "现行有效件数");
	ck_assert_ptr_null(metric_of(d, "statutory.normative.repealed", ""));
	ck_assert_ptr_null(metric_of(d, "statutory.normative.in_force", ""));
	ck_assert_ptr_nonnull(metric_of(d, "proactive.total", ""));
	json_decref(d);
}
END_TEST

/* Tabs that part no cells: the lines are prose. */
START_TEST(prose_with_tabs)
{
	json_t *d = text_of("一、\t全年主动公开政府信息310条。\n"
			    "二、\t收到政府信息公开申请6件。\n"
			    "\t没有发生行政复议。");
	ck_assert_ptr_nonnull(metric_of(d, "proactive.total", ""));
	ck_assert_ptr_nonnull(metric_of(d, "requests.received", ""));
	ck_assert_ptr_nonnull(metric_of(d, "review.total", ""));
	json_decref(d);
}
END_TEST

/* More rows, columns and places than are kept: what is beyond stays lines. */
START_TEST(limits)
{
	struct buf b;
	buf_init(&b, 8u << 20);
	for (unsigned r = 0; r < 20000; r++)
		for (unsigned c = 0; c < 80; c++)
			(void)buf_add_z(&b, c < 79 ? "7\t" : "7\n");
	json_t *d = fixture_bytes(b.p, b.n, "text/plain");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "reports")), 0);
	json_decref(d);
	buf_clear(&b); /* beginnings of tables, one behind the other: each is tried, none may cost memory of its own */
	for (unsigned r = 0; r < 300000; r++)
		(void)buf_add_z(&b, "信息内容\n");
	for (unsigned r = 0; r < 10000; r++)
		(void)buf_add_z(&b, "行政复议\n甲\n乙\n丙\n丁\n戊\n己\n庚\n辛\n壬\n癸\n1\n2\n");
	d = fixture_bytes(b.p, b.n, "text/plain");
	ck_assert_ptr_nonnull(json_object_get(d, "text"));
	json_decref(d);
	buf_fini(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("text_table");
	TCase *c = tcase_create("text_table");
	tcase_add_checked_fixture(c, fixture_setup, fixture_teardown);
	tcase_add_test(c, article_twenty);
	tcase_add_test(c, short_rows);
	tcase_add_test(c, spans_of_heads_and_groups);
	tcase_add_test(c, lost_places_of_labels);
	tcase_add_test(c, heads_without_places);
	tcase_add_test(c, two_groups_of_one_kind);
	tcase_add_test(c, heads_not_to_be_told);
	tcase_add_test(c, cells_parted_by_bars);
	tcase_add_test(c, one_cell_a_line);
	tcase_add_test(c, cells_that_lack_one);
	tcase_add_test(c, prose_with_tabs);
	tcase_add_test(c, limits);
	suite_add_tcase(s, c);
	return suite_run(s);
}
