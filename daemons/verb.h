/*
 * verb - one subcommand of `gongkai`. Each verb is a function in daemons/verb_*.c; daemons/gongkai.c
 * holds the table of verbs and parses the flags by each verb's own table, from which --help is printed.
 */
#ifndef DAEMONS_VERB_H
#define DAEMONS_VERB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/err.h"
#include "daemons/out.h"

struct verb_flag {
	const char *name; /* "connect-to" */
	const char *arg;  /* "HOST:PORT", or NULL for a switch */
	const char *help; /* one line */
};

/* common flags, parsed for every verb */
struct verb_env {
	struct conf *conf; /* all flags by name are set here: conf_get(env->conf, "host") */
	const char *data_dir;
	enum out_format format;
	int64_t limit;
	bool quiet, verbose, color;
	int argc; /* operands after the flags */
	char **argv;
};

struct verb {
	const char *name, *operands, *help;
	const struct verb_flag *flags; /* ended by a NULL name */
	/* The caller prints the error's text and exits by err_exit_status(); another status goes through verb_exit(). */
	enum err (*run)(struct verb_env *env);
};

extern const struct verb verb_run, verb_add, verb_status, verb_reports, verb_show, verb_metrics, verb_export, verb_dead,
	verb_hold, verb_release, verb_why, verb_check, verb_reparse, verb_parse, verb_coverage, verb_search, verb_diff;

/** Ask for another exit status than that of the returned error (130). */
void verb_exit(int status);

#endif
