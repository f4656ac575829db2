#include "parser/metric_prose.h"

#include "parser/metric_channel.h"
#include "parser/metric_clause.h"
#include "parser/metric_dispute.h"
#include "parser/metric_list.h"
#include "parser/metric_office.h"
#include "parser/metric_request.h"
#include "parser/metric_request_said.h"
#include "parser/metric_rules.h"
#include "parser/metric_table.h"
#include "parser/metric_total.h"
#include "parser/metric_way.h"
#include "parser/metric_words.h"

#define SENTENCE_MAX 1500 /* characters, and the figures in them */
#define SENTENCE_FIGURES_MAX 100
#define HEADING_MAX 30
#define LEAD_FAR 200 /* characters of a sentence before its 如下: */

enum { C_DUN = 0x3001 };

struct prose {
	struct reading *g;
	struct groups_seen major, minor, paragraph; /* headings above, paragraph so far */
	struct span above;                          /* the nearest heading */
	uint32_t last;                              /* metric before in the same line, or NO_METRIC */
	struct total total;                         /* the figure that a list of parts belongs to */
	size_t line;                                /* begin of the line that is read */
	struct disputes disputes;
	bool heading;            /* that line is one */
	struct str led;          /* scope of the lines below one that ends in 如下: */
	uint16_t above_way, way; /* of disclosure, by the heading above and for this line */
	uint8_t *channels;       /* metric_channel.h */
	bool *by_clause;         /* metric_clause.h: for each metric, that only its clause says so */
};

/* ---- one quantity ---- */

/* Adds what the figure is; returns its index or NO_METRIC. */
static uint32_t take_figure(struct prose *p, const struct figure *f, const struct choice *c, const char *rule,
			    struct metric *m)
{
	struct reading *g = p->g;
	size_t from = g->q[f->i].start, to = g->q[f->i].end;
	if (!rule) {
		from = c->fit.from < from ? c->fit.from : from;
		to = c->fit.to > to ? c->fit.to : to;
	}
	total_ran_on(&p->total, g, f->i, m);
	metric_evidence(g, from, to, m);
	m->explain = metric_explain_figure(g, &f->at, c, rule);
	uint32_t k = metrics_add(g, m);
	if (k == NO_METRIC) {
		metric_explain_set(g, f->i, "unused: the report holds more figures than are read of one");
		return k;
	}
	g->q_metric[f->i] = k;
	if (g->d->explain)
		g->q_explain[f->i] =
			str_of(arena_printf(g->d->arena, "%.*s; %.*s", STR_FMT(m->id), STR_FMT(m->explain)));
	return k;
}

static void read_quantity(struct prose *p, const struct sentence *s, size_t i)
{
	struct reading *g = p->g;
	struct figure f;
	struct choice c;
	struct metric m;
	struct each each;
	if (metric_of_former_year(g, s, i)) {
		metric_explain_set(g, i, "unused: of a year before the report's");
		return;
	}
	metric_place(g, s, i, &f);
	enum each_kind kind = metric_each(g, s, i, &each);
	if (kind == EACH_UNCLEAR) {
		metric_explain_set(g, i, "unused: 分别 has another number of names than of figures");
		return;
	}
	if (kind == EACH_CLEAR)
		metric_choose_each(g, &f.at, &each, &c);
	else
		metric_choose(g, &f.at, &c);
	f.who = subject_before(g, s->from, kind == EACH_CLEAR ? each.name.to : g->q[i].start);
	if (f.who.to == f.who.from && p->led.n > 0)
		f.who.scope = p->led;
	const char *rule;
	total_look_ahead(&p->total, g, i);
	bool chained = total_chained(&p->total, g, i);
	struct asked asked = {.g = g,
			      .f = &f,
			      .c = &c,
			      .each = kind != EACH_NONE ? &each : NULL,
			      .total = &p->total,
			      .chained = chained,
			      .way = p->way,
			      .last = p->last,
			      .above = p->above};
	if (!metric_by_rules(&asked, &m, &rule) || (chained && total_repeated(&p->total, g, &f, &m))) {
		if (g->d->explain)
			g->q_explain[i] = metric_explain_unused(g, &f.at, &c);
		return;
	}
	uint32_t k = take_figure(p, &f, &c, rule, &m);
	if (k == NO_METRIC)
		return;
	p->last = k;
	p->by_clause[k] = rule == rule_clause && (p->by_clause[k] || k + 1 == g->m.count);
	if (kind == EACH_NONE && !rule)
		metric_beside(g, &f, &m);
	metric_all_staff(g, &f, &m);
	channel_see(g, &f, k, p->total.own, p->channels);
	if (rule == rule_bracket) {
		g->q_metric[i] = g->q_metric[i - 1];
		p->total.counties = p->total.counties || str_eq_z(m.scope, "county");
	} else if (!chained || !(p->total.own || p->total.channel) || str_eq_z(m.id, "proactive.total")) {
		total_remember(&p->total, g, k, i, p->line);
	}
}

