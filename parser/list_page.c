#include "parser/list_page.h"

#include <ctype.h>

#include "parser/html.h"
#include "parser/json_list.h"
#include "parser/links.h"
#include "parser/list_click.h"
#include "parser/list_hanweb.h"

struct list_state {
	struct str groups[LIST_GROUPS_MAX]; /* nextgroup addresses of datastores */
	struct hanweb_pager pagers[LIST_GROUPS_MAX];
	struct str units[LIST_GROUPS_MAX]; /* addresses of unit interfaces */
	struct fill {
		struct str next, last;
	} fills[LIST_FILLS_MAX];
	struct str next, location;                /* next: of the pager in work */
	struct list_note waiting[LIST_FILLS_MAX]; /* for a meta tag */
	unsigned groups_count, pagers_count, units_count, fills_count, waiting_count, notes_count;
	long rows, count, total;                    /* of a unit's answer; of a datastore */
	struct list_value numbers[LIST_VALUES_MAX]; /* of an answer: the first of each key */
	unsigned numbers_count;
};

static struct list_state *state(struct page *p)
{
	if (!p->lists)
		p->lists = arena_calloc(p->arena, 1, sizeof *p->lists);
	return p->lists;
}

static void add_list(void *ud, struct str address)
{
	links_add(ud, address, "list", STR(""), STR(""));
}

static void add_note(void *ud, const struct list_note *note)
{
	struct page *p = ud;
	if (state(p)->notes_count++ >= LIST_NOTES_MAX)
		return; /* each may name LIST_PAGES_MAX addresses */
	if (list_note_meta(note).n == 0)
		list_scheme_pages(note, p->url, add_list, p);
	else if (p->lists->waiting_count < LIST_FILLS_MAX) { /* scripts are seen before the elements around them */
		struct list_note *n = &p->lists->waiting[p->lists->waiting_count++];
		*n = *note;
		for (unsigned i = 0; i < n->values_count; i++)
			n->values[i].value = arena_dup(p->arena, n->values[i].value);
	}
}

/* ----------------------------------------------------------------- scripts */

/* The value of an attribute in a start tag as written, with the quotes that HTML escapes put back. */
static struct str head_value(struct page *p, struct str head, const char *name)
{
	size_t k = strlen(name);
	for (size_t i = 1; i + k + 2 < head.n; i++) {
		if (strncasecmp(head.p + i, name, k) != 0 || !strchr(" \t\r\n\"'", head.p[i - 1]))
			continue;
		size_t at = i + k;
		while (at < head.n && strchr(" \t\r\n=", head.p[at]))
			at++;
		if (at >= head.n || (head.p[at] != '"' && head.p[at] != '\''))
			return STR("");
		const char *end = memchr(head.p + at + 1, head.p[at], head.n - at - 1);
		if (!end)
			return STR("");
		struct str raw = str_sub(head, at + 1, (size_t)(end - head.p));
		char *out = arena_alloc(p->arena, raw.n + 1);
		size_t n = 0;
		for (size_t j = 0; j < raw.n; j++) {
			struct str rest = str_sub(raw, j, raw.n);
			bool quot = str_starts(rest, STR("&quot;")), apos = str_starts(rest, STR("&#39;"));
			out[n++] = quot ? '"' : apos ? '\'' : raw.p[j];
			j += quot ? 5 : apos ? 4 : 0;
		}
		return (struct str){out, n};
	}
	return STR("");
}

static void add_unit(struct page *p, struct str url, struct str query_data)
{
	struct buf address;
	struct list_state *s = state(p);
	buf_init(&address, LIST_ADDRESS_MAX);
	if (hanweb_unit(url, query_data, &address) == ERR_OK && address.n > 0 && s->units_count < LIST_GROUPS_MAX)
		s->units[s->units_count++] = arena_dup(p->arena, buf_str(&address));
	buf_fini(&address);
}

static void add_pager(struct page *p, struct str body)
{
	struct hanweb_pager g;
	if (!hanweb_pager_read(body, &g) || state(p)->pagers_count >= LIST_GROUPS_MAX)
		return;
	g.proxy = arena_dup(p->arena, g.proxy);
	g.unit = arena_dup(p->arena, g.unit);
	g.params = arena_dup(p->arena, g.params);
	p->lists->pagers[p->lists->pagers_count++] = g;
}

/* Records of HTML as an array of strings: ['<li><a href=\'/a.html\'>...</li>', ...] */
static void add_records(struct page *p, struct str body)
{
	struct json_list *j;
	if (json_list_new(p, &j) != ERR_OK) {
		p->no_memory = true;
		return;
	}
	(void)json_list_feed(j, body.p, body.n);
	json_list_free(j);
}

