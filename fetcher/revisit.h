/*
 * revisit - when a page is worth another look, by the optimum under a budget: pure functions, no clock, no database.
 *
 * A page changes as a Poisson process of rate l (changes a day) and has a weight w. The value of asking for it t days after
 * its last visit is w (1 - (1 + l t) e^(-l t)) / l; asking each page when its value reaches one multiplier m is the optimum
 * of fixed intervals (Cho, Garcia-Molina, TODS 28(4), 2003; as an index: Kolobov et al., NeurIPS 2019). What l is, is not
 * known: each page has a gamma distribution of it, from the visits of the page over a prior that is learned by site and kind
 * of page, and the value is the mean over that distribution. So an uncertain page is looked at sooner than a certain one, and
 * a page that changes faster than anybody can follow is left for the rare look.
 *
 * m finds itself (revisit_pace): it falls with each part of the budget that was granted and rises with each visit that was
 * made. A host that cannot carry what m asks has a pace of its own; the greater m of the two holds for its pages.
 * Times are days unless a name says otherwise. Callers own and store all structs.
 */
#ifndef FETCHER_REVISIT_H
#define FETCHER_REVISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/cause.h"

#define REVISIT_DAY_MS (24LL * 3600 * 1000)
#define REVISIT_LEAST_DAYS 0.01 /* between two visits of a page, announced or not: a quarter of an hour */
/*
 * The rare look: no page that is done goes unseen for longer, whatever its value. Sooner where what is new is announced: a home
 * page that changes faster than anybody can follow has no value as such, but a site that is not looked at is never known.
 */
#define REVISIT_LOOK_DAYS 180.0
#define REVISIT_LOOK_LIST_DAYS 90.0
#define REVISIT_LOOK_HOME_DAYS 30.0
#define REVISIT_AGAIN_DAYS 3         /* a page that died of what passes: no connection, a refusal, an error page */
#define REVISIT_GONE_DAYS 30         /* a page that ended by what stays: 404 and the like */
#define REVISIT_MEAN_DAYS 30         /* default budget: as if each page were visited once in so many days */
#define REVISIT_BURST 1000.0         /* visits that may be saved up at least; and ... */
#define REVISIT_SAVED_DAYS 30.0      /* ... those of so many days: for runs that are started once a month */
#define REVISIT_HOST_SHARE 0.5       /* of a host's requests by its gap that may be visits; ... */
#define REVISIT_HOST_SHARE_NEW 0.25  /* ... while pages wait there that were never fetched */
#define REVISIT_TURN 4               /* each so many-th request to a host goes to a waiting visit first */
#define REVISIT_MEMORY_VISITS 200.0  /* older visits fade, so that a page may change its ways */
#define REVISIT_MEMORY_GROUP 20000.0 /* the same of a group's prior */
#define REVISIT_WEIGHT_MAX 32.0

/* on disk: new ones go to the end */
enum revisit_kind { REVISIT_HOME, REVISIT_LIST, REVISIT_ARTICLE, REVISIT_REPORT, REVISIT_ATTACHMENT, REVISIT_KINDS };

/* What is remembered of a page's visits. All zero: none yet. */
struct revisit_visits {
	double visits, changes; /* visits after the first; how many of them found a change */
	double quiet; /* time known to be without change: spacings of visits without, and ages by Last-Modified */
	double busy;  /* spacings of the visits that found one */
	double told;  /* changes that were announced and found: they are no reason for a visit unasked */
};

/* A gamma distribution of a rate: mean shape / time, as if `shape` changes were seen in `time` days. */
struct revisit_rate {
	double shape, time;
};

/* What the pages of one site and kind say of a page that is not known yet. All zero: nothing yet. */
struct revisit_group {
	double visits;         /* counted, fading */
	double weight;         /* days behind the sums: each page counts by its time, not by how often it is asked */
	double rate, log_rate; /* sums of weight times E[l] and E[log l] */
};

