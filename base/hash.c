#include "base/hash.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <xxhash.h>

#define SHA256_BYTES 32

struct sha256 {
	EVP_MD_CTX *ctx;
};

struct sha256 *sha256_new(void)
{
	struct sha256 *s = calloc(1, sizeof(*s));
	if (s)
		s->ctx = EVP_MD_CTX_new();
	if (!s || !s->ctx || EVP_DigestInit_ex(s->ctx, EVP_sha256(), NULL) != 1)
		abort(); /* no memory for a hash state of a few hundred bytes */
	return s;
}

void sha256_add(struct sha256 *s, const void *p, size_t n)
{
	if (n && EVP_DigestUpdate(s->ctx, p, n) != 1)
		abort();
}

static void to_hex(const unsigned char *p, size_t n, char *out)
{
	static const char hex[] = "0123456789abcdef";
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = hex[p[i] >> 4];
		out[2 * i + 1] = hex[p[i] & 15];
	}
	out[2 * n] = '\0';
}

void sha256_end(struct sha256 *s, char hex_out[65])
{
	unsigned char digest[SHA256_BYTES];
	if (EVP_DigestFinal_ex(s->ctx, digest, NULL) != 1)
		abort();
	to_hex(digest, sizeof(digest), hex_out);
	sha256_free(s);
}

void sha256_free(struct sha256 *s)
{
	if (!s)
		return;
	EVP_MD_CTX_free(s->ctx);
	free(s);
}

void sha256_hex(const void *p, size_t n, char hex_out[65])
{
	struct sha256 *s = sha256_new();
	sha256_add(s, p, n);
	sha256_end(s, hex_out);
}

uint64_t hash64(const void *p, size_t n)
{
	return XXH3_64bits(p, n);
}

static void random_bytes(void *p, size_t n)
{
	/* up to 256 bytes come whole and uninterrupted once the kernel's pool is filled (getrandom(2)) */
	assert(n <= 256);
	if (getrandom(p, n, 0) != (ssize_t)n)
		abort();
}

void uuid_new(char out[37])
{
	unsigned char r[16];
	char hex[33];
	random_bytes(r, sizeof(r));
	r[6] = (unsigned char)((r[6] & 0x0F) | 0x40);
	r[8] = (unsigned char)((r[8] & 0x3F) | 0x80);
	to_hex(r, sizeof(r), hex);
	snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

uint64_t random_u64(void)
{
	uint64_t v;
	random_bytes(&v, sizeof(v));
	return v;
}

uint64_t rng_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15ull);
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
	return z ^ (z >> 31);
}

double rng_unit(uint64_t *state)
{
	return (double)(rng_next(state) >> 11) * 0x1.0p-53;
}
