/*
 * The real gongkai-parser of the test build over real sockets; this test is its fetcher and its sink.
 */
#include <check.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "proto/msg.h"
#include "proto/sock.h"
#include "tests/unit/program.h"
#include "suite.h"

#define WAIT_MS 20000

static struct sock_ctx *ctx;
static struct sock *control, *docs, *pages;
static struct arena *arena;
static struct buf json;
static char folder[64];
static const char *program;
static pid_t parser;
static int drain_fd;
static struct msg_heartbeat heartbeat; /* the last one */

static void nap(void)
{
	nanosleep(&(struct timespec){0, 3000000}, NULL);
}

static void bind_docs(void)
{
	char ep[128];
	snprintf(ep, sizeof(ep), "ipc://%s/run/docs.sock", folder);
	ck_assert_int_eq(sock_pull_bind(ctx, ep, 17, FRAME_DOC_MAX, &docs), ERR_OK);
}

static void start_parser(void)
{
	int fds[2];
	ck_assert_int_eq(pipe(fds), 0);
	parser = fork();
	if (parser == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(fds[1]);
		dup2(fds[0], 3);
		setenv("GONGKAI_CONF", "/nonexistent", 1);
		execl(program, program, "--data", folder, "--name", "t", "--drain-fd", "3", (char *)NULL);
		_exit(127);
	}
	close(fds[0]);
	drain_fd = fds[1];
}

