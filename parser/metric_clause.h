/*
 * metric_clause - how much was disclosed, read from the parts of its clause: who, by which way, did what, of what, in
 * which time.
 *
 * The wordings of the lexicon (pattern.h) name a figure by words at given distances. This is the second reader, for a
 * figure that they do not name: it takes the clause apart from its figure leftwards (我局 | 通过门户网站、微信等平台 |
 * 主动公开 | 财政预决算、工作动态等 | 政府信息 | 共计 | 247条) and says nothing as soon as a part is not understood. Pure
 * functions of the text and what was read so far; no errors.
 */
#ifndef PARSER_METRIC_CLAUSE_H
#define PARSER_METRIC_CLAUSE_H

#include "parser/metric_pattern.h"

/**
 * Is the figure how much was disclosed, in all, by one way, or since the rules came into force? Sets id, unit, scope,
 * qualifier and value. `led`: the way that the heading or the head of the item names, or LEXICON_NONE; `told`: the
 * report's own total was read before, so that only a clause that counts the year states it once more.
 */
bool metric_clause(const struct reading *g, const struct figure *f, uint16_t led, bool told, struct metric *m);
/**
 * Does the clause say that the figure counts over several years: 截至2013年底在县政府网站累计公开, 2009年至2014年公开? Then it is
 * neither the year's nor that of a way, whatever wording names it so.
 */
bool metric_clause_runs(const struct reading *g, const struct figure *f, struct metric *m);
/**
 * Marks for metrics_drop() the figures that metric_clause() alone read (`read`: one for each of METRICS_MAX metrics)
 * where the report states the same otherwise by a wording of the lexicon: they count a part.
 */
void clause_mark_doubted(const struct reading *g, const bool *read, const char **drop);

#endif
