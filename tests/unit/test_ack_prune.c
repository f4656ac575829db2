/*
 * Results that no fetcher can ask for any more leave the ledger; what a fetcher at any place can apply is the same as before,
 * an old DOC that comes again is told apart as before, and a kill in the middle takes nothing along.
 */
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>

#include "proto/ledger.h"
#include "sink/ack_prune.h"
#include "sink/db.h"
#include "tests/unit/store_fixture.h"
#include "suite.h"

#define PAGES 40u

static char *path_of_store(void)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/store.db", fixture_dir);
	return path;
}

static int64_t count(const char *sql)
{
	sqlite3 *db;
	int64_t n;
	ck_assert_int_eq(sqlite3_open(path_of_store(), &db), SQLITE_OK);
	ck_assert_int_eq(db_int(db, sql, &n), ERR_OK);
	sqlite3_close(db);
	return n;
}

static void change(const char *sql)
{
	sqlite3 *db;
	ck_assert_int_eq(sqlite3_open(path_of_store(), &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static struct store *open_store(void)
{
	struct store *s;
	ck_assert_msg(store_open(fixture_dir, false, &s) == ERR_OK, "%s", err_text());
	return s;
}

static const char *url_of(unsigned page)
{
	static char url[64];
	snprintf(url, sizeof url, "http://a.gov.cn/%u.htm", page);
	return url;
}

/* A page's DOC in an open batch. Its text changes every eighth fetch. */
static enum ack_result put(struct store *s, unsigned page, uint64_t fetch_id, uint64_t parse_seq, const char *lexicon)
{
	char text[64];
	enum ack_result result = ACK_STALE;
	struct msg_doc head = fixture_head(url_of(page), parse_seq);
	char body[65];
	head.lexicon = lexicon;
	snprintf(text, sizeof text, "page %u, %llu", page, (unsigned long long)(fetch_id / PAGES / 8));
	sha256_hex(text, strlen(text), body);
	head.body_sha256 = body;
	char *z = fixture_plain(text, "[{\"url\":\"http://a.gov.cn/x\",\"rel\":\"a\",\"context\":{}}]");
	ck_assert_msg(fixture_put(s, &head, fetch_id, z, &result) == ERR_OK, "%s", err_text());
	free(z);
	return result;
}

static void begin(struct store *s)
{
	ck_assert_int_eq(store_begin(s), ERR_OK);
}

static int64_t commit(struct store *s)
{
	int64_t number;
	ck_assert_msg(store_commit(s, &number) == ERR_OK, "%s", err_text());
	return number;
}

/* All pages are visited, each time in one commit; numbers go on from *next. */
static void visit_all(struct store *s, unsigned times, uint64_t *next)
{
	for (unsigned i = 0; i < times; i++) {
		begin(s);
		for (unsigned page = 0; page < PAGES; page++, ++*next)
			put(s, page, *next, *next, FIXTURE_LEXICON);
		commit(s);
	}
}

/* As if a thousand commits had come in between, which need no sync here. */
static struct store *age(struct store *s)
{
	store_close(s);
	change("UPDATE ledger SET value = value + 1000 WHERE key = 'last_commit';"
	       "UPDATE boots SET last_commit = (SELECT value FROM ledger WHERE key = 'last_commit')");
	return open_store();
}

/* A round begins at the next call: the numbers of rows fell, as a VACUUM makes them fall. */
static struct store *due(struct store *s)
{
	store_close(s);
	change("INSERT OR REPLACE INTO ledger VALUES('acks_round_end', 1000000000)");
	return open_store();
}

static void settle(struct store *s)
{
	do
		ck_assert_msg(store_settle(s) == ERR_OK, "%s", err_text());
	while (store_unsettled(s));
}

/* A frontier: which fetch each page is at, and what its ACK said. */
struct frontier {
	uint64_t fetch_id[PAGES];
	char said[PAGES][64];
	unsigned links, others;
};

/* As fetcher/inlet.c does: what is of another fetch than the page's is left out. */
static bool apply(void *ctx, const struct ledger_ack *x)
{
	struct frontier *f = ctx;
	unsigned page;
	ck_assert_int_eq(sscanf(x->url, "http://a.gov.cn/%u.htm", &page), 1);
	if (f->fetch_id[page] != x->item.fetch_id) {
		f->others++;
		return true;
	}
	f->links += x->links_count;
	snprintf(f->said[page], sizeof f->said[page], "%lld: %llu %s %d", (long long)x->commit,
		 (unsigned long long)x->item.fetch_id, x->item.lexicon, (int)x->item.result);
	return true;
}

/* What a frontier at commit `after` applies, whose pages are at the fetch which the store holds, or an earlier one. */
static void catch_up(int64_t after, struct frontier *f)
{
	struct ledger *l;
	struct ledger_head head;
	struct arena *a = arena_new(64 * 1024 * 1024);
	ck_assert_int_eq(ledger_open(fixture_dir, &l), ERR_OK);
	for (unsigned page = 0; page < PAGES; page++) {
		struct ledger_page held;
		ck_assert_int_eq(ledger_page(l, url_of(page), &held), ERR_OK);
		f->fetch_id[page] = held.fetch_id;
	}
	ck_assert_int_eq(ledger_head(l, &head), ERR_OK);
	ck_assert_int_eq(ledger_acks(l, after, head.last_commit, a, apply, f), ERR_OK);
	ledger_close(l);
	arena_free(a);
}

START_TEST(the_table_stays_small)
{
	enum { TIMES = 30, ROWS = TIMES * PAGES, YEARS = 5 };
	static struct frontier before, after;
	struct store *s = open_store();
	uint64_t next = 1;
	for (unsigned i = 0; i < YEARS; i++) {
		if (i > 0)
			s = age(s);
		visit_all(s, TIMES, &next);
	}
	/* while it works: what came of late, and no more than came since a round began */
	int64_t rows = count("SELECT count(*) FROM acks");
	ck_assert_int_lt(rows, 3 * ROWS);
	catch_up(0, &before);
	s = due(s);
	settle(s);
	rows = count("SELECT count(*) FROM acks");
	ck_assert_int_eq(rows, ROWS); /* the last commits, whole */
	ck_assert_int_eq(count("SELECT count(*) FROM acks WHERE commit_no > (SELECT value FROM ledger"
			       " WHERE key='last_commit') - 30"),
			 ROWS);
	catch_up(0, &after);
	ck_assert(memcmp(before.said, after.said, sizeof before.said) == 0);
	ck_assert_uint_eq(before.links, PAGES);
	ck_assert_uint_eq(after.links, PAGES);
	s = due(age(s));
	settle(s);
	ck_assert_int_eq(count("SELECT count(*) FROM acks"), PAGES);
	catch_up(0, &after);
	ck_assert(memcmp(before.said, after.said, sizeof before.said) == 0);
	store_close(s);
}
END_TEST

/* A DOC of before that comes again: no second version, and its ACK is there. */
START_TEST(an_old_document_comes_again)
{
	uint64_t next = 1;
	struct store *s = open_store();
	visit_all(s, 2, &next);
	s = due(age(s));
	settle(s);
	ck_assert_int_eq(count("SELECT count(*) FROM acks WHERE fetch_id <= 40"), 0); /* spent by the second visit */
	ck_assert_int_eq(count("SELECT count(*) FROM acks"), 40);
	int64_t versions = count("SELECT count(*) FROM versions"), documents = count("SELECT count(*) FROM documents");
	begin(s);
	ck_assert_int_eq(put(s, 5, 6, 6, FIXTURE_LEXICON), ACK_STALE);
	ck_assert_int_eq(put(s, 5, 46, 46, FIXTURE_LEXICON), ACK_DUPLICATE);
	ck_assert_int_eq(put(s, 5, 46, next, FIXTURE_LEXICON), ACK_UNCHANGED); /* redelivered */
	ck_assert_int_eq(put(s, 5, 6, next + 1, FIXTURE_LEXICON), ACK_STALE);  /* by a frontier that is an older copy */
	int64_t at = commit(s);
	ck_assert_int_eq(count("SELECT count(*) FROM versions"), versions);
	ck_assert_int_eq(count("SELECT count(*) FROM documents"), documents);
	char sql[160];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM acks WHERE commit_no=%lld AND url='http://a.gov.cn/5.htm'",
		 (long long)at);
	ck_assert_int_eq(count(sql), 4);
	store_close(s);
	/* and the next start tells them, too */
	s = open_store();
	ck_assert_int_eq(count(sql), 4);
	store_close(s);
}
END_TEST

/* A reading of the same fetch by the next lexicon stands for the one before; without it the one before stays. */
START_TEST(read_again_by_another_lexicon)
{
	uint64_t next = 1;
	struct store *s = open_store();
	visit_all(s, 2, &next);
	begin(s);
	put(s, 7, 48, next++, "fedcba9876543210");
	commit(s);
	s = due(age(s));
	settle(s);
	ck_assert_int_eq(count("SELECT count(*) FROM acks WHERE fetch_id=48"), 1);
	ck_assert_int_eq(count("SELECT count(*) FROM acks WHERE fetch_id=48 AND lexicon='fedcba9876543210'"), 1);
	ck_assert_int_eq(count("SELECT count(*) FROM acks WHERE fetch_id=49 AND lexicon='" FIXTURE_LEXICON "'"), 1);
	store_close(s);
}
END_TEST

/* A store of years, in which nothing was ever pruned, is worked off in steps; a kill between any two loses no result. */
START_TEST(a_store_of_years)
{
	enum { OLD = 24000 };
	static struct frontier before, after;
	struct timespec nap = {.tv_nsec = 15 * 1000 * 1000};
	uint64_t next = 1000000;
	struct store *s = open_store();
	visit_all(s, 1, &next);
	store_close(s);
	change("UPDATE acks SET commit_no = commit_no + 10000; UPDATE ledger SET value = value + 10000 WHERE "
	       "key='last_commit';"
	       "UPDATE boots SET last_commit = (SELECT value FROM ledger WHERE key='last_commit');"
	       "CREATE TEMP TABLE now AS SELECT * FROM acks; DELETE FROM acks;"
	       "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 23999)"
	       " INSERT INTO acks SELECT 1 + i / 8, 'http://a.gov.cn/' || (i % 40) || '.htm', 1 + i, 1,"
	       " '0123456789abcdef', 1, 0, 0, 0 FROM n; INSERT INTO acks SELECT * FROM now");
	catch_up(0, &before);
	ck_assert_uint_eq(before.links, PAGES);
	int64_t rows = OLD + PAGES, kills = 0;
	while (kills < 3 && rows > (int64_t)PAGES) {
		pid_t pid = fork();
		ck_assert_int_ge(pid, 0);
		if (pid == 0) {
			struct store *t;
			if (store_open(fixture_dir, false, &t) != ERR_OK)
				_exit(1);
			while (store_unsettled(t))
				if (store_settle(t) != ERR_OK)
					_exit(1);
			for (;;)
				pause();
		}
		nanosleep(&nap, NULL);
		kill(pid, SIGKILL);
		int status;
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		kills++;
		rows = count("SELECT count(*) FROM acks");
		catch_up(0, &after);
		ck_assert(memcmp(before.said, after.said, sizeof before.said) == 0);
	}
	s = open_store();
	for (unsigned steps = 0; store_unsettled(s); steps++) {
		int64_t had = count("SELECT count(*) FROM acks");
		ck_assert_msg(store_settle(s) == ERR_OK, "%s", err_text());
		ck_assert_int_le(had - count("SELECT count(*) FROM acks"), ACK_PRUNE_ROWS_MAX);
		ck_assert_uint_lt(steps, OLD / ACK_PRUNE_ROWS_MAX + 3);
	}
	ck_assert_int_eq(count("SELECT count(*) FROM acks"), PAGES);
	memset(&after, 0, sizeof after);
	catch_up(0, &after);
	ck_assert(memcmp(before.said, after.said, sizeof before.said) == 0);
	ck_assert_uint_eq(after.links, PAGES);
	sqlite3 *db;
	sqlite3_stmt *st;
	ck_assert_int_eq(sqlite3_open(path_of_store(), &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &st, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(st), SQLITE_ROW);
	ck_assert_str_eq((const char *)sqlite3_column_text(st, 0), "ok");
	sqlite3_finalize(st);
	sqlite3_close(db);
	store_close(s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ack_prune");
	TCase *t = tcase_create("ack_prune");
	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, fixture_begin, fixture_end);
	tcase_add_test(t, the_table_stays_small);
	tcase_add_test(t, an_old_document_comes_again);
	tcase_add_test(t, read_again_by_another_lexicon);
	tcase_add_test(t, a_store_of_years);
	suite_add_tcase(s, t);
	return suite_run(s);
}
