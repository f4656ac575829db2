#include "parser/check.h"
#include "parser/check_text.h"

#include <math.h>
#include <stdio.h>

#define SHARE_NEAR 30    /* characters between a part and its share */
#define EXPLAINS_FAR 120 /* ... where a clause between them says what the part is of */
#define BASE_FAR 500     /* characters between a share and the figure that it is a share of */
#define SHARES_NEAR 12   /* figures around a share whose shares tell what it is of */
#define BASES_MAX 16     /* figures that are tried so */
#define LIST_NEAR 80     /* characters between a total and the first of its parts */
#define PARTS_MAX 24
#define NEARLY_ALL 0.9
#define BARE_PARTS 3      /* parts in a bracket that says not that it is their list */
#define JOINT_FAR 120     /* characters between a share and the first of several figures that it is of */
#define LIST_SENTENCES 2  /* over which the parts of a figure with their shares are told */
#define CHANGE_NEAR 12    /* characters from a former figure to the word of its change */
#define STATEMENT_MAX 300 /* characters */

enum {
	C_QI = 0x5176,
	C_ZHONG = 0x4E2D,
	C_ZHAN = 0x5360,
	C_LV = 0x7387,
	C_ZAI = 0x5728,
	C_TA = 0x4ED6,
	C_TA2 = 0x5B83,
	C_LE = 0x4E86,
	C_DENG = 0x7B49,
	C_GE = 0x5404,
	C_DUN = 0x3001
};

struct check *check_add(struct reading *g, const char *kind, struct str statement, bool holds)
{
	struct report *r = g->r;
	if (!r->checks)
		r->checks = arena_alloc(g->d->arena, CHECKS_MAX * sizeof *r->checks); /* zeroed one by one below */
	if (r->checks_count == CHECKS_MAX)
		return NULL;
	struct check *c = &r->checks[r->checks_count++];
	*c = (struct check){.kind = str_of(kind), .statement = statement, .holds = holds};
	return c;
}

void check_operand(struct check *c, double v)
{
	if (c && c->operands_count < CHECK_OPERANDS_MAX)
		c->operands[c->operands_count++] = v;
}

void check_sum_detail(struct reading *g, struct check *c, double computed, double stated)
{
	char line[512];
	size_t n = (size_t)snprintf(line, sizeof line, "computed ");
	for (unsigned i = 1; c && i < c->operands_count && n < sizeof line - 64; i++)
		n += (size_t)snprintf(line + n, sizeof line - n, "%s%.10g", i > 1 ? "+" : "", c->operands[i]);
	snprintf(line + n, sizeof line - n, " = %.10g, stated %.10g", computed, stated);
	if (c)
		c->detail = arena_dup(g->d->arena, str_of(line));
}

bool check_equal(double a, double b)
{
	return fabs(a - b) < 1e-6 * (1 + fabs(a));
}

struct str check_statement(const struct reading *g, size_t from, size_t to)
{
	if (to - from > STATEMENT_MAX)
		to = from + STATEMENT_MAX;
	const fchar *t = g->f->ch;
	size_t a = from;
	while (a > 0 && from - a < 40 && !fchar_clause_end(t[a - 1]) && t[a - 1] != ':')
		a--;
	return fold_source(g->f, a, to);
}

bool check_former(const struct reading *g, size_t i)
{
	const fchar *t = g->f->ch;
	const struct quantity_at *q = &g->q[i];
	size_t from = q->start, to = q->end, limit = i > 0 ? g->q[i - 1].end : 0;
	while (from > limit && q->start - from < LIST_NEAR && !fchar_clause_end(t[from - 1]))
		from--;
	while (to < g->f->n && to - q->end < CHANGE_NEAR && !fchar_clause_end(t[to]))
		to++;
	return lexicon_word_in(g->l, lexicon_need_group(g->l, "former_lead"), t, from, q->start, NULL) > 0 &&
	       lexicon_word_in(g->l, lexicon_need_group(g->l, "changed"), t, q->end, to, NULL) > 0;
}

