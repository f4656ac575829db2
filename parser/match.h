/*
 * match - many words at once over folded text: Aho-Corasick, built once.
 *
 * Words are numbered in the order they were added; a word added twice keeps its first number. The matcher owns
 * its memory and does not keep the words. Matching takes time linear in the text plus the number of matches.
 */
#ifndef PARSER_MATCH_H
#define PARSER_MATCH_H

#include "parser/fold.h"

struct matcher;

struct matcher *matcher_new(void);
void matcher_free(struct matcher *m); /* NULL is fine */
/** Add a word of 1 to 64 code points; returns its number, or UINT32_MAX when it is empty or too long. */
uint32_t matcher_add(struct matcher *m, const fchar *w, size_t n);
/** Call once after the last matcher_add(). */
void matcher_build(struct matcher *m);
size_t matcher_words(const struct matcher *m);

typedef void matcher_hit(void *ctx, size_t start, size_t end, uint32_t word);
/** Every occurrence in [from, to), also overlapping ones, by end position. */
void matcher_scan(const struct matcher *m, const fchar *text, size_t from, size_t to, matcher_hit *hit, void *ctx);
/** Longest word that begins at `pos` and ends at or before `to`; returns its length (0: none) and its number. */
size_t matcher_longest(const struct matcher *m, const fchar *text, size_t pos, size_t to, uint32_t *word_out);

#endif
