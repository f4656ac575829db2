/* crawl - hosts that are due, the requests to them, and what came back. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/log.h"
#include "fetcher/daemon.h"
#include "fetcher/frontier_visits.h"
#include "fetcher/politeness.h"

/* ---- hosts */

enum err crawl_save_host(struct fetcher *f, struct sched_host *h)
{
	struct fdb_host row = h->row;
	row.ready = 0;
	row.held = false;
	uint64_t mark = hash64(&row, sizeof(row)) | 1;
	if (mark == h->saved)
		return ERR_OK;
	h->saved = mark;
	return fdb_host_save(f->db, &h->row);
}

enum err crawl_save_address(struct fetcher *f, const struct sched_host *h)
{
	const struct sched_address *a = sched_address_of(h);
	if (!a || a->next_at == 0)
		return ERR_OK;
	return fdb_address_save(f->db, a->ip, a->next_at, a->gap_ms);
}

enum err crawl_wake(struct fetcher *f)
{
	int64_t ids[64];
	unsigned n;
	while ((n = fdb_woken_hosts(f->db, ids, 64)) > 0) {
		for (unsigned i = 0; i < n; i++) {
			struct fdb_host row;
			enum err e = fdb_host(f->db, ids[i], &row);
			if (e)
				return e;
			if (!sched_find(f->sched, row.id) && row.ip[0] && !f->set.connect_to) {
				int64_t next_at, gap;
				e = fdb_address(f->db, row.ip, &next_at, &gap);
				if (e)
					return e;
				sched_address_put(f->sched, row.ip, next_at, gap);
			}
			sched_put(f->sched, &row);
		}
	}
	return ERR_OK;
}

static void host_changed(void *ctx, struct sched_host *h)
{
	struct fetcher *f = ctx;
	enum err e = crawl_save_host(f, h);
	if (e && !f->failed)
		f->failed = e;
}

enum err crawl_cut_clock(struct fetcher *f, int64_t now)
{
	enum err e = fdb_hosts_cut(f->db, &f->set.polite, now);
	if (e)
		return e;
	sched_cut(f->sched, now, host_changed, f);
	return f->failed;
}

/* ---- slots */

struct request *crawl_slot(struct fetcher *f, struct sched_host *h)
{
	for (unsigned i = 0; i < FETCHER_CONNECTIONS_MAX; i++) {
		unsigned at = (f->request_next + i) % FETCHER_CONNECTIONS_MAX;
		struct request *r = &f->requests[at];
		if (r->used)
			continue;
		uint32_t generation = r->generation + 1;
		*r = (struct request){.used = true, .generation = generation, .host = h};
		f->request_next = at + 1;
		f->starting[f->starting_n++] = at;
		return r;
	}
	abort(); /* the caller asked crawl_may_lease() */
}

static void slot_free(struct request *r)
{
	free(r->url);
	free(r->context);
	free(r->etag);
	free(r->last_modified);
	r->url = r->context = r->etag = r->last_modified = NULL;
	r->used = false;
}

void crawl_release_slots(struct fetcher *f)
{
	for (unsigned i = 0; i < FETCHER_CONNECTIONS_MAX; i++)
		if (f->requests[i].used)
			slot_free(&f->requests[i]);
}

static char *copy(const char *z)
{
	if (!z || !z[0])
		return NULL;
	char *p = strdup(z);
	if (!p)
		abort();
	return p;
}

/* ---- leasing */

bool crawl_may_lease(const struct fetcher *f)
{
	if (f->draining || f->set.no_fetch || mono_ms() < f->quiet_until_mono || !f->sink_boot[0] ||
	    sched_busy(f->sched) >= FETCHER_CONNECTIONS_MAX)
		return false;
	struct fdb_counts c;
	fdb_counts(f->db, &c);
	return c.by_state[PAGE_FETCHED] + (int64_t)f->outcomes_n < FETCHER_AHEAD_MAX &&
	       bodies_bytes(f->bodies) < FETCHER_AHEAD_BYTES;
}

