#include "parser/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "parser/metric_words.h"

#define SENTENCE_FAR 300 /* characters: a claim and the figures it is of */
#define LABEL_FAR 40     /* characters: a figure and its label */
#define OUTCOMES_MAX 16
#define WAYS_OVER 10 /* ways that exceed their total by more than this part of it are not of one list */

/* ---- one sentence ---- */

static size_t sentence_start(const struct reading *g, size_t pos)
{
	size_t a = pos;
	while (a > 0 && pos - a < SENTENCE_FAR && !fchar_sentence_end(g->f->ch[a - 1]) && g->f->ch[a - 1] != '\n')
		a--;
	return a;
}

/* ---- "7 reviews and 9 lawsuits, all upheld" ---- */

struct upheld {
	const struct quantity_at *review, *lawsuit;
	bool clear; /* every figure of the sentence is one of these two */
};

/* The figures from `from` to before q[behind], by what stands before each of them. */
static struct upheld upheld_figures(const struct reading *g, size_t from, size_t behind)
{
	struct upheld u = {.clear = true};
	size_t head = from;
	size_t i = behind;
	while (i > 0 && g->q[i - 1].start >= from)
		i--;
	for (; i < behind; i++) {
		const struct quantity_at *q = &g->q[i];
		bool review = word_in(g, "claim_review", head, q->start),
		     lawsuit = word_in(g, "claim_lawsuit", head, q->start);
		const struct quantity_at **place = review ? &u.review : &u.lawsuit;
		if (review == lawsuit || *place || q->kind != UNIT_COUNT || q->approx)
			u.clear = false;
		*place = q;
		head = q->end;
	}
	return u;
}

static double upheld_in_table(const struct reading *g, const char *const *ids, unsigned *found)
{
	double sum = 0;
	for (; *ids; ids++) {
		unsigned one = 0;
		double v = check_table_figure(g, *ids, &one);
		sum += one > 0 ? v : 0;
		*found += one;
	}
	return sum;
}

static void upheld_claim(struct reading *g, size_t pos, size_t end, size_t behind)
{
	static const char *const review[] = {"review.upheld", NULL};
	static const char *const lawsuit[] = {"litigation.direct.upheld", "litigation.after_review.upheld",
					      "litigation.upheld", NULL};
	size_t from = sentence_start(g, pos);
	struct upheld u = upheld_figures(g, from, behind);
	if (!u.clear || (!u.review && !u.lawsuit))
		return;
	unsigned r = 0, l = 0;
	double reviews = u.review ? upheld_in_table(g, review, &r) : 0,
	       lawsuits = u.lawsuit ? upheld_in_table(g, lawsuit, &l) : 0;
	if (r == 0 && l == 0)
		return;
	bool holds = (r == 0 || check_equal(u.review->value, reviews)) &&
		     (l == 0 || check_equal(u.lawsuit->value, lawsuits));
	struct check *c = check_add(g, "TXT.table", check_statement(g, from, end), holds);
	char detail[200] = "all upheld:";
	size_t n = strlen(detail);
	if (r > 0) {
		check_operand(c, u.review->value);
		n += (size_t)snprintf(detail + n, sizeof detail - n, " reviews %.10g, table %.10g", u.review->value,
				      reviews);
	}
	if (l > 0) {
		check_operand(c, u.lawsuit->value);
		snprintf(detail + n, sizeof detail - n, "%s lawsuits %.10g, table %.10g", r > 0 ? ";" : "",
			 u.lawsuit->value, lawsuits);
	}
	if (r > 0)
		check_operand(c, reviews);
	if (l > 0)
		check_operand(c, lawsuits);
	if (c)
		c->detail = arena_dup(g->d->arena, str_of(detail));
}

