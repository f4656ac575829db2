/* view - see view.h. Each question is one statement, so it sees one state of the frontier. */
#include "fetcher/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "fetcher/frontier_priv.h"
#include "fetcher/frontier_visits.h"
#include "fetcher/politeness.h"

struct view {
	struct sql sql;
	char *data_dir;
};

enum err view_open(const char *data_dir, struct view **out)
{
	*out = NULL;
	char path[4096];
	if (snprintf(path, sizeof(path), "%s/frontier.db", data_dir) >= (int)sizeof(path))
		return err_set(ERR_USAGE, "the name of the data folder is too long");
	struct view *v = calloc(1, sizeof(*v));
	if (!v || !(v->data_dir = strdup(data_dir))) {
		free(v);
		return err_set(ERR_NOMEM, "out of memory");
	}
	int version = 0;
	enum err e = sql_open(&v->sql, path, true, FDB_BUSY_MS);
	if (e == ERR_OK)
		e = fdb_version(&v->sql, &version);
	if (e == ERR_OK && version < FDB_SCHEMA_VERSION)
		e = version ? err_set(ERR_FORMAT,
				      "'%s' has the older schema %d: start `gongkai run` once, it brings the frontier "
				      "to %d",
				      path, version, FDB_SCHEMA_VERSION)
			    : err_set(ERR_NOTFOUND, "'%s' is empty", path);
	if (e != ERR_OK) {
		view_close(v);
		return e;
	}
	*out = v;
	return ERR_OK;
}

void view_close(struct view *v)
{
	if (!v)
		return;
	sql_close(&v->sql);
	free(v->data_dir);
	free(v);
}

enum err view_lexicon(struct view *v, char out[17])
{
	sqlite3_stmt *st;
	bool more = true;
	out[0] = '\0';
	enum err e = sql_get(&v->sql, "SELECT value FROM settings WHERE key = 'lexicon'", SQL_NONE, &st);
	while (e == ERR_OK && (e = sql_next(&v->sql, st, &more)) == ERR_OK && more) {
		const char *value = (const char *)sqlite3_column_text(st, 0);
		snprintf(out, 17, "%s", value ? value : "");
	}
	return e;
}

static enum err count_states(struct view *v, struct view_counts *out)
{
	int64_t *const to[] = {&out->ready, &out->fetching, &out->fetched,   &out->sent, &out->retry,
			       &out->done,  &out->dead,     &out->discarded, &out->held};
	sqlite3_stmt *st;
	bool more = true;
	enum err e = sql_get(&v->sql, "SELECT state, n FROM counts", SQL_NONE, &st);
	while (e == ERR_OK && (e = sql_next(&v->sql, st, &more)) == ERR_OK && more) {
		int64_t state = sqlite3_column_int64(st, 0);
		if (state < 0 || state > PAGE_HELD)
			continue;
		*to[state] = sqlite3_column_int64(st, 1);
		out->pages += *to[state];
	}
	return e;
}

enum err view_counts(struct view *v, struct view_counts *out)
{
	memset(out, 0, sizeof(*out));
	enum err e = count_states(v, out);
	if (e == ERR_OK)
		e = sql_int(&v->sql, "SELECT count(*) FROM hosts WHERE key<>''", SQL_NONE, 0, &out->hosts);
	if (e == ERR_OK)
		e = sql_int(&v->sql, "SELECT count(*) FROM hosts WHERE cooling_why=?1 AND cooling_until>?2",
			    SQL_ARGS(SQL_I(POLITE_CHALLENGE), SQL_I(wall_ms())), 0, &out->challenged);
	if (e == ERR_OK)
		e = sql_int(&v->sql, "SELECT count(*) FROM sources", SQL_NONE, 0, &out->sources);
	if (e == ERR_OK)
		out->archive_bytes = warc_total_bytes(v->data_dir);
	return e;
}

static const char *robots_word(int state)
{
	switch (state) {
	case 1:
		return "ok";
	case 3:
		return "deferred";
	case 4:
		return "failed";
	default:
		return "none";
	}
}

