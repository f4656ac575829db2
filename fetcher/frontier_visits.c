#include "fetcher/frontier_visits.h"

#include <curl/curl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fetcher/frontier_priv.h"
#include "fetcher/politeness.h"

#define COUNT 1000.0    /* counts are stored in thousandths, ... */
#define MINUTES 1440.0  /* ... times in minutes */
#define LEADS_KEPT 0.95 /* of what a page led to, after each visit */
#define LEADS_REPORT 4.0
#define HOST_BURST 100.0 /* visits a host may be behind before its own m rises */
#define HOST_FLOOR 16.0  /* a host that has room keeps its m this much below that of all, so that it comes back soon */
#define HOST_MOST 1e6    /* visits a day of a host without a gap */
#define SWEEP_DAYS 1.0   /* all pages are planned anew in so many days, as m and the priors move */
#define SWEEP_CHANGE 0.1 /* written only when the interval changes by this share */

/* ---- rows */

void fdb_visit_read(sqlite3_stmt *st, int at, struct fdb_visit_row *out)
{
	int kind = sqlite3_column_int(st, at);
	out->kind = kind >= 0 && kind < REVISIT_KINDS ? (enum revisit_kind)kind : REVISIT_ARTICLE;
	out->fetch_id = (uint64_t)sqlite3_column_int64(st, at + 1);
	out->last_at = sqlite3_column_int64(st, at + 2);
	out->seen.visits = sqlite3_column_double(st, at + 3) / COUNT;
	out->seen.changes = sqlite3_column_double(st, at + 4) / COUNT;
	out->seen.quiet = sqlite3_column_double(st, at + 5) / MINUTES;
	out->seen.busy = sqlite3_column_double(st, at + 6) / MINUTES;
	out->seen.told = sqlite3_column_double(st, at + 7) / COUNT;
	out->leads = sqlite3_column_double(st, at + 8) / COUNT;
	out->announced = sqlite3_column_int64(st, at + 9);
}

static enum err row_get(struct fdb *d, int64_t page_id, struct fdb_visit_row *out)
{
	sqlite3_stmt *st;
	enum err e = sql_row(&d->sql, "SELECT " FDB_VISIT_COLUMNS " FROM visits v WHERE v.page_id=?1",
			     SQL_ARGS(SQL_I(page_id)), &st);
	if (e != ERR_OK)
		return e;
	fdb_visit_read(st, 0, out);
	sql_done(st);
	return ERR_OK;
}

static enum err row_put(struct fdb *d, int64_t page_id, const struct fdb_visit_row *r)
{
	return fdb_run(d, "INSERT OR REPLACE INTO visits VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
		       SQL_ARGS(SQL_I(page_id), SQL_I(r->kind), SQL_I(r->fetch_id), SQL_I(r->last_at),
				SQL_N(llround(r->seen.visits * COUNT)), SQL_N(llround(r->seen.changes * COUNT)),
				SQL_N(llround(r->seen.quiet * MINUTES)), SQL_N(llround(r->seen.busy * MINUTES)),
				SQL_N(llround(r->seen.told * COUNT)), SQL_N(llround(r->leads * COUNT)),
				SQL_N(r->announced)));
}

static enum err group_get(struct sql *s, int64_t host_id, enum revisit_kind kind, struct revisit_group *out)
{
	sqlite3_stmt *st;
	memset(out, 0, sizeof(*out));
	enum err e = sql_row(s, "SELECT visits, weight, rate, log_rate FROM visit_groups WHERE host_id=?1 AND kind=?2",
			     SQL_ARGS(SQL_I(host_id), SQL_I(kind)), &st);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	out->visits = sqlite3_column_double(st, 0);
	out->weight = sqlite3_column_double(st, 1);
	out->rate = sqlite3_column_double(st, 2);
	out->log_rate = sqlite3_column_double(st, 3);
	sql_done(st);
	return ERR_OK;
}

static enum err group_seen(struct fdb *d, int64_t host_id, enum revisit_kind kind, struct revisit_rate rate,
			   double spacing)
{
	struct revisit_group g;
	enum err e = group_get(&d->sql, host_id, kind, &g);
	if (e != ERR_OK)
		return e;
	revisit_group_seen(&g, rate, spacing);
	return fdb_run(d, "INSERT OR REPLACE INTO visit_groups VALUES(?1,?2,?3,?4,?5,?6)",
		       SQL_ARGS(SQL_I(host_id), SQL_I(kind), SQL_R(g.visits), SQL_R(g.weight), SQL_R(g.rate),
				SQL_R(g.log_rate)));
}

