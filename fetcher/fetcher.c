/* fetcher - start, the loop, the group commit, and the end. */
#include "fetcher/fetcher.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/notify.h"
#include "fetcher/daemon.h"
#include "fetcher/frontier_visits.h"

#define CONTROL_HWM 32 /* messages a peer may have waiting; then its sends say ERR_AGAIN */
#define CLOCK_JUMP_MS 1000

/* ---- group commit */

static bool waiting_for_commit(const struct fetcher *f)
{
	return fdb_dirty(f->db) || f->outcomes_n > 0;
}

/*
 * Archive synced, then page events, then the frontier's commit, then what may leave. Killed before the commit: whole
 * records are adopted at the next start, everything else is repeated. Killed after it: requests that did not go out are
 * `fetching` rows and return to ready, PAGEs are `sent` rows and return to fetched.
 */
static enum err commit(struct fetcher *f)
{
	enum err e = ERR_OK;
	int64_t now = wall_ms();
	if (warc_dirty(f->warc))
		e = warc_sync(f->warc);
	const struct warc_place *last = NULL;
	for (unsigned i = 0; i < f->outcomes_n && !e; i++) {
		e = outcome_apply(f, &f->outcomes[i], false, now);
		if (f->outcomes[i].place.file[0])
			last = &f->outcomes[i].place;
	}
	if (!e && last)
		e = adopt_mark(f, last);
	f->outcomes_n = 0;
	if (!e && fdb_dirty(f->db))
		e = fdb_commit(f->db);
	if (e)
		return e;
	KILL_POINT("fetch.commit.post");
	if (f->acks_applied)
		KILL_POINT("ack.apply.post");
	if (f->inbox_applied)
		KILL_POINT("inbox.apply.post");
	f->acks_applied = f->inbox_applied = false;
	f->last_commit_mono = mono_ms();
	f->dirty_since_mono = 0;
	e = crawl_start(f);
	if (!e)
		e = dispatch_send(f);
	return e;
}

/* Milliseconds until the commit is due: 0 now, -1 nothing waits. */
static int64_t commit_in(struct fetcher *f, int64_t mono)
{
	if (!waiting_for_commit(f))
		return -1;
	if (!f->dirty_since_mono)
		f->dirty_since_mono = mono;
	if (fdb_pending(f->db) + (int)f->outcomes_n >= FETCHER_COMMIT_EVENTS)
		return 0;
	int64_t at = f->last_commit_mono + FETCHER_COMMIT_GAP_MS;
	if (at > f->dirty_since_mono + FETCHER_COMMIT_MS)
		at = f->dirty_since_mono + FETCHER_COMMIT_MS;
	return at > mono ? at - mono : 0;
}

/* ---- timers */

static enum err tick_pages(struct fetcher *f, int64_t now)
{
	int64_t changed;
	enum err e = fdb_tick(f->db, now, f->set.revisit || !f->set.until_idle, &changed, &f->next_due);
	if (changed > 0)
		f->want_dispatch = true;
	return e;
}

static enum err look_into_inbox(struct fetcher *f)
{
	bool waiting = false;
	int64_t changed = 0;
	enum err e = fdb_inbox_waiting(f->db, &waiting);
	f->inbox_looked = !waiting;
	if (e || !waiting)
		return e;
	KILL_POINT("inbox.apply.pre");
	e = fdb_inbox_apply(f->db, wall_ms(), &changed);
	if (e)
		return e;
	f->inbox_applied = true;
	f->want_dispatch = true;
	outlinks_forget_sources(f);
	char lexicon[17];
	e = fdb_lexicon(f->db, lexicon);
	if (!e)
		ring_set_lexicon(f->ring, lexicon);
	return e;
}

static enum err half_second(struct fetcher *f, int64_t mono)
{
	if (mono < f->next_tick_mono)
		return ERR_OK;
	f->next_tick_mono = mono + FETCHER_TICK_MS;
	f->want_dispatch = true;
	ring_tick(f->ring, mono, &f->effects);
	enum err e = dispatch_effects(f);
	return e ? e : look_into_inbox(f);
}

static enum err minute(struct fetcher *f, int64_t mono, int64_t now)
{
	int64_t drift = now - mono;
	bool jumped = llabs(drift - f->clock_drift) > CLOCK_JUMP_MS;
	f->clock_drift = drift;
	if (!jumped && mono < f->next_minute_mono && now < f->next_due)
		return ERR_OK;
	enum err e = tick_pages(f, now);
	if (e || (!jumped && mono < f->next_minute_mono))
		return e;
	f->next_minute_mono = mono + 60000;
	return crawl_cut_clock(f, now);
}

