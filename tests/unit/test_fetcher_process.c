/*
 * The real gongkai-fetcher of the test build over real sockets; this test is its parsers, its sink and the site that it
 * crawls: which parser gets pages (PROTOCOL.md, rule 7).
 */
#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "fetcher/inbox.h"
#include "proto/msg.h"
#include "proto/sock.h"
#include "tests/unit/program.h"
#include "suite.h"

#define WAIT_MS 20000
#define LEXICON "0123456789abcdef"
#define SINK_BOOT "2b0fbd3e-0000-4000-8000-000000000001"
#define GENERATION "2b0fbd3e-0000-4000-8000-000000000002"
#define BODY "<html><body><p>one page</p></body></html>"

static struct sock_ctx *ctx;
static struct sock *control, *foreign, *own;
static struct arena *arena;
static char folder[64], page_url[64];
static pid_t fetcher, site;
static int drain_fd;
static int64_t next_beat, commits; /* commits: of the sink */
static bool own_is_there;

/* ---- the site: one page, no robots.txt */

static void answer(int fd)
{
	char request[4096], head[256];
	size_t n = 0;
	ssize_t k;
	while (n < sizeof(request) - 1 && (k = read(fd, request + n, sizeof(request) - 1 - n)) > 0) {
		n += (size_t)k;
		request[n] = '\0';
		if (strstr(request, "\r\n\r\n"))
			break;
	}
	bool robots = n > 0 && strstr(request, " /robots.txt ");
	snprintf(head, sizeof(head),
		 "HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
		 robots ? "404 Not Found" : "200 OK", robots ? (size_t)0 : strlen(BODY));
	if (write(fd, head, strlen(head)) < 0 || (!robots && write(fd, BODY, strlen(BODY)) < 0))
		_exit(1);
}

static void start_site(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	snprintf(page_url, sizeof(page_url), "http://127.0.0.1:%d/1.html", ntohs(at.sin_port));
	site = fork();
	if (site == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int c; (c = accept(fd, NULL, NULL)) >= 0; close(c))
			answer(c);
		_exit(0);
	}
	close(fd);
}

/* ---- the fetcher */

static void start_fetcher(void)
{
	const char *program = program_path("gongkai-fetcher");
	char log[96];
	int fds[2];
	snprintf(log, sizeof(log), "%s/log", folder);
	ck_assert_int_eq(pipe(fds), 0);
	fetcher = fork();
	if (fetcher == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(fds[1]);
		int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
		dup2(out, 2);
		dup2(fds[0], 3);
		setenv("GONGKAI_CONF", "/nonexistent", 1);
		execl(program, program, "--data", folder, "--allow-private", "--delay", "0.01", "--drain-fd", "3",
		      (char *)NULL);
		_exit(127);
	}
	close(fds[0]);
	drain_fd = fds[1];
}

static bool log_has(const char *words)
{
	char path[96], text[16384];
	snprintf(path, sizeof(path), "%s/log", folder);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	return strstr(text, words) != NULL;
}

static bool status_is(const char *blocked, const char *state)
{
	char path[96];
	snprintf(path, sizeof(path), "%s/run/status.json", folder);
	json_t *o = json_load_file(path, 0, NULL);
	const char *now = json_string_value(json_object_get(o, "blocked"));
	bool yes = strcmp(now ? now : "", blocked) == 0 && json_integer_value(json_object_get(o, state)) == 1;
	json_decref(o);
	return yes;
}

/* ---- what a sink and two parsers say each second */

static void say(unsigned type, struct str json)
{
	struct frame_head head = {.type = (uint8_t)type};
	int64_t end = mono_ms() + WAIT_MS;
	enum err e;
	while ((e = sock_send(control, &head, json, "", 0)) == ERR_AGAIN && mono_ms() < end)
		nanosleep(&(struct timespec){0, 2000000}, NULL);
	ck_assert_msg(e == ERR_OK, "%s", err_text());
}

static void beat_parser(struct sock *pages, const char *boot, const int *majors, unsigned majors_count)
{
	struct msg_heartbeat m = {.endpoint = sock_endpoint(pages),
				  .boot_id = boot,
				  .host = "test",
				  .parser_version = "0",
				  .lexicon = LEXICON,
				  .pid = 1,
				  .majors_count = majors_count,
				  .credit_msgs = 16,
				  .credit_bytes = 16 << 20};
	struct buf json;
	memcpy(m.majors, majors, majors_count * sizeof(*majors));
	buf_init(&json, FRAME_JSON_MAX);
	ck_assert_msg(msg_heartbeat_encode(&m, &json) == ERR_OK, "%s", err_text());
	say(MSG_HEARTBEAT, buf_str(&json));
	buf_fini(&json);
}

static void beat_sink(void)
{
	struct msg_sink_boot boot = {.boot_id = SINK_BOOT, .commit = commits};
	struct msg_sink m = {.boot_id = SINK_BOOT, .generation = GENERATION, .boots = &boot, .boots_count = 1};
	struct buf json;
	buf_init(&json, FRAME_JSON_MAX);
	ck_assert_msg(msg_sink_encode(&m, &json) == ERR_OK, "%s", err_text());
	say(MSG_SINK, buf_str(&json));
	buf_fini(&json);
}

