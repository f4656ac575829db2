#include "proto/sock.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define ENDPOINT_MAX 256
#define RECONNECT_MS 50
#define RECONNECT_MAX_MS 1000
/*
 * Over tcp: ZeroMQ's own heartbeats (ZMTP 3.1, PING and PONG). A way that swallows everything, as a firewall does that has
 * forgotten the connection, else keeps it "open" for a quarter of an hour. A receiver whose queue is full answers no PING,
 * hence a patience as long as the slowest page may take.
 */
#define HEARTBEAT_MS 10000
#define HEARTBEAT_PATIENCE_MS 60000
#define DROP_LOG_MS 1000 /* one line a second at most: a noisy peer must not fill the log */

struct sock_ctx {
	void *zmq;
};

struct sock {
	void *zmq;
	char endpoint[ENDPOINT_MAX];
	uint64_t dropped;
	int64_t next_drop_log_ms;
};

struct sock_ctx *sock_ctx_new(void)
{
	struct sock_ctx *c = calloc(1, sizeof(*c));
	if (c)
		c->zmq = zmq_ctx_new();
	if (!c || !c->zmq)
		abort(); /* at the start of a program */
	zmq_ctx_set(c->zmq, ZMQ_IO_THREADS, 1);
	return c;
}

void sock_ctx_free(struct sock_ctx *c)
{
	if (!c)
		return;
	while (zmq_ctx_term(c->zmq) != 0 && errno == EINTR)
		;
	free(c);
}

static enum err set_int(struct sock *s, int option, int v)
{
	if (zmq_setsockopt(s->zmq, option, &v, sizeof(v)) != 0)
		return err_set(ERR_NET, "cannot set socket option %d to %d: %s", option, v, zmq_strerror(zmq_errno()));
	return ERR_OK;
}

/* The path of an ipc endpoint, or NULL */
static const char *ipc_path(const char *endpoint)
{
	return strncmp(endpoint, "ipc://", 6) == 0 && endpoint[6] != '@' ? endpoint + 6 : NULL;
}

