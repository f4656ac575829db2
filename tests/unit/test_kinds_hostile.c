/*
 * Files that lie, grow, are cut or are of the wrong kind: a document comes out each time, soon and small; and
 * the same files through the real sandboxed child and its converters.
 */
#include <libgen.h>
#include <limits.h>
#include <unistd.h>

#include "base/clock.h"
#include "cpu_cost.h"
#include "kinds_fixture.h"
#include "parser/convert.h"
#include "parser/keeper.h"

#define CHILD_RSS_MAX_KB (64 * 1024)
#define SLOW_MS 3000

static const struct converter converter = {convert_run, NULL};
static struct kreport report;
static struct buf file;

static void setup(void)
{
	fixture_setup();
	buf_init(&file, KINDS_BYTES_MAX);
	kinds_report(&report, 7);
}

static void teardown(void)
{
	buf_fini(&file);
	fixture_teardown();
}

static json_t *read_with(struct str body, const struct converter *c, const char *context)
{
	struct parse_input in = {.body = body,
				 .url = STR("http://www.example.gov.cn/f/1"),
				 .final_url = STR("http://www.example.gov.cn/f/1"),
				 .context = str_of(context),
				 .convert = c};
	int64_t start = mono_ms();
	json_t *d = fixture_input(&in);
	ck_assert_int_lt(mono_ms() - start, SLOW_MS);
	return d;
}

static json_t *read_body(struct str body)
{
	return read_with(body, &converter, "");
}

static bool has_pdftotext(void)
{
	if (access("/usr/bin/pdftotext", X_OK) == 0)
		return true;
	fprintf(stderr, "skipped: pdftotext is not installed (poppler-utils)\n");
	return false;
}

static size_t reports_of(json_t *d)
{
	return json_array_size(json_object_get(d, "reports"));
}

static void zip_of(const char *name, struct str data)
{
	struct kzip z;
	buf_clear(&file);
	kinds_zip_begin(&z, &file);
	kinds_zip_add(&z, name, data);
	kinds_zip_end(&z);
}

static void compose_pdf(bool text)
{
	struct kpaper p = {.count = 0};
	buf_clear(&file);
	kinds_new_page(&p);
	if (text) {
		kinds_paper_free(&p);
		p.count = 0;
		kinds_paper(&report, &p, 90, false);
	} else {
		buf_clear(&p.pages[0]);
		(void)buf_add_z(&p.pages[0], "72 72 400 600 re f\n");
	}
	kinds_pdf_of(&p, &file);
	kinds_paper_free(&p);
}

START_TEST(an_archive_that_grows_is_cut)
{
	static const char p[] = "<w:p><w:r><w:t>a</w:t></w:r></w:p>";
	struct buf xml;
	buf_init(&xml, 64u << 20);
	(void)buf_add_z(&xml, "<w:document xmlns:w=\"w\"><w:body>");
	while (xml.n < 40u << 20)
		(void)buf_add(&xml, p, sizeof p - 1);
	zip_of("word/document.xml", buf_str(&xml));
	buf_fini(&xml);
	json_t *d = read_body(buf_str(&file));
	ck_assert_str_eq(get(d, "kind"), "docx");
	ck_assert(json_array_size(json_object_get(d, "cut")) > 0 || json_is_string(json_object_get(d, "unsupported")));
	json_decref(d);
}
END_TEST

START_TEST(many_members_are_counted_out)
{
	struct kzip z;
	char name[32];
	kinds_zip_begin(&z, &file);
	for (unsigned i = 0; i < 100000; i++) {
		snprintf(name, sizeof name, "%u.txt", i);
		kinds_zip_add(&z, name, STR("x"));
	}
	kinds_zip_end(&z);
	json_t *d = read_body(buf_str(&file));
	ck_assert_str_eq(get(d, "kind"), "zip");
	ck_assert_uint_le(strlen(get(d, "text")), 2 * 4096);
	ck_assert_uint_gt(json_array_size(json_object_get(d, "cut")), 0);
	json_decref(d);
}
END_TEST

START_TEST(a_broken_directory_is_done_without)
{
	kinds_docx(&report, &file);
	memset(file.p + file.n - 22, 'x', 22);
	json_t *d = read_body(buf_str(&file));
	ck_assert_uint_eq(reports_of(d), 1);
	json_decref(d);
	buf_clear(&file);
	kinds_docx(&report, &file);
	memset(file.p + file.n - 6, 0xff, 4); /* the directory's place */
	d = read_body(buf_str(&file));
	ck_assert_uint_eq(reports_of(d), 1);
	json_decref(d);
}
END_TEST

