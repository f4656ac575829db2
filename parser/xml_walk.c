#include "parser/xml_walk.h"

#include <ctype.h>
#include <libxml/parser.h>
#include <stdlib.h>

struct xml_walk {
	struct xml_events ev;
	xmlParserCtxtPtr ctxt;
	char head[4]; /* the first bytes, until they say that the charset is UTF-8 */
	size_t head_n;
	bool begun, refused;
};

static void on_start(void *ud, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int nss,
		     const xmlChar **ns, int n, int defaulted, const xmlChar **atts)
{
	struct xml_walk *w = ud;
	const struct xml_atts a = {atts, n};
	(void)prefix, (void)uri, (void)nss, (void)ns, (void)defaulted;
	w->ev.start(w->ev.ud, (const char *)name, &a);
}

static void on_end(void *ud, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct xml_walk *w = ud;
	(void)prefix, (void)uri;
	w->ev.end(w->ev.ud, (const char *)name);
}

static void on_text(void *ud, const xmlChar *p, int n)
{
	struct xml_walk *w = ud;
	if (n > 0)
		w->ev.text(w->ev.ud, (const char *)p, (size_t)n);
}

enum err xml_walk_new(const struct xml_events *ev, struct xml_walk **out)
{
	static xmlSAXHandler sax; /* no entities, no documents: only these */
	sax.initialized = XML_SAX2_MAGIC;
	sax.startElementNs = on_start;
	sax.endElementNs = on_end;
	sax.characters = on_text;
	sax.ignorableWhitespace = on_text;
	sax.cdataBlock = on_text;
	struct xml_walk *w = calloc(1, sizeof *w);
	if (!w)
		return err_set(ERR_NOMEM, "no memory for an XML parser");
	w->ev = *ev;
	w->ctxt = xmlCreatePushParserCtxt(&sax, w, NULL, 0, NULL);
	if (!w->ctxt) {
		free(w);
		return err_set(ERR_NOMEM, "no memory for an XML parser");
	}
	xmlCtxtUseOptions(w->ctxt, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	*out = w;
	return ERR_OK;
}

/* "<" and a character, or the mark of UTF-8: what libxml2 takes for UTF-8 by itself. */
static bool is_utf8_head(const char *h)
{
	return (h[0] == '<' && h[1] != '\0') || memcmp(h, "\xef\xbb\xbf", 3) == 0;
}

static bool feed(struct xml_walk *w, const char *p, size_t n)
{
	return xmlParseChunk(w->ctxt, p, (int)n, 0) == 0;
}

bool xml_walk_feed(void *ud, const char *p, size_t n)
{
	struct xml_walk *w = ud;
	while (!w->begun && n > 0 && w->head_n < sizeof w->head) {
		w->head[w->head_n++] = *p++;
		n--;
	}
	if (w->head_n < sizeof w->head || w->refused)
		return !w->refused;
	if (!w->begun) {
		w->begun = true;
		w->refused = !is_utf8_head(w->head) || !feed(w, w->head, sizeof w->head);
	}
	while (n > 0 && !w->refused) {
		size_t k = n < (1u << 20) ? n : (1u << 20);
		w->refused = !feed(w, p, k);
		p += k;
		n -= k;
	}
	return !w->refused;
}

void xml_walk_free(struct xml_walk *w)
{
	if (!w)
		return;
	if (w->begun && !w->refused)
		(void)xmlParseChunk(w->ctxt, "", 0, 1);
	xmlFreeDoc(w->ctxt->myDoc);
	xmlFreeParserCtxt(w->ctxt);
	free(w);
}

struct str xml_att(const struct xml_atts *a, const char *name)
{
	for (int i = 0; i < a->n; i++) {
		const unsigned char **p = a->p + 5 * i;
		if (strcmp((const char *)p[0], name) == 0)
			return (struct str){(const char *)p[3], (size_t)(p[4] - p[3])};
	}
	return STR_NULL;
}

unsigned xml_att_number(const struct xml_atts *a, const char *name, unsigned other, unsigned max)
{
	struct str v = xml_att(a, name);
	unsigned n = 0;
	if (v.n == 0)
		return other;
	for (size_t i = 0; i < v.n; i++) {
		if (!isdigit((unsigned char)v.p[i]))
			return other;
		n = n * 10 + (unsigned)(v.p[i] - '0');
		if (n > max)
			return max;
	}
	return n;
}