/* The rules of the run at hand, or of the last one. */
static enum err rules_in_force(struct view *v, struct polite_rules *out)
{
	sqlite3_stmt *st;
	*out = (struct polite_rules){0};
	enum err e = sql_row(&v->sql, "SELECT value FROM settings WHERE key=?1", SQL_ARGS(SQL_Z(POLITE_SETTING)), &st);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	if (!polite_rules_read(sql_text(st, 0), out))
		*out = (struct polite_rules){0};
	sql_done(st);
	return ERR_OK;
}

#define HOST_STATE                                                                                                     \
	"h.key, h.held, h.next_at, h.gap_ms, h.cooling_until, h.robots_state, h.cooling_why, h.response_ms, h.day,"    \
	" h.day_requests, h.down_since, h.down_at"
#define HOST_STATE_COUNT 12

static struct view_host read_host(sqlite3_stmt *st, const struct polite_rules *rules, int64_t now)
{
	struct fdb_host h = {.next_at = sqlite3_column_int64(st, 2),
			     .gap_ms = sqlite3_column_int64(st, 3),
			     .cooling_until = sqlite3_column_int64(st, 4),
			     .cooling_why = sqlite3_column_int(st, 6),
			     .response_ms = sqlite3_column_int64(st, 7),
			     .day = sqlite3_column_int64(st, 8),
			     .day_requests = sqlite3_column_int64(st, 9),
			     .down_since = sqlite3_column_int64(st, 10),
			     .down_at = sqlite3_column_int64(st, 11)};
	int64_t next = polite_next(&h, rules, now), until;
	enum polite_why why = polite_rests(&h, rules, now, &until);
	return (struct view_host){.host = sql_text(st, 0),
				  .held = sqlite3_column_int(st, 1) != 0,
				  .next_at = next > now ? next : 0,
				  .gap_ms = polite_gap(&h, rules),
				  .response_ms = h.response_ms,
				  .today = polite_today(&h, now),
				  .cooling_until = why != POLITE_FREE ? until : 0,
				  .why = polite_why_name(why),
				  .robots = robots_word(sqlite3_column_int(st, 5))};
}

enum err view_host(struct view *v, const char *host, bool (*row)(void *ctx, const struct view_host *h), void *ctx)
{
	sqlite3_stmt *st;
	bool more = true;
	int64_t now = wall_ms();
	struct polite_rules rules;
	enum err e = rules_in_force(v, &rules);
	if (e == ERR_OK)
		e = sql_get(
			&v->sql,
			"SELECT " HOST_STATE ", ifnull(c.ready,0), ifnull(c.waiting,0), ifnull(c.done,0),"
			" ifnull(c.dead,0), ifnull(c.discarded,0) FROM hosts h LEFT JOIN"
			" (SELECT host_id, sum(state=" Q_READY ") ready, sum(state IN (" Q_FETCHING "," Q_FETCHED
			"," Q_SENT "," Q_RETRY ")) waiting, sum(state=" Q_DONE ") done, sum(state=" Q_DEAD
			") dead, sum(state=" Q_DISCARDED ") discarded"
			" FROM pages WHERE ?1 IS NULL OR host_id=(SELECT id FROM hosts WHERE key=?1) GROUP BY host_id)"
			" c ON c.host_id=h.id WHERE h.key<>'' AND (?1 IS NULL OR h.key=?1) ORDER BY h.key",
			SQL_ARGS(SQL_Z(host)), &st);
	while (e == ERR_OK && (e = sql_next(&v->sql, st, &more)) == ERR_OK && more) {
		struct view_host h = read_host(st, &rules, now);
		int64_t *const counts[] = {&h.ready, &h.waiting, &h.done, &h.dead, &h.discarded};
		for (int i = 0; i < 5; i++)
			*counts[i] = sqlite3_column_int64(st, HOST_STATE_COUNT + i);
		if (!row(ctx, &h)) {
			sql_done(st);
			break;
		}
	}
	return e;
}

enum err view_host_state(struct view *v, const char *host, struct view_host *out)
{
	sqlite3_stmt *st;
	struct polite_rules rules;
	enum err e = rules_in_force(v, &rules);
	if (e == ERR_OK)
		e = sql_row(&v->sql, "SELECT " HOST_STATE " FROM hosts h WHERE h.key=?1", SQL_ARGS(SQL_Z(host)), &st);
	if (e != ERR_OK)
		return e;
	*out = read_host(st, &rules, wall_ms());
	out->host = host;
	sql_done(st);
	return ERR_OK;
}

