/*
 * view - read-only questions about a store, for the command. Works beside a running sink (WAL).
 *
 * Rows are given to a callback one by one; strings are borrowed for the call, p NULL is null. A callback
 * returns false to stop. Within the callback of a report or document its own rows may be asked for.
 */
#ifndef SINK_VIEW_H
#define SINK_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct sview;

/** Errors: those of schema_open_read(). */
enum err sview_open(const char *data_dir, struct sview **out) WARN_UNUSED;
void sview_close(struct sview *v); /* NULL is fine */
/** From here to the close all answers are of one moment. */
enum err sview_snapshot(struct sview *v) WARN_UNUSED;

/* where a version of a document came from */
struct sview_origin {
	int64_t version, superseded_by; /* 0: the current one */
	uint64_t fetch_id, parse_seq;
	struct str parser_version, lexicon, content_sha256, body_sha256, warc_file;
	int64_t warc_offset, warc_length, first_seen, last_seen; /* wall ms */
};

struct sview_report {
	int64_t id, document_id;
	int64_t ord; /* place in its document, from 1 */
	struct str url, page_url, title, region, region_code, body, level, period_start, period_end, published, format,
		fragments;    /* fragments: JSON */
	struct str copy_of;   /* URL of the principal of its group (sink/copies.h); p NULL: it is that, or alone */
	bool mirror, grouped; /* grouped: it has copies, or is one */
	int64_t year;         /* 0: null */
	int64_t metrics, quantities, tables, checks, failed_checks;
	struct sview_origin origin;
};

/* NULL and 0: any */
struct sview_filter {
	const char *region; /* part of the region's name, or, all digits, the head of its code ("14", "140702") */
	const char *body;   /* part of the body's name */
	const char *level;  /* equal */
	int64_t year, report_id;
	bool by_content; /* ordered by URL and place, not by id */
};

typedef bool sview_report_fn(void *ctx, const struct sview_report *r);
enum err sview_reports(struct sview *v, const struct sview_filter *f, sview_report_fn *row, void *ctx) WARN_UNUSED;

struct sview_metric {
	struct str id, unit, scope, applicant, qualifier, evidence, table, row, column;
	double value;
	bool approx;
	int64_t offset, cell_row, cell_column; /* cell: -1 for prose */
};
typedef bool sview_metric_fn(void *ctx, const struct sview_metric *m);
/** Figures of one report in the order of the document; `id` NULL: all. */
enum err sview_metrics(struct sview *v, int64_t report_id, const char *id, sview_metric_fn *row, void *ctx) WARN_UNUSED;

struct sview_quantity {
	struct str text, unit;
	double value;
	bool approx;
	int64_t offset;
};
typedef bool sview_quantity_fn(void *ctx, const struct sview_quantity *q);
enum err sview_quantities(struct sview *v, int64_t report_id, sview_quantity_fn *row, void *ctx) WARN_UNUSED;

struct sview_table {
	struct str id, caption, rows; /* rows: JSON */
	int64_t offset;
};
typedef bool sview_table_fn(void *ctx, const struct sview_table *t);
enum err sview_tables(struct sview *v, int64_t report_id, sview_table_fn *row, void *ctx) WARN_UNUSED;

struct sview_check {
	struct str kind, statement, detail, operands; /* operands: JSON */
	bool holds;
};
typedef bool sview_check_fn(void *ctx, const struct sview_check *c);
enum err sview_checks(struct sview *v, int64_t report_id, sview_check_fn *row, void *ctx) WARN_UNUSED;

typedef bool sview_origin_fn(void *ctx, const struct sview_origin *o);
/** All versions of a document, oldest first. */
enum err sview_versions(struct sview *v, int64_t document_id, sview_origin_fn *row, void *ctx) WARN_UNUSED;

struct sview_copy {
	int64_t report_id;
	struct str url;
	bool official, mirror;
};
typedef bool sview_copy_fn(void *ctx, const struct sview_copy *c);
/** The group of a report, itself included, principal first; none when it is alone. */
enum err sview_copies(struct sview *v, int64_t report_id, sview_copy_fn *row, void *ctx) WARN_UNUSED;
/** The same for the reports of a page, one group after the other. */
enum err sview_copies_of_page(struct sview *v, const char *url, sview_copy_fn *row, void *ctx) WARN_UNUSED;

struct sview_document {
	int64_t id;
	struct str url, page_url, kind, charset, title, published, dates, source, doc_number, index_number,
		site_id_code, unsupported, cut, text; /* dates, cut: JSON; text p NULL: not kept */
	int64_t charset_errors, reports;
	struct sview_origin origin;
};
typedef bool sview_document_fn(void *ctx, const struct sview_document *d);
enum err sview_documents(struct sview *v, bool by_content, sview_document_fn *row, void *ctx) WARN_UNUSED;
/** The document of a canonical URL. ERR_NOTFOUND (no text). */
enum err sview_document_by_url(struct sview *v, const char *url, sview_document_fn *row, void *ctx) WARN_UNUSED;
/** Reports of one document, in their order. */
enum err sview_document_reports(struct sview *v, int64_t document_id, sview_report_fn *row, void *ctx) WARN_UNUSED;

/** What a derived index compares itself with: the store's generation and its last commit. */
enum err sview_state(struct sview *v, char generation[40], int64_t *last_commit) WARN_UNUSED;
/** Ids above `after` with a number that changes with the content, at most `limit`, in order: each call is a read of its own. */
typedef bool sview_stamp_fn(void *ctx, int64_t document_id, int64_t stamp, bool has_reports);
enum err sview_stamps(struct sview *v, int64_t after, int64_t limit, sview_stamp_fn *row, void *ctx) WARN_UNUSED;
/** Text and title by document id; ERR_NOTFOUND (no text) when there is no such document. */
typedef bool sview_text_fn(void *ctx, struct str url, struct str title, struct str text);
enum err sview_text(struct sview *v, int64_t document_id, sview_text_fn *row, void *ctx) WARN_UNUSED;

#endif
