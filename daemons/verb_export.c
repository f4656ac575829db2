/*
 * gongkai export DIR - data sets: documents, reports, metrics, quantities, checks and dead letters, one file
 * a table, as csv or jsonl. All of one moment of the store.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/jsonw.h"
#include "daemons/args.h"
#include "daemons/sheet.h"
#include "daemons/stored.h"

#define COUNT_OF(a) (unsigned)(sizeof(a) / sizeof(a)[0])

static const struct verb_flag flags[] = {
	{"canonical", NULL, "only what two crawls of one site agree on, sorted"},
	{"bom", NULL, "begin csv files with a byte-order mark, for Excel"},
	{NULL, NULL, NULL},
};

struct export
{
	struct sheet_options o;
	struct stored s;
	struct sheet sheet;
	const struct sview_report *report; /* whose rows are written */
	bool failed;
	enum err err;
};

/* columns of an origin, written by put_origin() */
#define ORIGIN_COLUMNS                                                                                                 \
	{"version", true}, {"content_sha256", false}, {"body_sha256", true}, {"fetch_id", true}, {"parse_seq", true},  \
		{"first_seen", true}, {"last_seen", true}, {"parser_version", false}, {"lexicon", false},              \
		{"warc_file", true}, {"warc_offset", true},                                                            \
	{                                                                                                              \
		"warc_length", true                                                                                    \
	}

static void put_origin(struct sheet *s, const struct sview_origin *o)
{
	sheet_int(s, o->version);
	sheet_text(s, o->content_sha256);
	sheet_text(s, o->body_sha256);
	sheet_int(s, (int64_t)o->fetch_id);
	sheet_int(s, (int64_t)o->parse_seq);
	sheet_time(s, o->first_seen);
	sheet_time(s, o->last_seen);
	sheet_text(s, o->parser_version);
	sheet_text(s, o->lexicon);
	sheet_text(s, o->warc_file);
	sheet_int(s, o->warc_offset);
	sheet_int(s, o->warc_length);
}

static const struct sheet_column document_columns[] = {
	{"url", false},
	{"page_url", false},
	{"kind", false},
	{"charset", false},
	{"charset_errors", false},
	{"title", false},
	{"published", false},
	{"dates", false},
	{"source", false},
	{"doc_number", false},
	{"index_number", false},
	{"site_id_code", false},
	{"unsupported", false},
	{"cut", false},
	{"reports", false},
	ORIGIN_COLUMNS,
	{"text", false},
};

static bool put_document(void *ctx, const struct sview_document *d)
{
	struct export *x = ctx;
	struct sheet *s = &x->sheet;
	if (!sheet_row(s))
		return false;
	sheet_text(s, d->url);
	sheet_text(s, stored_page_url(&x->s, d->url, d->page_url));
	sheet_text(s, d->kind);
	sheet_text(s, d->charset);
	sheet_int(s, d->charset_errors);
	sheet_text(s, d->title);
	sheet_text(s, d->published);
	sheet_json(s, d->dates);
	sheet_text(s, d->source);
	sheet_text(s, d->doc_number);
	sheet_text(s, d->index_number);
	sheet_text(s, d->site_id_code);
	sheet_text(s, d->unsupported);
	sheet_json(s, d->cut);
	sheet_int(s, d->reports);
	put_origin(s, &d->origin);
	sheet_text(s, d->text);
	return true;
}

static enum err export_documents(struct export *x)
{
	return sview_documents(x->s.store, x->o.canonical, put_document, x);
}

/* Which report a row belongs to, with what a reader of one file alone wants beside it. */
#define REPORT_KEY_COLUMNS                                                                                             \
	{"report_id", true}, {"url", false}, {"report", false}, {"region", false}, {"region_code", false},             \
		{"body", false}, {"level", false},                                                                     \
	{                                                                                                              \
		"year", false                                                                                          \
	}

static void put_report_key(struct sheet *s, const struct sview_report *r)
{
	sheet_int(s, r->id);
	sheet_text(s, r->url);
	sheet_int(s, r->ord);
	sheet_text(s, r->region);
	sheet_text(s, r->region_code);
	sheet_text(s, r->body);
	sheet_text(s, r->level);
	sheet_int_or_null(s, r->year, r->year == 0);
}

