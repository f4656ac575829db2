/* sql - see sql.h. */
#include "fetcher/sql.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A write that the system refused, for a quota or a limit of a file's size as well as for a broken disk: SQLite forgets errno
 * on its way, and to the caller it is the same: the folder cannot be written to. */
static bool is_write(int code)
{
	return code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC ||
	       code == SQLITE_IOERR_TRUNCATE || code == SQLITE_IOERR_SHMSIZE;
}

/* Error of the last SQLite call, with text "cannot <what> '<name>': ...". Never ERR_OK. */
static enum err fail(struct sql *s, const char *what)
{
	int code = s->db ? sqlite3_extended_errcode(s->db) : SQLITE_NOMEM;
	int sys = s->db ? sqlite3_system_errno(s->db) : 0;
	const char *why = s->db ? sqlite3_errmsg(s->db) : "out of memory";
	bool room = sys == ENOSPC || sys == EDQUOT || sys == EFBIG || sys == EROFS;
	enum err e = ERR_IO;
	switch (code & 0xff) {
	case SQLITE_FULL:
		e = ERR_FULL;
		break;
	case SQLITE_IOERR:
		e = room || is_write(code) ? ERR_FULL : ERR_IO;
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		e = ERR_LOCKED;
		break;
	case SQLITE_NOTADB:
		e = ERR_FOREIGN;
		break;
	case SQLITE_CORRUPT:
		return err_set(
			ERR_FOREIGN,
			"cannot %s '%s': %s: put a backup in its place, or move it away and give the start pages "
			"again (what is archived is not requested again), or name another folder with --data",
			what, s->name, why);
	case SQLITE_NOMEM:
		e = ERR_NOMEM;
		break;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		e = ERR_FULL;
		break;
	case SQLITE_CANTOPEN:
		e = sys == EACCES || sys == EPERM ? ERR_DENIED : room ? ERR_FULL : ERR_IO;
		break;
	case SQLITE_MISUSE:
		e = ERR_INTERNAL;
		break;
	default:
		break;
	}
	if (is_write(code) && !sys)
		return err_set(e, "cannot %s '%s': %s (disk full, over a quota, or not writable)", what, s->name, why);
	if (sys && e != ERR_LOCKED)
		return err_set(e, "cannot %s '%s': %s: %s", what, s->name, why, strerror(sys));
	return err_set(e, "cannot %s '%s': %s", what, s->name, why);
}

/* The whole path, since messages say where; of one that is too long the name alone. */
static void keep_name(struct sql *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash && strlen(path) >= sizeof(s->name) ? slash + 1 : path;
	size_t n = strlen(name);
	if (n >= sizeof(s->name))
		n = sizeof(s->name) - 1;
	memcpy(s->name, name, n);
	s->name[n] = 0;
}

enum err sql_open(struct sql *s, const char *path, bool readonly, int busy_ms)
{
	memset(s, 0, sizeof(*s));
	keep_name(s, path);
	if (readonly && access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(ERR_NOTFOUND, "there is no '%s'", path);
	int flags = readonly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	int rc = sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc != SQLITE_OK) {
		enum err e = fail(s, "open");
		sql_close(s);
		return e;
	}
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, busy_ms);
	return ERR_OK;
}

void sql_forget(struct sql *s)
{
	for (unsigned i = 0; i < s->cap; i++)
		sqlite3_finalize(s->cache[i].stmt);
	free(s->cache);
	s->cache = NULL;
	s->cap = s->used = 0;
}

void sql_close(struct sql *s)
{
	sql_forget(s);
	sqlite3_close(s->db);
	s->db = NULL;
}

enum err sql_exec(struct sql *s, const char *text, const char *what)
{
	return sqlite3_exec(s->db, text, NULL, NULL, NULL) == SQLITE_OK ? ERR_OK : fail(s, what);
}

/* Open addressing by the address of the text: its place, or the free one where it belongs. */
static struct sql_cached *place_of(const struct sql *s, const char *text)
{
	unsigned k = (unsigned)(((uintptr_t)text * 0x9E3779B97F4A7C15ull) >> 40);
	while (s->cache[k & (s->cap - 1)].text && s->cache[k & (s->cap - 1)].text != text)
		k++;
	return &s->cache[k & (s->cap - 1)];
}

