/*
 * out - rows of a verb to standard output as table, csv or jsonl (INTERFACE.md, Common).
 *
 * Columns are declared once; a table is aligned by display width (hanzi count two), csv follows RFC 4180,
 * jsonl writes one object a line. Columns marked jsonl_only are left out of table and csv unless --wide.
 * A list that --limit cuts says so on standard error at out_end().
 */
#ifndef DAEMONS_OUT_H
#define DAEMONS_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum out_format { OUT_TABLE, OUT_CSV, OUT_JSONL };

struct out_column {
	const char *name;
	bool jsonl_only;
	bool right; /* align right */
};

struct out;

struct out *out_new(enum out_format format, bool color, int64_t limit, const struct out_column *columns, unsigned count);
/** Begin the next row; false when --limit is reached: the caller stops (and the cut is told at the end). */
bool out_row(struct out *o);
/* one call a column, in order */
void out_str(struct out *o, const char *z);  /* NULL: null in jsonl, empty else */
void out_int(struct out *o, int64_t v);
void out_num(struct out *o, double v);
void out_bool(struct out *o, bool v);
void out_time(struct out *o, int64_t wall_ms_or_0); /* ISO time in jsonl and csv, local short form in a table; 0: null */
void out_json(struct out *o, struct str json); /* raw in jsonl, as text else */
/** Flush all; tells a cut list; returns ERR_IO when standard output failed. Frees `o`. */
enum err out_end(struct out *o) WARN_UNUSED;

#endif
