/*
 * metric_words - words of the lexicon's groups in the text of the report that is read. No states, no errors.
 */
#ifndef PARSER_METRIC_WORDS_H
#define PARSER_METRIC_WORDS_H

#include "parser/metric_prose.h"

/** Length of the word of `group` at `pos` that ends at or before `to`; 0 when none. */
static inline size_t word_at(const struct reading *g, const char *group, size_t pos, size_t to)
{
	return lexicon_word_at(g->l, lexicon_need_group(g->l, group), g->f->ch, pos, to);
}

/** Length of the word of `group` that ends at `pos` and begins at or behind `from`; 0 when none. */
static inline size_t word_before(const struct reading *g, const char *group, size_t pos, size_t from)
{
	return lexicon_word_before(g->l, lexicon_need_group(g->l, group), g->f->ch, pos, from);
}

/** Does a word of `group` stand in [from, to)? */
static inline bool word_in(const struct reading *g, const char *group, size_t from, size_t to)
{
	return lexicon_group_in(g->l, group, g->f->ch, from, to);
}

/** First word of `group` in [from, to): its length, its place in *at; 0 and *at untouched when none. */
static inline size_t word_find(const struct reading *g, const char *group, size_t from, size_t to, size_t *at)
{
	return lexicon_word_in(g->l, lexicon_need_group(g->l, group), g->f->ch, from, to, at);
}

#endif
