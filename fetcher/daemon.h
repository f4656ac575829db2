/*
 * daemon - what the parts of the fetcher's loop share. Internal to fetcher/: crawl.c, robots_fetch.c, outcome.c, adopt.c,
 * dispatch.c, inlet.c, outlinks.c, status.c and fetcher.c, each with its functions below.
 *
 * Every function that returns an error other than ERR_OK means that the process ends: what was not committed is repeated.
 */
#ifndef FETCHER_DAEMON_H
#define FETCHER_DAEMON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "fetcher/answer.h"
#include "fetcher/bodies.h"
#include "fetcher/fetcher.h"
#include "fetcher/frontier_db.h"
#include "fetcher/http.h"
#include "fetcher/ring.h"
#include "fetcher/sched.h"
#include "fetcher/uplink.h"
#include "fetcher/warc.h"
#include "proto/msg.h"
#include "proto/sock.h"

#define FETCHER_CONNECTIONS_MAX 256
#define FETCHER_AHEAD_MAX 256                  /* pages fetched and not yet sent: then no more are leased */
#define FETCHER_AHEAD_BYTES (6u * 1024 * 1024) /* the same in bytes: what lies ready in memory need not be read back */
#define FETCHER_COMMIT_MS 50                   /* a change waits at most this long for its commit */
#define FETCHER_COMMIT_GAP_MS 15               /* and two commits are this far apart, unless the batch is full */
#define FETCHER_COMMIT_EVENTS 64
#define FETCHER_TICK_MS 500
#define FETCHER_DRAIN_MS 10000
#define FETCHER_ARENA_MAX (64u * 1024 * 1024)
#define FETCHER_DISPATCH_MAX 64 /* pages looked at in one round of sending */
#define FETCHER_REFUSALS_MAX 64 /* pages of a host refused without a request in one turn */
#define FETCHER_LEARN_MS 1000   /* how long at most a host waits for the pages on its way to be judged (rank.h) ... */
#define FETCHER_LEARN_STEP_MS 5 /* ... and how often it looks */
#define FETCHER_IDLE_COOLING_MS 60000
#define LINKS_SEEN 65536          /* entries of the filter before the frontier, a power of two */
#define TRAPS_KNOWN 4096          /* entries of the table of trapped segments, a power of two */
#define OUTLINKS_QUERIES_MAX 2000 /* addresses of one path with one set of parameters: 100 columns of 20 pages */
#define OUTLINKS_QUERIES_RANK 18  /* a link of this rank passes beyond */
#define SOURCES_KNOWN 256

/* one running request */
struct request {
	bool used, robots, https, conditional;
	uint32_t generation;     /* of the slot, so that a tag is used once */
	struct sched_host *host; /* busy as long as this runs */
	int64_t page_id, source_id;
	uint64_t fetch_id;
	int depth;
	enum msg_ask ask;
	char *url, *context, *etag, *last_modified; /* owned */
	struct warc_place prior;                    /* the page's body before, for revisit records */
	int64_t prior_bytes;
};

/* a fetch that ended and waits for the archive's sync */
struct outcome {
	int64_t page_id;
	uint64_t fetch_id;
	struct answer answer;
	struct warc_place place; /* file "" when nothing was archived */
	int64_t bytes;
	int status;
	bool again;       /* the page had a body before */
	enum msg_ask ask; /* how it was asked for */
	bool probes;      /* it failed for want of an answer, on a host that was well until the uplink went down */
	char etag[256], last_modified[64];
};

/* a page that was leased to a parser and goes out after the commit */
struct sending {
	int slot;
	int64_t page_id, bytes;
	uint64_t fetch_id, parse_seq;
	uint32_t epoch;
	const char *url, *context; /* in send_arena */
	struct warc_place place;
};

struct known_source {
	int64_t id;                /* 0: empty */
	char *url, *scope, *extra; /* extra: JSON members to add to a link's context, "" none */
	char *moved;               /* registrable domain that the source's own page redirects to, "" none */
	int depth;
};

struct rates { /* counts of the last ten seconds */
	int64_t fetched[10], done[10];
	unsigned at, filled;
	int64_t fetched_before, done_before;
};

#define SLOW_HOSTS 5
struct slow_hosts { /* with the most ready pages, most first */
	struct slow_host {
		char key[256];
		int64_t ready, due;
	} v[SLOW_HOSTS];
	unsigned n;
};

struct pairing;