enum err view_hosts(struct view *v, bool (*row)(void *ctx, const struct view_host *h), void *ctx)
{
	return view_host(v, NULL, row, ctx);
}

#define VIEW_SELECT                                                                                                    \
	"SELECT p.id, p.url, h.key, p.state, c.code, w.detail, r.url, w.attempts, p.first_at, "                        \
	"ifnull(w.last_at,p.first_at),"                                                                                \
	" p.due, w.fetch_id, f.name, w.body_offset, w.body_length, w.flags, " Q_CONTEXT ", v.gone_since, p.hops"       \
	" FROM pages p JOIN hosts h ON "                                                                               \
	"h.id=p.host_id"                                                                                               \
	" LEFT JOIN work w ON w.page_id=p.id LEFT JOIN files f ON f.id=w.file_id LEFT JOIN causes c ON c.id=p.cause"   \
	" LEFT JOIN pages r ON r.id=p.from_page LEFT JOIN texts t ON t.page_id=p.id" Q_CONTEXT_JOIN                    \
	" LEFT JOIN watched v ON v.page_id=p.id "

static void read_row(sqlite3_stmt *st, struct view_page *p)
{
	memset(p, 0, sizeof(*p));
	p->id = sqlite3_column_int64(st, 0);
	p->url = sql_text(st, 1);
	p->host = sql_text(st, 2);
	p->state = page_state_name((enum page_state)sqlite3_column_int(st, 3));
	p->cause = sql_text(st, 4);
	p->detail = sql_text(st, 5);
	p->referrer = sql_text(st, 6);
	p->attempts = sqlite3_column_int(st, 7);
	p->first = sqlite3_column_int64(st, 8);
	p->last = sqlite3_column_int64(st, 9);
	p->next = sqlite3_column_int64(st, 10);
	p->fetch_id = (uint64_t)sqlite3_column_int64(st, 11);
	p->warc_file = (const char *)sqlite3_column_text(st, 12);
	p->warc_offset = sqlite3_column_int64(st, 13);
	p->warc_length = sqlite3_column_int64(st, 14);
	p->context = sql_text(st, 16);
	int flags = sqlite3_column_int(st, 15);
	p->redirected = flags & FLAG_REDIRECTED && strcmp(p->state, "done") == 0;
	p->posted = sqlite3_column_int(st, 18) / HOPS_ASK == MSG_POST;
	p->gone_since = sqlite3_column_int64(st, 17);
	p->gone = flags & FLAG_GONE;
	p->confirm = flags % FLAG_MISSES / FLAG_CONFIRM;
	if (*p->detail || strcmp(p->state, "done") != 0)
		return;
	if (flags & FLAG_REDIRECTED)
		p->detail = "redirected";
	else if (flags & FLAG_NOT_MODIFIED)
		p->detail = "not modified";
}

static enum err each_row(struct view *v, sqlite3_stmt *st, int64_t limit,
			 bool (*row)(void *ctx, const struct view_page *p), void *ctx, int64_t *count_out)
{
	bool more = true;
	enum err e = ERR_OK;
	*count_out = 0;
	while ((!limit || *count_out < limit) && (e = sql_next(&v->sql, st, &more)) == ERR_OK && more) {
		struct view_page p;
		read_row(st, &p);
		++*count_out;
		if (!row(ctx, &p))
			break;
	}
	sql_done(st);
	return e;
}

/* A question with dead letters only is answered from the index of dead pages; discarded ones need a walk. */
enum err view_dead(struct view *v, const struct view_filter *f, bool (*row)(void *ctx, const struct view_page *p),
		   void *ctx)
{
#define FILTER                                                                                                         \
	" AND (?1 IS NULL OR c.code=?1) AND (?2 IS NULL OR h.key=?2) AND ifnull(w.last_at,p.first_at)>=?3 ORDER BY "   \
	"p.id"
	static const char dead[] = VIEW_SELECT "WHERE p.state=" Q_DEAD FILTER;
	static const char both[] = VIEW_SELECT "WHERE p.state IN (" Q_DEAD "," Q_DISCARDED ")" FILTER;
#undef FILTER
	sqlite3_stmt *st;
	int64_t count;
	enum err e = sql_get(&v->sql, f->discarded_too ? both : dead,
			     SQL_ARGS(SQL_Z(f->cause), SQL_Z(f->host), SQL_I(f->since)), &st);
	return e == ERR_OK ? each_row(v, st, f->limit, row, ctx, &count) : e;
}

