/* outcome - the page events of a fetch that ended: live ones after the archive's sync, and adopted ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "fetcher/daemon.h"
#include "fetcher/frontier_visits.h"
#include "fetcher/politeness.h"

struct outcome *outcome_add(struct fetcher *f)
{
	if (f->outcomes_n == f->outcomes_cap) {
		f->outcomes_cap = f->outcomes_cap ? f->outcomes_cap * 2 : 16;
		f->outcomes = realloc(f->outcomes, f->outcomes_cap * sizeof(*f->outcomes));
		if (!f->outcomes)
			abort(); /* at most one for each connection and batch */
	}
	struct outcome *o = &f->outcomes[f->outcomes_n++];
	memset(o, 0, sizeof(*o));
	return o;
}

void outcome_due(struct fetcher *f, const struct page *p)
{
	if ((p->state == PAGE_RETRY || p->state == PAGE_FETCHED) && p->not_before && p->not_before < f->next_due)
		f->next_due = p->not_before;
	if ((p->state == PAGE_DONE || p->state == PAGE_DISCARDED) && p->confirm && p->next_visit < f->next_due)
		f->next_due = p->next_visit;
}

static struct frontier_event event_of(const struct outcome *o, enum frontier_event_kind kind, bool adopted)
{
	return (struct frontier_event){.kind = adopted ? EV_ADOPTED : kind,
				       .fetch_id = o->fetch_id,
				       .place = o->place,
				       .body_bytes = o->bytes,
				       .status = o->status,
				       .retry_after_ms = o->answer.retry_after_ms,
				       .seed = random_u64()};
}

static enum err fail(struct fetcher *f, const struct outcome *o, enum cause cause, const char *detail, bool adopted,
		     int64_t now)
{
	struct frontier_event e = event_of(o, EV_FAILED, adopted);
	struct page after;
	e.cause = cause;
	e.detail = detail;
	e.takes_post = o->answer.takes_post && o->ask != MSG_POST;
	e.next_visit = revisit_after(cause, now, random_u64());
	e.confirm_at = f->set.confirm_ms ? now + f->set.confirm_ms : 0;
	enum err err = fdb_event(f->db, o->page_id, &e, now, NULL, &after);
	if (!err)
		outcome_due(f, &after);
	if (!err && after.state == PAGE_DEAD && o->probes)
		uplink_lost(&f->uplink, o->page_id);
	if (!err && (after.state == PAGE_DEAD || after.state == PAGE_DISCARDED))
		err = pairing_failed(f, o->page_id, now);
	return err;
}

