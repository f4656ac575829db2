/*
 * gongkai reparse - read the archive again with this program's lexicon. No request is made: the bodies come from the
 * archive, and links that are found only now wait for the next `run`.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/jsonw.h"
#include "daemons/args.h"
#include "daemons/lock.h"
#include "daemons/crew.h"
#include "daemons/verb.h"
#include "fetcher/inbox.h"
#include "fetcher/view.h"
#include "parser/parse.h"

static const struct verb_flag flags[] = {
	{"host", "HOST", "only pages of this host, as it stands in the URL"},
	{"since", "TIME", "only pages fetched since then (2026-11-01, 2d, 3h)"},
	{"parsers", "N", "parser processes (default: cores - 1, at least 1)"},
	{NULL, NULL, NULL},
};

static enum err post(const struct verb_env *env, int64_t since, struct inbox_result *out)
{
	const char *host = conf_get(env->conf, "host");
	struct buf json;
	struct jsonw w;
	enum err err;

	buf_init(&json, 4096);
	jsonw_init(&w, &json);
	jsonw_object(&w);
	jsonw_kz(&w, "verb", "reparse");
	if (host)
		jsonw_kz(&w, "host", host);
	if (since)
		jsonw_kint(&w, "since", since);
	jsonw_kz(&w, "lexicon", parse_lexicon());
	jsonw_end(&w, '}');
	err = json.sticky ? err_set(ERR_USAGE, "name too long: --host") : inbox_post(env->data_dir, json.p, out);
	buf_fini(&json);
	return err;
}

static enum err see_frontier(const struct verb_env *env)
{
	struct view *view = NULL;
	enum err err = args_open_view(env, &view);

	view_close(view);
	return err;
}

/* Nobody else runs here: post, then run the ring without requests until all is parsed and stored. */
static enum err reparse_here(struct verb_env *env, int64_t since, unsigned parsers)
{
	struct crew_options options = {.until_idle = true, .no_fetch = true, .parsers = parsers};
	struct inbox_result result = {0};
	enum crew_end end = CREW_IDLE;
	int lock_fd = -1;
	enum err err = crew_lock(env->data_dir, &lock_fd);

	if (!err)
		err = post(env, since, &result);
	if (!err && !env->quiet)
		fprintf(stderr, "gongkai reparse: %" PRId64 " pages are read again by lexicon %s\n", result.changed,
			parse_lexicon());
	if (!err)
		err = crew_run(env, &options, &end);
	if (!err && end != CREW_IDLE && !env->quiet)
		fprintf(stderr, "gongkai reparse: stopped; gongkai run or gongkai reparse reads the rest\n");
	if (!err && (end == CREW_INTERRUPTED || end == CREW_STOPPED_AT_ONCE))
		verb_exit(130);
	if (lock_fd >= 0)
		close(lock_fd);
	return err;
}

static enum err run(struct verb_env *env)
{
	int64_t since = 0;
	unsigned parsers = 1;
	struct inbox_result result = {0};
	enum err err = args_since(env, wall_ms(), &since);

	if (!err && env->argc)
		err = err_set(ERR_USAGE, "unexpected operand: %s: see gongkai reparse --help", env->argv[0]);
	if (!err)
		err = crew_parsers(env, &parsers);
	if (!err)
		err = see_frontier(env);
	if (err)
		return err;
	if (!lock_is_held(env->data_dir, "frontier.lock") && !lock_is_held(env->data_dir, "run.lock"))
		return reparse_here(env, since, parsers);
	err = post(env, since, &result);
	if (!err && !env->quiet)
		fprintf(stderr, "gongkai reparse: given to the running fetcher; gongkai status shows how far it is\n");
	return err;
}

const struct verb verb_reparse = {
	.name = "reparse",
	.operands = "",
	.help = "read the archived pages again with this version, without a request",
	.flags = flags,
	.run = run,
};
