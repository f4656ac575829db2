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
	bool in_tag, tag_begins;
	char quote;    /* open in the tag, 0 when none */
	unsigned atts; /* of the tag */
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

/*
 * libxml2 compares every attribute of an element with all before it: a start tag may have XML_WALK_ATTS_MAX.
 */
static bool few_attributes(struct xml_walk *w, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		bool begins = w->tag_begins;
		w->tag_begins = false;
		if (!w->in_tag) {
			const char *lt = memchr(p + i, '<', n - i);
			if (!lt)
				break;
			i = (size_t)(lt - p);
			w->in_tag = w->tag_begins = true;
			w->quote = 0;
			w->atts = 0;
		} else if (begins && (c == '!' || c == '?')) {
			w->in_tag = false; /* a comment, CDATA or a declaration has no attributes */
		} else if (w->quote) {
			w->quote = c == w->quote ? 0 : w->quote;
		} else if (c == '"' || c == '\'') {
			w->quote = w->atts > 0 ? c : 0;
		} else if (c == '>') {
			w->in_tag = false;
		} else if (c == '=' && ++w->atts > XML_WALK_ATTS_MAX) {
			return false;
		}
	}
	return true;
}

static bool feed(struct xml_walk *w, const char *p, size_t n)
{
	return few_attributes(w, p, n) && xmlParseChunk(w->ctxt, p, (int)n, 0) == 0;
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

enum err xml_walk_all(const struct xml_events *ev, struct charsets *charsets, struct str body)
{
	struct xml_walk *w;
	struct source source;
	struct charset_choice choice;
	uint64_t errors;
	while (body.n > 0 && isspace((unsigned char)body.p[0])) /* none may stand before the declaration */
		body = str_sub(body, 1, body.n);
	enum err rc = source_init(&source, body, STR(""));
	if (rc == ERR_OK && (rc = xml_walk_new(ev, &w)) == ERR_OK) {
		rc = charset_detect(charsets, &source, STR(""), STR(""), &choice);
		if (rc == ERR_OK)
			rc = charset_decode(charsets, &choice, &source, xml_walk_feed, w, &errors);
		if (rc == ERR_OK && w->refused)
			rc = err_set(ERR_FORMAT, "what follows is no XML");
		xml_walk_free(w);
	}
	source_fini(&source);
	return rc;
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
