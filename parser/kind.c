#include "parser/kind.h"

#include <ctype.h>
#include <stdlib.h>

#include "parser/mht.h"

#define SCAN_MARKUP_BYTES 16384
#define OFFICE_HEAD_BYTES 4096 /* in which a file of the office says what it is */

/* memmem() over slices */
static bool holds(struct str s, const void *needle, size_t n)
{
	return s.n >= n && memmem(s.p, s.n, needle, n) != NULL;
}

#define HOLDS(s, lit) holds((s), lit, sizeof(lit) - 1)

static bool begins(struct str s, const char *magic, size_t n)
{
	return s.n >= n && memcmp(s.p, magic, n) == 0;
}

#define BEGINS(s, lit) begins((s), lit, sizeof(lit) - 1)

/* Names of the members stand in clear in a zip's local file heads. */
static enum doc_kind zip_kind(struct str head)
{
	if (HOLDS(head, "OFD.xml"))
		return KIND_OFD;
	if (HOLDS(head, "word/"))
		return KIND_DOCX;
	if (HOLDS(head, "xl/"))
		return KIND_XLSX;
	return KIND_ZIP;
}

/*
 * Stream names of an OLE2 directory are UTF-16LE; where the directory lies behind the head, Word is the commoner. A
 * workbook's name beside Word's is mostly of a sheet in the text; paper_read() looks at whose they are.
 */
static enum doc_kind ole_kind(struct str head)
{
	if (HOLDS(head, "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t"))
		return KIND_DOC;
	if (HOLDS(head, "W\0o\0r\0k\0b\0o\0o\0k") || HOLDS(head, "B\0o\0o\0k\0\0"))
		return KIND_XLS;
	return KIND_DOC;
}

static bool name_at(const char *p, size_t n, const char *name)
{
	size_t k = strlen(name);
	return n >= k && strncasecmp(p, name, k) == 0 && (n == k || !isalnum((unsigned char)p[k]));
}

static bool is_html_name(const char *p, size_t n)
{
	static const char *const names[] = {"html", "head", "body",   "title",   "meta",    "script",   "style",
					    "div",  "p",    "table",  "tr",      "td",      "a",        "span",
					    "ul",   "li",   "br",     "h1",      "h2",      "h3",       "h4",
					    "font", "img",  "link",   "form",    "center",  "frameset", "iframe",
					    "b",    "i",    "strong", "section", "article", NULL};
	for (size_t i = 0; names[i]; i++)
		if (name_at(p, n, names[i]))
			return true;
	return false;
}

static size_t count_tags(struct str s)
{
	size_t found = 0;
	for (size_t i = 0; i + 2 < s.n; i++)
		if (s.p[i] == '<' && is_html_name(s.p + i + 1, s.n - i - 1))
			found++;
	return found;
}

static size_t skip_space(struct str s, size_t i)
{
	while (i < s.n && isspace((unsigned char)s.p[i]))
		i++;
	return i;
}

/* Past declarations and comments: the place of the first element. */
static size_t first_element(struct str s, size_t i)
{
	for (;;) {
		i = skip_space(s, i);
		struct str rest = str_sub(s, i, s.n);
		long end;
		if (BEGINS(rest, "<?"))
			end = str_find(rest, STR("?>"), 0);
		else if (BEGINS(rest, "<!--"))
			end = str_find(rest, STR("-->"), 4);
		else if (BEGINS(rest, "<!"))
			end = str_find(rest, STR(">"), 0);
		else
			return i;
		if (end < 0)
			return i;
		i += (size_t)end + 1;
		while (i < s.n && s.p[i - 1] != '>')
			i++;
	}
}

static bool is_xml_root(const char *p, size_t n)
{
	static const char *const roots[] = {"urlset", "sitemapindex", "rss", "feed", "rdf:RDF", "datastore", NULL};
	for (size_t i = 0; roots[i]; i++)
		if (name_at(p, n, roots[i]))
			return true;
	return false;
}

static bool is_json(struct str s, size_t i)
{
	if (i >= s.n || (s.p[i] != '{' && s.p[i] != '['))
		return false;
	char open = s.p[i];
	i = skip_space(s, i + 1);
	if (i >= s.n)
		return false;
	if (open == '{')
		return s.p[i] == '"' || s.p[i] == '}';
	return strchr("\"{[]-0123456789tfn", s.p[i]) != NULL;
}

/* Records as a script hands them over: "callback({...})", "var list = [...]", "dataStore=['<li>...']". */
static bool is_script_json(struct str s, size_t i)
{
	size_t names = 0;
	if (BEGINS(str_sub(s, i, s.n), "/**/"))
		i = skip_space(s, i + 4);
	if (name_at(s.p + i, s.n - i, "var"))
		i = skip_space(s, i + 3);
	for (; i < s.n && (isalnum((unsigned char)s.p[i]) || strchr("_$.", s.p[i])) && s.p[i] && names < 64; i++)
		names++;
	i = skip_space(s, i);
	if (names == 0 || i >= s.n || (s.p[i] != '(' && s.p[i] != '='))
		return false;
	i = skip_space(s, i + 1);
	if (i >= s.n || (s.p[i] != '{' && s.p[i] != '['))
		return false;
	i = skip_space(s, i + 1);
	return i < s.n && s.p[i] && strchr("\"'{[]", s.p[i]);
}

