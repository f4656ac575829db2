/*
 * cpu_cost - the CPU time that a hostile file may take: two seconds, and two more a megabyte, are what its child is given.
 */
#ifndef TESTS_UNIT_CPU_COST_H
#define TESTS_UNIT_CPU_COST_H

#include <check.h>
#include <time.h>

#ifdef GONGKAI_SANITIZE
#define CPU_S_A_MB 10.0 /* a sanitizer costs about three times the time, and the clock of a shared machine varies */
#else
#define CPU_S_A_MB 2.0
#endif

/* CPU time of this process, in seconds */
static inline double cpu_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What began at `begin` (cpu_s) with a file of so many bytes ended in time. */
static inline void cpu_in_time(const char *what, size_t bytes, double begin)
{
	double took = cpu_s() - begin, may = CPU_S_A_MB * (1 + (double)bytes / (1 << 20));
	ck_assert_msg(took <= may, "%s: %zu bytes took %.1f s", what, bytes, took);
}

#endif
