/*
 * frontier_priv - what the files behind frontier_db.h, inbox.h, view.h and check.h share. Nobody else includes it.
 *
 * A write that fails leaves the transaction unusable: the first error is kept in `broken`, every later write and the
 * commit return it, and the process stops. What was open is rolled back, so nothing is half done.
 */
#ifndef FETCHER_FRONTIER_PRIV_H
#define FETCHER_FRONTIER_PRIV_H

#include "base/url.h"
#include "fetcher/frontier_checkpoint.h"
#include "fetcher/frontier_db.h"
#include "fetcher/frontier_visits.h"
#include "fetcher/sql.h"
#include "proto/msg.h"

#define FDB_APPLICATION_ID 0x474B4652 /* "GKFR" */
#define FDB_BUSY_MS 5000
#define FDB_RANK_HOSTS 4096 /* hosts of which is kept what they taught */
#define FDB_RANK_WAYS 8     /* places where one of them may lie */
#define FDB_ARMS_MAX 2048   /* arms and marks of a host */
#define FDB_BATCH 256       /* rows read at once where they are changed while walking */

/* states in SQL: partial indexes need literals */
#define Q_READY "0"
#define Q_FETCHING "1"
#define Q_FETCHED "2"
#define Q_SENT "3"
#define Q_RETRY "4"
#define Q_DONE "5"
#define Q_DEAD "6"
#define Q_DISCARDED "7"
#define Q_HELD "8"
_Static_assert(PAGE_READY == 0 && PAGE_FETCHING == 1 && PAGE_FETCHED == 2 && PAGE_SENT == 3 && PAGE_RETRY == 4 &&
		       PAGE_DONE == 5 && PAGE_DEAD == 6 && PAGE_DISCARDED == 7 && PAGE_HELD == 8,
	       "states are on disk");
_Static_assert(EV_LEASED == 0 && EV_FETCHED == 1 && EV_ADOPTED == 5 && EV_ACK == 8 && EV_LOOP == 19,
	       "events are on disk");
/* history rows of a response: their fetch_ids are indexed (fdb_fetch_known) */
#define Q_RESPONSE_EVENTS "event BETWEEN 1 AND 5"
#define HISTORY_SUPERSEDED 100 /* a fetch that was overtaken by an adopted newer one */

/* of work.flags; from FLAG_CONFIRM on the number of a confirming fetch, from FLAG_MISSES on that of misses */
enum {
	FLAG_REDIRECTED = 1,
	FLAG_NOT_MODIFIED = 2,
	FLAG_REPARSE = 4,
	FLAG_NO_VALIDATORS = 8,
	FLAG_REPORT = 16,
	FLAG_GONE = 32,
	FLAG_CONFIRM = 256,
	FLAG_MISSES = 4096
};

#define Q_REDIRECTED "1"
_Static_assert(FLAG_REDIRECTED == 1, "flags are on disk");

/* pages.hops: redirects, and from HOPS_ASK on how the page is asked for, so that nearly all rows hold neither */
enum { HOPS_ASK = 32 };
_Static_assert(FRONTIER_HOPS_MAX + 1 < HOPS_ASK && MSG_EITHER == 1 && MSG_POST == 2, "both are on disk");

/* changes to a host since the last commit, and whether the scheduler was told of it */
struct host_mark {
	int64_t id;                       /* 0: free slot */
	int64_t ready_delta, again_delta; /* again: of the visits among them */
	bool woken;
};
struct host_marks {
	struct host_mark *slots;
	unsigned cap, used;
};

struct rank_host; /* frontier_rank.c */

struct fdb {
	unsigned magic;
#define FDB_MAGIC 0x66646231u
	struct sql sql;
	struct checkpoint *checkpoint;
	int lock_fd;
	bool in_tx;
	int pending;
	enum err broken;
	char *default_scope;
	int default_depth;
	int64_t default_pages;
	bool ids_started;
	uint64_t fetch_id, fetch_id_reserved; /* last given out; durable */
	uint64_t parse_seq, parse_seq_saved;
	int64_t counts[PAGE_HELD + 1], counts_saved[PAGE_HELD + 1];
	int64_t cause_id[CAUSE_COUNT]; /* row of `causes` */
	struct host_marks hosts;
	char host_key[256]; /* the host looked up last */
	int64_t host_id;
	char file[64]; /* the archive file looked up last */
	int64_t file_id;
	int64_t from_id; /* the linking page looked up last */
	char from_url[URL_MAX + 1];
	int64_t context_id; /* the shared context looked up last, 0 none */
	char context[MSG_CONTEXT_MAX + 1];
	struct rank_host *rank_hosts[FDB_RANK_HOSTS]; /* sets of FDB_RANK_WAYS, by a hash of the host; NULL: free */
	uint64_t rank_clock;
	int64_t next_page;  /* id of the next new page, where the one given up was the largest; 0: any */
	unsigned rank_hand; /* the place whose arms were given up last */
	size_t rank_arms;   /* room for arms in memory; a host more may pass the most */
	size_t rank_arms_max;
	int64_t rank_from; /* the linking page looked up last, for ranks */
	int rank_from_rank;
	uint64_t rank_from_list;
	int64_t now_max; /* latest time seen: an earlier one means that the clock jumped back */
	bool ticked;
	struct fdb_visit_state visits;
};

