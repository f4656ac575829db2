#include "sink/across.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "sink/fragments.h"
#include "sink/repeat.h"

#define FIGURES_MAX 512      /* of one report that are looked at */
#define PASSAGE_MAX 600      /* bytes of a repeated passage that are quoted */
#define ARENA_MAX (1u << 20) /* names and lines of one year */
#define SAME 1e-6            /* two figures are equal */
#define OF_SERIES "region=?1 AND place=?2 AND body=?3 AND level=?4 AND year=?5"

enum statement {
	S_NOTE_DUE,
	S_LEAVE,
	S_JOIN,
	S_NEXT_DUE,
	S_SETTLED,
	S_BEST,
	S_HOLDER,
	S_HOLD,
	S_CLEAR,
	S_COUNT_CHECKS,
	S_FIGURES,
	S_TEXT,
	S_CHECK,
	S_COUNT
};

static const char *const statements[S_COUNT] = {
	[S_NOTE_DUE] = ("INSERT OR IGNORE INTO series_due SELECT region, place, body, level, year + n FROM series,"
			" (SELECT 0 AS n UNION ALL SELECT 1) WHERE document_id=?1"),
	[S_LEAVE] = "DELETE FROM series WHERE document_id=?1",
	[S_JOIN] = "INSERT INTO series " ACROSS_SERIES " AND r.document_id=?1",
	[S_NEXT_DUE] = "SELECT region, place, body, level, year FROM series_due LIMIT 1",
	[S_SETTLED] = "DELETE FROM series_due WHERE " OF_SERIES,
	[S_BEST] = ("SELECT report_id FROM series WHERE " OF_SERIES " ORDER BY rank, url_hash, ord LIMIT 1"),
	[S_HOLDER] = "SELECT report_id FROM series WHERE " OF_SERIES " AND held=1",
	[S_HOLD] = "UPDATE series SET held=?6 WHERE " OF_SERIES " AND report_id=?7",
	[S_CLEAR] = "DELETE FROM checks WHERE report_id=?1 AND ord>=?2",
	[S_COUNT_CHECKS] = ("UPDATE reports SET checks=(SELECT count(*) FROM checks WHERE report_id=?1), failed_checks="
			    "(SELECT count(*) FROM checks WHERE report_id=?1 AND NOT holds) WHERE id=?1"),
	[S_FIGURES] = ("SELECT id, applicant, value, approx, table_id IS NOT NULL FROM metrics WHERE report_id=?1"
		       " AND coalesce(scope, '')='' AND coalesce(qualifier, '')='' AND (id IN ('requests.carried_in',"
		       " 'requests.carried_out', 'proactive.total', 'proactive.cumulative')"
		       " OR id GLOB 'statutory.*') ORDER BY ord"),
	[S_TEXT] = ("SELECT t.text, r.fragments, d.url FROM reports r JOIN documents d ON d.id=r.document_id"
		    " LEFT JOIN texts t ON t.document_id=d.id WHERE r.id=?1"),
	[S_CHECK] = "INSERT INTO checks VALUES(?,?,?,?,?,?,?)",
};

struct series_key {
	struct str region, place, body, level;
	int64_t year;
};

struct figure {
	char id[48], applicant[20];
	double value;
	bool table, unsure; /* unsure: approximate, or stated twice with different values */
};

/* one report of a pair */
struct side {
	int64_t report_id;
	int64_t year;
	struct str url;
	char *text; /* of the report alone, owned; NULL: not kept */
	size_t text_n;
	struct figure f[FIGURES_MAX];
	unsigned count;
};

struct across {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
	struct arena *arena;
	struct side before, after;
	int64_t ord; /* of the next row */
};

enum err across_new(sqlite3 *db, struct across **out)
{
	struct across *a = calloc(1, sizeof *a);
	*out = NULL;
	if (!a)
		return err_set(ERR_NOMEM, "out of memory");
	a->db = db;
	a->arena = arena_new(ARENA_MAX);
	enum err e = db_prepare(db, statements, S_COUNT, a->st);
	if (e != ERR_OK) {
		across_free(a);
		return e;
	}
	*out = a;
	return ERR_OK;
}

