#include "daemons/args.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "fetcher/view.h"

static int64_t unit_ms(char c)
{
	switch (c) {
	case 's':
		return 1000;
	case 'm':
		return 60 * 1000;
	case 'h':
		return 3600 * 1000;
	case 'd':
		return 24 * 3600 * 1000LL;
	case 'w':
		return 7 * 24 * 3600 * 1000LL;
	default:
		return 0;
	}
}

enum err args_since(const struct verb_env *env, int64_t now, int64_t *out)
{
	const char *z = conf_get(env->conf, "since");
	char *end = NULL;
	long n;

	*out = 0;
	if (!z)
		return ERR_OK;
	errno = 0;
	n = strtol(z, &end, 10);
	if (end != z && n > 0 && n < 1000000 && !errno && unit_ms(*end) && !end[1]) {
		*out = now - n * unit_ms(*end);
		return ERR_OK;
	}
	*out = clock_parse_iso(z);
	if (*out < 0)
		return err_set(ERR_USAGE,
			       "bad time: --since %s: give 2026-11-01, 2026-11-01T08:00:00Z, or 2d, 3h, 30m ago", z);
	return ERR_OK;
}

enum err args_ids_add(struct args_ids *a, int64_t id)
{
	if (a->count == ARGS_IDS_MAX)
		return err_set(ERR_LIMIT, "too many ids: more than %d: give them in parts with --limit", ARGS_IDS_MAX);
	if (a->count == a->cap) {
		size_t cap = a->cap ? a->cap * 2 : 64;
		int64_t *more = realloc(a->ids, cap * sizeof(*more));

		if (!more)
			return err_set(ERR_NOMEM, "out of memory: %zu ids", cap);
		a->ids = more;
		a->cap = cap;
	}
	a->ids[a->count++] = id;
	return ERR_OK;
}

static enum err add_id_text(struct args_ids *a, const char *text, size_t n, const char *where)
{
	char word[32];
	char *end = NULL;
	long long id;

	snprintf(word, sizeof(word), "%.*s", (int)(n < 31 ? n : 31), text);
	errno = 0;
	id = strtoll(word, &end, 10);
	if (end == word || *end || errno || id <= 0 || n >= 31)
		return err_set(ERR_USAGE, "not an id: '%s' %s: give numbers as gongkai dead list prints them", word,
			       where);
	return args_ids_add(a, id);
}

/* Lines of ids; an empty line, and a first line that is a csv head, are passed over. */
static enum err ids_of_stdin(struct args_ids *out)
{
	struct buf text;
	size_t line = 0;
	enum err err = args_read_file("-", ARGS_LIST_MAX, &text);

	for (size_t at = 0; !err && at < text.n;) {
		const char *p = text.p + at;
		size_t n = strcspn(p, "\n"), word = strcspn(p, ", \t\r\n");
		char where[48];

		line++;
		at += n + 1;
		if (word == 0 || (line == 1 && word == 2 && strncmp(p, "id", 2) == 0))
			continue;
		snprintf(where, sizeof(where), "on line %zu of standard input", line);
		err = add_id_text(out, p, word, where);
	}
	buf_fini(&text);
	return err;
}

enum err args_ids_read(const struct verb_env *env, int first, struct args_ids *out)
{
	enum err err = ERR_OK;

	for (int i = first; i < env->argc && !err; i++) {
		if (strcmp(env->argv[i], "-") == 0)
			err = ids_of_stdin(out);
		else
			err = add_id_text(out, env->argv[i], strlen(env->argv[i]), "on the command line");
	}
	return err;
}

void args_ids_fini(struct args_ids *a)
{
	free(a->ids);
	*a = (struct args_ids){0};
}

static enum err read_all(int fd, const char *path, size_t max_bytes, struct buf *out)
{
	for (;;) {
		char *place = buf_reserve(out, 64 * 1024);
		ssize_t n;

		if (!place)
			return out->sticky == ERR_LIMIT ? ERR_OK : err_set(ERR_NOMEM, "out of memory: %s", path);
		n = read(fd, place, 64 * 1024);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(ERR_INPUT, "cannot read: %s: %s", path, strerror(errno));
		if (n == 0)
			return ERR_OK;
		buf_commit(out, (size_t)n);
		if (out->n > max_bytes)
			return err_set(ERR_INPUT, "too large: %s: more than %zu MiB are not read", path,
				       max_bytes >> 20);
	}
}

enum err args_read_file(const char *path, size_t max_bytes, struct buf *out)
{
	bool standard_input = strcmp(path, "-") == 0;
	int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	enum err err;

	buf_init(out, max_bytes + 256 * 1024);
	if (fd < 0)
		return err_set(ERR_INPUT, "cannot open: %s: %s", path, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		err = err_set(ERR_INPUT, "cannot read: %s: it is a folder: name a file", path);
	else if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > (off_t)max_bytes)
		err = err_set(ERR_INPUT, "too large: %s: more than %zu MiB are not read", path, max_bytes >> 20);
	else
		err = read_all(fd, standard_input ? "standard input" : path, max_bytes, out);
	if (!standard_input)
		close(fd);
	return err;
}

enum err args_see_dir(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return err_set(ERR_FOREIGN, "not a folder: %s: name another with --data", path);
	return ERR_OK;
}

enum err args_make_dir(const char *path)
{
	char part[PATH_MAX];

	if (strlen(path) >= sizeof(part))
		return err_set(ERR_USAGE, "name too long: --data %.60s…: name another folder", path);
	snprintf(part, sizeof(part), "%s", path);
	for (char *p = part + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return err_errno(ERR_FULL, "cannot make folder: %s", part);
		*p = '/';
	}
	if (mkdir(part, 0750) < 0 && errno != EEXIST)
		return err_errno(ERR_FULL, "cannot make folder: %s", part);
	if (args_see_dir(part))
		return ERR_FOREIGN;
	if (access(part, W_OK | X_OK) < 0)
		return err_set(ERR_FULL,
			       "not writable: %s: give this user permission, or name another folder with --data", part);
	return ERR_OK;
}

enum err args_url(const char *url, struct buf *out)
{
	char why[256], shown[201];

	log_cleanse(shown, sizeof(shown), url, strlen(url)); /* it may come from a list of somebody else */
	if (!strstr(url, "://"))
		return err_set(ERR_USAGE, "not a URL: %s: begin it with http:// or https://", shown);
	if (!url_canon(str_of(url), out))
		return ERR_OK;
	snprintf(why, sizeof(why), "%s", err_text());
	return err_set(ERR_USAGE, "bad URL: %s: %s", shown, why);
}

enum err args_no_frontier(enum err err, const char *data_dir)
{
	if (err == ERR_NOTFOUND)
		return err_set(ERR_INPUT,
			       "no crawl here: %s: begin one with gongkai run URL, or name its folder with --data",
			       data_dir);
	return err;
}

enum err args_open_view(const struct verb_env *env, struct view **out)
{
	enum err err = args_see_dir(env->data_dir);

	*out = NULL;
	return err ? err : args_no_frontier(view_open(env->data_dir, out), env->data_dir);
}
