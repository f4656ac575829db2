/*
 * RTF as Word, WPS, RichEdit and Cocoa write it: letters as bytes and as \u, cells by their edges, and what is not printed.
 */
#include "kinds_fixture.h"

#define HEAD_GBK                                                                                                       \
	"{\\rtf1\\ansi\\ansicpg936\\uc2\\deff0{\\fonttbl{\\f0\\froman\\fcharset0\\fprq2{\\*\\panose "                  \
	"02020603050405020304}Times New Roman;}{\\f13\\fnil\\fcharset134\\fprq2{\\*\\panose "                          \
	"02010600030101010101}\\'cb\\'ce\\'cc\\'e5{\\*\\falt SimSun};}{\\f14\\fnil\\fcharset136 "                      \
	"PMingLiU;}{\\f15\\fswiss\\fcharset161 Arial Greek;}{\\f16\\fnil\\fcharset2 "                                  \
	"Symbol;}{\\f17\\fnil\\fcharset128 "                                                                           \
	"MS Mincho;}}"
#define DBCH "\\loch\\af0\\hich\\af0\\dbch\\f13 "

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

static json_t *read_rtf(struct str body)
{
	const struct parse_input in = {.body = body,
				       .url = STR("http://www.example.gov.cn/f/1.doc"),
				       .final_url = STR("http://www.example.gov.cn/f/1.doc"),
				       .content_type = STR("application/msword")};
	return fixture_input(&in);
}

static void reads_with(struct str body, const char *text, json_int_t errors)
{
	json_t *d = read_rtf(body);
	ck_assert_str_eq(get(d, "kind"), "doc");
	ck_assert_msg(strcmp(get(d, "text"), text) == 0, "%.200s\ngives: %s\nwanted: %s", body.p, get(d, "text"), text);
	ck_assert_int_eq(json_integer_value(json_object_get(d, "charset_errors")), errors);
	json_decref(d);
}

#define READS(rtf, text) reads_with(STR(rtf), text, 0)

/* ------------------------------------------------------------------ letters */

START_TEST(bytes_are_of_the_font_s_code_page)
{
	READS(HEAD_GBK "\\pard{" DBCH "\\'c4\\'ea\\'b6\\'c8}{\\f0 2012}{" DBCH "\\'b1\\'a8\\'b8\\'e6}\\par}",
	      "年度2012报告");
	/* the second byte may be a letter as it stands, a sign or a new line only when escaped */
	READS(HEAD_GBK "{\\f13 \\'81@\\'d5\\\\\\'d5\\'5c\\'81\\{\\'c4\r\n\\'ea}}", "丂誠誠亄年");
	READS(HEAD_GBK "{\\f14 \\'a6~\\'b3\\'f8\\'a7i}}", "年報告");
	READS(HEAD_GBK "{\\f17 \\'94\\'4e}}", "年");
	READS(HEAD_GBK "{\\f0 \\'c4\\'ea}\\f13\\plain\\'b6\\'c8}", "年度");
	/* western signs in a font that says ANSI; bullets in one that is none of letters */
	READS(HEAD_GBK "{\\f0 a\\'b7 b}{\\f16 \\'b7x}}", "a· b");
	reads_with(STR(HEAD_GBK "{\\f15 a\\'c1b}}"),
		   "a\xef\xbf\xbd"
		   "b",
		   1);
	reads_with(STR(HEAD_GBK "{\\f13 \\'c4}\\par \\'c4\\'ea}"), "\xef\xbf\xbd\n年", 1);
}
END_TEST

START_TEST(a_document_that_names_no_code_page)
{
#define ANNUAL                                                                                                         \
	"\\'c4\\'ea\\'b6\\'c8\\'d5\\'fe\\'b8\\'ae\\'d0\\'c5\\'cf\\'a2\\'b9\\'ab\\'bf\\'aa\\'b9\\'a4\\'d7\\'f7\\'b1\\'" \
	"a8\\'b8\\'e6"
	READS("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0\\fnil\\fcharset0 Arial;}}" ANNUAL "\\par}",
	      "年度政府信息公开工作报告");
	READS("{\\rtf1\\ansi\\ansicpg1252 " ANNUAL "}", "年度政府信息公开工作报告");
	READS("{\\rtf1\\ansi\\ansicpg1252{\\fonttbl\\f0\\fnil\\fcharset0 A;\\f1\\fnil\\fcharset134 B;}\\f1 "
	      "\\'c4\\'ea\\f0 "
	      "caf\\'e9}",
	      "年café");
	READS("{\\rtf1\\ansi\\ansicpg1252 \\'93caf\\'e9\\'94 d\\'e9j\\'e0 vu, tr\\'e8s bient\\'f4t}",
	      "“café” déjà vu, très bientôt");
}
END_TEST