static enum err check_endpoint(const char *endpoint)
{
	const char *path = ipc_path(endpoint);
	if (strlen(endpoint) >= ENDPOINT_MAX)
		return err_set(ERR_USAGE, "endpoint '%s' is longer than %d bytes", endpoint, ENDPOINT_MAX - 1);
	if (path && strlen(path) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		return err_set(ERR_USAGE,
			       "socket path '%s' is longer than %zu bytes: use a data folder with a shorter path", path,
			       sizeof(((struct sockaddr_un *)0)->sun_path) - 1);
	return ERR_OK;
}

static enum err sock_open(struct sock_ctx *c, int type, const char *endpoint, struct sock **out)
{
	*out = NULL;
	enum err e = check_endpoint(endpoint);
	if (e != ERR_OK)
		return e;
	struct sock *s = calloc(1, sizeof(*s));
	if (!s)
		return err_set(ERR_NOMEM, "out of memory for a socket");
	s->zmq = zmq_socket(c->zmq, type);
	if (!s->zmq) {
		free(s);
		return err_set(ERR_NET, "cannot make a socket: %s", zmq_strerror(zmq_errno()));
	}
	*out = s;
	return ERR_OK;
}

static enum err bind_error(const char *endpoint)
{
	int e = zmq_errno();
	if (e == EACCES || e == EROFS)
		return err_set(ERR_DENIED, "cannot bind '%s': %s: check the folder's owner and mode", endpoint,
			       zmq_strerror(e));
	return err_set(e == EADDRINUSE ? ERR_EXIST : ERR_NET, "cannot bind '%s': %s", endpoint, zmq_strerror(e));
}

static enum err bind_endpoint(struct sock *s, const char *endpoint)
{
	const char *path = ipc_path(endpoint);
	struct stat st;
	if (path && lstat(path, &st) == 0) {
		if (!S_ISSOCK(st.st_mode))
			return err_set(ERR_EXIST, "'%s' is in the way of a socket and is no socket: move it away",
				       path);
		unlink(path);
	}
	if (zmq_bind(s->zmq, endpoint) != 0)
		return bind_error(endpoint);
	if (path && chmod(path, 0660) != 0)
		return err_errno(ERR_IO, "cannot set the mode of '%s'", path);
	size_t n = sizeof(s->endpoint);
	if (zmq_getsockopt(s->zmq, ZMQ_LAST_ENDPOINT, s->endpoint, &n) != 0)
		return err_set(ERR_NET, "cannot read the endpoint of '%s': %s", endpoint, zmq_strerror(zmq_errno()));
	return ERR_OK;
}

/* An ipc connection has no way between its ends that could be cut. */
static enum err set_heartbeats(struct sock *s, const char *endpoint)
{
	if (strncmp(endpoint, "tcp://", 6) != 0)
		return ERR_OK;
	enum err e = set_int(s, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS);
	if (e == ERR_OK)
		e = set_int(s, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_PATIENCE_MS);
	return e == ERR_OK ? set_int(s, ZMQ_HEARTBEAT_TTL, HEARTBEAT_PATIENCE_MS) : e;
}

enum err sock_pull_bind(struct sock_ctx *c, const char *endpoint, int hwm_msgs, int64_t max_bytes, struct sock **out)
{
	struct sock *s;
	enum err e = sock_open(c, ZMQ_PULL, endpoint, &s);
	*out = NULL;
	if (e != ERR_OK)
		return e;
	if ((e = set_int(s, ZMQ_RCVHWM, hwm_msgs)) != ERR_OK || (e = set_int(s, ZMQ_LINGER, 0)) != ERR_OK ||
	    (e = set_heartbeats(s, endpoint)) != ERR_OK)
		goto done;
	if (zmq_setsockopt(s->zmq, ZMQ_MAXMSGSIZE, &max_bytes, sizeof(max_bytes)) != 0) {
		e = err_set(ERR_NET, "cannot set the largest frame: %s", zmq_strerror(zmq_errno()));
		goto done;
	}
	e = bind_endpoint(s, endpoint);
done:
	if (e != ERR_OK) {
		sock_free(s);
		return e;
	}
	*out = s;
	return ERR_OK;
}

enum err sock_push_connect(struct sock_ctx *c, const char *endpoint, int hwm_msgs, int linger_ms, struct sock **out)
{
	struct sock *s;
	enum err e = sock_open(c, ZMQ_PUSH, endpoint, &s);
	*out = NULL;
	if (e != ERR_OK)
		return e;
	const int options[][2] = {{ZMQ_SNDHWM, hwm_msgs},
				  {ZMQ_IMMEDIATE, 1},
				  {ZMQ_LINGER, linger_ms},
				  {ZMQ_RECONNECT_IVL, RECONNECT_MS},
				  {ZMQ_RECONNECT_IVL_MAX, RECONNECT_MAX_MS}};
	for (size_t i = 0; i < sizeof(options) / sizeof(*options) && e == ERR_OK; i++)
		e = set_int(s, options[i][0], options[i][1]);
	if (e == ERR_OK)
		e = set_heartbeats(s, endpoint);
	if (e == ERR_OK && zmq_connect(s->zmq, endpoint) != 0)
		e = err_set(ERR_NET, "cannot connect to '%s': %s", endpoint, zmq_strerror(zmq_errno()));
	if (e != ERR_OK) {
		sock_free(s);
		return e;
	}
	snprintf(s->endpoint, sizeof(s->endpoint), "%s", endpoint);
	*out = s;
	return ERR_OK;
}

void sock_free(struct sock *s)
{
	if (!s)
		return;
	zmq_close(s->zmq);
	free(s);
}

const char *sock_endpoint(const struct sock *s)
{
	return s->endpoint;
}

int sock_fd(const struct sock *s)
{
	int fd = -1;
	size_t n = sizeof(fd);
	zmq_getsockopt(s->zmq, ZMQ_FD, &fd, &n);
	return fd;
}

void *sock_zmq(struct sock *s)
{
	return s->zmq;
}

uint64_t sock_dropped(const struct sock *s)
{
	return s->dropped;
}

bool sock_can_send(struct sock *s)
{
	int events = 0;
	size_t n = sizeof(events);
	return zmq_getsockopt(s->zmq, ZMQ_EVENTS, &events, &n) == 0 && (events & ZMQ_POLLOUT);
}

static int send_part(struct sock *s, zmq_msg_t *m, int more)
{
	int n;
	do
		n = zmq_msg_send(m, s->zmq, ZMQ_DONTWAIT | more);
	while (n < 0 && zmq_errno() == EINTR);
	return n;
}

/*
 * Sends all parts or none. When the peer goes away between two parts, ZeroMQ rolls the first ones back and
 * swallows what follows up to a last part: that last part is sent empty, or it would swallow the next message.
 */
static enum err send_parts(struct sock *s, zmq_msg_t parts[3], unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		int more = i + 1 < count ? ZMQ_SNDMORE : 0;
		if (send_part(s, &parts[i], more) >= 0)
			continue;
		int e = zmq_errno();
		if (i > 0 && more) {
			zmq_msg_t end;
			zmq_msg_init(&end);
			send_part(s, &end, 0);
			zmq_msg_close(&end);
		}
		if (e == EAGAIN)
			return ERR_AGAIN;
		return err_set(ERR_NET, "cannot send to '%s': %s", s->endpoint, zmq_strerror(e));
	}
	return ERR_OK;
}

