#include "proto/ledger.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/log.h"

#define LEDGER_BUSY_MS 5000
#define LEDGER_LINE_MAX (64u * 1024)
#define LEDGER_PAGE_LINKS_MAX 20000u

enum query { Q_HEAD, Q_ACKS, Q_LINKS, Q_PAGE, Q_COUNT };

/* of a store that no sink of this version has opened yet */
static const char query_acks_before[] = "SELECT commit_no, url, fetch_id, epoch, lexicon, result, reports, barren, 0"
					" FROM acks WHERE commit_no > ?1 AND commit_no <= ?2 ORDER BY commit_no, rowid";

static const char *const queries[Q_COUNT] = {
	[Q_HEAD] = "SELECT key, value FROM ledger",
	[Q_ACKS] = ("SELECT commit_no, url, fetch_id, epoch, lexicon, result, reports, barren, unconfirmed FROM acks"
		    " WHERE commit_no > ?1 AND commit_no <= ?2 ORDER BY commit_no, rowid"),
	[Q_LINKS] = "SELECT links FROM documents WHERE url_hash = ?1 AND url = ?2",
	[Q_PAGE] = "SELECT fetch_id, parse_seq, lexicon FROM documents WHERE url_hash = ?1 AND url = ?2",
};

struct ledger {
	sqlite3 *db;
	sqlite3_stmt *stmts[Q_COUNT];
};

static enum err sql_error(struct ledger *l, int rc, const char *doing)
{
	const char *text = l->db ? sqlite3_errmsg(l->db) : sqlite3_errstr(rc);
	enum err code = ERR_IO;
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		code = ERR_LOCKED;
		break;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		code = ERR_FOREIGN;
		break;
	case SQLITE_NOMEM:
		code = ERR_NOMEM;
		break;
	}
	return err_set(code, "cannot %s store.db: %s", doing, text);
}

static enum err pragma_int(struct ledger *l, const char *sql, int *out)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(l->db, sql, -1, &st, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		*out = sqlite3_column_int(st, 0);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	return rc == SQLITE_OK ? ERR_OK : sql_error(l, rc, "read");
}

static enum err check_schema(struct ledger *l, const char *path, int *version_out)
{
	int app = 0, version = 0;
	enum err e;
	if ((e = pragma_int(l, "PRAGMA application_id", &app)) != ERR_OK ||
	    (e = pragma_int(l, "PRAGMA user_version", &version)) != ERR_OK)
		return e;
	*version_out = version;
	if (app == 0 && version == 0)
		return err_set(ERR_NOTFOUND, "'%s' is empty so far", path);
	if (app != LEDGER_APPLICATION_ID)
		return err_set(ERR_FOREIGN, "'%s' is not a store of gongkai", path);
	if (version > LEDGER_SCHEMA)
		return err_set(ERR_NEWER, "'%s' has schema %d, this program knows %d: install the newer program", path,
			       version, LEDGER_SCHEMA);
	return version > 0 ? ERR_OK : err_set(ERR_NOTFOUND, "'%s' is empty so far", path);
}

