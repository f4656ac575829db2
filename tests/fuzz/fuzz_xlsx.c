/* An XLSX: strings, styles and then sheets, between zero bytes; or the whole file where it begins as a zip does. */
#include "fuzz_page.h"

#define SHEETS 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = {(const char *)data, n};
	struct buf o;
	size_t at = 0;
	if (n > 4 && memcmp(data, "PK\x03\x04", 4) == 0) {
		fuzz_body(in, "", NULL);
		return 0;
	}
	buf_init(&o, n + 2048);
	fuzz_member(&o, "xl/sharedStrings.xml", fuzz_part(in, &at));
	fuzz_member(&o, "xl/styles.xml", fuzz_part(in, &at));
	for (int i = 1; i <= SHEETS && at < n; i++) {
		char name[40];
		snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", i);
		fuzz_member(&o, name, fuzz_part(in, &at));
	}
	fuzz_body(buf_str(&o), "", NULL);
	buf_fini(&o);
	return 0;
}
