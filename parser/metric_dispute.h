/*
 * metric_dispute - a dispute that a report only tells of, 申请人李某不服答复,向市政府申请行政复议: one case, if no figure is given.
 *
 * Texts live in the document's arena; no errors.
 */
#ifndef PARSER_METRIC_DISPUTE_H
#define PARSER_METRIC_DISPUTE_H

#include "parser/metric_prose.h"

enum { DISPUTE_REVIEW, DISPUTE_LAWSUIT, DISPUTES };

/* What the sentences so far told of. */
struct disputes {
	unsigned told[DISPUTES];
	struct span said[DISPUTES]; /* the clause that told it last */
	int ending[DISPUTES];       /* how that ended, -1 when the sentence does not say it, and where it stands */
	struct span ended[DISPUTES];
};

/** Notes the disputes that the sentence tells of: one person's, of an answer, without a figure. */
void dispute_see(struct disputes *d, const struct reading *g, const struct sentence *s);
/** "复议1件,复议结果为维持": adds how the one case ended. */
void dispute_ended(struct reading *g, const struct sentence *s);
/** Adds a figure of 1 for a kind that was told of just once and of which the report has no figure. */
void dispute_add(const struct disputes *d, struct reading *g);

#endif
