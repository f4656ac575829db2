#include "base/simhash.h"

#include <stdbool.h>

#define FOLD_AFTER 255 /* a byte of a lane is full */

void simhash_init(struct simhash *s)
{
	memset(s, 0, sizeof(*s));
}

static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull; /* splitmix64 */
	x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
	return x ^ (x >> 31);
}

/* The character as it counts, 0: it does not. */
static uint32_t counted(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFEE0;
	if (c < 0x80) {
		if (c >= 'A' && c <= 'Z')
			return c + 32;
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : 0;
	}
	bool mark = c < 0xC0 || (c >= 0x2000 && c < 0x2460) || (c >= 0x3000 && c < 0x3005) ||
		    (c >= 0x3008 && c < 0x3021) || (c >= 0xFE00 && c < 0xFE70) || c == 0xFEFF || c == 0xFFFD ||
		    (c >= 0x2500 && c < 0x2800) || (c >= 0xE000 && c < 0xF900);
	return mark ? 0 : c;
}

static void fold(struct simhash *s)
{
	for (unsigned j = 0; j < 8; j++) {
		for (unsigned k = 0; k < 8; k++)
			s->ones[8 * j + k] += (int64_t)((s->lane[j] >> (8 * k)) & 0xFF);
		s->lane[j] = 0;
	}
	s->folded = 0;
}

/* bit k of a byte to the lowest bit of byte k */
static uint64_t spread(uint64_t byte)
{
	/* copies of the byte, each with one bit of it left, moved down by a carry-free sum */
	uint64_t x = (byte * 0x0101010101010101ull) & 0x8040201008040201ull;
	return ((x + 0x7F7F7F7F7F7F7F7Full) | x) >> 7 & 0x0101010101010101ull;
}

static void add_gram(struct simhash *s)
{
	uint64_t h = 0;
	for (unsigned i = 0; i < SIMHASH_GRAM; i++)
		h = mix(h + s->last[i] + 0x9E3779B97F4A7C15ull);
	uint64_t slot = h >> (64 - SIMHASH_SEEN_BITS), bit = 1ull << (slot % 64);
	if (s->seen[slot / 64] & bit)
		return;
	s->seen[slot / 64] |= bit;
	h = mix(h); /* the bits that chose the slot must not be the ones that count */
	for (unsigned j = 0; j < 8; j++)
		s->lane[j] += spread((h >> (8 * j)) & 0xFF);
	s->grams++;
	if (++s->folded == FOLD_AFTER)
		fold(s);
}

void simhash_add(struct simhash *s, struct str text)
{
	for (size_t i = 0; i < text.n;) {
		uint32_t c = counted(utf8_next(text.p, text.n, &i));
		if (!c)
			continue;
		memmove(s->last, s->last + 1, sizeof(s->last) - sizeof(s->last[0]));
		s->last[SIMHASH_GRAM - 1] = c;
		s->exact = mix(s->exact * 31 + c + 1);
		if (++s->chars >= SIMHASH_GRAM)
			add_gram(s);
	}
}

uint64_t simhash_end(const struct simhash *s)
{
	uint64_t out = 0;
	for (unsigned i = 0; i < 64; i++) {
		int64_t ones = s->ones[i] + (int64_t)((s->lane[i / 8] >> (8 * (i % 8))) & 0xFF);
		if (2 * ones > s->grams)
			out |= 1ull << i;
	}
	return out || !s->grams ? out : 1;
}

uint64_t simhash_exact(const struct simhash *s)
{
	return s->exact;
}

unsigned simhash_distance(uint64_t a, uint64_t b)
{
	return (unsigned)__builtin_popcountll(a ^ b);
}
