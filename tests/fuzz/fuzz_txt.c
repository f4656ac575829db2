/* Plain text of any charset: lines, prose, tables drawn with blanks. */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	fuzz_body((struct str){(const char *)data, n}, "text/plain", NULL);
	return 0;
}
