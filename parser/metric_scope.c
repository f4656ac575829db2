#include "parser/metric_prose.h"

/* A subject stands at the head of its clause: at most so many characters (a place name, a time) before it. */
#define SUBJECT_LEAD 6

enum { C_DUN = 0x3001 };

static bool is_head(const struct reading *g, size_t from, size_t clause, size_t pos)
{
	const fchar *t = g->f->ch;
	uint16_t object = lexicon_need_group(g->l, "object_lead");
	if (lexicon_word_before(g->l, object, t, pos, from) > 0)
		return false;
	return pos - clause <= SUBJECT_LEAD || t[pos - 1] == C_DUN || t[pos - 1] == 0x53CA || t[pos - 1] == 0x548C ||
	       t[pos - 1] == 0x5E74 || t[pos - 1] == 0x7531;
}

/* 市政府门户网站, 政府办公室网站: a channel, no scope. */
static bool is_channel(const struct reading *g, size_t end, size_t to)
{
	size_t stop = end + 4 < to ? end + 4 : to;
	return lexicon_word_in(g->l, lexicon_need_group(g->l, "channel_word"), g->f->ch, end, stop, NULL) > 0;
}

/* The organ that reports: its own name is no part of it (rule 14). */
static bool is_self(const struct reading *g, const struct subject *s)
{
	if (!str_eq_z(s->scope, "headquarters"))
		return false;
	if (!str_eq_z(g->r->level, "department"))
		return false;
	return true;
}

struct subject subject_before(const struct reading *g, size_t from, size_t pos)
{
	const fchar *t = g->f->ch;
	struct subject s = {STR(""), from, from, 0};
	size_t clause = from, last_clause = from;
	uint16_t part = lexicon_need_group(g->l, "part_word");
	for (size_t i = from; i < pos;) {
		if (fchar_clause_end(t[i]) || t[i] == ':' || t[i] == '(') {
			clause = i + 1;
			i++;
			continue;
		}
		size_t n = lexicon_word_at(g->l, part, t, i, pos);
		if (n == 2 && t[i] == 0x5176) { /* 其中 begins a list of parts: a new subject each */
			s = (struct subject){STR(""), i, i, 0};
			clause = i + n;
			i += n;
			continue;
		}
		uint32_t w;
		n = matcher_longest(g->l->scopes, t, i, pos, &w);
		if (n == 0 || !is_head(g, from, clause, i) || is_channel(g, i + n, pos)) {
			i += n > 1 ? n : 1;
			continue;
		}
		struct str scope = g->l->scope[w].scope;
		bool joined = s.to > s.from && clause == last_clause && i <= s.to + 2;
		s = (struct subject){scope, joined ? s.from : i, i + n, joined ? s.markers + 1 : 1};
		last_clause = clause;
		i += n;
	}
	if (s.markers > 2 || is_self(g, &s))
		s.scope = STR("");
	return s;
}
