#include "parser/list_click.h"

#include <ctype.h>

#include "parser/html.h"
#include "parser/links.h"
#include "parser/list_page.h"
#include "parser/list_scheme.h"

struct form {
	struct str action;
	bool get;
	unsigned count;
	int page; /* which input holds the page's number, -1 none */
	struct {
		struct str name, value;
	} inputs[LIST_CLICK_INPUTS_MAX];
};

struct list_clicks {
	char name[16]; /* of the open element */
	unsigned nest; /* elements of this name that are open in it, with it */
	char address[PAGE_LINK_HREF_MAX], code[LIST_CLICK_CODE_MAX], text[LIST_CLICK_TEXT_MAX];
	size_t address_n, code_n, text_n;
	struct str other;  /* text that an attribute holds */
	struct form form;  /* in work */
	struct form pager; /* the first that has a page's number */
	long most;         /* highest number that a pager's call named */
};

static struct list_clicks *clicks(struct page *p)
{
	if (!p->clicks)
		p->clicks = arena_calloc(p->arena, 1, sizeof *p->clicks);
	return p->clicks;
}

static void add_list(void *ud, struct str address)
{
	links_add(ud, address, "list", STR(""), STR(""));
}

/* ---------------------------------------------------------------- elements */

/* An option's value is often a year or a number: an address has a folder or the ending of a page. */
static bool may_be_address(struct str s)
{
	static const char *const ends[] = {".htm", ".html", ".shtml", ".jhtml",  ".jsp",  ".do",
					   ".asp", ".aspx", ".php",   ".action", ".xhtml"};
	const char *q = memchr(s.p, '?', s.n);
	struct str path = str_sub(s, 0, q ? (size_t)(q - s.p) : s.n);
	if (s.n < 3 || memchr(s.p, ' ', s.n) || !links_is_address(s))
		return false;
	if (str_starts(s, STR("http://")) || str_starts(s, STR("https://")) || str_starts(s, STR("./")) ||
	    str_starts(s, STR("../")) || (s.p[0] == '/' && (isalnum((unsigned char)s.p[1]) || s.p[1] == '/')))
		return true;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (str_ends(path, str_of(ends[i])))
			return true;
	return links_is_document(s);
}

/* The only number among the arguments of a call, or -1: "goPage(2)", "return toPage('2', this)", "page(2,'form1')". */
static long number_of_call(struct str code)
{
	long found = -1;
	bool inside = false;
	for (size_t i = 0; i < code.n; i++) {
		char c = code.p[i], before = i > 0 ? code.p[i - 1] : ' ';
		inside |= c == '(';
		if (!inside || !isdigit((unsigned char)c) || !strchr("(,'\" ", before))
			continue;
		size_t end = i;
		while (end < code.n && isdigit((unsigned char)code.p[end]))
			end++;
		bool whole = end >= code.n || strchr("),'\" ;", code.p[end]);
		if (whole && found >= 0)
			return -1;
		if (whole)
			found = list_number(str_sub(code, i, end));
		i = end;
	}
	return found;
}

/* The string of a call that may be an address, whatever the call is named. */
static struct str address_of_call(struct str code)
{
	for (size_t i = 0; i < code.n; i++) {
		struct str value;
		bool number;
		size_t end = i;
		if ((code.p[i] != '"' && code.p[i] != '\'') || !list_literal(code, &end, &value, &number))
			continue;
		if (may_be_address(value))
			return value;
		i = end - 1;
	}
	return STR("");
}

/* The open element ends: what it says becomes a link, or a number of a pager. */
static void settle(struct page *p)
{
	struct list_clicks *c = p->clicks;
	struct str text = {c->text, c->text_n}, code = {c->code, c->code_n}, address = {c->address, c->address_n};
	p->clicking = false;
	if (str_trim_wide(text).n == 0)
		text = c->other;
	if (address.n > 0) {
		links_anchor(p, address, text, c->other);
		return;
	}
	if (!list_page_is_pager(text))
		return; /* calls of any name are believed of a pager only */
	address = address_of_call(code);
	if (address.n > 0) {
		links_anchor(p, address, text, STR(""));
		return;
	}
	long k = number_of_call(code);
	if (k > c->most && k <= LIST_LAST_MAX)
		c->most = k;
}

