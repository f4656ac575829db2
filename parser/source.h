/*
 * source - a page's body as a stream that can be read again from its start, content-encoding removed.
 *
 * Nothing is kept but one output window, so a page of any size costs constant memory. identity, gzip
 * and deflate (with or without the zlib head, as servers send both) are read; any other encoding is
 * ERR_FORMAT. Inflating stops at SOURCE_MAX_BYTES and at the first damaged byte; what came before it is
 * given and `cut` is set. An encoding that gives no byte at all is ERR_FORMAT.
 * The body is borrowed for the life of the source.
 */
#ifndef PARSER_SOURCE_H
#define PARSER_SOURCE_H

#include <stdbool.h>
#include <zlib.h>

#include "base/err.h"
#include "base/str.h"

#define SOURCE_MAX_BYTES (32u * 1024 * 1024) /* body inflated (INTERFACE.md) */
#define SOURCE_WINDOW (16u * 1024)

enum source_coding { SOURCE_IDENTITY, SOURCE_GZIP, SOURCE_DEFLATE };

struct source {
	struct str body;
	enum source_coding coding;
	size_t at;    /* identity: next byte of the body */
	size_t given; /* bytes given since the start */
	bool cut;
	bool ended;
	bool zs_open;
	z_stream zs;
	unsigned char window[SOURCE_WINDOW];
};

enum err source_init(struct source *s, struct str body, struct str content_encoding) WARN_UNUSED;
void source_fini(struct source *s);
/** Back to the first byte. */
enum err source_rewind(struct source *s) WARN_UNUSED;
/** The next bytes, at most SOURCE_WINDOW; empty at the end. Borrowed until the next call. */
enum err source_next(struct source *s, struct str *out) WARN_UNUSED;

#endif
