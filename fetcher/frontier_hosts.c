/* frontier_hosts - hosts, robots.txt, addresses, barren segments; which hosts changed since the last commit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetcher/frontier_priv.h"
#include "fetcher/politeness.h"

#define MARKS_MIN 64u

static struct host_mark *mark_slot(const struct host_marks *m, int64_t id)
{
	unsigned h = (unsigned)(((uint64_t)id * 0x9E3779B97F4A7C15ull) >> 33);
	while (m->slots[h & (m->cap - 1)].id && m->slots[h & (m->cap - 1)].id != id)
		h++;
	return &m->slots[h & (m->cap - 1)];
}

static bool says_something(const struct host_mark *k)
{
	return k->ready_delta || k->again_delta || k->woken;
}

static enum err marks_grow(struct host_marks *m)
{
	struct host_marks n = {.cap = m->cap ? m->cap * 2 : MARKS_MIN};
	n.slots = calloc(n.cap, sizeof(*n.slots));
	if (!n.slots)
		return err_set(ERR_NOMEM, "out of memory for the hosts of the frontier");
	for (unsigned i = 0; i < m->cap; i++) {
		if (!m->slots[i].id || !says_something(&m->slots[i]))
			continue;
		*mark_slot(&n, m->slots[i].id) = m->slots[i];
		n.used++;
	}
	free(m->slots);
	*m = n;
	return ERR_OK;
}

static enum err mark_get(struct fdb *d, int64_t host_id, struct host_mark **out)
{
	struct host_marks *m = &d->hosts;
	if (m->used * 2 >= m->cap) {
		enum err e = marks_grow(m);
		if (e != ERR_OK)
			return e;
	}
	*out = mark_slot(m, host_id);
	if (!(*out)->id) {
		(*out)->id = host_id;
		m->used++;
	}
	return ERR_OK;
}

enum err fdb_host_mark(struct fdb *d, int64_t host_id, int64_t ready_delta, bool wake)
{
	struct host_mark *k;
	enum err e = mark_get(d, host_id, &k);
	if (e != ERR_OK)
		return e;
	k->ready_delta += ready_delta;
	k->woken = k->woken || wake;
	return ERR_OK;
}

enum err fdb_host_mark_again(struct fdb *d, int64_t host_id, int64_t delta)
{
	struct host_mark *k;
	enum err e = mark_get(d, host_id, &k);
	if (e == ERR_OK)
		k->again_delta += delta;
	return e;
}

enum err fdb_hosts_flush(struct fdb *d)
{
	enum err e = ERR_OK;
	for (unsigned i = 0; e == ERR_OK && i < d->hosts.cap; i++) {
		struct host_mark *k = &d->hosts.slots[i];
		if (!k->ready_delta && !k->again_delta)
			continue;
		e = fdb_run(d, "UPDATE hosts SET ready=ready+?2, again=again+?3 WHERE id=?1",
			    SQL_ARGS(SQL_I(k->id), SQL_I(k->ready_delta), SQL_I(k->again_delta)));
		k->ready_delta = k->again_delta = 0;
	}
	return e;
}

unsigned fdb_woken_hosts(struct fdb *d, int64_t *ids, unsigned max)
{
	unsigned n = 0, left = 0;
	for (unsigned i = 0; i < d->hosts.cap; i++) {
		struct host_mark *k = &d->hosts.slots[i];
		if (k->woken && n < max) {
			ids[n++] = k->id;
			k->woken = false;
		}
		left += says_something(k);
	}
	if (!left && d->hosts.used) {
		memset(d->hosts.slots, 0, d->hosts.cap * sizeof(*d->hosts.slots));
		d->hosts.used = 0;
	}
	return n;
}

void fdb_hosts_free(struct fdb *d)
{
	free(d->hosts.slots);
	memset(&d->hosts, 0, sizeof(d->hosts));
}

enum err fdb_host_id(struct fdb *d, struct str key, int64_t *id_out)
{
	char z[sizeof(d->host_key)];
	if (key.n >= sizeof(z))
		return err_set(ERR_FORMAT, "the name of the host is longer than %zu bytes", sizeof(z) - 1);
	memcpy(z, key.p, key.n);
	z[key.n] = 0;
	if (!d->host_id || strcmp(z, d->host_key) != 0) {
		int64_t id;
		enum err e = sql_int(&d->sql, "SELECT id FROM hosts WHERE key=?1", SQL_ARGS(SQL_Z(z)), 0, &id);
		if (e == ERR_OK && !id) {
			e = fdb_run(d, "INSERT INTO hosts(key) VALUES(?1)", SQL_ARGS(SQL_Z(z)));
			id = sqlite3_last_insert_rowid(d->sql.db);
		}
		if (e != ERR_OK)
			return e;
		memcpy(d->host_key, z, key.n + 1);
		d->host_id = id;
	}
	*id_out = d->host_id;
	return ERR_OK;
}

#define HOST_COLUMNS                                                                                                   \
	"id, key, next_at, gap_ms, cooling_until, cooling_len, failures, trips, held, robots_state, robots_until, "    \
	"ready, ip, response_ms, day, day_requests, cooling_why, again, down_since, down_at"

static void read_host(const struct fdb *d, sqlite3_stmt *st, struct fdb_host *h)
{
	memset(h, 0, sizeof(*h));
	h->id = sqlite3_column_int64(st, 0);
	const char *key = sql_text(st, 1);
	size_t n = strlen(key);
	if (n >= sizeof(h->key))
		n = sizeof(h->key) - 1;
	memcpy(h->key, key, n);
	h->next_at = sqlite3_column_int64(st, 2);
	h->gap_ms = sqlite3_column_int64(st, 3);
	h->cooling_until = sqlite3_column_int64(st, 4);
	h->cooling_len = sqlite3_column_int64(st, 5);
	h->failures = sqlite3_column_int(st, 6);
	h->trips = sqlite3_column_int(st, 7);
	h->held = sqlite3_column_int(st, 8) != 0;
	h->robots_state = sqlite3_column_int(st, 9);
	h->robots_until = sqlite3_column_int64(st, 10);
	h->ready = sqlite3_column_int64(st, 11);
	snprintf(h->ip, sizeof(h->ip), "%s", sql_text(st, 12));
	h->response_ms = sqlite3_column_int64(st, 13);
	h->day = sqlite3_column_int64(st, 14);
	h->day_requests = sqlite3_column_int64(st, 15);
	h->cooling_why = sqlite3_column_int(st, 16);
	h->again = sqlite3_column_int64(st, 17);
	h->down_since = sqlite3_column_int64(st, 18);
	h->down_at = sqlite3_column_int64(st, 19);
	if (d->hosts.cap) {
		const struct host_mark *k = mark_slot(&d->hosts, h->id);
		h->ready += k->ready_delta;
		h->again += k->again_delta;
	}
}

/* The callback may save the host it was given: a row that is updated by its number stays where it is in the walk. */
enum err fdb_hosts(struct fdb *d, bool (*row)(void *ctx, const struct fdb_host *h), void *ctx)
{
	sqlite3_stmt *st;
	bool more = true;
	struct fdb_host h;
	enum err e = sql_get(&d->sql, "SELECT " HOST_COLUMNS " FROM hosts ORDER BY id", SQL_NONE, &st);
	while (e == ERR_OK && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more) {
		read_host(d, st, &h);
		if (!row(ctx, &h)) {
			sql_done(st);
			break;
		}
	}
	return e;
}

