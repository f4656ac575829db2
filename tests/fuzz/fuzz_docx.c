/* A DOCX: the input is its word/document.xml, or the whole file where it begins as a zip does. */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = {(const char *)data, n};
	struct buf o;
	if (n > 4 && memcmp(data, "PK\x03\x04", 4) == 0) {
		fuzz_body(in, "", NULL);
		return 0;
	}
	buf_init(&o, n + 1024);
	fuzz_member(&o, "word/document.xml", in);
	fuzz_body(buf_str(&o), "", NULL);
	buf_fini(&o);
	return 0;
}