enum err ledger_open(const char *data_dir, struct ledger **out)
{
	char path[4096];
	*out = NULL;
	if (snprintf(path, sizeof path, "%s/store.db", data_dir) >= (int)sizeof path)
		return err_set(ERR_INPUT, "the name of the data folder is too long");
	if (access(path, F_OK) != 0)
		return err_set(ERR_NOTFOUND, "there is no '%s'", path);
	struct ledger *l = calloc(1, sizeof *l);
	if (!l)
		return err_set(ERR_NOMEM, "out of memory");
	int rc = sqlite3_open_v2(path, &l->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	int version = 0;
	enum err e = rc == SQLITE_OK ? ERR_OK : sql_error(l, rc, "open");
	if (e == ERR_OK) {
		sqlite3_busy_timeout(l->db, LEDGER_BUSY_MS);
		e = check_schema(l, path, &version);
	}
	for (unsigned i = 0; i < Q_COUNT && e == ERR_OK; i++) {
		bool before = i == Q_ACKS && version < LEDGER_SCHEMA_UNCONFIRMED;
		rc = sqlite3_prepare_v3(l->db, before ? query_acks_before : queries[i], -1, SQLITE_PREPARE_PERSISTENT,
					&l->stmts[i], NULL);
		if (rc != SQLITE_OK)
			e = sql_error(l, rc, "read");
	}
	if (e != ERR_OK) {
		ledger_close(l);
		return e;
	}
	*out = l;
	return ERR_OK;
}

void ledger_close(struct ledger *l)
{
	if (!l)
		return;
	for (unsigned i = 0; i < Q_COUNT; i++)
		sqlite3_finalize(l->stmts[i]);
	sqlite3_close(l->db);
	free(l);
}

enum err ledger_head(struct ledger *l, struct ledger_head *out)
{
	sqlite3_stmt *st = l->stmts[Q_HEAD];
	int rc;
	*out = (struct ledger_head){0};
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *key = (const char *)sqlite3_column_text(st, 0);
		if (!key)
			continue;
		if (strcmp(key, "generation") == 0) {
			const char *z = (const char *)sqlite3_column_text(st, 1);
			snprintf(out->generation, sizeof out->generation, "%s", z ? z : "");
		} else if (strcmp(key, "max_fetch_id") == 0) {
			out->max_fetch_id = (uint64_t)sqlite3_column_int64(st, 1);
		} else if (strcmp(key, "max_parse_seq") == 0) {
			out->max_parse_seq = (uint64_t)sqlite3_column_int64(st, 1);
		} else if (strcmp(key, "last_commit") == 0) {
			out->last_commit = sqlite3_column_int64(st, 1);
		}
	}
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? ERR_OK : sql_error(l, rc, "read");
}

static int bind_url(sqlite3_stmt *st, const char *url)
{
	size_t n = strlen(url);
	sqlite3_reset(st);
	sqlite3_bind_int64(st, 1, (int64_t)hash64(url, n));
	return sqlite3_bind_text(st, 2, url, (int)n, SQLITE_STATIC);
}

/* The whole stream, at most `max` bytes. False for a damaged or too large one. */
static bool inflate_all(const void *p, size_t n, size_t max, struct buf *out)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)p, .avail_in = (uInt)n};
	int rc;
	if (inflateInit(&z) != Z_OK)
		return false;
	do {
		char *to = out->n < max ? buf_reserve(out, 64 * 1024) : NULL;
		if (!to) {
			rc = Z_MEM_ERROR;
			break;
		}
		z.next_out = (Bytef *)to;
		z.avail_out = 64 * 1024;
		rc = inflate(&z, Z_NO_FLUSH);
		buf_commit(out, 64 * 1024 - z.avail_out);
	} while (rc == Z_OK);
	inflateEnd(&z);
	return rc == Z_STREAM_END;
}

static bool link_of_line(struct str line, uint64_t fetch_id, struct arena *a, struct msg_link *out)
{
	json_t *v = line.n <= LEDGER_LINE_MAX ? json_loadb(line.p, line.n, 0, NULL) : NULL;
	const char *url = json_string_value(json_object_get(v, "url"));
	const char *rel = json_string_value(json_object_get(v, "rel"));
	const json_t *context = json_object_get(v, "context");
	json_int_t rank = json_integer_value(json_object_get(v, "rank"));
	const char *ask = json_string_value(json_object_get(v, "ask"));
	char *text = json_is_object(context) ? json_dumps(context, JSON_COMPACT) : NULL;
	if (url)
		*out = (struct msg_link){.fetch_id = fetch_id,
					 .url = arena_strdup(a, str_of(url)),
					 .rel = arena_strdup(a, str_of(rel ? rel : "")),
					 .rank = rank < -100  ? -100
						 : rank > 100 ? 100
							      : (int)rank,
					 .ask = msg_ask_word(msg_ask_of(str_of(ask ? ask : ""))),
					 .context = arena_strdup(a, str_of(text ? text : "{}"))};
	free(text);
	json_decref(v);
	return url != NULL;
}

/* Lines into links of the arena. */
static void parse_links(struct str lines, struct arena *a, struct ledger_ack *x)
{
	size_t count = 0, at = 0;
	for (size_t i = 0; i < lines.n; i++)
		count += lines.p[i] == '\n';
	if (count > LEDGER_PAGE_LINKS_MAX)
		count = LEDGER_PAGE_LINKS_MAX;
	struct msg_link *links = arena_calloc(a, count ? count : 1, sizeof *links);
	while (at < lines.n && x->links_count < count) {
		const char *end = memchr(lines.p + at, '\n', lines.n - at);
		size_t to = end ? (size_t)(end - lines.p) : lines.n;
		if (link_of_line(str_sub(lines, at, to), x->item.fetch_id, a, &links[x->links_count]))
			x->links_count++;
		at = to + 1;
	}
	x->links = links;
}

