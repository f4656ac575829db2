#include <stdio.h>

#include "parser/metric_denied.h"
#include "parser/metric_pattern.h"
#include "parser/metric_words.h"

#define OBJECT_FAR 60 /* characters from "no" to what there was none of */
#define FIGURE_NEAR 8 /* a quantity this close behind an object is its figure: no absence */
#define DENIAL_MIN 4  /* characters of what is denied */
#define CARRY_FAR 120
#define BARE_MAX 60 /* characters of a label and its "none" */

static bool figure_follows(const struct reading *g, const struct sentence *s, size_t pos)
{
	size_t end = clause_end(g->f->ch, pos, s->to);
	for (size_t i = s->q_from; i < s->q_to; i++)
		if (g->q[i].start >= pos && g->q[i].start <= pos + FIGURE_NEAR && g->q[i].start < end)
			return true;
	return false;
}

static bool has_id(const struct reading *g, const char *id, size_t from)
{
	for (size_t i = 0; i < g->m.count; i++)
		if (str_eq_z(g->m.items[i].id, id) && g->m.items[i].offset_cp >= g->f->cp[from])
			return true;
	return false;
}

void metric_add_zero(struct reading *g, const struct sentence *s, const char *id, size_t from, size_t to)
{
	uint16_t k = lexicon_metric(g->l, str_of(id));
	if (k == LEXICON_NONE || has_id(g, id, s->from))
		return;
	struct subject who = subject_before(g, s->from, from);
	struct metric m = {.id = g->l->metrics[k].id, .unit = g->l->metrics[k].unit, .scope = who.scope, .value = 0};
	metric_evidence(g, from, to, &m);
	if (g->d->explain)
		m.explain = str_of(arena_printf(g->d->arena, "rule: a sentence of absence is 0; label: %.*s",
						STR_FMT(fold_source(g->f, from, to))));
	metrics_add(g, &m);
}

/* What of a kind that comes in there was none of: only behind 未收到, 未接到 ... */
static const struct {
	const char *group, *id;
} comings[] = {{"consult_none", "consult.total"},
	       {"proposals_none", "proposals.total"},
	       {"congress_none", "proposals.congress"},
	       {"cppcc_none", "proposals.cppcc"}};

static const struct {
	const char *group, *id;
} objects[] = {{"review", "review.total"},        {"litigation", "litigation.total"},
	       {"complaint", "complaints.total"}, {"defendant", "litigation.total"},
	       {"appeal", "appeals.total"},       {"fulltime", "org.staff.fulltime"},
	       {"parttime", "org.staff.parttime"}};

/* How disputes may not have ended. */
static const struct {
	const char *group, *id;
} endings[] = {{"ended_corrected", "review.corrected"},
	       {"ended_upheld", "review.upheld"},
	       {"ended_pending", "review.pending"}};

/*
 * Zero for the endings that [from, to) names, 被依法纠错的没有; the statement itself is [a, b). Of reviews or of lawsuits by
 * the word that stands nearer before. False when it names none.
 */
static bool deny_endings(struct reading *g, const struct sentence *s, size_t from, size_t to, size_t a, size_t b)
{
	bool ended = false;
	if (!word_around(g, s, "topic_review") || word_in(g, "ended_else", from, to) ||
	    word_at(g, "all_word", a, b) > 0)
		return false; /* 复议5件、诉讼3件,均无败诉: of both */
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t at, n = word_find(g, endings[i].group, from, to, &at);
		if (n == 0)
			continue;
		char id[64];
		size_t pos = word_in(g, "topic_review", from, to) ? to : at; /* 没有被纠错的复议案件 */
		uint16_t k = metric_review_or_lawsuit(g, lexicon_metric(g->l, str_of(endings[i].id)), pos);
		snprintf(id, sizeof id, "%.*s", STR_FMT(g->l->metrics[k].id));
		metric_add_zero(g, s, id, a, b);
		ended = true;
	}
	return ended;
}

