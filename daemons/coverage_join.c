#include "daemons/coverage_join.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "parser/report_name.h"
#include "proto/cause.h"

#define ARENA_MAX (4u * 1024 * 1024) /* folded texts of one link */
#define TEXT_MAX 1024                /* what names the body of a page: at most a context */
#define WORD_MAX 512
#define BEIJING_MS (8 * 3600 * 1000LL) /* deadlines end with the day in China */

struct join {
	struct stored *s;
	struct coverage *c;
	struct lexicon *lex;
	struct arena *a;
	enum err err;
	int64_t source; /* of the page at hand */
};

/* Host of a canonical URL into `out`, which is returned. */
static const char *host_of(const char *url, char out[256])
{
	struct url_parts parts;
	out[0] = '\0';
	if (url_split(str_of(url), &parts) == ERR_OK)
		snprintf(out, 256, "%.*s", STR_FMT(parts.hostport));
	return out;
}

static const char *copy_str(struct str s, char *out, size_t max)
{
	size_t n = s.n < max ? s.n : utf8_cut(s.p, max - 1);
	if (s.p)
		memcpy(out, s.p, n);
	out[s.p ? n : 0] = '\0';
	return out;
}

static int64_t source_of(struct join *j, int64_t page_id)
{
	struct view_whence w;
	enum err e = view_whence(j->s->frontier, page_id, &w);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		j->err = e;
	return e == ERR_OK ? w.source_id : 0;
}

/* ---- reports */

struct found {
	struct join *j;
	struct coverage_report r;
	char cause[40], detail[WORD_MAX];
};

/* Is the page of a stored report still there? A failing server takes nothing away. */
static bool see_page(void *ctx, const struct view_page *p)
{
	struct found *f = ctx;
	enum cause cause = cause_of(p->cause);
	f->r.place.source = source_of(f->j, p->id);
	f->r.gone = (strcmp(p->state, "discarded") == 0 && (cause == CAUSE_HTTP_404 || cause == CAUSE_HTTP_410)) ||
		    (strcmp(p->state, "dead") == 0 && cause == CAUSE_SOFT_ERROR && p->gone);
	if (!f->r.gone)
		return false;
	snprintf(f->cause, sizeof f->cause, "%s", p->cause);
	snprintf(f->detail, sizeof f->detail, "gone since the store read it");
	f->r.place.cause = f->cause;
	f->r.place.detail = f->detail;
	f->r.place.at = p->last;
	return false;
}

static bool take_report(void *ctx, const struct sview_report *r)
{
	struct join *j = ctx;
	struct found f = {.j = j};
	char url[URL_MAX + 1], host[256], words[6][WORD_MAX];
	if (r->year <= 0)
		return true; /* no year, no place in the ledger; `reports` lists it */
	copy_str(r->url, url, sizeof url);
	f.r = (struct coverage_report){
		.id = r->id,
		.year = r->year,
		.region = copy_str(r->region, words[0], WORD_MAX),
		.code = copy_str(r->region_code, words[1], WORD_MAX),
		.body = copy_str(r->body, words[2], WORD_MAX),
		.level = copy_str(r->level, words[3], WORD_MAX),
		.published = copy_str(r->published, words[4], WORD_MAX),
		.place = {.url = url,
			  .host = host_of(url, host),
			  .at = r->origin.last_seen,
			  .warc_file = copy_str(r->origin.warc_file, words[5], WORD_MAX),
			  .warc_offset = r->origin.warc_offset},
	};
	if (j->s->frontier) {
		enum err e = view_page_by_url(j->s->frontier, url, see_page, &f);
		if (e != ERR_OK && e != ERR_NOTFOUND)
			j->err = e;
	}
	if (j->err == ERR_OK)
		j->err = coverage_add_report(j->c, &f.r);
	return j->err == ERR_OK;
}

/* ---- pages */

static struct coverage_place place_of(const struct view_page *p, int64_t source, char host[256])
{
	return (struct coverage_place){.url = p->url,
				       .host = host_of(p->url, host),
				       .cause = p->cause,
				       .detail = p->detail,
				       .source = source,
				       .at = p->last,
				       .warc_file = p->warc_file,
				       .warc_offset = p->warc_offset};
}

static bool has_ended(const struct view_page *p)
{
	return strcmp(p->state, "dead") == 0 || strcmp(p->state, "discarded") == 0;
}

/* the document that the store has of a page */
struct kept {
	int64_t reports, version;
	char unsupported[WORD_MAX];
};

static bool see_document(void *ctx, const struct sview_document *d)
{
	struct kept *k = ctx;
	k->reports = d->reports;
	k->version = d->origin.version;
	copy_str(d->unsupported, k->unsupported, sizeof k->unsupported);
	return false;
}

/* a page whose link promised a report */
struct promised {
	struct join *j;
	struct report_name name;
	bool by_title; /* only the page that links it is named so: it may be its attachment */
	const char *text;
};

/* A page that was read and holds no report: what was lost there? COVERAGE_STATUSES: nothing. */
static enum coverage_status judge_done(struct promised *q, const struct view_page *p, struct coverage_place *place,
				       char detail[WORD_MAX])
{
	struct kept k = {0};
	enum err e = sview_document_by_url(q->j->s->store, p->url, see_document, &k);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		q->j->err = e;
	if (e != ERR_OK || k.reports > 0 || strcmp(p->detail, "redirected") == 0)
		return COVERAGE_STATUSES;
	place->detail = detail;
	if (k.version > 1) {
		snprintf(detail, WORD_MAX, "version %lld of the page holds no report", (long long)k.version);
		return COVERAGE_SUPERSEDED;
	}
	snprintf(detail, WORD_MAX, "%.400s", k.unsupported[0] ? k.unsupported : "no report was recognised in the page");
	return COVERAGE_PARSE_FAILED;
}

