#include "parser/check.h"
#include "parser/check_text.h"

#include <math.h>

#include "parser/metric_list.h"

#define RUN_MAX 24
#define GAP_FAR 200      /* characters between two items of a list, their brackets and shares among them */
#define NAME_FAR 30      /* characters of the name of an item */
#define LINE_NAME_FAR 40 /* ... in a line of its own */
#define TAIL_FAR 24      /* characters of its clause behind the figure */
#define LEAD_FAR 120     /* characters between a total and its list */
#define APART_FAR 800    /* characters between a list and a total that it stands apart from */
#define BASE_FAR 600     /* characters before a total in which another may stand that the list is of */
#define OFF_SAID 0.1     /* of a total that a list, said to be of it, may pass by an error */
#define OFF_LESS 0.05    /* ... or fall short of it */
#define OFF_SHAPE 0.03   /* ... where only its shape says so */
#define SHAPE_MIN 10     /* smallest total of such a list */
#define PAIR_MIN 20      /* smallest total of a bracket with two parts */
#define PAIR_OFF 0.05
#define SAID_MIN 3 /* parts of a list whose error is told */

enum { C_QI = 0x5176, C_ZHONG = 0x4E2D, C_LV = 0x7387, C_DENG = 0x7B49, C_DUN = 0x3001, C_STOP = 0x3002 };

/* What parts the items of a list; a stronger mark than that between the first two ends it. */
enum mark { MARK_NONE, MARK_DUN, MARK_COMMA, MARK_SEMICOLON, MARK_LINE };

/* Items that stand side by side, each a name and a figure of one counting word. */
struct run {
	size_t item[RUN_MAX];
	unsigned count;
	enum mark widest;
	bool approx;
	size_t last; /* the figure behind which it ends: of the last item, or of its own parts */
};

/* How a list follows the figure that it is of. */
enum lead {
	LEAD_NONE,    /* not at all, or it tells only what is most */
	LEAD_PLAIN,   /* right behind it */
	LEAD_SAID,    /* words or a colon say that it is split */
	LEAD_BRACKET, /* in a bracket that holds nothing else */
};

static enum mark mark_of(const struct reading *g, size_t k)
{
	const fchar *t = g->f->ch;
	switch (t[k]) {
	case C_DUN:
		return MARK_DUN;
	case ',':
		return MARK_COMMA;
	case ';':
	case '\n':
		return MARK_SEMICOLON;
	case C_STOP:
		return k + 1 < g->f->n && t[k + 1] == '\n' ? MARK_SEMICOLON : MARK_NONE;
	default:
		return MARK_NONE;
	}
}

static bool has_percent(const struct reading *g, size_t from, size_t to)
{
	return has_between(g, from, to + 1, '%', 0);
}

/*
 * What parts q[b] from the item that ends with q[a]; MARK_NONE where they are no neighbours of a list: a sentence ends
 * between them, or a clause that is neither the share of the one nor the name of the other.
 */
static enum mark gap_mark(const struct reading *g, size_t a, size_t b)
{
	const fchar *t = g->f->ch;
	size_t from = g->q[a].end, to = g->q[b].start, clause = from, name = from;
	enum mark widest = MARK_NONE;
	int depth = 0;
	if (to - from > GAP_FAR)
		return MARK_NONE;
	for (size_t k = from; k < to; k++) {
		depth += t[k] == '(' ? 1 : t[k] == ')' ? -1 : 0;
		if (depth < 0)
			return MARK_NONE;
		if (depth > 0)
			continue;
		if (t[k] == C_LV || t[k] == ':' || (t[k] == C_QI && t[k + 1] == C_ZHONG))
			return MARK_NONE;
		enum mark m = mark_of(g, k);
		if (m == MARK_NONE && (fchar_sentence_end(t[k]) || t[k] == '\t'))
			return MARK_NONE;
		if (m >= MARK_COMMA && clause > from && k > clause && !has_percent(g, clause, k))
			return MARK_NONE;
		if (m >= MARK_COMMA)
			clause = k + 1;
		if (m != MARK_NONE)
			name = k + 1;
		widest = m > widest ? m : widest;
	}
	if (widest == MARK_NONE && word_at(g, "list_and", from, to) > 0)
		widest = MARK_DUN;
	return to - name <= NAME_FAR && !word_in(g, "total_behind", name, to) ? widest : MARK_NONE;
}

