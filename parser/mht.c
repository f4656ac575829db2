#include "parser/mht.h"

#include <string.h>

#define LOOK_BYTES 1024u /* in which an archive says what it is, a page that it is a frameset */

struct walk {
	struct buf *out;
	struct str type;   /* of the first page */
	struct str frames; /* a part that is a frameset, in case there is no other page */
	unsigned parts, pages;
};

/* ---- heads */

static bool line_begins(struct str s, size_t at, const char *name)
{
	size_t n = strlen(name);
	return s.n - at > n && strncasecmp(s.p + at, name, n) == 0;
}

/* The first byte behind the line that begins at `at`. */
static size_t next_line(struct str s, size_t at)
{
	const char *nl = memchr(s.p + at, '\n', s.n - at);
	return nl ? (size_t)(nl - s.p) + 1 : s.n;
}

static bool is_empty_line(struct str s, size_t at)
{
	return at < s.n && (s.p[at] == '\n' || (s.p[at] == '\r' && at + 1 < s.n && s.p[at + 1] == '\n'));
}

/* Where the head ends, and with it its empty line the body begins; s.n when there is no such line. */
static size_t head_end(struct str s, size_t *body)
{
	size_t at = 0;
	while (at < s.n && at < MHT_HEAD_MAX && !is_empty_line(s, at))
		at = next_line(s, at);
	*body = is_empty_line(s, at) ? next_line(s, at) : s.n;
	return is_empty_line(s, at) ? at : s.n;
}

/* A field's value with its folded lines; empty when it is not there. `name` ends with the colon. */
static struct str field(struct str head, const char *name)
{
	for (size_t at = 0; at < head.n; at = next_line(head, at)) {
		if (!line_begins(head, at, name))
			continue;
		size_t from = at + strlen(name), to = next_line(head, at);
		while (to < head.n && (head.p[to] == ' ' || head.p[to] == '\t'))
			to = next_line(head, to);
		return str_trim(str_sub(head, from, to));
	}
	return STR("");
}

/* Does the value say this type or encoding, whatever its parameters? */
static bool says(struct str value, const char *word)
{
	size_t n = strlen(word);
	return value.n >= n && strncasecmp(value.p, word, n) == 0;
}

/* The value of boundary=; empty when there is none, or one that RFC 2046 does not allow. */
static struct str boundary_of(struct str type)
{
	static const char name[] = "boundary=";
	for (size_t i = 0; i + sizeof name - 1 < type.n; i++) {
		if (strncasecmp(type.p + i, name, sizeof name - 1) != 0)
			continue;
		size_t from = i + sizeof name - 1, to;
		bool quoted = type.p[from] == '"';
		from += quoted;
		for (to = from; to < type.n && (quoted ? type.p[to] != '"' : !strchr("; \t\r\n", type.p[to])); to++)
			;
		return to - from <= MHT_BOUNDARY_MAX ? str_sub(type, from, to) : STR("");
	}
	return STR("");
}

bool mht_is(struct str s)
{
	struct str head = str_sub(s, 0, LOOK_BYTES);
	return (line_begins(head, 0, "MIME-Version:") || line_begins(head, 0, "From:")) &&
	       memmem(head.p, head.n, "Content-Type:", 13) && memmem(head.p, head.n, "multipart/", 10);
}

/* ---- transfer encodings */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum err quoted_printable(struct str s, struct buf *out)
{
	enum err e = ERR_OK;
	for (size_t i = 0; e == ERR_OK && i < s.n;) {
		const char *eq = memchr(s.p + i, '=', s.n - i);
		size_t to = eq ? (size_t)(eq - s.p) : s.n;
		e = buf_add(out, s.p + i, to - i);
		i = to;
		if (e != ERR_OK || !eq)
			break;
		if (is_empty_line(s, i + 1)) {
			i = next_line(s, i + 1);
		} else if (i + 2 < s.n && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0) {
			e = buf_add_char(out, (char)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2])));
			i += 3;
		} else {
			e = buf_add_char(out, s.p[i++]);
		}
	}
	return e;
}

