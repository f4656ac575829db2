/*
 * The parent's hold on its child, with children that misbehave: this program plays them itself when it is
 * started with --child, as GONGKAI_FAKE_CHILD says.
 */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "parser/keeper.h"
#include "proto/frame.h"
#include "suite.h"

static void put(enum child_answer_kind kind, uint64_t doc_bytes, const char *doc)
{
	struct child_answer a = {.magic = CHILD_MAGIC, .kind = kind, .doc_bytes = doc_bytes};
	if (write(CHILD_FD, &a, sizeof(a)) < 0 || (doc && write(CHILD_FD, doc, strlen(doc)) < 0))
		_exit(9);
}

static void hang(void)
{
	for (;;)
		pause();
}

static void take_request(void)
{
	struct child_request r;
	char junk[4096];
	size_t left;
	if (read(CHILD_FD, &r, sizeof(r)) != (ssize_t)sizeof(r))
		_exit(0);
	left = r.body_bytes;
	for (int i = 0; i < CHILD_TEXTS; i++)
		left += r.text_bytes[i];
	while (left) {
		ssize_t n = read(CHILD_FD, junk, left < sizeof(junk) ? left : sizeof(junk));
		if (n <= 0)
			_exit(0);
		left -= (size_t)n;
	}
}

static int fake_child(const char *mode)
{
	if (!strcmp(mode, "no-start"))
		return 1;
	if (!strcmp(mode, "wrong-hello")) {
		put(CHILD_DOC, 2, "{}");
		hang();
	}
	put(CHILD_READY, 0, NULL);
	take_request();
	if (!strcmp(mode, "huge"))
		put(CHILD_DOC, FRAME_DOC_MAX + 1, NULL);
	else if (!strcmp(mode, "garbage"))
		put((enum child_answer_kind)77, 0, NULL);
	else if (!strcmp(mode, "short")) {
		put(CHILD_DOC, 100, "{");
		_exit(0);
	} else if (!strcmp(mode, "closed"))
		close(CHILD_FD);
	else if (!strcmp(mode, "twice")) {
		put(CHILD_DOC, 2, "{}");
		put(CHILD_DOC, 2, "{}");
	} else if (!strcmp(mode, "term")) {
		kill(getpid(), SIGTERM);
	} else if (!strcmp(mode, "good")) {
		put(CHILD_DOC, 2, "{}");
		take_request();
		put(CHILD_NOT_PARSABLE, 0, NULL);
		take_request();
		put(CHILD_UNSUPPORTED, 0, NULL);
	}
	hang();
	return 0;
}

static struct keeper *k;
static struct keeper_result r;
static int64_t skew; /* what is added to the clock */

static void begin(const char *mode)
{
	setenv("GONGKAI_FAKE_CHILD", mode, 1);
	k = keeper_new("/proc/self/exe");
	skew = 0;
}

static void turn(void)
{
	ck_assert_int_eq(keeper_turn(k, mono_ms() + skew, &r), ERR_OK);
	if (r.kind == KEEPER_NOTHING)
		nanosleep(&(struct timespec){0, 1000000}, NULL);
}

static void until_ready(void)
{
	for (int i = 0; i < 5000 && !keeper_ready(k); i++)
		turn();
	ck_assert(keeper_ready(k));
}

static void until_result(void)
{
	for (int i = 0; i < 5000; i++) {
		turn();
		if (r.kind != KEEPER_NOTHING)
			return;
	}
	ck_abort_msg("no result");
}

static void give(void)
{
	static char body[300000]; /* more than the socket's buffers take at once */
	struct parse_input in = {.body = {body, sizeof(body)}, .url = STR("http://a/")};
	until_ready();
	keeper_give(k, &in, mono_ms() + skew);
}

START_TEST(an_honest_child)
{
	begin("good");
	give();
	until_result();
	ck_assert(r.kind == KEEPER_DOC && r.doc_bytes == 2 && !memcmp(r.doc, "{}", 2));
	free(r.doc);
	give();
	until_result();
	ck_assert(r.kind == KEEPER_FAIL && r.cause == CAUSE_NOT_PARSABLE && r.permanent && r.signal == 0);
	give();
	until_result();
	ck_assert(r.kind == KEEPER_FAIL && r.cause == CAUSE_UNSUPPORTED_KIND && r.permanent && r.signal == 0);
	ck_assert_uint_eq(keeper_starts(k), 1);
	keeper_free(k);
	keeper_free(NULL);
}
END_TEST

START_TEST(dishonest_children)
{
	static const char *const modes[] = {"huge", "garbage", "short", "closed"};
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		begin(modes[i]);
		give();
		if (!strcmp(modes[i], "closed")) {
			for (int n = 0; n < 100; n++)
				turn();
			ck_assert_int_eq(r.kind, KEEPER_NOTHING);
			skew = 2000;
		}
		until_result();
		ck_assert_msg(r.kind == KEEPER_FAIL && r.cause == CAUSE_PARSER_CRASH && !r.permanent, "%s: %s",
			      modes[i], r.detail);
		until_ready();
		ck_assert_uint_eq(keeper_starts(k), 2);
		keeper_free(k);
	}
}
END_TEST

START_TEST(an_answer_too_many_blames_no_page)
{
	begin("twice");
	give();
	until_result();
	ck_assert_int_eq(r.kind, KEEPER_DOC);
	free(r.doc);
	while (keeper_starts(k) < 2) {
		turn();
		ck_assert_int_eq(r.kind, KEEPER_NOTHING);
	}
	until_ready();
	keeper_free(k);
}
END_TEST

START_TEST(too_late_and_killed)
{
	begin("hang");
	give();
	for (int n = 0; n < 100; n++)
		turn();
	ck_assert_int_eq(r.kind, KEEPER_NOTHING);
	skew = KEEPER_WALL_MIN_MS + 1;
	until_result();
	ck_assert(r.cause == CAUSE_PARSER_TIMEOUT && r.signal == SIGKILL);
	ck_assert_ptr_nonnull(strstr(r.detail, "wall"));
	keeper_free(k);
	begin("term");
	give();
	until_result();
	ck_assert(r.cause == CAUSE_LEASE_LOST && r.signal == SIGTERM);
	keeper_free(k);
}
END_TEST

static void fails_to_start(const char *mode)
{
	enum err e = ERR_OK;
	int64_t now = 1000;
	begin(mode);
	for (int i = 0; i < 20000 && e == ERR_OK; i++) {
		e = keeper_turn(k, now, &r);
		ck_assert_int_eq(r.kind, KEEPER_NOTHING);
		if (i % 20 == 0)
			now += 100;
		nanosleep(&(struct timespec){0, 50000}, NULL);
	}
	ck_assert_int_eq(e, ERR_INTERNAL);
	ck_assert_uint_eq(keeper_starts(k), KEEPER_STARTS_MAX);
	ck_assert_int_gt(now, 5000); /* with pauses between them */
	keeper_free(k);
}

START_TEST(a_program_that_does_not_start)
{
	fails_to_start("no-start");
	fails_to_start("wrong-hello");
}
END_TEST

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--child"))
		return fake_child(getenv("GONGKAI_FAKE_CHILD"));
	Suite *s = suite_create("keeper");
	TCase *t = tcase_create("keeper");
	tcase_set_timeout(t, 30);
	tcase_add_test(t, an_honest_child);
	tcase_add_test(t, dishonest_children);
	tcase_add_test(t, an_answer_too_many_blames_no_page);
	tcase_add_test(t, too_late_and_killed);
	tcase_add_test(t, a_program_that_does_not_start);
	suite_add_tcase(s, t);
	return suite_run(s);
}
