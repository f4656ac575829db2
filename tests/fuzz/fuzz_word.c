/*
 * A DOC: the input is the file, behind its first eight bytes, which are always those of the container. Where Word's
 * reader refuses it there is no converter behind.
 */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char magic[8] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
	struct buf o;
	buf_init(&o, n + sizeof magic);
	(void)buf_add(&o, magic, sizeof magic);
	(void)buf_add(&o, data, n);
	fuzz_body(buf_str(&o), "", NULL);
	buf_fini(&o);
	return 0;
}
