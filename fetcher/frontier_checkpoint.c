/* frontier_checkpoint - see frontier_checkpoint.h. */
#include "fetcher/frontier_checkpoint.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_BYTES 8192

enum work { IDLE, COPYING, REST_LEFT };

struct checkpoint {
	sqlite3 *db; /* of the caller */
	char *path;
	pthread_t thread;
	bool has_thread, alone; /* alone: no thread can be made */
	pthread_mutex_t lock;   /* of all below */
	pthread_cond_t changed;
	enum work work;
	int frames; /* in the log, as of the last commit */
	int from;   /* so many, and the thread begins */
	bool quit;
};

/* The thread's own connection; it reads the version since the log is only opened then. NULL: it cannot be opened. */
static sqlite3 *open_own(const char *path)
{
	sqlite3 *db = NULL;
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
	    sqlite3_exec(db, "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA user_version", NULL, NULL,
			 NULL) == SQLITE_OK)
		return db;
	sqlite3_close(db);
	return NULL;
}

static sqlite3_file *file_of(sqlite3 *db)
{
	sqlite3_file *file = NULL;
	int rc = sqlite3_file_control(db, NULL, SQLITE_FCNTL_FILE_POINTER, &file);
	return rc == SQLITE_OK && file && file->pMethods ? file : NULL;
}

/* SQLite syncs the file when all of the log is copied, which is the rest: what it would then wait for is done here. */
static void sync_copied(sqlite3 *db)
{
	sqlite3_file *file = file_of(db);
	if (file)
		(void)file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

/*
 * Passes until what the commits added in the meantime is short, or the log is at its most, or the last pass brought
 * nothing: another process may be reading an old state. Called with the lock, which is free during a pass.
 */
static void copy(struct checkpoint *c, sqlite3 *db)
{
	int copied = 0, before = -1;
	do {
		before = copied;
		pthread_mutex_unlock(&c->lock);
		int done = 0;
		int rc = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, &done);
		if (rc == SQLITE_OK)
			sync_copied(db);
		pthread_mutex_lock(&c->lock);
		if (rc == SQLITE_OK && done > copied)
			copied = done;
	} while (!c->quit && copied > before && c->frames - copied > CHECKPOINT_REST &&
		 c->frames < c->from * CHECKPOINT_MOST);
}

static void *run(void *arg)
{
	struct checkpoint *c = arg;
	sqlite3 *db = open_own(c->path);
	pthread_mutex_lock(&c->lock);
	while (!c->quit) {
		if (c->work != COPYING) {
			pthread_cond_wait(&c->changed, &c->lock);
			continue;
		}
		if (db)
			copy(c, db);
		c->work = REST_LEFT;
		pthread_cond_signal(&c->changed);
	}
	pthread_mutex_unlock(&c->lock);
	sqlite3_close(db);
	return NULL;
}

static int from_of(sqlite3 *db)
{
	sqlite3_int64 bytes = 0;
	sqlite3_file *file = file_of(db);
	if (!file || file->pMethods->xFileSize(file, &bytes) != SQLITE_OK)
		return CHECKPOINT_FROM_LEAST;
	sqlite3_int64 from = bytes / PAGE_BYTES / CHECKPOINT_PART;
	return from < CHECKPOINT_FROM_LEAST     ? CHECKPOINT_FROM_LEAST
	       : from > CHECKPOINT_FROM_LARGEST ? CHECKPOINT_FROM_LARGEST
						: (int)from;
}

/* Signals are for the thread of the caller. */
static void need_thread(struct checkpoint *c)
{
	sigset_t all, before;
	if (c->has_thread || c->alone)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	c->has_thread = pthread_create(&c->thread, NULL, run, c) == 0;
	c->alone = !c->has_thread;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* After each commit, with the pages in the log. */
static int committed(void *ctx, sqlite3 *db, const char *name, int frames)
{
	struct checkpoint *c = ctx;
	if (frames >= c->from)
		need_thread(c);
	pthread_mutex_lock(&c->lock);
	c->frames = frames;
	while (c->work == COPYING && frames >= c->from * CHECKPOINT_MOST)
		pthread_cond_wait(&c->changed, &c->lock);
	bool finish = c->work == REST_LEFT || (c->alone && frames >= c->from);
	if (!finish && c->work == IDLE && frames >= c->from) {
		c->work = COPYING;
		pthread_cond_signal(&c->changed);
	}
	pthread_mutex_unlock(&c->lock);
	if (!finish)
		return SQLITE_OK;
	/* a failure is not the commit's, which is in the log: it is tried again */
	(void)sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	pthread_mutex_lock(&c->lock);
	c->work = IDLE;
	c->from = from_of(db);
	pthread_mutex_unlock(&c->lock);
	return SQLITE_OK;
}

enum err checkpoint_new(const char *path, sqlite3 *db, struct checkpoint **out)
{
	struct checkpoint *c = *out = calloc(1, sizeof(*c));
	char *copy_of_path = strdup(path);
	if (!c || !copy_of_path) {
		free(c);
		free(copy_of_path);
		*out = NULL;
		return err_set(ERR_NOMEM, "out of memory");
	}
	c->db = db;
	c->path = copy_of_path;
	c->from = from_of(db);
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->changed, NULL);
	sqlite3_wal_hook(db, committed, c);
	return ERR_OK;
}

void checkpoint_free(struct checkpoint *c)
{
	if (!c)
		return;
	sqlite3_wal_hook(c->db, NULL, NULL);
	pthread_mutex_lock(&c->lock);
	c->quit = true;
	pthread_cond_signal(&c->changed);
	pthread_mutex_unlock(&c->lock);
	if (c->has_thread)
		pthread_join(c->thread, NULL);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	free(c->path);
	free(c);
}
