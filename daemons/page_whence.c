#include "daemons/page_whence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "base/url.h"
#include "sink/view.h"

/* how a fact is told: as a line for people, or as JSON */
struct telling {
	struct view *view;
	const struct view_page *page;
	struct view_whence w;
	struct view_host host; /* without counts */
	struct jsonw *json;    /* NULL: for people */
	char url[URL_MAX + 1];
	int64_t document_id, reports;
	bool told;
	enum err err;
};

/* A line whose words may come from a page: without escapes for the terminal. */
static void line(const char *name, const char *what)
{
	char text[URL_MAX + 64];
	log_cleanse(text, sizeof text, what, strlen(what));
	printf("%-10s %s\n", name, text);
}

static void json_str(struct jsonw *w, const char *key, struct str s)
{
	jsonw_key(w, key);
	if (s.p && s.n)
		jsonw_str(w, s);
	else
		jsonw_null(w);
}

static void json_time(struct jsonw *w, const char *key, int64_t at)
{
	char z[32];
	jsonw_kz(w, key, at > 0 ? clock_iso(at, z) : NULL);
}

static bool tell_source(void *ctx, const struct view_source *s)
{
	struct telling *t = ctx;
	t->told = true;
	if (t->json) {
		jsonw_object(t->json);
		jsonw_kz(t->json, "url", s->url);
		json_str(t->json, "region", str_of(s->region));
		json_str(t->json, "body", str_of(s->body));
		json_time(t->json, "added", s->added);
		jsonw_end(t->json, '}');
		return false;
	}
	char text[URL_MAX + 64];
	snprintf(text, sizeof text, "%.1800s%s%.90s%s%.90s, depth %d", s->url, *s->region ? " for " : "", s->region,
		 *s->body ? " " : "", s->body, t->w.depth);
	line("source", text);
	return false;
}

static bool keep_url(void *ctx, const struct view_page *p)
{
	struct telling *t = ctx;
	snprintf(t->url, sizeof t->url, "%s", p->url);
	return false;
}

/* The pages behind `id`, from one to the next: by link, or by redirect. */
static enum err tell_chain(struct telling *t, int64_t id, bool redirects)
{
	for (int i = 0; id && i < PAGE_WHENCE_CHAIN_MAX; i++) {
		struct view_whence w;
		enum err e = view_page_by_id(t->view, id, keep_url, t);
		if (e == ERR_OK)
			e = view_whence(t->view, id, &w);
		if (e == ERR_NOTFOUND)
			return ERR_OK;
		if (e != ERR_OK)
			return e;
		if (t->json)
			jsonw_z(t->json, t->url);
		else
			line(redirects ? "redirected" : i ? "" : "linked", t->url);
		id = redirects ? w.chain_from : w.from_page;
	}
	return ERR_OK;
}

static const char *redirect_target(const struct view_page *p)
{
	const char *detail = p->detail ? p->detail : "";
	return strcmp(p->state, "done") == 0 &&
			       (strncmp(detail, "http://", 7) == 0 || strncmp(detail, "https://", 8) == 0)
		       ? detail
		       : NULL;
}

/* Why the page is, or is not, asked for again. */
static const char *next_why(const struct telling *t)
{
	const struct view_page *p = t->page;
	if (strcmp(p->state, "held") == 0 || t->host.held)
		return "held by the operator";
	if (strcmp(p->state, "retry") == 0)
		return "the last attempt failed for a reason that may pass";
	if (strcmp(p->state, "ready") == 0)
		return t->host.cooling_until ? "its host is left in peace for a while"
					     : "it waits for its turn at its host";
	if (strcmp(p->state, "dead") == 0)
		return "its attempts are spent; dead requeue gives new ones";
	if (strcmp(p->state, "discarded") == 0)
		return p->next ? "it may come back" : "nothing is expected of it";
	if (strcmp(p->state, "done") == 0)
		return p->next ? "to notice changes" : "no further visit is planned";
	return "it is being worked on";
}

static void tell_host(struct telling *t)
{
	char text[160], at[32];
	if (t->json) {
		jsonw_kint(t->json, "http_status", t->w.status);
		jsonw_key(t->json, "host");
		jsonw_object(t->json);
		jsonw_kz(t->json, "robots", t->host.robots);
		jsonw_kbool(t->json, "held", t->host.held);
		json_time(t->json, "cooling_until", t->host.cooling_until);
		jsonw_end(t->json, '}');
		return;
	}
	snprintf(text, sizeof text, "%s%s%s%s", t->host.robots, t->host.held ? "; the host is held" : "",
		 t->host.cooling_until ? "; the host cools down until " : "",
		 t->host.cooling_until ? clock_iso(t->host.cooling_until, at) : "");
	line("robots", text);
	if (t->w.status)
		printf("%-10s %d\n", "status", t->w.status);
}

static bool tell_version(void *ctx, const struct sview_origin *o)
{
	struct telling *t = ctx;
	char first[32], last[32];
	clock_iso(o->first_seen, first);
	clock_iso(o->last_seen, last);
	if (!t->json) {
		printf("%-10s %" PRId64 ", seen from %s to %s%s, %.*s at %" PRId64 "\n", "version", o->version, first,
		       last, o->superseded_by ? ", superseded" : "", STR_FMT(o->warc_file), o->warc_offset);
		return true;
	}
	jsonw_object(t->json);
	jsonw_kint(t->json, "version", o->version);
	jsonw_kz(t->json, "first_seen", first);
	jsonw_kz(t->json, "last_seen", last);
	jsonw_key(t->json, "superseded_by");
	if (o->superseded_by)
		jsonw_int(t->json, o->superseded_by);
	else
		jsonw_null(t->json);
	json_str(t->json, "content_sha256", o->content_sha256);
	json_str(t->json, "warc_file", o->warc_file);
	jsonw_kint(t->json, "warc_offset", o->warc_offset);
	jsonw_end(t->json, '}');
	return true;
}

