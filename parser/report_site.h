/*
 * report_site - of which region the web site is that a report stands on, as the page around it says.
 *
 * Asked where neither the report's title nor its text names a place: 2014年政府信息公开年度报告 of "全县" is that of the
 * county whose name stands in the page's crumbs, site name, title or foot. No memory but the document's arena; no
 * errors.
 */
#ifndef PARSER_REPORT_SITE_H
#define PARSER_REPORT_SITE_H

#include "parser/report_region.h"

/**
 * Asks crumbs, name, title, foot and code of the site, in this order.
 * @param spoken  the regions that the report speaks of as its own
 * @return the region's number in l->region_names; UINT32_MAX where the page names none, or one that the report cannot be
 * of: a report of 全市 on the site of a county
 */
uint32_t report_site_region(const struct lexicon *l, const struct document *d, const struct spoken *spoken);

#endif
