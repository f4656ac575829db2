#include "parser/metric_request_story.h"

#include "parser/metric_request_part.h"
#include "parser/metric_saying.h"
#include "parser/metric_words.h"
#include "parser/number.h"

#define ITEMS_MAX 24  /* of one sentence */
#define STORY_FAR 240 /* characters from the figure of all to the first item */

/* What the clauses of [from, to) say of so many requests; the numeral begins at `head`. */
struct item {
	double value;
	size_t head, from, to;
	const struct saying *outcome, *ground, *way;
	bool closed, replied, in_time, unclear;
};

struct story {
	struct item items[ITEMS_MAX];
	unsigned count;
	double sum; /* with what else the sentence says that became of some */
};

/* 另有|两件|因...: reads the head of an item at `pos`, where a clause begins. */
static bool head_at(const struct reading *g, size_t pos, size_t to, struct item *item)
{
	size_t lead;
	struct number n;
	while ((lead = word_at(g, "story_lead", pos, to)) > 0)
		pos += lead;
	if (!number_read(g->f->ch, pos, to, &n))
		return false;
	size_t unit = word_at(g, "story_unit", n.end, to);
	if (unit == 0)
		return false;
	*item = (struct item){.value = n.value, .head = pos, .from = n.end + unit, .to = to};
	return true;
}

static bool parts_clauses(fchar c)
{
	return fchar_clause_end(c) || c == ':';
}

static void find_items(const struct reading *g, const struct sentence *s, struct story *story)
{
	const fchar *t = g->f->ch;
	struct item item;
	story->count = 0;
	for (size_t pos = s->from; pos < s->to && story->count < ITEMS_MAX; pos++) {
		if ((pos > s->from && !parts_clauses(t[pos - 1])) || !head_at(g, pos, s->to, &item))
			continue;
		if (story->count > 0)
			story->items[story->count - 1].to = pos - 1;
		story->items[story->count++] = item;
	}
}

/* Is q[i] an outcome of its own that the sentence counts, not one within another? */
static bool is_outcome(const struct reading *g, size_t i)
{
	struct str id = g->q_metric[i] == NO_METRIC ? STR_NULL : g->m.items[g->q_metric[i]].id;
	return str_starts(id, STR("requests.outcome.")) && !str_starts(id, STR("requests.outcome.denied."));
}

static void sum_up(const struct reading *g, const struct sentence *s, struct story *story)
{
	story->sum = 0;
	for (unsigned k = 0; k < story->count; k++)
		story->sum += story->items[k].value;
	for (size_t i = s->q_from; i < s->q_to; i++) {
		bool item = false;
		for (unsigned k = 0; k < story->count; k++)
			item = item || g->q[i].start == story->items[k].head;
		story->sum += !item && is_outcome(g, i) ? g->q[i].value : 0;
	}
}

/* The figure before `pos` that counts just `sum` requests; NULL when something else was counted between. */
static const struct metric *counted_before(const struct reading *g, const struct sentence *s, size_t pos, double sum)
{
	for (size_t i = s->q_to; i > 0; i--) {
		const struct metric *m = g->q_metric[i - 1] == NO_METRIC ? NULL : &g->m.items[g->q_metric[i - 1]];
		if (g->q[i - 1].start >= pos || !m)
			continue;
		if (pos - g->q[i - 1].end > STORY_FAR || !str_starts(m->id, STR("requests.")))
			return NULL;
		bool all = request_whole(g, i - 1) || str_eq_z(m->id, "requests.replied") ||
			   str_eq_z(m->id, "requests.closed");
		if (all && m->value == sum)
			return m;
	}
	return NULL;
}

/* Does `a` say the same as `b`, or only more of it: 告知其向住建局申请 of what is not held? */
static const struct saying *surer(const struct saying *a, const struct saying *b)
{
	static const char *const weak[] = {".redirected", ".third_party", ".amend", ".not_held"};
	if (!a || a == b)
		return b;
	for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
		if (str_ends(str_of(a->id), str_of(weak[i])))
			return b;
		if (str_ends(str_of(b->id), str_of(weak[i])))
			return a;
	}
	return NULL;
}

