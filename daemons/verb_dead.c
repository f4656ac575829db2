/*
 * gongkai dead - dead letters: list, show, body, requeue, discard. Works with the daemons running or stopped.
 *
 * requeue and discard take ids, or what `dead list` prints with the same flags; the status is 0 only when every page
 * was changed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemons/args.h"
#include "daemons/flags.h"
#include "daemons/frontier_request.h"
#include "daemons/page_story.h"
#include "daemons/verb.h"
#include "fetcher/view.h"
#include "fetcher/warc.h"
#include "proto/cause.h"

#define BODY_MAX (32 * 1024 * 1024)
#define APPLY_WAIT_MS 5000 /* the running fetcher takes a request within a second */
#define APPLY_TURN_MS 200
#define WATCHED_MAX 1000 /* pages that are looked at again to see that they changed */

static const struct verb_flag flags[] = {
	{"cause", "CODE", "only pages with this cause, such as http-5xx"},
	{"host", "HOST", "only pages of this host, as it stands in the URL"},
	{"since", "TIME", "only pages that ended since then (2026-11-01, 2d, 3h)"},
	{"all", NULL, "discarded pages too; requeue and discard: all that dead list --all prints"},
	{"refetch", NULL, "requeue: ask the server again, though the body is in the archive"},
	{"reason", "TEXT", "discard: kept with the page"},
	{"dry-run", NULL, "requeue and discard: print the ids and change nothing"},
	{NULL, NULL, NULL},
};

static enum err check_cause(const char *code)
{
	const char *names[CAUSE_COUNT];
	char hint[96];
	size_t n = 0;

	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++)
		names[n++] = cause_code((enum cause)c);
	if (cause_of(code) != CAUSE_NONE)
		return ERR_OK;
	return err_set(ERR_USAGE, "unknown cause: --cause %s%s: gongkai(1) lists the codes", code,
		       flags_hint(code, names, n, "", hint));
}

static enum err read_filter(const struct verb_env *env, struct view_filter *out)
{
	const char *cause = conf_get(env->conf, "cause");

	*out = (struct view_filter){.host = conf_get(env->conf, "host"),
				    .discarded_too = conf_get_bool(env->conf, "all")};
	if (cause) {
		enum err err = check_cause(cause);

		if (err)
			return err;
		out->cause = cause_code(cause_of(cause));
		out->discarded_too = out->discarded_too || cause_is_discarded(cause_of(cause));
	}
	return args_since(env, wall_ms(), &out->since);
}

/* ---- list */

static const struct out_column list_columns[] = {
	{.name = "id", .right = true},
	{.name = "url"},
	{.name = "host"},
	{.name = "state"},
	{.name = "cause"},
	{.name = "detail"},
	{.name = "attempts", .right = true},
	{.name = "first"},
	{.name = "last"},
};

struct list {
	struct out *out;
	bool seen[CAUSE_COUNT];
};

static bool list_row(void *ctx, const struct view_page *p)
{
	struct list *l = ctx;

	if (!out_row(l->out))
		return false;
	l->seen[cause_of(p->cause ? p->cause : "")] = true;
	out_int(l->out, p->id);
	out_str(l->out, p->url);
	out_str(l->out, p->host);
	out_str(l->out, p->state);
	out_str(l->out, p->cause);
	out_str(l->out, p->detail);
	out_int(l->out, p->attempts);
	out_time(l->out, p->first);
	out_time(l->out, p->last);
	return true;
}

static enum err list(const struct verb_env *env, struct view *view)
{
	struct view_filter filter;
	struct list l = {0};
	enum err err = read_filter(env, &filter), end;

	if (!err && env->argc > 1)
		err = err_set(ERR_USAGE, "unexpected operand: %s: dead list takes flags only; see gongkai dead --help",
			      env->argv[1]);
	if (err)
		return err;
	l.out = out_new(env->format, env->color, env->limit, list_columns,
			sizeof(list_columns) / sizeof(list_columns[0]));
	err = view_dead(view, &filter, list_row, &l);
	end = out_end(l.out);
	for (int c = CAUSE_NONE + 1; !err && !end && env->format == OUT_TABLE && !env->quiet && c < CAUSE_COUNT; c++) {
		if (l.seen[c])
			fprintf(stderr, "%s: %s\n", cause_code((enum cause)c), cause_help((enum cause)c));
	}
	return err ? err : end;
}

