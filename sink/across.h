/*
 * across - what the reports of one body say of one another, year after year, as rows of `checks`.
 *
 * A body's series is its reports of the same region (and, where known, the first four digits of its code), name and
 * level by year; a report that names no body goes by its title, if that names the region; of several reports of one year (a page and its PDF) the one with the most figures stands for it, and
 * of equals the one whose URL's hash is least. It is compared with the one of the year before:
 *   "across-years"   carried in = carried out of the year before (statutory-formats X.carry); the running total = last
 *                    year's + what this year disclosed; in force = last year's + made - repealed (X.stock); items of
 *                    last year = last year's + change (X.items). Only figures printed, exact, and stated once.
 *   "repeated-text"  how much of the text stands word for word in last year's (Q.dup, sink/repeat.h).
 * The rows belong to the later report and come behind its own. They are a function of what the store holds and not of
 * the order in which it came: whenever a page's reports change, the years they had and have, and the years behind,
 * are noted in series_due in the same transaction, and settled in this or a later one. Killed between, the next start
 * goes on with what is noted.
 *
 * Cost: a few look-ups by index and two texts (at most REPEAT_TEXT_MAX each) for each year that is due.
 */
#ifndef SINK_ACROSS_H
#define SINK_ACROSS_H

#include <stdbool.h>
#include <stdint.h>

#include "sink/db.h"

#define ACROSS_ORD (1 << 24) /* place of the first row in its report, behind all rows of the report's own */
/* "石桥县2011年度政府信息公开工作年度报告" of each year: the title without figures and the words that come and go */
#define ACROSS_TITLE                                                                                                   \
	"replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(re"                   \
	"place(replace(r.title, '0', ''), '1', ''), '2', ''), '3', ''), '4', ''), '5', ''), '6', ''"                   \
	"), '7', ''), '8', ''), '9', ''), ' ', ''), '年度', '年'), '工作', '')"
/* the name of a series: the body's, else the title if it names the region, else none */
#define ACROSS_NAME "CASE WHEN r.body<>'' THEN r.body WHEN instr(r.title, r.region) THEN " ACROSS_TITLE " ELSE '' END"
/* the rows of `series` for the reports of the store; names over this length are none */
#define ACROSS_SERIES                                                                                                  \
	"SELECT r.region, coalesce(substr(r.region_code, 1, 4), ''), " ACROSS_NAME ", coalesce(r.level, ''), r.year,"  \
	" -r.metrics, d.url_hash, r.ord, r.id, d.id, 0 FROM reports r JOIN documents d ON d.id=r.document_id"          \
	" WHERE r.year BETWEEN 1 AND 9999 AND length(r.region) BETWEEN 1 AND 100"                                      \
	" AND length(" ACROSS_NAME ") BETWEEN 1 AND 200 AND length(coalesce(r.level, '')) <= 20"
#define ACROSS_SETTLE_MAX 512 /* years settled in one transaction, so that acknowledgements wait a second at most */

struct across;

enum err across_new(sqlite3 *db, struct across **out) WARN_UNUSED;
void across_free(struct across *a); /* NULL is fine */
/** Before a document's rows are replaced: its reports leave their series. Within the caller's transaction. */
enum err across_leave(struct across *a, int64_t document_id) WARN_UNUSED;
/** After that: its reports join theirs. */
enum err across_join(struct across *a, int64_t document_id) WARN_UNUSED;
/** Compare what is due, at most ACROSS_SETTLE_MAX years; *more: some is left. */
enum err across_settle(struct across *a, bool *more) WARN_UNUSED;

#endif
