#include "parser/word.h"

#include <stdlib.h>

#include "parser/edges.h"
#include "parser/paragraphs.h"

#define PAGE 512u /* of formatted properties (FKP) */
#define LINE_MAX_BYTES (1u << 20)
#define RUNS_MAX 200000u
/*
 * Bytes of property lists that are walked, for each byte of the file. A sane file's are walked about once, but all of a
 * hostile one's paragraphs can name one list of 64 KiB. Since the files of an archive share ZIP_UNPACKED_MAX bytes,
 * they share this many times those.
 */
#define PROPERTIES_MAX 8u

/* places in the file information block (MS-DOC 2.5) */
enum {
	FIB_MAGIC = 0xA5EC,
	FIB_FLAGS = 0x0A,
	FIB_TEXT_CHARS = 0x4C,
	FIB_CHPX = 0xFA,
	FIB_PAPX = 0x102,
	FIB_CLX = 0x1A2,
	FIB_97 = 0xC1, /* nFib of Word 97, the first of its format */
	FLAG_ENCRYPTED = 0x100,
	FLAG_TABLE_1 = 0x200
};

/* properties (MS-DOC 2.6) */
enum {
	P_IN_TABLE = 0x2416,
	P_ROW_END = 0x2417,
	P_CENTRED_OLD = 0x2403,
	P_CENTRED = 0x2461,
	P_DEPTH = 0x6649,
	P_HUGE = 0x6646,
	P_HUGE_OLD = 0x6645,
	P_TABS = 0xC615,
	T_DEFINITION = 0xD608,
	T_VERTICAL = 0xD62B,
	C_DELETED = 0x0800
};

/* a stretch of the file with paragraph properties that matter */
struct run {
	uint32_t from, to;
	bool in_table, row_end, centred;
	struct str grpprl; /* of a row's end */
};

struct stretch {
	uint32_t from, to;
};

struct reader {
	struct arena *arena;
	struct emit *e;
	struct str doc, table, data;
	size_t properties_left; /* bytes of lists that may still be walked */
	bool cut;               /* what passed a limit was left out */
	struct run *runs;
	size_t runs_count, runs_cap;
	struct stretch *deleted;
	size_t deleted_count, deleted_cap;
	struct buf text; /* of the line or cell in work */
	uint32_t fields; /* a bit for each that is open, the last lowest: whether its result has begun */
	unsigned fields_open;
	uint32_t high; /* first half of a character of two units */
	struct str row[WORD_CELLS_MAX];
	unsigned row_cells;
	struct edges edges;
	bool in_table, table_written;
	struct paragraphs lines;
};

/* ------------------------------------------------------------- properties */

/* Bytes of the operand of a property at `at` (behind its code), and where the operand's content begins. */
static size_t operand_of(struct str g, size_t at, unsigned code, size_t *content)
{
	static const uint8_t fixed[8] = {1, 1, 2, 4, 2, 2, 0, 3};
	*content = at;
	if (code >> 13 != 6)
		return fixed[code >> 13];
	if (code == T_DEFINITION) {
		size_t n = cfb_number(g, at, 2);
		*content = at + 2;
		return n > 0 ? n + 1 : 2;
	}
	size_t n = cfb_number(g, at, 1);
	*content = at + 1;
	if (code == P_TABS && n == 255) {
		size_t removed = cfb_number(g, at + 1, 1);
		size_t added = cfb_number(g, at + 2 + removed * 4, 1);
		return 3 + removed * 4 + added * 3;
	}
	return n + 1;
}

/* Takes a list's bytes from what may be walked; false, and the list is left out, when they are more than is left. */
static bool may_walk(struct reader *r, struct str g)
{
	if (g.n > r->properties_left) {
		r->cut = true;
		return false;
	}
	r->properties_left -= g.n;
	return true;
}

static void take_properties(struct reader *r, struct str g, struct run *run, bool huge)
{
	if (!may_walk(r, g))
		return;
	for (size_t at = 0; at + 3 <= g.n;) {
		unsigned code = cfb_number(g, at, 2);
		size_t content, n = operand_of(g, at + 2, code, &content);
		uint32_t v = cfb_number(g, content, 1);
		if (code == P_IN_TABLE)
			run->in_table = v != 0;
		else if (code == P_ROW_END)
			run->row_end = v != 0;
		else if (code == P_CENTRED || code == P_CENTRED_OLD)
			run->centred = v == 1;
		else if ((code == P_HUGE || code == P_HUGE_OLD) && huge) {
			size_t place = cfb_number(g, content, 4);
			run->grpprl = str_sub(r->data, place + 2, place + 2 + cfb_number(r->data, place, 2));
			take_properties(r, run->grpprl, run, false);
			return;
		}
		at += 2 + n;
	}
	if (run->row_end)
		run->grpprl = g;
}

