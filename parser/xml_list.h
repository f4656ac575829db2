/*
 * xml_list - links of XML answers: sitemap and sitemap index (loc), RSS (item: title, link), Atom (entry:
 * title, link href) and Hanweb's <datastore>, whose CDATA holds pieces of HTML. Not validating, never
 * failing: what is malformed is skipped. Entities are the five of XML and numbers, so none can grow.
 */
#ifndef PARSER_XML_LIST_H
#define PARSER_XML_LIST_H

#include "parser/page.h"

#define XML_LIST_TEXT_MAX (256u * 1024) /* of one text or CDATA */

struct xml_list;

enum err xml_list_new(struct page *p, struct xml_list **out) WARN_UNUSED;
/** A charset_sink: pieces of UTF-8. */
bool xml_list_feed(void *ud, const char *p, size_t n);
void xml_list_free(struct xml_list *x);

#endif
