#include "parser/metric_denied.h"

#include "parser/metric_words.h"

static const struct {
	const char *group, *id, *led;
} held[] = {{"press", "response.press_conferences", "response.press_conferences.leader"},
	    {"interview", "response.interviews", "response.interviews.leader"},
	    {"train_held", "training.sessions", NULL},
	    {"meeting_named", "training.meetings", NULL},
	    {"gazette", "proactive.gazette_issues", NULL},
	    {"normative_named", "proactive.normative.issued", NULL},
	    {"rules_named", "statutory.rules.made", NULL},
	    {"coercion_named", "statutory.coercion.decisions", NULL},
	    {"agency_named", "org.agencies", NULL},
	    {"budget_named", "org.budget", NULL},
	    {"access_named", "org.access_points", NULL},
	    {"staff_named", "org.staff.fulltime", NULL}};

enum { HELD = sizeof held / sizeof held[0] };

/* Where the first thing that may be held stands in [from, to); `to` when none. */
static size_t first_held(const struct reading *g, size_t from, size_t to)
{
	size_t first = to, at;
	for (size_t k = 0; k < HELD; k++)
		if (word_find(g, held[k].group, from, to, &at) > 0 && at < first)
			first = at;
	return first;
}

/* The id of what was not held; of documents since the form of 2019 what that asks for. */
static const char *id_of(const struct reading *g, size_t k, bool led)
{
	if (led)
		return held[k].led;
	if (g->r->year >= METRIC_FORM_YEAR && strcmp(held[k].id, "proactive.normative.issued") == 0)
		return "statutory.normative.made";
	return held[k].id;
}

/* Article 20 is counted since the form of 2019. */
static bool asked_for(const struct reading *g, const char *id)
{
	return g->r->year >= METRIC_FORM_YEAR || !str_starts(str_of(id), STR("statutory."));
}

/* Zero for all that [from, to) names; with `led` for what the head took part in. */
static void deny_held(struct reading *g, const struct sentence *s, size_t from, size_t to, struct span said, bool led)
{
	for (size_t k = 0; k < HELD; k++)
		if (word_in(g, held[k].group, from, to) && (!led || held[k].led) && asked_for(g, held[k].id))
			metric_add_zero(g, s, id_of(g, k, led), said.from, said.to);
}

/* 发布会2次,局长未参加: what he was not at, the figure before says. */
static void deny_led(struct reading *g, const struct sentence *s, struct span said)
{
	for (size_t i = s->q_to; i > s->q_from; i--) {
		if (g->q[i - 1].start >= said.from || g->q_metric[i - 1] == NO_METRIC)
			continue;
		for (size_t k = 0; k < HELD; k++)
			if (held[k].led && str_eq_z(g->m.items[g->q_metric[i - 1]].id, held[k].id))
				metric_add_zero(g, s, held[k].led, said.from, said.to);
		return;
	}
}

static bool parts(fchar c)
{
	return fchar_clause_end(c) || c == '(' || c == ')' || c == ':';
}

/* 参加县里培训2人次,自己没有办过: was [from, to) behind a clause on a training that others held, and is it nothing but this? */
static bool deny_own(struct reading *g, const struct sentence *s, struct span said, size_t at, size_t n)
{
	const fchar *t = g->f->ch;
	size_t end = said.from > s->from ? said.from - 1 : s->from, from = end;
	while (from > s->from && !parts(t[from - 1]))
		from--;
	if (!words_only(g, "not_self_lead", "", said.from, at) || word_at(g, "not_verb", at + n, said.to) == 0 ||
	    !words_only(g, "not_there_with", "", at + n, said.to) || !word_in(g, "train_held", from, end))
		return false;
	metric_add_zero(g, s, "training.sessions", said.from, said.to);
	return true;
}

/* A stretch without figures that says "not", n characters at `at`. */
static void deny(struct reading *g, const struct sentence *s, struct span said, size_t at, size_t n)
{
	bool chief = word_in(g, "chief", said.from, at) && !word_in(g, "chief_else", said.from, at);
	size_t verb = at + n, behind = first_held(g, verb, said.to), before = first_held(g, said.from, at);
	size_t some, words = word_find(g, "not_all", said.from, at, &some);
	if (words > 0 && word_at(g, "not_why", some, at) == 0)
		return;
	size_t lead = word_at(g, "chief", verb, said.to); /* 无主要负责人出席 */
	if (lead > 0 && word_in(g, "not_there", verb + lead, said.to) &&
	    words_only(g, "not_there_with", "", verb + lead, said.to)) {
		deny_led(g, s, said);
	} else if (deny_own(g, s, said, at, n)) {
		return;
	} else if (behind < said.to) { /* 未单独组织培训班 */
		bool done = word_at(g, "not_verb", verb, behind) > 0 ||
			    (behind == verb && word_at(g, "not_bare", at, verb) == n); /* 全年无新闻发布会 */
		if (done && words_only(g, "not_held_with", "", verb, said.to))
			deny_held(g, s, behind, said.to, said, chief);
	} else if (chief && before == at) { /* 局长未参加 */
		if (word_in(g, "not_there", verb, said.to) && words_only(g, "not_there_with", "", verb, said.to))
			deny_led(g, s, said);
	} else if (words_only(g, "not_held_with", "", before, at) &&
		   words_only(g, "not_held_with", "", verb, said.to)) {
		deny_held(g, s, before, at, said, chief); /* 新闻发布会、在线访谈均未举办 */
	}
}

void metric_denied(struct reading *g, const struct sentence *s)
{
	if (!word_seen(g, s, "not_word") || word_seen(g, s, "goals"))
		return;
	size_t q = s->q_from, at;
	for (size_t from = s->from, to; from < s->to; from = to + 1) {
		for (to = from; to < s->to && !parts(g->f->ch[to]);)
			to++;
		while (q < s->q_to && g->q[q].end <= from)
			q++;
		if (q < s->q_to && g->q[q].start < to)
			continue;
		size_t n = word_find(g, "not_word", from, to, &at);
		if (n > 0)
			deny(g, s, (struct span){from, to}, at, n);
	}
}
