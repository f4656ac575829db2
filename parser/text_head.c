#include "parser/text_head.h"

#include "parser/fold.h"

#define WORD_MAX 12 /* characters of the words that say what a cell is */

/* Cells of a row, which of them are groups, and the children of each. */
struct parts {
	bool group[TEXT_HEAD_CELLS_MAX];
	size_t groups;
	size_t children[TEXT_HEAD_CELLS_MAX]; /* of each group, in its order */
};

bool text_head_is_word(const struct lexicon *l, struct str cell, const char *group)
{
	fchar t[WORD_MAX];
	size_t n = 0;
	for (size_t pos = 0; pos < cell.n;) {
		uint32_t c = utf8_next(cell.p, cell.n, &pos);
		if (c == ' ' || c == 0xA0 || c == 0x3000)
			continue;
		if (n == WORD_MAX)
			return false;
		t[n++] = c > 0xFFFF || c == 0 ? 0xFFFD : l->simple[c];
	}
	return n > 0 && lexicon_word_at(l, lexicon_need_group(l, group), t, 0, n) == n;
}

static bool stands_in(const struct text_head_row *row, struct str name)
{
	for (size_t i = 0; i < row->count; i++)
		if (str_eq(row->cells[i], name))
			return true;
	return false;
}

static void find_groups(const struct lexicon *l, const struct text_head_row *row, const struct text_head_row *below,
			struct parts *p)
{
	*p = (struct parts){.groups = 0};
	for (size_t i = 0; i < row->count; i++) {
		p->group[i] =
			below && !text_head_is_word(l, row->cells[i], "head_leaf") && !stands_in(below, row->cells[i]);
		p->groups += p->group[i];
	}
}

/* Are the cells of `row` `n` times the same names one behind the other? */
static bool repeats(const struct text_head_row *row, size_t n)
{
	size_t each = row->count / n;
	if (row->count % n != 0)
		return false;
	for (size_t i = each; i < row->count; i++)
		if (!str_eq(row->cells[i], row->cells[i - each]))
			return false;
	return true;
}

/* How the cells of `below` fall to the groups of the row above it. */
static bool share_out(const struct text_head_row *below, const struct parts *kinds, struct parts *p)
{
	if (p->groups == 1 || repeats(below, p->groups)) {
		for (size_t i = 0; i < p->groups; i++)
			p->children[i] = below->count / p->groups;
		return p->groups == 1 || below->count >= p->groups;
	}
	size_t turn = 1, turns = 0, at = 0; /* two groups: leaves below one, groups below the other */
	for (; turn < below->count; turn++)
		if (kinds->group[turn] != kinds->group[turn - 1]) {
			turns++;
			at = turn;
		}
	if (p->groups != 2 || turns != 1)
		return false;
	p->children[0] = at;
	p->children[1] = below->count - at;
	return true;
}

/* Columns below the cell, the cells of the rows below taken in their order. */
static size_t place(struct text_head_row *rows, const struct parts *parts, size_t r, size_t column, size_t *next,
		    size_t *group)
{
	size_t i = next[r]++, width = 0;
	rows[r].column[i] = column;
	if (!parts[r].group[i])
		return 1;
	for (size_t k = parts[r].children[group[r]++]; k > 0; k--)
		width += place(rows, parts, r + 1, column + width, next, group);
	return width;
}

bool text_head_spread(const struct lexicon *l, struct text_head_row *rows, size_t n, size_t columns)
{
	struct parts parts[TEXT_HEAD_ROWS_MAX];
	size_t cells = 0, groups = 0, width = 0, next[TEXT_HEAD_ROWS_MAX] = {0}, group[TEXT_HEAD_ROWS_MAX] = {0};
	if (n == 0 || n > TEXT_HEAD_ROWS_MAX)
		return false;
	for (size_t r = 0; r < n; r++) {
		find_groups(l, &rows[r], r + 1 < n ? &rows[r + 1] : NULL, &parts[r]);
		cells += rows[r].count;
		groups += parts[r].groups;
		if (rows[r].count == 0 || (r + 1 < n && parts[r].groups == 0))
			return false;
	}
	if (cells - groups != columns)
		return false;
	for (size_t r = 0; r + 1 < n; r++) {
		if (!share_out(&rows[r + 1], &parts[r + 1], &parts[r]))
			return false;
		for (size_t i = 0, child = 0; i < parts[r].groups; child += parts[r].children[i++])
			if (text_head_is_word(l, rows[r + 1].cells[child], "head_total"))
				return false;
	}
	for (size_t i = 0; i < rows[0].count; i++)
		width += place(rows, parts, 0, width, next, group);
	return width == columns;
}
