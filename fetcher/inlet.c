/* inlet - what comes in at the control socket: heartbeats, acknowledgements, failures, and where the sink stands (PROTOCOL.md, Rules). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/notify.h"
#include "fetcher/daemon.h"
#include "fetcher/frontier_visits.h"
#include "fetcher/politeness.h"
#include "proto/ledger.h"

#define INLET_TURN_MAX 128 /* messages in one turn of the loop */
#define LEDGER_ARENA_MAX (64u * 1024 * 1024)

/* ---- acknowledgements */

struct acked { /* pages of the ACK at hand, for its links */
	struct link_from from;
	uint64_t fetch_id;
};

/* One acknowledged page. *page_out: filled with *current_out true when the ACK is of the page's current body (its links count then). */
static enum err apply_ack(struct fetcher *f, const struct msg_ack_item *item, struct arena *a,
			  struct fdb_page *page_out, bool *current_out, int64_t now)
{
	*current_out = false;
	enum err e = fdb_page_by_fetch(f->db, item->fetch_id, a, page_out);
	if (e == ERR_NOTFOUND)
		return ERR_OK; /* of an older fetch */
	if (e)
		return e;
	char lexicon[17];
	e = fdb_lexicon(f->db, lexicon);
	if (e)
		return e;
	struct frontier_event ack = {.kind = EV_ACK,
				     .fetch_id = item->fetch_id,
				     .epoch = item->epoch,
				     .reports = item->reports > 0,
				     .unconfirmed = item->unconfirmed,
				     .confirm_at = f->set.confirm_ms ? now + f->set.confirm_ms : 0,
				     .lexicon_matches = strcmp(lexicon, item->lexicon ? item->lexicon : "") == 0};
	const struct fdb_visit visit = {
		.fetch_id = item->fetch_id, .changed = item->result == ACK_STORED, .report = item->reports > 0};
	enum frontier_result result;
	struct page after;
	/* a visit and the fetches that confirm what it found are one visit, which counts when it is known what changed */
	bool confirms = ack.unconfirmed && ack.confirm_at && page_out->p.confirm < FRONTIER_CONFIRM_MAX;
	e = confirms ? ERR_OK : fdb_visited(f->db, page_out, &visit, now, &ack.next_visit);
	if (!e)
		e = fdb_event(f->db, page_out->p.id, &ack, now, &result, &after);
	if (e)
		return e;
	outcome_due(f, &after);
	*current_out = true;
	if (result != FRONTIER_ENDED)
		return ERR_OK;
	f->done_n++;
	if (ring_settle(f->ring, item->fetch_id))
		f->want_dispatch = true;
	bodies_drop(f->bodies, item->fetch_id);
	bool first_time = !page_out->p.reparse && (item->result == ACK_STORED || item->result == ACK_DUPLICATE);
	if (item->reports > 0 && first_time)
		e = outlinks_fertile(f, page_out);
	else if (item->barren && first_time)
		e = outlinks_barren(f, page_out, now);
	return e ? e : pairing_parsed(f, page_out, item->text, now);
}

/* The page of a link, from the place of the last one on, since lines come page by page; NULL: of no page of this ACK. */
static const struct acked *page_of(const struct acked *pages, unsigned n, uint64_t fetch_id, unsigned *at)
{
	for (unsigned tried = 0; tried < n; tried++) {
		const struct acked *p = &pages[(*at + tried) % n];
		if (p->fetch_id == fetch_id) {
			*at = (*at + tried) % n;
			return p;
		}
	}
	return NULL;
}

/*
 * Most links of a page are known. A line in the form in which msg_link_encode() writes it begins with fetch_id, url and
 * rank, so these are read without decoding the rest; a line in any other form is decoded.
 */
