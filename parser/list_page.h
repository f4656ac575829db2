/*
 * list_page - what one page says of its lists, gathered while it is read and turned into links of rel "list" (see
 * list_scheme.h and list_hanweb.h for what is recognised). Owned by the page's arena; every part has a maximum.
 */
#ifndef PARSER_LIST_PAGE_H
#define PARSER_LIST_PAGE_H

#include "parser/page.h"

#define LIST_GROUPS_MAX 16
#define LIST_FILLS_MAX 8
#define LIST_WRITES_MAX 1000
#define LIST_STUB_LINKS 5 /* a page that sends its visitors on has few links of its own */

/** A script of a page; `head` is its start tag as written. */
void list_page_script(struct page *p, struct str head, struct str body);
/** An element's attributes: pagers' counts, unit interfaces, and what may be clicked (list_click.h). */
void list_page_element(struct page *p, const char *name, const char *const *atts);
/** The address of an anchor whose href is none: tagname, onclick or a javascript: literal. Empty when there is none. Borrowed from `atts`. */
struct str list_page_anchor(const char *const *atts);
/** Is this what a pager writes on its ways: "下一页", "末页", "7", "第7页"? */
bool list_page_is_pager(struct str text);
/** Is this no word but at most a sign: ">", "»", "..." or nothing? */
bool list_page_is_arrow(struct str text);
/** Do the rel or the class of an anchor say "next"? */
bool list_page_says_next(const char *const *atts);
/** The nextgroup of a datastore. */
void list_page_group(struct page *p, struct str href);
/** A number of a JSON or XML answer. */
void list_page_number(struct page *p, struct str key, struct str value);
/** Rel of an anchor with this text: "next" for those of a pager that lead on, else "a". Remembers pairs of next and last. */
const char *list_page_anchor_rel(struct page *p, struct str href, struct str text);
/** Adds what could only be told at the page's end. */
void list_page_finish(struct page *p);

#endif
