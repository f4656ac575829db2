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

START_TEST(shares_behind_a_rate)
{
	report("全年新增主动公开政府信息33条，全文电子化率达100%。其中，政策法规类信息6条，占15.2%"
	       "；规划计划类信息20条，"
	       "占60.6%；机构职能类信息7条，占21.2%。");
	ck_assert_int_eq(found("share", 6), 0);
	ck_assert_int_eq(found("share", 7), 1);
}
END_TEST

START_TEST(parts_and_total)
{
	report("全年印发信息480条，其中公告302条、通知178条。另办理来函90件，其中省级50件、市级30件、其他11件。");
	ck_assert_int_eq(found("sum", 480), 1);
	ck_assert_int_eq(found("sum", 90), 0);
}
END_TEST

/* Right reports: nothing in them may be said to fail. */
START_TEST(no_alarm)
{
	static const char *const right[] = {
		"共完成答复53件，包括上年结转申请3件。其中，予以公开40件，部分公开8件，其他处理5件。",
		"信息发布量由2013年的128条增加到2014年的187条，专栏发布14条，总计201条。",
		"主动公开政府信息212条，比2013年增加30条，增长16.5%，其中网站公开200条，微信公开12条。",
		"通过网站公开信息800条，占80%；通过微信公开150条，占15%；其他渠道50条，占5%。全年共公开1000条。",
		"收到申请20件，同意公开15件，部分公开2件，占总数的85%。",
		"共收到申请15件，其中网络申请10件，信函申请5件，分别占66.7%和33.3%。",
		"共主动公开信息160条，其中在区网站公开100条，在局网站公开140条，两网同时公开80条。",
		"受理工单500件，办结495件，办结率99%，其中咨询200件、求助250件、投诉50件。",
		"新收申请317件，上年结转3件。其中，予以公开200件，不予公开100件，其他处理20件。",
		"受理申请10件，其中当面申请1宗，网上申请9宗，约60%属文物方面，20%"
		"属审批方面。\n已答复9件，同意公开7件。",
		"公开扶贫信息220条。收到申请18件，其中征地类10件，占55.6%，其他8件，占44.4%。网站发布信息8条，占80%。",
		"公布政府信息74条（其中职能类9条，占12.2%；规划类20条，占27%；动态类40条，占54.1%；其他5条，占6.8%）。",
		"公布政府信息69条，(其中职能类9条、规划类20条、动态类40条)。",
		"全年主动公开政府信息300条，占75 %，其中A类100条、B类200条。",
		"收到申请31件，办结28件，结转下年度3件。其中同意公开20件，不予公开6件。",
		"收到申请12件，其中男性10件，女性2件。全县公开信息600条，其中县级部门350条，乡镇250条；部门中发改局50条"
		"。",
		"历年累计主动公开政府信息98231条，2015年主动公开12032条，其中网站公开11000条，公报公开560条，其他方式公"
		"开472条。",
		"收到申请33件，其中自然人申请30件，占90.9%；法人申请3件，占9.1%。",
		"共有专兼职工作人员120名，其中专职30名，兼职90名，县级领导1名分管。",
		"市政府网站访问量1200万人次，日均3.3万人次，其中主站占60%，子站占40%。",
		"申请总数为45件，其中：自然人40件，占88.9%；法人5件，占11.1",
		"全年行政诉讼案件61件，其中一审38件，二审23件，胜诉58件，胜诉率95.1%。",
		"全年受理申请120件（含上年结转5件），答复118件，结转下年度2件。",
		"办理建议提案140件，其中人大代表建议60件，政协委员提案80件，A类120件，B类15件，C类5件。",
		"收到申请17件，其中涉及土地5件、规划4件、人事3件、其他5件；当面申请2件，网上申请15件。",
		"年度内提起行政诉讼案件15件，其中已判决10件，驳回原告诉讼请求8件，撤诉2件，未审结5件。",
		"全市财政预算单位136家，其中应公开部门预算的120家，公开率100%；公开\"三公\"经费预算的120家。",
		"共有工作人员52人，其中专职12人，兼职40人，参加省级培训5人。",
		"主动公开政府信息6700条，全文电子化率达100%，其中概况信息85条，占1.3%，计划规划56条，占0.8%"
		"，法规文件325条，占4.9%，工作动态5200条，占77.6%，其他1034条，占15.4%。",
		"受理信息公开申请25件，其中23件为书面申请，2件为电子邮件申请，已按规定答复24件，1件因补正尚在办理中。",
		"申请公开10件，其中：1.当面申请3件；2.网上申请5件；3."
		"信函申请2件；申请办结10件，其中：按时办结9件；延期办结1件。",
		"2015年依申请公开共1 1 件，其中网上申请10件，当面申请1件。",
		"公开信息共21 5条，其中网站公开200条，其他方式公开15条。",
		"收到涉及政府信息公开的复议申请40件，其中受理40件，办结36件，维持25件，纠错2件，其他情况9件。",
	};
	report(right[_i]);
	const struct report *r = &fx_doc.reports[0];
	for (size_t i = 0; i < r->checks_count; i++)
		ck_assert_msg(r->checks[i].holds, "%.*s: %.*s", STR_FMT(r->checks[i].statement),
			      STR_FMT(r->checks[i].detail));
}
END_TEST

