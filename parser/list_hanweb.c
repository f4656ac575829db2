#include "parser/list_hanweb.h"

#include <ctype.h>

#define UNIT_PATH "/front/page/build/unit"
#define GROUP_SIZE 3 /* pages of a block when the script does not say */
#define PARAMS_MAX 32

/* ---------------------------------------------------------------- pieces */

static long number_of(struct str script, const char *key)
{
	struct str v;
	bool number;
	return list_value_of(script, str_of(key), 0, &v, &number) ? list_number(v) : -1;
}

/* The next "key: literal" of an object's inside at or behind *i; false at its end or at what is no literal. */
static bool next_pair(struct str s, size_t *i, struct str *key, struct str *value)
{
	bool number;
	size_t at = *i;
	while (at < s.n && (isspace((unsigned char)s.p[at]) || s.p[at] == ',' || s.p[at] == '{'))
		at++;
	if (at < s.n && (s.p[at] == '\'' || s.p[at] == '"')) {
		if (!list_literal(s, &at, key, &number))
			return false;
	} else {
		size_t from = at;
		while (at < s.n && (isalnum((unsigned char)s.p[at]) || s.p[at] == '_'))
			at++;
		*key = str_sub(s, from, at);
	}
	while (at < s.n && isspace((unsigned char)s.p[at]))
		at++;
	if (key->n == 0 || at >= s.n || s.p[at] != ':')
		return false;
	at++;
	if (!list_literal(s, &at, value, &number)) {
		size_t from = at; /* null, true */
		while (at < s.n && isalpha((unsigned char)s.p[at]))
			at++;
		*value = str_sub(s, from, at);
		if (at == from)
			return false;
	}
	*i = at;
	return true;
}

/* Appends "&k=v" for each pair. */
static unsigned add_pairs(struct buf *out, struct str inside)
{
	struct str key, value;
	size_t i = 0;
	unsigned n = 0;
	for (; n < PARAMS_MAX && next_pair(inside, &i, &key, &value); n++) {
		(void)buf_add_char(out, '&');
		list_add_value(out, key);
		(void)buf_add_char(out, '=');
		list_add_value(out, value);
	}
	return n;
}

/* Appends the pairs of a query but those of these names, each with "&" before it. */
static void add_query(struct buf *out, struct str query, const char *const *without)
{
	for (size_t i = 0; i < query.n;) {
		long amp = str_find(query, STR("&"), i);
		size_t end = amp < 0 ? query.n : (size_t)amp;
		struct str pair = str_sub(query, i, end);
		const char *eq = memchr(pair.p, '=', pair.n);
		struct str name = str_sub(pair, 0, eq ? (size_t)(eq - pair.p) : pair.n);
		bool skip = pair.n == 0;
		for (size_t k = 0; without[k]; k++)
			skip |= str_eq_z(name, without[k]);
		if (!skip) {
			(void)buf_add_char(out, '&');
			(void)buf_add_str(out, pair);
		}
		i = end + 1;
	}
}

static struct str query_of(struct str url, struct str *path)
{
	const char *q = memchr(url.p, '?', url.n);
	*path = str_sub(url, 0, q ? (size_t)(q - url.p) : url.n);
	return q ? str_sub(url, (size_t)(q - url.p) + 1, url.n) : STR("");
}

/* ----------------------------------------------------------------- jpage */

bool hanweb_pager_read(struct str script, struct hanweb_pager *out)
{
	bool number;
	*out = (struct hanweb_pager){STR(""), STR(""), STR(""), 0, 0, GROUP_SIZE};
	if (str_find(script, STR("jpage"), 0) < 0)
		return false;
	out->total = number_of(script, "totalRecord");
	out->per_page = number_of(script, "perPage");
	if (out->total <= 0 || out->per_page <= 0)
		return false;
	long group = number_of(script, "groupSize");
	if (group > 0 && group < 1000)
		out->group_size = group;
	(void)list_value_of(script, STR("proxyUrl"), 0, &out->proxy, &number);
	if (!list_value_of(script, STR("unitid"), 0, &out->unit, &number)) {
		long at = str_find(script, STR("('#"), 0);
		long end = at < 0 ? -1 : str_find(script, STR("')"), (size_t)at);
		out->unit = end < 0 ? STR("") : str_sub(script, (size_t)at + 3, (size_t)end);
	}
	long at = str_find(script, STR("ajaxParam"), 0);
	long open = at < 0 ? -1 : str_find(script, STR("{"), (size_t)at);
	long close = open < 0 ? -1 : str_find(script, STR("}"), (size_t)open);
	if (close >= 0)
		out->params = str_sub(script, (size_t)open + 1, (size_t)close);
	return true;
}

