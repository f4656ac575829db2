/*
 * frontier - the life of one page as a pure function (PROTOCOL.md, Page states).
 *
 * frontier_step(page, event, now) changes the page value, says which arrow was taken, and touches nothing
 * else: no clock, no database, no random numbers but the seed in the event. The daemon, `check` and the seeded
 * simulation all drive this one function; frontier_db.h makes one arrow and its history row one transaction.
 * Times are wall ms. An event that does not fit the state is refused (FRONTIER_IGNORED), never an assertion, since
 * late and repeated messages are normal.
 */
#ifndef FETCHER_FRONTIER_H
#define FETCHER_FRONTIER_H

#include <stdbool.h>
#include <stdint.h>

#include "fetcher/warc.h"
#include "proto/cause.h"
#include "proto/msg.h"

#define FRONTIER_CRASH_MAX 3
#define FRONTIER_LOST_MAX 20
#define FRONTIER_TRANSIENT_MAX 20
#define FRONTIER_HOPS_MAX 20
#define FRONTIER_MISSES_MAX 15 /* visits in a row that ended badly, as far as they are counted */
#define FRONTIER_CONFIRM_MAX 3 /* fetches in a row to confirm a change; then the page waits for its ordinary visit */
#define FRONTIER_GONE_MISSES 3 /* error pages in a row, and ... */
#define FRONTIER_GONE_MS (7 * 24LL * 3600 * 1000) /* ... for so long, until the report behind them has vanished */
#define FRONTIER_BACKOFF_MAX_MS 3600000 /* of a page after a failed fetch; also the most that Retry-After is believed */
#define FRONTIER_PARSE_BACKOFF_MAX_MS 60000 /* after a transient FAIL: no site is asked, so it may come round soon */

/* The numbers of states and events are on disk: new ones go to the end. */
enum page_state {
	PAGE_READY,
	PAGE_FETCHING,
	PAGE_FETCHED,
	PAGE_SENT,
	PAGE_RETRY,
	PAGE_DONE,
	PAGE_DEAD,
	PAGE_DISCARDED,
	PAGE_HELD
};

struct page {
	int64_t id; /* row of frontier.db; never leaves the frontier as a key */
	enum page_state state;
	enum page_state held_from; /* state before hold */
	enum cause cause; /* of dead, discarded, retry; of done: why the last reparse failed, else CAUSE_NONE */
	char detail[256];
	bool redirected, not_modified; /* what kind of done */
	uint64_t fetch_id;             /* current fetch */
	uint64_t body_fetch_id;        /* fetch whose body is in the archive; 0: none */
	struct warc_place body; /* where it lies; file "" when none. Without a body: where the last redirect lies */
	int64_t body_bytes;
	int status; /* HTTP status of that body */
	uint32_t epoch;
	uint64_t parse_seq;
	int crash, lost, transient; /* counters of the current fetch */
	int crash_signal;           /* signal of the last crash: decides between parser-timeout, -memory, -crash */
	uint32_t counted_epoch;     /* one FAIL counts for each epoch; also those of before a requeue or reparse */
	bool solo;
	int attempts;                       /* failed fetch attempts in a row */
	int64_t not_before, not_before_len; /* retry and fetched: back-off, and its length for clock jumps */
	int64_t next_visit;                 /* done, discarded, dead of a cause that does not last: 0 never */
	bool reparse;       /* the store holds a document of this body: a parse that fails leaves the page done */
	bool no_validators; /* the store does not hold the last body by the run's lexicon: ask unconditionally */
	enum msg_ask ask;   /* never back to a lesser one: a form list stays one */
	int depth, hops;    /* hops: redirects since the chain began */
	int64_t chain_from; /* page that redirected here, 0 none */
	/* what the store says of its document, and what a second fetch shall confirm */
	bool report;        /* the store's document of the page holds a report */
	int confirm;        /* the next fetch is the n-th to confirm a change or a 404; 0: none is owed */
	int64_t gone_since; /* of a page with a report: the first 404, 410 or error page since its last document; 0 none */
	bool gone;          /* ... and another fetch confirmed it; of error pages, several over FRONTIER_GONE_MS */
	int misses; /* visits in a row that ended dead or discarded, or led elsewhere: each doubles the time to the next */
};

