/*
 * politeness - when a host may be asked next: pure functions over the host's row (INTERFACE.md, Defaults of
 * the fetcher; PROTOCOL.md rule 9). The caller saves the row.
 *
 * The gap runs from the start of one request to the start of the next; robots.txt, redirects and retries
 * are requests like any other. The breaker opens at POLITE_FAILURES_MAX connection failures or 429/5xx in a
 * row and again at each further one; one whole answer closes it. All times are wall ms.
 */
#ifndef FETCHER_POLITENESS_H
#define FETCHER_POLITENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "fetcher/frontier_db.h"

#define POLITE_FAILURES_MAX 5
#define POLITE_COOL_MIN_MS (30LL * 1000)
#define POLITE_COOL_MAX_MS (3600LL * 1000)
/* A new connection takes a moment before the server sees the request, the next request on it does not: this much more
 * than the gap, or a twentieth of it, is waited so that the server, too, sees the whole gap. */
#define POLITE_MARGIN_MS 20

/** max(delay, Crawl-delay), ms. */
int64_t polite_gap(const struct fdb_host *h, int64_t delay_ms);
/** From a request to the next one with this gap: the gap and its margin, ms. */
int64_t polite_span(int64_t gap_ms);
/** Earliest start of the next request: the gap, the breaker and Retry-After. Not for held hosts. */
int64_t polite_due(const struct fdb_host *h);
/** A request starts now. spare_ms: how much later it may really start (the commit comes between). */
void polite_started(struct fdb_host *h, int64_t delay_ms, int64_t now, int64_t spare_ms);
/** What came of a request: status 0 when no response; retry_after_ms -1 when none. Returns true when the breaker opened. */
bool polite_answered(struct fdb_host *h, int status, enum cause cause, int64_t retry_after_ms, int64_t now);
/** The host sets a challenge: it is left alone for the longest time, since asking on would be evading. */
void polite_challenged(struct fdb_host *h, int64_t now);
/** A Crawl-delay was read from the answer to the request that started at started_at; it holds for the next one already. */
void polite_crawl_delay(struct fdb_host *h, double crawl_delay_s, int64_t delay_ms, int64_t started_at);
/** Cut what a jumped clock left too far ahead: next_at to now + gap, cooling to now + its length, at most an hour. True when changed. */
bool polite_cut(struct fdb_host *h, int64_t delay_ms, int64_t now);

#endif
