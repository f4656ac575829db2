/* inbox - see inbox.h. */
#include "fetcher/inbox.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "fetcher/frontier_priv.h"

#define POST_TURN_MS 50

/* Apply what waits until nothing does. A kill before a commit leaves the requests as they were, one after it leaves
 * none that was applied. */
static enum err apply_all(struct fdb *d, int64_t *changed_out)
{
	bool waiting;
	*changed_out = 0;
	enum err e = fdb_inbox_waiting(d, &waiting);
	while (e == ERR_OK && waiting) {
		int64_t changed;
		e = fdb_inbox_apply(d, wall_ms(), &changed);
		KILL_POINT("inbox.apply.pre");
		if (e == ERR_OK)
			e = fdb_commit(d);
		KILL_POINT("inbox.apply.post");
		if (e == ERR_OK)
			e = fdb_inbox_waiting(d, &waiting);
		*changed_out += changed;
	}
	return e;
}

/* With the lock. json NULL: only what waits. */
static enum err apply_here(const char *data_dir, const char *json, struct inbox_result *out)
{
	struct fdb *d;
	int64_t earlier;
	enum err e = fdb_open(data_dir, NULL, &d, NULL);
	if (e != ERR_OK)
		return e;
	if (json) {
		e = apply_all(d, &earlier);
		if (e == ERR_OK)
			e = fdb_inbox_post(d, json);
		if (e == ERR_OK)
			e = fdb_commit(d);
	}
	if (e == ERR_OK)
		e = apply_all(d, &out->changed);
	out->applied = e == ERR_OK;
	fdb_close(d);
	return e;
}

/* Beside a running fetcher. ERR_AGAIN: it is just making the database. */
static enum err insert_row(const char *path, const char *json)
{
	struct sql s;
	int version = 0;
	enum err e = sql_open(&s, path, false, FDB_BUSY_MS);
	if (e != ERR_OK)
		return e;
	e = fdb_version(&s, &version);
	if (e == ERR_OK && !version)
		e = ERR_AGAIN;
	if (e == ERR_OK)
		e = sql_exec(&s, "PRAGMA synchronous=FULL", "prepare");
	if (e == ERR_OK)
		e = sql_run(&s, "INSERT INTO inbox(at,json) VALUES(?1,?2)", SQL_ARGS(SQL_I(wall_ms()), SQL_Z(json)));
	sql_close(&s);
	return e;
}

static enum err post_beside(const char *data_dir, const char *json)
{
	char path[4096];
	enum err e = fdb_folder(data_dir, path);
	int64_t until = mono_ms() + FDB_BUSY_MS;
	while (e == ERR_OK) {
		e = insert_row(path, json);
		if (e != ERR_AGAIN)
			return e;
		if (mono_ms() >= until)
			return err_set(ERR_LOCKED, "the frontier in '%s' is being made by another process; try again",
				       data_dir);
		usleep(POST_TURN_MS * 1000);
		e = ERR_OK;
	}
	return e;
}

enum err inbox_post(const char *data_dir, const char *json, struct inbox_result *out)
{
	struct inbox_result none = {0};
	*out = none;
	enum err e = fdb_inbox_check(json);
	if (e == ERR_OK)
		e = apply_here(data_dir, json, out);
	if (e != ERR_LOCKED)
		return e;
	e = post_beside(data_dir, json);
	if (e != ERR_OK)
		return e;
	/* the owner may have ended between our two looks; then nobody else would apply it before the next start */
	e = apply_here(data_dir, NULL, out);
	return e == ERR_LOCKED ? ERR_OK : e;
}