/* HTML that is kept in base64 so that only a browser shows it: atob("...") */
static void add_base64(struct page *p, struct str body)
{
	for (long at = 0, n = 0; n < LIST_FILLS_MAX && (at = str_find(body, STR("atob("), (size_t)at)) >= 0; n++) {
		size_t i = (size_t)at + 5;
		while (i < body.n && (body.p[i] == '"' || body.p[i] == '\'' || body.p[i] == ' '))
			i++;
		struct buf out;
		buf_init(&out, body.n);
		uint32_t bits = 0;
		unsigned have = 0;
		for (; i < body.n; i++) {
			static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
			const char *d = body.p[i] ? strchr(digits, body.p[i]) : NULL;
			if (!d)
				break;
			bits = bits << 6 | (uint32_t)(d - digits);
			have += 6;
			if (have >= 8) {
				have -= 8;
				(void)buf_add_char(&out, (char)(bits >> have & 0xff));
			}
		}
		if (out.n > 8 && utf8_valid(out.p, out.n) && str_find(buf_str(&out), STR("<a"), 0) >= 0)
			links_fragment(p, buf_str(&out));
		buf_fini(&out);
		at += 5;
	}
}

/* Appends a script's string without its escapes; i is at its quote. False when it is not whole. */
static bool add_string(struct buf *out, struct str s, size_t *i)
{
	char quote = s.p[(*i)++];
	for (; *i < s.n && s.p[*i] != quote; ++*i) {
		char c = s.p[*i];
		if (c == '\n')
			return false;
		if (c == '\\' && *i + 1 < s.n) {
			c = s.p[++*i];
			c = strchr("nrt", c) ? ' ' : c;
			if (c == 'u' || c == 'x')
				return false;
		}
		(void)buf_add_char(out, c);
	}
	return (*i)++ < s.n && out->sticky == ERR_OK;
}

/* HTML that a script writes into its page: document.write("...", "..." + "..."), as far as it is all literal. */
static void add_written(struct page *p, struct str body)
{
	struct buf out;
	buf_init(&out, body.n + 1);
	size_t from = 0;
	for (unsigned n = 0; n < LIST_WRITES_MAX; n++) {
		long at = str_find(body, STR("document.write"), from);
		const char *open = at < 0 ? NULL : memchr(body.p + at, '(', body.n - (size_t)at);
		size_t before = out.n, i = open ? (size_t)(open - body.p) + 1 : body.n;
		bool whole = open && i <= (size_t)at + 18;
		while (whole) {
			while (i < body.n && strchr(" \t\r\n+,", body.p[i]))
				i++;
			if (i >= body.n || (body.p[i] != '"' && body.p[i] != '\''))
				break;
			whole = add_string(&out, body, &i);
		}
		if (!whole || i >= body.n || body.p[i] != ')')
			out.n = before;
		if (!open)
			break;
		from = i > (size_t)at ? i : (size_t)at + 1;
	}
	if (out.n > 0 &&
	    (str_find(buf_str(&out), STR("href"), 0) >= 0 || str_find(buf_str(&out), STR("frame"), 0) >= 0))
		links_fragment(p, buf_str(&out));
	buf_fini(&out);
}

/* The first address that a script sends its visitors to. */
static void keep_location(struct page *p, struct str script)
{
	struct str to = p->lists && p->lists->location.n > 0 ? STR("") : list_scheme_location(script);
	if (to.n > 0)
		state(p)->location = arena_dup(p->arena, to);
}

void list_page_script(struct page *p, struct str head, struct str body)
{
	struct str unit = head_value(p, head, "url");
	if (unit.n > 0)
		add_unit(p, unit, head_value(p, head, "querydata"));
	if (body.n == 0)
		return;
	struct list_grams g;
	list_grams_take(&g, body);
	list_scheme_script(body, &g, add_note, p);
	if (list_grams_may(&g, STR("totalRecord")))
		add_pager(p, body);
	if ((list_grams_may(&g, STR("dataStore")) && str_find(body, STR("dataStore"), 0) >= 0) ||
	    (list_grams_may(&g, STR("InitData")) && str_find(body, STR("InitData"), 0) >= 0))
		add_records(p, body);
	if (list_grams_may(&g, STR("atob(")))
		add_base64(p, body);
	if (list_grams_may(&g, STR("document.write")))
		add_written(p, body);
	if (list_grams_may(&g, STR("location")))
		keep_location(p, body);
}

/* ---------------------------------------------------------------- elements */

