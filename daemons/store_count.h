/*
 * store_count - how many reports and figures the store holds, for `status` and the summary of `run`.
 */
#ifndef DAEMONS_STORE_COUNT_H
#define DAEMONS_STORE_COUNT_H

#include <stdint.h>

#include "base/err.h"

struct store_count {
	int64_t reports, figures, failed_checks;
};

/** Of current versions. A store that is not there yet counts as empty. */
enum err store_count(const char *data_dir, struct store_count *out) WARN_UNUSED;

#endif