static int64_t in_work(const struct fdb_counts *c)
{
	return c->by_state[PAGE_FETCHING] + c->by_state[PAGE_FETCHED] + c->by_state[PAGE_SENT];
}

/* Nothing to do any more, but on hosts that are held or cool for long? Asked once a second. */
static enum err look_for_idle(struct fetcher *f, bool *idle_out)
{
	struct fdb_counts c;
	int64_t workable = 0;
	*idle_out = false;
	fdb_counts(f->db, &c);
	if (!f->sink_boot[0] || !f->inbox_looked || sched_busy(f->sched) > 0 || f->outcomes_n > 0 || fdb_dirty(f->db) ||
	    f->fresh)
		return ERR_OK;
	if (in_work(&c) > 0)
		return ERR_OK;
	if (f->set.no_fetch) {
		*idle_out = true;
		return ERR_OK;
	}
	enum err e = status_workable(f, wall_ms(), &workable);
	*idle_out = workable == 0;
	return e;
}

static enum err second(struct fetcher *f, int64_t mono, bool *idle_out)
{
	struct fdb_counts c;
	*idle_out = false;
	fdb_counts(f->db, &c);
	bool quiet = in_work(&c) == 0;
	bool due = mono >= f->next_second_mono;
	/* with nothing waiting the end is seen at once, else once a second, since hosts must be looked through */
	bool waiting = !f->set.no_fetch && c.by_state[PAGE_READY] + c.by_state[PAGE_RETRY] > 0;
	if (!due && (!f->set.until_idle || !quiet || waiting))
		return ERR_OK;
	enum err e = look_for_idle(f, idle_out);
	if (!e && (due || *idle_out))
		status_second(f, *idle_out);
	if (!e && due)
		e = pairing_tick(f, wall_ms());
	if (!e && due)
		e = crawl_uplink_probe(f, mono);
	if (due)
		f->next_second_mono = mono + 1000;
	return e;
}

/* ---- ending */

static void begin_drain(struct fetcher *f, int64_t mono, const char *why)
{
	if (f->draining)
		return;
	f->draining = true;
	f->drain_until_mono = mono + FETCHER_DRAIN_MS;
	notify_stopping();
	log_info("draining: %s", why);
}

static bool drained(const struct fetcher *f, int64_t mono)
{
	if (!f->draining)
		return false;
	if (mono >= f->drain_until_mono)
		return true;
	return sched_busy(f->sched) == 0 && ring_leases(f->ring) == 0 && !waiting_for_commit(f);
}

static void read_signals(struct fetcher *f, int fd, int64_t mono)
{
	struct signalfd_siginfo info;
	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGINT && f->set.drain_fd >= 0)
			continue; /* the one at the other end of the pipe decides */
		f->interrupted |= info.ssi_signo == SIGINT;
		begin_drain(f, mono, info.ssi_signo == SIGINT ? "interrupted" : "asked to end");
	}
}

static void read_drain_fd(struct fetcher *f, int64_t mono)
{
	char bytes[64];
	ssize_t n = read(f->set.drain_fd, bytes, sizeof(bytes));
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		begin_drain(f, mono, "the one who started this ended");
}

/* ---- the loop */

static int wait_ms(struct fetcher *f, int64_t mono, bool more)
{
	if (more)
		return 0;
	int64_t wait = f->next_tick_mono - mono, now = wall_ms();
	int64_t in = commit_in(f, mono);
	if (in >= 0 && in < wait)
		wait = in;
	if (f->dispatch_at_mono && f->dispatch_at_mono - mono < wait)
		wait = f->dispatch_at_mono - mono;
	if (crawl_may_lease(f)) {
		int64_t due = sched_next_due(f->sched);
		if (due < INT64_MAX && due - now < wait)
			wait = due - now;
	}
	if (f->next_due < INT64_MAX && f->next_due - now < wait)
		wait = f->next_due - now;
	return wait > 0 ? (int)wait : 0;
}

