#include "parse_fixture.h"

START_TEST(plain_text_is_the_file)
{
	static const char file[] = "\xef\xbb\xbf 一、概述\r\n\r\n数\t12\f\r<p>x\n";
	json_t *d = fixture_bytes(file, sizeof file - 1, "text/plain");
	ck_assert_str_eq(get(d, "kind"), "txt");
	ck_assert_str_eq(get(d, "text"), " 一、概述\n\n数\t12\f\n<p>x\n");
	json_decref(d);
}
END_TEST

START_TEST(kinds_not_read_are_documents_all_the_same)
{
	static const char pdf[] = "%PDF-1.4\n%\xe2\xe3";
	struct parse_input in = {.body = {pdf, sizeof pdf - 1},
				 .url = STR(FIXTURE_URL),
				 .context = STR("{\"page\":\"http://a.gov.cn/p.htm\"}")};
	json_t *d = fixture_input(&in);
	ck_assert_str_eq(get(d, "kind"), "pdf");
	ck_assert_str_eq(get(d, "page_url"), "http://a.gov.cn/p.htm");
	ck_assert(json_is_string(json_object_get(d, "unsupported")));
	ck_assert_uint_eq(json_array_size(json_object_get(d, "reports")), 0);
	json_decref(d);
}
END_TEST

START_TEST(an_empty_body_is_an_empty_document)
{
	json_t *d = fixture_bytes("", 0, "text/html");
	ck_assert_str_eq(get(d, "text"), "");
	json_decref(d);
}
END_TEST

START_TEST(a_bad_encoding_is_an_error_and_the_next_page_is_not)
{
	struct buf out;
	buf_init(&out, 1 << 20);
	struct parse_input in = {.body = STR("<p>x"), .content_encoding = STR("br")};
	ck_assert_int_eq(parse_page(fixture_parse, &in, &out), ERR_FORMAT);
	in.content_encoding = STR("gzip");
	ck_assert_int_eq(parse_page(fixture_parse, &in, &out), ERR_FORMAT);
	in.content_encoding = STR("");
	buf_clear(&out);
	ck_assert_int_eq(parse_page(fixture_parse, &in, &out), ERR_OK);
	buf_fini(&out);
}
END_TEST

START_TEST(nul_bytes_and_controls_are_dropped)
{
	static const char page[] = "<d\0iv><p>甲\0乙\x01丙，丁\x7f。</p></di\0v>";
	json_t *d = fixture_bytes(page, sizeof page - 1, "text/html");
	ck_assert_str_eq(get(d, "text"), "甲乙丙，丁。");
	json_decref(d);
}
END_TEST

/* 4 MiB of text at most, cut between blocks, and named. */
START_TEST(a_long_text_is_cut_at_a_block)
{
	struct buf page;
	buf_init(&page, 8u << 20);
	while (page.n < 6u << 20)
		(void)buf_printf(&page, "<p>%s</p>", prose(4));
	json_t *d = fixture_bytes(page.p, page.n, "text/html");
	const char *text = get(d, "text");
	size_t n = strlen(text);
	ck_assert_uint_le(n, 4u << 20);
	ck_assert_uint_gt(n, (4u << 20) - 4096);
	ck_assert_str_eq(text + n - strlen("汇总。"), "汇总。");
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(d, "cut"), 0)), "text");
	json_decref(d);
	buf_fini(&page);
}
END_TEST

START_TEST(text_only_gives_the_text)
{
	struct buf out;
	buf_init(&out, 1 << 20);
	char page[4096];
	snprintf(page, sizeof page, "<p>%s</p>", prose(2));
	struct parse_input in = {.body = str_of(page), .text_only = true};
	ck_assert_int_eq(parse_page(fixture_parse, &in, &out), ERR_OK);
	ck_assert_uint_eq(out.n, strlen(prose(2)) + 1);
	ck_assert_str_eq(parse_version(), "gongkai-parser/" GONGKAI_VERSION);
	ck_assert_uint_eq(strlen(parse_lexicon()), 16);
	buf_fini(&out);
}
END_TEST

/* An image is a document for `gongkai parse`, and for the ring a page without anything to read. */
START_TEST(bytes_of_no_kind_are_refused_when_asked)
{
	struct buf out;
	buf_init(&out, 1 << 20);
	struct parse_input in = {.body = STR("\x89PNG\r\n\x1a\n"), .content_type = STR("text/html")};
	ck_assert_int_eq(parse_page(fixture_parse, &in, &out), ERR_OK);
	in.refuse_unknown = true;
	ck_assert_int_eq(parse_page(fixture_parse, &in, &out), ERR_INPUT);
	in.body = STR("%PDF-1.4"); /* known, though not read */
	ck_assert_int_eq(parse_page(fixture_parse, &in, &out), ERR_OK);
	buf_fini(&out);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parse");
	TCase *t = tcase_create("parse");
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_add_test(t, plain_text_is_the_file);
	tcase_add_test(t, kinds_not_read_are_documents_all_the_same);
	tcase_add_test(t, an_empty_body_is_an_empty_document);
	tcase_add_test(t, a_bad_encoding_is_an_error_and_the_next_page_is_not);
	tcase_add_test(t, nul_bytes_and_controls_are_dropped);
	tcase_add_test(t, a_long_text_is_cut_at_a_block);
	tcase_add_test(t, text_only_gives_the_text);
	tcase_add_test(t, bytes_of_no_kind_are_refused_when_asked);
	suite_add_tcase(s, t);
	return suite_run(s);
}
