#include "parser/lexicon.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "parser/table_label.h"

#define LEXICON_MAX_BYTES (64u * 1024 * 1024)
#define COLUMNS_MAX 8
#define UNKNOWN UINT32_MAX

/* A lexicon that cannot be read is a broken build: say where and stop. */
static void broken(struct str what, const char *why)
{
	fprintf(stderr, "lexicon: %s: %.*s\n", why, STR_FMT(what));
	abort();
}

size_t lexicon_each(struct lexicon *l, const char *file, lexicon_line *f)
{
	struct str t = lexicon_file(file);
	if (!t.p)
		broken(str_of(file), "file is missing");
	size_t count = 0;
	while (t.n > 0) {
		const char *nl = memchr(t.p, '\n', t.n);
		struct str line = {t.p, nl ? (size_t)(nl - t.p) : t.n};
		t.p += nl ? line.n + 1 : line.n;
		t.n -= nl ? line.n + 1 : line.n;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		struct str cols[COLUMNS_MAX] = {{NULL, 0}};
		size_t n = 0;
		while (n < COLUMNS_MAX) {
			const char *tab = memchr(line.p, '\t', line.n);
			size_t len = tab ? (size_t)(tab - line.p) : line.n;
			cols[n++] = (struct str){line.p, len};
			if (!tab)
				break;
			line.p += len + 1;
			line.n -= len + 1;
		}
		if (f)
			f(l, cols, n);
		count++;
	}
	return count;
}

struct word lexicon_word(struct lexicon *l, struct str s)
{
	fchar *p = arena_alloc(l->arena, (s.n + 1) * sizeof *p);
	size_t n = 0, pos = 0;
	while (pos < s.n) {
		uint32_t c = utf8_next(s.p, s.n, &pos);
		if (c != ' ' && c < 0x10000)
			p[n++] = l->simple[c];
	}
	return (struct word){p, (uint16_t)n};
}

static int longer_first(const void *a, const void *b)
{
	return (int)((const struct word *)b)->n - (int)((const struct word *)a)->n;
}

static void group_take(struct lexicon *l, struct group *g, size_t *cap, struct str word)
{
	if (word.n > 2 && word.p[0] == '{' && word.p[word.n - 1] == '}') {
		char name[64];
		snprintf(name, sizeof name, "%.*s", (int)word.n - 2, word.p + 1);
		uint16_t other = lexicon_group(l, name);
		if (other == LEXICON_NONE)
			broken(word, "no such group");
		const struct group *o = &l->groups[other];
		g->words = arena_grow(l->arena, g->words, cap, g->count + o->count, sizeof *g->words);
		memcpy(g->words + g->count, o->words, o->count * sizeof *o->words);
		g->count += o->count;
		return;
	}
	if (word.n == 0)
		return;
	g->words = arena_grow(l->arena, g->words, cap, g->count + 1, sizeof *g->words);
	g->words[g->count++] = lexicon_word(l, word);
}

uint16_t lexicon_add_group(struct lexicon *l, struct str name, struct str words)
{
	if (l->groups_count == LEXICON_GROUPS_MAX)
		broken(words, "too many groups");
	if (lexicon_group_at(l, name, lexicon_slot(name)) != LEXICON_NONE)
		broken(name, "there is a group of this name already");
	struct group g = {.name = name};
	size_t cap = 0;
	while (words.n > 0) {
		const char *bar = memchr(words.p, '|', words.n);
		size_t len = bar ? (size_t)(bar - words.p) : words.n;
		group_take(l, &g, &cap, (struct str){words.p, len});
		words.p += bar ? len + 1 : len;
		words.n -= bar ? len + 1 : len;
	}
	qsort(g.words, g.count, sizeof *g.words, longer_first);
	g.heads = arena_calloc(l->arena, g.count + 1, sizeof *g.heads);
	for (size_t i = 0; i < g.count; i++) {
		if (g.words[i].n == 0)
			broken(name, "empty word");
		g.heads[i] = g.words[i].p[0];
		letters_add(&g.firsts, g.words[i].p[0]);
		letters_add(&g.lasts, g.words[i].p[g.words[i].n - 1]);
	}
	l->groups[l->groups_count] = g;
	size_t slot = lexicon_slot(name);
	while (l->group_slots[slot % (2 * LEXICON_GROUPS_MAX)] != 0)
		slot++;
	l->group_slots[slot % (2 * LEXICON_GROUPS_MAX)] = (uint16_t)(l->groups_count + 1);
	return (uint16_t)l->groups_count++;
}

