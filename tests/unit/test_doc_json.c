#include "parse_fixture.h"

#include "parser/doc_json.h"

/* A document with a report made by hand, as later steps leave it. */
static json_t *written(struct document *d, size_t max)
{
	struct buf out;
	buf_init(&out, 9u << 20);
	ck_assert_int_eq(doc_json_write(d, max, &out), ERR_OK);
	ck_assert_uint_le(out.n, max);
	json_t *j = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(j);
	buf_fini(&out);
	return j;
}

START_TEST(offsets_are_code_points)
{
	struct arena *a = arena_new(1 << 20);
	struct report r = {.title = STR("报告"), .year = 2014, .period = {"2014-01-01", "2014-12-31"}};
	struct cell cells[3] = {{.start = 10, .end = 13, .colspan = 2, .rowspan = 1},
				{.start = 15, .end = 16, .row = 1, .colspan = 1, .rowspan = 1},
				{.start = 17, .end = 18, .row = 1, .col = 1, .colspan = 1, .rowspan = 1}};
	int32_t grid[4] = {0, 0, 1, 2};
	struct table t = {.id = "t1",
			  .start = 10,
			  .end = 18,
			  .rows = 2,
			  .cols = 2,
			  .cells = cells,
			  .cells_count = 3,
			  .grid = grid};
	int tables[1] = {0};
	struct document d = {.arena = a,
			     .kind = KIND_HTML,
			     .text = STR("公开件\n中\t\n1\t2\n完"),
			     .reports = &r,
			     .reports_count = 1,
			     .tables = &t,
			     .tables_count = 1};
	r.fragments[0].start = 3;
	r.fragments[0].end = 22;
	r.fragments_count = 1;
	r.tables = tables;
	r.tables_count = 1;
	json_t *j = written(&d, 8u << 20), *rep = json_array_get(json_object_get(j, "reports"), 0);
	json_t *f = json_array_get(json_object_get(rep, "fragments"), 0),
	       *tab = json_array_get(json_object_get(rep, "tables"), 0);
	ck_assert_int_eq((int)json_integer_value(json_array_get(f, 0)), 1);
	ck_assert_int_eq((int)json_integer_value(json_array_get(f, 1)), 12);
	ck_assert_int_eq((int)json_integer_value(json_object_get(tab, "offset")), 4);
	json_t *rows = json_object_get(tab, "rows");
	ck_assert_str_eq(json_string_value(json_array_get(json_array_get(rows, 0), 0)), "中");
	ck_assert_str_eq(json_string_value(json_array_get(json_array_get(rows, 0), 1)), "");
	ck_assert_str_eq(json_string_value(json_array_get(json_array_get(rows, 1), 1)), "2");
	ck_assert(json_is_null(json_object_get(rep, "region")));
	ck_assert(json_is_null(json_object_get(j, "unsupported")));
	json_decref(j);
	arena_free(a);
}
END_TEST

START_TEST(links_are_cut_to_the_limit_and_named)
{
	struct arena *a = arena_new(4 << 20);
	struct document d = {
		.arena = a, .kind = KIND_HTML, .text = STR("x"), .link_context = STR("{\"page\":\"http://a.gov.cn/\"")};
	d.links_count = 5000;
	d.links = arena_calloc(a, d.links_count, sizeof *d.links);
	for (size_t i = 0; i < d.links_count; i++)
		d.links[i] = (struct link){
			.url = STR("http://a.gov.cn/some/long/address.htm"), .text = STR("文字"), .rel = STR("a")};
	json_t *j = written(&d, 300000);
	size_t kept = json_array_size(json_object_get(j, "links"));
	ck_assert_uint_gt(kept, 100);
	ck_assert_uint_lt(kept, 5000);
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(j, "cut"), 0)), "links");
	json_decref(j);
	arena_free(a);
}
END_TEST

START_TEST(cuts_are_named_once)
{
	struct document d = {.cut_count = 0};
	document_cut(&d, "text");
	document_cut(&d, "links");
	document_cut(&d, "text");
	ck_assert_uint_eq(d.cut_count, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("doc_json");
	TCase *t = tcase_create("doc_json");
	tcase_add_test(t, offsets_are_code_points);
	tcase_add_test(t, links_are_cut_to_the_limit_and_named);
	tcase_add_test(t, cuts_are_named_once);
	suite_add_tcase(s, t);
	return suite_run(s);
}
