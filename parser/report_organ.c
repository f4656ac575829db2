#include "parser/report_organ.h"

#include "parser/report_region.h"

#define TOWN_MIN 3 /* characters of a town's name with its tail */

bool organ_ends(const struct lexicon *l, const char *group, const fchar *t, size_t from, size_t to)
{
	return to > from && lexicon_word_before(l, lexicon_need_group(l, group), t, to, from) > 0;
}

bool organ_is(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	to -= to > from && t[to - 1] == ')';
	return organ_ends(l, "organ_office", t, from, to) || organ_ends(l, "organ_government", t, from, to) ||
	       organ_ends(l, "organ_bureau", t, from, to) || organ_ends(l, "organ_township", t, from, to);
}

bool organ_is_central(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	size_t n = lexicon_word_before(l, lexicon_need_group(l, "central_organ"), t, to, from);
	size_t state = lexicon_word_at(l, lexicon_need_group(l, "state_name"), t, from, to);
	return n > 0 && to - n == from + state;
}

size_t organ_stem(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	size_t n = lexicon_word_before(l, lexicon_need_group(l, "organ_founding"), t, to, from);
	return n > 0 && organ_is(l, t, from, to - n) ? to - n : to;
}

bool organ_is_town(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	to = organ_stem(l, t, from, to);
	return to - from >= TOWN_MIN &&
	       (organ_ends(l, "organ_township", t, from, to) ||
		(organ_ends(l, "organ_street", t, from, to) && !lexicon_group_in(l, "organ_away", t, from, to)));
}

bool organ_is_bureau(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	return (organ_ends(l, "organ_bureau", t, from, to) || organ_ends(l, "organ_house", t, from, to)) &&
	       !organ_ends(l, "organ_office", t, from, to);
}

bool organ_is_titled(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	if (organ_is(l, t, from, to) || organ_is_central(l, t, from, to) || organ_is_town(l, t, from, to))
		return true;
	return (organ_ends(l, "organ_title", t, from, to) || organ_ends(l, "organ_house", t, from, to)) &&
	       !report_region_only(l, t, from, to);
}

size_t organ_end(const struct lexicon *l, const fchar *t, size_t from, size_t to)
{
	size_t end = 0;
	for (size_t e = from + 1; e <= to && e <= from + ORGAN_MAX && fchar_han(t[e - 1]) && t[e - 1] != ORGAN_OF; e++)
		if (organ_is(l, t, from, e))
			end = e;
	return end;
}
