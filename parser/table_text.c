#include "parser/metric_table.h"
#include "parser/table_label.h"

#define HEAD_FAR 40  /* characters from 指标名称 to 单位 and from there to the first row */
#define LABEL_FAR 70 /* characters of a row's label */
#define COLUMNS_MAX 3
#define ROWS_MAX 200
#define ROWS_NEAR 3   /* lines above and below a row that are looked at */
#define ROWS_BESIDE 2 /* of them that must be rows */

/* A table of indicators in running text: "指标名称 计量单位 2014年度 历年累计 主动公开文件数 条 2543 78967 ..." */
struct run {
	const struct lexicon *l;
	const struct fold *f;
	size_t head, body, end; /* the head, the first row's label, behind the last row */
	unsigned columns;
	bool cumulative[COLUMNS_MAX];
	struct span column[COLUMNS_MAX];
};

struct run_row {
	struct span label, whole, unit;
	double value[COLUMNS_MAX];
	bool parted; /* there is a figure for each column */
};

static size_t word_in(const struct run *r, const char *group, size_t from, size_t to, size_t *at)
{
	return lexicon_word_in(r->l, lexicon_need_group(r->l, group), r->f->ch, from, to < r->f->n ? to : r->f->n, at);
}

/* The column heads behind 单位: a year, 统计数, 累计. */
static void read_columns(struct run *r, size_t pos)
{
	const fchar *t = r->f->ch;
	size_t limit = pos + HEAD_FAR < r->f->n ? pos + HEAD_FAR : r->f->n;
	while (pos < limit && r->columns < COLUMNS_MAX) {
		size_t n = lexicon_word_at(r->l, lexicon_need_group(r->l, "run_cumulative"), t, pos, limit);
		bool cumulative = n > 0;
		if (n == 0)
			n = lexicon_word_at(r->l, lexicon_need_group(r->l, "run_annual"), t, pos, limit);
		if (n == 0 && pos + 5 <= limit && t[pos] == '2' && fchar_digit(t[pos + 3]) && t[pos + 4] == 0x5E74)
			n = pos + 5 < limit && t[pos + 5] == 0x5EA6 ? 6 : 5;
		if (n == 0 && (t[pos] == ' ' || t[pos] == '\n')) {
			pos++;
			continue;
		}
		if (n == 0)
			break;
		r->cumulative[r->columns] = cumulative;
		r->column[r->columns++] = (struct span){pos, pos + n};
		pos += n;
	}
	r->body = pos;
}

/*
 * Digits of two columns in one. "27" may be 2 and 7, or 27 beside a blank; no number but 0 begins with 0, so that
 * "00" and "015" can only be two.
 */
static bool zero_and_more(const fchar *t, struct span s, double *out)
{
	struct cell_figure v;
	bool two = s.to - s.from >= 2 && t[s.from] == '0' && fchar_digit(t[s.from + 1]) &&
		   (t[s.from + 1] != '0' || s.to - s.from == 2);
	if (!two || !cell_figure(t, s.from + 1, s.to, &v))
		return false;
	out[0] = 0;
	out[1] = v.value;
	return true;
}

static bool read_figures(const struct run *r, size_t from, size_t *end, struct run_row *row)
{
	const fchar *t = r->f->ch;
	struct span part[COLUMNS_MAX];
	unsigned parts = 0;
	size_t pos = from;
	while (pos < r->f->n && parts < COLUMNS_MAX) {
		size_t start = pos;
		while (pos < r->f->n &&
		       (fchar_digit(t[pos]) || (t[pos] == '.' && fchar_digit(t[pos + 1]) && pos > start)))
			pos++;
		if (pos == start)
			break;
		part[parts++] = (struct span){start, pos};
		if (t[pos] == ' ' && fchar_digit(t[pos + 1]) && parts < r->columns)
			pos++;
		else
			break;
	}
	if (parts == 0)
		return false;
	/* "1 1 2、网上": the number of the next row is none of this one's figures */
	*end = pos;
	row->parted = false;
	if (parts == r->columns) {
		row->parted = true;
		for (unsigned i = 0; i < parts; i++) {
			struct cell_figure v;
			row->parted = row->parted && cell_figure(t, part[i].from, part[i].to, &v);
			row->value[i] = v.value;
		}
	} else if (parts == 1 && r->columns == 2) {
		row->parted = zero_and_more(t, part[0], row->value);
	}
	return true;
}

