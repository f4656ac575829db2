#include "parser/metric_item.h"
#include "parser/metric_list.h"
#include "parser/metric_run.h"
#include "parser/metric_way.h"
#include "parser/metric_words.h"
#include "parser/report_region.h"

#define CLASS_MIN 2 /* characters of a class */
#define CLASS_MAX 40
#define BRACKET_WIDE 200 /* characters of a bracket with the parts of a class */

#define YEAR_DIGITS 4

enum { C_COMMA = 0x3001, C_LEVEL = 0x7EA7, C_YEAR = 0x5E74, C_DU = 0x5EA6 };

/* What the name before a figure looks like. The first of these that it is. */
enum look {
	LOOK_REST_WAY,  /* 网站300条、微信150条、其他50条: the other channels */
	LOOK_REST,      /* 其他128条, in a list */
	LOOK_CLASS,     /* 行政许可类信息15条, 机构方面3条: it says that it is a class */
	LOOK_PUBLISHER, /* 水利局12条 */
	LOOK_BARE,      /* 重大建设项目131条 */
	LOOK_INFO,      /* 机构职能信息171条 */
};

/* What shows that a figure is an item of the list; the weaker it is, the less may speak against it. */
enum proof {
	BY_NAME,  /* its own name */
	BY_SUM,   /* the sum of its list: its verb may be of its topic, but not say who published or by what */
	BY_PLACE, /* only its place: no verb, nothing but its share behind it, no pattern that fits it as well */
};

enum total_of { OF_OWN = 1, OF_CHANNEL = 2, OF_ANY = 3 };

/*
 * What a figure counts, by the look of its name and by its place in a list. The first row for both decides; a name
 * that it shuts out, or one without a row, is no part of the list.
 */
static const struct item_kind {
	enum look look;
	int places;          /* of enum list_place */
	enum total_of total; /* whose total the list splits: the report's own, or only a channel's */
	enum proof proof;
	const char *never; /* words that the name may not have, those of never_class among them; NULL: any may */
	const char *topic; /* of these it may have some that are a topic too, but none of never_class */
	const char *metric;
} item_kinds[] = {
	{LOOK_REST_WAY, LIST_ANY, OF_ANY, BY_NAME, NULL, NULL, "proactive.channel.other"},
	{LOOK_REST, LIST_ANY, OF_ANY, BY_NAME, NULL, NULL, "proactive.by_class"},
	{LOOK_CLASS, LIST_ANY, OF_ANY, BY_NAME, "never_class", NULL, "proactive.by_class"},
	{LOOK_CLASS, LIST_NONE, OF_ANY, BY_NAME, "not_class", NULL, "proactive.by_class"},
	{LOOK_PUBLISHER, LIST_SPLIT, OF_OWN, BY_SUM, "never_class", NULL, "proactive.by_publisher"},
	{LOOK_PUBLISHER, LIST_SPLIT, OF_CHANNEL, BY_SUM, "never_class", NULL, "proactive.by_publisher"},
	{LOOK_PUBLISHER, LIST_CHAIN, OF_OWN, BY_PLACE, "not_class", NULL, "proactive.by_publisher"},
	{LOOK_PUBLISHER, LIST_RUN, OF_ANY, BY_SUM, "never_class", NULL, "proactive.by_publisher"},
	{LOOK_BARE, LIST_SPLIT, OF_OWN, BY_SUM, "never_class", NULL, "proactive.by_class"},
	{LOOK_BARE, LIST_SPLIT, OF_CHANNEL, BY_SUM, "never_column", NULL, "proactive.by_class"},
	{LOOK_BARE, LIST_RUN, OF_ANY, BY_SUM, "never_class", NULL, "proactive.by_class"},
	{LOOK_BARE, LIST_CHAIN | LIST_BESIDE, OF_ANY, BY_PLACE, "not_class", NULL, "proactive.by_class"},
	{LOOK_INFO, LIST_SPLIT, OF_OWN, BY_SUM, "never_class", NULL, "proactive.by_class"},
	{LOOK_INFO, LIST_SPLIT, OF_CHANNEL, BY_SUM, "never_column", NULL, "proactive.by_class"},
	{LOOK_INFO, LIST_RUN, OF_ANY, BY_SUM, "never_class", NULL, "proactive.by_class"},
	{LOOK_INFO, LIST_CHAIN, OF_ANY, BY_PLACE, "not_class", "class_topic", "proactive.by_class"},
	{LOOK_INFO, LIST_BESIDE | LIST_NONE, OF_ANY, BY_PLACE, "not_class", NULL, "proactive.by_class"},
};

