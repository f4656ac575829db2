/*
 * view - read-only questions about a frontier, for the command. Works beside a running fetcher (WAL).
 *
 * Rows are given to a callback one by one; strings are borrowed for the call. A callback returns false to stop.
 */
#ifndef FETCHER_VIEW_H
#define FETCHER_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct view;

/** ERR_NOTFOUND when there is no frontier.db, ERR_NEWER, ERR_FOREIGN. */
enum err view_open(const char *data_dir, struct view **out) WARN_UNUSED;
void view_close(struct view *v);

struct view_counts {
	int64_t ready, fetching, fetched, sent, retry, done, dead, discarded, held;
	int64_t pages, hosts, sources, archive_bytes;
	int64_t challenged; /* hosts that rest since they set a challenge */
};
enum err view_counts(struct view *v, struct view_counts *out) WARN_UNUSED;
/** The run's lexicon; "" while unset. */
enum err view_lexicon(struct view *v, char out[17]) WARN_UNUSED;

struct view_host {
	const char *host;
	int64_t ready, waiting, done, dead, discarded; /* waiting: fetching, fetched, sent, retry */
	bool held;
	int64_t next_at;       /* wall ms of the earliest next request, 0: now */
	int64_t gap_ms;        /* gap in force: of the last run's rules, Crawl-delay and slowness included */
	int64_t response_ms;   /* smoothed time of its answers, 0 not known */
	int64_t today;         /* requests since midnight of the portals */
	int64_t cooling_until; /* rests until then beyond its gap; 0 when not */
	const char *why;       /* it rests: "failures", "retry-after", "challenge", "window", "cap"; "" when not */
	const char *robots;    /* "none", "ok", "deferred", "failed" (tls) */
};
/** One host by its name, NULL all; row is not called when it is not known. */
enum err view_host(struct view *v, const char *host, bool (*row)(void *ctx, const struct view_host *h),
		   void *ctx) WARN_UNUSED;
/** One host without its counts, which cost a walk over its pages; out->host is `host`. ERR_NOTFOUND. */
enum err view_host_state(struct view *v, const char *host, struct view_host *out) WARN_UNUSED;
enum err view_hosts(struct view *v, bool (*row)(void *ctx, const struct view_host *h), void *ctx) WARN_UNUSED;

struct view_page {
	int64_t id;
	const char *url, *host, *state, *cause, *detail, *referrer;
	const char *context; /* JSON object: what the kept linking page knew; "" when nothing */
	int attempts;
	bool redirected;           /* done so: `detail` is the new address */
	bool posted;               /* asked for by POST, its query being the form */
	int64_t first, last, next; /* wall ms; next 0: none */
	uint64_t fetch_id;
	const char *warc_file; /* NULL when no bytes were kept */
	int64_t warc_offset, warc_length;
	int confirm;        /* the next fetch, at `next`, is the n-th to confirm a change or a 404; 0: none is owed */
	int64_t gone_since; /* a page with a report: the first 404, 410 or error page since its last document; 0 none */
	bool gone;          /* ... and another fetch confirmed it */
};
struct view_filter {
	const char *cause, *host; /* NULL: any */
	int64_t since;            /* wall ms, 0: any */
	bool discarded_too;
	int64_t limit; /* 0: all */
};
enum err view_dead(struct view *v, const struct view_filter *f, bool (*row)(void *ctx, const struct view_page *p),
		   void *ctx) WARN_UNUSED;
enum err view_page_by_id(struct view *v, int64_t id, bool (*row)(void *ctx, const struct view_page *p),
			 void *ctx) WARN_UNUSED;
/** By canonical URL. ERR_NOTFOUND. */
enum err view_page_by_url(struct view *v, const char *url, bool (*row)(void *ctx, const struct view_page *p),
			  void *ctx) WARN_UNUSED;

struct view_event {
	int64_t at;                                 /* wall ms */
	const char *event, *state, *cause, *detail; /* what happened, the state after it */
	uint64_t fetch_id;
	uint32_t epoch;
	int64_t count; /* equal events in a row are counted */
};
enum err view_history(struct view *v, int64_t page_id, bool (*row)(void *ctx, const struct view_event *e),
		      void *ctx) WARN_UNUSED;

/* Why a page is visited again when it is (revisit.h). Days, changes a day. */
struct view_visit {
	const char *kind; /* "list"; static */
	int64_t visits, changes, announced_changes;
	int64_t last;      /* wall ms */
	int64_t announced; /* wall ms of an announcement that waits for its visit, 0 none */
	double rate, weight, value, value_most;
	double m, host_m; /* multipliers: a visit is due when value reaches the greater one; 0 not begun */
	double interval;  /* from the last visit to when value reaches it */
};
/** ERR_NOTFOUND when the page was never parsed. */
enum err view_visit(struct view *v, int64_t page_id, struct view_visit *out) WARN_UNUSED;
struct view_pace {
	double budget; /* visits a day in force */
	double m, saved;
	int64_t due; /* pages whose visit is due and waits for budget or host */
};
enum err view_pace(struct view *v, struct view_pace *out) WARN_UNUSED;

struct view_source {
	int64_t id;
	const char *url, *region, *body; /* region, body: "" when the user gave none */
	int64_t pages, pages_max;        /* pages found, and the most that are taken; 0: as the run says */
	int64_t added;                   /* wall ms */
	int64_t unseen;                  /* pages that were never read to an end: ready, under way, in retry or held */
	int64_t done, dead, discarded;
};
enum err view_sources(struct view *v, bool (*row)(void *ctx, const struct view_source *s), void *ctx) WARN_UNUSED;
/** The source a page belongs to, by its id. ERR_NOTFOUND. */
enum err view_source_by_id(struct view *v, int64_t id, bool (*row)(void *ctx, const struct view_source *s),
			   void *ctx) WARN_UNUSED;

/* how a page came into the frontier */
struct view_whence {
	int64_t source_id, from_page, chain_from; /* 0: none. chain_from: the page that redirected here */
	int64_t next_visit;                       /* wall ms; 0: none planned */
	int depth, status;                        /* status: of the body in the archive, 0 none */
};
/** ERR_NOTFOUND. */
enum err view_whence(struct view *v, int64_t page_id, struct view_whence *out) WARN_UNUSED;

/** Every page that some page linked, with what the link said (JSON object, as view_page.context), by page id. */
enum err view_contexts(struct view *v, bool (*row)(void *ctx, int64_t page_id, const char *context),
		       void *ctx) WARN_UNUSED;

#endif
