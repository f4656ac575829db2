/*
 * answer - what a response means for its page: a pure function of status, head and transport cause, so that a
 * live response and one adopted from the archive are judged alike (PROTOCOL.md, Page states; INTERFACE.md, Cause codes).
 */
#ifndef FETCHER_ANSWER_H
#define FETCHER_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/url.h"
#include "proto/cause.h"

#define ANSWER_RETRY_AFTER_MAX_MS (3600LL * 1000)

enum answer_kind { ANSWER_BODY, ANSWER_NOT_MODIFIED, ANSWER_REDIRECT, ANSWER_FAILED };

struct answer {
	enum answer_kind kind;
	enum cause cause;         /* of ANSWER_FAILED */
	char detail[256];         /* for people */
	int64_t retry_after_ms;   /* -1 none; at most an hour */
	char target[URL_MAX + 1]; /* of ANSWER_REDIRECT: canonical */
	bool post;                /* ... and asked for with the same form */
	bool takes_post;          /* 405 with an Allow (RFC 9110 15.5.6) that names POST */
};

/**
 * status 0: no response. cause: how the transport ended, CAUSE_NONE for a whole response; detail may be NULL. url: canonical.
 * posted: the request was a POST with the URL's query as its form. Where it is redirected to its own path on its own site
 * (https, www) with 301, 302, 307 or 308 the same form is sent there; 303, and 301 and 302 to any other place, lead to a
 * GET, as RFC 9110 15.4 has it; 307 and 308 to another place want a form sent that nobody vouches for: `bad-url`.
 * A redirect without a usable Location is `bad-url` of the page itself.
 */
void answer_of(int status, enum cause cause, const char *detail, struct str head, const char *url, bool posted,
	       int64_t now, struct answer *out);

#endif