static bool tell_report(void *ctx, const struct sview_report *r)
{
	struct telling *t = ctx;
	t->reports++;
	if (!t->json) {
		char text[1024];
		snprintf(text, sizeof text,
			 "%" PRId64 ", %.*s, year %" PRId64 ": %" PRId64 " figures, %" PRId64 " of %" PRId64
			 " checks failed",
			 r->id, r->title.p ? (int)(r->title.n < 600 ? r->title.n : 600) : 0,
			 r->title.p ? r->title.p : "", r->year, r->metrics, r->failed_checks, r->checks);
		line("report", text);
		return true;
	}
	jsonw_object(t->json);
	jsonw_kint(t->json, "id", r->id);
	json_str(t->json, "title", r->title);
	jsonw_kint(t->json, "year", r->year);
	jsonw_kint(t->json, "metrics", r->metrics);
	jsonw_kint(t->json, "checks", r->checks);
	jsonw_kint(t->json, "failed_checks", r->failed_checks);
	jsonw_end(t->json, '}');
	return true;
}

static bool keep_document(void *ctx, const struct sview_document *d)
{
	struct telling *t = ctx;
	char text[512];
	t->document_id = d->id;
	if (t->json) {
		jsonw_kint(t->json, "version", d->origin.version);
		json_str(t->json, "kind", d->kind);
		json_str(t->json, "unsupported", d->unsupported);
		jsonw_kint(t->json, "reports", d->reports);
		return false;
	}
	snprintf(text, sizeof text, "%.*s, version %" PRId64 ", %" PRId64 " reports, read by %.*s%s%.*s",
		 STR_FMT(d->kind), d->origin.version, d->reports, STR_FMT(d->origin.parser_version),
		 d->unsupported.p ? ", " : "", d->unsupported.p ? (int)d->unsupported.n : 0,
		 d->unsupported.p ? d->unsupported.p : "");
	line("stored", text);
	return false;
}

/* What the store has of the page. */
static enum err tell_store(struct telling *t, struct sview *store)
{
	struct jsonw *w = t->json;
	if (w) {
		jsonw_key(w, "document");
		jsonw_object(w);
	}
	enum err e = sview_document_by_url(store, t->page->url, keep_document, t);
	if (w) {
		jsonw_key(w, "versions");
		jsonw_array(w);
	}
	if (e == ERR_OK)
		e = sview_versions(store, t->document_id, tell_version, t);
	if (w) {
		jsonw_end(w, ']');
		jsonw_end(w, '}');
		jsonw_key(w, "reports");
		jsonw_array(w);
	}
	if (e == ERR_OK)
		e = sview_document_reports(store, t->document_id, tell_report, t);
	if (w)
		jsonw_end(w, ']');
	else if (e == ERR_NOTFOUND)
		line("stored", "nothing");
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err tell_way(struct telling *t)
{
	struct jsonw *w = t->json;
	if (w)
		jsonw_key(w, "source");
	enum err e = t->w.source_id ? view_source_by_id(t->view, t->w.source_id, tell_source, t) : ERR_OK;
	if (e == ERR_NOTFOUND)
		e = ERR_OK;
	if (w && !t->told)
		jsonw_null(w);
	if (w) {
		jsonw_kint(w, "depth", t->w.depth);
		jsonw_key(w, "referrers");
		jsonw_array(w);
	}
	if (e == ERR_OK)
		e = tell_chain(t, t->w.from_page, false);
	if (w) {
		jsonw_end(w, ']');
		jsonw_key(w, "redirected_from");
		jsonw_array(w);
	}
	if (e == ERR_OK)
		e = tell_chain(t, t->w.chain_from, true);
	const char *target = redirect_target(t->page);
	if (w) {
		jsonw_end(w, ']');
		jsonw_kz(w, "redirected_to", target);
	} else if (target) {
		line("leads to", target);
	}
	return e;
}

static enum err tell(struct telling *t, const char *data_dir)
{
	struct sview *store = NULL;
	enum err e = view_whence(t->view, t->page->id, &t->w);
	if (e == ERR_OK)
		e = view_host_state(t->view, t->page->host, &t->host);
	if (e == ERR_OK)
		e = tell_way(t);
	if (e != ERR_OK)
		return e;
	tell_host(t);
	e = sview_open(data_dir, &store);
	if (e == ERR_OK)
		e = tell_store(t, store);
	else if (e == ERR_NOTFOUND)
		e = ERR_OK;
	sview_close(store);
	if (t->json)
		jsonw_kz(t->json, "next_why", next_why(t));
	else
		line("because", next_why(t));
	return e;
}

enum err page_whence_print(const char *data_dir, struct view *view, const struct view_page *p)
{
	struct telling t = {.view = view, .page = p};
	return tell(&t, data_dir);
}

enum err page_whence_json(const char *data_dir, struct view *view, const struct view_page *p, struct buf *out)
{
	struct jsonw w;
	struct telling t = {.view = view, .page = p, .json = &w};
	jsonw_init(&w, out);
	jsonw_object(&w);
	enum err e = tell(&t, data_dir);
	jsonw_end(&w, '}');
	return e == ERR_OK ? out->sticky : e;
}