START_TEST(bytes_that_are_not_escaped)
{
	READS(HEAD_GBK "{\\f13 \xc4\xea\xd5\\\xb6\xc8\xd5{\xd5}}\\par}", "年誠度調諁");
	READS("{\\rtf1\\ansi{\\fonttbl{\\f0 A;}}年度\\'61{\\b 报告}}", "年度a报告");
}
END_TEST

START_TEST(letters_of_unicode)
{
	READS(HEAD_GBK "\\u24180\\'c4\\'ea\\u24230\\'b6\\'c8}", "年度");
	READS(HEAD_GBK "\\uc1\\u24180?\\u24230\\'3f{\\uc0\\u25253\\u21578 x}\\u-230\\'3f}", "年度报告x：");
	READS(HEAD_GBK "\\uc1\\u-10176?\\u-9205?\\u131083?}", "𠀋𠀋");
	READS(HEAD_GBK "\\uc2\\uc1 \\u26611\\'96\\u27849\\'90\\uc0\\u21439 \\par\\u\\u25919}", "柳泉县\n政");
	/* what follows is over where a group ends or a word stands, and data counts as one */
	READS(HEAD_GBK "{\\uc2\\u24180}ab\\uc2\\u24230\\par cd\\uc1\\u25253\\bin3 }}}e}", "年ab度\ncd报e");
	READS(HEAD_GBK "a\\emdash b\\~c\\_d\\-e\\ldblquote f\\rdblquote\\tab g\\\\\\{\\}}", "a—b c-de“f” g\\{}");
	/* bullets of private fonts, halves without their other */
	READS(HEAD_GBK "\\uc0 a\\u-3913 b\\u-10176 c\\u-9205 d\\u0 e}", "abcde");
	READS("{\\rtf1\\ansi{\\upr{ab}{\\*\\ud{\\u24180?}}}\\\nx\\\r\ny}", "年\nx\ny");
}
END_TEST

/* -------------------------------------------------------------- what is printed */

START_TEST(only_what_is_printed)
{
	READS(HEAD_GBK "{\\colortbl;\\red0;}{\\stylesheet{\\s0 Normal;}}{\\info{\\title t}{\\*\\company c}}"
		       "{\\*\\listtable{\\list{\\listname n;}}}{\\header h\\par}{\\footerr f\\par}甲",
	      "甲");
	READS(HEAD_GBK "a{\\v hidden}b\\v c\\v0 d{\\deleted e\\par f}g\\v h\\plain i}", "abd\ngi");
	READS(HEAD_GBK "{\\field{\\*\\fldinst { PAGE }}{\\fldrslt 1}}{\\field{\\*\\fldinst HYPERLINK \"x\"}{\\fldrslt "
		       "{\\ul 网}}}{\\super\\chftn{\\footnote\\pard n}}{\\*\\atnid X}{\\*\\annotation{\\*\\atnref 1}c}",
	      "1网");
	READS(HEAD_GBK
	      "a{\\*\\shppict{\\pict\\pngblip 8950}}{\\nonshppict{\\pict\\wmetafile8 01}}{\\pict\\bin5 }}}\\x}b"
	      "{\\object\\objemb{\\*\\objclass E}{\\*\\objdata 0105}{\\result{\\pict 01}}}{\\xe{x}}{\\*\\unknown y}c",
	      "abc");
	READS(HEAD_GBK "\\pard{\\listtext\\pard\\plain\\f13 \\'d2\\'bb\\'a1\\'a2\\tab}{\\f13 \\'d7\\'dc\\'cc\\'e5}"
		       "\\par{\\pntext\\f16\\'b7\\tab}{\\*\\pn{\\pntxtb x}}b\\sect c\\page d\\line e",
	      "一、 总体\nb\nc\nd\ne");
}
END_TEST