struct fetcher {
	struct fetcher_settings set;
	struct fdb *db;
	struct warc *warc;
	struct http *http;
	struct sock_ctx *ctx;
	struct sock *control;
	int control_fd;
	struct sock *push[RING_PARSERS_MAX];
	struct ring *ring;
	struct ring_effects effects;
	struct sched *sched;
	struct bodies *bodies;
	struct uplink uplink;
	struct arena *page_arena, *msg_arena, *send_arena; /* reset by whoever fills them first in a step */

	struct request requests[FETCHER_CONNECTIONS_MAX];
	unsigned request_next;
	unsigned starting[FETCHER_CONNECTIONS_MAX], starting_n; /* leased, to start after the commit */
	struct outcome *outcomes;
	unsigned outcomes_n, outcomes_cap;
	struct sending sending[FETCHER_DISPATCH_MAX];
	unsigned sending_n;
	enum err failed; /* by a callback: ends the loop */

	/* the sink's position */
	bool fresh; /* ids wait for the first SINK */
	uint64_t archive_max_fetch_id;
	char sink_boot[64]; /* "" before the first SINK */
	char sink_retired[16][64];
	unsigned sink_retired_next;
	struct fdb_sink sink; /* as in the frontier */
	int64_t sink_commits; /* as the last SINK named them */
	bool commit_whole;    /* all acks of sink.commit were applied: repeated ones are ignored */
	int64_t sink_heard_mono;
	bool acks_applied; /* since the last commit, for the kill point */
	bool inbox_applied;

	/* links */
	struct {
		uint64_t hash;
		uint16_t depth;
		int16_t rank;
	} * links_seen;
	struct {
		uint64_t hash;
		bool trapped;
	} * traps;
	struct known_source sources[SOURCES_KNOWN];
	struct pairing *pairing; /* pairing.c */
	int64_t links_dropped;

	/* time; _mono: monotonic ms */
	int64_t dirty_since_mono, last_commit_mono, next_tick_mono, next_second_mono, next_minute_mono,
		dispatch_at_mono;
	int64_t quiet_until_mono; /* after a start: no request before */
	int64_t next_due;         /* wall ms of the earliest back-off */
	int64_t clock_drift;      /* wall - mono when last looked at */
	bool draining, interrupted;
	int64_t drain_until_mono;
	bool want_dispatch, inbox_looked;
	struct rates rates;
	struct slow_hosts slow;
	int64_t challenged; /* hosts that rest since they set a challenge */
	int64_t slow_mono;
	int64_t requests_n, fetched_n, done_n;
};

/* ---- crawl.c: hosts that are due, requests */
enum err crawl_wake(struct fetcher *f) WARN_UNUSED;  /* hosts that the frontier woke */
enum err crawl_lease(struct fetcher *f) WARN_UNUSED; /* lease pages of hosts that are due */
enum err crawl_start(struct fetcher *f) WARN_UNUSED; /* after the commit: start what was leased */
void crawl_done(void *fetcher, struct http_done *d); /* callback of http_poll(); errors go to f->failed */
bool crawl_may_connect(void *fetcher, uint64_t tag, const char *ip);           /* callback of http */
enum err crawl_save_host(struct fetcher *f, struct sched_host *h) WARN_UNUSED; /* when it changed */
enum err crawl_save_address(struct fetcher *f, const struct sched_host *h) WARN_UNUSED;
enum err crawl_cut_clock(struct fetcher *f, int64_t now) WARN_UNUSED;
/** A parser saw that what this host answers is a challenge: it rests as after one that its status tells. */
enum err crawl_challenged(struct fetcher *f, int64_t host_id, const char *what, int64_t now) WARN_UNUSED;
/** At the start: an outage that had not ended goes on, and what it took so far is asked for once more. */
enum err crawl_uplink_start(struct fetcher *f, int64_t now) WARN_UNUSED;
/** Each second: while nobody answers, a page is asked for now and then. */
enum err crawl_uplink_probe(struct fetcher *f, int64_t mono) WARN_UNUSED;
struct request *crawl_slot(struct fetcher *f, struct sched_host *h);
bool crawl_may_lease(const struct fetcher *f);
void crawl_release_slots(struct fetcher *f);

/* ---- robots_fetch.c */
bool robots_needed(const struct fetcher *f, const struct sched_host *h, bool https, int64_t now);
enum err robots_begin(struct fetcher *f, struct sched_host *h, const struct fdb_page *page, const struct url_parts *u,
		      int64_t now) WARN_UNUSED;