void list_click_open(struct page *p, const char *name, const struct list_click *click)
{
	struct str address = may_be_address(click->address) ? click->address : STR("");
	if (address.n == 0)
		address = list_scheme_click(click->code);
	if ((address.n == 0 && (click->code.n == 0 || click->code.n >= LIST_CLICK_CODE_MAX)) ||
	    address.n >= PAGE_LINK_HREF_MAX || strlen(name) >= sizeof p->clicks->name)
		return;
	if (p->clicking)
		settle(p);
	struct list_clicks *c = clicks(p);
	p->clicking = true;
	memcpy(c->name, name, strlen(name) + 1);
	c->nest = 1;
	c->address_n = address.n;
	memcpy(c->address, address.p, address.n);
	c->code_n = click->code.n < LIST_CLICK_CODE_MAX ? click->code.n : 0;
	memcpy(c->code, click->code.p, c->code_n);
	c->text_n = 0;
	c->other = arena_dup(p->arena, str_sub(click->text, 0, LIST_CLICK_TEXT_MAX));
}

void list_click_inner(struct page *p, const char *name)
{
	if (strcmp(p->clicks->name, name) != 0)
		return;
	if (strcmp(name, HTML_INLINE_CLICK) == 0)
		settle(p); /* where it ends, or the next one begins */
	else
		p->clicks->nest++;
}

void list_click_text(struct page *p, const char *s, size_t n)
{
	struct list_clicks *c = p->clicks;
	size_t room = LIST_CLICK_TEXT_MAX - c->text_n;
	n = n <= room ? n : utf8_cut(s, room);
	memcpy(c->text + c->text_n, s, n);
	c->text_n += n;
}

void list_click_end(struct page *p, const char *name)
{
	if (strcmp(name, HTML_INLINE_CLICK) != 0 && strcmp(p->clicks->name, name) == 0 && --p->clicks->nest == 0)
		settle(p);
}

/* ------------------------------------------------------------------- forms */

void list_click_form(struct page *p, struct str action, struct str method)
{
	clicks(p)->form = (struct form){.action = arena_dup(p->arena, str_sub(action, 0, LIST_ADDRESS_MAX)),
					.get = method.n == 0 || str_ieq_z(method, "get"),
					.page = -1};
}

void list_click_input(struct page *p, struct str name, struct str value)
{
	struct form *f = p->clicks ? &p->clicks->form : NULL;
	if (!f || !f->get || name.n == 0 || name.n > 64 || value.n > 512 || f->count >= LIST_CLICK_INPUTS_MAX)
		return;
	if (f->page < 0 && list_scheme_is_page(name))
		f->page = (int)f->count;
	f->inputs[f->count].name = arena_dup(p->arena, name);
	f->inputs[f->count++].value = arena_dup(p->arena, value);
	if (f->page >= 0)
		p->clicks->pager = *f;
}

static void form_pages(struct page *p, const struct form *f, long most)
{
	struct buf out;
	buf_init(&out, LIST_ADDRESS_MAX);
	for (long k = 2; k <= most && k <= LIST_PAGES_MAX; k++) {
		buf_clear(&out);
		(void)buf_add_str(&out, f->action);
		for (unsigned i = 0; i < f->count; i++) {
			bool first = i == 0 && (f->action.n == 0 || !memchr(f->action.p, '?', f->action.n));
			(void)buf_add_char(&out, first ? '?' : '&');
			list_add_value(&out, f->inputs[i].name);
			(void)buf_add_char(&out, '=');
			if ((int)i == f->page)
				(void)buf_printf(&out, "%ld", k);
			else
				list_add_value(&out, f->inputs[i].value);
		}
		if (!out.sticky)
			add_list(p, buf_str(&out));
	}
	buf_fini(&out);
}

/* ------------------------------------------------------------------ finish */

static bool has_further(const struct page *p)
{
	for (size_t i = 0; i < p->links_count; i++)
		if (strcmp(p->links[i].rel, "list") == 0 || strcmp(p->links[i].rel, "next") == 0)
			return true;
	return false;
}

/* "共12页" in a line of the page, 0 for none. */
static long pages_said(const struct page *p)
{
	for (size_t i = p->lines_count; i-- > 0;) { /* pagers stand below */
		long n = p->lines[i].cps <= 200 ? list_scheme_said(page_line(p, &p->lines[i])) : 0;
		if (n > 0)
			return n;
	}
	return 0;
}

void list_click_finish(struct page *p, bool named)
{
	if (p->clicking)
		settle(p);
	if (named)
		return;
	struct list_clicks *c = p->clicks;
	bool own = list_scheme_has_page(p->url);
	long most = c ? c->most : 0;
	if (most < 2 && own && !has_further(p))
		most = pages_said(p);
	if (most >= (own ? 1 : 2) && own)
		list_scheme_own(p->url, most, add_list, p);
	else if (most >= 2 && c && c->pager.count > 0)
		form_pages(p, &c->pager, most);
}
