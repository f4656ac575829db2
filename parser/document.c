#include "parser/document.h"

const char *doc_kind_name(enum doc_kind k)
{
	static const char *const names[] = {"html", "xml", "json", "pdf", "doc",  "docx", "xls",  "xlsx",
					    "ofd",  "zip", "txt",  "doc", "docx", "xlsx", "html", "unknown"};
	return (size_t)k < sizeof names / sizeof *names ? names[k] : "unknown";
}

const char *date_from_name(enum date_from f)
{
	static const char *const names[] = {"visible", "meta", "signature", "url"};
	return (size_t)f < sizeof names / sizeof *names ? names[f] : "url";
}

void document_cut(struct document *d, const char *what)
{
	for (unsigned i = 0; i < d->cut_count; i++)
		if (strcmp(d->cut[i], what) == 0)
			return;
	if (d->cut_count < sizeof d->cut / sizeof *d->cut)
		d->cut[d->cut_count++] = what;
}