/* 没有复议后起诉的案件: of one kind of lawsuits, whose name tells of no others; *to becomes where that name begins. */
static bool deny_sued(struct reading *g, const struct sentence *s, size_t from, size_t *to, size_t a, size_t b)
{
	size_t after = *to, direct = *to;
	if (word_find(g, "sued_after", from, *to, &after) > 0)
		metric_add_zero(g, s, "litigation.after_review.total", a, b);
	if (word_find(g, "sued_direct", from, *to, &direct) > 0)
		metric_add_zero(g, s, "litigation.direct.total", a, b);
	bool sued = after < *to || direct < *to;
	*to = after < direct ? after : direct;
	return sued;
}

/* "除上述复议案件外,没有诉讼": does the clause before `from` except what `group` names? */
static bool excepted(const struct reading *g, const struct sentence *s, const char *group, size_t from)
{
	size_t to = from;
	while (from > s->from && fchar_clause_end(g->f->ch[from - 1]))
		to = --from;
	while (from > s->from && !fchar_clause_end(g->f->ch[from - 1]))
		from--;
	return word_before(g, "except_tail", to, from) > 0 && word_in(g, group, from, to);
}

/* Zero for all that [from, to) names; the statement itself is [a, b). False when it names none of these. */
static bool deny_objects(struct reading *g, const struct sentence *s, size_t from, size_t to, size_t a, size_t b)
{
	if (deny_endings(g, s, from, to, a, b))
		return true;
	bool other = deny_sued(g, s, from, &to, a, b);
	for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
		size_t at, n = word_find(g, objects[i].group, from, to, &at);
		if (n == 0)
			continue;
		if (word_in(g, "fee_of", at + n, to))
			continue; /* 与诉讼有关的费用支出 */
		other = true;
		if (!figure_follows(g, s, at + n) && !excepted(g, s, objects[i].group, a))
			metric_add_zero(g, s, objects[i].id, a, b);
	}
	return other;
}

static void share_zero(struct reading *g, const struct sentence *s, size_t from, size_t to, size_t end)
{
	for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++)
		if (word_in(g, objects[i].group, from, to))
			metric_add_zero(g, s, objects[i].id, from, end);
}

/* "未收到公开申请没有因公开被申请复议": where the next "no" of a clause begins, behind an object of the first; else `to`. */
static size_t next_denial(const struct reading *g, size_t from, size_t to)
{
	for (size_t i = from + DENIAL_MIN; i < to; i++)
		if (word_at(g, "neg_strong", i, to) > 0)
			return i;
	return to;
}

/* 法院没有受理此类案件: the court says of which kind. */
static bool deny_case(struct reading *g, const struct sentence *s, size_t from, size_t start, size_t to)
{
	if (!word_in(g, "court_case", start, to) || word_in(g, "topic_review", start, to))
		return false;
	bool court = word_in(g, "court_word", from, start), reviewer = word_in(g, "reviewer_word", from, start);
	if (court)
		metric_add_zero(g, s, "litigation.total", from, to);
	if (reviewer)
		metric_add_zero(g, s, "review.total", from, to);
	return court || reviewer;
}

/* 受理投诉5件,无一涉及信息公开: complaints there were, of disclosure none; [from, start) ends with the "no". */
static bool deny_of_disclosure(struct reading *g, const struct sentence *s, size_t from, size_t start, size_t to)
{
	size_t of = start + word_at(g, "none_of", start, to), n = word_at(g, "none_about", of, to);
	if (n == 0 || !words_only(g, "none_disclosure", "", of + n, to) ||
	    !word_in(g, "none_complaints", s->from, from))
		return false;
	metric_add_zero(g, s, "complaints.total", from, to);
	return true;
}

