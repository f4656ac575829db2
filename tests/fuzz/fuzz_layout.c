/*
 * Words and lines at any places of pages: the input is a list of ten-byte things, made into what pdftotext and
 * pdftocairo would write, so that changes of a byte move what is placed instead of breaking its markup.
 */
#include "fuzz_page.h"

#define THING 10u
#define THINGS_MAX 6000u

static unsigned u16_at(const uint8_t *p)
{
	return (unsigned)(p[0] | p[1] << 8);
}

/* A quarter of a point, so that neighbours can nearly touch. */
static double place(const uint8_t *p)
{
	return (u16_at(p) & 0xfff) / 4.0;
}

static void add_word(struct buf *words, const uint8_t *p)
{
	static const char *const texts[] = {"本年", "新收", "12",     "3",    "0",    "一、", "（一）", "/",
					    "结转", "总计", "，",     "2022", "年",   "１２", ".5",     "%",
					    "a",    "件",   "自然人", "-",    "报告", "第",   "页",     "1"};
	double x = place(p + 1), y = place(p + 3);
	(void)buf_printf(words, "<word xMin=\"%.2f\" yMin=\"%.2f\" xMax=\"%.2f\" yMax=\"%.2f\">%s</word>\n", x, y,
			 x + p[5] / 4.0, y + p[6] / 8.0, texts[p[7] % (sizeof texts / sizeof *texts)]);
}

static void add_line(struct buf *rules, const uint8_t *p)
{
	double x = place(p + 1), y = place(p + 3), long_by = place(p + 5);
	bool level = p[7] & 1;
	if (p[7] & 2) /* a thin box */
		(void)buf_printf(rules,
				 "<path style=\" fill:rgb(0%%,0%%,0%%);\" d=\"M %.2f %.2f L %.2f %.2f L %.2f %.2f "
				 "L %.2f %.2f Z\"/>\n",
				 x, y, level ? x + long_by : x, level ? y : y + long_by, level ? x + long_by : x + 1,
				 level ? y + 1 : y + long_by, level ? x : x + 1, level ? y + 1 : y);
	else
		(void)buf_printf(rules,
				 "<path style=\"fill:none;stroke:rgb(0%%,0%%,0%%);\" d=\"M %.2f %.2f L %.2f %.2f\"/>\n",
				 x, y, level ? x + long_by : x, level ? y : y + long_by);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct fuzz_tool t = {.result = {CONVERT_OK}};
	const struct converter c = {fuzz_convert, &t};
	struct buf words, rules;
	if (n / THING > THINGS_MAX)
		return 0;
	buf_init(&words, 4u << 20);
	buf_init(&rules, 4u << 20);
	(void)buf_add_z(&words, "<page width=\"595\" height=\"842\">\n");
	(void)buf_add_z(&rules, "<page>\n");
	for (size_t at = 0; at + THING <= n; at += THING) {
		const uint8_t *p = data + at;
		if (p[0] == 0) {
			(void)buf_printf(&words, "</page>\n<page width=\"%u\" height=\"842\">\n", 500 + p[1] % 100u);
			(void)buf_add_z(&rules, "</page>\n<page>\n");
		} else if (p[0] & 1) {
			add_word(&words, p);
		} else {
			add_line(&rules, p);
		}
	}
	t.output[CONVERT_PDF_WORDS] = buf_str(&words);
	t.output[CONVERT_PDF_RULES] = buf_str(&rules);
	fuzz_body(STR("%PDF-1.4\n"), "", &c);
	buf_fini(&words);
	buf_fini(&rules);
	return 0;
}
