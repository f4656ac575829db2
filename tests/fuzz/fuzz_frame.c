/* Frame 0: any bytes are decoded or refused, and what is decoded encodes to the same bytes. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct frame_head h;
	uint8_t again[FRAME_HEAD_BYTES];
	if (frame_decode(data + 1, size - 1, data[0], &h) != ERR_OK)
		return 0;
	assert(size - 1 == FRAME_HEAD_BYTES && h.frames == data[0] && h.frames == frame_count(h.type));
	frame_encode(&h, again);
	assert(memcmp(again, data + 1, sizeof(again)) == 0);
	return 0;
}
