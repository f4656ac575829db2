#include "parser/metric_request.h"

#include "parser/metric_item.h"
#include "parser/metric_words.h"

#define SAID_FAR 60    /* characters behind a figure in which a clause says more of it */
#define SAYINGS_MAX 12 /* that one clause may hold */
#define CARRY_FAR 120  /* characters from a figure to the sentence behind it that speaks of all of it */
#define AGAIN_FAR 400  /* characters behind a figure that tells it again */
#define TOPIC_GAP 40   /* characters between two figures of a list of topics */
#define TOPIC_FAR 300  /* characters from the requests to such a list */
#define TOPIC_NAME 24
#define LIST_FAR 60 /* characters to an item of a list of who asked or of who had them */
#define TOPICS_MAX 30
#define ORGAN_MAX 16 /* characters of its name */
#define OTHER_FAR 20 /* characters from 告知其向 to what the other organ is asked for */

enum { C_DUN = 0x3001 };

/* What a word of a clause tells; in a clause that tells several the last of these counts. */
enum kind {
	KIND_RECEIVED,
	KIND_REPLIED,
	KIND_CLOSED,
	KIND_WAY,
	KIND_IN_TIME,
	KIND_LATE,
	KIND_OUTCOME,
	KIND_GROUND,
	KINDS,
};

static const struct saying {
	const char *group, *id;
	enum kind kind;
} sayings[] = {
	{"ask_received", "requests.received", KIND_RECEIVED},
	{"ask_replied", "requests.replied", KIND_REPLIED},
	{"ask_closed", "requests.closed", KIND_CLOSED},
	{"ask_by_web", "requests.received.online", KIND_WAY},
	{"ask_by_letter", "requests.received.letter", KIND_WAY},
	{"ask_by_person", "requests.received.in_person", KIND_WAY},
	{"ask_by_fax", "requests.received.fax", KIND_WAY},
	{"ask_by_email", "requests.received.email", KIND_WAY},
	{"ask_by_phone", "requests.received.phone", KIND_WAY},
	{"ask_in_time", "requests.closed.on_time", KIND_IN_TIME},
	{"ask_late", "requests.closed.extended", KIND_LATE},
	{"ask_carried_in", "requests.carried_in", KIND_LATE},
	{"ask_carried_out", "requests.carried_out", KIND_LATE},
	{"ask_granted", "requests.outcome.granted", KIND_OUTCOME},
	{"ask_partial", "requests.outcome.partial", KIND_OUTCOME},
	{"ask_denied", "requests.outcome.denied", KIND_OUTCOME},
	{"ask_unavailable", "requests.outcome.unavailable", KIND_OUTCOME},
	{"ask_not_processed", "requests.outcome.not_processed", KIND_OUTCOME},
	{"ask_public", "requests.outcome.already_public", KIND_GROUND},
	{"ask_nonexistent", "requests.outcome.nonexistent", KIND_GROUND},
	{"ask_amend", "requests.outcome.amend", KIND_GROUND},
	{"ask_redirect", "requests.outcome.redirected", KIND_GROUND},
	{"ask_secret", "requests.outcome.denied.state_secret", KIND_GROUND},
	{"ask_trade", "requests.outcome.denied.trade_secret", KIND_GROUND},
	{"ask_privacy", "requests.outcome.denied.privacy", KIND_GROUND},
	{"ask_security", "requests.outcome.denied.security", KIND_GROUND},
	{"ask_not_info", "requests.outcome.denied.not_gov_info", KIND_GROUND},
	{"ask_third", "requests.outcome.denied.third_party", KIND_GROUND},
	{"ask_enforcement", "requests.outcome.denied.enforcement", KIND_GROUND},
	{"ask_inquiry", "requests.outcome.denied.inquiry", KIND_GROUND},
	{"ask_process", "requests.outcome.denied.process", KIND_GROUND},
	{"ask_internal", "requests.outcome.denied.internal", KIND_GROUND},
	{"ask_prohibits", "requests.outcome.denied.law_prohibits", KIND_GROUND},
	{"ask_not_held", "requests.outcome.unavailable.not_held", KIND_GROUND},
	{"ask_creation", "requests.outcome.unavailable.needs_creation", KIND_GROUND},
	{"ask_unclear", "requests.outcome.unavailable.unclear", KIND_GROUND},
	{"ask_petition", "requests.outcome.not_processed.petition", KIND_GROUND},
	{"ask_duplicate", "requests.outcome.not_processed.duplicate", KIND_GROUND},
	{"ask_publication", "requests.outcome.not_processed.publication", KIND_GROUND},
	{"ask_bulk", "requests.outcome.not_processed.bulk", KIND_GROUND},
	{"ask_reissue", "requests.outcome.not_processed.reissue", KIND_GROUND},
	{"ask_no_correction", "requests.outcome.other.no_correction", KIND_GROUND},
	{"ask_no_payment", "requests.outcome.other.no_payment", KIND_GROUND},
};
#define SAYINGS (sizeof sayings / sizeof sayings[0])

