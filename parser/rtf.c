#include "parser/rtf.h"

#include <ctype.h>
#include <stdlib.h>

#include "parser/edges.h"
#include "parser/paragraphs.h"

#define LINE_MAX_BYTES (1u << 20)
#define WORD_MAX 32u
#define NUMBER_MAX (1 << 24) /* of a control word that is no length of data */
#define CELL_TWIPS 1000      /* width of a cell for which the row gives none */

/* code pages beside those of Windows */
enum { PAGE_DOCUMENT = 0, PAGE_SYMBOL = 42, PAGE_GBK = 936, PAGE_WESTERN = 1252, PAGE_UTF8 = 65001 };

/* what a group inherits and leaves behind at its end */
struct state {
	bool skip;  /* what stands here is left out */
	bool upr;   /* left out for the Unicode form that follows in it */
	bool fonts; /* the table of fonts */
	bool hidden, deleted;
	bool in_table, nested, centred; /* the paragraph */
	bool box, boxed;                /* a text box; one that stands in a cell */
	uint16_t fallback;              /* letters behind \uN for readers without Unicode */
	uint16_t font;
};

struct reader {
	struct charsets *charsets;
	struct arena *arena;
	struct emit *e;
	uint64_t *errors;
	struct str body;
	size_t at;
	bool survey; /* nothing is written; the bytes of the document's code page are kept */
	struct buf surveyed;
	bool raw_utf8; /* bytes that are not escaped are UTF-8 */
	struct state stack[RTF_DEPTH_MAX];
	unsigned depth, deeper; /* deeper: groups open below the last that is kept */
	bool star, ended, cut;
	uint16_t fonts[RTF_FONTS_MAX]; /* code pages */
	uint16_t font_defined, font_default;
	unsigned document; /* its code page, 0 when it names none */
	unsigned found;    /* in which its bytes are clearly Chinese, though it names none or the western one */
	struct buf bytes, decoded;
	unsigned bytes_page;
	bool lead, lead_raw; /* the last byte begins a letter of two; it was not escaped */
	unsigned fallback;   /* letters to pass over */
	uint32_t high;       /* first half of a letter of two units */
	struct buf text;     /* of the line or cell */
	size_t text_bytes;   /* of the document so far */
	struct paragraphs lines;
	struct edges edges;
	struct edges_cell defined[RTF_CELLS_MAX]; /* by \trowd and \cellx */
	unsigned defined_count;
	int row_left;
	bool joins, goes_on; /* of the next cell to be defined */
	struct str row[RTF_CELLS_MAX];
	unsigned row_count;
	bool row_begun, in_table_seen, in_table, table_written;
};

struct word {
	char name[WORD_MAX + 1];
	bool numbered;
	long number;
};

static struct state *top(struct reader *r)
{
	return &r->stack[r->depth];
}

/* Is this part of the document itself? Its paragraphs end, whether their text shows or not. */
static bool is_live(struct reader *r)
{
	const struct state *s = top(r);
	return !s->skip && !s->fonts && r->deeper == 0;
}

static bool is_shown(struct reader *r)
{
	const struct state *s = top(r);
	return is_live(r) && !s->hidden && !s->deleted;
}

/* ------------------------------------------------------------------ letters */

static bool is_double(unsigned page)
{
	return page == PAGE_GBK || page == 950 || page == 932 || page == 949 || page == 54936;
}

static bool names_page(const struct reader *r)
{
	return r->document != 0 && r->document != PAGE_WESTERN;
}

static unsigned resolved(const struct reader *r, unsigned page)
{
	if (page != PAGE_DOCUMENT)
		return page;
	return names_page(r) ? r->document : r->found ? r->found : PAGE_WESTERN;
}

static size_t count_high(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += (unsigned char)s.p[i] >= 0x80;
	return n;
}

/* Bytes of a code page that is not read become U+FFFD, as they would in UTF-8. */
static size_t decode(struct reader *r, unsigned page, bool last, uint64_t *errors)
{
	int converter = charset_page_converter(r->charsets, page);
	buf_clear(&r->decoded);
	*errors = 0;
	return charset_add(r->charsets, converter >= 0 ? converter : charset_page_converter(r->charsets, PAGE_UTF8),
			   buf_str(&r->bytes), last, &r->decoded, errors);
}

