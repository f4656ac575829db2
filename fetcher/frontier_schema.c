/*
 * frontier_schema - the tables of frontier.db, its versions, and the lock.
 *
 * A page that was only found costs one row of `pages`, one entry of pages_hash and one of pages_ready; what a fetch
 * needs is in `work`, texts are in `texts`, both made when first needed. `due` is not_before of retry and fetched,
 * next visit of done, discarded and dead.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fetcher/frontier_priv.h"

static const char schema_1[] =
	"CREATE TABLE pages(id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, url TEXT NOT NULL, host_id INTEGER NOT NULL,"
	" source_id INTEGER, state INTEGER NOT NULL, depth INTEGER NOT NULL, hops INTEGER, from_page INTEGER,"
	" first_at INTEGER NOT NULL, cause INTEGER, body_fetch_id INTEGER, solo INTEGER, due INTEGER);"
	"CREATE INDEX pages_hash ON pages(hash);"
	"CREATE INDEX pages_ready ON pages(host_id, depth, id) WHERE state=" Q_READY ";"
	"CREATE INDEX pages_fetching ON pages(id) WHERE state=" Q_FETCHING ";"
	"CREATE INDEX pages_fetched ON pages(solo DESC, body_fetch_id) WHERE state=" Q_FETCHED ";"
	"CREATE INDEX pages_sent ON pages(id) WHERE state=" Q_SENT ";"
	"CREATE INDEX pages_dead ON pages(id) WHERE state=" Q_DEAD ";"
	"CREATE INDEX pages_due ON pages(state, due) WHERE due IS NOT NULL;"
	"CREATE INDEX pages_body ON pages(body_fetch_id) WHERE body_fetch_id IS NOT NULL;"
	"CREATE TABLE work(page_id INTEGER PRIMARY KEY, fetch_id INTEGER, file_id INTEGER, body_offset INTEGER,"
	" body_length INTEGER, body_bytes INTEGER, status INTEGER, epoch INTEGER, parse_seq INTEGER, crash INTEGER,"
	" lost INTEGER, transient INTEGER, crash_signal INTEGER, counted_epoch INTEGER, attempts INTEGER, flags "
	"INTEGER,"
	" wait_len INTEGER, next_visit INTEGER, held_from INTEGER, chain_from INTEGER, last_at INTEGER, detail TEXT);"
	"CREATE TABLE texts(page_id INTEGER PRIMARY KEY, context TEXT, etag TEXT, last_modified TEXT);"
	"CREATE TABLE files(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE causes(id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);"
	"CREATE TABLE history(page_id INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, last_at INTEGER,"
	" event INTEGER NOT NULL, state INTEGER NOT NULL, cause INTEGER, fetch_id INTEGER, epoch INTEGER,"
	" count INTEGER, detail TEXT, PRIMARY KEY(page_id, seq)) WITHOUT ROWID;"
	"CREATE INDEX history_response ON history(fetch_id) WHERE " Q_RESPONSE_EVENTS ";"
	"CREATE TABLE counts(state INTEGER PRIMARY KEY, n INTEGER NOT NULL);"
	"CREATE TABLE hosts(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, next_at INTEGER NOT NULL DEFAULT 0,"
	" gap_ms INTEGER NOT NULL DEFAULT 0, cooling_until INTEGER NOT NULL DEFAULT 0, cooling_len INTEGER NOT NULL "
	"DEFAULT 0,"
	" failures INTEGER NOT NULL DEFAULT 0, trips INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0,"
	" robots_state INTEGER NOT NULL DEFAULT 0, robots_until INTEGER NOT NULL DEFAULT 0, ready INTEGER NOT NULL "
	"DEFAULT 0);"
	"CREATE TABLE robots(host_id INTEGER PRIMARY KEY, body BLOB);"
	"CREATE TABLE addresses(ip TEXT PRIMARY KEY, next_at INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE segments(host_id INTEGER NOT NULL, segment TEXT NOT NULL, barren INTEGER NOT NULL,"
	" PRIMARY KEY(host_id, segment)) WITHOUT ROWID;"
	"CREATE TABLE sources(id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, region TEXT, body TEXT, scope TEXT,"
	" depth INTEGER, pages_max INTEGER, pages INTEGER NOT NULL DEFAULT 0, added_at INTEGER NOT NULL);"
	"CREATE TABLE inbox(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, json TEXT NOT NULL,"
	" cursor INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;";

/* the address of the last connection, so that the gap of an address holds after a restart */
static const char schema_2[] = "ALTER TABLE hosts ADD COLUMN ip TEXT;";

/* how far ahead next_at may lie: the gap of the host that was asked there last; 0 of before this version: not known */
static const char schema_3[] = "ALTER TABLE addresses ADD COLUMN gap_ms INTEGER NOT NULL DEFAULT 0;";

/* what the contexts of one page's links share, once (frontier_context.c); contexts of before stay whole */
static const char schema_4[] =
	"CREATE TABLE contexts(id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, json TEXT NOT NULL);"
	"CREATE INDEX contexts_hash ON contexts(hash); ALTER TABLE texts ADD COLUMN context_id INTEGER;";
