/*
 * pdf_text - words on a page to lines, and words to running text.
 *
 * A PDF has no spaces that can be trusted: between Han none is meant, between digits the width of the gap
 * decides, and what is drawn twice (bold by shadow) is one word.
 */
#ifndef PARSER_PDF_TEXT_H
#define PARSER_PDF_TEXT_H

#include "parser/pdf_scan.h"

struct pdf_line {
	struct box b;
	uint32_t first, count;           /* in the order array */
	float height;                    /* of its Han, else of its words */
	float height_first, height_last; /* of its first and last Han, 0 without */
	float gap;                       /* widest gap between two of its words */
};

/**
 * Sort order[0..n) (indices of words) into lines from top to bottom, each from left to right; words drawn twice
 * are taken out. Returns how many lines; the array is in the arena.
 */
size_t pdf_lines(const struct pdf_scan *s, uint32_t *order, size_t n, struct pdf_line **out);
/** Write the words of lines one after the other. `right`: where a line of this column ends, points. */
void pdf_join(const struct pdf_scan *s, const uint32_t *order, const struct pdf_line *lines, size_t n, float right,
	      struct buf *out);

#endif
