/*
 * link_rank - how likely the way through a link leads to an annual report, from words alone: its anchor text, its path,
 * and what the page says of itself (column tag, title). Words and weights are lexicon/link_words.tsv. What a site taught
 * is added by the fetcher (fetcher/rank.h).
 */
#ifndef PARSER_LINK_RANK_H
#define PARSER_LINK_RANK_H

#include "base/err.h"
#include "parser/document.h"
#include "parser/lexicon.h"

#define LINK_RANK_MAX 100 /* and at least -LINK_RANK_MAX; 0 says nothing */

struct link_words;

/** Reads link_words.tsv; `lex` folds and must live as long. */
enum err link_words_load(const struct lexicon *lex, struct link_words **out) WARN_UNUSED;
void link_words_free(struct link_words *w); /* NULL is fine */
/** Worth of one text (anchor, title, name of a column), in [-LINK_RANK_MAX, LINK_RANK_MAX]; `a` is scratch. */
int link_rank_text(const struct link_words *w, struct arena *a, struct str text);
/** Worth of a URL's path, likewise. */
int link_rank_path(const struct link_words *w, struct str url);
/** Fills the rank of every link of d; its title, metas and links are there. */
void link_rank_all(const struct link_words *w, struct document *d);

#endif
