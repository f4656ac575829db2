#include "sink/loop.h"

#include <errno.h>
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
#include "base/simhash.h"
#include "base/url.h"
#include "proto/cause.h"
#include "proto/sock.h"
#include "sink/ack.h"
#include "sink/document.h"
#include "sink/links.h"
#include "sink/store.h"

#define LOOP_ARENA_MAX (64u * 1024 * 1024)  /* strings of one DOC and its head: a DOC has at most 8 MiB */
#define LOOP_NUMBER_MAX (UINT64_C(1) << 62) /* a fetch_id or parse_seq above is no number of a frontier */
#define LOOP_TEXT_MAX (256u * 1024)         /* bytes of a text that go into an acknowledgement's fingerprint */
#define LOOP_FIRST_SAY_MS 50                /* until the first SINK has found its fetcher */
#define LOOP_COMPONENT "gongkai-sink"

struct loop {
	const struct loop_options *o;
	struct store *store;
	struct sock_ctx *ctx;
	struct sock *docs, *control;
	struct outbox *outbox;
	struct ack_batch batch;
	struct links links;
	struct arena *arena;
	int signal_fd;
	bool announced, stop, blocked;
	int64_t batch_due, announce_due; /* mono ms */
	int64_t results[4], failed, commits;
	char host[256];
};

static enum err say_sink(struct loop *l, int64_t now)
{
	struct msg_sink m;
	struct buf json;
	buf_init(&json, FRAME_JSON_MAX);
	arena_reset(l->arena);
	enum err e = store_announce(l->store, l->arena, &m);
	if (e == ERR_OK)
		e = msg_sink_encode(&m, &json);
	if (e == ERR_OK) {
		struct frame_head head = {.type = MSG_SINK};
		e = sock_send(l->control, &head, buf_str(&json), NULL, 0);
		if (e == ERR_OK)
			l->announced = true;
		if (e == ERR_AGAIN)
			e = ERR_OK;
	}
	l->announce_due = now + (l->announced ? LOOP_ANNOUNCE_MS : LOOP_FIRST_SAY_MS);
	buf_fini(&json);
	return e;
}

static void say_status(struct loop *l)
{
	notify_status("%lld documents stored, %lld unchanged, %lld repeated, %lld refused, %lld commits%s",
		      (long long)l->results[ACK_STORED], (long long)l->results[ACK_UNCHANGED],
		      (long long)(l->results[ACK_DUPLICATE] + l->results[ACK_STALE]), (long long)l->failed,
		      (long long)l->commits, l->blocked ? "; waiting for the fetcher to take acknowledgements" : "");
}

static enum err commit(struct loop *l)
{
	int64_t number;
	KILL_POINT("sink.commit.pre");
	enum err e = store_commit(l->store, &number);
	if (e != ERR_OK)
		return e;
	/* from here on a kill loses the ACK only: the ledger has it, and the pages come again as duplicates */
	KILL_POINT("sink.commit.post");
	l->commits++;
	if ((e = outbox_ack(l->outbox, store_boot_id(l->store), number, &l->batch)) != ERR_OK)
		return e;
	return l->announced ? outbox_flush(l->outbox, l->control) : ERR_OK;
}

static enum err fail(struct loop *l, const struct frame_head *head, enum cause cause, const char *detail)
{
	const struct msg_fail m = {.stage = "store",
				   .permanent = true,
				   .code = cause_code(cause),
				   .detail = detail,
				   .component = LOOP_COMPONENT,
				   .version = GONGKAI_VERSION,
				   .host = l->host};
	return outbox_fail(l->outbox, head, &m);
}

/* The DOC is not one: its page is told, and only its page. */
static enum err refuse(struct loop *l, const struct frame_head *head, enum cause cause)
{
	char detail[MSG_DETAIL_MAX + 1];
	const char *text = err_text();
	log_cleanse(detail, sizeof detail, text, strlen(text));
	l->failed++;
	log_error("DOC of fetch %llu refused (%s): %s", (unsigned long long)head->fetch_id, cause_code(cause), detail);
	return fail(l, head, cause, detail);
}