/* ------------------------------------------- files whose cost is more than their size */

static void in_time(const char *what)
{
	double begin = cpu_s();
	const struct parse_input in = {.body = buf_str(&file), .convert = &converter};
	json_decref(fixture_input(&in));
	cpu_in_time(what, file.n, begin);
}

/* Sheets of many cells, each with as many merged areas as are kept, which lie over one another. */
START_TEST(merged_areas_over_one_another)
{
	struct buf sheet;
	struct kzip z;
	char name[48], place[16];
	buf_init(&sheet, KINDS_BYTES_MAX);
	(void)buf_add_z(&sheet, "<worksheet><sheetData>");
	for (unsigned r = 1; r <= 2500; r++) {
		(void)buf_printf(&sheet, "<row r=\"%u\">", r);
		for (unsigned c = 0; c < 36; c++)
			(void)buf_add_z(&sheet, "<c><v>1</v></c>");
		(void)buf_add_z(&sheet, "</row>");
	}
	(void)buf_add_z(&sheet, "</sheetData><mergeCells>");
	for (unsigned i = 5000; i-- > 0;) {
		kinds_place(place, i / 36, i % 26);
		(void)buf_printf(&sheet, "<mergeCell ref=\"%s:AJ5000\"/>", place);
	}
	(void)buf_add_z(&sheet, "</mergeCells></worksheet>");
	kinds_zip_begin(&z, &file);
	for (unsigned i = 1; i <= 12; i++) {
		snprintf(name, sizeof name, "xl/worksheets/sheet%u.xml", i);
		kinds_zip_add(&z, name, buf_str(&sheet));
	}
	kinds_zip_end(&z);
	buf_fini(&sheet);
	in_time("merged areas");
}
END_TEST

/* Sheets that fall into as many tables as they have rows. */
START_TEST(a_table_a_row)
{
	struct buf sheet;
	struct kzip z;
	buf_init(&sheet, KINDS_BYTES_MAX);
	(void)buf_add_z(&sheet, "<worksheet><sheetData>");
	for (unsigned r = 1; r <= 4998; r += 2) {
		(void)buf_printf(&sheet, "<row r=\"%u\">", r);
		for (unsigned c = 0; c < 38; c++)
			(void)buf_add_z(&sheet, "<c><v>1</v></c>");
		(void)buf_add_z(&sheet, "</row>");
	}
	(void)buf_add_z(&sheet, "</sheetData></worksheet>");
	kinds_zip_begin(&z, &file);
	for (char c = '1'; c <= '9'; c++) {
		char name[] = "xl/worksheets/sheet0.xml";
		name[19] = c;
		kinds_zip_add(&z, name, buf_str(&sheet));
	}
	kinds_zip_end(&z);
	buf_fini(&sheet);
	in_time("a table a row");
}
END_TEST

/* Start tags with hundreds of thousands of attributes: an XML parser compares each with all before it. */
START_TEST(elements_of_many_attributes)
{
	struct buf xml;
	buf_init(&xml, KINDS_BYTES_MAX);
	(void)buf_add_z(&xml, "<w:document xmlns:w=\"w\"><w:body><w:p");
	for (unsigned i = 0; i < 400000; i++)
		(void)buf_printf(&xml, " a%u=\"\"", i);
	(void)buf_add_z(&xml, "><w:r><w:t>a</w:t></w:r></w:p></w:body></w:document>");
	zip_of("word/document.xml", buf_str(&xml));
	in_time("attributes");
	buf_clear(&xml);
	(void)buf_add_z(&xml, "<html><body><div");
	for (unsigned i = 0; i < 400000; i++)
		(void)buf_printf(&xml, " a%u=''", i);
	(void)buf_add_z(&xml, "><p>a</p></div></body></html>");
	buf_clear(&file);
	(void)buf_add_str(&file, buf_str(&xml));
	buf_fini(&xml);
	in_time("attributes of a page");
}
END_TEST

/* Elements that never end, and elements that stand in one another. */
START_TEST(elements_in_elements)
{
	static const char *const names[] = {"w:tbl", "w:p", "w:tc"};
	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		struct buf xml;
		buf_init(&xml, KINDS_BYTES_MAX);
		(void)buf_add_z(&xml, "<w:document xmlns:w=\"w\"><w:body>");
		for (unsigned i = 0; i < 200000; i++)
			(void)buf_printf(&xml, "<%s><w:tr>", names[k]);
		zip_of("word/document.xml", buf_str(&xml));
		buf_fini(&xml);
		in_time(names[k]);
	}
}
END_TEST

