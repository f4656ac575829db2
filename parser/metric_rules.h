/*
 * metric_rules - what a figure of prose is: the rules that may read it, in their order.
 *
 * The best wording has its place among them: before it the rules that know a figure by its list, behind it those that
 * read what no wording names. Pure functions of the text and what was read so far; no errors.
 */
#ifndef PARSER_METRIC_RULES_H
#define PARSER_METRIC_RULES_H

#include "parser/metric_pattern.h"
#include "parser/metric_total.h"

/** A figure, and what stands around it. Borrows all of it. */
struct asked {
	const struct reading *g;
	const struct figure *f;
	const struct choice *c;    /* the wordings that name it */
	const struct each *each;   /* its name, where 分别 parts names from figures; else NULL */
	const struct total *total; /* the figure that a list of parts belongs to */
	bool chained;              /* it stands in that list */
	uint16_t way;              /* of disclosure, by its line or what stands over it; or LEXICON_NONE */
	uint32_t last;             /* metric before in the same line, or NO_METRIC */
	struct span above;         /* the nearest heading */
};

/* Those of the rules that others ask about: compare with ==. */
extern const char rule_bracket[], rule_clause[];

/** Reads the figure by the first rule that can: sets the metric and *rule, its name (NULL: the best wording). */
bool metric_by_rules(const struct asked *a, struct metric *m, const char **rule);

#endif
