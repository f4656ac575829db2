#include "parser/keeper.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "proto/frame.h"

#define MB (1024u * 1024u)
#define RESTART_FIRST_MS 100
#define RESTART_MAX_MS 5000
#define DYING_MS 1000 /* after it closed its socket a child has so long to be gone */
#define PIECES (2 + CHILD_TEXTS)

enum state { DOWN, STARTING, IDLE, BUSY, DYING };

struct keeper {
	const char *exe;
	enum state state;
	pid_t pid;
	int fd;
	bool converting; /* the page was given the converters' time */
	bool had_page;   /* the child that is dying was at a page */
	enum keeper_kill killed;
	int64_t deadline_ms; /* DOWN: when to start; else: when to kill */
	unsigned starts, failed_starts;
	/* to the child */
	struct child_request request;
	struct str pieces[PIECES];
	unsigned piece;
	size_t piece_at;
	/* from the child */
	struct child_answer answer;
	size_t head_at, detail_at, doc_at;
	char detail[CHILD_DETAIL_MAX + 1];
	char *doc;
};

int64_t keeper_cpu_ms(uint64_t body_bytes)
{
	if (body_bytes > 64u * MB)
		return KEEPER_CPU_MAX_MS;
	int64_t ms = KEEPER_CPU_BASE_MS + (int64_t)(body_bytes * KEEPER_CPU_PER_MB_MS / MB);
	return ms < KEEPER_CPU_MAX_MS ? ms : KEEPER_CPU_MAX_MS;
}

int64_t keeper_wall_ms(uint64_t body_bytes)
{
	int64_t ms = 3 * keeper_cpu_ms(body_bytes);
	return ms > KEEPER_WALL_MIN_MS ? ms : KEEPER_WALL_MIN_MS;
}

struct keeper_verdict keeper_verdict(int wait_status, enum keeper_kill killed)
{
	if (killed == KEEPER_KILL_WALL)
		return (struct keeper_verdict){CAUSE_PARSER_TIMEOUT, SIGKILL};
	if (killed == KEEPER_KILL_NONSENSE)
		return (struct keeper_verdict){CAUSE_PARSER_CRASH, 0};
	if (WIFEXITED(wait_status))
		return (struct keeper_verdict){
			WEXITSTATUS(wait_status) == CHILD_EXIT_MEMORY ? CAUSE_PARSER_MEMORY : CAUSE_PARSER_CRASH, 0};
	int sig = WTERMSIG(wait_status);
	switch (sig) {
	case SIGXCPU:
		return (struct keeper_verdict){CAUSE_PARSER_TIMEOUT, sig};
	case SIGSEGV:
	case SIGABRT:
	case SIGBUS:
	case SIGILL:
	case SIGFPE:
	case SIGSYS:
		return (struct keeper_verdict){CAUSE_PARSER_CRASH, sig};
	default:
		return (struct keeper_verdict){CAUSE_LEASE_LOST, sig};
	}
}

struct keeper *keeper_new(const char *exe)
{
	struct keeper *k = calloc(1, sizeof(*k));
	if (!k)
		abort(); /* at the start of a program */
	k->exe = exe;
	k->fd = -1;
	return k;
}

