#include "parser/report_date.h"

#include <stdio.h>

#include "parser/report_region.h"

#define PERIOD_FAR 40 /* characters between 统计期限 and its first date */
#define PERIOD_GAP 6  /* between its two dates */
#define PERIOD_GAP_TO 24 /* the same, where 至 stands before the second: 自2009年1月1日《条例》实施之日起,至... */
#define PERIOD_HEAD 600  /* characters of a text's head in which a whole year is the report's, whatever stands before */
#define LABEL_FULL 4     /* characters of a label that says itself what its date is: 发布日期, but not 时间 */
#define DATE_LINE_MAX 14 /* characters of a line that holds the signature's date only */
#define ELSE_NEAR 6      /* characters before a date that say that it is of something else */
#define HEAD_LINES 5     /* lines of the text's head in which its date may stand */
#define LABEL_LINE_MAX 90 /* characters of a line of labels and marks */
#define HEAD_LINE_MAX 50  /* characters of such a line: the date, its time, who published */

enum { C_NIAN = 0x5E74, C_YUE = 0x6708, C_RI = 0x65E5, C_DU = 0x5EA6, C_HAO = 0x53F7, C_ZHI = 0x81F3 };

struct text {
	const struct lexicon *l;
	const struct fold *f;
	const struct segment *s;
};

static int small_number(const fchar *t, size_t *pos, size_t to, unsigned digits_max)
{
	int v = -1;
	unsigned n = 0;
	bool ten = false;
	for (; *pos < to && n < digits_max; (*pos)++, n++) {
		fchar c = t[*pos];
		int d = fchar_digit(c) ? c - '0' : fchar_han_digit(c);
		if (c == 0x5341 && digits_max <= 3) { /* 十 */
			v = v < 0 ? 10 : v * 10;
			ten = true;
			continue;
		}
		if (d < 0)
			break;
		v = v < 0 ? d : ten ? v + d : v * 10 + d;
	}
	return v;
}

size_t report_date_at(const fchar *t, size_t pos, size_t to, int year_before, char out[11])
{
	size_t p = pos;
	int y = small_number(t, &p, to, 4), m, d;
	if (y >= 2000 && y < 2100 && p < to && (t[p] == C_NIAN || t[p] == '-' || t[p] == '/' || t[p] == '.')) {
		bool han = t[p] == C_NIAN;
		p++;
		m = small_number(t, &p, to, 3);
		if (p >= to || (han ? t[p] != C_YUE : t[p] != '-' && t[p] != '/' && t[p] != '.'))
			return 0;
		p++;
		d = small_number(t, &p, to, han ? 3 : 2);
		if (han && p < to && (t[p] == C_RI || t[p] == C_HAO))
			p++;
		else if (han)
			return 0;
	} else {
		p = pos;
		y = year_before;
		m = small_number(t, &p, to, 3);
		if (y == 0 || m < 0 || p >= to || t[p] != C_YUE)
			return 0;
		p++;
		d = small_number(t, &p, to, 3);
		if (d < 0 || p >= to || t[p] != C_RI)
			return 0;
		p++;
	}
	if (m < 1 || m > 12 || d < 1 || d > 31)
		return 0;
	snprintf(out, 11, "%04d-%02d-%02d", y, m, d);
	return p - pos;
}

/* ---- year ---- */

static int title_year(const struct fold *title)
{
	size_t n;
	for (size_t i = 0; i < title->n; i++) {
		int y = report_region_title_year(title->ch, i, 0, title->n, &n);
		if (y > 0)
			return y;
	}
	return 0;
}

static int year_of(const char date[11])
{
	return (date[0] - '0') * 1000 + (date[1] - '0') * 100 + (date[2] - '0') * 10 + (date[3] - '0');
}

/* Do two dates bound a whole year? */
static bool is_whole_year(const char a[11], const char b[11])
{
	return memcmp(a, b, 4) == 0 && strcmp(a + 4, "-01-01") == 0 && strcmp(b + 4, "-12-31") == 0;
}

