/*
 * worker - what the parser's parent holds: a pure state machine without sockets, clock or child.
 *
 * A page is queued, then parsing (one at a time), then its document waits for the sink, then it is handed and
 * remembered for WORKER_HANDED_MS, so that a new fetcher learns of it. A page that failed leaves the queue and
 * its FAIL waits for the fetcher. Every list has a maximum: worker_may_receive() says when no more may come in,
 * and what is not received stays in ZeroMQ's queue, whose length the fetcher's credit bounds.
 *
 * Ownership: `item` is the caller's own page; it comes back from worker_fail(), worker_handed() or as dropped.
 */
#ifndef PARSER_WORKER_H
#define PARSER_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/cause.h"
#include "proto/msg.h"

#define WORKER_CREDIT_MSGS 16
#define WORKER_CREDIT_BYTES (16 * 1024 * 1024)
#define WORKER_QUEUE_MAX (WORKER_CREDIT_MSGS + 1)
#define WORKER_FAILS_MAX 32
#define WORKER_HANDED_MAX 128
#define WORKER_HANDED_MS 15000

struct worker_page {
	uint64_t fetch_id;
	uint32_t epoch;
	int64_t bytes;
	void *item; /* the caller's */
};

struct worker_fail {
	uint64_t fetch_id;
	uint32_t epoch;
	bool permanent;
	enum cause cause;
	int signal;
	char detail[MSG_DETAIL_MAX + 1];
};

struct worker {
	struct worker_page queue[WORKER_QUEUE_MAX];
	unsigned queue_count;
	struct worker_page parsing, waiting;        /* item NULL: none */
	int64_t held_bytes;                         /* of queue, parsing and waiting */
	struct worker_fail fails[WORKER_FAILS_MAX]; /* oldest first */
	unsigned fails_count;
	struct worker_handed {
		uint64_t fetch_id;
		uint32_t epoch;
		int64_t at_ms;
	} handed[WORKER_HANDED_MAX]; /* a ring: the newest is at handed_next - 1 */
	unsigned handed_next, handed_count;
	bool draining;
	uint64_t parsed, failed; /* since the start, for the status */
};

void worker_init(struct worker *w);
/** May one more page come in? False while draining, at full credit, or when FAILs cannot be got rid of. */
bool worker_may_receive(const struct worker *w);
/**
 * A page came in. Of a fetch that is held at this epoch or a later one the new page is refused (returned, to be
 * freed); an older epoch of it that is still queued gives way and is returned. NULL: nothing to free.
 */
void *worker_receive(struct worker *w, const struct worker_page *page);
/** Take the next page for the child; NULL when there is none, one is at it, or a document waits that the sink does not take. */
void *worker_start(struct worker *w, bool sink_takes);
/** The child made the document of the page at it: the document waits. */
void worker_parsed(struct worker *w);
/** The waiting document went out. Returns the item. */
void *worker_handed(struct worker *w, int64_t now_ms);
/** The page at the child failed. Returns the item. Room for the FAIL is kept by worker_may_receive(). */
void *worker_failed(struct worker *w, enum cause cause, bool permanent, int signal, const char *detail);
/** A page that never became one: its head alone was readable, or its bytes are not those announced. */
void worker_refuse(struct worker *w, uint64_t fetch_id, uint32_t epoch, enum cause cause, const char *detail);
/** The oldest FAIL that waits, or NULL; after it was sent, worker_fail_sent(). */
const struct worker_fail *worker_next_fail(const struct worker *w);
void worker_fail_sent(struct worker *w);
/** What the heartbeat names, at most MSG_PAGES_MAX: all that is held, then the newest handed. */
unsigned worker_pages(struct worker *w, int64_t now_ms, struct msg_heartbeat_page out[MSG_PAGES_MAX]);
/** Receive nothing more; what is held is finished. */
void worker_drain(struct worker *w);
/** Nothing is held and no FAIL waits. */
bool worker_idle(const struct worker *w);
/** All that is left is what another process does not take. */
bool worker_stuck(const struct worker *w);

#endif