/* The multiplier and what may be spent. m 0: not begun. */
struct revisit_pace {
	double m;
	double saved; /* visits that may be made now */
	double age;   /* days that it has run: m moves fast at first */
};

/** Kind of page by its URL (canonical) and depth, before anything else is known of it. */
enum revisit_kind revisit_kind_of(const char *url, int depth, bool report);
const char *revisit_kind_name(enum revisit_kind k);
/** The rare look of a page of this kind, days. */
double revisit_look(enum revisit_kind k);
/** Weight of a page: by kind, and more for each report or new page that was found through it. At most REVISIT_WEIGHT_MAX. */
double revisit_weight(enum revisit_kind k, double leads);

/**
 * A visit `spacing` days after the one before. changed: 0 or 1; for a list, the share (by weight) of what it lists that was
 * new or announced as changed, so that its rate is that of its entries. age: days since the change by a Last-Modified that may
 * be trusted (see revisit_age), < 0 when not known.
 */
void revisit_seen(struct revisit_visits *v, double spacing, double changed, double age);
/** A visit that was announced and found its change: what changes unannounced is another, slower process (thinning). */
void revisit_told(struct revisit_visits *v, double spacing);
/** Age of a change from Last-Modified (seconds of the epoch), or -1: a time outside of (last, now) tells nothing of this change. */
double revisit_age(int64_t modified_s, int64_t last_ms, int64_t now_ms);

/** The prior that is built in, before any page of the kind was seen twice. */
struct revisit_rate revisit_prior(enum revisit_kind k);
/** That of a group: its pages' mean rate and spread, drawn towards `above` while it has few visits. above: of all sites, or built in. */
struct revisit_rate revisit_group_prior(const struct revisit_group *g, struct revisit_rate above);
/** A visit of a page of the group whose rate is now `r`. */
void revisit_group_seen(struct revisit_group *g, struct revisit_rate r, double spacing);

/**
 * The rate of a page's changes that are not announced, from its visits over a prior: the maximum of the likelihood for unequal spacings (Cho, Garcia-Molina,
 * TOIT 3(3), 2003), with the spacings of changed visits taken as equal to their mean.
 */
struct revisit_rate revisit_rate_of(const struct revisit_visits *v, struct revisit_rate prior);
/** Value of a visit t days after the last one. Rises with t from 0. */
double revisit_value(struct revisit_rate r, double weight, double t);
/** When the value reaches m: days after the last visit, from REVISIT_LEAST_DAYS to `look`. */
double revisit_interval(struct revisit_rate r, double weight, double m, double look);
/**
 * A change was announced (a list's entry, lastmod of a sitemap): is the page worth a visit at once? Only when it then stays
 * current for long enough: w / l >= m, with announced changes counted in l.
 */
bool revisit_worth(const struct revisit_visits *v, struct revisit_rate r, double weight, double m);

/** Wall ms of the first visit after one that ended badly: REVISIT_GONE_DAYS, REVISIT_AGAIN_DAYS for a passing cause; ± 20 % by seed. */
int64_t revisit_after(enum cause cause, int64_t now, uint64_t seed);
/** The same of a page that redirects: the longer one unless it had a document, which may be back soon. */
int64_t revisit_moved(bool had_document, int64_t now, uint64_t seed);

/** Begin with the m at which a page of this rate and weight 1 is visited each `interval` days. No effect on a pace that has begun. */
void revisit_pace_begin(struct revisit_pace *p, struct revisit_rate r, double interval);
/** Time passes: `days` at `budget` visits a day; at most `most` visits are saved up. */
void revisit_pace_grant(struct revisit_pace *p, double days, double budget, double most);
/** m after `days` without a visit, as a grant of them would leave it; the pace stays as it is. */
double revisit_pace_m(const struct revisit_pace *p, double days);
/** A visit is made of a page whose value is now `value` (of one that was announced: at least m); false and nothing done when the budget is spent. */
bool revisit_pace_take(struct revisit_pace *p, double value, double budget);

#endif
