/*
 * docx - paragraphs and tables of word/document.xml, with spans over columns (gridSpan) and rows (vMerge).
 *
 * Centred lines that begin the text are one heading, the title. Deleted text, fields' instructions and the
 * second form of drawings are left out; text boxes are paragraphs. A table inside a cell is the cell's text.
 */
#ifndef PARSER_DOCX_H
#define PARSER_DOCX_H

#include "parser/emit.h"
#include "parser/zip.h"

/** ERR_FORMAT or ERR_LIMIT when the file is damaged or too large; what was read before is kept. `title` is in the arena. */
enum err docx_read(struct zip *z, struct arena *a, struct emit *e, struct str *title) WARN_UNUSED;

#endif
