#include "fetcher/pace.h"

#include <string.h>

void pace_init(struct pace *p, long bytes_per_s, long window_s)
{
	*p = (struct pace){.least = (size_t)bytes_per_s * (size_t)window_s, .part_ms = window_s * 1000 / PACE_PARTS};
}

static void begin_window(struct pace *p, int64_t now)
{
	p->part_from = p->looked_at = now;
	p->parts = 0;
	p->now_bytes = 0;
	memset(p->bytes, 0, sizeof(p->bytes));
}

void pace_start(struct pace *p, int64_t now)
{
	if (p->part_from == 0)
		begin_window(p, now);
}

/* Close the parts that are over. */
static void advance(struct pace *p, int64_t now)
{
	if (now - p->looked_at > PACE_STALL_MS + p->part_ms) {
		begin_window(p, now);
		return;
	}
	p->looked_at = now;
	while (now - p->part_from >= p->part_ms) {
		p->bytes[p->parts % PACE_PARTS] = p->now_bytes;
		p->now_bytes = 0;
		p->parts++;
		p->part_from += p->part_ms;
	}
}

void pace_add(struct pace *p, int64_t now, size_t bytes)
{
	pace_start(p, now);
	advance(p, now);
	p->now_bytes += bytes;
}

bool pace_too_slow(struct pace *p, int64_t now)
{
	if (p->part_from == 0)
		return false;
	advance(p, now);
	size_t sum = 0;
	for (unsigned i = 0; i < PACE_PARTS; i++)
		sum += p->bytes[i];
	return p->parts >= PACE_PARTS && sum + p->now_bytes < p->least;
}
