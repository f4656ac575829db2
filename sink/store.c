#include "sink/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/url.h"
#include "proto/ledger.h"
#include "sink/ack_prune.h"
#include "sink/across.h"
#include "sink/candidate.h"
#include "sink/confirm.h"
#include "sink/copies.h"
#include "sink/db.h"
#include "sink/past.h"
#include "sink/rows.h"
#include "sink/schema.h"

#define STORE_BUSY_MS 5000
#define PRUNE_ROWS 128 /* results looked at with each commit: more than twice what it can bring (ACK_BATCH_DOCS) */

enum statement {
	S_BEGIN,
	S_COMMIT,
	S_FIND,
	S_SAME,
	S_INSERT,
	S_UPDATE,
	S_TOUCH,
	S_TOUCH_LINKS,
	S_TOUCH_ORDER,
	S_TEXT,
	S_NO_TEXT,
	S_VERSION,
	S_SUPERSEDE,
	S_TOUCH_VERSION,
	S_ACK,
	S_LEDGER,
	S_BOOT,
	S_BOOTS,
	S_COUNT
};

static const char *const statements[S_COUNT] = {
	[S_BEGIN] = "BEGIN IMMEDIATE",
	[S_COMMIT] = "COMMIT",
	[S_FIND] = ("SELECT id, fetch_id, parse_seq, version, content_sha256, links_hash, body_sha256, compare_sha256,"
		    " reports, parser_version, lexicon, barren FROM documents"
		    " WHERE url_hash = ?1 AND url = ?2"),
	/* compared by what is said where that is long enough for a hash of its own, else byte by byte */
	[S_SAME] = ("SELECT url FROM documents WHERE substr(coalesce(compare_sha256,body_sha256),1,12)=substr(?1,1,12)"
		    " AND coalesce(compare_sha256,body_sha256)=?1 AND reports=0 AND url_hash<>?2"
		    " UNION ALL SELECT d.url FROM candidates c JOIN documents d ON d.id=c.document_id WHERE ?3"
		    " AND coalesce(nullif(c.compare_sha256,''),c.body_sha256)=?1 AND c.reports=0 AND d.url_hash<>?2 "
		    "LIMIT 64"),
	[S_INSERT] = ("INSERT INTO documents(url_hash, url, page_url, context, version, kind, charset, charset_errors,"
		      " title, published, dates, source, doc_number, index_number, site_id_code, unsupported, cut,"
		      " reports, barren, fetch_id, parse_seq, parser_version, lexicon, content_sha256, body_sha256,"
		      " last_seen, warc_file, warc_offset, warc_length, links_hash, links, compare_sha256, first_seen)"
		      " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,"
		      "?24,?25,?26,?27,?28,?29,?30,?31,?32,?26)"),
	[S_UPDATE] = ("UPDATE documents SET page_url=?3, context=?4, version=?5, kind=?6, charset=?7,"
		      " charset_errors=?8, title=?9, published=?10, dates=?11, source=?12, doc_number=?13,"
		      " index_number=?14, site_id_code=?15, unsupported=?16, cut=?17, reports=?18, barren=?19,"
		      " fetch_id=?20, parse_seq=?21, parser_version=?22, lexicon=?23, content_sha256=?24,"
		      " body_sha256=?25, last_seen=?26, warc_file=?27, warc_offset=?28, warc_length=?29,"
		      " links_hash=?30, links=?31, compare_sha256=?32 WHERE url_hash=?1 AND url=?2"),
	[S_TOUCH] = ("UPDATE documents SET last_seen=?2, fetch_id=?3, parse_seq=?4, parser_version=?5, lexicon=?6,"
		     " page_url=?7, context=?8, barren=?9, compare_sha256=?10 WHERE id=?1"),
	[S_TOUCH_LINKS] = "UPDATE documents SET links_hash=?2, links=?3 WHERE id=?1",
	[S_TOUCH_ORDER] = "UPDATE documents SET fetch_id=?2, parse_seq=?3 WHERE id=?1",
	[S_TEXT] = "INSERT INTO texts VALUES(?1, ?2) ON CONFLICT(document_id) DO UPDATE SET text=excluded.text",
	[S_NO_TEXT] = "DELETE FROM texts WHERE document_id=?1",
	[S_VERSION] = "INSERT INTO versions VALUES(?1,?2,?3,?4,?5,?6,?13,?7,NULL,?8,?9,?10,?11,?12)",
	[S_SUPERSEDE] = "UPDATE versions SET superseded_by=?3 WHERE document_id=?1 AND version=?2",
	[S_TOUCH_VERSION] = ("UPDATE versions SET last_seen=?3, fetch_id=?4, parse_seq=?5, parser_version=?6,"
			     " lexicon=?7 WHERE document_id=?1 AND version=?2"),
	[S_ACK] = "INSERT INTO acks VALUES(?,?,?,?,?,?,?,?,?)",
	[S_LEDGER] = "UPDATE ledger SET value=?2 WHERE key=?1",
	[S_BOOT] = "UPDATE boots SET last_commit=?2 WHERE boot_id=?1",
	[S_BOOTS] = "SELECT boot_id, last_commit FROM (SELECT * FROM boots ORDER BY seq DESC LIMIT ?1) ORDER BY seq",
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
	struct rows *rows;
	struct across *across;
	struct copies *copies;
	struct candidates *candidates;
	struct past *past;
	struct ack_prune *prune;
	int lock_fd;
	bool reports_only, unsettled, at_once; /* at_once: changes need no confirmation */
	char boot_id[37], generation[37];
	/* as committed, and with the open batch */
	int64_t last_commit;
	uint64_t max_fetch_id, max_parse_seq, batch_fetch_id, batch_parse_seq;
};

