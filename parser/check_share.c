#include "parser/check.h"
#include "parser/check_text.h"

#include <math.h>

#define SHARE_NEAR 30    /* characters between a part and its share */
#define EXPLAINS_FAR 120 /* ... where a clause between them says what the part is of */
#define BASE_FAR 500     /* characters between a share and the figure that it is a share of */
#define SHARES_NEAR 12   /* figures around a share whose shares tell what it is of */
#define BASES_MAX 16     /* figures that are tried so */
#define LIST_NEAR 80     /* characters around a rate in which something is carried over */
#define PARTS_MAX 24
#define JOINT_FAR 120     /* characters between a share and the first of several figures that it is of */
#define LIST_SENTENCES 2  /* over which the parts of a figure with their shares are told */
#define STATEMENT_MAX 300 /* characters */

#define RATE_OFF 5 /* points that a rate may be off which only its own name ties to its part */

enum { C_QI = 0x5176, C_ZHONG = 0x4E2D, C_ZHAN = 0x5360, C_LV = 0x7387, C_YING = 0x5E94 };

bool check_share_holds(const struct quantity_at *part, const struct quantity_at *base, const struct quantity_at *share)
{
	double k = base->value > 0 ? part->value / base->value * 100 : -1;
	return fabs(k - share->value) <= share->step / 2 + 1e-9;
}

static void share_check(struct reading *g, const struct quantity_at *part, const struct quantity_at *base,
			const struct quantity_at *share, bool holds)
{
	size_t from = base->start < part->start ? base->start : part->start;
	if (share->end - from > STATEMENT_MAX)
		from = part->start;
	struct check *c = check_add(g, "share", check_statement(g, from, share->end), holds);
	check_operand(c, part->value);
	check_operand(c, base->value);
	check_operand(c, share->value);
	if (c)
		c->detail =
			str_of(arena_printf(g->d->arena, "computed %.4g (%.10g/%.10g), stated %.10g",
					    part->value / base->value * 100, part->value, base->value, share->value));
}

/* "16条,主要为领导信息、职能信息等,占总体的2.8%": does the clause of the share at `to` say that it is one of the total? */
static bool names_total(const struct reading *g, size_t from, size_t to)
{
	size_t clause = to;
	while (clause > from && !fchar_clause_end(g->f->ch[clause - 1]))
		clause--;
	return clause > from &&
	       lexicon_word_at(g->l, lexicon_need_group(g->l, "share_of_total"), g->f->ch, clause, to) > 0 &&
	       lexicon_word_at(g->l, lexicon_need_group(g->l, "share_explains"), g->f->ch, from + 1, to) > 0;
}

/* How far before the share at `to` its part may end, at `from`. */
static size_t part_far(const struct reading *g, size_t from, size_t to, size_t near)
{
	return to - from <= EXPLAINS_FAR && names_total(g, from, to) ? EXPLAINS_FAR : near;
}

/* The figure before q[i] that is no percentage and not in brackets; none where another share or 分别 stands between. */
size_t check_share_part(const struct reading *g, size_t i)
{
	for (size_t k = i; k > 0; k--) {
		const struct quantity_at *q = &g->q[k - 1];
		if (g->q[i].start - q->end > part_far(g, q->end, g->q[i].start, SHARE_NEAR + 20) ||
		    lexicon_word_in(g->l, lexicon_need_group(g->l, "each_word"), g->f->ch, q->end, g->q[i].start,
				    NULL) > 0)
			return g->q_count;
		size_t from = q->start > 60 ? q->start - 60 : 0;
		if (q->kind == UNIT_PERCENT && !in_bracket(g, from, q->start) &&
		    !in_bracket(g, q->end > 60 ? q->end - 60 : 0, g->q[i].start))
			return g->q_count;
		if (q->kind != UNIT_PERCENT && !in_bracket(g, from, q->start))
			return k - 1;
	}
	return g->q_count;
}

static bool one_sentence(const struct reading *g, size_t a, size_t b)
{
	return a < b ? sentences_between(g, g->q[a].end, g->q[b].start) == 0
		     : sentences_between(g, g->q[b].end, g->q[a].start) == 0;
}