static void take_group(struct lexicon *l, const struct str *cols, size_t count)
{
	if (count < 2)
		broken(cols[0], "groups.tsv wants name and words");
	lexicon_add_group(l, cols[0], cols[1]);
}

static void take_metric(struct lexicon *l, const struct str *cols, size_t count)
{
	if (count < 4)
		broken(cols[0], "metrics.tsv wants id, unit, scoped, label");
	char name[64];
	snprintf(name, sizeof name, "unit:%.*s", STR_FMT(cols[1]));
	struct metric_id *m = &l->metrics[l->metrics_count++];
	*m = (struct metric_id){cols[0], cols[1], cols[3], str_eq_z(cols[2], "yes"), lexicon_need_group(l, name)};
}

static void take_metric_unit(struct lexicon *l, const struct str *cols, size_t count)
{
	if (count < 2)
		broken(cols[0], "metric_units.tsv wants unit and words");
	lexicon_add_group(l, str_of(arena_printf(l->arena, "unit:%.*s", STR_FMT(cols[0]))), cols[1]);
}

static void take_pattern(struct lexicon *l, const struct str *cols, size_t count)
{
	if (count < 2)
		broken(cols[0], "prose.tsv wants id and pattern");
	lexicon_add_pattern(l, cols[0], cols[1], cols[2]);
}

static void take_unit(struct lexicon *l, const struct str *cols, size_t count)
{
	static const char *const kinds[] = {"count", "measure", "time", "money", "percent", "void"};
	if (count < 2)
		broken(cols[0], "units.tsv wants word and kind");
	unsigned k = 0;
	while (k < 6 && !str_eq_z(cols[1], kinds[k]))
		k++;
	struct word w = lexicon_word(l, cols[0]);
	uint32_t n = matcher_add(l->units, w.p, w.n);
	if (k == 6 || n == UNKNOWN)
		broken(cols[0], "unknown kind of unit");
	l->unit[n] = (struct unit){(enum unit_kind)k, str_eq_z(cols[2], "han")};
}

static void take_scope(struct lexicon *l, const struct str *cols, size_t count)
{
	if (count < 2)
		broken(cols[0], "scopes.tsv wants scope and word");
	struct word w = lexicon_word(l, cols[1]);
	uint32_t n = matcher_add(l->scopes, w.p, w.n);
	if (n == UNKNOWN)
		broken(cols[1], "scope word");
	l->scope[n] = (struct scope_word){str_eq_z(cols[0], "whole") ? STR("") : cols[0]};
}

static int region_year(struct str s, int open)
{
	int y = 0;
	for (size_t i = 0; i < s.n; i++)
		y = y * 10 + (s.p[i] - '0');
	return s.n == 4 ? y : open;
}

static void take_region(struct lexicon *l, const struct str *cols, size_t count)
{
	struct region *r = &l->regions[l->regions_count];
	if (count < 2 || cols[0].n != 6 || (l->regions_count > 0 && memcmp(r[-1].code, cols[0].p, 6) > 0))
		broken(cols[0], "regions.tsv wants code and name, sorted by code");
	memcpy(r->code, cols[0].p, 6);
	r->name = cols[1];
	r->folded = lexicon_word(l, cols[1]);
	r->first = region_year(cols[2], 0);
	r->last = region_year(cols[3], INT_MAX);
	char above[7] = "";
	memcpy(above, r->code, 6);
	memcpy(above + 4, "00", 2);
	r->above = memcmp(above, r->code, 6) == 0 ? UNKNOWN : lexicon_region(l, above);
	memcpy(above + 2, "00", 2);
	if (r->above == UNKNOWN && memcmp(above, r->code, 6) != 0)
		r->above = lexicon_region(l, above);
	l->regions_count++;
}

static void take_traditional(struct lexicon *l, const struct str *cols, size_t count)
{
	size_t a = 0, b = 0;
	if (count < 2)
		broken(cols[0], "traditional.tsv wants two characters");
	uint32_t from = utf8_next(cols[0].p, cols[0].n, &a), to = utf8_next(cols[1].p, cols[1].n, &b);
	l->simple[from & 0xFFFF] = (fchar)to;
}

