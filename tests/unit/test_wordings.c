/*
 * Wordings of reports: each line of wordings/NAME.tsv is a heading, a stretch of text and all figures that it states.
 *
 *   heading <TAB> text <TAB> id[APPLICANT]=value[@scope][:qualifier] ... or '-'
 *
 * A heading that begins with '*' stands in a single department's report, one with '^' in one without a title, one with
 * '+' in a report of 2022, one with '%' in that of a street's office. '|' in the text begins a new line; '_' in a qualifier stands for a blank. The set must agree exactly: a figure that the text does
 * not state fails the line like one that is missed. A figure behind '~' may be read or not. Who applied counts
 * where it stands in brackets; empty ones ask for a figure of all applicants.
 */
#include "cases.h"
#include "read_fixture.h"

#define FIGURES_MAX 64

struct want {
	char id[96], applicant[32], scope[32], qualifier[160];
	double value;
	bool optional, by_applicant, found;
};

static unsigned failed_lines, read_lines;

static void reset(void)
{
	arena_free(fx_arena);
	fx_arena = arena_new(256u << 20);
	memset(&fx_doc, 0, sizeof fx_doc);
	fx_doc.arena = fx_arena;
	fx_doc.kind = KIND_HTML;
	fx_doc.explain = true;
	buf_fini(&fx_text);
	buf_init(&fx_text, 16u << 20);
}

static unsigned split_wants(char *s, struct want *w)
{
	unsigned n = 0;
	for (char *p = strtok(s, " "); p && n < FIGURES_MAX; p = strtok(NULL, " ")) {
		if (strcmp(p, "-") == 0)
			continue;
		w[n] = (struct want){.optional = *p == '~'};
		p += w[n].optional;
		char *eq = strchr(p, '='), *end;
		ck_assert_ptr_nonnull(eq);
		size_t name = strcspn(p, "[=");
		snprintf(w[n].id, sizeof w[n].id, "%.*s", (int)name, p);
		w[n].by_applicant = p[name] == '[';
		if (w[n].by_applicant)
			snprintf(w[n].applicant, sizeof w[n].applicant, "%.*s", (int)strcspn(p + name + 1, "]"),
				 p + name + 1);
		w[n].value = strtod(eq + 1, &end);
		if (*end == '@') {
			size_t k = strcspn(++end, ":");
			snprintf(w[n].scope, sizeof w[n].scope, "%.*s", (int)k, end);
			end += k;
		}
		if (*end == ':')
			snprintf(w[n].qualifier, sizeof w[n].qualifier, "%s", end + 1);
		for (char *blank = w[n].qualifier; (blank = strchr(blank, '_')) != NULL;)
			*blank = ' ';
		n++;
	}
	return n;
}

static bool agrees(const struct want *w, const struct metric *m)
{
	return str_eq_z(m->id, w->id) && str_eq_z(m->scope, w->scope) && fabs(m->value - w->value) < 1e-9 &&
	       (!w->by_applicant || str_eq_z(m->applicant, w->applicant)) &&
	       (!w->qualifier[0] || str_eq_z(m->qualifier, w->qualifier));
}

static void tell(const char *where, bool *told, const char *text)
{
	if (!*told)
		fprintf(stderr, "%s: %s\n", where, text);
	*told = true;
}

static void check_line(const char *where, char *heading, char *text, char *wants)
{
	struct want w[FIGURES_MAX];
	unsigned n = split_wants(wants, w);
	char shown[CASE_BYTES];
	snprintf(shown, sizeof shown, "%s", text);
	reset();
	bool department = *heading == '*', form = *heading == '+', bare = *heading == '^', town = *heading == '%';
	fx_head(department ? "甘谷县水务局2014年政府信息公开年度报告"
		: form     ? "甘谷县2022年政府信息公开年度报告"
		: bare     ? "2014年政府信息公开年度报告"
		: town     ? "甘谷县北城街道办事处2014年政府信息公开年度报告"
			   : "甘谷县2014年政府信息公开年度报告");
	fx_line(heading + (department || form || bare || town));
	for (char *p = strtok(text, "|"); p; p = strtok(NULL, "|"))
		fx_line(p);
	fx_line("五、存在的主要问题");
	fx_line("登记不够及时。登记材料装订20册，移交12箱。下一步将改进登记办法。");
	fx_read();
	bool told = false;
	if (fx_doc.reports_count != 1)
		tell(where, &told, "no report");
	for (size_t i = 0; fx_doc.reports_count == 1 && i < fx_doc.reports[0].metrics_count; i++) {
		const struct metric *m = &fx_doc.reports[0].metrics[i];
		bool known = false;
		for (unsigned k = 0; k < n && !known; k++)
			if (!w[k].found && agrees(&w[k], m))
				known = w[k].found = true;
		if (known)
			continue;
		tell(where, &told, shown);
		fprintf(stderr, "    wrong   %.*s=%g@%.*s:%.*s  (%.*s) [%.*s]\n", STR_FMT(m->id), m->value,
			STR_FMT(m->scope), STR_FMT(m->qualifier), STR_FMT(m->evidence), STR_FMT(m->explain));
	}
	for (unsigned k = 0; k < n; k++)
		if (!w[k].found && !w[k].optional) {
			tell(where, &told, shown);
			fprintf(stderr, "    missing %s=%g@%s:%s\n", w[k].id, w[k].value, w[k].scope, w[k].qualifier);
		}
	fx_evidence();
	failed_lines += told;
	read_lines++;
}

START_TEST(wordings)
{
	cases_run("wordings", check_line);
	ck_assert_uint_gt(read_lines, 100);
	ck_assert_msg(failed_lines == 0, "%u of %u lines", failed_lines, read_lines);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wordings");
	TCase *c = tcase_create("wordings");
	tcase_add_checked_fixture(c, fx_setup, fx_teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, wordings);
	suite_add_tcase(s, c);
	return suite_run(s);
}
