#include "sink/ack.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/log.h"

#define OUTBOX_SLOTS (OUTBOX_MAX + OUTBOX_SLACK)

struct outgoing {
	struct frame_head head;
	struct buf json, body;
};

struct outbox {
	struct outgoing slots[OUTBOX_SLOTS];
	unsigned first, count;
	size_t bytes;
};

void ack_batch_init(struct ack_batch *b)
{
	memset(b, 0, sizeof *b);
	buf_init(&b->links, 2 * FRAME_LINKS_MAX);
}

void ack_batch_fini(struct ack_batch *b)
{
	buf_fini(&b->links);
}

void ack_batch_add(struct ack_batch *b, const struct msg_ack_item *item, size_t doc_bytes)
{
	assert(b->count < ACK_BATCH_DOCS && strlen(item->lexicon) <= ACK_LEXICON_MAX);
	struct msg_ack_item *to = &b->items[b->count];
	*to = *item;
	snprintf(b->lexicons[b->count], sizeof b->lexicons[0], "%s", item->lexicon);
	to->lexicon = b->lexicons[b->count];
	b->count++;
	b->doc_bytes += doc_bytes;
}

bool ack_batch_full(const struct ack_batch *b)
{
	return b->count == ACK_BATCH_DOCS || b->doc_bytes >= ACK_BATCH_DOC_BYTES || b->links.n >= ACK_BATCH_LINK_BYTES;
}

struct outbox *outbox_new(void)
{
	struct outbox *o = calloc(1, sizeof *o);
	if (!o)
		abort(); /* at the start of a program */
	return o;
}

static void drop_first(struct outbox *o)
{
	struct outgoing *m = &o->slots[o->first];
	o->bytes -= m->json.n + m->body.n;
	buf_fini(&m->json);
	buf_fini(&m->body);
	o->first = (o->first + 1) % OUTBOX_SLOTS;
	o->count--;
}

void outbox_free(struct outbox *o)
{
	if (!o)
		return;
	while (o->count > 0)
		drop_first(o);
	free(o);
}

bool outbox_full(const struct outbox *o)
{
	return o->count >= OUTBOX_MAX || o->bytes >= OUTBOX_BYTES_MAX;
}

bool outbox_empty(const struct outbox *o)
{
	return o->count == 0;
}

static struct outgoing *slot_new(struct outbox *o)
{
	assert(o->count < OUTBOX_SLOTS); /* the loop receives nothing while the outbox is full */
	struct outgoing *m = &o->slots[(o->first + o->count) % OUTBOX_SLOTS];
	*m = (struct outgoing){0};
	buf_init(&m->json, FRAME_JSON_MAX);
	buf_init(&m->body, 2 * FRAME_LINKS_MAX);
	return m;
}

static enum err slot_end(struct outbox *o, struct outgoing *m, enum err e)
{
	if (e != ERR_OK) {
		buf_fini(&m->json);
		buf_fini(&m->body);
		return e;
	}
	o->count++;
	o->bytes += m->json.n + m->body.n;
	return ERR_OK;
}

enum err outbox_ack(struct outbox *o, const char *boot_id, int64_t commit, struct ack_batch *b)
{
	struct outgoing *m = slot_new(o);
	const struct msg_ack ack = {.boot_id = boot_id, .commit = commit, .acks = b->items, .acks_count = b->count};
	m->head = (struct frame_head){.type = MSG_ACK};
	enum err e = msg_ack_encode(&ack, &m->json);
	if (e == ERR_OK) {
		/* the lines move: a batch near its maximum is not copied */
		struct buf empty = m->body;
		m->body = b->links;
		b->links = empty;
	}
	b->count = 0;
	b->doc_bytes = 0;
	buf_clear(&b->links);
	return slot_end(o, m, e);
}

enum err outbox_fail(struct outbox *o, const struct frame_head *doc_head, const struct msg_fail *f)
{
	struct outgoing *m = slot_new(o);
	m->head = (struct frame_head){.type = MSG_FAIL, .fetch_id = doc_head->fetch_id, .epoch = doc_head->epoch};
	return slot_end(o, m, msg_fail_encode(f, &m->json));
}

enum err outbox_flush(struct outbox *o, struct sock *to)
{
	while (o->count > 0) {
		struct outgoing *m = &o->slots[o->first];
		bool ack = m->head.type == MSG_ACK;
		enum err e = sock_send(to, &m->head, buf_str(&m->json), ack ? buf_str(&m->body).p : NULL, m->body.n);
		if (e == ERR_AGAIN)
			return ERR_OK;
		if (e == ERR_NET || e == ERR_NOMEM)
			return e;
		if (e != ERR_OK) /* a bug in a size; its pages end by their deadline */
			log_error("cannot send %s: %s", msg_type_name(m->head.type), err_text());
		drop_first(o);
		if (e == ERR_OK && ack)
			KILL_POINT("ack.send.post");
	}
	return ERR_OK;
}
