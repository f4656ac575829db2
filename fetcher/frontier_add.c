/* frontier_add - how pages enter: sources, links, redirects; the page budget; whose context is kept. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "fetcher/frontier_priv.h"
#include "proto/msg.h"

static enum err host_of(struct fdb *d, const char *url, int64_t *host_out)
{
	struct url_parts parts;
	if (url_split(str_of(url), &parts) != ERR_OK)
		return fdb_host_id(d, STR(""), host_out); /* a bad URL that is only listed */
	return fdb_host_id(d, parts.hostport, host_out);
}

static enum err source_room(struct fdb *d, int64_t source_id, bool *room_out)
{
	*room_out = true;
	if (!source_id)
		return ERR_OK;
	int64_t left;
	enum err e = sql_int(&d->sql, "SELECT ifnull(pages_max,?2)-pages FROM sources WHERE id=?1",
			     SQL_ARGS(SQL_I(source_id), SQL_I(d->default_pages)), 1, &left);
	*room_out = left > 0;
	return e;
}

static const char *context_of(const struct fdb_new_page *n)
{
	bool none =
		!n->context || !*n->context || strcmp(n->context, "{}") == 0 || strlen(n->context) > MSG_CONTEXT_MAX;
	return none ? NULL : n->context;
}

static enum err save_context(struct fdb *d, int64_t id, const struct fdb_new_page *n, bool known)
{
	const char *context = context_of(n);
	if (!context && !known)
		return ERR_OK;
	return fdb_context_save(d, id, context);
}

static enum err insert_page(struct fdb *d, const struct fdb_new_page *n, enum page_state state, enum cause cause,
			    int64_t now, int64_t *id_out)
{
	int64_t host;
	struct fdb_place at = {0};
	enum err e = host_of(d, n->url, &host);
	if (e == ERR_OK && state == PAGE_READY)
		e = fdb_rank_place(d, host, n, &at);
	if (e == ERR_OK && state == PAGE_READY)
		e = fdb_rank_queued(d, host, at.arm, true);
	if (e == ERR_OK)
		e = fdb_run(
			d,
			"INSERT INTO pages(hash,url,host_id,source_id,state,depth,hops,from_page,first_at,cause,solo,"
			"arm,ord,id) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,0,?11,?12,?13)",
			SQL_ARGS(SQL_I(hash64(n->url, strlen(n->url))), SQL_Z(n->url), SQL_I(host), SQL_N(n->source_id),
				 SQL_I(state), SQL_I(n->depth), SQL_N(n->hops + HOPS_ASK * (int)n->ask),
				 SQL_N(n->from_page), SQL_I(now), SQL_N(d->cause_id[cause]), SQL_I(at.arm),
				 SQL_I(at.ord), SQL_N(d->next_page)));
	if (e != ERR_OK)
		return e;
	d->next_page = 0;
	*id_out = sqlite3_last_insert_rowid(d->sql.db);
	d->pending++;
	e = save_context(d, *id_out, n, false);
	if (e == ERR_OK && n->redirect && n->from_page)
		e = fdb_run(d, "INSERT INTO work(page_id,chain_from) VALUES(?1,?2)",
			    SQL_ARGS(SQL_I(*id_out), SQL_I(n->from_page)));
	return e == ERR_OK ? fdb_note(d, fdb_moved(d, host, -1, state)) : e;
}

/* URL of a linking page; that of the last one asked is kept, since links come page by page. */
static enum err from_url(struct fdb *d, int64_t from, char out[URL_MAX + 1])
{
	out[0] = 0;
	if (!from)
		return ERR_OK;
	sqlite3_stmt *st;
	enum err e = sql_row(&d->sql, "SELECT url FROM pages WHERE id=?1", SQL_ARGS(SQL_I(from)), &st);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	const char *z = sql_text(st, 0);
	size_t n = strlen(z);
	if (n > URL_MAX)
		n = URL_MAX;
	memcpy(out, z, n);
	out[n] = 0;
	sql_done(st);
	return ERR_OK;
}

/* Is the new linking page less by (depth, URL) than the one whose context is kept? A page's depth is its kept link's. */
static enum err is_less(struct fdb *d, const struct fdb_new_page *n, int depth, int64_t from, bool *less_out)
{
	*less_out = n->depth < depth;
	if (n->depth != depth || n->from_page == from)
		return ERR_OK;
	enum err e = ERR_OK;
	if (n->from_page != d->from_id) {
		d->from_id = 0;
		e = from_url(d, n->from_page, d->from_url);
		if (e == ERR_OK)
			d->from_id = n->from_page;
	}
	char kept[URL_MAX + 1];
	if (e == ERR_OK)
		e = from_url(d, from, kept);
	*less_out = e == ERR_OK && strcmp(n->from_page ? d->from_url : "", kept) < 0;
	return e;
}

