#include "parser/biff.h"

#include <math.h>

#include "parser/cells.h"
#include "parser/xlsx.h"

#define CHAIN_END 0xFFFFFFFAu /* this number and larger ones are no sectors */
#define DIRECTORY_ENTRY 128u
#define STRING_MAX 32768u /* characters */
#define MERGES_MAX 5000u

enum {
	R_EOF = 0x0A,
	R_FORMULA = 0x06,
	R_FILEPASS = 0x2F,
	R_CONTINUE = 0x3C,
	R_MULRK = 0xBD,
	R_MERGED = 0xE5,
	R_SST = 0xFC,
	R_LABELSST = 0xFD,
	R_NUMBER = 0x203,
	R_STRING = 0x207,
	R_RK = 0x27E,
	R_BOF = 0x809
};

static uint32_t get(struct str s, size_t at, unsigned bytes)
{
	uint32_t v = 0;
	for (unsigned i = bytes; i-- > 0;)
		v = v << 8 | (at + i < s.n ? (unsigned char)s.p[at + i] : 0);
	return v;
}

/* ------------------------------------------------------------- the container */

struct ole {
	struct str body;
	struct arena *arena;
	size_t sector;
	uint32_t *fat;
	size_t fat_count;
};

static struct str sector_of(const struct ole *o, uint32_t n)
{
	size_t at = ((size_t)n + 1) * o->sector;
	return str_sub(o->body, at, at + o->sector);
}

static void fat_add(struct ole *o, uint32_t sector, size_t max)
{
	struct str s = sector_of(o, sector);
	for (size_t i = 0; i + 4 <= s.n && o->fat_count < max; i += 4)
		o->fat[o->fat_count++] = get(s, i, 4);
}

static bool ole_open(struct ole *o)
{
	unsigned shift = get(o->body, 30, 2);
	if (o->body.n < 1024 || (shift != 9 && shift != 12))
		return false;
	o->sector = (size_t)1 << shift;
	size_t max = o->body.n / o->sector + 1;
	o->fat = arena_alloc(o->arena, max * sizeof *o->fat);
	for (size_t i = 0; i < 109; i++)
		if (get(o->body, 76 + 4 * i, 4) < CHAIN_END)
			fat_add(o, get(o->body, 76 + 4 * i, 4), max);
	uint32_t more = get(o->body, 68, 4);
	for (size_t steps = 0; more < CHAIN_END && steps < max; steps++) {
		struct str s = sector_of(o, more);
		for (size_t i = 0; i + 8 <= s.n; i += 4)
			if (get(s, i, 4) < CHAIN_END)
				fat_add(o, get(s, i, 4), max);
		more = s.n == o->sector ? get(s, o->sector - 4, 4) : CHAIN_END;
	}
	return o->fat_count > 0;
}

/* The bytes of a chain of sectors, at most `max`. */
static struct str chain(const struct ole *o, uint32_t first, size_t max)
{
	size_t n = 0, steps = 0;
	for (uint32_t s = first; s < o->fat_count && steps < o->fat_count && n < max; s = o->fat[s], steps++)
		n += sector_of(o, s).n;
	char *out = arena_alloc(o->arena, n + 1);
	size_t at = 0;
	steps = 0;
	for (uint32_t s = first; s < o->fat_count && steps < o->fat_count && at < n; s = o->fat[s], steps++) {
		struct str part = sector_of(o, s);
		memcpy(out + at, part.p, part.n);
		at += part.n;
	}
	return (struct str){out, at < max ? at : max};
}

/* Small streams lie in pieces of 64 bytes inside of the root's stream. */
static struct str small_chain(const struct ole *o, struct str root, uint32_t first, size_t size)
{
	struct str fat = chain(o, get(o->body, 60, 4), BIFF_STREAM_MAX);
	char *out = arena_alloc(o->arena, size + 64);
	size_t n = 0;
	for (uint32_t s = first; s < CHAIN_END && n < size && (size_t)s * 4 < fat.n; s = get(fat, (size_t)s * 4, 4)) {
		struct str part = str_sub(root, (size_t)s * 64, (size_t)s * 64 + 64);
		memcpy(out + n, part.p, part.n);
		n += part.n;
		if (part.n == 0)
			break;
	}
	return (struct str){out, n < size ? n : size};
}

