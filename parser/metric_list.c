#include "parser/metric_list.h"

#include <math.h>

#include "parser/metric_item.h"
#include "parser/metric_words.h"
#include "parser/report_region.h"

#define SPLIT_NEAR 48  /* characters from a total to the word that begins the list of its parts */
#define SPLIT_FAR 1200 /* characters of such a list */
#define SPLIT_ITEMS 40
#define APART_MIN 3               /* items of a list that nothing ties to its total but their sum */
#define CHAIN_NEAR (2 * LIST_GAP) /* characters from a total to the first item of a list that goes on item by item */
#define SHARE_GAP 6               /* characters from an item to its share */
#define LINE_NAME_MAX 30          /* characters of a name before the figure of its line */
#define LINES_FAR 160             /* characters from a total to the first of such lines */
#define LINES_OFF 0.02            /* of it that they may be off, by a misprint */
#define LISTED_FAR 400            /* characters that a 其中 may stand before an item */

enum { C_QI = 0x5176, C_ZHONG = 0x4E2D, C_COMMA = 0x3001, C_IS = 0x662F, C_STOP = 0x3002 };

/*
 * The lists that split a total, by what announces them, and what shows that the figures behind it are its parts. A
 * list ends with the item that makes its sum the total's, else with its sentence, with the bracket that it stands in,
 * or before the item that would pass the total. The first row whose words stand there decides.
 */
static const struct split_kind {
	const char *opens;  /* words that announce it within SPLIT_NEAR of the total; NULL: only a mark stands there */
	const char *says;   /* words that the announcement has beside; NULL: none */
	unsigned items_min; /* parts */
	double reach;       /* of the total that its parts have to come to; a part may be left out */
	bool passes;        /* they may come to more than the total */
	const char *never;  /* words before figures of something else: a list with them is none; NULL: none */
	bool exact_excuses; /* ... unless it comes to just the total */
	bool bare;          /* the list is a bracket of figures without counting words right behind the total */
} split_kinds[] = {
	/* 79条(机构人事7、规划计划5...): quantity.c takes such figures only where they come to most of it */
	{NULL, NULL, 3, 0.8, false, NULL, false, true},
	/* 按类别分,其中政策法规类12条...: it tells what it is */
	{"split_open", "class_lead", 2, 0, true, NULL, true, false},
	/* 其中:机构职能信息12条...: what it is, only the sum tells; a part may be left out */
	{"split_open", NULL, 2, 0.8, false, "never_class", true, false},
	/* 主动公开信息60条,机构类30条...: nothing but the sum */
	{NULL, NULL, 3, 1, false, "publishers_word", false, false},
};

/* [from, to) where the items of a list stand */
struct list {
	const struct split_kind *kind;
	size_t from, to;
};

/* The place where a bracket that opens at `pos` closes, or `to`. */
static size_t bracket_close(const fchar *t, size_t pos, size_t to)
{
	int depth = 0;
	for (size_t k = pos; k < to; k++)
		if ((depth += t[k] == '(' ? 1 : t[k] == ')' ? -1 : 0) == 0)
			return k;
	return to;
}

static bool is_mark(fchar c)
{
	return c == ',' || c == ';' || c == ':' || c == 0x3002;
}

/* Has the count at `first` no counting word? */
static bool next_is_bare(const struct reading *g, size_t first)
{
	size_t end = first;
	while (end < g->f->n && fchar_digit(g->f->ch[end]))
		end++;
	return end < g->f->n && (g->f->ch[end] == C_COMMA || g->f->ch[end] == ',' || g->f->ch[end] == ';');
}

/* Does the list of this kind begin behind the total that ends at `from`, before the count at `first`? */
static bool opens(const struct reading *g, const struct split_kind *kind, size_t from, size_t first, struct list *list)
{
	const fchar *t = g->f->ch;
	size_t near = from, at, n;
	*list = (struct list){kind, from + 1, from + SPLIT_FAR < g->f->n ? from + SPLIT_FAR : g->f->n};
	bool bare = from < g->f->n && t[from] == '(' && first < g->f->n && next_is_bare(g, first);
	if (kind->bare != bare)
		return false;
	if (bare) {
		list->to = bracket_close(t, from, list->to);
		return true;
	}
	if (!kind->opens)
		return from < g->f->n && is_mark(t[from]);
	while (near < first && near < from + SPLIT_NEAR && t[near] != '\n')
		near++;
	if ((n = word_find(g, kind->opens, from, near, &at)) == 0)
		return false;
	for (size_t next = at; n > 0;
	     n = word_find(g, kind->opens, list->from, near, &next)) { /* 其中全文电子化100%。其中: */
		at = next;
		list->from = at + n;
	}
	if (t[from] == '(') /* the list is the bracket behind the total */
		list->to = bracket_close(t, from, list->to);
	return list->to > at && (!kind->says || word_in(g, kind->says, from, list->from));
}

