#include "parser/metric_request_part.h"

#include "parser/metric_item.h"
#include "parser/metric_words.h"

#define TOPIC_GAP 40  /* characters between two figures of a list of topics */
#define TOPIC_FAR 300 /* characters from the requests to such a list */
#define TOPIC_NAME 24
#define LIST_FAR 60 /* characters to an item of a list of who asked or of who had them */
#define TOPICS_MAX 30

bool request_received(const struct reading *g, size_t i)
{
	return g->q_metric[i] != NO_METRIC && str_eq_z(g->m.items[g->q_metric[i]].id, "requests.received");
}

bool request_whole(const struct reading *g, size_t i)
{
	return request_received(g, i) && g->m.items[g->q_metric[i]].scope.n == 0 &&
	       g->m.items[g->q_metric[i]].applicant.n == 0;
}

/* Is q[i] what the year before left? */
static bool carried_in(const struct reading *g, size_t i)
{
	return g->q_metric[i] != NO_METRIC && str_eq_z(g->m.items[g->q_metric[i]].id, "requests.carried_in");
}

/* Is the count before q[i], shares passed over, and not far from it, how many came in? */
static bool behind_received(const struct reading *g, size_t i)
{
	size_t k = i;
	while (k > 0 && g->q[k - 1].kind == UNIT_PERCENT)
		k--;
	return k > 0 && g->q[i].start - g->q[k - 1].end < LIST_FAR && request_received(g, k - 1);
}

bool request_counted(const struct reading *g, size_t i)
{
	return word_at(g, "ask_unit", g->q[i].unit_from, g->q[i].end) > 0;
}

/* ---- the organ that had them ---- */

/* Scope of an organ whose name is [from, to). */
static struct str scope_of_organ(const struct reading *g, size_t from, size_t to)
{
	uint32_t w;
	struct str level = metric_item_level(g, from, to);
	size_t marker = matcher_longest(g->l->scopes, g->f->ch, from, to, &w);
	if (level.n > 0) /* 市级, 县级 */
		return level;
	if (word_before(g, "ask_level", to, from) > 0 || word_before(g, "ask_office", to, from) > 0) /* 行署本级 */
		return STR("headquarters");
	if (word_in(g, "ask_no_organ", from, to))
		return STR_NULL;
	if (marker > 0 && g->l->scope[w].scope.n == 0) /* 全县 */
		return STR_NULL;
	for (size_t k = from; k < to; k++)
		if (!fchar_han(g->f->ch[k]))
			return STR_NULL;
	if (word_before(g, "ask_town", to, from) > 0)
		return STR("township");
	if (word_before(g, "ask_bureau", to, from) > 0)
		return STR("department");
	return word_before(g, "ask_county", to, from) > 0 ? STR("county") : STR_NULL;
}

/* Passes the words of `group` that end at `to`. */
static size_t pass_back(const struct reading *g, const char *group, size_t from, size_t to)
{
	for (size_t n; (n = word_before(g, group, to, from)) > 0;)
		to -= n;
	return to;
}

/* Scope of the organ at the head of the clause of q[i], which begins at or behind `from`. */
static struct str organ_before(const struct reading *g, size_t from, size_t i)
{
	size_t pos = g->q[i].start, to = pos, at, head = pos;
	while (head > from && pos - head < TOPIC_GAP && !fchar_clause_end(g->f->ch[head - 1]))
		head--;
	head = metric_item_begin(g, head, pos);
	if (word_find(g, "ask_received", head, pos, &at) > 0)
		to = at;
	return scope_of_organ(g, head, pass_back(g, "ask_trail", head, to));
}

/* 其余3件由国土局受理 */
static struct str organ_behind(const struct reading *g, const struct figure *f)
{
	size_t end = g->q[f->i].end, by = word_at(g, "ask_by_whom", end, f->at.right_to), at;
	size_t to = metric_item_tail_end(g, end, f->at.right_to);
	if (word_find(g, "ask_received", end + by, to, &at) == 0)
		return STR_NULL;
	return scope_of_organ(g, end + by, at);
}

void metric_request_organ(const struct reading *g, const struct figure *f, struct metric *m)
{
	bool listed = f->i > f->s->q_from && request_received(g, f->i - 1);
	if (g->department || g->town || !listed || !str_eq_z(m->id, "requests.received"))
		return;
	struct str scope = organ_before(g, f->at.clause_from, f->i);
	if (scope.n > 0)
		m->scope = scope;
}