/* "2122, 300 more than the year before": 增加300条, but not 增加到300条 */
static bool is_difference(const struct reading *g, size_t i)
{
	const fchar *t = g->f->ch;
	size_t from = i > 0 ? g->q[i - 1].end : 0, to = g->q[i].start;
	if (to > from && t[to - 1] == C_LE)
		to--;
	return lexicon_word_before(g->l, lexicon_need_group(g->l, "changed"), t, to, from) > 0;
}

static bool is_metric(const struct reading *g, size_t i, const char *id)
{
	return g->q_metric[i] != NO_METRIC && str_eq_z(g->m.items[g->q_metric[i]].id, id);
}

/* "1453 answers, among them 30 to requests of the year before. Of these, ...": q[i] is itself a part of q[i - 1]. */
static bool is_part(const struct reading *g, size_t i)
{
	if (i == 0 || !same_unit(g, &g->q[i - 1], &g->q[i]) || g->q[i - 1].value < g->q[i].value)
		return false;
	size_t from = g->q[i - 1].end, to = g->q[i].start;
	if (to - from > LIST_NEAR)
		return false;
	for (size_t k = from; k < to; k++)
		if (fchar_sentence_end(g->f->ch[k]))
			return false;
	return lexicon_word_in(g->l, lexicon_need_group(g->l, "part_word"), g->f->ch, from, to, NULL) > 0;
}

/* 件, 宗, 起: cases are counted by several words in one list */
static bool like_unit(const struct reading *g, const struct quantity_at *a, const struct quantity_at *b)
{
	return same_unit(g, a, b) || (unit_in(g, a, "unit_of_cases") && unit_in(g, b, "unit_of_cases"));
}

static bool says_others(const struct reading *g, size_t from, size_t to)
{
	return has_between(g, from, to, C_QI, C_TA) || has_between(g, from, to, C_QI, C_TA2);
}

/* One list of parts: total, parts, and what stands in brackets behind each of them. */
struct parts {
	const struct quantity_at *total;
	const struct quantity_at *part[PARTS_MAX], *inner[PARTS_MAX];
	const struct quantity_at *total_inner;
	unsigned count;
	bool others, approx;
	bool named;    /* a word announces the parts: four and more that all but reach the total are meant to be all */
	bool open;     /* the total is itself a part or the rest of a figure before it, of which the list may be */
	bool channels; /* parts are channels: one item may be in several */
	bool whole;    /* the bracket behind the total holds nothing but them */
	bool rated;    /* rates stand between them: each is told for itself */
	size_t end;
};

static double parts_total(const struct parts *p)
{
	double sum = 0;
	for (unsigned i = 0; i < p->count; i++)
		sum += p->part[i]->value;
	return sum;
}

static bool part_above(const struct parts *p, double total)
{
	for (unsigned i = 0; i < p->count; i++)
		if (p->part[i]->value > total)
			return true;
	return false;
}

/* "15 lawsuits, 10 were judged, 8 dismissed, 2 withdrawn, 5 are pending": do parts of a part stand behind it? */
static bool nested(const struct parts *p)
{
	double all = parts_total(p);
	for (unsigned i = 0; i + 2 < p->count; i++) {
		double sum = 0;
		for (unsigned k = i + 1; k < p->count; k++) {
			sum += p->part[k]->value;
			if (k > i + 1 && check_equal(sum, p->part[i]->value) && check_equal(all - sum, p->total->value))
				return true;
		}
	}
	return false;
}

/* "40 came in, of them 40 were taken up, 36 closed, 25 upheld": what equals the total is no part of it beside others. */
static bool is_stage(const struct parts *p)
{
	for (unsigned i = 0; i < p->count; i++)
		if (check_equal(p->part[i]->value, p->total->value) && parts_total(p) > p->total->value)
			return true;
	return false;
}

