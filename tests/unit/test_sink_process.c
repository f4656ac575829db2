/* The real gongkai-sink over its sockets: ACK after commit, kills around the commit, garbage, full disk, memory. */
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "proto/sock.h"
#include "tests/unit/program.h"
#include "tests/unit/store_fixture.h"
#include "suite.h"

#define WAIT_MS 30000
#define URL_A "http://a.gov.cn/1.htm"

static struct sock_ctx *ctx;
static struct sock *control, *docs;
static pid_t sink_pid;
static int drain_pipe[2];
static char boot[37]; /* of the last SINK */

/* kill_point: "name" or NULL; file_limit: bytes or 0 */
static void start_sink(const char *kill_point, rlim_t file_limit)
{
	char fd[16];
	const char *program = program_path("gongkai-sink");
	ck_assert_int_eq(pipe(drain_pipe), 0);
	sink_pid = fork();
	ck_assert_int_ge(sink_pid, 0);
	if (sink_pid == 0) {
		close(drain_pipe[1]);
		snprintf(fd, sizeof fd, "%d", drain_pipe[0]);
		if (kill_point)
			setenv("GONGKAI_KILL", kill_point, 1);
		if (file_limit)
			setrlimit(RLIMIT_FSIZE, &(struct rlimit){file_limit, file_limit});
		execl(program, "gongkai-sink", "--data", fixture_dir, "--drain-fd", fd, "--quiet", (char *)NULL);
		_exit(127);
	}
	close(drain_pipe[0]);
}

static int wait_sink(void)
{
	int status;
	ck_assert_int_eq(waitpid(sink_pid, &status, 0), sink_pid);
	close(drain_pipe[1]);
	sink_pid = 0;
	return status;
}

/* The next message of one type; other types are thrown away, SINK is noted. False after wait_ms. */
static bool next_of(uint8_t type, struct sock_msg *m, int wait_ms)
{
	int64_t end = mono_ms() + wait_ms;
	do {
		zmq_pollitem_t item = {.socket = sock_zmq(control), .events = ZMQ_POLLIN};
		zmq_poll(&item, 1, 50);
		while (sock_recv(control, m) == ERR_OK) {
			if (m->head.type == MSG_SINK) {
				struct arena *a = arena_new(1024 * 1024);
				struct msg_sink s;
				ck_assert_int_eq(msg_sink_decode(m->json, a, &s), ERR_OK);
				snprintf(boot, sizeof boot, "%s", s.boot_id);
				arena_free(a);
			}
			if (m->head.type == type)
				return true;
			sock_msg_fini(m);
		}
	} while (mono_ms() < end);
	return false;
}

static void send_raw(struct frame_head head, struct str json, struct str body)
{
	int64_t end = mono_ms() + WAIT_MS;
	enum err e;
	while ((e = sock_send(docs, &head, json, body.p, body.n)) == ERR_AGAIN && mono_ms() < end)
		usleep(1000);
	ck_assert_msg(e == ERR_OK, "%s", err_text());
}

static void send_doc(const char *url, uint64_t fetch_id, uint64_t parse_seq, struct str body, const char *sha)
{
	char hex[65];
	struct buf json;
	struct msg_doc m = fixture_head(url, parse_seq);
	sha256_hex(body.p, body.n, hex);
	m.doc_len = (int64_t)body.n;
	m.doc_sha256 = sha ? sha : hex;
	buf_init(&json, FRAME_JSON_MAX);
	ck_assert_msg(msg_doc_encode(&m, &json) == ERR_OK, "%s", err_text());
	send_raw((struct frame_head){.type = MSG_DOC, .fetch_id = fetch_id, .epoch = 3}, buf_str(&json), body);
	buf_fini(&json);
}

/* Waits for the ACK of one fetch. */
static enum ack_result ack_of(uint64_t fetch_id)
{
	struct sock_msg m;
	struct arena *a = arena_new(8 * 1024 * 1024);
	enum ack_result result = ACK_STORED;
	bool found = false;
	while (!found) {
		struct msg_ack ack;
		ck_assert_msg(next_of(MSG_ACK, &m, WAIT_MS), "no ACK of fetch %llu", (unsigned long long)fetch_id);
		ck_assert_msg(msg_ack_decode(m.json, a, &ack) == ERR_OK, "%s", err_text());
		ck_assert_str_eq(ack.boot_id, boot);
		for (unsigned i = 0; i < ack.acks_count; i++)
			if (ack.acks[i].fetch_id == fetch_id) {
				ck_assert_uint_eq(ack.acks[i].epoch, 3);
				ck_assert_str_eq(ack.acks[i].lexicon, FIXTURE_LEXICON);
				result = ack.acks[i].result;
				found = true;
			}
		sock_msg_fini(&m);
	}
	arena_free(a);
	return result;
}

