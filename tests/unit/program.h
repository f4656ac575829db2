/*
 * program - where a test finds the real programs: in GONGKAI_TEST_BIN, else in ../bin beside the test itself.
 */
#ifndef TESTS_UNIT_PROGRAM_H
#define TESTS_UNIT_PROGRAM_H

#include <check.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/** Path of a program of the test build ("gongkai-sink"), which must be there. Static; valid until the next call. */
static const char *program_path(const char *name)
{
	static char path[PATH_MAX];
	const char *dir = getenv("GONGKAI_TEST_BIN");
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	ck_assert_int_gt(n, 0);
	self[n] = '\0';
	if (dir)
		snprintf(path, sizeof path, "%s/%s", dir, name);
	else
		snprintf(path, sizeof path, "%.4000s/../bin/%.64s", dirname(self), name);
	ck_assert_msg(access(path, X_OK) == 0, "there is no %s: build all targets first", path);
	return path;
}

#endif
