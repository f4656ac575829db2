#include "fetcher/warc_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "fetcher/warc.h"

#define IN_BYTES (64 * 1024)
#define FIRST_LOOK_BYTES 16 /* enough to see that a member is no record, before more is inflated */
#define PATH_BYTES 4096
#define BLOCK_MAX (1LL << 40)

/* ---- names ---- */

/* gongkai-YYYYMMDDHHMMSS-NNNN.warc.gz, N four digits or more */
long warc_name_number(const char *name)
{
	static const char shape[] = "gongkai-dddddddddddddd-";
	size_t i = 0;
	if (strlen(name) >= WARC_NAME_BYTES)
		return -1;
	for (; shape[i]; i++)
		if (shape[i] == 'd' ? name[i] < '0' || name[i] > '9' : name[i] != shape[i])
			return -1;
	long v = 0;
	size_t digits = 0;
	for (; name[i] >= '0' && name[i] <= '9' && digits < 9; i++, digits++)
		v = v * 10 + (name[i] - '0');
	return digits >= 4 && strcmp(name + i, ".warc.gz") == 0 ? v : -1;
}

int warc_name_compare(const char *a, const char *b)
{
	long x = warc_name_number(a), y = warc_name_number(b);
	if (x != y)
		return x < y ? -1 : 1;
	return strcmp(a, b);
}

static int compare_names(const void *a, const void *b)
{
	return warc_name_compare(a, b);
}

enum err warc_list(const char *data_dir, struct warc_names *out)
{
	char path[PATH_BYTES];
	size_t cap = 0;
	enum err e = ERR_OK;
	*out = (struct warc_names){0};
	snprintf(path, sizeof(path), "%s/archive", data_dir);
	DIR *d = opendir(path);
	if (!d && errno == ENOTDIR)
		return err_set(ERR_FOREIGN, "'%s' is no folder: move it away or name another folder with --data", path);
	if (!d)
		return errno == ENOENT ? ERR_OK : err_errno(ERR_IO, "cannot open the folder '%s'", path);
	for (struct dirent *entry; (entry = readdir(d));) {
		if (warc_name_number(entry->d_name) < 0)
			continue;
		if (out->count == cap) {
			cap = cap ? cap * 2 : 16;
			void *p = cap > WARC_FILES_MAX ? NULL : realloc(out->name, cap * WARC_NAME_BYTES);
			if (!p) {
				e = err_set(ERR_NOMEM, "out of memory for the %zu files of '%s'", cap, path);
				break;
			}
			out->name = p;
		}
		memcpy(out->name[out->count++], entry->d_name, strlen(entry->d_name) + 1);
	}
	closedir(d);
	if (e != ERR_OK)
		warc_names_fini(out);
	else if (out->count)
		qsort(out->name, out->count, WARC_NAME_BYTES, compare_names);
	return e;
}

void warc_names_fini(struct warc_names *n)
{
	free(n->name);
	*n = (struct warc_names){0};
}

/* ---- one file ---- */

struct warc_file {
	int fd;
	int64_t bytes;
	char path[PATH_BYTES];
	z_stream z;
	int64_t in_at; /* place in the file of in[0] */
	size_t in_n;
	bool inflating;              /* z was set up */
	char info_id[WARC_ID_BYTES]; /* WARC-Record-ID of the file's warcinfo; "" while unknown */
	unsigned char in[IN_BYTES], out[IN_BYTES];
};

void warc_record_init(struct warc_record *r, size_t keep)
{
	*r = (struct warc_record){0};
	buf_init(&r->head, WARC_HEAD_MAX);
	buf_init(&r->block, keep);
}

void warc_record_fini(struct warc_record *r)
{
	buf_fini(&r->head);
	buf_fini(&r->block);
}

