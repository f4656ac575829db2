#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK_BYTES (64u * 1024)
#define LARGE_BYTES (BLOCK_BYTES / 4) /* from here on an allocation gets a block of its own */
#define ALIGN 16u

struct block {
	struct block *next;
	size_t cap, used;
	_Alignas(ALIGN) char data[];
};

struct arena {
	struct block *current; /* small allocations come from here; older blocks behind it */
	struct block *first;   /* survives arena_reset() */
	size_t used, max;      /* bytes handed out, rounded up */
};

static void (*refusal_handler)(size_t);

void arena_on_refusal(void (*handler)(size_t wanted_bytes))
{
	refusal_handler = handler;
}

static _Noreturn void refuse(size_t wanted)
{
	if (refusal_handler)
		refusal_handler(wanted);
	abort();
}

static struct block *block_new(size_t cap)
{
	if (cap > SIZE_MAX - sizeof(struct block))
		return NULL;
	struct block *b = malloc(sizeof(*b) + cap);
	if (b)
		*b = (struct block){.cap = cap};
	return b;
}

struct arena *arena_new(size_t max_bytes)
{
	struct arena *a = calloc(1, sizeof(*a));
	struct block *b = a ? block_new(BLOCK_BYTES) : NULL;
	if (!b)
		refuse(BLOCK_BYTES);
	a->current = a->first = b;
	a->max = max_bytes;
	return a;
}

static void free_blocks(struct arena *a, const struct block *keep)
{
	struct block *b = a->current;
	while (b) {
		struct block *next = b->next;
		if (b != keep)
			free(b);
		b = next;
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_blocks(a, NULL);
	free(a);
}

void arena_reset(struct arena *a)
{
	free_blocks(a, a->first);
	a->first->used = 0;
	a->first->next = NULL;
	a->current = a->first;
	a->used = 0;
}

size_t arena_used_bytes(const struct arena *a)
{
	return a->used;
}

void *arena_alloc(struct arena *a, size_t n)
{
	if (n > SIZE_MAX - ALIGN)
		refuse(n);
	size_t size = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (size > a->max || a->used > a->max - size)
		refuse(n);
	struct block *b = a->current;
	if (size > b->cap - b->used) {
		bool large = size >= LARGE_BYTES;
		b = block_new(large ? size : BLOCK_BYTES);
		if (!b)
			refuse(n);
		if (large) { /* behind the current block, whose rest stays in use */
			b->next = a->current->next;
			a->current->next = b;
		} else {
			b->next = a->current;
			a->current = b;
		}
	}
	void *p = b->data + b->used;
	b->used += size;
	a->used += size;
	return p;
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
	size_t n;
	if (__builtin_mul_overflow(count, size, &n))
		refuse(SIZE_MAX);
	void *p = arena_alloc(a, n);
	return memset(p, 0, n);
}

char *arena_strdup(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

struct str arena_dup(struct arena *a, struct str s)
{
	return (struct str){arena_strdup(a, s), s.n};
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	char *p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

void *arena_grow(struct arena *a, void *old, size_t *cap, size_t want, size_t size)
{
	if (old && want <= *cap)
		return old;
	size_t count = *cap > SIZE_MAX / 2 ? SIZE_MAX : *cap * 2, n;
	if (count < 8)
		count = 8;
	if (count < want)
		count = want;
	if (__builtin_mul_overflow(count, size, &n))
		refuse(SIZE_MAX);
	void *p = arena_alloc(a, n);
	if (old && *cap)
		memcpy(p, old, *cap * size);
	*cap = count;
	return p;
}
