#include "parser/report_self.h"

#define OPENING 600  /* characters in which a report without a title names whose it is */
#define NAME_CHARS 2 /* of a town's name that tell it from another's */
#define NAMED_MIN 2  /* times that the town is named */
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

bool report_self_bureau(const struct lexicon *l, const struct fold *f, const struct segment *s)
{
	for (unsigned p = 0; p < s->parts_count; p++)
		if (lexicon_group_in(l, "own_bureau", f->ch, s->parts[p].from, s->parts[p].to))
			return true;
	return false;
}
