#include "parser/metric_duty.h"

#include "parser/metric_words.h"

#define BESIDE_FAR 14 /* characters from a figure to the one that it explains */
#define CAME_FAR 24   /* the same, where those who came are named */

static struct str id_before(const struct reading *g, size_t i)
{
	return g->q_metric[i - 1] == NO_METRIC ? STR_NULL : g->m.items[g->q_metric[i - 1]].id;
}

/* ",参加的社区工作者和机关人员合计45人": does [from, to) tell of those who came, by what they did? */
static bool tells_who_came(const struct reading *g, size_t from, size_t to)
{
	if (from == to || g->f->ch[from] != ',' || word_at(g, "came_as", from + 1, to) == 0)
		return false;
	for (size_t i = from + 1; i < to; i++)
		if (fchar_clause_end(g->f->ch[i]))
			return false;
	return true;
}

/* 培训2期,参训单位60家、人员210人次: the first of the figures before `i` that count where those who came are from. */
static size_t first_from(const struct reading *g, const struct figure *f)
{
	size_t i = f->i;
	while (i > f->s->q_from + 1 && g->q_metric[i - 1] == NO_METRIC)
		i--;
	return words_only(g, "came_from", "(,0123456789", g->q[i - 1].end, g->q[f->i].start) ? i : f->i;
}

/* 培训2期(86人), 轮训三批,计120人次: who came. */
static bool who_came(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t i = f->i, from = g->q[i - 1].end;
	if (!str_eq_z(id_before(g, first_from(g, f)), "training.sessions") || !unit_in(g, &g->q[i], "people_unit") ||
	    (!words_only(g, "came_word", "(,", from, g->q[i].start) && !tells_who_came(g, from, g->q[i].start) &&
	     first_from(g, f) == i) ||
	    word_at(g, "taught_word", g->q[i].end, f->at.clause_to) > 0)
		return false;
	metric_set_named(g, "training.trainees", f->i, m);
	return true;
}

/* 163次(市本级19次、县区144次): the part of a level in the bracket right behind its total, or behind another part. */
static bool part_of_level(const struct reading *g, const struct figure *f, struct metric *m)
{
	static const char *const families[] = {"training.", "response.", "review.", "litigation.", "complaints.",
					       "appeals.",  "fees.",     "org.",    "consult.",    "proposals."};
	const size_t i = f->i, from = g->q[i - 1].end, to = g->q[i].start;
	const struct quantity_at *q = &g->q[i], *total = &g->q[i - 1];
	uint32_t w;
	bool ours = false;
	for (size_t k = 0; k < sizeof families / sizeof families[0]; k++)
		ours = ours || str_starts(id_before(g, i), str_of(families[k]));
	if (!ours || from >= to || q->kind != total->kind || !same_unit(g, q, total))
		return false;
	const struct metric *before = &g->m.items[g->q_metric[i - 1]];
	size_t at = from + (g->f->ch[from] == '(' || g->f->ch[from] == ',' || before->scope.n > 0);
	size_t part = g->f->ch[from] == ',' ? word_at(g, "part_word", at, to) : 0; /* (含县区5件) is a bracket's */
	size_t n = matcher_longest(g->l->scopes, g->f->ch, at + part, to, &w), own = 0;
	struct str scope = n > 0 ? g->l->scope[w].scope : STR("");
	if (n == 0 && part > 0 && (own = word_at(g, "level_own", at + part, to)) > 0) /* 其中行署设立2个 */
		scope = STR("headquarters");
	n += own;
	n += n > 0 ? word_at(g, "set_up", at + part + n, to) : 0;
	if (n == 0 || at + part + n != to || scope.n == 0 || str_eq(scope, before->scope) ||
	    (g->f->ch[from] == ',' && part == 0 && before->scope.n == 0))
		return false;
	*m = *before;
	m->scope = scope;
	m->value = q->value;
	m->approx = q->approx;
	return true;
}

