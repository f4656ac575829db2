/*
 * http_request - one transfer of http.c: its libcurl handle, what it received, and how it ended. Used by http*.c alone.
 */
#ifndef FETCHER_HTTP_REQUEST_H
#define FETCHER_HTTP_REQUEST_H

#include "base/hash.h"
#include "fetcher/http.h"
#include "fetcher/http_gate.h"
#include "fetcher/http_head.h"
#include "fetcher/http_inflate.h"
#include "fetcher/pace.h"

/* What all transfers of one http share; defaults filled in. */
struct http_common {
	struct http_settings s;
	struct http_gate gate;
	struct curl_slist *headers;
	struct curl_slist *connect_to;
	enum err failed; /* a body could not be kept: no page's fault, the caller stops */
	char failed_text[512];
};

struct http_request {
	struct http_common *c; /* borrowed */
	CURL *easy;
	struct curl_slist *headers; /* of conditional requests and POSTs; else the common ones */
	uint64_t tag;
	struct http_head head;
	struct buf sent; /* request head as sent, with the form of a POST */
	struct http_inflate inflate;
	struct pace pace;
	struct spool *body;
	struct sha256 *sum;
	enum cause cause; /* CAUSE_NONE until something stops it */
	char detail[256];
	char curl_text[CURL_ERROR_SIZE];
	char refused_ip[64];
	char busy_ip[64];    /* whose turn had not come */
	unsigned opened;     /* sockets */
	bool finished, lost; /* lost: common.failed, not to be given to the caller */
	int64_t started_wall, started_mono;
};

/** Everything but adding it to the multi. post: without validators. */
enum err http_request_new(struct http_common *c, uint64_t tag, const char *url, bool post, const char *etag,
			  const char *last_modified, struct http_request **out) WARN_UNUSED;
void http_request_free(struct http_request *r); /* NULL is fine */
/** Look at the clock: true when the transfer was stopped for its pace. */
bool http_request_tick(struct http_request *r, int64_t now);
/** libcurl's result into cause and detail, unless something stopped it before. */
void http_request_end(struct http_request *r, CURLcode result);
/** Slices and body are borrowed from `r`. */
void http_request_report(struct http_request *r, struct http_done *out);

#endif