static enum doc_kind markup_kind(struct str s, size_t i, struct str content_type)
{
	bool declared_xml = BEGINS(str_sub(s, i, s.n), "<?xml");
	size_t at = first_element(s, i);
	if (at + 1 < s.n && s.p[at] == '<') {
		const char *p = s.p + at + 1;
		size_t n = s.n - at - 1;
		if (is_xml_root(p, n))
			return KIND_XML;
		if (is_html_name(p, n))
			return KIND_HTML;
	}
	if (declared_xml)
		return KIND_XML;
	if (i < s.n && s.p[i] == '<' && i + 1 < s.n && (isalpha((unsigned char)s.p[i + 1]) || s.p[i + 1] == '!'))
		return KIND_HTML;
	size_t tags = count_tags(str_sub(s, 0, SCAN_MARKUP_BYTES));
	bool says_html = str_find(content_type, STR("html"), 0) >= 0;
	bool says_plain = str_find(content_type, STR("text/plain"), 0) >= 0;
	return tags >= (says_html ? 1u : says_plain ? 12u : 3u) ? KIND_HTML : KIND_TXT;
}

static bool is_binary(struct str s)
{
	static const char *const magics[] = {"\xff\xd8\xff", "\x89PNG", "GIF8", "Rar!", "7z\xbc\xaf", "RIFF", "BM6",
					     "\x1f\x8b",     "OggS",    "ID3",  "FLV",  "CWS",        "FWS",  NULL};
	for (size_t i = 0; magics[i]; i++)
		if (begins(s, magics[i], strlen(magics[i])))
			return true;
	size_t control = 0, n = s.n < 4096 ? s.n : 4096;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		control += c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b;
	}
	return n > 0 && control * 10 > n;
}

/* Does the element at `p` have this local name, whatever its prefix? */
static bool is_element(struct str s, const char *name)
{
	size_t at = 1;
	while (at < s.n && (isalnum((unsigned char)s.p[at]) || s.p[at] == '_'))
		at++;
	at = at < s.n && s.p[at] == ':' ? at + 1 : 1;
	return at < s.n && name_at(s.p + at, s.n - at, name);
}

/*
 * The XML of Word and Excel that is one file without a zip: as the office of 2003 says in front, or by its root and the
 * namespace that stands in it. KIND_UNKNOWN for that of another program of the office, KIND_TXT for none.
 */
static enum doc_kind office_xml_kind(struct str s)
{
	struct str head = str_sub(s, 0, OFFICE_HEAD_BYTES), root = str_sub(s, first_element(s, 0), s.n);
	root = str_sub(root, 0, OFFICE_HEAD_BYTES);
	if (root.n == 0 || root.p[0] != '<')
		return KIND_TXT;
	if (is_element(root, "wordDocument") ||
	    (is_element(root, "package") && HOLDS(root, "schemas.microsoft.com/office/2006/xmlPackage") &&
	     HOLDS(s, "word/document.xml")))
		return KIND_WORD_XML;
	if (is_element(root, "Workbook") && HOLDS(root, "urn:schemas-microsoft-com:office:spreadsheet"))
		return KIND_SHEET_XML;
	return BEGINS(s, "<?xml") && HOLDS(head, "<?mso-application ") ? KIND_UNKNOWN : KIND_TXT;
}

/* UTF-16 seen through a hole: every second byte, so that the same tests do. `out` holds what fits. */
static struct str narrow(struct str head, char *out, size_t max)
{
	size_t from = head.p[0] == '\xff' ? 2 : 3, n = 0;
	for (size_t i = from; i < head.n && n < max; i += 2)
		out[n++] = head.p[i];
	return (struct str){out, n};
}

enum doc_kind kind_sniff(struct str head, struct str content_type)
{
	char low[2048];
	if (BEGINS(head, "\xef\xbb\xbf"))
		head = str_sub(head, 3, head.n);
	if (BEGINS(head, "\xff\xfe") || BEGINS(head, "\xfe\xff"))
		head = narrow(head, low, sizeof low);
	size_t i = skip_space(head, 0);
	struct str s = str_sub(head, i, head.n);
	if (holds(str_sub(head, 0, 1024), "%PDF-", 5))
		return KIND_PDF;
	if (BEGINS(s, "PK\x03\x04") || BEGINS(s, "PK\x05\x06"))
		return zip_kind(head);
	if (BEGINS(s, "\xd0\xcf\x11\xe0"))
		return ole_kind(head);
	if (BEGINS(s, "{\\rtf"))
		return KIND_RTF;
	if (is_binary(s))
		return KIND_UNKNOWN;
	enum doc_kind office = office_xml_kind(s);
	if (office != KIND_TXT)
		return office;
	if (mht_is(s))
		return KIND_MHT;
	if (is_json(head, i) || is_script_json(head, i))
		return KIND_JSON;
	return markup_kind(head, i, content_type);
}

const char *kind_unsupported(enum doc_kind k)
{
	return k == KIND_UNKNOWN ? "neither text nor a known document format" : NULL;
}