static enum err check_head(const struct sock_msg *m, const struct msg_doc *d)
{
	char hex[65];
	if (m->head.fetch_id == 0 || m->head.fetch_id >= LOOP_NUMBER_MAX || d->parse_seq >= LOOP_NUMBER_MAX)
		return err_set(ERR_FORMAT, "fetch_id or parse_seq out of range");
	if (!*d->url || strlen(d->url) > URL_MAX)
		return err_set(ERR_FORMAT, "url is empty or longer than %d bytes", URL_MAX);
	if (strlen(d->lexicon) > ACK_LEXICON_MAX)
		return err_set(ERR_FORMAT, "lexicon is longer than %d bytes", ACK_LEXICON_MAX);
	if (d->doc_len < 0 || (uint64_t)d->doc_len != m->body.n)
		return err_set(ERR_FORMAT, "doc_len is %lld, %zu bytes came", (long long)d->doc_len, m->body.n);
	sha256_hex(m->body.p, m->body.n, hex);
	if (strcmp(hex, d->doc_sha256) != 0)
		return err_set(ERR_FORMAT, "doc_sha256 is not that of the bytes that came");
	return ERR_OK;
}

/* What the fetcher knows two addresses of one page by; menus and lists are too short or too alike to be worth it. */
static uint64_t text_of(const struct sdoc *doc)
{
	struct simhash h;
	struct str text = doc->text;
	if (text.n > LOOP_TEXT_MAX)
		text.n = utf8_cut(text.p, LOOP_TEXT_MAX);
	simhash_init(&h);
	simhash_add(&h, text);
	return h.chars >= SIMHASH_CHARS_MIN ? simhash_end(&h) & INT64_MAX : 0;
}

static enum err put(struct loop *l, const struct sock_msg *m, const struct msg_doc *head, const struct sdoc *doc)
{
	struct store_result r;
	enum err e = ERR_OK;
	if (l->batch.count == 0) {
		e = store_begin(l->store);
		l->batch_due = mono_ms() + LOOP_BATCH_MS;
	}
	if (e == ERR_OK)
		e = slinks_build(&l->links, doc, m->head.fetch_id, &l->batch.links);
	const struct store_doc d = {.fetch_id = m->head.fetch_id,
				    .epoch = m->head.epoch,
				    .head = head,
				    .doc = doc,
				    .links = buf_str(&l->links.blob)};
	if (e == ERR_OK)
		e = store_put(l->store, &d, l->arena, &r);
	if (e != ERR_OK)
		return e;
	const struct msg_ack_item item = {.fetch_id = m->head.fetch_id,
					  .epoch = m->head.epoch,
					  .lexicon = head->lexicon,
					  .result = r.result,
					  .reports = r.reports,
					  .barren = doc->barren && !r.unconfirmed,
					  .unconfirmed = r.unconfirmed,
					  .links_cut = l->links.cut,
					  .text = text_of(doc)};
	ack_batch_add(&l->batch, &item, m->body.n);
	l->results[r.result]++;
	return ack_batch_full(&l->batch) ? commit(l) : ERR_OK;
}

/* One message of the docs socket. Only trouble of the store comes back as an error. */
static enum err take(struct loop *l, const struct sock_msg *m)
{
	struct msg_doc head;
	struct sdoc doc;
	if (m->head.type != MSG_DOC) {
		log_warn("a %s on the docs socket was dropped", msg_type_name(m->head.type));
		return ERR_OK;
	}
	KILL_POINT("sink.batch.pre");
	arena_reset(l->arena);
	if (m->head_only) {
		err_set(ERR_FORMAT, "the JSON frame is missing or over its maximum");
		return refuse(l, &m->head, CAUSE_BAD_HEADER);
	}
	if (msg_doc_decode(m->json, l->arena, &head) != ERR_OK || check_head(m, &head) != ERR_OK)
		return refuse(l, &m->head, CAUSE_BAD_HEADER);
	enum err e = sdoc_decode(m->body, l->arena, &doc);
	if (e == ERR_NOMEM)
		return e;
	if (e != ERR_OK)
		return refuse(l, &m->head, CAUSE_NOT_PARSABLE);
	/* not a version, not even a candidate: killed here, the page's lease ends and it is parsed and judged again */
	const struct store_doc d = {.fetch_id = m->head.fetch_id, .head = &head, .doc = &doc};
	bool hollow;
	e = store_is_hollow(l->store, &d, &hollow);
	if (e == ERR_OK && hollow)
		e = fail(l, &m->head, CAUSE_SOFT_ERROR,
			 "nothing is left of what the page said, or what every address of the site says");
	else if (e == ERR_OK)
		e = put(l, m, &head, &doc);
	sdoc_fini(&doc);
	return e;
}

