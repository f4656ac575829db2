#include "parser/segment.h"

#include "parser/report_class.h"
#include "parser/report_excerpt.h"
#include "parser/report_organ.h"
#include "parser/report_region.h"

#define TITLE_MIN 8
#define TITLE_MAX 70
#define REPORT_MIN 100  /* characters */
#define TEXT_MIN 150    /* bytes */
#define NOTICE_MIN 40   /* of one with a title that counts what was disclosed */
#define REPORT_SHORT 60 /* of a report that goes through all subjects in a sentence each */
#define EXCERPT_COUNTS 4
#define WHOLE_MIN 800   /* characters of a report before another may begin */
#define SNIPPET_MIN 150 /* a paragraph this long that ends without punctuation was cut off elsewhere */
#define HEADING_MAX 30
#define ORGAN_FAR 30       /* characters from the verb that announces a report to its year */
#define HEAD_FAR 1500      /* characters of a text in which its report is announced */
#define INTRODUCED_MAX 120 /* characters of a report's first sentence */
#define YEAR_LINE_MAX 12   /* characters of the line below a title that is its year */
#define ORGAN_MIN 3        /* characters of the organ's name in a title without a year */
#define LABEL_MAX 8        /* characters of a label such as 标题: before a title */
#define DECLARES_MAX 300   /* characters in which a text says that it is the report */
#define LINES_MAX 4        /* lines that a title is spread over */
#define PIECE_MAX 40       /* characters of one of them */

/* 20xx, or 二〇xx, in [from, to) */
static bool has_year(const fchar *t, size_t from, size_t to)
{
	for (size_t i = from; i + 4 <= to; i++) {
		if (t[i] == '2' && t[i + 1] == '0' && fchar_digit(t[i + 2]) && fchar_digit(t[i + 3]))
			return true;
		if (fchar_han_digit(t[i]) == 2 && fchar_han_digit(t[i + 1]) == 0)
			return true;
	}
	return false;
}

/* A year, or one of two digits: 09年度. */
static bool title_has_year(const fchar *t, size_t from, size_t to)
{
	size_t n;
	for (size_t i = from; i < to; i++)
		if (report_region_title_year(t, i, from, to, &n) > 0)
			return true;
	return has_year(t, from, to);
}

bool segment_is_foreign_title(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	if (lexicon_word_at(l, lexicon_need_group(l, "lead_other_begin"), t, from, to) > 0)
		return true;
	if (!lexicon_group_in(l, "title_foreign", t, from, to))
		return false;
	/* "...2014年政府信息公开工作年度报告(含统计表)" is none; a foreign word behind the report's name decides */
	size_t at = 0, strong = 0;
	size_t n = lexicon_word_in(l, lexicon_need_group(l, "title_strong"), t, from, to, &strong);
	if (n == 0)
		return true;
	lexicon_word_in(l, lexicon_need_group(l, "title_foreign"), t, from, to, &at);
	return at + 6 > strong;
}

bool segment_cover(const struct lexicon *l, const fchar *t, size_t from, size_t to, struct span *inner)
{
	size_t open = from, close = to;
	while (open < to && t[open] != 0x300A)
		open++;
	while (close > open && t[close - 1] != 0x300B)
		close--;
	if (close <= open + 2 || to - from > TITLE_MAX)
		return false;
	*inner = (struct span){open + 1, close - 1};
	return lexicon_word_at(l, lexicon_need_group(l, "title_cover"), t, close, to) == to - close &&
	       segment_is_title(l, t, inner->from, inner->to);
}

bool segment_is_title(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	if (to < from + TITLE_MIN || to > from + TITLE_MAX || !title_has_year(t, from, to))
		return false;
	for (size_t i = from; i < to; i++)
		if (fchar_clause_end(t[i]) || t[i] == 0x300A || t[i] == '/' || t[i] == '_' || t[i] == '>')
			return false;
	if (!lexicon_group_in(l, "title_topic", t, from, to) || segment_is_foreign_title(l, t, from, to))
		return false;
	size_t end = to;
	while (end > from && (t[end - 1] == ')' || t[end - 1] == '(' || t[end - 1] == 0x201D))
		end--;
	return lexicon_word_before(l, lexicon_need_group(l, "title_report"), t, end, from) > 0 ||
	       lexicon_group_in(l, "title_strong", t, from, to);
}