bool request_by_organ(const struct reading *g, const struct figure *f, struct metric *m)
{
	if (g->department || g->town || !behind_received(g, f->i) || !request_counted(g, f->i))
		return false;
	metric_set_named(g, "requests.received", f->i, m);
	m->scope = organ_before(g, f->at.clause_from, f->i);
	if (m->scope.n == 0)
		m->scope = organ_behind(g, f);
	return m->scope.n > 0;
}

void request_mend_first(struct reading *g, const struct sentence *s)
{
	size_t i = s->q_from;
	double rest = 0;
	if (i + 1 >= s->q_to || !request_received(g, i))
		return;
	struct metric *first = &g->m.items[g->q_metric[i]];
	struct str scope = organ_before(g, s->from, i);
	for (size_t k = i + 1; k < s->q_to && request_received(g, k) && g->m.items[g->q_metric[k]].scope.n > 0; k++)
		rest += g->q[k].value;
	if (first->scope.n == 0 && rest > 0 && rest != first->value)
		first->scope = scope;
}

/* ---- who asked ---- */

static const struct {
	const char *group, *applicant;
} applicants[] = {{"ask_natural", "natural_person"}, {"ask_business", "business"},   {"ask_research", "research"},
		  {"ask_charity", "charity"},        {"ask_legal", "legal_service"}, {"ask_other_org", "other_org"}};

const char *request_applicant(const struct reading *g, size_t from, size_t to)
{
	const char *who = NULL;
	if (word_in(g, "ask_bodies", from, to)) /* 法人或其他组织 are several */
		return NULL;
	while (from < to) {
		size_t longest = 0, n;
		const char *one = NULL;
		for (size_t i = 0; i < sizeof applicants / sizeof applicants[0]; i++)
			if ((n = word_at(g, applicants[i].group, from, to)) > longest) {
				longest = n;
				one = applicants[i].applicant;
			}
		n = word_at(g, "ask_filler", from, to);
		if ((longest == 0 && n == 0) || (longest > 0 && who && who != one))
			return NULL;
		who = longest > 0 ? one : who;
		from += longest > 0 ? longest : n;
	}
	return who;
}

/* 商业企业1件、其他1件: is q[i] the last of a list of who asked? */
static bool other_applicants(const struct reading *g, size_t i, size_t from)
{
	size_t pos = g->q[i].start, n = word_at(g, "ask_others", from, pos);
	return n > 0 && from + n == pos && i > 0 && g->q_metric[i - 1] != NO_METRIC &&
	       pos - g->q[i - 1].end < LIST_FAR && g->m.items[g->q_metric[i - 1]].applicant.n > 0;
}

void metric_request_applicant(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t pos = g->q[f->i].start, from = metric_item_begin(g, f->at.clause_from, pos);
	const char *who = request_applicant(g, from, pos);
	if (who && g->r->year >= METRIC_FORM_YEAR && str_eq_z(m->id, "requests.received") &&
	    word_in(g, "ask_by_who", f->s->from, pos))
		m->applicant = str_of(who);
}

/* 申请人中自然人4人,科研机构1家: is q[i] counted by those who asked, where the sentence is about them? */
static bool counts_who(const struct reading *g, const struct figure *f)
{
	const struct quantity_at *q = &g->q[f->i];
	bool about = word_in(g, "ask_by_who", f->s->from, q->start);
	return about && q->has_unit && word_at(g, "ask_who_unit", q->unit_from, q->end) == q->end - q->unit_from;
}

bool request_by_applicant(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t pos = g->q[f->i].start, from = metric_item_begin(g, f->at.clause_from, pos);
	if (g->r->year < METRIC_FORM_YEAR || (!request_counted(g, f->i) && !counts_who(g, f)))
		return false;
	bool summed = request_sum(g, f->s, f->i) > f->i; /* 收到自然人申请10件、企业申请1件,合计11件 */
	bool behind = behind_received(g, f->i) || (f->i > 0 && carried_in(g, f->i - 1) &&
						   behind_received(g, f->i - 1) && !word_around(g, f->s, "ask_bodies"));
	if (!summed && !behind && !word_in(g, "ask_by_who", f->s->from, pos))
		return false;
	from += summed ? word_at(g, "ask_received", from, pos) : 0;
	const char *who = other_applicants(g, f->i, from) ? "other_org" : request_applicant(g, from, pos);
	if (!who && pass_back(g, "ask_filler", from, pos) == from)
		who = request_applicant(g, g->q[f->i].end, metric_item_tail_end(g, g->q[f->i].end, f->at.right_to));
	if (!who)
		return false;
	metric_set_named(g, "requests.received", f->i, m);
	m->scope = f->who.scope;
	m->applicant = str_of(who);
	return true;
}

/* ---- items and their sum ---- */

