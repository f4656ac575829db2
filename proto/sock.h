/*
 * sock - ZeroMQ PUSH and PULL with the options of PROTOCOL.md. All calls are non-blocking; the caller
 * polls sock_fd() (edge-triggered, as ZMQ_FD is: after it is readable, receive until ERR_AGAIN) or puts
 * sock_zmq() into a zmq_poll() table. A send that succeeds means nothing: only an ACK, a FAIL or a release ends a lease.
 *
 * Ownership: a socket belongs to the thread that made it. A received message is owned by the caller
 * until sock_msg_fini(); its frames point into ZeroMQ's memory and are not copied.
 */
#ifndef PROTO_SOCK_H
#define PROTO_SOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <zmq.h>

#include "base/buf.h"
#include "base/err.h"
#include "proto/frame.h"

struct sock_ctx; /* one ZeroMQ context with one I/O thread */
struct sock;

struct sock_ctx *sock_ctx_new(void);
/** Closes nothing: free all sockets first. */
void sock_ctx_free(struct sock_ctx *c);

/**
 * Bind a PULL. For ipc:// a left-over socket file is replaced and the new one gets mode 0660.
 * hwm_msgs: high-water mark; max_bytes: largest frame accepted (ZMQ_MAXMSGSIZE; a peer that sends more is cut off).
 */
enum err sock_pull_bind(struct sock_ctx *c, const char *endpoint, int hwm_msgs, int64_t max_bytes,
			struct sock **out) WARN_UNUSED;
/** Connect a PUSH with ZMQ_IMMEDIATE=1 and linger_ms at close. */
enum err sock_push_connect(struct sock_ctx *c, const char *endpoint, int hwm_msgs, int linger_ms,
			   struct sock **out) WARN_UNUSED;
void sock_free(struct sock *s);
/** The endpoint as bound ("tcp://127.0.0.1:40123" for port *). Borrowed. */
const char *sock_endpoint(const struct sock *s);
int sock_fd(const struct sock *s);
void *sock_zmq(struct sock *s); /* for zmq_poll in the caller's own table */

/** True when a whole message would be taken now. Only the thread that owns the socket can make that untrue again by sending, but for a peer that goes away. */
bool sock_can_send(struct sock *s);
/** Send head, JSON and, for a type that has one, the third frame (NULL body: an empty one). Sets head->major, minor and frames. ERR_AGAIN when the pipe is full or nobody is there, ERR_LIMIT before sending what is over a maximum. */
enum err sock_send(struct sock *s, struct frame_head *head, struct str json, const void *body,
		   size_t body_bytes) WARN_UNUSED;
/** As sock_send(), taking ownership of the body: `release(body, hint)` is called when ZeroMQ is done with it, also on failure. */
enum err sock_send_take(struct sock *s, struct frame_head *head, struct str json, void *body, size_t body_bytes,
			void (*release)(void *, void *), void *hint) WARN_UNUSED;

struct sock_msg {
	struct frame_head head;
	struct str json;
	struct str body; /* empty when the type has two frames */
	bool head_only;  /* the head was readable but the JSON frame is over its maximum or missing: blame bad-header */
	zmq_msg_t parts[3];
	unsigned parts_count;
};

/** ERR_AGAIN when there is none; malformed messages are dropped, counted and logged (20 bytes) here. */
enum err sock_recv(struct sock *s, struct sock_msg *out) WARN_UNUSED;
void sock_msg_fini(struct sock_msg *m);
/** Messages dropped so far for their form. */
uint64_t sock_dropped(const struct sock *s);

#endif