/* Where the name goes on that has its year at `year`: behind ...信息公开...年度报告; 0 when it is none. */
static size_t name_end(const struct lexicon *l, const fchar *t, size_t year, size_t to)
{
	uint16_t strong = lexicon_need_group(l, "announced_name");
	size_t topic = 0, stop = year + TITLE_MAX < to ? year + TITLE_MAX : to;
	for (size_t i = year; i < stop && !fchar_clause_end(t[i]) && t[i] != 0x300A; i++) {
		topic = topic || lexicon_word_at(l, lexicon_need_group(l, "title_topic"), t, i, stop) > 0;
		size_t n = topic ? lexicon_word_at(l, strong, t, i, stop) : 0;
		if (n == 0)
			continue;
		bool other = lexicon_word_at(l, lexicon_need_group(l, "announce_not"), t, i + n, to) > 0;
		return other ? 0 : i + n;
	}
	return 0;
}

/* Does the name that ends at `end` end its line, on which no clause ends before it: the headline of news? */
static bool is_line(const fchar *t, size_t verb, size_t end, size_t to)
{
	while (verb > 0 && t[verb - 1] != '\n')
		if (fchar_clause_end(t[--verb]))
			return false;
	return end == to || t[end] == '\n';
}

bool segment_announced(const struct lexicon *l, const fchar *t, size_t from, size_t to, struct span *name)
{
	uint16_t verb = lexicon_need_group(l, "announce_verb");
	to = to - from > HEAD_FAR ? from + HEAD_FAR : to;
	for (size_t i = from, n; i < to; i++) {
		if ((n = lexicon_word_at(l, verb, t, i, to)) == 0)
			continue;
		if (report_class_recent(l, t, from, i)) /* news of one */
			continue;
		size_t start = i + n;
		start +=
			lexicon_word_at(l, lexicon_need_group(l, "announce_tail"), t, start, to); /* 编制了, 编制形成 */
		bool quoted = start < to && t[start] == 0x300A;
		start += quoted;
		for (size_t k = start; k < to && k < start + ORGAN_FAR; k++) {
			size_t end;
			if (report_region_year(t, k, to) > 0 && (end = name_end(l, t, k, to)) > 0) {
				*name = (struct span){start, end};
				if (!is_line(t, i, end, to))
					return true;
				break;
			}
			/* 《民族事务委员会(宗教事务局)2024年...》 */
			bool bracket = quoted && (t[k] == '(' || t[k] == ')');
			if ((!fchar_han(t[k]) && !bracket) || lexicon_word_at(l, verb, t, k, to) > 0)
				break;
		}
	}
	return false;
}

/* The words of the features of a report that [from, to) has, and its sentences. */
struct look {
	unsigned features;
	bool table;
	size_t sentences, chars, digits;
	size_t counts; /* figures with a counting word */
};

/* Adds what [from, to) has to *seen, whose features are counted later, and to *k. */
static void look_on(const struct lexicon *l, const fchar *t, size_t from, size_t to, struct groups_seen *seen,
		    struct look *k)
{
	uint16_t unit = lexicon_need_group(l, "counted");
	lexicon_groups_in(l, t, from, to, seen);
	for (size_t i = from; i < to; i++) {
		k->sentences += t[i] == 0x3002;
		k->chars += fchar_han(t[i]);
		k->digits += fchar_digit(t[i]) && (i == from || !fchar_digit(t[i - 1]));
		k->counts += i > from && fchar_digit(t[i - 1]) && lexicon_word_at(l, unit, t, i, to) > 0;
	}
}