static bool glance(struct str line, uint64_t *fetch_id_out, struct str *url_out, int *rank_out)
{
	const struct str head = STR("{\"fetch_id\":"), middle = STR(",\"url\":\""), tail = STR("\",\"rank\":");
	if (!str_starts(line, head))
		return false;
	size_t i = head.n;
	uint64_t id = 0;
	for (; i < line.n && line.p[i] >= '0' && line.p[i] <= '9' && i < head.n + 19; i++)
		id = id * 10 + (uint64_t)(line.p[i] - '0');
	if (!str_starts(str_sub(line, i, line.n), middle))
		return false;
	i += middle.n;
	size_t end = i;
	while (end < line.n && line.p[end] != '"' && line.p[end] != '\\')
		end++;
	if (end == line.n || line.p[end] != '"')
		return false;
	*fetch_id_out = id;
	*url_out = str_sub(line, i, end);
	if (!str_starts(str_sub(line, end, line.n), tail) || line.n - end < tail.n + 8)
		return false;
	*rank_out = (int)strtol(line.p + end + tail.n, NULL, 10); /* ends at the comma before "rel" */
	return true;
}

static enum err add_link(struct fetcher *f, const struct acked *pages, unsigned pages_n, struct str line,
			 struct arena *a, unsigned *at, int64_t now)
{
	struct msg_link link;
	const struct acked *page;
	uint64_t fetch_id;
	struct str url;
	int rank;
	if (glance(line, &fetch_id, &url, &rank)) {
		page = page_of(pages, pages_n, fetch_id, at);
		if (!page || outlinks_known(f, &page->from, url, rank))
			return ERR_OK;
	}
	arena_reset(a);
	if (msg_link_decode(line, a, &link))
		return ERR_OK;
	page = page_of(pages, pages_n, link.fetch_id, at);
	return page ? outlinks_add(f, &page->from, &link, now) : ERR_OK;
}

static enum err add_links(struct fetcher *f, const struct acked *pages, unsigned pages_n, struct str lines, int64_t now)
{
	struct arena *a = arena_new(1u << 20);
	unsigned at = 0;
	enum err e = ERR_OK;
	while (lines.n > 0 && !e) {
		const char *end = memchr(lines.p, '\n', lines.n);
		size_t n = end ? (size_t)(end - lines.p) : lines.n;
		if (n > 0)
			e = add_link(f, pages, pages_n, (struct str){lines.p, n}, a, &at, now);
		lines = str_sub(lines, end ? n + 1 : n, lines.n);
	}
	arena_free(a);
	return e;
}

/* All of one ACK and the sink's new position go into the open transaction: a kill applies all of it or nothing. */
static enum err on_ack(struct fetcher *f, const struct sock_msg *m)
{
	struct msg_ack ack;
	int64_t now = wall_ms();
	if (msg_ack_decode(m->json, f->msg_arena, &ack)) {
		log_warn("ACK that cannot be read: %s", err_text());
		return ERR_OK;
	}
	if (strcmp(ack.boot_id, f->sink_boot) != 0)
		return ERR_OK; /* rule 4: not of the sink that was announced last */
	if (ack.commit < f->sink.commit || (ack.commit == f->sink.commit && f->commit_whole))
		return ERR_OK;
	if (ack.commit > f->sink.commit + 1)
		return ERR_OK; /* a gap: the next SINK has it read from the store */
	KILL_POINT("ack.apply.pre");
	struct acked *pages = arena_calloc(f->msg_arena, ack.acks_count ? ack.acks_count : 1, sizeof(*pages));
	unsigned n = 0;
	for (unsigned i = 0; i < ack.acks_count; i++) {
		struct fdb_page page;
		bool current;
		enum err e = apply_ack(f, &ack.acks[i], f->msg_arena, &page, &current, now);
		if (e)
			return e;
		if (current)
			pages[n++] = (struct acked){.fetch_id = ack.acks[i].fetch_id,
						    .from = {page.p.id, page.source_id, page.p.depth, page.url}};
	}
	enum err e = n ? add_links(f, pages, n, m->body, now) : ERR_OK;
	if (e)
		return e;
	f->acks_applied = true;
	f->commit_whole = false;
	f->sink.commit = ack.commit;
	snprintf(f->sink.boot_id, sizeof(f->sink.boot_id), "%s", ack.boot_id);
	return fdb_set_sink(f->db, &f->sink);
}

/* ---- what was committed while nobody listened */

struct catch_up {
	struct fetcher *f;
	int64_t count;
	int64_t at, whole; /* the store's commit at hand; the last one of which all was applied */
	bool full;         /* enough for one transaction: the rest comes in the next range */
	enum err failed;
};

