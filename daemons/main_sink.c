/*
 * gongkai-sink - the only writer of the store. Arguments, places and exit status; the work is sink/loop.c.
 */
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "sink/loop.h"

#define LARGE_BLOCK (256 * 1024) /* blocks from here on go back to the system when they are freed */

static const struct flag {
	const char *name, *arg, *help;
} flags[] = {
	{"data", "DIR", "data folder (./gongkai-data)"},
	{"docs", "ENDPOINT", "where documents come in (ipc://DIR/run/docs.sock)"},
	{"control", "ENDPOINT", "where the fetcher listens (ipc://DIR/run/control.sock)"},
	{"keep-text", "all|reports", "keep the text of all pages, or only of pages with a report (all)"},
	{"drain-fd", "N", "finish what has arrived and end at the end of this pipe; SIGINT is ignored then"},
	{"verbose", NULL, "log more"},
	{"quiet", NULL, "log errors only"},
	{"kill-points", NULL, "list the fault points of this program and end"},
	{"help", NULL, "show this and end"},
	{"version", NULL, "show the version and end"},
};
#define FLAGS (sizeof flags / sizeof flags[0])

static void help(void)
{
	printf("Usage: gongkai-sink [FLAG...]\nWrites parsed documents into the store of a data folder.\n\n");
	for (size_t i = 0; i < FLAGS; i++) {
		char left[64];
		snprintf(left, sizeof left, "--%s %s", flags[i].name, flags[i].arg ? flags[i].arg : "");
		printf("  %-26s %s\n", left, flags[i].help);
	}
}

/* --name VALUE, --name=VALUE or --switch into `conf`. */
static enum err parse_flags(int argc, char **argv, struct conf *conf)
{
	for (int i = 1; i < argc; i++) {
		const char *z = argv[i];
		size_t n = strncmp(z, "--", 2) == 0 ? strcspn(z + 2, "=") : 0;
		const struct flag *f = NULL;
		for (size_t k = 0; k < FLAGS && n > 0 && !f; k++)
			if (strlen(flags[k].name) == n && strncmp(flags[k].name, z + 2, n) == 0)
				f = &flags[k];
		if (!f)
			return err_set(ERR_USAGE, "unknown argument '%s'; --help lists all", z);
		const char *value = z[2 + n] == '=' ? z + 3 + n : NULL;
		if (!f->arg && value)
			return err_set(ERR_USAGE, "--%s takes no value", f->name);
		if (f->arg && !value && ++i >= argc)
			return err_set(ERR_USAGE, "--%s needs a value (%s)", f->name, f->arg);
		conf_set(conf, f->name, !f->arg ? "1" : value ? value : argv[i]);
	}
	return ERR_OK;
}

static enum err make_dir(const char *path)
{
	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		return ERR_OK;
	return err_errno(ERR_IO, "cannot make the folder '%s'", path);
}

struct places {
	char docs[PATH_MAX], control[PATH_MAX];
};

static enum err options_of(const struct conf *conf, struct places *p, struct loop_options *o)
{
	const char *data = conf_get(conf, "data"), *docs = conf_get(conf, "docs");
	const char *control = conf_get(conf, "control"), *keep = conf_get(conf, "keep-text");
	double fd;
	enum err e = conf_get_num(conf, "drain-fd", -1, -1, 65535, &fd);
	if (e != ERR_OK)
		return e;
	if (keep && strcmp(keep, "all") != 0 && strcmp(keep, "reports") != 0)
		return err_set(ERR_USAGE, "--keep-text is 'all' or 'reports', not '%s'", keep);
	o->data_dir = data ? data : "./gongkai-data";
	o->reports_only = keep && strcmp(keep, "reports") == 0;
	o->drain_fd = (int)fd;
	char run[PATH_MAX];
	if (snprintf(run, sizeof run, "%s/run", o->data_dir) >= (int)sizeof run - 32)
		return err_set(ERR_USAGE, "the name of the data folder is too long");
	if ((e = make_dir(o->data_dir)) != ERR_OK || (e = make_dir(run)) != ERR_OK)
		return e;
	if (!docs) {
		snprintf(p->docs, sizeof p->docs, "ipc://%.*s/docs.sock", PATH_MAX - 32, run);
		docs = p->docs;
	}
	if (!control) {
		snprintf(p->control, sizeof p->control, "ipc://%.*s/control.sock", PATH_MAX - 32, run);
		control = p->control;
	}
	o->docs = docs;
	o->control = control;
	return ERR_OK;
}

static enum log_level level_of(const struct conf *conf)
{
	if (conf_get_bool(conf, "quiet"))
		return LOG_LEVEL_ERROR;
	return conf_get_bool(conf, "verbose") ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
}

int main(int argc, char **argv)
{
	struct conf *conf = NULL;
	struct places places;
	struct loop_options options = {0};
	log_init("gongkai-sink", LOG_LEVEL_INFO);
	/* with fixed thresholds one large document does not stay in the memory of the process */
	mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
	mallopt(M_TRIM_THRESHOLD, 4 * LARGE_BLOCK);
	enum err e = conf_load(&conf);
	if (e == ERR_OK)
		e = parse_flags(argc, argv, conf);
	if (e != ERR_OK)
		goto done;
	log_init("gongkai-sink", level_of(conf));
	if (conf_get_bool(conf, "help")) {
		help();
	} else if (conf_get_bool(conf, "version")) {
		printf("gongkai-sink %s\n", GONGKAI_VERSION);
	} else if (conf_get_bool(conf, "kill-points")) {
		fault_list();
	} else {
		e = options_of(conf, &places, &options);
		if (e == ERR_OK)
			e = sink_run(&options);
	}
done:
	if (e != ERR_OK)
		log_error("%s", err_text());
	conf_free(conf);
	return err_exit_status(e);
}
