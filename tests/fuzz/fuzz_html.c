/* Any bytes through the whole line of parse_page(): no crash, no endless loop, and what comes out is JSON. */
#include <jansson.h>
#include <stdlib.h>

#include "parser/parse.h"

static struct parse *parse;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (!parse && parse_new(&parse) != ERR_OK)
		abort();
	struct buf out;
	buf_init(&out, 9u << 20);
	struct parse_input in = {.body = {(const char *)data, n},
				 .url = STR("http://a.gov.cn/b/c.htm"),
				 .final_url = STR("http://a.gov.cn/b/c.htm")};
	in.context = STR("{\"page\":\"http://a.gov.cn/\",\"region\":\"x\"}");
	in.no_templates = n & 1;
	if (parse_page(parse, &in, &out) == ERR_OK) {
		json_t *d = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
		if (!d)
			abort();
		json_decref(d);
	}
	buf_fini(&out);
	return 0;
}
