/*
 * frontier_rank - in which arm (rank.h) of its host a found page is queued, which arm is next, which page gives way when a
 * budget is used up, and who is paid when a page ends.
 *
 * A host has at most FDB_ARMS_MAX arms and marks, and no more than its number of pages bears; when there is no room, a
 * page is queued in a plain arm of its rank.
 */
#include "fetcher/frontier_arms.h"

#include <string.h>

#include "base/hash.h"

#define ARMS_FREE 512    /* that any host may have: an area of each organ with some lists in it */
#define ARMS_PAGES 6     /* and one more for each so many pages */
#define ROOM_ALWAYS 256  /* added to what is kept: up to FDB_ARMS_MAX, for the pagers of lists, whose pages are many */
#define PLAIN_ROOM 16    /* kept for plain arms: one a step of rank */
#define GIVE_UP_LOOKS 16 /* arms looked into for a page to give up, and the rows of each */
#define GIVE_UP_ROWS 128
#define DEPTH_BITS 4

/* ---- arms */

static uint64_t mix(uint64_t a, uint64_t b)
{
	a = (a + b * 0xD6E8FEB86659FD93ull) *
	    0x9E3779B97F4A7C15ull; /* ids and kinds are small: a ^ b would be equal for many */
	return (a ^ a >> 32) * 0xBF58476D1CE4E5B9ull | 1;
}

enum { KEY_LIST = 1, KEY_PAGER, KEY_ITEMS, KEY_FOLDER, KEY_NAME, KEY_PLAIN };

/* The arm or mark of a key, made when there is room; 0: there is none. */
static enum err arm_get(struct fdb *d, struct rank_host *h, uint64_t key, bool is_mark, unsigned keep, unsigned *out)
{
	*out = arms_find(h, key);
	if (*out)
		return ERR_OK;
	uint64_t most = ARMS_FREE + h->arms[0].column / ARMS_PAGES;
	if (h->count + keep % ROOM_ALWAYS >= (most < FDB_ARMS_MAX && keep < ROOM_ALWAYS ? most : FDB_ARMS_MAX))
		return ERR_OK;
	struct arm a = {.key = key, .is_mark = is_mark, .empty = true};
	return arms_add(d, h, &a, out);
}

static enum err marks_get(struct fdb *d, struct rank_host *h, const uint64_t *keys, uint64_t always,
			  uint16_t out[RANK_MARKS])
{
	unsigned at;
	for (unsigned i = 0; i < RANK_MARKS; i++) {
		enum err e =
			keys[i] ? arm_get(d, h, keys[i], true, PLAIN_ROOM + (keys[i] == always ? ROOM_ALWAYS : 0), &at)
				: ERR_OK;
		if (e != ERR_OK)
			return e;
		out[i] = keys[i] ? (uint16_t)at : 0;
	}
	return ERR_OK;
}

/* What the page that links is: its rank, and the list that its links are of. */
static enum err look_from(struct fdb *d, int64_t from, int *rank_out, uint64_t *list_out)
{
	if (from && from == d->rank_from) {
		*rank_out = d->rank_from_rank;
		*list_out = d->rank_from_list;
		return ERR_OK;
	}
	*rank_out = 0;
	*list_out = mix((uint64_t)from, KEY_LIST);
	sqlite3_stmt *st;
	enum err e =
		from ? sql_row(&d->sql, "SELECT host_id, arm, ord FROM pages WHERE id=?1", SQL_ARGS(SQL_I(from)), &st)
		     : ERR_NOTFOUND;
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	int64_t host_id = sqlite3_column_int64(st, 0), arm = sqlite3_column_int64(st, 1);
	*rank_out = RANK_MAX - (sqlite3_column_int(st, 2) >> DEPTH_BITS);
	sql_done(st);
	struct rank_host *h;
	e = arms_host(d, host_id, &h);
	if (e == ERR_OK && arm > 0 && arm < h->count && h->arms[arm].column > ARM_COLUMN_PLAIN)
		*list_out = h->arms[arm].column;
	else if (*rank_out < 0) /* an article, or what leads away: its links are no list */
		*list_out = 0;
	d->rank_from = from;
	d->rank_from_rank = *rank_out;
	d->rank_from_list = *list_out;
	return e;
}

static bool has_paid(const struct rank_host *h, uint64_t key)
{
	unsigned at = key ? arms_find(h, key) : 0;
	return at && h->arms[at].pay.paid > 0;
}

