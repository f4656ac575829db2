#include "parser/report_excerpt.h"

#include "parser/report_class.h"
#include "parser/report_region.h"

#define SUBJECTS_MIN 4      /* subjects counted in a text without numbered sections */
#define SUBJECTS_SECTIONS 3 /* in one that begins with a section, or is about disclosure, and says its year */
#define SUBJECTS_NAMED 2    /* in one whose first section is a report's */
#define CHAPTERS_MIN 4      /* chapters of a text that is of many matters */
#define SECTIONS_MIN 3      /* sections of a report's in a text that begins with one */
#define HEAD_NEAR 200       /* characters in which a body says what it reports on */
#define SECTION_MAX 14      /* characters of the heading of a report's first section */
#define TOPIC_FAR 150       /* characters of a text about disclosure in which it is named */

static const char *const subjects[] = {"excerpt_own",    "excerpt_requests", "excerpt_review",
				       "excerpt_fee",    "excerpt_press",    "excerpt_gazette",
				       "excerpt_access", "excerpt_visits",   "excerpt_classes"};
#define SUBJECTS (sizeof subjects / sizeof subjects[0])

/* Does a clause count something, or deny that there was any? */
static bool states(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	uint16_t unit = lexicon_need_group(l, "excerpt_unit"), term = lexicon_need_group(l, "excerpt_term");
	for (size_t i = from + 1; i < to; i++)
		if ((fchar_digit(t[i - 1]) || fchar_han_digit(t[i - 1]) == 0) &&
		    lexicon_word_at(l, unit, t, i, to) > 0 && lexicon_word_at(l, term, t, i, to) == 0)
			return true;
	return lexicon_group_in(l, "excerpt_denied", t, from, to);
}

static void look_at(const struct lexicon *l, const fchar *t, size_t from, size_t to, bool seen[SUBJECTS])
{
	for (size_t a = from, b; a < to; a = b + 1) {
		for (b = a; b < to && !fchar_clause_end(t[b]); b++)
			;
		if (b - a < 4 || !states(l, t, a, b))
			continue;
		for (size_t k = 0; k < SUBJECTS; k++)
			seen[k] = seen[k] || lexicon_group_in(l, subjects[k], t, a, b);
		/* 公开院务信息86条 */
		seen[0] = seen[0] || (lexicon_group_in(l, "excerpt_verb", t, a, b) &&
				      lexicon_group_in(l, "class_info_word", t, a, b));
	}
}

/* Is disclosure what the text is about: named once in TOPIC_FAR characters? */
static bool about_disclosure(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	uint16_t words = lexicon_need_group(l, "disclosure");
	size_t n = 0;
	for (size_t i = from; i < to; i++)
		n += lexicon_word_at(l, words, t, i, to) > 0;
	return n * TOPIC_FAR >= to - from;
}

/* The form of 2021 cut off before its first figure: 一、总体情况, under it what was disclosed and what was asked for. */
static bool begins_as_report(const struct lexicon *l, const struct fold *f, size_t from, size_t to)
{
	const fchar *t = f->ch;
	size_t line = from;
	while (line < to && t[line] != '\n')
		line++;
	return line - from < SECTION_MAX && lexicon_group_in(l, "section_first", t, from, line) &&
	       report_class_sections(l, f, from, line) > 0 && lexicon_group_in(l, "section_own", t, line, to) &&
	       lexicon_group_in(l, "section_done", t, line, to) && about_disclosure(l, t, from, to);
}

/* Are most chapters of the text of other matters than disclosure: a year's summary of all work? */
static bool other_chapters(const struct lexicon *l, const struct fold *f, size_t from, size_t to)
{
	const fchar *t = f->ch;
	unsigned all = 0, own = 0;
	for (size_t i = from, end; i < to; i = end + 1) {
		for (end = i; end < to && t[end] != '\n'; end++)
			;
		if (i >= to || !fchar_section_digit(t[i]) || !report_class_numbered(t, i, end))
			continue;
		all++;
		own += report_class_sections(l, f, i, end) > 0;
	}
	return all >= CHAPTERS_MIN && own * 2 < all;
}

struct stated report_excerpt_stated(const struct lexicon *l, const struct fold *f, const struct segment *s)
{
	bool seen[SUBJECTS] = {false};
	struct stated r = {0};
	for (unsigned p = 0; p < s->parts_count; p++)
		look_at(l, f->ch, s->parts[p].from, s->parts[p].to, seen);
	for (size_t k = 0; k < SUBJECTS; k++)
		r.subjects += seen[k];
	r.own = seen[0];
	return r;
}

bool report_excerpt(const struct lexicon *l, const struct fold *f, const struct segment *s)
{
	struct stated k = report_excerpt_stated(l, f, s);
	if (s->parts_count == 0)
		return false;
	const fchar *t = f->ch;
	size_t from = s->parts[0].from, to = s->parts[0].to, line = from;
	bool year = false;
	for (unsigned p = 0; p < s->parts_count && !year; p++) {
		for (size_t i = s->parts[p].from; i < s->parts[p].to && !year; i++)
			year = report_region_year(t, i, s->parts[p].to) > 0;
		year = year || lexicon_group_in(l, "in_year", t, s->parts[p].from, s->parts[p].to);
	}
	if (!year)
		return k.own && k.subjects >= SUBJECTS_MIN;
	if (other_chapters(l, f, from, to))
		return false;
	while (line < to && !fchar_sentence_end(t[line]))
		line++;
	bool section = report_class_numbered(t, from, to), about = about_disclosure(l, t, from, to);
	if (section && k.subjects >= SUBJECTS_NAMED && report_class_sections(l, f, from, line) > 0)
		return true;
	if (begins_as_report(l, f, from, to))
		return true;
	if (!k.own) /* the figures are of another work */
		return false;
	unsigned sections = report_class_sections(l, f, from, to);
	if (k.subjects >= SUBJECTS_MIN || (section && sections >= SECTIONS_MIN))
		return true;
	/* a yearbook counts, too, but speaks not for itself and denies nothing */
	bool voice = section || (about && (lexicon_group_in(l, "own_name", t, from, to) ||
					   lexicon_group_in(l, "excerpt_denied", t, from, to)));
	if (voice && k.subjects >= SUBJECTS_SECTIONS)
		return true;
	if (section && about && k.subjects >= SUBJECTS_NAMED)
		return true;
	size_t head = to - from > HEAD_NEAR ? from + HEAD_NEAR : to;
	return about && lexicon_group_in(l, "title_topic", t, from, head) &&
	       lexicon_group_in(l, "own_name", t, from, head) && !lexicon_group_in(l, "title_rival", t, from, to) &&
	       (k.subjects >= SUBJECTS_NAMED || sections >= SUBJECTS_NAMED);
}