/* Takes what is there, until nothing is or the outbox is full. *took counts messages. */
static enum err receive(struct loop *l, unsigned *took)
{
	enum err e = ERR_OK;
	*took = 0;
	while (e == ERR_OK && !outbox_full(l->outbox) && *took < 4 * ACK_BATCH_DOCS) {
		struct sock_msg m;
		e = sock_recv(l->docs, &m);
		if (e != ERR_OK)
			break;
		e = take(l, &m);
		sock_msg_fini(&m);
		++*took;
	}
	return e == ERR_AGAIN ? ERR_OK : e;
}

static void read_signal(struct loop *l)
{
	struct signalfd_siginfo si;
	if (read(l->signal_fd, &si, sizeof si) != (ssize_t)sizeof si)
		return;
	if (si.ssi_signo == SIGINT && l->o->drain_fd >= 0)
		return; /* `run` got it as well and drains us in its turn */
	l->stop = true;
}

static void read_drain(struct loop *l)
{
	char bytes[64];
	ssize_t n = read(l->o->drain_fd, bytes, sizeof bytes);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		l->stop = true;
}

static long wait_ms(const struct loop *l, int64_t now)
{
	int64_t due = l->announce_due;
	if (l->batch.count > 0 && l->batch_due < due)
		due = l->batch_due;
	else if (l->batch.count == 0 && store_unsettled(l->store))
		due = now;
	return due > now ? (long)(due - now) : 0;
}

static void note_blocked(struct loop *l)
{
	bool full = outbox_full(l->outbox);
	if (full != l->blocked)
		log_info("%s", full ? "the fetcher takes no acknowledgements: waiting" : "the fetcher is back");
	l->blocked = full;
}

/* One turn: wait for something, do it. */
static enum err turn(struct loop *l)
{
	zmq_pollitem_t items[] = {{.fd = l->signal_fd, .events = ZMQ_POLLIN},
				  {.fd = l->o->drain_fd, .events = ZMQ_POLLIN},
				  {.socket = sock_zmq(l->control), .events = 0},
				  {.socket = sock_zmq(l->docs), .events = ZMQ_POLLIN}};
	if (l->o->drain_fd < 0)
		items[1] = (zmq_pollitem_t){.fd = l->signal_fd, .events = 0};
	if (l->announced && !outbox_empty(l->outbox))
		items[2].events = ZMQ_POLLOUT;
	unsigned count = outbox_full(l->outbox) ? 3 : 4, took;
	if (zmq_poll(items, (int)count, wait_ms(l, mono_ms())) < 0 && zmq_errno() != EINTR)
		return err_set(ERR_NET, "cannot poll: %s", zmq_strerror(zmq_errno()));
	if (items[0].revents)
		read_signal(l);
	if (items[1].revents && l->o->drain_fd >= 0)
		read_drain(l);
	enum err e = l->announced ? outbox_flush(l->outbox, l->control) : ERR_OK;
	if (e == ERR_OK)
		e = receive(l, &took);
	int64_t now = mono_ms();
	if (e == ERR_OK && l->batch.count > 0 && now >= l->batch_due)
		e = commit(l);
	if (e == ERR_OK && l->batch.count == 0 && store_unsettled(l->store))
		e = store_settle(l->store);
	if (e == ERR_OK && now >= l->announce_due) {
		e = say_sink(l, now);
		say_status(l);
	}
	note_blocked(l);
	notify_progress();
	return e;
}

