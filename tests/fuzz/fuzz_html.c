/* Any bytes through the whole line of parse_page(): no crash, no endless loop, and what comes out is JSON. */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct parse_input in = {.body = {(const char *)data, n},
				 .url = STR("http://a.gov.cn/b/c.htm"),
				 .final_url = STR("http://a.gov.cn/b/c.htm")};
	in.context = STR("{\"page\":\"http://a.gov.cn/\",\"region\":\"x\"}");
	in.no_templates = n & 1;
	fuzz_input(&in);
	return 0;
}
