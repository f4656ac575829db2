/*
 * crew - the three daemons run together over one data folder: what `run` and `reparse` share.
 *
 * Settings go to the daemons as flags, only those that somebody gave, so that each default lives in one place: the
 * daemon that uses it. Draining goes with the stream: fetcher, parsers, sink.
 */
#ifndef DAEMONS_CREW_H
#define DAEMONS_CREW_H

#include <stdbool.h>

#include "base/err.h"
#include "daemons/verb.h"

struct crew_options {
	bool until_idle;
	bool no_fetch; /* parse what is fetched, request nothing */
	unsigned parsers;
};

enum crew_end { CREW_IDLE, CREW_INTERRUPTED, CREW_TERMINATED, CREW_STOPPED_AT_ONCE };

/** Makes the folder, takes run.lock and sees that no daemon runs on it. ERR_LOCKED names the process. */
enum err crew_lock(const char *data_dir, int *fd_out) WARN_UNUSED;

/** max(1, cores - 1) or --parsers. */
enum err crew_parsers(const struct verb_env *env, unsigned *out) WARN_UNUSED;

/** Start all, show progress, return when idle (until_idle), drained after a signal, or ended by a daemon's error. */
enum err crew_run(const struct verb_env *env, const struct crew_options *o, enum crew_end *end_out) WARN_UNUSED;

/** What the crawl has come to, for people, on standard error. */
void crew_summary(const struct verb_env *env);

#endif
