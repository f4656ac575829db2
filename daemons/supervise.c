#include "daemons/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define DELAY_FIRST_MS 100
#define DELAY_MAX_MS 5000
#define SHORT_LIFE_MS 1000
#define FAILING_FORGET_MS 10000 /* a child that lived this long was not stopped by the same trouble */
#define LINE_MAX_BYTES 4096
#define HOLD_ERROR_MS 1000 /* a daemon that says why it cannot go on ends within this time */

struct child {
	enum sup_role role;
	char *path, *name;
	char *argv[SUP_ARGS_MAX + 4];
	pid_t pid;              /* 0: not running */
	int drain_fd, error_fd; /* our ends; -1 */
	int64_t started_at, restart_at, delay_ms;
	int64_t failing_since; /* since when every start ended by an error; 0: it does not */
	bool draining, over;
	char line[LINE_MAX_BYTES];
	size_t line_n;
	char last[1024]; /* last whole line, for the message that ends the run */
	char *held;      /* its last line, of an error: it may become that message, which is told once */
	int64_t held_at;
};

struct sup {
	char *folder;
	void (*line)(void *ctx, const char *text);
	void *ctx;
	int signal_fd;
	int signals, last_signal;
	bool may_finish[SUP_ROLES];
	sigset_t before;
	enum err fatal;
	unsigned count;
	struct child *children[SUP_CHILDREN_MAX];
};

int64_t sup_delay_ms(int64_t lived_ms, int64_t last_delay_ms)
{
	if (lived_ms >= SHORT_LIFE_MS || last_delay_ms == 0)
		return DELAY_FIRST_MS;
	return last_delay_ms * 2 < DELAY_MAX_MS ? last_delay_ms * 2 : DELAY_MAX_MS;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void child_free(struct child *c)
{
	if (!c)
		return;
	close_fd(&c->drain_fd);
	close_fd(&c->error_fd);
	for (int i = 0; c->argv[i]; i++)
		free(c->argv[i]);
	free(c->path);
	free(c->name);
	free(c->held);
	free(c);
}

enum err sup_new(const char *folder, void (*line)(void *ctx, const char *text), void *ctx, struct sup **out)
{
	struct sup *s = calloc(1, sizeof(*s));
	struct sigaction hup;
	sigset_t ours;

	*out = NULL;
	if (!s || !(s->folder = strdup(folder))) {
		free(s);
		return err_set(ERR_NOMEM, "out of memory: supervisor");
	}
	s->line = line;
	s->ctx = ctx;
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGCHLD);
	sigaddset(&ours, SIGTSTP);
	/* nohup ignores SIGHUP, and that is to stay so */
	if (sigaction(SIGHUP, NULL, &hup) == 0 && hup.sa_handler != SIG_IGN)
		sigaddset(&ours, SIGHUP);
	sigprocmask(SIG_BLOCK, &ours, &s->before);
	signal(SIGPIPE, SIG_IGN);
	s->signal_fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signal_fd < 0) {
		sup_free(s);
		return err_errno(ERR_INTERNAL, "cannot watch signals: signalfd");
	}
	*out = s;
	return ERR_OK;
}

static void give_held(struct sup *s, struct child *c)
{
	char *held = c->held;

	c->held = NULL;
	if (held)
		s->line(s->ctx, held);
	free(held);
}

void sup_free(struct sup *s)
{
	if (!s)
		return;
	sup_kill(s);
	for (unsigned i = 0; i < s->count; i++) {
		struct child *c = s->children[i];

		while (c->pid > 0 && waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
			;
		give_held(s, c);
		child_free(c);
	}
	if (s->signal_fd >= 0)
		close(s->signal_fd);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
	free(s->folder);
	free(s);
}

/* In the new process, between fork and exec: async-signal-safe calls only. */
static _Noreturn void become(const struct child *c, const sigset_t *mask, pid_t parent, int drain_rd, int error_wr,
			     int null)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* standard descriptors first: what dup2() makes is not close-on-exec */
	if (dup2(null, 0) < 0 || dup2(error_wr, 1) < 0 || dup2(error_wr, 2) < 0)
		_exit(1);
	if (drain_rd == SUP_DRAIN_FD ? fcntl(drain_rd, F_SETFD, 0) < 0 : dup2(drain_rd, SUP_DRAIN_FD) < 0)
		_exit(1);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execv(c->path, c->argv);
	_exit(127);
}

