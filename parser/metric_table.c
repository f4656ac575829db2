#include "parser/metric_table.h"

#include "parser/table_label.h"

#include <math.h>

#define PROCUREMENT "statutory.procurement"
#define PROCUREMENT_YUAN 1e5 /* 万元 are 10 亿, more than a department spends */
#define ROWS_READ_MAX 2000u  /* of one table; a statutory one has at most 65 */
#define COLS_READ_MAX 64u
#define PATH_MAX_BYTES 600u
#define LABEL_COLS_MAX 3u /* of table three */
#define HEAD_ROWS_MAX 12u /* header rows of table four and of a list */

/* One table while it is read. */
struct sheet {
	struct reading *g;
	const struct table *t;
	size_t rows, cols;
};

struct text_range {
	size_t from, to; /* folded */
};

static const struct cell *cell_at(const struct sheet *s, size_t r, size_t c)
{
	if (r >= s->t->rows || c >= s->t->cols)
		return NULL;
	int32_t i = s->t->grid[r * s->t->cols + c];
	return i < 0 ? NULL : &s->t->cells[i];
}

static struct text_range range_of(const struct sheet *s, const struct cell *c)
{
	struct text_range k = {fold_at_byte(s->g->f, c->start), fold_at_byte(s->g->f, c->end)};
	while (k.from < k.to && s->g->f->ch[k.from] == '\n')
		k.from++;
	return k;
}

static void normal_of(const struct sheet *s, const struct cell *c, struct label_text *out)
{
	struct text_range k = range_of(s, c);
	label_normal(s->g->f->ch, k.from, k.to, out);
}

static const struct table_label *column_of(const struct sheet *s, const struct cell *c, const char *form)
{
	struct label_text t;
	normal_of(s, c, &t);
	return label_find(s->g->l->columns, s->g->l->columns_count, form, &t, STR_NULL, false);
}

static const struct table_label *row_of(const struct sheet *s, const struct cell *c, const char *form,
					struct str section)
{
	struct label_text t;
	normal_of(s, c, &t);
	return label_find(s->g->l->rows, s->g->l->rows_count, form, &t, section, true);
}

/* ---- labels as they are reported: all header cells that cover a figure, outermost first ---- */

struct path {
	char text[PATH_MAX_BYTES];
	size_t n;
};

static void path_add(struct path *p, const struct sheet *s, const struct cell *c)
{
	size_t pos = c->start;
	if (p->n > 0 && p->n + 3 < sizeof p->text) {
		memcpy(p->text + p->n, " > ", 3);
		p->n += 3;
	}
	while (pos < c->end) {
		size_t at = pos;
		uint32_t cp = utf8_next(s->g->d->text.p, c->end, &pos);
		if (cp <= ' ' || cp == 0xA0 || cp == 0x3000 || cp == 0x200B || p->n + (pos - at) > sizeof p->text)
			continue;
		memcpy(p->text + p->n, s->g->d->text.p + at, pos - at);
		p->n += pos - at;
	}
}

/* Header cells over column c in rows [from, to), each once. */
static struct str column_path(const struct sheet *s, size_t from, size_t to, size_t c)
{
	struct path p = {.n = 0};
	const struct cell *last = NULL;
	for (size_t r = from; r < to; r++) {
		const struct cell *k = cell_at(s, r, c);
		if (k && k != last && k->end > k->start)
			path_add(&p, s, k);
		last = k ? k : last;
	}
	return arena_dup(s->g->d->arena, (struct str){p.text, p.n});
}

static struct str row_path(const struct sheet *s, size_t r, size_t cols)
{
	struct path p = {.n = 0};
	const struct cell *last = NULL;
	for (size_t c = 0; c < cols; c++) {
		const struct cell *k = cell_at(s, r, c);
		if (k && k != last && k->end > k->start)
			path_add(&p, s, k);
		last = k ? k : last;
	}
	return arena_dup(s->g->d->arena, (struct str){p.text, p.n});
}

/* ---- one figure ---- */

struct figure {
	struct str id; /* of the lexicon */
	struct str applicant;
	struct str row, column;
	double factor; /* 万元 */
	const char *rule;
};

