/*
 * biff - the sheets of an XLS or ET file of Excel 97 and later (BIFF8 in an OLE2 container), in memory.
 *
 * xls2csv loses Han whose code ends in a zero byte (开) and all merged cells, so it is left the older files.
 */
#ifndef PARSER_BIFF_H
#define PARSER_BIFF_H

#include "parser/emit.h"

#define BIFF_STREAM_MAX (16u << 20)
#define BIFF_STRINGS_MAX 100000u

/** ERR_FORMAT when it is no such file, or encrypted: nothing was written then. */
enum err biff_read(struct str body, struct arena *a, struct emit *e, struct str *title) WARN_UNUSED;

#endif