/*
 * The index page of a folder lies in the folder above it, together with its sisters; one whose name has paid elsewhere
 * (the same column of another body) apart from them.
 */
static void look_at_path(const struct rank_host *h, const struct url_parts *u, uint64_t *folder, uint64_t *name)
{
	struct str path = u->path;
	*folder = u->query.n > 0 ? rank_folder_of_query(path, u->query) : rank_folder(path);
	*name = rank_folder_name(path);
	if (path.n < 2 || path.p[path.n - 1] != '/' || u->query.n > 0)
		return;
	*folder = rank_folder((struct str){path.p, path.n - 1});
	if (!*name || !has_paid(h, mix(*name, KEY_NAME)))
		*name = 0;
}

static enum err plain_arm(struct fdb *d, struct rank_host *h, int rank, unsigned *out)
{
	unsigned before = h->count;
	enum err e = arm_get(d, h, mix((uint64_t)rank_step(rank), KEY_PLAIN), false, 0, out);
	if (e == ERR_OK && *out && *out == before) {
		h->arms[*out].step_rank = (int8_t)rank;
		h->arms[*out].column = ARM_COLUMN_PLAIN;
	}
	return e;
}

static enum err arm_of(struct fdb *d, struct rank_host *h, uint64_t list, const struct url_parts *u, int rank,
		       bool pager, unsigned *out)
{
	uint64_t folder, name, step = (uint64_t)rank_step(rank);
	look_at_path(h, u, &folder, &name);
	if (!pager && rank < RANK_DULL && !has_paid(h, list)) /* the many articles of lists where nothing was found */
		list = name = 0;
	pager = pager && list;
	uint64_t key = pager ? mix(list, KEY_PAGER) : mix(mix(mix(mix(list, folder), name), step), KEY_ITEMS);
	unsigned before = h->count;
	uint64_t marks[RANK_MARKS] = {list, 0, 0};
	if (!pager) {
		marks[1] = folder ? mix(folder, KEY_FOLDER) : 0;
		marks[2] = name ? mix(name, KEY_NAME) : 0;
	}
	enum err e = arm_get(d, h, key, false, PLAIN_ROOM + RANK_MARKS + (pager ? ROOM_ALWAYS : 0), out);
	if (e == ERR_OK && *out && *out == before) {
		uint16_t got[RANK_MARKS];
		e = marks_get(d, h, marks, pager ? list : 0, got);
		struct arm *a = &h->arms[*out];
		memcpy(a->marks, got, sizeof got);
		a->step_rank = (int8_t)rank;
		a->column = pager ? list : 0; /* its links are of the same list */
	}
	return e == ERR_OK && !*out ? plain_arm(d, h, rank, out) : e;
}

enum err fdb_rank_place(struct fdb *d, int64_t host_id, const struct fdb_new_page *n, struct fdb_place *out)
{
	struct url_parts u;
	struct rank_host *h;
	int from_rank;
	uint64_t list;
	unsigned arm = 0;
	*out = (struct fdb_place){0};
	enum err e = look_from(d, n->from_page, &from_rank, &list);
	if (e == ERR_OK)
		e = arms_host_keys(d, host_id, &h);
	if (e != ERR_OK || url_split(str_of(n->url), &u) != ERR_OK)
		return e;
	/* a redirect or a twin stands for the page that it came from */
	int rank = n->redirect || n->stands_in ? from_rank
		   : n->source_start           ? RANK_OF_SOURCE
					       : rank_of_link(n->rank, from_rank, n->pager);
	e = arm_of(d, h, list, &u, rank, n->pager, &arm);
	int depth = n->depth < 1 << DEPTH_BITS ? n->depth : (1 << DEPTH_BITS) - 1;
	out->arm = arm;
	out->ord = (RANK_MAX - rank) << DEPTH_BITS | depth;
	return e;
}

enum err fdb_rank_queued(struct fdb *d, int64_t host_id, int64_t arm, bool is_new)
{
	struct rank_host *h = arms_kept(d, host_id);
	enum err e = is_new ? arms_host(d, host_id, &h) : ERR_OK;
	if (e != ERR_OK || !h)
		return e;
	if (arm < h->count) {
		h->arms[arm].empty = false;
		h->arms[arm].spent = 0;
	}
	if (is_new) {
		h->arms[0].column++;
		arms_changed(h, 0);
	}
	return ERR_OK;
}

/* ---- choosing */

/* Worths of arms of which nothing is known, which most are: by step and marks; 0: not asked for yet. */
struct fresh_worths {
	double of[RANK_STEPS][RANK_MARKS + 1];
};

