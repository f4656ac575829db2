/*
 * gongkai search WORDS - full text over what is stored, reports first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemons/lock.h"
#include "daemons/stored.h"
#include "parser/fold.h"
#include "parser/read.h"
#include "sink/search.h"

#define WORDS_MAX 4096
#define ARENA_MAX (128u * 1024 * 1024) /* one folded text; fold.h cuts it at FOLD_MAX characters */
#define LOCK_WAIT_MS 2000
#define SNIPPET_MAX 8192
#define TELL_FROM 1000 /* documents; fewer are read too fast to be worth a line */

static const struct verb_flag flags[] = {
	STORED_FILTER_FLAGS,
	{"reports", NULL, "reports only, no other documents"},
	STORED_WIDE_FLAG,
	{NULL, NULL, NULL},
};

static const struct out_column columns[] = {
	{"report", false, true}, {"region", false, false},  {"region_code", true, false}, {"body", true, false},
	{"level", true, false},  {"year", false, true},     {"title", true, false},       {"url", false, false},
	{"offset", true, true},  {"snippet", false, false},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

struct searching {
	struct stored s;
	struct search *index;
	struct lexicon *lex;
	struct arena *a;
	struct search_query query;
	struct sview_filter filter;
	struct out *out;
	struct buf snippet;
	const struct search_document *d; /* at hand */
	struct str url, title;
	int64_t reports; /* in it */
	bool stopped;
	enum err err;
};

static void fold(void *ctx, struct str text, struct search_folded *out)
{
	struct searching *s = ctx;
	struct fold f;
	arena_reset(s->a);
	fold_text(s->lex, s->a, text, &f);
	*out = (struct search_folded){f.ch, f.byte, f.cp, f.n};
}

static bool has_part(struct str s, const char *part)
{
	return !part || (s.p && str_find(s, str_of(part), 0) >= 0);
}

static bool passes(const struct sview_filter *f, const struct sview_report *r)
{
	bool code = f->region && *f->region && strspn(f->region, "0123456789") == strlen(f->region);
	if (code ? !r->region_code.p || !str_starts(r->region_code, str_of(f->region))
		 : !has_part(r->region, f->region))
		return false;
	return has_part(r->body, f->body) && (!f->level || str_eq_z(r->level, f->level)) &&
	       (!f->year || f->year == r->year);
}

/* Do all words stand in one of the report's stretches, "[[start,end],...]" in code points? */
static bool in_fragments(struct searching *s, struct str fragments, size_t *at)
{
	char z[4096];
	snprintf(z, sizeof z, "%.*s", fragments.p ? (int)fragments.n : 0, fragments.p ? fragments.p : "");
	uint32_t least = UINT32_MAX, most = 0;
	for (const char *p = strpbrk(z, "0123456789"); p; p = strpbrk(p, "0123456789")) {
		char *end;
		unsigned long v = strtoul(p, &end, 10);
		if (v < least)
			least = (uint32_t)v;
		if (v > most)
			most = (uint32_t)v;
		p = end;
	}
	return search_within(&s->d->folded, &s->query, least, most, at);
}

static bool print_hit(struct searching *s, const struct sview_report *r, size_t at)
{
	struct out *o = s->out;
	if (!out_row(o)) {
		s->stopped = true;
		return false;
	}
	search_snippet(s->d, &s->query, at, &s->snippet);
	out_int_or_null(o, r ? r->id : 0, !r);
	const struct str words[] = {r ? r->region : STR_NULL, r ? r->region_code : STR_NULL, r ? r->body : STR_NULL,
				    r ? r->level : STR_NULL};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		out_text(o, words[i]);
	out_int_or_null(o, r ? r->year : 0, !r || r->year == 0);
	out_text(o, r ? r->title : s->title);
	out_text(o, s->url);
	out_int(o, s->d->folded.cp[at]);
	out_text(o, buf_str(&s->snippet));
	return true;
}

static bool take_report(void *ctx, const struct sview_report *r)
{
	struct searching *s = ctx;
	size_t at = 0;
	s->url = r->url;
	if (!passes(&s->filter, r))
		return true;
	/* a document with one report is that report, title and all */
	if (s->reports == 1 ? search_within(&s->d->folded, &s->query, 0, UINT32_MAX, &at)
			    : in_fragments(s, r->fragments, &at))
		print_hit(s, r, at);
	return !s->stopped;
}

static bool count_report(void *ctx, const struct sview_report *r)
{
	(void)r;
	((struct searching *)ctx)->reports++;
	return true;
}

static bool take_plain(void *ctx, struct str url, struct str title, struct str text)
{
	struct searching *s = ctx;
	size_t at;
	(void)text;
	s->url = url;
	s->title = title;
	if (search_within(&s->d->folded, &s->query, 0, UINT32_MAX, &at))
		print_hit(s, NULL, at);
	return false;
}

static bool take_document(void *ctx, const struct search_document *d)
{
	struct searching *s = ctx;
	s->d = d;
	s->reports = 0;
	s->err = d->has_reports ? sview_document_reports(s->s.store, d->id, count_report, s) : ERR_OK;
	if (s->err == ERR_OK)
		s->err = d->has_reports ? sview_document_reports(s->s.store, d->id, take_report, s)
					: sview_text(s->s.store, d->id, take_plain, s);
	if (s->err == ERR_NOTFOUND)
		s->err = ERR_OK;
	return s->err == ERR_OK && !s->stopped;
}

/* The index as the store is now; beside another search that is at it, as far as that has come. */
static enum err update(const struct verb_env *env, struct searching *s)
{
	struct search_updated done = {0};
	int lock = -1;
	enum err e = lock_take(env->data_dir, "search.lock", LOCK_WAIT_MS, &lock);
	if (e == ERR_LOCKED) {
		e = search_open(env->data_dir, lexicon_hash(), fold, s, false, &s->index);
		if (e == ERR_NOTFOUND || e == ERR_FOREIGN)
			return err_set(ERR_LOCKED, "the search index is just being made; try again when it is there");
		if (e == ERR_OK && !env->quiet)
			fprintf(stderr,
				"gongkai search: the index is just being brought up to date; newer documents may be "
				"missing\n");
		return e;
	}
	if (e != ERR_OK)
		return e;
	e = search_open(env->data_dir, lexicon_hash(), fold, s, true, &s->index);
	if (e == ERR_OK)
		e = search_update(s->index, s->s.store, &done);
	close(lock);
	if (e == ERR_OK && done.documents >= TELL_FROM && !env->quiet)
		fprintf(stderr, "gongkai search: %lld documents were added to the index\n", (long long)done.documents);
	return e;
}

/* Operands as one line: an operand with white space in it was quoted for the shell, and so is a phrase. */
static enum err join_words(const struct verb_env *env, struct buf *out)
{
	if (env->argc == 0)
		return err_set(ERR_USAGE, "no word to search for; see gongkai search --help");
	for (int i = 0; i < env->argc; i++) {
		bool phrase = strpbrk(env->argv[i], " \t") && !strchr(env->argv[i], '"');
		buf_printf(out, phrase ? "%s\"%s\"" : "%s%s", i ? " " : "", env->argv[i]);
	}
	return out->sticky == ERR_OK ? ERR_OK : err_set(ERR_USAGE, "too many words");
}

static enum err answer(struct verb_env *env, struct searching *s, struct str words)
{
	struct out_column shown[OUT_COLUMNS_MAX];
	const struct sview_filter *f = &s->filter;
	bool reports_only = f->region || f->body || f->level || f->year || conf_get_bool(env->conf, "reports");
	enum err e = lexicon_load(&s->lex);
	if (e == ERR_OK)
		e = update(env, s);
	if (e == ERR_OK)
		e = search_parse(s->index, words, &s->query);
	if (e != ERR_OK)
		return e;
	s->out = stored_out(env, columns, COLUMNS, shown);
	e = search_run(s->index, s->s.store, &s->query, reports_only, take_document, s);
	enum err written = out_end(s->out);
	return e != ERR_OK ? e : s->err != ERR_OK ? s->err : written;
}

static enum err run(struct verb_env *env)
{
	struct searching s = {.err = ERR_OK};
	struct buf words;
	buf_init(&words, WORDS_MAX);
	buf_init(&s.snippet, SNIPPET_MAX);
	enum err e = stored_filter(env, &s.filter);
	if (e == ERR_OK)
		e = join_words(env, &words);
	if (e == ERR_OK)
		e = stored_open(env->data_dir, &s.s);
	if (e == ERR_OK) {
		s.a = arena_new(ARENA_MAX);
		e = answer(env, &s, buf_str(&words));
		search_close(s.index);
		arena_free(s.a);
		if (s.lex)
			lexicon_free(s.lex);
		stored_close(&s.s);
	}
	buf_fini(&words);
	buf_fini(&s.snippet);
	return e;
}

const struct verb verb_search = {.name = "search",
				 .operands = "WORDS...",
				 .help = "search the text of what is stored",
				 .flags = flags,
				 .run = run};