enum err robots_end(struct fetcher *f, struct request *r, struct http_done *d, int64_t now) WARN_UNUSED;
enum err robots_rules(struct fetcher *f, struct sched_host *h) WARN_UNUSED; /* loads h->robots */

/* ---- outcome.c: page events of fetches */
struct outcome *outcome_add(struct fetcher *f);
/** adopted: the arrow is EV_ADOPTED, from any state. */
enum err outcome_apply(struct fetcher *f, const struct outcome *o, bool adopted, int64_t now) WARN_UNUSED;
/** Note a page's back-off, so that the loop wakes for it. */
void outcome_due(struct fetcher *f, const struct page *p);

/* ---- adopt.c */
enum err adopt_archive(struct fetcher *f) WARN_UNUSED;
enum err adopt_mark(struct fetcher *f,
		    const struct warc_place *p) WARN_UNUSED; /* everything up to here is in the frontier */

/* ---- dispatch.c */
enum err dispatch_pages(struct fetcher *f) WARN_UNUSED;
enum err dispatch_send(struct fetcher *f) WARN_UNUSED;    /* after the commit */
enum err dispatch_effects(struct fetcher *f) WARN_UNUSED; /* what the ring asked for */

/* ---- inlet.c */
enum err inlet_receive(struct fetcher *f, bool *more_out) WARN_UNUSED;

/* ---- outlinks.c */
struct link_from {
	int64_t page_id, source_id;
	int depth;
	const char *url; /* of the linking page: its scope when it has no source */
};
/** True: outlinks_add() would do nothing. url, rank: as in the message of a link that is asked for with GET. */
bool outlinks_known(const struct fetcher *f, const struct link_from *from, struct str url, int rank);
enum err outlinks_add(struct fetcher *f, const struct link_from *from, const struct msg_link *link,
		      int64_t now) WARN_UNUSED;
/** Scope, trap and privacy of a URL for the source of a page; CAUSE_NONE: it may be fetched. self: the page's own URL, for pages without a source. */
enum err outlinks_judge(struct fetcher *f, int64_t source_id, const char *self, const char *url, int depth,
			enum cause *out) WARN_UNUSED;
/** Is the URL below a segment that turned out to be a trap? */
enum err outlinks_trapped(struct fetcher *f, const struct url_parts *u, bool *out) WARN_UNUSED;
enum err outlinks_barren(struct fetcher *f, const struct fdb_page *page, int64_t now) WARN_UNUSED;
/** A page with reports: the short lists that lead to such pages are no trap. */
enum err outlinks_fertile(struct fetcher *f, const struct fdb_page *page) WARN_UNUSED;
void outlinks_forget_sources(struct fetcher *f); /* they may have changed in the frontier */
void outlinks_fini(struct fetcher *f);

/** Is the page of the site that its source names, or of the one to which the source's own page redirects? False for a page without source. */
enum err outlinks_vouched(struct fetcher *f, int64_t source_id, const char *url, bool *out) WARN_UNUSED;
/** The source's own page redirects to `target`. */
enum err outlinks_moved(struct fetcher *f, int64_t source_id, const char *target) WARN_UNUSED;

/* ---- pairing.c: addresses that are twins (twins.h) */
enum err pairing_open(struct fetcher *f) WARN_UNUSED;
void pairing_close(struct fetcher *f);
enum err pairing_parsed(struct fetcher *f, const struct fdb_page *page, uint64_t text, int64_t now) WARN_UNUSED;
enum err pairing_redirected(struct fetcher *f, const char *from, const char *to, int64_t now) WARN_UNUSED;
/** A ready page whose twin stands for it ends here; the twin becomes a page. */
enum err pairing_admit(struct fetcher *f, const struct fdb_page *page, int64_t now, bool *spared_out) WARN_UNUSED;
/** A page ended badly: one that it stood for is asked for. */
enum err pairing_failed(struct fetcher *f, int64_t page_id, int64_t now) WARN_UNUSED;
/** Each second: queue some of what was spared by pairs that were found wrong. */
enum err pairing_tick(struct fetcher *f, int64_t now) WARN_UNUSED;

/* ---- status.c */
void status_second(struct fetcher *f, bool idle);
const char *status_blocked(const struct fetcher *f);
/** Lists hosts that were left over by --until-idle on standard error. */
enum err status_left_over(struct fetcher *f) WARN_UNUSED;
/** Ready pages on hosts that are neither held nor cooling for long. */
enum err status_workable(struct fetcher *f, int64_t now, int64_t *out) WARN_UNUSED;

#endif
