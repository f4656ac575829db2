#include "sink/copies.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/simhash.h"
#include "base/url.h"
#include "sink/fragments.h"

#define ARENA_MAX (64u * 1024 * 1024)
#define NAMES_MAX (ARENA_MAX / 2)   /* bytes of the names of one set; the arena rounds them up */
#define TEXT_MAX (4u * 1024 * 1024) /* bytes of one report that are regarded */
#define PARTS 7                     /* of `near`: one more than SIMHASH_NEAR */
#define KEYS_MAX (PARTS + 4)
#define SEEDS_MAX 1024

enum statement {
	S_NOTE,
	S_SEEN,
	S_NEXT_DUE,
	S_SETTLED,
	S_OLD,
	S_DROP,
	S_REPORTS,
	S_FIGURES,
	S_INSERT,
	S_LOAD,
	S_ADD_KEY,
	S_DROP_KEY,
	S_SHARING,
	S_PLACE,
	S_COUNT
};

#define SIGN_COLUMNS                                                                                                   \
	"report_id, year, near, exact, chars, figures, figures_count, official, attached, site, ord, code, body,"      \
	" published, url"

static const char *const statements[S_COUNT] = {
	[S_NOTE] = "INSERT OR IGNORE INTO copies_due VALUES(?1)",
	[S_SEEN] = "INSERT OR IGNORE INTO copies_due SELECT document_id FROM copies WHERE document_id=?1"
		   " AND official<>?2",
	[S_NEXT_DUE] = "SELECT document_id FROM copies_due LIMIT 1",
	[S_SETTLED] = "DELETE FROM copies_due WHERE document_id=?1",
	[S_OLD] = "SELECT report_id FROM copies WHERE document_id=?1",
	[S_DROP] = "DELETE FROM copies WHERE report_id=?1",
	[S_REPORTS] = "SELECT r.id, ifnull(r.year,0), r.region_code, ifnull(r.body,''), r.published, r.ord, d.url,"
		      " d.page_url IS NOT NULL, d.context, d.site_id_code, t.text, r.fragments"
		      " FROM reports r JOIN documents d ON d.id=r.document_id LEFT JOIN texts t ON t.document_id=d.id"
		      " WHERE r.document_id=?1 ORDER BY r.ord",
	[S_FIGURES] = "SELECT DISTINCT id, ifnull(nullif(applicant,''),'total'), value FROM metrics WHERE report_id=?1",
	[S_INSERT] = "INSERT OR REPLACE INTO copies(" SIGN_COLUMNS ", document_id)"
		     " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)",
	[S_LOAD] = "SELECT " SIGN_COLUMNS " FROM copies WHERE report_id=?1",
	[S_ADD_KEY] = "INSERT OR IGNORE INTO copy_keys VALUES(?1,?2)",
	[S_DROP_KEY] = "DELETE FROM copy_keys WHERE key=?1 AND report_id=?2",
	[S_SHARING] = "SELECT k.report_id, c.near, c.exact, c.figures FROM copy_keys k JOIN copies c"
		      " ON c.report_id=k.report_id WHERE k.key=?1 LIMIT ?2",
	[S_PLACE] = "UPDATE copies SET principal=?2, mirror=?3 WHERE report_id=?1"
		    " AND (principal IS NOT ?2 OR mirror<>?3)",
};

/* the reports at hand, and what they are to each other */
struct set {
	struct copies_sign m[COPIES_SET_MAX];
	uint8_t tie[COPIES_SET_MAX][COPIES_SET_MAX];
	int component[COPIES_SET_MAX];
	bool mirror[COPIES_SET_MAX];
	unsigned count;
	bool full; /* there was more than it holds */
};

struct copies {
	sqlite3 *db;
	sqlite3_stmt *st[S_COUNT];
	struct arena *arena;
	struct set set;
	struct simhash hash;
	int64_t seeds[SEEDS_MAX], shared[COPIES_KEY_MAX];
	unsigned seeds_count;
	bool warned; /* of a set that is full */
};

/* ---- judging: pure */

enum same_body { BODY_OTHER, BODY_MAYBE, BODY_SAME };

