#include "fetcher/frontier_arms.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define ARMS_BLOCK 64    /* arms of a row */
#define ARMS_ROOM 32     /* arms that there is room for at least, and for so many more */
#define BLOCKS_MAX 32    /* rows of a host: their ids are host * BLOCKS_MAX + block */
#define ARM_BYTES_MAX 30 /* of an arm in a row, all numbers little-endian */
#define PAID_UNIT 64.0   /* paid is stored as a whole number of these parts */

_Static_assert(ARMS_BLOCK *BLOCKS_MAX == FDB_ARMS_MAX, "a row for each arm");
_Static_assert((int)RANK_TRIED_MAX < UINT16_MAX, "tried fits in two bytes");

/* ---- hosts in memory */

/* The first of the FDB_RANK_WAYS places where a host may be kept. */
static struct rank_host **places_of(struct fdb *d, int64_t host_id)
{
	unsigned set = (unsigned)(((uint64_t)host_id * 0x9E3779B97F4A7C15ull) >> 40) % (FDB_RANK_HOSTS / FDB_RANK_WAYS);
	return &d->rank_hosts[set * FDB_RANK_WAYS];
}

struct rank_host *arms_kept(struct fdb *d, int64_t host_id)
{
	struct rank_host **at = places_of(d, host_id);
	for (unsigned i = 0; i < FDB_RANK_WAYS; i++)
		if (at[i] && at[i]->host_id == host_id)
			return at[i];
	return NULL;
}

/* The slot that holds the number of a key, or the free one where it belongs. */
static uint16_t *slot_for(const struct rank_host *h, uint64_t key)
{
	size_t i = key % (2 * h->cap);
	while (h->slots[i] && h->arms[h->slots[i]].key != key)
		i = (i + 1) % (2 * h->cap);
	return &h->slots[i];
}

static enum err need_slots(struct rank_host *h)
{
	if (h->slots)
		return ERR_OK;
	h->slots = calloc(2 * h->cap, sizeof *h->slots);
	if (!h->slots)
		return err_set(ERR_NOMEM, "out of memory for what a host taught");
	for (unsigned i = 1; i < h->count; i++)
		*slot_for(h, h->arms[i].key) = (uint16_t)i;
	return ERR_OK;
}

/* Room for so many arms and some more: what is read of a host stays as long as it may, and grows seldom. */
static enum err room(struct fdb *d, struct rank_host *h, unsigned count)
{
	unsigned cap = h->cap ? h->cap : ARMS_ROOM;
	while (cap < count)
		cap += cap / 4 > ARMS_ROOM ? cap / 4 : ARMS_ROOM;
	if (cap == h->cap)
		return ERR_OK;
	struct arm *arms = realloc(h->arms, cap * sizeof *arms);
	if (!arms)
		return err_set(ERR_NOMEM, "out of memory for what a host taught");
	free(h->slots);
	h->slots = NULL;
	h->arms = arms;
	d->rank_arms += cap - h->cap;
	h->cap = cap;
	return ERR_OK;
}

/* ---- rows */

static void put(unsigned char **p, uint64_t v, unsigned bytes)
{
	v = htole64(v);
	memcpy(*p, &v, bytes);
	*p += bytes;
}

static uint64_t get(const unsigned char **p, unsigned bytes)
{
	uint64_t v = 0;
	memcpy(&v, *p, bytes);
	*p += bytes;
	return le64toh(v);
}

/* An arm in a row: what is in it, key, rank and tried, and then what there is of column, marks and paid. */
enum { HAS_COLUMN = 1, HAS_MARKS = 2, HAS_PAID = 4, IS_MARK = 8, HAS_ALL = 15 };