enum err fdb_visit_prior(struct sql *s, int64_t host_id, enum revisit_kind kind, struct revisit_rate *out)
{
	struct revisit_group all, host;
	enum err e = group_get(s, 0, kind, &all);
	if (e == ERR_OK)
		e = group_get(s, host_id, kind, &host);
	if (e == ERR_OK)
		*out = revisit_group_prior(&host, revisit_group_prior(&all, revisit_prior(kind)));
	return e;
}

enum err fdb_visit_pace(struct sql *s, int64_t host_id, struct revisit_pace *out, int64_t *at_out)
{
	sqlite3_stmt *st;
	memset(out, 0, sizeof(*out));
	if (at_out)
		*at_out = 0;
	enum err e = sql_row(s, "SELECT m, saved, age, at FROM paces WHERE host_id=?1", SQL_ARGS(SQL_I(host_id)), &st);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	out->m = sqlite3_column_double(st, 0);
	out->saved = sqlite3_column_double(st, 1);
	out->age = sqlite3_column_double(st, 2);
	if (at_out)
		*at_out = sqlite3_column_int64(st, 3);
	sql_done(st);
	return ERR_OK;
}

static enum err pace_put(struct fdb *d, int64_t host_id, const struct revisit_pace *p, int64_t at)
{
	return fdb_run(d, "INSERT OR REPLACE INTO paces VALUES(?1,?2,?3,?4,?5)",
		       SQL_ARGS(SQL_I(host_id), SQL_R(p->m), SQL_R(p->saved), SQL_R(p->age), SQL_I(at)));
}

/* ---- the pace of all hosts */

/* Those that come round. */
static double known_pages(const struct fdb *d)
{
	return (double)(d->counts[PAGE_DONE] + d->counts[PAGE_DISCARDED] + d->counts[PAGE_DEAD]);
}

double fdb_visits_budget(const struct fdb *d)
{
	if (d->visits.budget > 0)
		return d->visits.budget;
	double n = known_pages(d) / REVISIT_MEAN_DAYS;
	return n > 1 ? n : 1;
}

static double days_between(int64_t from, int64_t to)
{
	return to > from ? (double)(to - from) / (double)REVISIT_DAY_MS : 0;
}

static double most_saved(double budget)
{
	return budget * REVISIT_SAVED_DAYS > REVISIT_BURST ? budget * REVISIT_SAVED_DAYS : REVISIT_BURST;
}

static enum err pace_load(struct fdb *d, int64_t now)
{
	struct fdb_visit_state *v = &d->visits;
	enum err e = ERR_OK;
	if (v->at == 0) {
		e = fdb_visit_pace(&d->sql, 0, &v->pace, &v->at);
		if (e != ERR_OK)
			return e;
		if (v->at == 0)
			v->pace.saved = REVISIT_BURST;
	}
	double pages = known_pages(d);
	double interval = v->budget > 0 ? pages / v->budget : REVISIT_MEAN_DAYS;
	revisit_pace_begin(&v->pace, revisit_prior(REVISIT_ARTICLE), interval > 1 ? interval : 1);
	if (v->at == 0)
		v->at = now;
	return ERR_OK;
}

/* Only where visits are wanted: a run without them must not take the unused budget for a sign that m is too high. */
static enum err pace_grant(struct fdb *d, int64_t now)
{
	struct fdb_visit_state *v = &d->visits;
	double budget = fdb_visits_budget(d);
	enum err e = pace_load(d, now);
	if (e != ERR_OK)
		return e;
	revisit_pace_grant(&v->pace, days_between(v->at, now), budget, most_saved(budget));
	v->dirty |= now != v->at;
	v->at = now; /* a clock that went back grants from there on */
	return ERR_OK;
}

enum err fdb_visits_begin(struct fdb *d, double budget, int64_t delay_ms)
{
	char text[32];
	d->visits.budget = budget;
	d->visits.delay_ms = delay_ms;
	snprintf(text, sizeof(text), "%.6g", budget);
	return fdb_set_setting(d, "revisit-budget", text);
}

enum err fdb_visits_flush(struct fdb *d)
{
	if (!d->visits.dirty)
		return ERR_OK;
	d->visits.dirty = false;
	return pace_put(d, 0, &d->visits.pace, d->visits.at);
}

