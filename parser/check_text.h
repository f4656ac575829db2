/*
 * check_text - what stands between the figures that a check compares. Pure functions of the report's text.
 */
#ifndef PARSER_CHECK_TEXT_H
#define PARSER_CHECK_TEXT_H

#include "parser/metric_words.h"

#define BRACKET_FAR 1000 /* characters of what stands in brackets */

/** Does the character `a`, and `b` right behind it unless 0, stand in [from, to)? */
static inline bool has_between(const struct reading *g, size_t from, size_t to, fchar a, fchar b)
{
	for (size_t i = from; i + 1 < to; i++)
		if (g->f->ch[i] == a && (b == 0 || g->f->ch[i + 1] == b))
			return true;
	return false;
}

/** Does a bracket that opens at or behind `from` hold `pos`? */
static inline bool in_bracket(const struct reading *g, size_t from, size_t pos)
{
	int depth = 0;
	for (size_t i = from; i < pos; i++) {
		if (fchar_sentence_end(g->f->ch[i]))
			depth = 0;
		depth += g->f->ch[i] == '(' ? 1 : g->f->ch[i] == ')' && depth > 0 ? -1 : 0;
	}
	return depth > 0;
}

/** Behind the bracket that holds `pos`; not farther than a list is long. */
static inline size_t bracket_end(const struct reading *g, size_t pos)
{
	const fchar *t = g->f->ch;
	size_t end = pos;
	for (int depth = 1; end < g->f->n && end - pos < BRACKET_FAR && depth > 0; end++)
		depth += t[end] == '(' ? 1 : t[end] == ')' ? -1 : 0;
	return end;
}

/** 件, 宗, 起: cases are counted by several words in one list. */
static inline bool like_unit(const struct reading *g, const struct quantity_at *a, const struct quantity_at *b)
{
	return same_unit(g, a, b) || (unit_in(g, a, "unit_of_cases") && unit_in(g, b, "unit_of_cases"));
}

/** Sentences that end in [from, to); the items of a list in lines are one sentence. */
static inline unsigned sentences_between(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	unsigned n = 0;
	for (size_t k = from; k < to; k++) {
		bool goes_on = t[k] == '\n' && k > 0 &&
			       (t[k - 1] == ';' || t[k - 1] == ':' || t[k - 1] == ',' || fchar_sentence_end(t[k - 1]));
		n += fchar_sentence_end(t[k]) && !goes_on;
	}
	return n;
}

/** Do the others (其他, 其它) stand in [from, to)? */
static inline bool says_others(const struct reading *g, size_t from, size_t to)
{
	return has_between(g, from, to, 0x5176, 0x4ED6) || has_between(g, from, to, 0x5176, 0x5B83);
}

#endif
