#include "sink/changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/hash.h"
#include "sink/db.h"
#include "sink/past.h"
#include "sink/schema.h"

#define PAGE_QUERY                                                                                                     \
	"SELECT d.id, d.url, d.version, (SELECT count(*) FROM versions v WHERE v.document_id=d.id), d.reports,"        \
	" d.flickers, d.flickered_at, c.fetch_id, c.first_seen, c.rounds, c.reports, c.warc_offset, c.warc_file,"      \
	" c.content_sha256 FROM documents d LEFT JOIN candidates c ON c.document_id=d.id WHERE "

enum statement { S_BY_URL, S_BY_REPORT, S_VERSION, S_CURRENT, S_PAST, S_COUNT };

static const char *const statements[S_COUNT] = {
	[S_BY_URL] = PAGE_QUERY "d.url_hash=?1 AND d.url=?2",
	[S_BY_REPORT] =
		PAGE_QUERY "d.id=coalesce((SELECT document_id FROM reports WHERE id=?1),"
			   " (SELECT document_id FROM superseded WHERE report_id=?1 ORDER BY version DESC LIMIT 1))",
	[S_VERSION] = ("SELECT first_seen, last_seen, superseded_by IS NULL FROM versions WHERE document_id=?1"
		       " AND version=?2"),
	[S_CURRENT] = PAST_QUERY,
	[S_PAST] = "SELECT bytes, content FROM past WHERE document_id=?1 AND version=?2",
};

struct changes {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
};

enum err changes_open(const char *data_dir, struct changes **out)
{
	struct changes *c = calloc(1, sizeof *c);
	*out = NULL;
	if (!c)
		return err_set(ERR_NOMEM, "out of memory");
	enum err e = schema_open_read(data_dir, &c->db);
	if (e == ERR_OK)
		e = db_prepare(c->db, statements, S_COUNT, c->st);
	if (e != ERR_OK) {
		changes_close(c);
		return e;
	}
	*out = c;
	return ERR_OK;
}

void changes_close(struct changes *c)
{
	if (!c)
		return;
	db_finalize(c->st, S_COUNT);
	sqlite3_close(c->db);
	free(c);
}

/* One row or none; the caller resets. */
static enum err look(struct changes *c, enum statement s)
{
	int rc = sqlite3_step(c->st[s]);
	if (rc == SQLITE_ROW)
		return ERR_OK;
	enum err e =
		rc == SQLITE_DONE ? err_set(ERR_NOTFOUND, "the store has nothing of it") : db_error(c->db, rc, "read");
	sqlite3_reset(c->st[s]);
	return e;
}

static void done(struct changes *c, enum statement s)
{
	sqlite3_reset(c->st[s]);
	sqlite3_clear_bindings(c->st[s]);
}

static enum err read_page(struct changes *c, enum statement s, struct changes_page *p)
{
	sqlite3_stmt *st = c->st[s];
	*p = (struct changes_page){0};
	enum err e = look(c, s);
	if (e == ERR_OK) {
		int64_t *const numbers[] = {&p->version, &p->versions, &p->reports, &p->flickers, &p->flickered_at};
		p->id = sqlite3_column_int64(st, 0);
		snprintf(p->url, sizeof p->url, "%.*s", STR_FMT(db_column(st, 1)));
		for (int i = 0; i < 5; i++)
			*numbers[i] = sqlite3_column_int64(st, 2 + i);
		p->candidate.fetch_id = (uint64_t)sqlite3_column_int64(st, 7);
		p->candidate.first_seen = sqlite3_column_int64(st, 8);
		p->candidate.rounds = sqlite3_column_int64(st, 9);
		p->candidate.reports = sqlite3_column_int64(st, 10);
		p->candidate.warc_offset = sqlite3_column_int64(st, 11);
		snprintf(p->candidate.warc_file, sizeof p->candidate.warc_file, "%.*s", STR_FMT(db_column(st, 12)));
		snprintf(p->candidate.content_sha256, sizeof p->candidate.content_sha256, "%.*s",
			 STR_FMT(db_column(st, 13)));
	}
	done(c, s);
	return e;
}

enum err changes_page_by_url(struct changes *c, const char *url, struct changes_page *out)
{
	size_t n = strlen(url);
	sqlite3_bind_int64(c->st[S_BY_URL], 1, (int64_t)hash64(url, n));
	db_bind(c->st[S_BY_URL], 2, (struct str){url, n});
	return read_page(c, S_BY_URL, out);
}

enum err changes_page_by_report(struct changes *c, int64_t report_id, struct changes_page *out)
{
	sqlite3_bind_int64(c->st[S_BY_REPORT], 1, report_id);
	return read_page(c, S_BY_REPORT, out);
}

static enum err find_version(struct changes *c, int64_t document_id, int64_t version, int64_t *first_seen,
			     int64_t *last_seen, bool *current)
{
	sqlite3_stmt *st = c->st[S_VERSION];
	sqlite3_bind_int64(st, 1, document_id);
	sqlite3_bind_int64(st, 2, version);
	enum err e = look(c, S_VERSION);
	if (e == ERR_OK) {
		*first_seen = sqlite3_column_int64(st, 0);
		*last_seen = sqlite3_column_int64(st, 1);
		*current = sqlite3_column_int(st, 2) != 0;
	}
	done(c, S_VERSION);
	return e;
}

enum err changes_version(struct changes *c, int64_t document_id, int64_t version, int64_t *first_seen,
			 int64_t *last_seen)
{
	bool current;
	return find_version(c, document_id, version, first_seen, last_seen, &current);
}

static enum err inflate_into(struct str z, int64_t bytes, struct buf *out)
{
	uLongf n = (uLongf)bytes;
	char *to = bytes >= 0 && bytes <= (int64_t)PAST_BYTES_MAX ? buf_reserve(out, (size_t)bytes) : NULL;
	if (!to)
		return err_set(ERR_NOMEM, "no room for a version of %lld bytes", (long long)bytes);
	if (uncompress((unsigned char *)to, &n, (const unsigned char *)z.p, (uLong)z.n) != Z_OK || n != (uLongf)bytes)
		return err_set(ERR_FOREIGN, "a version's text in store.db is damaged: put a backup in its place");
	buf_commit(out, n);
	return ERR_OK;
}

enum err changes_content(struct changes *c, int64_t document_id, int64_t version, struct buf *out)
{
	int64_t first, last;
	bool current;
	enum err e = find_version(c, document_id, version, &first, &last, &current);
	if (e != ERR_OK)
		return e;
	enum statement s = current ? S_CURRENT : S_PAST;
	sqlite3_stmt *st = c->st[s];
	sqlite3_bind_int64(st, 1, document_id);
	if (!current)
		sqlite3_bind_int64(st, 2, version);
	e = look(c, s);
	if (e == ERR_OK && current) {
		e = buf_add_str(out, db_column(st, 0));
	} else if (e == ERR_OK) {
		struct str z = {sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1)};
		e = inflate_into(z, sqlite3_column_int64(st, 0), out);
	}
	done(c, s);
	return e;
}
