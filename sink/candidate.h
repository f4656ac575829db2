/*
 * candidate - the rows of changes that wait for their confirmation (sink/confirm.h), and the count of those that
 * went away again. One candidate a document at most. Works inside the caller's transaction.
 */
#ifndef SINK_CANDIDATE_H
#define SINK_CANDIDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "sink/confirm.h"
#include "sink/db.h"

struct candidates;
struct store_doc;

struct candidate {
	bool there;
	uint64_t fetch_id;
	int64_t first_seen; /* wall ms of the fetch that brought this content first */
	struct confirm_content is;
};

enum err candidates_new(sqlite3 *db, struct candidates **out) WARN_UNUSED;
void candidates_free(struct candidates *c); /* NULL is fine */
enum err candidates_find(struct candidates *c, int64_t document_id, struct candidate *out) WARN_UNUSED;
/** What the verdict says of the document's candidate and of its count of flickers. */
enum err candidates_apply(struct candidates *c, int64_t document_id, const struct confirm_verdict *v,
			  const struct store_doc *d) WARN_UNUSED;

#endif
