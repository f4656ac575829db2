/* frontier_choose - which page is next: fetched, sent, due; and what is known or trapped. */
#include <assert.h>
#include <string.h>

#include "fetcher/frontier_priv.h"

#define TICK_CONFIRMS_MAX 4096 /* second fetches that one tick lets begin, so that a turn of the loop stays short */

/* Rows of one integer into ids; at most max. */
static enum err take_ids(struct fdb *d, sqlite3_stmt *st, int64_t *ids, unsigned max, unsigned *count_out)
{
	bool more = true;
	enum err e = ERR_OK;
	*count_out = 0;
	while (*count_out < max && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more)
		ids[(*count_out)++] = sqlite3_column_int64(st, 0);
	sql_done(st);
	return e;
}

enum err fdb_fetched(struct fdb *d, int64_t now, int64_t *ids, unsigned max, unsigned *count_out)
{
	sqlite3_stmt *st;
	*count_out = 0;
	enum err e = sql_get(&d->sql,
			     "SELECT id FROM pages WHERE state=" Q_FETCHED " AND (due IS NULL OR due<=?1)"
			     " ORDER BY solo DESC, body_fetch_id LIMIT ?2",
			     SQL_ARGS(SQL_I(now), SQL_I(max)), &st);
	return e == ERR_OK ? take_ids(d, st, ids, max, count_out) : e;
}

/* In batches, since the callback may release the pages that it is given. */
enum err fdb_sent(struct fdb *d,
		  bool (*row)(void *ctx, int64_t id, uint64_t body_fetch_id, uint32_t epoch, int64_t bytes, bool solo),
		  void *ctx)
{
	int64_t ids[FDB_BATCH], last = 0;
	for (unsigned n = FDB_BATCH; n == FDB_BATCH;) {
		sqlite3_stmt *st;
		enum err e =
			sql_get(&d->sql, "SELECT id FROM pages WHERE state=" Q_SENT " AND id>?1 ORDER BY id LIMIT ?2",
				SQL_ARGS(SQL_I(last), SQL_I(FDB_BATCH)), &st);
		if (e == ERR_OK)
			e = take_ids(d, st, ids, FDB_BATCH, &n);
		if (e != ERR_OK)
			return e;
		for (unsigned i = 0; i < n; i++) {
			struct page p;
			int64_t host;
			e = fdb_load(d, ids[i], &p, &host);
			if (e != ERR_OK)
				return e;
			if (p.state == PAGE_SENT && !row(ctx, p.id, p.body_fetch_id, p.epoch, p.body_bytes, p.solo))
				return ERR_OK;
			last = ids[i];
		}
	}
	return ERR_OK;
}

/* EV_TICK for the rows of `text` (?1 now, ?2 how many), again until none is left or max are done: every such row leaves
 * the selection by its tick. */
