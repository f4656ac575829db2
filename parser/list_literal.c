#include "parser/list_literal.h"

#include <ctype.h>

/* ------------------------------------------------------------------ grams */

static unsigned gram(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;
	return ((unsigned)b[0] * 1031u + b[1] * 67u + b[2] * 4099u) % (256 * 64);
}

void list_grams_take(struct list_grams *g, struct str script)
{
	memset(g, 0, sizeof *g);
	for (size_t i = 0; i + 3 <= script.n; i++) {
		unsigned h = gram(script.p + i);
		g->bits[h / 64] |= 1ull << (h % 64);
	}
}

bool list_grams_may(const struct list_grams *g, struct str word)
{
	for (size_t i = 0; i + 3 <= word.n; i++) {
		unsigned h = gram(word.p + i);
		if (!(g->bits[h / 64] >> (h % 64) & 1))
			return false;
	}
	return true;
}

/* --------------------------------------------------------------- literals */

bool list_is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

size_t list_skip_space(struct str s, size_t i)
{
	while (i < s.n && isspace((unsigned char)s.p[i]))
		i++;
	return i;
}

bool list_literal(struct str s, size_t *i, struct str *value, bool *number)
{
	size_t at = list_skip_space(s, *i);
	if (at >= s.n)
		return false;
	if (s.p[at] == '"' || s.p[at] == '\'') {
		size_t room = s.n - at - 1 < LIST_ADDRESS_MAX ? s.n - at - 1 : LIST_ADDRESS_MAX;
		const char *end = memchr(s.p + at + 1, s.p[at], room);
		if (!end)
			return false;
		*value = str_sub(s, at + 1, (size_t)(end - s.p));
		*i = (size_t)(end - s.p) + 1;
		*number = false;
		return !memchr(value->p, '\\', value->n) && !memchr(value->p, '\n', value->n);
	}
	size_t end = at;
	while (end < s.n && isdigit((unsigned char)s.p[end]))
		end++;
	if (end == at || (end < s.n && (list_is_name(s.p[end]) || s.p[end] == '.')))
		return false;
	*value = str_sub(s, at, end);
	*i = end;
	*number = true;
	return true;
}

bool list_stands_alone(struct str s, size_t end)
{
	end = list_skip_space(s, end);
	if (end + 1 < s.n && s.p[end] == '/' && (s.p[end + 1] == '/' || s.p[end + 1] == '*'))
		return true; /* a comment */
	return end >= s.n || !strchr("+.[*/-?", s.p[end]);
}

bool list_value_of(struct str script, struct str key, size_t from, struct str *value, bool *number)
{
	for (long at; (at = str_find(script, key, from)) >= 0;) {
		size_t i = (size_t)at + key.n;
		from = i;
		if (at > 0 && list_is_name(script.p[at - 1]))
			continue;
		if (i < script.n && (script.p[i] == '\'' || script.p[i] == '"'))
			i++;
		i = list_skip_space(script, i);
		if (i >= script.n || (script.p[i] != ':' && script.p[i] != '='))
			continue;
		i++;
		if (list_literal(script, &i, value, number) && list_stands_alone(script, i))
			return true;
	}
	return false;
}

long list_number(struct str s)
{
	long v = 0;
	if (s.n == 0 || s.n > 7)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (!isdigit((unsigned char)s.p[i]))
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

struct str list_parameter(struct str query, struct str name)
{
	for (size_t i = 0; i < query.n;) {
		long amp = str_find(query, STR("&"), i);
		size_t end = amp < 0 ? query.n : (size_t)amp;
		struct str pair = str_sub(query, i, end);
		if (pair.n > name.n && pair.p[name.n] == '=' && str_starts(pair, name))
			return str_sub(pair, name.n + 1, pair.n);
		i = end + 1;
	}
	return STR("");
}

void list_add_value(struct buf *out, struct str v)
{
	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = (unsigned char)v.p[i];
		if (isalnum(c) || strchr("-._~/,:", c))
			(void)buf_add_char(out, (char)c);
		else
			(void)buf_printf(out, "%%%02X", c);
	}
}
