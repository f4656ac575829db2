/*
 * report_self - whose report a text is by how it speaks of itself, where no title says it.
 *
 * A town says 我街道, or names itself from its opening on and hardly another; a bureau says 我局. Pure functions of the
 * text and the lexicon; no errors.
 */
#ifndef PARSER_REPORT_SELF_H
#define PARSER_REPORT_SELF_H

#include "parser/segment.h"

bool report_self_town(const struct lexicon *l, const struct fold *f, const struct segment *s);
/**
 * The organ that the text names as its own: as the subject of its first sentences, in the signature, as whom to ask.
 * Only where the name tells it from others: 永清街道办事处, not 办事处 or 市教育局. from == to: none.
 */
struct span report_self_name(const struct lexicon *l, const struct fold *f, const struct segment *s);
/** Is the organ of this name the first subject of the opening, and does it do more than to compile the report? */
bool report_self_acts(const struct lexicon *l, const struct fold *f, const struct segment *s, const struct fold *name);
bool report_self_bureau(const struct lexicon *l, const struct fold *f, const struct segment *s);

#endif
