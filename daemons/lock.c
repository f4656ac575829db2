#include "daemons/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/clock.h"

#define LOCK_TURN_MS 50

/* The process that holds a flock on this file, by /proc/locks; 0 when it is not to be seen from here. */
static int owner_of(int fd)
{
	struct stat st;
	char line[256], place[64];
	int owner = 0;
	FILE *f;

	if (fstat(fd, &st) < 0)
		return 0;
	snprintf(place, sizeof(place), " %02x:%02x:%lu ", major(st.st_dev), minor(st.st_dev), (unsigned long)st.st_ino);
	f = fopen("/proc/locks", "re");
	if (!f)
		return 0;
	while (!owner && fgets(line, sizeof(line), f)) {
		int pid = 0;

		if (strstr(line, "FLOCK") && strstr(line, place) && sscanf(line, "%*s %*s %*s %*s %d", &pid) == 1)
			owner = pid;
	}
	fclose(f);
	return owner > 0 ? owner : 0;
}

/* The pid that the owner of run.lock wrote; 0 when there is none. */
static int written_in(int fd)
{
	char text[16] = {0};
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	return n > 0 ? (int)strtol(text, NULL, 10) : 0;
}

static enum err held_error(const char *data_dir, const char *name, int fd)
{
	int pid = owner_of(fd);
	const char *advice = "wait for it or stop it, or name another folder with --data";

	if (!pid)
		pid = written_in(fd);
	if (pid)
		return err_set(ERR_LOCKED, "data folder in use: %s (%s, process %d): %s", data_dir, name, pid, advice);
	return err_set(ERR_LOCKED, "data folder in use: %s (%s): %s", data_dir, name, advice);
}

static enum err wait_for(int fd, const char *data_dir, const char *name, int wait_ms)
{
	int64_t end = mono_ms() + wait_ms;

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_errno(ERR_IO, "cannot lock: %s/%s", data_dir, name);
		if (mono_ms() >= end)
			return held_error(data_dir, name, fd);
		usleep(LOCK_TURN_MS * 1000);
	}
	return ERR_OK;
}

enum err lock_take(const char *data_dir, const char *name, int wait_ms, int *fd_out)
{
	char path[PATH_MAX];
	enum err err;
	int fd;

	*fd_out = -1;
	snprintf(path, sizeof(path), "%s/%s", data_dir, name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0)
		return err_errno(ERR_FULL, "cannot open: %s", path);
	err = wait_for(fd, data_dir, name, wait_ms);
	if (err) {
		close(fd);
		return err;
	}
	/* Only for people: the lock is the descriptor. */
	if (ftruncate(fd, 0) == 0)
		dprintf(fd, "%d\n", (int)getpid());
	*fd_out = fd;
	return ERR_OK;
}

enum err lock_check(const char *data_dir, const char *name, int wait_ms)
{
	char path[PATH_MAX];
	enum err err;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", data_dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return ERR_OK;
	if (fd < 0)
		return err_errno(ERR_FULL, "cannot open: %s", path);
	err = wait_for(fd, data_dir, name, wait_ms);
	close(fd);
	return err;
}

bool lock_is_held(const char *data_dir, const char *name)
{
	char path[PATH_MAX];
	bool held = false;
	int fd;

	/* Never by taking the lock: a daemon that starts in this moment would find it taken. */
	snprintf(path, sizeof(path), "%s/%s", data_dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		held = owner_of(fd) != 0;
		close(fd);
	}
	return held;
}
