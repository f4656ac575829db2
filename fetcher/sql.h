/*
 * sql - a thin layer over one SQLite connection: statements prepared once, values bound by type, errors as
 * enum err with what was tried. Used by frontier_db and view.
 *
 * A statement's text must be a string constant: the cache knows it by its address. sql_get() resets what it
 * returns, so a statement must not be used by two loops at once. Every loop ends with sql_done().
 * Errors: SQLITE_FULL and failed writes for lack of room are ERR_FULL, a busy database ERR_LOCKED, a file that is
 * no database ERR_FOREIGN.
 */
#ifndef FETCHER_SQL_H
#define FETCHER_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SQL_STATEMENTS 256 /* places at first, a power of two: the cache grows, it holds what the program's text has */

struct sql {
	sqlite3 *db;
	char name[512]; /* path of the file, for messages */
	struct sql_cached {
		const char *text;
		sqlite3_stmt *stmt;
	} * cache;
	unsigned cap, used; /* of cache; half full at most */
};

struct sql_value {
	enum { SQL_INT, SQL_TEXT, SQL_BLOB, SQL_REAL } kind;
	bool null;
	int64_t i;
	double r;
	const void *p; /* borrowed until the statement was stepped */
	size_t n;
};
#define SQL_I(x)                                                                                                       \
	{                                                                                                              \
		.kind = SQL_INT, .i = (int64_t)(x)                                                                     \
	}
/* 0 is NULL: one byte less in the row, and outside of partial indexes */
#define SQL_N(x)                                                                                                       \
	{                                                                                                              \
		.kind = SQL_INT, .i = (int64_t)(x), .null = (x) == 0                                                   \
	}
#define SQL_Z(x)                                                                                                       \
	{                                                                                                              \
		.kind = SQL_TEXT, .p = (x)                                                                             \
	}
#define SQL_B(x, bytes)                                                                                                \
	{                                                                                                              \
		.kind = SQL_BLOB, .p = (x), .n = (bytes)                                                               \
	}
#define SQL_R(x)                                                                                                       \
	{                                                                                                              \
		.kind = SQL_REAL, .r = (x)                                                                             \
	}
#define SQL_ARGS(...)                                                                                                  \
	(const struct sql_value[]){__VA_ARGS__},                                                                       \
		(unsigned)(sizeof((const struct sql_value[]){__VA_ARGS__}) / sizeof(struct sql_value))
#define SQL_NONE NULL, 0

/** Open path. readonly: ERR_NOTFOUND when absent. busy_ms: how long a locked database is waited for. */
enum err sql_open(struct sql *s, const char *path, bool readonly, int busy_ms) WARN_UNUSED;
void sql_close(struct sql *s); /* what was not committed is rolled back */
/** Give up the prepared statements, none of which is at work: a migration leaves some of tables that are gone. */
void sql_forget(struct sql *s);
/** Statements without values or rows, several at once (schema, pragmas). */
enum err sql_exec(struct sql *s, const char *text, const char *what) WARN_UNUSED;
/** Prepared, reset and bound, not stepped. */
enum err sql_get(struct sql *s, const char *text, const struct sql_value *v, unsigned n,
		 sqlite3_stmt **out) WARN_UNUSED;
/** Bind and run to the end. */
enum err sql_run(struct sql *s, const char *text, const struct sql_value *v, unsigned n) WARN_UNUSED;
/** Bind and take the first row; ERR_NOTFOUND (statement done, no text) when there is none. Caller: sql_done(). */
enum err sql_row(struct sql *s, const char *text, const struct sql_value *v, unsigned n,
		 sqlite3_stmt **out) WARN_UNUSED;
/** Next row: ERR_OK with *more_out false at the end (statement done). */
enum err sql_next(struct sql *s, sqlite3_stmt *st, bool *more_out) WARN_UNUSED;
void sql_done(sqlite3_stmt *st); /* NULL is fine */
/** First column of the first row, or deflt when there is no row. */
enum err sql_int(struct sql *s, const char *text, const struct sql_value *v, unsigned n, int64_t deflt,
		 int64_t *out) WARN_UNUSED;
/** Text column, "" for NULL. Borrowed until the statement moves. */
const char *sql_text(sqlite3_stmt *st, int column);

#endif
