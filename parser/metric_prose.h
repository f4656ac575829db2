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
};

void metric_prose(struct reading *g);
/** Adds a metric unless the report has it (same id, scope, applicant, qualifier, value) or METRICS_MAX is reached. Returns its index or NO_METRIC. */
uint32_t metrics_add(struct reading *g, const struct metric *m);
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

/* metric_class.c: the classes that split the report's own total */
struct class_ask {
	size_t i;           /* the quantity */
	size_t clause_from; /* where its clause begins */
	bool chained;       /* item of the list right behind the total */
	bool sure;          /* only wordings that name a class (类, 其他), whatever pattern fits as well */
	bool channel;       /* the total is only that of a channel */
	bool field;         /* its paragraph speaks of fields of work (重点领域) */
	bool split;         /* item of a list that splits the total to the last one: any name is a class */
};
/** Is the quantity the figure of a class (or, in such a list, of a publisher)? Fills id, qualifier and value. */
bool metric_class_part(const struct reading *g, const struct class_ask *ask, struct metric *m);
/** Is q[i] the figure of a class (政策法规类信息12条) beside another's, or with its share of the total? */
bool metric_class_alone(const struct reading *g, size_t i);
/**
 * The list right behind the total q[i] whose items add up to it or nearly so, or that says that it tells classes: returns the
 * index behind its last item, 0 for none. Items are figures of the total's unit that do not stand in brackets.
 */
size_t metric_split(const struct reading *g, size_t i);
/** Does quantity `i` go on with the list behind the total that ends at `total_end`, whose next item is `chain`? */
bool metric_chained(const struct reading *g, size_t total_end, size_t chain, size_t i);
/** Do the channels that [from, to), the text before a figure, names carry it together (通过网站、微信等公开)? */
bool metric_spread(const struct reading *g, size_t from, size_t to);
/** Does [from, to), a sentence up to its figure, count over several years (截至2014年底累计), not within one? */
bool metric_runs_on(const struct reading *g, size_t from, size_t to);

/* metric_scope.c: the subject of a sentence */
struct subject {
	struct str scope; /* "" for the whole body */
	size_t from, to;  /* the marker; from == to: none */
	unsigned markers; /* different markers that share the clause */
};
struct subject subject_before(const struct reading *g, size_t from, size_t pos);

#endif
