#include "parser/docx.h"

#include "parser/cells.h"
#include "parser/xml_walk.h"

#define TEXT_MAX (2u << 20) /* of one paragraph or cell, bytes */
#define TITLE_LINES_MAX 4u
#define TITLE_BYTES_MAX 240u

enum merge { MERGE_NONE, MERGE_BEGIN, MERGE_ON };

struct reader {
	struct arena *arena;
	struct emit *e;
	struct str *title;
	struct buf text; /* of the paragraph, or of the cell */
	struct buf heading;
	unsigned heading_lines;
	bool body_begun; /* a line that is no title was written */
	bool centred;    /* the paragraph */
	bool in_text;
	unsigned skip;   /* depth inside of what is left out */
	unsigned tables; /* depth */
	struct cells cells;
	uint32_t row, col; /* of the next cell */
	uint32_t span;
	enum merge merge;
	bool row_open;
	uint32_t owner[CELLS_COLS_MAX]; /* index + 1 in cells.p of the cell that goes on downwards */
};

static bool is_skipped(const char *name)
{
	static const char *const names[] = {"Fallback", "instrText", "delText", "rt", NULL};
	for (size_t i = 0; names[i]; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* ---- lines ---- */

static void heading_end(struct reader *r)
{
	if (r->heading.n > 0) {
		*r->title = arena_dup(r->arena, buf_str(&r->heading));
		emit_line(r->e, "h1", *r->title);
	}
	buf_clear(&r->heading);
	r->body_begun = true;
}

/* A line of the title is centred, short and no sentence. */
static bool of_title(const struct reader *r, struct str s)
{
	return !r->body_begun && r->centred && r->heading_lines < TITLE_LINES_MAX &&
	       r->heading.n + s.n < TITLE_BYTES_MAX && str_find(s, STR("。"), 0) < 0 && !str_starts(s, STR("（")) &&
	       !str_starts(s, STR("("));
}

static void line_end(struct reader *r)
{
	struct str s = str_trim_wide(buf_str(&r->text));
	if (s.n > 0 && of_title(r, s)) {
		(void)buf_add_str(&r->heading, s);
		r->heading_lines++;
	} else if (s.n > 0) {
		if (!r->body_begun)
			heading_end(r);
		emit_line(r->e, "p", s);
	}
	buf_clear(&r->text);
}

/* ---- tables ---- */

static void table_begin(struct reader *r)
{
	if (r->tables++ > 0)
		return;
	line_end(r);
	if (!r->body_begun)
		heading_end(r);
	cells_init(&r->cells, r->arena);
	memset(r->owner, 0, sizeof r->owner);
	r->row = r->col = 0;
	r->row_open = false;
}

static void table_end(struct reader *r)
{
	if (r->tables == 0 || --r->tables > 0)
		return;
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
	} else if (r->tables == 1 && strcmp(name, "vMerge") == 0) {
		r->merge = str_eq_z(xml_att(atts, "val"), "restart") ? MERGE_BEGIN : MERGE_ON;
	}
}

static void on_start(void *ud, const char *name, const struct xml_atts *atts)
{
	struct reader *r = ud;
	if (r->skip > 0 || is_skipped(name)) {
		r->skip++;
	} else if (strcmp(name, "t") == 0) {
		r->in_text = true;
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

enum err docx_read(struct zip *z, struct arena *a, struct emit *e, struct str *title)
{
	struct reader *r = arena_calloc(a, 1, sizeof *r);
	const struct xml_events ev = {on_start, on_end, on_text, r};
	struct xml_walk *w;
	long member = zip_find(z, "word/document.xml");
	if (member < 0)
		return err_set(ERR_FORMAT, "word/document.xml is missing");
	r->arena = a;
	r->e = e;
	r->title = title;
	buf_init(&r->text, TEXT_MAX);
	buf_init(&r->heading, TITLE_BYTES_MAX + 16);
	enum err rc = xml_walk_new(&ev, &w);
	if (rc == ERR_OK) {
		rc = zip_read(z, (size_t)member, xml_walk_feed, w);
		xml_walk_free(w);
	}
	if (r->tables > 0) {
		r->tables = 1;
		table_end(r);
	}
	line_end(r);
	if (!r->body_begun)
		heading_end(r);
	buf_fini(&r->text);
	buf_fini(&r->heading);
	return rc;
}
