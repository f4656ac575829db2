/*
 * report_body - the name of a report's body as it should stand: once, where a template gave its place twice, and with
 * its place, where the text has it so elsewhere (市水利局 of a text that also says 温州市水利局); the bureau, where the
 * text names its desk (地震局办公室). No states, no errors.
 */
#ifndef PARSER_REPORT_BODY_H
#define PARSER_REPORT_BODY_H

#include "parser/document.h"
#include "parser/lexicon.h"
#include "parser/segment.h"

/** `body`, region empty: not known. What is given lies in the arena of the document or in its text. */
struct str report_body_whole(const struct lexicon *l, struct document *d, const struct fold *f, const struct segment *s,
			     struct str region, struct str body);

#endif
