/*
 * Scripts that name lists and viewers: a page of one script, whose start tag is the input's first line, on the
 * address that the first byte chooses; and the steps that read single literals of it.
 */
#include "fuzz_page.h"
#include "parser/list_hanweb.h"

static void count(void *ud, struct str address)
{
	unsigned *n = ud;
	if (address.n > LIST_ADDRESS_MAX || ++*n > LIST_LAST_MAX)
		abort();
}

static void steps(struct str s)
{
	struct hanweb_pager g;
	struct str v;
	bool number;
	unsigned n = 0;
	size_t i = 0;
	long rows, all;
	(void)list_scheme_click(s);
	(void)list_scheme_location(s);
	(void)list_literal(s, &i, &v, &number);
	if (hanweb_pager_read(s, &g))
		(void)hanweb_blocks(&g, STR(""), count, &n);
	if (hanweb_unit_counts(s, &rows, &all)) {
		n = 0;
		hanweb_unit_pages(STR("http://a.gov.cn/page/build/unit?a=b"), rows, all, count, &n);
	}
	const char *nl = memchr(s.p, '\n', s.n);
	size_t cut = nl ? (size_t)(nl - s.p) : s.n;
	n = 0;
	list_scheme_fill(str_sub(s, 0, cut), str_sub(s, cut + (nl != NULL), s.n), count, &n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const urls[] = {"http://a.gov.cn/col/col12/index.html", "http://a.gov.cn/gkmlpt/index",
					   "http://a.gov.cn/openness/showList/1/page_1.html",
					   "http://a.gov.cn/x/column-index-1.shtml", "http://a.gov.cn/b/"};
	if (n < 1)
		return 0;
	struct str in = {(const char *)data + 1, n - 1}, url = str_of(urls[data[0] % 5]);
	const char *nl = memchr(in.p, '\n', in.n);
	size_t cut = nl ? (size_t)(nl - in.p) : 0;
	struct buf o;
	double begin = fuzz_cpu_s();
	steps(in);
	fuzz_in_time(begin, n);
	buf_init(&o, n + 256);
	(void)buf_add_z(&o, "<html><meta name=channelid content=12><script ");
	(void)buf_add_str(&o, str_sub(in, 0, cut));
	(void)buf_add_z(&o, ">");
	(void)buf_add_str(&o, str_sub(in, cut, in.n));
	(void)buf_add_z(&o, "</script><p>a</p></html>");
	const struct parse_input page = {
		.body = buf_str(&o), .url = url, .final_url = url, .content_type = STR("text/html")};
	fuzz_input(&page);
	buf_fini(&o);
	return 0;
}
