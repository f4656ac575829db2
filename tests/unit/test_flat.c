/*
 * Word and Excel files that are one XML file without a zip, as the programs of 2003 save them (and Word 2007 a package), on
 * portals under the names .doc and .xls.
 */
#include "kinds_fixture.h"

#define WORD_HEAD                                                                                                      \
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<?mso-application "                          \
	"progid=\"Word.Document\"?>\r\n"
#define WORD_ROOT                                                                                                      \
	"<w:wordDocument xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\" "                            \
	"xmlns:wx=\"http://schemas.microsoft.com/office/word/2003/auxHint\" "                                          \
	"xmlns:aml=\"http://schemas.microsoft.com/aml/2001/core\" "                                                    \
	"xmlns:o=\"urn:schemas-microsoft-com:office:office\" "                                                         \
	"w:embeddedObjPresent=\"no\"><o:DocumentProperties><o:Title>x</o:Title></o:DocumentProperties><w:styles>"      \
	"<w:style w:type=\"paragraph\" w:styleId=\"a3\"><w:name w:val=\"Title\"/><w:pPr><w:jc w:val=\"center\"/>"      \
	"</w:pPr></w:style><w:style w:type=\"paragraph\" w:styleId=\"a\"/></w:styles><w:body><wx:sect>"
#define WORD_END "</wx:sect></w:body></w:wordDocument>"
#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define TC(props, text) "<w:tc><w:tcPr><w:tcW w:w=\"900\" w:type=\"dxa\"/>" props "</w:tcPr>" P(text) "</w:tc>"

#define SHEET_HEAD "<?xml version=\"1.0\"?>\r\n<?mso-application progid=\"Excel.Sheet\"?>\r\n"
#define SHEET_ROOT                                                                                                     \
	"<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "                                            \
	"xmlns:x=\"urn:schemas-microsoft-com:office:excel\" "                                                          \
	"xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\" "                                                   \
	"xmlns:html=\"http://www.w3.org/TR/REC-html40\">"
#define SHEET(rows) "<Worksheet ss:Name=\"S\"><Table>" rows "</Table></Worksheet>"
#define STRING(s) "<Cell><Data ss:Type=\"String\">" s "</Data></Cell>"

static struct buf made;

static void setup(void)
{
	fixture_setup();
	buf_init(&made, KINDS_BYTES_MAX);
}

static void teardown(void)
{
	buf_fini(&made);
	fixture_teardown();
}

static json_t *read_flat(struct str body)
{
	return fixture_bytes(body.p, body.n, "application/msword");
}

static void reads(struct str body, const char *kind, const char *text)
{
	json_t *d = read_flat(body);
	ck_assert_str_eq(get(d, "kind"), kind);
	ck_assert_msg(strcmp(get(d, "text"), text) == 0, "gives: %s\nwanted: %s", get(d, "text"), text);
	json_decref(d);
}

#define READS(lit, kind, text) reads(STR(lit), kind, text)

/* ------------------------------------------------------------------- Word */

