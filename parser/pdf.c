#include "parser/pdf.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#include "parser/legible.h"
#include "parser/pdf_loose.h"

#define RULE_PAGES_MAX 120u /* pages whose drawing is asked for */
#define ROW_GAP 1.5f        /* of the height: a line with such a gap looks like a row */
#define SCAN_CHARS 8u       /* characters a page: with fewer there is no text layer */
#define EDGE_ZONE 0.1f      /* of the page's height: where furniture stands */
#define INDENT 1.3f         /* of the height: a line that begins so far inside begins a paragraph */
#define SHORT 2.0f          /* of the height: a line that ends so far inside ends one */
#define LARGER 1.1f         /* than the text: a line of the title */
#define OTHER_TYPE 0.25f    /* of the height: letters so much larger or smaller begin a paragraph */
#define TITLE_MAX 200u      /* bytes */
#define HEADS_MAX 512u      /* different running heads that are counted */
#define PARAGRAPH_MAX (1u << 20)
#define TABLES_A_PAGE_MAX 64u

struct item {
	bool table;
	uint32_t page;
	float top;
	struct pdf_line *line;
	const uint32_t *order; /* of the line's page */
	struct pdf_part part;
	const struct pdf_loose *loose; /* of a table without drawn lines */
	bool tail;                     /* a line that is a row of the table before if that goes on on the next page */
};

struct reader {
	struct pdf_scan s;
	struct emit *e;
	struct item *items;
	size_t items_count, items_cap;
	float *left, *right;          /* of the text of each page */
	float height;                 /* of most lines */
	const struct pdf_part *loose; /* last table without drawn lines of the page before */
	struct buf paragraph;
	struct pdf_result *out;
};

/* ------------------------------------------------------- which pages are drawn */

static bool looks_ruled(const struct reader *r, const struct pdf_page *p)
{
	struct pdf_line *lines;
	size_t n = p->word_end - p->word_first, rows = 0;
	uint32_t *order = arena_alloc(r->s.arena, (n + 1) * sizeof *order);
	for (size_t i = 0; i < n; i++)
		order[i] = p->word_first + (uint32_t)i;
	size_t count = pdf_lines(&r->s, order, n, &lines);
	for (size_t i = 0; i < count; i++)
		rows += lines[i].gap > ROW_GAP * lines[i].height;
	return rows >= 2;
}

static void draw(struct reader *r, struct str body, const struct converter *c)
{
	size_t first = SIZE_MAX, last = 0;
	for (size_t i = 0; i < r->s.pages_count; i++)
		if (looks_ruled(r, &r->s.pages[i])) {
			first = first == SIZE_MAX ? i : first;
			last = i;
		}
	if (first == SIZE_MAX)
		return;
	if (last - first >= RULE_PAGES_MAX) {
		last = first + RULE_PAGES_MAX - 1;
		r->out->cut = true;
	}
	const struct convert_job job = {.tool = CONVERT_PDF_RULES,
					.first = (unsigned)first + 1,
					.last = (unsigned)last + 1,
					.wall_ms = CONVERT_WALL_MS};
	pdf_scan_rules_begin(&r->s, first);
	(void)c->run(c->ctx, &job, body, pdf_scan_rules, &r->s); /* lines that came before it failed are lines */
	pdf_scan_rules_end(&r->s);
}

/* ------------------------------------------------------------ items of a page */

static struct item *item_add(struct reader *r)
{
	r->items = arena_grow(r->s.arena, r->items, &r->items_cap, r->items_count + 1, sizeof *r->items);
	struct item *it = &r->items[r->items_count++];
	*it = (struct item){.table = false};
	return it;
}

/* Words of the page inside `b`, taken out of order[0..*n) into `out`. */
static size_t take_words(const struct reader *r, const struct box *b, uint32_t *order, size_t *n, uint32_t *out)
{
	size_t kept = 0, taken = 0;
	for (size_t i = 0; i < *n; i++) {
		const struct box *w = &r->s.words[order[i]].b;
		float x = (w->x0 + w->x1) / 2, y = (w->y0 + w->y1) / 2;
		if (x >= b->x0 && x < b->x1 && y >= b->y0 && y < b->y1)
			out[taken++] = order[i];
		else
			order[kept++] = order[i];
	}
	*n = kept;
	return taken;
}