/* A day that bounds no year's figures: when a report was published, a decree came into force. */
static bool is_other_day(const fchar *t, size_t pos, size_t to)
{
	char day[11];
	return report_date_at(t, pos, to, 0, day) > 0 && strcmp(day + 4, "-01-01") != 0 &&
	       strcmp(day + 4, "-12-31") != 0;
}

/* The year that most figures are for: of sentences that begin with it or state it as a report year. */
static int text_year(const struct text *c)
{
	unsigned votes[100] = {0};
	const fchar *t = c->f->ch;
	for (unsigned p = 0; p < c->s->parts_count; p++) {
		size_t to = c->s->parts[p].to;
		for (size_t i = c->s->parts[p].from; i + 5 < to; i++) {
			int y = report_region_year(t, i, to);
			if (y == 0 || t[i + 4] != C_NIAN)
				continue;
			if (is_other_day(t, i, to))
				continue;
			fchar prev = i > 0 ? t[i - 1] : '\n', next = t[i + 5];
			if (prev == 0x3014 || prev == '[' || prev == 0x3010 || prev == 0x300A)
				continue;
			unsigned w = 1;
			if (fchar_clause_end(prev) && (next == ',' || next == C_DU || fchar_han(next)))
				w = next == ',' ? 6 : 3;
			else if (next == C_DU)
				w = 3;
			votes[y - 2000] += w;
			i += 4;
		}
	}
	int best = 0;
	for (int y = 1; y < 100; y++)
		if (votes[y] >= votes[best]) /* of two named alike often the later: since 2004 ..., in 2014 ... */
			best = y;
	return votes[best] > 0 ? 2000 + best : 0;
}

void report_date_year(const struct lexicon *l, const struct fold *f, const struct segment *s, const struct fold *title,
		      struct report *r)
{
	const struct text c = {l, f, s};
	if (lexicon_group_in(l, "school_year", title->ch, 0,
			     title->n)) { /* of no calendar year: its period says which */
		r->year = 0;
		return;
	}
	r->year = title_year(title);
	if (r->year == 0 && is_whole_year(r->period[0], r->period[1]))
		r->year = year_of(r->period[0]);
	if (r->year == 0 && memcmp(r->period[0], r->period[1], 4) == 0 && str_ends(str_of(r->period[1]), STR("-12-31")))
		r->year = year_of(r->period[0]); /* 2008: from 1 May */
	if (r->year == 0)
		r->year = text_year(&c);
}

/* ---- period ---- */

struct range {
	char from[11], to[11];
	size_t end;
};

/* Two dates, the second near behind the first or behind its 至: 2014年1月1日起至12月31日. Length of the first date; 0: none. */
static size_t range_at(const struct text *c, size_t pos, size_t to, struct range *out)
{
	const fchar *t = c->f->ch;
	size_t n = fchar_digit(t[pos]) || fchar_han_digit(t[pos]) == 2 ? report_date_at(t, pos, to, 0, out->from) : 0;
	if (n == 0 || pos + 4 >= to)
		return 0;
	bool han = t[pos + 4] == C_NIAN;
	out->end = 0;
	for (size_t k = pos + n; k < to && k < pos + n + PERIOD_GAP_TO && !fchar_sentence_end(t[k]); k++) {
		bool same = k >= 3 && t[k - 1] == C_NIAN && t[k - 3] == C_ZHI; /* 至同年12月31日 */
		if (k >= pos + n + PERIOD_GAP && t[k - 1] != C_ZHI && !same)
			continue;
		size_t m = report_date_at(t, k, to, han ? year_of(out->from) : 0, out->to);
		if (m > 0) {
			out->end = k + m;
			break;
		}
	}
	return n;
}

/* Do two dates bound the twelve months of a school year: 2016-09-01 to 2017-08-31? */
static bool is_school_year(const char a[11], const char b[11])
{
	int month = (a[5] - '0') * 10 + a[6] - '0', last = (b[5] - '0') * 10 + b[6] - '0';
	return year_of(b) == year_of(a) + 1 && month > 1 && last == month - 1 && strcmp(a + 8, "01") == 0;
}