static void emit(struct sheet *s, const struct cell *c, const struct figure *f)
{
	struct text_range k = range_of(s, c);
	struct cell_figure v;
	uint16_t id = lexicon_metric(s->g->l, f->id);
	if (id == LEXICON_NONE || !cell_figure(s->g->f->ch, k.from, k.to, &v))
		return;
	struct metric m = {.id = s->g->l->metrics[id].id,
			   .unit = s->g->l->metrics[id].unit,
			   .applicant = f->applicant,
			   .value = v.money ? v.value : v.value * f->factor,
			   .row = f->row,
			   .column = f->column,
			   .table = s->t->id,
			   .cell_row = c->row,
			   .cell_col = c->col};
	m.evidence = fold_source(s->g->f, k.from, k.to);
	m.offset_cp = s->g->f->cp[k.from];
	if (s->g->d->explain)
		m.explain = str_of(arena_printf(s->g->d->arena, "table %s, %s", s->t->id, f->rule));
	metrics_add(s->g, &m);
}

/* ---- table three: requests by applicant ---- */

struct applicants {
	struct str who[COLS_READ_MAX], path[COLS_READ_MAX];
	size_t first, cols; /* first applicant column, width of the table it was read from */
};

static size_t find_row(const struct sheet *s, const char *form, const char *target)
{
	for (size_t r = 0; r < s->rows; r++)
		for (size_t c = 0; c < s->cols; c++) {
			const struct cell *k = cell_at(s, r, c);
			if (!k || k->row != r || k->col != c)
				continue;
			const struct table_label *l = row_of(s, k, form, STR_NULL);
			if (l && str_eq_z(l->target, target))
				return r;
		}
	return s->rows;
}

static bool has_figures(const struct sheet *s, size_t c)
{
	struct cell_figure v;
	for (size_t r = 0; r < s->rows; r++) {
		const struct cell *k = cell_at(s, r, c);
		struct text_range t = k && k->col == c ? range_of(s, k) : (struct text_range){0, 0};
		if (cell_figure(s->g->f->ch, t.from, t.to, &v))
			return true;
	}
	return false;
}

static bool read_applicants(const struct sheet *s, size_t head, struct applicants *a)
{
	unsigned found = 0;
	*a = (struct applicants){.first = s->cols, .cols = s->cols};
	for (size_t c = 0; c < s->cols; c++)
		for (size_t r = head; r > 0; r--) {
			const struct cell *k = cell_at(s, r - 1, c);
			const struct table_label *l = k ? column_of(s, k, "t3") : NULL;
			if (!l)
				continue;
			a->who[c] = l->target;
			a->path[c] = column_path(s, 0, head, c);
			a->first = c < a->first ? c : a->first;
			found++;
			break;
		}
	return found >= 3;
}

static const struct table_label *leaf_label(const struct sheet *s, size_t r, size_t cols, const char *form,
					    struct str section)
{
	for (size_t c = cols; c > 0; c--) {
		const struct cell *k = cell_at(s, r, c - 1);
		if (!k || k->end == k->start)
			continue;
		return row_of(s, k, form, section);
	}
	return NULL;
}

/* The first row with a label of table three in one of the columns that have them. */
static size_t first_request_row(const struct sheet *s)
{
	for (size_t r = 0; r < s->rows; r++)
		for (size_t c = 0; c < LABEL_COLS_MAX && c < s->cols; c++) {
			const struct cell *k = cell_at(s, r, c);
			if (k && k->row == r && k->col == c && row_of(s, k, "t3", STR_NULL))
				return r;
		}
	return s->rows;
}

/* The rest of a table that a page break cut, with the head again: it may have a column of labels that the first part had not. */
static bool repeats_head(const struct sheet *s, struct applicants *a, size_t *head)
{
	struct applicants own;
	size_t first = first_request_row(s);
	if (a->first >= a->cols || first == 0 || first >= s->rows || !read_applicants(s, first, &own))
		return false;
	*a = own;
	*head = first;
	return true;
}