static void encode(const struct arm *a, unsigned char **p)
{
	const uint64_t paid = (uint64_t)(a->pay.paid * PAID_UNIT);
	const bool marks = a->marks[0] || a->marks[1] || a->marks[2];
	put(p,
	    (a->column ? HAS_COLUMN : 0u) | (marks ? HAS_MARKS : 0u) | (paid ? HAS_PAID : 0u) |
		    (a->is_mark ? IS_MARK : 0u),
	    1);
	put(p, a->key, 8);
	put(p, (uint8_t)a->step_rank, 1);
	put(p, (uint64_t)a->pay.tried, 2);
	if (a->column)
		put(p, a->column, 8);
	for (unsigned i = 0; marks && i < RANK_MARKS; i++)
		put(p, a->marks[i], 2);
	if (paid)
		put(p, paid, 4);
}

/* False: the bytes end too early, or say what no version wrote. */
static bool decode(const unsigned char **p, const unsigned char *end, struct arm *a)
{
	const uint64_t has = get(p, 1);
	const int more = (has & HAS_COLUMN ? 8 : 0) + (has & HAS_MARKS ? 2 * RANK_MARKS : 0) + (has & HAS_PAID ? 4 : 0);
	if (has > HAS_ALL || end - *p < 11 + more)
		return false;
	*a = (struct arm){.key = get(p, 8), .is_mark = (has & IS_MARK) != 0};
	a->step_rank = (int8_t)(uint8_t)get(p, 1);
	a->pay.tried = (double)get(p, 2);
	a->column = has & HAS_COLUMN ? get(p, 8) : 0;
	for (unsigned i = 0; has & HAS_MARKS && i < RANK_MARKS; i++)
		a->marks[i] = (uint16_t)get(p, 2);
	a->pay.paid = has & HAS_PAID ? (double)get(p, 4) / PAID_UNIT : 0;
	return true;
}

static enum err write_block(struct sql *s, int64_t host_id, unsigned block, const struct arm *arms, unsigned count)
{
	unsigned char data[ARMS_BLOCK * ARM_BYTES_MAX], *p = data;
	for (unsigned i = 0; i < count; i++)
		encode(&arms[i], &p);
	return sql_run(s, "INSERT OR REPLACE INTO arm_blocks VALUES(?1,?2)",
		       SQL_ARGS(SQL_I(host_id * BLOCKS_MAX + block), SQL_B(data, (size_t)(p - data))));
}

static enum err flush(struct fdb *d, struct rank_host *h)
{
	enum err e = h->dirty ? fdb_begin(d) : ERR_OK;
	for (unsigned b = 0; e == ERR_OK && h->dirty >> b; b++) {
		unsigned from = b * ARMS_BLOCK, left = h->count - from;
		if (!(h->dirty >> b & 1))
			continue;
		e = fdb_note(
			d, write_block(&d->sql, h->host_id, b, h->arms + from, left < ARMS_BLOCK ? left : ARMS_BLOCK));
		if (e == ERR_OK)
			h->dirty &= ~((uint64_t)1 << b);
	}
	return e;
}

enum err fdb_rank_flush(struct fdb *d)
{
	enum err e = ERR_OK;
	for (unsigned i = 0; e == ERR_OK && i < FDB_RANK_HOSTS; i++)
		if (d->rank_hosts[i])
			e = flush(d, d->rank_hosts[i]);
	return e;
}

/* The arms of one row behind those of the rows before; of a row that is not there, arms of no key: their pages are found. */
static enum err take_block(struct fdb *d, struct rank_host *h, sqlite3_stmt *st)
{
	const unsigned from = (unsigned)(sqlite3_column_int64(st, 0) % BLOCKS_MAX) * ARMS_BLOCK;
	const unsigned char *p = sqlite3_column_blob(st, 1), *end = p + sqlite3_column_bytes(st, 1);
	enum err e = room(d, h, from + ARMS_BLOCK);
	if (e != ERR_OK)
		return e;
	for (; h->count < from; h->count++) {
		h->arms[h->count] = (struct arm){0};
		arms_changed(h, h->count);
	}
	bool whole = true;
	while (whole && p < end && h->count < from + ARMS_BLOCK) {
		struct arm *a = &h->arms[h->count];
		whole = decode(&p, end, a);
		h->ended += !whole || a->is_mark ? 0 : (int64_t)a->pay.tried;
		h->count += whole;
	}
	return whole && p == end
		       ? ERR_OK
		       : err_set(ERR_FORMAT,
				 "'%s': what host %lld taught is damaged (table arm_blocks, rows %lld to %lld); "
				 "delete these rows, "
				 "it will be learned again",
				 d->sql.name, (long long)h->host_id, (long long)h->host_id * BLOCKS_MAX,
				 (long long)h->host_id * BLOCKS_MAX + BLOCKS_MAX - 1);
}