/* How many other shares near q[part]'s are right of `base`: a list's shares are of one figure. */
static unsigned base_support(const struct reading *g, size_t part, const struct quantity_at *base)
{
	size_t from = part > SHARES_NEAR ? part - SHARES_NEAR : 0, n = 0;
	for (size_t i = from; i < g->q_count && i <= part + SHARES_NEAR; i++) {
		if (g->q[i].kind != UNIT_PERCENT)
			continue;
		size_t k = check_share_part(g, i);
		n += k < g->q_count && k != part && same_unit(g, base, &g->q[k]) && &g->q[k] > base &&
		     one_sentence(g, k, part) && check_share_holds(&g->q[k], base, &g->q[i]);
	}
	return (unsigned)n;
}

/* 1397条,占73% */
static bool is_shared(const struct reading *g, size_t k)
{
	return k + 1 < g->q_count && g->q[k + 1].kind == UNIT_PERCENT &&
	       has_between(g, g->q[k].end, g->q[k + 1].start + 1, C_ZHAN, 0);
}

/* "15 granted, 2 in part, together 85 %": does the share hold for q[part] and figures right before it added up? */
static bool joint_share(const struct reading *g, size_t part, const struct quantity_at *share)
{
	double sum = g->q[part].value;
	for (size_t k = part; k > 0; k--) {
		const struct quantity_at *q = &g->q[k - 1];
		if (g->q[part].start - q->end > JOINT_FAR || !one_sentence(g, k - 1, part))
			return false;
		if (q->kind != UNIT_COUNT || !like_unit(g, q, &g->q[part]))
			return false;
		struct quantity_at joint = {.value = sum += q->value};
		for (size_t b = k - 1; b > 0 && g->q[part].start - g->q[b - 1].end <= BASE_FAR; b--)
			if (g->q[b - 1].kind == UNIT_COUNT && check_share_holds(&joint, &g->q[b - 1], share))
				return true;
	}
	return false;
}

/*
 * What the share of q[part] may be of: figures of its unit before it that are greater. The text is believed when
 * any of them fits; else it is the one that most shares around are of, then the one before 其中, then the nearest of
 * its sentence.
 */
bool check_share_base(const struct reading *g, size_t part, const struct quantity_at *share,
		      const struct quantity_at **base)
{
	const struct quantity_at *first = NULL, *shared = NULL, *whole = NULL;
	unsigned most = 0, tried = 0, ends = 0; /* sentences that end between the candidate and the part */
	bool listed = false;                    /* 其中 stands between them */
	double least = 0;
	size_t next = g->q[part].start;
	for (size_t k = part; k > 0; k--) {
		const struct quantity_at *q = &g->q[k - 1];
		if (g->q[part].start - q->end > BASE_FAR)
			break;
		ends += sentences_between(g, q->end, next);
		listed = listed || has_between(g, q->end, next, C_QI, C_ZHONG);
		next = q->start;
		if (q->kind != UNIT_COUNT || !same_unit(g, q, &g->q[part]) || q->value < g->q[part].value)
			continue;
		if (check_share_holds(&g->q[part], q, share)) {
			*base = q;
			return true;
		}
		if (k < part && is_shared(g, k - 1) && ends < LIST_SENTENCES && !listed) { /* a part as well */
			least = q->value > least ? q->value : least;
			continue;
		}
		if (q->value < least) /* its part would be greater than itself */
			continue;
		whole = whole || ends > 1 ? whole : q;
		unsigned support = tried++ < BASES_MAX ? base_support(g, part, q) : 0;
		if (support > most) {
			most = support;
			shared = q;
		}
		size_t behind = k; /* 33条,全文电子化率100%。其中,...: a rate may stand before the list */
		while (behind < part && g->q[behind].kind == UNIT_PERCENT)
			behind++;
		bool heads_list = behind < g->q_count && has_between(g, q->end, g->q[behind].start, C_QI, C_ZHONG) &&
				  (ends == 0 || behind == part || is_shared(g, behind));
		if ((ends == 0 && !first) || (heads_list && ends <= LIST_SENTENCES))
			first = first && has_between(g, first->end, first->end + 8, C_QI, C_ZHONG) ? first : q;
	}
	*base = shared ? shared : first;
	if (!*base && lexicon_word_in(g->l, lexicon_need_group(g->l, "share_of_total"), g->f->ch, g->q[part].end,
				      share->start, NULL) > 0)
		*base = whole; /* 占总数的12%: of the figure before, though its sentence is another */
	return *base != NULL;
}