/* A page that was found too deep is asked for when it is found nearer: the end does not hang on which link came first. */
static enum err revive(struct fdb *d, int64_t id, int64_t now)
{
	const struct frontier_event ev = {.kind = EV_REQUEUE, .refetch = true};
	struct page p;
	int64_t host;
	enum err e = fdb_load(d, id, &p, &host);
	bool never_asked = p.state == PAGE_DISCARDED && p.cause == CAUSE_TRAP && !p.fetch_id;
	return e == ERR_OK && never_asked ? fdb_event(d, id, &ev, now, NULL, NULL) : e;
}

/*
 * Where a site's own first page leads is there again, whatever it answered before, however long it was to be left alone; what
 * was asked for in the wrong way was not asked for.
 */
static enum err ask_again(struct fdb *d, int64_t id, int64_t now)
{
	const struct frontier_event ev = {.kind = EV_REQUEUE, .refetch = true};
	struct page p;
	int64_t host;
	enum err e = fdb_load(d, id, &p, &host);
	bool gone = p.state == PAGE_DEAD ||
		    (p.state == PAGE_DISCARDED && (p.cause == CAUSE_HTTP_404 || p.cause == CAUSE_HTTP_410));
	bool hopeless = cause_is_lasting(p.cause) || p.cause == CAUSE_REDIRECT_LOOP;
	return e == ERR_OK && gone && !hopeless ? fdb_event(d, id, &ev, now, NULL, NULL) : e;
}

/* A page that is known turns out to be a form list, or perhaps one: what it answered to a GET may have been of that alone. */
static enum err raise_ask(struct fdb *d, int64_t id, enum msg_ask ask, int64_t now)
{
	struct page p;
	int64_t host;
	enum err e = fdb_load(d, id, &p, &host);
	if (e != ERR_OK)
		return e;
	bool of_get = ask == MSG_POST || p.cause == CAUSE_HTTP_4XX;
	p.ask = ask;
	d->pending++;
	e = fdb_save_ask(d, &p);
	return e == ERR_OK && of_get ? ask_again(d, id, now) : e;
}

/* A queued page to which a better link points moves up. */
static enum err raise_page(struct fdb *d, int64_t id, int64_t host, int64_t ord, const struct fdb_new_page *n)
{
	struct fdb_place at;
	enum err e = fdb_rank_place(d, host, n, &at);
	if (e != ERR_OK || at.ord >= ord)
		return e;
	d->pending++;
	e = fdb_run(d, "UPDATE pages SET arm=?2, ord=?3 WHERE id=?1",
		    SQL_ARGS(SQL_I(id), SQL_I(at.arm), SQL_I(at.ord)));
	if (id == d->rank_from)
		d->rank_from = 0;
	return e == ERR_OK ? fdb_rank_queued(d, host, at.arm, false) : e;
}

/* What a list says of an entry: its words, and when it was changed last. */
static bool entry_moved(const char *was, const char *is)
{
	static const char *const members[] = {"anchor", "modified"};
	json_t *a = json_loads(was, JSON_REJECT_DUPLICATES, NULL), *b = json_loads(is, JSON_REJECT_DUPLICATES, NULL);
	bool moved = false;
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		const char *x = json_string_value(json_object_get(a, members[i]));
		const char *y = json_string_value(json_object_get(b, members[i]));
		/* one that is new may be new only to a better reader */
		moved |= x && y && *x && *y && strcmp(x, y) != 0;
	}
	json_decref(a);
	json_decref(b);
	return moved;
}

/* The page that keeps this page's context names it again: an entry that moved announces a change. */
static enum err entry_again(struct fdb *d, int64_t id, const struct fdb_new_page *n, int64_t now)
{
	sqlite3_stmt *st;
	const char *is = context_of(n);
	if (!is)
		return ERR_OK;
	enum err e = sql_row(&d->sql, "SELECT " Q_CONTEXT " FROM texts t" Q_CONTEXT_JOIN " WHERE t.page_id=?1",
			     SQL_ARGS(SQL_I(id)), &st);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	bool moved = strcmp(sql_text(st, 0), is) != 0 && entry_moved(sql_text(st, 0), is);
	sql_done(st);
	if (!moved)
		return ERR_OK;
	d->pending++;
	e = save_context(d, id, n, true);
	return e == ERR_OK ? fdb_note(d, fdb_visit_announced(d, id, now)) : e;
}

