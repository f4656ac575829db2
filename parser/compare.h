/*
 * compare - a hash of what a page says, for the question whether two fetches of it say the same (sink/confirm.h).
 *
 * It goes over kind, title, date, source, numbers and main text, but not over what a page counts or tells by the clock:
 * "浏览次数：128", "您是第5位访客", "今天是2024年3月1日" (lexicon/counters.tsv). Such a number is left out only where pages
 * have them, among the first and last lines, behind a label that begins a word, and before nothing that could make it a
 * figure of the report ("网站访问量：128万次" is kept).
 */
#ifndef PARSER_COMPARE_H
#define PARSER_COMPARE_H

#include "parser/document.h"
#include "parser/words.h"

#define COMPARE_HEAD_LINES 8
#define COMPARE_TAIL_LINES 6
#define COMPARE_TEXT_MIN                                                                                               \
	100 /* code points: of a page that says less (a scan, a frame) nothing can be told by its text */
#define COMPARE_DIGITS_MAX 15

/** 64 hex digits and a NUL, or "" when the page says too little. */
void compare_hash(const struct words *w, const struct document *d, char out[65]);
/** Length of the counter at `at` in `line` whose digits are [*from, *to); 0: none begins here. For a clock the rest of the line. */
size_t compare_counter(const struct words *w, struct str line, size_t at, size_t *from, size_t *to);

#endif
