/*
 * inbox - how a command changes the frontier that another process owns.
 *
 * A request is one JSON object, a row of the frontier's table `inbox` (busy timeout 5 s). The fetcher
 * applies it within a second; when frontier.lock is free, inbox_post() takes the lock and applies it
 * itself, so that the command works with the daemons stopped. Either way it is applied once.
 *
 * Requests:
 *   {"verb":"add","url":...,"region":...,"body":...,"scope":...,"depth":N,"pages":N}   (absent: the run's default)
 *   {"verb":"requeue","ids":[...],"refetch":bool}      dead, discarded (and held) pages by id
 *   {"verb":"requeue-since","since":wall_ms,"until":wall_ms}      what our own connection lost in that time (uplink.h): the
 *                                                       fetcher's own request
 *   {"verb":"discard","ids":[...],"reason":"..."}      dead pages -> discarded-by-operator
 *   {"verb":"hold","host":...} {"verb":"release","host":...}   or "url": one page
 *   {"verb":"reparse","host":...,"since":wall_ms,"lexicon":...}     done pages -> fetched; sets the run's lexicon row
 */
#ifndef FETCHER_INBOX_H
#define FETCHER_INBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct inbox_result {
	bool applied;    /* false: the running fetcher will do it within a second */
	int64_t changed; /* pages or sources changed, when applied */
};

/** Creates the data folder and frontier.db when absent. ERR_LOCKED after 5 s of a busy database, ERR_NEWER, ERR_FOREIGN, ERR_FULL. */
enum err inbox_post(const char *data_dir, const char *json, struct inbox_result *out) WARN_UNUSED;

#endif
