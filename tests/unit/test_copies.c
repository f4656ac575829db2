/* What makes two reports one, what a mirror is, and that the order of arrival leaves no trace. */
#include <sqlite3.h>

#include "base/simhash.h"
#include "sink/copies.h"
#include "tests/unit/store_fixture.h"
#include "suite.h"

#define BODY "石桥县人民政府"

static struct copies_sign sign(const char *url, const char *body, const char *code)
{
	return (struct copies_sign){.report_id = 1,
				    .year = 2014,
				    .near = 0x0123456789abcdef,
				    .exact = 77,
				    .chars = 1000,
				    .figures = 5,
				    .figures_count = 8,
				    .official = copies_official(str_of(url), NULL),
				    .code = str_of(code),
				    .body = str_of(body),
				    .url = str_of(url)};
}

static const uint64_t far = 0x00000000ffffffff; /* 32 bits */

START_TEST(same_text_figures_body)
{
	struct copies_sign a = sign("http://a.gov.cn/1", BODY, "110101"), b = sign("http://b.gov.cn/1", BODY, "110101");
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_COPY);
	b.near ^= 0x3f; /* 6 bits */
	b.exact = 78;
	b.figures = 6;
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_COPY);
	b.near ^= 0x40;
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_NONE);
	b.figures = 5;
	b.near ^= far;
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_COPY);
	b.figures_count = a.figures_count = COPIES_FIGURES - 1;
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_NONE);
	/* short texts are near to one another by chance */
	b = a;
	b.chars = a.chars = SIMHASH_CHARS_MIN - 1;
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_NONE);
	/* and reports of two years never */
	b = a = sign("http://a.gov.cn/1", BODY, "");
	b.year = 2015;
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_NONE);
	a.year = b.year = 0;
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_COPY);
	b.exact = 78;
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_NONE);
}
END_TEST

START_TEST(whose_it_is)
{
	static const struct {
		const char *body, *code, *other, *other_code;
		bool figures; /* equal */
		enum copies_tie tie;
	} cases[] = {
		{"榆次区人民政府", "140702", "晋中市榆次区人民政府", "140702", false, COPIES_COPY},
		{"榆次区人民政府", "140702", "晋中市榆次区人民政府", "", false, COPIES_COPY},
		{"教育局", "140702", "教育局", "140703", true, COPIES_NONE},
		{"石桥县教育局", "", "临溪县教育局", "", true, COPIES_NONE},
		{"石桥县教育局", "140702", "", "140702", true, COPIES_COPY},
		{"石桥县教育局", "140702", "", "140702", false, COPIES_NONE},
		{"", "", "", "", true, COPIES_COPY},
		{"", "140702", "", "140703", true, COPIES_NONE},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct copies_sign a = sign("http://a.gov.cn/1", cases[i].body, cases[i].code),
				   b = sign("http://b.gov.cn/1", cases[i].other, cases[i].other_code);
		b.exact++; /* near, not equal */
		b.figures += !cases[i].figures;
		ck_assert_msg(copies_judge(&a, &b) == cases[i].tie, "case %zu: %d", i, copies_judge(&a, &b));
		ck_assert_int_eq(copies_judge(&b, &a), cases[i].tie);
	}
}
END_TEST

START_TEST(mirrors)
{
	struct copies_sign a = sign("http://a.gov.cn/1", BODY, ""), b = sign("http://shop.com/1", BODY, "");
	ck_assert(a.official && !b.official);
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_COPY); /* word for word */
	b.exact++;
	b.near ^= 7;
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_MIRRORED);
	b.body = STR("万家博彩");
	ck_assert_int_eq(copies_judge(&b, &a), COPIES_MIRRORED);
	b.near ^= 0x3fff00; /* many words replaced, the figures kept */
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_MIRRORED);
	b.figures++;
	ck_assert_int_eq(copies_judge(&a, &b), COPIES_NONE);
	/* names that only look official */
	ck_assert(!copies_official(STR("http://agov.cn/"), "{}"));
	ck_assert(!copies_official(STR("http://a.gov.cn.evil.com/"), "{}"));
	ck_assert(copies_official(STR("https://www.gov.cn/x"), "{}"));
	ck_assert(copies_official(STR("http://10.0.0.1:80/x"), "{\"vouched\":true}"));
	ck_assert(!copies_official(STR("http://10.0.0.1:80/x"), "{\"vouched\":\"true\"}"));
	ck_assert(!copies_official(STR("http://10.0.0.1:80/x"), "{"));
}
END_TEST

