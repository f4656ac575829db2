#include "sink/db.h"

enum err db_error(sqlite3 *db, int rc, const char *doing)
{
	const char *path = db ? sqlite3_db_filename(db, "main") : NULL;
	const char *text = db ? sqlite3_errmsg(db) : sqlite3_errstr(rc);
	enum err code = ERR_IO;
	const char *todo = "";
	switch (rc & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		code = ERR_FULL;
		todo = "; make room or give permission, nothing was acknowledged";
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		code = ERR_LOCKED;
		todo = "; end the other program that writes it";
		break;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		code = ERR_FOREIGN;
		todo = "; put a backup in its place, then run 'gongkai check --requeue-missing'";
		break;
	case SQLITE_NOMEM:
		code = ERR_NOMEM;
		break;
	}
	return err_set(code, "cannot %s '%s': %s%s", doing, path ? path : "store.db", text, todo);
}

enum err db_exec(sqlite3 *db, const char *sql)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? ERR_OK : db_error(db, rc, "write");
}

enum err db_prepare(sqlite3 *db, const char *const *texts, unsigned count, sqlite3_stmt **st)
{
	for (unsigned i = 0; i < count; i++) {
		int rc = sqlite3_prepare_v3(db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &st[i], NULL);
		if (rc != SQLITE_OK)
			return db_error(db, rc, "read");
	}
	return ERR_OK;
}

void db_finalize(sqlite3_stmt **st, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		sqlite3_finalize(st[i]);
}

enum err db_int(sqlite3 *db, const char *sql, int64_t *out)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
	*out = 0;
	if (rc == SQLITE_OK) {
		rc = sqlite3_step(st);
		if (rc == SQLITE_ROW)
			*out = sqlite3_column_int64(st, 0);
		if (rc == SQLITE_ROW || rc == SQLITE_DONE)
			rc = SQLITE_OK;
	}
	enum err e = rc == SQLITE_OK ? ERR_OK : db_error(db, rc, "read");
	sqlite3_finalize(st);
	return e;
}

/* A failed bind (out of memory) leaves null behind, which NOT NULL columns then refuse. */
void db_bind(sqlite3_stmt *st, int i, struct str s)
{
	if (s.p)
		sqlite3_bind_text64(st, i, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
	else
		sqlite3_bind_null(st, i);
}

void db_bind_z(sqlite3_stmt *st, int i, const char *z)
{
	db_bind(st, i, str_of(z));
}

struct str db_column(sqlite3_stmt *st, int i)
{
	const char *p = (const char *)sqlite3_column_text(st, i);
	return p ? (struct str){p, (size_t)sqlite3_column_bytes(st, i)} : STR_NULL;
}
