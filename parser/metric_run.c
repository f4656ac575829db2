#include "parser/metric_run.h"

#include "parser/metric_item.h"
#include "parser/metric_list.h"
#include "parser/metric_words.h"

#define RUN_ITEMS_MAX 60
#define NAME_MIN 2 /* characters of an item's name */
#define NAME_MAX 40
#define RUN_GAP 200   /* characters between two items, what stands in brackets or is told of parts among them */
#define LEAD_FAR 120  /* characters from a total to its run */
#define SAID_FAR 60   /* characters before a run that announce classes */
#define AGAIN_FAR 400 /* ... from a total to where it is told again */
#define LINE_FAR 300  /* ... in which the paragraph says what is classed */
#define ALIKE_MIN 3   /* other items among which a doubtful one is a class */
#define PASSES 1.25   /* of it that they may come to by an error */
#define SHARE_OFF 0.6 /* points that a printed share may be off */
#define NEARLY 0.8    /* of a total that the items come to which split it, one left out */

enum { C_COMMA = 0x3001, C_STOP = 0x3002, C_LEVEL = 0x7EA7 };

/* An item of a run: its quantity and its name [from, to). */
struct item {
	size_t i, from, to;
};

struct run {
	size_t from, end; /* quantities; `end` behind the last item */
	unsigned items, clean, known, general, shares, verbs, organs, tails;
	double sum;
};

static bool is_mark(fchar c)
{
	return c == ',' || c == ';' || c == ':' || c == C_COMMA || c == C_STOP || c == '\n';
}

/* The name before q[i], no farther back than `left`; false when there is none that an item may have. */
static bool name_of(const struct reading *g, size_t i, size_t left, struct item *item)
{
	const fchar *t = g->f->ch;
	size_t to = metric_item_apart(g, i), from = to > 0 ? to : metric_item_end(g, left, g->q[i].start);
	left = to > 0 && i > 1 ? g->q[i - 2].end : to > 0 ? 0 : left;
	to = from;
	while (from > left && to - from <= NAME_MAX && !fchar_clause_end(t[from - 1]) && t[from - 1] != '(')
		from = metric_item_bracket(g, left, from) < from ? metric_item_bracket(g, left, from) : from - 1;
	from = metric_item_begin(g, from, to);
	to -= word_before(g, "class_filler", to, from); /* 占12条 */
	to -= word_before(g, "class_count", to, from);  /* 更新量 */
	*item = (struct item){i, from, to};
	return to >= from + NAME_MIN && to - from <= NAME_MAX;
}

static bool counts_items(const struct reading *g, size_t i)
{
	return word_at(g, "list_unit", g->q[i].unit_from, g->q[i].end) > 0;
}

/* 全年公开各类政府信息262条: does the name count all that was disclosed, not a class of it? */
static bool is_whole(const struct reading *g, const struct item *item)
{
	size_t info = item->to - word_before(g, "class_filler", item->to, item->from);
	size_t whole = word_before(g, "info_whole", info, item->from);
	return whole > 0 && word_at(g, "class_rest", item->from, item->to) == 0 &&
	       word_before(g, "disclose", info - whole, item->from) > 0;
}

/* Is q[i] an item by its own look? */
static bool is_item(const struct reading *g, size_t i, size_t left, struct item *item)
{
	return counts_items(g, i) && name_of(g, i, left, item) && metric_item_ends(g, g->q[i].end) &&
	       !is_whole(g, item);
}

/*
 * May the run go on over [from, to), from the end of an item to the name of the next? A sentence may end there when the
 * name begins the next one.
 */
static bool links(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	size_t stop = to;
	for (size_t k = from; k < to && stop == to; k++)
		if (fchar_sentence_end(t[k]))
			stop = k;
	for (size_t n; stop < to; stop += n)
		if ((n = is_mark(t[stop]) || metric_item_bullet(t[stop]) ? 1 : metric_list_number(g, stop, to)) == 0)
			return false;
	return true;
}

/* How the brackets are nested at `to`, counted from `from`; -1 as soon as one closes that was open before. */
static int depth_at(const struct reading *g, size_t from, size_t to)
{
	int depth = 0;
	for (size_t k = from; k < to && depth >= 0; k++)
		depth += g->f->ch[k] == '(' ? 1 : g->f->ch[k] == ')' ? -1 : 0;
	return depth;
}

/* Does the name say that it is one of a class that bodies commonly have, or one at all: 政务动态信息, 公文类? */
static bool is_general(const struct reading *g, const struct item *item)
{
	size_t to = item->to - word_before(g, "class_info", item->to, item->from);
	return word_before(g, "class_tail", to, item->from) > 0 || word_at(g, "class_rest", item->from, to) > 0 ||
	       word_in(g, "info_general", item->from, item->to);
}