static bool from_ledger(void *ctx, const struct ledger_ack *x)
{
	struct catch_up *c = ctx;
	struct fetcher *f = c->f;
	struct fdb_page page;
	bool current;
	int64_t now = wall_ms();
	if (x->commit != c->at) {
		c->whole = c->at;
		c->at = x->commit;
		c->full = fdb_pending(f->db) >= FETCHER_COMMIT_EVENTS;
		if (c->full)
			return false;
	}
	arena_reset(f->page_arena);
	c->failed = apply_ack(f, &x->item, f->page_arena, &page, &current, now);
	if (c->failed || !current)
		return !c->failed;
	struct link_from from = {page.p.id, page.source_id, page.p.depth, page.url};
	for (unsigned i = 0; i < x->links_count && !c->failed; i++)
		c->failed = outlinks_add(f, &from, &x->links[i], now);
	c->count++;
	return !c->failed;
}

/*
 * Results by ranges of whole commits, each range one transaction with the position behind it: what a long absence left
 * neither grows the write-ahead log without bound, nor is begun anew after a kill. The last range stays in the open
 * transaction. A failure of the frontier is in c->failed, one of the store is returned.
 */
static enum err apply_ranges(struct catch_up *c, struct ledger *l, int64_t upto)
{
	struct fetcher *f = c->f;
	struct arena *a = arena_new(LEDGER_ARENA_MAX);
	enum err e;
	do {
		c->at = c->whole = f->sink.commit;
		c->full = false;
		KILL_POINT("ack.apply.pre");
		e = ledger_acks(l, f->sink.commit, upto, a, from_ledger, c);
		if (e || c->failed || !c->full)
			break;
		f->sink.commit = c->whole;
		f->commit_whole = true;
		c->failed = fdb_set_sink(f->db, &f->sink);
		if (!c->failed)
			c->failed = fdb_commit(f->db);
		if (c->failed)
			break;
		KILL_POINT("ack.apply.post");
		log_debug("results up to commit %lld are applied", (long long)c->whole);
		notify_progress();
	} while (c->full);
	arena_free(a);
	return e;
}

static enum err catch_up(struct fetcher *f, int64_t upto)
{
	struct ledger *l;
	struct catch_up c = {.f = f};
	enum err e = ledger_open(f->set.data_dir, &l);
	if (e ==
	    ERR_NOTFOUND) { /* the sink is on another machine: what it acknowledged before is sent again and comes back as duplicate */
		log_warn("the store's results cannot be read from here: pages up to commit %lld may be parsed twice",
			 (long long)upto);
		f->sink.commit = upto;
		f->commit_whole = true;
		return ERR_OK;
	}
	if (e) {
		log_warn("cannot read the store's results: %s; tried again with the next message of the sink",
			 err_text());
		return ERR_OK;
	}
	e = apply_ranges(&c, l, upto);
	ledger_close(l);
	if (c.failed)
		return c.failed;
	if (e) {
		log_warn("cannot read the store's results: %s; tried again with the next message of the sink",
			 err_text());
		return ERR_OK;
	}
	if (c.count)
		log_info("%lld results up to commit %lld were read from the store", (long long)c.count,
			 (long long)upto);
	f->acks_applied = true;
	f->commit_whole = true;
	f->sink.commit = upto;
	return ERR_OK;
}

/* ---- the sink */

static bool boot_listed(const struct msg_sink *m, const char *boot, int64_t commit)
{
	for (unsigned i = 0; i < m->boots_count; i++)
		if (strcmp(m->boots[i].boot_id, boot) == 0 && m->boots[i].commit >= commit)
			return true;
	return false;
}

static bool sink_is_retired(const struct fetcher *f, const char *boot)
{
	for (unsigned i = 0; i < 16; i++)
		if (strcmp(f->sink_retired[i], boot) == 0)
			return true;
	return false;
}

/* Rule 4: is this the store that acknowledged what the frontier believes? */
static enum err check_store(const struct fetcher *f, const struct msg_sink *m)
{
	if (!f->sink.known)
		return ERR_OK;
	if (strcmp(f->sink.generation, m->generation) != 0)
		return err_set(
			ERR_FOREIGN,
			"store.db is another store than the one that this frontier fed: put the right one back, or run "
			"`gongkai check --requeue-missing --data %s`, which sends it from the archive what it lacks",
			f->set.data_dir);
	if (f->sink.commit > 0 && !boot_listed(m, f->sink.boot_id, f->sink.commit))
		return err_set(ERR_FOREIGN,
			       "store.db is an older copy: it lacks commit %lld that was acknowledged; run `gongkai "
			       "check --requeue-missing --data %s`, which sends it from the archive what it lacks",
			       (long long)f->sink.commit, f->set.data_dir);
	return ERR_OK;
}

