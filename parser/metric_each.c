#include "parser/metric_words.h"

#define EACH_FAR 60 /* characters from 分别 to its first figure */
#define EACH_MAX 64 /* figures of one list, so that a page of nothing else takes no square of its size */

static size_t join_at(const struct reading *g, size_t pos, size_t to)
{
	return word_at(g, "each_join", pos, to);
}

/* Does only a joining word part figure i from the one behind it? */
static bool is_joined(const struct reading *g, const struct sentence *s, size_t i)
{
	if (i + 1 >= s->q_to)
		return false;
	size_t pos = g->q[i].end, to = g->q[i + 1].start;
	while (pos < to && (g->f->ch[pos] == ',' || g->f->ch[pos] == ';'))
		pos++;
	return pos + (pos < to ? join_at(g, pos, to) : 0) == to;
}

/* A、B和C in [from, to): the n-th name of the list, and how many it has. 和 parts only the last two. */
static size_t names_in(const struct reading *g, size_t from, size_t to, size_t n, struct span *name)
{
	enum { DUN = 0x3001 };
	const fchar *t = g->f->ch;
	size_t count = 0, begin = from, last = from;
	for (size_t i = from; i < to; i++)
		if (t[i] == DUN) {
			if (count++ == n)
				*name = (struct span){begin, i};
			begin = last = i + 1;
		}
	for (size_t i = last + 1; i + 1 < to; i++) {
		size_t len = join_at(g, i, to);
		if (len == 0)
			continue;
		if (count++ == n)
			*name = (struct span){begin, i};
		begin = i + len;
		break;
	}
	if (count++ == n)
		*name = (struct span){begin, to};
	return count;
}

static bool append(struct each *e, const fchar *t, size_t from, size_t to)
{
	if (e->n + (to - from) > sizeof e->text / sizeof *t)
		return false;
	memcpy(e->text + e->n, t + from, (to - from) * sizeof *t);
	e->n += to - from;
	return true;
}

enum each_kind metric_each(const struct reading *g, const struct sentence *s, size_t i, struct each *e)
{
	const fchar *t = g->f->ch;
	const struct quantity_at *q = &g->q[i];
	size_t first = i, word = 0, at = s->from, len;
	while (first > s->q_from && i - first < EACH_MAX && is_joined(g, s, first - 1))
		first--;
	size_t left = first > s->q_from ? g->q[first - 1].end : s->from, begin = g->q[first].start, n = 0;
	for (uint16_t k = lexicon_need_group(g->l, "each_word");
	     (len = lexicon_word_in(g->l, k, t, n ? word + n : left, begin, &at)) > 0;) {
		word = at;
		n = len;
	}
	size_t run = 1;
	while (run <= EACH_MAX && is_joined(g, s, first + run - 1))
		run++;
	if (run > EACH_MAX)
		return EACH_UNCLEAR;
	if (n == 0 || run < 2 || begin - word > EACH_FAR)
		return EACH_NONE;
	for (size_t k = word; k < begin; k++)
		if (fchar_clause_end(t[k]))
			return EACH_NONE;
	size_t list = word;
	while (list > left && !fchar_clause_end(t[list - 1]) && t[list - 1] != ':')
		list--;
	struct span name = {list, word};
	if (names_in(g, list, word, i - first, &name) != run)
		return EACH_UNCLEAR;
	e->n = 0;
	e->name = name;
	size_t tail = g->q[first + run - 1].end, tail_to = tail;
	while (tail_to < s->to && !fchar_clause_end(t[tail_to]))
		tail_to++;
	if (!append(e, t, left, list))
		return EACH_UNCLEAR;
	e->clause = e->n;
	if (!append(e, t, name.from, name.to) || !append(e, t, word + n, begin))
		return EACH_UNCLEAR;
	e->start = e->n;
	if (!append(e, t, q->start, q->end))
		return EACH_UNCLEAR;
	e->end = e->n;
	return append(e, t, tail, tail_to) ? EACH_CLEAR : EACH_UNCLEAR;
}