static void take(struct item *item, const struct saying *what)
{
	const struct saying **at = what->kind == SAYING_OUTCOME  ? &item->outcome
				   : what->kind == SAYING_GROUND ? &item->ground
								 : &item->way;
	switch (what->kind) {
	case SAYING_CLOSED:
		item->closed = true;
		return;
	case SAYING_REPLIED:
		item->replied = true;
		return;
	case SAYING_IN_TIME:
		item->in_time = true;
		return;
	case SAYING_RECEIVED:
		return;
	case SAYING_LATE:
		item->unclear = true;
		return;
	default:
		break;
	}
	bool partial =
		*at && (str_ends(str_of((*at)->id), STR(".partial")) || str_ends(str_of(what->id), STR(".partial")));
	if (partial) /* 公开了汇总表,隐去了姓名,属部分公开 */
		*at = str_ends(str_of(what->id), STR(".partial")) ? what : *at;
	else if (!(*at = surer(*at, what)))
		item->unclear = true;
}

/* All that the item's clauses say; what was asked need not be understood. */
static void understand(const struct reading *g, struct item *item)
{
	struct said said;
	for (size_t from = item->from, to; from < item->to; from = to + 1) {
		to = clause_end(g->f->ch, from, item->to);
		bool wish = word_at(g, "story_wish", from, to) > 0;
		for (size_t k = from; k < to; k = said.end + 1) {
			bool last = saying_read(g, k, to, &said);
			for (unsigned i = 0; i < said.count; i++)
				if (!wish || last)
					take(item, said.what[i]);
		}
	}
	bool granted = item->outcome && !str_ends(str_of(item->outcome->id), STR(".denied"));
	bool refused = item->ground && str_starts(str_of(item->ground->id), STR("requests.outcome.denied."));
	if (granted && str_ends(str_of(item->outcome->id), STR(".partial")))
		item->ground = NULL;
	else if (granted && item->ground)
		item->unclear = true;
	else if (item->ground && (!refused || g->r->year >= METRIC_FORM_YEAR))
		item->outcome = NULL; /* 不属于本局,不予提供; the form's refusals are those of all its grounds */
}

static void add(struct reading *g, const struct metric *base, const char *id, const struct item *item)
{
	const struct metric_id *metric = &g->l->metrics[lexicon_metric(g->l, str_of(id))];
	struct metric m = {.id = metric->id, .unit = metric->unit, .scope = base->scope, .value = item->value};
	metric_evidence(g, item->head, item->to, &m);
	if (g->d->explain)
		m.explain = str_of(arena_printf(g->d->arena, "rule: what is told of each request; label: %.*s",
						STR_FMT(m.evidence)));
	metrics_add(g, &m);
}

/* How many of the items say `what`? */
static unsigned saying_it(const struct story *story, const struct saying *what)
{
	unsigned n = 0;
	for (unsigned k = 0; k < story->count; k++) {
		const struct item *item = &story->items[k];
		n += item->outcome == what || item->ground == what || item->way == what;
	}
	return n;
}

/* 三件均已按期办结, 4件答复无一超过法定时限: what one item that is all of them says. */
static void tell_all(struct reading *g, const struct metric *base, struct item *item)
{
	bool all = word_in(g, "story_all", item->from, item->to);
	if (!all)
		return;
	if (item->closed)
		add(g, base, "requests.closed", item);
	if (item->replied)
		add(g, base, "requests.replied", item);
	bool done = item->closed || item->replied;
	if (done && (item->in_time || word_in(g, "story_not_late", item->from, item->to)))
		add(g, base, "requests.closed.on_time", item);
}

void metric_request_story(struct reading *g, const struct sentence *s)
{
	struct story story;
	const struct metric *found;
	find_items(g, s, &story);
	if (story.count == 0)
		return;
	if ((found = counted_before(g, s, story.items[0].head, story.items[0].value)) != NULL) {
		const struct metric all = *found;
		story.items[0].to = clause_end(g->f->ch, story.items[0].from, story.items[0].to);
		understand(g, &story.items[0]);
		tell_all(g, &all, &story.items[0]);
		return;
	}
	sum_up(g, s, &story);
	if (!(found = counted_before(g, s, story.items[0].head, story.sum)))
		return;
	const struct metric base = *found;
	bool ways = true;
	for (unsigned k = 0; k < story.count; k++) {
		understand(g, &story.items[k]);
		ways = ways && story.items[k].way;
	}
	for (unsigned k = 0; k < story.count; k++) {
		const struct item *item = &story.items[k];
		if (item->unclear)
			continue;
		if (item->outcome && saying_it(&story, item->outcome) == 1)
			add(g, &base, item->outcome->id, item);
		if (item->ground && saying_it(&story, item->ground) == 1)
			add(g, &base, item->ground->id, item);
		if (ways && saying_it(&story, item->way) == 1)
			add(g, &base, item->way->id, item);
	}
}
