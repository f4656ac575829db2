/* adopt - whole records of the archive that the frontier does not know become page events, without a request (PROTOCOL.md, Archive). */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "fetcher/daemon.h"

#define ADOPT_COMMIT_EVENTS 512
#define ARCHIVE_KEY "archive-known" /* setting: "FILE OFFSET", the end of the last record whose event is committed */

struct adoption {
	struct fetcher *f;
	int64_t count;
	enum err failed;
};

static void copy_str(struct str s, char *out, size_t out_bytes)
{
	if (!s.p || s.n >= out_bytes)
		s = STR("");
	memcpy(out, s.p, s.n);
	out[s.n] = 0;
}

/*
 * The page that linked this one, as the context names it. Its records came first, so it is known again; with it the
 * source, its scope and its budget, and the order by which contexts replace each other.
 */
static enum err linking_page(struct fetcher *f, struct fdb_new_page *n)
{
	json_t *o = json_loads(n->context, JSON_REJECT_DUPLICATES, NULL);
	const char *url = json_string_value(json_object_get(o, "page"));
	struct fdb_page from;
	enum err e = url ? fdb_page_by_url(f->db, url, f->page_arena, &from) : ERR_NOTFOUND;
	if (!e) {
		n->from_page = from.p.id;
		n->source_id = from.source_id;
	}
	json_decref(o);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* A record of a page that a lost frontier knew: its context and depth are in the archive. */
static enum err page_of(struct fetcher *f, const struct warc_response *r, int64_t now, int64_t *id_out)
{
	struct fdb_page page;
	arena_reset(f->page_arena);
	char *url = arena_strdup(f->page_arena, r->url);
	enum err e = fdb_page_by_url(f->db, url, f->page_arena, &page);
	if (e != ERR_NOTFOUND) {
		*id_out = page.p.id;
		return e;
	}
	struct fdb_new_page n = {.url = url,
				 .context = r->context.n ? arena_strdup(f->page_arena, r->context) : "{}",
				 .depth = r->depth,
				 .ask = msg_ask_of(r->ask)};
	enum fdb_added added = FDB_NEW;
	e = linking_page(f, &n);
	if (!e)
		e = fdb_add_page(f->db, &n, now, &added, id_out);
	if (e || added != FDB_OUT_OF_BUDGET)
		return e;
	n.source_id = 0; /* what was fetched is a page, whatever the budget is now */
	return fdb_add_page(f->db, &n, now, &added, id_out);
}

static enum err adopt_one(struct fetcher *f, const struct warc_place *place, const struct warc_response *r, int64_t now)
{
	struct outcome o = {.fetch_id = r->fetch_id,
			    .place = *place,
			    .status = r->status,
			    .again = true,
			    .ask = msg_ask_of(r->ask)};
	char url[URL_MAX + 1], cause[64];
	copy_str(r->url, url, sizeof(url));
	copy_str(r->cause, cause, sizeof(cause));
	if (!url[0])
		return ERR_OK;
	enum err e = page_of(f, r, now, &o.page_id);
	if (e)
		return e;
	answer_of(r->status, cause_of(cause), "adopted from the archive", r->response_head, url, o.ask == MSG_POST, now,
		  &o.answer);
	struct str etag = warc_header(r->response_head, "ETag"),
		   modified = warc_header(r->response_head, "Last-Modified");
	copy_str(etag, o.etag, sizeof(o.etag));
	copy_str(modified, o.last_modified, sizeof(o.last_modified));
	struct warc_response whole;
	if (warc_read(f->set.data_dir, place, FRAME_BODY_MAX, &whole) == ERR_OK) {
		o.bytes = (int64_t)whole.body.n;
		warc_response_fini(&whole);
	}
	return outcome_apply(f, &o, true, now);
}

static bool record(void *ctx, const struct warc_place *place, const struct warc_response *r)
{
	struct adoption *a = ctx;
	struct fetcher *f = a->f;
	bool known = false;
	int64_t now = wall_ms();
	a->failed = fdb_fetch_known(f->db, r->fetch_id, &known);
	if (!a->failed && !known) {
		a->failed = adopt_one(f, place, r, now);
		a->count++;
	}
	if (!a->failed)
		a->failed = adopt_mark(f, place);
	if (!a->failed && fdb_pending(f->db) >= ADOPT_COMMIT_EVENTS)
		a->failed = fdb_commit(f->db);
	return a->failed == ERR_OK;
}

enum err adopt_mark(struct fetcher *f, const struct warc_place *p)
{
	char value[128];
	snprintf(value, sizeof(value), "%s %lld", p->file, (long long)(p->offset + p->length));
	return fdb_set_setting(f->db, ARCHIVE_KEY, value);
}

enum err adopt_archive(struct fetcher *f)
{
	char value[128] = "", file[64] = "";
	long long offset = 0;
	struct adoption a = {.f = f};
	enum err e = f->fresh ? ERR_OK : fdb_setting(f->db, ARCHIVE_KEY, value, sizeof(value));
	if (e)
		return e;
	if (sscanf(value, "%63s %lld", file, &offset) != 2)
		file[0] = 0;
	e = warc_scan(f->set.data_dir, file[0] ? file : NULL, file[0] ? offset : 0, record, &a,
		      &f->archive_max_fetch_id);
	if (!e)
		e = a.failed;
	if (!e && fdb_dirty(f->db))
		e = fdb_commit(f->db);
	if (!e && a.count)
		log_info("adopted %lld responses from the archive", (long long)a.count);
	return e;
}
