#include "parser/link_rank.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "base/url.h"
#include "parser/match.h"

#define WORDS_MAX 512
#define HITS_MAX 32
#define TEXT_MAX 240     /* bytes of a text that are looked at */
#define SHORT_CHARS 12   /* names of columns, bodies and years are short, titles of articles are not */
#define YEAR_WEIGHT 12   /* a year as "2016年", or alone */
#define NAME_WEIGHT 4    /* a short text before an address that looks like a list */
#define NAME_REFUSED -25 /* words at this speak clearly against a column; above, a short name has the share of them */
#define NAME_SHARE 4
#define NAME_SHUNNED -45
#define REPORT_NAMES -1   /* but no more: a menu stands on every page */
#define ARTICLE_WEIGHT -8 /* an address of an article about which the words say nothing */
#define TOKEN_MAX 32
#define NAMES_MAX 64

enum where { WHERE_TEXT, WHERE_TOPIC, WHERE_END, WHERE_KINDS };

struct path_token {
	struct str token; /* without its '*' */
	bool suffix;
	int weight;
};

struct link_words {
	const struct lexicon *lex;
	struct matcher *matcher;
	int weight[WORDS_MAX];
	enum where where[WORDS_MAX];
	struct path_token paths[WORDS_MAX];
	size_t paths_count;
	struct names {
		struct str v[NAMES_MAX];
		size_t n;
	} items, vague, files, metas;
};

static void name_add(struct names *names, struct str name)
{
	if (names->n == NAMES_MAX)
		abort();
	names->v[names->n++] = name;
}

static bool name_is(const struct names *names, struct str s)
{
	for (size_t i = 0; i < names->n; i++)
		if (names->v[i].n == s.n && strncasecmp(names->v[i].p, s.p, s.n) == 0)
			return true;
	return false;
}

static bool name_begins(const struct names *names, struct str s)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_starts(s, names->v[i]))
			return true;
	return false;
}

/* The names that lines of this kind give; NULL when it gives weights. */
static struct names *names_of(struct link_words *w, struct str kind)
{
	return str_eq_z(kind, "item")    ? &w->items
	       : str_eq_z(kind, "vague") ? &w->vague
	       : str_eq_z(kind, "file")  ? &w->files
	       : str_eq_z(kind, "meta")  ? &w->metas
					 : NULL;
}

static void take(struct link_words *w, struct str kind, int weight, struct str word)
{
	struct names *names = names_of(w, kind);
	if (names) {
		name_add(names, word);
		return;
	}
	if (str_eq_z(kind, "path")) {
		if (w->paths_count == WORDS_MAX)
			abort(); /* the file is part of the program */
		bool suffix = word.p[0] == '*';
		w->paths[w->paths_count++] = (struct path_token){str_sub(word, suffix, word.n), suffix, weight};
		return;
	}
	struct word folded = lexicon_word((struct lexicon *)(uintptr_t)w->lex, word);
	uint32_t at = matcher_add(w->matcher, folded.p, folded.n);
	if (at >= WORDS_MAX)
		abort();
	w->weight[at] = weight;
	w->where[at] = str_eq_z(kind, "end") ? WHERE_END : str_eq_z(kind, "topic") ? WHERE_TOPIC : WHERE_TEXT;
}

enum err link_words_load(const struct lexicon *lex, struct link_words **out)
{
	struct link_words *w = calloc(1, sizeof *w);
	if (!w)
		return err_set(ERR_NOMEM, "no memory for the words of links");
	w->lex = lex;
	w->matcher = matcher_new();
	struct str file = lexicon_file("link_words.tsv");
	for (size_t i = 0; i < file.n;) {
		long nl = str_find(file, STR("\n"), i);
		size_t end = nl < 0 ? file.n : (size_t)nl;
		struct str line = str_sub(file, i, end);
		i = end + 1;
		long one = str_find(line, STR("\t"), 0),
		     two = one < 0 ? -1 : str_find(line, STR("\t"), (size_t)one + 1);
		if (line.n > 0 && line.p[0] != '#' && two > 0)
			take(w, str_sub(line, 0, (size_t)one), (int)strtol(line.p + one + 1, NULL, 10),
			     str_sub(line, (size_t)two + 1, line.n));
	}
	matcher_build(w->matcher);
	*out = w;
	return ERR_OK;
}