START_TEST(the_title_is_of_centred_lines)
{
	json_t *d =
		read_rtf(STR(HEAD_GBK "\\pard\\qc 柳泉县财政局\\par 2012年报告\\par\\pard\\ql 正文\\par\\qc 末\\par}"));
	ck_assert_str_eq(get(d, "title"), "柳泉县财政局2012年报告");
	ck_assert_str_eq(get(d, "text"), "柳泉县财政局2012年报告\n正文\n末");
	json_decref(d);
}
END_TEST

START_TEST(text_boxes_are_paragraphs)
{
#define BOX                                                                                                            \
	"{\\shp{\\*\\shpinst\\shpleft1{\\sp{\\sn fFlip}{\\sv 0}}{\\shptxt\\pard\\plain 盒一\\par "                   \
	"盒二\\par}}{\\shprslt{\\*\\do\\dptxbx{\\dptxbxtext x\\par}}}}"
	READS(HEAD_GBK "甲" BOX "乙\\par 丙", "甲\n盒一\n盒二\n乙\n丙");
	READS(HEAD_GBK "\\trowd\\cellx900\\cellx1900\\pard\\intbl 甲" BOX "乙\\cell 丙\\cell\\row\\pard 末",
	      "甲 盒一 盒二 乙\t丙\n末");
	READS(HEAD_GBK "甲{\\*\\do\\dptxbx{\\dptxbxtext\\pard 盒\\par}}乙", "甲\n盒\n乙");
}
END_TEST

/* ------------------------------------------------------------------ tables */

#define REPORT                                                                                                            \
	HEAD_GBK "\\pard\\qc 柳泉县财政局2012年政府信息公开工作年度报告\\par\\pard 一、概述\\par " \
		 "主动公开政府信息12条。"                                                                       \
		 "\\par 二、情况\\par "
#define CELL(text) "\\pard\\plain \\qc\\intbl{" text "}{\\cell}"

/* Word writes a row's definition before its cells and again with its end. */
#define ROW_OF(define, cells)                                                                                          \
	"\\trowd\\irow0\\ltrrow\\trgaph108\\trleft-108" define cells "\\pard\\intbl{\\trowd\\trleft-108" define "\\ro" \
	"w}"

START_TEST(spans_as_word_writes_them)
{
#define SPANS "\\clvmgf\\clbrdrt\\brdrs\\clftsWidth3\\clwWidth900\\cellx1000\\clmgf\\cellx2000\\clmrg\\cellx3000"
	READS(HEAD_GBK ROW_OF(SPANS, CELL("指标") CELL("数量") CELL(""))
		      ROW_OF("\\clvmrg\\cellx1000\\cellx2003\\cellx3000", CELL("") CELL("本年") CELL("上年"))
			      ROW_OF("\\cellx1000\\cellx3000", CELL("申请\\par 件数") CELL("7")) "\\pard 末\\par}",
	      "指标\t数量\t\n\t本年\t上年\n申请 件数\t7\t\n末");
}
END_TEST

START_TEST(a_table_in_a_cell_is_its_text)
{
	READS(HEAD_GBK "\\trowd\\cellx900\\cellx1900\\pard\\intbl 外\\par\\pard\\intbl\\itap2 "
		       "内一\\nestcell{\\nonesttables\\par}"
		       "内二\\nestcell{\\nonesttables\\par}\\pard\\intbl\\itap2{{\\*"
		       "\\nesttableprops\\trowd\\cellx500\\cellx800\\nestrow}"
		       "{\\nonesttables\\par}}\\pard\\intbl 后\\cell 右\\cell\\pard\\intbl\\row\\pard 末",
	      "外 内一 内二 后\t右\n末");
}
END_TEST

