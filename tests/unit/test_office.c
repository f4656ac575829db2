/*
 * Files that real programs for writing made (tests/kinds: one composed report with the statutory tables, saved as HTML,
 * DOC, DOCX, RTF, XLS, XLSX and the XML of Excel 2003), and what portals send under a wrong name: all kinds give the same figures, or say why not.
 */
#include <unistd.h>

#include "kinds_fixture.h"
#include "parser/convert.h"

#define FIGURES_MIN 180u /* of the composed report: a kind with fewer has lost a table */

static const struct converter converter = {convert_run, NULL};
static struct buf file, made;

static void setup(void)
{
	fixture_setup();
	buf_init(&file, KINDS_BYTES_MAX);
	buf_init(&made, KINDS_BYTES_MAX);
}

static void teardown(void)
{
	buf_fini(&file);
	buf_fini(&made);
	fixture_teardown();
}

static struct str load(const char *name)
{
	char path[512], piece[4096];
	snprintf(path, sizeof path, "%s/kinds/%s", TEST_SOURCE_DIR, name);
	FILE *f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s", path);
	buf_clear(&file);
	for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
		(void)buf_add(&file, piece, n);
	fclose(f);
	return buf_str(&file);
}

static json_t *read_as(struct str body, const char *type)
{
	const struct parse_input in = {.body = body,
				       .url = STR("http://www.example.gov.cn/f/1.doc"),
				       .final_url = STR("http://www.example.gov.cn/f/1.doc"),
				       .content_type = str_of(type),
				       .convert = &converter};
	return fixture_input(&in);
}

/* "id applicant value" of every figure of the only report. */
static json_t *figures_of(json_t *d)
{
	json_t *out = json_object(), *reports = json_object_get(d, "reports"), *m;
	size_t i;
	ck_assert_uint_eq(json_array_size(reports), 1);
	json_array_foreach(json_object_get(json_array_get(reports, 0), "metrics"), i, m)
	{
		char key[256];
		snprintf(key, sizeof key, "%s %s %s", get(m, "id"), get(m, "applicant"), get(m, "scope"));
		json_object_set(out, key, json_object_get(m, "value"));
	}
	return out;
}

START_TEST(all_kinds_give_the_same_figures)
{
	static const char *const names[][2] = {{"report.doc", "doc"},   {"report.docx", "docx"},
					       {"report.rtf", "doc"},   {"report.xls", "xls"},
					       {"report.xlsx", "xlsx"}, {"report-2003.xls", "xlsx"}};
	json_t *d = read_as(load("report.html"), "text/html"), *want = figures_of(d);
	ck_assert_uint_ge(json_object_size(want), FIGURES_MIN);
	json_decref(d);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		d = read_as(load(names[i][0]), "application/octet-stream");
		ck_assert_str_eq(get(d, "kind"), names[i][1]);
		json_t *have = figures_of(d);
		ck_assert_msg(json_equal(want, have), "%s: %zu figures, the page has %zu", names[i][0],
			      json_object_size(have), json_object_size(want));
		ck_assert_str_eq(get(d, "title"), "柳泉县人民政府2022年政府信息公开工作年度报告");
		json_decref(have);
		json_decref(d);
	}
	json_decref(want);
}
END_TEST

START_TEST(a_doc_without_converters)
{
	const struct parse_input in = {.body = load("report.doc")};
	json_t *d = fixture_input(&in), *have = figures_of(d);
	ck_assert_uint_ge(json_object_size(have), FIGURES_MIN);
	json_decref(have);
	json_decref(d);
}
END_TEST

/*
 * Deleted text, a field, a table in a cell, a letter of two units, a title of two lines. The program that saved the last
 * one lost that a text was deleted.
 */
START_TEST(a_paper_is_read_as_it_is_printed)
{
	static const char *const names[][2] = {
		{"odd.doc", "8件，均"}, {"odd.rtf", "8件，均"}, {"odd-2003.doc", "8件删去九千条，均"}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char want[400];
		json_t *d = read_as(load(names[i][0]), "");
		ck_assert_str_eq(get(d, "title"), "柳泉县财政局2022年政府信息公开工作年度报告");
		snprintf(want, sizeof want,
			 "柳泉县财政局2022年政府信息公开工作年度报告\n一、收到申请%s按时办结。见网站第1页。\n"
			 "外一 外二\t内一 内二\n3\t𠀋\n末%s段\n换行",
			 names[i][1], i < 2 ? " " : "");
		ck_assert_str_eq(get(d, "text"), want);
		json_decref(d);
	}
}
END_TEST

