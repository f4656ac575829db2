/*
 * lexicon - language and law as data: the files of parser/lexicon/ in the form that matching needs.
 *
 * Loaded once (read.h: lexicon_load()), read-only afterwards, shared by all pages. All texts in it are folded
 * (fold.h). A file that does not follow its format aborts at load: it is part of the program.
 *
 *   metrics.tsv      id, unit, scoped (yes/no), official label
 *   metric_units.tsv unit of a metric, counting words it may be written with
 *   groups.tsv       name, words separated by '|' ({other} takes in another group)
 *   prose.tsv        id or '-', pattern, options (pattern.h)
 *   units.tsv        counting word, kind, "han" when Chinese numerals may stand before it
 *   scopes.tsv       scope or "whole", words that name this part of the body
 *   regions.tsv      code, name, first year, last year in force (empty: open); sorted by code
 *   traditional.tsv  traditional character, simplified character
 *   phrases.tsv      wording of other places, mainland wording of the same length
 *   rows.tsv, columns.tsv   labels of the statutory tables (metric_table.h)
 */
#ifndef PARSER_LEXICON_H
#define PARSER_LEXICON_H

#include "base/arena.h"
#include "parser/fold.h"
#include "parser/match.h"
#include "parser/read.h"

#define LEXICON_GROUPS_MAX 2048
#define PATTERN_SIDE_MAX 6
#define PATTERNS_MAX 2048
#define LEXICON_NONE UINT16_MAX

struct word {
	const fchar *p;
	uint16_t n;
};

struct metric_id {
	struct str id, unit, label;
	bool scoped;
	uint16_t units; /* group of the counting words it may be written with */
};

/* A set of characters that may say yes of one that is not in it. */
struct letters {
	uint64_t bits[4];
};
static inline void letters_add(struct letters *s, fchar c)
{
	uint32_t h = (c * 0x9E3779B1u) >> 24;
	s->bits[h >> 6] |= (uint64_t)1 << (h & 63);
}
static inline bool letters_may(const struct letters *s, fchar c)
{
	uint32_t h = (c * 0x9E3779B1u) >> 24;
	return s->bits[h >> 6] >> (h & 63) & 1;
}

struct group {
	struct str name;
	struct word *words; /* longest first */
	fchar *heads;       /* the first character of each */
	size_t count;
	struct letters firsts, lasts; /* characters that words begin and end with: most places are passed in one look */
};

/* set of groups */
struct groups_seen {
	uint64_t bits[LEXICON_GROUPS_MAX / 64];
};

struct element {
	uint16_t group;
	uint8_t gap; /* most characters between it and its neighbour on the side of the quantity */
	bool commas; /* the gap may cross commas */
};

/* A wording that states a figure; see pattern.h. */
struct pattern {
	uint16_t metric; /* index, or LEXICON_NONE: the figure is none of ours */
	struct element left[PATTERN_SIDE_MAX], right[PATTERN_SIDE_MAX]; /* away from the quantity */
	uint8_t left_count, right_count;
	uint16_t units; /* group of counting words, or LEXICON_NONE: those of the metric */
	uint16_t in, has, no, no_sentence, no_context; /* groups or LEXICON_NONE */
	int16_t bonus;
	bool also;           /* stands beside the best one instead of competing */
	bool runs_on;        /* only of a count over several years */
	bool spread;         /* only of what several channels together carried */
	bool single_channel; /* states what one channel carried */
	bool government;     /* only in the report of a government, not of a single department */
	struct str source;   /* the line as written, for --explain */
};

enum unit_kind { UNIT_COUNT, UNIT_MEASURE, UNIT_TIME, UNIT_MONEY, UNIT_PERCENT, UNIT_VOID };

struct unit {
	enum unit_kind kind;
	bool han;
};

struct scope_word {
	struct str scope; /* "" for the whole body */
};

/* One name with one code of GB/T 2260; a code that changed its name, or a name that changed its code, is several. */
struct region {
	char code[7];
	struct str name; /* UTF-8 */
	struct word folded;
	int first, last; /* years in force; 0 and INT_MAX when open */
	uint32_t above;  /* first index of the code above, or UINT32_MAX */
	uint32_t word;   /* number of its name in region_names */
};

/* A label of a statutory table's row or column. */
struct table_label {
	struct str target; /* metric id, applicant, column role */
	struct str under;  /* section it must stand in ("review"), or empty */
	struct str form;   /* "t2", "t3", "t4": the tables of the form of 2021; "list": a table of indicators */
	struct word word;
	struct word normal; /* as labels are compared (table_label.h) */
	uint64_t letters;   /* label_letters() of it */
};

