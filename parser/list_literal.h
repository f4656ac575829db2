/*
 * list_literal - strings and numbers that stand literally in a script or a query: pure functions over their text. Slices
 * are borrowed from it.
 */
#ifndef PARSER_LIST_LITERAL_H
#define PARSER_LIST_LITERAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define LIST_ADDRESS_MAX 2048

/** Which runs of three bytes a script has: one pass tells that it holds none of most words that are looked for. */
struct list_grams {
	uint64_t bits[256];
};
void list_grams_take(struct list_grams *g, struct str script);
/** False when the script does not hold `word`. */
bool list_grams_may(const struct list_grams *g, struct str word);

/** The literal at `i` (behind white space): a quoted string or a number, and where it ends. False when there is none. */
bool list_literal(struct str s, size_t *i, struct str *value, bool *number);
/** The literal that a script gives to `key` ("key: 8", "'key':'8'", "key = 8"), at or behind `from`. False when there is none. */
bool list_value_of(struct str script, struct str key, size_t from, struct str *value, bool *number);
/** Value of a parameter of a query ("a=1&b=2"); empty when absent. */
struct str list_parameter(struct str query, struct str name);
/** Appends a value as a query may hold it; "/" stays as it is in the addresses that the systems make themselves. */
void list_add_value(struct buf *out, struct str v);
/** A number of at most seven digits, or -1. */
long list_number(struct str s);
/** May the character stand in a script's name? */
bool list_is_name(char c);
size_t list_skip_space(struct str s, size_t i);
/** Is the literal that ends at `end` all that stands there? One that something is added to is a part of what it will be. */
bool list_stands_alone(struct str s, size_t end);

#endif
