/*
 * clock - two clocks that are never mixed. Deadlines inside a process run on the monotonic clock
 * (mono_ms); what is written to a database or shown is wall time (wall_ms, Unix milliseconds).
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t mono_ms(void);
int64_t wall_ms(void);
/** "2026-11-21T08:00:00Z" (WARC, JSON); out must hold 32 bytes; returns out. */
char *clock_iso(int64_t wall, char out[32]);
/** Inverse of clock_iso (also with fraction or "YYYY-MM-DD"); -1 when it is none. */
int64_t clock_parse_iso(const char *z);
/** HTTP-date of RFC 9110 5.6.7 (all three forms) to wall ms; -1 when it is none. */
int64_t clock_parse_http(const char *z);

#endif