struct lexicon {
	struct arena *arena;
	fchar *simple; /* 65536 entries: full-width and traditional forms folded */
	struct matcher *phrases;
	struct word *phrase_to;
	struct metric_id *metrics;
	size_t metrics_count;
	struct group *groups;
	size_t groups_count;
	uint16_t *group_slots; /* open hash table of group names, 2 * LEXICON_GROUPS_MAX, index + 1 or 0 */
	struct matcher *words; /* all words of all groups */
	uint16_t *word_groups; /* for each word `word_groups_from[w] .. [w + 1]` */
	uint32_t *word_groups_from;
	struct pattern *patterns;
	size_t patterns_count;
	/* patterns by the one word that they need and that fewest others do: of group g the patterns
	   pattern_by[pattern_from[g] .. [g + 1]], in order */
	uint16_t *pattern_by, *pattern_from;
	struct matcher *units;
	struct unit *unit;
	struct matcher *scopes;
	struct scope_word *scope;
	struct matcher *region_names;
	struct region *regions; /* sorted by code */
	size_t regions_count;
	uint32_t *region_first; /* by number of its name */
	uint32_t *region_next;  /* next region with the same name, or UINT32_MAX */
	struct table_label *rows, *columns;
	size_t rows_count, columns_count;
};

/** Folded copy of a lexicon text in the lexicon's arena. */
struct word lexicon_word(struct lexicon *l, struct str s);
/** Index of a metric id, or LEXICON_NONE. */
uint16_t lexicon_metric(const struct lexicon *l, struct str id);
/** Where a search of group_slots for a name begins; of a name in the code the compiler works it out. */
static inline uint32_t lexicon_slot(struct str name)
{
	uint64_t first = 0, last = 0;
	if (name.n >= sizeof first) {
		memcpy(&first, name.p, sizeof first);
		memcpy(&last, name.p + name.n - sizeof last, sizeof last);
	} else if (name.n > 0) {
		first = (unsigned char)name.p[0] | (uint64_t)(unsigned char)name.p[name.n / 2] << 8;
		last = (unsigned char)name.p[name.n - 1];
	}
	uint64_t h = (first ^ last * 0x9E3779B97F4A7C15u ^ name.n) * 0xC2B2AE3D27D4EB4Fu;
	return (uint32_t)(h >> 32);
}
uint16_t lexicon_group_at(const struct lexicon *l, struct str name, uint32_t slot);
uint16_t lexicon_group_missing(struct str name);
/** Index of a group, or LEXICON_NONE. Aborts in lexicon_need_group() instead: for names that the code uses. */
static inline uint16_t lexicon_group(const struct lexicon *l, const char *name)
{
	struct str s = str_of(name);
	return lexicon_group_at(l, s, lexicon_slot(s));
}
static inline uint16_t lexicon_need_group(const struct lexicon *l, const char *name)
{
	uint16_t g = lexicon_group(l, name);
	return g != LEXICON_NONE ? g : lexicon_group_missing(str_of(name));
}
/* the two below behind their first look */
size_t lexicon_word_here(const struct group *g, const fchar *text, size_t pos, size_t to);
size_t lexicon_word_until(const struct group *g, const fchar *text, size_t pos, size_t from);
/** Length of the longest word of `group` at `pos` that ends at or before `to`; 0 when none. */
static inline size_t lexicon_word_at(const struct lexicon *l, uint16_t group, const fchar *text, size_t pos, size_t to)
{
	const struct group *g = &l->groups[group];
	return pos < to && letters_may(&g->firsts, text[pos]) ? lexicon_word_here(g, text, pos, to) : 0;
}
/** Length of the longest word of `group` that ends at `pos` and begins at or behind `from`; 0 when none. */
static inline size_t lexicon_word_before(const struct lexicon *l, uint16_t group, const fchar *text, size_t pos,
					 size_t from)
{
	const struct group *g = &l->groups[group];
	return pos > from && letters_may(&g->lasts, text[pos - 1]) ? lexicon_word_until(g, text, pos, from) : 0;
}
/** First occurrence of a word of `group` in [from, to); returns its length, its place in *at. */
size_t lexicon_word_in(const struct lexicon *l, uint16_t group, const fchar *text, size_t from, size_t to, size_t *at);
/** Does a word of the group of this name stand in text[from, to)? */
static inline bool lexicon_group_in(const struct lexicon *l, const char *group, const fchar *text, size_t from,
				    size_t to)
{
	return lexicon_word_in(l, lexicon_need_group(l, group), text, from, to, NULL) > 0;
}
/** Adds the groups whose words occur in [from, to). */
void lexicon_groups_in(const struct lexicon *l, const fchar *text, size_t from, size_t to, struct groups_seen *seen);
static inline bool groups_have(const struct groups_seen *s, uint16_t group)
{
	return group < LEXICON_GROUPS_MAX && (s->bits[group / 64] >> (group % 64) & 1) != 0;
}

/** First index of a code of six digits (others may follow that had it in other years), or UINT32_MAX. */
uint32_t lexicon_region(const struct lexicon *l, const char *code);

/* lexicon_load.c: groups and patterns */
uint16_t lexicon_add_group(struct lexicon *l, struct str name, struct str words);
void lexicon_add_pattern(struct lexicon *l, struct str id, struct str pattern, struct str options);

/** Calls f for every line of a file that is not empty and no comment, with its tab-separated columns (at most 8). */
typedef void lexicon_line(struct lexicon *l, const struct str *cols, size_t count);
size_t lexicon_each(struct lexicon *l, const char *file, lexicon_line *f);

#endif
