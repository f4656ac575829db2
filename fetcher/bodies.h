/*
 * bodies - the bytes of a fetch with what its PAGE says of them: from a small cache of responses that were just written,
 * else from the archive. A body leaves the cache when it is taken.
 */
#ifndef FETCHER_BODIES_H
#define FETCHER_BODIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "fetcher/spool.h"
#include "fetcher/warc.h"

#define BODIES_CACHE_BYTES (8u * 1024 * 1024)
#define BODIES_EACH_BYTES (512u * 1024) /* larger ones are read back from the archive */
#define BODIES_COUNT 512

struct bodies;

struct body {
	char *p; /* malloc()ed, never NULL, also when n is 0; the caller frees it or gives it to the socket */
	size_t n;
	int status;
	int64_t fetched_at;
	char sha256[65], content_type[256], content_encoding[64];
};

struct bodies *bodies_new(void);
void bodies_free(struct bodies *b);
/** Keep a response that was just appended to the archive; silently does nothing when it is large or memory is short. */
void bodies_keep(struct bodies *b, uint64_t fetch_id, int status, int64_t fetched_at, struct str head,
		 const char *sha256, const struct spool *body);
/** Bytes kept now: while they are near BODIES_CACHE_BYTES it is better to fetch nothing more. */
size_t bodies_bytes(const struct bodies *b);
/** Forget one (its fetch ended otherwise). */
void bodies_drop(struct bodies *b, uint64_t fetch_id);
/** From the cache, else from the archive. ERR_NOTFOUND or ERR_FORMAT: the record is gone or damaged. */
enum err bodies_take(struct bodies *b, uint64_t fetch_id, const char *data_dir, const struct warc_place *place,
		     struct body *out) WARN_UNUSED;

#endif