/* Where the line of q[i] begins, or what stands too far before it. */
static size_t line_begin(const struct reading *g, size_t i)
{
	size_t k = g->q[i].start;
	while (k > 0 && g->f->ch[k - 1] != '\n' && g->q[i].start - k <= LINE_NAME_FAR)
		k--;
	return k;
}

/* Is q[i] the first figure of its line, which a line before announced by a colon, or which begins with a number? */
static bool heads_line(const struct reading *g, size_t i)
{
	const fchar *t = g->f->ch;
	size_t line = line_begin(g, i);
	if (line < 2 || g->q[i].start - line > LINE_NAME_FAR)
		return false;
	for (size_t k = i; k > 0 && g->q[k - 1].start >= line; k--)
		if (g->q[k - 1].kind == UNIT_COUNT && same_unit(g, &g->q[k - 1], &g->q[i]))
			return false;
	return t[line - 2] == ':' || metric_list_number(g, line, g->q[i].start) > 0;
}

/* Items in lines of their own, what else a line tells left aside: the index of the next line's figure, 0 for none. */
static size_t next_line(const struct reading *g, size_t i)
{
	const fchar *t = g->f->ch;
	size_t end = g->q[i].end, k = i + 1;
	while (end < g->f->n && t[end] != '\n')
		end++;
	while (k < g->q_count && (g->q[k].start < end || (g->q[k].has_unit && !like_unit(g, &g->q[i], &g->q[k]))))
		k++;
	bool item = k < g->q_count && line_begin(g, k) == end + 1 && heads_line(g, k);
	return item ? k : 0;
}

static void add_item(const struct reading *g, size_t i, struct run *r)
{
	r->item[r->count++] = i;
	r->last = i;
	r->approx = r->approx || g->q[i].approx;
}

static void lines_from(const struct reading *g, size_t limit, struct run *r)
{
	size_t k = r->last;
	while ((k = next_line(g, k)) > 0 && g->q[k].start < limit && r->count < RUN_MAX)
		add_item(g, k, r);
	r->widest = MARK_LINE;
}

/* The list whose first item is q[first]; what stands at or behind `limit` is none of it. */
static void run_from(const struct reading *g, size_t first, size_t limit, struct run *r)
{
	*r = (struct run){.item = {first}, .count = 1, .last = first, .approx = g->q[first].approx};
	if (heads_line(g, first) && next_line(g, first) > 0) {
		lines_from(g, limit, r);
		return;
	}
	for (size_t k = first + 1; k < g->q_count && g->q[k].start < limit && r->count < RUN_MAX; k++) {
		const struct quantity_at *q = &g->q[k];
		if (q->start - g->q[r->last].end > GAP_FAR)
			return;
		if (q->kind != UNIT_COUNT || in_bracket(g, g->q[r->last].end, q->start))
			continue;
		if (q->has_unit && !like_unit(g, &g->q[first], q)) /* 12个乡镇822条 */
			continue;
		size_t inner = check_behind_inner(g, k, g->q_count);
		if (inner > k) {
			r->last = k = inner - 1;
			continue;
		}
		enum mark m = gap_mark(g, r->last, k);
		if (q->has_unit != g->q[first].has_unit || m == MARK_NONE || (r->count > 1 && m > r->widest) ||
		    check_former(g, k) || check_difference(g, k))
			return;
		r->widest = m > r->widest ? m : r->widest;
		add_item(g, k, r);
	}
}

/* Does the list plainly end behind its last item: by a mark that is stronger than its own, and not by 等? */
static bool run_ends(const struct reading *g, const struct run *r, size_t limit)
{
	const fchar *t = g->f->ch;
	size_t k = g->q[r->last].end, from = k;
	if (r->count == RUN_MAX || r->widest == MARK_LINE)
		return r->count < RUN_MAX;
	while (k < g->f->n && k - from <= TAIL_FAR) {
		if (k >= limit || t[k] == ')')
			return true;
		if (t[k] == '(') {
			k = bracket_end(g, k + 1);
			from = k;
			continue;
		}
		if (t[k] == C_DENG)
			return false;
		enum mark m = mark_of(g, k);
		size_t end = m == MARK_COMMA ? clause_end(t, k + 1, g->f->n) : k;
		if (end > k + 1 && end - k < TAIL_FAR && has_percent(g, k, end)) { /* the share of the last item */
			from = k = end;
			continue;
		}
		if (fchar_sentence_end(t[k]) || m != MARK_NONE)
			return m == MARK_NONE || m > r->widest || t[k] == C_STOP ||
			       (t[k] == '\n' && !metric_list_number(g, k + 1, g->f->n));
		k++;
	}
	return k >= g->f->n;
}