static const struct saying not_ours = {"ask_not_of", "requests.outcome.not_this_agency", KIND_GROUND};

/* What a stretch of text says, and up to where it is understood. */
struct said {
	const struct saying *what[SAYINGS_MAX];
	unsigned count;
	size_t first, end;
};

/* ---- understanding ---- */

static void note(struct said *said, const struct saying *what, size_t pos)
{
	for (unsigned i = 0; i < said->count; i++)
		if (said->what[i] == what)
			return;
	if (said->count == 0)
		said->first = pos;
	if (said->count < SAYINGS_MAX)
		said->what[said->count++] = what;
}

/* The longest word at `pos` that tells something; *what is it. */
static size_t saying_at(const struct reading *g, size_t pos, size_t to, const struct saying **what)
{
	size_t longest = 0, n;
	for (size_t i = 0; i < SAYINGS; i++)
		if ((n = word_at(g, sayings[i].group, pos, to)) > longest) {
			longest = n;
			*what = &sayings[i];
		}
	n = word_at(g, "ask_not_of", pos, to);
	size_t own = n > 0 ? word_at(g, "ask_own", pos + n, to) : 0, end;
	n = own > 0 ? n + own : 0;
	if (n == 0 && (n = word_at(g, "ask_to_other", pos, to)) > 0) {
		size_t far = pos + n + OTHER_FAR < to ? pos + n + OTHER_FAR : to;
		size_t last = word_find(g, "ask_other_end", pos + n, far, &end);
		n = last > 0 ? end + last - pos : n;
	}
	size_t hand = n == 0 ? word_at(g, "ask_hand_on", pos, to) : 0;
	if (hand > 0) {
		size_t far = pos + hand + OTHER_FAR < to ? pos + hand + OTHER_FAR : to;
		size_t last = word_find(g, "ask_other_end", pos + hand, far, &end);
		n = last > 0 && end > pos + hand + 1 ? end + last - pos : 0;
	}
	if (n > longest) {
		longest = n;
		*what = &not_ours;
	}
	return longest;
}

/* Reads [from, to) as far as it is understood; true when that is all of it. */
static bool understand(const struct reading *g, size_t from, size_t to, struct said *said)
{
	*said = (struct said){.first = to};
	while (from < to) {
		const struct saying *what = NULL;
		size_t n = saying_at(g, from, to, &what), filler = word_at(g, "ask_filler", from, to);
		uint32_t w;
		if (filler == 0 && fchar_digit(g->f->ch[from]))
			filler = 1;
		if (filler == 0)
			filler = matcher_longest(g->l->scopes, g->f->ch, from, to, &w);
		if (n == 0 && filler == 0)
			break;
		if (n >= filler)
			note(said, what, from);
		from += n >= filler ? n : filler;
	}
	said->end = from;
	return from == to;
}

/* Is it no more than a step towards `last`: 因涉及隐私不予公开, 答复信息不存在? */
static bool agrees(const struct saying *a, const struct saying *last)
{
	if (a == last)
		return true;
	if (a->kind != last->kind) /* 重复申请不予公开 is neither, 重复申请不予处理 is one */
		return true;
	return strcmp(a->id, last->id) == 0;
}

/* What the stretch says of its figure: NULL when nothing, or two things that cannot both hold. */
static const struct saying *verdict(const struct said *said)
{
	const struct saying *last = NULL;
	for (unsigned i = 0; i < said->count; i++)
		if (!last || said->what[i]->kind > last->kind)
			last = said->what[i];
	for (unsigned i = 0; last && i < said->count; i++)
		if (!agrees(said->what[i], last))
			return NULL;
	bool granted = false, replied = false;
	for (unsigned i = 0; i < said->count; i++)
		replied = replied || said->what[i]->kind == KIND_REPLIED;
	if (last && last->kind == KIND_WAY && replied) /* by which way they were answered */
		return NULL;
	for (unsigned i = 0; i < said->count; i++)
		granted = granted || str_ends(str_of(said->what[i]->id), STR("granted")) ||
			  str_ends(str_of(said->what[i]->id), STR("partial"));
	return last && last->kind == KIND_GROUND && granted ? NULL : last;
}

