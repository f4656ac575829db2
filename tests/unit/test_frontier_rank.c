/* Arms and budgets in a real frontier.db: who is given up, what a reader of another version left, many hosts at once. */
#include <malloc.h>

#include "frontier_fixture.h"

#include "fetcher/frontier_arms.h"
#include "fetcher/frontier_priv.h"
#include "fetcher/rank.h"

static int64_t add_ranked(const char *url, int rank, int64_t source, enum fdb_added *added)
{
	struct fdb_new_page n = {.url = url, .depth = 1, .source_id = source, .rank = rank};
	int64_t id = 0;
	OK(fdb_add_page(d, &n, NOW, added, &id));
	return id;
}

static int64_t source_of(const char *url, int64_t pages)
{
	const struct fdb_limits l = {.pages = pages};
	char sql[160];
	OK(fdb_add_source(d, url, NULL, NULL, &l, NOW, NULL));
	OK(fdb_commit(d));
	snprintf(sql, sizeof(sql), "SELECT id FROM pages WHERE url='%s'", url);
	lease(query(sql)); /* the source's own page is on its way */
	snprintf(sql, sizeof(sql), "SELECT id FROM sources WHERE url='%s'", url);
	return query(sql);
}

static bool exists(int64_t id)
{
	struct page p;
	int64_t host;
	return fdb_load(d, id, &p, &host) == ERR_OK;
}

/* A twin takes no one's place in the budget, least of all that of the page for which it stands, and has its rank. */
START_TEST(test_stands_in)
{
	enum fdb_added added;
	char sql[160];
	int64_t source = source_of("http://a.gov.cn/", 3);
	int64_t other = add_ranked("http://a.gov.cn/low.html", -40, source, &added);
	int64_t page = add_ranked("http://a.gov.cn/x.html", 30, source, &added);
	ck_assert_int_eq(added, FDB_NEW);
	struct fdb_new_page n = {.url = "http://www.a.gov.cn/x.html",
				 .depth = 1,
				 .from_page = page,
				 .stands_in = true,
				 .source_id = source};
	int64_t twin = 0;
	OK(fdb_add_page(d, &n, NOW, &added, &twin));
	ck_assert_int_eq(added, FDB_NEW);
	ck_assert(exists(page) && exists(other));
	OK(fdb_commit(d));
	snprintf(sql, sizeof(sql), "SELECT count(DISTINCT ord) FROM pages WHERE id IN (%lld,%lld)", (long long)page,
		 (long long)twin);
	ck_assert_int_eq(query(sql), 1);
	ck_assert_int_eq(query("SELECT pages FROM sources"), 3);
	/* and it is not given up itself, though it is the last */
	OK(fdb_event(d, page, &(struct frontier_event){.kind = EV_DISCARD, .cause = CAUSE_TWIN}, NOW, NULL, NULL));
	add_ranked("http://www.a.gov.cn/better.html", 90, source, &added);
	ck_assert(exists(twin));
	check_counts();
}
END_TEST

/* Who is given up for a better page: not what a redirect leads to, and no id is given out twice. */
START_TEST(test_given_up)
{
	enum fdb_added added;
	int64_t source = source_of("http://a.gov.cn/", 3);
	int64_t from = add_ranked("http://a.gov.cn/from.html", -40, source, &added);
	lease(from);
	struct fdb_new_page n = {.url = "http://a.gov.cn/to.html",
				 .depth = 1,
				 .hops = 1,
				 .from_page = from,
				 .redirect = true,
				 .source_id = source};
	int64_t target = 0;
	OK(fdb_add_page(d, &n, NOW, &added, &target));
	int64_t last = add_ranked("http://a.gov.cn/last.html", -40, source, &added);
	ck_assert_int_eq(added, FDB_NEW);
	int64_t better = add_ranked("http://a.gov.cn/better.html", 60, source, &added);
	ck_assert_int_eq(added, FDB_NEW);
	ck_assert(exists(target) && !exists(last));
	ck_assert_int_gt(better, last);
	add_ranked("http://a.gov.cn/second.html", 62, source, &added); /* no better than what is queued */
	ck_assert_int_eq(added, FDB_OUT_OF_BUDGET);
	ck_assert(exists(target));
	check_counts();
	ck_assert_int_eq(query("SELECT count(*) FROM work w LEFT JOIN pages p ON p.id=w.page_id WHERE p.id IS NULL"),
			 0);
}
END_TEST

