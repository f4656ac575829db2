#include "base/url.h"

#include <curl/curl.h>
#include <libpsl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/url_host.h"

#define REF_MAX (4 * URL_MAX) /* before tidying: data: URLs of megabytes are refused at once */

/*
 * Query pairs that say who asks or how he came, never what is asked for. ANY: whatever the value; ID: only a value that
 * looks like a session's (at least four letters and digits, both present), since `sid=755001` is a site number that some
 * portals' interfaces need; STAMP: only milliseconds since 1970, what jQuery and its like add against caches; else only
 * the words after it, since `from=2023-01-01` asks for a date. A key that ends in '*' is the head of one.
 */
#define ANY "*"
#define ID "?"
#define STAMP "#"
static const struct idle_key {
	const char *key, *values; /* values: ANY, ID, STAMP or words between spaces */
} idle_keys[] = {
	{"jsessionid", ANY},
	{"phpsessid", ANY},
	{"aspsessionid*", ANY},
	{"asp.net_sessionid", ANY},
	{"cftoken", ANY},
	{"sessionid", ID},
	{"session_id", ID},
	{"sessid", ID},
	{"sid", ID},
	{"utm_*", ANY},
	{"spm", ANY},
	{"isappinstalled", ANY},
	{"nsukey", ANY},
	{"gclid", ANY},
	{"fbclid", ANY},
	{"bd_vid", ANY},
	{"hmsr", ANY},
	{"hmpl", ANY},
	{"hmcu", ANY},
	{"hmkw", ANY},
	{"hmci", ANY},
	{"tdsourcetag", ANY},
	{"ivk_sa", ANY},
	{"wxshare_count", ANY},
	{"from", " timeline singlemessage groupmessage appmessage "},
	{"_", STAMP},
};

static bool looks_like_id(struct str v)
{
	bool digit = false, letter = false;
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];
		if (c >= '0' && c <= '9')
			digit = true;
		else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			letter = true;
		else
			return false;
	}
	return v.n >= 4 && digit && letter;
}

static bool looks_like_stamp(struct str v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
	return v.n == 13 && v.p[0] == '1';
}

static bool key_is(struct str key, const char *pattern)
{
	size_t n = strlen(pattern);
	if (pattern[n - 1] == '*')
		return key.n >= n - 1 && strncasecmp(key.p, pattern, n - 1) == 0;
	return str_ieq_z(key, pattern);
}

static bool is_word_of(struct str v, const char *words)
{
	char spaced[24];
	int n = snprintf(spaced, sizeof(spaced), " %.*s ", STR_FMT(v));
	return v.n > 0 && n < (int)sizeof(spaced) && !memchr(v.p, ' ', v.n) && strstr(words, spaced);
}

static bool is_idle_pair(struct str pair)
{
	const char *eq = memchr(pair.p, '=', pair.n);
	if (!eq)
		return false;
	struct str key = {pair.p, (size_t)(eq - pair.p)};
	struct str value = str_sub(pair, key.n + 1, pair.n);
	for (size_t i = 0; i < sizeof(idle_keys) / sizeof(idle_keys[0]); i++) {
		const struct idle_key *k = &idle_keys[i];
		if (!key_is(key, k->key))
			continue;
		if (k->values[0] == ANY[0])
			return true;
		if (k->values[0] == ID[0])
			return looks_like_id(value);
		return k->values[0] == STAMP[0] ? looks_like_stamp(value) : is_word_of(value, k->values);
	}
	return false;
}

static bool is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == '_' || c == '~';
}

static bool must_escape(unsigned char c)
{
	return c <= 0x20 || c >= 0x7F || strchr("\"<>\\^`{|}", c);
}

