/*
 * scope - which URLs belong to a source: pure functions (INTERFACE.md: --scope, --depth, trap).
 *
 * host: the same host and port. site: the same registrable domain (an address: itself). any: every public host.
 * SUFFIX ("gov.cn", ".gov.cn", "*.gov.cn"): that name and everything below it.
 */
#ifndef FETCHER_SCOPE_H
#define FETCHER_SCOPE_H

#include <stdbool.h>

#include "base/str.h"
#include "base/url.h"
#include "proto/cause.h"

#define SCOPE_REPEATS_MAX 3 /* one path segment this many times is a trap */

struct scope_rule {
	const char *scope; /* "host", "site", "any" or a suffix */
	int depth;         /* deepest page that is still fetched */
	bool allow_private;
};

/** Is the word after --scope one: host, site, any, or a suffix of letters, digits, '-' and '.'? */
bool scope_valid(const char *scope);
/**
 * May `url` be a page of the source whose first page is `source`? CAUSE_NONE: yes; else CAUSE_OUT_OF_SCOPE,
 * CAUSE_PRIVATE_ADDRESS (a literal one) or CAUSE_TRAP (depth or path). Both are split canonical URLs.
 */
enum cause scope_check(const struct scope_rule *rule, const struct url_parts *source, const struct url_parts *url,
		       int depth);
/** One path segment (not empty) SCOPE_REPEATS_MAX times. */
bool scope_path_is_trap(struct str path);

#endif
