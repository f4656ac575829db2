/*
 * soft_error - is a page that came with status 200 an error page or a challenge? A verdict ends the page, so precision
 * comes first: each rule wants words (lexicon/soft_errors.tsv) and the shape of such a page, and what holds a report, a
 * labelled date or the title of a notice is never taken for one. An article that quotes such words has the shape of an
 * article.
 *
 * Rules, for HTML unless said:
 *   script     nothing to see, no frame, and a guard's script in the source           challenge
 *              (one that good pages behind the guard hold too: nor a redirect)
 *   reload     next to nothing to see, words that ask for JavaScript, and a script
 *              that sets a cookie or loads anew, not the shell of a drawn page         challenge
 *   challenge  little text, few links, a short line or the title asks for proof        challenge
 *   login      little text, few links, a field for a password and a title for it       soft error
 *   title      an error's title, and words of one in a short main text, in whatever
 *              menus the site puts around it                                           soft error
 *   line       little text, few links, a short line with words of an error             soft error
 *   empty      the mere skeleton of a page, at an address without query                soft error
 * Plain text: `line`. A body without a byte is what it is: 204 says so, too. Nothing is learned and nothing kept: the same bytes give the same verdict.
 */
#ifndef PARSER_SOFT_ERROR_H
#define PARSER_SOFT_ERROR_H

#include "parser/page.h"

#define SOFT_HEAD_BYTES (64u * 1024) /* of the source that are looked at */

struct soft_words;

enum err soft_words_load(struct soft_words **out) WARN_UNUSED;
void soft_words_free(struct soft_words *w);

/**
 * `p` is the page of a document of KIND_HTML, else NULL; `d` is filled up to its reports. `head`: the first SOFT_HEAD_BYTES of
 * the decoded source, `bytes` how many there were in all. *why_out, when not SOFT_NONE: rule and words for people, in the
 * document's arena.
 */
enum soft_kind soft_error_of(const struct soft_words *w, const struct page *p, const struct document *d,
			     struct str head, size_t bytes, const char **why_out);

#endif
