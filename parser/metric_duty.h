/*
 * metric_duty - a figure of duties that only the figure before it explains: who came to the training, the part of the
 * organ itself, the sum of two kinds.
 *
 * Pure functions of the text and what was read so far; no errors.
 */
#ifndef PARSER_METRIC_DUTY_H
#define PARSER_METRIC_DUTY_H

#include "parser/metric_pattern.h"

/**
 * Is the figure, which no wording names, one that goes on from the figure before: 培训2期(86人), 会议163次(市本级19次),
 * 代表建议9件、政协提案14件共23件? Sets the metric.
 */
bool metric_duty(const struct reading *g, const struct figure *f, struct metric *m);

#endif
