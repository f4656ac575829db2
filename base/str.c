#include "base/str.h"

#include <strings.h>

#define REPLACEMENT 0xFFFDu

bool str_ieq_z(struct str a, const char *z)
{
	size_t n = strlen(z);
	return a.n == n && (n == 0 || strncasecmp(a.p, z, n) == 0);
}

long str_find(struct str s, struct str needle, size_t from)
{
	if (from > s.n || needle.n > s.n - from)
		return -1;
	if (needle.n == 0)
		return (long)from;
	const char *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
	return hit ? (long)(hit - s.p) : -1;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.n && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool is_wide_space(uint32_t cp)
{
	return cp == 0x3000 || cp == 0xA0 || cp == 0xFEFF || (cp >= 0x200B && cp <= 0x200D) || cp == 0x2060;
}

struct str str_trim_wide(struct str s)
{
	for (;;) {
		s = str_trim(s);
		size_t pos = 0;
		if (!s.n || !is_wide_space(utf8_next(s.p, s.n, &pos)))
			break;
		s.p += pos;
		s.n -= pos;
	}
	for (;;) {
		s = str_trim(s);
		size_t start = s.n;
		while (start > 0 && s.n - start < 4) {
			start--;
			if (((unsigned char)s.p[start] & 0xC0) != 0x80)
				break;
		}
		size_t pos = start;
		if (!s.n || !is_wide_space(utf8_next(s.p, s.n, &pos)) || pos != s.n)
			return s;
		s.n = start;
	}
}

struct str str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct str){s.p ? s.p + from : s.p, to - from};
}

/* RFC 3629 section 4: the allowed range of the second byte depends on the first */
static size_t sequence_bytes(const unsigned char *p, size_t n)
{
	unsigned char a = p[0];
	if (a < 0x80)
		return 1;
	size_t len;
	unsigned char lo = 0x80, hi = 0xBF;
	if (a >= 0xC2 && a <= 0xDF) {
		len = 2;
	} else if (a >= 0xE0 && a <= 0xEF) {
		len = 3;
		if (a == 0xE0)
			lo = 0xA0;
		else if (a == 0xED)
			hi = 0x9F;
	} else if (a >= 0xF0 && a <= 0xF4) {
		len = 4;
		if (a == 0xF0)
			lo = 0x90;
		else if (a == 0xF4)
			hi = 0x8F;
	} else {
		return 0;
	}
	if (n < len || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return len;
}

uint32_t utf8_next_any(const char *p, size_t n, size_t *pos)
{
	if (*pos >= n)
		return REPLACEMENT;
	const unsigned char *u = (const unsigned char *)p + *pos;
	size_t len = sequence_bytes(u, n - *pos);
	switch (len) {
	case 1:
		*pos += 1;
		return u[0];
	case 2:
		*pos += 2;
		return ((uint32_t)(u[0] & 0x1F) << 6) | (u[1] & 0x3F);
	case 3:
		*pos += 3;
		return ((uint32_t)(u[0] & 0x0F) << 12) | ((uint32_t)(u[1] & 0x3F) << 6) | (u[2] & 0x3F);
	case 4:
		*pos += 4;
		return ((uint32_t)(u[0] & 0x07) << 18) | ((uint32_t)(u[1] & 0x3F) << 12) |
		       ((uint32_t)(u[2] & 0x3F) << 6) | (u[3] & 0x3F);
	default:
		*pos += 1;
		return REPLACEMENT;
	}
}

size_t utf8_put(uint32_t cp, char out[4])
{
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = REPLACEMENT;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | (cp >> 6));
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | (cp >> 12));
		out[1] = (char)(0x80 | ((cp >> 6) & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | (cp >> 18));
	out[1] = (char)(0x80 | ((cp >> 12) & 0x3F));
	out[2] = (char)(0x80 | ((cp >> 6) & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

bool utf8_valid(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t i = 0;
	while (i < n) {
		size_t len = sequence_bytes(u + i, n - i);
		if (!len)
			return false;
		i += len;
	}
	return true;
}

size_t utf8_count(const char *p, size_t n)
{
	/* eight bytes at once: a continuation byte has its top bit and not the next one */
	size_t inner = 0, i = 0;
	for (; i + 8 <= n; i += 8) {
		uint64_t v;
		memcpy(&v, p + i, sizeof v);
		v = (v & ~(v << 1) & 0x8080808080808080u) >> 7;
		inner += (size_t)((v * 0x0101010101010101u) >> 56);
	}
	for (; i < n; i++)
		inner += ((unsigned char)p[i] & 0xC0) == 0x80;
	return n - inner;
}

size_t utf8_cut(const char *p, size_t n)
{
	size_t i = n;
	while (i > 0 && n - i < 4) {
		unsigned char c = (unsigned char)p[i - 1];
		if (c < 0x80)
			return n;
		i--;
		if (c >= 0xC0) {
			size_t want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
			return n - i >= want ? n : i;
		}
	}
	return n;
}
