#include "sink/slice.h"

#include <assert.h>

static enum err bad(const struct slice *s, const char *what)
{
	return err_set(ERR_FORMAT, "%s at byte %zu of a JSON value", what, s->at);
}

static void skip_blank(struct slice *s)
{
	while (s->at < s->json.n) {
		char c = s->json.p[s->at];
		if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			break;
		s->at++;
	}
}

static int peek(const struct slice *s)
{
	return s->at < s->json.n ? (unsigned char)s->json.p[s->at] : -1;
}

/* From the opening quote to behind the closing one. */
static enum err skip_string(struct slice *s)
{
	for (s->at++; s->at < s->json.n; s->at++) {
		char c = s->json.p[s->at];
		if (c == '\\') {
			s->at++;
		} else if (c == '"') {
			s->at++;
			return ERR_OK;
		}
	}
	return bad(s, "a string without end");
}

static bool ends_scalar(char c)
{
	return c == ',' || c == ']' || c == '}' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static enum err skip_nested(struct slice *s)
{
	char stack[SLICE_DEPTH_MAX];
	unsigned depth = 0;
	while (s->at < s->json.n) {
		char c = s->json.p[s->at];
		if (c == '"') {
			enum err e = skip_string(s);
			if (e != ERR_OK)
				return e;
			continue;
		}
		if (c == '{' || c == '[') {
			if (depth == SLICE_DEPTH_MAX)
				return bad(s, "nesting too deep");
			stack[depth++] = c == '{' ? '}' : ']';
		} else if (c == '}' || c == ']') {
			if (stack[--depth] != c)
				return bad(s, "a bracket that closes nothing");
		}
		s->at++;
		if (depth == 0)
			return ERR_OK;
	}
	return bad(s, "a bracket that is never closed");
}

static enum err skip_value(struct slice *s)
{
	int c = peek(s);
	if (c == '"')
		return skip_string(s);
	if (c == '{' || c == '[')
		return skip_nested(s);
	size_t from = s->at;
	while (s->at < s->json.n && !ends_scalar(s->json.p[s->at]))
		s->at++;
	return s->at > from ? ERR_OK : bad(s, "no value");
}

enum err slice_open(struct slice *s, struct str json, char open)
{
	assert(open == '{' || open == '[');
	*s = (struct slice){.json = json, .open = open, .first = true};
	skip_blank(s);
	if (peek(s) != open)
		return err_set(ERR_FORMAT, "expected %s", open == '{' ? "an object" : "an array");
	s->at++;
	return ERR_OK;
}

static enum err at_end(struct slice *s)
{
	s->at++;
	skip_blank(s);
	return s->at == s->json.n ? ERR_NOTFOUND : bad(s, "something behind the end");
}

enum err slice_next(struct slice *s, struct str *key, struct str *value)
{
	enum err e;
	*key = *value = (struct str){"", 0};
	skip_blank(s);
	if (peek(s) == (s->open == '{' ? '}' : ']'))
		return at_end(s);
	if (!s->first) {
		if (peek(s) != ',')
			return bad(s, "no comma");
		s->at++;
		skip_blank(s);
	}
	s->first = false;
	if (s->open == '{') {
		size_t from = s->at + 1;
		if (peek(s) != '"')
			return bad(s, "no key");
		if ((e = skip_string(s)) != ERR_OK)
			return e;
		*key = (struct str){s->json.p + from, s->at - 1 - from};
		skip_blank(s);
		if (peek(s) != ':')
			return bad(s, "no colon");
		s->at++;
		skip_blank(s);
	}
	size_t from = s->at;
	if ((e = skip_value(s)) != ERR_OK)
		return e;
	*value = (struct str){s->json.p + from, s->at - from};
	return ERR_OK;
}
