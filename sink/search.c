#include "sink/search.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "sink/db.h"
#include "sink/search_text.h"

#define SEARCH_APPLICATION_ID 0x474B5358 /* "GKSX" */
#define SEARCH_SCHEMA 1
#define SEARCH_BUSY_MS 5000
#define STAMPS_EACH 1000
/* rows that no document uses any more; more than the documents: make it anew */
#define STALE_MIN 1000

static const char schema[] =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE docs(document_id INTEGER PRIMARY KEY, stamp INTEGER NOT NULL, row INTEGER NOT NULL UNIQUE,"
	" reports INTEGER NOT NULL);"
	"CREATE VIRTUAL TABLE pairs USING fts5(x, content='', detail=none, tokenize='unicode61 remove_diacritics 0');"
	"INSERT INTO pairs(pairs, rank) VALUES('hashsize', 33554432);";

enum statement { S_GET, S_STAMP, S_ADD, S_TAKE, S_META, S_FIND, S_NEXT_ROW, S_COUNT };
static const char *const texts[S_COUNT] = {
	[S_GET] = "SELECT value FROM meta WHERE key=?1",
	[S_STAMP] = "SELECT stamp, reports FROM docs WHERE document_id=?1",
	[S_ADD] = "INSERT OR REPLACE INTO docs VALUES(?1,?2,?3,?4)",
	[S_TAKE] = "INSERT INTO pairs(rowid, x) VALUES(?1,?2)",
	[S_META] = "INSERT OR REPLACE INTO meta VALUES(?1,?2)",
	[S_FIND] = ("SELECT d.document_id, d.reports FROM pairs p JOIN docs d ON d.row=p.rowid WHERE pairs MATCH ?1"
		    " AND (?2=0 OR d.reports) ORDER BY d.reports DESC, d.document_id"),
	[S_NEXT_ROW] = "SELECT ifnull(max(row),0)+1 FROM docs",
};

struct search {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
	char path[PATH_MAX], fold_id[64];
	search_fold_fn *fold;
	void *fold_ctx;
	struct buf text, tokens;
	int64_t row; /* of the index, for the next document */
};

static void shut(struct search *s)
{
	db_finalize(s->st, S_COUNT);
	memset(s->st, 0, sizeof s->st);
	sqlite3_close(s->db);
	s->db = NULL;
}

/* A file that cannot be used is no loss: say so and make it anew. */
static enum err put_away(struct search *s, bool ours)
{
	static const char *const tails[] = {"", "-wal", "-shm"};
	char path[PATH_MAX + 8], to[PATH_MAX + 16];
	shut(s);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s%s", s->path, tails[i]);
		snprintf(to, sizeof to, "%s.foreign%s", s->path, tails[i]);
		if ((ours ? unlink(path) : rename(path, to)) != 0 && errno != ENOENT)
			return err_errno(ERR_IO, "cannot put away '%s'", path);
	}
	return ERR_OK;
}

static bool get_text(struct search *s, const char *key, char *out, size_t max)
{
	sqlite3_stmt *st = s->st[S_GET];
	db_bind_z(st, 1, key);
	bool found = sqlite3_step(st) == SQLITE_ROW;
	struct str v = found ? db_column(st, 0) : STR_NULL;
	snprintf(out, max, "%.*s", v.p ? (int)v.n : 0, v.p ? v.p : "");
	sqlite3_reset(st);
	return found;
}

static enum err put_meta(struct search *s, const char *key, const char *value)
{
	sqlite3_stmt *st = s->st[S_META];
	db_bind_z(st, 1, key);
	db_bind_z(st, 2, value);
	int rc = sqlite3_step(st);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? ERR_OK : db_error(s->db, rc, "write the search index");
}

static enum err make(struct search *s)
{
	char sql[128];
	enum err e = db_exec(s->db,
			     "PRAGMA page_size=8192;PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;BEGIN IMMEDIATE");
	if (e == ERR_OK)
		e = db_exec(s->db, schema);
	snprintf(sql, sizeof sql, "PRAGMA application_id=%d;PRAGMA user_version=%d;COMMIT", SEARCH_APPLICATION_ID,
		 SEARCH_SCHEMA);
	return e == ERR_OK ? db_exec(s->db, sql) : e;
}