/* OFD: commands of paths without numbers, and numbers that do not end. */
START_TEST(paths_without_numbers)
{
	static const char *const commands[] = {"L", "L ", "M 1 1 L 2 2 ", "9", "g "};
	for (size_t k = 0; k < sizeof commands / sizeof *commands; k++) {
		struct buf page;
		struct kzip z;
		buf_init(&page, KINDS_BYTES_MAX);
		(void)buf_add_z(&page, "<ofd:Page xmlns:ofd=\"o\">");
		for (unsigned o = 0; o < 60; o++) {
			(void)buf_add_z(&page, "<ofd:PathObject><ofd:AbbreviatedData>");
			for (unsigned i = 0; i < 60000; i += (unsigned)strlen(commands[k]))
				(void)buf_add_z(&page, commands[k]);
			(void)buf_add_z(&page, "</ofd:AbbreviatedData></ofd:PathObject>");
		}
		(void)buf_add_z(&page, "</ofd:Page>");
		buf_clear(&file);
		kinds_zip_begin(&z, &file);
		kinds_zip_add(&z, "OFD.xml", STR("<OFD/>"));
		kinds_zip_add(&z, "Doc_0/Pages/Page_0/Content.xml", buf_str(&page));
		kinds_zip_end(&z);
		buf_fini(&page);
		in_time(commands[k]);
	}
}
END_TEST

/* Every member of the directory is the same one, and grows as far as the archive may. */
START_TEST(members_over_one_another)
{
	struct buf text;
	struct kzip z;
	buf_init(&text, KINDS_BYTES_MAX);
	while (text.n < 900u << 10)
		(void)buf_add_z(&text, "二、收到申请。\n");
	kinds_zip_begin(&z, &file);
	kinds_zip_add(&z, "a.txt", buf_str(&text));
	struct buf entry;
	buf_init(&entry, 4096);
	(void)buf_add_str(&entry, buf_str(&z.directory));
	for (unsigned i = 0; i < 60000; i++, z.members++)
		(void)buf_add_str(&z.directory, buf_str(&entry));
	kinds_zip_end(&z);
	buf_fini(&entry);
	buf_fini(&text);
	in_time("members");
	const struct parse_input in = {.body = buf_str(&file)};
	json_t *d = fixture_input(&in);
	ck_assert_uint_gt(json_array_size(json_object_get(d, "cut")), 0);
	json_decref(d);
}
END_TEST

/* --------------------------------------------------- DOC: lists of properties */

#define WORDS_AT 2048u  /* of the text, in its stream */
#define RUNS_A_PAGE 28u /* of paragraphs */
#define SECTOR 512u

static void put(char *at, uint32_t v, unsigned bytes)
{
	for (; bytes; bytes--, v >>= 8)
		*at++ = (char)(v & 0xff);
}

/* A container of three streams, in `file`: a sector of its directory, those of its chains, and the streams. */
static void container_of(const char *const names[3], const struct buf streams[3])
{
	uint32_t count[3], chains = 0, at = 1, total = 1;
	for (unsigned i = 0; i < 3; i++)
		total += count[i] = (uint32_t)(streams[i].n / SECTOR + 1);
	chains = (total + 126) / 127;
	ck_assert_uint_le(chains, 109);
	const uint32_t head[] = {0x0003003E, 0x0009FFFE,     6, 0, 0, chains, 0, 0, 0, UINT32_MAX - 1,
				 0,          UINT32_MAX - 1, 0};
	buf_clear(&file);
	(void)buf_add(&file, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24);
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		kinds_le(&file, head[i], 4);
	for (uint32_t i = 0; i < 109; i++)
		kinds_le(&file, i < chains ? 1 + i : UINT32_MAX, 4);
	kinds_xls_entry(&file, "Root Entry", 5, 1, UINT32_MAX - 1, 0);
	at += chains;
	for (uint32_t i = 0; i < 3; at += count[i++]) {
		kinds_xls_entry(&file, names[i], 2, UINT32_MAX, at, (uint32_t)streams[i].n);
		put(file.p + file.n - 56, i < 2 ? i + 2 : UINT32_MAX, 4); /* the one to its right */
	}
	for (uint32_t i = 0; i < 1 + chains; i++)
		kinds_le(&file, UINT32_MAX - 1, 4);
	at = 1 + chains;
	for (unsigned i = 0; i < 3; i++)
		for (uint32_t last = at + count[i] - 1; at <= last; at++)
			kinds_le(&file, at < last ? at + 1 : UINT32_MAX - 1, 4);
	while (file.n < SECTOR * (2 + (size_t)chains))
		kinds_le(&file, UINT32_MAX, 4);
	for (unsigned i = 0; i < 3; i++) {
		(void)buf_add_str(&file, buf_str(&streams[i]));
		do
			(void)buf_add_char(&file, 0);
		while (file.n % SECTOR);
	}
}

