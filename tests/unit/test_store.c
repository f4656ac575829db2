/* The store's order rules, versions, ledger, migration, and what it does when it cannot write. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "proto/ledger.h"
#include "sink/changes.h"
#include "sink/schema.h"
#include "sink/view.h"
#include "tests/unit/store_fixture.h"
#include "suite.h"

#define URL_A "http://a.gov.cn/1.htm"
#define URL_B "http://a.gov.cn/2.htm"

static struct store *open_store(void)
{
	struct store *s;
	ck_assert_msg(store_open(fixture_dir, false, &s) == ERR_OK, "%s", err_text());
	return s;
}

static char *path_of(const char *name)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/%s", fixture_dir, name);
	return path;
}

/* The first value of a query as text ("" for null), on a connection of its own. */
static const char *ask(const char *sql)
{
	static char answer[256];
	sqlite3 *db;
	sqlite3_stmt *st;
	ck_assert_int_eq(sqlite3_open_v2(path_of("store.db"), &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	answer[0] = '\0';
	if (sqlite3_step(st) == SQLITE_ROW && sqlite3_column_text(st, 0))
		snprintf(answer, sizeof answer, "%s", (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(db);
	return answer;
}

static void exec_sql(const char *sql)
{
	sqlite3 *db;
	char *why = NULL;
	ck_assert_int_eq(sqlite3_open(path_of("store.db"), &db), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK, "%s", why);
	sqlite3_close(db);
}

START_TEST(test_order_rules)
{
	struct store *s = open_store();
	char *one = fixture_report("first", NULL, 2014), *two = fixture_report("second", NULL, 2014);
	ck_assert_int_eq(fixture_store(s, URL_A, 10, 5, one), ACK_STORED);
	ck_assert_int_eq(fixture_store(s, URL_A, 10, 5, two), ACK_DUPLICATE);
	ck_assert_int_eq(fixture_store(s, URL_A, 10, 4, two), ACK_STALE);
	ck_assert_int_eq(fixture_store(s, URL_A, 9, 99, two), ACK_STALE);
	ck_assert_str_eq(ask("SELECT text FROM texts"), "first");
	ck_assert_int_eq(fixture_store(s, URL_A, 10, 6, one), ACK_UNCHANGED);
	ck_assert_str_eq(ask("SELECT fetch_id || ',' || parse_seq || ',' || version FROM documents"), "10,6,1");
	ck_assert_int_eq(fixture_store(s, URL_A, 11, 7, two), ACK_STORED);
	ck_assert_str_eq(ask("SELECT text FROM texts"), "second");
	/* every DOC counts for the largest numbers, also a stale one */
	ck_assert_str_eq(ask("SELECT value FROM ledger WHERE key='max_fetch_id'"), "11");
	ck_assert_str_eq(ask("SELECT value FROM ledger WHERE key='max_parse_seq'"), "99");
	ck_assert_str_eq(ask("SELECT group_concat(result) FROM acks ORDER BY commit_no"), "0,2,3,3,1,0");
	store_close(s);
	free(one);
	free(two);
}
END_TEST

START_TEST(test_versions)
{
	struct store *s = open_store();
	char *one = fixture_report("first", NULL, 2014), *two = fixture_report("second", NULL, 2014);
	fixture_store(s, URL_A, 1, 1, one);
	fixture_store(s, URL_A, 2, 2, one);
	fixture_store(s, URL_A, 3, 3, two);
	fixture_store(s, URL_A, 4, 4, one);
	ck_assert_str_eq(
		ask("SELECT group_concat(version || ':' || fetch_id || ':' || coalesce(superseded_by, '-'), ' ')"
		    " FROM versions"),
		"1:2:2 2:3:3 3:4:-");
	/* unchanged moves last_seen, not first_seen nor the place of the bytes that were read */
	ck_assert_str_eq(
		ask("SELECT first_seen || ',' || last_seen || ',' || warc_offset FROM versions WHERE version=1"),
		"1700000001000,1700000002000,100");
	ck_assert_str_eq(ask("SELECT first_seen || ',' || last_seen FROM documents"), "1700000001000,1700000004000");
	/* rows are those of the current version */
	ck_assert_str_eq(ask("SELECT (SELECT count(*) FROM reports) || (SELECT count(*) FROM metrics) ||"
			     " (SELECT count(*) FROM quantities) || (SELECT count(*) FROM tables) ||"
			     " (SELECT count(*) FROM checks)"),
			 "12112");
	store_close(s);
	free(one);
	free(two);
}
END_TEST

START_TEST(test_unchanged_moves_the_linking_page)
{
	struct store *s = open_store();
	char *one = fixture_report("same", "http://a.gov.cn/list2.htm", 2014);
	char *two = fixture_report("same", "http://a.gov.cn/list1.htm", 2014);
	fixture_store(s, URL_A, 1, 1, one);
	ck_assert_int_eq(fixture_store(s, URL_A, 1, 2, two), ACK_UNCHANGED);
	ck_assert_str_eq(ask("SELECT page_url FROM documents"), "http://a.gov.cn/list1.htm");
	store_close(s);
	free(one);
	free(two);
}
END_TEST

START_TEST(test_report_ids_are_stable)
{
	struct store *s = open_store();
	char *one = fixture_report("first", NULL, 2014), *two = fixture_report("second", NULL, 2014);
	char *other = fixture_report("third", NULL, 2015), *none = fixture_plain("moved away", "[]");
	fixture_store(s, URL_A, 1, 1, one);
	fixture_store(s, URL_B, 2, 2, one);
	ck_assert_str_eq(ask("SELECT group_concat(id) FROM reports"), "1,2");
	fixture_store(s, URL_A, 3, 3, two);
	ck_assert_str_eq(ask("SELECT id FROM reports WHERE document_id=1"), "1");
	/* no report of that year and body before: the one at its place */
	fixture_store(s, URL_A, 4, 4, other);
	ck_assert_str_eq(ask("SELECT id FROM reports WHERE document_id=1"), "1");
	/* the last id is gone for good */
	fixture_store(s, URL_B, 5, 5, none);
	fixture_store(s, URL_B, 6, 6, one);
	ck_assert_str_eq(ask("SELECT id FROM reports WHERE document_id=2"), "3");
	store_close(s);
	char *all[] = {one, two, other, none};
	for (size_t i = 0; i < 4; i++)
		free(all[i]);
}
END_TEST

START_TEST(test_keep_text_of_reports)
{
	struct store *s;
	ck_assert_int_eq(store_open(fixture_dir, true, &s), ERR_OK);
	char *report = fixture_report("kept", NULL, 2014), *plain = fixture_plain("not kept", "[]");
	fixture_store(s, URL_A, 1, 1, report);
	fixture_store(s, URL_B, 2, 2, plain);
	ck_assert_str_eq(ask("SELECT group_concat(text) FROM texts"), "kept");
	fixture_store(s, URL_A, 3, 3, plain);
	ck_assert_str_eq(ask("SELECT count(*) FROM texts"), "0");
	store_close(s);
	free(report);
	free(plain);
}
END_TEST

struct seen {
	int64_t commits[64];
	uint64_t fetch_ids[64];
	enum ack_result results[64];
	unsigned count, links, stop_at;
};

static bool see_ack(void *ctx, const struct ledger_ack *x)
{
	struct seen *s = ctx;
	s->commits[s->count] = x->commit;
	s->fetch_ids[s->count] = x->item.fetch_id;
	s->results[s->count++] = x->item.result;
	s->links += x->links_count;
	if (x->links_count) {
		ck_assert_str_eq(x->links[0].url, "http://a.gov.cn/2.htm");
		ck_assert_str_eq(x->links[0].rel, "a");
		ck_assert_str_eq(x->links[0].context, "{\"url\":\"http://a.gov.cn/1.htm\"}");
		ck_assert_uint_eq(x->links[0].fetch_id, x->item.fetch_id);
		ck_assert_str_eq(x->links[0].ask, "either");
	}
	return s->count != s->stop_at;
}

START_TEST(test_ledger)
{
	struct ledger *l;
	struct ledger_head head;
	struct ledger_page page;
	struct seen seen = {0};
	struct arena *a = arena_new(64 * 1024 * 1024);
	ck_assert_int_eq(ledger_open(fixture_dir, &l), ERR_NOTFOUND);
	struct store *s = open_store();
	char *one = fixture_report("first", NULL, 2014), *none = fixture_plain("none", "[]");
	fixture_store(s, URL_A, 10, 5, one);
	fixture_store(s, URL_B, 11, 6, none);
	fixture_store(s, URL_A, 10, 5, one);
	ck_assert_msg(ledger_open(fixture_dir, &l) == ERR_OK, "%s", err_text());
	ck_assert_int_eq(ledger_head(l, &head), ERR_OK);
	ck_assert_uint_eq(strlen(head.generation), 36);
	ck_assert_uint_eq(head.max_fetch_id, 11);
	ck_assert_uint_eq(head.max_parse_seq, 6);
	ck_assert_int_eq(head.last_commit, 3);
	ck_assert_int_eq(ledger_acks(l, 0, 3, a, see_ack, &seen), ERR_OK);
	ck_assert_uint_eq(seen.count, 3);
	ck_assert_uint_eq(seen.links, 2);
	ck_assert_int_eq(seen.results[2], ACK_DUPLICATE);
	seen = (struct seen){0};
	ck_assert_int_eq(ledger_acks(l, 1, 2, a, see_ack, &seen), ERR_OK);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert_uint_eq(seen.fetch_ids[0], 11);
	seen = (struct seen){.stop_at = 1};
	ck_assert_int_eq(ledger_acks(l, 0, 3, a, see_ack, &seen), ERR_OK);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert_int_eq(ledger_page(l, URL_A, &page), ERR_OK);
	ck_assert_uint_eq(page.fetch_id, 10);
	ck_assert_str_eq(page.lexicon, FIXTURE_LEXICON);
	ck_assert_int_eq(ledger_page(l, "http://nowhere/", &page), ERR_NOTFOUND);
	/* damaged links: the ack is left out, so that the page is parsed again and no link is lost */
	exec_sql("UPDATE documents SET links=x'789c0102' WHERE id=1");
	seen = (struct seen){0};
	ck_assert_int_eq(ledger_acks(l, 0, 3, a, see_ack, &seen), ERR_OK);
	ck_assert_uint_eq(seen.count, 1);
	ledger_close(l);
	store_close(s);
	arena_free(a);
	free(one);
	free(none);
}
END_TEST

START_TEST(test_boots)
{
	struct arena *a = arena_new(1024 * 1024);
	struct msg_sink m;
	char first[37], second[37], generation[37];
	char *one = fixture_report("first", NULL, 2014);
	struct store *s = open_store();
	snprintf(first, sizeof first, "%s", store_boot_id(s));
	fixture_store(s, URL_A, 10, 5, one);
	ck_assert_int_eq(store_announce(s, a, &m), ERR_OK);
	snprintf(generation, sizeof generation, "%s", m.generation);
	store_close(s);
	for (int i = 0; i < STORE_BOOTS_IDLE + 40; i++)
		store_close(open_store());
	s = open_store();
	snprintf(second, sizeof second, "%s", store_boot_id(s));
	arena_reset(a);
	ck_assert_int_eq(store_announce(s, a, &m), ERR_OK);
	ck_assert_str_eq(m.generation, generation);
	ck_assert_uint_eq(m.max_fetch_id, 10);
	ck_assert_uint_eq(m.max_parse_seq, 5);
	ck_assert_uint_le(m.boots_count, MSG_BOOTS_MAX);
	/* starts in vain do not push out the boot that wrote something */
	ck_assert_str_eq(m.boots[0].boot_id, first);
	ck_assert_int_eq(m.boots[0].commit, 1);
	ck_assert_str_eq(m.boots[m.boots_count - 1].boot_id, second);
	ck_assert_int_eq(m.boots[m.boots_count - 1].commit, 1);
	/* within a batch SINK names what is committed */
	const struct msg_doc head = fixture_head(URL_B, 77);
	enum ack_result result;
	ck_assert_int_eq(store_begin(s), ERR_OK);
	ck_assert_int_eq(fixture_put(s, &head, 70, one, &result), ERR_OK);
	arena_reset(a);
	ck_assert_int_eq(store_announce(s, a, &m), ERR_OK);
	ck_assert_uint_eq(m.max_fetch_id, 10);
	ck_assert_int_eq(m.boots[m.boots_count - 1].commit, 1);
	store_close(s);
	ck_assert_str_eq(ask("SELECT count(*) FROM documents"), "1");
	arena_free(a);
	free(one);
}
END_TEST

START_TEST(test_migration)
{
	/* a store of schema 1, made by hand, with one commit in it */
	sqlite3 *db;
	ck_assert_int_eq(sqlite3_open(path_of("store.db"), &db), SQLITE_OK);
	ck_assert_msg(schema_migrate(db, "store.db", schema_steps, 1) == ERR_OK, "%s", err_text());
	ck_assert_int_eq(sqlite3_exec(db, "UPDATE ledger SET value=41 WHERE key='last_commit'", NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	ck_assert_str_eq(ask("PRAGMA user_version"), "1");
	ck_assert_str_eq(ask("SELECT count(*) FROM sqlite_master WHERE name='reports_year'"), "0");
	struct store *s = open_store();
	char *one = fixture_report("first", NULL, 2014);
	ck_assert_int_eq(fixture_store(s, URL_A, 1, 1, one), ACK_STORED);
	store_close(s);
	char known[16];
	snprintf(known, sizeof known, "%d", LEDGER_SCHEMA);
	ck_assert_str_eq(ask("PRAGMA user_version"), known);
	ck_assert_str_eq(ask("SELECT count(*) FROM sqlite_master WHERE name='reports_year'"), "1");
	ck_assert_str_eq(ask("SELECT value FROM ledger WHERE key='last_commit'"), "42");
	ck_assert_str_eq(ask("PRAGMA page_size"), "8192");
	ck_assert_str_eq(ask("PRAGMA journal_mode"), "wal");
	free(one);
}
END_TEST

START_TEST(test_step_that_fails_leaves_the_version)
{
	static const struct schema_step steps[] = {
		{"one", "CREATE TABLE ledger(key TEXT PRIMARY KEY, value) WITHOUT ROWID"},
		{"two", "CREATE TABLE t(a); INSERT INTO nowhere VALUES(1)"},
	};
	sqlite3 *db;
	int64_t version = -1;
	ck_assert_int_eq(sqlite3_open(path_of("store.db"), &db), SQLITE_OK);
	/* a new file is whole or empty */
	ck_assert_int_ne(schema_migrate(db, "store.db", steps, 2), ERR_OK);
	ck_assert_int_eq(schema_check(db, "store.db", 2, &version), ERR_OK);
	ck_assert_int_eq(version, 0);
	ck_assert_str_eq(ask("SELECT count(*) FROM sqlite_master"), "0");
	/* an older one stays where it was */
	ck_assert_int_eq(schema_migrate(db, "store.db", steps, 1), ERR_OK);
	ck_assert_int_ne(schema_migrate(db, "store.db", steps, 2), ERR_OK);
	ck_assert_int_eq(schema_check(db, "store.db", 2, &version), ERR_OK);
	ck_assert_int_eq(version, 1);
	sqlite3_close(db);
	ck_assert_str_eq(ask("SELECT count(*) FROM sqlite_master WHERE name='t'"), "0");
}
END_TEST

/* Whoever only reads cannot climb the ladder: he is told who does, by each of the two readers in the same words. */
START_TEST(test_older_to_read)
{
	struct sview *v;
	struct changes *c;
	ck_assert_int_eq(sview_open(fixture_dir, &v), ERR_NOTFOUND);
	ck_assert_int_eq(changes_open(fixture_dir, &c), ERR_NOTFOUND);
	for (unsigned version = 0; version < schema_steps_count; version++) {
		char told[512];
		sqlite3 *db;
		ck_assert_int_eq(sqlite3_open(path_of("store.db"), &db), SQLITE_OK);
		ck_assert_int_eq(schema_migrate(db, "store.db", schema_steps, version), ERR_OK);
		sqlite3_close(db);
		ck_assert_int_eq(sview_open(fixture_dir, &v), version ? ERR_INPUT : ERR_NOTFOUND);
		snprintf(told, sizeof told, "%s", err_text());
		ck_assert_ptr_nonnull(strstr(told, path_of("store.db")));
		ck_assert(version == 0 || strstr(told, "`gongkai run`"));
		ck_assert_int_eq(changes_open(fixture_dir, &c), version ? ERR_INPUT : ERR_NOTFOUND);
		ck_assert_str_eq(err_text(), told);
	}
	store_close(open_store());
	ck_assert_int_eq(sview_open(fixture_dir, &v), ERR_OK);
	ck_assert_int_eq(changes_open(fixture_dir, &c), ERR_OK);
	sview_close(v);
	changes_close(c);
}
END_TEST

START_TEST(test_newer_foreign_locked_damaged)
{
	struct store *s, *t;
	struct ledger *l;
	s = open_store();
	ck_assert_int_eq(store_open(fixture_dir, false, &t), ERR_LOCKED);
	ck_assert_ptr_nonnull(strstr(err_text(), fixture_dir));
	store_close(s);
	char sql[80];
	snprintf(sql, sizeof sql, "PRAGMA user_version=%d", LEDGER_SCHEMA + 1);
	exec_sql(sql);
	ck_assert_int_eq(store_open(fixture_dir, false, &s), ERR_NEWER);
	ck_assert_int_eq(ledger_open(fixture_dir, &l), ERR_NEWER);
	snprintf(sql, sizeof sql, "PRAGMA user_version=%d; PRAGMA application_id=77", LEDGER_SCHEMA);
	exec_sql(sql);
	ck_assert_int_eq(store_open(fixture_dir, false, &s), ERR_FOREIGN);
	ck_assert_int_eq(ledger_open(fixture_dir, &l), ERR_FOREIGN);
	unlink(path_of("store.db"));
	FILE *f = fopen(path_of("store.db"), "w");
	for (int i = 0; i < 1000; i++)
		fputs("this is no database\n", f);
	fclose(f);
	ck_assert_int_eq(store_open(fixture_dir, false, &s), ERR_FOREIGN);
	ck_assert_int_eq(ledger_open(fixture_dir, &l), ERR_FOREIGN);
}
END_TEST

/* A disk that fills: puts until a write fails, and says which commits returned. */
static int fill_the_disk(int fd)
{
	struct store *s;
	struct rlimit limit = {.rlim_cur = 1024 * 1024, .rlim_max = 1024 * 1024};
	char *text = malloc(20001);
	enum err e = store_open(fixture_dir, false, &s);
	if (e != ERR_OK)
		return 100;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	memset(text, 'x', 20000);
	text[20000] = '\0';
	for (uint64_t i = 1; i < 1000; i++) {
		char url[64];
		int64_t commit;
		enum ack_result result;
		snprintf(url, sizeof url, "http://a.gov.cn/%llu", (unsigned long long)i);
		snprintf(text, 24, "%llu", (unsigned long long)i);
		text[strlen(text)] = 'x';
		char *json = fixture_plain(text, "[]");
		const struct msg_doc head = fixture_head(url, i);
		if ((e = store_begin(s)) != ERR_OK || (e = fixture_put(s, &head, i, json, &result)) != ERR_OK ||
		    (e = store_commit(s, &commit)) != ERR_OK)
			return e == ERR_FULL ? 5 : 101;
		free(json);
		if (write(fd, &commit, sizeof commit) != sizeof commit)
			return 102;
	}
	return 0;
}

START_TEST(test_full_disk)
{
	int pipe_fds[2], status;
	int64_t commit = 0, last = 0;
	char sql[64];
	ck_assert_int_eq(pipe(pipe_fds), 0);
	pid_t pid = fork();
	if (pid == 0)
		_exit(fill_the_disk(pipe_fds[1]));
	close(pipe_fds[1]);
	while (read(pipe_fds[0], &commit, sizeof commit) == sizeof commit)
		last = commit;
	close(pipe_fds[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 5);
	ck_assert_int_gt(last, 3);
	/* what was said to be committed is there after the crash, and nothing else */
	struct store *s = open_store();
	store_close(s);
	snprintf(sql, sizeof sql, "%lld", (long long)last);
	ck_assert_str_eq(ask("SELECT value FROM ledger WHERE key='last_commit'"), sql);
	ck_assert_str_eq(ask("SELECT count(*) FROM documents"), sql);
	ck_assert_str_eq(ask("PRAGMA integrity_check"), "ok");
}
END_TEST

START_TEST(test_hash_collision_is_no_mix_up)
{
	struct store *s = open_store();
	char *one = fixture_report("first", NULL, 2014);
	fixture_store(s, URL_A, 1, 1, one);
	char sql[128];
	snprintf(sql, sizeof sql, "UPDATE documents SET url_hash=%lld", (long long)hash64(URL_B, strlen(URL_B)));
	exec_sql(sql);
	ck_assert_int_eq(fixture_store(s, URL_B, 2, 2, one), ACK_STORED);
	ck_assert_str_eq(ask("SELECT count(DISTINCT url) FROM documents"), "2");
	store_close(s);
	free(one);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("store");
	TCase *t = tcase_create("store");
	tcase_add_checked_fixture(t, fixture_begin, fixture_end);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, test_order_rules);
	tcase_add_test(t, test_versions);
	tcase_add_test(t, test_unchanged_moves_the_linking_page);
	tcase_add_test(t, test_report_ids_are_stable);
	tcase_add_test(t, test_keep_text_of_reports);
	tcase_add_test(t, test_ledger);
	tcase_add_test(t, test_boots);
	tcase_add_test(t, test_migration);
	tcase_add_test(t, test_step_that_fails_leaves_the_version);
	tcase_add_test(t, test_older_to_read);
	tcase_add_test(t, test_newer_foreign_locked_damaged);
	tcase_add_test(t, test_full_disk);
	tcase_add_test(t, test_hash_collision_is_no_mix_up);
	suite_add_tcase(s, t);
	return suite_run(s);
}
