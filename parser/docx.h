/*
 * docx - paragraphs and tables of word/document.xml, with spans over columns (gridSpan) and rows (vMerge), and of the same
 * elements in one file without a zip: Word 2003's XML (WordprocessingML) and Word 2007's flat form of a package.
 *
 * Centred lines that begin the text are one heading, the title. Deleted text, fields' instructions and the
 * second form of drawings are left out; text boxes are paragraphs. A table inside a cell is the cell's text.
 */
#ifndef PARSER_DOCX_H
#define PARSER_DOCX_H

#include "parser/charset.h"
#include "parser/emit.h"
#include "parser/zip.h"

/** ERR_FORMAT or ERR_LIMIT when the file is damaged or too large; what was read before is kept. `title` is in the arena. */
enum err docx_read(struct zip *z, struct arena *a, struct emit *e, struct str *title) WARN_UNUSED;
/** The flat forms; headers, notes, comments and pictures in them are left out. As docx_read(). */
enum err docx_read_flat(struct charsets *charsets, struct str body, struct arena *a, struct emit *e,
			struct str *title) WARN_UNUSED;

#endif