static void take_phrase(struct lexicon *l, const struct str *cols, size_t count)
{
	struct word from = lexicon_word(l, cols[0]), to = lexicon_word(l, count > 1 ? cols[1] : STR_NULL);
	uint32_t n = matcher_add(l->phrases, from.p, from.n);
	if (n == UNKNOWN || from.n != to.n)
		broken(cols[0], "phrases.tsv wants two wordings of one length");
	l->phrase_to[n] = to;
}

static struct table_label label_of(struct lexicon *l, const struct str *cols, size_t count)
{
	if (count < 3)
		broken(cols[0], "table labels want form, label, target");
	struct table_label t = {.target = cols[2], .under = cols[3], .form = cols[0], .word = lexicon_word(l, cols[1])};
	struct label_text normal;
	label_normal(t.word.p, 0, t.word.n, &normal);
	fchar *p = arena_alloc(l->arena, (normal.n + 1) * sizeof *p);
	memcpy(p, normal.p, normal.n * sizeof *p);
	t.normal = (struct word){p, (uint16_t)normal.n};
	t.letters = label_letters(p, normal.n);
	return t;
}

static void take_row(struct lexicon *l, const struct str *cols, size_t count)
{
	l->rows[l->rows_count++] = label_of(l, cols, count);
}

static void take_column(struct lexicon *l, const struct str *cols, size_t count)
{
	l->columns[l->columns_count++] = label_of(l, cols, count);
}

/* For each word the groups that hold it, as one array with offsets. */
static void index_words(struct lexicon *l)
{
	size_t total = 0;
	l->words = matcher_new();
	for (size_t g = 0; g < l->groups_count; g++)
		for (size_t i = 0; i < l->groups[g].count; i++, total++)
			if (matcher_add(l->words, l->groups[g].words[i].p, l->groups[g].words[i].n) == UNKNOWN)
				broken(l->groups[g].name, "group word");
	matcher_build(l->words);
	size_t words = matcher_words(l->words);
	l->word_groups_from = arena_calloc(l->arena, words + 2, sizeof *l->word_groups_from);
	l->word_groups = arena_calloc(l->arena, total + 1, sizeof *l->word_groups);
	for (int fill = 0; fill < 2; fill++) {
		for (size_t g = 0; g < l->groups_count; g++)
			for (size_t i = 0; i < l->groups[g].count; i++) {
				const struct word *w = &l->groups[g].words[i];
				uint32_t n = 0;
				matcher_longest(l->words, w->p, 0, w->n, &n);
				if (fill)
					l->word_groups[l->word_groups_from[n + 1]++] = (uint16_t)g;
				else
					l->word_groups_from[n + 2]++;
			}
		for (size_t w = 0; !fill && w < words; w++)
			l->word_groups_from[w + 2] += l->word_groups_from[w + 1];
	}
}

/* Of the groups that must stand in the sentence for a pattern to fit the one that fewest patterns need. */
static uint16_t anchor_of(const struct pattern *p, const uint16_t *needed)
{
	uint16_t best = p->left_count > 0 ? p->left[0].group : p->right[0].group;
	for (unsigned i = 0; i < p->left_count; i++)
		best = needed[p->left[i].group] < needed[best] ? p->left[i].group : best;
	for (unsigned i = 0; i < p->right_count; i++)
		best = needed[p->right[i].group] < needed[best] ? p->right[i].group : best;
	return p->has != LEXICON_NONE && needed[p->has] < needed[best] ? p->has : best;
}

static void index_patterns(struct lexicon *l)
{
	uint16_t needed[LEXICON_GROUPS_MAX] = {0};
	for (size_t i = 0; i < l->patterns_count; i++) {
		const struct pattern *p = &l->patterns[i];
		for (unsigned k = 0; k < p->left_count; k++)
			needed[p->left[k].group]++;
		for (unsigned k = 0; k < p->right_count; k++)
			needed[p->right[k].group]++;
		if (p->has != LEXICON_NONE)
			needed[p->has]++;
	}
	l->pattern_from = arena_calloc(l->arena, LEXICON_GROUPS_MAX + 2, sizeof *l->pattern_from);
	l->pattern_by = arena_calloc(l->arena, l->patterns_count + 1, sizeof *l->pattern_by);
	for (size_t i = 0; i < l->patterns_count; i++)
		l->pattern_from[anchor_of(&l->patterns[i], needed) + 2]++;
	for (size_t g = 2; g < LEXICON_GROUPS_MAX + 2; g++)
		l->pattern_from[g] = (uint16_t)(l->pattern_from[g] + l->pattern_from[g - 1]);
	for (size_t i = 0; i < l->patterns_count; i++)
		l->pattern_by[l->pattern_from[anchor_of(&l->patterns[i], needed) + 1]++] = (uint16_t)i;
}

