/*
 * html_filter - the state machine before libxml2 (see html.h): bytes in, cleaned bytes out.
 */
#ifndef PARSER_HTML_FILTER_H
#define PARSER_HTML_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "parser/html.h"

#define FILTER_TAG_MAX 8192 /* bytes of a tag that are kept */
#define FILTER_NAMES 256    /* classes of element names for counting what is open */

enum filter_state {
	F_TEXT,
	F_LT,       /* behind "<" */
	F_LT_SLASH, /* behind "</" */
	F_BANG,     /* behind "<!" and maybe one dash */
	F_TAG,
	F_COMMENT,
	F_BOGUS, /* up to the next ">" */
	F_RAW,   /* text of script, style, title ... up to its end tag */
};

struct html_filter {
	enum filter_state state;
	/* F_TAG */
	char tag[FILTER_TAG_MAX + 8];
	size_t tag_n;
	char quote;    /* open quote, '=' behind an equals sign, or 0 */
	bool tag_over; /* the tag was longer than FILTER_TAG_MAX */
	size_t click;  /* class of the inline element that was given for its onclick and is open, and 1; 0 none */
	/* F_BANG, F_COMMENT */
	unsigned dashes;
	bool bang, comment_begin;
	/* F_RAW */
	char raw_name[16];
	bool raw_keep, raw_escaped, raw_double;
	char match[16]; /* what follows a "<" so far */
	size_t match_n;
	bool matching;
	struct buf raw;      /* its text, up to HTML_SCRIPT_MAX */
	struct buf raw_head; /* its start tag */
	/* what is open: counted by class of name. `open` follows libxml2's events, the others run ahead of them */
	uint32_t open[FILTER_NAMES], ahead[2][FILTER_NAMES];
	uint32_t depth, depth_ahead[2];
	/* out */
	struct buf *out; /* borrowed; the owner feeds and clears it */
	void (*script)(void *ud, struct str head, struct str body);
	void *script_ud;
};

void html_filter_init(struct html_filter *f, struct buf *out);
void html_filter_fini(struct html_filter *f);
/** Takes bytes until `out` holds at least `enough`; returns how many were taken. */
size_t html_filter_take(struct html_filter *f, const char *p, size_t n, size_t enough);
/** The page ends: what is half read is given as text where HTML5 does so. */
void html_filter_end(struct html_filter *f);
/** `out` was fed to the parser: starts given so far will be in `open` one feed later. */
void html_filter_fed(struct html_filter *f);
/** Events of the parser. */
void html_filter_opened(struct html_filter *f, const char *name);
void html_filter_closed(struct html_filter *f, const char *name);

#endif