/* what the store holds of a page */
struct held {
	int64_t id; /* 0: nothing */
	uint64_t fetch_id, parse_seq;
	int64_t version, links_hash, reports;
	struct confirm_content is;
	bool same_reader, barren;
	struct candidate candidate;
};

static enum err step(struct store *s, enum statement which)
{
	int rc = sqlite3_step(s->st[which]);
	sqlite3_reset(s->st[which]);
	if (rc == SQLITE_DONE || rc == SQLITE_ROW)
		sqlite3_clear_bindings(s->st[which]);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? ERR_OK : db_error(s->db, rc, "write");
}

static enum err take_lock(struct store *s, const char *data_dir)
{
	char path[PATH_MAX];
	if (snprintf(path, sizeof path, "%s/store.lock", data_dir) >= (int)sizeof path)
		return err_set(ERR_INPUT, "the name of the data folder is too long");
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (s->lock_fd < 0)
		return err_errno(ERR_IO, "cannot open '%s'", path);
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			return err_set(ERR_LOCKED,
				       "another gongkai-sink writes the store of '%s': stop it or give another --data",
				       data_dir);
		return err_errno(ERR_IO, "cannot lock '%s'", path);
	}
	char pid[24];
	int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
	/* the pid is for people who look; the lock is the descriptor */
	if (ftruncate(s->lock_fd, 0) != 0 || pwrite(s->lock_fd, pid, (size_t)n, 0) != n)
		return err_errno(ERR_IO, "cannot write '%s'", path);
	return ERR_OK;
}

static enum err open_db(struct store *s, const char *data_dir)
{
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/store.db", data_dir);
	int rc = sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc != SQLITE_OK)
		return db_error(s->db, rc, "open");
	sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
	enum err e = schema_migrate(s->db, path, schema_steps, schema_steps_count);
	if (e == ERR_OK)
		e = db_prepare(s->db, statements, S_COUNT, s->st);
	if (e == ERR_OK)
		e = rows_new(s->db, &s->rows);
	if (e == ERR_OK)
		e = candidates_new(s->db, &s->candidates);
	if (e == ERR_OK)
		e = past_new(s->db, &s->past);
	if (e == ERR_OK)
		e = ack_prune_new(s->db, &s->prune);
	if (e == ERR_OK)
		e = across_new(s->db, &s->across);
	return e == ERR_OK ? copies_new(s->db, &s->copies) : e;
}

static enum err load_ledger(struct store *s)
{
	int64_t fetch, parse;
	enum err e;
	if ((e = db_int(s->db, "SELECT value FROM ledger WHERE key='last_commit'", &s->last_commit)) != ERR_OK ||
	    (e = db_int(s->db, "SELECT value FROM ledger WHERE key='max_fetch_id'", &fetch)) != ERR_OK ||
	    (e = db_int(s->db, "SELECT value FROM ledger WHERE key='max_parse_seq'", &parse)) != ERR_OK)
		return e;
	s->max_fetch_id = s->batch_fetch_id = (uint64_t)fetch;
	s->max_parse_seq = s->batch_parse_seq = (uint64_t)parse;
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(s->db, "SELECT value FROM ledger WHERE key='generation'", -1, &st, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct str g = db_column(st, 0);
		snprintf(s->generation, sizeof s->generation, "%.*s", STR_FMT(g));
	}
	sqlite3_finalize(st);
	if (rc != SQLITE_ROW)
		return err_set(ERR_FOREIGN, "store.db has no generation: it is damaged; put a backup in its place");
	return ERR_OK;
}