void across_free(struct across *a)
{
	if (!a)
		return;
	db_finalize(a->st, S_COUNT);
	arena_free(a->arena);
	free(a);
}

static enum err run(struct across *a, enum statement s)
{
	int rc = sqlite3_step(a->st[s]);
	sqlite3_reset(a->st[s]);
	sqlite3_clear_bindings(a->st[s]);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? ERR_OK : db_error(a->db, rc, "write");
}

static enum err of_document(struct across *a, enum statement s, int64_t document_id)
{
	sqlite3_bind_int64(a->st[s], 1, document_id);
	return run(a, s);
}

enum err across_leave(struct across *a, int64_t document_id)
{
	enum err e = of_document(a, S_NOTE_DUE, document_id);
	return e == ERR_OK ? of_document(a, S_LEAVE, document_id) : e;
}

enum err across_join(struct across *a, int64_t document_id)
{
	enum err e = of_document(a, S_JOIN, document_id);
	return e == ERR_OK ? of_document(a, S_NOTE_DUE, document_id) : e;
}

static sqlite3_stmt *bind_key(struct across *a, enum statement s, const struct series_key *k, int64_t year)
{
	sqlite3_stmt *st = a->st[s];
	db_bind(st, 1, k->region);
	db_bind(st, 2, k->place);
	db_bind(st, 3, k->body);
	db_bind(st, 4, k->level);
	sqlite3_bind_int64(st, 5, year);
	return st;
}

/* The first column of the first row; 0 when there is none. */
static enum err ask_id(struct across *a, enum statement s, int64_t *out)
{
	sqlite3_stmt *st = a->st[s];
	int rc = sqlite3_step(st);
	*out = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ERR_OK : db_error(a->db, rc, "read");
}

/* ---- one report ---- */

static void add_figure(struct side *s, struct str id, struct str applicant, double value, bool approx, bool table)
{
	struct figure f = {.value = value, .table = table, .unsure = approx};
	snprintf(f.id, sizeof f.id, "%.*s", STR_FMT(id));
	/* what prose says of requests is of all applicants */
	snprintf(f.applicant, sizeof f.applicant, "%.*s", applicant.n ? (int)applicant.n : 5,
		 applicant.n ? applicant.p : "total");
	for (unsigned i = 0; i < s->count; i++) {
		struct figure *o = &s->f[i];
		if (strcmp(o->id, f.id) != 0 || strcmp(o->applicant, f.applicant) != 0)
			continue;
		if (table && !o->table)
			*o = f;
		else if (table == o->table && (fabs(o->value - value) > SAME * (1 + fabs(value)) || approx))
			o->unsure = true;
		return;
	}
	if (s->count < FIGURES_MAX)
		s->f[s->count++] = f;
}

static enum err load_figures(struct across *a, struct side *s)
{
	sqlite3_stmt *st = a->st[S_FIGURES];
	int rc;
	s->count = 0;
	sqlite3_bind_int64(st, 1, s->report_id);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		add_figure(s, db_column(st, 0), db_column(st, 1), sqlite3_column_double(st, 2),
			   sqlite3_column_int(st, 3) != 0, sqlite3_column_int(st, 4) != 0);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? ERR_OK : db_error(a->db, rc, "read");
}

static bool take_stretch(void *ctx, struct str stretch)
{
	struct side *s = ctx;
	size_t room = REPEAT_TEXT_MAX - s->text_n, n = stretch.n <= room ? stretch.n : utf8_cut(stretch.p, room);
	memcpy(s->text + s->text_n, stretch.p, n);
	s->text_n += n;
	return n == stretch.n;
}

static enum err take_text(struct side *s, struct str text, struct str fragments)
{
	s->text = malloc(REPEAT_TEXT_MAX);
	return s->text ? fragments_each(text, fragments, take_stretch, s) : err_set(ERR_NOMEM, "out of memory");
}

