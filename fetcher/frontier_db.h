/*
 * frontier_db - frontier.db: pages, history, hosts, addresses, sources, inbox, sink position. SQLite, WAL,
 * synchronous=FULL, one writer holding flock on frontier.lock.
 *
 * Group commit: all changes go into one open transaction, begun by the first; fdb_commit() makes them durable.
 * Nothing that leaves the process (request, PAGE) may leave before the commit that holds its lease: the loop
 * queues such effects and runs them after fdb_commit(). A crash before the commit repeats work and loses nothing.
 * Errors: ERR_FULL, ERR_IO, ERR_LOCKED: the caller stops the process, nothing is half done.
 */
#ifndef FETCHER_FRONTIER_DB_H
#define FETCHER_FRONTIER_DB_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "fetcher/frontier.h"

#define FDB_SCHEMA_VERSION 12
#define FDB_FETCH_ID_BLOCK 1024 /* ids that a synced commit reserves ahead of the last one given out */
#define FDB_FRESH_GAP (1ull << 32)
#define FDB_HISTORY_MAX 64  /* history rows kept a page: the newest */
#define FDB_INBOX_STEP 4096 /* page changes one fdb_inbox_apply() makes at most */
#define FDB_BARREN_MAX 100  /* INTERFACE.md, trap */
#define FDB_BARREN_BACK 5   /* barren pages that one with reports below the same segment takes back: its short lists */
#define FDB_SOURCE_PAGES 10000 /* built-in defaults of a source */
#define FDB_SOURCE_DEPTH 12
#define FDB_MEMORY_MIB 64 /* the arms of 2,000 hosts of 5,000 pages each */
#define FDB_MEMORY_MIN_MIB 8
#define FDB_MEMORY_MAX_MIB 4096

struct fdb;
struct polite_rules; /* politeness.h */

/* what a source asks for; 0 / NULL: the run's default */
struct fdb_limits {
	const char *scope;
	int depth;
	int64_t pages;
};

/**
 * Creates the folder and the file when absent, locks, migrates, turns fetching rows to ready. ERR_LOCKED, ERR_NEWER, ERR_FOREIGN.
 * defaults NULL: scope "site", FDB_SOURCE_DEPTH, FDB_SOURCE_PAGES. *fresh_out (may be NULL): a new frontier (ids wait for SINK, see fdb_ids_start).
 */
enum err fdb_open(const char *data_dir, const struct fdb_limits *defaults, struct fdb **out,
		  bool *fresh_out) WARN_UNUSED;
/**
 * Memory for what is read of the file again and again: three quarters for what hosts taught (frontier_arms.h), an
 * eighth for the cache of SQLite. mib: in [FDB_MEMORY_MIN_MIB, FDB_MEMORY_MAX_MIB]. Until it is called, FDB_MEMORY_MIB.
 */
enum err fdb_set_memory(struct fdb *d, int mib) WARN_UNUSED;
void fdb_close(struct fdb *d); /* rolls back what was not committed */
bool fdb_dirty(const struct fdb *d);
int fdb_pending(const struct fdb *d); /* changes since the last commit */
enum err fdb_commit(struct fdb *d) WARN_UNUSED;

/* ---- identity */
/** New frontier: both counters begin FDB_FRESH_GAP above these maxima. Durable at the next commit, which must come before any lease. */
enum err fdb_ids_start(struct fdb *d, uint64_t max_fetch_id, uint64_t max_parse_seq) WARN_UNUSED;
/** The largest numbers that may have been given out. */
void fdb_ids_used(const struct fdb *d, uint64_t *fetch_id_out, uint64_t *parse_seq_out);
/** Next fetch_id. Commits reserve blocks ahead; as everything, an id leaves the process only after the next fdb_commit(). */
enum err fdb_fetch_id(struct fdb *d, uint64_t *out) WARN_UNUSED;
enum err fdb_parse_seq(struct fdb *d, uint64_t *out) WARN_UNUSED;
/** The run's lexicon: a row. Empty string while unset. */
enum err fdb_lexicon(struct fdb *d, char out[17]) WARN_UNUSED;
enum err fdb_set_lexicon(struct fdb *d, const char *lexicon) WARN_UNUSED;
struct fdb_sink {
	char generation[37], boot_id[37];
	int64_t commit;
	bool known;
};
enum err fdb_sink(struct fdb *d, struct fdb_sink *out) WARN_UNUSED;
enum err fdb_set_sink(struct fdb *d, const struct fdb_sink *s) WARN_UNUSED;
/** Durable settings of the owner by key (for instance how far the archive is known). "" while unset; ERR_LIMIT when out is too small. */
enum err fdb_setting(struct fdb *d, const char *key, char *out, size_t out_bytes) WARN_UNUSED;
enum err fdb_set_setting(struct fdb *d, const char *key, const char *value) WARN_UNUSED;

