#include "sink/schema.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "proto/ledger.h"
#include "sink/across.h"
#include "sink/copies.h"
#include "sink/db.h"

#define READ_BUSY_MS 5000

const struct schema_step schema_steps[] = {
	{"documents, reports and the ledger",
	 "CREATE TABLE ledger(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	 "INSERT INTO ledger VALUES('max_fetch_id', 0), ('max_parse_seq', 0), ('last_commit', 0);"
	 "CREATE TABLE boots(boot_id TEXT PRIMARY KEY, first_commit INTEGER NOT NULL, last_commit INTEGER NOT NULL,"
	 " seq INTEGER NOT NULL) WITHOUT ROWID;"
	 "CREATE TABLE acks(commit_no INTEGER NOT NULL, url TEXT NOT NULL, fetch_id INTEGER NOT NULL,"
	 " epoch INTEGER NOT NULL, lexicon TEXT NOT NULL, result INTEGER NOT NULL, reports INTEGER NOT NULL,"
	 " barren INTEGER NOT NULL);"
	 "CREATE INDEX acks_commit ON acks(commit_no);"
	 "CREATE TABLE documents(id INTEGER PRIMARY KEY, url_hash INTEGER NOT NULL, url TEXT NOT NULL, page_url TEXT,"
	 " context TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT, charset TEXT, charset_errors INTEGER NOT NULL,"
	 " title TEXT, published TEXT, dates TEXT NOT NULL, source TEXT, doc_number TEXT, index_number TEXT,"
	 " site_id_code TEXT, unsupported TEXT, cut TEXT NOT NULL, reports INTEGER NOT NULL, barren INTEGER NOT NULL,"
	 " fetch_id INTEGER NOT NULL, parse_seq INTEGER NOT NULL, parser_version TEXT NOT NULL, lexicon TEXT NOT NULL,"
	 " content_sha256 TEXT NOT NULL, body_sha256 TEXT NOT NULL, first_seen INTEGER NOT NULL,"
	 " last_seen INTEGER NOT NULL, warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL,"
	 " warc_length INTEGER NOT NULL, links_hash INTEGER NOT NULL, links BLOB NOT NULL);"
	 "CREATE INDEX documents_url_hash ON documents(url_hash);"
	 /* apart from documents, so that a revisit without change does not rewrite a text of 4 MiB */
	 "CREATE TABLE texts(document_id INTEGER PRIMARY KEY, text TEXT NOT NULL);"
	 "CREATE TABLE versions(document_id INTEGER NOT NULL, version INTEGER NOT NULL, content_sha256 TEXT NOT NULL,"
	 " body_sha256 TEXT NOT NULL, fetch_id INTEGER NOT NULL, parse_seq INTEGER NOT NULL,"
	 " first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, superseded_by INTEGER,"
	 " parser_version TEXT NOT NULL, lexicon TEXT NOT NULL, warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL,"
	 " warc_length INTEGER NOT NULL, PRIMARY KEY(document_id, version)) WITHOUT ROWID;"
	 /* AUTOINCREMENT: an id that was shown is never given to another report */
	 "CREATE TABLE reports(id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL, ord INTEGER NOT "
	 "NULL,"
	 " title TEXT, region TEXT, region_code TEXT, body TEXT, level TEXT, year INTEGER, period_start TEXT,"
	 " period_end TEXT, published TEXT, format TEXT, fragments TEXT NOT NULL, metrics INTEGER NOT NULL,"
	 " quantities INTEGER NOT NULL, tables INTEGER NOT NULL, checks INTEGER NOT NULL,"
	 " failed_checks INTEGER NOT NULL);"
	 "CREATE INDEX reports_document ON reports(document_id, ord);"
	 "CREATE TABLE metrics(report_id INTEGER NOT NULL, ord INTEGER NOT NULL, id TEXT NOT NULL, value REAL NOT NULL,"
	 " unit TEXT, scope TEXT, applicant TEXT, qualifier TEXT, approx INTEGER NOT NULL, evidence TEXT NOT NULL,"
	 " offset_cp INTEGER NOT NULL, table_id TEXT, row_label TEXT, column_label TEXT, cell_row INTEGER,"
	 " cell_column INTEGER, PRIMARY KEY(report_id, ord)) WITHOUT ROWID;"
	 "CREATE TABLE quantities(report_id INTEGER NOT NULL, ord INTEGER NOT NULL, text TEXT NOT NULL,"
	 " value REAL NOT NULL, unit TEXT, approx INTEGER NOT NULL, offset_cp INTEGER NOT NULL,"
	 " PRIMARY KEY(report_id, ord)) WITHOUT ROWID;"
	 "CREATE TABLE tables(report_id INTEGER NOT NULL, ord INTEGER NOT NULL, id TEXT NOT NULL, caption TEXT,"
	 " rows TEXT NOT NULL, offset_cp INTEGER NOT NULL, PRIMARY KEY(report_id, ord));"
	 "CREATE TABLE checks(report_id INTEGER NOT NULL, ord INTEGER NOT NULL, kind TEXT NOT NULL, statement TEXT,"
	 " holds INTEGER NOT NULL, detail TEXT, operands TEXT NOT NULL, PRIMARY KEY(report_id, ord)) WITHOUT ROWID;"},
	{"an index of reports by year", "CREATE INDEX reports_year ON reports(year, level);"},
	/* sink/across.h; a store that is older compares all its reports once, in pieces, while it works */
	{"the series of each body's reports",
	 "CREATE TABLE series(region TEXT NOT NULL, place TEXT NOT NULL, body TEXT NOT NULL, level TEXT NOT NULL,"
	 " year INTEGER NOT NULL, rank INTEGER NOT NULL, url_hash INTEGER NOT NULL, ord INTEGER NOT NULL,"
	 " report_id INTEGER NOT NULL, document_id INTEGER NOT NULL, held INTEGER NOT NULL,"
	 " PRIMARY KEY(region, place, body, level, year, rank, url_hash, ord, report_id)) WITHOUT ROWID;"
	 "CREATE INDEX series_document ON series(document_id);"
	 "CREATE INDEX series_held ON series(region, place, body, level, year) WHERE held=1;"
	 "CREATE TABLE series_due(region TEXT NOT NULL, place TEXT NOT NULL, body TEXT NOT NULL, level TEXT NOT NULL,"
	 " year INTEGER NOT NULL, PRIMARY KEY(region, place, body, level, year)) WITHOUT ROWID;"
	 "INSERT INTO series " ACROSS_SERIES ";"
	 "INSERT INTO series_due SELECT DISTINCT region, place, body, level, year FROM series;"},
	/* sink/copies.h; a store that is older finds its copies in pieces, while it works */
	{"reports that are one report", COPIES_SCHEMA},
	/* sink/confirm.h, sink/past.h */
	{"changes that wait for a second fetch, and what superseded versions said",
	 "ALTER TABLE documents ADD COLUMN compare_sha256 TEXT;"
	 "ALTER TABLE documents ADD COLUMN flickers INTEGER NOT NULL DEFAULT 0;"
	 "ALTER TABLE documents ADD COLUMN flickered_at INTEGER;"
	 "ALTER TABLE acks ADD COLUMN unconfirmed INTEGER NOT NULL DEFAULT 0;"
	 "CREATE TABLE candidates(document_id INTEGER PRIMARY KEY, rounds INTEGER NOT NULL,"
	 " content_sha256 TEXT NOT NULL, body_sha256 TEXT NOT NULL, compare_sha256 TEXT, fetch_id INTEGER NOT NULL,"
	 " parse_seq INTEGER NOT NULL, reports INTEGER NOT NULL, first_seen INTEGER NOT NULL, warc_file TEXT NOT NULL,"
	 " warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL);"
	 "CREATE TABLE past(document_id INTEGER NOT NULL, version INTEGER NOT NULL, bytes INTEGER NOT NULL,"
	 " content BLOB NOT NULL, PRIMARY KEY(document_id, version));"
	 "CREATE TABLE superseded(document_id INTEGER NOT NULL, version INTEGER NOT NULL, ord INTEGER NOT NULL,"
	 " report_id INTEGER NOT NULL, title TEXT, region TEXT, region_code TEXT, body TEXT, level TEXT, year INTEGER,"
	 " published TEXT, metrics INTEGER NOT NULL, failed_checks INTEGER NOT NULL,"
	 " PRIMARY KEY(document_id, version, ord)) WITHOUT ROWID;"
	 "CREATE INDEX superseded_report ON superseded(report_id);"},
	/* a site's own error page, known by standing under several addresses (sink/confirm.h); the index is some 20 bytes a page */
	{"an index of pages that say the same",
	 "CREATE INDEX documents_same ON documents(substr(coalesce(compare_sha256,body_sha256),1,12)) WHERE "
	 "reports=0;"},
};
const unsigned schema_steps_count = sizeof schema_steps / sizeof schema_steps[0];
_Static_assert(sizeof schema_steps / sizeof schema_steps[0] == LEDGER_SCHEMA, "LEDGER_SCHEMA counts the steps");

