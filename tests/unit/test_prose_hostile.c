/* Reports whose sentences have no end: lists, brackets, shares and enumerations of thousands of figures end in time. */
#include "cpu_cost.h"
#include "parse_fixture.h"

#ifdef GONGKAI_SANITIZE
#define BODY_BYTES 40000
#else
#define BODY_BYTES 200000
#endif

static const char *const shapes[] = {
	"2件，",
	"2件、3件和",
	"1条，其中1条，占5%，",
	"10条（其中1条、",
	"占3%，12条、",
	"收到政府信息公开申请5件，其余3件均答复",
	"现公布二〇一四年",
	"由12条增加到",
	"动态类5条、",
	"通过网站、微博、微信分别公开1条、2条、",
	"同意公开、部分公开、不予公开",
	"未收到行政复议、",
	"一是二是三是",
	"政府信息公开工作年度报告",
	"1.2.3.",
	"一十百千万亿",
	"（一）（二）",
	"2014年1月1日至",
	"12条4",
	"8场 . 在线访谈5%1.政务公开办",
	"”镇政府本年度12条",
	"主动公开信息9999999条其中甲1条、",
	"主动公开信息999条，其中甲1条、乙2条、丙3条，",
	"没有因公开没有收到申请未发生复议",
	"1 2 3 4 5 6 7条",
	"一、主动公开情况\n",
	"县某某局的局局局局局，",
	"“创业富民30条”“",
	"省政府办理情况如下：\n",
	"政策法规类信息12条，占总数，",
	"a\tb\t1\n",
	"临溪县2014年政府信息公开工作年度报告摘要\n临溪县2015年政府信息公开工作年度报告\n",
	"各子站发布信息300条。\n",
	"《临溪日报》《临溪晚报》12条，",
	"利用局官方网站发布信息320条，利用微信公众号推送信息156条。\n",
	"微信公众号推送104期、文章212篇、",
	"其余49条张贴于公示栏，",
	"收到申请3件，一件公开，两件不予公开。",
	"机构概况 7\n环境法规 31\n",
	"收到申请7件，其中市级3件、县级4件、",
	"全县、全市、全省",
	"较上年的12条增长3%，",
};

START_TEST(sentences_without_end)
{
	struct buf b;
	buf_init(&b, BODY_BYTES + 4096);
	(void)buf_add_z(&b, "临溪县2014年政府信息公开工作年度报告\n主动公开政府信息100条。依申请公开3件。行政复议1件。"
			    "存在的主要问题。统计期限2014年。\n");
	while (b.n < BODY_BYTES)
		(void)buf_add_z(&b, shapes[_i]);
	double begin = cpu_s();
	json_decref(fixture_bytes(b.p, b.n, "text/plain; charset=utf-8"));
	cpu_in_time(shapes[_i], b.n, begin);
	buf_fini(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("prose_hostile");
	TCase *t = tcase_create("prose_hostile");
	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_add_loop_test(t, sentences_without_end, 0, (int)(sizeof shapes / sizeof *shapes));
	suite_add_tcase(s, t);
	return suite_run(s);
}
