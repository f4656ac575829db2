/*
 * metric_channel - one web site or account among several, told from all of its kind together.
 *
 * The list that splits the total says what all web sites, accounts ... carried; a smaller figure of the same channel
 * elsewhere is that of one of them (the municipal portal alone), not a second statement. `seen` has a byte for each of
 * METRICS_MAX metrics, 0 at first; the caller owns it.
 */
#ifndef PARSER_METRIC_CHANNEL_H
#define PARSER_METRIC_CHANNEL_H

#include "parser/metric_pattern.h"

/** Notes how metric `k`, read from figure `f`, was stated. `own`: behind the report's own total. */
void channel_see(const struct reading *g, const struct figure *f, uint32_t k, bool own, uint8_t *seen);
/** Marks the figures of single sites and accounts for metrics_drop(). */
void channel_mark_single(const struct reading *g, const uint8_t *seen, const char **drop);

#endif
