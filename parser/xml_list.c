#include "parser/xml_list.h"

#include <ctype.h>
#include <stdlib.h>

#include "parser/links.h"
#include "parser/list_page.h"

enum xml_state { X_TEXT, X_TAG, X_CDATA, X_COMMENT };

struct xml_list {
	struct page *p;
	enum xml_state state;
	struct buf text, tag;
	struct buf title, link; /* of the open item */
	char modified[32];      /* of the open item: lastmod or updated */
	char prefix[16];        /* of the root's name space, with its colon */
	bool no_guid;           /* the guid of the open item is no address */
	bool begun;             /* the root was seen */
	unsigned items;         /* depth inside item, entry, url, sitemap */
	char tail[3];           /* last bytes, to see "]]>" and "-->" */
};

enum err xml_list_new(struct page *p, struct xml_list **out)
{
	struct xml_list *x = calloc(1, sizeof *x);
	if (!x)
		return err_set(ERR_NOMEM, "no memory for a list");
	x->p = p;
	buf_init(&x->text, XML_LIST_TEXT_MAX);
	buf_init(&x->tag, 8192);
	buf_init(&x->title, 2048);
	buf_init(&x->link, PAGE_LINK_HREF_MAX);
	*out = x;
	return ERR_OK;
}

void xml_list_free(struct xml_list *x)
{
	if (!x)
		return;
	buf_fini(&x->text);
	buf_fini(&x->tag);
	buf_fini(&x->title);
	buf_fini(&x->link);
	free(x);
}