/* ---- planning */

int64_t fdb_visit_due(const struct fdb_visit_row *row, struct revisit_rate rate, double m)
{
	double days = revisit_interval(rate, revisit_weight(row->kind, row->leads), m, revisit_look(row->kind));
	return row->last_at + (int64_t)(days * (double)REVISIT_DAY_MS);
}

static enum err rate_get(struct fdb *d, int64_t host_id, const struct fdb_visit_row *row, struct revisit_rate *out)
{
	struct revisit_rate prior;
	enum err e = fdb_visit_prior(&d->sql, host_id, row->kind, &prior);
	if (e == ERR_OK)
		*out = revisit_rate_of(&row->seen, prior);
	return e;
}

/* The multiplier for a page of the host: that of all, or the host's when it cannot carry that one. */
static enum err m_for(struct fdb *d, int64_t host_id, int64_t now, double *out)
{
	struct revisit_pace host;
	int64_t at = 0;
	enum err e = pace_load(d, now);
	if (e == ERR_OK)
		e = fdb_visit_pace(&d->sql, host_id, &host, &at);
	double own = host.m > 0 ? revisit_pace_m(&host, days_between(at, now)) : 0;
	if (e == ERR_OK)
		*out = own > d->visits.pace.m ? own : d->visits.pace.m;
	return e;
}

static enum err plan(struct fdb *d, int64_t host_id, const struct fdb_visit_row *row, int64_t now, int64_t *next_out)
{
	struct revisit_rate rate;
	double m;
	enum err e = rate_get(d, host_id, row, &rate);
	if (e == ERR_OK)
		e = m_for(d, host_id, now, &m);
	if (e == ERR_OK)
		*next_out = fdb_visit_due(row, rate, m);
	return e;
}

static double age_of(const struct fdb_page *page, int64_t last_at, int64_t now)
{
	if (!page->last_modified)
		return -1;
	int64_t at = curl_getdate(page->last_modified, NULL);
	return at > 0 ? revisit_age(at, last_at, now) : -1;
}

/* A later visit than the first one of the row. */
static enum err count_visit(struct fdb *d, const struct fdb_page *page, const struct fdb_visit *v, int64_t now,
			    struct fdb_visit_row *row)
{
	double spacing = days_between(row->last_at, now);
	struct revisit_rate rate;
	if (v->changed && row->announced)
		revisit_told(&row->seen, spacing);
	else
		revisit_seen(&row->seen, spacing, v->changed, v->changed ? age_of(page, row->last_at, now) : -1);
	row->leads *= LEADS_KEPT;
	row->announced = 0;
	enum err e = rate_get(d, page->host_id, row, &rate);
	if (e == ERR_OK)
		e = group_seen(d, page->host_id, row->kind, rate, spacing);
	return e == ERR_OK ? group_seen(d, 0, row->kind, rate, spacing) : e;
}

static enum err lead(struct fdb *d, int64_t page_id, double more)
{
	return fdb_run(
		d, "UPDATE visits SET leads=min(ifnull(leads,0)+?2,?3) WHERE page_id=?1",
		SQL_ARGS(SQL_I(page_id), SQL_I(llround(more * COUNT)), SQL_I((int64_t)(REVISIT_WEIGHT_MAX * COUNT))));
}

static enum err lead_to_report(struct fdb *d, int64_t page_id)
{
	int64_t from;
	enum err e = sql_int(&d->sql, "SELECT from_page FROM pages WHERE id=?1", SQL_ARGS(SQL_I(page_id)), 0, &from);
	return e == ERR_OK && from ? lead(d, from, LEADS_REPORT) : e;
}

enum err fdb_visited(struct fdb *d, const struct fdb_page *page, const struct fdb_visit *v, int64_t now,
		     int64_t *next_out)
{
	struct fdb_visit_row row = {0};
	if (d->visits.led_from == page->p.id)
		d->visits.led_from = 0;
	enum err e = row_get(d, page->p.id, &row);
	bool first = e == ERR_NOTFOUND;
	if (e != ERR_OK && !first)
		return e;
	e = ERR_OK;
	bool report = row.kind == REVISIT_REPORT && !first;
	row.kind = revisit_kind_of(page->url, page->p.depth, v->report || (report && !v->changed));
	if (!first && v->fetch_id > row.fetch_id && !v->untimed)
		e = count_visit(d, page, v, now, &row);
	if (e == ERR_OK && v->report && !report)
		e = lead_to_report(d, page->p.id);
	if (e != ERR_OK)
		return fdb_note(d, e);
	if (first || v->fetch_id > row.fetch_id) {
		row.fetch_id = v->fetch_id;
		row.last_at = now;
	}
	e = row_put(d, page->p.id, &row);
	if (e == ERR_OK)
		e = plan(d, page->host_id, &row, now, next_out);
	return fdb_note(d, e);
}

