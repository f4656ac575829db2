#include "sink/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "sink/copies.h"
#include "sink/db.h"
#include "sink/schema.h"

#define ORIGIN_COLUMNS                                                                                                 \
	"d.version, d.fetch_id, d.parse_seq, d.parser_version, d.lexicon, d.content_sha256, d.body_sha256,"            \
	" d.warc_file, d.warc_offset, d.warc_length, d.first_seen, d.last_seen"

#define REPORT_COLUMNS                                                                                                 \
	"SELECT " ORIGIN_COLUMNS ", r.id, r.document_id, r.ord, d.url, d.page_url, r.title, r.region, r.region_code,"  \
	" r.body, r.level, r.period_start, r.period_end, r.published, r.format, r.fragments, r.year, r.metrics,"       \
	" r.quantities, r.tables, r.checks, r.failed_checks, p.url, c.mirror, c.principal"                             \
	" FROM reports r JOIN documents d ON d.id = r.document_id LEFT JOIN copies c ON c.report_id = r.id"            \
	" LEFT JOIN copies p ON p.report_id = c.principal AND p.report_id <> c.report_id"
#define REPORT_QUERY                                                                                                   \
	REPORT_COLUMNS                                                                                                 \
	" WHERE (?1 IS NULL OR instr(r.region, ?1)) AND (?2 IS NULL OR substr(r.region_code, 1, length(?2)) = ?2)"     \
	" AND (?3 IS NULL OR instr(r.body, ?3)) AND (?4 IS NULL OR r.level = ?4) AND (?5 = 0 OR r.year = ?5)"          \
	" AND (?6 = 0 OR r.id = ?6) ORDER BY "

#define DOCUMENT_QUERY                                                                                                 \
	"SELECT " ORIGIN_COLUMNS ", d.id, d.url, d.page_url, d.kind, d.charset, d.title, d.published, d.dates,"        \
	" d.source, d.doc_number, d.index_number, d.site_id_code, d.unsupported, d.cut, d.charset_errors, d.reports"   \
	" FROM documents d"

#define COPIES_QUERY                                                                                                   \
	"SELECT c.report_id, c.url, c.official, c.mirror FROM copies c WHERE c.principal IN (SELECT principal FROM "   \
	"copies"                                                                                                       \
	" WHERE "

enum statement {
	S_REPORTS,
	S_REPORTS_BY_CONTENT,
	S_METRICS,
	S_QUANTITIES,
	S_TABLES,
	S_CHECKS,
	S_VERSIONS,
	S_COPIES,
	S_COPIES_OF_PAGE,
	S_DOCUMENTS,
	S_DOCUMENTS_BY_CONTENT,
	S_TEXT,
	S_DOCUMENT_BY_URL,
	S_DOCUMENT_REPORTS,
	S_STAMPS,
	S_TITLED_TEXT,
	S_GENERATION,
	S_COUNT
};