static enum err tick_rows(struct fdb *d, const char *text, int64_t now, bool revisit, int64_t max, int64_t *changed)
{
	const struct frontier_event tick = {.kind = EV_TICK, .revisit = revisit};
	int64_t ids[FDB_BATCH];
	unsigned n = FDB_BATCH;
	for (int64_t done = 0; n == FDB_BATCH && done < max; done += n) {
		sqlite3_stmt *st;
		enum err e = sql_get(&d->sql, text, SQL_ARGS(SQL_I(now), SQL_I(FDB_BATCH)), &st);
		if (e == ERR_OK)
			e = take_ids(d, st, ids, FDB_BATCH, &n);
		for (unsigned i = 0; e == ERR_OK && i < n; i++) {
			enum frontier_result r;
			e = fdb_event(d, ids[i], &tick, now, &r, NULL);
			if (e == ERR_OK && r == FRONTIER_IGNORED)
				return err_set(ERR_INTERNAL, "page %lld of the frontier is due but does not move",
					       (long long)ids[i]);
			*changed += e == ERR_OK;
		}
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err next_due(struct fdb *d, int64_t *out)
{
	int64_t retry = INT64_MAX, fetched = INT64_MAX;
	enum err e = sql_int(&d->sql, "SELECT min(due) FROM pages WHERE state=" Q_RETRY " AND due IS NOT NULL",
			     SQL_NONE, INT64_MAX, &retry);
	if (e == ERR_OK)
		e = sql_int(&d->sql, "SELECT min(due) FROM pages WHERE state=" Q_FETCHED " AND due IS NOT NULL",
			    SQL_NONE, INT64_MAX, &fetched);
	int64_t confirm = INT64_MAX;
	if (e == ERR_OK)
		e = sql_int(&d->sql,
			    "SELECT min(p.due) FROM watched v CROSS JOIN pages p ON p.id=v.page_id"
			    " WHERE v.confirm_due IS NOT NULL AND p.state IN (" Q_DONE "," Q_DISCARDED ")",
			    SQL_NONE, INT64_MAX, &confirm);
	*out = retry < fetched ? retry : fetched;
	if (confirm < *out)
		*out = confirm;
	if (e != ERR_OK)
		*out = INT64_MAX;
	return e;
}

/*
 * Rows beyond their own length can only exist when the clock went back since they were written: the walk over all
 * that wait is made at the first tick of a process and when `now` is before a time already seen.
 */
enum err fdb_tick(struct fdb *d, int64_t now, bool revisit, int64_t *changed_out, int64_t *next_due_out)
{
	int64_t changed = 0;
	enum err e = ERR_OK;
	if (!d->ticked || now < d->now_max)
		e = tick_rows(d,
			      "SELECT p.id FROM pages p JOIN work w ON w.page_id=p.id WHERE p.state IN (" Q_RETRY
			      "," Q_FETCHED ") AND p.due>?1 AND p.due>?1+ifnull(w.wait_len,0) LIMIT ?2",
			      now, revisit, INT64_MAX, &changed);
	d->ticked = true;
	d->now_max = now;
	if (e == ERR_OK)
		e = tick_rows(d, "SELECT id FROM pages WHERE state=" Q_RETRY " AND due<=?1 LIMIT ?2", now, revisit,
			      INT64_MAX, &changed);
	if (e == ERR_OK)
		e = tick_rows(d, "SELECT id FROM pages WHERE state=" Q_FETCHED " AND due<=?1 LIMIT ?2", now, revisit,
			      INT64_MAX, &changed);
	/* second fetches are made whether or not pages are visited again */
	if (e == ERR_OK)
		e = tick_rows(d,
			      "SELECT v.page_id FROM watched v CROSS JOIN pages p ON p.id=v.page_id"
			      " WHERE v.confirm_due<=?1 AND p.due<=?1 AND p.state IN (" Q_DONE "," Q_DISCARDED
			      ") LIMIT ?2",
			      now, revisit, TICK_CONFIRMS_MAX, &changed);
	if (e == ERR_OK && revisit)
		e = fdb_visits_due(d, now, &changed);
	if (changed_out)
		*changed_out = changed;
	int64_t due = INT64_MAX;
	if (e == ERR_OK)
		e = next_due(d, &due);
	if (next_due_out)
		*next_due_out = due;
	return e;
}

enum err fdb_fetch_known(struct fdb *d, uint64_t fetch_id, bool *known_out)
{
	int64_t n;
	enum err e = sql_int(&d->sql,
			     "SELECT EXISTS(SELECT 1 FROM pages WHERE body_fetch_id=?1)"
			     " OR EXISTS(SELECT 1 FROM history WHERE fetch_id=?1 AND " Q_RESPONSE_EVENTS ")",
			     SQL_ARGS(SQL_I(fetch_id)), 0, &n);
	*known_out = n != 0;
	return e;
}

static bool in_segment(const char *url, const char *segment)
{
	struct url_parts parts;
	return url_split(str_of(url), &parts) == ERR_OK && str_eq_z(url_first_segment(parts.path), segment);
}

/* Where a walk over queued pages is: (arm, ord, id) is the order of pages_ready. */
struct walk {
	int64_t arm, ord, id;
	unsigned seen; /* rows of the last batch */
};

/* One batch of queued pages; those below the segment are discarded. */
static enum err trap_batch(struct fdb *d, const char *text, int64_t host_id, const char *segment, int64_t now,
			   struct walk *w, int64_t *discarded)
{
	int64_t ids[FDB_BATCH];
	unsigned n = 0;
	bool more = true;
	sqlite3_stmt *st;
	w->seen = 0;
	enum err e =
		sql_get(&d->sql, text,
			SQL_ARGS(SQL_I(host_id), SQL_I(w->arm), SQL_I(w->ord), SQL_I(w->id), SQL_I(FDB_BATCH)), &st);
	while (e == ERR_OK && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more) {
		w->seen++;
		w->id = sqlite3_column_int64(st, 0);
		w->arm = sqlite3_column_int64(st, 1);
		w->ord = sqlite3_column_int64(st, 2);
		if (in_segment(sql_text(st, 3), segment))
			ids[n++] = w->id;
	}
	const struct frontier_event ev = {
		.kind = EV_DISCARD, .cause = CAUSE_TRAP, .detail = "too many barren pages below this path"};
	for (unsigned i = 0; e == ERR_OK && i < n; i++)
		e = fdb_event(d, ids[i], &ev, now, NULL, NULL);
	if (e == ERR_OK)
		*discarded += n;
	return e;
}

enum err fdb_trap(struct fdb *d, int64_t host_id, const char *segment, int64_t now, int64_t *discarded_out)
{
	static const char *const texts[] = {
		"SELECT id, arm, ord, url FROM pages WHERE state=" Q_READY " AND host_id=?1 AND (arm,ord,id)>(?2,?3,?4)"
		" ORDER BY arm, ord, id LIMIT ?5",
		"SELECT id, arm, ord, url FROM pages WHERE state=" Q_RETRY " AND due IS NOT NULL AND host_id=?1"
		" AND (arm,ord,id)>(?2,?3,?4) ORDER BY arm, ord, id LIMIT ?5"};
	int64_t discarded = 0;
	enum err e = ERR_OK;
	for (unsigned t = 0; e == ERR_OK && t < 2; t++) {
		struct walk w = {.arm = -1, .seen = FDB_BATCH};
		while (e == ERR_OK && w.seen == FDB_BATCH)
			e = trap_batch(d, texts[t], host_id, segment, now, &w, &discarded);
	}
	if (discarded_out)
		*discarded_out = discarded;
	return e;
}
