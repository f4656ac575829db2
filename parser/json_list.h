/*
 * json_list - links of JSON answers (lists loaded by script): strings under url, link, href, post_url ...
 * with the title of their object; strings that hold HTML are searched for anchors.
 *
 * A scanner of tokens, not a tree: memory is constant, a cut or malformed answer gives what it holds.
 */
#ifndef PARSER_JSON_LIST_H
#define PARSER_JSON_LIST_H

#include "parser/page.h"

#define JSON_LIST_STRING_MAX (256u * 1024)
#define JSON_LIST_DEPTH 64 /* objects deeper than this give no links */

struct json_list;

enum err json_list_new(struct page *p, struct json_list **out) WARN_UNUSED;
/** A charset_sink: pieces of UTF-8. */
bool json_list_feed(void *ud, const char *p, size_t n);
void json_list_free(struct json_list *j);

#endif
