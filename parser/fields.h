/*
 * fields - "label: value" pairs of a line: the information line under a title, the cells of an index block.
 * Labels may be spaced out (索 引 号：), so a line is read without its white space.
 */
#ifndef PARSER_FIELDS_H
#define PARSER_FIELDS_H

#include "parser/words.h"

#define FIELDS_MAX 16
#define FIELD_LINE_MAX 1024 /* bytes of a line that are read */

struct field {
	enum label_kind kind;
	size_t at;       /* bytes of the squeezed line before the label */
	char value[256]; /* without white space, NUL ended */
};

/** Pairs of a line in order; a line longer than FIELD_LINE_MAX is read up to there. */
size_t fields_of(const struct words *w, struct str line, struct field *out, size_t max);
/** Copy without any white space; returns the bytes written. `out` is NUL ended. */
size_t fields_squeeze(struct str s, char *out, size_t max);
/** A date as printed (2019-03-10, 2019年3月10日, 2019/3/10, 2019.3.10, 20190310) at the start or, with `anywhere`, in `s`. */
bool fields_date(struct str s, bool anywhere, char out[11]);

#endif
