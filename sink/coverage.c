/*
 * coverage - see coverage.h. The private database lives in a temporary file without a name: it goes with the process,
 * so a crash here leaves nothing behind and needs no lock.
 */
#include "sink/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sink/db.h"

static const char tables[] =
	"PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF;PRAGMA cache_size=-8192;PRAGMA temp_store=FILE;"
	"CREATE TABLE r(id INTEGER PRIMARY KEY, year INTEGER, region TEXT, code TEXT, body TEXT, level TEXT, published "
	"TEXT,"
	" gone INTEGER, url TEXT, host TEXT, cause TEXT, detail TEXT, warc TEXT, source INTEGER, at INTEGER, offset "
	"INTEGER,"
	" key TEXT);"
	"CREATE TABLE s(id INTEGER PRIMARY KEY, url TEXT, host TEXT, region TEXT, body TEXT, pages INTEGER, unseen "
	"INTEGER,"
	" failed INTEGER, cut INTEGER);"
	/* year 0: an obstacle, which stands in the way of all years */
	"CREATE TABLE p(id INTEGER PRIMARY KEY, year INTEGER, status INTEGER, text TEXT, url TEXT, host TEXT, cause "
	"TEXT,"
	" detail TEXT, warc TEXT, source INTEGER, at INTEGER, offset INTEGER, body INTEGER);"
	/* one of a kind is evidence enough, and a host may refuse a million pages */
	"CREATE UNIQUE INDEX p_way ON p(host, source, status) WHERE year=0;"
	"CREATE TABLE bodies(id INTEGER PRIMARY KEY, key TEXT UNIQUE, region TEXT, code TEXT, body TEXT, level TEXT,"
	" site TEXT, government INTEGER, first INTEGER, last INTEGER);"
	"CREATE TABLE sites(body INTEGER, source INTEGER, host TEXT, named INTEGER, PRIMARY KEY(body, source, host))"
	" WITHOUT ROWID;";

/* Ties reports to bodies: the rules of coverage.h. */
static const char tie_reports[] =
	/* a report that says nothing of itself belongs to the body its source was added for */
	"UPDATE r SET region=(SELECT region FROM s WHERE s.id=r.source), body=(SELECT body FROM s WHERE s.id=r.source)"
	" WHERE region='' AND body='' AND EXISTS(SELECT 1 FROM s WHERE s.id=r.source AND (s.region<>'' OR s.body<>''));"
	"CREATE INDEX r_region ON r(region, host);"
	"UPDATE r SET code=ifnull((SELECT min(x.code) FROM r x WHERE x.region=r.region AND x.host=r.host AND "
	"x.code<>''),'')"
	" WHERE code='' AND region<>'';"
	"UPDATE r SET key=CASE WHEN region='' AND body='' THEN 'host' || char(9) || host"
	" WHEN region<>'' AND (level IN ('province','prefecture','county') OR (level='' AND body=''))"
	" THEN 'government' || char(9) || region || char(9) || substr(code,1,4)"
	" ELSE 'body' || char(9) || region || char(9) || substr(code,1,4) || char(9) ||"
	" CASE WHEN body='' THEN host ELSE body END END;"
	"CREATE INDEX r_key ON r(key, year);"
	"INSERT INTO bodies(key, region, code, body, level, site, government, first, last)"
	" SELECT key, max(region), max(code), max(body), max(level), min(host), key LIKE 'government%', min(year),"
	" max(year) FROM r GROUP BY key;"
	"INSERT OR IGNORE INTO sites SELECT b.id, r.source, r.host, 0 FROM r JOIN bodies b ON b.key=r.key"
	" GROUP BY b.id, r.source, r.host;"
	"CREATE INDEX bodies_region ON bodies(region);"
	"CREATE INDEX sites_host ON sites(host);CREATE INDEX sites_source ON sites(source);"
	"CREATE INDEX p_source ON p(source) WHERE year=0;CREATE INDEX p_host ON p(host) WHERE year=0;";