/* ---- show, body */

static bool keep(void *ctx, const struct view_page *p)
{
	struct view_page **page = ctx;

	*page = page_story_copy(p);
	return false;
}

static enum err find(struct view *view, int64_t id, struct view_page **out)
{
	enum err err;

	*out = NULL;
	err = view_page_by_id(view, id, keep, out);
	if (err == ERR_NOTFOUND || (!err && !*out))
		return err_set(ERR_INPUT, "no such page: %" PRId64 ": gongkai dead list prints the ids", id);
	return err;
}

static enum err write_body(const struct verb_env *env, const struct view_page *p)
{
	struct warc_place place = {.offset = p->warc_offset, .length = p->warc_length};
	struct warc_response response = {0};
	enum err err;

	if (!p->warc_file || !*p->warc_file)
		return err_set(ERR_INPUT, "no bytes kept: page %" PRId64 ": nothing came (%s)", p->id,
			       p->cause ? p->cause : p->state);
	snprintf(place.file, sizeof(place.file), "%s", p->warc_file);
	err = warc_read(env->data_dir, &place, BODY_MAX, &response);
	if (err == ERR_NOTFOUND || err == ERR_FORMAT)
		return err_set(ERR_INPUT,
			       "cannot read from the archive: %s at %" PRId64 ": gongkai check looks for damage",
			       place.file, place.offset);
	if (err)
		return err;
	if (fwrite(response.body.p ? response.body.p : "", 1, response.body.n, stdout) != response.body.n)
		err = err_errno(ERR_IO, "cannot write: standard output");
	warc_response_fini(&response);
	return err;
}

static enum err show_or_body(const struct verb_env *env, struct view *view, bool body)
{
	struct args_ids ids = {0};
	enum err err = args_ids_read(env, 1, &ids);

	if (!err && (ids.count == 0 || (body && ids.count != 1)))
		err = err_set(ERR_USAGE, "%s: give the id that gongkai dead list prints",
			      ids.count ? "more than one id" : "no id");
	for (size_t i = 0; i < ids.count && !err; i++) {
		struct view_page *page = NULL;

		err = find(view, ids.ids[i], &page);
		if (!err)
			err = body ? write_body(env, page) : page_story_print(env, view, page, PAGE_STORY_DEAD, NULL);
		page_story_free(page);
	}
	args_ids_fini(&ids);
	return err;
}

/* ---- requeue, discard */

struct change {
	const struct verb_env *env;
	struct view *view;
	bool requeue;
	int64_t max; /* --limit when given, 0 none */
	struct args_ids ids;
	size_t refused;    /* ids that cannot be changed */
	int64_t posted_at; /* wall ms: what changed later was changed, though it may have ended again the same way */
	enum err err;
};

static bool fits(const struct change *c, const char *state)
{
	return strcmp(state, "dead") == 0 ||
	       (c->requeue && (strcmp(state, "discarded") == 0 || strcmp(state, "held") == 0));
}

static bool collect(void *ctx, const struct view_page *p)
{
	struct change *c = ctx;

	if (c->max && (int64_t)c->ids.count >= c->max)
		return false;
	if (fits(c, p->state))
		c->err = args_ids_add(&c->ids, p->id);
	return !c->err;
}

/* Named ids: each is looked at first, so that one which cannot be changed is told and the others are changed. */
static enum err check_named(struct change *c, struct args_ids *named)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < named->count && !err; i++) {
		struct view_page *page = NULL;

		err = find(c->view, named->ids[i], &page);
		if (!err && fits(c, page->state)) {
			err = args_ids_add(&c->ids, page->id);
		} else if (!err || err == ERR_INPUT) {
			c->refused++;
			if (page)
				fprintf(stderr, "gongkai dead: page %" PRId64 " is %s: left as it is\n", page->id,
					page->state);
			else
				fprintf(stderr, "gongkai dead: %s\n", err_text());
			err = ERR_OK;
		}
		page_story_free(page);
	}
	return err;
}

