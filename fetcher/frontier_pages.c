/* frontier_pages - one page: its rows, its events, its history. */
#include <string.h>

#include "base/hash.h"
#include "fetcher/frontier_priv.h"

#define HISTORY_LOOK_BACK 4 /* equal events among the last few rows are counted: sent and released alternate */

/* Columns of read_page(). */
#define PAGE_COLUMNS                                                                                                   \
	"p.id, p.url, p.host_id, p.source_id, p.state, p.depth, p.hops, p.cause, p.body_fetch_id, p.solo, p.due,"      \
	" w.fetch_id, f.name, w.body_offset, w.body_length, w.body_bytes, w.status, w.epoch, w.parse_seq, w.crash, "   \
	"w.lost,"                                                                                                      \
	" w.transient, w.crash_signal, w.counted_epoch, w.attempts, w.flags, w.wait_len, w.next_visit, w.held_from,"   \
	" w.chain_from, w.detail, v.gone_since"
#define PAGE_FROM                                                                                                      \
	" FROM pages p LEFT JOIN work w ON w.page_id=p.id LEFT JOIN files f ON f.id=w.file_id"                         \
	" LEFT JOIN watched v ON v.page_id=p.id"
/* An event needs no texts: they lie on pages of the file of their own, which a large frontier would read for nothing. */
static const char select_state[] = "SELECT " PAGE_COLUMNS PAGE_FROM " WHERE p.id=?1";
static const char select_whole[] = "SELECT " PAGE_COLUMNS ", " Q_CONTEXT ", t.etag, t.last_modified" PAGE_FROM
				   " LEFT JOIN texts t ON t.page_id=p.id" Q_CONTEXT_JOIN " WHERE p.id=?1";

static void copy_text(char *out, size_t out_bytes, const char *z)
{
	size_t n = strlen(z);
	if (n >= out_bytes)
		n = utf8_cut(z, out_bytes - 1);
	memcpy(out, z, n);
	out[n] = 0;
}

/* Columns by their place in PAGE_COLUMNS. */
static void read_page(const struct fdb *d, sqlite3_stmt *st, struct page *p)
{
	memset(p, 0, sizeof(*p));
	p->id = sqlite3_column_int64(st, 0);
	p->state = (enum page_state)sqlite3_column_int(st, 4);
	p->depth = sqlite3_column_int(st, 5);
	p->hops = sqlite3_column_int(st, 6) % HOPS_ASK;
	p->ask = (enum msg_ask)(sqlite3_column_int(st, 6) / HOPS_ASK);
	p->cause = fdb_cause(d, sqlite3_column_int64(st, 7));
	p->body_fetch_id = (uint64_t)sqlite3_column_int64(st, 8);
	p->solo = sqlite3_column_int(st, 9) != 0;
	p->fetch_id = (uint64_t)sqlite3_column_int64(st, 11);
	copy_text(p->body.file, sizeof(p->body.file), sql_text(st, 12));
	p->body.offset = sqlite3_column_int64(st, 13);
	p->body.length = sqlite3_column_int64(st, 14);
	p->body_bytes = sqlite3_column_int64(st, 15);
	p->status = sqlite3_column_int(st, 16);
	p->epoch = (uint32_t)sqlite3_column_int64(st, 17);
	p->parse_seq = (uint64_t)sqlite3_column_int64(st, 18);
	p->crash = sqlite3_column_int(st, 19);
	p->lost = sqlite3_column_int(st, 20);
	p->transient = sqlite3_column_int(st, 21);
	p->crash_signal = sqlite3_column_int(st, 22);
	p->counted_epoch = (uint32_t)sqlite3_column_int64(st, 23);
	p->attempts = sqlite3_column_int(st, 24);
	int flags = sqlite3_column_int(st, 25);
	p->redirected = flags & FLAG_REDIRECTED;
	p->not_modified = flags & FLAG_NOT_MODIFIED;
	p->reparse = flags & FLAG_REPARSE;
	p->no_validators = flags & FLAG_NO_VALIDATORS;
	p->report = flags & FLAG_REPORT;
	p->gone = flags & FLAG_GONE;
	p->confirm = flags % FLAG_MISSES / FLAG_CONFIRM;
	p->misses = flags / FLAG_MISSES;
	p->gone_since = sqlite3_column_int64(st, 31);
	p->not_before_len = sqlite3_column_int64(st, 26);
	p->next_visit = sqlite3_column_int64(st, 27);
	p->held_from = (enum page_state)sqlite3_column_int(st, 28);
	p->chain_from = sqlite3_column_int64(st, 29);
	copy_text(p->detail, sizeof(p->detail), sql_text(st, 30));
	enum page_state s = p->state == PAGE_HELD ? p->held_from : p->state;
	p->not_before = s == PAGE_RETRY || s == PAGE_FETCHED ? sqlite3_column_int64(st, 10) : 0;
}