static void keep_for_survey(struct reader *r)
{
	size_t room = RTF_SURVEY_MAX - r->surveyed.n;
	if (r->bytes_page == PAGE_DOCUMENT && r->bytes.n < room && count_high(buf_str(&r->bytes)) > 0) {
		(void)buf_add_str(&r->surveyed, buf_str(&r->bytes));
		(void)buf_add_char(&r->surveyed, '\n');
	}
	buf_clear(&r->bytes);
}

/* Adds the bytes that wait to the text; when more of them follow, not those of half a letter. */
static void flush(struct reader *r, bool last)
{
	uint64_t errors;
	if (last)
		r->lead = r->lead_raw = false;
	if (r->bytes.n == 0)
		return;
	if (r->survey) {
		keep_for_survey(r);
		return;
	}
	unsigned page = resolved(r, r->bytes_page);
	size_t used = decode(r, page, last, &errors);
	/* a font that says "ANSI" has western signs too, whatever the document's code page */
	if (errors > 0 && r->bytes_page == PAGE_DOCUMENT && page != PAGE_WESTERN &&
	    errors >= count_high(buf_str(&r->bytes)))
		used = decode(r, PAGE_WESTERN, last, &errors);
	*r->errors += errors;
	r->text_bytes += r->decoded.n;
	r->cut |= buf_add_str(&r->text, buf_str(&r->decoded)) != ERR_OK;
	if (last)
		buf_clear(&r->bytes);
	else
		buf_consume(&r->bytes, used);
}

static bool passed_over(struct reader *r)
{
	if (r->fallback == 0)
		return false;
	r->fallback--;
	return true;
}

/* A byte of text: escaped as \'hh, or as it stands. */
static void put_byte(struct reader *r, unsigned char c, bool raw)
{
	unsigned page = r->fonts[top(r)->font];
	if (passed_over(r) || !is_shown(r) || page == PAGE_SYMBOL)
		return;
	r->high = 0;
	if (raw && c >= 0x80 && r->raw_utf8)
		page = PAGE_UTF8;
	if (c < 0x80 && r->bytes.n > 0)
		page = r->bytes_page;
	if (page != r->bytes_page)
		flush(r, true);
	r->bytes_page = page;
	(void)buf_add_char(&r->bytes, (char)c);
	r->lead = !r->lead && c > 0x80 && c < 0xff && is_double(resolved(r, page));
	r->lead_raw = r->lead && raw;
	if (r->bytes.n >= RTF_RUN_MAX)
		flush(r, false);
}

static void put_letter(struct reader *r, uint32_t c)
{
	char u[4];
	flush(r, true);
	if (!is_shown(r) || r->survey || c < ' ' || (c >= 0xD800 && c < 0xE000) || (c >= 0xF000 && c <= 0xF0FF))
		return; /* the last are bullets and boxes of symbol fonts */
	size_t n = utf8_put(c, u);
	r->text_bytes += n;
	r->cut |= buf_add(&r->text, u, n) != ERR_OK;
}

/* A unit of UTF-16, written as a signed number. */
static void put_unit(struct reader *r, long number)
{
	uint32_t c = (uint32_t)number & 0xffff;
	uint32_t high = r->high;
	r->high = 0;
	if (number > 0xffff && number <= 0x10ffff)
		c = (uint32_t)number; /* as some programs write it */
	if (c >= 0xD800 && c < 0xDC00)
		r->high = c;
	else if (high && c >= 0xDC00 && c < 0xE000)
		c = 0x10000 + ((high - 0xD800) << 10) + (c - 0xDC00);
	put_letter(r, c);
	r->fallback = top(r)->fallback;
}

/* ------------------------------------------------------- paragraphs and tables */

static void part(struct reader *r)
{
	flush(r, true);
	if (!r->survey && r->text.n > 0)
		(void)buf_add_char(&r->text, ' ');
}