enum err view_page_by_id(struct view *v, int64_t id, bool (*row)(void *ctx, const struct view_page *p), void *ctx)
{
	sqlite3_stmt *st;
	int64_t count = 0;
	enum err e = sql_get(&v->sql, VIEW_SELECT "WHERE p.id=?1", SQL_ARGS(SQL_I(id)), &st);
	if (e == ERR_OK)
		e = each_row(v, st, 1, row, ctx, &count);
	return e == ERR_OK && !count ? err_set(ERR_NOTFOUND, "the frontier has no page %lld", (long long)id) : e;
}

enum err view_page_by_url(struct view *v, const char *url, bool (*row)(void *ctx, const struct view_page *p), void *ctx)
{
	sqlite3_stmt *st;
	int64_t count = 0;
	enum err e = sql_get(&v->sql, VIEW_SELECT "WHERE p.hash=?1 AND p.url=?2",
			     SQL_ARGS(SQL_I(hash64(url, strlen(url))), SQL_Z(url)), &st);
	if (e == ERR_OK)
		e = each_row(v, st, 1, row, ctx, &count);
	return e == ERR_OK && !count ? err_set(ERR_NOTFOUND, "the frontier has no page '%s'", url) : e;
}

/* Rows are written for what happens to a page; that it was found is in the page itself. */
static enum err found_event(struct view *v, int64_t page_id, bool *go_on,
			    bool (*row)(void *ctx, const struct view_event *e), void *ctx)
{
	sqlite3_stmt *st;
	enum err e = sql_row(
		&v->sql,
		"SELECT p.first_at, p.state, c.code, w.detail, EXISTS(SELECT 1 FROM history WHERE page_id=?1)"
		" FROM pages p LEFT JOIN causes c ON c.id=p.cause LEFT JOIN work w ON w.page_id=p.id WHERE p.id=?1",
		SQL_ARGS(SQL_I(page_id)), &st);
	if (e == ERR_NOTFOUND)
		return err_set(e, "the frontier has no page %lld", (long long)page_id);
	if (e != ERR_OK)
		return e;
	struct view_event ev = {.at = sqlite3_column_int64(st, 0),
				.event = "added",
				.state = page_state_name(PAGE_READY),
				.cause = "",
				.detail = "",
				.count = 1};
	if (!sqlite3_column_int(st, 4)) {
		ev.state = page_state_name((enum page_state)sqlite3_column_int(st, 1));
		ev.cause = sql_text(st, 2);
		ev.detail = sql_text(st, 3);
	}
	*go_on = row(ctx, &ev);
	sql_done(st);
	return ERR_OK;
}

enum err view_history(struct view *v, int64_t page_id, bool (*row)(void *ctx, const struct view_event *e), void *ctx)
{
	sqlite3_stmt *st;
	bool more = true;
	enum err e = found_event(v, page_id, &more, row, ctx);
	if (e != ERR_OK || !more)
		return e;
	e = sql_get(
		&v->sql,
		"SELECT y.at, y.event, y.state, c.code, y.detail, y.fetch_id, y.epoch, ifnull(y.count,1) FROM history y"
		" LEFT JOIN causes c ON c.id=y.cause WHERE y.page_id=?1 ORDER BY y.seq",
		SQL_ARGS(SQL_I(page_id)), &st);
	while (e == ERR_OK && (e = sql_next(&v->sql, st, &more)) == ERR_OK && more) {
		int event = sqlite3_column_int(st, 1);
		struct view_event ev = {.at = sqlite3_column_int64(st, 0),
					.event = event == HISTORY_SUPERSEDED
							 ? "superseded"
							 : frontier_event_name((enum frontier_event_kind)event),
					.state = page_state_name((enum page_state)sqlite3_column_int(st, 2)),
					.cause = sql_text(st, 3),
					.detail = sql_text(st, 4),
					.fetch_id = (uint64_t)sqlite3_column_int64(st, 5),
					.epoch = (uint32_t)sqlite3_column_int64(st, 6),
					.count = sqlite3_column_int64(st, 7)};
		if (!row(ctx, &ev)) {
			sql_done(st);
			break;
		}
	}
	return e;
}

