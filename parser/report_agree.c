#include "parser/report_agree.h"

#include "parser/report_organ.h"

#define NAMES_MAX 24    /* different names that are weighed */
#define LOOKS_MAX 4000  /* places where a name may begin */
#define TOWN_NAME_MAX 5 /* characters of a town's name */
#define WEIGHT_HEAD 2U  /* of a name that heads a clause */
#define WEIGHT_ABOUT 4U /* of one that disclosure is said of */
#define WEIGHT_MIN 2    /* below it a name is one that the text only mentions */
#define TOPIC_FAR 2     /* characters between a name and its disclosure: X局政府|信息公开 */

/* How a text speaks of itself, and the last word of the names that agree with it. */
static const struct {
	const char *own, *tail;
	bool town;
} voices[] = {
	{"own_ju", "tail_ju", false},         {"own_wei", "tail_wei", false},       {"own_ban", "tail_ban", false},
	{"own_ting", "tail_ting", false},     {"own_center", "tail_center", false}, {"own_yuan", "tail_yuan", false},
	{"own_school", "tail_school", false}, {"own_union", "tail_union", false},   {"own_xiang", "tail_xiang", true},
	{"own_zhen", "tail_zhen", true},      {"own_street", "tail_street", true}};
#define VOICES (sizeof voices / sizeof voices[0])

struct name {
	struct span at; /* its first place */
	unsigned weight;
	bool placed; /* begins with a region's name, not with its level alone */
};

struct search {
	const struct lexicon *l;
	const struct fold *f;
	uint16_t tail, level, not_self;
	bool town;
	struct name names[NAMES_MAX];
	unsigned count, looks;
};

static unsigned times(const struct lexicon *l, const struct fold *f, const struct segment *s, const char *group)
{
	uint16_t g = lexicon_need_group(l, group);
	unsigned n = 0;
	for (unsigned p = 0; p < s->parts_count; p++)
		for (size_t i = s->parts[p].from; i < s->parts[p].to; i++)
			n += lexicon_word_at(l, g, f->ch, i, s->parts[p].to) > 0;
	return n;
}

/* End of the name behind its place at `pos`: where the first word ends that agrees; 0 for none. */
static size_t name_end(const struct search *g, size_t pos, size_t to, size_t max)
{
	const fchar *t = g->f->ch;
	for (size_t k = pos; k < to && k < pos + max && fchar_han(t[k]); k++) {
		size_t n = lexicon_word_at(g->l, g->tail, t, k, to);
		if (n > 0 && k > pos)
			return k + n;
		if (lexicon_word_at(g->l, g->not_self, t, k, to) > 0 && !organ_ends(g->l, "government_word", t, pos, k))
			return 0;
	}
	return 0;
}

static bool said_of(const struct search *g, size_t pos, size_t to)
{
	uint16_t topic = lexicon_need_group(g->l, "title_topic");
	for (size_t k = pos; k <= pos + TOPIC_FAR; k++)
		if (lexicon_word_at(g->l, topic, g->f->ch, k, to) > 0)
			return true;
	return false;
}

static void weigh(struct search *g, struct span at, bool placed, bool head, size_t to)
{
	unsigned weight = 1U + (head ? WEIGHT_HEAD : 0U) + (said_of(g, at.to, to) ? WEIGHT_ABOUT : 0U);
	for (unsigned i = 0; i < g->count; i++) {
		struct span *n = &g->names[i].at;
		if (n->to - n->from == at.to - at.from && fold_is(g->f, at.from, g->f->ch + n->from, n->to - n->from)) {
			g->names[i].weight += weight;
			return;
		}
	}
	if (g->count < NAMES_MAX)
		g->names[g->count++] = (struct name){at, weight, placed};
}

/* Does a clause begin at `pos`, or go on behind its year? */
static bool is_head(const fchar *t, size_t pos, size_t from)
{
	return pos == from || fchar_clause_end(t[pos - 1]) || t[pos - 1] == ':' || t[pos - 1] == 0x5E74 ||
	       t[pos - 1] == ')';
}

static void look(struct search *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	for (size_t i = from; i < to; i++) {
		if (!fchar_han(t[i]))
			continue;
		uint32_t word;
		size_t place = i, n, end = 0;
		while ((n = matcher_longest(g->l->region_names, t, place, to, &word)) > 1)
			place += n;
		bool placed = place > i, head = is_head(t, i, from);
		if (!placed && !head)
			continue;
		if (++g->looks > LOOKS_MAX)
			return;
		size_t level = placed ? 0 : lexicon_word_at(g->l, g->level, t, i, to);
		if (g->town)
			end = name_end(g, place, to, TOWN_NAME_MAX);
		else if (placed || level == 1)
			end = name_end(g, place + level, to, ORGAN_MAX);
		if (end > 0)
			weigh(g, (struct span){i, end}, placed, head, to);
		i = placed ? place - 1 : i;
	}
}

/* The name that weighs most. One with its level alone (区卫生局) excludes those of regions of another (广州市卫生局). */
static struct span heaviest(const struct search *g)
{
	const struct name *best = NULL, *bare = NULL;
	const fchar *t = g->f->ch;
	for (unsigned i = 0; i < g->count && !g->town; i++)
		if (!g->names[i].placed && (!bare || g->names[i].weight > bare->weight))
			bare = &g->names[i];
	for (unsigned i = 0; i < g->count; i++) {
		const struct name *n = &g->names[i];
		if (!g->town && !n->placed)
			continue;
		if (bare && bare->weight > n->weight) {
			uint32_t word;
			size_t k = n->at.from, len;
			while ((len = matcher_longest(g->l->region_names, t, k, n->at.to, &word)) > 1)
				k += len;
			if (t[k - 1] != t[bare->at.from])
				continue;
		}
		if (!best || n->weight > best->weight)
			best = n;
	}
	best = best && best->weight >= WEIGHT_MIN ? best : bare;
	return best && best->weight >= WEIGHT_MIN ? best->at : (struct span){0, 0};
}

struct span report_agree_name(const struct lexicon *l, const struct fold *f, const struct segment *s)
{
	struct search g = {.l = l,
			   .f = f,
			   .level = lexicon_need_group(l, "own_region"),
			   .not_self = lexicon_need_group(l, "not_self")};
	unsigned most = 0, voice = 0;
	for (unsigned i = 0; i < VOICES; i++) {
		unsigned n = times(l, f, s, voices[i].own);
		if (n > most) {
			most = n;
			voice = i;
		}
	}
	if (most == 0)
		return (struct span){0, 0};
	g.tail = lexicon_need_group(l, voices[voice].tail);
	g.town = voices[voice].town;
	for (unsigned p = 0; p < s->parts_count; p++)
		look(&g, s->parts[p].from, s->parts[p].to);
	return heaviest(&g);
}