static void index_regions(struct lexicon *l)
{
	l->region_names = matcher_new();
	l->region_next = arena_alloc(l->arena, (l->regions_count + 1) * sizeof *l->region_next);
	uint32_t *first = arena_alloc(l->arena, (l->regions_count + 1) * sizeof *first);
	for (uint32_t i = 0; i < l->regions_count; i++) {
		size_t before = matcher_words(l->region_names);
		uint32_t w = matcher_add(l->region_names, l->regions[i].folded.p, l->regions[i].folded.n);
		bool fresh = matcher_words(l->region_names) > before;
		l->regions[i].word = w;
		l->region_next[i] = fresh ? UNKNOWN : first[w];
		first[w] = i;
	}
	l->region_first = first;
	matcher_build(l->region_names);
}

static void load_characters(struct lexicon *l)
{
	l->simple = arena_alloc(l->arena, 65536 * sizeof *l->simple);
	for (uint32_t c = 0; c < 65536; c++)
		l->simple[c] = (fchar)(c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c);
	l->simple[0xFE50] = ',';
	l->simple[0xFE52] = '.';
	l->simple[0xFE54] = ';';
	l->simple[0xFE55] = ':';
	l->simple[0xFE6A] = '%';
	l->simple[0xFF61] = 0x3002;
	lexicon_each(l, "traditional.tsv", take_traditional);
}

enum err lexicon_load(struct lexicon **out)
{
	struct arena *a = arena_new(LEXICON_MAX_BYTES);
	struct lexicon *l = arena_calloc(a, 1, sizeof *l);
	l->arena = a;
	load_characters(l);
	l->phrases = matcher_new();
	l->phrase_to = arena_calloc(a, lexicon_each(l, "phrases.tsv", NULL) + 1, sizeof *l->phrase_to);
	lexicon_each(l, "phrases.tsv", take_phrase);
	matcher_build(l->phrases);
	l->groups = arena_calloc(a, LEXICON_GROUPS_MAX, sizeof *l->groups);
	l->group_slots = arena_calloc(a, 2 * LEXICON_GROUPS_MAX, sizeof *l->group_slots);
	lexicon_each(l, "groups.tsv", take_group);
	lexicon_each(l, "metric_units.tsv", take_metric_unit);
	l->metrics = arena_calloc(a, lexicon_each(l, "metrics.tsv", NULL) + 1, sizeof *l->metrics);
	lexicon_each(l, "metrics.tsv", take_metric);
	l->patterns = arena_calloc(a, lexicon_each(l, "prose.tsv", NULL) + 1, sizeof *l->patterns);
	lexicon_each(l, "prose.tsv", take_pattern);
	if (l->patterns_count > PATTERNS_MAX)
		broken(STR("prose.tsv"), "too many patterns");
	l->units = matcher_new();
	l->unit = arena_calloc(a, lexicon_each(l, "units.tsv", NULL) + 1, sizeof *l->unit);
	lexicon_each(l, "units.tsv", take_unit);
	matcher_build(l->units);
	l->scopes = matcher_new();
	l->scope = arena_calloc(a, lexicon_each(l, "scopes.tsv", NULL) + 1, sizeof *l->scope);
	lexicon_each(l, "scopes.tsv", take_scope);
	matcher_build(l->scopes);
	l->regions = arena_calloc(a, lexicon_each(l, "regions.tsv", NULL) + 1, sizeof *l->regions);
	lexicon_each(l, "regions.tsv", take_region);
	index_regions(l);
	l->rows = arena_calloc(a, lexicon_each(l, "rows.tsv", NULL) + 1, sizeof *l->rows);
	lexicon_each(l, "rows.tsv", take_row);
	l->columns = arena_calloc(a, lexicon_each(l, "columns.tsv", NULL) + 1, sizeof *l->columns);
	lexicon_each(l, "columns.tsv", take_column);
	index_words(l);
	index_patterns(l);
	*out = l;
	return ERR_OK;
}

void lexicon_free(struct lexicon *l)
{
	if (!l)
		return;
	matcher_free(l->phrases);
	matcher_free(l->words);
	matcher_free(l->units);
	matcher_free(l->scopes);
	matcher_free(l->region_names);
	arena_free(l->arena);
}