static size_t entity(struct str s, char out[4], size_t *used)
{
	static const struct {
		const char *name;
		char c;
	} named[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
	for (size_t i = 0; i < 5; i++)
		if (str_starts(s, str_of(named[i].name))) {
			*used = strlen(named[i].name);
			out[0] = named[i].c;
			return 1;
		}
	if (s.n > 3 && s.p[1] == '#') {
		bool hex = s.p[2] == 'x' || s.p[2] == 'X';
		char digits[12] = "";
		size_t n = 0, i = hex ? 3 : 2;
		while (i < s.n && n < 8 && isxdigit((unsigned char)s.p[i]))
			digits[n++] = s.p[i++];
		if (n > 0 && i < s.n && s.p[i] == ';') {
			*used = i + 1;
			unsigned long cp = strtoul(digits, NULL, hex ? 16 : 10);
			return utf8_put(cp > 0x10ffff ? 0xfffd : (uint32_t)cp, out);
		}
	}
	*used = 1;
	out[0] = s.p[0];
	return 1;
}

static void add_decoded(struct buf *o, struct str s)
{
	for (size_t i = 0; i < s.n;) {
		char out[4];
		size_t used = 1, n = 1;
		out[0] = s.p[i];
		if (s.p[i] == '&')
			n = entity(str_sub(s, i, s.n), out, &used);
		(void)buf_add(o, out, n);
		i += used;
	}
}

/* The name of a tag; without the prefix when that is the root's, so that "sm:loc" is a loc and "image:loc" is none. */
static struct str tag_name(struct xml_list *x, struct str tag)
{
	size_t from = tag.n && tag.p[0] == '/', n = from;
	while (n < tag.n && !isspace((unsigned char)tag.p[n]) && tag.p[n] != '/')
		n++;
	struct str name = str_sub(tag, from, n);
	if (!x->begun && name.n > 0 && isalpha((unsigned char)name.p[0])) {
		const char *colon = memchr(name.p, ':', name.n);
		size_t k = colon ? (size_t)(colon - name.p) + 1 : 0;
		x->begun = true;
		if (k > 0 && k < sizeof x->prefix)
			memcpy(x->prefix, name.p, k);
	}
	struct str prefix = str_of(x->prefix);
	return prefix.n > 0 && str_starts(name, prefix) ? str_sub(name, prefix.n, name.n) : name;
}

static bool is_item(struct str name)
{
	return str_ieq_z(name, "item") || str_ieq_z(name, "entry") || str_ieq_z(name, "url") ||
	       str_ieq_z(name, "sitemap");
}

/* An attribute of a tag as it is written; empty when it has none. `name` is with its "=". */
static struct str attribute(struct str tag, struct str name)
{
	for (long at = -1; (at = str_find(tag, name, (size_t)(at + 1))) > 0;) {
		size_t from = (size_t)at + name.n;
		if (!isspace((unsigned char)tag.p[at - 1]) || from >= tag.n || !strchr("\"'", tag.p[from]))
			continue;
		const char *end = memchr(tag.p + from + 1, tag.p[from], tag.n - from - 1);
		return end ? str_sub(tag, from + 1, (size_t)(end - tag.p)) : STR("");
	}
	return STR("");
}

static void add_address(struct xml_list *x, struct str raw, const char *rel)
{
	struct buf out;
	buf_init(&out, PAGE_LINK_HREF_MAX);
	add_decoded(&out, raw);
	if (!out.sticky && out.n > 0)
		links_add(x->p, buf_str(&out), rel, str_trim(buf_str(&x->title)), STR(""));
	buf_fini(&out);
}

/* Atom: <link rel="alternate" href="..."/>, the file of an entry, and the next page of a feed (RFC 4287, RFC 5005). */
static void atom_link(struct xml_list *x, struct str tag)
{
	struct str rel = attribute(tag, STR("rel=")), href = attribute(tag, STR("href="));
	if (x->items > 0 && str_ieq_z(rel, "enclosure")) {
		add_address(x, href, "attachment");
	} else if (x->items > 0 && href.n > 0 && (rel.n == 0 || str_ieq_z(rel, "alternate"))) {
		buf_clear(&x->link);
		add_decoded(&x->link, href);
	} else if (x->items == 0 && str_ieq_z(rel, "next")) {
		add_address(x, href, "next");
	}
}

/* RSS: an item's own address where it has no link, and its file. */
static void item_tag(struct xml_list *x, struct str name, struct str tag)
{
	struct str about = attribute(tag, STR("rdf:about="));
	if (str_ieq_z(name, "enclosure"))
		add_address(x, attribute(tag, STR("url=")), "attachment");
	else if (str_ieq_z(name, "guid"))
		x->no_guid = str_ieq_z(attribute(tag, STR("isPermaLink=")), "false");
	else if (is_item(name) && about.n > 0)
		add_decoded(&x->link, about);
}

static void item_end(struct xml_list *x, const char *rel)
{
	size_t before = x->p->links_count;
	if (x->link.n > 0)
		links_add(x->p, str_trim(buf_str(&x->link)), rel, str_trim(buf_str(&x->title)), STR(""));
	if (x->p->links_count > before && x->modified[0])
		x->p->links[before].modified = arena_dup(x->p->arena, str_of(x->modified));
	x->modified[0] = 0;
	buf_clear(&x->link);
	buf_clear(&x->title);
}

/* A time as W3C or RFC 3339 writes it: it goes into JSON as it is. */
static void take_modified(struct xml_list *x, struct str t)
{
	bool good = t.n > 0 && t.n < sizeof x->modified;
	for (size_t i = 0; good && i < t.n; i++)
		good = isalnum((unsigned char)t.p[i]) || (t.p[i] && strchr("-:.+", t.p[i]));
	if (!good)
		return;
	memcpy(x->modified, t.p, t.n);
	x->modified[t.n] = 0;
}

static void take_text(struct xml_list *x, struct str name)
{
	struct str t = str_trim(buf_str(&x->text));
	if (x->items > 0 && (str_ieq_z(name, "lastmod") || str_ieq_z(name, "updated"))) {
		take_modified(x, t);
		return;
	}
	if (str_ieq_z(name, "loc") || (str_ieq_z(name, "link") && x->items > 0)) {
		if (t.n > 0) {
			buf_clear(&x->link);
			add_decoded(&x->link, t);
		}
	} else if (str_ieq_z(name, "guid") && x->items > 0 && x->link.n == 0) {
		if (!x->no_guid && (str_starts(t, STR("http://")) || str_starts(t, STR("https://"))))
			add_decoded(&x->link, t);
	} else if (str_ieq_z(name, "title") && x->items > 0) {
		buf_clear(&x->title);
		add_decoded(&x->title, t);
	} else if (str_ieq_z(name, "totalrecord")) {
		list_page_number(x->p, STR("totalrecord"), t);
	} else if (memchr(t.p, '<', t.n) || str_find(t, STR("&lt;a"), 0) >= 0) {
		/* a record of HTML: in CDATA as it is, else escaped once */
		struct buf html;
		buf_init(&html, XML_LIST_TEXT_MAX);
		if (memchr(t.p, '<', t.n))
			(void)buf_add_str(&html, t);
		else
			add_decoded(&html, t);
		if (str_ieq_z(name, "nextgroup"))
			links_group(x->p, buf_str(&html));
		else
			links_fragment(x->p, buf_str(&html));
		buf_fini(&html);
	}
}

static void tag_end(struct xml_list *x)
{
	struct str tag = buf_str(&x->tag);
	struct str name = tag_name(x, tag);
	if (tag.n && tag.p[0] == '/') {
		take_text(x, name);
		if (is_item(name)) {
			item_end(x, str_ieq_z(name, "sitemap") ? "sitemap" : "a");
			x->items -= x->items > 0;
		}
	} else if (is_item(name)) {
		x->items++;
		item_tag(x, name, tag);
	} else if (str_ieq_z(name, "link")) {
		atom_link(x, tag);
	} else if (x->items > 0) {
		item_tag(x, name, tag);
	}
	buf_clear(&x->text);
	buf_clear(&x->tag);
	x->state = X_TEXT;
}

static void tag_byte(struct xml_list *x, char ch)
{
	if (ch == '>') {
		tag_end(x);
		return;
	}
	(void)buf_add_char(&x->tag, ch);
	if (x->tag.n == 8 && memcmp(x->tag.p, "![CDATA[", 8) == 0)
		x->state = X_CDATA;
	else if (x->tag.n == 3 && memcmp(x->tag.p, "!--", 3) == 0)
		x->state = X_COMMENT;
	if (x->state != X_TAG) {
		buf_clear(&x->tag);
		memset(x->tail, 0, sizeof x->tail);
	}
}

bool xml_list_feed(void *ud, const char *p, size_t n)
{
	struct xml_list *x = ud;
	for (size_t i = 0; i < n; i++) {
		char ch = p[i];
		memmove(x->tail, x->tail + 1, 2);
		x->tail[2] = ch;
		switch (x->state) {
		case X_TEXT:
			if (ch == '<')
				x->state = X_TAG;
			else
				(void)buf_add_char(&x->text, ch);
			break;
		case X_TAG:
			tag_byte(x, ch);
			break;
		case X_CDATA:
			(void)buf_add_char(&x->text, ch);
			if (memcmp(x->tail, "]]>", 3) == 0 && x->text.n >= 3) {
				x->text.n -= 3;
				x->state = X_TEXT;
			}
			break;
		case X_COMMENT:
			if (memcmp(x->tail, "-->", 3) == 0)
				x->state = X_TEXT;
			break;
		}
	}
	return x->p->links_count < PAGE_LINKS_MAX;
}
