/*
 * store - the documents and their versions in store.db, and the ledger of what was committed.
 *
 * One process writes a store: store_open() holds flock on store.lock until store_close(). Work goes in
 * batches: store_begin(), any number of store_put(), store_commit(). Nothing may be acknowledged before
 * store_commit() has returned ERR_OK; after any other error the handle is of no use but to be closed, and
 * the transaction is undone.
 *
 * Order (PROTOCOL.md rule 5): a page's document is replaced only by a DOC whose (fetch_id, parse_seq) is
 * strictly greater. Equal is a duplicate, lower is stale. A greater one with the same content is unchanged:
 * it moves last_seen, fetch_id and parse_seq, and with them parser_version and lexicon (that parser would
 * have written the same), page_url, context and outlinks when these differ. A change of a page with a report is
 * unchanged and unconfirmed until a second fetch brings it again (sink/confirm.h): it moves fetch_id and parse_seq.
 *
 * Errors: ERR_FULL, ERR_LOCKED, ERR_FOREIGN (also damaged), ERR_NEWER, ERR_NOMEM, ERR_IO.
 */
#ifndef SINK_STORE_H
#define SINK_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/msg.h"
#include "sink/document.h"

#define STORE_BOOTS_KEPT                                                                                               \
	1024 /* rows of `boots`; of boots without a commit only STORE_BOOTS_IDLE, so that a
				 sink that starts in vain does not push out the boot the fetcher remembers */
#define STORE_BOOTS_IDLE 32

struct store;

/** Opens or makes data_dir/store.db, migrates it, and begins a new boot. reports_only: the text of pages without a report is not kept. */
enum err store_open(const char *data_dir, bool reports_only, struct store **out) WARN_UNUSED;
void store_close(struct store *s); /* NULL is fine; undoes an open batch */

/* one DOC as it is put */
struct store_doc {
	uint64_t fetch_id;
	uint32_t epoch;
	const struct msg_doc *head;
	const struct sdoc *doc;
	struct str links; /* as sink/links.h deflates them */
};

/** confirm_is_hollow() for this DOC, in a batch or outside: then it is not to be put. `links` may be empty. */
enum err store_is_hollow(struct store *s, const struct store_doc *d, bool *out) WARN_UNUSED;
enum err store_begin(struct store *s) WARN_UNUSED;
/* what the page's ACK says */
struct store_result {
	enum ack_result result;
	bool unconfirmed; /* a change that waits for a second fetch (sink/confirm.h) */
	int64_t reports;  /* of the DOC, or of the document that stays meanwhile when it has more */
};
enum err store_put(struct store *s, const struct store_doc *d, struct arena *a, struct store_result *out) WARN_UNUSED;
/** false: changes become versions at once. Default: true. */
void store_set_confirm(struct store *s, bool confirm);
/** Ends the batch with a synced commit and gives its number. */
enum err store_commit(struct store *s, int64_t *commit_out) WARN_UNUSED;

/** Are reports still to be compared, over years (sink/across.h) or as copies (sink/copies.h), or spent results to be pruned (sink/ack_prune.h)? store_commit() does what a batch brings about. */
bool store_unsettled(const struct store *s);
/** Does some of it in a transaction of its own, which is no commit of the ledger. Not within an open batch. */
enum err store_settle(struct store *s) WARN_UNUSED;

const char *store_boot_id(const struct store *s);
/** What SINK says: strings and boots live in `a`. Only what is committed. */
enum err store_announce(struct store *s, struct arena *a, struct msg_sink *out) WARN_UNUSED;

#endif