/* Everything that can be done without waiting. *more_out: messages are left. */
static enum err work(struct fetcher *f, bool *more_out, bool *idle_out)
{
	enum err e = inlet_receive(f, more_out);
	int64_t mono = mono_ms();
	if (!e)
		e = half_second(f, mono);
	if (!e)
		e = minute(f, mono, wall_ms());
	if (!e)
		e = crawl_wake(f);
	if (!e)
		e = crawl_lease(f);
	if (f->dispatch_at_mono && mono >= f->dispatch_at_mono) {
		f->dispatch_at_mono = 0;
		f->want_dispatch = true;
	}
	if (!e && f->want_dispatch)
		e = dispatch_pages(f);
	if (!e && commit_in(f, mono) == 0)
		e = commit(f);
	if (!e)
		e = second(f, mono, idle_out);
	return e;
}

static enum err loop(struct fetcher *f, int signals)
{
	struct curl_waitfd fds[3];
	bool more = false, idle = false;
	for (;;) {
		enum err e = work(f, &more, &idle);
		if (e)
			return e;
		int64_t mono = mono_ms();
		if ((idle && f->set.until_idle) || drained(f, mono))
			return ERR_OK;
		fds[0] = (struct curl_waitfd){.fd = f->control_fd, .events = CURL_WAIT_POLLIN};
		fds[1] = (struct curl_waitfd){.fd = signals, .events = CURL_WAIT_POLLIN};
		fds[2] = (struct curl_waitfd){.fd = f->set.drain_fd, .events = CURL_WAIT_POLLIN};
		unsigned n = f->set.drain_fd >= 0 && !f->draining ? 3 : 2;
		e = http_poll(f->http, wait_ms(f, mono, more), fds, n, crawl_done, f);
		if (!e)
			e = f->failed;
		if (e)
			return e;
		if (fds[1].revents)
			read_signals(f, signals, mono);
		if (n == 3 && fds[2].revents)
			read_drain_fd(f, mono);
		notify_progress();
	}
}

/* ---- start */

static enum err make_run_folder(const char *data_dir)
{
	char path[4096];
	if (snprintf(path, sizeof(path), "%s/run", data_dir) >= (int)sizeof(path))
		return err_set(ERR_USAGE, "data folder '%s': the path is too long", data_dir);
	if (mkdir(path, 0750) != 0 && errno != EEXIST)
		return err_errno(ERR_IO, "cannot make '%s'", path);
	return ERR_OK;
}

static bool orphan(void *ctx, int64_t id, uint64_t body_fetch_id, uint32_t epoch, int64_t bytes, bool solo)
{
	struct fetcher *f = ctx;
	ring_orphan(f->ring, id, body_fetch_id, epoch, bytes, solo, mono_ms());
	return true;
}

static bool wake_row(void *ctx, const struct fdb_host *h)
{
	struct fetcher *f = ctx;
	if (h->ready > 0)
		sched_put(f->sched, h);
	return true;
}

static void known_address(void *ctx, const char *ip, int64_t next_at, int64_t gap_ms)
{
	struct fetcher *f = ctx;
	sched_address_put(f->sched, ip, next_at, gap_ms);
}

/*
 * Killed, the process before may have sent requests whose times it could not save, or only with the time of their lease:
 * whoever was asked in the last seconds is left a whole gap. The rules in force are a row for those who ask (`status`).
 */
static enum err open_hosts(struct fetcher *f, int64_t now)
{
	char rules[POLITE_RULES_BYTES];
	int64_t quiet_until;
	polite_rules_write(&f->set.polite, rules);
	enum err e = fdb_set_setting(f->db, POLITE_SETTING, rules);
	if (!e)
		e = fdb_hosts_cut(f->db, &f->set.polite, now);
	if (!e)
		e = fdb_hosts_restarted(f->db, &f->set.polite, now, &quiet_until);
	if (e)
		return e;
	if (quiet_until && !f->set.connect_to)
		f->quiet_until_mono = mono_ms() + (quiet_until - now);
	e = crawl_uplink_start(f, now);
	if (e)
		return e;
	if (!f->set.connect_to)
		e = fdb_addresses(f->db, now, known_address, f);
	if (!e)
		e = fdb_hosts(f->db, wake_row, f);
	return e ? e : crawl_cut_clock(f, now);
}