void link_words_free(struct link_words *w)
{
	if (!w)
		return;
	matcher_free(w->matcher);
	free(w);
}

/* ------------------------------------------------------------------- texts */

struct hits {
	const struct link_words *w;
	struct hit {
		size_t start, end;
		uint32_t word;
	} v[HITS_MAX];
	unsigned n;
	size_t text_end;
};

static void hit(void *ctx, size_t start, size_t end, uint32_t word)
{
	struct hits *h = ctx;
	if (h->n == HITS_MAX || (h->w->where[word] == WHERE_END && (end != h->text_end || end > 2 * SHORT_CHARS)))
		return;
	h->v[h->n++] = (struct hit){start, end, word};
}

/* Lies this hit inside a longer one, or was its word counted before? */
static bool is_covered(const struct hits *h, unsigned i)
{
	const struct hit *a = &h->v[i];
	for (unsigned k = 0; k < h->n; k++) {
		const struct hit *b = &h->v[k];
		bool longer = b->end - b->start > a->end - a->start;
		if ((longer && b->start <= a->start && b->end >= a->end) || (k < i && b->word == a->word))
			return true;
	}
	return false;
}

static bool has_year(const struct fold *f)
{
	for (size_t i = 0; i + 4 <= f->n; i++) {
		bool four = (f->ch[i] == '1' || f->ch[i] == '2') && (f->ch[i + 1] == '9' || f->ch[i + 1] == '0') &&
			    fchar_digit(f->ch[i + 2]) && fchar_digit(f->ch[i + 3]);
		bool alone = (i == 0 || !fchar_digit(f->ch[i - 1])) && !fchar_digit(f->ch[i + 4]);
		if (four && alone && (f->ch[i + 4] == 0x5E74 || f->n <= 6))
			return true;
	}
	return false;
}

static int limited(int v)
{
	return v > LINK_RANK_MAX ? LINK_RANK_MAX : v < -LINK_RANK_MAX ? -LINK_RANK_MAX : v;
}

/*
 * *chars_out: length of the text as it was matched. In the title of an article the topic does not make up for words
 * that speak against it: the guide to information disclosure is no report on it, but its column may lie beside theirs.
 */
static int text_rank(const struct link_words *w, struct arena *a, struct str text, bool article, size_t *chars_out)
{
	struct fold f;
	if (text.n > TEXT_MAX)
		text.n = utf8_cut(text.p, TEXT_MAX);
	*chars_out = 0;
	if (text.n == 0)
		return 0;
	fold_text(w->lex, a, text, &f);
	*chars_out = f.n;
	struct hits h = {.w = w, .text_end = f.n};
	matcher_scan(w->matcher, f.ch, 0, f.n, hit, &h);
	int good = 0, bad = 0, topic = 0;
	for (unsigned i = 0; i < h.n; i++) {
		int v = w->weight[h.v[i].word];
		if (is_covered(&h, i))
			continue;
		topic += w->where[h.v[i].word] == WHERE_TOPIC ? v : 0;
		good += v > 0 ? v : 0;
		bad += v < 0 ? v : 0;
	}
	if (article && bad < 0)
		good -= topic;
	if (bad == 0 && has_year(&f))
		good += YEAR_WEIGHT;
	return limited(good + bad);
}

int link_rank_text(const struct link_words *w, struct arena *a, struct str text)
{
	size_t chars;
	return text_rank(w, a, text, false, &chars);
}

/* ------------------------------------------------------------------- paths */

static int token_rank(const struct link_words *w, struct str token)
{
	int best = 0;
	for (size_t i = 0; i < w->paths_count; i++) {
		const struct path_token *t = &w->paths[i];
		bool is = t->suffix ? token.n > t->token.n && str_ends(token, t->token) : str_eq(token, t->token);
		if (is && abs(t->weight) > abs(best))
			best = t->weight;
	}
	return best;
}

