#include "parser/text_table.h"

#include <stdio.h>
#include <string.h>

#include "parser/text_head.h"
#include "parser/text_making.h"

#define NONE (-1)
#define RULE_MIN 3 /* dashes */

static bool is_blank(const struct piece *p)
{
	return p->end <= p->start;
}

bool making_is_figure(const struct document *d, const struct piece *p)
{
	bool any = false;
	for (uint32_t i = p->start; i < p->end; i++) {
		unsigned char c = (unsigned char)d->text.p[i];
		if ((c >= '0' && c <= '9') || c == '/' || c == '-')
			any = true;
		else if (c != '.' && c != '+' && c != ',' && c != '%' && c != ' ')
			return false;
	}
	return any;
}

static bool blank_char(char c)
{
	return c == ' ' || c == '\r';
}

/* ---|:--: below the head of a table in Markdown */
static bool is_rule(const struct document *d, const struct piece *p)
{
	unsigned dashes = 0;
	for (uint32_t i = p->start; i < p->end; i++) {
		if (d->text.p[i] != '-' && d->text.p[i] != ':')
			return false;
		dashes += d->text.p[i] == '-';
	}
	return dashes >= RULE_MIN;
}

/* The cells of a line; 0 when it is no row of a table. */
static size_t pieces_of(const struct document *d, const struct block *b, bool first, struct piece *out)
{
	size_t n = 0, rules = 0;
	unsigned filled = 0;
	uint32_t from = b->start, end = b->end;
	char mark = memchr(d->text.p + from, '\t', end - from) ? '\t' : '|';
	if (mark == '|') { /* | 规章 | 0 | */
		from += from < end && d->text.p[from] == mark;
		while (end > from && blank_char(d->text.p[end - 1]))
			end--;
		end -= end > from && d->text.p[end - 1] == mark;
	}
	while (from <= end && n < TEXT_TABLE_COLS_MAX) {
		const char *tab = memchr(d->text.p + from, mark, end - from);
		uint32_t to = tab ? (uint32_t)(tab - d->text.p) : end, next = to + 1;
		while (from < to && blank_char(d->text.p[from]))
			from++;
		while (to > from && blank_char(d->text.p[to - 1]))
			to--;
		if (to - from > TEXT_TABLE_CELL_MAX || memmem(d->text.p + from, to - from, "。", 3))
			return 0; /* prose with a tab in it */
		out[n++] = (struct piece){from, to};
		filled += to > from;
		rules += is_rule(d, &out[n - 1]);
		if (!tab)
			break;
		from = next;
	}
	if (n >= 2 && rules == n && !first) {
		for (size_t i = 0; i < n; i++)
			out[i].end = out[i].start;
		return n;
	}
	/* an indented line begins none; below others it may be a row without figures whose group stands above */
	return n >= 2 && (filled >= 2 || (filled == 1 && (!first || !is_blank(&out[0])))) ? n : 0;
}

static bool has_figure(const struct making *m, size_t r)
{
	for (size_t c = 0; c < m->count[r]; c++)
		if (making_is_figure(m->d, &m->at[r * TEXT_TABLE_COLS_MAX + c]))
			return true;
	return false;
}

/* Cells of a row behind its last label. */
static size_t figures_behind(const struct making *m, size_t r)
{
	size_t n = 0;
	for (size_t c = m->count[r]; c > 0; c--, n++) {
		const struct piece *p = &m->at[r * TEXT_TABLE_COLS_MAX + c - 1];
		if (!is_blank(p) && !making_is_figure(m->d, p))
			break;
	}
	return n;
}

/* Rows of the head, columns of labels: the fewest that stand before a figure. */
static void measure(struct making *m)
{
	m->head = m->rows;
	m->labels = m->cols;
	for (size_t r = 0; r < m->rows; r++) {
		if (!has_figure(m, r))
			continue;
		m->head = r < m->head ? r : m->head;
		if (m->count[r] != m->cols)
			continue;
		for (size_t c = 0; c < m->cols && c < m->labels; c++)
			if (making_is_figure(m->d, &m->at[r * TEXT_TABLE_COLS_MAX + c]))
				m->labels = c;
	}
}

size_t making_level(const struct document *d, const struct piece *p)
{
	static const char digits[] = "一二三四五六七八九十";
	const char *s = d->text.p + p->start;
	size_t n = p->end - p->start, at = 0;
	bool open = n > 3 && (memcmp(s, "（", 3) == 0 || *s == '(');
	at = open ? (*s == '(' ? 1 : 3) : 0;
	size_t from = at;
	while (at + 3 <= n && memmem(digits, sizeof digits - 1, s + at, 3))
		at += 3;
	if (at > from)
		return open ? 1 : memcmp(s + at, "、", n - at < 3 ? n - at : 3) == 0 ? 0 : LABEL_LEVELS;
	while (at < n && s[at] >= '0' && s[at] <= '9')
		at++;
	return at > from && !open && at < n && (s[at] == '.' || memcmp(s + at, "、", n - at < 3 ? n - at : 3) == 0)
		       ? 2
		       : LABEL_LEVELS;
}

