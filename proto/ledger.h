/*
 * ledger - what other processes may read of the store, read-only: its generation, the boots and results
 * of its commits, and which fetch of a page it holds (PROTOCOL.md rule 4). The sink writes these tables
 * (sink/store.c); their columns are part of the protocol:
 *
 *   ledger(key TEXT PRIMARY KEY, value)   generation, max_fetch_id, max_parse_seq, last_commit
 *   boots(boot_id TEXT PRIMARY KEY, first_commit INTEGER, last_commit INTEGER, seq INTEGER)
 *   acks(commit_no INTEGER, url TEXT, fetch_id INTEGER, epoch INTEGER, lexicon TEXT, result INTEGER,
 *        reports INTEGER, barren INTEGER, unconfirmed INTEGER)
 *     without the results that a later fetch of their page has made useless (sink/ack_prune.h)
 *   and of the current version of a page: documents(url_hash, url, fetch_id, parse_seq, lexicon, links BLOB)
 *
 * url_hash is hash64() of the canonical URL as a signed integer; links is a zlib stream of JSON lines
 * {"url","rel","rank","ask","context"}. A handle belongs to the file it opened: when a backup is put in place of store.db,
 * it must be closed and opened again.
 */
#ifndef PROTO_LEDGER_H
#define PROTO_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "proto/msg.h"

/* PRAGMA application_id ("GKst") and the range of user_version that this program reads */
#define LEDGER_APPLICATION_ID 0x474b7374
#define LEDGER_SCHEMA 6
#define LEDGER_SCHEMA_UNCONFIRMED 5 /* from here on acks has `unconfirmed` */
/* bytes of outlinks that ledger_acks() gives for one commit; the acks behind are left out, and their pages end by a redelivery */
#define LEDGER_LINKS_MAX (16u * 1024 * 1024)

struct ledger;

/** Open data_dir/store.db read-only. ERR_NOTFOUND when absent, ERR_NEWER, ERR_FOREIGN, ERR_LOCKED. */
enum err ledger_open(const char *data_dir, struct ledger **out) WARN_UNUSED;
void ledger_close(struct ledger *l);

struct ledger_head {
	char generation[37];
	uint64_t max_fetch_id, max_parse_seq;
	int64_t last_commit;
};
enum err ledger_head(struct ledger *l, struct ledger_head *out) WARN_UNUSED;

struct ledger_ack {
	int64_t commit;
	const char *url;
	struct msg_ack_item item;
	const struct msg_link *links; /* outlinks of the page's current version */
	unsigned links_count;
};
/** Acks of commits in (after, upto], in order. Strings live in `a` (at least 64 MiB), which is reset between commits. The callback returns false to stop. */
enum err ledger_acks(struct ledger *l, int64_t after, int64_t upto, struct arena *a,
		     bool (*ack)(void *ctx, const struct ledger_ack *x), void *ctx) WARN_UNUSED;

struct ledger_page {
	uint64_t fetch_id, parse_seq;
	char lexicon[17];
};
/** What the store holds of a page (by canonical URL). ERR_NOTFOUND when nothing. */
enum err ledger_page(struct ledger *l, const char *url, struct ledger_page *out) WARN_UNUSED;

#endif