static bool take_page(void *ctx, const struct view_page *p)
{
	struct promised *q = ctx;
	struct join *j = q->j;
	char host[256], detail[WORD_MAX];
	struct coverage_place place = place_of(p, source_of(j, p->id), host);
	enum coverage_status status = COVERAGE_PENDING;
	if (has_ended(p))
		status = coverage_of_cause(cause_of(p->cause));
	else if (strcmp(p->state, "done") == 0)
		status = q->by_title ? COVERAGE_STATUSES : judge_done(q, p, &place, detail);
	else if (p->fetch_id && p->warc_file)
		return false; /* read before, and to be looked at again */
	if (j->err != ERR_OK || status == COVERAGE_STATUSES)
		return false;
	if (q->by_title && (status != COVERAGE_PARSE_FAILED || cause_is_discarded(cause_of(p->cause))))
		return false;
	if (q->name.kind == REPORT_NAME_REPORT)
		j->err = coverage_add_page(j->c, q->name.year, status, q->text, &place);
	else if (status < COVERAGE_PENDING && has_ended(p))
		j->err = coverage_add_obstacle(j->c, status, &place);
	return false;
}

static struct str member(const json_t *o, const char *key)
{
	return str_of(json_string_value(json_object_get(o, key)));
}

static bool take_context(void *ctx, int64_t page_id, const char *context)
{
	struct join *j = ctx;
	json_t *o = json_loads(context, 0, NULL);
	if (!o)
		return true;
	struct str anchor = member(o, "anchor"), title = member(o, "title");
	char text[TEXT_MAX * 2];
	arena_reset(j->a);
	struct promised q = {.j = j, .name = report_name(j->lex, j->a, anchor, title), .text = text};
	if (q.name.kind == REPORT_NAME_NONE) {
		q.name = report_name(j->lex, j->a, title, STR_NULL);
		q.by_title = true;
	}
	if (q.name.kind == REPORT_NAME_REPORT || (q.name.kind == REPORT_NAME_COLUMN && !q.by_title)) {
		snprintf(text, sizeof text, "%.*s\n%.*s\n%.*s\n%.*s", STR_FMT(anchor), STR_FMT(title),
			 STR_FMT(member(o, "body")), STR_FMT(member(o, "region")));
		enum err e = view_page_by_id(j->s->frontier, page_id, take_page, &q);
		if (e != ERR_OK && e != ERR_NOTFOUND)
			j->err = e;
	}
	json_decref(o);
	return j->err == ERR_OK;
}

/* ---- sources and hosts */

static bool take_start(void *ctx, const struct view_page *p)
{
	struct join *j = ctx;
	char host[256];
	struct coverage_place place = place_of(p, j->source, host);
	enum coverage_status status = coverage_of_cause(cause_of(p->cause));
	if (has_ended(p) && status < COVERAGE_PENDING)
		j->err = coverage_add_obstacle(j->c, status, &place);
	return false;
}

static bool take_source(void *ctx, const struct view_source *s)
{
	struct join *j = ctx;
	char host[256];
	struct coverage_source source = {.id = s->id,
					 .url = s->url,
					 .host = host_of(s->url, host),
					 .region = s->region,
					 .body = s->body,
					 .pages = s->pages,
					 .unseen = s->unseen,
					 .failed = s->dead,
					 .cut = s->pages_max > 0 && s->pages >= s->pages_max};
	j->err = coverage_add_source(j->c, &source);
	if (j->err != ERR_OK)
		return false;
	j->source = s->id;
	enum err e = view_page_by_url(j->s->frontier, s->url, take_start, j);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		j->err = e;
	return j->err == ERR_OK;
}

/* A host that shows one challenge shows it to all that is not read yet. */
static bool take_challenge(void *ctx, const struct view_page *p)
{
	struct join *j = ctx;
	char host[256];
	struct coverage_place place = place_of(p, 0, host);
	j->err = coverage_add_obstacle(j->c, COVERAGE_CHALLENGE, &place);
	return j->err == ERR_OK;
}

static enum err join_frontier(struct join *j)
{
	struct view *v = j->s->frontier;
	const struct view_filter challenges = {.cause = "challenge"};
	enum err e = view_sources(v, take_source, j);
	if (e == ERR_OK && j->err == ERR_OK)
		e = view_dead(v, &challenges, take_challenge, j);
	if (e == ERR_OK && j->err == ERR_OK)
		e = view_contexts(v, take_context, j);
	return e == ERR_OK ? j->err : e;
}

enum err coverage_join(struct stored *s, struct coverage **out)
{
	const struct sview_filter all = {0};
	struct join j = {.s = s};
	char today[32];
	clock_iso(wall_ms() + BEIJING_MS, today);
	today[10] = '\0';
	*out = NULL;
	enum err e = lexicon_load(&j.lex);
	if (e != ERR_OK)
		return e;
	j.a = arena_new(ARENA_MAX);
	e = coverage_new(today, report_deadline, &j.c);
	if (e == ERR_OK)
		e = sview_reports(s->store, &all, take_report, &j);
	if (e == ERR_OK)
		e = j.err;
	if (e == ERR_OK && s->frontier)
		e = join_frontier(&j);
	arena_free(j.a);
	lexicon_free(j.lex);
	if (e == ERR_OK)
		*out = j.c;
	else
		coverage_free(j.c);
	return e;
}
