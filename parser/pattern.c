#include "parser/pattern.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* Steps that one pattern may try at one quantity; hostile text ends in "does not fit". */
#define STEPS_MAX 4000
#define NO_FIT INT_MIN
#define C_DUN 0x3001 /* behind it the next item of a list begins */
#define SCORE_WORD 8 /* for each matched character; a skipped one costs 1 */

struct walk {
	const struct lexicon *l;
	const struct place *at;
	const struct element *e;
	unsigned count;
	int steps;
};

/* Elements e[i..] leftwards from `pos`; returns the score or NO_FIT, *edge: where the match begins. */
static int match_left(struct walk *w, unsigned i, size_t pos, size_t *edge)
{
	if (i == w->count) {
		*edge = pos;
		return 0;
	}
	const struct element *e = &w->e[i];
	const fchar *t = w->at->text;
	for (size_t gap = 0; gap <= e->gap && pos >= w->at->left_from + gap && w->steps-- > 0; gap++) {
		size_t p = pos - gap;
		if (gap > 0 && fchar_clause_end(t[p]) && !(e->commas && t[p] == ','))
			break;
		size_t n = lexicon_word_before(w->l, e->group, t, p, w->at->left_from);
		if (n == 0)
			continue;
		int rest = match_left(w, i + 1, p - n, edge);
		if (rest != NO_FIT)
			return rest + (int)n * SCORE_WORD - (int)gap;
	}
	return NO_FIT;
}

static int match_right(struct walk *w, unsigned i, size_t pos, size_t *edge)
{
	if (i == w->count) {
		*edge = pos;
		return 0;
	}
	const struct element *e = &w->e[i];
	const fchar *t = w->at->text;
	for (size_t gap = 0; gap <= e->gap && pos + gap < w->at->right_to && w->steps-- > 0; gap++) {
		size_t p = pos + gap;
		bool stop = fchar_clause_end(t[p - 1]) || t[p - 1] == C_DUN,
		     comma = t[p - 1] == ',' || t[p - 1] == C_DUN;
		if (gap > 0 && stop && !(e->commas && comma))
			break;
		size_t n = lexicon_word_at(w->l, e->group, t, p, w->at->right_to);
		if (n == 0)
			continue;
		int rest = match_right(w, i + 1, p + n, edge);
		if (rest != NO_FIT)
			return rest + (int)n * SCORE_WORD - (int)gap;
	}
	return NO_FIT;
}

static bool unit_fits(const struct lexicon *l, uint16_t group, const struct word *unit)
{
	const struct group *g = &l->groups[group];
	if (unit->n == 0) /* a counting word that the writer left out; percent and money never are */
		return g->count > 0 && g->words[g->count - 1].n > 0 && !str_eq_z(g->name, "unit:percent") &&
		       !str_eq_z(g->name, "unit:yuan");
	for (size_t i = 0; i < g->count; i++)
		if (g->words[i].n == unit->n && memcmp(g->words[i].p, unit->p, unit->n * sizeof(fchar)) == 0)
			return true;
	return false;
}

static bool conditions(const struct pattern *p, const struct place *at)
{
	if ((p->runs_on && !at->runs_on) || (p->government && at->department) || (p->spread && !at->spread) ||
	    (p->single_channel && at->spread))
		return false;
	for (unsigned i = 0; i < p->left_count; i++)
		if (!groups_have(at->sentence, p->left[i].group))
			return false;
	for (unsigned i = 0; i < p->right_count; i++)
		if (!groups_have(at->sentence, p->right[i].group))
			return false;
	if (p->has != LEXICON_NONE && !groups_have(at->sentence, p->has))
		return false;
	if (p->no_sentence != LEXICON_NONE && groups_have(at->sentence, p->no_sentence))
		return false;
	if (p->no != LEXICON_NONE && groups_have(at->clause, p->no))
		return false;
	if (p->in != LEXICON_NONE && !groups_have(at->context, p->in) && !groups_have(at->sentence, p->in))
		return false;
	return p->no_context == LEXICON_NONE || !groups_have(at->context, p->no_context);
}

static uint16_t units_of(const struct lexicon *l, const struct pattern *p)
{
	return p->units != LEXICON_NONE    ? p->units
	       : p->metric != LEXICON_NONE ? l->metrics[p->metric].units
					   : LEXICON_NONE;
}

