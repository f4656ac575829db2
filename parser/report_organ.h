/*
 * report_organ - is a stretch of folded text the name of an organ, and of what kind.
 *
 * Judged by its last word (lexicon groups organ_*). Pure functions of the text and the lexicon; no errors.
 */
#ifndef PARSER_REPORT_ORGAN_H
#define PARSER_REPORT_ORGAN_H

#include "parser/lexicon.h"

#define ORGAN_OF 0x7684 /* 的: stands in no organ's name */
#define ORGAN_MAX 24    /* characters of an organ's name behind its region */

/** Does [from, to) end with a word of the group? */
bool organ_ends(const struct lexicon *l, const char *group, const fchar *t, size_t from, size_t to);
/** An organ by its last word, or by that of its second name in brackets: 民族事务委员会(宗教事务局). */
bool organ_is(const struct lexicon *l, const fchar *t, size_t from, size_t to);
/** A ministry or another organ of the State Council, alone or behind the state's name. */
bool organ_is_central(const struct lexicon *l, const fchar *t, size_t from, size_t to);
/** An organ that a title names alone: also 街, 林场, 中学, words that end too much else in running text. */
bool organ_is_titled(const struct lexicon *l, const fchar *t, size_t from, size_t to);
/** A town, street or the like. */
bool organ_is_town(const struct lexicon *l, const fchar *t, size_t from, size_t to);
/** A bureau: neither a government nor its office. */
bool organ_is_bureau(const struct lexicon *l, const fchar *t, size_t from, size_t to);
/** End of the organ that begins at `from`: the last place up to `to` where an organ's word ends; 0 for none. */
size_t organ_end(const struct lexicon *l, const fchar *t, size_t from, size_t to);
/** The end of [from, to) without what says that an organ is being set up: X街道办事处筹备处. */
size_t organ_stem(const struct lexicon *l, const fchar *t, size_t from, size_t to);

#endif
