/*
 * gongkai parse - the parser's whole line on a local file, in this process, without a crawl.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/url.h"
#include "daemons/args.h"
#include "daemons/verb.h"
#include "parser/parse.h"

#define FILE_BYTES_MAX (32 * 1024 * 1024) /* as much as the fetcher lets through, inflated */
#define DOCUMENT_MAX (64 * 1024 * 1024)

static const struct verb_flag flags[] = {
	{"url", "URL", "address that the file came from: relative links and some dates need it"},
	{"type", "TYPE", "Content-Type that the server named"},
	{"charset", "NAME", "read the bytes in this charset"},
	{"text", NULL, "print the main text alone"},
	{"no-templates", NULL, "do not look for containers by the names that known systems give them"},
	{"explain", NULL, "add why each figure was read so, and why each other quantity is none"},
	{NULL, NULL, NULL},
};

static _Noreturn void out_of_memory(size_t wanted)
{
	fprintf(stderr, "gongkai parse: out of memory: %zu bytes more were refused: raise the limit (ulimit -v)\n",
		wanted);
	_exit(1);
}

static enum err write_out(const struct buf *out, bool text)
{
	if (fwrite(out->p ? out->p : "", 1, out->n, stdout) != out->n)
		return err_errno(ERR_IO, "cannot write: standard output");
	if (out->n > 0 && out->p[out->n - 1] == '\n')
		return ERR_OK;
	if (!text || out->n > 0)
		putchar('\n');
	return ERR_OK;
}

static enum err parse_bytes(struct verb_env *env, struct str body, struct str url)
{
	struct parse *parse = NULL;
	const struct converter converter = {convert_run, NULL};
	struct parse_input in = {.convert = &converter, .body = body, .url = url, .final_url = url};
	struct buf out;
	enum err err;

	buf_init(&out, DOCUMENT_MAX);
	in.content_type = str_of(conf_get(env->conf, "type"));
	in.charset = str_of(conf_get(env->conf, "charset"));
	in.no_templates = conf_get_bool(env->conf, "no-templates");
	in.explain = conf_get_bool(env->conf, "explain");
	in.text_only = conf_get_bool(env->conf, "text");
	err = parse_new(&parse);
	if (!err)
		err = parse_page(parse, &in, &out);
	if (!err)
		err = write_out(&out, in.text_only);
	parse_free(parse);
	buf_fini(&out);
	return err;
}

static enum err run(struct verb_env *env)
{
	struct buf body, url;
	const char *from = conf_get(env->conf, "url");
	enum err err = ERR_OK;

	if (env->argc != 1)
		return err_set(ERR_USAGE, "%s: name one file, or - for standard input; see gongkai parse --help",
			       env->argc ? "more than one file" : "no file");
	buf_init(&url, URL_MAX + 1);
	buf_init(&body, FILE_BYTES_MAX);
	if (from)
		err = args_url(from, &url);
	if (!err)
		err = args_read_file(env->argv[0], FILE_BYTES_MAX, &body);
	arena_on_refusal(out_of_memory);
	if (!err)
		err = parse_bytes(env, buf_str(&body), buf_str(&url));
	buf_fini(&url);
	buf_fini(&body);
	return err;
}

const struct verb verb_parse = {
	.name = "parse",
	.operands = "FILE|-",
	.help = "read one local file (- for standard input) and print what is in it",
	.flags = flags,
	.run = run,
};
