/*
 * Openings of reports as organs of all levels write them: each line of openings/NAME.tsv is a page's <title> ('-' for
 * none), its first lines, and what they say of the report.
 *
 *   title <TAB> line|line|... <TAB> t=title r=region b=body l=level y=year p=published (tabs between them)
 *
 * A line that begins with '#' is a heading of the page, one with '>' stands above the text, one with '<' below it.
 * A field that is not named is not held; one with '-' must be empty. "none" stands for a page that is no report. Blanks
 * do not count; "report" for one of which nothing more is held. Behind the lines follow a report's usual sections, which name nobody; where the lines begin with '!'
 * nothing follows.
 */
#include "cases.h"
#include "parse_fixture.h"

#define PAGE_SIZE 32768

static unsigned failed_lines, read_lines;

static const char *const rest[] = {
	"二、主动公开政府信息情况",
	"全年主动公开政府信息120条，其中机构职能类信息20条，工作动态类信息100条。",
	"三、依申请公开政府信息情况",
	"全年收到政府信息公开申请3件，均已按时答复。未发生行政复议和行政诉讼。提供信息未收取费用。",
	"四、存在的主要问题和改进措施",
	"存在的主要问题是登记不够及时，下一步将改进登记办法。",
	NULL,
};

static void add(char *page, size_t *at, const char *before, const char *text, const char *behind)
{
	*at += (size_t)snprintf(page + *at, PAGE_SIZE - *at, "%s%s%s\n", before, text, behind);
	ck_assert_uint_lt(*at, PAGE_SIZE);
}

static void add_lines(char *page, size_t *at, char *lines)
{
	char *below[16];
	unsigned belows = 0;
	bool alone = *lines == '!';
	for (char *p = lines + alone, *next; p; p = next) {
		next = strchr(p, '|');
		if (next)
			*next++ = 0;
		if (*p == '#')
			add(page, at, "<h1>", p + 1, "</h1>");
		else if (*p == '>')
			add(page, at, "<div class=\"info\">", p + 1, "</div>");
		else if (*p == '<' && belows < 16)
			below[belows++] = p + 1;
		else
			add(page, at, "<p>", p, "</p>");
	}
	for (unsigned i = 0; !alone && rest[i]; i++)
		add(page, at, "<p>", rest[i], "</p>");
	for (unsigned i = 0; i < belows; i++)
		add(page, at, "<p>", below[i], "</p>");
}

/* Blanks of either width left out. */
static void squeeze(const char *s, char *out, size_t size)
{
	size_t n = 0;
	for (; *s && n + 1 < size; s++) {
		if (strncmp(s, "\xe3\x80\x80", 3) == 0)
			s += 2;
		else if (*s != ' ' && *s != '\n')
			out[n++] = *s;
	}
	out[n] = 0;
}

static void field(json_t *report, char key, char *out, size_t size)
{
	static const char *const names[][2] = {{"t", "title"}, {"r", "region"}, {"c", "region_code"}, {"b", "body"},
					       {"l", "level"}, {"y", "year"},   {"p", "published"}};
	const char *name = NULL;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i][0][0] == key)
			name = names[i][1];
	ck_assert_msg(name != NULL, "unknown field %c", key);
	json_t *v = json_object_get(report, name);
	if (json_is_integer(v))
		snprintf(out, size, "%d", (int)json_integer_value(v));
	else
		squeeze(json_is_string(v) && *json_string_value(v) ? json_string_value(v) : "-", out, size);
}

static bool holds(json_t *report, const char *want, const char *where)
{
	char got[512], squeezed[512];
	field(report, want[0], got, sizeof got);
	squeeze(want + 2, squeezed, sizeof squeezed);
	if (strcmp(got, squeezed) == 0)
		return true;
	fprintf(stderr, "%s: %c=%s, is %s\n", where, want[0], squeezed, got);
	return false;
}

static void check_line(const char *where, char *title, char *lines, char *wants)
{
	static char page[PAGE_SIZE];
	size_t at = 0;
	bool good = true;
	add(page, &at, "<html><head><meta charset=\"utf-8\"><title>", strcmp(title, "-") == 0 ? "" : title,
	    "</title></head><body><div class=\"content\">");
	add_lines(page, &at, lines);
	add(page, &at, "</div>", "", "</body></html>");
	json_t *d = fixture_page(page), *reports = json_object_get(d, "reports");
	size_t want = strcmp(wants, "none") == 0 ? 0 : 1;
	if (json_array_size(reports) != want) {
		fprintf(stderr, "%s: %zu reports\n", where, json_array_size(reports));
		good = false;
	} else if (want == 1 && strcmp(wants, "report") != 0) {
		for (char *p = strtok(wants, "\t"); p; p = strtok(NULL, "\t"))
			good &= holds(json_array_get(reports, 0), p, where);
	}
	json_decref(d);
	failed_lines += !good;
	read_lines++;
}

START_TEST(openings)
{
	cases_run("openings", check_line);
	ck_assert_uint_gt(read_lines, 80);
	ck_assert_msg(failed_lines == 0, "%u of %u lines", failed_lines, read_lines);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("openings");
	TCase *c = tcase_create("openings");
	tcase_add_checked_fixture(c, fixture_setup, fixture_teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, openings);
	suite_add_tcase(s, c);
	return suite_run(s);
}