/*
 * A row of this boot, durable before the first SINK names it. A crash before the commit leaves no trace, and
 * one after it a boot without commits.
 */
static enum err begin_boot(struct store *s)
{
	char sql[512];
	uuid_new(s->boot_id);
	snprintf(sql, sizeof sql,
		 "BEGIN IMMEDIATE;"
		 "INSERT INTO boots VALUES('%s', %lld, %lld, (SELECT coalesce(max(seq), 0) + 1 FROM boots));"
		 "DELETE FROM boots WHERE first_commit = last_commit AND seq <= (SELECT seq FROM boots"
		 " WHERE first_commit = last_commit ORDER BY seq DESC LIMIT 1 OFFSET %d);"
		 "DELETE FROM boots WHERE seq <= (SELECT max(seq) FROM boots) - %d;"
		 "COMMIT",
		 s->boot_id, (long long)s->last_commit, (long long)s->last_commit, STORE_BOOTS_IDLE, STORE_BOOTS_KEPT);
	return db_exec(s->db, sql);
}

enum err store_open(const char *data_dir, bool reports_only, struct store **out)
{
	struct store *s = calloc(1, sizeof *s);
	enum err e;
	*out = NULL;
	if (!s)
		return err_set(ERR_NOMEM, "out of memory");
	s->lock_fd = -1;
	s->unsettled = true; /* an earlier boot may have left some: the first look tells */
	s->reports_only = reports_only;
	if ((e = take_lock(s, data_dir)) != ERR_OK || (e = open_db(s, data_dir)) != ERR_OK ||
	    (e = load_ledger(s)) != ERR_OK || (e = begin_boot(s)) != ERR_OK) {
		store_close(s);
		return e;
	}
	*out = s;
	return ERR_OK;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	rows_free(s->rows);
	across_free(s->across);
	copies_free(s->copies);
	candidates_free(s->candidates);
	past_free(s->past);
	ack_prune_free(s->prune);
	db_finalize(s->st, S_COUNT);
	/* an open batch is undone here, as the next start would: none of it was acknowledged */
	sqlite3_close(s->db);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	free(s);
}

const char *store_boot_id(const struct store *s)
{
	return s->boot_id;
}

enum err store_begin(struct store *s)
{
	s->batch_fetch_id = s->max_fetch_id;
	s->batch_parse_seq = s->max_parse_seq;
	return step(s, S_BEGIN);
}

static void copy_hash(char to[65], struct str s)
{
	snprintf(to, 65, "%.*s", STR_FMT(s));
}

static enum err find(struct store *s, const struct msg_doc *m, struct held *h)
{
	sqlite3_stmt *st = s->st[S_FIND];
	const char *url = m->url;
	size_t n = strlen(url);
	*h = (struct held){0};
	sqlite3_bind_int64(st, 1, (int64_t)hash64(url, n));
	db_bind(st, 2, (struct str){url, n});
	int rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		h->id = sqlite3_column_int64(st, 0);
		h->fetch_id = (uint64_t)sqlite3_column_int64(st, 1);
		h->parse_seq = (uint64_t)sqlite3_column_int64(st, 2);
		h->version = sqlite3_column_int64(st, 3);
		h->links_hash = sqlite3_column_int64(st, 5);
		copy_hash(h->is.content, db_column(st, 4));
		copy_hash(h->is.body, db_column(st, 6));
		copy_hash(h->is.compare, db_column(st, 7));
		h->reports = sqlite3_column_int64(st, 8);
		h->same_reader =
			str_eq_z(db_column(st, 9), m->parser_version) && str_eq_z(db_column(st, 10), m->lexicon);
		h->barren = sqlite3_column_int(st, 11) != 0;
	}
	sqlite3_reset(st);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return db_error(s->db, rc, "read");
	return h->id ? candidates_find(s->candidates, h->id, &h->candidate) : ERR_OK;
}

