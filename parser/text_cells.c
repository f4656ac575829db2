#include <string.h>

#include "parser/text_head.h"
#include "parser/text_making.h"

#define HEADS_MAX 200 /* heads that are tried in one text: a head is parted in some hundred ways */
#define HEAD_LINES (HEAD_CELLS_MAX + ROW_LABELS_MAX + TEXT_TABLE_COLS_MAX) /* that tell whether it is one */
#define CELL_MAX 200u                                                      /* bytes of a line that may be a cell */
#define HEAD_CELLS_MAX 24
#define ROW_LABELS_MAX 3

static bool blank_char(char c)
{
	return c == ' ' || c == '\r';
}

static bool take_line(const struct document *d, const struct block *b, struct piece *out)
{
	static const char wide[] = "　";
	enum { WIDE = sizeof wide - 1 };
	uint32_t from = b->start, to = b->end;
	for (uint32_t n = 1; n > 0; from += n)
		n = from < to && blank_char(d->text.p[from])                         ? 1
		    : to - from >= WIDE && memcmp(d->text.p + from, wide, WIDE) == 0 ? WIDE
										     : 0;
	while (to > from && blank_char(d->text.p[to - 1]))
		to--;
	*out = (struct piece){from, to};
	return to > from && to - from <= CELL_MAX && !memchr(d->text.p + from, '\t', to - from) &&
	       !memmem(d->text.p + from, to - from, "。", 3);
}

static bool is_word(const struct lexicon *l, const struct document *d, const struct piece *p, const char *group)
{
	return text_head_is_word(l, str_sub(d->text, p->start, p->end), group);
}

/* Goes on gathering lines until there are `max`, or one that is no cell. */
static void gather(const struct making *m, size_t max)
{
	const struct document *d = m->d;
	struct text_lines *c = m->lines;
	for (size_t i = m->first + c->count; i < d->blocks_count && c->count < max; i++) {
		if ((i > m->first && !making_beside(d, &d->blocks[i - 1], &d->blocks[i])) ||
		    !take_line(d, &d->blocks[i], &c->at[c->count]))
			return;
		c->figure[c->count] = making_is_figure(d, &c->at[c->count]);
		c->count++;
	}
}

static size_t run_of(const struct text_lines *c, size_t from, bool figures)
{
	size_t n = 0;
	while (from + n < c->count && c->figure[from + n] == figures)
		n++;
	return n;
}

static void add_row(struct making *m, const struct piece *p, size_t n)
{
	memcpy(m->at + m->rows * TEXT_TABLE_COLS_MAX, p, n * sizeof *p);
	m->count[m->rows++] = n;
	m->cols = n > m->cols ? n : m->cols;
}

/* Tries to part the head's cells [from, to) into rows that lie over `columns`, the corner left out. */
static bool head_rows(const struct lexicon *l, struct making *m, const struct text_lines *c, size_t from, size_t to,
		      size_t columns)
{
	size_t n = to - from;
	struct text_head_row rows[3];
	if (n == 0 || n > HEAD_CELLS_MAX)
		return false;
	for (size_t a = 1; a <= n; a++)
		for (size_t b = a < n ? a + 1 : n; b <= n; b++) {
			size_t begin[4] = {0, a, b, n}, used = a == n ? 1 : b == n ? 2 : 3;
			for (size_t r = 0; r < used; r++) {
				rows[r].count = begin[r + 1] - begin[r];
				for (size_t k = 0; k < rows[r].count; k++) {
					const struct piece *p = &c->at[from + begin[r] + k];
					rows[r].cells[k] = str_sub(m->d->text, p->start, p->end);
				}
			}
			if (!text_head_spread(l, rows, used, columns))
				continue;
			for (size_t r = 0; r < used; r++)
				add_row(m, c->at + from + begin[r], rows[r].count);
			return true;
		}
	return false;
}

/* The head: its rows; *next the first line behind it. */
static bool take_head(const struct lexicon *l, struct making *m, const struct text_lines *c, size_t *next)
{
	size_t labels = run_of(c, 0, false), columns = run_of(c, labels, true);
	if (columns == 0 || columns > TEXT_TABLE_COLS_MAX - ROW_LABELS_MAX)
		return false;
	if (is_word(l, m->d, &c->at[0], "cells_corner")) { /* 信息内容, 本年制发件数, ... */
		if (labels < columns + 2 || labels > columns + 1 + ROW_LABELS_MAX)
			return false;
		add_row(m, c->at, columns + 1);
		*next = columns + 1;
		return true;
	}
	size_t end = 0;
	while (end < labels && making_level(m->d, &c->at[end]) != 0)
		end++;
	if (!is_word(l, m->d, &c->at[0], "cells_head"))
		return false;
	if (end == 0 || !head_rows(l, m, c, 0, end, columns))
		return false;
	*next = end;
	return true;
}

bool text_cells(const struct lexicon *l, struct making *m)
{
	struct text_lines *c = m->lines;
	struct piece first;
	size_t next = 0, columns = 0;
	m->rows = m->cols = m->blocks = 0;
	if (!take_line(m->d, &m->d->blocks[m->first], &first) || m->heads_tried == HEADS_MAX ||
	    (!is_word(l, m->d, &first, "cells_corner") && !is_word(l, m->d, &first, "cells_head")))
		return false;
	m->heads_tried++;
	c->count = 0;
	gather(m, HEAD_LINES);
	if (c->count < 3 || !take_head(l, m, c, &next))
		return false;
	gather(m, TEXT_CELLS_MAX);
	size_t head = m->rows;
	while (next < c->count && m->rows < TEXT_TABLE_ROWS_MAX) {
		size_t labels = run_of(c, next, false), figures = run_of(c, next + labels, true);
		columns = columns > 0 ? columns : figures;
		if (labels > ROW_LABELS_MAX || (labels == 0 && m->rows > head) || figures != columns || figures == 0)
			break;
		add_row(m, c->at + next, labels + figures);
		next += labels + figures;
	}
	m->blocks = next;
	return m->rows > head;
}
