#include "fetcher/uplink.h"

#include <string.h>

#include "base/hash.h"

bool uplink_is_miss(int status, enum cause cause)
{
	return status == 0 && (cause == CAUSE_DNS || cause == CAUSE_CONNECT || cause == CAUSE_TIMEOUT);
}

/* Hosts of one address stop together when its server does. */
static uint64_t place_of(const struct fdb_host *h)
{
	const char *place = h->ip[0] ? h->ip : h->key;
	return hash64(place, strlen(place));
}

bool uplink_missed(struct uplink *u, const struct fdb_host *h, int64_t now)
{
	const bool heard = h->robots_state == ROBOTS_RULES || h->robots_state == ROBOTS_NONE;
	const bool well = heard && h->failures == 0 && h->down_since == 0;
	const uint64_t place = place_of(h);
	if (!well || u->down)
		return false;
	for (unsigned i = 0; i < u->silent_n; i++)
		if (u->silent[i] == place)
			return false;
	if (u->silent_n == 0)
		u->since = now;
	u->silent[u->silent_n++] = place;
	u->down = u->silent_n == UPLINK_PLACES;
	return u->down;
}

bool uplink_may_probe(const struct uplink *u, const struct fdb_host *h)
{
	return u->down && h->down_since >= u->since;
}

void uplink_lost(struct uplink *u, int64_t page_id)
{
	bool known = !u->down || u->lost_n == UPLINK_LOST;
	for (unsigned i = 0; i < u->lost_n; i++)
		known |= u->lost[i] == page_id;
	if (!known)
		u->lost[u->lost_n++] = page_id;
}

int64_t uplink_probe(struct uplink *u, int64_t mono)
{
	if (u->lost_n == 0 || (u->probe_at && mono < u->probe_at))
		return 0;
	const bool due = u->probe_at != 0;
	u->probe_at = mono + UPLINK_PROBE_MS;
	return due ? u->lost[u->lost_next++ % u->lost_n] : 0;
}

int64_t uplink_heard(struct uplink *u)
{
	const int64_t since = u->down ? u->since : 0;
	*u = (struct uplink){0};
	return since;
}
