/* Web archives: heads, boundaries and transfer encodings; what they hold is HTML. */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	fuzz_body((struct str){(const char *)data, n}, "application/msword", NULL);
	return 0;
}