static bool speaks_of(const struct reading *g, const struct sentence *s, const char *group)
{
	uint16_t k = lexicon_need_group(g->l, group);
	return groups_have(&s->seen, k) || groups_have(&s->context, k);
}

static size_t clause_end(const fchar *t, size_t pos, size_t to)
{
	while (pos < to && !fchar_clause_end(t[pos]))
		pos++;
	return pos;
}

static void set_metric(const struct reading *g, const char *id, const struct figure *f, struct metric *m)
{
	const struct metric_id *metric = &g->l->metrics[lexicon_metric(g->l, str_of(id))];
	const struct quantity_at *q = &g->q[f->i];
	*m = (struct metric){
		.id = metric->id, .unit = metric->unit, .scope = f->who.scope, .value = q->value, .approx = q->approx};
}

static bool is_received(const struct reading *g, size_t i)
{
	return g->q_metric[i] != NO_METRIC && str_eq_z(g->m.items[g->q_metric[i]].id, "requests.received");
}

/* Is q[i] how many requests came in, to all organs and from all applicants? */
static bool is_whole(const struct reading *g, size_t i)
{
	return is_received(g, i) && g->m.items[g->q_metric[i]].scope.n == 0 &&
	       g->m.items[g->q_metric[i]].applicant.n == 0;
}

/* Is the count before q[i], shares passed over, and not far from it, how many came in? */
static bool behind_received(const struct reading *g, size_t i)
{
	size_t k = i;
	while (k > 0 && g->q[k - 1].kind == UNIT_PERCENT)
		k--;
	return k > 0 && g->q[i].start - g->q[k - 1].end < LIST_FAR && is_received(g, k - 1);
}

static bool is_counted(const struct reading *g, size_t i)
{
	return g->q[i].kind == UNIT_COUNT && word_at(g, "ask_unit", g->q[i].unit_from, g->q[i].end) > 0;
}

/* The part of [pos, to) behind a figure that is said of it alone: up to the end of its clause or of an item. */
static size_t right_end(const struct reading *g, size_t pos, size_t to)
{
	const fchar *t = g->f->ch;
	while (pos < to && !fchar_clause_end(t[pos]) && t[pos] != '(' && t[pos] != ')' && t[pos] != C_DUN)
		pos++;
	return pos;
}

/* ---- the organ that had them ---- */

/* Scope of an organ whose name is [from, to). */
static struct str scope_of_organ(const struct reading *g, size_t from, size_t to)
{
	uint32_t w;
	size_t marker = matcher_longest(g->l->scopes, g->f->ch, from, to, &w);
	if (to < from + 2 || to - from > ORGAN_MAX || word_in(g, "ask_own", from, to))
		return STR_NULL;
	if (word_before(g, "ask_office", to, from) > 0)
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
	size_t to = right_end(g, end, f->at.right_to);
	if (by == 0 || word_find(g, "ask_received", end + by, to, &at) == 0)
		return STR_NULL;
	return scope_of_organ(g, end + by, at);
}

void metric_request_organ(const struct reading *g, const struct figure *f, struct metric *m)
{
	bool listed = f->i > f->s->q_from && is_received(g, f->i - 1);
	if (g->department || g->town || !listed || !str_eq_z(m->id, "requests.received"))
		return;
	uint32_t w;
	size_t pos = g->q[f->i].start, from = metric_item_begin(g, f->at.clause_from, pos);
	size_t marker = matcher_longest(g->l->scopes, g->f->ch, from, pos, &w);
	struct str scope = organ_before(g, f->at.clause_from, f->i);
	if (marker > 0 && word_at(g, "receive", from + marker, pos) > 0)
		scope = g->l->scope[w].scope;
	if (scope.n > 0)
		m->scope = scope;
}

