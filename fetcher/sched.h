/*
 * sched - which host may be asked next: a heap of hosts by the time they are due, a gate for each address,
 * without clock, database or sockets. One request a host and one an address at a time.
 *
 * The hosts here are those with something to do and, up to SCHED_HOSTS_KEPT, those that lately had; the durable row is in
 * frontier.db and the caller saves it. A host is `waiting` (in the heap), `busy` (a request is out), `parked` (its address is
 * busy) or `idle`. All times are wall ms; after a clock jump call sched_cut().
 */
#ifndef FETCHER_SCHED_H
#define FETCHER_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "fetcher/frontier_db.h"
#include "fetcher/politeness.h"
#include "fetcher/robots.h"

#define SCHED_HOSTS_KEPT 4096                 /* idle hosts beyond this are forgotten until they wake */
#define SCHED_ROBOTS_BYTES (4u * 1024 * 1024) /* robots.txt bodies whose rules are kept ready */

struct sched_address {
	char ip[64];
	int64_t next_at, gap_ms; /* the gap of the host that was asked there last; 0 not known */
	bool busy;
	bool cut;                  /* in the sched_cut() at hand */
	struct sched_host *parked; /* hosts that wait for it */
	struct sched_host *parked_last;
};

struct sched_host {
	struct fdb_host row;
	struct sched_address *address; /* NULL: unknown until the first connection */
	struct robots *robots;         /* rules of row.robots_state 1, NULL when not loaded */
	size_t robots_bytes;
	struct sched_host *newer, *older; /* use of the robots rules */
	struct sched_host *parked_next;
	char *robots_next; /* URL of the next hop while robots.txt is redirected */
	int robots_hops;
	int heap_at; /* -1 when not in the heap */
	int64_t due;
	bool busy, parked;
	int64_t began;  /* when its last page was leased */
	uint64_t saved; /* the caller's mark of what it saved last */
};

struct sched;

/** rules are copied. address_limit false: connections all go to one place (--connect-to). Never NULL. */
struct sched *sched_new(const struct polite_rules *rules, bool address_limit);
void sched_free(struct sched *s);

/** Take a host in or refresh its row (held, gap); puts it into the heap when it is free and has ready pages. Returns it. */
struct sched_host *sched_put(struct sched *s, const struct fdb_host *row);
struct sched_host *sched_find(struct sched *s, int64_t host_id);
/** By hostport; for redirects of robots.txt to another host. */
struct sched_host *sched_find_key(struct sched *s, const char *key);
/** Earliest host that is due, taken out of the heap: the caller must then start, rest or finish with it. NULL: none. */
struct sched_host *sched_pop(struct sched *s, int64_t now);
/** When the next host is due, INT64_MAX when none waits. */
int64_t sched_next_due(const struct sched *s);
/** Nothing is ready on it: out of the heap until sched_put(). May free it. */
void sched_rest(struct sched *s, struct sched_host *h);
/** Back into the heap at its due time (something is ready). */
void sched_again(struct sched *s, struct sched_host *h);
/** Back into the heap, but not before `due`. */
void sched_later(struct sched *s, struct sched_host *h, int64_t due);
/** A request starts: row.next_at and the address gate move. */
void sched_started(struct sched *s, struct sched_host *h, int64_t now, int64_t spare_ms);
/** The request that began as sched_started() really went out now: forget the spare time. */
void sched_went_out(struct sched *s, struct sched_host *h, int64_t now);
/** The host just asked has to wait longer than it seemed: so has its address. */
void sched_delayed(const struct sched *s, struct sched_host *h);
/** Its answer came (polite_responded): host and address wait longer where it was slow. */
void sched_responded(struct sched *s, struct sched_host *h, int status, enum cause cause, int64_t started_at,
		     int64_t took_ms);
/**
 * The request of a busy host is about to connect to this address. False: another host's request is there, or its gap is
 * not over; then nothing may be sent, and sched_ended() makes the host wait for the address.
 */
bool sched_connects(struct sched *s, struct sched_host *h, const char *ip, int64_t now);
/** The request is over; ip: where it went ("" unknown). The caller saves the row, then calls sched_again() or sched_rest(). */
void sched_ended(struct sched *s, struct sched_host *h, const char *ip);
/** Address gate of a host, for saving; NULL when unknown or without limit. */
const struct sched_address *sched_address_of(const struct sched_host *h);
/** An address known from before (fdb_address). */
void sched_address_put(struct sched *s, const char *ip, int64_t next_at, int64_t gap_ms);
/**
 * Clock jump or each minute: cut all times; calls changed() for each host whose row changed. An address whose gap is not
 * known is cut to an hour; what is cut here needs no saving, since a start cuts it again.
 */
void sched_cut(struct sched *s, int64_t now, void (*changed)(void *ctx, struct sched_host *h), void *ctx);
/** Rules for a host; takes ownership. Old rules of other hosts are dropped when SCHED_ROBOTS_BYTES is passed. */
void sched_set_robots(struct sched *s, struct sched_host *h, struct robots *rules, size_t body_bytes);
/** Note that the rules were used just now. */
void sched_used_robots(struct sched *s, struct sched_host *h);
unsigned sched_busy(const struct sched *s);

#endif