static int64_t links_hash(const struct store_doc *d)
{
	return (int64_t)hash64(d->links.p, d->links.n);
}

/* S_INSERT and S_UPDATE have the same parameters. */
static enum err write_document(struct store *s, const struct store_doc *d, enum statement which, int64_t version)
{
	sqlite3_stmt *st = s->st[which];
	const struct msg_doc *m = d->head;
	const struct sdoc *c = d->doc;
	size_t n = strlen(m->url);
	sqlite3_bind_int64(st, 1, (int64_t)hash64(m->url, n));
	db_bind(st, 2, (struct str){m->url, n});
	db_bind(st, 3, c->page_url);
	db_bind_z(st, 4, m->context ? m->context : "{}");
	sqlite3_bind_int64(st, 5, version);
	db_bind(st, 6, c->kind);
	db_bind(st, 7, c->charset);
	sqlite3_bind_int64(st, 8, c->charset_errors);
	const struct str texts[] = {c->title,        c->published,    c->dates,       c->source, c->doc_number,
				    c->index_number, c->site_id_code, c->unsupported, c->cut};
	for (int i = 0; i < 9; i++)
		db_bind(st, 9 + i, texts[i]);
	sqlite3_bind_int64(st, 18, c->reports_count);
	sqlite3_bind_int(st, 19, c->barren);
	sqlite3_bind_int64(st, 20, (int64_t)d->fetch_id);
	sqlite3_bind_int64(st, 21, (int64_t)m->parse_seq);
	db_bind_z(st, 22, m->parser_version);
	db_bind_z(st, 23, m->lexicon);
	db_bind_z(st, 24, c->content_sha256);
	db_bind_z(st, 25, m->body_sha256);
	sqlite3_bind_int64(st, 26, m->fetched_at);
	db_bind_z(st, 27, m->warc.file);
	sqlite3_bind_int64(st, 28, m->warc.offset);
	sqlite3_bind_int64(st, 29, m->warc.length);
	sqlite3_bind_int64(st, 30, links_hash(d));
	sqlite3_bind_blob64(st, 31, d->links.p ? d->links.p : "", d->links.n, SQLITE_STATIC);
	db_bind_z(st, 32, *c->compare_sha256 ? c->compare_sha256 : NULL);
	return step(s, which);
}

static enum err write_version(struct store *s, const struct store_doc *d, int64_t id, int64_t version,
			      int64_t first_seen)
{
	sqlite3_stmt *st = s->st[S_VERSION];
	const struct msg_doc *m = d->head;
	sqlite3_bind_int64(st, 1, id);
	sqlite3_bind_int64(st, 2, version);
	db_bind_z(st, 3, d->doc->content_sha256);
	db_bind_z(st, 4, m->body_sha256);
	sqlite3_bind_int64(st, 5, (int64_t)d->fetch_id);
	sqlite3_bind_int64(st, 6, (int64_t)m->parse_seq);
	sqlite3_bind_int64(st, 7, m->fetched_at);
	db_bind_z(st, 8, m->parser_version);
	db_bind_z(st, 9, m->lexicon);
	db_bind_z(st, 10, m->warc.file);
	sqlite3_bind_int64(st, 11, m->warc.offset);
	sqlite3_bind_int64(st, 12, m->warc.length);
	sqlite3_bind_int64(st, 13, first_seen);
	return step(s, S_VERSION);
}

static enum err write_text(struct store *s, const struct store_doc *d, int64_t id)
{
	bool keep = !s->reports_only || d->doc->reports_count > 0;
	sqlite3_stmt *st = s->st[keep ? S_TEXT : S_NO_TEXT];
	sqlite3_bind_int64(st, 1, id);
	if (keep)
		db_bind(st, 2, d->doc->text);
	return step(s, keep ? S_TEXT : S_NO_TEXT);
}

