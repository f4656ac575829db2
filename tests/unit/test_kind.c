#include "parse_fixture.h"

#include "parser/kind.h"

static enum doc_kind sniff(const char *p, size_t n, const char *type)
{
	return kind_sniff((struct str){p, n}, str_of(type));
}

#define SNIFF(lit, type) sniff(lit, sizeof(lit) - 1, type)

START_TEST(bytes_win_over_the_content_type)
{
	ck_assert_int_eq(SNIFF("%PDF-1.4\n", "text/html"), KIND_PDF);
	ck_assert_int_eq(SNIFF("\n%PDF-1.4\n", "application/octet-stream"), KIND_PDF);
	ck_assert_int_eq(SNIFF("<!DOCTYPE html><html><body>a", "application/octet-stream"), KIND_HTML);
	ck_assert_int_eq(SNIFF("{\"total\": 3}", "text/html"), KIND_JSON);
	ck_assert_int_eq(SNIFF("<?xml version='1.0'?><urlset>", "text/html"), KIND_XML);
	ck_assert_int_eq(SNIFF("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/pdf"), KIND_DOC);
	ck_assert_int_eq(SNIFF("\x89PNG\r\n\x1a\n", "text/html"), KIND_UNKNOWN);
}
END_TEST

START_TEST(zips_are_told_apart_by_their_members)
{
	ck_assert_int_eq(SNIFF("PK\x03\x04....word/document.xml", ""), KIND_DOCX);
	ck_assert_int_eq(SNIFF("PK\x03\x04....xl/workbook.xml", ""), KIND_XLSX);
	ck_assert_int_eq(SNIFF("PK\x03\x04....OFD.xml", ""), KIND_OFD);
	ck_assert_int_eq(SNIFF("PK\x03\x04....a.doc", ""), KIND_ZIP);
	ck_assert_int_eq(SNIFF("\xd0\xcf\x11\xe0....W\0o\0r\0k\0b\0o\0o\0k\0", ""), KIND_XLS);
	ck_assert_int_eq(SNIFF("\xd0\xcf\x11\xe0....W\0o\0r\0k\0b\0o\0o\0k\0"
			       "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0",
			       ""),
			 KIND_DOC);
}
END_TEST

#define MSO(program) "<?xml version=\"1.0\"?>\r\n<?mso-application progid=\"" program "\"?>\r\n"

START_TEST(office_files_that_are_one_xml_file)
{
	ck_assert_int_eq(SNIFF("{\\rtf1\\ansi", "application/msword"), KIND_RTF);
	ck_assert_int_eq(SNIFF(MSO("Word.Document") "<w:wordDocument xmlns:w=\"w\">", ""), KIND_WORD_XML);
	ck_assert_int_eq(SNIFF("<!-- a --><ns0:wordDocument>", "text/html"), KIND_WORD_XML);
	ck_assert_int_eq(
		SNIFF(MSO("Excel.Sheet") "<ss:Workbook xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">", ""),
		KIND_SHEET_XML);
	ck_assert_int_eq(SNIFF("<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>", ""), KIND_SHEET_XML);
	/* other programs of the office, other roots of these names */
	ck_assert_int_eq(SNIFF(MSO("PowerPoint.Show") "<pkg:package xmlns:pkg='x'>", ""), KIND_UNKNOWN);
	ck_assert_int_eq(SNIFF("<?xml version='1.0'?><Workbook xmlns='urn:other'>", ""), KIND_XML);
	ck_assert_int_eq(SNIFF("<?xml version='1.0'?><package xmlns='http://www.idpf.org/2007/opf'>", ""), KIND_XML);
	ck_assert_int_eq(SNIFF("<html xmlns:w=\"urn:schemas-microsoft-com:office:word\"><head>", ""), KIND_HTML);
}
END_TEST

START_TEST(markup_is_told_from_text)
{
	ck_assert_int_eq(SNIFF("<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html>", ""), KIND_HTML);
	ck_assert_int_eq(SNIFF("\xef\xbb\xbf<!-- a --><div>x</div>", ""), KIND_HTML);
	ck_assert_int_eq(SNIFF("<datastore><nextgroup>", "text/html"), KIND_XML);
	ck_assert_int_eq(SNIFF("\xff\xfe<\0h\0t\0m\0l\0>\0", ""), KIND_HTML);
	ck_assert_int_eq(SNIFF("增长<5万件，<p>以下", "text/plain"), KIND_TXT);
	ck_assert_int_eq(SNIFF("一、概述\n[2015] 3号\n", "text/html"), KIND_TXT);
	ck_assert_int_eq(SNIFF("", "text/html"), KIND_TXT);
	ck_assert_int_eq(SNIFF("[附件] 说明", ""), KIND_TXT);
}
END_TEST

START_TEST(kinds_that_are_not_read_say_why)
{
	ck_assert_ptr_null(kind_unsupported(KIND_HTML));
	ck_assert_ptr_null(kind_unsupported(KIND_TXT));
	for (int k = KIND_PDF; k <= KIND_ZIP; k++)
		ck_assert_ptr_null(kind_unsupported((enum doc_kind)k));
	ck_assert_ptr_nonnull(kind_unsupported(KIND_UNKNOWN));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kind");
	TCase *t = tcase_create("kind");
	tcase_add_test(t, bytes_win_over_the_content_type);
	tcase_add_test(t, zips_are_told_apart_by_their_members);
	tcase_add_test(t, office_files_that_are_one_xml_file);
	tcase_add_test(t, markup_is_told_from_text);
	tcase_add_test(t, kinds_that_are_not_read_say_why);
	suite_add_tcase(s, t);
	return suite_run(s);
}
