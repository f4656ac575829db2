#include "parser/check.h"

#include <math.h>
#include <stdio.h>

#include "parser/metric_words.h"

#define LIST_NEAR 80      /* characters from a former figure back to the word that says so */
#define CHANGE_NEAR 12    /* characters from a former figure to the word of its change */
#define STATEMENT_MAX 300 /* characters */

enum { C_LE = 0x4E86 };

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
	const struct quantity_at *rate = i + 1 < g->q_count ? &g->q[i + 1] : q; /* 比上年的300条增20% */
	bool grew = rate->kind == UNIT_PERCENT && rate->start <= to + 1 &&
		    (word_before(g, "rise_rate", rate->start, q->end) > 0 ||
		     word_before(g, "fall_rate", rate->start, q->end) > 0);
	return word_in(g, "former_lead", from, q->start) && (grew || word_in(g, "changed", q->end, to));
}

/* "2122, 300 more than the year before": 增加300条, but not 增加到300条 */
bool check_difference(const struct reading *g, size_t i)
{
	const fchar *t = g->f->ch;
	size_t from = i > 0 ? g->q[i - 1].end : 0, to = g->q[i].start;
	if (to > from && t[to - 1] == C_LE)
		to--;
	return lexicon_word_before(g->l, lexicon_need_group(g->l, "changed"), t, to, from) > 0;
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

bool check_sum_alike(const struct reading *g, double total, double sum, unsigned parts)
{
	for (size_t i = 0; i < g->r->checks_count; i++) {
		const struct check *c = &g->r->checks[i];
		double other = 0;
		for (unsigned k = 1; k < c->operands_count; k++)
			other += c->operands[k];
		if (str_eq_z(c->kind, "sum") && c->operands_count == parts + 1 && check_equal(c->operands[0], total) &&
		    check_equal(other, sum))
			return true;
	}
	return false;
}

void check_report(struct reading *g)
{
	size_t sentence = 0, paragraph = 0;
	for (size_t i = 0; i < g->q_count; i++) {
		if (g->q[i].kind == UNIT_PERCENT)
			check_share(g, i);
		else
			check_list(g, i);
		size_t next = i + 1 < g->q_count ? g->q[i + 1].start : g->f->n;
		bool line = i + 1 == g->q_count, full = line;
		for (size_t k = g->q[i].end; k < next && !line; k++) {
			line = g->f->ch[k] == '\n';
			full = full || fchar_sentence_end(g->f->ch[k]);
		}
		if (full) {
			check_shared_parts(g, sentence, i + 1);
			check_shares(g, sentence, i + 1);
			sentence = i + 1;
		}
		if (line) {
			check_paragraph(g, paragraph, i + 1);
			paragraph = i + 1;
		}
	}
	check_classes(g);
	check_claims(g);
	check_runs(g);
	check_changes(g);
	check_relations(g);
	check_tables(g);
}
