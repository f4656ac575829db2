/*
 * frontier_context - what linking pages knew, kept once a linking page instead of once a link.
 *
 * The contexts of one page's links differ in the anchor text alone. `contexts` holds the text with an empty anchor,
 * texts.context the anchor as it stood, escapes and all; Q_CONTEXT puts the two together to the same bytes. A context of
 * another shape is kept whole, with no context_id.
 */
#include <string.h>

#include "base/hash.h"
#include "fetcher/frontier_priv.h"
#include "proto/msg.h"

#define ANCHOR "\"anchor\":\""

/* Where the anchor's text lies. False: the context cannot be put together again from its halves. */
static bool find_anchor(const char *context, size_t *start_out, size_t *end_out)
{
	const char *at = strstr(context, ANCHOR), *p;
	if (!at)
		return false;
	for (p = at + strlen(ANCHOR); *p && *p != '"'; p++)
		if (*p == '\\' && !*++p)
			return false;
	*start_out = (size_t)(at - context) + strlen(ANCHOR);
	*end_out = (size_t)(p - context);
	return *p == '"' && !strstr(p + 1, ANCHOR);
}

/* Row of a shared text, made when new; that of the last one asked is kept, since links come page by page. */
static enum err shared_id(struct fdb *d, const char *shared, int64_t *id_out)
{
	if (d->context_id && strcmp(d->context, shared) == 0) {
		*id_out = d->context_id;
		return ERR_OK;
	}
	uint64_t hash = hash64(shared, strlen(shared));
	enum err e = sql_int(&d->sql, "SELECT id FROM contexts WHERE hash=?1 AND json=?2",
			     SQL_ARGS(SQL_I(hash), SQL_Z(shared)), 0, id_out);
	if (e == ERR_OK && !*id_out) {
		e = fdb_run(d, "INSERT INTO contexts(hash,json) VALUES(?1,?2)", SQL_ARGS(SQL_I(hash), SQL_Z(shared)));
		*id_out = sqlite3_last_insert_rowid(d->sql.db);
	}
	if (e != ERR_OK)
		return e;
	memcpy(d->context, shared, strlen(shared) + 1); /* find_anchor() was given at most MSG_CONTEXT_MAX */
	d->context_id = *id_out;
	return ERR_OK;
}

enum err fdb_context_save(struct fdb *d, int64_t page_id, const char *context)
{
	char shared[MSG_CONTEXT_MAX + 1];
	size_t start, end, n = context ? strlen(context) : 0;
	int64_t id = 0;
	struct sql_value text = SQL_Z(context);
	if (n && n <= MSG_CONTEXT_MAX && find_anchor(context, &start, &end)) {
		memcpy(shared, context, start);
		memcpy(shared + start, context + end, n - end + 1);
		enum err e = shared_id(d, shared, &id);
		if (e != ERR_OK)
			return e;
		text = (struct sql_value)SQL_Z(shared);
		memcpy(shared, context + start, end - start);
		shared[end - start] = 0;
	}
	return fdb_run(d,
		       "INSERT INTO texts(page_id,context,context_id) VALUES(?1,?2,?3) ON CONFLICT(page_id) DO UPDATE"
		       " SET context=excluded.context, context_id=excluded.context_id",
		       SQL_ARGS(SQL_I(page_id), text, SQL_N(id)));
}