/* 比2017年的171055条, (上年为208条): does its clause or bracket say that the count is of a year before? */
static bool of_year_before(const struct reading *g, size_t i)
{
	const fchar *t = g->f->ch;
	size_t to = g->q[i].start, from = to, left = i > 0 ? g->q[i - 1].end : 0;
	while (from > left && to - from < LIST_GAP && !fchar_clause_end(t[from - 1]) && t[from - 1] != '(')
		from--;
	size_t lead = from + word_at(g, "compare_lead", from, to);
	if (lead == from && (from == 0 || t[from - 1] != '('))
		return false;
	int year = report_region_year(t, lead, to);
	return (year > 0 && year < g->r->year) || word_at(g, "ask_last_year", lead, to) > 0;
}

bool metric_is_difference(const struct reading *g, size_t i)
{
	if (of_year_before(g, i))
		return true;
	if (i == 0)
		return false;
	size_t from = g->q[i - 1].end, to = g->q[i].start, at;
	return word_find(g, "former_lead", from, to, &at) > 0 && word_before(g, "changed", to, at) > 0;
}

static bool find_list(const struct reading *g, size_t i, struct list *list)
{
	size_t next = i + 1;
	while (next < g->q_count && (g->q[next].kind != UNIT_COUNT || metric_is_difference(g, next)))
		next++;
	size_t first = next < g->q_count ? g->q[next].start : g->f->n;
	for (size_t k = 0; k < sizeof split_kinds / sizeof split_kinds[0]; k++)
		if (opens(g, &split_kinds[k], g->q[i].end, first, list))
			return true;
	return false;
}

static bool unit_of_total(const struct reading *g, const struct quantity_at *total, const struct quantity_at *q)
{
	return !q->has_unit || same_unit(g, q, total);
}

size_t metric_list_number(const struct reading *g, size_t pos, size_t to)
{
	const fchar *t = g->f->ch;
	size_t first = pos + (pos < to && t[pos] == '('), i = first;
	while (i < to && i < first + 2 && (fchar_digit(t[i]) || fchar_section_digit(t[i])))
		i++;
	if (i == first || i >= to)
		return 0;
	bool digit = fchar_digit(t[first]), mark = t[i] == ')' || t[i] == C_COMMA || (digit && t[i] == '.');
	return mark || t[i] == C_IS ? i + 1 - pos : 0;
}

/*
 * Does the sentence end at `pos`? A list in lines goes on over their ends, over full stops only where the next line has a
 * number.
 */
static bool ends_list(const struct reading *g, size_t pos)
{
	const fchar *t = g->f->ch;
	if (!fchar_sentence_end(t[pos]))
		return false;
	if (t[pos] == '\n')
		return pos > 0 && fchar_sentence_end(t[pos - 1]) && metric_list_number(g, pos + 1, g->f->n) == 0;
	return !(t[pos] == C_STOP && pos + 1 < g->f->n && t[pos + 1] == '\n');
}

/* Moves *pos to `to` and *depth to the brackets that are open there; false when the sentence ends on the way. */
static bool goes_on(const struct reading *g, size_t *pos, size_t to, int *depth)
{
	const fchar *t = g->f->ch;
	bool ended = false;
	for (; *pos < to; (*pos)++) {
		*depth += t[*pos] == '(' ? 1 : t[*pos] == ')' && *depth > 0 ? -1 : 0;
		ended = ended || ends_list(g, *pos);
	}
	return !ended;
}

/* The index behind the last item of the list; `mixed`: items may be counted by other words, to just the total. */
static size_t split_end(const struct reading *g, size_t i, const struct list *list, bool mixed)
{
	const struct quantity_at *total = &g->q[i];
	const struct split_kind *kind = list->kind;
	size_t k = i + 1, pos = list->from, end = 0;
	while (k < g->q_count && g->q[k].start < list->from)
		k++;
	double sum = 0;
	unsigned items = 0;
	bool exact = false, other = false;
	int depth = 0;
	for (; k < g->q_count && g->q[k].start < list->to && items < SPLIT_ITEMS && !exact; k++) {
		const struct quantity_at *q = &g->q[k];
		if (!goes_on(g, &pos, q->start, &depth))
			break;
		bool counts = unit_of_total(g, total, q) || (mixed && unit_in(g, q, "item_unit"));
		if (depth > 0 || q->kind != UNIT_COUNT || !counts)
			continue;
		if (sum + q->value > total->value && !kind->passes)
			break;
		other = other || (kind->never && word_in(g, kind->never, g->q[k - 1].end, q->start));
		sum += q->value;
		end = k + 1;
		exact = ++items >= kind->items_min && sum == total->value;
	}
	bool split = exact ? !other || kind->exact_excuses : !other && !mixed && sum >= kind->reach * total->value;
	return split && items >= kind->items_min ? end : 0;
}

