#include "parser/blocks.h"

#include <assert.h>
#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/hash.h"
#include "parser/links.h"
#include "parser/list_click.h"
#include "parser/list_page.h"

#define OPEN_MAX (HTML_DEPTH_MAX * 4)
#define OPEN_TABLES_MAX 32
#define SPAN_MAX 200

enum element {
	E_OTHER, /* unknown names: they hold text like a div */
	E_A,
	E_P,
	E_HEADING,
	E_LI,
	E_TABLE,
	E_TR,
	E_CELL,
	E_CAPTION,
	E_BR,
	E_SKIP,
	E_SELECT,
	E_TITLE,
	E_LIST,
	E_FURNITURE,
	E_PRE,
	E_NOTHING, /* tbody and the like */
	E_INPUT,
	E_META,
	E_LINK,
	E_BASE,
	E_FRAME,
	E_AREA,
	E_EMBED,
};

static const struct {
	const char *name;
	enum element e;
} elements[] = {
	{"a", E_A},
	{"p", E_P},
	{"h1", E_HEADING},
	{"h2", E_HEADING},
	{"h3", E_HEADING},
	{"h4", E_HEADING},
	{"h5", E_HEADING},
	{"h6", E_HEADING},
	{"li", E_LI},
	{"dt", E_LI},
	{"dd", E_LI},
	{"table", E_TABLE},
	{"tr", E_TR},
	{"td", E_CELL},
	{"th", E_CELL},
	{"caption", E_CAPTION},
	{"br", E_BR},
	{"hr", E_BR},
	{"noscript", E_SKIP},
	{"button", E_SKIP},
	{"svg", E_SKIP},
	{"canvas", E_SKIP},
	{"video", E_SKIP},
	{"audio", E_SKIP},
	{"select", E_SELECT},
	{"option", E_NOTHING},
	{"optgroup", E_NOTHING},
	{"title", E_TITLE},
	{"ul", E_LIST},
	{"ol", E_LIST},
	{"menu", E_LIST},
	{"nav", E_FURNITURE},
	{"footer", E_FURNITURE},
	{"aside", E_FURNITURE},
	{"header", E_OTHER},
	{"pre", E_PRE},
	{"tbody", E_NOTHING},
	{"thead", E_NOTHING},
	{"tfoot", E_NOTHING},
	{"meta", E_META},
	{"link", E_LINK},
	{"base", E_BASE},
	{"frame", E_FRAME},
	{"iframe", E_FRAME},
	{"area", E_AREA},
	{"embed", E_EMBED},
	{"param", E_EMBED},
	{"object", E_EMBED},
	{"map", E_NOTHING},
	{"input", E_INPUT},
	{HTML_INLINE_CLICK, E_NOTHING},
	{"template", E_SKIP},
};

#define ELEMENTS (sizeof elements / sizeof *elements)
#define SLOTS 256

static uint8_t element_slots[SLOTS]; /* index in elements + 1 */
static pthread_once_t element_once = PTHREAD_ONCE_INIT;

static unsigned slot_of(const char *name)
{
	unsigned h = 5381;
	for (; *name; name++)
		h = h * 33 + (unsigned char)*name;
	return (h ^ (h >> 8)) % SLOTS;
}

static void fill_slots(void)
{
	for (size_t i = 0; i < ELEMENTS; i++) {
		unsigned at = slot_of(elements[i].name);
		while (element_slots[at])
			at = (at + 1) % SLOTS;
		element_slots[at] = (uint8_t)(i + 1);
	}
}

static enum element element_of(const char *name)
{
	for (unsigned at = slot_of(name); element_slots[at]; at = (at + 1) % SLOTS)
		if (strcmp(elements[element_slots[at] - 1].name, name) == 0)
			return elements[element_slots[at] - 1].e;
	return E_OTHER;
}

struct open_element {
	uint8_t e;
	int32_t node; /* the element's own, or -1 */
};

struct open_table {
	int32_t table, cell;
	int row; /* -1 before the first */
	bool in_row;
	int32_t node; /* of the cell that is open */
};