/* An arm that holds nothing of the source at hand is looked into once, and is served as before. */
START_TEST(test_arm_of_another_source)
{
	enum fdb_added added;
	char url[80];
	int64_t id, host;
	int64_t few = source_of("http://a.gov.cn/", 1), many = source_of("http://a.gov.cn/many/", 100);
	for (int i = 0; i < 20; i++) {
		snprintf(url, sizeof(url), "http://a.gov.cn/b/%d.html", i);
		add_ranked(url, -40, many, &added);
	}
	add_ranked("http://a.gov.cn/b/x.html", 90, few, &added);
	ck_assert_int_eq(added, FDB_OUT_OF_BUDGET);
	OK(fdb_commit(d));
	host = query("SELECT id FROM hosts WHERE key='a.gov.cn'");
	/* the arm's pages come in its turn, by their rank; those of an arm taken for empty would come by their arm's number */
	add_ranked("http://a.gov.cn/c/y.html", -60, many, &added);
	int64_t last = 0;
	for (int i = 0; fdb_next_ready(d, host, &id) == ERR_OK; i++) {
		lease(id);
		last = id;
		ck_assert_int_lt(i, 40);
	}
	OK(fdb_commit(d));
	char sql[80];
	snprintf(sql, sizeof(sql), "SELECT url LIKE '%%/c/y.html' FROM pages WHERE id=%lld", (long long)last);
	ck_assert_int_eq(query(sql), 1);
}
END_TEST

/* A host's number of arms stays where rows are not there: their pages are found, and what they taught is learned again. */
static struct arm *arm_of(int64_t page, int64_t *host_out)
{
	struct rank_host *h;
	char sql[80];
	snprintf(sql, sizeof(sql), "SELECT arm FROM pages WHERE id=%lld", (long long)page);
	int64_t no = query(sql);
	snprintf(sql, sizeof(sql), "SELECT host_id FROM pages WHERE id=%lld", (long long)page);
	*host_out = query(sql);
	OK(arms_host(d, *host_out, &h));
	ck_assert(no > 0 && no < h->count);
	return &h->arms[no];
}

/* A page in each of two arms of one host. */
static void add_two_arms(int64_t pages[2])
{
	enum fdb_added added;
	pages[0] = add_ranked("http://a.gov.cn/xxgk/nb/1.html", 30, 0, &added);
	pages[1] = add_ranked("http://a.gov.cn/news/t/1.html", 30, 0, &added);
	OK(fdb_commit(d));
}

/* What an arm was paid counts at the next choice, for an arm that was chosen before, too. */
START_TEST(test_pay_of_a_chosen_arm)
{
	int64_t pages[2], host, next;
	struct rank_host *h;
	add_two_arms(pages);
	for (unsigned poor = 0; poor < 2; poor++) {
		struct arm *arms[2] = {arm_of(pages[0], &host), arm_of(pages[1], &host)};
		OK(arms_host(d, host, &h));
		for (unsigned k = 0; k < 2; k++) {
			arms[k]->pay = (struct rank_pay){.tried = k == poor ? 50 : 1};
			arms_changed(h, (unsigned)(arms[k] - h->arms));
		}
		h->since_tried = 0;
		OK(fdb_next_ready(d, host, &next));
		ck_assert_int_eq(next, pages[!poor]);
	}
}
END_TEST

