/* Any bytes as robots.txt; the first line of the input is also the path that is asked for. */
#include <stdint.h>
#include <stdlib.h>

#include "fetcher/robots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	const char *nl = size ? memchr(s.p, '\n', size) : NULL;
	struct str path = nl ? str_sub(s, 0, (size_t)(nl - s.p)) : STR("/a/b.htm?c=d");
	struct robots *r;
	const struct str *maps;
	if (robots_parse(s, "gongkai", &r) != ERR_OK)
		abort();
	(void)robots_allowed(r, path);
	if (!robots_allowed(r, STR("/robots.txt")))
		abort();
	double delay = robots_crawl_delay_s(r);
	if (!(delay >= 0 && delay <= ROBOTS_CRAWL_DELAY_MAX_S) || robots_sitemaps(r, &maps) > ROBOTS_SITEMAPS_MAX)
		abort();
	robots_free(r);
	return 0;
}