/* ---- pages */
/** Load one page with its texts (arena): url, host, context, etag, last_modified. ERR_NOTFOUND. */
struct fdb_page {
	struct page p;
	const char *url, *context, *etag, *last_modified;
	int64_t host_id, source_id;
};
enum err fdb_page(struct fdb *d, int64_t id, struct arena *a, struct fdb_page *out) WARN_UNUSED;
/** Is there a page of this canonical URL? */
enum err fdb_known(struct fdb *d, const char *url, bool *out) WARN_UNUSED;
enum err fdb_page_by_url(struct fdb *d, const char *url, struct arena *a, struct fdb_page *out) WARN_UNUSED;
enum err fdb_page_by_fetch(struct fdb *d, uint64_t body_fetch_id, struct arena *a, struct fdb_page *out) WARN_UNUSED;
/** frontier_step() on the stored page, row and history row in the open transaction. *after_out (may be NULL) is the page afterwards. */
enum err fdb_event(struct fdb *d, int64_t page_id, const struct frontier_event *e, int64_t now,
		   enum frontier_result *result_out, struct page *after_out) WARN_UNUSED;
enum err fdb_set_validators(struct fdb *d, int64_t page_id, const char *etag, const char *last_modified) WARN_UNUSED;

struct fdb_new_page {
	const char *url;     /* canonical */
	const char *context; /* JSON object */
	int depth, hops;
	int64_t from_page; /* linking or redirecting page, 0 for a source */
	bool redirect;
	bool stands_in; /* for from_page, as its twin: of its rank, counted with it in the source's budget, never given up */
	int64_t source_id;
	int rank; /* what the words around the link say (msg_link) */
	enum msg_ask ask;
	bool pager; /* another page of the list that the linking page is of */
	bool source_start;
};
enum fdb_added { FDB_NEW, FDB_KNOWN, FDB_OUT_OF_BUDGET };
/**
 * Insert when unknown, as `ready`. Known: the context of the linking page least by (depth, URL) is kept (PROTOCOL.md, context);
 * a smaller depth is taken over, and where a site's first page redirects to a page that had ended badly, that is ready again;
 * so is one that was asked for with GET and turns out to be a form list.
 * The host row is made when new.
 */
enum err fdb_add_page(struct fdb *d, const struct fdb_new_page *n, int64_t now, enum fdb_added *added_out,
		      int64_t *id_out) WARN_UNUSED;
/** As above with a state of its own from the start: discarded(out-of-scope, private-address, trap) or dead(bad-url), so that `why` knows it. */
enum err fdb_add_ended(struct fdb *d, const struct fdb_new_page *n, enum cause cause, const char *detail,
		       int64_t now) WARN_UNUSED;

/* ---- choosing */
/** Next ready page of a host: of its best arm (rank.h) the first by rank, depth and id. ERR_NOTFOUND when none. */
enum err fdb_next_ready(struct fdb *d, int64_t host_id, int64_t *page_id_out) WARN_UNUSED;
/** False: enough pages of this host are on their way, and what they hold may change which is next. */
bool fdb_rank_may_go_on(struct fdb *d, int64_t host_id);
/** Pages at fetched whose back-off is over, solo ones first, then by body_fetch_id; at most max ids; excluded are ids for which skip() says so. */
enum err fdb_fetched(struct fdb *d, int64_t now, int64_t *ids, unsigned max, unsigned *count_out) WARN_UNUSED;
/** All pages at `sent` (start-up: they go to fetched after 2 s unless a heartbeat names them). */
enum err fdb_sent(struct fdb *d,
		  bool (*row)(void *ctx, int64_t id, uint64_t body_fetch_id, uint32_t epoch, int64_t bytes, bool solo),
		  void *ctx) WARN_UNUSED;
/** Every minute and at start: EV_TICK for what is due or beyond its own back-off length; revisit: also done pages whose visit is due. Returns how many changed; *next_due_out: earliest not_before, INT64_MAX when none. */
enum err fdb_tick(struct fdb *d, int64_t now, bool revisit, int64_t *changed_out, int64_t *next_due_out) WARN_UNUSED;
/** Did this fetch end in the frontier: is it a page's body, or is its response in a page's history? A lease alone does not count (adoption). */
enum err fdb_fetch_known(struct fdb *d, uint64_t fetch_id, bool *known_out) WARN_UNUSED;