/*
 * 统计期限自2014年1月1日起至2014年12月31日止; else a whole year that begins a clause or stands in the text's head:
 * 2010年1月1日至12月31日,我局公开...
 */
void report_date_period(const struct lexicon *l, const struct fold *f, const struct segment *s, struct report *r)
{
	const struct text c = {l, f, s};
	const fchar *t = f->ch;
	uint16_t words = lexicon_need_group(l, "stat_period"), behind = lexicon_need_group(l, "period_behind");
	struct range at, whole = {.end = 0};
	for (unsigned p = 0; p < s->parts_count; p++) {
		size_t to = s->parts[p].to, sentence = s->parts[p].from;
		for (size_t i = sentence, n; i < to; i++) {
			if (fchar_sentence_end(t[i]))
				sentence = i + 1;
			if ((n = range_at(&c, i, to, &at)) == 0)
				continue;
			size_t back = i - sentence > PERIOD_FAR ? i - PERIOD_FAR : sentence;
			if (at.end > 0 && (lexicon_word_in(l, words, t, back, i, NULL) > 0 ||
					   lexicon_word_at(l, behind, t, at.end, to) > 0)) {
				memcpy(r->period[0], at.from, sizeof at.from);
				memcpy(r->period[1], at.to, sizeof at.to);
				return;
			}
			bool head = i == sentence || fchar_clause_end(t[i - 1]) || t[i - 1] == ')';
			bool early = i - s->parts[0].from < PERIOD_HEAD;
			bool year = at.end > 0 &&
				    (is_whole_year(at.from, at.to) || (early && is_school_year(at.from, at.to)));
			if (whole.end == 0 && year && (head || early))
				whole = at;
			i += n - 1;
		}
	}
	if (whole.end > 0) {
		memcpy(r->period[0], whole.from, sizeof whole.from);
		memcpy(r->period[1], whole.to, sizeof whole.to);
	}
}

/* ---- published ---- */

/* A date of the page's head with a label of `group` ("发布时间: 2015-01-02"), before the report's own text and in its first
   lines. */
static bool labelled_date(const struct text *c, const char *group, size_t to, char out[11])
{
	const fchar *t = c->f->ch;
	uint16_t label = lexicon_need_group(c->l, group), other = lexicon_need_group(c->l, "date_else"),
		 drawn = lexicon_need_group(c->l, "drawn_label");
	for (size_t i = 0; i < to; i++) {
		size_t n = lexicon_word_at(c->l, label, t, i, to);
		bool head = i == 0 || !fchar_han(t[i - 1]) || c->f->cp[i] > c->f->cp[i - 1] + 1;
		if (n == 0 || i + n >= to || lexicon_word_before(c->l, other, t, i, 0) > 0 ||
		    lexicon_word_before(c->l, drawn, t, i + n, 0) > n) /* 日期 of 成文日期 */
			continue;
		size_t at = i + n;
		if (t[at] == ':')
			at++;
		else if (n < LABEL_FULL || !head)
			continue;
		else if (t[at] == '\t' || t[at] == ']' || t[at] == 0x3011)
			at++;
		if (report_date_at(t, at, to, 0, out) > 0)
			return true;
	}
	return false;
}

/* The last line that is a date and nothing else. */
static bool signature_date(const struct text *c, char out[11])
{
	const fchar *t = c->f->ch;
	bool found = false;
	for (unsigned p = 0; p < c->s->parts_count; p++) {
		size_t from = c->s->parts[p].from, to = c->s->parts[p].to;
		for (size_t i = from; i < to; i++) {
			if (i > from && t[i - 1] != '\n')
				continue;
			size_t n = report_date_at(t, i, to, 0, out);
			if (n > 0 && n <= DATE_LINE_MAX && (i + n == to || t[i + n] == '\n'))
				found = true;
		}
	}
	return found;
}

/* Is [from, end) a line of marks and names, no sentence: 甘谷县教育局办公室 2016年2月1日? */
static bool is_label_line(const fchar *t, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		if (fchar_clause_end(t[i]) && t[i] != '\t')
			return false;
	return end > from && end - from <= LABEL_LINE_MAX;
}

