#include "parser/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/notify.h"
#include "parser/keeper.h"
#include "parser/parse.h"
#include "parser/worker.h"
#include "proto/msg.h"
#include "proto/sock.h"

#define HEARTBEAT_MS 1000
#define RETRY_MS 100
#define STATUS_MS 2000
#define LINGER_MS 1000 /* for the last FAIL and BYE at a clean end */
#define STUCK_MS 5000  /* a drain waits so long for a process that takes nothing */
#define PAGE_ARENA_MAX (256u * 1024)
#define ENCODED_MAX (FRAME_JSON_MAX + 4096u)

/* A page from its arrival until it is handed or has failed. Heap: the slices point into the message itself. */
struct page_item {
	struct sock_msg msg;
	struct msg_page page;
	struct arena *arena;
	char body_sha256[65];
};

struct loop {
	const struct loop_options *o;
	struct sock_ctx *ctx;
	struct sock *pages, *control, *docs;
	struct keeper *keeper;
	struct worker worker;
	struct buf json;
	char boot_id[37], host[65];
	struct page_item *at_child;
	bool body_with_child;      /* the child has read the whole body */
	struct keeper_result held; /* a document that came while the one before it still waits */
	/* the document that waits */
	struct page_item *waiting_item;
	char *doc;
	size_t doc_bytes;
	int64_t now, next_heartbeat, next_status, stuck_since;
	bool blocked_logged;
};

static void item_free(struct page_item *it)
{
	if (!it)
		return;
	sock_msg_fini(&it->msg);
	arena_free(it->arena);
	free(it);
}

/* ---- pages in ---- */

static enum err check_body(struct page_item *it)
{
	if (it->msg.body.n != (size_t)it->page.body_len)
		return err_set(ERR_FORMAT, "the body has %zu bytes, announced were %lld", it->msg.body.n,
			       (long long)it->page.body_len);
	sha256_hex(it->msg.body.p, it->msg.body.n, it->body_sha256);
	if (strcmp(it->body_sha256, it->page.body_sha256) != 0)
		return err_set(ERR_FORMAT, "the body's SHA-256 is %s, announced was %s", it->body_sha256,
			       it->page.body_sha256);
	return ERR_OK;
}

static enum err read_page(struct page_item *it)
{
	if (it->msg.head_only)
		return err_set(ERR_FORMAT, "the JSON of PAGE is missing or longer than %d bytes", FRAME_JSON_MAX);
	it->arena = arena_new(PAGE_ARENA_MAX);
	enum err e = msg_page_decode(it->msg.json, it->arena, &it->page);
	return e == ERR_OK ? check_body(it) : e;
}

static void take_page(struct loop *l, struct page_item *it)
{
	const struct frame_head *h = &it->msg.head;
	if (h->type != MSG_PAGE) {
		log_warn("a %s came where pages come: ignored", msg_type_name(h->type));
		item_free(it);
		return;
	}
	if (read_page(it) != ERR_OK) {
		char detail[MSG_DETAIL_MAX + 1];
		log_cleanse(detail, sizeof(detail), err_text(), strlen(err_text()));
		log_error("fetch %llu: bad header: %s", (unsigned long long)h->fetch_id, detail);
		worker_refuse(&l->worker, h->fetch_id, h->epoch, CAUSE_BAD_HEADER, detail);
		item_free(it);
		return;
	}
	const struct worker_page p = {h->fetch_id, h->epoch, (int64_t)it->msg.body.n, it};
	item_free(worker_receive(&l->worker, &p));
}

static enum err receive_pages(struct loop *l)
{
	while (worker_may_receive(&l->worker)) {
		struct page_item *it = calloc(1, sizeof(*it));
		if (!it)
			return err_set(ERR_NOMEM, "out of memory for a page");
		enum err e = sock_recv(l->pages, &it->msg);
		if (e != ERR_OK) {
			free(it);
			return e == ERR_AGAIN ? ERR_OK : e;
		}
		take_page(l, it);
	}
	return ERR_OK;
}

/* ---- to the child and back ---- */

/* The parent lets the body go as soon as the child has all of it: one copy of a large page is enough. */
static void body_is_with_child(struct loop *l)
{
	if (!l->at_child || l->body_with_child || keeper_writing(l->keeper))
		return;
	l->body_with_child = true;
	sock_msg_fini(&l->at_child->msg);
	KILL_POINT("parse.child.mid");
}

