/*
 * pdf - a PDF as paragraphs and tables, from the places of its words and its drawn lines.
 *
 * pdftotext gives the words; where a page has lines that look like rows, pdftocairo gives what is drawn there.
 * Page numbers and running heads are left out; a paragraph goes on over the page's end; the large lines that
 * begin the first page are one heading. Pages with pictures only have no text: that is said, never guessed.
 */
#ifndef PARSER_PDF_H
#define PARSER_PDF_H

#include "parser/convert.h"
#include "parser/emit.h"
#include "parser/pdf_scan.h"

struct pdf_result {
	enum convert_tool tool;     /* that `result` is of */
	enum convert_result result; /* of the words; without rules a document has lines only */
	bool scanned;               /* pages, but no text layer that can be read */
	bool illegible;             /* there is one, of numbers of glyphs instead of letters */
	bool cut;                   /* a maximum was passed */
	struct str title;           /* the heading of the first page, in the arena; empty when there is none */
};

void pdf_read(struct str body, const struct converter *c, struct arena *a, struct emit *e, struct pdf_result *out);
/** Words and drawn lines that are there already (OFD), to paragraphs and tables. Words are sorted by page. */
void pdf_lay_out(struct pdf_scan *s, struct emit *e, struct pdf_result *out);

#endif
