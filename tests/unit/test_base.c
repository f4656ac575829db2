#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/str.h"
#include "suite.h"

START_TEST(err_keeps_code_and_text)
{
	ck_assert_int_eq(err_set(ERR_FORMAT, "bad %d", 7), ERR_FORMAT);
	ck_assert_str_eq(err_text(), "bad 7");
	ck_assert_int_eq(err_set(ERR_IO, "outer: %s", err_text()), ERR_IO);
	ck_assert_str_eq(err_text(), "outer: bad 7");
	errno = ENOSPC;
	ck_assert_int_eq(err_errno(ERR_IO, "cannot write 'x'"), ERR_FULL);
	ck_assert_str_eq(err_text(), "cannot write 'x': No space left on device");
	errno = EACCES;
	ck_assert_int_eq(err_errno(ERR_IO, "y"), ERR_DENIED);
	errno = EACCES;
	ck_assert_int_eq(err_errno(ERR_INPUT, "y"), ERR_INPUT);
	ck_assert_int_eq(err_exit_status(ERR_FULL), 5);
	ck_assert_int_eq(err_exit_status(ERR_USAGE), 2);
	ck_assert_int_eq(err_exit_status(ERR_LOCKED), 4);
	ck_assert_int_eq(err_exit_status(ERR_INTERNAL), 1);
	ck_assert_str_eq(err_name(ERR_FULL), "full");
}
END_TEST

START_TEST(str_and_trim)
{
	ck_assert(str_eq_z(str_trim(STR(" \t a b\r\n")), "a b"));
	ck_assert(str_eq_z(str_trim_wide(STR("\u3000 \u00a0年报\ufeff\n\u3000")), "年报"));
	ck_assert_uint_eq(str_trim_wide(STR("\u3000\u3000")).n, 0);
	ck_assert_uint_eq(str_trim_wide(STR("\x80\x80\x80")).n, 3);
	ck_assert(str_ieq_z(STR("GBK"), "gbk"));
	ck_assert(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("a"), STR("ab")));
	ck_assert(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("c"), STR("bc")));
	ck_assert_int_eq(str_find(STR("abcabc"), STR("bc"), 2), 4);
	ck_assert_int_eq(str_find(STR("abc"), STR("x"), 0), -1);
	ck_assert_int_eq(str_find(STR("abc"), STR("c"), 9), -1);
	ck_assert(str_eq_z(str_sub(STR("hello"), 1, 99), "ello"));
	ck_assert_uint_eq(str_sub(STR("hello"), 9, 2).n, 0);
}
END_TEST

START_TEST(utf8_is_strict)
{
	static const struct {
		const char *z;
		bool valid;
	} cases[] = {{"政府", true},          {"\xC0\x80", false},
		     {"\xED\xA0\x80", false}, {"\xF4\x90\x80\x80", false},
		     {"\xE4\xB8", false},     {"\xF0\x9F\x98\x80", true},
		     {"\x80", false},         {"", true},
		     {"\xE0\x9F\xBF", false}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ck_assert_msg(utf8_valid(cases[i].z, strlen(cases[i].z)) == cases[i].valid, "case %zu", i);
	for (uint32_t cp = 0; cp <= 0x110000; cp += 97) {
		char out[4];
		size_t pos = 0, n = utf8_put(cp, out);
		uint32_t want = cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000) ? 0xFFFD : cp;
		ck_assert_uint_eq(utf8_next(out, n, &pos), want);
		ck_assert_uint_eq(pos, n);
	}
	ck_assert_uint_eq(utf8_count("a政b", 5), 3);
	ck_assert_uint_eq(utf8_cut("a政b", 2), 1);
	ck_assert_uint_eq(utf8_cut("a政b", 3), 1);
	ck_assert_uint_eq(utf8_cut("a政b", 4), 4);
	ck_assert_uint_eq(utf8_cut("", 0), 0);
}
END_TEST

START_TEST(buf_stops_at_its_maximum)
{
	struct buf b;
	buf_init(&b, 10);
	ck_assert_int_eq(buf_add_z(&b, "12345"), ERR_OK);
	ck_assert_int_eq(buf_printf(&b, "%d", 123456), ERR_LIMIT);
	ck_assert_str_eq(b.p, "12345");
	ck_assert_int_eq(b.sticky, ERR_LIMIT);
	ck_assert_int_eq(buf_add_z(&b, "67890"), ERR_OK);
	ck_assert_int_eq(buf_add_char(&b, 'x'), ERR_LIMIT);
	ck_assert_int_eq(b.sticky, ERR_LIMIT);
	buf_consume(&b, 7);
	ck_assert_str_eq(b.p, "890");
	ck_assert_ptr_null(buf_reserve(&b, SIZE_MAX));
	buf_clear(&b);
	ck_assert_int_eq(b.sticky, ERR_OK);
	char *p = buf_reserve(&b, 4);
	memcpy(p, "abcd", 4);
	buf_commit(&b, 4);
	size_t n;
	p = buf_take(&b, &n);
	ck_assert_str_eq(p, "abcd");
	ck_assert_uint_eq(n, 4);
	free(p);
	ck_assert_uint_eq(buf_str(&b).n, 0);
	buf_fini(&b);
}
END_TEST