static enum err load_side(struct across *a, struct side *s, int64_t report_id, int64_t year)
{
	sqlite3_stmt *st = a->st[S_TEXT];
	s->report_id = report_id;
	s->year = year;
	s->text_n = 0;
	s->url = STR("");
	sqlite3_bind_int64(st, 1, report_id);
	int rc = sqlite3_step(st);
	enum err e = ERR_OK;
	if (rc == SQLITE_ROW) {
		struct str text = db_column(st, 0), fragments = db_column(st, 1);
		s->url = arena_dup(a->arena, db_column(st, 2));
		if (text.p && fragments.p)
			e = take_text(s, text, fragments);
	} else if (rc != SQLITE_DONE) {
		e = db_error(a->db, rc, "read");
	}
	sqlite3_reset(st);
	return e == ERR_OK ? load_figures(a, s) : e;
}

static void drop_side(struct side *s)
{
	free(s->text);
	s->text = NULL;
}

/* ---- comparing ---- */

static const struct figure *figure(const struct side *s, const char *id, const char *applicant)
{
	for (unsigned i = 0; i < s->count; i++)
		if (strcmp(s->f[i].id, id) == 0 && strcmp(s->f[i].applicant, applicant) == 0)
			return s->f[i].unsure ? NULL : &s->f[i];
	return NULL;
}

static enum err put_check(struct across *a, const char *kind, struct str statement, bool holds, struct str detail,
			  const char *operands)
{
	sqlite3_stmt *st = a->st[S_CHECK];
	sqlite3_bind_int64(st, 1, a->after.report_id);
	sqlite3_bind_int64(st, 2, a->ord++);
	db_bind_z(st, 3, kind);
	db_bind(st, 4, statement);
	sqlite3_bind_int(st, 5, holds);
	db_bind(st, 6, detail);
	db_bind_z(st, 7, operands);
	return run(a, S_CHECK);
}

/* stated = parts[0] + parts[1] + parts[2] with the signs that the parts have */
static enum err put_sum(struct across *a, const char *statement, double stated, const double *parts, unsigned n)
{
	char operands[160], terms[128];
	size_t o = (size_t)snprintf(operands, sizeof operands, "[%.15g", stated), t = 0;
	double sum = 0;
	terms[0] = '\0';
	for (unsigned i = 0; i < n; i++) {
		sum += parts[i];
		o += (size_t)snprintf(operands + o, sizeof operands - o, ",%.15g", parts[i]);
		t += (size_t)snprintf(terms + t, sizeof terms - t, i > 0 ? "%+.10g" : "%.10g", parts[i]);
	}
	snprintf(operands + o, sizeof operands - o, "]");
	const char *detail =
		n > 1 ? arena_printf(a->arena, "computed %s = %.10g, stated %.10g; %lld is %.*s", terms, sum, stated,
				     (long long)a->before.year, STR_FMT(a->before.url))
		      : arena_printf(a->arena, "%lld says %.10g, stated %.10g; %lld is %.*s", (long long)a->before.year,
				     sum, stated, (long long)a->before.year, STR_FMT(a->before.url));
	return put_check(a, "across-years", str_of(statement), fabs(sum - stated) <= SAME * (1 + fabs(stated)),
			 str_of(detail), operands);
}

static enum err carried(struct across *a)
{
	static const char *const applicants[] = {"natural_person", "business",  "research", "charity",
						 "legal_service",  "other_org", "total"};
	enum err e = ERR_OK;
	for (unsigned i = 0; i < sizeof applicants / sizeof applicants[0] && e == ERR_OK; i++) {
		const struct figure *in = figure(&a->after, "requests.carried_in", applicants[i]),
				    *out = figure(&a->before, "requests.carried_out", applicants[i]);
		if (in && out)
			e = put_sum(a,
				    arena_printf(a->arena, "requests, %s: carried into %lld = carried out of %lld",
						 applicants[i], (long long)a->after.year, (long long)a->before.year),
				    in->value, &out->value, 1);
	}
	return e;
}