static struct str workbook_of(struct ole *o)
{
	static const char name[] = "W\0o\0r\0k\0b\0o\0o\0k\0\0";
	struct str dir = chain(o, get(o->body, 48, 4), BIFF_STREAM_MAX);
	for (size_t at = 0; at + DIRECTORY_ENTRY <= dir.n; at += DIRECTORY_ENTRY) {
		if (memcmp(dir.p + at, name, sizeof name) != 0)
			continue;
		uint32_t first = get(dir, at + 116, 4), size = get(dir, at + 120, 4);
		size = size < BIFF_STREAM_MAX ? size : BIFF_STREAM_MAX;
		if (size >= get(o->body, 56, 4))
			return chain(o, first, size);
		return small_chain(o, chain(o, get(dir, 116, 4), BIFF_STREAM_MAX), first, size);
	}
	return STR("");
}

/* --------------------------------------------------------------- the records */

struct biff {
	struct str s;
	struct arena *arena;
	struct str *strings;
	size_t strings_count, strings_cap;
	struct cells cells;
	uint32_t row, col; /* of the formula whose text follows */
	unsigned merges;
};

struct record {
	unsigned type;
	struct str data;
	size_t end; /* where the next one begins */
};

static bool record_at(const struct biff *b, size_t at, struct record *r)
{
	if (at + 4 > b->s.n)
		return false;
	size_t n = get(b->s, at + 2, 2);
	*r = (struct record){get(b->s, at, 2), str_sub(b->s, at + 4, at + 4 + n), at + 4 + n};
	return true;
}

/* A place in a record and those that continue it. */
struct place {
	const struct biff *b;
	struct record r;
	size_t at;
};

static bool next_part(struct place *p)
{
	struct record r;
	if (!record_at(p->b, p->r.end, &r) || r.type != R_CONTINUE)
		return false;
	p->r = r;
	p->at = 0;
	return true;
}

static void skip(struct place *p, size_t n)
{
	while (n > p->r.data.n - p->at) {
		n -= p->r.data.n - p->at;
		if (!next_part(p)) {
			p->at = p->r.data.n;
			return;
		}
	}
	p->at += n;
}

/* Characters of one or two bytes; where the text goes on in another record, its first byte says which. */
static void add_chars(struct place *p, size_t chars, bool wide, struct buf *out)
{
	uint32_t high = 0;
	while (chars > 0) {
		if (p->at >= p->r.data.n) {
			if (!next_part(p) || p->r.data.n == 0)
				return;
			wide = p->r.data.p[p->at++] & 1;
			continue;
		}
		uint32_t c = get(p->r.data, p->at, wide ? 2 : 1);
		char u[4];
		p->at += wide ? 2 : 1;
		chars--;
		if (c >= 0xD800 && c < 0xDC00) {
			high = c;
			continue;
		}
		if (high && c >= 0xDC00 && c < 0xE000)
			c = 0x10000 + ((high - 0xD800) << 10) + (c - 0xDC00);
		high = 0;
		if (c >= 0x20 || c == '\n')
			(void)buf_add(out, u, utf8_put(c, u));
	}
}

static struct str string_at(struct place *p, struct arena *a)
{
	struct buf out;
	if (p->at + 3 > p->r.data.n && !next_part(p))
		return STR("");
	size_t chars = get(p->r.data, p->at, 2);
	unsigned flags = get(p->r.data, p->at + 2, 1);
	p->at += 3;
	size_t runs = flags & 8 ? get(p->r.data, p->at, 2) : 0;
	p->at += flags & 8 ? 2 : 0;
	size_t extra = flags & 4 ? get(p->r.data, p->at, 4) : 0;
	p->at += flags & 4 ? 4 : 0;
	if (p->at > p->r.data.n)
		p->at = p->r.data.n;
	buf_init(&out, 4 * STRING_MAX);
	add_chars(p, chars, flags & 1, &out);
	skip(p, runs * 4 + extra);
	struct str s = arena_dup(a, buf_str(&out));
	buf_fini(&out);
	return s;
}

static void read_strings(struct biff *b, const struct record *r)
{
	struct place p = {b, *r, 8};
	size_t count = get(r->data, 4, 4);
	count = count < BIFF_STRINGS_MAX ? count : BIFF_STRINGS_MAX;
	while (b->strings_count < count && (p.at < p.r.data.n || next_part(&p))) {
		b->strings =
			arena_grow(b->arena, b->strings, &b->strings_cap, b->strings_count + 1, sizeof *b->strings);
		b->strings[b->strings_count++] = string_at(&p, b->arena);
	}
}