/* One "no" and what stands in its clause up to `to`. */
static void deny(struct reading *g, const struct sentence *s, size_t from, size_t start, size_t to)
{
	const fchar *t = g->f->ch;
	size_t at;
	if (to > start + OBJECT_FAR)
		to = start + OBJECT_FAR;
	if (word_at(g, "deny_other", start, to) > 0 || word_at(g, "deny_more", start, to) > 0)
		return; /* 除此之外没有其他复议: one there was */
	if (deny_objects(g, s, start, to, from, to)) {
		size_t listed = word_find(g, "deny_request", start, to, &at); /* 未接到公开的申请、投诉 */
		if (listed > 0 && word_at(g, "each_join", at + listed, to) > 0)
			metric_add_zero(g, s, "requests.received", from, to);
		uint16_t beside = lexicon_need_group(g->l, "fee_beside"); /* 无行政复议、诉讼和收费情况 */
		if (lexicon_word_in(g->l, beside, t, start, to, NULL) > 0)
			metric_add_zero(g, s, "fees.collected", from, to);
		return;
	}
	size_t n;
	if ((n = word_at(g, "fulltime_bare", start, to)) > 0 && start + n == to) /* 无专职 */
		metric_add_zero(g, s, "org.staff.fulltime", from, to);
	if ((n = word_at(g, "parttime_bare", start, to)) > 0 && start + n == to)
		metric_add_zero(g, s, "org.staff.parttime", from, to);
	bool received = word_in(g, "deny_receive", from, to);
	for (size_t i = 0; i < sizeof comings / sizeof comings[0]; i++)
		if (received && !word_in(g, "proposals_late", start, to) &&
		    (n = word_find(g, comings[i].group, start, to, &at)) > 0 && !figure_follows(g, s, at + n))
			metric_add_zero(g, s, comings[i].id, from, to);
	n = word_find(g, "deny_request", start, to, &at);
	if (n == 0 && word_around(g, s, "topic_requests")) { /* 未收到申请 */
		n = word_at(g, "bare_request", start, to);
		n = start + n == to ? n : 0;
		at = start;
	}
	bool person = n > 0 && word_at(g, "person_tail", at + n, g->f->n) > 0; /* 申请人 */
	bool fee = word_in(g, "fee_word", start, to);
	/* 没有不予公开的申请: others there may have been */
	bool some = n > 0 && word_in(g, "ask_refused", start, at + n) && !word_in(g, "ask_any", start, at + n);
	some = some || word_in(g, "ask_last_year", from, start); /* 去年没有收到申请 */
	some = some || (word_in(g, "ask_one_kind", from, start) && !word_in(g, "ask_bodies", from, start));
	some = some || (word_in(g, "way_but_paper", from, start) && !word_in(g, "ask_any", from, start));
	if (received && n > 0 && !person && !fee && !some && !figure_follows(g, s, at + n))
		metric_add_zero(g, s, "requests.received", from, to);
	bool rest = word_at(g, "rest_word", from, to) > 0; /* 其余费用从未收取 */
	for (size_t i = s->q_from; i < s->q_to; i++)       /* 收取复印费46元,没有收取检索费 */
		rest = rest || (g->q_metric[i] != NO_METRIC && str_starts(g->m.items[g->q_metric[i]].id, STR("fees.")));
	bool others = word_in(g, "fee_of", start, to) || word_in(g, "fee_of_others", start, to);
	n = rest || others ? 0 : word_find(g, "fee_word", start, to, &at);
	if (n > 0 && !figure_follows(g, s, at + n) &&
	    (word_around(g, s, "disclosure") || word_around(g, s, "topic_fee")))
		metric_add_zero(g, s, "fees.collected", from, to);
}

/* 均无发生, 也没有出现过: is [from, to), behind a "no", nothing that it denies? */
static bool denies_before(const struct reading *g, size_t from, size_t to)
{
	for (size_t n; from < to; from += n)
		if ((n = word_at(g, "none_tail", from, to)) == 0)
			return false;
	return true;
}

/* "行政复议、行政诉讼数量均为0": one zero of several. */
static void zeros_shared(struct reading *g, const struct sentence *s)
{
	for (size_t i = s->q_from; i < s->q_to; i++) {
		if (g->q[i].value != 0 || g->q_metric[i] == NO_METRIC)
			continue;
		size_t from = i > s->q_from ? g->q[i - 1].end : s->from, to = g->q[i].start;
		for (size_t k = from; k < to; k++)
			if (fchar_clause_end(g->f->ch[k]))
				from = k + 1;
		struct str id = g->m.items[g->q_metric[i]].id;
		if (str_ends(id, STR(".total")) && to - from <= OBJECT_FAR)
			share_zero(g, s, from, to, g->q[i].end);
	}
}

/*
 * The clause that says that no fee was taken. 未发生 and 没有向 may deny anything: the clause itself must speak of a
 * fee, not only its heading.
 */