/* 其中国土局受理8件,住建局4件: the requests that one organ of several had. */
static bool by_organ(const struct reading *g, const struct figure *f, struct metric *m)
{
	if (g->department || g->town || !behind_received(g, f->i))
		return false;
	if (!is_counted(g, f->i))
		return false;
	set_metric(g, "requests.received", f, m);
	m->scope = organ_before(g, f->at.clause_from, f->i);
	if (m->scope.n == 0)
		m->scope = organ_behind(g, f);
	return m->scope.n > 0;
}

/* The first of a list of organs, read before the list was known: 法制办登记10件,国土局9件 */
static void mend_first(struct reading *g, const struct sentence *s)
{
	size_t i = s->q_from;
	double rest = 0;
	if (g->department || g->town || i + 1 >= s->q_to || !is_received(g, i) || !is_received(g, i + 1))
		return;
	struct metric *first = &g->m.items[g->q_metric[i]];
	struct str scope = organ_before(g, s->from, i);
	for (size_t k = i + 1; k < s->q_to && is_received(g, k) && g->m.items[g->q_metric[k]].scope.n > 0; k++)
		rest += g->q[k].value;
	if (first->scope.n == 0 && scope.n > 0 && rest > 0 && rest != first->value)
		first->scope = scope;
}

/* ---- who asked ---- */

static const struct {
	const char *group, *applicant;
} applicants[] = {{"ask_natural", "natural_person"}, {"ask_business", "business"},   {"ask_research", "research"},
		  {"ask_charity", "charity"},        {"ask_legal", "legal_service"}, {"ask_other_org", "other_org"}};

/* The only kind of applicant that [from, to) names, with nothing else in it; NULL for none. */
static const char *only_applicant(const struct reading *g, size_t from, size_t to)
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

/* 其中16件来自自然人,1件来自商业企业: a part of what came in, which only the forms since 2019 tell apart */
static bool by_applicant(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t pos = g->q[f->i].start, from = metric_item_begin(g, f->at.clause_from, pos);
	if (g->r->year < METRIC_FORM_YEAR || !is_counted(g, f->i))
		return false;
	if (!behind_received(g, f->i) && !word_in(g, "ask_by_who", f->s->from, pos))
		return false;
	const char *who = only_applicant(g, from, pos);
	if (!who && pass_back(g, "ask_filler", from, pos) == from)
		who = only_applicant(g, g->q[f->i].end, right_end(g, g->q[f->i].end, f->at.right_to));
	if (!who)
		return false;
	set_metric(g, "requests.received", f, m);
	m->applicant = str_of(who);
	return true;
}

/* ---- topics ---- */

/* The topic that the item q[i] of a list names, before its figure or behind it; false when it names none. */
static bool topic_name(const struct reading *g, size_t i, struct span *name)
{
	const fchar *t = g->f->ch;
	size_t pos = g->q[i].start, from = pos, n;
	while (from > g->q[i - 1].end && pos - from < TOPIC_NAME && !fchar_clause_end(t[from - 1]))
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
		if (fchar_digit(t[k]) || fchar_clause_end(t[k]) || t[k] == ':')
			return false;
	return word_before(g, "ask_who", to, from) == 0 &&
	       (scope_of_organ(g, from, to).n == 0 || word_before(g, "class_tail", to, from) > 0);
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
			if (fchar_sentence_end(g->f->ch[c]) || g->f->ch[c] == '\n')
				return false;
		if (gap > TOPIC_GAP)
			return false;
		if (g->q[k].kind == UNIT_PERCENT)
			continue;
		if (!is_counted(g, k) || !topic_name(g, k, &name))
			return false;
		sum += g->q[k].value;
		count++;
		*to = k + 1;
		if (sum >= total)
			return sum == total && count > 1;
	}
	return false;
}

/* Of what the requests were: an item of a list behind their figure that adds up to it. */
static bool by_topic(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t a = f->i, k, to;
	struct span name;
	if (f->i == 0 || !is_counted(g, f->i) || !topic_name(g, f->i, &name))
		return false;
	for (; a > 0; a--) {
		uint32_t before = g->q_metric[a - 1];
		bool topic = before != NO_METRIC && str_eq_z(g->m.items[before].id, "requests.by_topic");
		if (!topic && g->q[a - 1].kind != UNIT_PERCENT)
			break;
	}
	for (k = a; k > 0 && !is_whole(g, k - 1); k--) /* behind ways and what became of them */
		if (g->q[f->i].start - g->q[k - 1].end > TOPIC_FAR ||
		    (g->q[k - 1].kind == UNIT_COUNT && g->q_metric[k - 1] != NO_METRIC &&
		     !str_starts(g->m.items[g->q_metric[k - 1]].id, STR("requests."))))
			return false;
	if (k == 0 || g->q[f->i].start - g->q[k - 1].end > TOPIC_FAR ||
	    !topics_add_up(g, a, g->m.items[g->q_metric[k - 1]].value, &to))
		return false;
	set_metric(g, "requests.by_topic", f, m);
	m->qualifier = fold_source(g->f, name.from, name.to);
	return true;
}

