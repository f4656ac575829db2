#include "fetcher/bodies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "proto/frame.h"

#define STALE_MS 30000 /* a body that nobody took for so long makes room */

struct entry {
	uint64_t fetch_id; /* 0: free */
	int64_t kept_mono;
	struct body body;
};

/* A ring in order of arrival; `where` finds an entry by the low bits of its fetch_id, a guess that is checked: fetch_ids that
 * are here at one time lie close together. */
struct bodies {
	struct entry ring[BODIES_COUNT];
	unsigned next;
	size_t bytes;
	uint16_t where[4096];
};

static unsigned hint(uint64_t fetch_id)
{
	return (unsigned)(fetch_id & 4095);
}

struct bodies *bodies_new(void)
{
	struct bodies *b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	return b;
}

static void forget(struct bodies *b, struct entry *e)
{
	if (e->fetch_id == 0)
		return;
	b->bytes -= e->body.n;
	free(e->body.p);
	*e = (struct entry){0};
}

void bodies_free(struct bodies *b)
{
	if (!b)
		return;
	for (unsigned i = 0; i < BODIES_COUNT; i++)
		forget(b, &b->ring[i]);
	free(b);
}

static void header_z(struct str head, const char *name, char *out, size_t out_bytes)
{
	struct str v = warc_header(head, name);
	size_t n = v.p ? v.n : 0;
	if (n >= out_bytes)
		n = utf8_cut(v.p, out_bytes - 1);
	if (n)
		memcpy(out, v.p, n);
	out[n] = 0;
	if (!utf8_valid(out, n)) /* a header is ASCII; what is not cannot name a type, and may not enter JSON */
		out[0] = 0;
}

static void describe(struct body *x, int status, int64_t fetched_at, struct str head)
{
	x->status = status;
	x->fetched_at = fetched_at;
	header_z(head, "Content-Type", x->content_type, sizeof(x->content_type));
	header_z(head, "Content-Encoding", x->content_encoding, sizeof(x->content_encoding));
}

void bodies_keep(struct bodies *b, uint64_t fetch_id, int status, int64_t fetched_at, struct str head,
		 const char *sha256, const struct spool *body)
{
	size_t n = spool_bytes(body), got;
	if (n > BODIES_EACH_BYTES)
		return;
	struct entry *e = &b->ring[b->next];
	int64_t now = mono_ms();
	forget(b, e);
	/* pages leave in the order in which they came: when all is used, the newest is the one that is needed last */
	for (unsigned i = 1; b->bytes + n > BODIES_CACHE_BYTES; i++) {
		struct entry *old = &b->ring[(b->next + i) % BODIES_COUNT];
		if (i == BODIES_COUNT || (old->fetch_id && now - old->kept_mono < STALE_MS))
			return;
		forget(b, old);
	}
	char *p = malloc(n ? n : 1);
	if (!p)
		return;
	for (size_t at = 0; at < n; at += got)
		if (spool_read(body, at, p + at, n - at, &got) != ERR_OK || got == 0) {
			free(p);
			return;
		}
	e->fetch_id = fetch_id;
	e->kept_mono = now;
	e->body = (struct body){.p = p, .n = n};
	describe(&e->body, status, fetched_at, head);
	snprintf(e->body.sha256, sizeof(e->body.sha256), "%s", sha256);
	b->bytes += n;
	b->where[hint(fetch_id)] = (uint16_t)b->next;
	b->next = (b->next + 1) % BODIES_COUNT;
}

static struct entry *find(struct bodies *b, uint64_t fetch_id)
{
	struct entry *e = &b->ring[b->where[hint(fetch_id)]];
	return e->fetch_id == fetch_id ? e : NULL;
}

size_t bodies_bytes(const struct bodies *b)
{
	return b->bytes;
}

void bodies_drop(struct bodies *b, uint64_t fetch_id)
{
	struct entry *e = find(b, fetch_id);
	if (e)
		forget(b, e);
}

enum err bodies_take(struct bodies *b, uint64_t fetch_id, const char *data_dir, const struct warc_place *place,
		     struct body *out)
{
	struct entry *e = find(b, fetch_id);
	if (e) {
		*out = e->body;
		b->bytes -= e->body.n;
		*e = (struct entry){0};
		return ERR_OK;
	}
	struct warc_response r;
	enum err err = warc_read(data_dir, place, FRAME_BODY_MAX, &r);
	if (err)
		return err;
	*out = (struct body){0};
	describe(out, r.status, r.fetched_at, r.response_head);
	snprintf(out->sha256, sizeof(out->sha256), "%.*s", STR_FMT(r.payload_sha256));
	out->p = buf_take(&r.body, &out->n);
	if (!out->p)
		out->p = calloc(1, 1);
	warc_response_fini(&r);
	return out->p ? ERR_OK : err_set(ERR_NOMEM, "no memory for a body of %zu bytes", out->n);
}
