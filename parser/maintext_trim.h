/*
 * maintext_trim - furniture at the edges and inside of a chosen main text, and writing it out.
 */
#ifndef PARSER_MAINTEXT_TRIM_H
#define PARSER_MAINTEXT_TRIM_H

#include "parser/maintext.h"

/** Drop source and time lines, headings above them, share lines and the foot from m->keep. */
void trim_lines(const struct page *p, struct maintext *m, const uint8_t *data);
/** Drop from m->keep what an element repeats of another one before it, word for word. */
void trim_twice(const struct page *p, struct maintext *m);

#endif