/* A document that the store has not, or with another content: a new version of the page. */
static enum err put_new(struct store *s, const struct store_doc *d, const struct held *h, bool confirmed,
			struct arena *a)
{
	int64_t version = h->version + 1, id = h->id;
	/* confirmed: the candidate's fetch saw it first */
	int64_t first_seen = confirmed ? h->candidate.first_seen : d->head->fetched_at;
	enum err e = ERR_OK;
	if (id && (h->reports > 0 || d->doc->reports_count > 0))
		e = past_keep(s->past, id, h->version);
	if (e == ERR_OK)
		e = write_document(s, d, id ? S_UPDATE : S_INSERT, version);
	if (e != ERR_OK)
		return e;
	if (!id)
		id = sqlite3_last_insert_rowid(s->db);
	if (h->id) {
		sqlite3_stmt *st = s->st[S_SUPERSEDE];
		sqlite3_bind_int64(st, 1, id);
		sqlite3_bind_int64(st, 2, h->version);
		sqlite3_bind_int64(st, 3, version);
		if ((e = step(s, S_SUPERSEDE)) != ERR_OK)
			return e;
	}
	if ((e = write_version(s, d, id, version, first_seen)) != ERR_OK || (e = write_text(s, d, id)) != ERR_OK ||
	    (e = across_leave(s->across, id)) != ERR_OK || (e = rows_replace(s->rows, id, d->doc, a)) != ERR_OK)
		return e;
	if ((e = across_join(s->across, id)) != ERR_OK)
		return e;
	return h->id || d->doc->reports_count ? copies_note(s->copies, id) : ERR_OK;
}

/* Only within a transaction. */
static enum err settle(struct store *s, unsigned prune_rows)
{
	bool across, copies, spent;
	enum err e = across_settle(s->across, &across);
	if (e == ERR_OK)
		e = copies_settle(s->copies, &copies);
	if (e == ERR_OK)
		e = ack_prune_step(s->prune, s->last_commit, prune_rows, &spent);
	s->unsettled = e != ERR_OK || across || copies || spent;
	return e;
}

static enum err touch_links(struct store *s, const struct store_doc *d, const struct held *h)
{
	sqlite3_stmt *st = s->st[S_TOUCH_LINKS];
	if (links_hash(d) == h->links_hash)
		return ERR_OK;
	sqlite3_bind_int64(st, 1, h->id);
	sqlite3_bind_int64(st, 2, links_hash(d));
	sqlite3_bind_blob64(st, 3, d->links.p ? d->links.p : "", d->links.n, SQLITE_STATIC);
	return step(s, S_TOUCH_LINKS);
}

/* A change that waits for a second fetch: the document stays, and what is older than this DOC is stale. */
static enum err put_candidate(struct store *s, const struct store_doc *d, const struct held *h)
{
	sqlite3_stmt *st = s->st[S_TOUCH_ORDER];
	sqlite3_bind_int64(st, 1, h->id);
	sqlite3_bind_int64(st, 2, (int64_t)d->fetch_id);
	sqlite3_bind_int64(st, 3, (int64_t)d->head->parse_seq);
	enum err e = step(s, S_TOUCH_ORDER);
	return e == ERR_OK ? touch_links(s, d, h) : e;
}

static enum err put_unchanged(struct store *s, const struct store_doc *d, const struct held *h)
{
	const struct msg_doc *m = d->head;
	sqlite3_stmt *st = s->st[S_TOUCH];
	enum err e;
	sqlite3_bind_int64(st, 1, h->id);
	sqlite3_bind_int64(st, 2, m->fetched_at);
	sqlite3_bind_int64(st, 3, (int64_t)d->fetch_id);
	sqlite3_bind_int64(st, 4, (int64_t)m->parse_seq);
	db_bind_z(st, 5, m->parser_version);
	db_bind_z(st, 6, m->lexicon);
	db_bind(st, 7, d->doc->page_url);
	db_bind_z(st, 8, m->context ? m->context : "{}");
	sqlite3_bind_int(st, 9, d->doc->barren);
	db_bind_z(st, 10, *d->doc->compare_sha256 ? d->doc->compare_sha256 : NULL);
	if ((e = step(s, S_TOUCH)) != ERR_OK || (e = touch_links(s, d, h)) != ERR_OK ||
	    (e = copies_seen(s->copies, h->id, str_of(m->url), m->context)) != ERR_OK)
		return e;
	st = s->st[S_TOUCH_VERSION];
	sqlite3_bind_int64(st, 1, h->id);
	sqlite3_bind_int64(st, 2, h->version);
	sqlite3_bind_int64(st, 3, m->fetched_at);
	sqlite3_bind_int64(st, 4, (int64_t)d->fetch_id);
	sqlite3_bind_int64(st, 5, (int64_t)m->parse_seq);
	db_bind_z(st, 6, m->parser_version);
	db_bind_z(st, 7, m->lexicon);
	return step(s, S_TOUCH_VERSION);
}

