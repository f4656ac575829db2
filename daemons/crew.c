#include "daemons/crew.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemons/args.h"
#include "daemons/flags.h"
#include "daemons/lock.h"
#include "daemons/progress.h"
#include "daemons/supervise.h"

#define LOCK_WAIT_MS 3000 /* children of a killed run need a moment to die */
#define TURN_MS 200
#define DRAIN_FETCHER_MS 60000 /* it ends its requests within ten seconds */
#define DRAIN_OTHER_MS 30000
#define DRAIN_AFTER_ERROR_MS 10000
#define SOCKET_PATH_MAX 107 /* sun_path without its NUL */

struct crew {
	const struct verb_env *env;
	const struct crew_options *options;
	struct sup *sup;
	struct progress *progress;
	enum progress_mode mode;
};

/* The parsers name their sockets to the fetcher by absolute path. */
static enum err check_length(const char *data_dir)
{
	const size_t room = SOCKET_PATH_MAX - strlen("/run/parser-256-4194304.sock");
	char here[PATH_MAX] = "";
	size_t n = strlen(data_dir);

	if (data_dir[0] != '/' && getcwd(here, sizeof(here)))
		n += strlen(here) + 1;
	if (n > room)
		return err_set(ERR_USAGE,
			       "name too long for sockets: --data %.300s: %zu bytes with its folders, at most %zu",
			       data_dir, n, room);
	return ERR_OK;
}

enum err crew_lock(const char *data_dir, int *fd_out)
{
	char path[PATH_MAX];
	enum err err;

	*fd_out = -1;
	err = check_length(data_dir);
	if (!err)
		err = args_make_dir(data_dir);
	if (err)
		return err;
	snprintf(path, sizeof(path), "%s/run", data_dir);
	err = args_make_dir(path);
	if (!err)
		err = lock_take(data_dir, "run.lock", 0, fd_out);
	if (!err)
		err = lock_check(data_dir, "frontier.lock", LOCK_WAIT_MS);
	if (!err)
		err = lock_check(data_dir, "store.lock", LOCK_WAIT_MS);
	if (err && *fd_out >= 0) {
		close(*fd_out);
		*fd_out = -1;
	}
	return err;
}

enum err crew_parsers(const struct verb_env *env, unsigned *out)
{
	cpu_set_t set;
	int cores = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
	double n = 0;
	enum err err =
		flags_number(env, "parsers", cores > 1 ? cores - 1 : 1, 1, SUP_CHILDREN_MAX - 2, "processes", &n);

	*out = (unsigned)n;
	return err;
}

/* The folder of our own program: the daemons stand beside it. */
static enum err own_folder(char out[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);
	char *slash;

	if (n < 0)
		return err_errno(ERR_INTERNAL, "cannot read: /proc/self/exe");
	out[n] = '\0';
	slash = strrchr(out, '/');
	if (slash)
		*slash = '\0';
	return ERR_OK;
}

static bool is_terminal_noise(const char *line)
{
	return strstr(line, ": info: ") || strstr(line, ": debug: ");
}

/* A line of a daemon, or of the supervisor. A terminal shows warnings and errors above the progress. */
static void relay(void *ctx, const char *line)
{
	struct crew *r = ctx;

	if ((r->mode == PROGRESS_LIVE || r->env->quiet) && !r->env->verbose && is_terminal_noise(line))
		return;
	if (r->env->quiet && strstr(line, ": warn: "))
		return;
	progress_hide(r->progress);
	fprintf(stderr, "%s\n", line);
}

/* flags of the fetcher by their kind; settings that nobody gave are left to the daemon */
static const char *const fetcher_values[] = {
	"delay",         "window",     "daily-cap", "scope",          "depth",         "pages",           "connect-to",
	"lease-timeout", "user-agent", "contact",   "revisit-budget", "confirm-after", "frontier-memory", NULL};
static const char *const fetcher_switches[] = {"allow-private", "revisit", NULL};

struct arglist {
	const char *args[SUP_ARGS_MAX];
	int n;
};

static void arg(struct arglist *a, const char *z)
{
	if (a->n < SUP_ARGS_MAX - 1)
		a->args[a->n++] = z;
	a->args[a->n] = NULL;
}

static void arg_value(struct arglist *a, const char *flag, const char *value)
{
	arg(a, flag);
	arg(a, value);
}

static enum err start_fetcher(struct crew *r)
{
	struct arglist a = {0};
	char flags[16][32];
	unsigned used = 0;

	arg_value(&a, "--data", r->env->data_dir);
	for (int i = 0; fetcher_values[i]; i++) {
		const char *value = conf_get(r->env->conf, fetcher_values[i]);

		if (!value)
			continue;
		snprintf(flags[used], sizeof(flags[used]), "--%s", fetcher_values[i]);
		arg_value(&a, flags[used++], value);
	}
	for (int i = 0; fetcher_switches[i]; i++) {
		if (!conf_get_bool(r->env->conf, fetcher_switches[i]))
			continue;
		snprintf(flags[used], sizeof(flags[used]), "--%s", fetcher_switches[i]);
		arg(&a, flags[used++]);
	}
	if (r->options->until_idle)
		arg(&a, "--until-idle");
	if (r->options->no_fetch)
		arg(&a, "--no-fetch");
	return sup_add(r->sup, SUP_FETCHER, "gongkai-fetcher", a.args);
}

