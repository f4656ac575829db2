/*
 * warc - the archive: WARC/1.1, one gzip member a record (PROTOCOL.md, Archive). Spool and evidence in one.
 *
 * Writing: warc_append() writes request and response records of one fetch; nothing counts until
 * warc_sync() returned (fdatasync, and fsync of the folder for a new file). Files are
 * archive/gongkai-YYYYMMDDHHMMSS-NNNN.warc.gz, in the order of NNNN (a clock that jumps does not change it). Every
 * warc_open() begins a new one at its first append, and so does WARC_FILE_MAX: a file that was once closed or
 * repaired is never written again, so that no offset is used twice. Each begins with a warcinfo that carries the first
 * fetch_id of the frontier. Records name their page and fetch: <urn:gongkai:fetch:FETCH_ID:response:URL_HASH>; fields
 * of our own are GongKai-Fetch-Id, GongKai-Depth, GongKai-Ask, GongKai-Context (request), GongKai-Cause,
 * GongKai-Refers-File and GongKai-Refers-Offset (revisit). Payload digests are sha256 in hexadecimal. The page's URL is
 * WARC-Target-URI also of a form list (proto/msg.h): its request record holds the POST as sent, and the query tells its
 * answers apart, as indexes of archives do with forms.
 * Reading: warc_read() gives the response body of a record; ERR_NOTFOUND when the file is gone,
 * ERR_FORMAT when it is damaged. Readers skip damaged members and go on at the next whole one that names the same
 * warcinfo, a random number that a page cannot know: a body with a WARC record inside is never taken for one.
 * One thread uses a writer; readers in other processes may work beside it.
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
	const char *url; /* canonical: the page */
	uint64_t fetch_id;
	int64_t fetched_at;  /* wall ms: when the request was sent */
	const char *ip;      /* "" when unknown */
	const char *context; /* JSON object, kept in the request record */
	int depth;
	const char *ask;         /* msg_ask_word(); NULL as "" */
	struct str request_head; /* as sent, HTTP/1.1 form, with its empty line, and the form of a POST behind it */
	struct str
		response_head; /* status line and headers in HTTP/1.1 form, transfer-encoding removed, with its empty line */
	struct spool *body;      /* content-encoding kept */
	const char *truncated;   /* NULL, "length", "time", "disconnect": WARC-Truncated */
	char payload_sha256[65]; /* of the body */
	const char *refers_to;   /* not NULL: write `revisit` (identical payload) that refers to this record id */
	const struct warc_place *refers_place; /* where that record is */
	const char *cause;                     /* "" or the cause code by which the fetch ended, for adoption */
};

/**
 * Open for append in data_dir/archive (made when absent). Repairs the two newest files first: cuts them behind their last
 * whole record. Only these can be torn, as a file is synced before the next one is begun.
 */
enum err warc_open(const char *data_dir, struct warc **out) WARN_UNUSED;
void warc_close(struct warc *w); /* NULL is fine */
/** Begin files at this size instead of WARC_FILE_MAX. */
void warc_set_file_max(struct warc *w, int64_t bytes);
/** Record id, with its brackets, of a fetch's response: for warc_fetch.refers_to. */
#define WARC_ID_BYTES 96
char *warc_response_id(const char *url, uint64_t fetch_id, char out[WARC_ID_BYTES]);
/** Begin a file with a synced warcinfo naming the first fetch_id of a new frontier; later files repeat it. */
enum err warc_begin_ids(struct warc *w, uint64_t first_fetch_id) WARN_UNUSED;
/** On error nothing is kept: the file is cut back to its length before. ERR_FULL when the disk is full. */
enum err warc_append(struct warc *w, const struct warc_fetch *f, struct warc_place *out) WARN_UNUSED;
/** After an error nothing that was appended since the last sync may be counted, and the writer refuses all work. */
enum err warc_sync(struct warc *w) WARN_UNUSED;
/** True when something was appended since the last warc_sync(). */
bool warc_dirty(const struct warc *w);

struct warc_response {
	struct str url, context, response_head, truncated, cause, payload_sha256, ip, ask;
	uint64_t fetch_id;
	int64_t fetched_at;
	int depth;
	int status;
	struct buf body;  /* payload; a revisit is followed to its original. caller: warc_response_fini() */
	struct buf heads; /* backing of the slices */
	struct warc_place
		body_place; /* of warc_read(): where the body itself lies, for a revisit its original; length 0 when not known */
	uint64_t body_fetch_id; /* of warc_read(): the fetch that brought it */
};
/**
 * The record at `place`, whole, with its digest checked. data_dir, not a writer: reading works beside it. A body of more
 * than max_body_bytes gives ERR_LIMIT. context stays empty: it is in the request record, which only warc_scan() reads.
 * On error `out` holds nothing; warc_response_fini() is then needless, and harmless.
 */
enum err warc_read(const char *data_dir, const struct warc_place *place, size_t max_body_bytes,
		   struct warc_response *out) WARN_UNUSED;
void warc_response_fini(struct warc_response *r);

/**
 * Walk all whole response and revisit records of files from (file, offset) on in file order (NULL: all), heads only
 * (body empty; slices borrowed for the call), with depth and context of their requests. from_offset is the end of a
 * place (offset + length) or 0. For start-up adoption and `check`. The callback returns false to stop.
 * max_fetch_id_out (may be NULL): largest fetch_id of records and warcinfos seen.
 */
enum err warc_scan(const char *data_dir, const char *from_file, int64_t from_offset,
		   bool (*record)(void *ctx, const struct warc_place *place, const struct warc_response *r), void *ctx,
		   uint64_t *max_fetch_id_out) WARN_UNUSED;
int64_t warc_total_bytes(const char *data_dir);

/** Value of a header in a head block ("Content-Type"), trimmed, STR_NULL when absent. First one wins. */
struct str warc_header(struct str head, const char *name);

#endif
