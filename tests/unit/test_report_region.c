/* Titles and first sentences of reports that nobody wrote, over levels, eras and provinces: region, code, body, level. */
#include "read_fixture.h"

struct expected {
	const char *title, *line; /* line: a sentence of the text */
	int year;
	const char *region, *code, *body, *level; /* NULL: must stay unknown */
};

/* names and codes that changed: what was in force in the report's year */
static const struct expected changed[] = {
	{"平潭县人民政府2012年政府信息公开工作年度报告", "", 2012, "平潭县", "350128", "平潭县人民政府", "county"},
	{"北京市崇文区2009年政府信息公开工作年度报告", "", 2009, "崇文区", "110103", NULL, "county"},
	{"北京市东城区人民政府2010年政府信息公开工作年度报告", "", 2010, "东城区", "110101", "北京市东城区人民政府",
	 "county"},
	{"上海市卢湾区2010年政府信息公开年度报告", "", 2010, "卢湾区", "310103", NULL, "county"},
	{"闸北区2014年政府信息公开年度报告", "上海市闸北区人民政府公布本报告。", 2014, "闸北区", "310108",
	 "闸北区人民政府", "county"},
	{"南汇区人民政府2008年政府信息公开年度报告", "", 2008, "南汇区", "310119", "南汇区人民政府", "county"},
	{"莱芜市2017年政府信息公开工作年度报告", "莱芜市人民政府办公室编制本报告。", 2017, "莱芜市", "371200",
	 "莱芜市人民政府办公室", "prefecture"},
	{"济南市莱芜区2019年政府信息公开工作年度报告", "", 2019, "莱芜区", "370116", NULL, "county"},
	{"济南市钢城区2020年政府信息公开工作年度报告", "", 2020, "钢城区", "370117", NULL, "county"},
	{"钢城区2016年政府信息公开工作年度报告", "", 2016, "钢城区", "371203", NULL, "county"},
	{"襄樊市2009年政府信息公开工作年度报告", "", 2009, "襄樊市", "420600", NULL, "prefecture"},
	{"襄阳市2012年政府信息公开工作年度报告", "", 2012, "襄阳市", "420600", NULL, "prefecture"},
	{"襄阳区人民政府2009年政府信息公开年度报告", "", 2009, "襄阳区", "420607", "襄阳区人民政府", "county"},
	{"襄州区人民政府2011年政府信息公开年度报告", "", 2011, "襄州区", "420607", "襄州区人民政府", "county"},
	{"庐江县2009年政府信息公开工作年度报告", "合肥市民来函一并登记。", 2009, "庐江县", "341421", NULL, "county"},
	{"庐江县2013年政府信息公开工作年度报告", "", 2013, "庐江县", "340124", NULL, "county"},
	{"巢湖市人民政府2009年政府信息公开工作年度报告", "", 2009, "巢湖市", "341400", "巢湖市人民政府", "prefecture"},
	{"巢湖市人民政府2015年政府信息公开工作年度报告", "", 2015, "巢湖市", "340181", "巢湖市人民政府", "county"},
	{"铜仁地区2009年政府信息公开工作年度报告", "", 2009, "铜仁地区", "522200", NULL, "prefecture"},
	{"铜仁市2014年政府信息公开工作年度报告", "", 2014, "铜仁市", "520600", NULL, "prefecture"},
	{"密云县2013年政府信息公开年度报告", "", 2013, "密云县", "110228", NULL, "county"},
	{"密云区2017年政府信息公开年度报告", "", 2017, "密云区", "110118", NULL, "county"},
	{"洪泽县2014年政府信息公开年度报告", "", 2014, "洪泽县", "320829", NULL, "county"},
	{"嘉黎县2015年政府信息公开年度报告", "", 2015, "嘉黎县", "542422", NULL, "county"},
	{"嘉黎县2021年政府信息公开年度报告", "", 2021, "嘉黎县", "540621", NULL, "county"},
	{"公主岭市人民政府2018年政府信息公开年度报告", "", 2018, "公主岭市", "220381", "公主岭市人民政府", "county"},
	{"公主岭市人民政府2022年政府信息公开年度报告", "", 2022, "公主岭市", "220184", "公主岭市人民政府", "county"},
	{"三明市三元区2022年政府信息公开工作年度报告", "", 2022, "三元区", "350404", NULL, "county"},
	{"崇文区2019年政府信息公开年度报告", "", 2019, "崇文区", NULL, NULL, "county"},
};

