/*
 * page_whence - where a page came from and what became of it, for `why`: its source, the pages that lead to it, its
 * redirects, what its host says, the versions and reports that the store has of it, and why it is visited again.
 */
#ifndef DAEMONS_PAGE_WHENCE_H
#define DAEMONS_PAGE_WHENCE_H

#include "base/buf.h"
#include "fetcher/view.h"

#define PAGE_WHENCE_CHAIN_MAX 20 /* referrers and redirects that are told */

/** Lines for people to standard output. A folder without a store is fine. */
enum err page_whence_print(const char *data_dir, struct view *view, const struct view_page *p) WARN_UNUSED;
/**
 * One JSON object: source {url, region, body} or null, depth, referrers [url], redirected_from [url], redirected_to,
 * http_status, host {robots, held, cooling_until}, document {version, kind, reports, versions: [...]} or null,
 * reports [{id, title, year, metrics, checks, failed_checks}], next_why.
 */
enum err page_whence_json(const char *data_dir, struct view *view, const struct view_page *p,
			  struct buf *out) WARN_UNUSED;

#endif