/*
 * Outlinks of the page's current version. *taken counts their bytes within the commit. *give false: they
 * cannot be had, and the ack must not be given without them: the page then ends by a redelivery, which
 * brings its links along.
 */
static enum err ack_links(struct ledger *l, struct arena *a, struct ledger_ack *x, size_t *taken, bool *give)
{
	sqlite3_stmt *st = l->stmts[Q_LINKS];
	enum err e = ERR_OK;
	struct buf lines;
	buf_init(&lines, FRAME_LINKS_MAX + 128 * 1024);
	bind_url(st, x->url);
	int rc = sqlite3_step(st);
	*give = rc == SQLITE_ROW;
	if (rc == SQLITE_ROW && sqlite3_column_bytes(st, 0) > 0) {
		*give = inflate_all(sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0), FRAME_LINKS_MAX,
				    &lines);
		if (!*give)
			log_warn("the links of %s cannot be read from store.db: the page will be parsed again", x->url);
		*taken += lines.n;
		if (*taken > LEDGER_LINKS_MAX)
			*give = false;
		if (*give)
			parse_links(buf_str(&lines), a, x);
	} else if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		e = sql_error(l, rc, "read");
	}
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	buf_fini(&lines);
	return e;
}

static const char *column_dup(sqlite3_stmt *st, int i, struct arena *a)
{
	const char *z = (const char *)sqlite3_column_text(st, i);
	return arena_strdup(a, str_of(z ? z : ""));
}

enum err ledger_acks(struct ledger *l, int64_t after, int64_t upto, struct arena *a,
		     bool (*ack)(void *ctx, const struct ledger_ack *x), void *ctx)
{
	sqlite3_stmt *st = l->stmts[Q_ACKS];
	enum err e = ERR_OK;
	int64_t commit = -1;
	size_t taken = 0;
	bool more = true;
	int rc;
	sqlite3_bind_int64(st, 1, after);
	sqlite3_bind_int64(st, 2, upto);
	while (more && e == ERR_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct ledger_ack x = {.commit = sqlite3_column_int64(st, 0)};
		if (x.commit != commit) {
			commit = x.commit;
			taken = 0;
			arena_reset(a);
		}
		int64_t result = sqlite3_column_int64(st, 5);
		x.url = column_dup(st, 1, a);
		x.item = (struct msg_ack_item){
			.fetch_id = (uint64_t)sqlite3_column_int64(st, 2),
			.epoch = (uint32_t)sqlite3_column_int64(st, 3),
			.lexicon = column_dup(st, 4, a),
			.result = result >= ACK_STORED && result <= ACK_STALE ? (enum ack_result)result : ACK_STORED,
			.reports = sqlite3_column_int64(st, 6),
			.barren = sqlite3_column_int(st, 7) != 0,
			.unconfirmed = sqlite3_column_int(st, 8) != 0};
		bool give;
		e = ack_links(l, a, &x, &taken, &give);
		if (e == ERR_OK && give)
			more = ack(ctx, &x);
	}
	if (e == ERR_OK && more && rc != SQLITE_DONE)
		e = sql_error(l, rc, "read");
	sqlite3_reset(st);
	return e;
}

enum err ledger_page(struct ledger *l, const char *url, struct ledger_page *out)
{
	sqlite3_stmt *st = l->stmts[Q_PAGE];
	enum err e = ERR_OK;
	*out = (struct ledger_page){0};
	bind_url(st, url);
	int rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		const char *lexicon = (const char *)sqlite3_column_text(st, 2);
		out->fetch_id = (uint64_t)sqlite3_column_int64(st, 0);
		out->parse_seq = (uint64_t)sqlite3_column_int64(st, 1);
		snprintf(out->lexicon, sizeof out->lexicon, "%s", lexicon ? lexicon : "");
	} else if (rc == SQLITE_DONE) {
		e = err_set(ERR_NOTFOUND, "the store has nothing of %s", url);
	} else {
		e = sql_error(l, rc, "read");
	}
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return e;
}