static enum err load(struct fdb *d, struct rank_host *h)
{
	sqlite3_stmt *st;
	bool more = true;
	h->ended = 0;
	enum err e = room(d, h, h->had);
	if (e == ERR_OK)
		e = sql_get(&d->sql, "SELECT id, data FROM arm_blocks WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
			    SQL_ARGS(SQL_I(h->host_id * BLOCKS_MAX), SQL_I(h->host_id * BLOCKS_MAX + BLOCKS_MAX - 1)),
			    &st);
	while (e == ERR_OK && (e = sql_next(&d->sql, st, &more)) == ERR_OK && more) {
		e = take_block(d, h, st);
		if (e != ERR_OK)
			sql_done(st);
	}
	if (e == ERR_OK && h->count == 0 && (e = room(d, h, 1)) == ERR_OK)
		h->arms[h->count++] = (struct arm){0};
	for (unsigned i = 0; e == ERR_OK && i < h->count;
	     i++) /* a number that no arm has would be read out of bounds */
		for (unsigned k = 0; k < RANK_MARKS; k++)
			if (h->arms[i].marks[k] >= h->count)
				h->arms[i].marks[k] = 0;
	return e;
}

static void from_row(sqlite3_stmt *st, struct arm *a)
{
	int64_t marks = sqlite3_column_int64(st, 4);
	*a = (struct arm){.key = (uint64_t)sqlite3_column_int64(st, 2),
			  .column = (uint64_t)sqlite3_column_int64(st, 3),
			  .step_rank = (int8_t)sqlite3_column_int(st, 5),
			  .is_mark = sqlite3_column_int(st, 6) != 0,
			  .pay = {sqlite3_column_double(st, 7), sqlite3_column_double(st, 8) / PAID_UNIT}};
	for (unsigned i = 0; i < RANK_MARKS; i++)
		a->marks[i] = (uint16_t)(marks >> (16 * i));
}

enum err fdb_arms_to_blocks(struct sql *s)
{
	sqlite3_stmt *st;
	bool more = true;
	struct arm arms[ARMS_BLOCK];
	int64_t host_id = 0;
	unsigned block = 0, count = 0;
	enum err e = sql_get(s,
			     "SELECT host_id, no, key, column, marks, rank, is_mark, tried, paid FROM arms"
			     " WHERE no BETWEEN 0 AND ?1 ORDER BY host_id, no",
			     SQL_ARGS(SQL_I(FDB_ARMS_MAX - 1)), &st);
	while (e == ERR_OK && (e = sql_next(s, st, &more)) == ERR_OK && more) {
		int64_t host = sqlite3_column_int64(st, 0);
		unsigned no = (unsigned)sqlite3_column_int(st, 1);
		if (count > 0 && (host != host_id || no / ARMS_BLOCK != block)) {
			e = write_block(s, host_id, block, arms, count);
			count = 0;
		}
		host_id = host;
		block = no / ARMS_BLOCK;
		while (count < no % ARMS_BLOCK)
			arms[count++] = (struct arm){0};
		from_row(st, &arms[count]);
		if (no == 0 && (arms[0].key || arms[0].is_mark)) /* of a version that took another row for arm 0 */
			arms[0] = (struct arm){0};
		count++;
		if (e != ERR_OK)
			sql_done(st);
	}
	return e == ERR_OK && count > 0 ? write_block(s, host_id, block, arms, count) : e;
}

/* ---- memory */