enum err url_escape(struct str in, struct buf *out)
{
	for (size_t i = 0; i < in.n; i++) {
		unsigned char c = (unsigned char)in.p[i];
		bool escape = must_escape(c);
		if (c == '%') {
			escape = true; /* a lone % becomes %25 */
			if (i + 2 < in.n && url_hex(in.p[i + 1]) >= 0 && url_hex(in.p[i + 2]) >= 0) {
				c = (unsigned char)(url_hex(in.p[i + 1]) * 16 + url_hex(in.p[i + 2]));
				escape = !is_unreserved(c);
				i += 2;
			}
		}
		enum err e = escape ? buf_printf(out, "%%%02X", c) : buf_add_char(out, (char)c);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/*
 * A reference as CURLU takes it without surprises: no fragment (7.88 resolves "#top" against the folder), no
 * control characters or spaces (it answers "Bad path"), `\` as `/`, bytes beyond ASCII escaped.
 */
static enum err tidy(struct str ref, struct buf *out)
{
	if (ref.n > REF_MAX)
		return err_set(ERR_FORMAT, "the URL is longer than %d bytes", URL_MAX);
	while (ref.n && (unsigned char)ref.p[0] <= 0x20)
		ref = str_sub(ref, 1, ref.n);
	while (ref.n && (unsigned char)ref.p[ref.n - 1] <= 0x20)
		ref.n--;
	bool query = false;
	for (size_t i = 0; i < ref.n && ref.p[i] != '#'; i++) {
		unsigned char c = (unsigned char)ref.p[i];
		if (c == '\t' || c == '\r' || c == '\n')
			continue;
		query = query || c == '?';
		if (c == '\\' && !query)
			c = '/';
		enum err e = c <= 0x20 || c >= 0x7F ? buf_printf(out, "%%%02X", c) : buf_add_char(out, (char)c);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* Appends `path` without ;jsessionid=... of any segment. */
static enum err drop_path_session(struct str path, struct buf *out)
{
	static const char mark[] = ";jsessionid=";
	size_t n = sizeof(mark) - 1;
	for (size_t i = 0; i < path.n;) {
		if (path.n - i >= n && strncasecmp(path.p + i, mark, n) == 0) {
			i += n;
			while (i < path.n && path.p[i] != '/' && path.p[i] != ';')
				i++;
			continue;
		}
		enum err e = buf_add_char(out, path.p[i++]);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* RFC 3986 5.2.4 in place, for a path that begins with '/' and whose escapes are normalised. */
static void remove_dots(struct buf *path)
{
	char *p = path->p;
	size_t n = path->n, w = 0;
	for (size_t i = 0; i < n;) {
		size_t end = i + 1; /* p[i] is '/' */
		while (end < n && p[end] != '/')
			end++;
		struct str segment = {p + i + 1, end - i - 1};
		bool up = str_eq_z(segment, "..");
		if (up)
			while (w > 0 && p[--w] != '/')
				;
		if (up || str_eq_z(segment, ".")) {
			if (end == n)
				p[w++] = '/';
		} else {
			memmove(p + w, p + i, end - i);
			w += end - i;
		}
		i = end;
	}
	if (w == 0)
		p[w++] = '/';
	path->n = w;
	p[w] = '\0';
}

static enum err add_path(struct str raw, struct buf *out)
{
	struct buf escaped, path;
	buf_init(&escaped, 3 * REF_MAX);
	buf_init(&path, 3 * REF_MAX);
	enum err e = raw.n && raw.p[0] == '/' ? ERR_OK : buf_add_char(&path, '/');
	if (e == ERR_OK)
		e = url_escape(raw, &escaped);
	if (e == ERR_OK)
		e = drop_path_session(buf_str(&escaped), &path);
	if (e == ERR_OK) {
		remove_dots(&path);
		e = buf_add_str(out, buf_str(&path));
	}
	buf_fini(&escaped);
	buf_fini(&path);
	return e;
}

static enum err add_query(struct str raw, struct buf *out)
{
	struct buf escaped;
	buf_init(&escaped, 3 * REF_MAX);
	enum err e = url_escape(raw, &escaped);
	struct str q = buf_str(&escaped);
	size_t before = out->n;
	bool first = true;
	for (size_t from = 0; e == ERR_OK && from <= q.n;) {
		const char *amp = memchr(q.p + from, '&', q.n - from);
		size_t to = amp ? (size_t)(amp - q.p) : q.n;
		struct str pair = str_sub(q, from, to);
		from = to + 1;
		if (is_idle_pair(pair))
			continue;
		e = buf_add_char(out, first ? '?' : '&');
		if (e == ERR_OK)
			e = buf_add_str(out, pair);
		first = false;
	}
	buf_fini(&escaped);
	if (e == ERR_OK && out->n == before + 1) /* a lone '?' */
		out->p[--out->n] = '\0';
	return e;
}

/* Host and port of the parsed URL, and the slice scheme://host:port, into out. */
static enum err add_origin(CURLU *u, struct buf *out)
{
	char *scheme = NULL, *host = NULL, *port = NULL, *zone = NULL;
	enum err e;
	if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK) {
		e = err_set(ERR_FORMAT, "the URL has no host");
		goto done;
	}
	if (curl_url_get(u, CURLUPART_ZONEID, &zone, 0) == CURLUE_OK) {
		e = err_set(ERR_FORMAT, "an address with a zone ('%%%s') means nothing to others", zone);
		goto done;
	}
	bool https = strcasecmp(scheme, "https") == 0;
	if (!https && strcasecmp(scheme, "http") != 0) {
		e = err_set(ERR_FORMAT, "the scheme '%s' is neither http nor https", scheme);
		goto done;
	}
	e = buf_add_z(out, https ? "https://" : "http://");
	if (e == ERR_OK)
		e = url_host_canon(str_of(host), out);
	if (e != ERR_OK || curl_url_get(u, CURLUPART_PORT, &port, 0) != CURLUE_OK)
		goto done;
	unsigned long number = strtoul(port, NULL, 10);
	if (number == 0 || number > 65535)
		e = err_set(ERR_FORMAT, "'%s' is no port", port);
	else if (number != (https ? 443 : 80))
		e = buf_printf(out, ":%lu", number);
done:
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_free(zone);
	return e;
}

static enum err build(CURLU *u, struct buf *out)
{
	char *path = NULL, *query = NULL;
	struct buf url;
	buf_init(&url, 8 * REF_MAX);
	enum err e = add_origin(u, &url);
	if (e == ERR_OK) {
		curl_url_get(u, CURLUPART_PATH, &path, 0);
		curl_url_get(u, CURLUPART_QUERY, &query, 0);
		e = add_path(str_of(path), &url);
	}
	if (e == ERR_OK && query)
		e = add_query(str_of(query), &url);
	if (e == ERR_OK && url.n > URL_MAX)
		e = err_set(ERR_FORMAT, "the URL is longer than %d bytes", URL_MAX);
	if (e == ERR_OK)
		e = buf_add_str(out, buf_str(&url));
	curl_free(path);
	curl_free(query);
	buf_fini(&url);
	return e;
}

/* "http:a.htm" on an http page is relative (WHATWG), which CURLU refuses or takes for a host. */
static struct str without_own_scheme(struct str base, struct str ref)
{
	const char *colon = memchr(base.p, ':', base.n);
	size_t n = colon ? (size_t)(colon - base.p) + 1 : 0;
	if (n && ref.n > n && strncasecmp(ref.p, base.p, n) == 0 && !str_starts(str_sub(ref, n, ref.n), STR("//")))
		return str_sub(ref, n, ref.n);
	return ref;
}

/* Characters that mean the same in every form of a URL: nothing to escape, unescape, drop or fold. */
static bool is_simple(unsigned char c)
{
	return is_unreserved(c) || c == '/' || c == '?' || c == '=' || c == '&';
}

/* Is any pair of the query to be dropped? */
static bool has_idle_pair(struct str q)
{
	for (size_t from = 0; from <= q.n;) {
		const char *amp = memchr(q.p + from, '&', q.n - from);
		size_t to = amp ? (size_t)(amp - q.p) : q.n;
		if (is_idle_pair(str_sub(q, from, to)))
			return true;
		from = to + 1;
	}
	return false;
}

#define USUAL_MAX 1024 /* bytes of base and reference together */

/*
 * What nearly all links of a page are: a path, absolute or from the base's folder, maybe with a query, of simple
 * characters. Resolved by RFC 3986 5.2 without CURLU, which costs as much as reading the line that holds the link.
 * False, with nothing appended, for whatever else: the whole way gives the same for both (test_url).
 */
static bool resolve_usual(struct str base, struct str ref, struct buf *out)
{
	size_t origin = str_starts(base, STR("https://")) ? 8 : 7, path = 0;
	if (ref.n == 0 || ref.p[0] == '?' || base.n + ref.n > USUAL_MAX ||
	    (origin == 7 && !str_starts(base, STR("http://"))))
		return false;
	while (path < ref.n && ref.p[path] != '?') {
		bool empty = ref.p[path] == '/' && path + 1 < ref.n && ref.p[path + 1] == '/';
		if (empty || !is_simple((unsigned char)ref.p[path]))
			return false;
		path++;
	}
	struct str query = str_sub(ref, path + 1, ref.n);
	for (size_t i = 0; i < query.n; i++)
		if (query.p[i] == '?' || !is_simple((unsigned char)query.p[i]))
			return false;
	if ((path < ref.n && query.n == 0) || has_idle_pair(query))
		return false;
	const char *slash = memchr(base.p + origin, '/', base.n - origin), *mark = memchr(base.p, '?', base.n);
	if (!slash || (mark && mark < slash))
		return false;
	for (const char *c = base.p + origin; c < slash; c++)
		if (!is_unreserved((unsigned char)*c) && !strchr(":[]", *c))
			return false;
	struct str folder = {slash, (size_t)((mark ? mark : base.p + base.n) - slash)};
	while (folder.p[folder.n - 1] != '/')
		folder.n--;
	char text[USUAL_MAX + 1];
	struct buf joined = {.p = text, .cap = sizeof text, .max = USUAL_MAX};
	if (ref.p[0] != '/') {
		if (str_find(folder, STR("//"), 0) >= 0 || memchr(folder.p, ';', folder.n))
			return false;
		(void)buf_add_str(&joined, folder);
	}
	(void)buf_add(&joined, ref.p, path);
	remove_dots(&joined);
	size_t before = out->n;
	bool done = buf_add(out, base.p, (size_t)(slash - base.p)) == ERR_OK &&
		    buf_add_str(out, buf_str(&joined)) == ERR_OK && buf_add(out, ref.p + path, ref.n - path) == ERR_OK;
	if (!done)
		out->n = before;
	return done;
}

enum err url_resolve(struct str base, struct str ref, struct buf *out)
{
	struct buf tidied, from;
	CURLU *u = NULL;
	CURLUcode rc;
	char *query;
	buf_clear(out);
	if (resolve_usual(base, ref, out))
		return ERR_OK;
	buf_clear(out);
	buf_init(&tidied, 3 * REF_MAX);
	buf_init(&from, URL_MAX + 1);
	enum err e = tidy(ref, &tidied);
	if (e == ERR_OK)
		e = buf_add_str(&from, base);
	if (e != ERR_OK)
		goto done;
	if (tidied.n == 0) { /* the page itself; CURLU would give its folder */
		e = base.n ? buf_add_str(out, base) : err_set(ERR_FORMAT, "the URL is empty");
		goto done;
	}
	u = curl_url();
	if (!u) {
		e = err_set(ERR_NOMEM, "out of memory for a URL");
		goto done;
	}
	/* the query is set by itself: CURLU 7.88 resolves "../?x" to the folder without its slash */
	query = tidied.p[0] == '?' ? NULL : memchr(tidied.p, '?', tidied.n);
	if (query) {
		*query++ = '\0';
		tidied.n = (size_t)(query - tidied.p) - 1;
	}
	rc = base.n ? curl_url_set(u, CURLUPART_URL, from.p, 0) : CURLUE_OK;
	if (rc == CURLUE_OK)
		rc = curl_url_set(u, CURLUPART_URL, without_own_scheme(base, buf_str(&tidied)).p, 0);
	if (rc == CURLUE_OK && query && *query)
		rc = curl_url_set(u, CURLUPART_QUERY, query, 0);
	if (rc == CURLUE_OUT_OF_MEMORY)
		e = err_set(ERR_NOMEM, "out of memory for a URL");
	else if (rc != CURLUE_OK)
		e = err_set(ERR_FORMAT, "not a web address: %s", curl_url_strerror(rc));
	else
		e = build(u, out);
done:
	curl_url_cleanup(u);
	buf_fini(&tidied);
	buf_fini(&from);
	return e;
}

enum err url_canon(struct str url, struct buf *out)
{
	return url_resolve(STR(""), url, out);
}

enum err url_split(struct str s, struct url_parts *out)
{
	bool https = str_starts(s, STR("https://"));
	if (!https && !str_starts(s, STR("http://")))
		return err_set(ERR_FORMAT, "not a canonical URL");
	size_t at = https ? 8 : 7;
	const char *slash = memchr(s.p + at, '/', s.n - at);
	if (!slash)
		return err_set(ERR_FORMAT, "not a canonical URL");
	size_t path_at = (size_t)(slash - s.p);
	*out = (struct url_parts){.scheme = str_sub(s, 0, at - 3), .hostport = str_sub(s, at, path_at)};
	struct str hp = out->hostport;
	out->host = hp;
	out->port = https ? 443 : 80;
	const char *end = hp.n && hp.p[0] == '[' ? memchr(hp.p, ']', hp.n) : NULL;
	const char *rest = end ? end : hp.p;
	const char *colon = memchr(rest, ':', hp.n - (size_t)(rest - hp.p));
	if (colon) {
		unsigned long port = strtoul(colon + 1, NULL, 10);
		if (port == 0 || port > 65535)
			return err_set(ERR_FORMAT, "not a canonical URL");
		out->port = (unsigned)port;
		out->host.n = (size_t)(colon - hp.p);
	}
	if (end)
		out->host = str_sub(hp, 1, (size_t)(end - hp.p));
	if (out->host.n == 0)
		return err_set(ERR_FORMAT, "not a canonical URL");
	const char *mark = memchr(slash, '?', s.n - path_at);
	out->path = str_sub(s, path_at, mark ? (size_t)(mark - s.p) : s.n);
	out->query = mark ? str_sub(s, (size_t)(mark - s.p) + 1, s.n) : str_sub(s, s.n, s.n);
	return ERR_OK;
}

struct str url_site(struct str host)
{
	static const psl_ctx_t *list; /* the packaged list, else libpsl's own; kept for the life of the process */
	char z[URL_HOST_MAX + 1];
	if (host.n == 0 || host.n > URL_HOST_MAX || url_host_is_address(host))
		return host;
	if (!list)
		list = psl_latest(NULL);
	if (!list)
		list = psl_builtin();
	memcpy(z, host.p, host.n);
	z[host.n] = '\0';
	const char *site = list ? psl_registrable_domain(list, z) : NULL;
	if (!site || site < z || site > z + host.n)
		return host;
	return str_sub(host, (size_t)(site - z), host.n);
}

struct str url_first_segment(struct str path)
{
	const char *next = path.n > 1 ? memchr(path.p + 1, '/', path.n - 1) : NULL;
	if (!next)
		return STR("/");
	return str_sub(path, 0, (size_t)(next - path.p) + 1);
}