static void start_page(struct loop *l)
{
	if (!keeper_ready(l->keeper) || l->held.kind != KEEPER_NOTHING)
		return;
	struct page_item *it = worker_start(&l->worker, sock_can_send(l->docs));
	if (!it)
		return;
	const struct msg_page *p = &it->page;
	const struct parse_input in = {.body = it->msg.body,
				       .url = str_of(p->url),
				       .final_url = str_of(p->final_url),
				       .content_type = str_of(p->content_type),
				       .content_encoding = str_of(p->content_encoding),
				       .context = str_of(p->context)};
	l->at_child = it;
	l->body_with_child = false;
	keeper_give(l->keeper, &in, l->now);
	body_is_with_child(l);
}

static void page_failed(struct loop *l, const struct keeper_result *r)
{
	log_error("page '%s' (fetch %llu): %s: %s", l->at_child->page.url,
		  (unsigned long long)l->worker.parsing.fetch_id, cause_code(r->cause), r->detail);
	item_free(worker_failed(&l->worker, r->cause, r->permanent, r->signal, r->detail));
	l->at_child = NULL;
}

static void take_result(struct loop *l, struct keeper_result *r)
{
	if (r->kind == KEEPER_FAIL) {
		page_failed(l, r);
	} else if (r->kind == KEEPER_DOC) {
		l->waiting_item = l->at_child;
		l->at_child = NULL;
		l->doc = r->doc;
		l->doc_bytes = r->doc_bytes;
		sock_msg_fini(&l->waiting_item->msg);
		worker_parsed(&l->worker);
	}
	r->kind = KEEPER_NOTHING;
}

static enum err turn_child(struct loop *l)
{
	enum err e = ERR_OK;
	if (l->held.kind == KEEPER_NOTHING)
		e = keeper_turn(l->keeper, l->now, &l->held);
	body_is_with_child(l);
	if (l->held.kind != KEEPER_DOC || !l->waiting_item)
		take_result(l, &l->held);
	return e;
}

/* ---- out ---- */

static void free_doc(void *p, void *hint)
{
	(void)hint; /* runs in ZeroMQ's thread */
	free(p);
}

static enum err encode_doc(struct loop *l, const struct msg_page *p)
{
	char sha[65];
	sha256_hex(l->doc, l->doc_bytes, sha);
	const struct msg_doc m = {.url = p->url,
				  .parser_version = parse_version(),
				  .lexicon = parse_lexicon(),
				  .parse_seq = p->parse_seq,
				  .fetched_at = p->fetched_at,
				  .context = p->context,
				  .warc = p->warc,
				  .body_sha256 = p->body_sha256,
				  .doc_len = (int64_t)l->doc_bytes,
				  .doc_sha256 = sha};
	return msg_doc_encode(&m, &l->json);
}

static enum err hand_over(struct loop *l)
{
	if (!l->waiting_item || !sock_can_send(l->docs))
		return ERR_OK;
	enum err e = encode_doc(l, &l->waiting_item->page);
	if (e != ERR_OK)
		return err_set(ERR_INTERNAL, "cannot write the head of a document: %s", err_text());
	struct frame_head h = {
		.type = MSG_DOC, .fetch_id = l->worker.waiting.fetch_id, .epoch = l->worker.waiting.epoch};
	KILL_POINT("parse.doc.pre");
	e = sock_send_take(l->docs, &h, buf_str(&l->json), l->doc, l->doc_bytes, free_doc, NULL);
	l->doc = NULL;
	KILL_POINT("parse.doc.post");
	/* ERR_AGAIN: the sink went away in this moment and the document with it. It counts as handed: without an
	 * ACK the fetcher releases the page as it does with one that was lost on its way. */
	if (e != ERR_OK && e != ERR_AGAIN)
		return e;
	item_free(worker_handed(&l->worker, l->now));
	l->waiting_item = NULL;
	l->blocked_logged = false;
	return ERR_OK;
}