static void put_text(struct biff *b, uint32_t row, uint32_t col, struct str s)
{
	if (s.n > 0)
		(void)cells_add(&b->cells, row, col, 1, 1, s);
}

static void put_number(struct biff *b, uint32_t row, uint32_t col, double v)
{
	if (isfinite(v))
		put_text(b, row, col, str_of(arena_printf(b->arena, "%.15g", v)));
}

static double double_of(struct str s, size_t at)
{
	uint64_t bits = (uint64_t)get(s, at + 4, 4) << 32 | get(s, at, 4);
	double v;
	memcpy(&v, &bits, sizeof v);
	return v;
}

/* A number in four bytes: an integer of 30 bits or a double's upper part, perhaps in hundredths. */
static double rk_of(uint32_t rk)
{
	double v;
	if (rk & 2) {
		v = (double)((int32_t)rk >> 2);
	} else {
		uint64_t bits = (uint64_t)(rk & 0xFFFFFFFCu) << 32;
		memcpy(&v, &bits, sizeof v);
	}
	return rk & 1 ? v / 100 : v;
}

static void merge(struct biff *b, struct str s)
{
	size_t count = get(s, 0, 2);
	for (size_t i = 0; i < count && 2 + 8 * (i + 1) <= s.n && b->merges < MERGES_MAX; i++, b->merges++) {
		uint32_t r0 = get(s, 2 + 8 * i, 2), r1 = get(s, 4 + 8 * i, 2);
		uint32_t c0 = get(s, 6 + 8 * i, 2), c1 = get(s, 8 + 8 * i, 2);
		struct cells_cell *c = cells_at(&b->cells, r0, c0);
		if (r1 < r0 || c1 < c0)
			continue;
		if (cells_add(&b->cells, r0, c0, r1 - r0 + 1, c1 - c0 + 1, c ? c->text : STR("")) && c) {
			c = cells_at(&b->cells, r0, c0); /* the first of a place wins: make it the large one */
			*c = b->cells.p[--b->cells.count];
		}
	}
}

static void cell_record(struct biff *b, const struct record *r)
{
	uint32_t row = get(r->data, 0, 2), col = get(r->data, 2, 2), i = get(r->data, 6, 4);
	switch (r->type) {
	case R_LABELSST:
		put_text(b, row, col, i < b->strings_count ? b->strings[i] : STR(""));
		break;
	case R_NUMBER:
		put_number(b, row, col, double_of(r->data, 6));
		break;
	case R_RK:
		put_number(b, row, col, rk_of(get(r->data, 6, 4)));
		break;
	case R_MULRK:
		for (size_t at = 4; at + 8 <= r->data.n; at += 6)
			put_number(b, row, col++, rk_of(get(r->data, at + 2, 4)));
		break;
	case R_FORMULA:
		b->row = row;
		b->col = col;
		if (get(r->data, 12, 2) != 0xFFFF)
			put_number(b, row, col, double_of(r->data, 6));
		break;
	case R_STRING: {
		struct place p = {b, *r, 0};
		put_text(b, b->row, b->col, string_at(&p, b->arena));
		break;
	}
	case R_MERGED:
		merge(b, r->data);
		break;
	default:
		break;
	}
}

enum err biff_read(struct str body, struct arena *a, struct emit *e, struct str *title)
{
	struct ole o = {.body = body, .arena = a};
	struct biff b = {.arena = a};
	struct record r;
	if (!ole_open(&o))
		return err_set(ERR_FORMAT, "no OLE2 container");
	b.s = workbook_of(&o);
	if (!record_at(&b, 0, &r) || r.type != R_BOF || get(r.data, 0, 2) != 0x600)
		return err_set(ERR_FORMAT, "no workbook of Excel 97 or later");
	bool sheet = false; /* the first part has strings only; then come the sheets */
	for (size_t at = 0; record_at(&b, at, &r); at = r.end) {
		if (r.type == R_FILEPASS)
			return err_set(ERR_FORMAT, "the workbook is encrypted");
		if (r.type == R_SST) {
			read_strings(&b, &r);
		} else if (r.type == R_BOF) {
			sheet = get(r.data, 2, 2) == 0x10;
			cells_init(&b.cells, a);
			b.merges = 0;
		} else if (r.type == R_EOF && sheet) {
			sheet_emit(&b.cells, e, title);
			sheet = false;
		} else if (sheet) {
			cell_record(&b, &r);
		}
	}
	return ERR_OK;
}