enum err view_visit(struct view *v, int64_t page_id, struct view_visit *out)
{
	struct fdb_visit_row row;
	struct revisit_rate prior;
	struct revisit_pace all, host;
	sqlite3_stmt *st;
	memset(out, 0, sizeof(*out));
	enum err e = sql_row(&v->sql,
			     "SELECT p.host_id, " FDB_VISIT_COLUMNS
			     " FROM visits v JOIN pages p ON p.id=v.page_id WHERE v.page_id=?1",
			     SQL_ARGS(SQL_I(page_id)), &st);
	if (e != ERR_OK)
		return e;
	int64_t host_id = sqlite3_column_int64(st, 0), host_at = 0;
	fdb_visit_read(st, 1, &row);
	sql_done(st);
	e = fdb_visit_prior(&v->sql, host_id, row.kind, &prior);
	if (e == ERR_OK)
		e = fdb_visit_pace(&v->sql, 0, &all, NULL);
	if (e == ERR_OK)
		e = fdb_visit_pace(&v->sql, host_id, &host, &host_at);
	if (e != ERR_OK)
		return e;
	struct revisit_rate rate = revisit_rate_of(&row.seen, prior);
	host.m = host.m > 0 ? revisit_pace_m(&host, (double)(wall_ms() - host_at) / (double)REVISIT_DAY_MS) : 0;
	double m = host.m > all.m ? host.m : all.m;
	double since = (double)(wall_ms() - row.last_at) / (double)REVISIT_DAY_MS;
	*out = (struct view_visit){.kind = revisit_kind_name(row.kind),
				   .visits = llround(row.seen.visits),
				   .changes = llround(row.seen.changes),
				   .announced_changes = llround(row.seen.told),
				   .last = row.last_at,
				   .announced = row.announced,
				   .rate = rate.shape / rate.time,
				   .weight = revisit_weight(row.kind, row.leads),
				   .m = all.m,
				   .host_m = host.m};
	out->value = revisit_value(rate, out->weight, since);
	out->value_most = revisit_value(rate, out->weight, revisit_look(row.kind));
	out->interval = revisit_interval(rate, out->weight, m, revisit_look(row.kind));
	return ERR_OK;
}