static bool free_clause(const struct reading *g, const struct sentence *s, size_t *from, size_t *to)
{
	const fchar *t = g->f->ch;
	uint16_t word = lexicon_need_group(g->l, "free_word"), fee = lexicon_need_group(g->l, "fee_word");
	uint16_t self = lexicon_need_group(g->l, "free_self");
	size_t at, n;
	for (size_t pos = s->from; (n = lexicon_word_in(g->l, word, t, pos, s->to, &at)) > 0; pos = *to) {
		*from = at;
		while (*from > s->from && !fchar_clause_end(t[*from - 1]))
			(*from)--;
		if (word_at(g, "free_else", at, s->to) > 0) { /* 体育场馆免费开放 */
			*to = at + n;
			continue;
		}
		*to = clause_end(t, at + n, s->to);
		if (word_in(g, "fee_of_others", *from, *to))
			continue;
		if (lexicon_word_in(g->l, fee, t, *from, *to, NULL) > 0 ||
		    lexicon_word_in(g->l, self, t, *from, *to, NULL) > 0)
			return true;
	}
	return false;
}

/* Zero for the fee of copies or of searches that the clause names: 检索费没有收 beside a sum that was taken. */
static void deny_named_fees(struct reading *g, const struct sentence *s, size_t from, size_t to)
{
	if (word_in(g, "copy_word", from, to))
		metric_add_zero(g, s, "fees.copy", from, to);
	if (word_in(g, "search_word", from, to))
		metric_add_zero(g, s, "fees.search", from, to);
}

/* 每页收取0.3元: what a page costs was not taken. */
static bool is_rate(const struct reading *g, const struct sentence *s, size_t i)
{
	size_t from = g->q[i].start;
	while (from > s->from && !fchar_clause_end(g->f->ch[from - 1]))
		from--;
	return word_in(g, "per_copy", from, g->q[i].start);
}

static void deny_fees(struct reading *g, const struct sentence *s)
{
	size_t from, to;
	bool taken = false;
	if (word_seen(g, s, "hall") || word_seen(g, s, "goals"))
		return;
	if (!word_around(g, s, "topic_fee") && !word_seen(g, s, "topic_requests"))
		return;
	for (size_t i = s->q_from; i < s->q_to; i++)
		taken = taken || (g->q[i].kind == UNIT_MONEY && g->q[i].value > 0 && !is_rate(g, s, i));
	if (!free_clause(g, s, &from, &to) || word_at(g, "rest_word", from, to) > 0)
		return;
	if (taken) {
		for (size_t i = s->q_from; i < s->q_to; i++)
			if (g->q[i].start >= from && g->q[i].start < to)
				return;
		deny_named_fees(g, s, from, to);
		return;
	}
	metric_add_zero(g, s, "fees.collected", from, to);
	if (word_seen(g, s, "copy_word"))
		metric_add_zero(g, s, "fees.copy", from, to);
	if (word_seen(g, s, "search_word"))
		metric_add_zero(g, s, "fees.search", from, to);
}

/* "零复议、零诉讼、零收费": zero of what stands right behind. 零投诉 alone is a slogan. */
static void zeros_prefixed(struct reading *g, const struct sentence *s)
{
	uint16_t zero = lexicon_need_group(g->l, "zero_prefix");
	for (size_t i = s->from, n; i < s->to; i++) {
		if ((n = lexicon_word_at(g->l, zero, g->f->ch, i, s->to)) == 0)
			continue;
		size_t end = i + n, what = word_at(g, "zero_tail", end, s->to);
		if (what > 0 && clause_end(g->f->ch, end, s->to) == end + what) {
			size_t clause = i; /* 复议、诉讼零起 */
			while (clause > s->from && !fchar_clause_end(g->f->ch[clause - 1]))
				clause--;
			deny_objects(g, s, clause, i, clause, end + what);
			if (word_before(g, "fulltime_bare", i, clause) > 0) /* 专职零人 */
				metric_add_zero(g, s, "org.staff.fulltime", clause, end + what);
			bool about = word_seen(g, s, "disclosure") || word_around(g, s, "topic_fee");
			if (about && word_in(g, "fee_word", clause, i)) /* 收取信息处理费零元 */
				metric_add_zero(g, s, "fees.collected", clause, end + what);
			continue;
		}
		for (size_t k = 0; k < sizeof objects / sizeof objects[0]; k++)
			if (word_seen(g, s, "topic_review") && (what = word_at(g, objects[k].group, end, s->to)) > 0)
				metric_add_zero(g, s, objects[k].id, i, end + what);
		if (word_seen(g, s, "disclosure") && (what = word_at(g, "fee_word", end, s->to)) > 0)
			metric_add_zero(g, s, "fees.collected", i, end + what);
		if (word_around(g, s, "topic_requests") && (what = word_at(g, "bare_request", end, s->to)) > 0)
			metric_add_zero(g, s, "requests.received", i, end + what);
	}
}

