/*
 * Frame 1: the first byte chooses the message, the rest is its JSON. What is decoded must be written without
 * error and read back to the same text.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/msg.h"

#define TRY(name)                                                                                                      \
	do {                                                                                                           \
		struct msg_##name m;                                                                                   \
		if (msg_##name##_decode(json, a, &m) != ERR_OK)                                                        \
			break;                                                                                         \
		if (msg_##name##_encode(&m, &first) != ERR_OK)                                                         \
			break; /* only for what grows over a maximum when it is written */                             \
		assert(msg_##name##_decode(buf_str(&first), a, &m) == ERR_OK);                                         \
		assert(msg_##name##_encode(&m, &second) == ERR_OK);                                                    \
		assert(str_eq(buf_str(&first), buf_str(&second)));                                                     \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	static struct arena *a;
	if (!a)
		a = arena_new(64u << 20);
	struct str json = {(const char *)data + 1, size - 1};
	struct buf first, second;
	buf_init(&first, 1u << 20);
	buf_init(&second, 1u << 20);
	switch (data[0] % 8) {
	case 0:
		TRY(link);
		break;
	case MSG_HEARTBEAT:
		TRY(heartbeat);
		break;
	case MSG_PAGE:
		TRY(page);
		break;
	case MSG_DOC:
		TRY(doc);
		break;
	case MSG_ACK:
		TRY(ack);
		break;
	case MSG_FAIL:
		TRY(fail);
		break;
	case MSG_SINK:
		TRY(sink);
		break;
	default:
		TRY(bye);
	}
	buf_fini(&first);
	buf_fini(&second);
	arena_reset(a);
	return 0;
}
