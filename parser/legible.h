/*
 * legible - is a text layer one that can be read? Fonts without a table to Unicode give the numbers of their glyphs
 * instead: letters of many scripts, or Han that nobody writes. Such pages are pictures to a reader.
 */
#ifndef PARSER_LEGIBLE_H
#define PARSER_LEGIBLE_H

#include <stdbool.h>

#include "base/str.h"

#define LEGIBLE_CHARS_MIN 40u /* a shorter text is not judged */
#define LEGIBLE_SHARE 0.6     /* of Chinese, ASCII and their signs among all that is no blank */
#define LEGIBLE_COMMON 0.25   /* of common_hanzi.tsv among the Han; real text has 0.4 and more */

bool legible(struct str text);

#endif
