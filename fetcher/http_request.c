#include "fetcher/http_request.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/url.h"
#include "fetcher/warc.h"

#define RECEIVE_BYTES (16L * 1024)
#define VALIDATOR_MAX 1024
#define IDLE_S 30L

/* First cause wins. */
__attribute__((format(printf, 3, 4))) static void stop(struct http_request *r, enum cause cause, const char *fmt, ...)
{
	char text[sizeof(r->detail)];
	va_list ap;
	if (r->cause != CAUSE_NONE)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->cause = cause;
	log_cleanse(r->detail, sizeof(r->detail), text, strlen(text));
}

/* ---- callbacks of libcurl; one that returns too few bytes ends its transfer ---- */

static size_t on_header(char *p, size_t size, size_t count, void *request)
{
	struct http_request *r = request;
	size_t n = size * count;
	pace_add(&r->pace, mono_ms(), n);
	bool was_complete = r->head.complete;
	if (http_head_line(&r->head, p, n) != ERR_OK) {
		stop(r, CAUSE_BODY_TOO_LARGE, "the header is longer than %d bytes", HTTP_HEAD_MAX);
		return 0;
	}
	if (r->head.complete && !was_complete)
		http_inflate_init(&r->inflate, warc_header(buf_str(&r->head.text), "Content-Encoding"));
	return n;
}

static size_t on_body(char *p, size_t size, size_t count, void *request)
{
	struct http_request *r = request;
	const struct http_settings *s = &r->c->s;
	size_t n = size * count, room = s->body_max - spool_bytes(r->body), take = n < room ? n : room;
	pace_add(&r->pace, mono_ms(), n);
	enum err e = spool_add(r->body, p, take);
	if (e != ERR_OK) {
		r->c->failed = e;
		snprintf(r->c->failed_text, sizeof(r->c->failed_text), "%s", err_text());
		r->lost = true;
		return 0;
	}
	/* A crash here leaves nothing: the page was leased, its body is in no file that has a name. */
	KILL_POINT("fetch.body.mid");
	sha256_add(r->sum, p, take);
	if (take < n) {
		stop(r, CAUSE_BODY_TOO_LARGE, "the body is longer than %zu bytes as sent", s->body_max);
		return 0;
	}
	if (!http_inflate_add(&r->inflate, p, n, s->inflated_max)) {
		stop(r, CAUSE_BODY_TOO_LARGE, "the body is longer than %zu bytes inflated", s->inflated_max);
		return 0;
	}
	return n;
}

static curl_socket_t on_open(void *request, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct http_request *r = request;
	char text[sizeof(r->refused_ip)];
	(void)purpose;
	if (!http_gate_allows(&r->c->gate, &a->addr, text, sizeof(text))) {
		memcpy(r->refused_ip, text, sizeof(text));
		return CURL_SOCKET_BAD;
	}
	const struct http_settings *s = &r->c->s;
	if (s->may_connect && !s->may_connect(s->may_connect_ctx, r->tag, text)) {
		memcpy(r->busy_ip, text, sizeof(text));
		return CURL_SOCKET_BAD;
	}
	r->opened++;
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* The request as it went out. A retry of libcurl's on a fresh connection replaces the one before. */
static int on_debug(CURL *easy, curl_infotype type, char *p, size_t n, void *request)
{
	static const char http2[] = " HTTP/2\r\n";
	struct http_request *r = request;
	(void)easy;
	struct str s = {p, n};
	if (type == CURLINFO_DATA_OUT)
		buf_add_str(&r->sent, s);
	if (type != CURLINFO_HEADER_OUT)
		return 0;
	if (str_starts(s, STR("GET ")) || str_starts(s, STR("POST ")))
		buf_clear(&r->sent);
	long at = r->sent.n ? -1 : str_find(s, (struct str){http2, sizeof(http2) - 1}, 0);
	if (at < 0) {
		buf_add_str(&r->sent, s);
		return 0;
	}
	buf_add(&r->sent, p, (size_t)at);
	buf_add_z(&r->sent, " HTTP/1.1\r\n");
	buf_add_str(&r->sent, str_sub(s, (size_t)at + sizeof(http2) - 1, n));
	return 0;
}

/* ---- setting up ---- */

static bool is_header_value(const char *z)
{
	size_t n = z ? strlen(z) : 0;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)z[i] < 0x20 || z[i] == 0x7F)
			return false;
	return n > 0 && n <= VALIDATOR_MAX;
}

static enum err add_line(struct curl_slist **list, const char *line)
{
	struct curl_slist *next = curl_slist_append(*list, line);
	if (!next)
		return err_set(ERR_NOMEM, "out of memory for a request");
	*list = next;
	return ERR_OK;
}

static enum err add_header(struct curl_slist **list, const char *name, const char *value)
{
	char line[VALIDATOR_MAX + 64];
	snprintf(line, sizeof(line), "%s: %s", name, value);
	return add_line(list, line);
}

