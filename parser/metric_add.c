#include "parser/metric_explain.h"

#define EVIDENCE_MAX 200 /* characters to either side of a figure */

static bool same_metric(const struct metric *a, const struct metric *b)
{
	return a->value == b->value && str_eq(a->id, b->id) && str_eq(a->scope, b->scope) &&
	       str_eq(a->applicant, b->applicant) && str_eq(a->qualifier, b->qualifier);
}

/* Of a state that changes in the course of the year only the latest figure counts (rule 4). */
static bool is_state(struct str id)
{
	return str_eq_z(id, "powers.approval_items") || str_eq_z(id, "powers.list_items");
}

uint32_t metrics_add(struct reading *g, const struct metric *m)
{
	for (size_t i = 0; i < g->m.count; i++) {
		if (same_metric(&g->m.items[i], m))
			return (uint32_t)i;
		if (!m->table && is_state(m->id) && str_eq(g->m.items[i].id, m->id) &&
		    str_eq(g->m.items[i].scope, m->scope)) {
			g->m.items[i] = *m;
			return (uint32_t)i;
		}
	}
	if (g->m.count == METRICS_MAX)
		return NO_METRIC;
	g->m.items = arena_grow(g->d->arena, g->m.items, &g->m.cap, g->m.count + 1, sizeof *g->m.items);
	g->m.items[g->m.count] = *m;
	return (uint32_t)g->m.count++;
}

void metric_set(const struct reading *g, uint16_t metric, size_t i, struct metric *m)
{
	const struct metric_id *id = &g->l->metrics[metric];
	const struct quantity_at *q = &g->q[i];
	*m = (struct metric){.id = id->id, .unit = id->unit, .value = q->value, .approx = q->approx};
}

void metric_set_named(const struct reading *g, const char *id, size_t i, struct metric *m)
{
	metric_set(g, lexicon_metric(g->l, str_of(id)), i, m);
}

void metrics_drop(struct reading *g, const char *const *drop)
{
	uint32_t *to = arena_alloc(g->d->arena, (g->m.count + 1) * sizeof *to);
	uint32_t kept = 0;
	for (size_t i = 0; i < g->m.count; i++) {
		to[i] = drop[i] ? NO_METRIC : kept;
		if (!drop[i])
			g->m.items[kept++] = g->m.items[i];
	}
	for (size_t i = 0; i < g->q_count; i++) {
		uint32_t was = g->q_metric[i];
		if (was != NO_METRIC && (g->q_metric[i] = to[was]) == NO_METRIC)
			metric_explain_set(g, i, drop[was]);
	}
	g->m.count = kept;
}

void metric_evidence(const struct reading *g, size_t from, size_t to, struct metric *m)
{
	const fchar *t = g->f->ch;
	size_t a = from, b = to;
	while (a > 0 && from - a < EVIDENCE_MAX && !fchar_clause_end(t[a - 1]) && t[a - 1] != ':')
		a--;
	while (b < g->f->n && b - to < EVIDENCE_MAX && !fchar_clause_end(t[b]))
		b++;
	/* a bracket that opens outside the clause closes it: 含县区20281条)  */
	int depth = 0;
	for (size_t i = a; i < b; i++) {
		depth += t[i] == '(' ? 1 : t[i] == ')' ? -1 : 0;
		if (depth < 0 && i >= to) {
			b = i;
			break;
		}
		if (depth < 0)
			depth = 0;
	}
	m->evidence = fold_source(g->f, a, b);
	m->offset_cp = g->f->cp[a];
}