static bool runs_room(struct reader *r)
{
	if (r->runs_count >= RUNS_MAX) {
		r->cut = true;
		return false;
	}
	r->runs = arena_grow(r->arena, r->runs, &r->runs_cap, r->runs_count + 1, sizeof *r->runs);
	return true;
}

/* One page of paragraphs: places, then for each its properties' place in the page. */
static void paragraphs_page(struct reader *r, struct str page)
{
	size_t count = cfb_number(page, PAGE - 1, 1);
	for (size_t i = 0; i < count && (count + 1) * 4 + count * 13 < PAGE; i++) {
		struct run run = {.from = cfb_number(page, 4 * i, 4), .to = cfb_number(page, 4 * i + 4, 4)};
		size_t at = 2 * cfb_number(page, (count + 1) * 4 + 13 * i, 1);
		size_t n = 2 * cfb_number(page, at, 1);
		if (at == 0)
			continue;
		if (n > 0) {
			n--;
			at++;
		} else {
			n = 2 * cfb_number(page, at + 1, 1);
			at += 2;
		}
		if (n > 2)
			take_properties(r, str_sub(page, at + 2, at + n), &run, true);
		if ((run.in_table || run.row_end || run.centred) && run.from < run.to && runs_room(r))
			r->runs[r->runs_count++] = run;
	}
}

/* One page of character runs: only what was deleted matters. */
static void characters_page(struct reader *r, struct str page)
{
	size_t count = cfb_number(page, PAGE - 1, 1);
	for (size_t i = 0; i < count && (count + 1) * 4 + count < PAGE; i++) {
		size_t at = 2 * cfb_number(page, (count + 1) * 4 + i, 1), content;
		struct str g = str_sub(page, at + 1, at + 1 + cfb_number(page, at, 1));
		bool deleted = false;
		if (at == 0 || !may_walk(r, g))
			continue;
		for (size_t k = 0; k + 3 <= g.n;) {
			unsigned code = cfb_number(g, k, 2);
			size_t n = operand_of(g, k + 2, code, &content);
			deleted |= code == C_DELETED && cfb_number(g, content, 1) == 1;
			k += 2 + n;
		}
		r->cut = r->cut || (deleted && r->deleted_count >= RUNS_MAX);
		if (!deleted || r->deleted_count >= RUNS_MAX)
			continue;
		r->deleted =
			arena_grow(r->arena, r->deleted, &r->deleted_cap, r->deleted_count + 1, sizeof *r->deleted);
		r->deleted[r->deleted_count++] =
			(struct stretch){cfb_number(page, 4 * i, 4), cfb_number(page, 4 * i + 4, 4)};
	}
}

static void walk_pages(struct reader *r, size_t fib, void (*one)(struct reader *, struct str))
{
	size_t at = cfb_number(r->doc, fib, 4), bytes = cfb_number(r->doc, fib + 4, 4);
	struct str plc = str_sub(r->table, at, at + bytes);
	size_t count = plc.n < 4 ? 0 : (plc.n - 4) / 8, most = r->doc.n / PAGE + 1;
	for (size_t i = 0; i < count && i < most; i++) {
		size_t page = (size_t)(cfb_number(plc, 4 * (count + 1) + 4 * i, 4) & 0x3FFFFF) * PAGE;
		struct str s = str_sub(r->doc, page, page + PAGE);
		if (s.n == PAGE)
			one(r, s);
	}
}