START_TEST(tables_of_simple_programs)
{
	/* without \intbl, definitions only before, cells that the row does not define, none at all, no last \cell */
	READS("{\\rtf1\\ansi 前\\trowd\\cellx900\\cellx1900 a\\par b\\cell c\\cell\\row\\trowd\\cellx900 d\\cell "
	      "e\\cell\\row 后}",
	      "前\na b\tc\nd\te\n后");
	READS("{\\rtf1\\ansi\\pard\\intbl a\\cell b\\cell\\row c\\cell d\\row\\pard e\\par}", "a\tb\nc\td\ne");
	/* cells for merged definitions or without them; a cell that is too narrow to be seen */
	READS("{\\rtf1\\ansi\\trowd\\clmgf\\cellx900\\clmrg\\cellx1900\\cellx2900\\pard\\intbl a\\cell "
	      "b\\cell\\row\\trowd\\clmgf"
	      "\\cellx900\\clmrg\\cellx1900\\cellx2900\\intbl c\\cell d\\cell "
	      "e\\cell\\row\\trowd\\cellx900\\cellx1900\\cellx2900 f\\cell "
	      "g\\cell h\\cell\\row\\trowd\\cellx900\\clmgf\\cellx1900\\clmrg\\cellx2900 i\\cell j\\cell\\row}",
	      "a\t\tb\nc d\t\te\nf\tg\th\ni\tj\t");
	READS("{\\rtf1\\ansi\\trowd\\cellx20\\cellx900\\cellx1900\\pard\\intbl\\cell a\\cell b\\cell\\row}", "a\tb");
	/* two tables that only a paragraph parts; a row that begins further right */
	READS("{\\rtf1\\ansi\\trowd\\cellx900\\cellx1900\\pard\\intbl a\\cell "
	      "b\\cell\\row\\trowd\\trleft900\\cellx1900\\intbl "
	      "c\\cell\\row\\pard\\par\\trowd\\cellx900\\pard\\intbl d\\cell\\row}",
	      "a\tb\n\tc\nd");
	/* a file that was cut off in a row keeps its cells */
	READS("{\\rtf1\\ansi\\trowd\\cellx900\\cellx1900\\pard\\intbl a\\cell b\\cell\\row a2\\cell b2",
	      "a\tb\na2\tb2");
}
END_TEST

/* ------------------------------------------------------------------ archives */

START_TEST(members_of_archives_are_read)
{
	struct kzip z;
	kinds_zip_begin(&z, &made);
	kinds_zip_add(&z, "a.doc", STR(REPORT "\\trowd\\cellx900\\cellx1900\\pard\\intbl a\\cell b\\cell\\row}"));
	kinds_zip_add(&z, "b.rtf", STR("{\\rtf1\\ansi{\\pict 00}}"));
	kinds_zip_end(&z);
	json_t *d = read_rtf(buf_str(&made));
	ck_assert_str_eq(get(d, "kind"), "zip");
	ck_assert(json_is_null(json_object_get(d, "unsupported")));
	ck_assert_ptr_nonnull(strstr(get(d, "text"), "主动公开政府信息12条"));
	json_decref(d);
}
END_TEST

/* ------------------------------------------------------------------- hostile */

static void repeat(const char *s, size_t times)
{
	for (size_t n = strlen(s); times > 0; times--)
		(void)buf_add(&made, s, n);
}

static json_t *read_made(void)
{
	ck_assert_int_eq(made.sticky, ERR_OK);
	return read_rtf(buf_str(&made));
}

START_TEST(groups_without_end)
{
	buf_clear(&made);
	repeat("{\\rtf1 a", 1);
	repeat("{", 500000);
	repeat("\\'c4\\bin99 {\\pict", 1);
	repeat("{\\b x", 50000);
	json_t *d = read_made();
	ck_assert_str_eq(get(d, "text"), "a");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "cut")), 1);
	json_decref(d);
	/* what is deeper than is kept is left out and what follows is read */
	buf_clear(&made);
	repeat("{\\rtf1 ", 1);
	repeat("{", 3000);
	repeat("b{\\*\\ud c}", 1);
	repeat("}", 3000);
	repeat("d}e", 1);
	d = read_made();
	ck_assert_str_eq(get(d, "text"), "d");
	json_decref(d);
}
END_TEST

START_TEST(lengths_and_numbers_without_sense)
{
	READS("{\\rtf1 a\\bin-5 b\\bin99999999999999999999 c}", "ab");
	READS("{\\rtf1\\uc-1\\uc99999999 a\\u99999999999 b\\f-1\\f70000\\deff99999999 c\\u-99999999 d}", "ac");
	READS("{\\rtf1\\trowd\\trleft-99999999999\\cellx99999999999\\cellx-99999999999\\intbl a\\cell b\\cell\\row}",
	      "a\tb");
	READS("{\\rtf1 a\\", "a");
	READS("{\\rtf1 a\\'", "a");
	READS("{\\rtf1 a\\'4", "a4");
	READS("{\\rtf1 a\\u", "a");
	READS("{\\rtf1 a\\aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1 b}}}c", "ab");
}
END_TEST