/* A page of paragraphs [first, end) of all the runs, every other one a row's end, or all; their lists are in the data. */
static void runs_page(struct buf *w, size_t letters, unsigned runs, unsigned first, bool cells)
{
	char page[SECTOR] = {0};
	unsigned n = runs - first < RUNS_A_PAGE ? runs - first : RUNS_A_PAGE;
	for (unsigned i = 0; i <= n; i++)
		put(page + 4 * i, (uint32_t)(WORDS_AT + letters * (first + i) / runs), 4);
	for (unsigned i = 0; i < n; i++)
		page[4 * (n + 1) + 13 * i] = (char)(cells && i % 2 == 0 ? 496 / 2 : 484 / 2);
	memcpy(page + 484, "\0\4\0\0\x46\x66\0\0\0\0", 10); /* the list at 0 of the data */
	memcpy(page + 496, "\0\3\0\0\x16\x24\1", 7);        /* in a table */
	page[SECTOR - 1] = (char)n;
	(void)buf_add(w, page, sizeof page);
}

/* A document whose text is one line and `letters` ends of cells or rows, in `file`. All rows have one list of 64 KiB. */
static void doc_of(size_t letters, unsigned runs, bool cells)
{
	static const char *const names[] = {"WordDocument", "0Table", "Data"};
	struct buf s[3], *w = &s[0], *t = &s[1];
	for (unsigned i = 0; i < 3; i++)
		buf_init(&s[i], KINDS_BYTES_MAX);
	unsigned pages = (runs + RUNS_A_PAGE - 1) / RUNS_A_PAGE;
	const char line[] = "hello\r";
	while (w->n < WORDS_AT + letters)
		(void)buf_add_char(w, w->n < WORDS_AT ? 0 : 7);
	(void)buf_add_z(w, line);
	while (w->n % SECTOR)
		(void)buf_add_char(w, 0);
	uint32_t first = (uint32_t)(w->n / SECTOR), text = (uint32_t)(letters + sizeof line - 1);
	for (unsigned i = 0; i < pages; i++)
		runs_page(w, letters, runs, i * RUNS_A_PAGE, cells);
	static const uint8_t piece[] = {2, 16, 0, 0, 0, 0, 0, 0, 0};
	(void)buf_add(t, piece, sizeof piece);
	kinds_le(t, text, 4);
	kinds_le(t, 0, 2);
	kinds_le(t, 0x40000000 | WORDS_AT * 2, 4);
	kinds_le(t, 0, 2);
	put(w->p, 0x00C1A5EC, 4);
	put(w->p + 0x4C, text, 4);
	put(w->p + 0x102, (uint32_t)t->n, 4);
	put(w->p + 0x106, 8 * pages + 4, 4);
	put(w->p + 0x1A6, (uint32_t)t->n, 4);
	for (unsigned i = 0; i <= pages; i++)
		kinds_le(t, i, 4);
	for (unsigned i = 0; i < pages; i++)
		kinds_le(t, first + i, 4);
	(void)buf_add(&s[2], "\xf8\xff\x17\x24\1\x16\x24\1", 8);
	while (s[2].n < 0xfffa)
		(void)buf_add(&s[2], "\x05\x24\0", 3);
	container_of(names, s);
	for (unsigned i = 0; i < 3; i++)
		buf_fini(&s[i]);
}

