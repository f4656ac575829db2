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

static struct str tag_name(struct str tag)
{
	size_t from = tag.n && tag.p[0] == '/', n = from;
	while (n < tag.n && !isspace((unsigned char)tag.p[n]) && tag.p[n] != '/')
		n++;
	return str_sub(tag, from, n);
}

static bool is_item(struct str name)
{
	return str_ieq_z(name, "item") || str_ieq_z(name, "entry") || str_ieq_z(name, "url") ||
	       str_ieq_z(name, "sitemap");
}

/* Atom: <link rel="alternate" href="..."/> */
static void atom_link(struct xml_list *x, struct str tag)
{
	long at = str_find(tag, STR("href="), 0);
	if (at < 0 || (size_t)at + 6 >= tag.n)
		return;
	long rel = str_find(tag, STR("rel="), 0);
	if (rel >= 0 && str_find(tag, STR("alternate"), (size_t)rel) < 0)
		return;
	char quote = tag.p[at + 5];
	const char *from = tag.p + at + 6;
	const char *end = memchr(from, quote, tag.n - (size_t)at - 6);
	if (!end)
		return;
	buf_clear(&x->link);
	add_decoded(&x->link, (struct str){from, (size_t)(end - from)});
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
	struct str name = tag_name(tag);
	if (tag.n && tag.p[0] == '/') {
		take_text(x, name);
		if (is_item(name)) {
			item_end(x, str_ieq_z(name, "sitemap") ? "sitemap" : "a");
			x->items -= x->items > 0;
		}
	} else if (is_item(name)) {
		x->items++;
	} else if (str_ieq_z(name, "link") && x->items > 0) {
		atom_link(x, tag);
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
