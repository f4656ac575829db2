/*
 * word - text and tables of a DOC or WPS file of Word 97 and later (MS-DOC in an OLE2 container), in memory.
 *
 * Pieces give the text, paragraph properties say what is a cell and where a row ends, and the row's definition where its
 * cells begin and end, so that cells that go over several columns or rows are found. Deleted text (revision marks), field
 * codes, notes and headers are left out. antiword, which was the reader before, drops whole rows of such tables; it is
 * left the files of Word 6 and 95.
 */
#ifndef PARSER_WORD_H
#define PARSER_WORD_H

#include "parser/cfb.h"
#include "parser/emit.h"

#define WORD_STREAM_MAX (16u << 20) /* bytes of one stream */
#define WORD_CHARS_MAX (4u << 20)   /* of the main text */
#define WORD_CELLS_MAX 64u          /* of one row (the format's own maximum) */

/**
 * ERR_FORMAT when it is no such file, ERR_INPUT when it is encrypted: nothing was written then. `title` is in the arena.
 * `cut`: characters, rows or lists of properties passed a limit and were left out.
 */
enum err word_read(struct str body, struct arena *a, struct emit *e, struct str *title, bool *cut) WARN_UNUSED;

#endif
