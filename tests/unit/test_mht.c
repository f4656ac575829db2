/* Web archives: whatever way the page in them is encoded, it gives what the page itself gives; damaged ones say so. */
#include "kinds_fixture.h"
#include "parser/mht.h"
#include "suite.h"

static struct buf page, archive;

static void setup(void)
{
	char path[512], piece[4096];
	fixture_setup();
	buf_init(&page, KINDS_BYTES_MAX);
	buf_init(&archive, 4 * KINDS_BYTES_MAX);
	snprintf(path, sizeof path, "%s/kinds/report.html", TEST_SOURCE_DIR);
	FILE *f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s", path);
	for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
		(void)buf_add(&page, piece, n);
	fclose(f);
}

static void teardown(void)
{
	buf_fini(&page);
	buf_fini(&archive);
	fixture_teardown();
}

static void put(const char *z)
{
	(void)buf_add(&archive, z, strlen(z));
}

/* As Word writes: lines of 76 characters with a soft break behind them. */
static void put_quoted(struct str s)
{
	size_t line = 0;
	for (size_t i = 0; i < s.n; i++) {
		char z[4];
		unsigned char c = (unsigned char)s.p[i];
		bool plain = c >= ' ' && c < 0x7f && c != '=';
		snprintf(z, sizeof z, plain ? "%c" : "=%02X", c);
		if (line + strlen(z) > 75) {
			put("=\r\n");
			line = 0;
		}
		put(z);
		line += strlen(z);
	}
}

static void put_base64(struct str s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < s.n; i += 3) {
		unsigned v = 0;
		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			(void)buf_add_char(&archive, i + k <= s.n ? digits[v >> (18 - 6 * k) & 63] : '=');
		if (i / 3 % 19 == 18)
			put("\r\n");
	}
}

static void put_part(const char *type, const char *encoding, struct str body)
{
	put("\r\n------=_NextPart_01\r\nContent-Location: file:///C:/1.htm\r\nContent-Transfer-Encoding: ");
	put(encoding);
	put("\r\nContent-Type: ");
	put(type);
	put("\r\n\r\n");
	if (strcmp(encoding, "quoted-printable") == 0)
		put_quoted(body);
	else if (strcmp(encoding, "base64") == 0)
		put_base64(body);
	else
		(void)buf_add_str(&archive, body);
}

static void begin(void)
{
	buf_clear(&archive);
	put("MIME-Version: 1.0\r\nContent-Type: "
	    "multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----=_NextPart_01\"\r\n"
	    "\r\nThis document is a Single File Web Page.\r\n");
}

static json_t *read_archive(const char *type)
{
	put("\r\n------=_NextPart_01--\r\n");
	return fixture_bytes(archive.p, archive.n, type);
}

static void same_as_page(json_t *d)
{
	json_t *want = fixture_bytes(page.p, page.n, "text/html");
	static const char *const members[] = {"kind", "title", "text", "reports", "charset"};
	ck_assert_uint_eq(json_array_size(json_object_get(want, "reports")), 1);
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		ck_assert_msg(json_equal(json_object_get(want, members[i]), json_object_get(d, members[i])), "%s",
			      members[i]);
	json_decref(want);
	json_decref(d);
}

START_TEST(each_encoding_gives_the_page)
{
	static const char *const encodings[] = {"quoted-printable", "base64", "8bit", "BINARY"};
	begin();
	put_part("image/png", "base64", STR("\x89PNG not looked at"));
	put_part("text/html; charset=\"utf-8\"", encodings[_i], buf_str(&page));
	put_part("text/xml; charset=\"utf-8\"", "quoted-printable", STR("<xml/>"));
	same_as_page(read_archive("application/msword"));
}
END_TEST

/* The charset of the part's head holds, not that of the server for the archive. */
START_TEST(the_part_says_its_charset)
{
	begin();
	put_part("text/html; charset=\"gb2312\"", "quoted-printable",
		 STR("<html><body><p>\xd0\xc5\xcf\xa2\xb9\xab\xbf\xaa</p></body></html>"));
	json_t *d = read_archive("text/plain; charset=utf-8");
	ck_assert_str_eq(get(d, "text"), "信息公开");
	ck_assert_str_eq(get(d, "charset"), "GB18030");
	json_decref(d);
}
END_TEST

