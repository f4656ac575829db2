/*
 * visit - when a page is worth another look: a pure function (crawlers.md has the theory; this is the plain first rule).
 * Lists and home pages change, articles hardly do.
 */
#ifndef FETCHER_VISIT_H
#define FETCHER_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#define VISIT_DAY_MS (24LL * 3600 * 1000)
#define VISIT_CHANGED_DAYS 7
#define VISIT_UNCHANGED_DAYS 14
#define VISIT_REPORT_DAYS 30
#define VISIT_GONE_DAYS 30

/** Wall ms of the next visit of a page that is done: by whether it holds a report, whether it changed, and its depth (0, 1: daily). ± 20 % by seed. */
int64_t visit_next(int64_t now, bool report, bool changed, int depth, uint64_t seed);
/** Of a discarded page (404 and the like). */
int64_t visit_gone(int64_t now, uint64_t seed);

#endif
