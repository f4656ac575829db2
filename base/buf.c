#include "base/buf.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define BUF_FIRST_BYTES 256

void buf_init(struct buf *b, size_t max_bytes)
{
	assert(max_bytes < SIZE_MAX / 4);
	*b = (struct buf){.max = max_bytes};
}

void buf_fini(struct buf *b)
{
	free(b->p);
	*b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->sticky = ERR_OK;
	if (b->p)
		b->p[0] = '\0';
}

static enum err fail(struct buf *b, enum err code)
{
	if (b->sticky == ERR_OK)
		b->sticky = code;
	if (code == ERR_LIMIT)
		return err_set(code, "a buffer passed its maximum of %zu bytes", b->max);
	return err_set(code, "out of memory for a buffer of %zu bytes", b->n);
}

/* Room for n more bytes and the NUL. Doubles, but never past the maximum. */
static enum err make_room(struct buf *b, size_t n)
{
	if (n > b->max || b->n > b->max - n)
		return fail(b, ERR_LIMIT);
	size_t want = b->n + n + 1;
	if (want <= b->cap)
		return ERR_OK;
	size_t cap = b->cap ? b->cap * 2 : BUF_FIRST_BYTES;
	if (cap < want)
		cap = want;
	if (cap > b->max + 1)
		cap = b->max + 1;
	char *p = realloc(b->p, cap);
	if (!p)
		return fail(b, ERR_NOMEM);
	b->p = p;
	b->cap = cap;
	return ERR_OK;
}

enum err buf_add(struct buf *b, const void *p, size_t n)
{
	if (b->cap <= b->n || n >= b->cap - b->n) { /* no room: cap counts the NUL and never passes max + 1 */
		enum err e = make_room(b, n);
		if (e != ERR_OK)
			return e;
	}
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
	return ERR_OK;
}

enum err buf_add_str(struct buf *b, struct str s)
{
	return buf_add(b, s.p, s.n);
}

enum err buf_add_z(struct buf *b, const char *z)
{
	return buf_add(b, z, strlen(z));
}

enum err buf_add_char(struct buf *b, char c)
{
	if (b->cap <= b->n || b->cap - b->n < 2)
		return buf_add(b, &c, 1);
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
	return ERR_OK;
}

enum err buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	enum err e = n < 0 ? fail(b, ERR_NOMEM) : make_room(b, (size_t)n);
	if (e == ERR_OK) {
		vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
	return e;
}

char *buf_reserve(struct buf *b, size_t n)
{
	if (make_room(b, n) != ERR_OK)
		return NULL;
	return b->p + b->n;
}

void buf_commit(struct buf *b, size_t n)
{
	assert(b->p && b->n + n < b->cap);
	b->n += n;
	b->p[b->n] = '\0';
}

void buf_consume(struct buf *b, size_t n)
{
	assert(n <= b->n);
	if (!n)
		return;
	memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
	b->p[b->n] = '\0';
}

char *buf_take(struct buf *b, size_t *n_out)
{
	char *p = b->p;
	if (n_out)
		*n_out = b->n;
	if (!p)
		p = calloc(1, 1);
	*b = (struct buf){.max = b->max};
	return p;
}
