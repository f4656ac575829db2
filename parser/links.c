#include "parser/links.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/jsonw.h"
#include "base/url.h"
#include "parser/html.h"
#include "parser/list_click.h"
#include "parser/list_page.h"
#include "parser/list_scheme.h"
#include "parser/xml_list.h"

#define NEAR_TEXT_MAX 24 /* bytes of an anchor that may name nothing */
#define NEAR_NAME_MAX 120
#define NEAR_LINES 24 /* a box of a home page has some ten entries below its heading */
#define SEEN_FIRST_SLOTS 512
#define INDEX_BITS 24
#define DOCUMENTS_A_SCRIPT_MAX 32u

/* ------------------------------------------------------------ collecting */

bool links_is_address(struct str href)
{
	static const char *const no[] = {"javascript:", "mailto:", "tel:",    "data:",     "about:", "sms:",
					 "file:",       "ftp:",    "weixin:", "vbscript:", NULL};
	if (href.n == 0 || href.n > PAGE_LINK_HREF_MAX || href.p[0] == '#')
		return false;
	for (size_t i = 0; no[i]; i++)
		if ((href.p[0] | 0x20) == no[i][0] && strncasecmp(href.p, no[i], strlen(no[i])) == 0)
			return false;
	/* templates that were never filled in, and pieces of script */
	return !memchr(href.p, '<', href.n) &&
	       (!memchr(href.p, '{', href.n) || (str_find(href, STR("{{"), 0) < 0 && str_find(href, STR("${"), 0) < 0));
}

/* The slot of a key, and in it the index of the entry that has it, or -1. */
static uint64_t *seen_slot(uint64_t *seen, size_t slots, uint64_t key, long *index)
{
	uint64_t tag = key >> INDEX_BITS << INDEX_BITS;
	for (size_t i = key % slots;; i = (i + 1) % slots) {
		if (seen[i] == 0) {
			*index = -1;
			return &seen[i];
		}
		if (seen[i] >> INDEX_BITS << INDEX_BITS == tag) {
			*index = (long)(seen[i] & ((1u << INDEX_BITS) - 1)) - 1;
			return &seen[i];
		}
	}
}

static void seen_put(uint64_t *slot, uint64_t key, size_t index)
{
	*slot = (key >> INDEX_BITS << INDEX_BITS) | (index + 1);
}

static uint64_t key_of(struct str href, const char *rel)
{
	return hash64(href.p, href.n) ^ (hash64(rel, strlen(rel)) >> 7);
}

/* Keeps the table of links seen at most half full; without memory the page says so and takes no further links. */
static bool seen_room(struct page *p)
{
	if (p->links_count * 2 < p->link_slots)
		return true;
	size_t slots = p->link_slots ? p->link_slots * 4 : SEEN_FIRST_SLOTS;
	uint64_t *seen = calloc(slots, sizeof *seen);
	if (!seen) {
		p->no_memory = true;
		return false;
	}
	for (size_t i = 0; i < p->links_count; i++) {
		long at;
		uint64_t key = key_of(p->links[i].href, p->links[i].rel);
		uint64_t *slot = seen_slot(seen, slots, key, &at);
		if (at < 0)
			seen_put(slot, key, i);
	}
	free(p->link_seen);
	p->link_seen = seen;
	p->link_slots = slots;
	return true;
}

static struct str cut_text(struct str s)
{
	return s.n > PAGE_LINK_TEXT_MAX ? (struct str){s.p, utf8_cut(s.p, PAGE_LINK_TEXT_MAX)} : s;
}

/* Lists print titles cut with an ellipsis and give the whole in the title attribute. */
static struct str best_text(struct str text, struct str title)
{
	text = str_trim_wide(text);
	title = str_trim_wide(title);
	bool cut = str_ends(text, STR("…")) || str_ends(text, STR("..."));
	if (text.n == 0 || (cut && title.n > text.n))
		return cut_text(title);
	return cut_text(text);
}

void links_add(struct page *p, struct str href, const char *rel, struct str text, struct str title)
{
	href = str_trim_wide(href);
	if (!links_is_address(href))
		return;
	text = best_text(text, title);
	uint64_t key = key_of(href, rel);
	long at;
	if (!seen_room(p))
		return;
	uint64_t *slot = seen_slot(p->link_seen, p->link_slots, key, &at);
	if (at >= 0) {
		if (p->links[at].text.n == 0 && text.n > 0)
			p->links[at].text = arena_dup(p->arena, text);
		return;
	}
	if (p->link_bytes + href.n + text.n > PAGE_LINK_BYTES_MAX ||
	    !page_room(p, (void **)&p->links, &p->links_cap, p->links_count, PAGE_LINKS_MAX, sizeof *p->links)) {
		p->cut_links = true;
		return;
	}
	p->link_bytes += href.n + text.n;
	seen_put(slot, key, p->links_count);
	p->links[p->links_count++] = (struct plink){
		arena_dup(p->arena, href), arena_dup(p->arena, text), rel, (int32_t)p->lines_count, STR(""), STR("")};
}

