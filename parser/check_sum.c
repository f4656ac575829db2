#include "parser/check.h"
#include "parser/check_text.h"

#define BASE_FAR 500 /* characters between a list and the figure before its total that it may be of */
#define LIST_NEAR 80 /* characters between a total and the first of its parts */
#define PARTS_MAX 24
#define NEARLY_ALL 0.9
#define BARE_PARTS 3  /* parts in a bracket that says not that it is their list */
#define SHARE_NEAR 30 /* characters between a part and its share */

enum {
	C_QI = 0x5176,
	C_ZHONG = 0x4E2D,
	C_ZHAN = 0x5360,
	C_LV = 0x7387,
	C_ZAI = 0x5728,
	C_DENG = 0x7B49,
	C_GE = 0x5404,
	C_DUN = 0x3001
};

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

/* "3805 items of business, of which 2046 (54 %) are put on line": the share tells that it is part of a part. */
static bool shares_part(const struct reading *g, size_t k, const struct quantity_at *part,
			const struct quantity_at *total)
{
	const struct quantity_at *q = &g->q[k], *share = k + 1 < g->q_count ? &g->q[k + 1] : NULL;
	return share && share->kind == UNIT_PERCENT && share->start - q->end <= SHARE_NEAR &&
	       check_share_holds(q, part, share) && !check_share_holds(q, total, share);
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
		*named = blank && !word_in(g, "list_most", from, to);
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
void check_list(struct reading *g, size_t i)
{
	struct parts p = {.total = &g->q[i]};
	size_t k = i + 1, pos = g->q[i].end;
	if (in_bracket(g, g->q[i].start > 30 ? g->q[i].start - 30 : 0, g->q[i].start) || check_former(g, i) ||
	    check_difference(g, i) || is_metric(g, i, "requests.carried_in")) /* from the year before */
		return;
	p.open = is_part(g, i) || is_metric(g, i, "requests.carried_out");
	size_t close = g->f->n, open = list_bracket(g, i, &close, &p.whole);
	if (open > 0)
		pos = open;
	else if (k < g->q_count && g->f->ch[g->q[i].end] == '(' && in_bracket(g, g->q[i].end, g->q[k].start))
		p.total_inner = &g->q[k++];
	size_t list = p.total_inner ? p.total_inner->end : pos;
	/* "25984条,是上年的10.5倍。其中": a figure of another unit may stand between */
	while (k < g->q_count && g->q[k].has_unit && (!like_unit(g, p.total, &g->q[k]) || check_difference(g, k)) &&
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
		    check_former(g, k) || check_difference(g, k) ||
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
	p.named = p.named && g->f->ch[p.end] != C_DENG;
	sum_check(g, &p, false);
	if (p.total_inner)
		sum_check(g, &p, true);
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
void check_shared_parts(struct reading *g, size_t from, size_t to)
{
	const struct quantity_at *base = NULL, *b;
	struct parts p = {.count = 0};
	unsigned shares = 0;
	size_t inner = 0; /* behind the parts of a part */
	for (size_t i = from; i < to && p.count < PARTS_MAX; i++) {
		if (g->q[i].kind == UNIT_PERCENT) {
			size_t k = check_share_part(g, i);
			if (k >= from && k < to && has_between(g, g->q[k].end, g->q[i].start + 1, C_ZHAN, 0) &&
			    check_share_base(g, k, &g->q[i], &b)) {
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