/* ---- what pages lead to, and what lists announce */

enum err fdb_visit_led(struct fdb *d, int64_t from)
{
	struct fdb_visit_state *v = &d->visits;
	if (from != v->led_from) {
		int64_t n;
		enum err e = sql_int(&d->sql, "SELECT ifnull(visits,0)>0 FROM visits WHERE page_id=?1",
				     SQL_ARGS(SQL_I(from)), 0, &n);
		if (e != ERR_OK)
			return e;
		v->led_from = from;
		v->led_again = n != 0;
	}
	return v->led_again ? lead(d, from, 1) : ERR_OK;
}

static enum err move_due(struct fdb *d, int64_t page_id, int64_t due)
{
	d->pending++;
	/* a page whose second fetch is owed comes when that is due, whatever its visits are worth */
	int64_t owed;
	enum err e = sql_int(&d->sql, "SELECT count(*) FROM watched WHERE page_id=?1 AND confirm_due IS NOT NULL",
			     SQL_ARGS(SQL_I(page_id)), 0, &owed);
	if (e != ERR_OK || owed)
		return e;
	e = fdb_run(d, "UPDATE pages SET due=?2 WHERE id=?1", SQL_ARGS(SQL_I(page_id), SQL_I(due)));
	return e == ERR_OK ? fdb_run(d, "UPDATE work SET next_visit=?2 WHERE page_id=?1",
				     SQL_ARGS(SQL_I(page_id), SQL_I(due)))
			   : e;
}

enum err fdb_visit_announced(struct fdb *d, int64_t page_id, int64_t now)
{
	struct fdb_visit_row row;
	struct revisit_rate rate;
	struct page p;
	int64_t host;
	double m;
	enum err e = row_get(d, page_id, &row);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	e = fdb_load(d, page_id, &p, &host);
	if (e != ERR_OK || p.state != PAGE_DONE || row.announced)
		return e;
	e = rate_get(d, host, &row, &rate);
	if (e == ERR_OK)
		e = m_for(d, host, now, &m);
	if (e != ERR_OK || !revisit_worth(&row.seen, rate, revisit_weight(row.kind, row.leads), m))
		return e;
	row.announced = now;
	int64_t soonest = row.last_at + (int64_t)(REVISIT_LEAST_DAYS * (double)REVISIT_DAY_MS);
	int64_t due = soonest > now ? soonest : now;
	e = row_put(d, page_id, &row);
	return e == ERR_OK && (p.next_visit == 0 || due < p.next_visit) ? move_due(d, page_id, due) : e;
}

/* ---- visits that begin */

/* Visits a day that a host can carry. */
static enum err host_room(struct fdb *d, int64_t host_id, double *out)
{
	struct fdb_host h;
	enum err e = fdb_host(d, host_id, &h);
	if (e != ERR_OK)
		return e;
	bool fresh = h.ready > h.again; /* pages that were never fetched */
	const struct polite_rules rules = {.delay_ms = d->visits.delay_ms};
	int64_t gap = polite_span(polite_gap(&h, &rules));
	double room = gap > 0 ? (double)REVISIT_DAY_MS / (double)gap : HOST_MOST;
	room *= fresh ? REVISIT_HOST_SHARE_NEW : REVISIT_HOST_SHARE;
	*out = room < HOST_MOST ? room : HOST_MOST;
	return ERR_OK;
}

/* The hosts of one batch of pages that are due, loaded once each. */
struct batch_host {
	int64_t id, at;
	struct revisit_pace pace;
	double room;
	int64_t put_off;
};

struct batch {
	struct batch_host hosts[FDB_BATCH];
	unsigned n;
};