enum err fdb_host(struct fdb *d, int64_t id, struct fdb_host *out)
{
	sqlite3_stmt *st;
	enum err e = sql_row(&d->sql, "SELECT " HOST_COLUMNS " FROM hosts WHERE id=?1", SQL_ARGS(SQL_I(id)), &st);
	if (e == ERR_NOTFOUND)
		return err_set(e, "the frontier has no host %lld", (long long)id);
	if (e != ERR_OK)
		return e;
	read_host(d, st, out);
	sql_done(st);
	return ERR_OK;
}

enum err fdb_host_save(struct fdb *d, const struct fdb_host *h)
{
	d->pending++;
	return fdb_run(
		d,
		"UPDATE hosts SET next_at=?2, gap_ms=?3, cooling_until=?4, cooling_len=?5, failures=?6, trips=?7,"
		" robots_state=?8, robots_until=?9, ip=?10, response_ms=?11, day=?12, day_requests=?13,"
		" cooling_why=?14, down_since=?15, down_at=?16 WHERE id=?1",
		SQL_ARGS(SQL_I(h->id), SQL_I(h->next_at), SQL_I(h->gap_ms), SQL_I(h->cooling_until),
			 SQL_I(h->cooling_len), SQL_I(h->failures), SQL_I(h->trips), SQL_I(h->robots_state),
			 SQL_I(h->robots_until), SQL_Z(h->ip[0] ? h->ip : NULL), SQL_I(h->response_ms), SQL_I(h->day),
			 SQL_I(h->day_requests), SQL_I(h->cooling_why), SQL_I(h->down_since), SQL_I(h->down_at)));
}

