#include "base/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* made by the linker around the section of KILL_POINT; weak, since a program may have no point */
extern const char *const __start_gk_points[] __attribute__((weak));
extern const char *const __stop_gk_points[] __attribute__((weak));

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void fault_list(void)
{
	size_t n = __start_gk_points ? (size_t)(__stop_gk_points - __start_gk_points) : 0;
	if (!n)
		return;
	const char **names = calloc(n, sizeof(*names));
	if (!names)
		abort();
	memcpy(names, __start_gk_points, n * sizeof(*names));
	qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
			puts(names[i]);
	free(names);
}