/* A running total that equals the year's own figure counts this year only, unless it is the first year of all. */
static enum err running_total(struct across *a)
{
	const struct figure *now = figure(&a->after, "proactive.cumulative", "total"),
			    *then = figure(&a->before, "proactive.cumulative", "total"),
			    *year = figure(&a->after, "proactive.total", "total"),
			    *last = figure(&a->before, "proactive.total", "total");
	if (!now || !then || !year || now->value <= year->value || then->value <= 0)
		return ERR_OK;
	if (last && last->value >= then->value && a->before.year > 2008)
		return ERR_OK;
	const double parts[] = {then->value, year->value};
	return put_sum(a,
		       arena_printf(a->arena, "running total of %lld = that of %lld + items disclosed in %lld",
				    (long long)a->after.year, (long long)a->before.year, (long long)a->after.year),
		       now->value, parts, 2);
}

/* Both of the form of 2021, which alone prints what was repealed: the older form's stock is another figure. */
static enum err stock(struct across *a, const char *what)
{
	char id[4][48];
	static const char *const names[] = {"in_force", "made", "repealed"};
	for (unsigned i = 0; i < 3; i++)
		snprintf(id[i], sizeof id[i], "statutory.%s.%s", what, names[i]);
	const struct figure *now = figure(&a->after, id[0], "total"), *then = figure(&a->before, id[0], "total"),
			    *made = figure(&a->after, id[1], "total"), *gone = figure(&a->after, id[2], "total");
	if (!now || !then || !made || !gone || !figure(&a->before, id[2], "total"))
		return ERR_OK;
	const double parts[] = {then->value, made->value, -gone->value};
	return put_sum(a,
		       arena_printf(a->arena, "%s in force at the end of %lld = at the end of %lld + made - repealed",
				    what, (long long)a->after.year, (long long)a->before.year),
		       now->value, parts, 3);
}

static enum err items(struct across *a, const char *what)
{
	char last[64], change[64];
	snprintf(last, sizeof last, "statutory.%s.items_last_year", what);
	snprintf(change, sizeof change, "statutory.%s.items_change", what);
	const struct figure *now = figure(&a->after, last, "total"), *then = figure(&a->before, last, "total"),
			    *moved = figure(&a->before, change, "total");
	if (!now || !then || !moved)
		return ERR_OK;
	const double parts[] = {then->value, moved->value};
	return put_sum(a,
		       arena_printf(a->arena, "%s, items before %lld = items before %lld + change of %lld", what,
				    (long long)a->after.year, (long long)a->before.year, (long long)a->before.year),
		       now->value, parts, 2);
}

static enum err repetition(struct across *a)
{
	struct repeat r;
	char operands[64];
	if (!a->before.text || !a->after.text)
		return ERR_OK;
	repeat_compare((struct str){a->before.text, a->before.text_n}, (struct str){a->after.text, a->after.text_n},
		       &r);
	if (r.characters < REPEAT_ALL_MIN) /* too short to say anything */
		return ERR_OK;
	struct str quote = r.passage;
	if (quote.n > PASSAGE_MAX)
		quote.n = utf8_cut(quote.p, PASSAGE_MAX);
	snprintf(operands, sizeof operands, "[%zu,%zu,%zu]", r.repeated, r.characters, r.longest);
	return put_check(
		a, "repeated-text", quote, !repeat_copied(&r),
		str_of(arena_printf(a->arena,
				    "%zu of %zu characters stand in the report of %lld, %zu on end; %lld is %.*s",
				    r.repeated, r.characters, (long long)a->before.year, r.longest,
				    (long long)a->before.year, STR_FMT(a->before.url))),
		operands);
}