/* names that many regions have: the upper region, the site or nothing says which */
static const struct expected shared[] = {
	{"北京市朝阳区人民政府2016年政府信息公开工作年度报告", "", 2016, "朝阳区", "110105", "北京市朝阳区人民政府",
	 "county"},
	{"长春市朝阳区2016年政府信息公开工作年度报告", "", 2016, "朝阳区", "220104", NULL, "county"},
	{"朝阳区2016年政府信息公开工作年度报告", "", 2016, "朝阳区", NULL, NULL, "county"},
	{"兰州市城关区2018年政府信息公开工作年度报告", "", 2018, "城关区", "620102", NULL, "county"},
	{"城关区2018年政府信息公开工作年度报告", "拉萨市统一部署，西藏自治区检查。", 2018, "城关区", "540102", NULL,
	 "county"},
	{"济南市市中区2011年政府信息公开年度报告", "", 2011, "市中区", "370103", NULL, "county"},
	{"济宁市市中区2011年政府信息公开年度报告", "", 2011, "市中区", "370802", NULL, "county"},
	{"内江市市中区2021年政府信息公开年度报告", "", 2021, "市中区", "511002", NULL, "county"},
	{"市中区2021年政府信息公开年度报告", "", 2021, "市中区", NULL, NULL, "county"},
	{"南通市通州区2009年政府信息公开年度报告", "", 2009, "通州区", "320612", NULL, "county"},
	{"鼓楼区2015年政府信息公开年度报告", "区政务中心归福州市管理。", 2015, "鼓楼区", "350102", NULL, "county"},
	{"马鞍山市2015年政府信息公开年度报告", "", 2015, "马鞍山市", "340500", NULL, "prefecture"},
};