static unsigned features_in(const struct lexicon *l, const struct groups_seen *seen)
{
	static const char *const names[] = {"feature_own", "feature_requests", "feature_review",
					    "feature_fee", "feature_problem",  "feature_frame"};
	unsigned n = 0;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		n += groups_have(seen, lexicon_need_group(l, names[i]));
	return n;
}

static struct look look_at(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	struct groups_seen seen = {{0}};
	struct look k = {0};
	look_on(l, t, from, to, &seen, &k);
	k.features = features_in(l, &seen);
	k.table = groups_have(&seen, lexicon_need_group(l, "feature_table"));
	return k;
}

static size_t line_end(const struct fold *f, size_t pos)
{
	while (pos < f->n && f->ch[pos] != '\n')
		pos++;
	return pos;
}

/* The title token of a line: pieces of a line are told apart by the blanks of the source. */
static bool title_in_line(const struct lexicon *l, const struct fold *f, size_t from, size_t to, struct span *out)
{
	size_t start = from;
	struct span inner;
	if (lexicon_word_at(l, lexicon_need_group(l, "lead_other_begin"), f->ch, from, to) > 0) /* 图解:... */
		return false;
	for (size_t i = from + LABEL_MAX; i >= from + 1; i--) /* behind a label, else the whole line */
		if (i < to && (i == from + 1 || f->ch[i - 1] == ':') &&
		    segment_cover(l, f->ch, i == from + 1 ? from : i, to, &inner)) {
			*out = (struct span){i == from + 1 ? from : i, to};
			return true;
		}
	for (size_t i = from + 1; i <= to; i++) {
		bool gap = i == to || f->cp[i] > f->cp[i - 1] + 1 || f->ch[i - 1] == ':';
		if (!gap)
			continue;
		if (segment_is_title(l, f->ch, start, i)) {
			*out = (struct span){start, i};
			return true;
		}
		/* a blank inside a title: "X 2014年度政府信息公开工作年度报告" */
		start = i;
	}
	if (segment_is_title(l, f->ch, from, to)) {
		*out = (struct span){from, to};
		return true;
	}
	return false;
}

/* 关于甘谷县水务局2015年政府信息公开工作年度报告的公告: over the report itself, or over word of it. */
static bool is_notice(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	size_t n = lexicon_word_before(l, lexicon_need_group(l, "title_notice"), t, to, from);
	return n > 0 && segment_is_title(l, t, from, to - n);
}

/* 甘谷县审计局政府信息公开年度报告: a title that leaves the year to the text. */
static bool is_yearless(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	size_t topic = from, end = to;
	if (to < from + TITLE_MIN || to > from + TITLE_MAX || segment_is_foreign_title(l, t, from, to))
		return false;
	for (size_t i = from; i < to; i++)
		if (!fchar_han(t[i]))
			return false;
	if (lexicon_word_before(l, lexicon_need_group(l, "title_strong"), t, to, from) == 0 ||
	    lexicon_word_in(l, lexicon_need_group(l, "title_topic"), t, from, to, &topic) == 0)
		return false;
	end = topic - lexicon_word_before(l, lexicon_need_group(l, "government_word"), t, topic, from);
	return (end >= from + ORGAN_MIN && organ_is_titled(l, t, from, end)) ||
	       (topic >= from + ORGAN_MIN && organ_is_titled(l, t, from, topic));
}

bool segment_is_nameless(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	size_t topic = from + lexicon_word_at(l, lexicon_need_group(l, "government_word"), t, from, to);
	return lexicon_word_at(l, lexicon_need_group(l, "title_topic"), t, topic, to) > 0 &&
	       lexicon_word_before(l, lexicon_need_group(l, "title_strong"), t, to, topic) > 0;
}

/* 政府信息公开工作年度报告 | (甘谷县人民政府 2014年): a title that names nobody, above a bracket that says who. */
static bool is_named_below(const struct lexicon *l, const struct fold *f, size_t pos, size_t end)
{
	const fchar *t = f->ch;
	size_t below = end, last;
	while (below < f->n && t[below] == '\n')
		below++;
	last = line_end(f, below);
	return segment_is_nameless(l, t, pos, end) && last > below + 1 && t[below] == '(' && t[last - 1] == ')' &&
	       organ_end(l, t, below + 1, last) > 0;
}

