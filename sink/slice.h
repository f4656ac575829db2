/*
 * slice - walk a JSON object or array member by member without building it in memory.
 *
 * A parsed document may be 8 MiB of hostile bytes, which as a tree would take hundreds of MiB. The sink
 * therefore cuts it into its members, and gives only small ones to jansson, which checks them fully. The
 * walk itself checks brackets, strings and commas; what a skipped value holds inside is not checked.
 * Slices point into the caller's text. No allocation.
 */
#ifndef SINK_SLICE_H
#define SINK_SLICE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define SLICE_DEPTH_MAX 64 /* nesting of one value */

struct slice {
	struct str json;
	size_t at;
	char open; /* '{' or '[' */
	bool first;
};

/** Begin to walk `json`, which must start with `open`. ERR_FORMAT when it does not. */
enum err slice_open(struct slice *s, struct str json, char open) WARN_UNUSED;
/**
 * The next member. key: between its quotes, as written (empty for an array); value: without white space around.
 * ERR_NOTFOUND at the end, when nothing but white space follows; ERR_FORMAT else.
 */
enum err slice_next(struct slice *s, struct str *key, struct str *value) WARN_UNUSED;

#endif