/* struct run and struct stretch both begin with their place. */
static int by_from(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

static const struct run *run_at(const struct reader *r, uint32_t place)
{
	size_t low = 0, high = r->runs_count;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (r->runs[mid].from <= place)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 && place < r->runs[low - 1].to ? &r->runs[low - 1] : NULL;
}

static bool is_deleted(const struct reader *r, uint32_t place)
{
	size_t low = 0, high = r->deleted_count;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (r->deleted[mid].from <= place)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 && place < r->deleted[low - 1].to;
}

/* ------------------------------------------------------------------ tables */

static void table_end(struct reader *r)
{
	if (r->in_table)
		r->table_written |= edges_emit(&r->edges, r->e);
	r->in_table = false;
}

static void cell_end(struct reader *r)
{
	if (r->row_cells < WORD_CELLS_MAX)
		r->row[r->row_cells++] = arena_dup(r->arena, str_trim_wide(buf_str(&r->text)));
	buf_clear(&r->text);
}

static int twips(struct str s, size_t at)
{
	return (int16_t)cfb_number(s, at, 2);
}

/* The row's definition: edges, then 20 bytes a cell. Its first bits say with which cells it is merged. */
static void row_definition(struct reader *r, struct str def, const bool *below)
{
	struct edges_cell row[WORD_CELLS_MAX];
	unsigned count = cfb_number(def, 0, 1);
	count = count < r->row_cells ? count : r->row_cells;
	for (unsigned i = 0; i < count; i++) {
		unsigned bits = cfb_number(def, 1 + 2 * ((size_t)cfb_number(def, 0, 1) + 1) + 20 * (size_t)i, 2);
		row[i] = (struct edges_cell){.left = twips(def, 1 + 2 * (size_t)i),
					     .right = twips(def, 3 + 2 * (size_t)i),
					     .joins = (bits & 3) == 2,
					     .goes_on = (bits & 0x60) == 0x20 || below[i],
					     .text = r->row[i]};
	}
	edges_row(&r->edges, row, count);
}

/* The row's definition in its list, which is empty when there is none, and in `below` the cells that go on from above. */
static struct str find_definition(struct reader *r, struct str g, bool *below)
{
	struct str def = STR("");
	if (!may_walk(r, g))
		return def;
	for (size_t at = 0; at + 3 <= g.n;) {
		unsigned code = cfb_number(g, at, 2);
		size_t content, n = operand_of(g, at + 2, code, &content);
		if (code == T_DEFINITION)
			def = str_sub(g, content, at + 2 + n);
		else if (code == T_VERTICAL && cfb_number(g, content, 1) < WORD_CELLS_MAX)
			below[cfb_number(g, content, 1)] = (cfb_number(g, content + 1, 1) & 3) == 1;
		at += 2 + n;
	}
	return def;
}

static void row_end(struct reader *r, struct str g)
{
	if (r->row_cells > 0) {
		bool below[WORD_CELLS_MAX] = {false};
		struct str def = find_definition(r, g, below);
		char even[3 + 2 * WORD_CELLS_MAX] = {(char)r->row_cells};
		for (unsigned i = 0; i <= r->row_cells; i++) { /* without a definition: cells of one width */
			even[1 + 2 * i] = (char)(i * 1000 & 0xff);
			even[2 + 2 * i] = (char)(i * 1000 >> 8);
		}
		row_definition(r, def.n > 0 ? def : (struct str){even, sizeof even}, below);
	}
	r->row_cells = 0;
	buf_clear(&r->text);
}

/* ------------------------------------------------------------------- lines */

static void line_end(struct reader *r, bool centred)
{
	paragraphs_line(&r->lines, buf_str(&r->text), centred);
	buf_clear(&r->text);
}

static void paragraph_end(struct reader *r, uint32_t c, uint32_t place)
{
	const struct run *run = run_at(r, place);
	bool inside = run && (run->in_table || run->row_end);
	if (inside && !r->in_table) {
		r->in_table = true;
		paragraphs_body(&r->lines);
	}
	if (!inside) {
		table_end(r);
		line_end(r, run && run->centred);
	} else if (c == 7 && run->row_end) {
		row_end(r, run->grpprl);
	} else if (c == 7) {
		cell_end(r);
	} else if (r->text.n > 0) {
		(void)buf_add_char(&r->text, ' ');
	}
}

/* ------------------------------------------------------------------ letters */

static void put(struct reader *r, uint32_t c)
{
	char u[4];
	if (c >= 0xD800 && c < 0xDC00) {
		r->high = c;
		return;
	}
	if (r->high && c >= 0xDC00 && c < 0xE000)
		c = 0x10000 + ((r->high - 0xD800) << 10) + (c - 0xDC00);
	r->high = 0;
	if (c >= 0xD800 && c < 0xE000)
		return;
	(void)buf_add(&r->text, u, utf8_put(c, u));
}

/* 0x13 begins a field's code, 0x14 its result, 0x15 ends it. */
static void field_mark(struct reader *r, uint32_t c)
{
	if (c == 0x13 && r->fields_open < 32) {
		r->fields <<= 1;
		r->fields_open++;
	} else if (c == 0x14) {
		r->fields |= 1;
	} else if (c == 0x15 && r->fields_open > 0) {
		r->fields >>= 1;
		r->fields_open--;
	}
}

static void letter(struct reader *r, uint32_t c, uint32_t place)
{
	if (is_deleted(r, place) && c != 7 && c != '\r')
		return;
	switch (c) {
	case 0x13:
	case 0x14:
	case 0x15:
		field_mark(r, c);
		return;
	case 7:
	case '\r':
		r->fields_open = 0;
		paragraph_end(r, c, place);
		return;
	case 0x0B:
	case 0x0C:
		paragraph_end(r, '\r', place);
		return;
	case '\t':
	case 0xA0:
		c = ' ';
		break;
	case 0x1E:
		c = '-';
		break;
	default:
		break;
	}
	uint32_t open = (uint32_t)((1ull << r->fields_open) - 1);
	if (c >= ' ' && (r->fields & open) == open)
		put(r, c);
}

/* Bytes of pieces of one byte a letter are Windows-1252: its signs in 0x80 to 0x9F. */
static uint32_t of_byte(uint32_t c)
{
	static const uint16_t signs[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
					   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
					   0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
					   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
	return c >= 0x80 && c < 0xA0 ? signs[c - 0x80] : c;
}

/* The table of pieces behind what else stands there; empty when it is damaged. */
static struct str pieces_of(const struct reader *r)
{
	size_t at = cfb_number(r->doc, FIB_CLX, 4);
	struct str clx = str_sub(r->table, at, at + cfb_number(r->doc, FIB_CLX + 4, 4));
	for (at = 0; at < clx.n && clx.p[at] == 1;)
		at += 3 + cfb_number(clx, at + 1, 2);
	if (at >= clx.n || clx.p[at] != 2)
		return STR("");
	return str_sub(clx, at + 5, at + 5 + cfb_number(clx, at + 1, 4));
}

static bool read_pieces(struct reader *r)
{
	struct str p = pieces_of(r);
	size_t count = p.n < 4 ? 0 : (p.n - 4) / 12, chars = cfb_number(r->doc, FIB_TEXT_CHARS, 4);
	size_t most = r->doc.n < WORD_CHARS_MAX ? r->doc.n : WORD_CHARS_MAX; /* pieces do not overlap in a sane file */
	r->cut = r->cut || (chars > WORD_CHARS_MAX && most == WORD_CHARS_MAX);
	chars = chars < most ? chars : most;
	for (size_t i = 0, done = 0; i < count && done < chars; i++) {
		uint32_t from = cfb_number(p, 4 * i, 4), to = cfb_number(p, 4 * i + 4, 4);
		uint32_t place = cfb_number(p, 4 * (count + 1) + 8 * i + 2, 4);
		bool bytes = place & 0x40000000;
		place = bytes ? (place & 0x3FFFFFFF) / 2 : place & 0x3FFFFFFF;
		for (uint32_t k = from; k < to && done < chars; k++, done++) {
			if (place >= r->doc.n)
				break;
			uint32_t c = cfb_number(r->doc, place, bytes ? 1 : 2);
			letter(r, bytes ? of_byte(c) : c, place);
			place += bytes ? 1 : 2;
		}
	}
	return count > 0;
}

static void read_text(struct reader *r)
{
	buf_init(&r->text, LINE_MAX_BYTES);
	(void)read_pieces(r);
	table_end(r);
	line_end(r, false);
	paragraphs_body(&r->lines);
	buf_fini(&r->text);
	paragraphs_fini(&r->lines);
}

enum err word_read(struct str body, struct arena *a, struct emit *e, struct str *title, bool *cut)
{
	struct cfb *c;
	*cut = false;
	enum err rc = cfb_open(body, a, &c);
	if (rc != ERR_OK)
		return rc;
	struct reader *r = arena_calloc(a, 1, sizeof *r);
	r->doc = cfb_stream(c, "WordDocument", WORD_STREAM_MAX);
	unsigned flags = cfb_number(r->doc, FIB_FLAGS, 2);
	if (r->doc.n == 0 && (cfb_stream(c, "EncryptedPackage", 8).n > 0 || cfb_stream(c, "EncryptionInfo", 8).n > 0))
		return err_set(ERR_INPUT, "the file is encrypted");
	if (r->doc.n < PAGE || cfb_number(r->doc, 0, 2) != FIB_MAGIC || cfb_number(r->doc, 2, 2) < FIB_97)
		return err_set(ERR_FORMAT, "no document of Word 97 or later");
	if (flags & FLAG_ENCRYPTED)
		return err_set(ERR_INPUT, "the file is encrypted");
	r->arena = a;
	r->properties_left = PROPERTIES_MAX * body.n;
	r->e = e;
	edges_init(&r->edges, a);
	paragraphs_init(&r->lines, a, e, title);
	r->table = cfb_stream(c, flags & FLAG_TABLE_1 ? "1Table" : "0Table", WORD_STREAM_MAX);
	r->data = cfb_stream(c, "Data", WORD_STREAM_MAX);
	if (pieces_of(r).n == 0)
		return err_set(ERR_FORMAT, "the document's table of pieces is damaged");
	walk_pages(r, FIB_PAPX, paragraphs_page);
	walk_pages(r, FIB_CHPX, characters_page);
	if (r->runs_count > 0)
		qsort(r->runs, r->runs_count, sizeof *r->runs, by_from);
	if (r->deleted_count > 0)
		qsort(r->deleted, r->deleted_count, sizeof *r->deleted, by_from);
	read_text(r);
	*cut = r->cut || r->edges.cut;
	return r->lines.written || r->table_written ? ERR_OK : err_set(ERR_FORMAT, "the document has no text");
}
