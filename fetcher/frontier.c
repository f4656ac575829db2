/* frontier - the arrows of PROTOCOL.md, Page states: one small function an event. */
#include "fetcher/frontier.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "fetcher/revisit.h"

static const char *const state_names[] = {"ready", "fetching", "fetched",   "sent", "retry",
					  "done",  "dead",     "discarded", "held"};

static const char *const event_names[] = {"leased",       "fetched", "not-modified",     "redirected", "failed",
					  "adopted",      "sent",    "released",         "ack",        "fail",
					  "body-missing", "tick",    "requeue",          "discard",    "hold",
					  "release-hold", "reparse", "missing-in-store", "restarted",  "loop"};

const char *page_state_name(enum page_state s)
{
	return (unsigned)s <= PAGE_HELD ? state_names[s] : "unknown";
}

const char *frontier_event_name(enum frontier_event_kind k)
{
	return (unsigned)k <= EV_LOOP ? event_names[k] : "unknown";
}

int64_t frontier_backoff_ms(int attempt, uint64_t seed)
{
	double ms = 1000;
	for (int i = 1; i < attempt && ms < 4.0 * FRONTIER_BACKOFF_MAX_MS; i++)
		ms *= 4;
	ms *= 0.5 + rng_unit(&seed);
	return ms < FRONTIER_BACKOFF_MAX_MS ? (int64_t)ms : FRONTIER_BACKOFF_MAX_MS;
}

int64_t frontier_again(const struct page *p, int64_t next_visit, int64_t now)
{
	int64_t len = next_visit - now;
	bool hangs_on = p->depth == 0 || (p->report && !p->redirected);
	int64_t most = (hangs_on ? REVISIT_GONE_DAYS : (int64_t)REVISIT_LOOK_DAYS) * REVISIT_DAY_MS;
	if (next_visit == 0 || len <= 0)
		return next_visit;
	for (int i = 1; i < p->misses && len < most; i++)
		len = len * 2 < most ? len * 2 : most;
	return now + len;
}

static void set_cause(struct page *p, enum cause cause, const char *detail)
{
	p->cause = cause;
	size_t n = detail ? strlen(detail) : 0;
	if (n >= sizeof(p->detail))
		n = utf8_cut(detail, sizeof(p->detail) - 1);
	if (n)
		memmove(p->detail, detail, n);
	p->detail[n] = 0;
}

static void wait_for(struct page *p, int64_t now, int64_t len)
{
	p->not_before = now + len;
	p->not_before_len = len;
}

static void clear_wait(struct page *p)
{
	p->not_before = 0;
	p->not_before_len = 0;
}

/* A new round of parses of the same body: FAILs of dispatches before it no longer count. */
static void reset_parse(struct page *p)
{
	p->crash = p->lost = p->transient = 0;
	p->crash_signal = 0;
	p->solo = false;
	p->counted_epoch = p->epoch;
	clear_wait(p);
}

static void take_body(struct page *p, const struct frontier_event *e)
{
	p->body_fetch_id = e->fetch_id;
	p->body = e->place;
	p->body_bytes = e->body_bytes;
	p->status = e->status;
	p->epoch = 0;
	p->reparse = false;
	p->no_validators = true; /* until an ACK proves that the store holds its document */
	reset_parse(p);
}

static bool has_body(const struct page *p)
{
	return p->body_fetch_id && p->body.file[0];
}

/* The fetch that was owed was made, or will not be. */
static void end_confirm(struct page *p)
{
	p->confirm = 0;
}

/* A fetch soon, without validators, whose result decides. */
static void owe_confirm(struct page *p, int64_t at)
{
	p->confirm++;
	p->no_validators = true;
	p->next_visit = at;
}

static enum frontier_result end_by_cause(struct page *p, enum cause cause, const char *detail, int64_t next_visit,
					 int64_t now)
{
	set_cause(p, cause, detail);
	clear_wait(p);
	p->solo = false;
	p->state = cause_is_discarded(cause) ? PAGE_DISCARDED : PAGE_DEAD;
	if (p->misses < FRONTIER_MISSES_MAX)
		p->misses++;
	p->next_visit = cause_is_lasting(cause) ? 0 : frontier_again(p, next_visit, now);
	end_confirm(p);
	return FRONTIER_ENDED;
}