static enum err grow(struct sql *s)
{
	struct sql to = {.cap = s->cap ? s->cap * 2 : SQL_STATEMENTS};
	to.cache = calloc(to.cap, sizeof(*to.cache));
	if (!to.cache)
		return err_set(ERR_NOMEM, "out of memory for the statements of '%s'", s->name);
	for (unsigned i = 0; i < s->cap; i++)
		if (s->cache[i].text)
			*place_of(&to, s->cache[i].text) = s->cache[i];
	free(s->cache);
	s->cache = to.cache;
	s->cap = to.cap;
	return ERR_OK;
}

static enum err cached(struct sql *s, const char *text, sqlite3_stmt **out)
{
	enum err e = s->used * 2 >= s->cap ? grow(s) : ERR_OK;
	if (e != ERR_OK)
		return e;
	struct sql_cached *c = place_of(s, text);
	if (c->text) {
		*out = c->stmt;
		return ERR_OK;
	}
	if (sqlite3_prepare_v3(s->db, text, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
		return fail(s, "prepare a statement of");
	*c = (struct sql_cached){.text = text, .stmt = *out};
	s->used++;
	return ERR_OK;
}

static int bind(sqlite3_stmt *st, int at, const struct sql_value *v)
{
	if (v->kind == SQL_REAL)
		return sqlite3_bind_double(st, at, v->r);
	if (v->null || (v->kind != SQL_INT && !v->p))
		return sqlite3_bind_null(st, at);
	if (v->kind == SQL_INT)
		return sqlite3_bind_int64(st, at, v->i);
	if (v->kind == SQL_TEXT)
		return sqlite3_bind_text(st, at, v->p, -1, SQLITE_STATIC);
	return sqlite3_bind_blob64(st, at, v->p, v->n, SQLITE_STATIC);
}

enum err sql_get(struct sql *s, const char *text, const struct sql_value *v, unsigned n, sqlite3_stmt **out)
{
	sqlite3_stmt *st = NULL;
	enum err e = cached(s, text, &st);
	if (e != ERR_OK)
		return e;
	sqlite3_reset(st);
	assert((int)n == sqlite3_bind_parameter_count(st));
	for (unsigned i = 0; i < n; i++)
		if (bind(st, (int)i + 1, &v[i]) != SQLITE_OK)
			return fail(s, "bind a value of");
	*out = st;
	return ERR_OK;
}

enum err sql_next(struct sql *s, sqlite3_stmt *st, bool *more_out)
{
	int rc = sqlite3_step(st);
	*more_out = rc == SQLITE_ROW;
	if (rc == SQLITE_ROW)
		return ERR_OK;
	enum err e = rc == SQLITE_DONE ? ERR_OK : fail(s, sqlite3_stmt_readonly(st) ? "read" : "write");
	sqlite3_reset(st);
	return e;
}

enum err sql_run(struct sql *s, const char *text, const struct sql_value *v, unsigned n)
{
	sqlite3_stmt *st;
	enum err e = sql_get(s, text, v, n, &st);
	for (bool more = true; e == ERR_OK && more;)
		e = sql_next(s, st, &more);
	return e;
}

enum err sql_row(struct sql *s, const char *text, const struct sql_value *v, unsigned n, sqlite3_stmt **out)
{
	*out = NULL;
	sqlite3_stmt *st;
	bool more = false;
	enum err e = sql_get(s, text, v, n, &st);
	if (e == ERR_OK)
		e = sql_next(s, st, &more);
	if (e != ERR_OK)
		return e;
	if (!more)
		return ERR_NOTFOUND;
	*out = st;
	return ERR_OK;
}

void sql_done(sqlite3_stmt *st)
{
	if (st)
		sqlite3_reset(st);
}

enum err sql_int(struct sql *s, const char *text, const struct sql_value *v, unsigned n, int64_t deflt, int64_t *out)
{
	*out = deflt;
	sqlite3_stmt *st;
	enum err e = sql_row(s, text, v, n, &st);
	if (e == ERR_NOTFOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	if (sqlite3_column_type(st, 0) != SQLITE_NULL)
		*out = sqlite3_column_int64(st, 0);
	sql_done(st);
	return ERR_OK;
}

const char *sql_text(sqlite3_stmt *st, int column)
{
	const unsigned char *z = sqlite3_column_text(st, column);
	return z ? (const char *)z : "";
}