/* what is next on a host: arms (rank.h), and in an arm (ord, id); pages of before lie in arm 0 as of rank 0 */
static const char schema_5[] =
	"CREATE TABLE arms(host_id INTEGER NOT NULL, no INTEGER NOT NULL, key INTEGER NOT NULL, column INTEGER,"
	" marks INTEGER, rank INTEGER NOT NULL, is_mark INTEGER NOT NULL, tried INTEGER NOT NULL, paid INTEGER NOT "
	"NULL,"
	" PRIMARY KEY(host_id, no)) WITHOUT ROWID;"
	"ALTER TABLE pages ADD COLUMN arm INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE pages ADD COLUMN ord INTEGER NOT NULL DEFAULT 1600;"
	"DROP INDEX pages_ready;"
	"CREATE INDEX pages_ready ON pages(host_id, arm, ord, id) WHERE state=" Q_READY ";";

/*
 * Revisits: what is remembered of a page that was parsed (counts in thousandths, times in minutes), what the pages of a host
 * and kind have in common (host 0: of all hosts), and the multiplier of all and of each host that was visited (pages_again: the
 * visits that wait at `ready`, whose due is kept there).
 */
static const char schema_6[] =
	"CREATE TABLE visits(page_id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, fetch_id INTEGER NOT NULL,"
	" last_at INTEGER NOT NULL, visits INTEGER, changes INTEGER, quiet INTEGER, busy INTEGER, told INTEGER,"
	" leads INTEGER, announced INTEGER);"
	"CREATE TABLE visit_groups(host_id INTEGER NOT NULL, kind INTEGER NOT NULL, visits REAL NOT NULL,"
	" weight REAL NOT NULL, rate REAL NOT NULL, log_rate REAL NOT NULL, PRIMARY KEY(host_id, kind)) WITHOUT ROWID;"
	"CREATE TABLE paces(host_id INTEGER PRIMARY KEY, m REAL NOT NULL, saved REAL NOT NULL, age REAL NOT NULL,"
	" at INTEGER NOT NULL);"
	"CREATE INDEX pages_again ON pages(host_id, due) WHERE state=" Q_READY " AND due IS NOT NULL;";

/* how quickly a host answers, how much it was asked today, and why it rests */
static const char schema_7[] = "ALTER TABLE hosts ADD COLUMN response_ms INTEGER NOT NULL DEFAULT 0;"
			       "ALTER TABLE hosts ADD COLUMN day INTEGER NOT NULL DEFAULT 0;"
			       "ALTER TABLE hosts ADD COLUMN day_requests INTEGER NOT NULL DEFAULT 0;"
			       "ALTER TABLE hosts ADD COLUMN cooling_why INTEGER NOT NULL DEFAULT 0;";
/* twins.h: the text of a parsed page, what is known of two forms of a site, and the pages that were not asked for therefore */
static const char schema_8[] =
	"ALTER TABLE pages ADD COLUMN text INTEGER;"
	"CREATE TABLE twins(lesser TEXT NOT NULL, better TEXT NOT NULL, same INTEGER NOT NULL, forth INTEGER NOT NULL,"
	" back INTEGER NOT NULL, differ INTEGER NOT NULL, failed INTEGER NOT NULL, last INTEGER NOT NULL,"
	" state INTEGER NOT NULL, met INTEGER NOT NULL, PRIMARY KEY(lesser, better)) WITHOUT ROWID;"
	"CREATE TABLE spared(lesser TEXT NOT NULL, page_id INTEGER NOT NULL, PRIMARY KEY(lesser, page_id))"
	" WITHOUT ROWID;";

/* a second fetch that is due (frontier.h, confirm), and since when a page with a report answers 404 */
static const char schema_9[] =
	"CREATE TABLE watched(page_id INTEGER PRIMARY KEY, confirm_due INTEGER, gone_since INTEGER);"
	"CREATE INDEX watched_due ON watched(confirm_due) WHERE confirm_due IS NOT NULL;";

/* how many of the ready pages of a host are visits of pages that were fetched before */
static const char schema_10[] =
	"ALTER TABLE hosts ADD COLUMN again INTEGER NOT NULL DEFAULT 0;"
	"UPDATE hosts SET again=(SELECT count(*) FROM pages p WHERE p.host_id=hosts.id AND p.state=" Q_READY
	" AND p.due IS NOT NULL);";

/* the arms of a host in few rows (frontier_arms.c), which are read at once */
static const char schema_11[] = "CREATE TABLE arm_blocks(id INTEGER PRIMARY KEY, data BLOB NOT NULL);";

static enum err arms_to_blocks(struct sql *s)
{
	enum err e = fdb_arms_to_blocks(s);
	return e == ERR_OK ? sql_exec(s, "DROP TABLE arms", "migrate") : e;
}

