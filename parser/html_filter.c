#include "parser/html_filter.h"

#include <ctype.h>
#include <pthread.h>
#include <string.h>

enum name_kind { NAME_BLOCK, NAME_INLINE, NAME_RAW, NAME_VOID };

/*
 * NAME_INLINE: markup inside a line, and tags that carry nothing for reading: dropped, their text stays.
 * NAME_RAW: elements whose content is no markup.
 */
static const struct {
	const char *name;
	enum name_kind kind;
} names[] = {
	{"span", NAME_INLINE},  {"font", NAME_INLINE}, {"b", NAME_INLINE},        {"i", NAME_INLINE},
	{"u", NAME_INLINE},     {"em", NAME_INLINE},   {"strong", NAME_INLINE},   {"small", NAME_INLINE},
	{"big", NAME_INLINE},   {"tt", NAME_INLINE},   {"s", NAME_INLINE},        {"strike", NAME_INLINE},
	{"sub", NAME_INLINE},   {"sup", NAME_INLINE},  {"nobr", NAME_INLINE},     {"code", NAME_INLINE},
	{"kbd", NAME_INLINE},   {"var", NAME_INLINE},  {"samp", NAME_INLINE},     {"cite", NAME_INLINE},
	{"dfn", NAME_INLINE},   {"abbr", NAME_INLINE}, {"acronym", NAME_INLINE},  {"bdo", NAME_INLINE},
	{"bdi", NAME_INLINE},   {"ins", NAME_INLINE},  {"del", NAME_INLINE},      {"mark", NAME_INLINE},
	{"q", NAME_INLINE},     {"time", NAME_INLINE}, {"data", NAME_INLINE},     {"label", NAME_INLINE},
	{"form", NAME_INLINE},  {"html", NAME_INLINE}, {"head", NAME_INLINE},     {"body", NAME_INLINE},
	{"input", NAME_INLINE}, {"img", NAME_INLINE},  {"col", NAME_INLINE},      {"colgroup", NAME_INLINE},
	{"wbr", NAME_INLINE},   {"param", NAME_VOID},  {"source", NAME_INLINE},   {"track", NAME_INLINE},
	{"ruby", NAME_INLINE},  {"rb", NAME_INLINE},   {"basefont", NAME_INLINE}, {"keygen", NAME_INLINE},
	{"blink", NAME_INLINE}, {"script", NAME_RAW},  {"style", NAME_RAW},       {"title", NAME_RAW},
	{"textarea", NAME_RAW}, {"xmp", NAME_RAW},     {"iframe", NAME_RAW},      {"noembed", NAME_RAW},
	{"noframes", NAME_RAW}, {"br", NAME_VOID},     {"hr", NAME_VOID},         {"meta", NAME_VOID},
	{"link", NAME_VOID},    {"base", NAME_VOID},   {"area", NAME_VOID},       {"embed", NAME_VOID},
	{"frame", NAME_VOID},
};

#define SLOTS 512

static uint8_t name_slots[SLOTS]; /* index in names + 1 */
static pthread_once_t name_once = PTHREAD_ONCE_INIT;

static uint32_t hash_of(struct str name)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619u;
	return h ^ (h >> 8) ^ (h >> 16);
}

static void fill_slots(void)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		uint32_t at = hash_of(str_of(names[i].name)) % SLOTS;
		while (name_slots[at])
			at = (at + 1) % SLOTS;
		name_slots[at] = (uint8_t)(i + 1);
	}
}

static enum name_kind kind_of(struct str name)
{
	for (uint32_t at = hash_of(name) % SLOTS; name_slots[at]; at = (at + 1) % SLOTS)
		if (str_eq_z(name, names[name_slots[at] - 1].name))
			return names[name_slots[at] - 1].kind;
	return memchr(name.p, ':', name.n) ? NAME_INLINE : NAME_BLOCK;
}

static size_t class_of(struct str name)
{
	return hash_of(name) % FILTER_NAMES;
}

