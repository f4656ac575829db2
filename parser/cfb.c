#include "parser/cfb.h"

#define CHAIN_END 0xFFFFFFFAu /* this number and larger ones are no sectors */
#define ENTRY_BYTES 128u
#define NAME_CHARS 31u
#define SMALL_BYTES 64u
#define TYPE_STORAGE 1u
#define TYPE_STREAM 2u

/* in whose tree of children an entry stands */
enum owner { OWNER_NONE, OWNER_ROOT, OWNER_STORAGE };

struct cfb {
	struct str body;
	struct arena *arena;
	size_t sector;
	uint32_t *fat;
	size_t fat_count;
	struct str directory;
	char *owner;                /* of each entry: an enum owner */
	struct str root, small_fat; /* of the small streams; loaded when the first is asked for */
	bool small_loaded;
};

uint32_t cfb_number(struct str s, size_t at, unsigned bytes)
{
	uint32_t v = 0;
	for (unsigned i = bytes; i-- > 0;)
		v = v << 8 | (at + i < s.n ? (unsigned char)s.p[at + i] : 0);
	return v;
}

static struct str sector_of(const struct cfb *c, uint32_t n)
{
	size_t at = ((size_t)n + 1) * c->sector;
	return str_sub(c->body, at, at + c->sector);
}

static void fat_add(struct cfb *c, uint32_t sector, size_t max)
{
	struct str s = sector_of(c, sector);
	for (size_t i = 0; i + 4 <= s.n && c->fat_count < max; i += 4)
		c->fat[c->fat_count++] = cfb_number(s, i, 4);
}

static void load_fat(struct cfb *c)
{
	size_t max = c->body.n / c->sector + 1;
	c->fat = arena_alloc(c->arena, max * sizeof *c->fat);
	for (size_t i = 0; i < 109; i++)
		if (cfb_number(c->body, 76 + 4 * i, 4) < CHAIN_END)
			fat_add(c, cfb_number(c->body, 76 + 4 * i, 4), max);
	uint32_t more = cfb_number(c->body, 68, 4);
	for (size_t steps = 0; more < CHAIN_END && steps < max && c->fat_count < max; steps++) {
		struct str s = sector_of(c, more);
		for (size_t i = 0; i + 8 <= s.n; i += 4)
			if (cfb_number(s, i, 4) < CHAIN_END)
				fat_add(c, cfb_number(s, i, 4), max);
		more = s.n == c->sector ? cfb_number(s, c->sector - 4, 4) : CHAIN_END;
	}
}

/* The bytes of a chain of sectors, at most `max`. */
static struct str chain(const struct cfb *c, uint32_t first, size_t max)
{
	size_t n = 0, steps = 0;
	bool in_order = true;
	for (uint32_t s = first; s < c->fat_count && steps < c->fat_count && n < max; s = c->fat[s], steps++) {
		n += sector_of(c, s).n;
		in_order &= s == first + steps;
	}
	if (in_order) /* as nearly all writers leave it: no copy is needed */
		return str_sub(c->body, ((size_t)first + 1) * c->sector,
			       ((size_t)first + 1) * c->sector + (n < max ? n : max));
	char *out = arena_alloc(c->arena, n + 1);
	size_t at = 0;
	steps = 0;
	for (uint32_t s = first; s < c->fat_count && steps < c->fat_count && at < n; s = c->fat[s], steps++) {
		struct str part = sector_of(c, s);
		memcpy(out + at, part.p, part.n);
		at += part.n;
	}
	return (struct str){out, at < max ? at : max};
}

/* Small streams lie in pieces of 64 bytes inside of the root's stream. */
static struct str small_chain(struct cfb *c, uint32_t first, size_t size)
{
	if (!c->small_loaded) {
		c->small_fat = chain(c, cfb_number(c->body, 60, 4), c->body.n);
		c->root = chain(c, cfb_number(c->directory, 116, 4), c->body.n);
		c->small_loaded = true;
	}
	char *out = arena_alloc(c->arena, size + SMALL_BYTES);
	size_t n = 0;
	for (uint32_t s = first; s < CHAIN_END && n < size && (size_t)s * 4 < c->small_fat.n;
	     s = cfb_number(c->small_fat, (size_t)s * 4, 4)) {
		struct str part = str_sub(c->root, (size_t)s * SMALL_BYTES, (size_t)s * SMALL_BYTES + SMALL_BYTES);
		if (part.n == 0)
			break;
		memcpy(out + n, part.p, part.n);
		n += part.n;
	}
	return (struct str){out, n < size ? n : size};
}

