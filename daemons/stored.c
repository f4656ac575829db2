#include "daemons/stored.h"

#include <stdio.h>
#include <string.h>

enum err stored_open(const char *data_dir, struct stored *out)
{
	*out = (struct stored){0};
	enum err e = sview_open(data_dir, &out->store);
	if (e == ERR_NOTFOUND)
		return err_set(ERR_INPUT, "nothing is stored in '%s' yet: run 'gongkai run URL' or give another --data",
			       data_dir);
	if (e != ERR_OK)
		return e;
	e = view_open(data_dir, &out->frontier);
	if (e == ERR_NOTFOUND)
		e = ERR_OK; /* a store that was copied without its frontier can still be read */
	if (e != ERR_OK)
		stored_close(out);
	return e;
}

void stored_close(struct stored *s)
{
	sview_close(s->store);
	if (s->frontier)
		view_close(s->frontier);
	*s = (struct stored){0};
}

enum err stored_filter(const struct verb_env *env, struct sview_filter *out)
{
	double year;
	enum err e = conf_get_num(env->conf, "year", 0, 1900, 9999, &year);
	*out = (struct sview_filter){.region = conf_get(env->conf, "region"),
				     .body = conf_get(env->conf, "body"),
				     .level = conf_get(env->conf, "level"),
				     .year = (int64_t)year};
	return e;
}

struct out *stored_out(const struct verb_env *env, const struct out_column *columns, unsigned count,
		       struct out_column shown[OUT_COLUMNS_MAX])
{
	memcpy(shown, columns, count * sizeof *columns);
	if (conf_get_bool(env->conf, "wide"))
		for (unsigned i = 0; i < count; i++)
			shown[i].jsonl_only = false;
	return out_new(env->format, env->color, env->limit, shown, count);
}

static bool note_referrer(void *ctx, const struct view_page *p)
{
	struct stored *s = ctx;
	if (p->referrer)
		snprintf(s->page_url, sizeof s->page_url, "%s", p->referrer);
	return false;
}

struct str stored_page_url(struct stored *s, struct str url, struct str stored)
{
	char z[URL_MAX + 1];
	if (!stored.p || !s->frontier || url.n > URL_MAX)
		return stored;
	snprintf(z, sizeof z, "%.*s", STR_FMT(url));
	s->page_url[0] = '\0';
	/* a page that the frontier does not know (it was lost and made anew) keeps what was stored with it */
	if (view_page_by_url(s->frontier, z, note_referrer, s) != ERR_OK || !s->page_url[0])
		return stored;
	return str_of(s->page_url);
}

static bool note_gone(void *ctx, const struct view_page *p)
{
	bool *gone = ctx;
	*gone = p->redirected || strcmp(p->cause, "http-404") == 0 || strcmp(p->cause, "http-410") == 0;
	return false;
}

static bool note_posted(void *ctx, const struct view_page *p)
{
	*(bool *)ctx = p->posted;
	return false;
}

/* False when the frontier does not know the page. */
static bool ask_frontier(struct stored *s, struct str url, bool (*note)(void *ctx, const struct view_page *p))
{
	char z[URL_MAX + 1];
	bool is = false;
	if (!s->frontier || !url.p || url.n > URL_MAX)
		return false;
	snprintf(z, sizeof z, "%.*s", STR_FMT(url));
	return view_page_by_url(s->frontier, z, note, &is) == ERR_OK && is;
}

bool stored_page_gone(struct stored *s, struct str url)
{
	return ask_frontier(s, url, note_gone);
}

bool stored_page_posted(struct stored *s, struct str url)
{
	return ask_frontier(s, url, note_posted);
}

struct relation {
	struct stored *s;
	int64_t report_id, first;
	bool any;
};

/* A mirror stands for nothing; of pages that are all gone the first stays. */
static bool find_first(void *ctx, const struct sview_copy *c)
{
	struct relation *x = ctx;
	bool there = !c->mirror && !stored_page_gone(x->s, c->url);
	if (!x->any || there) {
		x->first = c->report_id;
		snprintf(x->s->copy_of, sizeof x->s->copy_of, "%.*s", STR_FMT(c->url));
	}
	x->any = true;
	return !there;
}

struct str stored_relation(struct stored *s, const struct sview_report *r, struct str *of_out)
{
	struct relation x = {.s = s, .report_id = r->id, .first = r->id};
	*of_out = STR_NULL;
	if (!r->grouped || sview_copies(s->store, r->id, find_first, &x) != ERR_OK || x.first == r->id)
		return STR_NULL;
	*of_out = str_of(s->copy_of);
	if (r->mirror)
		return STR("mirror");
	return stored_page_gone(s, r->url) ? STR("moved") : STR("copy");
}

struct str stored_period(const struct sview_report *r, bool json, char out[64])
{
	if (!r->period_start.p || !r->period_end.p)
		return STR_NULL;
	/* dates of a hostile document may be anything: no longer ones, and in JSON none with quotes */
	for (int k = 0; k < 2; k++) {
		struct str s = k ? r->period_end : r->period_start;
		for (size_t i = 0; i < s.n; i++)
			if (s.n > 10 || !((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-'))
				return STR_NULL;
	}
	const char *open = json ? "[\"" : "", *mid = json ? "\",\"" : "/", *end = json ? "\"]" : "";
	snprintf(out, 64, "%s%.*s%s%.*s%s", open, STR_FMT(r->period_start), mid, STR_FMT(r->period_end), end);
	return str_of(out);
}