/* ---- sentences ---- */

static void merge(struct groups_seen *a, const struct groups_seen *b)
{
	for (size_t i = 0; i < sizeof a->bits / sizeof a->bits[0]; i++)
		a->bits[i] |= b->bits[i];
}

/*
 * Is q[i] a figure of what is to be done or reached? Its clause says so, or one before it in the sentence unless the
 * figure's own speaks of the year.
 */
static bool of_goals(const struct reading *g, const struct sentence *s, size_t i)
{
	const fchar *t = g->f->ch;
	size_t from = g->q[i].start, to = g->q[i].end;
	while (from > s->from && !fchar_clause_end(t[from - 1]))
		from--;
	while (to < s->to && !fchar_clause_end(t[to]))
		to++;
	return word_in(g, "goals", from, to) ||
	       (word_in(g, "goals_ahead", s->from, from) && word_at(g, "year_lead", from, to) == 0);
}

static void read_sentence(struct prose *p, struct sentence *s)
{
	struct reading *g = p->g;
	memset(&s->seen, 0, sizeof s->seen);
	lexicon_groups_in(g->l, g->f->ch, s->from, s->to, &s->seen);
	s->context = p->paragraph;
	merge(&s->context, &p->major);
	merge(&s->context, &p->minor);
	bool goals = word_seen(g, s, "goals");
	for (size_t i = s->q_from; i < s->q_to; i++)
		if (goals && !total_run_goes_on(&p->total, i) && of_goals(g, s, i))
			metric_explain_set(g, i, "unused: its sentence speaks of what is to be done or reached");
		else
			read_quantity(p, s, i);
	if (!p->heading) { /* 收费及减免情况 names a subject and denies nothing */
		metric_absence(g, s);
		metric_bare_absence(g, s, p->above);
		dispute_see(&p->disputes, g, s);
		dispute_ended(g, s);
	}
	metric_carried(g, s);
	metric_request_said(g, s);
	merge(&p->paragraph, &s->seen);
}

static bool is_heading(const fchar *t, size_t from, size_t to)
{
	if (to - from > HEADING_MAX || to == from)
		return false;
	for (size_t i = from; i < to; i++)
		if (fchar_sentence_end(t[i]) || t[i] == ';' || t[i] == ',')
			return false;
	return true;
}

/* "五、复议诉讼。未发生。": where the heading ends that a numbered line begins with; `from` when it has none. */
static size_t run_in_heading(const struct reading *g, size_t from, size_t to, bool numbered, size_t q)
{
	size_t end = from;
	while (end < to && !fchar_sentence_end(g->f->ch[end]))
		end++;
	bool figure = q < g->q_count && g->q[q].start < end;
	bool item = numbered || metric_list_number(g, from, to) > 0;
	return item && end < to && !figure && is_heading(g->f->ch, from, end) ? end : from;
}

static bool is_major(const fchar *t, size_t from, size_t to)
{
	size_t i = from;
	while (i < to && i < from + 3 && fchar_han(t[i]) &&
	       (t[i] == 0x5341 || (t[i] >= 0x4E00 && t[i] <= 0x4E5D) || t[i] == 0x56DB || t[i] == 0x516D ||
		t[i] == 0x516B))
		i++;
	return i > from && i < to && t[i] == C_DUN;
}

/*
 * Where the sentence at `a` ends, `q` the first quantity that does not end before it. A longer one is cut behind
 * a clause, else before a quantity: each figure is held against its whole sentence, which without bound would take
 * the square of the page.
 */
static size_t sentence_end(const struct reading *g, size_t a, size_t to, size_t q)
{
	const fchar *t = g->f->ch;
	size_t b = a, clause = a, far = a + SENTENCE_MAX;
	if (q + SENTENCE_FIGURES_MAX < g->q_count && g->q[q + SENTENCE_FIGURES_MAX].start < far)
		far = g->q[q + SENTENCE_FIGURES_MAX].start;
	for (; b < to && b < far && !fchar_sentence_end(t[b]); b++)
		if (fchar_clause_end(t[b]))
			clause = b + 1;
	if (b == to || fchar_sentence_end(t[b]))
		return b;
	if (clause > a)
		return clause;
	while (q < g->q_count && g->q[q].end <= b)
		q++;
	if (q == g->q_count || g->q[q].start >= b)
		return b;
	return g->q[q].start > a ? g->q[q].start : g->q[q].end;
}

