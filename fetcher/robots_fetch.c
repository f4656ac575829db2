/* robots_fetch - robots.txt of a host before its first page (RFC 9309): a request like any other, kept 24 h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/hash.h"
#include "fetcher/daemon.h"
#include "fetcher/politeness.h"
#include "fetcher/revisit.h"
#include "fetcher/robots.h"

#define ROBOTS_PRODUCT "gongkai"
#define ROBOTS_HOPS_MAX 5 /* RFC 9309, 2.3.1.2 */
#define ROBOTS_OTHER_HOST_WAIT_MS 100

bool robots_needed(const struct fetcher *f, const struct sched_host *h, bool https, int64_t now)
{
	(void)f;
	int state = h->row.robots_state;
	if (state == ROBOTS_UNKNOWN || state == ROBOTS_DEFERRED || h->row.robots_until <= now)
		return true;
	if (h->row.robots_until > now + ROBOTS_CACHE_MS)
		return true; /* the clock jumped */
	return state == ROBOTS_TLS_FAILED && !https;
}

enum err robots_rules(struct fetcher *f, struct sched_host *h)
{
	if (h->robots) {
		sched_used_robots(f->sched, h);
		return ERR_OK;
	}
	struct buf body;
	struct robots *rules;
	buf_init(&body, ROBOTS_MAX_BYTES);
	enum err e = fdb_robots_load(f->db, h->row.id, &body);
	if (!e)
		e = robots_parse(buf_str(&body), ROBOTS_PRODUCT, &rules);
	if (!e)
		sched_set_robots(f->sched, h, rules, body.n);
	buf_fini(&body);
	return e;
}

/* A redirect may lead to another host: its gap and its day hold for this request, too. *busy_out: not yet. */
static enum err ask_other_host(struct fetcher *f, struct sched_host *h, const char *url, int64_t now, bool *busy_out)
{
	struct url_parts u;
	char key[256];
	*busy_out = false;
	if (url_split(str_of(url), &u) || u.hostport.n >= sizeof(key))
		return ERR_OK;
	memcpy(key, u.hostport.p, u.hostport.n);
	key[u.hostport.n] = 0;
	struct sched_host *other = sched_find_key(f->sched, key);
	if (!other || other == h)
		return ERR_OK;
	*busy_out = other->busy || other->row.held || polite_next(&other->row, &f->set.polite, now) > now;
	if (*busy_out)
		return ERR_OK;
	polite_started(&other->row, &f->set.polite, now, FETCHER_COMMIT_MS);
	return crawl_save_host(f, other);
}

enum err robots_begin(struct fetcher *f, struct sched_host *h, const struct fdb_page *page, const struct url_parts *u,
		      int64_t now)
{
	char url[URL_MAX + 16];
	if (h->robots_next)
		snprintf(url, sizeof(url), "%s", h->robots_next);
	else
		snprintf(url, sizeof(url), "%.*s://%.*s/robots.txt", STR_FMT(u->scheme), STR_FMT(u->hostport));
	bool busy = false;
	enum err e = h->robots_next ? ask_other_host(f, h, url, now, &busy) : ERR_OK;
	if (e || busy) {
		sched_later(f->sched, h, now + ROBOTS_OTHER_HOST_WAIT_MS);
		return e;
	}
	sched_started(f->sched, h, now, FETCHER_COMMIT_MS);
	e = crawl_save_host(f, h);
	if (!e)
		e = crawl_save_address(f, h);
	if (e)
		return e;
	struct request *r = crawl_slot(f, h);
	r->robots = true;
	r->https = str_eq_z(u->scheme, "https"); /* of the page, whatever the hops */
	r->page_id = page->p.id;
	r->source_id = page->source_id;
	r->depth = page->p.depth;
	r->url = strdup(url);
	if (!r->url)
		return err_set(ERR_NOMEM, "no memory for a URL");
	return ERR_OK;
}

