/*
 * metric_request - what became of applications for information, read from the parts of a figure's clause: by which way
 * they came, whether they were answered, closed, granted or refused and why, of what they were and which organ had them.
 *
 * A second reader beside the wordings of the lexicon, as metric_clause is for disclosure: it takes a figure that no
 * wording names and says nothing as soon as a part is not understood. Only where the sentence, its paragraph or its
 * heading speaks of requests. What words say is the table of metric_saying; parts of what came in are
 * metric_request_part, clauses without a figure metric_request_said. Pure functions of the text and what was read so
 * far; no errors.
 */
#ifndef PARSER_METRIC_REQUEST_H
#define PARSER_METRIC_REQUEST_H

#include "parser/metric_pattern.h"

/** What the figure, which no wording names, is of requests. Sets id, unit, scope, qualifier and value. */
bool metric_request(const struct reading *g, const struct figure *f, struct metric *m);

#endif