/* One platform writes the district alone, another the city before it. */
static enum same_body same_body(const struct copies_sign *a, const struct copies_sign *b)
{
	const size_t short_name = 9; /* bytes: three characters */
	bool codes = a->code.n && b->code.n;
	if (codes && !str_starts(a->code, b->code) && !str_starts(b->code, a->code))
		return BODY_OTHER;
	if (!a->body.n || !b->body.n)
		return BODY_MAYBE;
	if (str_eq(a->body, b->body))
		return BODY_SAME;
	bool ends = str_ends(a->body, b->body) || str_ends(b->body, a->body);
	return ends && a->body.n >= short_name && b->body.n >= short_name ? BODY_SAME : BODY_OTHER;
}

enum copies_tie copies_judge(const struct copies_sign *a, const struct copies_sign *b)
{
	if (a->year != b->year)
		return COPIES_NONE;
	bool texts = a->chars >= SIMHASH_CHARS_MIN && b->chars >= SIMHASH_CHARS_MIN;
	if (texts && a->chars == b->chars && a->exact == b->exact)
		return COPIES_COPY;
	if (a->year == 0)
		return COPIES_NONE;
	unsigned bits = simhash_distance(a->near, b->near);
	bool near = texts && bits <= SIMHASH_NEAR;
	bool many = a->figures_count >= COPIES_FIGURES && b->figures_count >= COPIES_FIGURES;
	bool equal = many && a->figures_count == b->figures_count && a->figures == b->figures;
	enum same_body body = same_body(a, b);
	if (a->official != b->official) {
		if (body == BODY_SAME && equal && texts && bits <= COPIES_REPRINT)
			return COPIES_COPY;
		return (near && (equal || !many)) || (equal && texts && bits <= COPIES_MIRROR) ? COPIES_MIRRORED
											       : COPIES_NONE;
	}
	if (body == BODY_SAME)
		return near || equal ? COPIES_COPY : COPIES_NONE;
	return body == BODY_MAYBE && near && (equal || !many) ? COPIES_COPY : COPIES_NONE;
}