static bool run_rest(const struct reading *g, const struct run *r)
{
	size_t a = r->count > 1 ? g->q[r->item[r->count - 2]].end : g->q[r->item[0]].start;
	return word_in(g, "rest_word", a, g->q[r->item[r->count - 1]].start);
}

static bool run_channels(const struct reading *g, const struct run *r)
{
	size_t to = g->q[r->item[0]].start, from = to;
	while (from > 0 && to - from < NAME_FAR && !fchar_sentence_end(g->f->ch[from - 1]))
		from--;
	return word_in(g, "channel_word", from, g->q[r->last].end);
}

/* Where the clause of q[i] begins: behind a mark, a colon or a bracket. */
static size_t name_begin(const struct reading *g, size_t i, size_t left)
{
	const fchar *t = g->f->ch;
	size_t k = g->q[i].start;
	int depth = 0;
	left = k > left + GAP_FAR ? k - GAP_FAR : left;
	for (; k > left && (depth > 0 || (!fchar_clause_end(t[k - 1]) && t[k - 1] != ':' && t[k - 1] != '(')); k--)
		depth += t[k - 1] == ')' ? 1 : t[k - 1] == '(' ? -1 : 0;
	return k;
}

/* Do words in [from, to) before a list, or a colon right before it, say that it splits a figure? */
static bool said(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	while (to > from && (t[to - 1] == '\n' || t[to - 1] == ' '))
		to--;
	if (to > from && t[to - 1] == ':')
		return true;
	return word_in(g, "split_said", from, to);
}

static enum lead lead_of(const struct reading *g, size_t total, size_t first)
{
	const fchar *t = g->f->ch;
	size_t from = g->q[total].end, to = g->q[first].start, ends = 0;
	if (to - from > LEAD_FAR)
		return LEAD_NONE;
	if (t[from] == '(' && bracket_end(g, from + 1) > to)
		return has_between(g, from, to, C_QI, C_ZHONG) ? LEAD_SAID : LEAD_BRACKET;
	for (size_t k = from; k < to; k++) {
		if (t[k] == '\n' && k > from && t[k - 1] != ':' && t[k - 1] != ';' && t[k - 1] != C_ZHONG)
			return LEAD_NONE;
		ends += fchar_sentence_end(t[k]) && (k == from || !fchar_sentence_end(t[k - 1]));
	}
	size_t name = name_begin(g, first, from);
	if (ends > 2 || word_in(g, "list_most", from, to))
		return LEAD_NONE;
	if (said(g, from, name) || word_in(g, "split_said", from, to))
		return LEAD_SAID;
	return ends == 0 ? LEAD_PLAIN : LEAD_NONE;
}

static bool is_count(const struct reading *g, size_t i)
{
	return g->q[i].kind == UNIT_COUNT && !g->q[i].approx && !check_former(g, i) && !check_difference(g, i);
}

static bool is_of(const struct reading *g, size_t total, size_t first)
{
	const struct quantity_at *a = &g->q[total], *b = &g->q[first];
	return b->has_unit ? like_unit(g, a, b) : a->has_unit;
}

static double run_sum(const struct reading *g, const struct run *r, unsigned n)
{
	double sum = 0;
	for (unsigned i = 0; i < n; i++)
		sum += g->q[r->item[i]].value;
	return sum;
}

/* How many items come to just `total`; 0 for none. */
static unsigned run_reaches(const struct reading *g, const struct run *r, double total)
{
	double sum = 0;
	for (unsigned i = 0; i < r->count; i++)
		if (check_equal(sum += g->q[r->item[i]].value, total))
			return i > 0 ? i + 1 : 0;
	return 0;
}

