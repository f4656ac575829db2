/* Tables without drawn lines: words in their places on a page, and the cells that come out. */
#include "parser/pdf_loose.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>

#define SIZE 10.0f /* of a letter; a digit is half as wide */
#define LINE 14.0f /* from one line of a cell to the next */
#define ROW 18.0f

static struct arena *arena;
static struct pdf_scan scan;
static struct pdf_loose found[PDF_LOOSE_TABLES_MAX];
static float y;

static void setup(void)
{
	arena = arena_new(8u << 20);
	pdf_scan_init(&scan, arena);
	ck_assert(pdf_scan_page(&scan, 595, 842));
	y = 100;
}

static void teardown(void)
{
	pdf_scan_fini(&scan);
	arena_free(arena);
}

/* Words from x on as they are printed, parted by blanks of `gap` points; returns where they end. */
static float put(float x, const char *text, float gap)
{
	const char *p = text;
	while (*p) {
		size_t n = strcspn(p, " ");
		float w = 0;
		for (size_t i = 0; i < n;)
			w += utf8_next(p, n, &i) < 0x80 ? SIZE / 2 : SIZE;
		ck_assert(pdf_scan_word(&scan, (struct box){x, y, x + w, y + SIZE}, (struct str){p, n}));
		x += w;
		p += n;
		if (*p == ' ') {
			x += gap;
			p++;
		}
	}
	return x;
}

static float width(const char *text, float gap)
{
	float w = 0;
	for (size_t i = 0; i < strlen(text);) {
		uint32_t c = utf8_next(text, strlen(text), &i);
		w += c == ' ' ? gap : c < 0x80 ? SIZE / 2 : SIZE;
	}
	return w;
}

static void centre(float middle, const char *text, float gap)
{
	(void)put(middle - width(text, gap) / 2, text, gap);
}

static size_t read_page(const struct pdf_part *before)
{
	uint32_t *order = arena_alloc(arena, scan.words_count * sizeof *order);
	struct pdf_line *lines;
	const struct pdf_page *p = &scan.pages[scan.pages_count - 1];
	size_t n = 0;
	for (uint32_t i = p->word_first; i < p->word_end; i++)
		order[n++] = i;
	size_t count = pdf_lines(&scan, order, n, &lines);
	return pdf_loose_find(&scan, order, lines, count, before, found);
}

static const char *cell(const struct pdf_part *p, uint32_t row, uint32_t col)
{
	for (size_t i = 0; i < p->cells_count; i++)
		if (p->cells[i].row == row && p->cells[i].col == col)
			return arena_printf(arena, "%.*s", STR_FMT(p->cells[i].text));
	return NULL;
}

static void is(const struct pdf_part *p, uint32_t row, uint32_t col, const char *text)
{
	const char *got = cell(p, row, col);
	ck_assert_msg(got && strcmp(got, text) == 0, "row %u column %u: %s, not %s", row, col, got ? got : "none",
		      text);
}

static void row(const float *middle, const char *label, const char *const *figures, size_t n)
{
	(void)put(60, label, 0);
	for (size_t i = 0; i < n; i++)
		centre(middle[i], figures[i], 0);
	y += ROW;
}

static const float three[] = {250, 350, 450};
static const char *const figures[] = {"8", "21", "305"};

START_TEST(a_head_in_the_middle_of_its_figures)
{
	(void)put(60, "内容", 0);
	centre(250, "本年 制发件数", 10);
	centre(350, "本年废止件 数", 20);
	centre(450, "现行有效件数", 0);
	y += ROW;
	row(three, "规章", figures, 3);
	row(three, "行政规范性文件", figures, 3);
	row(three, "其他文件", figures, 3);
	ck_assert_uint_eq(read_page(NULL), 1);
	ck_assert_uint_eq(found[0].part.cols, 4);
	is(&found[0].part, 0, 1, "本年制发件数");
	is(&found[0].part, 0, 2, "本年废止件 数");
	is(&found[0].part, 0, 3, "现行有效件数");
	is(&found[0].part, 2, 3, "305");
}
END_TEST