/* A row with a label in the columns before `first` and one cell in each from there on. */
static bool is_request_row(const struct sheet *s, size_t r, size_t first)
{
	for (size_t c = first; c < s->cols; c++) {
		const struct cell *k = cell_at(s, r, c);
		if (!k || k->row != r || k->col != c || k->colspan != 1 || k->rowspan != 1)
			return false;
	}
	return leaf_label(s, r, first, "t3", STR_NULL) != NULL;
}

/*
 * The rest of a table that a page break cut, without a head, whose labels take up more columns or fewer than those of the
 * first part: DOC and RTF have a column only where a cell ends. All its rows are of table three, so that the figures are told.
 */
static bool goes_on_elsewhere(const struct sheet *s, struct applicants *a)
{
	struct applicants own = {.cols = s->cols};
	size_t count = a->cols - a->first;
	if (a->first >= a->cols || s->cols <= count || s->cols > count + LABEL_COLS_MAX || s->rows == 0)
		return false;
	own.first = s->cols - count;
	for (size_t r = 0; r < s->rows; r++)
		if (!is_request_row(s, r, own.first))
			return false;
	memcpy(own.who + own.first, a->who + a->first, count * sizeof *own.who);
	memcpy(own.path + own.first, a->path + a->first, count * sizeof *own.path);
	*a = own;
	return true;
}

static void read_requests(struct sheet *s, struct applicants *a)
{
	size_t head = find_row(s, "t3", "requests.received");
	if (head < s->rows) {
		if (!read_applicants(s, head, a))
			return;
	} else if (repeats_head(s, a, &head)) {
		/* its own columns */
	} else if ((a->cols != s->cols || a->first >= s->cols) && !goes_on_elsewhere(s, a)) {
		return; /* neither a table three nor the rest of one that a page break cut */
	} else {
		head = 0;
	}
	for (size_t c = a->first; c < s->cols; c++)
		s->g->unread_applicants = s->g->unread_applicants || (a->who[c].n == 0 && has_figures(s, c));
	for (size_t r = head; r < s->rows; r++) {
		const struct table_label *l = leaf_label(s, r, a->first, "t3", STR_NULL);
		if (!l)
			continue;
		struct str row = row_path(s, r, a->first);
		for (size_t c = a->first; c < s->cols; c++) {
			const struct cell *k = cell_at(s, r, c);
			if (!k || k->col != c || k->row != r || a->who[c].n == 0)
				continue;
			struct figure f = {l->target, a->who[c], row, a->path[c], 1, "requests by applicant"};
			emit(s, k, &f);
		}
	}
}

/* ---- table two: blocks of article 20 ---- */

static bool row_has(const struct sheet *s, size_t r, const char *group)
{
	for (size_t c = 0; c < s->cols; c++) {
		const struct cell *k = cell_at(s, r, c);
		if (!k || k->row != r || k->col != c)
			continue;
		struct text_range t = range_of(s, k);
		if (lexicon_word_in(s->g->l, lexicon_need_group(s->g->l, group), s->g->f->ch, t.from, t.to, NULL) > 0)
			return true;
	}
	return false;
}

/* Money of the form is 万元 unless the header or the cell says otherwise. */
static double money_factor(const struct sheet *s, const struct cell *header)
{
	struct text_range t = range_of(s, header);
	bool yuan = false, ten_thousand = false;
	for (size_t i = t.from; i < t.to; i++) {
		yuan = yuan || (s->g->f->ch[i] == 0x5143 && i > t.from && s->g->f->ch[i - 1] != 0x4E07);
		ten_thousand = ten_thousand || s->g->f->ch[i] == 0x4E07;
	}
	return yuan && !ten_thousand ? 1 : 1e4;
}

/*
 * The form of 2019 gives no unit for what was bought. A figure without one is of 万元, but for a single department or a
 * town one of six digits and no decimals (10 亿 and more) is of yuan.
 */
static double procurement_factor(const struct sheet *s, const struct cell *k, const struct cell *header)
{
	struct text_range t = range_of(s, k);
	struct cell_figure v;
	double factor = money_factor(s, header);
	bool small = str_eq_z(s->g->r->level, "department") || str_eq_z(s->g->r->level, "township");
	if (factor > 1 && small && cell_figure(s->g->f->ch, t.from, t.to, &v) && v.value >= PROCUREMENT_YUAN &&
	    v.value == floor(v.value))
		return 1;
	return factor;
}

