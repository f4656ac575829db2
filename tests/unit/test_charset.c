#include "parse_fixture.h"

#include <iconv.h>
#include <zlib.h>

#include "parser/charset.h"
#include "parser/read.h"

static struct charsets *cs;

static void setup(void)
{
	ck_assert_int_eq(charsets_new(lexicon_file("common_hanzi.tsv"), &cs), ERR_OK);
}

static void teardown(void)
{
	charsets_free(cs);
}

static bool collect(void *ud, const char *p, size_t n)
{
	ck_assert(utf8_valid(p, n));
	return buf_add(ud, p, n) == ERR_OK;
}

struct read {
	const char *name;
	uint64_t errors;
	char text[8192];
};

static struct read read_bytes(const char *p, size_t n, const char *type, const char *forced)
{
	struct read r;
	struct source s;
	struct buf b;
	struct charset_choice c;
	buf_init(&b, sizeof r.text - 1);
	ck_assert_int_eq(source_init(&s, (struct str){p, n}, STR("")), ERR_OK);
	ck_assert_int_eq(charset_detect(cs, &s, str_of(type), str_of(forced), &c), ERR_OK);
	ck_assert_int_eq(charset_decode(cs, &c, &s, collect, &b, &r.errors), ERR_OK);
	source_fini(&s);
	r.name = c.name;
	memcpy(r.text, b.p ? b.p : "", b.n + 1);
	buf_fini(&b);
	return r;
}

static size_t encode(const char *to, const char *utf8, char *out, size_t max)
{
	iconv_t cd = iconv_open(to, "UTF-8");
	char *in = (char *)(uintptr_t)utf8, *o = out;
	size_t left = strlen(utf8), room = max;
	ck_assert(cd != (iconv_t)-1);
	ck_assert_int_eq((int)iconv(cd, &in, &left, &o, &room), 0);
	iconv_close(cd);
	return max - room;
}

static const char sentence[] = "全年主动公开政府信息三百条，其中餘姚市与朱镕基公园各一条，答复公民申请十二件。";

/* A page whose meta tag says `label` and whose text is in `charset`; returns its bytes. */
static size_t labelled_page(const char *label, const char *charset, const char *utf8, char page[1024])
{
	size_t n = (size_t)snprintf(page, 1024, "<meta charset=%s>", label);
	return n + encode(charset, utf8, page + n, 1024 - n);
}

START_TEST(gb_labels_are_read_as_gb18030)
{
	char page[1024];
	size_t n = labelled_page("gb2312", "GB18030", sentence, page);
	struct read r = read_bytes(page, n, "", "");
	ck_assert_str_eq(r.name, "GB18030");
	ck_assert_uint_eq(r.errors, 0);
	ck_assert_ptr_nonnull(strstr(r.text, sentence));
}
END_TEST

START_TEST(strict_utf8_wins_over_wrong_labels)
{
	char page[1024];
	snprintf(page, sizeof page, "<meta charset='gbk'>%s", sentence);
	struct read r = read_bytes(page, strlen(page), "text/html; charset=gb2312", "");
	ck_assert_str_eq(r.name, "UTF-8");
	ck_assert_ptr_nonnull(strstr(r.text, sentence));
}
END_TEST

START_TEST(the_http_label_wins_over_meta)
{
	char page[1024];
	size_t n = labelled_page("gbk", "BIG5", "政府資訊公開年度報告，主動公開資訊三百條。", page);
	struct read r = read_bytes(page, n, "text/html;charset=\"Big5\"", "");
	ck_assert_str_eq(r.name, "Big5");
	ck_assert_ptr_nonnull(strstr(r.text, "主動公開資訊三百條"));
}
END_TEST

START_TEST(without_a_label_common_hanzi_decide)
{
	char page[1024];
	size_t n = encode("GB18030", sentence, page, sizeof page);
	ck_assert_str_eq(read_bytes(page, n, "", "").name, "GB18030");
	n = encode("BIG5", "本年度政府資訊公開工作報告，依申請公開十二件，均已答覆。", page, sizeof page);
	ck_assert_str_eq(read_bytes(page, n, "", "").name, "Big5");
	ck_assert_str_eq(read_bytes("caf\xe9 na\xefve r\xe9sum\xe9", 17, "", "").name, "windows-1252");
}
END_TEST

START_TEST(a_label_of_utf8_that_the_bytes_refute)
{
	char page[1024];
	size_t n = labelled_page("utf-8", "GB18030", sentence, page);
	struct read r = read_bytes(page, n, "text/html; charset=utf-8", "");
	ck_assert_str_eq(r.name, "GB18030");
	ck_assert_uint_eq(r.errors, 0);
	ck_assert_ptr_nonnull(strstr(r.text, sentence));
	/* one bad byte in a page that is UTF-8 for the rest: the label holds */
	snprintf(page, sizeof page, "%s\xb9%s", sentence, sentence);
	r = read_bytes(page, strlen(page), "text/html; charset=utf-8", "");
	ck_assert_str_eq(r.name, "UTF-8");
	ck_assert_uint_eq(r.errors, 1);
	/* what is no Chinese text in any reading keeps its label */
	r = read_bytes("caf\xe9 na\xefve r\xe9sum\xe9", 17, "text/html; charset=utf-8", "");
	ck_assert_str_eq(r.name, "UTF-8");
}
END_TEST

