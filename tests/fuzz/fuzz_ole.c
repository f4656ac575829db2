/*
 * What antiword, catdoc and xls2csv write, as a hostile DOC or XLS can make them. The first byte says which of them
 * writes the rest; antiword also may fail behind what it wrote.
 */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char doc[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 W\0o\0r\0d\0",
			  xls[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 W\0o\0r\0k\0b\0o\0o\0k\0";
	struct fuzz_tool t = {.result = {CONVERT_OK}};
	const struct converter c = {fuzz_convert, &t};
	if (n < 1)
		return 0;
	struct str in = {(const char *)data + 1, n - 1};
	unsigned what = data[0] % 4;
	t.output[what == 0 || what == 3 ? CONVERT_DOC : what == 1 ? CONVERT_DOC_AGAIN : CONVERT_XLS] = in;
	t.result[CONVERT_DOC] = what == 0 ? CONVERT_OK : what == 1 ? CONVERT_REFUSED : CONVERT_CRASHED;
	fuzz_body(what == 2 ? (struct str){xls, sizeof xls} : (struct str){doc, sizeof doc}, "", &c);
	return 0;
}