static enum err no_page(int64_t id)
{
	return err_set(ERR_NOTFOUND, "the frontier has no page %lld", (long long)id);
}

enum err fdb_load(struct fdb *d, int64_t id, struct page *out, int64_t *host_id_out)
{
	sqlite3_stmt *st;
	enum err e = sql_row(&d->sql, select_state, SQL_ARGS(SQL_I(id)), &st);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? no_page(id) : e;
	read_page(d, st, out);
	*host_id_out = sqlite3_column_int64(st, 2);
	sql_done(st);
	return ERR_OK;
}

enum err fdb_page(struct fdb *d, int64_t id, struct arena *a, struct fdb_page *out)
{
	sqlite3_stmt *st;
	enum err e = sql_row(&d->sql, select_whole, SQL_ARGS(SQL_I(id)), &st);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? no_page(id) : e;
	read_page(d, st, &out->p);
	out->url = arena_strdup(a, str_of(sql_text(st, 1)));
	out->host_id = sqlite3_column_int64(st, 2);
	out->source_id = sqlite3_column_int64(st, 3);
	const char *context = sql_text(st, 32);
	out->context = arena_strdup(a, str_of(*context ? context : "{}"));
	out->etag = sqlite3_column_type(st, 33) == SQLITE_NULL ? NULL : arena_strdup(a, str_of(sql_text(st, 33)));
	out->last_modified =
		sqlite3_column_type(st, 34) == SQLITE_NULL ? NULL : arena_strdup(a, str_of(sql_text(st, 34)));
	sql_done(st);
	return ERR_OK;
}

enum err fdb_find(struct fdb *d, const char *url, int64_t *id_out)
{
	return sql_int(&d->sql, "SELECT id FROM pages WHERE hash=?1 AND url=?2",
		       SQL_ARGS(SQL_I(hash64(url, strlen(url))), SQL_Z(url)), 0, id_out);
}

enum err fdb_known(struct fdb *d, const char *url, bool *out)
{
	int64_t id;
	enum err e = fdb_find(d, url, &id);
	*out = e == ERR_OK && id;
	return e;
}

enum err fdb_page_by_url(struct fdb *d, const char *url, struct arena *a, struct fdb_page *out)
{
	int64_t id;
	enum err e = fdb_find(d, url, &id);
	if (e == ERR_OK && !id)
		return err_set(ERR_NOTFOUND, "the frontier has no page '%s'", url);
	return e == ERR_OK ? fdb_page(d, id, a, out) : e;
}

enum err fdb_page_by_fetch(struct fdb *d, uint64_t body_fetch_id, struct arena *a, struct fdb_page *out)
{
	int64_t id;
	enum err e =
		sql_int(&d->sql, "SELECT id FROM pages WHERE body_fetch_id=?1", SQL_ARGS(SQL_I(body_fetch_id)), 0, &id);
	if (e == ERR_OK && !id)
		return err_set(ERR_NOTFOUND, "no page of the frontier has fetch %llu",
			       (unsigned long long)body_fetch_id);
	return e == ERR_OK ? fdb_page(d, id, a, out) : e;
}