/* ---- one figure ---- */

/* 19件均在法定期限内答复: figures of before, told once more with what became of all of them. */
static bool told_before(const struct reading *g, size_t i)
{
	for (size_t k = i; k > 0 && g->q[i].start - g->q[k - 1].end < AGAIN_FAR; k--)
		if (is_received(g, k - 1) && g->q[k - 1].value == g->q[i].value)
			return true;
	return false;
}

/* Did a figure of the report say how many requests came in? */
static bool told(const struct reading *g)
{
	for (size_t i = 0; i < g->m.count; i++)
		if (str_eq_z(g->m.items[i].id, "requests.received") && g->m.items[i].applicant.n == 0)
			return true;
	return false;
}

/* Does [from, pos) count all? */
static bool counts_all(const struct reading *g, size_t from, size_t pos)
{
	return word_in(g, "clause_sum", from, pos) || word_in(g, "in_year", from, pos);
}

static bool by_parts(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t pos = g->q[f->i].start, end = g->q[f->i].end;
	size_t from = metric_item_begin(g, f->at.clause_from, pos);
	struct said left, right;
	const struct saying *what = NULL;
	if (!is_counted(g, f->i) || !understand(g, from, pos, &left))
		return false;
	if (left.count > 0) {
		what = verdict(&left);
	} else {
		size_t next = f->i + 1;
		while (next < f->s->q_to && word_at(g, "ask_days", g->q[next].unit_from, g->f->n) > 0)
			next++;
		size_t limit = next < f->s->q_to ? g->q[next].start : f->s->to, to = right_end(g, end, limit);
		bool cut = to == limit && next < f->s->q_to; /* 18件办结16件: of the next figure */
		bool all = understand(g, end, to, &right);
		what = cut ? NULL : verdict(&right);
		if (what && !all && what->kind < KIND_OUTCOME)
			what = NULL;
		bool whole = word_at(g, "all_word", end + word_at(g, "bare_request", end, to), to) > 0;
		if (what && what->kind <= KIND_IN_TIME && whole && !told_before(g, f->i) &&
		    word_at(g, "bare_request", end, to) == 0)
			what = NULL;
		for (unsigned i = 0; what && what->kind == KIND_IN_TIME && i < right.count; i++)
			if (right.what[i]->kind < KIND_WAY && whole) /* that it was in time is added to it */
				what = right.what[i];
	}
	bool noun = word_before(g, "ask_noun", pos, from) > 0 ||
		    (counts_all(g, from, pos) && word_at(g, "ask_noun", end, f->at.right_to) > 0);
	if (!what && left.count == 0 && noun && !told(g)) /* 申请18件,办结17件; 共计18件申请 */
		what = &sayings[KIND_RECEIVED];
	else if (!what || (what->kind == KIND_RECEIVED && told(g)))
		return false;
	set_metric(g, what->id, f, m);
	if (what->kind == KIND_RECEIVED && f->who.markers > 1) /* of all its parts together */
		m->scope = STR("");
	return true;
}

bool metric_request(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t pos = g->q[f->i].start, to = right_end(g, g->q[f->i].end, f->at.right_to);
	if (!speaks_of(g, f->s, "ask_topic") || word_in(g, "ask_foreign", f->s->from, to) ||
	    word_in(g, "doc_made", f->s->from, pos))
		return false;
	return by_organ(g, f, m) || by_applicant(g, f, m) || by_parts(g, f, m) || by_topic(g, f, m);
}

/* ---- clauses without a figure of their own ---- */

