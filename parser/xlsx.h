/*
 * xlsx - the sheets of a workbook, in their order: shared strings, merged cells, percents and dates as printed; also those
 * of Excel 2003's XML (SpreadsheetML), which is one file without a zip.
 *
 * Blank rows part tables; a row that is one text over the whole width is a line of its own when it stands above
 * all else or begins with a section's number.
 */
#ifndef PARSER_XLSX_H
#define PARSER_XLSX_H

#include "parser/cells.h"
#include "parser/charset.h"
#include "parser/emit.h"
#include "parser/zip.h"

#define XLSX_SHEETS_MAX 64u
#define XLSX_STRINGS_MAX 200000u

enum err xlsx_read(struct zip *z, struct arena *a, struct emit *e, struct str *title) WARN_UNUSED;
/** Excel 2003's XML; comments are left out. ERR_FORMAT or ERR_LIMIT: what was read before is kept. */
enum err xlsx_read_flat(struct charsets *charsets, struct str body, struct arena *a, struct emit *e,
			struct str *title) WARN_UNUSED;
/** Write one sheet as lines and tables. `title`: set to its first line when it is still empty. */
void sheet_emit(struct cells *c, struct emit *e, struct str *title);

#endif
