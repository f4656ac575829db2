#include "parser/words.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>

#include "parser/read.h"

#define ENTRIES_MAX 512
#define CLASS_BYTES 64
#define FIRST_SLOTS 4096

enum pattern_how { BY_ID, BY_CLASS, BY_TAG, BY_WORD, BY_PART };

struct entry {
	struct str text;
	int how;       /* enum pattern_how of classes */
	int kind;      /* enum of the file */
	uint16_t next; /* index + 1 of the next entry with the same first character (struct firsts), 0: none */
};

struct list {
	struct entry e[ENTRIES_MAX];
	size_t count;
};

/*
 * Which texts of a list can begin here: `head` is the index + 1 of the first entry by a hash of its first character,
 * the others follow by `next` in the list's order. Small enough for the nearest cache: most places are passed in one look.
 */
struct firsts {
	uint16_t head[FIRST_SLOTS];
};

struct words {
	struct list containers, classes, phrases, labels, metas, counters, counter_units;
	struct firsts label_first, phrase_first, counter_first, class_first;
};

static unsigned first_hash(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;
	return ((unsigned)b[0] * 256 + b[1] + (b[0] >= 0xe0 ? b[2] * 4099u : 0)) % FIRST_SLOTS;
}

/* The first entry that may begin at `s`, NULL for none. Texts have at least two bytes. */
static const struct entry *may_begin(const struct firsts *f, const struct list *t, const char *p, size_t n)
{
	unsigned at = n >= 3 ? f->head[first_hash(p)] : 0;
	return at ? &t->e[at - 1] : NULL;
}

static const struct entry *next_of(const struct list *t, const struct entry *e)
{
	return e->next ? &t->e[e->next - 1] : NULL;
}

/* The list's last entry goes behind those of the same first character. */
static void learn_last(struct firsts *f, struct list *t)
{
	const struct str s = t->e[t->count - 1].text;
	assert(s.n >= 2);
	uint16_t *at = &f->head[first_hash(s.p)];
	while (*at)
		at = &t->e[*at - 1].next;
	*at = (uint16_t)t->count;
}

/* Calls `take` with the cells of each line; '#' begins a comment. Files are the program's own: a bad line is a bug. */
static void each_row(const char *name, struct words *w, void (*take)(struct words *w, const struct str *cell, size_t n))
{
	struct str file = lexicon_file(name);
	for (size_t i = 0; i < file.n;) {
		long nl = str_find(file, STR("\n"), i);
		size_t end = nl < 0 ? file.n : (size_t)nl;
		struct str line = str_sub(file, i, end);
		i = end + 1;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		struct str cell[4] = {STR_NULL};
		size_t n = 0;
		for (size_t at = 0; at <= line.n && n < 4; n++) {
			long tab = str_find(line, STR("\t"), at);
			size_t stop = tab < 0 ? line.n : (size_t)tab;
			cell[n] = str_sub(line, at, stop);
			at = stop + 1;
		}
		take(w, cell, n);
	}
}

static bool add(struct list *t, struct str text, int how, int kind)
{
	if (t->count == ENTRIES_MAX || text.n == 0)
		return false;
	t->e[t->count++] = (struct entry){text, how, kind, 0};
	return true;
}

/* containers.tsv: container id|class|tag NAME, or furniture|content word|part NAME */
static void take_container(struct words *w, const struct str *cell, size_t n)
{
	if (n < 3)
		return;
	int how = str_eq_z(cell[1], "id")      ? BY_ID
		  : str_eq_z(cell[1], "class") ? BY_CLASS
		  : str_eq_z(cell[1], "tag")   ? BY_TAG
		  : str_eq_z(cell[1], "word")  ? BY_WORD
					       : BY_PART;
	if (str_eq_z(cell[0], "container"))
		add(&w->containers, cell[2], how, 0);
	else if (add(&w->classes, cell[2], how, str_eq_z(cell[0], "content") ? 1 : -1))
		learn_last(&w->class_first, &w->classes);
}

