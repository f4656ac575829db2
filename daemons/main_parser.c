/*
 * gongkai-parser - takes pages from the fetcher, gives documents to the sink. The parent talks, its child
 * (this program with --child) reads.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "parser/child.h"
#include "parser/loop.h"

#define ENDPOINT_MAX (PATH_MAX + 64)
#define LARGE_BYTES (256 * 1024) /* allocations from here on go back to the system when they are freed */

static const struct flag {
	const char *name, *value, *help;
} flags[] = {
	{"data", "DIR", "data folder (./gongkai-data); its run/ holds the sockets"},
	{"control", "ENDPOINT", "where the fetcher listens (ipc://DIR/run/control.sock)"},
	{"docs", "ENDPOINT", "where the sink listens (ipc://DIR/run/docs.sock)"},
	{"listen", "ENDPOINT", "where pages are taken (ipc://DIR/run/parser-NAME-PID.sock), or tcp://ADDRESS:PORT"},
	{"name", "NAME", "name of this parser in socket names (1)"},
	{"drain-fd", "FD", "finish what is held and end when this descriptor reads its end of file"},
	{"kill-points", NULL, "print the places where a test build can be killed"},
	{"verbose", NULL, "more lines on standard error"},
	{"help", NULL, "this text"},
	{"version", NULL, "print the version"},
};

static void help(void)
{
	puts("usage: gongkai-parser [--data DIR] [flags]\n\n"
	     "Parses the pages that gongkai-fetcher sends and hands the documents to gongkai-sink.\n"
	     "Settings: flag, then GONGKAI_NAME in the environment, then /etc/gongkai/gongkai.conf.\n");
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		char left[40];
		snprintf(left, sizeof(left), "--%s %s", flags[i].name, flags[i].value ? flags[i].value : "");
		printf("  %-24s %s\n", left, flags[i].help);
	}
	puts("\nSIGTERM drains: pages that are held are finished and handed over first.\n"
	     "Exit status: 0 drained, 1 failure, 2 usage, 4 a socket's place is taken, 5 not writable.");
}

static const struct flag *find_flag(const char *arg, size_t n)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (strlen(flags[i].name) == n && !strncmp(flags[i].name, arg, n))
			return &flags[i];
	return NULL;
}

/* "--name VALUE", "--name=VALUE" or "--name"; returns how many arguments were used, 0 with an error text. */
static int read_flag(struct conf *c, int left, char **argv)
{
	const char *arg = argv[0];
	if (strncmp(arg, "--", 2) != 0) {
		err_set(ERR_USAGE, "'%s' is not a flag: see gongkai-parser --help", arg);
		return 0;
	}
	const char *eq = strchr(arg, '=');
	const struct flag *f = find_flag(arg + 2, eq ? (size_t)(eq - arg - 2) : strlen(arg + 2));
	if (!f) {
		err_set(ERR_USAGE, "unknown flag '%s': see gongkai-parser --help", arg);
		return 0;
	}
	if (!f->value) {
		conf_set(c, f->name, "1");
		return 1;
	}
	if (!eq && left < 2) {
		err_set(ERR_USAGE, "--%s needs a value (%s): see gongkai-parser --help", f->name, f->value);
		return 0;
	}
	conf_set(c, f->name, eq ? eq + 1 : argv[1]);
	return eq ? 1 : 2;
}

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

static enum err serve(const struct conf *c)
{
	struct endpoints ep;
	double drain_fd;
	struct loop_options o = {.listen = ep.listen, .control = ep.control, .docs = ep.docs, .exe = "/proc/self/exe"};
	enum err e = conf_get_num(c, "drain-fd", -1, 0, INT_MAX, &drain_fd);
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

static enum err read_flags(struct conf *c, int argc, char **argv)
{
	for (int i = 1; i < argc;) {
		int used = read_flag(c, argc - i, argv + i);
		if (!used)
			return ERR_USAGE;
		i += used;
	}
	log_init("gongkai-parser", conf_get_bool(c, "verbose") ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	return ERR_OK;
}

static int fail(enum err e)
{
	log_error("%s", err_text());
	return err_exit_status(e);
}

int main(int argc, char **argv)
{
	struct conf *c = NULL;
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	log_init("gongkai-parser", LOG_LEVEL_INFO);
	if (argc == 2 && !strcmp(argv[1], "--child"))
		return child_main(CHILD_FD);
	enum err e = conf_load(&c);
	if (e == ERR_OK)
		e = read_flags(c, argc, argv);
	if (e == ERR_OK) {
		if (conf_get_bool(c, "help"))
			help();
		else if (conf_get_bool(c, "version"))
			puts("gongkai-parser " GONGKAI_VERSION);
		else if (conf_get_bool(c, "kill-points"))
			fault_list();
		else
			e = serve(c);
	}
	int status = e == ERR_OK ? 0 : fail(e);
	conf_free(c);
	return status;
}
