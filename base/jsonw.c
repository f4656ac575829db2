#include "base/jsonw.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void jsonw_init(struct jsonw *w, struct buf *out)
{
	*w = (struct jsonw){.out = out};
	w->first[0] = true;
}

/* What stands before every value: a comma, but not for the first of its level nor behind a key. */
static void before_value(struct jsonw *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (!w->first[w->depth] && w->depth)
		buf_add_char(w->out, ',');
	w->first[w->depth] = false;
}

static void open_level(struct jsonw *w, char bracket)
{
	before_value(w);
	assert(w->depth + 1 < JSONW_DEPTH);
	w->first[++w->depth] = true;
	buf_add_char(w->out, bracket);
}

void jsonw_object(struct jsonw *w)
{
	open_level(w, '{');
}

void jsonw_array(struct jsonw *w)
{
	open_level(w, '[');
}

void jsonw_end(struct jsonw *w, char bracket)
{
	assert(w->depth > 0 && !w->after_key && (bracket == '}' || bracket == ']'));
	w->depth--;
	buf_add_char(w->out, bracket);
}

static void put_escaped(struct buf *out, unsigned char c)
{
	switch (c) {
	case '"':
		buf_add(out, "\\\"", 2);
		break;
	case '\\':
		buf_add(out, "\\\\", 2);
		break;
	case '\n':
		buf_add(out, "\\n", 2);
		break;
	case '\r':
		buf_add(out, "\\r", 2);
		break;
	case '\t':
		buf_add(out, "\\t", 2);
		break;
	default:
		buf_printf(out, "\\u%04x", c);
	}
}

/* Past what stands in JSON as it is: ASCII but four kinds of it, and the usual characters of three bytes. */
static size_t skip_plain(struct str s, size_t i)
{
	const unsigned char *b = (const unsigned char *)s.p;
	while (i < s.n) {
		if (b[i] < 0x80) {
			if (b[i] < 0x20 || b[i] == '"' || b[i] == '\\')
				break;
			i++;
		} else {
			if (i + 3 > s.n || b[i] <= 0xE0 || b[i] >= 0xED || (b[i + 1] & 0xC0) != 0x80 ||
			    (b[i + 2] & 0xC0) != 0x80)
				break;
			i += 3;
		}
	}
	return i;
}

static void put_string(struct buf *out, struct str s)
{
	buf_add_char(out, '"');
	size_t plain = 0, i = 0;
	while ((i = skip_plain(s, i)) < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < 0x80) {
			buf_add(out, s.p + plain, i - plain);
			put_escaped(out, c);
			plain = ++i;
			continue;
		}
		size_t next = i;
		uint32_t cp = utf8_next(s.p, s.n, &next);
		if (cp == 0xFFFD && next == i + 1) {
			buf_add(out, s.p + plain, i - plain);
			buf_add(out, "\xEF\xBF\xBD", 3);
			plain = next;
		}
		i = next;
	}
	buf_add(out, s.p + plain, i - plain);
	buf_add_char(out, '"');
}

void jsonw_key(struct jsonw *w, const char *key)
{
	assert(w->depth > 0 && !w->after_key);
	before_value(w);
	put_string(w->out, str_of(key));
	buf_add_char(w->out, ':');
	w->after_key = true;
}

void jsonw_str(struct jsonw *w, struct str s)
{
	before_value(w);
	put_string(w->out, s);
}

void jsonw_z(struct jsonw *w, const char *z)
{
	if (z)
		jsonw_str(w, str_of(z));
	else
		jsonw_null(w);
}

/* Without printf, which costs more than all else of a figure. */
static void put_int(struct buf *out, int64_t v)
{
	char text[24], *p = text + sizeof(text);
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	do {
		*--p = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (v < 0)
		*--p = '-';
	buf_add(out, p, (size_t)(text + sizeof(text) - p));
}

void jsonw_int(struct jsonw *w, int64_t v)
{
	before_value(w);
	put_int(w->out, v);
}

void jsonw_num(struct jsonw *w, double v)
{
	if (!isfinite(v)) {
		jsonw_null(w); /* JSON has no other word for it */
		return;
	}
	before_value(w);
	if (v == floor(v) && fabs(v) < 1e15) {
		put_int(w->out, (int64_t)v);
		return;
	}
	char text[40];
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	buf_add_z(w->out, text);
}

void jsonw_bool(struct jsonw *w, bool v)
{
	before_value(w);
	buf_add_z(w->out, v ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
	before_value(w);
	buf_add_z(w->out, "null");
}

void jsonw_raw(struct jsonw *w, struct str json)
{
	before_value(w);
	buf_add_str(w->out, json);
}

void jsonw_kstr(struct jsonw *w, const char *key, struct str s)
{
	jsonw_key(w, key);
	jsonw_str(w, s);
}

void jsonw_kz(struct jsonw *w, const char *key, const char *z)
{
	jsonw_key(w, key);
	jsonw_z(w, z);
}

void jsonw_kint(struct jsonw *w, const char *key, int64_t v)
{
	jsonw_key(w, key);
	jsonw_int(w, v);
}

void jsonw_knum(struct jsonw *w, const char *key, double v)
{
	jsonw_key(w, key);
	jsonw_num(w, v);
}

void jsonw_kbool(struct jsonw *w, const char *key, bool v)
{
	jsonw_key(w, key);
	jsonw_bool(w, v);
}
