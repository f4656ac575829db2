/*
 * words - the lexicon files of the page steps, ready for matching: class words and template containers
 * (containers.tsv), furniture phrases (furniture.tsv), names of meta tags (meta_names.tsv) and labels of
 * dates, sources and numbers (labels.tsv), and of what a page counts (counters.tsv). Read once; immutable afterwards.
 */
#ifndef PARSER_WORDS_H
#define PARSER_WORDS_H

#include "base/err.h"
#include "base/str.h"

enum phrase_kind {
	PHRASE_LINE,  /* furniture when the line is short and holds it */
	PHRASE_START, /* furniture when a line of up to 40 characters begins with it */
	PHRASE_END,   /* begins what follows the main text: foot of the page */
	PHRASE_KINDS
};

enum label_kind {
	LABEL_DATE,      /* 发布时间 */
	LABEL_MADE,      /* 成文日期: of the document, not of the page */
	LABEL_TERM,      /* 实施日期, 有效期: from when, till when it holds */
	LABEL_SOURCE,    /* 来源 */
	LABEL_PUBLISHER, /* 发布机构 */
	LABEL_NUMBER,    /* 文号 */
	LABEL_INDEX,     /* 索引号 */
	LABEL_TITLE,
	LABEL_SITE_ID,
	LABEL_OTHER, /* 主题分类 ...: of an index block, not kept */
	LABEL_STOP,  /* 浏览次数 ...: ends the value before it */
	LABEL_KINDS
};

enum counter_kind {
	COUNTER_COUNT,   /* 浏览次数 */
	COUNTER_ORDINAL, /* 您是第 */
	COUNTER_CLOCK,   /* 今天是 */
	COUNTER_KINDS
};

enum meta_kind { META_TITLE, META_DATE, META_SOURCE, META_SITE_ID, META_KINDS };

struct words;

enum err words_load(struct words **out) WARN_UNUSED;
void words_free(struct words *w);

/** Rank of the template container with this tag, id and class list: 1 is the best, 0 none. NULL for absent. */
unsigned words_container(const struct words *w, const char *tag, const char *id, const char *classes);
/** < 0 for an id or class of furniture, > 0 for one of content, else 0. */
int words_class(const struct words *w, const char *id, const char *classes);
/** Kinds of phrases that the line holds (PHRASE_START: begins with), as bits 1 << kind. */
unsigned words_phrases(const struct words *w, struct str line);
/** The label that `s` (without white space) begins with, longest first; its length, 0 for none. A colon must follow unless `bare`. */
size_t words_label(const struct words *w, struct str s, enum label_kind *kind, bool bare);
/** False when no label can begin at `s`: a look at its first character. */
bool words_label_may(const struct words *w, struct str s);
/** Length of the longest label of a counter or clock that `s` begins with; 0 for none. */
size_t words_counter(const struct words *w, struct str s, enum counter_kind *kind);
/** Length of the counting word of a counter's number (次) that `s` begins with; 0 for none. */
size_t words_counter_unit(const struct words *w, struct str s);
/** Rank (1 best) of a lower-case meta name for a kind; 0 none. */
unsigned words_meta(const struct words *w, enum meta_kind kind, struct str name);

#endif