void html_filter_init(struct html_filter *f, struct buf *out)
{
	pthread_once(&name_once, fill_slots);
	memset(f, 0, sizeof *f);
	f->out = out;
	buf_init(&f->raw, HTML_SCRIPT_MAX);
	buf_init(&f->raw_head, FILTER_TAG_MAX + 8);
}

void html_filter_fini(struct html_filter *f)
{
	buf_fini(&f->raw);
	buf_fini(&f->raw_head);
}

void html_filter_opened(struct html_filter *f, const char *name)
{
	f->open[class_of(str_of(name))]++;
	f->depth++;
}

void html_filter_closed(struct html_filter *f, const char *name)
{
	uint32_t *open = &f->open[class_of(str_of(name))];
	*open -= *open > 0;
	f->depth -= f->depth > 0;
}

void html_filter_fed(struct html_filter *f)
{
	memcpy(f->ahead[1], f->ahead[0], sizeof f->ahead[1]);
	memset(f->ahead[0], 0, sizeof f->ahead[0]);
	f->depth_ahead[1] = f->depth_ahead[0];
	f->depth_ahead[0] = 0;
}

static void out_z(struct html_filter *f, const char *z)
{
	(void)buf_add_z(f->out, z);
}

/* ---------------------------------------------------------------- tags */

static void raw_begin(struct html_filter *f, struct str name)
{
	f->state = F_RAW;
	memcpy(f->raw_name, name.p, name.n);
	f->raw_name[name.n] = '\0';
	f->raw_keep = str_eq_z(name, "script") || str_eq_z(name, "title") || str_eq_z(name, "xmp");
	f->raw_escaped = f->raw_double = f->matching = false;
	f->dashes = 0;
	buf_clear(&f->raw);
	buf_clear(&f->raw_head);
	(void)buf_add(&f->raw_head, f->tag, f->tag_n);
	(void)buf_add_char(&f->raw_head, '>');
}

/* The tag's attributes as an empty element of another name. */
static void give_as(struct html_filter *f, const char *as, struct str name)
{
	(void)buf_add_char(f->out, '<');
	out_z(f, as);
	(void)buf_add_str(f->out, str_sub((struct str){f->tag, f->tag_n}, 1 + name.n, f->tag_n));
	(void)buf_add_char(f->out, '>');
}

/* What is removed but for what a click, a form or a picture in an anchor say. */
static void start_inline(struct html_filter *f, struct str name)
{
	size_t a = class_of(STR("a"));
	if (f->tag_n <= name.n + 1)
		return;
	f->tag[f->tag_n] = '\0';
	if (str_eq_z(name, "input") || str_eq_z(name, "form") ||
	    (str_eq_z(name, "body") && strcasestr(f->tag, "onload"))) {
		give_as(f, "input", name);
	} else if (str_eq_z(name, "img")) {
		if (f->open[a] + f->ahead[0][a] + f->ahead[1][a] > 0 && strcasestr(f->tag, "alt="))
			give_as(f, "input", name);
		else if (strcasestr(f->tag, "onclick"))
			give_as(f, HTML_INLINE_CLICK, name);
	} else if (strcasestr(f->tag, "onclick")) {
		give_as(f, HTML_INLINE_CLICK, name);
		f->click = class_of(name) + 1;
	}
}

static void start_tag(struct html_filter *f, struct str name)
{
	enum name_kind kind = kind_of(name);
	if (kind == NAME_RAW) {
		raw_begin(f, name);
		return;
	}
	if (kind == NAME_INLINE) {
		start_inline(f, name);
		return;
	}
	if (kind != NAME_VOID) {
		if (f->depth + f->depth_ahead[0] + f->depth_ahead[1] >= HTML_DEPTH_MAX)
			return;
		f->depth_ahead[0]++;
		f->ahead[0][class_of(name)]++;
	}
	(void)buf_add(f->out, f->tag, f->tag_n);
	(void)buf_add_char(f->out, '>');
}

