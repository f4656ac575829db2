#include "parser/worker.h"

#include <assert.h>
#include <string.h>

void worker_init(struct worker *w)
{
	memset(w, 0, sizeof(*w));
}

static unsigned held_count(const struct worker *w)
{
	return w->queue_count + (w->parsing.item != NULL) + (w->waiting.item != NULL);
}

bool worker_may_receive(const struct worker *w)
{
	/* each page that is held may end in a FAIL, and one that comes in too */
	return !w->draining && held_count(w) < WORKER_QUEUE_MAX && w->held_bytes < WORKER_CREDIT_BYTES &&
	       w->fails_count + held_count(w) + 1 < WORKER_FAILS_MAX;
}

static bool holds_as_new(const struct worker_page *held, const struct worker_page *page)
{
	return held->item && held->fetch_id == page->fetch_id && held->epoch >= page->epoch;
}

static void remove_queued(struct worker *w, unsigned at)
{
	w->held_bytes -= w->queue[at].bytes;
	w->queue_count--;
	memmove(&w->queue[at], &w->queue[at + 1], (w->queue_count - at) * sizeof(w->queue[0]));
}

void *worker_receive(struct worker *w, const struct worker_page *page)
{
	void *older = NULL;
	assert(page->item && page->bytes >= 0);
	if (holds_as_new(&w->parsing, page) || holds_as_new(&w->waiting, page))
		return page->item;
	for (unsigned i = 0; i < w->queue_count; i++) {
		if (holds_as_new(&w->queue[i], page))
			return page->item;
		if (w->queue[i].fetch_id != page->fetch_id)
			continue;
		older = w->queue[i].item; /* its lease has ended: nobody waits for its document */
		remove_queued(w, i);
		break;
	}
	assert(w->queue_count < WORKER_QUEUE_MAX);
	w->queue[w->queue_count++] = *page;
	w->held_bytes += page->bytes;
	return older;
}

void *worker_start(struct worker *w, bool sink_takes)
{
	if (w->parsing.item || (w->waiting.item && !sink_takes) || !w->queue_count)
		return NULL;
	w->parsing = w->queue[0];
	w->held_bytes += w->parsing.bytes;
	remove_queued(w, 0);
	return w->parsing.item;
}

void worker_parsed(struct worker *w)
{
	assert(w->parsing.item && !w->waiting.item);
	w->waiting = w->parsing;
	w->parsing.item = NULL;
	w->parsed++;
}

static void *let_go(struct worker *w, struct worker_page *page)
{
	void *item = page->item;
	w->held_bytes -= page->bytes;
	page->item = NULL;
	return item;
}

void *worker_handed(struct worker *w, int64_t now_ms)
{
	assert(w->waiting.item);
	w->handed[w->handed_next] = (struct worker_handed){w->waiting.fetch_id, w->waiting.epoch, now_ms};
	w->handed_next = (w->handed_next + 1) % WORKER_HANDED_MAX;
	if (w->handed_count < WORKER_HANDED_MAX)
		w->handed_count++;
	return let_go(w, &w->waiting);
}

static void add_fail(struct worker *w, const struct worker_fail *f, const char *detail)
{
	assert(w->fails_count < WORKER_FAILS_MAX);
	struct worker_fail *to = &w->fails[w->fails_count++];
	*to = *f;
	size_t n = strlen(detail);
	if (n > MSG_DETAIL_MAX)
		n = utf8_cut(detail, MSG_DETAIL_MAX);
	memcpy(to->detail, detail, n);
	to->detail[n] = '\0';
	w->failed++;
}

void *worker_failed(struct worker *w, enum cause cause, bool permanent, int signal, const char *detail)
{
	assert(w->parsing.item);
	struct worker_fail f = {.fetch_id = w->parsing.fetch_id,
				.epoch = w->parsing.epoch,
				.permanent = permanent,
				.cause = cause,
				.signal = signal};
	add_fail(w, &f, detail);
	return let_go(w, &w->parsing);
}

void worker_refuse(struct worker *w, uint64_t fetch_id, uint32_t epoch, enum cause cause, const char *detail)
{
	struct worker_fail f = {.fetch_id = fetch_id, .epoch = epoch, .cause = cause};
	add_fail(w, &f, detail);
}

const struct worker_fail *worker_next_fail(const struct worker *w)
{
	return w->fails_count ? &w->fails[0] : NULL;
}

void worker_fail_sent(struct worker *w)
{
	assert(w->fails_count);
	w->fails_count--;
	memmove(&w->fails[0], &w->fails[1], w->fails_count * sizeof(w->fails[0]));
}

static void name_page(struct msg_heartbeat_page *out, unsigned *n, const struct worker_page *p, enum page_stage stage)
{
	if (p->item)
		out[(*n)++] = (struct msg_heartbeat_page){p->fetch_id, p->epoch, stage};
}

unsigned worker_pages(struct worker *w, int64_t now_ms, struct msg_heartbeat_page out[MSG_PAGES_MAX])
{
	unsigned n = 0;
	_Static_assert(WORKER_QUEUE_MAX + 2 + WORKER_HANDED_MAX <= MSG_PAGES_MAX, "a heartbeat names all that is held");
	name_page(out, &n, &w->parsing, STAGE_PARSING);
	/* not yet handed, and if this process dies of it, the blame is rightly here */
	name_page(out, &n, &w->waiting, STAGE_PARSING);
	for (unsigned i = 0; i < w->queue_count; i++)
		name_page(out, &n, &w->queue[i], STAGE_QUEUED);
	for (unsigned i = 0; i < w->handed_count; i++) {
		unsigned at = (w->handed_next + WORKER_HANDED_MAX - 1 - i) % WORKER_HANDED_MAX;
		const struct worker_handed *h = &w->handed[at];
		if (now_ms - h->at_ms >= WORKER_HANDED_MS) {
			w->handed_count = i; /* the older ones have passed it too */
			break;
		}
		out[n++] = (struct msg_heartbeat_page){h->fetch_id, h->epoch, STAGE_HANDED};
	}
	return n;
}

void worker_drain(struct worker *w)
{
	w->draining = true;
}

bool worker_idle(const struct worker *w)
{
	return held_count(w) == 0 && w->fails_count == 0;
}

bool worker_stuck(const struct worker *w)
{
	return !w->parsing.item && (w->waiting.item ? true : w->queue_count == 0 && w->fails_count > 0);
}
