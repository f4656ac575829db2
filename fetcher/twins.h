/*
 * twins - addresses of one page under two forms of a site: http and https, with and without www, and the forms for
 * telephones (m., wap., 3g., mobile., and the folders /m/, /wap/, /mobile/).
 *
 * A page's address is form + rest ("https://www.a.gov.cn" + "/x.htm"; "http://a.gov.cn/mobile" + "/x.htm"). Two forms of one
 * family (the same registrable domain and name but for these labels) are never believed to be twins for their names: that takes
 * TWINS_EVIDENCE pages under both, with near texts (base/simhash.h, by the sink's ACK) that differ from one another, or
 * redirects from one to the other with the same rest. Then what is linked under the lesser form is asked for under the better one
 * alone: the page ends as discarded(twin), its detail is the address that stands for it, and nothing is requested. The better
 * form is the one that redirects lead to, else https, else that of no telephone, else www.
 *
 * A guess stays on trial: of the pages that it would spare the 1st, 2nd, 4th, 8th ... and from then on each TWINS_PROBE-th is fetched under
 * both all the same, and a page that fails under the better
 * form is asked for under the lesser. TWINS_REFUTED that differ or fail refute the pair for good, and all that was spared is queued.
 *
 * All of it is durable (frontier_twins.c) in the transaction of the event that it comes from; but which forms a family has is
 * learned anew after a start, from the pages that end then.
 */
#ifndef FETCHER_TWINS_H
#define FETCHER_TWINS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/url.h"

#define TWINS_EVIDENCE 2
#define TWINS_REFUTED 2
#define TWINS_PROBE 32
#define TWINS_FORM_MAX (URL_MAX + 1)
#define TWINS_FORMS 8       /* of one family that are regarded */
#define TWINS_FAMILIES 8192 /* whose forms are known; a power of two. Families beyond push others out */
#define TWINS_PAIRS_MAX 8192
#define TWINS_UNDO_STEP 256 /* pages queued again at a time */

struct twins_parts {
	char form[TWINS_FORM_MAX]; /* "https://m.a.gov.cn:81/wap" */
	uint64_t family;           /* hash; 0: none, an address */
	struct str rest;           /* of the URL, from its '/' */
	int better;                /* the form's rank by itself: more is better */
};

enum twins_state { TWINS_OPEN, TWINS_SETTLED, TWINS_FOUND_WRONG };

/* a pair: `lesser` by its own rank, or by redirects once these are clear */
struct twins_pair {
	char *lesser, *better; /* owned */
	int64_t same;          /* pages with near texts */
	int64_t forth, back;   /* redirects from lesser to better, and the other way */
	int64_t differ, failed;
	int64_t met;   /* pages of the lesser form that were spared or fetched to try the guess */
	uint64_t last; /* text of the last that was the same */
	enum twins_state state;
};

/** Split a canonical URL. False when it can have no twin. */
bool twins_split(struct str url, struct twins_parts *out);
/** What the pair's counts mean. *turn_out: the redirects say that the lesser form is the better one. */
enum twins_state twins_judge(const struct twins_pair *p, bool *turn_out);
/** Is the page that comes after `met` others fetched under both forms all the same? */
bool twins_probe(int64_t met);

#endif