static const char *const statements[S_COUNT] = {
	[S_REPORTS] = REPORT_QUERY "r.id",
	[S_REPORTS_BY_CONTENT] = REPORT_QUERY "d.url, r.ord",
	[S_METRICS] =
		("SELECT id, unit, scope, applicant, qualifier, evidence, table_id, row_label, column_label, value,"
		 " approx, offset_cp, cell_row, cell_column FROM metrics"
		 " WHERE report_id = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY ord"),
	[S_QUANTITIES] =
		"SELECT text, unit, value, approx, offset_cp FROM quantities WHERE report_id = ?1 ORDER BY ord",
	[S_TABLES] = "SELECT id, caption, rows, offset_cp FROM tables WHERE report_id = ?1 ORDER BY ord",
	[S_CHECKS] = "SELECT kind, statement, detail, operands, holds FROM checks WHERE report_id = ?1 ORDER BY ord",
	[S_VERSIONS] = ("SELECT version, fetch_id, parse_seq, parser_version, lexicon, content_sha256, body_sha256,"
			" warc_file, warc_offset, warc_length, first_seen, last_seen, superseded_by FROM versions"
			" WHERE document_id = ?1 ORDER BY version"),
	[S_COPIES] = COPIES_QUERY "report_id = ?1) ORDER BY " COPIES_ORDER,
	[S_COPIES_OF_PAGE] = COPIES_QUERY "document_id IN (SELECT id FROM documents WHERE url_hash = ?1 AND url = ?2)) "
					  "ORDER BY c.principal, " COPIES_ORDER,
	[S_DOCUMENTS] = DOCUMENT_QUERY " ORDER BY d.id",
	[S_DOCUMENTS_BY_CONTENT] = DOCUMENT_QUERY " ORDER BY d.url",
	[S_TEXT] = "SELECT text FROM texts WHERE document_id = ?1",
	[S_DOCUMENT_BY_URL] = DOCUMENT_QUERY " WHERE d.url_hash = ?1 AND d.url = ?2",
	[S_DOCUMENT_REPORTS] = REPORT_COLUMNS " WHERE r.document_id = ?1 ORDER BY r.ord",
	[S_STAMPS] = "SELECT id, content_sha256, reports FROM documents WHERE id > ?1 ORDER BY id LIMIT ?2",
	[S_TITLED_TEXT] = ("SELECT d.url, d.title, t.text FROM documents d LEFT JOIN texts t ON t.document_id = d.id"
			   " WHERE d.id = ?1"),
	[S_GENERATION] = "SELECT value FROM ledger WHERE key = 'generation'",
};
#define ORIGIN_COUNT 12 /* columns of ORIGIN_COLUMNS */

struct sview {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
};

enum err sview_open(const char *data_dir, struct sview **out)
{
	struct sview *v = calloc(1, sizeof *v);
	*out = NULL;
	if (!v)
		return err_set(ERR_NOMEM, "out of memory");
	enum err e = schema_open_read(data_dir, &v->db);
	/* large sorts go to temporary files, so that an export needs no memory for the size of the store */
	if (e == ERR_OK)
		e = db_exec(v->db, "PRAGMA cache_size=-8192;PRAGMA temp_store=FILE");
	if (e == ERR_OK)
		e = db_prepare(v->db, statements, S_COUNT, v->st);
	if (e != ERR_OK) {
		sview_close(v);
		return e;
	}
	*out = v;
	return ERR_OK;
}

void sview_close(struct sview *v)
{
	if (!v)
		return;
	db_finalize(v->st, S_COUNT);
	sqlite3_close(v->db);
	free(v);
}

enum err sview_snapshot(struct sview *v)
{
	int64_t n;
	enum err e = db_exec(v->db, "BEGIN");
	/* the snapshot is taken by the first read */
	return e == ERR_OK ? db_int(v->db, "SELECT count(*) FROM boots", &n) : e;
}

/* Calls `row` for each row of a statement, which is reset at the end. */
static enum err each(struct sview *v, enum statement s, bool (*row)(void *ctx, sqlite3_stmt *st), void *ctx)
{
	sqlite3_stmt *st = v->st[s];
	int rc;
	bool more = true;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && more)
		more = row(ctx, st);
	enum err e = rc == SQLITE_ROW || rc == SQLITE_DONE ? ERR_OK : db_error(v->db, rc, "read");
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return e;
}

/* one call of a public function: its callback and what that needs */
struct call {
	struct sview *v;
	void *ctx;
	union {
		sview_report_fn *report;
		sview_metric_fn *metric;
		sview_quantity_fn *quantity;
		sview_table_fn *table;
		sview_check_fn *check;
		sview_origin_fn *origin;
		sview_copy_fn *copy;
		sview_document_fn *document;
		sview_stamp_fn *stamp;
		sview_text_fn *text;
	} row;
	unsigned rows;
	enum err err; /* of a nested question */
};

static void read_origin(sqlite3_stmt *st, struct sview_origin *o)
{
	*o = (struct sview_origin){.version = sqlite3_column_int64(st, 0),
				   .fetch_id = (uint64_t)sqlite3_column_int64(st, 1),
				   .parse_seq = (uint64_t)sqlite3_column_int64(st, 2),
				   .parser_version = db_column(st, 3),
				   .lexicon = db_column(st, 4),
				   .content_sha256 = db_column(st, 5),
				   .body_sha256 = db_column(st, 6),
				   .warc_file = db_column(st, 7),
				   .warc_offset = sqlite3_column_int64(st, 8),
				   .warc_length = sqlite3_column_int64(st, 9),
				   .first_seen = sqlite3_column_int64(st, 10),
				   .last_seen = sqlite3_column_int64(st, 11)};
}