/*
 * Since when a host does not answer. Pages that died of what may pass come round: those of before, within three days; the
 * codes are those of proto/cause.c without bad-url, superseded and what is discarded.
 */
static const char schema_12[] =
	"ALTER TABLE hosts ADD COLUMN down_since INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE hosts ADD COLUMN down_at INTEGER NOT NULL DEFAULT 0;"
	"UPDATE pages SET due=strftime('%s','now')*1000+abs(random())%259200000 WHERE state=" Q_DEAD " AND due IS NULL"
	" AND cause IN (SELECT id FROM causes WHERE code NOT IN ('bad-url','superseded','twin'));"
	"UPDATE work SET next_visit=(SELECT due FROM pages p WHERE p.id=page_id) WHERE page_id IN"
	" (SELECT id FROM pages WHERE state=" Q_DEAD " AND due IS NOT NULL);";

/*
 * The ladder: step i turns version i into i + 1, by its text and what is to be done behind it. A new version adds its step
 * at the end and raises FDB_SCHEMA_VERSION.
 */
static const struct step {
	const char *text;
	enum err (*behind)(struct sql *s);
} steps[] = {{schema_1, NULL},
	     {schema_2, NULL},
	     {schema_3, NULL},
	     {schema_4, NULL},
	     {schema_5, NULL},
	     {schema_6, NULL},
	     {schema_7, NULL},
	     {schema_8, NULL},
	     {schema_9, NULL},
	     {schema_10, NULL},
	     {schema_11, arms_to_blocks},
	     {schema_12, NULL}};
_Static_assert(sizeof(steps) / sizeof(*steps) == FDB_SCHEMA_VERSION, "one step for each version");

enum err fdb_folder(const char *data_dir, char path_out[4096])
{
	if (mkdir(data_dir, 0750) != 0 && errno != EEXIST)
		return err_errno(ERR_IO, "cannot make the data folder '%s'", data_dir);
	int n = snprintf(path_out, 4096, "%s/frontier.db", data_dir);
	return n < 4096 ? ERR_OK : err_set(ERR_USAGE, "the name of the data folder is too long");
}

enum err fdb_lock(const char *data_dir, int *fd_out)
{
	char path[4096];
	if (snprintf(path, sizeof(path), "%s/frontier.lock", data_dir) >= (int)sizeof(path))
		return err_set(ERR_USAGE, "the name of the data folder is too long");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0)
		return err_errno(ERR_IO, "cannot open '%s'", path);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		enum err e =
			errno == EWOULDBLOCK
				? err_set(ERR_LOCKED,
					  "the frontier in '%s' is in use by another gongkai process; stop it or name "
					  "another folder with --data",
					  data_dir)
				: err_errno(ERR_IO, "cannot lock '%s'", path);
		close(fd);
		return e;
	}
	*fd_out = fd;
	return ERR_OK;
}

enum err fdb_version(struct sql *s, int *version_out)
{
	int64_t app, version, tables;
	enum err e = sql_int(s, "PRAGMA application_id", SQL_NONE, 0, &app);
	if (e == ERR_OK)
		e = sql_int(s, "PRAGMA user_version", SQL_NONE, 0, &version);
	if (e == ERR_OK)
		e = sql_int(s, "SELECT count(*) FROM sqlite_master", SQL_NONE, 0, &tables);
	if (e != ERR_OK)
		return e;
	if (app != FDB_APPLICATION_ID && (app || version || tables))
		return err_set(ERR_FOREIGN, "'%s' is not a frontier of gongkai; name another folder with --data",
			       s->name);
	if (version > FDB_SCHEMA_VERSION)
		return err_set(ERR_NEWER,
			       "'%s' was written by a newer gongkai (schema %d, this one knows %d); use that one",
			       s->name, (int)version, FDB_SCHEMA_VERSION);
	*version_out = (int)version;
	return ERR_OK;
}

static enum err climb(struct sql *s, int from)
{
	enum err e = sql_exec(s, "BEGIN IMMEDIATE", "lock");
	for (int v = from; e == ERR_OK && v < FDB_SCHEMA_VERSION; v++) {
		e = sql_exec(s, steps[v].text, "migrate");
		if (e == ERR_OK && steps[v].behind)
			e = steps[v].behind(s);
	}
	char text[128];
	snprintf(text, sizeof(text), "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT", FDB_APPLICATION_ID,
		 FDB_SCHEMA_VERSION);
	return e == ERR_OK ? sql_exec(s, text, "migrate") : e;
}

/* All steps are one transaction: a crash in between leaves the old version. */
enum err fdb_migrate(struct sql *s)
{
	int version;
	enum err e = fdb_version(s, &version);
	if (e == ERR_OK && !version)
		e = sql_exec(s, "PRAGMA page_size=8192", "prepare");
	if (e == ERR_OK)
		e = sql_exec(s,
			     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
			     "PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=134217728",
			     "prepare");
	if (e == ERR_OK && version < FDB_SCHEMA_VERSION) {
		e = climb(s, version);
		sql_forget(s);
	}
	return e;
}
