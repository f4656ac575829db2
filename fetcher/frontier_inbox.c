/* frontier_inbox - requests of commands, applied by the owner of the frontier. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "fetcher/frontier_priv.h"

/* one row of the inbox while it is worked on */
struct request {
	int64_t row, cursor; /* cursor: how far an earlier call came: index of ids, or page id */
	json_t *json;
	int64_t now, changed;
	int64_t steps; /* page changes that this call may still make */
	bool finished;
};

static const char *text_of(const struct request *r, const char *key)
{
	return json_string_value(json_object_get(r->json, key));
}

static int64_t int_of(const struct request *r, const char *key)
{
	return json_integer_value(json_object_get(r->json, key));
}

static enum err apply_add(struct fdb *d, struct request *r)
{
	struct fdb_limits l = {text_of(r, "scope"), (int)int_of(r, "depth"), int_of(r, "pages")};
	bool is_new = false;
	enum err e =
		fdb_add_source(d, text_of(r, "url"), text_of(r, "region"), text_of(r, "body"), &l, r->now, &is_new);
	if (e == ERR_FORMAT) {
		log_warn("a source is left out: %s", err_text());
		return ERR_OK;
	}
	r->changed += is_new;
	return e;
}

static enum err apply_event(struct fdb *d, struct request *r, int64_t id, const struct frontier_event *ev)
{
	enum frontier_result result = FRONTIER_IGNORED;
	enum err e = fdb_event(d, id, ev, r->now, &result, NULL);
	r->steps--;
	r->changed += e == ERR_OK && result != FRONTIER_IGNORED;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* Whoever asks for a page does not want to wait for a host that seemed away. */
static enum err try_host_of(struct fdb *d, int64_t page_id)
{
	int64_t host;
	bool tried;
	enum err e = sql_int(&d->sql, "SELECT host_id FROM pages WHERE id=?1", SQL_ARGS(SQL_I(page_id)), 0, &host);
	return e == ERR_OK ? fdb_host_try(d, host, &tried) : e;
}

static enum err apply_ids(struct fdb *d, struct request *r, const struct frontier_event *ev)
{
	const json_t *ids = json_object_get(r->json, "ids");
	int64_t count = (int64_t)json_array_size(ids);
	enum err e = ERR_OK;
	for (; e == ERR_OK && r->cursor < count && r->steps > 0; r->cursor++) {
		int64_t id = json_integer_value(json_array_get(ids, (size_t)r->cursor));
		e = apply_event(d, r, id, ev);
		if (e == ERR_OK && ev->kind == EV_REQUEUE) /* also when it was ready and waited there */
			e = try_host_of(d, id);
	}
	r->finished = r->cursor >= count;
	return e;
}

static enum err apply_requeue(struct fdb *d, struct request *r)
{
	struct frontier_event ev = {.kind = EV_REQUEUE, .refetch = json_is_true(json_object_get(r->json, "refetch"))};
	return apply_ids(d, r, &ev);
}

/* The next rows of a walk: ids of hosts or pages. ?1 of the text is the cursor, ?4 how many, a and b are its own. */
static enum err ids_behind(struct fdb *d, const struct request *r, const char *text, int64_t a, int64_t b, int64_t *ids,
			   unsigned *count_out)
{
	sqlite3_stmt *st;
	bool more = true;
	unsigned n = 0;
	enum err e = sql_get(&d->sql, text, SQL_ARGS(SQL_I(r->cursor), SQL_I(a), SQL_I(b), SQL_I(FDB_BATCH)), &st);
	while (e == ERR_OK && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more)
		ids[n++] = sqlite3_column_int64(st, 0);
	*count_out = n;
	return e;
}

/*
 * Hosts that were taken for absent since then leave the selection by being tried; then the pages, which may die again
 * meanwhile. A host that was absent before stays so.
 */
static enum err apply_requeue_since(struct fdb *d, struct request *r)
{
	const struct frontier_event ev = {.kind = EV_REQUEUE};
	const int64_t since = int_of(r, "since"), until = int_of(r, "until");
	int64_t ids[FDB_BATCH];
	unsigned n = FDB_BATCH;
	enum err e = ERR_OK;
	while (e == ERR_OK && !r->cursor && n == FDB_BATCH && r->steps > 0) {
		/* who failed at `until` or later was heard again, if only to be refused */
		e = ids_behind(d, r,
			       "SELECT id FROM hosts WHERE ?1=0 AND down_since BETWEEN ?2 AND ?3 AND down_at>0"
			       " AND down_at<?3 LIMIT ?4",
			       since, until, ids, &n);
		for (unsigned i = 0; e == ERR_OK && i < n; i++, r->steps--)
			e = fdb_host_forgive(d, ids[i]);
	}
	n = FDB_BATCH;
	while (e == ERR_OK && n == FDB_BATCH && r->steps > 0) {
		e = ids_behind(
			d, r,
			"SELECT p.id FROM pages p JOIN work w ON w.page_id=p.id WHERE p.state=" Q_DEAD
			" AND p.id>?1 AND w.last_at BETWEEN ?2 AND ?3 AND p.cause IN (SELECT id FROM causes WHERE code"
			" IN ('dns','connect','timeout')) ORDER BY p.id LIMIT ?4",
			since, until, ids, &n);
		for (unsigned i = 0; e == ERR_OK && i < n; i++) {
			e = apply_event(d, r, ids[i], &ev);
			r->cursor = ids[i];
		}
	}
	r->finished = n < FDB_BATCH;
	return e;
}

static enum err apply_discard(struct fdb *d, struct request *r)
{
	struct frontier_event ev = {
		.kind = EV_DISCARD, .cause = CAUSE_DISCARDED_BY_OPERATOR, .detail = text_of(r, "reason")};
	return apply_ids(d, r, &ev);
}

static enum err hold_host(struct fdb *d, struct request *r, const char *host, bool held)
{
	int64_t id, was = 0;
	enum err e = sql_int(&d->sql, "SELECT id FROM hosts WHERE key=?1", SQL_ARGS(SQL_Z(host)), 0, &id);
	if (e == ERR_OK && id)
		e = sql_int(&d->sql, "SELECT held FROM hosts WHERE id=?1", SQL_ARGS(SQL_I(id)), 0, &was);
	bool tried = false;
	if (e == ERR_OK && id && !held)
		e = fdb_host_try(d, id, &tried);
	r->changed += tried;
	if (e != ERR_OK || !id || (was != 0) == held)
		return e;
	r->changed++;
	return fdb_host_hold(d, id, held);
}

static enum err hold(struct fdb *d, struct request *r, bool held)
{
	const char *host = text_of(r, "host"), *url = text_of(r, "url");
	if (host)
		return hold_host(d, r, host, held);
	int64_t id;
	enum err e = fdb_find(d, url, &id);
	struct frontier_event ev = {.kind = held ? EV_HOLD : EV_RELEASE_HOLD};
	return e == ERR_OK && id ? apply_event(d, r, id, &ev) : e;
}

static enum err apply_hold(struct fdb *d, struct request *r)
{
	return hold(d, r, true);
}

static enum err apply_release(struct fdb *d, struct request *r)
{
	return hold(d, r, false);
}

static enum err apply_reparse(struct fdb *d, struct request *r)
{
	const struct frontier_event ev = {.kind = EV_REPARSE};
	const char *host = text_of(r, "host"), *lexicon = text_of(r, "lexicon");
	int64_t ids[FDB_BATCH], host_id = 0;
	enum err e = ERR_OK;
	if (lexicon && !r->cursor)
		e = fdb_set_lexicon(d, lexicon);
	if (e == ERR_OK && host)
		e = sql_int(&d->sql, "SELECT id FROM hosts WHERE key=?1", SQL_ARGS(SQL_Z(host)), -1, &host_id);
	unsigned n = FDB_BATCH;
	while (e == ERR_OK && n == FDB_BATCH && r->steps > 0) {
		e = ids_behind(d, r,
			       "SELECT p.id FROM pages p JOIN work w ON w.page_id=p.id WHERE p.id>?1"
			       " AND p.body_fetch_id>0 AND (?2=0 OR p.host_id=?2) AND (?3=0 OR w.last_at>=?3)"
			       " ORDER BY p.id LIMIT ?4",
			       host_id, int_of(r, "since"), ids, &n);
		for (unsigned i = 0; e == ERR_OK && i < n; i++) {
			e = apply_event(d, r, ids[i], &ev);
			r->cursor = ids[i];
		}
	}
	r->finished = n < FDB_BATCH;
	return e;
}

static const struct verb_row {
	const char *name;
	enum err (*apply)(struct fdb *d, struct request *r);
} verbs[] = {{"add", apply_add},         {"requeue", apply_requeue}, {"requeue-since", apply_requeue_since},
	     {"discard", apply_discard}, {"hold", apply_hold},       {"release", apply_release},
	     {"reparse", apply_reparse}};

static const struct verb_row *verb_of(const json_t *json)
{
	const char *name = json_string_value(json_object_get(json, "verb"));
	for (unsigned i = 0; name && i < sizeof(verbs) / sizeof(*verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static bool is_string_or_absent(const json_t *json, const char *key)
{
	const json_t *v = json_object_get(json, key);
	return !v || json_is_string(v) || json_is_null(v);
}

static bool is_count_or_absent(const json_t *json, const char *key)
{
	const json_t *v = json_object_get(json, key);
	return !v || json_is_null(v) || (json_is_integer(v) && json_integer_value(v) >= 0);
}

static bool ids_valid(const json_t *json)
{
	const json_t *ids = json_object_get(json, "ids");
	for (size_t i = 0; i < json_array_size(ids); i++)
		if (!json_is_integer(json_array_get(ids, i)))
			return false;
	return json_is_array(ids);
}

static bool valid(const json_t *json)
{
	static const char *const strings[] = {"url", "region", "body", "scope", "reason", "host", "lexicon"};
	static const char *const counts[] = {"depth", "pages", "since", "until"};
	const struct verb_row *v = verb_of(json);
	if (!v)
		return false;
	for (unsigned i = 0; i < sizeof(strings) / sizeof(*strings); i++)
		if (!is_string_or_absent(json, strings[i]))
			return false;
	for (unsigned i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		if (!is_count_or_absent(json, counts[i]))
			return false;
	bool url = json_is_string(json_object_get(json, "url")), host = json_is_string(json_object_get(json, "host"));
	if (v->apply == apply_add)
		return url && json_integer_value(json_object_get(json, "depth")) <= 1000000;
	if (v->apply == apply_requeue || v->apply == apply_discard)
		return ids_valid(json);
	if (v->apply == apply_hold || v->apply == apply_release)
		return url != host;
	const char *lexicon = json_string_value(json_object_get(json, "lexicon"));
	return !lexicon || strlen(lexicon) <= 16;
}

static json_t *parse(const char *text)
{
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (json && valid(json))
		return json;
	json_decref(json);
	return NULL;
}

enum err fdb_inbox_check(const char *text)
{
	json_t *json = parse(text);
	if (!json)
		return err_set(ERR_USAGE, "this is no request to the frontier: %.200s", text);
	json_decref(json);
	return ERR_OK;
}

enum err fdb_inbox_post(struct fdb *d, const char *text)
{
	enum err e = fdb_inbox_check(text);
	if (e != ERR_OK)
		return e;
	d->pending++;
	return fdb_run(d, "INSERT INTO inbox(at,json) VALUES(?1,?2)", SQL_ARGS(SQL_I(wall_ms()), SQL_Z(text)));
}

enum err fdb_inbox_waiting(struct fdb *d, bool *waiting_out)
{
	int64_t n;
	enum err e = sql_int(&d->sql, "SELECT EXISTS(SELECT 1 FROM inbox)", SQL_NONE, 0, &n);
	*waiting_out = n != 0;
	return e;
}

/* The oldest request; ERR_NOTFOUND when there is none. One that is not valid has no json. */
static enum err next_request(struct fdb *d, struct request *r)
{
	sqlite3_stmt *st;
	enum err e = sql_row(&d->sql, "SELECT id, json, cursor FROM inbox ORDER BY id LIMIT 1", SQL_NONE, &st);
	if (e != ERR_OK)
		return e;
	r->row = sqlite3_column_int64(st, 0);
	r->cursor = sqlite3_column_int64(st, 2);
	r->json = parse(sql_text(st, 1));
	r->finished = true;
	if (!r->json)
		log_warn("a request in the frontier's inbox is not valid and is left out: %.200s", sql_text(st, 1));
	sql_done(st);
	return ERR_OK;
}

/* The request's row goes, or its cursor moves, in the transaction of its changes: it is applied once. */
static enum err apply_one(struct fdb *d, struct request *r)
{
	enum err e = r->json ? verb_of(r->json)->apply(d, r) : ERR_OK;
	json_decref(r->json);
	r->json = NULL;
	r->steps--;
	d->pending++;
	if (e == ERR_OK && r->finished)
		return fdb_run(d, "DELETE FROM inbox WHERE id=?1", SQL_ARGS(SQL_I(r->row)));
	if (e == ERR_OK)
		return fdb_run(d, "UPDATE inbox SET cursor=?2 WHERE id=?1", SQL_ARGS(SQL_I(r->row), SQL_I(r->cursor)));
	return e;
}

enum err fdb_inbox_apply(struct fdb *d, int64_t now, int64_t *changed_out)
{
	struct request r = {.now = now, .steps = FDB_INBOX_STEP, .finished = true};
	enum err e = ERR_OK;
	while (e == ERR_OK && r.steps > 0 && r.finished) {
		e = next_request(d, &r);
		if (e == ERR_OK)
			e = apply_one(d, &r);
	}
	if (changed_out)
		*changed_out = r.changed;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}
