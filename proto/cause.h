/*
 * cause - the cause codes of INTERFACE.md: why a fetch ended as discarded or dead.
 * One table: code, end state, whether it is of parsing, default attempts, one line for people.
 */
#ifndef PROTO_CAUSE_H
#define PROTO_CAUSE_H

#include <stdbool.h>

enum cause {
	CAUSE_NONE,
	CAUSE_HTTP_404,
	CAUSE_HTTP_410,
	CAUSE_HTTP_4XX,
	CAUSE_HTTP_429,
	CAUSE_HTTP_5XX,
	CAUSE_ROBOTS,
	CAUSE_OUT_OF_SCOPE,
	CAUSE_PRIVATE_ADDRESS,
	CAUSE_DNS,
	CAUSE_CONNECT,
	CAUSE_TLS,
	CAUSE_TIMEOUT,
	CAUSE_TOO_SLOW,
	CAUSE_TRUNCATED,
	CAUSE_BODY_TOO_LARGE,
	CAUSE_INFLATE,
	CAUSE_REDIRECT_LOOP,
	CAUSE_BAD_URL,
	CAUSE_CHALLENGE,
	CAUSE_SOFT_ERROR,
	CAUSE_UNSUPPORTED_KIND,
	CAUSE_NEEDS_OCR,
	CAUSE_TRAP,
	CAUSE_PARSER_CRASH,
	CAUSE_PARSER_TIMEOUT,
	CAUSE_PARSER_MEMORY,
	CAUSE_LEASE_LOST,
	CAUSE_BAD_HEADER,
	CAUSE_NOT_PARSABLE,
	CAUSE_SUPERSEDED,
	CAUSE_DISCARDED_BY_OPERATOR,
	CAUSE_TWIN,
	CAUSE_COUNT
};

/** "http-404"; "" for CAUSE_NONE. */
const char *cause_code(enum cause c);
/** CAUSE_NONE when the code is unknown. Accepts '_' for '-'. */
enum cause cause_of(const char *code);
/** One line for people, with what can be done. */
const char *cause_help(enum cause c);
/** True: the page ends discarded; false: dead. */
bool cause_is_discarded(enum cause c);
/** True for parser-*, lease-lost, bad-header, not-parsable: requeue goes to fetched, without a request. */
bool cause_is_parsing(enum cause c);
/** True for what is of the moment or of the whole host (connections, refusals, error pages): asked for again in some days. */
bool cause_is_passing(enum cause c);
/** True for what no later visit can mend: bad-url, superseded. Pages dead of anything else come round, rarely. */
bool cause_is_lasting(enum cause c);
/** 3 for the transient causes of INTERFACE.md, else 1. */
int cause_attempts(enum cause c);

#endif