/* The body as text: Content-Encoding gzip or deflate undone, cut at ROBOTS_MAX_BYTES. False: it cannot be read. */
static bool inflate_body(const struct buf *raw, struct buf *out)
{
	z_stream z = {0};
	if (inflateInit2(&z, 15 + 32) != Z_OK)
		return false;
	z.next_in = (Bytef *)raw->p;
	z.avail_in = (uInt)raw->n;
	int status = Z_OK;
	while (status == Z_OK && out->n < ROBOTS_MAX_BYTES) {
		size_t room = ROBOTS_MAX_BYTES - out->n;
		if (room > 16384)
			room = 16384;
		char *p = buf_reserve(out, room);
		if (!p)
			break;
		z.next_out = (Bytef *)p;
		z.avail_out = (uInt)room;
		status = inflate(&z, Z_SYNC_FLUSH);
		buf_commit(out, room - z.avail_out);
	}
	inflateEnd(&z);
	return out->n > 0 || status == Z_STREAM_END;
}

static bool read_body(const struct http_done *d, struct buf *out)
{
	struct buf raw;
	bool good = false;
	buf_init(&raw, ROBOTS_MAX_BYTES);
	size_t want = spool_bytes(d->body) < ROBOTS_MAX_BYTES ? spool_bytes(d->body) : ROBOTS_MAX_BYTES, got = 0;
	char *p = want ? buf_reserve(&raw, want) : NULL;
	for (size_t at = 0; p && at < want && spool_read(d->body, at, p + at, want - at, &got) == ERR_OK && got > 0;
	     at += got)
		buf_commit(&raw, got);
	struct str encoding = warc_header(d->response_head, "Content-Encoding");
	if (!encoding.p || encoding.n == 0 || str_ieq_z(encoding, "identity"))
		good = buf_add_str(out, buf_str(&raw)) == ERR_OK;
	else
		good = raw.n > 0 && inflate_body(&raw, out);
	buf_fini(&raw);
	return good;
}

static enum err add_sitemaps(struct fetcher *f, const struct request *r, const struct robots *rules, int64_t now)
{
	const struct str *urls;
	size_t n = robots_sitemaps(rules, &urls);
	struct link_from from = {.page_id = r->page_id, .source_id = r->source_id, .depth = r->depth, .url = r->url};
	struct buf url;
	enum err e = ERR_OK;
	buf_init(&url, URL_MAX + 1);
	for (size_t i = 0; i < n && !e; i++)
		if (url_resolve(str_of(r->url), urls[i], &url) == ERR_OK) {
			const struct msg_link link = {
				.url = url.p, .rel = "sitemap", .context = "{\"rel\":\"sitemap\"}"};
			e = outlinks_add(f, &from, &link, now);
		}
	buf_fini(&url);
	return e;
}

static void settle(struct sched_host *h, int state, int64_t now)
{
	h->row.robots_state = state;
	h->row.robots_until = state == ROBOTS_DEFERRED ? 0 : now + ROBOTS_CACHE_MS;
}

static enum err take_rules(struct fetcher *f, struct request *r, struct http_done *d, int64_t now)
{
	struct sched_host *h = r->host;
	struct buf body;
	struct robots *rules = NULL;
	enum err e = ERR_OK;
	buf_init(&body, ROBOTS_MAX_BYTES);
	if (!read_body(d, &body))
		buf_clear(&body); /* unreadable: as empty, which allows all (RFC 9309, 2.3.1.1) */
	e = fdb_robots_save(f->db, h->row.id, body.p ? body.p : "", body.n);
	if (!e)
		e = robots_parse(buf_str(&body), ROBOTS_PRODUCT, &rules);
	if (e)
		goto done;
	settle(h, ROBOTS_RULES, now);
	polite_crawl_delay(&h->row, robots_crawl_delay_s(rules), &f->set.polite, d->started_at + d->lead_ms);
	sched_delayed(f->sched, h);
	e = add_sitemaps(f, r, rules, now);
	sched_set_robots(f->sched, h, rules, body.n);
done:
	buf_fini(&body);
	return e;
}

