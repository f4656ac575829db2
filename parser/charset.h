/*
 * charset - which encoding a page is in, and its text as UTF-8 in pieces.
 *
 * Order (INTERFACE.md): byte-order mark, strict UTF-8 over the whole page, the HTTP label, the meta label,
 * then counting common hanzi in strict readings as GB18030 and Big5. Every gb* label is read as GB18030,
 * since pages that say gb2312 hold characters of GBK. A byte that cannot be read becomes U+FFFD, one byte
 * is skipped, and it is counted. NUL and other control characters but tab and line ends are dropped.
 *
 * All converters are opened in charsets_new(): a sandbox that forbids opening files may follow.
 */
#ifndef PARSER_CHARSET_H
#define PARSER_CHARSET_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "parser/source.h"

#define CHARSET_PIECE (64u * 1024) /* largest piece given to the receiver */

struct charsets;

/** `hanzi`: bytes of common_hanzi.tsv (UTF-8; two lines "s<TAB>..." simplified and "t<TAB>..." traditional). */
enum err charsets_new(struct str hanzi, struct charsets **out) WARN_UNUSED;
void charsets_free(struct charsets *c);

struct charset_choice {
	const char *name; /* "UTF-8", "GB18030" ...: static or of the charsets */
	int converter;    /* private */
	size_t bom;       /* bytes to skip */
	bool verbatim;    /* set by the caller for plain text: control characters but NUL are kept */
};

/** Reads the source through (and rewinds it). `forced` and `content_type` may be empty. */
enum err charset_detect(struct charsets *c, struct source *s, struct str content_type, struct str forced,
			struct charset_choice *out) WARN_UNUSED;

/** Gets pieces of valid UTF-8 that end between characters; returning false ends the reading early. */
typedef bool (*charset_sink)(void *ud, const char *p, size_t n);

/** Decode the whole source into `sink`; `errors` counts what could not be read. */
enum err charset_decode(struct charsets *c, const struct charset_choice *choice, struct source *s, charset_sink sink,
			void *ud, uint64_t *errors) WARN_UNUSED;

/* ---- text in parts, each in a code page that is named by its number, as in RTF */

/** The converter of a Windows code page (936, 1252 ...; 65001 is UTF-8), or -1 for one that is not read. */
int charset_page_converter(const struct charsets *c, unsigned page);
/**
 * Adds `bytes` to `out` as UTF-8 and what could not be read to `errors`. Returns how many were used: a character that is not
 * whole is left, unless `last`.
 */
size_t charset_add(struct charsets *c, int converter, struct str bytes, bool last, struct buf *out, uint64_t *errors);
/** 936 or 950 when the bytes are clearly Chinese read so, else 0. */
unsigned charset_chinese_page(struct charsets *c, struct str bytes);

#endif
