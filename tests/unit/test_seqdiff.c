/* seqdiff: right on every pair, shortest on small ones, bounded on large ones. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/seqdiff.h"
#include "suite.h"

#define SMALL 12

/* What is kept of both sides must be the same sequence; returns the number of edits. */
static size_t proved(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	bool *gone = calloc(n + 1, 1), *came = calloc(m + 1, 1);
	ck_assert_int_eq(seqdiff(a, n, b, m, gone, came), ERR_OK);
	size_t i = 0, j = 0, edits = 0;
	for (;;) {
		while (i < n && gone[i])
			i++, edits++;
		while (j < m && came[j])
			j++, edits++;
		if (i == n || j == m)
			break;
		ck_assert_uint_eq(a[i], b[j]);
		i++, j++;
	}
	ck_assert(i == n && j == m);
	free(gone);
	free(came);
	return edits;
}

/* edits by the longest common subsequence, the slow way */
static size_t shortest(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t t[SMALL + 1][SMALL + 1] = {{0}};
	for (size_t i = 1; i <= n; i++)
		for (size_t j = 1; j <= m; j++)
			t[i][j] = a[i - 1] == b[j - 1]        ? t[i - 1][j - 1] + 1
				  : t[i - 1][j] > t[i][j - 1] ? t[i - 1][j]
							      : t[i][j - 1];
	return n + m - 2 * t[n][m];
}

START_TEST(test_shortest)
{
	uint64_t seed = 42;
	for (int round = 0; round < 20000; round++) {
		uint32_t a[SMALL], b[SMALL];
		size_t n = rng_next(&seed) % (SMALL + 1), m = rng_next(&seed) % (SMALL + 1);
		uint64_t letters = 1 + rng_next(&seed) % 5;
		for (size_t i = 0; i < SMALL; i++) {
			a[i] = (uint32_t)(rng_next(&seed) % letters);
			b[i] = (uint32_t)(rng_next(&seed) % letters);
		}
		ck_assert_msg(proved(a, n, b, m) == shortest(a, n, b, m), "round %d", round);
	}
}
END_TEST

/* Too different for the search: cut at what stands once on each side, else replaced; never wrong, never for ever. */
START_TEST(test_large)
{
	enum { N = 60000 };
	uint32_t *a = calloc(N, sizeof *a), *b = calloc(N, sizeof *b);
	uint64_t seed = 7;
	for (uint32_t i = 0; i < N; i++) {
		a[i] = i % 3 ? i : UINT32_MAX;
		b[i] = i % 3 ? i : (uint32_t)(rng_next(&seed) % 50) + N;
	}
	/* a third is replaced, two thirds are found again */
	ck_assert_uint_le(proved(a, N, b, N), 2 * (N / 3 + 1));
	for (uint32_t i = 0; i < N; i++) {
		a[i] = (uint32_t)(rng_next(&seed) % 3);
		b[i] = (uint32_t)(rng_next(&seed) % 3);
	}
	ck_assert_uint_le(proved(a, N, b, N), 2 * N);
	ck_assert_uint_eq(proved(a, N, a, N), 0);
	free(a);
	free(b);
}
END_TEST

START_TEST(test_lines)
{
	struct seqdiff_lines l;
	bool gone[4], came[4];
	ck_assert_int_eq(
		seqdiff_lines_init(&l, STR("一、概述\n\n收到申请12件\n完"), STR("一、概述\n\n收到申请13件\n完\n")),
		ERR_OK);
	ck_assert(l.n[0] == 4 && l.n[1] == 4 && str_eq_z(l.line[1][2], "收到申请13件"));
	ck_assert_int_eq(seqdiff(l.id[0], 4, l.id[1], 4, gone, came), ERR_OK);
	ck_assert(!gone[0] && !gone[1] && gone[2] && !gone[3] && came[2] && !came[3]);
	seqdiff_lines_fini(&l);
	ck_assert_int_eq(seqdiff_lines_init(&l, STR_NULL, STR("\n")), ERR_OK);
	ck_assert(l.n[0] == 0 && l.n[1] == 1);
	seqdiff_lines_fini(&l);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("seqdiff");
	TCase *t = tcase_create("all");
	tcase_set_timeout(t, 60);
	tcase_add_test(t, test_shortest);
	tcase_add_test(t, test_large);
	tcase_add_test(t, test_lines);
	suite_add_tcase(s, t);
	return suite_run(s);
}
