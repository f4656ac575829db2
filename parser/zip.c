#include "parser/zip.h"

#include <zlib.h>

#define END_BYTES 22u
#define CENTRAL_BYTES 46u
#define LOCAL_BYTES 30u
#define COMMENT_MAX 65535u
#define WINDOW 16384u

enum { ENCRYPTED = 1, SIZES_BEHIND = 8, STORED = 0, DEFLATED = 8 };

static uint16_t u16(struct str s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.p + at;
	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t u32(struct str s, size_t at)
{
	return (uint32_t)u16(s, at) | (uint32_t)u16(s, at + 2) << 16;
}

static bool magic_at(struct str s, size_t at, size_t need, const char *magic)
{
	return at < s.n && s.n - at >= need && memcmp(s.p + at, magic, 4) == 0;
}

static bool add(struct zip *z, const struct zip_member *m)
{
	if (z->count >= ZIP_MEMBERS_MAX) {
		z->cut = true;
		return false;
	}
	z->members[z->count++] = *m;
	return true;
}

/* Place of the end record, or the body's length. */
static size_t find_end(struct str s)
{
	size_t stop = s.n > END_BYTES + COMMENT_MAX ? s.n - END_BYTES - COMMENT_MAX : 0;
	for (size_t at = s.n >= END_BYTES ? s.n - END_BYTES + 1 : 0; at-- > stop;)
		if (magic_at(s, at, END_BYTES, "PK\x05\x06"))
			return at;
	return s.n;
}

static void read_directory(struct zip *z)
{
	struct str s = z->body;
	size_t end = find_end(s);
	if (end >= s.n)
		return;
	for (size_t at = u32(s, end + 16); magic_at(s, at, CENTRAL_BYTES, "PK\x01\x02");) {
		size_t name = u16(s, at + 28), extra = u16(s, at + 30), comment = u16(s, at + 32);
		const struct zip_member m = {.name = str_sub(s, at + CENTRAL_BYTES, at + CENTRAL_BYTES + name),
					     .at = u32(s, at + 42),
					     .flags = u16(s, at + 8),
					     .method = u16(s, at + 10),
					     .packed = u32(s, at + 20)};
		if (magic_at(s, m.at, LOCAL_BYTES, "PK\x03\x04") && !add(z, &m))
			return;
		at += CENTRAL_BYTES + name + extra + comment;
	}
}

/* Heads as they follow one another; one without sizes is skipped by looking for the next. */
static void walk_heads(struct zip *z)
{
	struct str s = z->body;
	for (size_t at = 0; at + LOCAL_BYTES <= s.n;) {
		if (!magic_at(s, at, LOCAL_BYTES, "PK\x03\x04")) {
			const char *next = memmem(s.p + at + 1, s.n - at - 1, "PK\x03\x04", 4);
			if (!next)
				return;
			at = (size_t)(next - s.p);
			continue;
		}
		size_t name = u16(s, at + 26), extra = u16(s, at + 28);
		const struct zip_member m = {.name = str_sub(s, at + LOCAL_BYTES, at + LOCAL_BYTES + name),
					     .at = at,
					     .flags = u16(s, at + 6),
					     .method = u16(s, at + 8),
					     .packed = u32(s, at + 18)};
		if (!add(z, &m))
			return;
		at += LOCAL_BYTES + name + extra + (m.flags & SIZES_BEHIND ? 0 : m.packed);
	}
}

enum err zip_open(struct zip *z, struct str body, struct arena *a)
{
	*z = (struct zip){.body = body};
	z->members = arena_alloc(a, ZIP_MEMBERS_MAX * sizeof *z->members);
	read_directory(z);
	if (z->count == 0)
		walk_heads(z);
	return z->count ? ERR_OK : err_set(ERR_FORMAT, "the archive has no readable member");
}

long zip_find(const struct zip *z, const char *name)
{
	for (size_t i = 0; i < z->count; i++)
		if (str_ieq_z(z->members[i].name, name))
			return (long)i;
	return -1;
}

struct output {
	struct zip *z;
	size_t packed, given; /* of this member */
	bool (*sink)(void *ud, const char *p, size_t n);
	void *ud;
	bool ended;
};

static enum err give(struct output *o, const char *p, size_t n)
{
	if (n > ZIP_UNPACKED_MAX - o->z->unpacked)
		return err_set(ERR_LIMIT, "the archive unpacks to more than %u MiB", ZIP_UNPACKED_MAX >> 20);
	o->given += n;
	o->z->unpacked += n;
	if (o->given > ZIP_RATIO_FROM && o->given / ZIP_RATIO_MAX > o->packed)
		return err_set(ERR_LIMIT, "a member of the archive grows more than %u fold", ZIP_RATIO_MAX);
	o->ended = !o->sink(o->ud, p, n);
	return ERR_OK;
}

static enum err inflate_member(struct output *o, struct str data)
{
	z_stream zs = {.next_in = (Bytef *)(uintptr_t)data.p, .avail_in = (uInt)data.n};
	char window[WINDOW];
	if (inflateInit2(&zs, -MAX_WBITS) != Z_OK)
		return err_set(ERR_NOMEM, "no memory to unpack a member");
	enum err e = ERR_OK;
	int rc = Z_OK;
	while (e == ERR_OK && rc == Z_OK && !o->ended) {
		zs.next_out = (Bytef *)window;
		zs.avail_out = WINDOW;
		rc = inflate(&zs, Z_NO_FLUSH);
		o->packed = data.n - zs.avail_in;
		if (zs.avail_out < WINDOW)
			e = give(o, window, WINDOW - zs.avail_out);
	}
	inflateEnd(&zs);
	if (e == ERR_OK && rc != Z_STREAM_END && !o->ended)
		e = err_set(ERR_FORMAT, "a member of the archive is damaged");
	return e;
}

enum err zip_read(struct zip *z, size_t member, bool (*sink)(void *ud, const char *p, size_t n), void *ud)
{
	const struct zip_member *m = &z->members[member];
	struct output o = {.z = z, .sink = sink, .ud = ud};
	size_t from = m->at + LOCAL_BYTES + u16(z->body, m->at + 26) + u16(z->body, m->at + 28);
	if (m->flags & ENCRYPTED)
		return err_set(ERR_FORMAT, "a member of the archive is encrypted");
	struct str data = str_sub(z->body, from, z->body.n);
	if (m->packed > 0)
		data = str_sub(data, 0, m->packed);
	o.packed = data.n;
	switch (m->method) {
	case STORED:
		return m->packed ? give(&o, data.p, data.n) : ERR_OK;
	case DEFLATED:
		return inflate_member(&o, data);
	default:
		return err_set(ERR_FORMAT, "a member of the archive is packed in a way that is not read");
	}
}
