/*
 * blocks - HTML events to the lines, elements, tables, links and meta tags of a page (page.h).
 *
 * Script, style, select, buttons and form controls give no text. Cells of tables give lines like any other
 * block; which tables are data and which are layout is decided when the page is whole (table.h).
 */
#ifndef PARSER_BLOCKS_H
#define PARSER_BLOCKS_H

#include "parser/html.h"
#include "parser/page.h"

struct blocks;

enum err blocks_new(struct page *p, struct blocks **out) WARN_UNUSED;
void blocks_free(struct blocks *b);
/** The receiver of events for html_new(). */
struct html_events blocks_events(struct blocks *b);
/** Closes what is open and puts the last numbers in. */
void blocks_end(struct blocks *b);

#endif
