/*
 * copies - which reports are one report: the same text on several platforms, as page and attachment, or at an old and a
 * new address; and which pages are look-alikes of an official one.
 *
 * Two reports are the same when the year is one and (a) their texts are equal but for what base/simhash.h leaves out, or
 * (b) the body is the same and the texts are near (SIMHASH_NEAR) or the figures equal (at least COPIES_FIGURES of them), or
 * (c) one does not name its body, the texts are near, and the figures do not differ.
 * A page is official when its host is below gov.cn or the fetcher vouches for it (context "vouched": its site is one that the
 * user named, or to which such a site's own address redirects). A page that is not, and is near to an official one without
 * being equal to it, is its mirror: such domains copy reports and replace words. Pages that are not official tie no
 * official ones together.
 *
 * A group is what these ties connect. One member is the principal: official first, then one whose site_id_code is of the
 * body's region, then a page before an attachment, then the earliest published, then the least URL. All of this is a function of
 * what the store holds, not of the order in which it came: whenever a page's reports change, the page is noted in
 * copies_due in the same transaction, and settled with the commit or, after a kill, at the next start.
 *
 * Cost: some eight look-ups by index for each report that is due and each that is near to it, of which at most
 * COPIES_SET_MAX are regarded; a key that more than COPIES_KEY_MAX reports share is looked at in that part only.
 */
#ifndef SINK_COPIES_H
#define SINK_COPIES_H

#include <stdbool.h>
#include <stdint.h>

#include "sink/db.h"

#define COPIES_FIGURES 5
#define COPIES_MIRROR 20 /* bits between a page and its mirror, when the figures are equal (two texts: 32 +- 4) */
#define COPIES_REPRINT 2 /* bits between a page and an honest reprint elsewhere, of the same body and figures */
#define COPIES_SET_MAX 256
#define COPIES_KEY_MAX 512
#define COPIES_SETTLE_MAX 64 /* documents in one call of copies_settle() */

/* what two reports are compared by */
struct copies_sign {
	int64_t report_id, year; /* 0: not known */
	uint64_t near, exact;    /* base/simhash.h, of the report's own text */
	int64_t chars;
	uint64_t figures; /* of the set of figures */
	int64_t figures_count;
	bool official, attached;
	int64_t site;          /* 0: the page's site is of the body's own region, 1: of an upper one, 2: not known */
	struct str code, body; /* region_code; n 0: not known */
	struct str published, url; /* published n 0: not known */
	int64_t ord;
};

enum copies_tie { COPIES_NONE, COPIES_COPY, COPIES_MIRRORED };

/** What two reports are to each other; symmetric. MIRRORED: the one that is not official is the other's mirror. */
enum copies_tie copies_judge(const struct copies_sign *a, const struct copies_sign *b);
/** Is `a` to be principal rather than `b`? A total order. */
bool copies_before(const struct copies_sign *a, const struct copies_sign *b);
/** Is a page of this address and context (JSON) official? */
bool copies_official(struct str url, const char *context);

struct copies;

enum err copies_new(sqlite3 *db, struct copies **out) WARN_UNUSED;
void copies_free(struct copies *c); /* NULL is fine */
/** The reports of a document changed; within a transaction. */
enum err copies_note(struct copies *c, int64_t document_id) WARN_UNUSED;
/** The same content came again: only whether its site is vouched for may have changed. */
enum err copies_seen(struct copies *c, int64_t document_id, struct str url, const char *context) WARN_UNUSED;
/** Settle some of what is noted, within a transaction. *more: there may be more. */
enum err copies_settle(struct copies *c, bool *more) WARN_UNUSED;

/* the step of sink/schema.c */
#define COPIES_SCHEMA                                                                                                  \
	"CREATE TABLE copies(report_id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL, year INTEGER NOT NULL,"      \
	" near INTEGER NOT NULL, exact INTEGER NOT NULL, chars INTEGER NOT NULL, figures INTEGER NOT NULL,"            \
	" figures_count INTEGER NOT NULL, official INTEGER NOT NULL, attached INTEGER NOT NULL,"                       \
	" site INTEGER NOT NULL, code TEXT, body TEXT, published TEXT, url TEXT NOT NULL, ord INTEGER NOT NULL,"       \
	" principal INTEGER, mirror INTEGER NOT NULL DEFAULT 0);"                                                      \
	"CREATE INDEX copies_document ON copies(document_id);"                                                         \
	"CREATE INDEX copies_principal ON copies(principal) WHERE principal IS NOT NULL;"                              \
	"CREATE TABLE copy_keys(key INTEGER NOT NULL, report_id INTEGER NOT NULL, PRIMARY KEY(key, report_id))"        \
	" WITHOUT ROWID;"                                                                                              \
	"CREATE TABLE copies_due(document_id INTEGER PRIMARY KEY);"                                                    \
	"INSERT INTO copies_due SELECT DISTINCT document_id FROM reports;"
/* of members of a group, the principal first: copies_before() in SQL */
#define COPIES_ORDER "c.official DESC, c.site, c.attached, c.published IS NULL, c.published, c.url, c.ord"

#endif
