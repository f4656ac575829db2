#include "parser/metric_clause.h"

#include "parser/metric_way.h"
#include "parser/metric_words.h"

#define OBJECT_MAX 160 /* characters of what was disclosed: a list of topics may stand there */
#define AHEAD_MAX 320  /* characters before the figure that tell who, when and by which way */
#define FIELD_FAR 200  /* characters over which a paragraph says of which field it is */
#define ADVERB_MAX 6   /* characters within the verb: 主动及时公开, 主动向社会公开 */

#define DIGITS "0123456789"

enum { C_DUN = 0x3001, C_YEAR = 0x5E74 };

/* What was disclosed. */
enum object {
	OBJECT_NONE,  /* not said: 通过政府网站公开12条 */
	OBJECT_WHOLE, /* information, or a list of topics and the like that stands for all of it */
	OBJECT_TOPIC, /* of one topic: a class, unless it is all that one way carried */
	OBJECT_ELSE,  /* no disclosure: 公开申请 */
};

/* The parts of a clause of disclosure, from its figure leftwards. */
struct clause {
	size_t from, clause;      /* begin of what is read, of the figure's own clause in it */
	size_t figure_end, right; /* end of the figure, and of what may stand behind it */
	size_t line;              /* begin of its line, not too far before it */
	size_t noun, object;      /* end and begin of the noun that was counted: 政府信息 */
	size_t verb, end;         /* what was done */
	enum object what;
	bool paper;    /* the noun names papers: 稿件 */
	bool official; /* the noun says that it is a government's information */
	bool own;      /* on own initiative */
	bool whole;    /* words of a sum or of the year stand in it */
	bool ran;      /* words of several years stand in it */
};

/* Passes what stands between the noun and its figure: 数量共计为. */
static void pass_fillers(const struct reading *g, struct clause *c)
{
	for (size_t n;; c->noun -= n) {
		if ((n = word_before(g, "clause_sum", c->noun, c->clause)) > 0)
			c->whole = true;
		else if ((n = word_before(g, "clause_filler", c->noun, c->clause)) == 0)
			return;
		c->ran = c->ran || word_in(g, "ran_word", c->noun - n, c->noun);
	}
}

/* The verb of disclosure nearest before the noun; names that begin with one, as 公开栏, are none. */
static bool find_verb(const struct reading *g, struct clause *c)
{
	size_t low = c->object - c->clause > OBJECT_MAX ? c->object - OBJECT_MAX : c->clause, n;
	for (size_t end = c->object; end > low; end--)
		if ((n = word_before(g, "disclose_act", end, low)) > 0 &&
		    word_at(g, "act_name_tail", end, c->noun) == 0) {
			c->verb = end - n;
			c->end = end;
			return true;
		}
	return false;
}

static enum object object_of(const struct reading *g, const struct clause *c)
{
	size_t topics = 0, from = c->end, to = c->object;
	if (to == c->noun && from == to) /* 公开60条信息 */
		return word_at(g, "clause_info", c->figure_end, c->right) > 0 ? OBJECT_WHOLE : OBJECT_NONE;
	if (to == c->noun)
		return OBJECT_ELSE;
	if (words_only(g, "object_general", DIGITS, from, to))
		return OBJECT_WHOLE;
	for (size_t k = from; k < to; k++)
		topics += g->f->ch[k] == C_DUN;
	if (topics > 0 && word_before(g, "object_list_end", to, from) > 0)
		return OBJECT_WHOLE;
	if (word_in(g, "object_else", from, to))
		return OBJECT_ELSE;
	bool classed = word_before(g, "class_kind", to, from) > 0;
	return !classed && (c->official || word_at(g, "object_all", from, to) > 0) ? OBJECT_WHOLE : OBJECT_TOPIC;
}

/* 政府信息公开12条, 公开总数12条: what was done stands behind what it was done to. */
static bool object_ahead(const struct reading *g, struct clause *c)
{
	size_t n = word_before(g, "clause_info", c->verb, c->clause);
	if (n == 0)
		return true;
	if (!words_only(g, "clause_lead", DIGITS, c->clause, c->verb - n) &&
	    !word_in(g, "channel_word", c->clause, c->verb - n))
		return false;
	c->official = n > 2;
	c->what = OBJECT_WHOLE;
	return true;
}

