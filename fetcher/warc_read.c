#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/hash.h"
#include "fetcher/warc.h"
#include "fetcher/warc_file.h"

#define HTTP_HEAD_MAX (128 * 1024) /* http.h keeps response heads below half of this */
#define REVISIT_HOPS_MAX 8
#define PATH_BYTES 4096

struct str warc_header(struct str head, const char *name)
{
	size_t k = strlen(name);
	for (size_t at = 0; at < head.n;) {
		const char *nl = memchr(head.p + at, '\n', head.n - at);
		size_t end = nl ? (size_t)(nl - head.p) : head.n;
		if (end - at > k && head.p[at + k] == ':' && strncasecmp(head.p + at, name, k) == 0)
			return str_trim(str_sub(head, at + k + 1, end));
		at = end + 1;
	}
	return STR_NULL;
}

static uint64_t number_of(struct str s)
{
	uint64_t v = 0;
	for (size_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	return v;
}

static struct str header_or_empty(struct str head, const char *name)
{
	struct str s = warc_header(head, name);
	return s.p ? s : STR("");
}

/* Bytes of the HTTP head at the beginning of a block; all of it when it has no empty line. */
static size_t http_head_bytes(struct str block)
{
	long end = str_find(block, STR("\r\n\r\n"), 0);
	return end < 0 ? block.n : (size_t)end + 4;
}

/* "HTTP/1.1 200 OK" */
static int status_of(struct str head)
{
	if (!str_starts(head, STR("HTTP/")))
		return 0;
	const char *space = memchr(head.p, ' ', head.n);
	return space ? (int)(number_of(str_sub(head, (size_t)(space - head.p) + 1, (size_t)(space - head.p) + 4))) : 0;
}

/* What the request record knows about the fetch. */
struct request {
	uint64_t fetch_id;
	struct buf context;
};

/*
 * Fill `out` but for its body from a response or revisit record; the slices point into out->heads, which holds copies.
 */
static enum err fill(struct warc_response *out, const struct warc_record *r, size_t http_head, const struct request *q)
{
	struct str block = buf_str(&r->block);
	char date[40] = "";
	buf_clear(&out->heads);
	enum err e = buf_add_str(&out->heads, buf_str(&r->head));
	if (e == ERR_OK)
		e = buf_add(&out->heads, block.p, http_head);
	struct str head = {out->heads.p, r->head.n};
	uint64_t fetch_id = e == ERR_OK ? number_of(warc_header(head, "GongKai-Fetch-Id")) : 0;
	bool ours = q && q->fetch_id == fetch_id;
	if (e == ERR_OK && ours)
		e = buf_add_str(&out->heads, buf_str(&q->context));
	if (e != ERR_OK)
		return e;
	head.p = out->heads.p; /* it may have moved */
	out->fetch_id = fetch_id;
	out->response_head = (struct str){head.p + head.n, http_head};
	out->context = ours ? (struct str){head.p + head.n + http_head, q->context.n} : STR("");
	out->status = status_of(out->response_head);
	out->url = header_or_empty(head, "WARC-Target-URI");
	out->ip = header_or_empty(head, "WARC-IP-Address");
	out->truncated = header_or_empty(head, "WARC-Truncated");
	out->cause = header_or_empty(head, "GongKai-Cause");
	out->ask = header_or_empty(head, "GongKai-Ask");
	out->depth = (int)number_of(warc_header(head, "GongKai-Depth"));
	struct str digest = header_or_empty(head, "WARC-Payload-Digest");
	out->payload_sha256 = str_starts(digest, STR("sha256:")) ? str_sub(digest, 7, digest.n) : STR("");
	struct str when = header_or_empty(head, "WARC-Date");
	if (when.n < sizeof(date))
		memcpy(date, when.p, when.n);
	out->fetched_at = clock_parse_iso(date);
	return ERR_OK;
}

static void response_init(struct warc_response *out, size_t max_body_bytes)
{
	*out = (struct warc_response){0};
	buf_init(&out->body, max_body_bytes);
	buf_init(&out->heads, WARC_HEAD_MAX * 2 + HTTP_HEAD_MAX);
}

void warc_response_fini(struct warc_response *r)
{
	buf_fini(&r->body);
	buf_fini(&r->heads);
}

/* One record with at most `keep` bytes of its block; also its exact length, so that a place that lies is found out. */
static enum err read_at(const char *data_dir, const struct warc_place *place, struct warc_record *r)
{
	struct warc_file *f;
	enum err e = warc_file_open(data_dir, place->file, &f);
	if (e != ERR_OK)
		return e;
	e = warc_file_record(f, place->offset, r);
	warc_file_close(f);
	if (e == ERR_OK && place->length && r->length != place->length)
		e = ERR_FORMAT;
	if (e == ERR_NOTFOUND) /* the file is there, but shorter */
		e = ERR_FORMAT;
	if (e == ERR_FORMAT)
		return err_set(e, "the record at offset %lld of '%s' in '%s/archive' is damaged",
			       (long long)place->offset, place->file, data_dir);
	return e;
}

static bool is_type(const struct warc_record *r, const char *type)
{
	return str_eq_z(warc_header(buf_str(&r->head), "WARC-Type"), type);
}

/* Where a revisit's original lies. The length is not known. */
static bool refers_to(const struct warc_record *r, struct warc_place *out)
{
	struct str file = warc_header(buf_str(&r->head), "GongKai-Refers-File");
	struct str offset = warc_header(buf_str(&r->head), "GongKai-Refers-Offset");
	if (file.n == 0 || file.n >= sizeof(out->file) || offset.n == 0)
		return false;
	*out = (struct warc_place){.offset = (int64_t)(number_of(offset) & INT64_MAX)};
	memcpy(out->file, file.p, file.n);
	return true;
}

/* Move the payload behind the HTTP head of `r` into out->body and compare its digest. */
static enum err take_body(struct warc_record *r, const struct warc_place *place, struct warc_response *out)
{
	char hex[65];
	size_t head = http_head_bytes(buf_str(&r->block));
	size_t max = out->body.max;
	if ((uint64_t)r->block_bytes > (uint64_t)head + max)
		return err_set(ERR_LIMIT, "the body at offset %lld of '%s' is longer than %zu bytes",
			       (long long)place->offset, place->file, max);
	buf_consume(&r->block, head);
	buf_fini(&out->body);
	out->body = r->block;
	out->body.max = max > r->block.n ? max : r->block.n;
	buf_init(&r->block, max);
	struct str body = buf_str(&out->body);
	sha256_hex(body.p, body.n, hex);
	if (!str_eq_z(out->payload_sha256, hex))
		return err_set(ERR_FORMAT,
			       "the body at offset %lld of '%s' is not the one that was written (its digest differs)",
			       (long long)place->offset, place->file);
	return ERR_OK;
}

enum err warc_read(const char *data_dir, const struct warc_place *place, size_t max_body_bytes,
		   struct warc_response *out)
{
	struct warc_record r;
	struct warc_place at = *place;
	response_init(out, max_body_bytes);
	warc_record_init(&r, max_body_bytes + HTTP_HEAD_MAX);
	enum err e = ERR_OK;
	for (int hop = 0;; hop++) {
		e = read_at(data_dir, &at, &r);
		if (e != ERR_OK)
			break;
		bool revisit = is_type(&r, "revisit");
		if (!revisit && !is_type(&r, "response")) {
			e = err_set(ERR_FORMAT, "the record at offset %lld of '%s' is no response",
				    (long long)at.offset, at.file);
			break;
		}
		if (hop == 0) /* heads are the revisit's own, the body is the original's */
			e = fill(out, &r, http_head_bytes(buf_str(&r.block)), NULL);
		if (e != ERR_OK)
			break;
		if (!revisit) {
			out->body_place = at;
			out->body_fetch_id = number_of(warc_header(buf_str(&r.head), "GongKai-Fetch-Id"));
			e = take_body(&r, &at, out);
			break;
		}
		if (hop == REVISIT_HOPS_MAX || !refers_to(&r, &at)) {
			e = err_set(ERR_FORMAT, "the revisit at offset %lld of '%s' leads nowhere",
				    (long long)place->offset, place->file);
			break;
		}
	}
	warc_record_fini(&r);
	if (e != ERR_OK)
		warc_response_fini(out);
	return e;
}

/* ---- scanning ---- */

struct scan {
	bool (*record)(void *ctx, const struct warc_place *place, const struct warc_response *r);
	void *ctx;
	struct warc_response response;
	struct request request;
	uint64_t max_fetch_id;
	bool stop;
};

static void see_fetch_id(struct scan *s, struct str value)
{
	uint64_t id = number_of(value);
	if (id > s->max_fetch_id)
		s->max_fetch_id = id;
}

static enum err scan_record(struct scan *s, const char *file, const struct warc_record *r)
{
	struct str head = buf_str(&r->head);
	enum err e = ERR_OK;
	see_fetch_id(s, warc_header(head, "GongKai-Fetch-Id"));
	if (is_type(r, "warcinfo")) {
		see_fetch_id(s, warc_header(buf_str(&r->block), "gongkai-first-fetch-id"));
	} else if (is_type(r, "request")) {
		s->request.fetch_id = number_of(warc_header(head, "GongKai-Fetch-Id"));
		buf_clear(&s->request.context);
		e = buf_add_str(&s->request.context, header_or_empty(head, "GongKai-Context"));
	} else if ((is_type(r, "response") || is_type(r, "revisit")) && s->record) {
		struct warc_place place = {.offset = r->offset, .length = r->length};
		memcpy(place.file, file, strlen(file) + 1);
		e = fill(&s->response, r, http_head_bytes(buf_str(&r->block)), &s->request);
		if (e == ERR_OK)
			s->stop = !s->record(s->ctx, &place, &s->response);
	}
	return e;
}

static enum err scan_file(struct scan *s, const char *data_dir, const char *file, int64_t offset, struct warc_record *r)
{
	struct warc_file *f;
	enum err e = warc_file_open(data_dir, file, &f);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	s->request.fetch_id = 0;
	while (!s->stop) {
		e = warc_file_next(f, offset, r);
		if (e != ERR_OK)
			break;
		offset = r->offset + r->length;
		e = scan_record(s, file, r);
		if (e != ERR_OK)
			break;
	}
	warc_file_close(f);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err warc_scan(const char *data_dir, const char *from_file, int64_t from_offset,
		   bool (*record)(void *ctx, const struct warc_place *place, const struct warc_response *r), void *ctx,
		   uint64_t *max_fetch_id_out)
{
	struct warc_names names;
	struct warc_record r;
	struct scan s = {.record = record, .ctx = ctx};
	response_init(&s.response, 0);
	buf_init(&s.request.context, WARC_HEAD_MAX);
	warc_record_init(&r, HTTP_HEAD_MAX);
	enum err e = warc_list(data_dir, &names);
	for (size_t i = 0; e == ERR_OK && !s.stop && i < names.count; i++) {
		int order = from_file ? warc_name_compare(names.name[i], from_file) : 1;
		if (order >= 0)
			e = scan_file(&s, data_dir, names.name[i], order == 0 ? from_offset : 0, &r);
	}
	if (max_fetch_id_out)
		*max_fetch_id_out = s.max_fetch_id;
	warc_names_fini(&names);
	warc_record_fini(&r);
	warc_response_fini(&s.response);
	buf_fini(&s.request.context);
	return e;
}

int64_t warc_total_bytes(const char *data_dir)
{
	struct warc_names names;
	int64_t sum = 0;
	if (warc_list(data_dir, &names) != ERR_OK)
		return 0;
	for (size_t i = 0; i < names.count; i++) {
		char path[PATH_BYTES];
		struct stat st;
		snprintf(path, sizeof(path), "%s/archive/%s", data_dir, names.name[i]);
		if (stat(path, &st) == 0)
			sum += st.st_size;
	}
	warc_names_fini(&names);
	return sum;
}