/* May a line be one of several that a title is spread over: an organ, a year, a part of the report's name? */
static bool is_title_piece(const fchar *t, size_t from, size_t to)
{
	if (to == from || to - from > PIECE_MAX)
		return false;
	for (size_t i = from; i < to; i++)
		if (!fchar_han(t[i]) && !fchar_digit(t[i]) && fchar_han_digit(t[i]) < 0 && t[i] != '(' && t[i] != ')' &&
		    t[i] != ' ' && !(t[i] == '-' && i > from && fchar_digit(t[i - 1])))
			return false;
	return true;
}

bool segment_is_title_head(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	size_t n = 0;
	if (!is_title_piece(t, from, to))
		return false;
	to -= lexicon_word_before(l, lexicon_need_group(l, "about_word"), t, to,
				  from); /* 河田镇人民政府关于 | 2010年... */
	bool year = false;
	for (size_t i = from; i < to && !year; i++)
		year = report_region_title_year(t, i, from, to, &n) > 0;
	return year || organ_is_titled(l, t, from, to) || report_region_only(l, t, from, to);
}

bool segment_names_nobody(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	size_t n;
	from += lexicon_word_at(l, lexicon_need_group(l, "about_word"), t, from, to);
	if (report_region_title_year(t, from, from, to, &n) == 0) {
		from += lexicon_word_at(l, lexicon_need_group(l, "government_word"), t, from, to);
		return lexicon_word_at(l, lexicon_need_group(l, "title_topic"), t, from, to) > 0;
	}
	from += n;
	size_t join = lexicon_word_at(l, lexicon_need_group(l, "year_to"), t, from, to);
	if (join > 0 && report_region_title_year(t, from + join, from, to, &n) > 0) /* 2015-2016学年 */
		from += join + n;
	from += lexicon_word_at(l, lexicon_need_group(l, "school_year"), t, from, to);
	while (from < to && (t[from] == 0x5E74 || t[from] == 0x5EA6)) /* 年, 度 */
		from++;
	from += lexicon_word_at(l, lexicon_need_group(l, "government_word"), t, from, to);
	from += lexicon_word_at(l, lexicon_need_group(l, "bare_body"), t, from, to);
	return lexicon_word_at(l, lexicon_need_group(l, "title_topic"), t, from, to) > 0;
}

/* Mirrors put their address into a report: www.example.com沙头镇. */
static size_t behind_address(const fchar *t, size_t from, size_t to)
{
	size_t i = from;
	while (i < to && (fchar_latin(t[i]) || fchar_digit(t[i]) || t[i] == '.' || t[i] == '/' || t[i] == ':'))
		i++;
	return i > from && fchar_latin(t[i - 1]) ? i : from;
}

/* 政府信息公开工作年度报告 | (2014年度) */
static bool year_below(const struct lexicon *l, const struct fold *f, size_t pos, size_t end, struct span *out)
{
	size_t n, below = end + 1;
	if (end <= pos || below >= f->n || end - pos > PIECE_MAX || segment_is_foreign_title(l, f->ch, pos, end) ||
	    lexicon_word_before(l, lexicon_need_group(l, "title_strong"), f->ch, end, pos) == 0 ||
	    !lexicon_group_in(l, "title_topic", f->ch, pos, end))
		return false;
	size_t last = line_end(f, below);
	below += f->ch[below] == '(';
	if (last - below > YEAR_LINE_MAX || report_region_title_year(f->ch, below, below, last, &n) == 0)
		return false;
	*out = (struct span){pos, last};
	return true;
}

/*
 * A title over several lines that begins at `pos`: an organ on one, the year on the next, the report on a third. The
 * last may be a title by itself if it names no organ.
 */
