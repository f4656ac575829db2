#include "parser/report_class.h"

#include "parser/report_region.h"

#define LEAD_LINES 6    /* lines of a text in which its own title is looked for */
#define LEAD_MAX 70     /* characters of a title */
#define LEAD_MIN 6      /* shorter lines are a page's furniture */
#define HEAD_NEAR 400   /* characters in which a dateline and a source stand */
#define RECENT_NEAR 40  /* characters from 日前 to the verb */
#define SOURCE_NEAR 16  /* characters from 来源: to the newspaper's name */
#define HEADING_NEAR 24 /* characters of a section's number and name */
#define RIVAL_MIN 3     /* times that another subject is named */
#define DEFINES_MIN 3   /* terms that notes on a form explain */
#define SECTIONS_OWN 3  /* sections that only the report itself has */
/* what makes a text news: a report may hold one stray word of them, even in its first lines */
#define NEWS_MIN 3
#define NEWS_TITLED_MIN 4

enum { C_DUN = 0x3001, C_QUOTE = 0x300A, C_DI = 0x7B2C };

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Behind "一、", "1.", "(一)" or "第一部分" at the head of a line; `from` when the line has no number. */
static size_t behind_number(const fchar *t, size_t from, size_t to)
{
	if (from + 4 <= to && t[from] == C_DI && fchar_section_digit(t[from + 1]) && t[from + 2] == 0x90E8 &&
	    t[from + 3] == 0x5206) /* 部分 */
		return from + 4;
	bool open = from < to && t[from] == '(';
	size_t first = from + open, i = first;
	while (i < to && i < first + 3 && (fchar_section_digit(t[i]) || (fchar_digit(t[i]) && i < first + 2)))
		i++;
	if (i == first || i >= to)
		return from;
	if (open)
		return t[i] == ')' ? i + 1 : from;
	/* 一、 一. 1、 1. but not 1.5 */
	return t[i] == C_DUN || (t[i] == '.' && i + 1 < to && fchar_han(t[i + 1])) ? i + 1 : from;
}

bool report_class_numbered(const fchar *t, size_t from, size_t to)
{
	return behind_number(t, from, to) > from;
}

unsigned report_class_sections(const struct lexicon *l, const struct fold *f, size_t from, size_t to)
{
	static const char *const subjects[] = {"section_whole", "section_own",     "section_requests", "section_review",
					       "section_fee",   "section_problem", "section_other"};
	bool seen[sizeof subjects / sizeof subjects[0]] = {false};
	const fchar *t = f->ch;
	unsigned n = 0;
	for (size_t i = from; i < to; i++) {
		if (i > from && t[i - 1] != '\n')
			continue;
		size_t name = behind_number(t, i, to), end = name;
		if (name == i)
			continue;
		while (end < to && end < name + HEADING_NEAR && !fchar_clause_end(t[end]))
			end++;
		for (size_t k = 0; k < sizeof subjects / sizeof subjects[0]; k++)
			if (!seen[k] && lexicon_group_in(l, subjects[k], t, name, end)) {
				seen[k] = true;
				n++;
				break;
			}
	}
	return n;
}

bool report_class_news_title(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	uint16_t verb = lexicon_need_group(l, "title_appears");
	for (size_t i = from + 2; i < to; i++) {
		size_t n = lexicon_word_at(l, verb, t, i, to);
		if (n == 0)
			continue;
		/* X发布2023年...; ...年报出炉, but not 关于公布X2023年...的公告 */
		bool before_year = report_region_year(t, i + n, to) > 0 || (i + n < to && t[i + n] == C_QUOTE);
		bool behind = lexicon_word_before(l, lexicon_need_group(l, "title_strong"), t, i, from) > 0;
		if ((before_year || behind) &&
		    lexicon_word_before(l, lexicon_need_group(l, "title_about"), t, i + n, from) == 0)
			return true;
	}
	return false;
}

bool report_class_recent(const struct lexicon *l, const fchar *t, size_t from, size_t pos)
{
	size_t a = pos;
	while (a > from && pos - a < RECENT_NEAR && !fchar_sentence_end(t[a - 1]))
		a--;
	return lexicon_group_in(l, "news_recent", t, a, pos);
}

/* ---- the head ---- */

