#include "parser/soft_error.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "base/url.h"
#include "parser/read.h"

#define WORDS_MAX 512

/* code points without white space, but for the ones of a line */
#define BARE_CPS 60           /* "nothing to see": a line of wait and a number */
#define NAME_CPS 10           /* the words of a way back */
#define RELOAD_CPS 120        /* next to nothing: two sentences */
#define LITTLE_CPS 300        /* little text: an error page and the foot of its site */
#define LINE_CPS 60           /* a short line */
#define TITLE_CPS 40          /* a title longer than this is that of a text */
#define MAIN_CPS 200          /* main text of an error page within a site's menus */
#define TXT_CPS 80            /* of an error in plain text */
#define LINKS_BARE 2          /* links of a page that shows nothing */
#define LINKS_FEW 10          /* of an error page without menus */
#define LINK_TEXT_LONG_CPS 12 /* a link of this length names a text, a shorter one a column */
#define LINKS_LONG_MAX 3
#define EMPTY_BYTES_MAX 2048

enum word_kind {
	WORD_SCRIPT,
	WORD_EMBEDDED,
	WORD_RELOAD,
	WORD_AGAIN,
	WORD_SHELL,
	WORD_CHALLENGE,
	WORD_TITLE,
	WORD_LINE,
	WORD_LOGIN,
	WORD_NOTICE,
	WORD_KINDS
};

struct soft_words {
	struct {
		struct str text;
		enum word_kind kind;
	} v[WORDS_MAX];
	size_t count;
};

static const char *const kind_names[WORD_KINDS] = {"script",    "embedded", "reload", "again", "shell",
						   "challenge", "title",    "line",   "login", "notice"};

enum err soft_words_load(struct soft_words **out)
{
	struct soft_words *w = calloc(1, sizeof *w);
	struct str file = lexicon_file("soft_errors.tsv");
	if (!w)
		return err_set(ERR_NOMEM, "no memory for the lexicon");
	for (size_t i = 0; i < file.n;) {
		long nl = str_find(file, STR("\n"), i);
		struct str line = str_sub(file, i, nl < 0 ? file.n : (size_t)nl);
		i += line.n + 1;
		long tab = str_find(line, STR("\t"), 0);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		int k = 0;
		while (k < WORD_KINDS && tab > 0 && !str_eq_z(str_sub(line, 0, (size_t)tab), kind_names[k]))
			k++;
		if (tab <= 0 || k == WORD_KINDS || w->count == WORDS_MAX)
			abort(); /* the file is part of the program */
		w->v[w->count].text = str_sub(line, (size_t)tab + 1, line.n);
		w->v[w->count++].kind = (enum word_kind)k;
	}
	*out = w;
	return ERR_OK;
}

void soft_words_free(struct soft_words *w)
{
	free(w);
}

/* ---- words */

/* Latin letters of either case. */
static bool holds(struct str s, struct str word)
{
	if (word.n == 0)
		return false;
	int lower = tolower((unsigned char)word.p[0]), upper = toupper((unsigned char)word.p[0]);
	for (size_t i = 0; i + word.n <= s.n; i++) {
		int c = (unsigned char)s.p[i];
		if ((c == lower || c == upper) && strncasecmp(s.p + i, word.p, word.n) == 0)
			return true;
	}
	return false;
}

/* The first word of a kind that `s` holds; empty when none. */
static struct str word_in(const struct soft_words *w, enum word_kind kind, struct str s)
{
	for (size_t i = 0; s.n > 0 && i < w->count; i++)
		if (w->v[i].kind == kind && holds(s, w->v[i].text))
			return w->v[i].text;
	return STR_NULL;
}

/* ---- the shape of a page */

struct look {
	const struct soft_words *w;
	const struct page *p;
	const struct document *d;
	struct str head;
	size_t bytes;
	size_t cps;               /* visible, without white space */
	size_t links, links_long; /* of rel "a" */
	bool frames;              /* frame, iframe: what is to be seen is elsewhere */
	bool refresh;             /* it leads on by itself */
	bool text;                /* it says of itself that it is a text: a date, a notice's title */
	const char **why;
};

static size_t title_cps(const struct look *k)
{
	return utf8_count(k->p->title.p, k->p->title.n);
}

static bool is_text(const struct look *k)
{
	const struct document *d = k->d;
	for (size_t i = 0; i < d->dates_count; i++)
		if (d->dates[i].from != DATE_URL)
			return true;
	return d->reports_count > 0 || d->doc_number.n > 0 || d->index_number.n > 0 ||
	       word_in(k->w, WORD_NOTICE, k->p ? k->p->title : STR_NULL).n > 0 ||
	       word_in(k->w, WORD_NOTICE, d->title).n > 0;
}

static void look_at(struct look *k)
{
	const struct page *p = k->p;
	for (size_t i = 0; i < p->lines_count; i++)
		k->cps += p->lines[i].cps;
	for (size_t i = 0; i < p->links_count; i++) {
		bool plain = strcmp(p->links[i].rel, "a") == 0;
		k->links += plain;
		k->links_long += plain && utf8_count(p->links[i].text.p, p->links[i].text.n) >= LINK_TEXT_LONG_CPS;
		k->refresh |= strcmp(p->links[i].rel, "refresh") == 0;
		k->frames |= !plain && strcmp(p->links[i].rel, "refresh") != 0;
	}
}

static enum soft_kind verdict(const struct look *k, enum soft_kind kind, const char *rule, struct str word)
{
	*k->why = arena_printf(k->d->arena, "%s: %.*s", rule, STR_FMT(word));
	return kind;
}