static void exit_42(size_t wanted)
{
	(void)wanted;
	_exit(42);
}

START_TEST(arena_gives_and_refuses)
{
	struct arena *a = arena_new(4u << 20);
	char *small = arena_strdup(a, STR("small"));
	size_t cap = 0;
	int *v = NULL;
	for (int i = 0; i < 100000; i++) {
		v = arena_grow(a, v, &cap, (size_t)i + 1, sizeof(*v));
		v[i] = i;
	}
	int wrong = 0;
	for (int i = 0; i < 100000; i++)
		wrong += v[i] != i;
	ck_assert_int_eq(wrong, 0);
	ck_assert_str_eq(small, "small");
	ck_assert_uint_eq((uintptr_t)arena_alloc(a, 3) % 16, 0);
	ck_assert_str_eq(arena_printf(a, "%s-%d", "x", 5), "x-5");
	char *z = arena_calloc(a, 10, 20000);
	for (int i = 0; i < 200000; i++)
		wrong += z[i] != 0;
	ck_assert_int_eq(wrong, 0);
	arena_reset(a);
	ck_assert_uint_eq(arena_used_bytes(a), 0);
	pid_t pid = fork();
	if (pid == 0) {
		arena_on_refusal(exit_42);
		for (;;)
			arena_alloc(a, 1000);
	}
	int status;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	pid = fork();
	if (pid == 0) {
		arena_on_refusal(exit_42);
		arena_calloc(a, SIZE_MAX / 2, 3);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	arena_free(a);
	arena_free(NULL);
}
END_TEST

START_TEST(clock_reads_what_servers_write)
{
	char out[32];
	ck_assert_str_eq(clock_iso(784111777000, out), "1994-11-06T08:49:37Z");
	ck_assert_int_eq(clock_parse_iso("1994-11-06T08:49:37Z"), 784111777000);
	ck_assert_int_eq(clock_parse_iso("1994-11-06T08:49:37.25Z"), 784111777250);
	ck_assert_int_eq(clock_parse_iso("1994-11-06T16:49:37+08:00"), 784111777000);
	ck_assert_int_eq(clock_parse_iso("1994-11-06"), 784080000000);
	ck_assert_int_eq(clock_parse_iso("1994-13-06"), -1);
	ck_assert_int_eq(clock_parse_iso("2023-02-29"), -1);
	ck_assert_int_eq(clock_parse_iso("2024-02-29x"), -1);
	ck_assert_int_eq(clock_parse_iso(""), -1);
	ck_assert_int_eq(clock_parse_http("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777000);
	ck_assert_int_eq(clock_parse_http("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777000);
	ck_assert_int_eq(clock_parse_http("Sun Nov  6 08:49:37 1994"), 784111777000);
	ck_assert_int_eq(clock_parse_http("120"), -1);
	ck_assert_int_eq(clock_parse_http("Sun, 31 Feb 1994 08:49:37 GMT"), -1);
	ck_assert_int_eq(clock_parse_http("Sun, 06 Xyz 1994 08:49:37 GMT"), -1);
}
END_TEST

START_TEST(hashes_and_ids)
{
	char hex[65], id[37], id2[37];
	sha256_hex("abc", 3, hex);
	ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	struct sha256 *s = sha256_new();
	sha256_add(s, "a", 1);
	sha256_add(s, "bc", 2);
	char hex2[65];
	sha256_end(s, hex2);
	ck_assert_str_eq(hex, hex2);
	uuid_new(id);
	uuid_new(id2);
	ck_assert_uint_eq(strlen(id), 36);
	ck_assert_int_eq(id[14], '4');
	ck_assert_str_ne(id, id2);
	uint64_t x = 1, y = 1;
	for (int i = 0; i < 100; i++) {
		ck_assert_uint_eq(rng_next(&x), rng_next(&y));
		double u = rng_unit(&x);
		rng_unit(&y);
		ck_assert(u >= 0 && u < 1);
	}
	ck_assert_uint_ne(hash64("a", 1), hash64("b", 1));
}
END_TEST

START_TEST(jsonw_writes_json)
{
	struct buf b;
	struct jsonw w;
	buf_init(&b, 1000);
	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstr(&w, "a", STR("x\"\\\n\x01\xff政"));
	jsonw_key(&w, "list");
	jsonw_array(&w);
	jsonw_int(&w, -5);
	jsonw_num(&w, 3);
	jsonw_num(&w, 0.1);
	jsonw_num(&w, 1.0 / 3);
	jsonw_num(&w, 0.0 / 1 - 0.0);
	jsonw_bool(&w, true);
	jsonw_null(&w);
	jsonw_object(&w);
	jsonw_end(&w, '}');
	jsonw_raw(&w, STR("{\"r\":1}"));
	jsonw_end(&w, ']');
	jsonw_kz(&w, "z", NULL);
	jsonw_end(&w, '}');
	ck_assert_int_eq(b.sticky, ERR_OK);
	ck_assert_str_eq(b.p,
			 "{\"a\":\"x\\\"\\\\\\n\\u0001\uFFFD政\",\"list\":[-5,3,0.1,0.3333333333333333,0,true,null,{},"
			 "{\"r\":1}],\"z\":null}");
	buf_fini(&b);
}
END_TEST

START_TEST(log_cleans_control_characters)
{
	char out[32];
	log_cleanse(out, sizeof(out), "a\x1b[1m\n政", 9);
	ck_assert_str_eq(out, "a\\x1b[1m\\x0a政");
	log_cleanse(out, 4, "ab政", 5);
	ck_assert_str_eq(out, "ab");
	log_cleanse(out, sizeof(out), "\xff", 1);
	ck_assert_str_eq(out, "\\xff");
}
END_TEST

static void write_conf(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	setenv("GONGKAI_CONF", path, 1);
}

START_TEST(conf_has_layers)
{
	char path[] = "/tmp/gongkai-test-conf-XXXXXX";
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	write_conf(path, "[fetcher]\ndelay = 3\nconnect_to = a:1\nparsers=2 ; two\nquiet = yes\n");
	setenv("GONGKAI_DELAY", "5", 1);
	struct conf *c;
	double v;
	ck_assert_int_eq(conf_load(&c), ERR_OK);
	ck_assert_int_eq(conf_get_num(c, "delay", 2, 0, 100, &v), ERR_OK);
	ck_assert_double_eq(v, 5);
	conf_set(c, "delay", "7");
	ck_assert_str_eq(conf_get(c, "delay"), "7");
	ck_assert_str_eq(conf_get(c, "connect-to"), "a:1");
	ck_assert_str_eq(conf_get(c, "parsers"), "2");
	ck_assert(conf_get_bool(c, "quiet") && !conf_get_bool(c, "verbose"));
	ck_assert_ptr_null(conf_get(c, "absent"));
	ck_assert_int_eq(conf_get_num(c, "parsers", 1, 3, 9, &v), ERR_USAGE);
	ck_assert_int_eq(conf_get_num(c, "connect-to", 1, 3, 9, &v), ERR_USAGE);
	ck_assert_int_eq(conf_get_num(c, "absent", 8, 3, 9, &v), ERR_OK);
	ck_assert_double_eq(v, 8);
	conf_free(c);
	write_conf(path, "good = 1\nno equals sign here\n");
	ck_assert_int_eq(conf_load(&c), ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(err_text(), "line 2"));
	char text[400];
	memset(text, 'x', sizeof(text));
	memcpy(text, "a = ", 4);
	text[399] = '\0';
	write_conf(path, text);
	ck_assert_int_eq(conf_load(&c), ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(err_text(), "line 1"));
	unlink(path);
	ck_assert_int_eq(conf_load(&c), ERR_OK);
	conf_free(c);
	conf_free(NULL);
	unsetenv("GONGKAI_DELAY");
	unsetenv("GONGKAI_CONF");
}
END_TEST

START_TEST(notify_sends_states)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	snprintf(a.sun_path, sizeof(a.sun_path), "/tmp/gongkai-test-notify-%d", (int)getpid());
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	setenv("NOTIFY_SOCKET", a.sun_path, 1);
	setenv("WATCHDOG_USEC", "20000000", 1);
	char got[200] = "";
	notify_ready();
	ck_assert_int_gt(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), 0);
	ck_assert_str_eq(got, "READY=1");
	notify_status("two\nlines");
	ssize_t n = recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT);
	got[n > 0 ? n : 0] = '\0';
	ck_assert_str_eq(got, "STATUS=two lines");
	notify_progress();
	n = recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT);
	got[n > 0 ? n : 0] = '\0';
	ck_assert_str_eq(got, "WATCHDOG=1");
	notify_progress();
	ck_assert_int_lt(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), 0);
	unsetenv("NOTIFY_SOCKET");
	close(fd);
	unlink(a.sun_path);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base");
	TCase *t = tcase_create("base");
	tcase_add_test(t, err_keeps_code_and_text);
	tcase_add_test(t, str_and_trim);
	tcase_add_test(t, utf8_is_strict);
	tcase_add_test(t, buf_stops_at_its_maximum);
	tcase_add_test(t, arena_gives_and_refuses);
	tcase_add_test(t, clock_reads_what_servers_write);
	tcase_add_test(t, hashes_and_ids);
	tcase_add_test(t, jsonw_writes_json);
	tcase_add_test(t, log_cleans_control_characters);
	tcase_add_test(t, conf_has_layers);
	tcase_add_test(t, notify_sends_states);
	suite_add_tcase(s, t);
	return suite_run(s);
}
