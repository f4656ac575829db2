#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "fetcher/warc.h"
#include "suite.h"

static char dir[64];

static void setup(void)
{
	strcpy(dir, "/tmp/gk-warc-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
	char cmd[128];
	snprintf(cmd, sizeof(cmd), "rm -r %s", dir);
	ck_assert_int_eq(system(cmd), 0);
}

#define ok(call) ck_assert_msg((call) == ERR_OK, "%s: %s", #call, err_text())

static const char request_head[] = "GET /x HTTP/1.1\r\nHost: a.cn\r\n\r\n";
static const char response_head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX: 1\r\n\r\n";

/* A fetch with a body of n bytes that deflate cannot shrink to nothing. */
static void make(struct warc_fetch *f, uint64_t id, const char *url, size_t n)
{
	char p[4096];
	uint64_t seed = id;
	*f = (struct warc_fetch){.url = url,
				 .fetch_id = id,
				 .fetched_at = 1795305600123 + (int64_t)id,
				 .ip = "1.2.3.4",
				 .context = "{\"title\":\"年报\"}",
				 .depth = (int)(id % 7),
				 .cause = "",
				 .request_head = str_of(request_head),
				 .response_head = str_of(response_head)};
	struct sha256 *sum = sha256_new();
	ok(spool_new(dir, &f->body));
	for (size_t at = 0; at < n; at += sizeof(p)) {
		size_t k = n - at < sizeof(p) ? n - at : sizeof(p);
		for (size_t i = 0; i < k; i++)
			p[i] = (char)("0123456789abcdef"[rng_next(&seed) & 15]);
		ok(spool_add(f->body, p, k));
		sha256_add(sum, p, k);
	}
	sha256_end(sum, f->payload_sha256);
}

static struct warc_place append(struct warc *w, uint64_t id, const char *url, size_t n)
{
	struct warc_fetch f;
	struct warc_place place;
	make(&f, id, url, n);
	ok(warc_append(w, &f, &place));
	spool_free(f.body);
	return place;
}

static void path_of(const char *file, char out[256])
{
	snprintf(out, 256, "%s/archive/%s", dir, file);
}

static int64_t bytes_of(const char *file)
{
	char path[256];
	struct stat st;
	path_of(file, path);
	return stat(path, &st) == 0 ? st.st_size : -1;
}

/* The body at a place is the one of make(id, n). */
static void check_body(const struct warc_place *place, uint64_t id, size_t n)
{
	struct warc_fetch f;
	struct warc_response r;
	make(&f, id, "", n);
	ok(warc_read(dir, place, 1 << 24, &r));
	ck_assert_uint_eq(r.body.n, n);
	char hex[65];
	sha256_hex(r.body.p ? r.body.p : "", r.body.n, hex);
	ck_assert_str_eq(hex, f.payload_sha256);
	warc_response_fini(&r);
	spool_free(f.body);
}

struct seen {
	unsigned count;
	uint64_t ids[64];
	struct warc_place places[64];
	char url[128], context[128], truncated[32], cause[32], sha[65], ip[64], head[256], ask[32];
	int64_t at;
	int depth, status;
	unsigned stop_after;
};

#define keep(out, s) snprintf((out), sizeof(out), "%.*s", STR_FMT(s))

static bool see(void *ctx, const struct warc_place *place, const struct warc_response *r)
{
	struct seen *s = ctx;
	s->ids[s->count] = r->fetch_id;
	s->places[s->count++] = *place;
	keep(s->url, r->url);
	keep(s->context, r->context);
	keep(s->truncated, r->truncated);
	keep(s->cause, r->cause);
	keep(s->sha, r->payload_sha256);
	keep(s->ip, r->ip);
	keep(s->head, r->response_head);
	keep(s->ask, r->ask);
	s->at = r->fetched_at;
	s->depth = r->depth;
	s->status = r->status;
	return s->count != s->stop_after;
}

START_TEST(what_goes_in_comes_out)
{
	struct warc *w;
	struct warc_fetch f;
	struct warc_place place;
	struct warc_response r;
	struct seen s = {0};
	uint64_t max;
	ok(warc_open(dir, &w));
	ok(warc_begin_ids(w, 4294967297));
	ck_assert(!warc_dirty(w));
	make(&f, 4294967300, "http://a.cn/x?y=1", 100000);
	f.truncated = "time";
	f.cause = "too-slow";
	f.context = "{\"a\":\n1}";
	ok(warc_append(w, &f, &place));
	ck_assert(warc_dirty(w));
	ok(warc_sync(w));
	ck_assert(!warc_dirty(w));
	ok(warc_read(dir, &place, 100000, &r));
	ck_assert(str_eq_z(r.url, f.url) && str_eq_z(r.truncated, "time") && str_eq_z(r.cause, "too-slow"));
	ck_assert(str_eq_z(r.response_head, response_head) && str_eq_z(r.payload_sha256, f.payload_sha256));
	ck_assert_uint_eq(r.fetch_id, f.fetch_id);
	ck_assert_int_eq(r.fetched_at, f.fetched_at);
	ck_assert_int_eq(r.status, 200);
	ck_assert_uint_eq(r.body.n, 100000);
	warc_response_fini(&r);
	ck_assert_int_eq(warc_read(dir, &place, 99999, &r), ERR_LIMIT);
	warc_response_fini(&r);
	ok(warc_scan(dir, NULL, 0, see, &s, &max));
	ck_assert_uint_eq(s.count, 1);
	ck_assert_mem_eq(&s.places[0], &place, sizeof(place));
	ck_assert_str_eq(s.url, f.url);
	ck_assert_str_eq(s.context, "{\"a\": 1}");
	ck_assert_str_eq(s.truncated, "time");
	ck_assert_str_eq(s.cause, "too-slow");
	ck_assert_str_eq(s.sha, f.payload_sha256);
	ck_assert_str_eq(s.ip, "1.2.3.4");
	ck_assert_str_eq(s.head, response_head);
	ck_assert_int_eq(s.at, f.fetched_at);
	ck_assert_int_eq(s.depth, f.depth);
	ck_assert_int_eq(s.status, 200);
	ck_assert_uint_eq(max, f.fetch_id);
	ck_assert_int_eq(warc_total_bytes(dir), place.offset + place.length);
	spool_free(f.body);
	warc_close(w);
	warc_close(NULL);
}
END_TEST

START_TEST(first_id_is_found_alone)
{
	struct warc *w;
	uint64_t max;
	ok(warc_open(dir, &w));
	ok(warc_begin_ids(w, 777));
	warc_close(w);
	ok(warc_scan(dir, NULL, 0, NULL, NULL, &max));
	ck_assert_uint_eq(max, 777);
	/* a later file repeats it: the first one may be moved away */
	ok(warc_open(dir, &w));
	struct warc_place p = append(w, 5, "http://a.cn/", 10);
	warc_close(w);
	ok(warc_scan(dir, p.file, 0, NULL, NULL, &max));
	ck_assert_uint_eq(max, 777);
}
END_TEST

START_TEST(files_are_never_continued)
{
	struct warc *w;
	struct warc_place p[5];
	struct seen s = {0};
	ok(warc_open(dir, &w));
	warc_set_file_max(w, 3000);
	p[0] = append(w, 1, "http://a.cn/1", 5000);
	p[1] = append(w, 2, "http://a.cn/2", 500);
	p[2] = append(w, 3, "http://a.cn/3", 0);
	warc_close(w);
	ok(warc_open(dir, &w));
	warc_close(w); /* nothing appended: no file */
	ok(warc_open(dir, &w));
	p[3] = append(w, 4, "http://a.cn/4", 500);
	ok(warc_begin_ids(w, 100));
	p[4] = append(w, 5, "http://a.cn/5", 500);
	warc_close(w);
	ck_assert_str_ne(p[0].file, p[1].file);
	ck_assert_str_eq(p[1].file, p[2].file);
	ck_assert_str_ne(p[2].file, p[3].file);
	ck_assert_str_ne(p[3].file, p[4].file);
	ok(warc_scan(dir, NULL, 0, see, &s, NULL));
	ck_assert_uint_eq(s.count, 5);
	for (unsigned i = 0; i < 5; i++)
		ck_assert_mem_eq(&s.places[i], &p[i], sizeof(p[i]));
	s = (struct seen){0};
	ok(warc_scan(dir, p[1].file, p[1].offset + p[1].length, see, &s, NULL));
	ck_assert_uint_eq(s.count, 3);
	ck_assert_uint_eq(s.ids[0], 3);
	s = (struct seen){.stop_after = 2};
	ok(warc_scan(dir, NULL, 0, see, &s, NULL));
	ck_assert_uint_eq(s.count, 2);
}
END_TEST

static void copy_prefix(const char *from, const char *to, int64_t n)
{
	static char p[1 << 20];
	int in = open(from, O_RDONLY), out = open(to, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	ssize_t got = read(in, p, (size_t)n);
	ck_assert_int_eq(got, n);
	ck_assert_int_eq(write(out, p, (size_t)n), n);
	close(in);
	close(out);
}

START_TEST(torn_tails)
{
	struct warc *w;
	char path[256], whole[256];
	ok(warc_open(dir, &w));
	append(w, 1, "http://a.cn/1", 3000);
	struct warc_place second = append(w, 2, "http://a.cn/2", 3000);
	struct warc_place last = append(w, 3, "http://a.cn/3", 3000);
	warc_close(w);
	path_of(last.file, path);
	snprintf(whole, sizeof(whole), "%s/whole", dir);
	copy_prefix(path, whole, last.offset + last.length);
	for (int64_t n = second.offset + second.length; n <= last.offset + last.length;
	     n += n < last.offset ? 41 : 97) {
		copy_prefix(whole, path, n);
		ok(warc_open(dir, &w));
		warc_close(w);
		/* the request of fetch 3 is whole from last.offset on, its response never but at the end */
		int64_t want = n >= last.offset ? last.offset : second.offset + second.length;
		ck_assert_int_eq(bytes_of(last.file), n == last.offset + last.length ? n : want);
		struct seen s = {0};
		ok(warc_scan(dir, NULL, 0, see, &s, NULL));
		ck_assert_uint_eq(s.count, n == last.offset + last.length ? 3 : 2);
		check_body(&second, 2, 3000);
	}
	/* torn in the warcinfo: an empty file, and the next one goes on */
	copy_prefix(whole, path, 50);
	ok(warc_open(dir, &w));
	ck_assert_int_eq(bytes_of(last.file), 0);
	struct warc_place p = append(w, 4, "http://a.cn/4", 10);
	warc_close(w);
	ck_assert_str_ne(p.file, last.file);
	check_body(&p, 4, 10);
}
END_TEST

START_TEST(garbage_behind_the_end)
{
	struct warc *w;
	char path[256], zeros[5000] = {0};
	ok(warc_open(dir, &w));
	struct warc_place p = append(w, 1, "http://a.cn/1", 3000);
	warc_close(w);
	path_of(p.file, path);
	int fd = open(path, O_WRONLY | O_APPEND);
	ck_assert_int_eq(write(fd, zeros, sizeof(zeros)), (ssize_t)sizeof(zeros));
	close(fd);
	ok(warc_open(dir, &w));
	ck_assert_int_eq(bytes_of(p.file), p.offset + p.length);
	warc_close(w);
}
END_TEST

static void flip(const char *file, int64_t at)
{
	char path[256];
	unsigned char c;
	path_of(file, path);
	int fd = open(path, O_RDWR);
	ck_assert_int_eq(pread(fd, &c, 1, at), 1);
	c ^= 0x55;
	ck_assert_int_eq(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

START_TEST(damage_in_the_middle_is_skipped)
{
	struct warc *w;
	struct warc_response r;
	struct seen s = {0};
	ok(warc_open(dir, &w));
	append(w, 1, "http://a.cn/1", 3000);
	struct warc_place hurt = append(w, 2, "http://a.cn/2", 100000);
	struct warc_place last = append(w, 3, "http://a.cn/3", 3000);
	warc_close(w);
	flip(last.file, hurt.offset + 30000);
	ok(warc_open(dir, &w));
	warc_close(w);
	ck_assert_int_eq(bytes_of(last.file), last.offset + last.length);
	ck_assert_int_eq(warc_read(dir, &hurt, 1 << 20, &r), ERR_FORMAT);
	warc_response_fini(&r);
	check_body(&last, 3, 3000);
	ok(warc_scan(dir, NULL, 0, see, &s, NULL));
	ck_assert_uint_eq(s.count, 2);
	ck_assert_uint_eq(s.ids[1], 3);
	/* wrong places */
	struct warc_place bad = last;
	bad.offset++;
	ck_assert_int_eq(warc_read(dir, &bad, 1 << 20, &r), ERR_FORMAT);
	warc_response_fini(&r);
	bad.offset = 1 << 30;
	ck_assert_int_eq(warc_read(dir, &bad, 1 << 20, &r), ERR_FORMAT);
	warc_response_fini(&r);
	bad = last;
	bad.length--;
	ck_assert_int_eq(warc_read(dir, &bad, 1 << 20, &r), ERR_FORMAT);
	warc_response_fini(&r);
	strcpy(bad.file, "gongkai-20990101000000-0001.warc.gz");
	ck_assert_int_eq(warc_read(dir, &bad, 1 << 20, &r), ERR_NOTFOUND);
	warc_response_fini(&r);
	strcpy(bad.file, "../whole");
	ck_assert_int_eq(warc_read(dir, &bad, 1 << 20, &r), ERR_FORMAT);
	warc_response_fini(&r);
}
END_TEST

/* A page whose body is a WARC file: it must not be found as a record when its own record is torn. */
START_TEST(records_inside_a_body_are_not_ours)
{
	struct warc *w;
	struct warc_fetch f;
	struct warc_place p;
	char path[256], other[256];
	static char bytes[1 << 18];
	ok(warc_open(dir, &w));
	struct warc_place inner = append(w, 9, "http://evil.cn/", 3000);
	warc_close(w);
	path_of(inner.file, path);
	snprintf(other, sizeof(other), "%s/inner", dir);
	ck_assert_int_eq(rename(path, other), 0);
	int fd = open(other, O_RDONLY);
	ssize_t n = read(fd, bytes, sizeof(bytes));
	close(fd);
	ok(warc_open(dir, &w));
	append(w, 1, "http://a.cn/1", 3000);
	make(&f, 2, "http://a.cn/2.warc.gz", 0);
	f.response_head = STR("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"); /* stored, not deflated */
	ok(spool_add(f.body, bytes, (size_t)n));
	ok(spool_add(f.body, bytes, (size_t)n));
	sha256_hex("x", 1, f.payload_sha256);
	ok(warc_append(w, &f, &p));
	spool_free(f.body);
	warc_close(w);
	path_of(p.file, path);
	ck_assert_int_eq(truncate(path, p.offset + p.length - 1), 0);
	ok(warc_open(dir, &w));
	warc_close(w);
	ck_assert_int_eq(bytes_of(p.file), p.offset);
}
END_TEST

START_TEST(revisits)
{
	struct warc *w;
	struct warc_fetch f;
	struct warc_place first, second, third;
	struct warc_response r;
	char id[WARC_ID_BYTES];
	struct seen s = {0};
	ok(warc_open(dir, &w));
	first = append(w, 1, "http://a.cn/1", 200000);
	make(&f, 1, "http://a.cn/1", 200000);
	f.fetch_id = 2;
	f.refers_to = warc_response_id(f.url, 1, id);
	f.refers_place = &first;
	f.response_head = STR("HTTP/1.1 200 OK\r\nSecond: 1\r\n\r\n");
	ok(warc_append(w, &f, &second));
	f.fetch_id = 3;
	f.refers_place = &second;
	ok(warc_append(w, &f, &third));
	ck_assert_int_lt(second.length, 2000);
	check_body(&first, 1, 200000);
	ok(warc_read(dir, &third, 1 << 20, &r));
	ck_assert_uint_eq(r.body.n, 200000);
	ck_assert_uint_eq(r.fetch_id, 3);
	ck_assert(str_eq(r.response_head, f.response_head));
	warc_response_fini(&r);
	ok(warc_scan(dir, NULL, 0, see, &s, NULL));
	ck_assert_uint_eq(s.count, 3);
	ck_assert_str_eq(s.sha, f.payload_sha256);
	/* one that refers to itself ends */
	f.refers_place = &(struct warc_place){.offset = third.offset + third.length};
	struct warc_place self = *f.refers_place, got;
	strcpy(self.file, third.file);
	f.refers_place = &self;
	ok(warc_append(w, &f, &got));
	self.offset = got.offset;
	ok(warc_append(w, &f, &got));
	ck_assert_int_eq(warc_read(dir, &got, 1 << 20, &r), ERR_FORMAT);
	warc_response_fini(&r);
	spool_free(f.body);
	warc_close(w);
}
END_TEST

START_TEST(full_disk)
{
	struct warc *w;
	struct warc_fetch f;
	struct warc_place p, q;
	struct seen s = {0};
	signal(SIGXFSZ, SIG_IGN);
	ok(warc_open(dir, &w));
	p = append(w, 1, "http://a.cn/1", 100000);
	make(&f, 2, "http://a.cn/2", 600000);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){200000, RLIM_INFINITY});
	ck_assert_int_eq(warc_append(w, &f, &q), ERR_FULL);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
	ck_assert_int_eq(bytes_of(p.file), p.offset + p.length);
	ok(warc_append(w, &f, &q)); /* room again: it goes on in the same file */
	ok(warc_sync(w));
	ck_assert_str_eq(q.file, p.file);
	check_body(&q, 2, 600000);
	check_body(&p, 1, 100000);
	ok(warc_scan(dir, NULL, 0, see, &s, NULL));
	ck_assert_uint_eq(s.count, 2);
	spool_free(f.body);
	warc_close(w);
	/* no room for a file at all: none is left behind */
	ok(warc_open(dir, &w));
	make(&f, 3, "http://a.cn/3", 10);
	int64_t before = warc_total_bytes(dir);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){100, RLIM_INFINITY});
	ck_assert_int_eq(warc_append(w, &f, &q), ERR_FULL);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
	ck_assert_int_eq(warc_total_bytes(dir), before);
	ok(warc_append(w, &f, &q));
	check_body(&q, 3, 10);
	spool_free(f.body);
	warc_close(w);
}
END_TEST