/* Ends a ready page that may not be asked for. */
static enum err refuse(struct fetcher *f, int64_t page_id, enum cause cause, const char *detail, int64_t now)
{
	struct frontier_event e = {.kind = EV_DISCARD,
				   .cause = cause,
				   .detail = detail,
				   .next_visit = revisit_after(cause, now, random_u64())};
	enum err err = fdb_event(f->db, page_id, &e, now, NULL, NULL);
	return err ? err : pairing_failed(f, page_id, now);
}

static enum err lease(struct fetcher *f, struct sched_host *h, const struct fdb_page *page, int64_t now)
{
	KILL_POINT("fetch.lease.pre");
	struct frontier_event e = {.kind = EV_LEASED};
	enum frontier_result result;
	enum err err = fdb_fetch_id(f->db, &e.fetch_id);
	if (!err)
		err = fdb_event(f->db, page->p.id, &e, now, &result, NULL);
	if (err)
		return err;
	if (result == FRONTIER_IGNORED)
		return err_set(ERR_INTERNAL, "page %lld is ready and cannot be leased: run `gongkai check`",
			       (long long)page->p.id);
	sched_started(f->sched, h, now, FETCHER_COMMIT_MS);
	h->began = now;
	err = crawl_save_host(f, h);
	if (!err)
		err = crawl_save_address(f, h);
	if (err)
		return err;
	struct request *r = crawl_slot(f, h);
	/* a POST has no 304: a condition that fails is a 412 (RFC 9110 13.1.2) */
	bool ask_if_changed = !page->p.no_validators && page->p.body_fetch_id != 0 && page->p.ask != MSG_POST;
	r->ask = page->p.ask;
	r->page_id = page->p.id;
	r->source_id = page->source_id;
	r->fetch_id = e.fetch_id;
	r->depth = page->p.depth;
	r->url = copy(page->url);
	r->context = copy(page->context);
	r->etag = ask_if_changed ? copy(page->etag) : NULL;
	r->last_modified = ask_if_changed ? copy(page->last_modified) : NULL;
	r->conditional = r->etag || r->last_modified;
	if (page->p.body_fetch_id) {
		r->prior = page->p.body;
		r->prior_bytes = page->p.body_bytes;
	}
	return ERR_OK;
}

/* What must be known before the page itself is asked for. *refused_out: the page was ended; *wait_out: robots.txt comes first. */
static enum err admit(struct fetcher *f, struct sched_host *h, const struct fdb_page *page, int64_t now,
		      bool *refused_out, bool *wait_out)
{
	struct url_parts u;
	*refused_out = true;
	*wait_out = false;
	if (url_split(str_of(page->url), &u))
		return refuse(f, page->p.id, CAUSE_BAD_URL, "not a URL", now);
	if (!f->set.allow_private && url_host_is_address(u.host) && url_address_is_private(u.host))
		return refuse(f, page->p.id, CAUSE_PRIVATE_ADDRESS, "literal private address", now);
	bool https = str_eq_z(u.scheme, "https"), trapped, spared;
	enum err e = pairing_admit(f, page, now, &spared);
	if (e || spared)
		return e;
	e = outlinks_trapped(f, &u, &trapped);
	if (e || (trapped && !page->p.body_fetch_id)) /* what was a page before stays one */
		return e ? e : refuse(f, page->p.id, CAUSE_TRAP, "below a folder without content", now);
	if (robots_needed(f, h, https, now)) {
		*refused_out = false;
		*wait_out = true;
		return robots_begin(f, h, page, &u, now);
	}
	if (h->row.robots_state == ROBOTS_TLS_FAILED && https)
		return refuse(f, page->p.id, CAUSE_TLS, "robots.txt of the host failed by TLS", now);
	if (h->row.robots_state == ROBOTS_RULES) {
		e = robots_rules(f, h);
		if (e)
			return e;
		struct str path = u.path;
		if (u.query.n) /* path and query lie side by side in the URL */
			path.n = (size_t)(u.query.p + u.query.n - u.path.p);
		if (!robots_allowed(h->robots, path))
			return refuse(f, page->p.id, CAUSE_ROBOTS, "denied by robots.txt", now);
	}
	*refused_out = false;
	return ERR_OK;
}

