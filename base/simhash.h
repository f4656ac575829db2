/*
 * simhash - a 64-bit fingerprint that is near for near texts (Charikar, STOC 2002), and an exact one beside it.
 *
 * Both are over the text's characters alone: white space, punctuation and letter case are left out and full-width
 * forms folded, since templates and converters change these, while every letter, Han character and digit counts: two
 * reports of one template differ in their figures. The features are runs of SIMHASH_GRAM characters, so one changed
 * character touches as many features; each counts once, however often it stands there, so that the phrases which a form
 * repeats do not outweigh what it says. Texts of under SIMHASH_CHARS_MIN characters say nothing by their nearness.
 *
 * Measured by tests/unit/test_simhash.c on generated reports (print: `build/tests/unit/test_simhash`).
 * No memory is taken and nothing fails.
 */
#ifndef BASE_SIMHASH_H
#define BASE_SIMHASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define SIMHASH_GRAM 4
#define SIMHASH_CHARS_MIN 200
#define SIMHASH_SEEN_BITS 17 /* of a feature's hash: two that agree in them count as one */
#define SIMHASH_NEAR 6 /* bits: near by itself; of two such values one of seven parts is equal (Manku, WWW 2007) */

struct simhash {
	uint64_t lane[8]; /* byte k of lane[j]: ones of bit 8j + k since the last fold */
	unsigned folded;  /* features in the lanes */
	int64_t ones[64];
	uint64_t exact;
	uint32_t last[SIMHASH_GRAM];
	int64_t chars, grams; /* grams: different ones */
	uint64_t seen[(1u << SIMHASH_SEEN_BITS) / 64];
};

void simhash_init(struct simhash *s);
/** Text may come in pieces, cut between characters; a piece goes on where the one before it ended. */
void simhash_add(struct simhash *s, struct str text);
/** The fingerprint; 0 for a text with no feature, and never else. May be called at any time. */
uint64_t simhash_end(const struct simhash *s);
/** Equal for equal texts, and else in no relation. */
uint64_t simhash_exact(const struct simhash *s);
/** Bits in which two fingerprints differ, 0..64. */
unsigned simhash_distance(uint64_t a, uint64_t b);

#endif