/* What is wrong stays wrong where the list is of an earlier figure, of parts, or has shares. */
START_TEST(wrong_all_the_same)
{
	report("受理工单500件，办结495件，其中咨询200件、求助250件、其他60件。");
	ck_assert_int_eq(found("sum", 495), 0);
}
END_TEST

/* A channel carries no more than all that was disclosed, and a share of the total is one over a clause between, too. */
static const struct {
	const char *kind, *text;
	double first;
	int want;
} told[] = {
	{"sum", "全年主动公开政务信息290条，包括政府网站41条，报纸等媒体62条，微信公众号1850条。", 290, 0},
	{"sum", "全年主动公开政务信息290条，包括政府网站280条，报纸等媒体62条，微信公众号150条。", 290, -1},
	{"share",
	 "全年主动公开信息640条。其中机构职能类信息16条，主要为单位领导信息、内设处室职能信息、联系方式等，占总体的比例"
	 "为3.8%。",
	 16, 0},
	{"share",
	 "全年主动公开信息640条。其中机构职能类信息16条，主要为单位领导信息、内设处室职能信息、联系方式等，占总体的比例"
	 "为2.5%。",
	 16, 1},
	{"share",
	 "全年主动公开信息640条。其中机构职能类信息16条，主要为单位领导信息、内设处室职能信息、联系方式等，满意率为3.8%"
	 "。",
	 16, -1},
	{"sum", "全市收到申请217件。从方式看，网络129件，信函71件，当面16件，传真2件。", 217, 0},
	{"sum", "全市收到申请218件。从方式看，网络129件，信函71件，当面16件，传真2件。", 218, 1},
	{"sum", "全市收到申请117件。从方式看，网络129件，信函71件，当面16件，传真2件。", 117, -1},
	{"sum", "全市收到申请237件。从方式看，网络129件，信函71件，当面16件，传真2件。", 237, -1},
	{"sum", "全市收到申请199件。从方式看，网络129件，信函71件。", 199, -1},
	{"sum", "全市收到申请216件。从方式看，网络129件，信函71件，当面16件，传真2件。", 216, -1},
};

START_TEST(parts_above_and_shares_explained)
{
	report(told[_i].text);
	ck_assert_int_eq(found(told[_i].kind, told[_i].first), told[_i].want);
}
END_TEST

