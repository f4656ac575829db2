#include "sink/rows.h"

#include <stdlib.h>

#include "base/hash.h"

enum statement {
	S_OLD,
	S_DROP_REPORTS,
	S_DROP_METRICS,
	S_DROP_QUANTITIES,
	S_DROP_TABLES,
	S_DROP_CHECKS,
	S_REPORT,
	S_METRIC,
	S_QUANTITY,
	S_TABLE,
	S_CHECK,
	S_COUNT
};

static const char *const statements[S_COUNT] = {
	[S_OLD] = "SELECT id, ord, year, region, body FROM reports WHERE document_id = ?1 ORDER BY ord",
	[S_DROP_REPORTS] = "DELETE FROM reports WHERE id = ?1",
	[S_DROP_METRICS] = "DELETE FROM metrics WHERE report_id = ?1",
	[S_DROP_QUANTITIES] = "DELETE FROM quantities WHERE report_id = ?1",
	[S_DROP_TABLES] = "DELETE FROM tables WHERE report_id = ?1",
	[S_DROP_CHECKS] = "DELETE FROM checks WHERE report_id = ?1",
	[S_REPORT] = ("INSERT INTO reports(id, document_id, ord, title, region, region_code, body, level, year,"
		      " period_start, period_end, published, format, fragments, metrics, quantities, tables, checks,"
		      " failed_checks) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
	[S_METRIC] = "INSERT INTO metrics VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[S_QUANTITY] = "INSERT INTO quantities VALUES(?,?,?,?,?,?,?)",
	[S_TABLE] = "INSERT INTO tables VALUES(?,?,?,?,?,?)",
	[S_CHECK] = "INSERT INTO checks VALUES(?,?,?,?,?,?,?)",
};

struct rows {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
};

/* which report of two versions is the same one */
struct identity {
	int64_t id; /* 0: not known yet */
	int64_t ord, year;
	uint64_t name; /* hash of region and body */
	bool taken;
};

/* one rewriting of a document's rows */
struct rewrite {
	struct rows *r;
	struct arena *a;
	int64_t document_id, report_id;
	int64_t ord; /* of the next row of the table at hand */
	unsigned report;
	struct identity fresh[SDOC_REPORTS_MAX], old[SDOC_REPORTS_MAX];
	unsigned fresh_count, old_count;
};

enum err rows_new(sqlite3 *db, struct rows **out)
{
	struct rows *r = calloc(1, sizeof *r);
	*out = NULL;
	if (!r)
		return err_set(ERR_NOMEM, "out of memory");
	r->db = db;
	enum err e = db_prepare(db, statements, S_COUNT, r->st);
	if (e != ERR_OK) {
		rows_free(r);
		return e;
	}
	*out = r;
	return ERR_OK;
}

void rows_free(struct rows *r)
{
	if (!r)
		return;
	db_finalize(r->st, S_COUNT);
	free(r);
}

static enum err run(struct rows *r, enum statement s)
{
	int rc = sqlite3_step(r->st[s]);
	sqlite3_reset(r->st[s]);
	sqlite3_clear_bindings(r->st[s]);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? ERR_OK : db_error(r->db, rc, "write");
}

/* The statement of the next row of a table, with the report and the row's place bound. */
static sqlite3_stmt *row_of_report(struct rewrite *w, enum statement s)
{
	sqlite3_stmt *st = w->r->st[s];
	sqlite3_bind_int64(st, 1, w->report_id);
	sqlite3_bind_int64(st, 2, w->ord++);
	return st;
}

static enum err metric_row(void *ctx, const struct sdoc_metric *m)
{
	struct rewrite *w = ctx;
	sqlite3_stmt *st = row_of_report(w, S_METRIC);
	db_bind(st, 3, m->id);
	sqlite3_bind_double(st, 4, m->value);
	db_bind(st, 5, m->unit);
	db_bind(st, 6, m->scope);
	db_bind(st, 7, m->applicant);
	db_bind(st, 8, m->qualifier);
	sqlite3_bind_int(st, 9, m->approx);
	db_bind(st, 10, m->evidence);
	sqlite3_bind_int64(st, 11, m->offset);
	db_bind(st, 12, m->table);
	db_bind(st, 13, m->row);
	db_bind(st, 14, m->column);
	if (m->cell_row >= 0) {
		sqlite3_bind_int64(st, 15, m->cell_row);
		sqlite3_bind_int64(st, 16, m->cell_col);
	}
	return run(w->r, S_METRIC);
}

static enum err quantity_row(void *ctx, const struct sdoc_quantity *q)
{
	struct rewrite *w = ctx;
	sqlite3_stmt *st = row_of_report(w, S_QUANTITY);
	db_bind(st, 3, q->text);
	sqlite3_bind_double(st, 4, q->value);
	db_bind(st, 5, q->unit);
	sqlite3_bind_int(st, 6, q->approx);
	sqlite3_bind_int64(st, 7, q->offset);
	return run(w->r, S_QUANTITY);
}

static enum err table_row(void *ctx, const struct sdoc_table *t)
{
	struct rewrite *w = ctx;
	sqlite3_stmt *st = row_of_report(w, S_TABLE);
	db_bind(st, 3, t->id);
	db_bind(st, 4, t->caption);
	db_bind(st, 5, t->rows);
	sqlite3_bind_int64(st, 6, t->offset);
	return run(w->r, S_TABLE);
}

static enum err check_row(void *ctx, const struct sdoc_check *c)
{
	struct rewrite *w = ctx;
	sqlite3_stmt *st = row_of_report(w, S_CHECK);
	db_bind(st, 3, c->kind);
	db_bind(st, 4, c->statement);
	sqlite3_bind_int(st, 5, c->holds);
	db_bind(st, 6, c->detail);
	db_bind(st, 7, c->operands);
	return run(w->r, S_CHECK);
}

static enum err report_row(void *ctx, const struct sdoc_report *r)
{
	struct rewrite *w = ctx;
	struct identity *id = &w->fresh[w->report++];
	sqlite3_stmt *st = w->r->st[S_REPORT];
	if (id->id)
		sqlite3_bind_int64(st, 1, id->id);
	sqlite3_bind_int64(st, 2, w->document_id);
	sqlite3_bind_int64(st, 3, id->ord);
	const struct str texts[] = {r->title, r->region, r->region_code, r->body, r->level};
	for (int i = 0; i < 5; i++)
		db_bind(st, 4 + i, texts[i]);
	if (r->year)
		sqlite3_bind_int64(st, 9, r->year);
	db_bind(st, 10, r->period_start);
	db_bind(st, 11, r->period_end);
	db_bind(st, 12, r->published);
	db_bind(st, 13, r->format);
	db_bind(st, 14, r->fragments);
	const unsigned counts[] = {r->counts.metrics, r->counts.quantities, r->counts.tables, r->counts.checks,
				   r->counts.failed_checks};
	for (int i = 0; i < 5; i++)
		sqlite3_bind_int64(st, 15 + i, counts[i]);
	enum err e = run(w->r, S_REPORT);
	if (e != ERR_OK)
		return e;
	w->report_id = sqlite3_last_insert_rowid(w->r->db);
	w->ord = 0;
	if ((e = sdoc_each_metric(r->metrics, metric_row, w)) != ERR_OK)
		return e;
	w->ord = 0;
	if ((e = sdoc_each_quantity(r->quantities, quantity_row, w)) != ERR_OK)
		return e;
	w->ord = 0;
	if ((e = sdoc_each_table(r->tables, w->a, table_row, w)) != ERR_OK)
		return e;
	w->ord = 0;
	return sdoc_each_check(r->checks, check_row, w);
}

static uint64_t name_of(struct str region, struct str body)
{
	return hash64(region.p ? region.p : "", region.n) * 31 + hash64(body.p ? body.p : "", body.n);
}

static enum err note_fresh(void *ctx, const struct sdoc_report *r)
{
	struct rewrite *w = ctx;
	w->fresh[w->fresh_count] =
		(struct identity){.ord = w->fresh_count, .year = r->year, .name = name_of(r->region, r->body)};
	w->fresh_count++;
	return ERR_OK;
}

static enum err load_old(struct rewrite *w)
{
	sqlite3_stmt *st = w->r->st[S_OLD];
	int rc;
	sqlite3_bind_int64(st, 1, w->document_id);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && w->old_count < SDOC_REPORTS_MAX)
		w->old[w->old_count++] = (struct identity){.id = sqlite3_column_int64(st, 0),
							   .ord = sqlite3_column_int64(st, 1),
							   .year = sqlite3_column_int64(st, 2),
							   .name = name_of(db_column(st, 3), db_column(st, 4))};
	sqlite3_reset(st);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? ERR_OK : db_error(w->r->db, rc, "read");
}