/*
 * An error page with status 200 where a report was, or an empty one: servers have such days, so that it takes several of them
 * over a week until the report has vanished. What the store holds stays in any case.
 */
static void note_error_page(struct page *p, int64_t now)
{
	if (!p->report)
		return;
	if (p->gone_since == 0)
		p->gone_since = now;
	p->gone |= p->misses >= FRONTIER_GONE_MISSES && now - p->gone_since >= FRONTIER_GONE_MS;
}

/* The verdict of a parse: a page whose document the store holds stays done, with the cause listed. */
static enum frontier_result end_parse(struct page *p, enum cause cause, const char *detail, int64_t next_visit,
				      int64_t now)
{
	if (!p->reparse) {
		end_by_cause(p, cause, detail, next_visit, now);
		if (cause == CAUSE_SOFT_ERROR)
			note_error_page(p, now);
		return FRONTIER_ENDED;
	}
	set_cause(p, cause, detail);
	clear_wait(p);
	p->solo = false;
	p->state = PAGE_DONE;
	if (next_visit)
		p->next_visit = next_visit;
	return FRONTIER_ENDED;
}

static enum frontier_result to_ready(struct page *p)
{
	p->state = PAGE_READY;
	clear_wait(p);
	return FRONTIER_CHANGED;
}

static enum frontier_result to_fetched(struct page *p)
{
	p->state = PAGE_FETCHED;
	return FRONTIER_CHANGED;
}

static enum frontier_result step_leased(struct page *p, const struct frontier_event *e)
{
	if (p->state != PAGE_READY || e->fetch_id <= p->fetch_id)
		return FRONTIER_IGNORED;
	p->state = PAGE_FETCHING;
	p->fetch_id = e->fetch_id;
	return FRONTIER_CHANGED;
}

static bool is_current_fetch(const struct page *p, const struct frontier_event *e)
{
	return p->state == PAGE_FETCHING && e->fetch_id == p->fetch_id;
}

static enum frontier_result fetched(struct page *p, const struct frontier_event *e)
{
	take_body(p, e);
	set_cause(p, CAUSE_NONE, NULL);
	p->redirected = p->not_modified = false;
	p->attempts = 0;
	return to_fetched(p);
}

/*
 * 304: the body in the archive is the page's current one, so the fetch_id is again that of the body. When the
 * store holds no document of it by the run's lexicon (a reparse or check came while the request was on its way)
 * it is parsed from the archive. Without a body there is nothing that could be unmodified: a wrong answer.
 */
static enum frontier_result not_modified(struct page *p, const struct frontier_event *e, int64_t now)
{
	if (!has_body(p))
		return end_by_cause(p, CAUSE_HTTP_4XX, "304 without a condition in the request", e->next_visit, now);
	p->misses = 0;
	p->fetch_id = p->body_fetch_id;
	p->attempts = 0;
	p->gone_since = 0;
	p->gone = false;
	p->redirected = false;
	p->next_visit = e->next_visit;
	clear_wait(p);
	if (p->no_validators) {
		reset_parse(p);
		return to_fetched(p);
	}
	p->not_modified = true;
	end_confirm(p);
	set_cause(p, CAUSE_NONE, NULL);
	p->state = PAGE_DONE;
	return FRONTIER_ENDED;
}

/*
 * The detail keeps the target: for people, and so that a loop among pages that were known before is seen, and it is known
 * whether the next visit finds the same: one that leads where it led is asked for as rarely as one that is gone. A page without a
 * body keeps where the redirect lies, since a loop may make a dead letter of it later; body_fetch_id stays 0, so that nobody
 * parses it or asks whether it changed.
 */