static enum err spawn(struct sup *s, struct child *c)
{
	int drain[2] = {-1, -1}, error[2] = {-1, -1};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t parent = getpid();
	enum err err = ERR_OK;

	if (null < 0 || pipe2(drain, O_CLOEXEC) < 0 || pipe2(error, O_CLOEXEC) < 0) {
		err = err_errno(ERR_INTERNAL, "cannot start: %s: pipe", c->name);
		goto done;
	}
	c->pid = fork();
	if (c->pid == 0)
		become(c, &s->before, parent, drain[0], error[1], null);
	if (c->pid < 0) {
		c->pid = 0;
		err = err_errno(ERR_INTERNAL, "cannot start: %s: fork", c->name);
		goto done;
	}
	setpgid(c->pid, c->pid);
	fcntl(error[0], F_SETFL, O_NONBLOCK);
	c->drain_fd = drain[1];
	c->error_fd = error[0];
	drain[1] = error[0] = -1;
	c->started_at = mono_ms();
	c->restart_at = 0;
	c->line_n = 0;
done:
	close_fd(&null);
	close_fd(&drain[0]);
	close_fd(&drain[1]);
	close_fd(&error[0]);
	close_fd(&error[1]);
	return err;
}

enum err sup_add(struct sup *s, enum sup_role role, const char *program, const char *const *args)
{
	struct child *c = calloc(1, sizeof(*c));
	char path[PATH_MAX], fd[8];
	int n = 0;

	if (!c || s->count == SUP_CHILDREN_MAX) {
		free(c);
		return err_set(ERR_NOMEM, "out of memory: %s", program);
	}
	c->role = role;
	c->drain_fd = c->error_fd = -1;
	s->children[s->count++] = c;
	snprintf(path, sizeof(path), "%s/%s", s->folder, program);
	snprintf(fd, sizeof(fd), "%d", SUP_DRAIN_FD);
	if (access(path, X_OK) < 0)
		return err_set(ERR_INPUT, "cannot start: %s: %s: install all four gongkai programs in one folder", path,
			       strerror(errno));
	c->path = strdup(path);
	c->name = strdup(program);
	c->argv[n++] = strdup(path);
	while (*args && n < SUP_ARGS_MAX)
		c->argv[n++] = strdup(*args++);
	c->argv[n++] = strdup("--drain-fd");
	c->argv[n++] = strdup(fd);
	for (int i = 0; i < n; i++) {
		if (!c->argv[i] || !c->path || !c->name)
			return err_set(ERR_NOMEM, "out of memory: %s", program);
	}
	return spawn(s, c);
}

static void give_line(struct sup *s, struct child *c)
{
	c->line[c->line_n] = '\0';
	if (c->line_n > 0) {
		log_cleanse(c->last, sizeof(c->last), c->line, c->line_n);
		give_held(s, c); /* it was not the last one */
		if (strncmp(c->line, "gongkai", 7) == 0 && strstr(c->line, ": error: "))
			c->held = strdup(c->line);
		c->held_at = mono_ms();
		if (!c->held)
			s->line(s->ctx, c->line);
	}
	c->line_n = 0;
}

static void read_lines(struct sup *s, struct child *c)
{
	char chunk[4096];
	ssize_t n;

	while (c->error_fd >= 0) {
		n = read(c->error_fd, chunk, sizeof(chunk));
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		for (ssize_t i = 0; i < n; i++) {
			if (chunk[i] == '\n' || c->line_n == sizeof(c->line) - 1)
				give_line(s, c);
			if (chunk[i] != '\n')
				c->line[c->line_n++] = chunk[i];
		}
		if (n <= 0) {
			give_line(s, c);
			close_fd(&c->error_fd);
		}
	}
}

