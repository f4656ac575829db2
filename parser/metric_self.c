#include "parser/metric_words.h"

#define OPENING 600  /* characters in which a report without a title names whose it is */
#define NAME_CHARS 2 /* of a town's name that tell it from another's */
#define NAMED_MIN 2  /* times that the town is named */
#define HEAD_FAR 12  /* characters from the begin of a clause to the town's tail: 2023年,越城区东湖街道 */

struct naming {
	fchar name[NAME_CHARS];
	unsigned own, others; /* times that this town is named, and others */
};

/* Does a clause begin within HEAD_FAR before `pos`? */
static bool near_head(const struct reading *g, size_t pos, size_t from)
{
	size_t k = pos;
	while (k > from && pos - k < HEAD_FAR && !fchar_clause_end(g->f->ch[k - 1]))
		k--;
	return k == from || fchar_clause_end(g->f->ch[k - 1]);
}

/* Is a single town named, whose tail stands at [pos, end): 东湖街道, 中村乡, not 各乡镇 or 乡村? */
static bool names_town(const struct reading *g, size_t pos, size_t end, struct span part)
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

/* Does the text speak of one town as of itself: 我街道, or from its opening on of this town and hardly of another? */
static bool speaks_as_town(const struct reading *g)
{
	struct naming named = {.own = 0};
	for (unsigned p = 0; p < g->s->parts_count; p++) {
		struct span part = {g->s->parts[p].from, g->s->parts[p].to};
		for (size_t i = part.from, n; i<part.to; i += n> 0 ? n : 1) {
			if (word_at(g, "own_town", i, part.to) > 0)
				return true;
			n = word_at(g, "town_bare", i, part.to);
			bool late = named.own == 0 && i - g->s->parts[0].from > OPENING;
			if (n > 0 && !late && names_town(g, i, i + n, part))
				count_name(&named, g->f->ch + i - NAME_CHARS);
		}
	}
	return named.own >= NAMED_MIN && named.own > 2 * named.others;
}

static bool speaks_as_bureau(const struct reading *g)
{
	for (unsigned p = 0; p < g->s->parts_count; p++)
		if (word_in(g, "own_bureau", g->s->parts[p].from, g->s->parts[p].to))
			return true;
	return false;
}

void metric_self(struct reading *g)
{
	struct str level = g->r->level;
	g->department = str_eq_z(level, "department") || (level.n == 0 && speaks_as_bureau(g));
	g->town = str_eq_z(level, "township") ||
		  (!g->department && (level.n == 0 || str_eq_z(level, "county")) && speaks_as_town(g));
}
