#include "parser/xlsx.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "parser/xml_walk.h"

#define STYLES_MAX 4096u
#define FLAT_STYLES_MAX 256u
#define CUSTOM_MAX 512u
#define MERGES_MAX 5000u      /* of one sheet */
#define VALUE_MAX (64u << 10) /* of one cell, bytes */
#define EXCEL_EPOCH 25569     /* days from 1899-12-30 to 1970-01-01 */

enum look { LOOK_PLAIN, LOOK_PERCENT, LOOK_DATE };

struct book {
	struct zip *zip;
	struct arena *arena;
	struct str *strings;
	size_t strings_count, strings_cap;
	uint8_t styles[STYLES_MAX]; /* enum look of a cell's style */
	size_t styles_count;
	struct {
		unsigned id;
		uint8_t look;
	} custom[CUSTOM_MAX];
	size_t custom_count;
	/* of the file in work */
	struct buf text;
	bool in_text, in_phonetic, in_styles;
	struct cells cells;
	uint32_t row, col;
	unsigned merges;
	unsigned style;
	char type;
	/* of a flat file (Excel 2003's XML) */
	struct {
		struct str id;
		enum look look;
	} flat_styles[FLAT_STYLES_MAX]; /* that are not plain */
	size_t flat_styles_count;
	struct str flat_style;      /* that is being defined */
	unsigned flat_skip, sheets; /* skip: depth inside of what is left out */
	uint32_t across, down, row_span;
	uint32_t free_from[CELLS_COLS_MAX]; /* the first row that no cell above covers */
	struct emit *emit;
	struct str *title;
	bool full;
};

/* ---- strings ---- */

static void strings_start(void *ud, const char *name, const struct xml_atts *atts)
{
	struct book *b = ud;
	(void)atts;
	if (strcmp(name, "si") == 0)
		buf_clear(&b->text);
	b->in_phonetic |= strcmp(name, "rPh") == 0;
	b->in_text = strcmp(name, "t") == 0 && !b->in_phonetic;
}

static void strings_end(void *ud, const char *name)
{
	struct book *b = ud;
	b->in_text = false;
	if (strcmp(name, "rPh") == 0)
		b->in_phonetic = false;
	if (strcmp(name, "si") != 0 || b->strings_count >= XLSX_STRINGS_MAX)
		return;
	b->strings = arena_grow(b->arena, b->strings, &b->strings_cap, b->strings_count + 1, sizeof *b->strings);
	b->strings[b->strings_count++] = arena_dup(b->arena, buf_str(&b->text));
}

static void take_text(void *ud, const char *p, size_t n)
{
	struct book *b = ud;
	if (b->in_text)
		(void)buf_add(&b->text, p, n);
}

/* ---- styles: which are percents, which dates ---- */

static enum look look_of_code(struct str code)
{
	bool quoted = false;
	for (size_t i = 0; i < code.n; i++) {
		char c = code.p[i];
		if (c == '"')
			quoted = !quoted;
		else if (!quoted && c == '%')
			return LOOK_PERCENT;
		else if (!quoted && (c == 'y' || c == 'Y'))
			return LOOK_DATE;
	}
	return LOOK_PLAIN;
}

static enum look look_of_format(const struct book *b, unsigned id)
{
	for (size_t i = 0; i < b->custom_count; i++)
		if (b->custom[i].id == id)
			return (enum look)b->custom[i].look;
	if (id == 9 || id == 10)
		return LOOK_PERCENT;
	return (id >= 14 && id <= 17) || id == 22 || id == 27 || id == 31 || id == 57 ? LOOK_DATE : LOOK_PLAIN;
}

static void styles_start(void *ud, const char *name, const struct xml_atts *atts)
{
	struct book *b = ud;
	if (strcmp(name, "cellXfs") == 0)
		b->in_styles = true;
	else if (strcmp(name, "xf") == 0 && b->in_styles && b->styles_count < STYLES_MAX)
		b->styles[b->styles_count++] = (uint8_t)look_of_format(b, xml_att_number(atts, "numFmtId", 0, 10000));
	else if (strcmp(name, "numFmt") == 0 && b->custom_count < CUSTOM_MAX) {
		b->custom[b->custom_count].id = xml_att_number(atts, "numFmtId", 0, 10000);
		b->custom[b->custom_count++].look = (uint8_t)look_of_code(xml_att(atts, "formatCode"));
	}
}

static void styles_end(void *ud, const char *name)
{
	struct book *b = ud;
	if (strcmp(name, "cellXfs") == 0)
		b->in_styles = false;
}

static void no_text(void *ud, const char *p, size_t n)
{
	(void)ud, (void)p, (void)n;
}

/* ---- a sheet ---- */