static enum frontier_result redirected(struct page *p, const struct frontier_event *e, int64_t now)
{
	bool as_before = p->redirected && e->detail && strcmp(p->detail, e->detail) == 0;
	if (!p->body_fetch_id) {
		p->body = e->place;
		p->body_bytes = e->body_bytes;
		p->status = e->status;
	}
	set_cause(p, CAUSE_NONE, e->detail);
	clear_wait(p);
	p->misses = !as_before ? 1 : p->misses < FRONTIER_MISSES_MAX ? p->misses + 1 : p->misses;
	p->redirected = true;
	p->not_modified = false;
	p->gone_since = 0;
	p->gone = false;
	end_confirm(p);
	p->attempts = 0;
	p->next_visit = frontier_again(p, e->next_visit, now);
	p->state = PAGE_DONE;
	return FRONTIER_ENDED;
}

/*
 * A 404 of a page whose document holds a report: the report stays, and a second fetch decides whether its page is gone.
 * Called for a page that has just been discarded.
 */
static void note_gone(struct page *p, const struct frontier_event *e, int confirm, int64_t now)
{
	if (!p->report || (e->cause != CAUSE_HTTP_404 && e->cause != CAUSE_HTTP_410))
		return;
	bool first = p->gone_since == 0;
	if (first)
		p->gone_since = now;
	if (!p->gone && first && e->confirm_at && confirm < FRONTIER_CONFIRM_MAX) {
		p->confirm = confirm;
		owe_confirm(p, e->confirm_at);
		return;
	}
	p->gone = true;
}

static enum frontier_result to_retry(struct page *p, const struct frontier_event *e, int64_t now, int64_t len)
{
	set_cause(p, e->cause, e->detail);
	wait_for(p, now, len);
	p->state = PAGE_RETRY;
	return FRONTIER_CHANGED;
}

static enum frontier_result failed(struct page *p, const struct frontier_event *e, int64_t now)
{
	if (e->takes_post && p->ask == MSG_EITHER) { /* no failure, but the server's word on how it is asked */
		p->ask = MSG_POST;
		return to_retry(p, e, now, frontier_backoff_ms(1, e->seed));
	}
	p->attempts++;
	if (!cause_is_discarded(e->cause) && p->attempts < cause_attempts(e->cause)) {
		int64_t len = frontier_backoff_ms(p->attempts, e->seed);
		if (e->retry_after_ms > len)
			len = e->retry_after_ms;
		if (len > FRONTIER_BACKOFF_MAX_MS)
			len = FRONTIER_BACKOFF_MAX_MS;
		return to_retry(p, e, now, len);
	}
	p->redirected = p->not_modified = false;
	if (e->place.file[0])
		take_body(p, e); /* the dead letter has its bytes */
	int confirm = p->confirm;
	enum frontier_result r = end_by_cause(p, e->cause, e->detail, e->next_visit, now);
	note_gone(p, e, confirm, now);
	return r;
}

static bool is_redirect(int status)
{
	return status >= 300 && status < 400 && status != 304;
}

/* A whole record which the frontier does not know: its fetch happened, so its arrow is taken now. */
static enum frontier_result step_adopted(struct page *p, const struct frontier_event *e, int64_t now)
{
	if (e->fetch_id < p->fetch_id || e->fetch_id <= p->body_fetch_id)
		return FRONTIER_IGNORED;
	if (e->fetch_id == p->fetch_id && p->state != PAGE_READY && p->state != PAGE_FETCHING)
		return FRONTIER_IGNORED;
	if (e->status == 304 && e->cause == CAUSE_NONE && !has_body(p))
		return FRONTIER_IGNORED;
	p->fetch_id = e->fetch_id;
	if (e->cause != CAUSE_NONE)
		return failed(p, e, now);
	if (is_redirect(e->status))
		return redirected(p, e, now);
	if (e->status == 304)
		return not_modified(p, e, now);
	return fetched(p, e);
}