/* "无因信息公开引起的行政复议,提起行政诉讼情况发生": the denial of [from, end) goes on in the clause behind it. */
static void deny_on(struct reading *g, const struct sentence *s, size_t from, size_t end)
{
	size_t next = end + 1, to = next < s->to ? clause_end(g->f->ch, next, s->to) : next;
	size_t n = next < s->to ? word_before(g, "denied_tail", to, next) : 0;
	if (n == 0 || g->f->ch[end] != ',' || !word_in(g, "topic_review", from, end) ||
	    word_before(g, "denied_tail", end, from) > 0)
		return;
	for (size_t i = s->q_from; i < s->q_to; i++)
		if (g->q[i].start >= from && g->q[i].start < to)
			return;
	deny_objects(g, s, next, to, from, to);
}

/* "举报、复议、诉讼,全年|均未收到": denies at `no` what the clause before it names, where its own says no more than when. */
static void deny_clause_ahead(struct reading *g, const struct sentence *s, size_t clause, size_t no, size_t end)
{
	size_t from = clause;
	if (clause == s->from || g->f->ch[clause - 1] != ',')
		return;
	for (size_t n; from < no; from += n)
		if (fchar_digit(g->f->ch[from]))
			n = 1;
		else if ((n = word_at(g, "bare_lead", from, no)) == 0 && (n = word_at(g, "not_each", from, no)) == 0)
			return;
	for (from = clause - 1; from > s->from && !fchar_clause_end(g->f->ch[from - 1]);)
		from--;
	for (size_t i = s->q_from; i < s->q_to; i++)
		if (g->q[i].start >= from && g->q[i].start < no)
			return;
	if (!word_in(g, "neg", from, clause))
		deny_objects(g, s, from, clause - 1, from, end);
}

/* "行政复议、诉讼均未发生", "举报、复议、诉讼,全年均未收到": what stands before the "no" at `no`, or in the clause before. */
static void deny_ahead(struct reading *g, const struct sentence *s, size_t clause, size_t no, size_t end)
{
	if (!deny_objects(g, s, clause, no, clause, end))
		deny_clause_ahead(g, s, clause, no, end);
}

/* "被提起的复议、诉讼,本局全年均为0": a zero of what the clause before it names. */
static void zeros_ahead(struct reading *g, const struct sentence *s)
{
	for (size_t i = s->q_from; i < s->q_to; i++) {
		size_t clause = g->q[i].start, no = clause - word_before(g, "ask_is", clause, s->from);
		if (g->q[i].value != 0 || g->q_metric[i] != NO_METRIC || no == clause)
			continue;
		while (clause > s->from && !fchar_clause_end(g->f->ch[clause - 1]))
			clause--;
		deny_clause_ahead(g, s, clause, no, g->q[i].end);
	}
}

void metric_absence(struct reading *g, const struct sentence *s)
{
	if (word_seen(g, s, "foreign_case") || (word_around(g, s, "problem") && !word_around(g, s, "topic_review")))
		return;
	const fchar *t = g->f->ch;
	uint16_t neg = lexicon_need_group(g->l, "neg");
	if (groups_have(&s->seen, neg) && (word_around(g, s, "disclosure") || word_around(g, s, "topic_review") ||
					   word_around(g, s, "topic_fee") || word_seen(g, s, "deny_named"))) {
		size_t clause = s->from;
		for (size_t i = s->from; i < s->to; i++) {
			if (fchar_clause_end(t[i])) {
				clause = i + 1;
				continue;
			}
			size_t n = lexicon_word_at(g->l, neg, t, i, s->to);
			if (n == 0 || word_at(g, "neg_else", i + n, s->to) > 0)
				continue; /* 无正当理由 denies no request */
			size_t end = clause_end(t, i, s->to), next = next_denial(g, i + n, end);
			if (deny_case(g, s, clause, i + n, end) || deny_of_disclosure(g, s, clause, i + n, end))
				;
			else if (denies_before(g, i + n, end)) /* 行政复议、行政诉讼均无发生 */
				deny_ahead(g, s, clause, i, end);
			else
				deny(g, s, clause, i + n, next);
			deny_on(g, s, clause, end);
			clause = next < end ? next : clause;
			i = next - 1;
		}
	}
	if (word_around(g, s, "topic_review")) {
		zeros_shared(g, s);
		zeros_ahead(g, s);
	}
	if (word_seen(g, s, "zero_prefix"))
		zeros_prefixed(g, s);
	deny_fees(g, s);
	metric_denied(g, s);
}

