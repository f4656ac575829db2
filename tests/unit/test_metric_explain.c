/* --explain: every quantity says which figure it became and by what rule, or why it became none. */
#include "read_fixture.h"

static const struct quantity *quantity(const char *text)
{
	for (size_t i = 0; i < fx_doc.reports[0].quantities_count; i++)
		if (str_eq_z(fx_doc.reports[0].quantities[i].text, text))
			return &fx_doc.reports[0].quantities[i];
	ck_abort_msg("no quantity %s", text);
	return NULL;
}

static bool says(struct str s, const char *what)
{
	bool has = str_find(s, str_of(what), 0) >= 0;
	if (!has)
		fprintf(stderr, "'%s' is not in: %.*s\n", what, STR_FMT(s));
	return has;
}

static void report(void)
{
	fx_head("甘谷县人民政府2014年政府信息公开工作年度报告");
	fx_line("2014年，全县主动公开政府信息4021条，其中：机构职能类信息171条，占4.3%。微博发布信息38条。");
	fx_line("全年收到政府信息公开申请53件，同比增长12%，均已答复。未发生针对政府信息公开的行政复议。");
	fx_line("服务大厅安装桌椅26个，绿化山坡87亩。");
	fx_line("受理政府信息公开申请19亩。");
	fx_line("下一步，力争主动公开政府信息5000条。");
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 1);
}

START_TEST(every_quantity_has_a_reason)
{
	report();
	const struct report *r = &fx_doc.reports[0];
	ck_assert_uint_gt(r->quantities_count, 8);
	unsigned used = 0, unused = 0;
	for (size_t i = 0; i < r->quantities_count; i++) {
		struct str e = r->quantities[i].explain;
		ck_assert_msg(e.n > 0, "%.*s", STR_FMT(r->quantities[i].text));
		bool none = str_starts(e, STR("unused: ")), known = false;
		for (size_t k = 0; k < fx_lex->metrics_count; k++)
			known = known || (str_starts(e, fx_lex->metrics[k].id) && e.p[fx_lex->metrics[k].id.n] == ';');
		ck_assert_msg(none != known, "%.*s", STR_FMT(e));
		used += known;
		unused += none;
	}
	ck_assert_uint_gt(used, 3);
	ck_assert_uint_gt(unused, 3);
	for (size_t i = 0; i < r->metrics_count; i++)
		ck_assert_msg(says(r->metrics[i].explain, "rule: ") && says(r->metrics[i].explain, "label: "), "%.*s",
			      STR_FMT(r->metrics[i].id));
}
END_TEST

START_TEST(a_figure_names_rule_label_and_beaten)
{
	report();
	struct str e = quantity("4021条")->explain;
	ck_assert(str_starts(e, STR("proactive.total; rule: pattern ")));
	ck_assert(says(e, "label: 主动公开政府信息#") && says(e, "beat: ") && says(e, "(score "));
	ck_assert(says(e, "fewer or farther words"));
	e = quantity("171条")->explain;
	ck_assert(says(e, "rule: class of the report's own total; label: 其中：机构职能类信息171条"));
	ck_assert(says(fx_metric("review.total", "", "")->explain, "sentence of absence"));
	ck_assert(says(fx_metric("requests.replied", "", "")->explain, "carries the figure of requests.received"));
}
END_TEST

START_TEST(reasons_for_none)
{
	report();
	ck_assert(says(quantity("4.3%")->explain,
		       "unused: a share, rate or growth of nothing that a metric names in '占4.3%'"));
	ck_assert(says(quantity("26个")->explain, "unused: "));
	ck_assert(says(quantity("87亩")->explain, "no wording that names a metric stands near it in '绿化山坡87亩'"));
	ck_assert(says(quantity("19亩")->explain, "which wants another counting word than '亩'"));
	ck_assert(says(quantity("5000条")->explain, "its sentence speaks of what is to be done"));
}
END_TEST

START_TEST(nothing_is_explained_unasked)
{
	fx_doc.explain = false;
	report();
	const struct report *r = &fx_doc.reports[0];
	for (size_t i = 0; i < r->quantities_count; i++)
		ck_assert_uint_eq(r->quantities[i].explain.n, 0);
	for (size_t i = 0; i < r->metrics_count; i++)
		ck_assert_uint_eq(r->metrics[i].explain.n, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("metric_explain");
	TCase *c = tcase_create("metric_explain");
	tcase_add_checked_fixture(c, fx_setup, fx_teardown);
	tcase_add_test(c, every_quantity_has_a_reason);
	tcase_add_test(c, a_figure_names_rule_label_and_beaten);
	tcase_add_test(c, reasons_for_none);
	tcase_add_test(c, nothing_is_explained_unasked);
	suite_add_tcase(s, c);
	return suite_run(s);
}
