/*
 * metric_way - by which way information was disclosed, where the clause of its figure does not say so: the head of the
 * item or the heading above (公示栏公开), a clause before it (利用微信公众号,推送动态,发布信息86条), or its place in a list of
 * ways (渠道上,公报12条,网站300条,微博20条). No states, no errors.
 */
#ifndef PARSER_METRIC_WAY_H
#define PARSER_METRIC_WAY_H

#include "parser/metric_pattern.h"

/** The metric of the only way that [from, to) names; LEXICON_NONE: none, or several. */
uint16_t way_only(const struct reading *g, size_t from, size_t to);
/** The metric of the only way that the heading [from, to) names; LEXICON_NONE: none, or several. */
uint16_t way_of_heading(const struct reading *g, size_t from, size_t to);
/** The same of the head of a numbered item: "(二)公示栏公开。...", "1.门户网站:...". The line begins at `from`. */
uint16_t way_of_item(const struct reading *g, size_t from, size_t to);
/**
 * The metric of the way that carried a figure of disclosure in whose own clause none is named: of the clauses before
 * it, else `led`, that of its item; with `unread`, when no pattern reads the figure, of its own clause, too.
 * LEXICON_NONE: all ways together, or none is known.
 */
uint16_t way_of_figure(const struct reading *g, const struct figure *f, uint16_t led, bool unread);
/**
 * The metric of the way that carried what the clause of the figure up to its verb at `verb` tells, in *way; LEXICON_NONE
 * for several together or none. False when it names a place of disclosure that is none of the known ways. `official`: it
 * is a government's information or was disclosed on own initiative, so that a column holds what the site does.
 */
bool way_of_clause(const struct reading *g, const struct figure *f, size_t verb, uint16_t led, bool official,
		   uint16_t *way);
/**
 * The metric of the way that is all that stands before the figure, behind the figure of another way: 微信公众号发布1205条、
 * 微博984条. LEXICON_NONE: none.
 */
uint16_t way_bare(const struct reading *g, const struct figure *f);
/**
 * The metric of the way that the name [from, to) of an item of a list ends in or is led by, whatever verb stands behind
 * it: 新闻媒体刊播, 市政府门户网站及本局子站, 其他方式. LEXICON_NONE: none, several, or a class.
 */
uint16_t way_named(const struct reading *g, size_t from, size_t to);
/**
 * The metric of the figure as an item of a run of ways: 按渠道,政府公报12条,政府网站300条,其他方式20条. A run has two ways at
 * least behind words that announce it or behind the report's own total, else three. LEXICON_NONE: it is in none.
 */
uint16_t way_of_run(const struct reading *g, const struct figure *f);
/** Is q[f->i] how much was disclosed, by the words right before it: 全年更新信息36条? */
bool way_counts(const struct reading *g, const struct figure *f);

#endif