static bool title_over_lines(const struct lexicon *l, const struct fold *f, size_t pos, struct span *out)
{
	fchar t[LINES_MAX * PIECE_MAX];
	size_t n = 0, line = behind_address(f->ch, pos, line_end(f, pos)), end = line_end(f, pos);
	pos = line;
	if (!segment_is_title_head(l, f->ch, pos, end))
		return year_below(l, f, pos, end, out);
	for (unsigned lines = 0; lines < LINES_MAX && line < f->n; lines++, line = end + 1) {
		end = line_end(f, line);
		if (!is_title_piece(f->ch, line, end))
			return false;
		if (segment_is_title(l, f->ch, line, end) && (lines == 0 || !segment_names_nobody(l, f->ch, line, end)))
			return false;
		memcpy(t + n, f->ch + line, (end - line) * sizeof *t);
		n += end - line;
		if (lines == 0 || !segment_is_title(l, t, 0, n))
			continue;
		*out = (struct span){pos, end};
		return true;
	}
	return false;
}

/* 关于做好2011年度政府信息公开年度报告 | 编制和公布工作的通知: does the next line make of the title that of another paper? */
static bool goes_on_foreign(const struct lexicon *l, const struct fold *f, size_t pos, size_t end)
{
	fchar t[2 * PIECE_MAX];
	size_t n = report_class_two_lines(l, f->ch, pos, end, f->n, t, 2 * PIECE_MAX);
	return n > 0 && !report_class_issues(l, t, 0, n);
}

static bool is_overview(const struct lexicon *l, const struct fold *f, size_t from, size_t to)
{
	if (to - from > HEADING_MAX || to - from < 3 || !lexicon_group_in(l, "overview", f->ch, from, to))
		return false;
	for (size_t i = from; i < to; i++)
		if (fchar_clause_end(f->ch[i]) || fchar_digit(f->ch[i]))
			return false;
	/* the first of the sections or an unnumbered heading: (三), 二、 are inner ones */
	bool first = f->ch[from] == 0x4E00 && f->ch[from + 1] == 0x3001;
	return first || (f->ch[from] != '(' && f->ch[from + 1] != 0x3001 && f->ch[from + 2] != 0x3001);
}

/* Does the line begin with the number of a section: (二), 三、? */
static bool is_section(const fchar *t, size_t from, size_t to)
{
	size_t i = from + (t[from] == '(');
	size_t first = i;
	while (i < to && i < first + 3 && fchar_section_digit(t[i]))
		i++;
	return i > first && i < to && (first > from ? t[i] == ')' : t[i] == 0x3001);
}

/* A paragraph of another document, cut off: ends in "..." or, though long, without punctuation. */
static bool is_snippet(const struct lexicon *l, const struct fold *f, size_t from, size_t to)
{
	if (to - from < 3 || lexicon_group_in(l, "feature_table", f->ch, from, to) || (to - from) * 4 > f->n)
		return false;
	if (to < f->n && f->text.p[f->byte[to]] != '\n') /* a section's number ended the line: nothing was cut off */
		return false;
	fchar c = f->ch[to - 1];
	if (c == 0x2026 || (c == '.' && f->ch[to - 2] == '.'))
		return true;
	/* a section of the report itself may lack its full stop */
	bool own = is_section(f->ch, from, to) && lexicon_group_in(l, "title_topic", f->ch, from, to);
	return to - from >= SNIPPET_MIN && fchar_han(c) && !own;
}

/* Adds [from, to); empty lines before it part nothing. */
static void part_add(const struct fold *f, struct segment *s, size_t from, size_t to)
{
	size_t before = from;
	if (from >= to)
		return;
	while (before > 0 && f->ch[before - 1] == '\n')
		before--;
	if (s->parts_count > 0 && s->parts[s->parts_count - 1].to >= before) {
		s->parts[s->parts_count - 1].to = to;
		return;
	}
	if (s->parts_count == SEGMENT_PARTS_MAX)
		s->parts[s->parts_count - 1].to = to;
	else
		s->parts[s->parts_count++] = (struct span){from, to};
}

/* What a segment that grows by lines has: each line is looked at once, however often it is asked whether that is enough. */
struct gathered {
	struct look sum;         /* features: of the parts before the last */
	struct groups_seen seen; /* in the last part */
	unsigned part;
	size_t to; /* how far it was looked at */
};

