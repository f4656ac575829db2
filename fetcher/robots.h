/*
 * robots - RFC 9309 as pure functions: parse once, ask often.
 *
 * Groups are merged for the same product token, those of `*` count only when no group names us, longest match
 * wins, Allow on a tie, `*` and a final `$`, percent-encoding compared normalised (url_escape), UTF-8 BOM and any
 * line end accepted, bytes past 500 KiB ignored (2.5). Matching is linear in pattern and path. Crawl-delay (not in
 * the RFC) belongs to its group as a rule does; of several the largest counts. Sitemaps are kept as written.
 * A rule without its leading slash is read as if it had one, a colon left out as if it were there. What a status means: 2xx parse; 4xx allow all; 5xx,
 * 429 and network failure defer (2.3.1.3, 2.3.1.4); redirects are followed by the caller, at most 5.
 */
#ifndef FETCHER_ROBOTS_H
#define FETCHER_ROBOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

#define ROBOTS_MAX_BYTES (500 * 1024)
#define ROBOTS_SITEMAPS_MAX 64
#define ROBOTS_CACHE_MS (24LL * 3600 * 1000)
#define ROBOTS_CRAWL_DELAY_MAX_S 3600.0

struct robots;

/** product: our token ("gongkai"), matched without case. NULL body: allow all. Never fails on hostile bytes. */
enum err robots_parse(struct str body, const char *product, struct robots **out) WARN_UNUSED;
void robots_free(struct robots *r);
/** path_query: path and, when there is one, "?query" of the canonical URL. "/robots.txt" is always allowed. */
bool robots_allowed(const struct robots *r, struct str path_query);
/** Seconds, 0 when none; cut to ROBOTS_CRAWL_DELAY_MAX_S. */
double robots_crawl_delay_s(const struct robots *r);
size_t robots_sitemaps(const struct robots *r, const struct str **out);

#endif