struct blocks {
	struct page *p;
	struct open_element open[OPEN_MAX];
	size_t open_n;
	struct open_table tables[OPEN_TABLES_MAX];
	size_t tables_n;
	int32_t node; /* innermost */
	/* the line that is being written */
	size_t line_start;
	uint32_t cps, link_cps;
	uint16_t puncts;
	uint32_t last; /* character before */
	bool space;    /* white space is due before the next character */
	bool broken;   /* the line before ended with <br> */
	unsigned skip, pre, paragraph, item, heading, in_title, in_caption;
	unsigned a_open;
	struct buf anchor, title, caption;
	char *href, *a_title, *a_alt; /* of the open <a>, a_alt of a picture in it; malloc */
	bool a_next;                  /* its rel or class says that it leads on */
};

/* ------------------------------------------------------------------ lines */

static void line_end(struct blocks *b, bool by_br)
{
	struct page *p = b->p;
	size_t n = p->text.n;
	bool broken = b->broken;
	b->broken = by_br;
	b->space = false;
	if (n == b->line_start)
		return;
	bool room = page_room(p, (void **)&p->lines, &p->lines_cap, p->lines_count, PAGE_LINES_MAX, sizeof *p->lines);
	if (!room || b->cps == 0) {
		p->cut_text |= !room;
		p->text.n = b->line_start;
	} else {
		struct line *l = &p->lines[p->lines_count++];
		*l = (struct line){.start = (uint32_t)b->line_start, .end = (uint32_t)n, .node = b->node, .cell = -1};
		l->cps = b->cps;
		l->link_cps = b->link_cps;
		l->puncts = b->puncts;
		l->kind = b->heading ? BLOCK_HEADING : BLOCK_TEXT;
		l->level = (uint8_t)b->heading;
		l->paragraph = b->paragraph > 0 || broken || by_br;
		l->item = b->item > 0;
		if (b->tables_n)
			l->cell = b->tables[b->tables_n - 1].cell;
	}
	b->line_start = p->text.n;
	b->cps = b->link_cps = 0;
	b->puncts = 0;
}

static bool is_punct(uint32_t cp)
{
	switch (cp) {
	case 0x3002: /* 。 */
	case 0xff0c: /* ， */
	case 0xff1b: /* ； */
	case 0xff01: /* ！ */
	case 0xff1f: /* ？ */
	case 0x3001: /* 、 */
	case 0x201c: /* “ */
	case ',':
	case ';':
	case '?':
	case '!':
		return true;
	default:
		return false;
	}
}

static bool is_blank(uint32_t cp)
{
	return cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r' || cp == 0xa0 || cp == 0xfeff ||
	       (cp >= 0x2000 && cp <= 0x200d) || cp == 0x2028 || cp == 0x2029 || cp == 0x202f || cp == 0x3000;
}

/* C1 controls of numeric entities are meant as windows-1252 (HTML standard, 13.2.5.80). */
static uint32_t mend(uint32_t cp)
{
	static const uint16_t w1252[32] = {0x20ac, 0xfffd, 0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
					   0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0xfffd, 0x17d,  0xfffd,
					   0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
					   0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0xfffd, 0x17e,  0x178};
	return cp >= 0x80 && cp < 0xa0 ? w1252[cp - 0x80] : cp;
}

/* One character to the place reserved by add_text(). */
static void put(struct blocks *b, char **w, const char *p, size_t n, uint32_t cp)
{
	if (b->space && b->cps > 0)
		*(*w)++ = ' ';
	b->space = false;
	memcpy(*w, p, n);
	*w += n;
	b->cps++;
	b->link_cps += b->a_open > 0;
	/* a comma behind a digit is most often inside of a number */
	bool in_number = cp < 0x80 && b->last >= '0' && b->last <= '9';
	b->puncts = (uint16_t)(b->puncts + (is_punct(cp) && !in_number && b->puncts < 60000));
	b->last = cp;
}

