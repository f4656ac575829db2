/*
 * gongkai hold, gongkai release - stop asking a host, or one page, and go on with it later.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/url.h"
#include "daemons/args.h"
#include "daemons/frontier_request.h"
#include "daemons/verb.h"
#include "fetcher/view.h"

static const struct verb_flag flags[] = {
	{"host", "HOST", "a host, as an operand without :// would be"},
	{NULL, NULL, NULL},
};

struct search {
	const char *host;
	bool found;
};

static bool same_host(void *ctx, const struct view_host *h)
{
	struct search *s = ctx;

	s->found = strcmp(h->host, s->host) == 0;
	return !s->found;
}

static bool any_page(void *ctx, const struct view_page *p)
{
	(void)ctx;
	(void)p;
	return false;
}

/* The frontier must know what is named: a mistyped host would else be held in silence. */
static enum err must_be_known(const struct verb_env *env, const char *key, const char *value)
{
	struct view *view = NULL;
	struct search s = {.host = value};
	bool url = strcmp(key, "url") == 0;
	enum err err = args_open_view(env, &view);

	if (err)
		return err;
	err = url ? view_page_by_url(view, value, any_page, NULL) : view_hosts(view, same_host, &s);
	view_close(view);
	if (err == ERR_NOTFOUND || (!err && !url && !s.found))
		return err_set(ERR_INPUT, "unknown %s: %s: gongkai status --hosts lists the hosts%s",
			       url ? "page" : "host", value, url ? "" : ", with their ports");
	return err;
}

static enum err change_one(const struct verb_env *env, const char *verb, const char *what)
{
	struct inbox_result result = {0};
	const char *key = strstr(what, "://") ? "url" : "host", *value = what;
	struct buf url;
	enum err err = ERR_OK;

	buf_init(&url, URL_MAX + 1);
	if (*key == 'u') {
		err = args_url(what, &url);
		value = url.p;
	}
	if (!err)
		err = must_be_known(env, key, value);
	if (!err)
		err = frontier_request_one(env->data_dir, verb, key, value, &result);
	if (!err && !env->quiet && result.applied)
		fprintf(stderr, "gongkai %s: %s: %s\n", verb, value, result.changed ? "done" : "it was so already");
	if (!err && !env->quiet && !result.applied)
		fprintf(stderr, "gongkai %s: %s: given to the running fetcher\n", verb, value);
	buf_fini(&url);
	return err;
}

static enum err change(const struct verb_env *env, const char *verb)
{
	const char *host = conf_get(env->conf, "host");
	enum err err = ERR_OK;

	if (!host && env->argc == 0)
		return err_set(ERR_USAGE, "nothing named: give hosts or URLs; see gongkai %s --help", verb);
	if (host)
		err = change_one(env, verb, host);
	for (int i = 0; i < env->argc && !err; i++)
		err = change_one(env, verb, env->argv[i]);
	return err;
}

static enum err run_hold(struct verb_env *env)
{
	return change(env, "hold");
}

static enum err run_release(struct verb_env *env)
{
	return change(env, "release");
}

const struct verb verb_hold = {
	.name = "hold",
	.operands = "HOST|URL...",
	.help = "stop requests to a host, or set one page aside",
	.flags = flags,
	.run = run_hold,
};

const struct verb verb_release = {
	.name = "release",
	.operands = "HOST|URL...",
	.help = "go on with a held host or page",
	.flags = flags,
	.run = run_release,
};
