/*
 * report_title - the title of one report: of the page, of the text, over several lines, or as the text announces it.
 */
#ifndef PARSER_REPORT_TITLE_H
#define PARSER_REPORT_TITLE_H

#include "parser/document.h"
#include "parser/lexicon.h"
#include "parser/segment.h"

/** Sets r->title, if the report has one, and *of: of it, or of what stands in its place, what names whose report it is. */
void report_title(const struct lexicon *l, struct document *d, const struct fold *f, const struct segment *s,
		  bool alone, struct report *r, struct fold *of);

#endif