static int by_top(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	return x->top < y->top ? -1 : x->top > y->top;
}

/* ---------------------------------------------- numbers of pages */

static void text_of(const struct reader *r, const uint32_t *order, const struct pdf_line *line, struct buf *out)
{
	buf_clear(out);
	pdf_join(&r->s, order, line, 1, line->b.x1, out);
}

static bool in_edge(const struct reader *r, uint32_t page, const struct pdf_line *line)
{
	float h = r->s.pages[page].height;
	return line->b.y1 < h * EDGE_ZONE || line->b.y0 > h * (1 - EDGE_ZONE);
}

/* Bytes of the digit that begins s, of full width too; 0 for none. */
static size_t digit_bytes(struct str s)
{
	if (s.n > 0 && isdigit((unsigned char)s.p[0]))
		return 1;
	return str_starts(s, STR("\xEF\xBC")) && s.n > 2 && (unsigned char)s.p[2] >= 0x90 &&
			       (unsigned char)s.p[2] <= 0x99
		       ? 3
		       : 0;
}

/* Digits between dashes, "第 3 页 共 9 页", "Page 3 of 9" */
static bool is_page_number(struct str s)
{
	static const char *const words[] = {"第", "页",   "頁", "共", "—", "－", "–",  "―", "·",
					    "•",  "Page", "of", "/",  "-", " ",  "～", "~", "一"};
	size_t digits = 0;
	for (size_t i = 0; i < s.n;) {
		size_t k = 0, digit = digit_bytes(str_sub(s, i, s.n));
		if (digit > 0) {
			digits++;
			i += digit;
			continue;
		}
		while (k < sizeof words / sizeof *words && !str_starts(str_sub(s, i, s.n), str_of(words[k])))
			k++;
		if (k == sizeof words / sizeof *words)
			return false;
		i += strlen(words[k]);
	}
	return digits > 0 && digits <= 8;
}

/* A page's number in its edge zone, which is no row of a table. */
static bool is_page_foot(const struct reader *r, uint32_t page, const uint32_t *order, const struct pdf_line *line)
{
	struct buf text;
	if (!in_edge(r, page, line))
		return false;
	buf_init(&text, 4096);
	text_of(r, order, line, &text);
	bool number = is_page_number(buf_str(&text));
	buf_fini(&text);
	return number;
}

/* ---------------------------------------------- lines and tables of a page */

/* Lines of a page, and the tables without drawn lines among them. */
static void read_loose(struct reader *r, uint32_t number, const uint32_t *order, struct pdf_line *lines, size_t count)
{
	size_t from = 0, first = 0, end = count;
	while (first < end && is_page_foot(r, number, order, &lines[first]))
		first++;
	while (end > first && is_page_foot(r, number, order, &lines[end - 1]))
		end--;
	struct pdf_loose *loose = arena_calloc(r->s.arena, PDF_LOOSE_TABLES_MAX, sizeof *loose);
	size_t found = pdf_loose_find(&r->s, order, lines + first, end - first, r->loose, loose);
	r->loose = NULL;
	for (size_t k = 0; k <= found; k++) {
		size_t to = k < found ? first + loose[k].first : count;
		size_t tail = k > 0 ? from + loose[k - 1].tail_lines : from;
		for (size_t i = from; i < to; i++) {
			struct item *it = item_add(r);
			*it = (struct item){.page = number,
					    .top = lines[i].b.y0,
					    .line = &lines[i],
					    .order = order,
					    .tail = i < tail};
		}
		if (k == found)
			break;
		from = first + loose[k].end;
		struct item *it = item_add(r);
		*it = (struct item){.table = true,
				    .page = number,
				    .top = lines[first + loose[k].first].b.y0,
				    .part = loose[k].part,
				    .loose = &loose[k]};
		r->loose = &loose[k].part;
	}
}

