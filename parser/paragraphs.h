/*
 * paragraphs - lines of an office text as blocks: the centred lines that begin it are one heading, its title.
 */
#ifndef PARSER_PARAGRAPHS_H
#define PARSER_PARAGRAPHS_H

#include "base/arena.h"
#include "base/buf.h"
#include "parser/emit.h"

#define PARAGRAPHS_TITLE_LINES_MAX 4u
#define PARAGRAPHS_TITLE_BYTES_MAX 240u

struct paragraphs {
	struct arena *arena;
	struct emit *e;
	struct str *title; /* set when the heading ends; in the arena */
	struct buf heading;
	unsigned heading_lines;
	bool body_begun; /* a line that is no title was written, or something that is no line */
	bool written;    /* anything was */
};

/** `e`, `a` and `title` are borrowed until paragraphs_fini(). */
void paragraphs_init(struct paragraphs *p, struct arena *a, struct emit *e, struct str *title);
void paragraphs_fini(struct paragraphs *p);
/** A line; one without text is none. */
void paragraphs_line(struct paragraphs *p, struct str text, bool centred);
/** The heading ends here, since a table or the end follows. */
void paragraphs_body(struct paragraphs *p);

#endif