/* End of the run of Chinese characters at `i`: U+4000 to U+9FFF, which are no punctuation and no white space. */
static size_t han_end(const char *s, size_t i, size_t n)
{
	for (; i + 3 <= n; i += 3) {
		const unsigned char *c = (const unsigned char *)s + i;
		if (c[0] < 0xe4 || c[0] > 0xe9 || (c[1] & 0xc0) != 0x80 || (c[2] & 0xc0) != 0x80)
			break;
	}
	return i;
}

/*
 * The run of Chinese characters at s + *i to the place reserved by
 * add_text(): nearly all of a page's text. Returns the place behind it.
 */
static char *put_han(struct blocks *b, char *w, const char *s, size_t n, size_t *i)
{
	size_t from = *i, to = han_end(s, from, n);
	if (to == from)
		return w;
	if (b->space && b->cps > 0)
		*w++ = ' ';
	b->space = false;
	memcpy(w, s + from, to - from);
	uint32_t count = (uint32_t)((to - from) / 3);
	b->cps += count;
	b->link_cps += b->a_open > 0 ? count : 0;
	b->last = 0x4e00; /* not a digit is all that is asked of it */
	*i = to;
	return w + (to - from);
}

/* At most one space before each character, and what is mended is never longer than three bytes. */
static void add_run(struct blocks *b, const char *s, size_t n)
{
	struct buf *text = &b->p->text;
	char *from = buf_reserve(text, 2 * n + 8), *w = from;
	if (!from) {
		b->p->cut_text = true;
		b->p->no_memory |= text->sticky == ERR_NOMEM;
		text->sticky = ERR_OK;
		return;
	}
	for (size_t i = 0; i < n;) {
		size_t at = i;
		if ((w = put_han(b, w, s, n, &i)) && i == n)
			break;
		at = i;
		uint32_t cp = (unsigned char)s[i] < 0x80 ? (unsigned char)s[i++] : utf8_next(s, n, &i);
		if (is_blank(cp)) {
			b->space = true;
		} else if (cp >= 0x80 && cp < 0xa0) {
			char out[4];
			uint32_t good = mend(cp);
			put(b, &w, out, utf8_put(good, out), good);
		} else if (cp >= 0x20 && cp != 0x7f) {
			put(b, &w, s + at, i - at, cp);
		}
	}
	buf_commit(text, (size_t)(w - from));
}

static void add_text(struct blocks *b, const char *s, size_t n)
{
	while (n > 0) {
		const char *nl = b->pre ? memchr(s, '\n', n) : NULL;
		size_t k = nl ? (size_t)(nl - s) : n;
		add_run(b, s, k);
		if (!nl)
			return;
		line_end(b, true);
		s += k + 1;
		n -= k + 1;
	}
}

/* Small texts beside the lines: white space is made one space, what passes the buffer's maximum is left. */
static void add_small(struct buf *o, const char *s, size_t n)
{
	for (size_t i = 0; i < n && o->n + 8 < o->max;) {
		size_t from = i,
		       room = (o->max - o->n - 8 + 2) / 3 * 3; /* as many as the check of each would let pass */
		i = han_end(s, i, n - i > room ? i + room : n);
		if (i > from) {
			(void)buf_add(o, s + from, i - from);
			continue;
		}
		uint32_t cp = utf8_next(s, n, &i);
		if (!is_blank(cp))
			(void)buf_add(o, s + from, i - from);
		else if (o->n > 0 && o->p[o->n - 1] != ' ')
			(void)buf_add_char(o, ' ');
	}
}

static struct str small_str(struct buf *o)
{
	return str_trim(buf_str(o));
}

/* --------------------------------------------------------------- elements */

