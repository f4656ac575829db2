/*
 * gongkai run - the three daemons over one data folder, with progress, until it is idle or told to stop.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/url.h"
#include "daemons/args.h"
#include "daemons/crew.h"
#include "daemons/settings.h"
#include "daemons/verb.h"
#include "fetcher/view.h"
#include "fetcher/warc.h"
#include "parser/parse.h"
#include "sink/view.h"

static const struct verb_flag flags[] = {
	{"until-idle", NULL, "end when nothing is left to do"},
	{"revisit", NULL, "visit again what is due, with --until-idle too"},
	{"revisit-budget", "N", "visits of known pages a day (default: one for each 30 known pages)"},
	{"confirm-after", "S", "seconds to the second fetch that confirms a change (default: 60; 0: none)"},
	{"parsers", "N", "parser processes (default: cores - 1, at least 1)"},
	{"delay", "S", "least seconds between two requests to a host (default: 2)"},
	{"window", "HH:MM-HH:MM", "ask hosts only in these hours, by the clock of China (default: always)"},
	{"daily-cap", "N", "requests to a host a day at most, by the clock of China (default: none)"},
	{"scope", "SCOPE", "host, site, any, or a suffix such as gov.cn (default: site)"},
	{"depth", "N", "links from a start page at most (default: 12)"},
	{"pages", "N", "pages a source at most (default: 10000)"},
	{"frontier-memory", "MIB", "memory for what the frontier reads again and again (default: 64)"},
	{"connect-to", "HOST:PORT", "send every connection there, for tests and mirrors"},
	{"allow-private", NULL, "allow private and loopback addresses"},
	{"lease-timeout", "S", "seconds after which a page is given to another parser (default: 120)"},
	{"keep-text", "WHICH", "keep the text of all documents or of reports (default: all)"},
	{"user-agent", "TEXT", "User-Agent of requests (default: gongkai with its version)"},
	{"contact", "TEXT", "address of the operator, added to the User-Agent"},
	{"region", "NAME", "region of the sources given here"},
	{"body", "NAME", "publishing body of the sources given here"},
	{NULL, NULL, NULL},
};

static enum err check_urls(const struct verb_env *env)
{
	struct buf url;
	enum err err = ERR_OK;

	buf_init(&url, URL_MAX + 1);
	for (int i = 0; i < env->argc && !err; i++)
		err = args_url(env->argv[i], &url);
	buf_fini(&url);
	return err;
}

/*
 * Our parsers would get no page from a frontier whose run has another lexicon (PROTOCOL.md, rule 7), and the run would
 * stand still. Reading the archive again is the person's decision: it may take a while.
 */
static enum err check_lexicon(const struct verb_env *env, struct view *view)
{
	char lexicon[17];
	enum err err = view_lexicon(view, lexicon);

	if (!err && *lexicon && strcmp(lexicon, parse_lexicon()) != 0)
		err = err_set(ERR_NEWER,
			      "read by another version: %s: lexicon %s, this program has %s: gongkai reparse --data %s "
			      "reads the archive again without a request, then go on",
			      env->data_dir, lexicon, parse_lexicon(), env->data_dir);
	return err;
}

/* Is there something to crawl without new sources? An archive is, since a lost frontier is built again from it. Also refuses what cannot work before anything starts. */
static enum err check_frontier(const struct verb_env *env)
{
	struct view *view = NULL;
	struct view_counts counts = {0};
	enum err err = args_see_dir(env->data_dir);

	if (!err)
		err = view_open(env->data_dir, &view);
	if (err == ERR_FORMAT)
		return ERR_OK; /* an older schema: the fetcher brings it up to date, or says what is wrong */
	if (!err)
		err = check_lexicon(env, view);
	if (!err && env->argc == 0)
		err = view_counts(view, &counts);
	view_close(view);
	if (err == ERR_NOTFOUND)
		err = ERR_OK;
	if (!err && env->argc == 0 && counts.pages == 0 && counts.sources == 0 && warc_total_bytes(env->data_dir) == 0)
		err = err_set(ERR_USAGE,
			      "nothing to crawl: %s: give a start page: gongkai run https://www.example.gov.cn/",
			      env->data_dir);
	return err;
}

/* A store that no sink may open is told before anything starts; what else is wrong with it the sink itself finds. */
static enum err check_store(const struct verb_env *env)
{
	struct sview *store = NULL;
	enum err err = sview_open(env->data_dir, &store);

	if (!err)
		sview_close(store);
	return err == ERR_NEWER || err == ERR_FOREIGN ? err : ERR_OK;
}

static enum err post_urls(const struct verb_env *env)
{
	struct buf url;
	struct inbox_result result;
	enum err err = ERR_OK;

	buf_init(&url, URL_MAX + 1);
	for (int i = 0; i < env->argc && !err; i++) {
		err = args_url(env->argv[i], &url);
		if (!err)
			err = settings_post_source(env, url.p, NULL, NULL, &result);
	}
	buf_fini(&url);
	return err;
}

static enum err run(struct verb_env *env)
{
	struct crew_options options = {.until_idle = conf_get_bool(env->conf, "until-idle")};
	enum crew_end end = CREW_IDLE;
	int lock_fd = -1;
	enum err err = settings_check(env);

	if (!err)
		err = crew_parsers(env, &options.parsers);
	if (!err)
		err = check_urls(env);
	if (!err)
		err = check_frontier(env);
	if (!err)
		err = check_store(env);
	if (!err)
		err = crew_lock(env->data_dir, &lock_fd);
	if (!err)
		err = post_urls(env);
	if (!err)
		err = crew_run(env, &options, &end);
	if (!err && end != CREW_STOPPED_AT_ONCE && !env->quiet)
		crew_summary(env);
	if (!err && (end == CREW_INTERRUPTED || end == CREW_STOPPED_AT_ONCE))
		verb_exit(130);
	if (lock_fd >= 0)
		close(lock_fd);
	return err;
}

const struct verb verb_run = {
	.name = "run",
	.operands = "[URL...]",
	.help = "crawl: run fetcher, parsers and sink over a data folder",
	.flags = flags,
	.run = run,
};
