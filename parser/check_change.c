#include "parser/check.h"

#include <math.h>
#include <stdio.h>

#include "parser/metric_words.h"

#define CHANGE_FAR 60 /* characters between two figures of one claim */
#define YEAR_DIGITS 4
#define NEAR_CP 200 /* characters between the figures of a claim that ids make */
#define TOLD_FAR 12 /* characters between a rate and the figure of the year before that is told behind it */
#define MONTHS 12
#define RELATION_PARTS 4
#define RULES_YEAR 2008 /* 条例 of 2007: in force since 1 May 2008 */

enum { C_YEAR = 0x5E74, C_DUN = 0x3001 };

/* ---- what two figures of a sentence are to each other ---- */

static bool one_clause_run(const struct reading *g, size_t a, size_t b)
{
	if (g->q[b].start - g->q[a].end > CHANGE_FAR)
		return false;
	for (size_t k = g->q[a].end; k < g->q[b].start; k++)
		if (fchar_sentence_end(g->f->ch[k]) || g->f->ch[k] == ';')
			return false;
	return true;
}

/* Counts of one thing told one behind the other: exact, of one unit, in one sentence. */
static bool comparable(const struct reading *g, size_t a, size_t b)
{
	const struct quantity_at *x = &g->q[a], *y = &g->q[b];
	return x->kind == UNIT_COUNT && y->kind == UNIT_COUNT && x->has_unit && !x->approx && !y->approx &&
	       same_unit(g, x, y) && one_clause_run(g, a, b);
}

/* 1 when a word of more ends before q[i] in its clause, -1 for one of less, 0 for none (增加到300条 is none either). */
static int change_before(const struct reading *g, size_t i)
{
	size_t from = i > 0 ? g->q[i - 1].end : 0, to = g->q[i].start;
	if (word_before(g, "rise_word", to, from) > 0)
		return 1;
	return word_before(g, "fall_word", to, from) > 0 ? -1 : 0;
}

static int digits_at(const struct reading *g, size_t k)
{
	int said = 0;
	for (size_t d = 0; d < YEAR_DIGITS && fchar_digit(g->f->ch[k + d]); d++)
		said = said * 10 + (int)(g->f->ch[k + d] - '0');
	return said;
}

/* Does the clause of q[i] begin in the year `year`, or with a word of `group` for it? */
static bool clause_of_year(const struct reading *g, size_t i, int year, const char *group)
{
	const fchar *t = g->f->ch;
	size_t pos = g->q[i].start, limit = i > 0 ? g->q[i - 1].end : 0, from = pos;
	while (from > limit && pos - from < CHANGE_FAR && !fchar_clause_end(t[from - 1]))
		from--;
	if (word_at(g, group, from, pos) > 0)
		return true;
	for (size_t k = from; k + YEAR_DIGITS < pos; k++) {
		if (digits_at(g, k) == year && t[k + YEAR_DIGITS] == C_YEAR)
			return true;
	}
	return false;
}

/* The same of a rate: 增18.2%, 降幅6%. */
static int rate_before(const struct reading *g, size_t i)
{
	size_t from = i > 0 ? g->q[i - 1].end : 0, to = g->q[i].start;
	if (word_before(g, "rise_rate", to, from) > 0)
		return 1;
	return word_before(g, "fall_rate", to, from) > 0 ? -1 : 0;
}

/* ---- "360, 25 % more than the 300 of the year before" ---- */

/* The figure of now and that of before which the change q[p] is of. */
static bool change_of(const struct reading *g, size_t p, int sign, double *now, double *before)
{
	if (p < 2)
		return false;
	const struct quantity_at *a = &g->q[p - 2], *b = &g->q[p - 1];
	if (!comparable(g, p - 2, p - 1) || !one_clause_run(g, p - 1, p))
		return false;
	int change = change_before(g, p - 1);
	if (change != 0 && p > 2 && check_former(g, p - 2)) { /* 360条,比上年的300条多出60条,增长20% */
		if (!comparable(g, p - 3, p - 2))
			return false;
		*now = g->q[p - 3].value;
		*before = a->value;
		return change == sign;
	}
	if (change != 0) { /* 360条,比上年增加60条,增长20% */
		*now = a->value;
		*before = a->value - change * b->value;
		return change == sign;
	}
	if (p > 2 && g->f->ch[g->q[p - 3].end] == C_DUN && comparable(g, p - 3, p - 2))
		return false; /* 网络12件、信函7件,较上年的23件下降: of a sum that is not told here */
	bool former = check_former(g, p - 1), first = check_former(g, p - 2);
	int year = g->r->year;
	bool years = clause_of_year(g, p - 2, year - 1, "last_year") && clause_of_year(g, p - 1, year, "in_year");
	if (former == first && !years)
		return false;
	*now = former ? a->value : b->value; /* 360条,比上年的300条增长20%; 由300条增加到360条,增长20% */
	*before = former ? b->value : a->value;
	return true;
}

