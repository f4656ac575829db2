/* search_text - words in folded text: the pure part of search.h. */
#include <string.h>

#include "sink/search_text.h"

#define SNIPPET_BEFORE 16 /* characters */
#define SNIPPET_AFTER 40

static uint16_t lower(uint16_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint16_t)(c + 32) : c;
}

static bool word_at(const struct search_folded *f, size_t pos, const uint16_t *w, size_t n)
{
	if (n > f->n - pos)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(f->ch[pos + i]) != w[i])
			return false;
	return true;
}

bool search_within(const struct search_folded *f, const struct search_query *q, uint32_t from, uint32_t to, size_t *at)
{
	for (unsigned k = 0; k < q->count; k++) {
		size_t i = 0;
		while (i < f->n && !(f->cp[i] >= from && f->cp[i] < to && word_at(f, i, q->word[k].ch, q->word[k].n)))
			i++;
		if (i == f->n)
			return false;
		if (k == 0)
			*at = i;
	}
	return q->count > 0;
}

/* Text as it stands, in one line. */
static void add_source(struct buf *out, const char *p, size_t n)
{
	bool blank = false;
	for (size_t i = 0; i < n; i++) {
		bool white = (unsigned char)p[i] <= ' ' || p[i] == 0x7f;
		if (!white)
			buf_add_char(out, p[i]);
		else if (!blank)
			buf_add_char(out, ' ');
		blank = white;
	}
}

void search_snippet(const struct search_document *d, const struct search_query *q, size_t at, struct buf *out)
{
	const struct search_folded *f = &d->folded;
	size_t from = at > SNIPPET_BEFORE ? at - SNIPPET_BEFORE : 0;
	size_t to = f->n - at > SNIPPET_AFTER ? at + SNIPPET_AFTER : f->n;
	buf_clear(out);
	for (size_t i = from; i < to;) {
		size_t n = 0;
		for (unsigned k = 0; k < q->count; k++)
			if (q->word[k].n > n && word_at(f, i, q->word[k].ch, q->word[k].n))
				n = q->word[k].n;
		size_t end = n ? i + n : i + 1;
		/* what the fold leaves out behind a marked word stays outside of the marks */
		size_t last = f->byte[end - 1];
		utf8_next(d->text.p, d->text.n, &last);
		size_t stop = f->byte[end];
		if (n) {
			buf_add_z(out, "【");
			add_source(out, d->text.p + f->byte[i], last - f->byte[i]);
			buf_add_z(out, "】");
			add_source(out, d->text.p + last, stop - last);
		} else {
			add_source(out, d->text.p + f->byte[i], stop - f->byte[i]);
		}
		i = end;
	}
}

/* One character of a query's phrase; white space does not count, as the fold has none either. */
static enum err add_word(struct search_query *q, const struct search_folded *f, size_t from, size_t to)
{
	size_t n = 0;
	if (q->count == SEARCH_WORDS_MAX)
		return err_set(ERR_USAGE, "too many words: give at most %d", SEARCH_WORDS_MAX);
	for (size_t i = from; i < to; i++) {
		if (f->ch[i] == ' ' || f->ch[i] == '\t' || f->ch[i] == '\n')
			continue;
		if (n == SEARCH_WORD_MAX)
			return err_set(ERR_USAGE, "too long a word: give at most %d characters", SEARCH_WORD_MAX);
		q->word[q->count].ch[n++] = lower(f->ch[i]);
	}
	if (n)
		q->word[q->count++].n = n;
	return ERR_OK;
}

enum err search_words(struct str words, search_fold_fn *fold, void *ctx, struct search_query *out)
{
	struct search_folded f;
	enum err e = ERR_OK;
	bool quoted = false;
	*out = (struct search_query){0};
	for (size_t i = 0, from = 0; e == ERR_OK && i <= words.n; i++) {
		bool quote = i < words.n && words.p[i] == '"';
		bool white = i < words.n && strchr(" \t\r\n", words.p[i]);
		bool wide = i + 3 <= words.n && memcmp(words.p + i, "\xE3\x80\x80", 3) == 0;
		if (i < words.n && !quote && (quoted || (!white && !wide)))
			continue;
		fold(ctx, str_sub(words, from, i), &f);
		e = add_word(out, &f, 0, f.n);
		if (quote)
			quoted = !quoted;
		i += wide ? 2 : 0;
		from = i + 1;
	}
	if (e == ERR_OK && quoted)
		e = err_set(ERR_USAGE, "a quotation mark is not closed");
	return e == ERR_OK && out->count == 0 ? err_set(ERR_USAGE, "no word to search for") : e;
}