static enum frontier_result step_sent(struct page *p, const struct frontier_event *e, int64_t now)
{
	if (p->state != PAGE_FETCHED || p->not_before > now || e->epoch != p->epoch + 1 || e->parse_seq <= p->parse_seq)
		return FRONTIER_IGNORED;
	p->epoch = e->epoch;
	p->parse_seq = e->parse_seq;
	clear_wait(p);
	p->state = PAGE_SENT;
	return FRONTIER_CHANGED;
}

static enum frontier_result count_lost(struct page *p, const struct frontier_event *e, int64_t now)
{
	if (++p->lost >= FRONTIER_LOST_MAX)
		return end_parse(p, CAUSE_LEASE_LOST, e->detail, e->next_visit, now);
	return to_fetched(p);
}

static enum frontier_result step_released(struct page *p, const struct frontier_event *e, int64_t now)
{
	if (p->state != PAGE_SENT || (e->fetch_id && e->fetch_id != p->body_fetch_id) ||
	    (e->epoch && e->epoch != p->epoch))
		return FRONTIER_IGNORED;
	return e->blame ? count_lost(p, e, now) : to_fetched(p);
}

/*
 * ACK counts at any epoch of the current body, also when the page was released or given up meanwhile: the
 * document is in the store. One of another lexicon only proves that: the page is parsed again, and a page
 * that was dead is done with its cause listed, as after a reparse that failed.
 */
static enum frontier_result step_ack(struct page *p, const struct frontier_event *e)
{
	bool waiting = p->state == PAGE_SENT || p->state == PAGE_FETCHED;
	bool given_up = p->state == PAGE_DEAD && p->fetch_id == p->body_fetch_id;
	if (!e->fetch_id || e->fetch_id != p->body_fetch_id || (!waiting && !given_up))
		return FRONTIER_IGNORED;
	bool proved = !p->reparse;
	p->reparse = true;
	p->report = e->reports;
	if (!e->lexicon_matches && waiting)
		return proved ? FRONTIER_CHANGED : FRONTIER_IGNORED;
	if (e->lexicon_matches) {
		set_cause(p, CAUSE_NONE, NULL);
		p->no_validators = false;
	}
	clear_wait(p);
	p->solo = false;
	p->misses = 0;
	p->gone_since = 0;
	p->gone = false;
	p->next_visit = e->next_visit;
	p->state = PAGE_DONE;
	if (e->unconfirmed && e->confirm_at && p->confirm < FRONTIER_CONFIRM_MAX)
		owe_confirm(p, e->confirm_at);
	else
		end_confirm(p);
	if (e->unconfirmed) /* the store has a candidate only: what comes next must be whole */
		p->no_validators = true;
	return FRONTIER_ENDED;
}

static enum frontier_result count_crash(struct page *p, const struct frontier_event *e, int64_t now)
{
	p->crash++;
	p->crash_signal = e->signal;
	p->solo = true;
	if (p->crash >= FRONTIER_CRASH_MAX)
		return end_parse(p, e->cause, e->detail, e->next_visit, now);
	return to_fetched(p);
}

static int64_t parse_backoff_ms(int count, uint64_t seed)
{
	int64_t ms = frontier_backoff_ms(count, seed);
	return ms < FRONTIER_PARSE_BACKOFF_MAX_MS ? ms : FRONTIER_PARSE_BACKOFF_MAX_MS;
}

static enum frontier_result count_transient(struct page *p, const struct frontier_event *e, enum cause cause,
					    int64_t now)
{
	p->transient++;
	if (p->transient >= FRONTIER_TRANSIENT_MAX)
		return end_parse(p, cause, e->detail, e->next_visit, now);
	wait_for(p, now, parse_backoff_ms(p->transient, e->seed));
	return to_fetched(p);
}

static bool is_crash(enum cause c)
{
	return c == CAUSE_PARSER_CRASH || c == CAUSE_PARSER_TIMEOUT || c == CAUSE_PARSER_MEMORY;
}