static enum err visit_host(struct fetcher *f, struct sched_host *h, int64_t now)
{
	for (int i = 0; i < FETCHER_REFUSALS_MAX; i++) {
		int64_t id;
		enum err e = ERR_NOTFOUND;
		if (random_u64() % REVISIT_TURN ==
		    0) /* so that neither waits for ever: visits, and pages never fetched */
			e = fdb_next_again(f->db, h->row.id, &id);
		if (e == ERR_NOTFOUND && !fdb_rank_may_go_on(f->db, h->row.id) && now - h->began < FETCHER_LEARN_MS) {
			sched_later(f->sched, h, now + FETCHER_LEARN_STEP_MS);
			return ERR_OK;
		}
		if (e == ERR_NOTFOUND)
			e = fdb_next_ready(f->db, h->row.id, &id);
		if (e == ERR_NOTFOUND) {
			sched_rest(f->sched, h);
			return ERR_OK;
		}
		if (e)
			return e;
		struct fdb_page page;
		arena_reset(f->page_arena);
		e = fdb_page(f->db, id, f->page_arena, &page);
		if (e)
			return e;
		bool refused, wait;
		e = admit(f, h, &page, now, &refused, &wait);
		if (e || wait)
			return e;
		if (!refused)
			return lease(f, h, &page, now);
	}
	sched_again(f->sched, h);
	return ERR_OK;
}

enum err crawl_lease(struct fetcher *f)
{
	while (crawl_may_lease(f)) {
		int64_t now = wall_ms();
		struct sched_host *h = sched_pop(f->sched, now);
		if (!h)
			break;
		enum err e = visit_host(f, h, now);
		if (e)
			return e;
	}
	return ERR_OK;
}

enum err crawl_start(struct fetcher *f)
{
	for (unsigned i = 0; i < f->starting_n; i++) {
		struct request *r = &f->requests[f->starting[i]];
		KILL_POINT("fetch.lease.post");
		sched_went_out(f->sched, r->host, wall_ms());
		uint64_t tag = (uint64_t)r->generation << 32 | f->starting[i];
		enum err e = r->ask == MSG_POST ? http_post(f->http, tag, r->url)
						: http_start(f->http, tag, r->url, r->etag, r->last_modified);
		if (e)
			return e;
		f->requests_n++;
	}
	f->starting_n = 0;
	return ERR_OK;
}

/* ---- answers */

static void copy_header(struct str head, const char *name, char *out, size_t out_bytes)
{
	struct str v = warc_header(head, name);
	if (!v.p || v.n >= out_bytes || !utf8_valid(v.p, v.n))
		v = STR("");
	memcpy(out, v.p, v.n);
	out[v.n] = 0;
}

/* Where the same bytes lie already, and the id of that record: the page's body before, or its original. Sizes are compared first. */
static bool same_as_before(struct fetcher *f, const struct request *r, const struct http_done *d,
			   struct warc_place *place_out, char id_out[WARC_ID_BYTES])
{
	if (!r->prior.file[0] || r->prior_bytes != (int64_t)spool_bytes(d->body) || r->prior_bytes == 0)
		return false;
	struct warc_response before;
	if (warc_read(f->set.data_dir, &r->prior, FRAME_BODY_MAX, &before)) {
		log_debug("%s: its body before cannot be read: %s", r->url, err_text());
		return false;
	}
	bool same = str_eq_z(before.payload_sha256, d->body_sha256);
	*place_out = before.body_place;
	warc_response_id(r->url, before.body_fetch_id, id_out);
	warc_response_fini(&before);
	return same;
}

