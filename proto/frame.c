#include "proto/frame.h"

#include <string.h>

static const char magic[4] = {'G', 'K', 'R', '1'};

static void put(uint8_t *out, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		out[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
}

static uint64_t get(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;
	for (unsigned i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

void frame_encode(const struct frame_head *h, uint8_t out[FRAME_HEAD_BYTES])
{
	memcpy(out, magic, sizeof(magic));
	out[4] = h->major;
	out[5] = h->minor;
	out[6] = h->type;
	out[7] = h->frames;
	put(out + 8, h->fetch_id, 8);
	put(out + 16, h->epoch, 4);
}

unsigned frame_count(uint8_t type)
{
	switch (type) {
	case MSG_PAGE:
	case MSG_DOC:
	case MSG_ACK:
		return 3;
	case MSG_HEARTBEAT:
	case MSG_FAIL:
	case MSG_SINK:
	case MSG_BYE:
		return 2;
	default:
		return 0;
	}
}

size_t frame_body_max(uint8_t type)
{
	switch (type) {
	case MSG_PAGE:
		return FRAME_BODY_MAX;
	case MSG_DOC:
		return FRAME_DOC_MAX;
	case MSG_ACK:
		return 2 * (size_t)FRAME_LINKS_MAX;
	default:
		return 0;
	}
}

enum err frame_decode(const void *p, size_t n, unsigned frames_got, struct frame_head *out)
{
	const uint8_t *b = p;
	if (n != FRAME_HEAD_BYTES)
		return err_set(ERR_FORMAT, "frame 0 has %zu bytes, not %d", n, FRAME_HEAD_BYTES);
	if (memcmp(b, magic, sizeof(magic)) != 0)
		return err_set(ERR_FORMAT, "frame 0 does not begin with GKR1");
	*out = (struct frame_head){.major = b[4], .minor = b[5], .type = b[6], .frames = b[7]};
	out->fetch_id = get(b + 8, 8);
	out->epoch = (uint32_t)get(b + 16, 4);
	if (out->major != FRAME_MAJOR)
		return err_set(ERR_FORMAT, "major version %u, this program speaks %d", out->major, FRAME_MAJOR);
	unsigned needed = frame_count(out->type);
	if (!needed)
		return err_set(ERR_FORMAT, "unknown message type %u", out->type);
	if (out->frames != needed || frames_got != needed)
		return err_set(ERR_FORMAT, "%s with %u frames, its head says %u, it needs %u", msg_type_name(out->type),
			       frames_got, out->frames, needed);
	return ERR_OK;
}

const char *msg_type_name(uint8_t type)
{
	static const char *const names[] = {"?", "HEARTBEAT", "PAGE", "DOC", "ACK", "FAIL", "SINK", "BYE"};
	return type < sizeof(names) / sizeof(*names) ? names[type] : names[0];
}
