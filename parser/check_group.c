#include "parser/check.h"
#include "parser/check_text.h"

#define BRACKET_NEAR 20 /* characters from a bracket's begin to its figure */
#define PARTS_MAX 24

enum { C_QI = 0x5176, C_ZHONG = 0x4E2D };

/* (含县区3条) behind a figure, no bracket that holds the whole list */
static bool in_small_bracket(const struct reading *g, size_t i)
{
	const fchar *t = g->f->ch;
	size_t from = g->q[i].start > BRACKET_NEAR ? g->q[i].start - BRACKET_NEAR : 0, open = g->q[i].start, close;
	if (!in_bracket(g, from, g->q[i].start))
		return false;
	while (open > from && t[open - 1] != '(')
		open--;
	close = bracket_end(g, open);
	return i + 1 == g->q_count || g->q[i + 1].start >= close;
}

/* Parts by scope, publisher or class of the quantities of one paragraph against the total that heads them. */
static void group_sum(struct reading *g, size_t from, size_t to, const char *part_id, const char *total_id, bool scoped)
{
	double sum = 0;
	unsigned n = 0;
	size_t inner = 0; /* behind the parts of a part */
	struct check *c = NULL;
	const struct quantity_at *total = NULL, *part[PARTS_MAX];
	bool others = false, approx = false, list = false, single = false;
	struct str scope = STR_NULL;
	for (size_t i = from; i < to; i++) {
		if (g->q_metric[i] == NO_METRIC || in_small_bracket(g, i) || i < inner)
			continue;
		if (n > 0 && i > from && (inner = check_behind_inner(g, i, to)) > i)
			continue;
		const struct metric *m = &g->m.items[g->q_metric[i]];
		if (str_eq_z(m->id, total_id) && m->scope.n == 0) {
			if (n > 0) /* a total of its own for what follows */
				break;
			total = &g->q[i];
			continue;
		}
		if (!str_eq_z(m->id, part_id) || (scoped && m->scope.n == 0) || n == PARTS_MAX)
			continue;
		list = list || !total || has_between(g, total->end, g->q[i].start, C_QI, C_ZHONG);
		if (total && n >= 2 && check_equal(sum, total->value)) /* complete: what follows is another list */
			break;
		/* 国土局12件,水务局8件: single organs of one kind, which need not be all */
		single = single || (n > 0 && m->scope.n > 0 && str_eq(scope, m->scope));
		scope = m->scope;
		part[n++] = &g->q[i];
		sum += g->q[i].value;
		approx = approx || g->q[i].approx;
		others = others || str_starts(m->qualifier, STR("其他")) || str_starts(m->qualifier, STR("其它"));
	}
	if (!total || n < 2 || approx || (!list && sum <= total->value))
		return;
	bool holds = check_equal(sum, total->value), classes = strcmp(part_id, "proactive.by_class") == 0;
	if ((!holds && ((classes && !others) || (single && sum < total->value))) ||
	    check_sum_known(g, total->value, part[0]->value, part[n - 1]->value))
		return;
	c = check_add(g, "sum", check_statement(g, total->start, part[n - 1]->end), holds);
	check_operand(c, total->value);
	for (unsigned i = 0; i < n; i++)
		check_operand(c, part[i]->value);
	check_sum_detail(g, c, sum, total->value);
}

void check_paragraph(struct reading *g, size_t from, size_t to)
{
	group_sum(g, from, to, "proactive.by_publisher", "proactive.total", false);
	group_sum(g, from, to, "proactive.by_class", "proactive.total", false);
	group_sum(g, from, to, "proactive.cumulative", "proactive.cumulative", true);
	group_sum(g, from, to, "requests.received", "requests.received", true);
	group_sum(g, from, to, "requests.items_provided", "requests.items_provided", true);
	group_sum(g, from, to, "requests.replied", "requests.replied", true);
}

/* A figure among the classes that was not read as one leaves their sum open. */
static bool class_unread(const struct reading *g)
{
	size_t first = g->q_count, last = 0;
	for (size_t i = 0; i < g->q_count; i++)
		if (g->q_metric[i] != NO_METRIC && str_eq_z(g->m.items[g->q_metric[i]].id, "proactive.by_class")) {
			first = first < i ? first : i;
			last = i;
		}
	for (size_t i = first; i < last; i++)
		if (g->q_metric[i] == NO_METRIC && same_unit(g, &g->q[i], &g->q[first]) &&
		    !in_bracket(g, g->q[first].start, g->q[i].start))
			return true;
	return false;
}

/* Is `sum` a figure before the first class: of a channel whose classes they are? */
static bool told_before(const struct reading *g, const struct metric *first, double sum)
{
	for (size_t i = 0; i < g->q_count && g->f->cp[g->q[i].start] < first->offset_cp; i++)
		if (g->q[i].kind == UNIT_COUNT && check_equal(g->q[i].value, sum))
			return true;
	return false;
}

/* Classes are often listed in the paragraph behind the total's: the report's only total and all its classes. */
void check_classes(struct reading *g)
{
	double sum = 0, total = -1;
	struct check *c;
	unsigned n = 0;
	const struct metric *first = NULL, *last = NULL;
	bool others = false;
	for (size_t i = 0; i < g->m.count; i++) {
		const struct metric *m = &g->m.items[i];
		if (str_eq_z(m->id, "proactive.total") && m->scope.n == 0) {
			if (total >= 0 && total != m->value)
				return;
			total = m->value;
		}
		if (!str_eq_z(m->id, "proactive.by_class"))
			continue;
		first = first ? first : m;
		last = m;
		others = others || str_starts(m->qualifier, STR("其他")) || str_starts(m->qualifier, STR("其它"));
		sum += m->value;
		n++;
		if (n >= 3 && check_equal(sum, total)) /* complete: what is told behind it is in it already */
			break;
	}
	if (total < 0 || n < 3 || !others || check_sum_known(g, total, first->value, last->value))
		return;
	if (!check_equal(sum, total) && (class_unread(g) || told_before(g, first, sum)))
		return;
	c = check_add(g, "sum", arena_dup(g->d->arena, last->evidence), check_equal(sum, total));
	check_operand(c, total);
	for (const struct metric *m = first; m <= last; m++)
		if (str_eq_z(m->id, "proactive.by_class"))
			check_operand(c, m->value);
	check_sum_detail(g, c, sum, total);
}
