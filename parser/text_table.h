/*
 * text_table - tables of text/plain: lines that follow one another and whose cells are parted by tabs, or without any by bars.
 *
 * A row printed as text keeps a spanning cell once, in its first place, with its other places empty, and may lack its
 * empty places at the end or (copied from elsewhere) those of its spans. Places are given back by what a statutory
 * table looks like: in the head a blank belongs to the cell on its left where both stand under one cell, else to the
 * one above; among the labels to the label of its row, else to the one above; among the figures it is a blank cell.
 * Where no row of the head reaches the last column, its cells alone tell which of them span others (text_head.h).
 * Lines, text and their order stay as they are.
 */
#ifndef PARSER_TEXT_TABLE_H
#define PARSER_TEXT_TABLE_H

#include "parser/document.h"
#include "parser/lexicon.h"

#define TEXT_TABLE_CELL_MAX 400u /* bytes; a longer cell is prose with a tab in it */
#define TEXT_TABLE_ROWS_MAX 400u /* of one table; a longer one goes on as another */
#define TEXT_TABLE_COLS_MAX 64u
#define TEXT_TABLE_PLACES_MAX 200000u /* of all tables of a text */

/** Makes tables of d's blocks (lines of d->text) and marks their rows. What passes a limit stays lines. */
void text_tables(const struct lexicon *l, struct document *d);

#endif
