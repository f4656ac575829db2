#include "parser/report_name.h"

#include <stdio.h>
#include <stdlib.h>

#include "parser/report_region.h"
#include "parser/segment.h"

#define NAME_MAX_BYTES 600 /* longer texts of links are sentences */
#define COLUMN_MAX 24      /* characters of a column's name */
#define DEADLINE_COLUMNS 4

static bool has(const struct lexicon *l, const char *group, const struct fold *t)
{
	return lexicon_word_in(l, lexicon_need_group(l, group), t->ch, 0, t->n, NULL) > 0;
}

static int year_in(const fchar *t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		int y = report_region_year(t, i, to);
		/* 120150101 is a number, no year */
		if (y > 0 && (i == from || !fchar_digit(t[i - 1])) && (i + 4 >= to || !fchar_digit(t[i + 4])))
			return y;
	}
	return 0;
}

/* The whole name in one piece of the text: pieces of a page's title are told apart by _, - and |. */
static int whole_name(const struct lexicon *l, const struct fold *t)
{
	size_t from = 0;
	for (size_t k = 0; k <= t->n; k++) {
		if (!fold_title_mark(t, k))
			continue;
		if (segment_is_title(l, t->ch, from, k))
			return year_in(t->ch, from, k);
		from = k + 1;
	}
	return 0;
}

static bool is_column(const struct lexicon *l, const struct fold *t)
{
	return has(l, "title_topic", t) && has(l, "title_strong", t) && !has(l, "title_foreign", t);
}

struct report_name report_name(const struct lexicon *l, struct arena *a, struct str anchor, struct str page_title)
{
	struct fold t, p;
	struct report_name none = {REPORT_NAME_NONE, 0};
	if (anchor.n == 0 || anchor.n > NAME_MAX_BYTES)
		return none;
	fold_text(l, a, anchor, &t);
	int year = whole_name(l, &t);
	if (year > 0)
		return (struct report_name){REPORT_NAME_REPORT, year};
	if (has(l, "title_foreign", &t))
		return none;
	year = year_in(t.ch, 0, t.n);
	if (year == 0)
		return t.n <= COLUMN_MAX && is_column(l, &t) ? (struct report_name){REPORT_NAME_COLUMN, 0} : none;
	/* the year alone, "2015年", or with 年报 or 报告 */
	if (page_title.n == 0 || page_title.n > NAME_MAX_BYTES || (t.n > 6 && !has(l, "title_report", &t)))
		return none;
	fold_text(l, a, page_title, &p);
	return is_column(l, &p) ? (struct report_name){REPORT_NAME_REPORT, year} : none;
}

/* The next tab-separated field of a line. */
static struct str field(struct str *line)
{
	const char *tab = memchr(line->p, '\t', line->n);
	struct str f = {line->p, tab ? (size_t)(tab - line->p) : line->n};
	size_t taken = tab ? f.n + 1 : f.n;
	line->p += taken;
	line->n -= taken;
	return f;
}

bool report_deadline(const char *level, int year, char out[11])
{
	struct str t = lexicon_file("deadlines.tsv");
	while (t.n > 0) {
		const char *nl = memchr(t.p, '\n', t.n);
		struct str line = {t.p, nl ? (size_t)(nl - t.p) : t.n}, f[DEADLINE_COLUMNS];
		t.p += nl ? line.n + 1 : line.n;
		t.n -= nl ? line.n + 1 : line.n;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		for (unsigned i = 0; i < DEADLINE_COLUMNS; i++)
			f[i] = field(&line);
		if (year < strtol(f[0].p, NULL, 10) || year > strtol(f[1].p, NULL, 10))
			continue;
		if (!str_eq_z(f[2], "-") && !str_eq_z(f[2], level))
			continue;
		snprintf(out, 11, "%04u-%.5s", (unsigned)(year + 1) % 10000u, f[3].p);
		return true;
	}
	return false;
}