enum err view_pace(struct view *v, struct view_pace *out)
{
	struct revisit_pace pace;
	sqlite3_stmt *st;
	int64_t pages = 0;
	memset(out, 0, sizeof(*out));
	enum err e = fdb_visit_pace(&v->sql, 0, &pace, NULL);
	if (e == ERR_OK)
		e = sql_int(&v->sql, "SELECT ifnull(sum(n),0) FROM counts WHERE state IN (" Q_DONE "," Q_DISCARDED ")",
			    SQL_NONE, 0, &pages);
	if (e == ERR_OK)
		e = sql_int(&v->sql, "SELECT count(*) FROM pages WHERE state=" Q_DONE " AND due<=?1",
			    SQL_ARGS(SQL_I(wall_ms())), 0, &out->due);
	if (e != ERR_OK)
		return e;
	out->m = pace.m;
	out->saved = pace.saved;
	e = sql_row(&v->sql, "SELECT value FROM settings WHERE key='revisit-budget'", SQL_NONE, &st);
	if (e == ERR_OK) {
		out->budget = strtod(sql_text(st, 0), NULL);
		sql_done(st);
	}
	if (!(out->budget > 0))
		out->budget = pages > REVISIT_MEAN_DAYS ? (double)pages / REVISIT_MEAN_DAYS : 1;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* A page that was read once and is asked for again is not unseen: only its first reading decides what a site holds. */
#define SOURCE_SELECT                                                                                                  \
	"SELECT s.id, s.url, s.region, s.body, s.pages, s.pages_max, s.added_at, ifnull(c.unseen,0), "                 \
	"ifnull(c.done,0),"                                                                                            \
	" ifnull(c.dead,0), ifnull(c.discarded,0) FROM sources s LEFT JOIN (SELECT source_id,"                         \
	" sum(state NOT IN (" Q_DONE "," Q_DEAD "," Q_DISCARDED ") AND body_fetch_id IS NULL) unseen,"                 \
	" sum(state=" Q_DONE ") done, sum(state=" Q_DEAD ") dead, sum(state=" Q_DISCARDED ") discarded FROM pages"     \
	" GROUP BY source_id) c ON c.source_id=s.id"

static struct view_source read_source(sqlite3_stmt *st)
{
	return (struct view_source){.id = sqlite3_column_int64(st, 0),
				    .url = sql_text(st, 1),
				    .region = sql_text(st, 2),
				    .body = sql_text(st, 3),
				    .pages = sqlite3_column_int64(st, 4),
				    .pages_max = sqlite3_column_int64(st, 5),
				    .added = sqlite3_column_int64(st, 6),
				    .unseen = sqlite3_column_int64(st, 7),
				    .done = sqlite3_column_int64(st, 8),
				    .dead = sqlite3_column_int64(st, 9),
				    .discarded = sqlite3_column_int64(st, 10)};
}

enum err view_sources(struct view *v, bool (*row)(void *ctx, const struct view_source *s), void *ctx)
{
	sqlite3_stmt *st;
	bool more = true;
	enum err e = sql_get(&v->sql, SOURCE_SELECT " ORDER BY s.id", SQL_NONE, &st);
	while (e == ERR_OK && (e = sql_next(&v->sql, st, &more)) == ERR_OK && more) {
		struct view_source s = read_source(st);
		if (!row(ctx, &s)) {
			sql_done(st);
			break;
		}
	}
	return e;
}

/* without the counts, which cost a walk over all pages */
enum err view_source_by_id(struct view *v, int64_t id, bool (*row)(void *ctx, const struct view_source *s), void *ctx)
{
	sqlite3_stmt *st;
	enum err e =
		sql_row(&v->sql,
			"SELECT id, url, region, body, pages, pages_max, added_at, 0, 0, 0, 0 FROM sources WHERE id=?1",
			SQL_ARGS(SQL_I(id)), &st);
	if (e != ERR_OK)
		return e;
	struct view_source s = read_source(st);
	row(ctx, &s);
	sql_done(st);
	return ERR_OK;
}

enum err view_whence(struct view *v, int64_t page_id, struct view_whence *out)
{
	sqlite3_stmt *st;
	enum err e = sql_row(&v->sql,
			     "SELECT p.source_id, p.from_page, w.chain_from, w.next_visit, p.depth, w.status"
			     " FROM pages p LEFT JOIN work w ON w.page_id=p.id WHERE p.id=?1",
			     SQL_ARGS(SQL_I(page_id)), &st);
	if (e != ERR_OK)
		return e;
	*out = (struct view_whence){.source_id = sqlite3_column_int64(st, 0),
				    .from_page = sqlite3_column_int64(st, 1),
				    .chain_from = sqlite3_column_int64(st, 2),
				    .next_visit = sqlite3_column_int64(st, 3),
				    .depth = sqlite3_column_int(st, 4),
				    .status = sqlite3_column_int(st, 5)};
	sql_done(st);
	return ERR_OK;
}

enum err view_contexts(struct view *v, bool (*row)(void *ctx, int64_t page_id, const char *context), void *ctx)
{
	sqlite3_stmt *st;
	bool more = true;
	enum err e = sql_get(&v->sql,
			     "SELECT t.page_id, " Q_CONTEXT " FROM texts t" Q_CONTEXT_JOIN
			     " WHERE t.context IS NOT NULL OR x.id IS NOT NULL ORDER BY t.page_id",
			     SQL_NONE, &st);
	while (e == ERR_OK && (e = sql_next(&v->sql, st, &more)) == ERR_OK && more)
		if (!row(ctx, sqlite3_column_int64(st, 0), sql_text(st, 1))) {
			sql_done(st);
			break;
		}
	return e;
}