/* Does the item tell who disclosed: 县直部门公开500条, 教育局30条? */
static bool is_organ(const struct reading *g, const struct item *item)
{
	static const char *const organs[] = {"publisher_tail", "organ_bureau", "organ_government", "organ_township"};
	size_t to = metric_item_actor(g, item->from, item->to);
	for (size_t k = 0; k < sizeof organs / sizeof organs[0]; k++)
		if (to > item->from + 1 && word_before(g, organs[k], to, item->from) > 0)
			return true;
	return false;
}

static void take(const struct reading *g, const struct item *item, struct run *run)
{
	size_t behind = g->q[item->i].end;
	behind += behind < g->f->n && (g->f->ch[behind] == ',' || g->f->ch[behind] == '(');
	run->items++;
	run->sum += g->q[item->i].value;
	bool organ = is_organ(g, item);
	run->organs += organ && g->f->ch[item->to - 1] != C_LEVEL; /* 中央级: of papers, not of organs */
	run->clean += !word_in(g, "run_never", item->from, item->to) && !organ;
	size_t info = word_before(g, "class_info", item->to, item->from);
	run->tails += word_before(g, "class_tail", item->to - info, item->from) > 0;
	bool general = is_general(g, item);
	run->general += general;
	run->known += general || word_before(g, "class_info", item->to, item->from) > 0;
	run->shares += word_at(g, "share_of_total", behind, g->f->n) > 0;
	run->verbs += word_at(g, "item_lead", item->from, item->to) > 0;
	run->end = item->i + 1;
}

/* The index behind the figures from q[k] on that come to just `sum`; k when they do not. */
static size_t behind_parts(const struct reading *g, size_t k, double sum)
{
	double of = 0;
	for (size_t j = k; j < g->q_count && j - k < RUN_ITEMS_MAX && counts_items(g, j); j++)
		if ((of += g->q[j].value) >= sum)
			return of == sum ? j + 1 : k;
	return k;
}

/* "在区政府网站更新概况信息6条": where the name of a run's first item begins, behind a verb and what stands before it. */
static size_t behind_verb(const struct reading *g, const struct item *item)
{
	size_t from = item->from, n;
	for (size_t k = from; k < item->to; k++)
		if ((n = word_at(g, "item_lead", k, item->to)) > 0)
			from = k + n;
	return from;
}

/* The end of the item, with the bracket of 政策法规(12条). */
static size_t behind_item(const struct reading *g, const struct item *item)
{
	size_t end = g->q[item->i].end;
	return end + (end < g->f->n && g->f->ch[end] == ')');
}

/* Does a mark that ends the parts of an item stand in [from, to)? */
static bool ends_parts(const struct reading *g, size_t from, size_t to)
{
	for (size_t k = from; k < to; k++)
		if (g->f->ch[k] == ';' || fchar_sentence_end(g->f->ch[k]))
			return true;
	return false;
}

/* The run that begins with q[i], up to the item that makes its sum `whole` (0: none); none when it has no items. */
static void read_run(const struct reading *g, size_t i, double whole, struct run *run)
{
	struct item item;
	size_t left = i > 0 ? g->q[i - 1].end : 0, last = i, from;
	*run = (struct run){.from = i, .end = i};
	if (!is_item(g, i, left, &item))
		return;
	item.from = behind_verb(g, &item);
	take(g, &item, run);
	from = behind_item(g, &item);
	for (size_t k = i + 1; k < g->q_count && k - i < RUN_ITEMS_MAX; k++) {
		size_t to = g->q[k].start;
		int depth = to - from > RUN_GAP ? -1 : depth_at(g, from, to);
		if (depth < 0)
			return;
		if (depth > 0 && !(depth == 1 && g->f->ch[to - 1] == '(')) /* 292条(省局197条、市县95条) */
			continue;
		if (g->q[k].kind == UNIT_PERCENT)
			continue;
		if (metric_item_counts_names(g, k)) /* 17个镇发布630条 */
			continue;
		size_t before = k > i + 1 && metric_item_counts_names(g, k - 1) ? k - 2 : k - 1;
		if (!same_unit(g, &g->q[i], &g->q[k]) || !is_item(g, k, g->q[before].end, &item) ||
		    !links(g, from, item.from))
			return;
		if (word_in(g, "part_most", from, g->q[k].start)) { /* 3247条,较多的有国土局402条、...; */
			while (k + 1 < g->q_count && !ends_parts(g, g->q[k].end, g->q[k + 1].start))
				k++;
			from = g->q[k].end;
			continue;
		}
		if (word_in(g, "part_word", from, item.from)) { /* 法规类31条,其中法律15条,文件16条;规划类4条 */
			size_t behind = behind_parts(g, k, g->q[last].value);
			if (behind == k)
				return;
			k = behind - 1;
			from = g->q[k].end;
			continue;
		}
		take(g, &item, run);
		if (run->items >= ALIKE_MIN && run->sum == whole) /* what follows is another list */
			return;
		last = k;
		from = behind_item(g, &item);
	}
}

