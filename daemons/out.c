#include "daemons/out.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/jsonw.h"

struct row {
	char *bytes; /* all cells' text one behind the other */
	size_t lengths[OUT_COLUMNS_MAX];
};

struct out {
	FILE *f;
	enum out_format format;
	bool color, own_limit, cut, failed, table_open;
	int64_t limit, rows;
	const struct out_column *columns;
	unsigned count, at; /* at: columns of the open row already given */
	bool in_row;
	struct buf line;                 /* csv and jsonl: the open row; table: its cells' text */
	size_t lengths[OUT_COLUMNS_MAX]; /* table: bytes of each cell of the open row */
	struct row *held;                /* table: rows that wait for the widths */
	unsigned held_count;
	unsigned widths[OUT_COLUMNS_MAX];
	int saved_errno;
};

static bool shown(const struct out *o, unsigned i)
{
	return o->format == OUT_JSONL || !o->own_limit || !o->columns[i].jsonl_only;
}

static struct out *make(FILE *f, enum out_format format, const struct out_column *columns, unsigned count)
{
	assert(count > 0 && count <= OUT_COLUMNS_MAX);
	struct out *o = calloc(1, sizeof *o);
	if (!o)
		abort();
	o->f = f;
	o->format = format;
	o->columns = columns;
	o->count = count;
	buf_init(&o->line, OUT_ROW_MAX);
	return o;
}

static void put(struct out *o, const char *p, size_t n)
{
	if (o->failed || n == 0)
		return;
	if (fwrite(p, 1, n, o->f) != n) {
		o->failed = true;
		o->saved_errno = errno;
	}
}

static void put_z(struct out *o, const char *z)
{
	put(o, z, strlen(z));
}

/* RFC 4180: quote what holds a comma, a quote, a line end, or white space at an end */
static void csv_cell(struct buf *b, struct str s)
{
	bool quote = s.n > 0 && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
	for (size_t i = 0; i < s.n && !quote; i++)
		quote = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
	if (!quote) {
		buf_add_str(b, s);
		return;
	}
	buf_add_char(b, '"');
	for (size_t from = 0; from < s.n;) {
		const char *q = memchr(s.p + from, '"', s.n - from);
		size_t to = q ? (size_t)(q - s.p) + 1 : s.n;
		buf_add(b, s.p + from, to - from);
		if (q)
			buf_add_char(b, '"');
		from = to;
	}
	buf_add_char(b, '"');
}

static void csv_head(struct out *o)
{
	buf_clear(&o->line);
	bool first = true;
	for (unsigned i = 0; i < o->count; i++) {
		if (!shown(o, i))
			continue;
		if (!first)
			buf_add_char(&o->line, ',');
		csv_cell(&o->line, str_of(o->columns[i].name));
		first = false;
	}
	buf_add_z(&o->line, "\r\n");
	put(o, o->line.p, o->line.n);
	buf_clear(&o->line);
}

struct out *out_new(enum out_format format, bool color, int64_t limit, const struct out_column *columns, unsigned count)
{
	struct out *o = make(stdout, format, columns, count);
	o->color = color;
	o->limit = limit;
	o->own_limit = true;
	if (format == OUT_CSV)
		csv_head(o);
	return o;
}

struct out *out_new_file(FILE *f, enum out_format format, bool bom, const struct out_column *columns, unsigned count)
{
	assert(format != OUT_TABLE);
	struct out *o = make(f, format, columns, count);
	if (format == OUT_CSV) {
		if (bom)
			put_z(o, "\xEF\xBB\xBF");
		csv_head(o);
	}
	return o;
}

static unsigned cp_width(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (c <= 0x36F || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF)
		return 0;
	/* East Asian Wide and Fullwidth blocks (Unicode UAX 11) */
	static const uint32_t wide[][2] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},
					   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
					   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
					   {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (c >= wide[i][0] && c <= wide[i][1])
			return 2;
	return 1;
}

unsigned out_width(struct str s)
{
	unsigned w = 0;
	for (size_t i = 0; i < s.n;)
		w += cp_width(utf8_next(s.p, s.n, &i));
	return w;
}