static bool next_row(const struct run *r, size_t pos, struct run_row *row, size_t *end)
{
	const fchar *t = r->f->ch;
	uint16_t units = lexicon_need_group(r->l, "run_unit");
	while (pos < r->f->n && (t[pos] == ' ' || t[pos] == '\n'))
		pos++;
	for (size_t i = pos + 2; i < r->f->n && i < pos + LABEL_FAR; i++) {
		if (t[i] == 0x3002 || t[i] == '\t')
			return false;
		size_t n = lexicon_word_at(r->l, units, t, i, r->f->n);
		if (n == 0 || !fchar_digit(t[i + n] == ' ' ? t[i + n + 1] : t[i + n]))
			continue;
		size_t digits = t[i + n] == ' ' ? i + n + 1 : i + n;
		*row = (struct run_row){.label = {pos, i}, .unit = {i, i + n}};
		if (!read_figures(r, digits, end, row))
			return false;
		row->whole = (struct span){pos, *end};
		return true;
	}
	return false;
}

/* A run that begins at or behind `pos`; at least three rows make a table. */
static bool find_run(const struct lexicon *l, const struct fold *f, size_t pos, struct run *out)
{
	size_t at;
	struct run r = {.l = l, .f = f};
	while (word_in(&r, "run_label", pos, f->n, &at) > 0) {
		r = (struct run){.l = l, .f = f, .head = at};
		size_t unit, n = word_in(&r, "run_unit_head", at, at + HEAD_FAR, &unit);
		if (n > 0)
			read_columns(&r, unit + n);
		struct run_row row;
		unsigned rows = 0;
		size_t end = r.body;
		while (r.columns > 0 && rows < ROWS_MAX && next_row(&r, end, &row, &end))
			rows++;
		r.end = end;
		if (rows >= 3) {
			*out = r;
			return true;
		}
		pos = at + 1;
	}
	return false;
}

size_t table_text_spans(const struct lexicon *l, const struct fold *f, struct span *spans, size_t count, size_t max)
{
	struct run r;
	for (size_t pos = 0; count < max && find_run(l, f, pos, &r); pos = r.end) {
		size_t i = count++;
		for (; i > 0 && spans[i - 1].from > r.head; i--)
			spans[i] = spans[i - 1];
		spans[i] = (struct span){r.head, r.end};
	}
	return count;
}

static struct str squeezed(const struct reading *g, struct span s)
{
	struct str t = fold_source(g->f, s.from, s.to);
	char *p = arena_alloc(g->d->arena, t.n + 1);
	size_t n = 0;
	for (size_t pos = 0; pos < t.n;) {
		size_t at = pos;
		uint32_t c = utf8_next(t.p, t.n, &pos);
		if (c <= ' ' || c == 0xA0 || c == 0x3000)
			continue;
		memcpy(p + n, t.p + at, pos - at);
		n += pos - at;
	}
	return (struct str){p, n};
}

static bool is_mark(fchar c)
{
	return c == '/' || c == '-' || c == '+' || c == 0x2014 || c == 0x65E0; /* 无 */
}

/* Begin of what stands behind the label: figures, units, marks for none. */
static size_t tail_of(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	uint16_t units = lexicon_need_group(g->l, "run_unit");
	size_t last = 0, last_n = 0; /* the counting word behind the figures */
	while (to > from) {
		fchar c = t[to - 1];
		size_t n = lexicon_word_before(g->l, units, t, to, from);
		bool other = last_n > 0 && (n != last_n || memcmp(t + to - n, t + last, n * sizeof *t) != 0);
		if (n > 0 && other && to - n > from && fchar_han(t[to - n - 1])) /* 法规文件 11 条, but 办结数件31件 */
			break;
		if (n > 0 && last_n == 0) {
			last = to - n;
			last_n = n;
		}
		if (fchar_digit(c) || c == ' ' || c == '\t' || c == '.' || c == '%' || is_mark(c))
			n = 1;
		if (n == 0)
			break;
		to -= n;
	}
	return to;
}

static void row_unread(struct reading *g, const struct table_label *l)
{
	uint16_t id = lexicon_metric(g->l, l->target);
	if (id != LEXICON_NONE && g->unread_count < UNREAD_MAX)
		g->unread[g->unread_count++] = id;
}

/*
 * A label that is none: rows whose figures could not be told from their marks, each in its line. The section that they
 * begin is that of the rows behind.
 */
static void rows_unread(struct reading *g, struct span label, struct str *section)
{
	const fchar *ch = g->f->ch;
	for (size_t from = label.from, to; from < label.to; from = to + 1) {
		struct label_text t;
		for (to = from; to < label.to && ch[to] != '\n';)
			to++;
		label_normal(ch, from, tail_of(g, from, to), &t);
		const struct table_label *l = label_find(g->l->rows, g->l->rows_count, "list", &t, *section, true);
		if (!l)
			continue;
		row_unread(g, l);
		if (!str_eq_z(l->target, "-"))
			*section = metric_section(l->target);
	}
}

