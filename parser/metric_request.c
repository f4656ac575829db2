#include "parser/metric_request.h"

#include "parser/metric_item.h"
#include "parser/metric_request_part.h"
#include "parser/metric_saying.h"
#include "parser/metric_words.h"

#define AGAIN_FAR 400 /* characters behind a figure that tells it again */

/* 19件均在法定期限内答复: figures of before, told once more with what became of all of them. */
static bool told_before(const struct reading *g, size_t i)
{
	for (size_t k = i; k > 0 && g->q[i].start - g->q[k - 1].end < AGAIN_FAR; k--)
		if (request_received(g, k - 1) && g->q[k - 1].value == g->q[i].value)
			return true;
	return false;
}

/* Did a figure of the report say how many requests came in? */
static bool told(const struct reading *g)
{
	for (size_t i = 0; i < g->m.count; i++)
		if (str_eq_z(g->m.items[i].id, "requests.received") && g->m.items[i].applicant.n == 0)
			return true;
	return false;
}

/* Does [from, pos) count all? */
static bool counts_all(const struct reading *g, size_t from, size_t pos)
{
	return word_in(g, "clause_sum", from, pos) || word_in(g, "in_year", from, pos);
}

/* What the words behind the figure say of it. */
static const struct saying *said_behind(const struct reading *g, const struct figure *f)
{
	size_t end = g->q[f->i].end, next = f->i + 1;
	while (next < f->s->q_to && word_at(g, "ask_days", g->q[next].unit_from, g->f->n) > 0)
		next++;
	size_t limit = next < f->s->q_to ? g->q[next].start : f->s->to, to = metric_item_tail_end(g, end, limit);
	if (to == limit && next < f->s->q_to) /* 18件办结16件: of the next figure */
		return NULL;
	struct said said;
	bool all = saying_read(g, end, to, &said);
	const struct saying *what = saying_verdict(&said);
	if (!what || (!all && what->kind < SAYING_OUTCOME))
		return NULL;
	size_t noun = word_at(g, "bare_request", end, to);
	bool whole = word_at(g, "all_word", end + noun, to) > 0;
	if (what->kind <= SAYING_IN_TIME && whole && noun == 0 && !told_before(g, f->i))
		return NULL;
	for (unsigned i = 0; what->kind == SAYING_IN_TIME && whole && i < said.count; i++)
		if (said.what[i]->kind < SAYING_WAY) /* that it was in time is added to it */
			what = said.what[i];
	return what;
}

static bool by_parts(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t pos = g->q[f->i].start, from = metric_item_begin(g, f->at.clause_from, pos);
	struct said left;
	if (!request_counted(g, f->i) || !saying_read(g, from, pos, &left))
		return false;
	const struct saying *what = left.count > 0 ? saying_verdict(&left) : said_behind(g, f);
	bool noun = word_before(g, "ask_noun", pos, from) > 0 ||
		    (counts_all(g, from, pos) && word_at(g, "ask_noun", g->q[f->i].end, f->at.right_to) > 0);
	bool received =
		what ? what->kind == SAYING_RECEIVED : left.count == 0 && noun; /* 申请18件,办结17件; 共计18件申请 */
	if (received ? told(g) : !what)
		return false;
	metric_set_named(g, received ? "requests.received" : what->id, f->i, m);
	m->scope = received && f->who.markers > 1 ? STR("") : f->who.scope; /* of all its parts together */
	return true;
}

bool metric_request(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t pos = g->q[f->i].start, to = metric_item_tail_end(g, g->q[f->i].end, f->at.right_to);
	if (!word_around(g, f->s, "ask_topic") || word_in(g, "ask_foreign", f->s->from, to) ||
	    word_in(g, "doc_made", f->s->from, pos))
		return false;
	return request_by_organ(g, f, m) || request_by_applicant(g, f, m) || by_parts(g, f, m) ||
	       request_by_topic(g, f, m);
}