static void end_tag(struct html_filter *f, struct str name)
{
	if (str_eq_z(name, "br")) {
		out_z(f, "<br>");
		return;
	}
	size_t c = class_of(name);
	if (f->click == c + 1) {
		out_z(f, "<" HTML_INLINE_CLICK ">");
		f->click = 0;
	}
	if (f->open[c] + f->ahead[0][c] + f->ahead[1][c] == 0 || name.n > 64 || kind_of(name) != NAME_BLOCK)
		return;
	out_z(f, "</");
	(void)buf_add_str(f->out, name);
	(void)buf_add_char(f->out, '>');
}

static void tag_done(struct html_filter *f)
{
	size_t from = f->tag[1] == '/' ? 2 : 1, end = from;
	while (end < f->tag_n && end < from + 65 && !isspace((unsigned char)f->tag[end]) && f->tag[end] != '/') {
		f->tag[end] = (char)tolower((unsigned char)f->tag[end]);
		end++;
	}
	struct str name = {f->tag + from, end - from};
	f->state = F_TEXT;
	if (from == 2)
		end_tag(f, name);
	else
		start_tag(f, name);
}

/*
 * The characters from p on that only lengthen the tag: nothing that begins or ends a value. Copied at once, as far as
 * the tag is kept; returns how many.
 */
static size_t take_plain(struct html_filter *f, const char *p, size_t n)
{
	size_t room = f->tag_n < FILTER_TAG_MAX ? FILTER_TAG_MAX - f->tag_n : 0, k = 0;
	if (n > room)
		n = room;
	if (f->quote == '"' || f->quote == '\'') {
		const char *end = memchr(p, f->quote, n);
		k = end ? (size_t)(end - p) : n;
	} else if (f->quote == 0) {
		while (k < n && p[k] != '>' && p[k] != '=')
			k++;
	}
	memcpy(f->tag + f->tag_n, p, k);
	f->tag_n += k;
	return k;
}

/* Quotes count only as the first character of a value (HTML standard, 13.2.5.37). */
static size_t take_tag(struct html_filter *f, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		i += take_plain(f, p + i, n - i);
		if (i == n)
			break;
		char ch = p[i];
		char kept = f->quote;
		if (ch == '>' && f->quote != '"' && f->quote != '\'') {
			tag_done(f);
			return i + 1;
		}
		if (f->quote == '"' || f->quote == '\'') {
			if (ch == f->quote)
				f->quote = 0;
		} else if (ch == '=') {
			f->quote = '=';
		} else if (f->quote == '=' && !isspace((unsigned char)ch)) {
			f->quote = ch == '"' || ch == '\'' ? ch : 0;
		}
		if (f->tag_n < FILTER_TAG_MAX) {
			f->tag[f->tag_n++] = ch;
		} else if (!f->tag_over) {
			f->tag_over = true;
			f->tag_n = utf8_cut(f->tag, f->tag_n);
			f->tag[f->tag_n] = '\0';
			/* the quote that is open in what is kept has to be closed there */
			if (kept == '"' || kept == '\'')
				f->tag[f->tag_n++] = kept;
		}
	}
	return n;
}

static void tag_begin(struct html_filter *f, const char *head)
{
	f->state = F_TAG;
	f->tag_n = strlen(head);
	memcpy(f->tag, head, f->tag_n);
	f->quote = 0;
	f->tag_over = false;
}

/* ------------------------------------------------------ markup that is no tag */

static size_t take_lt(struct html_filter *f, const char *p)
{
	char ch = *p;
	if (isalpha((unsigned char)ch)) {
		tag_begin(f, "<");
	} else if (ch == '/') {
		f->state = F_LT_SLASH;
		return 1;
	} else if (ch == '!') {
		f->state = F_BANG;
		f->dashes = 0;
		return 1;
	} else if (ch == '?') {
		f->state = F_BOGUS;
	} else {
		out_z(f, "&lt;");
		f->state = F_TEXT;
	}
	return 0;
}

