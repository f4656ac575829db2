#include "sink/fragments.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

struct pair {
	int64_t from, to; /* code points */
};

static int order(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	return x->from != y->from ? (x->from > y->from) - (x->from < y->from) : (x->to > y->to) - (x->to < y->to);
}

static size_t read_pairs(const json_t *list, struct pair *out)
{
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(list) && i < FRAGMENTS_MAX; i++) {
		const json_t *pair = json_array_get(list, i), *from = json_array_get(pair, 0),
			     *to = json_array_get(pair, 1);
		struct pair p = {json_integer_value(from), json_integer_value(to)};
		if (json_is_integer(from) && json_is_integer(to) && p.to > p.from)
			out[n++] = p;
	}
	qsort(out, n, sizeof *out, order);
	return n;
}

enum err fragments_each(struct str text, struct str json, fragment_fn *fn, void *ctx)
{
	if (!text.n || !json.n)
		return ERR_OK;
	struct pair *pairs = malloc(FRAGMENTS_MAX * sizeof *pairs);
	if (!pairs)
		return err_set(ERR_NOMEM, "out of memory");
	json_t *list = json_loadb(json.p, json.n, 0, NULL);
	size_t n = read_pairs(list, pairs), pos = 0;
	int64_t at = 0;
	bool more = true;
	for (size_t i = 0; i < n && more && pos < text.n; i++) {
		for (; at < pairs[i].from && pos < text.n; at++)
			utf8_next(text.p, text.n, &pos);
		size_t start = pos;
		for (; at < pairs[i].to && pos < text.n; at++)
			utf8_next(text.p, text.n, &pos);
		if (pos > start)
			more = fn(ctx, str_sub(text, start, pos));
	}
	json_decref(list);
	free(pairs);
	return ERR_OK;
}
