/*
 * check - arithmetic that the report itself claims: parts and their total, shares, rates, statutory balances.
 *
 * A check is reported whether it holds or not and never repairs a figure. Sums are exact, shares agree to half a
 * unit of the last printed digit (contract rule 10). Parts are a check only where they plainly exhaust their
 * total: the list ends with the others, or the parts exceed the total, or four and more parts all but reach it.
 * A table is held against prose before what repeats it is dropped (read.c).
 * Kinds: "sum", "share", "growth", "average", "bound", "balance", "TXT.table", "F14.head", "T3.balance", "T3.sum_rows", "T3.sum_cols", "T4.sum", "F14.sum", "F14.bound".
 */
#ifndef PARSER_CHECK_H
#define PARSER_CHECK_H

#include "parser/metric_prose.h"

#define CHECKS_MAX 1024 /* of one report */

/** Fills g->r->checks from quantities, metrics and tables. */
void check_report(struct reading *g);

/** Equal as far as a double tells. */
bool check_equal(double a, double b);
/** Source text of [from, to) with the head of its clause, cut to a readable length. */
struct str check_statement(const struct reading *g, size_t from, size_t to);
/** Is quantity `i` only what a change set out from ("from 12 to 15", "3 more than last year's 12")? It is part of no sum. */
bool check_former(const struct reading *g, size_t i);
/** Is there a sum for `total` already that has these two among its parts, in this order? */
bool check_sum_known(const struct reading *g, double total, double first, double last);

/** Is there a sum for `total` already of as many parts that come to the same? */
bool check_sum_alike(const struct reading *g, double total, double sum, unsigned parts);
/** Is quantity `i` only what there is more or less than before ("2122, 300 more than the year before")? */
bool check_difference(const struct reading *g, size_t i);

/* check_sum.c */
/** Parts of q[i] that 其中, a like word or a bracket announces. */
void check_list(struct reading *g, size_t i);
/** Parts of one sentence, q[from..to), each with its share of a figure before them, the others among them. */
void check_shared_parts(struct reading *g, size_t from, size_t to);
/**
 * The index behind the parts of the part q[i - 1] that begin with q[i] and come to just its figure (31条,其中法律15条,
 * 文件16条), `i` when there are none before q[to]. They are no parts of the list that it is an item of.
 */
size_t check_behind_inner(const struct reading *g, size_t i, size_t to);

/* check_run.c */
/** Lists that stand behind a figure and split it by their shape, or by a colon or words before them. */
void check_runs(struct reading *g);

/* check_total.c */
/** Is q[i] said to be the sum of figures before it (共, 合计, 以上三项相加)? Then it is held against them. */
void check_total(struct reading *g, size_t i);

/* check_share.c */
/** The share or rate q[i] against the figures before it. */
void check_share(struct reading *g, size_t i);
/** Shares of one sentence, q[from..to), that name the others: they add up to a hundred. */
void check_shares(struct reading *g, size_t from, size_t to);
/** Is `share` that of `part` in `base`, to half a unit of its last digit? */
bool check_share_holds(const struct quantity_at *part, const struct quantity_at *base, const struct quantity_at *share);
/** The figure whose share q[i] is: the index of one before it, q_count for none. */
size_t check_share_part(const struct reading *g, size_t i);
/** What the share of q[part] is of: false when the text does not tell. */
bool check_share_base(const struct reading *g, size_t part, const struct quantity_at *share,
		      const struct quantity_at **base);

/* check_group.c */
/** Parts by scope, publisher or class among the figures q[from..to) of a paragraph against the total that heads them. */
void check_paragraph(struct reading *g, size_t from, size_t to);
/** All classes of the report against its only total. */
void check_classes(struct reading *g);

/* check_claim.c */
/** Claims that need more than one place: all upheld, several categories in one figure, outcomes of each scope. */
void check_claims(struct reading *g);

/* check_change.c */
/** What a sentence says that a figure grew or fell by, or comes to a month. */
void check_changes(struct reading *g);
/** Figures whose ids belong together, told near each other in prose: staff, what leaders took part in, carried on. */
void check_relations(struct reading *g);

/* check_table.c */
void check_tables(struct reading *g);
/** Sum of the printed table figures of an id (`below`: and of those under it) for an applicant; *found counts them. */
double check_table_sum(const struct reading *g, const char *id, bool below, const char *applicant, unsigned *found);
/** What the tables say of an id for the whole body: its total, else its columns added. *found 0: nothing. */
double check_table_figure(const struct reading *g, const char *id, unsigned *found);
/** Adds a check; operands beyond CHECK_OPERANDS_MAX are dropped. */
struct check *check_add(struct reading *g, const char *kind, struct str statement, bool holds);
void check_operand(struct check *c, double v);
/** "computed 1+2 = 3, stated 4" over the operands behind the first, which is what is stated. */
void check_sum_detail(struct reading *g, struct check *c, double computed, double stated);

#endif
