/*
 * rank - which of a host's queued pages comes next: pure functions over what words say and what the site taught.
 *
 * A link has a rank in [RANK_MIN, RANK_MAX]: what its words say (the parser's), and a share of the rank of the page it
 * stands on. Queued pages lie in arms, as of a bandit: items of one list under one folder at about one rank, or the
 * further pages of one list. An arm's worth is the chance that its next page pays: the rank's prior, moved by what its
 * pages paid so far and by its marks, which it shares with other arms: same folder (digits folded), same name of the
 * last folder, same list. A report pays 1 to its page's arm and marks, and RANK_UP_SHARE of that to those of the page
 * that linked it, and so on up to RANK_UPS_MAX pages: so lists that lead to reports rise, and lists of such lists.
 */
#ifndef FETCHER_RANK_H
#define FETCHER_RANK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define RANK_MIN (-100)
#define RANK_MAX 100
#define RANK_OF_SOURCE 12     /* of a page that a user named */
#define RANK_CLEARLY 15       /* so much better a page must be to take the place of another in a budget */
#define RANK_DULL (-1)        /* below, words speak against a page */
#define RANK_MARKS 3          /* that an arm shares */
#define RANK_UPS_MAX 4        /* pages above a report that are paid for it */
#define RANK_UP_SHARE 0.5     /* of what the page below got */
#define RANK_EXPLORE 8        /* every so many picks goes to the best arm that was never tried ... */
#define RANK_DROUGHT 16       /* ... one less for each so many pages without a report, down to every second */
#define RANK_TRIED_MAX 1024.0 /* then both counts are halved: what a site was years ago fades */

/* What was paid by an arm or a mark. */
struct rank_pay {
	double tried, paid;
};

/** Rank of a link: `words` of the parser, `from` the rank of the page it stands on, `list` for another page of the same list. */
int rank_of_link(int words, int from, bool list);
/** Chance that a page of this rank pays, before anything is known of its site. In (0, 1). */
double rank_prior(int rank);
#define RANK_STEPS 13
/** Ranks that lie in one arm have one step, and one prior. In [0, RANK_STEPS). */
int rank_step(int rank);
/** Worth of an arm: its prior, its own pay (of which less is learned when it is `mixed`) and that of its marks (those it has). In (0, 1). */
double rank_worth(double prior, const struct rank_pay *own, bool mixed, const struct rank_pay *const *marks,
		  unsigned marks_count);
/** Worth of an arm of a list's further pages: what the list's items paid so far is the prior of what its next page brings. */
double rank_worth_of_pager(double prior, const struct rank_pay *own, const struct rank_pay *list);
/** A page ended. paid: 1 with reports, else 0. */
void rank_ended(struct rank_pay *p, double paid);
/** A page below led to reports: pays without a try, at most twice the tries. */
void rank_led(struct rank_pay *p, double paid);
/** Hash of the folder of a path with its digits folded; 0 for the root. */
uint64_t rank_folder(struct str path);
/** Hash of a path with the names of its parameters, digits folded: what is a folder where addresses are made of parameters. */
uint64_t rank_folder_of_query(struct str path, struct str query);
/** Hash of the last folder that has a letter, digits folded; 0 when none. */
uint64_t rank_folder_name(struct str path);
/** Every how many picks an arm that was never tried is preferred, after `drought` pages without a report. */
unsigned rank_explore_every(unsigned drought);
/** May another page be asked for before the pages on their way are judged? in_flight of this host, `ended` so far. */
bool rank_may_go_on(int64_t in_flight, int64_t ended);

#endif
