#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "proto/sock.h"
#include "suite.h"

static struct sock_ctx *ctx;
static char path[64], ipc[80];

static void setup(void)
{
	ctx = sock_ctx_new();
	snprintf(path, sizeof(path), "/tmp/gongkai-test-sock-%d", (int)getpid());
	snprintf(ipc, sizeof(ipc), "ipc://%s", path);
}

static void teardown(void)
{
	sock_ctx_free(ctx);
	unlink(path);
}

static void nap(void)
{
	nanosleep(&(struct timespec){0, 2000000}, NULL);
}

static struct frame_head head_of(unsigned type, uint64_t id)
{
	return (struct frame_head){.type = (uint8_t)type, .fetch_id = id, .epoch = 3};
}

static enum err send_until(struct sock *s, struct frame_head *h, struct str json, const char *body, size_t n)
{
	int64_t end = mono_ms() + 3000;
	enum err e;
	while ((e = sock_send(s, h, json, body, n)) == ERR_AGAIN && mono_ms() < end)
		nap();
	return e;
}

static enum err recv_until(struct sock *s, struct sock_msg *m, int ms)
{
	int64_t end = mono_ms() + ms;
	enum err e;
	while ((e = sock_recv(s, m)) == ERR_AGAIN && mono_ms() < end)
		nap();
	return e;
}

static void pass_one(const char *endpoint)
{
	struct sock *in, *to;
	struct sock_msg m;
	ck_assert_int_eq(sock_pull_bind(ctx, endpoint, 4, 1000, &in), ERR_OK);
	ck_assert_int_eq(sock_push_connect(ctx, sock_endpoint(in), 4, 0, &to), ERR_OK);
	struct frame_head h = head_of(MSG_PAGE, 77);
	ck_assert_int_eq(send_until(to, &h, STR("{}"), "body", 4), ERR_OK);
	ck_assert_int_eq(recv_until(in, &m, 3000), ERR_OK);
	ck_assert_uint_eq(m.head.fetch_id, 77);
	ck_assert_uint_eq(m.head.epoch, 3);
	ck_assert(str_eq_z(m.json, "{}") && str_eq_z(m.body, "body") && !m.head_only);
	sock_msg_fini(&m);
	sock_msg_fini(&m);
	ck_assert_int_eq(sock_recv(in, &m), ERR_AGAIN);
	ck_assert_int_ge(sock_fd(in), 0);
	sock_free(to);
	sock_free(in);
}

START_TEST(over_ipc)
{
	struct stat st;
	pass_one(ipc);
	struct sock *in;
	ck_assert_int_eq(sock_pull_bind(ctx, ipc, 4, 1000, &in), ERR_OK);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0660);
	sock_free(in);
}
END_TEST

START_TEST(over_tcp)
{
	pass_one("tcp://127.0.0.1:*");
}
END_TEST

START_TEST(what_lies_in_the_way)
{
	struct sock *in;
	FILE *f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fclose(f);
	ck_assert_int_eq(sock_pull_bind(ctx, ipc, 4, 1000, &in), ERR_EXIST);
	ck_assert_ptr_null(in);
	ck_assert_int_eq(access(path, F_OK), 0);
	char longer[300];
	memset(longer, 'x', sizeof(longer));
	memcpy(longer, "ipc:///tmp/", 11);
	longer[150] = '\0';
	ck_assert_int_eq(sock_pull_bind(ctx, longer, 4, 1000, &in), ERR_USAGE);
	ck_assert_int_eq(sock_push_connect(ctx, "nonsense", 4, 0, &in), ERR_NET);
	ck_assert_int_eq(sock_pull_bind(ctx, "ipc:///nonexistent/x.sock", 4, 1000, &in), ERR_NET);
	sock_free(NULL);
}
END_TEST

START_TEST(nobody_there_and_full)
{
	struct sock *in, *to;
	struct frame_head h = head_of(MSG_BYE, 0);
	ck_assert_int_eq(sock_push_connect(ctx, ipc, 2, 0, &to), ERR_OK);
	ck_assert_int_eq(sock_send(to, &h, STR("{}"), NULL, 0), ERR_AGAIN);
	ck_assert(!sock_can_send(to));
	ck_assert_int_eq(sock_pull_bind(ctx, ipc, 2, 100000, &in), ERR_OK);
	/* large JSON, so that the kernel's buffers fill early; HWM 2 on both sides */
	static char json[FRAME_JSON_MAX];
	memset(json, ' ', sizeof(json));
	unsigned sent = 0;
	ck_assert_int_eq(send_until(to, &h, (struct str){json, sizeof(json)}, NULL, 0), ERR_OK);
	int64_t end = mono_ms() + 300;
	for (; mono_ms() < end; nap())
		if (sock_send(to, &h, (struct str){json, sizeof(json)}, NULL, 0) == ERR_OK)
			sent++;
	ck_assert_uint_lt(sent, 100);
	ck_assert_int_eq(sock_send(to, &h, (struct str){json, sizeof(json)}, NULL, 0), ERR_AGAIN);
	unsigned got = 0;
	struct sock_msg m;
	while (recv_until(in, &m, 200) == ERR_OK) {
		ck_assert_uint_eq(m.json.n, sizeof(json));
		sock_msg_fini(&m);
		got++;
	}
	ck_assert_uint_eq(got, sent + 1);
	sock_free(to);
	sock_free(in);
}
END_TEST