static bool is_data_address(const char *name)
{
	static const char *const names[] = {"data-href", "data-url", "data-link"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* A form with its fields; a field may also hold the number of pages. */
static void form_element(struct page *p, const char *name, const char *const *atts)
{
	const char *value = html_attr(atts, "value"), *id = html_attr(atts, "id"), *of = html_attr(atts, "name"),
		   *action = html_attr(atts, "action"), *method = html_attr(atts, "method");
	if (strcmp(name, "input") == 0 && action) {
		list_click_form(p, str_of(action ? action : ""), str_of(method ? method : ""));
	} else if (strcmp(name, "input") == 0 && value) {
		list_click_input(p, str_of(of ? of : ""), str_of(value));
		if (id || of)
			list_page_number(p, str_of(id ? id : of), str_of(value));
	}
}

void list_page_element(struct page *p, const char *name, const char *const *atts)
{
	struct str rows = STR(""), count = STR(""), data = STR(""), url = STR("");
	struct list_click click = {STR(""), STR(""), STR("")};
	bool anchor = strcmp(name, "a") == 0, known = false;
	if (name[0] == 'i')
		form_element(p, name, atts);
	for (; atts && atts[0]; atts += 2) {
		struct str v = str_of(atts[1] ? atts[1] : "");
		switch (atts[0][0]) {
		case 'r':
			rows = strcmp(atts[0], "rows") == 0 ? v : rows;
			break;
		case 'c':
			count = strcmp(atts[0], "count") == 0 ? v : count;
			break;
		case 'q':
			data = strcmp(atts[0], "querydata") == 0 ? v : data;
			break;
		case 'u':
			url = strcmp(atts[0], "url") == 0 ? v : url;
			break;
		case 'd': /* viewers find their file in an attribute of their own: data-url, data-pdf, data-src ... */
			if (strncmp(atts[0], "data-", 5) == 0 && links_is_document(v))
				links_add(p, v, "attachment", STR(""), STR(""));
			else if (is_data_address(atts[0]))
				click.address = v;
			break;
		case 'o':
			click.code = strcmp(atts[0], "onclick") == 0 ? v : click.code;
			if (strcmp(atts[0], "onload") == 0)
				keep_location(p, v);
			break;
		case 'h':
			if (anchor && strcmp(atts[0], "href") == 0 && strncasecmp(v.p, "javascript:", 11) == 0)
				click.code = click.code.n ? click.code : v;
			else if (anchor && strcmp(atts[0], "href") == 0)
				known = links_is_address(v);
			break;
		case 't':
			known |= anchor && strcmp(atts[0], "tagname") == 0 && memchr(v.p, '/', v.n);
			click.text = strcmp(atts[0], "title") == 0 ? v : click.text;
			break;
		case 'v':
			if (strcmp(atts[0], "value") == 0 && strcmp(name, "option") == 0)
				click.address = v;
			else if (strcmp(atts[0], "value") == 0 && strcmp(name, "input") == 0)
				click.text = v;
			break;
		}
	}
	if ((click.code.n > 0 || click.address.n > 0) && !known && !(anchor && list_scheme_click(click.code).n > 0))
		list_click_open(p, name, &click); /* an anchor whose address is known is a link already */
	long r = list_number(rows), c = list_number(count);
	if ((r > 0 && c > 0) || (data.n > 0 && hanweb_unit_counts(data, &r, &c))) {
		state(p)->rows = r;
		p->lists->count = c;
	}
	if (data.n > 0 && url.n > 0)
		add_unit(p, url, data);
}

struct str list_page_anchor(const char *const *atts)
{
	const char *href = html_attr(atts, "href"), *tag = html_attr(atts, "tagname"),
		   *click = html_attr(atts, "onclick");
	if (tag && tag[0] != '[' && strchr(tag, '/'))
		return str_of(tag);
	struct str found = click ? list_scheme_click(str_of(click)) : STR("");
	if (found.n == 0 && href && strncasecmp(href, "javascript:", 11) == 0)
		found = list_scheme_click(str_of(href));
	return found;
}

/* "7", "[12]", "第3页": a number that is no year, as pagers have them */
static bool is_page_number(struct str text)
{
	if (text.n > 12)
		return false;
	while (text.n > 0 && !isalnum((unsigned char)text.p[0]) && (unsigned char)text.p[0] < 0x80)
		text = str_sub(text, 1, text.n);
	while (text.n > 0 && !isalnum((unsigned char)text.p[text.n - 1]) && (unsigned char)text.p[text.n - 1] < 0x80)
		text.n--;
	if (str_starts(text, STR("第")) && str_ends(text, STR("页")))
		text = str_sub(text, 3, text.n - 3);
	long n = list_number(text);
	return text.n <= 4 && n > 0 && n <= LIST_LAST_MAX && (n < 1900 || n > 2100);
}

bool list_page_is_pager(struct str text)
{
	return list_scheme_word(text) != 0 || is_page_number(text);
}

bool list_page_is_arrow(struct str text)
{
	if (text.n > 9)
		return false;
	for (size_t i = 0; i < text.n;) {
		uint32_t cp = utf8_next(text.p, text.n, &i);
		if (cp < 0x80 ? isalnum((int)cp) : (cp >= 0x3400 && cp < 0xa000))
			return false;
	}
	return true;
}

bool list_page_says_next(const char *const *atts)
{
	const char *rel = html_attr(atts, "rel"), *class = html_attr(atts, "class");
	return (rel && strcasecmp(rel, "next") == 0) || (class && strcasestr(class, "next"));
}

const char *list_page_anchor_rel(struct page *p, struct str href, struct str text)
{
	int word = list_scheme_word(text);
	if (word == 0)
		return is_page_number(text) ? "list" : "a";
	struct list_state *s = state(p);
	if (word == 1) {
		s->next = arena_dup(p->arena, href);
		return "next";
	}
	if (s->next.n > 0 && s->fills_count < LIST_FILLS_MAX)
		s->fills[s->fills_count++] = (struct fill){s->next, arena_dup(p->arena, href)};
	s->next = STR("");
	return "list";
}

void list_page_group(struct page *p, struct str href)
{
	if (state(p)->groups_count < LIST_GROUPS_MAX)
		p->lists->groups[p->lists->groups_count++] = arena_dup(p->arena, href);
}

void list_page_number(struct page *p, struct str key, struct str value)
{
	if (list_number(value) <= 0)
		return;
	if (str_eq_z(key, "totalrecord")) {
		state(p)->total = list_number(value);
		return;
	}
	for (unsigned i = 0; p->lists && i < p->lists->numbers_count; i++)
		if (str_eq(p->lists->numbers[i].key, key))
			return;
	if (list_scheme_counts(p->url, key) && state(p)->numbers_count < LIST_VALUES_MAX)
		p->lists->numbers[p->lists->numbers_count++] =
			(struct list_value){arena_dup(p->arena, key), arena_dup(p->arena, value)};
}

/* ------------------------------------------------------------------ finish */

/* The pager of a datastore's group: of the same unit, or the only one. */
static const struct hanweb_pager *pager_of(const struct list_state *s, struct str group)
{
	const char *q = memchr(group.p, '?', group.n);
	struct str unit =
		q ? list_parameter(str_sub(group, (size_t)(q - group.p) + 1, group.n), STR("unitid")) : STR("");
	for (unsigned i = 0; i < s->pagers_count; i++)
		if (unit.n > 0 && str_eq(s->pagers[i].unit, unit))
			return &s->pagers[i];
	return s->pagers_count == 1 && s->groups_count == 1 ? &s->pagers[0] : NULL;
}

static void finish_groups(struct page *p, struct list_state *s)
{
	bool used[LIST_GROUPS_MAX] = {false};
	for (unsigned i = 0; i < s->groups_count; i++) {
		const struct hanweb_pager *g = pager_of(s, s->groups[i]);
		if (g && hanweb_blocks(g, s->groups[i], add_list, p))
			used[g - s->pagers] = true;
		else if (str_find(p->url, STR("startrecord="), 0) < 0) /* else its column's page has named all blocks */
			links_add(p, s->groups[i], "next", STR(""), STR(""));
	}
	for (unsigned i = 0; i < s->pagers_count; i++)
		if (!used[i])
			(void)hanweb_blocks(&s->pagers[i], STR(""), add_list, p);
	if (s->total > 0)
		hanweb_answer_blocks(p->url, s->total, add_list, p);
}

static void finish_units(struct page *p, struct list_state *s)
{
	if (hanweb_is_unit(p->url))
		hanweb_unit_pages(p->url, s->rows, s->count, add_list, p);
	else if (s->units_count == 1 && s->rows > 0)
		hanweb_unit_pages(s->units[0], s->rows, s->count, add_list, p); /* the page has the first one itself */
	else
		for (unsigned i = 0; i < s->units_count; i++)
			add_list(p, s->units[i]);
}

static void finish_waiting(struct page *p, struct list_state *s)
{
	for (unsigned i = 0; i < s->waiting_count; i++) {
		struct list_note *n = &s->waiting[i];
		struct str meta = list_note_meta(n);
		for (size_t k = 0; k < p->metas_count; k++)
			if (str_eq(p->metas[k].name, meta) && !list_note_has(n, meta))
				list_note_put(n, meta, p->metas[k].content);
		if (list_note_has(n, meta))
			list_scheme_pages(n, p->url, add_list, p);
	}
}

void list_page_finish(struct page *p)
{
	struct list_state *s = p->lists;
	if (!s)
		return;
	if (s->location.n > 0 && p->links_count <= LIST_STUB_LINKS)
		links_add(p, s->location, "refresh", STR(""), STR(""));
	finish_waiting(p, s);
	if (s->numbers_count > 0)
		list_scheme_answer(p->url, s->numbers, s->numbers_count, add_note, p);
	finish_groups(p, s);
	finish_units(p, s);
	for (unsigned i = 0; i < s->fills_count; i++)
		list_scheme_fill(s->fills[i].next, s->fills[i].last, add_list, p);
}