/*
 * The quantity before q[i] that may be the total of its run: shares, the total told again and, unless it is `total`, what
 * was disclosed over the years left out; i for none.
 */
static size_t head_of(const struct reading *g, size_t i, size_t total)
{
	size_t h = i;
	while (h > 0 && g->q[i].start - g->q[h - 1].end <= LEAD_FAR) {
		h--;
		bool again = h > 0 && g->q[h - 1].value == g->q[h].value;
		bool ran = g->q_metric[h] != NO_METRIC &&
			   str_eq_z(g->m.items[g->q_metric[h]].id, "proactive.cumulative") && h != total;
		if (g->q[h].kind != UNIT_PERCENT && !again && !ran && !metric_is_difference(g, h))
			return g->q[h].kind == UNIT_COUNT && g->q[h].has_unit ? h : i;
	}
	return i;
}

/* Does the clause of q[i] count all that the body disclosed, by no channel and of no one bureau? */
static bool tells_disclosed(const struct reading *g, size_t i)
{
	size_t from = g->q[i].start, to = from;
	while (from > 0 && to - from < NAME_MAX && !fchar_clause_end(g->f->ch[from - 1]))
		from--;
	struct item all = {i, from, to};
	bool organ = word_in(g, "organ_bureau", from, to) && !word_in(g, "own_name", from, to);
	return is_whole(g, &all) && !organ && !word_in(g, "channel_word", from, to) &&
	       !word_in(g, "run_never", from, to) && subject_before(g, from, to).scope.n == 0;
}

/* 公开58条,累计391条。58条中: was the count q[h] read before, as what was disclosed in all or by one way? */
static bool told_before(const struct reading *g, size_t h)
{
	for (size_t k = h; k > 0 && g->q[h].start - g->q[k - 1].end <= AGAIN_FAR; k--) {
		uint32_t m = g->q_metric[k - 1];
		if (m != NO_METRIC && g->q[k - 1].value == g->q[h].value && same_unit(g, &g->q[h], &g->q[k - 1]) &&
		    (str_eq_z(g->m.items[m].id, "proactive.total") ||
		     str_starts(g->m.items[m].id, STR("proactive.channel."))))
			return true;
	}
	return false;
}

static bool is_own_total(const struct reading *g, size_t h)
{
	return g->q_metric[h] != NO_METRIC && str_eq_z(g->m.items[g->q_metric[h]].id, "proactive.total") &&
	       g->m.items[g->q_metric[h]].scope.n == 0;
}

static bool is_head(const struct reading *g, size_t h, size_t total)
{
	if (g->q_metric[h] == NO_METRIC && told_before(g, h))
		return true;
	return h == total || (g->q_metric[h] == NO_METRIC && tells_disclosed(g, h));
}

bool metric_run_announced(const struct reading *g, size_t i)
{
	struct item item;
	if (!name_of(g, i, i > 0 ? g->q[i - 1].end : 0, &item))
		return false;
	size_t to = item.from, from = to, far = to > SAID_FAR ? to - SAID_FAR : 0;
	unsigned lines = 0;
	if (i > 0 && g->q[i - 1].end > far)
		far = g->q[i - 1].end;
	for (; from > far; from--)
		if (fchar_sentence_end(g->f->ch[from - 1]) && (g->f->ch[from - 1] != '\n' || lines++ > 0))
			break;
	if (word_in(g, "run_else", from, to))
		return false;
	if (word_in(g, "run_lead", from, to) && (word_in(g, "info_any", from, to) || word_in(g, "disclose", from, to)))
		return true;
	size_t line = from; /* 全县公开信息641条,网站402条。从栏目看,公共监管16条: what is classed is said before */
	while (line > 0 && to - line < LINE_FAR && g->f->ch[line - 1] != '\n')
		line--;
	return word_in(g, "class_lead", from, to) && word_in(g, "disclose", line, from) &&
	       word_in(g, "info_any", line, from) && !word_in(g, "apply", line, from);
}