static int released;

static void release(void *p, void *hint)
{
	(void)hint;
	__atomic_add_fetch(&released, 1, __ATOMIC_SEQ_CST);
	free(p);
}

START_TEST(takes_and_limits)
{
	struct sock *in, *to;
	struct sock_msg m;
	static char json[FRAME_JSON_MAX + 1];
	ck_assert_int_eq(sock_pull_bind(ctx, ipc, 4, FRAME_DOC_MAX, &in), ERR_OK);
	ck_assert_int_eq(sock_push_connect(ctx, ipc, 4, 0, &to), ERR_OK);
	struct frame_head h = head_of(MSG_DOC, 5);
	ck_assert_int_eq(sock_send(to, &h, (struct str){json, sizeof(json)}, "x", 1), ERR_LIMIT);
	ck_assert_int_eq(sock_send_take(to, &h, STR("{}"), malloc(1), FRAME_DOC_MAX + 1, release, NULL), ERR_LIMIT);
	ck_assert_int_eq(released, 1);
	while (!sock_can_send(to))
		nap();
	ck_assert_int_eq(sock_send_take(to, &h, STR("{}"), calloc(1, 100000), 100000, release, NULL), ERR_OK);
	ck_assert_int_eq(recv_until(in, &m, 3000), ERR_OK);
	ck_assert_uint_eq(m.body.n, 100000);
	sock_msg_fini(&m);
	h = head_of(MSG_ACK, 0);
	ck_assert_int_eq(send_until(to, &h, STR("{}"), NULL, 0), ERR_OK);
	ck_assert_int_eq(recv_until(in, &m, 3000), ERR_OK);
	ck_assert_uint_eq(m.body.n, 0);
	sock_msg_fini(&m);
	sock_free(to);
	sock_free(in);
	sock_ctx_free(ctx); /* waits until the I/O thread has let the body go */
	ck_assert_int_eq(released, 2);
	ctx = sock_ctx_new();
}
END_TEST

static void raw_send(struct sock *s, const char *parts[], const size_t sizes[], int count)
{
	for (int i = 0; i < count; i++)
		while (zmq_send(sock_zmq(s), parts[i], sizes[i], ZMQ_DONTWAIT | (i + 1 < count ? ZMQ_SNDMORE : 0)) < 0)
			nap();
}

START_TEST(malformed_is_dropped_and_counted)
{
	struct sock *in, *to;
	struct sock_msg m;
	uint8_t good[FRAME_HEAD_BYTES];
	static char big[FRAME_JSON_MAX + 1];
	struct frame_head h = {FRAME_MAJOR, 0, MSG_FAIL, 2, 9, 1};
	frame_encode(&h, good);
	const char *g = (const char *)good;
	ck_assert_int_eq(sock_pull_bind(ctx, ipc, 100, 100000, &in), ERR_OK);
	ck_assert_int_eq(sock_push_connect(ctx, ipc, 100, 0, &to), ERR_OK);
	raw_send(to, (const char *[]){"hello"}, (size_t[]){5}, 1);
	raw_send(to, (const char *[]){""}, (size_t[]){0}, 1);
	raw_send(to, (const char *[]){"GKR1xxxxxxxxxxxxxxxx", "{}"}, (size_t[]){20, 2}, 2);
	raw_send(to, (const char *[]){g, "{}", "extra"}, (size_t[]){20, 2, 5}, 3);
	raw_send(to, (const char *[]){g, "{}", "a", "b", "c", "d"}, (size_t[]){20, 2, 1, 1, 1, 1}, 6);
	raw_send(to, (const char *[]){g}, (size_t[]){20}, 1);
	raw_send(to, (const char *[]){g, big}, (size_t[]){20, sizeof(big)}, 2);
	raw_send(to, (const char *[]){g, "{}"}, (size_t[]){20, 2}, 2);
	for (int i = 0; i < 2; i++) { /* a readable head without readable JSON is not dropped: someone is to blame */
		ck_assert_int_eq(recv_until(in, &m, 3000), ERR_OK);
		ck_assert(m.head_only && m.head.fetch_id == 9);
		sock_msg_fini(&m);
	}
	ck_assert_int_eq(recv_until(in, &m, 3000), ERR_OK);
	ck_assert(!m.head_only && str_eq_z(m.json, "{}"));
	sock_msg_fini(&m);
	ck_assert_uint_eq(sock_dropped(in), 5);
	sock_free(to);
	sock_free(in);
}
END_TEST

