#include "read_fixture.h"

/* 1: a check of this kind holds, 0: it fails, -1: there is none with this first operand */
static int found(const char *kind, double first)
{
	for (size_t i = 0; i < fx_doc.reports[0].checks_count; i++) {
		const struct check *c = &fx_doc.reports[0].checks[i];
		if (str_eq_z(c->kind, kind) && c->operands_count > 0 && c->operands[0] == first)
			return c->holds;
	}
	return -1;
}

static void report(const char *sentence)
{
	fx_head("甘谷县2014年政府信息公开年度报告");
	fx_line("登记材料61份，装订20册，存档3年，移交12箱，回执9张。");
	fx_line(sentence);
	fx_line("存在的主要问题是登记慢。");
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 1);
}

START_TEST(parts_and_total)
{
	report("全年印发信息480条，其中公告302条、通知178条。另办理来函90件，其中省级50件、市级30件、其他11件。");
	ck_assert_int_eq(found("sum", 480), 1);
	ck_assert_int_eq(found("sum", 90), 0);
}
END_TEST

START_TEST(parts_that_do_not_claim_to_be_all)
{
	report("全年印发信息480条，其中公告12条、通知8条。");
	ck_assert_int_eq(found("sum", 480), -1);
}
END_TEST

START_TEST(shares)
{
	report("主动公开政府信息800条，其中机构类信息100条，占12.5%；文件类信息700条，占88.5%。");
	ck_assert_int_eq(found("share", 100), 1);
	ck_assert_int_eq(found("share", 700), 0);
	ck_assert_int_eq(found("sum", 800), 1);
}
END_TEST

START_TEST(rates)
{
	report("受理咨询200件，已答复150件，答复率75%。受理来信80件，已处理20件，处理率30%。");
	ck_assert_int_eq(found("share", 150), 1);
	ck_assert_int_eq(found("share", 20), 0);
}
END_TEST

START_TEST(balances)
{
	static const char *const rows[] = {"申请|自然人|商业企业|科研机构|总计",
					   "一、本年新收政府信息公开申请数量|10|2|0|12",
					   "二、上年结转政府信息公开申请数量|1|0|0|1",
					   "（一）予以公开|8|1|0|9",
					   "（七）总计|8|2|0|10",
					   "四、结转下年度继续办理|3|0|0|4"};
	fx_head("甘谷县2020年政府信息公开工作年度报告");
	fx_line("收到申请见下表，材料5件，副本6份，附图7张，光盘8张，回执9份。");
	fx_table(rows, 6);
	fx_read();
	unsigned balance_ok = 0, balance_bad = 0, rows_bad = 0, cols_bad = 0;
	for (size_t i = 0; i < fx_doc.reports[0].checks_count; i++) {
		const struct check *c = &fx_doc.reports[0].checks[i];
		balance_ok += str_eq_z(c->kind, "T3.balance") && c->holds;
		balance_bad += str_eq_z(c->kind, "T3.balance") && !c->holds;
		rows_bad += str_eq_z(c->kind, "T3.sum_rows") && !c->holds;
		cols_bad += str_eq_z(c->kind, "T3.sum_cols") && !c->holds;
	}
	ck_assert_uint_eq(balance_ok, 3);  /* 10+1 = 8+3, 2 = 2, 0 = 0 */
	ck_assert_uint_eq(balance_bad, 1); /* 12+1 against 10+4 */
	ck_assert_uint_eq(rows_bad, 2);    /* business 1 against 2, total 9 against 10 */
	ck_assert_uint_eq(cols_bad, 1);    /* 3+0+0 against 4 */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("check");
	TCase *c = tcase_create("check");
	tcase_add_checked_fixture(c, fx_setup, fx_teardown);
	tcase_add_test(c, parts_and_total);
	tcase_add_test(c, parts_that_do_not_claim_to_be_all);
	tcase_add_test(c, shares);
	tcase_add_test(c, rates);
	tcase_add_test(c, balances);
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
