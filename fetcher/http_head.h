/*
 * http_head - a response head in HTTP/1.1 form, from libcurl's lines. Used by http.c.
 *
 * Only the final head is kept: those of 1xx answers and trailers are counted and dropped. Transfer-Encoding is removed,
 * since the body is kept without it; folded lines are unfolded (RFC 9112 5.2); "HTTP/2 200" is written "HTTP/1.1 200".
 */
#ifndef FETCHER_HTTP_HEAD_H
#define FETCHER_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define HTTP_HEAD_MAX (64 * 1024) /* bytes of all heads and trailers of one response */

struct http_head {
	struct buf text;
	size_t seen_bytes;
	int status;    /* 0 before the first status line */
	bool in_head;  /* a status line was seen, its empty line not yet */
	bool complete; /* the final head has its empty line */
	bool dropping; /* the last line was removed: so are its continuations */
};

void http_head_init(struct http_head *h);
void http_head_fini(struct http_head *h);
/** One line with its line end. ERR_LIMIT when HTTP_HEAD_MAX is passed; the head so far stays. */
enum err http_head_line(struct http_head *h, const char *p, size_t n) WARN_UNUSED;
/** Ends a head that was cut with its empty line; a head without a final status line becomes empty, its status 0. */
void http_head_close(struct http_head *h);

#endif
