/*
 * metric_pattern - what the wordings of the lexicon (pattern.h) make of one quantity of prose.
 *
 * Of all patterns that fit a figure the best names its metric; what the sentence says beside then gives scope and
 * qualifier, and tells outcomes of reviews from those of lawsuits. Texts live in the document's arena.
 */
#ifndef PARSER_METRIC_PATTERN_H
#define PARSER_METRIC_PATTERN_H

#include "parser/metric_explain.h"
#include "parser/metric_prose.h"

/* A quantity of prose and where it stands. */
struct figure {
	size_t i; /* the quantity */
	const struct sentence *s;
	struct place at;
	struct groups_seen clause; /* of `at` */
	struct subject who;
};

/** Sets all of `out` but `who` (metric_place.c). `out` holds a pointer into itself and must not be moved. */
void metric_place(const struct reading *g, const struct sentence *s, size_t i, struct figure *out);
/**
 * Is q[i] a figure of a year before the report's own, told beside it: 2013年公开120条,2014年公开156条? What was carried
 * over from that year is none.
 */
bool metric_of_former_year(const struct reading *g, const struct sentence *s, size_t i);
/** The pattern that fits best, c->best NULL for none. */
void metric_choose(const struct reading *g, const struct place *at, struct choice *c);
/** The same for the figure of a list with 分别, as if its sentence named it alone. */
void metric_choose_each(const struct reading *g, const struct place *at, const struct each *e, struct choice *c);
/**
 * What `pattern`, which fits the figure, makes of it. `before` is the metric before it in the line or NO_METRIC,
 * `own_level` says that it is an item of a list that the reporting body itself contributes.
 */
void metric_by_pattern(const struct reading *g, const struct figure *f, const struct pattern *pattern, uint32_t before,
		       bool own_level, struct metric *m);
/** Upheld, corrected, pending: `metric` of reviews or of lawsuits, by the word that stands nearer before `pos`. */
uint16_t metric_review_or_lawsuit(const struct reading *g, uint16_t metric, size_t pos);
/** Is the figure that of reviews and lawsuits together (复议、诉讼案件743件), or of how they ended? */
bool metric_of_both(const struct reading *g, const struct figure *f, const struct pattern *pattern);
/** Adds what a wording says beside: "received and answered 3" is two figures of one number. */
void metric_beside(struct reading *g, const struct figure *f, const struct metric *first);
/**
 * Makes `m` what one publisher disclosed: a part of the report's total, with the publisher as its qualifier, named
 * from its marker, or from its begin as an item of a list, up to the verb or the channel before the figure.
 */
void metric_of_publisher(const struct reading *g, const struct figure *f, struct metric *m);

#endif