bool metric_is_bare(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	size_t n = 0;
	while (from < to) { /* 2014年度, 我局 */
		if (fchar_digit(t[from]) || t[from] == ',' || t[from] == ':')
			from++;
		else if ((n = word_at(g, "bare_lead", from, to)) > 0)
			from += n;
		else
			break;
	}
	while (to > from && (t[to - 1] == '.' || fchar_clause_end(t[to - 1])))
		to--;
	n = word_at(g, "bare_none", from, to);
	if (n > 0 && from + n == to)
		return true;
	for (size_t each; (each = word_at(g, "not_each", from, to)) > 0;) /* 均不曾有过 */
		from += each;
	n = word_at(g, "neg", from, to);
	return n > 0 && denies_before(g, from + n, to);
}

/* Where the label of "复议、诉讼情况:无" ends; s->from when the sentence has none. */
static size_t label_end(const struct reading *g, const struct sentence *s)
{
	uint16_t tail = lexicon_need_group(g->l, "label_tail");
	for (size_t i = s->to; i > s->from; i--) {
		bool label = g->f->ch[i - 1] == ':' || lexicon_word_before(g->l, tail, g->f->ch, i, s->from) > 0;
		if (label && metric_is_bare(g, i, s->to))
			return i;
	}
	return s->from;
}

void metric_bare_absence(struct reading *g, const struct sentence *s, struct span heading)
{
	if (s->to - s->from > BARE_MAX || s->q_to > s->q_from || word_around(g, s, "problem"))
		return;
	struct span what = {s->from, label_end(g, s)};
	if (what.to == what.from) {
		if (!metric_is_bare(g, s->from, s->to))
			return;
		what = heading;
	}
	bool named = deny_objects(g, s, what.from, what.to, s->from, s->to);
	if (word_in(g, "fee_word", what.from, what.to))
		metric_add_zero(g, s, "fees.collected", s->from, s->to);
	else if (!named && word_in(g, "deny_request", what.from, what.to))
		metric_add_zero(g, s, "requests.received", s->from, s->to);
}

static void carry(struct reading *g, const struct metric *base, const char *id, size_t from, size_t to)
{
	uint16_t k = lexicon_metric(g->l, str_of(id));
	if (k == LEXICON_NONE || str_eq_z(base->id, id))
		return;
	struct metric m = *base;
	m.id = g->l->metrics[k].id;
	m.unit = g->l->metrics[k].unit;
	metric_evidence(g, from, to, &m);
	if (g->d->explain)
		m.explain = str_of(arena_printf(g->d->arena,
						"rule: a clause on all of them carries the figure of %.*s; label: %.*s",
						STR_FMT(base->id), STR_FMT(m.evidence)));
	metrics_add(g, &m);
}

/* 均, 全部 (of a single request 已, 并) ... 答复, 办结 in one clause; *from is where 均 stands. */
static bool promise(const struct reading *g, const char *who, size_t pos, size_t limit, size_t *from, size_t *to,
		    bool kept[3])
{
	static const char *const words[3] = {"answered", "finished", "in_time"};
	const fchar *t = g->f->ch;
	size_t n = word_find(g, who, pos, limit, from);
	if (n == 0)
		return false;
	*to = clause_end(t, *from, limit);
	size_t clause = *from; /* 已按规定期限全部答复: the time limit may stand before */
	while (clause > pos && !fchar_clause_end(t[clause - 1]))
		clause--;
	for (int i = 0; i < 3; i++)
		kept[i] = word_in(g, words[i], i == 2 ? clause : *from, *to);
	return kept[0] || kept[1];
}