/* The same of the list that begins with q[i]. */
static size_t sum_from(const struct reading *g, const struct sentence *s, size_t i)
{
	double sum = g->q[i].value;
	if (word_before(g, "ask_noun", g->q[i].start, s->from) == 0)
		return i;
	for (size_t k = i + 1; k < s->q_to && request_counted(g, k); k++) {
		size_t from = g->q[k - 1].end, pos = g->q[k].start, n = word_before(g, "two_sum", pos, from);
		bool comma = from < pos && fchar_clause_end(g->f->ch[from]);
		if (n > 0)
			return sum == g->q[k].value ? k : i;
		if (comma || word_before(g, "ask_noun", pos, from) == 0)
			return i;
		sum += g->q[k].value;
	}
	return i;
}

size_t request_sum(const struct reading *g, const struct sentence *s, size_t i)
{
	for (size_t k = i + 1, sum; k > s->q_from; k--)
		if ((sum = sum_from(g, s, k - 1)) > i)
			return sum;
	return i;
}

/* ---- topics ---- */

/* The topic that the item q[i] of a list names, before its figure or behind it; false when it names none. */
static bool topic_name(const struct reading *g, size_t i, struct span *name)
{
	const fchar *t = g->f->ch;
	size_t pos = g->q[i].start, from = pos, n;
	while (from > g->q[i - 1].end && !fchar_clause_end(t[from - 1]))
		from--;
	from = metric_item_begin(g, from, pos);
	from += pos - from == word_at(g, "list_word_parts", from, pos) ? pos - from : 0;
	while ((n = word_at(g, "ask_topic_lead", from, pos)) > 0)
		from += n;
	size_t to = pos - (pos > from && t[pos - 1] == '(');
	to = pass_back(g, "ask_topic_tail", from, to);
	if (to == from && (n = word_at(g, "ask_topic_lead", g->q[i].end, g->f->n)) > 0) { /* 8件涉及征地 */
		from = g->q[i].end + n;
		for (to = from; to < g->f->n && to - from < TOPIC_NAME && !metric_item_ends(g, to);)
			to++;
		to = pass_back(g, "ask_topic_tail", from, to);
	}
	*name = (struct span){from, to};
	if (to < from + 2 || to - from > TOPIC_NAME || word_in(g, "ask_no_topic", from, to))
		return false;
	for (size_t k = from; k < to; k++)
		if (fchar_digit(t[k])) /* 2013年8件 */
			return false;
	return word_before(g, "ask_who", to, from) == 0 && word_at(g, "ask_from_where", from, to) < to - from &&
	       scope_of_organ(g, from, to).n == 0;
}

/* Do the figures from q[a] on, each of a topic of its own, come to just `total`? Sets *to behind the last. */
static bool topics_add_up(const struct reading *g, size_t a, double total, size_t *to)
{
	double sum = 0;
	unsigned count = 0;
	struct span name;
	for (size_t k = a; k < g->q_count && k < a + TOPICS_MAX; k++) {
		size_t gap = g->q[k].start - g->q[k - 1].end;
		for (size_t c = g->q[k - 1].end; k > a && c < g->q[k].start; c++)
			if (fchar_sentence_end(g->f->ch[c]))
				return false;
		if (gap > TOPIC_GAP)
			return false;
		if (g->q[k].kind == UNIT_PERCENT)
			continue;
		if (!request_counted(g, k) || !topic_name(g, k, &name))
			return false;
		sum += g->q[k].value;
		count++;
		*to = k + 1;
		if (sum >= total)
			return sum == total && count > 1;
	}
	return false;
}

bool request_by_topic(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t a = f->i, k, to;
	struct span name;
	if (f->i == 0 || !request_counted(g, f->i) || !topic_name(g, f->i, &name))
		return false;
	for (; a > 0; a--) {
		uint32_t before = g->q_metric[a - 1];
		bool topic = before != NO_METRIC && str_eq_z(g->m.items[before].id, "requests.by_topic");
		if (!topic && g->q[a - 1].kind != UNIT_PERCENT)
			break;
	}
	for (k = a; k > 0 && !request_whole(g, k - 1); k--) /* behind ways and what became of them */
		if (g->q_metric[k - 1] != NO_METRIC && !str_starts(g->m.items[g->q_metric[k - 1]].id, STR("requests.")))
			return false;
	if (k == 0 || g->q[f->i].start - g->q[k - 1].end > TOPIC_FAR ||
	    !topics_add_up(g, a, g->m.items[g->q_metric[k - 1]].value, &to))
		return false;
	metric_set_named(g, "requests.by_topic", f->i, m);
	m->scope = f->who.scope;
	m->qualifier = fold_source(g->f, name.from, name.to);
	return true;
}
