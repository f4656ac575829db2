/*
 * ole - DOC, WPS and old XLS and ET files (OLE2), through antiword, catdoc and xls2csv (newer XLS: biff.h).
 *
 * DOC of Word 97 and later is read here (word.h). Of older files antiword writes DocBook, whose tables have rows and entries; where it refuses a file, or is not installed,
 * catdoc's lines are read, with cells behind tabulators.
 */
#ifndef PARSER_OLE_H
#define PARSER_OLE_H

#include "parser/convert.h"
#include "parser/emit.h"

#define OLE_TEXT_MAX (8u << 20) /* what is read of a converter's lines, bytes */

/**
 * NULL, or one static line that says why nothing could be read. `title` is in the arena; `cut`: what passed a limit was
 * left out.
 */
const char *ole_read_doc(struct str body, const struct converter *c, struct arena *a, struct emit *e, struct str *title,
			 bool *cut);
const char *ole_read_xls(struct str body, const struct converter *c, struct arena *a, struct emit *e,
			 struct str *title);

#endif
