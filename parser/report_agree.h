/*
 * report_agree - the organ whose name agrees with how a text speaks of itself: 我局 with 莆田市旅游局, 我办 with
 * 市人民防空办, 我乡 with 宿安乡.
 *
 * Of the names that agree the one counts most that heads clauses and that disclosure is said of
 * (X旅游局政府信息公开保密审查制度). Pure functions of the text and the lexicon; no errors.
 */
#ifndef PARSER_REPORT_AGREE_H
#define PARSER_REPORT_AGREE_H

#include "parser/segment.h"

/** The organ; from == to: the text does not speak of itself so, or names none that agrees. */
struct span report_agree_name(const struct lexicon *l, const struct fold *f, const struct segment *s);
/** Does a name that is no town's agree with how the text speaks of itself? */
bool report_agree_is(const struct lexicon *l, const struct fold *f, const struct segment *s, const struct fold *name);

#endif