enum err schema_check(sqlite3 *db, const char *path, unsigned known, int64_t *version_out)
{
	int64_t app, tables;
	enum err e;
	*version_out = 0;
	if ((e = db_int(db, "PRAGMA application_id", &app)) != ERR_OK ||
	    (e = db_int(db, "PRAGMA user_version", version_out)) != ERR_OK ||
	    (e = db_int(db, "SELECT count(*) FROM sqlite_master", &tables)) != ERR_OK)
		return e;
	if (app != LEDGER_APPLICATION_ID && (app != 0 || tables != 0 || *version_out != 0))
		return err_set(ERR_FOREIGN, "'%s' is not a store of gongkai: move it away or give another --data",
			       path);
	if (*version_out < 0 || *version_out > (int64_t)known)
		return err_set(ERR_NEWER,
			       "'%s' has schema %lld and this program knows %u: use the newer gongkai that wrote it",
			       path, (long long)*version_out, known);
	return ERR_OK;
}

static enum err check_readable(sqlite3 *db, const char *path)
{
	int64_t version;
	enum err e = schema_check(db, path, schema_steps_count, &version);
	if (e != ERR_OK || version == (int64_t)schema_steps_count)
		return e;
	return version == 0 ? err_set(ERR_NOTFOUND, "'%s' is empty so far", path)
			    : err_set(ERR_INPUT,
				      "'%s' has the older schema %lld: start `gongkai run` once, it brings the store "
				      "to %u",
				      path, (long long)version, schema_steps_count);
}

