/* An RTF: the input is what stands behind the signature. */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf o;
	buf_init(&o, n + 16);
	(void)buf_add_z(&o, "{\\rtf1");
	(void)buf_add(&o, data, n);
	fuzz_body(buf_str(&o), "application/msword", NULL);
	buf_fini(&o);
	return 0;
}