/* A frontier that is an older copy would give numbers out again that the store or the archive have seen. */
static bool ids_are_behind(const struct fetcher *f, const struct msg_sink *m)
{
	uint64_t fetch_id, parse_seq;
	fdb_ids_used(f->db, &fetch_id, &parse_seq);
	return m->max_fetch_id > fetch_id || f->archive_max_fetch_id > fetch_id || m->max_parse_seq > parse_seq;
}

static enum err start_ids(struct fetcher *f, const struct msg_sink *m)
{
	uint64_t most = m->max_fetch_id > f->archive_max_fetch_id ? m->max_fetch_id : f->archive_max_fetch_id;
	enum err e = warc_begin_ids(f->warc, most + FDB_FRESH_GAP + 1);
	if (!e)
		e = fdb_ids_start(f->db, most, m->max_parse_seq);
	if (!e)
		e = fdb_commit(f->db);
	if (!e)
		f->fresh = false;
	return e;
}

static enum err new_sink(struct fetcher *f, const struct msg_sink *m)
{
	log_info("sink %s is there", m->boot_id);
	if (f->sink_boot[0])
		snprintf(f->sink_retired[f->sink_retired_next++ % 16], sizeof(f->sink_retired[0]), "%s", f->sink_boot);
	if (f->sink_boot[0] || strcmp(f->sink.boot_id, m->boot_id) != 0) /* the sink may have gone together with us */
		ring_new_sink(f->ring, &f->effects);
	snprintf(f->sink_boot, sizeof(f->sink_boot), "%s", m->boot_id);
	f->commit_whole = true; /* parts of a commit that went to the process before are redelivered by their leases */
	f->want_dispatch = true;
	if (!f->fresh && !ids_are_behind(f, m))
		return ERR_OK;
	if (!f->fresh)
		log_warn("frontier.db is an older copy: its numbers begin anew above those of store and archive");
	return start_ids(f, m);
}

static enum err on_sink(struct fetcher *f, const struct sock_msg *msg)
{
	struct msg_sink m;
	if (msg_sink_decode(msg->json, f->msg_arena, &m)) {
		log_warn("SINK that cannot be read: %s", err_text());
		return ERR_OK;
	}
	if (sink_is_retired(f, m.boot_id))
		return ERR_OK;
	enum err e = check_store(f, &m);
	if (e)
		return e;
	f->sink_heard_mono = mono_ms();
	bool fresh_boot = strcmp(m.boot_id, f->sink_boot) != 0;
	if (fresh_boot)
		e = new_sink(f, &m);
	if (e)
		return e;
	int64_t commits = 0;
	for (unsigned i = 0; i < m.boots_count; i++)
		if (m.boots[i].commit > commits)
			commits = m.boots[i].commit;
	bool news = fresh_boot || !f->sink.known;
	/* What was named a second ago and is still missing did not come by ACK; what is new may be on its way. Before the first
	 * parser named the run's lexicon nobody can say whether a result finishes its page (on_heartbeat). */
	bool missing = commits > f->sink.commit && (fresh_boot || f->sink.commit < f->sink_commits);
	if (news) { /* before a range is committed: its commit may be beyond the last one of the boot before */
		f->sink.known = true;
		snprintf(f->sink.generation, sizeof(f->sink.generation), "%s", m.generation);
		snprintf(f->sink.boot_id, sizeof(f->sink.boot_id), "%s", m.boot_id);
	}
	if (missing && ring_has_lexicon(f->ring)) {
		e = catch_up(f, commits);
		news = true;
	}
	f->sink_commits = commits;
	return e || !news ? e : fdb_set_sink(f->db, &f->sink);
}

/* ---- parsers */