static void read_page(struct reader *r, uint32_t number)
{
	const struct pdf_page *p = &r->s.pages[number];
	struct pdf_grid *grids;
	struct pdf_line *lines;
	size_t n = p->word_end - p->word_first, first = r->items_count;
	uint32_t *order = arena_alloc(r->s.arena, (n + 1) * sizeof *order);
	uint32_t *inside = arena_alloc(r->s.arena, (n + 1) * sizeof *inside);
	for (size_t i = 0; i < n; i++)
		order[i] = p->word_first + (uint32_t)i;
	size_t tables = p->rule_end > p->rule_first ? pdf_grids(&r->s, p, &grids) : 0;
	for (size_t i = 0; i < tables && i < TABLES_A_PAGE_MAX; i++) {
		struct pdf_part part;
		size_t left = n, k = take_words(r, &grids[i].b, order, &left, inside);
		if (k == 0)
			continue;
		if (!pdf_part_of(&r->s, &grids[i], inside, k, &part)) {
			memcpy(order + left, inside, k * sizeof *order); /* back to the lines */
			continue;
		}
		n = left;
		struct item *it = item_add(r);
		*it = (struct item){.table = true, .page = number, .top = part.b.y0, .part = part};
	}
	size_t count = pdf_lines(&r->s, order, n, &lines);
	read_loose(r, number, order, lines, count);
	if (r->items_count > first)
		qsort(r->items + first, r->items_count - first, sizeof *r->items, by_top);
}

/* ------------------------------------------------------------------ furniture */

/* Hash of a line without digits and blanks, so that "第3页 某某报告" is one head on all pages. */
static uint32_t head_hash(struct str s)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < s.n; i++)
		if (!isdigit((unsigned char)s.p[i]) && s.p[i] != ' ')
			h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

/* Lines in the page's edge zones that are numbers or stand on at least two pages and half of them. */
static void drop_furniture(struct reader *r)
{
	struct seen {
		uint32_t hash, pages, last;
	} *seen = arena_calloc(r->s.arena, HEADS_MAX, sizeof *seen);
	uint32_t *slot = arena_calloc(r->s.arena, r->items_count + 1, sizeof *slot);
	size_t heads = 1, kept = 0; /* seen[0] is for lines that are none */
	struct buf text;
	buf_init(&text, 4096);
	for (size_t i = 0; i < r->items_count; i++) {
		const struct item *it = &r->items[i];
		if (it->table || !in_edge(r, it->page, it->line))
			continue;
		text_of(r, it->order, it->line, &text);
		if (is_page_number(buf_str(&text))) {
			slot[i] = UINT32_MAX;
			continue;
		}
		uint32_t h = head_hash(buf_str(&text));
		size_t k = 1;
		while (k < heads && seen[k].hash != h)
			k++;
		if (k == HEADS_MAX)
			continue;
		if (k == heads)
			seen[heads++] = (struct seen){h, 0, UINT32_MAX};
		slot[i] = (uint32_t)k;
		seen[k].pages += seen[k].last != it->page;
		seen[k].last = it->page;
	}
	buf_fini(&text);
	for (size_t i = 0; i < r->items_count; i++) {
		uint32_t pages = slot[i] == UINT32_MAX || slot[i] == 0 ? 0 : seen[slot[i]].pages;
		if (slot[i] == UINT32_MAX || (pages >= 2 && pages * 2 >= r->s.pages_count))
			continue;
		r->items[kept++] = r->items[i];
	}
	r->items_count = kept;
}

/* ----------------------------------------------------------------- paragraphs */

static int by_float(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return x < y ? -1 : x > y;
}

