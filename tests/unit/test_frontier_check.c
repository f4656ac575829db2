/* check - the frontier against an archive with damage and a store that lacks documents. */
#include "tests/unit/frontier_fixture.h"

#include "fetcher/check.h"
#include "base/hash.h"
#include "proto/ledger.h"

static struct warc *archive;

static struct warc_place record(const char *url, uint64_t fetch_id)
{
	struct warc_place place;
	struct warc_fetch f = {.url = url,
			       .fetch_id = fetch_id,
			       .fetched_at = NOW,
			       .ip = "",
			       .context = "{}",
			       .cause = "",
			       .request_head = STR("GET / HTTP/1.1\r\nHost: a.gov.cn\r\n\r\n"),
			       .response_head = STR("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")};
	OK(spool_new(dir, &f.body));
	OK(spool_add(f.body, url, strlen(url)));
	sha256_hex(url, strlen(url), f.payload_sha256);
	OK(warc_append(archive, &f, &place));
	spool_free(f.body);
	return place;
}

/* A page whose body is in the archive, at `fetched`. */
static int64_t archived(const char *url, uint64_t *fetch_out)
{
	int64_t id = add(url);
	uint64_t f = lease(id);
	ck_assert_int_eq(
		EVENT(id, .kind = EV_FETCHED, .fetch_id = f, .place = record(url, f), .body_bytes = 1, .status = 200),
		FRONTIER_CHANGED);
	*fetch_out = f;
	return id;
}

static int64_t archived_done(const char *url, uint64_t *fetch_out)
{
	int64_t id = archived(url, fetch_out);
	dispatch(id);
	EVENT(id, .kind = EV_ACK, .fetch_id = *fetch_out, .lexicon_matches = true);
	return id;
}

/* The tables of proto/ledger.h with one boot. */
static sqlite3 *new_store(void)
{
	char path[128];
	sqlite3 *db;
	snprintf(path, sizeof(path), "%s/store.db", dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	char sql[1200];
	snprintf(sql, sizeof(sql),
		 "PRAGMA application_id=%d; PRAGMA user_version=%d;"
		 "CREATE TABLE ledger(key TEXT PRIMARY KEY, value);"
		 "CREATE TABLE boots(boot_id TEXT PRIMARY KEY, first_commit INTEGER, last_commit INTEGER, seq INTEGER);"
		 "CREATE TABLE acks(commit_no INTEGER, url TEXT, fetch_id INTEGER, epoch INTEGER, lexicon TEXT, result "
		 "INTEGER,"
		 " reports INTEGER, barren INTEGER, unconfirmed INTEGER);"
		 "CREATE TABLE documents(url_hash INTEGER, url TEXT, fetch_id INTEGER, parse_seq INTEGER, lexicon "
		 "TEXT, links BLOB);"
		 "INSERT INTO ledger VALUES('generation','11111111-1111-4111-8111-111111111111'),('max_fetch_id',1),"
		 "('max_parse_seq',1),('last_commit',9);"
		 "INSERT INTO boots VALUES('22222222-2222-4222-8222-222222222222',1,5,1),"
		 "('33333333-3333-4333-8333-333333333333',6,9,2)",
		 LEDGER_APPLICATION_ID, LEDGER_SCHEMA);
	char *why = NULL;
	ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK, "%s", why);
	return db;
}

