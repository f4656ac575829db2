/*
 * frontier_checkpoint - moves committed pages from frontier.db-wal to frontier.db beside the work, by a thread.
 *
 * The pages that events change lie apart in a large file: written by the connection that commits, each checkpoint would
 * hold up the loop for a tenth of a second and cost more than the events themselves. The thread has a connection of its
 * own, copies what is there in passes, and leaves a short rest: the connection that commits copies that between two
 * transactions, so that the file of the log begins anew. Only where commits come faster than the disk takes the copies
 * the loop waits, so that the log has an end: at most 256 MiB and one transaction, 64 MiB where the file is small.
 *
 * Nothing is durable by it: a commit is, when the log is synced. A kill at any point leaves what SQLite reads again, and
 * a copy that fails (disk full) is tried again with the next commits; the error comes when the log cannot grow.
 */
#ifndef FETCHER_FRONTIER_CHECKPOINT_H
#define FETCHER_FRONTIER_CHECKPOINT_H

#include <sqlite3.h>

#include "base/err.h"

/*
 * All in pages of the file, of 8 KiB. The log may be a part of the file, since what is copied lies apart: the larger the
 * file, the more commits must go by until they meet on the same page again and are copied at once.
 */
#define CHECKPOINT_PART 16            /* of the file may be in the log: then the thread begins ... */
#define CHECKPOINT_FROM_LEAST 4000    /* ... but not before 32 MiB ... */
#define CHECKPOINT_FROM_LARGEST 16000 /* ... nor after 128 MiB */
#define CHECKPOINT_MOST 2             /* times that: commits wait for the thread */
#define CHECKPOINT_REST 512           /* not copied: few enough for the connection that commits */

struct checkpoint;

/**
 * Takes the place of the automatic checkpoints of db, a connection to the database at path; the thread is made when there
 * is work for it. Where no thread can be made, the connection copies by itself.
 */
enum err checkpoint_new(const char *path, sqlite3 *db, struct checkpoint **out) WARN_UNUSED;
/** Ends the thread; before db is closed. NULL is fine. */
void checkpoint_free(struct checkpoint *c);

#endif