static const struct sheet_column report_columns[] = {
	REPORT_KEY_COLUMNS,    {"page_url", false}, {"title", false},         {"period", false},
	{"published", false},  {"format", false},   {"fragments", false},     {"metrics", false},
	{"quantities", false}, {"checks", false},   {"failed_checks", false}, {"tables", false},
	{"relation", false},   {"copy_of", false},  ORIGIN_COLUMNS,
};

/* The tables of a report as one JSON array. */
static bool add_table(void *ctx, const struct sview_table *t)
{
	struct buf *b = ctx;
	struct jsonw w;
	buf_add_char(b, b->n ? ',' : '[');
	jsonw_init(&w, b);
	jsonw_object(&w);
	jsonw_kstr(&w, "id", t->id);
	jsonw_key(&w, "caption");
	if (t->caption.p)
		jsonw_str(&w, t->caption);
	else
		jsonw_null(&w);
	jsonw_key(&w, "rows");
	jsonw_raw(&w, t->rows);
	jsonw_kint(&w, "offset", t->offset);
	jsonw_end(&w, '}');
	return b->sticky == ERR_OK;
}

static bool put_report(void *ctx, const struct sview_report *r)
{
	struct export *x = ctx;
	struct sheet *s = &x->sheet;
	struct buf tables;
	char period[64];
	buf_init(&tables, OUT_ROW_MAX / 2);
	x->err = sview_tables(x->s.store, r->id, add_table, &tables);
	buf_add_z(&tables, tables.n ? "]" : "[]");
	if (x->err == ERR_OK)
		x->err = tables.sticky;
	bool more = x->err == ERR_OK && sheet_row(s);
	if (more) {
		put_report_key(s, r);
		sheet_text(s, stored_page_url(&x->s, r->url, r->page_url));
		sheet_text(s, r->title);
		sheet_json(s, stored_period(r, x->o.format == OUT_JSONL, period));
		sheet_text(s, r->published);
		sheet_text(s, r->format);
		sheet_json(s, r->fragments);
		sheet_int(s, r->metrics);
		sheet_int(s, r->quantities);
		sheet_int(s, r->checks);
		sheet_int(s, r->failed_checks);
		sheet_json(s, buf_str(&tables));
		struct str of, relation = stored_relation(&x->s, r, &of);
		sheet_text(s, relation);
		sheet_text(s, of);
		put_origin(s, &r->origin);
	}
	buf_fini(&tables);
	return more;
}

/* Begins a row that belongs to the report at hand; false when writing failed: the caller stops. */
static bool row_of_report(struct export *x)
{
	if (!sheet_row(&x->sheet)) {
		x->failed = true;
		return false;
	}
	put_report_key(&x->sheet, x->report);
	return true;
}

static const struct sheet_column metric_columns[] = {
	REPORT_KEY_COLUMNS,     {"published", false},      {"id", false},
	{"value", false},       {"unit", false},           {"scope", false},
	{"applicant", false},   {"qualifier", false},      {"approx", false},
	{"evidence", false},    {"offset", false},         {"table", false},
	{"row", false},         {"column", false},         {"cell_row", false},
	{"cell_column", false}, {"document_sha256", true}, {"warc_file", true},
	{"warc_offset", true},
};

static bool put_metric(void *ctx, const struct sview_metric *m)
{
	struct export *x = ctx;
	struct sheet *s = &x->sheet;
	const struct sview_report *r = x->report;
	if (!row_of_report(x))
		return false;
	sheet_text(s, r->published);
	sheet_text(s, m->id);
	sheet_num(s, m->value);
	sheet_text(s, m->unit);
	sheet_text(s, m->scope);
	sheet_text(s, m->applicant);
	sheet_text(s, m->qualifier);
	sheet_bool(s, m->approx);
	sheet_text(s, m->evidence);
	sheet_int(s, m->offset);
	sheet_text(s, m->table);
	sheet_text(s, m->row);
	sheet_text(s, m->column);
	sheet_int_or_null(s, m->cell_row, m->cell_row < 0);
	sheet_int_or_null(s, m->cell_column, m->cell_row < 0);
	sheet_text(s, r->origin.body_sha256);
	sheet_text(s, r->origin.warc_file);
	sheet_int(s, r->origin.warc_offset);
	return true;
}