/* One list that all paragraphs name, one that a row has at each of its letters, and rows in the files of an archive. */
START_TEST(lists_that_many_paragraphs_name)
{
	doc_of(1120, 1120, false);
	json_t *whole = read_body(buf_str(&file));
	ck_assert_msg(json_array_size(json_object_get(whole, "cut")) > 0,
		      "what passed its budget was left out in silence");
	json_decref(whole);
	doc_of(100000, 56000, false);
	in_time("paragraphs of one list");
	doc_of(1 << 20, 1, false);
	in_time("letters of one list");
	struct buf zipped;
	struct kzip z;
	buf_init(&zipped, KINDS_BYTES_MAX);
	doc_of(1120, 1120, true);
	kinds_zip_begin(&z, &zipped);
	for (unsigned i = 0; i < 100; i++)
		kinds_zip_add(&z, "a.doc", buf_str(&file));
	kinds_zip_end(&z);
	json_t *d = read_body(buf_str(&file));
	ck_assert_str_eq(get(d, "text"), "hello");
	json_decref(d);
	buf_clear(&file);
	(void)buf_add_str(&file, buf_str(&zipped));
	buf_fini(&zipped);
	in_time("rows of one list in an archive");
}
END_TEST

/* ------------------------------------------------------------ words that are written again */

static enum convert_result give_words(void *ctx, const struct convert_job *job, struct str body, convert_sink sink,
				      void *ud)
{
	const struct buf *words = ctx;
	(void)body;
	if (job->tool == CONVERT_PDF_WORDS)
		(void)sink(ud, words->p, words->n);
	return CONVERT_OK;
}

#define LABEL_PAGES 12u
#define LABEL_LINES 390u
#define LABEL_BYTES 200

/* Pages of a table whose column is one label of hundreds of lines: none may be copied with each line behind it. */
START_TEST(a_label_of_hundreds_of_lines)
{
	struct buf words;
	const struct converter c = {give_words, &words};
	buf_init(&words, KINDS_BYTES_MAX);
	for (unsigned p = 0; p < LABEL_PAGES; p++) {
		(void)buf_add_z(&words, "<page width=\"2000\" height=\"4000\">\n");
		for (unsigned i = 0; i < LABEL_LINES; i++) {
			double y = 20 + 8.0 * i;
			bool last = i + 1 == LABEL_LINES;
			(void)buf_printf(&words,
					 "<word xMin=\"20\" yMin=\"%.1f\" xMax=\"%u\" yMax=\"%.1f\">a%0*u</word>\n", y,
					 last ? 900 : 400, y + 6, LABEL_BYTES - 1, p * LABEL_LINES + i);
			(void)buf_printf(&words,
					 "<word xMin=\"%u\" yMin=\"%.1f\" xMax=\"%u\" yMax=\"%.1f\">%u</word>\n",
					 last ? 1000 : 500, y, last ? 1010 : 510, y + 6, 1 + i % 9);
		}
		(void)buf_add_z(&words, "</page>\n");
	}
	json_t *d = read_with(STR("%PDF-1.4\n"), &c, "");
	unsigned lines = 0;
	for (const char *t = get(d, "text"); (t = strchr(t, 'a')) != NULL; t++)
		lines++;
	ck_assert_uint_eq(lines, LABEL_PAGES * LABEL_LINES);
	json_decref(d);
	buf_fini(&words);
}
END_TEST

/* ------------------------------------------------------------------ scripts */

/* CPU time of a page of scripts that hold nothing but this. */
static double scripts_cost_s(const char *what)
{
	buf_clear(&file);
	(void)buf_add_z(&file, "<html><body><p>x</p>");
	for (unsigned i = 0; i < 20; i++) {
		(void)buf_add_z(&file, "<script>");
		for (unsigned k = 0; k < 20000; k++)
			(void)buf_add_z(&file, what);
		(void)buf_add_z(&file, "</script>");
	}
	(void)buf_add_z(&file, "</body></html>");
	double begin = cpu_s();
	json_decref(read_body(buf_str(&file)));
	return cpu_s() - begin;
}

/* What looks like the end of a document's name does not have the script searched again for its begin and end. */
START_TEST(scripts_of_names_without_end)
{
	double plain = scripts_cost_s(",a?"), dots = scripts_cost_s(".a?"), viewers = scripts_cost_s("viewer.html?");
	ck_assert_msg(dots <= 0.3 + 20 * plain, "dots took %.2f s, commas %.2f s", dots, plain);
	ck_assert_msg(viewers <= 0.5 + 80 * plain, "viewers took %.2f s, commas %.2f s", viewers, plain);
}
END_TEST