START_TEST(the_text_of_word_2003)
{
	json_t *d = read_flat(STR(WORD_HEAD WORD_ROOT
				  "<w:p><w:pPr><w:pStyle w:val=\"a3\"/></w:pPr><w:r><w:t>柳泉县财政局</w:t>"
				  "</w:r></w:p><w:p><w:pPr><w:pStyle w:val=\"a\"/><w:jc w:val=\"center\"/></w:pPr><w:r>"
				  "<w:t>2012年报告</w:t></w:r></w:p>" P("正文") WORD_END));
	ck_assert_str_eq(get(d, "kind"), "docx");
	ck_assert_str_eq(get(d, "title"), "柳泉县财政局2012年报告");
	ck_assert_str_eq(get(d, "text"), "柳泉县财政局2012年报告\n正文");
	json_decref(d);
	/* what other files of a DOCX hold, what is not printed, and numbers, which are */
	READS(WORD_HEAD WORD_ROOT
	      "<w:p><w:pPr><w:listPr><wx:t wx:val=\"一、\"/></w:listPr></w:pPr><w:r><w:t>概述</w:t></w:r></w:p>"
	      "<w:p><w:pPr><w:listPr><wx:t wx:val=\"\xef\x82\xb7\"/></w:listPr></w:pPr><w:r><w:t>点</w:t></w:r></w:p>"
	      "<w:p><w:r><w:t>甲</w:t></w:r><aml:annotation "
	      "w:type=\"Word.Deletion\"><aml:content><w:r><w:delText>x</w:delText>"
	      "</w:r></aml:content></aml:annotation><aml:annotation "
	      "w:type=\"Word.Insertion\"><aml:content><w:r><w:t>乙</w:t>"
	      "</w:r></aml:content></aml:annotation><aml:annotation w:type=\"Word.Comment\"><aml:content>" P(
		      "c") "</aml:content></aml:annotation><w:r><w:footnote>" P("n") "</w:footnote></"
										     "w:r><w:r><w:instrText>PAGE</"
										     "w:instrText></w:r>"
										     "<w:r><w:pict><w:binData "
										     "w:name=\"wordml://"
										     "1.png\">aGk=</"
										     "w:binData><v:textbox "
										     "xmlns:v=\"v\"><w:"
										     "txbxContent>" P(
											     "盒") "</"
												   "w:"
												   "txbxCont"
												   "ent></"
												   "v:"
												   "textbox>"
												   "</"
												   "w:pict><"
												   "/w:r></"
												   "w:p><w:"
												   "sectPr><"
												   "w:hdr "
												   "w:type="
												   "\"odd\""
												   ">" P("h") "</"
													      "w:hdr><"
													      "w:"
													      "ftr>" P(
														      "f") "</w:ftr></w:sectPr>" WORD_END,
	      "docx", "一、概述\n点\n甲乙\n盒");
}
END_TEST

START_TEST(tables_of_word_2003)
{
	READS(WORD_HEAD WORD_ROOT
	      "<w:tbl><w:tblGrid><w:gridCol w:w=\"1\"/></w:tblGrid><w:tr>" TC("<w:vmerge w:val=\"restart\"/>", "指标")
		      TC("<w:gridSpan w:val=\"2\"/>", "数量") "</w:tr><w:tr>" TC("<w:vmerge/>", "") TC("", "本年")
			      TC("", "上年") "</w:tr><w:tr>" TC("", "申请") TC("", "7")
				      TC("", "8") "</w:tr></w:tbl>" P("末") WORD_END,
	      "docx", "指标\t数量\t\n\t本年\t上年\n申请\t7\t8\n末");
}
END_TEST

#define PART(name, inner) "<pkg:part pkg:name=\"" name "\"><pkg:xmlData>" inner "</pkg:xmlData></pkg:part>"

START_TEST(a_package_without_a_zip)
{
	READS(WORD_HEAD "<pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\">" PART(
		      "/_rels/.rels", "<Relationships><Relationship Target=\"word/document.xml\"/></Relationships>")
		      PART("/word/document.xml",
			   "<w:document xmlns:w=\"w\"><w:body>" P("正文") "</w:body></w:document>")
			      PART("/word/header1.xml", "<w:hdr xmlns:w=\"w\">" P("h") "</w:hdr>") PART(
				      "/word/comments.xml",
				      "<w:comments xmlns:w=\"w\"><w:body>" P(
					      "c") "</w:body></w:comments>") "<pkg:part "
									     "pkg:name=\"/word/media/"
									     "1.png\"><pkg:binaryData>aGk=</"
									     "pkg:binaryData></pkg:part></pkg:package>",
	      "docx", "正文");
}
END_TEST

/* ------------------------------------------------------------------- Excel */

