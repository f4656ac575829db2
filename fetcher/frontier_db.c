/* frontier_db - open, commit, identity and settings. Pages, hosts, choosing, sources and inbox: frontier_*.c beside it. */
#include "fetcher/frontier_db.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "fetcher/frontier_arms.h"
#include "fetcher/frontier_priv.h"

enum err fdb_note(struct fdb *d, enum err e)
{
	if (e != ERR_OK && d->broken == ERR_OK)
		d->broken = e;
	return e;
}

enum err fdb_begin(struct fdb *d)
{
	assert(d->magic == FDB_MAGIC);
	if (d->broken != ERR_OK)
		return d->broken;
	if (d->in_tx)
		return ERR_OK;
	enum err e = sql_exec(&d->sql, "BEGIN IMMEDIATE", "lock");
	d->in_tx = e == ERR_OK;
	return fdb_note(d, e);
}

enum err fdb_run(struct fdb *d, const char *text, const struct sql_value *v, unsigned n)
{
	enum err e = fdb_begin(d);
	return e == ERR_OK ? fdb_note(d, sql_run(&d->sql, text, v, n)) : e;
}

bool fdb_dirty(const struct fdb *d)
{
	return d->in_tx;
}

int fdb_pending(const struct fdb *d)
{
	return d->pending;
}

void fdb_counts(const struct fdb *d, struct fdb_counts *out)
{
	memcpy(out->by_state, d->counts, sizeof(out->by_state));
}

enum err fdb_setting(struct fdb *d, const char *key, char *out, size_t out_bytes)
{
	out[0] = 0;
	sqlite3_stmt *st;
	enum err e = sql_row(&d->sql, "SELECT value FROM settings WHERE key=?1", SQL_ARGS(SQL_Z(key)), &st);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	const char *z = sql_text(st, 0);
	size_t n = strlen(z);
	if (n < out_bytes)
		memcpy(out, z, n + 1);
	else
		e = err_set(ERR_LIMIT, "the setting '%s' of the frontier is longer than %zu bytes", key, out_bytes - 1);
	sql_done(st);
	return e;
}

enum err fdb_set_setting(struct fdb *d, const char *key, const char *value)
{
	d->pending++;
	return fdb_run(d, "INSERT OR REPLACE INTO settings VALUES(?1,?2)", SQL_ARGS(SQL_Z(key), SQL_Z(value)));
}

static enum err get_u64(struct fdb *d, const char *key, uint64_t *out)
{
	char z[32];
	enum err e = fdb_setting(d, key, z, sizeof(z));
	*out = strtoull(z, NULL, 10);
	return e;
}

static enum err set_u64(struct fdb *d, const char *key, uint64_t v)
{
	char z[32];
	snprintf(z, sizeof(z), "%" PRIu64, v);
	return fdb_set_setting(d, key, z);
}

enum err fdb_lexicon(struct fdb *d, char out[17])
{
	return fdb_setting(d, "lexicon", out, 17);
}

enum err fdb_set_lexicon(struct fdb *d, const char *lexicon)
{
	return fdb_set_setting(d, "lexicon", lexicon);
}

enum err fdb_sink(struct fdb *d, struct fdb_sink *out)
{
	memset(out, 0, sizeof(*out));
	uint64_t commit = 0;
	enum err e = fdb_setting(d, "sink_generation", out->generation, sizeof(out->generation));
	if (e == ERR_OK)
		e = fdb_setting(d, "sink_boot", out->boot_id, sizeof(out->boot_id));
	if (e == ERR_OK)
		e = get_u64(d, "sink_commit", &commit);
	out->commit = (int64_t)commit;
	out->known = out->generation[0] != 0;
	return e;
}

enum err fdb_set_sink(struct fdb *d, const struct fdb_sink *s)
{
	enum err e = fdb_set_setting(d, "sink_generation", s->known ? s->generation : "");
	if (e == ERR_OK)
		e = fdb_set_setting(d, "sink_boot", s->boot_id);
	if (e == ERR_OK)
		e = set_u64(d, "sink_commit", (uint64_t)s->commit);
	return e;
}

enum err fdb_ids_start(struct fdb *d, uint64_t max_fetch_id, uint64_t max_parse_seq)
{
	d->fetch_id = max_fetch_id + FDB_FRESH_GAP;
	d->parse_seq = max_parse_seq + FDB_FRESH_GAP;
	d->ids_started = true;
	d->fetch_id_reserved = 0; /* so that the commit reserves */
	return set_u64(d, "ids_started", 1);
}