START_TEST(entities_do_not_grow)
{
	struct buf xml;
	buf_init(&xml, 1u << 20);
	(void)buf_add_z(&xml, "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY a \"aaaaaaaaaaaaaaaaaaaa\">");
	for (char c = 'b'; c <= 'm'; c++)
		(void)buf_printf(&xml, "<!ENTITY %c \"&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;\">", c, c - 1, c - 1,
				 c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
	(void)buf_add_z(
		&xml, "]><w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>&m;</w:t></w:r></w:p></w:body></w:document>");
	zip_of("word/document.xml", buf_str(&xml));
	buf_fini(&xml);
	json_t *d = read_body(buf_str(&file));
	ck_assert_uint_lt(strlen(get(d, "text")), 100);
	json_decref(d);
}
END_TEST

START_TEST(other_charsets_are_not_read)
{
	static const char ucs4[] = "\0\0\0<\0\0\0?\0\0\0x", utf16[] = "\xff\xfe<\0?\0x\0";
	zip_of("word/document.xml", (struct str){ucs4, sizeof ucs4});
	json_decref(read_body(buf_str(&file)));
	zip_of("word/document.xml", (struct str){utf16, sizeof utf16});
	json_decref(read_body(buf_str(&file)));
	zip_of("word/document.xml",
	       STR("<?xml version=\"1.0\" encoding=\"GB18030\"?><w:document xmlns:w=\"w\"><w:body><w:p>"
		   "<w:r><w:t>甲</w:t></w:r></w:p></w:body></w:document>"));
	json_t *d = read_body(buf_str(&file));
	ck_assert_ptr_nonnull(strstr(get(d, "text"), "甲"));
	json_decref(d);
}
END_TEST

START_TEST(cut_files_are_documents)
{
	for (unsigned part = 1; part < 10; part++) {
		buf_clear(&file);
		kinds_docx(&report, &file);
		json_decref(read_body(str_sub(buf_str(&file), 0, file.n * part / 10)));
		buf_clear(&file);
		kinds_xlsx(&report, &file);
		json_decref(read_body(str_sub(buf_str(&file), 0, file.n * part / 10)));
		buf_clear(&file);
		kinds_xls(&report, &file);
		json_decref(read_with(str_sub(buf_str(&file), 0, file.n * part / 10), NULL, ""));
		if (part % 4 == 0 && has_pdftotext()) {
			compose_pdf(true);
			json_decref(read_body(str_sub(buf_str(&file), 0, file.n * part / 10)));
		}
	}
}
END_TEST

START_TEST(garbage_that_says_pdf)
{
	unsigned seed = 5;
	if (!has_pdftotext())
		return;
	(void)buf_add_z(&file, "%PDF-1.7\n");
	for (unsigned i = 0; i < 100000; i++)
		(void)buf_add_char(&file, (char)kinds_random(&seed, 256));
	json_t *d = read_body(buf_str(&file));
	ck_assert_str_eq(get(d, "kind"), "pdf");
	ck_assert_ptr_nonnull(strstr(get(d, "unsupported"), "pdftotext"));
	ck_assert_uint_eq(reports_of(d), 0);
	json_decref(d);
}
END_TEST

START_TEST(pages_without_text_need_ocr)
{
	if (!has_pdftotext())
		return;
	compose_pdf(false);
	json_t *d = read_body(buf_str(&file));
	ck_assert_str_eq(get(d, "unsupported"), "needs-ocr: no text layer");
	ck_assert_uint_eq(reports_of(d), 0);
	json_decref(d);
}
END_TEST

START_TEST(an_archive_gives_all_its_members)
{
	struct buf docx, xlsx, inner;
	struct kreport other;
	struct kzip z;
	buf_init(&docx, KINDS_BYTES_MAX);
	buf_init(&xlsx, KINDS_BYTES_MAX);
	buf_init(&inner, KINDS_BYTES_MAX);
	kinds_docx(&report, &docx);
	kinds_report(&other, 8);
	other.items[0].text = "清河县人民政府2022年政府信息公开工作年度报告";
	kinds_xlsx(&other, &xlsx);
	kinds_zip_begin(&z, &inner);
	kinds_zip_add(&z, "again.docx", buf_str(&docx));
	kinds_zip_end(&z);
	kinds_zip_begin(&z, &file);
	kinds_zip_add(&z, "\xc4\xea\xb1\xa8/", STR(""));
	kinds_zip_add(&z, "\xc4\xea\xb1\xa8/\xc1\xf8\xc8\xaa.docx", buf_str(&docx)); /* GBK without the flag */
	kinds_zip_add(&z, "x.bin", STR("\x01\x02\x03\x04\x05\x06\x07"));
	kinds_zip_add(&z, "inner.zip", buf_str(&inner));
	kinds_zip_add(&z, "b.xlsx", buf_str(&xlsx));
	kinds_zip_end(&z);
	json_t *d = read_body(buf_str(&file));
	ck_assert_ptr_nonnull(strstr(get(d, "text"), "清河县"));
	ck_assert_uint_eq(reports_of(d), 2); /* what lies in the archive in it is one of them again */
	ck_assert(json_is_null(json_object_get(d, "unsupported")));
	json_decref(d);
	buf_fini(&docx);
	buf_fini(&xlsx);
	buf_fini(&inner);
}
END_TEST

START_TEST(the_linking_page_says_what_the_file_does_not)
{
	zip_of("word/document.xml",
	       STR("<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>附表</w:t></w:r></w:p></w:body></w:document>"));
	json_t *d = read_with(
		buf_str(&file), &converter,
		"{\"page\":\"http://www.example.gov.cn/nb.htm\",\"title\":\"年报栏目\",\"published\":\"2023-01-19\","
		"\"anchor\":\"柳泉县2022年政府信息公开年报.docx\"}");
	ck_assert_str_eq(get(d, "page_url"), "http://www.example.gov.cn/nb.htm");
	ck_assert_str_eq(get(d, "title"), "柳泉县2022年政府信息公开年报");
	ck_assert_str_eq(get(d, "published"), "2023-01-19");
	json_decref(d);
}
END_TEST

/* ---------------------------------------------------------------- converters */

static enum convert_result answer_with(void *ctx, const struct convert_job *job, struct str body, convert_sink sink,
				       void *ud)
{
	(void)job, (void)body, (void)sink, (void)ud;
	return *(enum convert_result *)ctx;
}

START_TEST(a_converter_that_fails_is_named)
{
	static const struct {
		enum convert_result r;
		const char *says;
	} cases[] = {{CONVERT_MISSING, "poppler-utils"},
		     {CONVERT_CRASHED, "crashed"},
		     {CONVERT_TIME, "time"},
		     {CONVERT_LARGE, "48 MiB"}};
	static const char ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing else";
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum convert_result r = cases[i].r;
		const struct converter c = {answer_with, &r};
		json_t *d = read_with(STR("%PDF-1.4\n"), &c, "");
		ck_assert_ptr_nonnull(strstr(get(d, "unsupported"), cases[i].says));
		json_decref(d);
	}
	enum convert_result missing = CONVERT_MISSING;
	const struct converter c = {answer_with, &missing};
	json_t *d = read_with((struct str){ole, sizeof ole}, &c, "");
	ck_assert_ptr_nonnull(strstr(get(d, "unsupported"), "antiword"));
	json_decref(d);
	d = read_with(STR("%PDF-1.4\n"), NULL, "");
	ck_assert(json_is_string(json_object_get(d, "unsupported")));
	json_decref(d);
}
END_TEST

