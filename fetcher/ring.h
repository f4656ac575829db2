/*
 * ring - who holds which page: the tables of parsers and leases, without sockets, clock or database (PROTOCOL.md, Rules 1-4, 7).
 *
 * Every function takes the monotonic time in ms and appends what is to be done to a list of effects, which the caller
 * carries out in order: RING_OPEN and RING_CLOSE concern the PUSH socket of a parser's slot, RING_RELEASE the page
 * (EV_RELEASED with `blame`). Credit belongs to one lease and is given back where the lease leaves the table,
 * which is one place in the code.
 * Ownership: the ring owns its tables; strings are copied in. Limits are named below; a parser too many is refused.
 */
#ifndef FETCHER_RING_H
#define FETCHER_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "proto/credit.h"
#include "proto/msg.h"

#define RING_PARSERS_MAX 128
#define RING_CREDIT_MSGS_MAX 64 /* more than this is not believed of a parser */
#define RING_CREDIT_BYTES_MAX (64LL * 1024 * 1024)
#define RING_BYTES_MAX (32LL * 1024 * 1024) /* outstanding at all parsers together, unless nothing is outstanding */
#define RING_SILENCE_MS 5000                /* three seconds and two of grace */
#define RING_HANDED_MS 10000                /* from DOC handed over to its ACK */
#define RING_ORPHAN_MS 2000                 /* `sent` rows of before a restart wait this long to be named */
#define RING_RETIRED_MAX 256                /* boot_ids remembered */

enum ring_effect_kind {
	RING_OPEN,    /* a parser was taken on: connect a PUSH to its endpoint */
	RING_CLOSE,   /* close the PUSH of this slot */
	RING_RELEASE, /* EV_RELEASED for the page */
	RING_REFUSED  /* a parser of another lexicon or major: tell it in the log */
};

struct ring_effect {
	enum ring_effect_kind kind;
	int slot;
	int64_t page_id;
	uint64_t fetch_id;
	uint32_t epoch;
	bool blame;
	const char *why; /* static text */
};

struct ring_effects {
	struct ring_effect *v;
	unsigned n, cap;
};

void ring_effects_fini(struct ring_effects *e);

struct ring;

/** lease_ms: from dispatch or the last heartbeat that names the page to its release. Never NULL. */
struct ring *ring_new(int64_t lease_ms);
void ring_free(struct ring *r);

/** The run's lexicon; "" while unset: then no parser gets credit. */
void ring_set_lexicon(struct ring *r, const char *lexicon);

/** A page that was `sent` before this process began: held for RING_ORPHAN_MS for the parser that names it. */
void ring_orphan(struct ring *r, int64_t page_id, uint64_t fetch_id, uint32_t epoch, int64_t bytes, bool solo,
		 int64_t now);
/** Rule 2. A heartbeat of a retired boot_id is ignored; one of a parser that was only silent takes it on again. */
void ring_heartbeat(struct ring *r, const struct msg_heartbeat *m, int64_t now, struct ring_effects *out);
/** A parser says that it ends: its pages are released without blame. Unknown boot_ids are ignored. */
void ring_bye(struct ring *r, const char *boot_id, struct ring_effects *out);
/** Silence, ACKs that did not come, deadlines, orphans. Call at least twice a second. */
void ring_tick(struct ring *r, int64_t now, struct ring_effects *out);
/** Rule 4: the sink is a new process; whatever was on its way to the old one is sent again. */
void ring_new_sink(struct ring *r, struct ring_effects *out);

/** Begin a round of ring_choose() calls: forgets which parsers were drained. */
void ring_round(struct ring *r);
/** The socket of a slot can take a message. Asked for before a round; new parsers are not writable. */
void ring_set_writable(struct ring *r, int slot, bool writable);
#define RING_NONE (-1) /* no parser can take it now: try another page */
#define RING_FULL (-2) /* the bytes of all are used up: end the round */
/** Slot for a page; a solo or oversize page that fits nowhere drains one parser for the rest of the round. */
int ring_choose(struct ring *r, int64_t bytes, bool solo);
/** Is there a parser that could take a small page? (before the database is asked) */
bool ring_has_room(const struct ring *r);
void ring_take(struct ring *r, int slot, int64_t page_id, uint64_t fetch_id, uint32_t epoch, int64_t bytes, bool solo,
	       int64_t now);
/** Is this lease still out at this slot with this epoch? (asked between commit and send) */
bool ring_holds(const struct ring *r, int slot, uint64_t fetch_id, uint32_t epoch);
/** ACK: any epoch. True when there was a lease. */
bool ring_settle(struct ring *r, uint64_t fetch_id);
/** FAIL: the current epoch only. */
bool ring_settle_epoch(struct ring *r, uint64_t fetch_id, uint32_t epoch);
/** Take a lease back, for instance because the socket was full. */
void ring_release(struct ring *r, uint64_t fetch_id, const char *why, struct ring_effects *out);

struct ring_parser_view {
	const char *endpoint, *boot_id, *host;
	int64_t credit_msgs, outstanding, bytes;
	bool usable; /* of the run's lexicon and major */
};
/** NULL fields when the slot is empty; false then. */
bool ring_parser(const struct ring *r, int slot, struct ring_parser_view *out);
unsigned ring_parsers(const struct ring *r, unsigned *usable_out);
unsigned ring_leases(const struct ring *r);
int64_t ring_bytes(const struct ring *r);
bool ring_has_lexicon(const struct ring *r); /* is the run's lexicon known? */
/** Lexicon of the first parser heard, when the run has none yet; "" else. */
const char *ring_first_lexicon(const struct ring *r);
/** Abort when credit and leases do not add up (tests and the simulation; O(leases)). */
void ring_check(const struct ring *r);

#endif
