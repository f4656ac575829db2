/*
 * gongkai status - how the crawl stands, from the frontier itself: works with the daemons running or stopped.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemons/args.h"
#include "daemons/lock.h"
#include "daemons/progress.h"
#include "daemons/store_count.h"
#include "daemons/verb.h"
#include "fetcher/view.h"

#define WATCH_S 2
#define STALE_MS 10000 /* an older status file is of a fetcher that is gone */

static const struct verb_flag flags[] = {
	{"watch", NULL, "print again every two seconds until Ctrl-C"},
	{"hosts", NULL, "one row a host: queue, gap, answer time, requests today, next request, why it rests"},
	{NULL, NULL, NULL},
};

struct standing {
	struct view_counts counts;
	struct store_count stored;
	struct view_pace pace;
	struct progress_status now;
	bool running, has_now;
};

static void people_rates(const struct standing *s)
{
	char left[32];

	printf("rate       %.1f pages/s, %.1f requests/s, %" PRId64 " parsers", s->now.done_rate, s->now.fetch_rate,
	       s->now.parsers);
	progress_time_left(&s->now, left);
	printf("%s%s%s\n", *left ? ", " : "", left, *left ? " left" : "");
	if (*s->now.blocked)
		printf("waiting    %s\n", s->now.blocked);
}

static void people(const struct verb_env *env, const struct standing *s)
{
	const struct view_counts *c = &s->counts;

	printf("data       %s, %s\n", env->data_dir, s->running ? "running" : "not running");
	printf("found      %" PRId64 " pages on %" PRId64 " hosts from %" PRId64 " sources\n", c->pages, c->hosts,
	       c->sources);
	printf("queued     %" PRId64 " ready, %" PRId64 " to be tried again, %" PRId64 " held\n", c->ready, c->retry,
	       c->held);
	printf("at work    %" PRId64 " fetching, %" PRId64 " fetched, %" PRId64 " at parsers\n", c->fetching,
	       c->fetched, c->sent);
	printf("ended      %" PRId64 " done, %" PRId64 " dead, %" PRId64 " discarded\n", c->done, c->dead,
	       c->discarded);
	printf("visits     %.0f of known pages a day, %.0f saved up, %" PRId64 " due; worth one from a value of %.3g\n",
	       s->pace.budget, s->pace.saved, s->pace.due, s->pace.m);
	printf("store      %" PRId64 " reports with %" PRId64 " figures, %" PRId64 " failed checks\n",
	       s->stored.reports, s->stored.figures, s->stored.failed_checks);
	printf("archive    %.1f MiB\n", (double)c->archive_bytes / (1024 * 1024));
	if (c->challenged)
		printf("challenge  %" PRId64
		       " hosts set a challenge to programs and are left alone: gongkai status --hosts\n",
		       c->challenged);
	if (s->running && s->has_now)
		people_rates(s);
	if (c->dead && !env->quiet)
		fprintf(stderr, "gongkai dead list tells why pages are dead\n");
}

static const struct out_column columns[] = {
	{.name = "at"},           {.name = "running"},   {.name = "ready"},
	{.name = "fetching"},     {.name = "fetched"},   {.name = "sent"},
	{.name = "retry"},        {.name = "held"},      {.name = "done"},
	{.name = "dead"},         {.name = "discarded"}, {.name = "pages"},
	{.name = "hosts"},        {.name = "sources"},   {.name = "archive_bytes"},
	{.name = "reports"},      {.name = "figures"},   {.name = "visits_due"},
	{.name = "visits_a_day"}, {.name = "m"},         {.name = "challenged_hosts"},
};

static enum err rows(const struct verb_env *env, const struct standing *s)
{
	const struct view_counts *c = &s->counts;
	const int64_t values[] = {c->ready, c->fetching, c->fetched,       c->sent,           c->retry,
				  c->held,  c->done,     c->dead,          c->discarded,      c->pages,
				  c->hosts, c->sources,  c->archive_bytes, s->stored.reports, s->stored.figures};
	struct out *o = out_new(env->format, env->color, 0, columns, sizeof(columns) / sizeof(columns[0]));

	if (out_row(o)) {
		out_time(o, wall_ms());
		out_bool(o, s->running);
		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
			out_int(o, values[i]);
		out_int(o, s->pace.due);
		out_num(o, s->pace.budget);
		out_num(o, s->pace.m);
		out_int(o, c->challenged);
	}
	return out_end(o);
}

static enum err show_counts(const struct verb_env *env, struct view *view)
{
	struct standing s = {0};
	enum err err = view_counts(view, &s.counts);

	if (!err)
		err = view_pace(view, &s.pace);
	if (!err)
		err = store_count(env->data_dir, &s.stored);
	if (err)
		return err;
	s.running = lock_is_held(env->data_dir, "frontier.lock");
	s.has_now = progress_read(env->data_dir, &s.now) == ERR_OK && wall_ms() - s.now.at < STALE_MS;
	if (env->format != OUT_TABLE)
		return rows(env, &s);
	people(env, &s);
	return ERR_OK;
}

static const struct out_column host_columns[] = {
	{.name = "host"},
	{.name = "ready", .right = true},
	{.name = "waiting", .right = true},
	{.name = "done", .right = true},
	{.name = "dead", .right = true},
	{.name = "discarded", .right = true},
	{.name = "held"},
	{.name = "gap_s", .right = true},
	{.name = "next"},
	{.name = "cooling_until"},
	{.name = "robots"},
	{.name = "why"},
	{.name = "answer_s", .right = true},
	{.name = "today", .right = true},
};

static bool host_row(void *ctx, const struct view_host *h)
{
	struct out *o = ctx;

	if (!out_row(o))
		return false;
	out_str(o, h->host);
	out_int(o, h->ready);
	out_int(o, h->waiting);
	out_int(o, h->done);
	out_int(o, h->dead);
	out_int(o, h->discarded);
	out_bool(o, h->held);
	out_num(o, (double)h->gap_ms / 1000);
	out_time(o, h->next_at);
	out_time(o, h->cooling_until);
	out_str(o, h->robots);
	out_str(o, *h->why ? h->why : NULL);
	out_num(o, (double)h->response_ms / 1000);
	out_int(o, h->today);
	return true;
}

static enum err show_hosts(const struct verb_env *env, struct view *view)
{
	struct out *o = out_new(env->format, env->color, env->limit, host_columns,
				sizeof(host_columns) / sizeof(host_columns[0]));
	enum err err = view_hosts(view, host_row, o), end = out_end(o);

	return err ? err : end;
}

static enum err show(const struct verb_env *env)
{
	struct view *view = NULL;
	enum err err = args_open_view(env, &view);

	if (!err)
		err = conf_get_bool(env->conf, "hosts") ? show_hosts(env, view) : show_counts(env, view);
	view_close(view);
	return err;
}

static enum err run(struct verb_env *env)
{
	bool watch = conf_get_bool(env->conf, "watch");
	enum err err;

	if (env->argc)
		return err_set(ERR_USAGE, "unexpected operand: %s: see gongkai status --help", env->argv[0]);
	do {
		if (watch && env->format == OUT_TABLE && isatty(STDOUT_FILENO))
			printf("\033[H\033[2J");
		err = show(env);
		if (!err && fflush(stdout) != 0)
			err = err_errno(ERR_IO, "cannot write: standard output");
		if (watch && !err)
			sleep(WATCH_S);
	} while (watch && !err);
	return err;
}

const struct verb verb_status = {
	.name = "status",
	.operands = "",
	.help = "how the crawl stands, in all or by host",
	.flags = flags,
	.run = run,
};