static void take_phrase(struct words *w, const struct str *cell, size_t n)
{
	static const char *const kinds[PHRASE_KINDS] = {"line", "start", "end"};
	for (int k = 0; n >= 2 && k < PHRASE_KINDS; k++)
		if (str_eq_z(cell[0], kinds[k]) && add(&w->phrases, cell[1], 0, k))
			learn_last(&w->phrase_first, &w->phrases);
}

static void take_label(struct words *w, const struct str *cell, size_t n)
{
	static const char *const kinds[LABEL_KINDS] = {"date",  "made",  "term", "source", "publisher", "number",
						       "index", "title", "site", "other",  "stop"};
	for (int k = 0; n >= 2 && k < LABEL_KINDS; k++)
		if (str_eq_z(cell[0], kinds[k]) && add(&w->labels, cell[1], 0, k))
			learn_last(&w->label_first, &w->labels);
}

static void take_meta(struct words *w, const struct str *cell, size_t n)
{
	static const char *const kinds[META_KINDS] = {"title", "date", "source", "site"};
	for (int k = 0; n >= 2 && k < META_KINDS; k++)
		if (str_eq_z(cell[0], kinds[k]))
			add(&w->metas, cell[1], 0, k);
}

static void take_counter(struct words *w, const struct str *cell, size_t n)
{
	static const char *const kinds[COUNTER_KINDS] = {"count", "ordinal", "clock"};
	for (int k = 0; n >= 2 && k < COUNTER_KINDS; k++)
		if (str_eq_z(cell[0], kinds[k]) && add(&w->counters, cell[1], 0, k))
			learn_last(&w->counter_first, &w->counters);
	if (n >= 2 && str_eq_z(cell[0], "unit"))
		add(&w->counter_units, cell[1], 0, 0);
}

enum err words_load(struct words **out)
{
	struct words *w = calloc(1, sizeof *w);
	if (!w)
		return err_set(ERR_NOMEM, "no memory for the lexicon");
	each_row("containers.tsv", w, take_container);
	each_row("furniture.tsv", w, take_phrase);
	each_row("labels.tsv", w, take_label);
	each_row("meta_names.tsv", w, take_meta);
	each_row("counters.tsv", w, take_counter);
	*out = w;
	return ERR_OK;
}

void words_free(struct words *w)
{
	free(w);
}

/* ------------------------------------------------------------- elements */

/* Next token of a class list. */
static struct str next_token(const char **p)
{
	while (**p && isspace((unsigned char)**p))
		(*p)++;
	const char *from = *p;
	while (**p && !isspace((unsigned char)**p))
		(*p)++;
	return (struct str){from, (size_t)(*p - from)};
}

