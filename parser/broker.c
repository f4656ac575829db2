#include "parser/broker.h"

#include <errno.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BROKER_FD 3
#define BROKER_MAGIC 0x474B4252u
#define PIECE_MAX 65536u

struct broker {
	int fd;
	pid_t pid;
};

struct request {
	uint32_t magic;
	struct convert_job job;
	uint64_t body_bytes;
};

/* piece_bytes > 0: so many bytes of output follow; 0: the run ended with `result` */
struct answer {
	uint32_t piece_bytes, result;
};

static bool move_all(int fd, char *p, size_t n, bool out)
{
	while (n) {
		ssize_t k = out ? write(fd, p, n) : read(fd, p, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static bool take(int fd, void *p, size_t n)
{
	return move_all(fd, p, n, false);
}

static bool put(int fd, const void *p, size_t n)
{
	return move_all(fd, (char *)(uintptr_t)p, n, true);
}

/* ---- the broker's own process ---- */

static bool send_piece(void *ud, const char *p, size_t n)
{
	const struct answer a = {.piece_bytes = (uint32_t)n};
	int fd = *(int *)ud;
	return put(fd, &a, sizeof(a)) && put(fd, p, n);
}

static bool serve_one(int fd)
{
	struct request r;
	if (!take(fd, &r, sizeof(r)) || r.magic != BROKER_MAGIC || r.body_bytes > CONVERT_BODY_MAX)
		return false;
	char *body = malloc((size_t)r.body_bytes + 1);
	struct answer end = {.result = CONVERT_FAILED};
	bool alive = body && take(fd, body, (size_t)r.body_bytes);
	if (alive)
		end.result = convert_run(NULL, &r.job, (struct str){body, (size_t)r.body_bytes}, send_piece, &fd);
	free(body);
	return alive && put(fd, &end, sizeof(end));
}

static _Noreturn void serve(int fd, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "gongkai-broker");
	if (getppid() != parent || (fd != BROKER_FD && dup2(fd, BROKER_FD) < 0))
		_exit(1);
	close_range(BROKER_FD + 1, ~0u, 0);
	signal(SIGPIPE, SIG_IGN);
	while (serve_one(BROKER_FD))
		;
	_exit(0);
}

/* ---- its client ---- */

enum err broker_new(struct broker **out)
{
	int pair[2];
	struct broker *b = calloc(1, sizeof(*b));
	if (!b)
		return err_set(ERR_NOMEM, "no memory for a broker");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		free(b);
		return err_errno(ERR_INTERNAL, "cannot make a socketpair");
	}
	pid_t parent = getpid();
	b->pid = fork();
	if (b->pid == 0)
		serve(pair[1], parent);
	close(pair[1]);
	b->fd = pair[0];
	if (b->pid < 0) {
		enum err e = err_errno(ERR_INTERNAL, "cannot start the broker of converters");
		close(b->fd);
		free(b);
		return e;
	}
	*out = b;
	return ERR_OK;
}

void broker_free(struct broker *b)
{
	if (!b)
		return;
	if (b->fd >= 0)
		close(b->fd);
	free(b);
}

static enum convert_result lost(struct broker *b)
{
	close(b->fd); /* nothing of an old run may be taken for the next one's */
	b->fd = -1;
	return CONVERT_FAILED;
}

enum convert_result broker_run(void *ctx, const struct convert_job *job, struct str body, convert_sink sink, void *ud)
{
	struct broker *b = ctx;
	const struct request r = {.magic = BROKER_MAGIC, .job = *job, .body_bytes = body.n};
	static char piece[PIECE_MAX];
	bool wanted = true;
	if (body.n > CONVERT_BODY_MAX || b->fd < 0)
		return CONVERT_FAILED;
	if (!put(b->fd, &r, sizeof(r)) || !put(b->fd, body.p, body.n))
		return lost(b);
	for (;;) {
		struct answer a;
		if (!take(b->fd, &a, sizeof(a)) || a.piece_bytes > PIECE_MAX)
			return lost(b);
		if (a.piece_bytes == 0)
			return a.result > CONVERT_FAILED ? CONVERT_FAILED
			       : wanted                  ? (enum convert_result)a.result
							 : CONVERT_STOPPED;
		if (!take(b->fd, piece, a.piece_bytes))
			return lost(b);
		wanted = wanted && sink(ud, piece, a.piece_bytes);
	}
}