/* More may be closed than came in where some came from the year before. */
static bool carries(const struct reading *g, size_t from, size_t to)
{
	for (size_t i = 0; i < g->m.count; i++)
		if (str_eq_z(g->m.items[i].id, "requests.carried_in") && g->m.items[i].value > 0)
			return true;
	from = from > LIST_NEAR ? from - LIST_NEAR : 0;
	to = to + LIST_NEAR < g->f->n ? to + LIST_NEAR : g->f->n;
	return lexicon_word_in(g->l, lexicon_need_group(g->l, "carried_word"), g->f->ch, from, to, NULL) > 0;
}

/* The two characters before 率 of the rate at q[i]: what it is a rate of (电子化率96%). */
static size_t rate_stem(const struct reading *g, size_t i)
{
	for (size_t k = g->q[i].start; k > 2 && !fchar_clause_end(g->f->ch[k]); k--)
		if (g->f->ch[k] == C_LV)
			return k - 2;
	return 0;
}

/*
 * What q[part], whose rate is q[i], is part of: the figure before it, or one that an average stands before, where a verb
 * of doing or the rate's own name tells the part from it. `part` for none: 按时办结39件,延期办结2件,办结率100% is of both.
 */
static size_t rate_base(const struct reading *g, size_t part, size_t i)
{
	const fchar *t = g->f->ch;
	const struct quantity_at *q = &g->q[part];
	size_t stem = rate_stem(g, i), b = part - 1;
	if (word_in(g, "rate_in_time", q->end, g->q[i].start)) /* 按时办结率 is no rate of what was closed */
		return part;
	if (b > 0 && g->q[b].value < q->value && word_before(g, "a_month", g->q[b].start, g->q[b - 1].end) > 0)
		b--;
	const struct quantity_at *base = &g->q[b];
	if (q->start - base->end > (b + 1 < part ? JOINT_FAR : SHARE_NEAR) || base->kind != UNIT_COUNT ||
	    !same_unit(g, q, base))
		return part;
	size_t clause = base->start;
	while (clause > 0 && base->start - clause < SHARE_NEAR && !fchar_clause_end(t[clause - 1]))
		clause--;
	bool named = stem > 0 && has_between(g, base->end, q->start, t[stem], t[stem + 1]),
	     both = stem > 0 && has_between(g, clause, base->start, t[stem], t[stem + 1]);
	if (named && both)
		return part;
	/* 136家,其中应公开的120家,公开率100%: of what had to be */
	named = named && !has_between(g, base->end, q->start, C_YING, 0) &&
		!has_between(g, base->end, q->start, C_QI, C_ZHONG);
	return named || word_in(g, "rate_verb", base->end, q->start) ? b : part;
}