/* ERR_FOREIGN: not usable (*ours: because of age, damage or fold, not because somebody else's). */
static enum err open_file(struct search *s, bool writable, bool *ours)
{
	int64_t app = 0, version = 0, count = 0;
	char fold[64];
	*ours = true;
	int rc = sqlite3_open_v2(s->path, &s->db,
				 SQLITE_OPEN_NOMUTEX |
					 (writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY),
				 NULL);
	if (rc != SQLITE_OK)
		return db_error(s->db, rc, "open the search index");
	sqlite3_busy_timeout(s->db, SEARCH_BUSY_MS);
	enum err e = db_int(s->db, "PRAGMA application_id", &app);
	if (e == ERR_OK)
		e = db_int(s->db, "PRAGMA user_version", &version);
	if (e == ERR_OK)
		e = db_int(s->db, "SELECT count(*) FROM sqlite_master", &count);
	if (e == ERR_OK && app != SEARCH_APPLICATION_ID && (app || version || count)) {
		*ours = false;
		return err_set(ERR_FOREIGN, "'%s' is not a search index of gongkai", s->path);
	}
	if (e == ERR_OK && version && version != SEARCH_SCHEMA)
		return err_set(ERR_FOREIGN, "'%s' is of another version", s->path);
	if (e == ERR_OK && !version && !writable)
		return ERR_NOTFOUND;
	if (e == ERR_OK && !version)
		e = make(s);
	if (e == ERR_OK)
		e = db_exec(s->db, "PRAGMA cache_size=-8192;PRAGMA temp_store=FILE;PRAGMA trusted_schema=OFF");
	if (e == ERR_OK && writable)
		e = db_exec(s->db, "PRAGMA synchronous=NORMAL;PRAGMA journal_size_limit=67108864");
	if (e == ERR_OK)
		e = db_prepare(s->db, texts, S_COUNT, s->st);
	if (e == ERR_OK && get_text(s, "fold", fold, sizeof fold) && strcmp(fold, s->fold_id) != 0)
		return err_set(ERR_FOREIGN, "'%s' was made by another lexicon", s->path);
	return e;
}

enum err search_open(const char *data_dir, const char *fold_id, search_fold_fn *fold, void *fold_ctx, bool writable,
		     struct search **out)
{
	*out = NULL;
	struct search *s = calloc(1, sizeof *s);
	if (!s)
		return err_set(ERR_NOMEM, "out of memory");
	s->fold = fold;
	s->fold_ctx = fold_ctx;
	buf_init(&s->text, SEARCH_TEXT_MAX);
	buf_init(&s->tokens, SEARCH_TOKENS_MAX);
	snprintf(s->fold_id, sizeof s->fold_id, "%s", fold_id);
	enum err e = ERR_OK;
	bool ours = true;
	if (snprintf(s->path, sizeof s->path, "%s/search.db", data_dir) >= (int)sizeof s->path)
		e = err_set(ERR_INPUT, "the name of the data folder is too long");
	if (e == ERR_OK && !writable && access(s->path, F_OK) != 0)
		e = ERR_NOTFOUND;
	if (e == ERR_OK)
		e = open_file(s, writable, &ours);
	if (e == ERR_FOREIGN && writable) {
		log_info("'%s' is made anew: it was %s", s->path,
			 ours ? "damaged, or made by another lexicon or program" : "no search index of gongkai");
		e = put_away(s, ours);
		if (e == ERR_OK)
			e = open_file(s, writable, &ours);
	}
	if (e != ERR_OK)
		search_close(s);
	else
		*out = s;
	return e;
}

void search_close(struct search *s)
{
	if (!s)
		return;
	shut(s);
	buf_fini(&s->text);
	buf_fini(&s->tokens);
	free(s);
}

/* ---- the index */

/* What the tokenizer keeps: letters, digits, hanzi. The rest parts the runs. */
static bool counts(uint16_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= 0x3400 && c <= 0x9FFF) || c == 0x3007;
}