/* FAIL counts only at the current epoch, and once: a repeated one must not bring the page nearer to its end. */
static enum frontier_result step_fail(struct page *p, const struct frontier_event *e, int64_t now)
{
	if ((p->state != PAGE_SENT && p->state != PAGE_FETCHED) || !e->fetch_id || e->fetch_id != p->body_fetch_id ||
	    e->epoch != p->epoch || e->epoch <= p->counted_epoch)
		return FRONTIER_IGNORED;
	p->counted_epoch = e->epoch;
	enum cause cause = e->cause == CAUSE_NONE ? CAUSE_NOT_PARSABLE : e->cause;
	if (is_crash(cause))
		return count_crash(p, e, now);
	if (cause == CAUSE_LEASE_LOST || e->signal == SIGKILL) {
		enum frontier_result r = count_lost(p, e, now);
		if (r == FRONTIER_CHANGED)
			wait_for(p, now, parse_backoff_ms(p->lost, e->seed));
		return r;
	}
	if (e->permanent)
		return end_parse(p, cause, e->detail, e->next_visit, now);
	return count_transient(p, e, cause, now);
}

static enum frontier_result step_body_missing(struct page *p)
{
	if (p->state != PAGE_FETCHED && p->state != PAGE_SENT)
		return FRONTIER_IGNORED;
	memset(&p->body, 0, sizeof(p->body));
	p->body_fetch_id = 0;
	p->body_bytes = 0;
	p->reparse = false;
	p->no_validators = true;
	p->attempts = 0;
	reset_parse(p);
	return to_ready(p);
}

/* A clock that jumped back must not freeze a page: a wait is never longer than it was when it began. */
static bool cut_wait(struct page *p, int64_t now)
{
	if (p->not_before <= now + p->not_before_len)
		return false;
	p->not_before = now + p->not_before_len;
	return true;
}

static enum frontier_result step_tick(struct page *p, const struct frontier_event *e, int64_t now)
{
	if (p->state == PAGE_RETRY || (p->state == PAGE_FETCHED && p->not_before)) {
		bool cut = cut_wait(p, now);
		if (p->not_before > now)
			return cut ? FRONTIER_CHANGED : FRONTIER_IGNORED;
		if (p->state == PAGE_RETRY)
			return to_ready(p);
		clear_wait(p);
		return FRONTIER_CHANGED;
	}
	/* what a page died of may be gone another day: the requeue of a dead page, done by the fetcher itself */
	bool visited = p->state == PAGE_DONE || p->state == PAGE_DISCARDED || p->state == PAGE_DEAD;
	if (!visited || !(e->revisit || p->confirm) || !p->next_visit || p->next_visit > now)
		return FRONTIER_IGNORED;
	set_cause(p, CAUSE_NONE, p->state == PAGE_DONE && p->redirected ? p->detail : NULL);
	p->attempts = 0;
	return to_ready(p);
}

static enum frontier_result step_requeue(struct page *p, const struct frontier_event *e)
{
	if (p->state == PAGE_HELD)
		p->state = p->held_from;
	else if (p->state != PAGE_DEAD && p->state != PAGE_DISCARDED)
		return FRONTIER_IGNORED;
	if (p->state != PAGE_DEAD && p->state != PAGE_DISCARDED)
		return FRONTIER_CHANGED; /* held from elsewhere: goes on as before */
	bool parse_again = cause_is_parsing(p->cause) && has_body(p) && p->body_fetch_id == p->fetch_id && !e->refetch;
	set_cause(p, CAUSE_NONE, NULL);
	p->attempts = p->misses = 0;
	p->next_visit = 0;
	reset_parse(p);
	return parse_again ? to_fetched(p) : to_ready(p);
}

static enum frontier_result step_discard(struct page *p, const struct frontier_event *e, int64_t now)
{
	enum page_state s = p->state == PAGE_HELD ? p->held_from : p->state;
	if (s != PAGE_READY && s != PAGE_RETRY && s != PAGE_DEAD)
		return FRONTIER_IGNORED;
	return end_by_cause(p, e->cause, e->detail, e->next_visit, now);
}

