/* check - see check.h. */
#include "fetcher/check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "fetcher/frontier_priv.h"
#include "proto/ledger.h"

#define CHECK_COMMIT 1024 /* page changes between two commits: bounds the WAL */
#define CHECK_ARENA_BYTES (1024 * 1024)

struct check {
	const char *data_dir;
	struct fdb *d;
	struct ledger *store; /* NULL: there is none, so everything is missing */
	struct arena *arena;
	char lexicon[17];
	bool requeue;
	int64_t now;
	struct check_report *out;
};

static enum err check_body(struct check *c, const struct fdb_page *p)
{
	struct warc_response r;
	c->out->bodies_checked++;
	enum err e = warc_read(c->data_dir, &p->p.body, FRAME_BODY_MAX, &r);
	if (e == ERR_OK) {
		bool other = r.fetch_id != p->p.body_fetch_id || !str_eq_z(r.url, p->url);
		c->out->bodies_missing += other;
		warc_response_fini(&r);
		return ERR_OK;
	}
	if (e != ERR_NOTFOUND && e != ERR_FORMAT)
		return e;
	c->out->bodies_missing++;
	return ERR_OK;
}

enum store_has { STORE_LACKS, STORE_OTHER_LEXICON, STORE_HAS };

static enum err ask_store(struct check *c, const struct fdb_page *p, enum store_has *has_out)
{
	struct ledger_page in_store;
	*has_out = STORE_LACKS;
	if (!c->store)
		return ERR_OK;
	enum err e = ledger_page(c->store, p->url, &in_store);
	if (e == ERR_NOTFOUND)
		return ERR_OK;
	if (e == ERR_OK && in_store.fetch_id >= p->p.body_fetch_id)
		*has_out = c->lexicon[0] && strcmp(in_store.lexicon, c->lexicon) != 0 ? STORE_OTHER_LEXICON : STORE_HAS;
	return e;
}

/* A document by another lexicon is still a document: its page is reparsed, and stays done when that fails. */
static enum err check_store(struct check *c, const struct fdb_page *p)
{
	enum store_has has;
	enum err e = ask_store(c, p, &has);
	if (e != ERR_OK || has == STORE_HAS)
		return e;
	bool done = p->p.state == PAGE_DONE || (p->p.state == PAGE_HELD && p->p.held_from == PAGE_DONE);
	c->out->missing_in_store += done;
	if (!c->requeue)
		return ERR_OK;
	struct frontier_event ev = {.kind = has == STORE_LACKS ? EV_MISSING_IN_STORE : EV_REPARSE};
	enum frontier_result r;
	e = fdb_event(c->d, p->p.id, &ev, c->now, &r, NULL);
	c->out->requeued += done && e == ERR_OK && r != FRONTIER_IGNORED;
	return e;
}

static enum err check_page(struct check *c, int64_t id)
{
	struct fdb_page p;
	arena_reset(c->arena);
	enum err e = fdb_page(c->d, id, c->arena, &p);
	if (e == ERR_OK && p.p.body_fetch_id && p.p.body.file[0])
		e = check_body(c, &p);
	if (e == ERR_OK && p.p.body_fetch_id)
		e = check_store(c, &p);
	if (e == ERR_OK && fdb_pending(c->d) >= CHECK_COMMIT)
		e = fdb_commit(c->d);
	return e;
}

static enum err check_pages(struct check *c)
{
	int64_t ids[FDB_BATCH], last = 0;
	for (unsigned n = FDB_BATCH; n == FDB_BATCH;) {
		sqlite3_stmt *st;
		bool more = true;
		enum err e =
			sql_get(&c->d->sql,
				"SELECT p.id FROM pages p JOIN work w ON w.page_id=p.id WHERE p.id>?1 AND w.file_id>0"
				" ORDER BY p.id LIMIT ?2",
				SQL_ARGS(SQL_I(last), SQL_I(FDB_BATCH)), &st);
		for (n = 0; e == ERR_OK && (e = sql_next(&c->d->sql, st, &more)) == ERR_OK && more;)
			ids[n++] = sqlite3_column_int64(st, 0);
		for (unsigned i = 0; e == ERR_OK && i < n; i++)
			e = check_page(c, last = ids[i]);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* The newest boot which the store knows; "" when it never had one. */
static enum err newest_boot(const char *data_dir, char out[37])
{
	char path[4096];
	struct sql s;
	sqlite3_stmt *st = NULL;
	out[0] = 0;
	if (snprintf(path, sizeof(path), "%s/store.db", data_dir) >= (int)sizeof(path))
		return err_set(ERR_USAGE, "the name of the data folder is too long");
	enum err e = sql_open(&s, path, true, FDB_BUSY_MS);
	if (e == ERR_OK)
		e = sql_row(&s, "SELECT boot_id FROM boots ORDER BY seq DESC LIMIT 1", SQL_NONE, &st);
	if (e == ERR_OK)
		snprintf(out, 37, "%s", sql_text(st, 0));
	sql_done(st);
	sql_close(&s);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* From commit 0 on the fetcher reads all results that this store has. A store without a boot was never announced: the
 * position is forgotten, and the first SINK names the next. */
static enum err set_position(struct check *c)
{
	struct fdb_sink sink = {.commit = 0};
	struct ledger_head head;
	enum err e = ERR_OK;
	if (c->store) {
		e = ledger_head(c->store, &head);
		if (e == ERR_OK)
			e = newest_boot(c->data_dir, sink.boot_id);
		sink.known = e == ERR_OK && sink.boot_id[0];
	}
	if (sink.known)
		snprintf(sink.generation, sizeof(sink.generation), "%s", head.generation);
	return e == ERR_OK ? fdb_set_sink(c->d, &sink) : e;
}

static enum err run(struct check *c)
{
	enum err e = ledger_open(c->data_dir, &c->store);
	if (e == ERR_NOTFOUND) {
		c->store = NULL;
		e = ERR_OK;
	}
	if (e == ERR_OK)
		e = fdb_lexicon(c->d, c->lexicon);
	struct fdb_counts counts;
	fdb_counts(c->d, &counts);
	for (int i = 0; i <= PAGE_HELD; i++)
		c->out->pages += counts.by_state[i];
	if (e == ERR_OK)
		e = check_pages(c);
	if (e == ERR_OK && c->requeue)
		e = set_position(c);
	return e == ERR_OK ? fdb_commit(c->d) : e;
}

enum err check_run(const char *data_dir, bool requeue_missing, struct check_report *out)
{
	memset(out, 0, sizeof(*out));
	char path[4096];
	if (snprintf(path, sizeof(path), "%s/frontier.db", data_dir) >= (int)sizeof(path))
		return err_set(ERR_USAGE, "the name of the data folder is too long");
	if (access(path, F_OK) != 0)
		return err_errno(ERR_NOTFOUND, "there is no frontier '%s'", path);
	struct check c = {.data_dir = data_dir, .requeue = requeue_missing, .now = wall_ms(), .out = out};
	enum err e = fdb_open(data_dir, NULL, &c.d, NULL);
	if (e != ERR_OK)
		return e;
	c.arena = arena_new(CHECK_ARENA_BYTES);
	e = run(&c);
	arena_free(c.arena);
	ledger_close(c.store);
	fdb_close(c.d);
	return e;
}