static void line_end(struct reader *r)
{
	flush(r, true);
	paragraphs_line(&r->lines, buf_str(&r->text), top(r)->centred);
	buf_clear(&r->text);
}

static void cell_end(struct reader *r)
{
	flush(r, true);
	if (!r->in_table)
		paragraphs_body(&r->lines);
	r->in_table = true;
	if (r->row_count < RTF_CELLS_MAX)
		r->row[r->row_count++] = arena_dup(r->arena, str_trim_wide(buf_str(&r->text)));
	else
		r->cut = true;
	buf_clear(&r->text);
}

/* The text of written cells [from, to): what one that is merged with its left neighbour holds is that one's. */
static struct str joined_text(struct reader *r, unsigned from, unsigned to)
{
	if (to - from == 1)
		return r->row[from];
	buf_clear(&r->text);
	for (unsigned i = from; i < to; i++) {
		if (r->row[i].n > 0 && r->text.n > 0)
			(void)buf_add_char(&r->text, ' ');
		r->cut |= buf_add_str(&r->text, r->row[i]) != ERR_OK;
	}
	return arena_dup(r->arena, buf_str(&r->text));
}

/* The row's cells by their definitions, or one of usual width without one. Programs may write none for a merged one. */
static unsigned row_cells(struct reader *r, struct edges_cell *cells)
{
	unsigned joined = 0, n = 0, defined = 0, first = 0;
	int left = r->row_left;
	for (unsigned i = 0; i < r->defined_count; i++)
		joined += r->defined[i].joins;
	bool unwritten = joined > 0 && r->row_count + joined == r->defined_count;
	for (unsigned i = 0; i < r->row_count; i++, defined++) {
		while (unwritten && defined < r->defined_count && r->defined[defined].joins) {
			if (n > 0)
				left = cells[n - 1].right = r->defined[defined].right;
			defined++;
		}
		struct edges_cell c = {.left = left, .right = left + CELL_TWIPS};
		if (defined < r->defined_count)
			c = r->defined[defined];
		left = c.right;
		if (c.joins && n > 0) {
			cells[n - 1].right = c.right;
			continue;
		}
		if (n > 0)
			cells[n - 1].text = joined_text(r, first, i);
		first = i;
		cells[n++] = c;
	}
	if (n > 0)
		cells[n - 1].text = joined_text(r, first, r->row_count);
	for (; unwritten && n > 0 && defined < r->defined_count; defined++)
		cells[n - 1].right = r->defined[defined].right;
	return n;
}

static void row_end(struct reader *r)
{
	struct edges_cell cells[RTF_CELLS_MAX];
	flush(r, true);
	if (str_trim_wide(buf_str(&r->text)).n > 0)
		cell_end(r);
	if (r->row_count > 0)
		edges_row(&r->edges, cells, row_cells(r, cells));
	r->row_count = 0;
	r->row_begun = false;
	buf_clear(&r->text);
}

static void table_end(struct reader *r)
{
	if (r->row_count > 0)
		row_end(r);
	if (r->in_table)
		r->table_written |= edges_emit(&r->edges, r->e);
	r->in_table = false;
}

/* Programs that never say \intbl mean what stands between \trowd and \row. */
static bool is_in_cell(struct reader *r)
{
	return top(r)->in_table || (r->row_begun && !r->in_table_seen);
}

static void act_par(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	if (top(r)->boxed || top(r)->nested || is_in_cell(r)) {
		part(r);
		return;
	}
	flush(r, true);
	if (r->survey)
		return;
	/* what a table's last paragraph without \intbl holds is no part of it */
	table_end(r);
	line_end(r);
}

static void act_part(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	part(r);
}

static void act_cell(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	if (top(r)->boxed)
		part(r);
	else if (!r->survey)
		cell_end(r);
}

static void act_row(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	if (top(r)->boxed)
		part(r);
	else if (!r->survey)
		row_end(r);
}

