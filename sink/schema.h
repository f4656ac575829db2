/*
 * schema - the tables of store.db and the ladder of steps that brings an older file to them.
 *
 * PRAGMA user_version is the number of steps taken. Each step is one transaction together with its number,
 * so that a crash between two steps leaves a file from which the next start goes on.
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
/** Take the steps that are missing. Sets the page size of a new file, WAL and synchronous=FULL. */
enum err schema_migrate(sqlite3 *db, const char *path, const struct schema_step *steps, unsigned count) WARN_UNUSED;

#endif