static void expect_fail(uint64_t fetch_id, const char *code)
{
	struct sock_msg m;
	struct msg_fail f;
	struct arena *a = arena_new(1024 * 1024);
	ck_assert(next_of(MSG_FAIL, &m, WAIT_MS));
	ck_assert_int_eq(msg_fail_decode(m.json, a, &f), ERR_OK);
	ck_assert_uint_eq(m.head.fetch_id, fetch_id);
	ck_assert_uint_eq(m.head.epoch, 3);
	ck_assert(f.permanent);
	ck_assert_str_eq(f.code, code);
	ck_assert_uint_gt(strlen(f.detail), 0);
	sock_msg_fini(&m);
	arena_free(a);
}

static int64_t count_documents(void)
{
	char path[128];
	sqlite3 *db;
	sqlite3_stmt *st;
	snprintf(path, sizeof path, "%s/store.db", fixture_dir);
	ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT count(*) FROM documents", -1, &st, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(st), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

static void connect_docs(void)
{
	char endpoint[128];
	snprintf(endpoint, sizeof endpoint, "ipc://%s/run/docs.sock", fixture_dir);
	ck_assert_msg(sock_push_connect(ctx, endpoint, 17, 0, &docs) == ERR_OK, "%s", err_text());
}

static void bind_control(void)
{
	char endpoint[128], dir[96];
	snprintf(dir, sizeof dir, "%s/run", fixture_dir);
	mkdir(dir, 0750);
	snprintf(endpoint, sizeof endpoint, "ipc://%s/control.sock", dir);
	ck_assert_msg(sock_pull_bind(ctx, endpoint, 100, 2 * FRAME_LINKS_MAX, &control) == ERR_OK, "%s", err_text());
}

static void begin(void)
{
	fixture_begin();
	ctx = sock_ctx_new();
	bind_control();
	connect_docs();
}

static void end(void)
{
	if (sink_pid > 0) {
		kill(sink_pid, SIGKILL);
		wait_sink();
	}
	sock_free(docs);
	sock_free(control);
	sock_ctx_free(ctx);
	fixture_end();
}

START_TEST(test_ack_after_commit_and_clean_stop)
{
	struct sock_msg m;
	char *one = fixture_report("first", NULL, 2014);
	start_sink(NULL, 0);
	ck_assert(next_of(MSG_SINK, &m, WAIT_MS));
	sock_msg_fini(&m);
	send_doc(URL_A, 10, 1, str_of(one), NULL);
	ck_assert(next_of(MSG_ACK, &m, WAIT_MS));
	ck_assert_int_eq(count_documents(), 1);
	struct arena *a = arena_new(1024 * 1024);
	struct msg_ack ack;
	struct msg_link link;
	ck_assert_int_eq(msg_ack_decode(m.json, a, &ack), ERR_OK);
	ck_assert_int_eq(ack.commit, 1);
	ck_assert_int_eq(ack.acks[0].result, ACK_STORED);
	ck_assert_int_eq(ack.acks[0].reports, 1);
	ck_assert_int_eq(msg_link_decode((struct str){m.body.p, m.body.n - 1}, a, &link), ERR_OK);
	ck_assert_uint_eq(link.fetch_id, 10);
	ck_assert_str_eq(link.url, "http://a.gov.cn/2.htm");
	sock_msg_fini(&m);
	send_doc(URL_A, 10, 1, str_of(one), NULL);
	ck_assert_int_eq(ack_of(10), ACK_DUPLICATE);
	send_doc(URL_A, 11, 2, str_of(one), NULL);
	ck_assert_int_eq(ack_of(11), ACK_UNCHANGED);
	/* what is on its way when the pipe ends is still committed and told */
	send_doc("http://a.gov.cn/9.htm", 12, 3, str_of(one), NULL);
	kill(sink_pid, SIGINT); /* not for it: it has a drain pipe */
	usleep(20000);
	close(drain_pipe[1]);
	ck_assert_int_eq(ack_of(12), ACK_STORED);
	ck_assert(next_of(MSG_BYE, &m, WAIT_MS));
	sock_msg_fini(&m);
	int status = wait_sink();
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	arena_free(a);
	free(one);
}
END_TEST

START_TEST(test_killed_around_the_commit)
{
	static const struct {
		const char *point;
		int64_t documents;
		enum ack_result again;
	} cases[] = {{"sink.batch.pre", 0, ACK_STORED},
		     {"sink.commit.pre", 0, ACK_STORED},
		     {"sink.commit.post", 1, ACK_DUPLICATE},
		     {"ack.send.post", 1, ACK_DUPLICATE}};
	char *one = fixture_report("first", NULL, 2014);
	struct sock_msg m;
	start_sink(cases[_i].point, 0);
	ck_assert(next_of(MSG_SINK, &m, WAIT_MS));
	sock_msg_fini(&m);
	char first[37];
	snprintf(first, sizeof first, "%s", boot);
	send_doc(URL_A, 10, 1, str_of(one), NULL);
	int status = wait_sink();
	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "%s was not reached", cases[_i].point);
	ck_assert_int_eq(count_documents(), cases[_i].documents);
	/* an ACK of the dead boot may have come through; nothing is expected of it */
	start_sink(NULL, 0);
	do {
		ck_assert(next_of(MSG_SINK, &m, WAIT_MS));
		sock_msg_fini(&m);
	} while (strcmp(first, boot) == 0);
	send_doc(URL_A, 10, 1, str_of(one), NULL);
	ck_assert_int_eq(ack_of(10), cases[_i].again);
	ck_assert_int_eq(count_documents(), 1);
	free(one);
}
END_TEST