static enum err start_sink(struct crew *r)
{
	struct arglist a = {0};

	arg_value(&a, "--data", r->env->data_dir);
	if (conf_get(r->env->conf, "keep-text"))
		arg_value(&a, "--keep-text", conf_get(r->env->conf, "keep-text"));
	if (conf_get(r->env->conf, "confirm-after"))
		arg_value(&a, "--confirm-after", conf_get(r->env->conf, "confirm-after"));
	return sup_add(r->sup, SUP_SINK, "gongkai-sink", a.args);
}

static enum err start_parsers(struct crew *r)
{
	enum err err = ERR_OK;

	for (unsigned i = 1; i <= r->options->parsers && !err; i++) {
		struct arglist a = {0};
		char name[16];

		snprintf(name, sizeof(name), "%u", i);
		arg_value(&a, "--data", r->env->data_dir);
		arg_value(&a, "--name", name);
		err = sup_add(r->sup, SUP_PARSER, "gongkai-parser", a.args);
	}
	return err;
}

/* Drain a role and wait for it; a signal meanwhile ends the wait with ERR_AGAIN, its time with a kill. */
static enum err drain(struct crew *r, enum sup_role role, int64_t max_ms)
{
	int64_t end = mono_ms() + max_ms;
	int last, signals = sup_signals(r->sup, &last);
	enum err err = ERR_OK;

	sup_drain(r->sup, role);
	while (!err && !sup_ended(r->sup, role)) {
		err = sup_turn(r->sup, TURN_MS);
		progress_tick(r->progress, mono_ms());
		if (sup_signals(r->sup, &last) > signals)
			return ERR_AGAIN;
		if (!err && mono_ms() > end) {
			relay(r, "gongkai run: warn: a daemon does not drain in time and is stopped; its work is "
				 "repeated next time");
			sup_kill(r->sup);
			end += DRAIN_OTHER_MS;
		}
	}
	return err;
}

/* Fetcher, parsers, sink: each is gone before what it gives its work to is asked to go. */
static enum err drain_all(struct crew *r, enum crew_end *end_out)
{
	enum err err = drain(r, SUP_FETCHER, DRAIN_FETCHER_MS);

	if (!err)
		err = drain(r, SUP_PARSER, DRAIN_OTHER_MS);
	if (!err)
		err = drain(r, SUP_SINK, DRAIN_OTHER_MS);
	if (err == ERR_AGAIN) {
		*end_out = CREW_STOPPED_AT_ONCE;
		return ERR_OK;
	}
	return err;
}

/* A daemon cannot go on: the others finish what they can in a short time. The first error's text is kept. */
static enum err drain_after(struct crew *r, enum err first)
{
	char text[1024];
	int64_t end = mono_ms() + DRAIN_AFTER_ERROR_MS;

	snprintf(text, sizeof(text), "%s", err_text());
	for (int role = 0; role < SUP_ROLES; role++)
		sup_drain(r->sup, (enum sup_role)role);
	while (mono_ms() < end &&
	       !(sup_ended(r->sup, SUP_FETCHER) && sup_ended(r->sup, SUP_PARSER) && sup_ended(r->sup, SUP_SINK))) {
		enum err more = sup_turn(r->sup, TURN_MS); /* keeps saying `first` */

		if (more && more != first)
			break;
	}
	return err_set(first, "%s", text);
}

static enum err watch(struct crew *r, enum crew_end *end_out)
{
	enum err err = ERR_OK;

	for (;;) {
		int last = 0;

		err = sup_turn(r->sup, TURN_MS);
		if (err)
			return drain_after(r, err);
		progress_tick(r->progress, mono_ms());
		if (sup_signals(r->sup, &last) > 0) {
			*end_out = last == SIGINT ? CREW_INTERRUPTED : CREW_TERMINATED;
			relay(r, last == SIGINT ? "gongkai run: info: draining; Ctrl-C once more ends at once"
						: "gongkai run: info: draining");
			break;
		}
		if (r->options->until_idle && sup_ended(r->sup, SUP_FETCHER)) {
			*end_out = CREW_IDLE;
			break;
		}
	}
	err = drain_all(r, end_out);
	return err ? drain_after(r, err) : ERR_OK;
}

enum err crew_run(const struct verb_env *env, const struct crew_options *o, enum crew_end *end_out)
{
	struct crew r = {.env = env, .options = o};
	char folder[PATH_MAX], status[PATH_MAX];
	enum err err = own_folder(folder);

	if (err)
		return err;
	snprintf(status, sizeof(status), "%s/run/status.json", env->data_dir);
	unlink(status);
	/* They are meant for us, not for the daemons, whose standard error is a pipe to us. */
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	unsetenv("JOURNAL_STREAM");
	r.mode = env->quiet ? PROGRESS_QUIET : isatty(STDERR_FILENO) ? PROGRESS_LIVE : PROGRESS_PLAIN;
	r.progress = progress_new(env->data_dir, r.mode);
	err = sup_new(folder, relay, &r, &r.sup);
	if (!err && o->until_idle)
		sup_may_finish(r.sup, SUP_FETCHER);
	if (!err)
		err = start_sink(&r);
	if (!err)
		err = start_parsers(&r);
	if (!err)
		err = start_fetcher(&r);
	if (!err)
		err = watch(&r, end_out);
	sup_free(r.sup);
	progress_free(r.progress);
	return err;
}
