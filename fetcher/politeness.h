/*
 * politeness - when a host may be asked next: pure functions over the host's row (INTERFACE.md, Defaults of
 * the fetcher; PROTOCOL.md rule 9). The caller saves the row.
 *
 * The gap runs from the start of one request to the start of the next; robots.txt, redirects and retries
 * are requests like any other. It is the rule (the larger of --delay and Crawl-delay) and grows, never shrinks, with the
 * time that the host takes to answer. The breaker opens at POLITE_FAILURES_MAX connection failures or 429/5xx in a
 * row and again at each further one; one whole answer closes it. The night window and the daily cap are off unless
 * asked for; both go by the clock of the portals. All times are wall ms.
 */
#ifndef FETCHER_POLITENESS_H
#define FETCHER_POLITENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "fetcher/frontier_db.h"

#define POLITE_FAILURES_MAX 5
#define POLITE_COOL_MIN_MS (30LL * 1000)
#define POLITE_COOL_MAX_MS (3600LL * 1000)
/* A new connection takes a moment before the server sees the request, the next request on it does not, and a busy server
 * sees one late: this much more than the gap, or a quarter of it, is waited so that the server, too, sees the whole gap. */
#define POLITE_MARGIN_MS 50
/* A host is left alone this many times as long as it worked for us, within these bounds: so we never take more than a
 * sixth of one of its workers, and one slow answer does not stop the crawl for a day. */
#define POLITE_SLOW_FACTOR 5
#define POLITE_SLOW_TIMES 10                      /* times the rule */
#define POLITE_SLOW_MAX_MS (60 * 1000)            /* the rule itself may be longer */
#define POLITE_SMOOTH 4                           /* a new answer counts a quarter */
#define POLITE_AWAY_AFTER_MS (24LL * 3600 * 1000) /* a host that gave no answer for so long is away: ... */
#define POLITE_AWAY_PART 4                     /* ... it is asked after a quarter of the time that it has been, ... */
#define POLITE_AWAY_MIN_MS (6LL * 3600 * 1000) /* ... within these bounds */
#define POLITE_AWAY_MAX_MS (14 * 24LL * 3600 * 1000)
#define POLITE_VERDICT_MS (60LL * 1000) /* by then a parser has said that an answer was a challenge, if it was one */
/* After a start it is not known when the last requests before it really went out; who was due later than this long ago
 * waits a whole gap from the start. */
#define POLITE_RESTART_MS (10LL * 1000)
#define POLITE_ZONE_MS (8LL * 3600 * 1000) /* Asia/Shanghai: no summer time since 1991 */
#define POLITE_CLOSE_MS 1000 /* the window closes so much early: what is leased now goes out after its commit */
#define POLITE_DAY_MS (24LL * 3600 * 1000)

struct polite_rules {
	int64_t delay_ms;           /* --delay */
	int window_from, window_to; /* --window: minutes of the portals' day; equal: always open */
	int64_t daily_cap;          /* --daily-cap: requests to a host in one day of the portals; 0: none */
};

/* Why a host waits longer than its gap; the first four are on disk (fdb_host.cooling_why). */
enum polite_why {
	POLITE_FREE,
	POLITE_FAILURES,
	POLITE_RETRY_AFTER,
	POLITE_CHALLENGE,
	POLITE_WINDOW,
	POLITE_CAP,
	POLITE_AWAY
};

/** The gap in force: max(delay, Crawl-delay, what the response time asks for), ms. 0 only when the rule is 0. */
int64_t polite_gap(const struct fdb_host *h, const struct polite_rules *r);
/** From a request to the next one with this gap: the gap and its margin, ms. */
int64_t polite_span(int64_t gap_ms);
/**
 * A host that has answered nothing but connection failures, 429, 5xx or challenges for a day is away: until when it is left
 * alone, 0 when it is not. One request finds that it is back, and then all that waits there goes on.
 */
int64_t polite_away(const struct fdb_host *h);
/** Earliest start of the next request: the gap, the breaker, Retry-After and absence. Not for held hosts. */
int64_t polite_due(const struct fdb_host *h);
/** Earliest time from t on at which the window is open and the day's cap is not reached. */
int64_t polite_open(const struct fdb_host *h, const struct polite_rules *r, int64_t t);
/** Earliest start from now on, by all rules. */
int64_t polite_next(const struct fdb_host *h, const struct polite_rules *r, int64_t now);
/** Why the host rests at `now` beyond its gap, and until when (*until_out, may be NULL; now when POLITE_FREE). */
enum polite_why polite_rests(const struct fdb_host *h, const struct polite_rules *r, int64_t now, int64_t *until_out);
/** "", "failures", "retry-after", "challenge", "window", "cap", "away". */
const char *polite_why_name(enum polite_why why);
/** Requests to the host on the portals' day of `now`. */
int64_t polite_today(const struct fdb_host *h, int64_t now);
/** A request starts now and counts for the day. spare_ms: how much later it may really start (the commit comes between). */
void polite_started(struct fdb_host *h, const struct polite_rules *r, int64_t now, int64_t spare_ms);
/** The request that was counted really went out now. */
void polite_went_out(struct fdb_host *h, const struct polite_rules *r, int64_t now);
/** The request that was counted was never sent. */
void polite_not_sent(struct fdb_host *h);
/** How long the request that went out at started_at took: the gap after it may grow at once. */
void polite_responded(struct fdb_host *h, const struct polite_rules *r, int status, enum cause cause,
		      int64_t started_at, int64_t took_ms);
/** What came of a request: status 0 when no response; retry_after_ms -1 when none. Returns true when the breaker opened. */
bool polite_answered(struct fdb_host *h, int status, enum cause cause, int64_t retry_after_ms, int64_t now);
/** The host sets a challenge: it is left alone for the longest time, since asking on would be evading. */
void polite_challenged(struct fdb_host *h, int64_t now);
/** A Crawl-delay was read from the answer to the request that started at started_at; it holds for the next one already. */
void polite_crawl_delay(struct fdb_host *h, double crawl_delay_s, const struct polite_rules *r, int64_t started_at);
/** Cut what a jumped clock left too far ahead: next_at to now + gap, cooling to now + its length, at most an hour. True when changed. */
bool polite_cut(struct fdb_host *h, const struct polite_rules *r, int64_t now);

/** "HH:MM-HH:MM", over midnight when it ends before it begins. False: not of that form, or nothing lies in it. */
bool polite_window_parse(const char *z, struct polite_rules *r);
#define POLITE_RULES_BYTES 96
#define POLITE_SETTING "politeness" /* key of the frontier's setting */
/** As text for the frontier's settings, so that the command sees what is in force; read is false for nonsense. */
void polite_rules_write(const struct polite_rules *r, char out[POLITE_RULES_BYTES]);
bool polite_rules_read(const char *z, struct polite_rules *r);

#endif
