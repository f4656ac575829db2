#include "daemons/page_story.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "daemons/change_story.h"
#include "daemons/out.h"
#include "daemons/page_whence.h"
#include "proto/cause.h"

#define HISTORY_MAX (16 * 1024 * 1024) /* bytes of history as JSON */

static const char *copy(const char *z)
{
	char *p = z ? strdup(z) : NULL;

	if (z && !p)
		abort(); /* a few bytes of one page */
	return p;
}

struct view_page *page_story_copy(const struct view_page *p)
{
	struct view_page *c = malloc(sizeof(*c));

	if (!c)
		abort();
	*c = *p;
	c->url = copy(p->url);
	c->host = copy(p->host);
	c->state = copy(p->state);
	c->cause = copy(p->cause);
	c->detail = copy(p->detail);
	c->referrer = copy(p->referrer);
	c->warc_file = copy(p->warc_file);
	return c;
}

static void drop(const char *z)
{
	free((char *)(uintptr_t)z);
}

void page_story_free(struct view_page *p)
{
	if (!p)
		return;
	drop(p->url);
	drop(p->host);
	drop(p->state);
	drop(p->cause);
	drop(p->detail);
	drop(p->referrer);
	drop(p->warc_file);
	free(p);
}

/* "2026-11-21 16:00:00" in local time, "-" for 0; returns `out`. */
static const char *time_text(int64_t wall, char out[32])
{
	time_t t = (time_t)(wall / 1000);
	struct tm tm;

	if (wall <= 0 || !localtime_r(&t, &tm) || strftime(out, 32, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		snprintf(out, 32, "-");
	return out;
}

/* What a server or a page wrote may hold escapes for the terminal. */
static const char *clean(const char *z, char *out, size_t n)
{
	log_cleanse(out, n, z ? z : "", z ? strlen(z) : 0);
	return out;
}

static bool history_line(void *ctx, const struct view_event *e)
{
	char at[32], detail[512];

	(void)ctx;
	printf("  %s  %-12s", time_text(e->at, at), e->event);
	if (e->state && *e->state)
		printf(" -> %s", e->state);
	if (e->cause && *e->cause)
		printf("  %s", e->cause);
	if (e->fetch_id)
		printf("  fetch %" PRIu64, e->fetch_id);
	if (e->epoch)
		printf("/%" PRIu32, e->epoch);
	if (e->count > 1)
		printf("  %" PRId64 " times", e->count);
	if (e->detail && *e->detail)
		printf("  %s", clean(e->detail, detail, sizeof(detail)));
	putchar('\n');
	return true;
}

static void tell_next(const struct view_page *p)
{
	char at[32];

	if (p->next > 0)
		printf("next       %s\n", time_text(p->next, at));
	else if (strcmp(p->state, "ready") == 0)
		printf("next       as soon as its host may be asked\n");
	else if (strcmp(p->state, "dead") == 0)
		printf("next       never, but by gongkai dead requeue %" PRId64 "\n", p->id);
	else if (strcmp(p->state, "held") == 0)
		printf("next       when released: gongkai release %s\n", p->url);
}

static const char *why_then(const struct view_visit *v, char out[160])
{
	double m = v->m > v->host_m ? v->m : v->host_m;

	if (v->announced)
		snprintf(out, 160, "a list announced a change");
	else if (v->value_most < m)
		snprintf(out, 160, "never worth it: its value stays below %.3g, so it gets the rare look only", m);
	else
		snprintf(out, 160, "%.3g days after the last visit its value reaches %.3g (%s)", v->interval, m,
			 v->host_m > v->m ? "what its host can carry" : "what the budget pays for");
	return out;
}

static void tell_visits(struct view *view, const struct view_page *p)
{
	struct view_visit v;
	char at[32], why[160];

	if (view_visit(view, p->id, &v) != ERR_OK)
		return; /* never parsed, or it cannot be read: the rest of the story stands */
	printf("visits     %" PRId64 " after the first, %" PRId64 " with a change, %" PRId64
	       " with one that was announced; last %s\n",
	       v.visits, v.changes + v.announced_changes, v.announced_changes, time_text(v.last, at));
	printf("rate       %.3g changes a day, as a page of kind %s of this site with these visits\n", v.rate, v.kind);
	printf("value      %.3g now, weight %.3g; %s\n", v.value, v.weight, why_then(&v, why));
}

static bool host_line(void *ctx, const struct view_host *h)
{
	char at[32];

	(void)ctx;
	printf("host       %s, gap %.1f s, answers in %.1f s, %" PRId64 " requests today", h->held ? "held" : "free",
	       (double)h->gap_ms / 1000, (double)h->response_ms / 1000, h->today);
	if (h->cooling_until)
		printf(", rests until %s (%s)", time_text(h->cooling_until, at), h->why);
	putchar('\n');
	return false;
}

static enum err print_people(const struct verb_env *env, struct view *view, const struct view_page *p,
			     enum page_story_kind kind, const char *same_at)
{
	char at[32], text[1200];
	struct change_story story;
	enum err err = change_story_read(env->data_dir, view, p->url, &story);

	if (err)
		return err;

	printf("%s\n", p->url);
	printf("page       %" PRId64 " on %s\n", p->id, p->host);
	if (p->posted)
		printf("asked      by POST, with its query as the form\n");
	printf("state      %s, since %s\n", p->state, time_text(p->last, at));
	if (p->cause && *p->cause) {
		printf("cause      %s: %s\n", p->cause, cause_help(cause_of(p->cause)));
		if (p->detail && *p->detail)
			printf("detail     %s\n", clean(p->detail, text, sizeof(text)));
	}
	printf("found      %s%s%s\n", time_text(p->first, at), p->referrer && *p->referrer ? ", linked from " : "",
	       p->referrer ? clean(p->referrer, text, sizeof(text)) : "");
	if (p->attempts)
		printf("attempts   %d failed in a row\n", p->attempts);
	if (same_at)
		printf("the same   %s\n", clean(same_at, text, sizeof(text)));
	tell_next(p);
	tell_visits(view, p);
	change_story_print(&story);
	err = view_host(view, p->host, host_line, NULL);
	if (err)
		return err;
	if (p->warc_file && *p->warc_file)
		printf("archive    %s, offset %" PRId64 ", %" PRId64 " bytes\n", p->warc_file, p->warc_offset,
		       p->warc_length);
	else
		printf("archive    nothing kept\n");
	if (kind == PAGE_STORY_WHY)
		err = page_whence_print(env->data_dir, view, p);
	if (err)
		return err;
	printf("history\n");
	return view_history(view, p->id, history_line, NULL);
}

static void key_text(struct jsonw *w, const char *key, const char *z)
{
	if (z && *z)
		jsonw_kz(w, key, z);
	else
		jsonw_kz(w, key, NULL);
}

static bool history_json(void *ctx, const struct view_event *e)
{
	struct jsonw *w = ctx;
	char at[32];

	jsonw_object(w);
	jsonw_kz(w, "at", clock_iso(e->at, at));
	jsonw_kz(w, "event", e->event);
	key_text(w, "state", e->state);
	key_text(w, "cause", e->cause);
	key_text(w, "detail", e->detail);
	jsonw_kint(w, "fetch_id", (int64_t)e->fetch_id);
	jsonw_kint(w, "epoch", (int64_t)e->epoch);
	jsonw_kint(w, "count", e->count);
	jsonw_end(w, '}');
	return !w->out->sticky;
}

static enum err history_array(struct view *view, int64_t id, struct buf *json)
{
	struct jsonw w;
	enum err err;

	jsonw_init(&w, json);
	jsonw_array(&w);
	err = view_history(view, id, history_json, &w);
	jsonw_end(&w, ']');
	return err;
}

static const struct out_column why_columns[] = {
	{.name = "url"},
	{.name = "state"},
	{.name = "cause"},
	{.name = "attempts"},
	{.name = "next"},
	{.name = "referrer"},
	{.name = "kind"},
	{.name = "visits"},
	{.name = "changes"},
	{.name = "rate"},
	{.name = "weight"},
	{.name = "value"},
	{.name = "m"},
	{.name = "same_at"},
	{.name = "method"},
	{.name = "change", .jsonl_only = true},
	{.name = "history", .jsonl_only = true},
	{.name = "whence", .jsonl_only = true},
};

static const struct out_column dead_columns[] = {
	{.name = "id"},          {.name = "url"},
	{.name = "host"},        {.name = "state"},
	{.name = "cause"},       {.name = "detail"},
	{.name = "attempts"},    {.name = "first"},
	{.name = "last"},        {.name = "next"},
	{.name = "referrer"},    {.name = "fetch_id"},
	{.name = "warc_file"},   {.name = "warc_offset"},
	{.name = "warc_length"}, {.name = "history", .jsonl_only = true},
};

static const char *or_null(const char *z)
{
	return z && *z ? z : NULL;
}

static void write_why(struct out *o, struct view *view, const struct view_page *p, const char *same_at)
{
	struct view_visit v = {0};
	bool known = view_visit(view, p->id, &v) == ERR_OK;

	out_str(o, p->url);
	out_str(o, p->state);
	out_str(o, or_null(p->cause));
	out_int(o, p->attempts);
	out_time(o, p->next);
	out_str(o, or_null(p->referrer));
	out_str(o, known ? v.kind : NULL);
	out_int(o, v.visits);
	out_int(o, v.changes + v.announced_changes);
	out_num(o, v.rate);
	out_num(o, v.weight);
	out_num(o, v.value);
	out_num(o, v.m > v.host_m ? v.m : v.host_m);
	out_str(o, same_at);
	out_str(o, p->posted ? "POST" : "GET");
}

/* How the page changed, as one object. */
static enum err write_change(const struct verb_env *env, struct view *view, const struct view_page *p, struct out *o)
{
	struct change_story story;
	struct jsonw w;
	struct buf json;
	enum err err = change_story_read(env->data_dir, view, p->url, &story);

	buf_init(&json, HISTORY_MAX);
	jsonw_init(&w, &json);
	jsonw_object(&w);
	change_story_json(&story, &w);
	jsonw_end(&w, '}');
	out_json(o, buf_str(&json));
	buf_fini(&json);
	return err;
}

static void write_dead(struct out *o, const struct view_page *p)
{
	out_int(o, p->id);
	out_str(o, p->url);
	out_str(o, p->host);
	out_str(o, p->state);
	out_str(o, or_null(p->cause));
	out_str(o, or_null(p->detail));
	out_int(o, p->attempts);
	out_time(o, p->first);
	out_time(o, p->last);
	out_time(o, p->next);
	out_str(o, or_null(p->referrer));
	out_int(o, (int64_t)p->fetch_id);
	out_str(o, or_null(p->warc_file));
	out_int(o, p->warc_offset);
	out_int(o, p->warc_length);
}

static enum err print_rows(const struct verb_env *env, struct view *view, const struct view_page *p,
			   enum page_story_kind kind, const char *same_at)
{
	bool why = kind == PAGE_STORY_WHY;
	struct out *o;
	struct buf json, whence;
	enum err err, end;

	buf_init(&json, HISTORY_MAX);
	buf_init(&whence, HISTORY_MAX);
	err = history_array(view, p->id, &json);
	if (!err && why)
		err = page_whence_json(env->data_dir, view, p, &whence);
	o = out_new(env->format, env->color, 0, why ? why_columns : dead_columns,
		    why ? sizeof(why_columns) / sizeof(why_columns[0])
			: sizeof(dead_columns) / sizeof(dead_columns[0]));
	if (!err && out_row(o)) {
		if (why) {
			write_why(o, view, p, same_at);
			err = write_change(env, view, p, o);
		} else {
			write_dead(o, p);
		}
		out_json(o, buf_str(&json));
		if (why)
			out_json(o, buf_str(&whence));
	}
	end = out_end(o);
	buf_fini(&json);
	buf_fini(&whence);
	return err ? err : end;
}

enum err page_story_print(const struct verb_env *env, struct view *view, const struct view_page *p,
			  enum page_story_kind kind, const char *same_at)
{
	return env->format == OUT_TABLE ? print_people(env, view, p, kind, same_at)
					: print_rows(env, view, p, kind, same_at);
}