static bool report_row(void *ctx, sqlite3_stmt *st)
{
	const struct call *c = ctx;
	struct sview_report r;
	int i = ORIGIN_COUNT;
	read_origin(st, &r.origin);
	r.id = sqlite3_column_int64(st, i++);
	r.document_id = sqlite3_column_int64(st, i++);
	r.ord = sqlite3_column_int64(st, i++) + 1;
	struct str *const texts[] = {&r.url,         &r.page_url,  &r.title,  &r.region,
				     &r.region_code, &r.body,      &r.level,  &r.period_start,
				     &r.period_end,  &r.published, &r.format, &r.fragments};
	for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
		*texts[k] = db_column(st, i++);
	int64_t *const numbers[] = {&r.year, &r.metrics, &r.quantities, &r.tables, &r.checks, &r.failed_checks};
	for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
		*numbers[k] = sqlite3_column_int64(st, i++);
	r.copy_of = db_column(st, i++);
	r.mirror = sqlite3_column_int(st, i++) != 0;
	r.grouped = sqlite3_column_type(st, i) != SQLITE_NULL;
	return c->row.report(c->ctx, &r);
}

static bool all_digits(const char *z)
{
	return *z && strspn(z, "0123456789") == strlen(z);
}

enum err sview_reports(struct sview *v, const struct sview_filter *f, sview_report_fn *row, void *ctx)
{
	enum statement s = f->by_content ? S_REPORTS_BY_CONTENT : S_REPORTS;
	sqlite3_stmt *st = v->st[s];
	bool code = f->region && all_digits(f->region);
	db_bind_z(st, 1, code ? NULL : f->region);
	db_bind_z(st, 2, code ? f->region : NULL);
	db_bind_z(st, 3, f->body);
	db_bind_z(st, 4, f->level);
	sqlite3_bind_int64(st, 5, f->year);
	sqlite3_bind_int64(st, 6, f->report_id);
	return each(v, s, report_row, &(struct call){.v = v, .ctx = ctx, .row.report = row});
}

static bool metric_row(void *ctx, sqlite3_stmt *st)
{
	const struct call *c = ctx;
	struct sview_metric m = {.cell_row = -1, .cell_column = -1};
	struct str *const texts[] = {&m.id,       &m.unit,  &m.scope, &m.applicant, &m.qualifier,
				     &m.evidence, &m.table, &m.row,   &m.column};
	int i = 0;
	for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
		*texts[k] = db_column(st, i++);
	m.value = sqlite3_column_double(st, i++);
	m.approx = sqlite3_column_int(st, i++) != 0;
	m.offset = sqlite3_column_int64(st, i++);
	if (sqlite3_column_type(st, i) != SQLITE_NULL) {
		m.cell_row = sqlite3_column_int64(st, i);
		m.cell_column = sqlite3_column_int64(st, i + 1);
	}
	return c->row.metric(c->ctx, &m);
}

enum err sview_metrics(struct sview *v, int64_t report_id, const char *id, sview_metric_fn *row, void *ctx)
{
	sqlite3_bind_int64(v->st[S_METRICS], 1, report_id);
	db_bind_z(v->st[S_METRICS], 2, id);
	return each(v, S_METRICS, metric_row, &(struct call){.v = v, .ctx = ctx, .row.metric = row});
}

static bool quantity_row(void *ctx, sqlite3_stmt *st)
{
	const struct call *c = ctx;
	const struct sview_quantity q = {.text = db_column(st, 0),
					 .unit = db_column(st, 1),
					 .value = sqlite3_column_double(st, 2),
					 .approx = sqlite3_column_int(st, 3) != 0,
					 .offset = sqlite3_column_int64(st, 4)};
	return c->row.quantity(c->ctx, &q);
}