/* The only date of the line [from, end), later than the report's year; false when there is none or a second one. */
static bool only_date(const struct text *c, size_t from, size_t end, int year, char out[11])
{
	const fchar *t = c->f->ch;
	uint16_t other = lexicon_need_group(c->l, "date_else");
	unsigned dates = 0;
	char date[11];
	for (size_t i = from; i < end; i++) {
		size_t n = report_date_at(t, i, end, 0, date);
		if (n == 0)
			continue;
		if (lexicon_word_in(c->l, other, t, i > from + ELSE_NEAR ? i - ELSE_NEAR : from, i, NULL) > 0)
			return false;
		if (++dates == 1)
			memcpy(out, date, sizeof date);
		i += n - 1;
	}
	return dates == 1 && year > 0 && year_of(out) > year;
}

/* A date in a line of the text's head, later than the report's year: 2022-01-25 14:48 武汉市住房局. */
static bool head_date(const struct text *c, int year, char out[11])
{
	const fchar *t = c->f->ch;
	size_t from = c->s->parts[0].from, to = c->s->parts[c->s->parts_count - 1].to;
	uint16_t not = lexicon_need_group(c->l, "date_goes_on"), report = lexicon_need_group(c->l, "own_report");
	for (unsigned line = 0; line < HEAD_LINES && from < to;) {
		size_t end = from, i = from;
		while (end < to && t[end] != '\n')
			end++;
		line += end > from;
		while (i < end && !fchar_digit(t[i]) && fchar_han_digit(t[i]) < 0 && !fchar_han(t[i]))
			i++;
		size_t n = report_date_at(t, i, end, 0, out);
		bool alone = end - from <= HEAD_LINE_MAX || lexicon_word_at(c->l, report, t, i + n, end) > 0;
		if (n > 0 && alone && lexicon_word_at(c->l, not, t, i + n, end) == 0 && year > 0 &&
		    (year_of(out) > year || strncmp(out + 4, "-12-", 4) == 0))
			return true;
		if (n == 0 && is_label_line(t, from, end) && only_date(c, from, end, year, out))
			return true;
		from = end + 1;
	}
	return false;
}

/* The same of the text's last line: (甘谷县医院院办 2019年1月15日). */
static bool last_date(const struct text *c, int year, char out[11])
{
	const fchar *t = c->f->ch;
	size_t from = c->s->parts[c->s->parts_count - 1].from, to = c->s->parts[c->s->parts_count - 1].to;
	while (to > from && (t[to - 1] == '\n' || t[to - 1] == ' '))
		to--;
	size_t begin = to;
	while (begin > from && t[begin - 1] != '\n')
		begin--;
	return is_label_line(t, begin, to) && only_date(c, begin, to, year, out);
}

/* Does the page itself say its date, not the text's last line or the address alone? */
static bool page_says(const struct document *d)
{
	for (size_t i = 0; i < d->dates_count; i++)
		if (d->dates[i].from == DATE_VISIBLE || d->dates[i].from == DATE_META)
			return true;
	return d->dates_count == 0;
}

void report_date_published(const struct lexicon *l, const struct document *d, const struct fold *f,
			   const struct segment *s, bool alone, struct report *r)
{
	const struct text c = {l, f, s};
	char date[11] = "";
	bool page = alone && d->published[0];
	size_t head = s->parts_count > 0 ? s->parts[0].from + 600 : 0;
	head = head < f->n ? head : f->n;
	if (!(page && page_says(d)) && s->parts_count > 0 &&
	    ((!page &&
	      (labelled_date(&c, "publish_label", head, date) || labelled_date(&c, "drawn_label", head, date))) ||
	     head_date(&c, r->year, date)))
		memcpy(r->published, date, sizeof date);
	else if (page)
		memcpy(r->published, d->published, sizeof date);
	else if (signature_date(&c, date) || (s->parts_count > 0 && last_date(&c, r->year, date)))
		memcpy(r->published, date, sizeof date);
}