static enum frontier_result step_hold(struct page *p)
{
	if (p->state == PAGE_HELD || p->state == PAGE_FETCHING || p->state == PAGE_SENT)
		return FRONTIER_IGNORED;
	p->held_from = p->state;
	p->state = PAGE_HELD;
	return FRONTIER_CHANGED;
}

static enum frontier_result step_release_hold(struct page *p)
{
	if (p->state != PAGE_HELD)
		return FRONTIER_IGNORED;
	p->state = p->held_from;
	return FRONTIER_CHANGED;
}

/* Parse a done page's body again; elsewhere only make sure that the next request brings a body. */
static enum frontier_result parse_again(struct page *p, bool in_store)
{
	if (!has_body(p))
		return FRONTIER_IGNORED;
	bool reparse = p->reparse && in_store;
	bool news = reparse != p->reparse || !p->no_validators;
	p->reparse = reparse;
	p->no_validators = true;
	if (p->state != PAGE_DONE)
		return news ? FRONTIER_CHANGED : FRONTIER_IGNORED;
	set_cause(p, CAUSE_NONE, NULL);
	reset_parse(p);
	return to_fetched(p);
}

static enum frontier_result step_loop(struct page *p, const struct frontier_event *e, int64_t now)
{
	if (p->state != PAGE_DONE || !p->redirected)
		return FRONTIER_IGNORED;
	return end_by_cause(p, CAUSE_REDIRECT_LOOP, e->detail, e->next_visit, now);
}

static enum frontier_result step(struct page *p, const struct frontier_event *e, int64_t now)
{
	switch (e->kind) {
	case EV_LEASED:
		return step_leased(p, e);
	case EV_FETCHED:
		return is_current_fetch(p, e) ? fetched(p, e) : FRONTIER_IGNORED;
	case EV_NOT_MODIFIED:
		return is_current_fetch(p, e) ? not_modified(p, e, now) : FRONTIER_IGNORED;
	case EV_REDIRECTED:
		return is_current_fetch(p, e) ? redirected(p, e, now) : FRONTIER_IGNORED;
	case EV_FAILED:
		return is_current_fetch(p, e) ? failed(p, e, now) : FRONTIER_IGNORED;
	case EV_ADOPTED:
		return step_adopted(p, e, now);
	case EV_SENT:
		return step_sent(p, e, now);
	case EV_RELEASED:
		return step_released(p, e, now);
	case EV_ACK:
		return step_ack(p, e);
	case EV_FAIL:
		return step_fail(p, e, now);
	case EV_BODY_MISSING:
		return step_body_missing(p);
	case EV_TICK:
		return step_tick(p, e, now);
	case EV_REQUEUE:
		return step_requeue(p, e);
	case EV_DISCARD:
		return step_discard(p, e, now);
	case EV_HOLD:
		return step_hold(p);
	case EV_RELEASE_HOLD:
		return step_release_hold(p);
	case EV_REPARSE:
		return parse_again(p, true);
	case EV_MISSING_IN_STORE:
		return parse_again(p, false);
	case EV_RESTARTED:
		return p->state == PAGE_FETCHING ? to_ready(p) : FRONTIER_IGNORED;
	case EV_LOOP:
		return step_loop(p, e, now);
	}
	return FRONTIER_IGNORED;
}

/* What arrives for a held page from elsewhere changes the state it is held from: a document that is in the store
 * is never forgotten because somebody held its page meanwhile. */
static bool passes_hold(enum frontier_event_kind k)
{
	return k == EV_ACK || k == EV_FAIL || k == EV_ADOPTED || k == EV_REPARSE || k == EV_MISSING_IN_STORE ||
	       k == EV_BODY_MISSING || k == EV_LOOP;
}

enum frontier_result frontier_step(struct page *p, const struct frontier_event *e, int64_t now)
{
	if (p->state != PAGE_HELD || !passes_hold(e->kind))
		return step(p, e, now);
	p->state = p->held_from;
	enum frontier_result r = step(p, e, now);
	p->held_from = p->state;
	p->state = PAGE_HELD;
	return r;
}
