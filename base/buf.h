/*
 * buf - growable byte buffer with a maximum that is named when it is made (after curl's dynbuf).
 *
 * Every append returns ERR_OK, ERR_LIMIT (the maximum would be passed; the content stays as it was)
 * or ERR_NOMEM. The first failure is also kept in `sticky`, so that a chain of appends needs one
 * check at its end. The content is always followed by a NUL that is not counted.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct buf {
	char *p;    /* owned; NULL while empty */
	size_t n;   /* bytes used */
	size_t cap; /* bytes allocated */
	size_t max; /* bytes allowed */
	enum err sticky;
};

void buf_init(struct buf *b, size_t max_bytes);
/** Frees the content; the buffer may be used again with its maximum. */
void buf_fini(struct buf *b);
/** Empties and clears `sticky`, keeps the memory. */
void buf_clear(struct buf *b);
enum err buf_add(struct buf *b, const void *p, size_t n);
enum err buf_add_str(struct buf *b, struct str s);
enum err buf_add_z(struct buf *b, const char *z);
enum err buf_add_char(struct buf *b, char c);
enum err buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Make room for n more bytes and return the place to write them, or NULL (sticky set); then buf_commit(). */
char *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);
/** Drop the first n bytes. */
void buf_consume(struct buf *b, size_t n);
/** Take the content (caller frees with free()); the buffer is empty afterwards. */
char *buf_take(struct buf *b, size_t *n_out);
static inline struct str buf_str(const struct buf *b)
{
	return (struct str){b->p ? b->p : "", b->n};
}

#endif