void keeper_free(struct keeper *k)
{
	if (!k)
		return;
	if (k->fd >= 0)
		close(k->fd);
	if (k->pid > 0) {
		kill(k->pid, SIGKILL);
		while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	free(k->doc);
	free(k);
}

int keeper_fd(const struct keeper *k)
{
	return k->state == DYING ? -1 : k->fd;
}

bool keeper_writing(const struct keeper *k)
{
	return k->state == BUSY && k->piece < PIECES;
}

int64_t keeper_deadline_ms(const struct keeper *k)
{
	return k->state == IDLE ? INT64_MAX : k->deadline_ms;
}

bool keeper_ready(const struct keeper *k)
{
	return k->state == IDLE;
}

unsigned keeper_starts(const struct keeper *k)
{
	return k->starts;
}

/* Between fork and exec: async-signal-safe calls only, since the parent has threads. */
static _Noreturn void become_child(const char *exe, int fd, pid_t parent)
{
	char *argv[] = {(char *)"gongkai-parser", (char *)"--child", NULL};
	sigset_t none;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (fd == CHILD_FD ? fcntl(fd, F_SETFD, 0) < 0 : dup2(fd, CHILD_FD) < 0)
		_exit(1);
	close_range(CHILD_FD + 1, ~0u, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(exe, argv);
	_exit(127);
}

static void forget_answer(struct keeper *k)
{
	free(k->doc);
	k->doc = NULL;
	k->head_at = k->detail_at = k->doc_at = 0;
}

static enum err start(struct keeper *k, int64_t now)
{
	int pair[2];
	if (k->failed_starts >= KEEPER_STARTS_MAX)
		return err_set(ERR_INTERNAL, "the parser's child did not start %u times in a row: see the lines above",
			       k->failed_starts);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return err_errno(ERR_INTERNAL, "cannot make a socketpair");
	pid_t parent = getpid(), pid = fork();
	if (pid == 0)
		become_child(k->exe, pair[1], parent);
	close(pair[1]);
	if (pid < 0 || fcntl(pair[0], F_SETFL, O_NONBLOCK) < 0) {
		enum err e = err_errno(ERR_INTERNAL, "cannot start the parser's child");
		close(pair[0]);
		return e;
	}
	k->pid = pid;
	k->fd = pair[0];
	k->state = STARTING;
	k->killed = KEEPER_KILL_NONE;
	k->had_page = false;
	k->deadline_ms = now + KEEPER_START_MS;
	k->starts++;
	forget_answer(k);
	return ERR_OK;
}

/* The soft limit counts whole seconds of the process' life, so it is set anew for every page. */
static void limit_cpu(pid_t pid, int64_t limit_ms)
{
	clockid_t clock;
	struct timespec used;
	struct rlimit l;
	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0 ||
	    prlimit(pid, RLIMIT_CPU, NULL, &l) != 0) {
		log_warn("cannot read the child's CPU time: %s: only wall time limits it", strerror(errno));
		return;
	}
	int64_t ms = (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000 + limit_ms;
	rlim_t seconds = (rlim_t)((ms + 999) / 1000);
	l.rlim_cur = l.rlim_max == RLIM_INFINITY || seconds < l.rlim_max ? seconds : l.rlim_max;
	if (prlimit(pid, RLIMIT_CPU, &l, NULL) != 0)
		log_warn("cannot limit the child's CPU time: %s: only wall time limits it", strerror(errno));
}

/* A child that does not take its bytes any more is dying: reading finds the end of file. */
static void write_some(struct keeper *k)
{
	while (keeper_writing(k)) {
		struct str *s = &k->pieces[k->piece];
		if (k->piece_at == s->n) {
			k->piece++;
			k->piece_at = 0;
			continue;
		}
		ssize_t n = send(k->fd, s->p + k->piece_at, s->n - k->piece_at, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		k->piece_at += (size_t)n;
	}
}

void keeper_give(struct keeper *k, const struct parse_input *in, int64_t now_ms)
{
	assert(k->state == IDLE && in->body.n <= FRAME_BODY_MAX);
	const struct str texts[CHILD_TEXTS] = {in->url, in->final_url, in->content_type, in->content_encoding,
					       in->context};
	k->request = (struct child_request){.magic = CHILD_MAGIC, .body_bytes = in->body.n};
	k->pieces[0] = (struct str){(const char *)&k->request, sizeof(k->request)};
	for (unsigned i = 0; i < CHILD_TEXTS; i++) {
		assert(texts[i].n <= CHILD_TEXT_MAX);
		k->request.text_bytes[i] = (uint32_t)texts[i].n;
		k->pieces[1 + i] = texts[i];
	}
	k->pieces[PIECES - 1] = in->body;
	k->piece = 0;
	k->piece_at = 0;
	k->state = BUSY;
	k->had_page = true;
	k->converting = false;
	k->deadline_ms = now_ms + keeper_wall_ms(in->body.n);
	limit_cpu(k->pid, keeper_cpu_ms(in->body.n));
	write_some(k); /* the child begins while the caller goes on */
}

static void kill_child(struct keeper *k, enum keeper_kill why)
{
	k->killed = why;
	kill(k->pid, SIGKILL);
}

static bool head_is_sane(const struct keeper *k)
{
	const struct child_answer *a = &k->answer;
	if (a->magic != CHILD_MAGIC || a->detail_bytes > CHILD_DETAIL_MAX || a->doc_bytes > FRAME_DOC_MAX)
		return false;
	return k->state == STARTING
		       ? a->kind == CHILD_READY
		       : k->state == BUSY && a->kind >= CHILD_DOC &&
				 (a->kind < CHILD_CONVERTING || (a->kind == CHILD_CONVERTING && !k->converting));
}

/* Where the next bytes of the answer go; *n is 0 when it is whole. */
static char *answer_place(struct keeper *k, size_t *n)
{
	if (k->head_at < sizeof(k->answer)) {
		*n = sizeof(k->answer) - k->head_at;
		return (char *)&k->answer + k->head_at;
	}
	if (k->detail_at < k->answer.detail_bytes) {
		*n = k->answer.detail_bytes - k->detail_at;
		return k->detail + k->detail_at;
	}
	*n = (size_t)k->answer.doc_bytes - k->doc_at;
	return k->doc + k->doc_at;
}

static void count_bytes(struct keeper *k, size_t n)
{
	if (k->head_at < sizeof(k->answer))
		k->head_at += n;
	else if (k->detail_at < k->answer.detail_bytes)
		k->detail_at += n;
	else
		k->doc_at += n;
}

enum reading { READ_MORE, READ_WHOLE, READ_END };

static enum reading read_some(struct keeper *k)
{
	for (;;) {
		size_t want;
		char *to = answer_place(k, &want);
		if (want == 0)
			return READ_WHOLE;
		ssize_t n = recv(k->fd, to, want, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return READ_MORE;
		if (n <= 0)
			return READ_END;
		bool head_was_short = k->head_at < sizeof(k->answer);
		count_bytes(k, (size_t)n);
		if (!head_was_short || k->head_at < sizeof(k->answer))
			continue;
		k->doc = head_is_sane(k) ? malloc((size_t)k->answer.doc_bytes + 1) : NULL;
		if (!k->doc) {
			log_warn("the child's answer is out of shape: the child is stopped");
			kill_child(k, KEEPER_KILL_NONSENSE);
			return READ_END;
		}
	}
}

static void set_detail(struct keeper_result *out, const char *text)
{
	log_cleanse(out->detail, sizeof(out->detail), text, strlen(text));
}

static enum cause cause_of_answer(uint32_t kind)
{
	switch (kind) {
	case CHILD_NOT_INFLATED:
		return CAUSE_INFLATE;
	case CHILD_UNSUPPORTED:
		return CAUSE_UNSUPPORTED_KIND;
	case CHILD_NEEDS_OCR:
		return CAUSE_NEEDS_OCR;
	case CHILD_SOFT_ERROR:
		return CAUSE_SOFT_ERROR;
	case CHILD_CHALLENGE:
		return CAUSE_CHALLENGE;
	default:
		return CAUSE_NOT_PARSABLE;
	}
}

/* Converters have limits of their own, so their time is given once on top of the child's. */
static void allow_conversion(struct keeper *k)
{
	k->converting = true;
	k->deadline_ms += CONVERT_WALL_MS;
	forget_answer(k);
}

static void take_answer(struct keeper *k, struct keeper_result *out)
{
	if (k->state == STARTING) {
		k->failed_starts = 0;
	} else if (k->answer.kind == CHILD_DOC) {
		out->kind = KEEPER_DOC;
		out->doc = k->doc;
		out->doc_bytes = (size_t)k->answer.doc_bytes;
		k->doc = NULL;
	} else {
		out->kind = KEEPER_FAIL;
		out->cause = cause_of_answer(k->answer.kind);
		out->permanent = k->answer.kind != CHILD_TRANSIENT;
		k->detail[k->answer.detail_bytes] = '\0';
		set_detail(out, k->detail);
	}
	forget_answer(k);
	k->state = k->killed ? DYING : IDLE; /* the answer may have crossed the kill */
	k->had_page = false;
	k->piece = PIECES;
}

static void describe(const struct keeper *k, int status, const struct keeper_verdict *v, struct keeper_result *out)
{
	char text[200];
	const char *name = v->signal ? sigabbrev_np(v->signal) : NULL;
	if (k->killed == KEEPER_KILL_WALL)
		snprintf(text, sizeof(text), "no answer in %lld s of wall time: the child was stopped with SIGKILL",
			 (long long)((keeper_wall_ms(k->request.body_bytes) + (k->converting ? CONVERT_WALL_MS : 0)) /
				     1000));
	else if (k->killed == KEEPER_KILL_NONSENSE)
		snprintf(text, sizeof(text), "the child's answer was out of shape");
	else if (v->cause == CAUSE_PARSER_MEMORY)
		snprintf(text, sizeof(text), "the child was refused memory beyond its limit");
	else if (v->cause == CAUSE_PARSER_TIMEOUT)
		snprintf(text, sizeof(text), "the child died of SIGXCPU after %lld s of CPU time",
			 (long long)(keeper_cpu_ms(k->request.body_bytes) / 1000));
	else if (v->signal)
		snprintf(text, sizeof(text), "the child died of SIG%s", name ? name : "?");
	else
		snprintf(text, sizeof(text), "the child ended with status %d", WEXITSTATUS(status));
	set_detail(out, text);
}

static void bury(struct keeper *k, int status, int64_t now, struct keeper_result *out)
{
	if (k->had_page) {
		struct keeper_verdict v = keeper_verdict(status, k->killed);
		out->kind = KEEPER_FAIL;
		out->cause = v.cause;
		out->signal = v.signal;
		describe(k, status, &v, out);
	} else {
		log_warn("the parser's child ended without a page (wait status %#x)", (unsigned)status);
	}
	close(k->fd);
	k->fd = -1;
	k->pid = 0;
	forget_answer(k);
	k->state = DOWN;
	k->deadline_ms = now;
	if (k->failed_starts) {
		int64_t ms = RESTART_FIRST_MS << (k->failed_starts < 7 ? k->failed_starts - 1 : 6);
		k->deadline_ms = now + (ms < RESTART_MAX_MS ? ms : RESTART_MAX_MS);
	}
}

static void begin_dying(struct keeper *k, int64_t now)
{
	if (k->state == STARTING)
		k->failed_starts++;
	k->state = DYING;
	k->deadline_ms = now + DYING_MS;
}

static void past_deadline(struct keeper *k)
{
	if (k->state == DYING) /* closed its socket and lives on: the answer it owes will not come */
		kill_child(k, k->killed ? k->killed : KEEPER_KILL_NONSENSE);
	else
		kill_child(k, KEEPER_KILL_WALL);
	k->deadline_ms = INT64_MAX;
}

enum err keeper_turn(struct keeper *k, int64_t now_ms, struct keeper_result *out)
{
	*out = (struct keeper_result){.kind = KEEPER_NOTHING};
	if (k->state == DOWN)
		return now_ms >= k->deadline_ms ? start(k, now_ms) : ERR_OK;
	if (k->state != DYING) {
		write_some(k);
		enum reading r = read_some(k);
		if (r == READ_WHOLE && k->answer.kind == CHILD_CONVERTING) {
			allow_conversion(k);
			return ERR_OK; /* what follows wakes the caller's poll again */
		}
		if (r == READ_WHOLE) {
			take_answer(k, out);
			return ERR_OK;
		}
		if (r == READ_END)
			begin_dying(k, now_ms);
	}
	if (k->state == DYING) {
		int status;
		if (waitpid(k->pid, &status, WNOHANG) == k->pid) {
			bury(k, status, now_ms, out);
			return now_ms >= k->deadline_ms ? start(k, now_ms) : ERR_OK;
		}
	}
	if (now_ms >= keeper_deadline_ms(k))
		past_deadline(k);
	return ERR_OK;
}
