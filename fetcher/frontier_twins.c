/* frontier_twins - rows of twins.h: pairs of forms, the texts of pages, and which pages were spared. */
#include "fetcher/frontier_priv.h"
#include "fetcher/twins.h"

enum err fdb_twins(struct fdb *d, bool (*row)(void *ctx, const struct twins_pair *p), void *ctx)
{
	sqlite3_stmt *st;
	bool more = true;
	enum err e = sql_get(&d->sql,
			     "SELECT lesser, better, same, forth, back, differ, failed, last, state, met FROM twins",
			     SQL_NONE, &st);
	while (e == ERR_OK && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more) {
		const struct twins_pair p = {.lesser = (char *)(uintptr_t)sql_text(st, 0),
					     .better = (char *)(uintptr_t)sql_text(st, 1),
					     .same = sqlite3_column_int64(st, 2),
					     .forth = sqlite3_column_int64(st, 3),
					     .back = sqlite3_column_int64(st, 4),
					     .differ = sqlite3_column_int64(st, 5),
					     .failed = sqlite3_column_int64(st, 6),
					     .last = (uint64_t)sqlite3_column_int64(st, 7),
					     .state = (enum twins_state)sqlite3_column_int(st, 8),
					     .met = sqlite3_column_int64(st, 9)};
		if (!row(ctx, &p)) {
			sql_done(st);
			break;
		}
	}
	return e;
}

enum err fdb_twin_save(struct fdb *d, const struct twins_pair *p)
{
	d->pending++;
	return fdb_run(d, "INSERT OR REPLACE INTO twins VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
		       SQL_ARGS(SQL_Z(p->lesser), SQL_Z(p->better), SQL_I(p->same), SQL_I(p->forth), SQL_I(p->back),
				SQL_I(p->differ), SQL_I(p->failed), SQL_I(p->last), SQL_I(p->state), SQL_I(p->met)));
}

enum err fdb_twin_drop(struct fdb *d, const struct twins_pair *p)
{
	d->pending++;
	return fdb_run(d, "DELETE FROM twins WHERE lesser=?1 AND better=?2",
		       SQL_ARGS(SQL_Z(p->lesser), SQL_Z(p->better)));
}

enum err fdb_text_save(struct fdb *d, int64_t page_id, uint64_t text)
{
	d->pending++;
	return fdb_run(d, "UPDATE pages SET text=?2 WHERE id=?1", SQL_ARGS(SQL_I(page_id), SQL_N((int64_t)text)));
}

enum err fdb_twin(struct fdb *d, const char *url, struct fdb_twin *out)
{
	sqlite3_stmt *st;
	*out = (struct fdb_twin){0};
	enum err e = fdb_find(d, url, &out->page_id);
	if (e != ERR_OK || !out->page_id)
		return e;
	e = sql_row(&d->sql, "SELECT ifnull(text,0), state, cause FROM pages WHERE id=?1",
		    SQL_ARGS(SQL_I(out->page_id)), &st);
	if (e != ERR_OK)
		return e;
	int state = sqlite3_column_int(st, 1);
	out->text = (uint64_t)sqlite3_column_int64(st, 0);
	out->spared = state == PAGE_DISCARDED && fdb_cause(d, sqlite3_column_int64(st, 2)) == CAUSE_TWIN;
	out->failed = state == PAGE_DEAD || (state == PAGE_DISCARDED && !out->spared);
	sql_done(st);
	return ERR_OK;
}

enum err fdb_spare(struct fdb *d, const char *lesser, int64_t page_id)
{
	d->pending++;
	return fdb_run(d, "INSERT OR REPLACE INTO spared VALUES(?1,?2)", SQL_ARGS(SQL_Z(lesser), SQL_I(page_id)));
}

enum err fdb_spared(struct fdb *d, const char *lesser, int64_t *ids, unsigned max, unsigned *count_out)
{
	sqlite3_stmt *st;
	bool more = true;
	*count_out = 0;
	enum err e = sql_get(&d->sql, "SELECT page_id FROM spared WHERE lesser=?1 LIMIT ?2",
			     SQL_ARGS(SQL_Z(lesser), SQL_I(max)), &st);
	while (e == ERR_OK && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more)
		ids[(*count_out)++] = sqlite3_column_int64(st, 0);
	return e;
}

enum err fdb_unspare(struct fdb *d, const char *lesser, int64_t page_id, int64_t now)
{
	const struct frontier_event ask = {.kind = EV_REQUEUE, .refetch = true};
	struct page p;
	int64_t host;
	enum err e = fdb_load(d, page_id, &p, &host);
	d->pending++;
	if (e == ERR_OK && p.state == PAGE_DISCARDED && p.cause == CAUSE_TWIN)
		e = fdb_event(d, page_id, &ask, now, NULL, NULL);
	return e == ERR_OK ? fdb_run(d, "DELETE FROM spared WHERE lesser=?1 AND page_id=?2",
				     SQL_ARGS(SQL_Z(lesser), SQL_I(page_id)))
			   : e;
}