/* Two arms that were tried once each, in vain: what their folders and names brought decides, whichever of the two it speaks for. */
START_TEST(test_marks_of_tried_arms)
{
	int64_t pages[2], host, next;
	struct rank_host *h;
	add_two_arms(pages);
	for (unsigned good = 0; good < 2; good++) {
		struct arm *arms[2] = {arm_of(pages[0], &host), arm_of(pages[1], &host)};
		ck_assert_ptr_ne(arms[0], arms[1]);
		OK(arms_host(d, host, &h));
		h->since_tried = 0;
		for (unsigned k = 0; k < 2; k++) {
			unsigned own = 0;
			arms[k]->pay = (struct rank_pay){.tried = 1};
			for (unsigned i = 0; i < RANK_MARKS; i++) {
				unsigned m = arms[k]->marks[i];
				bool shared = false;
				for (unsigned j = 0; j < RANK_MARKS; j++)
					shared |= m == arms[!k]->marks[j];
				if (m == 0 || shared)
					continue;
				h->arms[m].pay = (struct rank_pay){.tried = 50, .paid = k == good ? 40 : 0};
				arms_changed(h, m);
				own++;
			}
			ck_assert_uint_gt(own, 0);
		}
		OK(fdb_next_ready(d, host, &next));
		ck_assert_int_eq(next, pages[good]);
	}
}
END_TEST

START_TEST(test_lost_rows)
{
	enum { PAGES = 60 };
	enum fdb_added added;
	char url[80];
	int64_t id;
	for (int i = 0; i < PAGES; i++) {
		snprintf(url, sizeof(url), "http://b.gov.cn/%c%c/1.html", 'a' + i / 10, 'a' + i % 10);
		add_ranked(url, 30, 0, &added);
	}
	OK(fdb_commit(d));
	int64_t host = query("SELECT id FROM hosts WHERE key='b.gov.cn'");
	int64_t arms = query("SELECT max(arm) FROM pages");
	ck_assert_int_gt(query("SELECT count(*) FROM arm_blocks"), 2);
	fdb_close(d);
	d = NULL;
	run_sql("DELETE FROM arm_blocks WHERE id%32 IN (0, 1)");
	open_db();
	add_ranked("http://b.gov.cn/zz/2.html", 30, 0, &added);
	OK(fdb_commit(d));
	ck_assert_int_gt(query("SELECT arm FROM pages WHERE url='http://b.gov.cn/zz/2.html'"), arms);
	for (int i = 0; i <= PAGES; i++) {
		OK(fdb_next_ready(d, host, &id));
		lease(id);
	}
	ck_assert_int_eq(fdb_next_ready(d, host, &id), ERR_NOTFOUND);
}
END_TEST

/* A damaged row stops with its place, whatever is in it. */
START_TEST(test_damaged_rows)
{
	static const char *const data[] = {"x'00'", "x'FF00000000000000000000'", "zeroblob(13)", "zeroblob(780)", "7"};
	enum fdb_added added;
	int64_t id;
	add_ranked("http://b.gov.cn/a/1.html", 30, 0, &added);
	OK(fdb_commit(d));
	int64_t host = query("SELECT id FROM hosts WHERE key='b.gov.cn'");
	for (size_t i = 0; i < sizeof(data) / sizeof(*data); i++) {
		char sql[120];
		snprintf(sql, sizeof(sql), "UPDATE arm_blocks SET data=%s", data[i]);
		fdb_close(d);
		d = NULL;
		run_sql(sql);
		open_db();
		ck_assert_msg(fdb_next_ready(d, host, &id) == ERR_FORMAT, "%s was taken", data[i]);
		ck_assert_ptr_nonnull(strstr(err_text(), "arm_blocks"));
	}
}
END_TEST

/* What was learned before arms shared rows is taken over. */
START_TEST(test_arms_as_rows)
{
	enum fdb_added added;
	int64_t id;
	int64_t poor = add_ranked("http://b.gov.cn/a/1.html", 30, 0, &added);
	int64_t rich = add_ranked("http://b.gov.cn/c/1.html", 30, 0, &added);
	OK(fdb_commit(d));
	int64_t host = query("SELECT id FROM hosts WHERE key='b.gov.cn'");
	fdb_close(d);
	d = NULL;
	/* arm 1 was tried in vain, arm 70 lies in a second row, and its mark 68 paid; 69 has no row */
	run_sql(ARMS_AS_ROWS "INSERT INTO arms SELECT id, 1, 11, NULL, NULL, 30, 0, 9, 0 FROM hosts;"
			     "INSERT INTO arms SELECT id, 68, 68, NULL, NULL, 0, 1, 4, 4*64 FROM hosts;"
			     "INSERT INTO arms SELECT id, 70, 70, NULL, 68, 30, 0, 4, 4*64 FROM hosts;"
			     "UPDATE pages SET arm=CASE WHEN url LIKE '%/a/%' THEN 1 ELSE 70 END;" NO_ABSENCE
			     "ALTER TABLE hosts DROP COLUMN again; PRAGMA user_version=9");
	open_db();
	ck_assert_int_eq(query("SELECT count(*) FROM sqlite_master WHERE name='arms'"), 0);
	OK(fdb_next_ready(d, host, &id));
	ck_assert_int_eq(id, rich);
	lease(id);
	OK(fdb_next_ready(d, host, &id));
	ck_assert_int_eq(id, poor);
}
END_TEST

