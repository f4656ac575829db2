/*
 * gongkai - the command for people: finds the verb, reads its flags, runs it, and turns its error into one line
 * and one exit status. Every flag may also come from the environment (GONGKAI_DELAY) or from the INI file.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "daemons/flags.h"
#include "daemons/verb.h"

static const struct verb *const verbs[] = {
	&verb_run,      &verb_add,    &verb_status, &verb_reports, &verb_show,  &verb_metrics,
	&verb_coverage, &verb_search, &verb_diff,   &verb_export,  &verb_dead,  &verb_hold,
	&verb_release,  &verb_why,    &verb_check,  &verb_reparse, &verb_parse,
};
#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

static int wanted_status = -1;

void verb_exit(int status)
{
	wanted_status = status;
}

static void print_help(FILE *to)
{
	fprintf(to, "usage: gongkai VERB [flags] [operands]\n\n"
		    "Crawls government portals, finds the annual reports on information disclosure\n"
		    "(政府信息公开年度报告) and reads their text, metadata and figures.\n\nverbs:\n");
	for (size_t i = 0; i < VERBS; i++)
		fprintf(to, "  %-10s %s\n", verbs[i]->name, verbs[i]->help);
	fprintf(to, "\ngongkai VERB --help lists the flags of a verb; gongkai(1) is the manual.\n"
		    "Begin with: gongkai run https://www.example.gov.cn/\n");
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < VERBS; i++) {
		if (strcmp(verbs[i]->name, name) == 0)
			return verbs[i];
	}
	return NULL;
}

static int unknown_verb(const char *word)
{
	const char *names[VERBS];
	char hint[96];

	for (size_t i = 0; i < VERBS; i++)
		names[i] = verbs[i]->name;
	if (word[0] == '-')
		fprintf(stderr,
			"gongkai: flag without a verb: %s: write gongkai VERB %s; gongkai --help lists the verbs\n",
			word, word);
	else
		fprintf(stderr, "gongkai: unknown verb: %s%s: gongkai --help lists the verbs\n", word,
			flags_hint(word, names, VERBS, "", hint));
	return 2;
}

/* What a person can do about an error whose text comes from a lower layer. */
static const char *advice(enum err err)
{
	switch (err) {
	case ERR_LOCKED:
		return ": wait for the other process or stop it, or name another folder with --data";
	case ERR_NEWER:
		return ": use the newer gongkai that wrote it, or name another folder with --data";
	case ERR_FOREIGN:
		return ": name another folder with --data";
	case ERR_FULL:
		return ": make room or give permission to write, then run it again; nothing is lost";
	case ERR_DENIED:
		return ": give this user permission, or name another folder with --data";
	case ERR_INTERNAL:
		return ": run it again with --verbose and report it";
	default:
		return "";
	}
}

/* A text that names a flag or a command, or is the last word of a daemon, already says what to do. */
static bool is_told(const char *text)
{
	return strstr(text, "--") || strstr(text, "gongkai ") || strncmp(text, "gongkai-", 8) == 0;
}

static int finish(const struct verb *v, enum err err)
{
	if (!err && (fflush(stdout) != 0 || ferror(stdout)))
		err = err_errno(ERR_IO, "cannot write: standard output");
	if (err && *err_text())
		fprintf(stderr, "gongkai %s: %s%s\n", v->name, err_text(), is_told(err_text()) ? "" : advice(err));
	else if (err && wanted_status < 0)
		fprintf(stderr, "gongkai %s: %s%s\n", v->name, err_name(err), advice(err));
	return wanted_status >= 0 ? wanted_status : err_exit_status(err);
}

static int run_verb(const struct verb *v, int argc, char **argv)
{
	struct verb_env env = {0};
	enum flags_ask ask = FLAGS_RUN;
	int status;
	enum err err = conf_load(&env.conf);

	if (!err)
		err = flags_parse(v, argc, argv, &env, &ask);
	if (!err && ask == FLAGS_HELP) {
		flags_help(v, stdout);
	} else if (!err && ask == FLAGS_VERSION) {
		printf("gongkai %s\n", GONGKAI_VERSION);
	} else if (!err) {
		log_init("gongkai", env.quiet ? LOG_LEVEL_ERROR : env.verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
		err_set(ERR_OK, "%s", "");
		err = v->run(&env);
	}
	status = finish(v, err);
	conf_free(env.conf);
	return status;
}

int main(int argc, char **argv)
{
	const struct verb *v;

	signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is a full disk, not a crash; the daemons inherit it */
	if (argc < 2) {
		print_help(stderr);
		return 2;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help(stdout);
		return fflush(stdout) == 0 ? 0 : 1;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("gongkai %s\n", GONGKAI_VERSION);
		return fflush(stdout) == 0 ? 0 : 1;
	}
	if (strcmp(argv[1], "help") == 0) {
		v = argc > 2 ? find_verb(argv[2]) : NULL;
		if (argc > 2 && !v)
			return unknown_verb(argv[2]);
		if (v)
			flags_help(v, stdout);
		else
			print_help(stdout);
		return fflush(stdout) == 0 ? 0 : 1;
	}
	v = find_verb(argv[1]);
	if (!v)
		return unknown_verb(argv[1]);
	return run_verb(v, argc - 1, argv + 1);
}