static enum err write_ack(struct store *s, const struct store_doc *d, const struct store_result *r)
{
	sqlite3_stmt *st = s->st[S_ACK];
	sqlite3_bind_int64(st, 1, s->last_commit + 1);
	db_bind_z(st, 2, d->head->url);
	sqlite3_bind_int64(st, 3, (int64_t)d->fetch_id);
	sqlite3_bind_int64(st, 4, d->epoch);
	db_bind_z(st, 5, d->head->lexicon);
	sqlite3_bind_int(st, 6, (int)r->result);
	sqlite3_bind_int64(st, 7, r->reports);
	sqlite3_bind_int(st, 8, d->doc->barren && !r->unconfirmed);
	sqlite3_bind_int(st, 9, r->unconfirmed);
	return step(s, S_ACK);
}

static void compared(const struct store *s, const struct held *h, const struct store_doc *d,
		     struct confirm_held *held_out, struct confirm_doc *doc_out)
{
	*held_out = (struct confirm_held){.known = h->id != 0,
					  .fetch_id = h->fetch_id,
					  .parse_seq = h->parse_seq,
					  .reports = h->reports,
					  .barren = h->barren,
					  .is = h->is,
					  .same_reader = h->same_reader,
					  .waiting = h->candidate.there,
					  .waiting_fetch_id = h->candidate.fetch_id,
					  .other = h->candidate.is};
	*doc_out = (struct confirm_doc){.fetch_id = d->fetch_id,
					.parse_seq = d->head->parse_seq,
					.reports = d->doc->reports_count,
					.hollow = d->doc->hollow,
					.blank = d->doc->blank,
					.leads_on = d->doc->leads_on,
					.at_once = s->at_once};
	copy_hash(doc_out->is.content, str_of(d->doc->content_sha256));
	copy_hash(doc_out->is.body, str_of(d->head->body_sha256));
	copy_hash(doc_out->is.compare, str_of(d->doc->compare_sha256));
}

/* Another page of the host, not the same one under a twin's name. */
static bool is_neighbour(struct str url, struct str other)
{
	struct url_parts a, b;
	return url_split(url, &a) == ERR_OK && url_split(other, &b) == ERR_OK && str_eq(a.host, b.host) &&
	       !(str_eq(a.path, b.path) && str_eq(a.query, b.query));
}

/*
 * Does a page of another path of this host say the same? What others have as a candidate counts only against a page that says
 * it for the second time: of two report pages that a site replaces at once the first to come must not decide by its order.
 */
