/*
 * coverage_picture - the coverage ledger as a picture: a line a region, a cell a year.
 */
#ifndef DAEMONS_COVERAGE_PICTURE_H
#define DAEMONS_COVERAGE_PICTURE_H

#include "daemons/verb.h"
#include "sink/coverage.h"

/**
 * To standard output, `width` columns wide (at least 40 are used; years that do not fit follow in a block of their own).
 * A cell of a region with several bodies shows the worst that is the case for at least one, in capitals when all are
 * found. Colours when env->color. ERR_IO, ERR_FULL.
 */
enum err coverage_picture(const struct verb_env *env, struct coverage *c, const struct coverage_filter *f,
			  unsigned width) WARN_UNUSED;

#endif
