/*
 * gongkai why - the whole story of one page: its state, the cause, what comes next, and all that happened.
 */
#include <stdio.h>
#include <string.h>

#include "base/url.h"
#include "daemons/args.h"
#include "daemons/page_story.h"
#include "daemons/stored.h"
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

/* where else the reports of a page are */
struct place {
	struct stored *stored;
	const char *self;
	char url[URL_MAX + 1];
};

static bool keep_place(void *ctx, const struct sview_copy *c)
{
	struct place *p = ctx;

	if (c->mirror || str_eq_z(c->url, p->self) || stored_page_gone(p->stored, c->url))
		return true;
	snprintf(p->url, sizeof(p->url), "%.*s", STR_FMT(c->url));
	return false;
}

/* "" when the page is there, had no report, or its report is nowhere else. The store's own trouble is told by other verbs. */
static void find_place(const struct verb_env *env, const char *url, struct place *out)
{
	struct stored s;

	*out = (struct place){.stored = &s, .self = url};
	if (stored_open(env->data_dir, &s) != ERR_OK)
		return;
	if (stored_page_gone(&s, str_of(url)) && sview_copies_of_page(s.store, url, keep_place, out) != ERR_OK)
		out->url[0] = '\0';
	stored_close(&s);
}

static enum err tell(const struct verb_env *env, struct view *view, const char *word)
{
	struct view_page *page = NULL;
	struct place place;
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
		find_place(env, page->url, &place);
	if (!err)
		err = page_story_print(env, view, page, PAGE_STORY_WHY, place.url[0] ? place.url : NULL);
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
