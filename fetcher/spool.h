/*
 * spool - a body while it arrives: in memory up to a share of a common budget, then in an unlinked
 * temporary file (O_TMPFILE in the data folder), so that 256 slow 16 MiB responses cannot fill the memory.
 * The budget is the process's; one thread uses all spools. ERR_FULL when the disk is full: nothing of the
 * piece that failed is kept, the bytes before it are.
 */
#ifndef FETCHER_SPOOL_H
#define FETCHER_SPOOL_H

#include <stddef.h>

#include "base/err.h"

#define SPOOL_MEMORY_EACH (256 * 1024)
#define SPOOL_MEMORY_ALL (8 * 1024 * 1024)

struct spool;

/** dir is borrowed for the spool's life. */
enum err spool_new(const char *dir, struct spool **out) WARN_UNUSED;
void spool_free(struct spool *s);
enum err spool_add(struct spool *s, const void *p, size_t n) WARN_UNUSED;
size_t spool_bytes(const struct spool *s);
/** Memory that all spools hold now. */
size_t spool_memory_bytes(void);
/** Read at most n bytes from `offset`; *got 0 at the end. */
enum err spool_read(const struct spool *s, size_t offset, void *p, size_t n, size_t *got) WARN_UNUSED;

#endif
