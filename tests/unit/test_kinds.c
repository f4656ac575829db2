/*
 * Files of every kind, composed here: what was written comes out. The HTML form of the same report says what
 * that is.
 */
#include "kinds_fixture.h"

#include <unistd.h>

#include "parser/convert.h"

static const struct converter converter = {convert_run, NULL};

static json_t *read_bytes(struct str body)
{
	struct parse_input in = {
		.body = body, .url = STR(FIXTURE_URL), .final_url = STR(FIXTURE_URL), .convert = &converter};
	return fixture_input(&in);
}

static bool installed(const char *program)
{
	char path[64];
	snprintf(path, sizeof path, "/usr/bin/%s", program);
	return access(path, X_OK) == 0;
}

/* "id applicant value row column" of each metric, sorted by their order in the document */
static void list_metrics(json_t *d, struct buf *out)
{
	size_t i, k;
	json_t *r, *m;
	json_array_foreach(json_object_get(d, "reports"), i, r)
		json_array_foreach(json_object_get(r, "metrics"), k, m)(void)
			buf_printf(out, "%s|%s|%.10g|%s|%s|%s\n", get(m, "id"), get(m, "applicant"),
				   json_number_value(json_object_get(m, "value")), get(m, "row"), get(m, "column"),
				   get(m, "evidence"));
}

static void same_as_html(const struct kreport *k, struct str body, const char *kind, unsigned seed)
{
	struct buf html, want, got;
	buf_init(&html, 4u << 20);
	buf_init(&want, 4u << 20);
	buf_init(&got, 4u << 20);
	kinds_html(k, &html);
	json_t *h = fixture_bytes(html.p, html.n, "text/html; charset=utf-8"), *d = read_bytes(body);
	ck_assert_str_eq(get(d, "kind"), kind);
	ck_assert_msg(json_is_null(json_object_get(d, "unsupported")), "%s", get(d, "unsupported"));
	ck_assert_uint_eq(json_array_size(json_object_get(h, "reports")), 1);
	ck_assert_uint_eq(json_array_size(json_object_get(d, "reports")), 1);
	list_metrics(h, &want);
	list_metrics(d, &got);
	if (getenv("KINDS_TEXT") && strcmp(want.p, got.p) != 0)
		fprintf(stderr, "%s\n", get(d, "text"));
	size_t metrics = 0;
	for (const char *c = want.p; *c; c++)
		metrics += *c == '\n';
	ck_assert_msg(metrics > 150, "seed %u: only %zu figures of the HTML itself are read", seed, metrics);
	for (const char *a = want.p, *b = got.p; *a || *b;) {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");
		ck_assert_msg(n == m && memcmp(a, b, n) == 0, "seed %u, %s: wanted %.*s, got %.*s", seed, kind, (int)n,
			      a, (int)m, b);
		a += n + (a[n] == '\n');
		b += m + (b[m] == '\n');
	}
	json_t *rh = json_array_get(json_object_get(h, "reports"), 0),
	       *rd = json_array_get(json_object_get(d, "reports"), 0);
	ck_assert_str_eq(get(rd, "title"), get(rh, "title"));
	ck_assert_str_eq(get(rd, "body"), get(rh, "body"));
	json_decref(h);
	json_decref(d);
	buf_fini(&html);
	buf_fini(&want);
	buf_fini(&got);
}

START_TEST(a_docx_is_read_as_its_html)
{
	for (unsigned seed = 1; seed <= 10; seed++) {
		struct kreport k;
		struct buf b;
		buf_init(&b, KINDS_BYTES_MAX);
		kinds_report(&k, seed);
		kinds_docx(&k, &b);
		same_as_html(&k, buf_str(&b), "docx", seed);
		buf_fini(&b);
	}
}
END_TEST

