/*
 * document - the parsed document of a DOC's frame 2 (INTERFACE.md), checked and cut into rows.
 *
 * The bytes come from a process that read hostile pages, so nothing is believed: every type, length and
 * count is checked, and memory does not depend on how the bytes nest. sdoc_decode() looks at all of it
 * once; the sdoc_each_* walks then give the same rows again, one at a time, and cannot fail for their form.
 *
 * Ownership: strings live in the arena or in the frame; both must outlive the struct. Row structs are
 * borrowed for the call. A string whose p is NULL was null or absent.
 * Errors: ERR_FORMAT and ERR_LIMIT with a text that names the place (cause not-parsable), ERR_NOMEM.
 */
#ifndef SINK_DOCUMENT_H
#define SINK_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define SDOC_STRING_MAX (64u * 1024)   /* bytes of a metadata string as written */
#define SDOC_ELEMENT_MAX (256u * 1024) /* bytes of one metric, quantity, check or link as written */
#define SDOC_REPORTS_MAX 256u
#define SDOC_ROWS_MAX 200000u /* metrics, quantities, tables and checks of all reports together */
#define SDOC_LINKS_MAX 100000u
#define SDOC_BARREN_TEXT 100    /* INTERFACE.md, trap: code points of text, ... */
#define SDOC_HOLLOW_TEXT 20     /* less than this is what is left of a page, not what it says */
#define SDOC_BARREN_LINKS 5     /* ... links ... */
#define SDOC_BARREN_LINK_TEXT 6 /* ... with a text of so many code points */

/* rows of one report */
struct sdoc_counts {
	unsigned metrics, quantities, tables, checks, failed_checks;
};

struct sdoc {
	struct json_t *text_json; /* owns `text` */
	struct str text, kind, charset, title, published, source, doc_number, index_number, site_id_code, unsupported,
		page_url;
	struct str dates, cut;     /* JSON arrays as written, slices of the frame */
	struct str reports, links; /* likewise */
	int64_t charset_errors;
	unsigned reports_count;
	struct sdoc_counts *counts; /* of each report, in the arena: NULL until all was looked at once */
	bool barren;
	bool hollow;   /* barren, and it leads to no file, frame or further page that would hold the text instead */
	bool blank;    /* not even that: no text and no links */
	bool leads_on; /* to a file, a frame or a further page */
	/* over all that does not differ between two crawls of one page: not url, page_url and the links' contexts */
	char content_sha256[65];
	char compare_sha256[65]; /* of the parser, over what says the same when only counters moved; "" none */
};

struct sdoc_report {
	struct str title, region, region_code, body, level, period_start, period_end, published, format;
	int64_t year;                                   /* 0: null */
	struct str fragments;                           /* JSON */
	struct str metrics, quantities, tables, checks; /* JSON arrays, for the walks below */
	struct sdoc_counts counts;
};
struct sdoc_metric {
	struct str id, unit, scope, applicant, qualifier, evidence, table, row, column;
	double value;
	bool approx;
	int64_t offset, cell_row, cell_col; /* cell: -1 for prose */
};
struct sdoc_quantity {
	struct str text, unit;
	double value;
	bool approx;
	int64_t offset;
};
struct sdoc_table {
	struct str id, caption, rows; /* rows: JSON */
	int64_t offset;
};
struct sdoc_check {
	struct str kind, statement, detail, operands; /* operands: JSON */
	bool holds;
};
struct sdoc_link {
	struct str url, text, rel;
	const char *context; /* JSON object text, at most MSG_CONTEXT_MAX bytes, "{}" when none or larger */
	int64_t rank;        /* of -100 to 100, 0 when absent */
	const char *ask;     /* msg_ask_word() */
};

enum err sdoc_decode(struct str json, struct arena *a, struct sdoc *out) WARN_UNUSED;
void sdoc_fini(struct sdoc *d);

/* A walk ends with the first error of its callback. */
typedef enum err sdoc_report_fn(void *ctx, const struct sdoc_report *r);
typedef enum err sdoc_metric_fn(void *ctx, const struct sdoc_metric *m);
typedef enum err sdoc_quantity_fn(void *ctx, const struct sdoc_quantity *q);
typedef enum err sdoc_table_fn(void *ctx, const struct sdoc_table *t);
typedef enum err sdoc_check_fn(void *ctx, const struct sdoc_check *c);
typedef enum err sdoc_link_fn(void *ctx, const struct sdoc_link *l);

enum err sdoc_each_report(const struct sdoc *d, struct arena *a, sdoc_report_fn *row, void *ctx) WARN_UNUSED;
enum err sdoc_each_metric(struct str metrics, sdoc_metric_fn *row, void *ctx) WARN_UNUSED;
enum err sdoc_each_quantity(struct str quantities, sdoc_quantity_fn *row, void *ctx) WARN_UNUSED;
enum err sdoc_each_table(struct str tables, struct arena *a, sdoc_table_fn *row, void *ctx) WARN_UNUSED;
enum err sdoc_each_check(struct str checks, sdoc_check_fn *row, void *ctx) WARN_UNUSED;
enum err sdoc_each_link(const struct sdoc *d, sdoc_link_fn *row, void *ctx) WARN_UNUSED;

#endif
