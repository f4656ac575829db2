/*
 * number - numerals as Chinese official prose writes them, in folded text.
 *
 * 1,234 · 2450 · 1.36万 · 3亿 · 2千 · 400万 · 十二 · 一百零三 · 壹佰零叁 · 两 · 95.3% · 百分之九十五点三 · 零.
 * 余 多 几 between numeral and multiplier or behind it belong to the numeral and make it approximate.
 */
#ifndef PARSER_NUMBER_H
#define PARSER_NUMBER_H

#include "parser/fold.h"

struct number {
	double value;      /* multipliers worked in */
	size_t end;        /* behind the numeral, its multiplier, 余/多 and % */
	unsigned decimals; /* printed digits behind the point */
	double step;       /* value of one unit of the last printed digit */
	bool han;          /* written in Chinese numerals */
	bool approx;       /* 余, 多, 几 inside */
	bool percent;      /* % or 百分之 */
	bool multiplied;   /* 万, 亿 ... were worked in */
};

/** Reads the longest numeral that begins at `pos` and ends before `to`; false when there is none. */
bool number_read(const fchar *t, size_t pos, size_t to, struct number *out);

#endif