/* ---- frontier_schema.c */
enum err fdb_folder(const char *data_dir, char path_out[4096]) WARN_UNUSED; /* makes the folder; path of frontier.db */
enum err fdb_lock(const char *data_dir, int *fd_out) WARN_UNUSED;
/** ERR_FOREIGN, ERR_NEWER; *version_out 0: an empty file. */
enum err fdb_version(struct sql *s, int *version_out) WARN_UNUSED;
enum err fdb_migrate(struct sql *s) WARN_UNUSED;

/* ---- frontier_db.c */
/** Begin the transaction when none is open. */
enum err fdb_begin(struct fdb *d) WARN_UNUSED;
/** Keep the first failed write; returns e. */
enum err fdb_note(struct fdb *d, enum err e);
/** Begin and run one writing statement. */
enum err fdb_run(struct fdb *d, const char *text, const struct sql_value *v, unsigned n) WARN_UNUSED;
enum cause fdb_cause(const struct fdb *d, int64_t cause_row);

/* ---- frontier_pages.c */
/** The page's row without its texts. ERR_NOTFOUND. url_out (may be NULL) lies in `a`. */
enum err fdb_load(struct fdb *d, int64_t id, struct page *out, int64_t *host_id_out) WARN_UNUSED;
/** Id of a canonical URL: hash looked up, text compared; 0 when unknown. */
enum err fdb_find(struct fdb *d, const char *url, int64_t *id_out) WARN_UNUSED;
/** A page changed its state: counters of states and of the host. from < 0: it is new. */
enum err fdb_moved(struct fdb *d, int64_t host_id, int from, enum page_state to) WARN_UNUSED;

/* ---- frontier_context.c */
/** Keep what the linking page knew of a page; NULL: nothing. A longer text than MSG_CONTEXT_MAX must not come. */
enum err fdb_context_save(struct fdb *d, int64_t page_id, const char *context) WARN_UNUSED;
/* a page's context as it came, of texts t; the FROM clause joins Q_CONTEXT_JOIN */
#define Q_CONTEXT                                                                                                      \
	"CASE WHEN x.id IS NULL THEN t.context ELSE replace(x.json,'\"anchor\":\"\"','\"anchor\":\"'||"                \
	"ifnull(t.context,'')||'\"') END"
#define Q_CONTEXT_JOIN " LEFT JOIN contexts x ON x.id=t.context_id"
/* ---- frontier_arms.c */
void fdb_rank_free(struct fdb *d);
enum err fdb_rank_flush(struct fdb *d) WARN_UNUSED;     /* part of the commit */
enum err fdb_arms_to_blocks(struct sql *s) WARN_UNUSED; /* part of a migration: rows of `arms` into arm_blocks */

/* ---- frontier_rank.c */
struct fdb_place {
	int64_t arm, ord; /* ord: least first; (RANK_MAX - rank) << 4 | depth, at most 15 */
};
/** p->ask, which few pages change. */
enum err fdb_save_ask(struct fdb *d, const struct page *p) WARN_UNUSED;
/** Where a page that was found is queued. */
enum err fdb_rank_place(struct fdb *d, int64_t host_id, const struct fdb_new_page *n,
			struct fdb_place *out) WARN_UNUSED;
/** A page was put into an arm, is_new: for the first time. */
enum err fdb_rank_queued(struct fdb *d, int64_t host_id, int64_t arm, bool is_new) WARN_UNUSED;
/** Forget the last queued page of the source on this host, when it was never asked for and ranks clearly behind `ord`. */
enum err fdb_rank_give_up(struct fdb *d, int64_t host_id, int64_t source_id, int64_t ord, bool *done_out) WARN_UNUSED;
/** A fetch ended: the arms of its page and of those above it are paid. */
enum err fdb_rank_ended(struct fdb *d, int64_t page_id, bool reports) WARN_UNUSED;
void fdb_rank_moved(struct fdb *d, int64_t host_id, int from, enum page_state to);

/* ---- frontier_inbox.c */
/** Is this a request of inbox.h? ERR_USAGE. */
enum err fdb_inbox_check(const char *text) WARN_UNUSED;

/* ---- frontier_hosts.c */
enum err fdb_host_mark(struct fdb *d, int64_t host_id, int64_t ready_delta, bool wake) WARN_UNUSED;
/** A visit of a page began to wait at ready (1), or waits no more (-1); it is counted among the ready ones, too. */
enum err fdb_host_mark_again(struct fdb *d, int64_t host_id, int64_t delta) WARN_UNUSED;
enum err fdb_hosts_flush(struct fdb *d) WARN_UNUSED; /* part of the commit */
void fdb_hosts_free(struct fdb *d);

/* ---- frontier_visits.c */
enum err fdb_visits_flush(struct fdb *d) WARN_UNUSED; /* part of the commit */
/** EV_TICK for pages whose visit is due, as far as budget and hosts allow; adds to *changed. */
enum err fdb_visits_due(struct fdb *d, int64_t now, int64_t *changed) WARN_UNUSED;
/** A new page was found on `from`: a page that leads on is worth more. */
enum err fdb_visit_led(struct fdb *d, int64_t from) WARN_UNUSED;
/** A known page's entry on the list that keeps its context changed: due at once when it is worth it. */
enum err fdb_visit_announced(struct fdb *d, int64_t page_id, int64_t now) WARN_UNUSED;

#endif
