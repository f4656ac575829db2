/*
 * loop - the sink at work: DOCs in, one synced commit a batch, ACKs out, SINK every second.
 *
 * Returns when it was asked to stop (SIGTERM, the end of the drain pipe: what has arrived is committed and
 * acknowledged, then BYE) or when the store cannot be written, which is never a page's fault: no FAIL, no
 * ACK, one line that says why, and the error for the exit status.
 *
 * A DOC is written into the open transaction as it arrives and not kept: at most one is in memory.
 */
#ifndef SINK_LOOP_H
#define SINK_LOOP_H

#include <stdbool.h>

#include "base/err.h"

#define LOOP_BATCH_MS 50
#define LOOP_ANNOUNCE_MS 1000
#define LOOP_DOCS_HWM 4    /* DOCs of one parser that ZeroMQ may hold for us: each may have 8 MiB */
#define LOOP_CONTROL_HWM 4 /* messages to the fetcher: an ACK may have 5 MiB */
#define LOOP_LINGER_MS 1000
#define LOOP_DRAIN_IDLE_MS 100 /* quiet for so long: all has arrived */
#define LOOP_DRAIN_MAX_MS 5000

struct loop_options {
	const char *data_dir, *docs, *control; /* endpoints */
	bool reports_only;
	bool at_once; /* changes need no confirmation (sink/confirm.h) */
	int drain_fd; /* -1: none; SIGINT is ignored with one */
};

enum err sink_run(const struct loop_options *o) WARN_UNUSED;

#endif