static bool count_bytes(void *ud, const char *p, size_t n)
{
	(void)p;
	*(size_t *)ud += n;
	return true;
}

static bool stop_at_once(void *ud, const char *p, size_t n)
{
	(void)ud, (void)p, (void)n;
	return false;
}

START_TEST(a_run_is_limited)
{
	size_t n = 0;
	struct convert_job job = {.tool = CONVERT_PDF_WORDS, .wall_ms = 0};
	if (!has_pdftotext())
		return;
	compose_pdf(true);
	ck_assert_int_eq(convert_run(NULL, &job, buf_str(&file), count_bytes, &n), CONVERT_TIME);
	job.wall_ms = CONVERT_WALL_MS;
	ck_assert_int_eq(convert_run(NULL, &job, buf_str(&file), stop_at_once, NULL), CONVERT_STOPPED);
	ck_assert_int_eq(convert_run(NULL, &job, buf_str(&file), count_bytes, &n), CONVERT_OK);
	ck_assert_uint_gt(n, 10000);
	ck_assert_int_eq(convert_run(NULL, &job, STR("nothing"), count_bytes, &n), CONVERT_REFUSED);
	job.tool = CONVERT_TOOLS;
	ck_assert_int_eq(convert_run(NULL, &job, buf_str(&file), count_bytes, &n), CONVERT_FAILED);
}
END_TEST

/* ------------------------------------------------------- in the sandboxed child */

static struct keeper *keeper;

static struct keeper_result through_child(struct str body)
{
	struct keeper_result r = {.kind = KEEPER_NOTHING};
	struct parse_input in = {.body = body,
				 .url = STR("http://www.example.gov.cn/1"),
				 .final_url = STR("http://www.example.gov.cn/1")};
	bool given = false;
	for (int i = 0; i < 20000 && r.kind == KEEPER_NOTHING; i++) {
		if (!given && keeper_ready(keeper)) {
			keeper_give(keeper, &in, mono_ms());
			given = true;
		}
		ck_assert_int_eq(keeper_turn(keeper, mono_ms(), &r), ERR_OK);
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	}
	return r;
}