/* The name before a figure: [from, to), with a 信息 at its end [from, info). */
struct name {
	size_t from, info, to;
	bool classed; /* ends in 类, 方面 ... */
	bool beside;  /* behind the figure of a class */
	enum list_place place;
};

/* Is the figure before q[i], shares left out, one of this metric, or of one whose id so begins? */
static bool follows(const struct reading *g, size_t i, const char *id)
{
	size_t last = metric_figure_before(g, i);
	return last > 0 && g->q_metric[last - 1] != NO_METRIC &&
	       str_starts(g->m.items[g->q_metric[last - 1]].id, str_of(id));
}

/* Does [from, to) end in the name of an organ, or of organs of one level? */
static bool is_publisher(const struct reading *g, size_t from, size_t to)
{
	if (word_before(g, "publisher_tail", to, from) == 0)
		to = metric_item_bracket(g, from, to);
	bool counted =
		to > from + 1 && fchar_section_digit(g->f->ch[to - 2]) && word_before(g, "place_level", to, from) > 0;
	return to > from + 1 &&
	       (counted || word_before(g, "organ_bureau", to, from) > 0 ||
		word_before(g, "organ_government", to, from) > 0 || word_before(g, "organ_office", to, from) > 0 ||
		word_before(g, "publisher_tail", to, from) > 0 || word_before(g, "organ_township", to, from) > 0);
}

/* Behind the verb before the name of an item: 主动公开发布; with `carried` 通过门户网站主动公开发布 too */
static size_t behind_lead(const struct reading *g, size_t from, size_t to, bool carried)
{
	size_t n, verb;
	while ((n = word_at(g, "item_lead", from, to)) > 0 && from + n + CLASS_MIN <= to)
		from += n;
	verb = from;
	if (carried && word_at(g, "carried_by", from, to) > 0)
		while (verb < to && word_at(g, "item_lead", verb, to) == 0) {
			n = word_at(g, "channel_word", verb, to);
			verb += n > 0 ? n : 1;
		}
	for (from = verb < to ? verb : from; (n = word_at(g, "item_lead", from, to)) > 0 && from + n + CLASS_MIN <= to;)
		from += n;
	return from;
}

/* Does the name say that it is one of information (网站信息, 统计公报), and not where that was disclosed? */
static bool is_titled(const struct reading *g, const struct name *name)
{
	return name->classed || name->info < name->to ||
	       (word_before(g, "gazette", name->info, name->from) > 0 &&
		word_at(g, "gazette", name->from, name->info) == 0);
}

/* Where the item of q[i] begins: behind the mark or the figure before it. */
static size_t item_start(const struct reading *g, size_t i)
{
	size_t from = i > 0 ? g->q[i - 1].end : 0, pos = g->q[i].start;
	while (pos > from && g->q[i].start - pos < CLASS_MAX && !fchar_clause_end(g->f->ch[pos - 1]) &&
	       g->f->ch[pos - 1] != ':' && g->f->ch[pos - 1] != C_COMMA)
		pos--;
	return pos;
}

/* Where the names begin that q[i] counts: 教育局、水利局2个部门. */
static size_t names_start(const struct reading *g, size_t i)
{
	size_t from = i > 0 ? g->q[i - 1].end : 0, pos = g->q[i].start;
	while (pos > from && !fchar_clause_end(g->f->ch[pos - 1]) && g->f->ch[pos - 1] != ':')
		pos--;
	return pos;
}

/* "其中公开法规3条,公开人事8条": characters of the verb that each item of the list begins with; 0 for none. */
static size_t item_verb(const struct reading *g, size_t i, size_t from, size_t to)
{
	size_t n = word_at(g, "disclose", from, to), other;
	if (n == 0 || from + n + CLASS_MIN > to)
		return 0;
	other = i + 1 < g->q_count ? item_start(g, i + 1) : 0;
	bool next = i + 1 < g->q_count && g->q[i + 1].start - g->q[i].end <= LIST_GAP &&
		    word_at(g, "disclose", other, g->q[i + 1].start) == n;
	other = i > 0 ? item_start(g, i - 1) : 0;
	bool last = i > 0 && g->q[i].start - g->q[i - 1].end <= LIST_GAP &&
		    word_at(g, "disclose", other, g->q[i - 1].start) == n;
	return next || last ? n : 0;
}

