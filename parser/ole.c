#include "parser/ole.h"

#include "parser/cells.h"
#include "parser/word.h"
#include "parser/xlsx.h"
#include "parser/xml_walk.h"

#define CELL_MAX (256u << 10)
#define TABS_MIN 2u /* rows that follow one another with cells behind tabulators are a table */

/* ------------------------------------------------------------ antiword's DocBook */

struct docbook {
	struct arena *arena;
	struct emit *e;
	struct buf text;
	struct cells cells;
	unsigned tables, lines; /* depth; written so far */
	uint32_t row, col;
	bool row_open, in_head;
};

static void docbook_line(struct docbook *d)
{
	struct str s = str_trim_wide(buf_str(&d->text));
	if (s.n > 0 && d->tables == 0) {
		emit_line(d->e, "p", s);
		d->lines++;
	}
	if (d->tables == 0)
		buf_clear(&d->text);
}

static void docbook_start(void *ud, const char *name, const struct xml_atts *atts)
{
	struct docbook *d = ud;
	(void)atts;
	if (strcmp(name, "informaltable") == 0 || strcmp(name, "table") == 0) {
		if (d->tables++ > 0)
			return;
		docbook_line(d);
		buf_clear(&d->text);
		cells_init(&d->cells, d->arena);
		d->row = d->col = 0;
		d->row_open = false;
	} else if (d->tables == 1 && strcmp(name, "row") == 0) {
		d->row += d->row_open;
		d->row_open = true;
		d->col = 0;
	} else if (d->tables == 1 && strcmp(name, "entry") == 0) {
		buf_clear(&d->text);
	} else if (strcmp(name, "bookinfo") == 0) {
		d->in_head = true; /* the file's properties */
	}
}

static void docbook_end(void *ud, const char *name)
{
	struct docbook *d = ud;
	if (strcmp(name, "informaltable") == 0 || strcmp(name, "table") == 0) {
		if (d->tables > 0 && --d->tables == 0) {
			cells_emit(&d->cells, d->e, 0, d->cells.rows);
			buf_clear(&d->text);
			d->lines++;
		}
	} else if (d->tables == 1 && strcmp(name, "entry") == 0) {
		struct str s = arena_dup(d->arena, str_trim_wide(buf_str(&d->text)));
		(void)cells_add(&d->cells, d->row, d->col++, 1, 1, s);
		buf_clear(&d->text);
	} else if (strcmp(name, "para") == 0 || strcmp(name, "title") == 0) {
		if (d->tables > 0)
			(void)buf_add_char(&d->text, ' ');
		docbook_line(d);
	} else if (strcmp(name, "bookinfo") == 0) {
		d->in_head = false;
		buf_clear(&d->text);
	}
}

static void docbook_text(void *ud, const char *p, size_t n)
{
	struct docbook *d = ud;
	if (!d->in_head)
		(void)buf_add(&d->text, p, n);
}

/* CONVERT_REFUSED too when it wrote nothing that is text. */
static enum convert_result by_antiword(struct str body, const struct converter *c, struct arena *a, struct emit *e)
{
	struct docbook *d = arena_calloc(a, 1, sizeof *d);
	const struct xml_events ev = {docbook_start, docbook_end, docbook_text, d};
	const struct convert_job job = {.tool = CONVERT_DOC, .wall_ms = CONVERT_WALL_MS};
	struct xml_walk *w;
	d->arena = a;
	d->e = e;
	if (xml_walk_new(&ev, &w) != ERR_OK)
		return CONVERT_FAILED;
	buf_init(&d->text, CELL_MAX);
	enum convert_result r = c->run(c->ctx, &job, body, xml_walk_feed, w);
	xml_walk_free(w);
	d->tables = 0;
	docbook_line(d);
	buf_fini(&d->text);
	return r == CONVERT_OK && d->lines == 0 ? CONVERT_REFUSED : d->lines > 0 ? CONVERT_OK : r;
}

/* --------------------------------------------------- lines with tabulators */

static bool take_lines(void *ud, const char *p, size_t n)
{
	struct buf *b = ud;
	size_t left = b->max > b->n ? b->max - b->n - 1 : 0;
	(void)buf_add(b, p, n < left ? n : left);
	return n <= left;
}

static struct str next_line(struct str s, size_t *at)
{
	const char *nl = memchr(s.p + *at, '\n', s.n - *at);
	size_t end = nl ? (size_t)(nl - s.p) : s.n;
	struct str line = str_sub(s, *at, end);
	*at = end + (nl != NULL);
	return line;
}

