/*
 * maintext_trim - furniture at the edges and inside of a chosen main text, and writing it out.
 */
#ifndef PARSER_MAINTEXT_TRIM_H
#define PARSER_MAINTEXT_TRIM_H

#include "parser/maintext.h"

/** A short line that says it is furniture (lexicon/furniture.tsv). */
bool trim_is_furniture(const struct page *p, const struct line *l);
/** Drop source and time lines, headings above them, share lines and the foot from m->keep. */
void trim_lines(const struct page *p, struct maintext *m, const uint8_t *data);
/** True for a line of labelled date, source and the like ("发布时间：… 来源：…"). */
bool trim_is_info(const struct page *p, const struct line *l);

#endif
