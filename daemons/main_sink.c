/*
 * gongkai-sink - the only writer of the store. Arguments, places and exit status; the work is sink/loop.c.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemons/daemon_main.h"
#include "sink/loop.h"

static const struct daemon_flag flags[] = {
	{"data", "DIR", "data folder (./gongkai-data)"},
	{"docs", "ENDPOINT", "where documents come in (ipc://DIR/run/docs.sock)"},
	{"control", "ENDPOINT", "where the fetcher listens (ipc://DIR/run/control.sock)"},
	{"keep-text", "all|reports", "keep the text of all pages, or only of pages with a report (all)"},
	{"confirm-after", "S", "0: a changed page becomes a version at once, without a second fetch (60)"},
	{"drain-fd", "N", "finish what has arrived and end at the end of this pipe; SIGINT is ignored then"},
	{NULL, NULL, NULL},
};

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
	double fd, confirm;
	enum err e = conf_get_num(conf, "drain-fd", -1, -1, 65535, &fd);
	if (e == ERR_OK)
		e = conf_get_num(conf, "confirm-after", 60, 0, 86400, &confirm);
	if (e != ERR_OK)
		return e;
	if (keep && strcmp(keep, "all") != 0 && strcmp(keep, "reports") != 0)
		return err_set(ERR_USAGE, "--keep-text is 'all' or 'reports', not '%s'", keep);
	o->data_dir = data ? data : "./gongkai-data";
	o->reports_only = keep && strcmp(keep, "reports") == 0;
	o->at_once = !(confirm > 0);
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

static enum err serve(const struct conf *conf, int *status)
{
	struct places places;
	struct loop_options options = {0};
	enum err e = options_of(conf, &places, &options);
	(void)status;
	return e == ERR_OK ? sink_run(&options) : e;
}

int main(int argc, char **argv)
{
	static const struct daemon_program program = {
		.name = "gongkai-sink",
		.purpose = "Writes parsed documents into the store of a data folder.",
		.flags = flags,
		.serve = serve};
	return daemon_main(&program, argc, argv);
}
