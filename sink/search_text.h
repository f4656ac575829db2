/*
 * search_text - words in folded text: the part of search.h that needs no index.
 */
#ifndef SINK_SEARCH_TEXT_H
#define SINK_SEARCH_TEXT_H

#include "sink/search.h"

/** As search_parse(), with the fold given. ERR_USAGE. */
enum err search_words(struct str words, search_fold_fn *fold, void *ctx, struct search_query *out) WARN_UNUSED;

#endif
