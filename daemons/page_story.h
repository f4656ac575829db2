/*
 * page_story - all that the frontier knows of one page: for `why` and `dead show`.
 */
#ifndef DAEMONS_PAGE_STORY_H
#define DAEMONS_PAGE_STORY_H

#include "base/err.h"
#include "daemons/verb.h"
#include "fetcher/view.h"

enum page_story_kind { PAGE_STORY_WHY, PAGE_STORY_DEAD };

/** A copy of a view's row that outlives the callback; owned, page_story_free(). */
struct view_page *page_story_copy(const struct view_page *p);
void page_story_free(struct view_page *p);

/** For people in table format; one object or row with the columns of INTERFACE.md else. same_at: where the page's report is now, NULL: no word of that. */
enum err page_story_print(const struct verb_env *env, struct view *view, const struct view_page *p,
			  enum page_story_kind kind, const char *same_at) WARN_UNUSED;

#endif
