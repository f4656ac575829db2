#include "fetcher/warc.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/log.h"
#include "fetcher/warc_file.h"
#include "fetcher/warc_repair.h"

#define PATH_BYTES 4096
#define OUT_BYTES (64 * 1024)
#define COPY_BYTES (32 * 1024)
#define DEFLATE_LEVEL 3        /* every page passes here: speed before the last tenth of the size */
#define WHOLE_MAX (512 * 1024) /* a record up to this is packed in one go by libdeflate, at a third of zlib's time */
#define WHOLE_LEVEL 4
#define NAME_TRIES 1000

struct warc {
	char dir[PATH_BYTES]; /* data_dir/archive */
	int dir_fd;
	int fd; /* -1: the next append begins a file */
	char name[WARC_NAME_BYTES];
	char info_id[64]; /* of the file's warcinfo */
	long next_number;
	uint64_t first_fetch_id;
	int64_t file_max;
	int64_t at; /* bytes of the file written; what is in `out` comes behind */
	bool dirty, dir_dirty, broken;
	bool mid_pending;   /* the response member has not been written to the file at all */
	size_t member_from; /* where in `out` the response member begins */
	z_stream z;         /* for records above WHOLE_MAX, which are streamed */
	struct libdeflate_compressor *packer, *storer;
	struct buf whole, packed; /* the present record as it grows, and as it is written */
	bool streaming, stored;   /* stored: its body came compressed */
	struct buf head;
	size_t out_n;
	unsigned char out[OUT_BYTES], copy[COPY_BYTES];
};

/* ---- bytes ---- */

static enum err write_all(struct warc *w, const unsigned char *p, size_t n)
{
	while (n) {
		ssize_t k = pwrite(w->fd, p, n, (off_t)w->at);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0) /* EFBIG: a limit on file sizes is a full disk to us */
			return err_errno(errno == EFBIG ? ERR_FULL : ERR_IO, "cannot write '%s/%s'", w->dir, w->name);
		p += k;
		n -= (size_t)k;
		w->at += k;
	}
	return ERR_OK;
}

static enum err flush_out(struct warc *w)
{
	size_t n = w->out_n, first = 0;
	enum err e = ERR_OK;
	w->out_n = 0;
	if (w->mid_pending) {
		/* A crash here leaves a whole request and half a response: the next start cuts the half. */
		w->mid_pending = false;
		first = w->member_from + (n - w->member_from) / 2;
		e = write_all(w, w->out, first);
		KILL_POINT("archive.append.mid");
	}
	return e == ERR_OK ? write_all(w, w->out + first, n - first) : e;
}

/* Run zlib until it has taken its input (Z_NO_FLUSH) or ended the member (Z_FINISH). */
static enum err deflate_all(struct warc *w, int flush)
{
	for (;;) {
		if (w->out_n == OUT_BYTES) {
			enum err e = flush_out(w);
			if (e != ERR_OK)
				return e;
		}
		w->z.next_out = w->out + w->out_n;
		w->z.avail_out = (unsigned)(OUT_BYTES - w->out_n);
		int rc = deflate(&w->z, flush);
		w->out_n = OUT_BYTES - w->z.avail_out;
		if (rc == Z_STREAM_END || (flush == Z_NO_FLUSH && w->z.avail_in == 0 && w->z.avail_out > 0))
			return ERR_OK;
		if (rc != Z_OK && rc != Z_BUF_ERROR)
			return err_set(ERR_INTERNAL, "zlib refuses to deflate (%d)", rc);
	}
}

static enum err stream_add(struct warc *w, const void *p, size_t n)
{
	static_assert(sizeof(unsigned) >= 4, "records come in pieces below 4 GiB");
	w->z.next_in = (unsigned char *)(uintptr_t)p;
	w->z.avail_in = (unsigned)n;
	return n ? deflate_all(w, Z_NO_FLUSH) : ERR_OK;
}