/* levels, eras, kinds of bodies */
static const struct expected bodies[] = {
	{"教育部2015年政府信息公开工作年度报告", "", 2015, NULL, NULL, "教育部", "central"},
	{"中华人民共和国海关总署2012年政府信息公开工作年度报告", "", 2012, NULL, NULL, "中华人民共和国海关总署",
	 "central"},
	{"2019年国家税务总局政府信息公开工作年度报告", "", 2019, NULL, NULL, "国家税务总局", "central"},
	{"国家市场监督管理总局2020年政府信息公开工作年度报告", "", 2020, NULL, NULL, "国家市场监督管理总局", "central"},
	{"国家税务总局佛山市税务局2019年政府信息公开工作年度报告", "", 2019, "佛山市", "440600",
	 "国家税务总局佛山市税务局", "department"},
	{"黄埔海关2018年政府信息公开工作年度报告", "", 2018, NULL, NULL, "黄埔海关", "department"},
	{"中国人民银行南宁中心支行2016年政府信息公开工作年度报告", "", 2016, NULL, NULL, "中国人民银行南宁中心支行",
	 "department"},
	{"国家统计局云南调查总队2014年政府信息公开工作年度报告", "", 2014, NULL, NULL, "国家统计局云南调查总队",
	 "department"},
	{"贵州省人民政府2008年政府信息公开工作年度报告", "", 2008, "贵州省", "520000", "贵州省人民政府", "province"},
	{"宁夏回族自治区2013年政府信息公开工作年度报告", "", 2013, "宁夏回族自治区", "640000", NULL, "province"},
	{"重庆市2010年政府信息公开年度报告", "", 2010, "重庆市", "500000", NULL, "province"},
	{"四川省人民政府办公厅2022年政府信息公开工作年度报告", "", 2022, "四川省", "510000", "四川省人民政府办公厅",
	 "department"},
	{"广西壮族自治区水利厅2015年度政府信息公开年度报告", "", 2015, "广西壮族自治区", "450000",
	 "广西壮族自治区水利厅", "department"},
	{"楚雄彝族自治州2017年政府信息公开工作年度报告", "", 2017, "楚雄彝族自治州", "532300", NULL, "prefecture"},
	{"锡林郭勒盟行政公署2011年政府信息公开年度报告", "", 2011, "锡林郭勒盟", "152500", "锡林郭勒盟行政公署",
	 "prefecture"},
	{"喀什地区2018年政府信息公开年度报告", "", 2018, "喀什地区", "653100", NULL, "prefecture"},
	{"台州市人民政府2020年政府信息公开工作年度报告", "", 2020, "台州市", "331000", "台州市人民政府", "prefecture"},
	{"2023年株洲市人民政府信息公开工作年度报告", "", 2023, "株洲市", "430200", "株洲市人民政府", "prefecture"},
	{"二〇一三年商洛市政府信息公开年度报告", "", 2013, "商洛市", "611000", NULL, "prefecture"},
	{"海口市人力资源和社会保障局2016年政府信息公开年度报告", "", 2016, "海口市", "460100",
	 "海口市人力资源和社会保障局", "department"},
	{"焦作市残疾人联合会2019年政府信息公开年度报告", "", 2019, "焦作市", "410800", "焦作市残疾人联合会",
	 "department"},
	{"黄石市公共资源交易中心2021年政府信息公开年度报告", "", 2021, "黄石市", "420200", "黄石市公共资源交易中心",
	 "department"},
	{"齐齐哈尔市城市管理综合执法局2014年政府信息公开年度报告", "", 2014, "齐齐哈尔市", "230200",
	 "齐齐哈尔市城市管理综合执法局", "department"},
	{"上海市浦东新区人民政府2019年政府信息公开工作年度报告", "", 2019, "浦东新区", "310115",
	 "上海市浦东新区人民政府", "county"},
	{"滨海新区2011年政府信息公开年度报告", "", 2011, "滨海新区", "120116", NULL, "county"},
	{"神农架林区2016年政府信息公开年度报告", "", 2016, "神农架林区", "429021", NULL, "county"},
	{"六枝特区2016年政府信息公开年度报告", "", 2016, "六枝特区", "520203", NULL, "county"},
	{"仙桃市人民政府2015年政府信息公开年度报告", "", 2015, "仙桃市", "429004", "仙桃市人民政府", "county"},
	{"达拉特旗2019年政府信息公开年度报告", "达拉特旗人民政府编制。", 2019, "达拉特旗", "150621", "达拉特旗人民政府",
	 "county"},
	{"恭城瑶族自治县2012年政府信息公开年度报告", "", 2012, "恭城瑶族自治县", "450332", NULL, "county"},
	{"义乌市稠江街道办事处2020年政府信息公开年度报告", "", 2020, "义乌市", "330782", "义乌市稠江街道办事处",
	 "township"},
	{"太仓市沙溪镇2019年政府信息公开年度报告", "太仓市沙溪镇人民政府编制本报告。", 2019, "太仓市", "320585",
	 "太仓市沙溪镇人民政府", "township"},
	{"武定县猫街镇人民政府2018年政府信息公开年度报告", "", 2018, "武定县", "532329", "武定县猫街镇人民政府",
	 "township"},
	{"木垒哈萨克自治县大石头乡2016年政府信息公开年度报告", "", 2016, "木垒哈萨克自治县", "652328",
	 "木垒哈萨克自治县大石头乡", "township"},
	{"苏州工业园区管委会2018年政府信息公开工作年度报告", "", 2018, "苏州工业园区", NULL, "苏州工业园区管委会",
	 NULL},
	{"江苏省苏州工业园区2018年政府信息公开工作年度报告", "", 2018, "苏州工业园区", NULL, NULL, NULL},
	{"云阳县经济开发区管委会2017年政府信息公开年度报告", "", 2017, "云阳县经济开发区", NULL,
	 "云阳县经济开发区管委会", NULL},
	{"秦岭新区社会事业局2019年政府信息公开年度报告", "", 2019, "秦岭新区", NULL, "秦岭新区社会事业局",
	 "department"},
	{"青岚县2014年政府信息公开工作年度报告", "", 2014, "青岚县", NULL, NULL, "county"},
	{"青岚市2014年政府信息公开工作年度报告", "", 2014, "青岚市", NULL, NULL, NULL},
	{"和田地区青岚县人民政府2024年政府信息公开工作年度报告", "", 2024, "青岚县", NULL, "和田地区青岚县人民政府",
	 "county"},
	{"漾濞彝族自治县2013年政府信息公开年度报告", "本报告由漾濞彝族自治县人民政府办公室根据条例要求编制。", 2013,
	 "漾濞彝族自治县", "532922", "漾濞彝族自治县人民政府办公室", "county"},
	{"眉山市2016年政府信息公开年度报告", "按照省政府通知要求，市政务公开办编制完成了本报告。", 2016, "眉山市",
	 "511400", "眉山市政务公开办", "prefecture"},
	{"衡阳市2012年政府信息公开年度报告", "各单位编制了本单位的目录和指南。", 2012, "衡阳市", "430400", NULL,
	 "prefecture"},
	{"市场监督管理局2014年政府信息公开年度报告", "", 2014, NULL, NULL, "市场监督管理局", "department"},
};