/* The common headers and those of this request. What a server sent as validator and no header can carry is left out. */
static enum err own_headers(struct http_request *r, bool post, const char *etag, const char *last_modified)
{
	enum err e = ERR_OK;
	if (!post && !is_header_value(etag) && !is_header_value(last_modified))
		return ERR_OK;
	for (const struct curl_slist *l = r->c->headers; e == ERR_OK && l; l = l->next)
		e = add_line(&r->headers, l->data);
	if (e == ERR_OK && post) /* a form is short: no server is asked first whether it wants it */
		e = add_line(&r->headers, "Expect:");
	if (e == ERR_OK && is_header_value(etag))
		e = add_header(&r->headers, "If-None-Match", etag);
	if (e == ERR_OK && is_header_value(last_modified))
		e = add_header(&r->headers, "If-Modified-Since", last_modified);
	return e;
}

static void set_protocols(CURL *c)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(c, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

static void set_options(struct http_request *r, const char *url)
{
	const struct http_settings *s = &r->c->s;
	CURL *c = r->easy;
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	set_protocols(c);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, r->headers ? r->headers : r->c->headers);
	curl_easy_setopt(c, CURLOPT_USERAGENT, s->user_agent);
	curl_easy_setopt(c, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, s->connect_ms);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, s->total_ms);
	curl_easy_setopt(c, CURLOPT_BUFFERSIZE, RECEIVE_BYTES);
	curl_easy_setopt(c, CURLOPT_MAXAGE_CONN, IDLE_S);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, r);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, r);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, r);
	curl_easy_setopt(c, CURLOPT_VERBOSE, 1L); /* else the debug function is not called */
	curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(c, CURLOPT_DEBUGDATA, r);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, r->curl_text);
	curl_easy_setopt(c, CURLOPT_PRIVATE, r);
	if (r->c->connect_to)
		curl_easy_setopt(c, CURLOPT_CONNECT_TO, r->c->connect_to);
	if (s->ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, s->ca_file);
}

/* The query becomes the body. libcurl names its type, and copies both. */
static enum err set_form(struct http_request *r, const char *url)
{
	const char *query = strchr(url, '?');
	size_t n = query ? (size_t)(query - url) : strlen(url);
	char *address = strndup(url, n);
	if (!address)
		return err_set(ERR_NOMEM, "out of memory for a request");
	CURLcode rc = curl_easy_setopt(r->easy, CURLOPT_URL, address);
	free(address);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(r->easy, CURLOPT_COPYPOSTFIELDS, query ? query + 1 : "");
	return rc == CURLE_OK ? ERR_OK : err_set(ERR_NOMEM, "out of memory for a request");
}

/* What is wrong with the address in the URL itself, before any connection. */
static void check_url(struct http_request *r, const char *url)
{
	struct url_parts p;
	if (url_split(str_of(url), &p) != ERR_OK)
		stop(r, CAUSE_BAD_URL, "not a canonical URL");
	else if (!r->c->s.allow_private && url_address_is_private(p.host))
		stop(r, CAUSE_PRIVATE_ADDRESS, "%.*s is a private address (--allow-private permits it)",
		     STR_FMT(p.host));
}

enum err http_request_new(struct http_common *c, uint64_t tag, const char *url, bool post, const char *etag,
			  const char *last_modified, struct http_request **out)
{
	struct http_request *r = calloc(1, sizeof(*r));
	if (!r)
		return err_set(ERR_NOMEM, "out of memory for a request");
	r->c = c;
	r->tag = tag;
	r->started_wall = wall_ms();
	r->started_mono = mono_ms();
	http_head_init(&r->head);
	buf_init(&r->sent, HTTP_HEAD_MAX);
	http_inflate_init(&r->inflate, STR(""));
	pace_init(&r->pace, c->s.slow_bytes_s, c->s.slow_s);
	r->sum = sha256_new();
	r->easy = curl_easy_init();
	enum err e = r->sum && r->easy ? ERR_OK : err_set(ERR_NOMEM, "out of memory for a request");
	if (e == ERR_OK)
		e = spool_new(c->s.data_dir, &r->body);
	if (e == ERR_OK)
		e = own_headers(r, post, etag, last_modified);
	if (e == ERR_OK)
		set_options(r, url);
	if (e == ERR_OK && post)
		e = set_form(r, url);
	if (e != ERR_OK) {
		http_request_free(r);
		return e;
	}
	check_url(r, url);
	r->finished = r->cause != CAUSE_NONE;
	*out = r;
	return ERR_OK;
}

void http_request_free(struct http_request *r)
{
	if (!r)
		return;
	curl_easy_cleanup(r->easy);
	curl_slist_free_all(r->headers);
	http_head_fini(&r->head);
	buf_fini(&r->sent);
	http_inflate_fini(&r->inflate);
	spool_free(r->body);
	sha256_free(r->sum);
	free(r);
}

/* ---- ending ---- */

bool http_request_tick(struct http_request *r, int64_t now)
{
	const struct http_settings *s = &r->c->s;
	curl_off_t first_byte = 0;
	/* a head that trickles in gives no callback before its line is whole */
	if (curl_easy_getinfo(r->easy, CURLINFO_STARTTRANSFER_TIME_T, &first_byte) == CURLE_OK && first_byte > 0)
		pace_start(&r->pace, now);
	if (!pace_too_slow(&r->pace, now))
		return false;
	stop(r, CAUSE_TOO_SLOW, "under %ld bytes a second for %ld s", s->slow_bytes_s, s->slow_s);
	return true;
}