/* 上年为131条, (2013年为152条): does the clause of q[i] give the figure of the year before? */
static bool is_year_before(const struct reading *g, size_t i)
{
	const fchar *t = g->f->ch;
	size_t from = g->q[i].start, limit = i > 0 ? g->q[i - 1].end : 0;
	while (from > limit && !fchar_clause_end(t[from - 1]) && t[from - 1] != '(')
		from--;
	if (from == g->q[i].start && from > 1 && t[from - 1] == '(') /* 与上年(300条)相比 */
		return word_before(g, "last_year", from - 1, limit) > 0;
	size_t n = word_at(g, "last_year", from, g->q[i].start);
	for (size_t k = from; n == 0 && k < from + YEAR_DIGITS && fchar_digit(t[k]); k++)
		if (k + 1 == from + YEAR_DIGITS && t[k + 1] == C_YEAR && digits_at(g, from) == g->r->year - 1)
			n = YEAR_DIGITS + 1;
	return n > 0 && words_only(g, "year_is", "", from + n, g->q[i].start);
}

/* "94 (131 the year before), 28.2 % less", "7, 75 % more (4 the year before)": both told, the older one in a clause of its own. */
static bool change_told(const struct reading *g, size_t p, double *now, double *before)
{
	size_t b = p > 1 && is_year_before(g, p - 1) ? p - 1 : p + 1, a = b == p + 1 ? p - 1 : p - 2;
	if (p < 1 || b >= g->q_count || (b > p && (g->q[b].start - g->q[p].end > TOLD_FAR || !is_year_before(g, b))))
		return false;
	const struct quantity_at *x = &g->q[a], *y = &g->q[b];
	if (x->kind != UNIT_COUNT || y->kind != UNIT_COUNT || !x->has_unit || x->approx || y->approx ||
	    !same_unit(g, x, y) || !one_clause_run(g, a, b < p ? b : p))
		return false;
	*now = x->value;
	*before = y->value;
	return true;
}

static void growth(struct reading *g, size_t p)
{
	const struct quantity_at *q = &g->q[p];
	int sign = change_before(g, p);
	double now, before;
	if (sign == 0)
		sign = rate_before(g, p);
	if (sign == 0 || q->approx || (!change_of(g, p, sign, &now, &before) && !change_told(g, p, &now, &before)) ||
	    before <= 0)
		return;
	double rate = (now - before) / before * 100;
	struct check *c = check_add(g, "growth", check_statement(g, g->q[p > 1 ? p - 2 : p - 1].start, q->end),
				    fabs(rate - sign * q->value) <= q->step / 2 + 1e-9);
	check_operand(c, now);
	check_operand(c, before);
	check_operand(c, q->value);
	if (c)
		c->detail = str_of(arena_printf(g->d->arena, "computed %.4g (from %.10g to %.10g), stated %.10g", rate,
						before, now, sign * q->value));
}

/* "360, 60 more than the 300 of the year before": the difference is that of both. */
static void difference(struct reading *g, size_t p)
{
	int sign = change_before(g, p);
	if (p < 2 || sign == 0 || !check_former(g, p - 1) || !comparable(g, p - 2, p - 1) || !comparable(g, p - 1, p))
		return;
	double now = g->q[p - 2].value, before = g->q[p - 1].value, by = g->q[p].value;
	struct check *c = check_add(g, "sum", check_statement(g, g->q[p - 2].start, g->q[p].end),
				    check_equal(before + sign * by, now));
	check_operand(c, now);
	check_operand(c, before);
	check_operand(c, by);
	if (c)
		c->detail = str_of(arena_printf(g->d->arena, "computed %.10g%+.10g = %.10g, stated %.10g", before,
						sign * by, before + sign * by, now));
}

/* Months that the report is of: those of its period, else of its year; 0 for that of 2008, whose rules began in May. */
static int months_of(const struct report *r)
{
	int from_year, from_month, to_year, to_month;
	if (sscanf(r->period[0], "%4d-%2d", &from_year, &from_month) != 2 ||
	    sscanf(r->period[1], "%4d-%2d", &to_year, &to_month) != 2)
		return r->year == RULES_YEAR ? 0 : MONTHS;
	int months = (to_year - from_year) * MONTHS + to_month - from_month + 1;
	return months >= 1 && months <= MONTHS ? months : 0;
}

/* "360 in the year, 30 a month on average" */
static void monthly(struct reading *g, size_t i)
{
	int months = months_of(g->r);
	if (months == 0 || i == 0 || !comparable(g, i - 1, i) ||
	    word_before(g, "a_month", g->q[i].start, g->q[i - 1].end) == 0)
		return;
	double of = g->q[i - 1].value, mean = of / months, said = g->q[i].value;
	struct check *c = check_add(g, "average", check_statement(g, g->q[i - 1].start, g->q[i].end),
				    fabs(mean - said) < g->q[i].step + 1e-9); /* cut off or rounded */
	check_operand(c, of);
	check_operand(c, said);
	if (c)
		c->detail = str_of(
			arena_printf(g->d->arena, "computed %.4g (%.10g/%d), stated %.10g", mean, of, months, said));
}