static void read_article_row(struct sheet *s, size_t r, size_t caption, size_t header, const struct table_label *what)
{
	for (size_t c = 1; c < s->cols; c++) {
		const struct cell *k = cell_at(s, r, c), *h = cell_at(s, header, c);
		if (!k || !h || k->col != c || k->row != r)
			continue;
		const struct table_label *role = column_of(s, h, "t2");
		if (!role)
			continue;
		char *id = arena_printf(s->g->d->arena, "%.*s.%.*s", STR_FMT(what->target), STR_FMT(role->target));
		bool money = str_eq_z(role->target, "amount");
		struct figure f = {str_of(id),
				   STR(""),
				   row_path(s, r, 1),
				   column_path(s, caption, header + 1, c),
				   !money                                ? 1
				   : str_eq_z(what->target, PROCUREMENT) ? procurement_factor(s, k, h)
									 : money_factor(s, h),
				   "article 20"};
		emit(s, k, &f);
	}
}

static void read_article(struct sheet *s)
{
	size_t caption = s->rows, header = s->rows;
	bool read = false; /* rows stand below the caption: a head behind them has none */
	for (size_t r = 0; r < s->rows; r++) {
		if (row_has(s, r, "article_twenty")) {
			caption = r;
			header = s->rows;
			read = false;
			continue;
		}
		if (row_has(s, r, "table_two_head")) {
			header = r;
			if (caption > r || read)
				caption = r;
			read = false;
			continue;
		}
		const struct cell *k = cell_at(s, r, 0);
		if (header >= s->rows || !k || k->row != r)
			continue;
		const struct table_label *what = row_of(s, k, "t2", STR_NULL);
		read = true;
		if (what)
			read_article_row(s, r, caption, header, what);
	}
}

/* ---- table four: reviews and lawsuits ---- */

static bool is_outcome(const struct table_label *l)
{
	return !str_starts(l->target, STR("litigation")) && !str_eq_z(l->target, "review");
}

static unsigned outcomes_in(const struct sheet *s, size_t r)
{
	unsigned found = 0;
	for (size_t c = 0; c < s->cols; c++) {
		const struct cell *k = cell_at(s, r, c);
		const struct table_label *l = k && k->row == r && k->col == c ? column_of(s, k, "t4") : NULL;
		found += l && is_outcome(l);
	}
	return found;
}

/* The last row of the head: heads of unequal height may name a few outcomes below the row that names most. */
static size_t outcome_row(const struct sheet *s)
{
	size_t last = s->rows;
	unsigned all = 0;
	for (size_t r = 0; r < s->rows && r < HEAD_ROWS_MAX; r++) {
		unsigned found = outcomes_in(s, r);
		all += found;
		if (found > 0)
			last = r;
	}
	return all > 4 ? last : s->rows;
}

/* Outcome and block that stand over column c: rows of the head do not all reach down to its last one. */
static bool dispute_column(const struct sheet *s, size_t head, size_t c, struct str *block, struct str *outcome)
{
	*block = *outcome = STR_NULL;
	for (size_t h = head + 1; h > 0; h--) {
		const struct cell *k = cell_at(s, h - 1, c);
		const struct table_label *l = k ? column_of(s, k, "t4") : NULL;
		if (l && is_outcome(l) && outcome->n == 0)
			*outcome = l->target;
		else if (l && !is_outcome(l) && block->n == 0)
			*block = l->target;
	}
	return block->n > 0 && outcome->n > 0;
}

static void read_disputes(struct sheet *s)
{
	size_t head = outcome_row(s);
	if (head >= s->rows)
		return;
	for (size_t c = 0; c < s->cols; c++) {
		struct str block, outcome;
		if (!dispute_column(s, head, c, &block, &outcome))
			continue;
		char *id = arena_printf(s->g->d->arena, "%.*s.%.*s", STR_FMT(block), STR_FMT(outcome));
		struct figure f = {
			str_of(id), STR(""), STR(""), column_path(s, 0, head + 1, c), 1, "reviews and lawsuits"};
		for (size_t r = head + 1; r < s->rows; r++) {
			const struct cell *k = cell_at(s, r, c);
			if (k && k->col == c && k->row == r)
				emit(s, k, &f);
		}
	}
}