static bool words_fit(const struct lexicon *l, const struct pattern *p, const struct place *at, struct fit *out)
{
	struct walk left = {l, at, p->left, p->left_count, STEPS_MAX};
	int a = match_left(&left, 0, at->start, &out->from);
	if (a == NO_FIT)
		return false;
	struct walk right = {l, at, p->right, p->right_count, STEPS_MAX};
	int b = match_right(&right, 0, at->end, &out->to);
	if (b == NO_FIT)
		return false;
	out->score = a + b + p->bonus;
	return true;
}

size_t pattern_candidates(const struct lexicon *l, const struct groups_seen *sentence, uint16_t out[PATTERNS_MAX])
{
	uint64_t may[PATTERNS_MAX / 64] = {0};
	size_t count = 0;
	for (size_t i = 0; i < sizeof sentence->bits / sizeof sentence->bits[0]; i++)
		for (uint64_t bits = sentence->bits[i]; bits; bits &= bits - 1) {
			size_t g = i * 64 + (size_t)__builtin_ctzll(bits);
			for (size_t k = l->pattern_from[g]; k < l->pattern_from[g + 1]; k++)
				may[l->pattern_by[k] / 64] |= (uint64_t)1 << (l->pattern_by[k] % 64);
		}
	for (size_t i = 0; i * 64 < l->patterns_count; i++)
		for (uint64_t bits = may[i]; bits; bits &= bits - 1)
			out[count++] = (uint16_t)(i * 64 + (size_t)__builtin_ctzll(bits));
	return count;
}

bool pattern_fits(const struct lexicon *l, const struct pattern *p, const struct place *at, struct fit *out)
{
	uint16_t units = units_of(l, p);
	if (!conditions(p, at) || (units != LEXICON_NONE && !unit_fits(l, units, &at->unit)))
		return false;
	return words_fit(l, p, at, out);
}

enum pattern_miss pattern_why_not(const struct lexicon *l, const struct pattern *p, const struct place *at,
				  struct fit *out, uint16_t *group)
{
	const struct {
		uint16_t group;
		bool wrong;
		enum pattern_miss why;
	} options[] = {
		{p->no_sentence, groups_have(at->sentence, p->no_sentence), PATTERN_MISS_SHUT},
		{p->no, groups_have(at->clause, p->no), PATTERN_MISS_SHUT},
		{p->no_context, groups_have(at->context, p->no_context), PATTERN_MISS_SHUT},
		{p->has, !groups_have(at->sentence, p->has), PATTERN_MISS_NEAR},
		{p->in, !groups_have(at->context, p->in) && !groups_have(at->sentence, p->in), PATTERN_MISS_NEAR},
	};
	uint16_t units = units_of(l, p);
	*group = LEXICON_NONE;
	for (unsigned i = 0; i < p->left_count; i++)
		if (!groups_have(at->sentence, p->left[i].group))
			return PATTERN_MISS_WORDS;
	if (!words_fit(l, p, at, out))
		return PATTERN_MISS_WORDS;
	if (units != LEXICON_NONE && !unit_fits(l, units, &at->unit))
		return PATTERN_MISS_UNIT;
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		if (options[i].group != LEXICON_NONE && options[i].wrong) {
			*group = options[i].group;
			return options[i].why;
		}
	return PATTERN_FITS;
}

static void bad(struct str line, const char *why)
{
	fprintf(stderr, "lexicon: prose.tsv: %s: %.*s\n", why, STR_FMT(line));
	abort();
}

static uint16_t group_of(struct lexicon *l, struct str s)
{
	if (s.n > 2 && s.p[0] == '{' && s.p[s.n - 1] == '}' && !memchr(s.p, '|', s.n)) {
		char name[64];
		snprintf(name, sizeof name, "%.*s", (int)s.n - 2, s.p + 1);
		uint16_t g = lexicon_group(l, name);
		if (g == LEXICON_NONE)
			bad(s, "no such group");
		return g;
	}
	for (size_t g = 0; g < l->groups_count; g++)
		if (str_eq(l->groups[g].name, s))
			return (uint16_t)g;
	return lexicon_add_group(l, s, s);
}

