/*
 * frontier_visits - what the frontier remembers for revisit.h: visits of pages, groups by host and kind, the multiplier m of
 * all hosts and of each one, all in frontier.db and part of its group commit. The policy is revisit.h; this stores and asks.
 *
 * A page that was never parsed costs nothing here. A visit counts once, by its fetch_id, however often its result comes.
 */
#ifndef FETCHER_FRONTIER_VISITS_H
#define FETCHER_FRONTIER_VISITS_H

#include "fetcher/frontier_db.h"
#include "fetcher/revisit.h"

#define FDB_VISITS_TICK                                                                                                \
	4096 /* visits one tick lets begin, and pages it plans anew, so that a turn of the loop stays short */

/* part of struct fdb; at 0: not loaded */
struct fdb_visit_state {
	int64_t at; /* wall ms up to which the pace of all hosts has been granted */
	struct revisit_pace pace;
	double budget; /* visits a day as asked for; 0: by the number of pages */
	int64_t delay_ms;
	int64_t sweep; /* page planned anew last */
	int64_t swept_at;
	int64_t led_from; /* the linking page looked up last, and whether it was visited again */
	bool led_again, dirty;
};

/* How a visit ended. */
struct fdb_visit {
	uint64_t fetch_id;
	bool changed;
	bool report;  /* the page holds one */
	bool untimed; /* its moment is not known (adopted from the archive): only plan the next one */
};

/** Budget in visits a day (0: one for each REVISIT_MEAN_DAYS and page) and the least gap of a host, ms. Once after fdb_open(). */
enum err fdb_visits_begin(struct fdb *d, double budget, int64_t delay_ms) WARN_UNUSED;
/** Note a visit of a page and say when the next one is due: before the event that ends it, which takes *next_out along. */
enum err fdb_visited(struct fdb *d, const struct fdb_page *page, const struct fdb_visit *v, int64_t now,
		     int64_t *next_out) WARN_UNUSED;
/** A ready page of the host that waits for a visit, the one due first. ERR_NOTFOUND when none. */
enum err fdb_next_again(struct fdb *d, int64_t host_id, int64_t *page_id_out) WARN_UNUSED;
/** Visits a day in force. */
double fdb_visits_budget(const struct fdb *d);

/* As stored, also for view.h */
struct fdb_visit_row {
	enum revisit_kind kind;
	uint64_t fetch_id;
	int64_t last_at, announced; /* announced: wall ms, 0 not */
	double leads;
	struct revisit_visits seen;
};
#define FDB_VISIT_COLUMNS                                                                                              \
	"v.kind, v.fetch_id, v.last_at, v.visits, v.changes, v.quiet, v.busy, v.told, v.leads, v.announced"
struct sql;
struct sqlite3_stmt;
/** Columns FDB_VISIT_COLUMNS from `at` on. */
void fdb_visit_read(struct sqlite3_stmt *st, int at, struct fdb_visit_row *out);
/** The prior of a page of this host and kind. */
enum err fdb_visit_prior(struct sql *s, int64_t host_id, enum revisit_kind kind, struct revisit_rate *out) WARN_UNUSED;
/** Pace of a host, 0: of all. All zero when it has none yet; *at_out (may be NULL): granted up to there. */
enum err fdb_visit_pace(struct sql *s, int64_t host_id, struct revisit_pace *out, int64_t *at_out) WARN_UNUSED;
/** When a page of this row is due by m. */
int64_t fdb_visit_due(const struct fdb_visit_row *row, struct revisit_rate rate, double m);

#endif
