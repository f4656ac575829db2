/*
 * report_meta - title, region, body, level, year, period, date of publication and form of one report.
 *
 * Contract rules 8 and 14: the page's title before one inside the body; the body that the title names before the
 * compiler that the text names; only what title, text or the page's own data state, else empty.
 */
#ifndef PARSER_REPORT_META_H
#define PARSER_REPORT_META_H

#include "parser/document.h"
#include "parser/lexicon.h"
#include "parser/segment.h"

/** Fill the metadata fields of `r`. `alone`: the page holds no other report, so that its title and date are this one's. */
void report_meta(const struct lexicon *l, struct document *d, const struct fold *f, const struct segment *s, bool alone,
		 struct report *r);

#endif