static void upheld_claims(struct reading *g)
{
	uint16_t group = lexicon_need_group(g->l, "claim_upheld");
	size_t q = 0, t = 0; /* both only go on with the text: a page of nothing but this word costs one walk */
	for (unsigned i = 0; i < g->s->parts_count; i++)
		for (size_t pos = g->s->parts[i].from, at; pos < g->s->parts[i].to;) {
			size_t n = lexicon_word_in(g->l, group, g->f->ch, pos, g->s->parts[i].to, &at);
			if (n == 0)
				break;
			while (q < g->q_count && g->q[q].start < at)
				q++;
			while (t < g->tables_count && g->tables[t].to <= at)
				t++;
			if (t == g->tables_count || at < g->tables[t].from)
				upheld_claim(g, at, at + n, q);
			pos = at + n;
		}
}

/* ---- "granted and partly granted 258" ---- */

static const struct {
	const char *group, *id;
} categories[] = {
	{"claim_granted", "requests.outcome.granted"},
	{"claim_partial", "requests.outcome.partial"},
	{"claim_denied", "requests.outcome.denied"},
	{"claim_unavailable", "requests.outcome.unavailable"},
	{"claim_not_processed", "requests.outcome.not_processed"},
};
#define CATEGORIES (sizeof categories / sizeof categories[0])
#define PARTIAL 1 /* place in categories */

/* The category that ends at `pos`, the longest word; CATEGORIES when none does. *start: where it begins. */
static size_t category_before(const struct reading *g, size_t pos, size_t from, size_t *start)
{
	size_t best = 0, which = CATEGORIES;
	for (size_t k = 0; k < CATEGORIES; k++) {
		size_t n =
			lexicon_word_before(g->l, lexicon_need_group(g->l, categories[k].group), g->f->ch, pos, from);
		if (n > best) {
			best = n;
			which = k;
		}
	}
	*start = pos - best;
	return which;
}

static size_t skip_before(const struct reading *g, const char *group, size_t pos, size_t from)
{
	size_t n;
	while (pos > from && (n = lexicon_word_before(g->l, lexicon_need_group(g->l, group), g->f->ch, pos, from)) > 0)
		pos -= n;
	return pos;
}

static void combined_claim(struct reading *g, const struct quantity_at *q)
{
	size_t from = q->start > LABEL_FAR ? q->start - LABEL_FAR : 0, start, which;
	size_t pos = skip_before(g, "claim_filler", q->start, from);
	bool said[CATEGORIES] = {false};
	unsigned labels = 0, found = 0;
	double sum = 0;
	while ((which = category_before(g, pos, from, &start)) < CATEGORIES && !said[which]) {
		said[which] = true;
		labels++;
		pos = skip_before(g, "claim_joiner", start, from);
		if (pos == start)
			break;
	}
	if (labels < 2)
		return;
	for (size_t k = 0; k < CATEGORIES; k++) {
		unsigned one = 0;
		double v = said[k] ? check_table_figure(g, categories[k].id, &one) : 0;
		/* a table may leave the row of what was partly granted blank, no other that is spoken of */
		if (said[k] && one == 0 && k != PARTIAL)
			return;
		sum += v;
		found += one;
	}
	if (found == 0)
		return;
	struct check *c = check_add(g, "TXT.table", fold_source(g->f, start, q->end), check_equal(sum, q->value));
	check_operand(c, q->value);
	check_operand(c, sum);
	if (c)
		c->detail = str_of(
			arena_printf(g->d->arena, "prose %.10g, %u rows of the table %.10g", q->value, labels, sum));
}

/* ---- outcomes, of the whole and of each scope ---- */

/* The one exact value that prose gives an id in a scope; false: none, several, or about so many. */
static bool prose_figure(const struct reading *g, struct str id, const char *scope, double *value,
			 const struct metric **at)
{
	bool found = false;
	for (size_t i = 0; i < g->m.count; i++) {
		const struct metric *m = &g->m.items[i];
		if (m->table || m->qualifier.n > 0 || !str_eq(m->id, id) || !str_eq_z(m->scope, scope))
			continue;
		if (m->approx || (found && m->value != *value))
			return false;
		*value = m->value;
		*at = m;
		found = true;
	}
	return found;
}