static enum err open_network(struct fetcher *f)
{
	char endpoint[4096];
	struct http_settings http = {.data_dir = f->set.data_dir,
				     .user_agent = f->set.user_agent,
				     .connect_to = f->set.connect_to,
				     .allow_private = f->set.allow_private,
				     .connections_max = FETCHER_CONNECTIONS_MAX,
				     .may_connect = f->set.connect_to ? NULL : crawl_may_connect,
				     .may_connect_ctx = f};
	if (snprintf(endpoint, sizeof(endpoint), "ipc://%s/run/control.sock", f->set.data_dir) >= (int)sizeof(endpoint))
		return err_set(ERR_USAGE, "data folder '%s': the path is too long for a socket", f->set.data_dir);
	enum err e = http_new(&http, &f->http);
	if (e)
		return e;
	f->ctx = sock_ctx_new();
	e = sock_pull_bind(f->ctx, f->set.control ? f->set.control : endpoint, CONTROL_HWM,
			   2 * (int64_t)FRAME_LINKS_MAX, &f->control);
	if (e)
		return e;
	f->control_fd = sock_fd(f->control);
	log_debug("listening at %s", sock_endpoint(f->control));
	return ERR_OK;
}

static enum err open_all(struct fetcher *f)
{
	struct fdb_limits limits = {.scope = f->set.scope, .depth = f->set.depth, .pages = f->set.pages};
	char lexicon[17];
	enum err e = fdb_open(f->set.data_dir, &limits, &f->db, &f->fresh);
	if (!e && f->set.frontier_mib)
		e = fdb_set_memory(f->db, f->set.frontier_mib);
	if (!e)
		e = make_run_folder(f->set.data_dir);
	if (!e)
		e = warc_open(f->set.data_dir, &f->warc);
	if (!e)
		e = pairing_open(f); /* what is adopted may be a page whose twin was spared */
	if (!e)
		e = adopt_archive(f);
	if (!e)
		e = fdb_sink(f->db, &f->sink);
	if (!e)
		e = fdb_lexicon(f->db, lexicon);
	if (e)
		return e;
	ring_set_lexicon(f->ring, lexicon);
	e = fdb_visits_begin(f->db, f->set.revisit_budget, f->set.polite.delay_ms);
	if (!e)
		e = fdb_sent(f->db, orphan, f);
	if (!e)
		e = tick_pages(f, wall_ms());
	if (!e)
		e = open_hosts(f, wall_ms());
	if (!e)
		e = open_network(f);
	return e;
}

static struct fetcher *make(const struct fetcher_settings *s)
{
	struct fetcher *f = calloc(1, sizeof(*f));
	if (!f)
		abort();
	f->set = *s;
	f->ring = ring_new(s->lease_ms);
	f->sched = sched_new(&s->polite, s->connect_to == NULL);
	f->bodies = bodies_new();
	f->page_arena = arena_new(FETCHER_ARENA_MAX);
	f->msg_arena = arena_new(FETCHER_ARENA_MAX);
	f->send_arena = arena_new(FETCHER_ARENA_MAX);
	f->links_seen = calloc(LINKS_SEEN, sizeof(*f->links_seen));
	f->traps = calloc(TRAPS_KNOWN, sizeof(*f->traps));
	if (!f->links_seen || !f->traps)
		abort();
	f->clock_drift = wall_ms() - mono_ms();
	f->next_minute_mono = mono_ms() + 60000;
	f->next_due = INT64_MAX;
	return f;
}

static void unmake(struct fetcher *f)
{
	http_free(f->http);
	for (int i = 0; i < RING_PARSERS_MAX; i++)
		sock_free(f->push[i]);
	sock_free(f->control);
	sock_ctx_free(f->ctx);
	crawl_release_slots(f);
	sched_free(f->sched);
	ring_free(f->ring);
	ring_effects_fini(&f->effects);
	bodies_free(f->bodies);
	arena_free(f->page_arena);
	arena_free(f->msg_arena);
	arena_free(f->send_arena);
	outlinks_fini(f);
	pairing_close(f);
	free(f->outcomes);
	warc_close(f->warc);
	fdb_close(f->db);
	free(f);
}

static enum err block_signals(int *fd_out)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL); /* before any thread is made: they inherit it */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is a full disk, not a crash */
	*fd_out = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return *fd_out < 0 ? err_errno(ERR_IO, "cannot make a signal descriptor") : ERR_OK;
}

enum err fetcher_run(const struct fetcher_settings *s, bool *interrupted_out)
{
	int signals = -1;
	struct fetcher *f = make(s);
	*interrupted_out = false;
	enum err e = block_signals(&signals);
	if (!e)
		e = open_all(f);
	if (e)
		goto done;
	notify_ready();
	e = loop(f, signals);
	if (!e)
		e = commit(f);
	if (!e && s->until_idle && !f->draining && !s->no_fetch)
		e = status_left_over(f);
	*interrupted_out = f->interrupted;
done:
	if (signals >= 0)
		close(signals);
	unmake(f);
	return e;
}
