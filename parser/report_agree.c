#include "parser/report_agree.h"

#include "parser/report_organ.h"

#define NAMES_MAX 24    /* different names that are weighed */
#define LOOKS_MAX 4000  /* places where a name may begin */
#define BRANCH_MAX 5    /* characters of the place of a branch */
#define FREE_MIN 4      /* characters of a name that begins with no place */
#define WEIGHT_FREE 6   /* it must be said of disclosure, or head two clauses */
#define TOWN_NAME_MAX 5 /* characters of a town's name */
#define WEIGHT_HEAD 2U  /* of a name that heads a clause */
#define WEIGHT_ABOUT 4U /* of one that disclosure is said of */
#define WEIGHT_MIN 2    /* below it a name is one that the text only mentions */
#define TOPIC_FAR 2     /* characters between a name and its disclosure: X局政府|信息公开 */

/* How a text speaks of itself, and the last word of the names that agree with it. */
static const struct {
	const char *own, *tail;
	bool town;
} voices[] = {{"own_ju", "tail_ju", false},           {"own_wei", "tail_wei", false},
	      {"own_ban", "tail_ban", false},         {"own_ting", "tail_ting", false},
	      {"own_center", "tail_center", false},   {"own_yuan", "tail_yuan", false},
	      {"own_school", "tail_school", false},   {"own_union", "tail_union", false},
	      {"own_hall", "tail_hall", false},       {"own_company", "tail_company", false},
	      {"own_team", "tail_team", false},       {"own_ministry", "tail_ministry", false},
	      {"own_customs", "tail_customs", false}, {"own_xiang", "tail_xiang", true},
	      {"own_zhen", "tail_zhen", true},        {"own_street", "tail_street", true}};
#define VOICES (sizeof voices / sizeof voices[0])

/* What a name begins with: neither of the others, 县 or 市, a region's name or a ministry's. */
enum place { FREE, LEVEL, PLACED };

struct name {
	struct span at; /* its first place */
	unsigned weight;
	enum place place;
};

struct search {
	const struct lexicon *l;
	const struct fold *f;
	uint16_t tail, level, not_self, no_begin, central;
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

/* 定西市公安局|安定分局 */
static size_t branch_end(const struct search *g, size_t end, size_t to)
{
	uint16_t branch = lexicon_need_group(g->l, "branch_tail");
	size_t n;
	for (size_t k = end; k < to && k < end + BRANCH_MAX && fchar_han(g->f->ch[k]); k++)
		if ((n = lexicon_word_at(g->l, branch, g->f->ch, k, to)) > 0)
			return k + n;
	return end;
}

/* End of the name behind its place at `pos`: where the first word ends that agrees; 0 for none. */
static size_t name_end(const struct search *g, size_t pos, size_t to, size_t max)
{
	const fchar *t = g->f->ch;
	if (lexicon_word_at(g->l, g->no_begin, t, pos, to) > 0)
		return 0;
	for (size_t k = pos; k < to && k < pos + max && fchar_han(t[k]) && t[k] != ORGAN_OF; k++) {
		size_t n = lexicon_word_at(g->l, g->tail, t, k, to);
		if (n > 0 && k > pos)
			return branch_end(g, k + n, to);
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

static void weigh(struct search *g, struct span at, enum place place, bool head, size_t to)
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
		g->names[g->count++] = (struct name){at, weight, place};
}

/* Does a clause begin at `pos`, or go on behind its year? */
static bool is_head(const fchar *t, size_t pos, size_t from)
{
	return pos == from || fchar_clause_end(t[pos - 1]) || t[pos - 1] == ':' || t[pos - 1] == 0x5E74 ||
	       t[pos - 1] == ')' || t[pos - 1] == '>';
}

static bool organ_ends_with(const struct search *g, size_t from, size_t to)
{
	return lexicon_word_before(g->l, g->tail, g->f->ch, to, from) > 0;
}

static void look(struct search *g, size_t from, size_t to)
{
	const fchar *t = g->f->ch;
	for (size_t i = from; i < to; i++) {
		if (!fchar_han(t[i]))
			continue;
		uint32_t word;
		size_t place = i + lexicon_word_at(g->l, g->central, t, i, to), n, end = 0;
		size_t ministry = place;
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
		else if (placed && place == ministry)
			end = organ_ends_with(g, i, place) ? place : 0;
		else
			end = name_end(g, place + (level == 1 ? 1 : 0), to, ORGAN_MAX);
		if (end > 0 && !lexicon_group_in(g->l, "disclosure", t, i, end) &&
		    (placed || level == 1 || g->town || end - i >= FREE_MIN))
			weigh(g, (struct span){i, end}, placed ? PLACED : level == 1 ? LEVEL : FREE, head, to);
		i = placed ? place - 1 : i;
	}
}

/* The name that weighs most. One with its level alone (区卫生局) excludes those of regions of another (广州市卫生局). */
static struct span heaviest(const struct search *g)
{
	const struct name *best = NULL, *bare = NULL;
	const fchar *t = g->f->ch;
	for (unsigned i = 0; i < g->count && !g->town; i++)
		if (g->names[i].place == LEVEL && (!bare || g->names[i].weight > bare->weight))
			bare = &g->names[i];
	for (unsigned i = 0; i < g->count; i++) {
		const struct name *n = &g->names[i];
		if (!g->town && n->place != PLACED)
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
	if (best && best->weight >= WEIGHT_MIN)
		return best->at;
	for (unsigned i = 0; i < g->count; i++)
		if (g->names[i].place == FREE && g->names[i].weight >= WEIGHT_FREE)
			return g->names[i].at;
	return (struct span){0, 0};
}

struct span report_agree_name(const struct lexicon *l, const struct fold *f, const struct segment *s)
{
	struct search g = {.l = l,
			   .f = f,
			   .level = lexicon_need_group(l, "own_region"),
			   .not_self = lexicon_need_group(l, "not_self"),
			   .no_begin = lexicon_need_group(l, "no_name_begin"),
			   .central = lexicon_need_group(l, "central_organ")};
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

bool report_agree_is(const struct lexicon *l, const struct fold *f, const struct segment *s, const struct fold *name)
{
	for (unsigned i = 0; i < VOICES; i++)
		if (!voices[i].town && organ_ends(l, voices[i].tail, name->ch, 0, name->n) &&
		    times(l, f, s, voices[i].own) > 0)
			return true;
	return false;
}
