/*
 * sheet - one file of an export: written under a temporary name, synced, and renamed when it is whole, so that
 * a reader of the folder never sees half a table. A column marked varies is left out of a canonical export
 * (INTERFACE.md: row, fetch and parse numbers, times of fetching, archive places).
 */
#ifndef DAEMONS_SHEET_H
#define DAEMONS_SHEET_H

#include <limits.h>
#include <stdio.h>

#include "daemons/out.h"

struct sheet_column {
	const char *name;
	bool varies; /* may differ between two crawls of one site */
};

struct sheet_options {
	const char *dir;
	enum out_format format; /* OUT_CSV or OUT_JSONL */
	bool canonical, bom;
};

struct sheet {
	const struct sheet_options *o;
	const struct sheet_column *columns; /* borrowed */
	unsigned count, at;
	struct out_column shown[OUT_COLUMNS_MAX];
	struct out *out;
	FILE *f;
	char path[PATH_MAX], temp[PATH_MAX + 8];
	int64_t rows;
};

/** Begins o->dir/name.csv (.jsonl). ERR_FULL, ERR_DENIED, ERR_IO. */
enum err sheet_open(struct sheet *s, const struct sheet_options *o, const char *name,
		    const struct sheet_column *columns, unsigned count) WARN_UNUSED;
/** Ends the file: with ERR_OK it gets its name, with an error it is removed. Returns the first error. */
enum err sheet_close(struct sheet *s, enum err err) WARN_UNUSED;
/** Begin a row; false when writing failed: the caller stops. */
bool sheet_row(struct sheet *s);
/* one call a column, in order; p NULL, and 0 for sheet_time, are null */
void sheet_text(struct sheet *s, struct str v);
void sheet_int(struct sheet *s, int64_t v);
void sheet_int_or_null(struct sheet *s, int64_t v, bool null);
void sheet_num(struct sheet *s, double v);
void sheet_bool(struct sheet *s, bool v);
void sheet_time(struct sheet *s, int64_t wall);
void sheet_json(struct sheet *s, struct str v);

#endif