enum frontier_event_kind {
	EV_LEASED,  /* fetch_id */
	EV_FETCHED, /* place, body_bytes, status, fetch_id: whole response in the archive, synced */
	EV_NOT_MODIFIED, /* fetch_id, next_visit; fetch_id goes back to that of the body; fetched when the store lacks its document */
	EV_REDIRECTED, /* fetch_id, next_visit; place when the response is in the archive */
	EV_FAILED, /* fetch_id, cause, detail, seed; retry_after_ms (<= 0: none); place when bytes were kept; confirm_at; takes_post */
	EV_ADOPTED, /* a record of the archive: by cause as EV_FAILED, by status as EV_REDIRECTED or EV_NOT_MODIFIED, else
			    EV_FETCHED; from any state, a fetch_id that is older or already ended is ignored */
	EV_SENT,    /* epoch is page.epoch + 1, parse_seq */
	EV_RELEASED, /* blame: also lost + 1; fetch_id and epoch 0: the current ones */
	EV_ACK,      /* fetch_id, lexicon_matches, next_visit; reports, unconfirmed, confirm_at */
	EV_FAIL, /* fetch_id, epoch, permanent, cause (parser-crash, -timeout, -memory: a crash), signal, detail, seed */
	EV_BODY_MISSING, /* fetched, sent -> ready */
	EV_TICK,         /* retry -> ready, back-off over, next visit due (revisit flag), clock jump cut */
	EV_REQUEUE,      /* refetch flag */
	EV_DISCARD,      /* ready, retry, dead, held: cause, detail (operator, trap, robots), next_visit */
	EV_HOLD,
	EV_RELEASE_HOLD,
	EV_REPARSE,
	EV_MISSING_IN_STORE, /* check --requeue-missing: done -> fetched without a request; ready, fetching, retry: no_validators */
	EV_RESTARTED, /* fetcher start: fetching -> ready */
	EV_LOOP       /* redirect-loop found further down the chain: dead */
};

struct frontier_event {
	enum frontier_event_kind kind;
	uint64_t fetch_id, parse_seq;
	uint32_t epoch;
	enum cause cause;
	const char *detail;
	struct warc_place place;
	int64_t body_bytes;
	int status, signal;
	bool permanent, blame, lexicon_matches, refetch, revisit;
	bool takes_post;        /* the server refused a GET and named POST as what it takes (answer.h) */
	bool reports;           /* of EV_ACK: the page holds some (rank.h) */
	int64_t retry_after_ms; /* -1: none */
	int64_t next_visit;
	bool unconfirmed;   /* of EV_ACK: the store waits for a second fetch */
	int64_t confirm_at; /* when a change or a 404 of a page with a report is confirmed; 0: it needs none */
	uint64_t seed;      /* for jitter */
};

enum frontier_result { FRONTIER_IGNORED, FRONTIER_CHANGED, FRONTIER_ENDED /* stored, unchanged, discarded or dead */ };

/**
 * Take the arrow of one event. IGNORED: the event does not fit and *p is as it was. ENDED: a fetch ended (also when the
 * page stays held): its lease is over, its links count. e->detail is copied, cut at a character.
 */
enum frontier_result frontier_step(struct page *p, const struct frontier_event *e, int64_t now);
/** Names for history and people ("ready", "missing-in-store"). Never NULL. */
const char *page_state_name(enum page_state s);
const char *frontier_event_name(enum frontier_event_kind k);
/**
 * Of a page that ended badly, or led to the same other page, `misses` times in a row: the first interval, doubled each time, up to REVISIT_GONE_DAYS for what
 * a site or a report hangs on, else up to REVISIT_LOOK_DAYS. next_visit is the end of the first interval; 0 stays 0.
 */
int64_t frontier_again(const struct page *p, int64_t next_visit, int64_t now);
/** 1 s * 4^(attempt-1) * [0.5, 1.5), attempt from 1, at most 1 h (INTERFACE.md, attempts, back-off). */
int64_t frontier_backoff_ms(int attempt, uint64_t seed);

#endif