/* Every answer of the forms in the lexicon's order, groups as one; whether they are all is told by their sum. */
static size_t outcome_ids(const struct lexicon *l, struct str ids[OUTCOMES_MAX])
{
	const struct str above = STR("requests.outcome.");
	size_t n = 0;
	for (size_t i = 0; i < l->metrics_count; i++) {
		struct str id = l->metrics[i].id;
		if (!str_starts(id, above) || memchr(id.p + above.n, '.', id.n - above.n))
			continue;
		if (n == OUTCOMES_MAX)
			abort(); /* the lexicon is part of the program */
		ids[n++] = id;
	}
	return n;
}

static void outcome_check(struct reading *g, const struct metric *at, const char *scope, double total, const double *v,
			  unsigned n, double sum)
{
	struct check *c = check_add(g, "sum", arena_dup(g->d->arena, at->evidence), check_equal(sum, total));
	check_operand(c, total);
	for (unsigned i = 0; i < n; i++)
		check_operand(c, v[i]);
	check_sum_detail(g, c, sum, total);
	if (c && *scope)
		c->detail = str_of(arena_printf(g->d->arena, "%s, outcomes: %.*s", scope, STR_FMT(c->detail)));
}

/*
 * Do the outcomes plainly come to more than was answered? Not where they are those of all that came in, or some of them
 * may be told within another.
 */
static bool outcomes_exceed(const struct reading *g, double total, const double *v, unsigned n, double sum)
{
	double in = 0, before = 0;
	const struct metric *one;
	for (unsigned i = 0; i < n; i++) {
		double inner = 0;
		for (unsigned k = i; k < n; k++)
			if (check_equal(inner += v[k], sum - total))
				return false;
	}
	if (prose_figure(g, STR("requests.received"), "", &in, &one) && check_equal(in, sum))
		return false;
	if (prose_figure(g, STR("requests.replied"), "", &in, &one) && check_equal(in, sum)) /* more than were closed */
		return false;
	return !prose_figure(g, STR("requests.carried_in"), "", &before, &one) || !check_equal(in + before, sum);
}

/*
 * Outcomes that add up to the whole's total are all there are: then those of a part of the body add up to no more
 * than that part's total, and to just it where each outcome of the whole that is not 0 tells its part.
 */
static void outcomes_by_scope(struct reading *g, struct str total_id)
{
	static const char *const scopes[] = {"county", "township", "headquarters", "department"};
	struct str outcomes[OUTCOMES_MAX];
	double total, v[OUTCOMES_MAX], whole[OUTCOMES_MAX], sum = 0;
	const struct metric *at, *one;
	unsigned n = 0;
	if (!prose_figure(g, total_id, "", &total, &at) || total <= 0)
		return;
	const size_t count = outcome_ids(g->l, outcomes);
	for (size_t k = 0; k < count; k++) {
		whole[k] = -1;
		if (!prose_figure(g, outcomes[k], "", &v[n], &one))
			continue;
		whole[k] = v[n];
		sum += v[n++];
	}
	if (n >= 3 && sum > total && outcomes_exceed(g, total, v, n, sum) && !check_sum_known(g, total, v[0], v[n - 1]))
		outcome_check(g, at, "", total, v, n, sum);
	if (n < 3 || !check_equal(sum, total))
		return;
	if (!check_sum_known(g, total, v[0], v[n - 1]))
		outcome_check(g, at, "", total, v, n, sum);
	for (size_t s = 0; s < sizeof scopes / sizeof scopes[0]; s++) {
		bool each = true;
		if (!prose_figure(g, total_id, scopes[s], &total, &at))
			continue;
		n = 0;
		sum = 0;
		for (size_t k = 0; k < count; k++) {
			if (whole[k] < 0)
				continue;
			if (prose_figure(g, outcomes[k], scopes[s], &v[n], &one))
				sum += v[n++];
			else if (whole[k] > 0)
				each = false;
		}
		if (n >= 2 && (sum > total || each))
			outcome_check(g, at, scopes[s], total, v, n, sum);
	}
}