/* Later bytes of this member at another level. What was taken before is ended as a block, which may need room. */
static enum err member_level(struct warc *w, int level)
{
	for (;;) {
		w->z.avail_in = 0;
		w->z.next_out = w->out + w->out_n;
		w->z.avail_out = (unsigned)(OUT_BYTES - w->out_n);
		int rc = deflateParams(&w->z, level, Z_DEFAULT_STRATEGY);
		w->out_n = OUT_BYTES - w->z.avail_out;
		if (rc == Z_OK)
			return ERR_OK;
		if (rc != Z_BUF_ERROR)
			return err_set(ERR_INTERNAL, "zlib refuses a level (%d)", rc);
		enum err e = flush_out(w);
		if (e != ERR_OK)
			return e;
	}
}

static void member_begin(struct warc *w)
{
	buf_clear(&w->whole);
	w->streaming = w->stored = false;
}

/* The record passes what is packed in one go: what was gathered goes first. */
static enum err stream_begin(struct warc *w)
{
	w->streaming = true;
	deflateReset(&w->z);
	enum err e = member_level(w, w->stored ? Z_NO_COMPRESSION : DEFLATE_LEVEL);
	return e == ERR_OK ? stream_add(w, w->whole.p, w->whole.n) : e;
}

static enum err member_add(struct warc *w, const void *p, size_t n)
{
	if (!w->streaming && w->whole.n + n <= WHOLE_MAX)
		return buf_add(&w->whole, p, n);
	enum err e = w->streaming ? ERR_OK : stream_begin(w);
	return e == ERR_OK ? stream_add(w, p, n) : e;
}

/* What came compressed is stored as it is: deflating it again costs time and saves nothing. */
static enum err member_stored(struct warc *w)
{
	w->stored = true;
	return w->streaming ? member_level(w, Z_NO_COMPRESSION) : ERR_OK;
}

static enum err pack_whole(struct warc *w)
{
	struct libdeflate_compressor *c = w->stored ? w->storer : w->packer;
	size_t room = libdeflate_gzip_compress_bound(c, w->whole.n), at = 0;
	buf_clear(&w->packed);
	char *to = buf_reserve(&w->packed, room);
	if (!to)
		return err_set(ERR_NOMEM, "out of memory for a record of the archive");
	size_t n = libdeflate_gzip_compress(c, w->whole.p, w->whole.n, to, room);
	if (!n)
		return err_set(ERR_INTERNAL, "libdeflate refuses a record of %zu bytes", w->whole.n);
	while (at < n) {
		if (w->out_n == OUT_BYTES) {
			enum err e = flush_out(w);
			if (e != ERR_OK)
				return e;
		}
		size_t k = n - at < OUT_BYTES - w->out_n ? n - at : OUT_BYTES - w->out_n;
		memcpy(w->out + w->out_n, to + at, k);
		w->out_n += k;
		at += k;
	}
	return ERR_OK;
}

static enum err member_end(struct warc *w)
{
	enum err e = member_add(w, "\r\n\r\n", 4);
	if (e != ERR_OK)
		return e;
	return w->streaming ? deflate_all(w, Z_FINISH) : pack_whole(w);
}

static void field(struct buf *b, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	buf_printf(b, "%s: ", name);
	for (const char *p = value; *p; p++)
		buf_add_char(b, (unsigned char)*p < 0x20 || *p == 0x7F ? ' ' : *p);
	buf_add_z(b, "\r\n");
}

static void date_field(struct buf *b, int64_t wall)
{
	char iso[32];
	clock_iso(wall, iso);
	iso[19] = '\0'; /* WARC/1.1 takes fractions; adoption gets back the millisecond */
	buf_printf(b, "WARC-Date: %s.%03dZ\r\n", iso, (int)(wall % 1000 + 1000) % 1000);
}

static char *record_id(const char *url, uint64_t fetch_id, const char *type, char out[WARC_ID_BYTES])
{
	snprintf(out, WARC_ID_BYTES, "<urn:gongkai:fetch:%" PRIu64 ":%s:%016" PRIx64 ">", fetch_id, type,
		 hash64(url, strlen(url)));
	return out;
}

char *warc_response_id(const char *url, uint64_t fetch_id, char out[WARC_ID_BYTES])
{
	return record_id(url, fetch_id, "response", out);
}