START_TEST(who_is_principal)
{
	struct copies_sign a = sign("http://b.gov.cn/1", BODY, ""), b = sign("http://a.gov.cn/1", BODY, "");
	ck_assert(copies_before(&b, &a) && !copies_before(&a, &b));
	a.published = STR("2015-03-02");
	ck_assert(copies_before(&a, &b)); /* a date before none */
	b.published = STR("2015-03-01");
	ck_assert(copies_before(&b, &a));
	b.attached = true;
	ck_assert(copies_before(&a, &b));
	a.site = 2;
	ck_assert(copies_before(&b, &a));
	b.official = false;
	ck_assert(copies_before(&a, &b));
}
END_TEST

/* ---- over a store */

struct doc {
	const char *url, *context, *site, *body, *published, *from, *to; /* from, to: words replaced in the text */
	int year, first; /* first: the first of the figures, the others follow from it */
};

static char *text_of(const struct doc *d)
{
	char *z = calloc(1, 1 << 15), *out = calloc(1, 1 << 16);
	static const char *const deeds[] = {"修订了信息公开指南", "调整了公开目录", "检查了各乡镇的公开栏",
					    "答复了群众的来信"};
	uint64_t seed = 9;
	size_t n = 0;
	for (unsigned i = 0; i < 60; i++)
		n += (size_t)sprintf(z + n, "第%u条%d年%s,涉及%c%c类事项。", i, d->year, deeds[rng_next(&seed) % 4],
				     (char)('a' + rng_next(&seed) % 26), (char)('a' + rng_next(&seed) % 26));
	n += (size_t)sprintf(z + n, "%s主动公开%d条。", d->body, d->first);
	char *in = z, *hit;
	while (d->from && (hit = strstr(in, d->from))) {
		strncat(out, in, (size_t)(hit - in));
		strcat(out, d->to);
		in = hit + strlen(d->from);
	}
	strcat(out, in);
	free(z);
	return out;
}

static char *json_of(const struct doc *d)
{
	char *z, *text = text_of(d), metrics[2048];
	size_t n = 0;
	for (int i = 0; i < 6; i++)
		n += (size_t)sprintf(
			metrics + n,
			"%s{\"id\":\"m%d\",\"value\":%d,\"unit\":\"item\",\"scope\":\"\",\"applicant\":\"\","
			"\"qualifier\":\"\",\"approx\":false,\"evidence\":\"x\",\"offset\":4}",
			i ? "," : "", i, d->first + 7 * i);
	ck_assert_int_gt(
		asprintf(&z,
			 "{\"page_url\":null,\"kind\":\"html\",\"charset\":\"UTF-8\",\"charset_errors\":0,\"title\":"
			 "\"年报\","
			 "\"published\":null,\"dates\":[],\"source\":null,\"site_id_code\":\"%s\",\"text\":\"%s\","
			 "\"unsupported\":null,\"cut\":[],\"reports\":[{\"title\":\"年报\",\"region\":null,"
			 "\"region_code\":\"110101\",\"body\":\"%s\",\"level\":\"county\",\"year\":%d,\"period\":null,"
			 "\"published\":%s,\"format\":\"2014\",\"fragments\":[[0,100000]],\"metrics\":[%s],"
			 "\"quantities\":[],"
			 "\"tables\":[],\"checks\":[]}],\"links\":[]}",
			 d->site, text, d->body, d->year, d->published, metrics),
		0);
	free(text);
	return z;
}

static const struct doc docs[] = {
	{"http://z.own.gov.cn/14.htm", "{}", "1101010001", BODY, "\"2015-03-09\"", NULL, NULL, 2014, 100},
	{"http://a.city.gov.cn/x/14.htm", "{}", "1101000001", BODY, "\"2015-03-01\"", "第1条", "第一条", 2014, 100},
	{"http://b.platform.cn/14.htm", "{\"vouched\":true}", "", BODY, "null", NULL, NULL, 2014, 100},
	{"http://news.com/14.htm", "{}", "", BODY, "\"2015-01-01\"", NULL, NULL, 2014, 100},
	{"http://cheap-jerseys.com/14.htm", "{}", "", BODY, "\"2014-01-01\"", "石桥县人民政府", "万家博彩", 2014, 100},
	{"http://kanqiu.com/14.htm", "{}", "", "万家体育", "\"2014-01-01\"", "信息公开", "足球投注", 2014, 100},
	{"http://z.own.gov.cn/15.htm", "{}", "1101010001", BODY, "null", NULL, NULL, 2015, 100},
	{"http://z.own.gov.cn/town.htm", "{}", "1101010001", "柳镇人民政府", "null", NULL, NULL, 2014, 230},
};
#define DOCS (sizeof docs / sizeof docs[0])