/* robots.txt could not be had: nothing is allowed for now, and the page that waited for it has failed by that cause (its attempts and back-off count). */
static enum err fail_page(struct fetcher *f, const struct request *r, const struct answer *a, int64_t now)
{
	struct frontier_event e = {.kind = EV_LEASED};
	enum frontier_result result;
	enum err err = fdb_fetch_id(f->db, &e.fetch_id);
	if (!err)
		err = fdb_event(f->db, r->page_id, &e, now, &result, NULL);
	if (err == ERR_NOTFOUND) /* given up for a better page meanwhile: nobody waits for it */
		return ERR_OK;
	if (err || result == FRONTIER_IGNORED)
		return err;
	char detail[256];
	snprintf(detail, sizeof(detail), "robots.txt: %.200s", a->detail);
	struct frontier_event failed = {.kind = EV_FAILED,
					.fetch_id = e.fetch_id,
					.cause = a->cause,
					.detail = detail,
					.retry_after_ms = a->retry_after_ms,
					.next_visit = revisit_after(a->cause, now, random_u64()),
					.seed = random_u64()};
	struct page after;
	err = fdb_event(f->db, r->page_id, &failed, now, &result, &after);
	if (!err)
		outcome_due(f, &after);
	if (!err && after.state == PAGE_DEAD && uplink_is_miss(0, a->cause) &&
	    uplink_may_probe(&f->uplink, &r->host->row))
		uplink_lost(&f->uplink, r->page_id);
	bool ended = !err && (after.state == PAGE_DEAD || after.state == PAGE_DISCARDED);
	return ended ? pairing_failed(f, r->page_id, now) : err;
}

/* True: the next hop is taken. A hop to a private address or to no URL ends as if there were no robots.txt. */
static bool follow(struct fetcher *f, struct sched_host *h, const struct answer *a)
{
	struct url_parts u;
	if (h->robots_hops >= ROBOTS_HOPS_MAX || url_split(str_of(a->target), &u))
		return false;
	if (!f->set.allow_private && url_host_is_address(u.host) && url_address_is_private(u.host))
		return false;
	free(h->robots_next);
	h->robots_next = strdup(a->target);
	h->robots_hops++;
	return h->robots_next != NULL;
}

static bool defers(enum cause c)
{
	return c == CAUSE_HTTP_5XX || c == CAUSE_HTTP_429 || c == CAUSE_DNS || c == CAUSE_CONNECT ||
	       c == CAUSE_TIMEOUT || c == CAUSE_TOO_SLOW || c == CAUSE_TRUNCATED || c == CAUSE_PRIVATE_ADDRESS ||
	       c == CAUSE_TLS || c == CAUSE_CHALLENGE;
}

enum err robots_end(struct fetcher *f, struct request *r, struct http_done *d, int64_t now)
{
	struct sched_host *h = r->host;
	struct answer a;
	answer_of(d->status, d->cause, d->detail, d->response_head, r->url, false, now, &a);
	polite_answered(&h->row, d->status, d->cause, a.retry_after_ms, now);
	if (a.kind == ANSWER_FAILED && a.cause == CAUSE_CHALLENGE)
		polite_challenged(&h->row, now);
	if (a.kind == ANSWER_REDIRECT && follow(f, h, &a))
		return ERR_OK;
	free(h->robots_next);
	h->robots_next = NULL;
	h->robots_hops = 0;
	if (a.kind == ANSWER_BODY || (a.cause == CAUSE_BODY_TOO_LARGE && d->status >= 200 && d->status < 300))
		return take_rules(f, r, d, now);
	if (a.kind == ANSWER_FAILED && a.cause == CAUSE_TLS && r->https) {
		settle(h, ROBOTS_TLS_FAILED, now);
		return ERR_OK;
	}
	if (a.kind == ANSWER_FAILED && defers(a.cause)) {
		settle(h, ROBOTS_DEFERRED, now);
		return fail_page(f, r, &a, now);
	}
	settle(h, ROBOTS_NONE, now);
	return ERR_OK;
}