/* Prints a cell as at most OUT_CELL_WIDTH_MAX columns; returns the columns printed. */
static unsigned table_cell(struct out *o, struct str s)
{
	unsigned all = out_width(s), w = 0;
	unsigned room = all > OUT_CELL_WIDTH_MAX ? OUT_CELL_WIDTH_MAX - 1 : all;
	size_t i = 0;
	while (i < s.n) {
		size_t next = i;
		uint32_t c = utf8_next(s.p, s.n, &next);
		unsigned cw = cp_width(c);
		if (w + cw > room)
			break;
		char bytes[4];
		put(o, bytes, utf8_put(c, bytes));
		w += cw;
		i = next;
	}
	if (all > OUT_CELL_WIDTH_MAX) {
		put_z(o, "…");
		w++;
	}
	return w;
}

static void table_pad(struct out *o, unsigned n)
{
	static const char blanks[] = "                                                                "
				     "                                                ";
	while (n > 0) {
		unsigned k = n < sizeof blanks - 1 ? n : (unsigned)(sizeof blanks - 1);
		put(o, blanks, k);
		n -= k;
	}
}

static void table_line(struct out *o, const char *bytes, const size_t *lengths, bool head)
{
	unsigned last = 0;
	for (unsigned i = 0; i < o->count; i++)
		if (shown(o, i))
			last = i;
	if (head && o->color)
		put_z(o, "\x1b[1m");
	for (unsigned i = 0; i < o->count; i++) {
		struct str s = {bytes, lengths[i]};
		bytes += lengths[i];
		if (!shown(o, i))
			continue;
		unsigned w = out_width(s) > OUT_CELL_WIDTH_MAX ? OUT_CELL_WIDTH_MAX : out_width(s);
		unsigned pad = w < o->widths[i] ? o->widths[i] - w : 0;
		if (o->columns[i].right)
			table_pad(o, pad);
		table_cell(o, s);
		if (i != last) {
			if (!o->columns[i].right)
				table_pad(o, pad);
			put_z(o, "  ");
		}
	}
	put_z(o, head && o->color ? "\x1b[0m\n" : "\n");
}

static void widen(struct out *o, const char *bytes, const size_t *lengths)
{
	for (unsigned i = 0; i < o->count; i++) {
		unsigned w = out_width((struct str){bytes, lengths[i]});
		w = w > OUT_CELL_WIDTH_MAX ? OUT_CELL_WIDTH_MAX : w;
		if (w > o->widths[i])
			o->widths[i] = w;
		bytes += lengths[i];
	}
}

/* The held rows' widths are known: print the head and them. */
static void table_begin(struct out *o)
{
	size_t lengths[OUT_COLUMNS_MAX];
	buf_clear(&o->line);
	for (unsigned i = 0; i < o->count; i++) {
		lengths[i] = strlen(o->columns[i].name);
		buf_add_z(&o->line, o->columns[i].name);
	}
	widen(o, o->line.p, lengths);
	table_line(o, o->line.p, lengths, true);
	buf_clear(&o->line);
	for (unsigned i = 0; i < o->held_count; i++) {
		table_line(o, o->held[i].bytes, o->held[i].lengths, false);
		free(o->held[i].bytes);
	}
	free(o->held);
	o->held = NULL;
	o->held_count = 0;
	o->table_open = true;
}

static void table_row_end(struct out *o)
{
	if (o->table_open) {
		table_line(o, buf_str(&o->line).p, o->lengths, false);
		return;
	}
	if (!o->held)
		o->held = calloc(OUT_TABLE_ROWS, sizeof *o->held);
	if (!o->held)
		abort();
	widen(o, buf_str(&o->line).p, o->lengths);
	struct row *r = &o->held[o->held_count++];
	memcpy(r->lengths, o->lengths, sizeof r->lengths);
	size_t n;
	r->bytes = buf_take(&o->line, &n);
	if (o->held_count == OUT_TABLE_ROWS)
		table_begin(o);
}

static void row_end(struct out *o)
{
	if (!o->in_row)
		return;
	assert(o->at == o->count); /* each verb gives every column */
	o->in_row = false;
	if (o->line.sticky != ERR_OK) {
		o->failed = true;
		o->saved_errno = EMSGSIZE;
	} else if (o->format == OUT_TABLE) {
		table_row_end(o);
	} else {
		buf_add_z(&o->line, o->format == OUT_CSV ? "\r\n" : "}\n");
		put(o, o->line.p, o->line.n);
	}
	buf_clear(&o->line);
	if (o->line.cap > 1024 * 1024)
		buf_fini(&o->line); /* one large row does not fix the memory of the process */
}

bool out_row(struct out *o)
{
	row_end(o);
	if (o->own_limit && o->limit > 0 && o->rows >= o->limit) {
		o->cut = true;
		return false;
	}
	if (o->failed)
		return false;
	o->rows++;
	o->at = 0;
	o->in_row = true;
	if (o->format == OUT_JSONL)
		buf_add_char(&o->line, '{');
	return true;
}

