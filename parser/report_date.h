/*
 * report_date - the year that a report is of, the period that it counts, the day on which it was published.
 *
 * The year of the title outweighs that of the period which the text states for its figures, and this the year that most
 * clauses speak of. The page's own date outweighs a labelled one, this a date that stands alone in the text's head, and
 * this the signature's. Pure functions of the text and the lexicon but for the fields of the report that they set; no
 * errors.
 */
#ifndef PARSER_REPORT_DATE_H
#define PARSER_REPORT_DATE_H

#include "parser/segment.h"

/** A date such as 2014年1月9日 or 2015-01-02 at `pos`; returns its length, 0 when none. Writes YYYY-MM-DD. */
size_t report_date_at(const fchar *t, size_t pos, size_t to, int year_before, char out[11]);
/** Sets r->period, empty where the text states none for its figures. */
void report_date_period(const struct lexicon *l, const struct fold *f, const struct segment *s, struct report *r);
/** Sets r->year by the folded title, r->period and the text; 0: not known, or a school year (2016-2017学年). */
void report_date_year(const struct lexicon *l, const struct fold *f, const struct segment *s, const struct fold *title,
		      struct report *r);
/** Sets r->published. `alone`: the page holds no other report, so that its own date is this one's. */
void report_date_published(const struct lexicon *l, const struct document *d, const struct fold *f,
			   const struct segment *s, bool alone, struct report *r);

#endif
