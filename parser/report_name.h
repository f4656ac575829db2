/*
 * report_name - what a link promises before its page was read: an annual report of a year, a column of such reports, or
 * neither; and by when the law wants a year's report (lexicon/deadlines.tsv).
 *
 * Used by the coverage ledger, which must say of a page that could never be read whose report it would have been.
 */
#ifndef PARSER_REPORT_NAME_H
#define PARSER_REPORT_NAME_H

#include "base/arena.h"
#include "parser/lexicon.h"

enum report_name_kind { REPORT_NAME_NONE, REPORT_NAME_COLUMN, REPORT_NAME_REPORT };

struct report_name {
	enum report_name_kind kind;
	int year; /* of REPORT_NAME_REPORT */
};

/**
 * By the words of a link and the title of the page it stands on (either may be empty). A link that names the year alone
 * ("2015年度报告", "2015年") counts only on a page whose title names a column of reports. `a` holds the folded texts.
 */
struct report_name report_name(const struct lexicon *l, struct arena *a, struct str anchor, struct str page_title);

/** Last day on which the report on `year` is in time, as "2020-03-31"; `level` as in a report, may be "". False: no rule for that year. */
bool report_deadline(const char *level, int year, char out[11]);

#endif