START_TEST(cells_of_excel_2003)
{
	READS(SHEET_HEAD SHEET_ROOT
	      "<Styles><Style ss:ID=\"Default\"/><Style ss:ID=\"s1\"><NumberFormat ss:Format=\"0.0%\"/></Style>"
	      "<Style ss:ID=\"s2\"><NumberFormat ss:Format=\"Percent\"/></Style><Style ss:ID=\"s3\"><NumberFormat "
	      "ss:Format=\"Short Date\"/>"
	      "</Style></Styles>" SHEET(
		      "<Column ss:Width=\"9\"/><Row ss:Index=\"2\"><Cell ss:MergeAcross=\"2\" ss:StyleID=\"s1\"><Data "
		      "ss:Type=\"String\">柳泉县</Data>"
		      "</Cell></Row><Row>" STRING(
			      "指标") "<Cell ss:Index=\"3\"><ss:Data ss:Type=\"String\" "
				      "xmlns=\"http://www.w3.org/TR/REC-html40\">"
				      "<Font html:Color=\"#F\">数</Font><B>量</B></ss:Data><Comment "
				      "ss:Author=\"a\"><ss:Data>c</ss:Data></Comment></Cell></Row>"
				      "<Row><Cell ss:MergeDown=\"1\"><Data "
				      "ss:Type=\"String\">申请</Data></Cell>" STRING(
					      "网站") "<Cell><Data "
						      "ss:Type=\"Number\">7730.2799999999997</Data></Cell></Row>"
						      "<Row><Cell ss:Index=\"2\"><Data "
						      "ss:Type=\"String\">信函</Data></Cell><Cell ss:StyleID=\"s1\" "
						      "ss:Formula=\"=A\"><Data "
						      "ss:Type=\"Number\">0.25</Data></Cell></Row><Row "
						      "ss:Span=\"1\">" STRING(
							      "答复") "<Cell ss:StyleID=\"s2\"><Data "
								      "ss:Type=\"Number\">1"
								      "</Data></Cell><Cell ss:StyleID=\"s3\"><Data "
								      "ss:Type=\"DateTime\">2012-03-05T00:00:00.000</"
								      "Data></Cell></Row><Row>" STRING(
									      "末") "<Cell><Data "
										    "ss:Type=\"Error\">#N/A</Data></"
										    "Cell><Cell "
										    "ss:StyleID=\"s3\"><Data "
										    "ss:Type=\"Number\">40973</Data></"
										    "Cell></Row>")
		      SHEET("<Row>" STRING("第二张") "</Row>") "</Workbook>",
	      "xlsx",
	      "柳泉县\n指标\t\t数量\n申请\t网站\t7730.28\n\t信函\t25%\n答复\t100%"
	      "\t2012年3月5日\n末\t\t2012年3月5日\n第二张");
}
END_TEST

/* Excel says a cell's place where the one next to it is covered from above; others do not. */
START_TEST(cells_below_merged_ones)
{
	READS(SHEET_ROOT SHEET("<Row><Cell ss:MergeDown=\"1\" ss:MergeAcross=\"1\"><Data "
			       "ss:Type=\"String\">指标</Data></Cell>" STRING(
				       "甲") "</Row>"
					     "<Row>" STRING("乙") "</Row><Row>" STRING("丙") STRING("丁")
						     STRING("戊") "</Row>") "</Workbook>",
	      "xlsx", "指标\t\t甲\n\t\t乙\n丙\t丁\t戊");
}
END_TEST

/* ---------------------------------------------------------- charsets, archives */

static void widen(const char *utf8)
{
	buf_clear(&made);
	(void)buf_add(&made, "\xff\xfe", 2);
	for (size_t i = 0, n = strlen(utf8); i < n;)
		kinds_le(&made, utf8_next(utf8, n, &i), 2);
}

START_TEST(other_charsets_are_read)
{
	READS("\xef\xbb\xbf" WORD_HEAD WORD_ROOT P("年度") WORD_END, "docx", "年度");
	READS("\r\n<?xml version=\"1.0\" encoding=\"GBK\"?><w:wordDocument xmlns:w=\"w\"><w:body>" P(
		      "\xc4\xea\xb6\xc8\xa3\xac\xd5\xfe\xb8\xae") WORD_END,
	      "docx", "年度，政府");
	widen("<?xml version=\"1.0\" encoding=\"UTF-16\"?><?mso-application progid=\"Word.Document\"?>" WORD_ROOT P(
		"年度") WORD_END);
	reads(buf_str(&made), "docx", "年度");
	widen(SHEET_ROOT SHEET("<Row>" STRING("年度") "</Row>") "</Workbook>");
	reads(buf_str(&made), "xlsx", "年度");
}
END_TEST