void check_changes(struct reading *g)
{
	for (size_t i = 0; i < g->q_count; i++)
		if (g->q[i].kind == UNIT_PERCENT) {
			growth(g, i);
		} else if (g->q[i].kind == UNIT_COUNT) {
			difference(g, i);
			monthly(g, i);
		}
}

/* ---- what ids are to each other in prose ---- */

/* The one exact figure of prose for `id` of the whole body; NULL: none, several, or about so many. */
static const struct metric *told(const struct reading *g, const char *id)
{
	const struct metric *one = NULL;
	for (size_t i = 0; i < g->m.count; i++) {
		const struct metric *m = &g->m.items[i];
		if (m->table || m->scope.n > 0 || m->qualifier.n > 0 || !str_eq_z(m->id, id))
			continue;
		if (m->approx || (one && one->value != m->value))
			return NULL;
		one = one ? one : m;
	}
	return one;
}

static bool near(const struct metric *a, const struct metric *b)
{
	return (a->offset_cp < b->offset_cp ? b->offset_cp - a->offset_cp : a->offset_cp - b->offset_cp) <= NEAR_CP;
}

/*
 * Sums and bounds that hold whatever words join the figures. WHOLE: the parts are all that there are; OTHERS: they are
 * where the third, what is left over, is told.
 */
enum exhausts { NEVER, WHOLE, OTHERS };
static const struct {
	const char *total, *part[RELATION_PARTS];
	enum exhausts parts;
} relations[] = {
	{"org.staff", {"org.staff.fulltime", "org.staff.parttime"}, WHOLE},
	{"response.press_conferences", {"response.press_conferences.leader"}, NEVER},
	{"response.interviews", {"response.interviews.leader"}, NEVER},
	{"review.total", {"review.upheld", "review.corrected", "review.other", "review.pending"}, OTHERS},
	{"litigation.total",
	 {"litigation.upheld", "litigation.corrected", "litigation.other", "litigation.pending"},
	 OTHERS},
	{"proactive.cumulative", {"proactive.total"}, NEVER},
	{"proposals.total", {"proposals.congress", "proposals.cppcc"}, WHOLE},
};

static void relation(struct reading *g, size_t k)
{
	const struct metric *total = told(g, relations[k].total), *part[RELATION_PARTS];
	double sum = 0;
	unsigned n = 0;
	bool others = false;
	for (unsigned i = 0; i < RELATION_PARTS && relations[k].part[i]; i++) {
		const struct metric *m = told(g, relations[k].part[i]);
		if (!m || !total || !near(total, m))
			continue;
		others = others || i == 2;
		part[n++] = m;
		sum += m->value;
	}
	bool whole = relations[k].parts == WHOLE || (relations[k].parts == OTHERS && others);
	if (n == 0 || (whole && n < 2))
		return;
	if (n > 1 && check_sum_known(g, total->value, part[0]->value, part[n - 1]->value))
		return;
	bool holds = whole ? check_equal(sum, total->value) : sum <= total->value;
	struct check *c = check_add(g, whole ? "sum" : "bound", arena_dup(g->d->arena, total->evidence), holds);
	check_operand(c, total->value);
	for (unsigned i = 0; i < n; i++)
		check_operand(c, part[i]->value);
	check_sum_detail(g, c, sum, total->value);
}

/* "42 came in, 39 were answered, 3 go on": all three of one sentence, nothing carried in, no other figure between. */
static void carried_on(struct reading *g)
{
	const struct metric *in = told(g, "requests.received"), *out = told(g, "requests.carried_out"),
			    *before = told(g, "requests.carried_in"), *done = told(g, "requests.replied");
	done = done ? done : told(g, "requests.closed");
	if (!in || !out || !done || (before && before->value > 0) || !near(in, out) || !near(in, done))
		return;
	for (size_t i = 0; i < g->q_count; i++) {
		uint32_t at = g->f->cp[g->q[i].start];
		if (at < in->offset_cp || at > out->offset_cp || g->q[i].kind != UNIT_COUNT)
			continue;
		if (g->q_metric[i] == NO_METRIC)
			return;
		struct str id = g->m.items[g->q_metric[i]].id;
		if (!str_starts(id, STR("requests.received")) && !str_eq(id, done->id) && !str_eq(id, out->id) &&
		    !str_eq_z(id, "requests.closed.on_time") && !str_eq_z(id, "requests.closed"))
			return;
	}
	double sum = done->value + out->value;
	struct check *c = check_add(g, "sum", arena_dup(g->d->arena, in->evidence), check_equal(sum, in->value));
	check_operand(c, in->value);
	check_operand(c, done->value);
	check_operand(c, out->value);
	check_sum_detail(g, c, sum, in->value);
}

void check_relations(struct reading *g)
{
	for (size_t k = 0; k < sizeof relations / sizeof relations[0]; k++)
		relation(g, k);
	carried_on(g);
}