/* What is under way is known of each host, also of two whose numbers lie APART: their hashes have one place. */
START_TEST(test_many_hosts)
{
	enum { APART = 1693, PAIRS = 20, PAGES = 40 };
	char url[80];
	int64_t id, hosts[2 * PAIRS];
	enum fdb_added added;
	for (int h = 1; h <= APART + PAIRS; h++) {
		snprintf(url, sizeof(url), "h%d.gov.cn", h);
		OK(fdb_host_id(d, str_of(url), &id));
		ck_assert_int_eq(id, h);
	}
	for (int i = 0; i < 2 * PAIRS; i++) {
		hosts[i] = 1 + i / 2 + i % 2 * APART;
		for (int p = 0; p < PAGES; p++) {
			snprintf(url, sizeof(url), "http://h%d.gov.cn/%d.html", (int)hosts[i], p);
			add_ranked(url, 0, 0, &added);
		}
	}
	OK(fdb_commit(d));
	for (int p = 0; p < PAGES; p++)
		for (int i = 0; i < 2 * PAIRS; i++) {
			OK(fdb_next_ready(d, hosts[i], &id));
			lease(id);
		}
	int lost = 0;
	for (int i = 0; i < 2 * PAIRS; i++)
		lost += fdb_rank_may_go_on(d, hosts[i]);
	ck_assert_int_eq(lost, 0);
}
END_TEST

/* Hosts whose arms grow while they are at work take no more memory than is named, and lose nothing by it. */
START_TEST(test_memory_of_arms)
{
#ifdef GONGKAI_SANITIZE
	enum { ARMS_MIN = 0, HOSTS = 20 }; /* its allocator counts nothing: only that all is kept */
#else
	enum { ARMS_MIN = 2 * 98304, HOSTS = 400 };
#endif
	enum { ROUNDS = 12, LINKS = 40, HOST_BYTES = 512, MIB = 8 };
	char url[80];
	enum fdb_added added;
	OK(fdb_set_memory(d, MIB));
	struct mallinfo2 before = mallinfo2();
	for (int r = 0; r < ROUNDS; r++)
		for (int h = 0; h < HOSTS; h++)
			for (int i = 0; i < LINKS; i++) {
				snprintf(url, sizeof(url), "http://h%d.gov.cn/r%c%c/%c/1.html", h, 'a' + r,
					 'a' + i % 20, 'a' + i / 20);
				add_ranked(url, 30, 0, &added);
			}
	OK(fdb_commit(d));
	ck_assert_int_gt(query("SELECT sum(length(data)) FROM arm_blocks"), 12LL * ARMS_MIN);
	struct mallinfo2 after = mallinfo2();
	/* beside the bound a host more, the slots of arms, and what is known of each host */
	size_t most = (MIB << 20) + (2u << 20) + HOSTS * HOST_BYTES;
	ck_assert_uint_lt(after.uordblks - before.uordblks, most);
	int64_t lost = query("SELECT count(*) FROM pages p WHERE NOT EXISTS(SELECT 1 FROM arm_blocks b"
			     " WHERE b.id=p.host_id*32+p.arm/64)");
	ck_assert_int_eq(lost, 0);
}
END_TEST