void links_refresh(struct page *p, struct str content)
{
	double seconds = 0;
	size_t i = 0;
	for (; i < content.n && isdigit((unsigned char)content.p[i]) && seconds < 1e6; i++)
		seconds = seconds * 10 + (content.p[i] - '0');
	if (seconds > LINKS_REFRESH_S)
		return;
	while (i < content.n && (isspace((unsigned char)content.p[i]) || strchr(";,.0123456789", content.p[i])))
		i++;
	struct str rest = str_sub(content, i, content.n);
	if (rest.n > 3 && strncasecmp(rest.p, "url", 3) == 0) {
		rest = str_trim(str_sub(rest, 3, rest.n));
		if (rest.n && rest.p[0] == '=')
			rest = str_trim(str_sub(rest, 1, rest.n));
	}
	while (rest.n && (rest.p[0] == '\'' || rest.p[0] == '"'))
		rest = str_sub(rest, 1, rest.n);
	while (rest.n && (rest.p[rest.n - 1] == '\'' || rest.p[rest.n - 1] == '"'))
		rest.n--;
	links_add(p, rest, "refresh", STR(""), STR(""));
}

/* Does the path of an address end as one of these? */
static bool ends_as(struct str s, const char *const *ends)
{
	const char *q = memchr(s.p, '?', s.n);
	struct str path = {s.p, q ? (size_t)(q - s.p) : s.n};
	for (size_t i = 0; ends[i]; i++) {
		size_t k = strlen(ends[i]);
		if (path.n > k && strncasecmp(path.p + path.n - k, ends[i], k) == 0)
			return true;
	}
	return false;
}

static bool is_file(struct str s)
{
	static const char *const ends[] = {".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".rtf",
					   ".et",  ".ofd", ".zip",  ".rar", ".txt",  NULL};
	return ends_as(s, ends);
}

bool links_is_document(struct str s)
{
	static const char *const ends[] = {".pdf", ".doc", ".docx", ".xls", ".xlsx",
					   ".wps", ".rtf", ".et",   ".ofd", NULL};
	return s.n < PAGE_LINK_HREF_MAX && memchr(s.p, '/', s.n) && ends_as(s, ends);
}

static int hex_of(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
					    : -1;
}

/* The value of a query's parameter that begins at `from`, percent-decoded. */
static size_t parameter_value(struct str src, size_t from, char *out, size_t max)
{
	size_t n = 0;
	for (size_t i = from; i < src.n && n < max && src.p[i] && !strchr("&#\"'", src.p[i]); i++) {
		if (src.p[i] == '%' && i + 2 < src.n && hex_of(src.p[i + 1]) >= 0 && hex_of(src.p[i + 2]) >= 0) {
			out[n++] = (char)(hex_of(src.p[i + 1]) * 16 + hex_of(src.p[i + 2]));
			i += 2;
		} else {
			out[n++] = src.p[i];
		}
	}
	return utf8_valid(out, n) ? n : 0;
}

/* The file parameter of a viewer's address: ".../viewer.html?file=%2Fa%2Fb.pdf" */
static bool viewer_file(struct str src, char *out, size_t max, size_t *n_out)
{
	long at = str_find(src, STR("file="), 0);
	if (at <= 0 || !strchr("?&", src.p[at - 1]))
		return false;
	*n_out = parameter_value(src, (size_t)at + 5, out, max);
	return *n_out > 0;
}

/* A document in any parameter of a frame's address: "show.jsp?path=/a/b.ofd", "op/view.aspx?src=http%3A%2F%2F.../c.docx" */
static bool framed_document(struct str src, char *out, size_t max, size_t *n_out)
{
	const char *q = memchr(src.p, '?', src.n);
	for (size_t i = q ? (size_t)(q - src.p) : src.n; i < src.n; i++) {
		if (src.p[i] != '=')
			continue;
		*n_out = parameter_value(src, i + 1, out, max);
		if (*n_out > 0 && links_is_document((struct str){out, *n_out}))
			return true;
	}
	return false;
}