static enum err said_elsewhere(struct store *s, const struct store_doc *d, const struct confirm_held *h, bool *out)
{
	sqlite3_stmt *st = s->st[S_SAME];
	const char *same = *d->doc->compare_sha256 ? d->doc->compare_sha256 : d->head->body_sha256;
	const char *other = *h->other.compare ? h->other.compare : h->other.body;
	struct str url = str_of(d->head->url);
	int rc = SQLITE_DONE;
	*out = false;
	db_bind_z(st, 1, same);
	sqlite3_bind_int64(st, 2, (int64_t)hash64(url.p, url.n));
	sqlite3_bind_int(st, 3, h->waiting && strcmp(other, same) == 0);
	while (!*out && (rc = sqlite3_step(st)) == SQLITE_ROW)
		*out = is_neighbour(url, db_column(st, 0));
	sqlite3_reset(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ERR_OK : db_error(s->db, rc, "read");
}

enum err store_is_hollow(struct store *s, const struct store_doc *d, bool *out)
{
	struct confirm_held held;
	struct confirm_doc doc;
	struct held h;
	*out = false;
	if (d->doc->reports_count > 0)
		return ERR_OK;
	enum err e = find(s, d->head, &h);
	if (e != ERR_OK)
		return e;
	compared(s, &h, d, &held, &doc);
	if (confirm_lost_report(&held, &doc))
		e = said_elsewhere(s, d, &held, &doc.elsewhere);
	*out = e == ERR_OK && confirm_is_hollow(&held, &doc);
	return e;
}

static enum err apply(struct store *s, const struct store_doc *d, const struct held *h, const struct confirm_verdict *v,
		      struct arena *a)
{
	enum err e = h->id ? candidates_apply(s->candidates, h->id, v, d) : ERR_OK;
	if (e != ERR_OK)
		return e;
	if (v->result == ACK_STORED)
		return put_new(s, d, h, v->candidate == CONFIRM_BECOME, a);
	if (v->result != ACK_UNCHANGED)
		return ERR_OK;
	return v->unconfirmed ? put_candidate(s, d, h) : put_unchanged(s, d, h);
}

enum err store_put(struct store *s, const struct store_doc *d, struct arena *a, struct store_result *out)
{
	struct held h;
	enum err e = find(s, d->head, &h);
	if (e != ERR_OK)
		return e;
	struct confirm_held held;
	struct confirm_doc doc;
	compared(s, &h, d, &held, &doc);
	const struct confirm_verdict v = confirm_judge(&held, &doc);
	*out = (struct store_result){
		.result = v.result, .unconfirmed = v.unconfirmed, .reports = d->doc->reports_count};
	if (v.unconfirmed && h.reports > out->reports)
		out->reports = h.reports;
	if ((e = apply(s, d, &h, &v, a)) != ERR_OK)
		return e;
	/* every DOC counts, whatever its result: a new frontier must begin above all numbers ever used */
	if (d->fetch_id > s->batch_fetch_id)
		s->batch_fetch_id = d->fetch_id;
	if (d->head->parse_seq > s->batch_parse_seq)
		s->batch_parse_seq = d->head->parse_seq;
	return write_ack(s, d, out);
}

void store_set_confirm(struct store *s, bool confirm)
{
	s->at_once = !confirm;
}

static enum err set_ledger(struct store *s, const char *key, int64_t value)
{
	db_bind_z(s->st[S_LEDGER], 1, key);
	sqlite3_bind_int64(s->st[S_LEDGER], 2, value);
	return step(s, S_LEDGER);
}

enum err store_commit(struct store *s, int64_t *commit_out)
{
	int64_t commit = s->last_commit + 1;
	enum err e = settle(s, PRUNE_ROWS);
	if (e != ERR_OK)
		return e;
	db_bind_z(s->st[S_BOOT], 1, s->boot_id);
	sqlite3_bind_int64(s->st[S_BOOT], 2, commit);
	if ((e = step(s, S_BOOT)) != ERR_OK || (e = set_ledger(s, "last_commit", commit)) != ERR_OK ||
	    (e = set_ledger(s, "max_fetch_id", (int64_t)s->batch_fetch_id)) != ERR_OK ||
	    (e = set_ledger(s, "max_parse_seq", (int64_t)s->batch_parse_seq)) != ERR_OK)
		return e;
	/*
	 * The commit point. Killed before COMMIT returns, the batch is gone or whole, never half; its pages have no
	 * ACK, are released by the new boot_id, and come again as new or as duplicates.
	 */
	if ((e = step(s, S_COMMIT)) != ERR_OK)
		return e;
	s->last_commit = commit;
	s->max_fetch_id = s->batch_fetch_id;
	s->max_parse_seq = s->batch_parse_seq;
	*commit_out = commit;
	return ERR_OK;
}

bool store_unsettled(const struct store *s)
{
	return s->unsettled;
}

enum err store_settle(struct store *s)
{
	enum err e = step(s, S_BEGIN);
	if (e == ERR_OK)
		e = settle(s, ACK_PRUNE_ROWS_MAX);
	return e == ERR_OK ? step(s, S_COMMIT) : e;
}

enum err store_announce(struct store *s, struct arena *a, struct msg_sink *out)
{
	sqlite3_stmt *st = s->st[S_BOOTS];
	int rc;
	*out = (struct msg_sink){.boot_id = s->boot_id,
				 .generation = s->generation,
				 .max_fetch_id = s->max_fetch_id,
				 .max_parse_seq = s->max_parse_seq,
				 .boots = arena_calloc(a, MSG_BOOTS_MAX, sizeof *out->boots)};
	sqlite3_bind_int(st, 1, MSG_BOOTS_MAX);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && out->boots_count < MSG_BOOTS_MAX) {
		struct msg_sink_boot *b = &out->boots[out->boots_count++];
		b->boot_id = arena_strdup(a, db_column(st, 0));
		b->commit = sqlite3_column_int64(st, 1);
	}
	sqlite3_reset(st);
	/* within an open batch this boot's row is still the committed one: store_commit() writes it last */
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? ERR_OK : db_error(s->db, rc, "read");
}
