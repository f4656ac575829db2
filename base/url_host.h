/*
 * url_host - the host of a URL in its one form: used by url.c, split off for its length.
 */
#ifndef BASE_URL_HOST_H
#define BASE_URL_HOST_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define URL_HOST_MAX 253 /* RFC 1035 2.3.4, without the final dot */

/**
 * Append the canonical form of a host as it stands in a URL (IPv6 with brackets, maybe percent-encoded UTF-8).
 * ERR_FORMAT with err_text() when it can be no host.
 */
enum err url_host_canon(struct str host, struct buf *out) WARN_UNUSED;

/** Value of a hexadecimal digit, -1 when it is none. */
int url_hex(char c);

#endif