static bool take_apart(const struct reading *g, const struct figure *f, struct clause *c)
{
	size_t pos = g->q[f->i].start, n;
	size_t low = pos > AHEAD_MAX ? pos - AHEAD_MAX : 0;
	*c = (struct clause){.from = f->at.left_from > low ? f->at.left_from : low,
			     .clause = f->at.clause_from > low ? f->at.clause_from : low,
			     .figure_end = g->q[f->i].end,
			     .right = f->at.right_to,
			     .noun = pos};
	if (word_at(g, "item_unit", g->q[f->i].unit_from, g->q[f->i].end) == 0)
		return false;
	pass_fillers(g, c);
	n = word_before(g, "clause_info", c->noun, c->clause);
	c->official = n > 0 && word_before(g, "clause_official", c->noun, c->clause) == n;
	c->paper = n == 0 && (n = word_before(g, "clause_paper", c->noun, c->clause)) > 0;
	c->object = c->noun - n;
	for (c->line = c->clause; c->line > 0 && c->clause - c->line < FIELD_FAR && g->f->ch[c->line - 1] != '\n';)
		c->line--;
	if (!find_verb(g, c))
		return false;
	size_t adverb = c->verb - c->clause > ADVERB_MAX ? c->verb - ADVERB_MAX : c->clause;
	c->own = word_in(g, "clause_own", adverb, c->end);
	c->what = object_of(g, c);
	if (c->what == OBJECT_NONE && !object_ahead(g, c))
		return false;
	c->whole =
		c->whole || word_in(g, "clause_year", c->from, c->verb) || word_in(g, "clause_sum", c->clause, c->verb);
	c->ran = c->ran || word_in(g, "ran_word", c->clause, c->verb);
	return true;
}

/* Was it another's, or handed on, or of a single field or column, or not done? */
static bool is_else(const struct reading *g, const struct clause *c)
{
	if (!g->department && !g->town && word_in(g, "bureau", c->clause, c->verb)) /* one of a government's bureaus */
		return true;
	if (!c->official && !c->own &&
	    word_in(g, "subject_word", c->clause, c->verb)) /* 发布招聘信息,及时更新信息12条 */
		return true;
	if (word_in(g, "own_part", c->figure_end, c->right)) /* 信息公开12条,其中主动公开10条 */
		return true;
	return c->what == OBJECT_ELSE || word_in(g, "clause_else", c->clause, c->verb) ||
	       word_before(g, "act_not", c->verb, c->clause) > 0;
}

/* 2003年至2009年 in [from, to): more than one year. */
static bool tells_years(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	for (size_t k = from, n; k + 6 < to; k++)
		if (fchar_digit(t[k]) && t[k + 4] == C_YEAR && (n = word_at(g, "year_to", k + 5, to)) > 0 &&
		    k + 9 + n < to && t[k + 9 + n] == C_YEAR && t[k + 3] != t[k + 8 + n])
			return true;
	return false;
}

/* May the figure be all that was disclosed? */
static bool is_total(const struct reading *g, const struct clause *c, bool told)
{
	if (told || c->what == OBJECT_TOPIC)
		return false;
	if (c->what == OBJECT_NONE)
		return c->whole && c->own;
	if (c->own || c->paper || !c->whole)
		return c->own || (c->official && !c->paper);
	return c->official || !word_in(g, "clause_field", c->line, c->clause);
}

/* What the press or an account carries are single papers, of whatever topic: 微信推送文明创建稿件12篇 */
static bool by_media(const struct reading *g, uint16_t way)
{
	struct str id = g->l->metrics[way].id;
	return str_ends(id, STR(".media")) || str_ends(id, STR(".weibo")) || str_ends(id, STR(".wechat"));
}

bool metric_clause(const struct reading *g, const struct figure *f, uint16_t led, bool told, struct metric *m)
{
	struct clause c;
	uint16_t way = LEXICON_NONE;
	if (!take_apart(g, f, &c) || is_else(g, &c))
		return false;
	bool ran = (c.ran && f->at.runs_on) || tells_years(g, c.from, c.verb);
	if (!ran && !way_of_clause(g, f, c.verb, led, c.own || c.official, &way))
		return false;
	if (way == LEXICON_NONE ? !is_total(g, &c, told && !ran)
				: c.what == OBJECT_TOPIC && !(c.paper && by_media(g, way)))
		return false;
	if (way == LEXICON_NONE)
		way = lexicon_metric(g->l, ran ? STR("proactive.cumulative") : STR("proactive.total"));
	metric_set(g, way, f->i, m);
	if (str_eq_z(m->id, "proactive.total") && f->who.scope.n > 0)
		metric_of_publisher(g, f, m);
	return true;
}

bool metric_clause_runs(const struct reading *g, const struct figure *f, struct metric *m)
{
	struct clause c;
	if (!take_apart(g, f, &c) || is_else(g, &c) || c.what == OBJECT_TOPIC)
		return false;
	if (!tells_years(g, c.from, c.verb) && !(c.ran && f->at.runs_on && word_in(g, "until_now", c.from, c.verb)))
		return false;
	metric_set_named(g, "proactive.cumulative", f->i, m);
	return true;
}

void clause_mark_doubted(const struct reading *g, const bool *read, const char **drop)
{
	for (size_t i = 0; i < g->m.count; i++) {
		const struct metric *m = &g->m.items[i];
		bool doubted = false;
		bool several = str_ends(m->id, STR(".media")); /* of each paper one */
		for (size_t k = 0; k < g->m.count && read[i] && !several && !doubted; k++)
			doubted = !read[k] && str_eq(g->m.items[k].id, m->id) &&
				  str_eq(g->m.items[k].scope, m->scope) &&
				  str_eq(g->m.items[k].qualifier, m->qualifier) && g->m.items[k].value != m->value;
		if (doubted)
			drop[i] = "unused: its clause reads as what another wording states otherwise";
	}
}
