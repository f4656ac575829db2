#include "sink/ack_prune.h"

#include <stdlib.h>

#include "base/hash.h"

enum statement { S_ROWS, S_DOCUMENT, S_DELETE, S_TABLE, S_END_ROUND, S_COUNT };

#define LEDGER_VALUE(key) "(SELECT value FROM ledger WHERE key = '" key "')"

static const char *const statements[S_COUNT] = {
	/* +: in the order of rowid, which is that of commit_no, by no index */
	[S_ROWS] = ("SELECT rowid, url, fetch_id, lexicon, unconfirmed FROM acks WHERE rowid > ?1 AND rowid <= ?2"
		    " AND +commit_no <= ?3 ORDER BY rowid LIMIT ?4"),
	[S_DOCUMENT] = "SELECT fetch_id, lexicon FROM documents WHERE url_hash = ?1 AND url = ?2",
	[S_DELETE] = "DELETE FROM acks WHERE rowid = ?1",
	[S_TABLE] = "SELECT (SELECT max(rowid) FROM acks), " LEDGER_VALUE("acks_round_end") ", " LEDGER_VALUE(
		"acks_round_kept"),
	[S_END_ROUND] = "INSERT OR REPLACE INTO ledger VALUES('acks_round_end', ?1), ('acks_round_kept', ?2)",
};

struct ack_prune {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
	/* of the round, by rowid; end 0: none is under way */
	int64_t at, end, kept;
	int64_t spent[ACK_PRUNE_ROWS_MAX];
};

enum err ack_prune_new(sqlite3 *db, struct ack_prune **out)
{
	struct ack_prune *p = calloc(1, sizeof *p);
	*out = NULL;
	if (!p)
		return err_set(ERR_NOMEM, "out of memory");
	p->db = db;
	enum err e = db_prepare(db, statements, S_COUNT, p->st);
	if (e != ERR_OK) {
		ack_prune_free(p);
		return e;
	}
	*out = p;
	return ERR_OK;
}

void ack_prune_free(struct ack_prune *p)
{
	if (!p)
		return;
	db_finalize(p->st, S_COUNT);
	free(p);
}

static enum err run(struct ack_prune *p, enum statement s)
{
	int rc = sqlite3_step(p->st[s]);
	sqlite3_reset(p->st[s]);
	return rc == SQLITE_DONE ? ERR_OK : db_error(p->db, rc, "write");
}

/* Is the result at hand of S_ROWS of use to nobody? What belongs to no document stays: it says that something is wrong. */
static enum err judge(struct ack_prune *p, bool *spent)
{
	sqlite3_stmt *row = p->st[S_ROWS], *st = p->st[S_DOCUMENT];
	struct str url = db_column(row, 1);
	*spent = false;
	sqlite3_bind_int64(st, 1, (int64_t)hash64(url.p ? url.p : "", url.n));
	db_bind(st, 2, url);
	int rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		int64_t fetch_id = sqlite3_column_int64(row, 2), held = sqlite3_column_int64(st, 0);
		bool read_again =
			fetch_id == held && !sqlite3_column_int(row, 4) && !str_eq(db_column(row, 3), db_column(st, 1));
		*spent = fetch_id < held || read_again;
	}
	sqlite3_reset(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ERR_OK : db_error(p->db, rc, "read");
}

static enum err look(struct ack_prune *p, int64_t upto_commit, unsigned rows, unsigned *looked, unsigned *spent)
{
	sqlite3_stmt *st = p->st[S_ROWS];
	enum err e = ERR_OK;
	int rc = SQLITE_DONE;
	sqlite3_bind_int64(st, 1, p->at);
	sqlite3_bind_int64(st, 2, p->end);
	sqlite3_bind_int64(st, 3, upto_commit);
	sqlite3_bind_int64(st, 4, rows);
	while (e == ERR_OK && *looked < rows && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		bool is;
		++*looked;
		p->at = sqlite3_column_int64(st, 0);
		e = judge(p, &is);
		if (e == ERR_OK && is)
			p->spent[(*spent)++] = p->at;
	}
	sqlite3_reset(st);
	if (e == ERR_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		e = db_error(p->db, rc, "read");
	return e;
}

static int64_t growth(int64_t kept)
{
	return kept > ACK_PRUNE_GROWTH ? kept : ACK_PRUNE_GROWTH;
}

static enum err begin_round(struct ack_prune *p)
{
	sqlite3_stmt *st = p->st[S_TABLE];
	int rc = sqlite3_step(st);
	int64_t end = sqlite3_column_int64(st, 0), last = sqlite3_column_int64(st, 1),
		kept = sqlite3_column_int64(st, 2);
	sqlite3_reset(st);
	if (rc != SQLITE_ROW)
		return db_error(p->db, rc, "read");
	/* only a VACUUM gives rows lower numbers; then it is not known how many came since */
	if (end < last || end - last >= growth(kept)) {
		p->end = end;
		p->at = p->kept = 0;
	}
	return ERR_OK;
}

static enum err end_round(struct ack_prune *p)
{
	sqlite3_bind_int64(p->st[S_END_ROUND], 1, p->end);
	sqlite3_bind_int64(p->st[S_END_ROUND], 2, p->kept);
	p->end = 0;
	return run(p, S_END_ROUND);
}

enum err ack_prune_step(struct ack_prune *p, int64_t last_commit, unsigned rows, bool *more)
{
	unsigned looked = 0, spent = 0;
	enum err e = p->end ? ERR_OK : begin_round(p);
	*more = false;
	if (e != ERR_OK || !p->end)
		return e;
	rows = rows < ACK_PRUNE_ROWS_MAX ? rows : ACK_PRUNE_ROWS_MAX;
	e = look(p, last_commit - ACK_PRUNE_RECENT, rows, &looked, &spent);
	for (unsigned i = 0; i < spent && e == ERR_OK; i++) {
		sqlite3_bind_int64(p->st[S_DELETE], 1, p->spent[i]);
		e = run(p, S_DELETE);
	}
	p->kept += looked - spent;
	if (e == ERR_OK && looked < rows)
		return end_round(p);
	*more = e == ERR_OK;
	return e;
}
