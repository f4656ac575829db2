#include "base/url_host.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/url.h"

#define LABEL_MAX 63
#define ADDRESS_TEXT_MAX 64

int url_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* NUL-ended copy of a short slice; false when it does not fit or holds a NUL */
static bool copy_z(struct str s, char *out, size_t out_bytes)
{
	if (s.n >= out_bytes || memchr(s.p, 0, s.n))
		return false;
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return true;
}

static enum err percent_decode(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '%' && i + 2 < s.n && url_hex(s.p[i + 1]) >= 0 && url_hex(s.p[i + 2]) >= 0) {
			c = (char)(url_hex(s.p[i + 1]) * 16 + url_hex(s.p[i + 2]));
			i += 2;
		}
		enum err e = buf_add_char(out, c);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static bool all_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* One number of an IPv4 host as inet_aton and WHATWG read it: 0x hexadecimal, 0 octal, else decimal. */
static bool ipv4_number(struct str s, uint64_t *out)
{
	unsigned base = 10;
	if (s.n == 0)
		return false;
	if (s.n >= 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X')) {
		base = 16;
		s = str_sub(s, 2, s.n);
	} else if (s.n >= 2 && s.p[0] == '0') {
		base = 8;
		s = str_sub(s, 1, s.n);
	}
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		int d = url_hex(s.p[i]);
		if (d < 0 || (unsigned)d >= base)
			return false;
		v = v * base + (unsigned)d;
		if (v > UINT32_MAX)
			return false;
	}
	*out = v;
	return true;
}

/* WHATWG "ends in a number": such a host is an address or an error, never a name. */
static bool ends_in_number(struct str host)
{
	size_t from = host.n;
	while (from > 0 && host.p[from - 1] != '.')
		from--;
	struct str last = str_sub(host, from, host.n);
	bool digits = last.n > 0;
	for (size_t i = 0; i < last.n; i++)
		digits = digits && last.p[i] >= '0' && last.p[i] <= '9';
	uint64_t v;
	return digits || (last.n >= 2 && last.p[0] == '0' && last.p[1] == 'x' && ipv4_number(last, &v));
}

static bool ipv4_parse(struct str host, uint32_t *out)
{
	uint64_t part[4];
	unsigned count = 0;
	for (size_t from = 0; from <= host.n;) {
		const char *dot = memchr(host.p + from, '.', host.n - from);
		size_t to = dot ? (size_t)(dot - host.p) : host.n;
		if (count == 4 || !ipv4_number(str_sub(host, from, to), &part[count]))
			return false;
		count++;
		from = to + 1;
	}
	uint64_t v = part[count - 1];
	if (v >= (uint64_t)1 << (8 * (5 - count)))
		return false;
	for (unsigned i = 0; i + 1 < count; i++) {
		if (part[i] > 255)
			return false;
		v |= part[i] << (8 * (3 - i));
	}
	*out = (uint32_t)v;
	return true;
}

static enum err ipv6_canon(struct str host, struct buf *out)
{
	char text[ADDRESS_TEXT_MAX];
	struct in6_addr a;
	if (host.p[host.n - 1] != ']' || !copy_z(str_sub(host, 1, host.n - 1), text, sizeof(text)) ||
	    inet_pton(AF_INET6, text, &a) != 1)
		return err_set(ERR_FORMAT, "the host '%.*s' is no IPv6 address", STR_FMT(host));
	inet_ntop(AF_INET6, &a, text, sizeof(text));
	return buf_printf(out, "[%s]", text);
}

/* Labels of 1 to 63 letters, digits, hyphens and underscores (portals have them, and DNS carries them). */
static bool name_is_valid(struct str host)
{
	size_t label = 0;
	if (host.n == 0 || host.n > URL_HOST_MAX)
		return false;
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];
		if (c == '.') {
			if (label == 0)
				return false;
			label = 0;
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') || ++label > LABEL_MAX)
			return false;
	}
	return label > 0;
}

/* A host in ASCII: lower case, without the final dot, addresses as dotted quads. */
static enum err ascii_canon(struct str host, struct buf *out)
{
	char low[URL_HOST_MAX + 2];
	if (!copy_z(host, low, sizeof(low)))
		return err_set(ERR_FORMAT, "the host is longer than %d bytes", URL_HOST_MAX);
	size_t n = host.n;
	for (size_t i = 0; i < n; i++)
		if (low[i] >= 'A' && low[i] <= 'Z')
			low[i] = (char)(low[i] - 'A' + 'a');
	if (n > 1 && low[n - 1] == '.')
		n--;
	struct str h = {low, n};
	if (!name_is_valid(h))
		return err_set(ERR_FORMAT, "'%.*s' is no host name", STR_FMT(host));
	if (!ends_in_number(h))
		return buf_add_str(out, h);
	uint32_t v;
	if (!ipv4_parse(h, &v))
		return err_set(ERR_FORMAT, "the host '%.*s' is no IPv4 address", STR_FMT(host));
	return buf_printf(out, "%u.%u.%u.%u", v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255);
}

