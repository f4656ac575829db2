/* dispatch - pages to parsers: the lease first, the bytes after its commit; and what the ring's tables ask for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/log.h"
#include "fetcher/daemon.h"
#include "fetcher/revisit.h"

#define DISPATCH_AGAIN_MS 10 /* a parser has credit, but its pipe is not up yet */

/* ---- effects of the ring */

static enum err open_push(struct fetcher *f, int slot)
{
	struct ring_parser_view v;
	if (!ring_parser(f->ring, slot, &v))
		return ERR_OK;
	/* ZeroMQ learns of what left a pipe only each half of its high-water mark, so that a mark of credit + 1 stops a sender
	 * who is within his credit (354 times in 2,000 pages). The limit is the credit; this must only never be reached. */
	int hwm = 2 * (int)v.credit_msgs + 1;
	enum err e = sock_push_connect(f->ctx, v.endpoint, hwm, 0, &f->push[slot]);
	if (e == ERR_USAGE || e == ERR_NET ||
	    e == ERR_FORMAT) { /* a heartbeat with an endpoint that is none: hers alone */
		log_warn("parser %s: %s", v.boot_id, err_text());
		return ERR_OK;
	}
	if (!e)
		log_info("parser at %s (%s) is there", v.endpoint, v.boot_id);
	return e;
}

static enum err released(struct fetcher *f, const struct ring_effect *x)
{
	int64_t now = wall_ms();
	struct frontier_event e = {.kind = EV_RELEASED,
				   .fetch_id = x->fetch_id,
				   .epoch = x->epoch,
				   .blame = x->blame,
				   .detail = x->why,
				   .next_visit = revisit_after(CAUSE_LEASE_LOST, now, random_u64())};
	f->want_dispatch = true;
	return fdb_event(f->db, x->page_id, &e, now, NULL, NULL);
}

enum err dispatch_effects(struct fetcher *f)
{
	enum err e = ERR_OK;
	for (unsigned i = 0; i < f->effects.n && !e; i++) {
		const struct ring_effect *x = &f->effects.v[i];
		struct ring_parser_view v;
		switch (x->kind) {
		case RING_OPEN:
			e = open_push(f, x->slot);
			f->want_dispatch = true;
			break;
		case RING_CLOSE:
			sock_free(f->push[x->slot]);
			f->push[x->slot] = NULL;
			log_info("parser %d is gone: %s", x->slot, x->why);
			break;
		case RING_RELEASE:
			e = released(f, x);
			break;
		case RING_REFUSED:
			if (ring_parser(f->ring, x->slot, &v))
				log_warn("parser at %s gets no pages: it is of another %s than this run; start one of "
					 "the run's, or run `gongkai reparse`",
					 v.endpoint, x->why);
			break;
		}
	}
	f->effects.n = 0;
	return e;
}

/* ---- choosing pages */

static void look_at_sockets(struct fetcher *f)
{
	for (int i = 0; i < RING_PARSERS_MAX; i++) {
		struct ring_parser_view v;
		if (!f->push[i] || !ring_parser(f->ring, i, &v))
			continue;
		bool writable = v.outstanding < v.credit_msgs && sock_can_send(f->push[i]);
		ring_set_writable(f->ring, i, writable);
		if (!writable && v.usable && v.outstanding < v.credit_msgs)
			f->dispatch_at_mono = mono_ms() + DISPATCH_AGAIN_MS;
	}
	ring_round(f->ring);
}

/* The sink is told where a report stands on a site that the user named (PROTOCOL.md, context): `vouched`. */
static enum err vouch(struct fetcher *f, const struct fdb_page *page, const char **out)
{
	bool vouched;
	const char *context = page->context;
	enum err e = outlinks_vouched(f, page->source_id, page->url, &vouched);
	*out = context;
	size_t n = strlen(context);
	if (e || !vouched || n < 2 || context[0] != '{' || n + sizeof("\"vouched\":true,") > MSG_CONTEXT_MAX)
		return e;
	*out = arena_printf(f->send_arena, "{\"vouched\":true%s%s", context[1] == '}' ? "" : ",", context + 1);
	return ERR_OK;
}

static enum err lease_to(struct fetcher *f, int slot, const struct fdb_page *page, int64_t now)
{
	struct frontier_event e = {.kind = EV_SENT, .epoch = page->p.epoch + 1};
	enum frontier_result result;
	const char *context;
	enum err err = vouch(f, page, &context);
	if (!err)
		err = fdb_parse_seq(f->db, &e.parse_seq);
	if (!err)
		err = fdb_event(f->db, page->p.id, &e, now, &result, NULL);
	if (err || result == FRONTIER_IGNORED)
		return err;
	ring_take(f->ring, slot, page->p.id, page->p.body_fetch_id, e.epoch, page->p.body_bytes, page->p.solo,
		  mono_ms());
	f->sending[f->sending_n++] = (struct sending){.slot = slot,
						      .page_id = page->p.id,
						      .bytes = page->p.body_bytes,
						      .fetch_id = page->p.body_fetch_id,
						      .parse_seq = e.parse_seq,
						      .epoch = e.epoch,
						      .url = page->url,
						      .context = context,
						      .place = page->p.body};
	return ERR_OK;
}

