/* Any bytes as a URL and as a reference: what is accepted is short, splits, and is its own canonical form. */
#include <stdint.h>
#include <stdlib.h>

#include "base/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_canonical(const struct buf *url)
{
	struct buf again;
	struct url_parts p;
	buf_init(&again, URL_MAX);
	if (url->n > URL_MAX || url_split(buf_str(url), &p) != ERR_OK)
		abort();
	if (url_canon(buf_str(url), &again) != ERR_OK || !str_eq(buf_str(url), buf_str(&again)))
		abort();
	for (size_t i = 0; i < url->n; i++)
		if ((unsigned char)url->p[i] <= 0x20 || (unsigned char)url->p[i] >= 0x7F)
			abort();
	struct str site = url_site(p.host);
	if (!str_ends(p.host, site) || url_first_segment(p.path).n == 0)
		abort();
	(void)url_address_is_private(p.host);
	buf_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	struct buf out;
	buf_init(&out, URL_MAX);
	if (url_canon(s, &out) == ERR_OK)
		check_canonical(&out);
	if (url_resolve(STR("http://www.example.gov.cn:8080/a/b.htm?c=d"), s, &out) == ERR_OK)
		check_canonical(&out);
	(void)url_address_is_private(s);
	buf_fini(&out);
	return 0;
}