static enum err on_heartbeat(struct fetcher *f, const struct sock_msg *msg)
{
	struct msg_heartbeat m;
	if (msg_heartbeat_decode(msg->json, f->msg_arena, &m)) {
		log_warn("HEARTBEAT that cannot be read: %s", err_text());
		return ERR_OK;
	}
	ring_heartbeat(f->ring, &m, mono_ms(), &f->effects);
	const char *first = ring_first_lexicon(f->ring);
	if (!first[0])
		return ERR_OK;
	enum err e = fdb_set_lexicon(f->db, first);
	if (!e) {
		char lexicon[17];
		e = fdb_lexicon(f->db, lexicon);
		if (!e)
			ring_set_lexicon(f->ring, lexicon);
		f->want_dispatch = true;
	}
	if (e || !f->sink_boot[0] || f->sink_commits <= f->sink.commit)
		return e;
	e = catch_up(f, f->sink_commits); /* what waited for the lexicon */
	return e ? e : fdb_set_sink(f->db, &f->sink);
}

static enum err on_fail(struct fetcher *f, const struct sock_msg *msg)
{
	struct msg_fail m;
	struct fdb_page page;
	int64_t now = wall_ms();
	if (msg_fail_decode(msg->json, f->msg_arena, &m)) {
		log_warn("FAIL that cannot be read: %s", err_text());
		return ERR_OK;
	}
	enum err e = fdb_page_by_fetch(f->db, msg->head.fetch_id, f->msg_arena, &page);
	if (e)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	enum cause cause = cause_of(m.code);
	struct frontier_event fail = {.kind = EV_FAIL,
				      .fetch_id = msg->head.fetch_id,
				      .epoch = msg->head.epoch,
				      .permanent = m.permanent,
				      .cause = cause,
				      .signal = m.signal,
				      .detail = m.detail,
				      .seed = random_u64(),
				      .next_visit = revisit_after(cause, now, random_u64())};
	enum frontier_result result;
	struct page after;
	e = fdb_event(f->db, page.p.id, &fail, now, &result, &after);
	if (e)
		return e;
	if (ring_settle_epoch(f->ring, msg->head.fetch_id, msg->head.epoch))
		f->want_dispatch = true;
	outcome_due(f, &after);
	if (after.state == PAGE_DEAD || after.state == PAGE_DISCARDED)
		e = pairing_failed(f, page.p.id, now);
	if (e)
		return e;
	if (result == FRONTIER_ENDED)
		f->done_n++;
	if (result == FRONTIER_IGNORED)
		return ERR_OK;
	log_debug("%s: %s (%s)", page.url, m.code, m.detail);
	/* a body that is read again from the archive says nothing of the host now */
	return cause == CAUSE_CHALLENGE && !after.reparse ? crawl_challenged(f, page.host_id, m.detail, now) : ERR_OK;
}

static enum err on_bye(struct fetcher *f, const struct sock_msg *msg)
{
	struct msg_bye m;
	if (msg_bye_decode(msg->json, f->msg_arena, &m))
		return ERR_OK;
	ring_bye(f->ring, m.boot_id, &f->effects);
	return ERR_OK;
}

static enum err on_message(struct fetcher *f, const struct sock_msg *m)
{
	if (m->head_only) {
		log_warn("%s without a readable text", msg_type_name(m->head.type));
		return ERR_OK;
	}
	arena_reset(f->msg_arena);
	switch (m->head.type) {
	case MSG_HEARTBEAT:
		return on_heartbeat(f, m);
	case MSG_ACK:
		return on_ack(f, m);
	case MSG_FAIL:
		return on_fail(f, m);
	case MSG_SINK:
		return on_sink(f, m);
	case MSG_BYE:
		return on_bye(f, m);
	default:
		log_warn("%s does not belong here", msg_type_name(m->head.type));
		return ERR_OK;
	}
}

enum err inlet_receive(struct fetcher *f, bool *more_out)
{
	*more_out = true;
	for (int i = 0; i < INLET_TURN_MAX; i++) {
		struct sock_msg m;
		enum err e = sock_recv(f->control, &m);
		if (e == ERR_AGAIN) {
			*more_out = false;
			return ERR_OK;
		}
		if (e)
			return e;
		e = on_message(f, &m);
		sock_msg_fini(&m);
		if (!e)
			e = dispatch_effects(f);
		if (e)
			return e;
	}
	return ERR_OK;
}