enum err sview_quantities(struct sview *v, int64_t report_id, sview_quantity_fn *row, void *ctx)
{
	sqlite3_bind_int64(v->st[S_QUANTITIES], 1, report_id);
	return each(v, S_QUANTITIES, quantity_row, &(struct call){.v = v, .ctx = ctx, .row.quantity = row});
}

static bool table_row(void *ctx, sqlite3_stmt *st)
{
	const struct call *c = ctx;
	const struct sview_table t = {.id = db_column(st, 0),
				      .caption = db_column(st, 1),
				      .rows = db_column(st, 2),
				      .offset = sqlite3_column_int64(st, 3)};
	return c->row.table(c->ctx, &t);
}

enum err sview_tables(struct sview *v, int64_t report_id, sview_table_fn *row, void *ctx)
{
	sqlite3_bind_int64(v->st[S_TABLES], 1, report_id);
	return each(v, S_TABLES, table_row, &(struct call){.v = v, .ctx = ctx, .row.table = row});
}

static bool check_row(void *ctx, sqlite3_stmt *st)
{
	const struct call *c = ctx;
	const struct sview_check k = {.kind = db_column(st, 0),
				      .statement = db_column(st, 1),
				      .detail = db_column(st, 2),
				      .operands = db_column(st, 3),
				      .holds = sqlite3_column_int(st, 4) != 0};
	return c->row.check(c->ctx, &k);
}

enum err sview_checks(struct sview *v, int64_t report_id, sview_check_fn *row, void *ctx)
{
	sqlite3_bind_int64(v->st[S_CHECKS], 1, report_id);
	return each(v, S_CHECKS, check_row, &(struct call){.v = v, .ctx = ctx, .row.check = row});
}

static bool origin_row(void *ctx, sqlite3_stmt *st)
{
	const struct call *c = ctx;
	struct sview_origin o;
	read_origin(st, &o);
	o.superseded_by = sqlite3_column_int64(st, ORIGIN_COUNT);
	return c->row.origin(c->ctx, &o);
}

enum err sview_versions(struct sview *v, int64_t document_id, sview_origin_fn *row, void *ctx)
{
	sqlite3_bind_int64(v->st[S_VERSIONS], 1, document_id);
	return each(v, S_VERSIONS, origin_row, &(struct call){.v = v, .ctx = ctx, .row.origin = row});
}

static bool copy_row(void *ctx, sqlite3_stmt *st)
{
	const struct call *c = ctx;
	const struct sview_copy k = {.report_id = sqlite3_column_int64(st, 0),
				     .url = db_column(st, 1),
				     .official = sqlite3_column_int(st, 2) != 0,
				     .mirror = sqlite3_column_int(st, 3) != 0};
	return c->row.copy(c->ctx, &k);
}

enum err sview_copies(struct sview *v, int64_t report_id, sview_copy_fn *row, void *ctx)
{
	sqlite3_bind_int64(v->st[S_COPIES], 1, report_id);
	return each(v, S_COPIES, copy_row, &(struct call){.v = v, .ctx = ctx, .row.copy = row});
}

enum err sview_copies_of_page(struct sview *v, const char *url, sview_copy_fn *row, void *ctx)
{
	sqlite3_bind_int64(v->st[S_COPIES_OF_PAGE], 1, (int64_t)hash64(url, strlen(url)));
	db_bind_z(v->st[S_COPIES_OF_PAGE], 2, url);
	return each(v, S_COPIES_OF_PAGE, copy_row, &(struct call){.v = v, .ctx = ctx, .row.copy = row});
}

/* The text comes by a statement of its own, so that a sort of documents never carries texts. */
static bool document_row(void *ctx, sqlite3_stmt *st)
{
	struct call *c = ctx;
	struct sview_document d;
	int i = ORIGIN_COUNT;
	read_origin(st, &d.origin);
	d.id = sqlite3_column_int64(st, i++);
	struct str *const texts[] = {&d.url,          &d.page_url,    &d.kind,   &d.charset,    &d.title,
				     &d.published,    &d.dates,       &d.source, &d.doc_number, &d.index_number,
				     &d.site_id_code, &d.unsupported, &d.cut};
	for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
		*texts[k] = db_column(st, i++);
	d.charset_errors = sqlite3_column_int64(st, i++);
	d.reports = sqlite3_column_int64(st, i++);
	sqlite3_stmt *text = c->v->st[S_TEXT];
	sqlite3_bind_int64(text, 1, d.id);
	int rc = sqlite3_step(text);
	d.text = rc == SQLITE_ROW ? db_column(text, 0) : STR_NULL;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		c->err = db_error(c->v->db, rc, "read");
	bool more = c->err == ERR_OK && c->row.document(c->ctx, &d);
	sqlite3_reset(text);
	return more;
}