void links_embed(struct page *p, struct str src, const char *rel)
{
	char file[PAGE_LINK_HREF_MAX];
	size_t n;
	src = str_trim(src);
	if (viewer_file(src, file, sizeof file, &n)) {
		links_add(p, (struct str){file, n}, "attachment", STR(""), STR(""));
		return;
	}
	if (framed_document(src, file, sizeof file, &n))
		links_add(p, (struct str){file, n}, "attachment", STR(""), STR(""));
	if (rel && !is_file(src))
		links_add(p, src, rel, STR(""), STR(""));
	else if (is_file(src))
		links_add(p, src, "attachment", STR(""), STR(""));
}

void links_anchor(struct page *p, struct str href, struct str text, struct str title)
{
	char file[PAGE_LINK_HREF_MAX];
	size_t n;
	if (str_find(href, STR("viewer"), 0) >= 0 && viewer_file(href, file, sizeof file, &n))
		links_add(p, (struct str){file, n}, "attachment", text, title);
	else
		links_add(p, href, list_page_anchor_rel(p, href, list_page_is_arrow(text) ? title : text), text, title);
}

void links_picture(struct page *p, struct str href, struct str title, struct str alt)
{
	const char *rel = list_page_anchor_rel(p, href, alt);
	long at = -1;
	links_add(p, href, rel, STR(""), title);
	href = str_trim_wide(href);
	if (p->link_seen)
		(void)seen_slot(p->link_seen, p->link_slots, key_of(href, rel), &at);
	if (at >= 0 && p->links[at].alt.n == 0)
		p->links[at].alt = arena_dup(p->arena, cut_text(str_trim_wide(alt)));
}

/* The string literal that begins at or shortly after `i`. */
static struct str literal_at(struct str s, size_t i)
{
	while (i < s.n && (isspace((unsigned char)s.p[i]) || s.p[i] == '('))
		i++;
	if (i >= s.n || (s.p[i] != '"' && s.p[i] != '\''))
		return STR("");
	const char *from = s.p + i + 1, *end = memchr(from, s.p[i], s.n - i - 1);
	return end && end - from < (long)PAGE_LINK_HREF_MAX ? (struct str){from, (size_t)(end - from)} : STR("");
}

static void script_viewers(struct page *p, struct str body)
{
	size_t end = 0; /* of the address before: a viewer named in it is no other one */
	for (long at = 0; (at = str_find(body, STR("viewer.html?"), end)) >= 0;) {
		end = (size_t)at;
		while (end < body.n && !strchr("\"'<> \n", body.p[end]))
			end++;
		char file[PAGE_LINK_HREF_MAX];
		size_t n;
		if (viewer_file(str_sub(body, (size_t)at, end), file, sizeof file, &n))
			links_add(p, (struct str){file, n}, "attachment", STR(""), STR(""));
	}
}

/* A literal that a script joins with another is no address. */
static bool joined(struct str s, size_t from, size_t to)
{
	while (from > 0 && isspace((unsigned char)s.p[from - 1]))
		from--;
	while (to < s.n && isspace((unsigned char)s.p[to]))
		to++;
	return (from > 0 && s.p[from - 1] == '+') || (to < s.n && s.p[to] == '+');
}

/*
 * Documents that a viewer of any make is given: PDFObject.embed("/a.pdf"), var fileUrl = "/b.ofd", {"url":"\/c.doc"}.
 * What counts is that a whole literal is the address of a document.
 */
static void script_documents(struct page *p, struct str body)
{
	char address[PAGE_LINK_HREF_MAX];
	unsigned found = 0;
	for (size_t i = 0; i < body.n && found < DOCUMENTS_A_SCRIPT_MAX; i++) {
		const char *dot = memchr(body.p + i, '.', body.n - i);
		if (!dot)
			return;
		i = (size_t)(dot - body.p);
		size_t end = i + 1, from = i, n = 0;
		while (end < body.n && end - i < 6 && isalpha((unsigned char)body.p[end]))
			end++;
		if (end >= body.n || (body.p[end] != '"' && body.p[end] != '\'' && body.p[end] != '?'))
			continue;
		while (end < body.n && end - i < PAGE_LINK_HREF_MAX && body.p[end] != '"' && body.p[end] != '\'' &&
		       body.p[end] != '\n')
			end++;
		while (from > 0 && i - from < PAGE_LINK_HREF_MAX && body.p[from - 1] != body.p[end] &&
		       body.p[from - 1] != '\n')
			from--;
		i = end - 1; /* dots up to there are of the same literal, or of none so short that it is an address */
		if (end >= body.n || from == 0 || body.p[from - 1] != body.p[end] || joined(body, from - 1, end + 1))
			continue;
		for (size_t k = from; k < end && n < sizeof address; k++)
			if (body.p[k] != '\\') /* "\/" of JSON */
				address[n++] = body.p[k];
		struct str s = {address, n};
		if (!links_is_document(s) || memchr(address, ' ', n) || memchr(address, '(', n))
			continue;
		links_add(p, s, "attachment", STR(""), STR(""));
		found++;
	}
}

