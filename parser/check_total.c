#include "parser/check.h"
#include "parser/check_text.h"

#include <math.h>

#include "parser/metric_list.h"

#define SENTENCE_FAR 300 /* characters: a total and the first of its parts in one sentence */
#define PARTS_FAR 900    /* ... of what stands above it */
#define PARTS_MAX 24
#define WORD_FAR 14 /* characters between the mark before a total and the word for one */
#define NOUN_FAR 14 /* ... between the word and the figure */
#define OFF 0.05    /* of a total that its parts may miss by an error */

/* How plainly the text says that q[i] is the sum of what stands before it. */
enum claim {
	CLAIM_NONE,
	CLAIM_BEHIND, /* 信函5件、网络3件,共8件 */
	CLAIM_ABOVE,  /* 以上共计98条, 两者相加8件: of whatever unit */
};

static enum claim claim_of(const struct reading *g, size_t i)
{
	const fchar *t = g->f->ch;
	const struct quantity_at *q = &g->q[i];
	size_t limit = g->q[i - 1].end, clause = q->start, at = 0, n;
	while (clause > limit && !fchar_clause_end(t[clause - 1]) && t[clause - 1] != 0x3001)
		clause--;
	if ((n = word_find(g, "total_behind", clause, q->start, &at)) == 0)
		n = word_before(g, "total_bare", q->start, clause), at = q->start - n;
	if (n == 0 || at - clause > WORD_FAR || q->start - (at + n) > NOUN_FAR)
		return CLAIM_NONE;
	return word_in(g, "total_above", clause, q->start) ? CLAIM_ABOVE : CLAIM_BEHIND;
}

/* How many things 三项, 两者 before `to` say that were added; 0 when they do not. */
static unsigned things_said(const struct reading *g, size_t i)
{
	static const fchar numeral[] = {0, 0, 0x4E24, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D};
	const fchar *t = g->f->ch;
	size_t from = g->q[i].start > 2 * WORD_FAR ? g->q[i].start - 2 * WORD_FAR : 0;
	from = from > g->q[i - 1].end ? from : g->q[i - 1].end;
	for (size_t k = from; k + 1 < g->q[i].start; k++)
		for (unsigned v = 2; v < sizeof numeral / sizeof numeral[0]; v++)
			if ((t[k] == numeral[v] || (v == 2 && t[k] == 0x4E8C)) &&
			    word_at(g, "total_things", k + 1, g->q[i].start) > 0)
				return v;
	return 0;
}

/* Figures before q[i] that may be its parts, the last first, to the begin of its sentence or of what is above it. */
static unsigned parts_before(const struct reading *g, size_t i, enum claim claim, size_t from, size_t *part)
{
	const struct quantity_at *total = &g->q[i];
	unsigned n = 0;
	for (size_t k = i; k-- > 0 && g->q[k].start >= from && n < PARTS_MAX;) {
		const struct quantity_at *q = &g->q[k];
		if (q->kind != total->kind || check_former(g, k) || check_difference(g, k) ||
		    in_bracket(g, q->start > 30 ? q->start - 30 : 0, q->start))
			continue;
		if (!like_unit(g, q, total) && claim != CLAIM_ABOVE)
			continue;
		if (q->value > total->value)
			break;
		part[n++] = k;
	}
	return n;
}

static void total_check(struct reading *g, size_t i, const size_t *part, unsigned n)
{
	double sum = 0, stated = g->q[i].value;
	for (unsigned k = 0; k < n; k++)
		sum += g->q[part[k]].value;
	if (check_sum_alike(g, stated, sum, n))
		return;
	struct check *c =
		check_add(g, "sum", check_statement(g, g->q[part[n - 1]].start, g->q[i].end), check_equal(sum, stated));
	check_operand(c, stated);
	for (unsigned k = n; k > 0; k--)
		check_operand(c, g->q[part[k - 1]].value);
	check_sum_detail(g, c, sum, stated);
}

/* Does the sentence from `from` hold nothing but parts of q[i], none in brackets, none of a list of its own? */
static bool parts_clear(const struct reading *g, size_t i, size_t from, unsigned parts)
{
	unsigned counts = 0;
	for (size_t k = i; k-- > 0 && g->q[k].start >= from;) {
		const struct quantity_at *q = &g->q[k];
		if (check_former(g, k))
			continue;
		if (q->kind != g->q[i].kind || q->approx || !same_unit(g, q, &g->q[i]))
			return false;
		counts++;
	}
	for (size_t k = from; k < g->q[i].start; k++)
		if (g->f->ch[k] == '(' || g->f->ch[k] == ';') /* a semicolon begins another list */
			return false;
	return counts == parts && !word_in(g, "list_word_parts", from, g->q[i].start) &&
	       !word_in(g, "carried_word", from, g->q[i].start) && !word_in(g, "each_has", from, g->q[i].start);
}

/* The first figure of each of the numbered lines right above that of q[i]. */
static unsigned lines_above(const struct reading *g, size_t i, size_t *part)
{
	const fchar *t = g->f->ch;
	size_t line = g->q[i].start, k = i;
	unsigned n = 0;
	const size_t far = line > PARTS_FAR ? line - PARTS_FAR : 0;
	while (line > far && t[line - 1] != '\n')
		line--;
	while (line > far && n < PARTS_MAX) {
		size_t above = line - 1;
		while (above > far && t[above - 1] != '\n')
			above--;
		while (k > 0 && g->q[k - 1].start >= above)
			k--;
		if (metric_list_number(g, above, line) == 0)
			return n;
		if (k < i && g->q[k].start < line && g->q[k].kind == UNIT_COUNT && !g->q[k].approx)
			part[n++] = k;
		line = above;
	}
	return n;
}

void check_total(struct reading *g, size_t i)
{
	const struct quantity_at *total = &g->q[i];
	size_t part[PARTS_MAX], from = total->start, above;
	double sum = 0;
	enum claim claim;
	if (i < 2 || total->kind == UNIT_PERCENT || total->approx || (claim = claim_of(g, i)) == CLAIM_NONE)
		return;
	while (from > 0 && total->start - from < SENTENCE_FAR && !fchar_sentence_end(g->f->ch[from - 1]))
		from--;
	above = total->start > PARTS_FAR ? total->start - PARTS_FAR : 0;
	unsigned things = things_said(g, i), n = parts_before(g, i, claim, claim == CLAIM_ABOVE ? above : from, part);
	for (unsigned k = 0; k < n && sum < total->value; k++) {
		sum += g->q[part[k]].value;
		if (k > 0 && check_equal(sum, total->value) && (things == 0 || things == k + 1)) {
			total_check(g, i, part, k + 1);
			return;
		}
	}
	if (claim == CLAIM_ABOVE && (n = lines_above(g, i, part)) > 1 && (things == 0 || things == n)) {
		sum = 0;
		for (unsigned k = 0; k < n; k++)
			sum += g->q[part[k]].value;
		if (check_equal(sum, total->value) || fabs(sum - total->value) <= fmax(1, OFF * total->value))
			total_check(g, i, part, n);
		return;
	}
	n = parts_before(g, i, CLAIM_BEHIND, from, part);
	sum = 0;
	for (unsigned k = 0; k < n; k++)
		sum += g->q[part[k]].value;
	bool plain = word_before(g, "total_word", total->start, from) > 0;
	if (n > 1 && (things == 0 || things == n) && parts_clear(g, i, from, n) &&
	    (plain || fabs(sum - total->value) <= fmax(1, OFF * total->value)))
		total_check(g, i, part, n);
}