START_TEST(an_xlsx_is_read_as_its_html)
{
	for (unsigned seed = 1; seed <= 10; seed++) {
		struct kreport k;
		struct buf b;
		buf_init(&b, KINDS_BYTES_MAX);
		kinds_report(&k, seed);
		kinds_xlsx(&k, &b);
		same_as_html(&k, buf_str(&b), "xlsx", seed);
		buf_fini(&b);
	}
}
END_TEST

START_TEST(an_xls_is_read_as_its_html)
{
	for (unsigned seed = 1; seed <= 10; seed++) {
		struct kreport k;
		struct buf b;
		buf_init(&b, KINDS_BYTES_MAX);
		kinds_report(&k, seed);
		kinds_xls(&k, &b);
		same_as_html(&k, buf_str(&b), "xls", seed);
		buf_fini(&b);
	}
}
END_TEST

static void paper_seed(unsigned seed, bool ofd)
{
	struct kreport k;
	struct kpaper p = {.ofd = ofd, .thin_boxes = seed % 2, .head = seed % 3 ? NULL : "柳泉县人民政府公报"};
	struct buf b;
	buf_init(&b, KINDS_BYTES_MAX);
	kinds_report(&k, seed);
	kinds_paper(&k, &p, 80 + (float)(seed * 37 % 300), seed % 5 == 0); /* so that pages break elsewhere */
	if (ofd)
		kinds_ofd_of(&p, &b);
	else
		kinds_pdf_of(&p, &b);
	if (getenv("KINDS_FILE")) {
		FILE *f = fopen(getenv("KINDS_FILE"), "wb");
		fwrite(b.p, 1, b.n, f);
		fclose(f);
	}
	same_as_html(&k, buf_str(&b), ofd ? "ofd" : "pdf", seed);
	kinds_paper_free(&p);
	buf_fini(&b);
}

START_TEST(an_ofd_is_read_as_its_html)
{
	for (unsigned seed = 1; seed <= 12; seed++)
		paper_seed(seed, true);
}
END_TEST

START_TEST(a_pdf_is_read_as_its_html)
{
	if (!installed("pdftotext") || !installed("pdftocairo")) {
		fprintf(stderr, "skipped: pdftotext is not installed (poppler-utils)\n");
		return;
	}
	for (unsigned seed = 1; seed <= 12; seed++)
		paper_seed(seed, false);
}
END_TEST

/*
 * A number that the end of its line had no room for goes to the next line, and the paragraph goes on; behind a full stop
 * a number begins one.
 */
START_TEST(a_line_that_a_number_left_short)
{
	static const char *const lines[] = {
		"本年度全县各级行政机关认真贯彻落实条例要求并积极推进各项公开",
		"工作取得了新的成效，截至年底，累计主动公开政府信息",
		"１３３３６３９条。",
		"２０１３年和２０１４年的情况如下。",
	};
	struct kpaper p = {.ofd = true};
	struct buf b;
	buf_init(&b, KINDS_BYTES_MAX);
	kinds_new_page(&p);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++, p.y += 24)
		kinds_draw_text(&p, KLEFT, p.y, 15, str_of(lines[i]));
	kinds_ofd_of(&p, &b);
	json_t *d = read_bytes(buf_str(&b));
	const char *text = get(d, "text");
	ck_assert_msg(strstr(text, "政府信息１３３３６３９条。\n２０１３年") != NULL, "%s", text);
	json_decref(d);
	kinds_paper_free(&p);
	buf_fini(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kinds");
	TCase *t = tcase_create("kinds");
	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_add_test(t, a_docx_is_read_as_its_html);
	tcase_add_test(t, an_xlsx_is_read_as_its_html);
	tcase_add_test(t, an_xls_is_read_as_its_html);
	tcase_add_test(t, an_ofd_is_read_as_its_html);
	tcase_add_test(t, a_pdf_is_read_as_its_html);
	tcase_add_test(t, a_line_that_a_number_left_short);
	suite_add_tcase(s, t);
	return suite_run(s);
}