/* "AB12": column and row from 0. Returns how many bytes it has, 0 for none. */
static size_t place_of(struct str s, uint32_t *row, uint32_t *col)
{
	size_t i = 0;
	uint32_t c = 0, r = 0;
	while (i < s.n && i < 3 && isupper((unsigned char)s.p[i]))
		c = c * 26 + (uint32_t)(s.p[i++] - 'A' + 1);
	size_t digits = i;
	while (i < s.n && i - digits < 7 && isdigit((unsigned char)s.p[i]))
		r = r * 10 + (uint32_t)(s.p[i++] - '0');
	if (c == 0 || r == 0)
		return 0;
	*row = r - 1;
	*col = c - 1;
	return i;
}

/* A number as it is printed: binary noise (7730.2799999999997) rounded off. */
static struct str number_text(struct book *b, struct str raw, enum look look)
{
	char *end;
	double v = strtod(raw.p, &end);
	if (raw.n == 0 || end != raw.p + raw.n || !isfinite(v))
		return arena_dup(b->arena, raw);
	if (look == LOOK_PERCENT)
		return str_of(arena_printf(b->arena, "%.10g%%", v * 100));
	if (look == LOOK_DATE && v >= 1 && v < 100000) {
		struct tm t;
		time_t day = ((time_t)v - EXCEL_EPOCH) * 86400;
		if (gmtime_r(&day, &t))
			return str_of(
				arena_printf(b->arena, "%d年%d月%d日", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday));
	}
	return raw.n < 16 ? arena_dup(b->arena, raw) : str_of(arena_printf(b->arena, "%.15g", v));
}

static void cell_done(struct book *b)
{
	struct str raw = buf_str(&b->text), text = STR("");
	if (b->type == 's') {
		size_t i = (size_t)strtoul(raw.p, NULL, 10);
		text = raw.n && i < b->strings_count ? b->strings[i] : text;
	} else if (b->type == 'n') {
		text = number_text(b, raw, b->style < b->styles_count ? (enum look)b->styles[b->style] : LOOK_PLAIN);
	} else if (b->type != 'e') {
		text = arena_dup(b->arena, raw);
	}
	if (text.n > 0)
		(void)cells_add(&b->cells, b->row, b->col, 1, 1, text);
	buf_clear(&b->text);
	b->col++;
}

static void merge(struct book *b, struct str ref)
{
	uint32_t r0, c0, r1, c1;
	size_t n = place_of(ref, &r0, &c0);
	if (b->merges++ >= MERGES_MAX || n == 0 || n + 1 >= ref.n ||
	    place_of(str_sub(ref, n + 1, ref.n), &r1, &c1) == 0 || r1 < r0 || c1 < c0)
		return;
	cells_merge(&b->cells, r0, c0, r1 - r0 + 1, c1 - c0 + 1);
}

static void sheet_start(void *ud, const char *name, const struct xml_atts *atts)
{
	struct book *b = ud;
	uint32_t r, c;
	if (strcmp(name, "row") == 0) {
		b->row = xml_att_number(atts, "r", b->row + 2, 10000000) - 1;
		b->col = 0;
	} else if (strcmp(name, "c") == 0) {
		struct str t = xml_att(atts, "t");
		if (place_of(xml_att(atts, "r"), &r, &c)) {
			b->row = r;
			b->col = c;
		}
		b->type = t.n == 0 ? 'n' : str_eq_z(t, "str") ? 'x' : t.p[0];
		b->style = xml_att_number(atts, "s", 0, STYLES_MAX);
		buf_clear(&b->text);
	} else if (strcmp(name, "mergeCell") == 0) {
		merge(b, xml_att(atts, "ref"));
	} else {
		b->in_phonetic |= strcmp(name, "rPh") == 0;
		b->in_text = strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && !b->in_phonetic);
	}
}

static void sheet_end(void *ud, const char *name)
{
	struct book *b = ud;
	b->in_text = false;
	if (strcmp(name, "rPh") == 0)
		b->in_phonetic = false;
	else if (strcmp(name, "c") == 0)
		cell_done(b);
}

/* ---- lines and tables of a sheet ---- */

struct row_look {
	uint32_t filled; /* cells with text that begin here */
	uint32_t covered;
	struct str text; /* of the first */
	uint32_t width;
};