static void add_row(struct cells *c, struct arena *a, struct str line, uint32_t row)
{
	uint32_t col = 0;
	for (size_t from = 0; from <= line.n; col++) {
		const char *tab = memchr(line.p + from, '\t', line.n - from);
		size_t to = tab ? (size_t)(tab - line.p) : line.n;
		struct str s = str_trim_wide(str_sub(line, from, to));
		if (s.n > 0)
			(void)cells_add(c, row, col, 1, 1, arena_dup(a, s));
		from = to + 1;
	}
}

static size_t tabs_of(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\t';
	return n;
}

static void emit_lines(struct str text, struct arena *a, struct emit *e)
{
	for (size_t at = 0; at < text.n;) {
		size_t from = at;
		struct str line = next_line(text, &at);
		if (tabs_of(line) < TABS_MIN) {
			emit_line(e, "p", line);
			continue;
		}
		struct cells c;
		uint32_t row = 0;
		cells_init(&c, a);
		for (at = from; at < text.n; row++) {
			size_t before = at;
			line = next_line(text, &at);
			if (tabs_of(line) < TABS_MIN) {
				at = before;
				break;
			}
			add_row(&c, a, line, row);
		}
		cells_emit(&c, e, 0, c.rows);
	}
}

/* A damaged file makes them write half characters and control characters: what is no text is left out. */
static void keep_text(struct buf *b)
{
	size_t kept = 0;
	for (size_t at = 0; at < b->n;) {
		size_t from = at;
		uint32_t c = utf8_next(b->p, b->n, &at);
		bool control = c < ' ' && c != '\t' && c != '\n' && c != '\f';
		if (control || !utf8_valid(b->p + from, at - from))
			continue;
		memmove(b->p + kept, b->p + from, at - from);
		kept += at - from;
	}
	b->n = kept;
}

static enum convert_result lines_of(enum convert_tool tool, struct str body, const struct converter *c, struct buf *out)
{
	const struct convert_job job = {.tool = tool, .wall_ms = CONVERT_WALL_MS};
	buf_init(out, OLE_TEXT_MAX);
	enum convert_result r = c->run(c->ctx, &job, body, take_lines, out);
	keep_text(out);
	return r == CONVERT_STOPPED ? CONVERT_OK : r;
}

const char *ole_read_doc(struct str body, const struct converter *c, struct arena *a, struct emit *e, struct str *title,
			 bool *cut)
{
	struct buf lines;
	enum err rc = word_read(body, a, e, title, cut);
	if (rc != ERR_FORMAT)
		return rc == ERR_OK ? NULL : "the file is encrypted: it opens with a password only";
	if (!c)
		return "this program was started without converters";
	enum convert_result first = by_antiword(body, c, a, e);
	if (first == CONVERT_OK)
		return NULL;
	enum convert_result r = lines_of(CONVERT_DOC_AGAIN, body, c, &lines);
	bool blank = str_trim_wide(buf_str(&lines)).n == 0;
	if (r == CONVERT_OK && !blank)
		emit_lines(buf_str(&lines), a, e);
	buf_fini(&lines);
	if (r == CONVERT_OK && !blank)
		return NULL;
	return first == CONVERT_MISSING || r == CONVERT_MISSING ? convert_why(CONVERT_DOC, CONVERT_MISSING)
								: convert_why(CONVERT_DOC, first);
}

const char *ole_read_xls(struct str body, const struct converter *c, struct arena *a, struct emit *e, struct str *title)
{
	struct buf lines;
	enum convert_result r = lines_of(CONVERT_XLS, body, c, &lines);
	struct str text = buf_str(&lines);
	bool any = false;
	for (size_t at = 0; r == CONVERT_OK && at < text.n;) {
		struct cells cells;
		uint32_t row = 0;
		cells_init(&cells, a);
		while (at < text.n) {
			struct str line = next_line(text, &at);
			const char *end = memchr(line.p, '\f', line.n); /* of a sheet */
			add_row(&cells, a, end ? str_sub(line, 0, (size_t)(end - line.p)) : line, row++);
			if (end)
				break;
		}
		any |= cells.count > 0;
		sheet_emit(&cells, e, title);
	}
	buf_fini(&lines);
	return r == CONVERT_OK && !any ? convert_why(CONVERT_XLS, CONVERT_REFUSED) : convert_why(CONVERT_XLS, r);
}
