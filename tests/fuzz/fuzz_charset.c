/* Any bytes through detection and every decoder: the result is valid UTF-8 in pieces. The first byte picks label and coding. */
#include <stdlib.h>

#include "parser/charset.h"
#include "parser/read.h"

static struct charsets *charsets;

static bool check(void *ud, const char *p, size_t n)
{
	(void)ud;
	if (!utf8_valid(p, n))
		abort();
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const forced[] = {"",          "gbk",    "big5",   "utf-8",        "utf-16le", "utf-16be",
					     "shift_jis", "euc-jp", "euc-kr", "windows-1252", "koi8-r"};
	static const char *const codings[] = {"", "", "gzip", "deflate"};
	if (!charsets && charsets_new(lexicon_file("common_hanzi.tsv"), &charsets) != ERR_OK)
		abort();
	if (n == 0)
		return 0;
	struct source s;
	struct charset_choice c;
	uint64_t errors;
	if (source_init(&s, (struct str){(const char *)data + 1, n - 1}, str_of(codings[data[0] >> 6])) != ERR_OK)
		return 0;
	if (charset_detect(charsets, &s, STR(""), str_of(forced[(data[0] & 63) % 11]), &c) == ERR_OK &&
	    charset_decode(charsets, &c, &s, check, NULL, &errors) != ERR_OK)
		abort();
	source_fini(&s);
	return 0;
}
