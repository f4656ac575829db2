/*
 * supervise - the daemons as children of `gongkai run`.
 *
 * A child gets a drain pipe as descriptor 3 (--drain-fd 3: it drains when the pipe ends), dies with us by
 * PR_SET_PDEATHSIG, stays in our session but in a process group of its own, so that Ctrl-C reaches us alone and the
 * order of draining is ours. Its standard error comes to us line by line. A child that ends is started again after
 * 0.1 s, doubling to 5 s only for one that dies within a second of its start (PROTOCOL.md, Processes).
 *
 * A crash here loses nothing: the children die with us, and what they hold is leased, archived or committed.
 */
#ifndef DAEMONS_SUPERVISE_H
#define DAEMONS_SUPERVISE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define SUP_DRAIN_FD 3
#define SUP_CHILDREN_MAX 258 /* fetcher, sink and 256 parsers */
#define SUP_ARGS_MAX 40
#define SUP_FAILING_LIMIT_MS 60000 /* a daemon whose every start ends by an error for this long ends the run */

enum sup_role { SUP_FETCHER, SUP_PARSER, SUP_SINK, SUP_ROLES };

struct sup;

/** `folder` holds the programs; `line` gets each line that a child writes, without its line end. Blocks the signals it handles. */
enum err sup_new(const char *folder, void (*line)(void *ctx, const char *text), void *ctx,
		 struct sup **out) WARN_UNUSED;
/** Kills what is left and waits for it. NULL is fine. */
void sup_free(struct sup *s);

/** Add and start `program` with args (NULL-ended, copied; the drain descriptor is added here). ERR_INPUT when it is not to be executed. */
enum err sup_add(struct sup *s, enum sup_role role, const char *program, const char *const *args) WARN_UNUSED;

/**
 * Wait at most timeout_ms for something to happen, relay lines, reap and restart. An error is the end of the run: a
 * fetcher or sink that ended with status 2, 3 or 4, or any daemon that keeps failing for SUP_FAILING_LIMIT_MS; the text is the last line it wrote.
 */
enum err sup_turn(struct sup *s, int timeout_ms) WARN_UNUSED;

/** Ask all children of a role to drain; they are not started again. */
void sup_drain(struct sup *s, enum sup_role role);
/** No child of the role runs, and none will be started again. */
bool sup_ended(const struct sup *s, enum sup_role role);
/** A child of this role that ends with status 0 has done its work: it is not started again. */
void sup_may_finish(struct sup *s, enum sup_role role);
/** SIGKILL to all. */
void sup_kill(struct sup *s);

/** Signals INT, TERM and HUP received so far, and the last of them (0: none). */
int sup_signals(const struct sup *s, int *last_out);

/** Pause before the next start of a child that lived for lived_ms; last_delay_ms: its pause before, 0 none. Pure. */
int64_t sup_delay_ms(int64_t lived_ms, int64_t last_delay_ms);

#endif
