#include "parser/docx.h"

#include <strings.h>

#include "parser/cells.h"
#include "parser/paragraphs.h"
#include "parser/xml_walk.h"

#define TEXT_MAX (2u << 20) /* of one paragraph or cell, bytes */
#define STYLES_MAX 256u     /* of paragraphs, centred ones */

enum merge { MERGE_NONE, MERGE_BEGIN, MERGE_ON };

struct reader {
	struct arena *arena;
	struct emit *e;
	struct paragraphs lines;
	struct buf text;       /* of the paragraph, or of the cell */
	bool centred;          /* the paragraph */
	bool outside, in_text; /* outside: before the body of a flat file */
	bool full;             /* further tables were left out */
	unsigned skip;         /* depth inside of what is left out */
	unsigned tables;       /* depth */
	struct str style;      /* that is being defined, in a flat file */
	struct str centred_styles[STYLES_MAX];
	size_t centred_count;
	struct cells cells;
	uint32_t row, col; /* of the next cell */
	uint32_t span;
	enum merge merge;
	bool row_open;
	uint32_t owner[CELLS_COLS_MAX]; /* index + 1 in cells.p of the cell that goes on downwards */
};

static bool is_one_of(const char *name, const char *const *names)
{
	for (size_t i = 0; names[i]; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/*
 * What a flat file holds beside its text is in files of its own in a DOCX: pictures, headers, notes, comments, and with
 * the name of that file in Word 2007's own flat form.
 */
static bool is_skipped(const char *name, const struct xml_atts *atts)
{
	static const char *const never[] = {"Fallback", "instrText", "delText",  "rt",      "binData", "binaryData",
					    "hdr",      "ftr",       "footnote", "endnote", NULL};
	if (strcmp(name, "annotation") == 0) {
		struct str type = xml_att(atts, "type");
		return str_eq_z(type, "Word.Comment") || str_eq_z(type, "Word.Deletion");
	}
	if (strcmp(name, "part") == 0)
		return !str_eq_z(xml_att(atts, "name"), "/word/document.xml");
	return is_one_of(name, never);
}

/* ---- lines ---- */

static void line_end(struct reader *r)
{
	paragraphs_line(&r->lines, buf_str(&r->text), r->centred);
	buf_clear(&r->text);
}

/* The styles of a flat file stand before its text. */
static void style_start(struct reader *r, const char *name, const struct xml_atts *atts)
{
	if (strcmp(name, "style") == 0)
		r->style = arena_dup(r->arena, xml_att(atts, "styleId"));
	else if (strcmp(name, "jc") == 0 && r->style.n > 0 && str_eq_z(xml_att(atts, "val"), "center") &&
		 r->centred_count < STYLES_MAX)
		r->centred_styles[r->centred_count++] = r->style;
}

static bool is_centred_style(const struct reader *r, struct str id)
{
	for (size_t i = 0; i < r->centred_count; i++)
		if (str_eq(r->centred_styles[i], id))
			return true;
	return false;
}

/* ---- tables ---- */

static void table_begin(struct reader *r)
{
	if (r->tables++ > 0)
		return;
	line_end(r);
	paragraphs_body(&r->lines);
	cells_init(&r->cells, r->arena);
	memset(r->owner, 0, sizeof r->owner);
	r->row = r->col = 0;
	r->row_open = false;
}

static void table_end(struct reader *r)
{
	if (r->tables == 0 || --r->tables > 0)
		return;
	if (arena_used_bytes(r->arena) > CELLS_ARENA_MAX)
		r->full = true;
	else
		cells_emit(&r->cells, r->e, 0, r->cells.rows);
	buf_clear(&r->text);
}

static void row_begin(struct reader *r)
{
	r->row += r->row_open;
	r->row_open = true;
	r->col = 0;
}

static void cell_begin(struct reader *r)
{
	buf_clear(&r->text);
	r->span = 1;
	r->merge = MERGE_NONE;
}

static void cell_end(struct reader *r)
{
	struct str s = str_trim_wide(buf_str(&r->text));
	uint32_t *owner = r->col < CELLS_COLS_MAX ? &r->owner[r->col] : NULL;
	struct cells_cell *up = owner && *owner ? &r->cells.p[*owner - 1] : NULL;
	if (r->merge == MERGE_ON && up && up->cols == r->span && up->row + up->rows == r->row &&
	    (size_t)(r->row + 1) * r->cells.cols <= CELLS_PLACES_MAX) {
		up->rows++;
		r->cells.rows = r->cells.rows > r->row + 1 ? r->cells.rows : r->row + 1;
	} else if (cells_add(&r->cells, r->row, r->col, 1, r->span, arena_dup(r->arena, s)) && owner) {
		*owner = r->merge == MERGE_NONE ? 0 : (uint32_t)r->cells.count;
	}
	r->col += r->span;
	buf_clear(&r->text);
}

/* ---- events ---- */

static void table_start(struct reader *r, const char *name, const struct xml_atts *atts)
{
	if (strcmp(name, "tbl") == 0) {
		table_begin(r);
	} else if (r->tables == 1 && strcmp(name, "tr") == 0) {
		row_begin(r);
	} else if (r->tables == 1 && strcmp(name, "tc") == 0) {
		cell_begin(r);
	} else if (r->tables == 1 && strcmp(name, "gridSpan") == 0) {
		r->span = xml_att_number(atts, "val", 1, CELLS_COLS_MAX);
		r->span += r->span == 0;
	} else if (r->tables == 1 && strcmp(name, "gridBefore") == 0) {
		r->col = xml_att_number(atts, "val", 0, CELLS_COLS_MAX);
	} else if (r->tables == 1 && strcasecmp(name, "vMerge") == 0) {
		r->merge = str_eq_z(xml_att(atts, "val"), "restart") ? MERGE_BEGIN : MERGE_ON;
	}
}

/* The number of a paragraph as Word 2003 printed it; a letter of a private font is a bullet. */
static void take_number(struct reader *r, struct str number)
{
	if (number.n > 0 && (unsigned char)number.p[0] != 0xef)
		(void)buf_add_str(&r->text, number);
}

static void on_start(void *ud, const char *name, const struct xml_atts *atts)
{
	struct reader *r = ud;
	if (r->skip > 0 || is_skipped(name, atts)) {
		r->skip++;
	} else if (r->outside) {
		r->outside = strcmp(name, "body") != 0;
		style_start(r, name, atts);
	} else if (strcmp(name, "t") == 0) {
		r->in_text = true;
		take_number(r, xml_att(atts, "val"));
	} else if (strcmp(name, "tab") == 0 || strcmp(name, "noBreakHyphen") == 0) {
		(void)buf_add_char(&r->text, name[0] == 't' ? ' ' : '-');
	} else if (strcmp(name, "br") == 0 || strcmp(name, "cr") == 0) {
		if (r->tables > 0)
			(void)buf_add_char(&r->text, ' ');
		else
			line_end(r);
	} else if (strcmp(name, "p") == 0) {
		if (r->tables == 0)
			line_end(r);
		else if (r->text.n > 0)
			(void)buf_add_char(&r->text, ' ');
		r->centred = false;
	} else if (strcmp(name, "pStyle") == 0) {
		r->centred = is_centred_style(r, xml_att(atts, "val"));
	} else if (strcmp(name, "jc") == 0) {
		r->centred = str_eq_z(xml_att(atts, "val"), "center");
	} else {
		table_start(r, name, atts);
	}
}

static void on_end(void *ud, const char *name)
{
	struct reader *r = ud;
	if (r->skip > 0)
		r->skip--;
	else if (strcmp(name, "t") == 0)
		r->in_text = false;
	else if (strcmp(name, "style") == 0)
		r->style = STR("");
	else if (strcmp(name, "p") == 0 && r->tables == 0)
		line_end(r);
	else if (strcmp(name, "tc") == 0 && r->tables == 1)
		cell_end(r);
	else if (strcmp(name, "tbl") == 0)
		table_end(r);
}

static void on_text(void *ud, const char *p, size_t n)
{
	struct reader *r = ud;
	if (r->in_text && r->skip == 0)
		(void)buf_add(&r->text, p, n);
}

static struct reader *reader_new(struct arena *a, struct emit *e, struct str *title)
{
	struct reader *r = arena_calloc(a, 1, sizeof *r);
	r->arena = a;
	r->e = e;
	buf_init(&r->text, TEXT_MAX);
	paragraphs_init(&r->lines, a, e, title);
	return r;
}

static enum err reader_end(struct reader *r, enum err rc)
{
	if (r->tables > 0) {
		r->tables = 1;
		table_end(r);
	}
	line_end(r);
	paragraphs_body(&r->lines);
	buf_fini(&r->text);
	paragraphs_fini(&r->lines);
	return rc == ERR_OK && r->full ? err_set(ERR_LIMIT, "the tables have more cells than are read") : rc;
}

enum err docx_read(struct zip *z, struct arena *a, struct emit *e, struct str *title)
{
	struct xml_walk *w;
	long member = zip_find(z, "word/document.xml");
	if (member < 0)
		return err_set(ERR_FORMAT, "word/document.xml is missing");
	struct reader *r = reader_new(a, e, title);
	const struct xml_events ev = {on_start, on_end, on_text, r};
	enum err rc = xml_walk_new(&ev, &w);
	if (rc == ERR_OK) {
		rc = zip_read(z, (size_t)member, xml_walk_feed, w);
		xml_walk_free(w);
	}
	return reader_end(r, rc);
}

enum err docx_read_flat(struct charsets *charsets, struct str body, struct arena *a, struct emit *e, struct str *title)
{
	struct reader *r = reader_new(a, e, title);
	const struct xml_events ev = {on_start, on_end, on_text, r};
	r->outside = true;
	return reader_end(r, xml_walk_all(&ev, charsets, body));
}