static bool begins_section(struct str s)
{
	static const char *const han[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
	for (size_t i = 0; i < 10; i++)
		if (str_starts(s, str_of(han[i])) && str_starts(str_sub(s, 3, s.n), STR("、")))
			return true;
	return str_starts(s, STR("附"));
}

static bool is_line(const struct row_look *k, const struct cells *c, bool first)
{
	if (k->filled != 1 || k->covered > 0)
		return false;
	bool article = str_starts(k->text, STR("第")) && str_find(k->text, STR("条"), 0) > 0; /* a head of table two */
	return (first && !article) || begins_section(k->text) || (k->width >= c->cols && k->text.n > 90);
}

void sheet_emit(struct cells *c, struct emit *e, struct str *title)
{
	struct row_look *look = arena_calloc(c->arena, c->rows + 1, sizeof *look);
	for (size_t i = 0; i < c->count; i++) {
		const struct cells_cell *k = &c->p[i];
		if (k->text.n == 0)
			continue;
		if (look[k->row].filled++ == 0) {
			look[k->row].text = k->text;
			look[k->row].width = k->cols;
		}
		for (uint32_t r = k->row + 1; r < k->row + k->rows && r < c->rows; r++)
			look[r].covered++;
	}
	bool first = true;
	uint32_t from = 0;
	for (uint32_t r = 0; r <= c->rows; r++) {
		bool blank = r == c->rows || (look[r].filled == 0 && look[r].covered == 0);
		bool line = !blank && is_line(&look[r], c, first);
		if (!blank && !line) {
			first = false;
			continue;
		}
		cells_emit(c, e, from, r);
		from = r + 1;
		if (!line)
			continue;
		if (title->n == 0)
			*title = arena_dup(c->arena, look[r].text);
		emit_line(e, first && str_eq(*title, look[r].text) ? "h1" : "p", look[r].text);
	}
}

/* ---- a flat file: Excel 2003's XML ---- */

static enum look look_of_name(struct str format)
{
	if (str_eq_z(format, "Percent"))
		return LOOK_PERCENT;
	return str_ends(format, STR("Date")) ? LOOK_DATE : look_of_code(format); /* "Short Date", "General Date" */
}

static enum look look_of_style(const struct book *b, struct str id)
{
	for (size_t i = 0; i < b->flat_styles_count; i++)
		if (str_eq(b->flat_styles[i].id, id))
			return b->flat_styles[i].look;
	return LOOK_PLAIN;
}

/* "2012-03-05T00:00:00.000" as it is printed. */
static struct str flat_date(struct book *b, struct str raw)
{
	unsigned y, m, d;
	char head[16] = "";
	memcpy(head, raw.p, raw.n < 10 ? raw.n : 10);
	if (sscanf(head, "%4u-%2u-%2u", &y, &m, &d) != 3 || y < 1900)
		return arena_dup(b->arena, raw);
	return str_of(arena_printf(b->arena, "%u年%u月%u日", y, m, d));
}

/* Excel says a cell's place where one above covers the place next to it; other programs rely on that it is covered. */
static void flat_cell_start(struct book *b, const struct xml_atts *atts)
{
	while (b->col < CELLS_COLS_MAX && b->free_from[b->col] > b->row)
		b->col++;
	b->col = xml_att_number(atts, "Index", b->col + 1, CELLS_COLS_MAX + 1) - 1;
	b->across = xml_att_number(atts, "MergeAcross", 0, CELLS_COLS_MAX);
	b->down = xml_att_number(atts, "MergeDown", 0, CELLS_ROWS_MAX);
	b->style = (unsigned)look_of_style(b, xml_att(atts, "StyleID"));
	b->type = 0;
	buf_clear(&b->text);
}

static void flat_cell_end(struct book *b)
{
	struct str raw = buf_str(&b->text), text = STR("");
	if (b->type == 'N')
		text = number_text(b, raw, (enum look)b->style);
	else if (b->type == 'D')
		text = flat_date(b, raw);
	else if (b->type != 'E')
		text = arena_dup(b->arena, raw);
	bool merged = (b->across > 0 || b->down > 0) && b->merges < MERGES_MAX;
	b->merges += merged;
	for (uint32_t c = b->col; merged && b->down > 0 && c <= b->col + b->across && c < CELLS_COLS_MAX; c++)
		b->free_from[c] = b->row + b->down + 1;
	if (text.n > 0 || merged)
		(void)cells_add(&b->cells, b->row, b->col, merged ? b->down + 1 : 1, merged ? b->across + 1 : 1, text);
	b->col += b->across + 1;
	buf_clear(&b->text);
}

static void flat_sheet_start(struct book *b)
{
	cells_init(&b->cells, b->arena);
	memset(b->free_from, 0, sizeof b->free_from);
	b->row = UINT32_MAX;
	b->col = b->merges = b->row_span = 0;
	b->sheets++;
	b->full |= b->sheets > XLSX_SHEETS_MAX || arena_used_bytes(b->arena) > CELLS_ARENA_MAX;
}

static void flat_sheet_end(struct book *b)
{
	sheet_emit(&b->cells, b->emit, b->title);
	cells_init(&b->cells, b->arena);
}

static void flat_style_start(struct book *b, const char *name, const struct xml_atts *atts)
{
	enum look look;
	if (strcmp(name, "Style") == 0)
		b->flat_style = arena_dup(b->arena, xml_att(atts, "ID"));
	else if (strcmp(name, "NumberFormat") == 0 && b->flat_styles_count < FLAT_STYLES_MAX &&
		 (look = look_of_name(xml_att(atts, "Format"))) != LOOK_PLAIN) {
		b->flat_styles[b->flat_styles_count].id = b->flat_style;
		b->flat_styles[b->flat_styles_count++].look = look;
	}
}

static void flat_start(void *ud, const char *name, const struct xml_atts *atts)
{
	struct book *b = ud;
	if (b->flat_skip > 0 || b->full || strcmp(name, "Comment") == 0 || strcmp(name, "PhoneticText") == 0) {
		b->flat_skip++;
	} else if (strcmp(name, "Worksheet") == 0) {
		flat_sheet_start(b);
	} else if (strcmp(name, "Row") == 0) {
		b->row = xml_att_number(atts, "Index", b->row + b->row_span + 2, 10000000) - 1;
		b->row_span = xml_att_number(atts, "Span", 0, 1000000);
		b->col = 0;
	} else if (strcmp(name, "Cell") == 0) {
		flat_cell_start(b, atts);
	} else if (strcmp(name, "Data") == 0) {
		struct str type = xml_att(atts, "Type");
		b->type = type.n > 0 ? type.p[0] : 'S';
		b->in_text = true;
	} else if (b->sheets == 0) {
		flat_style_start(b, name, atts);
	}
}

static void flat_end(void *ud, const char *name)
{
	struct book *b = ud;
	if (b->flat_skip > 0)
		b->flat_skip--;
	else if (strcmp(name, "Data") == 0)
		b->in_text = false;
	else if (strcmp(name, "Cell") == 0)
		flat_cell_end(b);
	else if (strcmp(name, "Worksheet") == 0)
		flat_sheet_end(b);
}

static void flat_text(void *ud, const char *p, size_t n)
{
	struct book *b = ud;
	if (b->flat_skip == 0)
		take_text(b, p, n);
}

enum err xlsx_read_flat(struct charsets *charsets, struct str body, struct arena *a, struct emit *e, struct str *title)
{
	struct book *b = arena_calloc(a, 1, sizeof *b);
	const struct xml_events ev = {flat_start, flat_end, flat_text, b};
	b->arena = a;
	b->emit = e;
	b->title = title;
	buf_init(&b->text, VALUE_MAX);
	cells_init(&b->cells, a); /* of cells that stand in no sheet */
	enum err rc = xml_walk_all(&ev, charsets, body);
	if (b->sheets > 0) /* that in which the file broke off */
		flat_sheet_end(b);
	buf_fini(&b->text);
	return rc == ERR_OK && b->full ? err_set(ERR_LIMIT, "the sheets have more cells than are read") : rc;
}

/* ---- the whole ---- */

static enum err walk(struct book *b, const char *member, const struct xml_events *ev)
{
	struct xml_walk *w;
	long i = zip_find(b->zip, member);
	if (i < 0)
		return ERR_OK;
	buf_clear(&b->text);
	b->in_text = b->in_phonetic = b->in_styles = false;
	enum err rc = xml_walk_new(ev, &w);
	if (rc != ERR_OK)
		return rc;
	rc = zip_read(b->zip, (size_t)i, xml_walk_feed, w);
	xml_walk_free(w);
	return rc;
}

static enum err read_book(struct book *b, struct emit *e, struct str *title)
{
	const struct xml_events strings = {strings_start, strings_end, take_text, b};
	const struct xml_events styles = {styles_start, styles_end, no_text, b};
	const struct xml_events sheet = {sheet_start, sheet_end, take_text, b};
	enum err rc = walk(b, "xl/sharedStrings.xml", &strings);
	if (rc == ERR_OK)
		rc = walk(b, "xl/styles.xml", &styles);
	for (unsigned i = 1; i <= XLSX_SHEETS_MAX && rc == ERR_OK; i++) {
		char name[48];
		snprintf(name, sizeof name, "xl/worksheets/sheet%u.xml", i);
		if (arena_used_bytes(b->arena) > CELLS_ARENA_MAX)
			return err_set(ERR_LIMIT, "the sheets have more cells than are read");
		cells_init(&b->cells, b->arena);
		b->row = UINT32_MAX;
		b->col = 0;
		b->merges = 0;
		rc = walk(b, name, &sheet);
		sheet_emit(&b->cells, e, title);
	}
	return rc;
}

enum err xlsx_read(struct zip *z, struct arena *a, struct emit *e, struct str *title)
{
	struct book *b = arena_calloc(a, 1, sizeof *b);
	b->zip = z;
	b->arena = a;
	buf_init(&b->text, VALUE_MAX);
	enum err rc = read_book(b, e, title);
	buf_fini(&b->text);
	return rc;
}