int link_rank_path(const struct link_words *w, struct str url)
{
	struct url_parts u;
	char token[TOKEN_MAX];
	size_t n = 0;
	int good = 0, bad = 0;
	if (url_split(url, &u) != ERR_OK)
		return 0;
	for (size_t i = 0; i <= u.path.n; i++) {
		unsigned char c = i < u.path.n ? (unsigned char)u.path.p[i] : '/';
		if (isalpha(c)) {
			if (n < sizeof token)
				token[n] = (char)tolower(c);
			n++;
			continue;
		}
		int v = n > 0 && n <= sizeof token ? token_rank(w, (struct str){token, n}) : 0;
		good = v > good ? v : good;
		bad = v < bad ? v : bad;
		n = 0;
	}
	return good + bad;
}

/* Does the name of the file look like that of one article: a long number, hex digits, or a word for it? */
static bool is_article(const struct link_words *w, struct str url)
{
	struct url_parts u;
	if (url_split(url, &u) != ERR_OK)
		return false;
	size_t digits = 0, at = u.path.n;
	while (at > 0 && u.path.p[at - 1] != '/')
		digits += isxdigit((unsigned char)u.path.p[--at]) && isdigit((unsigned char)u.path.p[at]);
	struct str file = str_sub(u.path, at, u.path.n);
	size_t stem = 0;
	while (stem < file.n && file.p[stem] != '.' && file.p[stem] != '_')
		stem++;
	if (name_is(&w->items, str_sub(file, 0, stem)))
		return true;
	return digits >= 3 && !name_begins(&w->files, file);
}

/* -------------------------------------------------------------------- pages */

/* Does an anchor name nothing of what lies behind it ("更多>>")? Signs around it do not matter. */
static bool is_vague(const struct link_words *w, struct str text)
{
	static const char *const signs[] = {">", "<",  "+",  ".",  "[",  "]",  "(",  ")", "»", "›",
					    "…", "【", "】", "（", "）", "》", "＞", "·", "→", " "};
	for (bool cut = true; cut && text.n > 0;) {
		cut = false;
		for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
			struct str sign = str_of(signs[i]);
			if (str_starts(text, sign))
				text = str_sub(text, sign.n, text.n), cut = true;
			else if (str_ends(text, sign))
				text.n -= sign.n, cut = true;
		}
	}
	return text.n == 0 || name_is(&w->vague, text);
}

static int page_rank(const struct link_words *w, const struct document *d)
{
	int best = 0;
	const struct str names[] = {d->title, d->html_title};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		int v = link_rank_text(w, d->arena, names[i]);
		best = abs(v) > abs(best) ? v : best;
	}
	for (size_t i = 0; i < d->metas_count; i++) {
		if (!name_is(&w->metas, d->metas[i].name))
			continue;
		int v = link_rank_text(w, d->arena, d->metas[i].content);
		best = abs(v) > abs(best) ? v : best;
	}
	return best;
}

void link_rank_all(const struct link_words *w, struct document *d)
{
	int page = d->links_count ? page_rank(w, d) : 0;
	for (size_t i = 0; i < d->links_count; i++) {
		struct link *l = &d->links[i];
		size_t chars;
		struct str said = l->near.n > 0 && is_vague(w, l->text) ? l->near : l->text;
		bool article = is_article(w, l->url);
		int text = text_rank(w, d->arena, said, article, &chars), path = link_rank_path(w, l->url),
		    own = text + path;
		bool name = chars > 0 && chars <= SHORT_CHARS && !article;
		if (name && own < 0 &&
		    own > NAME_REFUSED) /* a plain column may hold anything, and is one page to look at */
			own /= NAME_SHARE;
		if (name && text <= 0 && own > NAME_REFUSED)
			own += NAME_WEIGHT;
		else if (own == 0 && article && page <= 0)
			own += ARTICLE_WEIGHT;
		/* the page speaks for what it lists, but not against a link's own words; a file or list of it is part of it */
		if (text >= 0)
			own += page > 0 ? page / 2 : page / 4;
		else if (name && d->reports_count && own > NAME_SHUNNED && own < REPORT_NAMES)
			own = REPORT_NAMES; /* one of the columns that a report's page names is its own */
		l->rank = limited(own);
	}
}
