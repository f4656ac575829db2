/*
 * quantity - the quantities of prose (contract rule 9): numeral and counting word, in folded text.
 *
 * Dates, document and list numbers, addresses, telephone numbers and names are none; Chinese numerals count where
 * they state a fact. At most QUANTITIES_MAX are read of one document; time is linear in the text.
 */
#ifndef PARSER_QUANTITY_H
#define PARSER_QUANTITY_H

#include "parser/lexicon.h"
#include "parser/number.h"

#define QUANTITIES_MAX 8192

struct quantity_at {
	size_t start, end;  /* folded positions, counting word included */
	size_t unit_from;   /* the counting word is [unit_from, end) */
	double value, step; /* 万元 worked in; step: one unit of the last printed digit */
	enum unit_kind kind;
	bool has_unit, approx, han;
};

/** Quantities in [from, to), in order; returns how many were written to out[max]. */
size_t quantity_scan(const struct lexicon *l, const struct fold *f, size_t from, size_t to, struct quantity_at *out,
		     size_t max);

#endif