static enum err select_pages(struct change *c)
{
	struct args_ids named = {0};
	struct view_filter filter;
	enum err err = read_filter(c->env, &filter);
	bool filtered = filter.cause || filter.host || filter.since || conf_get_bool(c->env->conf, "all");

	if (!err)
		err = args_ids_read(c->env, 1, &named);
	if (!err && c->env->argc > 1 && filtered)
		err = err_set(ERR_USAGE, "ids and a filter: give either ids or --cause, --host, --since, --all");
	else if (!err && c->env->argc > 1)
		err = check_named(c, &named);
	else if (!err && !filtered)
		err = err_set(ERR_USAGE, "nothing chosen: give ids, a filter (--cause, --host, --since) or --all");
	else if (!err)
		err = view_dead(c->view, &filter, collect, c);
	args_ids_fini(&named);
	return err ? err : c->err;
}

static size_t count_unchanged(struct change *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->ids.count; i++) {
		struct view_page *page = NULL;

		if (find(c->view, c->ids.ids[i], &page) == ERR_OK && fits(c, page->state) && page->last < c->posted_at)
			n++;
		page_story_free(page);
	}
	return n;
}

/* The running fetcher was asked: see that it did it, as far as that can be seen in a few seconds. */
static size_t wait_applied(struct change *c)
{
	int64_t end = mono_ms() + APPLY_WAIT_MS;
	size_t left = c->ids.count;

	if (c->ids.count > WATCHED_MAX)
		return 0;
	while ((left = count_unchanged(c)) > 0 && mono_ms() < end)
		usleep(APPLY_TURN_MS * 1000);
	return left;
}

static enum err apply(struct change *c)
{
	const char *verb = c->requeue ? "requeue" : "discard";
	struct inbox_result result = {0};
	size_t unchanged = 0;
	enum err err;

	c->posted_at = wall_ms();
	err = frontier_request_ids(c->env->data_dir, verb, &c->ids,
				   c->requeue && conf_get_bool(c->env->conf, "refetch"),
				   c->requeue ? NULL : conf_get(c->env->conf, "reason"), &result);
	if (err)
		return err;
	if (result.applied)
		unchanged = c->ids.count - (size_t)(result.changed < 0 ? 0 : result.changed);
	else
		unchanged = wait_applied(c);
	if (!c->env->quiet)
		fprintf(stderr, "gongkai dead %s: %zu pages changed\n", verb, c->ids.count - unchanged);
	if (unchanged + c->refused > 0)
		return err_set(ERR_INPUT, "%zu of %zu pages were not changed: gongkai dead show ID tells their state",
			       unchanged + c->refused, c->ids.count + c->refused);
	return ERR_OK;
}

static enum err change_pages(const struct verb_env *env, struct view *view, bool requeue)
{
	struct change c = {.env = env, .view = view, .requeue = requeue};
	enum err err;

	if (conf_get(env->conf, "limit"))
		c.max = env->limit;
	err = select_pages(&c);
	if (!err && conf_get_bool(env->conf, "dry-run")) {
		for (size_t i = 0; i < c.ids.count; i++)
			printf("%" PRId64 "\n", c.ids.ids[i]);
	} else if (!err) {
		err = apply(&c);
	}
	args_ids_fini(&c.ids);
	return err;
}

static enum err run(struct verb_env *env)
{
	static const char *const names[] = {"list", "show", "body", "requeue", "discard"};
	const char *what = env->argc ? env->argv[0] : "list";
	struct view *view = NULL;
	char hint[96];
	size_t which = 0;
	enum err err;

	while (which < 5 && strcmp(what, names[which]) != 0)
		which++;
	if (which == 5)
		return err_set(ERR_USAGE, "unknown verb: dead %s%s: see gongkai dead --help", what,
			       flags_hint(what, names, 5, "", hint));
	err = args_open_view(env, &view);
	if (!err && which == 0)
		err = list(env, view);
	else if (!err && which <= 2)
		err = show_or_body(env, view, which == 2);
	else if (!err)
		err = change_pages(env, view, which == 3);
	view_close(view);
	return err;
}

const struct verb verb_dead = {
	.name = "dead",
	.operands = "list | show ID... | body ID | requeue ID...|- | discard ID...|-",
	.help = "dead letters: list, look at, try again or discard",
	.flags = flags,
	.run = run,
};
