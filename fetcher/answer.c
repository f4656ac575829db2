#include "fetcher/answer.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "fetcher/warc.h"

/* Retry-After of a head: seconds or an HTTP date (RFC 9110, 10.2.3), as ms from now; -1 when absent or nonsense. */
static int64_t retry_after(struct str head, int64_t now)
{
	struct str v = warc_header(head, "Retry-After");
	char z[64];
	if (!v.p || v.n == 0 || v.n >= sizeof(z))
		return -1;
	memcpy(z, v.p, v.n);
	z[v.n] = 0;
	int64_t ms = 0;
	if (isdigit((unsigned char)z[0])) {
		for (size_t i = 0; i < v.n; i++) {
			if (!isdigit((unsigned char)z[i]))
				return -1;
			if (ms < ANSWER_RETRY_AFTER_MAX_MS)
				ms = ms * 10 + (z[i] - '0') * 1000;
		}
	} else {
		int64_t at = clock_parse_http(z);
		if (at < 0)
			return -1;
		ms = at > now ? at - now : 0;
	}
	return ms < ANSWER_RETRY_AFTER_MAX_MS ? ms : ANSWER_RETRY_AFTER_MAX_MS;
}

static void failed(struct answer *a, enum cause cause, const char *fmt, int status)
{
	a->kind = ANSWER_FAILED;
	a->cause = cause;
	snprintf(a->detail, sizeof(a->detail), "%s (status %d)", fmt, status);
}

/* The same list by another name: only scheme and host differ, and these within the site. */
static bool is_same_list(const struct url_parts *from, const struct url_parts *to)
{
	return to->query.n == 0 && str_eq(from->path, to->path) && str_eq(url_site(from->host), url_site(to->host));
}

/* Where the redirect of a POST leads, and how that is asked for. */
static void redirect_post(struct answer *a, int status, const char *url)
{
	struct url_parts from, to;
	bool known = url_split(str_of(url), &from) == ERR_OK && url_split(str_of(a->target), &to) == ERR_OK;
	size_t n = strlen(a->target);
	if (status != 303 && known && is_same_list(&from, &to) && n + 1 + from.query.n <= URL_MAX) {
		a->target[n] = '?';
		memcpy(a->target + n + 1, from.query.p, from.query.n);
		a->target[n + 1 + from.query.n] = 0;
		a->post = true;
	} else if (status == 307 || status == 308) {
		a->kind = ANSWER_FAILED;
		a->cause = CAUSE_BAD_URL;
		snprintf(a->detail, sizeof(a->detail), "a form is wanted elsewhere: %.200s", a->target);
	}
}

/* Does the list of an Allow name POST? Methods are case-sensitive. */
static bool allows_post(struct str head)
{
	struct str allow = warc_header(head, "Allow");
	for (size_t i = 0; allow.p && i <= allow.n;) {
		long comma = str_find(allow, STR(","), i);
		size_t end = comma < 0 ? allow.n : (size_t)comma;
		if (str_eq_z(str_trim(str_sub(allow, i, end)), "POST"))
			return true;
		i = end + 1;
	}
	return false;
}

static void redirect(struct answer *a, int status, struct str head, const char *url, bool posted)
{
	struct str location = warc_header(head, "Location");
	if (!location.p || str_trim(location).n == 0) {
		failed(a, CAUSE_BAD_URL, "redirect without Location", status);
		return;
	}
	struct buf target;
	buf_init(&target, URL_MAX + 1);
	if (url_resolve(str_of(url), location, &target) == ERR_OK && target.n <= URL_MAX) {
		a->kind = ANSWER_REDIRECT;
		memcpy(a->target, target.p, target.n);
		a->target[target.n] = 0;
		if (posted)
			redirect_post(a, status, url);
	} else {
		char shown[160];
		log_cleanse(shown, sizeof(shown), location.p, location.n);
		a->kind = ANSWER_FAILED;
		a->cause = CAUSE_BAD_URL;
		snprintf(a->detail, sizeof(a->detail), "redirect to a URL that is none: %s", shown);
	}
	buf_fini(&target);
}

/*
 * What the guards of portals answer to a program before they set a script in its way: 412 (a request of ours has no
 * condition that could fail but those of a 304), and 521 or 512 with the guard's cookie. One that hides behind 200 is
 * seen by its text only.
 */
static bool is_challenge(int status, struct str head)
{
	return status == 412 || ((status == 521 || status == 512) && str_find(head, STR("__jsl"), 0) >= 0);
}

void answer_of(int status, enum cause cause, const char *detail, struct str head, const char *url, bool posted,
	       int64_t now, struct answer *out)
{
	*out = (struct answer){.retry_after_ms = -1};
	if (cause != CAUSE_NONE) {
		out->kind = ANSWER_FAILED;
		out->cause = cause;
		snprintf(out->detail, sizeof(out->detail), "%s", detail ? detail : "");
		return;
	}
	if (is_challenge(status, head)) {
		failed(out, CAUSE_CHALLENGE, "the host sets a challenge", status);
	} else if (status == 429 || status >= 500) {
		failed(out, status == 429 ? CAUSE_HTTP_429 : CAUSE_HTTP_5XX, "the host refuses for now", status);
		out->retry_after_ms = retry_after(head, now);
	} else if (status == 404) {
		failed(out, CAUSE_HTTP_404, "not found", status);
	} else if (status == 410) {
		failed(out, CAUSE_HTTP_410, "gone", status);
	} else if (status >= 400) {
		failed(out, CAUSE_HTTP_4XX, "the host refuses", status);
		out->takes_post = status == 405 && allows_post(head);
	} else if (status == 304) {
		out->kind = ANSWER_NOT_MODIFIED;
	} else if (status >= 300) {
		redirect(out, status, head, url, posted);
	} else if (status >= 200) {
		out->kind = ANSWER_BODY;
	} else {
		failed(out, CAUSE_HTTP_4XX, "no final response", status);
	}
}
