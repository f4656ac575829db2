/*
 * hash - SHA-256 (libcrypto) for what must be proved, XXH3 (libxxhash) for tables, and random bytes.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct sha256; /* streaming state */
struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *s, const void *p, size_t n);
/** Writes 64 lower-case hex digits and a NUL, and frees `s`. */
void sha256_end(struct sha256 *s, char hex_out[65]);
void sha256_free(struct sha256 *s);
void sha256_hex(const void *p, size_t n, char hex_out[65]);
uint64_t hash64(const void *p, size_t n);
/** 36-character lower-case UUID v4 and NUL, from getrandom(). */
void uuid_new(char out[37]);
uint64_t random_u64(void);
/** Small seeded generator for jitter and simulation (splitmix64): same seed, same numbers. */
uint64_t rng_next(uint64_t *state);
/** Uniform in [0, 1). */
double rng_unit(uint64_t *state);

#endif