START_TEST(test_garbage)
{
	static const char wrong_sha[] = "0000000000000000000000000000000000000000000000000000000000000000";
	char *one = fixture_report("first", NULL, 2014);
	start_sink(NULL, 0);
	void *raw = sock_zmq(docs);
	const struct {
		const void *p;
		size_t n;
	} junk[] = {{"", 0}, {"GKR1", 4}, {"GKR1\x01\x00\x03\x03\0\0\0\0\0\0\0\1\0\0\0\1", 20}, {"\xff\xff\xff", 3}};
	for (size_t i = 0; i < sizeof junk / sizeof junk[0]; i++)
		while (zmq_send(raw, junk[i].p, junk[i].n, ZMQ_DONTWAIT) < 0)
			usleep(1000);
	for (int i = 0; i < 9; i++)
		zmq_send(raw, "part", 4, ZMQ_SNDMORE);
	zmq_send(raw, "end", 3, 0);
	/* the third of the junk has a readable head and no JSON: its page is told, with its own epoch */
	struct sock_msg m;
	ck_assert(next_of(MSG_FAIL, &m, WAIT_MS));
	ck_assert_uint_eq(m.head.fetch_id, 1);
	sock_msg_fini(&m);
	send_raw((struct frame_head){.type = MSG_DOC, .fetch_id = 20, .epoch = 3}, STR("{"), STR("{}"));
	expect_fail(20, "bad-header");
	send_doc(URL_A, 21, 1, str_of(one), wrong_sha);
	expect_fail(21, "bad-header");
	send_doc(URL_A, 22, 1, STR("{\"text\":1}"), NULL);
	expect_fail(22, "not-parsable");
	send_doc("", 23, 1, str_of(one), NULL);
	expect_fail(23, "bad-header");
	send_doc(URL_A, UINT64_MAX / 2, 1, str_of(one), NULL);
	expect_fail(UINT64_MAX / 2, "bad-header");
	send_raw((struct frame_head){.type = MSG_BYE, .fetch_id = 1}, STR("{\"boot_id\":\"x\"}"), STR_NULL);
	send_doc(URL_A, 24, 1, str_of(one), NULL);
	ck_assert_int_eq(ack_of(24), ACK_STORED);
	ck_assert_int_eq(count_documents(), 1);
	free(one);
}
END_TEST

START_TEST(test_full_disk_gives_no_ack_and_status_5)
{
	struct sock_msg m;
	char *text = malloc(100001);
	memset(text, 'x', 100000);
	text[100000] = '\0';
	char *big = fixture_plain(text, "[]");
	start_sink(NULL, 1024 * 1024);
	ck_assert(next_of(MSG_SINK, &m, WAIT_MS));
	sock_msg_fini(&m);
	uint64_t acked = 0;
	for (uint64_t i = 1; i <= 100; i++) {
		char url[64];
		snprintf(url, sizeof url, "http://a.gov.cn/%llu", (unsigned long long)i);
		send_doc(url, i, i, str_of(big), NULL);
		if (!next_of(MSG_ACK, &m, 1000))
			break;
		acked++;
		sock_msg_fini(&m);
	}
	int status = wait_sink();
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 5);
	ck_assert_int_gt((int64_t)acked, 0);
	/* with room again everything that was acknowledged is there */
	start_sink(NULL, 0);
	ck_assert(next_of(MSG_SINK, &m, WAIT_MS));
	sock_msg_fini(&m);
	ck_assert_int_eq(count_documents(), (int64_t)acked);
	free(big);
	free(text);
}
END_TEST

