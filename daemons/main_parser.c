/*
 * gongkai-parser - takes pages from the fetcher, gives documents to the sink. The parent talks, its child
 * (this program with --child) reads.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "daemons/daemon_main.h"
#include "parser/child.h"
#include "parser/loop.h"

#define ENDPOINT_MAX (PATH_MAX + 64)

static const struct daemon_flag flags[] = {
	{"data", "DIR", "data folder (./gongkai-data); its run/ holds the sockets"},
	{"control", "ENDPOINT", "where the fetcher listens (ipc://DIR/run/control.sock)"},
	{"docs", "ENDPOINT", "where the sink listens (ipc://DIR/run/docs.sock)"},
	{"listen", "ENDPOINT", "where pages are taken (ipc://DIR/run/parser-NAME-PID.sock), or tcp://ADDRESS:PORT"},
	{"name", "NAME", "name of this parser in socket names (1)"},
	{"drain-fd", "N", "finish what is held and end at the end of this pipe; SIGINT is ignored then"},
	{NULL, NULL, NULL},
};

static enum err make_folder(const char *path)
{
	if (mkdir(path, 0770) == 0 || errno == EEXIST)
		return ERR_OK;
	return err_errno(ERR_IO, "cannot make folder '%s'", path);
}

/* The folder for sockets, as an absolute path, since the fetcher may run elsewhere. */
static enum err run_folder(const struct conf *c, char out[PATH_MAX])
{
	const char *data = conf_get(c, "data");
	char path[PATH_MAX];
	enum err e = make_folder(data ? data : "gongkai-data");
	if (e != ERR_OK)
		return e;
	if (snprintf(path, sizeof(path), "%s/run", data ? data : "gongkai-data") >= (int)sizeof(path))
		return err_set(ERR_USAGE, "the path of the data folder is too long");
	e = make_folder(path);
	if (e != ERR_OK)
		return e;
	if (!realpath(path, out))
		return err_errno(ERR_INPUT, "cannot use folder '%s'", path);
	return ERR_OK;
}

/* A parser that was killed leaves its socket file; one of this name whose process is gone is taken away. */
static void remove_stale(const char *folder, const char *name)
{
	char prefix[NAME_MAX];
	DIR *d = opendir(folder);
	if (!d)
		return;
	int n = snprintf(prefix, sizeof(prefix), "parser-%s-", name);
	for (struct dirent *e = readdir(d); e; e = readdir(d)) {
		char *end;
		if (n >= (int)sizeof(prefix) || strncmp(e->d_name, prefix, (size_t)n) != 0)
			continue;
		long pid = strtol(e->d_name + n, &end, 10);
		if (pid > 0 && !strcmp(end, ".sock") && kill((pid_t)pid, 0) != 0 && errno == ESRCH)
			unlinkat(dirfd(d), e->d_name, 0);
	}
	closedir(d);
}

struct endpoints {
	char listen[ENDPOINT_MAX], control[ENDPOINT_MAX], docs[ENDPOINT_MAX];
};

static void endpoint(const struct conf *c, const char *name, const char *folder, const char *file,
		     char out[ENDPOINT_MAX])
{
	const char *given = conf_get(c, name);
	if (given)
		snprintf(out, ENDPOINT_MAX, "%s", given);
	else
		snprintf(out, ENDPOINT_MAX, "ipc://%s/%s", folder, file);
}

static enum err choose_endpoints(const struct conf *c, struct endpoints *out)
{
	char folder[PATH_MAX] = "", file[80];
	const char *name = conf_get(c, "name") ? conf_get(c, "name") : "1";
	if (!*name || strlen(name) > 32 ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != strlen(name))
		return err_set(ERR_USAGE, "--name '%s': give 1 to 32 letters, digits or '_'", name);
	if (!conf_get(c, "listen") || !conf_get(c, "control") || !conf_get(c, "docs")) {
		enum err e = run_folder(c, folder);
		if (e != ERR_OK)
			return e;
		remove_stale(folder, name);
	}
	snprintf(file, sizeof(file), "parser-%s-%d.sock", name, (int)getpid());
	endpoint(c, "listen", folder, file, out->listen);
	endpoint(c, "control", folder, "control.sock", out->control);
	endpoint(c, "docs", folder, "docs.sock", out->docs);
	return ERR_OK;
}

static enum err watch_signals(bool supervised, int *fd_out)
{
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGTERM);
	sigaddset(&s, SIGCHLD);
	if (supervised)
		signal(SIGINT, SIG_IGN); /* Ctrl-C goes to the supervisor, which drains in order */
	else
		sigaddset(&s, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	/* before any thread exists, so that all inherit it */
	sigprocmask(SIG_BLOCK, &s, NULL);
	*fd_out = signalfd(-1, &s, SFD_CLOEXEC | SFD_NONBLOCK);
	return *fd_out < 0 ? err_errno(ERR_INTERNAL, "cannot watch signals") : ERR_OK;
}

static enum err serve(const struct conf *c, int *status)
{
	struct endpoints ep;
	double drain_fd;
	struct loop_options o = {.listen = ep.listen, .control = ep.control, .docs = ep.docs, .exe = "/proc/self/exe"};
	enum err e = conf_get_num(c, "drain-fd", -1, 0, INT_MAX, &drain_fd);
	(void)status;
	if (e == ERR_OK)
		e = choose_endpoints(c, &ep);
	if (e == ERR_OK)
		e = watch_signals(drain_fd >= 0, &o.signal_fd);
	if (e != ERR_OK)
		return e;
	o.drain_fd = (int)drain_fd;
	e = loop_run(&o);
	close(o.signal_fd);
	return e;
}

int main(int argc, char **argv)
{
	static const struct daemon_program program = {
		.name = "gongkai-parser",
		.purpose = "Parses the pages that gongkai-fetcher sends and hands the documents to gongkai-sink.",
		.notes = "SIGTERM drains: pages that are held are finished and handed over first.\n"
			 "Exit status: 0 drained, 1 failure, 2 usage, 4 a socket's place is taken, 5 not writable.",
		.flags = flags,
		.serve = serve};
	if (argc == 2 && strcmp(argv[1], "--child") == 0) {
		log_init(program.name, LOG_LEVEL_INFO);
		daemon_return_memory();
		return child_main(CHILD_FD);
	}
	return daemon_main(&program, argc, argv);
}
