/*
 * table_label - cells of a statutory table as labels and figures, in folded text.
 *
 * Labels are compared without their number ("（一）", "3."), brackets and quotation marks; a misprinted one is
 * taken for the official label that it is most like, when only one is.
 */
#ifndef PARSER_TABLE_LABEL_H
#define PARSER_TABLE_LABEL_H

#include "parser/document.h"
#include "parser/lexicon.h"

#define TABLE_LABEL_MAX 64 /* characters of a label that are compared */

/* what of a label counts */
struct label_text {
	fchar p[TABLE_LABEL_MAX];
	size_t n;
};

void label_normal(const fchar *t, size_t from, size_t to, struct label_text *out);
/** A bit for each character of a label, by a hash: what one has and the other has not, no likeness can hold. */
uint64_t label_letters(const fchar *t, size_t n);
/**
 * Best official label of `form` among `list`; NULL when none is like it. `section`: what the entry's "under" must be
 * for entries that have one. Equal labels first, then (with `fuzzy`) the most similar one from 0.85 on.
 */
const struct table_label *label_find(const struct table_label *list, size_t count, const char *form,
				     const struct label_text *t, struct str section, bool fuzzy);

struct cell_figure {
	double value;
	bool money; /* 元 or 万元 is printed in the cell; value is yuan */
};
/** Is [from, to) a figure, and which? Blank, "/", "-", "无" and text are none. */
bool cell_figure(const fchar *t, size_t from, size_t to, struct cell_figure *out);

#endif