static void store(sqlite3 *db, const char *url, uint64_t fetch_id, const char *lexicon)
{
	char sql[400];
	snprintf(sql, sizeof(sql), "INSERT INTO documents VALUES(%lld,'%s',%llu,1,'%s',NULL)",
		 (long long)hash64(url, strlen(url)), url, (unsigned long long)fetch_id, lexicon);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

START_TEST(test_missing_documents)
{
	uint64_t f[6];
	static const char *const url[] = {"http://a.gov.cn/0", "http://a.gov.cn/1", "http://a.gov.cn/2",
					  "http://a.gov.cn/3", "http://a.gov.cn/4", "http://a.gov.cn/5"};
	OK(warc_open(dir, &archive));
	OK(fdb_set_lexicon(d, "new"));
	int64_t there = archived_done(url[0], &f[0]), older = archived_done(url[1], &f[1]),
		lacks = archived_done(url[2], &f[2]), other = archived_done(url[3], &f[3]),
		waits = archived(url[4], &f[4]), due = archived_done(url[5], &f[5]);
	struct page after;
	EVENT(due, .kind = EV_HOLD);
	OK(warc_sync(archive));
	warc_close(archive);
	OK(fdb_commit(d));
	sqlite3 *db = new_store();
	store(db, url[0], f[0], "new");
	store(db, url[1], f[1] - 1, "new");
	store(db, url[3], f[3], "old");
	sqlite3_close(db);
	struct check_report r;
	ck_assert_int_eq(check_run(dir, false, &r), ERR_LOCKED);
	fdb_close(d);
	d = NULL;
	OK(check_run(dir, false, &r));
	ck_assert_int_eq(r.pages, 6);
	ck_assert_int_eq(r.bodies_checked, 6);
	ck_assert_int_eq(r.bodies_missing, 0);
	ck_assert_int_eq(r.missing_in_store, 4);
	ck_assert_int_eq(r.requeued, 0);
	ck_assert_int_eq(query("SELECT count(*) FROM pages WHERE state=5"), 4);
	OK(check_run(dir, true, &r));
	ck_assert_int_eq(r.requeued, 4);
	open_db();
	ck_assert_int_eq(state_of(there), PAGE_DONE);
	ck_assert_int_eq(state_of(older), PAGE_FETCHED);
	ck_assert_int_eq(state_of(lacks), PAGE_FETCHED);
	ck_assert_int_eq(state_of(waits), PAGE_FETCHED);
	struct fdb_page p;
	OK(fdb_page(d, other, arena, &p));
	ck_assert(p.p.state == PAGE_FETCHED &&
		  p.p.reparse); /* the store has a document, so a failing parse leaves it done */
	OK(fdb_page(d, lacks, arena, &p));
	ck_assert(!p.p.reparse && p.p.no_validators);
	event(due, (struct frontier_event){.kind = EV_RELEASE_HOLD}, &after);
	ck_assert_int_eq(after.state, PAGE_FETCHED);
	struct fdb_sink s;
	OK(fdb_sink(d, &s));
	ck_assert(s.known && s.commit == 0);
	ck_assert_str_eq(s.generation, "11111111-1111-4111-8111-111111111111");
	ck_assert_str_eq(s.boot_id, "33333333-3333-4333-8333-333333333333");
	check_counts();
}
END_TEST

START_TEST(test_no_store_and_damaged_archive)
{
	uint64_t f;
	OK(warc_open(dir, &archive));
	struct fdb_sink s = {.generation = "g", .boot_id = "b", .commit = 3, .known = true};
	OK(fdb_set_sink(d, &s));
	int64_t a = archived_done("http://a.gov.cn/0", &f);
	archived_done("http://a.gov.cn/1", &f);
	OK(warc_sync(archive));
	warc_close(archive);
	struct fdb_page p;
	OK(fdb_page(d, a, arena, &p));
	OK(fdb_commit(d));
	fdb_close(d);
	d = NULL;
	char path[256];
	snprintf(path, sizeof(path), "%s/archive/%s", dir, p.p.body.file);
	int fd = open(path, O_WRONLY);
	ck_assert_int_eq(pwrite(fd, "damage", 6, p.p.body.offset + p.p.body.length / 2), 6);
	close(fd);
	struct check_report r;
	OK(check_run(dir, true, &r));
	ck_assert_int_eq(r.bodies_checked, 2);
	ck_assert_int_eq(r.bodies_missing, 1);
	ck_assert_int_eq(r.missing_in_store, 2);
	ck_assert_int_eq(r.requeued, 2);
	open_db();
	OK(fdb_sink(d, &s));
	ck_assert(!s.known); /* the next store is taken as it is */
	ck_assert_int_eq(check_run("/nonexistent", true, &r), ERR_NOTFOUND);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_missing_documents, test_no_store_and_damaged_archive};
	return run_suite("check", tests, sizeof(tests) / sizeof(*tests));
}
