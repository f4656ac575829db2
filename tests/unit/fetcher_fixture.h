/*
 * fetcher_fixture - the parts of the fetcher's loop over a real frontier.db, without sockets: a struct fetcher that is made
 * for each test from what pairing.c, outlinks.c and robots_fetch.c use.
 */
#ifndef TESTS_UNIT_FETCHER_FIXTURE_H
#define TESTS_UNIT_FETCHER_FIXTURE_H

#include "fetcher/daemon.h"
#include "fetcher/twins.h"
#include "frontier_fixture.h"

static struct fetcher *f;

static __attribute__((unused)) void make_fetcher(void)
{
	f = calloc(1, sizeof(*f));
	ck_assert_ptr_nonnull(f);
	f->set.scope = "site";
	f->set.depth = 8;
	f->set.polite = (struct polite_rules){.delay_ms = 1};
	f->db = d;
	f->sched = sched_new(&f->set.polite, true);
	f->links_seen = calloc(LINKS_SEEN, sizeof(*f->links_seen));
	f->traps = calloc(TRAPS_KNOWN, sizeof(*f->traps));
	OK(pairing_open(f));
}

static __attribute__((unused)) void free_fetcher(void)
{
	pairing_close(f);
	outlinks_fini(f);
	sched_free(f->sched);
	free(f);
}

#endif
