#include "parser/metric_words.h"

/* A subject stands at the head of its clause: at most so many characters (a place name, a time) before it. */
#define SUBJECT_LEAD 6
/* a subject further back than this is another sentence's, whatever the punctuation */
#define SUBJECT_FAR 600

static bool is_head(const struct reading *g, size_t clause, size_t pos)
{
	const fchar *t = g->f->ch;
	uint16_t object = lexicon_need_group(g->l, "object_lead");
	size_t year = clause; /* 2014年, 2014年度 says nothing of who */
	while (year < pos && fchar_digit(t[year]))
		year++;
	if (year == clause + 4 && year < pos && t[year] == 0x5E74)
		clause = year + 1 < pos && t[year + 1] == 0x5EA6 ? year + 2 : year + 1;
	if (pos > clause + SUBJECT_LEAD)
		return false;
	for (size_t i = clause; i < pos; i++)
		if (lexicon_word_at(g->l, object, t, i, pos) > 0)
			return false;
	return true;
}

/* Behind a bracket that opens at `pos` and closes before `to`, else `to`. */
static size_t behind_bracket(const fchar *t, size_t pos, size_t to)
{
	int depth = 0;
	for (; pos < to; pos++) {
		depth += t[pos] == '(' ? 1 : t[pos] == ')' ? -1 : 0;
		if (depth == 0)
			return pos + 1;
	}
	return to;
}

/* 市政府门户网站, 政府办公室网站: a channel, no scope. */
static bool is_channel(const struct reading *g, size_t end, size_t to)
{
	size_t stop = end + 4 < to ? end + 4 : to;
	for (size_t k = end; k < end + 2 && k < to; k++) /* 镇政府信息公开网 */
		if (word_at(g, "channel_word", k, to) > 0)
			return true;
	return word_in(g, "channel_word", end, stop);
}

/* The organ that reports: its own name is no part of it (rule 14). A town has no towns below it. */
static bool is_self(const struct reading *g, const struct subject *s)
{
	if (str_eq_z(s->scope, "headquarters"))
		return g->department || g->town;
	return str_eq_z(s->scope, "township") && g->town;
}

struct subject subject_before(const struct reading *g, size_t from, size_t pos)
{
	const fchar *t = g->f->ch;
	if (pos - from > SUBJECT_FAR)
		from = pos - SUBJECT_FAR;
	struct subject s = {STR(""), from, from, 0};
	size_t clause = from;
	bool listed = false;
	uint16_t part = lexicon_need_group(g->l, "part_word");
	for (size_t i = from; i < pos;) {
		if (fchar_clause_end(t[i]) || t[i] == ':') {
			if (t[i] == ';' && listed) /* 其中市级3件,区县5件;当面申请2件: the list is at its end */
				s = (struct subject){STR(""), i, i, 0};
			clause = ++i;
			continue;
		}
		if (t[i] == '(') {
			i = behind_bracket(t, i, pos);
			continue;
		}
		size_t n = lexicon_word_at(g->l, part, t, i, pos);
		if (n == 2 && t[i] == 0x5176) {
			listed = true; /* 其中 begins a list of parts: a new subject each */
			s = (struct subject){STR(""), i, i, 0};
			clause = i += n;
			continue;
		}
		uint32_t w;
		n = matcher_longest(g->l->scopes, t, i, pos, &w);
		bool joined = s.to > s.from && s.to >= clause && i >= s.to && i <= s.to + 2;
		if (n == 0 || (!joined && !is_head(g, clause, i)) || is_channel(g, i + n, pos)) {
			i++;
			continue;
		}
		struct str scope = g->l->scope[w].scope;
		if (joined && s.scope.n == 0)
			scope = s.scope; /* the whole body and its parts: the whole body */
		if (joined && str_eq_z(s.scope, "county") && str_eq_z(scope, "township"))
			scope = s.scope; /* all that is below */
		s = (struct subject){scope, joined ? s.from : i, i + n, joined ? s.markers + 1 : 1};
		i += n;
	}
	if (s.markers > 2 || is_self(g, &s))
		s.scope = STR("");
	return s;
}
