#include "parser/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "parser/confine.h"

#define EXIT_MISSING 127
#define EXIT_UNLIMITED 126 /* the limits could not be set: it never ran */
#define PIECE_BYTES 65536
#define ARGS_MAX 16
#define FOLDERS 3
#define BODY_PATH "/proc/self/fd/0"

struct tool {
	const char *args[ARGS_MAX]; /* "%f" and "%l": first and last page */
	const char *missing, *refused, *crashed, *time, *large;
};

#define WHY(name, package)                                                                                             \
	.missing = name " is not installed: install the package " package,                                             \
	.refused = name " cannot read it: the file is damaged or encrypted", .crashed = name " crashed on it",         \
	.time = name " ran over its time", .large = name " wrote more than 48 MiB"

static const struct tool tools[CONVERT_TOOLS] = {
	[CONVERT_PDF_WORDS] = {{"pdftotext", "-q", "-bbox", "-l", "500", "-enc", "UTF-8", BODY_PATH, "-"},
			       WHY("pdftotext", "poppler-utils, with poppler-data")},
	[CONVERT_PDF_RULES] = {{"pdftocairo", "-q", "-svg", "-f", "%f", "-l", "%l", BODY_PATH, "-"},
			       WHY("pdftocairo", "poppler-utils")},
	[CONVERT_DOC] = {{"antiword", "-m", "UTF-8.txt", "-x", "db", BODY_PATH}, WHY("antiword", "antiword")},
	[CONVERT_DOC_AGAIN] = {{"catdoc", "-w", "-d", "utf-8", BODY_PATH}, WHY("catdoc", "catdoc")},
	[CONVERT_XLS] = {{"xls2csv", "-q", "0", "-c", "\t", "-b", "\f\n", "-d", "utf-8", BODY_PATH},
			 WHY("xls2csv", "catdoc")},
};

const char *convert_why(enum convert_tool t, enum convert_result r)
{
	switch (r) {
	case CONVERT_OK:
	case CONVERT_STOPPED:
		return NULL;
	case CONVERT_MISSING:
		return tools[t].missing;
	case CONVERT_REFUSED:
		return tools[t].refused;
	case CONVERT_CRASHED:
		return tools[t].crashed;
	case CONVERT_TIME:
		return tools[t].time;
	case CONVERT_LARGE:
		return tools[t].large;
	case CONVERT_FAILED:
		break;
	}
	return "no process could be started to convert it";
}

/* ---- in the new process: only calls that are safe after fork ---- */

static bool limit(__rlimit_resource_t what, rlim_t max)
{
	const struct rlimit l = {max, max};
	return setrlimit(what, &l) == 0;
}

#ifndef GONGKAI_SANITIZE

/* What a reader of one file never needs. Which files it may open for reading, confine.h says. */
static const int refused[] = {
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(listen),
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(ptrace),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(rmdir),
	SCMP_SYS(link),
	SCMP_SYS(linkat),
	SCMP_SYS(symlink),
	SCMP_SYS(symlinkat),
	SCMP_SYS(chmod),
	SCMP_SYS(fchmod),
	SCMP_SYS(fchmodat),
	SCMP_SYS(chown),
	SCMP_SYS(fchown),
	SCMP_SYS(lchown),
	SCMP_SYS(fchownat),
	SCMP_SYS(truncate),
	SCMP_SYS(mknod),
	SCMP_SYS(mknodat),
	SCMP_SYS(creat),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(bpf),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(kill),
	SCMP_SYS(tkill),
	SCMP_SYS(setsid),
	SCMP_SYS(openat2),
	SCMP_SYS(setxattr),
	SCMP_SYS(fsetxattr),
	SCMP_SYS(memfd_create),
	SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(clone3),
};

static int add_rules(scmp_filter_ctx f)
{
	int rc = 0;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused) && rc == 0; i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(refused[i] == SCMP_SYS(clone3) ? ENOSYS : EACCES), refused[i],
				      0);
	if (rc == 0) /* threads, but no processes */
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(clone), 1,
				      SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
	if (rc == 0) /* limits may be asked for, not set */
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_NE, 0, 0));
	const scmp_datum_t writing[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};
	for (size_t i = 0; i < sizeof(writing) / sizeof(*writing) && rc == 0; i++) {
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
				      SCMP_A2(SCMP_CMP_MASKED_EQ, writing[i], writing[i]));
		if (rc == 0)
			rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 1,
					      SCMP_A1(SCMP_CMP_MASKED_EQ, writing[i], writing[i]));
	}
	return rc;
}

#endif

/* Built before the fork, since building it takes memory; NULL when it cannot be. */
static scmp_filter_ctx make_filter(void)
{
#ifndef GONGKAI_SANITIZE
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	if (f && add_rules(f) != 0) {
		seccomp_release(f);
		f = NULL;
	}
	return f;
#else
	return (scmp_filter_ctx)1;
#endif
}

static void free_filter(scmp_filter_ctx f)
{
#ifndef GONGKAI_SANITIZE
	seccomp_release(f);
#else
	(void)f;
#endif
}

static bool enter_limits(scmp_filter_ctx f, const char *const *programs)
{
	bool ok = limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, 64) &&
		  limit(RLIMIT_CPU, CONVERT_CPU_S) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	ok = ok && limit(RLIMIT_AS, CONVERT_MEMORY_MAX) && confine_files(programs) != CONFINE_FAILED;
