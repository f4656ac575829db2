/*
 * fragments - a report's own stretches of its page's text, as the parser names them (INTERFACE.md, report:
 * fragments).
 *
 * The list is JSON, pairs of code points [from, to). It is taken in the order of the text, whatever order it came in,
 * and what two stretches share counts once; so one walk over the text is enough, and everybody sees the same text.
 */
#ifndef SINK_FRAGMENTS_H
#define SINK_FRAGMENTS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define FRAGMENTS_MAX 1024 /* of one report that are regarded, the first of the list; a parser gives 64 */

/** A stretch, borrowed of the text and not empty; false: no more of them. */
typedef bool fragment_fn(void *ctx, struct str stretch);

/** Each stretch of the text (UTF-8). What is no list of pairs has none. ERR_NOMEM. */
enum err fragments_each(struct str text, struct str json, fragment_fn *fn, void *ctx) WARN_UNUSED;

#endif