START_TEST(test_second_sink_and_bad_flags)
{
	struct sock_msg m;
	int status;
	start_sink(NULL, 0);
	ck_assert(next_of(MSG_SINK, &m, WAIT_MS));
	sock_msg_fini(&m);
	const char *const arguments[][3] = {
		{"--data", fixture_dir, "4"}, {"--keep-text", "some", "2"}, {"--nonsense", "x", "2"}};
	for (size_t i = 0; i < 3; i++) {
		pid_t pid = fork();
		if (pid == 0) {
			fclose(stderr);
			execl(program_path("gongkai-sink"), "gongkai-sink", arguments[i][0], arguments[i][1],
			      (char *)NULL);
			_exit(127);
		}
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFEXITED(status));
		ck_assert_int_eq(WEXITSTATUS(status), atoi(arguments[i][2]));
	}
}
END_TEST

START_TEST(test_acks_wait_for_the_fetcher)
{
	struct sock_msg m;
	char *one = fixture_report("first", NULL, 2014);
	start_sink(NULL, 0);
	ck_assert(next_of(MSG_SINK, &m, WAIT_MS));
	sock_msg_fini(&m);
	sock_free(control); /* the fetcher is gone */
	control = NULL;
	usleep(100000);
	for (uint64_t i = 1; i <= 5; i++) {
		char url[64];
		snprintf(url, sizeof url, "http://a.gov.cn/%llu", (unsigned long long)i);
		send_doc(url, i, i, str_of(one), NULL);
		usleep(80000);
	}
	bind_control();
	ck_assert_int_eq(ack_of(5), ACK_STORED);
	free(one);
}
END_TEST

static long peak_kib(pid_t pid)
{
	char path[64], line[256];
	long kib = 0;
	snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
	FILE *f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f))
		if (sscanf(line, "VmHWM: %ld", &kib) == 1)
			break;
	fclose(f);
	return kib;
}

/* A document at its largest: 4 MiB of text, 20,000 links, the rest tables. */
static struct buf largest_document(void)
{
	struct buf b;
	buf_init(&b, FRAME_DOC_MAX);
	buf_add_z(&b, "{\"kind\":\"html\",\"text\":\"");
	for (int i = 0; i < 1398000; i++)
		buf_add_z(&b, "字");
	buf_add_z(&b, "\",\"links\":[");
	for (int i = 0; i < 20000; i++)
		buf_printf(&b,
			   "%s{\"url\":\"http://a.gov.cn/"
			   "%d.htm\",\"text\":\"年度报告\",\"rel\":\"a\",\"context\":{\"t\":\"%d\"}}",
			   i ? "," : "", i, i);
	buf_add_z(&b, "],\"reports\":[{\"year\":2014,\"tables\":[");
	for (int t = 0; b.n < FRAME_DOC_MAX - 64 * 1024; t++) {
		buf_printf(&b, "%s{\"id\":\"t%d\",\"rows\":[", t ? "," : "", t);
		for (int r = 0; r < 200; r++)
			buf_printf(&b, "%s[\"政府信息公开\",\"%d\",\"0\",\"0\",\"0\"]", r ? "," : "", r);
		buf_add_z(&b, "]}");
	}
	buf_add_z(&b, "]}]}");
	ck_assert_int_eq(b.sticky, ERR_OK);
	return b;
}

START_TEST(test_memory_with_the_largest_documents)
{
	struct sock_msg m;
	struct buf b = largest_document();
	start_sink(NULL, 0);
	ck_assert(next_of(MSG_SINK, &m, WAIT_MS));
	sock_msg_fini(&m);
	/* the second waits in the socket while the first is written */
	send_doc("http://a.gov.cn/1.htm", 1, 1, buf_str(&b), NULL);
	send_doc("http://a.gov.cn/2.htm", 2, 2, buf_str(&b), NULL);
	ck_assert_int_eq(ack_of(2), ACK_STORED);
	long kib = peak_kib(sink_pid);
	printf("peak of gongkai-sink with documents of 8 MiB: %ld KiB\n", kib);
#ifndef GONGKAI_SANITIZE
	ck_assert_int_lt(kib, 64 * 1024);
#endif
	buf_fini(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sink_process");
	TCase *t = tcase_create("process");
	tcase_add_checked_fixture(t, begin, end);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, test_ack_after_commit_and_clean_stop);
	tcase_add_loop_test(t, test_killed_around_the_commit, 0, 4);
	tcase_add_test(t, test_garbage);
	tcase_add_test(t, test_full_disk_gives_no_ack_and_status_5);
	tcase_add_test(t, test_second_sink_and_bad_flags);
	tcase_add_test(t, test_acks_wait_for_the_fetcher);
	tcase_add_test(t, test_memory_with_the_largest_documents);
	suite_add_tcase(s, t);
	return suite_run(s);
}