static void beat(void)
{
	const int majors_of_both[] = {FRAME_MAJOR, FRAME_MAJOR + 1};
	if (mono_ms() < next_beat)
		return;
	next_beat = mono_ms() + 500;
	beat_sink();
	beat_parser(foreign, "foreign", majors_of_both + 1, 1);
	if (own_is_there)
		beat_parser(own, "own", majors_of_both, 2);
}

/* Goes on with the heartbeats until `true` comes, at most WAIT_MS. */
#define UNTIL(x)                                                                                                       \
	do {                                                                                                           \
		for (int64_t end = mono_ms() + WAIT_MS; !(x); nanosleep(&(struct timespec){0, 5000000}, NULL)) {       \
			beat();                                                                                        \
			ck_assert_msg(mono_ms() < end, "did not come: %s", #x);                                        \
		}                                                                                                      \
	} while (0)

static void setup(void)
{
	char json[256], path[96], ep[128];
	struct inbox_result result;
	snprintf(folder, sizeof(folder), "/tmp/gongkai-test-fetcher-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/run", folder);
	ck_assert_int_eq(mkdir(path, 0750), 0);
	start_site();
	snprintf(json, sizeof(json), "{\"verb\":\"add\",\"url\":\"%s\"}", page_url);
	ck_assert_msg(inbox_post(folder, json, &result) == ERR_OK, "%s", err_text());
	start_fetcher();
	ctx = sock_ctx_new();
	arena = arena_new(1 << 20);
	snprintf(ep, sizeof(ep), "ipc://%s/run/foreign.sock", folder);
	ck_assert_int_eq(sock_pull_bind(ctx, ep, 17, FRAME_BODY_MAX, &foreign), ERR_OK);
	snprintf(ep, sizeof(ep), "ipc://%s/run/own.sock", folder);
	ck_assert_int_eq(sock_pull_bind(ctx, ep, 17, FRAME_BODY_MAX, &own), ERR_OK);
	snprintf(ep, sizeof(ep), "ipc://%s/run/control.sock", folder);
	ck_assert_int_eq(sock_push_connect(ctx, ep, 17, 0, &control), ERR_OK);
	next_beat = commits = 0;
	own_is_there = false;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st, (void)type, (void)f;
	return remove(path);
}

static void teardown(void)
{
	if (fetcher > 0) {
		kill(fetcher, SIGKILL);
		waitpid(fetcher, NULL, 0);
		close(drain_fd);
	}
	kill(site, SIGKILL);
	waitpid(site, NULL, 0);
	sock_free(control);
	sock_free(foreign);
	sock_free(own);
	sock_ctx_free(ctx);
	arena_free(arena);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void end_fetcher(void)
{
	int status;
	close(drain_fd);
	ck_assert_int_eq(waitpid(fetcher, &status, 0), fetcher);
	fetcher = 0;
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void acknowledge(uint64_t fetch_id, uint32_t epoch)
{
	struct msg_ack_item item = {.fetch_id = fetch_id, .epoch = epoch, .lexicon = LEXICON, .result = ACK_STORED};
	struct msg_ack m = {.boot_id = SINK_BOOT, .commit = ++commits, .acks = &item, .acks_count = 1};
	struct buf json;
	buf_init(&json, FRAME_JSON_MAX);
	ck_assert_msg(msg_ack_encode(&m, &json) == ERR_OK, "%s", err_text());
	say(MSG_ACK, buf_str(&json));
	buf_fini(&json);
}

/* Rule 7, also when the foreign parser is the first one that is heard, before the run has a lexicon. */
START_TEST(another_major_gets_no_credit)
{
	struct sock_msg m;
	struct msg_page page;
	UNTIL(log_has("gets no pages") && log_has("protocol version"));
	UNTIL(status_is("parser of another version", "fetched"));
	ck_assert_int_eq(sock_recv(foreign, &m), ERR_AGAIN);
	own_is_there = true;
	next_beat = 0;
	UNTIL(sock_recv(own, &m) == ERR_OK);
	ck_assert_int_eq(m.head.type, MSG_PAGE);
	ck_assert_msg(msg_page_decode(m.json, arena, &page) == ERR_OK, "%s", err_text());
	ck_assert_str_eq(page.url, page_url);
	ck_assert_uint_eq(m.body.n, strlen(BODY));
	ck_assert_int_eq(memcmp(m.body.p, BODY, strlen(BODY)), 0);
	acknowledge(m.head.fetch_id, m.head.epoch);
	sock_msg_fini(&m);
	UNTIL(status_is("", "done"));
	ck_assert_int_eq(sock_recv(foreign, &m), ERR_AGAIN);
	end_fetcher();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fetcher process");
	TCase *t = tcase_create("parsers");
	tcase_set_timeout(t, 90);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, another_major_gets_no_credit);
	suite_add_tcase(s, t);
	return suite_run(s);
}
