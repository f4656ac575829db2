/*
 * schema - the tables of store.db and the ladder of steps that brings an older file to them.
 *
 * PRAGMA user_version is the number of steps taken. Each step is one transaction together with its number,
 * so that a crash between two steps leaves a file from which the next start goes on. A new file takes all of them in one, so
 * that whoever reads beside the first start finds it empty or whole.
 */
#ifndef SINK_SCHEMA_H
#define SINK_SCHEMA_H

#include <sqlite3.h>
#include <stdint.h>

#include "base/err.h"

struct schema_step {
	const char *what; /* for the log */
	const char *sql;
};
extern const struct schema_step schema_steps[];
extern const unsigned schema_steps_count; /* equals LEDGER_SCHEMA */

/** Is the open file ours, and not newer? An empty file gives version 0. ERR_FOREIGN, ERR_NEWER. */
enum err schema_check(sqlite3 *db, const char *path, unsigned known, int64_t *version_out) WARN_UNUSED;
/**
 * Opens data_dir/store.db to be read, beside a running sink (WAL). *out is for sqlite3_close(), NULL after an error.
 * ERR_NOTFOUND: it is not there, or empty so far; ERR_INPUT: of an older schema, which only a sink brings up to date;
 * ERR_NEWER, ERR_FOREIGN, ERR_LOCKED.
 */
enum err schema_open_read(const char *data_dir, sqlite3 **out) WARN_UNUSED;
/** Take the steps that are missing. Sets the page size of a new file, WAL and synchronous=FULL. */
enum err schema_migrate(sqlite3 *db, const char *path, const struct schema_step *steps, unsigned count) WARN_UNUSED;

#endif