void links_script(struct page *p, struct str head, struct str body)
{
	for (long at = 0; (at = str_find(body, STR("showVsbpdfIframe"), (size_t)at)) >= 0; at++)
		links_add(p, literal_at(body, (size_t)at + 16), "attachment", STR(""), STR(""));
	script_viewers(p, body);
	script_documents(p, body);
	list_page_script(p, head, body);
	if (str_find(body, STR("<datastore"), 0) < 0 && str_find(head, STR("text/xml"), 0) < 0)
		return;
	struct xml_list *x;
	if (xml_list_new(p, &x) != ERR_OK) {
		p->no_memory = true;
		return;
	}
	(void)xml_list_feed(x, body.p, body.n);
	xml_list_free(x);
}

/* ------------------------------------------------------------- fragments */

struct fragment_walk {
	struct page *p;
	struct buf text;
	struct str href, title;
	bool group; /* the anchors are no links but nextgroups */
};

static void fragment_start(void *ud, const char *name, const char *const *atts)
{
	struct fragment_walk *f = ud;
	const char *href = html_attr(atts, "href"), *title = html_attr(atts, "title");
	if (f->p->clicking)
		list_click_inner(f->p, name);
	if (atts && !f->group)
		list_page_element(f->p, name, atts);
	if (!f->group && (strcmp(name, "iframe") == 0 || strcmp(name, "frame") == 0) && html_attr(atts, "src"))
		links_embed(f->p, str_of(html_attr(atts, "src")), name[0] == 'i' ? "iframe" : "frame");
	if (strcmp(name, "a") != 0)
		return;
	struct str address = str_of(href);
	if (!href || !links_is_address(address))
		address = list_page_anchor(atts);
	if (address.n == 0)
		return;
	f->href = arena_dup(f->p->arena, str_sub(address, 0, PAGE_LINK_HREF_MAX));
	f->title = arena_dup(f->p->arena, str_sub(str_of(title), 0, PAGE_LINK_TEXT_MAX));
	buf_clear(&f->text);
}

static void fragment_end(void *ud, const char *name)
{
	struct fragment_walk *f = ud;
	if (f->p->clicking)
		list_click_end(f->p, name);
	if (strcmp(name, "a") != 0 || f->href.n == 0)
		return;
	if (f->group)
		list_page_group(f->p, f->href);
	else
		links_anchor(f->p, f->href, buf_str(&f->text), f->title);
	f->href = STR("");
}

static void fragment_text(void *ud, const char *p, size_t n)
{
	struct fragment_walk *f = ud;
	if (f->p->clicking)
		list_click_text(f->p, p, n);
	if (f->href.n > 0)
		(void)buf_add(&f->text, p, n);
}

static void walk_fragment(struct page *p, struct str text, bool group)
{
	if (p->links_count >= PAGE_LINKS_MAX || p->link_bytes >= PAGE_LINK_BYTES_MAX)
		return;
	struct fragment_walk f = {.p = p, .group = group};
	struct html_events events = {fragment_start, fragment_end, fragment_text, NULL, &f};
	struct html *h;
	if (html_new(&events, &h) != ERR_OK) {
		p->no_memory = true;
		return;
	}
	buf_init(&f.text, PAGE_LINK_TEXT_MAX);
	html_feed(h, text.p, text.n);
	html_end(h);
	html_free(h);
	buf_fini(&f.text);
}

void links_fragment(struct page *p, struct str html)
{
	walk_fragment(p, html, false);
}

void links_group(struct page *p, struct str html)
{
	walk_fragment(p, html, true);
}

/* ------------------------------------------------------------- resolving */

static struct str base_of(struct page *p, struct document *d, struct buf *scratch)
{
	struct str base = d->final_url.n ? d->final_url : d->url;
	if (p->base.n > 0 && (base.n ? url_resolve(base, p->base, scratch) : url_canon(p->base, scratch)) == ERR_OK)
		return arena_dup(p->arena, buf_str(scratch));
	/* a local file may be given an address in any form */
	return base.n && url_canon(base, scratch) == ERR_OK ? arena_dup(p->arena, buf_str(scratch)) : base;
}