START_TEST(marks_and_utf16)
{
	char page[1024] = "\xff\xfe";
	size_t n = 2 + encode("UTF-16LE", sentence, page + 2, sizeof page - 2);
	struct read r = read_bytes(page, n, "text/html; charset=gbk", "");
	ck_assert_str_eq(r.name, "UTF-16LE");
	ck_assert_str_eq(r.text, sentence);
	r = read_bytes("\xef\xbb\xbf"
		       "abc",
		       6, "", "");
	ck_assert_str_eq(r.text, "abc");
}
END_TEST

START_TEST(errors_are_counted_and_replaced)
{
	struct read r = read_bytes("a\xff"
				   "b\xe4\xb8"
				   "c",
				   6, "text/html; charset=utf-8", "");
	ck_assert_str_eq(r.text, "a\xef\xbf\xbd"
				 "b\xef\xbf\xbd\xef\xbf\xbd"
				 "c");
	ck_assert_uint_eq(r.errors, 3);
	/* a lead byte before markup takes no byte of it along */
	r = read_bytes("\xb9\xab\xbf<p>", 6, "text/html; charset=gbk", "");
	ck_assert_str_eq(r.text, "公\xef\xbf\xbd<p>");
	ck_assert_uint_eq(r.errors, 1);
}
END_TEST

/* Characters that lie across the source's windows are put together. */
START_TEST(windows_do_not_split_characters)
{
	static char page[3 * SOURCE_WINDOW];
	struct buf b;
	for (size_t shift = 0; shift < 3; shift++) {
		memset(page, 'x', shift);
		for (size_t i = shift; i + 3 <= sizeof page; i += 3)
			memcpy(page + i, "中", 3);
		size_t n = (sizeof page - shift) / 3 * 3 + shift;
		struct source s;
		struct charset_choice c;
		uint64_t errors;
		buf_init(&b, sizeof page + 1);
		ck_assert_int_eq(source_init(&s, (struct str){page, n}, STR("")), ERR_OK);
		ck_assert_int_eq(charset_detect(cs, &s, STR(""), STR(""), &c), ERR_OK);
		ck_assert_int_eq(charset_decode(cs, &c, &s, collect, &b, &errors), ERR_OK);
		ck_assert_uint_eq(errors, 0);
		ck_assert_uint_eq(b.n, n);
		ck_assert_int_eq(memcmp(b.p, page, n), 0);
		buf_fini(&b);
	}
}
END_TEST

static size_t squeeze(const char *p, size_t n, int bits, unsigned char *out, size_t max)
{
	z_stream z = {
		.next_in = (unsigned char *)(uintptr_t)p, .avail_in = (uInt)n, .next_out = out, .avail_out = (uInt)max};
	ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return max - z.avail_out;
}

START_TEST(content_encodings)
{
	unsigned char packed[1024];
	const struct {
		const char *name;
		int bits;
	} codings[] = {{"gzip", 31}, {"x-gzip", 31}, {"deflate", 15}, {"deflate", -15}};
	for (size_t i = 0; i < 4; i++) {
		size_t n = squeeze(sentence, strlen(sentence), codings[i].bits, packed, sizeof packed);
		struct source s;
		struct str got;
		ck_assert_int_eq(source_init(&s, (struct str){(char *)packed, n}, str_of(codings[i].name)), ERR_OK);
		for (int again = 0; again < 2; again++) {
			ck_assert_int_eq(source_next(&s, &got), ERR_OK);
			ck_assert(str_eq_z(got, sentence));
			ck_assert_int_eq(source_rewind(&s), ERR_OK);
		}
		source_fini(&s);
	}
	struct source s;
	struct str got;
	ck_assert_int_eq(source_init(&s, STR("x"), STR("br")), ERR_FORMAT);
	ck_assert_int_eq(source_init(&s, STR("this is no gzip"), STR("gzip")), ERR_OK);
	ck_assert_int_eq(source_next(&s, &got), ERR_FORMAT);
	source_fini(&s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("charset");
	TCase *t = tcase_create("charset");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, gb_labels_are_read_as_gb18030);
	tcase_add_test(t, strict_utf8_wins_over_wrong_labels);
	tcase_add_test(t, the_http_label_wins_over_meta);
	tcase_add_test(t, without_a_label_common_hanzi_decide);
	tcase_add_test(t, a_label_of_utf8_that_the_bytes_refute);
	tcase_add_test(t, marks_and_utf16);
	tcase_add_test(t, errors_are_counted_and_replaced);
	tcase_add_test(t, windows_do_not_split_characters);
	tcase_add_test(t, content_encodings);
	suite_add_tcase(s, t);
	return suite_run(s);
}