/* ---- by which ways requests came ---- */

/*
 * Three ways and more that come to just all requests, or to a little more, are the ways of all. Where they come to less,
 * others may not be told.
 */
static void ways_of_all(struct reading *g)
{
	const struct str above = STR("requests.received.");
	double total, v[OUTCOMES_MAX], sum = 0;
	const struct metric *at, *one;
	unsigned n = 0;
	if (!prose_figure(g, STR("requests.received"), "", &total, &at) || at->applicant.n > 0)
		return;
	for (size_t i = 0; i < g->l->metrics_count && n < OUTCOMES_MAX; i++)
		if (str_starts(g->l->metrics[i].id, above) && prose_figure(g, g->l->metrics[i].id, "", &v[n], &one) &&
		    v[n] > 0)
			sum += v[n++];
	for (unsigned i = 0; i < n; i++) /* 其他途径5件 may be what they were told */
		if (check_equal(sum - v[i], total))
			return;
	if (n < 3 || sum < total || sum > total + total / WAYS_OVER || check_sum_known(g, total, v[0], v[n - 1]))
		return;
	struct check *c = check_add(g, "sum", arena_dup(g->d->arena, at->evidence), check_equal(sum, total));
	check_operand(c, total);
	for (unsigned i = 0; i < n; i++)
		check_operand(c, v[i]);
	check_sum_detail(g, c, sum, total);
}

/* ---- balances and totals that prose states ---- */

/* New + carried in = answered + carried out, all four in prose (the form's relation of 2019 on, used earlier too). */
static void prose_balance(struct reading *g)
{
	static const char *const ids[] = {"requests.replied", "requests.carried_out", "requests.received",
					  "requests.carried_in"};
	double v[4];
	const struct metric *at[4];
	for (unsigned i = 0; i < 4; i++)
		if (!prose_figure(g, str_of(ids[i]), "", &v[i], &at[i]))
			return;
	double in = v[2] + v[3], out = v[0] + v[1];
	if (check_equal(v[2], out)) /* "120, of them 5 from the year before" */
		return;
	struct check *c = check_add(g, "balance", arena_dup(g->d->arena, at[2]->evidence), check_equal(in, out));
	for (unsigned i = 0; i < 4; i++)
		check_operand(c, v[i]);
	if (c)
		c->detail = str_of(arena_printf(g->d->arena,
						"received %.10g + carried in %.10g = %.10g, answered %.10g + carried "
						"out %.10g = %.10g",
						v[2], v[3], in, v[0], v[1], out));
}

/* Lawsuits of prose against both blocks of the table; without reviews before them they are the first block's alone. */
static void lawsuits(struct reading *g)
{
	double said, both;
	const struct metric *at;
	unsigned direct = 0, after = 0;
	if (!prose_figure(g, STR("litigation.total"), "", &said, &at))
		return;
	double a = check_table_figure(g, "litigation.direct.total", &direct),
	       b = check_table_figure(g, "litigation.after_review.total", &after);
	if (direct == 0)
		return;
	both = a + (after > 0 ? b : 0);
	struct check *c = check_add(g, "TXT.table", arena_dup(g->d->arena, at->evidence),
				    check_equal(said, both) || check_equal(said, a));
	check_operand(c, said);
	check_operand(c, both);
	if (c)
		c->detail = str_of(arena_printf(g->d->arena, "prose %.10g, table %.10g", said, both));
}

void check_claims(struct reading *g)
{
	outcomes_by_scope(g, STR("requests.replied"));
	outcomes_by_scope(g, STR("requests.closed"));
	ways_of_all(g);
	prose_balance(g);
	for (size_t i = 0; i < g->q_count; i++) {
		check_total(g, i);
		if (g->q[i].kind == UNIT_COUNT && !g->q[i].approx)
			combined_claim(g, &g->q[i]);
	}
	lawsuits(g);
	upheld_claims(g);
}
