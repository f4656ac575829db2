/*
 * gongkai add - new sources, from the command line or a list.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "daemons/args.h"
#include "daemons/settings.h"
#include "daemons/verb.h"

#define FIELDS 3 /* url, region, body */
#define FIELD_MAX (URL_MAX + 64)

static const struct verb_flag flags[] = {
	{"f", "FILE", "read sources from FILE (- for standard input): a URL a line, or csv url,region,body"},
	{"region", "NAME", "region of these sources"},
	{"body", "NAME", "publishing body of these sources"},
	{"scope", "SCOPE", "host, site, any, or a suffix such as gov.cn (default: as the run's)"},
	{"depth", "N", "links from the start page at most (default: as the run's)"},
	{"pages", "N", "pages of a source at most (default: as the run's)"},
	{NULL, NULL, NULL},
};

struct adder {
	const struct verb_env *env;
	struct buf url;
	int64_t added, waiting, known, bad;
};

static enum err add_one(struct adder *a, const char *url, const char *region, const char *body)
{
	struct inbox_result result = {0};
	enum err err = args_url(url, &a->url);

	if (!err)
		err = settings_post_source(a->env, a->url.p, region, body, &result);
	if (err)
		return err;
	if (!result.applied)
		a->waiting++;
	else if (result.changed > 0)
		a->added++;
	else
		a->known++;
	return ERR_OK;
}

/* One csv field from *at on, its quotes (RFC 4180) taken off; *at moves behind its comma. Longer fields are cut. */
static void csv_field(const char *line, size_t *at, char out[FIELD_MAX])
{
	bool quoted = false;
	size_t n = 0, i = *at;

	for (; line[i] && (quoted || line[i] != ','); i++) {
		if (line[i] == '"' && quoted && line[i + 1] == '"')
			i++; /* "" inside quotes is one " */
		else if (line[i] == '"' && (quoted || i == *at)) {
			quoted = !quoted;
			continue;
		}
		if (n < FIELD_MAX - 1)
			out[n++] = line[i];
	}
	out[utf8_cut(out, n)] = '\0';
	*at = line[i] ? i + 1 : i;
}

/* An empty line, a comment, or the head of a csv file holds no source. */
static bool holds_source(const char *line, size_t number)
{
	if (!*line || *line == '#')
		return false;
	return !(number == 1 && (strcmp(line, "url") == 0 || strncmp(line, "url,", 4) == 0));
}

static enum err add_line(struct adder *a, char *line, const char *path, size_t number)
{
	char fields[FIELDS][FIELD_MAX] = {{0}};
	size_t at = 0, n = strlen(line);
	enum err err;

	while (n > 0 && strchr(" \t\r", line[n - 1]))
		line[--n] = '\0';
	while (*line && strchr(" \t", *line))
		line++;
	if (!holds_source(line, number))
		return ERR_OK;
	for (int i = 0; i < FIELDS; i++)
		csv_field(line, &at, fields[i]);
	err = add_one(a, fields[0], fields[1], fields[2]);
	if (err != ERR_USAGE)
		return err;
	fprintf(stderr, "gongkai add: %s:%zu: %s\n", path, number, err_text());
	a->bad++;
	return ERR_OK;
}

static enum err add_list(struct adder *a, const char *path, struct buf *text)
{
	size_t number = 0;
	enum err err = ERR_OK;
	char *p = text->p;

	if (text->n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
		p += 3;
	while (!err && p && p < text->p + text->n) {
		char *end = p + strcspn(p, "\n");
		bool last = *end == '\0';

		*end = '\0';
		err = add_line(a, p, strcmp(path, "-") == 0 ? "standard input" : path, ++number);
		p = end + 1;
		if (last && p < text->p + text->n)
			return err_set(ERR_INPUT, "not text: %s:%zu: a NUL byte: give a text file of URLs", path,
				       number);
	}
	return err;
}

static enum err check_operands(struct adder *a)
{
	enum err err = ERR_OK;

	for (int i = 0; i < a->env->argc && !err; i++)
		err = args_url(a->env->argv[i], &a->url);
	return err;
}

static void report(const struct adder *a)
{
	if (a->env->quiet)
		return;
	if (a->waiting)
		fprintf(stderr,
			"gongkai add: %" PRId64
			" sources given to the running fetcher, which takes them within a second\n",
			a->waiting);
	if (a->added || a->known || !a->waiting)
		fprintf(stderr, "gongkai add: %" PRId64 " new, %" PRId64 " known already, %" PRId64 " bad\n", a->added,
			a->known, a->bad);
}

static enum err run(struct verb_env *env)
{
	const char *file = conf_get(env->conf, "f");
	struct adder a = {.env = env};
	struct buf list;
	enum err err = settings_check(env);

	buf_init(&a.url, URL_MAX + 1);
	buf_init(&list, ARGS_LIST_MAX + 1);
	if (!err && env->argc == 0 && !file)
		err = err_set(ERR_USAGE, "no source: give a URL, or a list with -f FILE; see gongkai add --help");
	if (!err)
		err = check_operands(&a);
	if (!err && file) /* before anything is made: a list that cannot be read leaves no folder behind */
		err = args_read_file(file, ARGS_LIST_MAX, &list);
	if (!err)
		err = args_make_dir(env->data_dir);
	for (int i = 0; i < env->argc && !err; i++)
		err = add_one(&a, env->argv[i], NULL, NULL);
	if (!err && file)
		err = add_list(&a, file, &list);
	if (!err)
		report(&a);
	if (!err && a.bad)
		err = err_set(ERR_INPUT,
			      "%" PRId64 " bad lines: %s: correct them and add them again; the others are added", a.bad,
			      file);
	buf_fini(&a.url);
	buf_fini(&list);
	return err;
}

const struct verb verb_add = {
	.name = "add",
	.operands = "URL... | -f FILE",
	.help = "add start pages to the crawl",
	.flags = flags,
	.run = run,
};
