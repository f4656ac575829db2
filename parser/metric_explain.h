/*
 * metric_explain - why a quantity of prose became the figure that it is, or why it became none; only with --explain.
 *
 * A figure's text names its rule, its label as the page has it, and the wordings that it beat with their scores. A
 * quantity that is no figure gets the reason: its sentence speaks of plans, another matter's wording fits better, the
 * nearest wording of ours wants another counting word, is shut out by a word of the clause, or none stands near.
 * Texts live in the document's arena; all functions return STR_NULL when the document asks for no explanations.
 */
#ifndef PARSER_METRIC_EXPLAIN_H
#define PARSER_METRIC_EXPLAIN_H

#include "parser/metric_prose.h"

#define EXPLAIN_BEATEN 4

/* The pattern that fits a quantity best and those that it beat, best first. */
struct choice {
	const struct pattern *best;
	struct fit fit;
	struct beaten {
		const struct pattern *pattern;
		int score;
	} beaten[EXPLAIN_BEATEN];
	unsigned beaten_count;
};

/** Keeps `p` among the beaten when it is one of the best EXPLAIN_BEATEN. */
void choice_beaten(struct choice *c, const struct pattern *p, int score);
/** Why the quantity `at` is a figure; `rule` names what read it when that was not c->best, else NULL. */
struct str metric_explain_figure(const struct reading *g, const struct place *at, const struct choice *c,
				 const char *rule);
/** Why the quantity `at` is none. */
struct str metric_explain_unused(const struct reading *g, const struct place *at, const struct choice *c);
/** Sets what is said of quantity `i`: a literal that lives as long as the program. */
void metric_explain_set(struct reading *g, size_t i, const char *why);

#endif