static int order(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool copies_before(const struct copies_sign *a, const struct copies_sign *b)
{
	if (a->official != b->official)
		return a->official;
	if (a->site != b->site)
		return a->site < b->site;
	if (a->attached != b->attached)
		return b->attached;
	if (!a->published.n != !b->published.n)
		return a->published.n > 0;
	int c = order(a->published, b->published);
	if (c == 0)
		c = order(a->url, b->url);
	return c ? c < 0 : a->ord < b->ord;
}

bool copies_official(struct str url, const char *context)
{
	struct url_parts u;
	if (url_split(url, &u) == ERR_OK && (str_eq_z(u.host, "gov.cn") || str_ends(u.host, STR(".gov.cn"))))
		return true;
	json_t *o = context ? json_loads(context, 0, NULL) : NULL;
	bool vouched = json_is_true(json_object_get(o, "vouched"));
	json_decref(o);
	return vouched;
}

/* ---- the group of a set: pure */

static int root(const struct set *s, int i)
{
	while (s->component[i] != i)
		i = s->component[i];
	return i;
}

static void join(struct set *s, unsigned i, unsigned k)
{
	int a = root(s, (int)i), b = root(s, (int)k);
	s->component[a < b ? b : a] = a < b ? a : b;
}

/* The official one that a page of another domain is nearest to; -1: none. */
static int nearest_official(const struct set *s, unsigned i)
{
	int best = -1;
	unsigned best_bits = 0;
	for (unsigned k = 0; k < s->count; k++) {
		if (!s->m[k].official || !s->tie[i][k])
			continue;
		unsigned bits =
			simhash_distance(s->m[i].near, s->m[k].near) + (s->tie[i][k] == COPIES_MIRRORED ? 64u : 0u);
		if (best < 0 || bits < best_bits || (bits == best_bits && copies_before(&s->m[k], &s->m[best]))) {
			best = (int)k;
			best_bits = bits;
		}
	}
	return best;
}

static void divide(struct set *s)
{
	int official[COPIES_SET_MAX];
	for (unsigned i = 0; i < s->count; i++) {
		s->component[i] = (int)i;
		s->mirror[i] = false;
		official[i] = s->m[i].official ? (int)i : nearest_official(s, i);
	}
	for (unsigned i = 0; i < s->count; i++)
		for (unsigned k = 0; k < i; k++) {
			bool both = s->m[i].official && s->m[k].official, neither = official[i] < 0 && official[k] < 0;
			if (s->tie[i][k] == COPIES_COPY && (both || neither))
				join(s, i, k);
		}
	for (unsigned i = 0; i < s->count; i++)
		if (official[i] >= 0 && official[i] != (int)i) {
			s->mirror[i] = s->tie[i][official[i]] == COPIES_MIRRORED;
			join(s, i, (unsigned)official[i]);
		}
}

/* ---- rows */

enum err copies_new(sqlite3 *db, struct copies **out)
{
	struct copies *c = calloc(1, sizeof *c);
	*out = NULL;
	if (!c)
		return err_set(ERR_NOMEM, "out of memory");
	c->db = db;
	c->arena = arena_new(ARENA_MAX);
	enum err e = db_prepare(db, statements, S_COUNT, c->st);
	if (e != ERR_OK) {
		copies_free(c);
		return e;
	}
	*out = c;
	return ERR_OK;
}

void copies_free(struct copies *c)
{
	if (!c)
		return;
	db_finalize(c->st, S_COUNT);
	arena_free(c->arena);
	free(c);
}

static enum err run(struct copies *c, enum statement s)
{
	int rc = sqlite3_step(c->st[s]);
	sqlite3_reset(c->st[s]);
	sqlite3_clear_bindings(c->st[s]);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? ERR_OK : db_error(c->db, rc, "write");
}

/* The statement is reset after its last row. */
static enum err ended(struct copies *c, enum statement s, int rc)
{
	sqlite3_reset(c->st[s]);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? ERR_OK : db_error(c->db, rc, "read");
}

enum err copies_note(struct copies *c, int64_t document_id)
{
	sqlite3_bind_int64(c->st[S_NOTE], 1, document_id);
	return run(c, S_NOTE);
}

enum err copies_seen(struct copies *c, int64_t document_id, struct str url, const char *context)
{
	sqlite3_bind_int64(c->st[S_SEEN], 1, document_id);
	sqlite3_bind_int(c->st[S_SEEN], 2, copies_official(url, context));
	return run(c, S_SEEN);
}

static int64_t key_of(char kind, int64_t year, struct str text, uint64_t number)
{
	struct {
		char kind[8];
		int64_t year;
		uint64_t text, number;
	} k = {{kind}, year, text.n ? hash64(text.p, text.n) : 0, number};
	return (int64_t)hash64(&k, sizeof k);
}

/* Two reports that copies_judge() ties have at least one of these in common. */
static unsigned keys_of(const struct copies_sign *m, int64_t out[KEYS_MAX])
{
	unsigned n = 0;
	bool text = m->chars >= SIMHASH_CHARS_MIN;
	for (unsigned i = 0; i < PARTS && text && m->year; i++) {
		unsigned from = i * 64 / PARTS, to = (i + 1) * 64 / PARTS;
		uint64_t part = (m->near >> from) & ((1ull << (to - from)) - 1);
		out[n++] = key_of((char)('0' + i), m->year, STR_NULL, part);
	}
	if (text)
		out[n++] = key_of('e', m->year, STR_NULL, m->exact);
	if (m->figures_count >= COPIES_FIGURES && m->year)
		out[n++] = key_of('f', m->year, STR_NULL, m->figures);
	return n;
}

static enum err change_keys(struct copies *c, const struct copies_sign *m, enum statement s)
{
	int64_t keys[KEYS_MAX];
	unsigned n = keys_of(m, keys);
	enum err e = ERR_OK;
	for (unsigned i = 0; i < n && e == ERR_OK; i++) {
		sqlite3_bind_int64(c->st[s], 1, keys[i]);
		sqlite3_bind_int64(c->st[s], 2, m->report_id);
		e = run(c, s);
	}
	return e;
}

/* SQLITE_ROW: *m borrows from the statement until ended(c, S_LOAD, rc); else report_id is 0. */
static int look(struct copies *c, int64_t report_id, struct copies_sign *m)
{
	sqlite3_stmt *st = c->st[S_LOAD];
	*m = (struct copies_sign){0};
	sqlite3_bind_int64(st, 1, report_id);
	int rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*m = (struct copies_sign){.report_id = sqlite3_column_int64(st, 0),
					  .year = sqlite3_column_int64(st, 1),
					  .near = (uint64_t)sqlite3_column_int64(st, 2),
					  .exact = (uint64_t)sqlite3_column_int64(st, 3),
					  .chars = sqlite3_column_int64(st, 4),
					  .figures = (uint64_t)sqlite3_column_int64(st, 5),
					  .figures_count = sqlite3_column_int64(st, 6),
					  .official = sqlite3_column_int(st, 7) != 0,
					  .attached = sqlite3_column_int(st, 8) != 0,
					  .site = sqlite3_column_int64(st, 9),
					  .ord = sqlite3_column_int64(st, 10),
					  .code = db_column(st, 11),
					  .body = db_column(st, 12),
					  .published = db_column(st, 13),
					  .url = db_column(st, 14)};
	return rc;
}

/* Its names into the arena; false: there is no room. */
static bool keep(struct copies *c, struct copies_sign *m)
{
	struct str *const names[] = {&m->code, &m->body, &m->published, &m->url};
	size_t room = NAMES_MAX - arena_used_bytes(c->arena);
	for (int i = 0; i < 4; i++) {
		if (names[i]->n > room)
			return false;
		room -= names[i]->n;
	}
	for (int i = 0; i < 4; i++)
		*names[i] = arena_dup(c->arena, *names[i]);
	return true;
}

/* ---- neighbours */

/* Those with the key that may be tied to m, by numbers alone. */
static enum err sharing(struct copies *c, const struct copies_sign *m, int64_t key, unsigned *count)
{
	sqlite3_stmt *st = c->st[S_SHARING];
	int rc;
	*count = 0;
	sqlite3_bind_int64(st, 1, key);
	sqlite3_bind_int64(st, 2, COPIES_KEY_MAX);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && *count < COPIES_KEY_MAX)
		if (simhash_distance(m->near, (uint64_t)sqlite3_column_int64(st, 1)) <= SIMHASH_NEAR ||
		    m->exact == (uint64_t)sqlite3_column_int64(st, 2) ||
		    m->figures == (uint64_t)sqlite3_column_int64(st, 3))
			c->shared[(*count)++] = sqlite3_column_int64(st, 0);
	return ended(c, S_SHARING, rc);
}