static void setup(void)
{
	char ep[128];
	program = program_path("gongkai-parser");
	snprintf(folder, sizeof(folder), "/tmp/gongkai-test-parser-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(ep, sizeof(ep), "%s/run", folder);
	ck_assert_int_eq(mkdir(ep, 0700), 0);
	ctx = sock_ctx_new();
	arena = arena_new(64u << 20);
	buf_init(&json, 1u << 20);
	snprintf(ep, sizeof(ep), "ipc://%s/run/control.sock", folder);
	ck_assert_int_eq(sock_pull_bind(ctx, ep, 100, FRAME_BODY_MAX, &control), ERR_OK);
	bind_docs();
	start_parser();
}

static void stop_parser(void)
{
	kill(parser, SIGKILL);
	waitpid(parser, NULL, 0);
}

static void teardown(void)
{
	char command[200];
	sock_free(pages);
	sock_free(control);
	sock_free(docs);
	sock_ctx_free(ctx);
	arena_free(arena);
	buf_fini(&json);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

/* The next message of that type for that fetch from a socket (0: any fetch); heartbeats passing by are kept. */
static bool await(struct sock *from, uint8_t type, uint64_t id, struct sock_msg *out, int ms)
{
	int64_t end = mono_ms() + ms;
	do {
		enum err e = sock_recv(from, out);
		if (e == ERR_AGAIN) {
			nap();
			continue;
		}
		ck_assert_int_eq(e, ERR_OK);
		if (out->head.type == MSG_HEARTBEAT)
			ck_assert_int_eq(msg_heartbeat_decode(out->json, arena, &heartbeat), ERR_OK);
		if (out->head.type == type && (!id || out->head.fetch_id == id))
			return true;
		sock_msg_fini(out);
	} while (mono_ms() < end);
	return false;
}

static void meet(void)
{
	struct sock_msg m;
	ck_assert_msg(await(control, MSG_HEARTBEAT, 0, &m, WAIT_MS), "no heartbeat");
	sock_msg_fini(&m);
	ck_assert_int_eq(heartbeat.pid, parser);
	ck_assert_int_eq(heartbeat.credit_msgs, 16);
	ck_assert_int_eq(heartbeat.credit_bytes, 16 * 1024 * 1024);
	ck_assert_int_eq(sock_push_connect(ctx, heartbeat.endpoint, 17, 0, &pages), ERR_OK);
}

static struct msg_page page_of(const char *body, size_t n, char sha[65])
{
	sha256_hex(body, n, sha);
	return (struct msg_page){.url = "http://www.a.gov.cn/nb.htm",
				 .final_url = "http://www.a.gov.cn/nb.htm",
				 .content_type = "text/html; charset=utf-8",
				 .content_encoding = "",
				 .status = 200,
				 .fetched_at = 1763712000000,
				 .context = "{\"anchor\":\"年报\"}",
				 .warc = {"a.warc.gz", 10, 20},
				 .parse_seq = 5,
				 .body_len = (int64_t)n,
				 .body_sha256 = sha};
}

static void send_raw(uint64_t id, struct str text, const void *body, size_t n)
{
	struct frame_head h = {.type = MSG_PAGE, .fetch_id = id, .epoch = 2};
	int64_t end = mono_ms() + WAIT_MS;
	enum err e;
	while ((e = sock_send(pages, &h, text, body, n)) == ERR_AGAIN && mono_ms() < end)
		nap();
	ck_assert_int_eq(e, ERR_OK);
}

static void send_page(uint64_t id, const char *body)
{
	char sha[65];
	struct msg_page p = page_of(body, strlen(body), sha);
	ck_assert_int_eq(msg_page_encode(&p, &json), ERR_OK);
	send_raw(id, buf_str(&json), body, strlen(body));
}

static void expect_doc(uint64_t id)
{
	struct sock_msg m;
	struct msg_doc d;
	char sha[65];
	ck_assert_msg(await(docs, MSG_DOC, id, &m, WAIT_MS), "no document of fetch %d", (int)id);
	ck_assert_int_eq(msg_doc_decode(m.json, arena, &d), ERR_OK);
	ck_assert_uint_eq(m.head.epoch, 2);
	ck_assert_uint_eq(d.parse_seq, 5);
	ck_assert_str_eq(d.url, "http://www.a.gov.cn/nb.htm");
	ck_assert_str_eq(d.context, "{\"anchor\":\"年报\"}");
	ck_assert_str_eq(d.warc.file, "a.warc.gz");
	ck_assert_int_eq(d.doc_len, (int64_t)m.body.n);
	sha256_hex(m.body.p, m.body.n, sha);
	ck_assert_str_eq(d.doc_sha256, sha);
	ck_assert(str_starts(m.body, STR("{")) && str_find(m.body, STR("http://www.a.gov.cn/nb.htm"), 0) > 0);
	sock_msg_fini(&m);
}

static struct msg_fail expect_fail(uint64_t id)
{
	struct sock_msg m;
	struct msg_fail f;
	ck_assert_msg(await(control, MSG_FAIL, id, &m, WAIT_MS), "no FAIL of fetch %d", (int)id);
	ck_assert_int_eq(msg_fail_decode(m.json, arena, &f), ERR_OK);
	ck_assert_uint_eq(m.head.epoch, 2);
	ck_assert_str_eq(f.stage, "parse");
	sock_msg_fini(&m);
	return f;
}

static void expect_drained(void)
{
	struct sock_msg m;
	struct msg_bye bye;
	int status;
	ck_assert_msg(await(control, MSG_BYE, 0, &m, WAIT_MS), "no BYE");
	ck_assert_int_eq(msg_bye_decode(m.json, arena, &bye), ERR_OK);
	ck_assert_str_eq(bye.boot_id, heartbeat.boot_id);
	sock_msg_fini(&m);
	ck_assert_int_eq(waitpid(parser, &status, 0), parser);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "wait status %#x", (unsigned)status);
}

#define GOOD "<html><title>年报</title><body><p>2023年，主动公开政府信息5条。</p></body></html>"

START_TEST(pages_become_documents_and_a_drain_ends_it)
{
	meet();
	for (uint64_t id = 1; id <= 10; id++)
		send_page(id, GOOD);
	for (uint64_t id = 1; id <= 10; id++)
		expect_doc(id);
	send_page(11, "");
	expect_doc(11);
	send_page(12, GOOD);
	expect_doc(12);
	close(drain_fd);
	expect_drained();
}
END_TEST

START_TEST(poison_harms_nobody_else)
{
	static const struct {
		const char *body, *code;
		int signal;
	} cases[] = {{"<!-- gongkai-fault: segv -->", "parser-crash", SIGSEGV},
		     {"<!-- gongkai-fault: abrt -->", "parser-crash", SIGABRT},
		     {"<!-- gongkai-fault: memory -->", "parser-memory", 0},
		     {"<!-- gongkai-fault: kill -->", "lease-lost", SIGKILL},
		     {"<!-- gongkai-fault: transient -->", "not-parsable", 0},
		     {"<!-- gongkai-fault: spin -->", "parser-timeout", SIGXCPU}};
	meet();
	for (uint64_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		send_page(100 + i, cases[i].body);
		send_page(200 + i, GOOD);
		struct msg_fail f = expect_fail(100 + i);
		/* on a machine under load the wall clock may come before the CPU time */
		bool late = cases[i].signal == SIGXCPU && f.signal == SIGKILL;
		ck_assert_msg(!strcmp(f.code, cases[i].code) && (f.signal == cases[i].signal || late) && !f.permanent,
			      "case %d: %s, signal %d: %s", (int)i, f.code, f.signal, f.detail);
		ck_assert_uint_gt(strlen(f.detail), 5);
		expect_doc(200 + i);
	}
	kill(parser, SIGTERM);
	expect_drained();
}
END_TEST

START_TEST(bad_headers_are_blamed_on_their_page)
{
	char sha[65];
	struct msg_page p = page_of("abc", 3, sha);
	meet();
	send_raw(1, STR("{\"url\":"), "abc", 3);
	ck_assert_str_eq(expect_fail(1).code, "bad-header");
	ck_assert_int_eq(msg_page_encode(&p, &json), ERR_OK);
	send_raw(2, buf_str(&json), "abcd", 4);
	ck_assert_str_eq(expect_fail(2).code, "bad-header");
	send_raw(3, buf_str(&json), "abd", 3);
	struct msg_fail f = expect_fail(3);
	ck_assert(!strcmp(f.code, "bad-header") && !f.permanent);
	zmq_send(sock_zmq(pages), "garbage", 7, 0);
	zmq_send(sock_zmq(pages), "", 0, ZMQ_SNDMORE);
	zmq_send(sock_zmq(pages), "x", 1, 0);
	struct frame_head bye = {.type = MSG_BYE};
	ck_assert_int_eq(sock_send(pages, &bye, STR("{}"), NULL, 0), ERR_OK);
	send_page(4, GOOD);
	expect_doc(4);
	stop_parser();
}
END_TEST

START_TEST(a_damaged_encoding_is_permanent)
{
	char sha[65];
	struct msg_page p = page_of("!not gzip at all", 16, sha);
	meet();
	p.content_encoding = "gzip";
	ck_assert_int_eq(msg_page_encode(&p, &json), ERR_OK);
	send_raw(1, buf_str(&json), "!not gzip at all", 16);
	struct msg_fail f = expect_fail(1);
	ck_assert(!strcmp(f.code, "inflate") && f.permanent);
	stop_parser();
}
END_TEST

static unsigned stages(enum page_stage stage)
{
	unsigned n = 0;
	for (unsigned i = 0; i < heartbeat.pages_count; i++)
		n += heartbeat.pages[i].stage == stage;
	return n;
}

START_TEST(a_silent_sink_stops_parsing_not_heartbeats)
{
	struct sock_msg m;
	meet();
	send_page(1, GOOD);
	expect_doc(1);
	sock_free(docs);
	docs = NULL;
	nanosleep(&(struct timespec){0, 300000000}, NULL); /* until the parser knows: what it sends before is lost */
	for (uint64_t id = 2; id <= 6; id++)
		send_page(id, GOOD);
	int64_t end = mono_ms() + WAIT_MS;
	while (mono_ms() < end && !(heartbeat.blocked_on && stages(STAGE_QUEUED) == 4)) {
		ck_assert(await(control, MSG_HEARTBEAT, 0, &m, WAIT_MS));
		sock_msg_fini(&m);
	}
	ck_assert_str_eq(heartbeat.blocked_on, "sink");
	ck_assert_uint_eq(stages(STAGE_PARSING), 1);
	ck_assert_uint_eq(stages(STAGE_HANDED), 1);
	bind_docs();
	for (uint64_t id = 2; id <= 6; id++)
		expect_doc(id);
	stop_parser();
}
END_TEST

START_TEST(failures_wait_for_the_fetcher)
{
	char ep[128];
	meet();
	sock_free(control);
	nanosleep(&(struct timespec){0, 300000000}, NULL);
	send_page(1, "<!-- gongkai-fault: abrt -->");
	send_page(2, GOOD);
	expect_doc(2);
	snprintf(ep, sizeof(ep), "ipc://%s/run/control.sock", folder);
	ck_assert_int_eq(sock_pull_bind(ctx, ep, 100, FRAME_BODY_MAX, &control), ERR_OK);
	ck_assert_str_eq(expect_fail(1).code, "parser-crash");
	stop_parser();
}
END_TEST

static long resident_kb(pid_t pid)
{
	char path[64], line[200];
	long kb = -1;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmHWM: %ld kB", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return kb;
}

START_TEST(a_large_body_goes_through_with_bounded_memory)
{
	size_t n = 16u * 1024 * 1024;
	char sha[65], *body = malloc(n);
	/* text/plain of one long line each kilobyte: cut by the document's limits, never a failure */
	memset(body, 'x', n);
	for (size_t i = 1023; i < n; i += 1024)
		body[i] = '\n';
	struct msg_page p = page_of(body, n, sha);
	p.content_type = "text/plain";
	meet();
	ck_assert_int_eq(msg_page_encode(&p, &json), ERR_OK);
	send_raw(1, buf_str(&json), body, n);
	expect_doc(1);
	send_page(2, GOOD);
	expect_doc(2);
#ifndef GONGKAI_SANITIZE
	ck_assert_int_lt(resident_kb(parser), 64 * 1024);
#endif
	ck_assert_int_gt(resident_kb(parser), 0);
	free(body);
	stop_parser();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parser_process");
	TCase *t = tcase_create("parser_process");
	tcase_set_timeout(t, 90);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, pages_become_documents_and_a_drain_ends_it);
	tcase_add_test(t, poison_harms_nobody_else);
	tcase_add_test(t, bad_headers_are_blamed_on_their_page);
	tcase_add_test(t, a_damaged_encoding_is_permanent);
	tcase_add_test(t, a_silent_sink_stops_parsing_not_heartbeats);
	tcase_add_test(t, failures_wait_for_the_fetcher);
	tcase_add_test(t, a_large_body_goes_through_with_bounded_memory);
	suite_add_tcase(s, t);
	return suite_run(s);
}
