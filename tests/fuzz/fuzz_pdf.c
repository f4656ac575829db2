/*
 * What pdftotext and pdftocairo write, as a hostile PDF can make them: the input stands for their output (a NUL
 * parts words from drawing), behind a file that says %PDF. What comes out is JSON.
 */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct fuzz_tool t = {.result = {CONVERT_OK}};
	const struct converter c = {fuzz_convert, &t};
	struct str in = {(const char *)data, n};
	size_t at = 0;
	t.output[CONVERT_PDF_WORDS] = fuzz_part(in, &at);
	t.output[CONVERT_PDF_RULES] = str_sub(in, at, n);
	fuzz_body(STR("%PDF-1.4\n"), "", &c);
	return 0;
}