static void tell(struct sup *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void tell(struct sup *s, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	s->line(s->ctx, text);
}

/* "gongkai-sink: fatal: what: where" without program and word, for the line that ends the run. */
static const char *bare_message(const char *line)
{
	const char *p = line;

	if (p[0] == '<' && p[1] && p[2] == '>')
		p += 3;
	if (strncmp(p, "gongkai", 7) == 0 && strstr(p, ": "))
		p = strstr(p, ": ") + 2;
	for (unsigned i = 0; i < 2; i++) {
		const char *word = i ? "error: " : "fatal: ";

		if (strncmp(p, word, strlen(word)) == 0)
			p += strlen(word);
	}
	return p;
}

static enum err error_of_status(int status)
{
	switch (status) {
	case 2:
		return ERR_USAGE;
	case 3:
		return ERR_INPUT;
	case 4:
		return ERR_LOCKED;
	case 5:
		return ERR_FULL;
	default:
		return ERR_INTERNAL;
	}
}

/* Does this end mean that starting again is of no use? */
static enum err judge_exit(struct sup *s, struct child *c, int status, int64_t now)
{
	bool owner = c->role != SUP_PARSER;

	if (status == 127 || status == 2 || (owner && (status == 3 || status == 4)))
		return err_set(error_of_status(status), "%s ended: %s", c->name,
			       *c->last ? bare_message(c->last) : "it said nothing; see its --help");
	if (status <= 0) { /* a clean end, or a kill from outside */
		c->failing_since = 0;
		return ERR_OK;
	}
	const char *why = *c->last ? bare_message(c->last) : status == 5 ? "disk full" : "it said nothing";
	if (!c->failing_since || now - c->started_at > FAILING_FORGET_MS)
		c->failing_since = now;
	if (now - c->failing_since >= SUP_FAILING_LIMIT_MS)
		return err_set(error_of_status(status), "%s ended, again and again for %d s: %s: %s; nothing is lost",
			       c->name, SUP_FAILING_LIMIT_MS / 1000, why,
			       status == 5 ? "make room, then run it again" : "mend that, then run it again");
	if (status == 5)
		tell(s, "gongkai run: warn: %s cannot write and is tried again for %lld s more: %s", c->name,
		     (long long)(SUP_FAILING_LIMIT_MS - (now - c->failing_since)) / 1000, why);
	return ERR_OK;
}

static void child_ended(struct sup *s, struct child *c, int wstatus)
{
	int64_t now = mono_ms();
	int status = WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : -1;
	enum err err = ERR_OK;

	read_lines(s, c);
	close_fd(&c->error_fd);
	close_fd(&c->drain_fd);
	c->pid = 0;
	c->over = c->draining || (status == 0 && s->may_finish[c->role]);
	if (status >= 0)
		err = c->draining && status == 0 ? ERR_OK : judge_exit(s, c, status, now);
	if (err && !s->fatal) {
		s->fatal = err;
		free(c->held); /* the run's own message has its text */
		c->held = NULL;
	}
	give_held(s, c);
	if (c->over || err) {
		c->over = true;
		return;
	}
	c->delay_ms = sup_delay_ms(now - c->started_at, c->delay_ms);
	c->restart_at = now + c->delay_ms;
	if (status < 0)
		tell(s, "gongkai run: warn: %s was killed by %s and is started again", c->name,
		     sigdescr_np(WTERMSIG(wstatus)) ? sigdescr_np(WTERMSIG(wstatus)) : "a signal");
	else if (status != 5)
		tell(s, "gongkai run: warn: %s ended with status %d and is started again", c->name, status);
}

/* Ctrl-Z stops the children too, which are in other process groups, and fg lets them go on. */
static void suspend(struct sup *s)
{
	for (unsigned i = 0; i < s->count; i++) {
		if (s->children[i]->pid > 0)
			kill(-s->children[i]->pid, SIGSTOP);
	}
	raise(SIGSTOP);
	for (unsigned i = 0; i < s->count; i++) {
		if (s->children[i]->pid > 0)
			kill(-s->children[i]->pid, SIGCONT);
	}
}

static void read_signals(struct sup *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGTSTP) {
			suspend(s);
		} else if (info.ssi_signo != SIGCHLD) {
			s->signals++;
			s->last_signal = (int)info.ssi_signo;
		}
	}
}

