#include "parser/read.h"

#include <pthread.h>
#include <stdio.h>

#include "base/hash.h"

#define LEXICON_FILE(name, sym)                                                                                        \
	extern const char sym[];                                                                                       \
	extern const char sym##_end[];
#include "lexicon_table.inc"
#undef LEXICON_FILE

static const struct lexicon_entry {
	const char *name, *start, *end;
} files[] = {
#define LEXICON_FILE(name, sym) {name, sym, sym##_end},
#include "lexicon_table.inc"
#undef LEXICON_FILE
	{NULL, NULL, NULL}};

static char hash_text[17];
static pthread_once_t hash_once = PTHREAD_ONCE_INIT;

static void hash_files(void)
{
	uint64_t h = 0;
	for (const struct lexicon_entry *e = files; e->name; e++) {
		uint64_t parts[3] = {h, hash64(e->name, strlen(e->name)),
				     hash64(e->start, (size_t)(e->end - e->start))};
		h = hash64(parts, sizeof parts);
	}
	snprintf(hash_text, sizeof hash_text, "%016llx", (unsigned long long)h);
}

const char *lexicon_hash(void)
{
	pthread_once(&hash_once, hash_files);
	return hash_text;
}

struct str lexicon_file(const char *name)
{
	for (const struct lexicon_entry *e = files; e->name; e++)
		if (strcmp(e->name, name) == 0)
			return (struct str){e->start, (size_t)(e->end - e->start)};
	return STR_NULL;
}
