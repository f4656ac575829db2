/* Answers in JSON, from the addresses of the interfaces that are known: the first byte chooses one. */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const urls[] = {
		"http://a.gov.cn/gkmlpt/api/all/12?page=1&sid=3",
		"http://a.gov.cn/common/search/1f?_isAgg=true&_pageSize=20&page=1",
		"http://a.gov.cn/page/build/unit?paramJson=%7B%22pageNo%22%3A1%7D",
		"http://a.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=45&perpage=15&col=1",
		"http://a.gov.cn/was5/web/search?channelid=1&prepage=20&page=1"};
	if (n < 1)
		return 0;
	struct str url = str_of(urls[data[0] % 5]);
	const struct parse_input in = {.body = {(const char *)data + 1, n - 1},
				       .url = url,
				       .final_url = url,
				       .content_type = STR("application/json")};
	fuzz_input(&in);
	return 0;
}
