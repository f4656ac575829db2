#include "parser/fields.h"

#include <ctype.h>
#include <stdio.h>

static bool is_space(uint32_t cp)
{
	return cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r' || cp == 0xa0 || cp == 0x3000 || cp == 0xfeff ||
	       (cp >= 0x2000 && cp <= 0x200d);
}

/* `gap`, when given, has as many entries as `out` bytes: does white space stand before this byte? */
static size_t squeeze(struct str s, char *out, size_t max, bool *gap)
{
	size_t n = 0;
	bool blank = false;
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		uint32_t cp = utf8_next(s.p, s.n, &i);
		if (is_space(cp)) {
			blank = true;
			continue;
		}
		if (n + (i - from) + 1 > max)
			break;
		memcpy(out + n, s.p + from, i - from);
		if (gap) {
			memset(gap + n, 0, i - from);
			gap[n] = blank;
		}
		blank = false;
		n += i - from;
	}
	out[n] = '\0';
	return n;
}

size_t fields_squeeze(struct str s, char *out, size_t max)
{
	return squeeze(s, out, max, NULL);
}

static size_t colon(struct str s, size_t i)
{
	struct str rest = str_sub(s, i, s.n);
	return str_starts(rest, STR("：")) ? 3 : str_starts(rest, STR(":")) ? 1 : 0;
}

static void end_value(struct field *f, struct str s, size_t from, size_t to)
{
	static const char *const tails[] = {"[", "【", "(", "（", "|", "｜", "，", ",", "；", ";", "·", "-", NULL};
	struct str v = str_sub(s, from, to);
	for (bool again = true; again;) {
		again = false;
		for (size_t i = 0; tails[i]; i++)
			if (v.n && str_ends(v, str_of(tails[i]))) {
				v.n -= strlen(tails[i]);
				again = true;
			}
	}
	size_t n = v.n < sizeof f->value ? v.n : utf8_cut(v.p, sizeof f->value - 1);
	memcpy(f->value, v.p, n);
	f->value[n] = '\0';
	if (strstr(f->value, "{{"))
		f->value[0] = '\0';
}

static bool date_at(struct str s, size_t i, char out[11]);

#define LABEL_CPS_MAX 6

/* "文章类型:" - a label that the lexicon does not know: a few Chinese characters and a colon. */
static bool some_label(struct str s, size_t i)
{
	for (unsigned n = 0; i < s.n && n <= LABEL_CPS_MAX; n++) {
		if (n > 1 && colon(s, i) > 0)
			return true;
		uint32_t cp = utf8_next(s.p, s.n, &i);
		if (cp < 0x4E00 || cp > 0x9FFF)
			return false;
	}
	return false;
}

/* Who published ends before the line's time and before another label, known or not. */
static size_t name_end(struct str s, const bool *gap, size_t from, size_t to)
{
	char date[11];
	for (size_t i = from + 1; i < to; i++)
		if ((isdigit((unsigned char)s.p[i]) && date_at(s, i, date)) ||
		    (gap[i] && (isdigit((unsigned char)s.p[i]) || some_label(s, i))))
			return i;
	return to;
}

static void close_field(struct field *f, struct str s, const bool *gap, size_t from, size_t to)
{
	if (f->kind == LABEL_SOURCE || f->kind == LABEL_PUBLISHER)
		to = name_end(s, gap, from, to);
	end_value(f, s, from, to);
}

size_t fields_of(const struct words *w, struct str line, struct field *out, size_t max)
{
	if (!memchr(line.p, ':', line.n) && str_find(line, STR("："), 0) < 0)
		return 0;
	char squeezed[FIELD_LINE_MAX];
	bool gap[FIELD_LINE_MAX];
	struct str s = {squeezed, squeeze(line, squeezed, sizeof squeezed, gap)};
	size_t n = 0, value = 0;
	for (size_t i = 0; i < s.n;) {
		enum label_kind kind;
		size_t len = words_label(w, str_sub(s, i, s.n), &kind, false);
		if (len == 0) {
			size_t step = i;
			(void)utf8_next(s.p, s.n, &step);
			i = step;
			continue;
		}
		if (n > 0)
			close_field(&out[n - 1], s, gap, value, i);
		if (n == max)
			return n;
		out[n] = (struct field){.kind = kind, .at = i};
		i += len;
		i += colon(s, i);
		value = i;
		n++;
	}
	if (n > 0)
		close_field(&out[n - 1], s, gap, value, s.n);
	return n;
}

static size_t digits(struct str s, size_t i, size_t max, unsigned *value)
{
	size_t n = 0;
	*value = 0;
	while (n < max && i + n < s.n && isdigit((unsigned char)s.p[i + n])) {
		*value = *value * 10 + (unsigned)(s.p[i + n] - '0');
		n++;
	}
	return n;
}

static size_t separator(struct str s, size_t i, const char *hanzi)
{
	if (i < s.n && strchr("-/._", s.p[i]))
		return 1;
	return str_starts(str_sub(s, i, s.n), str_of(hanzi)) ? 3 : 0;
}

static bool date_at(struct str s, size_t i, char out[11])
{
	unsigned y, m, d;
	size_t n = digits(s, i, 4, &y);
	if (n != 4 || y < 1980 || y > 2100)
		return false;
	i += 4;
	size_t sep = separator(s, i, "年");
	size_t m_digits = digits(s, i + sep, 2, &m);
	if (m_digits == 0 || (sep == 0 && m_digits != 2))
		return false;
	i += sep + m_digits;
	size_t sep2 = separator(s, i, "月");
	size_t d_digits = digits(s, i + sep2, 2, &d);
	if (d_digits == 0 || (sep == 0) != (sep2 == 0) || (sep == 0 && d_digits != 2))
		return false;
	if (m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	snprintf(out, 11, "%04u-%02u-%02u", y % 10000, m % 100, d % 100);
	return true;
}

bool fields_date(struct str s, bool anywhere, char out[11])
{
	for (size_t i = 0; i < s.n; i++) {
		bool begins = i == 0 || !isdigit((unsigned char)s.p[i - 1]);
		if (begins && date_at(s, i, out))
			return true;
		if (!anywhere)
			return false;
	}
	return false;
}