/* Does a rate (公开率100%) stand among the figures from q[first] to q[last]? */
static bool between_rates(const struct reading *g, size_t first, size_t last)
{
	return last > first && g->q[last - 1].kind == UNIT_PERCENT &&
	       has_between(g, last > 1 ? g->q[last - 2].end : 0, g->q[last - 1].start + 1, C_LV, 0);
}

/* "5000 came in, 4950 were closed, of them 2000 ...": the figure before `total` in its sentence that the parts add up to. */
static const struct quantity_at *earlier_total(const struct reading *g, const struct quantity_at *total, double sum)
{
	for (const struct quantity_at *q = total; q > g->q && total->start - q[-1].end <= BASE_FAR; q--) {
		for (size_t k = q[-1].end; k < q->start; k++)
			if (fchar_sentence_end(g->f->ch[k]))
				return NULL;
		if (like_unit(g, &q[-1], total) && check_equal(q[-1].value, sum))
			return &q[-1];
	}
	return NULL;
}

/* "317 came in, 3 from last year. Of these, ...": are the parts those of `total` and figures before it in its sentence? */
static bool added_up(const struct reading *g, const struct quantity_at *total, double sum)
{
	double together = total->value;
	for (const struct quantity_at *q = total; q > g->q && total->start - q[-1].end <= BASE_FAR; q--) {
		for (size_t k = q[-1].end; k < q->start; k++)
			if (fchar_sentence_end(g->f->ch[k]))
				return false;
		if (!like_unit(g, &q[-1], total))
			return false;
		together += q[-1].value;
		if (check_equal(together, sum))
			return true;
	}
	return false;
}

static void sum_check(struct reading *g, const struct parts *p, bool inner)
{
	const struct quantity_at *total = inner ? p->total_inner : p->total;
	double sum = 0;
	unsigned n = 0;
	for (unsigned i = 0; i < p->count; i++) {
		const struct quantity_at *q = inner ? p->inner[i] : p->part[i];
		if (q) {
			sum += q->value;
			n++;
		}
	}
	bool holds = check_equal(sum, total->value);
	if (!holds && !inner) {
		const struct quantity_at *earlier = earlier_total(g, total, sum);
		if (!earlier && added_up(g, total, sum))
			return;
		/* what several channels carried counts in each of them, yet in none more often than in all */
		bool shared = p->channels && !p->others && sum > total->value && !part_above(p, total->value);
		if (!earlier && ((p->open && !p->whole) || shared))
			return;
		holds = earlier != NULL;
		total = earlier ? earlier : total;
	}
	bool all =
		p->others || p->whole || sum > total->value || (p->named && n >= 3 && sum >= NEARLY_ALL * total->value);
	if (n < 2 || (!holds && (!all || p->approx || (p->rated && !p->others))))
		return;
	if (!holds && !inner && nested(p))
		return;
	struct check *c = check_add(g, "sum", check_statement(g, total->start, p->end), holds);
	check_operand(c, total->value);
	for (unsigned i = 0; i < p->count; i++)
		if (inner ? p->inner[i] : p->part[i])
			check_operand(c, inner ? p->inner[i]->value : p->part[i]->value);
	check_sum_detail(g, c, sum, total->value);
}

/* "leaders took part in 16 of them" counts what the item before it counts already */
static bool is_sub_part(const struct reading *g, size_t from, size_t to)
{
	return lexicon_word_in(g->l, lexicon_need_group(g->l, "sub_part"), g->f->ch, from, to, NULL) > 0 &&
	       lexicon_word_before(g->l, lexicon_need_group(g->l, "class_info"), g->f->ch, to, from) == 0;
}

static bool share_holds(const struct quantity_at *part, const struct quantity_at *base, const struct quantity_at *share)
{
	double k = base->value > 0 ? part->value / base->value * 100 : -1;
	return fabs(k - share->value) <= share->step / 2 + 1e-9;
}

