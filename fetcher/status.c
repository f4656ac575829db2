/* status - how the fetcher stands: DATA/run/status.json each second, the service manager's status line, what --until-idle left over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "base/notify.h"
#include "fetcher/daemon.h"
#include "fetcher/politeness.h"

#define STATUS_MAX_BYTES 16384
#define SINK_SILENT_MS 5000
#define SLOW_HOSTS_MS 5000 /* all hosts are looked through for the slowest ones: not each second */

/* ---- hosts with the most waiting pages */

static bool slow_row(void *ctx, const struct fdb_host *h)
{
	struct fetcher *f = ctx;
	struct slow_hosts *s = &f->slow;
	int64_t now = wall_ms();
	f->challenged += polite_rests(h, &f->set.polite, now, NULL) == POLITE_CHALLENGE;
	if (h->ready == 0)
		return true;
	unsigned at = s->n;
	while (at > 0 && s->v[at - 1].ready < h->ready)
		at--;
	if (at == SLOW_HOSTS)
		return true;
	unsigned last = s->n < SLOW_HOSTS ? s->n++ : SLOW_HOSTS - 1;
	memmove(&s->v[at + 1], &s->v[at], (last - at) * sizeof(s->v[0]));
	memcpy(s->v[at].key, h->key, sizeof(h->key));
	s->v[at].ready = h->ready;
	s->v[at].due = polite_next(h, &f->set.polite, now);
	return true;
}

/* ---- rates */

static double per_second(const int64_t v[10], unsigned filled)
{
	int64_t sum = 0;
	for (unsigned i = 0; i < filled; i++)
		sum += v[i];
	return filled ? (double)sum / filled : 0;
}

static void count_second(struct fetcher *f)
{
	struct rates *r = &f->rates;
	r->fetched[r->at] = f->fetched_n - r->fetched_before;
	r->done[r->at] = f->done_n - r->done_before;
	r->fetched_before = f->fetched_n;
	r->done_before = f->done_n;
	r->at = (r->at + 1) % 10;
	if (r->filled < 10)
		r->filled++;
}

const char *status_blocked(const struct fetcher *f)
{
	struct fdb_counts c;
	unsigned usable;
	if (!f->sink_boot[0] || mono_ms() - f->sink_heard_mono > SINK_SILENT_MS)
		return "sink";
	unsigned all = ring_parsers(f->ring, &usable);
	fdb_counts(f->db, &c);
	if (c.by_state[PAGE_FETCHED] + c.by_state[PAGE_READY] > 0 && usable == 0)
		return all ? "parser of another version" : "no parser";
	if (c.by_state[PAGE_FETCHED] >= FETCHER_AHEAD_MAX)
		return "parsers are busy";
	return f->uplink.down ? "no host answers: is this machine connected?" : NULL;
}

static double tenth(double v)
{
	return (double)(int64_t)(v * 10 + 0.5) / 10;
}

static void write_json(struct fetcher *f, bool idle, struct buf *out)
{
	const struct slow_hosts *slow = &f->slow;
	static const char *const names[] = {"ready", "fetching", "fetched",   "sent", "retry",
					    "done",  "dead",     "discarded", "held"};
	struct fdb_counts c;
	struct jsonw w;
	int64_t found = 0;
	fdb_counts(f->db, &c);
	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_kint(&w, "at", wall_ms());
	for (int i = PAGE_READY; i <= PAGE_HELD; i++) {
		jsonw_kint(&w, names[i], c.by_state[i]);
		found += c.by_state[i];
	}
	jsonw_kint(&w, "found", found);
	jsonw_kint(&w, "requests", f->requests_n);
	jsonw_knum(&w, "fetch_rate", tenth(per_second(f->rates.fetched, f->rates.filled)));
	jsonw_knum(&w, "done_rate", tenth(per_second(f->rates.done, f->rates.filled)));
	jsonw_kint(&w, "parsers", ring_parsers(f->ring, NULL));
	jsonw_kz(&w, "blocked", status_blocked(f));
	jsonw_kint(&w, "challenged_hosts", f->challenged);
	jsonw_key(&w, "slow_hosts");
	jsonw_array(&w);
	for (unsigned i = 0; i < slow->n; i++) {
		jsonw_object(&w);
		jsonw_kz(&w, "host", slow->v[i].key);
		jsonw_kint(&w, "ready", slow->v[i].ready);
		jsonw_kint(&w, "next_at", slow->v[i].due);
		jsonw_end(&w, '}');
	}
	jsonw_end(&w, ']');
	jsonw_kbool(&w, "idle", idle);
	jsonw_end(&w, '}');
	buf_add_char(out, '\n');
}