/* 概况类信息更新量47条, in a list 信息公开目录发布12条: where what only counts the class begins, `to` for nothing such. */
static size_t count_begin(const struct reading *g, const struct class_ask *ask, size_t from, size_t to)
{
	size_t end = to - word_before(g, "class_count", to, from);
	if ((ask->place != LIST_RUN && ask->place != LIST_SPLIT) || end < from + CLASS_MIN ||
	    is_publisher(g, from, end) || word_in(g, "channel_word", from, end) || word_in(g, "carried_by", from, end))
		return to;
	return end;
}

/* Behind the bracket that closes in [from, to) and opened before it: 订阅号(微信号:qh48)公开政府信息23条 */
static size_t behind_closing(const struct reading *g, size_t from, size_t to)
{
	for (size_t k = from; k < to && g->f->ch[k] != '('; k++)
		if (g->f->ch[k] == ')')
			return k + 1;
	return from;
}

/* Where the name that ends at `to` begins, in its clause. */
static size_t name_before(const struct reading *g, size_t to)
{
	size_t from = to;
	while (from > 0 && to - from <= CLASS_MAX && !fchar_clause_end(g->f->ch[from - 1]) && g->f->ch[from - 1] != ':')
		from--;
	return from;
}

/* False when what stands before the figure cannot be the name of a part. */
static bool find_name(const struct reading *g, const struct class_ask *ask, struct name *name)
{
	const struct quantity_at *q = &g->q[ask->i];
	size_t to = metric_item_apart(g, ask->i), from = to > 0 ? name_before(g, to) : ask->clause_from, filler;
	to = to > 0 ? to : metric_item_end(g, ask->clause_from, q->start);
	from = behind_closing(g, metric_item_begin(g, from, to), to);
	if (ask->i > 0 && g->q[ask->i - 1].end == from && metric_item_counts_names(g, ask->i - 1)) /* 17个镇发布630条 */
		from = metric_item_begin(g, names_start(g, ask->i - 1), to);
	bool listed = ask->place == LIST_SPLIT || ask->place == LIST_RUN;
	if (to > from && (filler = word_before(g, "class_filler", to, from)) > 0 && to - filler >= from + CLASS_MIN &&
	    (listed || word_before(g, "class_info", to - filler, from) > 0)) /* 政策类信息共12条, 健康科普占68条 */
		to -= filler;
	if (ask->first)
		from = behind_lead(g, from, to, ask->carried);
	to = count_begin(g, ask, from, to);
	size_t actor = listed ? metric_item_actor(g, from, to) : to;
	bool acts = actor < to && is_publisher(g, from, actor); /* 县直部门公开500条 */
	from += acts && actor > from + 2 && word_at(g, "by_word", from, actor) > 0;
	to = acts && g->f->ch[to - 1] != ')' ? actor : to;
	size_t last = word_before(g, "disclose", to, from); /* 脱贫攻坚领域公开12条 */
	to -= last > 0 && word_before(g, "class_kind", to - last, from) > 0 ? last : 0;
	size_t info = to - word_before(g, "class_info", to, from);
	if (info <= from || to - from < CLASS_MIN || info - from > CLASS_MAX || q->kind != UNIT_COUNT ||
	    (q->has_unit && word_at(g, "unit:item", q->unit_from, q->end) == 0) || (!q->has_unit && !listed))
		return false;
	if (ask->i > 0 && g->q[ask->i - 1].end == q->start) /* 汇编资料3类42册 */
		return false;
	if (metric_is_difference(g, ask->i)) /* 85条,比去年增加12条 */
		return false;
	if (word_in(g, "closed_word", from, info) ||
	    word_at(g, "no_class_name", from, info) == info - from) /* 其中主动公开12条,依申请公开3条 */
		return false;
	if (!listed && word_before(g, "own", info, from) > 0) /* 审文1326份,认定主动公开904份 */
		return false;
	if (word_at(g, "disclose", from, info) == info - from) /* 政务微信(微信号...)公开政府信息23条 */
		return false;
	*name = (struct name){from, info, to, word_before(g, "class_kind", info, from) > 0, false, ask->place};
	size_t lead = name->classed ? word_at(g, "disclose", from, info) : 0; /* 发布政策法规类信息 */
	if (lead > 0 && from + lead + CLASS_MIN <= info)
		name->from += lead;
	if ((ask->place == LIST_SPLIT || ask->place == LIST_RUN) && !name->classed &&
	    !is_publisher(g, name->from, info))
		name->from += item_verb(g, ask->i, name->from, info);
	size_t act = ask->place == LIST_RUN ? word_at(g, "list_verb", name->from, info) : 0; /* 发布工作动态230条 */
	name->from += act > 0 && name->from + act + CLASS_MIN <= info ? act : 0;
	name->beside = follows(g, ask->i, "proactive.by_class") && q->start - g->q[ask->i - 1].end <= LIST_GAP;
	if (name->place == LIST_NONE && name->beside)
		name->place = LIST_BESIDE;
	return true;
}