/* "3805 items of business, of which 2046 (54 %) are put on line": the share tells that it is part of a part. */
static bool shares_part(const struct reading *g, size_t k, const struct quantity_at *part,
			const struct quantity_at *total)
{
	const struct quantity_at *q = &g->q[k], *share = k + 1 < g->q_count ? &g->q[k + 1] : NULL;
	return share && share->kind == UNIT_PERCENT && share->start - q->end <= SHARE_NEAR &&
	       share_holds(q, part, share) && !share_holds(q, total, share);
}

static bool list_ends(const struct reading *g, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (fchar_sentence_end(g->f->ch[i]) || g->f->ch[i] == ':')
			return true;
	return has_between(g, from, to, C_QI, C_ZHONG);
}

/* 3 for a semicolon, 2 for a comma, 1 else; what stands in brackets does not count. */
static unsigned strongest_mark(const struct reading *g, size_t from, size_t to)
{
	unsigned mark = 1;
	int depth = 0;
	for (size_t i = from; i < to; i++) {
		fchar c = g->f->ch[i];
		depth += c == '(' ? 1 : c == ')' ? -1 : 0;
		unsigned m = depth > 0 ? 1 : c == ';' ? 3 : c == ',' ? 2 : 1;
		mark = m > mark ? m : mark;
	}
	return mark;
}

/* Figures of the year and running totals side by side belong to two sums. */
static bool other_family(const struct reading *g, size_t total, size_t part)
{
	static const char id[] = "proactive.cumulative";
	bool a = g->q_metric[total] != NO_METRIC && str_eq_z(g->m.items[g->q_metric[total]].id, id);
	bool b = g->q_metric[part] != NO_METRIC && str_eq_z(g->m.items[g->q_metric[part]].id, id);
	return a != b && (a || g->q_metric[total] != NO_METRIC);
}

/*
 * Does a list of the parts of q[i] begin between `from`, behind it, and `to`? 其中 follows in its sentence, or begins
 * the next one; "在公开的99条信息中," does without.
 */
static bool list_begins(const struct reading *g, size_t i, size_t from, size_t to, bool *named)
{
	const fchar *t = g->f->ch;
	size_t at, end = from, clause = g->q[i].start;
	bool blank = true;
	if (lexicon_word_in(g->l, lexicon_need_group(g->l, "list_word_parts"), t, from, to, &at) > 0) {
		for (size_t k = from; k < at; k++)
			if (t[k] == ';') /* 3件未公开;其中...: of what stands before both */
				return false;
		while (end < at && !fchar_sentence_end(t[end]))
			end++;
		for (size_t k = end; k < at; k++)
			blank = blank && (fchar_sentence_end(t[k]) || t[k] == ' ');
		*named = blank;
		return blank;
	}
	while (end < to && t[end] != ',' && t[end] != ':' && !fchar_sentence_end(t[end]))
		end++;
	if (end == to || end == from || fchar_sentence_end(t[end]) || t[end - 1] != C_ZHONG)
		return false;
	while (clause > 0 && g->q[i].start - clause < LIST_NEAR && !fchar_clause_end(t[clause - 1]))
		if (t[--clause] == C_ZAI)
			return true;
	return false;
}

/* "2852条(其中A类161条、B类254条...)": behind the bracket that holds the whole list, 0 for none; *close: its end. */
static size_t list_bracket(const struct reading *g, size_t i, size_t *close, bool *whole)
{
	const fchar *t = g->f->ch;
	size_t open = g->q[i].end;
	while (open < g->f->n && (t[open] == ',' || t[open] == ' '))
		open++;
	if (open == g->f->n || t[open] != '(' || i + 2 >= g->q_count)
		return 0;
	bool said = lexicon_word_in(g->l, lexicon_need_group(g->l, "list_word_parts"), t, open, g->q[i + 1].start,
				    NULL) > 0;
	size_t end = bracket_end(g, open + 1);
	unsigned items = 0, like = 0;
	for (size_t k = i + 1; k < g->q_count && g->q[k].start < end && items < PARTS_MAX; k++) {
		like += like_unit(g, &g->q[i], &g->q[k]) && !in_bracket(g, open + 1, g->q[k].start);
		items++;
	}
	if (like < (said ? 2 : BARE_PARTS) || (!said && like < items))
		return 0;
	*whole = !said && end > 2 && t[end - 2] != C_DENG;
	*close = end;
	return open + 1;
}

