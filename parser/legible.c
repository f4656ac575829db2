#include "parser/legible.h"

#include <pthread.h>
#include <stdint.h>

#include "parser/read.h"

static uint8_t common[65536 / 8]; /* a bit for each hanzi of the list */
static pthread_once_t common_once = PTHREAD_ONCE_INIT;

static void load(void)
{
	struct str file = lexicon_file("common_hanzi.tsv");
	for (size_t at = 0; at < file.n;) {
		uint32_t c = utf8_next(file.p, file.n, &at);
		if (c >= 0x2E80 && c < 65536)
			common[c >> 3] |= (uint8_t)(1u << (c & 7));
	}
}

static bool is_han(uint32_t c)
{
	return (c >= 0x3400 && c < 0xA000) || (c >= 0x20000 && c < 0x30000) || (c >= 0xF900 && c < 0xFB00);
}

/* ASCII, signs of Chinese texts, Roman and circled numbers, lines and marks of forms. */
static bool is_sign(uint32_t c)
{
	return (c > ' ' && c < 0x7F) || (c >= 0x2010 && c < 0x2070) || (c >= 0x2100 && c < 0x2800) ||
	       (c >= 0x3000 && c < 0x3400) || (c >= 0xFF00 && c < 0xFFF0) || c == 0xB7 || c == 0xB0 || c == 0xD7;
}

bool legible(struct str text)
{
	size_t all = 0, han = 0, known = 0, signs = 0;
	pthread_once(&common_once, load);
	for (size_t at = 0; at < text.n;) {
		uint32_t c = utf8_next(text.p, text.n, &at);
		if (c <= ' ' || c == 0xA0)
			continue;
		all++;
		signs += is_sign(c);
		han += is_han(c);
		known += c < 65536 && (common[c >> 3] >> (c & 7) & 1);
	}
	if (all < LEGIBLE_CHARS_MIN)
		return true;
	return (double)(han + signs) >= LEGIBLE_SHARE * (double)all &&
	       (han < LEGIBLE_CHARS_MIN || (double)known >= LEGIBLE_COMMON * (double)han);
}