static void read_option(struct lexicon *l, struct pattern *p, struct str o)
{
	const char *eq = memchr(o.p, '=', o.n);
	struct str key = {o.p, eq ? (size_t)(eq - o.p) : o.n};
	struct str value = eq ? (struct str){eq + 1, o.n - key.n - 1} : STR_NULL;
	if (str_eq_z(key, "also"))
		p->also = true;
	else if (str_eq_z(key, "run"))
		p->runs_on = true;
	else if (str_eq_z(key, "gov"))
		p->government = true;
	else if (str_eq_z(key, "spread"))
		p->spread = true;
	else if (str_eq_z(key, "bonus"))
		p->bonus = (int16_t)strtol(arena_strdup(l->arena, value), NULL, 10);
	else if (str_eq_z(key, "in"))
		p->in = group_of(l, value);
	else if (str_eq_z(key, "has"))
		p->has = group_of(l, value);
	else if (str_eq_z(key, "no"))
		p->no = group_of(l, value);
	else if (str_eq_z(key, "nos"))
		p->no_sentence = group_of(l, value);
	else if (str_eq_z(key, "not"))
		p->no_context = group_of(l, value);
	else
		bad(o, "unknown option");
}

static struct str next_token(struct str *s)
{
	while (s->n > 0 && s->p[0] == ' ') {
		s->p++;
		s->n--;
	}
	if (s->n == 0)
		return STR_NULL;
	const char *sp = memchr(s->p, ' ', s->n);
	struct str t = {s->p, sp ? (size_t)(sp - s->p) : s->n};
	s->p += t.n;
	s->n -= t.n;
	return t;
}

/* The elements of one side in text order, each with the gap that precedes it. */
struct side {
	struct element e[PATTERN_SIDE_MAX];
	unsigned count;
	uint8_t pending; /* gap before what comes next */
	bool commas;
};

static void side_gap(struct side *s, struct str token)
{
	s->pending = token.n == 1 ? 0 : token.n == 2 ? PATTERN_NEAR : PATTERN_WIDE;
	s->commas = token.n > 2;
}

static void side_add(struct lexicon *l, struct side *s, struct str token, struct str line)
{
	if (s->count == PATTERN_SIDE_MAX)
		bad(line, "too many elements");
	s->e[s->count++] = (struct element){group_of(l, token), s->pending, s->commas};
	s->pending = PATTERN_GAP;
	s->commas = false;
}

void lexicon_add_pattern(struct lexicon *l, struct str id, struct str pattern, struct str options)
{
	struct pattern p = {.metric = LEXICON_NONE,
			    .units = LEXICON_NONE,
			    .in = LEXICON_NONE,
			    .has = LEXICON_NONE,
			    .no = LEXICON_NONE,
			    .no_sentence = LEXICON_NONE,
			    .no_context = LEXICON_NONE,
			    .source = pattern};
	if (!str_eq_z(id, "-") && (p.metric = lexicon_metric(l, id)) == LEXICON_NONE)
		bad(id, "no such metric");
	p.single_channel = str_starts(id, STR("proactive.channel."));
	struct side left = {.pending = PATTERN_GAP}, right = {.pending = PATTERN_GAP};
	struct side *side = &left;
	for (struct str rest = pattern, t = next_token(&rest); t.n > 0; t = next_token(&rest)) {
		if (t.p[0] == '#') {
			if (t.n > 1)
				p.units = group_of(l, (struct str){t.p + 1, t.n - 1});
			side = &right;
		} else if (str_eq_z(t, ".") || str_eq_z(t, "..") || str_eq_z(t, "...")) {
			side_gap(side, t);
		} else {
			side_add(l, side, t, pattern);
		}
	}
	if (side != &right || left.count + right.count == 0)
		bad(pattern, "a pattern wants '#' and a word");
	/* leftwards the gap that counts is the one behind an element */
	p.left_count = (uint8_t)left.count;
	for (unsigned i = 0; i < left.count; i++) {
		p.left[i] = left.e[left.count - 1 - i];
		p.left[i].gap = i == 0 ? left.pending : left.e[left.count - i].gap;
		p.left[i].commas = i == 0 ? left.commas : left.e[left.count - i].commas;
	}
	p.right_count = (uint8_t)right.count;
	memcpy(p.right, right.e, sizeof p.right);
	for (struct str rest = options, t = next_token(&rest); t.n > 0; t = next_token(&rest))
		read_option(l, &p, t);
	l->patterns[l->patterns_count++] = p;
}