START_TEST(larger_than_the_maximum_is_cut_off)
{
	struct sock *in, *to;
	struct sock_msg m;
	ck_assert_int_eq(sock_pull_bind(ctx, ipc, 10, 1000, &in), ERR_OK);
	ck_assert_int_eq(sock_push_connect(ctx, ipc, 10, 0, &to), ERR_OK);
	struct frame_head h = head_of(MSG_PAGE, 1);
	static char body[5000];
	ck_assert_int_eq(send_until(to, &h, STR("{}"), body, sizeof(body)), ERR_OK);
	ck_assert_int_eq(recv_until(in, &m, 200), ERR_AGAIN);
	h.fetch_id = 2; /* the sender connects again and is heard */
	ck_assert_int_eq(send_until(to, &h, STR("{}"), body, 10), ERR_OK);
	ck_assert_int_eq(recv_until(in, &m, 3000), ERR_OK);
	ck_assert_uint_eq(m.head.fetch_id, 2);
	sock_msg_fini(&m);
	sock_free(to);
	sock_free(in);
}
END_TEST

START_TEST(receiver_that_comes_and_goes)
{
	struct sock *in, *to;
	struct sock_msg m;
	struct frame_head h = head_of(MSG_PAGE, 1);
	static char body[200000];
	ck_assert_int_eq(sock_push_connect(ctx, ipc, 3, 0, &to), ERR_OK);
	for (int round = 0; round < 5; round++) {
		ck_assert_int_eq(sock_pull_bind(ctx, ipc, 3, 1000000, &in), ERR_OK);
		for (int i = 0; i < 6; i++) {
			h.fetch_id = (uint64_t)(round * 100 + i);
			enum err e = send_until(to, &h, STR("{}"), body, sizeof(body));
			ck_assert(e == ERR_OK || e == ERR_AGAIN);
			while (sock_recv(in, &m) == ERR_OK) {
				/* a message is whole or absent, whatever was cut before it */
				ck_assert_uint_eq(m.body.n, sizeof(body));
				sock_msg_fini(&m);
			}
		}
		ck_assert_uint_eq(sock_dropped(in), 0);
		sock_free(in);
	}
	sock_free(to);
}
END_TEST

static void heartbeats_are(struct sock *s, int interval, int patience)
{
	static const int options[] = {ZMQ_HEARTBEAT_IVL, ZMQ_HEARTBEAT_TIMEOUT, ZMQ_HEARTBEAT_TTL};
	for (unsigned i = 0; i < 3; i++) {
		int v = 0;
		size_t n = sizeof(v);
		ck_assert_int_eq(zmq_getsockopt(sock_zmq(s), options[i], &v, &n), 0);
		ck_assert_int_eq(v, i == 0 ? interval : patience);
	}
}

/* Both ends of a way that may be cut ask for signs of life; the ring's own heartbeats go one way only. */
START_TEST(heartbeats_over_tcp_only)
{
	struct sock *in, *to;
	ck_assert_int_eq(sock_pull_bind(ctx, "tcp://127.0.0.1:*", 4, 1000, &in), ERR_OK);
	ck_assert_int_eq(sock_push_connect(ctx, sock_endpoint(in), 4, 0, &to), ERR_OK);
	heartbeats_are(in, 10000, 60000);
	heartbeats_are(to, 10000, 60000);
	sock_free(to);
	sock_free(in);
	ck_assert_int_eq(sock_pull_bind(ctx, ipc, 4, 1000, &in), ERR_OK);
	ck_assert_int_eq(sock_push_connect(ctx, ipc, 4, 0, &to), ERR_OK);
	int v = 1;
	size_t n = sizeof(v);
	ck_assert_int_eq(zmq_getsockopt(sock_zmq(in), ZMQ_HEARTBEAT_IVL, &v, &n), 0);
	ck_assert_int_eq(v, 0);
	ck_assert_int_eq(zmq_getsockopt(sock_zmq(to), ZMQ_HEARTBEAT_IVL, &v, &n), 0);
	ck_assert_int_eq(v, 0);
	sock_free(to);
	sock_free(in);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sock");
	TCase *t = tcase_create("sock");
	tcase_set_timeout(t, 30);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, over_ipc);
	tcase_add_test(t, over_tcp);
	tcase_add_test(t, heartbeats_over_tcp_only);
	tcase_add_test(t, what_lies_in_the_way);
	tcase_add_test(t, nobody_there_and_full);
	tcase_add_test(t, takes_and_limits);
	tcase_add_test(t, malformed_is_dropped_and_counted);
	tcase_add_test(t, larger_than_the_maximum_is_cut_off);
	tcase_add_test(t, receiver_that_comes_and_goes);
	suite_add_tcase(s, t);
	return suite_run(s);
}
