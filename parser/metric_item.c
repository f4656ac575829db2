#include "parser/metric_item.h"

#include "parser/metric_list.h"
#include "parser/metric_words.h"

#define NAMES_FAR 30 /* characters from how many there are to their figure */

#define BLANK_ITEM_MAX 16 /* characters of an item's name that only a blank parts from the one before */

enum { C_COMMA = 0x3001, C_OPEN = 0x3010, C_CLOSE = 0x3011, C_CHENG = 0x6210 };

bool metric_item_bullet(fchar c)
{
	return c == ' ' || c == '[' || c == C_OPEN || c == 0x25CF || c == 0x25A0 || c == 0x25C6 || c == 0x2022 ||
	       c == 0xB7 || c == '*' || c == '-' || c == 0x2014 || c == 0x203B || c == 0x2605;
}

/* ... and behind it, up to the figure: [财务与采购] 27条, 县直各部门 ...... 957条 */
static bool is_leader(fchar c)
{
	return c == ' ' || c == ']' || c == C_CLOSE || c == '.' || c == 0x2026 || c == 0xB7 || c == 0x2014;
}

/* 占六成, 约占三成: characters of a share in tenths that ends at `pos` */
static size_t tenths_before(const struct reading *g, size_t left, size_t pos)
{
	if (pos < left + 3 || g->f->ch[pos - 1] != C_CHENG || fchar_han_digit(g->f->ch[pos - 2]) < 0)
		return 0;
	size_t n = word_before(g, "share_lead", pos - 2, left);
	return n > 0 ? n + 2 : 0;
}

size_t metric_item_end(const struct reading *g, size_t left, size_t pos)
{
	const fchar *t = g->f->ch;
	while (pos > left && is_leader(t[pos - 1]))
		pos--;
	if (pos > left && (t[pos - 1] == ':' || t[pos - 1] == '('))
		pos -= 1 + (t[pos - 1] == '(' ? tenths_before(g, left, pos - 1) : 0);
	while (pos > left && is_leader(t[pos - 1]))
		pos--;
	return pos;
}

size_t metric_item_bracket(const struct reading *g, size_t from, size_t to)
{
	int depth = 0;
	for (size_t k = to; k > from && !fchar_clause_end(g->f->ch[k - 1]); k--) {
		depth += g->f->ch[k - 1] == ')' ? 1 : g->f->ch[k - 1] == '(' ? -1 : 0;
		if (depth <= 0)
			return depth == 0 && g->f->ch[k - 1] == '(' ? k - 1 : to;
	}
	return to;
}

size_t metric_item_actor(const struct reading *g, size_t from, size_t to)
{
	to -= word_before(g, "of_word", to, from);
	size_t verb = word_before(g, "disclose", to, from);
	to -= verb > 0 ? verb : word_before(g, "enter_word", to, from);
	to -= word_before(g, "self_adverb", to, from);
	return word_before(g, "publisher_tail", to, from) > 0 ? to : metric_item_bracket(g, from, to);
}

size_t metric_item_apart(const struct reading *g, size_t i)
{
	size_t pos = g->q[i].start, left = i > 0 ? g->q[i - 1].end : 0, n;
	bool comma = false;
	for (; pos > left; pos -= n) {
		bool mark = g->f->ch[pos - 1] == ',';
		if ((n = mark ? 1 : word_before(g, "class_filler", pos, left)) == 0)
			return comma ? pos : 0;
		comma = comma || mark;
	}
	if (i == 0 || g->q[i - 1].kind != UNIT_PERCENT)
		return 0;
	pos = g->q[i - 1].start;
	return pos - word_before(g, "share_lead", pos, 0);
}

size_t metric_item_begin(const struct reading *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	for (size_t k = from; k < to; k++)
		if (t[k] == ':')
			from = k + 1;
	for (size_t k = from, n; k < to; k++)
		if ((n = word_at(g, "list_word_parts", k, to)) > 0 && k + n < to)
			from = k + n;
	for (size_t n; (n = metric_list_number(g, from, to)) > 0;)
		from += n;
	while (from < to) {
		bool mark = t[from] == C_COMMA || t[from] == '(' || t[from] == ')' || metric_item_bullet(t[from]);
		size_t n = mark ? 1 : word_at(g, "list_join", from, to);
		if (n == 0)
			break;
		from += n;
		from += metric_list_number(g, from, to);
	}
	return from;
}

/* 组织机构9条 行政权力36条: does only a blank of the source part the item from the next name and figure? */
static bool blank_parts(const struct reading *g, size_t pos)
{
	const fchar *t = g->f->ch;
	if (pos == 0 || pos >= g->f->n || g->f->cp[pos] == g->f->cp[pos - 1] + 1)
		return false;
	size_t end = pos;
	while (end < g->f->n && end - pos <= BLANK_ITEM_MAX && (fchar_han(t[end]) || metric_item_bullet(t[end])))
		end++;
	return end >= pos + 2 && end < g->f->n && fchar_digit(t[end]);
}

bool metric_item_ends(const struct reading *g, size_t pos)
{
	fchar c = pos < g->f->n ? g->f->ch[pos] : '\n';
	return fchar_clause_end(c) || c == ':' || c == C_COMMA || c == '(' || c == ')' ||
	       word_at(g, "share_word", pos, g->f->n) > 0 || word_at(g, "run_end", pos, g->f->n) > 0 ||
	       word_at(g, "list_join", pos, g->f->n) > 0 || blank_parts(g, pos);
}

bool metric_item_counts_names(const struct reading *g, size_t i)
{
	if (i + 1 >= g->q_count || g->q[i].kind != UNIT_COUNT || g->q[i + 1].kind != UNIT_COUNT ||
	    word_at(g, "unit:unit", g->q[i].unit_from, g->q[i].end) == 0 ||
	    word_at(g, "list_unit", g->q[i + 1].unit_from, g->q[i + 1].end) == 0 ||
	    g->q[i + 1].start - g->q[i].end > NAMES_FAR)
		return false;
	for (size_t pos = g->q[i].end; pos < g->q[i + 1].start; pos++)
		if (fchar_clause_end(g->f->ch[pos]) || g->f->ch[pos] == ':' || g->f->ch[pos] == C_COMMA ||
		    g->f->ch[pos] == '(')
			return false;
	return true;
}

size_t metric_item_tail_end(const struct reading *g, size_t pos, size_t to)
{
	const fchar *t = g->f->ch;
	while (pos < to && !fchar_clause_end(t[pos]) && t[pos] != '(' && t[pos] != ')' && t[pos] != C_COMMA)
		pos++;
	return pos;
}

struct str metric_item_level(const struct reading *g, size_t from, size_t to)
{
	static const struct {
		const char *group, *of_province, *of_city, *of_others; /* whose report it is */
	} levels[] = {{"item_city_level", "", "headquarters", "headquarters"},
		      {"item_county_level", "county", "county", "headquarters"},
		      {"item_own", "headquarters", "headquarters", "headquarters"},
		      {"item_county", "county", "county", "county"},
		      {"item_town", "township", "township", "township"}};
	bool province = str_eq_z(g->r->level, "province"), city = str_eq_z(g->r->level, "prefecture");
	for (size_t k = 0; k < sizeof levels / sizeof levels[0]; k++)
		if (from < to && word_at(g, levels[k].group, from, to) == to - from)
			return str_of(province ? levels[k].of_province
				      : city   ? levels[k].of_city
					       : levels[k].of_others);
	return STR_NULL;
}