enum err warc_file_open(const char *data_dir, const char *name, struct warc_file **out)
{
	struct stat st;
	if (warc_name_number(name) < 0)
		return err_set(ERR_FORMAT, "'%s' is no name of an archive file", name);
	struct warc_file *f = malloc(sizeof(*f));
	if (!f)
		return err_set(ERR_NOMEM, "out of memory for reading the archive");
	f->z = (z_stream){0};
	f->in_n = 0;
	f->inflating = false;
	f->info_id[0] = '\0';
	snprintf(f->path, sizeof(f->path), "%s/archive/%s", data_dir, name);
	f->fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum err e = ERR_OK;
	if (f->fd < 0 || fstat(f->fd, &st) < 0)
		e = err_errno(errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "cannot open '%s'", f->path);
	else if (inflateInit2(&f->z, 15 + 16) != Z_OK)
		e = err_set(ERR_NOMEM, "out of memory for reading the archive");
	else
		f->inflating = true;
	if (e != ERR_OK) {
		warc_file_close(f);
		return e;
	}
	f->bytes = st.st_size;
	*out = f;
	return ERR_OK;
}

void warc_file_close(struct warc_file *f)
{
	if (!f)
		return;
	if (f->inflating)
		inflateEnd(&f->z);
	if (f->fd >= 0)
		close(f->fd);
	free(f);
}

int64_t warc_file_bytes(const struct warc_file *f)
{
	return f->bytes;
}

/* Bytes of the file from `at` on; *n 0 at its end. */
static enum err window(struct warc_file *f, int64_t at, unsigned char **p, size_t *n)
{
	if (f->in_n == 0 || at < f->in_at || at >= f->in_at + (int64_t)f->in_n) {
		ssize_t got;
		do
			got = pread(f->fd, f->in, IN_BYTES, (off_t)at);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return err_errno(ERR_IO, "cannot read '%s'", f->path);
		f->in_at = at;
		f->in_n = (size_t)got;
	}
	*p = f->in + (at - f->in_at);
	*n = f->in_n - (size_t)(at - f->in_at);
	return ERR_OK;
}

/* Where the reading of one record stands. */
struct parse {
	struct warc_record *r;
	struct str want_id; /* warcinfo that the record must name; empty: any */
	bool in_block;
	int64_t left;  /* block bytes to come */
	unsigned tail; /* bytes of the two line ends seen */
};

static bool names_warcinfo(struct str head, struct str id)
{
	struct str type = warc_header(head, "WARC-Type");
	return str_eq(warc_header(head, str_eq_z(type, "warcinfo") ? "WARC-Record-ID" : "WARC-Warcinfo-ID"), id);
}

static bool content_length(struct str head, int64_t *out)
{
	struct str s = warc_header(head, "Content-Length");
	int64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || v > BLOCK_MAX)
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return s.n > 0;
}

/* Take header bytes until the empty line; false when this is no record. */
static bool take_head(struct parse *s, const unsigned char *p, size_t n, size_t *used)
{
	static const char magic[] = "WARC/1.";
	struct buf *head = &s->r->head;
	size_t before = head->n, from = before > 3 ? before - 3 : 0;
	size_t room = head->max - before;
	if (buf_add(head, p, n < room ? n : room) != ERR_OK)
		return false;
	struct str h = buf_str(head);
	size_t k = h.n < sizeof(magic) - 1 ? h.n : sizeof(magic) - 1;
	if (memcmp(h.p, magic, k) != 0)
		return false;
	long end = str_find(h, STR("\r\n\r\n"), from);
	if (end < 0) {
		*used = n;
		return h.n < head->max;
	}
	*used = (size_t)end + 4 - before;
	head->n = (size_t)end + 4;
	head->p[head->n] = '\0';
	if (!content_length(buf_str(head), &s->r->block_bytes))
		return false;
	if (s->want_id.n && !names_warcinfo(buf_str(head), s->want_id))
		return false;
	s->left = s->r->block_bytes;
	s->in_block = true;
	struct buf *b = &s->r->block; /* at once, not by doubling: a body may be of many megabytes */
	if (buf_reserve(b, (uint64_t)s->left < b->max ? (size_t)s->left : b->max) == NULL)
		b->sticky = ERR_OK; /* buf_add() says it when the bytes do come */
	return true;
}

/* Take inflated bytes; ERR_FORMAT when they are not those of one whole record, ERR_NOMEM. */
static enum err take(struct parse *s, const unsigned char *p, size_t n)
{
	while (n) {
		size_t used = 0;
		if (!s->in_block) {
			if (!take_head(s, p, n, &used))
				return ERR_FORMAT;
		} else if (s->left > 0) {
			used = (int64_t)n < s->left ? n : (size_t)s->left;
			struct buf *b = &s->r->block;
			size_t room = b->max - b->n;
			if (buf_add(b, p, used < room ? used : room) != ERR_OK)
				return ERR_NOMEM;
			s->left -= (int64_t)used;
		} else {
			used = 1;
			if (s->tail >= 4 || *p != (unsigned char)"\r\n\r\n"[s->tail])
				return ERR_FORMAT;
			s->tail++;
		}
		p += used;
		n -= used;
	}
	return ERR_OK;
}