/* The place of an entry in the container's directory. */
static char *entry_named(const char *name)
{
	char wide[2 * 32];
	size_t n = strlen(name);
	for (size_t i = 0; i <= n; i++) {
		wide[2 * i] = name[i];
		wide[2 * i + 1] = 0;
	}
	char *at = memmem(file.p, file.n, wide, 2 * n + 2);
	ck_assert_msg(at && (at - file.p) % 128 == 0, "%s", name);
	return at;
}

static void rename_entry(char *entry, const char *name)
{
	memset(entry, 0, 64);
	for (size_t i = 0; name[i]; i++)
		entry[2 * i] = name[i];
	entry[64] = (char)(2 * strlen(name) + 2);
}

/* Of the two summaries one becomes a storage and the other its stream, as of a file that is embedded in the paper. */
static void embed(const char *stream)
{
	char *storage = entry_named("\5SummaryInformation"), *inner = entry_named("\5DocumentSummaryInformation");
	ck_assert_int_eq((signed char)storage[72 + 3], 0); /* the other one stands to its right */
	rename_entry(storage, "ObjectPool");
	rename_entry(inner, stream);
	storage[66] = 1;
	memcpy(storage + 76, storage + 72, 4);
	memset(storage + 72, 0xff, 4);
	memset(storage + 116, 0, 8);
}

START_TEST(a_file_in_a_paper_is_not_the_paper)
{
	static const char *const cases[][3] = {{"report.doc", "doc", "Workbook"},
					       {"report.xls", "xls", "WordDocument"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *d = read_as(load(cases[i][0]), ""), *want = figures_of(d);
		json_decref(d);
		embed(cases[i][2]);
		d = read_as(buf_str(&file), "");
		ck_assert_str_eq(get(d, "kind"), cases[i][1]);
		json_t *have = figures_of(d);
		ck_assert_msg(json_equal(want, have), "%s", cases[i][0]);
		json_decref(want);
		json_decref(have);
		json_decref(d);
	}
}
END_TEST

START_TEST(locked_files_say_so)
{
	load("odd.doc");
	char *fib = memmem(file.p, file.n, "\xec\xa5", 2);
	ck_assert_ptr_nonnull(fib);
	fib[0x0B] = (char)(fib[0x0B] | 1);
	json_t *d = read_as(buf_str(&file), "");
	ck_assert_str_eq(get(d, "kind"), "doc");
	ck_assert_ptr_nonnull(strstr(get(d, "unsupported"), "encrypted"));
	ck_assert_str_eq(get(d, "text"), "");
	json_decref(d);
	if (access("/usr/bin/pdftotext", X_OK) != 0) {
		fprintf(stderr, "skipped: pdftotext is not installed (poppler-utils)\n");
		return;
	}
	d = read_as(load("locked.pdf"), "");
	ck_assert_str_eq(get(d, "kind"), "pdf");
	ck_assert_ptr_nonnull(strstr(get(d, "unsupported"), "encrypted"));
	json_decref(d);
}
END_TEST

/* Every byte of the head and directory changed in turn, and cuts: a document comes out, whatever it holds. */
START_TEST(a_damaged_doc_is_a_document)
{
	unsigned seed = 11;
	struct str whole = load("odd.doc");
	for (unsigned i = 0; i < 400; i++) {
		buf_clear(&made);
		(void)buf_add_str(&made, whole);
		for (unsigned k = 0; k < 8; k++)
			made.p[kinds_random(&seed, (unsigned)made.n)] = (char)kinds_random(&seed, 256);
		const struct parse_input in = {
			.body = str_sub(buf_str(&made), 0, i % 4 ? made.n : kinds_random(&seed, (unsigned)made.n))};
		json_decref(fixture_input(&in));
	}
}
END_TEST

static bool take_bytes(void *ud, const char *p, size_t n)
{
	return buf_add(ud, p, n) == ERR_OK;
}

START_TEST(the_older_readers_find_their_tables)
{
	static const struct {
		enum convert_tool tool;
		const char *program;
	} tools[] = {{CONVERT_DOC, "/usr/bin/antiword"}, {CONVERT_DOC_AGAIN, "/usr/bin/catdoc"}};
	struct str body = load("report.doc");
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
		if (access(tools[i].program, X_OK) != 0) {
			fprintf(stderr, "skipped: %s is not installed\n", tools[i].program);
			continue;
		}
		struct str bytes;
		const struct convert_job job = {.tool = tools[i].tool, .wall_ms = CONVERT_WALL_MS};
		buf_clear(&made);
		ck_assert_int_eq(convert_run(NULL, &job, body, take_bytes, &made), CONVERT_OK);
		bytes = buf_str(&made);
		ck_assert_msg(str_find(bytes, STR("柳泉县人民政府2022年"), 0) >= 0, "%s", tools[i].program);
	}
}
END_TEST

