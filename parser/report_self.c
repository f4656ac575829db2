#include "parser/report_self.h"

#include "parser/report_organ.h"
#include "parser/report_region.h"

#define OPENING 600  /* characters in which a report without a title names whose it is */
#define NAME_CHARS 2 /* of a town's name that tell it from another's */
#define NAMED_MIN 2  /* times that the town is named */
#define SELF_MIN                                                                                                       \
	4 /* characters of a name that tells an organ from others: 大石镇人民政府, 永清街 is one with its year */
#define OPEN_NAME 20 /* characters from the year to 年度报告 */
#define LAST_LINES 4 /* lines of the text's end in which it is signed */
#define HEAD_FAR 12  /* characters from the begin of a clause to the town's tail: 2023年,越城区东湖街道 */

struct text {
	const struct lexicon *l;
	const struct fold *f;
	const struct segment *s;
};

struct naming {
	fchar name[NAME_CHARS];
	unsigned own, others; /* times that this town is named, and others */
};

static size_t word_at(const struct text *g, const char *group, size_t pos, size_t to)
{
	return lexicon_word_at(g->l, lexicon_need_group(g->l, group), g->f->ch, pos, to);
}

static size_t word_before(const struct text *g, const char *group, size_t pos, size_t from)
{
	return lexicon_word_before(g->l, lexicon_need_group(g->l, group), g->f->ch, pos, from);
}

/* Does a clause begin within HEAD_FAR before `pos`? */
static bool near_head(const struct text *g, size_t pos, size_t from)
{
	size_t k = pos;
	while (k > from && pos - k < HEAD_FAR && !fchar_clause_end(g->f->ch[k - 1]))
		k--;
	return k == from || fchar_clause_end(g->f->ch[k - 1]);
}

/* Is a single town named, whose tail stands at [pos, end): 东湖街道, 中村乡, not 各乡镇 or 乡村? */
static bool names_town(const struct text *g, size_t pos, size_t end, struct span part)
{
	const fchar *t = g->f->ch;
	if (pos < part.from + NAME_CHARS || word_before(g, "no_town", end, part.from) > 0 ||
	    word_at(g, "behind_no_town", end, part.to) > 0)
		return false;
	for (size_t k = pos - NAME_CHARS; k < pos; k++)
		if (!fchar_han(t[k]))
			return false;
	return near_head(g, pos, part.from) || word_at(g, "town_government", end, part.to) > 0;
}

static void count_name(struct naming *n, const fchar *name)
{
	if (n->own == 0)
		memcpy(n->name, name, sizeof n->name);
	if (memcmp(n->name, name, sizeof n->name) == 0)
		n->own++;
	else
		n->others++;
}

bool report_self_town(const struct lexicon *l, const struct fold *f, const struct segment *s)
{
	const struct text g = {l, f, s};
	struct naming named = {.own = 0};
	for (unsigned p = 0; p < s->parts_count; p++) {
		struct span part = s->parts[p];
		for (size_t i = part.from, n; i<part.to; i += n> 0 ? n : 1) {
			if (word_at(&g, "own_town", i, part.to) > 0)
				return true;
			n = word_at(&g, "town_bare", i, part.to);
			bool late = named.own == 0 && i - s->parts[0].from > OPENING;
			if (n > 0 && !late && names_town(&g, i, i + n, part))
				count_name(&named, f->ch + i - NAME_CHARS);
		}
	}
	return named.own >= NAMED_MIN && named.own > 2 * named.others;
}

/* May [from, to) be the name of the text's own organ: one that tells it from others? */
static bool may_be_self(const struct text *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	size_t level = lexicon_word_at(g->l, lexicon_need_group(g->l, "own_region"), t, from, to);
	if (to - from < SELF_MIN || (level == 1 && !organ_is_bureau(g->l, t, from, to)) ||
	    lexicon_group_in(g->l, "not_self", t, from, to))
		return false;
	if (word_before(g, "no_town", to, from) > 0 && !organ_ends(g->l, "town_government", t, from, to))
		return false;
	/* more than the tail alone: not 街道办事处, 镇人民政府 */
	size_t tail = word_before(g, "organ_township", to, from);
	tail = tail > 0 ? tail : word_before(g, "organ_government", to, from);
	return tail == 0 || to - from >= tail + NAME_CHARS;
}

/* The end of the organ at the head of a clause that acts or announces; 0 for none. */
static size_t subject_end(const struct text *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	size_t n;
	for (size_t e = from + 1; e < to && e <= from + ORGAN_MAX && fchar_han(t[e - 1]); e++) {
		bool acts = word_at(g, "self_verb", e, to) > 0;
		bool dated = !acts && report_region_title_year(t, e, e, to, &n) > 0 &&
			     lexicon_group_in(g->l, "this_report", t, e, e + OPEN_NAME < to ? e + OPEN_NAME : to);
		if (!acts && !dated)
			continue;
		bool organ = organ_is(g->l, t, from, e) || organ_ends(g->l, "organ_house", t, from, e);
		if (organ_is_central(g->l, t, from, e) || (organ && may_be_self(g, from, e)))
			return e;
	}
	return 0;
}

/* The first subject of the opening that is an organ. */
static struct span subject(const struct text *g)
{
	const fchar *t = g->f->ch;
	struct span part = g->s->parts[0];
	size_t to = part.from + OPENING < part.to ? part.from + OPENING : part.to;
	for (size_t i = part.from; i < to; i++) {
		if (i > part.from && !fchar_clause_end(t[i - 1]) && t[i - 1] != ':')
			continue;
		size_t k = i, n;
		if (report_region_title_year(t, i, part.from, to, &n) > 0) {
			k += n;
			k += word_at(g, "self_lead", k, to);
			k += k < to && t[k] == ',';
		}
		k += k < to && t[k] == 0x7531; /* 由X编制 */
		size_t end = subject_end(g, k, to);
		if (end > 0)
			return (struct span){k, end};
	}
	return (struct span){0, 0};
}

