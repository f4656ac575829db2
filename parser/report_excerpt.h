/*
 * report_excerpt - is a text without head or title a middle part of a report?
 *
 * Some pages keep a report from its second section on. Such a text is known by what its clauses state with figures:
 * own disclosure, requests, reviews, fees, gazettes, reading rooms, visits are counted side by side in nothing else.
 * Pure functions of the text and the lexicon; no errors.
 */
#ifndef PARSER_REPORT_EXCERPT_H
#define PARSER_REPORT_EXCERPT_H

#include "parser/segment.h"

struct stated {
	unsigned
		subjects; /* own disclosure, requests, reviews, fees...: those of which a clause counts or denies some */
	bool own;         /* what was disclosed is counted */
};

struct stated report_excerpt_stated(const struct lexicon *l, const struct fold *f, const struct segment *s);
bool report_excerpt(const struct lexicon *l, const struct fold *f, const struct segment *s);

#endif
