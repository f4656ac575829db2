#include "fetcher/http_inflate.h"

#include <stdint.h>

#define SCRATCH_BYTES (32 * 1024)
#define GZIP_FIRST_BYTE 0x1F

void http_inflate_init(struct http_inflate *s, struct str content_encoding)
{
	*s = (struct http_inflate){.coding = CODING_NONE};
	if (str_ieq_z(content_encoding, "gzip") || str_ieq_z(content_encoding, "x-gzip"))
		s->coding = CODING_GZIP;
	else if (str_ieq_z(content_encoding, "deflate"))
		s->coding = CODING_DEFLATE;
}

void http_inflate_fini(struct http_inflate *s)
{
	if (s->begun)
		inflateEnd(&s->z);
	s->begun = false;
}

/* "deflate" is zlib's format (RFC 9110 8.4.1.2), but some servers send it raw: a zlib header has 8 in its low bits. */
static bool begin(struct http_inflate *s, unsigned char first)
{
	int bits = 15 + 16;
	if (s->coding == CODING_DEFLATE)
		bits = (first & 0x0F) == 8 ? 15 : -15;
	s->begun = inflateInit2(&s->z, bits) == Z_OK;
	return s->begun;
}

/* One call of inflate(); false when nothing more is to be done with this input. */
static bool step(struct http_inflate *s)
{
	static unsigned char scratch[SCRATCH_BYTES]; /* never read: shared by all */
	if (s->ended) {
		/* behind a whole stream: another gzip member, or padding that nobody reads */
		if (s->z.avail_in == 0 || s->coding != CODING_GZIP || *s->z.next_in != GZIP_FIRST_BYTE)
			return false;
		inflateReset(&s->z);
		s->ended = false;
	}
	s->z.next_out = scratch;
	s->z.avail_out = SCRATCH_BYTES;
	int rc = inflate(&s->z, Z_NO_FLUSH);
	s->bytes += SCRATCH_BYTES - s->z.avail_out;
	s->ended = rc == Z_STREAM_END;
	if (rc == Z_OK || rc == Z_STREAM_END)
		return true;
	if (rc != Z_BUF_ERROR) {
		s->failed = true;
		s->why = s->z.msg;
	}
	return false;
}

bool http_inflate_add(struct http_inflate *s, const void *p, size_t n, size_t max)
{
	if (n == 0 || s->failed)
		return true;
	if (s->coding == CODING_NONE) {
		s->bytes += n;
		return s->bytes <= max;
	}
	if (!s->begun && !begin(s, *(const unsigned char *)p)) {
		s->failed = true;
		s->why = "out of memory";
		return true;
	}
	s->z.next_in = (unsigned char *)(uintptr_t)p;
	s->z.avail_in = (unsigned)n;
	/* a full scratch buffer may leave output behind even when all input is taken */
	do {
		if (!step(s))
			return true;
		if (s->bytes > max)
			return false;
	} while (s->z.avail_in > 0 || s->z.avail_out == 0);
	return true;
}

bool http_inflate_whole(const struct http_inflate *s)
{
	return !s->failed && (!s->begun || s->ended);
}