/* Lists by their shape, totals behind their parts, growth and rates: 1 holds, 0 fails, -1 is no claim. */
static const struct {
	const char *kind, *text;
	double first;
	int want;
} shapes[] = {
	/* behind a colon, words or in a bracket */
	{"sum", "网站上的84条为：政策文件11条、采伐公示49条、人事3条、财政信息4条、工作动态16条。", 84, 0},
	{"sum", "网站上的83条为：政策文件11条、采伐公示49条、人事3条、财政信息4条、工作动态16条。", 83, 1},
	{"sum", "网站上的97条为：政策文件11条、采伐公示49条、人事3条、财政信息4条、工作动态16条。", 97, -1},
	{"sum", "网站上的84条为：政策文件11条、采伐公示49条、人事3条、财政信息4条、工作动态16条等。", 84, -1},
	{"sum", "网站上的84条主要为：政策文件11条、采伐公示49条、人事3条、财政信息4条、工作动态16条。", 84, -1},
	{"sum", "网站上的84条为：政策文件11条，采伐公示49条，人事3条，财政信息4条，工作动态16条，培训3次，解读5条。",
	 84, -1},
	{"sum", "主动公开83条，比上年增加9条，分别为：政策文件12条、采伐公示49条、人事3条、财政信息4条、工作动态16条。",
	 83, 0},
	{"sum", "经网站主动公开79条（民政救助20、农林补贴18、旅游服务13、村务监督11、镇情概况9、应急值守5）。", 79, 0},
	{"sum", "经网站主动公开76条（民政救助20、农林补贴18、旅游服务13、村务监督11、镇情概况9、应急值守5）。", 76, 1},
	{"sum", "全市主动公开信息412条（县区308条，市直114条）。", 412, 0},
	{"sum", "全市主动公开信息412条（县区208条，市直114条）。", 412, -1},
	{"sum", "召开局务会9次（学习会5次，调度会3次）。", 9, -1},
	{"sum", "全年公开信息640条。按栏目分：机构职能40条；法规文件120条；工作动态470条。", 640, 0},
	{"sum", "公开信息388条，情况如下：首发211条（转发县政府31条），占54.4%；转载176条，占45.4%；其余2条，占0.5%。",
	 388, 0},
	{"sum", "主动公开信息287条，逐项统计如下(单位:条):\n政务动态 162\n通知公告 48\n财政预算 35\n其他 43", 287, 0},
	{"sum",
	 "主动公开信息503条，历年累计2916条。当年新增数中：\n1.镇政府（含党政办）62条；\n2.站所327条，较多的有农技站"
	 "42条、财政所36条；\n3.村居124条。",
	 503, 0},
	{"sum", "收到申请58件，撤回1件。按内容分：征地26件、规划12件、人事19件。", 58, -1},
	{"sum", "收到申请58件，上年58件。按内容分：征地26件、规划12件、人事19件，另有1件未分类。", 58, -1},
	/* apart from the total, in the next paragraphs */
	{"sum",
	 "全县主动公开信息491条。\n信息由办公室审核后发布，网站编辑2人。\n按单位划分:县政府办38条,县直部门302条,乡"
	 "镇148条。",
	 491, 0},
	{"sum",
	 "全县主动公开信息488条。\n信息由办公室审核后发布，网站编辑2人。\n按单位划分:县政府办38条,县直部门302条,乡"
	 "镇148条。",
	 488, 1},
	{"sum",
	 "全县主动公开信息560条。\n信息由办公室审核后发布，网站编辑2人。\n按单位划分:县政府办38条,县直部门302条,乡"
	 "镇148条。",
	 560, -1},
	/* side by side without a word */
	{"sum", "收到来访16人次，个人提交15人次、企业提交1人次。", 16, 1},
	{"sum", "全年召开会议52次，专题会28次，推进会17次，培训6次。", 52, -1},
	{"sum", "修订制度14项，城建方面7项，农业方面7项，教育方面3项。", 14, -1},
	{"sum", "保留许可205项,其他113项;取消20项;下放68项;规范4项。", 205, -1},
	{"sum", "收到申请9件，网上4件，当面2件，信函2件，传真2件。", 9, -1},
	{"sum", "采购设备52台，电脑28台，打印机17台，扫描仪5台，相机1台。", 52, -1},
	/* what is most, several channels, what goes on, about so many, rates between */
	{"sum", "全县主动公开信息491条。\n信息由办公室审核，编辑2人。\n主要包括:政府办38条,县直302条,乡镇148条。", 491,
	 -1},
	{"sum", "全县主动公开信息491条。\n信息由办公室审核，编辑2人。\n按渠道分:网站38条,微信302条,公告栏161条。", 491,
	 -1},
	{"sum", "全县主动公开信息491条。\n信息由办公室审核，编辑2人。\n按单位分:政府办38条,县直302条,乡镇148条等。",
	 491, -1},
	{"sum", "主动公开信息491条，分别为：网站302条，微信48条，公告栏151条。", 491, -1},
	{"sum", "网站上的84条为：政策文件11条、采伐公示49条、人事3条、财政信息约4条、工作动态16条。", 84, -1},
	{"sum", "全年公开信息640条，按栏目分：机构40条，公开率100%，法规120条，动态470条。", 640, -1},
	/* totals behind */
	{"sum", "网站公开215条，微信公开40条，公告栏公开12条，上述两项共267条。", 267, -1},
	{"sum", "1.停水公告：61次；\n2.水质公示：12期；\n3.招标：14条。\n以上两项共计主动公开信息88条。", 88, -1},
	{"sum", "公开信息50条，解读12条，累计通过会议和培训向基层群众发放宣传资料60条。", 60, -1},
	{"sum",
	 "主动公开信息386条。其中,文件类118条,公告类93条,动态类22条,其他153条。双语信息合计70条,含在上述总数内。", 386,
	 1},
	{"sum", "承办人大建议12件、政协提案9件，共22件。", 22, 0},
	{"sum", "承办人大建议12件、政协提案9件，共21件。", 21, 1},
	{"sum", "印发文件12件、通知9件，共1200件。", 1200, -1},
	{"sum", "网站公开215条，微信公开40条，公告栏公开12条，上述三项共269条。", 269, 0},
	{"sum", "网站公开215条，微信公开40条，公告栏公开12条，上述两项共53条。", 53, -1},
	{"sum", "电话咨询45人次、来访12人，两者相加57人次。", 57, 1},
	{"sum",
	 "1.停水公告：61次，提前发布；\n2.水质公示：12期，每月一期；\n3.招标：14条。\n以上共计主动公开信息88条。", 88,
	 0},
	{"sum",
	 "1.停水公告：61次，提前发布；\n2.水质公示：12期，每月一期；\n3.招标：14条。\n以上共计主动公开信息68条。", 68,
	 -1},
	{"sum", "收取检索费18元、复印费9.6元，合计27.6元。", 27.6, 1},
	/* growth with the figure of the year before in a place of its own */
	{"growth", "公开信息128条，上年为110条，增长18.4%。", 128, 0},
	{"growth", "公开信息128条（2013年为110条，增长16.4%）。", 128, 1},
	{"growth", "公开信息128条，同比上升18.4%（2013年为110条）。", 128, 0},
	{"growth", "公开信息128条，同比上升18.4%，2012年为110条。", 128, -1},
	{"growth", "公开信息128条，与上年（110条）相比上升16.4%。", 128, 1},
	{"growth", "公开信息128条，比2013年的110条增18.4%。", 128, 0},
	{"growth", "公开信息128条，上年人事信息110条，增长18.4%。", 128, -1},
	/* rates */
	{"share", "按时办结39件，延期办结2件，办结率100%。", 2, -1},
	{"share", "新公开的信息3048条，平均每月254条，全文电子化的2862条，电子化率96%。", 2862, 0},
	{"share", "财政预算单位136家，应公开预算的134家，公开率100%。", 134, -1},
	{"share", "公开文件200份，移送档案馆150份，移送率100%。", 150, -1},
	{"share", "收到申请40件，答复38件，按时答复率100%。", 38, -1},
	{"share", "县政府办公开120条，教育局80条，民政局60条，合计占全县的30%。", 60, -1},
};

