#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fetcher/spool.h"
#include "suite.h"

static char dir[] = "/tmp/gk-spool-XXXXXX";

static unsigned char pattern(size_t i)
{
	return (unsigned char)(i * 2654435761u >> 13);
}

static void fill(struct spool *s, size_t n, size_t piece)
{
	unsigned char p[70000];
	size_t at = spool_bytes(s);
	while (n) {
		size_t k = n < piece ? n : piece;
		for (size_t i = 0; i < k; i++)
			p[i] = pattern(at + i);
		ck_assert_int_eq(spool_add(s, p, k), ERR_OK);
		at += k;
		n -= k;
	}
}

static void check_content(const struct spool *s, size_t n)
{
	unsigned char p[5000];
	size_t at = 0, got;
	ck_assert_uint_eq(spool_bytes(s), n);
	for (;;) {
		ck_assert_int_eq(spool_read(s, at, p, sizeof(p), &got), ERR_OK);
		if (!got)
			break;
		bool same = true;
		for (size_t i = 0; i < got; i++)
			same = same && p[i] == pattern(at + i);
		ck_assert(same);
		at += got;
	}
	ck_assert_uint_eq(at, n);
}

START_TEST(memory_then_file)
{
	struct spool *s;
	ck_assert_int_eq(spool_new(dir, &s), ERR_OK);
	check_content(s, 0);
	fill(s, SPOOL_MEMORY_EACH, 1000);
	ck_assert_uint_eq(spool_memory_bytes(), SPOOL_MEMORY_EACH);
	check_content(s, SPOOL_MEMORY_EACH);
	fill(s, 1, 1);
	ck_assert_uint_eq(spool_memory_bytes(), 0);
	fill(s, 1000000, 70000);
	check_content(s, SPOOL_MEMORY_EACH + 1000001);
	spool_free(s);
	spool_free(NULL);
	DIR *d = opendir(dir);
	unsigned names = 0;
	while (readdir(d))
		names++;
	closedir(d);
	ck_assert_uint_eq(names, 2); /* . and .. */
}
END_TEST

START_TEST(common_budget)
{
	enum { COUNT = 100 };
	struct spool *s[COUNT];
	for (int i = 0; i < COUNT; i++) {
		ck_assert_int_eq(spool_new(dir, &s[i]), ERR_OK);
		fill(s[i], 200000, 50000);
		ck_assert_uint_le(spool_memory_bytes(), SPOOL_MEMORY_ALL);
	}
	for (int i = 0; i < COUNT; i++) {
		check_content(s[i], 200000);
		spool_free(s[i]);
	}
	ck_assert_uint_eq(spool_memory_bytes(), 0);
}
END_TEST

START_TEST(full_disk)
{
	struct spool *s;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){600000, 600000});
	ck_assert_int_eq(spool_new(dir, &s), ERR_OK);
	fill(s, 600000, 50000);
	ck_assert_int_eq(spool_add(s, "x", 1), ERR_FULL);
	check_content(s, 600000);
	spool_free(s);
}
END_TEST

START_TEST(folder_is_gone)
{
	struct spool *s;
	ck_assert_int_eq(spool_new("/nowhere/at/all", &s), ERR_OK);
	fill(s, SPOOL_MEMORY_EACH, 65536);
	ck_assert_int_eq(spool_add(s, "x", 1), ERR_IO);
	check_content(s, SPOOL_MEMORY_EACH);
	spool_free(s);
}
END_TEST

int main(void)
{
	if (!mkdtemp(dir))
		return EXIT_FAILURE;
	Suite *s = suite_create("spool");
	TCase *t = tcase_create("spool");
	tcase_add_test(t, memory_then_file);
	tcase_add_test(t, common_budget);
	tcase_add_test(t, full_disk);
	tcase_add_test(t, folder_is_gone);
	suite_add_tcase(s, t);
	int failed = suite_run(s);
	rmdir(dir);
	return failed;
}
