/*
 * metric_table - the figures of the statutory tables, read by labels and cell grid, never by counting.
 *
 * Grids come from the document (struct table). A plain text may hold a statistics table whose cells ran together
 * ("主动公开文件数 条 2543 78967"); it is read row by row, where the digits allow one split (contract rule 16).
 */
#ifndef PARSER_METRIC_TABLE_H
#define PARSER_METRIC_TABLE_H

#include "parser/metric_prose.h"

/** Adds the figures of all tables of the report and lists its tables. */
void metric_tables(struct reading *g);
/** A prose figure that repeats a table's value of its id is the table's (rule 13): drop it. */
void metric_tables_win(struct reading *g);
/** What the rows below the one of `id` in a list of indicators are about: the id's first word ("review"). */
struct str metric_section(struct str id);
/** Adds the stretches of text that are tables whose cells ran together to spans[count], in order; returns the new count. */
size_t table_text_spans(const struct lexicon *l, const struct fold *f, struct span *spans, size_t count, size_t max);
/** Adds the figures of such stretches. */
void table_text_read(struct reading *g);

/**
 * Is the line [from, to) a row of a table whose cells ran together: a label, and behind it several figures, a figure
 * behind its unit or one without a unit? Its figures cannot be told apart, and no sentence states them.
 */
bool table_text_row(const struct reading *g, size_t from, size_t to);
/**
 * Is the line [from, to) a row of the table of requests with one figure left of seven, among other rows of it whose
 * cells ran together or were blank? Nothing says of which applicant the figure is.
 */
bool table_text_among(const struct reading *g, size_t from, size_t to);

#endif
