/* An OFD: pages' content between zero bytes; or the whole file where it begins as a zip does. */
#include "fuzz_page.h"

#define PAGES 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = {(const char *)data, n};
	struct buf o;
	size_t at = 0;
	if (n > 4 && memcmp(data, "PK\x03\x04", 4) == 0) {
		fuzz_body(in, "", NULL);
		return 0;
	}
	buf_init(&o, n + 4096);
	fuzz_member(&o, "OFD.xml", STR("<OFD/>"));
	for (int i = 0; i < PAGES && (i == 0 || at < n); i++) {
		char name[48];
		snprintf(name, sizeof name, "Doc_0/Pages/Page_%d/Content.xml", i);
		fuzz_member(&o, name, fuzz_part(in, &at));
	}
	fuzz_body(buf_str(&o), "", NULL);
	buf_fini(&o);
	return 0;
}
