/*
 * changes - read-only questions about how the pages of a store changed: their versions with text and figures, the
 * change that waits for its confirmation, and how often a page flickered. Works beside a running sink (WAL).
 */
#ifndef SINK_CHANGES_H
#define SINK_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/url.h"

struct changes;

/** Errors: those of schema_open_read(). */
enum err changes_open(const char *data_dir, struct changes **out) WARN_UNUSED;
void changes_close(struct changes *c); /* NULL is fine */

struct changes_page {
	int64_t id; /* document */
	char url[URL_MAX + 1];
	int64_t version, versions, reports; /* the current version; how many there are; reports it holds */
	int64_t flickers, flickered_at;     /* changes that a second fetch did not find again, the last at wall ms */
	/* the change that waits, fetch_id 0: none */
	struct {
		uint64_t fetch_id;
		int64_t first_seen, rounds, reports,
			warc_offset; /* rounds: contents in a row, none like the one before */
		char warc_file[256], content_sha256[65];
	} candidate;
};

/** By canonical URL. ERR_NOTFOUND. */
enum err changes_page_by_url(struct changes *c, const char *url, struct changes_page *out) WARN_UNUSED;
/** By the id of a report, also of one that only a superseded version holds. ERR_NOTFOUND. */
enum err changes_page_by_report(struct changes *c, int64_t report_id, struct changes_page *out) WARN_UNUSED;
/** When a version was first and last seen. ERR_NOTFOUND. */
enum err changes_version(struct changes *c, int64_t document_id, int64_t version, int64_t *first_seen,
			 int64_t *last_seen) WARN_UNUSED;
/** What a version said, as the JSON object of sink/past.h, appended to `out`. ERR_NOTFOUND: not kept. */
enum err changes_content(struct changes *c, int64_t document_id, int64_t version, struct buf *out) WARN_UNUSED;

#endif
