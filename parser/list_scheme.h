/*
 * list_scheme - the further pages of lists that scripts and answers name: pure functions over their text and the page's
 * address. No script is executed; only literals are matched (lexicon/list_schemes.tsv says which).
 *
 * Cells of the data: `path` is what a page's path must hold, and behind " !" what it must not. `pages` is a key that holds
 * the number of pages, or TOTAL/SIZE with the number of items and of items a page (SIZE a number, a parameter of the page's
 * own address or a number of the answer); "a|b" is the first that is there. `second` is the number that the second page
 * bears, or "own": 1 where the page's own number is 0, else 2.
 * `address` holds {k} for the page's number, {key} for a value, {mark} for the script's string that ends as the mark, {stem} and {ext} for the page's own file name without a
 * number at its end ("index" and "html" for a folder), {before} for its path before `path`, and {own:NAME} for its own
 * path and query with parameter NAME set to the number ({own:}: the first of the parameters named in the data that it
 * has with a number, and nothing when it has none).
 *
 * Pages are only made from the total that the list itself states: the second to the LIST_PAGES_MAX-th, the same from
 * every page of the list, and from a page beyond these its next one, up to the LIST_LAST_MAX-th.
 */
#ifndef PARSER_LIST_SCHEME_H
#define PARSER_LIST_SCHEME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "parser/list_literal.h"
#include "proto/msg.h"

#define LIST_PAGES_MAX 200
#define LIST_LAST_MAX 2000
#define LIST_NOTES_MAX 32  /* lists of one page */
#define LIST_VALUES_MAX 12 /* values of one list */

struct list_row;

struct list_value {
	struct str key, value;
};

/** What a script said of one list. Slices are borrowed from the text given. */
struct list_note {
	const struct list_row *row;
	struct list_value values[LIST_VALUES_MAX];
	unsigned values_count;
};

typedef void (*list_note_fn)(void *ud, const struct list_note *note);
typedef void (*list_address_fn)(void *ud, struct str address);

/** Notes for every list that a script states; `g` is of this script. */
void list_scheme_script(struct str script, const struct list_grams *g, list_note_fn note, void *ud);
/** Name of the meta tag (lower case) whose content the note still needs, or empty. */
struct str list_note_meta(const struct list_note *note);
void list_note_put(struct list_note *note, struct str key, struct str value);
/** Is there a value for the key? */
bool list_note_has(const struct list_note *note, struct str key);
/** Does a scheme for answers from the address `url` read the number `key`? */
bool list_scheme_counts(struct str url, struct str key);
/** The note of the first scheme that can tell from these numbers of an answer how many pages there are. */
void list_scheme_answer(struct str url, const struct list_value *values, unsigned count, list_note_fn note, void *ud);
/** Addresses that a note means on the page `url` (canonical), raw: still to be resolved against it. */
void list_scheme_pages(const struct list_note *note, struct str url, list_address_fn address, void *ud);

/** The address in an onclick or a javascript: reference, empty when there is none. Borrowed from `code`. */
struct str list_scheme_click(struct str code);
/** Where a script sends its visitor: location = "...", location.replace("...") and the like; empty when there is none. */
struct str list_scheme_location(struct str script);
/** 1 for the anchor text of "next page", 2 for "last page", else 0. */
int list_scheme_word(struct str text);
/** The number of pages that a line of text states ("共12页"), 0 for none. */
long list_scheme_said(struct str line);
/** Is this a parameter that holds the number of a page? Has the address such a one with a number? */
bool list_scheme_is_page(struct str name);
bool list_scheme_has_page(struct str url);
/** The address itself with the numbers of its list's other pages, when it has such a parameter. */
void list_scheme_own(struct str url, long pages, list_address_fn address, void *ud);
/** How the address (canonical) is asked for. */
enum msg_ask list_scheme_ask(struct str url);
/** Addresses between the next and the last page, which differ in one number; without `next` itself. */
void list_scheme_fill(struct str next, struct str last, list_address_fn address, void *ud);

#endif