/* A workbook of several sheets: a frameset that names them, then the sheets. */
START_TEST(a_frameset_gives_way_to_its_pages)
{
	struct str frames = STR("<html><frameset rows=\"*,39\"><frame src=\"1.files/sheet001.htm\"></frameset></html>");
	begin();
	put_part("text/html; charset=\"utf-8\"", "quoted-printable", frames);
	put_part("text/html; charset=\"utf-8\"", "quoted-printable", buf_str(&page));
	same_as_page(read_archive("application/vnd.ms-excel"));
	begin();
	put_part("text/html; charset=\"utf-8\"", "8bit", frames);
	json_t *d = read_archive("");
	ck_assert_str_eq(get(d, "kind"), "html");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), 1);
	json_decref(d);
}
END_TEST

START_TEST(parts_in_parts)
{
	begin();
	put("\r\n------=_NextPart_01\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\n"
	    "Content-Type: text/plain\r\n\r\nx\r\n--inner\r\nContent-Type: text/html\r\n\r\n");
	(void)buf_add_str(&archive, buf_str(&page));
	put("\r\n--inner--\r\n");
	same_as_page(read_archive(""));
}
END_TEST

START_TEST(an_archive_in_an_archive)
{
	struct kzip z;
	struct buf file;
	buf_init(&file, 4 * KINDS_BYTES_MAX);
	begin();
	put_part("text/html; charset=\"utf-8\"", "quoted-printable", buf_str(&page));
	put("\r\n------=_NextPart_01--\r\n");
	kinds_zip_begin(&z, &file);
	kinds_zip_add(&z, "report.doc", buf_str(&archive));
	kinds_zip_end(&z);
	json_t *d = fixture_bytes(file.p, file.n, ""), *want = fixture_bytes(page.p, page.n, "text/html");
	json_t *have = json_object_get(json_array_get(json_object_get(d, "reports"), 0), "metrics");
	ck_assert_str_eq(get(d, "kind"), "zip");
	ck_assert_uint_eq(
		json_array_size(have),
		json_array_size(json_object_get(json_array_get(json_object_get(want, "reports"), 0), "metrics")));
	json_decref(want);
	json_decref(d);
	buf_fini(&file);
}
END_TEST

START_TEST(a_cut_archive_gives_what_is_there)
{
	begin();
	put_part("text/html; charset=\"utf-8\"", "quoted-printable", buf_str(&page));
	json_t *d = fixture_bytes(archive.p, archive.n - archive.n / 4, "");
	ck_assert_str_eq(get(d, "kind"), "html");
	ck_assert_ptr_nonnull(strstr(get(d, "text"), "总体情况"));
	json_decref(d);
}
END_TEST

START_TEST(an_archive_without_a_page_says_so)
{
	static const char *const bodies[] = {
		"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: "
		"image/png\r\n\r\n.",
		"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html><body>x</body></html>",
		"From: <Saved by>\nContent-Type: multipart/related; boundary=\"\"\n\n----\nContent-Type: "
		"text/html\n\nx"};
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		json_t *d = fixture_bytes(bodies[i], strlen(bodies[i]), "application/msword");
		ck_assert_msg(json_is_string(json_object_get(d, "unsupported")), "%s", bodies[i]);
		ck_assert_str_eq(get(d, "text"), "");
		json_decref(d);
	}
}
END_TEST

/* Parts without number, in each other, cut and shaken: an end, and a document or a named error. */
START_TEST(hostile_archives_end)
{
	unsigned seed = 5;
	begin();
	for (unsigned i = 0; i < 20000; i++)
		put_part("text/html", "base64", STR("="));
	json_decref(read_archive(""));
	begin();
	for (unsigned i = 0; i < 2000; i++)
		put("\r\n------=_NextPart_01\r\nContent-Type: multipart/mixed; boundary=\"----=_NextPart_01\"\r\n\r\n");
	json_decref(read_archive(""));
	begin();
	put_part("text/html; charset=\"utf-8\"", "quoted-printable", buf_str(&page));
	for (unsigned i = 0; i < 200; i++) {
		for (unsigned k = 0; k < 16; k++)
			archive.p[kinds_random(&seed, (unsigned)archive.n)] = (char)kinds_random(&seed, 256);
		json_decref(fixture_bytes(archive.p, kinds_random(&seed, (unsigned)archive.n), ""));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mht");
	TCase *t = tcase_create("mht");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, each_encoding_gives_the_page, 0, 4);
	tcase_add_test(t, the_part_says_its_charset);
	tcase_add_test(t, a_frameset_gives_way_to_its_pages);
	tcase_add_test(t, parts_in_parts);
	tcase_add_test(t, an_archive_in_an_archive);
	tcase_add_test(t, a_cut_archive_gives_what_is_there);
	tcase_add_test(t, an_archive_without_a_page_says_so);
	tcase_add_test(t, hostile_archives_end);
	suite_add_tcase(s, t);
	return suite_run(s);
}