static void act_row_begin(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	flush(r, true);
	if (top(r)->boxed || r->survey)
		return;
	if (r->row_count == 0 && !is_in_cell(r)) {
		if (str_trim_wide(buf_str(&r->text)).n > 0)
			table_end(r);
		line_end(r);
	}
	r->defined_count = 0;
	r->row_left = 0;
	r->joins = r->goes_on = false;
	r->row_begun = true;
}

static void act_row_left(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	if (!top(r)->boxed)
		r->row_left = (int)w->number;
}

static void act_cell_right(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	unsigned n = r->defined_count;
	if (top(r)->boxed)
		return;
	if (n >= RTF_CELLS_MAX) {
		r->cut = true;
		return;
	}
	int left = n > 0 ? r->defined[n - 1].right : r->row_left;
	int right = w->number > left ? (int)w->number : left;
	r->defined[r->defined_count++] =
		(struct edges_cell){.left = left, .right = right, .joins = r->joins, .goes_on = r->goes_on};
	r->joins = r->goes_on = false;
}

enum { MERGE_LEFT, MERGE_ABOVE };

static void act_merge(struct reader *r, const struct word *w, int arg)
{
	(void)w;
	if (arg == MERGE_LEFT)
		r->joins = true;
	else
		r->goes_on = true;
}

/* ---------------------------------------------------------------- properties */

static bool is_on(const struct word *w)
{
	return !w->numbered || w->number != 0;
}

static void act_pard(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	top(r)->in_table = top(r)->nested = top(r)->centred = false;
}

static void act_align(struct reader *r, const struct word *w, int centred)
{
	(void)w;
	top(r)->centred = centred;
}

static void act_in_table(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	top(r)->in_table = is_on(w);
	r->in_table_seen = true;
}

static void act_table_depth(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	top(r)->in_table |= w->number > 0;
	top(r)->nested = w->number > 1;
	r->in_table_seen |= w->number > 0;
}

static void act_plain(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	top(r)->hidden = top(r)->deleted = false;
	top(r)->font = r->font_default;
}

static void act_hidden(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	top(r)->hidden = is_on(w);
}

static void act_deleted(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	top(r)->deleted = is_on(w);
}

static void act_fallback(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	top(r)->fallback = (uint16_t)(w->number < 0 ? 0 : w->number > 16 ? 16 : w->number);
}

static void act_unit(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	if (w->numbered)
		put_unit(r, w->number);
}

static void act_letter(struct reader *r, const struct word *w, int letter)
{
	(void)w;
	put_letter(r, (uint32_t)letter);
}

/* --------------------------------------------------------------- code pages */

static void act_font(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	if (w->number < 0 || w->number >= (long)RTF_FONTS_MAX)
		return;
	if (top(r)->fonts)
		r->font_defined = (uint16_t)w->number;
	else
		top(r)->font = (uint16_t)w->number;
}

static void act_default_font(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	if (w->number >= 0 && w->number < (long)RTF_FONTS_MAX)
		r->font_default = top(r)->font = (uint16_t)w->number;
}

/* The character sets of Windows; what is not among them has a code page that is not read. */
static void act_charset(struct reader *r, const struct word *w, int arg)
{
	static const struct {
		int charset;
		uint16_t page;
	} pages[] = {{0, PAGE_DOCUMENT}, {1, PAGE_DOCUMENT}, {2, PAGE_SYMBOL}, {77, PAGE_WESTERN}, {128, 932},
		     {129, 949},         {134, PAGE_GBK},    {136, 950},       {161, 1253},        {162, 1254},
		     {163, 1258},        {177, 1255},        {178, 1256},      {186, 1257},        {204, 1251},
		     {222, 874},         {238, 1250}};
	(void)arg;
	for (size_t i = 0; top(r)->fonts && i < sizeof pages / sizeof *pages; i++)
		if (pages[i].charset == w->number)
			r->fonts[r->font_defined] = pages[i].page;
}

static void act_page(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	if (w->number >= 0 && w->number <= 65535)
		r->document = (unsigned)w->number;
}

/* ---------------------------------------------------------------- destinations */

static void act_fonts(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	top(r)->fonts = r->depth > 1;
}

