/*
 * http - requests over libcurl multi: one hop each (redirects are the frontier's), HTTP/1.1 and HTTP/2, TLS
 * verified, content-encoding kept as received, response head rebuilt in HTTP/1.1 form.
 *
 * Limits of INTERFACE.md are kept here: connect 10 s, whole response 120 s, under 100 bytes a second for
 * 10 s (pace.h: from the first byte of the response), 16 MiB as sent, 32 MiB inflated (counted, not kept), 64 KiB of
 * head. What came before a limit is kept. Addresses are checked when the socket is opened: private, loopback, link-local
 * and metadata addresses end as `private-address` unless allowed; so does such an address written in the URL, before
 * any connection. Redirects are not followed; no cookies, no proxies, no netrc.
 * Causes: dns (no address), connect (no connection, no answer or no HTTP), tls, private-address, timeout, too-slow,
 * truncated (the answer broke off), body-too-large, inflate (not the coding it claims; the bytes are whole).
 * The loop is libcurl's: http_poll() waits on its sockets and on the caller's descriptors together. One thread.
 * SIGPIPE is ignored from http_new() on, since TLS writes to sockets that a server may have closed.
 */
#ifndef FETCHER_HTTP_H
#define FETCHER_HTTP_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "fetcher/spool.h"
#include "proto/cause.h"

#define HTTP_CONNECT_MS 10000L
#define HTTP_TOTAL_MS 120000L
#define HTTP_SLOW_BYTES_S 100L
#define HTTP_SLOW_S 10L
#define HTTP_BODY_MAX ((size_t)16 * 1024 * 1024)
#define HTTP_INFLATED_MAX ((size_t)32 * 1024 * 1024)
#define HTTP_CONNECTIONS_MAX 256 /* requests at one time */
#define HTTP_IDLE_MAX 32         /* connections kept for a next request */

/* Strings are borrowed for the life of the http. */
struct http_settings {
	const char *data_dir;   /* for spools */
	const char *user_agent; /* whole header value */
	const char *connect_to; /* "HOST:PORT" for every connection, or NULL */
	bool allow_private;
	long connect_ms, total_ms, slow_bytes_s, slow_s; /* 0: the default */
	size_t body_max, inflated_max;                   /* 0: the default */
	int connections_max;                             /* 0: the default */
	const char *ca_file;                             /* NULL: the system's */
	/* Asked before a socket is opened to an address; false: its turn has not come. NULL: any may be connected to. */
	bool (*may_connect)(void *ctx, uint64_t tag, const char *ip);
	void *may_connect_ctx;
};

struct http_done {
	uint64_t tag;     /* as given to http_start */
	int status;       /* 0 when no response */
	enum cause cause; /* CAUSE_NONE: a whole response of any status; else transport failure or limit */
	char detail[256]; /* what, where, for people */
	char ip[64];
	bool deferred;      /* may_connect() said no to `ip`: nothing was sent, cause and detail say nothing */
	int64_t started_at; /* wall ms of the request's start */
	int64_t started_mono, ended_mono;
	int64_t lead_ms; /* from started_at until the host surely had the request: on a new connection until its first byte came back */
	/* HTTP/1.1 form with the empty line; request_head: and the form of a POST behind it; response empty when none */
	struct str request_head, response_head;
	struct spool *body; /* never NULL; taken with http_take_body() or freed after the callback */
	char body_sha256[65];
	const char *truncated; /* NULL, "length", "time", "disconnect" */
};

struct http;

enum err http_new(const struct http_settings *s, struct http **out) WARN_UNUSED;
void http_free(struct http *h);
/**
 * Begin a GET of a canonical URL. etag / last_modified NULL: unconditional. ERR_LIMIT at connections_max. What is wrong
 * with the request itself comes as a finished one.
 */
enum err http_start(struct http *h, uint64_t tag, const char *url, const char *etag,
		    const char *last_modified) WARN_UNUSED;
/** The same as a POST to the URL without its query, which is the form: application/x-www-form-urlencoded. */
enum err http_post(struct http *h, uint64_t tag, const char *url) WARN_UNUSED;
unsigned http_active(const struct http *h);
/** Wait at most timeout_ms for sockets, timers or `fds` (may be NULL; revents are filled), then give all finished
 *  requests to `done`, which may start others. ERR_FULL, ERR_IO: a body could not be kept; that request is not given to `done`. */
enum err http_poll(struct http *h, int timeout_ms, struct curl_waitfd *fds, unsigned fds_count,
		   void (*done)(void *ctx, struct http_done *d), void *ctx) WARN_UNUSED;
/** Move the body out of a finished request: the caller frees it. */
struct spool *http_take_body(struct http_done *d);

#endif
