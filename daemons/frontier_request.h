/*
 * frontier_request - JSON requests of the verbs that change pages, posted to the frontier's inbox in parts of
 * ARGS_IDS_EACH ids.
 */
#ifndef DAEMONS_FRONTIER_REQUEST_H
#define DAEMONS_FRONTIER_REQUEST_H

#include "base/err.h"
#include "daemons/args.h"
#include "fetcher/inbox.h"

/** {"verb":verb,"ids":[...]} with "refetch" when asked for and "reason" when not NULL. Sums of all parts in `out`. */
enum err frontier_request_ids(const char *data_dir, const char *verb, const struct args_ids *ids, bool refetch,
			      const char *reason, struct inbox_result *out) WARN_UNUSED;

/** {"verb":verb,key:value}, key "host" or "url". */
enum err frontier_request_one(const char *data_dir, const char *verb, const char *key, const char *value,
			      struct inbox_result *out) WARN_UNUSED;

#endif