/* The arms go, what is known of the host stays. */
static void drop_arms(struct fdb *d, struct rank_host *h)
{
	d->rank_arms -= h->cap;
	free(h->arms);
	free(h->slots);
	h->arms = NULL;
	h->slots = NULL;
	h->had = h->count;
	h->count = h->cap = 0;
}

static void host_free(struct fdb *d, struct rank_host *h)
{
	if (h)
		drop_arms(d, h);
	free(h);
}

void fdb_rank_free(struct fdb *d)
{
	for (unsigned i = 0; i < FDB_RANK_HOSTS; i++) {
		host_free(d, d->rank_hosts[i]);
		d->rank_hosts[i] = NULL;
	}
}

static enum err give_up_arms(struct fdb *d, struct rank_host *h)
{
	enum err e = flush(d, h);
	if (e == ERR_OK)
		drop_arms(d, h);
	return e;
}

/* The arms of other hosts than `keep` are given up in turn until rank_arms_max holds. */
static enum err bound_memory(struct fdb *d, const struct rank_host *keep)
{
	enum err e = ERR_OK;
	while (e == ERR_OK && d->rank_arms - keep->cap > d->rank_arms_max) {
		struct rank_host *h = d->rank_hosts[d->rank_hand = (d->rank_hand + 1) % FDB_RANK_HOSTS];
		if (h && h->arms && h != keep)
			e = give_up_arms(d, h);
	}
	return e;
}

/* A place for a host: a free one, or that of the host not asked for longest, which is forgotten. */
static enum err place_for(struct fdb *d, int64_t host_id, struct rank_host **out)
{
	struct rank_host **at = places_of(d, host_id), **slot = at;
	for (unsigned i = 1; i < FDB_RANK_WAYS && *slot; i++)
		if (!at[i] || at[i]->used < (*slot)->used)
			slot = &at[i];
	enum err e = *slot ? flush(d, *slot) : ERR_OK;
	if (e != ERR_OK)
		return e;
	host_free(d, *slot);
	*slot = *out = calloc(1, sizeof **out);
	if (!*out)
		return err_set(ERR_NOMEM, "out of memory for what a host taught");
	(*out)->host_id = host_id;
	return ERR_OK;
}

enum err arms_host(struct fdb *d, int64_t host_id, struct rank_host **out)
{
	enum err e = ERR_OK;
	*out = arms_kept(d, host_id);
	if (!*out)
		e = place_for(d, host_id, out);
	if (e != ERR_OK)
		return e;
	(*out)->used = ++d->rank_clock;
	e = bound_memory(d, *out); /* also when nothing is read: hosts in memory grow */
	if (e == ERR_OK && !(*out)->arms && (e = load(d, *out)) != ERR_OK)
		drop_arms(d, *out);
	return e;
}

enum err arms_host_keys(struct fdb *d, int64_t host_id, struct rank_host **out)
{
	enum err e = arms_host(d, host_id, out);
	return e == ERR_OK ? need_slots(*out) : e;
}

unsigned arms_find(const struct rank_host *h, uint64_t key)
{
	return *slot_for(h, key);
}

enum err arms_add(struct fdb *d, struct rank_host *h, const struct arm *a, unsigned *out)
{
	enum err e = room(d, h, h->count + 1);
	if (e == ERR_OK)
		e = need_slots(h);
	if (e != ERR_OK)
		return e;
	h->arms[h->count] = *a;
	*slot_for(h, a->key) = (uint16_t)h->count;
	arms_changed(h, h->count);
	*out = h->count++;
	return ERR_OK;
}

void arms_changed(struct rank_host *h, unsigned no)
{
	h->dirty |= (uint64_t)1 << no / ARMS_BLOCK;
	h->arms[no].worth = 0;
	for (unsigned i = 0; h->arms[no].is_mark && i < h->count; i++)
		for (unsigned k = 0; k < RANK_MARKS; k++)
			if (h->arms[i].marks[k] == no)
				h->arms[i].worth = 0;
}
