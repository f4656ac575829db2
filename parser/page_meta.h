/*
 * page_meta - what a page says of itself: title, dates, source, numbers.
 *
 * Several places say it and they disagree; the order is that of INTERFACE.md: dates visible > meta >
 * signature > URL, all kept. The index block (索引号, 发文机关, 文号 ...) is read as fields, not as text.
 */
#ifndef PARSER_PAGE_META_H
#define PARSER_PAGE_META_H

#include "parser/fields.h"
#include "parser/maintext.h"

struct index_block {
	struct field fields[LABEL_KINDS]; /* the first of each kind; `value` empty when absent */
	uint32_t line;                    /* first line of the block, UINT32_MAX when there is none */
};

/** Find index blocks: marks their lines in `drop` (one byte a line) and keeps their fields. */
void page_meta_index(const struct page *p, uint8_t *drop, struct index_block *out);

/** Fill title, dates, published, source, doc_number, index_number and site_id_code of d. */
void page_meta_fill(const struct page *p, const struct maintext *m, const struct index_block *ix, struct document *d);

/** Dates that the linking page, the text itself and the URL give, for pages without HTML. */
void page_meta_plain(struct document *d);

#endif
