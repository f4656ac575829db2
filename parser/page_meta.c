#include "parser/page_meta.h"

#include <ctype.h>
#include <stdio.h>

/* ------------------------------------------------------------------ dates */

#define DATES_MAX 8
#define INFO_LINE_MAX 160 /* characters of a line that tells of the page, not of its matter */

static void add_date(struct document *d, const char *value, enum date_from from)
{
	for (size_t i = 0; i < d->dates_count; i++)
		if (d->dates[i].from == from)
			return;
	if (d->dates_count >= DATES_MAX)
		return;
	struct doc_date *e = &d->dates[d->dates_count++];
	memcpy(e->value, value, sizeof e->value);
	e->from = from;
}

/* The date with a label of `kind` that stands nearest to where the main text begins. */
static bool labelled_date(const struct page *p, const struct maintext *m, const struct index_block *ix,
			  enum label_kind kind, char out[11])
{
	uint32_t best = UINT32_MAX;
	struct field f[FIELDS_MAX];
	for (uint32_t i = 0; i < p->lines_count; i++) {
		const struct line *l = &p->lines[i];
		uint32_t far = i < m->first ? m->first - i : i - m->first;
		if (l->cps > INFO_LINE_MAX || far >= best || (m->keep[i] && i > m->first + 20))
			continue;
		size_t n = fields_of(p->words, page_line(p, l), f, FIELDS_MAX);
		for (size_t k = 0; k < n; k++) {
			char date[11];
			if (f[k].kind == kind && fields_date(str_of(f[k].value), false, date)) {
				best = far;
				memcpy(out, date, 11);
				break;
			}
		}
	}
	if (best < 60)
		return true;
	return fields_date(str_of(ix->fields[kind].value), false, out) || best != UINT32_MAX;
}

/* Does a time of day stand in the line: 11:05? */
static bool has_clock(struct str s)
{
	for (size_t i = 1; i + 2 < s.n; i++)
		if (s.p[i] == ':' && isdigit((unsigned char)s.p[i - 1]) && isdigit((unsigned char)s.p[i + 1]) &&
		    isdigit((unsigned char)s.p[i + 2]))
			return true;
	return false;
}

/* 成文日期：2015-03-01, 有效期：2015-03-01至...: is the line's date that of another matter? */
static bool other_date(const struct field *f, size_t n)
{
	char date[11];
	for (size_t k = 0; k < n; k++)
		if ((f[k].kind == LABEL_MADE || f[k].kind == LABEL_TERM) && fields_date(str_of(f[k].value), true, date))
			return true;
	return false;
}

/* 来源：县政府办 2015-03-20, 主办单位：市粮食局 2015-03-20 11:05: does a line that is no sentence tell its date so? */
static bool info_date(struct str line, const struct field *f, size_t n, char out[11])
{
	static const char *const marks[] = {"，", "。", "；", NULL};
	for (size_t i = 0; marks[i]; i++)
		if (str_find(line, str_of(marks[i]), 0) >= 0)
			return false;
	bool info = has_clock(line);
	for (size_t k = 0; k < n; k++)
		info = info || f[k].kind == LABEL_SOURCE || f[k].kind == LABEL_STOP;
	return info && fields_date(line, true, out);
}

/* A date without a label in the lines right above the main text. */
static bool bare_date(const struct page *p, const struct maintext *m, const struct index_block *ix, char out[11])
{
	char made[11];
	bool drawn = fields_date(str_of(ix->fields[LABEL_MADE].value), false, made);
	uint32_t from = m->first > 8 ? m->first - 8 : 0;
	for (uint32_t i = m->first; i-- > from;) {
		char squeezed[128];
		struct field f[FIELDS_MAX];
		const struct line *l = &p->lines[i];
		struct str line = page_line(p, l);
		size_t n = l->cps <= INFO_LINE_MAX ? fields_of(p->words, line, f, FIELDS_MAX) : 0;
		if (l->cps > INFO_LINE_MAX || other_date(f, n))
			continue;
		bool found = l->cps <= 40 && fields_squeeze(line, squeezed, sizeof squeezed) &&
			     fields_date(str_of(squeezed), l->cps <= 30, out);
		/* a cell of the index block: 成文日期 | 2015-03-01 */
		if ((found || info_date(line, f, n, out)) && !(drawn && strcmp(out, made) == 0))
			return true;
	}
	return false;
}

/* A line of the text's end that is a date and little else: 2013年1月16日 */
static bool signature_date(const struct document *d, char out[11])
{
	size_t seen = 0;
	for (size_t i = d->blocks_count; i-- > 0 && seen < 60; seen++) {
		const struct block *b = &d->blocks[i];
		char squeezed[96];
		struct str s = str_sub(d->text, b->start, b->end);
		if (b->kind == BLOCK_ROW || s.n > 90)
			continue;
		size_t n = fields_squeeze(s, squeezed, sizeof squeezed);
		struct str t = {squeezed, n};
		if (t.n >= 8 && isdigit((unsigned char)t.p[0]) && str_ends(t, STR("日")) && t.n <= 17 &&
		    fields_date(t, false, out))
			return true;
	}
	return false;
}

