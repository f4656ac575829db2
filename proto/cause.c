#include "proto/cause.h"

#include <stddef.h>
#include <string.h>

#define CODE_MAX 40

enum { DEAD = 0, DISCARDED = 1, PARSING = 2, TRANSIENT = 4, PASSING = 8, LASTING = 16 };

static const struct {
	const char *code;
	unsigned flags;
	const char *help;
} causes[CAUSE_COUNT] = {
	[CAUSE_NONE] = {"", DEAD, "no cause"},
	[CAUSE_HTTP_404] = {"http-404", DISCARDED, "The server says that the page does not exist."},
	[CAUSE_HTTP_410] = {"http-410", DISCARDED, "The server says that the page was removed for good."},
	[CAUSE_HTTP_4XX] =
		{"http-4xx", PASSING,
		 "The server refused the request; look at the status in the detail, then requeue with --refetch."},
	[CAUSE_HTTP_429] = {"http-429", TRANSIENT | PASSING,
			    "The server asked for fewer requests; raise --delay, then requeue with --refetch."},
	[CAUSE_HTTP_5XX] = {"http-5xx", TRANSIENT | PASSING,
			    "The server failed each time; requeue with --refetch when it works again."},
	[CAUSE_ROBOTS] = {"robots", DISCARDED, "robots.txt of the host forbids this page; it is not asked for."},
	[CAUSE_OUT_OF_SCOPE] = {"out-of-scope", DISCARDED,
				"A redirect left the source's scope; widen --scope to follow it."},
	[CAUSE_PRIVATE_ADDRESS] = {"private-address", DISCARDED,
				   "The host has a private address; --allow-private permits it where that is meant."},
	[CAUSE_DNS] = {"dns", TRANSIENT | PASSING,
		       "The host's name has no address; check the URL and the resolver, then requeue."},
	[CAUSE_CONNECT] = {"connect", TRANSIENT | PASSING,
			   "The host takes no connection; requeue with --refetch when it is there again."},
	[CAUSE_TLS] = {"tls", PASSING, "The host's certificate or TLS is not valid; it is never ignored."},
	[CAUSE_TIMEOUT] = {"timeout", TRANSIENT | PASSING,
			   "The response was not whole in time; requeue with --refetch."},
	[CAUSE_TOO_SLOW] = {"too-slow", TRANSIENT | PASSING,
			    "The response trickled below the least speed; requeue with --refetch."},
	[CAUSE_TRUNCATED] = {"truncated", TRANSIENT | PASSING,
			     "The response ended before its announced length; requeue with --refetch."},
	[CAUSE_BODY_TOO_LARGE] = {"body-too-large", DEAD, "The body passes the limit; what came is in the archive."},
	[CAUSE_INFLATE] = {"inflate", PASSING, "The compressed body is damaged; requeue with --refetch to ask again."},
	[CAUSE_REDIRECT_LOOP] = {"redirect-loop", DEAD, "The redirects go in a circle or on without end."},
	[CAUSE_BAD_URL] = {"bad-url", LASTING, "The address cannot be asked for; correct it where it was added."},
	[CAUSE_CHALLENGE] = {"challenge", PASSING,
			     "The host shows a challenge or blocks programs; it is not evaded. Ask its operator."},
	[CAUSE_SOFT_ERROR] = {"soft-error", PASSING,
			      "The server answers 200 with an error page; a later visit asks again."},
	[CAUSE_UNSUPPORTED_KIND] = {"unsupported-kind", DISCARDED, "The file's kind holds nothing that is read here."},
	[CAUSE_NEEDS_OCR] = {"needs-ocr", DEAD,
			     "The document is an image without text; its bytes are kept for a reader of images."},
	[CAUSE_TRAP] = {"trap", DISCARDED, "The address looks like one of endlessly many without content."},
	[CAUSE_PARSER_CRASH] =
		{"parser-crash", PARSING,
		 "The page crashed the parser each time; report it with its bytes (dead body), then requeue."},
	[CAUSE_PARSER_TIMEOUT] =
		{"parser-timeout", PARSING,
		 "The page took more time than a parser may use; report it with its bytes (dead body)."},
	[CAUSE_PARSER_MEMORY] =
		{"parser-memory", PARSING,
		 "The page took more memory than a parser may use; report it with its bytes (dead body)."},
	[CAUSE_LEASE_LOST] = {"lease-lost", PARSING | TRANSIENT,
			      "The parsers that held the page went away each time; see their logs, then requeue."},
	[CAUSE_BAD_HEADER] =
		{"bad-header", PARSING,
		 "A message about the page could not be read; check that all programs have one version, then requeue."},
	[CAUSE_NOT_PARSABLE] = {"not-parsable", PARSING,
				"The bytes could not be read as what they are; look at them (dead body)."},
	[CAUSE_SUPERSEDED] = {"superseded", LASTING, "A newer fetch of the same page took its place."},
	[CAUSE_DISCARDED_BY_OPERATOR] = {"discarded-by-operator", DISCARDED,
					 "Someone discarded it with 'dead discard'; the reason is in the detail."},
	[CAUSE_TWIN] = {"twin", DISCARDED, "The same page is asked for at another form of its address, in the detail."},
};

static unsigned flags_of(enum cause c)
{
	return c > CAUSE_NONE && c < CAUSE_COUNT ? causes[c].flags : DEAD;
}

const char *cause_code(enum cause c)
{
	return c > CAUSE_NONE && c < CAUSE_COUNT ? causes[c].code : "";
}

enum cause cause_of(const char *code)
{
	char normal[CODE_MAX];
	size_t n = code ? strlen(code) : 0;
	if (n == 0 || n >= sizeof(normal))
		return CAUSE_NONE;
	for (size_t i = 0; i <= n; i++)
		normal[i] = code[i] == '_' ? '-' : code[i];
	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++)
		if (!strcmp(causes[c].code, normal))
			return (enum cause)c;
	return CAUSE_NONE;
}

const char *cause_help(enum cause c)
{
	return c > CAUSE_NONE && c < CAUSE_COUNT ? causes[c].help : causes[CAUSE_NONE].help;
}

bool cause_is_discarded(enum cause c)
{
	return flags_of(c) & DISCARDED;
}

bool cause_is_parsing(enum cause c)
{
	return flags_of(c) & PARSING;
}

bool cause_is_passing(enum cause c)
{
	return flags_of(c) & PASSING;
}

bool cause_is_lasting(enum cause c)
{
	return flags_of(c) & LASTING;
}

int cause_attempts(enum cause c)
{
	return flags_of(c) & TRANSIENT ? 3 : 1;
}