static enum err check_sizes(const struct frame_head *head, struct str json, size_t body_bytes)
{
	if (!frame_count(head->type))
		return err_set(ERR_INTERNAL, "unknown message type %u", head->type);
	if (json.n > FRAME_JSON_MAX)
		return err_set(ERR_LIMIT, "JSON of %s has %zu bytes, at most %d may be sent", msg_type_name(head->type),
			       json.n, FRAME_JSON_MAX);
	if (body_bytes > frame_body_max(head->type))
		return err_set(ERR_LIMIT, "frame 2 of %s has %zu bytes, at most %zu may be sent",
			       msg_type_name(head->type), body_bytes, frame_body_max(head->type));
	return ERR_OK;
}

static enum err copy_part(zmq_msg_t *m, const void *p, size_t n)
{
	if (zmq_msg_init_size(m, n) != 0) {
		zmq_msg_init(m);
		return err_set(ERR_NOMEM, "out of memory for a frame of %zu bytes", n);
	}
	if (n)
		memcpy(zmq_msg_data(m), p, n);
	return ERR_OK;
}

/* parts[2] holds the third frame already; all parts are closed at the end. */
static enum err send_message(struct sock *s, struct frame_head *head, struct str json, zmq_msg_t parts[3])
{
	uint8_t bytes[FRAME_HEAD_BYTES];
	head->major = FRAME_MAJOR;
	head->minor = FRAME_MINOR;
	head->frames = (uint8_t)frame_count(head->type);
	frame_encode(head, bytes);
	enum err e = copy_part(&parts[0], bytes, sizeof(bytes));
	enum err e2 = copy_part(&parts[1], json.p, json.n);
	if (e == ERR_OK)
		e = e2;
	if (e == ERR_OK)
		e = send_parts(s, parts, head->frames);
	for (unsigned i = 0; i < 3; i++)
		zmq_msg_close(&parts[i]);
	return e;
}

enum err sock_send(struct sock *s, struct frame_head *head, struct str json, const void *body, size_t body_bytes)
{
	zmq_msg_t parts[3];
	enum err e = check_sizes(head, json, body ? body_bytes : 0);
	if (e != ERR_OK)
		return e;
	if (body_bytes && !sock_can_send(s))
		return ERR_AGAIN; /* before the copy */
	e = copy_part(&parts[2], body, body ? body_bytes : 0);
	if (e != ERR_OK) {
		zmq_msg_close(&parts[2]);
		return e;
	}
	return send_message(s, head, json, parts);
}

