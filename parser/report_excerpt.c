#include "parser/report_excerpt.h"

#include "parser/report_class.h"
#include "parser/report_region.h"

#define SUBJECTS_MIN 4      /* subjects counted in a text without numbered sections */
#define SUBJECTS_SECTIONS 3 /* in one that begins with a section and says its year */
#define SUBJECTS_NAMED 2    /* in one whose first section is a report's */
#define SECTIONS_MIN 3      /* sections of a report's in a text that begins with one */
#define HEAD_NEAR 200       /* characters in which a body says what it reports on */
#define SECTION_MAX 30      /* characters of a section's heading */
#define NUMBER_MAX 3        /* digits of a section's number */

static const char *const subjects[] = {"excerpt_own",   "excerpt_requests", "excerpt_review", "excerpt_fee",
				       "excerpt_press", "excerpt_gazette",  "excerpt_access", "excerpt_visits"};
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
		for (b = a; b < to && !fchar_sentence_end(t[b]) && t[b] != ';'; b++)
			;
		if (b - a < 4 || !states(l, t, a, b))
			continue;
		for (size_t k = 0; k < SUBJECTS; k++)
			seen[k] = seen[k] || lexicon_group_in(l, subjects[k], t, a, b);
	}
}

/* Does the text begin with the heading of a section: (二)依申请公开情况? */
static bool begins_with_section(const fchar *t, size_t from, size_t to)
{
	size_t i = from + (t[from] == '('), first = i;
	while (i < to && i < first + NUMBER_MAX && fchar_section_digit(t[i]))
		i++;
	if (i == first || i >= to || t[i] != (first > from ? ')' : 0x3001))
		return false;
	for (size_t k = i; k < to && k < i + SECTION_MAX; k++)
		if (fchar_sentence_end(t[k]))
			return true;
	return false;
}

bool report_excerpt(const struct lexicon *l, const struct fold *f, const struct segment *s)
{
	bool seen[SUBJECTS] = {false}, year = false;
	unsigned n = 0;
	for (unsigned p = 0; p < s->parts_count; p++) {
		look_at(l, f->ch, s->parts[p].from, s->parts[p].to, seen);
		for (size_t i = s->parts[p].from; i < s->parts[p].to && !year; i++)
			year = report_region_year(f->ch, i, s->parts[p].to) > 0;
	}
	for (size_t k = 0; k < SUBJECTS; k++)
		n += seen[k];
	if (s->parts_count == 0)
		return false;
	size_t from = s->parts[0].from, to = s->parts[0].to, line = from;
	bool section = year && begins_with_section(f->ch, from, to);
	while (line < to && !fchar_sentence_end(f->ch[line]))
		line++;
	if (section && n >= SUBJECTS_NAMED && report_class_sections(l, f, from, line) > 0)
		return true;
	/* where nothing was disclosed, the figures are of another work */
	if (!seen[0] || !year)
		return seen[0] && n >= SUBJECTS_MIN;
	unsigned sections = report_class_sections(l, f, from, to);
	if (n >= SUBJECTS_MIN || (section && (n >= SUBJECTS_SECTIONS || sections >= SECTIONS_MIN)))
		return true;
	size_t head = to - from > HEAD_NEAR ? from + HEAD_NEAR : to;
	bool about = lexicon_group_in(l, "title_topic", f->ch, from, head) && lexicon_group_in(l, "own_name", f->ch, from, head) &&
		     !lexicon_group_in(l, "title_rival", f->ch, from, to);
	return about && (n >= SUBJECTS_NAMED || sections >= SUBJECTS_NAMED);
}