static enum err batch_host(struct fdb *d, struct batch *b, int64_t host_id, int64_t now, struct batch_host **out)
{
	for (unsigned i = 0; i < b->n; i++)
		if (b->hosts[i].id == host_id) {
			*out = &b->hosts[i];
			return ERR_OK;
		}
	struct batch_host *h = *out = &b->hosts[b->n++];
	*h = (struct batch_host){.id = host_id};
	enum err e = fdb_visit_pace(&d->sql, host_id, &h->pace, &h->at);
	if (e == ERR_OK)
		e = host_room(d, host_id, &h->room);
	if (e != ERR_OK)
		return e;
	double most = h->room / 24 > HOST_BURST ? h->room / 24 : HOST_BURST;
	double floor = d->visits.pace.m / HOST_FLOOR;
	if (h->pace.m <= 0)
		h->pace = (struct revisit_pace){.m = d->visits.pace.m, .saved = most};
	if (h->at > 0)
		revisit_pace_grant(&h->pace, days_between(h->at, now), h->room, most);
	if (h->pace.m < floor)
		h->pace.m = floor;
	return ERR_OK;
}

static enum err batch_end(struct fdb *d, const struct batch *b, int64_t now)
{
	enum err e = ERR_OK;
	for (unsigned i = 0; i < b->n && e == ERR_OK; i++)
		e = pace_put(d, b->hosts[i].id, &b->hosts[i].pace, now);
	return e;
}

/* The value that a page has by now; m for one of which nothing is known. */
static enum err value_now(struct fdb *d, int64_t page_id, int64_t host_id, int64_t now, double *out)
{
	struct fdb_visit_row row;
	struct revisit_rate rate;
	*out = d->visits.pace.m;
	enum err e = row_get(d, page_id, &row);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	e = rate_get(d, host_id, &row, &rate);
	if (e == ERR_OK)
		*out = revisit_value(rate, revisit_weight(row.kind, row.leads), days_between(row.last_at, now));
	if (row.announced && *out < d->visits.pace.m)
		*out = d->visits.pace.m;
	return e;
}

/* One page that is due. *spent_out: the budget is at its end. A host that has no room puts its page off, in turn. */
static enum err begin_visit(struct fdb *d, struct batch *b, int64_t page_id, int64_t host_id, bool done, int64_t now,
			    bool *spent_out, int64_t *changed)
{
	const struct frontier_event tick = {.kind = EV_TICK, .revisit = true};
	struct fdb_visit_state *v = &d->visits;
	struct batch_host *h;
	double value = v->pace.m; /* one that is not there is asked for by its turn: its lateness says nothing of m */
	enum frontier_result r;
	*spent_out = v->pace.saved < 1;
	if (*spent_out)
		return ERR_OK;
	enum err e = batch_host(d, b, host_id, now, &h);
	if (e == ERR_OK && done)
		e = value_now(d, page_id, host_id, now, &value);
	if (e != ERR_OK)
		return e;
	if (!revisit_pace_take(&h->pace, value, h->room)) {
		double wait = (double)++h->put_off / h->room;
		return move_due(d, page_id, now + 1 + (int64_t)(wait * (double)REVISIT_DAY_MS));
	}
	revisit_pace_take(&v->pace, value, fdb_visits_budget(d));
	v->dirty = true;
	e = fdb_event(d, page_id, &tick, now, &r, NULL);
	if (e == ERR_OK && r == FRONTIER_IGNORED)
		return err_set(ERR_INTERNAL, "page %lld of the frontier is due but does not move", (long long)page_id);
	*changed += e == ERR_OK;
	return e;
}

/*
 * Done, discarded and dead pages in one line by the time since they are due, so that none starves where the budget is short.
 * Each state is cut by itself: all that wait, which may be most of the frontier, would be sorted at each tick.
 */
#define Q_DUE(state)                                                                                                   \
	"SELECT * FROM (SELECT id, host_id, due, state FROM pages WHERE state=" state                                  \
	" AND due<=?1 ORDER BY due LIMIT ?2)"
static const char visits_due[] = "SELECT id, host_id, state FROM (" Q_DUE(Q_DONE) " UNION ALL " Q_DUE(
	Q_DISCARDED) " UNION ALL " Q_DUE(Q_DEAD) ") ORDER BY due LIMIT ?2";