void check_share(struct reading *g, size_t i)
{
	const struct quantity_at *share = &g->q[i];
	size_t k = check_share_part(g, i);
	if (k >= g->q_count)
		return;
	const struct quantity_at *part = &g->q[k], *base;
	const fchar *t = g->f->ch;
	bool near = share->start - part->end <= part_far(g, part->end, share->start, SHARE_NEAR) ||
		    in_bracket(g, part->end, part->end + 1) || t[part->end] == '(';
	if (!near || part->kind != UNIT_COUNT || part->approx || share->approx)
		return;
	for (size_t j = part->end; j < share->start; j++)
		if (t[j] == ';' || fchar_sentence_end(t[j]) || (t[j] == C_QI && t[j + 1] == C_ZHONG))
			return; /* the share of another item, of which no figure is told */
	bool bracket = t[part->end] == '(' && share->start == part->end + 1 && t[share->end] == ')'; /* 45条(12.5%) */
	bool of = bracket || has_between(g, part->end, share->start + 1, C_ZHAN, 0),
	     ratio = has_between(g, part->end, share->start + 1, C_LV, 0);
	if (lexicon_word_in(g->l, lexicon_need_group(g->l, "share_else"), t, part->end, share->start, NULL) > 0)
		return;
	if (of) {
		bool unnamed = lexicon_word_in(g->l, lexicon_need_group(g->l, "share_unnamed"), t, part->end,
					       share->start, NULL) > 0;
		bool found = check_share_base(g, k, share, &base);
		if (found && (unnamed || bracket)) /* of what, only the others beside it or its list tell */
			unnamed = base_support(g, k, base) == 0 &&
				  !(unnamed && has_between(g, base->end, part->start, C_QI, C_ZHONG));
		if (found && word_in(g, "total_behind", part->end, share->start) &&
		    !check_share_holds(part, base, share))
			return; /* three organs, 合计占30% */
		if (found && (check_share_holds(part, base, share) || (!unnamed && !joint_share(g, k, share))))
			share_check(g, part, base, share, check_share_holds(part, base, share));
	} else if (ratio && k > 0) {
		/* 受理4003件,已处理3758件,处理率94% */
		size_t b = rate_base(g, k, i);
		base = &g->q[b];
		double rate = b < k ? part->value / base->value * 100 : 0;
		bool run = b < k &&
			   (word_in(g, "rate_verb", base->end, part->start) || fabs(rate - share->value) <= RATE_OFF) &&
			   (base->value >= part->value || !carries(g, base->start, share->end));
		for (size_t j = base->end; run && j < part->start; j++)
			run = t[j] != ';' && !fchar_sentence_end(t[j]);
		if (run)
			share_check(g, part, base, share, check_share_holds(part, base, share));
	}
}

/* Is the sum of the parts that have the first and the last share known to fail? Then their shares do of course. */
static bool parts_fail(const struct reading *g, size_t first, size_t last)
{
	size_t a = check_share_part(g, first), b = check_share_part(g, last);
	for (size_t i = 0; i < g->r->checks_count && a < g->q_count && b < g->q_count; i++) {
		const struct check *c = &g->r->checks[i];
		bool x = false, y = false;
		for (unsigned k = 1; k < c->operands_count; k++) {
			x = x || c->operands[k] == g->q[a].value;
			y = y || c->operands[k] == g->q[b].value;
		}
		if (x && y && !c->holds && str_eq_z(c->kind, "sum"))
			return true;
	}
	return false;
}

/* Shares of one sentence that name the others add up to a hundred. */
void check_shares(struct reading *g, size_t from, size_t to)
{
	size_t a = g->q[from].start, b = g->q[to - 1].end;
	while (a > 0 && !fchar_sentence_end(g->f->ch[a - 1]) && g->q[from].start - a < 80)
		a--;
	if (!says_others(g, a, b) || !has_between(g, a, b, C_ZHAN, 0))
		return;
	double sum = 0, tolerance = 0;
	unsigned n = 0;
	size_t first = from, last = from;
	for (size_t i = from; i < to; i++) {
		if (g->q[i].kind != UNIT_PERCENT)
			continue;
		sum += g->q[i].value;
		tolerance += g->q[i].step / 2;
		first = n == 0 ? i : first;
		last = i;
		n++;
	}
	if (n < 3 || n > PARTS_MAX || sum < 90 || sum > 110)
		return;
	if (fabs(sum - 100) > tolerance + 1e-9 && parts_fail(g, first, last))
		return;
	struct check *c =
		check_add(g, "sum", check_statement(g, g->q[from].start, b), fabs(sum - 100) <= tolerance + 1e-9);
	check_operand(c, 100);
	for (size_t i = from; i < to; i++)
		if (g->q[i].kind == UNIT_PERCENT)
			check_operand(c, g->q[i].value);
	check_sum_detail(g, c, sum, 100);
}