START_TEST(shapes_of_claims)
{
	report(shapes[_i].text);
	ck_assert_int_eq(found(shapes[_i].kind, shapes[_i].first), shapes[_i].want);
}
END_TEST

/* A list without end is read in time that grows with it, not with its cube; libcheck ends a test after seconds. */
START_TEST(list_without_end)
{
	static char text[40000];
	size_t n = 0;
	while (n + 20 < sizeof text)
		n += (size_t)snprintf(text + n, sizeof text - n, "2件，");
	report(text);
	ck_assert_uint_eq(fx_doc.reports[0].checks_count, 0);
}
END_TEST

START_TEST(wrong_list_in_a_bracket)
{
	report("公布政府信息80条（其中职能类9条、规划类20条、动态类40条、其他5条）。");
	ck_assert_int_eq(found("sum", 80), 0);
}
END_TEST

START_TEST(wrong_shares_of_a_list)
{
	report("主动公开政府信息800条。其中县直部门公开500条，占62.5%。各乡镇公开300条，占27.5%。");
	ck_assert_int_eq(found("share", 500), 1);
	ck_assert_int_eq(found("share", 300), 0);
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

/* Every check of the report at hand that fails, as "kind first-operand" lines. */
static const char *failing(void)
{
	static char all[2048];
	size_t n = 0;
	all[0] = '\0';
	for (size_t i = 0; i < fx_doc.reports[0].checks_count && n < sizeof all - 64; i++) {
		const struct check *c = &fx_doc.reports[0].checks[i];
		if (!c->holds)
			n += (size_t)snprintf(all + n, sizeof all - n, "%.*s %.10g\n", STR_FMT(c->kind),
					      c->operands[0]);
	}
	return all;
}

static void expect_failing(const char *sentence, const char *expected)
{
	fx_teardown();
	fx_setup();
	report(sentence);
	ck_assert_msg(strcmp(failing(), expected) == 0, "%s\nfound: %sexpected: %s", sentence, failing(), expected);
}

/* Sentences that claim nothing untrue: each of them once read as a sum or a share that fails would be an alarm. */
START_TEST(true_sentences)
{
	static const char *const sentences[] = {
		/* a list of another unit and another sentence is not the parts of the figure before it */
		"印发规范性文件52条，制作简报61件。公开的渠道有多种，其中，门户网站45109条，微信5199条。",
		"意见涉及28个科室，6个乡镇。甲类45件，乙类19件。办结率100%。其中：来信47件，涉及21个科室，1个乡镇。",
		/* "in these 425 items" is a list that does not say it is whole */
		"在网站公开的425条信息中，机构类148条，占34.8%；计划类21条，占4.9%；建设类156条，占36.7%；教育类80条，"
		"占18.8%；其中教育类最受关注。",
		"在公开的99条信息中，文件类18条，占18%；动态类59条，占60%；其他类22条，占22%。",
		/* parts of a part, told by the share */
		"共清理出4414项事项，其中涉企事项3805项，挂起2046项，占比达到54%。",
		/* more closed than came in, but some came from last year */
		"全年收到申请117件，上年结转54件，办结171件，办结率100%。",
		"全年受理来信117件，办结117件，办结率100%。",
		/* totals behind their parts, and what only looks like one */
		"办理复查12件、复核29件，合计41件。",
		"收到来信12件、上年转来29件，共计41件，全年合计答复30件。",
		"登记12件，移交29件（补登3件），合计41件。",
		"其中省级12件、市级29件，合计50件。",
		/* shares of several wholes side by side */
		"公开信息500条，其中文件类100条，占20%；动态类400条，占80%。网站发布300条，其中要闻60条，占20%"
		"；公告240条，"
		"占80%。",
		"受理申请40件，其中当面申请5件，占12.5%；网上申请31件，占77.5%；信函申请4件，占10%；其他申请0件。",
		/* 其中 ends with its item; what follows a semicolon or a comma is another one */
		"举办新闻发布会5次，其中主要负责同志参加新闻发布会3次；回应公众关注热点37次；开展在线访谈4次。",
		"回应公众关注热点37次；举办新闻发布会5次，其中主要负责同志参加新闻发布会3次，开展在线访谈4次。",
		"收到行政复议9件，其中维持3件，纠正2件；行政诉讼8件。",
		/* a cause and an absence are no parts */
		"因政府信息公开引发的行政诉讼6件，未收到政府信息公开工作的举报投诉。",
		/* two lists of one total */
		"公开政府信息900条，其中机关公开600条，乡镇公开300条。按内容分，机构类400条，动态类300条，其他类200条"
		"。",
		"收到申请12件，上年结转3件，答复13件，结转下年度2件。",
		/* one of several figures side by side has parts that are not all */
		"举办新闻发布会14次，其中主要负责同志参加新闻发布会6次；回应公众关注热点28次；开展政府网站在线访谈9次"
		"。",
		"举办新闻发布会14次，其中主要负责同志参加6次，开展访谈28次。",
		"全年接待来访320人次，比上年增长12.5%，其中集体来访20人次。",
		/* each of two towns has one; each of all the bureaus has not */
		"共受理42件。其中县政府办公室12件，县国土局19件，县建委6件，忠州街道3件，复兴镇、拔山镇各受理1件。",
		"共设查阅点84个，其中县政府1个，各委办局设72个，各乡镇设11个。",
		/* what is more than last year is no part; growth is of last year's figure, not of the difference */
		"共收到申请727件，同比多了88件，其中当面申请141件、传真申请7件、网络申请402件、信函申请177件。",
		"2009年新公开政府信息2316条，比2008年的1407条多出909条，增长64.6%。",
		"全年行政诉讼35件：维持或驳回21件、被纠错5件、其他9件。",
		"收到申请17件，比上年9件多8件，增长88.9%。",
		"在县档案馆、县图书馆、县政务中心各建1个查阅场所，各乡镇政务中心各建1个，共计22个。",
		/* the fall is that of both ways together; what follows a semicolon is of what stands before both */
		"收到申请19件，网络12件、信函7件，较上年的23件下降17.4%。",
		"制定文件27件，有3件未公开；其中市本级制发24件、公开24件。",
	};
	for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
		expect_failing(sentences[i], "");
}
END_TEST

START_TEST(untrue_sentences)
{
	expect_failing("办理复查12件、复核29件，合计43件。", "sum 43\n");
	expect_failing("收到行政复议9件，其中维持5件，纠正6件；行政诉讼8件。", "sum 9\n");
	expect_failing("全年受理来信117件，办结171件，办结率100%。", "share 171\n");
	expect_failing("共受理42件。其中县政府办公室12件，县国土局19件，县建委6件，忠州街道3件，复兴镇、拔山镇和石宝镇"
		       "各受理1件。",
		       "sum 42\n");
	expect_failing("2009年新公开政府信息2316条，比2008年的1407条多出909条，增长46.6%。", "growth 2316\n");
	expect_failing("行政诉讼案件33件。维持具体行政行为或者驳回原告诉讼请求21件，被依法纠错5件，其他情形9件。",
		       "sum 33\n");
	expect_failing("行政诉讼案件37件。维持具体行政行为或者驳回原告诉讼请求21件，被依法纠错5件，其他情形9件。",
		       "sum 37\n");
	expect_failing("行政诉讼案件37件。维持具体行政行为或者驳回原告诉讼请求21件，被依法纠错5件。", "");
	expect_failing("在公开的99条信息中，文件类18条；动态类50条；其他类22条。", "sum 99\n");
	expect_failing("在公开的60条信息中，文件类38条；动态类50条；其他类22条。", "sum 60\n");
	/* the share that is wrong is held against what its neighbours are shares of */
	expect_failing(
		"印发材料3978条，其中公开2000条，内部1978条。在网站公开的2000条信息中，机构类400条，占20%；计划类60"
		"条，占9%；建设类200条，占10%。",
		"share 60\n");
	ck_assert_int_eq(found("share", 400), 1);
}
END_TEST

/* What a figure grew by, its mean of the months, and what figures of one sentence owe each other. */
START_TEST(changes_and_relations)
{
	static const struct {
		const char *sentence, *failing;
	} claims[] = {
		{"主动公开政府信息360条，比2013年的300条增长20%。", ""},
		{"主动公开政府信息360条，比2013年的300条增长25%。", "growth 360\n"},
		{"受理申请由上年的40件增加到50件，增长25%。", ""},
		{"受理申请由上年的40件增加到50件，增长20%。", "growth 50\n"},
		{"受理申请由上年的50件减少到40件，下降20%。", ""},
		{"主动公开政府信息360条，比上年增加60条，增长20%。", ""},
		{"主动公开政府信息360条，比上年增加60条，增长率为25%。", "growth 360\n"},
		{"主动公开政府信息240条，比上年减少60条，下降20%。", ""},
		{"2013年公开信息300条，2014年公开信息360条，同比增长20%。", ""},
		{"2013年公开信息300条，2014年公开信息360条，同比增长30%。", "growth 360\n"},
		{"主动公开政府信息360条，比上年的300条增加60条。", ""},
		{"主动公开政府信息360条，比上年的300条增加80条。", "sum 360\n"},
		{"主动公开政府信息360条，其中政策类45条，增长12%；网站访问5000次，同比增长20%。", ""},
		{"产生政府信息1916条，比去年增长694条。其中主动公开信息1883条，比去年增长599条。", ""},
		{"主动公开政府信息362条，平均每月30条。", ""},
		{"主动公开政府信息360条，平均每月40条。", "average 360\n"},
		{"共有信息公开工作人员25人，配备专职人员5人，兼职人员20人。", ""},
		{"共有信息公开工作人员25人，配备专职人员5人，兼职人员18人。", "sum 25\n"},
		{"召开新闻发布会3次，其中主要负责同志参加5次。", "bound 3\n"},
		{"收到政府信息公开申请42件，已答复39件，结转下年度办理3件。", ""},
		{"收到政府信息公开申请42件，已答复38件，结转下年度办理3件。", "sum 42\n"},
		{"收到政府信息公开申请42件，已答复38件，撤销1件，结转下年度办理3件。", ""},
		{"历年累计主动公开政府信息1200条，2014年主动公开政府信息1500条。", "bound 1200\n"},
		{"共答复申请85件。同意公开42件，同意部分公开6件，不同意公开9件，信息不存在15件，不属于本机关公开18件。",
		 "sum 85\n"},
		{"共答复申请85件。同意公开42件，同意部分公开6件，不同意公开37件，其中信息不存在6件。", ""},
		{"网站公开信息200条、微博公开信息50条、公开栏公开信息30条，合计公开280条。", ""},
		{"网站公开信息200条、微博公开信息50条、公开栏公开信息30条，合计公开290条。", "sum 290\n"},
	};
	for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
		expect_failing(claims[i].sentence, claims[i].failing);
}
END_TEST

/* Shares in lines of their own, in brackets, and of a whole that stands a sentence before. */
START_TEST(shares_elsewhere)
{
	expect_failing("主动公开政府信息360条。\n其中：\n政策法规类45条，占15%；\n工作动态类280条，占77.8%"
		       "；\n其他35条，占9.7%。",
		       "share 45\n");
	expect_failing(
		"主动公开政府信息360条，其中政策法规类45条（13.5%），工作动态类280条（77.8%），其他35条（9.7%）。",
		"share 45\n");
	expect_failing("主动公开政府信息360条，其中政策法规类45条（12.5%），工作动态类280条（增长3%）。", "");
	expect_failing("主动公开235条。业务动态类信息197条，占总体的比例为83.84%。", "share 197\n");
	expect_failing("收到申请120件，其中网络申请66件，占比50%。", "share 66\n");
	expect_failing("收到申请120件，网络申请66件，占比50%。", "");
	expect_failing("公开政务类信息1214条（通知公告213条、工作动态103条、信息发布664条）。", "sum 1214\n");
	expect_failing("公开政务类信息980条（通知公告213条、工作动态103条、信息发布664条）。", "");
	expect_failing("公开政务类信息1214条（通知公告213条、工作动态103条、信息发布664条等）。", "");
	expect_failing("发布信息7条，其中政策文件2条，规划计划2条，主要领导信息1条，机构职能2条。", "");
	expect_failing("在公开的50条信息中，法规类31条，其中法律15条，办法16条，占62%；计划类4条，占8%"
		       "；动态类10条，占20%；其他5条，占10%。",
		       "");
}
END_TEST

/* Table three with its totals, table four, and one sentence of prose. */
static const char *beside_tables(const char *sentence, bool blank_totals)
{
	static const char *const full[] = {"申请|自然人|商业企业|总计",
					   "一、本年新收政府信息公开申请数量|20|10|30",
					   "二、上年结转政府信息公开申请数量|2|0|2",
					   "（一）予以公开|10|4|14",
					   "（二）部分公开|3|1|4",
					   "（七）总计|20|10|30",
					   "四、结转下年度继续办理|2|0|2"};
	static const char *const blank[] = {"申请|自然人|商业企业|总计",
					    "一、本年新收政府信息公开申请数量|20|10|30",
					    "二、上年结转政府信息公开申请数量|2|0|2",
					    "（一）予以公开|10|4|",
					    "（二）部分公开|3|1|",
					    "（七）总计|20|10|30",
					    "四、结转下年度继续办理|2|0|2"};
	static const char *const disputes[] = {
		"行政复议|<|<|<|<|行政诉讼|<|<|<|<|<|<|<|<|<",
		"结果维持|结果纠正|其他结果|尚未审结|总计|未经复议直接起诉|<|<|<|<|复议后起诉|<|<|<|<",
		"^|^|^|^|^|结果维持|结果纠正|其他结果|尚未审结|总计|结果维持|结果纠正|其他结果|尚未审结|总计",
		"5|0|0|2|7|6|0|0|0|6|3|0|0|0|3"};
	static char all[2048];
	size_t n = 0;
	fx_teardown();
	fx_setup();
	fx_head("甘谷县2020年政府信息公开工作年度报告");
	fx_line(sentence);
	fx_table(blank_totals ? blank : full, 7);
	fx_line("四、行政复议和行政诉讼情况");
	fx_table(disputes, 4);
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 1);
	all[0] = '\0';
	for (size_t i = 0; i < fx_doc.reports[0].checks_count; i++) {
		const struct check *c = &fx_doc.reports[0].checks[i];
		if (!c->holds && str_eq_z(c->kind, "TXT.table"))
			n += (size_t)snprintf(all + n, sizeof all - n, "%.10g\n", c->operands[0]);
	}
	return all;
}

