/*
 * text_head - the head of a table whose rows were copied without the places of their spans: each row lists only the
 * cells that begin in it, as a browser copies them (行政复议, 行政诉讼 | 结果维持 ... 总计, 未经复议直接起诉, 复议后起诉 | ...).
 *
 * A cell is a leaf over the columns' end or a group over cells of the next row. How many are groups follows from the
 * columns (the cells of all rows less the groups are the columns), which they are from their names: a total, or a name
 * that stands among the cells below again, is a leaf. Pure; no errors but "not to be told".
 */
#ifndef PARSER_TEXT_HEAD_H
#define PARSER_TEXT_HEAD_H

#include "parser/lexicon.h"

#define TEXT_HEAD_ROWS_MAX 4
#define TEXT_HEAD_CELLS_MAX 32 /* of one row */

struct text_head_row {
	struct str cells[TEXT_HEAD_CELLS_MAX]; /* borrowed, none of them empty */
	size_t count;
	size_t column[TEXT_HEAD_CELLS_MAX]; /* filled: where each begins */
};

/** Is the cell nothing but a word of the group, blanks left out? Longer ones than any such word are none. */
bool text_head_is_word(const struct lexicon *l, struct str cell, const char *group);
/** Sets the columns of all cells of `rows` over `columns` columns; false when it cannot be told. */
bool text_head_spread(const struct lexicon *l, struct text_head_row *rows, size_t n, size_t columns);

#endif