static bool put_metrics(void *ctx, const struct sview_report *r)
{
	struct export *x = ctx;
	x->report = r;
	x->err = sview_metrics(x->s.store, r->id, NULL, put_metric, x);
	return x->err == ERR_OK && !x->failed;
}

static const struct sheet_column quantity_columns[] = {
	REPORT_KEY_COLUMNS, {"text", false}, {"value", false}, {"unit", false}, {"approx", false}, {"offset", false},
};

static bool put_quantity(void *ctx, const struct sview_quantity *q)
{
	struct export *x = ctx;
	struct sheet *s = &x->sheet;
	if (!row_of_report(x))
		return false;
	sheet_text(s, q->text);
	sheet_num(s, q->value);
	sheet_text(s, q->unit);
	sheet_bool(s, q->approx);
	sheet_int(s, q->offset);
	return true;
}

static bool put_quantities(void *ctx, const struct sview_report *r)
{
	struct export *x = ctx;
	x->report = r;
	x->err = sview_quantities(x->s.store, r->id, put_quantity, x);
	return x->err == ERR_OK && !x->failed;
}

static const struct sheet_column check_columns[] = {
	REPORT_KEY_COLUMNS, {"kind", false},   {"statement", false},
	{"holds", false},   {"detail", false}, {"operands", false},
};

static bool put_check(void *ctx, const struct sview_check *c)
{
	struct export *x = ctx;
	struct sheet *s = &x->sheet;
	if (!row_of_report(x))
		return false;
	sheet_text(s, c->kind);
	sheet_text(s, c->statement);
	sheet_bool(s, c->holds);
	sheet_text(s, c->detail);
	sheet_json(s, c->operands);
	return true;
}

static bool put_checks(void *ctx, const struct sview_report *r)
{
	struct export *x = ctx;
	x->report = r;
	x->err = sview_checks(x->s.store, r->id, put_check, x);
	return x->err == ERR_OK && !x->failed;
}

static const struct sheet_column dead_columns[] = {
	{"id", true},     {"url", false},      {"host", false},       {"state", false},
	{"cause", false}, {"detail", true},    {"attempts", true},    {"first", true},
	{"last", true},   {"warc_file", true}, {"warc_offset", true},
};

static bool put_dead(void *ctx, const struct view_page *p)
{
	struct export *x = ctx;
	struct sheet *s = &x->sheet;
	if (!sheet_row(s))
		return false;
	sheet_int(s, p->id);
	sheet_text(s, str_of(p->url));
	sheet_text(s, str_of(p->host));
	sheet_text(s, str_of(p->state));
	sheet_text(s, str_of(p->cause));
	sheet_text(s, str_of(p->detail));
	sheet_int(s, p->attempts);
	sheet_time(s, p->first);
	sheet_time(s, p->last);
	sheet_text(s, str_of(p->warc_file));
	sheet_int_or_null(s, p->warc_offset, !p->warc_file);
	return true;
}

/* The frontier gives dead letters in its own order; a canonical export sorts them in a temporary database, not in memory. */
struct sorter {
	sqlite3 *db;
	sqlite3_stmt *add;
	int rc;
};

static bool sort_dead(void *ctx, const struct view_page *p)
{
	struct sorter *s = ctx;
	const char *const texts[] = {p->url, p->host, p->state, p->cause};
	for (int i = 0; i < 4; i++)
		sqlite3_bind_text(s->add, i + 1, texts[i], -1, SQLITE_TRANSIENT);
	s->rc = sqlite3_step(s->add);
	sqlite3_reset(s->add);
	return s->rc == SQLITE_DONE;
}

static enum err put_sorted(struct export *x, struct sorter *s)
{
	sqlite3_stmt *st = NULL;
	s->rc = sqlite3_prepare_v2(s->db, "SELECT url, host, state, cause FROM dead ORDER BY url, state, cause", -1,
				   &st, NULL);
	while (s->rc == SQLITE_OK || s->rc == SQLITE_ROW) {
		s->rc = sqlite3_step(st);
		if (s->rc != SQLITE_ROW)
			break;
		const struct view_page p = {.url = (const char *)sqlite3_column_text(st, 0),
					    .host = (const char *)sqlite3_column_text(st, 1),
					    .state = (const char *)sqlite3_column_text(st, 2),
					    .cause = (const char *)sqlite3_column_text(st, 3)};
		if (!put_dead(x, &p))
			break;
	}
	sqlite3_finalize(st);
	return ERR_OK;
}

