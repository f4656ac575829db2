#include "base/notify.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A state that is not delivered is not repeated: systemd's own timeouts are the second line. */
static void send_state(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	if (!path || (path[0] != '/' && path[0] != '@') || !path[1] || strlen(path) >= sizeof(a.sun_path))
		return;
	size_t n = strlen(path);
	memcpy(a.sun_path, path, n);
	if (path[0] == '@')
		a.sun_path[0] = '\0'; /* an abstract socket */
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&a, len);
	close(fd);
}

void notify_ready(void)
{
	send_state("READY=1");
}

void notify_stopping(void)
{
	send_state("STOPPING=1");
}

void notify_status(const char *fmt, ...)
{
	char text[512] = "STATUS=";
	size_t n = strlen(text);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - n, fmt, ap);
	va_end(ap);
	for (char *c = text; *c; c++)
		if (*c == '\n')
			*c = ' '; /* a line end would begin another variable */
	send_state(text);
}

void notify_progress(void)
{
	static int64_t interval_ms = -1, next_ms;
	if (interval_ms < 0) {
		const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
		bool ours = usec && (!pid || strtol(pid, NULL, 10) == (long)getpid());
		interval_ms = ours ? atoll(usec) / 2000 : 0;
	}
	int64_t now = mono_ms();
	if (interval_ms <= 0 || now < next_ms)
		return;
	next_ms = now + interval_ms;
	send_state("WATCHDOG=1");
}