START_TEST(tables_without_end)
{
	static const char *const rows[] = {"\\trowd\\intbl\\cell\\cell\\row", "\\trowd\\cellx1\\intbl\\cell",
					   "\\trowd\\pard\\intbl\\cell\\row\\pard\\par",
					   "{\\shp{\\*\\shpinst{\\shptxt\\trowd\\cellx9\\intbl a\\cell"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_clear(&made);
		repeat("{\\rtf1 a\\par", 1);
		repeat(rows[i], 30000);
		json_decref(read_made());
	}
	/* as many edges as there may be, then rows: each table has a grid of its own */
	buf_clear(&made);
	repeat("{\\rtf1 ", 1);
	for (unsigned k = 0; k < 12; k++) {
		repeat("\\pard\\par", 1);
		for (unsigned i = 0; i < 800; i++)
			(void)buf_printf(&made, "\\trowd\\trleft%u\\cellx%u\\intbl a\\cell\\row", i % 256 * 100,
					 i % 256 * 100 + 100);
	}
	json_decref(read_made());
}
END_TEST

START_TEST(more_text_than_is_read)
{
	buf_clear(&made);
	repeat("{\\rtf1\\ansi\\ansicpg936 ", 1);
	repeat("\\'c4\\'ea\\'b6\\'c8\\'b1\\'a8\\'b8\\'e6\\par", 1000000);
	json_t *d = read_made();
	ck_assert_uint_ge(json_array_size(json_object_get(d, "cut")), 1);
	json_decref(d);
	buf_clear(&made);
	repeat("{\\rtf1\\ansi\\ansicpg936 ", 1);
	repeat("\\u24180?", 1500000);
	d = read_made();
	ck_assert_uint_ge(json_array_size(json_object_get(d, "cut")), 1);
	json_decref(d);
}
END_TEST

/* Bytes changed and cut anywhere: a document comes out, or its reason. */
START_TEST(damaged_files_end)
{
	static const char whole[] =
		REPORT ROW_OF("\\clvmgf\\cellx1000\\clmgf\\cellx2000\\clmrg\\cellx3000", CELL("a") CELL("b")) BOX
		"{\\upr{a}{\\*\\ud b}}\\u24180?\\'c4\\'ea{\\pict\\bin4 }}}}}\\par}";
	static const char signs[] = "{}\\'*u0 \r\n\xc4-9";
	unsigned seed = 7;
	for (unsigned i = 0; i < 800; i++) {
		buf_clear(&made);
		(void)buf_add(&made, whole, sizeof whole - 1);
		for (unsigned k = 0; k < 6; k++)
			made.p[6 + kinds_random(&seed, (unsigned)made.n - 6)] =
				signs[kinds_random(&seed, sizeof signs - 1)];
		json_decref(read_rtf(
			str_sub(buf_str(&made), 0, i % 4 ? made.n : 6 + kinds_random(&seed, (unsigned)made.n - 6))));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("rtf");
	TCase *t = tcase_create("rtf");
	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, bytes_are_of_the_font_s_code_page);
	tcase_add_test(t, a_document_that_names_no_code_page);
	tcase_add_test(t, bytes_that_are_not_escaped);
	tcase_add_test(t, letters_of_unicode);
	tcase_add_test(t, only_what_is_printed);
	tcase_add_test(t, the_title_is_of_centred_lines);
	tcase_add_test(t, text_boxes_are_paragraphs);
	tcase_add_test(t, spans_as_word_writes_them);
	tcase_add_test(t, a_table_in_a_cell_is_its_text);
	tcase_add_test(t, tables_of_simple_programs);
	tcase_add_test(t, members_of_archives_are_read);
	tcase_add_test(t, groups_without_end);
	tcase_add_test(t, lengths_and_numbers_without_sense);
	tcase_add_test(t, tables_without_end);
	tcase_add_test(t, more_text_than_is_read);
	tcase_add_test(t, damaged_files_end);
	suite_add_tcase(s, t);
	return suite_run(s);
}
