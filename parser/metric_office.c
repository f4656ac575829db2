#include "parser/metric_office.h"

#include "parser/metric_words.h"

#define TRAINED_FAR 60 /* characters from a training to those who came, over the end of its sentence */
#define DIGITS "0123456789"

enum { C_DUN = 0x3001, C_LENS_END = 0x3011 };

/* Where a clause must stand to count for the office. */
enum near {
	NEAR_OFFICE,  /* below a heading of it, beside its staff or trainings, or speaking of disclosure itself */
	NEAR_TRAINED, /* behind a training that was read */
	NEAR_ADVICE,  /* where advice on disclosure is told of, not that of a hall or a line */
};

/* What a clause counts, by the word right before its figure, or by those behind it. */
static const struct {
	const char *id, *unit, *before, *behind;
	enum near near;
} kinds[] = {
	{"training.meetings", "unit:time", "office_meeting", NULL, NEAR_OFFICE},
	{"training.sessions", "unit:time", "office_training", NULL, NEAR_OFFICE},
	{"training.trainees", "people_unit", NULL, "office_came", NEAR_TRAINED},
	{"org.staff.parttime", "staff_unit", NULL, "office_double", NEAR_OFFICE},
	{"org.staff.fulltime", "staff_unit", NULL, "office_single", NEAR_OFFICE},
	{"org.staff.parttime", "staff_unit", "office_parttime", NULL, NEAR_OFFICE},
	{"org.staff.fulltime", "staff_unit", "office_fulltime", NULL, NEAR_OFFICE},
	{"org.staff", "staff_unit", "office_staff", NULL, NEAR_OFFICE},
	{"org.agencies", "unit:unit", "office_desk", NULL, NEAR_OFFICE},
	{"consult.total", "people_unit", "office_asked", NULL, NEAR_ADVICE},
};

/* The clause of a figure: what stands before it and behind it. */
struct clause {
	size_t from, start, end, to;
};

static struct clause clause_of(const struct reading *g, const struct figure *f)
{
	const fchar *t = g->f->ch;
	const struct quantity_at *q = &g->q[f->i];
	struct clause c = {f->at.clause_from, q->start, q->end, q->end};
	for (size_t k = c.from; k < c.start; k++)
		if (t[k] == ':' || t[k] == '(' || t[k] == ')' || t[k] == C_DUN || t[k] == C_LENS_END)
			c.from = k + 1;
	while (c.to < f->at.clause_to && t[c.to] != C_DUN && t[c.to] != '(' && t[c.to] != ')')
		c.to++;
	return c;
}

static bool near_office(const struct reading *g, const struct figure *f, struct span heading, const struct clause *c)
{
	return word_in(g, "office_heading", heading.from, heading.to) || word_around(g, f->s, "office_near") ||
	       word_in(g, "open_work", c->from, c->to);
}

/* Was a training the last that was read before? */
static bool near_trained(const struct reading *g, const struct figure *f)
{
	for (size_t k = f->i; k > 0 && g->q[f->i].start - g->q[k - 1].end < TRAINED_FAR; k--)
		if (g->q_metric[k - 1] != NO_METRIC)
			return str_eq_z(g->m.items[g->q_metric[k - 1]].id, "training.sessions");
	return false;
}

static bool near_advice(const struct reading *g, const struct figure *f, struct span heading)
{
	return !word_seen(g, f->s, "hall_shared") && !word_seen(g, f->s, "foreign_case") &&
	       (word_in(g, "consult", heading.from, heading.to) || word_seen(g, f->s, "disclosure"));
}

/* 全年召开有关会议共|3次: nothing else than known words around the one that is counted. */
static bool counted_before(const struct reading *g, const struct clause *c, const char *group)
{
	size_t end = c->start, n;
	while ((n = word_before(g, "office_sum", end, c->from)) > 0 && word_before(g, group, end, c->from) == 0)
		end -= n;
	n = word_before(g, group, end, c->from);
	return n > 0 && words_only(g, "office_with", DIGITS, c->from, end - n) &&
	       words_only(g, "office_done", "", c->end, c->to);
}

/* 党政办2人兼管: whose staff they are may be any desk; 各单位86人参加: those who came are known words. */
static bool counted_behind(const struct reading *g, const struct clause *c, const char *group, bool staff)
{
	size_t at, n = word_find(g, group, c->end, c->to, &at);
	if (!staff && !words_only(g, "office_with", DIGITS, c->from, c->start))
		return false;
	return n > 0 && words_only(g, "office_behind", "", c->end, at) &&
	       words_only(g, "office_behind", "", at + n, c->to) && !word_in(g, "staff_else", c->from, c->start);
}

/* Is the counting word one of the group? 个 is one of people in 3个人 alone. */
static bool unit_fits(const struct reading *g, const struct quantity_at *q, const char *group)
{
	bool people = word_at(g, "people_unit", q->unit_from, q->end) > 0 ||
		      word_at(g, "person_tail", q->end, q->end + 1) > 0;
	return unit_in(g, q, group) &&
	       people == (strcmp(group, "staff_unit") == 0 || strcmp(group, "people_unit") == 0);
}

bool metric_office(const struct reading *g, const struct figure *f, struct span heading, struct metric *m)
{
	const struct quantity_at *q = &g->q[f->i];
	const struct clause c = clause_of(g, f);
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		if (!unit_fits(g, q, kinds[k].unit))
			continue;
		bool staff = str_starts(str_of(kinds[k].id), STR("org.staff"));
		if (kinds[k].before ? !counted_before(g, &c, kinds[k].before)
				    : !counted_behind(g, &c, kinds[k].behind, staff))
			continue;
		if (staff && word_seen(g, f->s, "staff_other"))
			continue;
		if (kinds[k].near == NEAR_OFFICE    ? !near_office(g, f, heading, &c)
		    : kinds[k].near == NEAR_TRAINED ? !near_trained(g, f)
						    : !near_advice(g, f, heading))
			continue;
		metric_set_named(g, kinds[k].id, f->i, m);
		return true;
	}
	return false;
}

void metric_all_staff(struct reading *g, const struct figure *f, const struct metric *all)
{
	static const struct {
		const char *group, *id;
	} whole[] = {{"all_parttime", "org.staff.parttime"}, {"all_fulltime", "org.staff.fulltime"}};
	size_t end = g->q[f->i].end, from;
	end += word_at(g, "person_tail", end, f->s->to); /* 3个人 */
	from = end + (end < f->s->to && g->f->ch[end] == ',');
	for (size_t k = 0; k < sizeof whole / sizeof whole[0] && str_eq_z(all->id, "org.staff"); k++) {
		size_t n = word_at(g, whole[k].group, from, f->s->to);
		if (n == 0 || clause_end(g->f->ch, from, f->s->to) > from + n)
			continue;
		struct metric m = *all;
		m.id = g->l->metrics[lexicon_metric(g->l, str_of(whole[k].id))].id;
		metric_evidence(g, g->q[f->i].start, from + n, &m);
		metrics_add(g, &m);
	}
}
