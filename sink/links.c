#include "sink/links.h"

#include <zlib.h>

#include "base/jsonw.h"
#include "base/url.h"
#include "proto/frame.h"
#include "proto/msg.h"

#define BLOB_MAX (FRAME_LINKS_MAX + 64u * 1024) /* deflate may grow what it cannot shrink, by less than that */
#define LINE_MAX_BYTES (64u * 1024)
#define DEFLATE_STEP (16u * 1024)

struct building {
	struct links *l;
	struct buf *lines;
	struct buf line; /* one line as stored */
	size_t begun;    /* bytes of `lines` before this page */
	uint64_t fetch_id;
	z_stream z;
};

void slinks_init(struct links *l)
{
	*l = (struct links){0};
	buf_init(&l->blob, BLOB_MAX);
}

void slinks_fini(struct links *l)
{
	buf_fini(&l->blob);
}

static enum err squeeze(struct building *b, struct str s, int flush)
{
	int rc;
	b->z.next_in = (Bytef *)(uintptr_t)s.p;
	b->z.avail_in = (uInt)s.n;
	do {
		char *to = buf_reserve(&b->l->blob, DEFLATE_STEP);
		if (!to)
			return err_set(ERR_NOMEM, "no memory for the links of a page");
		b->z.next_out = (Bytef *)to;
		b->z.avail_out = DEFLATE_STEP;
		rc = deflate(&b->z, flush);
		buf_commit(&b->l->blob, DEFLATE_STEP - b->z.avail_out);
	} while (b->z.avail_out == 0);
	return rc == Z_STREAM_ERROR ? err_set(ERR_INTERNAL, "deflate refused its state") : ERR_OK;
}

static bool usable(struct str url)
{
	return url.n <= URL_MAX && (str_starts(url, STR("http://")) || str_starts(url, STR("https://"))) &&
	       !memchr(url.p, '\0', url.n);
}

static enum err add_link(void *ctx, const struct sdoc_link *l)
{
	struct building *b = ctx;
	char url[URL_MAX + 1], rel[32];
	if (b->l->count == LINKS_MAX || !usable(l->url)) {
		b->l->cut++;
		return ERR_OK;
	}
	memcpy(url, l->url.p, l->url.n);
	url[l->url.n] = '\0';
	size_t n = l->rel.n < sizeof rel ? l->rel.n : 0;
	memcpy(rel, l->rel.n ? l->rel.p : "", n);
	rel[n] = '\0';
	const struct msg_link m = {.fetch_id = b->fetch_id,
				   .url = url,
				   .rel = rel,
				   .context = l->context,
				   .rank = (int)l->rank,
				   .ask = l->ask};
	size_t before = b->lines->n;
	enum err e = msg_link_encode(&m, b->lines);
	if (e == ERR_NOMEM)
		return e;
	if (e != ERR_OK) { /* a link that cannot be said is one that is not followed; its page is no worse for it */
		b->l->cut++;
		return ERR_OK;
	}
	if (b->lines->n - b->begun > FRAME_LINKS_MAX) {
		b->lines->n = before;
		b->lines->p[before] = '\0';
		b->l->cut++;
		return ERR_OK;
	}
	struct jsonw w;
	buf_clear(&b->line);
	jsonw_init(&w, &b->line);
	jsonw_object(&w);
	jsonw_kz(&w, "url", url);
	jsonw_kz(&w, "rel", rel);
	if (l->rank != 0)
		jsonw_kint(&w, "rank", l->rank);
	if (*l->ask)
		jsonw_kz(&w, "ask", l->ask);
	jsonw_key(&w, "context");
	jsonw_raw(&w, str_of(l->context));
	jsonw_end(&w, '}');
	buf_add_char(&b->line, '\n');
	b->l->count++;
	return b->line.sticky == ERR_OK ? squeeze(b, buf_str(&b->line), Z_NO_FLUSH) : b->line.sticky;
}

enum err slinks_build(struct links *l, const struct sdoc *d, uint64_t fetch_id, struct buf *lines)
{
	struct building b = {.l = l, .lines = lines, .begun = lines->n, .fetch_id = fetch_id};
	buf_clear(&l->blob);
	l->count = 0;
	l->cut = 0;
	buf_init(&b.line, LINE_MAX_BYTES);
	if (deflateInit(&b.z, 6) != Z_OK)
		return err_set(ERR_NOMEM, "no memory to deflate links");
	enum err e = sdoc_each_link(d, add_link, &b);
	if (e == ERR_OK && l->count > 0)
		e = squeeze(&b, STR(""), Z_FINISH);
	deflateEnd(&b.z);
	buf_fini(&b.line);
	return e;
}