/* Moves to the next column; false when the format leaves it out. */
static bool next(struct out *o)
{
	assert(o->in_row && o->at < o->count);
	unsigned i = o->at++;
	o->lengths[i] = 0;
	if (!shown(o, i))
		return false;
	if (o->format == OUT_JSONL) {
		buf_printf(&o->line, "%s\"%s\":", i ? "," : "", o->columns[i].name);
	} else if (o->format == OUT_CSV) {
		bool first = true;
		for (unsigned k = 0; k < i && first; k++)
			first = !shown(o, k);
		if (!first)
			buf_add_char(&o->line, ',');
	}
	return true;
}

static void plain(struct out *o, struct str s)
{
	if (o->format == OUT_CSV) {
		csv_cell(&o->line, s);
		return;
	}
	size_t before = o->line.n;
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		uint32_t c = utf8_next(s.p, s.n, &i);
		if (c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0))
			buf_add_char(&o->line, ' ');
		else if (c == 0xFFFD)
			buf_add_z(&o->line, "\xEF\xBF\xBD");
		else
			buf_add(&o->line, s.p + from, i - from);
		/* a table cuts far sooner; a 4 MiB text need not be copied for that */
		if (o->line.n - before > OUT_CELL_WIDTH_MAX * 8)
			break;
	}
	o->lengths[o->at - 1] = o->line.n - before;
}

static void put_null(struct out *o)
{
	if (next(o) && o->format == OUT_JSONL)
		buf_add_z(&o->line, "null");
}

void out_text(struct out *o, struct str s)
{
	if (!s.p) {
		put_null(o);
		return;
	}
	if (!next(o))
		return;
	if (o->format == OUT_JSONL) {
		struct jsonw w;
		jsonw_init(&w, &o->line);
		jsonw_str(&w, s);
	} else {
		plain(o, s);
	}
}

void out_str(struct out *o, const char *z)
{
	out_text(o, str_of(z));
}

static void bare(struct out *o, const char *z)
{
	if (!next(o))
		return;
	if (o->format == OUT_JSONL)
		buf_add_z(&o->line, z);
	else
		plain(o, str_of(z));
}

void out_int(struct out *o, int64_t v)
{
	char z[32];
	snprintf(z, sizeof z, "%lld", (long long)v);
	bare(o, z);
}

void out_int_or_null(struct out *o, int64_t v, bool null)
{
	if (null)
		put_null(o);
	else
		out_int(o, v);
}

void out_num(struct out *o, double v)
{
	struct buf b;
	buf_init(&b, 64);
	struct jsonw w;
	jsonw_init(&w, &b);
	jsonw_num(&w, v);
	bare(o, buf_str(&b).p);
	buf_fini(&b);
}

void out_bool(struct out *o, bool v)
{
	bare(o, v ? "true" : "false");
}

void out_time(struct out *o, int64_t wall)
{
	char z[32];
	if (wall == 0) {
		put_null(o);
		return;
	}
	if (o->format != OUT_TABLE) {
		out_str(o, clock_iso(wall, z));
		return;
	}
	time_t t = (time_t)(wall / 1000);
	struct tm tm;
	if (!localtime_r(&t, &tm) || strftime(z, sizeof z, "%Y-%m-%d %H:%M", &tm) == 0)
		snprintf(z, sizeof z, "?");
	out_str(o, z);
}

void out_json(struct out *o, struct str json)
{
	if (!json.p) {
		put_null(o);
		return;
	}
	if (!next(o))
		return;
	if (o->format == OUT_JSONL)
		buf_add_str(&o->line, json);
	else
		plain(o, json);
}

enum err out_end(struct out *o)
{
	row_end(o);
	if (o->format == OUT_TABLE && !o->table_open && o->held_count > 0)
		table_begin(o);
	for (unsigned i = 0; i < o->held_count; i++)
		free(o->held[i].bytes);
	free(o->held);
	if (!o->failed && fflush(o->f) != 0) {
		o->failed = true;
		o->saved_errno = errno;
	}
	if (o->cut)
		fprintf(stderr, "gongkai: only the first %lld rows are shown; --limit 0 shows all\n",
			(long long)o->limit);
	bool failed = o->failed;
	int saved = o->saved_errno;
	buf_fini(&o->line);
	free(o);
	if (!failed)
		return ERR_OK;
	errno = saved;
	return err_errno(ERR_IO, "cannot write the rows");
}