/* The pages that led here by redirects: is `target` among them? *first_out: where the chain began. */
static enum err walk_chain(struct fetcher *f, const struct fdb_page *page, const char *target, bool *loop_out,
			   int64_t *first_out)
{
	struct fdb_page at = *page;
	enum err e = ERR_OK;
	*loop_out = page->p.hops >= FRONTIER_HOPS_MAX;
	for (int i = 0; i <= FRONTIER_HOPS_MAX; i++) {
		*first_out = at.p.id;
		if (strcmp(at.url, target) == 0)
			*loop_out = true;
		if (at.p.chain_from == 0)
			break;
		e = fdb_page(f->db, at.p.chain_from, f->page_arena, &at);
		if (e)
			break;
	}
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static bool is_less(const struct fdb_page *a, const struct fdb_page *b)
{
	return a->p.depth != b->p.depth ? a->p.depth < b->p.depth : strcmp(a->url, b->url) < 0;
}

/*
 * The redirects of pages that were known before, from `target` on: do they lead back to `page`, into a loop, or over the
 * last hop? Pages of a circle may each have been found by a link, so that none is in the chain of another; then the
 * first of them by (depth, URL) is the one that ends, whichever was fetched last.
 */
static enum err walk_on(struct fetcher *f, const struct fdb_page *page, const char *target, bool *loop_out,
			int64_t *first_out)
{
	struct fdb_page at, least = *page;
	for (int hop = page->p.hops + 1; hop <= FRONTIER_HOPS_MAX; hop++) {
		enum err e = fdb_page_by_url(f->db, target, f->page_arena, &at);
		if (e)
			return e == ERR_NOTFOUND ? ERR_OK : e;
		*loop_out = at.p.state == PAGE_DEAD && at.p.cause == CAUSE_REDIRECT_LOOP;
		if (*loop_out || at.p.state != PAGE_DONE || !at.p.redirected)
			return ERR_OK;
		if (is_less(&at, &least))
			least = at;
		target = at.p.detail;
		*loop_out = strcmp(target, page->url) == 0;
		if (*loop_out && page->p.chain_from == 0)
			*first_out = least.p.id;
		if (*loop_out)
			return ERR_OK;
	}
	*loop_out = true;
	return ERR_OK;
}

static enum err end_loop(struct fetcher *f, const struct outcome *o, const struct fdb_page *page, int64_t first,
			 bool adopted, int64_t now)
{
	char detail[256];
	snprintf(detail, sizeof(detail), "back to %.200s after %d hops", o->answer.target, page->p.hops + 1);
	if (first == page->p.id)
		return fail(f, o, CAUSE_REDIRECT_LOOP, detail, adopted, now);
	struct frontier_event e = event_of(o, EV_REDIRECTED, adopted);
	e.detail = o->answer.target;
	e.next_visit = revisit_moved(page->p.body_fetch_id != 0, now, random_u64());
	enum err err = fdb_event(f->db, o->page_id, &e, now, NULL, NULL);
	if (err)
		return err;
	struct frontier_event loop = {
		.kind = EV_LOOP, .detail = detail, .next_visit = revisit_after(CAUSE_REDIRECT_LOOP, now, random_u64())};
	return fdb_event(f->db, first, &loop, now, NULL, NULL);
}

static enum err redirect(struct fetcher *f, const struct outcome *o, bool adopted, int64_t now)
{
	struct fdb_page page;
	enum cause cause;
	bool loop;
	int64_t first;
	arena_reset(f->page_arena);
	enum err err = fdb_page(f->db, o->page_id, f->page_arena, &page);
	if (!err)
		err = walk_chain(f, &page, o->answer.target, &loop, &first);
	if (!err && !loop)
		err = walk_on(f, &page, o->answer.target, &loop, &first);
	if (err)
		return err;
	if (loop)
		return end_loop(f, o, &page, first, adopted, now);
	err = outlinks_judge(f, page.source_id, page.url, o->answer.target, page.p.depth, &cause);
	if (err)
		return err;
	if (cause != CAUSE_NONE) {
		char detail[256];
		snprintf(detail, sizeof(detail), "redirect to %.220s", o->answer.target);
		return fail(f, o, cause, detail, adopted, now);
	}
	struct fdb_new_page n = {.url = o->answer.target,
				 .context = page.context,
				 .depth = page.p.depth,
				 .hops = page.p.hops + 1,
				 .from_page = page.p.id,
				 .redirect = true,
				 .ask = o->answer.post ? MSG_POST : MSG_GET,
				 .source_id = page.source_id};
	enum fdb_added added;
	int64_t id;
	struct frontier_event e = event_of(o, EV_REDIRECTED, adopted);
	e.detail = o->answer.target;
	e.next_visit = revisit_moved(page.p.body_fetch_id != 0, now, random_u64());
	err = fdb_add_page(f->db, &n, now, &added, &id);
	if (!err)
		err = fdb_event(f->db, o->page_id, &e, now, NULL, NULL);
	if (!err && page.p.depth == 0 && page.p.hops == 0 && page.source_id)
		err = outlinks_moved(f, page.source_id, o->answer.target);
	if (!err)
		err = pairing_redirected(f, page.url, o->answer.target, now);
	return err ? err : pairing_failed(f, o->page_id, now);
}

/* 304: a visit that found no change. */
static enum err not_modified(struct fetcher *f, const struct outcome *o, bool adopted, int64_t now,
			     int64_t *next_visit_out)
{
	struct fdb_page page;
	struct fdb_visit visit = {.fetch_id = o->fetch_id, .untimed = adopted};
	arena_reset(f->page_arena);
	enum err err = fdb_page(f->db, o->page_id, f->page_arena, &page);
	return err ? err : fdb_visited(f->db, &page, &visit, now, next_visit_out);
}

enum err outcome_apply(struct fetcher *f, const struct outcome *o, bool adopted, int64_t now)
{
	if (o->answer.kind == ANSWER_FAILED)
		return fail(f, o, o->answer.cause, o->answer.detail, adopted, now);
	if (o->answer.kind == ANSWER_REDIRECT)
		return redirect(f, o, adopted, now);
	struct frontier_event e = event_of(o, o->answer.kind == ANSWER_BODY ? EV_FETCHED : EV_NOT_MODIFIED, adopted);
	struct page after;
	enum err err = o->answer.kind == ANSWER_NOT_MODIFIED ? not_modified(f, o, adopted, now, &e.next_visit) : ERR_OK;
	if (!err)
		err = fdb_event(f->db, o->page_id, &e, now, NULL, &after);
	if (err || o->answer.kind != ANSWER_BODY || after.body_fetch_id != o->fetch_id)
		return err;
	f->want_dispatch = true;
	if (!o->etag[0] && !o->last_modified[0] && !o->again)
		return ERR_OK;
	return fdb_set_validators(f->db, o->page_id, o->etag[0] ? o->etag : NULL,
				  o->last_modified[0] ? o->last_modified : NULL);
}
