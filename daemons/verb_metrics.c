/*
 * gongkai metrics - figures, one a row, with the columns of their report.
 */
#include <stdio.h>

#include "daemons/stored.h"

static const struct verb_flag flags[] = {
	STORED_FILTER_FLAGS,
	{"id", "METRIC", "one metric of the contract, such as requests.received"},
	STORED_WIDE_FLAG,
	{"distinct", NULL, "figures of each report once: without copies, mirrors and old addresses"},
	{NULL, NULL, NULL},
};

static const struct out_column columns[] = {
	{"report", false, true},   {"url", true, false},        {"page_url", true, false},
	{"title", true, false},    {"region", false, false},    {"region_code", true, false},
	{"body", false, false},    {"level", true, false},      {"year", false, true},
	{"period", true, false},   {"published", true, false},  {"version", true, true},
	{"id", false, false},      {"value", false, true},      {"unit", false, false},
	{"scope", false, false},   {"applicant", false, false}, {"qualifier", true, false},
	{"approx", true, false},   {"evidence", false, false},  {"offset", true, true},
	{"table", true, false},    {"row", true, false},        {"column", true, false},
	{"cell", true, false},     {"warc_file", true, false},  {"warc_offset", true, true},
	{"relation", true, false}, {"copy_of", true, false},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

struct listing {
	struct stored s;
	struct out *out;
	const char *id;
	bool jsonl, stopped, distinct;
	struct str relation, copy_of;
	const struct sview_report *report;
	struct str page_url;
	enum err err;
};

static void print_report_part(struct listing *l)
{
	const struct sview_report *r = l->report;
	struct out *o = l->out;
	char period[64];
	out_int(o, r->id);
	const struct str texts[] = {r->url, l->page_url, r->title, r->region, r->region_code, r->body, r->level};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		out_text(o, texts[i]);
	out_int_or_null(o, r->year, r->year == 0);
	out_json(o, stored_period(r, l->jsonl, period));
	out_text(o, r->published);
	out_int(o, r->origin.version);
}

static bool print_metric(void *ctx, const struct sview_metric *m)
{
	struct listing *l = ctx;
	struct out *o = l->out;
	char cell[48];
	if (!out_row(o)) {
		l->stopped = true;
		return false;
	}
	print_report_part(l);
	out_text(o, m->id);
	out_num(o, m->value);
	const struct str texts[] = {m->unit, m->scope, m->applicant, m->qualifier};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		out_text(o, texts[i]);
	out_bool(o, m->approx);
	out_text(o, m->evidence);
	out_int(o, m->offset);
	out_text(o, m->table);
	out_text(o, m->row);
	out_text(o, m->column);
	snprintf(cell, sizeof cell, "[%lld,%lld]", (long long)m->cell_row, (long long)m->cell_column);
	out_json(o, m->cell_row >= 0 ? str_of(cell) : STR_NULL);
	out_text(o, l->report->origin.warc_file);
	out_int(o, l->report->origin.warc_offset);
	out_text(o, l->relation);
	out_text(o, l->copy_of);
	return true;
}

static bool print_report(void *ctx, const struct sview_report *r)
{
	struct listing *l = ctx;
	l->report = r;
	l->relation = stored_relation(&l->s, r, &l->copy_of);
	if (l->distinct && l->relation.p)
		return true;
	l->page_url = stored_page_url(&l->s, r->url, r->page_url);
	l->err = sview_metrics(l->s.store, r->id, l->id, print_metric, l);
	return l->err == ERR_OK && !l->stopped;
}

static enum err run(struct verb_env *env)
{
	struct sview_filter filter;
	struct out_column shown[OUT_COLUMNS_MAX];
	struct listing l = {.jsonl = env->format == OUT_JSONL,
			    .id = conf_get(env->conf, "id"),
			    .distinct = conf_get_bool(env->conf, "distinct")};
	enum err e = stored_filter(env, &filter);
	if (e == ERR_OK && env->argc > 0)
		e = err_set(ERR_USAGE, "unknown operand '%s': --id names one metric", env->argv[0]);
	if (e == ERR_OK)
		e = stored_open(env->data_dir, &l.s);
	if (e != ERR_OK)
		return e;
	l.out = stored_out(env, columns, COLUMNS, shown);
	e = sview_reports(l.s.store, &filter, print_report, &l);
	if (e == ERR_OK)
		e = l.err;
	enum err written = out_end(l.out);
	stored_close(&l.s);
	return e == ERR_OK ? written : e;
}

const struct verb verb_metrics = {
	.name = "metrics", .operands = "", .help = "list the figures of the reports", .flags = flags, .run = run};