void fdb_ids_used(const struct fdb *d, uint64_t *fetch_id_out, uint64_t *parse_seq_out)
{
	*fetch_id_out = d->fetch_id_reserved > d->fetch_id ? d->fetch_id_reserved : d->fetch_id;
	*parse_seq_out = d->parse_seq;
}

/*
 * Ids are reserved ahead by the commits: the number on disk is always at least as large as any id whose lease was
 * committed. A crash before the commit forgets ids that never left the process.
 */
enum err fdb_fetch_id(struct fdb *d, uint64_t *out)
{
	if (!d->ids_started)
		return err_set(ERR_INTERNAL, "a fetch_id was asked for before the first SINK named the largest one");
	enum err e = fdb_begin(d);
	if (e == ERR_OK)
		*out = ++d->fetch_id;
	return e;
}

enum err fdb_parse_seq(struct fdb *d, uint64_t *out)
{
	if (!d->ids_started)
		return err_set(ERR_INTERNAL, "a parse_seq was asked for before the first SINK named the largest one");
	enum err e = fdb_begin(d);
	if (e == ERR_OK)
		*out = ++d->parse_seq;
	return e;
}

static enum err flush_ids(struct fdb *d)
{
	enum err e = ERR_OK;
	if (d->ids_started && d->fetch_id + FDB_FETCH_ID_BLOCK / 2 > d->fetch_id_reserved) {
		d->fetch_id_reserved = d->fetch_id + FDB_FETCH_ID_BLOCK;
		e = set_u64(d, "fetch_id", d->fetch_id_reserved);
	}
	if (e == ERR_OK && d->parse_seq != d->parse_seq_saved) {
		e = set_u64(d, "parse_seq", d->parse_seq);
		d->parse_seq_saved = d->parse_seq;
	}
	return e;
}

static enum err flush_counts(struct fdb *d)
{
	enum err e = ERR_OK;
	for (int i = 0; e == ERR_OK && i <= PAGE_HELD; i++) {
		if (d->counts[i] == d->counts_saved[i])
			continue;
		e = fdb_run(d, "INSERT OR REPLACE INTO counts VALUES(?1,?2)", SQL_ARGS(SQL_I(i), SQL_I(d->counts[i])));
		d->counts_saved[i] = d->counts[i];
	}
	return e;
}

enum err fdb_commit(struct fdb *d)
{
	assert(d->magic == FDB_MAGIC);
	if (d->broken != ERR_OK)
		return d->broken;
	if (!d->in_tx)
		return ERR_OK;
	enum err e = flush_ids(d);
	if (e == ERR_OK)
		e = flush_counts(d);
	if (e == ERR_OK)
		e = fdb_visits_flush(d);
	if (e == ERR_OK)
		e = fdb_hosts_flush(d);
	if (e == ERR_OK)
		e = fdb_rank_flush(d);
	if (e == ERR_OK)
		e = fdb_note(d, sql_exec(&d->sql, "COMMIT", "commit to"));
	if (e != ERR_OK)
		return e;
	d->in_tx = false;
	d->pending = 0;
	return ERR_OK;
}

enum cause fdb_cause(const struct fdb *d, int64_t cause_row)
{
	for (int c = 1; cause_row && c < CAUSE_COUNT; c++)
		if (d->cause_id[c] == cause_row)
			return (enum cause)c;
	return CAUSE_NONE;
}

/* Causes are kept by their code, so that the enum may change its order between versions. */
static enum err load_causes(struct fdb *d)
{
	enum err e = ERR_OK;
	for (int c = 1; e == ERR_OK && c < CAUSE_COUNT; c++) {
		const char *code = cause_code((enum cause)c);
		e = sql_int(&d->sql, "SELECT id FROM causes WHERE code=?1", SQL_ARGS(SQL_Z(code)), 0, &d->cause_id[c]);
		if (e != ERR_OK || d->cause_id[c])
			continue;
		e = fdb_run(d, "INSERT INTO causes(code) VALUES(?1)", SQL_ARGS(SQL_Z(code)));
		d->cause_id[c] = sqlite3_last_insert_rowid(d->sql.db);
	}
	return e;
}

