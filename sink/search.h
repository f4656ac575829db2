/*
 * search - full text over the stored documents: words of any length, by a derived index search.db in the data folder.
 *
 * The index holds, for each document, which pairs of neighbouring characters occur in its text and title (FTS5 without
 * positions; half of the text's size at 10,000 documents, `make bench-search`). A word asks for all its pairs, a single
 * character for all pairs that begin with it; what the index offers is then looked for in the text itself, so that what is
 * given really is there.
 *
 * The index may be lost at any time: it is made anew when it is missing, damaged, of another fold or of another store; a
 * file that is not ours is moved to search.db.foreign. It is brought up to date by search_update() in short reads of
 * the store, so that the store's writer never waits and its log can always be taken back; a crash loses one batch.
 * One process updates at a time: the caller holds a lock (search.lock) around search_update().
 *
 * Text is compared folded (full width as ASCII, traditional as simplified); the fold comes from the caller.
 * Errors: ERR_FULL (no room, not writable), ERR_LOCKED, ERR_NOMEM, ERR_IO, those of sview.
 */
#ifndef SINK_SEARCH_H
#define SINK_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "sink/view.h"

#define SEARCH_WORDS_MAX 16
#define SEARCH_WORD_MAX 64                       /* characters of a word or phrase */
#define SEARCH_BATCH_DOCUMENTS 256               /* documents of one transaction */
#define SEARCH_TEXT_MAX (5u * 1024 * 1024)       /* bytes of text and title of one document */
#define SEARCH_TOKENS_MAX (8u * SEARCH_TEXT_MAX) /* bytes of its pairs as they are given to the index */

/* a folded text: ch[i] is the character, byte[i] and cp[i] where it stands in the text; [n] is the end */
struct search_folded {
	const uint16_t *ch;
	const uint32_t *byte, *cp;
	size_t n;
};
/** Folds `text`; what is given stays valid until the next call. */
typedef void search_fold_fn(void *ctx, struct str text, struct search_folded *out);

struct search;
/** fold_id: changes when the fold does. writable false: an index that is not there gives ERR_NOTFOUND. */
enum err search_open(const char *data_dir, const char *fold_id, search_fold_fn *fold, void *fold_ctx, bool writable,
		     struct search **out) WARN_UNUSED;
void search_close(struct search *s); /* NULL is fine */

struct search_updated {
	int64_t documents; /* read again in this call */
	bool anew;         /* the whole index was made */
};
/** Reads what the store has that the index has not. */
enum err search_update(struct search *s, struct sview *v, struct search_updated *out) WARN_UNUSED;

/* words, all of which must occur */
struct search_query {
	unsigned count;
	struct {
		uint16_t ch[SEARCH_WORD_MAX];
		size_t n;
	} word[SEARCH_WORDS_MAX];
};
/** Words at white space; "in quotes" one phrase, in which white space does not count. ERR_USAGE. */
enum err search_parse(struct search *s, struct str words, struct search_query *out) WARN_UNUSED;

struct search_document {
	int64_t id;
	bool has_reports;
	struct str text;             /* followed by a line end and the title; the row asks for more by id */
	struct search_folded folded; /* of it */
};
typedef bool search_row_fn(void *ctx, const struct search_document *d);
/** Documents that hold all words, those with reports first, then by id. The row may ask `v` for its reports. */
enum err search_run(struct search *s, struct sview *v, const struct search_query *q, bool reports_only,
		    search_row_fn *row, void *ctx) WARN_UNUSED;

/** Do all words begin within [from, to) (code points of the text)? *at: folded place of the first word. Pure. */
bool search_within(const struct search_folded *f, const struct search_query *q, uint32_t from, uint32_t to, size_t *at);
/** The text around folded place `at`, in one line, every word in it between 【 and 】. `out` is cleared first. */
void search_snippet(const struct search_document *d, const struct search_query *q, size_t at, struct buf *out);

#endif
