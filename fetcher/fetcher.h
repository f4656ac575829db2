/*
 * fetcher - the daemon: one thread, one loop over HTTP, the control socket, the frontier and the archive (DESIGN.md).
 *
 * Order of a group commit: archive synced, then page events, then frontier committed, then what may leave the process
 * (requests, PAGEs). A kill between any two of them repeats work and loses nothing.
 */
#ifndef FETCHER_FETCHER_H
#define FETCHER_FETCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "fetcher/politeness.h"

struct fetcher_settings {
	const char *data_dir;
	bool until_idle, revisit;
	bool no_fetch; /* send what is in the archive, request nothing; idle when all of it is done */
	struct polite_rules polite;
	int64_t confirm_ms; /* from a change of a report page to the fetch that confirms it; 0: none is made */
	const char *scope;  /* default of sources: host, site, any or a suffix */
	int depth;
	int64_t pages;
	int frontier_mib;       /* fdb_set_memory(); 0: FDB_MEMORY_MIB */
	double revisit_budget;  /* visits a day over all hosts; 0: one for each page and REVISIT_MEAN_DAYS */
	const char *connect_to; /* NULL: none */
	bool allow_private;
	int64_t lease_ms;
	const char *user_agent; /* whole header value */
	const char *control;    /* endpoint, NULL: ipc://DATA/run/control.sock */
	int drain_fd;           /* -1: none; its end of file drains */
};

/**
 * Run until idle, drained or a fatal error, whose text is in err_text(). SIGTERM (and SIGINT, when there is no drain_fd)
 * drain; *interrupted_out is true when it was SIGINT. Blocks these signals in the calling thread.
 */
enum err fetcher_run(const struct fetcher_settings *s, bool *interrupted_out) WARN_UNUSED;

#endif
