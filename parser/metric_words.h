/*
 * metric_words - words of the lexicon's groups in the text of the report that is read: at a place, in a stretch, in a
 * sentence, and where its clauses end. No states, no errors.
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

/** Is [from, to) nothing but words of `group` and characters of `marks` (ASCII)? True when it is empty. */
static inline bool words_only(const struct reading *g, const char *group, const char *marks, size_t from, size_t to)
{
	for (size_t n; from < to; from += n) {
		fchar c = g->f->ch[from];
		if ((n = c > 0 && c < 0x80 && strchr(marks, (int)c) ? 1 : word_at(g, group, from, to)) == 0)
			return false;
	}
	return true;
}

/** Have both figures the same counting word, or both none? */
static inline bool same_unit(const struct reading *g, const struct quantity_at *a, const struct quantity_at *b)
{
	size_t n = a->end - a->unit_from;
	return n == b->end - b->unit_from &&
	       memcmp(g->f->ch + a->unit_from, g->f->ch + b->unit_from, n * sizeof(fchar)) == 0;
}

/** Is the figure's counting word, all of it, one of `group`? */
static inline bool unit_in(const struct reading *g, const struct quantity_at *q, const char *group)
{
	return q->end > q->unit_from && word_at(g, group, q->unit_from, q->end) == q->end - q->unit_from;
}

/** Does the sentence have a word of `group`? */
static inline bool word_seen(const struct reading *g, const struct sentence *s, const char *group)
{
	return groups_have(&s->seen, lexicon_need_group(g->l, group));
}

/** Does the sentence, or what stands over it, have a word of `group`? */
static inline bool word_around(const struct reading *g, const struct sentence *s, const char *group)
{
	return word_seen(g, s, group) || groups_have(&s->context, lexicon_need_group(g->l, group));
}

/** End of the clause at `pos`, `to` at the latest. */
static inline size_t clause_end(const fchar *t, size_t pos, size_t to)
{
	while (pos < to && !fchar_clause_end(t[pos]))
		pos++;
	return pos;
}

#endif