enum err sview_documents(struct sview *v, bool by_content, sview_document_fn *row, void *ctx)
{
	struct call c = {.v = v, .ctx = ctx, .row.document = row};
	enum err e = each(v, by_content ? S_DOCUMENTS_BY_CONTENT : S_DOCUMENTS, document_row, &c);
	return e == ERR_OK ? c.err : e;
}

static bool counted_document(void *ctx, sqlite3_stmt *st)
{
	struct call *c = ctx;
	c->rows++;
	return document_row(ctx, st);
}

enum err sview_document_by_url(struct sview *v, const char *url, sview_document_fn *row, void *ctx)
{
	struct call c = {.v = v, .ctx = ctx, .row.document = row};
	sqlite3_bind_int64(v->st[S_DOCUMENT_BY_URL], 1, (int64_t)hash64(url, strlen(url)));
	db_bind_z(v->st[S_DOCUMENT_BY_URL], 2, url);
	enum err e = each(v, S_DOCUMENT_BY_URL, counted_document, &c);
	if (e != ERR_OK || c.err != ERR_OK)
		return e == ERR_OK ? c.err : e;
	return c.rows ? ERR_OK : ERR_NOTFOUND;
}

enum err sview_document_reports(struct sview *v, int64_t document_id, sview_report_fn *row, void *ctx)
{
	sqlite3_bind_int64(v->st[S_DOCUMENT_REPORTS], 1, document_id);
	return each(v, S_DOCUMENT_REPORTS, report_row, &(struct call){.v = v, .ctx = ctx, .row.report = row});
}

static bool generation_row(void *ctx, sqlite3_stmt *st)
{
	struct str s = db_column(st, 0);
	snprintf(ctx, 40, "%.*s", s.n < 40 ? (int)s.n : 39, s.p ? s.p : "");
	return false;
}

enum err sview_state(struct sview *v, char generation[40], int64_t *last_commit)
{
	generation[0] = '\0';
	enum err e = each(v, S_GENERATION, generation_row, generation);
	return e == ERR_OK ? db_int(v->db, "SELECT value FROM ledger WHERE key='last_commit'", last_commit) : e;
}

static bool stamp_row(void *ctx, sqlite3_stmt *st)
{
	const struct call *c = ctx;
	struct str sha = db_column(st, 1);
	return c->row.stamp(c->ctx, sqlite3_column_int64(st, 0), (int64_t)hash64(sha.p ? sha.p : "", sha.n),
			    sqlite3_column_int64(st, 2) > 0);
}

enum err sview_stamps(struct sview *v, int64_t after, int64_t limit, sview_stamp_fn *row, void *ctx)
{
	sqlite3_bind_int64(v->st[S_STAMPS], 1, after);
	sqlite3_bind_int64(v->st[S_STAMPS], 2, limit);
	return each(v, S_STAMPS, stamp_row, &(struct call){.v = v, .ctx = ctx, .row.stamp = row});
}

static bool text_row(void *ctx, sqlite3_stmt *st)
{
	struct call *c = ctx;
	c->rows++;
	return c->row.text(c->ctx, db_column(st, 0), db_column(st, 1), db_column(st, 2));
}

enum err sview_text(struct sview *v, int64_t document_id, sview_text_fn *row, void *ctx)
{
	struct call c = {.v = v, .ctx = ctx, .row.text = row};
	sqlite3_bind_int64(v->st[S_TITLED_TEXT], 1, document_id);
	enum err e = each(v, S_TITLED_TEXT, text_row, &c);
	return e == ERR_OK && !c.rows ? ERR_NOTFOUND : e;
}
