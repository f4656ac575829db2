#include "parser/check.h"

#include <math.h>
#include <stdio.h>

static const char *const applicants[] = {"natural_person", "business",  "research", "charity",
					 "legal_service",  "other_org", "total"};
#define APPLICANTS (sizeof applicants / sizeof applicants[0])

/* Sum of the printed figures of an id and of those below it; *found counts them. A blank cell counts nothing. */
double check_table_sum(const struct reading *g, const char *prefix, bool below, const char *applicant, unsigned *found)
{
	double sum = 0;
	for (size_t i = 0; i < g->m.count; i++) {
		const struct metric *m = &g->m.items[i];
		bool hit = str_eq_z(m->id, prefix) || (below && str_starts(m->id, str_of(prefix)) &&
						       m->id.n > strlen(prefix) && m->id.p[strlen(prefix)] == '.');
		if (!m->table || !hit || !str_eq_z(m->applicant, applicant))
			continue;
		sum += m->value;
		(*found)++;
	}
	return sum;
}

static void report(struct reading *g, const char *kind, struct str statement, const double *v, unsigned n,
		   double computed, double stated)
{
	struct check *c = check_add(g, kind, statement, fabs(computed - stated) < 1e-6 * (1 + fabs(stated)));
	check_operand(c, stated);
	for (unsigned i = 0; i < n; i++)
		check_operand(c, v[i]);
	check_sum_detail(g, c, computed, stated);
}

/* One + two = total of three + four, for each column (the form's own relation). */
static void balance(struct reading *g, const char *who)
{
	unsigned a = 0, b = 0;
	double v[3];
	v[0] = check_table_sum(g, "requests.received", false, who, &a);
	v[1] = check_table_sum(g, "requests.carried_in", false, who, &a);
	double replied = check_table_sum(g, "requests.replied", false, who, &b);
	double out = check_table_sum(g, "requests.carried_out", false, who, &b);
	if (a == 0 || b == 0)
		return;
	report(g, "T3.balance",
	       str_of(arena_printf(g->d->arena, "table 3, %s: new + carried in = results + carried out", who)), v, 2,
	       v[0] + v[1], replied + out);
}

static void sum_rows(struct reading *g, const char *who)
{
	unsigned total = 0, n = 0;
	double stated = check_table_sum(g, "requests.replied", false, who, &total);
	double computed = check_table_sum(g, "requests.outcome", true, who, &n);
	if (total != 1 || n == 0)
		return;
	double v[CHECK_OPERANDS_MAX];
	unsigned k = 0;
	for (size_t i = 0; i < g->m.count && k < CHECK_OPERANDS_MAX - 1; i++)
		if (g->m.items[i].table && str_starts(g->m.items[i].id, STR("requests.outcome.")) &&
		    str_eq_z(g->m.items[i].applicant, who))
			v[k++] = g->m.items[i].value;
	report(g, "T3.sum_rows", str_of(arena_printf(g->d->arena, "table 3, %s: results (1) to (6) = total", who)), v,
	       k, computed, stated);
}

static void sum_columns(struct reading *g)
{
	for (size_t i = 0; i < g->m.count; i++) {
		const struct metric *m = &g->m.items[i];
		if (!m->table || !str_eq_z(m->applicant, "total"))
			continue;
		char id[64];
		snprintf(id, sizeof id, "%.*s", STR_FMT(m->id));
		double v[APPLICANTS];
		unsigned n = 0;
		double sum = 0;
		for (unsigned k = 0; k + 1 < APPLICANTS; k++) {
			unsigned found = 0;
			double x = check_table_sum(g, id, false, applicants[k], &found);
			if (found > 0)
				v[n++] = x;
			sum += x;
		}
		if (n > 0 && !(g->unread_applicants && sum < m->value))
			report(g, "T3.sum_cols",
			       str_of(arena_printf(g->d->arena, "table 3, %s: applicants = total", id)), v, n, sum,
			       m->value);
	}
}

/* Stands the figure of `id`, or of one whose id begins so, in a table where it could not be read? */
static bool is_unread(const struct reading *g, const char *id, bool prefix)
{
	for (size_t i = 0; i < g->unread_count; i++) {
		struct str own = g->l->metrics[g->unread[i]].id;
		if (prefix ? str_starts(own, str_of(id)) : str_eq_z(own, id))
			return true;
	}
	return false;
}