/*
 * Labels whose rows lost the places of the groups above them stand where their numbers say: 一、 before (一) before 1.
 * Nothing moves unless all labels say so, in rows that have as many figures.
 */
static void level_labels(struct making *m)
{
	size_t figures = m->cols - m->labels;
	bool deep = false;
	if (m->labels == 0 || m->labels >= LABEL_LEVELS || figures + LABEL_LEVELS > TEXT_TABLE_COLS_MAX)
		return;
	for (size_t r = m->head; r < m->rows; r++) {
		size_t n = m->count[r] - figures, last = LABEL_LEVELS;
		if (m->count[r] <= figures || figures_behind(m, r) != figures)
			return;
		for (size_t c = 0; c < n; c++) {
			size_t level = making_level(m->d, &m->at[r * TEXT_TABLE_COLS_MAX + c]);
			if (level == LABEL_LEVELS || (last < LABEL_LEVELS && level <= last))
				return;
			last = level;
		}
		deep = deep || last == LABEL_LEVELS - 1;
	}
	if (!deep)
		return;
	for (size_t r = m->head; r < m->rows; r++) {
		struct piece *p = m->at + r * TEXT_TABLE_COLS_MAX, label[LABEL_LEVELS] = {{0, 0}};
		size_t n = m->count[r] - figures;
		for (size_t c = 0; c < n; c++)
			label[making_level(m->d, &p[c])] = p[c];
		memmove(p + LABEL_LEVELS, p + n, figures * sizeof *p);
		memcpy(p, label, sizeof label);
		m->count[r] = figures + LABEL_LEVELS;
	}
	m->labels = LABEL_LEVELS;
	m->cols = figures + LABEL_LEVELS;
}

/*
 * A row that lost the places of its spans: its figures stand at the right as those of the whole rows do, its last label
 * reaches up to them.
 */
static void align_right(struct making *m, size_t r)
{
	struct piece *p = m->at + r * TEXT_TABLE_COLS_MAX;
	size_t n = m->count[r], figures = figures_behind(m, r), lost = m->cols - n;
	if (r < m->head || n >= m->cols || figures == 0 || figures != m->cols - m->labels)
		return;
	size_t labels = n - figures;
	memmove(p + labels + lost, p + labels, figures * sizeof *p);
	for (size_t c = labels; c < labels + lost; c++)
		p[c] = (struct piece){0, 0};
	m->count[r] = m->cols;
}

/* Does a cell of the head reach the last column? Then the places of all spans are there. */
static bool head_is_whole(const struct making *m)
{
	for (size_t r = 0; r < m->head; r++)
		if (m->count[r] == m->cols)
			return true;
	return false;
}

/*
 * The head of a table that was copied without the places of its spans: what stands over the labels stays at the left,
 * the rest goes where its spans leave it.
 */
static void spread_head(const struct lexicon *l, struct making *m)
{
	struct text_head_row rows[TEXT_HEAD_ROWS_MAX];
	struct piece kept[TEXT_HEAD_ROWS_MAX][TEXT_HEAD_CELLS_MAX], corner = {0, 0};
	if (m->head == 0 || m->head > TEXT_HEAD_ROWS_MAX || head_is_whole(m))
		return;
	for (size_t r = 0; r < m->head; r++) {
		const struct piece *p = m->at + r * TEXT_TABLE_COLS_MAX;
		rows[r].count = 0;
		for (size_t c = 0; c < m->count[r]; c++) {
			if (is_blank(&p[c]))
				continue;
			if (r == 0 && c == 0 && m->labels > 0 && m->count[0] > 1) { /* alone it stands over figures */
				corner = p[c];
				continue;
			}
			if (rows[r].count == TEXT_HEAD_CELLS_MAX)
				return;
			kept[r][rows[r].count] = p[c];
			rows[r].cells[rows[r].count++] = str_sub(m->d->text, p[c].start, p[c].end);
		}
	}
	if (!text_head_spread(l, rows, m->head, m->cols - m->labels))
		return;
	for (size_t r = 0; r < m->head; r++) {
		struct piece *p = m->at + r * TEXT_TABLE_COLS_MAX;
		for (size_t c = 0; c < m->cols; c++)
			p[c] = (struct piece){0, 0};
		p[0] = r == 0 ? corner : p[0];
		for (size_t i = 0; i < rows[r].count; i++)
			p[m->labels + rows[r].column[i]] = kept[r][i];
		m->count[r] = m->cols;
	}
}

/* 第二十条第(五)项 over the rest of the table, with a head of its own below it */
static bool is_caption(const struct making *m, size_t r)
{
	const struct piece *p = m->at + r * TEXT_TABLE_COLS_MAX;
	if (r + 1 >= m->rows || is_blank(p) || has_figure(m, r) || has_figure(m, r + 1))
		return false;
	for (size_t c = 1; c < m->count[r]; c++)
		if (!is_blank(&p[c]))
			return false;
	return true;
}