/* ---- lists of indicators: 2008 to 2018 ---- */

enum role { ROLE_NONE, ROLE_LABEL, ROLE_UNIT, ROLE_ANNUAL, ROLE_CURRENT, ROLE_CUMULATIVE };

struct list_head {
	size_t row, label, unit, annual, cumulative; /* columns; s->cols: none */
};

static enum role role_of(const struct sheet *s, const struct cell *k)
{
	static const char *const names[] = {"label", "unit", "annual", "current", "cumulative"};
	struct label_text t;
	normal_of(s, k, &t);
	/* 2012年度, 2012年: the year's own figures */
	struct text_range r = range_of(s, k);
	const fchar *ch = s->g->f->ch;
	if (r.to - r.from >= 5 && r.to - r.from <= 8 && ch[r.from] == '2' && fchar_digit(ch[r.from + 3]) &&
	    ch[r.from + 4] == 0x5E74)
		return ROLE_ANNUAL;
	const struct table_label *l = label_find(s->g->l->columns, s->g->l->columns_count, "list", &t, STR_NULL, false);
	for (unsigned i = 0; l && i < 5; i++)
		if (str_eq_z(l->target, names[i]))
			return (enum role)(ROLE_LABEL + i);
	return ROLE_NONE;
}

static bool find_list_head(const struct sheet *s, struct list_head *h)
{
	for (size_t r = 0; r < s->rows && r < HEAD_ROWS_MAX; r++) {
		*h = (struct list_head){r, s->cols, s->cols, s->cols, s->cols};
		size_t current = s->cols;
		for (size_t c = 0; c < s->cols; c++) {
			const struct cell *k = cell_at(s, r, c);
			if (!k || k->col != c)
				continue;
			enum role o = role_of(s, k);
			if (o == ROLE_LABEL && h->label == s->cols)
				h->label = c + k->colspan - 1u;
			else if (o == ROLE_UNIT && h->unit == s->cols)
				h->unit = c;
			else if (o == ROLE_ANNUAL && h->annual == s->cols)
				h->annual = c;
			else if (o == ROLE_CURRENT)
				current = c;
			else if (o == ROLE_CUMULATIVE)
				h->cumulative = c;
		}
		if (h->annual == s->cols)
			h->annual = current;
		if (h->label < s->cols && h->annual < s->cols && h->annual > h->label)
			return true;
	}
	return false;
}

static unsigned known_rows(const struct sheet *s, size_t c)
{
	unsigned known = 0;
	for (size_t r = 0; r < s->rows; r++) {
		const struct cell *k = cell_at(s, r, c);
		known += k && k->row == r && row_of(s, k, "list", STR("review")) != NULL;
	}
	return known;
}

/*
 * No head: a table most of whose rows are known indicators; the figures stand in its last column. With figures in a
 * second column nothing says which are the year's: no figure is read.
 */
static bool guess_list_head(const struct sheet *s, struct list_head *h)
{
	for (size_t c = 0; c + 1 < s->cols && c < 3; c++) {
		if (known_rows(s, c) < 8)
			continue;
		for (size_t k = c + 1; k + 1 < s->cols; k++)
			if (has_figures(s, k))
				return false;
		*h = (struct list_head){0, c, s->cols, s->cols - 1, s->cols};
		h->unit = s->cols > c + 2 ? c + 1 : s->cols;
		return true;
	}
	return false;
}

/* The head of the list before, for the rest of it that a page break cut off: as wide, and its rows are indicators. */
struct list_before {
	struct list_head h;
	struct str annual, cumulative, section;
	size_t cols; /* 0: none */
};

static double unit_factor(const struct sheet *s, size_t r, size_t unit)
{
	const struct cell *k = unit < s->cols ? cell_at(s, r, unit) : NULL;
	if (!k)
		return 1;
	struct text_range t = range_of(s, k);
	return t.to > t.from && s->g->f->ch[t.from] == 0x4E07 ? 1e4 : 1;
}