/* "省政府办公厅办理的申请具体情况如下:": whose figures the lines below tell. */
static struct str leads(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	size_t a = to;
	if (to == from || t[to - 1] != ':' ||
	    lexicon_word_before(g->l, lexicon_need_group(g->l, "as_below"), t, to - 1, from) == 0)
		return STR_NULL;
	while (a > from && to - a < LEAD_FAR && !fchar_sentence_end(t[a - 1]))
		a--;
	return subject_before(g, a, to - 1).scope;
}

static void read_line(struct prose *p, size_t from, size_t to, size_t *q)
{
	struct reading *g = p->g;
	const fchar *t = g->f->ch;
	bool numbered = is_major(t, from, to);
	p->last = NO_METRIC;
	p->line = from;
	p->heading = numbered && is_heading(t, from, to);
	p->way = way_of_item(g, from, to);
	if (p->way == LEXICON_NONE && metric_list_number(g, from, to) == 0)
		p->way = p->above_way;
	if (is_heading(t, from, to)) {
		p->above_way = numbered ? LEXICON_NONE : way_of_heading(g, from, to);
		struct groups_seen seen = {{0}};
		lexicon_groups_in(g->l, t, from, to, &seen);
		if (numbered)
			p->major = seen;
		p->minor = seen;
		if (!metric_is_bare(g, from, to))
			p->above = (struct span){from, to};
	} else if (numbered) {
		p->above = (struct span){from, run_in_heading(g, from, to, numbered, *q)};
		memset(&p->major, 0, sizeof p->major);
		memset(&p->minor, 0, sizeof p->minor);
	} else if (run_in_heading(g, from, to, false, *q) > from) {
		p->above = (struct span){from, run_in_heading(g, from, to, false, *q)};
	}
	memset(&p->paragraph, 0, sizeof p->paragraph);
	if (is_heading(t, from, to) && t[from] != '(') /* (图1) ends nothing */
		p->led = STR_NULL;
	size_t first = *q;
	while (first < g->q_count && g->q[first].start < from)
		first++;
	bool item = p->total.own && first >= p->total.split_from && first < p->total.split_to;
	if (!item && (table_text_row(g, from, to) || table_text_among(g, from, to)))
		return;
	for (size_t a = from; a < to;) {
		while (*q < g->q_count && g->q[*q].start < a)
			(*q)++;
		size_t b = sentence_end(g, a, to, *q);
		struct sentence s = {.from = a, .to = b};
		s.q_from = *q;
		while (*q < g->q_count && g->q[*q].start < b)
			(*q)++;
		s.q_to = *q;
		if (b > a)
			read_sentence(p, &s);
		a = b < to && fchar_sentence_end(t[b]) ? b + 1 : b;
	}
	struct str led = leads(g, from, to);
	p->led = led.n > 0 ? led : p->led;
}

static bool in_table(const struct reading *g, size_t pos, size_t *end)
{
	for (size_t i = 0; i < g->tables_count; i++)
		if (pos >= g->tables[i].from && pos < g->tables[i].to) {
			*end = g->tables[i].to;
			return true;
		}
	return false;
}

void metric_prose(struct reading *g)
{
	struct prose p = {.g = g,
			  .total = {.metric = NO_METRIC},
			  .last = NO_METRIC,
			  .above_way = LEXICON_NONE,
			  .way = LEXICON_NONE};
	p.channels = arena_calloc(g->d->arena, METRICS_MAX, 1);
	p.by_clause = arena_calloc(g->d->arena, METRICS_MAX, sizeof *p.by_clause);
	size_t q = 0;
	for (unsigned i = 0; i < g->s->parts_count; i++) {
		size_t pos = g->s->parts[i].from, to = g->s->parts[i].to, end;
		while (pos < to) {
			if (in_table(g, pos, &end)) {
				pos = end;
				continue;
			}
			size_t line = pos;
			while (line < to && g->f->ch[line] != '\n' && !in_table(g, line, &end))
				line++;
			if (line > pos)
				read_line(&p, pos, line, &q);
			pos = line < to && g->f->ch[line] == '\n' ? line + 1 : line;
		}
	}
	dispute_add(&p.disputes, g);
	const char **drop = arena_calloc(g->d->arena, g->m.count + 1, sizeof *drop);
	channel_mark_single(g, p.channels, drop);
	clause_mark_doubted(g, p.by_clause, drop);
	metrics_drop(g, drop);
}
