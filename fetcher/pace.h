/*
 * pace - is a response too slow? (INTERFACE.md: under 100 bytes a second for 10 s)
 *
 * Counts the bytes of the last window in tenths of it, from the first byte of the response on: a server that thinks
 * before it answers has the time of the whole response. libcurl's own low-speed limit averages over five
 * seconds and begins anew after each burst, so a few bytes now and then would keep it quiet for ever.
 * Pure: times are monotonic ms given by the caller.
 */
#ifndef FETCHER_PACE_H
#define FETCHER_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_PARTS 10
#define PACE_STALL_MS 1000 /* not looked at for longer: we slept, not the server */

struct pace {
	size_t least; /* bytes that a window must have */
	int64_t part_ms;
	int64_t part_from; /* start of the current part; 0 before the first byte */
	int64_t looked_at;
	unsigned parts; /* whole parts since the start */
	size_t bytes[PACE_PARTS], now_bytes;
};

void pace_init(struct pace *p, long bytes_per_s, long window_s);
/** The response has begun. */
void pace_start(struct pace *p, int64_t now);
void pace_add(struct pace *p, int64_t now, size_t bytes);
/** To be asked several times a second. After a gap of our own (PACE_STALL_MS) the window begins anew. */
bool pace_too_slow(struct pace *p, int64_t now);

#endif