static void add(struct reading *g, const struct metric *base, const char *id, double value, size_t from, size_t to)
{
	const struct metric_id *metric = &g->l->metrics[lexicon_metric(g->l, str_of(id))];
	struct metric m = *base;
	m.id = metric->id;
	m.unit = metric->unit;
	m.value = value;
	metric_evidence(g, from, to, &m);
	for (size_t i = 0; i < g->m.count; i++)
		if (str_eq_z(g->m.items[i].id, id) && str_eq(g->m.items[i].scope, m.scope) &&
		    g->m.items[i].offset_cp >= m.offset_cp && value == 0)
			return;
	if (g->d->explain)
		m.explain = str_of(arena_printf(g->d->arena, "rule: what a clause on requests says; label: %.*s",
						STR_FMT(m.evidence)));
	metrics_add(g, &m);
}

/* 收到申请5件,均为网络申请; 1件,系以电子邮件提出 */
static bool says_way(const struct reading *g, const struct metric *m, size_t from, size_t to, const char **id)
{
	bool all = word_at(g, "all_word", from, to) > 0;
	struct said said;
	if ((!all && !(m->value == 1 && word_at(g, "ask_single", from, to) > 0)) || word_in(g, "ask_half", from, to) ||
	    word_in(g, "neg", from, to) || word_in(g, "answered", from, to) || word_in(g, "finished", from, to))
		return false;
	*id = NULL;
	for (size_t k = from; k < to;) { /* names of who applied need not be understood */
		understand(g, k, to, &said);
		for (unsigned i = 0; i < said.count; i++) {
			if (said.what[i]->kind == KIND_WAY && *id && strcmp(*id, said.what[i]->id) != 0)
				return false;
			if (said.what[i]->kind >= KIND_IN_TIME)
				return false;
			if (said.what[i]->kind == KIND_WAY)
				*id = said.what[i]->id;
		}
		k = said.end + 1;
	}
	return *id != NULL;
}

/* 收到申请1件,因信息不存在已告知申请人; 2件,均不予公开: how all of them ended */
static bool says_outcome(const struct reading *g, const struct metric *m, size_t from, size_t to, const char **id)
{
	struct said said;
	bool one = m->value == 1 && (word_at(g, "single_done", from, to) > 0 || word_at(g, "ask_why", from, to) > 0);
	if (!(one || word_at(g, "all_word", from, to) > 0) || !understand(g, from, to, &said))
		return false;
	const struct saying *what = verdict(&said);
	if (!what || what->kind < KIND_OUTCOME || str_ends(str_of(what->id), STR(".amend"))) /* which is no end */
		return false;
	*id = what->id;
	return true;
}

/* 不予公开1件(涉及个人隐私); 不予公开2件,均因涉及商业秘密 */
static bool says_ground(const struct reading *g, const struct metric *m, size_t from, size_t to, bool bracket,
			const char **id)
{
	struct said said;
	bool why = word_at(g, "ask_why", from, to) > 0;
	if ((!why && !bracket) || word_in(g, "ask_half", from, to))
		return false;
	if (m->value > 1 && !bracket && word_at(g, "all_word", from, to) == 0 &&
	    word_at(g, "ask_why", from, from + 2) < 2 && word_at(g, "ask_why", from, to) < 1)
		return false;
	*id = NULL;
	for (size_t k = from; k < to;) {
		understand(g, k, to, &said);
		for (unsigned i = 0; i < said.count; i++) {
			bool ground = str_starts(str_of(said.what[i]->id), STR("requests.outcome.denied."));
			if (!ground && said.what[i]->kind == KIND_GROUND)
				return false;
			if (ground && *id && strcmp(*id, said.what[i]->id) != 0)
				return false;
			if (ground)
				*id = said.what[i]->id;
		}
		k = said.end + 1;
	}
	return *id != NULL;
}

/* 未公开1件(因涉及商业秘密), read by what it says in brackets: it is one that was refused, too */
static void say_refused(struct reading *g, const struct sentence *s, size_t i, const struct metric *m)
{
	size_t end = g->q[i].end, from = g->q[i].start;
	struct said said;
	if (end >= s->to || (g->f->ch[end] != '(' && g->f->ch[end] != ','))
		return;
	while (from > s->from && (i == s->q_from || from > g->q[i - 1].end) && !fchar_clause_end(g->f->ch[from - 1]))
		from--;
	from = metric_item_begin(g, from, g->q[i].start);
	if (!understand(g, from, g->q[i].start, &said) || said.count != 1)
		return;
	if (strcmp(said.what[0]->id, "requests.outcome.denied") == 0)
		add(g, m, said.what[0]->id, m->value, from, end);
}