START_TEST(a_file_where_the_folder_should_be)
{
	char path[300];
	struct warc *w;
	struct seen s = {0};
	snprintf(path, sizeof(path), "%s/archive", dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(warc_open(dir, &w), ERR_FOREIGN);
	ck_assert_int_eq(warc_scan(dir, NULL, 0, see, &s, NULL), ERR_FOREIGN);
}
END_TEST

START_TEST(killed_in_the_middle)
{
	static const size_t sizes[] = {0, 3000, 200000};
	struct warc *w;
	for (unsigned i = 0; i < 3; i++) {
		pid_t child = fork(); /* the points read their environment at the first passage: none here before */
		if (child == 0) {
			setenv("GONGKAI_KILL", "archive.append.mid:2", 1);
			ok(warc_open(dir, &w));
			append(w, 10 + i, "http://a.cn/1", 500);
			append(w, 20 + i, "http://a.cn/2", sizes[i]);
			_exit(0);
		}
		int status;
		waitpid(child, &status, 0);
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		int64_t torn = warc_total_bytes(dir);
		ok(warc_open(dir, &w));
		warc_close(w);
		ck_assert_int_lt(warc_total_bytes(dir), torn);
		struct seen s = {0};
		ok(warc_scan(dir, NULL, 0, see, &s, NULL));
		ck_assert_uint_eq(s.count, i + 1);
		ck_assert_uint_eq(s.ids[i], 10 + i);
		check_body(&s.places[i], 10 + i, 500);
	}
}
END_TEST

START_TEST(gzip_reads_it)
{
	struct warc *w;
	char cmd[512];
	ok(warc_open(dir, &w));
	struct warc_place p = append(w, 1, "http://a.cn/1", 100000);
	append(w, 2, "http://a.cn/2", 10);
	warc_close(w);
	snprintf(cmd, sizeof(cmd), "gzip -t %s/archive/%s && test $(gzip -dc %s/archive/%s | grep -c '^WARC/1.1') = 5",
		 dir, p.file, dir, p.file);
	ck_assert_int_eq(system(cmd), 0);
}
END_TEST

/* The request record of a form list is the POST as sent; both records say that it is one. */
START_TEST(form_lists)
{
	static const char post[] = "POST /list HTTP/1.1\r\nHost: a.cn\r\nContent-Type: "
				   "application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nid=7&p";
	struct warc *w;
	struct warc_fetch f;
	struct warc_place place;
	struct seen s = {0};
	char cmd[512], line[256];
	ok(warc_open(dir, &w));
	make(&f, 3, "http://a.cn/list?id=7&p", 50);
	f.request_head = str_of(post);
	f.ask = "post";
	ok(warc_append(w, &f, &place));
	spool_free(f.body);
	append(w, 4, "http://a.cn/5", 50);
	warc_close(w);
	ok(warc_scan(dir, NULL, 0, see, &s, NULL));
	ck_assert_uint_eq(s.count, 2);
	ck_assert_str_eq(s.ask, "");
	s = (struct seen){.stop_after = 1};
	ok(warc_scan(dir, NULL, 0, see, &s, NULL));
	ck_assert_str_eq(s.url, "http://a.cn/list?id=7&p");
	ck_assert_str_eq(s.ask, "post");
	ck_assert_str_eq(s.context, f.context);
	snprintf(cmd, sizeof(cmd), "gzip -dc %s/archive/%s | tr -d '\r'", dir, place.file);
	FILE *all = popen(cmd, "r");
	ck_assert_ptr_nonnull(all);
	unsigned asks = 0;
	bool posted = false, formed = false, request = false;
	while (fgets(line, sizeof(line), all)) {
		asks += strcmp(line, "GongKai-Ask: post\n") == 0;
		request |= strcmp(line, "WARC-Type: request\n") == 0;
		posted |= request && strcmp(line, "POST /list HTTP/1.1\n") == 0;
		formed |= posted && strcmp(line, "id=7&p\n") == 0;
	}
	ck_assert_int_eq(pclose(all), 0);
	ck_assert_uint_eq(asks, 2);
	ck_assert(posted && formed);
}
END_TEST

START_TEST(headers)
{
	struct str h = STR("HTTP/1.1 200 A: b\r\nContent-type:  text/html \r\nX:\r\nX: 2\r\n\r\nContent-Length: 5");
	ck_assert(str_eq_z(warc_header(h, "Content-Type"), "text/html"));
	ck_assert(str_eq_z(warc_header(h, "x"), ""));
	ck_assert_ptr_null(warc_header(h, "Type").p);
	ck_assert_ptr_null(warc_header(STR(""), "Type").p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("warc");
	TCase *t = tcase_create("warc");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_goes_in_comes_out);
	tcase_add_test(t, first_id_is_found_alone);
	tcase_add_test(t, files_are_never_continued);
	tcase_add_test(t, torn_tails);
	tcase_add_test(t, garbage_behind_the_end);
	tcase_add_test(t, damage_in_the_middle_is_skipped);
	tcase_add_test(t, records_inside_a_body_are_not_ours);
	tcase_add_test(t, revisits);
	tcase_add_test(t, full_disk);
	tcase_add_test(t, a_file_where_the_folder_should_be);
	tcase_add_test(t, killed_in_the_middle);
	tcase_add_test(t, gzip_reads_it);
	tcase_add_test(t, form_lists);
	tcase_add_test(t, headers);
	suite_add_tcase(s, t);
	return suite_run(s);
}
