/*
 * stored - what the verbs that read the store share: opening it beside the frontier, their filter flags, and
 * the columns of a report.
 */
#ifndef DAEMONS_STORED_H
#define DAEMONS_STORED_H

#include "base/url.h"
#include "daemons/verb.h"
#include "fetcher/view.h"
#include "sink/view.h"

#define STORED_FILTER_FLAGS                                                                                            \
	{"region", "NAME|CODE", "part of a region's name, or the head of its code"},                                   \
		{"body", "NAME", "part of a publishing body's name"},                                                  \
		{"level", "LEVEL", "central, province, prefecture, county, township or department"},                   \
	{                                                                                                              \
		"year", "YEAR", "the year reported on"                                                                 \
	}
#define STORED_WIDE_FLAG                                                                                               \
	{                                                                                                              \
		"wide", NULL, "all columns in a table or csv as well"                                                  \
	}

struct stored {
	struct sview *store;
	struct view *frontier;      /* NULL when the folder has none */
	char page_url[URL_MAX + 1]; /* of the report at hand */
	char copy_of[URL_MAX + 1];
};

/** Opens the store of env->data_dir and, when there is one, its frontier. ERR_INPUT with what to do when nothing is stored yet. */
enum err stored_open(const char *data_dir, struct stored *out) WARN_UNUSED;
void stored_close(struct stored *s);

/** The filter of --region, --body, --level and --year. ERR_USAGE. Borrows from env->conf. */
enum err stored_filter(const struct verb_env *env, struct sview_filter *out) WARN_UNUSED;

/** out_new() for a listing with --wide, which needs `shown` until out_end(). */
struct out *stored_out(const struct verb_env *env, const struct out_column *columns, unsigned count,
		       struct out_column shown[OUT_COLUMNS_MAX]);

/**
 * The page that linked `url`: none for a page that is no attachment (`stored` null), else as the frontier has
 * it now, since a linking page found later may replace the one that the document was parsed with.
 * Borrowed until the next call.
 */
struct str stored_page_url(struct stored *s, struct str url, struct str stored);

/**
 * What a report is to the others that are the same report: "copy", "mirror" (not official, and near to an official one)
 * or "moved" (its page is gone, another is there), with the URL of the one that counts in *of_out, borrowed until the
 * next call. p NULL: it is the one that counts. That is the principal of sink/copies.h, or the first after it whose page
 * is not gone.
 */
struct str stored_relation(struct stored *s, const struct sview_report *r, struct str *of_out);

/** Is the page no more where it was: 404, 410, or redirected? False when the frontier does not know it. */
bool stored_page_gone(struct stored *s, struct str url);

/** Is the page asked for by POST, its query being the form? Nobody who clicks on such an address sees what was read. */
bool stored_page_posted(struct stored *s, struct str url);

/** "2014-01-01/2014-12-31" into `out`, or as a JSON array; p NULL when the report states none. */
struct str stored_period(const struct sview_report *r, bool json, char out[64]);

#endif