bool report_class_issues(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	if (!lexicon_group_in(l, "issue_verb", t, from, to) || !lexicon_group_in(l, "title_topic", t, from, to))
		return false;
	size_t end = to - lexicon_word_before(l, lexicon_need_group(l, "issue_notice"), t, to, from);
	if (end == to)
		return false;
	end -= end > from && t[end - 1] == C_QUOTE + 1;
	return lexicon_word_before(l, lexicon_need_group(l, "title_strong"), t, end, from) > 0;
}

/* Does a line name another paper than a report: 关于报送...的通知, 图解:..., 2022年法治政府建设情况报告? */
static bool other_line(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	if (to - from < LEAD_MIN || to - from > LEAD_MAX)
		return false;
	for (size_t i = from; i < to; i++)
		if (fchar_sentence_end(t[i]) || t[i] == ',' || t[i] == ';' || t[i] == '>' || t[i] == '\t')
			return false;
	bool topic = lexicon_group_in(l, "title_topic", t, from, to);
	size_t end = to; /* 依申请公开办理指南(2020年修订) */
	if (t[end - 1] == ')')
		while (end > from && t[end - 1] != '(')
			end--;
	end -= end < to && end > from;
	end = end > from ? end : to;
	if (end - from >= LEAD_MIN && lexicon_group_in(l, "requests_topic", t, from, end) &&
	    lexicon_word_before(l, lexicon_need_group(l, "lead_other_end"), t, end, from) > 0)
		return true;
	if (lexicon_group_in(l, "title_rival", t, from, to) && lexicon_group_in(l, "title_report", t, from, to) &&
	    !topic)
		return true;
	if (!topic)
		return false;
	if (lexicon_word_before(l, lexicon_need_group(l, "lead_other_end"), t, end, from) > 0)
		return !report_class_issues(l, t, from, to);
	if (lexicon_word_at(l, lexicon_need_group(l, "lead_other_begin"), t, from, to) > 0)
		return true;
	bool year = false;
	for (size_t i = from; i + 4 <= to && !year; i++)
		year = report_region_year(t, i, to) > 0;
	return year && lexicon_group_in(l, "title_part_year", t, from, to);
}

/* "2023年第一季度,我县...": a text without a title that begins with a part of the year. */
static bool part_of_year(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	size_t end = from;
	while (end < to && end < from + HEADING_NEAR && !fchar_clause_end(t[end]))
		end++;
	for (size_t i = from; i < end; i++)
		if (report_region_year(t, i, end) > 0)
			return lexicon_group_in(l, "title_part_year", t, i, end);
	return false;
}

/* 第一条 ...: rules on reports */
static bool is_rules(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	return lexicon_word_at(l, lexicon_need_group(l, "lead_rules"), t, from, to) > 0;
}

size_t report_class_two_lines(const struct lexicon *l, const fchar *t, size_t from, size_t end, size_t to, fchar *both,
			      size_t max)
{
	size_t below = end + 1, last = below, n = end - from;
	while (last < to && t[last] != '\n' && n + last - below <= max)
		last++;
	if (last <= below || n + last - below > max ||
	    lexicon_word_before(l, lexicon_need_group(l, "issue_notice"), t, last, below) == 0)
		return 0;
	memcpy(both, t + from, n * sizeof *both);
	memcpy(both + n, t + below, (last - below) * sizeof *both);
	return n + last - below;
}

/* Is the paper's own title, in its first lines, that of another paper? */
static bool other_head(const struct lexicon *l, const struct fold *f, size_t from, size_t to)
{
	const fchar *t = f->ch;
	fchar both[LEAD_MAX];
	unsigned lines = 0;
	for (size_t pos = from, end; pos < to && lines < LEAD_LINES; pos = end + 1) {
		for (end = pos; end < to && t[end] != '\n'; end++)
			if (end - pos > LEAD_MAX)
				return lines == 0 && (part_of_year(l, t, pos, to) || is_rules(l, t, pos, to));
		if (end == pos)
			continue;
		if (lines == 0 && is_rules(l, t, pos, end))
			return true;
		size_t n = report_class_two_lines(l, t, pos, end, to, both, LEAD_MAX);
		if (other_line(l, t, pos, end) || (lines == 0 && part_of_year(l, t, pos, end)) ||
		    (n > 0 && other_line(l, both, 0, n)))
			return true;
		lines++;
	}
	return false;
}