/* 代表建议9件、政协提案14件共23件; 现场52人次,电话171人次,合计223人次: the sum of two kinds, whether or not it adds up. */
static bool sum_of_two(const struct reading *g, const struct figure *f, struct metric *m)
{
	static const struct {
		const char *one, *other, *sum;
	} sums[] = {{"proposals.congress", "proposals.cppcc", "proposals.total"},
		    {"consult.onsite", "consult.remote", "consult.total"},
		    {"org.staff.fulltime", "org.staff.parttime", "org.staff"}};
	size_t i = f->i, from = i > 1 ? g->q[i - 1].end : 0, to = g->q[i].start;
	if (i < 2 || to - from > BESIDE_FAR || g->q[i].kind != UNIT_COUNT || word_before(g, "two_sum", to, from) == 0)
		return false;
	for (size_t k = 0; k < sizeof sums / sizeof sums[0]; k++) {
		struct str a = id_before(g, i - 1), b = id_before(g, i);
		if (!(str_eq_z(a, sums[k].one) && str_eq_z(b, sums[k].other)) &&
		    !(str_eq_z(a, sums[k].other) && str_eq_z(b, sums[k].one)))
			continue;
		metric_set_named(g, sums[k].sum, f->i, m);
		m->scope = g->m.items[g->q_metric[i - 1]].scope;
		return true;
	}
	return false;
}

/* Of the sentence, the id nearest before figure `i`: 发布会10场,较上年少3场,其中市长2场. */
static struct str id_nearest(const struct reading *g, const struct figure *f)
{
	size_t i = f->i;
	while (i > f->s->q_from + 1 && g->q_metric[i - 1] == NO_METRIC)
		i--;
	return id_before(g, i);
}

/* 吹风会3次,其中局长1次 */
static bool led_by_head(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t i = f->i, at = g->q[i - 1].end, to = g->q[i].start;
	struct str id = id_nearest(g, f);
	bool press = str_eq_z(id, "response.press_conferences");
	if ((!press && !str_eq_z(id, "response.interviews")) || !unit_in(g, &g->q[i], "unit:time"))
		return false;
	at += g->f->ch[at] == '(' || g->f->ch[at] == ',' || fchar_sentence_end(g->f->ch[at]);
	at += word_at(g, "part_word", at, to);
	size_t chief, who = word_find(g, "chief", at, to, &chief);
	if (who == 0 || word_in(g, "chief_else", at, chief) || clause_end(g->f->ch, at, chief) < chief)
		return false;
	at = chief; /* 其中由县政府主要领导出面的1次 */
	if (!words_only(g, "led_word", "(,", at + word_at(g, "chief", at, to), to))
		return false;
	metric_set_named(g, press ? "response.press_conferences.leader" : "response.interviews.leader", f->i, m);
	return true;
}

/* 档案馆、图书馆各设1个查阅点,乡镇便民大厅8个,总共10个: the sum of places told one by one. */
static bool sum_of_places(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t from = f->at.clause_from, to = g->q[f->i].start, sum = word_before(g, "places_sum", to, from), at;
	if (sum == 0 || from + sum != to || !unit_in(g, &g->q[f->i], "unit:unit") ||
	    word_find(g, "access", f->s->from, from, &at) == 0 || word_in(g, "place_else", at, from))
		return false;
	metric_set_named(g, "org.access_points", f->i, m);
	return true;
}

bool metric_duty(const struct reading *g, const struct figure *f, struct metric *m)
{
	size_t far = f->i > 0 ? g->q[f->i].start - g->q[f->i - 1].end : 0;
	if (f->i == 0 || far > CAME_FAR)
		return false;
	if (who_came(g, f, m))
		return true;
	return far <= BESIDE_FAR &&
	       (led_by_head(g, f, m) || part_of_level(g, f, m) || sum_of_two(g, f, m) || sum_of_places(g, f, m));
}