/* The document itself is never left out, whatever stands in it. */
static void act_skip(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	flush(r, true);
	top(r)->skip = r->depth > 1;
}

static void act_through(struct reader *r, const struct word *w, int arg)
{
	(void)r, (void)w, (void)arg;
}

static void act_box(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	struct state *s = top(r);
	s->boxed |= is_in_cell(r) || r->row_count > 0;
	s->box = true;
	act_par(r, w, arg);
}

static void act_both_forms(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	act_skip(r, w, arg);
	top(r)->upr = top(r)->skip;
}

static void act_unicode_form(struct reader *r, const struct word *w, int arg)
{
	(void)w, (void)arg;
	if (top(r)->upr)
		top(r)->upr = top(r)->skip = false;
}

static void act_binary(struct reader *r, const struct word *w, int arg)
{
	(void)arg;
	size_t left = r->body.n - r->at, n = w->number > 0 ? (size_t)w->number : 0;
	r->at += n < left ? n : left;
	(void)passed_over(r);
}

/* -------------------------------------------------------------- control words */

/* Destinations that are left out, in the order of strcmp(). */
static const char *const dropped[] = {
	"aftncn", "aftnsep", "aftnsepc", "annotation", "colortbl", "comment",      "filetbl",    "fldinst",
	"footer", "footerf", "footerl",  "footerr",    "footnote", "ftncn",        "ftnsep",     "ftnsepc",
	"header", "headerf", "headerl",  "headerr",    "info",     "nonesttables", "nonshppict", "objdata",
	"pict",   "pn",      "private",  "revtbl",     "rxe",      "shprslt",      "sp",         "stylesheet",
	"tc",     "tcn",     "template", "txe",        "xe"};

/* In the order of strcmp(). What is not here changes nothing that is read. */
static const struct keyword {
	const char *name;
	void (*act)(struct reader *r, const struct word *w, int arg);
	int arg;
	bool starred; /* read though a reader may ignore it */
} keywords[] = {
	{"ansicpg", act_page, 0, false},
	{"bin", act_binary, 0, false},
	{"bullet", act_letter, 0x2022, false},
	{"cell", act_cell, 0, false},
	{"cellx", act_cell_right, 0, false},
	{"clmrg", act_merge, MERGE_LEFT, false},
	{"clvmrg", act_merge, MERGE_ABOVE, false},
	{"column", act_par, 0, false},
	{"deff", act_default_font, 0, false},
	{"deleted", act_deleted, 0, false},
	{"do", act_through, 0, true},
	{"dptxbxtext", act_box, 0, true},
	{"emdash", act_letter, 0x2014, false},
	{"emspace", act_letter, ' ', false},
	{"endash", act_letter, 0x2013, false},
	{"enspace", act_letter, ' ', false},
	{"f", act_font, 0, false},
	{"fcharset", act_charset, 0, false},
	{"fonttbl", act_fonts, 0, false},
	{"intbl", act_in_table, 0, false},
	{"itap", act_table_depth, 0, false},
	{"ldblquote", act_letter, 0x201C, false},
	{"line", act_par, 0, false},
	{"lquote", act_letter, 0x2018, false},
	{"nestcell", act_part, 0, false},
	{"nestrow", act_part, 0, false},
	{"page", act_par, 0, false},
	{"par", act_par, 0, false},
	{"pard", act_pard, 0, false},
	{"plain", act_plain, 0, false},
	{"qc", act_align, 1, false},
	{"qd", act_align, 0, false},
	{"qj", act_align, 0, false},
	{"ql", act_align, 0, false},
	{"qmspace", act_letter, ' ', false},
	{"qr", act_align, 0, false},
	{"rdblquote", act_letter, 0x201D, false},
	{"row", act_row, 0, false},
	{"rquote", act_letter, 0x2019, false},
	{"sect", act_par, 0, false},
	{"shpinst", act_through, 0, true},
	{"shptxt", act_box, 0, true},
	{"tab", act_letter, ' ', false},
	{"trleft", act_row_left, 0, false},
	{"trowd", act_row_begin, 0, false},
	{"u", act_unit, 0, false},
	{"uc", act_fallback, 0, false},
	{"ud", act_unicode_form, 0, true},
	{"upr", act_both_forms, 0, false},
	{"v", act_hidden, 0, false},
};

