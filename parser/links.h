/*
 * links - the addresses that a page names: collected raw while it is read, made absolute at its end.
 *
 * rel: "a" (also area), "frame", "iframe", "refresh" (meta refresh of at most LINKS_REFRESH_S seconds),
 * "next" (link rel=next, or the next page of a pager), "list" (other pages of a list, see list_page.h), "attachment" (a
 * file shown by script, object or embed), "sitemap", "feed". A refresh may also be a script's literal location.
 * Only http and https; fragments, javascript:, mailto: and the like are no links. One entry an address and rel
 * "a" may be replaced by no other; the first anchor text that says something is kept.
 */
#ifndef PARSER_LINKS_H
#define PARSER_LINKS_H

#include "parser/page.h"

#define LINKS_REFRESH_S 30

/** Keep a raw address with its text; `title` is the title attribute or empty. Copies. */
void links_add(struct page *p, struct str href, const char *rel, struct str text, struct str title);
/** An anchor: a page, or the file that a viewer shows. */
void links_anchor(struct page *p, struct str href, struct str text, struct str title);
/** An anchor around a picture whose text is `alt`. */
void links_picture(struct page *p, struct str href, struct str title, struct str alt);
/** content of a meta refresh */
void links_refresh(struct page *p, struct str content);
/** Addresses in a script: showVsbpdfIframe("..."), viewer.html?file=..., documents in literals, and lists of records in text/xml. */
void links_script(struct page *p, struct str head, struct str body);
/** An iframe, object or embed: a page, or a file in a viewer. */
void links_embed(struct page *p, struct str src, const char *rel);
/** Anchors of a piece of HTML (a record of a list). */
void links_fragment(struct page *p, struct str html);
/** The nextgroup of a list: its anchor says where the next block of records is. */
void links_group(struct page *p, struct str html);
/** Is this the address of a document by its ending (pdf, doc, ofd and the like), with a folder in it? */
bool links_is_document(struct str s);
/** May this be the address of a page: no script, no fragment, no template that was never filled in? */
bool links_is_address(struct str href);
/** Resolve against <base> and d->final_url, drop doubles, fill d->links and d->link_context. */
void links_finish(struct page *p, struct document *d);

#endif