/* "机构概况  7\n环境法规  31": is q[k] all that its line counts, behind a name? */
static bool fills_line(const struct reading *g, size_t k)
{
	const fchar *t = g->f->ch;
	size_t from = g->q[k].start, to = g->q[k].end;
	while (from > 0 && t[from - 1] != '\n' && g->q[k].start - from <= LINE_NAME_MAX) {
		from--;
		if (fchar_clause_end(t[from]) || fchar_digit(t[from]))
			return false;
	}
	while (to < g->f->n && is_mark(t[to]))
		to++;
	return g->q[k].start >= from + 2 && from > 0 && t[from - 1] == '\n' && (to == g->f->n || t[to] == '\n');
}

/* The index behind the lines that follow the total, one figure each, and come to it but for a misprint; 0 for none. */
static size_t split_lines(const struct reading *g, size_t i)
{
	double sum = 0, whole = g->q[i].value;
	unsigned items = 0;
	size_t k = i + 1;
	for (; k < g->q_count && items < SPLIT_ITEMS && sum < whole; k++) {
		size_t far = items > 0 ? LINE_NAME_MAX + 4 : LINES_FAR, from = g->q[items > 0 ? k - 1 : i].end;
		if (items == 0 && g->q[k].kind == UNIT_PERCENT)
			continue;
		if (g->q[k].start - from > far || !fills_line(g, k) || !unit_of_total(g, &g->q[i], &g->q[k]))
			break;
		items++;
		sum += g->q[k].value;
	}
	bool nearly = items > APART_MIN && fabs(sum - whole) <= LINES_OFF * whole;
	return items >= APART_MIN && (sum == whole || nearly) ? k : 0;
}

size_t metric_split(const struct reading *g, size_t i)
{
	const struct quantity_at *total = &g->q[i];
	struct list list;
	size_t end = split_lines(g, i);
	if (end > 0 || !find_list(g, i, &list))
		return end;
	end = split_end(g, i, &list, false);
	return end > 0 || !unit_in(g, total, "item_unit") ? end : split_end(g, i, &list, true);
}

/* Is q[k] the next item of a list of counts: close behind q[k - 1] in its sentence, outside brackets? */
static bool joined(const struct reading *g, size_t k)
{
	int depth = 0;
	size_t last = k - 1;
	while (last > 0 && g->q[last].kind == UNIT_PERCENT)
		last--;
	size_t pos = g->q[last].end;
	return k < g->q_count && g->q[k].kind == UNIT_COUNT && g->q[k].start - g->q[k - 1].end <= LIST_GAP &&
	       goes_on(g, &pos, g->q[k].start, &depth) && depth == 0;
}

size_t metric_split_apart(const struct reading *g, size_t i, size_t of)
{
	double sum = 0;
	unsigned items = 0;
	for (size_t k = i; k < g->q_count && k - i < 2 * SPLIT_ITEMS; k++) {
		if (items > 0 && g->q[k].kind == UNIT_PERCENT && g->q[k].start - g->q[k - 1].end <= SHARE_GAP)
			continue;                   /* 部门194条(72%),乡镇86条(28%) */
		if (metric_item_counts_names(g, k)) /* 12个乡镇86条 */
			continue;
		if ((items > 0 && !joined(g, k)) || !g->q[k].has_unit || !unit_of_total(g, &g->q[of], &g->q[k]))
			return 0;
		sum += g->q[k].value;
		items++;
		if (sum >= g->q[of].value)
			return sum == g->q[of].value && items >= APART_MIN ? k + 1 : 0;
	}
	return 0;
}

/* Does the clause before q[i] say that information was disclosed, or with `any` that something was: 发布公告12条? */
static bool discloses(const struct reading *g, size_t i, bool any)
{
	size_t from = g->q[i].start, far = from > LIST_GAP ? from - LIST_GAP : 0;
	while (from > far && !fchar_clause_end(g->f->ch[from - 1]))
		from--;
	return word_in(g, "disclose", from, g->q[i].start) && (any || word_in(g, "info", from, g->q[i].start));
}

/* "1.机构类:6条\n2.财政类:14条": is q[k] the item of the next line, which does not end in a full stop? */
static bool next_line(const struct reading *g, size_t k)
{
	size_t pos = g->q[k - 1].end, to = g->q[k].start;
	pos += pos < to && is_mark(g->f->ch[pos]);
	if (pos == to || g->f->ch[pos] != '\n' || g->q[k].kind != UNIT_COUNT || to - pos > LIST_GAP)
		return false;
	for (pos++; pos < to; pos++)
		if (g->f->ch[pos] == '\n' || g->f->ch[pos] == ',')
			return false;
	return true;
}

