#include "sink/candidate.h"

#include <stdio.h>
#include <stdlib.h>

#include "sink/store.h"

enum statement { S_FIND, S_BEGIN, S_REREAD, S_DROP, S_FLICKER, S_COUNT };

static const char *const statements[S_COUNT] = {
	[S_FIND] = ("SELECT fetch_id, first_seen, content_sha256, body_sha256, compare_sha256 FROM candidates"
		    " WHERE document_id=?1"),
	[S_BEGIN] =
		("INSERT INTO candidates(document_id, rounds, content_sha256, body_sha256, compare_sha256, fetch_id,"
		 " parse_seq, reports, first_seen, warc_file, warc_offset, warc_length)"
		 " VALUES(?1,1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)"
		 " ON CONFLICT(document_id) DO UPDATE SET rounds=rounds+1, content_sha256=excluded.content_sha256,"
		 " body_sha256=excluded.body_sha256, compare_sha256=excluded.compare_sha256,"
		 " fetch_id=excluded.fetch_id, parse_seq=excluded.parse_seq, reports=excluded.reports,"
		 " first_seen=excluded.first_seen, warc_file=excluded.warc_file,"
		 " warc_offset=excluded.warc_offset, warc_length=excluded.warc_length"),
	[S_REREAD] = ("UPDATE candidates SET content_sha256=?2, compare_sha256=?3, parse_seq=?4, reports=?5"
		      " WHERE document_id=?1"),
	[S_DROP] = "DELETE FROM candidates WHERE document_id=?1",
	[S_FLICKER] = "UPDATE documents SET flickers=flickers+1, flickered_at=?2 WHERE id=?1",
};

struct candidates {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
};

enum err candidates_new(sqlite3 *db, struct candidates **out)
{
	struct candidates *c = calloc(1, sizeof *c);
	*out = NULL;
	if (!c)
		return err_set(ERR_NOMEM, "out of memory");
	c->db = db;
	enum err e = db_prepare(db, statements, S_COUNT, c->st);
	if (e != ERR_OK) {
		candidates_free(c);
		return e;
	}
	*out = c;
	return ERR_OK;
}

void candidates_free(struct candidates *c)
{
	if (!c)
		return;
	db_finalize(c->st, S_COUNT);
	free(c);
}

static enum err run(struct candidates *c, enum statement s)
{
	int rc = sqlite3_step(c->st[s]);
	sqlite3_reset(c->st[s]);
	sqlite3_clear_bindings(c->st[s]);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? ERR_OK : db_error(c->db, rc, "write");
}

enum err candidates_find(struct candidates *c, int64_t document_id, struct candidate *out)
{
	sqlite3_stmt *st = c->st[S_FIND];
	*out = (struct candidate){0};
	sqlite3_bind_int64(st, 1, document_id);
	int rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		char *const to[] = {out->is.content, out->is.body, out->is.compare};
		out->there = true;
		out->fetch_id = (uint64_t)sqlite3_column_int64(st, 0);
		out->first_seen = sqlite3_column_int64(st, 1);
		for (int i = 0; i < 3; i++)
			snprintf(to[i], sizeof out->is.content, "%.*s", STR_FMT(db_column(st, 2 + i)));
	}
	sqlite3_reset(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ERR_OK : db_error(c->db, rc, "read");
}

static enum err keep(struct candidates *c, int64_t id, const struct store_doc *d)
{
	sqlite3_stmt *st = c->st[S_BEGIN];
	sqlite3_bind_int64(st, 1, id);
	db_bind_z(st, 2, d->doc->content_sha256);
	db_bind_z(st, 3, d->head->body_sha256);
	db_bind_z(st, 4, d->doc->compare_sha256);
	sqlite3_bind_int64(st, 5, (int64_t)d->fetch_id);
	sqlite3_bind_int64(st, 6, (int64_t)d->head->parse_seq);
	sqlite3_bind_int64(st, 7, d->doc->reports_count);
	sqlite3_bind_int64(st, 8, d->head->fetched_at);
	db_bind_z(st, 9, d->head->warc.file);
	sqlite3_bind_int64(st, 10, d->head->warc.offset);
	sqlite3_bind_int64(st, 11, d->head->warc.length);
	return run(c, S_BEGIN);
}

static enum err reread(struct candidates *c, int64_t id, const struct store_doc *d)
{
	sqlite3_stmt *st = c->st[S_REREAD];
	sqlite3_bind_int64(st, 1, id);
	db_bind_z(st, 2, d->doc->content_sha256);
	db_bind_z(st, 3, d->doc->compare_sha256);
	sqlite3_bind_int64(st, 4, (int64_t)d->head->parse_seq);
	sqlite3_bind_int64(st, 5, d->doc->reports_count);
	return run(c, S_REREAD);
}

static enum err drop(struct candidates *c, int64_t id)
{
	sqlite3_bind_int64(c->st[S_DROP], 1, id);
	return run(c, S_DROP);
}

enum err candidates_apply(struct candidates *c, int64_t document_id, const struct confirm_verdict *v,
			  const struct store_doc *d)
{
	enum err e = ERR_OK;
	switch (v->candidate) {
	case CONFIRM_LEAVE:
		break;
	case CONFIRM_DROP:
	case CONFIRM_BECOME:
		e = drop(c, document_id);
		break;
	case CONFIRM_BEGIN:
	case CONFIRM_ANOTHER:
		e = keep(c, document_id, d);
		break;
	case CONFIRM_REREAD:
		e = reread(c, document_id, d);
	}
	if (e != ERR_OK || !v->flicker)
		return e;
	sqlite3_bind_int64(c->st[S_FLICKER], 1, document_id);
	sqlite3_bind_int64(c->st[S_FLICKER], 2, d->head->fetched_at);
	return run(c, S_FLICKER);
}
