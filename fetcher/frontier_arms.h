/*
 * frontier_arms - the arms and marks of a host (rank.h) in frontier.db, and those of the hosts at work in memory.
 *
 * What is known of FDB_RANK_HOSTS hosts is kept; their arms, which are many, until the bound of fdb_set_memory() is
 * reached: then those of a host are given up, and read again when they are asked for. So that this costs little, ARMS_BLOCK arms share a
 * row. Changes are written with the commit: a kill loses nothing that was committed. All of it is private to the
 * frontier.
 */
#ifndef FETCHER_FRONTIER_ARMS_H
#define FETCHER_FRONTIER_ARMS_H

#include "fetcher/frontier_priv.h"
#include "fetcher/rank.h"

#define ARM_COLUMN_PLAIN 1 /* `column` of a plain arm, which mixes what has little in common */

/* An arm or a mark; arm 0 is that of pages without a rank, and counts the host's pages in `column`. */
struct arm {
	uint64_t key;    /* of what it gathers */
	uint64_t column; /* of an arm of a list's further pages: the key of that list */
	uint16_t marks[RANK_MARKS];
	int8_t step_rank; /* rank of its first page, for the prior */
	bool is_mark;
	bool empty;    /* no page is ready: found out by the last look, until one is added */
	int64_t spent; /* source of which the last look found no page to give up, until one is added; 0: none */
	struct rank_pay pay;
	double worth; /* what its pay and that of its marks promise; 0: to be worked out */
};

struct rank_host {
	int64_t host_id;
	uint64_t used;    /* when it was asked for last, by rank_clock */
	struct arm *arms; /* NULL: to be read */
	unsigned count, cap;
	unsigned had;             /* arms when they were given up last: so many are expected */
	uint16_t *slots;          /* open hash of keys, 2 * cap: number or 0; NULL: to be made */
	uint64_t dirty;           /* bit i: an arm of block i changed since it was written */
	unsigned since_tried;     /* since an arm that was never tried was preferred */
	unsigned drought;         /* pages that ended since the last report */
	int64_t in_flight, ended; /* ended: as far as it is known */
};

/** What is kept of a host, with arms or without; NULL: nothing. */
struct rank_host *arms_kept(struct fdb *d, int64_t host_id);
/** A host with its arms, until the next call: then those of a host may be given up. ERR_FORMAT: its rows are damaged. */
enum err arms_host(struct fdb *d, int64_t host_id, struct rank_host **out) WARN_UNUSED;
/** The same, when arms are to be found by key or added, too. */
enum err arms_host_keys(struct fdb *d, int64_t host_id, struct rank_host **out) WARN_UNUSED;
/** Number of the arm or mark of a key; 0: none has it. */
unsigned arms_find(const struct rank_host *h, uint64_t key);
/** A new arm or mark of a key that none has. h->count must be less than FDB_ARMS_MAX. */
enum err arms_add(struct fdb *d, struct rank_host *h, const struct arm *a, unsigned *out) WARN_UNUSED;
/** What the row holds of an arm or a mark changed, and with it what it, or each arm of the mark, is worth. */
void arms_changed(struct rank_host *h, unsigned no);

#endif
