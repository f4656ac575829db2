/*
 * out - rows of a verb to standard output (or, for export, to a file) as table, csv or jsonl
 * (INTERFACE.md, Common).
 *
 * Columns are declared once; a table is aligned by display width (hanzi count two), csv follows RFC 4180,
 * jsonl writes one object a line. Columns marked jsonl_only are left out of table and csv: a verb with
 * --wide clears that mark in its own copy of the columns. A list that --limit cuts says so on standard
 * error at out_end().
 *
 * A table looks at its first OUT_TABLE_ROWS rows for the widths and prints later rows with these, so that
 * memory stays flat. Control characters never reach a terminal: in a table they are printed as spaces.
 */
#ifndef DAEMONS_OUT_H
#define DAEMONS_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

#define OUT_COLUMNS_MAX 48
#define OUT_TABLE_ROWS 256              /* rows a table holds back to find its widths */
#define OUT_ROW_MAX (64u * 1024 * 1024) /* bytes of one row as written */
#define OUT_CELL_WIDTH_MAX 100          /* display columns of one cell of a table; more is cut with an ellipsis */

enum out_format { OUT_TABLE, OUT_CSV, OUT_JSONL };

struct out_column {
	const char *name;
	bool jsonl_only;
	bool right; /* align right */
};

struct out;

/** Rows to standard output. `columns` and their names are borrowed until out_end(). limit 0: no limit. Never NULL (aborts without memory). */
struct out *out_new(enum out_format format, bool color, int64_t limit, const struct out_column *columns,
		    unsigned count);
/** Rows to `f` (csv or jsonl; all columns, no limit). The caller closes `f` after out_end(). bom: a UTF-8 byte-order mark before csv, for Excel. */
struct out *out_new_file(FILE *f, enum out_format format, bool bom, const struct out_column *columns, unsigned count);
/** Begin the next row; false when --limit is reached: the caller stops (and the cut is told at the end). */
bool out_row(struct out *o);
/* one call a column, in order */
void out_str(struct out *o, const char *z); /* NULL: null in jsonl, empty else */
void out_text(struct out *o, struct str s); /* as out_str(), with a length; s.p NULL: null */
void out_int(struct out *o, int64_t v);
void out_int_or_null(struct out *o, int64_t v, bool null); /* null: null in jsonl, empty else */
void out_num(struct out *o, double v);
void out_bool(struct out *o, bool v);
void out_time(struct out *o,
	      int64_t wall_ms_or_0);           /* ISO time in jsonl and csv, local short form in a table; 0: null */
void out_json(struct out *o, struct str json); /* raw in jsonl, as text else; p NULL: null */
/** Flush all; tells a cut list; returns ERR_IO (ERR_FULL) when writing failed. Frees `o`. */
enum err out_end(struct out *o) WARN_UNUSED;
/** Display columns of UTF-8 text: hanzi and full-width forms two, combining and zero-width marks none. */
unsigned out_width(struct str s);

#endif
