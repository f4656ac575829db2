/*
 * url - canonical URLs over libcurl's CURLU, with the corrections of its traps.
 *
 * Canonical form: http or https only; scheme and host lower case, host as IDNA A-label (libidn2);
 * default port dropped; no user info; no fragment; empty path is "/"; dot segments removed; white
 * space and control characters at both ends stripped, inside removed or escaped as WHATWG does; `\`
 * is `/` in the path; %xx upper case and unreserved characters unescaped (RFC 3986 6.2.2); session ids
 * (jsessionid path parameter, and the query keys of url_session_keys) dropped; the rest of the query
 * is kept in its order. Longer than URL_MAX bytes is an error.
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
	struct str host; /* without brackets for IPv6 */
	unsigned port;   /* explicit or the scheme's default */
	struct str hostport; /* as printed in the URL: the key of a host ("a.gov.cn", "127.0.1.1:8080") */
	struct str path;
	struct str query; /* without '?', empty when none */
};

/** Canonicalise an absolute URL into `out` (cleared first). ERR_FORMAT with err_text() saying why. */
enum err url_canon(struct str url, struct buf *out) WARN_UNUSED;
/** Resolve `ref` (as in an href, maybe with Chinese, spaces, backslashes) against the canonical `base`. */
enum err url_resolve(struct str base, struct str ref, struct buf *out) WARN_UNUSED;
/** Split a canonical URL. ERR_FORMAT when it is none. */
enum err url_split(struct str canonical, struct url_parts *out) WARN_UNUSED;
/** Registrable domain (public suffix list) of a host; an address or a public suffix itself: the host. Borrowed from `host`. */
struct str url_site(struct str host);
/** True for a literal IPv4 or IPv6 address (no brackets). */
bool url_host_is_address(struct str host);
/** True when the literal address is private, loopback, link-local, multicast, unspecified, CGNAT, metadata or otherwise not public. */
bool url_address_is_private(struct str address);
/** "/rili/" for "/rili/2016/1.htm", "/" for "/index.htm": the first path segment as a folder. */
struct str url_first_segment(struct str path);

#endif
