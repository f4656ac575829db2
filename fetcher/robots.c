#include "fetcher/robots.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/url.h"

#define PATTERNS_MAX_BYTES (4 * ROBOTS_MAX_BYTES) /* an octet can grow to three by its escape */
#define PATH_MAX_BYTES (4 * URL_MAX)

struct rule {
	size_t at, n;       /* pattern within `text` */
	bool allow, to_end; /* to_end: a final $ was cut off */
	bool ours;          /* of a group that names us; else of a `*` group */
};

struct robots {
	struct buf text;    /* patterns, normalised */
	struct rule *rules; /* longest first, Allow before Disallow */
	size_t count, cap;
	struct str sitemaps[ROBOTS_SITEMAPS_MAX]; /* each owned */
	size_t sitemap_count;
	double delay_s;
};

/* What the parser knows between two lines. */
struct reading {
	struct robots *r;
	struct str product;
	bool agents;     /* the last record was a user-agent line: another one joins the group */
	bool ours, star; /* this group names us, everybody */
	bool found_ours;
	double ours_delay_s, star_delay_s;
};

static bool is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* RFC 9309 2.2.1: the product token, so that "GongKai/1.0 (+http://...)" names gongkai. */
static void user_agent(struct reading *g, struct str value)
{
	if (!g->agents)
		g->ours = g->star = false;
	g->agents = true;
	if (value.n && value.p[0] == '*' && (value.n == 1 || is_blank(value.p[1]))) {
		g->star = true;
		return;
	}
	size_t n = 0;
	while (n < value.n && is_token_char(value.p[n]))
		n++;
	char token[64];
	if (n == 0 || n >= sizeof(token) || n != g->product.n)
		return;
	memcpy(token, g->product.p, n);
	token[n] = '\0';
	if (str_ieq_z(str_sub(value, 0, n), token))
		g->ours = g->found_ours = true;
}

/*
 * Append in the form in which patterns and paths are compared. A literal `*` or `$` is %2A, %24 (RFC 9309 2.2.3);
 * in a pattern `*` stays.
 */
static enum err normalise(struct str s, bool pattern, struct buf *out)
{
	size_t from = out->n;
	struct buf escaped;
	buf_init(&escaped, PATTERNS_MAX_BYTES);
	enum err e = url_escape(s, &escaped);
	for (size_t i = 0; e == ERR_OK && i < escaped.n; i++) {
		char c = escaped.p[i];
		if (c == '$')
			e = buf_add_z(out, "%24");
		else if (c == '*' && !pattern)
			e = buf_add_z(out, "%2A");
		else if (c != '*' || out->n == from || out->p[out->n - 1] != '*') /* `**` is `*` */
			e = buf_add_char(out, c);
	}
	buf_fini(&escaped);
	return e;
}

static enum err add_rule(struct reading *g, struct str value, bool allow, bool ours)
{
	struct robots *r = g->r;
	if (r->count == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 16;
		struct rule *p = realloc(r->rules, cap * sizeof(*p));
		if (!p)
			return err_set(ERR_NOMEM, "out of memory for robots.txt");
		r->rules = p;
		r->cap = cap;
	}
	struct rule rule = {.at = r->text.n, .allow = allow, .ours = ours};
	if (value.p[value.n - 1] == '$') {
		rule.to_end = true;
		value.n--;
	}
	enum err e = ERR_OK;
	if (value.n == 0 || (value.p[0] != '/' && value.p[0] != '*'))
		e = buf_add_char(&r->text, '/');
	if (e == ERR_OK)
		e = normalise(value, true, &r->text);
	if (e != ERR_OK)
		return e;
	rule.n = r->text.n - rule.at;
	r->rules[r->count++] = rule;
	return ERR_OK;
}

static enum err rule_line(struct reading *g, struct str value, bool allow)
{
	g->agents = false;
	enum err e = ERR_OK;
	if (value.n == 0) /* "Disallow:" forbids nothing */
		return ERR_OK;
	if (g->ours)
		e = add_rule(g, value, allow, true);
	if (e == ERR_OK && g->star)
		e = add_rule(g, value, allow, false);
	return e;
}

/* Decimal seconds without a sign; -1 when it is none. Not strtod: its decimal point is the locale's. */
static double seconds_of(struct str s)
{
	double v = 0, unit = 1;
	bool point = false, digit = false;
	for (size_t i = 0; i < s.n && !is_blank(s.p[i]); i++) {
		char c = s.p[i];
		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9')
			return -1;
		digit = true;
		if (point)
			v += (unit /= 10) * (c - '0');
		else if (v <= ROBOTS_CRAWL_DELAY_MAX_S)
			v = v * 10 + (c - '0');
	}
	if (!digit)
		return -1;
	return v > ROBOTS_CRAWL_DELAY_MAX_S ? ROBOTS_CRAWL_DELAY_MAX_S : v;
}

static void delay_line(struct reading *g, struct str value)
{
	g->agents = false;
	double s = seconds_of(value);
	if (g->ours && s > g->ours_delay_s)
		g->ours_delay_s = s;
	if (g->star && s > g->star_delay_s)
		g->star_delay_s = s;
}

static enum err sitemap_line(struct robots *r, struct str value)
{
	if (value.n == 0 || value.n > URL_MAX || r->sitemap_count == ROBOTS_SITEMAPS_MAX)
		return ERR_OK;
	char *copy = malloc(value.n + 1);
	if (!copy)
		return err_set(ERR_NOMEM, "out of memory for robots.txt");
	memcpy(copy, value.p, value.n);
	copy[value.n] = '\0';
	r->sitemaps[r->sitemap_count++] = (struct str){copy, value.n};
	return ERR_OK;
}

