/*
 * gongkai reports - the reports that were found, one a row.
 */
#include <stdio.h>

#include "daemons/change_story.h"
#include "daemons/stored.h"

static const struct verb_flag flags[] = {
	STORED_FILTER_FLAGS, {"id", "ID", "one report"},
	STORED_WIDE_FLAG,    {"distinct", NULL, "each report once: without copies, mirrors and old addresses"},
	{NULL, NULL, NULL},
};

static const struct out_column columns[] = {
	{"id", false, true},         {"url", false, false},          {"page_url", true, false},
	{"title", false, false},     {"region", false, false},       {"region_code", true, false},
	{"body", false, false},      {"level", false, false},        {"year", false, true},
	{"period", true, false},     {"published", false, false},    {"version", true, true},
	{"metrics", false, true},    {"failed_checks", false, true}, {"warc_file", true, false},
	{"warc_offset", true, true}, {"relation", true, false},      {"copy_of", true, false},
	{"gone_since", true, false},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

struct listing {
	struct stored s;
	struct out *out;
	bool jsonl, distinct, wide;
};

static bool print_report(void *ctx, const struct sview_report *r)
{
	struct listing *l = ctx;
	struct out *o = l->out;
	char period[64], url[URL_MAX + 1];
	struct str of, relation = stored_relation(&l->s, r, &of);
	if (l->distinct && relation.p)
		return true;
	if (!out_row(o))
		return false;
	out_int(o, r->id);
	out_text(o, r->url);
	out_text(o, stored_page_url(&l->s, r->url, r->page_url));
	const struct str texts[] = {r->title, r->region, r->region_code, r->body, r->level};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		out_text(o, texts[i]);
	out_int_or_null(o, r->year, r->year == 0);
	out_json(o, stored_period(r, l->jsonl, period));
	out_text(o, r->published);
	out_int(o, r->origin.version);
	out_int(o, r->metrics);
	out_int(o, r->failed_checks);
	out_text(o, r->origin.warc_file);
	out_int(o, r->origin.warc_offset);
	out_text(o, relation);
	out_text(o, of);
	snprintf(url, sizeof url, "%.*s", STR_FMT(r->url));
	out_time(o, l->wide || l->jsonl ? change_story_gone(l->s.frontier, url) : 0);
	return true;
}

static enum err run(struct verb_env *env)
{
	struct sview_filter filter;
	struct out_column shown[OUT_COLUMNS_MAX];
	struct listing l = {.jsonl = env->format == OUT_JSONL,
			    .distinct = conf_get_bool(env->conf, "distinct"),
			    .wide = conf_get_bool(env->conf, "wide")};
	double id;
	enum err e = stored_filter(env, &filter);
	if (e == ERR_OK)
		e = conf_get_num(env->conf, "id", 0, 1, 9e15, &id);
	if (e == ERR_OK && env->argc > 0)
		e = err_set(ERR_USAGE, "unknown operand '%s': gongkai show ID shows one report", env->argv[0]);
	if (e == ERR_OK)
		e = stored_open(env->data_dir, &l.s);
	if (e != ERR_OK)
		return e;
	filter.report_id = (int64_t)id;
	l.out = stored_out(env, columns, COLUMNS, shown);
	e = sview_reports(l.s.store, &filter, print_report, &l);
	enum err written = out_end(l.out);
	stored_close(&l.s);
	return e == ERR_OK ? written : e;
}

const struct verb verb_reports = {
	.name = "reports", .operands = "", .help = "list the reports found", .flags = flags, .run = run};