/* Does what was gathered already look like a report with figures? */
static bool whole_before(const struct lexicon *l, const struct fold *f, const struct segment *s, struct gathered *g)
{
	while (g->part < s->parts_count) {
		const struct span *p = &s->parts[g->part];
		look_on(l, f->ch, g->to > p->from ? g->to : p->from, p->to, &g->seen, &g->sum);
		g->to = p->to;
		if (g->part + 1 == s->parts_count)
			break;
		g->sum.features += features_in(l, &g->seen);
		g->seen = (struct groups_seen){{0}};
		g->part++;
	}
	return g->sum.features + features_in(l, &g->seen) >= 4 && g->sum.digits >= 5 && g->sum.sentences >= 8;
}

static bool same_text(const struct fold *f, const struct span *a, const struct span *b)
{
	return a->to - a->from == b->to - b->from && fold_is(f, a->from, f->ch + b->from, b->to - b->from);
}

static bool last_line(const struct fold *f, size_t end)
{
	while (end < f->n && f->ch[end] == '\n')
		end++;
	return end == f->n;
}

/* Cut the text where a report begins anew: at a further title or an overview, behind what already is a whole report. */
static size_t cut(const struct lexicon *l, const struct fold *f, struct segment *out, size_t max)
{
	size_t count = 0, chars = 0;
	struct segment s = {.parts_count = 0};
	struct gathered gathered = {.part = 0};
	struct span before = {0, 0}; /* the line before, if it may be a title's head */
	for (size_t pos = 0, end; pos < f->n; pos = end + 1) {
		end = line_end(f, pos);
		struct span title = {0, 0};
		bool titled =
			end > pos && (title_in_line(l, f, pos, end, &title) || title_over_lines(l, f, pos, &title));
		titled = titled && !(title.to == end && goes_on_foreign(l, f, title.from, end));
		/* 大兴乡人民政府 | 2018年政府信息公开工作年度报告 根据...: the text begins on the title's last line */
		if (titled && title.from == pos && title.to < end && before.to > before.from &&
		    segment_names_nobody(l, f->ch, title.from, title.to))
			title.from = before.from;
		if (end > pos)
			before = segment_is_title_head(l, f->ch, pos, end) ? (struct span){pos, end}
									   : (struct span){0, 0};
		bool again = titled && same_text(f, &title, &s.title); /* a head that the page prints twice */
		bool fresh = ((titled && !again && chars >= REPORT_MIN) ||
			      (chars >= WHOLE_MIN && is_overview(l, f, pos, end))) &&
			     whole_before(l, f, &s, &gathered);
		if (fresh && count + 1 < max) {
			out[count++] = s;
			s = (struct segment){.parts_count = 0};
			gathered = (struct gathered){.part = 0};
			chars = 0;
		}
		if (titled && s.title.to == s.title.from)
			s.title = title;
		else if (s.title.to == s.title.from && chars == 0 && is_notice(l, f->ch, pos, end)) {
			s.title = (struct span){pos, end};
			s.notice = true;
		} else if (s.title.to == s.title.from && chars == 0 &&
			   (is_yearless(l, f->ch, pos, end) || is_named_below(l, f, pos, end)))
			s.title = (struct span){pos, end};
		/* the end of the text may itself have been cut off: only a stretch before others is of elsewhere */
		if (end > pos && (last_line(f, end) || !is_snippet(l, f, pos, end))) {
			part_add(f, &s, pos, end);
			chars += end - pos;
		}
	}
	out[count++] = s;
	return count;
}

/*
 * Sections of a report whose head was left elsewhere: headings that name a report's subjects, figures, and the year that
 * they are of.
 */
