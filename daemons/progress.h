/*
 * progress - how a crawl stands, from DATA/run/status.json, which the fetcher writes each second.
 *
 * On a terminal a few lines are redrawn each second; else one plain line every 10 s; quiet: nothing. All of it goes to
 * standard error. A status file that is missing or half readable changes nothing: the last one is kept.
 */
#ifndef DAEMONS_PROGRESS_H
#define DAEMONS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define PROGRESS_SLOW_HOSTS 3

enum progress_mode { PROGRESS_QUIET, PROGRESS_PLAIN, PROGRESS_LIVE };

struct progress_status {
	int64_t at; /* wall ms of the file */
	int64_t ready, fetching, fetched, sent, retry, done, dead, discarded, held, found, requests, parsers;
	double fetch_rate, done_rate; /* pages a second */
	char blocked[160];            /* why the ring stands still, "" when it does not */
	struct {
		char host[128];
		int64_t ready, next_at;
	} slow[PROGRESS_SLOW_HOSTS];
	unsigned slow_count;
	bool idle;
};

/** ERR_NOTFOUND when there is none, ERR_FORMAT when it is not readable. */
enum err progress_read(const char *data_dir, struct progress_status *out) WARN_UNUSED;

/** "about 3 min" for the work in `s` at its present rate; "" when it cannot be told. */
const char *progress_time_left(const struct progress_status *s, char out[32]);

struct progress;

struct progress *progress_new(const char *data_dir, enum progress_mode mode);
void progress_free(struct progress *p); /* takes the drawn lines away: a summary follows */
/** Read and draw when it is time. */
void progress_tick(struct progress *p, int64_t mono_now);
/** Take the drawn lines away before something else is written to the terminal. */
void progress_hide(struct progress *p);

#endif
