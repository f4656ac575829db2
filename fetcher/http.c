#include "fetcher/http.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fetcher/http_request.h"

#define TICK_MS 250 /* how often the pace of the transfers is looked at */

struct http {
	struct http_common common;
	CURLM *multi;
	struct http_request **active; /* connections_max places */
	unsigned count, max;
};

static void fill_defaults(struct http_settings *s)
{
	s->connect_ms = s->connect_ms ? s->connect_ms : HTTP_CONNECT_MS;
	s->total_ms = s->total_ms ? s->total_ms : HTTP_TOTAL_MS;
	s->slow_bytes_s = s->slow_bytes_s ? s->slow_bytes_s : HTTP_SLOW_BYTES_S;
	s->slow_s = s->slow_s ? s->slow_s : HTTP_SLOW_S;
	s->body_max = s->body_max ? s->body_max : HTTP_BODY_MAX;
	s->inflated_max = s->inflated_max ? s->inflated_max : HTTP_INFLATED_MAX;
	s->connections_max = s->connections_max > 0 ? s->connections_max : HTTP_CONNECTIONS_MAX;
}

/* Accept-Encoding is a plain header, so that libcurl leaves the body as it came. */
static enum err common_headers(struct http_common *c)
{
	static const char *const lines[] = {
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
		"Accept-Language: zh-CN,zh;q=0.9,en;q=0.5",
		"Accept-Encoding: gzip, deflate",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct curl_slist *next = curl_slist_append(c->headers, lines[i]);
		if (!next)
			return err_set(ERR_NOMEM, "out of memory for requests");
		c->headers = next;
	}
	return ERR_OK;
}

static enum err set_connect_to(struct http_common *c)
{
	char entry[512];
	if (!c->s.connect_to)
		return ERR_OK;
	snprintf(entry, sizeof(entry), "::%s", c->s.connect_to); /* any host, any port */
	c->connect_to = curl_slist_append(NULL, entry);
	return c->connect_to ? ERR_OK : err_set(ERR_NOMEM, "out of memory for requests");
}

enum err http_new(const struct http_settings *s, struct http **out)
{
	struct http *h = calloc(1, sizeof(*h));
	if (!h)
		return err_set(ERR_NOMEM, "out of memory for requests");
	h->common.s = *s;
	fill_defaults(&h->common.s);
	h->max = (unsigned)h->common.s.connections_max;
	signal(SIGPIPE, SIG_IGN);
	enum err e = http_gate_init(&h->common.gate, s->connect_to, s->allow_private);
	if (e == ERR_OK && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		e = err_set(ERR_INTERNAL, "libcurl cannot be set up");
	if (e == ERR_OK)
		e = common_headers(&h->common);
	if (e == ERR_OK)
		e = set_connect_to(&h->common);
	if (e == ERR_OK) {
		h->active = calloc(h->max, sizeof(*h->active));
		h->multi = curl_multi_init();
		if (!h->active || !h->multi)
			e = err_set(ERR_NOMEM, "out of memory for requests");
	}
	if (e != ERR_OK) {
		http_free(h);
		return e;
	}
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)HTTP_IDLE_MAX);
	*out = h;
	return ERR_OK;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	for (unsigned i = 0; i < h->count; i++) {
		if (!h->active[i]->finished)
			curl_multi_remove_handle(h->multi, h->active[i]->easy);
		http_request_free(h->active[i]);
	}
	if (h->multi)
		curl_multi_cleanup(h->multi);
	curl_slist_free_all(h->common.headers);
	curl_slist_free_all(h->common.connect_to);
	free(h->active);
	free(h);
}

static enum err start(struct http *h, uint64_t tag, const char *url, bool post, const char *etag,
		      const char *last_modified)
{
	struct http_request *r;
	if (h->count == h->max)
		return err_set(ERR_LIMIT, "%u requests are under way: no more at one time", h->max);
	enum err e = http_request_new(&h->common, tag, url, post, etag, last_modified, &r);
	if (e != ERR_OK)
		return e;
	CURLMcode rc = r->finished ? CURLM_OK : curl_multi_add_handle(h->multi, r->easy);
	if (rc != CURLM_OK) {
		http_request_free(r);
		return err_set(ERR_NET, "libcurl refuses a request: %s", curl_multi_strerror(rc));
	}
	h->active[h->count++] = r;
	return ERR_OK;
}

enum err http_start(struct http *h, uint64_t tag, const char *url, const char *etag, const char *last_modified)
{
	return start(h, tag, url, false, etag, last_modified);
}

enum err http_post(struct http *h, uint64_t tag, const char *url)
{
	return start(h, tag, url, true, NULL, NULL);
}

unsigned http_active(const struct http *h)
{
	return h->count;
}

static void finish(struct http *h, struct http_request *r)
{
	curl_multi_remove_handle(h->multi, r->easy);
	r->finished = true;
}

/* Let libcurl work, and mark what has ended or is too slow. */
static enum err drive(struct http *h)
{
	int running, left;
	CURLMcode rc = curl_multi_perform(h->multi, &running);
	if (rc != CURLM_OK)
		return err_set(ERR_NET, "libcurl cannot go on: %s", curl_multi_strerror(rc));
	for (CURLMsg *m; (m = curl_multi_info_read(h->multi, &left));) {
		struct http_request *r = NULL;
		CURLcode result = m->data.result;
		if (m->msg != CURLMSG_DONE ||
		    curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&r) != CURLE_OK)
			continue;
		finish(h, r);
		http_request_end(r, result);
	}
	int64_t now = mono_ms();
	for (unsigned i = 0; i < h->count; i++)
		if (!h->active[i]->finished && http_request_tick(h->active[i], now))
			finish(h, h->active[i]);
	return ERR_OK;
}

/* Give what has finished to the caller, who may start others meanwhile; returns how many. */
static unsigned deliver(struct http *h, void (*done)(void *ctx, struct http_done *d), void *ctx)
{
	unsigned given = 0;
	for (unsigned i = 0; i < h->count;) {
		struct http_request *r = h->active[i];
		if (!r->finished) {
			i++;
			continue;
		}
		h->active[i] = h->active[--h->count];
		if (!r->lost) {
			struct http_done d;
			http_request_report(r, &d);
			done(ctx, &d);
			spool_free(d.body);
			given++;
		}
		http_request_free(r);
	}
	return given;
}

enum err http_poll(struct http *h, int timeout_ms, struct curl_waitfd *fds, unsigned fds_count,
		   void (*done)(void *ctx, struct http_done *d), void *ctx)
{
	enum err e = drive(h);
	if (e != ERR_OK)
		return e;
	if (deliver(h, done, ctx) > 0)
		timeout_ms = 0;
	else if (h->count && timeout_ms > TICK_MS)
		timeout_ms = TICK_MS;
	CURLMcode rc = curl_multi_poll(h->multi, fds, fds_count, timeout_ms, NULL);
	if (rc != CURLM_OK)
		return err_set(ERR_NET, "libcurl cannot wait: %s", curl_multi_strerror(rc));
	e = drive(h);
	if (e != ERR_OK)
		return e;
	deliver(h, done, ctx);
	if (h->common.failed != ERR_OK)
		return err_set(h->common.failed, "%s", h->common.failed_text);
	return ERR_OK;
}

struct spool *http_take_body(struct http_done *d)
{
	struct spool *s = d->body;
	d->body = NULL;
	return s;
}
