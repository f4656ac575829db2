/*
 * rtf - text and tables of an RTF file as they are printed (Rich Text Format Specification 1.9.1), in memory.
 *
 * Letters come as bytes in the code page of their font (or the document's) or as \uN. A document that names no code page, or
 * the western one, is read as Chinese where its bytes clearly are. Cells stand between the edges that \cellx gives, so that
 * those over several columns or rows are found. Left out are pictures, headers, notes, hidden and deleted text, codes of
 * fields and groups that a reader may ignore; a table inside a cell is the cell's text, text boxes are paragraphs.
 *
 * Hostile input: a loop over the bytes, twice at the most; groups deeper than RTF_DEPTH_MAX are left out.
 */
#ifndef PARSER_RTF_H
#define PARSER_RTF_H

#include "parser/charset.h"
#include "parser/emit.h"

#define RTF_DEPTH_MAX 1000u        /* of groups in groups */
#define RTF_FONTS_MAX 65536u       /* numbers of fonts */
#define RTF_CELLS_MAX 64u          /* of one row (Word's own maximum is 63) */
#define RTF_TEXT_MAX (8u << 20)    /* of the document, bytes of UTF-8 */
#define RTF_RUN_MAX 4096u          /* bytes that are decoded at once */
#define RTF_SURVEY_MAX (64u << 10) /* bytes by which a document without a code page is judged */

/**
 * `title` is in the arena; `errors` counts what could not be decoded. ERR_FORMAT: there is no text in it, and nothing was
 * written. ERR_LIMIT: something was left out by a maximum.
 */
enum err rtf_read(struct charsets *charsets, struct str body, struct arena *a, struct emit *e, struct str *title,
		  uint64_t *errors) WARN_UNUSED;

#endif