static size_t take_lt_slash(struct html_filter *f, const char *p)
{
	if (isalpha((unsigned char)*p))
		tag_begin(f, "</");
	else
		f->state = F_BOGUS;
	return 0;
}

static size_t take_bang(struct html_filter *f, const char *p)
{
	if (*p == '-') {
		if (++f->dashes == 2) {
			f->state = F_COMMENT;
			f->bang = false;
			f->comment_begin = true;
		}
		return 1;
	}
	f->state = F_BOGUS;
	return 0;
}

/* Ends: "-->", "--!>", and "<!-->", "<!--->" at once (HTML standard, 13.2.5.43 and following). */
static size_t take_comment(struct html_filter *f, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char ch = p[i];
		if (ch == '>' && (f->dashes >= 2 || f->bang)) {
			f->state = F_TEXT;
			return i + 1;
		}
		f->bang = ch == '!' && f->dashes >= 2 && !f->comment_begin;
		f->dashes = ch == '-' ? f->dashes + 1 : 0;
		if (ch != '-')
			f->comment_begin = false;
		if (f->dashes == 0 && !f->bang) {
			const char *dash = memchr(p + i + 1, '-', n - i - 1);
			if (!dash)
				return n;
			i = (size_t)(dash - p) - 1;
		}
	}
	return n;
}

static size_t take_bogus(struct html_filter *f, const char *p, size_t n)
{
	const char *end = memchr(p, '>', n);
	if (!end)
		return n;
	f->state = F_TEXT;
	return (size_t)(end - p) + 1;
}

/* ---------------------------------------------------------- raw text */

static void raw_done(struct html_filter *f)
{
	struct str head = buf_str(&f->raw_head), body = buf_str(&f->raw);
	f->state = F_TEXT;
	if (strcmp(f->raw_name, "script") == 0) {
		if (f->script)
			f->script(f->script_ud, head, body);
	} else if (strcmp(f->raw_name, "title") == 0 || strcmp(f->raw_name, "xmp") == 0) {
		out_z(f, f->raw_name[0] == 't' ? "<title>" : "<pre>");
		for (size_t i = 0; i < body.n; i++) {
			if (body.p[i] == '<')
				out_z(f, "&lt;");
			else
				(void)buf_add_char(f->out, body.p[i]);
		}
		out_z(f, f->raw_name[0] == 't' ? "</title>" : "</pre>");
	} else if (strcmp(f->raw_name, "iframe") == 0) {
		(void)buf_add_str(f->out, head);
		out_z(f, "</iframe>");
	}
}

static void raw_keep(struct html_filter *f, const char *p, size_t n)
{
	if (f->raw_keep && f->raw.n + n < HTML_SCRIPT_MAX)
		(void)buf_add(&f->raw, p, n);
}

enum raw_match { MATCH_NO, MATCH_MORE, MATCH_END, MATCH_COMMENT, MATCH_SCRIPT };

/* What stands behind "<": an end tag of this element, or for scripts "!--" and "script". */
static enum raw_match raw_match(const struct html_filter *f)
{
	size_t n = f->match_n, k = strlen(f->raw_name);
	bool script = strcmp(f->raw_name, "script") == 0;
	if (f->match[0] == '/') {
		size_t m = n - 1 < k ? n - 1 : k;
		if (strncasecmp(f->match + 1, f->raw_name, m) != 0)
			return MATCH_NO;
		if (n - 1 <= k)
			return MATCH_MORE;
		return strchr(" \t\r\n/>", f->match[n - 1]) ? MATCH_END : MATCH_NO;
	}
	if (!script)
		return MATCH_NO;
	if (strncmp(f->match, "!--", n < 3 ? n : 3) == 0)
		return n < 3 ? MATCH_MORE : MATCH_COMMENT;
	if (strncasecmp(f->match, "script", n < 6 ? n : 6) == 0)
		return n < 7 ? MATCH_MORE : strchr(" \t\r\n/>", f->match[6]) ? MATCH_SCRIPT : MATCH_NO;
	return MATCH_NO;
}