/* ---- hosts, addresses: durable politeness */
/* What is known of a host's robots.txt. The numbers are on disk. */
enum robots_state {
	ROBOTS_UNKNOWN,
	ROBOTS_RULES,     /* kept in the table `robots` */
	ROBOTS_NONE,      /* all is allowed */
	ROBOTS_DEFERRED,  /* it could not be had: nothing is allowed for now */
	ROBOTS_TLS_FAILED /* over https */
};
struct fdb_host {
	int64_t id;
	char key[256]; /* hostport of the URL */
	char ip[64];   /* address of the last connection, "" unknown: so that the address limit holds after a restart */
	int64_t next_at;                    /* wall ms before which no request may start */
	int64_t gap_ms;                     /* Crawl-delay of robots.txt, 0 none */
	int64_t cooling_until, cooling_len; /* breaker or Retry-After */
	int cooling_why;                    /* enum polite_why of the last cooling */
	int64_t response_ms;                /* smoothed time of its answers, 0 not known */
	int64_t day, day_requests;          /* requests on that day of the portals */
	int64_t down_since;                 /* first failure since its last answer, 0: it answers; and ... */
	int64_t down_at; /* ... the last one; below 0: after a challenge the first answer came then (politeness.h) */
	int failures;    /* in a row, for the breaker */
	int trips;       /* breaker trips in a row: length doubles */
	bool held;
	int robots_state;     /* enum robots_state */
	int64_t robots_until; /* cache end */
	int64_t ready;        /* pages at ready, maintained by fdb */
	int64_t again;        /* of these, visits of pages that were fetched before */
};
enum err fdb_hosts(struct fdb *d, bool (*row)(void *ctx, const struct fdb_host *h), void *ctx) WARN_UNUSED;
/** Row of a host by its key, made when new. */
enum err fdb_host_id(struct fdb *d, struct str key, int64_t *id_out) WARN_UNUSED;
enum err fdb_host(struct fdb *d, int64_t id, struct fdb_host *out) WARN_UNUSED;
/** Pages at retry, and pages whose second fetch is owed, by host: all of them, and those of hosts for which rests() is false. */
enum err fdb_retrying(struct fdb *d, int64_t host_id, int64_t *out) WARN_UNUSED;
enum err fdb_retry_workable(struct fdb *d, bool (*rests)(void *ctx, const struct fdb_host *h), void *ctx,
			    int64_t *out) WARN_UNUSED;
/** Pages that are held one by one and would else be worked on: held from ready, retry or fetched. Walks all pages. */
enum err fdb_held_back(struct fdb *d, int64_t *out) WARN_UNUSED;
/** All but `held`, `ready` and `again`, which are fdb's own: fdb_host_hold() and the inbox change the one, page events the other. */
enum err fdb_host_save(struct fdb *d, const struct fdb_host *h) WARN_UNUSED;
/** polite_cut() for every row, also of hosts that the scheduler has not loaded: one that waits only for its pages' next tries. */
enum err fdb_hosts_cut(struct fdb *d, const struct polite_rules *r, int64_t now) WARN_UNUSED;
/**
 * At start: who was asked in the last seconds waits a whole gap from now, addresses too (politeness.h, POLITE_RESTART_MS).
 * *quiet_until_out: until then nobody may be asked, since one of them was asked for the first time and its address, which
 * other hosts may have, is not known; 0: no such host.
 */
enum err fdb_hosts_restarted(struct fdb *d, const struct polite_rules *r, int64_t now,
			     int64_t *quiet_until_out) WARN_UNUSED;
enum err fdb_host_hold(struct fdb *d, int64_t host_id, bool held) WARN_UNUSED;
/** The operator wants a host that does not answer to be asked without waiting for its turn (polite_away). *changed_out: it was one. */
enum err fdb_host_try(struct fdb *d, int64_t host_id, bool *changed_out) WARN_UNUSED;
/** What failed there lately was not its fault (uplink.h): its absence and its breaker are forgotten. */
enum err fdb_host_forgive(struct fdb *d, int64_t host_id) WARN_UNUSED;
enum err fdb_robots_save(struct fdb *d, int64_t host_id, const char *body, size_t n) WARN_UNUSED;
enum err fdb_robots_load(struct fdb *d, int64_t host_id, struct buf *out) WARN_UNUSED;
/** When an address may be asked next, and the gap that made it so (0: not known). Both 0 for an address that is not known. */
enum err fdb_address(struct fdb *d, const char *ip, int64_t *next_at_out, int64_t *gap_ms_out) WARN_UNUSED;
/** Addresses that may not be asked before a time after `now`. */
enum err fdb_addresses(struct fdb *d, int64_t now,
		       void (*row)(void *ctx, const char *ip, int64_t next_at, int64_t gap_ms), void *ctx) WARN_UNUSED;