/* Where neighbours go. What is there already is not read again: a report has up to KEYS_MAX * COPIES_KEY_MAX of them. */
struct target {
	bool (*has)(const struct copies *c, int64_t report_id);
	bool (*add)(struct copies *c, const struct copies_sign *m); /* m is borrowed; false: it takes no more */
};

/* Gives the target every report that is tied to m and that it does not have, until it is full. */
static enum err neighbours(struct copies *c, const struct copies_sign *m, const struct target *to)
{
	int64_t keys[KEYS_MAX];
	unsigned n = keys_of(m, keys), count;
	bool more = true;
	enum err e = ERR_OK;
	for (unsigned i = 0; i < n && e == ERR_OK && more; i++) {
		e = sharing(c, m, keys[i], &count);
		for (unsigned k = 0; k < count && e == ERR_OK && more; k++) {
			struct copies_sign other;
			if (c->shared[k] == m->report_id || to->has(c, c->shared[k]))
				continue;
			int rc = look(c, c->shared[k], &other);
			if (other.report_id && copies_judge(m, &other) != COPIES_NONE)
				more = to->add(c, &other);
			e = ended(c, S_LOAD, rc);
		}
	}
	return e;
}

static bool is_seed(const struct copies *c, int64_t report_id)
{
	for (unsigned i = 0; i < c->seeds_count; i++)
		if (c->seeds[i] == report_id)
			return true;
	return false;
}

static bool add_seed(struct copies *c, const struct copies_sign *m)
{
	if (c->seeds_count == SEEDS_MAX)
		return false;
	c->seeds[c->seeds_count++] = m->report_id;
	return true;
}

static bool is_member(const struct copies *c, int64_t report_id)
{
	for (unsigned i = 0; i < c->set.count; i++)
		if (c->set.m[i].report_id == report_id)
			return true;
	return false;
}

static bool add_member(struct copies *c, const struct copies_sign *m)
{
	struct set *s = &c->set;
	struct copies_sign kept = *m;
	s->full = s->full || s->count == COPIES_SET_MAX || !keep(c, &kept);
	if (s->full)
		return false;
	unsigned at = s->count++;
	s->m[at] = kept;
	for (unsigned i = 0; i < at; i++)
		s->tie[i][at] = s->tie[at][i] = (uint8_t)copies_judge(&s->m[i], &s->m[at]);
	s->tie[at][at] = COPIES_NONE;
	return true;
}

static const struct target seeds = {is_seed, add_seed}, members = {is_member, add_member};

/* ---- settling */

