/*
 * coverage_join - the facts of the coverage ledger (sink/coverage.h) from store, frontier and lexicon.
 *
 * Reads only. The store gives the reports; the frontier gives the sources, the pages whose links promise a report
 * (parser/report_name.h) and how they ended, and whether a report's page is still there.
 */
#ifndef DAEMONS_COVERAGE_JOIN_H
#define DAEMONS_COVERAGE_JOIN_H

#include "daemons/stored.h"
#include "sink/coverage.h"

/** Reads all facts into a new ledger. Without a frontier (s->frontier NULL) only what is stored is known. */
enum err coverage_join(struct stored *s, struct coverage **out) WARN_UNUSED;

#endif
