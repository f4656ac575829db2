#include "parser/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static enum err lower(__rlimit_resource_t what, const char *name, rlim_t max)
{
	struct rlimit l;
	if (getrlimit(what, &l) != 0)
		return err_errno(ERR_INTERNAL, "cannot read limit %s", name);
	if (l.rlim_max == RLIM_INFINITY || l.rlim_max > max)
		l.rlim_max = max;
	l.rlim_cur = l.rlim_max;
	if (setrlimit(what, &l) != 0)
		return err_errno(ERR_INTERNAL, "cannot set limit %s", name);
	return ERR_OK;
}

#ifndef GONGKAI_SANITIZE

/* Reading, writing, memory, time, and what abort(3) needs to die by its own signal. */
static const int allowed[] = {
	SCMP_SYS(read),           SCMP_SYS(write),        SCMP_SYS(readv),           SCMP_SYS(writev),
	SCMP_SYS(recvfrom),       SCMP_SYS(sendto),       SCMP_SYS(recvmsg),         SCMP_SYS(sendmsg),
	SCMP_SYS(close),          SCMP_SYS(fstat),        SCMP_SYS(lseek),           SCMP_SYS(brk),
	SCMP_SYS(munmap),         SCMP_SYS(mremap),       SCMP_SYS(madvise),         SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),  SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday),    SCMP_SYS(time),
	SCMP_SYS(nanosleep),      SCMP_SYS(sched_yield),  SCMP_SYS(clock_nanosleep), SCMP_SYS(getpid),
	SCMP_SYS(gettid),         SCMP_SYS(getrandom),    SCMP_SYS(getrusage),       SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(exit),
	SCMP_SYS(exit_group),     SCMP_SYS(sysinfo), /* qsort(3) asks how much memory there is */
};

static int add_rules(scmp_filter_ctx f)
{
	int rc = 0;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed) && rc == 0; i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, allowed[i], 0);
	const int maps[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};
	for (size_t i = 0; i < 2 && rc == 0; i++) /* memory, but never code */
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, maps[i], 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	const int kills[] = {SCMP_SYS(kill), SCMP_SYS(tgkill)};
	for (size_t i = 0; i < 2 && rc == 0; i++) /* itself, nobody else */
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, kills[i], 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
	return rc;
}

static enum err filter_calls(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!f)
		return err_set(ERR_NOMEM, "out of memory for the filter of system calls");
	int rc = add_rules(f);
	if (rc == 0)
		rc = seccomp_load(f);
	seccomp_release(f);
	if (rc != 0) {
		errno = -rc;
		return err_errno(ERR_INTERNAL, "cannot load the filter of system calls");
	}
	return ERR_OK;
}

#endif

enum err sandbox_enter(void)
{
	signal(SIGXFSZ, SIG_IGN); /* a log line into a file fails instead of killing a page */
	enum err e = lower(RLIMIT_CORE, "core", 0);
	if (e == ERR_OK)
		e = lower(RLIMIT_NOFILE, "nofile", SANDBOX_FILES_MAX);
	if (e == ERR_OK)
		e = lower(RLIMIT_FSIZE, "fsize", 0);
	if (e == ERR_OK && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		e = err_errno(ERR_INTERNAL, "cannot give up new privileges");
#ifndef GONGKAI_SANITIZE
	if (e == ERR_OK)
		e = lower(RLIMIT_AS, "as", SANDBOX_MEMORY_MAX);
	if (e == ERR_OK)
		e = filter_calls();
#endif
	return e;
}
