/*
 * change_story - how a page changed, as the store and the frontier know it, for `why`, `show` and `reports`: versions,
 * a change that waits for its second fetch, flickers, and since when the page of a report is gone.
 */
#ifndef DAEMONS_CHANGE_STORY_H
#define DAEMONS_CHANGE_STORY_H

#include "base/jsonw.h"
#include "fetcher/view.h"
#include "sink/changes.h"

struct change_story {
	bool stored; /* the store has a document of the page: `page` is filled */
	struct changes_page page;
	bool known; /* the frontier knows the page: the rest is filled */
	int confirm;
	int64_t next, gone_since;
	bool gone;
};

/** Fills *out for a canonical URL; frontier NULL: none. A store that is missing or too old leaves `stored` false. */
enum err change_story_read(const char *data_dir, struct view *frontier, const char *url,
			   struct change_story *out) WARN_UNUSED;
/** Lines "label      text" to standard output; nothing for a page that has never changed. */
void change_story_print(const struct change_story *s);
/** Members "flickers", "flickered_at", "candidate", "gone_since", "gone" of an open object. */
void change_story_json(const struct change_story *s, struct jsonw *w);

/** Since when the page of a URL answers 404 or 410, confirmed by a second fetch; 0: not that is known. */
int64_t change_story_gone(struct view *frontier, const char *url);

#endif