static enum err known_page(struct fdb *d, int64_t id, const struct fdb_new_page *n, int64_t now)
{
	sqlite3_stmt *st;
	enum err e = sql_row(&d->sql, "SELECT depth, from_page, host_id, state, ord, hops FROM pages WHERE id=?1",
			     SQL_ARGS(SQL_I(id)), &st);
	if (e != ERR_OK)
		return e;
	int depth = sqlite3_column_int(st, 0);
	int64_t from = sqlite3_column_int64(st, 1), host = sqlite3_column_int64(st, 2);
	int64_t ord = sqlite3_column_int64(st, 4);
	enum msg_ask ask = (enum msg_ask)(sqlite3_column_int(st, 5) / HOPS_ASK);
	bool queued = sqlite3_column_int(st, 3) == PAGE_READY && n->from_page != id;
	sql_done(st);
	bool less;
	e = queued ? raise_page(d, id, host, ord, n) : ERR_OK;
	if (e == ERR_OK && n->redirect && n->depth == 0 && n->from_page != id)
		e = ask_again(d, id, now);
	if (e == ERR_OK && n->ask > ask)
		e = raise_ask(d, id, n->ask, now);
	if (e == ERR_OK && n->from_page && n->from_page == from && from != id && n->depth >= depth)
		return entry_again(d, id, n, now);
	if (e == ERR_OK && n->from_page != id)
		e = is_less(d, n, depth, from, &less);
	if (e != ERR_OK || n->from_page == id || !less)
		return e;
	d->pending++;
	e = fdb_run(d, "UPDATE pages SET depth=?2, from_page=?3 WHERE id=?1",
		    SQL_ARGS(SQL_I(id), SQL_I(n->depth), SQL_N(n->from_page)));
	if (e == ERR_OK)
		e = save_context(d, id, n, true);
	return e == ERR_OK && n->depth < depth ? revive(d, id, now) : e;
}

/* A budget is spent on the best: a page that ranks clearly higher takes the place of the last one that is queued. */
static enum err make_room(struct fdb *d, const struct fdb_new_page *n, bool *made_out)
{
	int64_t host;
	struct fdb_place at;
	*made_out = false;
	enum err e = host_of(d, n->url, &host);
	if (e == ERR_OK)
		e = fdb_rank_place(d, host, n, &at);
	return e == ERR_OK ? fdb_rank_give_up(d, host, n->source_id, at.ord, made_out) : e;
}

/* A page that stands in for another is not given up for a better one: with its row of `work` it is more than merely found. */
static enum err keep(struct fdb *d, int64_t id, const struct fdb_new_page *n)
{
	if (!n->stands_in)
		return ERR_OK;
	d->pending++;
	return fdb_run(d, "INSERT INTO work(page_id) VALUES(?1) ON CONFLICT(page_id) DO NOTHING", SQL_ARGS(SQL_I(id)));
}

enum err fdb_add_page(struct fdb *d, const struct fdb_new_page *n, int64_t now, enum fdb_added *added_out,
		      int64_t *id_out)
{
	int64_t id;
	bool room = true;
	enum err e = fdb_find(d, n->url, &id);
	if (e == ERR_OK && id) {
		*added_out = FDB_KNOWN;
		if (id_out)
			*id_out = id;
		e = known_page(d, id, n, now);
		return e == ERR_OK ? keep(d, id, n) : e;
	}
	/* a redirect stands for the page that it came from, as a twin does: it was counted already */
	bool counts = !n->redirect && !n->stands_in;
	if (e == ERR_OK && counts)
		e = source_room(d, n->source_id, &room);
	if (e != ERR_OK)
		return e;
	bool instead = false;
	if (!room)
		e = make_room(d, n, &instead);
	if (e != ERR_OK)
		return e;
	if (!room && !instead) {
		*added_out = FDB_OUT_OF_BUDGET;
		if (id_out)
			*id_out = 0;
		return ERR_OK;
	}
	e = insert_page(d, n, PAGE_READY, CAUSE_NONE, now, &id);
	if (e == ERR_OK)
		e = keep(d, id, n);
	if (e == ERR_OK && n->source_id && counts && !instead)
		e = fdb_run(d, "UPDATE sources SET pages=pages+1 WHERE id=?1", SQL_ARGS(SQL_I(n->source_id)));
	if (e == ERR_OK && n->from_page)
		e = fdb_note(d, fdb_visit_led(d, n->from_page));
	*added_out = FDB_NEW;
	if (id_out)
		*id_out = id;
	return e;
}

