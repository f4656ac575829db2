/*
 * lock - the flock files of the data folder: run.lock (one `run` a folder), frontier.lock and store.lock.
 *
 * A lock lives as long as its descriptor, so that kill -9 frees it. Descriptors are close-on-exec.
 */
#ifndef DAEMONS_LOCK_H
#define DAEMONS_LOCK_H

#include <stdbool.h>

#include "base/err.h"

/** Takes data_dir/name and writes our pid into it. ERR_LOCKED after wait_ms with a text that names owner and folder. */
enum err lock_take(const char *data_dir, const char *name, int wait_ms, int *fd_out) WARN_UNUSED;

/** ERR_LOCKED, as above, when another process still holds data_dir/name after wait_ms. A missing file is free. */
enum err lock_check(const char *data_dir, const char *name, int wait_ms) WARN_UNUSED;

/** True when a process holds data_dir/name now. */
bool lock_is_held(const char *data_dir, const char *name);

#endif