enum err fdb_address_save(struct fdb *d, const char *ip, int64_t next_at, int64_t gap_ms) WARN_UNUSED;
/** Hosts that got a ready page, or were held or released, since the last call: load them with fdb_host() (so that the scheduler need not scan). Each once; those beyond max come with the next call. */
unsigned fdb_woken_hosts(struct fdb *d, int64_t *ids, unsigned max);

/* ---- twins (twins.h, pairing.c) */
struct twins_pair;
struct fdb_twin {
	int64_t page_id; /* 0: no such page */
	uint64_t text;   /* 0: not known */
	bool spared, failed;
};
/** All pairs; strings are borrowed for the call. */
enum err fdb_twins(struct fdb *d, bool (*row)(void *ctx, const struct twins_pair *p), void *ctx) WARN_UNUSED;
enum err fdb_twin_save(struct fdb *d, const struct twins_pair *p) WARN_UNUSED;
enum err fdb_twin_drop(struct fdb *d, const struct twins_pair *p) WARN_UNUSED;
/** What is known of the page of an address that is a twin's. */
enum err fdb_twin(struct fdb *d, const char *url, struct fdb_twin *out) WARN_UNUSED;
enum err fdb_text_save(struct fdb *d, int64_t page_id, uint64_t text) WARN_UNUSED;
/** The page was ended as CAUSE_TWIN of this form; fdb_unspare() queues it again, if it is that still. */
enum err fdb_spare(struct fdb *d, const char *lesser, int64_t page_id) WARN_UNUSED;
enum err fdb_unspare(struct fdb *d, const char *lesser, int64_t page_id, int64_t now) WARN_UNUSED;
enum err fdb_spared(struct fdb *d, const char *lesser, int64_t *ids, unsigned max, unsigned *count_out) WARN_UNUSED;

/* ---- trap: barren pages by host and first path segment */
/** Count one; returns the new count. At FDB_BARREN_MAX the caller calls fdb_trap(): what is queued below the segment becomes discarded(trap). */
enum err fdb_barren(struct fdb *d, int64_t host_id, const char *segment, int64_t *count_out) WARN_UNUSED;
/** A page with reports below the segment: takes FDB_BARREN_BACK barren ones back, unless it is a trap already. */
enum err fdb_fertile(struct fdb *d, int64_t host_id, const char *segment) WARN_UNUSED;
enum err fdb_barren_count(struct fdb *d, int64_t host_id, const char *segment, int64_t *count_out) WARN_UNUSED;
enum err fdb_trap(struct fdb *d, int64_t host_id, const char *segment, int64_t now, int64_t *discarded_out) WARN_UNUSED;

/* ---- sources */
struct fdb_source {
	int64_t id;
	const char *url, *region, *body, *scope;
	int depth;
	int64_t pages_max, pages;
};
enum err fdb_source(struct fdb *d, int64_t id, struct arena *a, struct fdb_source *out) WARN_UNUSED;
enum err fdb_add_source(struct fdb *d, const char *url, const char *region, const char *body,
			const struct fdb_limits *l, int64_t now, bool *new_out) WARN_UNUSED;

/* ---- inbox */
/** Apply waiting requests, at most FDB_INBOX_STEP page changes (KILL_POINT inbox.apply.pre/.post by the caller around commit); a longer one goes on where it stopped. */
enum err fdb_inbox_apply(struct fdb *d, int64_t now, int64_t *changed_out) WARN_UNUSED;
/** Is more waiting? Then call fdb_inbox_apply() again after the commit. */
enum err fdb_inbox_waiting(struct fdb *d, bool *waiting_out) WARN_UNUSED;
enum err fdb_inbox_post(struct fdb *d, const char *json) WARN_UNUSED;

/* ---- how it stands */
struct fdb_counts {
	int64_t by_state[PAGE_HELD + 1];
};
/** From counters kept by fdb, no scan. */
void fdb_counts(const struct fdb *d, struct fdb_counts *out);

#endif
