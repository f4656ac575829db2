/*
 * flags - the command line of one verb: common flags and the verb's own table, their help, and the nearest
 * name for a mistyped one.
 *
 * A flag whose name is one letter is given as -f. All values go into the verb's conf (flag over environment
 * over file); strings of argv are borrowed for the life of the process.
 */
#ifndef DAEMONS_FLAGS_H
#define DAEMONS_FLAGS_H

#include <stdbool.h>
#include <stdio.h>

#include "daemons/verb.h"

#define FLAGS_MAX 48 /* flags of one verb with the common ones */

extern const struct verb_flag flags_common[];

/**
 * Parse argv (argv[0] is the verb) into env->conf and env's fields. ERR_USAGE with a text that names the flag and
 * what to do. *ask_out: --help or --version was asked for, nothing else was looked at.
 */
enum flags_ask { FLAGS_RUN, FLAGS_HELP, FLAGS_VERSION };
enum err flags_parse(const struct verb *v, int argc, char **argv, struct verb_env *env,
		     enum flags_ask *ask_out) WARN_UNUSED;

/** Synopsis, purpose and flags of a verb. */
void flags_help(const struct verb *v, FILE *to);

/** A number of a flag, the environment or the file; ERR_USAGE says what to give ("seconds") and from where to where. */
enum err flags_number(const struct verb_env *env, const char *name, double deflt, double min, double max,
		      const char *what, double *out) WARN_UNUSED;

/** " (did you mean 'status'?)" or "", in `out`, which is returned. */
const char *flags_hint(const char *word, const char *const *names, size_t count, const char *dashes, char out[96]);

#endif