static void put(struct store *s, const struct doc *d, uint64_t n)
{
	char *z = json_of(d);
	struct msg_doc head = fixture_head(d->url, n);
	enum ack_result result;
	int64_t commit;
	head.context = d->context;
	ck_assert_int_eq(store_begin(s), ERR_OK);
	ck_assert_msg(fixture_put(s, &head, n, z, &result) == ERR_OK, "%s", err_text());
	ck_assert_int_eq(store_commit(s, &commit), ERR_OK);
	while (store_unsettled(s))
		ck_assert_int_eq(store_settle(s), ERR_OK);
	free(z);
}

/* Every grouped report, its principal, and whether it is a mirror; one a line. The caller frees. */
static char *groups(const char *more)
{
	char path[128], *out = calloc(1, 1 << 16);
	sqlite3 *db;
	sqlite3_stmt *st;
	snprintf(path, sizeof path, "%s/store.db", fixture_dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	if (more)
		ck_assert_int_eq(sqlite3_exec(db, more, NULL, NULL, NULL), SQLITE_OK);
	ck_assert_int_eq(
		sqlite3_prepare_v2(db,
				   "SELECT c.url || ' = ' || p.url || iif(c.mirror, ' mirror', '') FROM copies c"
				   " JOIN copies p ON p.report_id=c.principal ORDER BY 1",
				   -1, &st, NULL),
		SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		strcat(out, (const char *)sqlite3_column_text(st, 0));
		strcat(out, "\n");
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
	return out;
}

static const char expected[] = "http://a.city.gov.cn/x/14.htm = http://z.own.gov.cn/14.htm\n"
			       "http://b.platform.cn/14.htm = http://z.own.gov.cn/14.htm\n"
			       "http://cheap-jerseys.com/14.htm = http://z.own.gov.cn/14.htm mirror\n"
			       "http://kanqiu.com/14.htm = http://z.own.gov.cn/14.htm mirror\n"
			       "http://news.com/14.htm = http://z.own.gov.cn/14.htm\n"
			       "http://z.own.gov.cn/14.htm = http://z.own.gov.cn/14.htm\n";

START_TEST(order_leaves_no_trace)
{
	uint64_t seed = 3 + (uint64_t)_i;
	unsigned at[DOCS];
	struct store *s;
	for (unsigned i = 0; i < DOCS; i++) {
		unsigned k = (unsigned)(rng_next(&seed) % (i + 1));
		at[i] = at[k];
		at[k] = i;
	}
	ck_assert_int_eq(store_open(fixture_dir, false, &s), ERR_OK);
	for (unsigned i = 0; i < DOCS; i++)
		put(s, &docs[at[i]], i + 1);
	char *got = groups(NULL);
	ck_assert_str_eq(got, expected);
	free(got);
	store_close(s);
}
END_TEST

/* What a page was leaves the group when the page says another thing; who is left finds a principal of his own. */
START_TEST(leaving_and_vouching)
{
	struct store *s;
	char *got;
	ck_assert_int_eq(store_open(fixture_dir, false, &s), ERR_OK);
	for (unsigned i = 0; i < DOCS; i++)
		put(s, &docs[i], i + 1);
	struct doc changed = docs[0];
	changed.year = 2013;
	put(s, &changed, 20);
	got = groups(NULL);
	ck_assert_ptr_nonnull(strstr(got, "news.com/14.htm = http://a.city.gov.cn/x/14.htm\n"));
	ck_assert_ptr_null(strstr(got, "own.gov.cn/14.htm"));
	free(got);
	/* the same content, no more vouched for: now it is a reprint, and no less a copy */
	struct doc stranger = docs[2];
	stranger.context = "{}";
	changed = docs[1];
	changed.year = 2013;
	put(s, &stranger, 21);
	put(s, &changed, 22);
	got = groups(NULL);
	/* nothing official is left of 2014: the strangers tie among themselves, and nobody is a mirror */
	ck_assert_ptr_nonnull(strstr(got, "b.platform.cn/14.htm = "));
	ck_assert_ptr_null(strstr(got, "mirror"));
	free(got);
	put(s, &docs[0], 23);
	put(s, &docs[1], 24);
	put(s, &docs[2], 25);
	got = groups(NULL);
	ck_assert_str_eq(got, expected);
	free(got);
	store_close(s);
}
END_TEST

/* A store of before, or one that was killed with copies still to settle. */
START_TEST(older_store)
{
	struct store *s;
	ck_assert_int_eq(store_open(fixture_dir, false, &s), ERR_OK);
	for (unsigned i = 0; i < DOCS; i++)
		put(s, &docs[i], i + 1);
	store_close(s);
	free(groups("DELETE FROM copies; DELETE FROM copy_keys; INSERT INTO copies_due SELECT DISTINCT document_id "
		    "FROM reports"));
	ck_assert_int_eq(store_open(fixture_dir, false, &s), ERR_OK);
	ck_assert(store_unsettled(s));
	while (store_unsettled(s))
		ck_assert_int_eq(store_settle(s), ERR_OK);
	char *got = groups(NULL);
	ck_assert_str_eq(got, expected);
	free(got);
	store_close(s);
}
END_TEST

static void change(const char *sql)
{
	char path[128];
	sqlite3 *db;
	snprintf(path, sizeof path, "%s/store.db", fixture_dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static int64_t count(const char *sql)
{
	char path[128];
	sqlite3 *db;
	int64_t n;
	snprintf(path, sizeof path, "%s/store.db", fixture_dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(db_int(db, sql, &n), ERR_OK);
	sqlite3_close(db);
	return n;
}

/* More copies than a set holds, under addresses as long as they come: the set is cut, and nothing is lost or ends. */
START_TEST(more_than_a_set_holds)
{
	enum { COPIES = 540 };
	struct store *s;
	char url[2048], *z = json_of(&docs[0]);
	enum ack_result result;
	int64_t commit;
	ck_assert_int_eq(store_open(fixture_dir, false, &s), ERR_OK);
	ck_assert_int_eq(store_begin(s), ERR_OK);
	for (unsigned i = 0; i < COPIES; i++) {
		int n = snprintf(url, sizeof url, "http://h%03u.gov.cn/", i);
		memset(url + n, 'x', sizeof url - 1 - (size_t)n);
		url[sizeof url - 1] = '\0';
		struct msg_doc head = fixture_head(url, i + 1);
		ck_assert_msg(fixture_put(s, &head, i + 1, z, &result) == ERR_OK, "%s", err_text());
	}
	ck_assert_int_eq(store_commit(s, &commit), ERR_OK);
	while (store_unsettled(s))
		ck_assert_int_eq(store_settle(s), ERR_OK);
	/* the least URL is the first that came, and so in every set */
	ck_assert_int_eq(count("SELECT count(*) FROM copies WHERE principal=(SELECT min(report_id) FROM copies)"),
			 COPIES);
	store_close(s);
	/* and a start that finds some of them due */
	change("INSERT INTO copies_due SELECT document_id FROM copies LIMIT 3");
	ck_assert_int_eq(store_open(fixture_dir, false, &s), ERR_OK);
	while (store_unsettled(s))
		ck_assert_int_eq(store_settle(s), ERR_OK);
	ck_assert_int_eq(count("SELECT count(*) FROM copies WHERE principal=(SELECT min(report_id) FROM copies)"),
			 COPIES);
	/* one of them says another thing: it leaves, and the others stay */
	struct doc changed = docs[0];
	changed.year = 2013;
	memcpy(url, "http://h001", 11);
	changed.url = url;
	put(s, &changed, COPIES + 1);
	ck_assert_int_eq(count("SELECT count(*) FROM copies WHERE principal=(SELECT min(report_id) FROM copies)"),
			 COPIES - 1);
	store_close(s);
	free(z);
}
END_TEST

/* Whatever order its stretches are named in, a report's text is one. */
START_TEST(stretches_in_any_order)
{
	struct store *s;
	ck_assert_int_eq(store_open(fixture_dir, false, &s), ERR_OK);
	put(s, &docs[0], 1);
	put(s, &docs[3], 2);
	store_close(s);
	change("UPDATE reports SET fragments='[[300,100000],[250,310],[0,300]]' WHERE id=2;"
	       "INSERT INTO copies_due SELECT document_id FROM reports WHERE id=2");
	ck_assert_int_eq(store_open(fixture_dir, false, &s), ERR_OK);
	while (store_unsettled(s))
		ck_assert_int_eq(store_settle(s), ERR_OK);
	store_close(s);
	ck_assert_int_eq(count("SELECT count(DISTINCT exact) FROM copies"), 1);
	ck_assert_int_eq(count("SELECT count(*) FROM copies WHERE principal=1"), 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("copies");
	TCase *t = tcase_create("copies");
	tcase_set_timeout(t, 240);
	tcase_add_checked_fixture(t, fixture_begin, fixture_end);
	tcase_add_test(t, same_text_figures_body);
	tcase_add_test(t, whose_it_is);
	tcase_add_test(t, mirrors);
	tcase_add_test(t, who_is_principal);
	tcase_add_loop_test(t, order_leaves_no_trace, 0, 12);
	tcase_add_test(t, leaving_and_vouching);
	tcase_add_test(t, older_store);
	tcase_add_test(t, stretches_in_any_order);
	tcase_add_test(t, more_than_a_set_holds);
	suite_add_tcase(s, t);
	return suite_run(s);
}