static bool is_excerpt(const struct lexicon *l, const struct fold *f, const struct span *part, const struct look *k)
{
	if (k->counts < EXCERPT_COUNTS || !has_year(f->ch, part->from, part->to))
		return false;
	size_t end = line_end(f, part->from);
	end = end < part->to ? end : part->to;
	bool heading = end - part->from <= HEADING_MAX && report_class_sections(l, f, part->from, end) > 0;
	bool requests = lexicon_group_in(l, "feature_requests", f->ch, part->from, part->to);
	unsigned sections = report_class_sections(l, f, part->from, part->to);
	return (heading && (requests || sections >= 2)) || (sections >= 1 && requests && k->features >= 2);
}

/* Does the text say in its head of itself what it counts: 本报告所列数据的统计期限? */
static bool says_itself(const struct lexicon *l, const struct fold *f, const struct span *part)
{
	size_t end = part->to - part->from > HEAD_FAR ? part->from + HEAD_FAR : part->to;
	return lexicon_group_in(l, "own_report", f->ch, part->from, end) &&
	       lexicon_group_in(l, "stat_until", f->ch, part->from, end);
}

/* Does the text begin with what it is: 本年度报告根据...编制? */
static bool introduces_itself(const struct lexicon *l, const struct fold *f, const struct span *part)
{
	size_t end = part->from;
	while (end < part->to && end < part->from + INTRODUCED_MAX && !fchar_sentence_end(f->ch[end]))
		end++;
	return (lexicon_group_in(l, "own_report", f->ch, part->from, end) ||
		lexicon_group_in(l, "compiled_by", f->ch, part->from, end)) &&
	       lexicon_group_in(l, "compile_verb", f->ch, part->from, end);
}

/* A guide to disclosure has a report's subjects, but is of no year. */
static bool says_year(const struct lexicon *l, const struct fold *f, const struct segment *s)
{
	for (unsigned i = 0; i < s->parts_count; i++)
		if (has_year(f->ch, s->parts[i].from, s->parts[i].to) ||
		    lexicon_group_in(l, "in_year", f->ch, s->parts[i].from, s->parts[i].to))
			return true;
	return false;
}

/*
 * Does the text say in its first lines that it is the report, though what is stored of it ends before its first figure:
 * 本报告由X根据条例编制, 现公布X2016年年度报告 and of which days its figures are, or below a report's title
 * 现将我校信息公开工作情况报告如下?
 */
static bool declares_itself(const struct lexicon *l, const struct fold *f, struct span part, bool titled,
			    bool announced)
{
	size_t from = part.from, to = part.to - from > DECLARES_MAX ? from + DECLARES_MAX : part.to;
	if (!lexicon_group_in(l, "title_topic", f->ch, from, to))
		return false;
	if (lexicon_group_in(l, "compiled_by", f->ch, from, to) && lexicon_group_in(l, "own_report", f->ch, from, to) &&
	    lexicon_group_in(l, "compile_verb", f->ch, from, to))
		return true;
	if (announced && lexicon_group_in(l, "own_report", f->ch, from, to) &&
	    lexicon_group_in(l, "stat_until", f->ch, from, to))
		return true;
	return titled && lexicon_group_in(l, "announced_name", f->ch, from, to) &&
	       lexicon_group_in(l, "own_name", f->ch, from, to);
}