static void disputes(struct reading *g)
{
	static const char *const blocks[] = {"review", "litigation.direct", "litigation.after_review"};
	static const char *const parts[] = {"upheld", "corrected", "other", "pending"};
	for (unsigned b = 0; b < 3; b++) {
		char id[64];
		unsigned total = 0, n = 0;
		bool unread = false;
		snprintf(id, sizeof id, "%s.total", blocks[b]);
		double stated = check_table_sum(g, id, false, "", &total), sum = 0, v[4];
		for (unsigned k = 0; k < 4; k++) {
			unsigned found = 0;
			snprintf(id, sizeof id, "%s.%s", blocks[b], parts[k]);
			double x = check_table_sum(g, id, false, "", &found);
			sum += x;
			unread = unread || is_unread(g, id, false);
			if (found > 0)
				v[n++] = x;
		}
		if (total == 1 && n > 1 && !(unread && sum < stated))
			report(g, "T4.sum",
			       str_of(arena_printf(g->d->arena, "table 4, %s: outcomes = total", blocks[b])), v, n, sum,
			       stated);
	}
}

/* Totals of the lists of 2008 to 2018 and their rows. */
static void indicators(struct reading *g)
{
	static const struct {
		const char *total;
		unsigned whole; /* so many rows are all that the statutory list has */
		unsigned
			main; /* 0, or the first so many parts; older local lists tell with the others why these were */
		const char *parts[9];
	} sums[] = {
		{"requests.received", 4, 0, {"requests.received", NULL}},
		{"requests.closed", 2, 0, {"requests.closed.on_time", "requests.closed.extended", NULL}},
		{"requests.replied",
		 8,
		 4,
		 {"requests.outcome.already_public", "requests.outcome.granted", "requests.outcome.partial",
		  "requests.outcome.denied", "requests.outcome.not_this_agency", "requests.outcome.nonexistent",
		  "requests.outcome.amend", "requests.outcome.redirected", NULL}},
		{"requests.outcome.denied",
		 6,
		 0,
		 {"requests.outcome.denied.state_secret", "requests.outcome.denied.trade_secret",
		  "requests.outcome.denied.privacy", "requests.outcome.denied.security",
		  "requests.outcome.denied.not_gov_info", "requests.outcome.denied.other_law", NULL}},
		{"org.staff", 2, 0, {"org.staff.fulltime", "org.staff.parttime", NULL}},
	};
	for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
		unsigned total = 0, found = 0, n = 0, main_n = 0;
		bool unread = false;
		double stated = check_table_sum(g, sums[i].total, false, "", &total), sum = 0, main_sum = 0, v[16];
		if (!sums[i].parts[1]) { /* every way in that is printed */
			for (size_t k = 0; k < g->m.count && n < 16; k++)
				if (g->m.items[k].table && str_starts(g->m.items[k].id, STR("requests.received.")))
					sum += v[n++] = g->m.items[k].value;
			found = n;
			unread = is_unread(g, "requests.received.", true);
		} else {
			for (unsigned k = 0; sums[i].parts[k]; k++) {
				unsigned one = 0;
				double x = check_table_sum(g, sums[i].parts[k], false, "", &one);
				sum += x;
				if (one > 0)
					v[n++] = x;
				found += one;
				unread = unread || is_unread(g, sums[i].parts[k], false);
				if (k + 1 == sums[i].main) {
					main_n = n;
					main_sum = sum;
				}
			}
		}
		if (main_n >= 1 && !check_equal(sum, stated) &&
		    (check_equal(main_sum, stated) || found < sums[i].whole)) {
			n = found = main_n;
			sum = main_sum;
		}
		/* a local table may have rows of its own: what is missing then is no error */
		bool whole = found >= sums[i].whole && !unread;
		if (total == 1 && found >= 2 && (whole || sum > stated || check_equal(sum, stated)))
			report(g, "F14.sum",
			       str_of(arena_printf(g->d->arena, "list of indicators, %s: parts = total",
						   sums[i].total)),
			       v, n, sum, stated);
	}
}

