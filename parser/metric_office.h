/*
 * metric_office - what the office of disclosure has and did: staff, meetings, trainings, who came to them, desks, and
 * who asked it for advice, read from the parts of a clause where no wording of the lexicon (pattern.h) names its figure.
 *
 * "召开会议211次,办班143期": bare words that any work may count. They are read only where the heading or the sentence is of
 * that office and where every other word of the clause is known to say nothing else. A pure function; no errors.
 */
#ifndef PARSER_METRIC_OFFICE_H
#define PARSER_METRIC_OFFICE_H

#include "parser/metric_pattern.h"

/** Is the figure of the office? Sets id, unit, scope and value. `heading`: the nearest above. */
bool metric_office(const struct reading *g, const struct figure *f, struct span heading, struct metric *m);
/** Adds the staff `all`, the figure as it was read, as of one kind where what follows says so: 63人,都是兼职. */
void metric_all_staff(struct reading *g, const struct figure *f, const struct metric *all);

#endif