START_TEST(prose_beside_tables)
{
	/* true */
	ck_assert_str_eq(beside_tables("行政诉讼9件，均获维持。", false), "");
	ck_assert_str_eq(beside_tables("行政复议7件，其中2件尚未审结，其余均被维持。", false), "");
	ck_assert_str_eq(beside_tables("行政复议7件，审结5件，均获维持。", false), "");
	ck_assert_str_eq(beside_tables("全年考核9个科室，均获维持。", false), "");
	ck_assert_str_eq(beside_tables("予以公开及部分公开18件。", false), "");
	ck_assert_str_eq(beside_tables("予以公开和部分公开的申请共18件。", true), "");
	ck_assert_str_eq(beside_tables("予以公开14件，部分公开4件。", true), "");
	ck_assert_str_eq(beside_tables("行政诉讼案件9件。", false), "");
	ck_assert_str_eq(beside_tables("行政诉讼案件6件。", false), "");
	ck_assert_str_eq(beside_tables("对予以公开、部分公开和无法提供的答复逐件复核，抽查8件。", false), "");
	/* untrue */
	ck_assert_str_eq(beside_tables("行政复议7件，行政诉讼9件，均获维持。", false), "7\n");
	ck_assert_str_eq(beside_tables("行政诉讼8件，均获维持。", false)[0] ? "told" : "", "told");
	ck_assert_str_eq(beside_tables("予以公开及部分公开14件。", false), "14\n");
	ck_assert_str_eq(beside_tables("予以公开、部分公开共10件。", true), "10\n");
}
END_TEST