static bool same(struct str s, const char *want)
{
	return want ? str_eq_z(s, want) : s.n == 0;
}

static void check_all(const struct expected *all, size_t n)
{
	unsigned wrong = 0;
	for (size_t i = 0; i < n; i++) {
		const struct expected *e = &all[i];
		fx_setup();
		fx_head(e->title);
		fx_line("主动公开政府信息4000条，收到申请3件，均已答复。行政复议0件，收费0元。存在的主要问题是登记慢"
			"。");
		if (e->line[0])
			fx_line(e->line);
		fx_read();
		ck_assert_msg(fx_doc.reports_count == 1, "no report: %s", e->title);
		const struct report *r = &fx_doc.reports[0];
		bool body = e->body ? same(r->body, e->body) : true;
		if (!same(r->region, e->region) || !same(r->region_code, e->code) || !body ||
		    !same(r->level, e->level) || r->year != e->year) {
			fprintf(stderr, "%s: %.*s %.*s %.*s %.*s %d\n", e->title, STR_FMT(r->region),
				STR_FMT(r->region_code), STR_FMT(r->body), STR_FMT(r->level), r->year);
			wrong++;
		}
		fx_teardown();
	}
	ck_assert_uint_eq(wrong, 0);
}

START_TEST(codes_of_the_year)
{
	check_all(changed, sizeof changed / sizeof changed[0]);
}
END_TEST

START_TEST(names_of_many)
{
	check_all(shared, sizeof shared / sizeof shared[0]);
}
END_TEST

START_TEST(bodies_and_levels)
{
	check_all(bodies, sizeof bodies / sizeof bodies[0]);
}
END_TEST

/* A name that the title leaves open: the site's code, what the user said of the source, the page's own source line. */
START_TEST(page_says_which)
{
	static const struct {
		const char *site, *region, *source, *code;
	} cases[] = {{"2201040003", "", "", "220104"}, {"1101050001", "", "", "110105"},
		     {"2201000001", "", "", "220104"}, {"2200000001", "", "", "220104"},
		     {"", "长春市", "", "220104"},     {"", "", "北京市朝阳区人民政府", "110105"},
		     {"bm55000001", "", "", NULL},     {"4401000001", "", "", NULL}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fx_setup();
		fx_doc.site_id_code = str_of(cases[i].site);
		fx_doc.source_region = str_of(cases[i].region);
		fx_doc.source = str_of(cases[i].source);
		fx_head("朝阳区2016年政府信息公开工作年度报告");
		fx_line("主动公开政府信息4000条，收到申请3件，均已答复。行政复议0件，收费0元。");
		fx_read();
		ck_assert_uint_eq(fx_doc.reports_count, 1);
		ck_assert_msg(same(fx_doc.reports[0].region_code, cases[i].code), "case %zu: %.*s", i,
			      STR_FMT(fx_doc.reports[0].region_code));
		fx_teardown();
	}
}
END_TEST

/* The table itself: every code is a region's once a year, its upper region is there, years are in order. */
START_TEST(table_is_sound)
{
	fx_setup();
	ck_assert_uint_gt(fx_lex->regions_count, 3400);
	for (size_t i = 0; i < fx_lex->regions_count; i++) {
		const struct region *r = &fx_lex->regions[i];
		ck_assert_msg(r->first <= r->last, "%s", r->code);
		ck_assert_msg((r->above == UINT32_MAX) == (memcmp(r->code + 2, "0000", 4) == 0), "%s", r->code);
		for (size_t k = i + 1; k < fx_lex->regions_count && strcmp(fx_lex->regions[k].code, r->code) == 0; k++)
			ck_assert_msg(fx_lex->regions[k].first > r->last || fx_lex->regions[k].last < r->first, "%s",
				      r->code);
	}
	fx_teardown();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("report_region");
	TCase *c = tcase_create("report_region");
	tcase_set_timeout(c, 120);
	tcase_add_test(c, codes_of_the_year);
	tcase_add_test(c, names_of_many);
	tcase_add_test(c, bodies_and_levels);
	tcase_add_test(c, page_says_which);
	tcase_add_test(c, table_is_sound);
	suite_add_tcase(s, c);
	return suite_run(s);
}
