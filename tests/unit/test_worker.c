#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/hash.h"
#include "parser/keeper.h"
#include "parser/worker.h"
#include "suite.h"

static struct worker w;
static char items[64];

static void setup(void)
{
	worker_init(&w);
}

static struct worker_page page(uint64_t id, uint32_t epoch, int64_t bytes)
{
	return (struct worker_page){id, epoch, bytes, &items[id % 64]};
}

static void *receive(uint64_t id, uint32_t epoch, int64_t bytes)
{
	struct worker_page p = page(id, epoch, bytes);
	return worker_receive(&w, &p);
}

static enum page_stage stage_of(uint64_t id, int64_t now)
{
	struct msg_heartbeat_page named[MSG_PAGES_MAX];
	unsigned n = worker_pages(&w, now, named);
	for (unsigned i = 0; i < n; i++)
		if (named[i].fetch_id == id)
			return named[i].stage;
	return 99;
}

START_TEST(a_page_goes_through)
{
	ck_assert(worker_idle(&w) && worker_may_receive(&w));
	ck_assert_ptr_null(receive(1, 1, 100));
	ck_assert_ptr_null(receive(2, 1, 50));
	ck_assert_int_eq(stage_of(1, 0), STAGE_QUEUED);
	ck_assert_ptr_eq(worker_start(&w, true), &items[1]);
	ck_assert_int_eq(stage_of(1, 0), STAGE_PARSING);
	ck_assert_ptr_null(worker_start(&w, true)); /* one child */
	worker_parsed(&w);
	ck_assert_ptr_null(worker_start(&w, false)); /* the sink takes nothing: no further page */
	ck_assert_int_eq(w.held_bytes, 150);
	ck_assert_ptr_eq(worker_start(&w, true), &items[2]);
	ck_assert_ptr_eq(worker_handed(&w, 1000), &items[1]);
	ck_assert_int_eq(stage_of(1, 1000 + WORKER_HANDED_MS - 1), STAGE_HANDED);
	ck_assert_int_eq(stage_of(1, 1000 + WORKER_HANDED_MS), 99);
	ck_assert_ptr_eq(worker_failed(&w, CAUSE_PARSER_CRASH, false, SIGSEGV, "died"), &items[2]);
	ck_assert_int_eq(w.held_bytes, 0);
	const struct worker_fail *f = worker_next_fail(&w);
	ck_assert(f && f->fetch_id == 2 && f->signal == SIGSEGV && f->cause == CAUSE_PARSER_CRASH && !f->permanent);
	ck_assert(!worker_idle(&w) && worker_stuck(&w));
	worker_fail_sent(&w);
	ck_assert_ptr_null(worker_next_fail(&w));
	ck_assert(worker_idle(&w));
}
END_TEST

START_TEST(later_epochs_supersede)
{
	ck_assert_ptr_null(receive(1, 1, 10));
	ck_assert_ptr_eq(receive(1, 1, 10), &items[1]);
	struct worker_page newer = {1, 2, 20, &items[40]};
	ck_assert_ptr_eq(worker_receive(&w, &newer), &items[1]);
	ck_assert_uint_eq(w.queue_count, 1);
	ck_assert_int_eq(w.held_bytes, 20);
	ck_assert_ptr_eq(worker_start(&w, true), &items[40]);
	ck_assert_ptr_eq(receive(1, 2, 10), &items[1]); /* being parsed at this epoch */
	ck_assert_ptr_null(receive(1, 3, 10));
	ck_assert_ptr_eq(receive(1, 2, 10), &items[1]);
}
END_TEST

START_TEST(limits_hold)
{
	unsigned n = 0;
	while (worker_may_receive(&w) && n < 1000)
		receive(++n, 1, 1);
	ck_assert_uint_eq(n, WORKER_QUEUE_MAX);
	worker_init(&w);
	receive(1, 1, WORKER_CREDIT_BYTES);
	ck_assert(!worker_may_receive(&w));
	worker_init(&w);
	for (n = 0; worker_may_receive(&w) && n < 1000; n++)
		worker_refuse(&w, n, 1, CAUSE_BAD_HEADER, "x");
	ck_assert_uint_lt(n, WORKER_FAILS_MAX);
	worker_init(&w);
	worker_drain(&w);
	ck_assert(!worker_may_receive(&w));
	char detail[3000];
	memset(detail, 'x', sizeof(detail));
	detail[2999] = '\0';
	worker_refuse(&w, 1, 1, CAUSE_BAD_HEADER, detail);
	ck_assert_uint_eq(strlen(worker_next_fail(&w)->detail), MSG_DETAIL_MAX);
}
END_TEST