static enum err export_dead_sorted(struct export *x, const struct view_filter *f)
{
	struct sorter s = {0};
	enum err e = ERR_OK;
	s.rc = sqlite3_open("", &s.db);
	if (s.rc == SQLITE_OK)
		s.rc = sqlite3_exec(s.db, "BEGIN; CREATE TABLE dead(url, host, state, cause)", NULL, NULL, NULL);
	if (s.rc == SQLITE_OK)
		s.rc = sqlite3_prepare_v2(s.db, "INSERT INTO dead VALUES(?,?,?,?)", -1, &s.add, NULL);
	if (s.rc == SQLITE_OK)
		e = view_dead(x->s.frontier, f, sort_dead, &s);
	if (e == ERR_OK && (s.rc == SQLITE_OK || s.rc == SQLITE_DONE))
		e = put_sorted(x, &s);
	if (e == ERR_OK && s.rc != SQLITE_OK && s.rc != SQLITE_DONE && s.rc != SQLITE_ROW)
		e = err_set(ERR_FULL, "cannot sort the dead letters in a temporary file: %s", sqlite3_errmsg(s.db));
	sqlite3_finalize(s.add);
	sqlite3_close(s.db);
	return e;
}

static enum err export_dead(struct export *x)
{
	const struct view_filter f = {.discarded_too = true};
	if (!x->s.frontier)
		return ERR_OK;
	return x->o.canonical ? export_dead_sorted(x, &f) : view_dead(x->s.frontier, &f, put_dead, x);
}

static const struct file {
	const char *name;
	const struct sheet_column *columns;
	unsigned count;
	sview_report_fn *put_report; /* writes the rows of one report, or NULL: `fill` writes all rows */
	enum err (*fill)(struct export *x);
} files[] = {
	{"documents", document_columns, COUNT_OF(document_columns), NULL, export_documents},
	{"reports", report_columns, COUNT_OF(report_columns), put_report, NULL},
	{"metrics", metric_columns, COUNT_OF(metric_columns), put_metrics, NULL},
	{"quantities", quantity_columns, COUNT_OF(quantity_columns), put_quantities, NULL},
	{"checks", check_columns, COUNT_OF(check_columns), put_checks, NULL},
	{"dead_letters", dead_columns, COUNT_OF(dead_columns), NULL, export_dead},
};

static enum err each_report(struct export *x, sview_report_fn *put)
{
	const struct sview_filter all = {.by_content = x->o.canonical};
	enum err e = sview_reports(x->s.store, &all, put, x);
	return e == ERR_OK ? x->err : e;
}

static enum err export_file(struct export *x, const struct file *f)
{
	enum err e = sheet_open(&x->sheet, &x->o, f->name, f->columns, f->count);
	if (e != ERR_OK)
		return e;
	x->failed = false;
	x->err = ERR_OK;
	return sheet_close(&x->sheet, f->fill ? f->fill(x) : each_report(x, f->put_report));
}

static enum err run(struct verb_env *env)
{
	struct export x = {.o = {.format = env->format == OUT_JSONL ? OUT_JSONL : OUT_CSV,
				 .canonical = conf_get_bool(env->conf, "canonical"),
				 .bom = conf_get_bool(env->conf, "bom")}};
	if (env->argc != 1)
		return err_set(ERR_USAGE, "give one folder to write to: gongkai export DIR");
	x.o.dir = env->argv[0];
	enum err e = stored_open(env->data_dir, &x.s);
	if (e != ERR_OK)
		return e;
	if ((e = args_make_dir(x.o.dir)) == ERR_OK)
		e = sview_snapshot(x.s.store);
	for (unsigned i = 0; i < COUNT_OF(files) && e == ERR_OK; i++) {
		e = export_file(&x, &files[i]);
		if (e == ERR_OK && !env->quiet)
			fprintf(stderr, "%s: %lld rows\n", x.sheet.path, (long long)x.sheet.rows);
	}
	stored_close(&x.s);
	return e;
}

const struct verb verb_export = {.name = "export",
				 .operands = "DIR",
				 .help = "write documents, reports, figures and dead letters as csv or jsonl files",
				 .flags = flags,
				 .run = run};
