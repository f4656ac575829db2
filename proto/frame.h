/*
 * frame - frame 0 of every message: 20 bytes, big-endian, no I/O (PROTOCOL.md, Messages).
 *
 *   magic "GKR1" | major u8 | minor u8 | type u8 | frames u8 | fetch_id u64 | epoch u32
 */
#ifndef PROTO_FRAME_H
#define PROTO_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define FRAME_HEAD_BYTES 20
#define FRAME_JSON_MAX (64 * 1024)
#define FRAME_BODY_MAX (40u * 1024 * 1024) /* PAGE body: the inflated limit and head room */
#define FRAME_DOC_MAX (8u * 1024 * 1024)
#define FRAME_LINKS_MAX (4u * 1024 * 1024) /* per page; an ACK batch is cut so that frame 2 stays under twice this */
#define FRAME_MAJOR 1
#define FRAME_MINOR 0

enum msg_type { MSG_HEARTBEAT = 1, MSG_PAGE = 2, MSG_DOC = 3, MSG_ACK = 4, MSG_FAIL = 5, MSG_SINK = 6, MSG_BYE = 7 };

struct frame_head {
	uint8_t major, minor, type, frames;
	uint64_t fetch_id;
	uint32_t epoch;
};

void frame_encode(const struct frame_head *h, uint8_t out[FRAME_HEAD_BYTES]);
/**
 * Decode and check: magic, major, known type, and that `frames` (head frame included) is what the type
 * needs (2 or 3) and equals `frames_got`. ERR_FORMAT with text; on ERR_FORMAT the content of *out is undefined.
 */
enum err frame_decode(const void *p, size_t n, unsigned frames_got, struct frame_head *out) WARN_UNUSED;
/** "PAGE"; "?" for an unknown type. */
const char *msg_type_name(uint8_t type);
/** Frames of a message of that type, head frame included: 2 or 3; 0 for an unknown type. */
unsigned frame_count(uint8_t type);
/** Largest frame 2 of that type in bytes; 0 when it has none. */
size_t frame_body_max(uint8_t type);

#endif