static void blocks(struct str path, long total, long per_page, long block, struct str params, list_address_fn address,
		   void *ud)
{
	struct buf out;
	buf_init(&out, LIST_ADDRESS_MAX);
	for (long from = block + 1, n = 1; from <= total && n < LIST_PAGES_MAX; from += block, n++) {
		long to = from + block - 1 < total ? from + block - 1 : total;
		buf_clear(&out);
		(void)buf_printf(&out, "%.*s?startrecord=%ld&endrecord=%ld&perpage=%ld", STR_FMT(path), from, to,
				 per_page);
		(void)buf_add_str(&out, params);
		if (!out.sticky)
			address(ud, buf_str(&out));
	}
	buf_fini(&out);
}

bool hanweb_blocks(const struct hanweb_pager *p, struct str group, list_address_fn address, void *ud)
{
	static const char *const own[] = {"page", "startrecord", "endrecord", "perpage", NULL};
	struct str path, query = query_of(group, &path);
	struct buf params;
	buf_init(&params, LIST_ADDRESS_MAX);
	if (query.n > 0)
		add_query(&params, query, own);
	else
		(void)add_pairs(&params, p->params);
	if (p->proxy.n > 0)
		(void)query_of(p->proxy, &path);
	bool named = params.n > 0 && !params.sticky && path.n > 0;
	if (named)
		blocks(path, p->total, p->per_page, p->per_page * p->group_size, buf_str(&params), address, ud);
	buf_fini(&params);
	return named;
}

void hanweb_answer_blocks(struct str url, long total, list_address_fn address, void *ud)
{
	static const char *const own[] = {"startrecord", "endrecord", "perpage", NULL};
	struct str path, query = query_of(url, &path);
	long end = list_number(list_parameter(query, STR("endrecord")));
	long per_page = list_number(list_parameter(query, STR("perpage")));
	if (list_number(list_parameter(query, STR("startrecord"))) != 1 || end <= 0 || per_page <= 0)
		return;
	struct buf params;
	buf_init(&params, LIST_ADDRESS_MAX);
	add_query(&params, query, own);
	if (!params.sticky)
		blocks(path, total, per_page, end, buf_str(&params), address, ud);
	buf_fini(&params);
}

/* -------------------------------------------------------- unit interface */

bool hanweb_is_unit(struct str url)
{
	return str_find(url, STR(UNIT_PATH), 0) >= 0;
}

enum err hanweb_unit(struct str url, struct str query_data, struct buf *out)
{
	struct buf pairs;
	buf_clear(out);
	if (!hanweb_is_unit(url) || memchr(url.p, '?', url.n))
		return ERR_OK;
	buf_init(&pairs, LIST_ADDRESS_MAX);
	unsigned n = add_pairs(&pairs, query_data);
	enum err rc = pairs.sticky;
	if (rc == ERR_OK && n >= 2 && str_find(buf_str(&pairs), STR("&pageType=column"), 0) >= 0) {
		(void)buf_add_str(out, url);
		(void)buf_add_char(out, '?');
		(void)buf_add_str(out, str_sub(buf_str(&pairs), 1, pairs.n));
		rc = out->sticky;
	}
	buf_fini(&pairs);
	return rc;
}

void hanweb_unit_pages(struct str base, long rows, long count, list_address_fn address, void *ud)
{
	static const char *const own[] = {"paramJson", NULL};
	struct str path, query = query_of(base, &path);
	struct buf params, out;
	if (rows <= 0 || count <= rows)
		return;
	buf_init(&params, LIST_ADDRESS_MAX);
	buf_init(&out, LIST_ADDRESS_MAX);
	add_query(&params, query, own);
	for (long k = 2; params.n > 0 && !params.sticky && k <= (count + rows - 1) / rows && k <= LIST_PAGES_MAX; k++) {
		buf_clear(&out);
		(void)buf_printf(&out, "%.*s?%.*s&paramJson=%%7B%%22pageNo%%22%%3A%ld%%2C%%22pageSize%%22%%3A%ld%%7D",
				 STR_FMT(path), (int)params.n - 1, params.p + 1, k, rows);
		if (!out.sticky)
			address(ud, buf_str(&out));
	}
	buf_fini(&params);
	buf_fini(&out);
}

bool hanweb_unit_counts(struct str query_data, long *rows, long *count)
{
	*rows = number_of(query_data, "rows");
	*count = number_of(query_data, "count");
	return *rows > 0 && *count > 0;
}
