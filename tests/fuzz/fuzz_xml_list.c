/* Answers in XML: sitemaps, feeds, datastores. The first byte chooses the root that the rest stands in. */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const heads[] = {"",
					    "<?xml version=\"1.0\"?><urlset>",
					    "<rss><channel>",
					    "<feed>",
					    "<datastore>",
					    "<?xml version=\"1.0\" encoding=\"GBK\"?><rss>"};
	struct buf o;
	if (n < 1)
		return 0;
	buf_init(&o, n + 64);
	(void)buf_add_z(&o, heads[data[0] % 6]);
	(void)buf_add(&o, data + 1, n - 1);
	fuzz_body(buf_str(&o), "text/xml", NULL);
	buf_fini(&o);
	return 0;
}