enum err schema_open_read(const char *data_dir, sqlite3 **out)
{
	char path[PATH_MAX];
	*out = NULL;
	if (snprintf(path, sizeof path, "%s/store.db", data_dir) >= (int)sizeof path)
		return err_set(ERR_INPUT, "the name of the data folder is too long");
	if (access(path, F_OK) != 0)
		return errno == ENOENT || errno == ENOTDIR ? err_set(ERR_NOTFOUND, "there is no '%s'", path)
							   : err_errno(ERR_IO, "cannot open '%s'", path);
	int rc = sqlite3_open_v2(path, out, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	enum err e = rc == SQLITE_OK ? ERR_OK : db_error(*out, rc, "open");
	if (e == ERR_OK) {
		sqlite3_busy_timeout(*out, READ_BUSY_MS);
		e = check_readable(*out, path);
	}
	if (e == ERR_OK)
		e = db_exec(*out, "PRAGMA trusted_schema=OFF");
	if (e != ERR_OK) {
		sqlite3_close(*out);
		*out = NULL;
	}
	return e;
}

static enum err settings(sqlite3 *db)
{
	int64_t wal;
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, "PRAGMA journal_mode=WAL", -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	wal = rc == SQLITE_ROW && str_eq_z(db_column(st, 0), "wal");
	enum err e = ERR_OK;
	if (rc != SQLITE_ROW)
		e = db_error(db, rc, "open");
	else if (!wal)
		e = err_set(ERR_FULL, "the file system of the data folder cannot hold a database in WAL mode");
	sqlite3_finalize(st);
	/* an acknowledged commit must survive power loss: FULL syncs the log at every commit */
	return e == ERR_OK ? db_exec(db, "PRAGMA synchronous=FULL;PRAGMA cache_size=-8192;PRAGMA temp_store=FILE;"
					 "PRAGMA wal_autocheckpoint=1000;PRAGMA journal_size_limit=67108864;"
					 "PRAGMA foreign_keys=OFF;PRAGMA trusted_schema=OFF")
			   : e;
}

/* One step with its number. The first also makes the file ours. */
static enum err take_step(sqlite3 *db, const struct schema_step *step, unsigned number)
{
	char sql[256];
	enum err e = db_exec(db, step->sql);
	if (e == ERR_OK) {
		snprintf(sql, sizeof sql, "PRAGMA application_id=%d;PRAGMA user_version=%u", LEDGER_APPLICATION_ID,
			 number);
		e = db_exec(db, sql);
	}
	if (e == ERR_OK && number == 1) {
		char generation[37];
		uuid_new(generation);
		snprintf(sql, sizeof sql, "INSERT INTO ledger VALUES('generation', '%s')", generation);
		e = db_exec(db, sql);
	}
	return e;
}

/* The steps from `from` to before `to` in one transaction. */
static enum err take_steps(sqlite3 *db, const struct schema_step *steps, unsigned from, unsigned to)
{
	enum err e = db_exec(db, "BEGIN IMMEDIATE");
	if (e != ERR_OK)
		return e;
	for (unsigned i = from; e == ERR_OK && i < to; i++)
		e = take_step(db, &steps[i], i + 1);
	if (e == ERR_OK)
		e = db_exec(db, "COMMIT");
	if (e != ERR_OK && sqlite3_get_autocommit(db) == 0) {
		/* the step's error is the one to tell; closing the file undoes what is left */
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	}
	return e;
}

enum err schema_migrate(sqlite3 *db, const char *path, const struct schema_step *steps, unsigned count)
{
	int64_t version;
	enum err e = schema_check(db, path, count, &version);
	if (e == ERR_OK && version == 0)
		e = db_exec(db, "PRAGMA page_size=8192");
	if (e == ERR_OK)
		e = settings(db);
	if (e == ERR_OK && version == 0)
		return take_steps(db, steps, 0, count);
	for (unsigned i = (unsigned)version; e == ERR_OK && i < count; i++) {
		log_info("store.db: schema %u: %s", i + 1, steps[i].what);
		e = take_steps(db, steps, i, i + 1);
	}
	return e;
}