/* polite_gap() in SQL: ?2 is the delay, ?3 to ?5 are the bounds of slowness */
#define Q_GAP "max(gap_ms,?2,min(response_ms*?3,max(gap_ms,?2)*?4,?5))"
#define GAP_ARGS(now, r)                                                                                               \
	SQL_I(now), SQL_I((r)->delay_ms), SQL_I(POLITE_SLOW_FACTOR), SQL_I(POLITE_SLOW_TIMES),                         \
		SQL_I(POLITE_SLOW_MAX_MS), SQL_I(POLITE_MARGIN_MS)

enum err fdb_hosts_cut(struct fdb *d, const struct polite_rules *r, int64_t now)
{
	enum err e = fdb_run(d,
			     "UPDATE hosts SET cooling_until=?1+min(cooling_len,?2)"
			     " WHERE cooling_until>?1+min(cooling_len,?2)",
			     SQL_ARGS(SQL_I(now), SQL_I(POLITE_COOL_MAX_MS)));
	if (e != ERR_OK)
		return e;
	e = fdb_run(d, "UPDATE hosts SET down_at=min(down_at,?1), down_since=min(down_since,?1) WHERE down_at>?1",
		    SQL_ARGS(SQL_I(now)));
	if (e != ERR_OK)
		return e;
	return fdb_run(d, "UPDATE hosts SET next_at=?1+" Q_GAP "+?6 WHERE next_at>?1+" Q_GAP "+?6",
		       SQL_ARGS(GAP_ARGS(now, r)));
}

enum err fdb_host_try(struct fdb *d, int64_t host_id, bool *changed_out)
{
	int64_t down;
	enum err e = sql_int(&d->sql, "SELECT down_since FROM hosts WHERE id=?1", SQL_ARGS(SQL_I(host_id)), 0, &down);
	*changed_out = down != 0;
	if (e != ERR_OK || !down)
		return e;
	d->pending++;
	e = fdb_run(d, "UPDATE hosts SET down_since=0, down_at=0 WHERE id=?1", SQL_ARGS(SQL_I(host_id)));
	return e == ERR_OK ? fdb_note(d, fdb_host_mark(d, host_id, 0, true)) : e;
}

enum err fdb_host_forgive(struct fdb *d, int64_t host_id)
{
	d->pending++;
	enum err e = fdb_run(d,
			     "UPDATE hosts SET down_since=0, down_at=0, failures=0, trips=0,"
			     " cooling_until=iif(cooling_why=?2,0,cooling_until) WHERE id=?1",
			     SQL_ARGS(SQL_I(host_id), SQL_I(POLITE_FAILURES)));
	return e == ERR_OK ? fdb_note(d, fdb_host_mark(d, host_id, 0, true)) : e;
}