/* Does a verb of disclosure stand before the name of the first item, or in its clauses before? */
static bool led_by_verb(const struct reading *g, const struct run *run)
{
	size_t to = g->q[run->from].start, from = to;
	while (from > 0 && to - from < LEAD_FAR && !fchar_sentence_end(g->f->ch[from - 1]) &&
	       (run->from == 0 || from > g->q[run->from - 1].end))
		from--;
	return word_in(g, "disclose", from, to) && !word_in(g, "key_area", from, to) &&
	       !word_in(g, "run_else", from, to) && !word_in(g, "field_lead", from, to);
}

/* Do words in [from, to) announce a list whose first figure stands at `to`, in one sentence or at its end? */
static bool opened(const struct reading *g, size_t from, size_t to)
{
	size_t at, n = word_find(g, "split_open", from, to, &at);
	n = n > 0 ? n : word_find(g, "class_lead", from, to, &at);
	if (n == 0)
		return false;
	for (size_t k = at + n; k < to; k++)
		if (fchar_sentence_end(g->f->ch[k]) && !(g->f->ch[k] == '\n' && to - k <= NAME_MAX))
			return word_in(g, "split_open", k, to) && opened(g, k, to);
	return true;
}

/* "主动公开政府信息情况:发展规划信息8条,...": do words of disclosure and a colon stand right before the run? */
static bool led_by_colon(const struct reading *g, size_t i)
{
	struct item item;
	size_t left = i > 0 ? g->q[i - 1].end : 0, from;
	if (!name_of(g, i, left, &item))
		return false;
	size_t to = item.from;
	while (to > left && (g->f->ch[to - 1] == '\n' || g->f->ch[to - 1] == ')' || g->f->ch[to - 1] == '(' ||
			     g->f->ch[to - 1] == C_COMMA || fchar_digit(g->f->ch[to - 1])))
		to--;
	if (to == left || g->f->ch[to - 1] != ':')
		return false;
	for (from = to; from > left && to - from < SAID_FAR && !fchar_sentence_end(g->f->ch[from - 1]);)
		from--;
	return word_in(g, "disclose", from, to) && word_in(g, "info_any", from, to) &&
	       !word_in(g, "run_never", from, to);
}

/* Does the clause of the count q[i] speak of information, whatever says how much of it there is? */
static bool tells_information(const struct reading *g, size_t i)
{
	size_t to = g->q[i].start, from = to;
	while (from > 0 && to - from < NAME_MAX && !fchar_sentence_end(g->f->ch[from - 1]))
		from--;
	return counts_items(g, i) && g->q_metric[i] == NO_METRIC && word_in(g, "disclose", from, to) &&
	       word_in(g, "info_any", from, to) && !word_in(g, "run_never", from, to);
}

/* Does nothing but marks stand between the total that ends at `from` and the name of q[i]? */
static bool right_behind(const struct reading *g, size_t from, size_t i)
{
	struct item item;
	size_t n, to = name_of(g, i, from, &item) ? item.from : from;
	while (from < to && (n = is_mark(g->f->ch[from]) ? 1 : metric_list_number(g, from, to)) > 0)
		from += n;
	return from == to && to > g->q[i - 1].end;
}

/* 12条(占20%)、48条(占80%): are the shares behind the items those of their sum, so that they are the whole of something? */
static bool shares_agree(const struct reading *g, const struct run *run)
{
	unsigned agree = 0;
	for (size_t k = run->from; k < run->end && k + 1 < g->q_count; k++) {
		if (g->q[k].kind != UNIT_COUNT || g->q[k + 1].kind != UNIT_PERCENT)
			continue;
		double share = run->sum > 0 ? 100 * g->q[k].value / run->sum : 0, off = g->q[k + 1].value - share;
		if (off > SHARE_OFF || off < -SHARE_OFF)
			return false;
		agree++;
	}
	return agree >= 2 && agree + 1 >= run->items;
}

/* Does what stands before the run say that publishers follow: 从公开主体看? */
static bool by_publishers(const struct reading *g, size_t i)
{
	size_t to = g->q[i].start, from = to, far = i > 0 ? g->q[i - 1].end : 0;
	while (from > far && to - from < SAID_FAR && g->f->ch[from - 1] != '\n')
		from--;
	return word_in(g, "publisher_lead", from, to);
}

/* Does the name of the run's first item begin a sentence, or stand behind a number that does? */
static bool begins_sentence(const struct reading *g, size_t i)
{
	struct item item;
	if (!name_of(g, i, i > 0 ? g->q[i - 1].end : 0, &item))
		return false;
	size_t pos = item.from;
	while (pos > 0 &&
	       (g->f->ch[pos - 1] == ')' || g->f->ch[pos - 1] == '(' || fchar_section_digit(g->f->ch[pos - 1])))
		pos--;
	return pos == 0 || fchar_sentence_end(g->f->ch[pos - 1]);
}