/* Equal year, region and body first; what is left by its place, since a better parser may rename a report. */
static void keep_ids(struct rewrite *w)
{
	for (int by_place = 0; by_place < 2; by_place++)
		for (unsigned i = 0; i < w->fresh_count; i++) {
			struct identity *f = &w->fresh[i];
			for (unsigned k = 0; k < w->old_count && !f->id; k++) {
				struct identity *o = &w->old[k];
				bool same = by_place ? o->ord == f->ord : o->year == f->year && o->name == f->name;
				if (same && !o->taken) {
					o->taken = true;
					f->id = o->id;
				}
			}
		}
}

static enum err drop_old(struct rewrite *w)
{
	enum err e = ERR_OK;
	for (unsigned i = 0; i < w->old_count; i++)
		for (int s = S_DROP_REPORTS; s <= S_DROP_CHECKS && e == ERR_OK; s++) {
			sqlite3_bind_int64(w->r->st[s], 1, w->old[i].id);
			e = run(w->r, (enum statement)s);
		}
	return e;
}

enum err rows_replace(struct rows *r, int64_t document_id, const struct sdoc *d, struct arena *a)
{
	struct rewrite *w = calloc(1, sizeof *w);
	enum err e;
	if (!w)
		return err_set(ERR_NOMEM, "out of memory");
	w->r = r;
	w->a = a;
	w->document_id = document_id;
	if ((e = load_old(w)) != ERR_OK || (e = sdoc_each_report(d, a, note_fresh, w)) != ERR_OK)
		goto done;
	keep_ids(w);
	if ((e = drop_old(w)) == ERR_OK)
		e = sdoc_each_report(d, a, report_row, w);
done:
	free(w);
	return e;
}
