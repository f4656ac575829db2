/*
 * ack_prune - takes results out of the ledger (proto/ledger.h, acks) that no fetcher can ask for any more, so that the
 * table grows with the pages and not with the visits.
 *
 * A result is read by its fetch_id, and applied to the page whose current fetch it is (PROTOCOL.md rules 4 and 5). So it is
 * spent as soon as the store holds a later fetch of that page: the later one was leased by a synced commit of the frontier
 * before anything of it could come here. Nor is a result needed of a reading that another lexicon has read again since: that
 * lexicon is the run's, and the result of its reading stands in the ledger too. A page's last fetch keeps its result for ever:
 * a new frontier, or one after `check`, begins at commit 0, and finds there all that it could find before.
 * A frontier that is an older copy may still want a spent result: it sends that page again from the archive, and the DOC
 * is stale, as it would be without a ledger on the fetcher's machine.
 *
 * The last ACK_PRUNE_RECENT commits are left alone. The work goes in rounds over the table, some rows at a time in the
 * transaction of the caller; a round begins when the table has doubled since the last one, so that each result is looked at
 * some two times. A kill loses the place in the round, never a result.
 */
#ifndef SINK_ACK_PRUNE_H
#define SINK_ACK_PRUNE_H

#include <stdbool.h>
#include <stdint.h>

#include "sink/db.h"

#define ACK_PRUNE_RECENT 128  /* commits: more than the ACKs that can wait in the outbox (OUTBOX_MAX + OUTBOX_SLACK) */
#define ACK_PRUNE_GROWTH 1024 /* rows; a table that grew by fewer since the last round is left alone */
#define ACK_PRUNE_ROWS_MAX 2048 /* looked at in one call */

struct ack_prune;

enum err ack_prune_new(sqlite3 *db, struct ack_prune **out) WARN_UNUSED;
void ack_prune_free(struct ack_prune *p); /* NULL is fine */
/**
 * Looks at no more than `rows` results (at most ACK_PRUNE_ROWS_MAX) of commits up to last_commit - ACK_PRUNE_RECENT.
 * Within a transaction. *more: the round is not at its end.
 */
enum err ack_prune_step(struct ack_prune *p, int64_t last_commit, unsigned rows, bool *more) WARN_UNUSED;

#endif