/* What the clauses behind q[i] up to the next figure say of it. */
static void say_of_figure(struct reading *g, const struct sentence *s, size_t i)
{
	const fchar *t = g->f->ch;
	const struct metric m = g->m.items[g->q_metric[i]];
	const char *id;
	size_t limit = i + 1 < s->q_to ? g->q[i + 1].start : s->to, from = g->q[i].end, to;
	bool received = str_eq_z(m.id, "requests.received"), denied = str_eq_z(m.id, "requests.outcome.denied");
	bool done = str_eq_z(m.id, "requests.closed") || str_eq_z(m.id, "requests.replied");
	if (m.value > 0 && str_starts(m.id, STR("requests.outcome.denied.")))
		say_refused(g, s, i, &m);
	if (m.value == 0 || !(received || denied || done))
		return;
	if (limit > from + SAID_FAR)
		limit = from + SAID_FAR;
	for (; from < limit; from = to) {
		bool bracket = t[from] == '(';
		while (from < limit && (fchar_clause_end(t[from]) || t[from] == '('))
			from++;
		for (to = from; to < limit && !fchar_clause_end(t[to]) && t[to] != '(' && t[to] != ')';)
			to++;
		if (to == limit && i + 1 < s->q_to && limit == g->q[i + 1].start)
			return; /* the clause of the next figure */
		struct said said;
		if (received && says_way(g, &m, from, to, &id))
			add(g, &m, id, m.value, g->q[i].start, to);
		else if ((received || done) && says_outcome(g, &m, from, to, &id))
			add(g, &m, id, m.value, g->q[i].start, to);
		else if (denied && says_ground(g, &m, from, to, bracket, &id))
			add(g, &m, id, m.value, g->q[i].start, to);
		else if (done && word_at(g, "all_word", from, to) > 0 && understand(g, from, to, &said) &&
			 verdict(&said) && verdict(&said)->kind == KIND_IN_TIME)
			add(g, &m, "requests.closed.on_time", m.value, g->q[i].start, to);
		to += to < limit && t[to] == ')';
		if (to == from)
			return;
	}
}

/* "收到申请12件,其中网上10件。均已按时答复": what a sentence that begins so says of all that the one before it counts. */
static void say_of_all(struct reading *g, const struct sentence *s)
{
	size_t from = s->from, to = clause_end(g->f->ch, from, s->to), k = s->q_from;
	struct said said;
	from += word_at(g, "ask_all_lead", from, to);
	if (word_at(g, "all_word", from, to) == 0 || (s->q_from < s->q_to && g->q[s->q_from].start < to) ||
	    word_in(g, "neg", from, to) || !understand(g, from, to, &said))
		return;
	for (; k > 0 && !is_whole(g, k - 1); k--) {
		uint32_t m = g->q_metric[k - 1];
		struct str id = m == NO_METRIC ? STR_NULL : g->m.items[m].id;
		if (from - g->q[k - 1].end > CARRY_FAR ||
		    (id.n > 0 && !str_starts(id, STR("requests.received")) && !str_eq_z(id, "requests.by_topic")))
			return;
	}
	if (k == 0 || from - g->q[k - 1].end > CARRY_FAR)
		return;
	for (size_t c = g->q[k - 1].end; c < from; c++)
		if (g->f->ch[c] == '\n')
			return;
	bool done = false;
	for (unsigned i = 0; i < said.count; i++) {
		if (said.what[i]->kind != KIND_REPLIED && said.what[i]->kind != KIND_CLOSED &&
		    said.what[i]->kind != KIND_IN_TIME)
			return;
		done = done || said.what[i]->kind != KIND_IN_TIME;
	}
	const struct metric base = g->m.items[g->q_metric[k - 1]];
	for (unsigned i = 0; i < said.count && done && base.value > 0; i++)
		add(g, &base, said.what[i]->id, base.value, from, to);
}