/* Adds a member whose value is cut so that its JSON takes at most `max` bytes. */
static void context_member(struct jsonw *w, const char *key, struct str v, size_t max)
{
	size_t n = 0, bytes = 0;
	while (n < v.n) {
		unsigned char c = (unsigned char)v.p[n];
		bytes += c < 0x20 ? 6 : c == '"' || c == '\\' ? 2 : 1;
		if (bytes > max)
			break;
		n++;
	}
	n = n < v.n ? utf8_cut(v.p, n) : n;
	if (n > 0)
		jsonw_kstr(w, key, (struct str){v.p, n});
}

static void make_context(struct document *d)
{
	struct buf b;
	struct jsonw w;
	buf_init(&b, LINK_CONTEXT_MAX);
	jsonw_init(&w, &b);
	jsonw_object(&w);
	struct str url = d->final_url.n ? d->final_url : d->url;
	if (url.n <= 300)
		context_member(&w, "page", url, 300);
	context_member(&w, "title", d->title, 200);
	context_member(&w, "published", str_of(d->published), 10);
	context_member(&w, "site_id_code", d->site_id_code, 20);
	context_member(&w, "region", d->source_region, 90);
	context_member(&w, "body", d->source_body, 90);
	d->link_context = arena_dup(d->arena, buf_str(&b));
	buf_fini(&b);
}

static bool is_name(struct str s)
{
	if (s.n < 3 || s.n > NEAR_NAME_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0xE3) /* Chinese, no date and no number */
			return true;
	return false;
}

/*
 * The name before an anchor such as "更多": what its line says before it, else the line before, else, where that is an
 * entry of a list, the heading above.
 */
static struct str near_of(const struct page *p, const struct plink *l)
{
	if (l->text.n > NEAR_TEXT_MAX || l->line < 0)
		return STR("");
	size_t at = (size_t)l->line;
	if (at < p->lines_count) {
		struct str line = page_line(p, &p->lines[at]);
		long from = l->text.n ? str_find(line, l->text, 0) : -1;
		struct str before = str_trim_wide(str_sub(line, 0, from > 0 ? (size_t)from : 0));
		if (is_name(before))
			return before;
	}
	bool entries = false;
	for (size_t back = 0; back < NEAR_LINES && back < at; back++) {
		const struct line *k = &p->lines[at - 1 - back];
		struct str line = str_trim_wide(page_line(p, k));
		if (!is_name(line))
			continue;
		if (k->kind == BLOCK_HEADING || (!entries && !k->item))
			return line;
		entries = true;
	}
	return STR("");
}

void links_finish(struct page *p, struct document *d)
{
	struct buf url;
	buf_init(&url, URL_MAX * 4);
	size_t before = p->links_count;
	list_page_finish(p);
	list_click_finish(p, p->links_count > before);
	struct str base = base_of(p, d, &url);
	size_t slots = 64;
	while (slots < p->links_count * 2 + 2)
		slots *= 2;
	uint64_t *seen = arena_calloc(d->arena, slots, sizeof *seen);
	size_t max = p->links_count < DOC_LINKS_MAX ? p->links_count : DOC_LINKS_MAX;
	d->links = arena_calloc(d->arena, max + 1, sizeof *d->links);
	d->links_count = 0;
	struct str *alts = arena_calloc(d->arena, max + 1, sizeof *alts);
	for (size_t i = 0; i < p->links_count; i++) {
		const struct plink *l = &p->links[i];
		enum err rc = base.n ? url_resolve(base, l->href, &url) : url_canon(l->href, &url);
		if (rc != ERR_OK)
			continue;
		long at;
		uint64_t key = hash64(url.p, url.n);
		uint64_t *slot = seen_slot(seen, slots, key, &at);
		if (at >= 0) {
			if (d->links[at].text.n == 0)
				d->links[at].text = l->text;
			if (alts[at].n == 0)
				alts[at] = l->alt;
			continue;
		}
		if (d->links_count == max) {
			p->cut_links = true;
			break;
		}
		seen_put(slot, key, d->links_count);
		alts[d->links_count] = l->alt;
		d->links[d->links_count++] = (struct link){.url = arena_dup(d->arena, buf_str(&url)),
							   .text = l->text,
							   .modified = l->modified,
							   .near = near_of(p, l),
							   .ask = list_scheme_ask(buf_str(&url)),
							   .rel = str_of(l->rel)};
	}
	for (size_t i = 0; i < d->links_count; i++)
		if (d->links[i].text.n == 0)
			d->links[i].text = alts[i];
	if (p->cut_links)
		document_cut(d, "links");
	buf_fini(&url);
	make_context(d);
}
