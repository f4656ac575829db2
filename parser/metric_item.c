#include "parser/metric_item.h"

#include "parser/metric_list.h"
#include "parser/metric_words.h"

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

size_t metric_item_tail_end(const struct reading *g, size_t pos, size_t to)
{
	const fchar *t = g->f->ch;
	while (pos < to && !fchar_clause_end(t[pos]) && t[pos] != '(' && t[pos] != ')' && t[pos] != C_COMMA)
		pos++;
	return pos;
}