static bool ieq(struct str a, struct str b)
{
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static bool has_class(const char *classes, struct str name)
{
	for (struct str t = next_token(&classes); t.n > 0; t = next_token(&classes))
		if (ieq(t, name))
			return true;
	return false;
}

unsigned words_container(const struct words *w, const char *tag, const char *id, const char *classes)
{
	for (size_t i = 0; i < w->containers.count; i++) {
		const struct entry *e = &w->containers.e[i];
		bool hit = e->how == BY_ID      ? id && ieq(str_of(id), e->text)
			   : e->how == BY_CLASS ? classes && has_class(classes, e->text)
						: ieq(str_of(tag), e->text);
		if (hit)
			return (unsigned)i + 1 > 255 ? 255 : (unsigned)i + 1;
	}
	return 0;
}

/* Is s[i, i + n) a part of a name in camel case or with separators: "leftNav_box" is left, nav, box. */
static bool is_part(struct str s, size_t i, size_t n)
{
	bool begin = i == 0 || !isalpha((unsigned char)s.p[i - 1]) ||
		     (isupper((unsigned char)s.p[i]) && islower((unsigned char)s.p[i - 1]));
	char next = i + n < s.n ? s.p[i + n] : '-';
	/* short words stand in many names by chance: they have to end theirs ("leftNav", not "enableAdSlots") */
	bool camel = n > 3 && isupper((unsigned char)next) && islower((unsigned char)s.p[i + n - 1]);
	return begin && (!isalpha((unsigned char)next) || camel);
}

/* Adds what the words in one name say, each word once. */
static void judge_names(const struct words *w, struct str s, int *good, int *bad)
{
	char low[CLASS_BYTES + 2] = ""; /* a character may be looked for at the last byte */
	bool met[ENTRIES_MAX] = {false};
	for (size_t i = 0; i < s.n; i++)
		low[i] = (char)tolower((unsigned char)s.p[i]);
	for (size_t i = 0; i < s.n; i++) {
		const struct str rest = {low + i, s.n - i};
		const struct entry *e = may_begin(&w->class_first, &w->classes, rest.p, 3);
		for (; e; e = next_of(&w->classes, e)) {
			bool *once = &met[e - w->classes.e];
			if (*once || !str_starts(rest, e->text) || (e->how == BY_WORD && !is_part(s, i, e->text.n)))
				continue;
			*once = true;
			*good += e->kind > 0;
			*bad += e->kind < 0;
		}
	}
}

int words_class(const struct words *w, const char *id, const char *classes)
{
	int good = 0, bad = 0;
	/* the first few names; long lists are settings for scripts and hold any word */
	judge_names(w, str_sub(str_of(id), 0, CLASS_BYTES), &good, &bad);
	judge_names(w, str_sub(str_of(classes), 0, CLASS_BYTES), &good, &bad);
	return bad > 0 ? -bad : good;
}

/* ----------------------------------------------------------------- text */

/* The kinds of phrases that begin at `s`, as bits. */
static unsigned phrases_at(const struct words *w, const char *p, size_t n)
{
	unsigned kinds = 0;
	const struct entry *e = may_begin(&w->phrase_first, &w->phrases, p, n);
	for (; e; e = next_of(&w->phrases, e))
		if (str_starts((struct str){p, n}, e->text))
			kinds |= 1u << e->kind;
	return kinds;
}

unsigned words_phrases(const struct words *w, struct str line)
{
	unsigned kinds = 0;
	for (size_t i = 0; i + 3 <= line.n; i++) {
		if (((unsigned char)line.p[i] & 0xc0) == 0x80)
			continue; /* inside a character */
		kinds |= phrases_at(w, line.p + i, line.n - i) & (i == 0 ? ~0u : ~(1u << PHRASE_START));
	}
	return kinds;
}

static size_t colon_at(struct str s, size_t i)
{
	struct str rest = str_sub(s, i, s.n);
	if (str_starts(rest, STR(":")))
		return 1;
	return str_starts(rest, STR("：")) ? 3 : 0;
}

size_t words_label(const struct words *w, struct str s, enum label_kind *kind, bool bare)
{
	size_t best = 0;
	for (const struct entry *e = may_begin(&w->label_first, &w->labels, s.p, s.n); e; e = next_of(&w->labels, e)) {
		if (e->text.n <= best || !str_starts(s, e->text))
			continue;
		if (!bare && e->kind != LABEL_STOP && !colon_at(s, e->text.n))
			continue;
		best = e->text.n;
		*kind = (enum label_kind)e->kind;
	}
	return best;
}

size_t words_counter(const struct words *w, struct str s, enum counter_kind *kind)
{
	size_t best = 0;
	for (const struct entry *e = may_begin(&w->counter_first, &w->counters, s.p, s.n); e;
	     e = next_of(&w->counters, e))
		if (e->text.n > best && str_starts(s, e->text)) {
			best = e->text.n;
			*kind = (enum counter_kind)e->kind;
		}
	return best;
}

size_t words_counter_unit(const struct words *w, struct str s)
{
	for (size_t i = 0; i < w->counter_units.count; i++)
		if (str_starts(s, w->counter_units.e[i].text))
			return w->counter_units.e[i].text.n;
	return 0;
}

bool words_label_may(const struct words *w, struct str s)
{
	return may_begin(&w->label_first, &w->labels, s.p, s.n) != NULL;
}

unsigned words_meta(const struct words *w, enum meta_kind kind, struct str name)
{
	unsigned rank = 0;
	for (size_t i = 0; i < w->metas.count; i++) {
		if (w->metas.e[i].kind != (int)kind)
			continue;
		rank++;
		if (str_eq(w->metas.e[i].text, name))
			return rank;
	}
	return 0;
}
