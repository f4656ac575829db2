/*
 * gongkai coverage - for each public body and year: is its report there, was it late, and if it is not there, why.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "daemons/coverage_join.h"
#include "daemons/coverage_picture.h"

#define WIDTH_DEFAULT 80

static const struct verb_flag flags[] = {
	STORED_FILTER_FLAGS,
	{"years", "A..B", "show these years, also those before a body's first report"},
	{"status", "STATUS",
	 "found, late, superseded, robots-denied, challenge, parse-failed, unreachable, pending or not-found"},
	{"picture", NULL, "a line a region and a cell a year, for the terminal"},
	STORED_WIDE_FLAG,
	{NULL, NULL, NULL},
};

static const struct out_column columns[] = {
	{"region", false, false},  {"region_code", true, false}, {"body", false, false},
	{"level", true, false},    {"year", false, true},        {"status", false, false},
	{"deadline", true, false}, {"published", false, false},  {"days_late", false, true},
	{"report", false, true},   {"reports", true, true},      {"url", false, false},
	{"cause", false, false},   {"detail", false, false},     {"at", false, false},
	{"site", true, false},     {"warc_file", true, false},   {"warc_offset", true, true},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

struct telling {
	struct out *out;
	int64_t bodies, last_body, count[COVERAGE_STATUSES];
	bool stopped;
};

static const char *or_null(const char *z)
{
	return z && *z ? z : NULL;
}

static bool count_row(void *ctx, const struct coverage_row *r)
{
	struct telling *t = ctx;
	t->count[r->status]++;
	if (r->body_id != t->last_body)
		t->bodies++;
	t->last_body = r->body_id;
	return true;
}

static bool print_row(void *ctx, const struct coverage_row *r)
{
	struct telling *t = ctx;
	struct out *o = t->out;
	const struct coverage_place *p = &r->evidence;
	count_row(ctx, r);
	if (t->stopped || !out_row(o)) {
		t->stopped = true; /* the rest is still counted */
		return true;
	}
	out_str(o, or_null(r->region));
	out_str(o, or_null(r->code));
	out_str(o, or_null(r->body));
	out_str(o, or_null(r->level));
	out_int(o, r->year);
	out_str(o, coverage_name(r->status));
	out_str(o, or_null(r->deadline));
	out_str(o, or_null(r->published));
	out_int_or_null(o, r->days_late, r->days_late == 0);
	out_int_or_null(o, r->report, r->report == 0);
	out_int(o, r->reports);
	out_str(o, or_null(p->url));
	out_str(o, or_null(p->cause));
	out_str(o, or_null(p->detail));
	out_time(o, p->at);
	out_str(o, or_null(r->site));
	out_str(o, or_null(p->warc_file));
	out_int_or_null(o, p->warc_offset, !or_null(p->warc_file));
	return true;
}

static enum err read_filter(const struct verb_env *env, struct coverage_filter *f)
{
	struct sview_filter s;
	const char *years = conf_get(env->conf, "years"), *status = conf_get(env->conf, "status");
	enum err e = stored_filter(env, &s);
	int used = 0;
	*f = (struct coverage_filter){
		.region = s.region, .body = s.body, .level = s.level, .year = (int)s.year, .status = COVERAGE_STATUSES};
	if (e != ERR_OK)
		return e;
	if (status && (f->status = coverage_of_name(status)) == COVERAGE_STATUSES)
		return err_set(ERR_USAGE, "unknown status: --status %s: see gongkai coverage --help", status);
	if (!years)
		return ERR_OK;
	if (sscanf(years, "%4d..%4d%n", &f->first, &f->last, &used) != 2 || years[used] || f->first < 1900 ||
	    f->last < f->first || f->last - f->first >= COVERAGE_YEARS_MAX)
		return err_set(ERR_USAGE, "not years: --years %s: give two years, such as 2015..2023", years);
	return ERR_OK;
}

static void tell_totals(const struct verb_env *env, const struct telling *t, int64_t unassigned)
{
	if (env->quiet)
		return;
	fprintf(stderr, "%" PRId64 " bodies", t->bodies);
	for (unsigned i = 0; i < COVERAGE_STATUSES; i++)
		if (t->count[i])
			fprintf(stderr, ", %" PRId64 " %s", t->count[i], coverage_name((enum coverage_status)i));
	if (unassigned)
		fprintf(stderr, "; %" PRId64 " failed pages look like reports of bodies that are not told", unassigned);
	fputc('\n', stderr);
}

static unsigned terminal_width(void)
{
	struct winsize w;
	const char *columns_env = getenv("COLUMNS");
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
		return w.ws_col;
	long n = columns_env ? strtol(columns_env, NULL, 10) : 0;
	return n > 0 && n < 1000 ? (unsigned)n : WIDTH_DEFAULT;
}

static enum err run(struct verb_env *env)
{
	struct coverage_filter filter;
	struct out_column shown[OUT_COLUMNS_MAX];
	struct stored s;
	struct coverage *c = NULL;
	struct telling t = {0};
	enum err e = read_filter(env, &filter);
	if (e == ERR_OK && env->argc > 0)
		e = err_set(ERR_USAGE, "unknown operand '%s': --body and --region choose", env->argv[0]);
	if (e == ERR_OK)
		e = stored_open(env->data_dir, &s);
	if (e != ERR_OK)
		return e;
	e = coverage_join(&s, &c);
	stored_close(&s);
	if (e != ERR_OK)
		return e;
	if (conf_get_bool(env->conf, "picture")) {
		e = coverage_picture(env, c, &filter, terminal_width());
		if (e == ERR_OK)
			e = coverage_rows(c, &filter, count_row, &t);
	} else {
		t.out = stored_out(env, columns, COLUMNS, shown);
		e = coverage_rows(c, &filter, print_row, &t);
		enum err written = out_end(t.out);
		e = e == ERR_OK ? written : e;
	}
	if (e == ERR_OK)
		tell_totals(env, &t, coverage_unassigned(c));
	coverage_free(c);
	return e;
}

const struct verb verb_coverage = {.name = "coverage",
				   .operands = "",
				   .help = "tell which reports are there, late, missing, and why",
				   .flags = flags,
				   .run = run};
