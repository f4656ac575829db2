/*
 * warc - the archive: WARC/1.1, one gzip member a record (PROTOCOL.md, Archive). Spool and evidence in one.
 *
 * Writing: warc_append() writes request and response records of one fetch; nothing counts until
 * warc_sync() returned (fdatasync, and fsync of the folder for a new file). Files are
 * archive/gongkai-YYYYMMDDHHMMSS-NNNN.warc.gz; a new one is begun at WARC_FILE_MAX and after every repair,
 * so that no offset is used twice. Each begins with a warcinfo that carries the first fetch_id of the frontier.
 * Reading: warc_read() gives the response body of a record; ERR_NOTFOUND when the file is gone,
 * ERR_FORMAT when it is damaged.
 */
#ifndef FETCHER_WARC_H
#define FETCHER_WARC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "fetcher/spool.h"

#define WARC_FILE_MAX (1024LL * 1024 * 1024)

struct warc;

struct warc_place {
	char file[64]; /* name within archive/ */
	int64_t offset, length;
};

struct warc_fetch {
	const char *url;          /* canonical: the page */
	uint64_t fetch_id;
	int64_t fetched_at;       /* wall ms: when the request was sent */
	const char *ip;           /* "" when unknown */
	const char *context;      /* JSON object, kept in the request record */
	int depth;
	struct str request_head;  /* as sent, HTTP/1.1 form, with its empty line */
	struct str response_head; /* status line and headers in HTTP/1.1 form, transfer-encoding removed, with its empty line */
	struct spool *body;       /* content-encoding kept */
	const char *truncated;    /* NULL, "length", "time", "disconnect": WARC-Truncated */
	char payload_sha256[65];  /* of the body */
	const char *refers_to;    /* not NULL: write `revisit` (identical payload) that refers to this record id */
	const struct warc_place *refers_place; /* where that record is */
	const char *cause;        /* "" or the cause code by which the fetch ended, for adoption */
};

/** Open for append in data_dir/archive; repairs the newest files first: cuts behind the last whole member, closes a repaired file. */
enum err warc_open(const char *data_dir, struct warc **out) WARN_UNUSED;
void warc_close(struct warc *w); /* NULL is fine */
/** Write a synced warcinfo naming the first fetch_id of a new frontier. */
enum err warc_begin_ids(struct warc *w, uint64_t first_fetch_id) WARN_UNUSED;
/** On error nothing is kept: the file is cut back to its length before. ERR_FULL when the disk is full. */
enum err warc_append(struct warc *w, const struct warc_fetch *f, struct warc_place *out) WARN_UNUSED;
enum err warc_sync(struct warc *w) WARN_UNUSED;
/** Length and sync state: true when something was appended since the last warc_sync(). */
bool warc_dirty(const struct warc *w);

struct warc_response {
	struct str url, context, response_head, truncated, cause, payload_sha256, ip;
	uint64_t fetch_id;
	int64_t fetched_at;
	int depth;
	int status;
	struct buf body; /* payload; a revisit is followed to its original. caller: warc_response_fini() */
	struct buf heads; /* backing of the slices */
};
/** data_dir, not a writer: reading works beside it. max_body_bytes bounds memory. */
enum err warc_read(const char *data_dir, const struct warc_place *place, size_t max_body_bytes, struct warc_response *out) WARN_UNUSED;
void warc_response_fini(struct warc_response *r);

/**
 * Walk all whole response and revisit records of files from (file, offset) on in file order (NULL: all), heads only
 * (body empty). For start-up adoption and `check`. The callback returns false to stop.
 * max_fetch_id_out (may be NULL): largest fetch_id of records and warcinfos seen.
 */
enum err warc_scan(const char *data_dir, const char *from_file, int64_t from_offset,
		   bool (*record)(void *ctx, const struct warc_place *place, const struct warc_response *r), void *ctx,
		   uint64_t *max_fetch_id_out) WARN_UNUSED;
int64_t warc_total_bytes(const char *data_dir);

/** Value of a header in a head block ("Content-Type"), trimmed, STR_NULL when absent. First one wins. */
struct str warc_header(struct str head, const char *name);

#endif