START_TEST(outcomes_of_scopes)
{
	static const char begin_[] =
		"申请办结数40件（含县区24件）。其中：按时办结数25件（含县区9件），延期办结数15件（含县区15件）。";
	char line[1024];
	snprintf(line, sizeof line, "%s%s", begin_,
		 "属于已主动公开范围的14件（含县区11件），同意公开答复的17件（含县区13件），不属于本行政机关公开2件，申"
		 "请信息不存在"
		 "数1件，告知作出更改补充数6件。");
	expect_failing(line, "");
	ck_assert_int_eq(found("sum", 40), 1);
	snprintf(line, sizeof line, "%s%s", begin_,
		 "属于已主动公开范围的14件（含县区12件），同意公开答复的17件（含县区10件），不属于本行政机关公开2件，申"
		 "请信息不存在"
		 "数1件，告知作出更改补充数6件。");
	expect_failing(line, ""); /* 22 of 24: the others do not tell their part */
	snprintf(line, sizeof line, "%s%s", begin_,
		 "属于已主动公开范围的14件（含县区12件），同意公开答复的17件（含县区13件），不属于本行政机关公开2件，申"
		 "请信息不存在"
		 "数1件，告知作出更改补充数6件。");
	expect_failing(line, "sum 24\n");
}
END_TEST

