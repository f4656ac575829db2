/*
 * repeat - how much of a report stands word for word in the one of the year before. Pure.
 *
 * Compared are sentences of prose by their Chinese characters and letters: figures, Chinese numerals (and with them
 * every year that is written as a number), punctuation and white space are set aside. Rows of tables (lines with a tab),
 * and what ends without a mark of a sentence, are left out: labels of a statutory form are the same every year.
 * Rule: statutory-formats Q.dup (reports have been published with last year's text).
 */
#ifndef SINK_REPEAT_H
#define SINK_REPEAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define REPEAT_TEXT_MAX (1024u * 1024) /* bytes looked at of each report */
#define REPEAT_SENTENCES_MAX 4096u     /* of each report */
#define REPEAT_SENTENCE_MIN 8          /* characters: shorter ones are headings and say nothing */
#define REPEAT_SENTENCE_MAX 300        /* characters: longer ones are tables whose cells ran together */
#define REPEAT_ALL 0.8                 /* such a share of the text, ... */
#define REPEAT_ALL_MIN 300             /* ... at least so many characters, is a report written off; ... */
#define REPEAT_PASSAGE 500             /* ... so is a passage of so many on end */

struct repeat {
	size_t characters;  /* of the later report's sentences */
	size_t repeated;    /* of those that the earlier one has */
	size_t longest;     /* characters of the longest run of repeated sentences */
	struct str passage; /* that run, borrowed of `later` */
};

/** Compare two reports' texts (UTF-8). No memory is kept; at most 2 * REPEAT_SENTENCES_MAX sentences are held. */
void repeat_compare(struct str earlier, struct str later, struct repeat *out);
/** Is it more than the sentences that the law makes every report say? */
bool repeat_copied(const struct repeat *r);

#endif
