/*
 * links - the outlinks of one document, in the two forms in which they are needed: JSON lines for the ACK
 * and a deflated blob for the store (proto/ledger.h).
 *
 * At most LINKS_MAX links and FRAME_LINKS_MAX bytes a page; what is beyond, and what is no http URL of at
 * most URL_MAX bytes, is counted in `cut`.
 */
#ifndef SINK_LINKS_H
#define SINK_LINKS_H

#include <stdint.h>

#include "base/buf.h"
#include "sink/document.h"

#define LINKS_MAX 20000u

struct links {
	struct buf blob; /* zlib stream */
	unsigned count;
	int64_t cut;
};

void slinks_init(struct links *l);
void slinks_fini(struct links *l);
/** Clears `l`, fills it from `d`, and appends the ACK's lines to `lines`. ERR_NOMEM. */
enum err slinks_build(struct links *l, const struct sdoc *d, uint64_t fetch_id, struct buf *lines) WARN_UNUSED;

#endif