static bool is_fresh(const struct rank_pay *p)
{
	return p->tried == 0 && p->paid == 0;
}

static double worth(const struct rank_host *h, const struct arm *a, struct fresh_worths *f)
{
	const struct rank_pay *marks[RANK_MARKS];
	unsigned n = 0;
	const int step = rank_step(a->step_rank);
	const double prior = rank_prior(a->step_rank);
	bool fresh = is_fresh(&a->pay) && a->column != ARM_COLUMN_PLAIN;
	if (a->column > ARM_COLUMN_PLAIN && a->marks[0])
		return rank_worth_of_pager(prior, &a->pay, &h->arms[a->marks[0]].pay);
	for (unsigned i = 0; i < RANK_MARKS; i++)
		if (a->marks[i]) {
			marks[n] = &h->arms[a->marks[i]].pay;
			fresh = fresh && is_fresh(marks[n]);
			n++;
		}
	if (fresh && f->of[step][n] > 0)
		return f->of[step][n];
	double v = rank_worth(prior, &a->pay, a->column == ARM_COLUMN_PLAIN, marks, n);
	if (fresh)
		f->of[step][n] = v;
	return v;
}

/* The arm that may have ready pages and is worth most; -1: none. */
static int best_arm(struct rank_host *h, bool untried)
{
	struct fresh_worths fresh = {0};
	int best = -1;
	double most = -1;
	for (unsigned i = 0; i < h->count; i++) {
		struct arm *a = &h->arms[i];
		if (a->is_mark || a->empty || (untried && a->pay.tried > 0))
			continue;
		if (a->worth == 0)
			a->worth = worth(h, a, &fresh);
		if (a->worth > most) {
			most = a->worth;
			best = (int)i;
		}
	}
	return best;
}

enum err fdb_next_ready(struct fdb *d, int64_t host_id, int64_t *page_id_out)
{
	struct rank_host *h;
	enum err e = arms_host(d, host_id, &h);
	*page_id_out = 0;
	bool untried = e == ERR_OK && ++h->since_tried >= rank_explore_every(h->drought);
	if (untried)
		h->since_tried = 0;
	while (e == ERR_OK && !*page_id_out) {
		int at = best_arm(h, untried);
		if (at < 0 && !untried)
			break;
		untried = untried && at >= 0;
		if (at < 0)
			continue;
		e = sql_int(&d->sql,
			    "SELECT id FROM pages WHERE state=" Q_READY
			    " AND host_id=?1 AND arm=?2 ORDER BY ord, id LIMIT 1",
			    SQL_ARGS(SQL_I(host_id), SQL_I(at)), 0, page_id_out);
		h->arms[at].empty = *page_id_out == 0;
	}
	/* pages that came back to ready, whose arm was found empty before */
	if (e == ERR_OK && !*page_id_out)
		e = sql_int(&d->sql,
			    "SELECT id FROM pages WHERE state=" Q_READY " AND host_id=?1 ORDER BY arm, ord, id LIMIT 1",
			    SQL_ARGS(SQL_I(host_id)), 0, page_id_out);
	return e == ERR_OK && !*page_id_out ? ERR_NOTFOUND : e;
}

bool fdb_rank_may_go_on(struct fdb *d, int64_t host_id)
{
	const struct rank_host *h = arms_kept(d, host_id);
	return !h || rank_may_go_on(h->in_flight, h->ended);
}

/* ---- giving up */

/* The arm that may have ready pages of the source to give up, and whose first page has the least rank; -1: none. */
static int last_arm(const struct rank_host *h, int64_t source_id)
{
	int last = -1;
	for (unsigned i = 0; i < h->count; i++)
		if (!h->arms[i].is_mark && !h->arms[i].empty && h->arms[i].spent != source_id &&
		    (last < 0 || h->arms[i].step_rank < h->arms[last].step_rank))
			last = (int)i;
	return last;
}

/* A page that last_page() chose: it has no row elsewhere. Its id is not given out again: caches and requests on their way have it. */
static enum err forget(struct fdb *d, struct rank_host *h, int64_t id)
{
	int64_t last;
	enum err e = sql_int(&d->sql, "SELECT max(id) FROM pages", SQL_NONE, 0, &last);
	if (e == ERR_OK && last == id)
		d->next_page = id + 1;
	if (e == ERR_OK)
		e = fdb_run(d, "DELETE FROM pages WHERE id=?1", SQL_ARGS(SQL_I(id)));
	if (e == ERR_OK)
		e = fdb_run(d, "DELETE FROM texts WHERE page_id=?1", SQL_ARGS(SQL_I(id)));
	if (e != ERR_OK)
		return e;
	d->counts[PAGE_READY]--;
	if (h->arms[0].column > 0)
		h->arms[0].column--;
	arms_changed(h, 0);
	return fdb_note(d, fdb_host_mark(d, h->host_id, -1, false));
}