/* Neighbours nearer to each other than a space: the words are parted by what each column has in its middle. */
START_TEST(words_of_neighbours_are_parted)
{
	static const float near[] = {250, 298, 346};
	(void)put(60, "内容", 0);
	centre(250, "社会 公", 10);
	centre(298, "法律服务", 0);
	centre(346, "其他", 0);
	y += LINE;
	centre(250, "益组织", 0);
	centre(298, "机构", 0);
	y += ROW;
	for (unsigned i = 0; i < 3; i++)
		row(near, "属于国家秘密", figures, 3);
	ck_assert_uint_eq(read_page(NULL), 1);
	ck_assert_uint_eq(found[0].part.cols, 4);
	is(&found[0].part, 0, 1, "社会公益组织");
	is(&found[0].part, 0, 2, "法律服务机构");
	is(&found[0].part, 0, 3, "其他");
}
END_TEST

/* Two heads a space apart, of which one has no figure: never one head. */
START_TEST(a_blank_neighbour_stays_one)
{
	static const float near[] = {250, 346};
	static const char *const two[] = {"8", "305"};
	(void)put(60, "内容", 0);
	centre(250, "商业企业", 0);
	centre(298, "科研机构", 0);
	centre(346, "其他", 0);
	y += ROW;
	for (unsigned i = 0; i < 3; i++)
		row(near, "属于国家秘密", two, 2);
	ck_assert_uint_eq(read_page(NULL), 1);
	ck_assert_uint_eq(found[0].part.cols, 4);
	is(&found[0].part, 0, 1, "商业企业");
	is(&found[0].part, 0, 2, "科研机构");
	is(&found[0].part, 1, 1, "8");
	is(&found[0].part, 1, 2, "");
	is(&found[0].part, 1, 3, "305");
}
END_TEST

/* Heads and labels at the left of their cells, figures in the middle: the next head says where a cell ends. */
START_TEST(heads_at_the_left_of_their_cells)
{
	static const float middles[] = {253, 355, 453};
	(void)put(60, "内容", 0);
	(void)put(204, "本年 制发", 10);
	(void)put(304, "废止件数", 0);
	(void)put(404, "现 行有效件数", 10);
	y += ROW;
	row(middles, "规章", figures, 3);
	row(middles, "行政规范性文件", figures, 3);
	row(middles, "其他文件", figures, 3);
	ck_assert_uint_eq(read_page(NULL), 1);
	ck_assert_uint_eq(found[0].part.cols, 4);
	is(&found[0].part, 0, 1, "本年制发");
	is(&found[0].part, 0, 2, "废止件数");
	is(&found[0].part, 0, 3, "现行有效件数");
}
END_TEST

/* A row without figures above one with its label beside them is a row of its own, and no line of that label. */
START_TEST(a_blank_row_above_the_first)
{
	(void)put(60, "内容", 0);
	centre(250, "制发件数", 0);
	centre(350, "废止件数", 0);
	centre(450, "有效件数", 0);
	y += ROW;
	(void)put(60, "规章", 0);
	y += ROW;
	for (unsigned i = 0; i < 3; i++)
		row(three, "行政规范性文件", figures, 3);
	ck_assert_uint_eq(read_page(NULL), 1);
	ck_assert_uint_eq(found[0].part.cols, 4);
	is(&found[0].part, 2, 0, "行政规范性文件");
	is(&found[0].part, 2, 1, "8");
}
END_TEST

START_TEST(a_lone_figure_between_the_lines_of_its_label)
{
	(void)put(60, "内容", 0);
	centre(250, "制发件数", 0);
	centre(350, "废止件数", 0);
	centre(450, "有效件数", 0);
	y += ROW;
	for (unsigned i = 0; i < 3; i++)
		row(three, "行政规范性文件", figures, 3);
	(void)put(60, "（二）部分公开（只计这一", 0);
	y += LINE / 2;
	centre(250, "29", 0);
	y += LINE / 2;
	(void)put(60, "情形）", 0);
	ck_assert_uint_eq(read_page(NULL), 1);
	is(&found[0].part, 4, 0, "（二）部分公开（只计这一情形）");
	is(&found[0].part, 4, 1, "29");
	is(&found[0].part, 4, 3, "");
}
END_TEST