static enum look look_of(const struct reading *g, size_t i, const struct name *name)
{
	bool bare = name->info == name->to;
	bool rest = name->place != LIST_NONE && word_at(g, "class_rest", name->from, name->info) > 0;
	if (rest && name->place == LIST_SPLIT && follows(g, i, "proactive.by_publisher") &&
	    is_publisher(g, name->from, name->info)) /* 其他部门3921条 */
		return LOOK_PUBLISHER;
	if (rest)
		return bare && follows(g, i, "proactive.channel.") ? LOOK_REST_WAY : LOOK_REST;
	if (name->classed)
		return LOOK_CLASS;
	if (!bare && word_before(g, "publisher_of_info", name->info, name->from) == 0)
		return LOOK_INFO;
	return is_publisher(g, name->from, name->info) ? LOOK_PUBLISHER : LOOK_BARE;
}

/* Is there no verb of disclosure in the name, or by its sum one of its topic: 信息公开目录12条, not 水利局公开12条? */
static bool verb_fits(const struct reading *g, enum proof proof, const struct name *name)
{
	size_t at;
	if (proof == BY_NAME || word_find(g, "disclose", name->from, name->info, &at) == 0)
		return true;
	return proof == BY_SUM && !word_in(g, "carried_by", name->from, name->info) &&
	       word_before(g, "carrier_tail", at, name->from) == 0 && !is_publisher(g, name->from, at);
}

static bool shut_out(const struct reading *g, const struct class_ask *ask, const struct item_kind *k,
		     const struct name *name)
{
	if (!k->never)
		return false;
	if (name->place != LIST_SPLIT && word_in(g, "run_else", name->from, name->info)) /* 接待来访40件 */
		return true;
	if (ask->to > ask->from && is_titled(g, name) && word_in(g, k->never, name->from, name->info) &&
	    metric_run_among(g, ask->from, ask->to, ask->i))
		return word_in(g, "never_among", name->from, name->info);
	if (!k->topic)
		return word_in(g, k->never, name->from, name->info);
	for (size_t i = name->from; i < name->info; i++)
		if (word_at(g, k->never, i, name->info) > word_at(g, k->topic, i, name->info))
			return true;
	return word_in(g, "never_class", name->from, name->info);
}

static bool item_fits(const struct reading *g, const struct class_ask *ask, const struct item_kind *k,
		      const struct name *name)
{
	if (k->proof == BY_PLACE && ((ask->sure && !name->beside) || !metric_item_ends(g, g->q[ask->i].end)))
		return false;
	return verb_fits(g, k->proof, name) && !shut_out(g, ask, k, name);
}

/* The class before the figure as rule 6 wants it: without a trailing 信息, X类的信息 and 属于X的 without 的. */
static struct str qualifier_of(const struct reading *g, size_t from, size_t to)
{
	from += word_at(g, "class_belongs", from, to);
	size_t end = to - word_before(g, "class_info_word", to, from);
	return fold_source(g->f, from, end - word_before(g, "of_word", end, from));
}

/* "总局政务1214条(通知213条、动态103条)": is q[i] a figure of the bracket behind that of a class? */
static bool in_class_bracket(const struct reading *g, size_t i)
{
	size_t pos = g->q[i].start, k = i;
	int depth = 0;
	while (pos > 0 && g->q[i].start - pos < BRACKET_WIDE && !fchar_sentence_end(g->f->ch[pos - 1])) {
		pos--;
		depth += g->f->ch[pos] == ')' ? 1 : g->f->ch[pos] == '(' ? -1 : 0;
		if (depth < 0)
			break;
	}
	while (depth < 0 && k > 0 && g->q[k - 1].end > pos)
		k--;
	return depth < 0 && k > 0 && g->q[k - 1].end == pos && g->q_metric[k - 1] != NO_METRIC &&
	       str_eq_z(g->m.items[g->q_metric[k - 1]].id, "proactive.by_class");
}

