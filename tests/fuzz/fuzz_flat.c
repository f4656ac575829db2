/* Office files that are one XML file: the first byte says of which program, what follows stands inside of the root. */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const roots[] = {
		"<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument xmlns:w=\"w\" "
		"xmlns:wx=\"x\" xmlns:aml=\"a\">",
		"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook "
		"xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "
		"xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">",
		"<?xml version=\"1.0\"?><pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\" "
		"xmlns:w=\"w\"><pkg:part pkg:name=\"/word/document.xml\">"};
	struct buf o;
	if (n == 0)
		return 0;
	buf_init(&o, n + 512);
	(void)buf_add_z(&o, roots[data[0] % 3]);
	(void)buf_add(&o, data + 1, n - 1);
	fuzz_body(buf_str(&o), "application/msword", NULL);
	buf_fini(&o);
	return 0;
}