static enum err load_counts(struct fdb *d)
{
	sqlite3_stmt *st;
	bool more = true;
	enum err e = sql_get(&d->sql, "SELECT state, n FROM counts", SQL_NONE, &st);
	while (e == ERR_OK && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more) {
		int64_t state = sqlite3_column_int64(st, 0);
		if (state >= 0 && state <= PAGE_HELD)
			d->counts[state] = sqlite3_column_int64(st, 1);
	}
	memcpy(d->counts_saved, d->counts, sizeof(d->counts));
	return e;
}

static enum err load_ids(struct fdb *d)
{
	uint64_t started;
	enum err e = get_u64(d, "ids_started", &started);
	d->ids_started = started != 0;
	if (e == ERR_OK)
		e = get_u64(d, "fetch_id", &d->fetch_id_reserved);
	d->fetch_id = d->fetch_id_reserved;
	if (e == ERR_OK)
		e = get_u64(d, "parse_seq", &d->parse_seq);
	d->parse_seq_saved = d->parse_seq;
	return e;
}

/* A request that was on its way when the last fetcher ended is asked again, unless its record is adopted. */
static enum err restart_fetching(struct fdb *d)
{
	const struct frontier_event ev = {.kind = EV_RESTARTED};
	for (;;) {
		int64_t id;
		enum err e =
			sql_int(&d->sql, "SELECT id FROM pages WHERE state=" Q_FETCHING " LIMIT 1", SQL_NONE, 0, &id);
		if (e == ERR_OK && id)
			e = fdb_event(d, id, &ev, wall_ms(), NULL, NULL);
		if (e != ERR_OK || !id)
			return e;
	}
}

static enum err set_defaults(struct fdb *d, const struct fdb_limits *l)
{
	d->default_depth = l && l->depth ? l->depth : FDB_SOURCE_DEPTH;
	d->default_pages = l && l->pages ? l->pages : FDB_SOURCE_PAGES;
	d->default_scope = strdup(l && l->scope ? l->scope : "site");
	return d->default_scope ? ERR_OK : err_set(ERR_NOMEM, "out of memory");
}

enum err fdb_set_memory(struct fdb *d, int mib)
{
	char text[64];
	assert(mib >= FDB_MEMORY_MIN_MIB && mib <= FDB_MEMORY_MAX_MIB);
	d->rank_arms_max = ((size_t)mib << 20) / 4 * 3 / sizeof(struct arm);
	snprintf(text, sizeof(text), "PRAGMA cache_size=-%d", mib * 1024 / 8);
	return sql_exec(&d->sql, text, "prepare");
}

static enum err load(struct fdb *d, const char *path)
{
	enum err e = fdb_migrate(&d->sql);
	if (e == ERR_OK)
		e = fdb_set_memory(d, FDB_MEMORY_MIB);
	if (e == ERR_OK)
		e = checkpoint_new(path, d->sql.db, &d->checkpoint);
	if (e == ERR_OK)
		e = load_counts(d);
	if (e == ERR_OK)
		e = load_ids(d);
	if (e == ERR_OK)
		e = load_causes(d);
	if (e == ERR_OK)
		e = restart_fetching(d);
	return e == ERR_OK ? fdb_commit(d) : e;
}

enum err fdb_open(const char *data_dir, const struct fdb_limits *defaults, struct fdb **out, bool *fresh_out)
{
	*out = NULL;
	char path[4096];
	struct fdb *d = calloc(1, sizeof(*d));
	if (!d)
		return err_set(ERR_NOMEM, "out of memory");
	d->magic = FDB_MAGIC;
	d->lock_fd = -1;
	enum err e = set_defaults(d, defaults);
	if (e == ERR_OK)
		e = fdb_folder(data_dir, path);
	if (e == ERR_OK)
		e = fdb_lock(data_dir, &d->lock_fd);
	if (e == ERR_OK)
		e = sql_open(&d->sql, path, false, FDB_BUSY_MS);
	if (e == ERR_OK)
		e = load(d, path);
	if (e != ERR_OK) {
		fdb_close(d);
		return e;
	}
	if (fresh_out)
		*fresh_out = !d->ids_started;
	*out = d;
	return ERR_OK;
}

void fdb_close(struct fdb *d)
{
	if (!d)
		return;
	assert(d->magic == FDB_MAGIC);
	checkpoint_free(d->checkpoint);
	sql_close(&d->sql);
	if (d->lock_fd >= 0)
		close(d->lock_fd);
	fdb_hosts_free(d);
	fdb_rank_free(d);
	free(d->default_scope);
	d->magic = 0;
	free(d);
}