/* Zero for each way, outcome or delay that was said, when nothing else was. */
static bool deny_said(struct reading *g, const struct said *said, struct str scope, size_t from, size_t to)
{
	struct metric base = {.scope = scope};
	bool any = false, came = false;
	for (unsigned i = 0; i < said->count; i++)
		came = came || said->what[i]->kind == KIND_RECEIVED;
	for (unsigned i = 0; i < said->count; i++) {
		enum kind kind = said->what[i]->kind;
		if ((came && kind > KIND_WAY) || str_ends(str_of(said->what[i]->id), STR(".amend"))) /* 未收到补正 */
			return false;
		if (kind == KIND_IN_TIME || kind == KIND_REPLIED || kind == KIND_CLOSED)
			return false;
		any = any || kind != KIND_RECEIVED;
	}
	for (unsigned i = 0; i < said->count && any; i++)
		if (said->what[i]->kind != KIND_RECEIVED)
			add(g, &base, said->what[i]->id, 0, from, to);
	return any;
}

/* 尚无公民、法人提出申请: is [from, to) nothing but who might have asked and that he asked? */
static bool is_nobody(const struct reading *g, size_t from, size_t to)
{
	if (word_before(g, "ask_tail", to, from) == 0)
		return false;
	for (size_t n; from < to; from += n)
		if ((n = word_at(g, "ask_nobody", from, to)) == 0)
			return false;
	return true;
}

static void deny_all(struct reading *g, struct str scope, size_t from, size_t to)
{
	struct metric base = {.scope = scope};
	for (size_t i = 0; i < g->m.count; i++)
		if (str_eq_z(g->m.items[i].id, "requests.received") && str_eq(g->m.items[i].scope, scope))
			return; /* told before */
	add(g, &base, "requests.received", 0, from, to);
}

/* "无传真和网上申请", "没有延期的"; "信函、传真没有" */
static void say_none(struct reading *g, const struct sentence *s, size_t from, size_t to)
{
	struct said said;
	size_t at = from, n;
	for (; at < to && (n = word_at(g, "neg", at, to)) == 0;)
		at++;
	if (at == to || word_at(g, "neg_else", at + n, to) > 0 || to - from > SAID_FAR)
		return;
	struct str scope = subject_before(g, s->from, from).scope;
	struct said before;
	bool clear = understand(g, from, at, &before);
	if (at + n == to) {
		if (clear && before.count > 0)
			deny_said(g, &before, scope, from, to);
		return;
	}
	bool ways = clear && before.count > 0;
	for (unsigned i = 0; i < before.count; i++)
		ways = ways && before.what[i]->kind == KIND_WAY;
	if (ways && understand(g, at + n, to, &said) &&
	    (said.count == 0 || said.what[said.count - 1]->kind == KIND_RECEIVED))
		deny_said(g, &before, scope, from, to); /* 传真、电子邮件渠道未收到申请 */
	else if (clear && before.count == 0 && is_nobody(g, at + n, to))
		deny_all(g, scope, from, to);
	else if (clear && before.count == 0 && understand(g, at + n, to, &said))
		deny_said(g, &said, scope, from, to);
}

/* 当面、信函申请均为0件: what q[i] is the zero of, if of several */
static void say_zero(struct reading *g, const struct sentence *s, size_t i)
{
	const fchar *t = g->f->ch;
	size_t from = g->q[i].start;
	struct said said;
	while (from > s->from && (i == s->q_from || from > g->q[i - 1].end) && !fchar_clause_end(t[from - 1]))
		from--;
	if ((is_counted(g, i) || !g->q[i].has_unit) && understand(g, from, g->q[i].start, &said) && said.count > 1)
		deny_said(g, &said, subject_before(g, s->from, from).scope, from, g->q[i].end);
}

void metric_request_said(struct reading *g, const struct sentence *s)
{
	bool requests = speaks_of(g, s, "ask_topic");
	if (!requests && !speaks_of(g, s, "ask_none_topic"))
		return;
	if (requests) {
		mend_first(g, s);
		for (size_t i = s->q_from; i < s->q_to; i++)
			if (g->q_metric[i] != NO_METRIC)
				say_of_figure(g, s, i);
		say_of_all(g, s);
	}
	if (word_in(g, "ask_foreign", s->from, s->to))
		return;
	size_t q = s->q_from;
	for (size_t from = s->from, to; from < s->to; from = to + 1) {
		to = clause_end(g->f->ch, from, s->to);
		while (q < s->q_to && g->q[q].end <= from)
			q++;
		if (q == s->q_to || g->q[q].start >= to)
			say_none(g, s, from, to);
	}
	for (size_t i = s->q_from; i < s->q_to; i++)
		if (g->q[i].value == 0 && g->q[i].kind == UNIT_COUNT)
			say_zero(g, s, i);
}
