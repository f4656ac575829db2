/*
 * check - arithmetic that the report itself claims: parts and their total, shares, rates, statutory balances.
 *
 * A check is reported whether it holds or not and never repairs a figure. Sums are exact, shares agree to half a
 * unit of the last printed digit (contract rule 10). Parts are a check only where they plainly exhaust their
 * total: the list ends with the others, or the parts exceed the total, or four and more parts all but reach it.
 * Kinds: "sum", "share", "TXT.table", "T3.balance", "T3.sum_rows", "T3.sum_cols", "T4.sum", "F14.sum".
 */
#ifndef PARSER_CHECK_H
#define PARSER_CHECK_H

#include "parser/metric_prose.h"

#define CHECKS_MAX 1024 /* of one report */

/** Fills g->r->checks from quantities, metrics and tables. */
void check_report(struct reading *g);

/* check_table.c */
void check_tables(struct reading *g);
/** Adds a check; operands beyond CHECK_OPERANDS_MAX are dropped. */
struct check *check_add(struct reading *g, const char *kind, struct str statement, bool holds);
void check_operand(struct check *c, double v);
/** "computed 1+2 = 3, stated 4" over the operands behind the first, which is what is stated. */
void check_sum_detail(struct reading *g, struct check *c, double computed, double stated);

#endif
