/*
 * msg - the JSON of frame 1, typed. No I/O.
 *
 * Encoding clears the buf and writes into it, but msg_link_encode(), which adds a line. ERR_LIMIT when the
 * JSON would pass FRAME_JSON_MAX, ERR_FORMAT when a context is no JSON object or passes MSG_CONTEXT_MAX.
 * Text that comes from a server (content type, detail ...) is cut to its maximum. Decoding takes at most FRAME_JSON_MAX bytes, rejects duplicate keys,
 * ignores unknown ones, checks every type and length, and copies strings into the given arena, which
 * owns them. ERR_FORMAT with text names the key that is missing or wrong.
 * Numbers are below 2^63. Sizes are bytes, times are wall ms unless the name says otherwise.
 */
#ifndef PROTO_MSG_H
#define PROTO_MSG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "proto/frame.h"

#define MSG_PAGES_MAX 256 /* pages one heartbeat may name */
#define MSG_ACKS_MAX 256  /* acks in one ACK */
#define MSG_BOOTS_MAX 64  /* boots one SINK names: the newest */
#define MSG_CONTEXT_MAX 1024
#define MSG_DETAIL_MAX 1000

enum page_stage { STAGE_QUEUED, STAGE_PARSING, STAGE_HANDED };

struct msg_heartbeat {
	const char *endpoint, *boot_id, *host, *parser_version, *lexicon;
	int64_t pid;
	int majors[4];
	unsigned majors_count;
	int64_t credit_msgs, credit_bytes;
	struct msg_heartbeat_page {
		uint64_t fetch_id;
		uint32_t epoch;
		enum page_stage stage;
	} * pages;
	unsigned pages_count;
	const char *blocked_on; /* NULL or "sink" */
};

/* where a record lies in the archive */
struct warc_ref {
	const char *file; /* name within archive/ */
	int64_t offset, length;
};

struct msg_page {
	const char *url, *final_url, *content_type, *content_encoding; /* "" when the response had none */
	int status;
	int64_t fetched_at;
	const char *context; /* JSON object text, at most MSG_CONTEXT_MAX, "{}" when none */
	struct warc_ref warc;
	uint64_t parse_seq;
	int64_t body_len;
	const char *body_sha256; /* 64 hex digits */
};

struct msg_doc {
	const char *url, *parser_version, *lexicon;
	uint64_t parse_seq;
	int64_t fetched_at;
	const char *context;
	struct warc_ref warc;
	const char *body_sha256;
	int64_t doc_len;
	const char *doc_sha256;
};

enum ack_result { ACK_STORED, ACK_UNCHANGED, ACK_DUPLICATE, ACK_STALE };

struct msg_ack {
	const char *boot_id;
	int64_t commit;
	struct msg_ack_item {
		uint64_t fetch_id;
		uint32_t epoch;
		const char *lexicon;
		enum ack_result result;
		int64_t reports;   /* how many reports the document holds */
		bool barren;       /* INTERFACE.md, trap */
		int64_t links_cut; /* links counted but not sent */
		uint64_t text;     /* base/simhash.h of the text, without its highest bit; 0: too short */
		bool unconfirmed;  /* a change that the store keeps until a second fetch brings the same */
	} * acks;
	unsigned acks_count;
};

struct msg_fail {
	const char *stage; /* "parse", "store" */
	bool permanent;
	const char *code;   /* a cause code */
	const char *detail; /* at most MSG_DETAIL_MAX bytes, cleansed */
	int signal;         /* 0 when none */
	const char *component, *version, *host;
};

struct msg_sink {
	const char *boot_id, *generation;
	struct msg_sink_boot {
		const char *boot_id;
		int64_t commit;
	} * boots; /* oldest first */
	unsigned boots_count;
	uint64_t max_fetch_id, max_parse_seq;
};

struct msg_bye {
	const char *boot_id;
};

/*
 * How an address is asked for. MSG_POST: a form list, whose query travels as the form (application/x-www-form-urlencoded)
 * of a POST to the address without it. MSG_EITHER: with GET, and so when the server says that it takes POST alone.
 */
enum msg_ask { MSG_GET, MSG_EITHER, MSG_POST };
/** "", "either", "post". */
const char *msg_ask_word(enum msg_ask a);
/** MSG_GET for any other word: what a newer parser may say is no reason to send a form. */
enum msg_ask msg_ask_of(struct str word);

/* One line of an ACK's frame 2: {"fetch_id", "url", "rank", "ask", "rel", "context"}; rank and ask are absent when nobody named one */
struct msg_link {
	uint64_t fetch_id;
	const char *url, *rel;
	const char *context; /* JSON object text */
	int rank;            /* what the words around the link say, -100 to 100 */
	const char *ask;     /* msg_ask_word() */
};

enum err msg_heartbeat_encode(const struct msg_heartbeat *m, struct buf *out) WARN_UNUSED;
enum err msg_heartbeat_decode(struct str json, struct arena *a, struct msg_heartbeat *out) WARN_UNUSED;
enum err msg_page_encode(const struct msg_page *m, struct buf *out) WARN_UNUSED;
enum err msg_page_decode(struct str json, struct arena *a, struct msg_page *out) WARN_UNUSED;
enum err msg_doc_encode(const struct msg_doc *m, struct buf *out) WARN_UNUSED;
enum err msg_doc_decode(struct str json, struct arena *a, struct msg_doc *out) WARN_UNUSED;
enum err msg_ack_encode(const struct msg_ack *m, struct buf *out) WARN_UNUSED;
enum err msg_ack_decode(struct str json, struct arena *a, struct msg_ack *out) WARN_UNUSED;
enum err msg_fail_encode(const struct msg_fail *m, struct buf *out) WARN_UNUSED;
enum err msg_fail_decode(struct str json, struct arena *a, struct msg_fail *out) WARN_UNUSED;
enum err msg_sink_encode(const struct msg_sink *m, struct buf *out) WARN_UNUSED;
enum err msg_sink_decode(struct str json, struct arena *a, struct msg_sink *out) WARN_UNUSED;
enum err msg_bye_encode(const struct msg_bye *m, struct buf *out) WARN_UNUSED;
enum err msg_bye_decode(struct str json, struct arena *a, struct msg_bye *out) WARN_UNUSED;
enum err msg_link_encode(const struct msg_link *m, struct buf *out) WARN_UNUSED; /* with the line end */
enum err msg_link_decode(struct str line, struct arena *a, struct msg_link *out) WARN_UNUSED;

#endif