START_TEST(handed_list_is_bounded)
{
	struct msg_heartbeat_page named[MSG_PAGES_MAX];
	for (uint64_t id = 1; id <= 1000; id++) {
		receive(id, 1, 5);
		worker_start(&w, true);
		worker_parsed(&w);
		worker_handed(&w, (int64_t)id);
	}
	unsigned n = worker_pages(&w, 1000, named);
	ck_assert_uint_eq(n, WORKER_HANDED_MAX);
	ck_assert_uint_eq(named[0].fetch_id, 1000);
	ck_assert_uint_eq(worker_pages(&w, 1000 + WORKER_HANDED_MS - 10, named), 10);
	ck_assert_uint_eq(worker_pages(&w, 1000 + WORKER_HANDED_MS - 5, named), 5);
	receive(2000, 1, 5);
	worker_start(&w, true);
	worker_parsed(&w);
	worker_handed(&w, 20000);
	ck_assert_uint_eq(worker_pages(&w, 20000, named), 1);
}
END_TEST

/* Any order of events: counts and bytes agree with a list kept beside, every page is given back exactly once. */
START_TEST(random_walk)
{
	uint64_t seed = 11, next_id = 1;
	unsigned held = 0, fails = 0;
	static char pool[40000];
	static bool back[40000];
	for (int step = 0; step < 40000; step++) {
		void *item = NULL;
		switch (rng_next(&seed) % 6) {
		case 0:
		case 1:
			if (!worker_may_receive(&w))
				break;
			struct worker_page p = {next_id, 1, (int64_t)(rng_next(&seed) % 2000000), &pool[next_id]};
			next_id++;
			ck_assert_ptr_null(worker_receive(&w, &p));
			held++;
			break;
		case 2:
			worker_start(&w, rng_next(&seed) % 2);
			break;
		case 3:
			if (w.parsing.item && !w.waiting.item)
				worker_parsed(&w);
			break;
		case 4:
			if (w.waiting.item)
				item = worker_handed(&w, step);
			else if (w.parsing.item) {
				item = worker_failed(&w, CAUSE_NOT_PARSABLE, true, 0, "");
				fails++;
			}
			break;
		default:
			if (worker_next_fail(&w)) {
				worker_fail_sent(&w);
				fails--;
			}
		}
		if (item) {
			size_t at = (size_t)((char *)item - pool);
			ck_assert(!back[at]);
			back[at] = true;
			held--;
		}
		ck_assert_uint_eq(held, w.queue_count + (w.parsing.item != NULL) + (w.waiting.item != NULL));
		ck_assert_uint_eq(fails, w.fails_count);
		ck_assert(w.held_bytes >= 0 && w.held_bytes < WORKER_CREDIT_BYTES + 2000000);
		ck_assert(held > 0 || w.held_bytes == 0);
	}
	ck_assert_uint_gt(next_id, 3000);
}
END_TEST

START_TEST(limits_of_the_child)
{
	ck_assert_int_eq(keeper_cpu_ms(0), 2000);
	ck_assert_int_eq(keeper_cpu_ms(1024 * 1024), 4000);
	ck_assert_int_eq(keeper_cpu_ms(16 * 1024 * 1024), 20000);
	ck_assert_int_eq(keeper_cpu_ms(UINT64_MAX), 20000);
	ck_assert_int_eq(keeper_wall_ms(0), 10000);
	ck_assert_int_eq(keeper_wall_ms(16 * 1024 * 1024), 60000);
}
END_TEST

START_TEST(verdicts_of_rule_3)
{
	static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGSYS};
	for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++) {
		struct keeper_verdict v = keeper_verdict(W_EXITCODE(0, crashes[i]), KEEPER_KILL_NONE);
		ck_assert(v.cause == CAUSE_PARSER_CRASH && v.signal == crashes[i]);
	}
	ck_assert_int_eq(keeper_verdict(W_EXITCODE(0, SIGXCPU), KEEPER_KILL_NONE).cause, CAUSE_PARSER_TIMEOUT);
	ck_assert_int_eq(keeper_verdict(W_EXITCODE(0, SIGKILL), KEEPER_KILL_WALL).cause, CAUSE_PARSER_TIMEOUT);
	struct keeper_verdict v = keeper_verdict(W_EXITCODE(0, SIGKILL), KEEPER_KILL_NONE);
	ck_assert(v.cause == CAUSE_LEASE_LOST && v.signal == SIGKILL);
	ck_assert_int_eq(keeper_verdict(W_EXITCODE(0, SIGTERM), KEEPER_KILL_NONE).cause, CAUSE_LEASE_LOST);
	ck_assert_int_eq(keeper_verdict(W_EXITCODE(CHILD_EXIT_MEMORY, 0), KEEPER_KILL_NONE).cause, CAUSE_PARSER_MEMORY);
	ck_assert_int_eq(keeper_verdict(W_EXITCODE(1, 0), KEEPER_KILL_NONE).cause, CAUSE_PARSER_CRASH);
	ck_assert_int_eq(keeper_verdict(W_EXITCODE(0, SIGKILL), KEEPER_KILL_NONSENSE).cause, CAUSE_PARSER_CRASH);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("worker");
	TCase *t = tcase_create("worker");
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, a_page_goes_through);
	tcase_add_test(t, later_epochs_supersede);
	tcase_add_test(t, limits_hold);
	tcase_add_test(t, handed_list_is_bounded);
	tcase_add_test(t, random_walk);
	tcase_add_test(t, limits_of_the_child);
	tcase_add_test(t, verdicts_of_rule_3);
	suite_add_tcase(s, t);
	return suite_run(s);
}