enum err sock_send_take(struct sock *s, struct frame_head *head, struct str json, void *body, size_t body_bytes,
			void (*release)(void *, void *), void *hint)
{
	zmq_msg_t parts[3];
	enum err e = check_sizes(head, json, body_bytes);
	if (e == ERR_OK && zmq_msg_init_data(&parts[2], body, body_bytes, release, hint) != 0)
		e = err_set(ERR_NOMEM, "out of memory for a frame");
	if (e != ERR_OK) {
		release(body, hint);
		return e;
	}
	return send_message(s, head, json, parts);
}

/* Receives one whole message; parts behind the third are dropped and only counted. ERR_AGAIN when there is none. */
static enum err recv_parts(struct sock *s, struct sock_msg *m, unsigned *count)
{
	*count = 0;
	for (;;) {
		zmq_msg_t extra, *part = *count < 3 ? &m->parts[*count] : &extra;
		zmq_msg_init(part);
		int n;
		do
			n = zmq_msg_recv(part, s->zmq, ZMQ_DONTWAIT);
		while (n < 0 && zmq_errno() == EINTR);
		if (n < 0) {
			int e = zmq_errno();
			zmq_msg_close(part);
			if (e == EAGAIN && *count == 0)
				return ERR_AGAIN;
			return err_set(ERR_NET, "cannot receive on '%s': %s", s->endpoint, zmq_strerror(e));
		}
		int more = zmq_msg_more(part);
		if (part == &extra)
			zmq_msg_close(part);
		else
			m->parts_count++;
		if (*count < 255)
			++*count;
		if (!more)
			return ERR_OK;
	}
}

static struct str part_str(zmq_msg_t *part)
{
	return (struct str){zmq_msg_data(part), zmq_msg_size(part)};
}

static enum err read_parts(struct sock_msg *m, unsigned count)
{
	struct str head = part_str(&m->parts[0]);
	unsigned claimed = head.n == FRAME_HEAD_BYTES ? (uint8_t)head.p[7] : 0;
	m->head_only = count == 1;
	enum err e = frame_decode(head.p, head.n, count == 1 ? claimed : count, &m->head);
	if (e != ERR_OK || m->head_only)
		return e;
	m->json = part_str(&m->parts[1]);
	if (count == 3)
		m->body = part_str(&m->parts[2]);
	if (m->body.n > frame_body_max(m->head.type))
		return err_set(ERR_FORMAT, "frame 2 of %s has %zu bytes", msg_type_name(m->head.type), m->body.n);
	if (m->json.n > FRAME_JSON_MAX) {
		m->head_only = true;
		m->json = m->body = STR_NULL;
	}
	return ERR_OK;
}

static void drop(struct sock *s, struct sock_msg *m)
{
	s->dropped++;
	int64_t now = mono_ms();
	if (now < s->next_drop_log_ms)
		return;
	s->next_drop_log_ms = now + DROP_LOG_MS;
	char hex[2 * FRAME_HEAD_BYTES + 1] = "";
	struct str head = m->parts_count ? part_str(&m->parts[0]) : STR_NULL;
	for (size_t i = 0; i < head.n && i < FRAME_HEAD_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned)(uint8_t)head.p[i]);
	log_warn("dropped message %llu on %s (%s): %s", (unsigned long long)s->dropped, s->endpoint, err_text(), hex);
}

enum err sock_recv(struct sock *s, struct sock_msg *out)
{
	for (;;) {
		unsigned count;
		memset(out, 0, sizeof(*out));
		enum err e = recv_parts(s, out, &count);
		if (e == ERR_OK)
			e = read_parts(out, count);
		if (e == ERR_OK)
			return ERR_OK;
		if (e == ERR_FORMAT)
			drop(s, out);
		sock_msg_fini(out);
		if (e != ERR_FORMAT)
			return e;
	}
}

void sock_msg_fini(struct sock_msg *m)
{
	for (unsigned i = 0; i < m->parts_count; i++)
		zmq_msg_close(&m->parts[i]);
	m->parts_count = 0;
	m->json = m->body = STR_NULL;
}
