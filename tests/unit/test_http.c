#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "base/clock.h"
#include "base/hash.h"
#include "fetcher/http.h"
#include "fetcher/http_head.h"
#include "fetcher/pace.h"
#include "suite.h"

#define BODY_MAX 400000
#define INFLATED_MAX 1000000

static char dir[] = "/tmp/gk-http-XXXXXX";
static unsigned port;
static pid_t server;

/* ---- a server: one process for each connection, which does what the path says ---- */

static void say_bytes(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
		if (k <= 0)
			_exit(0);
		p += k;
		n -= (size_t)k;
	}
}

static void say(int fd, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(int fd, const char *fmt, ...)
{
	char text[4096];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say_bytes(fd, text, (size_t)n);
}

static void pause_ms(int ms)
{
	poll(NULL, 0, ms);
}

static size_t deflated(int bits, size_t n, char fill, unsigned char *out, size_t out_bytes)
{
	z_stream z = {0};
	unsigned char *p = malloc(n);
	memset(p, fill, n);
	deflateInit2(&z, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
	z.next_in = p;
	z.avail_in = (unsigned)n;
	z.next_out = out;
	z.avail_out = (unsigned)out_bytes;
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	free(p);
	return out_bytes - z.avail_out;
}

static void say_coded(int fd, const char *coding, const unsigned char *p, size_t n)
{
	say(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %zu\r\n\r\n", coding, n);
	say_bytes(fd, (const char *)p, n);
}

static void coded_answers(int fd, const char *path)
{
	static unsigned char z[100000];
	size_t n = deflated(15 + 16, 50000, 'a', z, sizeof(z));
	if (strcmp(path, "/gzip") == 0)
		say_coded(fd, "gzip", z, n);
	else if (strcmp(path, "/gzip-cut") == 0)
		say_coded(fd, "gzip", z, n - 1);
	else if (strcmp(path, "/gzip-bad") == 0)
		say_coded(fd, "gzip", (const unsigned char *)"<html>not gzip at all</html>", 28);
	else if (strcmp(path, "/gzip-two") == 0)
		say_coded(fd, "x-gzip", z, n + deflated(15 + 16, 50000, 'b', z + n, sizeof(z) - n));
	else if (strcmp(path, "/gzip-tail") == 0)
		say_coded(fd, "gzip", z, n + 20);
	else if (strcmp(path, "/gzip-none") == 0)
		say_coded(fd, "gzip", z, 0);
	else if (strcmp(path, "/deflate") == 0)
		say_coded(fd, "deflate", z, deflated(15, 50000, 'a', z, sizeof(z)));
	else if (strcmp(path, "/deflate-raw") == 0)
		say_coded(fd, "deflate", z, deflated(-15, 50000, 'a', z, sizeof(z)));
	else if (strcmp(path, "/bomb") == 0)
		say_coded(fd, "gzip", z, deflated(15 + 16, 20000000, 'a', z, sizeof(z)));
}

static void slow_answers(int fd, const char *path)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
	char p[1000];
	memset(p, 'x', sizeof(p));
	if (strcmp(path, "/hang") == 0) {
		pause_ms(20000);
	} else if (strcmp(path, "/trickle") == 0) {
		say(fd, "%s", head);
		for (int i = 0; i < 60; i++, pause_ms(300))
			say_bytes(fd, p, 16);
	} else if (strcmp(path, "/bursts") == 0) {
		say(fd, "%s", head);
		for (int i = 0; i < 11; i++, pause_ms(1300))
			say_bytes(fd, p, 90);
	} else if (strcmp(path, "/steady") == 0) {
		say(fd, "%s", head);
		for (int i = 0; i < 20; i++, pause_ms(60))
			say_bytes(fd, p, 50);
	} else if (strcmp(path, "/thinks") == 0) {
		pause_ms(1200);
		say(fd, "%s", head);
		say_bytes(fd, p, 1000);
	} else if (strcmp(path, "/slow-head") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nX: ");
		for (int i = 0; i < 200; i++, pause_ms(100))
			say(fd, "x");
	} else if (strcmp(path, "/too-long") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
		for (int i = 0; i < 200; i++, pause_ms(50))
			say_bytes(fd, p, 100);
	}
}

static void broken_answers(int fd, const char *path)
{
	char p[1000];
	memset(p, 'x', sizeof(p));
	if (strcmp(path, "/cut") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
		say_bytes(fd, p, 300);
	} else if (strcmp(path, "/chunk-cut") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n");
		say_bytes(fd, p, 50);
	} else if (strcmp(path, "/chunk-bad") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n");
	} else if (strcmp(path, "/head-cut") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nX: 1\r\nY:");
	} else if (strcmp(path, "/garbage") == 0) {
		say(fd, "SSH-2.0-OpenSSH_9.2\r\n");
	} else if (strcmp(path, "/endless-head") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\n");
		for (int i = 0; i < 100000; i++)
			say(fd, "X-%d: y\r\n", i);
	} else if (strcmp(path, "/endless-line") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nX: ");
		for (int i = 0; i < 2000; i++)
			say_bytes(fd, p, sizeof(p));
	} else if (strcmp(path, "/endless-100") == 0) {
		for (int i = 0; i < 100000; i++)
			say(fd, "HTTP/1.1 100 Continue\r\n\r\n");
	} else if (strcmp(path, "/big") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n");
		for (int i = 0; i < 2000; i++)
			say_bytes(fd, p, sizeof(p));
	}
	shutdown(fd, SHUT_RDWR);
	_exit(0);
}

/* True when the path was one of these; the connection stays. */
static bool whole_answers(int fd, const char *path, const char *request, unsigned nth)
{
	if (strcmp(path, "/ok") == 0)
		say(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello");
	else if (strcmp(path, "/chunked") == 0)
		say(fd, "HTTP/1.1 200 OK\r\nA: 1\r\nTransfer-Encoding: chunked\r\nB: "
			"2\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\nT: 3\r\n\r\n");
	else if (strcmp(path, "/interim") == 0)
		say(fd, "HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
			"HTTP/1.1 200 Fine\r\nContent-Length: 5\r\n\r\nhello");
	else if (strcmp(path, "/echo?a=b") == 0)
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(request), request);
	else if (strcmp(path, "/nth") == 0)
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%u", nth);
	else if (strcmp(path, "/redirect") == 0)
		say(fd, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n");
	else if (strcmp(path, "/etag") == 0)
		say(fd, strstr(request, "If-None-Match: \"e1\"\r\n") && strstr(request, "If-Modified-Since: now\r\n")
				? "HTTP/1.1 304 Not Modified\r\nETag: \"e1\"\r\nContent-Length: 5\r\n\r\n"
				: "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
	else if (strcmp(path, "/404") == 0)
		say(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
	else
		return false;
	return true;
}

/* A list that takes POST alone: it answers with the request as it came. The form may come behind its head. */
static void form_answer(int fd, char *request, size_t n, size_t max)
{
	char *body = strstr(request, "\r\n\r\n") + 4, *length = strstr(request, "\r\nContent-Length: ");
	if (strncmp(request, "POST ", 5) != 0 || !length) {
		say(fd, "HTTP/1.1 405 Method Not Allowed\r\nAllow: POST\r\nContent-Length: 0\r\n\r\n");
		return;
	}
	size_t want = (size_t)(body - request) + strtoul(length + 18, NULL, 10);
	for (ssize_t k; n < want && want < max && (k = recv(fd, request + n, want - n, 0)) > 0;)
		n += (size_t)k;
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
	say_bytes(fd, request, n);
}

static void serve(int fd)
{
	char request[4096];
	size_t n = 0;
	for (unsigned nth = 1;; nth++) {
		char *end;
		request[n] = '\0';
		while (!(end = strstr(request, "\r\n\r\n"))) {
			ssize_t k = recv(fd, request + n, sizeof(request) - 1 - n, 0);
			if (k <= 0)
				_exit(0);
			n += (size_t)k;
			request[n] = '\0';
		}
		char path[256] = "";
		sscanf(request, "%*s %255s", path);
		if (strncmp(path, "/form", 5) == 0) {
			form_answer(fd, request, n, sizeof(request));
			n = 0;
			continue;
		}
		n = 0;
		if (whole_answers(fd, path, request, nth))
			continue;
		if (strcmp(path, "/http10") == 0)
			say(fd, "HTTP/1.0 200 OK\r\nX: a\r\n  b\r\n\tc\r\nServer: s\n\r\nhello");
		if (strcmp(path, "/once") == 0)
			say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
		if (strcmp(path, "/reset") == 0) {
			say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello");
			pause_ms(100);
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
			close(fd);
			_exit(0);
		}
		coded_answers(fd, path);
		slow_answers(fd, path);
		broken_answers(fd, path);
	}
}

static int listen_on(unsigned *port_out, int backlog)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(fd, (struct sockaddr *)&a, n) < 0 || listen(fd, backlog) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) < 0)
		abort();
	*port_out = ntohs(a.sin_port);
	return fd;
}

static void start_server(void)
{
	int fd = listen_on(&port, 64);
	pid_t parent = getpid();
	server = fork();
	if (server > 0) {
		close(fd);
		return;
	}
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		if (poll(&p, 1, 500) == 0 && getppid() != parent)
			_exit(0);
		if (!(p.revents & POLLIN))
			continue;
		int c = accept(fd, NULL, NULL);
		if (c >= 0 && fork() == 0) {
			close(fd);
			serve(c);
		}
		close(c);
	}
}

/* ---- the client ---- */

struct got {
	unsigned count;
	uint64_t tag;
	int status;
	enum cause cause;
	char detail[256], ip[64], sha[65], request[4096], response[70000], body[2000], truncated[32];
	size_t body_bytes;
	int64_t ms;
};

static void on_done(void *ctx, struct http_done *d)
{
	struct got *g = ctx;
	size_t got;
	g->count++;
	g->tag = d->tag;
	g->status = d->status;
	g->cause = d->cause;
	g->ms = d->ended_mono - d->started_mono;
	snprintf(g->detail, sizeof(g->detail), "%s", d->detail);
	snprintf(g->ip, sizeof(g->ip), "%s", d->ip);
	snprintf(g->sha, sizeof(g->sha), "%s", d->body_sha256);
	snprintf(g->request, sizeof(g->request), "%.*s", STR_FMT(d->request_head));
	snprintf(g->response, sizeof(g->response), "%.*s", STR_FMT(d->response_head));
	snprintf(g->truncated, sizeof(g->truncated), "%s", d->truncated ? d->truncated : "");
	struct spool *s = http_take_body(d);
	ck_assert_ptr_nonnull(s);
	g->body_bytes = spool_bytes(s);
	ck_assert_int_eq(spool_read(s, 0, g->body, sizeof(g->body) - 1, &got), ERR_OK);
	g->body[got] = '\0';
	spool_free(s);
}

static struct http_settings settings(void)
{
	return (struct http_settings){.data_dir = dir,
				      .user_agent = "gongkai-test/1 (+http://a.cn)",
				      .allow_private = true,
				      .connect_ms = 500,
				      .total_ms = 4000,
				      .slow_bytes_s = 100,
				      .slow_s = 1,
				      .body_max = BODY_MAX,
				      .inflated_max = INFLATED_MAX};
}

static struct http *new_http(const struct http_settings *s)
{
	struct http *h;
	ck_assert_msg(http_new(s, &h) == ERR_OK, "%s", err_text());
	return h;
}

static struct got wait_for(struct http *h)
{
	static struct got g;
	int64_t from = mono_ms();
	memset(&g, 0, sizeof(g));
	while (http_active(h)) {
		ck_assert_msg(http_poll(h, 1000, NULL, 0, on_done, &g) == ERR_OK, "%s", err_text());
		ck_assert_int_lt(mono_ms() - from, 8000);
	}
	ck_assert_uint_eq(g.count, 1);
	return g;
}

static struct got get_url(struct http *h, const char *url)
{
	ck_assert_int_eq(http_start(h, 42, url, NULL, NULL), ERR_OK);
	return wait_for(h);
}

static struct got get(const char *path)
{
	char url[512];
	struct http_settings s = settings();
	struct http *h = new_http(&s);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", port, path);
	struct got g = get_url(h, url);
	http_free(h);
	return g;
}

static const struct {
	const char *path;
	enum cause cause;
	int status;
	const char *truncated;
	long body_bytes; /* -1: any */
} answers[] = {
	{"/ok", CAUSE_NONE, 200, "", 5},
	{"/chunked", CAUSE_NONE, 200, "", 5},
	{"/interim", CAUSE_NONE, 200, "", 5},
	{"/http10", CAUSE_NONE, 200, "", 5},
	{"/404", CAUSE_NONE, 404, "", 2},
	{"/redirect", CAUSE_NONE, 302, "", 0},
	{"/steady", CAUSE_NONE, 200, "", 1000},
	{"/thinks", CAUSE_NONE, 200, "", 1000},
	{"/cut", CAUSE_TRUNCATED, 200, "disconnect", 300},
	{"/chunk-cut", CAUSE_TRUNCATED, 200, "disconnect", 50},
	{"/chunk-bad", CAUSE_TRUNCATED, 200, "disconnect", 3},
	{"/reset", CAUSE_TRUNCATED, 200, "disconnect", 5},
	{"/head-cut", CAUSE_TRUNCATED, 200, "disconnect", 0},
	{"/nothing", CAUSE_CONNECT, 0, "", 0},
	{"/garbage", CAUSE_CONNECT, 0, "", 0},
	{"/endless-head", CAUSE_BODY_TOO_LARGE, 200, "length", 0},
	{"/endless-line", CAUSE_BODY_TOO_LARGE, 200, "length", 0},
	{"/endless-100", CAUSE_BODY_TOO_LARGE, 0, "", 0},
	{"/big", CAUSE_BODY_TOO_LARGE, 200, "length", BODY_MAX},
	{"/gzip", CAUSE_NONE, 200, "", -1},
	{"/gzip-two", CAUSE_NONE, 200, "", -1},
	{"/gzip-tail", CAUSE_NONE, 200, "", -1},
	{"/gzip-none", CAUSE_NONE, 200, "", 0},
	{"/deflate", CAUSE_NONE, 200, "", -1},
	{"/deflate-raw", CAUSE_NONE, 200, "", -1},
	{"/gzip-cut", CAUSE_INFLATE, 200, "", -1},
	{"/gzip-bad", CAUSE_INFLATE, 200, "", 28},
	{"/bomb", CAUSE_BODY_TOO_LARGE, 200, "length", -1},
	{"/hang", CAUSE_TIMEOUT, 0, "", 0},
	{"/too-long", CAUSE_TIMEOUT, 200, "time", -1},
	{"/trickle", CAUSE_TOO_SLOW, 200, "time", -1},
	{"/bursts", CAUSE_TOO_SLOW, 200, "time", -1},
	{"/slow-head", CAUSE_TOO_SLOW, 200, "time", 0},
};

#define COUNT_ANSWERS (sizeof(answers) / sizeof(answers[0]))

static struct got all[COUNT_ANSWERS];

static void on_one_of_all(void *ctx, struct http_done *d)
{
	(void)ctx;
	ck_assert_uint_lt(d->tag, COUNT_ANSWERS);
	on_done(&all[d->tag], d);
}

static void check_answer(const struct got *g, size_t i)
{
	ck_assert_uint_eq(g->count, 1);
	ck_assert_msg(g->cause == answers[i].cause, "%s: cause %d, %s", answers[i].path, (int)g->cause, g->detail);
	ck_assert_msg(g->status == answers[i].status, "%s: status %d", answers[i].path, g->status);
	ck_assert_msg(strcmp(g->truncated, answers[i].truncated) == 0, "%s: %s", answers[i].path, g->truncated);
	if (answers[i].body_bytes >= 0)
		ck_assert_uint_eq(g->body_bytes, (size_t)answers[i].body_bytes);
	ck_assert_msg(g->cause == CAUSE_NONE || g->detail[0], "no detail");
	if (g->status) {
		ck_assert(strncmp(g->response, "HTTP/1.", 7) == 0);
		ck_assert_str_eq(g->response + strlen(g->response) - 4, "\r\n\r\n");
		ck_assert_str_eq(g->ip, "127.0.0.1");
	} else {
		ck_assert_str_eq(g->response, "");
	}
	if (g->body_bytes < sizeof(g->body)) {
		char hex[65];
		sha256_hex(g->body, g->body_bytes, hex);
		ck_assert_str_eq(g->sha, hex);
	}
}

/* All at once: the slow ones among them take their time together. */
START_TEST(each_answer)
{
	struct http_settings s = settings();
	struct http *h = new_http(&s);
	for (size_t i = 0; i < COUNT_ANSWERS; i++) {
		char url[128];
		snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", port, answers[i].path);
		ck_assert_int_eq(http_start(h, i, url, NULL, NULL), ERR_OK);
	}
	while (http_active(h))
		ck_assert_int_eq(http_poll(h, 1000, NULL, 0, on_one_of_all, NULL), ERR_OK);
	for (size_t i = 0; i < COUNT_ANSWERS; i++)
		check_answer(&all[i], i);
	http_free(h);
}
END_TEST

START_TEST(heads)
{
	struct got g = get("/chunked");
	ck_assert_str_eq(g.response, "HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n\r\n");
	ck_assert_str_eq(g.body, "hello");
	g = get("/interim");
	ck_assert_str_eq(g.response, "HTTP/1.1 200 Fine\r\nContent-Length: 5\r\n\r\n");
	g = get("/http10");
	ck_assert_str_eq(g.response, "HTTP/1.0 200 OK\r\nX: a b c\r\nServer: s\r\n\r\n");
	g = get("/echo?a=b"); /* the body is the request as the server saw it */
	ck_assert_str_eq(g.request, g.body);
	ck_assert_ptr_nonnull(strstr(g.body, "\r\nUser-Agent: gongkai-test/1 (+http://a.cn)\r\n"));
	ck_assert_ptr_nonnull(strstr(g.body, "\r\nAccept-Encoding: gzip, deflate\r\n"));
	ck_assert_ptr_null(strstr(g.body, "Cookie"));
}
END_TEST

START_TEST(heads_of_other_protocols)
{
	static const char *const lines[] = {
		"HTTP/2 200 \r\n", "content-type: a\r\n", "transfer-encoding: x\r\n", " y\r\n", "\r\n",
		"trailer: 1\r\n"};
	struct http_head h;
	http_head_init(&h);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		ck_assert_int_eq(http_head_line(&h, lines[i], strlen(lines[i])), ERR_OK);
	ck_assert_str_eq(h.text.p, "HTTP/1.1 200 \r\ncontent-type: a\r\n\r\n");
	ck_assert(h.complete);
	http_head_fini(&h);
}
END_TEST

START_TEST(conditional)
{
	char url[128];
	struct http_settings s = settings();
	struct http *h = new_http(&s);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/etag", port);
	ck_assert_int_eq(http_start(h, 1, url, "\"e1\"", "now"), ERR_OK);
	struct got g = wait_for(h);
	ck_assert_int_eq(g.status, 304);
	ck_assert_int_eq(g.cause, CAUSE_NONE);
	ck_assert_uint_eq(g.body_bytes, 0);
	ck_assert_int_eq(http_start(h, 1, url, "\"e1\"\r\nEvil: 1", "now"), ERR_OK);
	g = wait_for(h);
	ck_assert_int_eq(g.status, 500);
	ck_assert_ptr_null(strstr(g.request, "Evil"));
	http_free(h);
}
END_TEST

/* The query of a form list is the body of its POST, and what is told of the request is what the server saw. */
START_TEST(form_lists)
{
	static const char form[] = "channelId=9&name=%E5%B9%B4%E6%8A%A5+x&page=2&size=20";
	char url[256], type[128];
	struct http_settings s = settings();
	struct http *h = new_http(&s);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/form?%s", port, form);
	struct got g = get_url(h, url);
	ck_assert_int_eq(g.status, 405);
	for (int i = 0; i < 2; i++) { /* the second on the connection of the first */
		ck_assert_int_eq(http_post(h, 7, url), ERR_OK);
		g = wait_for(h);
		ck_assert_int_eq(g.status, 200);
		ck_assert_int_eq(g.cause, CAUSE_NONE);
		ck_assert_str_eq(g.request, g.body);
		ck_assert(strncmp(g.body, "POST /form HTTP/1.1\r\n", 21) == 0);
		snprintf(type, sizeof(type), "\r\nContent-Length: %zu\r\n", strlen(form));
		ck_assert_ptr_nonnull(strstr(g.body, type));
		ck_assert_ptr_nonnull(strstr(g.body, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
		ck_assert_ptr_nonnull(strstr(g.body, "\r\nAccept-Encoding: gzip, deflate\r\n"));
		ck_assert_ptr_null(strstr(g.body, "Expect"));
		ck_assert_str_eq(strstr(g.body, "\r\n\r\n") + 4, form);
	}
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/form", port);
	ck_assert_int_eq(http_post(h, 7, url), ERR_OK);
	g = wait_for(h);
	ck_assert_int_eq(g.status, 200);
	ck_assert_str_eq(strstr(g.body, "\r\n\r\n") + 4, "");
	http_free(h);
}
END_TEST

START_TEST(connections_are_reused)
{
	char url[128], once[128];
	struct http_settings s = settings();
	struct http *h = new_http(&s);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/nth", port);
	snprintf(once, sizeof(once), "http://127.0.0.1:%u/once", port);
	ck_assert_str_eq(get_url(h, url).body, "1");
	ck_assert_str_eq(get_url(h, url).body, "2");
	ck_assert_int_eq(get_url(h, once).cause, CAUSE_NONE); /* the server closes behind it */
	struct got g = get_url(h, url);
	ck_assert_int_eq(g.cause, CAUSE_NONE);
	ck_assert_str_eq(g.body, "1");
	http_free(h);
}
END_TEST

START_TEST(many_at_once)
{
	enum { COUNT = 40 };
	char url[128];
	struct got g = {0};
	struct http_settings s = settings();
	s.connections_max = COUNT;
	struct http *h = new_http(&s);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/ok", port);
	for (unsigned i = 0; i < COUNT; i++)
		ck_assert_int_eq(http_start(h, i, url, NULL, NULL), ERR_OK);
	ck_assert_int_eq(http_start(h, 99, url, NULL, NULL), ERR_LIMIT);
	while (http_active(h))
		ck_assert_int_eq(http_poll(h, 1000, NULL, 0, on_done, &g), ERR_OK);
	ck_assert_uint_eq(g.count, COUNT);
	ck_assert_int_eq(http_start(h, 1, url, NULL, NULL), ERR_OK);
	http_free(h); /* with one under way */
}
END_TEST

START_TEST(callers_descriptors_wake)
{
	int p[2];
	struct http_settings s = settings();
	struct http *h = new_http(&s);
	ck_assert_int_eq(pipe(p), 0);
	struct curl_waitfd w = {.fd = p[0], .events = CURL_WAIT_POLLIN};
	int64_t from = mono_ms();
	ck_assert_int_eq(http_poll(h, 100, &w, 1, on_done, NULL), ERR_OK);
	ck_assert_int_ge(mono_ms() - from, 90);
	ck_assert_int_eq(w.revents, 0);
	ck_assert_int_eq(write(p[1], "x", 1), 1);
	ck_assert_int_eq(http_poll(h, 5000, &w, 1, on_done, NULL), ERR_OK);
	ck_assert_int_lt(mono_ms() - from, 2000);
	ck_assert(w.revents & CURL_WAIT_POLLIN);
	close(p[0]);
	close(p[1]);
	http_free(h);
}
END_TEST

START_TEST(private_addresses)
{
	char url[128], to[64];
	struct http_settings s = settings();
	s.allow_private = false;
	struct http *h = new_http(&s);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/ok", port);
	struct got g = get_url(h, url);
	ck_assert_int_eq(g.cause, CAUSE_PRIVATE_ADDRESS);
	ck_assert_str_eq(g.request, "");
	snprintf(url, sizeof(url), "http://localhost:%u/ok", port);
	g = get_url(h, url);
	ck_assert_int_eq(g.cause, CAUSE_PRIVATE_ADDRESS);
	ck_assert_str_eq(g.request, "");
	http_free(h);
	/* --connect-to takes every name there, and exempts that one address */
	snprintf(to, sizeof(to), "127.0.0.1:%u", port);
	s.connect_to = to;
	h = new_http(&s);
	g = get_url(h, "http://www.example.gov.cn/ok");
	ck_assert_int_eq(g.cause, CAUSE_NONE);
	ck_assert_str_eq(g.body, "hello");
	ck_assert_ptr_nonnull(strstr(g.request, "\r\nHost: www.example.gov.cn\r\n"));
	ck_assert_int_eq(get_url(h, "http://169.254.169.254/ok").cause, CAUSE_PRIVATE_ADDRESS);
	ck_assert_int_eq(get_url(h, "http://[::ffff:10.0.0.1]/ok").cause, CAUSE_PRIVATE_ADDRESS);
	http_free(h);
	s.connect_to = "nothing";
	ck_assert_int_eq(http_new(&s, &h), ERR_USAGE);
}
END_TEST

START_TEST(no_connection)
{
	char url[128];
	unsigned dead;
	struct http_settings s = settings();
	struct http *h = new_http(&s);
	int fd = listen_on(&dead, 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/ok", dead);
	/* a full backlog drops what comes: the connection times out */
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)dead), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int c[8];
	for (int i = 0; i < 8; i++) {
		c[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		ck_assert(connect(c[i], (struct sockaddr *)&a, sizeof(a)) == 0 || errno == EINPROGRESS);
	}
	struct got g = get_url(h, url);
	ck_assert_msg(g.cause == CAUSE_CONNECT, "%d %s", (int)g.cause, g.detail);
	ck_assert_int_ge(g.ms, 450);
	for (int i = 0; i < 8; i++)
		close(c[i]);
	close(fd);
	g = get_url(h, url);
	ck_assert_msg(g.cause == CAUSE_CONNECT, "%d %s", (int)g.cause, g.detail);
	ck_assert_int_lt(g.ms, 450);
	g = get_url(h, "http://no-such-name.invalid/");
	ck_assert_msg(g.cause == CAUSE_DNS, "%d %s", (int)g.cause, g.detail);
	ck_assert_int_eq(get_url(h, "ftp://127.0.0.1/").cause, CAUSE_BAD_URL);
	http_free(h);
}
END_TEST

START_TEST(proxies_are_ignored)
{
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	ck_assert_int_eq(get("/ok").cause, CAUSE_NONE);
}
END_TEST

START_TEST(full_disk_is_nobodys_fault)
{
	char url[128];
	struct got g = {0};
	struct http_settings s = settings();
	struct http *h = new_http(&s);
	enum err e = ERR_OK;
	signal(SIGXFSZ, SIG_IGN);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/big", port);
	ck_assert_int_eq(http_start(h, 1, url, NULL, NULL), ERR_OK);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){300000, RLIM_INFINITY});
	while (http_active(h) && e == ERR_OK)
		e = http_poll(h, 1000, NULL, 0, on_done, &g);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
	ck_assert_int_eq(e, ERR_FULL);
	ck_assert_uint_eq(g.count, 0);
	http_free(h);
}
END_TEST

START_TEST(tls)
{
	char cmd[1024], url[128], cert[128];
	unsigned free_port;
	if (system("command -v openssl >/dev/null 2>&1") != 0) {
		fprintf(stderr, "skipped: no openssl command\n");
		return;
	}
	close(listen_on(&free_port, 1));
	snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
	snprintf(cmd, sizeof(cmd),
		 "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
		 "-addext subjectAltName=DNS:localhost -keyout %s/key.pem -out %s >/dev/null 2>&1",
		 dir, cert);
	ck_assert_int_eq(system(cmd), 0);
	pid_t child = fork();
	if (child == 0) {
		char key[128], accept_on[32];
		snprintf(key, sizeof(key), "%s/key.pem", dir);
		snprintf(accept_on, sizeof(accept_on), "127.0.0.1:%u", free_port);
		execlp("openssl", "openssl", "s_server", "-quiet", "-www", "-accept", accept_on, "-cert", cert, "-key",
		       key, NULL);
		_exit(1);
	}
	struct http_settings s = settings();
	struct http *h = new_http(&s);
	struct got g = {0};
	snprintf(url, sizeof(url), "https://localhost:%u/", free_port);
	for (int i = 0; i < 50; i++, pause_ms(50)) { /* until it listens */
		g = get_url(h, url);
		if (g.cause != CAUSE_CONNECT)
			break;
	}
	http_free(h);
	ck_assert_msg(g.cause == CAUSE_TLS, "%d %s", (int)g.cause, g.detail);
	s.ca_file = cert;
	h = new_http(&s);
	g = get_url(h, url);
	ck_assert_msg(g.cause == CAUSE_NONE && g.status == 200, "%d %s", (int)g.cause, g.detail);
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", free_port); /* not a name of the certificate */
	ck_assert_int_eq(get_url(h, url).cause, CAUSE_TLS);
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", port); /* says nothing */
	ck_assert_int_eq(get_url(h, url).cause, CAUSE_CONNECT);
	http_free(h);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	snprintf(cmd, sizeof(cmd), "rm %s/cert.pem %s/key.pem", dir, dir);
	ck_assert_int_eq(system(cmd), 0);
}
END_TEST

START_TEST(pace_by_hand)
{
	struct pace p;
	pace_init(&p, 100, 10);
	ck_assert(!pace_too_slow(&p, 500000)); /* nothing came yet: the time of the whole response decides */
	int64_t t = 1000;
	pace_add(&p, t, 50);
	for (int i = 0; i < 39; i++, t += 250)
		ck_assert(!pace_too_slow(&p, t));
	t += 500;
	ck_assert(pace_too_slow(&p, t));
	/* 16 bytes every 3 s; and 700 every 9 s, which libcurl's average lets pass */
	for (int kind = 0; kind < 2; kind++) {
		pace_init(&p, 100, 10);
		bool slow = false;
		for (t = 1000; t < 25000 && !slow; t += 250) {
			if ((t - 1000) % (kind ? 9000 : 3000) == 0)
				pace_add(&p, t, kind ? 400 : 16);
			slow = pace_too_slow(&p, t);
		}
		ck_assert_msg(slow && t > 11000 && t < 21000, "kind %d at %ld", kind, (long)t);
	}
	/* 100 bytes a second is enough */
	pace_init(&p, 100, 10);
	for (t = 1000; t < 60000; t += 1000) {
		pace_add(&p, t, 101);
		ck_assert(!pace_too_slow(&p, t));
	}
	/* we slept */
	ck_assert(!pace_too_slow(&p, t + 60000));
	ck_assert(!pace_too_slow(&p, t + 61000));
}
END_TEST

int main(void)
{
	if (!mkdtemp(dir))
		return EXIT_FAILURE;
	start_server();
	Suite *s = suite_create("http");
	TCase *t = tcase_create("http");
	tcase_set_timeout(t, 20);
	tcase_add_test(t, each_answer);
	tcase_add_test(t, heads);
	tcase_add_test(t, heads_of_other_protocols);
	tcase_add_test(t, conditional);
	tcase_add_test(t, form_lists);
	tcase_add_test(t, connections_are_reused);
	tcase_add_test(t, many_at_once);
	tcase_add_test(t, callers_descriptors_wake);
	tcase_add_test(t, private_addresses);
	tcase_add_test(t, no_connection);
	tcase_add_test(t, proxies_are_ignored);
	tcase_add_test(t, full_disk_is_nobodys_fault);
	tcase_add_test(t, tls);
	tcase_add_test(t, pace_by_hand);
	suite_add_tcase(s, t);
	int failed = suite_run(s);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	rmdir(dir);
	return failed;
}