enum err fdb_moved(struct fdb *d, int64_t host_id, int from, enum page_state to)
{
	if (from == (int)to)
		return ERR_OK;
	if (from >= 0)
		d->counts[from]--;
	d->counts[to]++;
	fdb_rank_moved(d, host_id, from, to);
	if (to == PAGE_READY)
		return fdb_host_mark(d, host_id, 1, true);
	return from == PAGE_READY ? fdb_host_mark(d, host_id, -1, false) : ERR_OK;
}

static enum err file_row(struct fdb *d, const char *file, int64_t *id_out)
{
	*id_out = 0;
	if (!*file)
		return ERR_OK;
	if (strcmp(file, d->file) != 0) {
		int64_t id;
		enum err e = sql_int(&d->sql, "SELECT id FROM files WHERE name=?1", SQL_ARGS(SQL_Z(file)), 0, &id);
		if (e == ERR_OK && !id) {
			e = fdb_run(d, "INSERT INTO files(name) VALUES(?1)", SQL_ARGS(SQL_Z(file)));
			id = sqlite3_last_insert_rowid(d->sql.db);
		}
		if (e != ERR_OK)
			return e;
		copy_text(d->file, sizeof(d->file), file);
		d->file_id = id;
	}
	*id_out = d->file_id;
	return ERR_OK;
}

static int64_t due_of(const struct page *p)
{
	switch (p->state == PAGE_HELD ? p->held_from : p->state) {
	case PAGE_RETRY:
	case PAGE_FETCHED:
		return p->not_before;
	case PAGE_DONE:
	case PAGE_DISCARDED:
	case PAGE_READY: /* of a visit: told from a page that was never fetched */
	case PAGE_DEAD:
		return p->next_visit;
	default:
		return 0;
	}
}

static enum err save_page(struct fdb *d, const struct page *p, int64_t now)
{
	int64_t file;
	enum err e = file_row(d, p->body.file, &file);
	if (e == ERR_OK)
		e = fdb_run(d, "UPDATE pages SET state=?2, cause=?3, body_fetch_id=?4, solo=?5, due=?6 WHERE id=?1",
			    SQL_ARGS(SQL_I(p->id), SQL_I(p->state), SQL_N(d->cause_id[p->cause]),
				     SQL_N(p->body_fetch_id), SQL_I(p->solo), SQL_N(due_of(p))));
	if (e != ERR_OK)
		return e;
	int flags = (p->redirected ? FLAG_REDIRECTED : 0) | (p->not_modified ? FLAG_NOT_MODIFIED : 0) |
		    (p->reparse ? FLAG_REPARSE : 0) | (p->no_validators ? FLAG_NO_VALIDATORS : 0) |
		    (p->report ? FLAG_REPORT : 0) | (p->gone ? FLAG_GONE : 0) | p->confirm * FLAG_CONFIRM |
		    p->misses * FLAG_MISSES;
	return fdb_run(
		d,
		"INSERT OR REPLACE INTO work VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,"
		"?19,?20,?21,?22)",
		SQL_ARGS(SQL_I(p->id), SQL_N(p->fetch_id), SQL_N(file), SQL_N(p->body.offset), SQL_N(p->body.length),
			 SQL_N(p->body_bytes), SQL_N(p->status), SQL_N(p->epoch), SQL_N(p->parse_seq), SQL_N(p->crash),
			 SQL_N(p->lost), SQL_N(p->transient), SQL_N(p->crash_signal), SQL_N(p->counted_epoch),
			 SQL_N(p->attempts), SQL_N(flags), SQL_N(p->not_before_len), SQL_N(p->next_visit),
			 SQL_N(p->held_from), SQL_N(p->chain_from), SQL_I(now),
			 SQL_Z(p->detail[0] ? p->detail : NULL)));
}

enum err fdb_save_ask(struct fdb *d, const struct page *p)
{
	return fdb_run(d, "UPDATE pages SET hops=?2 WHERE id=?1",
		       SQL_ARGS(SQL_I(p->id), SQL_N(p->hops + HOPS_ASK * (int)p->ask)));
}

