/*
 * fold - the document's text as it is matched: one array of 16-bit code points in which full-width digits and
 * punctuation are ASCII, traditional characters are simplified and white space inside a line is gone.
 *
 * Every entry remembers where it comes from, so that a match always leads back to the verbatim text: `byte` is its
 * offset in the text, `cp` its offset in code points. A blank between two digits stays as ' ' (else "25 78" would
 * become one number), a line end as '\n', a cell end as '\t'. Characters outside the BMP become U+FFFD.
 * The arrays live in the arena that fold_text() was given; ch[n] is 0, byte[n] and cp[n] are the end.
 */
#ifndef PARSER_FOLD_H
#define PARSER_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct lexicon;

/* longest text that is read for figures; real reports stay under 0.2 million */
#define FOLD_MAX (1u << 20)

typedef uint16_t fchar;

struct fold {
	fchar *ch;
	uint32_t *byte, *cp;
	size_t n;
	bool cut; /* the text was longer than FOLD_MAX */
	struct str text;
};

/** Fold `text` (valid UTF-8, borrowed). */
void fold_text(const struct lexicon *lex, struct arena *a, struct str text, struct fold *out);
/** Verbatim text of the folded range [from, to); empty when the range is. */
struct str fold_source(const struct fold *f, size_t from, size_t to);
/** First folded position at or behind a byte of the text. */
size_t fold_at_byte(const struct fold *f, uint32_t byte);
/** Is the literal `w` (folded, w_n code points) at `pos`? */
bool fold_is(const struct fold *f, size_t pos, const fchar *w, size_t w_n);

static inline bool fchar_digit(fchar c)
{
	return c >= '0' && c <= '9';
}
static inline bool fchar_latin(fchar c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
/** Does a piece of a page's title end at `k`: 标题_栏目-站名, but not 2016-2017学年? */
static inline bool fold_title_mark(const struct fold *t, size_t k)
{
	if (k == t->n || t->ch[k] == '_' || t->ch[k] == '|' || t->ch[k] == '\n')
		return true;
	return t->ch[k] == '-' && !(k > 0 && k + 1 < t->n && fchar_digit(t->ch[k - 1]) && fchar_digit(t->ch[k + 1]));
}
/** A Chinese character. */
static inline bool fchar_han(fchar c)
{
	return c >= 0x3400 && c <= 0x9FFF;
}
/** Value of a Chinese digit as years are written, 一 to 九 and for zero 〇, 零, ○ or O; -1 for anything else. */
static inline int fchar_han_digit(fchar c)
{
	switch (c) {
	case 0x3007:
	case 0x96F6:
	case 0x25CB:
	case 'O':
		return 0;
	case 0x4E00:
		return 1;
	case 0x4E8C:
		return 2;
	case 0x4E09:
		return 3;
	case 0x56DB:
		return 4;
	case 0x4E94:
		return 5;
	case 0x516D:
		return 6;
	case 0x4E03:
		return 7;
	case 0x516B:
		return 8;
	case 0x4E5D:
		return 9;
	default:
		return -1;
	}
}
/** A character of a section's number: 一 to 十. */
static inline bool fchar_section_digit(fchar c)
{
	return c == 0x5341 || fchar_han_digit(c) > 0;
}
/** The end of a sentence: full stop, exclamation or question mark, line end. */
static inline bool fchar_sentence_end(fchar c)
{
	return c == 0x3002 || c == '!' || c == '?' || c == '\n';
}
/** The end of a clause: also comma, semicolon, cell end. */
static inline bool fchar_clause_end(fchar c)
{
	return fchar_sentence_end(c) || c == ',' || c == ';' || c == '\t';
}

#endif