static enum err begin_visits(struct fdb *d, int64_t now, int64_t *changed)
{
	struct {
		int64_t page, host;
		bool done;
	} rows[FDB_BATCH];
	unsigned n = FDB_BATCH;
	bool spent = false;
	enum err e = ERR_OK;
	for (int done = 0; e == ERR_OK && n == FDB_BATCH && !spent && done < FDB_VISITS_TICK; done += FDB_BATCH) {
		struct batch b = {.n = 0};
		sqlite3_stmt *st;
		bool more = true;
		n = 0;
		e = sql_get(&d->sql, visits_due, SQL_ARGS(SQL_I(now), SQL_I(FDB_BATCH)), &st);
		while (e == ERR_OK && n < FDB_BATCH && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more) {
			rows[n].page = sqlite3_column_int64(st, 0);
			rows[n].host = sqlite3_column_int64(st, 1);
			rows[n++].done = sqlite3_column_int(st, 2) == PAGE_DONE;
		}
		if (e == ERR_OK)
			sql_done(st);
		for (unsigned i = 0; e == ERR_OK && i < n && !spent; i++)
			e = begin_visit(d, &b, rows[i].page, rows[i].host, rows[i].done, now, &spent, changed);
		if (e == ERR_OK)
			e = batch_end(d, &b, now);
	}
	return e;
}

/* m and the priors moved since a page was planned: all of them are planned anew in SWEEP_DAYS, those that are due excepted. */
static enum err sweep(struct fdb *d, int64_t now)
{
	struct fdb_visit_state *v = &d->visits;
	double part = days_between(v->swept_at, now) / SWEEP_DAYS * (double)d->counts[PAGE_DONE];
	if (v->swept_at == 0 || part < 1) {
		if (v->swept_at == 0 || v->swept_at > now)
			v->swept_at = now;
		return ERR_OK;
	}
	unsigned left = part < FDB_VISITS_TICK ? (unsigned)part : FDB_VISITS_TICK;
	v->swept_at = now;
	while (left > 0) {
		struct {
			int64_t page, host, due;
			struct fdb_visit_row row;
		} rows[64];
		unsigned want = left < 64 ? left : 64, n = 0;
		bool more = true;
		sqlite3_stmt *st;
		enum err e =
			sql_get(&d->sql,
				"SELECT p.id, p.host_id, p.due, " FDB_VISIT_COLUMNS " FROM visits v JOIN pages p"
				" ON p.id=v.page_id WHERE v.page_id>?1 AND p.state=" Q_DONE
				" AND NOT EXISTS(SELECT 1 FROM work w WHERE w.page_id=p.id AND w.flags&" Q_REDIRECTED
				") ORDER BY v.page_id LIMIT ?2",
				SQL_ARGS(SQL_I(v->sweep), SQL_I(want)), &st);
		while (e == ERR_OK && n < want && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more) {
			rows[n].page = sqlite3_column_int64(st, 0);
			rows[n].host = sqlite3_column_int64(st, 1);
			rows[n].due = sqlite3_column_int64(st, 2);
			fdb_visit_read(st, 3, &rows[n++].row);
		}
		if (e == ERR_OK)
			sql_done(st);
		for (unsigned i = 0; e == ERR_OK && i < n; i++) {
			int64_t due;
			if (rows[i].due <= now || rows[i].row.announced)
				continue;
			e = plan(d, rows[i].host, &rows[i].row, now, &due);
			double was = (double)(rows[i].due - rows[i].row.last_at);
			if (e == ERR_OK && fabs((double)(due - rows[i].due)) > SWEEP_CHANGE * was)
				e = move_due(d, rows[i].page, due > now ? due : now);
		}
		if (e != ERR_OK)
			return e;
		v->sweep = n < want ? 0 : rows[n - 1].page;
		left -= n < want ? left : n;
	}
	return ERR_OK;
}

enum err fdb_visits_due(struct fdb *d, int64_t now, int64_t *changed)
{
	enum err e = pace_grant(d, now);
	if (e == ERR_OK)
		e = begin_visits(d, now, changed);
	return e == ERR_OK ? sweep(d, now) : e;
}

enum err fdb_next_again(struct fdb *d, int64_t host_id, int64_t *page_id_out)
{
	enum err e = sql_int(&d->sql,
			     "SELECT id FROM pages WHERE state=" Q_READY
			     " AND host_id=?1 AND due IS NOT NULL ORDER BY due LIMIT 1",
			     SQL_ARGS(SQL_I(host_id)), 0, page_id_out);
	return e == ERR_OK && !*page_id_out ? ERR_NOTFOUND : e;
}
