/*
 * metric_saying - what a stretch of text says of requests, by a table: each row is a group of words of the lexicon
 * (ask_*), the figure that the words tell of, and how much they weigh beside others.
 *
 * A stretch is read word by word, always by the longest word; what a row says counts before a filler of the same
 * length. Of several sayings the one of the highest kind is the verdict, as they are steps towards it: 收到的网上申请
 * is of a way, 因涉及隐私不予公开 of a ground. Two of that kind contradict each other, and a ground that was granted,
 * or a way beside an answer, is none: the stretch then says nothing. Pure functions of the text; sayings are literals,
 * nothing is owned, no errors.
 */
#ifndef PARSER_METRIC_SAYING_H
#define PARSER_METRIC_SAYING_H

#include "parser/metric_prose.h"

#define SAYINGS_MAX 12 /* that one stretch may hold; further ones are not noted */

/* What a word tells, each kind before those that it gives way to. */
enum saying_kind {
	SAYING_RECEIVED,
	SAYING_REPLIED,
	SAYING_CLOSED,
	SAYING_WAY,
	SAYING_IN_TIME,
	SAYING_LATE,
	SAYING_OUTCOME,
	SAYING_GROUND,
};

/* A row of the table: words of `group` tell of the figure `id`. */
struct saying {
	const char *group, *id;
	enum saying_kind kind;
};

/* What a stretch says, each row once, and up to where it is understood. */
struct said {
	const struct saying *what[SAYINGS_MAX];
	unsigned count;
	size_t end;
};

/** Reads [from, to) as far as it is understood; true when that is all of it. */
bool saying_read(const struct reading *g, size_t from, size_t to, struct said *said);
/** What the stretch says of its figure: NULL when nothing, or two things that cannot both hold. */
const struct saying *saying_verdict(const struct said *said);

#endif
