/*
 * emit - what the readers of PDF, office files and archives write: paragraphs, headings and tables with spans,
 * as the events that a page of HTML gives (blocks.h), so that all kinds share one structure from here on.
 */
#ifndef PARSER_EMIT_H
#define PARSER_EMIT_H

#include <stdio.h>

#include "parser/blocks.h"

struct emit {
	struct html_events ev; /* of blocks_events() */
};

static inline void emit_start(struct emit *e, const char *name)
{
	e->ev.start(e->ev.ud, name, NULL);
}

static inline void emit_end(struct emit *e, const char *name)
{
	e->ev.end(e->ev.ud, name);
}

static inline void emit_text(struct emit *e, struct str s)
{
	if (s.n > 0)
		e->ev.text(e->ev.ud, s.p, s.n);
}

static inline void emit_cell_start(struct emit *e, unsigned rowspan, unsigned colspan)
{
	char rows[12], cols[12];
	snprintf(rows, sizeof rows, "%u", rowspan ? rowspan : 1);
	snprintf(cols, sizeof cols, "%u", colspan ? colspan : 1);
	const char *const atts[] = {"rowspan", rows, "colspan", cols, NULL};
	e->ev.start(e->ev.ud, "td", atts);
}

/** A whole block: `name` is "p" or "h1" to "h6". Nothing for an empty text. */
static inline void emit_line(struct emit *e, const char *name, struct str s)
{
	s = str_trim_wide(s);
	if (s.n == 0)
		return;
	emit_start(e, name);
	emit_text(e, s);
	emit_end(e, name);
}

#endif
