#include "fetcher/politeness.h"

#include <inttypes.h>
#include <stdio.h>

#define MINUTE_MS (60LL * 1000)
#define DAY_MINUTES (24 * 60)

static int64_t margin(int64_t gap)
{
	int64_t m = gap / 4;
	return m < POLITE_MARGIN_MS ? m : POLITE_MARGIN_MS;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t polite_gap(const struct fdb_host *h, const struct polite_rules *r)
{
	int64_t rule = most(h->gap_ms, r->delay_ms);
	int64_t slow = least(POLITE_SLOW_FACTOR * h->response_ms, least(rule * POLITE_SLOW_TIMES, POLITE_SLOW_MAX_MS));
	return most(rule, slow);
}

int64_t polite_span(int64_t gap_ms)
{
	return gap_ms + margin(gap_ms);
}

int64_t polite_away(const struct fdb_host *h)
{
	int64_t length = h->down_at - h->down_since;
	if (h->down_since == 0 || length < POLITE_AWAY_AFTER_MS)
		return 0;
	return h->down_at + most(POLITE_AWAY_MIN_MS, least(length / POLITE_AWAY_PART, POLITE_AWAY_MAX_MS));
}

int64_t polite_due(const struct fdb_host *h)
{
	return most(polite_away(h), most(h->cooling_until, h->next_at));
}

/* ---- the portals' clock */

static int64_t day_of(int64_t t)
{
	t += POLITE_ZONE_MS;
	return t >= 0 ? t / POLITE_DAY_MS : -((-t + POLITE_DAY_MS - 1) / POLITE_DAY_MS);
}

static int64_t day_start(int64_t day)
{
	return day * POLITE_DAY_MS - POLITE_ZONE_MS;
}

static bool in_window(const struct polite_rules *r, int64_t t)
{
	int64_t in_day = t - day_start(day_of(t)), from = r->window_from * MINUTE_MS, to = r->window_to * MINUTE_MS;
	return from < to ? in_day >= from && in_day < to : in_day >= from || in_day < to;
}

static int64_t window_open(const struct polite_rules *r, int64_t t)
{
	if (r->window_from == r->window_to || (in_window(r, t) && in_window(r, t + POLITE_CLOSE_MS)))
		return t;
	int64_t from = day_start(day_of(t)) + r->window_from * MINUTE_MS;
	return t < from ? from : from + POLITE_DAY_MS;
}

static int64_t cap_open(const struct fdb_host *h, const struct polite_rules *r, int64_t t)
{
	bool full = r->daily_cap > 0 && h->day == day_of(t) && h->day_requests >= r->daily_cap;
	return full ? day_start(h->day + 1) : t;
}

int64_t polite_open(const struct fdb_host *h, const struct polite_rules *r, int64_t t)
{
	/* the window may lead into the day that is full when the clock was turned back */
	return window_open(r, cap_open(h, r, window_open(r, t)));
}

int64_t polite_next(const struct fdb_host *h, const struct polite_rules *r, int64_t now)
{
	return polite_open(h, r, most(now, polite_due(h)));
}

enum polite_why polite_rests(const struct fdb_host *h, const struct polite_rules *r, int64_t now, int64_t *until_out)
{
	int64_t away = polite_away(h), from = most(most(now, away), h->cooling_until), until = polite_open(h, r, from);
	if (until_out)
		*until_out = until;
	if (until > from)
		return cap_open(h, r, from) > from ? POLITE_CAP : POLITE_WINDOW;
	if (from == now)
		return POLITE_FREE;
	if (away > h->cooling_until)
		return POLITE_AWAY;
	bool known = h->cooling_why >= POLITE_FAILURES && h->cooling_why <= POLITE_CHALLENGE;
	return known ? (enum polite_why)h->cooling_why : POLITE_FAILURES;
}

const char *polite_why_name(enum polite_why why)
{
	static const char *const names[] = {"", "failures", "retry-after", "challenge", "window", "cap", "away"};
	return (unsigned)why <= POLITE_AWAY ? names[why] : "";
}

/* ---- requests */

int64_t polite_today(const struct fdb_host *h, int64_t now)
{
	return h->day == day_of(now) ? h->day_requests : 0;
}

static void wait_gap(struct fdb_host *h, const struct polite_rules *r, int64_t from)
{
	int64_t gap = polite_gap(h, r);
	h->next_at = gap > 0 ? from + polite_span(gap) : 0;
}

void polite_went_out(struct fdb_host *h, const struct polite_rules *r, int64_t now)
{
	wait_gap(h, r, now);
	if (day_of(now) <= h->day)
		return;
	h->day = day_of(now); /* leased before midnight */
	h->day_requests = 1;
}

void polite_started(struct fdb_host *h, const struct polite_rules *r, int64_t now, int64_t spare_ms)
{
	wait_gap(h, r, now);
	if (h->next_at)
		h->next_at += spare_ms;
	if (h->day != day_of(now))
		h->day_requests = 0;
	h->day = day_of(now);
	h->day_requests++;
}

void polite_not_sent(struct fdb_host *h)
{
	h->next_at = 0;
	if (h->day_requests > 0)
		h->day_requests--;
}

void polite_responded(struct fdb_host *h, const struct polite_rules *r, int status, enum cause cause,
		      int64_t started_at, int64_t took_ms)
{
	if (status == 0 && cause != CAUSE_TIMEOUT)
		return;
	int64_t took = most(1, least(took_ms, POLITE_SLOW_MAX_MS / POLITE_SLOW_FACTOR));
	if (status >= 400 && took < h->response_ms)
		return; /* a quick refusal is no sign of health */
	int64_t step = took - h->response_ms;
	h->response_ms = h->response_ms ? h->response_ms + step / POLITE_SMOOTH : took;
	int64_t gap = polite_gap(h, r);
	if (gap > 0)
		h->next_at = most(h->next_at, started_at + polite_span(gap));
}

/* Connection failures and refusals for load count; what says nothing about the host's health does not. */
static bool counts(int status, enum cause cause)
{
	if (status == 429 || status >= 500)
		return true;
	return cause == CAUSE_CONNECT || (cause == CAUSE_TIMEOUT && status == 0);
}

static void cool(struct fdb_host *h, int64_t length_ms, enum polite_why why, int64_t now)
{
	if (now + length_ms <= h->cooling_until && h->cooling_until <= now + POLITE_COOL_MAX_MS)
		return;
	h->cooling_len = length_ms;
	h->cooling_until = now + length_ms;
	h->cooling_why = (int)why;
}

static void down(struct fdb_host *h, int64_t now)
{
	if (h->down_since == 0)
		h->down_since = now;
	h->down_at = now;
}

/*
 * Does the host answer at all? Not only what the breaker counts: a name or a certificate that is gone, too. A 412 is a
 * challenge, which polite_challenged() counts. After a challenge an answer proves nothing, since a parser may find in it
 * that the next one hides behind 200; when no verdict is to be feared any more it was one, whatever comes next.
 */
static void heard(struct fdb_host *h, int status, int64_t now)
{
	if (h->down_at < 0 && now >= POLITE_VERDICT_MS - h->down_at)
		h->down_since = h->down_at = 0;
	if (status == 0 || status == 429 || status >= 500) {
		down(h, now);
	} else if (status != 412 && h->down_at > 0 && h->cooling_why == POLITE_CHALLENGE) {
		h->down_at = -now;
	} else if (status != 412 && h->down_at >= 0) {
		h->down_since = h->down_at = 0;
	}
}

bool polite_answered(struct fdb_host *h, int status, enum cause cause, int64_t retry_after_ms, int64_t now)
{
	bool opened = false;
	heard(h, status, now);
	if (counts(status, cause)) {
		h->failures++;
		if (h->failures >= POLITE_FAILURES_MAX) {
			int64_t length = POLITE_COOL_MIN_MS;
			for (int i = 0; i < h->trips && length < POLITE_COOL_MAX_MS; i++)
				length *= 2;
			h->trips++;
			cool(h, least(length, POLITE_COOL_MAX_MS), POLITE_FAILURES, now);
			opened = true;
		}
	} else if (status > 0 && cause == CAUSE_NONE) {
		h->failures = 0;
		h->trips = 0;
	}
	if (retry_after_ms > 0 && (status == 429 || status >= 500))
		cool(h, least(retry_after_ms, POLITE_COOL_MAX_MS), POLITE_RETRY_AFTER, now);
	return opened;
}

void polite_challenged(struct fdb_host *h, int64_t now)
{
	cool(h, POLITE_COOL_MAX_MS, POLITE_CHALLENGE, now);
	down(h, now);
	h->cooling_why = POLITE_CHALLENGE; /* also when it rests as long for something else */
}

void polite_crawl_delay(struct fdb_host *h, double crawl_delay_s, const struct polite_rules *r, int64_t started_at)
{
	h->gap_ms = crawl_delay_s > 0 ? (int64_t)(crawl_delay_s * 1000.0 + 0.5) : 0;
	wait_gap(h, r, started_at);
}

bool polite_cut(struct fdb_host *h, const struct polite_rules *r, int64_t now)
{
	bool changed = false;
	int64_t latest = now + polite_span(polite_gap(h, r));
	if (h->next_at > latest) {
		h->next_at = latest;
		changed = true;
	}
	if (h->down_at > now) {
		h->down_at = now;
		h->down_since = least(h->down_since, now);
		changed = true;
	}
	int64_t length = least(h->cooling_len, POLITE_COOL_MAX_MS);
	if (h->cooling_until > now + length) {
		h->cooling_until = now + length;
		changed = true;
	}
	return changed;
}

/* ---- rules as text */

bool polite_window_parse(const char *z, struct polite_rules *r)
{
	int h1, m1, h2, m2, n = 0;
	if (sscanf(z, "%2d:%2d-%2d:%2d%n", &h1, &m1, &h2, &m2, &n) != 4 || z[n])
		return false;
	int from = h1 * 60 + m1, to = h2 * 60 + m2;
	if (h1 < 0 || m1 < 0 || h2 < 0 || m2 < 0 || m1 > 59 || m2 > 59 || from >= DAY_MINUTES || to > DAY_MINUTES ||
	    from == to)
		return false;
	r->window_from = from;
	r->window_to = to == DAY_MINUTES ? 0 : to; /* 00:00-24:00 is always */
	return true;
}

void polite_rules_write(const struct polite_rules *r, char out[POLITE_RULES_BYTES])
{
	snprintf(out, POLITE_RULES_BYTES, "%" PRId64 " %d %d %" PRId64, r->delay_ms, r->window_from, r->window_to,
		 r->daily_cap);
}

bool polite_rules_read(const char *z, struct polite_rules *r)
{
	struct polite_rules x;
	if (sscanf(z, "%" SCNd64 " %d %d %" SCNd64, &x.delay_ms, &x.window_from, &x.window_to, &x.daily_cap) != 4)
		return false;
	*r = x;
	return true;
}