/* 复兴镇、拔山镇各受理1件: how many parts the figure between `from` and `to` is; 0 when 各 does not say of what. */
static unsigned parts_each(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	size_t each = to;
	unsigned names = 1;
	while (each > from && t[each - 1] != C_GE && !fchar_clause_end(t[each - 1]))
		each--;
	if (each == from || t[each - 1] != C_GE)
		return 1;
	if (each < to &&
	    lexicon_word_at(g->l, lexicon_need_group(g->l, "own_act"), t, each, to) == 0) /* 各委办局设置72个 */
		return 1;
	for (size_t k = each - 1; k > from && !fchar_clause_end(t[k - 1]) && t[k - 1] != ':'; k--)
		names += t[k - 1] == C_DUN ||
			 lexicon_word_at(g->l, lexicon_need_group(g->l, "list_and"), t, k - 1, each) > 0;
	return names > 1 ? names : 0;
}

/* Parts of q[i] after 其中 or 包括 in the same sentence (or the one that begins with it). */
static void list_sum(struct reading *g, size_t i)
{
	struct parts p = {.total = &g->q[i]};
	size_t k = i + 1, pos = g->q[i].end;
	if (in_bracket(g, g->q[i].start > 30 ? g->q[i].start - 30 : 0, g->q[i].start) || check_former(g, i) ||
	    is_difference(g, i) || is_metric(g, i, "requests.carried_in")) /* from the year before */
		return;
	p.open = is_part(g, i) || is_metric(g, i, "requests.carried_out");
	size_t close = g->f->n, open = list_bracket(g, i, &close, &p.whole);
	if (open > 0)
		pos = open;
	else if (k < g->q_count && g->f->ch[g->q[i].end] == '(' && in_bracket(g, g->q[i].end, g->q[k].start))
		p.total_inner = &g->q[k++];
	size_t list = p.total_inner ? p.total_inner->end : pos;
	/* "25984条,是上年的10.5倍。其中": a figure of another unit may stand between */
	while (k < g->q_count && g->q[k].has_unit && (!like_unit(g, p.total, &g->q[k]) || is_difference(g, k)) &&
	       g->q[k].end < list + LIST_NEAR && !has_between(g, list, g->q[k].start, C_QI, C_ZHONG))
		k++;
	if (k >= g->q_count || g->q[k].start > list + LIST_NEAR || has_between(g, list, g->q[k].start, '\n', '\n'))
		return;
	if (!p.whole && !list_begins(g, i, list, g->q[k].start, &p.named))
		return;
	size_t first = k;
	unsigned widest = 0; /* the mark that parts the first two items; a stronger one ends the list */
	for (; k < g->q_count && p.count < PARTS_MAX; k++) {
		const struct quantity_at *q = &g->q[k];
		size_t prev = g->q[k - 1].end;
		if (q->start > close || (k > first && list_ends(g, prev, q->start)))
			break;
		if (q->kind == UNIT_PERCENT || (q->has_unit && !like_unit(g, p.total, q)) || other_family(g, i, k) ||
		    check_former(g, k) || is_difference(g, k) ||
		    (!q->has_unit && has_between(g, prev, q->start, C_ZHAN, 0)))
			continue; /* 占11.1: a share that lost its sign */
		if (in_bracket(g, pos, q->start)) {
			if (p.count > 0 && !p.inner[p.count - 1])
				p.inner[p.count - 1] = q;
			continue;
		}
		if (p.count == 0 &&
		    is_sub_part(g, prev, q->start)) /* 其中 speaks of leaders: no list of parts follows */
			return;
		if (is_sub_part(g, prev, q->start) || (p.count > 0 && shares_part(g, k, p.part[p.count - 1], p.total)))
			continue;
		unsigned mark = p.count > 0 ? strongest_mark(g, p.part[p.count - 1]->end, q->start) : 0;
		if (p.count > 1 && mark > widest)
			break;
		if (p.count == 1)
			widest = mark;
		if (p.count > 1 && mark > 1 && check_equal(parts_total(&p), p.total->value))
			break; /* complete: what follows a comma counts something else */
		p.others = says_others(g, prev, q->start);
		p.rated = p.rated || between_rates(g, p.count > 0 ? first : k, k);
		p.channels = p.channels || lexicon_word_in(g->l, lexicon_need_group(g->l, "channel_word"), g->f->ch,
							   prev, q->start, NULL) > 0;
		p.approx = p.approx || q->approx;
		unsigned each = parts_each(g, prev, q->start);
		if (each == 0)
			return;
		for (unsigned n = 0; n < each && p.count < PARTS_MAX; n++)
			p.part[p.count++] = q;
		p.end = q->end;
	}
	if (p.count < 2 || (p.count > 2 && is_stage(&p)))
		return;
	p.approx = p.approx || p.total->approx;
	sum_check(g, &p, false);
	if (p.total_inner)
		sum_check(g, &p, true);
}

