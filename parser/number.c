#include "parser/number.h"

#include <math.h>

/* more digits than a double holds say nothing more */
#define DIGITS_MAX 18
#define HAN_MAX 24
#define BLANKS_MAX 2

enum {
	C_LING = 0x96F6,
	C_LING2 = 0x3007,
	C_YI = 0x4E00,
	C_ER = 0x4E8C,
	C_LIANG = 0x4E24,
	C_SAN = 0x4E09,
	C_SI = 0x56DB,
	C_WU = 0x4E94,
	C_LIU = 0x516D,
	C_QI = 0x4E03,
	C_BA = 0x516B,
	C_JIU = 0x4E5D,
	C_SHI = 0x5341,
	C_BAI = 0x767E,
	C_QIAN = 0x5343,
	C_WAN = 0x4E07,
	C_YIYI = 0x4EBF,
	C_YU = 0x4F59,
	C_DUO = 0x591A,
	C_JI = 0x51E0,
	C_FEN = 0x5206,
	C_ZHI = 0x4E4B,
	C_DIAN = 0x70B9
};

/* The digits and multipliers that no stroke can change (壹 ... 玖, 拾 佰 仟), as the plain ones; other characters as they are. */
static fchar plain(fchar c)
{
	static const struct {
		fchar formal, plain;
	} pairs[] = {{0x58F9, C_YI},  {0x8D30, C_ER},  {0x53C1, C_SAN}, {0x8086, C_SI},
		     {0x4F0D, C_WU},  {0x9646, C_LIU}, {0x67D2, C_QI},  {0x634C, C_BA},
		     {0x7396, C_JIU}, {0x62FE, C_SHI}, {0x4F70, C_BAI}, {0x4EDF, C_QIAN}};
	if (c < 0x4E00)
		return c;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (pairs[i].formal == c)
			return pairs[i].plain;
	return c;
}

static int han_digit(fchar c)
{
	switch (plain(c)) {
	case C_LING:
	case C_LING2:
		return 0;
	case C_YI:
		return 1;
	case C_ER:
	case C_LIANG:
		return 2;
	case C_SAN:
		return 3;
	case C_SI:
		return 4;
	case C_WU:
		return 5;
	case C_LIU:
		return 6;
	case C_QI:
		return 7;
	case C_BA:
		return 8;
	case C_JIU:
		return 9;
	default:
		return -1;
	}
}

static double multiplier(fchar c)
{
	switch (plain(c)) {
	case C_SHI:
		return 10;
	case C_BAI:
		return 100;
	case C_QIAN:
		return 1000;
	case C_WAN:
		return 1e4;
	case C_YIYI:
		return 1e8;
	default:
		return 0;
	}
}

static bool more_or_less(fchar c)
{
	return c == C_YU || c == C_DUO || c == C_JI;
}

/* 余/多/几, multipliers, 余/多 behind the digits that end at *pos. */
static void read_tail(const fchar *t, size_t *pos, size_t to, struct number *n)
{
	if (*pos < to && more_or_less(t[*pos])) {
		n->approx = true;
		(*pos)++;
	}
	double m;
	while (*pos < to && (m = multiplier(t[*pos])) >= 100) {
		n->value *= m;
		n->step *= m;
		n->multiplied = true;
		(*pos)++;
	}
	if (*pos < to && more_or_less(t[*pos])) {
		n->approx = true;
		(*pos)++;
	}
}

/* Three digits that no fourth follows: a group behind a comma. */
static bool thousands(const fchar *t, size_t pos, size_t to)
{
	return pos + 3 <= to && fchar_digit(t[pos]) && fchar_digit(t[pos + 1]) && fchar_digit(t[pos + 2]) &&
	       (pos + 3 == to || !fchar_digit(t[pos + 3]));
}

