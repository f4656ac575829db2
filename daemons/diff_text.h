/*
 * diff_text - two texts as a unified difference on standard output: three lines of context, and with colours the
 * characters marked by which a line differs from the one that it replaces (a line of Chinese prose is a paragraph).
 */
#ifndef DAEMONS_DIFF_TEXT_H
#define DAEMONS_DIFF_TEXT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define DIFF_CONTEXT 3
#define DIFF_MARKED_MAX 4000 /* characters of a line whose inside is compared */

/** Prints nothing but the heads when both are equal. Control characters of the texts are printed as spaces. */
enum err diff_text(struct str before, struct str after, const char *head_before, const char *head_after,
		   bool color) WARN_UNUSED;

#endif
