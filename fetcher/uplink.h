/*
 * uplink - is it the hosts that do not answer, or our own way to all of them? Pure functions.
 *
 * A host dies alone. When UPLINK_PLACES hosts at different addresses that were well stop answering one after another, and
 * nobody answers in between, it is a cable, the provider or the resolver: then what fails says nothing of the portals.
 * Pages die of it and hosts are taken for absent all the same, so that a crawl of hosts that really are gone ends as ever;
 * with the first answer the caller has all that ended since then asked for again (inbox.h, requeue-since). So that there is
 * somebody to answer when every page has died, one of them is asked for now and then.
 */
#ifndef FETCHER_UPLINK_H
#define FETCHER_UPLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "fetcher/frontier_db.h"

#define UPLINK_PLACES 3
#define UPLINK_LOST 8           /* pages that died of it and are asked for by turns, ... */
#define UPLINK_PROBE_MS 30000LL /* ... one after so long */
#define UPLINK_SETTING "uplink" /* key of the frontier's setting: `since` while it is down, else "" */

struct uplink {
	uint64_t silent[UPLINK_PLACES]; /* addresses that stopped answering since the last answer of anybody */
	unsigned silent_n;
	int64_t since; /* wall ms of the first failure of those; 0: none */
	bool down;
	int64_t lost[UPLINK_LOST]; /* ids of pages */
	unsigned lost_n, lost_next;
	int64_t probe_at; /* mono ms; 0: not set */
};

/** A failure by which nothing of the host was heard: no name, no connection, no byte in time. */
bool uplink_is_miss(int status, enum cause cause);
/** A request to the host failed so; h is its row from before, now wall ms. True: the uplink was found to be down just now. */
bool uplink_missed(struct uplink *u, const struct fdb_host *h, int64_t now);
/** Did the host, whose row has its last failure in it, answer until the uplink went down? Only then may it be asked to find out. */
bool uplink_may_probe(const struct uplink *u, const struct fdb_host *h);
/** A page of such a host died of such a failure: while the uplink is down it is one of those that are asked for. */
void uplink_lost(struct uplink *u, int64_t page_id);
/** The page to be asked for now, to see whether anybody answers; 0: none. mono: monotonic ms. */
int64_t uplink_probe(struct uplink *u, int64_t mono);
/** Somebody answered. Since when (wall ms) the uplink was down, 0 when it was not. */
int64_t uplink_heard(struct uplink *u);

#endif
