/*
 * url - canonical URLs over libcurl's CURLU, with the corrections of its traps.
 *
 * Canonical form: http or https only; scheme and host lower case, host as IDNA A-label (libidn2)
 * without a final dot; an address in any form that inet_aton knows (2130706433, 0x7f.1, 0177.0.0.1)
 * as a dotted quad, IPv6 in brackets as inet_ntop prints it; default port dropped; no user info; no
 * fragment; empty path is "/"; dot segments removed, written as %2e too; white space and control
 * characters at both ends stripped, inside removed or escaped as WHATWG does; `\` is `/` before the
 * query; %xx upper case and unreserved characters unescaped (RFC 3986 6.2.2), other bytes that a URL may
 * not hold escaped as they are (Chinese as UTF-8), a lone % as %25; dropped are session ids (jsessionid path
 * parameter) and what tracks visitors (the query keys of the table in url.c); the rest of the query is kept in its order,
 * and so are `//` and empty pairs: there are servers to which they are other pages, and none that a shorter form proves right.
 * A canonical URL is its own canonical form. Longer than URL_MAX bytes is an error.
 */
#ifndef BASE_URL_H
#define BASE_URL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define URL_MAX 2048

/** Parts of a canonical URL: slices of it, borrowed. */
struct url_parts {
	struct str scheme;
	struct str host;     /* without brackets for IPv6 */
	unsigned port;       /* explicit or the scheme's default */
	struct str hostport; /* as printed in the URL: the key of a host ("a.gov.cn", "127.0.1.1:8080") */
	struct str path;
	struct str query; /* without '?', empty when none */
};

/** Canonicalise an absolute URL into `out` (cleared first). ERR_FORMAT with err_text() saying why. */
enum err url_canon(struct str url, struct buf *out) WARN_UNUSED;
/** Resolve `ref` (as in an href, maybe with Chinese, spaces, backslashes) against the canonical `base`. */
enum err url_resolve(struct str base, struct str ref, struct buf *out) WARN_UNUSED;
/**
 * Append `in` with its escapes in the form above: what url_canon does to a path or a query. For robots.txt
 * patterns, which are compared with canonical paths. ERR_LIMIT or ERR_NOMEM of the buffer.
 */
enum err url_escape(struct str in, struct buf *out) WARN_UNUSED;
/** Split a canonical URL. ERR_FORMAT when it is none. */
enum err url_split(struct str canonical, struct url_parts *out) WARN_UNUSED;
/** Registrable domain (public suffix list) of a host; an address or a public suffix itself: the host. Borrowed from `host`. */
struct str url_site(struct str host);
/** True for a literal IPv4 or IPv6 address (no brackets). */
bool url_host_is_address(struct str host);
/**
 * True when the literal address is private, loopback, link-local, multicast, unspecified, CGNAT, metadata or otherwise
 * not public, also when it is an IPv6 form (mapped, 6to4, NAT64) of such an IPv4 address. False for a name.
 */
bool url_address_is_private(struct str address);
/** "/rili/" for "/rili/2016/1.htm", "/" for "/index.htm": the first path segment as a folder. */
struct str url_first_segment(struct str path);

#endif