static bool item_above(const struct reading *g, const struct run *r, double total)
{
	for (unsigned i = 0; i < r->count; i++)
		if (g->q[r->item[i]].value >= total)
			return true;
	return false;
}

static void run_check(struct reading *g, size_t total, const struct run *r, unsigned n)
{
	double sum = run_sum(g, r, n), stated = g->q[total].value;
	size_t last = r->item[n - 1];
	if (check_sum_alike(g, stated, sum, n) ||
	    check_sum_known(g, stated, g->q[r->item[0]].value, g->q[r->item[1]].value))
		return;
	struct check *c =
		check_add(g, "sum", check_statement(g, g->q[total].start, g->q[last].end), check_equal(sum, stated));
	check_operand(c, stated);
	for (unsigned i = 0; i < n; i++)
		check_operand(c, g->q[r->item[i]].value);
	check_sum_detail(g, c, sum, stated);
}

/* Is there a figure before q[total], or are there figures beside it, that explain what the list comes to? */
static bool explained(const struct reading *g, size_t total, const struct run *r)
{
	const struct quantity_at *q = &g->q[total];
	double sum = run_sum(g, r, r->count), off = fabs(sum - q->value), item = 0;
	size_t from = q->start > BASE_FAR ? q->start - BASE_FAR : 0, to = g->q[r->last].end + TAIL_FAR;
	for (size_t i = r->last + 1; i-- > 0 && g->q[i].start >= from;) {
		item = g->q[i].value;
		if (sum > q->value && i >= r->item[0] && check_equal(item, off)) /* it may be one of the others again */
			return true;
		if (i < r->item[0] && i != total && like_unit(g, q, &g->q[i]) && check_equal(item, sum))
			return true;
	}
	for (size_t i = total > 0 ? total - 1 : 0; i < g->q_count && g->q[i].start < to; i++) {
		bool part = false;
		for (unsigned k = 0; k < r->count; k++)
			part = part || r->item[k] == i;
		if (!part && i != total && g->q[i].kind == UNIT_COUNT && check_equal(g->q[i].value, off) &&
		    sentences_between(g, i < total ? g->q[i].end : q->end, i < total ? q->start : g->q[i].start) < 2)
			return true;
	}
	return false;
}

static bool near(double sum, double total, double share)
{
	return fabs(sum - total) <= fmax(1, (sum < total ? fmin(share, OFF_LESS) : share) * total);
}

/* The strongest mark between a total and its list. */
static enum mark plain_mark(const struct reading *g, size_t total, size_t first)
{
	enum mark widest = MARK_NONE;
	for (size_t k = g->q[total].end; k < g->q[first].start; k++)
		widest = mark_of(g, k) > widest ? mark_of(g, k) : widest;
	return widest;
}

/* Is q[total] itself an item of the list that goes on with q[first]? */
static bool is_item(const struct reading *g, size_t total, size_t first)
{
	size_t name = name_begin(g, total, 0);
	if (name > 0 && g->f->ch[name - 1] == ':')
		return true;
	size_t k = total;
	while (k > 0 && g->q[k - 1].kind != UNIT_COUNT)
		k--;
	return k > 0 && like_unit(g, &g->q[k - 1], &g->q[total]) && gap_mark(g, k - 1, total) != MARK_NONE &&
	       gap_mark(g, k - 1, total) >= plain_mark(g, total, first);
}

/* The list that begins with q[first] against q[total], which it stands behind. */
static void run_of_total(struct reading *g, size_t total, size_t first)
{
	struct run r;
	enum lead lead = lead_of(g, total, first);
	if (lead == LEAD_NONE)
		return;
	size_t limit = lead == LEAD_BRACKET ? bracket_end(g, g->q[total].end + 1) - 1 : g->f->n;
	run_from(g, first, limit, &r);
	double stated = g->q[total].value;
	unsigned n = run_reaches(g, &r, stated);
	if (r.count < 2 || item_above(g, &r, stated))
		return;
	if (lead == LEAD_PLAIN && (plain_mark(g, total, first) < r.widest || is_item(g, total, first)))
		return;           /* 205项,其他113项;取消20项: what stands side by side */
	if (n > 0 && n < r.count) /* what follows may be of another list */
		return;
	if (n > 0) {
		run_check(g, total, &r, n);
		return;
	}
	double sum = run_sum(g, &r, r.count);
	bool rest = run_rest(g, &r), three = r.count >= SAID_MIN;
	bool pair = r.count == 2 && lead == LEAD_BRACKET && stated >= PAIR_MIN && near(sum, stated, PAIR_OFF);
	bool shape = lead == LEAD_PLAIN && g->q_metric[total] != NO_METRIC && stated >= SHAPE_MIN &&
		     near(sum, stated, OFF_SHAPE) && g->q[first].has_unit && r.count > SAID_MIN;
	bool whole = lead == LEAD_PLAIN ? shape : three ? near(sum, stated, OFF_SAID) : pair || rest;
	if (!whole || r.approx || !near(sum, stated, OFF_SAID) || !run_ends(g, &r, limit) ||
	    (run_channels(g, &r) && !rest && sum > stated) || explained(g, total, &r))
		return;
	run_check(g, total, &r, r.count);
}

