/*
 * ack - what the sink tells the fetcher: acknowledgements of a commit, and FAILs of DOCs that are none.
 *
 * An ack_batch grows with the batch of the store and becomes one ACK when its commit has returned; it is
 * full before its frames could pass a maximum of proto/frame.h, and a full batch is committed.
 * An outbox keeps messages in order until the fetcher takes them. It is bounded in messages and bytes; when
 * it is full the loop receives no more. What dies with it is in the ledger (ACK) or comes again (FAIL).
 */
#ifndef SINK_ACK_H
#define SINK_ACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "proto/msg.h"
#include "proto/sock.h"

#define ACK_BATCH_DOCS 32
#define ACK_BATCH_DOC_BYTES (16u * 1024 * 1024) /* of DOCs in one batch */
#define ACK_BATCH_LINK_BYTES                                                                                           \
	(1024u * 1024) /* from here on a batch takes no further page: one page adds at most 4 MiB */
#define ACK_LEXICON_MAX 64
#define OUTBOX_MAX 64 /* messages; OUTBOX_SLACK more for what a turn has begun */
#define OUTBOX_SLACK 8
#define OUTBOX_BYTES_MAX (6u * 1024 * 1024)

struct ack_batch {
	struct msg_ack_item items[ACK_BATCH_DOCS];
	char lexicons[ACK_BATCH_DOCS][ACK_LEXICON_MAX + 1];
	unsigned count;
	size_t doc_bytes;
	struct buf links; /* JSON lines of all its pages */
};

void ack_batch_init(struct ack_batch *b);
void ack_batch_fini(struct ack_batch *b);
/** Copies the item and its lexicon (at most ACK_LEXICON_MAX bytes). */
void ack_batch_add(struct ack_batch *b, const struct msg_ack_item *item, size_t doc_bytes);
bool ack_batch_full(const struct ack_batch *b);

struct outbox;

struct outbox *outbox_new(void);
void outbox_free(struct outbox *o);
bool outbox_full(const struct outbox *o);
bool outbox_empty(const struct outbox *o);
/** Encode the batch as one ACK and empty it. */
enum err outbox_ack(struct outbox *o, const char *boot_id, int64_t commit, struct ack_batch *b) WARN_UNUSED;
enum err outbox_fail(struct outbox *o, const struct frame_head *doc_head, const struct msg_fail *m) WARN_UNUSED;
/** Send from the front until the pipe is full or nobody is there. ERR_NET only for a broken socket. */
enum err outbox_flush(struct outbox *o, struct sock *to) WARN_UNUSED;

#endif