#ifndef GONGKAI_SANITIZE
	ok = ok && seccomp_load(f) == 0;
#else
	(void)f;
#endif
	return ok;
}

static _Noreturn void become(char *const argv[], int body, int out, pid_t parent, scmp_filter_ctx filter)
{
	static const char *const folders[FOLDERS] = {"/usr/local/bin", "/usr/bin", "/bin"};
	static char paths[FOLDERS][64];
	const char *programs[FOLDERS + 1] = {NULL};
	/* no fonts are looked up: only lines are wanted of what is drawn */
	static char *const env[] = {(char *)"LC_ALL=C.UTF-8", (char *)"HOME=/nonexistent",
				    (char *)"FONTCONFIG_FILE=/dev/null", (char *)"PATH=/usr/bin", NULL};
	sigset_t none;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_UNLIMITED);
	int null = open("/dev/null", O_WRONLY);
	if (null < 0 || dup2(body, 0) < 0 || dup2(out, 1) < 0 || dup2(null, 2) < 0)
		_exit(EXIT_UNLIMITED);
	close_range(3, ~0u, 0);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (size_t i = 0; i < FOLDERS; i++) {
		snprintf(paths[i], sizeof(paths[i]), "%s/%s", folders[i], argv[0]);
		programs[i] = paths[i];
	}
	if (!enter_limits(filter, programs))
		_exit(EXIT_UNLIMITED);
	for (size_t i = 0; i < FOLDERS; i++)
		execve(paths[i], argv, env);
	_exit(EXIT_MISSING);
}

/* ---- on this side ---- */

/* The body as a file that nobody can change any more; -1 when there is no memory for it. */
static int body_file(struct str body)
{
	int fd = memfd_create("page", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -1;
	for (size_t at = 0; at < body.n;) {
		ssize_t n = write(fd, body.p + at, body.n - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(fd);
			return -1;
		}
		at += (size_t)n;
	}
	if (lseek(fd, 0, SEEK_SET) != 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static pid_t start(const struct convert_job *job, struct str body, int *out)
{
	char pages[2][12], *argv[ARGS_MAX];
	int pipes[2];
	snprintf(pages[0], sizeof(pages[0]), "%u", job->first);
	snprintf(pages[1], sizeof(pages[1]), "%u", job->last);
	for (unsigned i = 0; i < ARGS_MAX; i++) {
		const char *a = tools[job->tool].args[i];
		argv[i] = (char *)a;
		if (a && a[0] == '%')
			argv[i] = pages[a[1] == 'l'];
	}
	scmp_filter_ctx filter = make_filter();
	int fd = filter ? body_file(body) : -1;
	pid_t pid = -1, parent = getpid();
	if (fd >= 0 && pipe2(pipes, O_CLOEXEC) == 0) {
		pid = fork();
		if (pid == 0)
			become(argv, fd, pipes[1], parent, filter);
		close(pipes[1]);
		if (pid < 0)
			close(pipes[0]);
		else
			*out = pipes[0];
	}
	if (fd >= 0)
		close(fd);
	if (filter)
		free_filter(filter);
	return pid;
}

/* CONVERT_OK at the end of the output, else why the run is to be stopped. */
static enum convert_result read_output(int fd, int wall_ms, convert_sink sink, void *ud)
{
	static char piece[PIECE_BYTES];
	int64_t until = mono_ms() + wall_ms;
	size_t total = 0;
	for (;;) {
		int64_t left = until - mono_ms();
		struct pollfd p = {.fd = fd, .events = POLLIN};
		if (left <= 0)
			return CONVERT_TIME;
		int ready = poll(&p, 1, (int)left);
		if (ready < 0 && errno != EINTR)
			return CONVERT_FAILED;
		if (ready <= 0)
			continue;
		ssize_t n = read(fd, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return CONVERT_FAILED;
		if (n == 0)
			return CONVERT_OK;
		total += (size_t)n;
		if (total > CONVERT_OUTPUT_MAX)
			return CONVERT_LARGE;
		if (!sink(ud, piece, (size_t)n))
			return CONVERT_STOPPED;
	}
}

static enum convert_result verdict(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL ? CONVERT_TIME : CONVERT_CRASHED;
	switch (WEXITSTATUS(status)) {
	case 0:
		return CONVERT_OK;
	case EXIT_MISSING:
		return CONVERT_MISSING;
	case EXIT_UNLIMITED:
		return CONVERT_FAILED;
	default:
		return CONVERT_REFUSED;
	}
}

/* A program may close its output and live on: it gets what is left of a second. */
static int bury(pid_t pid, bool at_once)
{
	int status = 0;
	for (int i = 0; i < 100 && !at_once; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		poll(NULL, 0, i < 10 ? 1 : 10);
	}
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

enum convert_result convert_run(void *ctx, const struct convert_job *job, struct str body, convert_sink sink, void *ud)
{
	int out = -1;
	(void)ctx;
	if (job->tool >= CONVERT_TOOLS || body.n > CONVERT_BODY_MAX)
		return CONVERT_FAILED;
	pid_t pid = start(job, body, &out);
	if (pid < 0)
		return CONVERT_FAILED;
	int wall = job->wall_ms < CONVERT_WALL_MS ? job->wall_ms : CONVERT_WALL_MS;
	enum convert_result r = read_output(out, wall, sink, ud);
	close(out);
	int status = bury(pid, r != CONVERT_OK);
	return r == CONVERT_OK ? verdict(status) : r;
}