/* ---- shares ---- */

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
static size_t part_before(const struct reading *g, size_t i)
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

/* Sentences that end in [from, to); the items of a list in lines are one sentence. */
static unsigned sentences_between(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	unsigned n = 0;
	for (size_t k = from; k < to; k++) {
		bool goes_on = t[k] == '\n' && k > 0 &&
			       (t[k - 1] == ';' || t[k - 1] == ':' || t[k - 1] == ',' || fchar_sentence_end(t[k - 1]));
		n += fchar_sentence_end(t[k]) && !goes_on;
	}
	return n;
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
		size_t k = part_before(g, i);
		n += k < g->q_count && k != part && same_unit(g, base, &g->q[k]) && &g->q[k] > base &&
		     one_sentence(g, k, part) && share_holds(&g->q[k], base, &g->q[i]);
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
			if (g->q[b - 1].kind == UNIT_COUNT && share_holds(&joint, &g->q[b - 1], share))
				return true;
	}
	return false;
}

/*
 * What the share of q[part] may be of: figures of its unit before it that are greater. The text is believed when
 * any of them fits; else it is the one that most shares around are of, then the one before 其中, then the nearest of
 * its sentence.
 */
static bool find_base(const struct reading *g, size_t part, const struct quantity_at *share,
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
		if (share_holds(&g->q[part], q, share)) {
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

static void share_of(struct reading *g, size_t i)
{
	const struct quantity_at *share = &g->q[i];
	size_t k = part_before(g, i);
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
		bool found = find_base(g, k, share, &base);
		if (found && (unnamed || bracket)) /* of what, only the others beside it or its list tell */
			unnamed = base_support(g, k, base) == 0 &&
				  !(unnamed && has_between(g, base->end, part->start, C_QI, C_ZHONG));
		if (found && (share_holds(part, base, share) || (!unnamed && !joint_share(g, k, share))))
			share_check(g, part, base, share, share_holds(part, base, share));
	} else if (ratio && k > 0) {
		/* 受理4003件,已处理3758件,处理率94% */
		base = &g->q[k - 1];
		bool run = part->start - base->end <= SHARE_NEAR && same_unit(g, part, base) &&
			   (base->value >= part->value || !carries(g, base->start, share->end));
		for (size_t j = base->end; run && j < part->start; j++)
			run = t[j] != ';' && !fchar_sentence_end(t[j]);
		if (run &&
		    lexicon_word_in(g->l, lexicon_need_group(g->l, "rate_verb"), t, base->end, part->start, NULL) > 0)
			share_check(g, part, base, share, share_holds(part, base, share));
	}
}

/* Is the sum of the parts that have the first and the last share known to fail? Then their shares do of course. */
static bool parts_fail(const struct reading *g, size_t first, size_t last)
{
	size_t a = part_before(g, first), b = part_before(g, last);
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
static void shares_sum(struct reading *g, size_t from, size_t to)
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

/* "31条,其中法律15条,文件16条": the index behind the parts of q[i - 1] that begin with q[i]; `i` when there are none. */
size_t check_behind_inner(const struct reading *g, size_t i, size_t to)
{
	double sum = 0;
	for (size_t k = i; is_part(g, i) && k < to && same_unit(g, &g->q[i - 1], &g->q[k]); k++)
		if ((sum += g->q[k].value) >= g->q[i - 1].value)
			return sum == g->q[i - 1].value && k > i ? k + 1 : i;
	return i;
}

/* Parts of one sentence, each with its share of a figure before them, the others among them: they are that figure. */
static void shared_parts_sum(struct reading *g, size_t from, size_t to)
{
	const struct quantity_at *base = NULL, *b;
	struct parts p = {.count = 0};
	unsigned shares = 0;
	size_t inner = 0; /* behind the parts of a part */
	for (size_t i = from; i < to && p.count < PARTS_MAX; i++) {
		if (g->q[i].kind == UNIT_PERCENT) {
			size_t k = part_before(g, i);
			if (k >= from && k < to && has_between(g, g->q[k].end, g->q[i].start + 1, C_ZHAN, 0) &&
			    find_base(g, k, &g->q[i], &b)) {
				base = base ? base : b;
				shares += base == b;
			}
			continue;
		}
		if (in_bracket(g, g->q[from].start, g->q[i].start) || i < inner)
			continue;
		if (i > from && (inner = check_behind_inner(g, i, to)) > i)
			continue;
		p.part[p.count++] = &g->q[i];
		p.approx = p.approx || g->q[i].approx;
		p.end = g->q[i].end;
	}
	if (!base || shares < 3 || base->end > g->q[from].start)
		return;
	p.total = base;
	size_t last = p.part[p.count - 1]->start;
	p.others = says_others(g, last > 20 ? last - 20 : 0, last);
	if (p.others)
		sum_check(g, &p, false);
}

bool check_sum_known(const struct reading *g, double total, double first, double last)
{
	for (size_t i = 0; i < g->r->checks_count; i++) {
		const struct check *c = &g->r->checks[i];
		bool a = false, b = false;
		if (!str_eq_z(c->kind, "sum") || !check_equal(c->operands[0], total))
			continue;
		for (unsigned k = 1; k < c->operands_count; k++) {
			b = b || (a && check_equal(c->operands[k], last));
			a = a || check_equal(c->operands[k], first);
		}
		if (a && b)
			return true;
	}
	return false;
}

void check_report(struct reading *g)
{
	size_t sentence = 0, paragraph = 0;
	for (size_t i = 0; i < g->q_count; i++) {
		if (g->q[i].kind == UNIT_PERCENT)
			share_of(g, i);
		else
			list_sum(g, i);
		size_t next = i + 1 < g->q_count ? g->q[i + 1].start : g->f->n;
		bool line = i + 1 == g->q_count, full = line;
		for (size_t k = g->q[i].end; k < next && !line; k++) {
			line = g->f->ch[k] == '\n';
			full = full || fchar_sentence_end(g->f->ch[k]);
		}
		if (full) {
			shared_parts_sum(g, sentence, i + 1);
			shares_sum(g, sentence, i + 1);
			sentence = i + 1;
		}
		if (line) {
			check_paragraph(g, paragraph, i + 1);
			paragraph = i + 1;
		}
	}
	check_classes(g);
	check_claims(g);
	check_changes(g);
	check_relations(g);
	check_tables(g);
}
