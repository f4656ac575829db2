#include "sink/repeat.h"

#include <stdint.h>
#include <stdlib.h>

#define FNV_BASIS UINT64_C(14695981039346656037)
#define FNV_PRIME UINT64_C(1099511628211)

struct sentence {
	uint64_t hash;
	size_t from, to; /* bytes */
	size_t characters;
};

/* walks the sentences of a text */
struct walk {
	struct str text;
	size_t at;
};

static bool in_set(const char *set, uint32_t c)
{
	size_t n = strlen(set);
	for (size_t i = 0; i < n;)
		if (utf8_next(set, n, &i) == c)
			return true;
	return false;
}

static bool is_numeral(uint32_t c)
{
	return in_set("〇○零一二三四五六七八九十百千万萬亿億两", c);
}

static bool ends_sentence(uint32_t c)
{
	return in_set("。；;！!？?", c);
}

/* Is it part of what is compared? */
static bool counts(uint32_t c)
{
	if (c >= 0x3400 && c <= 0x9FFF)
		return !is_numeral(c);
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x20000;
}

static bool next_sentence(struct walk *w, struct sentence *s)
{
	const struct sentence none = {.hash = FNV_BASIS};
	bool row = false;
	*s = none;
	while (w->at < w->text.n) {
		size_t pos = w->at;
		uint32_t c = utf8_next(w->text.p, w->text.n, &w->at);
		if (c == '\t')
			row = true;
		if (row) {
			*s = none;
			row = c != '\n';
			continue;
		}
		if (ends_sentence(c)) {
			bool good = s->characters >= REPEAT_SENTENCE_MIN && s->characters <= REPEAT_SENTENCE_MAX;
			s->to = w->at;
			if (good)
				return true;
			*s = none;
			continue;
		}
		if (!counts(c))
			continue;
		if (s->characters++ == 0)
			s->from = pos;
		s->hash = (s->hash ^ c) * FNV_PRIME;
	}
	return false;
}

static int by_hash(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static struct str cut(struct str s)
{
	return (struct str){s.p, s.n > REPEAT_TEXT_MAX ? utf8_cut(s.p, REPEAT_TEXT_MAX) : s.n};
}

void repeat_compare(struct str earlier, struct str later, struct repeat *out)
{
	static uint64_t seen[REPEAT_SENTENCES_MAX]; /* one thread compares; 32 KiB are too much for its stack */
	struct walk w = {.text = cut(earlier)};
	struct sentence s;
	size_t n = 0, run = 0, run_from = 0;
	*out = (struct repeat){.passage = STR("")};
	while (n < REPEAT_SENTENCES_MAX && next_sentence(&w, &s))
		seen[n++] = s.hash;
	qsort(seen, n, sizeof *seen, by_hash);
	w = (struct walk){.text = cut(later)};
	for (size_t k = 0; k < REPEAT_SENTENCES_MAX && next_sentence(&w, &s); k++) {
		out->characters += s.characters;
		if (!bsearch(&s.hash, seen, n, sizeof *seen, by_hash)) {
			run = 0;
			continue;
		}
		if (run == 0)
			run_from = s.from;
		run += s.characters;
		out->repeated += s.characters;
		if (run > out->longest) {
			out->longest = run;
			out->passage = (struct str){later.p + run_from, s.to - run_from};
		}
	}
}

bool repeat_copied(const struct repeat *r)
{
	bool all = r->repeated >= REPEAT_ALL_MIN && (double)r->repeated >= REPEAT_ALL * (double)r->characters;
	return all || r->longest >= REPEAT_PASSAGE;
}