/* When a second fetch is due (0: none is waited for): of a page at rest, also of one that is held. */
static int64_t confirm_due(const struct page *p)
{
	enum page_state s = p->state == PAGE_HELD ? p->held_from : p->state;
	return p->confirm && (s == PAGE_DONE || s == PAGE_DISCARDED) ? p->next_visit : 0;
}

/* The few pages of which more is known than of others have a row of `watched`. */
static enum err save_watched(struct fdb *d, const struct page *was, const struct page *p)
{
	int64_t due = confirm_due(p);
	if (due == confirm_due(was) && p->gone_since == was->gone_since)
		return ERR_OK;
	if (!due && !p->gone_since)
		return fdb_run(d, "DELETE FROM watched WHERE page_id=?1", SQL_ARGS(SQL_I(p->id)));
	return fdb_run(d, "INSERT OR REPLACE INTO watched VALUES(?1,?2,?3)",
		       SQL_ARGS(SQL_I(p->id), SQL_N(due), SQL_N(p->gone_since)));
}

struct history_row {
	int event;
	enum page_state state;
	enum cause cause;
	uint64_t fetch_id;
	uint32_t epoch;
	const char *detail;
};

/* Looks for an equal row among the last few; *seq_out is its number, or the next free one with *equal_out false. */
static enum err find_equal(struct fdb *d, int64_t page, const struct history_row *h, int64_t *seq_out, bool *equal_out)
{
	*seq_out = 1;
	*equal_out = false;
	sqlite3_stmt *st;
	bool more = true;
	enum err e = sql_get(&d->sql,
			     "SELECT seq, event, state, cause, fetch_id, detail FROM history WHERE page_id=?1"
			     " ORDER BY seq DESC LIMIT ?2",
			     SQL_ARGS(SQL_I(page), SQL_I(HISTORY_LOOK_BACK)), &st);
	for (bool newest = true; e == ERR_OK && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more; newest = false) {
		int64_t seq = sqlite3_column_int64(st, 0);
		if (newest)
			*seq_out = seq + 1;
		if (sqlite3_column_int(st, 1) != h->event || sqlite3_column_int(st, 2) != (int)h->state ||
		    sqlite3_column_int64(st, 3) != d->cause_id[h->cause] ||
		    (uint64_t)sqlite3_column_int64(st, 4) != h->fetch_id || strcmp(sql_text(st, 5), h->detail) != 0)
			continue;
		*seq_out = seq;
		*equal_out = true;
		sql_done(st);
		return ERR_OK;
	}
	return e;
}

static enum err add_history(struct fdb *d, int64_t page, const struct history_row *h, int64_t now)
{
	int64_t seq;
	bool equal;
	enum err e = find_equal(d, page, h, &seq, &equal);
	if (e != ERR_OK)
		return e;
	if (equal)
		return fdb_run(
			d,
			"UPDATE history SET count=ifnull(count,1)+1, last_at=?3, epoch=?4 WHERE page_id=?1 AND seq=?2",
			SQL_ARGS(SQL_I(page), SQL_I(seq), SQL_I(now), SQL_N(h->epoch)));
	e = fdb_run(d,
		    "INSERT INTO history(page_id,seq,at,event,state,cause,fetch_id,epoch,detail)"
		    " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
		    SQL_ARGS(SQL_I(page), SQL_I(seq), SQL_I(now), SQL_I(h->event), SQL_I(h->state),
			     SQL_N(d->cause_id[h->cause]), SQL_N(h->fetch_id), SQL_N(h->epoch),
			     SQL_Z(h->detail[0] ? h->detail : NULL)));
	if (e == ERR_OK && seq > FDB_HISTORY_MAX)
		e = fdb_run(d, "DELETE FROM history WHERE page_id=?1 AND seq<=?2",
			    SQL_ARGS(SQL_I(page), SQL_I(seq - FDB_HISTORY_MAX)));
	return e;
}

/* A visit that waits: what tells it from a page that was never fetched is that it has a due. */
static bool waits_again(const struct page *p)
{
	return p->state == PAGE_READY && due_of(p) != 0;
}

