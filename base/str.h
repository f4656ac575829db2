/*
 * str - borrowed byte slices and UTF-8. A `struct str` owns nothing and need not end in NUL.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n; /* bytes */
};

#define STR(lit) ((struct str){(lit), sizeof(lit) - 1})
#define STR_NULL ((struct str){NULL, 0})
/* for printf("%.*s") */
#define STR_FMT(s) (int)(s).n, (s).p

static inline struct str str_of(const char *z)
{
	return (struct str){z, z ? strlen(z) : 0};
}

/* the comparisons are here so that a literal's length and bytes are known where they are asked for */
static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool str_eq_z(struct str a, const char *z)
{
	return str_eq(a, str_of(z));
}
/** ASCII case is ignored. */
bool str_ieq_z(struct str a, const char *z);
static inline bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}
static inline bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}
/** Byte position of the first `needle` at or after `from`, or -1. */
long str_find(struct str s, struct str needle, size_t from);
/** Without ASCII white space at both ends; str_trim_wide() also drops U+3000, U+00A0, U+FEFF and zero-width spaces. */
struct str str_trim(struct str s);
struct str str_trim_wide(struct str s);
/** Bytes [from, to), cut to the slice. */
struct str str_sub(struct str s, size_t from, size_t to);

/** Does a character of three bytes begin at `b`, of those whose every second and third byte is allowed? Reads three. */
static inline bool utf8_is_three(const unsigned char *b)
{
	return b[0] > 0xE0 && b[0] < 0xF0 && b[0] != 0xED && (b[1] & 0xC0) == 0x80 && (b[2] & 0xC0) == 0x80;
}
/** utf8_next() for any character. */
uint32_t utf8_next_any(const char *p, size_t n, size_t *pos);
/** Decode one code point at *pos and move *pos behind it; an invalid byte gives U+FFFD and moves one byte. */
static inline uint32_t utf8_next(const char *p, size_t n, size_t *pos)
{
	if (*pos < n && (unsigned char)p[*pos] < 0x80)
		return (unsigned char)p[(*pos)++];
	const unsigned char *b = (const unsigned char *)p + *pos;
	if (n < 3 || *pos > n - 3 || !utf8_is_three(b))
		return utf8_next_any(p, n, pos);
	*pos += 3;
	return (uint32_t)(b[0] & 0x0F) << 12 | (uint32_t)(b[1] & 0x3F) << 6 | (b[2] & 0x3F);
}
/** Write `cp` as UTF-8 into out[4]; returns the number of bytes. Surrogates and cp > 0x10FFFF become U+FFFD. */
size_t utf8_put(uint32_t cp, char out[4]);
/** Strict RFC 3629 validity. */
bool utf8_valid(const char *p, size_t n);
/** Number of code points of valid UTF-8. */
size_t utf8_count(const char *p, size_t n);
/** Largest length <= n at which `p` may be cut without splitting a code point. */
size_t utf8_cut(const char *p, size_t n);

#endif
