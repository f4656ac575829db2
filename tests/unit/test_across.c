/* Checks across years: what they find, when they keep silent, and that the order of arrival makes no difference. */
#include <sqlite3.h>

#include "base/buf.h"
#include "sink/repeat.h"
#include "tests/unit/store_fixture.h"
#include "suite.h"

/* one report of a page */
struct year {
	const char *body, *text, *title; /* title: NULL is "t" */
	int year;
	double in, out, total, cumulative; /* below 0: not stated */
	unsigned more;                     /* further figures, to be the fuller report */
	bool approx;
};
#define NOT_STATED .in = -1, .out = -1, .total = -1, .cumulative = -1

static const char prose[] =
	"本机关把登记簿交给两名科员保管。每周一上午由值班人员逐页核对登记内容。发现漏登的材料当天补登并注明原因。"
	"补登的材料由科长签字后归入当月卷宗。卷宗按月装订并在次月五日以前移交档案室。档案室收到后给出回执并编号上架。"
	"查阅人凭介绍信可以在阅览间查看卷宗副本。阅览间每日上午九时开门下午五时关门。节假日有值班人员代为接待来访群众。"
	"来访群众提出的意见由值班人员记入意见簿。意见簿每月送主管领导批阅一次。批阅后的意见由各科室在十五日内办理完毕。"
	"办理结果由值班人员电话告知提出意见的群众。群众不满意的由科长再次上门说明情况。说明情况的记录同样归入当月卷宗保"
	"存。"
	"各科室每季度互相抽查一次卷宗装订质量。抽查结果在季度例会上当面通报各科室负责人。通报的问题由责任科室限期改正到"
	"位。"
	"改正情况由办公室安排专人逐项复核确认。复核确认以后才可以从问题台账上勾销。台账由办公室统一保管五年以备上级查验"
	"。";

static void add_metric(struct buf *b, const char *id, double value, bool approx)
{
	if (value < 0)
		return;
	buf_printf(b,
		   "%s{\"id\":\"%s\",\"value\":%.10g,\"unit\":\"case\",\"scope\":\"\",\"applicant\":\"\","
		   "\"qualifier\":\"\",\"approx\":%s,\"evidence\":\"e\",\"offset\":0}",
		   b->p[b->n - 1] == '[' ? "" : ",", id, value, approx ? "true" : "false");
}

static void add_report(struct buf *b, const struct year *y)
{
	buf_printf(b,
		   "{\"title\":\"%s\",\"region\":\"榆次区\",\"region_code\":\"140702\",\"body\":\"%s\",\"level\":"
		   "\"county\",\"year\":%d,\"period\":null,\"published\":null,\"format\":null,"
		   "\"fragments\":[[0,100000]],\"metrics\":[",
		   y->title ? y->title : "t", y->body, y->year);
	add_metric(b, "requests.carried_in", y->in, y->approx);
	add_metric(b, "requests.carried_out", y->out, y->approx);
	add_metric(b, "proactive.total", y->total, false);
	add_metric(b, "proactive.cumulative", y->cumulative, false);
	for (unsigned i = 0; i < y->more; i++)
		add_metric(b, "org.staff", i, false);
	buf_add_z(b, "],\"quantities\":[],\"tables\":[],\"checks\":[{\"kind\":\"sum\",\"statement\":\"s\","
		     "\"holds\":true,\"detail\":\"\",\"operands\":[1]}]}");
}

static void put_reports(struct store *s, const char *url, uint64_t seq, const struct year *y, unsigned n)
{
	struct buf b;
	buf_init(&b, 4u << 20);
	buf_printf(&b,
		   "{\"page_url\":null,\"kind\":\"html\",\"charset\":\"UTF-8\",\"charset_errors\":0,\"title\":null,"
		   "\"published\":null,\"dates\":[],\"source\":null,\"text\":\"%s\",\"unsupported\":null,\"cut\":[],"
		   "\"links\":[],\"reports\":[",
		   y[0].text ? y[0].text : "");
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			buf_add_char(&b, ',');
		add_report(&b, &y[i]);
	}
	buf_add_z(&b, "]}");
	ck_assert_int_eq(b.sticky, ERR_OK);
	fixture_store(s, url, seq, seq, b.p);
	buf_fini(&b);
}

static void put_year(struct store *s, const char *url, uint64_t seq, struct year y)
{
	put_reports(s, url, seq, &y, 1);
}

static struct store *open_store(void)
{
	struct store *s;
	ck_assert_msg(store_open(fixture_dir, false, &s) == ERR_OK, "%s", err_text());
	return s;
}