static enum err read_record(struct warc_file *f, int64_t offset, struct str want_id, struct warc_record *r)
{
	struct parse s = {.r = r, .want_id = want_id};
	int64_t at = offset;
	int rc = Z_OK;
	buf_clear(&r->head);
	buf_clear(&r->block);
	if (offset < 0 || offset >= f->bytes)
		return err_set(ERR_NOTFOUND, "'%s' ends before offset %lld", f->path, (long long)offset);
	inflateReset(&f->z);
	while (rc != Z_STREAM_END) {
		unsigned char *p;
		size_t n;
		enum err e = window(f, at, &p, &n);
		if (e != ERR_OK)
			return e;
		if (n == 0)
			break;
		f->z.next_in = p;
		f->z.avail_in = (unsigned)n;
		f->z.next_out = f->out;
		f->z.avail_out = r->head.n ? IN_BYTES : FIRST_LOOK_BYTES;
		unsigned room = f->z.avail_out;
		rc = inflate(&f->z, Z_NO_FLUSH);
		at += (int64_t)n - f->z.avail_in;
		if (rc != Z_OK && rc != Z_STREAM_END)
			break;
		e = take(&s, f->out, room - f->z.avail_out);
		if (e == ERR_NOMEM)
			return e;
		if (e != ERR_OK)
			rc = Z_DATA_ERROR;
		if (rc == Z_DATA_ERROR)
			break;
	}
	if (rc != Z_STREAM_END || !s.in_block || s.left != 0 || s.tail != 4)
		return err_set(ERR_FORMAT, "the record at offset %lld of '%s' is damaged", (long long)offset, f->path);
	r->offset = offset;
	r->length = at - offset;
	return ERR_OK;
}

enum err warc_file_record(struct warc_file *f, int64_t offset, struct warc_record *r)
{
	return read_record(f, offset, STR(""), r);
}

/* The warcinfo's id from the head of the file, once; stays "" when that record is damaged. */
static enum err learn_info_id(struct warc_file *f)
{
	struct warc_record first;
	if (f->info_id[0])
		return ERR_OK;
	warc_record_init(&first, 0);
	enum err e = read_record(f, 0, STR(""), &first);
	struct str id = e == ERR_OK ? warc_header(buf_str(&first.head), "WARC-Record-ID") : STR_NULL;
	if (id.n < sizeof(f->info_id)) {
		memcpy(f->info_id, id.n ? id.p : "", id.n);
		f->info_id[id.n] = '\0';
	}
	warc_record_fini(&first);
	return e == ERR_FORMAT || e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err warc_file_next(struct warc_file *f, int64_t offset, struct warc_record *r)
{
	static const unsigned char magic[] = {0x1F, 0x8B, 0x08};
	enum err e = read_record(f, offset, STR(""), r);
	if (e != ERR_FORMAT)
		return e;
	e = learn_info_id(f);
	if (e != ERR_OK)
		return e;
	for (int64_t at = offset + 1; at < f->bytes;) {
		unsigned char *p;
		size_t n;
		if (f->in_at + (int64_t)f->in_n - at < (int64_t)sizeof(magic))
			f->in_n = 0; /* a magic that the window's end cuts is seen whole in the next one */
		e = window(f, at, &p, &n);
		if (e != ERR_OK)
			return e;
		const unsigned char *hit = memmem(p, n, magic, sizeof(magic));
		if (!hit) {
			if (n < sizeof(magic))
				break;
			at += (int64_t)(n - (sizeof(magic) - 1));
			continue;
		}
		at += hit - p;
		e = read_record(f, at, str_of(f->info_id), r);
		if (e != ERR_FORMAT)
			return e;
		at++;
	}
	return err_set(ERR_NOTFOUND, "no whole record behind offset %lld of '%s'", (long long)offset, f->path);
}
