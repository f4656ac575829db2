/*
 * confirm - what a DOC is to what the store holds of its page: a repeat, the same, another reading of the same
 * page, or a change that a second fetch must confirm. Pure: values in, a verdict out.
 *
 * A report is evidence, and portals flicker: a cache that lags behind, a template half deployed, an error page with
 * status 200. So a change of a document that holds a report, or would hold one, is kept as a candidate until another
 * fetch brings the same. The old content again makes it a flicker; a third content takes the candidate's place.
 * Pages without a report in both forms, first documents, and other readings of the same page (a reparse; the same
 * body; the same main text read by another parser) need no second fetch.
 *
 * What is left when a page's text is gone - an empty answer, a bare frame of menus where there was a report - is no version
 * and no candidate, however often it comes (confirm_is_hollow): it is an error page that only history gives away. Its fetch
 * ends as soft-error, the document stays, and the frontier asks again over days (fetcher/frontier.h, gone). The same where a
 * report gives way to a text that stands under another path of its host, too: the site's own "not found", a parked name, the
 * home page for every address.
 *
 * "The same page" is decided by `compare` where both have one: a hash by the parser over title, source and main text
 * without visit counters (parser/compare.h), so that what differs at each fetch is no change.
 */
#ifndef SINK_CONFIRM_H
#define SINK_CONFIRM_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/msg.h"

/* what is compared of a document; "" where it is not known */
struct confirm_content {
	char content[65], body[65], compare[65];
};

struct confirm_held {
	bool known;                   /* the store has a document of the page */
	uint64_t fetch_id, parse_seq; /* the last DOC that was applied */
	int64_t reports;
	bool barren; /* it never said much */
	struct confirm_content is;
	bool same_reader; /* the DOC's parser_version and lexicon are those of the document */
	/* the candidate, when there is one */
	bool waiting;
	uint64_t waiting_fetch_id;
	struct confirm_content other;
};

struct confirm_doc {
	uint64_t fetch_id, parse_seq;
	int64_t reports;
	bool hollow, blank, leads_on; /* sink/document.h */
	bool elsewhere;               /* the same text is known of another path of its host */
	struct confirm_content is;
	bool at_once; /* the operator wants no confirmation */
};

enum confirm_candidate {
	CONFIRM_LEAVE,   /* as it is */
	CONFIRM_DROP,    /* it is gone, or there was none */
	CONFIRM_BECOME,  /* the DOC becomes the version that the candidate stood for */
	CONFIRM_BEGIN,   /* the DOC is the candidate now, the first in a row */
	CONFIRM_ANOTHER, /* the DOC takes the place of a candidate with another content */
	CONFIRM_REREAD   /* the candidate's own fetch, read again */
};

struct confirm_verdict {
	enum ack_result result;
	enum confirm_candidate candidate;
	bool flicker;     /* the candidate was a flicker: counted */
	bool unconfirmed; /* the page should be fetched again soon */
};

/** Is the report of the page gone, and nothing in its place that leads to it? Then `elsewhere` is of interest. */
bool confirm_lost_report(const struct confirm_held *h, const struct confirm_doc *d);
/** Is the DOC of a later fetch only what is left of a page that said something? */
bool confirm_is_hollow(const struct confirm_held *h, const struct confirm_doc *d);
struct confirm_verdict confirm_judge(const struct confirm_held *h, const struct confirm_doc *d);

#endif