/* Both tables begin each entry with its name. */
static int by_name(const void *name, const void *entry)
{
	return strcmp(name, *(const char *const *)entry);
}

static const struct keyword *find_keyword(const char *name)
{
	static const struct keyword drop = {"", act_skip, 0, false};
	const struct keyword *k =
		bsearch(name, keywords, sizeof keywords / sizeof *keywords, sizeof *keywords, by_name);
	if (k || !bsearch(name, dropped, sizeof dropped / sizeof *dropped, sizeof *dropped, by_name))
		return k;
	return &drop;
}

/* "\name", "\name12", "\name-3", and the space that ends it. */
static void scan_word(struct reader *r, struct word *w)
{
	const char *p = r->body.p;
	size_t n = 0;
	long most;
	bool minus;
	*w = (struct word){.numbered = false};
	for (; r->at < r->body.n && isalpha((unsigned char)p[r->at]); r->at++, n++)
		if (n < WORD_MAX)
			w->name[n] = p[r->at];
	if (n > WORD_MAX)
		w->name[0] = '\0';
	most = strcmp(w->name, "bin") == 0 ? (1L << 30) : NUMBER_MAX;
	minus = r->at + 1 < r->body.n && p[r->at] == '-' && isdigit((unsigned char)p[r->at + 1]);
	r->at += minus;
	for (; r->at < r->body.n && isdigit((unsigned char)p[r->at]); r->at++) {
		w->numbered = true;
		w->number = w->number * 10 + (p[r->at] - '0');
		w->number = w->number > most ? most : w->number;
	}
	w->number = minus ? -w->number : w->number;
	r->at += r->at < r->body.n && p[r->at] == ' ';
}

/* Data that is no text is passed over wherever it stands; else what is left out is only looked at for its end. */
static bool is_obeyed(struct reader *r, const struct keyword *k)
{
	const struct state *s = top(r);
	if (k->act == act_binary)
		return true;
	if (r->deeper > 0)
		return false;
	if (s->skip)
		return k->act == act_unicode_form;
	return !s->fonts || k->act == act_font || k->act == act_charset;
}

