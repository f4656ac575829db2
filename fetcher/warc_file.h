/*
 * warc_file - the archive's files: listing them and reading one record by record. Used by warc*.c alone.
 *
 * Memory is bounded: a record's header (WARC_HEAD_MAX) and the first `keep` bytes of its block are held, the rest is
 * inflated, counted and dropped. A record is whole when its gzip member ends with a right checksum and holds exactly a
 * WARC header, Content-Length bytes and two line ends.
 */
#ifndef FETCHER_WARC_FILE_H
#define FETCHER_WARC_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define WARC_NAME_BYTES 64
#define WARC_HEAD_MAX (256 * 1024)
#define WARC_FILES_MAX 1000000

struct warc_names {
	char (*name)[WARC_NAME_BYTES]; /* in file order */
	size_t count;
};

/** Files of data_dir/archive by our naming; none when there is no folder. warc_names_fini() afterwards. */
enum err warc_list(const char *data_dir, struct warc_names *out) WARN_UNUSED;
void warc_names_fini(struct warc_names *n);
/** NNNN of a name, -1 when it is not ours. */
long warc_name_number(const char *name);
/** <0, 0, >0 in file order. */
int warc_name_compare(const char *a, const char *b);

struct warc_record {
	struct buf head;  /* WARC header with its empty line */
	struct buf block; /* its first `keep` bytes */
	int64_t block_bytes, offset, length;
};
void warc_record_init(struct warc_record *r, size_t keep);
void warc_record_fini(struct warc_record *r);

struct warc_file;
/** ERR_NOTFOUND when absent, ERR_FORMAT for a name that is not ours. */
enum err warc_file_open(const char *data_dir, const char *name, struct warc_file **out) WARN_UNUSED;
void warc_file_close(struct warc_file *f); /* NULL is fine */
int64_t warc_file_bytes(const struct warc_file *f);
/** The record at `offset`. ERR_FORMAT when it is not whole, ERR_NOTFOUND at or behind the end of the file. */
enum err warc_file_record(struct warc_file *f, int64_t offset, struct warc_record *r) WARN_UNUSED;
/** The first whole record at or after `offset`: damaged ones are skipped. ERR_NOTFOUND when there is none. */
enum err warc_file_next(struct warc_file *f, int64_t offset, struct warc_record *r) WARN_UNUSED;

#endif
