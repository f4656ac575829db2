#include "parser/metric_request_said.h"

#include "parser/metric_item.h"
#include "parser/metric_request_part.h"
#include "parser/metric_request_story.h"
#include "parser/metric_saying.h"
#include "parser/metric_words.h"

#define SAID_FAR 60   /* characters behind a figure in which a clause says more of it */
#define CARRY_FAR 120 /* characters from a figure to the sentence behind it that speaks of all of it */

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
		    str_eq(g->m.items[i].applicant, m.applicant) && g->m.items[i].offset_cp >= m.offset_cp &&
		    value == 0)
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
		saying_read(g, k, to, &said);
		for (unsigned i = 0; i < said.count; i++) {
			if (said.what[i]->kind == SAYING_WAY && *id && strcmp(*id, said.what[i]->id) != 0)
				return false;
			if (said.what[i]->kind >= SAYING_IN_TIME)
				return false;
			if (said.what[i]->kind == SAYING_WAY)
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
	if ((m->value != 1 && word_at(g, "all_word", from, to) == 0) || !saying_read(g, from, to, &said))
		return false;
	const struct saying *what = saying_verdict(&said);
	if (!what || what->kind < SAYING_OUTCOME || str_ends(str_of(what->id), STR(".amend"))) /* which is no end */
		return false;
	*id = what->id;
	return true;
}

