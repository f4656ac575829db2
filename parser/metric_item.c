#include "parser/metric_item.h"

#include "parser/metric_list.h"
#include "parser/metric_words.h"

#define NAMES_FAR 30 /* characters from how many there are to their figure */

enum { C_COMMA = 0x3001 };

size_t metric_item_end(const struct reading *g, size_t left, size_t pos)
{
	return pos - (pos > left && (g->f->ch[pos - 1] == ':' || g->f->ch[pos - 1] == '('));
}

size_t metric_item_begin(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	for (size_t k = from; k < to; k++)
		if (t[k] == ':')
			from = k + 1;
	for (size_t k = from, n; k < to; k++)
		if ((n = word_at(g, "list_word_parts", k, to)) > 0 && k + n < to)
			from = k + n;
	for (size_t n; (n = metric_list_number(g, from, to)) > 0;)
		from += n;
	while (from < to) {
		bool mark = t[from] == C_COMMA || t[from] == '(' || t[from] == ')';
		size_t n = mark ? 1 : word_at(g, "list_join", from, to);
		if (n == 0)
			break;
		from += n;
		from += metric_list_number(g, from, to);
	}
	return from;
}

bool metric_item_ends(const struct reading *g, size_t pos)
{
	fchar c = pos < g->f->n ? g->f->ch[pos] : '\n';
	return fchar_clause_end(c) || c == ':' || c == C_COMMA || c == '(' || c == ')' ||
	       word_at(g, "share_word", pos, g->f->n) > 0 || word_at(g, "run_end", pos, g->f->n) > 0 ||
	       word_at(g, "list_join", pos, g->f->n) > 0;
}

bool metric_item_counts_names(const struct reading *g, size_t i)
{
	if (i + 1 >= g->q_count || g->q[i].kind != UNIT_COUNT || g->q[i + 1].kind != UNIT_COUNT ||
	    word_at(g, "unit:unit", g->q[i].unit_from, g->q[i].end) == 0 ||
	    word_at(g, "list_unit", g->q[i + 1].unit_from, g->q[i + 1].end) == 0 ||
	    g->q[i + 1].start - g->q[i].end > NAMES_FAR)
		return false;
	for (size_t pos = g->q[i].end; pos < g->q[i + 1].start; pos++)
		if (fchar_clause_end(g->f->ch[pos]) || g->f->ch[pos] == ':' || g->f->ch[pos] == C_COMMA ||
		    g->f->ch[pos] == '(')
			return false;
	return true;
}

size_t metric_item_tail_end(const struct reading *g, size_t pos, size_t to)
{
	const fchar *t = g->f->ch;
	while (pos < to && !fchar_clause_end(t[pos]) && t[pos] != '(' && t[pos] != ')' && t[pos] != C_COMMA)
		pos++;
	return pos;
}
