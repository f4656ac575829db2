/*
 * answer - what a response means for its page: a pure function of status, head and transport cause, so that a
 * live response and one adopted from the archive are judged alike (PROTOCOL.md, Page states; INTERFACE.md, Cause codes).
 */
#ifndef FETCHER_ANSWER_H
#define FETCHER_ANSWER_H

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
};

/**
 * status 0: no response. cause: how the transport ended, CAUSE_NONE for a whole response; detail may be NULL. url: canonical.
 * A redirect without a usable Location is `bad-url` of the page itself.
 */
void answer_of(int status, enum cause cause, const char *detail, struct str head, const char *url, int64_t now,
	       struct answer *out);

#endif