static enum err archive(struct fetcher *f, const struct request *r, const struct http_done *d, const struct answer *a,
			struct outcome *o)
{
	struct warc_place before;
	char id[WARC_ID_BYTES];
	struct warc_fetch w = {.url = r->url,
			       .fetch_id = r->fetch_id,
			       .fetched_at = d->started_at,
			       .ip = d->ip,
			       .context = r->context ? r->context : "{}",
			       .depth = r->depth,
			       .ask = msg_ask_word(r->ask),
			       .request_head = d->request_head,
			       .response_head = d->response_head,
			       .body = d->body,
			       .truncated = d->truncated,
			       .cause = d->cause == CAUSE_NONE ? "" : cause_code(d->cause)};
	memcpy(w.payload_sha256, d->body_sha256, sizeof(w.payload_sha256));
	if (a->kind == ANSWER_BODY && same_as_before(f, r, d, &before, id)) {
		w.refers_to = id;
		w.refers_place = &before;
	}
	return warc_append(f->warc, &w, &o->place);
}

/* What the answer says of its host; the operator is told when it is left alone for a while. */
static void judge_host(struct sched_host *h, const struct http_done *d, const struct answer *a, int64_t now)
{
	bool challenge = a->kind == ANSWER_FAILED && a->cause == CAUSE_CHALLENGE;
	if (polite_answered(&h->row, d->status, d->cause, a->retry_after_ms, now))
		log_warn("host %s: %d failures in a row, the last %s: no requests for %lld s", h->row.key,
			 h->row.failures, cause_code(a->cause), (long long)(h->row.cooling_len / 1000));
	if (challenge)
		polite_challenged(&h->row, now);
	if (challenge)
		log_warn("host %s sets a challenge to programs (status %d): no requests for %lld s; ask its operator "
			 "for leave",
			 h->row.key, d->status, (long long)(h->row.cooling_len / 1000));
}

enum err crawl_challenged(struct fetcher *f, int64_t host_id, const char *what, int64_t now)
{
	struct sched_host *h = sched_find(f->sched, host_id);
	struct fdb_host row;
	enum err e = h ? ERR_OK : fdb_host(f->db, host_id, &row);
	if (e)
		return e;
	struct fdb_host *r = h ? &h->row : &row;
	if (polite_rests(r, &f->set.polite, now, NULL) != POLITE_CHALLENGE) /* pages of before it rested come in, too */
		log_warn(
			"host %s sets a challenge to programs (%s): no requests for %lld s; ask its operator for leave",
			r->key, what, POLITE_COOL_MAX_MS / 1000);
	polite_challenged(r, now);
	return h ? crawl_save_host(f, h) : fdb_host_save(f->db, r);
}

static enum err page_end(struct fetcher *f, struct request *r, struct http_done *d, int64_t now)
{
	KILL_POINT("fetch.body.mid");
	struct outcome *o = outcome_add(f);
	o->page_id = r->page_id;
	o->fetch_id = r->fetch_id;
	o->status = d->status;
	o->again = r->prior.file[0] != 0;
	o->bytes = (int64_t)spool_bytes(d->body);
	o->ask = r->ask;
	answer_of(d->status, d->cause, d->detail, d->response_head, r->url, r->ask == MSG_POST, now, &o->answer);
	copy_header(d->response_head, "ETag", o->etag, sizeof(o->etag));
	copy_header(d->response_head, "Last-Modified", o->last_modified, sizeof(o->last_modified));
	judge_host(r->host, d, &o->answer, now);
	o->probes = uplink_is_miss(d->status, d->cause) && uplink_may_probe(&f->uplink, &r->host->row);
	if (d->response_head.n == 0)
		return ERR_OK;
	enum err e = archive(f, r, d, &o->answer, o);
	if (e)
		return e;
	f->fetched_n++;
	if (o->answer.kind == ANSWER_BODY)
		bodies_keep(f->bodies, r->fetch_id, d->status, d->started_at, d->response_head, d->body_sha256,
			    d->body);
	return ERR_OK;
}

bool crawl_may_connect(void *fetcher, uint64_t tag, const char *ip)
{
	struct fetcher *f = fetcher;
	const struct request *r = &f->requests[tag & 0xffffffff];
	assert(r->used && r->generation == tag >> 32);
	return sched_connects(f->sched, r->host, ip, wall_ms());
}

