/*
 * report_region - which region of GB/T 2260 a report is of, with the code that was in force in the report's year.
 *
 * A name alone may be many regions (朝阳区) and a region may have had several codes (庐江县 until 2010 below 巢湖, since
 * then below 合肥). What decides, in this order: the year, the upper region that title, source, page or text name,
 * and the six digits that begin the site's 网站标识码. Where that leaves two, the name stands without a code.
 * A zone (开发区, 新区 that is no district) has no code. No memory but the report's arena; no errors.
 */
#ifndef PARSER_REPORT_REGION_H
#define PARSER_REPORT_REGION_H

#include "parser/segment.h"

/** A year of four digits, Latin or Chinese, 2000 to 2099, that begins at `pos`; 0 for none. */
int report_region_year(const fchar *t, size_t pos, size_t to);
/** The same, or a year of two digits before 年 as titles have it (09年度); *n: its length. The title begins at `from`. */
int report_region_title_year(const fchar *t, size_t pos, size_t from, size_t to, size_t *n);

/**
 * Sets region and region_code of `r`; r->year must be set (0 when unknown).
 * @param title  the report's title folded, empty when it has none
 * @return level of the region ("province", "prefecture", "county"), NULL where it has none
 */
const char *report_region(const struct lexicon *l, const struct document *d, const struct fold *f,
			  const struct segment *s, const struct fold *title, struct report *r);

/** The regions that a text speaks of as its own, by the last character of their kind: 全县, 我县, 本县. */
struct spoken {
	fchar kind[8];
	unsigned times[8], count;
};
void report_region_spoken(const struct lexicon *l, const struct fold *f, const struct segment *s, struct spoken *out);
/** How many times the text speaks of a region of the kind that this name's is. */
unsigned report_region_times(const struct lexicon *l, const struct spoken *spoken, uint32_t word);

/** Does a region's name of the lexicon end at `pos` of the title and is nothing but names of regions before it? */
bool report_region_only(const struct lexicon *l, const fchar *t, size_t from, size_t to);

#endif