/* Every member's principal: the first of its group, none when it is alone. */
static enum err place(struct copies *c)
{
	struct set *s = &c->set;
	unsigned first[COPIES_SET_MAX], size[COPIES_SET_MAX] = {0};
	enum err e = ERR_OK;
	for (unsigned i = 0; i < s->count; i++) {
		int group = root(s, (int)i);
		if (size[group]++ == 0 || copies_before(&s->m[i], &s->m[first[group]]))
			first[group] = i;
	}
	for (unsigned i = 0; i < s->count && e == ERR_OK; i++) {
		sqlite3_stmt *st = c->st[S_PLACE];
		int group = root(s, (int)i);
		sqlite3_bind_int64(st, 1, s->m[i].report_id);
		if (size[group] > 1)
			sqlite3_bind_int64(st, 2, s->m[first[group]].report_id);
		sqlite3_bind_int(st, 3, s->mirror[i]);
		e = run(c, S_PLACE);
	}
	return e;
}

/* Does one before it have all that copies_judge() looks at? Then it has its neighbours too: copies mostly are so. */
static bool looked(const struct set *s, unsigned at)
{
	const struct copies_sign *m = &s->m[at];
	for (unsigned i = 0; i < at; i++) {
		const struct copies_sign *o = &s->m[i];
		if (o->near == m->near && o->exact == m->exact && o->chars == m->chars && o->figures == m->figures &&
		    o->figures_count == m->figures_count && o->year == m->year && o->official == m->official &&
		    str_eq(o->code, m->code) && str_eq(o->body, m->body))
			return true;
	}
	return false;
}

/* All that is connected to one report, and how it falls into groups. */
static enum err regroup(struct copies *c, int64_t report_id)
{
	struct copies_sign m;
	struct set *s = &c->set;
	arena_reset(c->arena);
	s->count = 0;
	s->full = false;
	int rc = look(c, report_id, &m);
	if (m.report_id && !add_member(c, &m))
		log_warn("report %lld has names too long to be compared", (long long)report_id);
	enum err e = ended(c, S_LOAD, rc);
	for (unsigned i = 0; i < s->count && e == ERR_OK && !s->full; i++)
		if (!looked(s, i))
			e = neighbours(c, &s->m[i], &members);
	if (e != ERR_OK || s->count == 0)
		return e;
	divide(s);
	return place(c);
}

/* What the document's reports were: those near to them are to be grouped anew. */
static enum err leave(struct copies *c, int64_t document_id)
{
	sqlite3_stmt *st = c->st[S_OLD];
	int64_t old[COPIES_SET_MAX];
	unsigned n = 0;
	int rc;
	sqlite3_bind_int64(st, 1, document_id);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && n < COPIES_SET_MAX)
		old[n++] = sqlite3_column_int64(st, 0);
	enum err e = ended(c, S_OLD, rc);
	for (unsigned i = 0; i < n && e == ERR_OK; i++) {
		struct copies_sign m;
		arena_reset(c->arena);
		rc = look(c, old[i], &m);
		bool kept = keep(c, &m);
		if ((e = ended(c, S_LOAD, rc)) != ERR_OK || (kept && (e = neighbours(c, &m, &seeds)) != ERR_OK) ||
		    (e = change_keys(c, &m, S_DROP_KEY)) != ERR_OK)
			break;
		sqlite3_bind_int64(c->st[S_DROP], 1, old[i]);
		e = run(c, S_DROP);
	}
	return e;
}

struct hashing {
	struct simhash *hash;
	size_t taken;
};

static bool hash_stretch(void *ctx, struct str stretch)
{
	struct hashing *h = ctx;
	simhash_add(h->hash, stretch);
	h->taken += stretch.n;
	return h->taken < TEXT_MAX;
}

/* A set: a sum of hashes does not depend on the order. */
static enum err hash_figures(struct copies *c, struct copies_sign *m)
{
	sqlite3_stmt *st = c->st[S_FIGURES];
	int rc;
	sqlite3_bind_int64(st, 1, m->report_id);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		char z[256];
		struct str id = db_column(st, 0), applicant = db_column(st, 1);
		int n = snprintf(z, sizeof z, "%.*s|%.*s|%.15g", STR_FMT(id), STR_FMT(applicant),
				 sqlite3_column_double(st, 2));
		m->figures += hash64(z, n < (int)sizeof z ? (size_t)n : sizeof z - 1);
		m->figures_count++;
	}
	return ended(c, S_FIGURES, rc);
}