static void fill_dates(struct document *d)
{
	char date[11];
	if (signature_date(d, date))
		add_date(d, date, DATE_SIGNATURE);
	struct str url = d->final_url.n ? d->final_url : d->url;
	const char *slash = url.n > 8 ? memchr(url.p + 8, '/', url.n - 8) : NULL;
	if (slash && fields_date(str_sub(url, (size_t)(slash - url.p), url.n), true, date))
		add_date(d, date, DATE_URL);
	for (int from = DATE_VISIBLE; from <= DATE_URL && d->published[0] == '\0'; from++)
		for (size_t i = 0; i < d->dates_count; i++)
			if (d->dates[i].from == (enum date_from)from)
				memcpy(d->published, d->dates[i].value, sizeof d->published);
}

/* ------------------------------------------------------------- meta names */

static struct str meta_of(const struct page *p, enum meta_kind kind)
{
	struct str best = STR_NULL;
	unsigned rank = 0;
	for (size_t i = 0; i < p->metas_count; i++) {
		struct str v = p->metas[i].content;
		unsigned r = words_meta(p->words, kind, p->metas[i].name);
		if (r == 0 || (rank && r >= rank) || str_ieq_z(v, "null") || str_find(v, STR("{{"), 0) >= 0)
			continue;
		rank = r;
		best = v;
	}
	return best;
}

/* ------------------------------------------------------------------ title */

static size_t count_cps(struct str s)
{
	return utf8_count(s.p, s.n);
}

/* The part before the site's name: "TITLE_COLUMN_SITE", "TITLE-SITE", "TITLE | SITE". A dash between digits separates nothing. */
static struct str without_suffix(struct str s)
{
	static const char *const marks[] = {"_", "|", "-", "—", "–", "｜", "»", NULL};
	for (size_t i = 1; i < s.n; i++) {
		for (size_t k = 0; marks[k]; k++) {
			if (!str_starts(str_sub(s, i, s.n), str_of(marks[k])))
				continue;
			size_t after = i + strlen(marks[k]);
			bool digits =
				isdigit((unsigned char)s.p[i - 1]) && after < s.n && isdigit((unsigned char)s.p[after]);
			bool latin = marks[k][0] == '-' && isalpha((unsigned char)s.p[i - 1]);
			struct str head = str_trim_wide(str_sub(s, 0, i));
			if (!digits && !latin && count_cps(head) >= 4)
				return head;
		}
	}
	return s;
}

static bool heading_ok(const struct line *l)
{
	return l->kind == BLOCK_HEADING && l->level <= 3 && l->cps >= 4 && l->cps <= 120 && l->link_cps * 2 < l->cps;
}

/* The heading nearest to the body's beginning; one that <title> repeats is better than any other. */
static struct str heading_title(const struct page *p, const struct maintext *m)
{
	struct str best = STR_NULL;
	uint32_t most = UINT32_MAX;
	for (uint32_t i = 0; i < p->lines_count && i < m->first + 6; i++) {
		const struct line *l = &p->lines[i];
		if (!heading_ok(l))
			continue;
		struct str s = page_line(p, l);
		uint32_t far = (i < m->first ? m->first - i : i - m->first) + (l->level > 2 ? 20 : 0);
		if (str_find(p->title, s, 0) >= 0)
			return s;
		if (far < most && far < 60) {
			most = far;
			best = s;
		}
	}
	return best;
}

static struct str page_title(const struct page *p, const struct maintext *m, const struct index_block *ix)
{
	struct str t = meta_of(p, META_TITLE);
	if (t.n == 0)
		t = heading_title(p, m);
	if (t.n == 0 && ix->fields[LABEL_TITLE].value[0])
		t = arena_dup(p->arena, str_of(ix->fields[LABEL_TITLE].value));
	if (t.n == 0)
		t = without_suffix(p->title);
	return str_trim_wide(t);
}

/* ---------------------------------------------------------------- numbers */

/* "〔2019〕5号" with any of the brackets in use; returns its end, 0 for none. */
static size_t number_tail(struct str s, size_t i)
{
	static const char *const open[] = {"〔", "[", "（", "(", "【", "﹝", NULL}, *const close[] = {"〕", "]",  "）",
												      ")",  "】", "﹞"};
	if (!strchr("[(\xe3\xef", s.p[i])) /* their first bytes */
		return 0;
	for (size_t k = 0; open[k]; k++) {
		if (!str_starts(str_sub(s, i, s.n), str_of(open[k])))
			continue;
		size_t at = i + strlen(open[k]), n = 0;
		while (at + n < s.n && isdigit((unsigned char)s.p[at + n]))
			n++;
		at += n;
		if (n != 4 || !str_starts(str_sub(s, at, s.n), str_of(close[k])))
			continue;
		at += strlen(close[k]);
		if (str_starts(str_sub(s, at, s.n), STR("第")))
			at += 3;
		for (n = 0; at + n < s.n && isdigit((unsigned char)s.p[at + n]);)
			n++;
		if (n > 0 && n <= 6 && str_starts(str_sub(s, at + n, s.n), STR("号")))
			return at + n + 3;
	}
	return 0;
}

