#include "parser/biff.h"

#include <math.h>

#include "parser/cells.h"
#include "parser/cfb.h"
#include "parser/xlsx.h"

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
	size_t n = cfb_number(b->s, at + 2, 2);
	*r = (struct record){cfb_number(b->s, at, 2), str_sub(b->s, at + 4, at + 4 + n), at + 4 + n};
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
		uint32_t c = cfb_number(p->r.data, p->at, wide ? 2 : 1);
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
	size_t chars = cfb_number(p->r.data, p->at, 2);
	unsigned flags = cfb_number(p->r.data, p->at + 2, 1);
	p->at += 3;
	size_t runs = flags & 8 ? cfb_number(p->r.data, p->at, 2) : 0;
	p->at += flags & 8 ? 2 : 0;
	size_t extra = flags & 4 ? cfb_number(p->r.data, p->at, 4) : 0;
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
	size_t count = cfb_number(r->data, 4, 4);
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
	uint64_t bits = (uint64_t)cfb_number(s, at + 4, 4) << 32 | cfb_number(s, at, 4);
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
	size_t count = cfb_number(s, 0, 2);
	for (size_t i = 0; i < count && 2 + 8 * (i + 1) <= s.n && b->merges < MERGES_MAX; i++, b->merges++) {
		uint32_t r0 = cfb_number(s, 2 + 8 * i, 2), r1 = cfb_number(s, 4 + 8 * i, 2);
		uint32_t c0 = cfb_number(s, 6 + 8 * i, 2), c1 = cfb_number(s, 8 + 8 * i, 2);
		if (r1 >= r0 && c1 >= c0)
			cells_merge(&b->cells, r0, c0, r1 - r0 + 1, c1 - c0 + 1);
	}
}

static void cell_record(struct biff *b, const struct record *r)
{
	uint32_t row = cfb_number(r->data, 0, 2), col = cfb_number(r->data, 2, 2), i = cfb_number(r->data, 6, 4);
	switch (r->type) {
	case R_LABELSST:
		put_text(b, row, col, i < b->strings_count ? b->strings[i] : STR(""));
		break;
	case R_NUMBER:
		put_number(b, row, col, double_of(r->data, 6));
		break;
	case R_RK:
		put_number(b, row, col, rk_of(cfb_number(r->data, 6, 4)));
		break;
	case R_MULRK:
		for (size_t at = 4; at + 8 <= r->data.n; at += 6)
			put_number(b, row, col++, rk_of(cfb_number(r->data, at + 2, 4)));
		break;
	case R_FORMULA:
		b->row = row;
		b->col = col;
		if (cfb_number(r->data, 12, 2) != 0xFFFF)
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
	struct cfb *o;
	struct biff b = {.arena = a};
	struct record r;
	enum err rc = cfb_open(body, a, &o);
	if (rc != ERR_OK)
		return rc;
	b.s = cfb_stream(o, "Workbook", BIFF_STREAM_MAX);
	if (!record_at(&b, 0, &r) || r.type != R_BOF || cfb_number(r.data, 0, 2) != 0x600)
		return err_set(ERR_FORMAT, "no workbook of Excel 97 or later");
	bool sheet = false; /* the first part has strings only; then come the sheets */
	for (size_t at = 0; record_at(&b, at, &r); at = r.end) {
		if (r.type == R_FILEPASS)
			return err_set(ERR_FORMAT, "the workbook is encrypted");
		if (r.type == R_SST) {
			read_strings(&b, &r);
		} else if (r.type == R_BOF) {
			sheet = cfb_number(r.data, 2, 2) == 0x10 && arena_used_bytes(a) <= CELLS_ARENA_MAX;
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