enum statement {
	S_REPORT,
	S_SOURCE,
	S_PAGE,
	S_NAMED,
	S_MATCH,
	S_NEW_BODY,
	S_SITE,
	S_ASSIGN,
	S_OWNER,
	S_SET_OWNER,
	S_BODIES,
	S_OF_YEAR,
	S_COUNT_OF_YEAR,
	S_PAGE_OF_YEAR,
	S_OBSTACLE,
	S_CRAWL,
	S_COUNT
};

static const char *const texts[S_COUNT] = {
	[S_REPORT] =
		"INSERT INTO r(url, host, cause, detail, warc, source, at, offset, id, year, region, code, body, level,"
		" published, gone) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)",
	[S_SOURCE] = "INSERT OR REPLACE INTO s VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
	[S_PAGE] = "INSERT OR IGNORE INTO p(url, host, cause, detail, warc, source, at, offset, year, status, text)"
		   " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
	[S_NAMED] = "SELECT id, region, body, host FROM s WHERE region<>'' OR body<>'' ORDER BY id",
	/* a government is one of its region under any name, and a source that names the region alone means it */
	[S_MATCH] = "SELECT id FROM bodies WHERE (region=?1 OR region='' OR ?1='') AND (body=?2 OR"
		    " (region=?1 AND ?1<>'' AND government AND (?2='' OR body='')))"
		    " ORDER BY body=?2 DESC, region=?1 DESC, id LIMIT 1",
	[S_NEW_BODY] = "INSERT INTO bodies(key, region, code, body, level, site, government, first, last)"
		       " VALUES('source' || char(9) || ?1 || char(9) || ?2, ?1, '', ?2, '', ?3, ?2='', 0, 0)",
	[S_SITE] = "INSERT OR REPLACE INTO sites VALUES(?1,?2,?3,1)",
	[S_ASSIGN] = "SELECT id, host, source, text FROM p WHERE year>0 ORDER BY id",
	/* by the body or region that the page's text names, else the only one there, or the one the source is for */
	[S_OWNER] =
		"SELECT b.id, (b.body<>'' AND instr(?3,b.body)>0)*4 + (b.region<>'' AND instr(?3,b.region)>0)*2 score,"
		" max(x.named AND x.source=?2) named, count(*) OVER () FROM sites x JOIN bodies b ON b.id=x.body"
		" WHERE x.host=?1 OR x.source=?2 GROUP BY b.id"
		" ORDER BY score DESC, named DESC, b.government DESC, length(b.body) DESC, b.id LIMIT 1",
	[S_SET_OWNER] = "UPDATE p SET body=?2 WHERE id=?1",
	[S_BODIES] = "SELECT id, region, code, body, level, site, first, last, key FROM bodies"
		     " WHERE (?1 IS NULL OR instr(region, ?1)) AND (?2 IS NULL OR substr(code, 1, length(?2)) = ?2)"
		     " AND (?3 IS NULL OR instr(body, ?3)) AND (?4 IS NULL OR level = ?4)"
		     " ORDER BY code='', code, region, government DESC, body, site, id",
	/* what is still there before what is gone; then what was published first */
	[S_OF_YEAR] = "SELECT url, host, cause, detail, warc, source, at, offset, id, published, gone FROM r"
		      " WHERE key=?1 AND year=?2 ORDER BY gone, published='', published, id LIMIT 1",
	[S_COUNT_OF_YEAR] = "SELECT count(*) FROM r WHERE key=?1 AND year=?2",
	[S_PAGE_OF_YEAR] = "SELECT url, host, cause, detail, warc, source, at, offset, status FROM p"
			   " WHERE body=?1 AND year=?2 ORDER BY status, at DESC, id LIMIT 1",
	[S_OBSTACLE] = "SELECT url, host, cause, detail, warc, source, at, offset, status FROM p WHERE year=0 AND"
		       " (source IN (SELECT source FROM sites WHERE body=?1 AND source<>0) OR"
		       " host IN (SELECT host FROM sites WHERE body=?1)) ORDER BY status, at DESC, id LIMIT 1",
	[S_CRAWL] = "SELECT count(*), ifnull(sum(pages),0), ifnull(sum(unseen),0), ifnull(sum(failed),0),"
		    " ifnull(max(cut),0), min(url) FROM s WHERE id IN (SELECT source FROM sites WHERE body=?1)",
};