/* "...,其他12条。共计144条": is q[k] the sum that the next sentence begins with, with nothing else before it? */
static bool sum_follows(const struct reading *g, size_t k)
{
	size_t pos = g->q[k - 1].end, to = g->q[k].start;
	while (pos < to && (is_mark(g->f->ch[pos]) || g->f->ch[pos] == '\n'))
		pos++;
	size_t n = word_at(g, "sum_word", pos, to);
	return n > 0 && pos + n + word_at(g, "total_verb", pos + n, to) == to && g->q[k].kind == UNIT_COUNT;
}

/* `mixed`: the items may be counted by other words than their sum. */
static size_t split_ahead(const struct reading *g, size_t i, bool mixed)
{
	double sum = 0;
	for (size_t k = i; k < g->q_count && k - i < SPLIT_ITEMS; k++) {
		if ((k > i && !joined(g, k) && !next_line(g, k) && !sum_follows(g, k)) || !g->q[k].has_unit ||
		    !(mixed ? unit_in(g, &g->q[k], "list_unit") : unit_of_total(g, &g->q[i], &g->q[k])))
			return 0;
		size_t from = k > i ? g->q[k - 1].end : g->q[k].start, to = g->q[k].start;
		bool sums = k - i >= APART_MIN && sum == g->q[k].value && word_in(g, "sum_word", from, to) &&
			    (!mixed || unit_in(g, &g->q[k], "item_unit"));
		if (sums && word_in(g, "disclose", from, to) && word_in(g, "info", from, to))
			return k;
		if (sums && discloses(g, i, k - i > APART_MIN) &&
		    (word_in(g, "sum_noun", from, to) || sum_follows(g, k)))
			return k;
		sum += g->q[k].value;
	}
	return 0;
}

size_t metric_split_ahead(const struct reading *g, size_t i)
{
	size_t end = split_ahead(g, i, false);
	return end > 0 ? end : split_ahead(g, i, true);
}

size_t metric_figure_before(const struct reading *g, size_t i)
{
	while (i > 0 && g->q[i - 1].kind == UNIT_PERCENT)
		i--;
	return i;
}

bool metric_bracketed(const struct reading *g, size_t i)
{
	return i > 0 && g->f->ch[g->q[i - 1].end] == '(';
}

bool metric_chained(const struct reading *g, size_t total_end, size_t chain, size_t i)
{
	if (chain == 0 || chain != i)
		return false;
	size_t last = i - 1; /* a share of the total, or a rate, may stand between it and its list */
	while (last > 0 && g->q[last].kind == UNIT_PERCENT && g->q[last].start >= total_end)
		last--;
	size_t before = g->q[last].end > total_end ? g->q[i - 1].end : total_end;
	if (before > total_end) {
		for (size_t k = before; k < g->q[i].start; k++)
			if (fchar_sentence_end(g->f->ch[k]))
				return false;
		return g->q[i].start - before <= LIST_GAP;
	}
	return g->q[i].start - total_end <= CHAIN_NEAR && word_in(g, "list_word_parts", total_end, g->q[i].start);
}

/* 政策法规类信息12条, but not 各类信息12条, which are all of them */
static bool is_class_figure(const struct reading *g, size_t i)
{
	size_t back = g->q[i].start > LIST_GAP ? g->q[i].start - LIST_GAP : 0;
	size_t n = word_before(g, "class_listed", g->q[i].start, back);
	return g->q[i].kind == UNIT_COUNT && n > 0 && word_before(g, "not_one_class", g->q[i].start - n, back) == 0;
}

bool metric_class_alone(const struct reading *g, size_t i)
{
	if (!is_class_figure(g, i))
		return false;
	size_t end = g->q[i].end, next = i + 1, last = metric_figure_before(g, i);
	end += end < g->f->n && g->f->ch[end] == ',';
	if (word_at(g, "share_of_total", end, g->f->n) > 0)
		return true;
	while (next < g->q_count && g->q[next].kind == UNIT_PERCENT)
		next++;
	if (next < g->q_count && g->q[next].start - g->q[next - 1].end <= LIST_GAP && is_class_figure(g, next))
		return true;
	return last > 0 && g->q[i].start - g->q[i - 1].end <= LIST_GAP && is_class_figure(g, last - 1);
}

bool metric_listed(const struct reading *g, size_t from, size_t pos)
{
	const fchar *t = g->f->ch;
	if (pos - from > LISTED_FAR)
		from = pos - LISTED_FAR;
	for (size_t i = from; i + 1 < pos; i++)
		if (t[i] == C_QI && t[i + 1] == C_ZHONG)
			return true;
	return false;
}
