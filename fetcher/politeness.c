#include "fetcher/politeness.h"

static int64_t margin(int64_t gap)
{
	int64_t m = gap / 20;
	return m < POLITE_MARGIN_MS ? m : POLITE_MARGIN_MS;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t polite_gap(const struct fdb_host *h, int64_t delay_ms)
{
	return h->gap_ms > delay_ms ? h->gap_ms : delay_ms;
}

int64_t polite_span(int64_t gap_ms)
{
	return gap_ms + margin(gap_ms);
}

int64_t polite_due(const struct fdb_host *h)
{
	return h->cooling_until > h->next_at ? h->cooling_until : h->next_at;
}

void polite_started(struct fdb_host *h, int64_t delay_ms, int64_t now, int64_t spare_ms)
{
	int64_t gap = polite_gap(h, delay_ms);
	h->next_at = gap > 0 ? now + polite_span(gap) + spare_ms : 0;
}

/* Connection failures and refusals for load count; what says nothing about the host's health does not. */
static bool counts(int status, enum cause cause)
{
	if (status == 429 || status >= 500)
		return true;
	return cause == CAUSE_CONNECT || (cause == CAUSE_TIMEOUT && status == 0);
}

static void cool(struct fdb_host *h, int64_t length_ms, int64_t now)
{
	if (now + length_ms <= h->cooling_until && h->cooling_until <= now + POLITE_COOL_MAX_MS)
		return;
	h->cooling_len = length_ms;
	h->cooling_until = now + length_ms;
}

bool polite_answered(struct fdb_host *h, int status, enum cause cause, int64_t retry_after_ms, int64_t now)
{
	bool opened = false;
	if (counts(status, cause)) {
		h->failures++;
		if (h->failures >= POLITE_FAILURES_MAX) {
			int64_t length = POLITE_COOL_MIN_MS;
			for (int i = 0; i < h->trips && length < POLITE_COOL_MAX_MS; i++)
				length *= 2;
			h->trips++;
			cool(h, least(length, POLITE_COOL_MAX_MS), now);
			opened = true;
		}
	} else if (status > 0 && cause == CAUSE_NONE) {
		h->failures = 0;
		h->trips = 0;
	}
	if (retry_after_ms > 0 && (status == 429 || status >= 500))
		cool(h, least(retry_after_ms, POLITE_COOL_MAX_MS), now);
	return opened;
}

void polite_challenged(struct fdb_host *h, int64_t now)
{
	cool(h, POLITE_COOL_MAX_MS, now);
}

void polite_crawl_delay(struct fdb_host *h, double crawl_delay_s, int64_t delay_ms, int64_t started_at)
{
	h->gap_ms = crawl_delay_s > 0 ? (int64_t)(crawl_delay_s * 1000.0 + 0.5) : 0;
	int64_t gap = polite_gap(h, delay_ms);
	h->next_at = gap > 0 ? started_at + polite_span(gap) : 0;
}

bool polite_cut(struct fdb_host *h, int64_t delay_ms, int64_t now)
{
	bool changed = false;
	int64_t latest = now + polite_span(polite_gap(h, delay_ms));
	if (h->next_at > latest) {
		h->next_at = latest;
		changed = true;
	}
	int64_t length = least(h->cooling_len, POLITE_COOL_MAX_MS);
	if (h->cooling_until > now + length) {
		h->cooling_until = now + length;
		changed = true;
	}
	return changed;
}