/* ----------------------------------------------------------- names that lie */

START_TEST(an_xls_that_is_a_page)
{
	json_t *d = read_as(load("report.html"), "application/vnd.ms-excel"), *have = figures_of(d);
	ck_assert_str_eq(get(d, "kind"), "html");
	ck_assert_uint_ge(json_object_size(have), FIGURES_MIN);
	json_decref(have);
	json_decref(d);
}
END_TEST

START_TEST(kinds_that_are_not_read_are_named)
{
	static const char *const bodies[] = {
		"{\\rtf1\\ansi\\deff0{\\fonttbl}{\\pict\\jpegblip ffd8}\\par}",
		"<?xml version=\"1.0\"?><?mso-application progid=\"PowerPoint.Show\"?><p:presentation/>",
		"Rar!\x1a\x07\x01"};
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		json_t *d = read_as(str_of(bodies[i]), "application/msword");
		ck_assert_msg(json_is_string(json_object_get(d, "unsupported")), "%s", bodies[i]);
		ck_assert_str_eq(get(d, "text"), "");
		json_decref(d);
	}
}
END_TEST

/* A text layer of glyph numbers is no text: neither letters of all scripts nor Han that nobody writes. */
static void compose_glyphs(unsigned first, unsigned step)
{
	struct buf page;
	size_t at[8];
	buf_init(&page, 1u << 20);
	for (unsigned line = 0; line < 10; line++) {
		(void)buf_printf(&page, "BT /F1 12 Tf 72 %u Td <", 700 - 20 * line);
		for (unsigned i = 0; i < 30; i++)
			(void)buf_printf(&page, "%04X", first + step * (30 * line + i) % 0x4000);
		(void)buf_add_z(&page, "> Tj ET\n");
	}
	buf_clear(&made);
	(void)buf_add_z(&made, "%PDF-1.4\n");
	const char *const objects[] = {"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
				       "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 "
				       "R>>>>/Contents 6 0 R>>",
				       "<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+X/Encoding/Identity-H/"
				       "DescendantFonts[5 0 R]>>",
				       "<</Type/Font/Subtype/CIDFontType2/BaseFont/ABCDEF+X/CIDSystemInfo<</"
				       "Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000>>"};
	for (unsigned i = 0; i < 5; i++) {
		at[i] = made.n;
		(void)buf_printf(&made, "%u 0 obj %s endobj\n", i + 1, objects[i]);
	}
	at[5] = made.n;
	(void)buf_printf(&made, "6 0 obj <</Length %zu>>stream\n", page.n);
	(void)buf_add_str(&made, buf_str(&page));
	size_t xref = made.n + strlen("endstream endobj\n");
	(void)buf_add_z(&made, "endstream endobj\nxref\n0 7\n0000000000 65535 f \n");
	for (unsigned i = 0; i < 6; i++)
		(void)buf_printf(&made, "%010zu 00000 n \n", at[i]);
	(void)buf_printf(&made, "trailer<</Size 7/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF", xref);
	buf_fini(&page);
}

START_TEST(glyph_numbers_are_no_text)
{
	static const unsigned firsts[][2] = {{300, 1}, {300, 37}, {0x4E00, 53}};
	if (access("/usr/bin/pdftotext", X_OK) != 0) {
		fprintf(stderr, "skipped: pdftotext is not installed (poppler-utils)\n");
		return;
	}
	for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
		bool needs_ocr = false;
		compose_glyphs(firsts[i][0], firsts[i][1]);
		const struct parse_input in = {.body = buf_str(&made), .convert = &converter, .needs_ocr = &needs_ocr};
		json_t *d = fixture_input(&in);
		ck_assert_msg(needs_ocr, "%u: %s", firsts[i][0], get(d, "text"));
		ck_assert_ptr_nonnull(strstr(get(d, "unsupported"), "needs-ocr"));
		ck_assert_str_eq(get(d, "text"), "");
		json_decref(d);
	}
}
END_TEST

/* ------------------------------------------------------------------ archives */