bool metric_class_each(const struct reading *g, size_t i, const struct each *e, bool own, struct metric *m)
{
	const struct quantity_at *q = &g->q[i];
	size_t from = metric_item_begin(g, e->name.from, e->name.to), to = e->name.to;
	size_t info = to - word_before(g, "class_info", to, from);
	bool classed = word_before(g, "class_kind", info, from) > 0;
	if (info < from + CLASS_MIN || info - from > CLASS_MAX || q->kind != UNIT_COUNT || (!own && !classed) ||
	    word_at(g, "item_unit", q->unit_from, q->end) == 0)
		return false;
	if (word_in(g, classed ? "never_class" : "not_class", from, info) || is_publisher(g, from, info))
		return false;
	metric_set_named(g, "proactive.by_class", i, m);
	m->qualifier = qualifier_of(g, from, to);
	return true;
}

/* 其中网站90条,微信30条: is the figure of a list that splits the total that of a way among ways? */
static bool is_way(const struct reading *g, const struct class_ask *ask, const struct name *name, struct metric *m)
{
	uint16_t way = way_named(g, name->from, name->info), beside = LEXICON_NONE;
	if (ask->place != LIST_SPLIT || ask->channel || way == LEXICON_NONE || name->info < name->to)
		return false;
	for (size_t k = ask->from; k < ask->to && beside == LEXICON_NONE; k++)
		if (k != ask->i && g->q[k].kind == UNIT_COUNT)
			beside = way_named(g, metric_item_begin(g, item_start(g, k), g->q[k].start), g->q[k].start);
	if (beside == LEXICON_NONE)
		return false;
	const struct metric_id *id = &g->l->metrics[way];
	*m = (struct metric){
		.id = id->id, .unit = id->unit, .value = g->q[ask->i].value, .approx = g->q[ask->i].approx};
	return true;
}

/* 累计公开7864条,其中2008年2953条,2009年4911条: the year that is all that [from, to) names; 0 for none. */
static int year_named(const struct reading *g, size_t from, size_t to)
{
	int year = report_region_year(g->f->ch, from, to);
	size_t end = from + YEAR_DIGITS;
	if (year == 0 || end >= to || g->f->ch[end++] != C_YEAR)
		return 0;
	end += end < to && g->f->ch[end] == C_DU;
	return end == to ? year : 0;
}

bool metric_class_part(const struct reading *g, const struct class_ask *ask, struct metric *m)
{
	struct name name;
	if (metric_item_counts_names(g, ask->i))
		return false;
	if (!find_name(g, ask, &name) || (ask->field && name.place == LIST_NONE))
		return false;
	if (name.beside && name.place != LIST_SPLIT && metric_bracketed(g, ask->i)) /* 工作报告2条(中英文各1条) */
		return false;
	if (in_class_bracket(g, ask->i))
		return false;
	int year = year_named(g, name.from, name.to);
	if (year != 0 && year != g->r->year)
		return false;
	if (year != 0) {
		metric_set_named(g, "proactive.total", ask->i, m);
		return true;
	}
	if (is_way(g, ask, &name, m))
		return true;
	if (word_at(g, "other_way", name.from, name.info) > 0)
		return false;
	enum look look = look_of(g, ask->i, &name);
	if (look == LOOK_PUBLISHER && ask->channel && g->f->ch[name.info - 1] == C_LEVEL) /* 媒体采用,其中中央级56篇 */
		return false;
	enum total_of total = ask->channel ? OF_CHANNEL : OF_OWN;
	const struct item_kind *k = item_kinds, *end = k + sizeof item_kinds / sizeof item_kinds[0];
	while (k < end && !(k->look == look && (k->places & (int)name.place) && (k->total & total)))
		k++;
	if (k == end || !item_fits(g, ask, k, &name))
		return false;
	const struct metric_id *id = &g->l->metrics[lexicon_metric(g->l, str_of(k->metric))];
	*m = (struct metric){
		.id = id->id, .unit = id->unit, .value = g->q[ask->i].value, .approx = g->q[ask->i].approx};
	if (look != LOOK_REST_WAY)
		m->qualifier = qualifier_of(g, name.from, name.to);
	return true;
}