/* "13 came in; 2 go on, the other 11 were all answered": the figure of the rest in the clause of the promise at `at`. */
static const struct quantity_at *rest_figure(const struct reading *g, size_t behind, const struct sentence *s,
					     size_t at)
{
	const fchar *t = g->f->ch;
	size_t clause = at;
	while (clause > s->from && !fchar_clause_end(t[clause - 1]))
		clause--;
	for (size_t j = behind + 1; j < s->q_to && g->q[j].start < at; j++)
		if (g->q[j].start >= clause && g->q[j].kind == UNIT_COUNT &&
		    word_in(g, "rest_word", clause, g->q[j].start))
			return &g->q[j];
	return NULL;
}

/* Does the clause of the promise at `at` speak of the rest? */
static bool of_rest(const struct reading *g, const struct sentence *s, size_t at)
{
	size_t clause = at;
	while (clause > s->from && !fchar_clause_end(g->f->ch[clause - 1]))
		clause--;
	return word_at(g, "rest_word", clause, at) > 0;
}

/* "收到申请4件,上年结转0件。自然人提交申请4件,均按期答复": the metric of the figure that the unread q[i] says again. */
static uint32_t said_again(const struct reading *g, const struct sentence *s, size_t i)
{
	const fchar *t = g->f->ch;
	size_t clause = g->q[i].start;
	while (clause > s->from && !fchar_clause_end(t[clause - 1]))
		clause--;
	if (g->q[i].kind != UNIT_COUNT || !word_in(g, "applicants", clause, g->q[i].start))
		return NO_METRIC;
	for (size_t k = i; k > 0 && g->q[i].start - g->q[k - 1].end < CARRY_FAR; k--) {
		uint32_t m = g->q_metric[k - 1];
		if (m != NO_METRIC && str_eq_z(g->m.items[m].id, "requests.received"))
			return g->m.items[m].value == g->q[i].value ? m : NO_METRIC;
	}
	return NO_METRIC;
}

/* "3件,均同意公开,并按时对申请人答复": all that q[i] counts were granted, and what the clause behind says of them. */
static void carry_granted(struct reading *g, const struct metric *base, size_t i, size_t limit)
{
	const fchar *t = g->f->ch;
	size_t from, n = word_find(g, "all_word", g->q[i].end, limit, &from);
	size_t to = n > 0 ? clause_end(t, from, limit) : limit, next = to;
	if (n == 0 || word_at(g, "granted_word", from + n, to) == 0 || word_in(g, "granted_not", from, to))
		return;
	carry(g, base, "requests.outcome.granted", g->q[i].start, to);
	if (to < limit && t[to] == ',' && word_at(g, "and_then", to + 1, limit) > 0)
		next = clause_end(t, to + 1, limit);
	if (!word_in(g, "answered", to, next))
		return;
	carry(g, base, "requests.replied", g->q[i].start, next);
	if (word_in(g, "in_time", to, next))
		carry(g, base, "requests.closed.on_time", g->q[i].start, next);
}

/* 收到申请6件,其中国土局4件,住建局2件,均已办结: is `m` what a part of those had, or who asked, whose figure is `of`? */
static bool is_part(const struct metric *of, const struct metric *m)
{
	return str_eq(of->id, m->id) && of->scope.n == 0 && of->applicant.n == 0 &&
	       (m->scope.n > 0 || m->applicant.n > 0) && m->value <= of->value;
}

/* Do the parts behind q[i] come to just its figure? */
static bool parts_whole(const struct reading *g, const struct sentence *s, size_t i)
{
	double sum = 0;
	for (size_t k = i + 1; k < s->q_to && g->q_metric[i] != NO_METRIC; k++)
		if (g->q_metric[k] != NO_METRIC && is_part(&g->m.items[g->q_metric[i]], &g->m.items[g->q_metric[k]]))
			sum += g->q[k].value;
	return g->q_metric[i] != NO_METRIC && sum == g->q[i].value;
}

