/*
 * arena - memory for a page's life: allocate many, free all at once.
 *
 * Blocks are chained; arena_reset() keeps the first block and frees the rest, so that one large page
 * does not fix the memory of the process. Allocations are 16-byte aligned. Past max_bytes, or when the
 * system refuses, arena_alloc() calls the handler set with arena_on_refusal(); without one it aborts.
 * The parser's child sets a handler that ends the child with the status "out of memory".
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena;

struct arena *arena_new(size_t max_bytes);
void arena_free(struct arena *a); /* NULL is fine */
void arena_reset(struct arena *a);
size_t arena_used_bytes(const struct arena *a);
/** Never NULL. Not zeroed. */
void *arena_alloc(struct arena *a, size_t n);
/** Zeroed; aborts on overflow of count * size. */
void *arena_calloc(struct arena *a, size_t count, size_t size);
/** Copy with a NUL behind it. */
char *arena_strdup(struct arena *a, struct str s);
struct str arena_dup(struct arena *a, struct str s);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Grow an array of `*cap` elements of `size` bytes to hold at least `want`; copies, the old place is left to the arena. */
void *arena_grow(struct arena *a, void *old, size_t *cap, size_t want, size_t size);
/** Process-wide; must not return. */
void arena_on_refusal(void (*handler)(size_t wanted_bytes));

#endif
