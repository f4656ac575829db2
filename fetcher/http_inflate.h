/*
 * http_inflate - how large a body is once inflated, without keeping it. Used by http.c.
 *
 * gzip (also several members), zlib and raw deflate; any other Content-Encoding is counted as it came, and left to the
 * parser. Memory: zlib's window and a fixed scratch buffer.
 */
#ifndef FETCHER_HTTP_INFLATE_H
#define FETCHER_HTTP_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>

#include "base/str.h"

struct http_inflate {
	enum { CODING_NONE, CODING_GZIP, CODING_DEFLATE } coding;
	z_stream z;
	bool begun, ended, failed; /* ended: a whole stream was seen; failed: the bytes are not of that coding */
	size_t bytes;              /* inflated so far */
	const char *why;           /* zlib's word for a failure, NULL when it has none */
};

/** content_encoding: the header's value, may be empty. */
void http_inflate_init(struct http_inflate *s, struct str content_encoding);
void http_inflate_fini(struct http_inflate *s);
/** Count n more bytes as received. False when `bytes` has passed max: nothing more need be given. */
bool http_inflate_add(struct http_inflate *s, const void *p, size_t n, size_t max);
/** True when the coding was kept to its end: a whole stream, or nothing at all. */
bool http_inflate_whole(const struct http_inflate *s);

#endif