static void read_row(struct reading *g, const struct run *r, const struct run_row *row, unsigned number,
		     struct str *section)
{
	struct label_text t;
	label_normal(g->f->ch, row->label.from, row->label.to, &t);
	const struct table_label *l = label_find(g->l->rows, g->l->rows_count, "list", &t, *section, true);
	if (!l)
		rows_unread(g, row->label, section);
	if (l && !row->parted)
		row_unread(g, l);
	if (!l || str_eq_z(l->target, "-"))
		return;
	*section = metric_section(l->target);
	if (!row->parted)
		return;
	for (unsigned c = 0; c < r->columns; c++) {
		struct str id = l->target;
		if (r->cumulative[c]) {
			if (!str_eq_z(id, "proactive.total"))
				continue;
			id = STR("proactive.cumulative");
		}
		uint16_t k = lexicon_metric(g->l, id);
		if (k == LEXICON_NONE)
			continue;
		bool ten_thousand = g->f->ch[row->unit.from] == 0x4E07;
		struct metric m = {.id = g->l->metrics[k].id,
				   .unit = g->l->metrics[k].unit,
				   .value = row->value[c] * (ten_thousand ? 1e4 : 1),
				   .table = "text",
				   .row = squeezed(g, row->label),
				   .column = squeezed(g, r->column[c]),
				   .cell_row = (uint16_t)number,
				   .cell_col = (uint16_t)(c + 2)};
		m.evidence = fold_source(g->f, row->whole.from, row->whole.to);
		m.offset_cp = g->f->cp[row->whole.from];
		if (g->d->explain)
			m.explain = STR("row of a table whose cells ran together");
		metrics_add(g, &m);
	}
}

void table_text_read(struct reading *g)
{
	struct run r;
	for (unsigned p = 0; p < g->s->parts_count; p++)
		for (size_t pos = g->s->parts[p].from; find_run(g->l, g->f, pos, &r) && r.head < g->s->parts[p].to;
		     pos = r.end) {
			struct run_row row;
			struct str section = STR("");
			size_t at = r.body;
			for (unsigned n = 1; n <= ROWS_MAX && next_row(&r, at, &row, &at); n++)
				read_row(g, &r, &row, n, &section);
		}
}

bool table_text_row(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	size_t tail = tail_of(g, from, to), figures = 0, depth = 0;
	if (tail == from || tail == to || t[tail - 1] == ':')
		return false;
	bool bracketed = false;
	for (size_t i = from; i < tail; i++) {
		depth += t[i] == '(';
		depth -= t[i] == ')' && depth > 0;
		bracketed = bracketed || (depth > 0 && fchar_digit(t[i]));
		if (depth == 0 && fchar_clause_end(t[i]))
			return false;
	}
	size_t at = tail;
	while (at < to && (t[at] == ' ' || t[at] == '\t'))
		at++;
	bool unit_first = at < to && !fchar_digit(t[at]) && !is_mark(t[at]), unit_last = false;
	for (size_t i = at; i < to; i++) {
		bool begins = fchar_digit(t[i]) && (i == at || !(fchar_digit(t[i - 1]) || t[i - 1] == '.'));
		figures += begins || is_mark(t[i]);
		unit_last = figures > 0 && !fchar_digit(t[i]) && !is_mark(t[i]);
	}
	if (figures == 0)
		return bracketed && unit_first;
	return figures > 1 || unit_first || !unit_last;
}

/* Is [from, to) the label of a row of the table of requests, with that of its group before it or none? */
static bool is_request_label(const struct reading *g, size_t from, size_t to)
{
	const fchar *ch = g->f->ch;
	while (to > from && ch[to - 1] == ' ')
		to--;
	if (to - from > TABLE_LABEL_MAX)
		return false;
	for (size_t k = from; k + 3 <= to; k++) {
		struct label_text t;
		if (k > from && !(fchar_digit(ch[k]) && !fchar_digit(ch[k - 1])))
			continue;
		label_normal(ch, k, to, &t);
		if (label_find(g->l->rows, g->l->rows_count, "t3", &t, STR_NULL, false))
			return true;
	}
	return false;
}

/* A row of such a table: its label alone, or one whose figures ran together. */
static bool is_request_row(const struct reading *g, size_t from, size_t to)
{
	size_t tail = tail_of(g, from, to);
	return is_request_label(g, from, tail) && (tail == to || table_text_row(g, from, to));
}

bool table_text_among(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	size_t tail = tail_of(g, from, to);
	unsigned rows = 0;
	if (tail == from || tail == to || !is_request_label(g, from, tail))
		return false;
	for (size_t line = 0, end = from; line < ROWS_NEAR && end > 0; line++) {
		size_t begin = --end;
		while (begin > 0 && t[begin - 1] != '\n')
			begin--;
		rows += is_request_row(g, begin, end);
		end = begin;
	}
	for (size_t line = 0, begin = to + 1; line < ROWS_NEAR && begin < g->f->n; line++) {
		size_t end = begin;
		while (end < g->f->n && t[end] != '\n')
			end++;
		rows += is_request_row(g, begin, end);
		begin = end + 1;
	}
	return rows >= ROWS_BESIDE;
}