enum err fdb_hosts_restarted(struct fdb *d, const struct polite_rules *r, int64_t now, int64_t *quiet_until_out)
{
	int64_t gap = 0;
	*quiet_until_out = 0;
	enum err e = fdb_run(d, "UPDATE hosts SET next_at=max(next_at,?1+" Q_GAP "+?6) WHERE next_at>?1-?7",
			     SQL_ARGS(GAP_ARGS(now, r), SQL_I(POLITE_RESTART_MS)));
	if (e == ERR_OK)
		e = sql_int(&d->sql, "SELECT max(" Q_GAP ")+?6 FROM hosts WHERE next_at>?1 AND ip IS NULL",
			    SQL_ARGS(GAP_ARGS(now, r)), 0, &gap);
	if (e != ERR_OK)
		return e;
	*quiet_until_out = gap ? now + gap : 0;
	return fdb_run(d, "UPDATE addresses SET next_at=max(next_at,?1+gap_ms+?2) WHERE next_at>?1-?3 AND gap_ms>0",
		       SQL_ARGS(SQL_I(now), SQL_I(POLITE_MARGIN_MS), SQL_I(POLITE_RESTART_MS)));
}

enum err fdb_host_hold(struct fdb *d, int64_t host_id, bool held)
{
	d->pending++;
	enum err e = fdb_run(d, "UPDATE hosts SET held=?2 WHERE id=?1", SQL_ARGS(SQL_I(host_id), SQL_I(held)));
	return e == ERR_OK ? fdb_note(d, fdb_host_mark(d, host_id, 0, true)) : e;
}

/* CROSS JOIN: of the few pages that are watched first, else every page of the two states is walked. */
enum err fdb_retrying(struct fdb *d, int64_t host_id, int64_t *out)
{
	return sql_int(
		&d->sql,
		"SELECT (SELECT count(*) FROM pages WHERE state=" Q_RETRY " AND due IS NOT NULL AND host_id=?1)"
		"+(SELECT count(*) FROM watched v CROSS JOIN pages p ON p.id=v.page_id WHERE v.confirm_due IS NOT NULL"
		" AND p.state IN (" Q_DONE "," Q_DISCARDED ") AND p.host_id=?1)",
		SQL_ARGS(SQL_I(host_id)), 0, out);
}

enum err fdb_retry_workable(struct fdb *d, bool (*rests)(void *ctx, const struct fdb_host *h), void *ctx, int64_t *out)
{
	sqlite3_stmt *st;
	bool more = true;
	*out = 0;
	enum err e = sql_get(&d->sql,
			     "SELECT host_id, count(*) FROM (SELECT host_id FROM pages WHERE state=" Q_RETRY
			     " AND due IS NOT NULL UNION ALL SELECT p.host_id FROM watched v CROSS JOIN pages p"
			     " ON p.id=v.page_id WHERE v.confirm_due IS NOT NULL AND p.state IN (" Q_DONE
			     "," Q_DISCARDED ")) GROUP BY host_id",
			     SQL_NONE, &st);
	while (e == ERR_OK && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more) {
		struct fdb_host h;
		int64_t n = sqlite3_column_int64(st, 1);
		e = fdb_host(d, sqlite3_column_int64(st, 0), &h);
		if (e != ERR_OK)
			sql_done(st);
		else if (!rests(ctx, &h))
			*out += n;
	}
	return e;
}

enum err fdb_held_back(struct fdb *d, int64_t *out)
{
	return sql_int(&d->sql,
		       "SELECT count(*) FROM pages p JOIN work w ON w.page_id=p.id WHERE p.state=" Q_HELD
		       " AND ifnull(w.held_from,0) IN (" Q_READY "," Q_FETCHED "," Q_RETRY ")",
		       SQL_NONE, 0, out);
}

