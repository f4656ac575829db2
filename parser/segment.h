/*
 * segment - which stretches of a page are annual reports on government information disclosure.
 *
 * Recognised by content and title: what a report is about (own disclosure, requests, review and lawsuits, fees,
 * problems and plans), whether it states figures, what its title says. Not reports: work plans, notices about the
 * report, returns of government web sites, reports on the work or the rule of law of a government, quarterly and
 * half-year statistics, picture explanations, lists of links.
 */
#ifndef PARSER_SEGMENT_H
#define PARSER_SEGMENT_H

#include "parser/document.h"
#include "parser/lexicon.h"

#define SEGMENT_PARTS_MAX REPORT_FRAGMENTS_MAX

struct span {
	size_t from, to; /* folded positions */
};

/* One report: its stretches in text order. */
struct segment {
	struct span parts[SEGMENT_PARTS_MAX];
	unsigned parts_count;
	struct span title; /* of a title inside the text, over one or several lines; from == to: none */
	bool notice;       /* the title is that of a notice, which may hold the report or only speak of it */
};

/** A cheap look at the bytes: may this page hold a report at all? */
bool segment_maybe(const struct lexicon *l, const struct document *d);
/** Segments of a page; returns their number, 0 for a page that is no report. */
size_t segment_find(const struct lexicon *l, const struct document *d, const struct fold *f, struct segment *out,
		    size_t max);
/** Is [from, to) the title of an annual report: names disclosure, report and year? */
bool segment_is_title(const struct lexicon *l, const fchar *t, size_t from, size_t to);
/** Is this (page) title that of another kind of document? */
bool segment_is_foreign_title(const struct lexicon *l, const fchar *t, size_t from, size_t to);
/** Does a title name nobody: 2015年政府信息公开工作年度报告? */
bool segment_names_nobody(const struct lexicon *l, const fchar *t, size_t from, size_t to);
/** Does a line say whose report it is, or of which year, and not what it is: 2014年甘谷县水务局? */
bool segment_is_title_head(const struct lexicon *l, const fchar *t, size_t from, size_t to);
/** Is it a letter's title that quotes one: 关于报送《...年度报告》的函? Sets *inner to the quoted title. */
bool segment_cover(const struct lexicon *l, const fchar *t, size_t from, size_t to, struct span *inner);

/**
 * The report's name in running text: 现公布X2017年政府信息公开工作年度报告, 现发布《X2021年...年度报告》.
 * Looks in [from, to); sets *name to the whole name with the organ before its year.
 */
bool segment_announced(const struct lexicon *l, const fchar *t, size_t from, size_t to, struct span *name);

/** Is a title just 政府信息公开年度报告, without an organ or a year before it? */
bool segment_is_nameless(const struct lexicon *l, const fchar *t, size_t from, size_t to);

#endif
