/*
 * metric_list - the lists of figures that split a total: where one begins and ends (metric_list.c), and what each of
 * its items is a figure of (metric_class.c). Pure functions of what was read so far.
 *
 * Both files hold a table. A new way to announce a list, or to close one, is a row of `split_kinds`; a new kind of
 * item, or another condition for one, is a row of `item_kinds`. The words of the rows are groups of the lexicon.
 */
#ifndef PARSER_METRIC_LIST_H
#define PARSER_METRIC_LIST_H

#include "parser/metric_prose.h"

#define LIST_GAP 24 /* characters between two figures of a list of classes */

/* How a figure belongs to a list. */
enum list_place {
	LIST_NONE = 1,   /* to none */
	LIST_BESIDE = 2, /* only the figure of a class before it says that this is one too */
	LIST_CHAIN = 4,  /* behind its total, and each item close behind the one before */
	LIST_SPLIT = 8,  /* to one that splits its total to the last item: any name is that of a part */
	LIST_RUN = 16,   /* to a run of classes (metric_run.h), whatever its sum */
	LIST_ANY = LIST_BESIDE | LIST_CHAIN | LIST_SPLIT | LIST_RUN,
};

struct class_ask {
	size_t i;              /* the quantity */
	size_t clause_from;    /* where its clause begins */
	enum list_place place; /* never LIST_BESIDE, which is found here */
	bool first;            /* item of the list: a verb may stand before its name */
	bool carried;          /* ... and what carried the whole list before the verb */
	bool sure;             /* only wordings that name a class (类, 其他), whatever pattern fits as well */
	bool channel;          /* the total is only that of a channel */
	size_t from, to;       /* the quantities of its list, by sum or as a run; from == to: of none */
	bool field;            /* its paragraph speaks of fields of work (重点领域) */
};
/** Is the quantity the figure of a class (or, in such a list, of a publisher)? Fills id, qualifier and value. */
bool metric_class_part(const struct reading *g, const struct class_ask *ask, struct metric *m);
/**
 * Is the figure `i` of a list with 分别, whose own name is e->name, that of a class of the report's total? `own`: the
 * total stands before it.
 */
bool metric_class_each(const struct reading *g, size_t i, const struct each *e, bool own, struct metric *m);
/** Is q[i] the figure of a class (政策法规类信息12条) beside another's, or with its share of the total? */
bool metric_class_alone(const struct reading *g, size_t i);

/**
 * The list right behind the total q[i] whose items add up to it or nearly so, or that says that it tells classes: the
 * index behind its last item, 0 for none. Items are figures of the total's unit that do not stand in brackets.
 */
size_t metric_split(const struct reading *g, size_t i);
/**
 * The list that begins with q[i] and stands apart from its total, whose figure is q[of]: the index behind the item that
 * makes its sum just the total's, 0 for none.
 */
size_t metric_split_apart(const struct reading *g, size_t i, size_t of);
/** The list that begins with q[i] before its total, which says of itself that it is their sum: as metric_split_apart(). */
size_t metric_split_ahead(const struct reading *g, size_t i);
/** Does quantity `i` go on with the list behind the total that ends at `total_end`, whose next item is `chain`? */
bool metric_chained(const struct reading *g, size_t total_end, size_t chain, size_t i);
/** Characters of "1.", "2、", "(3)", "一是" at `pos`; 0 when none. */
size_t metric_list_number(const struct reading *g, size_t pos, size_t to);
/** Does 其中, which begins a list, stand in [from, pos), not too far before `pos`? */
bool metric_listed(const struct reading *g, size_t from, size_t pos);
/** Is q[i] only what the year has more or less than the one before: 比去年增加12条? */
bool metric_is_difference(const struct reading *g, size_t i);
/** Is q[i] the first figure of a bracket behind the figure before it: 2条(中英文各1条)? */
bool metric_bracketed(const struct reading *g, size_t i);
/** Index + 1 of the figure before q[i], shares left out; 0 when there is none. */
size_t metric_figure_before(const struct reading *g, size_t i);

#endif