enum err fdb_robots_save(struct fdb *d, int64_t host_id, const char *body, size_t n)
{
	d->pending++;
	return fdb_run(d, "INSERT OR REPLACE INTO robots VALUES(?1,?2)", SQL_ARGS(SQL_I(host_id), SQL_B(body, n)));
}

enum err fdb_robots_load(struct fdb *d, int64_t host_id, struct buf *out)
{
	buf_clear(out);
	sqlite3_stmt *st;
	enum err e = sql_row(&d->sql, "SELECT body FROM robots WHERE host_id=?1", SQL_ARGS(SQL_I(host_id)), &st);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	const void *p = sqlite3_column_blob(st, 0);
	e = p ? buf_add(out, p, (size_t)sqlite3_column_bytes(st, 0)) : ERR_OK;
	sql_done(st);
	return e;
}

enum err fdb_address(struct fdb *d, const char *ip, int64_t *next_at_out, int64_t *gap_ms_out)
{
	sqlite3_stmt *st;
	*next_at_out = *gap_ms_out = 0;
	enum err e = sql_row(&d->sql, "SELECT next_at, gap_ms FROM addresses WHERE ip=?1", SQL_ARGS(SQL_Z(ip)), &st);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	*next_at_out = sqlite3_column_int64(st, 0);
	*gap_ms_out = sqlite3_column_int64(st, 1);
	sql_done(st);
	return ERR_OK;
}

enum err fdb_addresses(struct fdb *d, int64_t now,
		       void (*row)(void *ctx, const char *ip, int64_t next_at, int64_t gap_ms), void *ctx)
{
	sqlite3_stmt *st;
	bool more = true;
	enum err e = sql_get(&d->sql, "SELECT ip, next_at, gap_ms FROM addresses WHERE next_at>?1",
			     SQL_ARGS(SQL_I(now)), &st);
	while (e == ERR_OK && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more)
		row(ctx, sql_text(st, 0), sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 2));
	return e;
}

enum err fdb_address_save(struct fdb *d, const char *ip, int64_t next_at, int64_t gap_ms)
{
	d->pending++;
	return fdb_run(d, "INSERT OR REPLACE INTO addresses(ip, next_at, gap_ms) VALUES(?1,?2,?3)",
		       SQL_ARGS(SQL_Z(ip), SQL_I(next_at), SQL_I(gap_ms)));
}

enum err fdb_barren_count(struct fdb *d, int64_t host_id, const char *segment, int64_t *count_out)
{
	return sql_int(&d->sql, "SELECT barren FROM segments WHERE host_id=?1 AND segment=?2",
		       SQL_ARGS(SQL_I(host_id), SQL_Z(segment)), 0, count_out);
}

enum err fdb_barren(struct fdb *d, int64_t host_id, const char *segment, int64_t *count_out)
{
	d->pending++;
	enum err e = fdb_run(
		d, "INSERT INTO segments VALUES(?1,?2,1) ON CONFLICT(host_id, segment) DO UPDATE SET barren=barren+1",
		SQL_ARGS(SQL_I(host_id), SQL_Z(segment)));
	return e == ERR_OK ? fdb_barren_count(d, host_id, segment, count_out) : e;
}

enum err fdb_fertile(struct fdb *d, int64_t host_id, const char *segment)
{
	d->pending++;
	return fdb_run(d,
		       "UPDATE segments SET barren=max(0, barren-?3) WHERE host_id=?1 AND segment=?2 AND barren "
		       "BETWEEN 1 AND ?4",
		       SQL_ARGS(SQL_I(host_id), SQL_Z(segment), SQL_I(FDB_BARREN_BACK), SQL_I(FDB_BARREN_MAX - 1)));
}