static enum err compare(struct across *a)
{
	static const char *const stocks[] = {"rules", "normative"};
	static const char *const lists[] = {"licensing", "services", "penalty", "coercion", "charges"};
	enum err e = carried(a);
	if (e == ERR_OK)
		e = running_total(a);
	for (unsigned i = 0; i < sizeof stocks / sizeof stocks[0] && e == ERR_OK; i++)
		e = stock(a, stocks[i]);
	for (unsigned i = 0; i < sizeof lists / sizeof lists[0] && e == ERR_OK; i++)
		e = items(a, lists[i]);
	return e == ERR_OK ? repetition(a) : e;
}

/* ---- settling ---- */

static enum err hold(struct across *a, const struct series_key *k, int64_t report_id, bool held)
{
	sqlite3_stmt *st = bind_key(a, S_HOLD, k, k->year);
	sqlite3_bind_int(st, 6, held);
	sqlite3_bind_int64(st, 7, report_id);
	return run(a, S_HOLD);
}

static enum err count_checks(struct across *a, int64_t report_id)
{
	sqlite3_bind_int64(a->st[S_COUNT_CHECKS], 1, report_id);
	return run(a, S_COUNT_CHECKS);
}

static enum err clear(struct across *a, const struct series_key *k, int64_t report_id)
{
	sqlite3_bind_int64(a->st[S_CLEAR], 1, report_id);
	sqlite3_bind_int64(a->st[S_CLEAR], 2, ACROSS_ORD);
	enum err e = run(a, S_CLEAR);
	if (e == ERR_OK)
		e = count_checks(a, report_id);
	return e == ERR_OK ? hold(a, k, report_id, false) : e;
}

static enum err settle_year(struct across *a, const struct series_key *k)
{
	int64_t holder, best, before;
	enum err e;
	bind_key(a, S_HOLDER, k, k->year);
	if ((e = ask_id(a, S_HOLDER, &holder)) != ERR_OK)
		return e;
	if (holder && (e = clear(a, k, holder)) != ERR_OK)
		return e;
	bind_key(a, S_BEST, k, k->year);
	if ((e = ask_id(a, S_BEST, &best)) != ERR_OK)
		return e;
	bind_key(a, S_BEST, k, k->year - 1);
	if ((e = ask_id(a, S_BEST, &before)) != ERR_OK || !best || !before)
		return e;
	a->ord = ACROSS_ORD;
	if ((e = load_side(a, &a->before, before, k->year - 1)) == ERR_OK &&
	    (e = load_side(a, &a->after, best, k->year)) == ERR_OK)
		e = compare(a);
	drop_side(&a->before);
	drop_side(&a->after);
	if (e == ERR_OK && a->ord > ACROSS_ORD && (e = count_checks(a, best)) == ERR_OK)
		e = hold(a, k, best, true);
	return e;
}

/* The next year that is due, in the arena; region p NULL: none is. */
static enum err next_due(struct across *a, struct series_key *k)
{
	sqlite3_stmt *st = a->st[S_NEXT_DUE];
	arena_reset(a->arena);
	*k = (struct series_key){.region = STR_NULL};
	int rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		k->region = arena_dup(a->arena, db_column(st, 0));
		k->place = arena_dup(a->arena, db_column(st, 1));
		k->body = arena_dup(a->arena, db_column(st, 2));
		k->level = arena_dup(a->arena, db_column(st, 3));
		k->year = sqlite3_column_int64(st, 4);
	}
	sqlite3_reset(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ERR_OK : db_error(a->db, rc, "read");
}

enum err across_settle(struct across *a, bool *more)
{
	enum err e = ERR_OK;
	struct series_key k;
	*more = true;
	for (unsigned i = 0; i < ACROSS_SETTLE_MAX; i++) {
		if ((e = next_due(a, &k)) != ERR_OK || !k.region.p) {
			*more = false;
			return e;
		}
		bind_key(a, S_SETTLED, &k, k.year);
		if ((e = run(a, S_SETTLED)) != ERR_OK || (e = settle_year(a, &k)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}