/* Older local lists: why answers were refused stands beside how many were. */
START_TEST(refusals_told_apart)
{
	for (int wrong = 0; wrong < 2; wrong++) {
		const char *rows[] = {"指标名称|单位|2013年",
				      "对申请的答复数|件|30",
				      "1.同意公开答复数|件|20",
				      "2.同意部分公开答复数|件|4",
				      wrong ? "3.不同意公开答复数|件|7" : "3.不同意公开答复数|件|6",
				      "其中：申请信息不存在数|件|5"};
		fx_teardown();
		fx_setup();
		fx_head("甘谷县2013年政府信息公开年度报告");
		fx_line("登记材料61份，装订20册，存档3年，移交12箱，回执9张。");
		fx_table(rows, 6);
		fx_read();
		ck_assert_str_eq(failing(), wrong ? "F14.sum 30\n" : "");
		ck_assert_int_eq(found("F14.sum", 30), !wrong);
	}
}
END_TEST

START_TEST(indicators_that_are_bounded)
{
	static const char *const rows[] = {"统计指标|单位|统计数",
					   "（一）参加或举办新闻发布会总次数|次|3",
					   "其中：主要负责同志参加新闻发布会次数|次|5",
					   "四、行政复议数量|件|3",
					   "（一）维持具体行政行为数|件|2",
					   "（三）其他情形数|件|1",
					   "三、依申请公开情况",
					   "（一）收到申请数|件|9",
					   "1.当面申请数|件|2",
					   "3.信函、传真申请数|件|7"};
	fx_head("甘谷县2014年政府信息公开年度报告");
	fx_line("登记材料61份，装订20册，存档3年，移交12箱，回执9张。");
	fx_table(rows, 10);
	fx_read();
	ck_assert_uint_eq(fx_doc.reports_count, 1);
	ck_assert_str_eq(failing(), "F14.head 3\n");
	ck_assert_int_eq(found("F14.bound", 3), 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("check");
	TCase *c = tcase_create("check");
	tcase_add_checked_fixture(c, fx_setup, fx_teardown);
	tcase_add_test(c, parts_and_total);
	tcase_add_test(c, shares_behind_a_rate);
	tcase_add_loop_test(c, no_alarm, 0, 34);
	tcase_add_test(c, wrong_all_the_same);
	tcase_add_loop_test(c, shapes_of_claims, 0, (int)(sizeof shapes / sizeof shapes[0]));
	tcase_add_loop_test(c, parts_above_and_shares_explained, 0, (int)(sizeof told / sizeof told[0]));
	tcase_add_test(c, list_without_end);
	tcase_add_test(c, wrong_list_in_a_bracket);
	tcase_add_test(c, wrong_shares_of_a_list);
	tcase_add_test(c, parts_that_do_not_claim_to_be_all);
	tcase_add_test(c, shares);
	tcase_add_test(c, rates);
	tcase_add_test(c, balances);
	tcase_add_test(c, true_sentences);
	tcase_add_test(c, untrue_sentences);
	tcase_add_test(c, changes_and_relations);
	tcase_add_test(c, shares_elsewhere);
	tcase_add_test(c, prose_beside_tables);
	tcase_add_test(c, outcomes_of_scopes);
	tcase_add_test(c, refusals_told_apart);
	tcase_add_test(c, indicators_that_are_bounded);
	suite_add_tcase(s, c);
	return suite_run(s);
}