START_TEST(an_archive_of_pages_and_text)
{
	static const char gbk_name[] = "\xc4\xea\xb1\xa8/\xc1\xf8\xc8\xaa.txt"; /* without the flag of UTF-8 */
	static const char gbk_text[] =
		"\xb6\xfe\xa1\xa2\xca\xd5\xb5\xbd\xc9\xea\xc7\xeb\xca\xae\xb6\xfe\xbc\xfe\xa3\xac"
		"\xbe\xf9\xd2\xd1\xb0\xec\xbd\xe1\xa1\xa3\r\n";
	struct str page = load("report.html");
	struct kzip inner, z;
	struct buf zipped;
	buf_init(&zipped, KINDS_BYTES_MAX);
	buf_clear(&made);
	kinds_zip_begin(&inner, &zipped);
	kinds_zip_add(&inner, "report.html", page);
	kinds_zip_end(&inner);
	kinds_zip_begin(&z, &made);
	kinds_zip_add(&z, gbk_name, (struct str){gbk_text, sizeof gbk_text - 1});
	kinds_zip_add(&z, "page.js", STR("var a = '<div><p><table>脚本不是正文</table>';"));
	kinds_zip_add(&z, "bundle.zip", buf_str(&zipped));
	kinds_zip_add(&z, "odd.doc", load("odd.doc"));
	kinds_zip_end(&z);
	json_t *d = read_as(buf_str(&made), "application/zip");
	ck_assert_str_eq(get(d, "kind"), "zip");
	ck_assert(json_is_null(json_object_get(d, "unsupported")));
	ck_assert_ptr_nonnull(strstr(get(d, "text"), "二、收到申请十二件，均已办结。"));
	ck_assert_ptr_nonnull(strstr(get(d, "text"), "外一 外二\t内一 内二"));
	ck_assert_ptr_null(strstr(get(d, "text"), "脚本"));
	ck_assert_uint_ge(json_array_size(json_object_get(d, "reports")), 1);
	json_decref(d);
	buf_fini(&zipped);
}
END_TEST

/* An archive in an archive in an archive: what is deeper than is opened is named as cut. */
START_TEST(archives_are_opened_so_deep)
{
	struct buf a, b;
	buf_init(&a, KINDS_BYTES_MAX);
	buf_init(&b, KINDS_BYTES_MAX);
	(void)buf_add_z(&a, "二、收到申请十二件，均已办结。");
	for (unsigned depth = 1; depth <= 3; depth++) {
		struct kzip z;
		buf_clear(&b);
		kinds_zip_begin(&z, &b);
		kinds_zip_add(&z, depth == 1 ? "a.txt" : "a.zip", buf_str(&a));
		kinds_zip_end(&z);
		buf_clear(&a);
		(void)buf_add_str(&a, buf_str(&b));
		json_t *d = read_as(buf_str(&a), "");
		bool read = strstr(get(d, "text"), "十二件") != NULL;
		ck_assert_int_eq(read, depth <= 2);
		ck_assert_int_eq(json_array_size(json_object_get(d, "cut")) > 0, depth > 2);
		json_decref(d);
	}
	buf_fini(&a);
	buf_fini(&b);
}
END_TEST

/* Converters share one time: thousands of files in an archive cost no more than one. */
static enum convert_result slow(void *ctx, const struct convert_job *job, struct str body, convert_sink sink, void *ud)
{
	unsigned *calls = ctx;
	(void)body, (void)sink, (void)ud;
	ck_assert_int_le(job->wall_ms, CONVERT_WALL_MS);
	if (++*calls > 1)
		ck_assert_int_lt(job->wall_ms, CONVERT_WALL_MS);
	usleep(2000);
	return CONVERT_REFUSED;
}

START_TEST(conversions_share_their_time)
{
	unsigned calls = 0;
	const struct converter c = {slow, &calls};
	struct kzip z;
	buf_clear(&made);
	kinds_zip_begin(&z, &made);
	for (unsigned i = 0; i < 20; i++)
		kinds_zip_add(&z, "a.pdf", STR("%PDF-1.4\n"));
	kinds_zip_end(&z);
	const struct parse_input in = {.body = buf_str(&made), .convert = &c};
	json_decref(fixture_input(&in));
	ck_assert_uint_eq(calls, 20);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("office");
	TCase *t = tcase_create("office");
	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, all_kinds_give_the_same_figures);
	tcase_add_test(t, a_doc_without_converters);
	tcase_add_test(t, a_paper_is_read_as_it_is_printed);
	tcase_add_test(t, a_file_in_a_paper_is_not_the_paper);
	tcase_add_test(t, locked_files_say_so);
	tcase_add_test(t, a_damaged_doc_is_a_document);
	tcase_add_test(t, the_older_readers_find_their_tables);
	tcase_add_test(t, an_xls_that_is_a_page);
	tcase_add_test(t, kinds_that_are_not_read_are_named);
	tcase_add_test(t, glyph_numbers_are_no_text);
	tcase_add_test(t, an_archive_of_pages_and_text);
	tcase_add_test(t, archives_are_opened_so_deep);
	tcase_add_test(t, conversions_share_their_time);
	suite_add_tcase(s, t);
	return suite_run(s);
}