/* Is the site that shows the report the body's own? Codes of sites begin with the six digits of their region. */
static int64_t site_of(struct str site_id_code, struct str code)
{
	if (site_id_code.n < 6 || code.n < 6)
		return 2;
	if (memcmp(site_id_code.p, code.p, 6) == 0)
		return 0;
	size_t n = memcmp(site_id_code.p + 2, "0000", 4) == 0 ? 2 : memcmp(site_id_code.p + 4, "00", 2) == 0 ? 4 : 6;
	return memcmp(site_id_code.p, code.p, n) == 0 ? 1 : 2;
}

static enum err insert(struct copies *c, const struct copies_sign *m, int64_t document_id)
{
	sqlite3_stmt *st = c->st[S_INSERT];
	const int64_t numbers[] = {
		m->report_id,     m->year,     (int64_t)m->near, (int64_t)m->exact, m->chars, (int64_t)m->figures,
		m->figures_count, m->official, m->attached,      m->site,           m->ord};
	for (int i = 0; i < 11; i++)
		sqlite3_bind_int64(st, 1 + i, numbers[i]);
	const struct str texts[] = {m->code, m->body, m->published, m->url};
	for (int i = 0; i < 4; i++)
		if (texts[i].n)
			db_bind(st, 12 + i, texts[i]);
	sqlite3_bind_int64(st, 16, document_id);
	enum err e = run(c, S_INSERT);
	return e == ERR_OK ? change_keys(c, m, S_ADD_KEY) : e;
}

static enum err enter(struct copies *c, int64_t document_id)
{
	sqlite3_stmt *st = c->st[S_REPORTS];
	enum err e = ERR_OK;
	int rc;
	sqlite3_bind_int64(st, 1, document_id);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && e == ERR_OK) {
		struct copies_sign m = {.report_id = sqlite3_column_int64(st, 0),
					.year = sqlite3_column_int64(st, 1),
					.code = db_column(st, 2),
					.body = db_column(st, 3),
					.published = db_column(st, 4),
					.ord = sqlite3_column_int64(st, 5),
					.url = db_column(st, 6),
					.attached = sqlite3_column_int(st, 7) != 0};
		m.official = copies_official(m.url, (const char *)sqlite3_column_text(st, 8));
		m.site = site_of(db_column(st, 9), m.code);
		simhash_init(&c->hash);
		e = fragments_each(db_column(st, 10), db_column(st, 11), hash_stretch,
				   &(struct hashing){.hash = &c->hash});
		m.near = simhash_end(&c->hash);
		m.exact = simhash_exact(&c->hash);
		m.chars = c->hash.chars;
		if (e == ERR_OK && (e = hash_figures(c, &m)) == ERR_OK && (e = insert(c, &m, document_id)) == ERR_OK)
			add_seed(c, &m);
	}
	enum err read = ended(c, S_REPORTS, rc);
	return e == ERR_OK ? read : e;
}

/* A set that was seen whole has placed all its members: they are no seeds any more. */
static void drop_placed(struct copies *c, unsigned from)
{
	unsigned n = from;
	for (unsigned i = from; i < c->seeds_count; i++)
		if (!is_member(c, c->seeds[i]))
			c->seeds[n++] = c->seeds[i];
	c->seeds_count = n;
}

static enum err settle(struct copies *c, int64_t document_id)
{
	c->seeds_count = 0;
	enum err e = leave(c, document_id);
	if (e == ERR_OK)
		e = enter(c, document_id);
	for (unsigned i = 0; i < c->seeds_count && e == ERR_OK; i++) {
		e = regroup(c, c->seeds[i]);
		if (!c->set.full) {
			drop_placed(c, i + 1);
		} else if (!c->warned && c->set.count) {
			c->warned = true; /* each further copy would say it again */
			log_warn("there are more reports like that of %.*s than the %u that are compared at a time: "
				 "not all of them are tied together",
				 STR_FMT(c->set.m[0].url), c->set.count);
		}
	}
	return e;
}

enum err copies_settle(struct copies *c, bool *more)
{
	*more = true;
	for (unsigned i = 0; i < COPIES_SETTLE_MAX; i++) {
		int rc = sqlite3_step(c->st[S_NEXT_DUE]);
		int64_t id = rc == SQLITE_ROW ? sqlite3_column_int64(c->st[S_NEXT_DUE], 0) : 0;
		enum err e = ended(c, S_NEXT_DUE, rc);
		if (e != ERR_OK || rc == SQLITE_DONE) {
			*more = false;
			return e;
		}
		sqlite3_bind_int64(c->st[S_SETTLED], 1, id);
		if ((e = run(c, S_SETTLED)) != ERR_OK || (e = settle(c, id)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}