static int sextet(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c ? strchr(digits, c) : NULL;
	return p ? (int)(p - digits) : -1;
}

/* What is no digit of the alphabet is passed over, as readers of mail do. */
static enum err base64(struct str s, struct buf *out)
{
	enum err e = ERR_OK;
	unsigned bits = 0, have = 0;
	for (size_t i = 0; e == ERR_OK && i < s.n && s.p[i] != '='; i++) {
		int v = sextet(s.p[i]);
		if (v < 0)
			continue;
		bits = (bits << 6 | (unsigned)v) & 0xffffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			e = buf_add_char(out, (char)(bits >> have & 0xff));
		}
	}
	return e;
}

static enum err take_page(struct str body, struct str encoding, struct buf *out)
{
	if (says(encoding, "quoted-printable"))
		return quoted_printable(body, out);
	return says(encoding, "base64") ? base64(body, out) : buf_add_str(out, body);
}

/* ---- parts */

static bool is_frameset(struct str page)
{
	struct str head = str_sub(page, 0, 8 * LOOK_BYTES);
	for (size_t i = 0; i + 9 < head.n; i++)
		if (head.p[i] == '<' && strncasecmp(head.p + i + 1, "frameset", 8) == 0)
			return true;
	return false;
}

static enum err add_page(struct walk *w, struct str part)
{
	size_t begin;
	struct str head = str_sub(part, 0, head_end(part, &begin));
	if (w->pages++ == 0)
		w->type = field(head, "Content-Type:");
	return take_page(str_sub(part, begin, part.n), field(head, "Content-Transfer-Encoding:"), w->out);
}

static enum err walk_part(struct walk *w, struct str part, unsigned depth);

/* The parts between the lines that begin with the boundary. */
static enum err walk_parts(struct walk *w, struct str body, struct str boundary, unsigned depth)
{
	enum err e = ERR_OK;
	bool inside = false;
	size_t from = 0;
	for (size_t at = 0; e == ERR_OK && at < body.n; at = next_line(body, at)) {
		if (body.n - at < boundary.n + 2 || memcmp(body.p + at, "--", 2) != 0 ||
		    memcmp(body.p + at + 2, boundary.p, boundary.n) != 0)
			continue;
		if (inside)
			e = walk_part(w, str_sub(body, from, at), depth);
		inside = true;
		from = next_line(body, at);
	}
	/* an archive that was cut off has no line behind its last part */
	return e == ERR_OK && inside && from < body.n ? walk_part(w, str_sub(body, from, body.n), depth) : e;
}

static enum err walk_part(struct walk *w, struct str part, unsigned depth)
{
	size_t begin;
	if (w->parts++ >= MHT_PARTS_MAX)
		return ERR_OK;
	struct str head = str_sub(part, 0, head_end(part, &begin)), type = field(head, "Content-Type:");
	struct str body = str_sub(part, begin, part.n);
	if (says(type, "multipart/") && depth < MHT_DEPTH_MAX && boundary_of(type).n > 0)
		return walk_parts(w, body, boundary_of(type), depth + 1);
	if (!says(type, "text/html"))
		return ERR_OK;
	if (is_frameset(body) && w->frames.n == 0) {
		w->frames = part;
		return ERR_OK;
	}
	return add_page(w, part);
}

enum err mht_page(struct str body, struct buf *out, struct str *type_out)
{
	struct walk w = {.out = out};
	while (body.n > 0 && ((unsigned char)body.p[0] <= ' ' || (unsigned char)body.p[0] >= 0x80)) /* and a BOM */
		body = str_sub(body, 1, body.n);
	enum err e = walk_part(&w, body, 0);
	if (e == ERR_OK && w.pages == 0 && w.frames.n > 0)
		e = add_page(&w, w.frames);
	*type_out = w.pages > 0 ? w.type : STR("");
	return e == ERR_OK && w.pages == 0 ? err_set(ERR_FORMAT, "a web archive without a page") : e;
}