/* The height of most lines and, for each page, where its text begins and ends. */
static void measure(struct reader *r)
{
	size_t n = 0;
	float *heights = arena_alloc(r->s.arena, (r->items_count + 1) * sizeof *heights), widest = 0;
	r->left = arena_alloc(r->s.arena, (r->s.pages_count + 1) * sizeof *r->left);
	r->right = arena_calloc(r->s.arena, r->s.pages_count + 1, sizeof *r->right);
	for (size_t i = 0; i < r->s.pages_count; i++)
		r->left[i] = INFINITY;
	for (size_t i = 0; i < r->items_count; i++)
		if (!r->items[i].table) {
			heights[n++] = r->items[i].line->height;
			widest = fmaxf(widest, r->items[i].line->b.x1 - r->items[i].line->b.x0);
		}
	qsort(heights, n, sizeof *heights, by_float);
	r->height = n ? heights[n / 2] : 1;
	for (size_t i = 0; i < r->items_count; i++) {
		const struct item *it = &r->items[i];
		if (it->table)
			continue;
		const struct box *b = &it->line->b;
		if (b->x1 - b->x0 > 0.4f * widest)
			r->left[it->page] = fminf(r->left[it->page], b->x0);
		r->right[it->page] = fmaxf(r->right[it->page], b->x1);
	}
	for (size_t i = 1; i < r->s.pages_count; i++) { /* the last page may hold a signature only */
		if (r->left[i] == INFINITY)
			r->left[i] = r->left[i - 1];
		if (r->right[i] < r->right[i - 1] && fabsf(r->s.pages[i].width - r->s.pages[i - 1].width) < 1)
			r->right[i] = r->right[i - 1];
	}
}

static bool is_digit(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
}

/* Points that the number takes with which the line begins and which no line end may part; 0 when it begins with none. */
static float number_width(const struct reader *r, const struct item *it)
{
	const struct pdf_word *w = &r->s.words[it->order[it->line->first]];
	struct str text = pdf_word_text(&r->s, w);
	size_t pos = 0, chars = 0, digits = 0;
	while (pos < text.n) {
		bool digit = is_digit(utf8_next(text.p, text.n, &pos));
		digits += digit && digits == chars;
		chars++;
	}
	return chars == 0 ? 0 : (w->b.x1 - w->b.x0) * (float)digits / (float)chars;
}

/* Does the paragraph so far end in a mark of a sentence or of a label? */
static bool said_end(const struct reader *r)
{
	static const char *const marks[] = {"。", "；", "：", "！", "？", ";", ":", "."};
	struct str text = str_trim_wide(buf_str(&r->paragraph));
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		if (str_ends(text, str_of(marks[i])))
			return true;
	return false;
}

static bool begins(const struct reader *r, const struct item *it, const struct item *last)
{
	const struct pdf_line *l = it->line, *b = last ? last->line : NULL;
	if (!last || last->table || l->gap > SHORT * l->height || b->gap > SHORT * b->height)
		return true;
	if (l->height_first > 0 && b->height_last > 0 &&
	    fabsf(l->height_first - b->height_last) > OTHER_TYPE * b->height_last)
		return true; /* another type, seen where the lines would meet */
	if (l->b.x0 > r->left[it->page] + INDENT * l->height)
		return true;
	if (b->b.x1 < r->right[last->page] - SHORT * b->height &&
	    (said_end(r) || b->b.x1 + number_width(r, it) <= r->right[last->page]))
		return true; /* a line that ends early, but not for a number that its end had no room for */
	return it->page == last->page && l->b.y0 - b->b.y1 > 2.5f * l->height;
}

static void flush(struct reader *r, const char *name)
{
	emit_line(r->e, name, buf_str(&r->paragraph));
	buf_clear(&r->paragraph);
}

/* The large lines that begin the first page, as one heading; returns how many items they are. */
static size_t write_title(struct reader *r)
{
	size_t n = 0;
	while (n < r->items_count && n < 6) {
		const struct item *it = &r->items[n];
		if (it->table || it->page != r->items[0].page || it->line->height < LARGER * r->height)
			break;
		if (n > 0 && fabsf(it->line->height - r->items[n - 1].line->height) > 0.12f * it->line->height)
			break;
		n++;
	}
	struct buf text;
	buf_init(&text, TITLE_MAX);
	for (size_t i = 0; i < n; i++)
		pdf_join(&r->s, r->items[i].order, r->items[i].line, 1, r->items[i].line->b.x1, &text);
	if (n > 0 && text.sticky == ERR_OK) {
		r->out->title = arena_dup(r->s.arena, str_trim_wide(buf_str(&text)));
		emit_line(r->e, "h1", r->out->title);
	} else {
		n = 0;
	}
	buf_fini(&text);
	return n;
}

