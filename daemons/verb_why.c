/*
 * gongkai why - the whole story of one page: its state, the cause, what comes next, and all that happened.
 */
#include <string.h>

#include "base/url.h"
#include "daemons/args.h"
#include "daemons/page_story.h"
#include "daemons/verb.h"
#include "fetcher/view.h"

static const struct verb_flag flags[] = {
	{NULL, NULL, NULL},
};

static bool keep(void *ctx, const struct view_page *p)
{
	struct view_page **page = ctx;

	*page = page_story_copy(p);
	return false;
}

static enum err tell(const struct verb_env *env, struct view *view, const char *word)
{
	struct view_page *page = NULL;
	struct buf url;
	enum err err;

	buf_init(&url, URL_MAX + 1);
	err = args_url(word, &url);
	if (!err)
		err = view_page_by_url(view, url.p, keep, &page);
	if (err == ERR_NOTFOUND || (!err && !page))
		err = err_set(ERR_INPUT,
			      "unknown page: %s: no link and no source has named it; gongkai add URL adds one", url.p);
	if (!err)
		err = page_story_print(env, view, page, PAGE_STORY_WHY);
	page_story_free(page);
	buf_fini(&url);
	return err;
}

static enum err run(struct verb_env *env)
{
	struct view *view = NULL;
	enum err err;

	if (env->argc == 0)
		return err_set(ERR_USAGE, "no page named: give a URL; see gongkai why --help");
	err = args_open_view(env, &view);
	for (int i = 0; i < env->argc && !err; i++)
		err = tell(env, view, env->argv[i]);
	view_close(view);
	return err;
}

const struct verb verb_why = {
	.name = "why",
	.operands = "URL...",
	.help = "tell what happened to a page, why, and what comes next",
	.flags = flags,
	.run = run,
};
