#include "sink/confirm.h"

#include <string.h>

static bool same(const char *a, const char *b)
{
	return *a && strcmp(a, b) == 0;
}

/* Does the page say the same, whoever read it? */
static bool same_page(const struct confirm_content *a, const struct confirm_content *b)
{
	return same(a->body, b->body) || same(a->content, b->content) || same(a->compare, b->compare);
}

/* The stored content again, or what that parser would have made of it. */
static struct confirm_verdict as_held(const struct confirm_held *h, const struct confirm_doc *d)
{
	bool unchanged = same(h->is.content, d->is.content) ||
			 (h->same_reader && same(h->is.compare, d->is.compare) && !same(h->is.body, d->is.body));
	bool of_candidate =
		h->waiting && h->waiting_fetch_id == d->fetch_id; /* its fetch, read again: it was no change */
	return (struct confirm_verdict){.result = unchanged ? ACK_UNCHANGED : ACK_STORED,
					.candidate = CONFIRM_DROP,
					.flicker = h->waiting && !of_candidate};
}

static struct confirm_verdict changed(const struct confirm_held *h, const struct confirm_doc *d)
{
	const struct confirm_verdict at_once = {.result = ACK_STORED, .candidate = CONFIRM_DROP};
	if (d->at_once || (h->reports == 0 && d->reports == 0))
		return at_once;
	/* a fetch that was applied before, read again: a candidate stays one, a version gets another reading */
	if (d->fetch_id == h->fetch_id && !(h->waiting && h->waiting_fetch_id == d->fetch_id))
		return at_once;
	struct confirm_verdict v = {.result = ACK_UNCHANGED, .candidate = CONFIRM_BEGIN, .unconfirmed = true};
	if (!h->waiting)
		return v;
	if (h->waiting_fetch_id == d->fetch_id) {
		v.candidate = CONFIRM_REREAD;
		return v;
	}
	if (same_page(&h->other, &d->is))
		return (struct confirm_verdict){.result = ACK_STORED, .candidate = CONFIRM_BECOME};
	v.candidate = CONFIRM_ANOTHER;
	return v;
}

static bool other_page(const struct confirm_held *h, const struct confirm_doc *d)
{
	return h->known && d->fetch_id > h->fetch_id && !same_page(&h->is, &d->is);
}

bool confirm_lost_report(const struct confirm_held *h, const struct confirm_doc *d)
{
	return other_page(h, d) && h->reports > 0 && d->reports == 0 && !d->leads_on;
}

bool confirm_is_hollow(const struct confirm_held *h, const struct confirm_doc *d)
{
	if (!other_page(h, d))
		return false;
	return h->reports > 0 ? d->hollow || (d->elsewhere && confirm_lost_report(h, d)) : d->blank && !h->barren;
}

struct confirm_verdict confirm_judge(const struct confirm_held *h, const struct confirm_doc *d)
{
	if (!h->known)
		return (struct confirm_verdict){.result = ACK_STORED, .candidate = CONFIRM_DROP};
	bool stale = d->fetch_id < h->fetch_id || (d->fetch_id == h->fetch_id && d->parse_seq < h->parse_seq);
	bool again = d->fetch_id == h->fetch_id && d->parse_seq == h->parse_seq;
	if (stale || again) /* a repeat says what its first coming said, since that ACK may be lost */
		return (struct confirm_verdict){.result = stale ? ACK_STALE : ACK_DUPLICATE,
						.candidate = CONFIRM_LEAVE,
						.unconfirmed =
							again && h->waiting && h->waiting_fetch_id == d->fetch_id};
	return same_page(&h->is, &d->is) ? as_held(h, d) : changed(h, d);
}