static uint32_t hash_name(const char *s)
{
	uint32_t h = 2166136261u;
	for (; s && *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static bool hidden(const char *style)
{
	if (!style)
		return false;
	const char *d = strcasestr(style, "display");
	if (!d)
		return false;
	d += 7;
	d += strspn(d, " :");
	return strncasecmp(d, "none", 4) == 0;
}

/* Sign and container rank of an id and class list; lists repeat them on every entry. */
static struct class_memo class_of(struct page *p, const char *name, const char *id, const char *classes)
{
	uint64_t key = hash64(name, strlen(name));
	key = key * 31 + (id ? hash64(id, strlen(id)) : 1);
	key = key * 31 + (classes ? hash64(classes, strlen(classes)) : 1);
	struct class_memo *m = &p->memo[key % (sizeof p->memo / sizeof *p->memo)];
	if (m->key != key || key == 0) {
		int sign = id || classes ? words_class(p->words, id, classes) : 0;
		*m = (struct class_memo){key, (int8_t)(sign < 0 ? -1 : sign > 0), 0};
		m->rank = p->no_templates ? 0 : (uint8_t)words_container(p->words, name, id, classes);
	}
	return *m;
}

static int32_t node_open(struct blocks *b, const char *name, const char *const *atts, uint16_t flags)
{
	struct page *p = b->p;
	if (!page_room(p, (void **)&p->nodes, &p->nodes_cap, p->nodes_count, PAGE_NODES_MAX, sizeof *p->nodes))
		return -1;
	const char *id = html_attr(atts, "id"), *classes = html_attr(atts, "class");
	struct node *n = &p->nodes[p->nodes_count];
	*n = (struct node){.parent = b->node, .line_first = (uint32_t)p->lines_count, .flags = flags};
	struct class_memo memo = class_of(p, name, id, classes);
	if (memo.sign < 0)
		n->flags |= NODE_NEGATIVE;
	else if (memo.sign > 0)
		n->flags |= NODE_POSITIVE;
	if (hidden(html_attr(atts, "style")))
		n->flags |= NODE_HIDDEN;
	n->rank = memo.rank;
	n->tag_hash = (uint8_t)hash_name(name);
	n->class_hash = hash_name(classes);
	return b->node = (int32_t)p->nodes_count++;
}

static void node_close(struct blocks *b, int32_t node)
{
	if (node < 0)
		return;
	b->p->nodes[node].line_end = (uint32_t)b->p->lines_count;
	b->node = b->p->nodes[node].parent;
}

/* ----------------------------------------------------------------- tables */

static struct open_table *top_table(struct blocks *b)
{
	return b->tables_n ? &b->tables[b->tables_n - 1] : NULL;
}

static void cell_close(struct blocks *b)
{
	struct open_table *t = top_table(b);
	if (!t || t->cell < 0)
		return;
	b->p->cells[t->cell].line_end = (uint32_t)b->p->lines_count;
	t->cell = -1;
}

static uint16_t span_of(const char *z)
{
	long v = z ? strtol(z, NULL, 10) : 1;
	return (uint16_t)(v < 1 ? 1 : v > SPAN_MAX ? SPAN_MAX : v);
}

static void cell_open(struct blocks *b, const char *name, const char *const *atts)
{
	struct open_table *t = top_table(b);
	struct page *p = b->p;
	if (!t)
		return;
	cell_close(b);
	if (!t->in_row) {
		t->row++;
		t->in_row = true;
	}
	if (!page_room(p, (void **)&p->cells, &p->cells_cap, p->cells_count, DOC_CELLS_MAX, sizeof *p->cells) ||
	    t->row > 60000) {
		p->cut_tables = true;
		return;
	}
	struct ptable *pt = &p->tables[t->table];
	struct pcell *c = &p->cells[p->cells_count];
	*c = (struct pcell){
		.table = t->table, .next = -1, .line_first = (uint32_t)p->lines_count, .row = (uint16_t)t->row};
	c->rowspan = span_of(html_attr(atts, "rowspan"));
	c->colspan = span_of(html_attr(atts, "colspan"));
	c->header = name[1] == 'h';
	t->cell = (int32_t)p->cells_count++;
	if (pt->cell_last >= 0)
		p->cells[pt->cell_last].next = t->cell;
	else
		pt->cell_first = t->cell;
	pt->cell_last = t->cell;
	pt->cells++;
	pt->rows = (uint16_t)(t->row + 1);
}

static void row_open(struct blocks *b)
{
	struct open_table *t = top_table(b);
	if (!t)
		return;
	cell_close(b);
	t->row++;
	t->in_row = true;
}

static void table_open(struct blocks *b, int32_t node)
{
	struct page *p = b->p;
	if (b->tables_n == OPEN_TABLES_MAX ||
	    !page_room(p, (void **)&p->tables, &p->tables_cap, p->tables_count, PAGE_TABLES_MAX, sizeof *p->tables)) {
		p->cut_tables = true;
		return;
	}
	struct open_table *outer = top_table(b);
	struct ptable *t = &p->tables[p->tables_count];
	*t = (struct ptable){.parent = outer ? outer->table : -1, .node = node, .cell_first = -1, .cell_last = -1};
	t->line_first = (uint32_t)p->lines_count;
	if (outer)
		p->tables[outer->table].nested = true;
	b->tables[b->tables_n++] =
		(struct open_table){.table = (int32_t)p->tables_count, .cell = -1, .row = -1, .node = -1};
	p->tables_count++;
}

static void table_close(struct blocks *b)
{
	struct open_table *t = top_table(b);
	if (!t)
		return;
	cell_close(b);
	b->p->tables[t->table].line_end = (uint32_t)b->p->lines_count;
	b->tables_n--;
}

static void mark_table(struct blocks *b, bool headings, bool lists)
{
	struct open_table *t = top_table(b);
	if (!t)
		return;
	b->p->tables[t->table].headings |= headings;
	b->p->tables[t->table].lists |= lists;
}

/* ------------------------------------------------------------------- head */

static struct str att_str(const char *const *atts, const char *name)
{
	const char *v = html_attr(atts, name);
	return v ? str_of(v) : STR("");
}

static void on_meta(struct blocks *b, const char *const *atts)
{
	struct page *p = b->p;
	struct str content = str_trim_wide(att_str(atts, "content"));
	if (str_ieq_z(att_str(atts, "http-equiv"), "refresh"))
		links_refresh(p, content);
	struct str name = att_str(atts, "name");
	if (name.n == 0)
		name = att_str(atts, "property");
	if (name.n == 0 || name.n > 64 || content.n == 0 || p->metas_count >= DOC_METAS_MAX)
		return;
	struct meta *m = &p->metas[p->metas_count++];
	m->content =
		arena_dup(p->arena, (struct str){content.p, content.n > 2048 ? utf8_cut(content.p, 2048) : content.n});
	char *low = arena_strdup(p->arena, str_trim(name));
	for (char *c = low; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	m->name = str_of(low);
}

static void on_link(struct blocks *b, const char *const *atts)
{
	struct str rel = att_str(atts, "rel");
	if (str_ieq_z(rel, "next"))
		links_add(b->p, att_str(atts, "href"), "next", STR(""), STR(""));
	if (str_ieq_z(rel, "alternate") &&
	    (strcasestr(att_str(atts, "type").p, "rss+xml") || strcasestr(att_str(atts, "type").p, "atom+xml")))
		links_add(b->p, att_str(atts, "href"), "feed", att_str(atts, "title"), STR(""));
}

static void anchor_end(struct blocks *b)
{
	if (b->href) {
		struct str text = small_str(&b->anchor), title = b->a_title ? str_of(b->a_title) : STR("");
		if (b->a_next && list_page_is_arrow(text))
			links_add(b->p, str_of(b->href), "next", text, title);
		else if (b->a_alt && str_trim_wide(text).n == 0 && title.n == 0)
			links_picture(b->p, str_of(b->href), title, str_of(b->a_alt));
		else
			links_anchor(b->p, str_of(b->href), text, title);
	}
	free(b->href);
	free(b->a_title);
	free(b->a_alt);
	b->href = b->a_title = b->a_alt = NULL;
	b->a_next = false;
	buf_clear(&b->anchor);
}

static void anchor_begin(struct blocks *b, const char *const *atts)
{
	anchor_end(b);
	const char *href = html_attr(atts, "href"), *title = html_attr(atts, "title");
	struct str other = list_page_anchor(atts);
	if (other.n > 0 && other.n <= PAGE_LINK_HREF_MAX && (!href || !links_is_address(str_of(href))))
		b->href = strndup(other.p, other.n);
	else if (href && strlen(href) <= PAGE_LINK_HREF_MAX)
		b->href = strdup(href);
	if (title)
		b->a_title = strndup(title, PAGE_LINK_TEXT_MAX);
	b->a_next = b->href && list_page_says_next(atts);
}

/* ----------------------------------------------------------------- events */

/* A browser closes an open select when something else than options comes (HTML standard, 2025). */
static void leave_select(struct blocks *b, enum element e)
{
	if (b->skip == 0 || e == E_NOTHING || e == E_INPUT || e == E_BR)
		return;
	for (size_t i = b->open_n; i-- > 0;)
		if (b->open[i].e == E_SELECT) {
			b->open[i].e = E_NOTHING;
			b->skip--;
		}
}

static uint16_t node_flags(enum element e, const char *name)
{
	switch (e) {
	case E_LIST:
		return NODE_LIST;
	case E_CELL:
		return NODE_CELL;
	case E_TABLE:
		return NODE_TABLE;
	case E_FURNITURE:
		return name[0] == 'n' ? NODE_FURNITURE | NODE_LIST : NODE_FURNITURE;
	default:
		return 0;
	}
}

static void start_block(struct blocks *b, enum element e, const char *name, const char *const *atts,
			struct open_element *o)
{
	line_end(b, false);
	switch (e) {
	case E_P:
		b->paragraph++;
		break;
	case E_HEADING:
		b->heading = (unsigned)(name[1] - '0');
		mark_table(b, true, false);
		break;
	case E_LI:
		b->item++;
		break;
	case E_PRE:
		b->pre++;
		break;
	case E_TR:
		row_open(b);
		break;
	case E_CAPTION:
		b->in_caption++;
		buf_clear(&b->caption);
		break;
	case E_CELL:
		cell_close(b);
		o->node = node_open(b, name, atts, NODE_CELL);
		cell_open(b, name, atts);
		break;
	case E_TABLE:
		o->node = node_open(b, name, atts, NODE_TABLE);
		table_open(b, o->node);
		break;
	case E_LIST:
		mark_table(b, false, true);
		o->node = node_open(b, name, atts, node_flags(e, name));
		break;
	case E_OTHER:
	case E_FURNITURE:
		o->node = node_open(b, name, atts, node_flags(e, name));
		break;
	default:
		break;
	}
}

static void start_empty(struct blocks *b, enum element e, const char *name, const char *const *atts)
{
	switch (e) {
	case E_BR:
		line_end(b, name[0] == 'b');
		break;
	case E_META:
		on_meta(b, atts);
		break;
	case E_LINK:
		on_link(b, atts);
		break;
	case E_BASE:
		if (b->p->base.n == 0)
			b->p->base = arena_dup(b->p->arena, str_sub(att_str(atts, "href"), 0, PAGE_LINK_HREF_MAX));
		break;
	case E_FRAME:
		links_embed(b->p, att_str(atts, html_attr(atts, "src") ? "src" : "data-src"),
			    name[0] == 'i' ? "iframe" : "frame");
		break;
	case E_EMBED:
		links_embed(b->p, att_str(atts, name[0] == 'e' ? "src" : name[0] == 'p' ? "value" : "data"), NULL);
		break;
	case E_AREA:
		links_add(b->p, att_str(atts, "href"), "a", att_str(atts, "alt"), att_str(atts, "title"));
		break;
	default:
		break;
	}
}

static void on_start(void *ud, const char *name, const char *const *atts)
{
	struct blocks *b = ud;
	enum element e = element_of(name);
	if (b->p->clicking)
		list_click_inner(b->p, name);
	if (atts)
		list_page_element(b->p, name, atts);
	leave_select(b, e);
	assert(b->open_n < OPEN_MAX);
	struct open_element *o = &b->open[b->open_n++];
	*o = (struct open_element){(uint8_t)e, -1};
	switch (e) {
	case E_SKIP:
	case E_SELECT:
		b->skip++;
		break;
	case E_TITLE:
		b->in_title++;
		break;
	case E_A:
		b->a_open++;
		anchor_begin(b, atts);
		break;
	case E_NOTHING:
		break;
	case E_INPUT:
		if (b->a_open && !b->a_alt && html_attr(atts, "alt"))
			b->a_alt = strndup(html_attr(atts, "alt"), PAGE_LINK_TEXT_MAX);
		break;
	default:
		if (e >= E_META || e == E_BR)
			start_empty(b, e, name, atts);
		else
			start_block(b, e, name, atts, o);
	}
}

static void end_block(struct blocks *b, const struct open_element *o)
{
	line_end(b, false);
	switch (o->e) {
	case E_P:
		b->paragraph--;
		break;
	case E_HEADING:
		b->heading = 0;
		break;
	case E_LI:
		b->item--;
		break;
	case E_PRE:
		b->pre--;
		break;
	case E_CAPTION:
		b->in_caption--;
		if (top_table(b))
			b->p->tables[top_table(b)->table].caption = arena_dup(b->p->arena, small_str(&b->caption));
		break;
	case E_CELL:
		cell_close(b);
		break;
	case E_TR:
		cell_close(b);
		if (top_table(b))
			top_table(b)->in_row = false;
		break;
	case E_TABLE:
		table_close(b);
		break;
	default:
		break;
	}
	node_close(b, o->node);
}

static void on_end(void *ud, const char *name)
{
	struct blocks *b = ud;
	if (b->p->clicking)
		list_click_end(b->p, name);
	if (b->open_n == 0)
		return;
	struct open_element o = b->open[--b->open_n];
	switch (o.e) {
	case E_SKIP:
	case E_SELECT:
		b->skip -= b->skip > 0;
		break;
	case E_TITLE:
		b->in_title--;
		if (b->p->title.n == 0)
			b->p->title = arena_dup(b->p->arena, small_str(&b->title));
		break;
	case E_A:
		b->a_open--;
		anchor_end(b);
		break;
	case E_INPUT:
	case E_NOTHING:
		break;
	default:
		if (o.e < E_META && o.e != E_BR)
			end_block(b, &o);
	}
}

static void on_text(void *ud, const char *p, size_t n)
{
	struct blocks *b = ud;
	if (b->in_title) {
		if (b->p->title.n == 0)
			add_small(&b->title, p, n);
		return;
	}
	if (b->p->clicking)
		list_click_text(b->p, p, n);
	if (b->skip)
		return;
	if (b->a_open)
		add_small(&b->anchor, p, n);
	if (b->in_caption)
		add_small(&b->caption, p, n);
	add_text(b, p, n);
}

static void on_script(void *ud, struct str head, struct str body)
{
	struct blocks *b = ud;
	links_script(b->p, head, body);
}

enum err blocks_new(struct page *p, struct blocks **out)
{
	struct blocks *b = calloc(1, sizeof *b);
	if (!b)
		return err_set(ERR_NOMEM, "no memory for a page's blocks");
	pthread_once(&element_once, fill_slots);
	b->p = p;
	b->node = -1;
	b->line_start = p->text.n;
	buf_init(&b->anchor, PAGE_LINK_TEXT_MAX);
	buf_init(&b->title, 2048);
	buf_init(&b->caption, PAGE_LINK_TEXT_MAX);
	(void)node_open(b, "html", NULL, 0);
	*out = b;
	return ERR_OK;
}

void blocks_free(struct blocks *b)
{
	if (!b)
		return;
	buf_fini(&b->anchor);
	buf_fini(&b->title);
	buf_fini(&b->caption);
	free(b->href);
	free(b->a_title);
	free(b->a_alt);
	free(b);
}

struct html_events blocks_events(struct blocks *b)
{
	return (struct html_events){on_start, on_end, on_text, on_script, b};
}

void blocks_end(struct blocks *b)
{
	while (b->open_n > 0)
		on_end(b, "");
	line_end(b, false);
	if (b->p->nodes_count)
		b->p->nodes[0].line_end = (uint32_t)b->p->lines_count;
}