static struct str entry_of(const struct cfb *c, size_t i)
{
	return str_sub(c->directory, i * ENTRY_BYTES, (i + 1) * ENTRY_BYTES);
}

/* Gives `owner` all of the tree at entry `top` that nobody has: each entry once, so that a tree with a loop ends. */
static void claim(struct cfb *c, uint32_t *waiting, uint32_t top, enum owner owner)
{
	size_t n = 0, entries = c->directory.n / ENTRY_BYTES;
	uint32_t next[2] = {top, top};
	for (;;) {
		for (unsigned k = 0; k < 2; k++)
			if (next[k] < entries && c->owner[next[k]] == OWNER_NONE) {
				c->owner[next[k]] = (char)owner;
				waiting[n++] = next[k];
			}
		if (n == 0)
			return;
		struct str entry = entry_of(c, waiting[--n]);
		next[0] = cfb_number(entry, 68, 4);
		next[1] = cfb_number(entry, 72, 4);
	}
}

/*
 * A storage's children are a tree (MS-CFB 2.6.4) of which it names the top. What stands in no tree counts as the
 * root's behind what does, so that a damaged tree loses no text.
 */
static void find_owners(struct cfb *c)
{
	size_t entries = c->directory.n / ENTRY_BYTES;
	uint32_t *waiting = arena_alloc(c->arena, (entries + 1) * sizeof *waiting);
	c->owner = arena_calloc(c->arena, entries + 1, 1);
	claim(c, waiting, cfb_number(c->directory, 76, 4), OWNER_ROOT);
	for (size_t i = 1; i < entries; i++)
		if (cfb_number(entry_of(c, i), 66, 1) == TYPE_STORAGE)
			claim(c, waiting, cfb_number(entry_of(c, i), 76, 4), OWNER_STORAGE);
}

enum err cfb_open(struct str body, struct arena *a, struct cfb **out)
{
	unsigned shift = cfb_number(body, 30, 2);
	if (body.n < 1024 || cfb_number(body, 0, 4) != 0xE011CFD0u || (shift != 9 && shift != 12))
		return err_set(ERR_FORMAT, "no OLE2 container");
	struct cfb *c = arena_calloc(a, 1, sizeof *c);
	c->body = body;
	c->arena = a;
	c->sector = (size_t)1 << shift;
	load_fat(c);
	if (c->fat_count == 0)
		return err_set(ERR_FORMAT, "the container has no table of its sectors");
	c->directory = chain(c, cfb_number(body, 48, 4), CFB_DIRECTORY_MAX);
	find_owners(c);
	*out = c;
	return ERR_OK;
}

static bool is_named(struct str entry, const char *name)
{
	size_t n = strlen(name);
	for (size_t i = 0; i <= n && i <= NAME_CHARS; i++)
		if (cfb_number(entry, 2 * i, 2) != (i < n ? (unsigned char)name[i] : 0))
			return false;
	return n <= NAME_CHARS;
}

static struct str stream_of(struct cfb *c, struct str entry, size_t max)
{
	uint32_t first = cfb_number(entry, 116, 4);
	size_t size = cfb_number(entry, 120, 4);
	size = size < max ? size : max;
	return cfb_number(entry, 120, 4) >= cfb_number(c->body, 56, 4) ? chain(c, first, size)
								       : small_chain(c, first, size);
}

struct str cfb_stream(struct cfb *c, const char *name, size_t max)
{
	static const enum owner owners[] = {OWNER_ROOT, OWNER_NONE};
	for (size_t k = 0; k < sizeof owners / sizeof *owners; k++)
		for (size_t i = 0; i < c->directory.n / ENTRY_BYTES; i++) {
			struct str entry = entry_of(c, i);
			if (c->owner[i] == (char)owners[k] && cfb_number(entry, 66, 1) == TYPE_STREAM &&
			    is_named(entry, name))
				return stream_of(c, entry, max);
		}
	return STR("");
}