START_TEST(members_of_archives_are_read)
{
	struct kzip z;
	kinds_zip_begin(&z, &made);
	kinds_zip_add(&z, "a.doc", STR(WORD_HEAD WORD_ROOT P("甲") WORD_END));
	kinds_zip_add(&z, "b.xls", STR(SHEET_HEAD SHEET_ROOT SHEET("<Row>" STRING("乙") "</Row>") "</Workbook>"));
	kinds_zip_end(&z);
	reads(buf_str(&made), "zip", "甲\n乙");
}
END_TEST

/* ------------------------------------------------------------ damaged, hostile */

static void is_cut(struct str body, const char *text)
{
	json_t *d = read_flat(body);
	ck_assert_str_eq(get(d, "text"), text);
	ck_assert_uint_eq(json_array_size(json_object_get(d, "cut")), 1);
	json_decref(d);
}

START_TEST(damaged_files)
{
	/* what stands before the damage is read, and said to be cut */
	is_cut(STR(WORD_HEAD WORD_ROOT P("甲") "<w:p><w:r></w:t>"), "甲");
	is_cut(STR(SHEET_HEAD SHEET_ROOT SHEET("<Row>" STRING("甲") "</Row>") "<Worksheet><Table><Row>" STRING(
		       "乙") "</Row></Worksheet>"),
	       "甲\n乙");
	READS(WORD_HEAD WORD_ROOT P("甲") "<w:tbl><w:tr>" TC("", "乙"), "docx", "甲\n乙");
	READS(SHEET_HEAD SHEET_ROOT "<Worksheet><Table><Row>" STRING("甲"), "xlsx", "甲");
	/* without anything: why */
	json_t *d = read_flat(STR(WORD_HEAD WORD_ROOT "<w:p></w:t>"));
	ck_assert_ptr_nonnull(strstr(get(d, "unsupported"), "it cannot be read"));
	json_decref(d);
}
END_TEST

static void repeat(const char *s, size_t times)
{
	for (size_t n = strlen(s); times > 0; times--)
		(void)buf_add(&made, s, n);
}

START_TEST(hostile_files_end)
{
	static const struct {
		const char *root, *again;
	} cases[] = {
		{WORD_HEAD WORD_ROOT, "<w:tbl><w:tr><w:tc>"},
		{WORD_HEAD WORD_ROOT, "<w:p><w:r><w:t>a</w:t></w:r></w:p>"},
		{WORD_HEAD WORD_ROOT,
		 "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"256\"/></w:tcPr></w:tc></w:tr></w:tbl>"},
		{WORD_HEAD "<w:wordDocument xmlns:w=\"w\"><w:styles>",
		 "<w:style w:styleId=\"a\"><w:jc w:val=\"center\"/></w:style>"},
		{SHEET_HEAD SHEET_ROOT "<Styles>", "<Style ss:ID=\"s\"><NumberFormat ss:Format=\"0%\"/></Style>"},
		{SHEET_HEAD SHEET_ROOT "<Worksheet><Table>",
		 "<Row ss:Index=\"4000000000\" ss:Span=\"999999999\"><Cell ss:Index=\"0\" ss:MergeDown=\"99999999\" "
		 "ss:MergeAcross=\"99999999\"><Data>1</Data></Cell><Cell ss:Index=\"256\"/></Row>"},
		{SHEET_HEAD SHEET_ROOT,
		 "<Worksheet><Table><Row><Cell ss:MergeDown=\"700\" ss:MergeAcross=\"250\"><Data>1</Data></Cell>"
		 "</Row></Table></Worksheet>"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&made);
		repeat(cases[i].root, 1);
		repeat(cases[i].again, 20000);
		json_decref(read_flat(buf_str(&made)));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("flat");
	TCase *t = tcase_create("flat");
	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_text_of_word_2003);
	tcase_add_test(t, tables_of_word_2003);
	tcase_add_test(t, a_package_without_a_zip);
	tcase_add_test(t, cells_of_excel_2003);
	tcase_add_test(t, cells_below_merged_ones);
	tcase_add_test(t, other_charsets_are_read);
	tcase_add_test(t, members_of_archives_are_read);
	tcase_add_test(t, damaged_files);
	tcase_add_test(t, hostile_files_end);
	suite_add_tcase(s, t);
	return suite_run(s);
}