/* All rows of a query, columns parted by |, lines by newlines. The caller frees. */
static char *ask(const char *sql)
{
	char path[128];
	struct buf b;
	sqlite3 *db;
	sqlite3_stmt *st;
	buf_init(&b, 4u << 20);
	buf_add_z(&b, "");
	snprintf(path, sizeof path, "%s/store.db", fixture_dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	while (sqlite3_step(st) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(st); i++) {
			const char *z = (const char *)sqlite3_column_text(st, i);
			buf_printf(&b, "%s%s", z ? z : "", i + 1 < sqlite3_column_count(st) ? "|" : "\n");
		}
	sqlite3_finalize(st);
	sqlite3_close(db);
	return buf_take(&b, NULL);
}

static void expect(const char *sql, const char *answer)
{
	char *z = ask(sql);
	ck_assert_str_eq(z ? z : "", answer);
	free(z);
}

#define ROWS                                                                                                           \
	"SELECT r.year, c.holds, c.operands FROM checks c JOIN reports r ON r.id=c.report_id"                          \
	" WHERE c.kind='across-years' ORDER BY r.year, c.ord"
#define EVERYTHING                                                                                                     \
	"SELECT d.url, r.ord, r.body, r.year, r.checks, r.failed_checks, c.ord, c.kind, c.statement, c.holds, "        \
	"c.detail,"                                                                                                    \
	" c.operands FROM reports r JOIN documents d ON d.id=r.document_id LEFT JOIN checks c ON c.report_id=r.id"     \
	" ORDER BY 1, 2, 7"

START_TEST(carried_over)
{
	struct store *s = open_store();
	put_year(s, "http://a.cn/20", 1,
		 (struct year){.body = "区政府", .year = 2020, .in = 1, .out = 5, .total = -1, .cumulative = -1});
	expect(ROWS, "");
	put_year(s, "http://a.cn/21", 2,
		 (struct year){.body = "区政府", .year = 2021, .in = 5, .out = 2, .total = -1, .cumulative = -1});
	put_year(s, "http://a.cn/22", 3,
		 (struct year){.body = "区政府", .year = 2022, .in = 3, .out = 0, .total = -1, .cumulative = -1});
	expect(ROWS, "2021|1|[5,5]\n2022|0|[3,2]\n");
	expect("SELECT checks, failed_checks FROM reports ORDER BY year", "1|0\n2|0\n2|1\n");
	expect("SELECT detail FROM checks WHERE NOT holds", "2021 says 2, stated 3; 2021 is http://a.cn/21\n");
	/* a reparse of 2021 corrects its figure: the check of 2022 follows, and none is told twice */
	put_year(s, "http://a.cn/21", 4,
		 (struct year){.body = "区政府", .year = 2021, .in = 5, .out = 3, .total = -1, .cumulative = -1});
	expect(ROWS, "2021|1|[5,5]\n2022|1|[3,3]\n");
	/* the same again is no change */
	put_year(s, "http://a.cn/21", 5,
		 (struct year){.body = "区政府", .year = 2021, .in = 5, .out = 3, .total = -1, .cumulative = -1});
	expect(ROWS, "2021|1|[5,5]\n2022|1|[3,3]\n");
	/* 2021 turns out to be another body's: nobody's neighbour any more */
	put_year(s, "http://a.cn/21", 6,
		 (struct year){.body = "教育局", .year = 2021, .in = 5, .out = 3, .total = -1, .cumulative = -1});
	expect(ROWS, "");
	expect("SELECT checks, failed_checks FROM reports ORDER BY year", "1|0\n1|0\n1|0\n");
	store_close(s);
}
END_TEST

START_TEST(silent)
{
	struct store *s = open_store();
	/* approximate, not stated, a year between, another body */
	put_year(s, "http://a.cn/1", 1, (struct year){.body = "甲", .year = 2020, NOT_STATED});
	put_year(s, "http://a.cn/2", 2,
		 (struct year){.body = "甲", .year = 2021, .in = 5, .out = 7, .total = -1, .cumulative = -1});
	put_year(s, "http://a.cn/3", 3,
		 (struct year){.body = "甲", .year = 2023, .in = 5, .out = -1, .total = -1, .cumulative = -1});
	put_year(s, "http://a.cn/4", 4,
		 (struct year){.body = "乙", .year = 2022, .in = 6, .out = -1, .total = -1, .cumulative = -1});
	put_year(
		s, "http://a.cn/5", 5,
		(struct year){
			.body = "丙", .year = 2020, .in = -1, .out = 6, .total = -1, .cumulative = -1, .approx = true});
	put_year(s, "http://a.cn/6", 6,
		 (struct year){.body = "丙", .year = 2021, .in = 9, .out = -1, .total = -1, .cumulative = -1});
	/* "in all 300" that means this year's */
	put_year(s, "http://a.cn/7", 7,
		 (struct year){.body = "丁", .year = 2012, .in = -1, .out = -1, .total = 200, .cumulative = 200});
	put_year(s, "http://a.cn/8", 8,
		 (struct year){.body = "丁", .year = 2013, .in = -1, .out = -1, .total = 300, .cumulative = 300});
	put_year(s, "http://a.cn/9", 9,
		 (struct year){.body = "丁", .year = 2014, .in = -1, .out = -1, .total = 300, .cumulative = 450});
	expect(ROWS, "");
	store_close(s);
}
END_TEST

START_TEST(named_by_title)
{
	struct store *s = open_store();
	put_year(s, "http://a.cn/1", 1,
		 (struct year){.body = "",
			       .title = "榆次区2020年度政府信息公开年度报告",
			       .year = 2020,
			       .in = 0,
			       .out = 5,
			       .total = -1,
			       .cumulative = -1});
	put_year(s, "http://a.cn/2", 2,
		 (struct year){.body = "",
			       .title = "榆次区2021年政府信息公开工作年度报告",
			       .year = 2021,
			       .in = 4,
			       .out = 1,
			       .total = -1,
			       .cumulative = -1});
	/* a bureau's, one that names nobody, and one whose body is known */
	put_year(s, "http://a.cn/3", 3,
		 (struct year){.body = "",
			       .title = "榆次区文化局2022年政府信息公开年度报告",
			       .year = 2022,
			       .in = 9,
			       .out = 1,
			       .total = -1,
			       .cumulative = -1});
	put_year(s, "http://a.cn/4", 4,
		 (struct year){.body = "",
			       .title = "2020年年度报告",
			       .year = 2020,
			       .in = 0,
			       .out = 7,
			       .total = -1,
			       .cumulative = -1});
	put_year(s, "http://a.cn/5", 5,
		 (struct year){.body = "",
			       .title = "2021年年度报告",
			       .year = 2021,
			       .in = 6,
			       .out = 1,
			       .total = -1,
			       .cumulative = -1});
	put_year(s, "http://a.cn/6", 6,
		 (struct year){.body = "榆次区文化局",
			       .title = "榆次区2022年政府信息公开年度报告",
			       .year = 2022,
			       .in = 8,
			       .out = 1,
			       .total = -1,
			       .cumulative = -1});
	expect(ROWS, "2021|0|[4,5]\n");
	store_close(s);
}
END_TEST

START_TEST(running_totals)
{
	struct store *s = open_store();
	put_year(s, "http://a.cn/1", 1,
		 (struct year){.body = "甲", .year = 2008, .in = -1, .out = -1, .total = 200, .cumulative = 200});
	put_year(s, "http://a.cn/2", 2,
		 (struct year){.body = "甲", .year = 2009, .in = -1, .out = -1, .total = 300, .cumulative = 500});
	put_year(s, "http://a.cn/3", 3,
		 (struct year){.body = "甲", .year = 2010, .in = -1, .out = -1, .total = 100, .cumulative = 650});
	expect(ROWS, "2009|1|[500,200,300]\n2010|0|[650,500,100]\n");
	store_close(s);
}
END_TEST

START_TEST(twins)
{
	struct store *s = open_store();
	put_year(s, "http://a.cn/20", 1,
		 (struct year){.body = "甲", .year = 2020, .in = 0, .out = 5, .total = -1, .cumulative = -1});
	put_year(s, "http://a.cn/21.htm", 2,
		 (struct year){.body = "甲", .year = 2021, .in = 4, .out = 1, .total = -1, .cumulative = -1});
	expect(ROWS, "2021|0|[4,5]\n");
	/* its PDF has more figures and stands for the year now */
	put_year(
		s, "http://a.cn/21.pdf", 3,
		(struct year){.body = "甲", .year = 2021, .in = 5, .out = 1, .total = -1, .cumulative = -1, .more = 3});
	expect(ROWS, "2021|1|[5,5]\n");
	expect("SELECT sum(checks), sum(failed_checks), sum(held) FROM reports JOIN series ON report_id=id", "4|0|1\n");
	put_year(
		s, "http://a.cn/21.pdf", 4,
		(struct year){.body = "乙", .year = 2021, .in = 5, .out = 1, .total = -1, .cumulative = -1, .more = 3});
	expect(ROWS, "2021|0|[4,5]\n");
	store_close(s);
}
END_TEST

START_TEST(repeated_text)
{
	char changed[sizeof prose], *cut = changed + sizeof prose / 3;
	struct store *s = open_store();
	memcpy(changed, prose, sizeof prose);
	/* from a third on every sentence says something else */
	for (char *p = cut; (p = strstr(p, "的")) != NULL; p += 3)
		memcpy(p, "之", 3);
	for (char *p = cut; (p = strstr(p, "由")) != NULL; p += 3)
		memcpy(p, "让", 3);
	for (char *p = cut; (p = strstr(p, "在")) != NULL; p += 3)
		memcpy(p, "于", 3);
	put_year(s, "http://a.cn/1", 1, (struct year){.body = "甲", .year = 2019, NOT_STATED, .text = prose});
	put_year(s, "http://a.cn/2", 2,
		 (struct year){.body = "甲", .year = 2020, NOT_STATED, .text = prose, .more = 1});
	put_year(s, "http://a.cn/3", 3, (struct year){.body = "甲", .year = 2021, NOT_STATED, .text = changed});
	expect("SELECT r.year, c.holds FROM checks c JOIN reports r ON r.id=c.report_id WHERE kind='repeated-text'"
	       " ORDER BY 1",
	       "2020|0\n2021|1\n");
	store_close(s);
}
END_TEST

START_TEST(sentences)
{
	struct repeat r;
	/* figures, years and numerals are set aside; rows of tables and headings do not count */
	repeat_compare(STR("2019年本局共收到来信35封，已经全部答复完毕。\n总计\t5\t6\n（一）收到来信共计\t7。"),
		       STR("2020年本局共收到来信四十八封，已经全部答复完毕。\n总计\t5\t6\n（一）收到来信共计\t7。"),
		       &r);
	ck_assert_uint_eq(r.repeated, r.characters);
	ck_assert_uint_eq(r.characters, 17);
	ck_assert(!repeat_copied(&r)); /* word for word, but too short to mean anything */
	repeat_compare(STR("本局共收到来信若干封并已答复。"), STR("本局未收到来信也没有可以答复之处。"), &r);
	ck_assert_uint_eq(r.repeated, 0);
	repeat_compare(STR(""), STR(""), &r);
	ck_assert_uint_eq(r.characters, 0);
	ck_assert(!repeat_copied(&r));
	repeat_compare(STR(prose), STR(prose), &r);
	ck_assert(repeat_copied(&r));
	ck_assert_uint_eq(r.longest, r.characters);
	ck_assert_uint_eq(r.passage.n, sizeof prose - 1);
	/* hostile bytes */
	repeat_compare(STR("\xff\xfe\t\xe4\xb8。"), STR("\xe4\xb8\xe4\n\t\x80。"), &r);
	ck_assert_uint_eq(r.characters, 0);
}
END_TEST

/* Pages of a few bodies and years in random order, each put twice with other figures: the last state alone counts. */
START_TEST(any_order)
{
	enum { PAGES = 24, ROUNDS = 6 };
	char *first = NULL;
	for (unsigned round = 0; round < ROUNDS; round++) {
		uint64_t rng = round + 1;
		unsigned order[PAGES * 2];
		unsigned puts = round == 0 ? PAGES : PAGES * 2, done[PAGES] = {0};
		fixture_begin();
		struct store *s = open_store();
		for (unsigned i = 0; i < puts; i++)
			order[i] = i % PAGES;
		for (unsigned i = puts - 1; i > 0; i--) {
			unsigned k = (unsigned)(rng_next(&rng) % (i + 1)), x = order[i];
			order[i] = order[k];
			order[k] = x;
		}
		for (unsigned i = 0; i < puts; i++) {
			static const char *const bodies[] = {"甲", "乙", "丙"};
			unsigned page = order[i];
			bool last = round == 0 || done[page]++ > 0;
			char url[32];
			snprintf(url, sizeof url, "http://a.cn/%u", page);
			struct year y = {.body = bodies[(page + !last) % 3],
					 .year = 2015 + (int)(page / 3 % 4) + !last,
					 .in = page % 5,
					 .out = page % 4,
					 .total = 10 + page,
					 .cumulative = 100 + page * 10,
					 .more = page % 2,
					 .text = page % 2 ? prose : "本局共收到来信若干封并已答复。"};
			put_year(s, url, i + 1, y);
		}
		ck_assert(!store_unsettled(s));
		store_close(s);
		char *now = ask(EVERYTHING);
		fixture_end();
		ck_assert_ptr_nonnull(strstr(now, "across-years"));
		if (first)
			ck_assert_str_eq(now, first);
		else
			first = now;
		if (now != first)
			free(now);
	}
	free(first);
	fixture_begin();
}
END_TEST

/* More years than one transaction settles: the rest is kept for the next one, in this boot or another. */
START_TEST(too_many_at_once)
{
	struct store *s = open_store();
	static struct year y[256];
	char names[256][16];
	for (unsigned page = 0; page < 2; page++) {
		for (unsigned i = 0; i < 256; i++) {
			snprintf(names[i], sizeof names[i], "b%u", i);
			y[i] = (struct year){.body = names[i],
					     .year = 2020 + (int)page,
					     .in = 1,
					     .out = 1,
					     .total = -1,
					     .cumulative = -1};
		}
		put_reports(s, page ? "http://a.cn/2" : "http://a.cn/1", page + 1, y, 256);
	}
	store_close(s);
	/* as an older store is, whose reports were never compared */
	expect("SELECT count(*) FROM checks WHERE kind='across-years' AND holds", "256\n");
	free(ask("DELETE FROM checks WHERE kind='across-years'"));
	free(ask("INSERT OR IGNORE INTO series_due SELECT region, place, body, level, year + n FROM series, (SELECT 0 "
		 "AS n UNION ALL SELECT 1)"));
	expect("SELECT count(*) FROM series_due", "768\n");
	s = open_store();
	ck_assert(store_unsettled(s));
	ck_assert_int_eq(store_settle(s), ERR_OK);
	ck_assert(store_unsettled(s));
	store_close(s); /* and again after a restart */
	s = open_store();
	while (store_unsettled(s))
		ck_assert_int_eq(store_settle(s), ERR_OK);
	store_close(s);
	expect("SELECT count(*) FROM checks WHERE kind='across-years' AND holds", "256\n");
	expect("SELECT count(*) FROM series_due", "0\n");
}
END_TEST

/* A store of schema 2 compares its reports while it works, and ends as one that did so from the first. */
START_TEST(older_store)
{
	struct store *s = open_store();
	put_year(s, "http://a.cn/1", 1,
		 (struct year){.body = "甲", .year = 2020, .in = 0, .out = 5, .total = -1, .cumulative = -1});
	put_year(s, "http://a.cn/2", 2,
		 (struct year){.body = "甲", .year = 2021, .in = 4, .out = 1, .total = -1, .cumulative = -1});
	store_close(s);
	char *fresh = ask(EVERYTHING);
	ck_assert_ptr_nonnull(strstr(fresh, "across-years"));
	free(ask("DELETE FROM checks WHERE kind='across-years'"));
	free(ask("UPDATE reports SET checks=1, failed_checks=0"));
	free(ask("DROP TABLE series"));
	free(ask("DROP TABLE series_due"));
	free(ask("DROP TABLE copies"));
	free(ask("DROP TABLE copy_keys"));
	free(ask("DROP TABLE copies_due"));
	static const char *const later[] = {"DROP INDEX documents_same",
					    "DROP TABLE candidates",
					    "DROP TABLE past",
					    "DROP TABLE superseded",
					    "ALTER TABLE documents DROP COLUMN compare_sha256",
					    "ALTER TABLE documents DROP COLUMN flickers",
					    "ALTER TABLE documents DROP COLUMN flickered_at",
					    "ALTER TABLE acks DROP COLUMN unconfirmed"};
	for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
		free(ask(later[i]));
	free(ask("PRAGMA user_version=2"));
	s = open_store();
	ck_assert(store_unsettled(s));
	while (store_unsettled(s))
		ck_assert_int_eq(store_settle(s), ERR_OK);
	store_close(s);
	expect(EVERYTHING, fresh);
	free(fresh);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("across");
	TCase *c = tcase_create("across");
	tcase_set_timeout(c, 60);
	tcase_add_checked_fixture(c, fixture_begin, fixture_end);
	tcase_add_test(c, carried_over);
	tcase_add_test(c, silent);
	tcase_add_test(c, named_by_title);
	tcase_add_test(c, running_totals);
	tcase_add_test(c, twins);
	tcase_add_test(c, repeated_text);
	tcase_add_test(c, sentences);
	tcase_add_test(c, any_order);
	tcase_add_test(c, too_many_at_once);
	tcase_add_test(c, older_store);
	suite_add_tcase(s, c);
	return suite_run(s);
}