static bool is_report(const struct lexicon *l, const struct document *d, const struct fold *f, const struct segment *s,
		      bool page_titled)
{
	struct look sum = {0};
	struct look best = {0};
	for (unsigned i = 0; i < s->parts_count; i++) {
		struct look k = look_at(l, f->ch, s->parts[i].from, s->parts[i].to);
		best.features = k.features > best.features ? k.features : best.features;
		sum.table = sum.table || k.table;
		sum.sentences += k.sentences;
		sum.chars += k.chars;
		sum.digits += k.digits;
		sum.counts += k.counts;
	}
	if (s->parts_count > 1) {
		struct look all = look_at(l, f->ch, s->parts[0].from, s->parts[s->parts_count - 1].to);
		best.features = all.features;
	}
	struct span name;
	bool announced = s->parts_count > 0 && segment_announced(l, f->ch, s->parts[0].from, s->parts[0].to, &name);
	bool named = s->title.to > s->title.from && !s->notice &&
		     !report_class_news_title(l, f->ch, s->title.from, s->title.to);
	bool titled = page_titled || named || announced;
	if (report_class_other(l, d, f, s, titled, sum.table))
		return false;
	if (sum.table && best.features >= 2 && sum.digits >= 5)
		return true;
	if (titled && sum.digits > 0 && sum.chars >= NOTICE_MIN && report_excerpt_stated(l, f, s).own)
		return true;
	if (sum.chars < REPORT_SHORT)
		return false;
	if (best.features >= 4 && introduces_itself(l, f, &s->parts[0]))
		return true;
	if ((!titled && report_excerpt(l, f, s)) || declares_itself(l, f, s->parts[0], titled, announced))
		return true;
	if (sum.digits < (titled ? 1 : 2))
		return false;
	sum.features = best.features;
	if (!titled && is_excerpt(l, f, &s->parts[0], &sum))
		return true;
	unsigned sections = report_class_sections(l, f, s->parts[0].from, s->parts[0].to);
	if (titled && sections >= 2)
		return true;
	if (sum.sentences < 3)
		return false;
	if (titled && best.features >= 4)
		return true;
	if (sum.chars < REPORT_MIN)
		return false;
	bool itself = says_itself(l, f, &s->parts[0]);
	if (itself && (announced || best.features >= 2))
		return true;
	if (titled && sum.counts >= 2 && sections > 0)
		return true;
	return titled ? best.features >= 2 : best.features >= 4 && sum.digits >= 4 && says_year(l, f, s);
}

/* What one part of the page's title says: 1 a report's, -1 another document's, 0 nothing, 2 a report's that is no proof. */
static int title_part(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	if (segment_is_title(l, t, from, to))
		return report_class_news_title(l, t, from, to) ? 2 : 1;
	bool report =
		lexicon_group_in(l, "title_topic", t, from, to) && lexicon_group_in(l, "title_strong", t, from, to);
	if (!segment_is_foreign_title(l, t, from, to))
		return report ? 2 : 0;
	/* 关于印发X年度报告的通知: over the report itself, or over word of it */
	if (report_class_issues(l, t, from, to))
		return 2;
	/* 通知公告, 信息公开目录: the column, not the document */
	bool column = lexicon_word_at(l, lexicon_need_group(l, "title_column"), t, from, to) == to - from;
	return column ? 0 : -1;
}

/* What the page's own title says: 1 a report's, -1 another document's, 0 nothing. */
static int page_title(const struct lexicon *l, const struct document *d, struct arena *a)
{
	struct str titles[2] = {d->title, d->html_title};
	for (int i = 0; i < 2; i++) {
		if (titles[i].n == 0 || titles[i].n > 600)
			continue;
		struct fold t;
		fold_text(l, a, titles[i], &t);
		size_t from = 0;
		for (size_t k = 0; k <= t.n; k++) { /* 标题_栏目-站名 */
			if (!fold_title_mark(&t, k))
				continue;
			int says = title_part(l, t.ch, from, k);
			if (says != 0)
				return says == 2 ? 0 : says;
			from = k + 1;
		}
	}
	return 0;
}

bool segment_maybe(const struct lexicon *l, const struct document *d)
{
	static const char *const words[] = {"信息公开", "信息公開", "資訊公開", "政务公开",
					    "政務公開", "政府信息", "主动公开", "主動公開"};
	if (d->text.n < TEXT_MIN)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (str_find(d->text, str_of(words[i]), 0) >= 0)
			return page_title(l, d, d->arena) >= 0;
	return false;
}

size_t segment_find(const struct lexicon *l, const struct document *d, const struct fold *f, struct segment *out,
		    size_t max)
{
	int title = page_title(l, d, d->arena);
	size_t cuts = cut(l, f, out, max), kept = 0;
	for (size_t i = 0; i < cuts; i++)
		if (out[i].parts_count > 0 && is_report(l, d, f, &out[i], title > 0 && cuts == 1))
			out[kept++] = out[i];
	return kept;
}
