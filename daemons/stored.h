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

/** "2014-01-01/2014-12-31" into `out`, or as a JSON array; p NULL when the report states none. */
struct str stored_period(const struct sview_report *r, bool json, char out[64]);

#endif