/* A line of the body's head that is a document number and little else. */
static struct str number_line(const struct document *d)
{
	for (size_t i = 0; i < d->blocks_count && i < 12; i++) {
		char squeezed[160];
		struct str s = str_sub(d->text, d->blocks[i].start, d->blocks[i].end);
		if (s.n > 150 || d->blocks[i].kind == BLOCK_ROW)
			continue;
		struct str t = {squeezed, fields_squeeze(s, squeezed, sizeof squeezed)};
		for (size_t at = 3; at < t.n && at <= 45; at++) {
			size_t end = number_tail(t, at);
			if (end == 0 || t.n - end > 9)
				continue;
			size_t from = 0;
			static const char *const lead[] = {"（", "(", "文号：", "发文字号：", NULL};
			for (size_t k = 0; lead[k]; k++)
				if (str_starts(t, str_of(lead[k])))
					from = strlen(lead[k]);
			return arena_dup(d->arena, str_sub(t, from, end));
		}
	}
	return STR_NULL;
}

/* Ten letters or digits behind 网站标识码 in the page's foot. */
static struct str site_code(const struct document *d)
{
	struct str mark = STR("网站标识码");
	long at = str_find(d->furniture, mark, 0);
	struct str s = at < 0 ? str_sub(d->text, 0, 0) : str_sub(d->furniture, (size_t)at + mark.n, d->furniture.n);
	size_t i = 0, n = 0;
	while (i < s.n && i < 12 && !isalnum((unsigned char)s.p[i]))
		i++;
	while (i + n < s.n && isalnum((unsigned char)s.p[i + n]))
		n++;
	return n == 10 ? str_sub(s, i, i + n) : STR_NULL;
}

/* ---------------------------------------------------------------- source */

static struct str visible_source(const struct page *p, const struct maintext *m, enum label_kind kind)
{
	struct field f[FIELDS_MAX];
	uint32_t best = 40;
	struct str out = STR_NULL;
	for (uint32_t i = 0; i < p->lines_count && i < m->first + 40; i++) {
		const struct line *l = &p->lines[i];
		uint32_t far = i < m->first ? m->first - i : i - m->first;
		if (l->cps > 160 || far >= best)
			continue;
		size_t n = fields_of(p->words, page_line(p, l), f, FIELDS_MAX);
		for (size_t k = 0; k < n; k++)
			if (f[k].kind == kind && f[k].value[0] && strlen(f[k].value) < 120) {
				best = far;
				out = arena_dup(p->arena, str_of(f[k].value));
			}
	}
	return out;
}

static struct str first_of(struct str a, struct str b)
{
	return a.n > 0 ? a : b;
}

static struct str field_of(const struct page *p, const struct index_block *ix, enum label_kind k)
{
	return arena_dup(p->arena, str_of(ix->fields[k].value));
}

void page_meta_fill(const struct page *p, const struct maintext *m, const struct index_block *ix, struct document *d)
{
	char date[11];
	d->metas = p->metas;
	d->metas_count = p->metas_count;
	d->html_title = p->title;
	d->title = page_title(p, m, ix);
	d->dates = arena_calloc(d->arena, DATES_MAX, sizeof *d->dates);
	char meta[11];
	bool has_meta = fields_date(meta_of(p, META_DATE), false, meta);
	/* the day on which a document was drawn up is the page's where nothing else is said */
	if (labelled_date(p, m, ix, LABEL_DATE, date) || bare_date(p, m, ix, date) ||
	    (!has_meta && labelled_date(p, m, ix, LABEL_MADE, date)))
		add_date(d, date, DATE_VISIBLE);
	if (has_meta)
		add_date(d, meta, DATE_META);
	fill_dates(d);
	d->source = first_of(visible_source(p, m, LABEL_SOURCE),
			     first_of(meta_of(p, META_SOURCE), first_of(field_of(p, ix, LABEL_PUBLISHER),
									visible_source(p, m, LABEL_PUBLISHER))));
	d->index_number = field_of(p, ix, LABEL_INDEX);
	d->doc_number = first_of(field_of(p, ix, LABEL_NUMBER), number_line(d));
	d->site_id_code = first_of(meta_of(p, META_SITE_ID), site_code(d));
}

void page_meta_plain(struct document *d)
{
	char date[11];
	d->dates = arena_calloc(d->arena, DATES_MAX, sizeof *d->dates);
	if (d->page_published[0] && fields_date(str_of(d->page_published), false, date))
		add_date(d, date, DATE_VISIBLE);
	fill_dates(d);
	d->doc_number = number_line(d);
}
