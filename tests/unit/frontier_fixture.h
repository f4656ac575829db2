/*
 * frontier_fixture - a frontier of its own for each test, and short words for what happens to its pages.
 * Included by the test programs of frontier_db, inbox, view and check.
 */
#ifndef TESTS_UNIT_FRONTIER_FIXTURE_H
#define TESTS_UNIT_FRONTIER_FIXTURE_H

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fetcher/frontier_db.h"
#include "fetcher/inbox.h"
#include "fetcher/view.h"
#include "suite.h"

#define NOW 1700000000000LL
#define OK(x) ck_assert_msg((x) == ERR_OK, "%s: %s", #x, err_text())

/* turns the arms of version 11 into the table of the versions before, without what was learned */
/* the columns of before polite_away() */
#define NO_ABSENCE "ALTER TABLE hosts DROP COLUMN down_since; ALTER TABLE hosts DROP COLUMN down_at;"
#define ARMS_AS_ROWS                                                                                                   \
	"DROP TABLE arm_blocks; CREATE TABLE arms(host_id INTEGER NOT NULL, no INTEGER NOT NULL, key INTEGER NOT "     \
	"NULL,"                                                                                                        \
	" column INTEGER, marks INTEGER, rank INTEGER NOT NULL, is_mark INTEGER NOT NULL, tried INTEGER NOT NULL,"     \
	" paid INTEGER NOT NULL, PRIMARY KEY(host_id, no)) WITHOUT ROWID;"

static char dir[64];
static struct fdb *d;
static struct arena *arena;

static __attribute__((unused)) void open_db(void)
{
	OK(fdb_open(dir, NULL, &d, NULL));
}

static __attribute__((unused)) void reopen(void)
{
	fdb_close(d);
	open_db();
}

static __attribute__((unused)) void setup(void)
{
	strcpy(dir, "/tmp/gk-frontier-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	arena = arena_new(16 * 1024 * 1024);
	open_db();
	OK(fdb_ids_start(d, 0, 0));
	OK(fdb_commit(d));
}

static __attribute__((unused)) void teardown(void)
{
	char cmd[128];
	fdb_close(d);
	d = NULL;
	arena_free(arena);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	ck_assert_int_eq(system(cmd), 0);
}

static __attribute__((unused)) int64_t add_at(const char *url, int depth, int64_t from, int64_t source,
					      const char *context, enum fdb_added *added)
{
	struct fdb_new_page n = {
		.url = url, .depth = depth, .from_page = from, .source_id = source, .context = context};
	enum fdb_added mine;
	int64_t id = 0;
	OK(fdb_add_page(d, &n, NOW, added ? added : &mine, &id));
	return id;
}

static __attribute__((unused)) int64_t add(const char *url)
{
	return add_at(url, 1, 0, 0, NULL, NULL);
}

static __attribute__((unused)) enum frontier_result event(int64_t id, struct frontier_event e, struct page *after)
{
	enum frontier_result r;
	OK(fdb_event(d, id, &e, NOW, &r, after));
	return r;
}
#define EVENT(id, ...) event(id, (struct frontier_event){__VA_ARGS__}, NULL)

static __attribute__((unused)) uint64_t lease(int64_t id)
{
	uint64_t fetch;
	OK(fdb_fetch_id(d, &fetch));
	ck_assert_int_eq(EVENT(id, .kind = EV_LEASED, .fetch_id = fetch), FRONTIER_CHANGED);
	return fetch;
}

static __attribute__((unused)) uint64_t fetch(int64_t id)
{
	uint64_t f = lease(id);
	struct warc_place place = {.file = "gongkai-1.warc.gz", .offset = 77, .length = 99};
	ck_assert_int_eq(EVENT(id, .kind = EV_FETCHED, .fetch_id = f, .place = place, .body_bytes = 5, .status = 200),
			 FRONTIER_CHANGED);
	return f;
}

static __attribute__((unused)) void dispatch(int64_t id)
{
	struct fdb_page p;
	uint64_t seq;
	OK(fdb_page(d, id, arena, &p));
	OK(fdb_parse_seq(d, &seq));
	ck_assert_int_eq(EVENT(id, .kind = EV_SENT, .epoch = p.p.epoch + 1, .parse_seq = seq), FRONTIER_CHANGED);
}

static __attribute__((unused)) void finish(int64_t id)
{
	uint64_t f = fetch(id);
	dispatch(id);
	ck_assert_int_eq(EVENT(id, .kind = EV_ACK, .fetch_id = f, .lexicon_matches = true, .next_visit = NOW + 1000),
			 FRONTIER_ENDED);
}

static __attribute__((unused)) enum page_state state_of(int64_t id)
{
	struct fdb_page p;
	OK(fdb_page(d, id, arena, &p));
	return p.p.state;
}

static __attribute__((unused)) int64_t query(const char *sql)
{
	char path[128];
	sqlite3 *db;
	sqlite3_stmt *st;
	snprintf(path, sizeof(path), "%s/frontier.db", dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	ck_assert_int_eq(sqlite3_step(st), SQLITE_ROW);
	int64_t v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return v;
}

static __attribute__((unused)) void run_sql(const char *sql)
{
	char path[128];
	sqlite3 *db;
	snprintf(path, sizeof(path), "%s/frontier.db", dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* What is counted in memory and kept by the commits is what a scan finds. */
static __attribute__((unused)) void check_counts(void)
{
	struct fdb_counts c;
	OK(fdb_commit(d));
	fdb_counts(d, &c);
	for (int i = 0; i <= PAGE_HELD; i++) {
		char sql[100];
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM pages WHERE state=%d", i);
		ck_assert_int_eq(c.by_state[i], query(sql));
		snprintf(sql, sizeof(sql), "SELECT ifnull((SELECT n FROM counts WHERE state=%d),0)", i);
		ck_assert_int_eq(c.by_state[i], query(sql));
	}
	ck_assert_int_eq(
		query("SELECT count(*) FROM hosts h WHERE ready<>(SELECT count(*) FROM pages p WHERE p.host_id=h.id"
		      " AND p.state=0)"),
		0);
	ck_assert_int_eq(
		query("SELECT count(*) FROM hosts h WHERE again<>(SELECT count(*) FROM pages p WHERE p.host_id=h.id"
		      " AND p.state=0 AND p.due IS NOT NULL)"),
		0);
}

static __attribute__((unused)) int run_suite(const char *name, const TTest *const *tests, unsigned count)
{
	Suite *s = suite_create(name);
	TCase *t = tcase_create("files");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	for (unsigned i = 0; i < count; i++)
		tcase_add_test(t, tests[i]);
	suite_add_tcase(s, t);
	return suite_run(s);
}

#endif