static void child_reads(struct str body, const char *kind, size_t reports)
{
	struct keeper_result r = through_child(body);
	ck_assert_msg(r.kind == KEEPER_DOC, "%s: %s", kind, r.detail);
	json_t *d = json_loadb(r.doc, r.doc_bytes, 0, NULL);
	ck_assert_str_eq(get(d, "kind"), kind);
	ck_assert_uint_eq(reports_of(d), reports);
	json_decref(d);
	free(r.doc);
}

/* The largest resident set of the keeper's children so far, KiB. */
__attribute__((unused)) static long child_rss(void)
{
	char path[64], line[256];
	long most = 0, pid, kb;
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *f = fopen(path, "r");
	while (f && fscanf(f, "%ld", &pid) == 1) {
		snprintf(path, sizeof path, "/proc/%ld/status", pid);
		FILE *s = fopen(path, "r");
		while (s && fgets(line, sizeof line, s))
			if (sscanf(line, "VmHWM: %ld", &kb) == 1 && kb > most)
				most = kb;
		if (s)
			fclose(s);
	}
	if (f)
		fclose(f);
	return most;
}

START_TEST(the_sandboxed_child_reads_every_kind)
{
	char self[PATH_MAX - 64], program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	ck_assert_int_gt(n, 0);
	self[n] = '\0';
	snprintf(program, sizeof program, "%s/../bin/gongkai-parser", dirname(self));
	ck_assert_msg(access(program, X_OK) == 0, "no program %s: build it first", program);
	keeper = keeper_new(program);
	kinds_docx(&report, &file);
	child_reads(buf_str(&file), "docx", 1);
	buf_clear(&file);
	kinds_xlsx(&report, &file);
	child_reads(buf_str(&file), "xlsx", 1);
	zip_of("word/document.xml", STR("\0\0\0<\0\0\0?"));
	child_reads(buf_str(&file), "docx", 0);
	if (has_pdftotext()) {
		compose_pdf(true);
		child_reads(buf_str(&file), "pdf", 1);
		child_reads(STR("%PDF-1.4 nothing"), "pdf", 0);
		compose_pdf(false);
		struct keeper_result r = through_child(buf_str(&file));
		ck_assert_int_eq(r.kind, KEEPER_FAIL);
		ck_assert_int_eq(r.cause, CAUSE_NEEDS_OCR);
		ck_assert(r.permanent);
		compose_pdf(true);
		child_reads(buf_str(&file), "pdf", 1);
	}
	ck_assert_uint_eq(keeper_starts(keeper), 1);
#ifndef GONGKAI_SANITIZE
	long kb = child_rss();
	ck_assert_msg(kb > 0 && kb < CHILD_RSS_MAX_KB, "the child took %ld KiB", kb);
#endif
	keeper_free(keeper);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kinds_hostile");
	TCase *t = tcase_create("kinds_hostile");
	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, an_archive_that_grows_is_cut);
	tcase_add_test(t, many_members_are_counted_out);
	tcase_add_test(t, a_broken_directory_is_done_without);
	tcase_add_test(t, merged_areas_over_one_another);
	tcase_add_test(t, a_table_a_row);
	tcase_add_test(t, elements_of_many_attributes);
	tcase_add_test(t, elements_in_elements);
	tcase_add_test(t, paths_without_numbers);
	tcase_add_test(t, members_over_one_another);
	tcase_add_test(t, lists_that_many_paragraphs_name);
	tcase_add_test(t, a_label_of_hundreds_of_lines);
	tcase_add_test(t, scripts_of_names_without_end);
	tcase_add_test(t, entities_do_not_grow);
	tcase_add_test(t, other_charsets_are_not_read);
	tcase_add_test(t, cut_files_are_documents);
	tcase_add_test(t, garbage_that_says_pdf);
	tcase_add_test(t, pages_without_text_need_ocr);
	tcase_add_test(t, an_archive_gives_all_its_members);
	tcase_add_test(t, the_linking_page_says_what_the_file_does_not);
	tcase_add_test(t, a_converter_that_fails_is_named);
	tcase_add_test(t, a_run_is_limited);
	tcase_add_test(t, the_sandboxed_child_reads_every_kind);
	suite_add_tcase(s, t);
	return suite_run(s);
}