struct str metric_section(struct str id)
{
	const char *dot = memchr(id.p, '.', id.n);
	return (struct str){id.p, dot ? (size_t)(dot - id.p) : id.n};
}

static bool goes_on(const struct sheet *s, const struct list_before *b)
{
	return b->cols == s->cols && known_rows(s, b->h.label) > 0;
}

static void read_list_row(struct sheet *s, size_t r, struct list_before *b)
{
	const struct list_head *h = &b->h;
	const struct table_label *l = leaf_label(s, r, h->label + 1, "list", b->section);
	if (!l || str_eq_z(l->target, "-"))
		return;
	b->section = metric_section(l->target);
	const struct cell *k = cell_at(s, r, h->annual);
	struct figure f = {l->target,   STR(""), row_path(s, r, h->label + 1), b->annual, unit_factor(s, r, h->unit),
			   "indicators"};
	if (k && k->row == r && k->col == h->annual)
		emit(s, k, &f);
	k = h->cumulative < s->cols ? cell_at(s, r, h->cumulative) : NULL;
	if (k && k->row == r && str_eq_z(l->target, "proactive.total")) {
		f.id = STR("proactive.cumulative");
		f.column = b->cumulative;
		emit(s, k, &f);
	}
}

static void read_list(struct sheet *s, struct list_before *b)
{
	struct list_head h;
	size_t first = 0;
	if (find_list_head(s, &h)) {
		first = h.row + 1;
		*b = (struct list_before){
			.h = h, .annual = column_path(s, h.row, first, h.annual), .section = STR(""), .cols = s->cols};
		if (h.cumulative < s->cols)
			b->cumulative = column_path(s, h.row, first, h.cumulative);
	} else if (!goes_on(s, b)) {
		if (!guess_list_head(s, &h))
			return;
		*b = (struct list_before){.h = h, .annual = STR(""), .section = STR(""), .cols = s->cols};
	}
	for (size_t r = first; r < s->rows; r++)
		read_list_row(s, r, b);
}

/* ---- all tables of a report ---- */

static bool inside(const struct reading *g, const struct table *t)
{
	size_t at = fold_at_byte(g->f, t->start);
	for (unsigned i = 0; i < g->s->parts_count; i++)
		if (at >= g->s->parts[i].from && at < g->s->parts[i].to)
			return true;
	return false;
}

void metric_tables(struct reading *g)
{
	struct applicants a = {.first = 0, .cols = 0};
	struct list_before list = {.cols = 0};
	g->r->tables = arena_alloc(g->d->arena, (g->d->tables_count + 1) * sizeof *g->r->tables);
	for (size_t i = 0; i < g->d->tables_count; i++) {
		const struct table *t = &g->d->tables[i];
		if (!inside(g, t))
			continue;
		g->r->tables[g->r->tables_count++] = (int)i;
		struct sheet s = {g, t, t->rows, t->cols};
		if (s.rows > ROWS_READ_MAX)
			s.rows = ROWS_READ_MAX;
		if (s.cols > COLS_READ_MAX)
			s.cols = COLS_READ_MAX;
		if (s.rows == 0 || s.cols < 2)
			continue;
		read_article(&s);
		read_requests(&s, &a);
		read_disputes(&s);
		read_list(&s, &list);
	}
	table_text_read(g);
}

static bool stands_in_table(const struct reading *g, const struct metric *m)
{
	for (size_t i = 0; i < g->m.count; i++) {
		const struct metric *t = &g->m.items[i];
		if (t->table && (t->applicant.n == 0 || str_eq_z(t->applicant, "total")) && t->value == m->value &&
		    str_eq(t->id, m->id) && str_eq(t->scope, m->scope))
			return true;
	}
	return false;
}

void metric_tables_win(struct reading *g)
{
	size_t kept = 0;
	for (size_t i = 0; i < g->m.count; i++) {
		bool prose = !g->m.items[i].table;
		if (prose && stands_in_table(g, &g->m.items[i]))
			continue;
		g->m.items[kept++] = g->m.items[i];
	}
	g->m.count = kept;
}