/*
 * The last page of the source in an arm, among the last GIVE_UP_ROWS; 0: none. Only what was merely found: a page that had an
 * event, that a redirect leads to or that stands in for another has a row of `work`.
 */
static enum err last_page(struct fdb *d, int64_t host_id, int arm, int64_t source_id, int64_t *out)
{
	return sql_int(&d->sql,
		       "SELECT id FROM (SELECT id, source_id, ord FROM pages WHERE state=" Q_READY
		       " AND host_id=?1 AND arm=?2 ORDER BY ord DESC, id DESC LIMIT ?4) l WHERE source_id=?3"
		       " AND NOT EXISTS(SELECT 1 FROM work w WHERE w.page_id=l.id) ORDER BY ord DESC, id DESC LIMIT 1",
		       SQL_ARGS(SQL_I(host_id), SQL_I(arm), SQL_I(source_id), SQL_I(GIVE_UP_ROWS)), 0, out);
}

enum err fdb_rank_give_up(struct fdb *d, int64_t host_id, int64_t source_id, int64_t ord, bool *done_out)
{
	struct rank_host *h;
	int at;
	int64_t id = 0;
	*done_out = false;
	enum err e = arms_host(d, host_id, &h);
	for (int looks = 0; e == ERR_OK && !id && looks < GIVE_UP_LOOKS && (at = last_arm(h, source_id)) >= 0 &&
			    RANK_MAX - h->arms[at].step_rank > (ord >> DEPTH_BITS) + RANK_CLEARLY;
	     looks++) {
		e = last_page(d, host_id, at, source_id, &id);
		if (!id)
			h->arms[at].spent = source_id;
	}
	if (e != ERR_OK || !id)
		return e;
	*done_out = true;
	return forget(d, h, id);
}

static bool flies(int state)
{
	return state == PAGE_FETCHING || state == PAGE_FETCHED || state == PAGE_SENT;
}

void fdb_rank_moved(struct fdb *d, int64_t host_id, int from, enum page_state to)
{
	struct rank_host *h = arms_kept(d, host_id);
	if (!h || flies(from) == flies((int)to))
		return;
	h->in_flight += flies((int)to) ? 1 : -1;
	h->ended += !flies((int)to);
	if (h->in_flight < 0) /* begun before the host was loaded */
		h->in_flight = 0;
}

/* ---- pay */

static void pay(struct rank_host *h, int64_t arm, double paid, bool ended)
{
	if (arm < 0 || arm >= h->count)
		return;
	unsigned at[1 + RANK_MARKS] = {(unsigned)arm};
	for (unsigned i = 0; i < RANK_MARKS; i++)
		at[i + 1] = h->arms[arm].marks[i];
	for (unsigned i = 0; i <= RANK_MARKS; i++) {
		if (i > 0 && at[i] == 0)
			continue;
		if (ended)
			rank_ended(&h->arms[at[i]].pay, paid);
		else
			rank_led(&h->arms[at[i]].pay, paid);
		arms_changed(h, at[i]);
	}
}

enum err fdb_rank_ended(struct fdb *d, int64_t page_id, bool reports)
{
	double paid = reports ? 1 : 0;
	int64_t id = page_id;
	for (int up = 0; id && up <= RANK_UPS_MAX && (up == 0 || reports); up++) {
		sqlite3_stmt *st;
		enum err e = sql_row(&d->sql, "SELECT host_id, arm, from_page FROM pages WHERE id=?1",
				     SQL_ARGS(SQL_I(id)), &st);
		if (e != ERR_OK)
			return e == ERR_NOTFOUND ? ERR_OK : e;
		int64_t host_id = sqlite3_column_int64(st, 0), arm = sqlite3_column_int64(st, 1);
		id = sqlite3_column_int64(st, 2);
		sql_done(st);
		struct rank_host *h;
		e = arms_host(d, host_id, &h);
		if (e != ERR_OK)
			return e;
		pay(h, arm, paid, up == 0);
		if (up == 0)
			h->drought = reports ? 0 : h->drought + 1;
		paid *= RANK_UP_SHARE;
	}
	return ERR_OK;
}