/* The fields that both records of a fetch have. */
static void begin_head(struct warc *w, const struct warc_fetch *f, const char *type, const char *id,
		       const char *other_id)
{
	struct buf *b = &w->head;
	buf_clear(b);
	buf_printf(b, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: %s\r\n", type, id);
	date_field(b, f->fetched_at);
	field(b, "WARC-Target-URI", f->url);
	field(b, "WARC-IP-Address", f->ip);
	field(b, "WARC-Concurrent-To", other_id);
	field(b, "WARC-Warcinfo-ID", w->info_id);
	buf_printf(b, "GongKai-Fetch-Id: %" PRIu64 "\r\nGongKai-Depth: %d\r\n", f->fetch_id, f->depth);
	field(b, "GongKai-Ask", f->ask);
}

static enum err end_head(struct warc *w, const char *content_type, uint64_t block_bytes)
{
	struct buf *b = &w->head;
	field(b, "Content-Type", content_type);
	buf_printf(b, "Content-Length: %" PRIu64 "\r\n\r\n", block_bytes);
	if (b->sticky != ERR_OK)
		return err_set(b->sticky, "the header of a WARC record is longer than %d bytes", WARC_HEAD_MAX);
	member_begin(w);
	return member_add(w, b->p, b->n);
}

static enum err write_request(struct warc *w, const struct warc_fetch *f)
{
	char id[WARC_ID_BYTES], other[WARC_ID_BYTES];
	begin_head(w, f, "request", record_id(f->url, f->fetch_id, "request", id),
		   record_id(f->url, f->fetch_id, "response", other));
	field(&w->head, "GongKai-Context", f->context);
	enum err e = end_head(w, "application/http;msgtype=request", f->request_head.n);
	if (e == ERR_OK)
		e = member_add(w, f->request_head.p, f->request_head.n);
	return e == ERR_OK ? member_end(w) : e;
}

static void revisit_fields(struct warc *w, const struct warc_fetch *f)
{
	struct buf *b = &w->head;
	field(b, "WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest");
	field(b, "WARC-Refers-To", f->refers_to);
	field(b, "WARC-Refers-To-Target-URI", f->url);
	field(b, "GongKai-Refers-File", f->refers_place->file);
	buf_printf(b, "GongKai-Refers-Offset: %" PRId64 "\r\n", f->refers_place->offset);
}

static enum err write_body(struct warc *w, const struct spool *body)
{
	size_t n = spool_bytes(body), at = 0;
	while (at < n) {
		size_t got;
		enum err e = spool_read(body, at, w->copy, COPY_BYTES, &got);
		if (e == ERR_OK)
			e = member_add(w, w->copy, got);
		if (e != ERR_OK)
			return e;
		at += got;
	}
	return ERR_OK;
}

static enum err write_response(struct warc *w, const struct warc_fetch *f)
{
	char id[WARC_ID_BYTES], other[WARC_ID_BYTES];
	bool revisit = f->refers_to != NULL;
	size_t body = revisit || !f->body ? 0 : spool_bytes(f->body);
	begin_head(w, f, revisit ? "revisit" : "response", record_id(f->url, f->fetch_id, "response", id),
		   record_id(f->url, f->fetch_id, "request", other));
	if (f->payload_sha256[0])
		buf_printf(&w->head, "WARC-Payload-Digest: sha256:%.64s\r\n", f->payload_sha256);
	field(&w->head, "WARC-Truncated", f->truncated);
	field(&w->head, "GongKai-Cause", f->cause);
	if (revisit)
		revisit_fields(w, f);
	enum err e = end_head(w, "application/http;msgtype=response", f->response_head.n + body);
	if (e == ERR_OK)
		e = member_add(w, f->response_head.p, f->response_head.n);
	if (e == ERR_OK && body && warc_header(f->response_head, "Content-Encoding").n)
		e = member_stored(w);
	if (e == ERR_OK && body)
		e = write_body(w, f->body);
	return e == ERR_OK ? member_end(w) : e;
}

/* ---- files ---- */

static void let_go(struct warc *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

/* Durable, or nothing since the last sync counts. After a failed sync the kernel may have dropped the pages: no second try. */
static enum err sync_file(struct warc *w)
{
	if (w->fd >= 0 && fdatasync(w->fd) < 0) {
		w->broken = true;
		return err_errno(ERR_IO, "cannot sync '%s/%s'", w->dir, w->name);
	}
	if (w->dir_dirty && fsync(w->dir_fd) < 0) {
		w->broken = true;
		return err_errno(ERR_IO, "cannot sync the folder '%s'", w->dir);
	}
	w->dir_dirty = false;
	return ERR_OK;
}

/* Back to the length before a failed append. When even that fails the file is left behind, torn, for the next repair. */
static void cut_back(struct warc *w, int64_t length)
{
	w->out_n = 0;
	w->mid_pending = false;
	w->at = length;
	if (ftruncate(w->fd, (off_t)length) == 0)
		return;
	log_error("cannot cut '%s/%s' back to %lld bytes (%s): going on in a new file", w->dir, w->name,
		  (long long)length, strerror(errno));
	if (sync_file(w) != ERR_OK)
		log_error("%s", err_text());
	let_go(w);
}

static enum err write_warcinfo(struct warc *w)
{
	struct buf body;
	char uuid[37];
	uuid_new(uuid);
	snprintf(w->info_id, sizeof(w->info_id), "<urn:uuid:%s>", uuid);
	buf_init(&body, 4096);
	buf_printf(&body, "software: gongkai/%s\r\nformat: WARC File Format 1.1\r\n", GONGKAI_VERSION);
	buf_add_z(&body,
		  "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n");
	buf_printf(&body, "gongkai-first-fetch-id: %" PRIu64 "\r\n", w->first_fetch_id);
	struct buf *b = &w->head;
	buf_clear(b);
	buf_printf(b, "WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: %s\r\n", w->info_id);
	date_field(b, wall_ms());
	field(b, "WARC-Filename", w->name);
	enum err e = body.sticky != ERR_OK ? body.sticky : end_head(w, "application/warc-fields", body.n);
	if (e == ERR_OK)
		e = member_add(w, body.p, body.n);
	if (e == ERR_OK)
		e = member_end(w);
	if (e == ERR_OK)
		e = flush_out(w);
	buf_fini(&body);
	return e;
}

static enum err begin_file(struct warc *w)
{
	struct tm tm;
	time_t now = (time_t)(wall_ms() / 1000);
	gmtime_r(&now, &tm);
	for (int tries = 0; w->fd < 0; tries++) {
		char stamp[32];
		strftime(stamp, sizeof(stamp), "%Y%m%d%H%M%S", &tm);
		snprintf(w->name, sizeof(w->name), "gongkai-%.14s-%04ld.warc.gz", stamp, w->next_number++);
		w->fd = openat(w->dir_fd, w->name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0640);
		if (w->fd < 0 && (errno != EEXIST || tries == NAME_TRIES))
			return err_errno(ERR_IO, "cannot begin '%s/%s'", w->dir, w->name);
	}
	w->at = 0;
	w->out_n = 0;
	w->mid_pending = false;
	enum err e = write_warcinfo(w);
	if (e != ERR_OK) {
		unlinkat(w->dir_fd, w->name, 0);
		let_go(w);
		return e;
	}
	w->dirty = w->dir_dirty = true;
	return ERR_OK;
}

/* The file that the next record goes to. A full one is synced before the next begins: only the newest can be torn. */
static enum err ready_file(struct warc *w)
{
	if (w->broken)
		return err_set(ERR_IO, "the archive '%s' could not be synced before; start again", w->dir);
	if (w->fd >= 0 && w->at >= w->file_max) {
		enum err e = sync_file(w);
		if (e != ERR_OK)
			return e;
		let_go(w);
	}
	return w->fd < 0 ? begin_file(w) : ERR_OK;
}

enum err warc_append(struct warc *w, const struct warc_fetch *f, struct warc_place *out)
{
	enum err e = ready_file(w);
	if (e != ERR_OK)
		return e;
	int64_t before = w->at;
	e = write_request(w, f);
	if (e == ERR_OK) {
		memcpy(out->file, w->name, sizeof(out->file));
		out->offset = w->at + (int64_t)w->out_n;
		w->member_from = w->out_n;
		w->mid_pending = true;
		e = write_response(w, f);
	}
	if (e == ERR_OK)
		e = flush_out(w);
	if (e != ERR_OK) {
		cut_back(w, before);
		return e;
	}
	out->length = w->at - out->offset;
	w->dirty = true;
	return ERR_OK;
}

enum err warc_sync(struct warc *w)
{
	if (w->broken)
		return err_set(ERR_IO, "the archive '%s' could not be synced before; start again", w->dir);
	if (!w->dirty)
		return ERR_OK;
	enum err e = sync_file(w);
	if (e != ERR_OK)
		return e;
	/* A crash here leaves records that the frontier does not know: they are adopted at the next start. */
	KILL_POINT("archive.synced");
	w->dirty = false;
	return ERR_OK;
}

bool warc_dirty(const struct warc *w)
{
	return w->dirty;
}

enum err warc_begin_ids(struct warc *w, uint64_t first_fetch_id)
{
	w->first_fetch_id = first_fetch_id;
	if (w->fd >= 0) {
		enum err e = sync_file(w);
		if (e != ERR_OK)
			return e;
		let_go(w);
	}
	enum err e = ready_file(w);
	return e == ERR_OK ? warc_sync(w) : e;
}

void warc_set_file_max(struct warc *w, int64_t bytes)
{
	w->file_max = bytes;
}

/* The folder, and its entry in the data folder, durable before anything is said to be in it. */
static enum err open_folder(struct warc *w, const char *data_dir)
{
	if (snprintf(w->dir, sizeof(w->dir), "%s/archive", data_dir) >= (int)sizeof(w->dir))
		return err_set(ERR_LIMIT, "the path '%s' is too long", data_dir);
	bool made = mkdir(w->dir, 0750) == 0;
	if (!made && errno != EEXIST)
		return err_errno(ERR_IO, "cannot make the folder '%s'", w->dir);
	w->dir_fd = open(w->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->dir_fd < 0 && errno == ENOTDIR)
		return err_set(ERR_FOREIGN, "'%s' is no folder: move it away or name another folder with --data",
			       w->dir);
	if (w->dir_fd < 0)
		return err_errno(ERR_IO, "cannot open the folder '%s'", w->dir);
	if (!made)
		return ERR_OK;
	int parent = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err e = ERR_OK;
	if (parent < 0 || fsync(parent) < 0)
		e = err_errno(ERR_IO, "cannot sync the folder '%s'", data_dir);
	if (parent >= 0)
		close(parent);
	return e;
}

enum err warc_open(const char *data_dir, struct warc **out)
{
	struct warc *w = calloc(1, sizeof(*w));
	if (!w)
		return err_set(ERR_NOMEM, "out of memory for the archive");
	w->fd = w->dir_fd = -1;
	w->file_max = WARC_FILE_MAX;
	buf_init(&w->head, WARC_HEAD_MAX);
	buf_init(&w->whole, WHOLE_MAX);
	buf_init(&w->packed, 2 * WHOLE_MAX);
	w->packer = libdeflate_alloc_compressor(WHOLE_LEVEL);
	w->storer = libdeflate_alloc_compressor(0);
	enum err e = ERR_OK;
	if (!w->packer || !w->storer ||
	    deflateInit2(&w->z, DEFLATE_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		libdeflate_free_compressor(w->packer);
		libdeflate_free_compressor(w->storer);
		free(w);
		return err_set(ERR_NOMEM, "out of memory for the archive");
	}
	e = open_folder(w, data_dir);
	if (e == ERR_OK)
		e = warc_repair(data_dir, &w->next_number, &w->first_fetch_id);
	if (e != ERR_OK) {
		warc_close(w);
		return e;
	}
	*out = w;
	return ERR_OK;
}

void warc_close(struct warc *w)
{
	if (!w)
		return;
	let_go(w);
	if (w->dir_fd >= 0)
		close(w->dir_fd);
	deflateEnd(&w->z);
	libdeflate_free_compressor(w->packer);
	libdeflate_free_compressor(w->storer);
	buf_fini(&w->whole);
	buf_fini(&w->packed);
	buf_fini(&w->head);
	free(w);
}
