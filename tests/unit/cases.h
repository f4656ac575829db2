/*
 * cases - lines of tables of cases: each file of a folder of tests/unit, each line three columns with tabs between.
 *
 * "# " begins a comment, an empty line is none. Include once, in a test program.
 */
#ifndef TESTS_UNIT_CASES_H
#define TESTS_UNIT_CASES_H

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define CASE_BYTES 8192

/* One case: `where` is FILE:LINE, the columns may be written to; the last one may hold further tabs. */
typedef void case_fn(const char *where, char *a, char *b, char *rest);

static void cases_file(const char *folder, const char *name, case_fn *run)
{
	char path[512], line[CASE_BYTES], where[560];
	snprintf(path, sizeof path, "%s/unit/%s/%s", TEST_SOURCE_DIR, folder, name);
	FILE *f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	for (unsigned no = 1; fgets(line, sizeof line, f); no++) {
		line[strcspn(line, "\n")] = 0;
		if (!line[0] || strncmp(line, "# ", 2) == 0)
			continue;
		snprintf(where, sizeof where, "%s:%u", name, no);
		char *b = strchr(line, '\t'), *rest = b ? strchr(b + 1, '\t') : NULL;
		ck_assert_msg(rest != NULL, "%s: three columns", where);
		*b++ = 0;
		*rest++ = 0;
		run(where, line, b, rest);
	}
	fclose(f);
}

static void cases_run(const char *folder, case_fn *run)
{
	char path[512];
	snprintf(path, sizeof path, "%s/unit/%s", TEST_SOURCE_DIR, folder);
	DIR *d = opendir(path);
	ck_assert_ptr_nonnull(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		if (e->d_name[0] != '.')
			cases_file(folder, e->d_name, run);
	closedir(d);
}

#endif