/* What is told of a whole is no more than it: leaders of conferences, ends of reviews (F14.head, F14.d, F14.e). */
static void indicator_bounds(struct reading *g)
{
	static const struct {
		const char *kind, *total, *parts[4];
	} bounds[] = {
		{"F14.head", "response.press_conferences", {"response.press_conferences.leader", NULL}},
		{"F14.head", "response.interviews", {"response.interviews.leader", NULL}},
		{"F14.bound", "review.total", {"review.upheld", "review.corrected", "review.other", NULL}},
		{"F14.bound",
		 "litigation.total",
		 {"litigation.upheld", "litigation.corrected", "litigation.other", NULL}},
	};
	for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
		unsigned total = 0, found = 0, n = 0, forms = 0;
		check_table_sum(g, "review.pending", false, "", &forms); /* the form of 2019 on has T4.sum */
		double stated = check_table_sum(g, bounds[i].total, false, "", &total), sum = 0, v[4];
		for (unsigned k = 0; bounds[i].parts[k]; k++) {
			unsigned one = 0;
			double x = check_table_sum(g, bounds[i].parts[k], false, "", &one);
			sum += x;
			found += one;
			if (one > 0)
				v[n++] = x;
		}
		if (total != 1 || n == 0 || found != n || forms > 0) /* a row printed twice leaves it open */
			continue;
		struct check *c = check_add(
			g, bounds[i].kind,
			str_of(arena_printf(g->d->arena, "list of indicators, %s: parts are no more than the total",
					    bounds[i].total)),
			sum <= stated + 1e-6);
		check_operand(c, stated);
		for (unsigned k = 0; k < n; k++)
			check_operand(c, v[k]);
		check_sum_detail(g, c, sum, stated);
	}
}

/* Where the total of a row is blank its cells are added; a group without a row of its own is the rows below it. */
double check_table_figure(const struct reading *g, const char *id, unsigned *found)
{
	static const char *const groups[] = {"requests.outcome.unavailable", "requests.outcome.not_processed",
					     "requests.outcome.denied"};
	bool group = false, any = false;
	for (size_t i = 0; i < g->m.count && !any; i++)
		any = g->m.items[i].table && str_starts(g->m.items[i].id, str_of(id));
	if (!any)
		return 0;
	double v = check_table_sum(g, id, false, "total", found);
	if (*found == 0)
		v = check_table_sum(g, id, false, "", found);
	for (unsigned k = 0; k < sizeof groups / sizeof groups[0]; k++)
		group = group || strcmp(groups[k], id) == 0;
	if (*found == 0 && group)
		v = check_table_sum(g, id, true, "total", found);
	for (int below = 0; below <= group && *found == 0; below++)
		for (unsigned w = 0; w + 1 < APPLICANTS; w++)
			v += check_table_sum(g, id, below, applicants[w], found);
	return v;
}

/* What prose says against the table, for the same id of the whole body. */
static void prose_against_table(struct reading *g)
{
	for (size_t i = 0; i < g->m.count; i++) {
		const struct metric *m = &g->m.items[i];
		if (m->table || m->scope.n > 0 || m->qualifier.n > 0 || m->approx)
			continue;
		char id[64];
		snprintf(id, sizeof id, "%.*s", STR_FMT(m->id));
		unsigned found = 0;
		double table = check_table_figure(g, id, &found);
		if (found == 0)
			continue;
		struct check *c =
			check_add(g, "TXT.table", m->evidence, fabs(table - m->value) < 1e-6 * (1 + fabs(table)));
		check_operand(c, m->value);
		check_operand(c, table);
		if (c)
			c->detail = str_of(arena_printf(g->d->arena, "prose %.10g, table %.10g", m->value, table));
	}
}

void check_tables(struct reading *g)
{
	bool any = false;
	for (size_t i = 0; i < g->m.count; i++)
		any = any || g->m.items[i].table;
	if (!any)
		return;
	for (unsigned k = 0; k < APPLICANTS; k++) {
		balance(g, applicants[k]);
		sum_rows(g, applicants[k]);
	}
	sum_columns(g);
	disputes(g);
	indicators(g);
	indicator_bounds(g);
	prose_against_table(g);
}