static enum err send_fails(struct loop *l)
{
	const struct worker_fail *f;
	while ((f = worker_next_fail(&l->worker)) != NULL) {
		const struct msg_fail m = {.stage = "parse",
					   .permanent = f->permanent,
					   .code = cause_code(f->cause),
					   .detail = f->detail,
					   .signal = f->signal,
					   .component = "gongkai-parser",
					   .version = GONGKAI_VERSION,
					   .host = l->host};
		struct frame_head h = {.type = MSG_FAIL, .fetch_id = f->fetch_id, .epoch = f->epoch};
		enum err e = msg_fail_encode(&m, &l->json);
		if (e == ERR_OK)
			e = sock_send(l->control, &h, buf_str(&l->json), NULL, 0);
		if (e == ERR_AGAIN)
			return ERR_OK;
		if (e != ERR_OK)
			return e;
		worker_fail_sent(&l->worker);
	}
	return ERR_OK;
}

static enum err send_heartbeat(struct loop *l)
{
	if (l->now < l->next_heartbeat)
		return ERR_OK;
	l->next_heartbeat = l->now + HEARTBEAT_MS;
	struct msg_heartbeat_page named[MSG_PAGES_MAX];
	const struct msg_heartbeat m = {.endpoint = sock_endpoint(l->pages),
					.boot_id = l->boot_id,
					.host = l->host,
					.pid = getpid(),
					.majors = {FRAME_MAJOR},
					.majors_count = 1,
					.parser_version = parse_version(),
					.lexicon = parse_lexicon(),
					.credit_msgs = WORKER_CREDIT_MSGS,
					.credit_bytes = WORKER_CREDIT_BYTES,
					.pages = named,
					.pages_count = worker_pages(&l->worker, l->now, named),
					.blocked_on = l->waiting_item ? "sink" : NULL};
	struct frame_head h = {.type = MSG_HEARTBEAT};
	enum err e = msg_heartbeat_encode(&m, &l->json);
	if (e == ERR_OK)
		e = sock_send(l->control, &h, buf_str(&l->json), NULL, 0);
	if (e == ERR_AGAIN) { /* nobody listens: said anew, and soon, since a fetcher that starts waits for it */
		l->next_heartbeat = l->now + RETRY_MS;
		return ERR_OK;
	}
	return e;
}

static void say_bye(struct loop *l)
{
	const struct msg_bye m = {l->boot_id};
	struct frame_head h = {.type = MSG_BYE};
	if (msg_bye_encode(&m, &l->json) == ERR_OK && sock_send(l->control, &h, buf_str(&l->json), NULL, 0) == ERR_OK)
		return;
	log_debug("nobody took the BYE");
}

/* ---- the loop ---- */

static void begin_drain(struct loop *l, const char *why)
{
	if (l->worker.draining)
		return;
	log_info("draining: %s", why);
	notify_stopping();
	worker_drain(&l->worker);
}

static void read_signals(struct loop *l)
{
	struct signalfd_siginfo s;
	while (read(l->o->signal_fd, &s, sizeof(s)) == (ssize_t)sizeof(s))
		if (s.ssi_signo != SIGCHLD) /* that only wakes the loop */
			begin_drain(l, s.ssi_signo == SIGTERM ? "SIGTERM" : "SIGINT");
}

static void read_drain_fd(struct loop *l)
{
	char junk[64];
	ssize_t n = read(l->o->drain_fd, junk, sizeof(junk));
	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		begin_drain(l, "the supervisor asks for it");
}

static bool drained(struct loop *l)
{
	if (!l->worker.draining)
		return false;
	if (worker_idle(&l->worker))
		return true;
	if (!worker_stuck(&l->worker)) {
		l->stuck_since = 0;
		return false;
	}
	if (!l->stuck_since)
		l->stuck_since = l->now;
	if (l->now - l->stuck_since < STUCK_MS)
		return false;
	log_warn("nobody takes the last document or failures: they are left, the fetcher sends their pages again");
	return true;
}

static void tell_status(struct loop *l)
{
	if (l->waiting_item && !l->blocked_logged && !sock_can_send(l->docs)) {
		l->blocked_logged = true;
		log_info("waiting for the sink at %s", l->o->docs);
	}
	if (l->now < l->next_status)
		return;
	l->next_status = l->now + STATUS_MS;
	notify_status("%llu parsed, %llu failed, %u queued%s", (unsigned long long)l->worker.parsed,
		      (unsigned long long)l->worker.failed, l->worker.queue_count,
		      l->waiting_item ? ", waiting for the sink" : "");
}

static long poll_ms(const struct loop *l)
{
	int64_t until = l->next_heartbeat < l->next_status ? l->next_heartbeat : l->next_status;
	if (keeper_deadline_ms(l->keeper) < until)
		until = keeper_deadline_ms(l->keeper);
	return until > l->now ? (long)(until - l->now) : 0;
}