/*
 * A table and what of it stands at the head of the pages that follow; returns how many items. Lines of labels alone
 * between two parts are its rows.
 */
static size_t write_table(struct reader *r, size_t i)
{
	struct pdf_part *parts = arena_alloc(r->s.arena, PDF_TABLE_PARTS_MAX * sizeof *parts);
	size_t n = 1, last = i;
	parts[0] = r->items[i].part;
	while (n + 1 < PDF_TABLE_PARTS_MAX) {
		const struct item *a = &r->items[last];
		size_t next = last + 1;
		while (next < r->items_count && r->items[next].tail && r->items[next].page == a->page)
			next++;
		const struct item *b = &r->items[next];
		if (next >= r->items_count || !b->table || b->page != a->page + 1 ||
		    !pdf_part_goes_on(&a->part, &b->part))
			break;
		if (next > last + 1 && !(b->loose && b->loose->goes_on))
			break;
		if (next > last + 1)
			parts[n++] = a->loose->tail;
		parts[n++] = b->part;
		last = next;
	}
	pdf_table_emit(r->e, r->s.arena, parts, n);
	return last - i + 1;
}

static void write_items(struct reader *r)
{
	buf_init(&r->paragraph, PARAGRAPH_MAX);
	const struct item *last = NULL;
	for (size_t i = write_title(r); i < r->items_count;) {
		const struct item *it = &r->items[i];
		if (it->table) {
			flush(r, "p");
			i += write_table(r, i);
			last = NULL;
			continue;
		}
		if (begins(r, it, last))
			flush(r, "p");
		else if (r->paragraph.n > 0 && isalnum((unsigned char)r->paragraph.p[r->paragraph.n - 1]) &&
			 r->paragraph.n < PARAGRAPH_MAX / 2 &&
			 isalpha((unsigned char)pdf_word_text(&r->s, &r->s.words[it->order[it->line->first]]).p[0]))
			(void)buf_add_char(&r->paragraph, ' ');
		pdf_join(&r->s, it->order, it->line, 1, it->line->b.x1, &r->paragraph);
		last = it;
		i++;
	}
	flush(r, "p");
	buf_fini(&r->paragraph);
}

/* ------------------------------------------------------------------ the whole */

static bool is_scanned(const struct pdf_scan *s, struct pdf_result *out)
{
	out->illegible = !legible(buf_str(&s->text));
	if (out->illegible)
		return true;
	return utf8_count(buf_str(&s->text).p, s->text.n) < SCAN_CHARS * s->pages_count;
}

/* Pages, words and lines are there: the rest is the same for all kinds that place words on pages. */
static void lay_out(struct reader *r)
{
	for (size_t i = 0; i < r->s.pages_count; i++)
		read_page(r, (uint32_t)i);
	drop_furniture(r);
	measure(r);
	write_items(r);
}

void pdf_lay_out(struct pdf_scan *s, struct emit *e, struct pdf_result *out)
{
	struct reader *r = arena_calloc(s->arena, 1, sizeof *r);
	*out = (struct pdf_result){.cut = s->cut};
	out->scanned = is_scanned(s, out);
	r->s = *s;
	r->e = e;
	r->out = out;
	if (!out->scanned)
		lay_out(r);
}

void pdf_read(struct str body, const struct converter *c, struct arena *a, struct emit *e, struct pdf_result *out)
{
	const struct convert_job job = {.tool = CONVERT_PDF_WORDS, .wall_ms = CONVERT_WALL_MS};
	struct reader *r = arena_calloc(a, 1, sizeof *r);
	*out = (struct pdf_result){.tool = CONVERT_PDF_WORDS};
	r->e = e;
	r->out = out;
	pdf_scan_init(&r->s, a);
	out->result = c->run(c->ctx, &job, body, pdf_scan_words, &r->s);
	if (out->result == CONVERT_OK) {
		out->scanned = r->s.pages_count > 0 && is_scanned(&r->s, out);
		if (!out->scanned) {
			draw(r, body, c);
			lay_out(r);
		}
		out->cut |= r->s.cut;
	}
	pdf_scan_fini(&r->s);
}
