#include "parser/html.h"

#include <libxml/HTMLparser.h>
#include <stdlib.h>

#include "parser/html_filter.h"

#define FEED_BYTES 4096 /* so that libxml2's depth is known before much more is opened */

struct html {
	struct html_events events;
	struct html_filter filter;
	struct buf out;
	htmlParserCtxtPtr ctxt;
	bool root_seen;
};

static void on_start(void *ud, const xmlChar *name, const xmlChar **atts)
{
	struct html *h = ud;
	if (!h->root_seen) {
		h->root_seen = true;
		return;
	}
	html_filter_opened(&h->filter, (const char *)name);
	h->events.start(h->events.ud, (const char *)name, (const char *const *)atts);
}

static void on_end(void *ud, const xmlChar *name)
{
	struct html *h = ud;
	if (strcmp((const char *)name, "body") == 0)
		return;
	html_filter_closed(&h->filter, (const char *)name);
	h->events.end(h->events.ud, (const char *)name);
}

static void on_text(void *ud, const xmlChar *p, int n)
{
	struct html *h = ud;
	if (n > 0)
		h->events.text(h->events.ud, (const char *)p, (size_t)n);
}

static void feed(struct html *h, bool end)
{
	if (h->out.n > 0 || end)
		htmlParseChunk(h->ctxt, h->out.p ? h->out.p : "", (int)h->out.n, end);
	buf_clear(&h->out);
	html_filter_fed(&h->filter);
}

enum err html_new(const struct html_events *events, struct html **out)
{
	static htmlSAXHandler sax; /* no documents are built: only these four */
	sax.startElement = on_start;
	sax.endElement = on_end;
	sax.characters = on_text;
	sax.ignorableWhitespace = on_text;
	sax.cdataBlock = on_text;
	struct html *h = calloc(1, sizeof *h);
	if (!h)
		return err_set(ERR_NOMEM, "no memory for an HTML parser");
	h->events = *events;
	buf_init(&h->out, 4 * HTML_SCRIPT_MAX + (64u << 10)); /* a title grows fourfold when it is all "<" */
	html_filter_init(&h->filter, &h->out);
	h->filter.script = events->script;
	h->filter.script_ud = events->ud;
	h->ctxt = htmlCreatePushParserCtxt(&sax, h, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (!h->ctxt) {
		html_free(h);
		return err_set(ERR_NOMEM, "no memory for an HTML parser");
	}
	htmlCtxtUseOptions(h->ctxt, HTML_PARSE_IGNORE_ENC | XML_PARSE_HUGE | HTML_PARSE_NOIMPLIED | HTML_PARSE_NOERROR |
					    HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
	/* one root that stays open to the end, since libxml2 takes what follows the root for an error; text right
	   inside of <html> would get a <p> */
	(void)buf_add_z(&h->out, "<body>");
	*out = h;
	return ERR_OK;
}

void html_feed(struct html *h, const char *p, size_t n)
{
	while (n > 0) {
		size_t used = html_filter_take(&h->filter, p, n, FEED_BYTES);
		p += used;
		n -= used;
		if (h->out.n >= FEED_BYTES)
			feed(h, false);
	}
}

void html_end(struct html *h)
{
	html_filter_end(&h->filter);
	feed(h, true);
}

void html_free(struct html *h)
{
	if (!h)
		return;
	if (h->ctxt) {
		htmlDocPtr doc = h->ctxt->myDoc;
		htmlFreeParserCtxt(h->ctxt);
		xmlFreeDoc(doc);
	}
	html_filter_fini(&h->filter);
	buf_fini(&h->out);
	free(h);
}

const char *html_attr(const char *const *atts, const char *name)
{
	for (; atts && atts[0]; atts += 2)
		if (atts[0][0] == name[0] && strcmp(atts[0], name) == 0)
			return atts[1] ? atts[1] : "";
	return NULL;
}
