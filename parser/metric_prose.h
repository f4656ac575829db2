/*
 * metric_prose - the metrics that prose states: figures with their labels, statements of absence, kept promises.
 *
 * Sentence by sentence: every quantity is offered to the patterns of the lexicon, the best one names the metric;
 * the sentence's subject gives its scope (contract rule 2); items of a list after 其中 and bracketed parts take
 * over the id of their total; "not one review was asked for" is 0 (rule 1); "all were answered in time" carries
 * the figure before it (rule 5).
 */
#ifndef PARSER_METRIC_PROSE_H
#define PARSER_METRIC_PROSE_H

#include "parser/document.h"
#include "parser/lexicon.h"
#include "parser/pattern.h"
#include "parser/quantity.h"
#include "parser/segment.h"

#define METRICS_MAX 4096 /* of one report, tables included */
#define NO_METRIC UINT32_MAX
#define METRIC_FORM_YEAR 2019 /* since the report of this year the form of 2019 is in use */

/* Metrics of one report as they are collected. */
struct metrics {
	struct metric *items;
	size_t count, cap;
};

/* What reading one report shares between its steps. */
#define UNREAD_MAX 80 /* figures that no row of a list of indicators repeats */

struct reading {
	const struct lexicon *l;
	struct document *d;
	const struct fold *f;
	const struct segment *s;
	struct report *r;
	const struct span *tables; /* stretches that are no prose, in order */
	size_t tables_count;
	struct quantity_at *q; /* quantities of the report, in order */
	uint32_t *q_metric;    /* for each the index of its metric, or NO_METRIC */
	size_t q_count;
	struct str *q_explain; /* for each why it is this figure or none; NULL without --explain */
	struct metrics m;
	/* figures of tables that stand there and were not read: sums of what was read may fall short of their totals */
	uint16_t unread[UNREAD_MAX]; /* indices of metrics */
	size_t unread_count;
	bool unread_applicants; /* a column of the requests by applicant has no known head */
	bool department, town;  /* whose report it is (report_self.h) */
};

void metric_prose(struct reading *g);
/** Adds a metric unless the report has it (same id, scope, applicant, qualifier, value) or METRICS_MAX is reached. Returns its index or NO_METRIC. */
uint32_t metrics_add(struct reading *g, const struct metric *m);
/** Makes `m` the quantity q[i] as a figure of the lexicon's `metric`: id, unit, value; nothing else is said of it. */
void metric_set(const struct reading *g, uint16_t metric, size_t i, struct metric *m);
/** The same by the metric's id, a literal that the lexicon has. */
void metric_set_named(const struct reading *g, const char *id, size_t i, struct metric *m);
/** Drops the metrics of g->m for which `drop` has what --explain then says of their quantities: a literal; NULL keeps. */
void metrics_drop(struct reading *g, const char *const *drop);
/** Evidence of a figure: the clause around [from, to) (contract rule 7). */
void metric_evidence(const struct reading *g, size_t from, size_t to, struct metric *m);

/* metric_absence.c: one sentence */
struct sentence {
	size_t from, to;
	size_t q_from, q_to;        /* its quantities */
	struct groups_seen seen;    /* its groups */
	struct groups_seen context; /* headings and paragraph before it */
};
void metric_absence(struct reading *g, const struct sentence *s);
/** "None." as a whole sentence or behind a label: of what the label, else the heading, names. */
void metric_bare_absence(struct reading *g, const struct sentence *s, struct span heading);
/** Is [from, to) nothing but such a statement? */
bool metric_is_bare(const struct reading *g, size_t from, size_t to);
void metric_carried(struct reading *g, const struct sentence *s);

/* metric_each.c: "A、B和C分别公开信息3条、5条和7条", each figure with its own name */
enum each_kind {
	EACH_NONE, /* no such list */
	EACH_CLEAR,
	EACH_UNCLEAR, /* as many names as figures are needed: nothing is read */
};
struct each {
	fchar text[300];              /* the sentence as it reads for one figure: "B公开信息5条" */
	size_t n, clause, start, end; /* of it; where its clause and its figure stand */
	struct span name;             /* the name in the report's text */
};
/** Is figure `i` of the sentence one of such a list? Fills `e` for EACH_CLEAR. */
enum each_kind metric_each(const struct reading *g, const struct sentence *s, size_t i, struct each *e);

/* metric_scope.c: the subject of a sentence */
struct subject {
	struct str scope; /* "" for the whole body */
	size_t from, to;  /* the marker; from == to: none */
	unsigned markers; /* different markers that share the clause */
};
struct subject subject_before(const struct reading *g, size_t from, size_t pos);

#endif