static int count_scans(sqlite3 *db)
{
	int scans = 0;
	for (sqlite3_stmt *st = sqlite3_next_stmt(db, NULL); st; st = sqlite3_next_stmt(db, st)) {
		char sql[4096];
		sqlite3_stmt *plan;
		if (strncmp(sqlite3_sql(st), "EXPLAIN", 7) == 0)
			continue;
		snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s", sqlite3_sql(st));
		ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &plan, NULL), SQLITE_OK);
		while (sqlite3_step(plan) == SQLITE_ROW) {
			const char *z = (const char *)sqlite3_column_text(plan, 3);
			bool all = strncmp(z, "SCAN p", 6) == 0 && !strstr(z, "USING");
			bool by_state = strstr(z, "pages_due (state=?)") && strstr(sqlite3_sql(st), "watched");
			if (all || (by_state && strstr(z, "SEARCH p "))) {
				fprintf(stderr, "%s\n  %s\n", sqlite3_sql(st), z);
				scans++;
			}
		}
		sqlite3_finalize(plan);
	}
	return scans;
}

static bool rests(void *ctx, const struct fdb_host *h)
{
	(void)ctx;
	(void)h;
	return false;
}

/* What the loop asks each second walks the few pages that are watched, not all of them. */
START_TEST(test_plans)
{
	int64_t n, id;
	enum fdb_added added;
	add_ranked("http://a.gov.cn/1.html", 0, source_of("http://a.gov.cn/", 2), &added);
	finish(add("http://a.gov.cn/2.html"));
	OK(fdb_retrying(d, 1, &n));
	OK(fdb_retry_workable(d, rests, NULL, &n));
	OK(fdb_next_ready(d, 1, &id));
	OK(fdb_tick(d, NOW + 4000LL * 24 * 3600 * 1000, true, &n, &id));
	add_ranked("http://a.gov.cn/3.html", 99, 1, &added);
	ck_assert_int_eq(count_scans(d->sql.db), 0);
}
END_TEST

/* SQLite's steps for each look at the visits that are due, when so many are. */
static int steps_of_a_look(int pages)
{
	static int made;
	char url[80];
	for (; made < pages; made++) {
		snprintf(url, sizeof(url), "http://d%d.gov.cn/", made);
		finish(add(url));
	}
	OK(fdb_commit(d));
	reopen();
	int64_t changed, next;
	OK(fdb_tick(d, NOW + 2000, true, &changed, &next));
	for (sqlite3_stmt *st = sqlite3_next_stmt(d->sql.db, NULL); st; st = sqlite3_next_stmt(d->sql.db, st))
		if (strstr(sqlite3_sql(st), "UNION ALL") && strstr(sqlite3_sql(st), "due<="))
			return sqlite3_stmt_status(st, SQLITE_STMTSTATUS_VM_STEP, 0) /
			       sqlite3_stmt_status(st, SQLITE_STMTSTATUS_RUN, 0);
	ck_abort_msg("nobody looked at the visits that are due");
	return 0;
}

/* Where more visits are due than the budget allows, a look at the first of them costs the same however many wait. */
START_TEST(test_many_due)
{
	int few = steps_of_a_look(600), many = steps_of_a_look(4000);
	ck_assert_int_gt(few, 0);
	ck_assert_int_lt(many, 2 * few);
}
END_TEST

/* More statements than the program has: the cache takes them all. */
START_TEST(test_statements)
{
	static char texts[900][32];
	struct sql *s = &d->sql;
	int64_t v;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 900; i++) {
			snprintf(texts[i], sizeof(texts[i]), "SELECT %d", i);
			OK(sql_int(s, texts[i], SQL_NONE, -1, &v));
			ck_assert_int_eq(v, i);
		}
	int prepared = 0;
	for (sqlite3_stmt *st = sqlite3_next_stmt(s->db, NULL); st; st = sqlite3_next_stmt(s->db, st))
		prepared++;
	ck_assert_int_lt(prepared, 1000);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_stands_in,
				      test_given_up,
				      test_arm_of_another_source,
				      test_pay_of_a_chosen_arm,
				      test_marks_of_tried_arms,
				      test_lost_rows,
				      test_memory_of_arms,
				      test_damaged_rows,
				      test_arms_as_rows,
				      test_many_hosts,
				      test_many_due,
				      test_plans,
				      test_statements};
	return run_suite("frontier_rank", tests, sizeof(tests) / sizeof(*tests));
}
