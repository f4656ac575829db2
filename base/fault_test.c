#include "base/fault.h"

#include "base/arena.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MARKER "gongkai-fault: "
#define FAULT_MEMORY_MAX (1024u * 1024 * 1024) /* more than any child may have */
#define MARKER_WITHIN 4096u                    /* bytes at the start of a body that are searched */

static struct {
	bool ready;
	char name[64];
	long passages_left; /* 0: no point is armed */
} armed;

static void read_environment(void)
{
	armed.ready = true;
	const char *z = getenv("GONGKAI_KILL");
	if (!z)
		return;
	const char *colon = strchr(z, ':');
	size_t n = colon ? (size_t)(colon - z) : strlen(z);
	if (n == 0 || n >= sizeof(armed.name))
		return;
	memcpy(armed.name, z, n);
	armed.passages_left = colon ? strtol(colon + 1, NULL, 10) : 1;
}

void fault_point(const char *name)
{
	if (!armed.ready)
		read_environment();
	if (armed.passages_left <= 0 || strcmp(name, armed.name) != 0 || --armed.passages_left > 0)
		return;
	const char *once = getenv("GONGKAI_KILL_ONCE");
	if (once) {
		int fd = open(once, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0)
			return; /* another process has died for it */
		close(fd);
	}
	kill(getpid(), SIGKILL);
}

static void die_by(int sig)
{
	signal(sig, SIG_DFL); /* a sanitizer has its own handler for some */
	raise(sig);
	abort();
}

/* Takes memory until it is refused, by RLIMIT_AS or else by the arena; the handler of refusals ends the process. */
static void eat_memory(void)
{
	struct arena *a = arena_new(FAULT_MEMORY_MAX);
	for (;;)
		arena_alloc(a, 1024u * 1024);
}

static void sleep_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};
	nanosleep(&t, NULL);
}

bool fault_page(const char *body, size_t n)
{
	if (n > MARKER_WITHIN)
		n = MARKER_WITHIN;
	const char *at = n ? memmem(body, n, MARKER, sizeof(MARKER) - 1) : NULL;
	if (!at)
		return false;
	char word[32] = "";
	at += sizeof(MARKER) - 1;
	for (size_t i = 0; i + 1 < sizeof(word) && at + i < body + n &&
			   strchr("abcdefghijklmnopqrstuvwxyz=0123456789", at[i]) && at[i];
	     i++)
		word[i] = at[i];
	if (!strcmp(word, "segv"))
		die_by(SIGSEGV);
	else if (!strcmp(word, "abrt"))
		die_by(SIGABRT);
	else if (!strcmp(word, "kill"))
		kill(getpid(), SIGKILL);
	else if (!strcmp(word, "memory"))
		eat_memory();
	else if (!strcmp(word, "spin"))
		for (volatile uint64_t i = 0;; i++)
			;
	else if (!strncmp(word, "sleep=", 6))
		sleep_ms(strtol(word + 6, NULL, 10));
	return !strcmp(word, "transient");
}