/* Nothing was sent, since the host's name led to an address where another host was just asked: as if it had not begun. */
static enum err deferred(struct fetcher *f, const struct request *r, const struct http_done *d)
{
	const struct frontier_event e = {.kind = EV_RESTARTED};
	polite_not_sent(&r->host->row); /* of this host alone: from here on it waits for the address */
	sched_ended(f->sched, r->host, d->ip);
	return r->robots ? ERR_OK : fdb_event(f->db, r->page_id, &e, wall_ms(), NULL, NULL);
}

/* ---- our own way out */

/* All that ended since then for want of an answer is asked for again. */
static enum err ask_again(struct fetcher *f, int64_t since, int64_t now)
{
	char text[128];
	snprintf(text, sizeof(text), "{\"verb\":\"requeue-since\",\"since\":%lld,\"until\":%lld}", (long long)since,
		 (long long)now);
	return fdb_inbox_post(f->db, text);
}

/* A start is often the end of an outage: nobody waits to hear whether it is. */
enum err crawl_uplink_start(struct fetcher *f, int64_t now)
{
	char since[32];
	enum err e = fdb_setting(f->db, UPLINK_SETTING, since, sizeof(since));
	if (e || !since[0])
		return e;
	f->uplink = (struct uplink){.down = true, .since = strtoll(since, NULL, 10)};
	return ask_again(f, f->uplink.since, now);
}

enum err crawl_uplink_probe(struct fetcher *f, int64_t mono)
{
	char text[64];
	int64_t id = uplink_probe(&f->uplink, mono);
	snprintf(text, sizeof(text), "{\"verb\":\"requeue\",\"ids\":[%lld]}", (long long)id);
	return id ? fdb_inbox_post(f->db, text) : ERR_OK;
}

/* Before the host's row is changed by what came of its request. */
static enum err listen_to(struct fetcher *f, const struct fdb_host *h, const struct http_done *d, int64_t now)
{
	char text[32];
	int64_t since = d->status > 0 ? uplink_heard(&f->uplink) : 0;
	if (since) {
		log_warn("%s answers: what ended in the last %lld s for want of an answer is asked for again", h->key,
			 (long long)((now - since) / 1000));
		enum err e = fdb_set_setting(f->db, UPLINK_SETTING, "");
		return e ? e : ask_again(f, since, now);
	}
	if (!uplink_is_miss(d->status, d->cause) || !uplink_missed(&f->uplink, h, now))
		return ERR_OK;
	log_warn(
		"%d hosts at different addresses stopped answering one after another, the last %s, and nobody answers: "
		"look at the connection of this machine; what ends of it is asked for again when somebody answers",
		UPLINK_PLACES, h->key);
	snprintf(text, sizeof(text), "%lld", (long long)f->uplink.since);
	return fdb_set_setting(f->db, UPLINK_SETTING, text);
}

/* ---- the end of a request */

static void ended(struct fetcher *f, struct sched_host *h, const struct http_done *d)
{
	if (d->lead_ms > 0) /* the host saw it only then */
		sched_went_out(f->sched, h, d->started_at + d->lead_ms);
	sched_responded(f->sched, h, d->status, d->cause, d->started_at + d->lead_ms, d->ended_mono - d->started_mono);
	sched_ended(f->sched, h, d->ip);
}

void crawl_done(void *fetcher, struct http_done *d)
{
	struct fetcher *f = fetcher;
	struct request *r = &f->requests[d->tag & 0xffffffff];
	assert(r->used && r->generation == d->tag >> 32);
	struct sched_host *h = r->host;
	int64_t now = wall_ms();
	enum err e = f->failed;
	if (!e && !d->deferred)
		e = listen_to(f, &h->row, d, now);
	if (!d->deferred)
		ended(f, h, d);
	else if (!e)
		e = deferred(f, r, d);
	if (!e && !d->deferred)
		e = r->robots ? robots_end(f, r, d, now) : page_end(f, r, d, now);
	if (!e)
		e = crawl_save_host(f, h);
	if (!e)
		e = crawl_save_address(f, h);
	sched_again(f->sched, h);
	slot_free(r);
	f->failed = e;
}
