#include <check.h>
#include <signal.h>

#include "base/hash.h"
#include "proto/credit.h"
#include "suite.h"

START_TEST(counts_messages_and_bytes)
{
	struct credit c;
	credit_init(&c, 2, 100);
	ck_assert(credit_allows(&c, 60, false));
	credit_take(&c, 60, false);
	ck_assert(!credit_allows(&c, 41, false));
	ck_assert(credit_allows(&c, 40, false));
	credit_take(&c, 40, false);
	ck_assert(!credit_allows(&c, 0, false));
	credit_return(&c, 60);
	ck_assert(credit_allows(&c, 60, false) && !credit_allows(&c, 61, false));
	ck_assert(!credit_allows(&c, 10, true));
	credit_return(&c, 40);
	ck_assert_int_eq(c.bytes, 0);
}
END_TEST

START_TEST(solo_and_oversize_go_alone)
{
	struct credit c;
	credit_init(&c, 16, 100);
	ck_assert(credit_allows(&c, 1000, false));
	credit_take(&c, 1000, false);
	ck_assert(!credit_allows(&c, 0, false) && !credit_allows(&c, 0, true));
	credit_return(&c, 1000);
	ck_assert(credit_allows(&c, 5, true));
	credit_take(&c, 5, true);
	ck_assert(!credit_allows(&c, 1, false));
	credit_return(&c, 5);
	ck_assert(credit_allows(&c, 1, false));
	credit_init(&c, 0, 0);
	ck_assert(!credit_allows(&c, 0, false));
}
END_TEST

START_TEST(never_more_than_announced)
{
	struct credit c;
	uint64_t seed = 5;
	int64_t out[16];
	int n = 0;
	credit_init(&c, 16, 1000);
	for (int i = 0; i < 20000; i++) {
		int64_t bytes = (int64_t)(rng_next(&seed) % 1200);
		bool solo = rng_next(&seed) % 20 == 0;
		if (credit_allows(&c, bytes, solo)) {
			credit_take(&c, bytes, solo);
			out[n++] = bytes;
			ck_assert(n == 1 || (c.bytes <= 1000 && !solo));
		} else {
			ck_assert_int_gt(n, 0);
			int at = (int)(rng_next(&seed) % (uint64_t)n);
			credit_return(&c, out[at]);
			out[at] = out[--n];
		}
		ck_assert_int_eq(c.msgs, n);
	}
}
END_TEST

START_TEST(too_much_back_aborts)
{
	struct credit c;
	credit_init(&c, 2, 100);
	credit_take(&c, 10, false);
	credit_return(&c, 10);
	credit_return(&c, 10);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("credit");
	TCase *t = tcase_create("credit");
	tcase_add_test(t, counts_messages_and_bytes);
	tcase_add_test(t, solo_and_oversize_go_alone);
	tcase_add_test(t, never_more_than_announced);
	tcase_add_test_raise_signal(t, too_much_back_aborts, SIGABRT);
	suite_add_tcase(s, t);
	return suite_run(s);
}