/* Everything that has arrived is committed and told; what is still under way comes again after our next start. */
static enum err drain(struct loop *l)
{
	int64_t end = mono_ms() + LOOP_DRAIN_MAX_MS;
	unsigned took;
	enum err e = ERR_OK;
	notify_stopping();
	do {
		zmq_pollitem_t item = {.socket = sock_zmq(l->docs), .events = ZMQ_POLLIN};
		zmq_poll(&item, 1, LOOP_DRAIN_IDLE_MS);
		e = receive(l, &took);
		if (e == ERR_OK && l->announced)
			e = outbox_flush(l->outbox, l->control);
	} while (e == ERR_OK && took > 0 && mono_ms() < end);
	if (e == ERR_OK && l->batch.count > 0)
		e = commit(l);
	while (e == ERR_OK && store_unsettled(l->store) && mono_ms() < end)
		e = store_settle(l->store); /* what is left then is the next start's */
	end = mono_ms() + LOOP_LINGER_MS;
	while (e == ERR_OK && l->announced && !outbox_empty(l->outbox) && mono_ms() < end) {
		zmq_pollitem_t item = {.socket = sock_zmq(l->control), .events = ZMQ_POLLOUT};
		zmq_poll(&item, 1, LOOP_DRAIN_IDLE_MS);
		e = outbox_flush(l->outbox, l->control);
	}
	if (e != ERR_OK)
		return e;
	struct buf json;
	buf_init(&json, FRAME_JSON_MAX);
	if (msg_bye_encode(&(struct msg_bye){.boot_id = store_boot_id(l->store)}, &json) == ERR_OK) {
		struct frame_head head = {.type = MSG_BYE};
		/* a fetcher that is not there any more needs no farewell */
		e = sock_send(l->control, &head, buf_str(&json), NULL, 0);
	}
	buf_fini(&json);
	return e == ERR_AGAIN ? ERR_OK : e;
}

static enum err watch_signals(struct loop *l)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	/* before ZeroMQ starts its thread, which inherits the mask */
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return err_errno(ERR_INTERNAL, "cannot block signals");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is a full disk, not a crash */
	l->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return l->signal_fd >= 0 ? ERR_OK : err_errno(ERR_INTERNAL, "cannot make a signalfd");
}

static enum err open_all(struct loop *l)
{
	const struct loop_options *o = l->o;
	enum err e;
	if ((e = watch_signals(l)) != ERR_OK || (e = store_open(o->data_dir, o->reports_only, &l->store)) != ERR_OK)
		return e;
	store_set_confirm(l->store, !o->at_once);
	l->ctx = sock_ctx_new();
	if ((e = sock_pull_bind(l->ctx, o->docs, LOOP_DOCS_HWM, FRAME_DOC_MAX, &l->docs)) != ERR_OK)
		return e;
	return sock_push_connect(l->ctx, o->control, LOOP_CONTROL_HWM, LOOP_LINGER_MS, &l->control);
}

enum err sink_run(const struct loop_options *o)
{
	struct loop *l = calloc(1, sizeof *l);
	if (!l)
		return err_set(ERR_NOMEM, "out of memory");
	l->o = o;
	l->signal_fd = -1;
	l->outbox = outbox_new();
	l->arena = arena_new(LOOP_ARENA_MAX);
	ack_batch_init(&l->batch);
	slinks_init(&l->links);
	if (gethostname(l->host, sizeof l->host - 1) != 0)
		l->host[0] = '\0';
	enum err e = open_all(l);
	if (e == ERR_OK) {
		notify_ready();
		log_info("store of %s: boot %s, documents from %s", o->data_dir, store_boot_id(l->store),
			 sock_endpoint(l->docs));
	}
	while (e == ERR_OK && !l->stop)
		e = turn(l);
	if (e == ERR_OK)
		e = drain(l);
	if (e == ERR_OK)
		log_info("stopped: %lld stored, %lld unchanged, %lld duplicate, %lld stale, %lld refused",
			 (long long)l->results[ACK_STORED], (long long)l->results[ACK_UNCHANGED],
			 (long long)l->results[ACK_DUPLICATE], (long long)l->results[ACK_STALE], (long long)l->failed);
	else
		notify_status("stopped, nothing is lost: %s", err_text());
	sock_free(l->docs);
	sock_free(l->control);
	sock_ctx_free(l->ctx);
	slinks_fini(&l->links);
	ack_batch_fini(&l->batch);
	arena_free(l->arena);
	outbox_free(l->outbox);
	store_close(l->store);
	if (l->signal_fd >= 0)
		close(l->signal_fd);
	free(l);
	return e;
}
