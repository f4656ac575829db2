/*
 * check - does the frontier agree with the archive and with the store? (`gongkai check`, PROTOCOL.md rule 4)
 *
 * Needs frontier.lock: the daemons must be stopped. Reads every body that a page names, and asks the store, through
 * proto/ledger.h, for every done page. Missing in the store is a page which the store does not have, has from an older
 * fetch than the frontier's last body, or by another lexicon than the run's.
 */
#ifndef FETCHER_CHECK_H
#define FETCHER_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct check_report {
	int64_t pages;            /* in the frontier */
	int64_t bodies_checked;   /* archive records read */
	int64_t bodies_missing;   /* of these: file gone, or record damaged or of another fetch */
	int64_t missing_in_store; /* done pages whose document the store lacks */
	int64_t requeued;         /* of these: will be parsed again from the archive, without a request */
};

/**
 * requeue_missing: what is missing goes to `fetched`, other pages lose their validators where the store lacks their
 * document, and the sink position becomes (generation, commit 0, newest boot of the store), so that the fetcher
 * accepts this store and reads all its acks. Committed in steps; a check that was killed can be run again.
 * ERR_NOTFOUND when there is no frontier, ERR_LOCKED while a fetcher runs; errors of the store as ledger_open().
 */
enum err check_run(const char *data_dir, bool requeue_missing, struct check_report *out) WARN_UNUSED;

#endif
