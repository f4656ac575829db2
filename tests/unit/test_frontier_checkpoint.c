/* frontier_checkpoint - on real files, threads and kills: the log is copied beside the work, ends, and loses nothing. */
#include <check.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fetcher/frontier_checkpoint.h"
#include "suite.h"

#define ROWS_A_COMMIT 100 /* each a page of the file, about */
#define PAGE 8192
#define FRAME (PAGE + 24)

static char dir[64], path[96];

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/test-checkpoint-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/a.db", dir);
}

static void teardown(void)
{
	char cmd[128];
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	ck_assert_int_eq(system(cmd), 0);
}

static void must(sqlite3 *db, const char *text)
{
	ck_assert_msg(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", text, sqlite3_errmsg(db));
}

static sqlite3 *open_db(struct checkpoint **c)
{
	sqlite3 *db;
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	must(db,
	     "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	     "PRAGMA journal_size_limit=0; CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, n INTEGER, b BLOB)");
	if (c)
		ck_assert_int_eq(checkpoint_new(path, db, c), ERR_OK);
	return db;
}

static int64_t number(sqlite3 *db, const char *text)
{
	sqlite3_stmt *st;
	ck_assert_int_eq(sqlite3_prepare_v2(db, text, -1, &st, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(st), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* Rows of the n-th commit: every row names it. */
static void commit_rows(sqlite3 *db, int n)
{
	char text[256];
	snprintf(text, sizeof(text),
		 "BEGIN; WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM i WHERE x<%d)"
		 " INSERT OR REPLACE INTO t SELECT (%d+x)%%3000, %d, randomblob(7000) FROM i; COMMIT",
		 ROWS_A_COMMIT, n * ROWS_A_COMMIT, n);
	must(db, text);
}

static int64_t log_pages(void)
{
	char wal[128];
	struct stat st;
	snprintf(wal, sizeof(wal), "%s-wal", path);
	return stat(wal, &st) == 0 ? st.st_size / FRAME : 0;
}

START_TEST(test_the_log_begins_anew)
{
	struct checkpoint *c;
	sqlite3 *db = open_db(&c);
	const int64_t most = CHECKPOINT_FROM_LEAST * CHECKPOINT_MOST + 4 * ROWS_A_COMMIT;
	bool again = false;
	int64_t before = 0;
	for (int n = 0; n < 120; n++) { /* more than the most */
		commit_rows(db, n);
		int64_t now = log_pages();
		ck_assert_int_le(now, most);
		again = again || now < before; /* journal_size_limit 0: a log that begins anew is cut */
		before = now;
	}
	ck_assert(again);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM t"), 3000);
	ck_assert_int_eq(number(db, "SELECT min(n) FROM t"), 90);
	checkpoint_free(c);
	sqlite3_close(db);
	db = open_db(NULL);
	ck_assert_int_eq(number(db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check='ok'"), 1);
	ck_assert_int_eq(number(db, "SELECT min(n) FROM t"), 90);
	sqlite3_close(db);
}
END_TEST

/* One who reads an old state keeps the log, as long as he reads: what he sees stays, and nobody waits for him. */
START_TEST(test_a_reader_is_not_waited_for)
{
	struct checkpoint *c;
	sqlite3 *reader, *db = open_db(&c);
	commit_rows(db, 0);
	ck_assert_int_eq(sqlite3_open(path, &reader), SQLITE_OK);
	must(reader, "BEGIN");
	ck_assert_int_eq(number(reader, "SELECT max(n) FROM t"), 0);
	for (int n = 1; n < 100; n++)
		commit_rows(db, n);
	ck_assert_int_gt(log_pages(), CHECKPOINT_FROM_LEAST * CHECKPOINT_MOST);
	ck_assert_int_eq(number(reader, "SELECT max(n) FROM t"), 0);
	must(reader, "COMMIT");
	int n = 100;
	for (; n < 160 && log_pages() > CHECKPOINT_FROM_LEAST; n++)
		commit_rows(db, n);
	ck_assert_int_lt(n, 160);
	sqlite3_close(reader);
	checkpoint_free(c);
	sqlite3_close(db);
}
END_TEST

/* Killed in the middle of a pass, of the rest, of a commit: what was told to be committed is there. */
START_TEST(test_a_kill_loses_nothing)
{
	int n = 0;
	for (int round = 0; round < 4; round++) {
		int ends[2];
		ck_assert_int_eq(pipe(ends), 0);
		pid_t pid = fork();
		if (pid == 0) {
			struct checkpoint *c;
			sqlite3 *db = open_db(&c);
			for (int k = n;; k++) {
				commit_rows(db, k);
				if (write(ends[1], &k, sizeof(k)) != sizeof(k))
					_exit(1);
			}
		}
		close(ends[1]);
		/* the thread begins at the 40th commit of a log, or a little earlier */
		int last = -1, k, stop = n + 37 + 4 * round;
		while (last < stop && read(ends[0], &k, sizeof(k)) == sizeof(k))
			last = k;
		usleep((useconds_t)(round * 9000));
		kill(pid, SIGKILL);
		ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
		while (read(ends[0], &k, sizeof(k)) == sizeof(k))
			last = k;
		close(ends[0]);
		sqlite3 *db = open_db(NULL);
		ck_assert_int_eq(number(db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check='ok'"),
				 1);
		int64_t there = number(db, "SELECT max(n) FROM t");
		ck_assert_int_ge(there, last);
		ck_assert_int_le(there, last + 1);
		char text[128];
		snprintf(text, sizeof(text), "SELECT count(*) FROM t WHERE n>%d", (int)there - 30);
		ck_assert_int_eq(number(db, text), 3000);
		sqlite3_close(db);
		n = (int)there + 1;
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("frontier_checkpoint");
	TCase *t = tcase_create("frontier_checkpoint");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, test_the_log_begins_anew);
	tcase_add_test(t, test_a_reader_is_not_waited_for);
	tcase_add_test(t, test_a_kill_loses_nothing);
	suite_add_tcase(s, t);
	return suite_run(s);
}