struct coverage {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
	coverage_deadline_fn *deadline;
	char today[11];
	bool tied;
	int64_t unassigned;
};

enum err coverage_new(const char *today, coverage_deadline_fn *deadline, struct coverage **out)
{
	*out = NULL;
	struct coverage *c = calloc(1, sizeof *c);
	if (!c)
		return err_set(ERR_NOMEM, "out of memory");
	c->deadline = deadline;
	snprintf(c->today, sizeof c->today, "%s", today);
	int rc = sqlite3_open_v2("", &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	enum err e = rc == SQLITE_OK ? db_exec(c->db, tables) : db_error(c->db, rc, "open");
	if (e == ERR_OK)
		e = db_prepare(c->db, texts, S_COUNT, c->st);
	if (e == ERR_OK)
		e = db_exec(c->db, "BEGIN");
	if (e != ERR_OK)
		coverage_free(c);
	else
		*out = c;
	return e;
}

void coverage_free(struct coverage *c)
{
	if (!c)
		return;
	db_finalize(c->st, S_COUNT);
	sqlite3_close(c->db);
	free(c);
}

static const char *text_or_none(const char *z)
{
	return z ? z : "";
}

/* Runs a statement that gives no row. */
static enum err run(struct coverage *c, enum statement s)
{
	int rc = sqlite3_step(c->st[s]);
	enum err e = rc == SQLITE_DONE ? ERR_OK : db_error(c->db, rc, "gather the ledger in a temporary file");
	sqlite3_reset(c->st[s]);
	sqlite3_clear_bindings(c->st[s]);
	return e;
}

/* 1 when there is a row, 0 when not; *e keeps the first error. */
static bool next(struct coverage *c, enum statement s, enum err *e)
{
	int rc = *e == ERR_OK ? sqlite3_step(c->st[s]) : SQLITE_DONE;
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		*e = db_error(c->db, rc, "read the ledger's temporary file");
	return false;
}

static void done_with(struct coverage *c, enum statement s)
{
	sqlite3_reset(c->st[s]);
	sqlite3_clear_bindings(c->st[s]);
}

static void bind_place(sqlite3_stmt *st, const struct coverage_place *p)
{
	const char *const words[] = {p->url, p->host, p->cause, p->detail, p->warc_file};
	const int64_t numbers[] = {p->source, p->at, p->warc_offset};
	for (int i = 0; i < 5; i++)
		db_bind_z(st, i + 1, text_or_none(words[i]));
	for (int i = 0; i < 3; i++)
		sqlite3_bind_int64(st, i + 6, numbers[i]);
}

enum err coverage_add_report(struct coverage *c, const struct coverage_report *r)
{
	sqlite3_stmt *st = c->st[S_REPORT];
	const char *const words[] = {r->region, r->code, r->body, r->level, r->published};
	bind_place(st, &r->place);
	sqlite3_bind_int64(st, 9, r->id);
	sqlite3_bind_int64(st, 10, r->year);
	for (int i = 0; i < 5; i++)
		db_bind_z(st, i + 11, text_or_none(words[i]));
	sqlite3_bind_int(st, 16, r->gone);
	return run(c, S_REPORT);
}

enum err coverage_add_source(struct coverage *c, const struct coverage_source *s)
{
	sqlite3_stmt *st = c->st[S_SOURCE];
	const char *const words[] = {s->url, s->host, s->region, s->body};
	const int64_t numbers[] = {s->pages, s->unseen, s->failed, s->cut};
	sqlite3_bind_int64(st, 1, s->id);
	for (int i = 0; i < 4; i++) {
		db_bind_z(st, i + 2, text_or_none(words[i]));
		sqlite3_bind_int64(st, i + 6, numbers[i]);
	}
	return run(c, S_SOURCE);
}

enum err coverage_add_page(struct coverage *c, int year, enum coverage_status status, const char *text,
			   const struct coverage_place *p)
{
	sqlite3_stmt *st = c->st[S_PAGE];
	bind_place(st, p);
	sqlite3_bind_int(st, 9, year);
	sqlite3_bind_int(st, 10, (int)status);
	db_bind_z(st, 11, text_or_none(text));
	return run(c, S_PAGE);
}

enum err coverage_add_obstacle(struct coverage *c, enum coverage_status status, const struct coverage_place *p)
{
	return coverage_add_page(c, 0, status, "", p);
}

/* The body that a source was added for, made when no report is known of it. */
static enum err tie_source(struct coverage *c, int64_t source, struct str region, struct str body, struct str host)
{
	enum err e = ERR_OK;
	int64_t id = 0;
	db_bind(c->st[S_MATCH], 1, region);
	db_bind(c->st[S_MATCH], 2, body);
	if (next(c, S_MATCH, &e))
		id = sqlite3_column_int64(c->st[S_MATCH], 0);
	done_with(c, S_MATCH);
	if (e == ERR_OK && !id) {
		db_bind(c->st[S_NEW_BODY], 1, region);
		db_bind(c->st[S_NEW_BODY], 2, body);
		db_bind(c->st[S_NEW_BODY], 3, host);
		e = run(c, S_NEW_BODY);
		id = sqlite3_last_insert_rowid(c->db);
	}
	if (e != ERR_OK)
		return e;
	sqlite3_bind_int64(c->st[S_SITE], 1, id);
	sqlite3_bind_int64(c->st[S_SITE], 2, source);
	db_bind(c->st[S_SITE], 3, host);
	return run(c, S_SITE);
}

static enum err tie_page(struct coverage *c, sqlite3_stmt *page)
{
	enum err e = ERR_OK;
	int64_t owner = 0;
	sqlite3_stmt *st = c->st[S_OWNER];
	db_bind(st, 1, db_column(page, 1));
	sqlite3_bind_int64(st, 2, sqlite3_column_int64(page, 2));
	db_bind(st, 3, db_column(page, 3));
	if (next(c, S_OWNER, &e) &&
	    (sqlite3_column_int(st, 1) > 0 || sqlite3_column_int(st, 2) > 0 || sqlite3_column_int64(st, 3) == 1))
		owner = sqlite3_column_int64(st, 0);
	done_with(c, S_OWNER);
	if (e != ERR_OK || !owner) {
		c->unassigned++;
		return e;
	}
	sqlite3_bind_int64(c->st[S_SET_OWNER], 1, sqlite3_column_int64(page, 0));
	sqlite3_bind_int64(c->st[S_SET_OWNER], 2, owner);
	return run(c, S_SET_OWNER);
}

static enum err tie(struct coverage *c)
{
	enum err e = db_exec(c->db, tie_reports);
	while (e == ERR_OK && next(c, S_NAMED, &e)) {
		sqlite3_stmt *st = c->st[S_NAMED];
		e = tie_source(c, sqlite3_column_int64(st, 0), db_column(st, 1), db_column(st, 2), db_column(st, 3));
	}
	done_with(c, S_NAMED);
	while (e == ERR_OK && next(c, S_ASSIGN, &e))
		e = tie_page(c, c->st[S_ASSIGN]);
	done_with(c, S_ASSIGN);
	if (e == ERR_OK)
		e = db_exec(c->db, "CREATE INDEX p_body ON p(body, year) WHERE body IS NOT NULL");
	c->tied = e == ERR_OK;
	return e;
}

static const char *column_z(sqlite3_stmt *st, int i)
{
	return text_or_none((const char *)sqlite3_column_text(st, i));
}

static void read_place(sqlite3_stmt *st, struct coverage_place *p)
{
	*p = (struct coverage_place){.url = column_z(st, 0),
				     .host = column_z(st, 1),
				     .cause = column_z(st, 2),
				     .detail = column_z(st, 3),
				     .warc_file = column_z(st, 4),
				     .source = sqlite3_column_int64(st, 5),
				     .at = sqlite3_column_int64(st, 6),
				     .warc_offset = sqlite3_column_int64(st, 7)};
}

/* one body while its years are told */
struct body {
	const char *key;
	struct coverage_row row;
	int first, last; /* of its reports, 0 none */
	bool crawled, cut;
	int64_t pages, unseen, failed;
	const char *start; /* its first source */
	char detail[160];
};

static void say_not_found(struct body *b)
{
	snprintf(b->detail, sizeof b->detail, "%lld pages read%s, %lld of them failed", (long long)b->pages,
		 b->cut ? " to the budget of the source" : " to the end of the site", (long long)b->failed);
	b->row.evidence.detail = b->detail;
	b->row.evidence.url = b->start;
}

static void say_pending(struct body *b)
{
	if (b->crawled)
		snprintf(b->detail, sizeof b->detail, "%lld of %lld pages are not read yet", (long long)b->unseen,
			 (long long)b->pages);
	else
		snprintf(b->detail, sizeof b->detail, "no source of this body is known");
	b->row.evidence.detail = b->detail;
	b->row.evidence.url = b->start;
}

static enum err tell_year(struct coverage *c, struct body *b, int year, const struct coverage_filter *f,
			  coverage_row_fn *row, void *ctx, bool *more)
{
	struct coverage_row *r = &b->row;
	struct coverage_facts facts = {.page = COVERAGE_STATUSES,
				       .obstacle = COVERAGE_STATUSES,
				       .crawled = b->crawled,
				       .unseen = b->unseen,
				       .published = ""};
	sqlite3_stmt *report = c->st[S_OF_YEAR], *page = c->st[S_PAGE_OF_YEAR], *way = c->st[S_OBSTACLE];
	struct coverage_place of_page = {0}, of_way = {0};
	enum err e = ERR_OK;
	r->year = year;
	r->report = r->reports = 0;
	r->evidence = (struct coverage_place){0};
	if (!c->deadline(r->level, year, r->deadline))
		r->deadline[0] = '\0';
	facts.deadline = r->deadline;
	db_bind_z(report, 1, b->key);
	sqlite3_bind_int(report, 2, year);
	if (next(c, S_OF_YEAR, &e)) {
		read_place(report, &r->evidence);
		r->report = sqlite3_column_int64(report, 8);
		facts.published = column_z(report, 9);
		facts.reported = true;
		facts.gone = sqlite3_column_int(report, 10) != 0;
		db_bind_z(c->st[S_COUNT_OF_YEAR], 1, b->key);
		sqlite3_bind_int(c->st[S_COUNT_OF_YEAR], 2, year);
		if (next(c, S_COUNT_OF_YEAR, &e))
			r->reports = sqlite3_column_int64(c->st[S_COUNT_OF_YEAR], 0);
		done_with(c, S_COUNT_OF_YEAR);
	} else {
		sqlite3_bind_int64(page, 1, r->body_id);
		sqlite3_bind_int(page, 2, year);
		if (next(c, S_PAGE_OF_YEAR, &e)) {
			facts.page = (enum coverage_status)sqlite3_column_int(page, 8);
			read_place(page, &of_page);
		}
		sqlite3_bind_int64(way, 1, r->body_id);
		if (next(c, S_OBSTACLE, &e)) {
			facts.obstacle = (enum coverage_status)sqlite3_column_int(way, 8);
			read_place(way, &of_way);
		}
	}
	r->published = facts.published;
	r->days_late = coverage_days_late(r->published, r->deadline);
	r->status = coverage_judge(&facts);
	if (!facts.reported) {
		bool by_page = r->status == facts.page || (r->status == COVERAGE_NOT_FOUND && of_page.url);
		if (by_page)
			r->evidence = of_page;
		else if (r->status == facts.obstacle)
			r->evidence = of_way;
		else if (r->status == COVERAGE_PENDING)
			say_pending(b);
		else
			say_not_found(b);
	}
	if (e == ERR_OK && (f->status == COVERAGE_STATUSES || f->status == r->status))
		*more = row(ctx, r);
	done_with(c, S_OF_YEAR);
	done_with(c, S_PAGE_OF_YEAR);
	done_with(c, S_OBSTACLE);
	return e;
}

/* The years of one body: from its first report (or the first year of all) to the last that is due, and those reported. */
static enum err tell_body(struct coverage *c, struct body *b, const struct coverage_filter *f, coverage_row_fn *row,
			  void *ctx, bool *more)
{
	char due[11];
	enum err e = ERR_OK;
	int this_year = (int)strtol(c->today, NULL, 10);
	int first = f->first ? f->first : b->first ? b->first : COVERAGE_FIRST_YEAR, last = this_year;
	while (last >= first && (!c->deadline(b->row.level, last, due) || strcmp(due, c->today) >= 0))
		last--;
	if (b->last > last)
		last = b->last;
	if (f->last && f->last < last)
		last = f->last;
	if (f->year && f->year > first)
		first = f->year;
	if (f->year && f->year < last)
		last = f->year;
	if (last >= first + COVERAGE_YEARS_MAX)
		first = last - COVERAGE_YEARS_MAX + 1;
	for (int year = first; e == ERR_OK && *more && year <= last; year++)
		e = tell_year(c, b, year, f, row, ctx, more);
	return e;
}

enum err coverage_rows(struct coverage *c, const struct coverage_filter *f, coverage_row_fn *row, void *ctx)
{
	bool more = true, code = f->region && *f->region && strspn(f->region, "0123456789") == strlen(f->region);
	enum err e = c->tied ? ERR_OK : tie(c);
	sqlite3_stmt *st = c->st[S_BODIES], *crawl = c->st[S_CRAWL];
	db_bind_z(st, 1, code ? NULL : f->region);
	db_bind_z(st, 2, code ? f->region : NULL);
	db_bind_z(st, 3, f->body);
	db_bind_z(st, 4, f->level);
	while (more && next(c, S_BODIES, &e)) {
		struct body b = {.key = column_z(st, 8),
				 .first = sqlite3_column_int(st, 6),
				 .last = sqlite3_column_int(st, 7),
				 .row = {.body_id = sqlite3_column_int64(st, 0),
					 .region = column_z(st, 1),
					 .code = column_z(st, 2),
					 .body = column_z(st, 3),
					 .level = column_z(st, 4),
					 .site = column_z(st, 5)}};
		sqlite3_bind_int64(crawl, 1, b.row.body_id);
		if (next(c, S_CRAWL, &e)) {
			b.crawled = sqlite3_column_int64(crawl, 0) > 0;
			b.pages = sqlite3_column_int64(crawl, 1);
			b.unseen = sqlite3_column_int64(crawl, 2);
			b.failed = sqlite3_column_int64(crawl, 3);
			b.cut = sqlite3_column_int(crawl, 4) != 0;
			b.start = column_z(crawl, 5);
		}
		if (e == ERR_OK)
			e = tell_body(c, &b, f, row, ctx, &more);
		done_with(c, S_CRAWL);
	}
	done_with(c, S_BODIES);
	return e;
}

int64_t coverage_unassigned(const struct coverage *c)
{
	return c->unassigned;
}
