/*
 * args - what several verbs read from people: points in time, page ids, files, the data folder.
 * Errors are ERR_USAGE or ERR_INPUT with a text that says what, where and what to do.
 */
#ifndef DAEMONS_ARGS_H
#define DAEMONS_ARGS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "daemons/verb.h"

#define ARGS_IDS_MAX 1000000             /* ids of one command */
#define ARGS_IDS_EACH 5000               /* ids of one request in the frontier's inbox */
#define ARGS_LIST_MAX (64 * 1024 * 1024) /* bytes of a list of URLs or ids */

/** --since: "2026-11-01", an ISO time, "90s", "30m", "3h", "2d", "4w" before `now`. Wall ms; 0 when the flag is not given. */
enum err args_since(const struct verb_env *env, int64_t now, int64_t *out) WARN_UNUSED;

/* page ids in the order given; owned, args_ids_fini() */
struct args_ids {
	int64_t *ids;
	size_t count, cap;
};
enum err args_ids_add(struct args_ids *a, int64_t id) WARN_UNUSED;
/** Operands from `first` on; "-" reads ids from standard input, one a line (what follows the number, as in csv, is ignored). */
enum err args_ids_read(const struct verb_env *env, int first, struct args_ids *out) WARN_UNUSED;
void args_ids_fini(struct args_ids *a);

/** A whole file or, for "-", standard input. More than max_bytes is ERR_INPUT. `out` is initialised here; caller: buf_fini(). */
enum err args_read_file(const char *path, size_t max_bytes, struct buf *out) WARN_UNUSED;

/** The data folder with its parents. ERR_FULL or ERR_DENIED when it cannot be made. */
enum err args_make_dir(const char *path) WARN_UNUSED;

/** Canonical form of a URL from a person into `out` (a buf of URL_MAX). */
enum err args_url(const char *url, struct buf *out) WARN_UNUSED;

/** Open the frontier of env->data_dir for reading. ERR_INPUT that says how to begin when there is none, ERR_FOREIGN for a file in its place. */
struct view;
enum err args_open_view(const struct verb_env *env, struct view **out) WARN_UNUSED;

/** ERR_FOREIGN when the data folder's name is that of something else; a missing one is fine. */
enum err args_see_dir(const char *path) WARN_UNUSED;

/** ERR_NOTFOUND of a frontier becomes ERR_INPUT that says how to begin; other codes are passed on. */
enum err args_no_frontier(enum err err, const char *data_dir) WARN_UNUSED;

#endif
