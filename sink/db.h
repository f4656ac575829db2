/*
 * db - SQLite's results as errors of this project, and short names for binding and reading.
 *
 * Codes: full or failing disk, not writable: ERR_FULL; busy: ERR_LOCKED; damaged or no database: ERR_FOREIGN.
 */
#ifndef SINK_DB_H
#define SINK_DB_H

#include <sqlite3.h>

#include "base/err.h"
#include "base/str.h"

/** Sets the error text "cannot DOING 'PATH': why; what to do". */
enum err db_error(sqlite3 *db, int rc, const char *doing);
enum err db_exec(sqlite3 *db, const char *sql) WARN_UNUSED;
/** Prepares texts[0..count) for many uses; st[] is all NULL before, and the caller finalizes what it holds, after an error too. */
enum err db_prepare(sqlite3 *db, const char *const *texts, unsigned count, sqlite3_stmt **st) WARN_UNUSED;
void db_finalize(sqlite3_stmt **st, unsigned count);
/** First column of the first row. 0 when there is none. */
enum err db_int(sqlite3 *db, const char *sql, int64_t *out) WARN_UNUSED;
/** Bind borrowed text; p NULL: null. The text must outlive the step. */
void db_bind(sqlite3_stmt *st, int i, struct str s);
void db_bind_z(sqlite3_stmt *st, int i, const char *z);
/** Text of a column, p NULL for null; borrowed until the next step. */
struct str db_column(sqlite3_stmt *st, int i);

#endif