static bool read_arabic(const fchar *t, size_t pos, size_t to, struct number *n)
{
	size_t start = pos;
	unsigned digits = 0;
	double v = 0;
	for (; pos < to; pos++) {
		if (t[pos] == ',' && digits > 0 && (digits <= 3 || t[pos - 4] == ',') && thousands(t, pos + 1, to))
			continue;
		if (!fchar_digit(t[pos]))
			break;
		if (++digits <= DIGITS_MAX)
			v = v * 10 + (t[pos] - '0');
	}
	if (pos == start)
		return false;
	n->step = 1;
	if (pos + 1 < to && t[pos] == '.' && fchar_digit(t[pos + 1])) {
		for (pos++; pos < to && fchar_digit(t[pos]); pos++)
			if (n->decimals < 9) {
				n->decimals++;
				n->step /= 10;
				v += (t[pos] - '0') * n->step;
			}
		double scale = pow(10, n->decimals);
		v = round(v * scale) / scale;
	}
	n->value = v;
	read_tail(t, &pos, to, n);
	if (n->multiplied && n->decimals > 0)
		n->value = round(n->value * 1e6) / 1e6;
	size_t sign = pos; /* "35 %": a blank may stand before the sign */
	while (sign < to && t[sign] == ' ' && sign - pos < BLANKS_MAX)
		sign++;
	if (sign < to && t[sign] == '%') {
		n->percent = true;
		pos = sign + 1;
	}
	n->end = pos;
	return true;
}

/* 三千二百零五 and 二〇一四; 万 and 亿 close what stands before them. */
static double han_value(const fchar *t, size_t pos, size_t to)
{
	double total = 0, section = 0, digit = -1;
	bool places = false;
	for (size_t i = pos; i < to; i++)
		places = places || multiplier(t[i]) > 0;
	for (; pos < to; pos++) {
		int d = han_digit(t[pos]);
		double m = multiplier(t[pos]);
		if (d >= 0) {
			digit = digit >= 0 && !places ? digit * 10 + d : d;
		} else if (m >= 1e4) {
			section += digit > 0 ? digit : 0;
			total = (total + (section > 0 ? section : 1)) * m;
			section = 0;
			digit = -1;
		} else {
			section += (digit > 0 ? digit : 1) * m;
			digit = -1;
		}
	}
	return total + section + (digit > 0 ? digit : 0);
}

static bool read_han(const fchar *t, size_t pos, size_t to, struct number *n)
{
	size_t end = pos;
	while (end < to && end - pos < HAN_MAX && (han_digit(t[end]) >= 0 || multiplier(t[end]) > 0))
		end++;
	if (end == pos || multiplier(t[pos]) >= 1e4)
		return false;
	if (end == pos + 1 && plain(t[pos]) != t[pos]) /* 陆, 伍: a name */
		return false;
	n->value = han_value(t, pos, end);
	n->step = 1;
	n->han = true;
	if (end < to && more_or_less(t[end])) {
		double m;
		n->approx = true;
		end++;
		for (; end < to && (m = multiplier(t[end])) >= 1e4; end++)
			n->value *= m;
	}
	n->end = end;
	return true;
}

static bool read_per_hundred(const fchar *t, size_t pos, size_t to, struct number *n)
{
	if (pos + 4 > to || t[pos] != C_BAI || t[pos + 1] != C_FEN || t[pos + 2] != C_ZHI)
		return false;
	if (fchar_digit(t[pos + 3])) {
		if (!read_arabic(t, pos + 3, to, n))
			return false;
	} else if (read_han(t, pos + 3, to, n)) {
		double unit = 0.1;
		if (n->end + 1 < to && t[n->end] == C_DIAN && han_digit(t[n->end + 1]) >= 0)
			for (n->end++; n->end < to && han_digit(t[n->end]) >= 0 && n->decimals < 6;
			     n->end++, unit /= 10) {
				n->value += han_digit(t[n->end]) * unit;
				n->decimals++;
				n->step = unit;
			}
	} else {
		return false;
	}
	n->percent = true;
	return true;
}

bool number_read(const fchar *t, size_t pos, size_t to, struct number *out)
{
	*out = (struct number){0};
	if (pos >= to)
		return false;
	if (fchar_digit(t[pos]))
		return read_arabic(t, pos, to, out);
	return read_per_hundred(t, pos, to, out) || read_han(t, pos, to, out);
}