/* A lease whose row went another way meanwhile (it was not told to the ring): the row decides. */
static void forget_stale(struct fetcher *f, uint64_t fetch_id)
{
	if (ring_settle(f->ring, fetch_id))
		log_debug("fetch %llu had a lease that its row does not know", (unsigned long long)fetch_id);
}

enum err dispatch_pages(struct fetcher *f)
{
	int64_t ids[FETCHER_DISPATCH_MAX], now = wall_ms();
	unsigned n = 0;
	struct fdb_counts counts;
	f->want_dispatch = false;
	fdb_counts(f->db, &counts);
	if (f->draining || !f->sink_boot[0] || counts.by_state[PAGE_FETCHED] == 0 || f->sending_n > 0)
		return ERR_OK;
	look_at_sockets(f);
	if (!ring_has_room(f->ring))
		return ERR_OK;
	enum err e = fdb_fetched(f->db, now, ids, FETCHER_DISPATCH_MAX, &n);
	arena_reset(f->send_arena);
	for (unsigned i = 0; i < n && !e; i++) {
		struct fdb_page page;
		e = fdb_page(f->db, ids[i], f->send_arena, &page);
		if (e)
			break;
		int slot = ring_choose(f->ring, page.p.body_bytes, page.p.solo);
		if (slot == RING_FULL)
			break;
		if (slot == RING_NONE)
			continue;
		forget_stale(f, page.p.body_fetch_id);
		e = lease_to(f, slot, &page, now);
	}
	if (n == FETCHER_DISPATCH_MAX && f->sending_n > 0)
		f->want_dispatch = true;
	return e;
}

/* ---- sending */

static void free_body(void *p, void *hint)
{
	(void)hint;
	free(p);
}

static enum err body_missing(struct fetcher *f, const struct sending *s)
{
	struct frontier_event e = {.kind = EV_BODY_MISSING, .detail = err_text()};
	log_error("%s: its body is not in the archive any more (%s): it is fetched again", s->url, err_text());
	ring_settle(f->ring, s->fetch_id);
	return fdb_event(f->db, s->page_id, &e, wall_ms(), NULL, NULL);
}

/* The page cannot be put into a message at all. */
static enum err cannot_say(struct fetcher *f, const struct sending *s)
{
	char detail[256];
	snprintf(detail, sizeof(detail), "cannot be sent: %.200s", err_text());
	struct frontier_event e = {.kind = EV_FAIL,
				   .fetch_id = s->fetch_id,
				   .epoch = s->epoch,
				   .permanent = true,
				   .cause = CAUSE_BAD_HEADER,
				   .detail = detail};
	ring_settle(f->ring, s->fetch_id);
	return fdb_event(f->db, s->page_id, &e, wall_ms(), NULL, NULL);
}

static enum err send_one(struct fetcher *f, const struct sending *s)
{
	struct body body;
	enum err e = bodies_take(f->bodies, s->fetch_id, f->set.data_dir, &s->place, &body);
	if (e == ERR_NOTFOUND || e == ERR_FORMAT || e == ERR_LIMIT)
		return body_missing(f, s);
	if (e)
		return e;
	struct msg_page m = {.url = s->url,
			     .final_url = s->url,
			     .content_type = body.content_type,
			     .content_encoding = body.content_encoding,
			     .status = body.status,
			     .fetched_at = body.fetched_at,
			     .context = s->context,
			     .warc = {s->place.file, s->place.offset, s->place.length},
			     .parse_seq = s->parse_seq,
			     .body_len = (int64_t)body.n,
			     .body_sha256 = body.sha256};
	struct frame_head head = {.type = MSG_PAGE, .fetch_id = s->fetch_id, .epoch = s->epoch};
	struct buf json;
	buf_init(&json, FRAME_JSON_MAX);
	e = msg_page_encode(&m, &json);
	if (e)
		free(body.p);
	else
		e = sock_send_take(f->push[s->slot], &head, buf_str(&json), body.p, body.n, free_body, NULL);
	buf_fini(&json);
	if (e == ERR_FORMAT || e == ERR_LIMIT)
		return cannot_say(f, s);
	if (e == ERR_AGAIN || e == ERR_NET) {
		ring_release(f->ring, s->fetch_id, "pipe full", &f->effects);
		f->dispatch_at_mono = mono_ms() + DISPATCH_AGAIN_MS;
		return dispatch_effects(f);
	}
	return e;
}

enum err dispatch_send(struct fetcher *f)
{
	enum err e = ERR_OK;
	for (unsigned i = 0; i < f->sending_n && !e; i++) {
		const struct sending *s = &f->sending[i];
		if (!f->push[s->slot] || !ring_holds(f->ring, s->slot, s->fetch_id, s->epoch))
			continue; /* released between lease and commit */
		KILL_POINT("send.pre");
		e = send_one(f, s);
		KILL_POINT("send.post");
	}
	f->sending_n = 0;
	return e;
}