static void control_word(struct reader *r)
{
	struct word w;
	bool star = r->star;
	r->star = false;
	scan_word(r, &w);
	const struct keyword *k = find_keyword(w.name);
	if (!k || k->act != act_binary) {
		flush(r, true);
		r->fallback = 0;
	}
	if (star && !(k && k->starred) && !top(r)->skip && r->deeper == 0)
		act_skip(r, &w, 0);
	else if (k && is_obeyed(r, k))
		k->act(r, &w, k->arg);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void hex_byte(struct reader *r)
{
	const char *p = r->body.p + r->at;
	if (r->body.n - r->at < 2 || hex(p[0]) < 0 || hex(p[1]) < 0)
		return;
	r->at += 2;
	put_byte(r, (unsigned char)(hex(p[0]) << 4 | hex(p[1])), false);
}

/* Behind a backslash. */
static void control(struct reader *r)
{
	if (r->at >= r->body.n)
		return;
	char c = r->body.p[r->at];
	if (isalpha((unsigned char)c)) {
		control_word(r);
		return;
	}
	r->at++;
	r->star = c == '*';
	switch (c) {
	case '\'':
		hex_byte(r);
		break;
	case '\\':
	case '{':
	case '}':
		put_byte(r, (unsigned char)c, false);
		break;
	case '~':
	case '_':
		if (!passed_over(r))
			put_letter(r, c == '~' ? ' ' : '-');
		break;
	case '\r':
	case '\n':
		if (is_live(r))
			act_par(r, NULL, 0);
		break;
	default:
		break;
	}
}

/* --------------------------------------------------------------------- groups */

static void group_begin(struct reader *r)
{
	flush(r, true);
	r->fallback = 0;
	r->star = false;
	if (r->deeper > 0 || r->depth + 1 >= RTF_DEPTH_MAX) {
		r->deeper++;
		r->cut = true;
		return;
	}
	r->stack[r->depth + 1] = r->stack[r->depth];
	r->depth++;
}

static void group_end(struct reader *r)
{
	flush(r, true);
	r->fallback = 0;
	r->star = false;
	if (r->deeper > 0) {
		r->deeper--;
		return;
	}
	if (r->depth > 1 && top(r)->box && !r->stack[r->depth - 1].box && is_live(r))
		act_par(r, NULL, 0);
	if (r->depth > 0)
		r->depth--;
	r->ended = r->depth == 0;
}

/* Behind the first byte of a letter of two that was not escaped its second stands so too, and may look like a sign. */
static bool is_second_byte(const struct reader *r, char c)
{
	return r->lead_raw && (c == '\\' || c == '{' || c == '}');
}

static void read_all(struct reader *r)
{
	while (!r->ended && r->at < r->body.n && r->text_bytes < RTF_TEXT_MAX) {
		char c = r->body.p[r->at++];
		if (c == '{' && !is_second_byte(r, c))
			group_begin(r);
		else if (c == '}' && !is_second_byte(r, c))
			group_end(r);
		else if (c == '\\' && !is_second_byte(r, c))
			control(r);
		else if (c != '\r' && c != '\n' && c != '\0')
			put_byte(r, (unsigned char)c, true);
		if (r->survey && names_page(r))
			break;
	}
	r->cut = r->cut || r->text_bytes >= RTF_TEXT_MAX;
	flush(r, true);
}

static void begin(struct reader *r, bool survey)
{
	r->survey = survey;
	r->at = r->depth = r->deeper = 0;
	r->star = r->ended = r->cut = false;
	r->fallback = r->document = 0;
	r->high = 0;
	r->bytes_page = PAGE_DOCUMENT;
	r->stack[0] = (struct state){.fallback = 1};
	r->font_defined = r->font_default = 0;
	r->in_table_seen = r->row_begun = false;
	memset(r->fonts, 0, sizeof r->fonts);
}

/* A document that names no code page, or the western one, while its bytes are clearly Chinese. */
static unsigned survey(struct reader *r)
{
	begin(r, true);
	read_all(r);
	return names_page(r) ? 0 : charset_chinese_page(r->charsets, buf_str(&r->surveyed));
}

static void write_all(struct reader *r)
{
	r->found = survey(r);
	begin(r, false);
	read_all(r);
	table_end(r);
	paragraphs_line(&r->lines, buf_str(&r->text), false);
	paragraphs_body(&r->lines);
}

enum err rtf_read(struct charsets *charsets, struct str body, struct arena *a, struct emit *e, struct str *title,
		  uint64_t *errors)
{
	struct reader *r = calloc(1, sizeof *r);
	if (!r)
		return err_set(ERR_NOMEM, "no memory for an RTF file");
	r->charsets = charsets;
	r->arena = a;
	r->e = e;
	r->errors = errors;
	r->body = body;
	r->raw_utf8 = utf8_valid(body.p, body.n);
	buf_init(&r->surveyed, RTF_SURVEY_MAX + 1);
	buf_init(&r->bytes, RTF_RUN_MAX + 1);
	buf_init(&r->decoded, 4 * RTF_RUN_MAX);
	buf_init(&r->text, LINE_MAX_BYTES);
	edges_init(&r->edges, a);
	paragraphs_init(&r->lines, a, e, title);
	write_all(r);
	bool written = r->lines.written || r->table_written, cut = r->cut || r->edges.cut;
	paragraphs_fini(&r->lines);
	buf_fini(&r->surveyed);
	buf_fini(&r->bytes);
	buf_fini(&r->decoded);
	buf_fini(&r->text);
	free(r);
	if (!written)
		return err_set(ERR_FORMAT, "there is no text in it");
	return cut ? err_set(ERR_LIMIT, "it has more text than is read") : ERR_OK;
}