enum err fdb_add_ended(struct fdb *d, const struct fdb_new_page *n, enum cause cause, const char *detail, int64_t now)
{
	int64_t id;
	enum err e = fdb_find(d, n->url, &id);
	if (e != ERR_OK || id)
		return e;
	e = insert_page(d, n, cause_is_discarded(cause) ? PAGE_DISCARDED : PAGE_DEAD, cause, now, &id);
	if (e == ERR_OK && detail && *detail)
		e = fdb_run(
			d,
			"INSERT INTO work(page_id,detail) VALUES(?1,?2) ON CONFLICT(page_id) DO UPDATE SET detail=?2",
			SQL_ARGS(SQL_I(id), SQL_Z(detail)));
	return e;
}

enum err fdb_source(struct fdb *d, int64_t id, struct arena *a, struct fdb_source *out)
{
	sqlite3_stmt *st;
	enum err e = sql_row(&d->sql, "SELECT id,url,region,body,scope,depth,pages_max,pages FROM sources WHERE id=?1",
			     SQL_ARGS(SQL_I(id)), &st);
	if (e == ERR_NOTFOUND)
		return err_set(e, "the frontier has no source %lld", (long long)id);
	if (e != ERR_OK)
		return e;
	out->id = id;
	out->url = arena_strdup(a, str_of(sql_text(st, 1)));
	out->region = arena_strdup(a, str_of(sql_text(st, 2)));
	out->body = arena_strdup(a, str_of(sql_text(st, 3)));
	const char *scope = sql_text(st, 4);
	out->scope = arena_strdup(a, str_of(*scope ? scope : d->default_scope));
	int64_t depth = sqlite3_column_int64(st, 5), pages = sqlite3_column_int64(st, 6);
	out->depth = depth ? (int)depth : d->default_depth;
	out->pages_max = pages ? pages : d->default_pages;
	out->pages = sqlite3_column_int64(st, 7);
	sql_done(st);
	return ERR_OK;
}

/* What is given replaces, what is not given stays. */
static enum err save_source(struct fdb *d, const char *url, const char *region, const char *body,
			    const struct fdb_limits *l, int64_t now)
{
	return fdb_run(
		d,
		"INSERT INTO sources(url,region,body,scope,depth,pages_max,added_at) VALUES(?1,?2,?3,?4,?5,?6,?7)"
		" ON CONFLICT(url) DO UPDATE SET region=ifnull(?2,region), body=ifnull(?3,body), "
		"scope=ifnull(?4,scope),"
		" depth=ifnull(?5,depth), pages_max=ifnull(?6,pages_max)",
		SQL_ARGS(SQL_Z(url), SQL_Z(region && *region ? region : NULL), SQL_Z(body && *body ? body : NULL),
			 SQL_Z(l && l->scope && *l->scope ? l->scope : NULL), SQL_N(l ? l->depth : 0),
			 SQL_N(l ? l->pages : 0), SQL_I(now)));
}

/* What the user said of a source holds for its own page, too, which no other page links. NULL: nothing was said; else the caller frees. */
static char *context_of_source(const char *region, const char *body)
{
	json_t *o = json_object();
	if (region && *region)
		json_object_set_new(o, "region", json_string(region));
	if (body && *body)
		json_object_set_new(o, "body", json_string(body));
	char *text = json_object_size(o) ? json_dumps(o, JSON_COMPACT) : NULL;
	json_decref(o);
	return text;
}

enum err fdb_add_source(struct fdb *d, const char *url, const char *region, const char *body,
			const struct fdb_limits *l, int64_t now, bool *new_out)
{
	struct buf canon;
	int64_t id = 0;
	enum fdb_added added;
	buf_init(&canon, URL_MAX + 1);
	enum err e = url_canon(str_of(url), &canon);
	if (e == ERR_OK)
		e = sql_int(&d->sql, "SELECT id FROM sources WHERE url=?1", SQL_ARGS(SQL_Z(canon.p)), 0, &id);
	if (e != ERR_OK)
		goto done;
	if (new_out)
		*new_out = id == 0;
	d->pending++;
	e = save_source(d, canon.p, region, body, l, now);
	if (e == ERR_OK)
		e = sql_int(&d->sql, "SELECT id FROM sources WHERE url=?1", SQL_ARGS(SQL_Z(canon.p)), 0, &id);
	char *context = context_of_source(region, body);
	struct fdb_new_page n = {.url = canon.p, .context = context, .depth = 0, .source_id = id, .source_start = true};
	if (e == ERR_OK)
		e = fdb_add_page(d, &n, now, &added, NULL);
	if (e == ERR_OK && added == FDB_KNOWN)
		e = fdb_run(d, "UPDATE pages SET source_id=?2 WHERE url=?1 AND hash=?3 AND source_id IS NULL",
			    SQL_ARGS(SQL_Z(canon.p), SQL_I(id), SQL_I(hash64(canon.p, canon.n))));
	free(context);
done:
	buf_fini(&canon);
	return e;
}