/* Labels alone at the foot of one page and at the head of the next are rows of the table that goes on. */
START_TEST(labels_alone_at_a_page_break)
{
	static const char *const one[] = {"7"};
	(void)put(60, "内容", 0);
	centre(250, "制发件数", 0);
	centre(350, "废止件数", 0);
	centre(450, "有效件数", 0);
	y += ROW;
	for (unsigned i = 0; i < 3; i++)
		row(three, "1.属于国家秘密", figures, 3);
	(void)put(60, "4.重复申请", 0);
	y += ROW;
	(void)put(60, "5.要求提供的其他", 0);
	y += LINE;
	(void)put(60, "出版物", 0);
	ck_assert_uint_eq(read_page(NULL), 1);
	const struct pdf_part before = found[0].part;
	const struct pdf_part tail = found[0].tail;
	ck_assert_uint_eq(found[0].tail_lines, 3);
	ck_assert_uint_eq(tail.rows, 2);
	is(&tail, 0, 0, "4.重复申请");
	is(&tail, 1, 0, "5.要求提供的其他出版物");
	ck_assert(pdf_scan_page(&scan, 595, 842));
	y = 60;
	(void)put(60, "6.其他", 0);
	y += ROW;
	row(three, "7.属于行政查询事项", one, 1);
	row(three, "8.总计", one, 1);
	ck_assert_uint_eq(read_page(&before), 1);
	ck_assert(found[0].goes_on);
	ck_assert(pdf_part_goes_on(&before, &found[0].part));
	is(&found[0].part, 0, 0, "6.其他");
	is(&found[0].part, 1, 1, "7");
	is(&found[0].part, 2, 3, "");
}
END_TEST

/* Labels whose number a space parts from its point, its bracket or its words. */
START_TEST(numbers_apart_from_their_labels)
{
	static const char *const labels[] = {"1 .属于国家秘密", "（ 2）商业秘密", "3. 个人隐私", "4.内部 事务"};
	(void)put(60, "内容", 0);
	centre(250, "制发件数", 0);
	centre(350, "废止件数", 0);
	centre(450, "有效件数", 0);
	y += ROW;
	for (unsigned i = 0; i < 4; i++) {
		(void)put(60, labels[i], 8);
		for (unsigned k = 0; k < 3; k++)
			centre(three[k], figures[k], 0);
		y += ROW;
	}
	ck_assert_uint_eq(read_page(NULL), 1);
	ck_assert_uint_eq(found[0].part.cols, 4);
	for (uint32_t i = 0; i < 4; i++)
		is(&found[0].part, i + 1, 1, "8");
}
END_TEST

/* Two figures of a row over one column: nothing says which is which, and no cell is made of them. */
START_TEST(figures_that_hang_between_are_refused)
{
	static const float off[] = {250, 262, 450};
	static const char *const wide[] = {"1234567", "21", "305"};
	(void)put(60, "内容", 0);
	centre(250, "制发件数", 0);
	centre(350, "废止件数", 0);
	centre(450, "有效件数", 0);
	y += ROW;
	row(three, "规章", wide, 3);
	(void)put(60, "行政规范性文件", 0);
	centre(off[0] - 14, "21", 0);
	centre(off[1], "22", 0);
	centre(off[2], "23", 0);
	y += ROW;
	row(three, "其他文件", wide, 3);
	ck_assert_uint_eq(read_page(NULL), 1);
	ck_assert_ptr_null(found[0].part.edges);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("pdf_loose");
	TCase *t = tcase_create("pdf_loose");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_head_in_the_middle_of_its_figures);
	tcase_add_test(t, words_of_neighbours_are_parted);
	tcase_add_test(t, a_blank_neighbour_stays_one);
	tcase_add_test(t, heads_at_the_left_of_their_cells);
	tcase_add_test(t, a_blank_row_above_the_first);
	tcase_add_test(t, a_lone_figure_between_the_lines_of_its_label);
	tcase_add_test(t, labels_alone_at_a_page_break);
	tcase_add_test(t, numbers_apart_from_their_labels);
	tcase_add_test(t, figures_that_hang_between_are_refused);
	suite_add_tcase(s, t);
	return suite_run(s);
}