/* A figure before the list that all of it may be of. */
static bool is_total_of_all(const struct reading *g, size_t i)
{
	static const char *const ids[] = {"proactive.total", "requests.received", "requests.replied",
					  "requests.closed", "review.total",      "litigation.total"};
	const struct metric *m = g->q_metric[i] != NO_METRIC ? &g->m.items[g->q_metric[i]] : NULL;
	for (size_t k = 0; m && m->scope.n == 0 && k < sizeof ids / sizeof ids[0]; k++)
		if (str_eq_z(m->id, ids[k]))
			return true;
	for (size_t k = 0; k < g->r->checks_count; k++) /* another list comes to it */
		if (g->r->checks[k].holds && str_eq_z(g->r->checks[k].kind, "sum") &&
		    check_equal(g->r->checks[k].operands[0], g->q[i].value))
			return true;
	return false;
}

/*
 * A list that says that it splits something, and stands apart from its total: where it comes to no figure before it,
 * yet nearly to a total of the report, that is the one which it is of.
 */
static void run_apart(struct reading *g, size_t first)
{
	size_t from = g->q[first].start > LEAD_FAR ? g->q[first].start - LEAD_FAR : 0,
	       name = name_begin(g, first, from);
	size_t clause = first > 0 && g->q[first - 1].end > from ? g->q[first - 1].end : from;
	size_t said_to = name;
	struct run r;
	while (said_to > clause && (g->f->ch[said_to - 1] == '\n' || g->f->ch[said_to - 1] == ' '))
		said_to--;
	for (size_t k = said_to; k > clause; k--)
		if (fchar_sentence_end(g->f->ch[k - 1]))
			clause = k;
	if (word_in(g, "list_most", clause, name))
		return;
	if (!said(g, clause, name))
		return;
	run_from(g, first, g->f->n, &r);
	if (r.count < SAID_MIN || r.approx || !run_ends(g, &r, g->f->n) || run_channels(g, &r))
		return;
	double sum = run_sum(g, &r, r.count);
	size_t total = first;
	for (size_t i = first; i-- > 0 && g->q[first].start - g->q[i].end < APART_FAR;) {
		if (!is_of(g, i, first) || g->q[i].kind != UNIT_COUNT)
			continue;
		if (check_equal(g->q[i].value, sum)) {
			run_check(g, i, &r, r.count);
			return;
		}
		if (total == first && is_count(g, i) && g->q[i].value >= PAIR_MIN && is_total_of_all(g, i) &&
		    near(sum, g->q[i].value, OFF_SHAPE) && !item_above(g, &r, g->q[i].value))
			total = i;
	}
	if (total < first && !explained(g, total, &r))
		run_check(g, total, &r, r.count);
}

void check_runs(struct reading *g)
{
	for (size_t i = 0; i + 2 < g->q_count; i++)
		if (g->q[i].kind == UNIT_COUNT)
			run_apart(g, i);
	for (size_t i = 0; i + 2 < g->q_count; i++) {
		if (!is_count(g, i))
			continue;
		size_t k = i + 1;
		while (k < g->q_count && g->q[k].start - g->q[i].end < LEAD_FAR &&
		       (!is_of(g, i, k) || check_former(g, k) || check_difference(g, k)))
			k++;
		if (k + 1 < g->q_count && is_of(g, i, k))
			run_of_total(g, i, k);
	}
}
