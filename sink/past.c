#include "sink/past.h"

#include <stdlib.h>
#include <zlib.h>

enum statement { S_READ, S_KEEP, S_REPORTS, S_PRUNE, S_PRUNE_REPORTS, S_COUNT };

static const char *const statements[S_COUNT] = {
	[S_READ] = PAST_QUERY,
	[S_KEEP] = "INSERT OR REPLACE INTO past VALUES(?1,?2,?3,?4)",
	[S_REPORTS] = ("INSERT OR REPLACE INTO superseded SELECT ?1, ?2, ord, id, title, region, region_code, body,"
		       " level, year, published, metrics, failed_checks FROM reports WHERE document_id=?1"),
	[S_PRUNE] = "DELETE FROM past WHERE document_id=?1 AND version<=?2",
	[S_PRUNE_REPORTS] = "DELETE FROM superseded WHERE document_id=?1 AND version<=?2",
};

struct past {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
};

enum err past_new(sqlite3 *db, struct past **out)
{
	struct past *p = calloc(1, sizeof *p);
	*out = NULL;
	if (!p)
		return err_set(ERR_NOMEM, "out of memory");
	p->db = db;
	enum err e = db_prepare(db, statements, S_COUNT, p->st);
	if (e != ERR_OK) {
		past_free(p);
		return e;
	}
	*out = p;
	return ERR_OK;
}

void past_free(struct past *p)
{
	if (!p)
		return;
	db_finalize(p->st, S_COUNT);
	free(p);
}

static enum err run(struct past *p, enum statement s, int64_t document_id, int64_t version)
{
	sqlite3_bind_int64(p->st[s], 1, document_id);
	sqlite3_bind_int64(p->st[s], 2, version);
	int rc = sqlite3_step(p->st[s]);
	sqlite3_reset(p->st[s]);
	sqlite3_clear_bindings(p->st[s]);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? ERR_OK : db_error(p->db, rc, "write");
}

static enum err write_content(struct past *p, int64_t document_id, int64_t version, struct str json)
{
	if (json.n > PAST_BYTES_MAX)
		return ERR_OK; /* cannot be: a document is smaller. Then only the archive has it */
	uLongf n = compressBound((uLong)json.n);
	unsigned char *z = malloc(n);
	if (!z)
		return err_set(ERR_NOMEM, "out of memory");
	enum err e = ERR_OK;
	if (compress2(z, &n, (const unsigned char *)json.p, (uLong)json.n, Z_DEFAULT_COMPRESSION) != Z_OK)
		e = err_set(ERR_NOMEM, "out of memory");
	if (e == ERR_OK) {
		sqlite3_bind_int64(p->st[S_KEEP], 3, (int64_t)json.n);
		sqlite3_bind_blob64(p->st[S_KEEP], 4, z, n, SQLITE_STATIC);
		e = run(p, S_KEEP, document_id, version);
	}
	free(z);
	return e;
}

enum err past_keep(struct past *p, int64_t document_id, int64_t version)
{
	sqlite3_stmt *st = p->st[S_READ];
	sqlite3_bind_int64(st, 1, document_id);
	int rc = sqlite3_step(st);
	enum err e = rc == SQLITE_ROW ? write_content(p, document_id, version, db_column(st, 0))
				      : db_error(p->db, rc, "read");
	sqlite3_reset(st);
	if (e == ERR_OK)
		e = run(p, S_REPORTS, document_id, version);
	if (e == ERR_OK && version > PAST_VERSIONS_MAX) {
		e = run(p, S_PRUNE, document_id, version - PAST_VERSIONS_MAX);
		if (e == ERR_OK)
			e = run(p, S_PRUNE_REPORTS, document_id, version - PAST_VERSIONS_MAX);
	}
	return e;
}