/* One character behind a "<". Returns true when the element ended. */
static bool raw_matching(struct html_filter *f, char ch)
{
	f->match[f->match_n++] = ch;
	enum raw_match m = raw_match(f);
	if (m == MATCH_MORE)
		return false;
	f->matching = false;
	if (m == MATCH_END && !f->raw_double) {
		raw_done(f);
		if (ch != '>')
			f->state = F_BOGUS;
		return true;
	}
	if (m == MATCH_END)
		f->raw_double = false;
	else if (m == MATCH_COMMENT)
		f->raw_escaped = true;
	else if (m == MATCH_SCRIPT && f->raw_escaped)
		f->raw_double = true;
	raw_keep(f, "<", 1);
	raw_keep(f, f->match, f->match_n);
	f->dashes = m == MATCH_COMMENT ? 2 : 0;
	return false;
}

static size_t take_raw(struct html_filter *f, const char *p, size_t n)
{
	size_t from = 0;
	for (size_t i = 0; i < n; i++) {
		char ch = p[i];
		if (f->matching) {
			/* a "<" ends a try and begins the next one */
			if (ch != '<') {
				if (raw_matching(f, ch))
					return i + 1;
				from = i + 1;
				continue;
			}
			raw_keep(f, "<", 1);
			raw_keep(f, f->match, f->match_n);
			f->match_n = 0;
			from = i + 1;
			continue;
		}
		if (!f->raw_escaped && !f->raw_double) { /* dashes mean nothing then */
			const char *lt = memchr(p + i, '<', n - i);
			if (!lt)
				break;
			i = (size_t)(lt - p);
			ch = '<';
		}
		if (ch == '<') {
			raw_keep(f, p + from, i - from);
			f->matching = true;
			f->match_n = 0;
			from = i + 1;
		} else if (ch == '-') {
			f->dashes++;
		} else {
			if (ch == '>' && f->dashes >= 2)
				f->raw_escaped = f->raw_double = false;
			f->dashes = 0;
		}
	}
	if (!f->matching)
		raw_keep(f, p + from, n - from);
	return n;
}

/* ---------------------------------------------------------------- text */

static size_t take_text(struct html_filter *f, const char *p, size_t n)
{
	const char *lt = memchr(p, '<', n);
	size_t k = lt ? (size_t)(lt - p) : n;
	(void)buf_add(f->out, p, k);
	if (!lt)
		return n;
	f->state = F_LT;
	return k + 1;
}

size_t html_filter_take(struct html_filter *f, const char *p, size_t n, size_t enough)
{
	size_t i = 0;
	while (i < n && f->out->n < enough) {
		size_t left = n - i;
		switch (f->state) {
		case F_TEXT: {
			/* in steps, so that `out` stays small; never inside a character */
			size_t step = left > 4096 ? utf8_cut(p + i, 4096) : left;
			i += take_text(f, p + i, step);
			break;
		}
		case F_LT:
			i += take_lt(f, p + i);
			break;
		case F_LT_SLASH:
			i += take_lt_slash(f, p + i);
			break;
		case F_BANG:
			i += take_bang(f, p + i);
			break;
		case F_TAG:
			i += take_tag(f, p + i, left);
			break;
		case F_COMMENT:
			i += take_comment(f, p + i, left);
			break;
		case F_BOGUS:
			i += take_bogus(f, p + i, left);
			break;
		case F_RAW:
			i += take_raw(f, p + i, left);
			break;
		}
	}
	return i;
}

void html_filter_end(struct html_filter *f)
{
	if (f->state == F_LT)
		out_z(f, "&lt;");
	if (f->state == F_RAW)
		raw_done(f);
	f->state = F_TEXT;
}