/* ---- the voice ---- */

/* 来源:新华日报 in the text's head */
static bool newspaper_line(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	uint16_t label = lexicon_need_group(l, "publisher_label");
	for (size_t i = from, n; i < to; i++)
		if ((n = lexicon_word_at(l, label, t, i, to)) > 0 && i + n < to && t[i + n] == ':' &&
		    lexicon_group_in(l, "newspaper", t, i + n, min_size(i + n + SOURCE_NEAR, to)))
			return true;
	return false;
}

static bool newspaper_source(const struct lexicon *l, const struct document *d)
{
	struct fold s;
	if (d->source.n == 0 || d->source.n > 200)
		return false;
	fold_text(l, d->arena, d->source, &s);
	return lexicon_group_in(l, "newspaper", s.ch, 0, s.n);
}

/* Points for what news have and reports have not. */
static unsigned news_points(const struct lexicon *l, const struct document *d, const struct fold *f,
			    const struct segment *s)
{
	const fchar *t = f->ch;
	size_t from = s->parts[0].from, to = s->parts[s->parts_count - 1].to, head = min_size(from + HEAD_NEAR, to);
	size_t before = from > HEAD_NEAR ? from - HEAD_NEAR : 0, line = from;
	struct groups_seen seen = {{0}};
	unsigned points = 0;
	lexicon_groups_in(l, t, from, to, &seen);
	points += lexicon_group_in(l, "news_dateline", t, from, head) ? 2 : 0;
	points += newspaper_source(l, d) || newspaper_line(l, t, before, head) ? 2 : 0;
	points += groups_have(&seen, lexicon_need_group(l, "news_report_says")) ? 2 : 0;
	points += groups_have(&seen, lexicon_need_group(l, "news_source_says")) ? 1 : 0;
	points += groups_have(&seen, lexicon_need_group(l, "meeting_says")) ? 2 : 0;
	points += lexicon_group_in(l, "news_recent", t, from, head) ? 1 : 0;
	points += lexicon_group_in(l, "meeting_held", t, from, head) ? 1 : 0;
	while (line < to && t[line] != '\n')
		line++;
	points += line - from < LEAD_MAX && report_class_news_title(l, t, from, line) ? 1 : 0;
	return points;
}

/* Is the text about something else that it names more often than disclosure? */
static bool rival_subject(const struct lexicon *l, const struct fold *f, const struct segment *s)
{
	uint16_t rival = lexicon_need_group(l, "title_rival"), own = lexicon_need_group(l, "disclosure");
	unsigned a = 0, b = 0;
	for (unsigned p = 0; p < s->parts_count; p++)
		for (size_t i = s->parts[p].from, n; i < s->parts[p].to; i++) {
			if ((n = lexicon_word_at(l, rival, f->ch, i, s->parts[p].to)) > 0)
				a++;
			else if ((n = lexicon_word_at(l, own, f->ch, i, s->parts[p].to)) > 0)
				b++;
			i += n > 0 ? n - 1 : 0;
		}
	return a >= RIVAL_MIN && a > b;
}

/* Notes on a form: 收到申请数:指... */
static bool explains(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	uint16_t words = lexicon_need_group(l, "defines");
	unsigned n = 0;
	for (size_t i = from; i < to && n < DEFINES_MIN; i++)
		n += lexicon_word_at(l, words, t, i, to) > 0;
	return n == DEFINES_MIN;
}

bool report_class_other(const struct lexicon *l, const struct document *d, const struct fold *f,
			const struct segment *s, bool titled, bool table)
{
	if (s->parts_count == 0)
		return false;
	size_t from = s->parts[0].from, to = s->parts[s->parts_count - 1].to;
	if (!titled && (other_head(l, f, from, to) || rival_subject(l, f, s)))
		return true;
	if (!titled && (explains(l, f->ch, from, to) ||
			lexicon_group_in(l, "head_other", f->ch, from, min_size(from + HEAD_NEAR, to))))
		return true;
	if (table || report_class_sections(l, f, from, to) >= SECTIONS_OWN)
		return false;
	return news_points(l, d, f, s) >= (titled ? NEWS_TITLED_MIN : NEWS_MIN);
}
