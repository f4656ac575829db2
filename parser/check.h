/*
 * check - arithmetic that the report itself claims: parts and their total, shares, rates, statutory balances.
 *
 * A check is reported whether it holds or not and never repairs a figure. Sums are exact, shares agree to half a
 * unit of the last printed digit (contract rule 10). Parts are a check only where they plainly exhaust their total.
 */
#ifndef PARSER_CHECK_H
#define PARSER_CHECK_H

#include "parser/metric_prose.h"

#define CHECKS_MAX 1024 /* of one report */

/** Fills g->r->checks from quantities, metrics and tables. */
void check_report(struct reading *g);

#endif