/* 不予公开1件(涉及个人隐私); 不予公开2件,均因涉及商业秘密; 无法提供2件(均为本机关不掌握) */
static bool says_ground(const struct reading *g, const struct metric *m, size_t from, size_t to, bool bracket,
			const char **id)
{
	struct said said;
	bool why = word_at(g, "ask_why", from, to) > 0;
	if ((!why && !bracket) || word_in(g, "ask_half", from, to))
		return false;
	*id = NULL;
	for (size_t k = from; k < to;) {
		saying_read(g, k, to, &said);
		for (unsigned i = 0; i < said.count; i++) {
			bool ground = str_starts(str_of(said.what[i]->id), m->id);
			if (!ground && said.what[i]->kind == SAYING_GROUND)
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

/* Is q[i] the only figure of the sentence that counts what was refused? */
static bool only_refused(const struct reading *g, const struct sentence *s, size_t i)
{
	for (size_t k = s->q_from; k < s->q_to; k++)
		if (k != i && g->q_metric[k] != NO_METRIC &&
		    str_starts(g->m.items[g->q_metric[k]].id, STR("requests.outcome.denied")))
			return false;
	return true;
}

/*
 * 未公开1件(因涉及商业秘密), read by what it says in brackets: it is one that was refused, too; so is 因涉及商业秘密不予公开1件
 * where nothing else was, but in the form since 2019 refusals are those of all grounds.
 */
static void say_refused(struct reading *g, const struct sentence *s, size_t i, const struct metric *m)
{
	size_t from = g->q[i].start;
	struct said said;
	while (from > s->from && (i == s->q_from || from > g->q[i - 1].end) && !fchar_clause_end(g->f->ch[from - 1]))
		from--;
	from = metric_item_begin(g, from, g->q[i].start);
	if (!saying_read(g, from, g->q[i].start, &said) ||
	    (said.count > 1 && (g->r->year >= METRIC_FORM_YEAR || !only_refused(g, s, i))))
		return;
	for (unsigned k = 0; k < said.count; k++)
		if (strcmp(said.what[k]->id, "requests.outcome.denied") == 0)
			add(g, m, said.what[k]->id, m->value, from, g->q[i].end);
}

/* What the clauses behind q[i] up to the next figure say of it. */
static void say_of_figure(struct reading *g, const struct sentence *s, size_t i)
{
	const fchar *t = g->f->ch;
	const struct metric m = g->m.items[g->q_metric[i]];
	const char *id;
	size_t end = i + 1 < s->q_to ? g->q[i + 1].start : s->to, limit = end, from = g->q[i].end, to;
	bool received = str_eq_z(m.id, "requests.received");
	bool grouped = str_eq_z(m.id, "requests.outcome.denied") || str_eq_z(m.id, "requests.outcome.unavailable") ||
		       str_eq_z(m.id, "requests.outcome.not_processed");
	bool done = str_eq_z(m.id, "requests.closed") || str_eq_z(m.id, "requests.replied");
	if (m.value > 0)
		say_refused(g, s, i, &m);
	if (limit > from + SAID_FAR)
		limit = from + SAID_FAR;
	for (; from < limit; from = to) {
		bool bracket = t[from] == '(';
		while (from < limit && (fchar_clause_end(t[from]) || t[from] == '('))
			from++;
		for (to = from; to < end && !fchar_clause_end(t[to]) && t[to] != '(' && t[to] != ')';)
			to++;
		if (to == end && i + 1 < s->q_to)
			return; /* the clause of the next figure */
		struct said said;
		if (received && says_way(g, &m, from, to, &id))
			add(g, &m, id, m.value, g->q[i].start, to);
		else if ((received || done) && says_outcome(g, &m, from, to, &id))
			add(g, &m, id, m.value, g->q[i].start, to);
		else if (grouped && says_ground(g, &m, from, to, bracket, &id))
			add(g, &m, id, m.value, g->q[i].start, to);
		else if (done && word_at(g, "all_word", from, to) > 0 && saying_read(g, from, to, &said) &&
			 saying_verdict(&said) && saying_verdict(&said)->kind == SAYING_IN_TIME)
			add(g, &m, "requests.closed.on_time", m.value, g->q[i].start, to);
		to += to < end && t[to] == ')';
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
	    word_in(g, "neg", from, to) || !saying_read(g, from, to, &said))
		return;
	for (; k > 0 && !request_whole(g, k - 1); k--) {
		uint32_t m = g->q_metric[k - 1];
		struct str id = m == NO_METRIC ? STR_NULL : g->m.items[m].id;
		if (id.n > 0 && !str_starts(id, STR("requests.received")) && !str_eq_z(id, "requests.by_topic"))
			return;
	}
	if (k == 0 || from - g->q[k - 1].end > CARRY_FAR)
		return;
	for (size_t c = g->q[k - 1].end; c < from; c++)
		if (g->f->ch[c] == '\n')
			return;
	bool done = false;
	for (unsigned i = 0; i < said.count; i++)
		done = done || said.what[i]->kind != SAYING_IN_TIME;
	const struct metric base = g->m.items[g->q_metric[k - 1]];
	for (unsigned i = 0; i < said.count && done; i++)
		add(g, &base, said.what[i]->id, base.value, from, to);
}

/* Does it say that requests were answered or closed? */
static bool done_said(const struct said *said)
{
	for (unsigned i = 0; i < said->count; i++)
		if (said->what[i]->kind == SAYING_REPLIED || said->what[i]->kind == SAYING_CLOSED)
			return true;
	return false;
}

/* Zero for each way, outcome or delay that was said, when nothing else was; `counted`: 办结、答复数均为0, not 没有答复. */
static bool deny_said(struct reading *g, const struct said *said, struct str scope, size_t from, size_t to,
		      bool counted)
{
	struct metric base = {.scope = scope};
	bool any = false, came = false;
	if (word_in(g, "ask_other_way", from, to)) /* 没有其他方式的申请 is of none of the ways by name */
		return false;
	bool ground = false; /* 没有因涉及国家秘密不予公开的: others may have been refused */
	for (unsigned i = 0; i < said->count; i++)
		ground = ground || said->what[i]->kind == SAYING_GROUND;
	for (unsigned i = 0; i < said->count; i++)
		came = came || said->what[i]->kind == SAYING_RECEIVED;
	for (unsigned i = 0; i < said->count; i++) {
		enum saying_kind kind = said->what[i]->kind;
		if ((came && kind > SAYING_WAY) || str_ends(str_of(said->what[i]->id), STR(".amend"))) /* 未收到补正 */
			return false;
		bool done = kind == SAYING_REPLIED || kind == SAYING_CLOSED;
		if (kind == SAYING_IN_TIME || (done && !counted) || (!done && done_said(said)))
			return false;
		any = any || kind != SAYING_RECEIVED;
	}
	for (unsigned i = 0; i < said->count; i++)
		if (said->what[i]->kind != SAYING_RECEIVED && !(ground && said->what[i]->kind == SAYING_OUTCOME))
			add(g, &base, said->what[i]->id, 0, from, to);
	return any;
}

/* 尚无公民、法人提出申请: is [from, to) nothing but who might have asked and that he asked? */
static bool is_nobody(const struct reading *g, size_t from, size_t to)
{
	return word_before(g, "ask_tail", to, from) > 0 && words_only(g, "ask_nobody", "", from, to);
}

static void deny_all(struct reading *g, struct str scope, size_t from, size_t to)
{
	struct metric base = {.scope = scope};
	for (size_t i = 0; i < g->m.count; i++)
		if (str_eq_z(g->m.items[i].id, "requests.received") && str_eq(g->m.items[i].scope, scope))
			return; /* told before */
	add(g, &base, "requests.received", 0, from, to);
}

/* Is [from, to) the year before the report's: 上年度, 2015年? */
static bool is_last_year(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	unsigned year = 0, digits = 0;
	for (size_t k = from; k < to; k++)
		if (fchar_digit(t[k]) && ++digits <= 4)
			year = year * 10 + (unsigned)(t[k] - '0');
	return digits == 4 ? (int)year + 1 == g->r->year : word_in(g, "ask_last_year", from, to);
}

/* 办结15件,无结转: does the sentence before `from` tell what became of requests, by the form that balances them? */
static bool carries_none(const struct reading *g, const struct sentence *s, size_t from)
{
	bool ended = false;
	for (size_t i = s->q_from; i < s->q_to && g->q[i].end <= from && g->r->year >= METRIC_FORM_YEAR; i++) {
		struct str id = g->q_metric[i] == NO_METRIC ? STR_NULL : g->m.items[g->q_metric[i]].id;
		ended = ended || str_starts(id, STR("requests.outcome.")) || str_eq_z(id, "requests.closed") ||
			str_eq_z(id, "requests.replied");
	}
	return ended;
}

/* 上年度无结转件, 2015年也没有结转的申请: the denial at `at` in [from, to), whose words end at `end` */
static bool deny_carried(struct reading *g, const struct sentence *s, struct str scope, size_t from, size_t at,
			 size_t end, size_t to)
{
	struct metric base = {.scope = scope};
	size_t n = word_at(g, "ask_carry", end, to);
	struct said said;
	if (n > 0 && at == from && carries_none(g, s, from) && saying_read(g, end + n, to, &said) && said.count == 0) {
		add(g, &base, "requests.carried_out", 0, from, to);
		return true;
	}
	if (n == 0 || !is_last_year(g, from, at) || !saying_read(g, end + n, to, &said) || said.count > 0)
		return false;
	add(g, &base, "requests.carried_in", 0, from, to);
	return true;
}

/* 社会公益组织没有提出申请 behind figures of other applicants: zero for that kind */
static bool deny_applicant(struct reading *g, const struct sentence *s, size_t from, size_t at, size_t end, size_t to)
{
	const char *who = g->r->year >= METRIC_FORM_YEAR ? request_applicant(g, from, at) : NULL;
	bool listed = false;
	for (size_t i = s->q_from; i < s->q_to && g->q[i].end <= from; i++)
		listed = listed || (g->q_metric[i] != NO_METRIC && g->m.items[g->q_metric[i]].applicant.n > 0);
	if (!who || !listed || !is_nobody(g, end, to))
		return false;
	struct metric base = {.applicant = str_of(who)};
	add(g, &base, "requests.received", 0, from, to);
	return true;
}

/* 网上收到申请4件,没有其他方式的申请: the figure of the only way is that of all */
static void say_only_way(struct reading *g, const struct sentence *s, size_t from, size_t end, size_t to)
{
	size_t i = s->q_from;
	while (i < s->q_to && g->q[i].end <= from)
		i++;
	uint32_t k = i == s->q_from + 1 ? g->q_metric[i - 1] : NO_METRIC;
	if (k == NO_METRIC || !str_starts(g->m.items[k].id, STR("requests.received.")) ||
	    word_at(g, "ask_other_way", end, to) == 0)
		return;
	for (size_t m = 0; m < g->m.count; m++)
		if (str_eq_z(g->m.items[m].id, "requests.received") && g->m.items[m].applicant.n == 0)
			return;
	const struct metric base = g->m.items[k];
	add(g, &base, "requests.received", base.value, g->q[i - 1].start, g->q[i - 1].end);
}

/* "无传真和网上申请", "没有延期的"; "信函、传真没有" */
static void say_none(struct reading *g, const struct sentence *s, size_t from, size_t to)
{
	struct said said;
	size_t at = from, n;
	for (; at < to && (n = word_at(g, "ask_none", at, to)) == 0;)
		at++;
	if (at == to || word_at(g, "neg_else", at + n, to) > 0)
		return;
	struct str scope = subject_before(g, s->from, from).scope;
	struct said before;
	if (deny_carried(g, s, scope, from, at, at + n, to) || deny_applicant(g, s, from, at, at + n, to))
		return;
	say_only_way(g, s, from, at + n, to);
	bool clear = saying_read(g, from, at, &before);
	if (at + n == to) {
		if (clear)
			deny_said(g, &before, scope, from, to, false);
		return;
	}
	bool ways = clear && before.count > 0;
	for (unsigned i = 0; i < before.count; i++)
		ways = ways && before.what[i]->kind == SAYING_WAY;
	if (ways && saying_read(g, at + n, to, &said) &&
	    (said.count == 0 || said.what[said.count - 1]->kind == SAYING_RECEIVED))
		deny_said(g, &before, scope, from, to, false); /* 传真、电子邮件渠道未收到申请 */
	else if (clear && is_nobody(g, at + n, to))
		deny_all(g, scope, from, to);
	else if (clear && before.count == 0 && saying_read(g, at + n, to, &said))
		deny_said(g, &said, scope, from, to, false);
}

/* 当面、信函申请均为0件: what q[i] is the zero of, if of several */
static void say_zero(struct reading *g, const struct sentence *s, size_t i)
{
	const fchar *t = g->f->ch;
	size_t from = g->q[i].start;
	struct said said;
	while (from > s->from && (i == s->q_from || from > g->q[i - 1].end) && !fchar_clause_end(t[from - 1]))
		from--;
	if (saying_read(g, from, g->q[i].start, &said) && said.count > 1)
		deny_said(g, &said, subject_before(g, s->from, from).scope, from, g->q[i].end, true);
}

void metric_request_said(struct reading *g, const struct sentence *s)
{
	bool requests = word_around(g, s, "ask_topic");
	if (!requests && !word_around(g, s, "ask_none_topic"))
		return;
	if (requests) {
		request_mend_first(g, s);
		for (size_t i = s->q_from; i < s->q_to; i++)
			if (g->q_metric[i] != NO_METRIC)
				say_of_figure(g, s, i);
		say_of_all(g, s);
		metric_request_story(g, s);
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