static enum err wait_for_work(struct loop *l)
{
	int fd = l->held.kind == KEEPER_NOTHING ? keeper_fd(l->keeper) : -1;
	zmq_pollitem_t items[6] = {
		{.fd = l->o->signal_fd, .events = ZMQ_POLLIN},
		{.socket = sock_zmq(l->pages), .events = worker_may_receive(&l->worker) ? ZMQ_POLLIN : 0},
		{.socket = sock_zmq(l->docs), .events = l->waiting_item ? ZMQ_POLLOUT : 0},
		{.socket = sock_zmq(l->control), .events = worker_next_fail(&l->worker) ? ZMQ_POLLOUT : 0},
	};
	int n = 4, drain = -1;
	if (fd >= 0)
		items[n++] = (zmq_pollitem_t){
			.fd = fd, .events = (short)(ZMQ_POLLIN | (keeper_writing(l->keeper) ? ZMQ_POLLOUT : 0))};
	if (l->o->drain_fd >= 0 && !l->worker.draining) {
		drain = n;
		items[n++] = (zmq_pollitem_t){.fd = l->o->drain_fd, .events = ZMQ_POLLIN};
	}
	if (zmq_poll(items, n, poll_ms(l)) < 0 && zmq_errno() != EINTR)
		return err_set(ERR_NET, "cannot poll: %s", zmq_strerror(zmq_errno()));
	if (items[0].revents)
		read_signals(l);
	if (drain >= 0 && items[drain].revents)
		read_drain_fd(l);
	return ERR_OK;
}

/*
 * The next page goes to the child before the last document is hashed and sent, so that child and parent work at
 * the same time; worker_start() lets it only when the sink takes that document.
 */
static enum err one_turn(struct loop *l)
{
	l->now = mono_ms();
	enum err e = turn_child(l);
	if (e == ERR_OK)
		e = receive_pages(l);
	if (e == ERR_OK) {
		start_page(l);
		e = hand_over(l);
	}
	if (e == ERR_OK)
		e = send_fails(l);
	if (e == ERR_OK)
		e = send_heartbeat(l);
	if (e == ERR_OK) {
		tell_status(l);
		notify_progress();
	}
	return e;
}

static enum err open_sockets(struct loop *l)
{
	enum err e = sock_pull_bind(l->ctx, l->o->listen, WORKER_CREDIT_MSGS + 1, FRAME_BODY_MAX, &l->pages);
	if (e == ERR_OK)
		e = sock_push_connect(l->ctx, l->o->control, WORKER_CREDIT_MSGS + 1, LINGER_MS, &l->control);
	if (e == ERR_OK)
		e = sock_push_connect(l->ctx, l->o->docs, WORKER_CREDIT_MSGS + 1, LINGER_MS, &l->docs);
	return e;
}

static void close_all(struct loop *l)
{
	keeper_free(l->keeper);
	while (l->worker.queue_count)
		item_free(l->worker.queue[--l->worker.queue_count].item);
	item_free(l->at_child);
	item_free(l->waiting_item);
	free(l->doc);
	if (l->held.kind == KEEPER_DOC)
		free(l->held.doc);
	sock_free(l->pages);
	sock_free(l->control);
	sock_free(l->docs);
	sock_ctx_free(l->ctx);
	buf_fini(&l->json);
}

enum err loop_run(const struct loop_options *o)
{
	struct loop *l = calloc(1, sizeof(*l));
	if (!l)
		return err_set(ERR_NOMEM, "out of memory at the start");
	l->o = o;
	worker_init(&l->worker);
	buf_init(&l->json, ENCODED_MAX);
	uuid_new(l->boot_id);
	if (gethostname(l->host, sizeof(l->host) - 1) != 0)
		l->host[0] = '\0';
	l->keeper = keeper_new(o->exe);
	l->ctx = sock_ctx_new();
	enum err e = open_sockets(l);
	if (e == ERR_OK) {
		log_info("parser %s takes pages at %s", parse_version(), sock_endpoint(l->pages));
		notify_ready();
		e = one_turn(l);
	}
	while (e == ERR_OK && !drained(l)) {
		l->now = mono_ms();
		e = wait_for_work(l);
		if (e == ERR_OK)
			e = one_turn(l);
	}
	if (e == ERR_OK)
		say_bye(l);
	close_all(l);
	free(l);
	return e;
}
