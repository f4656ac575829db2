#include "fetcher/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SPOOL_FIRST_BYTES (16 * 1024)

struct spool {
	const char *dir;
	char *memory; /* NULL once in the file */
	size_t cap;
	size_t n;
	int fd; /* -1 while in memory */
};

static size_t memory_all; /* capacities of all spools of the process */

size_t spool_memory_bytes(void)
{
	return memory_all;
}

enum err spool_new(const char *dir, struct spool **out)
{
	struct spool *s = calloc(1, sizeof(*s));
	if (!s)
		return err_set(ERR_NOMEM, "out of memory for a spool");
	s->dir = dir;
	s->fd = -1;
	*out = s;
	return ERR_OK;
}

static void drop_memory(struct spool *s)
{
	free(s->memory);
	s->memory = NULL;
	memory_all -= s->cap;
	s->cap = 0;
}

void spool_free(struct spool *s)
{
	if (!s)
		return;
	drop_memory(s);
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

/* A nameless file: nothing is left behind by a crash. File systems without O_TMPFILE get a name for a moment. */
static int open_nameless(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
		return fd;
	char path[4096];
	if (snprintf(path, sizeof(path), "%s/spool-XXXXXX", dir) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static enum err write_at(struct spool *s, const char *p, size_t n, size_t at)
{
	while (n) {
		ssize_t w = pwrite(s->fd, p, n, (off_t)at);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return err_errno(errno == EFBIG ? ERR_FULL : ERR_IO, "cannot write a spool file in '%s'",
					 s->dir);
		p += w;
		at += (size_t)w;
		n -= (size_t)w;
	}
	return ERR_OK;
}

static enum err move_to_file(struct spool *s)
{
	s->fd = open_nameless(s->dir);
	if (s->fd < 0)
		return err_errno(ERR_IO, "cannot make a spool file in '%s'", s->dir);
	enum err e = write_at(s, s->memory, s->n, 0);
	if (e != ERR_OK) {
		close(s->fd);
		s->fd = -1;
		return e;
	}
	drop_memory(s);
	return ERR_OK;
}

/* True when n more bytes have room in memory, within this spool's share and the budget of all. */
static bool grow_memory(struct spool *s, size_t n)
{
	if (n > SPOOL_MEMORY_EACH || s->n > SPOOL_MEMORY_EACH - n)
		return false;
	size_t cap = s->cap ? s->cap : SPOOL_FIRST_BYTES;
	while (cap < s->n + n)
		cap *= 2;
	if (cap == s->cap)
		return true;
	if (memory_all + (cap - s->cap) > SPOOL_MEMORY_ALL)
		return false;
	char *p = realloc(s->memory, cap);
	if (!p)
		return false; /* the file takes it */
	s->memory = p;
	memory_all += cap - s->cap;
	s->cap = cap;
	return true;
}

enum err spool_add(struct spool *s, const void *p, size_t n)
{
	if (n == 0)
		return ERR_OK;
	if (s->fd < 0 && grow_memory(s, n)) {
		memcpy(s->memory + s->n, p, n);
		s->n += n;
		return ERR_OK;
	}
	enum err e = s->fd < 0 ? move_to_file(s) : ERR_OK;
	if (e == ERR_OK)
		e = write_at(s, p, n, s->n);
	if (e == ERR_OK)
		s->n += n;
	return e;
}

size_t spool_bytes(const struct spool *s)
{
	return s->n;
}

enum err spool_read(const struct spool *s, size_t offset, void *p, size_t n, size_t *got)
{
	*got = 0;
	if (offset >= s->n)
		return ERR_OK;
	if (n > s->n - offset)
		n = s->n - offset;
	if (s->fd < 0) {
		memcpy(p, s->memory + offset, n);
		*got = n;
		return ERR_OK;
	}
	while (*got < n) {
		ssize_t r = pread(s->fd, (char *)p + *got, n - *got, (off_t)(offset + *got));
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return err_errno(ERR_IO, "cannot read a spool file in '%s'", s->dir);
		if (r == 0)
			return err_set(ERR_IO, "a spool file in '%s' is shorter than what was written", s->dir);
		*got += (size_t)r;
	}
	return ERR_OK;
}