/* The first short line with a word of this kind. */
static struct str line_word(const struct look *k, enum word_kind kind)
{
	for (size_t i = 0; i < k->p->lines_count; i++) {
		struct str word = STR_NULL;
		if (k->p->lines[i].cps <= LINE_CPS)
			word = word_in(k->w, kind, page_line(k->p, &k->p->lines[i]));
		if (word.n > 0)
			return word;
	}
	return STR_NULL;
}

static struct str title_or_line(const struct look *k, enum word_kind kind)
{
	struct str word = title_cps(k) <= TITLE_CPS ? word_in(k->w, kind, k->p->title) : STR_NULL;
	return word.n > 0 ? word : line_word(k, kind);
}

/* ---- the rules */

static enum soft_kind by_script(const struct look *k)
{
	if (k->cps > RELOAD_CPS || k->links > LINKS_BARE || k->frames || k->d->reports_count > 0)
		return SOFT_NONE;
	struct str word = k->cps <= BARE_CPS ? word_in(k->w, WORD_SCRIPT, k->head) : STR_NULL;
	if (word.n == 0 && k->cps <= BARE_CPS && !k->refresh)
		word = word_in(k->w, WORD_EMBEDDED, k->head);
	if (word.n > 0)
		return verdict(k, SOFT_CHALLENGE, "script", word);
	word = word_in(k->w, WORD_RELOAD, k->head);
	if (word.n == 0 || word_in(k->w, WORD_SHELL, k->head).n > 0 || word_in(k->w, WORD_AGAIN, k->head).n == 0)
		return SOFT_NONE;
	return verdict(k, SOFT_CHALLENGE, "reload", word);
}

static bool has_password(struct str head)
{
	return holds(head, STR("type=\"password\"")) || holds(head, STR("type='password'")) ||
	       holds(head, STR("type=password"));
}

/* Pages with little on them. */
static enum soft_kind by_little(const struct look *k)
{
	if (k->cps > LITTLE_CPS || k->links > LINKS_FEW || k->links_long >= LINKS_LONG_MAX)
		return SOFT_NONE;
	struct str word = title_or_line(k, WORD_CHALLENGE);
	if (word.n > 0)
		return verdict(k, SOFT_CHALLENGE, "challenge", word);
	word = has_password(k->head) ? title_or_line(k, WORD_LOGIN) : STR_NULL;
	if (word.n > 0)
		return verdict(k, SOFT_ERROR, "login", word);
	word = line_word(k, WORD_LINE);
	return word.n > 0 ? verdict(k, SOFT_ERROR, "line", word) : SOFT_NONE;
}

/* The site's own error page: menus, and in their middle a sentence. */
static enum soft_kind by_title(const struct look *k)
{
	struct str word = title_cps(k) <= TITLE_CPS ? word_in(k->w, WORD_TITLE, k->p->title) : STR_NULL;
	if (word.n == 0 || k->d->text_cps > MAIN_CPS || k->links_long > LINKS_LONG_MAX)
		return SOFT_NONE;
	bool bare = k->cps <= NAME_CPS && k->links <= LINKS_BARE && !k->frames;
	if (!bare && line_word(k, WORD_LINE).n == 0)
		return SOFT_NONE;
	return verdict(k, SOFT_ERROR, "title", word);
}

/* ---- nothing at all */

/* Only tags that show nothing. Tags of scripts, lists and pictures mean that something was to be shown. */
static bool is_skeleton(struct str s)
{
	static const char *const bones[] = {"html",   "head", "meta", "title", "body", "base",
					    "center", "p",    "br",   "pre",   "hr",   NULL};
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '<')
			continue;
		size_t from = i + 1 + (i + 1 < s.n && s.p[i + 1] == '/'), to = from;
		while (to < s.n && isalnum((unsigned char)s.p[to]))
			to++;
		bool bone = to == from; /* "<!" */
		for (int b = 0; bones[b] && !bone; b++)
			bone = strlen(bones[b]) == to - from && strncasecmp(bones[b], s.p + from, to - from) == 0;
		if (!bone)
			return false;
	}
	return true;
}

/* An answer with a query is that of a program: nothing may be its whole truth (the page behind the last of a list). */
static bool is_asked(struct str url)
{
	struct url_parts u;
	return url.n == 0 || url_split(url, &u) != ERR_OK || u.query.n > 0;
}

static enum soft_kind by_nothing(const struct look *k)
{
	bool shows =
		k->p && (k->cps > 0 || k->links > 0 || k->frames || k->refresh || k->p->title.n > 0 || k->p->lists);
	if (shows || k->bytes == 0 || k->bytes > EMPTY_BYTES_MAX || is_asked(k->d->url) ||
	    holds(k->head, STR("http-equiv=\"refresh")) || !is_skeleton(k->head))
		return SOFT_NONE;
	return verdict(k, SOFT_ERROR, "empty", STR("a page without content"));
}

static enum soft_kind of_plain_text(const struct look *k)
{
	struct str s = str_trim(k->head);
	struct str word = k->d->text_cps <= TXT_CPS && !k->text ? word_in(k->w, WORD_LINE, s) : STR_NULL;
	return word.n > 0 ? verdict(k, SOFT_ERROR, "line", word) : SOFT_NONE;
}

enum soft_kind soft_error_of(const struct soft_words *w, const struct page *p, const struct document *d,
			     struct str head, size_t bytes, const char **why_out)
{
	struct look k = {.w = w, .p = p, .d = d, .head = head, .bytes = bytes, .why = why_out};
	k.text = is_text(&k);
	if (!p)
		return of_plain_text(&k);
	look_at(&k);
	enum soft_kind kind = by_script(&k);
	if (kind == SOFT_NONE && !k.text)
		kind = by_little(&k);
	if (kind == SOFT_NONE && !k.text)
		kind = by_title(&k);
	return kind == SOFT_NONE ? by_nothing(&k) : kind;
}
