#include "parser/metric_request.h"

#include "parser/metric_item.h"
#include "parser/metric_request_part.h"
#include "parser/metric_saying.h"
#include "parser/metric_words.h"

#define ITEM_NEAR 12  /* characters from an item of a list to the figure of the next */
#define AGAIN_FAR 400 /* characters behind a figure that tells it again */

/* Do as many as q[i] come by one way, and by none other: 网上收到申请4件,没有其他方式的申请;4件均办结 */
static bool only_way(const struct reading *g, size_t i, size_t to)
{
	size_t at, n = word_find(g, "ask_none", g->q[i].end, to, &at);
	return n > 0 && word_at(g, "ask_other_way", at + n, to) > 0;
}

/* 19件均在法定期限内答复: figures of before, told once more with what became of all of them. */
static bool told_before(const struct reading *g, size_t i)
{
	for (size_t k = i; k > 0 && g->q[i].start - g->q[k - 1].end < AGAIN_FAR; k--)
		if (g->q[k - 1].value == g->q[i].value &&
		    (request_received(g, k - 1) || only_way(g, k - 1, g->q[i].start)))
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

/* 口头申请4件、书面申请1件,共5件: is q[i] the sum of the items before it? */
static bool sums_up(const struct reading *g, const struct figure *f)
{
	return f->i > f->s->q_from && request_sum(g, f->s, f->i - 1) == f->i;
}

/* 有2名村民向本镇提出申请,合计3件: does the clause before say that requests came, and the figure's own but sum up? */
static bool counts_clause_before(const struct reading *g, const struct figure *f)
{
	size_t pos = g->q[f->i].start, end = f->at.clause_from, from = end, n = word_before(g, "two_sum", pos, end);
	if (end + n != pos || end == f->s->from || g->f->ch[end - 1] != ',')
		return false;
	for (from = --end; from > f->s->from && !fchar_clause_end(g->f->ch[from - 1]);)
		from--;
	for (size_t k = f->i; k > f->s->q_from && g->q[k - 1].start >= from; k--)
		if (request_counted(g, k - 1))
			return false;
	bool asked = word_before(g, "ask_noun", end, from) > 0 || word_before(g, "ask_tail", end, from) > 0;
	return asked && word_in(g, "ask_came", from, end) && !word_in(g, "neg", from, end);
}

/* 予以公开17件;重复申请4件;其他3件: the last of a list of how they ended, by the form of 2019 */
static bool other_outcome(const struct reading *g, const struct figure *f, size_t from)
{
	size_t pos = g->q[f->i].start, n = word_at(g, "ask_others", from, pos);
	if (n == 0 || from + n != pos || g->r->year < METRIC_FORM_YEAR || f->i == 0)
		return false;
	uint32_t before = g->q_metric[f->i - 1];
	for (size_t k = pos; k > f->s->from && g->f->ch[k] != ')'; k--)
		if (g->f->ch[k - 1] == '(') /* 不予公开3件(国家秘密1件、其他2件) */
			return false;
	return before != NO_METRIC && pos - g->q[f->i - 1].end < ITEM_NEAR &&
	       str_starts(g->m.items[before].id, STR("requests.outcome.")) &&
	       !str_starts(g->m.items[before].id, STR("requests.outcome.denied."));
}

/* 其余5件尚在期限之内, 还有5件在答复期限内: is their time limit still to come? */
static bool still_open(const struct reading *g, const struct figure *f, size_t from)
{
	size_t end = g->q[f->i].end, to = metric_item_tail_end(g, end, f->s->to);
	bool rest = word_in(g, "ask_rest", from, end);
	bool done = word_in(g, "all_word", end, to) || word_in(g, "ask_closed", end, to);
	return word_in(g, "ask_pending", from, to) || (rest && !done);
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
	if (!request_counted(g, f->i))
		return false;
	if (other_outcome(g, f, from)) {
		metric_set_named(g, "requests.outcome.other", f->i, m);
		return true;
	}
	if (!saying_read(g, from, pos, &left))
		return false;
	const struct saying *what = left.count > 0 ? saying_verdict(&left) : said_behind(g, f);
	if (what && what->kind == SAYING_IN_TIME && still_open(g, f, from))
		return false;
	size_t label = pos - word_before(g, "ask_is", pos, from);
	bool noun = word_before(g, "ask_noun", label, from) > 0 || sums_up(g, f) || counts_clause_before(g, f) ||
		    (counts_all(g, from, pos) && word_at(g, "ask_noun", g->q[f->i].end, f->at.right_to) > 0);
	bool received = what ? what->kind == SAYING_RECEIVED : noun; /* 申请18件,办结17件; 共计18件申请 */
	bool open = word_in(g, "ask_pending", from, pos);            /* 收到尚在办理的2件 are not all of them */
	if (received ? open || told(g) || request_sum(g, f->s, f->i) != f->i : !what)
		return false;
	metric_set_named(g, received ? "requests.received" : what->id, f->i, m);
	m->scope = f->who.markers > 1 ? STR("") : f->who.scope; /* of all its parts together */
	return true;
}

bool metric_request(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t to = metric_item_tail_end(g, g->q[f->i].end, f->at.right_to);
	if (!word_around(g, f->s, "ask_topic") || word_in(g, "ask_foreign", f->s->from, to))
		return false;
	return request_by_organ(g, f, m) || request_by_applicant(g, f, m) || by_parts(g, f, m) ||
	       request_by_topic(g, f, m);
}