/* A site that misspells its wish still has it: the spellings that parsers in use forgive. */
static bool is_disallow(struct str key)
{
	static const char *const spellings[] = {"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"};
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
		if (str_ieq_z(key, spellings[i]))
			return true;
	return false;
}

static enum err read_line(struct reading *g, struct str line)
{
	const char *hash = memchr(line.p, '#', line.n);
	if (hash)
		line.n = (size_t)(hash - line.p);
	line = str_trim(line);
	size_t n = 0;
	while (n < line.n && line.p[n] != ':' && !is_blank(line.p[n]))
		n++;
	struct str key = str_sub(line, 0, n);
	while (n < line.n && is_blank(line.p[n]))
		n++;
	if (n < line.n && line.p[n] == ':')
		n++;
	struct str value = str_trim(str_sub(line, n, line.n));
	if (str_ieq_z(key, "user-agent") || str_ieq_z(key, "useragent")) {
		user_agent(g, value);
		return ERR_OK;
	}
	if (is_disallow(key))
		return rule_line(g, value, false);
	if (str_ieq_z(key, "allow"))
		return rule_line(g, value, true);
	if (str_ieq_z(key, "crawl-delay"))
		delay_line(g, value);
	else if (str_ieq_z(key, "sitemap"))
		return sitemap_line(g->r, value);
	return ERR_OK; /* other records do not end a group (2.2.4) */
}

/* By length, longest first, then Allow before Disallow: the first match is the one that counts (2.2.2). */
static int by_weight(const void *a, const void *b)
{
	const struct rule *x = a, *y = b;
	size_t xn = x->n + x->to_end, yn = y->n + y->to_end;
	if (xn != yn)
		return xn > yn ? -1 : 1;
	if (x->allow != y->allow)
		return x->allow ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Keep the rules of the groups that name us, or those of `*` when none does. */
static void choose(struct reading *g)
{
	struct robots *r = g->r;
	size_t kept = 0;
	for (size_t i = 0; i < r->count; i++)
		if (r->rules[i].ours == g->found_ours)
			r->rules[kept++] = r->rules[i];
	r->count = kept;
	if (kept)
		qsort(r->rules, kept, sizeof(r->rules[0]), by_weight);
	r->delay_s = g->found_ours ? g->ours_delay_s : g->star_delay_s;
}

enum err robots_parse(struct str body, const char *product, struct robots **out)
{
	struct robots *r = calloc(1, sizeof(*r));
	if (!r)
		return err_set(ERR_NOMEM, "out of memory for robots.txt");
	buf_init(&r->text, 2 * PATTERNS_MAX_BYTES); /* a group of ours and of `*` keeps its rules twice */
	struct reading g = {.r = r, .product = str_of(product)};
	body = str_sub(body, 0, body.n > ROBOTS_MAX_BYTES ? ROBOTS_MAX_BYTES : body.n);
	size_t at = str_starts(body, STR("\xEF\xBB\xBF")) ? 3 : 0;
	enum err e = ERR_OK;
	while (e == ERR_OK && at < body.n) {
		size_t end = at;
		while (end < body.n && body.p[end] != '\n' && body.p[end] != '\r')
			end++;
		e = read_line(&g, str_sub(body, at, end));
		at = end + 1;
	}
	if (e != ERR_OK) {
		robots_free(r);
		return e;
	}
	choose(&g);
	*out = r;
	return ERR_OK;
}

void robots_free(struct robots *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->sitemap_count; i++)
		free((char *)(uintptr_t)r->sitemaps[i].p);
	buf_fini(&r->text);
	free(r->rules);
	free(r);
}

/*
 * `*` stands for any octets, so every piece between two stars may be taken at its first place: no way back is ever
 * needed, and each octet of the path is passed once for each piece at most by a linear search.
 */
static bool matches(struct str pattern, bool to_end, struct str path)
{
	const char *star = memchr(pattern.p, '*', pattern.n);
	struct str piece = str_sub(pattern, 0, star ? (size_t)(star - pattern.p) : pattern.n);
	if (!str_starts(path, piece))
		return false;
	size_t at = piece.n;
	if (!star)
		return !to_end || at == path.n;
	for (size_t from = piece.n + 1;; from += piece.n + 1) {
		struct str rest = str_sub(pattern, from, pattern.n);
		star = rest.n ? memchr(rest.p, '*', rest.n) : NULL;
		piece = star ? str_sub(rest, 0, (size_t)(star - rest.p)) : rest;
		if (!star && to_end)
			return path.n - at >= piece.n && str_ends(path, piece);
		long hit = str_find(path, piece, at);
		if (hit < 0)
			return false;
		if (!star)
			return true;
		at = (size_t)hit + piece.n;
	}
}

bool robots_allowed(const struct robots *r, struct str path_query)
{
	if (r->count == 0 || str_eq_z(path_query, "/robots.txt"))
		return true;
	struct buf path;
	buf_init(&path, PATH_MAX_BYTES);
	bool allowed = true;
	if (normalise(path_query, false, &path) != ERR_OK) {
		allowed = false; /* longer than any canonical URL: not asked for */
		goto done;
	}
	for (size_t i = 0; i < r->count; i++) {
		const struct rule *rule = &r->rules[i];
		if (matches((struct str){r->text.p + rule->at, rule->n}, rule->to_end, buf_str(&path))) {
			allowed = rule->allow;
			break;
		}
	}
done:
	buf_fini(&path);
	return allowed;
}

double robots_crawl_delay_s(const struct robots *r)
{
	return r->delay_s;
}

size_t robots_sitemaps(const struct robots *r, const struct str **out)
{
	*out = r->sitemaps;
	return r->sitemap_count;
}