static bool is_classes(const struct reading *g, const struct run *run, size_t total)
{
	size_t i = run->from, h = head_of(g, i, total),
	       from = h < i ? g->q[h].end : 0; /* 58条中: with its counting word */
	size_t unit = h < i ? g->q[h].unit_from : 0;
	bool mostly = 2 * run->clean >= run->items, wholly = run->clean == run->items;
	bool plain = run->known == run->items && 2 * run->general >= run->items;
	if (run->items < 2)
		return false;
	bool own = h < i &&
		   (h == total || is_own_total(g, h) || (total != SIZE_MAX && g->q[h].value == g->q[total].value));
	if (run->organs == run->items &&
	    (by_publishers(g, i) || (own && (opened(g, unit, g->q[i].start) || run->sum == g->q[h].value))))
		return true;
	if (run->tails == run->items && wholly && run->items >= 3 && begins_sentence(g, i) &&
	    word_at(g, "class_unit", g->q[i].unit_from, g->q[i].end) > 0)
		return true; /* 概况类204条、公文类391条、其他类644条 count nothing else */
	if (h < i && is_head(g, h, total)) {
		double share = run->sum / (g->q[h].value > 0 ? g->q[h].value : 1);
		bool passes = !plain && (share > PASSES || (share < NEARLY && !same_unit(g, &g->q[h], &g->q[i])));
		if (!passes && opened(g, unit, g->q[i].start))
			return mostly && (run->items >= 3 || run->known == run->items);
		if (right_behind(g, from, i) && wholly && plain && run->verbs == 0)
			return true;
	}
	if (word_at(g, "item_unit", g->q[i].unit_from, g->q[i].end) == 0) /* 行政许可类32项 are no information */
		return false;
	if (metric_run_announced(g, i))
		return mostly;
	bool half = run->items >= 3 && 2 * run->known >= run->items;
	if (wholly && (plain || half) && led_by_colon(g, i))
		return true;
	if (wholly && plain && h < i && opened(g, unit, g->q[i].start) && tells_information(g, h))
		return true;
	if (run->shares >= 2 && run->known > 0)
		return mostly;
	if (wholly && half && shares_agree(g, run))
		return true;
	bool common = run->general >= 2 && 2 * run->general >= run->items;
	return run->items >= 3 && wholly && common && (run->verbs <= 1 || run->general == run->items) &&
	       led_by_verb(g, run);
}

size_t metric_run(const struct reading *g, size_t i, size_t total)
{
	struct run run;
	size_t h = head_of(g, i, total);
	read_run(g, i, h < i && is_head(g, h, total) ? g->q[h].value : 0, &run);
	return is_classes(g, &run, total) ? run.end : 0;
}

bool metric_run_among(const struct reading *g, size_t from, size_t to, size_t i)
{
	unsigned others = 0;
	for (size_t k = from; k < to; k++) {
		struct item item;
		if (k == i || g->q[k].kind != UNIT_COUNT)
			continue;
		if (!name_of(g, k, k > 0 ? g->q[k - 1].end : 0, &item) || word_in(g, "never_class", item.from, item.to))
			return false;
		others++;
	}
	return others >= ALIKE_MIN;
}

/* Does the clause of q[i] speak of information that was disclosed, by whatever way? */
static bool tells_any_disclosed(const struct reading *g, size_t i)
{
	size_t to = g->q[i].start, from = to;
	while (from > 0 && to - from < NAME_MAX && !fchar_clause_end(g->f->ch[from - 1]))
		from--;
	return word_in(g, "disclose", from, to) && word_in(g, "info_any", from, to) &&
	       !word_in(g, "run_else", from, to);
}

bool metric_run_splits(const struct reading *g, size_t i)
{
	struct run run;
	double value = g->q[i].value;
	if (!counts_items(g, i) || i + 1 >= g->q_count)
		return false;
	bool told = tells_disclosed(g, i);
	if (!told && !tells_any_disclosed(g, i))
		return false;
	size_t first = i + 1;
	while (first < g->q_count && (g->q[first].kind == UNIT_PERCENT || metric_is_difference(g, first)))
		first++;
	read_run(g, first, value, &run);
	if (run.items < 3 || run.sum > value)
		return false;
	if (run.sum == value && 2 * run.clean >= run.items)
		return true;
	return told && run.sum >= NEARLY * value && is_classes(g, &run, i);
}