/* Is q[i] the last of the parts of a figure before it in the sentence? What is promised behind it is of the whole. */
static bool ends_parts(const struct reading *g, const struct sentence *s, size_t i)
{
	const struct metric *m = g->q_metric[i] == NO_METRIC ? NULL : &g->m.items[g->q_metric[i]];
	if (!m ||
	    (i + 1 < s->q_to && g->q_metric[i + 1] != NO_METRIC && str_eq(g->m.items[g->q_metric[i + 1]].id, m->id)))
		return false;
	double sum = 0;
	for (size_t k = i + 1; k > s->q_from; k--) {
		const struct metric *of = g->q_metric[k - 1] == NO_METRIC ? NULL : &g->m.items[g->q_metric[k - 1]];
		if (of && is_part(of, m))
			return sum == of->value;
		sum += of && str_eq(of->id, m->id) ? of->value : 0;
	}
	return false;
}

/* Does a bracket that was open at `from` end before `to`? */
static bool leaves_bracket(const struct reading *g, size_t from, size_t to)
{
	int depth = 0;
	for (; from < to && depth >= 0; from++)
		depth += g->f->ch[from] == '(' ? 1 : g->f->ch[from] == ')' ? -1 : 0;
	return depth < 0;
}

/* Where the bracket that begins at `pos` ends; `pos` when none begins there. */
static size_t bracket_end(const struct reading *g, size_t pos, size_t to)
{
	size_t end = pos;
	while (end < to && g->f->ch[pos] == '(' && g->f->ch[end] != ')')
		end++;
	return end < to ? end : pos;
}

void metric_carried(struct reading *g, const struct sentence *s)
{
	for (size_t i = s->q_from; i < s->q_to; i++) {
		uint32_t k = g->q_metric[i] == NO_METRIC ? said_again(g, s, i) : g->q_metric[i];
		if (k == NO_METRIC)
			continue;
		struct metric base = g->m.items[k];
		bool received = str_eq_z(base.id, "requests.received"), replied = str_eq_z(base.id, "requests.replied");
		if (!received && !replied)
			continue;
		if (base.applicant.n > 0 || ends_parts(g, s, i))
			continue;
		/* up to the next figure of requests; bracketed figures and channels do not end it */
		size_t limit = s->to, from = 0, to = 0;
		bool kept[3], whole = parts_whole(g, s, i);
		size_t bracket = bracket_end(g, g->q[i].end, s->to);
		if (limit > g->q[i].end + CARRY_FAR)
			limit = g->q[i].end + CARRY_FAR;
		for (size_t j = i + 1; j < s->q_to; j++) {
			uint32_t o = g->q_metric[j];
			if (o != NO_METRIC && g->q[j].start < limit && str_starts(g->m.items[o].id, STR("requests.")) &&
			    !str_starts(g->m.items[o].id, STR("requests.received.")) &&
			    !str_eq_z(g->m.items[o].id, "requests.by_topic") &&
			    !(is_part(&base, &g->m.items[o]) &&
			      (whole || g->m.items[o].applicant.n > 0 || g->q[j].end <= bracket)) &&
			    !str_starts(g->m.items[o].id, STR("requests.carried")))
				limit = g->q[j].start;
		}
		carry_granted(g, &base, i, limit);
		bool single = received && base.value == 1;
		bool all = promise(g, "all_word", g->q[i].end, limit, &from, &to, kept);
		while (!all && to > g->q[i].end && to < limit) { /* 均为书面申请,均按期答复 */
			size_t next = to;
			all = promise(g, "all_word", next, limit, &from, &to, kept);
			if (to <= next)
				break;
		}
		if (!all && (!single || !promise(g, "single_done", g->q[i].end, limit, &from, &to, kept) ||
			     word_in(g, "neg", g->q[i].end, to)))
			continue;
		if (base.scope.n > 0 && leaves_bracket(g, g->q[i].end, from))
			continue; /* 21件(甲县7件、乙县6件),均已答复 */
		const struct quantity_at *rest = rest_figure(g, i, s, from);
		if (!rest && of_rest(g, s, from)) /* 其中6件结转,其余全部办结: of how many is not said */
			continue;
		if (rest)
			base.value = rest->value;
		if (kept[0])
			carry(g, &base, "requests.replied", g->q[i].start, to);
		if (kept[1])
			carry(g, &base, "requests.closed", g->q[i].start, to);
		if (kept[2])
			carry(g, &base, "requests.closed.on_time", g->q[i].start, to);
	}
}
