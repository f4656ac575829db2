/*
 * list_hanweb - the two list interfaces of Hanweb's systems, as pure functions over text.
 *
 * jpage: a column page holds the first block of records (a datastore, whose "nextgroup" is the address of the second)
 * and a script with totalRecord, perPage, groupSize (pages a block, 3 when it is not said) and proxyUrl. Further blocks
 * are proxy?startrecord=A&endrecord=B&perpage=P and the parameters that name the list, asked for with GET.
 * Unit interface: a script element with url=".../page/build/unit" and queryData="{'k':'v',...}"; the answer's HTML says
 * rows and count, and paramJson={"pageNo":k,"pageSize":rows} gives page k.
 */
#ifndef PARSER_LIST_HANWEB_H
#define PARSER_LIST_HANWEB_H

#include "parser/list_scheme.h"

/** What a script says of a jpage list. Slices are borrowed from the script. */
struct hanweb_pager {
	struct str proxy, unit, params; /* params: inside of the braces of ajaxParam, or empty */
	long total, per_page, group_size;
};

/** False when the script is none of a jpage list with a total. */
bool hanweb_pager_read(struct str script, struct hanweb_pager *out);
/** Addresses of all blocks but the first. `group`: the nextgroup of the page's datastore, or empty. False when neither it nor ajaxParam names the list. */
bool hanweb_blocks(const struct hanweb_pager *p, struct str group, list_address_fn address, void *ud);
/** The same from the answer for the first block, whose address is `url`; other answers name no blocks. */
void hanweb_answer_blocks(struct str url, long total, list_address_fn address, void *ud);

/** The address of the unit interface from the attributes of a script or element; empty when it is not of a column. */
enum err hanweb_unit(struct str url, struct str query_data, struct buf *out) WARN_UNUSED;
/** Addresses of all pages but the first; `base`: as of hanweb_unit(), or an answer's own address. */
void hanweb_unit_pages(struct str base, long rows, long count, list_address_fn address, void *ud);
bool hanweb_is_unit(struct str url);
/** rows and count from an element's queryData ("{'rows':'15','count':'57'}"); false when it has none. */
bool hanweb_unit_counts(struct str query_data, long *rows, long *count);

#endif
