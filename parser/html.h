/*
 * html - HTML bytes (UTF-8) to events: start, end, text, script.
 *
 * libxml2's SAX push parser does the work; a filter before it removes what it gets wrong or what costs
 * without use: comments by the rules of HTML5 (`<!-->`, `--!>`, `<!-- <script>` inside a script), `<` that
 * begins no tag, inline markup (span, font, Word's o:p ...), doctypes, html/head/body tags (so that a second
 * `</html>` does not end the page), end tags that close nothing, and nesting deeper than HTML_DEPTH_MAX.
 * Time is linear and memory constant in the size of the page.
 *
 * Some tags that are removed say where a click leads. They come as empty elements: HTML_INLINE_CLICK with the attributes
 * of inline markup that has an onclick, and without any where that ends; "input" for a field, a form (it has an action),
 * a body with an onload, and a picture with a text in an anchor.
 *
 * Events: element names are lower case; `atts` is NULL or name, value, name, value ..., NULL; every start has
 * its end, but void elements too get both. Text comes in pieces with entities decoded. Borrowed for the call.
 */
#ifndef PARSER_HTML_H
#define PARSER_HTML_H

#include "base/err.h"
#include "base/str.h"

#define HTML_DEPTH_MAX 512
#define HTML_INLINE_CLICK "basefont"
#define HTML_SCRIPT_MAX (256u * 1024) /* of one script; what follows is not given */

struct html_events {
	void (*start)(void *ud, const char *name, const char *const *atts);
	void (*end)(void *ud, const char *name);
	void (*text)(void *ud, const char *p, size_t n);
	/** `head` is the start tag as written, `body` what stands before the end tag */
	void (*script)(void *ud, struct str head, struct str body);
	void *ud;
};

struct html;

enum err html_new(const struct html_events *events, struct html **out) WARN_UNUSED;
/** Bytes of valid UTF-8, cut between characters. */
void html_feed(struct html *h, const char *p, size_t n);
/** Closes all that is open. No feed may follow. */
void html_end(struct html *h);
void html_free(struct html *h);
/** Value of an attribute, or NULL. */
const char *html_attr(const char *const *atts, const char *name);

#endif