static bool is_parse_verdict(const struct frontier_event *e)
{
	return e->kind == EV_FAIL || e->kind == EV_RELEASED;
}

/* The event's own cause is kept where the page does not keep it: a crash or transient FAIL after which it goes on. */
static enum err write_history(struct fdb *d, const struct page *was, const struct page *p,
			      const struct frontier_event *ev, int64_t now)
{
	bool waiting = was->state == PAGE_FETCHED || was->state == PAGE_SENT;
	if (ev->kind == EV_ADOPTED && waiting && was->body_fetch_id && was->body_fetch_id != p->body_fetch_id) {
		struct history_row old = {.event = HISTORY_SUPERSEDED,
					  .state = p->state,
					  .cause = CAUSE_SUPERSEDED,
					  .fetch_id = was->body_fetch_id,
					  .epoch = was->epoch,
					  .detail = ""};
		enum err e = add_history(d, p->id, &old, now);
		if (e != ERR_OK)
			return e;
	}
	bool own = is_parse_verdict(ev) && p->cause == CAUSE_NONE;
	char detail[sizeof(p->detail)];
	copy_text(detail, sizeof(detail), own && ev->detail ? ev->detail : p->detail);
	struct history_row h = {.event = (int)ev->kind,
				.state = p->state,
				.cause = own ? ev->cause : p->cause,
				.fetch_id = ev->fetch_id ? ev->fetch_id : p->fetch_id,
				.epoch = p->epoch,
				.detail = detail};
	return add_history(d, p->id, &h, now);
}

enum err fdb_event(struct fdb *d, int64_t page_id, const struct frontier_event *ev, int64_t now,
		   enum frontier_result *result_out, struct page *after_out)
{
	struct page was, p;
	int64_t host;
	enum err e = fdb_load(d, page_id, &was, &host);
	if (e != ERR_OK)
		return e;
	p = was;
	enum frontier_result r = frontier_step(&p, ev, now);
	if (result_out)
		*result_out = r;
	if (after_out)
		*after_out = p;
	if (r == FRONTIER_IGNORED)
		return ERR_OK;
	if (now > d->now_max)
		d->now_max = now;
	d->pending++;
	e = save_page(d, &p, now);
	if (e == ERR_OK && p.ask != was.ask)
		e = fdb_save_ask(d, &p);
	if (e == ERR_OK)
		e = save_watched(d, &was, &p);
	if (e == ERR_OK && (ev->kind != EV_TICK || p.state != was.state))
		e = write_history(d, &was, &p, ev, now);
	if (e == ERR_OK)
		e = fdb_moved(d, host, (int)was.state, p.state);
	if (e == ERR_OK && waits_again(&was) != waits_again(&p))
		e = fdb_host_mark_again(d, host, waits_again(&p) ? 1 : -1);
	if (e == ERR_OK && r == FRONTIER_ENDED && !was.reparse && ev->kind != EV_REDIRECTED)
		e = fdb_rank_ended(d, page_id, ev->kind == EV_ACK && ev->reports);
	return fdb_note(d, e);
}

enum err fdb_set_validators(struct fdb *d, int64_t page_id, const char *etag, const char *last_modified)
{
	bool none = (!etag || !*etag) && (!last_modified || !*last_modified);
	const char *text = none ? "UPDATE texts SET etag=NULL, last_modified=NULL WHERE page_id=?1"
				: "INSERT INTO texts(page_id,etag,last_modified) VALUES(?1,?2,?3) ON CONFLICT(page_id)"
				  " DO UPDATE SET etag=excluded.etag, last_modified=excluded.last_modified";
	d->pending++;
	if (none)
		return fdb_run(d, text, SQL_ARGS(SQL_I(page_id)));
	return fdb_run(d, text,
		       SQL_ARGS(SQL_I(page_id), SQL_Z(etag && *etag ? etag : NULL),
				SQL_Z(last_modified && *last_modified ? last_modified : NULL)));
}