/* End of the organ that the name of a report begins with: 来凤经济开发区|信息公开2018年度报告; 0 for none. */
static size_t announced_end(const struct text *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	size_t end = 0, n;
	for (size_t e = from + 1; e < to && e <= from + ORGAN_MAX && fchar_han(t[e - 1]); e++) {
		bool organ = organ_is(g->l, t, from, e) || organ_ends(g->l, "zone_tail", t, from, e);
		size_t topic = e + word_at(g, "government_word", e, to);
		if (organ &&
		    (report_region_title_year(t, e, e, to, &n) > 0 || word_at(g, "title_topic", topic, to) > 0))
			end = e;
	}
	return end > 0 && may_be_self(g, from, end) ? end : 0;
}

/* The organ whose report the opening announces: 现将福州高新区管理委员会2009年度...报告如下. */
static struct span announced(const struct text *g)
{
	const fchar *t = g->f->ch;
	struct span part = g->s->parts[0];
	size_t to = part.from + OPENING < part.to ? part.from + OPENING : part.to, n;
	for (size_t i = part.from; i < to; i++) {
		if ((n = word_at(g, "announce_verb", i, to)) == 0 ||
		    (word_at(g, "announce_now", i, to) == 0 && word_before(g, "announce_lead", i, part.from) == 0))
			continue;
		size_t from = i + n, year;
		from += word_at(g, "announce_tail", from, to);
		if (report_region_title_year(t, from, from, to, &year) > 0) {
			from += year;
			from += word_at(g, "self_lead", from, to);
		}
		size_t end = announced_end(g, from, to);
		if (end > 0)
			return (struct span){from, end};
	}
	return (struct span){0, 0};
}

/* The organ that signs: alone on one of the last lines. */
static struct span signature(const struct text *g)
{
	const fchar *t = g->f->ch;
	struct span part = g->s->parts[g->s->parts_count - 1];
	size_t end = part.to;
	for (unsigned lines = 0; lines < LAST_LINES && end > part.from; lines++) {
		size_t from = end;
		while (from > part.from && t[from - 1] != '\n')
			from--;
		bool name = end > from && end - from <= ORGAN_MAX && organ_is_titled(g->l, t, from, end);
		for (size_t i = from; i < end && name; i++)
			name = fchar_han(t[i]);
		if (name && may_be_self(g, from, end))
			return (struct span){from, end};
		end = from - (from > part.from);
	}
	return (struct span){0, 0};
}

/* Where the name of whom to ask ends: before 联系, or where its words end. */
static size_t contact_end(const struct text *g, size_t from, size_t to)
{
	size_t e = from;
	while (e < to && e < from + ORGAN_MAX && fchar_han(g->f->ch[e]) && word_at(g, "contact_verb", e, to) == 0)
		e++;
	return e;
}

/* The organ that readers may turn to, without its desk: 请与永清街道办事处党政办公室联系, 联系单位:甘谷县水务局. */
static struct span contact(const struct text *g)
{
	const fchar *t = g->f->ch;
	for (unsigned p = 0; p < g->s->parts_count; p++) {
		struct span part = g->s->parts[p];
		for (size_t i = part.from, n; i < part.to; i++) {
			if ((n = word_at(g, "contact_lead", i, part.to)) == 0) {
				n = word_at(g, "contact_label", i, part.to);
				n = n > 0 && i + n < part.to && t[i + n] == ':' ? n : 0;
			}
			if (n == 0)
				continue;
			size_t from = i + n + (i + n < part.to && t[i + n] == ':'),
			       end = organ_end(g->l, t, from, part.to);
			size_t stop = contact_end(g, from, part.to);
			end = stop > end && organ_is_titled(g->l, t, from, stop) ? stop : end;
			for (size_t e = from + NAME_CHARS; e < end; e++)
				if (organ_is_titled(g->l, t, from, e) && word_at(g, "contact_desk", e, end) == end - e)
					end = e;
			if (end > 0 && may_be_self(g, from, end))
				return (struct span){from, end};
		}
	}
	return (struct span){0, 0};
}

struct span report_self_name(const struct lexicon *l, const struct fold *f, const struct segment *s)
{
	const struct text g = {l, f, s};
	struct span none = {0, 0};
	if (s->parts_count == 0)
		return none;
	struct span o = subject(&g);
	o = o.to > o.from ? o : announced(&g);
	o = o.to > o.from ? o : signature(&g);
	return o.to > o.from ? o : contact(&g);
}

bool report_self_acts(const struct lexicon *l, const struct fold *f, const struct segment *s, const struct fold *name)
{
	const struct text g = {l, f, s};
	struct span o = s->parts_count > 0 ? subject(&g) : (struct span){0, 0};
	return o.to > o.from && o.to - o.from == name->n && fold_is(f, o.from, name->ch, name->n) &&
	       word_at(&g, "compile_verb", o.to, f->n) == 0 && word_at(&g, "announce_verb", o.to, f->n) == 0 &&
	       word_at(&g, "compiles", o.to, f->n) == 0;
}

bool report_self_bureau(const struct lexicon *l, const struct fold *f, const struct segment *s)
{
	for (unsigned p = 0; p < s->parts_count; p++)
		if (lexicon_group_in(l, "own_bureau", f->ch, s->parts[p].from, s->parts[p].to))
			return true;
	return false;
}
