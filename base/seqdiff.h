/*
 * seqdiff - which elements of two sequences differ: Myers' O(ND) difference (Algorithmica 1, 1986), with bounds.
 *
 * A pair that differs in more than SEQDIFF_EDITS_MAX places is first cut at elements that stand once on each side, in
 * the longest order that both keep (patience difference); what is then still too different counts as replaced as a
 * whole. So time is bounded by SEQDIFF_WORK_MAX steps, and memory by n + m and 4 * SEQDIFF_EDITS_MAX^2 bytes. The
 * result is always a difference, if not always the shortest.
 */
#ifndef BASE_SEQDIFF_H
#define BASE_SEQDIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define SEQDIFF_EDITS_MAX 1024
#define SEQDIFF_WORK_MAX 50000000

/** gone[i]: a[i] is not in b; came[j]: b[j] is not in a; the others are the same in order. Arrays are the caller's. ERR_NOMEM. */
enum err seqdiff(const uint32_t *a, size_t n, const uint32_t *b, size_t m, bool *gone, bool *came) WARN_UNUSED;

/** Lines of a text: their count, and for each its slice and a number that equal lines share (of both texts). */
struct seqdiff_lines {
	struct str *line[2];
	uint32_t *id[2];
	size_t n[2];
};
/** Cuts two texts at line ends. The slices borrow from the texts. ERR_NOMEM. */
enum err seqdiff_lines_init(struct seqdiff_lines *l, struct str a, struct str b) WARN_UNUSED;
void seqdiff_lines_fini(struct seqdiff_lines *l);

#endif