static void reap(struct sup *s)
{
	for (unsigned i = 0; i < s->count; i++) {
		struct child *c = s->children[i];
		int wstatus;

		if (c->pid > 0 && waitpid(c->pid, &wstatus, WNOHANG) == c->pid)
			child_ended(s, c, wstatus);
	}
}

/* Start what is due; returns how long to wait for the next one at most. */
static int64_t restart_due(struct sup *s, int64_t timeout_ms)
{
	int64_t now = mono_ms();

	for (unsigned i = 0; i < s->count && !s->fatal; i++) {
		struct child *c = s->children[i];

		if (c->pid > 0 || c->over)
			continue;
		if (c->restart_at <= now && spawn(s, c) != ERR_OK) {
			tell(s, "gongkai run: warn: %s", err_text());
			c->restart_at = now + DELAY_MAX_MS;
		} else if (c->restart_at > now && c->restart_at - now < timeout_ms) {
			timeout_ms = c->restart_at - now;
		}
	}
	return timeout_ms;
}

enum err sup_turn(struct sup *s, int timeout_ms)
{
	struct pollfd fds[SUP_CHILDREN_MAX + 1];
	struct child *of[SUP_CHILDREN_MAX + 1];
	nfds_t n = 1;

	timeout_ms = (int)restart_due(s, timeout_ms);
	fds[0] = (struct pollfd){.fd = s->signal_fd, .events = POLLIN};
	for (unsigned i = 0; i < s->count; i++) {
		if (s->children[i]->error_fd < 0)
			continue;
		of[n] = s->children[i];
		fds[n++] = (struct pollfd){.fd = s->children[i]->error_fd, .events = POLLIN};
	}
	if (poll(fds, n, timeout_ms) < 0 && errno != EINTR)
		return err_errno(ERR_INTERNAL, "cannot wait: poll");
	for (nfds_t i = 1; i < n; i++) {
		if (fds[i].revents)
			read_lines(s, of[i]);
	}
	read_signals(s);
	reap(s);
	for (unsigned i = 0; i < s->count; i++) {
		struct child *c = s->children[i];

		if (c->held && mono_ms() - c->held_at >= HOLD_ERROR_MS)
			give_held(s, c); /* it goes on all the same */
	}
	return s->fatal;
}

void sup_drain(struct sup *s, enum sup_role role)
{
	for (unsigned i = 0; i < s->count; i++) {
		struct child *c = s->children[i];

		if (c->role != role || c->draining)
			continue;
		c->draining = true;
		close_fd(&c->drain_fd);
		if (c->pid <= 0)
			c->over = true;
	}
}

bool sup_ended(const struct sup *s, enum sup_role role)
{
	for (unsigned i = 0; i < s->count; i++) {
		if (s->children[i]->role == role && !s->children[i]->over)
			return false;
	}
	return true;
}

void sup_may_finish(struct sup *s, enum sup_role role)
{
	s->may_finish[role] = true;
}

void sup_kill(struct sup *s)
{
	for (unsigned i = 0; i < s->count; i++) {
		struct child *c = s->children[i];

		c->draining = true;
		if (c->pid > 0)
			kill(c->pid, SIGKILL);
		else
			c->over = true;
	}
}

int sup_signals(const struct sup *s, int *last_out)
{
	*last_out = s->last_signal;
	return s->signals;
}