static void add_pair(struct buf *out, uint16_t a, uint16_t b)
{
	char z[9];
	size_t n = utf8_put(a, z);
	if (b)
		n += utf8_put(b, z + n);
	buf_add(out, z, n);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/*
 * The pairs of a text, each once: for each place the character and its neighbour, or it alone at the end of a run. In
 * their order, so that the index finds its own words near one another.
 */
static enum err pairs_of(const struct search_folded *f, struct buf *out)
{
	uint32_t *pairs = malloc((f->n + 1) * sizeof *pairs);
	size_t n = 0;
	buf_clear(out);
	if (!pairs)
		return err_set(ERR_NOMEM, "out of memory");
	for (size_t i = 0; i < f->n; i++)
		if (counts(f->ch[i]))
			pairs[n++] =
				(uint32_t)f->ch[i] << 16 | (i + 1 < f->n && counts(f->ch[i + 1]) ? f->ch[i + 1] : 0);
	qsort(pairs, n, sizeof *pairs, by_number);
	for (size_t i = 0; i < n; i++) {
		if (i && pairs[i] == pairs[i - 1])
			continue;
		add_pair(out, (uint16_t)(pairs[i] >> 16), (uint16_t)pairs[i]);
		buf_add_char(out, ' ');
	}
	free(pairs);
	return out->sticky;
}

/* Text, line end, title, so that places in the text stay what they are. */
static bool take_text(void *ctx, struct str url, struct str title, struct str text)
{
	struct search *s = ctx;
	(void)url;
	buf_clear(&s->text);
	buf_add_str(&s->text, text.p ? text : STR(""));
	buf_add_char(&s->text, '\n');
	buf_add_str(&s->text, title.p ? title : STR(""));
	return false;
}

static enum err add_document(struct search *s, struct sview *v, int64_t id, int64_t stamp, bool has_reports)
{
	struct search_folded f;
	enum err e = sview_text(v, id, take_text, s);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	s->fold(s->fold_ctx, buf_str(&s->text), &f);
	e = pairs_of(&f, &s->tokens);
	if (e != ERR_OK)
		return e;
	sqlite3_stmt *st = s->st[S_TAKE];
	sqlite3_bind_int64(st, 1, s->row);
	db_bind(st, 2, buf_str(&s->tokens));
	int rc = sqlite3_step(st);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	if (rc != SQLITE_DONE)
		return db_error(s->db, rc, "write the search index");
	st = s->st[S_ADD];
	sqlite3_bind_int64(st, 1, id);
	sqlite3_bind_int64(st, 2, stamp);
	sqlite3_bind_int64(st, 3, s->row++);
	sqlite3_bind_int(st, 4, has_reports);
	rc = sqlite3_step(st);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? ERR_OK : db_error(s->db, rc, "write the search index");
}

/* documents of one read that the index does not have as they are */
struct stamps {
	struct search *s;
	int64_t last;
	unsigned seen, count;
	struct {
		int64_t id, stamp;
		bool reports;
	} due[STAMPS_EACH];
};

static bool take_stamp(void *ctx, int64_t id, int64_t stamp, bool has_reports)
{
	struct stamps *t = ctx;
	sqlite3_stmt *st = t->s->st[S_STAMP];
	sqlite3_bind_int64(st, 1, id);
	bool same = sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int64(st, 0) == stamp &&
		    (sqlite3_column_int(st, 1) != 0) == has_reports;
	sqlite3_reset(st);
	t->last = id;
	t->seen++;
	if (!same) {
		t->due[t->count].id = id;
		t->due[t->count].stamp = stamp;
		t->due[t->count++].reports = has_reports;
	}
	return true;
}

static enum err add_due(struct search *s, struct sview *v, const struct stamps *t)
{
	enum err e = ERR_OK;
	for (unsigned i = 0; e == ERR_OK && i < t->count;) {
		e = db_exec(s->db, "BEGIN IMMEDIATE");
		for (unsigned k = 0; e == ERR_OK && k < SEARCH_BATCH_DOCUMENTS && i < t->count; k++, i++)
			e = add_document(s, v, t->due[i].id, t->due[i].stamp, t->due[i].reports);
		if (e == ERR_OK)
			e = db_exec(s->db, "COMMIT");
	}
	return e;
}

static enum err empty(struct search *s)
{
	return db_exec(s->db, "BEGIN IMMEDIATE;INSERT INTO pairs(pairs) VALUES('delete-all');DELETE FROM docs;"
			      "DELETE FROM meta;COMMIT");
}

/* Is the index one of this store, and not mostly of rows that nobody uses? */
static enum err see_store(struct search *s, const char *generation, int64_t last_commit, bool *current, bool *anew)
{
	char kept[40], commit[32];
	int64_t documents = 0, rows = 0;
	enum err e = db_int(s->db, "SELECT count(*) FROM docs", &documents);
	if (e == ERR_OK)
		e = db_int(s->db, "SELECT ifnull(max(row),0) FROM docs", &rows);
	bool known = get_text(s, "generation", kept, sizeof kept) && get_text(s, "last_commit", commit, sizeof commit);
	int64_t at = known ? strtoll(commit, NULL, 10) : 0;
	*anew = !known || strcmp(kept, generation) != 0 || at > last_commit || rows - documents > documents + STALE_MIN;
	*current = !*anew && at == last_commit;
	return e == ERR_OK && *anew && rows > 0 && known ? empty(s) : e;
}

enum err search_update(struct search *s, struct sview *v, struct search_updated *out)
{
	char generation[40], commit[32];
	int64_t last_commit;
	bool current = false;
	*out = (struct search_updated){0};
	enum err e = sview_state(v, generation, &last_commit);
	if (e == ERR_OK)
		e = see_store(s, generation, last_commit, &current, &out->anew);
	if (e != ERR_OK || current)
		return e;
	/* named first: an index that was interrupted goes on, and is current only when last_commit is written */
	e = put_meta(s, "fold", s->fold_id);
	if (e == ERR_OK)
		e = put_meta(s, "generation", generation);
	if (e == ERR_OK && out->anew)
		e = put_meta(s, "last_commit", "0");
	sqlite3_step(s->st[S_NEXT_ROW]);
	s->row = sqlite3_column_int64(s->st[S_NEXT_ROW], 0);
	sqlite3_reset(s->st[S_NEXT_ROW]);
	struct stamps *t = calloc(1, sizeof *t);
	if (!t)
		return err_set(ERR_NOMEM, "out of memory");
	t->s = s;
	do {
		t->seen = t->count = 0;
		if (e == ERR_OK)
			e = sview_stamps(v, t->last, STAMPS_EACH, take_stamp, t);
		if (e == ERR_OK)
			e = add_due(s, v, t);
		out->documents += t->count;
	} while (e == ERR_OK && t->seen == STAMPS_EACH);
	free(t);
	snprintf(commit, sizeof commit, "%lld", (long long)last_commit);
	return e == ERR_OK ? put_meta(s, "last_commit", commit) : e;
}

/* ---- questions */

enum err search_parse(struct search *s, struct str words, struct search_query *out)
{
	return search_words(words, s->fold, s->fold_ctx, out);
}

/* "ab" AND "bc" AND "字"*; ERR_USAGE when no character of any word is in the index. */
static enum err match_of(const struct search_query *q, struct buf *out)
{
	unsigned n = 0;
	for (unsigned k = 0; k < q->count; k++)
		for (size_t i = 0; i < q->word[k].n; i++) {
			uint16_t a = q->word[k].ch[i];
			uint16_t b = i + 1 < q->word[k].n ? q->word[k].ch[i + 1] : 0;
			bool pair = counts(a) && counts(b);
			/* the last character of a run is in the pair before it */
			if (!counts(a) || (!pair && i > 0 && counts(q->word[k].ch[i - 1])))
				continue;
			buf_add_z(out, n++ ? " AND \"" : "\"");
			add_pair(out, a, pair ? b : 0);
			buf_add_z(out, pair ? "\"" : "\" *");
		}
	if (n == 0)
		return err_set(ERR_USAGE, "nothing to search for: give letters, digits or Chinese characters");
	return out->sticky;
}

enum err search_run(struct search *s, struct sview *v, const struct search_query *q, bool reports_only,
		    search_row_fn *row, void *ctx)
{
	struct buf match;
	sqlite3_stmt *st = s->st[S_FIND];
	bool more = true;
	int rc = SQLITE_DONE;
	buf_init(&match, SEARCH_WORDS_MAX * SEARCH_WORD_MAX * 32);
	enum err e = match_of(q, &match);
	db_bind(st, 1, buf_str(&match));
	sqlite3_bind_int(st, 2, reports_only);
	while (e == ERR_OK && more && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct search_document d = {.id = sqlite3_column_int64(st, 0),
					    .has_reports = sqlite3_column_int(st, 1)};
		size_t at;
		e = sview_text(v, d.id, take_text, s);
		if (e == ERR_NOTFOUND) {
			e = ERR_OK;
			continue;
		}
		if (e != ERR_OK)
			break;
		d.text = buf_str(&s->text);
		s->fold(s->fold_ctx, d.text, &d.folded);
		if (search_within(&d.folded, q, 0, UINT32_MAX, &at))
			more = row(ctx, &d);
	}
	if (e == ERR_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		e = db_error(s->db, rc, "read the search index");
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	buf_fini(&match);
	return e;
}