/* Whole or not at all: a reader never sees half a file. Its loss is no harm, so a failure is only told. */
static void replace_file(const struct fetcher *f, struct str text)
{
	char path[4096], temp[4096];
	if (snprintf(path, sizeof(path), "%s/run/status.json", f->set.data_dir) >= (int)sizeof(path) ||
	    snprintf(temp, sizeof(temp), "%s/run/.status.json", f->set.data_dir) >= (int)sizeof(temp))
		return;
	FILE *file = fopen(temp, "we");
	bool good = file && fwrite(text.p, 1, text.n, file) == text.n;
	if (file && fclose(file) != 0)
		good = false;
	if (!good || rename(temp, path) != 0)
		log_debug("cannot write '%s'", path);
}

void status_second(struct fetcher *f, bool idle)
{
	struct buf json;
	int64_t mono = mono_ms();
	struct fdb_counts c;
	count_second(f);
	fdb_counts(f->db, &c);
	if (c.by_state[PAGE_READY] == 0)
		f->slow.n = 0;
	if (mono - f->slow_mono >= SLOW_HOSTS_MS) {
		f->slow.n = 0;
		f->challenged = 0;
		f->slow_mono = mono;
		if (fdb_hosts(f->db, slow_row, f) != ERR_OK)
			f->slow.n = 0;
	}
	buf_init(&json, STATUS_MAX_BYTES);
	write_json(f, idle, &json);
	if (json.sticky == ERR_OK)
		replace_file(f, buf_str(&json));
	buf_fini(&json);
	const char *blocked = status_blocked(f);
	notify_status("%s%s%lld ready, %lld in work, %lld done, %lld dead; %.1f pages/s", blocked ? "waiting for " : "",
		      blocked ? blocked : "", (long long)c.by_state[PAGE_READY],
		      (long long)(c.by_state[PAGE_FETCHING] + c.by_state[PAGE_FETCHED] + c.by_state[PAGE_SENT] +
				  c.by_state[PAGE_RETRY]),
		      (long long)c.by_state[PAGE_DONE], (long long)c.by_state[PAGE_DEAD],
		      per_second(f->rates.done, f->rates.filled));
}

/* ---- --until-idle */

struct left {
	struct fdb *db;
	const struct polite_rules *rules;
	int64_t now, workable;
	enum err failed;
};

static bool rests(void *ctx, const struct fdb_host *h)
{
	const struct left *l = ctx;
	int64_t until;
	return h->held ||
	       (polite_rests(h, l->rules, l->now, &until) != POLITE_FREE && until > l->now + FETCHER_IDLE_COOLING_MS);
}

static bool workable_row(void *ctx, const struct fdb_host *h)
{
	struct left *l = ctx;
	if (!rests(l, h))
		l->workable += h->ready;
	return true;
}

static bool left_row(void *ctx, const struct fdb_host *h)
{
	struct left *l = ctx;
	int64_t pages = 0, until;
	if (!rests(l, h))
		return true;
	l->failed = fdb_retrying(l->db, h->id, &pages);
	pages += h->ready;
	if (l->failed || pages == 0)
		return l->failed == ERR_OK;
	enum polite_why why = polite_rests(h, l->rules, l->now, &until);
	if (h->held)
		fprintf(stderr, "left over: %lld pages of %s, which is held\n", (long long)pages, h->key);
	else
		fprintf(stderr, "left over: %lld pages of %s, which is not asked for another %lld s (%s)\n",
			(long long)pages, h->key, (long long)((until - l->now) / 1000), polite_why_name(why));
	return true;
}

enum err status_workable(struct fetcher *f, int64_t now, int64_t *out)
{
	struct left l = {.now = now, .rules = &f->set.polite};
	struct fdb_counts c;
	int64_t retrying = 0;
	enum err e = ERR_OK;
	*out = 0;
	fdb_counts(f->db, &c);
	if (c.by_state[PAGE_READY] > 0)
		e = fdb_hosts(f->db, workable_row, &l);
	/* a page that waits for its next try on a host that rests for an hour must not keep the run for that hour */
	if (!e)
		e = fdb_retry_workable(f->db, rests, &l, &retrying);
	*out = l.workable + retrying;
	return e;
}

enum err status_left_over(struct fetcher *f)
{
	struct left l = {.db = f->db, .now = wall_ms(), .rules = &f->set.polite};
	struct fdb_counts c;
	int64_t held = 0;
	enum err e = fdb_hosts(f->db, left_row, &l);
	if (!e)
		e = l.failed;
	fdb_counts(f->db, &c);
	if (!e && c.by_state[PAGE_HELD] > 0)
		e = fdb_held_back(f->db, &held);
	if (!e && held > 0)
		fprintf(stderr, "left over: %lld %s held by URL; gongkai release URL lets go on\n", (long long)held,
			held == 1 ? "page that is" : "pages that are");
	return e;
}