/* Which cell a blank place belongs to; NONE: a blank cell of its own. */
static int32_t spanned(const struct making *m, const struct table *t, size_t r, size_t c)
{
	const int32_t *row = t->grid + r * m->cols, *above = r > 0 ? row - m->cols : NULL;
	int32_t left = c > 0 ? row[c - 1] : NONE, up = above ? above[c] : NONE;
	bool own_left = left >= 0 && t->cells[left].row == r;
	if (r < m->head) {
		bool together = !above || (c > 0 && above[c - 1] >= 0 && above[c - 1] == above[c]);
		if (own_left && together)
			return left;
		return up >= 0 ? up : left;
	}
	if (own_left && (c < m->labels || is_caption(m, r)))
		return left;
	if (c >= m->labels)
		return NONE;
	return up >= 0 && t->cells[up].row >= m->head ? up : NONE;
}

static void cover(struct cell *k, size_t r, size_t c)
{
	if (r >= (size_t)k->row + k->rowspan)
		k->rowspan = (uint16_t)(r - k->row + 1);
	if (c >= (size_t)k->col + k->colspan)
		k->colspan = (uint16_t)(c - k->col + 1);
}

static void fill(struct making *m, struct table *t)
{
	for (size_t r = 0; r < m->rows; r++)
		for (size_t c = 0; c < m->cols; c++) {
			const struct piece *p = &m->at[r * TEXT_TABLE_COLS_MAX + c];
			bool there = c < m->count[r];
			int32_t *at = &t->grid[r * m->cols + c], of = NONE;
			if (!there || is_blank(p))
				of = spanned(m, t, r, c);
			if (of < 0 && !there && r >= m->head)
				continue; /* the line ends before */
			if (of >= 0) {
				*at = of;
				cover(&t->cells[of], r, c);
				continue;
			}
			*at = (int32_t)t->cells_count;
			t->cells[t->cells_count++] = (struct cell){.start = there ? p->start : 0,
								   .end = there ? p->end : 0,
								   .row = (uint16_t)r,
								   .col = (uint16_t)c,
								   .rowspan = 1,
								   .colspan = 1};
		}
}

static void make(const struct lexicon *l, struct making *m, size_t *places)
{
	struct document *d = m->d;
	measure(m);
	if (m->head == m->rows)
		return;
	level_labels(m);
	for (size_t r = 0; r < m->rows; r++)
		align_right(m, r);
	spread_head(l, m);
	size_t n = m->rows * m->cols;
	if (d->tables_count >= DOC_TABLES_MAX || *places + n > TEXT_TABLE_PLACES_MAX)
		return;
	*places += n;
	struct table *t = &d->tables[d->tables_count];
	*t = (struct table){.rows = (uint16_t)m->rows, .cols = (uint16_t)m->cols};
	snprintf(t->id, sizeof t->id, "t%zu", d->tables_count + 1);
	t->start = d->blocks[m->first].start;
	t->end = d->blocks[m->first + m->blocks - 1].end;
	t->cells = arena_alloc(d->arena, n * sizeof *t->cells);
	t->grid = arena_alloc(d->arena, n * sizeof *t->grid);
	memset(t->grid, 0xff, n * sizeof *t->grid);
	fill(m, t);
	for (size_t b = m->first; b < m->first + m->blocks; b++) {
		d->blocks[b].kind = BLOCK_ROW;
		d->blocks[b].table = (int32_t)d->tables_count;
	}
	d->tables_count++;
}

bool making_beside(const struct document *d, const struct block *a, const struct block *b)
{
	for (uint32_t i = a->end + 1; i < b->start; i++)
		if (d->text.p[i] != '\n' && d->text.p[i] != ' ')
			return false;
	return b->start - a->end <= 2; /* at most one empty line */
}

void text_tables(const struct lexicon *l, struct document *d)
{
	struct making m = {.d = d};
	size_t places = 0;
	if (d->blocks_count < 2)
		return;
	d->tables = arena_calloc(d->arena, DOC_TABLES_MAX, sizeof *d->tables);
	m.at = arena_alloc(d->arena, TEXT_TABLE_ROWS_MAX * TEXT_TABLE_COLS_MAX * sizeof *m.at);
	m.count = arena_alloc(d->arena, TEXT_TABLE_ROWS_MAX * sizeof *m.count);
	m.lines = arena_alloc(d->arena, sizeof *m.lines);
	for (size_t i = 0; i < d->blocks_count; i = m.first + (m.blocks > 0 ? m.blocks : 1)) {
		m.first = i;
		if (text_cells(l, &m)) {
			make(l, &m, &places);
			continue;
		}
		m.rows = m.cols = 0;
		while (i < d->blocks_count && m.rows < TEXT_TABLE_ROWS_MAX &&
		       (m.rows == 0 || making_beside(d, &d->blocks[i - 1], &d->blocks[i]))) {
			size_t n = pieces_of(d, &d->blocks[i], m.rows == 0, m.at + m.rows * TEXT_TABLE_COLS_MAX);
			if (n == 0)
				break;
			m.count[m.rows++] = n;
			m.cols = n > m.cols ? n : m.cols;
			i++;
		}
		m.blocks = m.rows;
		if (m.rows >= 2)
			make(l, &m, &places);
	}
}
