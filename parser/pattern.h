/*
 * pattern - wordings that state a figure, as data (parser/lexicon/prose.tsv).
 *
 * A pattern is a line of elements before and behind the quantity '#':
 *
 *     收到|接到 申请 #件|宗          words with at most PATTERN_GAP characters between neighbours
 *     提供 . 信息 #                 '.': nothing between them
 *     公开 .. #                    '..': at most PATTERN_NEAR character (公开约3万条)
 *     {gazette} ... 信息 #         '...': at most PATTERN_WIDE characters, commas allowed
 *     # 申请                       behind the quantity
 *
 * Gaps never cross another quantity, a semicolon or the end of a sentence. Behind '#' stand the counting words that
 * the quantity must have; without them those of the metric's unit. Options: in=GROUP (the paragraph so far or
 * a heading above it has a word of the group), has=, nos= (the sentence has, has not), no= (the clause has
 * not), not= (neither paragraph nor headings have), bonus=N, also (stands beside the best pattern), run (the
 * sentence speaks of more than one year), gov (not in the report of a single department), spread
 * (several channels together carried it; a single channel's patterns never fit there).
 * Of all patterns that fit a quantity the one with the most matched characters, less its gaps, is taken.
 */
#ifndef PARSER_PATTERN_H
#define PARSER_PATTERN_H

#include "parser/lexicon.h"

#define PATTERN_GAP 10
#define PATTERN_WIDE 72
#define PATTERN_NEAR 1

/* where one quantity stands */
struct place {
	const fchar *text;
	size_t left_from;  /* the left side may not begin before this: end of the quantity before, or sentence */
	size_t start, end; /* the quantity with its unit */
	size_t right_to;   /* the right side may not end behind this */
	size_t clause_from, clause_to;
	bool runs_on;                                          /* the sentence counts over several years */
	bool spread;                                           /* no single channel carried it */
	bool department;                                       /* the report is that of a single department */
	struct word unit;                                      /* folded counting word as written, maybe empty */
	const struct groups_seen *sentence, *clause, *context; /* context: paragraph so far and headings */
};

struct fit {
	int score;
	size_t from, to; /* text that the pattern covers, quantity included */
};

/**
 * The patterns that may fit in a sentence with these groups, in the order of the lexicon: their indices in out[], how
 * many as the result. All others lack a word.
 */
size_t pattern_candidates(const struct lexicon *l, const struct groups_seen *sentence, uint16_t out[PATTERNS_MAX]);
/** Does `p` fit at `at`? */
bool pattern_fits(const struct lexicon *l, const struct pattern *p, const struct place *at, struct fit *out);

/* What a pattern lacks at a quantity. */
enum pattern_miss {
	PATTERN_FITS,
	PATTERN_MISS_WORDS, /* its words do not stand around the quantity */
	PATTERN_MISS_UNIT,  /* the counting word is another */
	PATTERN_MISS_SHUT,  /* a word that no=, nos= or not= names is there */
	PATTERN_MISS_NEAR,  /* a word that in= or has= wants is not */
};

/** Why `p` does not fit at `at`; *out is set unless its words are missing, *group to the group of SHUT and NEAR. */
enum pattern_miss pattern_why_not(const struct lexicon *l, const struct pattern *p, const struct place *at,
				  struct fit *out, uint16_t *group);

#endif