/* A transfer that broke off: the answer was cut, or there was none. */
static void broke_off(struct http_request *r, const char *text)
{
	if (r->head.status >= 200)
		stop(r, CAUSE_TRUNCATED, "the response broke off: %s", text);
	else
		stop(r, CAUSE_CONNECT, "no answer: %s", text);
}

static void timed_out(struct http_request *r)
{
	const struct http_settings *s = &r->c->s;
	if (r->sent.n)
		stop(r, CAUSE_TIMEOUT, "no whole response within %ld ms", s->total_ms);
	else if (r->opened)
		stop(r, CAUSE_CONNECT, "no connection within %ld ms", s->connect_ms);
	else
		stop(r, CAUSE_DNS, "no address for the name within %ld ms", s->connect_ms);
}

static void body_checks(struct http_request *r)
{
	if (!http_inflate_whole(&r->inflate))
		stop(r, CAUSE_INFLATE, "the body is not the %s it claims to be (%s)",
		     r->inflate.coding == CODING_GZIP ? "gzip" : "deflate",
		     !r->inflate.failed ? "it ends early"
		     : r->inflate.why   ? r->inflate.why
					: "damaged");
}

void http_request_end(struct http_request *r, CURLcode result)
{
	const char *text = r->curl_text[0] ? r->curl_text : curl_easy_strerror(result);
	if (r->cause != CAUSE_NONE)
		return;
	switch (result) {
	case CURLE_OK:
		if (!r->head.complete) /* closed within the head: libcurl takes that for an answer */
			broke_off(r, "closed within the header");
		else
			body_checks(r);
		return;
	case CURLE_COULDNT_RESOLVE_HOST:
		stop(r, CAUSE_DNS, "%s", text);
		return;
	case CURLE_OPERATION_TIMEDOUT:
		timed_out(r);
		return;
	case CURLE_COULDNT_CONNECT:
		if (r->refused_ip[0] && r->opened == 0)
			stop(r, CAUSE_PRIVATE_ADDRESS, "the name leads to %s, a private address", r->refused_ip);
		else
			stop(r, CAUSE_CONNECT, "%s", text);
		return;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_ENGINE_INITFAILED:
		stop(r, CAUSE_TLS, "%s", text);
		return;
	case CURLE_URL_MALFORMAT:
		stop(r, CAUSE_BAD_URL, "%s", text);
		return;
	case CURLE_OUT_OF_MEMORY: /* libcurl's word for a header line over its own limit, too */
		if (r->sent.n && !r->head.complete) {
			stop(r, CAUSE_BODY_TOO_LARGE, "a line of the header is longer than %d bytes", HTTP_HEAD_MAX);
			return;
		}
		break;
	default:
		break;
	}
	broke_off(r, text);
}

static const char *truncated_word(const struct http_request *r)
{
	if (r->head.status == 0) /* after http_head_close() */
		return NULL;
	switch (r->cause) {
	case CAUSE_BODY_TOO_LARGE:
		return "length";
	case CAUSE_TIMEOUT:
	case CAUSE_TOO_SLOW:
		return "time";
	case CAUSE_TRUNCATED:
		return "disconnect";
	default:
		return NULL;
	}
}

void http_request_report(struct http_request *r, struct http_done *out)
{
	const char *ip = NULL;
	curl_off_t lead_us = 0;
	http_head_close(&r->head);
	*out = (struct http_done){.tag = r->tag,
				  .status = r->head.status,
				  .cause = r->cause,
				  .started_at = r->started_wall,
				  .started_mono = r->started_mono,
				  .ended_mono = mono_ms(),
				  .request_head = buf_str(&r->sent),
				  .response_head = buf_str(&r->head.text),
				  .body = r->body,
				  .truncated = truncated_word(r)};
	memcpy(out->detail, r->detail, sizeof(out->detail));
	if (curl_easy_getinfo(r->easy, CURLINFO_PRIMARY_IP, &ip) == CURLE_OK && ip)
		snprintf(out->ip, sizeof(out->ip), "%s", ip);
	out->deferred = r->busy_ip[0] && r->opened == 0 && r->sent.n == 0;
	if (out->deferred)
		snprintf(out->ip, sizeof(out->ip), "%s", r->busy_ip);
	long connects = 0;
	curl_easy_getinfo(r->easy, CURLINFO_NUM_CONNECTS, &connects);
	CURLINFO when = connects > 0 && r->head.status ? CURLINFO_STARTTRANSFER_TIME_T : CURLINFO_PRETRANSFER_TIME_T;
	if (curl_easy_getinfo(r->easy, when, &lead_us) == CURLE_OK)
		out->lead_ms = (int64_t)(lead_us / 1000);
	sha256_end(r->sum, out->body_sha256);
	r->sum = NULL;
	r->body = NULL;
}