enum err url_host_canon(struct str host, struct buf *out)
{
	struct buf raw;
	char *alabel = NULL;
	buf_init(&raw, URL_MAX);
	enum err e = percent_decode(host, &raw);
	if (e != ERR_OK)
		goto done;
	struct str h = buf_str(&raw);
	if (h.n == 0) {
		e = err_set(ERR_FORMAT, "the URL has no host");
		goto done;
	}
	if (h.p[0] == '[') {
		e = ipv6_canon(h, out);
		goto done;
	}
	if (all_ascii(h)) {
		e = ascii_canon(h, out);
		goto done;
	}
	if (memchr(h.p, 0, h.n) || !utf8_valid(h.p, h.n)) {
		e = err_set(ERR_FORMAT, "the host is not UTF-8");
		goto done;
	}
	int rc = idn2_lookup_u8((const uint8_t *)h.p, (uint8_t **)&alabel, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc != IDN2_OK)
		e = err_set(ERR_FORMAT, "'%.*s' is no host name: %s", STR_FMT(h), idn2_strerror(rc));
	else
		e = ascii_canon(str_of(alabel), out);
done:
	idn2_free(alabel);
	buf_fini(&raw);
	return e;
}

/* ---- which addresses are not public ---- */

struct net4 {
	uint32_t net;
	unsigned bits;
};

/* IANA IPv4 special-purpose registry, multicast, class E, and one cloud's metadata address outside them. */
static const struct net4 private4[] = {
	{0x00000000, 8},  /* 0/8 this network */
	{0x0A000000, 8},  /* 10/8 RFC 1918 */
	{0x64400000, 10}, /* 100.64/10 carrier NAT */
	{0x7F000000, 8},  /* 127/8 loopback */
	{0xA9FE0000, 16}, /* 169.254/16 link-local, metadata */
	{0xAC100000, 12}, /* 172.16/12 RFC 1918 */
	{0xC0000000, 24}, /* 192.0.0/24 protocol assignments */
	{0xC0000200, 24}, /* 192.0.2/24 documentation */
	{0xC0586300, 24}, /* 192.88.99/24 6to4 relays */
	{0xC0A80000, 16}, /* 192.168/16 RFC 1918 */
	{0xC6120000, 15}, /* 198.18/15 benchmarks */
	{0xC6336400, 24}, /* 198.51.100/24 documentation */
	{0xCB007100, 24}, /* 203.0.113/24 documentation */
	{0xA83F8110, 32}, /* 168.63.129.16 a cloud's metadata service */
	{0xE0000000, 4},  /* 224/4 multicast */
	{0xF0000000, 4},  /* 240/4 reserved, broadcast */
};

struct net6 {
	unsigned char net[16];
	unsigned bits;
};

/* IANA IPv6 special-purpose registry; mapped, 6to4 and NAT64 addresses are judged by the IPv4 address inside. */
static const struct net6 private6[] = {
	{{0}, 96},                                  /* ::/96 with :: and ::1 */
	{{0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}, 48}, /* local NAT64 */
	{{0x01}, 64},                               /* 100::/64 discard */
	{{0x20, 0x01}, 23},                         /* 2001::/23 protocol assignments, Teredo */
	{{0x20, 0x01, 0x0D, 0xB8}, 32},             /* documentation */
	{{0x3F, 0xFF}, 20},                         /* documentation */
	{{0x5F, 0x00}, 16},                         /* segment routing */
	{{0xFC}, 7},                                /* unique local */
	{{0xFE, 0x80}, 10},                         /* link-local */
	{{0xFE, 0xC0}, 10},                         /* site-local */
	{{0xFF}, 8},                                /* multicast */
};

static bool is_private4(uint32_t a)
{
	for (size_t i = 0; i < sizeof(private4) / sizeof(private4[0]); i++)
		if (((a ^ private4[i].net) >> (32 - private4[i].bits)) == 0)
			return true;
	return false;
}

static uint32_t read32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool in_net6(const unsigned char a[16], const struct net6 *n)
{
	for (unsigned bit = 0; bit < n->bits; bit += 8) {
		unsigned left = n->bits - bit;
		unsigned mask = left >= 8 ? 0xFFu : 0xFFu << (8 - left) & 0xFFu;
		if ((a[bit / 8] ^ n->net[bit / 8]) & mask)
			return false;
	}
	return true;
}

static bool is_private6(const unsigned char a[16])
{
	static const struct net6 mapped = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96};
	static const struct net6 nat64 = {{0x00, 0x64, 0xFF, 0x9B}, 96};
	static const struct net6 sixtofour = {{0x20, 0x02}, 16};
	if (in_net6(a, &mapped) || in_net6(a, &nat64))
		return is_private4(read32(a + 12));
	if (in_net6(a, &sixtofour))
		return is_private4(read32(a + 2));
	for (size_t i = 0; i < sizeof(private6) / sizeof(private6[0]); i++)
		if (in_net6(a, &private6[i]))
			return true;
	return false;
}

bool url_host_is_address(struct str host)
{
	char text[ADDRESS_TEXT_MAX];
	unsigned char a[16];
	if (!copy_z(host, text, sizeof(text)))
		return false;
	return inet_pton(AF_INET, text, a) == 1 || inet_pton(AF_INET6, text, a) == 1;
}

bool url_address_is_private(struct str address)
{
	char text[ADDRESS_TEXT_MAX];
	unsigned char a[16];
	const char *zone = memchr(address.p, '%', address.n); /* fe80::1%eth0 */
	if (zone)
		address.n = (size_t)(zone - address.p);
	if (!copy_z(address, text, sizeof(text)))
		return false;
	if (inet_pton(AF_INET, text, a) == 1)
		return is_private4(read32(a));
	return inet_pton(AF_INET6, text, a) == 1 && is_private6(a);
}
